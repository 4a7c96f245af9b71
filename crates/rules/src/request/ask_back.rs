//! Asking back: one question to the requestor, or a shorter time proposed, while the window of the stage stands still.

use super::{Decider, Step, extended_to, may_decide_now, window_over};
use crate::approval::{already, settled_refusal};
use crate::delegation::stood_names;
use crate::form;
use model::ask_back::{Answer, AskedBack, AskedTime, Reply, ShorterTime};
use model::command::{AnswerBack, AskBack};
use model::event::Action;
use model::limits::ASK_BACK_PAUSE_MAX_DAYS;
use model::package::Lasts;
use model::request::{Decision, Request, State};
use model::{Refusal, Span, Ts, UserId};

/// How the time of a request may be proposed shorter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortens {
    /// As a length below this; any length when the access has no end.
    pub length: Option<Option<u32>>,
    /// As an end before this; any end when the access has none.
    pub end: Option<Option<Ts>>,
}

/// What a request asks for: the clock of a length starts with delivery, so it is compared with lengths only.
pub fn shortens(request: &Request) -> Shortens {
    match (request.terms.ends_at, request.terms.lasts) {
        (Some(end), _) | (None, Lasts::Until { at: end }) => Shortens { length: None, end: Some(Some(end)) },
        (None, Lasts::For { minutes }) => Shortens { length: Some(Some(minutes)), end: None },
        (None, Lasts::Forever) => Shortens { length: Some(None), end: Some(None) },
    }
}

/// Whether *Ask back* is offered to the decider: the stage, and in whose place they ask.
pub fn may_ask_back(
    request: &Request,
    decisions: &[Decision],
    decider: &Decider<'_>,
    now: Ts,
) -> Result<(usize, Option<UserId>), Refusal> {
    let may = may_decide_now(request, decisions, decider, now)?;
    match &request.asked_back {
        None => Ok(may),
        Some(asked) => Err(Refusal::AlreadyAskedBack {
            by: stood_names(asked.by, asked.stood_in_for, decider.name),
            mine: asked.by == decider.person,
            at: asked.at,
        }),
    }
}

/// An approver asks back. `held_until` is the present end of what an extension extends.
pub fn ask_back(
    request: &Request,
    decisions: &[Decision],
    decider: &Decider<'_>,
    asked: &AskBack,
    held_until: Option<Ts>,
    now: Ts,
) -> Result<Step, Refusal> {
    let (stage, stood_in_for) = may_ask_back(request, decisions, decider, now)?;
    if stage != asked.stage {
        return Err(Refusal::StageMovedOn { stage: stage + 1 });
    }
    let label = if asked.proposed.is_some() { "Why a shorter time" } else { "Question" };
    let words = form::justification("words", label, &asked.words, true)?;
    if let Some(proposed) = asked.proposed {
        check_shorter(request, proposed, held_until, now)?;
    }
    let time = asked_time(request);
    let mut request = request.clone();
    let pause = pause(&request, stage);
    let State::PendingApproval { decide_by, .. } = &mut request.state else { return Err(Refusal::Stale) };
    *decide_by = *decide_by + pause;
    let (pauses_until, proposed) = (now + pause, asked.proposed);
    let actions = vec![Action::RequestAskedBack { stage, words: words.clone(), proposed, pauses_until, stood_in_for }];
    request.asked_back = Some(AskedBack {
        stage,
        by: decider.person,
        stood_in_for,
        at: now,
        words,
        time,
        proposed,
        pauses_until,
        resumed_at: None,
        answer: None,
    });
    Ok(Step { request, actions, decision: None })
}

/// How long a question would stop the window of the stage at most.
pub fn pause(request: &Request, stage: usize) -> Span {
    let window = request.terms.stages.get(stage).map_or(Span::ZERO, model::approval::Stage::window);
    window.min(Span::days(ASK_BACK_PAUSE_MAX_DAYS))
}

/// What is proposed has to be shorter, has to leave some time, and has to be said as the request says it.
fn check_shorter(request: &Request, proposed: ShorterTime, held_until: Option<Ts>, now: Ts) -> Result<(), Refusal> {
    let shortens = shortens(request);
    let malformed = |field: &str, message: &str| Refusal::Malformed { field: field.to_owned(), message: message.to_owned() };
    let asked = || request.how_long().in_sentence();
    match proposed {
        ShorterTime::For { minutes: 0 } => {
            Err(malformed("length", "A length of nothing is no access. Propose a longer time, or deny."))
        }
        ShorterTime::For { minutes } => match shortens.length {
            None => Err(malformed("length", "This request asks for access until an end. Propose an earlier end.")),
            Some(Some(most)) if minutes >= most => Err(Refusal::NotShorter { field: "length", asked: asked() }),
            Some(_) => Ok(()),
        },
        ShorterTime::Until { at } => {
            let begins = [request.terms.starts_at, held_until].into_iter().flatten().fold(now, Ts::max);
            match shortens.end {
                None => Err(malformed("end", "This request asks for a length of time. Propose a shorter length.")),
                Some(Some(end)) if at >= end => Err(Refusal::NotShorter { field: "end", asked: asked() }),
                Some(_) if at <= begins => {
                    Err(malformed("end", "The access would end before it begins, or is over by then. Propose a later end."))
                }
                Some(_) => Ok(()),
            }
        }
    }
}

/// Whether the requestor answers what was asked, at this moment.
pub fn may_answer(
    request: &Request,
    decisions: &[Decision],
    person: UserId,
    name: &(dyn Fn(UserId) -> String + Sync),
    now: Ts,
) -> Result<(), Refusal> {
    if person != request.requestor {
        // Others do not learn that there is something to answer.
        return Err(Refusal::NotFound { what: "request" });
    }
    let asked = request.asked_back.as_ref().ok_or(Refusal::NothingAsked)?;
    if let Some(answer) = &asked.answer {
        return Err(Refusal::AlreadyAnswered { at: answer.at });
    }
    let over = window_over(&request.state, request.terms.asks.as_ref(), now);
    match over.as_ref().unwrap_or(&request.state) {
        State::PendingApproval { stage, .. } if *stage == asked.stage => Ok(()),
        state => {
            // A stage that is approved has a last decision; other ends speak for themselves.
            let settled = decisions.iter().rev().find(|decision| decision.stage == asked.stage);
            Err(match (state, settled) {
                (State::Denied { .. } | State::TurnedDown { .. } | State::Expired { .. } | State::Canceled { .. }, _)
                | (_, None) => settled_refusal(state, name),
                (_, Some(decision)) => already(decision, person, name),
            })
        }
    }
}

/// The requestor answers. The window goes on from where it stood.
pub fn answer(
    request: &Request,
    decisions: &[Decision],
    person: UserId,
    asked: &AnswerBack,
    name: &(dyn Fn(UserId) -> String + Sync),
    now: Ts,
) -> Result<Step, Refusal> {
    may_answer(request, decisions, person, name, now)?;
    let mut request = request.clone();
    resume(&mut request, now);
    let Some(asked_back) = &mut request.asked_back else { return Err(Refusal::NothingAsked) };
    let mismatch = |message: &str| Refusal::Malformed { field: "reply".to_owned(), message: message.to_owned() };
    let question = asked.reply == Reply::Words;
    let words = form::justification("words", if question { "Your answer" } else { "Your words" }, &asked.words, question)?;
    asked_back.answer = Some(Answer { at: now, reply: asked.reply, words: words.clone() });
    let action = match (asked.reply, asked_back.proposed) {
        (Reply::Words, None) => Action::QuestionAnswered { words },
        (Reply::Keep, Some(_)) => Action::ShorterTimeDeclined { words },
        (Reply::Accept, Some(ShorterTime::Until { at })) if at <= now => {
            let message = "The end that was proposed is over by now, so it cannot be accepted. Keep what you asked for.";
            return Err(mismatch(message));
        }
        (Reply::Accept, Some(proposed)) => {
            let before = asked_time(&request);
            let after = shorter(&request, proposed);
            (request.terms.lasts, request.terms.ends_at) = (after.lasts, after.ends_at);
            Action::ShorterTimeAccepted { before, after, words }
        }
        (Reply::Words, Some(_)) => return Err(mismatch("A shorter time was proposed. Accept it, or keep what you asked for.")),
        (Reply::Accept | Reply::Keep, None) => {
            return Err(mismatch("You were asked a question. Answer it in your own words."));
        }
    };
    Ok(Step { request, actions: vec![action], decision: None })
}

/// What the request asks for now.
fn asked_time(request: &Request) -> AskedTime {
    AskedTime { lasts: request.terms.lasts, ends_at: request.terms.ends_at }
}

/// What the request asks for when the proposal is accepted. An end stands beside what the policy gives; an extension has
/// no end of its own.
fn shorter(request: &Request, proposed: ShorterTime) -> AskedTime {
    let now = asked_time(request);
    match proposed {
        ShorterTime::For { minutes } => AskedTime { lasts: Lasts::For { minutes }, ..now },
        ShorterTime::Until { at } if request.extends().is_some() => AskedTime { lasts: Lasts::Until { at }, ..now },
        ShorterTime::Until { at } => AskedTime { ends_at: Some(at), ..now },
    }
}

/// What was asked back in the open stage and still stops its window, if time has not gone past it.
fn pausing(request: &Request) -> Option<&AskedBack> {
    let State::PendingApproval { stage, .. } = &request.state else { return None };
    request.asked_back.as_ref().filter(|asked| asked.stage == *stage && asked.resumed_at.is_none())
}

/// What stops the window at this moment.
pub fn standing_still(request: &Request, now: Ts) -> Option<&AskedBack> {
    pausing(request).filter(|asked| now < asked.pauses_until)
}

/// What is left of the window that stands still, once it goes on.
pub fn left(request: &Request) -> Span {
    match (&request.state, &request.asked_back) {
        (State::PendingApproval { decide_by, .. }, Some(asked)) => decide_by.since(asked.pauses_until),
        _ => Span::ZERO,
    }
}

/// When the question stops stopping the window, if nothing else does that first.
pub(super) fn resumes_at(request: &Request) -> Option<Ts> {
    pausing(request).map(|asked| asked.pauses_until)
}

/// How long the window of the open stage stood still, or will have at most.
pub(super) fn stood_still(request: &Request) -> Span {
    let (State::PendingApproval { stage, .. }, Some(asked)) = (&request.state, &request.asked_back) else { return Span::ZERO };
    if asked.stage == *stage { asked.resumed_at.unwrap_or(asked.pauses_until).since(asked.at) } else { Span::ZERO }
}

/// Lets the window go on from where it stood; it never stood longer than its pause.
pub(super) fn resume(request: &mut Request, now: Ts) {
    let Some(until) = resumes_at(request) else { return };
    let at = now.min(until);
    if let State::PendingApproval { decide_by, .. } = &mut request.state {
        *decide_by = *decide_by - until.since(at);
    }
    if let Some(asked) = &mut request.asked_back {
        asked.resumed_at = Some(at);
    }
}

/// Whether an extension with this time would still let the access end later than it does.
pub(super) fn is_longer(held_until: Option<Ts>, lasts: Lasts) -> bool {
    held_until.is_none_or(|until| extended_to(until, lasts).is_none_or(|to| to > until))
}
