//! Who gets which letter.

use super::*;
use crate::tests::{id, stage, user};
use model::access::{AssignmentType, EndReason, ResourceRole, Source};
use model::answering::Question;
use model::approval::{Escalation, Part};
use model::ask_back::{Answer, AskedBack, AskedTime, Reply, ShorterTime};
use model::directory::Principal;
use model::package::Lasts;
use model::request::{Answered, Given, HowLong, Terms, Wish};
use model::{AssignmentId, GroupId, PackageAssignmentId, PackageId, PolicyId, QuestionId, RequestId, WebhookId};

const BY: Ts = Ts(6_000_000);

fn users(people: &[u128]) -> Vec<UserId> {
    people.iter().map(|n| user(*n)).collect()
}

fn named(id: UserId) -> String {
    format!("Person {}", id.0.as_u128())
}

fn pending(stage: usize, asked: &[u128]) -> State {
    let asked = users(asked);
    State::PendingApproval {
        stage,
        opened_at: Ts(0),
        decide_by: BY,
        asked,
        fallback: false,
        escalated_at: None,
        reminded_at: None,
    }
}

/// A request of person 1 under so many stages.
fn request(stages: usize, state: State) -> Request {
    let answer = |n, answers: &[&str]| Answered {
        question: QuestionId(id(n)),
        text: format!("Question {n}"),
        answers: answers.iter().map(|answer| (*answer).to_owned()).collect(),
    };
    Request {
        id: RequestId(id(80)),
        requestor: user(1),
        beneficiary: user(1),
        by_manager: false,
        wish: Wish::Package { package: PackageId(id(60)), policy: PolicyId(id(70)), extends: None },
        terms: Terms {
            name: "Payroll".into(),
            policy_name: "Usual".into(),
            justification: "month end".into(),
            answers: vec![answer(1, &["CHG1"]), answer(2, &[]), answer(3, &["Mail", "Files"])],
            stages: vec![stage(1); stages],
            lasts: Lasts::For { minutes: 240 },
            starts_at: None,
            ends_at: None,
            ticket: Default::default(),
            emergency: false,
            asks: None,
        },
        submitted_at: Ts(5),
        state,
        asked_back: None,
        version: 0,
    }
}

fn decision(person: u128, stage: usize, verdict: Verdict) -> Decision {
    Decision { stage, approver: user(person), stood_in_for: None, verdict, words: format!("words of {person}"), at: Ts(9) }
}

fn decided(stage: usize, verdict: Verdict, settles_stage: bool) -> Action {
    Action::StageDecided { stage, verdict, words: String::new(), settles_stage, stood_in_for: None }
}

/// The letters of a step of a request of two stages.
fn told_of(before: State, after: State, decisions: &[Decision], actor: Option<u128>, actions: &[Action]) -> Vec<Letter> {
    let (before, after) = (request(2, before), request(2, after));
    let administrators = users(&[1, 8, 9]);
    let telling =
        Telling { before: Some(&before), request: &after, decisions, name: &named, administrators: &administrators, role: None };
    letters(&telling, actor.map(user), actions)
}

fn envelopes(letters: &[Letter]) -> Vec<(u128, &'static str)> {
    letters.iter().map(|letter| (letter.to.user().unwrap().0.as_u128(), letter.notice.name())).collect()
}

#[test]
fn everyone_who_is_asked_first_is_asked_to_act_once_and_the_requestor_gets_nothing() {
    let after = request(2, pending(0, &[2, 3]));
    let telling = Telling { before: None, request: &after, decisions: &[], name: &named, administrators: &[], role: None };
    let asked = users(&[2, 3, 2]);
    let actions = [
        Action::RequestSubmitted { name: "Payroll".into(), beneficiary: user(1) },
        Action::StageOpened { stage: 0, part: Part::Approvers, asked, decide_by: BY },
    ];
    let letters = letters(&telling, Some(user(1)), &actions);
    assert_eq!(envelopes(&letters), [(2, "act"), (3, "act")]);
    let Notice::Act { about, stage, stages, decide_by, earlier, onward: Onward::Expires } = &letters[0].notice else {
        panic!("{letters:?}")
    };
    assert_eq!((*stage, *stages, *decide_by, earlier.len()), (1, 2, BY, 0));
    let lasts = Value::Typed(HowLong::Gives(Lasts::For { minutes: 240 }));
    assert_eq!((about.requestor.as_str(), &about.beneficiary, &about.lasts), ("Person 1", &None, &lasts));
    let answers = [("Question 1".to_owned(), "CHG1".to_owned()), ("Question 3".to_owned(), "Mail, Files".to_owned())];
    assert_eq!(about.answers, answers, "what was left empty is left out");
}

#[test]
fn an_approval_that_settles_nothing_yet_is_told_to_nobody() {
    let actions = [decided(0, Verdict::Approve, false)];
    let letters = told_of(pending(0, &[2, 3]), pending(0, &[2, 3]), &[decision(2, 0, Verdict::Approve)], Some(2), &actions);
    assert!(letters.is_empty(), "{letters:?}");
}

#[test]
fn a_settled_stage_is_told_to_those_who_were_asked_but_its_decider_and_the_next_are_asked() {
    let decisions = [decision(2, 0, Verdict::Approve)];
    let opened = Action::StageOpened { stage: 1, part: Part::Approvers, asked: users(&[5, 3]), decide_by: BY };
    let actions = [decided(0, Verdict::Approve, true), opened];
    let letters = told_of(pending(0, &[2, 3, 4]), pending(1, &[5, 3]), &decisions, Some(2), &actions);
    assert_eq!(envelopes(&letters), [(3, "settled"), (4, "settled"), (5, "act"), (3, "act")]);
    let by_2 = Told { stage: 1, by: "Person 2".into(), verdict: Verdict::Approve, words: "words of 2".into() };
    let Notice::Settled { outcome, .. } = &letters[0].notice else { panic!("{letters:?}") };
    assert_eq!(*outcome, Outcome::Approved { decision: by_2.clone(), stages: 2 });
    let Notice::Act { stage, earlier, .. } = &letters[2].notice else { panic!("{letters:?}") };
    assert_eq!((*stage, earlier), (2, &vec![by_2]), "the next see what was said before");
}

#[test]
fn who_approved_first_of_two_is_told_who_settled_the_stage() {
    let decisions = [decision(2, 0, Verdict::Approve), decision(3, 0, Verdict::Approve)];
    let letters = told_of(pending(0, &[2, 3]), pending(1, &[]), &decisions, Some(3), &[decided(0, Verdict::Approve, true)]);
    assert_eq!(envelopes(&letters), [(2, "settled")]);
    let Notice::Settled { outcome: Outcome::Approved { decision, .. }, .. } = &letters[0].notice else { panic!("{letters:?}") };
    assert_eq!(decision.by, Doer::from("Person 3"));
}

#[test]
fn the_last_approval_tells_the_requestor_who_decided_and_the_others_that_it_is_settled() {
    let decisions = [decision(2, 0, Verdict::Approve), decision(3, 1, Verdict::Approve)];
    let after = State::Delivering { approved_at: Ts(9), tries: 0, next_try_at: Ts(9) };
    let actions = [decided(1, Verdict::Approve, true), Action::RequestApproved];
    let letters = told_of(pending(1, &[3, 4]), after, &decisions, Some(3), &actions);
    assert_eq!(envelopes(&letters), [(2, "settled"), (4, "settled"), (1, "approved")], "who decided earlier stages, too");
    let Notice::Approved { decisions, .. } = &letters[2].notice else { panic!("{letters:?}") };
    assert_eq!(
        decisions.iter().map(|told| (told.stage, told.by.clone())).collect::<Vec<_>>(),
        [(1, "Person 2".into()), (2, "Person 3".into())]
    );
}

#[test]
fn a_request_that_needs_no_approval_gets_no_letter_about_one() {
    let after = request(0, State::Delivering { approved_at: Ts(9), tries: 0, next_try_at: Ts(9) });
    let telling = Telling { before: None, request: &after, decisions: &[], name: &named, administrators: &[], role: None };
    assert!(letters(&telling, Some(user(1)), &[Action::RequestApproved]).is_empty());
}

#[test]
fn a_denial_is_told_to_the_requestor_and_to_everyone_who_was_asked_or_approved_but_not_to_the_decider() {
    let decisions = [decision(2, 0, Verdict::Approve), decision(4, 1, Verdict::Deny)];
    let after = State::Denied { stage: 1, by: user(4), at: Ts(9), words: "words of 4".into() };
    let letters = told_of(pending(1, &[3, 4]), after, &decisions, Some(4), &[decided(1, Verdict::Deny, true)]);
    assert_eq!(envelopes(&letters), [(2, "settled"), (3, "settled"), (1, "denied")]);
    let by_4 = Told { stage: 2, by: "Person 4".into(), verdict: Verdict::Deny, words: "words of 4".into() };
    assert!(matches!(&letters[0].notice, Notice::Settled { outcome: Outcome::Denied { decision }, .. } if *decision == by_4));
    assert!(matches!(&letters[2].notice, Notice::Denied { decision, .. } if *decision == by_4));
}

#[test]
fn expiry_is_told_as_expiry_to_the_requestor_and_to_those_concerned() {
    let after = State::Expired { stage: 1, at: BY };
    let decisions = [decision(2, 0, Verdict::Approve)];
    let letters = told_of(pending(1, &[3, 4]), after, &decisions, None, &[Action::StageExpired { stage: 1 }]);
    assert_eq!(envelopes(&letters), [(2, "settled"), (3, "settled"), (4, "settled"), (1, "expired")]);
    assert!(matches!(&letters[0].notice, Notice::Settled { outcome: Outcome::Expired { stage: 2 }, .. }));
    assert!(matches!(&letters[3].notice, Notice::Expired { stage: 2, stages: 2, .. }));
}

#[test]
fn a_canceled_request_is_told_to_those_concerned_but_not_to_who_canceled_it() {
    let canceled = |by: u128| {
        let words = "not needed".to_owned();
        let after = State::Canceled { by: user(by), at: Ts(9), words: words.clone() };
        let decisions = [decision(2, 0, Verdict::Approve)];
        told_of(pending(1, &[3, 4]), after, &decisions, Some(by), &[Action::RequestCanceled { words }])
    };
    let by_requestor = canceled(1);
    assert_eq!(envelopes(&by_requestor), [(2, "settled"), (3, "settled"), (4, "settled")]);
    let outcome = Outcome::Canceled { by: Some("Person 1".into()), words: "not needed".into() };
    assert!(matches!(&by_requestor[0].notice, Notice::Settled { outcome: told, .. } if *told == outcome));
    let by_approver: Vec<u128> =
        envelopes(&canceled(4)).into_iter().filter(|(_, name)| *name == "settled").map(|(to, _)| to).collect();
    assert_eq!(by_approver, [2, 3], "an administrator who was asked, too");
    let by_administrator = canceled(9);
    assert_eq!(envelopes(&by_administrator), [(2, "settled"), (3, "settled"), (4, "settled"), (1, "canceled")]);
    let Notice::Canceled { by, words, .. } = &by_administrator[3].notice else { panic!("{by_administrator:?}") };
    assert_eq!((by.as_deref(), words.as_str()), (Some("Person 9"), "not needed"));
}

#[test]
fn a_reminder_and_an_escalation_go_to_those_they_name_with_the_end_of_the_window() {
    let decisions = [decision(2, 0, Verdict::Approve), decision(3, 1, Verdict::Approve)];
    let actions =
        [Action::ApproversReminded { stage: 1, asked: users(&[4, 5]) }, Action::StageEscalated { stage: 1, asked: users(&[6]) }];
    let letters = told_of(pending(1, &[3, 4, 5]), pending(1, &[3, 4, 5, 6]), &decisions, None, &actions);
    assert_eq!(envelopes(&letters), [(4, "reminder"), (5, "reminder"), (6, "act")]);
    for letter in &letters {
        let (Notice::Reminder { stage, decide_by, earlier, .. } | Notice::Act { stage, decide_by, earlier, .. }) = &letter.notice
        else {
            panic!("{letter:?}")
        };
        assert_eq!((*stage, *decide_by, earlier.len()), (2, BY, 1), "earlier stages only");
    }
    assert!(matches!(letters[2].notice, Notice::Act { onward: Onward::Escalated, .. }), "who comes later reads why");
}

#[test]
fn the_first_ones_asked_read_when_others_are_and_after_that_no_more() {
    let mut after = request(1, pending(0, &[2]));
    after.terms.stages[0].escalation = Some(Escalation { after_minutes: 30, approvers: Vec::new() });
    let onward = |request: &Request| {
        let telling = Telling { before: None, request, decisions: &[], name: &named, administrators: &[], role: None };
        let opened = Action::StageOpened { stage: 0, part: Part::Approvers, asked: users(&[2]), decide_by: BY };
        let letters = letters(&telling, None, &[opened, Action::ApproversReminded { stage: 0, asked: users(&[2]) }]);
        let of = |letter: &Letter| match letter.notice {
            Notice::Act { onward, .. } | Notice::Reminder { onward, .. } => onward,
            _ => panic!("{letter:?}"),
        };
        letters.iter().map(of).collect::<Vec<_>>()
    };
    assert_eq!(onward(&after), [Onward::Escalates(Ts(0) + model::Span::minutes(30)); 2]);
    let State::PendingApproval { escalated_at, .. } = &mut after.state else { unreachable!() };
    *escalated_at = Some(Ts(1));
    assert_eq!(onward(&after), [Onward::Expires; 2]);
}

#[test]
fn delivered_access_is_told_to_who_got_it_and_ended_access_to_who_had_it() {
    let assignment = PackageAssignmentId(id(90));
    let after = Request { beneficiary: user(7), ..request(0, State::Delivered { at: Ts(9), given: Given::Package(assignment) }) };
    let telling =
        Telling { before: None, request: &after, decisions: &[], name: &named, administrators: &users(&[8]), role: None };
    let letters = letters(&telling, None, &[Action::RequestDelivered { assignment, ends_at: Some(BY) }]);
    assert_eq!(envelopes(&letters), [(7, "access_granted")]);
    assert!(matches!(letters[0].notice, Notice::AccessGranted { ends_at: Some(BY), .. }));
    let held = PackageAssignment {
        id: assignment,
        package: PackageId(id(60)),
        policy: PolicyId(id(70)),
        holder: user(7),
        request: Some(after.id),
        starts_at: Ts(0),
        ends_at: Some(BY),
        ended_at: None,
        version: 0,
    };
    let how = |reason, by: Option<u128>, words| Ended { at: BY, reason, by: by.map(user), words };
    let told = |how: Ended<'_>| access_ended(&held, &after, &named, &how);
    assert_eq!(told(how(EndReason::GivenBack, Some(7), "Done.")), None, "who gave it back knows");
    let taken = told(how(EndReason::Removed, Some(9), "Moved on.")).unwrap();
    let removed = Value::Typed(Why::Removed { by: Some("Person 9".to_owned()), words: "Moved on.".to_owned() });
    assert!(matches!(taken.notice, Notice::AccessEnded { why, .. } if why == removed));
    let revoked = told(how(EndReason::Revoked, None, "")).unwrap();
    let nobody = Value::Typed(Why::Revoked { by: None, words: String::new() });
    assert!(matches!(revoked.notice, Notice::AccessEnded { why, .. } if why == nobody));
    let ended = told(how(EndReason::Expired, None, "")).unwrap();
    assert_eq!(envelopes(std::slice::from_ref(&ended)), [(7, "access_ended")]);
    assert!(matches!(ended.notice, Notice::AccessEnded { at: BY, why: Value::Typed(Why::TimeOver), .. }));
}

#[test]
fn a_failed_delivery_is_told_to_the_requestor_and_to_the_administrators_each_once() {
    let reason = Value::Typed(Undelivered::PackageGone);
    let after = State::DeliveryFailed { at: Ts(9), reason: reason.clone() };
    let letters = told_of(after.clone(), after, &[], None, &[Action::DeliveryFailed { reason }]);
    assert_eq!(envelopes(&letters), [(1, "delivery_failed"), (8, "delivery_failed"), (9, "delivery_failed")]);
}

#[test]
fn what_ended_before_it_was_confirmed_is_nothing_that_administrators_put_right() {
    let reason = Value::Typed(Undelivered::EndedBeforeConfirmed);
    let after = State::DeliveryFailed { at: Ts(9), reason: reason.clone() };
    let failed = Action::DeliveryFailed { reason };
    assert!(!concerns_administrators(&failed));
    let letters = told_of(after.clone(), after, &[], None, &[failed]);
    assert_eq!(envelopes(&letters), [(1, "delivery_failed")]);
}

#[test]
fn silence_of_a_webhook_is_told_to_who_had_approved_when_it_denies_and_to_administrators_when_it_goes_on() {
    let waits = State::Answering { asked_at: Ts(0), answer_by: BY, held: None };
    let silent = |silence| Action::WebhookSilent {
        webhook: WebhookId(id(50)),
        name: "Licences".into(),
        silence,
        question: Question::NotTaken,
    };
    let denied = State::TurnedDown { at: BY, words: None };
    let approved = [decision(2, 0, Verdict::Approve), decision(3, 1, Verdict::Approve)];
    let letters = told_of(waits.clone(), denied, &approved, None, &[silent(Silence::Denies)]);
    assert_eq!(envelopes(&letters), [(2, "settled"), (3, "settled"), (1, "unanswered")]);
    let outcome = Outcome::Unanswered { name: "Licences".into() };
    assert!(matches!(&letters[0].notice, Notice::Settled { outcome: said, .. } if *said == outcome), "{letters:?}");
    let delivering = State::Delivering { approved_at: BY, tries: 0, next_try_at: BY };
    let letters = told_of(waits, delivering, &approved, None, &[silent(Silence::GoesOn), Action::RequestApproved]);
    assert_eq!(envelopes(&letters), [(1, "went_on"), (8, "went_on"), (9, "went_on"), (1, "approved")]);
}

#[test]
fn nobody_is_told_as_an_approver_about_what_they_ask_for_or_benefit_from() {
    let before = Request { beneficiary: user(7), ..request(2, pending(0, &[1, 2, 7])) };
    let after = Request { state: State::Expired { stage: 0, at: BY }, ..before.clone() };
    let telling =
        Telling { before: Some(&before), request: &after, decisions: &[], name: &named, administrators: &[], role: None };
    let letters = letters(&telling, None, &[Action::StageExpired { stage: 0 }]);
    assert_eq!(envelopes(&letters), [(2, "settled"), (1, "expired")]);
}

/// Person 3 asked back for 4.
fn asked_back(proposed: Option<ShorterTime>, answer: Option<Answer>) -> AskedBack {
    let (by, stood_in_for, words) = (user(3), Some(user(4)), "Which ledger?".to_owned());
    let time = AskedTime { lasts: Lasts::For { minutes: 240 }, ends_at: None };
    AskedBack { stage: 0, by, stood_in_for, at: Ts(7), words, time, proposed, pauses_until: BY, resumed_at: None, answer }
}

#[test]
fn a_question_goes_to_the_requestor_alone_with_both_names_of_who_asks() {
    let proposed = Some(ShorterTime::For { minutes: 120 });
    let after = Request { asked_back: Some(asked_back(proposed, None)), ..request(1, pending(0, &[2, 3, 4])) };
    let telling =
        Telling { before: Some(&after), request: &after, decisions: &[], name: &named, administrators: &[], role: None };
    let (words, stood_in_for) = ("Which ledger?".to_owned(), Some(user(4)));
    let asked = Action::RequestAskedBack { stage: 0, words, proposed, pauses_until: BY, stood_in_for };
    let letters = letters(&telling, Some(user(3)), &[asked]);
    assert_eq!(envelopes(&letters), [(1, "asked_back")]);
    let Notice::AskedBack { by, proposed, answer_by, .. } = &letters[0].notice else { panic!("{letters:?}") };
    let both = Doer::InPlaceOf { name: "Person 3".to_owned(), of: "Person 4".to_owned() };
    let shorter = Some(Value::Typed(ShorterTime::For { minutes: 120 }));
    assert_eq!((by, proposed, *answer_by), (&both, &shorter, BY));
}

#[test]
fn an_answer_goes_to_who_asked_and_to_the_others_of_the_stage_who_have_not_decided() {
    let answer = Answer { at: Ts(8), reply: Reply::Words, words: "Seven.".into() };
    let after = Request { asked_back: Some(asked_back(None, Some(answer))), ..request(2, pending(0, &[2, 4, 5, 1])) };
    let decisions = [decision(2, 0, Verdict::Approve)];
    let telling =
        Telling { before: Some(&after), request: &after, decisions: &decisions, name: &named, administrators: &[], role: None };
    let told = letters(&telling, Some(user(1)), &[Action::QuestionAnswered { words: "Seven.".into() }]);
    assert_eq!(envelopes(&told), [(3, "answered_back"), (4, "answered_back"), (5, "answered_back")]);
    let resumed = letters(&telling, None, &[Action::StageResumed { stage: 0, decide_by: BY }]);
    assert!(resumed.is_empty(), "{resumed:?}");
    let opened = Action::StageOpened { stage: 1, part: Part::Approvers, asked: users(&[6]), decide_by: BY };
    let next = letters(&telling, Some(user(4)), &[opened]);
    let Notice::Act { about, .. } = &next[0].notice else { panic!("{next:?}") };
    let said = ("Which ledger?".to_owned(), "Seven.".to_owned());
    assert_eq!(about.asked_back, Some(said), "who is asked later reads it, too");
}

#[test]
fn what_needs_no_letter_gets_none() {
    let (principal, role) = (Principal::User(user(1)), ResourceRole::GroupMember(GroupId(id(50))));
    let (assignment, assignment_type, source) = (AssignmentId(id(5)), AssignmentType::Active, Source::Direct);
    let (package, reason) = (PackageId(id(60)), EndReason::Expired);
    let actions = [
        Action::RequestSubmitted { name: "Payroll".into(), beneficiary: user(1) },
        Action::RequestScheduled { starts_at: BY },
        Action::DeliveryStarted,
        Action::PackageAssignmentEnded {
            assignment: PackageAssignmentId(id(90)),
            package,
            holder: None,
            reason,
            words: String::new(),
        },
        Action::AssignmentStarted {
            assignment,
            principal,
            role,
            assignment_type,
            source,
            starts_at: Ts(0),
            ends_at: None,
            words: String::new(),
            ticket: Default::default(),
        },
        Action::AssignmentEnded { assignment, principal, role, reason, words: String::new() },
        Action::UserDisabled { user: user(2) },
        Action::SignedIn { user: user(2), how: "password".into(), address: "::1".into() },
    ];
    let letters = told_of(pending(0, &[2, 3]), pending(0, &[2, 3]), &[], Some(1), &actions);
    assert!(letters.is_empty(), "{letters:?}");
}
