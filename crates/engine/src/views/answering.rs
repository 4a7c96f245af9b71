//! How a request that asks a webhook reads: on its page, in lists, on its timeline.

use super::timeline::entry;
use model::Ts;
use model::answering::{Moment, Question, Said, Silence, ToAsk};
use model::package::PolicySettings;
use model::request::{Request, State};
use model::view::request::{Entry, EntryKind};
use model::view::{Choice, Countdown};
use store::{Fault, Link, webhooks};

/// Whom it asks.
pub fn name(request: &Request) -> String {
    request.terms.asks.as_ref().map_or_else(|| "The webhook".to_owned(), |asks| asks.name.clone())
}

/// What the page of a request says first while it waits, or when it was turned down.
pub fn summary(request: &Request) -> String {
    let name = name(request);
    match &request.state {
        State::Answering { answer_by, held, .. } => {
            let until = answer_by.in_sentence();
            let when = match request.terms.asks.as_ref().map(|asks| asks.moment) {
                Some(Moment::Approved) => "Approved. ",
                Some(Moment::Submitted) | None => "",
            };
            match held {
                None => format!("{when}It waits for the answer of {name}, until {until}."),
                Some(_) => format!("{when}{name} holds it and answers later, until {until}."),
            }
        }
        State::TurnedDown { words: Some(_), .. } => format!("{name} denied it."),
        _ => format!("{name} did not answer in time, and without its answer the request is denied."),
    }
}

/// What happens when it says nothing.
fn otherwise(asks: Option<&ToAsk>) -> &'static str {
    match asks.map(|asks| asks.silence) {
        Some(Silence::GoesOn) => "Without an answer by then the request goes on.",
        Some(Silence::Denies) | None => "Without an answer by then the request is denied.",
    }
}

pub fn waiting(request: &Request, countdown: Countdown, held: bool) -> Entry {
    let name = name(request);
    let title = if held { format!("{name} holds it") } else { format!("Waits for the answer of {name}") };
    let mut waiting = entry(EntryKind::Waiting, "now", "warn", title, None);
    waiting.more.push(format!("Until {}. {}", countdown.until.in_sentence(), otherwise(request.terms.asks.as_ref())));
    waiting.countdown = Some(countdown);
    waiting
}

pub fn answered(name: &str, said: Said, words: &str, at: Option<Ts>) -> Entry {
    let (kind, tone) = match said {
        Said::Allow => (EntryKind::Approved, "good"),
        Said::Deny => (EntryKind::Denied, "bad"),
        Said::Hold => (EntryKind::Answered, "work"),
    };
    let mut answered = entry(kind, "done", tone, format!("{name} {}", said.past()), at);
    words.clone_into(&mut answered.words);
    answered
}

pub fn silent(name: &str, silence: Silence, question: Question, at: Option<Ts>) -> Entry {
    let (tone, more) = match silence {
        Silence::Denies => ("bad", "Without its answer the request is denied. You can request again."),
        Silence::GoesOn => ("plain", "Without its answer the request goes on."),
    };
    let mut silent = entry(EntryKind::Expired, "done", tone, format!("{name} {}", question.past()), at);
    silent.more.push(more.to_owned());
    silent
}

/// The webhooks that policies can ask.
pub async fn askable(link: &mut Link) -> Result<Vec<Choice>, Fault> {
    let all = webhooks::list(link).await?;
    let asked = all.into_iter().filter(|stored| stored.webhook.answering.is_some());
    let one = |stored: webhooks::Stored| Choice {
        id: stored.webhook.id.to_string(),
        under: if stored.webhook.enabled { String::new() } else { "disabled".to_owned() },
        name: stored.webhook.name,
    };
    Ok(asked.map(one).collect())
}

/// The webhook of a policy, in words.
pub fn words(settings: &PolicySettings, askable: &[Choice]) -> String {
    let Some(asked) = settings.asks else { return "None".to_owned() };
    let id = asked.webhook.to_string();
    let name = askable.iter().find(|choice| choice.id == id).map_or("one that is gone", |choice| choice.name.as_str());
    format!("{name}. {}", asked.moment.words())
}
