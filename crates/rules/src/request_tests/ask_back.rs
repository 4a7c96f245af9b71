//! Asking back: who may, once; what it does to the window; what the requestor can say.

use super::*;
use model::ask_back::{AskedTime, Reply, ShorterTime};
use model::command::{AnswerBack, AskBack};
use model::limits::ASK_BACK_PAUSE_MAX_DAYS;

const HOURS_2: Option<ShorterTime> = Some(ShorterTime::For { minutes: 120 });

fn until(at: Ts) -> Option<ShorterTime> {
    Some(ShorterTime::Until { at })
}

/// Somebody on the list of the open stage asks back.
fn ask(request: &Request, person: u128, words: &str, proposed: Option<ShorterTime>, at: Ts) -> Result<Step, Refusal> {
    let list = people(&[person]);
    let decider = Decider { person: user(person), people: &list, name: &named, proofs: Default::default() };
    let asked = AskBack { request: request.id, stage: 0, words: words.into(), proposed };
    ask_back(request, &[], &decider, &asked, None, at)
}

fn asked(proposed: Option<ShorterTime>) -> Request {
    ask(&open(&[(1, &[2, 3])]), 2, "Which ledger?", proposed, minutes(10)).unwrap().request
}

fn reply(request: &Request, person: u128, reply: Reply, words: &str, at: Ts) -> Result<Step, Refusal> {
    let said = AnswerBack { request: request.id, reply, words: words.into() };
    answer(request, &[], user(person), &said, &named, at)
}

fn decide_by(request: &Request) -> Ts {
    let State::PendingApproval { decide_by, .. } = &request.state else { panic!("{:?}", request.state) };
    *decide_by
}

#[test]
fn only_who_may_decide_asks_back() {
    let request = Request { beneficiary: user(7), ..open(&[(1, &[2])]) };
    for person in [1, 7] {
        assert_eq!(ask(&request, person, "Why?", None, minutes(1)).unwrap_err(), Refusal::OwnRequest);
    }
    let nobody = people(&[]);
    let decider = Decider { person: user(9), people: &nobody, name: &named, proofs: Default::default() };
    let asks = |stage| AskBack { request: request.id, stage, words: "Why?".into(), proposed: None };
    assert_eq!(ask_back(&request, &[], &decider, &asks(0), None, minutes(1)).unwrap_err(), Refusal::NotAnApprover);
    let list = people(&[2]);
    let decider = Decider { person: user(2), people: &list, name: &named, proofs: Default::default() };
    let stale = ask_back(&request, &[], &decider, &asks(1), None, minutes(1));
    assert_eq!(stale.unwrap_err(), Refusal::StageMovedOn { stage: 1 });
    let denied = in_state(State::Denied { stage: 0, by: user(3), at: minutes(1), words: "no".into() });
    let plain = Refusal::AlreadySettled { outcome: "Denied", by: Some(named(user(3))), at: minutes(1) };
    assert_eq!(ask(&denied, 2, "Why?", None, minutes(2)).unwrap_err(), plain);
    let over = ask(&open(&[(1, &[2])]), 2, "Why?", None, NOW + WINDOW).unwrap_err();
    assert_eq!(over.code(), "already_settled", "the window is over before a worker says so");
}

#[test]
fn who_has_decided_does_not_ask_back_any_more() {
    let request = open(&[(2, &[2, 3])]);
    let step = approve(&request, &[], 2, 0).unwrap();
    let list = people(&[2, 3]);
    let decider = Decider { person: user(2), people: &list, name: &named, proofs: Default::default() };
    let again = AskBack { request: request.id, stage: 0, words: "Why?".into(), proposed: None };
    let refused = ask_back(&step.request, &[step.decision.unwrap()], &decider, &again, None, minutes(2)).unwrap_err();
    assert!(matches!(refused, Refusal::AlreadyDecided { mine: true, .. }), "{refused:?}");
}

#[test]
fn a_request_is_asked_back_once_by_whomever() {
    let request = asked(None);
    let (by, at) = (named(user(2)), minutes(10));
    for (person, mine) in [(2, true), (3, false)] {
        let refused = ask(&request, person, "And why?", None, minutes(11)).unwrap_err();
        assert_eq!(refused, Refusal::AlreadyAskedBack { by: by.clone(), mine, at });
    }
    let answered = reply(&request, 1, Reply::Words, "Seven.", minutes(12)).unwrap().request;
    assert_eq!(ask(&answered, 3, "And why?", None, minutes(13)).unwrap_err().code(), "already_asked_back");
}

#[test]
fn the_window_pauses_at_most_once_in_all_stages_together() {
    let request = open(&[(1, &[2]), (1, &[3])]);
    let request = ask(&request, 2, "Why?", None, minutes(1)).unwrap().request;
    let next = approve(&request, &[], 2, 0).unwrap();
    let list = people(&[3]);
    let decider = Decider { person: user(3), people: &list, name: &named, proofs: Default::default() };
    let again = AskBack { request: request.id, stage: 1, words: "Why?".into(), proposed: None };
    let refused = ask_back(&next.request, &[next.decision.unwrap()], &decider, &again, None, minutes(2));
    assert_eq!(refused.unwrap_err().code(), "already_asked_back");
    assert_eq!(decide_by(&next.request), minutes(1) + WINDOW, "the next stage has its own window, which stands still for nobody");
}

#[test]
fn a_question_needs_words() {
    let request = open(&[(1, &[2])]);
    for proposed in [None, HOURS_2] {
        let blank = ask(&request, 2, " \n", proposed, minutes(1)).unwrap_err();
        assert_eq!((blank.code(), blank.field()), ("required", Some("words")));
        let essay = "x".repeat(JUSTIFICATION_MAX_CHARS + 1);
        assert_eq!(ask(&request, 2, &essay, proposed, minutes(1)).unwrap_err().code(), "too_long");
    }
}

#[test]
fn what_is_proposed_is_shorter_than_what_was_asked_and_said_in_its_way() {
    let end = NOW + Span::days(3);
    let with = |lasts, ends_at, starts_at| {
        let mut request = open(&[(1, &[2])]);
        (request.terms.lasts, request.terms.ends_at, request.terms.starts_at) = (lasts, ends_at, starts_at);
        request
    };
    let four_hours = Lasts::For { minutes: 240 };
    let length = |minutes| Some(ShorterTime::For { minutes });
    let table = [
        (with(four_hours, None, None), length(240), Err("not_shorter")),
        (with(four_hours, None, None), length(241), Err("not_shorter")),
        (with(four_hours, None, None), length(0), Err("malformed")),
        (with(four_hours, None, None), until(minutes(60)), Err("malformed")),
        (with(four_hours, None, None), length(239), Ok(())),
        (with(four_hours, Some(end), None), length(60), Err("malformed")),
        (with(four_hours, Some(end), None), until(end), Err("not_shorter")),
        (with(four_hours, Some(end), None), until(end - Span(1)), Ok(())),
        (with(Lasts::Until { at: end }, None, None), until(end + Span(1)), Err("not_shorter")),
        (with(Lasts::Until { at: end }, None, None), until(minutes(1)), Err("malformed")),
        (with(Lasts::Until { at: end }, None, Some(minutes(90))), until(minutes(90)), Err("malformed")),
        (with(Lasts::Until { at: end }, None, Some(minutes(90))), until(minutes(91)), Ok(())),
        (with(Lasts::Forever, None, None), length(1), Ok(())),
        (with(Lasts::Forever, None, None), until(end), Ok(())),
        (with(Lasts::Forever, None, None), until(NOW), Err("malformed")),
    ];
    for (request, proposed, expected) in table {
        let answered = ask(&request, 2, "Shorter?", proposed, minutes(1)).map(|_| ()).map_err(|refusal| refusal.code());
        assert_eq!(answered, expected, "{proposed:?} for {:?} until {:?}", request.terms.lasts, request.terms.ends_at);
    }
}

#[test]
fn an_extension_is_not_proposed_to_end_before_what_is_held() {
    let mut request = open(&[(1, &[2])]);
    let (held_until, end) = (NOW + Span::days(2), NOW + Span::days(30));
    request.wish = Wish::Package { package: PackageId(id(60)), policy: PolicyId(id(70)), extends: Some(held(None).id) };
    request.terms.lasts = Lasts::Until { at: end };
    let list = people(&[2]);
    let decider = Decider { person: user(2), people: &list, name: &named, proofs: Default::default() };
    let proposes = |at| {
        let asked = AskBack { request: request.id, stage: 0, words: "Less.".into(), proposed: until(at) };
        ask_back(&request, &[], &decider, &asked, Some(held_until), minutes(1))
    };
    assert_eq!(proposes(held_until).unwrap_err().code(), "malformed");
    let step = proposes(held_until + Span(1)).unwrap();
    let accepted = reply(&step.request, 1, Reply::Accept, "", minutes(2)).unwrap().request;
    assert_eq!((accepted.terms.lasts, accepted.terms.ends_at), (Lasts::Until { at: held_until + Span(1) }, None));
}

#[test]
fn while_the_requestor_is_asked_the_window_stands_still_and_goes_on_with_what_was_left() {
    let request = asked(None);
    assert_eq!(decide_by(&request), minutes(200), "at the latest: 10 minutes gone, 100 paused, 90 left");
    assert_eq!(left(&request), Span::minutes(90));
    assert_eq!(wakes_at(&request), Some(minutes(110)), "neither reminder nor escalation meanwhile");
    assert_eq!(due(&request, &people(&[2]), &[], minutes(110) - Span(1)), None);
    assert!(standing_still(&request, minutes(109)).is_some() && standing_still(&request, minutes(110)).is_none());
    let answered = reply(&request, 1, Reply::Words, " Ledger 7. ", minutes(40)).unwrap();
    assert_eq!(answered.actions, [Action::QuestionAnswered { words: "Ledger 7.".into() }]);
    assert_eq!(decide_by(&answered.request), minutes(130), "30 minutes later than it was");
    assert_eq!(wakes_at(&answered.request), Some(minutes(80)), "half of the window, 30 minutes later");
    assert_eq!(answered.request.asked_back.unwrap().resumed_at, Some(minutes(40)));
}

#[test]
fn the_escalation_waits_as_long_as_the_window_stood_still() {
    let escalation = Escalation { after_minutes: 20, approvers: vec![Approver::User { id: user(4) }] };
    let policy = policy(vec![Stage { escalation: Some(escalation), ..stage(1) }]);
    let lists = [StagePeople { escalation: users(&[4]), ..people(&[2]) }];
    let request = submit_by_1(&wanted(&policy, &lists)).unwrap().request;
    let request = ask(&request, 2, "Which ledger?", None, minutes(10)).unwrap().request;
    assert_eq!(due(&request, &lists[0], &[], minutes(30)), None);
    let request = reply(&request, 1, Reply::Words, "Seven.", minutes(40)).unwrap().request;
    assert_eq!(wakes_at(&request), Some(minutes(50)));
    assert_eq!(due(&request, &lists[0], &[], minutes(50) - Span(1)), None);
    assert_eq!(codes(&due(&request, &lists[0], &[], minutes(50)).unwrap()), ["stage_escalated"]);
}

#[test]
fn what_is_not_answered_in_time_lets_the_window_go_on_and_then_expire() {
    let request = asked(None);
    let resumed = due(&request, &people(&[2]), &[], minutes(115)).unwrap();
    assert_eq!(resumed.actions, [Action::StageResumed { stage: 0, decide_by: minutes(200) }]);
    assert_eq!(
        resumed.request.asked_back.as_ref().unwrap().resumed_at,
        Some(minutes(110)),
        "the worker’s delay is nobody’s time"
    );
    assert_eq!(wakes_at(&resumed.request), Some(minutes(150)));
    assert_eq!(codes(&due(&resumed.request, &people(&[2]), &[], minutes(150)).unwrap()), ["approvers_reminded"]);
    let late = reply(&resumed.request, 1, Reply::Words, "Seven.", minutes(160)).unwrap().request;
    assert_eq!(decide_by(&late), minutes(200), "a late answer is read, and changes no time");
    let slept = due(&request, &people(&[2]), &[], minutes(300)).unwrap();
    assert_eq!(codes(&slept), ["stage_resumed", "stage_expired"]);
    assert_eq!(slept.request.state, State::Expired { stage: 0, at: minutes(200) });
    let over = reply(&request, 1, Reply::Words, "Seven.", minutes(200)).unwrap_err();
    assert_eq!(over, Refusal::AlreadySettled { outcome: "Expired", by: None, at: minutes(200) });
}

#[test]
fn an_answer_after_the_pause_that_no_worker_has_ended_wins_no_time() {
    let late = reply(&asked(None), 1, Reply::Words, "Seven.", minutes(111)).unwrap().request;
    assert_eq!(decide_by(&late), minutes(200));
}

#[test]
fn a_pause_is_as_long_as_the_window_and_no_longer_than_its_bound() {
    let mut request = open(&[(1, &[2])]);
    assert_eq!(pause(&request, 0), WINDOW);
    request.terms.stages[0].window_minutes = 60 * 24 * 60;
    assert_eq!(pause(&request, 0), Span::days(ASK_BACK_PAUSE_MAX_DAYS));
}

#[test]
fn a_decision_that_settles_nothing_lets_the_window_go_on() {
    let request = open(&[(2, &[2, 3])]);
    let request = ask(&request, 2, "Which ledger?", None, minutes(10)).unwrap().request;
    let step = post(&request, &[], (3, true), (0, Verdict::Approve, "fine"), minutes(30)).unwrap();
    assert_eq!(decide_by(&step.request), minutes(120));
    assert!(standing_still(&step.request, minutes(31)).is_none());
    assert!(reply(&step.request, 1, Reply::Words, "Seven.", minutes(40)).is_ok(), "the others may still want to know");
    let denied = post(&request, &[], (3, true), (0, Verdict::Deny, "no"), minutes(30)).unwrap().request;
    assert_eq!(denied.asked_back.unwrap().resumed_at, Some(minutes(30)));
}

#[test]
fn only_the_requestor_answers_and_once() {
    let request = Request { beneficiary: user(7), ..asked(None) };
    for person in [2, 3, 7, 9] {
        let hidden = reply(&request, person, Reply::Words, "Seven.", minutes(20)).unwrap_err();
        assert_eq!(hidden, Refusal::NotFound { what: "request" }, "person {person}");
    }
    let unasked = reply(&open(&[(1, &[2])]), 1, Reply::Words, "Seven.", minutes(20));
    assert_eq!(unasked.unwrap_err(), Refusal::NothingAsked);
    let blank = reply(&request, 1, Reply::Words, " ", minutes(20)).unwrap_err();
    assert_eq!((blank.code(), blank.field()), ("required", Some("words")));
    let essay = "x".repeat(JUSTIFICATION_MAX_CHARS + 1);
    assert_eq!(reply(&request, 1, Reply::Words, &essay, minutes(20)).unwrap_err().code(), "too_long");
    let answered = reply(&request, 1, Reply::Words, "Seven.", minutes(20)).unwrap().request;
    let twice = reply(&answered, 1, Reply::Words, "Eight.", minutes(21));
    assert_eq!(twice.unwrap_err(), Refusal::AlreadyAnswered { at: minutes(20) });
}

#[test]
fn a_question_that_was_settled_without_its_answer_says_who_did_and_when() {
    let two = open(&[(1, &[2, 3]), (1, &[4])]);
    let two = ask(&two, 2, "Which ledger?", None, minutes(10)).unwrap().request;
    let approved = post(&two, &[], (3, true), (0, Verdict::Approve, "fine"), minutes(20)).unwrap();
    let decisions = [approved.decision.unwrap()];
    let said = AnswerBack { request: two.id, reply: Reply::Words, words: "Seven.".into() };
    let late = answer(&approved.request, &decisions, user(1), &said, &named, minutes(30)).unwrap_err();
    let by_3 = Refusal::AlreadyDecided { by: named(user(3)), mine: false, verdict: Verdict::Approve, stage: 1, at: minutes(20) };
    assert_eq!(late, by_3);
    let denied = post(&two, &[], (3, true), (0, Verdict::Deny, "no"), minutes(20)).unwrap().request;
    let late = answer(&denied, &[], user(1), &said, &named, minutes(30)).unwrap_err();
    assert_eq!(late, Refusal::AlreadySettled { outcome: "Denied", by: Some(named(user(3))), at: minutes(20) });
}

#[test]
fn nothing_but_the_requestors_yes_changes_what_is_asked() {
    let request = asked(HOURS_2);
    assert_eq!(request.terms, open(&[(1, &[2, 3])]).terms, "a proposal changes nothing");
    let kept = reply(&request, 1, Reply::Keep, "", minutes(20)).unwrap();
    assert_eq!(kept.request.terms, request.terms);
    assert_eq!(kept.actions, [Action::ShorterTimeDeclined { words: String::new() }]);
    let accepted = reply(&request, 1, Reply::Accept, "", minutes(20)).unwrap();
    let (before, after) = (Lasts::For { minutes: 240 }, Lasts::For { minutes: 120 });
    let time = |lasts| AskedTime { lasts, ends_at: None };
    let words = String::new();
    assert_eq!(accepted.actions, [Action::ShorterTimeAccepted { before: time(before), after: time(after), words }]);
    assert_eq!(accepted.request.terms, Terms { lasts: after, ..request.terms.clone() });
    let approved = post(&request, &[], (3, true), (0, Verdict::Approve, "fine"), minutes(20)).unwrap().request;
    assert_eq!(approved.terms, request.terms, "who approves meanwhile approves what was asked");
}

#[test]
fn an_accepted_end_stands_beside_what_the_policy_gives() {
    let mut request = open(&[(1, &[2])]);
    request.terms.lasts = Lasts::Until { at: minutes(900) };
    let request = ask(&request, 2, "Less?", until(minutes(300)), minutes(10)).unwrap().request;
    let gone = reply(&request, 1, Reply::Accept, "", minutes(300));
    assert_eq!(gone.unwrap_err().code(), "already_settled");
    let accepted = reply(&request, 1, Reply::Accept, "Fine.", minutes(20)).unwrap().request;
    assert_eq!((accepted.terms.lasts, accepted.terms.ends_at), (Lasts::Until { at: minutes(900) }, Some(minutes(300))));
    assert_eq!(accepted.lasts_words(), Lasts::Until { at: minutes(300) }.words());
}

#[test]
fn an_end_that_is_over_is_not_accepted() {
    let mut request = open(&[(1, &[2])]);
    request.terms.lasts = Lasts::Until { at: minutes(900) };
    let request = ask(&request, 2, "Less?", until(minutes(30)), minutes(10)).unwrap().request;
    assert_eq!(reply(&request, 1, Reply::Accept, "", minutes(30)).unwrap_err().code(), "malformed");
    assert!(reply(&request, 1, Reply::Keep, "Too late.", minutes(30)).is_ok());
}

#[test]
fn an_answer_fits_what_was_asked() {
    assert_eq!(reply(&asked(HOURS_2), 1, Reply::Words, "Hm.", minutes(20)).unwrap_err().code(), "malformed");
    for wrong in [Reply::Accept, Reply::Keep] {
        assert_eq!(reply(&asked(None), 1, wrong, "Hm.", minutes(20)).unwrap_err().code(), "malformed");
    }
}

#[test]
fn a_delegate_asks_back_in_somebodys_place_and_both_are_named() {
    let request = open(&[(1, &[2])]);
    let list = StagePeople { stand_ins: vec![(user(9), user(2))], ..people(&[2]) };
    let decider = Decider { person: user(9), people: &list, name: &named, proofs: Default::default() };
    let asked = AskBack { request: request.id, stage: 0, words: "Why?".into(), proposed: None };
    let step = ask_back(&request, &[], &decider, &asked, None, minutes(1)).unwrap();
    let asked_back = step.request.asked_back.as_ref().unwrap();
    assert_eq!((asked_back.by, asked_back.stood_in_for), (user(9), Some(user(2))));
    let refused = ask(&step.request, 3, "And?", None, minutes(2)).unwrap_err();
    let both = format!("{} for {}", named(user(9)), named(user(2)));
    assert!(matches!(refused, Refusal::AlreadyAskedBack { by, mine: false, .. } if by == both));
}
