//! What the holder reads of an activation: while it runs on the overview, and afterwards on the page of its request.

use engine::Problem;
use model::command::{Command, Done};
use model::role_assignment::ActivateRole;
use model::role_settings::Ticket;
use model::view::my_roles::{Kind, Row, Tab};
use model::{AssignmentId, RequestId, Span, query};
use testkit::{Person, World, both, refused};

async fn rows(who: &Person, kind: Kind, tab: Tab) -> Vec<Row> {
    who.asks(query::MyRoles { kind, tab, after: None }).await.unwrap().rows
}

async fn eligible(who: &Person, name: &str) -> AssignmentId {
    let mut all = rows(who, Kind::DirectoryRoles, Tab::Eligible).await;
    all.extend(rows(who, Kind::Groups, Tab::Eligible).await);
    all.iter().find(|row| row.name == name).unwrap().assignment
}

async fn activates(who: &Person, name: &str) -> Result<RequestId, Problem> {
    let asked = ActivateRole {
        eligible: eligible(who, name).await,
        minutes: 60,
        starts_at: None,
        justification: "A ticket of today.".into(),
        ticket: Ticket { system: "Desk".into(), number: "7".into() },
        accepted: Vec::new(),
        emergency: false,
    };
    match who.submits(Command::ActivateRole(asked)).await? {
        Done::RoleActivated { request, .. } => Ok(request),
        done => panic!("{done:?}"),
    }
}

async fn told(who: &Person, request: RequestId) -> (String, String, Vec<String>) {
    let page = who.sees_request(request).await.unwrap();
    let told = page.timeline.iter().map(|entry| format!("{} {}", entry.title, entry.more.join(" ")).trim().to_owned()).collect();
    (page.badge.word, page.summary, told)
}

both! {
    async fn an_activation_that_ended_says_so_on_its_request_however_it_ended(test: TestDb) {
        let world = World::demo(test).await;
        let [lee, morgan] = world.people(["lee", "morgan"]).await;
        let request = activates(&lee, "User Administrator").await.unwrap();
        let (badge, summary, timeline) = told(&lee, request).await;
        assert_eq!(badge, "Activated");
        assert!(summary.starts_with("It is active, and ends by itself on"), "{summary}");
        assert!(timeline[1].starts_with("Activated User Administrator It ends by itself on"), "{timeline:?}");
        assert_eq!(timeline.len(), 3, "submitted, activated, and the end that comes: {timeline:?}");

        let active = lee.asks(query::Overview {}).await.unwrap().roles;
        assert_eq!((active[0].name.as_str(), active[0].deactivate, active[0].request), ("User Administrator", true, Some(request)));
        lee.submits(Command::DeactivateRole { assignment: active[0].assignment }).await.unwrap();
        assert!(lee.asks(query::Overview {}).await.unwrap().roles.is_empty());
        let (badge, summary, timeline) = told(&lee, request).await;
        assert_eq!((badge.as_str(), summary.as_str()), ("Access ended", "The activation has ended."));
        assert_eq!(timeline.last().unwrap(), "Access ended Deactivated by Lee");

        let request = activates(&lee, "User Administrator").await.unwrap();
        world.passes(Span::hours(1)).await;
        assert_eq!(told(&lee, request).await.2.last().unwrap(), "Access ended By itself, because its time was over");

        let request = activates(&lee, "User Administrator").await.unwrap();
        let assignment = rows(&lee, Kind::DirectoryRoles, Tab::Active).await[0].assignment;
        morgan.submits(Command::EndRoleAssignment { assignment, words: "Enough.".into() }).await.unwrap();
        assert_eq!(told(&lee, request).await.2.last().unwrap(), "Access ended Ended by Morgan");

        let request = activates(&lee, "User Administrator").await.unwrap();
        let assignment = eligible(&lee, "User Administrator").await;
        morgan.submits(Command::EndRoleAssignment { assignment, words: "Left the team.".into() }).await.unwrap();
        let last = told(&lee, request).await.2.last().unwrap().clone();
        assert_eq!(last, "Access ended By itself, because the eligible assignment ended on which it rested");
    }

    async fn regression_18_of_several_roles_each_keeps_its_own_longest_time_and_the_strictest_is_named(test: TestDb) {
        let world = World::demo(test).await;
        let lee = world.person("lee").await;
        lee.signs_in().await.unwrap();
        let [users, firewall] = [eligible(&lee, "User Administrator").await, eligible(&lee, "Firewall operators").await];
        for assignments in [vec![users, firewall], vec![firewall, users]] {
            let form = lee.asks(query::Activating { assignments }).await.unwrap();
            assert_eq!((form.max_minutes, form.strictest.as_deref()), (120, Some("Firewall operators")), "in either order");
            let at_most = |name: &str| form.items.iter().find(|item| item.name == name).unwrap().at_most.clone();
            assert_eq!(at_most("Firewall operators"), "2 hours at most");
            assert_ne!(at_most("User Administrator"), "2 hours at most", "its own, not the other’s");
        }
        let four_hours = |eligible| {
            Command::ActivateRole(model::role_assignment::ActivateRole {
                eligible,
                minutes: 240,
                starts_at: None,
                justification: "Both.".into(),
                ticket: Default::default(),
                accepted: Vec::new(),
                emergency: false,
            })
        };
        assert_eq!(refused(lee.submits(four_hours(firewall)).await).code(), "outside_settings", "never shortened");
        lee.submits(four_hours(users)).await.unwrap();
    }

    async fn what_is_left_out_of_a_form_for_several_asks_for_nothing(test: TestDb) {
        let world = World::demo(test).await;
        let lee = world.person("lee").await;
        let [users, firewall] = [eligible(&lee, "User Administrator").await, eligible(&lee, "Firewall operators").await];
        activates(&lee, "Firewall operators").await.unwrap();
        let form = lee.asks(query::Activating { assignments: vec![users, firewall] }).await.unwrap();
        let alone = lee.asks(query::Activating { assignments: vec![users] }).await.unwrap();
        assert!(form.items.iter().any(|item| item.refused.is_some()), "the group is active");
        assert_eq!((form.max_minutes, form.strictest, form.minutes), (alone.max_minutes, None, alone.minutes));
        let out = lee.asks(query::Activating { assignments: vec![firewall] }).await.unwrap();
        assert_eq!(out.max_minutes, 120, "with nothing else it says what would be asked");
    }

    async fn what_ended_is_listed_page_by_page_and_what_may_be_renewed_is_found_behind_any_number_of_activations(test: TestDb) {
        let world = World::demo(test).await;
        let [lee, morgan] = world.people(["lee", "morgan"]).await;
        let role = crate::privileged::of(model::directory::PortalRole::SecurityReader);
        crate::privileged::eligible(&morgan, &lee, role, Some(world.now() + Span::hours(2))).await;
        world.passes(Span::hours(3)).await;
        for _ in 0..30 {
            activates(&lee, "User Administrator").await.unwrap();
            world.passes(Span::hours(2)).await;
        }
        let page = async |kind, after| lee.asks(query::MyRoles { kind, tab: Tab::Expired, after }).await.unwrap();
        let first = page(Kind::DirectoryRoles, None).await;
        assert_eq!((first.rows.len(), first.rows.iter().any(|row| row.extend.is_some())), (25, false));
        let second = page(Kind::DirectoryRoles, first.paging.next).await;
        assert!(second.paging.next.is_none() && second.paging.further);
        let renewed: Vec<&Row> = second.rows.iter().filter(|row| row.extend.is_some()).collect();
        assert_eq!(renewed.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["Security Reader"]);
        assert!(page(Kind::Groups, None).await.rows.is_empty(), "the other kind is not crowded out, and does not crowd out");
    }

    async fn what_begins_later_is_listed_with_when(test: TestDb) {
        let world = World::demo(test).await;
        let [lee, morgan] = world.people(["lee", "morgan"]).await;
        let role = crate::privileged::of(model::directory::PortalRole::SecurityReader);
        let holder = model::directory::Principal::User(lee.id);
        let mut asked = crate::privileged::asks(role, holder, model::access::AssignmentType::Eligible, None);
        let begins = world.now() + Span::days(3);
        asked.starts_at = Some(begins);
        morgan.submits(Command::AssignRole(asked)).await.unwrap();
        let mine = async || {
            let all = rows(&lee, Kind::DirectoryRoles, Tab::Eligible).await;
            all.into_iter().find(|row| row.name == "Security Reader").unwrap()
        };
        let before = mine().await;
        assert_eq!((before.later, before.starts, before.activate, before.badge.word.as_str()), (true, begins, false, "Starts later"));
        assert!(rows(&lee, Kind::Groups, Tab::Eligible).await.iter().all(|row| !row.later));
        let seen = morgan.asks(query::UserRoles { user: lee.id, tab: Tab::Eligible, after: None }).await.unwrap().rows;
        assert!(seen.iter().any(|(row, _)| row.later && row.name == "Security Reader"));
        world.passes(Span::days(3)).await;
        let after = mine().await;
        assert!(!after.later && after.activate);
    }

    async fn the_form_says_what_is_to_be_proved_and_begins_with_what_all_allow(test: TestDb) {
        let world = World::demo(test).await;
        let lee = world.person("lee").await;
        lee.signs_in().await.unwrap();
        let all = vec![eligible(&lee, "User Administrator").await, eligible(&lee, "Firewall operators").await];
        let form = lee.asks(query::Activating { assignments: all }).await.unwrap();
        assert_eq!((form.max_minutes, form.minutes), (120, 120));
        assert_eq!(form.strictest.as_deref(), Some("Firewall operators"));
        assert!(form.proof.is_none() && !form.ticket_required);
        let applications = vec![eligible(&lee, "Application Administrator").await];
        assert!(lee.asks(query::Activating { assignments: applications.clone() }).await.unwrap().proof.is_none());
        world.time_goes_by(Span::minutes(16));
        let form = lee.asks(query::Activating { assignments: applications }).await.unwrap();
        assert_eq!(form.proof.unwrap().code, "sign_in_again");
        assert_eq!(refused(activates(&lee, "Application Administrator").await).code(), "sign_in_again");
        lee.signs_in().await.unwrap();
        let request = activates(&lee, "Application Administrator").await.unwrap();
        let (badge, _, timeline) = told(&lee, request).await;
        assert_eq!(badge, "Pending approval");
        assert!(timeline.iter().any(|line| line == "Activated Application Administrator"), "{timeline:?}");
        let waiting = lee.asks(query::MyActivations {}).await.unwrap();
        assert_eq!((waiting.len(), waiting[0].request), (1, request));
    }
}
