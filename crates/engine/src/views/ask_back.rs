//! What an approver asked back, as the pages of the request and of its approval show it.

use super::words::People;
use crate::commands::request::askers;
use model::ask_back::{AskedBack, Reply};
use model::request::{Phase, Request, State};
use model::view::Badge;
use model::view::ask_back::{self, Answered, Form, Proposed, Shortening};
use model::{Ts, UserId};
use rules::request::{left, pause, shortens, standing_still};

/// Whom the page names because of it.
pub fn people(request: &Request) -> Vec<UserId> {
    request.asked_back.iter().flat_map(askers).collect()
}

/// How it stands, in a badge.
pub fn badge(request: &Request, now: Ts) -> Option<Badge> {
    let asked = request.asked_back.as_ref()?;
    Some(match (&asked.answer, standing_still(request, now)) {
        (Some(_), _) => Badge::new("Answered", "good"),
        (None, Some(_)) => Badge::new("Waiting for an answer", "warn"),
        (None, None) => Badge::new("Not answered", "plain"),
    })
}

/// What was asked back, for a reader who may answer it, or not.
pub fn view(request: &Request, people: &People, answers: bool, now: Ts) -> Option<ask_back::AskedBack> {
    let asked = request.asked_back.as_ref()?;
    let mut by = people.persona(asked.by);
    let place = asked.stood_in_for.map(|of| format!(" for {}", people.name(of))).unwrap_or_default();
    by.under = if asked.proposed.is_some() { format!("proposed a shorter time{place}") } else { format!("asked{place}") };
    let answer = asked.answer.as_ref().map(|answer| {
        let mut by = people.persona(request.requestor);
        by.under = match answer.reply {
            Reply::Words => "answered",
            Reply::Accept => "accepted the shorter time",
            Reply::Keep => "did not accept the shorter time",
        }
        .to_owned();
        Answered { by, at: answer.at, words: answer.words.clone() }
    });
    Some(ask_back::AskedBack {
        by,
        at: asked.at,
        words: asked.words.clone(),
        proposed: asked.proposed.map(|shorter| Proposed { asked: asked_for(request, asked), shorter: shorter.in_sentence() }),
        badge: badge(request, now)?,
        standing: standing(request, asked, people, answers, now),
        answer,
    })
}

/// What was asked for when the shorter time was proposed.
fn asked_for(request: &Request, asked: &AskedBack) -> String {
    let mut then = request.clone();
    (then.terms.lasts, then.terms.ends_at) = (asked.time.lasts, asked.time.ends_at);
    then.how_long().in_sentence()
}

/// What waits now, in a sentence.
fn standing(request: &Request, asked: &AskedBack, people: &People, answers: bool, now: Ts) -> String {
    if asked.answer.is_some() {
        return String::new();
    }
    let requestor = people.name(request.requestor);
    match (standing_still(request, now), &request.state) {
        (Some(_), _) => format!(
            "The time to decide stands still until {} {}, at the latest until {}. Then {} are left.",
            if answers { "you" } else { requestor.as_str() },
            if answers { "answer" } else { "answers" },
            asked.pauses_until.in_sentence(),
            left(request).words()
        ),
        (None, State::PendingApproval { stage, .. }) if *stage == asked.stage => {
            "The time to decide goes on. An answer is still read.".to_owned()
        }
        (None, state) if matches!(state.phase(), Phase::Canceled | Phase::Expired | Phase::Denied) => String::new(),
        (None, _) => format!("Stage {} was approved without waiting for an answer.", asked.stage + 1),
    }
}

/// The form *Ask back* for a request in this stage.
pub fn form(request: &Request, stage: usize) -> Form {
    let shortens = shortens(request);
    let (asked, lasts) = (request.how_long().in_sentence(), request.terms.lasts);
    let shortening = Shortening { asked, length: shortens.length.is_some(), end: shortens.end.is_some(), lasts };
    Form { shortening, pause: pause(request, stage).words() }
}
