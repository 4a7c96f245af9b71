//! Targets: as they are set, who is to be looked at, what was asked for, and what was confirmed.

use crate::given::{HOUR, NOW, attempt, id, person, team, users as given_users};
use model::access::{Assignment, AssignmentType, ResourceRole, Source};
use model::directory::Principal;
use model::target::{Directory, Drift, Kind, Leavers, MemberAttribute, PersonBy, Target};
use model::{ApplicationId, ApplicationRoleId, AssignmentId, TargetId, Ts, UserId};
use store::delivered;
use store::delivery::{self, Account, Later, Mark, Outcome, Subject};
use store::findings::{self, Finding};
use store::{Fault, Link, Saved, assignments, resources, targets, users};
use testkit::both;

pub fn target(n: u128) -> Target {
    Target {
        id: TargetId(id(710_000 + n)),
        application: ApplicationId(id(720_000 + n)),
        name: format!("Ledger {n}"),
        base_url: "https://ledger.example/scim/v2".to_owned(),
        kind: Kind::Scim,
        drift: Drift::Report,
        adopted_days: 30,
        leavers: Leavers::Delete,
        creates_groups: true,
        groups: vec![(role(n), "Agents".to_owned())],
        per_second: 50,
        enabled: true,
        created_at: NOW,
        version: 1,
    }
}

pub fn role(n: u128) -> ApplicationRoleId {
    ApplicationRoleId(id(730_000 + n))
}

/// The application of a target, with one role.
pub async fn application(link: &mut Link, n: u128) -> Result<(), Fault> {
    let name = format!("Application {n}");
    resources::insert_application(link, target(n).application, &name, "", &[(role(n), "Agent")], NOW).await
}

fn mark(n: u128, subject: Subject, due_at: Ts) -> Mark {
    Mark { id: id(740_000 + n), target: target(1).id, subject, due_at }
}

/// Every function of the topic once; this person is there.
pub async fn all(link: &mut Link) -> Result<(), Fault> {
    let (n, who) = (100_001, person(100_001));
    application(link, n).await?;
    let one = target(n);
    targets::insert(link, &one, b"sealed").await?;
    targets::list(link).await?;
    targets::get(link, one.id).await?;
    targets::enabled(link).await?;
    targets::roles(link).await?;
    delivered::roles_there(link, one.id).await?;
    targets::applications_of_groups(link, &[team(1)]).await?;
    targets::set_group(link, one.id, role(n), "g1").await?;
    targets::groups(link, one.id).await?;
    targets::forget_group(link, one.id, role(n)).await?;
    targets::answered(link, one.id, 1, NOW, Some("It is down.")).await?;
    targets::ask_again(link, one.id, NOW).await?;
    targets::reconcile_at(link, one.id, NOW, true).await?;
    targets::reconciled(link, one.id, NOW, None).await?;
    targets::set_token(link, one.id, b"sealed").await?;
    targets::claim(link, one.id, id(1), NOW, NOW + HOUR).await?;
    targets::goes_on(link, one.id, id(1), NOW + HOUR).await?;
    targets::release(link, one.id, id(1)).await?;
    assert_eq!(targets::update(link, &one, 1, NOW).await?, Saved::Yes);
    resources::applications(link).await?;
    resources::roles_of(link, one.application).await?;
    let marked = Mark { id: id(740_000 + n), target: one.id, subject: Subject::User(who), due_at: NOW };
    delivery::mark(link, &[marked]).await?;
    delivery::marks(link, one.id, NOW, 10).await?;
    delivery::unmark(link, &[marked.id]).await?;
    delivery::look_at(link, one.id, &[who], NOW).await?;
    delivery::look_at_members(link, one.id, team(1), NOW).await?;
    delivery::look_at_all(link, one.id, one.application, NOW).await?;
    delivery::due(link, one.id, NOW, 10).await?;
    targets::due(link, NOW).await?;
    delivery::ask(link, one.id, &[(who, role(n))]).await?;
    delivery::making(link, one.id, &[who]).await?;
    delivery::found(link, one.id, &[(who, "u1")]).await?;
    delivery::confirm(link, one.id, &[(who, role(n))], NOW).await?;
    delivery::asked(link, one.id, &[who]).await?;
    delivery::asked_about(link, one.id, role(n)).await?;
    delivery::known(link, one.id).await?;
    delivery::unlike(link, one.id, &[who]).await?;
    delivered::accounts(link, one.id, one.application).await?;
    delivered::waiting(link, one.id, 10).await?;
    delivered::working(link, one.id, None, 10).await?;
    delivered::counts(link).await?;
    delivered::stands(link, who).await?;
    delivered::through_groups(link, who, &[team(1)]).await?;
    delivered::in_applications(link, who, &[one.application]).await?;
    delivered::overdue(link, NOW, None, 10).await?;
    delivered::is_overdue_since(link, NOW - HOUR, NOW).await?;
    delivery::try_again(link, one.id, who, NOW).await?;
    delivery::requests_of(link, &[who]).await?;
    findings::set(link, one.id, &[finding(n)]).await?;
    findings::of(link, one.id).await?;
    targets::guard_groups(link).await?;
    targets::guard(link, one.id).await?;
    targets::has_version(link, one.id, one.version).await?;
    findings::get(link, one.id, role(n), "u7").await?;
    findings::set_unwanted(link, one.id, role(n), "u7", "Nobody knows them.").await?;
    findings::forget(link, one.id, role(n), "u7").await?;
    delivery::adopted(link, one.id, who, "u1", false).await?;
    findings::known_as(link, one.id, "u1").await?;
    findings::known_at(link, one.id, who).await?;
    findings::ended(link, one.application, &[who]).await?;
    let held = held(n, who);
    assignments::insert(link, &held, NOW).await?;
    findings::adopted(link, one.id, held.id, "u7", None, NOW).await?;
    findings::adoptions(link, one.id, 10).await?;
    users::of_names(link, &["somebody".to_owned()]).await?;
    users::of_mails(link, &["somebody@harbour.example".to_owned()]).await?;
    delivery::gone(link, one.id, &[(who, role(n))]).await?;
    delivery::settle(link, one.id, &[outcome(1, None)], NOW).await?;
    delivery::forget(link, one.id, &[(who, 1)]).await?;
    targets::delete(link, one.id).await
}

pub fn finding(n: u128) -> Finding {
    Finding {
        application_role_id: role(n),
        remote_id: "u7".to_owned(),
        called: "stranger".to_owned(),
        found_at: NOW,
        user_id: None,
        adoptable: false,
        why: "Nobody here is known as “stranger”.".to_owned(),
        unwanted: None,
        ours: false,
    }
}

/// Somebody holds the role of the application directly.
pub fn held(n: u128, who: UserId) -> Assignment {
    Assignment {
        id: AssignmentId(id(750_000 + n)),
        principal: Principal::User(who),
        role: ResourceRole::ApplicationRole(target(n).application, role(n)),
        assignment_type: AssignmentType::Active,
        source: Source::Direct,
        starts_at: NOW,
        ends_at: Some(NOW + HOUR),
        ended_at: None,
    }
}

fn outcome(generation: i64, later: Option<Later>) -> Outcome {
    let account = Account { remote_id: Some("u1".to_owned()), made: true, account: "[]".to_owned() };
    Outcome { user: person(1), generation, account, later }
}

both! {
    async fn a_target_is_kept_as_it_is_set_and_its_token_apart(test: TestDb) {
        attempt(&test.db, async |link| {
            application(link, 1).await?;
            targets::insert(link, &target(1), b"sealed").await?;
            let found = targets::get(link, target(1).id).await?.unwrap();
            assert!(found.target == target(1) && found.token == b"sealed" && found.application == "Application 1");
            assert!(found.reconcile_at == NOW && !found.compares && found.fault.is_none());
            targets::answered(link, target(1).id, 3, NOW + HOUR, Some("It is down.")).await?;
            targets::set_group(link, target(1).id, role(1), "g1").await?;
            let directory = Directory {
                bind_dn: "cn=vestibule,dc=harbour,dc=example".into(),
                people: "ou=people,dc=harbour,dc=example".into(),
                person_attribute: "uid".into(),
                person_by: PersonBy::UserName,
                groups: "ou=groups,dc=harbour,dc=example".into(),
                member_attribute: MemberAttribute::UniqueMember,
                placeholder: String::new(),
            };
            let kind = Kind::Ldap(directory);
            let off = Target { kind, enabled: false, name: "Another".into(), groups: Vec::new(), version: 2, ..target(1) };
            assert_eq!(targets::update(link, &off, 2, NOW).await?, Saved::Stale);
            assert_eq!(targets::update(link, &off, 1, NOW + HOUR).await?, Saved::Yes);
            let found = targets::get(link, target(1).id).await?.unwrap();
            assert!(found.target == off && found.token == b"sealed", "the token stays");
            assert!(found.fault.is_none() && found.reconcile_at == NOW + HOUR, "what was changed is tried at once");
            assert!(targets::enabled(link).await?.is_empty());
            assert_eq!(targets::groups(link, off.id).await?.len(), 1, "which group is whose is forgotten one by one");
            targets::reconciled(link, off.id, NOW, Some("“A” was not compared. “B” neither.")).await?;
            let found = targets::get(link, off.id).await?.unwrap();
            assert_eq!(found.uncompared.as_deref(), Some("“A” was not compared. “B” neither."));
            targets::reconciled(link, off.id, NOW, None).await?;
            assert_eq!(targets::get(link, off.id).await?.unwrap().uncompared, None);
            Ok(())
        })
        .await
        .unwrap();
        let twice = Target { id: TargetId(id(1)), name: "Else".into(), ..target(1) };
        let twice = attempt(&test.db, async |link| targets::insert(link, &twice, b"").await).await;
        assert!(twice.unwrap_err().is_duplicate(), "an application has one target");
    }

    async fn marks_are_due_in_order_and_what_happens_meanwhile_stays_due(test: TestDb) {
        given_users(&test.db, 2).await;
        attempt(&test.db, async |link| {
            let of = target(1).id;
            application(link, 1).await?;
            targets::insert(link, &target(1), b"sealed").await?;
            let (later, first) = (mark(1, Subject::User(person(1)), NOW + HOUR), mark(2, Subject::Group(team(1)), NOW));
            delivery::mark(link, &[later, first]).await?;
            assert_eq!(delivery::marks(link, of, NOW, 9).await?, [(first.id, first.subject)]);
            delivery::unmark(link, &[first.id]).await?;
            assert_eq!(delivery::marks(link, of, NOW + HOUR, 9).await?, [(later.id, later.subject)]);
            delivery::look_at(link, of, &[person(1)], NOW).await?;
            let due = delivery::due(link, of, NOW, 9).await?;
            assert_eq!((due.len(), due[0].user_id, due[0].generation, due[0].since), (1, person(1), 1, Some(NOW)));
            // Somebody changes it while the target is asked.
            delivery::look_at(link, of, &[person(1)], NOW + HOUR).await?;
            delivery::settle(link, of, &[outcome(1, None)], NOW).await?;
            let due = delivery::due(link, of, NOW + HOUR, 9).await?;
            assert_eq!((due.len(), due[0].generation, due[0].since), (1, 2, Some(NOW)));
            assert_eq!(due[0].remote_id.as_deref(), Some("u1"));
            let later = Later { at: NOW + HOUR, tries: 3, refused: true, fault: "No.".to_owned() };
            delivery::settle(link, of, &[outcome(2, Some(later))], NOW).await?;
            assert!(delivery::due(link, of, NOW, 9).await?.is_empty());
            let waiting = delivered::waiting(link, of, 9).await?;
            assert_eq!((waiting.len(), waiting[0].refused, waiting[0].fault.as_deref()), (1, true, Some("No.")));
            assert!(delivery::try_again(link, of, person(1), NOW).await?);
            delivery::settle(link, of, &[outcome(3, None)], NOW).await?;
            assert!(delivered::waiting(link, of, 9).await?.is_empty());
            assert!(!delivery::try_again(link, of, person(1), NOW).await?, "nothing is left to try");
            // A server that settles late, after another did, and could not bring it there.
            let later = Later { at: NOW + HOUR, tries: 1, refused: false, fault: "No answer.".to_owned() };
            delivery::settle(link, of, &[outcome(3, Some(later))], NOW).await?;
            let waiting = delivered::waiting(link, of, 9).await?;
            assert_eq!((waiting.len(), waiting[0].since), (1, Some(NOW)));
            Ok(())
        })
        .await
        .unwrap();
    }

    async fn a_target_is_due_for_a_comparison_a_mark_or_a_person_and_not_while_it_is_left_alone(test: TestDb) {
        given_users(&test.db, 1).await;
        attempt(&test.db, async |link| {
            let of = target(1).id;
            application(link, 1).await?;
            targets::insert(link, &target(1), b"sealed").await?;
            assert_eq!(targets::due(link, NOW).await?, [of], "everybody is looked at at once");
            targets::reconcile_at(link, of, NOW + HOUR, true).await?;
            assert_eq!(targets::due(link, NOW).await?, [of], "the members are compared");
            targets::reconciled(link, of, NOW, None).await?;
            assert!(targets::due(link, NOW).await?.is_empty());
            assert_eq!(targets::due(link, NOW + HOUR).await?, [of]);
            targets::reconcile_at(link, of, NOW + HOUR + HOUR, false).await?;
            let marked = mark(1, Subject::User(person(1)), NOW + HOUR);
            delivery::mark(link, &[marked]).await?;
            assert!(targets::due(link, NOW).await?.is_empty());
            assert_eq!(targets::due(link, NOW + HOUR).await?, [of]);
            delivery::unmark(link, &[marked.id]).await?;
            assert!(targets::due(link, NOW + HOUR).await?.is_empty());
            delivery::look_at(link, of, &[person(1)], NOW).await?;
            assert_eq!(targets::due(link, NOW).await?, [of]);
            delivery::found(link, of, &[(person(1), "uid=one")]).await?;
            assert_eq!(delivery::due(link, of, NOW, 9).await?[0].remote_id.as_deref(), Some("uid=one"));
            targets::answered(link, of, 1, NOW + HOUR, Some("It is down.")).await?;
            assert!(targets::due(link, NOW).await?.is_empty(), "it is left alone");
            targets::answered(link, of, 0, NOW, None).await?;
            let off = Target { enabled: false, version: 2, ..target(1) };
            assert_eq!(targets::update(link, &off, 1, NOW).await?, Saved::Yes);
            assert!(targets::due(link, NOW).await?.is_empty(), "it is disabled");
            Ok(())
        })
        .await
        .unwrap();
    }

    async fn what_was_asked_for_is_known_until_the_target_confirmed_that_it_is_gone(test: TestDb) {
        given_users(&test.db, 2).await;
        attempt(&test.db, async |link| {
            let (of, item) = (target(1).id, [(person(1), role(1))]);
            application(link, 1).await?;
            targets::insert(link, &target(1), b"sealed").await?;
            delivery::look_at(link, of, &[person(1), person(2)], NOW).await?;
            delivery::ask(link, of, &item).await?;
            assert!(!delivery::asked(link, of, &[person(1), person(2)]).await?[&person(1)][&role(1)]);
            delivery::confirm(link, of, &item, NOW).await?;
            let stands = |at: Vec<(ApplicationRoleId, delivered::At)>| at[0].1.confirmed_at;
            let application = [target(1).application];
            assert_eq!(stands(delivered::in_applications(link, person(1), &application).await?), Some(NOW));
            assert_eq!(delivered::counts(link).await?[&of], (1, 2));
            delivery::ask(link, of, &item).await?;
            let now = delivered::in_applications(link, person(1), &application).await?;
            assert_eq!((stands(now), "being taken away, it is in doubt"), (None, "being taken away, it is in doubt"));
            delivery::gone(link, of, &item).await?;
            assert!(delivery::asked_about(link, of, role(1)).await?.is_empty());
            findings::set(link, of, &[finding(1)]).await?;
            findings::set(link, of, &[finding(1)]).await?;
            assert_eq!(findings::of(link, of).await?, [finding(1)]);
            delivery::forget(link, of, &[(person(1), 7), (person(2), 1)]).await?;
            assert_eq!(delivered::stands(link, person(1)).await?.len(), 1, "something happened meanwhile");
            assert!(delivered::stands(link, person(2)).await?.is_empty());
            targets::delete(link, of).await?;
            assert!(targets::list(link).await?.is_empty());
            Ok(())
        })
        .await
        .unwrap();
    }

    async fn one_server_at_a_time_has_a_target_for_itself_until_it_lets_go_or_its_time_is_over(test: TestDb) {
        attempt(&test.db, async |link| {
            let (of, one, other) = (target(1).id, id(1), id(2));
            application(link, 1).await?;
            targets::insert(link, &target(1), b"sealed").await?;
            assert!(targets::claim(link, of, one, NOW, NOW + HOUR).await?);
            assert!(!targets::claim(link, of, other, NOW, NOW + HOUR).await?);
            assert!(targets::claim(link, of, one, NOW, NOW + HOUR).await?, "it has it already");
            assert!(targets::goes_on(link, of, one, NOW + HOUR + HOUR).await?);
            assert!(!targets::goes_on(link, of, other, NOW + HOUR).await?);
            targets::release(link, of, other).await?;
            assert!(!targets::claim(link, of, other, NOW + HOUR, NOW + HOUR).await?, "only whoever has it lets go");
            assert!(targets::claim(link, of, other, NOW + HOUR + HOUR, NOW + HOUR).await?, "its time was over");
            assert!(!targets::goes_on(link, of, one, NOW + HOUR).await?, "and it learns that");
            targets::release(link, of, other).await?;
            assert!(targets::claim(link, of, one, NOW, NOW + HOUR).await?);
            Ok(())
        })
        .await
        .unwrap();
    }

    async fn people_are_found_by_name_and_address_and_by_who_they_are_at_a_target(test: TestDb) {
        given_users(&test.db, 2).await;
        attempt(&test.db, async |link| {
            let of = target(1).id;
            let one = users::get(link, person(1)).await?.unwrap();
            let ids = |found: Vec<rules::user::User>| found.into_iter().map(|user| user.id).collect::<Vec<_>>();
            let (name, mail) = (one.user_name.to_uppercase(), format!(" {}", one.mail.to_uppercase()));
            assert_eq!(ids(users::of_names(link, &[name, "nobody.here".to_owned()]).await?), [person(1)]);
            assert_eq!(ids(users::of_mails(link, &[mail]).await?), [person(1)]);
            let moved = rules::user::User { mail: "Other@harbour.example".to_owned(), ..one.clone() };
            assert_eq!(users::update(link, &moved).await?, Saved::Yes);
            assert_eq!(ids(users::of_mails(link, &["other@harbour.example".to_owned()]).await?), [person(1)]);
            assert!(users::of_mails(link, std::slice::from_ref(&one.mail)).await?.is_empty());
            application(link, 1).await?;
            targets::insert(link, &target(1), b"sealed").await?;
            delivery::look_at(link, of, &[person(1), person(2)], NOW).await?;
            delivery::found(link, of, &[(person(2), "u7")]).await?;
            assert_eq!(findings::known_as(link, of, "u7").await?, [person(2)]);
            assert!(findings::known_as(link, of, "u8").await?.is_empty());
            assert_eq!(findings::known_at(link, of, person(2)).await?.as_deref(), Some("u7"));
            assert_eq!(findings::known_at(link, of, person(1)).await?, None);
            Ok(())
        })
        .await
        .unwrap();
    }

    async fn whose_access_differs_for_long_is_found_while_the_target_is_enabled(test: TestDb) {
        given_users(&test.db, 2).await;
        attempt(&test.db, async |link| {
            let of = target(1).id;
            application(link, 1).await?;
            targets::insert(link, &target(1), b"sealed").await?;
            delivery::look_at(link, of, &[person(2)], NOW + HOUR).await?;
            delivery::look_at(link, of, &[person(1)], NOW).await?;
            let who = |found: Vec<delivered::Overdue>| found.into_iter().map(|one| one.user_id).collect::<Vec<_>>();
            assert_eq!(who(delivered::overdue(link, NOW, None, 9).await?), [person(1)]);
            assert_eq!(who(delivered::overdue(link, NOW + HOUR, None, 9).await?), [person(1), person(2)], "the longest first");
            let first = delivered::overdue(link, NOW + HOUR, None, 1).await?;
            let place = first[0].place();
            assert_eq!((first[0].leavers()?, who(first)), (target(1).leavers, vec![person(1)]));
            let next = delivered::overdue(link, NOW + HOUR, Some(place), 1).await?;
            let place = next[0].place();
            assert_eq!(who(next), [person(2)], "page by page");
            assert!(delivered::overdue(link, NOW + HOUR, Some(place), 1).await?.is_empty());
            assert!(!delivered::is_overdue_since(link, NOW, NOW + HOUR - model::Span(1)).await?);
            assert!(delivered::is_overdue_since(link, NOW, NOW + HOUR).await?);
            let off = Target { enabled: false, version: 2, ..target(1) };
            assert_eq!(targets::update(link, &off, 1, NOW).await?, Saved::Yes);
            assert!(delivered::overdue(link, NOW + HOUR, None, 9).await?.is_empty());
            Ok(())
        })
        .await
        .unwrap();
    }

    async fn what_a_group_gives_is_found_at_its_targets_with_how_somebody_stands_there(test: TestDb) {
        given_users(&test.db, 1).await;
        attempt(&test.db, async |link| {
            let of = target(1).id;
            application(link, 1).await?;
            targets::insert(link, &target(1), b"sealed").await?;
            let through = Assignment { principal: Principal::Group(team(1)), ..held(1, person(1)) };
            assignments::insert(link, &through, NOW).await?;
            let at = delivered::through_groups(link, person(1), &[team(1), team(2)]).await?;
            assert_eq!((at.len(), &at[0].0, at[0].1.target_name.as_str()), (1, &through, "Ledger 1"));
            assert_eq!((at[0].1.confirmed_at, at[0].1.since, at[0].1.refused), (None, None, None));
            delivery::look_at(link, of, &[person(1)], NOW).await?;
            let later = Later { at: NOW + HOUR, tries: 1, refused: true, fault: "No.".to_owned() };
            delivery::settle(link, of, &[outcome(1, Some(later))], NOW).await?;
            let at = delivered::through_groups(link, person(1), &[team(1)]).await?.remove(0).1;
            assert_eq!((at.since, at.refused, at.fault.as_deref()), (Some(NOW), Some(true), Some("No.")));
            delivery::confirm(link, of, &[(person(1), role(1))], NOW).await?;
            assert_eq!(delivered::through_groups(link, person(1), &[team(1)]).await?[0].1.confirmed_at, Some(NOW));
            let off = Target { enabled: false, version: 2, ..target(1) };
            assert_eq!(targets::update(link, &off, 1, NOW).await?, Saved::Yes);
            assert!(delivered::through_groups(link, person(1), &[team(1)]).await?.is_empty());
            Ok(())
        })
        .await
        .unwrap();
    }
}
