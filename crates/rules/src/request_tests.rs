//! Each refusal and each transition of a request, one by one. What time does and delivery are in `time`, asking
//! back is in `ask_back`, waiting for a webhook in `answering`.

#[path = "request_tests/answering.rs"]
mod answering_tests;
#[path = "request_tests/ask_back.rs"]
mod ask_back_tests;
#[path = "request_tests/time.rs"]
mod time;

use super::*;
use crate::approval::StagePeople;
use crate::tests::{id, stage, user};
use model::access::{Assignment, AssignmentType, EndReason, ResourceRole, Source};
use model::approval::{Approver, Escalation, Part, Stage};
use model::limits::JUSTIFICATION_MAX_CHARS;
use model::package::{AnswerKind, Lasts, PackageRole, PolicySettings, Question, Scope};
use model::request::{Given, Phase};
use model::{AssignmentId, GroupId, PackageAssignmentId, PolicyId, QuestionId, Span};
use std::collections::BTreeMap;

const NOW: Ts = Ts(1_000_000_000);
/// The window of `tests::stage`.
const WINDOW: Span = Span::minutes(100);

fn minutes(n: i64) -> Ts {
    NOW + Span::minutes(n)
}

fn people(approvers: &[u128]) -> StagePeople {
    StagePeople { approvers: approvers.iter().map(|n| user(*n)).collect(), ..StagePeople::default() }
}

fn users(people: &[u128]) -> Vec<UserId> {
    people.iter().map(|n| user(*n)).collect()
}

fn policy(stages: Vec<Stage>) -> Policy {
    let settings = PolicySettings {
        scope: Scope::AllUsers,
        stages,
        justification_required: true,
        questions: Vec::new(),
        lasts: Lasts::For { minutes: 240 },
        extension_allowed: false,
        extension_needs_approval: false,
        timeline_allowed: false,
        managers_may_request: false,
        reviews: None,
        asks: None,
    };
    Policy { id: PolicyId(id(70)), name: "Usual".into(), enabled: true, settings }
}

fn asking(justification: &str) -> SubmitRequest {
    SubmitRequest {
        package: PackageId(id(60)),
        policy: None,
        justification: justification.into(),
        answers: BTreeMap::new(),
        starts_at: None,
        ends_at: None,
    }
}

fn wanted<'a>(policy: &'a Policy, people: &'a [StagePeople]) -> Wanted<'a> {
    Wanted {
        package: PackageId(id(60)),
        name: "Payroll",
        policy,
        people,
        open: None,
        held: None,
        incompatible: None,
        asks: None,
        languages: &[],
    }
}

fn submit_by_1(wanted: &Wanted<'_>) -> Result<Step, Refusal> {
    submit(RequestId(id(80)), user(1), wanted, &asking("month end"), NOW)
}

/// The request of person 1 under stages of these quorums, decided by these people.
fn open(stages: &[(u32, &[u128])]) -> Request {
    let lists: Vec<StagePeople> = stages.iter().map(|(_, approvers)| people(approvers)).collect();
    let policy = policy(stages.iter().map(|(quorum, _)| stage(*quorum)).collect());
    submit_by_1(&wanted(&policy, &lists)).unwrap().request
}

fn in_state(state: State) -> Request {
    Request { state, ..open(&[(1, &[2])]) }
}

fn delivering() -> State {
    State::Delivering { approved_at: NOW, tries: 0, next_try_at: NOW }
}

fn named(id: UserId) -> String {
    format!("Person {}", id.0.as_u128())
}

/// The page of `stage` was posted with this verdict; the person stands on the open stage's list or not.
fn post(
    request: &Request,
    decisions: &[Decision],
    (person, seated): (u128, bool),
    (stage, verdict, words): (usize, Verdict, &str),
    at: Ts,
) -> Result<Step, Refusal> {
    let list = if seated { people(&[person]) } else { people(&[]) };
    let decider = Decider { person: user(person), people: &list, name: &named, proofs: Default::default() };
    let asked = DecideRequest { request: request.id, stage, verdict, words: words.into(), gives: None };
    decide(request, decisions, &decider, &asked, &vec![people(&[2, 3, 4, 5]); request.terms.stages.len()], None, at)
}

fn approve(request: &Request, decisions: &[Decision], person: u128, stage: usize) -> Result<Step, Refusal> {
    post(request, decisions, (person, true), (stage, Verdict::Approve, "fine"), minutes(1))
}

fn held(ends_at: Option<Ts>) -> PackageAssignment {
    PackageAssignment {
        id: PackageAssignmentId(id(90)),
        package: PackageId(id(60)),
        policy: PolicyId(id(70)),
        holder: user(1),
        request: None,
        starts_at: Ts(0),
        ends_at,
        ended_at: None,
        version: 0,
    }
}

fn codes(step: &Step) -> Vec<&'static str> {
    step.actions.iter().map(Action::code).collect()
}

#[test]
fn regression_10_asking_while_a_request_is_open_is_refused_with_that_request() {
    let policy = policy(vec![]);
    let wanted = Wanted { open: Some((RequestId(id(81)), Ts(5))), ..wanted(&policy, &[]) };
    let refusal = Refusal::AlreadyRequested { request: RequestId(id(81)), package: "Payroll".into(), since: Ts(5) };
    assert_eq!(submit_by_1(&wanted), Err(refusal));
}

#[test]
fn regression_8_asking_again_while_active_is_refused_with_the_current_end() {
    let policy = policy(vec![]);
    for until in [Some(NOW + Span(1)), None] {
        let held = held(until);
        let wanted = Wanted { held: Some(&held), ..wanted(&policy, &[]) };
        assert_eq!(submit_by_1(&wanted), Err(Refusal::AlreadyHeld { assignment: held.id, package: "Payroll".into(), until }));
    }
}

#[test]
fn what_is_incompatible_is_neither_asked_for_nor_approved_and_can_be_denied() {
    let policy = policy(vec![]);
    let refusal = Refusal::Incompatible { package: "Payroll".into(), held: Vec::new(), more: true, holder: None };
    let wanted = Wanted { incompatible: Some(&refusal), ..wanted(&policy, &[]) };
    assert_eq!(submit_by_1(&wanted), Err(refusal.clone()));
    let soon = held(Some(NOW + Span(1)));
    let refused = submit_by_1(&Wanted { held: Some(&soon), ..wanted.clone() });
    assert!(matches!(refused, Err(Refusal::AlreadyHeld { .. })), "what is held already comes first: {refused:?}");
    let request = open(&[(1, &[2])]);
    let list = people(&[2]);
    let decider = Decider { person: user(2), people: &list, name: &named, proofs: Default::default() };
    let decided = |verdict| {
        let asked = DecideRequest { request: request.id, stage: 0, verdict, words: "fine".into(), gives: None };
        decide(&request, &[], &decider, &asked, std::slice::from_ref(&list), Some(&refusal), minutes(1))
    };
    assert_eq!(decided(Verdict::Approve), Err(refusal.clone()));
    assert_eq!(decided(Verdict::Deny).unwrap().request.state.phase(), Phase::Denied);
}

#[test]
fn asking_is_possible_from_the_end_instant_on_even_before_a_worker_ended_the_access() {
    let policy = policy(vec![]);
    let over = held(Some(NOW));
    let taken = PackageAssignment { ended_at: Some(Ts(7)), ..held(None) };
    let later = PackageAssignment { starts_at: NOW + Span(1), ..held(None) };
    for held in [over, taken, later] {
        assert!(submit_by_1(&Wanted { held: Some(&held), ..wanted(&policy, &[]) }).is_ok(), "{held:?}");
    }
}

#[test]
fn regression_4_a_request_of_blanks_is_refused_with_its_field() {
    let mut policy = policy(vec![]);
    let blank = submit(RequestId(id(80)), user(1), &wanted(&policy, &[]), &asking(" \n"), NOW);
    assert_eq!(blank.unwrap_err().field(), Some("justification"));
    let question = Question {
        id: QuestionId(id(5)),
        text: "Which?".into(),
        hint: None,
        required: true,
        answer: AnswerKind::YesNo,
        translations: Vec::new(),
    };
    policy.settings.questions = vec![question];
    assert_eq!(submit_by_1(&wanted(&policy, &[])).unwrap_err().code(), "required");
    (policy.settings.questions, policy.settings.justification_required) = (Vec::new(), false);
    assert!(submit(RequestId(id(80)), user(1), &wanted(&policy, &[]), &asking(""), NOW).is_ok());
    let essay = "x".repeat(JUSTIFICATION_MAX_CHARS + 1);
    let refused = submit(RequestId(id(80)), user(1), &wanted(&policy, &[]), &asking(&essay), NOW);
    assert_eq!(refused.unwrap_err().code(), "too_long");
}

#[test]
fn a_request_that_nobody_can_decide_is_refused_and_names_the_stage() {
    let policy = policy(vec![stage(1), stage(2)]);
    let refused = submit_by_1(&wanted(&policy, &[people(&[2]), people(&[3, 1])]));
    assert_eq!(refused, Err(Refusal::NoApprover { stage: 2, needed: 2, found: 1 }));
    let unresolved = submit_by_1(&wanted(&policy, &[people(&[2])]));
    assert_eq!(unresolved, Err(Refusal::NoApprover { stage: 2, needed: 2, found: 0 }), "a stage without its people has none");
}

#[test]
fn the_fallback_steps_in_where_an_earlier_stage_uses_up_the_approvers() {
    let policy = policy(vec![stage(1), stage(1)]);
    let lists = [people(&[2]), StagePeople { fallback: users(&[4]), ..people(&[2]) }];
    let request = submit_by_1(&wanted(&policy, &lists)).unwrap().request;
    let list = people(&[2]);
    let decider = Decider { person: user(2), people: &list, name: &named, proofs: Default::default() };
    let asked = DecideRequest { request: request.id, stage: 0, verdict: Verdict::Approve, words: "fine".into(), gives: None };
    let step = decide(&request, &[], &decider, &asked, &lists, None, minutes(1)).unwrap();
    let decide_by = minutes(1) + WINDOW;
    assert_eq!(step.actions[1], Action::StageOpened { stage: 1, part: Part::Fallback, asked: users(&[4]), decide_by });
    assert!(matches!(step.request.state, State::PendingApproval { fallback: true, .. }));
}

#[test]
fn a_request_without_stages_is_approved_and_delivered_at_once() {
    let step = submit_by_1(&wanted(&policy(vec![]), &[])).unwrap();
    assert_eq!(codes(&step), ["request_submitted", "request_approved"]);
    assert_eq!(step.request.state, delivering());
    assert_eq!(wakes_at(&step.request), Some(NOW));
}

#[test]
fn regression_2_approvers_are_the_union_of_all_lists_and_each_is_asked_once() {
    let policy = policy(vec![stage(1)]);
    let step = submit_by_1(&wanted(&policy, &[people(&[2, 3, 1, 2, 4, 3])])).unwrap();
    let decide_by = NOW + WINDOW;
    assert_eq!(step.actions[1], Action::StageOpened { stage: 0, part: Part::Approvers, asked: users(&[2, 3, 4]), decide_by });
    for person in [2, 3, 4] {
        assert!(approve(&step.request, &[], person, 0).is_ok(), "person {person} may approve");
    }
}

#[test]
fn regression_11_nobody_decides_what_they_ask_for_or_benefit_from() {
    let request = Request { beneficiary: user(7), ..open(&[(1, &[2])]) };
    for person in [1, 7] {
        assert_eq!(approve(&request, &[], person, 0), Err(Refusal::OwnRequest));
    }
}

#[test]
fn the_lists_at_the_moment_of_the_decision_count() {
    let request = open(&[(1, &[2])]);
    let left = post(&request, &[], (2, false), (0, Verdict::Approve, "fine"), minutes(1));
    assert_eq!(left, Err(Refusal::NotAnApprover), "asked, and has left the list since");
    assert!(approve(&request, &[], 9, 0).is_ok(), "never asked, and is on the list now");
}

#[test]
fn a_quorum_of_two_needs_two_people() {
    let request = open(&[(2, &[2, 3])]);
    let first = approve(&request, &[], 2, 0).unwrap();
    assert_eq!((&first.request.state, codes(&first)), (&request.state, vec!["stage_decided"]));
    let decisions = [first.decision.unwrap()];
    let again = approve(&request, &decisions, 2, 0);
    let mine = Refusal::AlreadyDecided { by: named(user(2)), mine: true, verdict: Verdict::Approve, stage: 1, at: minutes(1) };
    assert_eq!(again, Err(mine));
    let second = approve(&request, &decisions, 3, 0).unwrap();
    assert_eq!(codes(&second), ["stage_decided", "request_approved"]);
    assert_eq!(second.request.state.phase(), Phase::Delivering);
}

#[test]
fn one_persons_approval_counts_in_one_stage_only() {
    let request = open(&[(1, &[2]), (1, &[2, 3])]);
    let step = approve(&request, &[], 2, 0).unwrap();
    assert!(matches!(&step.actions[1], Action::StageOpened { stage: 1, asked, .. } if *asked == users(&[3, 4, 5])));
    let refused = approve(&step.request, &[step.decision.unwrap()], 2, 1);
    assert!(matches!(refused, Err(Refusal::AlreadyDecided { mine: true, stage: 1, .. })));
}

#[test]
fn one_denial_in_any_stage_ends_the_request_whatever_was_approved() {
    let request = open(&[(1, &[2]), (2, &[3, 4])]);
    let first = approve(&request, &[], 2, 0).unwrap();
    let mut decisions = vec![first.decision.unwrap()];
    decisions.extend(approve(&first.request, &decisions, 3, 1).unwrap().decision);
    let denied = post(&first.request, &decisions, (4, true), (1, Verdict::Deny, "too much"), minutes(2)).unwrap();
    assert_eq!(denied.request.state, State::Denied { stage: 1, by: user(4), at: minutes(2), words: "too much".into() });
    let decided = Action::StageDecided {
        stage: 1,
        verdict: Verdict::Deny,
        words: "too much".into(),
        settles_stage: true,
        stood_in_for: None,
    };
    assert_eq!(denied.actions, [decided]);
    let first = post(&request, &[], (2, true), (0, Verdict::Deny, "no"), minutes(2)).unwrap();
    assert_eq!(first.request.state.phase(), Phase::Denied);
    let alone = post(&open(&[(2, &[2, 3])]), &[], (2, true), (0, Verdict::Deny, "no"), minutes(2)).unwrap();
    assert_eq!(alone.request.state.phase(), Phase::Denied, "a denial needs no quorum");
}

#[test]
fn a_page_of_an_earlier_stage_is_told_that_the_request_has_moved_on() {
    let request = open(&[(1, &[2]), (1, &[3])]);
    let step = approve(&request, &[], 2, 0).unwrap();
    let stale = approve(&step.request, &[step.decision.unwrap()], 3, 0);
    assert_eq!(stale, Err(Refusal::StageMovedOn { stage: 2 }));
}

#[test]
fn regression_22_whoever_comes_too_late_is_told_who_decided_and_when() {
    let by_2 = Refusal::AlreadyDecided { by: named(user(2)), mine: false, verdict: Verdict::Approve, stage: 1, at: minutes(1) };
    let two_stages = approve(&open(&[(1, &[2, 6]), (1, &[3])]), &[], 2, 0).unwrap();
    let decisions = [two_stages.decision.unwrap()];
    let late = post(&two_stages.request, &decisions, (6, false), (0, Verdict::Deny, "no"), minutes(2));
    assert_eq!(late, Err(by_2.clone()), "the next stage is open");
    let one_stage = approve(&open(&[(1, &[2, 6])]), &[], 2, 0).unwrap();
    let late = post(&one_stage.request, &decisions, (6, true), (0, Verdict::Approve, "fine"), minutes(2));
    assert_eq!(late, Err(by_2), "all is approved");
    let never = post(&two_stages.request, &decisions, (6, false), (1, Verdict::Approve, "fine"), minutes(2));
    assert_eq!(never, Err(Refusal::NotAnApprover), "who sees the open stage was not too late");
}

#[test]
fn regression_7_a_settled_request_answers_with_its_outcome() {
    let canceled = in_state(State::Canceled { by: user(1), at: minutes(3), words: String::new() });
    let answer = Refusal::AlreadySettled { outcome: "Canceled", by: Some(named(user(1))), at: minutes(3) };
    assert_eq!(approve(&canceled, &[], 2, 0), Err(answer));
    let delivered = in_state(State::Delivered { at: minutes(3), given: Given::Package(PackageAssignmentId(id(90))) });
    let answer = Refusal::AlreadySettled { outcome: "Delivered", by: None, at: minutes(3) };
    assert_eq!(approve(&delivered, &[], 2, 0), Err(answer), "nobody had to approve it");
}

#[test]
fn a_decision_needs_words_where_the_stage_says_so() {
    let mut request = open(&[(1, &[2])]);
    for verdict in [Verdict::Approve, Verdict::Deny] {
        let blank = post(&request, &[], (2, true), (0, verdict, "  "), minutes(1)).unwrap_err();
        assert_eq!((blank.code(), blank.field()), ("required", Some("words")));
    }
    let essay = "x".repeat(JUSTIFICATION_MAX_CHARS + 1);
    assert_eq!(post(&request, &[], (2, true), (0, Verdict::Deny, &essay), minutes(1)).unwrap_err().code(), "too_long");
    request.terms.stages[0].justification_required = false;
    assert!(post(&request, &[], (2, true), (0, Verdict::Approve, ""), minutes(1)).is_ok());
}

#[test]
fn an_open_request_is_canceled_by_its_people_and_by_administrators() {
    let scheduled = State::Scheduled { approved_at: NOW, starts_at: minutes(9) };
    for request in [open(&[(1, &[2])]), in_state(scheduled)] {
        let request = Request { beneficiary: user(7), ..request };
        for (person, administrates) in [(1, false), (7, false), (9, true)] {
            let step = cancel(&request, user(person), administrates, " changed my mind ", minutes(2)).unwrap();
            let words = "changed my mind".to_owned();
            assert_eq!(step.request.state, State::Canceled { by: user(person), at: minutes(2), words: words.clone() });
            assert_eq!(step.actions, [Action::RequestCanceled { words }]);
        }
        let stranger = cancel(&request, user(2), false, "", minutes(2));
        assert_eq!(stranger, Err(Refusal::NotFound { what: "request" }), "not even an approver");
    }
}

#[test]
fn what_is_settled_or_being_delivered_can_no_longer_be_canceled() {
    let states = [
        (delivering(), "Delivering"),
        (State::Delivered { at: NOW, given: Given::Package(PackageAssignmentId(id(90))) }, "Delivered"),
        (State::DeliveryFailed { at: NOW, reason: "gone".into() }, "Delivery failed"),
        (State::Denied { stage: 0, by: user(2), at: NOW, words: "no".into() }, "Denied"),
        (State::Expired { stage: 0, at: NOW }, "Expired"),
        (State::Canceled { by: user(1), at: NOW, words: String::new() }, "Canceled"),
    ];
    for (state, outcome) in states {
        assert_eq!(cancel(&in_state(state), user(1), true, "", minutes(2)), Err(Refusal::NotOpen { outcome }));
    }
}

#[test]
fn under_a_policy_whose_end_is_over_nobody_asks_and_what_is_held_keeps_its_own_answer() {
    let mut over = policy(vec![]);
    over.settings.lasts = Lasts::Until { at: NOW };
    assert_eq!(submit_by_1(&wanted(&over, &[])).unwrap_err().code(), "policy_over", "it ends this instant");
    over.settings.lasts = Lasts::Until { at: NOW + Span(1) };
    assert!(submit_by_1(&wanted(&over, &[])).is_ok());
    assert!(concerns_one_policy(&Refusal::PolicyOver { policy: String::new(), at: NOW }));
    assert!(!concerns_one_policy(&Refusal::Stale));
    let member = Asker { user: user(1), kind: model::directory::UserKind::Member, enabled: true, groups: BTreeSet::new() };
    over.settings.lasts = Lasts::Until { at: NOW };
    assert!(!offered_again(std::slice::from_ref(&over), &member, NOW), "nothing can be asked for again");
    assert!(offered_again(&[over, policy(vec![])], &member, NOW), "another policy helps");
}

#[test]
fn only_whoever_has_to_do_with_a_package_reads_that_its_catalog_is_disabled() {
    assert_eq!(catalog_open(false, "Payroll", false), Err(Refusal::NotFound { what: "access package" }));
    assert_eq!(catalog_open(false, "Payroll", true), Err(Refusal::CatalogDisabled { package: "Payroll".into() }));
    assert_eq!([true, false].map(|theirs| catalog_open(true, "Payroll", theirs)), [Ok(()), Ok(())]);
}

#[test]
fn a_start_at_the_end_of_the_policy_or_after_it_is_refused() {
    let mut until = policy(vec![]);
    until.settings.timeline_allowed = true;
    until.settings.lasts = Lasts::Until { at: NOW + Span::days(2) };
    let wanted = wanted(&until, &[]);
    let starts = |starts_at| {
        let asked = SubmitRequest { starts_at: Some(starts_at), ..asking("month end") };
        submit(RequestId(id(80)), user(1), &wanted, &asked, NOW).map(drop).map_err(|no| no.field().map(str::to_owned))
    };
    assert_eq!(starts(NOW + Span::days(2)), Err(Some("starts_at".to_owned())));
    assert_eq!(starts(NOW + Span::days(2) - Span(1)), Ok(()));
}
