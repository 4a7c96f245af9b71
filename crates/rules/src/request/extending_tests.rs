use super::*;
use crate::request::{Decider, decide};
use crate::tests::{assignment, id, user};
use model::RoleId;
use model::access::{AssignmentType, ResourceRole};
use model::approval::Verdict;
use model::command::DecideRequest;
use model::role_settings::Longest;

const NOW: Ts = Ts(100_000_000_000);
const ROLE: ResourceRole = ResourceRole::DirectoryRole(RoleId(model::AnyId::nil()));
const ADMINISTRATOR: u128 = 9;

fn day(days: i64) -> Ts {
    NOW + Span::days(days)
}

fn held(ends_at: Option<Ts>) -> Assignment {
    Assignment {
        assignment_type: AssignmentType::Eligible,
        starts_at: day(-100),
        ends_at,
        ..assignment(1, Principal::User(user(1)), ROLE)
    }
}

struct Case {
    assignment: Assignment,
    settings: RoleSettings,
    there: Option<Assignment>,
    open: Option<(RequestId, Ts)>,
    people: Vec<StagePeople>,
}

impl Case {
    fn new(ends_at: Option<Ts>) -> Self {
        let people = vec![StagePeople { approvers: vec![user(ADMINISTRATOR)], ..StagePeople::default() }];
        Self { assignment: held(ends_at), settings: RoleSettings::default(), there: None, open: None, people }
    }

    fn asks(&self, days: Option<u32>, words: &str) -> Result<Step, Refusal> {
        let privileged = Privileged::of(ROLE).ok_or(Refusal::Stale)?;
        let until = self.assignment.ends_at.filter(|_| is_there(&self.assignment, NOW));
        let stages = crate::role_settings::extension_stages(privileged, false, until, NOW);
        let facts = Extension {
            assignment: &self.assignment,
            name: "Reader",
            holder: "Alex",
            settings: &self.settings,
            stages: &stages,
            people: &self.people,
            open: self.open,
            there: self.there.as_ref(),
        };
        let asked = ExtendRole { assignment: self.assignment.id, days, justification: words.to_owned() };
        ask_to_extend(RequestId(id(7)), user(1), &facts, &asked, NOW)
    }

    fn code(&self) -> &'static str {
        self.asks(Some(30), "The project goes on.").err().map_or("", |refusal| refusal.code())
    }

    fn decided(&self, gives: Option<RoleTerms>, stands_in: bool, at: Ts) -> Result<(Step, Extended), Refusal> {
        let asked = self.asks(Some(30), "The project goes on.")?;
        let name = |_| String::new();
        let decider = Decider { person: user(ADMINISTRATOR), people: &self.people[0], name: &name, proofs: Default::default() };
        let decision =
            DecideRequest { request: asked.request.id, stage: 0, verdict: Verdict::Approve, words: "Fine.".into(), gives };
        let step = decide(&asked.request, &[], &decider, &decision, &self.people, None, at)?;
        let facts = Giving {
            role: Role { name: "Reader", settings: &self.settings, group: None },
            holder: Holder { principal: self.assignment.principal, name: "Alex", enabled: true, group: None },
            assignment: &self.assignment,
            there: self.there.as_ref(),
            id: AssignmentId(id(50)),
            gives,
            stands_in,
        };
        extend_role(step, &facts, "Fine.", at)
    }
}

#[test]
fn only_the_holder_of_a_direct_assignment_with_an_end_asks_in_its_last_fourteen_days() {
    let early = Case::new(Some(day(14) + Span(1)));
    assert!(matches!(
        early.asks(Some(30), "x").unwrap_err(),
        Refusal::RoleExtensionTooEarly { from, .. } if from == NOW + Span(1)
    ));
    assert_eq!(Case::new(None).code(), "role_without_end");
    let mut other = Case::new(Some(day(5)));
    other.assignment.principal = Principal::User(user(2));
    assert_eq!(other.code(), "not_found", "somebody else’s does not exist");
    other.assignment.principal = Principal::Group(model::GroupId(id(3)));
    assert_eq!(other.code(), "not_found", "nor does what a group holds");
    let mut through = Case::new(Some(day(5)));
    through.assignment.source = Source::Package(model::PackageAssignmentId(id(4)));
    assert_eq!(through.code(), "role_extended_elsewhere");
    assert_eq!(Case::new(Some(day(14))).code(), "");
    assert!(matches!(Case::new(Some(day(5))).asks(Some(30), "x").unwrap().request.wish, Wish::Extension { renews: false, .. }));
}

#[test]
fn what_ended_by_itself_is_renewed_for_thirty_days_and_what_was_taken_away_is_not() {
    let mut taken = Case::new(Some(day(5)));
    taken.assignment.ended_at = Some(day(-1));
    assert_eq!(taken.code(), "role_taken_away");
    let mut late = Case::new(Some(day(-30)));
    assert_eq!(late.code(), "role_renewal_too_late");
    late.assignment.ends_at = Some(day(-30) + Span(1));
    assert_eq!(late.code(), "", "whether or not a worker has said that it ended");
    late.assignment.ended_at = late.assignment.ends_at;
    assert!(matches!(late.asks(Some(30), "x").unwrap().request.wish, Wish::Extension { renews: true, .. }));
    late.there = Some(Assignment { id: AssignmentId(id(8)), ..held(Some(day(50))) });
    assert_eq!(late.code(), "already_assigned");
}

#[test]
fn a_length_outside_the_settings_no_reason_a_second_ask_and_nobody_to_decide_are_refused() {
    let mut case = Case::new(Some(day(10)));
    case.settings.eligible = Longest { permanent: false, days: 90 };
    let refused = case.asks(Some(180), "x").unwrap_err();
    assert_eq!((refused.code(), refused.field()), ("outside_settings", Some("days")));
    assert!(refused.sentence().contains("3 months"), "{}", refused.sentence());
    assert_eq!(case.asks(None, "x").unwrap_err().field(), Some("days"), "nor for ever");
    for days in [0, 10] {
        assert_eq!(case.asks(Some(days), "x").unwrap_err().field(), Some("days"), "{days}: no longer than it is");
    }
    assert_eq!(case.asks(Some(30), " ").unwrap_err().field(), Some("justification"));
    assert_eq!(case.asks(Some(90), "x").map(drop), Ok(()));
    case.open = Some((RequestId(id(6)), NOW));
    assert_eq!(case.code(), "already_requested");
    case.open = None;
    case.people[0].approvers = vec![user(1)];
    assert_eq!(case.code(), "no_approver", "nobody decides about themselves");
}

#[test]
fn the_ask_is_open_as_long_as_what_is_extended_is_there_and_a_renewal_for_fourteen_days() {
    let window = |case: Case| match case.asks(Some(60), "x").unwrap().request.state {
        State::PendingApproval { decide_by, .. } => decide_by,
        other => panic!("{other:?}"),
    };
    assert_eq!(window(Case::new(Some(day(3)))), day(3));
    assert_eq!(window(Case::new(Some(day(-3)))), day(14));
}

#[test]
fn approved_it_lasts_as_long_as_asked_from_the_approval_on() {
    let (step, extended) = Case::new(Some(day(10))).decided(None, false, day(2)).unwrap();
    let after = extended.changed.clone().unwrap();
    assert_eq!((after.starts_at, after.ends_at), (day(-100), Some(day(32))));
    assert_eq!(extended, Extended { changed: Some(after.clone()), ..Extended::default() });
    assert_eq!(step.request.state.given(), Some(Given::Role(after.id)));
    let codes: Vec<_> = step.actions.iter().map(Action::code).collect();
    assert_eq!(codes, ["stage_decided", "request_approved", "assignment_changed", "role_extended"]);
}

#[test]
fn whoever_decides_gives_another_end_and_type_within_the_settings_and_a_stand_in_does_not() {
    let mut case = Case::new(Some(day(10)));
    case.settings.active = Longest { permanent: false, days: 30 };
    let gives = |assignment_type, ends_at| Some(RoleTerms { assignment_type, starts_at: None, ends_at });
    let refused = case.decided(gives(AssignmentType::Active, Some(day(40))), false, NOW).unwrap_err();
    assert_eq!(refused.code(), "outside_settings");
    assert_eq!(case.decided(gives(AssignmentType::Active, None), false, NOW).unwrap_err().code(), "outside_settings");
    let refused = case.decided(gives(AssignmentType::Eligible, Some(day(20))), true, NOW).unwrap_err();
    assert_eq!(refused, Refusal::StandInGivesAsAsked);
    assert!(case.decided(None, true, NOW).is_ok());
    let begins = |at| Some(RoleTerms { starts_at: Some(at), ..gives(AssignmentType::Eligible, Some(day(20))).unwrap() });
    assert_eq!(case.decided(begins(day(1)), false, NOW).unwrap_err().field(), Some("starts"), "it has begun");
    assert!(case.decided(begins(day(-100)), false, NOW).is_ok());
    let (step, extended) = case.decided(gives(AssignmentType::Active, Some(day(20))), false, NOW).unwrap();
    assert_eq!(extended.ended, Some(case.assignment.id));
    let made = extended.made.unwrap();
    assert_eq!((made.assignment_type, made.ends_at, made.source), (AssignmentType::Active, Some(day(20)), Source::Direct));
    assert_eq!(step.request.state.given(), Some(Given::Role(made.id)));
}

#[test]
fn a_renewal_makes_a_new_assignment_and_meets_one_that_is_there_by_then() {
    let mut case = Case::new(Some(day(-3)));
    let (_, extended) = case.decided(None, false, day(1)).unwrap();
    let made = extended.made.unwrap();
    assert_eq!((made.starts_at, made.ends_at, made.assignment_type), (day(1), Some(day(31)), AssignmentType::Eligible));
    assert_eq!((extended.changed, extended.ended), (None, None));
    case.there = Some(held(Some(day(50))));
    // It was given after the ask, under the id that the ask knew to be over: only the decision meets it.
    assert_eq!(case.decided(None, false, day(1)).unwrap_err().code(), "already_assigned");
}
