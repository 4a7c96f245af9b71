//! A request that waits for the answer of a webhook: asked before the approvals begin, or after the last of them.
//!
//! An answer takes nothing from anybody's decision: *allow* only lets the request go on as it would have without.

use super::{Step, approved, open_stage, window_over};
use crate::approval::StagePeople;
use crate::form::{malformed, text};
use model::answering::{Answered, Answering, AskedWebhook, Held, Moment, Question, Said, Silence, ToAsk};
use model::command::Waits;
use model::event::Action;
use model::limits::{ANSWER_CLOCK_MINUTES, ANSWER_WINDOW_MAX_MINUTES, JUSTIFICATION_MAX_CHARS};
use model::request::{Decision, Request, State};
use model::webhook::Webhook;
use model::{Refusal, Span, Ts, WebhookId};
use serde::Deserialize;
use serde_json::Value;

/// How a webhook may be asked.
pub fn check(asked: &Answering) -> Result<Answering, Refusal> {
    if (1..=ANSWER_WINDOW_MAX_MINUTES).contains(&asked.minutes) {
        return Ok(*asked);
    }
    Err(malformed("window", "An answer is waited for between a minute and 14 days.".to_owned()))
}

/// Whether a policy may ask this webhook; `webhook` is what there is of it.
pub fn may_be_asked(webhook: Option<&Webhook>) -> Result<(), Refusal> {
    match webhook.and_then(|webhook| webhook.answering) {
        Some(_) => Ok(()),
        None => Err(malformed(
            "asks",
            "This webhook is not one that is asked. Choose one that asks and waits, or make one in the settings.".to_owned(),
        )),
    }
}

/// Whom a request under a policy asks. What is there no more cannot let anything go on.
pub fn to_ask(asked: AskedWebhook, webhook: Option<&Webhook>) -> ToAsk {
    let AskedWebhook { webhook: id, moment } = asked;
    let found = webhook.and_then(|webhook| Some((webhook.name.clone(), webhook.answering?)));
    let (name, Answering { minutes, silence }) =
        found.unwrap_or_else(|| ("A webhook that is gone".to_owned(), Answering { minutes: 1, silence: Silence::Denies }));
    ToAsk { webhook: id, name, moment, minutes, silence }
}

/// Whether policies keep a webhook from being deleted, or from being told instead of asked. `by` are some of them.
pub fn may_stop_asking(webhook: &Webhook, by: Vec<String>, all: usize) -> Result<(), Refusal> {
    if all == 0 {
        return Ok(());
    }
    let more = all.saturating_sub(by.len());
    Err(Refusal::WebhookIsAsked { name: webhook.name.clone(), by, more })
}

/// Lets the request wait, when it asks at this moment; whether it does.
pub(super) fn ask(request: &mut Request, moment: Moment, now: Ts, actions: &mut Vec<Action>) -> bool {
    let Some(asks) = request.terms.asks.as_ref().filter(|asks| asks.moment == moment) else { return false };
    let answer_by = now + asks.window();
    actions.push(Action::WebhookAsked { webhook: asks.webhook, name: asks.name.clone(), answer_by });
    request.state = State::Answering { asked_at: now, answer_by, held: None };
    true
}

/// Whom the request waits for.
pub fn asked(request: &Request) -> Option<&ToAsk> {
    request.terms.asks.as_ref().filter(|_| matches!(request.state, State::Answering { .. }))
}

/// What a request that was just made waits for; nothing when it is delivered without anybody being asked.
pub fn awaits(request: &Request) -> Option<Waits> {
    let waits = matches!(request.state, State::PendingApproval { .. } | State::Answering { .. });
    let webhook = request.terms.asks.as_ref().map(|asks| asks.name.clone());
    waits.then_some(Waits { approval: !request.terms.stages.is_empty(), webhook })
}

/// The stage whose people count for what happens next: the open one, or the first while an answer is waited for.
pub fn stage_at_hand(request: &Request) -> Option<usize> {
    let first = asked(request).filter(|asks| asks.moment == Moment::Submitted).map(|_| 0);
    request.state.open_stage().or(first)
}

/// Until when this webhook may still be asked about the request; nothing when it may not.
pub fn answer_by(request: &Request, webhook: WebhookId, now: Ts) -> Option<Ts> {
    let State::Answering { answer_by, .. } = request.state else { return None };
    let asks = asked(request).filter(|asks| asks.webhook == webhook);
    asks.filter(|_| now < answer_by).map(|_| answer_by)
}

/// Whether answers of a webhook are taken: whoever disabled it does not trust it now.
pub fn may_speak(webhook: &Webhook) -> Result<(), Refusal> {
    if webhook.enabled { Ok(()) } else { Err(Refusal::WebhookDisabled { name: webhook.name.clone() }) }
}

/// Whether a message that says when it was signed is fresh enough.
pub fn is_fresh(signed_at: Option<Ts>, now: Ts) -> Result<(), Refusal> {
    let tolerance = Span::minutes(ANSWER_CLOCK_MINUTES);
    match signed_at {
        Some(at) if at <= now + tolerance && now <= at + tolerance => Ok(()),
        Some(_) => Err(Refusal::AnswerNotSigned {
            why: "It was signed more than five minutes from now. Check the clock, and sign it anew.",
        }),
        None => Err(Refusal::AnswerNotSigned { why: "“webhook-timestamp” is missing or not a number of seconds." }),
    }
}

/// The webhook answers. `people` are those of the stage at hand.
pub fn answer_for(
    request: &Request,
    people: &StagePeople,
    decisions: &[Decision],
    (webhook, answered): (WebhookId, &Answered),
    now: Ts,
) -> Result<Step, Refusal> {
    let state = window_over(&request.state, request.terms.asks.as_ref(), now);
    let gone = || Refusal::NotWaitingForAnswer { outcome: state.as_ref().unwrap_or(&request.state).phase().word() };
    let asks = asked(request).filter(|asks| asks.webhook == webhook).ok_or_else(gone)?;
    let State::Answering { asked_at, answer_by, held } = &request.state else { return Err(gone()) };
    if *answer_by <= now {
        return Err(gone());
    }
    if let (Said::Hold, Some(held)) = (answered.said, held) {
        return Err(Refusal::HeldAlready { at: held.at });
    }
    let Answered { said, words } = answered.clone();
    let name = asks.name.clone();
    let mut actions = vec![Action::WebhookAnswered { webhook, name, said, words: words.clone() }];
    let mut request = request.clone();
    match said {
        Said::Hold => {
            let held = Some(Held { at: now, words });
            request.state = State::Answering { asked_at: *asked_at, answer_by: *answer_by, held };
        }
        Said::Deny => request.state = State::TurnedDown { at: now, words: Some(words) },
        Said::Allow => request = go_on(request, people, decisions, now, &mut actions),
    }
    Ok(Step { request, actions, decision: None })
}

/// Whether a question is settled although its answer was refused: nothing that is said later would count either. With any
/// other refusal it is asked again, because the answer may have been a denial.
pub fn settles_question(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::NotWaitingForAnswer { .. } | Refusal::HeldAlready { .. })
}

/// Its time is over. `there` is what there is of the webhook now, `taken` whether its server took the question. One that is
/// gone cannot let anything go on, as in [`to_ask`]; one that is disabled, or down, is silent as it was set.
pub fn silent(
    request: &Request,
    (people, decisions): (&StagePeople, &[Decision]),
    (there, taken): (Option<&Webhook>, bool),
    now: Ts,
) -> Option<Step> {
    let State::Answering { answer_by, .. } = request.state else { return None };
    if now < answer_by {
        return None;
    }
    let ToAsk { webhook, name, silence, .. } = asked(request)?.clone();
    let (question, silence) = match there {
        Some(Webhook { answering: Some(_), .. }) if taken => (Question::Taken, silence),
        Some(Webhook { answering: Some(_), .. }) => (Question::NotTaken, silence),
        Some(Webhook { answering: None, .. }) | None => (Question::Gone, Silence::Denies),
    };
    let mut actions = vec![Action::WebhookSilent { webhook, name, silence, question }];
    let mut request = request.clone();
    match silence {
        Silence::Denies => request.state = State::TurnedDown { at: answer_by, words: None },
        Silence::GoesOn => request = go_on(request, people, decisions, now, &mut actions),
    }
    Some(Step { request, actions, decision: None })
}

/// As it would have gone without.
fn go_on(request: Request, people: &StagePeople, decisions: &[Decision], now: Ts, actions: &mut Vec<Action>) -> Request {
    match request.terms.asks.as_ref().map(|asks| asks.moment) {
        Some(Moment::Approved) => approved(request, now, actions),
        Some(Moment::Submitted) | None => open_stage(request, 0, Some(people), decisions, now, actions),
    }
}

/// An answer as it is written.
#[derive(Deserialize)]
struct Written {
    decision: String,
    #[serde(default)]
    reason: Value,
}

/// What is written, with all of its reason; otherwise a sentence about what is expected.
fn written(body: &[u8]) -> Result<Answered, String> {
    const EXPECTED: &str = "An answer is a JSON object such as {\"decision\": \"deny\", \"reason\": \"No licence is left.\"}, \
                            with allow, deny or hold.";
    let Written { decision, reason } = serde_json::from_slice(without_mark(body)).map_err(|_| EXPECTED.to_owned())?;
    let said = Said::from_key(&decision).ok_or_else(|| EXPECTED.to_owned())?;
    let reason = match reason {
        Value::Null => String::new(),
        Value::String(words) => words,
        // Whoever writes its reason otherwise has decided all the same.
        other => other.to_string(),
    };
    Ok(Answered { said, words: tidied(&reason) })
}

/// Some write the mark of UTF-8 in front of their text.
fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

/// Reads what was posted to the address of a question. Whoever posted it reads the refusal and can mend the answer.
pub fn read(body: &[u8]) -> Result<Answered, Refusal> {
    let Answered { said, words } = written(body).map_err(|expected| malformed("decision", expected))?;
    if said == Said::Deny && words.is_empty() {
        return Err(malformed("reason", "A denial needs a reason, which the requestor reads.".to_owned()));
    }
    Ok(Answered { said, words: text("reason", "Reason", &words, false, JUSTIFICATION_MAX_CHARS)? })
}

/// Reads what came back at once. Nothing when it says nothing of a decision: then the answer comes later. Nobody reads what we
/// think of it, so a decision is taken with whatever reason it has, and one that cannot be understood is asked for again.
pub fn read_at_once(body: &[u8]) -> Result<Option<Answered>, String> {
    if !says_something(body) {
        return Ok(None);
    }
    let Answered { said, words } = written(body)?;
    let words = if said == Said::Deny && words.is_empty() { "It gave no reason.".to_owned() } else { kept(words) };
    Ok(Some(Answered { said, words }))
}

/// Whether it says something of a decision, however it is written: a field of that name, or one of the three words alone.
fn says_something(body: &[u8]) -> bool {
    // Without the zeros a text is read that is UTF-16.
    let text: String = String::from_utf8_lossy(without_mark(body)).chars().filter(|c| *c != '\0').collect();
    match serde_json::from_str(&text) {
        Ok(value) => value_says_something(&value),
        Err(_) => is_a_word(&text) || text.to_lowercase().contains("\"decision\""),
    }
}

fn value_says_something(value: &Value) -> bool {
    match value {
        Value::Object(fields) => {
            fields.iter().any(|(name, value)| name.trim().eq_ignore_ascii_case("decision") && !value.is_null())
        }
        Value::Array(all) => all.iter().any(value_says_something),
        Value::String(text) => is_a_word(text),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Whether it is one of the words of an answer and nothing else.
fn is_a_word(text: &str) -> bool {
    let word = text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    Said::from_key(&word).is_some()
}

/// A reason, as much of it as is kept; that the rest is missing is said within it.
fn kept(words: String) -> String {
    let length = words.chars().count();
    if length <= JUSTIFICATION_MAX_CHARS {
        return words;
    }
    let kept: String = words.chars().take(JUSTIFICATION_MAX_CHARS).collect();
    format!("{kept}… (The reason had {length} characters; {JUSTIFICATION_MAX_CHARS} are kept.)")
}

/// A reason fit to be shown: no characters that cannot be.
fn tidied(words: &str) -> String {
    let fit = words.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t'));
    fit.collect::<String>().trim().to_owned()
}
