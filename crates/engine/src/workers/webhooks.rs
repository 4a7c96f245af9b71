//! Webhooks: from the chain of events to servers that want to know. Each has its place in the chain, so that nothing is
//! missed and nothing is looked for twice; one that is slow or down keeps no other waiting.

use super::Found;
use crate::webhook::{Sender, bodies};
use crate::{By, Engine, Fault};
use model::command::Command;
use model::event::Action;
use model::limits::CLAIM_SECONDS;
use model::request::Wish;
use model::webhook::MessageKind;
use model::{EventId, RequestId, Span, WebhookId};
use rules::webhook::{Came, Next, after, asks, told};
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
                        match engine.send_batch(id, turn).await {
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
                read.push((one.chain, events::read(one.id, &one.document)?));
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
            if let Some((place, _)) = read.last() {
                webhooks::set_place(&mut link, *id, *place).await?;
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
        let (asked, told): (Vec<&Claimed>, Vec<&Claimed>) = claimed.iter().partition(|one| one.kind == MessageKind::AnswerWanted);
        let mut bodies = {
            let mut link = self.inner.db.read().await?;
            let wanted: Vec<(EventId, &'static str)> = told.iter().map(|one| (one.event, one.kind.key())).collect();
            bodies(&mut link, &wanted).await.map_err(|problem| problem.into_fault("writing messages"))?
        };
        let asked: Vec<EventId> = asked.into_iter().map(|one| one.event).collect();
        let questions = self.questions(&stored.webhook, &asked).await;
        let questions = questions.map_err(|problem| problem.into_fault("writing questions"))?;
        bodies.extend(questions.iter().map(|(event, (_, body))| (*event, body.clone())));
        let came = self.send_all(&sender, &claimed, bodies).await?;
        // An answer is taken before its message counts as told: whoever is killed in between asks again, and is told the same.
        let mut said = BTreeMap::new();
        for (message, came) in claimed.iter().zip(&came) {
            let good = came.as_ref().filter(|(came, _)| after(came, 1, 1, now) == Next::Told);
            if let (Some((request, _)), Some((_, body))) = (questions.get(&message.event), good) {
                said.insert(message.event, self.answered_at_once(*request, id, body).await?);
            }
        }
        let now = self.inner.clock.now();
        let mut link = self.inner.db.begin().await?;
        let (mut taken, mut gone, mut waits) = (Vec::new(), false, None);
        for (message, came) in claimed.into_iter().zip(came) {
            if message.kind == MessageKind::AnswerWanted && !questions.contains_key(&message.event) {
                taken.push((message.event, "Not sent: the request waits for no answer any more.".to_owned()));
                continue;
            }
            let Some((came, _)) = came else {
                // Not sent after all, because others told that the server takes nothing now.
                webhooks::release(&mut link, id, message.event, now).await?;
                continue;
            };
            match after(&came, message.tries, stored.tries + 1, now) {
                Next::Told => {
                    let words = [Some(came.words()), said.remove(&message.event)].into_iter().flatten();
                    taken.push((message.event, words.collect::<Vec<_>>().join(" ")));
                }
                Next::MessageWaits(at) => webhooks::waits(&mut link, id, message.event, at, &came.words()).await?,
                Next::ServerWaits(at) => {
                    webhooks::waits(&mut link, id, message.event, now, &came.words()).await?;
                    waits =
                        Some(waits.map_or(
                            (at, came.words()),
                            |(earlier, why)| if at > earlier { (at, came.words()) } else { (earlier, why) },
                        ));
                }
                Next::Gone => {
                    webhooks::waits(&mut link, id, message.event, now, &came.words()).await?;
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

    /// What came back for each, in their order. Once the server as a whole takes nothing, the rest is not sent.
    async fn send_all(
        &self,
        sender: &Sender,
        claimed: &[Claimed],
        mut bodies: BTreeMap<EventId, String>,
    ) -> Result<Vec<Option<(Came, Vec<u8>)>>, Fault> {
        let mut came: Vec<Option<(Came, Vec<u8>)>> = vec![None; claimed.len()];
        let mut down = false;
        let mut under_way = JoinSet::new();
        let mut left = claimed.iter().enumerate();
        loop {
            while !down && under_way.len() < AT_ONCE {
                let Some((number, message)) = left.next() else { break };
                let Some(body) = bodies.remove(&message.event) else { continue };
                let ask = sender.ask(message.event.0, body, self.inner.clock.now())?;
                let engine = self.clone();
                under_way.spawn(async move { (number, engine.send_message(ask).await) });
            }
            let Some(joined) = under_way.join_next().await else { return Ok(came) };
            let (number, one) = joined.map_err(|error| Fault::new("sending a message", error))?;
            down |= matches!(after(&one.0, 1, 1, self.inner.clock.now()), Next::ServerWaits(_) | Next::Gone);
            if let Some(place) = came.get_mut(number) {
                *place = Some(one);
            }
        }
    }
}
