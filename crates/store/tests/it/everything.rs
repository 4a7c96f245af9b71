//! Runs every statement of the store once, for the planner to explain.
//!
//! The file is long because it calls every function of the store.

use crate::given::{
    HOUR, NOW, TestDb, attempt, catalog, group, held, id, membership, offer, package, pending, person, policy, request, role,
    team, user, wish,
};
use model::access::{EndReason, ResourceRole};
use model::approval::{Approver, Part, Verdict};
use model::catalog::{CatalogRole, Holder, PackageFields};
use model::delegation::{Delegated, Delegation};
use model::directory::UserKind;
use model::event::{Action, Actor, Event, Kind, Outcome};
use model::notice::{About, Letter, Notice};
use model::package::Scope;
use model::request::{Decision, PackageAssignment, Phase};
use model::role_settings::Privileged;
use model::separation::Incompatible;
use model::view::approval::Kind as Asked;
use model::{ApplicationId, ApplicationRoleId, DelegationId, DraftId, EventId, LetterId, ReviewId, ReviewSeriesId};
use rules::draft::Draft;
use std::collections::BTreeSet;
use store::catalogs::Seen;
use store::search::Words;
use store::{
    Fault, Link, Saved, activation_profiles, all_requests, approvals, assignments, audit, automatic, catalog_choice, catalogs,
    delegations, drafts, emergency, events, groups, inbox, letters, package_editing, package_holders, packages, past, policies,
    requests, resources, review_later, review_lists, review_rows, search, separation, sessions, sponsors, team, users,
};

/// Calls every function of the store. None is missing: see the test below.
pub async fn everything(test: &TestDb) {
    test.db.migrate().await.unwrap();
    attempt(&test.db, async |link| {
        people(link).await?;
        teams(link).await?;
        offers(link).await?;
        governing(link).await?;
        asking(link).await?;
        crate::privileged::privileged(link).await?;
        crate::reviews::reviews(link, 100_001).await?;
        later(link).await?;
        crate::review_campaigns::campaigns(link, 100_001).await?;
        history(link).await?;
        outbox(link).await?;
        comings_and_goings(link).await
    })
    .await
    .unwrap();
}

async fn people(link: &mut Link) -> Result<(), Fault> {
    users::insert(link, &user(100_001), Some("hash")).await?;
    users::insert(link, &user(100_002), None).await?;
    let _ = users::update(link, &user(100_001)).await?;
    users::set_enabled(link, person(1), true).await?;
    users::forget_password(link, person(1)).await?;
    users::set_password_hash(link, person(1), "hash").await?;

    users::signed_in(link, person(1), NOW).await?;
    users::guard(link, person(1)).await?;
    users::fold_mails(link).await?;
    users::get(link, person(1)).await?;
    users::by_name(link, &user(100_001).user_name).await?;
    users::names(link, &[person(1)]).await?;
    users::several(link, &[person(1)]).await?;
    users::managers(link, person(1), 10).await?;
    for words in ["", "user"] {
        users::list(link, &Words::of(words), users::Filter::All, None, 25).await?;
    }
    users::page_by_id(link, person(1), 25).await?;
    users::any(link).await?;
    search::set(link, search::USER, id(100_001), &["some words"]).await
}

async fn profiles(link: &mut Link) -> Result<(), Fault> {
    use model::activation_profile::ActivationProfile;
    use model::role_settings::Privileged;
    let owner = person(100_001);
    let one = ActivationProfile {
        id: model::ActivationProfileId(id(100_001)),
        owner,
        name: "Incident".into(),
        roles: vec![Privileged::GroupMember(team(1))],
    };
    activation_profiles::save(link, &one).await?;
    let renamed = ActivationProfile { name: "INCIDENT".into(), roles: vec![Privileged::DirectoryRole(role(1))], ..one };
    activation_profiles::save(link, &renamed).await?;
    assert_eq!(activation_profiles::of(link, owner).await?, std::slice::from_ref(&renamed));
    assert!(!activation_profiles::delete(link, person(100_002), renamed.id).await?);
    assert!(activation_profiles::delete(link, owner, renamed.id).await?);
    Ok(())
}

async fn emergencies(link: &mut Link) -> Result<(), Fault> {
    use model::emergency::{EmergencyAccount, EmergencyUse, Word};
    let account = EmergencyAccount { user: person(100_001), reviewer: person(100_002), since: NOW };
    emergency::mark(link, &account).await?;
    emergency::account(link, person(100_001)).await?;
    emergency::accounts(link).await?;
    let used = EmergencyUse {
        id: model::EmergencyUseId(id(100_001)),
        request: model::RequestId(id(1)),
        user: person(100_001),
        reviewer: person(100_002),
        used_at: NOW,
        review_by: NOW,
        closed: None,
        allowed: None,
    };
    emergency::insert(link, &used).await?;
    assert_eq!(emergency::get(link, used.id).await?.as_ref(), Some(&used));
    assert_eq!(emergency::of_account(link, person(100_001)).await?, (vec![used.clone()], vec![NOW]));
    emergency::to_review(link, person(100_002), 5).await?;
    emergency::list(link, None, 25).await?;
    emergency::list(link, Some((NOW, used.id)), 25).await?;
    let word = Word { by: person(100_002), at: NOW, words: "Fine.".into() };
    assert_eq!(emergency::allow(link, used.id, &word).await?, Saved::Yes);
    assert_eq!(emergency::close(link, used.id, &word).await?, Saved::Yes);
    assert_eq!(emergency::close(link, used.id, &word).await?, Saved::Stale);
    assert_eq!(
        emergency::get(link, used.id).await?,
        Some(EmergencyUse { closed: Some(word.clone()), allowed: Some(word), ..used })
    );
    emergency::unmark(link, person(100_001)).await?;
    Ok(())
}

async fn alerting(link: &mut Link) -> Result<(), Fault> {
    use model::alert::{AlertKind, Found, Incident};
    use model::emergency::Word;
    use store::{alert_facts, alerts};
    let kind = AlertKind::EmergencyUnreviewed;
    assert_eq!(alerts::set(link, kind, &kind.defaults(), 0).await?, Saved::Yes);
    assert_eq!(alerts::set(link, kind, &kind.defaults(), 0).await?, Saved::Stale);
    assert_eq!(alerts::settings(link).await?.get(&kind), Some(&(kind.defaults(), 1)));
    let found = Found::Unreviewed { used: model::EmergencyUseId(id(1)), user: person(1), review_by: NOW };
    let one = model::AlertIncidentId(id(100_001));
    let incident = Incident { id: one, found: found.clone(), found_at: NOW, dismissed: None };
    assert!(alerts::insert(link, &incident).await?);
    let again = Incident { id: model::AlertIncidentId(id(100_002)), ..incident.clone() };
    assert!(!alerts::insert(link, &again).await?, "the same is open");
    assert_eq!(alerts::get(link, one).await?.as_ref(), Some(&incident));
    alerts::change(link, one, &found).await?;
    assert_eq!(alerts::count(link).await?, 1);
    assert_eq!(alerts::counts(link).await?.get(&kind), Some(&(1, 0)));
    assert_eq!(alerts::latest(link, 5).await?.len(), 1);
    alerts::list(link, kind, None, 25).await?;
    alerts::list(link, kind, Some((NOW, one)), 25).await?;
    let word = Word { by: person(100_001), at: NOW, words: "Known.".into() };
    assert_eq!(alerts::dismiss(link, one, &word).await?, Saved::Yes);
    assert_eq!(alerts::dismiss(link, one, &word).await?, Saved::Stale);
    assert_eq!(alerts::open(link).await?, [Incident { dismissed: Some(word), ..incident.clone() }]);
    assert_eq!(alerts::reopen(link, one).await?, Saved::Yes);
    assert!(alerts::resolve(link, one).await?);
    assert!(!alerts::resolve(link, one).await?);
    assert!(alerts::insert(link, &again).await?, "it is so again");
    alerts::set_scanned_at(link, NOW).await?;
    assert_eq!(alerts::scanned_at(link).await?, Some(NOW));
    let given = membership(100_077, 100_001, 100_078);
    assignments::insert(link, &given, NOW).await?;
    alerts::remember_outside(link, given.id).await?;
    alerts::origins(link, &[given.id]).await?;
    alert_facts::outside(link, NOW).await?;
    alert_facts::holdings(link, NOW).await?;
    alert_facts::activations(link, NOW - HOUR, NOW, 2).await?;
    alert_facts::unreviewed(link, NOW).await?;
    alert_facts::undecided(link, NOW).await?;
    assignments::reach_of(link, &[person(1), person(2)], NOW).await?;
    groups::keep(link, group(1).id).await?;
    groups::guard(link, group(1).id).await?;
    emergency::hand_over(link, person(1), person(2)).await?;
    assignments::reach_of_groups(link, &[group(1).id].into(), NOW).await?;
    for role in [given.role, ResourceRole::DirectoryRole(role(1)), ResourceRole::GroupOwner(team(1))] {
        assignments::people_of(link, role, None, 25, NOW).await?;
        assignments::people_of(link, role, Some(("m".to_owned(), person(1))), 25, NOW).await?;
    }
    Ok(())
}

async fn teams(link: &mut Link) -> Result<(), Fault> {
    groups::insert(link, &group(100_001)).await?;
    let _ = groups::update(link, &group(100_001)).await?;
    groups::get(link, team(1)).await?;
    groups::dynamic(link).await?;
    groups::role_assignable(link, &[team(1)]).await?;
    emergencies(link).await?;
    alerting(link).await?;
    store::standing_access::list(link, None, 25, NOW).await?;
    store::standing_access::last_activations(link, &[person(1)]).await?;
    store::resources::service_principal_names(link, &[model::ServicePrincipalId(id(1))]).await?;
    profiles(link).await?;
    let admin = Privileged::DirectoryRole(model::directory::PortalRole::GlobalAdministrator.id());
    let privileged = [admin, Privileged::GroupMember(team(1)), Privileged::GroupOwner(team(1))];
    store::role_assignments::eligible_people(link, &privileged, 5, NOW).await?;
    store::providers::strengths_of(link, &[person(1)]).await?;
    store::role_assignments::ways_in(link, model::directory::PortalRole::GlobalAdministrator.id(), NOW).await?;
    groups::names(link, &[team(1)]).await?;
    for words in ["", "group"] {
        groups::list(link, &Words::of(words), groups::Filter::All, None, 25, NOW).await?;
    }
    crate::review_leavers::many_roles(link, &[team(1).0]).await?;
    groups::direct_of(link, person(1), NOW).await?;
    groups::above(link, team(1)).await?;
    groups::set_evaluation(link, team(1), Some(NOW)).await?;
    groups::due(link, NOW, 25).await?;
    groups::depth_below(link, team(1)).await?;

    let one = membership(100_001, 100_001, 100_001);
    assignments::insert(link, &one, NOW).await?;
    assignments::insert_all(link, &[], NOW).await?;
    assignments::direct(link, one.principal, one.role).await?;
    assignments::get(link, one.id).await?;
    assignments::extend_source(link, id(1), Some(NOW)).await?;
    assignments::end_of_source(link, id(1), EndReason::PackageEnded, NOW).await?;
    assignments::end(link, one.id, EndReason::Removed, NOW).await?;
    assignments::reach(link, person(1), NOW).await?;
    assignments::end_of_sources(link, &[id(1), id(2)], EndReason::PackageEnded, NOW).await?;
    assignments::of_source(link, id(1)).await?;
    assignments::of_sources(link, &[id(1)]).await?;
    assignments::of_role(link, ResourceRole::GroupMember(team(1)), None, 25).await?;
    assignments::active_in(link, ResourceRole::GroupMember(team(1)), None, 25, NOW).await?;
    assignments::count(link, ResourceRole::GroupMember(team(1)), NOW).await?;
    assignments::role_holders(link, role(1), NOW).await?;
    assignments::lasting_role_holders(link, role(1), NOW).await?;
    assignments::guard(link, role(1)).await?;
    assignments::keep(link, one.id).await?;
    assignments::members(link, team(1), NOW, 25).await?;
    assignments::owners(link, team(1), NOW).await?;
    assignments::of_groups(link, &[team(1)]).await?;
    assignments::due(link, NOW, 25).await?;
    assignments::several(link, &[one.id]).await?;
    assignments::end_several(link, &[one.id], EndReason::Expired, NOW).await?;

    let roles = [(ApplicationRoleId(id(71)), "Reader")];
    resources::insert_application(link, ApplicationId(id(70)), "Ledger", "", &roles, NOW).await?;
    resources::insert_service_principal(link, model::ServicePrincipalId(id(71)), "Backup robot", NOW).await?;
    resources::service_principal(link, model::ServicePrincipalId(id(71))).await?;
    for words in ["", "back", "backup rob"] {
        assert_eq!(resources::service_principals(link, &Words::of(words), 10).await?.len(), 1, "{words}");
    }
    resources::role_names(link, &[role(1)]).await?;
    resources::application_role_names(link, &[roles[0].0]).await?;
    Ok(())
}

async fn offers(link: &mut Link) -> Result<(), Fault> {
    packages::insert_catalog(link, &catalog(100_001)).await?;
    let inside = packages::Package { catalog_id: catalog(100_001).id, ..package(100_001) };
    packages::insert(link, &inside, &[crate::given::gives(ResourceRole::GroupMember(team(1)))]).await?;
    packages::insert_policy(link, inside.id, 0, &policy(100_001, Scope::AllUsers)).await?;
    packages::get(link, offer(1)).await?;
    packages::roles(link, &[offer(1)]).await?;
    packages::policies(link, offer(1)).await?;
    store::policies::enabled(link, None, 25).await?;
    packages::free(link, person(1), &[offer(1)]).await?;
    packages::policies_by_id(link, &[policy(100_001, Scope::AllUsers).id]).await?;
    for words in ["", "package"] {
        packages::available(link, person(1), UserKind::Member, &Words::of(words), None, 25, NOW).await?;
    }
    packages::several(link, &[offer(1)]).await?;
    packages::in_enabled_catalogs(link, &[offer(1)]).await?;
    for words in ["", "package"] {
        team::available(link, (person(1), UserKind::Member), &Words::of(words), None, 25, NOW).await?;
    }
    sponsors::of(link, person(1)).await?;
    sponsors::enabled(link, person(1)).await?;
    sponsors::set(link, person(100_001), &[person(100_001)]).await?;
    team::policies(link, &[offer(1)]).await?;
    team::reports(link, person(1), None, 25).await?;
    team::held(link, &[person(1)]).await?;
    team::open(link, &[person(1)]).await?;
    let one = held(100_001, 100_001, 100_001);
    packages::insert_held(link, &one, Some(NOW)).await?;
    packages::held(link, one.holder, one.package).await?;
    packages::held_by(link, person(1)).await?;
    packages::get_held(link, one.id).await?;
    packages::several_held(link, &[one.id]).await?;
    approvals::approved(link, person(1), &one).await?;
    let _ = packages::extend_held(link, &one, None, None).await?;
    let _ = packages::end_held(link, &one, EndReason::Expired, NOW).await?;
    let _ = packages::end_all_held(link, &[(&one, EndReason::Expired)], NOW).await?;
    packages::shown_names(link, &[offer(1)]).await?;
    for words in ["", "user", "user one"] {
        packages::held_found(link, person(1), &Words::of(words)).await?;
        packages::ended(link, person(1), &Words::of(words), None, 25).await?;
        package_holders::active(link, offer(1), &Words::of(words), None, 25, NOW).await?;
        package_holders::ended(link, offer(1), &Words::of(words), None, 25).await?;
    }
    packages::due(link, NOW, 25).await?;
    packages::ending(link, NOW, 25).await?;
    packages::set_warning(link, one.id, None).await?;
    Ok(())
}

async fn governing(link: &mut Link) -> Result<(), Fault> {
    let (one, edited) = (catalog(100_001).id, offer(100_001));
    let given = crate::given::gives(ResourceRole::GroupOwner(team(1)));
    let resource = given.role.resource();
    if let Some(catalog) = catalogs::get(link, one).await? {
        let _ = catalogs::update(link, &catalog).await?;
        assert!(catalogs::get_to_change(link, one).await?.is_some());
    }
    for (words, seen) in [("", Seen::All), ("catalog", Seen::By(person(1)))] {
        catalogs::list(link, seen, &Words::of(words), None, 25, NOW).await?;
        catalog_choice::for_packages(link, seen, words, 25, NOW).await?;
        catalog_choice::for_packages_among(link, seen, &[one], NOW).await?;
        package_editing::list(link, seen, &Words::of(words), None, 25, NOW).await?;
    }
    catalogs::any_role(link, person(1), NOW).await?;
    catalogs::all_roles_of(link, person(1), NOW).await?;
    catalogs::insert_role(link, one, Holder::User(person(100_001)), CatalogRole::Owner, NOW).await?;
    catalogs::insert_role(link, one, Holder::Group { group: team(1) }, CatalogRole::Reader, NOW).await?;
    catalogs::roles_of(link, one, person(100_001), NOW).await?;
    assert_eq!(catalogs::roles_at(link, offer(100_001), person(100_001), NOW).await?, [CatalogRole::Owner]);
    catalogs::roles(link, one, 25).await?;
    assert!(catalogs::delete_role(link, one, Holder::User(person(100_001)), CatalogRole::Owner).await?);
    catalogs::insert_resource(link, one, resource, NOW).await?;
    assert!(catalogs::has_resource(link, one, resource).await?);
    catalogs::resources(link, one, None, 25).await?;
    catalogs::packages_by_resource(link, one).await?;
    catalogs::gives_roles(link, one).await?;
    catalogs::groups_with_roles(link, one).await?;
    catalogs::packages_with(link, one, resource).await?;
    catalogs::delete_resource(link, one, resource).await?;
    store::resources::groups(link, &[team(1)]).await?;
    catalogs::applications(link, &[ApplicationId(id(70))]).await?;
    catalogs::application_roles(link, &[ApplicationId(id(70))]).await?;
    catalogs::applications_called(link, "led", 25).await?;
    catalogs::directory_roles(link).await?;

    let fields = PackageFields { catalog: one, name: "Draft".into(), description: String::new(), hidden: false };
    let document = rules::draft::start(&fields, 0).unwrap();
    let draft = Draft { id: DraftId(id(100_001)), owner: person(100_001), catalog: one, document, changed_at: NOW, version: 0 };
    drafts::insert(link, &draft).await?;
    assert_eq!(drafts::get(link, draft.id).await?.as_ref(), Some(&draft));
    assert_eq!(drafts::of(link, person(100_001), 25).await?, std::slice::from_ref(&draft));
    assert_eq!(drafts::update(link, &draft).await?, Saved::Yes);
    assert_eq!(drafts::update(link, &draft).await?, Saved::Stale);
    assert_eq!(drafts::delete(link, &draft).await?, Saved::Stale);
    assert_eq!(drafts::delete(link, &Draft { version: 1, ..draft }).await?, Saved::Yes);

    assert!(!package_editing::has_name(link, one, "Nothing of this name").await?);
    package_editing::guard(link, edited).await?;
    package_editing::guard_what_it_gives(link, edited).await?;
    if let Some(found) = package_editing::get(link, edited).await? {
        let _ = package_editing::update(link, &found).await?;
    }
    package_editing::index(link, edited).await?;
    package_editing::index_all_with(link, team(1).0).await?;
    package_editing::of_catalog(link, one, None, 25, NOW).await?;
    package_editing::insert_role(link, edited, given).await?;
    package_editing::holders(link, edited, NOW).await?;
    package_editing::given(link, edited, given).await?;
    package_editing::end_given(link, edited, given, NOW).await?;
    package_editing::given_count(link, edited, given, NOW).await?;
    package_editing::in_use(link, edited, NOW).await?;
    assert!(package_editing::delete_role(link, edited, given).await?);

    policies::insert(link, edited, &policy(100_002, Scope::AllUsers)).await?;
    policies::get(link, edited, policy(100_002, Scope::Nobody).id).await?;
    let _ = policies::update(link, edited, &policy(100_002, Scope::AllMembers), 0).await?;
    policies::delete(link, policy(100_002, Scope::Nobody).id, NOW).await?;
    by_rule(link).await?;
    policies::user_called(link, "User 1").await?;
    groups::called(link, "Group 1").await?;

    for with in [Incompatible::Package(offer(1)), Incompatible::Group(team(100_001))] {
        separation::insert(link, edited, with, NOW).await?;
    }
    assert_eq!(separation::of(link, edited).await?.len(), 1, "the group alone is there");
    separation::against(link, edited, person(1), NOW).await?;
    separation::gives(link, edited, team(1), NOW).await?;
    assert!(separation::has_any(link, edited, NOW).await?);
    separation::eligible_by_package(link, person(1), NOW).await?;
    separation::overlaps(link, edited, None, 25, NOW).await?;
    separation::count_overlapping(link, edited, NOW).await?;
    assert!(separation::delete(link, offer(1), Incompatible::Package(edited)).await?, "from the other side");
    separation::forget(link, edited).await?;

    let gone = packages::Package { id: offer(100_003), catalog_id: one, name: "Gone".into(), ..package(100_003) };
    packages::insert(link, &gone, &[]).await?;
    assert_eq!(catalogs::packages_in(link, one, 1).await?.0.len(), 1);
    package_editing::making_eligible(link, team(1)).await?;
    package_editing::delete(link, gone.id, NOW).await?;
    packages::insert_catalog(link, &catalog(100_002)).await?;
    catalogs::delete(link, catalog(100_002).id, NOW).await?;
    assert_eq!(catalogs::get(link, catalog(100_002).id).await?, None);
    Ok(())
}

async fn by_rule(link: &mut Link) -> Result<(), Fault> {
    let edited = offer(100_001);
    let one = policy(100_003, Scope::Automatic { rule: "user.city -eq \"Oslo\"".into(), grace_minutes: 0 });
    policies::insert(link, edited, &one).await?;
    automatic::set_evaluation(link, one.id, Some(NOW)).await?;
    let found = automatic::all(link).await?;
    assert_eq!(found.iter().map(|found| found.policy.id).collect::<Vec<_>>(), [one.id]);
    assert_eq!(automatic::get(link, one.id).await?.as_ref(), found.first());
    assert_eq!(automatic::due(link, NOW, 25).await?, [one.id]);
    let all = [PackageAssignment { policy: one.id, ..held(100_003, 100_002, 100_001) }];
    automatic::give(link, &all).await?;
    assert!(automatic::holdings(link, edited).await?.contains(&all[0]));
    assert_eq!(automatic::set_ends(link, &all, Some(NOW + HOUR)).await?, 1);
    assert_eq!(automatic::set_ends(link, &all, None).await?, 0, "it was changed meanwhile");
    Ok(())
}

async fn asking(link: &mut Link) -> Result<(), Fault> {
    let one = request(100_001, 100_001, 100_001, pending());
    assert_eq!(requests::insert(link, &one, Some(NOW)).await?, Saved::Yes);
    let _ = requests::update(link, &one, Some(NOW)).await?;
    requests::get(link, one.id).await?;
    requests::get_to_change(link, one.id).await?;
    requests::several(link, &[one.id]).await?;
    requests::open(link, person(1), offer(1)).await?;
    requests::open_of(link, person(1)).await?;
    requests::concerning(link, person(1)).await?;
    requests::of(link, person(1), None, None, 25).await?;
    for (words, phase) in [("", None), ("", Some(Phase::Expired)), ("user", None), ("user two", Some(Phase::Expired))] {
        all_requests::list(link, &Words::of(words), phase, None, 25).await?;
        all_requests::of_package(link, offer(1), &Words::of(words), phase, None, 25).await?;
    }
    requests::due(link, NOW, 25).await?;
    requests::next_due(link).await?;
    letters::next_due(link).await?;
    let all = [
        Approver::User { id: person(1) },
        Approver::Group { id: team(1) },
        Approver::Manager { level: 2 },
        Approver::Owners,
        Approver::Sponsors,
        Approver::RoleHolders { id: role(1) },
    ];
    let roles = [crate::given::gives(ResourceRole::GroupMember(team(1)))];
    requests::insert_asks(link, &one, &[], &roles).await?;
    requests::set_asks(link, &one, &all.map(|approver| (Part::Approvers, approver)), &roles).await?;
    let decision = Decision {
        stage: 0,
        approver: person(100_002),
        stood_in_for: None,
        verdict: Verdict::Approve,
        words: String::new(),
        at: NOW,
    };
    requests::insert_decision(link, one.id, &decision).await?;
    requests::decisions(link, one.id).await?;
    let about = (approvals::Thing::Package(offer(1)), roles.as_slice());
    approvals::people_and_names(link, &[crate::given::stage(all.to_vec())], person(1), about, &[person(2)], NOW).await?;
    approvals::people(link, &[crate::given::stage(all.to_vec())], person(1), about, NOW).await?;
    approvals::named(link, &[crate::given::stage(all.to_vec())], 25, NOW).await?;
    inbox::waiting(link, person(1), &inbox::Sought::default(), None, 25, NOW).await?;
    let sought = inbox::Sought { words: Words::of("quiet mo"), kind: Some(Asked::Group), due_by: Some(NOW + HOUR) };
    let of_kind = inbox::Sought { kind: Some(Asked::Package), ..inbox::Sought::default() };
    inbox::waiting(link, person(1), &of_kind, None, 25, NOW).await?;
    inbox::decided(link, person(100_002), &of_kind, None, 25).await?;
    inbox::waiting(link, person(1), &sought, None, 25, NOW).await?;
    inbox::count_waiting(link, person(1), NOW, 100).await?;
    inbox::decided(link, person(100_002), &inbox::Sought::default(), None, 25).await?;
    inbox::decided(link, person(100_002), &sought, None, 25).await?;
    let one = Delegation {
        id: DelegationId(id(100_001)),
        from: person(100_001),
        to: person(100_002),
        starts_at: NOW,
        ends_at: NOW + HOUR,
        delegated: Delegated::Packages(vec![offer(100_001)]),
        ended_at: None,
    };
    delegations::insert(link, &one).await?;
    assert_eq!(delegations::get_to_change(link, one.id).await?, Some(one.clone()));
    assert_eq!(delegations::given(link, person(100_001), NOW, 25).await?, std::slice::from_ref(&one));
    assert_eq!(delegations::received(link, person(100_002), NOW, 25).await?, std::slice::from_ref(&one));
    delegations::stand_ins(link, Some(offer(1)), NOW).await?;
    delegations::stand_ins(link, None, NOW).await?;
    delegations::decided_packages(link, person(100_002), 25).await?;
    assert_eq!(delegations::end(link, one.id, NOW).await?, Saved::Yes);
    assert_eq!(delegations::end(link, one.id, NOW).await?, Saved::Stale);
    Ok(())
}

async fn history(link: &mut Link) -> Result<(), Fault> {
    let action = Action::UserEnabled { user: person(1) };
    let one =
        Event { id: EventId(id(100_001)), at: NOW, actor: Actor::System, request: Some(wish(1)), about: Vec::new(), action };
    events::insert(link, std::slice::from_ref(&one)).await?;
    events::of_request(link, wish(1)).await?;
    events::of_things(link, &[person(1).0]).await?;
    let kinds = [None, Some(Kind::SignedIn)];
    for (action, outcome) in kinds.into_iter().flat_map(|kind| [None, Some(Outcome::Failure)].map(|outcome| (kind, outcome))) {
        let sought = audit::Sought { action, outcome, ..audit::Sought::default() };
        audit::list(link, sought, None, 25).await?;
        audit::list(link, audit::Sought { actor: Some(events::SYSTEM), ..sought }, None, 25).await?;
        audit::list(link, audit::Sought { target: Some(team(1).0), ..sought }, None, 25).await?;
        audit::list(link, audit::Sought { own: Some(person(1)), ..sought }, None, 25).await?;
    }
    audit::package_names(link, &[offer(1)]).await?;
    audit::policy_names(link, &[model::PolicyId(id(1))]).await?;
    audit::catalog_names(link, &[model::CatalogId(id(1))]).await?;
    audit::enabled_next(link, person(1), NOW).await?;
    audit::newest_about(link, person(1).0, 20).await?;
    let about = requests::about(link, &[wish(1)]).await?;
    let stored = requests::get(link, wish(1)).await?.map(|request| request.about());
    assert_eq!(about.get(&wish(1)).cloned(), stored, "what a change knows is what is stored");
    store::follows::follows(link).await?;
    requests::decisions_of(link, &[wish(1)]).await?;
    audit::begins(link).await?;
    past::reach(link, person(1), NOW).await?;
    past::reach_of(link, &[person(1), person(2)], NOW).await?;
    for role in [ResourceRole::GroupMember(team(1)), ResourceRole::DirectoryRole(role(1)), ResourceRole::GroupOwner(team(1))] {
        past::of_role(link, role, NOW, None, 25).await?;
        past::people_of(link, role, None, 25, NOW).await?;
        past::people_of(link, role, Some(("m".to_owned(), person(1))), 25, NOW).await?;
    }
    assignments::several(link, &[model::AssignmentId(id(1))]).await?;
    events::start_chain(link, b"").await?;
    events::head(link).await?;
    events::head_now(link).await?;
    events::unsealed(link, 25).await?;
    events::seal(link, &[(one.id, 1, b"seal".to_vec())]).await?;
    events::set_head(link, 1, b"seal").await?;
    events::chain(link, 0, 25).await?;
    events::indexed(link, None, 25).await?;
    assert!(events::read(one.id, "{}").is_err());
    events::forge(link, "update chain_head set length = 1").await
}

async fn outbox(link: &mut Link) -> Result<(), Fault> {
    let about = About {
        request: wish(1),
        thing: String::new(),
        requestor: String::new(),
        beneficiary: None,
        justification: String::new(),
        answers: Vec::new(),
        asked_back: None,
        lasts: String::new().into(),
        submitted_at: NOW,
        is_role: false,
    };
    let letter = Letter { to: person(100_001).into(), notice: Notice::AccessGranted { about, ends_at: None } };
    letters::insert(link, &[(LetterId(id(100_001)), letter)], NOW).await?;
    letters::any_due(link, NOW).await?;
    letters::claim(link, NOW, NOW + HOUR, 25).await?;
    letters::again(link, LetterId(id(100_001)), NOW, "later").await?;
    letters::put_back(link, &[(LetterId(id(100_001)), NOW)], Some("later")).await?;
    letters::put_back(link, &[(LetterId(id(100_001)), NOW)], None).await?;
    letters::settle(link, &[(LetterId(id(100_001)), "sent", None)]).await
}

async fn comings_and_goings(link: &mut Link) -> Result<(), Fault> {
    sessions::insert(link, b"a", person(100_001), "password", "", "", NOW).await?;
    sessions::get(link, b"a").await?;
    sessions::is_of(link, b"a", person(100_001)).await?;
    sessions::seen(link, b"a", NOW).await?;
    sessions::put_flash(link, b"a", "{}", NOW).await?;
    sessions::flash(link, b"a").await?;
    sessions::hand_flash_on(link, b"a", b"a", NOW).await?;
    sessions::clear_flash(link, b"a", NOW).await?;
    crate::proofs::proofs(link).await?;
    crate::providers::providers(link).await?;
    crate::provisioned::provisioned(link).await?;
    crate::imports::all(link).await?;
    crate::targets::all(link).await?;
    crate::mail::mail(link).await?;
    crate::webhooks::webhooks(link).await?;
    crate::answering::answering(link).await?;
    crate::applications::all(link).await?;
    sessions::end(link, b"a").await?;
    sessions::end_all(link, person(100_001)).await?;
    sessions::forget(link, NOW - HOUR).await?;
    sessions::forget_failures(link, NOW - HOUR).await?;
    sessions::failures_to_change(link, "a").await?;
    sessions::set_failures(link, "a", 1, 1).await?;
    sessions::clear_failures(link, "a").await?;
    sessions::signed_in_from(link, person(100_001), "::1", NOW).await?;
    sessions::last_from(link, "a", "::1").await?;
    sessions::forget_places(link, NOW - HOUR).await?;
    users::guarded(link, person(100_001)).await?;
    sessions::is_setup_token(link, b"a", NOW).await?;
    sessions::put_setup_token(link, b"a", NOW).await?;
    sessions::use_setup_token(link, b"a", NOW).await?;
    sessions::first_fact(link, "a", "a").await?;
    sessions::fact(link, "a").await?;
    sessions::set_fact(link, "a", "b").await
}

/// What became of what was reviewed.
async fn later(link: &mut Link) -> Result<(), Fault> {
    let (review, series, who) = (ReviewId(id(1)), ReviewSeriesId(id(2)), person(100_001));
    review_rows::open_about(link, review, Some(who), &BTreeSet::from([who])).await?;
    review_later::said(link, review, &[who.0]).await?;
    review_later::said_of_denied(link, review, 25).await?;
    review_later::anew(link, review, &[who.0]).await?;
    review_later::package_anew(link, review, &[who.0]).await?;
    review_lists::instances(link, &[review]).await?;
    review_lists::instances_before(link, series, Some(9), 25).await?;
    review_lists::deleted(link, review).await?;
    Ok(())
}

#[test]
fn no_function_of_the_store_is_left_out() {
    let mine = [
        include_str!("everything.rs"),
        include_str!("privileged.rs"),
        include_str!("proofs.rs"),
        include_str!("providers.rs"),
        include_str!("provisioned.rs"),
        include_str!("imports.rs"),
        include_str!("targets.rs"),
        include_str!("reviews.rs"),
        include_str!("review_asked.rs"),
        include_str!("review_campaigns.rs"),
        include_str!("review_leavers.rs"),
        include_str!("mail.rs"),
        include_str!("webhooks.rs"),
        include_str!("answering.rs"),
        include_str!("applications.rs"),
    ]
    .concat();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut missing = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let topic = path.file_stem().unwrap().to_string_lossy().into_owned();
        // The functions of these belong to the database itself, not to a topic.
        if ["link", "schema"].contains(&topic.as_str()) {
            continue;
        }
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            if let Some(rest) = line.strip_prefix("pub async fn ") {
                let name = rest.split(['(', '<']).next().unwrap();
                if !mine.contains(&format!("{topic}::{name}(")) {
                    missing.push(format!("{topic}::{name}"));
                }
            }
        }
    }
    assert_eq!(missing, Vec::<String>::new(), "add them above, so that the planner's test sees their statements");
}
