//! Assigning directory roles and groups, and their settings.

use model::access::{AssignmentType, EndReason};
use model::approval::Approver;
use model::audit::{Filter, Place};
use model::catalog::PolicyOf;
use model::command::{Command, Done};
use model::directory::{PortalRole, Principal};
use model::event::{Action, Kind};
use model::role_assignment::{AssignRole, ChangeRoleAssignment};
use model::role_settings::{Longest, Privileged, PrivilegedKind, RoleSettings, Ticket};
use model::view::my_roles::Tab;
use model::view::role::Assignments;
use model::{AssignmentId, Refusal, Span, Ts, query};
use testkit::{Person, World, both, refused};

const USERS: &str = "User Administrator";

pub fn of(role: PortalRole) -> Privileged {
    Privileged::DirectoryRole(role.id())
}

/// What the form of a new assignment says.
pub fn asks(role: Privileged, holder: Principal, assignment_type: AssignmentType, ends_at: Option<Ts>) -> AssignRole {
    AssignRole {
        role,
        holder,
        assignment_type,
        starts_at: None,
        ends_at,
        justification: "On call.".into(),
        ticket: Ticket::default(),
    }
}

pub async fn eligible(by: &Person, who: &Person, role: Privileged, ends_at: Option<Ts>) -> AssignmentId {
    let asked = asks(role, Principal::User(who.id), AssignmentType::Eligible, ends_at);
    by.submits(Command::AssignRole(asked)).await.unwrap();
    finds(by, role, Tab::Eligible, who).await
}

pub async fn lists(who: &Person, role: Privileged, tab: Tab) -> Result<Assignments, engine::Problem> {
    who.asks(query::RoleAssignments { role, tab, person: String::new(), after: None }).await
}

pub async fn finds(by: &Person, role: Privileged, tab: Tab, who: &Person) -> AssignmentId {
    let rows = lists(by, role, tab).await.unwrap().rows;
    let link = Some(model::view::admin::user_address(who.id));
    rows.iter().find(|row| row.href == link).unwrap_or_else(|| panic!("{} is not listed: {rows:?}", who.user_name)).assignment
}

pub async fn sets(by: &Person, role: Privileged, change: impl FnOnce(&mut RoleSettings)) -> Result<Done, engine::Problem> {
    let shown = by.asks(query::RoleSettings { role }).await.unwrap();
    let mut settings = shown.settings;
    change(&mut settings);
    let save = |seen_breaking| Command::EditRoleSettings {
        role,
        version: shown.version,
        settings: Box::new(settings.clone()),
        seen_breaking,
    };
    match by.submits(save(0)).await {
        // Whoever saves looks at what is outside, and saves all the same.
        Err(engine::Problem::Refused(Refusal::SettingsBreak { count })) => by.submits(save(count)).await,
        done => done,
    }
}

both! {
    async fn who_sees_no_roles_learns_nothing_and_who_reads_them_changes_nothing(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, morgan, lee] = world.people(["alex", "morgan", "lee"]).await;
        let role = of(PortalRole::UserAdministrator);
        let asked = asks(role, Principal::User(alex.id), AssignmentType::Active, None);
        assert_eq!(refused(alex.submits(Command::AssignRole(asked.clone())).await), Refusal::NotFound { what: "role" });
        assert_eq!(refused(lists(&alex, role, Tab::Eligible).await), Refusal::NotFound { what: "role" });
        assert_eq!(refused(alex.asks(query::RoleSettings { role }).await), Refusal::NotFound { what: "role" });
        assert_eq!(refused(alex.asks(query::RoleHolders { role, search: "a".into() }).await), Refusal::NotFound { what: "role" });
        let there = finds(&morgan, role, Tab::Eligible, &lee).await;
        let end = |assignment| Command::EndRoleAssignment { assignment, words: "Mine.".into() };
        assert_eq!(refused(alex.submits(end(there)).await).code(), "not_found");
        assert_eq!(refused(alex.submits(end(AssignmentId::default())).await).code(), "not_found", "the same for what never was");

        morgan.submits(Command::AssignRole(asks(of(PortalRole::SecurityReader), Principal::User(alex.id), AssignmentType::Active, None))).await.unwrap();
        assert!(!lists(&alex, role, Tab::Eligible).await.unwrap().may_assign);
        assert_eq!(refused(alex.submits(Command::AssignRole(asked)).await).code(), "not_allowed");
        assert_eq!(refused(alex.submits(end(there)).await).code(), "not_allowed");
        let settings = Command::EditRoleSettings { role, version: 0, settings: Box::default(), seen_breaking: 0 };
        assert_eq!(refused(alex.submits(settings).await).code(), "not_allowed");
    }

    async fn outside_of_the_settings_nothing_is_assigned_and_the_reason_names_the_setting(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, morgan] = world.people(["alex", "morgan"]).await;
        let role = of(PortalRole::UserAdministrator);
        sets(&morgan, role, |settings| settings.eligible = Longest { permanent: false, days: 90 }).await.unwrap();
        let asked = |ends_at| Command::AssignRole(asks(role, Principal::User(alex.id), AssignmentType::Eligible, ends_at));
        let said = refused(morgan.submits(asked(None)).await);
        assert!(said.code() == "outside_settings" && said.sentence().contains("Allow permanent eligible assignment"), "{said:?}");
        let year = Some(world.now() + Span::days(365));
        assert!(refused(morgan.submits(asked(year)).await).sentence().contains("3 months"));
        assert!(lists(&morgan, role, Tab::Eligible).await.unwrap().rows.iter().all(|row| row.name != "Alex"), "nothing was half done");
        morgan.submits(asked(Some(world.now() + Span::days(30)))).await.unwrap();
        assert_eq!(refused(morgan.submits(asked(Some(world.now() + Span::days(30)))).await).code(), "already_assigned");
        assert!(!alex.holds(USERS).await, "eligible gives nothing");
    }

    async fn an_assignment_begins_and_ends_by_the_clock_and_the_history_says_so(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, morgan] = world.people(["alex", "morgan"]).await;
        let role = of(PortalRole::UserAdministrator);
        let (start, end) = (world.now() + Span::hours(2), world.now() + Span::hours(6));
        let mut asked = asks(role, Principal::User(alex.id), AssignmentType::Active, Some(end));
        asked.starts_at = Some(start);
        morgan.submits(Command::AssignRole(asked)).await.unwrap();
        assert!(!alex.holds(USERS).await, "not yet");
        world.time_goes_by(Span::hours(2));
        assert!(alex.holds(USERS).await, "no worker ran");
        world.time_goes_by(Span::hours(4));
        assert!(!alex.holds(USERS).await, "its end instant is outside");
        world.settle().await;
        let told = world.history_about(alex.id.0).await;
        assert!(told.iter().any(|event| matches!(&event.action, Action::AssignmentStarted { words, .. } if words == "On call.")));
        assert!(told.iter().any(|event| matches!(&event.action, Action::AssignmentEnded { reason: EndReason::Expired, .. })));
        let expired = lists(&morgan, role, Tab::Expired).await.unwrap().rows;
        assert_eq!(expired.iter().map(|row| (row.name.as_str(), row.badge.word.as_str())).collect::<Vec<_>>(), [("Alex", "Expired")]);
        // What is over stands in nobody's way.
        morgan.submits(Command::AssignRole(asks(role, Principal::User(alex.id), AssignmentType::Active, None))).await.unwrap();
        assert!(alex.holds(USERS).await);
        world.passes(Span::days(31)).await;
        assert!(lists(&morgan, role, Tab::Expired).await.unwrap().rows.is_empty(), "the history keeps it");
    }

    async fn regression_16_a_change_of_a_window_is_kept_with_before_and_after_and_the_slower_one_is_told(test: TestDb) {
        let world = World::demo(test).await;
        let [lee, morgan] = world.people(["lee", "morgan"]).await;
        let role = of(PortalRole::UserAdministrator);
        let assignment = finds(&morgan, role, Tab::Eligible, &lee).await;
        let shown = lists(&morgan, role, Tab::Eligible).await.unwrap().rows.remove(0);
        let to = |ends_at| Command::ChangeRoleAssignment(ChangeRoleAssignment {
            assignment,
            seen: (shown.starts, shown.ends_at),
            starts_at: None,
            ends_at,
            justification: "Until the audit.".into(),
        });
        let end = world.now() + Span::days(10);
        morgan.submits(to(Some(end))).await.unwrap();
        assert_eq!(refused(morgan.submits(to(Some(end + Span::days(1)))).await), Refusal::Stale);
        let told = world.history_about(lee.id.0).await;
        assert!(told.iter().any(|event| matches!(&event.action,
            Action::AssignmentChanged { from: (_, None), to: (_, Some(at)), words, .. } if *at == end && words == "Until the audit.")));
    }

    async fn the_last_active_administrator_cannot_be_taken_away(test: TestDb) {
        let world = World::demo(test).await;
        let morgan = world.person("morgan").await;
        let role = of(PortalRole::GlobalAdministrator);
        let mine = finds(&morgan, role, Tab::Active, &morgan).await;
        let end = Command::EndRoleAssignment { assignment: mine, words: "Not needed.".into() };
        assert_eq!(refused(morgan.submits(end.clone()).await).code(), "last_administrator");
        let row = lists(&morgan, role, Tab::Active).await.unwrap().rows.into_iter().find(|row| row.assignment == mine).unwrap();
        let shorter = ChangeRoleAssignment {
            assignment: mine,
            seen: (row.starts, row.ends_at),
            starts_at: None,
            ends_at: Some(world.now() + Span::days(1)),
            justification: "Soon.".into(),
        };
        assert_eq!(refused(morgan.submits(Command::ChangeRoleAssignment(shorter)).await).code(), "last_administrator");
        let bianca = world.person("bianca").await;
        morgan.submits(Command::AssignRole(asks(role, Principal::User(bianca.id), AssignmentType::Active, None))).await.unwrap();
        morgan.submits(end).await.unwrap();
        assert!(!morgan.holds("Global Administrator").await);
    }

    async fn settings_and_assignments_of_the_highest_roles_cannot_lock_everybody_out(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, lee, bianca] = world.people(["morgan", "lee", "bianca"]).await;
        let role = of(PortalRole::PrivilegedRoleAdministrator);
        let hers = eligible(&morgan, &bianca, role, None).await;
        eligible(&morgan, &lee, role, None).await;
        let asks_lee = |settings: &mut RoleSettings| {
            settings.approval_required = true;
            settings.stages = vec![RoleSettings::default_stage(vec![Approver::User { id: lee.id }])];
        };
        sets(&morgan, role, asks_lee).await.unwrap();
        let end = Command::EndRoleAssignment { assignment: hers, words: "Not needed.".into() };
        let refusal = refused(morgan.submits(end.clone()).await);
        assert_eq!(refusal, Refusal::NobodyCouldActivate { role: "Privileged Role Administrator" }, "nobody else could approve for Lee");
        assert_eq!(lists(&morgan, role, Tab::Eligible).await.unwrap().rows.len(), 2, "nothing changed");
        sets(&morgan, role, |settings| settings.stages = vec![RoleSettings::default_stage(Vec::new())]).await.unwrap();
        morgan.submits(end).await.unwrap();
        assert_eq!(refused(sets(&morgan, role, asks_lee).await).code(), "nobody_could_activate");
        let other = of(PortalRole::SecurityReader);
        eligible(&morgan, &lee, other, None).await;
        sets(&morgan, other, asks_lee).await.unwrap();
    }

    async fn regression_16_settings_name_who_decides_and_the_slower_of_two_editors_keeps_the_form(test: TestDb) {
        let world = World::demo(test).await;
        let morgan = world.person("morgan").await;
        let group = world.makes_group("Vault keys").await;
        morgan.submits(Command::SetPrivilegedAccess { group, enabled: true }).await.unwrap();
        let role = Privileged::GroupMember(group);
        let refusal = refused(sets(&morgan, role, |settings| settings.approval_required = true).await);
        assert!(refusal.field() == Some("stages") && refusal.sentence().contains("no default approvers"), "{refusal:?}");
        let nobody = vec![RoleSettings::default_stage(vec![Approver::User { id: model::UserId::default() }])];
        let unknown = refused(sets(&morgan, role, |settings| { settings.approval_required = true; settings.stages = nobody; }).await);
        assert!(unknown.sentence().contains("not there"), "{unknown:?}");

        let of_role = of(PortalRole::UserAdministrator);
        sets(&morgan, of_role, |settings| settings.approval_required = true).await.unwrap();
        let shown = morgan.asks(query::RoleSettings { role: of_role }).await.unwrap();
        assert_eq!(shown.overridden, ["Require approval to activate", "Approval stages"]);
        let stale = Command::EditRoleSettings { role: of_role, version: shown.version - 1, settings: Box::new(shown.settings.clone()), seen_breaking: 0 };
        assert_eq!(refused(morgan.submits(stale).await), Refusal::Stale);
        let told = world.history_about(of_role.resource()).await;
        let changed = told.iter().find_map(|event| match &event.action {
            Action::RoleSettingsChanged { changes, .. } => Some(changes.clone()),
            _ => None,
        });
        assert!(changed.unwrap().iter().any(|change| (change.before.as_str(), change.after.as_str()) == ("No", "Yes")));
        // Members and owners of one group have settings of their own.
        sets(&morgan, role, |settings| settings.activation_max_minutes = 60).await.unwrap();
        let owner = morgan.asks(query::RoleSettings { role: Privileged::GroupOwner(group) }).await.unwrap();
        assert_eq!(owner.settings.activation_max_minutes, 8 * 60);
    }

    async fn what_new_settings_leave_outside_is_shown_before_they_are_saved_and_stays_as_it_is(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, morgan, lee] = world.people(["alex", "morgan", "lee"]).await;
        let role = of(PortalRole::SecurityReader);
        eligible(&morgan, &alex, role, None).await;
        eligible(&morgan, &lee, role, Some(world.now() + Span::days(20))).await;
        let shown = morgan.asks(query::RoleSettings { role }).await.unwrap();
        let settings = RoleSettings { eligible: Longest { permanent: false, days: 30 }, ..shown.settings.clone() };
        let ask = |who: &Person| {
            let asked = query::RoleSettingsEffect { role, eligible: settings.eligible, active: settings.active };
            let who = who.clone();
            async move { who.asks(asked).await }
        };
        assert_eq!(refused(ask(&alex).await), Refusal::NotFound { what: "role" });
        let effect = ask(&morgan).await.unwrap();
        assert_eq!(effect.rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["Alex"], "{effect:?}");
        assert!(effect.count == 1 && effect.all_looked_at);
        let save = |seen_breaking| {
            Command::EditRoleSettings { role, version: shown.version, settings: Box::new(settings.clone()), seen_breaking }
        };
        assert_eq!(refused(morgan.submits(save(0)).await), Refusal::SettingsBreak { count: 1 });
        assert_eq!(refused(morgan.submits(save(2)).await), Refusal::SettingsBreak { count: 1 }, "she was shown others");
        morgan.submits(save(1)).await.unwrap();
        let rows = lists(&morgan, role, Tab::Eligible).await.unwrap().rows;
        assert!(rows.iter().any(|row| row.name == "Alex" && row.ends_at.is_none()), "{rows:?}");
        // Once it is so, other changes do not ask again.
        let shown = morgan.asks(query::RoleSettings { role }).await.unwrap();
        let settings = Box::new(RoleSettings { activation_max_minutes: 60, ..shown.settings });
        let again = Command::EditRoleSettings { role, version: shown.version, settings, seen_breaking: 0 };
        morgan.submits(again).await.unwrap();
    }

    async fn a_service_principal_is_found_by_name_and_is_active_or_nothing(test: TestDb) {
        let world = World::demo(test).await;
        let morgan = world.person("morgan").await;
        let role = of(PortalRole::SecurityReader);
        let found = morgan.asks(query::RoleHolders { role, search: "backup".into() }).await.unwrap();
        let [robot] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((robot.name.as_str(), robot.under.as_str()), ("Backup robot", "Service principal"));
        let id: model::ServicePrincipalId = robot.id.strip_prefix("service_principal:").unwrap().parse().unwrap();
        let assign = |assignment_type| Command::AssignRole(asks(role, Principal::ServicePrincipal(id), assignment_type, None));
        let why = refused(morgan.submits(assign(AssignmentType::Eligible)).await);
        assert_eq!((why.code(), why.field()), ("only_active", Some("holder")));
        morgan.submits(assign(AssignmentType::Active)).await.unwrap();
        let rows = lists(&morgan, role, Tab::Active).await.unwrap().rows;
        assert!(rows.iter().any(|row| row.name == "Backup robot" && row.removable), "{rows:?}");
    }

    async fn administrators_see_what_somebody_is_eligible_for_active_in_and_was(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, morgan, lee] = world.people(["alex", "morgan", "lee"]).await;
        let of_lee = async |who: &Person, tab| who.asks(query::UserRoles { user: lee.id, tab, after: None }).await.map(|roles| roles.rows);
        assert_eq!(refused(of_lee(&alex, Tab::Eligible).await).code(), "not_found");
        let unknown = query::UserRoles { user: model::UserId::default(), tab: Tab::Active, after: None };
        assert_eq!(refused(morgan.asks(unknown).await), Refusal::NotFound { what: "user" });
        let rows = of_lee(&morgan, Tab::Eligible).await.unwrap();
        let (row, href) = rows.iter().find(|(row, _)| row.name == USERS).unwrap();
        assert_eq!(href.as_deref(), Some(format!("/admin/roles/{}/assignments", PortalRole::UserAdministrator.id()).as_str()));
        assert!(!row.activate && !row.deactivate && row.extend.is_none(), "nothing to be done in their place: {row:?}");
        let asked = asks(of(PortalRole::SecurityReader), Principal::User(lee.id), AssignmentType::Active, None);
        morgan.submits(Command::AssignRole(asked)).await.unwrap();
        let active = of_lee(&morgan, Tab::Active).await.unwrap();
        assert!(active.iter().any(|(row, _)| row.name == "Security Reader" && row.badge.word == "Assigned"), "{active:?}");
        let assignment = finds(&morgan, of(PortalRole::SecurityReader), Tab::Active, &lee).await;
        morgan.submits(Command::EndRoleAssignment { assignment, words: "Over.".into() }).await.unwrap();
        let ended = of_lee(&morgan, Tab::Expired).await.unwrap();
        assert!(ended.iter().any(|(row, _)| row.name == "Security Reader" && row.badge.word == "Removed"), "{ended:?}");
        assert!(of_lee(&morgan, Tab::Active).await.unwrap().iter().all(|(row, _)| row.name != "Security Reader"));
    }

    async fn a_template_reaches_what_says_nothing_else_and_locks_nobody_out(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, morgan, lee] = world.people(["alex", "morgan", "lee"]).await;
        let kind = PrivilegedKind::DirectoryRole;
        let ask = async |who: &Person| who.asks(query::RoleTemplate { kind }).await;
        let edit = |version, change: fn(&mut RoleSettings)| {
            let mut settings = RoleSettings::default();
            change(&mut settings);
            Command::EditRoleTemplate { kind, version, settings: Box::new(settings), seen_breaking: 0 }
        };
        let an_hour: fn(&mut RoleSettings) = |settings| settings.activation_max_minutes = 60;
        assert_eq!(refused(ask(&alex).await).code(), "not_found");
        assert_eq!(refused(alex.submits(edit(0, an_hour)).await).code(), "not_found");
        world.appoints(&alex, PortalRole::SecurityReader).await;
        assert!(!ask(&alex).await.unwrap().may_edit);
        assert_eq!(refused(alex.submits(edit(0, an_hour)).await).code(), "not_allowed");
        let own = of(PortalRole::SecurityReader);
        sets(&morgan, own, |settings| settings.activation_max_minutes = 120).await.unwrap();
        let too_long = refused(morgan.submits(edit(0, |settings| settings.activation_max_minutes = 25 * 60)).await);
        assert_eq!(too_long.field(), Some("activation_max"));
        morgan.submits(edit(0, an_hour)).await.unwrap();
        assert_eq!(refused(morgan.submits(edit(0, an_hour)).await), Refusal::Stale);
        let minutes = async |role| morgan.asks(query::RoleSettings { role }).await.unwrap().settings.activation_max_minutes;
        assert_eq!((minutes(of(PortalRole::UserAdministrator)).await, minutes(own).await), (60, 120));
        assert_eq!(minutes(Privileged::GroupMember(world.makes_group("Vault").await)).await, 8 * 60, "of another kind");
        assert_eq!(ask(&morgan).await.unwrap().changed, ["Activation maximum duration"]);
        let filter = Filter { action: Some(Kind::RoleTemplateChanged), ..Filter::default() };
        let told = morgan.asks(query::Audit { place: Place::Everything, filter, after: None }).await.unwrap().rows;
        let change = &told[0].told.changes[0];
        assert_eq!((told.len(), change.before.as_str(), change.after.as_str()), (1, "8 hours", "1 hour"));

        // Lee alone would have to approve what only Lee can activate: the template must not do what no settings may.
        eligible(&morgan, &lee, of(PortalRole::GlobalAdministrator), None).await;
        let settings = RoleSettings {
            approval_required: true,
            stages: vec![RoleSettings::default_stage(vec![Approver::User { id: lee.id }])],
            ..RoleSettings::default()
        };
        let locked = Command::EditRoleTemplate { kind, version: 1, settings: Box::new(settings), seen_breaking: 0 };
        assert_eq!(refused(morgan.submits(locked).await).code(), "nobody_could_activate");
        world.history_is_sound().await;
    }

    async fn what_another_template_leaves_outside_is_shown_over_all_that_inherit_it_and_nothing_of_the_others(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, morgan, lee] = world.people(["alex", "morgan", "lee"]).await;
        let kind = PrivilegedKind::GroupMember;
        let (one, other) = (world.makes_group("Vault").await, world.makes_group("Own way").await);
        for group in [one, other] {
            morgan.submits(Command::SetPrivilegedAccess { group, enabled: true }).await.unwrap();
            eligible(&morgan, &alex, Privileged::GroupMember(group), None).await;
        }
        let bounds = Longest { permanent: false, days: 30 };
        let own = Longest { permanent: true, days: 90 };
        sets(&morgan, Privileged::GroupMember(other), |settings| settings.eligible = own).await.unwrap();
        let page = morgan.asks(query::RoleTemplate { kind }).await.unwrap();
        let settings = Box::new(RoleSettings { eligible: bounds, ..page.settings.clone() });
        let effect = query::RoleTemplateEffect { kind, eligible: bounds, active: page.settings.active };
        assert_eq!(refused(lee.asks(effect.clone()).await).code(), "not_found");
        let shown = morgan.asks(effect).await.unwrap();
        let here: Vec<_> = shown.rows.iter().filter(|row| row.name == "Alex").map(|row| row.of.clone().unwrap().0).collect();
        assert_eq!(here, ["Vault"], "{shown:?}");
        assert!(shown.all_looked_at && shown.all_roles_looked_at && shown.roles >= 1);
        let save = |seen_breaking| Command::EditRoleTemplate { kind, version: page.version, settings: settings.clone(), seen_breaking };
        assert_eq!(refused(morgan.submits(save(0)).await), Refusal::SettingsBreak { count: shown.count });
        assert_eq!(page.open, 0);
        // What waits goes on under what was set, and the page says so.
        let role = Privileged::GroupMember(one);
        sets(&morgan, role, |settings| {
            settings.approval_required = true;
            settings.stages = vec![RoleSettings::default_stage(vec![Approver::User { id: lee.id }])];
        })
        .await
        .unwrap();
        let mine = finds(&morgan, role, Tab::Eligible, &alex).await;
        crate::activation::activates(&alex, crate::activation::asks(mine, 60)).await.unwrap();
        let page = morgan.asks(query::RoleTemplate { kind }).await.unwrap();
        assert_eq!((page.open, page.open_of.as_slice()), (1, ["Vault".to_owned()].as_slice()));
        morgan.submits(save(shown.count)).await.unwrap();
        assert!(!morgan.asks(query::RoleSettings { role }).await.unwrap().settings.eligible.permanent);
        assert!(lists(&morgan, role, Tab::Eligible).await.unwrap().rows.iter().any(|row| row.name == "Alex" && row.ends_at.is_none()));
    }

    async fn groups_come_under_privileged_access_and_leave_it_without_eligible_assignments_only(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, morgan, hugo] = world.people(["alex", "morgan", "hugo"]).await;
        let rule = morgan.asks(query::Groups { search: "Oslo".into(), filter: Default::default(), after: None }).await.unwrap();
        let dynamic = rule.rows[0].group;
        assert_eq!(refused(morgan.submits(Command::SetPrivilegedAccess { group: dynamic, enabled: true }).await).code(), "never_privileged");
        let group = world.makes_group("Vault keys").await;
        let role = Privileged::GroupMember(group);
        let asked = asks(role, Principal::User(alex.id), AssignmentType::Eligible, None);
        assert_eq!(refused(morgan.submits(Command::AssignRole(asked.clone())).await).code(), "not_privileged");
        let enable = |enabled| Command::SetPrivilegedAccess { group, enabled };
        assert_eq!(refused(hugo.submits(enable(true)).await), Refusal::NotFound { what: "group" });
        morgan.submits(enable(true)).await.unwrap();
        let mine = eligible(&morgan, &alex, role, None).await;
        assert!(matches!(refused(morgan.submits(enable(false)).await), Refusal::StillEligible { count: 1, .. }));
        morgan.submits(Command::EndRoleAssignment { assignment: mine, words: "Moved on.".into() }).await.unwrap();
        morgan.submits(enable(false)).await.unwrap();
        // Whoever is put in for good stays within the settings too.
        morgan.submits(enable(true)).await.unwrap();
        sets(&morgan, role, |settings| settings.active = Longest { permanent: false, days: 30 }).await.unwrap();
        assert_eq!(refused(morgan.adds(group, &alex).await).code(), "outside_settings");
    }

    async fn owners_manage_their_own_group_and_see_no_other(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, morgan, lee] = world.people(["alex", "morgan", "lee"]).await;
        let (mine, other) = (world.makes_group("Mine").await, world.makes_group("Not mine").await);
        let owner = Command::AddMember { group: mine, principal: Principal::User(alex.id), as_owner: true };
        morgan.submits(owner).await.unwrap();
        for group in [mine, other] {
            morgan.submits(Command::SetPrivilegedAccess { group, enabled: true }).await.unwrap();
        }
        eligible(&alex, &lee, Privileged::GroupMember(mine), None).await;
        let role = Privileged::GroupMember(other);
        assert_eq!(refused(lists(&alex, role, Tab::Eligible).await), Refusal::NotFound { what: "group" });
        let asked = asks(role, Principal::User(lee.id), AssignmentType::Eligible, None);
        assert_eq!(refused(alex.submits(Command::AssignRole(asked)).await), Refusal::NotFound { what: "group" });
        let found = alex.asks(query::RoleHolders { role: Privileged::GroupMember(mine), search: "n".into() }).await.unwrap();
        assert!(found.iter().all(|choice| choice.id.starts_with("user:")), "no group that is not their business: {found:?}");
        // The same for those whom the stages of its settings may name.
        let named = |role, groups| query::PolicySubjects { of: PolicyOf::Role(role), groups, search: String::new() };
        let groups = alex.asks(named(Privileged::GroupOwner(mine), true)).await.unwrap();
        assert_eq!(groups.iter().map(|choice| choice.name.as_str()).collect::<Vec<_>>(), ["Mine"]);
        let hidden = [Privileged::GroupOwner(other), of(PortalRole::UserAdministrator)];
        for role in hidden {
            for groups in [true, false] {
                assert_eq!(refused(alex.asks(named(role, groups)).await).code(), "not_found");
            }
            let names = query::PolicyNames { of: PolicyOf::Role(role), users: vec!["lee".into()], groups: Vec::new() };
            assert_eq!(refused(alex.asks(names).await).code(), "not_found");
        }
    }
}
