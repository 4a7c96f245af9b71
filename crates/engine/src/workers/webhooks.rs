//! Webhooks: from the chain of events to servers that want to know. Each has its place in the chain, so that nothing is
//! missed and nothing is looked for twice; one that is slow or down keeps no other waiting.

use super::Found;
use super::shift::caught;
use crate::webhook::{Sender, bodies};
use crate::{By, Engine, Fault};
use model::command::Command;
use model::event::Action;
use model::limits::CLAIM_SECONDS;
use model::request::Wish;
use model::webhook::MessageKind;
use model::{EventId, RequestId, Span, WebhookId};
use rules::webhook::{Came, Next, after, asks, longest_wait, told};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError};
use store::webhooks::{self, Claimed, Planned};
use store::{events, requests};
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::task::JoinSet;

/// Events that are looked through in one transaction.
const PLANNED: usize = 500;
/// Messages that are taken together.
const BATCH: usize = 40;
/// Of them on their way at the same time.
const AT_ONCE: usize = 8;

/// One batch at a time of each webhook.
#[derive(Default)]
pub struct Sending(std::sync::Mutex<BTreeMap<WebhookId, Arc<Mutex<()>>>>);

impl Sending {
    fn of(&self, id: WebhookId) -> Arc<Mutex<()>> {
        Arc::clone(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(id).or_default())
    }

    /// Waits until nothing that was begun in the background is on its way; whether anything was.
    async fn over(&self) -> bool {
        let all: Vec<_> = self.0.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect();
        let mut any = false;
        for turn in all {
            if turn.try_lock().is_err() {
                any = true;
                drop(turn.lock().await);
            }
        }
        any
    }
}

impl Engine {
    /// Looks through what happened and sends what is due. In the background nobody waits for an answer.
    pub(super) async fn webhook_step(&self, background: bool) -> Result<Found, Fault> {
        let now = self.inner.clock.now();
        let to_do = {
            let mut link = self.inner.db.read().await?;
            webhooks::to_do(&mut link, now).await?
        };
        let mut found = Found::Nothing;
        let behind: Vec<WebhookId> = to_do.iter().filter(|(_, behind, _)| *behind).map(|(id, ..)| *id).collect();
        if !behind.is_empty() {
            // What is planned now is sent with the next step.
            self.plan_messages(&behind).await?;
            found = Found::Work;
        }
        for (id, _, _) in to_do.into_iter().filter(|(_, _, due)| *due) {
            let turn = self.inner.turns.sending.of(id);
            if background {
                // One that is still on its way is looked at again when it is through.
                if let Ok(turn) = turn.try_lock_owned() {
                    let engine = self.clone();
                    tokio::spawn(async move {
                        let sending = engine.clone();
                        match caught(async move { sending.send_batch(id, turn).await }).await {
                            Ok(Found::Work) => engine.wake(),
                            Ok(Found::Nothing) => {}
                            Err(fault) => tracing::error!(%fault, "messages of a webhook could not be sent and are tried again"),
                        }
                    });
                }
            } else if self.send_batch(id, turn.lock_owned().await).await? == Found::Work {
                found = Found::Work;
            }
        }
        // What is on its way is claimed, and was not found. It may have made more to do.
        if !background && self.inner.turns.sending.over().await {
            found = Found::Work;
        }
        Ok(found)
    }

    /// Makes messages of what was sealed since the last time.
    async fn plan_messages(&self, behind: &[WebhookId]) -> Result<(), Fault> {
        let _turn = self.inner.turns.webhooks.lock().await;
        for id in behind {
            let mut link = self.inner.db.begin().await?;
            let Some(place) = webhooks::place(&mut link, *id).await? else { continue };
            let Some(stored) = webhooks::get(&mut link, *id).await? else { continue };
            let sealed = events::chain(&mut link, place, PLANNED).await?;
            let mut read = Vec::with_capacity(sealed.len());
            for one in &sealed {
                match events::read(one.id, &one.document) {
                    Ok(event) => read.push((one.chain, event)),
                    // Nobody can say what it tells, and what came after it is told all the same.
                    Err(fault) => {
                        tracing::error!(event = %one.id, %fault, "a webhook is not told of an event that cannot be read")
                    }
                }
            }
            let delivered: BTreeSet<RequestId> = read
                .iter()
                .filter(|(_, event)| matches!(event.action, Action::RequestDelivered { .. }))
                .filter_map(|(_, event)| event.request)
                .collect();
            let delivered: Vec<RequestId> = delivered.into_iter().collect();
            let extends: BTreeSet<RequestId> = requests::several(&mut link, &delivered)
                .await?
                .into_iter()
                .filter(|request| matches!(request.wish, Wish::Package { extends: Some(_), .. }))
                .map(|request| request.id)
                .collect();
            let messages: Vec<Planned> = read
                .iter()
                .filter_map(|(place, event)| {
                    let (kind, object) = if asks(&event.action, *id) {
                        (MessageKind::AnswerWanted, event.request?.0)
                    } else {
                        told(&event.action, event.request.is_some_and(|id| extends.contains(&id)))?
                    };
                    let planned = Planned { event: event.id, place: *place, kind, object };
                    stored.webhook.kinds.contains(&kind).then_some(planned)
                })
                .collect();
            webhooks::plan(&mut link, *id, &messages, self.inner.clock.now()).await?;
            if let Some(last) = sealed.last() {
                webhooks::set_place(&mut link, *id, last.chain).await?;
            }
            link.commit().await?;
        }
        Ok(())
    }

    /// Sends what is due to one of them; whether anything was.
    async fn send_batch(&self, id: WebhookId, _turn: OwnedMutexGuard<()>) -> Result<Found, Fault> {
        let now = self.inner.clock.now();
        let mut link = self.inner.db.begin().await?;
        let claimed = webhooks::claim(&mut link, id, now, now + Span::seconds(CLAIM_SECONDS), BATCH).await?;
        let stored = webhooks::get(&mut link, id).await?;
        link.commit().await?;
        let Some(stored) = stored.filter(|_| !claimed.is_empty()) else { return Ok(Found::Nothing) };
        let sender = Sender::new(&self.inner.keys, &stored, now)?;
        let told = claimed.iter().filter(|one| one.kind != MessageKind::AnswerWanted);
        let wanted: Vec<(EventId, &'static str)> = told.map(|one| (one.event, one.kind.key())).collect();
        let bodies = self.write(&wanted).await?;
        let longest = longest_wait(&stored.webhook);
        let mut sent = self.send_all((id, longest), &sender, &claimed, bodies).await?;
        let now = self.inner.clock.now();
        let mut link = self.inner.db.begin().await?;
        let (mut taken, mut gone, mut waits) = (Vec::new(), false, None);
        for message in claimed {
            let (came, said) = match sent.remove(&message.event) {
                Some(Sent::Came(came, said)) => (came, said),
                Some(Sent::Over) => {
                    webhooks::over(&mut link, id, message.event, now).await?;
                    continue;
                }
                // Not sent after all, because others told that the server takes nothing now.
                None => {
                    webhooks::release(&mut link, id, message.event, now).await?;
                    continue;
                }
            };
            match after(&came, message.tries, stored.tries + 1, longest, now) {
                Next::Told => {
                    let words = [Some(came.words()), said].into_iter().flatten();
                    taken.push((message.event, words.collect::<Vec<_>>().join(" ")));
                }
                Next::MessageWaits(at) => {
                    let took = came.took_question().then_some(now);
                    webhooks::waits(&mut link, id, message.event, at, &came.words(), took).await?;
                }
                Next::ServerWaits(at) => {
                    webhooks::waits(&mut link, id, message.event, now, &came.words(), None).await?;
                    waits =
                        Some(waits.map_or(
                            (at, came.words()),
                            |(earlier, why)| if at > earlier { (at, came.words()) } else { (earlier, why) },
                        ));
                }
                Next::Gone => {
                    webhooks::waits(&mut link, id, message.event, now, &came.words(), None).await?;
                    gone = true;
                }
            }
        }
        webhooks::told(&mut link, id, &taken, now).await?;
        match &waits {
            Some((at, why)) => {
                tracing::warn!(webhook = stored.webhook.name, tries = stored.tries + 1, why, "a webhook takes no messages now");
                webhooks::server_waits(&mut link, id, stored.tries + 1, *at, why).await?;
            }
            None => webhooks::server_takes(&mut link, id).await?,
        }
        link.commit().await?;
        if gone {
            let gone = Command::WebhookGone { webhook: id };
            self.submit(&By::System, gone).await.map_err(|problem| problem.into_fault("switching a webhook off"))?;
        }
        Ok(Found::Work)
    }

    /// The bodies of messages; nothing of one that cannot be written, which holds up no other.
    async fn write(&self, wanted: &[(EventId, &'static str)]) -> Result<BTreeMap<EventId, Option<String>>, Fault> {
        let mut link = self.inner.db.read().await?;
        if let Ok(all) = bodies(&mut link, wanted).await {
            return Ok(all.into_iter().map(|(event, body)| (event, Some(body))).collect());
        }
        // Something is wrong with one of them, or with the database, which then says so again when it is noted what came of them.
        let mut written = BTreeMap::new();
        for one in wanted {
            let body = match bodies(&mut link, std::slice::from_ref(one)).await {
                Ok(body) => body.into_values().next(),
                Err(problem) => {
                    tracing::error!(event = %one.0, %problem, "a message could not be written and is tried again");
                    None
                }
            };
            written.insert(one.0, body);
        }
        Ok(written)
    }

    /// What came of each that was sent. Once the server as a whole takes nothing, the rest is not. An answer to a question
    /// is taken as soon as it is there, before the message counts as told: whoever is killed in between asks again, and is
    /// told the same.
    async fn send_all(
        &self,
        (id, longest): (WebhookId, Span),
        sender: &Sender,
        claimed: &[Claimed],
        mut bodies: BTreeMap<EventId, Option<String>>,
    ) -> Result<BTreeMap<EventId, Sent>, Fault> {
        let mut sent = BTreeMap::new();
        let mut down = false;
        let mut under_way = JoinSet::new();
        let mut left = claimed.iter();
        loop {
            while !down && under_way.len() < AT_ONCE {
                let Some(message) = left.next() else { break };
                let (engine, event, now) = (self.clone(), message.event, self.inner.clock.now());
                if message.kind == MessageKind::AnswerWanted {
                    // Asked only now, so that each question has the address of its own and still waits.
                    match self.question(id, event).await {
                        Ok(Some((request, body))) => {
                            let ask = sender.ask(event.0, body, now)?;
                            under_way.spawn(async move { (event, engine.ask_question(ask, request, id).await) });
                        }
                        Ok(None) => drop(sent.insert(event, Sent::Over)),
                        Err(fault) => {
                            tracing::error!(%fault, "a question could not be written and is tried again");
                            sent.insert(event, Sent::Came(broken(), None));
                        }
                    }
                } else if let Some(body) = bodies.remove(&event) {
                    let Some(body) = body else {
                        sent.insert(event, Sent::Came(broken(), None));
                        continue;
                    };
                    let ask = sender.ask(event.0, body, now)?;
                    under_way.spawn(async move { (event, (engine.send_message(ask).await.0, None)) });
                }
            }
            let Some(joined) = under_way.join_next().await else { return Ok(sent) };
            let (event, (came, said)) = joined.map_err(|error| Fault::new("sending a message", error))?;
            down |= matches!(after(&came, 1, 1, longest, self.inner.clock.now()), Next::ServerWaits(_) | Next::Gone);
            sent.insert(event, Sent::Came(came, said));
        }
    }
}

fn broken() -> Came {
    Came::Broken("It was not sent, because something broke here.".to_owned())
}

/// What came of one message of a batch.
enum Sent {
    /// What came back, and what is said of it besides.
    Came(Came, Option<String>),
    /// The request waits for no answer any more.
    Over,
}
