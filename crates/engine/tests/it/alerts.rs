//! Alerts: what is found, who sees it, and what becomes of it.

use crate::privileged::{asks, eligible, finds, of, sets};
use model::access::AssignmentType;
use model::alert::{AlertKind, AlertSettings, Thresholds};
use model::approval::Approver;
use model::command::{Command, Done};
use model::directory::{PortalRole, Principal};
use model::role_settings::{Privileged, Proof};
use model::view::alert::{Alert, Row};
use model::view::my_roles::Tab;
use model::{Span, query};
use testkit::{Offer, Person, World, both, refused, stage};

async fn sees(who: &Person, kind: AlertKind) -> Result<Alert, engine::Problem> {
    who.asks(query::Alert { kind, after: None }).await
}

async fn rows(who: &Person, kind: AlertKind) -> Vec<Row> {
    sees(who, kind).await.unwrap().rows
}

async fn names(who: &Person, kind: AlertKind) -> Vec<String> {
    rows(who, kind).await.into_iter().map(|row| row.name).collect()
}

async fn set(who: &Person, kind: AlertKind, change: impl FnOnce(&mut AlertSettings)) -> Result<Done, engine::Problem> {
    let shown = sees(who, kind).await?;
    let mut settings = shown.settings;
    change(&mut settings);
    who.submits(Command::EditAlert { kind, version: shown.version, settings }).await
}

/// A privileged group into which Morgan puts Alex past its assignments.
async fn put_in(world: &World, morgan: &Person, alex: &Person) -> model::GroupId {
    let group = world.makes_group("Vault keepers").await;
    morgan.submits(Command::SetPrivilegedAccess { group, enabled: true }).await.unwrap();
    morgan.adds(group, alex).await.unwrap();
    group
}

both! {
    async fn who_sees_no_roles_sees_no_alerts_and_readers_change_nothing(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, morgan] = world.people(["alex", "lee", "morgan"]).await;
        put_in(&world, &morgan, &lee).await;
        world.settle().await;
        let kind = AlertKind::AssignedOutside;
        let incident = rows(&morgan, kind).await[0].incident;
        let dismiss = || Command::DismissAlert { incident, words: "Known.".into() };
        assert_eq!(refused(alex.asks(query::Alerts {}).await).code(), "not_found");
        assert_eq!(refused(sees(&alex, kind).await).code(), "not_found");
        for command in [Command::ScanAlerts, dismiss(), Command::EditAlert { kind, version: 0, settings: kind.defaults() }] {
            assert_eq!(refused(alex.submits(command).await).code(), "not_found");
        }
        world.appoints(&alex, PortalRole::SecurityReader).await;
        assert!(!sees(&alex, kind).await.unwrap().may.dismiss);
        for command in [Command::ScanAlerts, dismiss(), Command::ReopenAlert { incident }] {
            assert_eq!(refused(alex.submits(command).await).code(), "not_allowed");
        }
        world.appoints(&alex, PortalRole::SecurityAdministrator).await;
        assert_eq!(refused(set(&alex, kind, |settings| settings.enabled = false).await).code(), "not_allowed");
        alex.submits(dismiss()).await.unwrap();
        alex.submits(Command::ScanAlerts).await.unwrap();
    }

    async fn whoever_is_put_into_a_privileged_group_is_found_with_who_did_it_and_told_once(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, morgan] = world.people(["alex", "morgan"]).await;
        world.settle().await;
        assert_eq!(names(&morgan, AlertKind::AssignedOutside).await, Vec::<String>::new());
        world.letters_are_thrown_away();
        let group = put_in(&world, &morgan, &alex).await;
        world.settle().await;
        let found = rows(&morgan, AlertKind::AssignedOutside).await;
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].name, "Alex");
        assert!(found[0].what.contains("Vault keepers"), "{found:?}");
        let origin = found[0].origin.as_deref().unwrap_or_default();
        assert!(origin.contains("Morgan") && origin.contains("Added"), "{origin}");
        assert_eq!(world.subjects_to("morgan").await, ["Alert (High)"]);
        world.passes(Span::hours(5)).await;
        assert_eq!(world.subjects_to("morgan").await.len(), 1, "the same is told once");
        let told = world.history_about(group.0).await;
        assert!(told.iter().any(|event| event.action.code() == "alert_triggered"));
        let his = world.history_about(alex.id.0).await;
        assert!(his.iter().all(|event| event.action.code() != "alert_triggered"), "what others make of him is not in his history");
        let assignment = found[0].remove.unwrap();
        morgan.submits(Command::EndRoleAssignment { assignment, words: "Unknown.".into() }).await.unwrap();
        world.settle().await;
        assert_eq!(names(&morgan, AlertKind::AssignedOutside).await, Vec::<String>::new());
        assert!(world.history_about(group.0).await.iter().any(|event| event.action.code() == "alert_resolved"));
        // By an assignment it is in order.
        let asked = asks(Privileged::GroupMember(group), Principal::User(alex.id), AssignmentType::Active, None);
        morgan.submits(Command::AssignRole(asked)).await.unwrap();
        world.settle().await;
        assert_eq!(names(&morgan, AlertKind::AssignedOutside).await, Vec::<String>::new());
        world.history_is_sound().await;
    }

    async fn what_is_dismissed_stays_so_and_what_comes_again_is_new(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, morgan] = world.people(["alex", "morgan"]).await;
        let group = put_in(&world, &morgan, &alex).await;
        world.settle().await;
        let kind = AlertKind::AssignedOutside;
        let open = async || morgan.asks(query::Frame {}).await.unwrap().alerts;
        let before = open().await;
        let first = rows(&morgan, kind).await.remove(0);
        let dismiss = |incident, words: &str| Command::DismissAlert { incident, words: words.into() };
        assert_eq!(refused(morgan.submits(dismiss(first.incident, " ")).await).code(), "required");
        morgan.submits(dismiss(first.incident, "He keeps the vault.")).await.unwrap();
        assert_eq!(refused(morgan.submits(dismiss(first.incident, "Twice.")).await).code(), "alert_dismissed");
        world.passes(Span::hours(2)).await;
        assert_eq!(open().await, before - 1);
        let shown = rows(&morgan, kind).await.remove(0);
        assert_eq!(shown.dismissed.map(|word| (word.by, word.words)), Some(("Morgan".into(), "He keeps the vault.".into())));
        morgan.submits(Command::ReopenAlert { incident: first.incident }).await.unwrap();
        assert_eq!(refused(morgan.submits(Command::ReopenAlert { incident: first.incident }).await).code(), "not_found");
        assert_eq!(open().await, before);
        morgan.submits(dismiss(first.incident, "Again.")).await.unwrap();
        morgan.removes(group, &alex).await.unwrap();
        world.settle().await;
        assert!(rows(&morgan, kind).await.is_empty());
        morgan.adds(group, &alex).await.unwrap();
        world.settle().await;
        let again = rows(&morgan, kind).await.remove(0);
        assert!(again.incident != first.incident && again.dismissed.is_none());
    }

    async fn an_unused_role_and_an_account_that_nobody_uses_are_found_when_their_days_are_over(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, morgan] = world.people(["alex", "morgan"]).await;
        let role = of(PortalRole::SecurityReader);
        alex.who().await.unwrap();
        eligible(&morgan, &alex, role, None).await;
        world.passes(Span::days(29)).await;
        assert!(!names(&morgan, AlertKind::UnusedRoles).await.contains(&"Alex".to_owned()));
        world.passes(Span::days(1)).await;
        let found = rows(&morgan, AlertKind::UnusedRoles).await;
        let his = found.iter().find(|row| row.name == "Alex").unwrap();
        assert!(his.what.contains("Never activated") && his.remove.is_some(), "{his:?}");
        assert!(!names(&morgan, AlertKind::StaleAccounts).await.contains(&"Alex".to_owned()));
        world.passes(Span::days(61)).await;
        assert!(names(&morgan, AlertKind::StaleAccounts).await.contains(&"Alex".to_owned()));
        set(&morgan, AlertKind::UnusedRoles, |settings| settings.enabled = false).await.unwrap();
        world.settle().await;
        assert!(rows(&morgan, AlertKind::UnusedRoles).await.is_empty(), "nobody looks for it");
    }

    async fn roles_that_a_session_is_enough_for_are_found_until_their_settings_ask_for_more(test: TestDb) {
        let world = World::demo(test).await;
        let morgan = world.person("morgan").await;
        world.settle().await;
        let kind = AlertKind::NoMultifactor;
        let user = "User Administrator".to_owned();
        assert!(names(&morgan, kind).await.contains(&user), "Lee is eligible for it");
        assert!(!names(&morgan, kind).await.contains(&"Security Reader".to_owned()), "nobody is");
        let role = of(PortalRole::UserAdministrator);
        sets(&morgan, role, |settings| settings.activation_proof = Proof::FreshSignIn { minutes: 15 }).await.unwrap();
        world.settle().await;
        assert!(names(&morgan, kind).await.contains(&user), "a password is one factor");
        let found = rows(&morgan, kind).await;
        let remedy = found.iter().find(|row| row.name == user).unwrap().multifactor.clone().unwrap();
        assert_eq!((Privileged::DirectoryRole(remedy.role), remedy.version), (role, 1));
        assert!(remedy.says[0].contains("within 15 minutes. Until now: A sign-in within 15 minutes."), "{remedy:?}");
        assert!(remedy.says.len() == 3, "Lee has nothing to prove it with: {remedy:?}");
        // What a whole group is eligible for, each of them activates as the role's settings say.
        let keepers = world.makes_role_assignable("Key keepers").await;
        let group = Principal::Group(keepers);
        let asked = asks(of(PortalRole::SecurityReader), group, AssignmentType::Eligible, None);
        let done = morgan.submits(Command::AssignRole(asked)).await;
        assert!(done.is_ok(), "{:?}", done.err());
        let lee = world.person("lee").await;
        morgan.adds(keepers, &lee).await.unwrap();
        world.settle().await;
        assert!(names(&morgan, kind).await.contains(&"Security Reader".to_owned()));
        let lena = world.person("lena").await;
        world.appoints(&lena, PortalRole::SecurityReader).await;
        assert!(rows(&lena, kind).await.iter().all(|row| row.multifactor.is_none()), "who reads changes nothing");
        sets(&morgan, role, |settings| settings.activation_proof = Proof::Multifactor { minutes: 15 }).await.unwrap();
        world.settle().await;
        assert!(!names(&morgan, kind).await.contains(&user));
    }

    async fn a_request_is_found_when_nobody_is_left_who_decides_and_not_as_long_as_somebody_is_or_will_be_asked(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, alex, lee, miriam, emma] = world.people(["morgan", "alex", "lee", "miriam", "emma"]).await;
        let kind = AlertKind::NobodyDecides;
        let (outer, inner, gives) = (world.makes_group("Deciders").await, world.makes_group("Night deciders").await, world.makes_group("Door").await);
        morgan.submits(Command::AddMember { group: outer, principal: Principal::Group(inner), as_owner: false }).await.unwrap();
        morgan.adds(inner, &miriam).await.unwrap();
        world.offers(Offer::new("By a group", gives, [stage([Approver::Group { id: outer }])])).await;
        let fallback = model::approval::Stage { fallback: vec![(&emma).into()], ..stage([(&miriam).into()]) };
        let other = world.makes_group("Gate").await;
        world.offers(Offer::new("With others", other, [fallback])).await;
        let request = alex.requests("By a group").because("Tonight.").await.unwrap();
        lee.requests("With others").because("Tonight.").await.unwrap();
        world.settle().await;
        assert_eq!(names(&morgan, kind).await, Vec::<String>::new(), "Miriam decides, through two groups");
        morgan.disables(&miriam).await.unwrap();
        world.settle().await;
        let found = rows(&morgan, kind).await;
        assert_eq!(found.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["Alex"], "Emma will be asked about Lee’s");
        assert!(found[0].what.contains("“By a group” waits at stage 1 for nobody"), "{found:?}");
        assert_eq!(found[0].open.as_ref().map(|(to, _)| to.clone()), Some(format!("/admin/requests/{request}")));
        assert!(found[0].remove.is_none() && found[0].make_eligible.is_none());
        // Whoever asks does not decide, however they came to be asked.
        morgan.adds(outer, &alex).await.unwrap();
        world.settle().await;
        assert_eq!(names(&morgan, kind).await, ["Alex"]);
        world.appoints(&emma, PortalRole::PrivilegedRoleAdministrator).await;
        let unnamed = rows(&emma, kind).await.remove(0);
        assert!(!unnamed.what.contains("By a group") && unnamed.open.is_none(), "she sees no requests for packages: {unnamed:?}");
        morgan.enables(&miriam).await.unwrap();
        world.settle().await;
        assert_eq!(names(&morgan, kind).await, Vec::<String>::new());
        morgan.disables(&miriam).await.unwrap();
        world.settle().await;
        assert_eq!(names(&morgan, kind).await, ["Alex"]);
        alex.cancels(request, "Too late.").await.unwrap();
        world.settle().await;
        assert_eq!(names(&morgan, kind).await, Vec::<String>::new(), "nobody waits any more");
    }

    async fn too_many_administrators_are_those_beyond_both_thresholds(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, morgan] = world.people(["alex", "morgan"]).await;
        let kind = AlertKind::TooManyGlobalAdministrators;
        let too_low = set(&morgan, kind, |settings| settings.thresholds = Thresholds::Administrators { count: 1, percent: 10 }).await;
        assert_eq!(refused(too_low).field(), Some("count"));
        set(&morgan, kind, |settings| settings.thresholds = Thresholds::Administrators { count: 2, percent: 10 }).await.unwrap();
        let stale = Command::EditAlert { kind, version: 0, settings: kind.defaults() };
        assert_eq!(refused(morgan.submits(stale).await).code(), "stale");
        world.settle().await;
        let before = names(&morgan, kind).await;
        morgan
            .submits(Command::AssignRole(asks(of(PortalRole::GlobalAdministrator), Principal::User(alex.id), AssignmentType::Active, None)))
            .await
            .unwrap();
        world.settle().await;
        let after = names(&morgan, kind).await;
        assert!(!before.contains(&"Alex".to_owned()) && after.contains(&"Alex".to_owned()), "{before:?} {after:?}");
        let his = finds(&morgan, of(PortalRole::GlobalAdministrator), Tab::Active, &alex).await;
        assert!(rows(&morgan, kind).await.iter().any(|row| row.remove == Some(his)));
    }

    async fn a_server_that_begins_looks_first_and_then_only_when_there_is_a_reason(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, morgan] = world.people(["alex", "morgan"]).await;
        put_in(&world, &morgan, &alex).await;
        world.restart();
        world.settle().await;
        assert_eq!(names(&morgan, AlertKind::AssignedOutside).await, ["Alex"]);
        let looked = async || morgan.asks(query::Alerts {}).await.unwrap().scanned_at;
        let first = looked().await;
        world.passes(Span::minutes(59)).await;
        assert_eq!(looked().await, first, "nothing happened");
        world.passes(Span::minutes(1)).await;
        assert!(looked().await > first, "time brings what nobody does");
    }
}
