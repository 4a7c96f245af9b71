//! Targets: as they are set, who is to be looked at, what was asked for, and what was confirmed.

use crate::given::{HOUR, NOW, attempt, id, person, team, users as given_users};
use model::target::{Directory, Drift, Kind, Leavers, MemberAttribute, PersonBy, Target};
use model::{ApplicationId, ApplicationRoleId, TargetId, Ts};
use store::delivered::{self, Finding};
use store::delivery::{self, Account, Later, Mark, Outcome, Subject};
use store::{Fault, Link, Saved, resources, targets};
use testkit::both;

pub fn target(n: u128) -> Target {
    Target {
        id: TargetId(id(710_000 + n)),
        application: ApplicationId(id(720_000 + n)),
        name: format!("Ledger {n}"),
        base_url: "https://ledger.example/scim/v2".to_owned(),
        kind: Kind::Scim,
        drift: Drift::Report,
        leavers: Leavers::Delete,
        creates_groups: true,
        groups: vec![(role(n), "Agents".to_owned())],
        per_second: 50,
        enabled: true,
        created_at: NOW,
        version: 1,
    }
}

fn role(n: u128) -> ApplicationRoleId {
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
    targets::reconciled(link, one.id, NOW, &[]).await?;
    targets::set_token(link, one.id, b"sealed").await?;
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
    delivered::accounts(link, one.id, one.application).await?;
    delivered::waiting(link, one.id, 10).await?;
    delivered::working(link, one.id, None, 10).await?;
    delivered::counts(link).await?;
    delivered::stands(link, who).await?;
    delivered::confirmed(link, who).await?;
    delivery::try_again(link, one.id, who, NOW).await?;
    delivery::requests_of(link, &[who]).await?;
    delivered::set_findings(link, one.id, &[finding(n)]).await?;
    delivered::findings(link, one.id).await?;
    delivery::gone(link, one.id, &[(who, role(n))]).await?;
    delivery::settle(link, one.id, &[outcome(1, None)]).await?;
    delivery::forget(link, one.id, &[(who, 1)]).await?;
    targets::delete(link, one.id).await
}

fn finding(n: u128) -> Finding {
    Finding { application_role_id: role(n), remote_id: "u7".to_owned(), called: "stranger".to_owned(), found_at: NOW }
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
            targets::reconciled(link, off.id, NOW, &["“A” was not compared.".into(), "“B” neither.".into()]).await?;
            let found = targets::get(link, off.id).await?.unwrap();
            assert_eq!(found.uncompared.as_deref(), Some("“A” was not compared. “B” neither."));
            targets::reconciled(link, off.id, NOW, &[]).await?;
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
            delivery::settle(link, of, &[outcome(1, None)]).await?;
            let due = delivery::due(link, of, NOW + HOUR, 9).await?;
            assert_eq!((due.len(), due[0].generation, due[0].since), (1, 2, Some(NOW)));
            assert_eq!(due[0].remote_id.as_deref(), Some("u1"));
            let later = Later { at: NOW + HOUR, tries: 3, refused: true, fault: "No.".to_owned() };
            delivery::settle(link, of, &[outcome(2, Some(later))]).await?;
            assert!(delivery::due(link, of, NOW, 9).await?.is_empty());
            let waiting = delivered::waiting(link, of, 9).await?;
            assert_eq!((waiting.len(), waiting[0].refused, waiting[0].fault.as_deref()), (1, true, Some("No.")));
            assert!(delivery::try_again(link, of, person(1), NOW).await?);
            delivery::settle(link, of, &[outcome(3, None)]).await?;
            assert!(delivered::waiting(link, of, 9).await?.is_empty());
            assert!(!delivery::try_again(link, of, person(1), NOW).await?, "nothing is left to try");
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
            targets::reconciled(link, of, NOW, &[]).await?;
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
            assert_eq!(delivered::confirmed(link, person(1)).await?, [(of, role(1))]);
            assert_eq!(delivered::counts(link).await?[&of], (1, 2));
            delivery::ask(link, of, &item).await?;
            assert!(delivered::confirmed(link, person(1)).await?.is_empty(), "being taken away, it is in doubt");
            delivery::gone(link, of, &item).await?;
            assert!(delivery::asked_about(link, of, role(1)).await?.is_empty());
            delivered::set_findings(link, of, &[finding(1)]).await?;
            delivered::set_findings(link, of, &[finding(1)]).await?;
            assert_eq!(delivered::findings(link, of).await?, [finding(1)]);
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
}
