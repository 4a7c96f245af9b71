//! Who is told by mail about assignments of roles and activations, as the settings of the role say.

use crate::privileged::{asks, eligible, finds, lists, of, sets};
use model::access::AssignmentType;
use model::command::{Command, Done};
use model::directory::{PortalRole, Principal};
use model::role_assignment::{ActivateRole, ChangeRoleAssignment, ExtendRole};
use model::role_settings::{Mail, Privileged, Ticket};
use model::view::my_roles::Tab;
use model::{AssignmentId, ServicePrincipalId, Span, Ts};
use testkit::{Person, World, both};

const SOC: &str = "soc@harbour.example";

/// Who got which kind of letter since it was asked last, sorted.
async fn post(world: &World) -> Vec<String> {
    world.settle().await;
    let post = world.post().await;
    world.letters_are_thrown_away();
    post.iter().map(|(to, kind)| format!("{}: {kind}", to.split('@').next().unwrap_or(to))).collect()
}

fn users() -> Privileged {
    of(PortalRole::UserAdministrator)
}

/// Alex is eligible for *User Administrator* until then, and nobody looks at the letters of that.
async fn alex_until(world: &World, ends_at: Option<Ts>) -> (Person, Person, AssignmentId) {
    let [alex, morgan] = world.people(["alex", "morgan"]).await;
    let assignment = eligible(&morgan, &alex, users(), ends_at).await;
    world.settle().await;
    world.letters_are_thrown_away();
    (alex, morgan, assignment)
}

async fn activates(who: &Person, eligible: AssignmentId) -> AssignmentId {
    let asked = ActivateRole {
        eligible,
        minutes: 60,
        starts_at: None,
        justification: "The incident.".into(),
        ticket: Ticket::default(),
        accepted: Vec::new(),
        emergency: false,
    };
    match who.submits(Command::ActivateRole(asked)).await.unwrap() {
        Done::RoleActivated { request, .. } => model::access::Assignment::id_of_activation(request),
        other => panic!("{other:?}"),
    }
}

fn only_soc() -> Mail {
    Mail { default_recipients: false, additional: vec![SOC.to_owned()], critical_only: false }
}

both! {
    async fn an_assignment_its_change_and_its_removal_are_told_to_the_holder_and_the_other_administrators(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, morgan] = world.people(["alex", "morgan"]).await;
        post(&world).await;
        let assignment = eligible(&morgan, &alex, users(), None).await;
        assert_eq!(post(&world).await, ["alex: You are eligible", "brandon: Made eligible"], "not whoever did it");
        let shown = lists(&morgan, users(), Tab::Eligible).await.unwrap().rows;
        let shown = shown.iter().find(|row| row.assignment == assignment).unwrap();
        let change = ChangeRoleAssignment {
            assignment,
            seen: (shown.starts, shown.ends_at),
            starts_at: None,
            ends_at: Some(world.now() + Span::days(60)),
            justification: "Until the audit.".into(),
        };
        morgan.submits(Command::ChangeRoleAssignment(change)).await.unwrap();
        assert_eq!(post(&world).await, ["alex: Changed", "brandon: Changed"]);
        morgan.submits(Command::EndRoleAssignment { assignment, words: "Not needed.".into() }).await.unwrap();
        assert_eq!(post(&world).await, ["alex: Ended", "brandon: Ended"]);
        let active = asks(users(), Principal::User(alex.id), AssignmentType::Active, None);
        morgan.submits(Command::AssignRole(active)).await.unwrap();
        assert_eq!(post(&world).await, ["alex: You are assigned", "brandon: Assigned"]);
    }

    async fn a_role_given_to_a_service_principal_is_told_to_the_other_administrators(test: TestDb) {
        let world = World::demo(test).await;
        let morgan = world.person("morgan").await;
        let robot = ServicePrincipalId(world.new_id());
        let mut link = world.db().begin().await.unwrap();
        store::resources::insert_service_principal(&mut link, robot, "Backup robot", world.now()).await.unwrap();
        link.commit().await.unwrap();
        post(&world).await;
        let asked = asks(users(), Principal::ServicePrincipal(robot), AssignmentType::Active, None);
        morgan.submits(Command::AssignRole(asked)).await.unwrap();
        world.settle().await;
        let letters = world.letters().await;
        let letter = letters.iter().find(|letter| letter.to.contains("brandon")).unwrap();
        assert!(letter.text.contains("Backup robot"), "{}", letter.text);
        assert_eq!(post(&world).await, ["brandon: Assigned"], "it reads no letters itself");
    }

    async fn an_end_is_told_fourteen_days_and_one_day_before_and_when_it_has_come(test: TestDb) {
        let world = World::demo(test).await;
        let end = world.now() + Span::days(30);
        let (alex, _, assignment) = alex_until(&world, Some(end)).await;
        let soon = |at: Ts| {
            let kind = format!("Ends on {}", at.words().split(':').next().unwrap());
            ["alex", "brandon", "morgan"].map(|who| format!("{who}: {kind}"))
        };
        world.time_goes_by(Span(Span::days(16).0 - 1));
        assert!(post(&world).await.is_empty(), "not a moment sooner");
        world.time_goes_by(Span(1));
        assert_eq!(post(&world).await, soon(end));
        world.time_goes_by(Span::days(12));
        assert!(post(&world).await.is_empty(), "and not again");
        world.time_goes_by(Span::days(1));
        assert_eq!(post(&world).await, soon(end));
        world.time_goes_by(Span::days(1));
        assert_eq!(post(&world).await, ["alex: Ended", "brandon: Ended", "morgan: Ended"]);
        // Renewed, it is told again before the new end.
        alex.submits(Command::ExtendRole(ExtendRole { assignment, days: Some(20), justification: "More.".into() })).await.unwrap();
        let asked = post(&world).await;
        assert_eq!(asked, ["brandon: Decide", "morgan: Decide"]);
        let [morgan] = world.people(["morgan"]).await;
        let request = morgan.inbox().await[0].request;
        morgan.approves(request, "Yes.").await.unwrap();
        assert_eq!(post(&world).await, ["alex: Approved", "alex: You now have access", "brandon: Approved"]);
        world.time_goes_by(Span::days(6));
        assert_eq!(post(&world).await.len(), 3);
    }

    async fn an_activation_is_told_to_whoever_watches_and_that_its_time_is_over_to_its_holder_only(test: TestDb) {
        let world = World::demo(test).await;
        let (alex, morgan, assignment) = alex_until(&world, None).await;
        let watcher = world.person("carla").await;
        let role = of(PortalRole::SecurityAdministrator);
        morgan.submits(Command::AssignRole(asks(role, Principal::User(watcher.id), AssignmentType::Active, None))).await.unwrap();
        post(&world).await;
        let active = activates(&alex, assignment).await;
        assert_eq!(
            post(&world).await,
            ["alex: You now have access", "brandon: Activated", "carla: Activated", "morgan: Activated"]
        );
        alex.submits(Command::DeactivateRole { assignment: active }).await.unwrap();
        assert_eq!(post(&world).await, ["brandon: Deactivated", "carla: Deactivated", "morgan: Deactivated"]);
        activates(&alex, assignment).await;
        post(&world).await;
        world.time_goes_by(Span::hours(1));
        assert_eq!(post(&world).await, ["alex: Ended"]);
        activates(&alex, assignment).await;
        post(&world).await;
        morgan.submits(Command::EndRoleAssignment { assignment, words: "Not needed.".into() }).await.unwrap();
        let told = post(&world).await;
        assert_eq!(told.iter().filter(|line| *line == "alex: Ended").count(), 2, "what it rested on, and it: {told:?}");
    }

    async fn each_row_of_the_settings_says_who_gets_it_and_an_address_is_nobody_of_the_directory(test: TestDb) {
        let world = World::demo(test).await;
        let (alex, morgan, assignment) = alex_until(&world, Some(world.now() + Span::days(10))).await;
        sets(&morgan, users(), |settings| {
            settings.approval_required = true;
            settings.mails.mail_activated_alert = only_soc();
            settings.mails.mail_activated_approver.additional = vec!["desk@harbour.example".to_owned()];
            settings.mails.mail_activated_requestor.critical_only = true;
            settings.mails.mail_eligible_alert = Mail { default_recipients: false, ..Mail::default() };
            settings.mails.mail_eligible_approver.critical_only = true;
        })
        .await
        .unwrap();
        let refused = sets(&morgan, users(), |settings| settings.mails.mail_active_alert.additional = vec!["soc".to_owned()]).await;
        assert_eq!(testkit::refused(refused).field(), Some("mails[mail_active_alert][additional]"));
        activates(&alex, assignment).await;
        assert_eq!(post(&world).await, ["brandon: Decide", "desk: Decide", "morgan: Decide"], "what is critical is sent");
        let request = morgan.inbox().await[0].request;
        morgan.approves(request, "Go.").await.unwrap();
        assert_eq!(post(&world).await, ["brandon: Approved", "soc: Activated"], "and what is not is left out");
        let extend = ExtendRole { assignment, days: Some(30), justification: "More.".into() };
        alex.submits(Command::ExtendRole(extend)).await.unwrap();
        assert_eq!(post(&world).await, ["brandon: Decide", "morgan: Decide"]);
        let request = morgan.inbox().await[0].request;
        morgan.approves(request, "Yes.").await.unwrap();
        assert_eq!(post(&world).await, ["alex: Access extended", "alex: Approved"]);
    }

    async fn of_a_group_only_those_hear_who_own_it_for_good(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, morgan, bianca, miriam] = world.people(["alex", "morgan", "bianca", "miriam"]).await;
        let group = world.makes_group("Pier keys").await;
        morgan.submits(Command::SetPrivilegedAccess { group, enabled: true }).await.unwrap();
        morgan.submits(Command::AddMember { group, principal: Principal::User(bianca.id), as_owner: true }).await.unwrap();
        let owner = Privileged::GroupOwner(group);
        let for_a_while = Some(world.now() + Span::days(3));
        morgan.submits(Command::AssignRole(asks(owner, Principal::User(miriam.id), AssignmentType::Active, for_a_while))).await.unwrap();
        post(&world).await;
        let member = Privileged::GroupMember(group);
        morgan.submits(Command::AssignRole(asks(member, Principal::User(alex.id), AssignmentType::Eligible, None))).await.unwrap();
        assert_eq!(post(&world).await, ["alex: You are eligible", "bianca: Made eligible"]);
        let assignment = finds(&morgan, member, Tab::Eligible, &alex).await;
        activates(&alex, assignment).await;
        assert_eq!(post(&world).await, ["alex: You now have access", "bianca: Activated"]);
    }

    async fn the_week_is_told_on_monday_once_to_those_who_look_after_roles(test: TestDb) {
        let world = World::demo(test).await;
        let (alex, _, assignment) = alex_until(&world, None).await;
        activates(&alex, assignment).await;
        world.passes(Span::days(6)).await;
        let digests = async || {
            let letters = world.letters().await;
            let mut digests: Vec<(String, String)> = letters
                .into_iter()
                .filter(|letter| letter.subject.starts_with("Directory roles this week"))
                .map(|letter| (letter.to.split('@').next().unwrap().to_owned(), letter.subject))
                .collect();
            digests.sort();
            digests
        };
        assert!(digests().await.is_empty());
        world.passes(Span::days(1)).await;
        let told = digests().await;
        assert_eq!(told.iter().map(|(to, _)| to.as_str()).collect::<Vec<_>>(), ["brandon", "morgan"]);
        assert!(told[0].1.contains("1 person activated"), "{told:?}");
        world.settle().await;
        assert_eq!(digests().await.len(), 2, "once");
        world.passes(Span::days(7)).await;
        assert_eq!(digests().await.len(), 2, "a week in which nothing happened is not written about");
    }

    async fn the_week_counts_what_came_past_the_assignments_and_nothing_that_did_not(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, emma, morgan] = world.people(["alex", "emma", "morgan"]).await;
        // The first Monday takes what the demo company begins with.
        world.passes(Span::days(7)).await;
        world.letters_are_thrown_away();
        let group = world.makes_group("Vault keepers").await;
        morgan.adds(group, &emma).await.unwrap();
        morgan.submits(Command::SetPrivilegedAccess { group, enabled: true }).await.unwrap();
        eligible(&morgan, &alex, users(), None).await;
        morgan.adds(group, &alex).await.unwrap();
        world.passes(Span::days(7)).await;
        let letters = world.letters_to("morgan").await;
        let letter = letters.iter().find(|letter| letter.subject.starts_with("Directory roles this week")).unwrap();
        let line = letter.text.lines().find(|line| line.to_lowercase().contains("outside")).unwrap_or_else(|| panic!("{}", letter.text));
        assert!(line.contains('1'), "who was in before it came under management is in order: {line}");
    }

    async fn what_ends_at_one_moment_ends_in_one_change_and_one_that_is_gone_holds_up_nothing(test: TestDb) {
        let world = World::demo(test).await;
        let morgan = world.person("morgan").await;
        let end = world.now() + Span::hours(2);
        let mut people = Vec::new();
        for number in 0..30 {
            let person = world.hires(&format!("pier-{number}")).await;
            let asked = asks(users(), Principal::User(person.id), AssignmentType::Active, Some(end));
            world.console(Command::AssignRole(asked)).await;
            people.push(person);
        }
        let gone = finds(&morgan, users(), Tab::Active, &people[0]).await;
        morgan.submits(Command::EndRoleAssignment { assignment: gone, words: "Not needed.".into() }).await.unwrap();
        world.settle().await;
        world.time_goes_by(Span::hours(2));
        let ids: Vec<AssignmentId> = {
            let mut link = world.db().read().await.unwrap();
            store::assignments::due(&mut link, world.now(), 100).await.unwrap()
        };
        assert_eq!(ids.len(), 29);
        let all: Vec<AssignmentId> = std::iter::once(gone).chain(ids).collect();
        let before = world.db().statements();
        world.engine().submit(&engine::By::System, Command::AssignmentsDue { assignments: all.clone() }).await.unwrap();
        let cost = world.db().statements() - before;
        assert!(cost < 30, "{cost} statements for 29 ends");
        world.engine().submit(&engine::By::System, Command::AssignmentsDue { assignments: all }).await.unwrap();
        for person in &people {
            let told = world.history_about(person.id.0).await;
            let ends = told.iter().filter(|event| event.action.code() == "assignment_ended").count();
            assert_eq!(ends, 1, "each is said once");
        }
    }
}
