//! A webhook that is asked and waited for.

use super::*;
use model::answering::{Answered, Answering, AskedWebhook, Moment, Said, Silence, ToAsk};
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
        assert_eq!(due(&request, &people(&[2]), &[], until - Span::seconds(1)), None);
        assert!(!is_over(&request, until - Span::seconds(1)));
        let step = due(&request, &people(&[2]), &[], until).unwrap();
        assert_eq!(step.actions[0], Action::WebhookSilent { webhook: ASKED, name: "Licences".into(), silence });
        assert_eq!(is_over(&request, until), silence == Silence::Denies);
        match (silence, moment) {
            (Silence::Denies, _) => assert_eq!(step.request.state, State::TurnedDown { at: until, words: None }),
            (Silence::GoesOn, Moment::Submitted) => assert_eq!(codes(&step), ["webhook_silent", "stage_opened"]),
            (Silence::GoesOn, Moment::Approved) => assert_eq!(codes(&step), ["webhook_silent", "request_approved"]),
        }
        assert!(due(&step.request, &people(&[2]), &[], until).is_none(), "it happens once");
    }
}

#[test]
fn what_is_asked_is_copied_from_the_webhook_and_one_that_is_gone_lets_nothing_go_on() {
    let webhook = Webhook {
        id: ASKED,
        name: "Licences".into(),
        url: "https://hooks.example.com/".into(),
        kinds: Default::default(),
        answering: Some(Answering { minutes: 60, silence: Silence::GoesOn }),
        enabled: false,
        created_at: NOW,
        version: 1,
    };
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
fn answers_are_read_and_what_is_none_says_what_is_expected() {
    for wrong in
        ["", "{}", "[]", "null", "{\"decision\": 1}", "{\"decision\": \"Allow\"}", "{\"decision\": \"allow\"", "\u{feff}{}"]
    {
        assert!(read(wrong.as_bytes()).is_err(), "{wrong}");
    }
    assert!(read(br#"{"decision": "deny"}"#).is_err(), "a denial says why");
    assert!(read(br#"{"decision": "deny", "reason": " \u0007 "}"#).is_err());
    assert_eq!(read(br#"{"decision": "allow", "more": [1]}"#), Ok(says(Said::Allow, "")));
    assert_eq!(read(br#"{"decision": "deny", "reason": " No\u0000 licence. "}"#), Ok(says(Said::Deny, "No licence.")));
    let long = format!("{{\"decision\": \"deny\", \"reason\": \"{}\"}}", "x".repeat(JUSTIFICATION_MAX_CHARS + 5));
    assert_eq!(read(long.as_bytes()).unwrap().words.chars().count(), JUSTIFICATION_MAX_CHARS, "a long denial is one");
    for later in ["", "ok", "{}", "{\"ok\": true}", "[{\"decision\": \"allow\"}]"] {
        assert_eq!(read_at_once(later.as_bytes()), Ok(None), "{later}");
    }
    assert_eq!(read_at_once(br#"{"decision": "hold"}"#), Ok(Some(says(Said::Hold, ""))));
    assert!(read_at_once(br#"{"decision": "yes"}"#).is_err());
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
        match (read(body.as_bytes()), Said::from_key(&word)) {
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
