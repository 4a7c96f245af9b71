//! A webhook that is asked and waited for.

use super::*;
use model::answering::{Answered, Answering, AskedWebhook, Moment, Question, Said, Silence, ToAsk};
use model::webhook::Webhook;
use model::{Refusal, WebhookId};
use proptest::prelude::*;

const ASKED: WebhookId = WebhookId(model::AnyId::from_u128(50));

fn asks(moment: Moment, silence: Silence) -> ToAsk {
    ToAsk { webhook: ASKED, name: "Licences".into(), moment, minutes: 60, silence }
}

/// The request of person 1, which 2 approves, when it asks like this.
fn asked_like(asks: &ToAsk) -> Request {
    let (policy, people) = (policy(vec![stage(1)]), [people(&[2])]);
    submit_by_1(&Wanted { asks: Some(asks), ..wanted(&policy, &people) }).unwrap().request
}

/// One that waits since `NOW`.
fn waiting(moment: Moment, silence: Silence) -> Request {
    let request = asked_like(&asks(moment, silence));
    match moment {
        Moment::Submitted => request,
        // Approved a minute later; it waits from then on.
        Moment::Approved => approve(&request, &[], 2, 0).unwrap().request,
    }
}

/// The webhook as it is there.
fn licences() -> Webhook {
    Webhook {
        id: ASKED,
        name: "Licences".into(),
        url: "https://hooks.example.com/".into(),
        kinds: Default::default(),
        answering: Some(Answering { minutes: 60, silence: Silence::GoesOn }),
        enabled: true,
        created_at: NOW,
        version: 1,
    }
}

/// Its time is over while the webhook is there and its server took the question.
fn is_silent(request: &Request, at: Ts) -> Option<Step> {
    silent(request, (&people(&[2]), &[]), (Some(&licences()), true), at)
}

fn says(said: Said, words: &str) -> Answered {
    Answered { said, words: words.into() }
}

fn answered(request: &Request, answered: &Answered, at: Ts) -> Result<Step, Refusal> {
    answer_for(request, &people(&[2]), &[], (ASKED, answered), at)
}

fn decided_by_2() -> Vec<Decision> {
    let verdict = Verdict::Approve;
    vec![Decision { stage: 0, approver: user(2), stood_in_for: None, verdict, words: "fine".into(), at: minutes(1) }]
}

#[test]
fn whoever_was_not_asked_or_is_late_or_not_the_first_changes_nothing() {
    let allow = says(Said::Allow, "");
    let code = |step: Result<Step, Refusal>| step.map(|_| ()).map_err(|refusal| refusal.code());
    let late = Err("not_waiting_for_answer");
    for silence in Silence::ALL {
        let request = waiting(Moment::Submitted, silence);
        let another = answer_for(&request, &people(&[2]), &[], (WebhookId(id(51)), &allow), minutes(1));
        assert_eq!(code(another), late, "another webhook");
        assert_eq!(code(answered(&request, &allow, minutes(60))), late, "the limit itself is too late: {silence:?}");
        assert_eq!(code(answered(&request, &allow, minutes(59))), Ok(()));
    }
    let request = waiting(Moment::Submitted, Silence::Denies);
    let denied = answered(&request, &says(Said::Deny, "No licence."), minutes(1)).unwrap().request;
    let Err(refusal) = answered(&denied, &allow, minutes(2)) else { panic!("it was denied") };
    assert_eq!(refusal, Refusal::NotWaitingForAnswer { outcome: "Denied" });
    let open = answered(&request, &allow, minutes(1)).unwrap().request;
    assert_eq!(code(answered(&open, &says(Said::Deny, "Late."), minutes(2))), late, "it goes on already");
    let canceled = cancel(&request, user(1), false, "", minutes(1)).unwrap().request;
    assert_eq!(code(answered(&canceled, &allow, minutes(2))), late);
    assert_eq!(code(answered(&in_state(delivering()), &allow, minutes(1))), late, "one that asks nobody");
}

#[test]
fn nobody_is_asked_to_approve_before_the_webhook_answered_and_nobody_can() {
    let request = waiting(Moment::Submitted, Silence::Denies);
    assert_eq!(request.state, State::Answering { asked_at: NOW, answer_by: minutes(60), held: None });
    assert_eq!(request.state.phase(), Phase::PendingApproval);
    assert_eq!(approve(&request, &[], 2, 0).unwrap_err().code(), "not_an_approver");
    let step = answered(&request, &says(Said::Allow, ""), minutes(5)).unwrap();
    assert_eq!(codes(&step), ["webhook_answered", "stage_opened"]);
    let State::PendingApproval { opened_at, decide_by, asked, .. } = &step.request.state else { panic!("{step:?}") };
    assert_eq!((*opened_at, *decide_by, asked), (minutes(5), minutes(5) + WINDOW, &users(&[2])));
    assert_eq!(codes(&approve(&step.request, &[], 2, 0).unwrap()), ["stage_decided", "request_approved"], "it is asked once");
}

#[test]
fn after_the_last_approval_nothing_is_delivered_before_the_webhook_answered() {
    let request = asked_like(&asks(Moment::Approved, Silence::Denies));
    assert!(matches!(request.state, State::PendingApproval { .. }), "{:?}", request.state);
    let step = approve(&request, &[], 2, 0).unwrap();
    assert_eq!(codes(&step), ["stage_decided", "webhook_asked"]);
    assert_eq!(step.request.state, State::Answering { asked_at: minutes(1), answer_by: minutes(61), held: None });
    let decisions = decided_by_2();
    let again = approve(&step.request, &decisions, 2, 0).unwrap_err();
    assert_eq!(again.code(), "already_decided");
    let step =
        answer_for(&step.request, &StagePeople::default(), &decisions, (ASKED, &says(Said::Allow, "")), minutes(2)).unwrap();
    assert_eq!(codes(&step), ["webhook_answered", "request_approved"]);
    assert_eq!(step.request.state, State::Delivering { approved_at: minutes(2), tries: 0, next_try_at: minutes(2) });
}

#[test]
fn without_stages_too_it_is_asked_at_either_moment_and_a_later_start_waits_afterwards() {
    for moment in Moment::ALL {
        let policy = policy(Vec::new());
        let asks = asks(moment, Silence::Denies);
        let mut request = submit_by_1(&Wanted { asks: Some(&asks), ..wanted(&policy, &[]) }).unwrap().request;
        assert!(matches!(request.state, State::Answering { .. }), "{moment:?}: {:?}", request.state);
        request.terms.starts_at = Some(minutes(90));
        let step = answered(&request, &says(Said::Allow, ""), minutes(3)).unwrap();
        assert_eq!(codes(&step), ["webhook_answered", "request_approved", "request_scheduled"], "{moment:?}");
    }
}

#[test]
fn what_was_just_made_says_what_it_waits_for() {
    for (stages, moment, words) in [
        (Vec::new(), None, None),
        (vec![stage(1)], None, Some("it is approved")),
        (Vec::new(), Some(Moment::Submitted), Some("Licences lets it go on")),
        (Vec::new(), Some(Moment::Approved), Some("Licences lets it go on")),
        (vec![stage(1)], Some(Moment::Submitted), Some("Licences lets it go on and it is approved")),
        (vec![stage(1)], Some(Moment::Approved), Some("Licences lets it go on and it is approved")),
    ] {
        let people = vec![people(&[2]); stages.len()];
        let (policy, asks) = (policy(stages), moment.map(|moment| asks(moment, Silence::Denies)));
        let made = submit_by_1(&Wanted { asks: asks.as_ref(), ..wanted(&policy, &people) }).unwrap().request;
        assert_eq!(awaits(&made).map(|waits| waits.words()).as_deref(), words, "{moment:?}");
    }
}

#[test]
fn a_denial_ends_the_request_with_its_words_and_a_hold_moves_no_limit() {
    let request = waiting(Moment::Submitted, Silence::Denies);
    let held = answered(&request, &says(Said::Hold, "A person looks at it."), minutes(1)).unwrap();
    assert_eq!((codes(&held), wakes_at(&held.request)), (vec!["webhook_answered"], Some(minutes(60))));
    let again = answered(&held.request, &says(Said::Hold, "Still."), minutes(2));
    assert_eq!(again, Err(Refusal::HeldAlready { at: minutes(1) }));
    let denied = answered(&held.request, &says(Said::Deny, "No licence is left."), minutes(3)).unwrap();
    let words = Some("No licence is left.".to_owned());
    assert_eq!(denied.request.state, State::TurnedDown { at: minutes(3), words });
    assert_eq!((denied.request.state.phase(), wakes_at(&denied.request)), (Phase::Denied, None));
    assert_eq!(may_cancel(&denied.request, user(1), false, minutes(4)).unwrap_err().code(), "not_open");
}

#[test]
fn silence_denies_or_lets_go_on_as_it_was_set_when_the_request_was_made() {
    for (moment, silence) in Moment::ALL.into_iter().flat_map(|moment| Silence::ALL.map(|silence| (moment, silence))) {
        let request = waiting(moment, silence);
        let until = wakes_at(&request).unwrap();
        assert_eq!(is_silent(&request, until - Span::seconds(1)), None);
        assert!(!is_over(&request, until - Span::seconds(1)));
        let step = is_silent(&request, until).unwrap();
        let question = Question::Taken;
        assert_eq!(step.actions[0], Action::WebhookSilent { webhook: ASKED, name: "Licences".into(), silence, question });
        assert_eq!(is_over(&request, until), silence == Silence::Denies);
        match (silence, moment) {
            (Silence::Denies, _) => assert_eq!(step.request.state, State::TurnedDown { at: until, words: None }),
            (Silence::GoesOn, Moment::Submitted) => assert_eq!(codes(&step), ["webhook_silent", "stage_opened"]),
            (Silence::GoesOn, Moment::Approved) => assert_eq!(codes(&step), ["webhook_silent", "request_approved"]),
        }
        assert!(is_silent(&step.request, until).is_none(), "it happens once");
    }
}

#[test]
fn a_webhook_that_is_gone_or_only_told_lets_nothing_go_on_and_one_that_is_disabled_is_silent_as_it_was_set() {
    let told = Webhook { answering: None, ..licences() };
    let disabled = Webhook { enabled: false, ..licences() };
    let denies = Webhook { answering: Some(Answering { minutes: 5, silence: Silence::Denies }), ..licences() };
    for moment in Moment::ALL {
        let request = waiting(moment, Silence::GoesOn);
        let until = wakes_at(&request).unwrap();
        let silent = |there: Option<&Webhook>, taken| silent(&request, (&people(&[2]), &[]), (there, taken), until).unwrap();
        for (there, taken) in [(None, false), (None, true), (Some(&told), false), (Some(&told), true)] {
            let step = silent(there, taken);
            assert_eq!(step.request.state, State::TurnedDown { at: until, words: None }, "{moment:?} {there:?} {taken}");
            let Action::WebhookSilent { silence, question, .. } = &step.actions[0] else { panic!("{step:?}") };
            assert_eq!((*silence, *question), (Silence::Denies, Question::Gone));
        }
        for (there, taken, question) in
            [(&disabled, false, Question::NotTaken), (&denies, true, Question::Taken), (&licences(), false, Question::NotTaken)]
        {
            let step = silent(Some(there), taken);
            let webhook = ASKED;
            let went_on = Action::WebhookSilent { webhook, name: "Licences".into(), silence: Silence::GoesOn, question };
            assert_eq!(step.actions[0], went_on, "{moment:?}");
            assert!(!matches!(step.request.state, State::TurnedDown { .. }));
        }
    }
}

#[test]
fn what_is_asked_is_copied_from_the_webhook_and_one_that_is_gone_lets_nothing_go_on() {
    let webhook = Webhook { enabled: false, ..licences() };
    let of = AskedWebhook { webhook: ASKED, moment: Moment::Approved };
    assert_eq!(to_ask(of, Some(&webhook)), asks(Moment::Approved, Silence::GoesOn));
    let told = Webhook { answering: None, ..webhook.clone() };
    for gone in [None, Some(&told)] {
        assert_eq!(may_be_asked(gone).unwrap_err().field(), Some("asks"));
        assert_eq!(to_ask(of, gone).silence, Silence::Denies);
    }
    assert_eq!(may_be_asked(Some(&webhook)), Ok(()));
    for minutes in [0, 14 * 24 * 60 + 1] {
        assert_eq!(check(&Answering { minutes, silence: Silence::Denies }).unwrap_err().field(), Some("window"));
    }
    let by = vec!["Payroll · Usual".to_owned()];
    assert_eq!(may_stop_asking(&webhook, by.clone(), 3).unwrap_err().code(), "webhook_is_asked");
    assert_eq!(may_stop_asking(&webhook, Vec::new(), 0), Ok(()));
}

#[test]
fn what_was_posted_is_read_or_refused_with_what_is_to_be_mended() {
    for wrong in
        ["", "{}", "[]", "null", "{\"decision\": 1}", "{\"decision\": \"Allow\"}", "{\"decision\": \"allow\"", "\u{feff}{}"]
    {
        assert_eq!(read(wrong.as_bytes()).unwrap_err().field(), Some("decision"), "{wrong}");
    }
    for silent in [r#"{"decision": "deny"}"#, r#"{"decision": "deny", "reason": " \u0007 "}"#] {
        assert_eq!(read(silent.as_bytes()).unwrap_err().field(), Some("reason"), "a denial says why");
    }
    assert_eq!(read(br#"{"decision": "allow", "more": [1]}"#), Ok(says(Said::Allow, "")));
    assert_eq!(read("\u{feff}{\"decision\": \"hold\"}".as_bytes()), Ok(says(Said::Hold, "")));
    assert_eq!(read(br#"{"decision": "deny", "reason": " No\u0000 licence. "}"#), Ok(says(Said::Deny, "No licence.")));
    assert_eq!(read(br#"{"decision": "deny", "reason": {"code": 7}}"#), Ok(says(Said::Deny, r#"{"code":7}"#)));
    let fits = denial(JUSTIFICATION_MAX_CHARS);
    assert_eq!(read(fits.as_bytes()).unwrap().words.chars().count(), JUSTIFICATION_MAX_CHARS);
    let refusal = read(denial(JUSTIFICATION_MAX_CHARS + 5).as_bytes()).unwrap_err();
    assert_eq!(refusal.code(), "too_long", "nothing of it is cut silently");
    for words in ["Reason", "2000", "2005"] {
        assert!(refusal.sentence().contains(words), "{}", refusal.sentence());
    }
}

/// With a reason of so many characters.
fn denial(characters: usize) -> String {
    serde_json::json!({ "decision": "deny", "reason": "ä".repeat(characters) }).to_string()
}

#[test]
fn what_comes_back_with_a_decision_is_taken_or_asked_for_again_and_never_lost() {
    for later in
        ["", "ok", "{}", "{\"ok\": true}", "{\"decision\": null}", "<p>Taken. A decision follows.</p>", "\u{feff}", "7", "[{}]"]
    {
        assert_eq!(read_at_once(later.as_bytes()), Ok(None), "{later}");
    }
    let utf_16: Vec<u8> = "\u{feff}{\"decision\":\"deny\"}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for unclear in [
        r#"{"decision": "perhaps"}"#,
        r#"{"decision": "Deny", "reason": "No."}"#,
        r#"{"Decision": "deny", "reason": "No."}"#,
        r#"{"decision": 0}"#,
        r#"{"decision": "deny", "decision": "allow"}"#,
        r#"{"decision": "deny", "reason": "No."#,
        r#"[{"decision": "deny", "reason": "No."}]"#,
        r#""deny""#,
        "deny",
        " DENY.\n",
        "allow",
    ] {
        assert!(read_at_once(unclear.as_bytes()).is_err(), "{unclear}");
    }
    assert!(read_at_once(&utf_16).is_err(), "UTF-16");
    assert_eq!(read_at_once(br#"{"decision": "hold"}"#), Ok(Some(says(Said::Hold, ""))));
    assert_eq!(read_at_once(br#"{"decision": "deny"}"#), Ok(Some(says(Said::Deny, "It gave no reason."))));
    let marked = "\u{feff}{\"decision\": \"deny\", \"reason\": \"No licence.\"}";
    assert_eq!(read_at_once(marked.as_bytes()), Ok(Some(says(Said::Deny, "No licence."))));
    let Answered { said, words } = read_at_once(denial(20_000).as_bytes()).unwrap().unwrap();
    assert_eq!(said, Said::Deny, "a long denial is one");
    let kept = words.strip_suffix("… (The reason had 20000 characters; 2000 are kept.)").unwrap();
    assert_eq!(kept.chars().count(), JUSTIFICATION_MAX_CHARS);
}

#[test]
fn a_question_is_settled_only_when_no_later_answer_could_count() {
    assert!(settles_question(&Refusal::NotWaitingForAnswer { outcome: "Denied" }));
    assert!(settles_question(&Refusal::HeldAlready { at: NOW }));
    for again in [Refusal::WebhookDisabled { name: "Licences".into() }, Refusal::Stale, Refusal::NotFound { what: "webhook" }] {
        assert!(!settles_question(&again), "{again:?}");
    }
}

proptest! {
    #[test]
    fn whatever_is_sent_is_read_or_refused_and_only_the_three_words_decide(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&body);
        let _ = read_at_once(&body);
    }

    #[test]
    fn every_written_answer_is_read_back(word in "allow|deny|hold|ALLOW|allow |", reason in ".*") {
        let body = serde_json::json!({ "decision": word, "reason": reason }).to_string();
        let said = Said::from_key(&word);
        prop_assert_eq!(read_at_once(body.as_bytes()).ok().flatten().map(|answered| answered.said), said);
        match (read(body.as_bytes()), said) {
            (Ok(answered), Some(said)) => {
                prop_assert_eq!(answered.said, said);
                prop_assert!(!answered.words.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')));
                prop_assert!(answered.words.chars().count() <= JUSTIFICATION_MAX_CHARS);
            }
            (Err(_), said) => prop_assert!(said.is_none_or(|said| said == Said::Deny), "{}", body),
            (Ok(answered), None) => prop_assert!(false, "{} was read as {:?}", body, answered),
        }
    }
}
