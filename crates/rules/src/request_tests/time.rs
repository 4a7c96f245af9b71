//! What time does to a request, and delivery.

use super::*;
use model::notice::Value;
use model::request::Undelivered;

#[test]
fn the_window_is_over_at_its_end_even_before_a_worker_says_so() {
    let request = open(&[(1, &[2])]);
    let end = NOW + WINDOW;
    let deny = |request: &Request, at| post(request, &[], (2, true), (0, Verdict::Deny, "no"), at);
    assert!(deny(&request, end - Span(1)).is_ok());
    let over = Err(Refusal::AlreadySettled { outcome: "Expired", by: None, at: end });
    assert_eq!(deny(&request, end), over);
    let late = Refusal::NotOpen { outcome: "Expired" };
    assert!(cancel(&request, user(1), false, "", end - Span(1)).is_ok());
    assert_eq!(cancel(&request, user(1), false, "", end), Err(late.clone()));
    let expired = due(&request, &people(&[2]), &[], end + Span(5)).unwrap().request;
    assert_eq!(deny(&expired, end + Span(9)), over, "the worker changes nothing about the answer");
    assert_eq!(cancel(&expired, user(1), false, "", end + Span(9)), Err(late));
}

#[test]
fn nobody_deciding_is_expiry_and_no_denial() {
    let mut request = open(&[(1, &[2])]);
    request = due(&request, &people(&[2]), &[], NOW + WINDOW - Span(1)).unwrap().request;
    assert_eq!(due(&request, &people(&[2]), &[], NOW + WINDOW - Span(1)), None);
    let step = due(&request, &people(&[2]), &[], NOW + WINDOW).unwrap();
    assert_eq!(step.actions, [Action::StageExpired { stage: 0 }]);
    assert_eq!((step.request.state.phase(), step.decision), (Phase::Expired, None));
    assert_eq!(wakes_at(&Request { state: step.request.state, ..request }), None);
}

#[test]
fn the_reminder_goes_at_half_of_the_window_once_to_those_who_have_not_decided() {
    let request = open(&[(2, &[2, 3])]);
    let decisions = [approve(&request, &[], 2, 0).unwrap().decision.unwrap()];
    assert_eq!(wakes_at(&request), Some(minutes(50)));
    assert_eq!(due(&request, &people(&[2, 3]), &decisions, minutes(50) - Span(1)), None);
    let step = due(&request, &people(&[2, 3, 1, 6]), &decisions, minutes(50)).unwrap();
    assert_eq!(step.actions, [Action::ApproversReminded { stage: 0, asked: users(&[3, 6]) }]);
    assert_eq!(due(&step.request, &people(&[2, 3]), &decisions, minutes(99)), None);
    assert_eq!(wakes_at(&step.request), Some(minutes(100)));
    let State::PendingApproval { asked, .. } = step.request.state else { panic!("{:?}", step.request.state) };
    assert_eq!(asked, users(&[2, 3, 6]), "who is reminded counts as asked and will be told the outcome");
}

/// Person 1 asks; 2 approves, 4 is asked after so many minutes.
fn escalating(after_minutes: u32) -> (Request, StagePeople) {
    let escalation = Escalation { after_minutes, approvers: vec![Approver::User { id: user(4) }] };
    let policy = policy(vec![Stage { escalation: Some(escalation), ..stage(1) }]);
    let lists = [StagePeople { escalation: users(&[4, 2, 1]), ..people(&[2]) }];
    (submit_by_1(&wanted(&policy, &lists)).unwrap().request, lists[0].clone())
}

#[test]
fn the_escalation_asks_further_people_once_and_the_first_may_still_decide() {
    let (request, lists) = escalating(10);
    assert_eq!(wakes_at(&request), Some(minutes(10)));
    let on_escalation = StagePeople { approvers: Vec::new(), ..lists.clone() };
    let decides = |request: &Request, person: u128, list: &StagePeople| {
        let decider = Decider { person: user(person), people: list, name: &named, proofs: Default::default() };
        let asked = DecideRequest { request: request.id, stage: 0, verdict: Verdict::Approve, words: "fine".into(), gives: None };
        decide(request, &[], &decider, &asked, &[], None, minutes(10)).map(|step| step.request.state.phase())
    };
    assert_eq!(decides(&request, 4, &on_escalation), Err(Refusal::NotAnApprover), "not asked yet");
    let step = due(&request, &lists, &[], minutes(10)).unwrap();
    assert_eq!(step.actions, [Action::StageEscalated { stage: 0, asked: users(&[4]) }]);
    assert_eq!(decides(&step.request, 4, &on_escalation), Ok(Phase::Delivering));
    assert_eq!(decides(&step.request, 2, &lists), Ok(Phase::Delivering));
    assert_eq!(due(&step.request, &lists, &[], minutes(49)), None);
    let reminded = due(&step.request, &lists, &[], minutes(50)).unwrap();
    assert_eq!(reminded.actions, [Action::ApproversReminded { stage: 0, asked: users(&[2, 4]) }]);
}

#[test]
fn whoever_is_asked_by_the_escalation_just_now_is_not_reminded_too() {
    let (request, lists) = escalating(50);
    let reminded = due(&request, &lists, &[], minutes(50)).unwrap();
    assert_eq!(reminded.actions, [Action::ApproversReminded { stage: 0, asked: users(&[2]) }]);
    let escalated = due(&reminded.request, &lists, &[], minutes(50)).unwrap();
    assert_eq!(escalated.actions, [Action::StageEscalated { stage: 0, asked: users(&[4]) }]);
    assert_eq!(due(&escalated.request, &lists, &[], minutes(99)), None);
}

#[test]
fn a_fallback_approver_who_was_asked_is_not_asked_again_by_the_escalation() {
    let escalation = Escalation { after_minutes: 10, approvers: vec![Approver::User { id: user(4) }] };
    let policy = policy(vec![Stage { escalation: Some(escalation), ..stage(1) }]);
    let lists =
        [StagePeople { approvers: users(&[1]), fallback: users(&[4]), escalation: users(&[4, 5]), stand_ins: Vec::new() }];
    let request = submit_by_1(&wanted(&policy, &lists)).unwrap().request;
    let step = due(&request, &lists[0], &[], minutes(10)).unwrap();
    assert_eq!(step.actions, [Action::StageEscalated { stage: 0, asked: users(&[5]) }]);
    let reminded = due(&step.request, &lists[0], &[], minutes(50)).unwrap();
    assert_eq!(reminded.actions, [Action::ApproversReminded { stage: 0, asked: users(&[4, 5]) }]);
    let State::PendingApproval { asked, .. } = reminded.request.state else { panic!("{:?}", reminded.request.state) };
    assert_eq!(asked, users(&[4, 5]), "each counts as asked once");
}

#[test]
fn a_later_start_waits_and_a_start_that_has_passed_does_not() {
    let mut request = open(&[(1, &[2])]);
    request.terms.starts_at = Some(minutes(1) + Span(1));
    let step = approve(&request, &[], 2, 0).unwrap();
    assert_eq!(codes(&step), ["stage_decided", "request_approved", "request_scheduled"]);
    assert_eq!(step.request.state, State::Scheduled { approved_at: minutes(1), starts_at: minutes(1) + Span(1) });
    assert_eq!(due(&step.request, &people(&[]), &[], minutes(1)), None);
    let started = due(&step.request, &people(&[]), &[], minutes(1) + Span(1)).unwrap();
    assert_eq!(started.actions, [Action::DeliveryStarted]);
    assert_eq!(started.request.state.phase(), Phase::Delivering);
    request.terms.starts_at = Some(minutes(1));
    assert_eq!(approve(&request, &[], 2, 0).unwrap().request.state.phase(), Phase::Delivering);
}

/// Delivers the request at `at`, with two roles, to somebody who holds `held`.
fn delivered(request: &Request, held: Option<&PackageAssignment>, exists: bool, at: Ts) -> Option<Delivered> {
    let member = PackageRole { role: ResourceRole::GroupMember(GroupId(id(50))), assignment_type: AssignmentType::Active };
    let owner = PackageRole { role: ResourceRole::GroupOwner(GroupId(id(51))), assignment_type: AssignmentType::Eligible };
    let ids = [AssignmentId(id(101)), AssignmentId(id(102))];
    let facts = Delivery {
        roles: &[member, owner],
        held,
        exists,
        incompatible: false,
        assignment: PackageAssignmentId(id(100)),
        assignments: &ids,
        came_with_it: &[],
    };
    deliver(request, &facts, at)
}

#[test]
fn the_clock_starts_when_access_is_delivered() {
    let late = minutes(600);
    let lasts = |lasts, ends_at| {
        let mut request = in_state(delivering());
        (request.terms.lasts, request.terms.ends_at) = (lasts, ends_at);
        let given = delivered(&request, None, true, late).unwrap().held.unwrap();
        assert_eq!(given.starts_at, late);
        given.ends_at
    };
    let two_hours = Lasts::For { minutes: 120 };
    assert_eq!(lasts(two_hours, None), Some(minutes(720)));
    assert_eq!(lasts(two_hours, Some(minutes(660))), Some(minutes(660)), "an earlier end was asked for");
    assert_eq!(lasts(two_hours, Some(minutes(800))), Some(minutes(720)), "the policy does not give more");
    assert_eq!(lasts(Lasts::Until { at: minutes(601) }, None), Some(minutes(601)));
    assert_eq!(lasts(Lasts::Forever, Some(minutes(650))), Some(minutes(650)));
    assert_eq!(lasts(Lasts::Forever, None), None);
}

#[test]
fn delivery_gives_each_role_of_the_package_with_its_source_and_window() {
    let made = delivered(&in_state(delivering()), None, true, minutes(5)).unwrap();
    let given = made.held.unwrap();
    assert_eq!((given.holder, given.request, given.ends_at), (user(1), Some(RequestId(id(80))), Some(minutes(245))));
    let types: Vec<AssignmentType> = made.assignments.iter().map(|assignment| assignment.assignment_type).collect();
    assert_eq!(types, [AssignmentType::Active, AssignmentType::Eligible]);
    for assignment in &made.assignments {
        assert_eq!(assignment.source, Source::Package(given.id));
        assert_eq!((assignment.starts_at, assignment.ends_at), (given.starts_at, given.ends_at));
    }
    assert_eq!(codes(&made.step), ["assignment_started", "assignment_started", "request_delivered"]);
    assert_eq!(made.step.request.state, State::Delivered { at: minutes(5), given: Given::Package(given.id) });
    assert_eq!(delivered(&made.step.request, None, true, minutes(5)), None, "once");
}

#[test]
fn what_is_incompatible_with_something_held_by_now_is_not_delivered_and_the_reason_does_not_say_what_it_is() {
    let facts = Delivery {
        roles: &[],
        held: None,
        exists: true,
        incompatible: true,
        assignment: PackageAssignmentId(id(100)),
        assignments: &[],
        came_with_it: &[],
    };
    let made = deliver(&in_state(delivering()), &facts, minutes(5)).unwrap();
    let reason = Value::Typed(Undelivered::Incompatible);
    assert_eq!(made.step.request.state, State::DeliveryFailed { at: minutes(5), reason });
    assert_eq!(made.held, None);
}

#[test]
fn delivery_fails_with_its_reason_and_gives_nothing() {
    let request = in_state(delivering());
    let mut over = request.clone();
    over.terms.lasts = Lasts::Until { at: minutes(5) };
    let holds = held(Some(minutes(5) + Span(1)));
    let table = [
        (delivered(&request, None, false, minutes(5)), Undelivered::PackageGone),
        (delivered(&request, Some(&holds), true, minutes(5)), Undelivered::GivenMeanwhile),
        (delivered(&over, None, true, minutes(5)), Undelivered::OverBeforeStart),
    ];
    for (made, reason) in table {
        let made = made.unwrap();
        let reason = Value::Typed(reason);
        assert_eq!(made.step.request.state, State::DeliveryFailed { at: minutes(5), reason: reason.clone() });
        assert_eq!(made.step.actions, [Action::DeliveryFailed { reason }]);
        assert_eq!((made.held, made.assignments), (None, vec![]));
    }
    let ended = held(Some(minutes(5)));
    assert!(delivered(&request, Some(&ended), true, minutes(5)).unwrap().held.is_some(), "what ends this instant is not held");
}

#[test]
fn a_delivery_waits_for_its_next_try() {
    let waiting = in_state(State::Delivering { approved_at: NOW, tries: 3, next_try_at: minutes(9) });
    assert_eq!(wakes_at(&waiting), Some(minutes(9)));
    assert_eq!(delivered(&waiting, None, true, minutes(9) - Span(1)), None);
    assert!(delivered(&waiting, None, true, minutes(9)).is_some());
    assert_eq!(delivered(&open(&[(1, &[2])]), None, true, minutes(9)), None, "not approved");
}

#[test]
fn the_end_of_a_package_takes_what_came_with_it_and_nothing_else() {
    let made = delivered(&in_state(delivering()), None, true, NOW).unwrap();
    let (given, mut all) = (made.held.unwrap(), made.assignments);
    let end = given.ends_at.unwrap();
    all[1].ended_at = Some(NOW);
    all.push(Assignment { id: AssignmentId(id(103)), source: Source::Direct, ..all[0].clone() });
    all.push(Assignment { id: AssignmentId(id(104)), source: Source::Package(PackageAssignmentId(id(9))), ..all[0].clone() });
    assert_eq!(package_assignment_due(&given, &all, end - Span(1)), None);
    let actions = package_assignment_due(&given, &all, end).unwrap();
    let package = Action::PackageAssignmentEnded {
        assignment: given.id,
        package: given.package,
        holder: Some(user(1)),
        reason: EndReason::Expired,
        words: String::new(),
    };
    assert_eq!(actions, [ended(&all[0], EndReason::PackageEnded), package]);
    assert_eq!(package_assignment_due(&PackageAssignment { ended_at: Some(end), ..given.clone() }, &all, end), None, "once");
    assert_eq!(package_assignment_due(&PackageAssignment { ends_at: None, ..given }, &all, end), None, "it has no end");
}

#[test]
fn access_is_ended_early_by_its_holder_by_who_approved_it_and_by_administrators_and_by_nobody_else() {
    let given = held(Some(minutes(60)));
    let end = |person: u128, administrates, approved, words: &str, at| {
        let by = Ender { person: user(person), administrates, approved, leads: false };
        end_early(&given, &[], by, ("Payroll", None), words, at).map(|(reason, _)| reason).map_err(|refusal| refusal.code())
    };
    let holder: u128 = 1;
    assert_eq!(given.holder, user(holder));
    assert_eq!(end(2, false, false, "No.", NOW), Err("not_found"));
    assert_eq!(end(2, false, false, "No.", minutes(60)), Err("not_found"), "strangers do not learn that it ended");
    assert_eq!(end(2, false, true, " ", NOW), Err("required"), "with a reason");
    assert_eq!(end(2, true, false, "", NOW), Err("required"));
    for (administrates, approved) in [(true, false), (false, true)] {
        assert_eq!(end(2, administrates, approved, "Over.", minutes(60)), Err("not_held"), "it ended this instant");
    }
    assert_eq!(end(2, false, true, "I was wrong.", NOW), Ok(EndReason::Revoked));
    assert_eq!(end(2, true, true, "I was wrong.", NOW), Ok(EndReason::Revoked), "who approved it is named as such");
    assert_eq!(end(2, true, false, "Moved.", NOW), Ok(EndReason::Removed));
    assert_eq!(end(holder, true, true, "", NOW), Ok(EndReason::GivenBack));
    let leads = |words: &str| {
        let by = Ender { person: user(2), administrates: false, approved: false, leads: true };
        end_early(&given, &[], by, ("Payroll", None), words, NOW).map(|(reason, _)| reason).map_err(|refusal| refusal.code())
    };
    assert_eq!(leads(""), Err("required"));
    assert_eq!(leads("Moved."), Ok(EndReason::Removed), "whom the holder reports to");
}
