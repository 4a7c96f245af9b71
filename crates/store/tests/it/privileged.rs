//! Role settings, assignments as lists show them, and requests to activate.

use crate::given::{
    HOUR, NOW, assignment, attempt, groups as given_groups, membership, person, request, role, team, users as given_users,
};
use model::access::{Assignment, AssignmentType, EndReason, ResourceRole, Source};
use model::authentication_context::{AuthenticationContext, ContextUse};
use model::directory::{PortalRole, Principal};
use model::proof::{Demand, Strength};
use model::request::{Given, Request, State, Wish};
use model::role_settings::{Privileged, PrivilegedKind, Proof, RoleSettings};
use model::{AnyId, Span};
use rules::role_settings::overrides;
use std::collections::BTreeMap;
use store::role_assignments::Tab;
use store::{
    Fault, Link, Saved, assignments, authentication_contexts, groups, requests, role_assignments, role_settings, sessions, terms,
};
use testkit::both;

const WAITS: u128 = 200_001;

fn eligible(n: u128, holder: u128) -> Assignment {
    let role = ResourceRole::DirectoryRole(PortalRole::UserAdministrator.id());
    Assignment { assignment_type: AssignmentType::Eligible, ..assignment(n, Principal::User(person(holder)), role) }
}

async fn terms_of_use(link: &mut Link) -> Result<(), Fault> {
    let first = model::terms::TermsOfUse {
        id: model::TermsId(crate::given::id(200_001)),
        name: "House rules".into(),
        text: "Lock the door.".into(),
        version: 1,
        since: NOW,
    };
    terms::insert(link, &first, person(100_001)).await?;
    let second = model::terms::TermsOfUse { text: "Lock both doors.".into(), version: 2, ..first.clone() };
    assert_eq!(terms::update(link, &second, 1, person(100_001)).await?, Saved::Yes);
    assert_eq!(terms::update(link, &second, 1, person(100_001)).await?, Saved::Stale);
    assert_eq!(terms::list(link).await?, std::slice::from_ref(&second));
    assert_eq!(terms::several(link, &[second.id]).await?, std::slice::from_ref(&second));
    assert_eq!(terms::versions(link, second.id).await?.len(), 2);
    terms::accept(link, person(100_001), second.id, 1, NOW).await?;
    terms::accept(link, person(100_001), second.id, 1, NOW).await?;
    assert_eq!(terms::accepted(link, person(100_001), &[second.id]).await?.get(&second.id), Some(&1));
    assert_eq!(terms::acceptances(link).await?.get(&second.id), Some(&0), "nobody has accepted the second");
    Ok(())
}

async fn contexts(link: &mut Link) -> Result<(), Fault> {
    let demand = Demand { strength: Strength::Passkey, minutes: 5 };
    let (name, description) = ("Privileged work".to_owned(), "Mind it.".to_owned());
    let id = model::AuthenticationContextId(crate::given::id(200_001));
    let terms = Some(model::TermsId(crate::given::id(200_001)));
    let first = AuthenticationContext { id, name, description, demand, terms, version: 1 };
    authentication_contexts::insert(link, &first).await?;
    assert_eq!(authentication_contexts::list(link).await?, std::slice::from_ref(&first));
    let second = AuthenticationContext { name: "Work".into(), terms: None, version: 2, ..first.clone() };
    assert_eq!(authentication_contexts::update(link, &second, 1).await?, Saved::Yes);
    assert_eq!(authentication_contexts::update(link, &second, 1).await?, Saved::Stale);
    assert_eq!(authentication_contexts::several(link, &[id]).await?, std::slice::from_ref(&second));
    assert_eq!(authentication_contexts::get_to_change(link, id).await?, Some(second));

    let by = RoleSettings { activation_proof: Proof::Context { context: id }, ..RoleSettings::default() };
    let kept = overrides(&RoleSettings::default(), &by);
    let (owner, kind) = (Privileged::GroupOwner(team(2)), PrivilegedKind::GroupMember);
    assert_eq!(role_settings::save(link, owner, &kept, 0).await?, Saved::Yes);
    assert_eq!(role_settings::save_template(link, kind, &kept, 0).await?, Saved::Yes);
    assert_eq!(role_settings::get(link, Privileged::GroupMember(team(2))).await?.settings, by, "inherited");
    let uses = authentication_contexts::uses(link, id, 5).await?;
    assert_eq!(uses, [ContextUse::Template(kind), ContextUse::Settings(owner)]);
    assert_eq!(authentication_contexts::uses(link, id, 1).await?.len(), 1);
    assert_eq!(authentication_contexts::counts(link).await?.get(&id), Some(&2));
    let none = overrides(&RoleSettings::default(), &RoleSettings::default());
    assert_eq!(role_settings::save(link, owner, &none, 1).await?, Saved::Yes);
    assert_eq!(role_settings::save_template(link, kind, &none, 1).await?, Saved::Yes);
    assert!(authentication_contexts::uses(link, id, 5).await?.is_empty());
    authentication_contexts::delete(link, id).await
}

/// Every function of these topics once; people and groups of these numbers are there.
pub async fn privileged(link: &mut Link) -> Result<(), Fault> {
    let of_role = Privileged::DirectoryRole(role(1));
    let settings = RoleSettings { activation_max_minutes: 60, ..RoleSettings::default() };
    let kept = overrides(&RoleSettings::default(), &settings);
    assert_eq!(role_settings::get(link, of_role).await?.settings, RoleSettings::default());
    assert_eq!(role_settings::save(link, of_role, &kept, 0).await?, Saved::Yes);
    assert_eq!(role_settings::save(link, of_role, &kept, 0).await?, Saved::Stale, "somebody was faster");
    let found = role_settings::get(link, of_role).await?;
    assert_eq!((found.settings.activation_max_minutes, found.version), (60, 1));
    let kind = PrivilegedKind::GroupOwner;
    assert_eq!(role_settings::template(link, kind).await?, (RoleSettings::default(), 0));
    assert_eq!(role_settings::save_template(link, kind, &kept, 0).await?, Saved::Yes);
    assert_eq!(role_settings::save_template(link, kind, &kept, 0).await?, Saved::Stale, "somebody was faster");
    assert_eq!(role_settings::template(link, kind).await?, (settings.clone(), 1));
    let owner = role_settings::get(link, Privileged::GroupOwner(team(1))).await?;
    assert_eq!((owner.settings.activation_max_minutes, owner.version), (60, 0), "it says nothing itself");
    let all = [of_role, Privileged::GroupMember(team(1)), Privileged::GroupOwner(team(1))];
    let several = role_settings::several(link, &all).await?;
    assert_eq!(several.len(), 3);
    assert_eq!(several[&of_role], found);
    assert_eq!(role_settings::own(link, &all).await?, BTreeMap::from([(of_role, kept)]), "nobody else says anything");

    terms_of_use(link).await?;
    contexts(link).await?;
    let waits = eligible(WAITS, 1);
    assignments::insert(link, &waits, NOW).await?;
    for tab in [Tab::Eligible, Tab::Active, Tab::Expired] {
        role_assignments::of_role(link, waits.role, tab, None, 25, NOW).await?;
    }
    role_assignments::direct(link, waits.principal, waits.role, AssignmentType::Eligible).await?;
    role_assignments::counts(link, NOW).await?;
    role_assignments::eligible_of_group(link, team(1), NOW).await?;
    role_assignments::ended_of(link, waits.principal, (true, true), None, 25, NOW).await?;
    role_assignments::ended_assignments(link, waits.principal, NOW).await?;
    assert!(role_assignments::set_window(link, &waits, NOW, Some(NOW + HOUR), NOW).await?);
    assert!(!role_assignments::set_window(link, &waits, NOW, None, NOW).await?, "it is no longer as it was read");
    role_assignments::set_warning(link, waits.id, Some(NOW)).await?;
    assert_eq!(role_assignments::ending(link, NOW, 25).await?, [waits.id]);
    role_assignments::lasting_owners(link, &[team(1)], NOW).await?;
    assert_eq!(role_assignments::standing(link, NOW, 5).await?.iter().map(|(_, count)| count).sum::<i64>(), 1);
    assert_eq!(role_assignments::made_within(link, NOW, NOW + HOUR).await?, (0, 0, 1));
    assignments::who_activated(link, &[person(1)]).await?;
    if let Some(group) = groups::get(link, team(1)).await? {
        assert_eq!(groups::set_privileged(link, &group, true).await?, Saved::Yes);
        assert_eq!(groups::set_privileged(link, &group, false).await?, Saved::Stale);
    }

    let mut asked = request(200_001, 100_001, 100_001, State::Delivered { at: NOW, given: Given::Role(waits.id) });
    asked.wish = Wish::Activation { eligible: waits.id, role: waits.role };
    assert_eq!(requests::insert(link, &asked, None).await?, Saved::Yes);
    assert_eq!(requests::open_activation(link, person(100_001), waits.id).await?, None);
    let mut more = request(200_002, 100_001, 100_001, State::Delivered { at: NOW, given: Given::Role(waits.id) });
    more.wish = Wish::Extension { assignment: waits.id, role: waits.role, renews: true };
    assert_eq!(requests::insert(link, &more, None).await?, Saved::Yes);
    assert_eq!(requests::get(link, more.id).await?, Some(more));
    assert_eq!(requests::open_extension(link, waits.id).await?, None);
    assert_eq!(requests::open_of_role(link, waits.role).await?, 0);
    Ok(())
}

both! {
    async fn only_one_activation_of_one_assignment_is_open(test: TestDb) {
        given_users(&test.db, 2).await;
        given_groups(&test.db, 1).await;
        let waits = eligible(WAITS, 1);
        let open = |n: u128, of: u128| {
            let state = State::Delivering { approved_at: NOW, tries: 0, next_try_at: NOW };
            let mut asked = request(n, of, 1, state);
            asked.wish = Wish::Activation { eligible: waits.id, role: waits.role };
            asked
        };
        attempt(&test.db, async |link| {
            assignments::insert(link, &waits, NOW).await?;
            assert_eq!(requests::insert(link, &open(1, 1), None).await?, Saved::Yes);
            assert_eq!(requests::insert(link, &open(2, 1), None).await?, Saved::Stale, "the first stands");
            assert_eq!(requests::insert(link, &open(3, 2), None).await?, Saved::Yes, "eligible through a group, both may");
            assert_eq!(requests::open_activation(link, person(1), waits.id).await?, Some((open(1, 1).id, NOW)));
            let extends = |n: u128| {
                Request { wish: Wish::Extension { assignment: waits.id, role: waits.role, renews: false }, ..open(n, 1) }
            };
            assert_eq!(requests::insert(link, &extends(4), None).await?, Saved::Yes, "beside an activation");
            assert_eq!(requests::insert(link, &extends(5), None).await?, Saved::Stale, "and one at a time");
            assert_eq!(requests::open_extension(link, waits.id).await?, Some((open(4, 1).id, NOW)));
            let read = requests::get(link, open(1, 1).id).await?.unwrap();
            assert_eq!(read, open(1, 1));
            Ok(())
        })
        .await
        .unwrap();
    }

    async fn lists_show_what_waits_what_is_active_and_what_ended_lately(test: TestDb) {
        given_users(&test.db, 3).await;
        let role = ResourceRole::DirectoryRole(PortalRole::UserAdministrator.id());
        attempt(&test.db, async |link| {
            let waits = eligible(1, 1);
            let active = Assignment { assignment_type: AssignmentType::Active, ..eligible(2, 2) };
            let activated = Assignment {
                source: Source::Activation(waits.id),
                assignment_type: AssignmentType::Active,
                ends_at: Some(NOW + HOUR),
                ..eligible(3, 1)
            };
            let old = Assignment { assignment_type: AssignmentType::Active, ..eligible(4, 3) };
            for one in [&waits, &active, &activated, &old] {
                assignments::insert(link, one, NOW).await?;
            }
            assignments::end(link, old.id, EndReason::Removed, NOW - Span::days(31)).await?;
            let ids = |all: Vec<Assignment>| all.into_iter().map(|one| one.id).collect::<Vec<_>>();
            let of = async |link: &mut Link, tab, now| role_assignments::of_role(link, role, tab, None, 25, now).await.map(ids);
            assert_eq!(of(link, Tab::Eligible, NOW).await?, [waits.id]);
            assert_eq!(of(link, Tab::Active, NOW).await?, [active.id, activated.id]);
            assert_eq!(of(link, Tab::Active, NOW + HOUR).await?, [active.id], "the clock ends it, no worker");
            assert!(of(link, Tab::Expired, NOW).await?.is_empty(), "31 days are too long ago");
            assert_eq!(of(link, Tab::Expired, NOW - Span::days(2)).await?, [old.id]);
            assert_eq!(ids(role_assignments::ended_of(link, Principal::User(person(3)), (true, false), None, 25, NOW - Span::days(2)).await?), [old.id]);
            let counts = role_assignments::counts(link, NOW).await?;
            let of_role = counts.iter().find(|(id, _, _)| ResourceRole::DirectoryRole(*id) == role);
            assert!(of_role.is_some_and(|(_, eligible, active)| (*eligible, *active) == (1, 2)), "{counts:?}");
            assert_eq!(assignments::who_activated(link, &[person(1), person(2)]).await?, [person(1)]);
            Ok(())
        })
        .await
        .unwrap();
    }

    async fn whoever_is_eligible_for_several_roles_is_found_once_and_who_is_for_others_not_at_all(test: TestDb) {
        given_users(&test.db, 4).await;
        given_groups(&test.db, 2).await;
        let (one, two) = (Privileged::DirectoryRole(PortalRole::UserAdministrator.id()), Privileged::GroupOwner(team(2)));
        let other = ResourceRole::DirectoryRole(PortalRole::SecurityReader.id());
        attempt(&test.db, async |link| {
            let all = [
                eligible(1, 1),
                Assignment { role: two.role(), ..eligible(2, 1) },
                Assignment { role: other, ..eligible(3, 2) },
                Assignment { principal: Principal::Group(team(1)), ..eligible(4, 1) },
                membership(5, 3, 1),
                Assignment { ends_at: Some(NOW), ..eligible(6, 4) },
            ];
            for assignment in &all {
                assignments::insert(link, assignment, NOW - HOUR).await?;
            }
            let of = async |link: &mut Link, roles: &[Privileged], limit| {
                let mut found = role_assignments::eligible_people(link, roles, limit, NOW).await?;
                found.sort();
                Ok::<_, Fault>(found.into_iter().map(|(user, ..)| user).collect::<Vec<_>>())
            };
            assert!(of(link, &[], 9).await?.is_empty());
            assert_eq!(of(link, &[two], 9).await?, [person(1)]);
            assert_eq!(of(link, &[one, two], 9).await?, [person(1), person(3)], "themselves, and through a group");
            assert_eq!(of(link, &[one, two], 1).await?, [person(1)]);
            Ok(())
        })
        .await
        .unwrap();
    }

    async fn no_context_goes_while_settings_name_it_and_no_two_have_one_name(test: TestDb) {
        let id = |n| model::AuthenticationContextId(crate::given::id(n));
        let demand = Demand { strength: Strength::SignIn, minutes: 5 };
        let one = AuthenticationContext { id: id(1), name: "Work".into(), description: String::new(), demand, terms: None, version: 1 };
        let by = RoleSettings { activation_proof: Proof::Context { context: one.id }, ..RoleSettings::default() };
        let kept = overrides(&RoleSettings::default(), &by);
        let role = Privileged::DirectoryRole(PortalRole::UserAdministrator.id());
        let before = attempt(&test.db, async |link| role_settings::save(link, role, &kept, 0).await).await;
        assert!(before.is_err(), "it is not there yet");
        let named = attempt(&test.db, async |link| {
            authentication_contexts::insert(link, &one).await?;
            role_settings::save(link, role, &kept, 0).await
        });
        assert_eq!(named.await.unwrap(), Saved::Yes);
        assert!(attempt(&test.db, async |link| authentication_contexts::delete(link, one.id).await).await.is_err());
        let same = AuthenticationContext { id: id(2), name: "WORK".into(), ..one };
        let taken = attempt(&test.db, async |link| authentication_contexts::insert(link, &same).await).await.unwrap_err();
        assert!(taken.is_duplicate());
    }

    async fn a_session_knows_whether_any_role_asks_its_holders(test: TestDb) {
        given_users(&test.db, 1).await;
        let asking = RoleSettings { holder_multifactor: true, ..RoleSettings::default() };
        let role = Privileged::DirectoryRole(PortalRole::UserAdministrator.id());
        attempt(&test.db, async |link| {
            sessions::insert(link, b"mine", person(1), "password", "::1", "", NOW).await?;
            assert!(!sessions::get(link, b"mine").await?.unwrap().holders_asked);
            let kept = overrides(&RoleSettings::default(), &asking);
            assert_eq!(role_settings::save(link, role, &kept, 0).await?, Saved::Yes);
            assert!(sessions::get(link, b"mine").await?.unwrap().holders_asked);
            let none = overrides(&RoleSettings::default(), &RoleSettings::default());
            assert_eq!(role_settings::save(link, role, &none, 1).await?, Saved::Yes);
            assert!(!sessions::get(link, b"mine").await?.unwrap().holders_asked);
            assert_eq!(role_settings::save_template(link, PrivilegedKind::DirectoryRole, &kept, 0).await?, Saved::Yes);
            assert!(sessions::get(link, b"mine").await?.unwrap().holders_asked);
            Ok(())
        })
        .await
        .unwrap();
    }

    async fn a_role_inherits_from_the_template_of_its_kind_and_of_no_other(test: TestDb) {
        attempt(&test.db, async |link| {
            let template = |kind: PrivilegedKind| format!("{}:{}", kind.key(), AnyId::nil()).parse::<Privileged>().unwrap();
            let short = RoleSettings { activation_max_minutes: 30, ..RoleSettings::default() };
            let kept = overrides(&RoleSettings::default(), &short);
            let _ = role_settings::save(link, template(PrivilegedKind::GroupOwner), &kept, 0).await?;
            let owner = role_settings::get(link, Privileged::GroupOwner(team(1))).await?;
            assert_eq!((owner.settings.activation_max_minutes, owner.version), (30, 0));
            assert!(owner.overrides.is_empty());
            let member = role_settings::get(link, Privileged::GroupMember(team(1))).await?;
            assert_eq!(member.settings, RoleSettings::default());
            Ok(())
        })
        .await
        .unwrap();
    }
}
