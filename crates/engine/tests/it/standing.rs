//! Standing access: who holds roles for good, and turning that into what they activate.

use crate::privileged::{asks, finds, lists, of, sets};
use model::access::AssignmentType;
use model::command::{Command, Done};
use model::directory::{PortalRole, Principal};
use model::role_assignment::MakeEligible;
use model::role_settings::{Longest, Ticket};
use model::view::my_roles::Tab;
use model::view::standing_access::{Act, Row, StandingChange};
use model::{AssignmentId, query};
use testkit::{Person, World, both, refused};

async fn standing(who: &Person) -> Result<Vec<Row>, engine::Problem> {
    Ok(who.asks(query::StandingAccess { after: None }).await?.rows)
}

async fn would(who: &Person, act: Act, assignments: &[AssignmentId]) -> Result<StandingChange, engine::Problem> {
    who.asks(query::StandingChange { assignments: assignments.to_vec(), act }).await
}

fn eligible(assignment: AssignmentId) -> Command {
    Command::MakeEligible(MakeEligible { assignment, justification: "No standing access.".into(), ticket: Ticket::default() })
}

async fn active(by: &Person, who: &Person, role: PortalRole) -> AssignmentId {
    by.submits(Command::AssignRole(asks(of(role), Principal::User(who.id), AssignmentType::Active, None))).await.unwrap();
    finds(by, of(role), Tab::Active, who).await
}

/// A service principal that holds a role for good.
async fn machine(world: &World) -> AssignmentId {
    let (id, assignment) = (world.new_id(), world.new_id());
    let literal = |id: model::AnyId| format!("{}", id.simple());
    let blob = |id| {
        let text = literal(id);
        if world.db().engine() == "SQLite" { format!("x'{text}'") } else { format!("'{text}'") }
    };
    let role = PortalRole::SecurityReader.id().0;
    let nil = model::AnyId::nil();
    let mut link = world.db().begin().await.unwrap();
    store::resources::insert_service_principal(&mut link, model::ServicePrincipalId(id), "Backup robot", world.now())
        .await
        .unwrap();
    let sql = format!(
        "insert into role_assignments (id, principal_kind, principal_id, role, resource_id, application_role_id, assignment_type, source, source_id, starts_at, created_at) values ({}, 'service_principal', {}, 'directory_role', {}, {}, 'active', 'import', {}, 0, 0)",
        blob(assignment),
        blob(id),
        blob(role),
        blob(nil),
        blob(nil)
    );
    store::events::forge(&mut link, &sql).await.unwrap();
    link.commit().await.unwrap();
    AssignmentId(assignment)
}

both! {
    async fn who_sees_no_roles_sees_no_standing_access_and_who_reads_them_changes_nothing(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, morgan] = world.people(["alex", "morgan"]).await;
        let hers = finds(&morgan, of(PortalRole::GlobalAdministrator), Tab::Active, &morgan).await;
        assert_eq!(refused(standing(&alex).await).code(), "not_found");
        assert_eq!(refused(would(&alex, Act::MakeEligible, &[hers]).await).code(), "not_found");
        assert_eq!(refused(alex.submits(eligible(hers)).await).code(), "not_found");
        world.appoints(&alex, PortalRole::SecurityReader).await;
        let rows = standing(&alex).await.unwrap();
        assert!(!rows.is_empty() && rows.iter().all(|row| !row.makes_eligible && !row.removable));
        assert_eq!(refused(would(&alex, Act::Remove, &[hers]).await).code(), "not_found");
        assert_eq!(refused(alex.submits(eligible(hers)).await).code(), "not_allowed");
    }

    async fn the_last_administrator_stays_and_the_preview_says_so_before(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, morgan] = world.people(["alex", "lee", "morgan"]).await;
        let admins = of(PortalRole::GlobalAdministrator);
        let others: Vec<_> = lists(&morgan, admins, Tab::Active).await.unwrap().rows;
        for row in others.iter().filter(|row| row.person != Some(morgan.id) && row.removable) {
            morgan.submits(Command::EndRoleAssignment { assignment: row.assignment, words: "Fewer.".into() }).await.unwrap();
        }
        let hers = finds(&morgan, admins, Tab::Active, &morgan).await;
        let his = active(&morgan, &alex, PortalRole::SecurityReader).await;
        let lees = active(&morgan, &lee, PortalRole::SecurityReader).await;
        let before = world.history_about(alex.id.0).await.len();
        for act in [Act::MakeEligible, Act::Remove] {
            let shown = would(&morgan, act, &[hers, his, lees]).await.unwrap();
            let refused: Vec<_> = shown.items.iter().map(|item| item.refused.as_ref().map(|why| why.code.clone())).collect();
            assert_eq!(refused, [Some("last_administrator".to_owned()), None, None], "{act:?}");
        }
        assert!(alex.holds("Security Reader").await, "a preview does nothing");
        assert_eq!(world.history_about(alex.id.0).await.len(), before);
        assert_eq!(refused(morgan.submits(eligible(hers)).await).code(), "last_administrator");
        assert!(morgan.holds("Global Administrator").await);
        world.history_is_sound().await;
    }

    async fn two_administrators_cannot_both_be_made_eligible_and_the_preview_counts_them_one_after_the_other(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, morgan] = world.people(["alex", "morgan"]).await;
        let his = active(&morgan, &alex, PortalRole::GlobalAdministrator).await;
        let admins = of(PortalRole::GlobalAdministrator);
        let all: Vec<AssignmentId> =
            lists(&morgan, admins, Tab::Active).await.unwrap().rows.iter().filter(|row| row.removable).map(|row| row.assignment).collect();
        assert!(all.contains(&his));
        let shown = would(&morgan, Act::MakeEligible, &all).await.unwrap();
        assert_eq!(shown.items.iter().filter(|item| item.refused.is_some()).count(), 1, "one has to stay");
        assert!(shown.items.last().unwrap().refused.is_some());
    }

    async fn whoever_is_made_eligible_activates_and_has_it_for_a_while(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, morgan] = world.people(["alex", "morgan"]).await;
        let role = of(PortalRole::SecurityReader);
        let his = active(&morgan, &alex, PortalRole::SecurityReader).await;
        sets(&morgan, role, |settings| settings.eligible = Longest { permanent: false, days: 90 }).await.unwrap();
        let row = standing(&morgan).await.unwrap().into_iter().find(|row| row.assignment == his).unwrap();
        assert!(row.makes_eligible && row.removable && row.last_activation.is_none(), "{row:?}");
        let silent = MakeEligible { assignment: his, justification: " ".into(), ticket: Ticket::default() };
        assert_eq!(refused(morgan.submits(Command::MakeEligible(silent)).await).code(), "required");
        assert!(alex.holds("Security Reader").await);
        let done = morgan.submits(eligible(his)).await.unwrap();
        assert_eq!(done, Done::MadeEligible { name: "Security Reader".into(), holder: "Alex".into() });
        assert!(!alex.holds("Security Reader").await);
        let rows = lists(&morgan, role, Tab::Eligible).await.unwrap().rows;
        let mine = rows.iter().find(|row| row.person == Some(alex.id)).unwrap();
        assert_eq!(mine.ends_at, Some(mine.starts + model::Span::days(90)));
        assert!(standing(&morgan).await.unwrap().iter().all(|row| row.assignment != his));
        assert_eq!(refused(morgan.submits(eligible(his)).await).code(), "not_found", "twice is once");
        let told = world.history_about(alex.id.0).await;
        let codes: Vec<_> = told.iter().take(2).map(|event| event.action.code()).collect();
        assert!(codes.contains(&"assignment_ended") && codes.contains(&"assignment_started"), "{codes:?}");
        world.is_whole(&[&alex]).await;
    }

    async fn a_group_shows_its_people_and_a_service_principal_can_only_lose_it(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, morgan] = world.people(["alex", "morgan"]).await;
        let role = of(PortalRole::SecurityReader);
        let group = world.makes_role_assignable("Night watch").await;
        world.adds(group, &alex).await;
        morgan.submits(Command::AssignRole(asks(role, Principal::Group(group), AssignmentType::Active, None))).await.unwrap();
        let robot = machine(&world).await;
        let rows = standing(&morgan).await.unwrap();
        let people: Vec<_> = rows.iter().filter(|row| row.through.as_ref().is_some_and(|(_, name)| name == "Night watch")).collect();
        assert_eq!(people.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["Alex"]);
        assert!(people[0].makes_eligible && people[0].removable, "at their membership, which is theirs");
        let hers = would(&morgan, Act::MakeEligible, &[people[0].assignment]).await.unwrap();
        assert_eq!(hers.items[0].refused.as_ref().unwrap().code, "not_privileged", "as long as nobody can be eligible for the group");
        let watch = rows.iter().find(|row| row.name == "Night watch").unwrap();
        assert!(watch.makes_eligible);
        let shown = rows.iter().find(|row| row.assignment == robot).unwrap();
        assert_eq!((shown.name.as_str(), shown.makes_eligible, shown.removable), ("Backup robot", false, true));
        assert_eq!(refused(morgan.submits(eligible(robot)).await).code(), "only_active");
        let preview = would(&morgan, Act::MakeEligible, &[robot, watch.assignment]).await.unwrap();
        assert_eq!(preview.items[0].refused.as_ref().unwrap().code, "only_active");
        assert_eq!((preview.items[1].people, preview.items[1].refused.as_ref()), (Some(1), None));
        morgan.submits(eligible(watch.assignment)).await.unwrap();
        assert!(!alex.holds("Security Reader").await);
        morgan.submits(Command::EndRoleAssignment { assignment: robot, words: "Not needed.".into() }).await.unwrap();
        assert!(standing(&morgan).await.unwrap().iter().all(|row| row.assignment != robot));
    }

    async fn groups_that_cannot_be_managed_say_why(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, morgan] = world.people(["alex", "morgan"]).await;
        let ask = |search: &str| query::DiscoveredGroups { search: search.into(), after: None };
        assert_eq!(refused(alex.asks(ask("")).await).code(), "not_found");
        let group = world.makes_group("Zebra crossing").await;
        let row = morgan.asks(ask("zebra")).await.unwrap().rows.remove(0);
        assert_eq!((row.reason, row.managed), (None, false));
        morgan.submits(Command::SetPrivilegedAccess { group, enabled: true }).await.unwrap();
        let row = morgan.asks(ask("zebra")).await.unwrap().rows.remove(0);
        assert!(row.managed && row.reason.is_some());
        morgan.edits_group(world.makes_group("Yak herd").await, |form| {
            form.membership = model::directory::Membership::Dynamic { rule: "user.city -eq \"Oslo\"".into() };
        }).await.unwrap();
        let row = morgan.asks(ask("yak")).await.unwrap().rows.remove(0);
        assert!(row.reason.unwrap().contains("rule") && !row.managed);
    }
}
