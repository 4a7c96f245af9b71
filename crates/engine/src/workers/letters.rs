//! Letters: from the outbox into the world, after the change is durable. At least once, with a stable message id.

use super::Found;
use crate::{Engine, Fault};
use connect::{Mail, Outgoing, Recipient, SendFault, Site};
use model::Span;
use model::limits::{CLAIM_SECONDS, RETRY_FIRST_SECONDS};
use rules::retry::again_at;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::letters::Due;
use tokio::task::JoinSet;

/// Letters that are taken and noted as sent together.
const BATCH: usize = 50;

/// No letter of a batch is begun after so long: the last one has to be over before the claim is.
const PATIENCE: Duration = Duration::from_secs(CLAIM_SECONDS.unsigned_abs() / 4);

/// What became of a letter.
enum Outcome {
    Sent,
    NotNeeded(&'static str),
    Refused(String),
    /// It is tried again, and others are tried meanwhile.
    Later(String),
    /// No letter leaves now.
    NoLine(String),
}

/// What became of letters that were taken together.
#[derive(Default)]
struct Batch {
    done: Vec<(Due, Outcome)>,
    /// Not tried, because there was no line, or no time, before it was their turn.
    left: Vec<Due>,
}

impl Engine {
    pub(super) async fn letter_step(&self) -> Result<Found, Fault> {
        let _turn = self.inner.turns.letters.lock().await;
        let now = self.inner.clock.now();
        {
            let mut link = self.inner.db.read().await?;
            if !store::letters::any_due(&mut link, now).await? {
                return Ok(Found::Nothing);
            }
        }
        let mut link = self.inner.db.begin().await?;
        let due = store::letters::claim(&mut link, now, now + Span::seconds(CLAIM_SECONDS), BATCH).await?;
        link.commit().await?;
        if due.is_empty() {
            return Ok(Found::Nothing);
        }
        let way = self.way_of_letters().await?;
        let Batch { done, left } = self.send_letters(due, &way).await;
        // A server that says nothing takes its time, from which waits are counted.
        let now = self.inner.clock.now();
        let mut link = self.inner.db.begin().await?;
        let mut settled = Vec::with_capacity(done.len());
        let mut not_tried: Vec<_> = left.iter().map(|letter| (letter.id, letter.made_at)).collect();
        for (letter, outcome) in done {
            match outcome {
                Outcome::Sent => settled.push((letter.id, "sent", None)),
                Outcome::NotNeeded(why) => settled.push((letter.id, "not needed", Some(why.to_owned()))),
                Outcome::Refused(why) => {
                    tracing::warn!(letter = %letter.id, why, "a letter was refused for good");
                    settled.push((letter.id, "refused", Some(why)));
                }
                Outcome::Later(why) => {
                    tracing::warn!(letter = %letter.id, tries = letter.tries, why, "a letter could not be sent and is tried again");
                    store::letters::again(&mut link, letter.id, again_at(now, letter.tries), &why).await?;
                }
                Outcome::NoLine(why) => {
                    let (at, waiting) = (again_at(now, letter.tries), not_tried.len());
                    tracing::warn!(letter = %letter.id, tries = letter.tries, waiting, why, "no letter leaves, and all are tried again");
                    store::letters::again(&mut link, letter.id, at, &why).await?;
                    // One after the other would each wait for the same silence, and for as long hold up settings that put it
                    // right. They are back before this one is for the second time, should it be the only one that gets no answer.
                    let again = now + Span::seconds(RETRY_FIRST_SECONDS);
                    let all: Vec<_> = std::mem::take(&mut not_tried).into_iter().map(|(id, _)| (id, again)).collect();
                    store::letters::put_back(&mut link, &all, Some(&why)).await?;
                }
            }
        }
        // There is a line, and it is slow: they are next, claimed anew before another server takes them for forgotten.
        store::letters::put_back(&mut link, &not_tried, None).await?;
        store::letters::settle(&mut link, &settled).await?;
        link.commit().await?;
        Ok(Found::Work)
    }

    /// Some side by side, as long as there is a line and time. One whose task broke stays claimed, and is tried again when that is over.
    async fn send_letters(&self, due: Vec<Due>, way: &Result<Arc<Mail>, String>) -> Batch {
        let at_once = way.as_deref().map_or(1, Mail::at_once);
        let (mut batch, mut has_line) = (Batch::default(), true);
        let mut due = due.into_iter();
        let begun = Instant::now();
        while has_line && due.len() > 0 && begun.elapsed() < PATIENCE {
            let mut some = JoinSet::new();
            for letter in due.by_ref().take(at_once) {
                let (engine, way) = (self.clone(), way.clone());
                some.spawn(async move {
                    let outcome = engine.send(&letter, way.as_deref()).await;
                    (letter, outcome)
                });
            }
            while let Some(done) = some.join_next().await {
                match done {
                    Ok((letter, outcome)) => {
                        has_line &= !matches!(outcome, Outcome::NoLine(_));
                        batch.done.push((letter, outcome));
                    }
                    Err(fault) => tracing::error!(%fault, "a letter was not sent, and is tried again"),
                }
            }
        }
        batch.left = due.collect();
        batch
    }

    /// `way` is how letters leave, or why none can.
    async fn send(&self, letter: &Due, way: Result<&Mail, &String>) -> Outcome {
        if !letter.enabled {
            return Outcome::NotNeeded("the recipient is disabled");
        }
        if letter.address.is_empty() {
            return Outcome::NotNeeded("the recipient has no address");
        }
        let to = Recipient { name: letter.to_name.clone(), address: letter.address.clone() };
        let site = Site::new(&self.inner.settings.base_url, self.inner.settings.language);
        let notice = match &letter.notice {
            Ok(notice) => notice,
            Err(why) => return Outcome::Refused(format!("This program cannot read the letter: {why}.")),
        };
        let rendered = match connect::render(notice, &to, &site) {
            Ok(rendered) => rendered,
            Err(fault) => return Outcome::Refused(fault.to_string()),
        };
        // The time is the letter's own, the same on every try: a second copy is the same message.
        let message = Outgoing { message_id: connect::message_id(letter.id), to, rendered, at: letter.made_at };
        let way = match way {
            Ok(way) => way,
            Err(why) => return Outcome::NoLine(why.clone()),
        };
        match way.send(&message).await {
            Ok(()) => Outcome::Sent,
            Err(SendFault::Later(why)) => Outcome::Later(why),
            Err(SendFault::NoLine(why)) => Outcome::NoLine(why),
            Err(SendFault::Never(why)) => Outcome::Refused(why),
        }
    }
}
