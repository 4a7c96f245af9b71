//! Keeping an assignment of a role for longer, and having it again after its end.

use crate::privileged::{asks, finds, lists, of, sets};
use model::access::AssignmentType;
use model::approval::Verdict;
use model::command::{Command, DecideRequest, Delegate, Done};
use model::directory::{PortalRole, Principal};
use model::event::Action;
use model::request::Phase;
use model::role_assignment::{ActivateRole, ChangeRoleAssignment, ExtendRole, RoleTerms};
use model::role_settings::{Longest, Privileged, Ticket};
use model::view::my_roles::{Extend, Extending, Kind, Row, Tab};
use model::{AssignmentId, GroupId, Refusal, RequestId, Span, query};
use testkit::{Person, World, both, refused};

const USERS: &str = "User Administrator";

fn wants(assignment: AssignmentId, days: u32) -> ExtendRole {
    ExtendRole { assignment, days: Some(days), justification: "The project goes on.".into() }
}

async fn extends(who: &Person, asked: ExtendRole) -> Result<(RequestId, bool), engine::Problem> {
    match who.submits(Command::ExtendRole(asked)).await? {
        Done::RoleExtensionAsked { request, renews, .. } => Ok((request, renews)),
        other => panic!("{other:?}"),
    }
}

async fn form(who: &Person, assignment: AssignmentId) -> Extending {
    who.asks(query::Extending { assignment }).await.unwrap()
}

async fn row(who: &Person, tab: Tab, name: &str) -> Row {
    let rows = who.asks(query::MyRoles { kind: Kind::DirectoryRoles, tab, after: None }).await.unwrap().rows;
    rows.iter().find(|row| row.name == name).unwrap_or_else(|| panic!("{name} is not listed: {rows:?}")).clone()
}

/// Alex is eligible for *User Administrator* for thirty days.
async fn alexs(world: &World) -> (Person, Person, AssignmentId) {
    let [alex, morgan] = world.people(["alex", "morgan"]).await;
    let end = world.now() + Span::days(30);
    let role = of(PortalRole::UserAdministrator);
    let asked = asks(role, Principal::User(alex.id), AssignmentType::Eligible, Some(end));
    morgan.submits(Command::AssignRole(asked)).await.unwrap();
    let assignment = finds(&morgan, role, Tab::Eligible, &alex).await;
    (alex, morgan, assignment)
}

fn approves(request: RequestId, gives: Option<RoleTerms>) -> Command {
    Command::DecideRequest(DecideRequest { request, stage: 0, verdict: Verdict::Approve, words: "Until summer.".into(), gives })
}

both! {
    async fn nobody_extends_what_is_not_theirs_or_not_yet_near_its_end(test: TestDb) {
        let world = World::demo(test).await;
        let (alex, _, assignment) = alexs(&world).await;
        let lee = world.person("lee").await;
        assert_eq!(refused(extends(&lee, wants(assignment, 30)).await), Refusal::NotFound { what: "assignment" });
        assert_eq!(refused(lee.asks(query::Extending { assignment }).await), Refusal::NotFound { what: "assignment" });
        assert_eq!(refused(extends(&lee, wants(AssignmentId::default(), 30)).await).code(), "not_found");
        let from = world.now() + Span::days(16);
        let said = refused(extends(&alex, wants(assignment, 30)).await);
        assert!(matches!(&said, Refusal::RoleExtensionTooEarly { from: at, .. } if *at == from), "{said:?}");
        assert_eq!(row(&alex, Tab::Eligible, USERS).await.extend, Some(Extend::From(from)));
        assert!(form(&alex, assignment).await.refused.is_some());
        world.passes(Span::days(16)).await;
        assert_eq!(row(&alex, Tab::Eligible, USERS).await.extend, Some(Extend::Extend));
        let shown = form(&alex, assignment).await;
        assert!(shown.refused.is_none() && !shown.renews);
        assert_eq!(shown.plan.len(), 1);
        // What is permanent has nothing to extend.
        assert_eq!(row(&lee, Tab::Eligible, USERS).await.extend, None);
    }

    async fn whoever_manages_the_role_decides_and_it_lasts_from_the_approval_on(test: TestDb) {
        let world = World::demo(test).await;
        let (alex, morgan, assignment) = alexs(&world).await;
        let bianca = world.person("bianca").await;
        world.passes(Span::days(20)).await;
        let (request, renews) = extends(&alex, wants(assignment, 90)).await.unwrap();
        assert!(!renews);
        assert_eq!(refused(extends(&alex, wants(assignment, 90)).await).code(), "already_requested");
        assert_eq!(row(&alex, Tab::Eligible, USERS).await.extend, Some(Extend::Asked(request)));
        assert_eq!(alex.asks(query::MyActivations {}).await.unwrap().iter().map(|row| row.kind.as_str()).collect::<Vec<_>>(), ["Extension"]);
        assert!(!bianca.sees_in_inbox(request).await);
        assert_eq!(refused(bianca.submits(approves(request, None)).await).code(), "not_found");
        assert_eq!(refused(alex.submits(approves(request, None)).await).code(), "own_request");
        let shown = morgan.inbox().await;
        assert!(shown.iter().any(|row| row.request == request && row.under.starts_with("Extension · 90 days from approval")), "{shown:?}");
        let page = morgan.sees_approval(request).await.unwrap();
        let gives = page.gives_role.unwrap();
        assert_eq!((gives.assignment_type, gives.ends_at), (AssignmentType::Eligible, Some(world.now() + Span::days(90))));
        morgan.approves(request, "Until summer.").await.unwrap();
        let end = world.now() + Span::days(90);
        let shown = row(&alex, Tab::Eligible, USERS).await;
        assert_eq!(shown.assignment, assignment, "it is the same assignment, and was never interrupted");
        assert_eq!(shown.ends.map(|ends| ends.until), Some(end), "in force when the call returns");
        world.request_is_whole(request).await;
        let history = world.history_of(request).await;
        assert!(history.iter().any(|event| matches!(&event.action,
            Action::AssignmentChanged { to: (_, Some(at)), words, .. } if *at == end && words == "Until summer.")));
        let told = alex.sees_request(request).await.unwrap();
        assert_eq!(told.badge.word, "Extended");
        assert!(told.timeline.iter().any(|entry| entry.title == "Extended"), "{:?}", told.timeline);
        world.settle().await;
        assert_eq!(alex.asks(query::MyActivations {}).await.unwrap().len(), 0);
    }

    async fn what_cannot_be_given_is_refused_to_whoever_decides_and_nothing_is_half_done(test: TestDb) {
        let world = World::demo(test).await;
        let (alex, morgan, assignment) = alexs(&world).await;
        let role = of(PortalRole::UserAdministrator);
        sets(&morgan, role, |settings| settings.active = Longest { permanent: false, days: 30 }).await.unwrap();
        world.passes(Span::days(20)).await;
        let (request, _) = extends(&alex, wants(assignment, 90)).await.unwrap();
        let active = |days| Some(RoleTerms {
            assignment_type: AssignmentType::Active,
            starts_at: None,
            ends_at: Some(world.now() + Span::days(days)),
        });
        let said = refused(morgan.submits(approves(request, active(90))).await);
        assert!(said.code() == "outside_settings" && said.sentence().contains("1 month"), "{said:?}");
        assert!(morgan.sees_in_inbox(request).await, "the approval was not kept either");
        morgan.submits(approves(request, active(20))).await.unwrap();
        assert!(alex.holds(USERS).await, "given as another type");
        let eligible = lists(&morgan, role, Tab::Eligible).await.unwrap().rows;
        assert!(eligible.iter().all(|row| row.assignment != assignment), "and no longer as the first");
        world.request_is_whole(request).await;
    }

    async fn an_approval_does_not_shorten_what_somebody_gave_for_longer_meanwhile(test: TestDb) {
        let world = World::demo(test).await;
        let (alex, morgan, assignment) = alexs(&world).await;
        world.passes(Span::days(20)).await;
        let (request, _) = extends(&alex, wants(assignment, 60)).await.unwrap();
        let shown = lists(&morgan, of(PortalRole::UserAdministrator), Tab::Eligible).await.unwrap().rows;
        let shown = shown.iter().find(|row| row.assignment == assignment).unwrap();
        let end = world.now() + Span::days(180);
        let change = ChangeRoleAssignment {
            assignment,
            seen: (shown.starts, shown.ends_at),
            starts_at: None,
            ends_at: Some(end),
            justification: "Half a year.".into(),
        };
        morgan.submits(Command::ChangeRoleAssignment(change)).await.unwrap();
        let said = refused(morgan.submits(approves(request, None)).await);
        assert!(said.code() == "lasts_longer" && said.sentence().contains("Deny the request"), "{said:?}");
        assert!(morgan.sees_in_inbox(request).await);
        assert_eq!(row(&alex, Tab::Eligible, USERS).await.ends.map(|ends| ends.until), Some(end), "nothing was taken away");
        let offered = morgan.sees_approval(request).await.unwrap().gives_role.unwrap();
        assert_eq!(offered.ends_at, Some(end), "nor does the form begin with less");
        // Who means it says so.
        let shorter = world.now() + Span::days(60);
        let gives = RoleTerms { assignment_type: AssignmentType::Eligible, starts_at: None, ends_at: Some(shorter) };
        morgan.submits(approves(request, Some(gives))).await.unwrap();
        assert_eq!(row(&alex, Tab::Eligible, USERS).await.ends.map(|ends| ends.until), Some(shorter));
        // Whoever asks why it is held finds who asked for it and who decided that.
        let activates = ActivateRole {
            eligible: assignment,
            minutes: 60,
            starts_at: None,
            justification: "A new colleague.".into(),
            ticket: Ticket::default(),
            accepted: Vec::new(),
            emergency: false,
        };
        alex.submits(Command::ActivateRole(activates)).await.unwrap();
        let held = morgan.asks(query::Held { user: alex.id, at: None }).await.unwrap();
        let alexs = format!("{held:?}");
        assert!(alexs.contains("Extension asked for") && alexs.contains("The project goes on."), "{alexs}");
        assert!(alexs.contains("Approved in stage 1 by "), "{alexs}");
    }

    async fn what_ended_is_renewed_within_thirty_days_and_only_what_ended_by_itself(test: TestDb) {
        let world = World::demo(test).await;
        let (alex, morgan, assignment) = alexs(&world).await;
        let role = of(PortalRole::UserAdministrator);
        world.passes(Span::days(30) + Span::hours(1)).await;
        assert_eq!(row(&alex, Tab::Expired, USERS).await.extend, Some(Extend::Renew));
        let (request, renews) = extends(&alex, wants(assignment, 60)).await.unwrap();
        assert!(renews);
        morgan.submits(approves(request, None)).await.unwrap();
        let again = finds(&morgan, role, Tab::Eligible, &alex).await;
        assert_ne!(again, assignment);
        assert_eq!(alex.sees_request(request).await.unwrap().badge.word, "Renewed");
        assert_eq!(row(&alex, Tab::Expired, USERS).await.extend, None, "it is there again");
        assert_eq!(refused(extends(&alex, wants(assignment, 60)).await).code(), "already_assigned");
        world.request_is_whole(request).await;
        morgan.submits(Command::EndRoleAssignment { assignment: again, words: "Not needed.".into() }).await.unwrap();
        assert_eq!(refused(extends(&alex, wants(again, 60)).await).code(), "role_taken_away");
        world.passes(Span::days(31)).await;
        assert_eq!(refused(extends(&alex, wants(assignment, 60)).await).code(), "role_renewal_too_late");
    }

    async fn an_ask_that_nobody_decides_expires_with_what_it_would_extend_and_can_be_taken_back(test: TestDb) {
        let world = World::demo(test).await;
        let (alex, _, assignment) = alexs(&world).await;
        world.passes(Span::days(20)).await;
        let (first, _) = extends(&alex, wants(assignment, 60)).await.unwrap();
        alex.cancels(first, "").await.unwrap();
        let (second, _) = extends(&alex, wants(assignment, 60)).await.unwrap();
        world.passes(Span::days(10)).await;
        assert_eq!(alex.sees_request(second).await.unwrap().badge.word, Phase::Expired.word());
        assert_eq!(row(&alex, Tab::Expired, USERS).await.extend, Some(Extend::Renew));
    }

    async fn a_stand_in_gives_what_was_asked_for_and_nothing_else(test: TestDb) {
        let world = World::demo(test).await;
        let (alex, morgan, assignment) = alexs(&world).await;
        let bianca = world.person("bianca").await;
        world.passes(Span::days(20)).await;
        let delegate = Delegate {
            to: bianca.id,
            starts_at: world.now(),
            ends_at: world.now() + Span::days(5),
            delegated: model::delegation::Delegated::All,
        };
        morgan.submits(Command::Delegate(delegate)).await.unwrap();
        let (request, _) = extends(&alex, wants(assignment, 60)).await.unwrap();
        assert!(bianca.sees_approval(request).await.unwrap().gives_role.is_none(), "no fields are offered");
        let end = Some(world.now() + Span::days(300));
        let gives = RoleTerms { assignment_type: AssignmentType::Eligible, starts_at: None, ends_at: end };
        assert_eq!(refused(bianca.submits(approves(request, Some(gives))).await), Refusal::StandInGivesAsAsked);
        bianca.submits(approves(request, None)).await.unwrap();
        world.request_is_whole(request).await;
    }

    async fn owners_decide_about_their_group_and_whoever_else_may_change_it_when_they_cannot(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, morgan, bianca] = world.people(["alex", "morgan", "bianca"]).await;
        let group: GroupId = world.makes_group("Pier keys").await;
        morgan.submits(Command::SetPrivilegedAccess { group, enabled: true }).await.unwrap();
        let role = Privileged::GroupMember(group);
        let end = Some(world.now() + Span::days(10));
        morgan.submits(Command::AssignRole(asks(role, Principal::User(alex.id), AssignmentType::Eligible, end))).await.unwrap();
        let assignment = finds(&morgan, role, Tab::Eligible, &alex).await;
        let (request, _) = extends(&alex, wants(assignment, 30)).await.unwrap();
        assert!(morgan.sees_in_inbox(request).await, "nobody owns it");
        alex.cancels(request, "").await.unwrap();
        morgan.submits(Command::AddMember { group, principal: Principal::User(bianca.id), as_owner: true }).await.unwrap();
        let (request, _) = extends(&alex, wants(assignment, 30)).await.unwrap();
        assert!(bianca.sees_in_inbox(request).await);
        assert!(!morgan.sees_in_inbox(request).await);
        bianca.submits(approves(request, None)).await.unwrap();
        world.request_is_whole(request).await;
    }
}
