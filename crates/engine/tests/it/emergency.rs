//! Emergency access: activating without approval, who is told, and the review that follows.

use crate::privileged::{eligible, finds, of, sets};
use model::alert::AlertKind;
use model::approval::Approver;
use model::command::{Command, Done};
use model::directory::PortalRole;
use model::role_assignment::ActivateRole;
use model::role_settings::{RoleSettings, Ticket};
use model::view::emergency::EmergencyAccess;
use model::view::my_roles::{Emergency, Tab};
use model::{AssignmentId, EmergencyUseId, Refusal, RequestId, Span, query};
use testkit::{Person, World, both, refused};

const DESK: &str = "Groups Administrator";

fn asks(eligible: AssignmentId) -> ActivateRole {
    ActivateRole {
        eligible,
        minutes: 60,
        starts_at: None,
        justification: "The gateway is down.".into(),
        ticket: Ticket { system: "Desk".into(), number: "INC-7".into() },
        accepted: Vec::new(),
        emergency: true,
    }
}

async fn activates(who: &Person, asked: ActivateRole) -> Result<RequestId, engine::Problem> {
    match who.submits(Command::ActivateRole(asked)).await? {
        Done::RoleActivated { request, active: Some(_), .. } => Ok(request),
        other => panic!("{other:?}"),
    }
}

async fn list(who: &Person) -> Result<EmergencyAccess, engine::Problem> {
    who.asks(query::EmergencyAccess { person: String::new(), after: None }).await
}

async fn last_use(who: &Person) -> EmergencyUseId {
    list(who).await.unwrap().uses.first().unwrap().of
}

/// Lee may activate *Groups Administrator* with the approval of Brandon, in an emergency without, which Bianca reviews.
async fn marked(world: &World) -> (Person, Person, Person, AssignmentId) {
    let [lee, morgan, bianca, brandon] = world.people(["lee", "morgan", "bianca", "brandon"]).await;
    let role = of(PortalRole::GroupsAdministrator);
    let assignment = eligible(&morgan, &lee, role, None).await;
    sets(&morgan, role, |settings| {
        settings.approval_required = true;
        settings.stages = vec![RoleSettings::default_stage(vec![Approver::User { id: brandon.id }])];
    })
    .await
    .unwrap();
    morgan.submits(Command::MarkEmergencyAccount { user: lee.id, reviewer: bianca.id }).await.unwrap();
    (lee, morgan, bianca, assignment)
}

both! {
    async fn only_global_administrators_mark_accounts_and_never_their_own(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, morgan, brandon, lee] = world.people(["alex", "morgan", "brandon", "lee"]).await;
        let mark = |user: &Person, reviewer: &Person| Command::MarkEmergencyAccount { user: user.id, reviewer: reviewer.id };
        assert_eq!(refused(alex.submits(mark(&alex, &lee)).await).code(), "not_found");
        assert_eq!(refused(list(&alex).await).code(), "not_found");
        assert_eq!(refused(brandon.submits(mark(&lee, &alex)).await).code(), "not_allowed");
        assert_eq!(refused(morgan.submits(mark(&morgan, &lee)).await).field(), Some("account"));
        assert_eq!(refused(morgan.submits(mark(&lee, &lee)).await).field(), Some("reviewer"));
        morgan.submits(mark(&lee, &alex)).await.unwrap();
        assert_eq!(list(&brandon).await.unwrap().accounts.len(), 1);
        assert!(!list(&brandon).await.unwrap().may_change);
        morgan.submits(Command::UnmarkEmergencyAccount { user: lee.id }).await.unwrap();
        assert_eq!(refused(morgan.submits(Command::UnmarkEmergencyAccount { user: lee.id }).await).code(), "not_found");
    }

    async fn whoever_is_not_marked_waits_for_approval(test: TestDb) {
        let world = World::demo(test).await;
        let (lee, morgan, _, assignment) = marked(&world).await;
        morgan.submits(Command::UnmarkEmergencyAccount { user: lee.id }).await.unwrap();
        let refusal = refused(activates(&lee, asks(assignment)).await);
        assert_eq!(refusal, Refusal::NoEmergencyAccount { role: DESK.into() });
        assert!(!lee.holds(DESK).await);
        let form = lee.asks(query::Activating { assignments: vec![assignment] }).await.unwrap();
        assert_eq!(form.emergency, Emergency::No);
    }

    async fn in_an_emergency_it_is_active_at_once_and_everybody_who_would_have_been_asked_is_told(test: TestDb) {
        let world = World::demo(test).await;
        let (lee, morgan, _, assignment) = marked(&world).await;
        let form = lee.asks(query::Activating { assignments: vec![assignment] }).await.unwrap();
        assert!(matches!(form.emergency, Emergency::Yes { .. }));
        let silent = ActivateRole { justification: " ".into(), ..asks(assignment) };
        assert_eq!(refused(activates(&lee, silent).await).code(), "required");
        let later = ActivateRole { starts_at: Some(world.now() + Span::hours(2)), ..asks(assignment) };
        assert_eq!(refused(activates(&lee, later).await).field(), Some("starts"));
        world.letters_are_thrown_away();
        let request = activates(&lee, asks(assignment)).await.unwrap();
        assert!(lee.holds(DESK).await, "no worker ran");
        world.settle().await;
        for who in ["bianca", "brandon"] {
            let told = world.subjects_to(who).await;
            assert_eq!(told.iter().filter(|kind| *kind == "Emergency").count(), 1, "{who}: {told:?}");
        }
        let timeline = lee.sees_request(request).await.unwrap().timeline;
        assert!(timeline.iter().any(|entry| entry.title == "Without approval, in an emergency"
            && entry.more.iter().any(|line| line.contains("Bianca") && line.contains("Brandon"))));
        assert_eq!(list(&morgan).await.unwrap().uses[0].badge.word, "Waits for review");
        world.request_is_whole(request).await;
        world.passes(Span::hours(1)).await;
        assert!(!lee.holds(DESK).await);
        world.passes(Span::days(3)).await;
        assert_eq!(list(&morgan).await.unwrap().uses[0].badge.word, "Overdue");
        world.history_is_sound().await;
    }

    async fn an_account_is_not_used_again_before_its_use_was_reviewed(test: TestDb) {
        let world = World::demo(test).await;
        let (lee, morgan, bianca, assignment) = marked(&world).await;
        let alex = world.person("alex").await;
        activates(&lee, asks(assignment)).await.unwrap();
        world.passes(Span::hours(1)).await;
        assert_eq!(refused(activates(&lee, asks(assignment)).await).code(), "emergency_unreviewed");
        let form = lee.asks(query::Activating { assignments: vec![assignment] }).await.unwrap();
        assert!(matches!(form.emergency, Emergency::NotNow(_)));
        let used = last_use(&morgan).await;
        let close = |words: &str| Command::CloseEmergencyReview { used, words: words.into() };
        assert_eq!(refused(alex.asks(query::EmergencyUse { used }).await).code(), "not_found");
        assert_eq!(refused(alex.submits(close("Mine?")).await).code(), "not_found");
        assert_eq!(refused(lee.submits(close("I was right.")).await).code(), "own_emergency_use");
        let shown = lee.asks(query::EmergencyUse { used }).await.unwrap();
        assert!(!shown.may_close && shown.note.is_some());
        assert_eq!(bianca.asks(query::Overview {}).await.unwrap().emergencies.len(), 1);
        assert!(bianca.asks(query::EmergencyUse { used }).await.unwrap().may_close);
        assert_eq!(refused(bianca.submits(close(" ")).await).code(), "required");
        bianca.submits(close("The gateway was down; nothing else was touched.")).await.unwrap();
        assert_eq!(refused(morgan.submits(close("Twice.")).await).code(), "emergency_reviewed");
        assert!(bianca.asks(query::Overview {}).await.unwrap().emergencies.is_empty());
        activates(&lee, asks(assignment)).await.unwrap();
    }

    async fn a_second_administrator_allows_one_more_use_and_not_two(test: TestDb) {
        let world = World::demo(test).await;
        let (lee, morgan, bianca, assignment) = marked(&world).await;
        activates(&lee, asks(assignment)).await.unwrap();
        world.passes(Span::hours(1)).await;
        let allow = |used| Command::AllowEmergencyUse { used, words: "It burns again.".into() };
        let first = last_use(&morgan).await;
        assert_eq!(refused(lee.submits(allow(first)).await).code(), "own_emergency_use");
        assert_eq!(refused(bianca.submits(allow(first)).await).code(), "not_allowed", "she reviews, and administrates nothing");
        morgan.submits(allow(first)).await.unwrap();
        world.passes(Span::minutes(1)).await;
        activates(&lee, asks(assignment)).await.unwrap();
        world.passes(Span::hours(1)).await;
        assert_eq!(refused(activates(&lee, asks(assignment)).await).code(), "emergency_unreviewed");
        // Nobody closes a review in the middle of an incident: what was allowed once can be allowed again.
        assert!(morgan.asks(query::EmergencyUse { used: first }).await.unwrap().may_allow);
        for used in [first, last_use(&morgan).await] {
            morgan.submits(allow(used)).await.unwrap();
            assert!(!morgan.asks(query::EmergencyUse { used }).await.unwrap().may_allow, "it is in nobody's way");
        }
        activates(&lee, asks(assignment)).await.unwrap();
        world.history_is_sound().await;
    }

    async fn an_incident_that_needs_several_roles_is_one_use(test: TestDb) {
        let world = World::demo(test).await;
        let (lee, morgan, _, assignment) = marked(&world).await;
        let brandon = world.person("brandon").await;
        let role = of(PortalRole::UserAdministrator);
        let second = finds(&morgan, role, Tab::Eligible, &lee).await;
        sets(&morgan, role, |settings| {
            settings.approval_required = true;
            settings.stages = vec![RoleSettings::default_stage(vec![Approver::User { id: brandon.id }])];
        })
        .await
        .unwrap();
        activates(&lee, asks(assignment)).await.unwrap();
        let form = lee.asks(query::Activating { assignments: vec![second] }).await.unwrap();
        assert!(matches!(form.emergency, Emergency::Yes { .. }));
        activates(&lee, asks(second)).await.unwrap();
        assert!(lee.holds(DESK).await && lee.holds("User Administrator").await);
        assert_eq!(list(&morgan).await.unwrap().uses.len(), 2, "each is looked at");
        world.passes(Span::hours(1)).await;
        for one in [assignment, second] {
            assert_eq!(refused(activates(&lee, asks(one)).await).code(), "emergency_unreviewed");
        }
        world.history_is_sound().await;
    }

    async fn where_the_reviewer_is_gone_administrators_are_told_and_another_one_takes_over(test: TestDb) {
        let world = World::demo(test).await;
        let (lee, morgan, bianca, assignment) = marked(&world).await;
        let [alex, emma] = world.people(["alex", "emma"]).await;
        sets(&morgan, of(PortalRole::GroupsAdministrator), |settings| {
            settings.stages = vec![RoleSettings::default_stage(vec![Approver::User { id: emma.id }])];
        })
        .await
        .unwrap();
        morgan.disables(&bianca).await.unwrap();
        world.settle().await;
        world.letters_are_thrown_away();
        activates(&lee, asks(assignment)).await.unwrap();
        world.settle().await;
        let letters = world.letters_to("morgan").await;
        let emergency = letters.iter().find(|letter| letter.subject.starts_with("Emergency")).unwrap();
        assert!(emergency.text.contains("You review this use."), "{}", emergency.text);
        assert!(emergency.text.contains("/my-access/emergency/"), "{}", emergency.text);
        // Whoever would have been asked and administrates nothing learns by name who reviews it.
        let letter = world.letters_to("emma").await.remove(0);
        let named = ["Morgan", "Brandon"].iter().any(|name| letter.text.contains(&format!("{name} reviews the use by")));
        assert!(letter.subject.starts_with("Emergency") && named, "{}", letter.text);
        let open = async || {
            let alerts = morgan.asks(query::Alerts {}).await.unwrap();
            alerts.kinds.iter().find(|one| one.kind == AlertKind::EmergencyUnreviewed).map_or(0, |one| one.open)
        };
        assert_eq!(open().await, 1, "three days would be too late");
        morgan.submits(Command::MarkEmergencyAccount { user: lee.id, reviewer: alex.id }).await.unwrap();
        world.settle().await;
        assert_eq!(open().await, 0);
        let used = last_use(&morgan).await;
        alex.submits(Command::CloseEmergencyReview { used, words: "The gateway was down.".into() }).await.unwrap();
        world.history_is_sound().await;
    }

    async fn it_works_when_nobody_is_left_who_could_approve(test: TestDb) {
        let world = World::demo(test).await;
        let (lee, morgan, _, assignment) = marked(&world).await;
        let brandon = world.person("brandon").await;
        world.appoints(&morgan, PortalRole::PrivilegedRoleAdministrator).await;
        morgan.disables(&brandon).await.unwrap();
        let plain = ActivateRole { emergency: false, ..asks(assignment) };
        assert_eq!(refused(lee.submits(Command::ActivateRole(plain)).await).code(), "no_approver");
        let form = lee.asks(query::Activating { assignments: vec![assignment] }).await.unwrap();
        assert!(form.items.iter().all(|item| item.refused.is_none()), "{:?}", form.items);
        activates(&lee, asks(assignment)).await.unwrap();
        assert!(lee.holds(DESK).await);
    }
}
