//! Webhooks, and what they are told: messages wait in the order of the chain until somebody took them.

use crate::dialect::storable;
use crate::{Fault, Link, Saved};
use model::webhook::{MessageKind, Webhook};
use model::{AnyId, EventId, Ts, WebhookId};
use rules::user::folded;
use std::collections::BTreeMap;

/// A webhook as it is stored. It has no `Debug`: its secrets, though sealed, are shown nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Stored {
    pub webhook: Webhook,
    /// Sealed.
    pub secret: Vec<u8>,
    /// The secret before it, sealed, and until when it signs too.
    pub earlier: Option<(Vec<u8>, Ts)>,
    /// Its server does not take messages: how often in a row it did not, when it is asked again, and why.
    pub tries: i64,
    pub next_try_at: Ts,
    pub fault: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: WebhookId,
    name: String,
    url: String,
    kinds: String,
    answering: Option<String>,
    enabled: bool,
    secret: Vec<u8>,
    earlier_secret: Option<Vec<u8>>,
    earlier_until: Option<Ts>,
    tries: i64,
    next_try_at: Ts,
    fault: Option<String>,
    created_at: Ts,
    version: i64,
}

impl Row {
    fn stored(self) -> Result<Stored, Fault> {
        let wrong = |error| Fault::impossible("webhooks", self.id, error);
        let kinds = serde_json::from_str(&self.kinds).map_err(wrong)?;
        let answering = self.answering.as_deref().map(serde_json::from_str).transpose().map_err(wrong)?;
        let Self { id, name, url, enabled, created_at, version, .. } = self;
        Ok(Stored {
            webhook: Webhook { id, name, url, kinds, answering, enabled, created_at, version },
            secret: self.secret,
            earlier: self.earlier_secret.zip(self.earlier_until),
            tries: self.tries,
            next_try_at: self.next_try_at,
            fault: self.fault,
        })
    }
}

macro_rules! webhook_sql {
    ($rest:literal) => {
        concat!(
            "select id, name, url, kinds, answering, enabled, secret, earlier_secret, earlier_until, tries, next_try_at, fault, created_at, version
             from webhooks ",
            $rest
        )
    };
}

/// All of them, by name.
pub async fn list(link: &mut Link) -> Result<Vec<Stored>, Fault> {
    let rows: Vec<Row> = rows!(link, webhook_sql!("order by name_key, id"))?;
    rows.into_iter().map(Row::stored).collect()
}

pub async fn get(link: &mut Link, id: WebhookId) -> Result<Option<Stored>, Fault> {
    let row: Option<Row> = row!(link, webhook_sql!("where id = $1"), id)?;
    row.map(Row::stored).transpose()
}

/// How many messages wait for each.
pub async fn waiting(link: &mut Link) -> Result<BTreeMap<WebhookId, u64>, Fault> {
    let rows: Vec<(WebhookId, i64)> = rows!(
        link,
        "select w.id, (select count(*) from webhook_messages m where m.webhook_id = w.id and m.due_at is not null) from webhooks w"
    )?;
    Ok(rows.into_iter().map(|(id, count)| (id, count.unsigned_abs())).collect())
}

fn kinds_column(webhook: &Webhook) -> Result<String, Fault> {
    serde_json::to_string(&webhook.kinds).map_err(|error| Fault::new(format!("write kinds of messages: {error}")))
}

fn answering_column(webhook: &Webhook) -> Result<Option<String>, Fault> {
    let written = webhook.answering.as_ref().map(serde_json::to_string).transpose();
    written.map_err(|error| Fault::new(format!("write how a webhook is asked: {error}")))
}

/// Adds one, which is told what comes after `place` in the chain. A name that is there already is a fault of kind duplicate.
pub async fn insert(link: &mut Link, webhook: &Webhook, secret: &[u8], place: i64) -> Result<(), Fault> {
    run!(
        link,
        "insert into webhooks (id, name, name_key, url, kinds, enabled, secret, place, tries, next_try_at, created_at, version, answering)
         values ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $9, $10, $11)",
        webhook.id,
        webhook.name.as_str(),
        folded(&webhook.name),
        webhook.url.as_str(),
        kinds_column(webhook)?,
        webhook.enabled,
        secret,
        place,
        webhook.created_at,
        webhook.version,
        answering_column(webhook)?,
    )?;
    Ok(())
}

/// Saves everything but the secret, if nobody else did since it had the version `before`. Its server is asked at once.
pub async fn update(link: &mut Link, webhook: &Webhook, before: i64) -> Result<Saved, Fault> {
    let rows = run!(
        link,
        "update webhooks set name = $2, name_key = $3, url = $4, kinds = $5, enabled = $6, version = $7, tries = 0,
            next_try_at = created_at, fault = null, answering = $9 where id = $1 and version = $8",
        webhook.id,
        webhook.name.as_str(),
        folded(&webhook.name),
        webhook.url.as_str(),
        kinds_column(webhook)?,
        webhook.enabled,
        webhook.version,
        before,
        answering_column(webhook)?,
    )?;
    Ok(Saved::one(rows))
}

/// Both secrets are sealed.
pub async fn set_secret(link: &mut Link, id: WebhookId, secret: &[u8], earlier: Option<(&[u8], Ts)>) -> Result<(), Fault> {
    run!(
        link,
        "update webhooks set secret = $2, earlier_secret = $3, earlier_until = $4 where id = $1",
        id,
        secret,
        earlier.map(|(secret, _)| secret),
        earlier.map(|(_, until)| until),
    )?;
    Ok(())
}

/// Deletes one with its messages; how many of them waited. Policies that are deleted may still name it.
pub async fn delete(link: &mut Link, id: WebhookId) -> Result<u64, Fault> {
    run!(link, "update policies set asks_id = null where asks_id = $1", id)?;
    let waited = run!(link, "delete from webhook_messages where webhook_id = $1 and due_at is not null", id)?;
    run!(link, "delete from webhook_messages where webhook_id = $1", id)?;
    run!(link, "delete from webhooks where id = $1", id)?;
    Ok(waited)
}

/// Enabled ones that were not looked through to the end of the chain, or have messages to be told now: each with whether it is
/// the one and whether it is the other.
pub async fn to_do(link: &mut Link, now: Ts) -> Result<Vec<(WebhookId, bool, bool)>, Fault> {
    rows!(
        link,
        "select w.id, w.place < coalesce((select h.length from chain_head h where h.one = 1), 0), w.next_try_at <= $1 and exists
            (select 1 from webhook_messages m where m.webhook_id = w.id and m.due_at is not null and m.due_at <= $1)
         from webhooks w where w.enabled order by w.id",
        now,
    )
}

/// Up to where one was looked through, kept from other servers.
pub async fn place(link: &mut Link, id: WebhookId) -> Result<Option<i64>, Fault> {
    let row: Option<(i64,)> = row_to_change!(link, "select place from webhooks where id = $1 and enabled", id)?;
    Ok(row.map(|(place,)| place))
}

pub async fn set_place(link: &mut Link, id: WebhookId, place: i64) -> Result<(), Fault> {
    run!(link, "update webhooks set place = $2 where id = $1", id, place)?;
    Ok(())
}

/// Events that are looked at to find the first place of a moment: those that were written together are sealed in any order.
const TOGETHER: i64 = 500;

/// The place before everything that happened from this moment on; the chain's end when nothing did.
pub async fn place_before(link: &mut Link, at: Ts) -> Result<i64, Fault> {
    let first: Option<(Option<i64>,)> = row!(
        link,
        "select min(chain) from (select chain from events where at >= $1 and chain is not null order by at, id limit $2) as found",
        at,
        TOGETHER,
    )?;
    match first.and_then(|(place,)| place) {
        Some(place) => Ok(place - 1),
        None => Ok(crate::events::head_now(link).await?.map_or(0, |(length, _)| length)),
    }
}

/// A message that waits from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    pub event: EventId,
    pub place: i64,
    pub kind: MessageKind,
    /// What it is about: those about one are told in order.
    pub object: AnyId,
}

/// Adds messages; those that were told or given up wait again, those that wait already stay.
pub async fn plan(link: &mut Link, id: WebhookId, messages: &[Planned], now: Ts) -> Result<(), Fault> {
    run_many!(
        link,
        "insert into webhook_messages (webhook_id, event_id, place, kind, object_id, due_at, tries) values ($1, $2, $3, $4, $5, $6, 0)
         on conflict (webhook_id, event_id) do update set due_at = excluded.due_at, tries = 0, told_at = null, over_at = null, answer = null
            where webhook_messages.due_at is null",
        messages,
        |message| id,
        message.event,
        message.place,
        message.kind.key(),
        message.object,
        now,
    )?;
    Ok(())
}

/// A message that was taken to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    pub event: EventId,
    pub kind: MessageKind,
    /// This one too.
    pub tries: i64,
}

macro_rules! claim_sql {
    ($lock:literal) => {
        concat!(
            "update webhook_messages set due_at = $3, tries = tries + 1
             where webhook_id = $1 and due_at is not null and due_at <= $2 and event_id in (
                select m.event_id from webhook_messages m where m.webhook_id = $1 and m.due_at is not null and m.due_at <= $2
                    and not exists (select 1 from webhook_messages e where e.webhook_id = $1 and e.object_id = m.object_id
                        and e.due_at is not null and e.place < m.place)
                order by m.due_at limit $4",
            $lock,
            ") returning event_id, kind, tries"
        )
    };
}

/// Takes messages that are due, of each object the first one only. Until `again_at` nobody else gets them; a server that dies
/// loses its claim then.
pub async fn claim(link: &mut Link, id: WebhookId, now: Ts, again_at: Ts, limit: usize) -> Result<Vec<Claimed>, Fault> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows: Vec<(EventId, String, i64)> = if link.is_sqlite() {
        rows!(link, claim_sql!(""), id, now, again_at, limit)?
    } else {
        rows!(link, claim_sql!(" for update skip locked"), id, now, again_at, limit)?
    };
    // One of a kind that this program does not know stays taken, and holds up nothing but its object.
    let known =
        |(event, kind, tries): (EventId, String, i64)| Some(Claimed { event, kind: MessageKind::from_key(&kind)?, tries });
    Ok(rows.into_iter().filter_map(known).collect())
}

fn read_kind(event: EventId, kind: &str) -> Result<MessageKind, Fault> {
    MessageKind::from_key(kind).ok_or_else(|| Fault::impossible("webhook_messages", event, format!("kind {kind}")))
}

/// These were taken by whoever is told.
pub async fn told(link: &mut Link, id: WebhookId, told: &[(EventId, String)], at: Ts) -> Result<(), Fault> {
    run_many!(
        link,
        "with told (webhook_id, event_id, answer, told_at) as (values ($1, $2, $3, $4))
         update webhook_messages as m set due_at = null, answer = told.answer, told_at = told.told_at from told
         where m.webhook_id = told.webhook_id and m.event_id = told.event_id and m.due_at is not null",
        told,
        |(event, answer)| id,
        *event,
        storable(answer),
        at,
    )?;
    Ok(())
}

/// One was not taken, and waits until then; or it is a question that was taken then and whose answer is none.
pub async fn waits(
    link: &mut Link,
    id: WebhookId,
    event: EventId,
    at: Ts,
    answer: &str,
    taken_at: Option<Ts>,
) -> Result<(), Fault> {
    run!(
        link,
        "update webhook_messages set due_at = $3, answer = $4, told_at = coalesce($5, told_at)
         where webhook_id = $1 and event_id = $2 and due_at is not null",
        id,
        event,
        at,
        storable(answer),
        taken_at,
    )?;
    Ok(())
}

/// One is a question of which nobody needs the answer any more.
pub async fn over(link: &mut Link, id: WebhookId, event: EventId, at: Ts) -> Result<(), Fault> {
    let sql = "update webhook_messages set due_at = null, over_at = $3
         where webhook_id = $1 and event_id = $2 and due_at is not null";
    run!(link, sql, id, event, at)?;
    Ok(())
}

/// One was not sent after all, and is due then.
pub async fn release(link: &mut Link, id: WebhookId, event: EventId, at: Ts) -> Result<(), Fault> {
    run!(
        link,
        "update webhook_messages set due_at = $3, tries = tries - 1
         where webhook_id = $1 and event_id = $2 and due_at is not null",
        id,
        event,
        at,
    )?;
    Ok(())
}

/// The server as a whole takes nothing until then, and why.
pub async fn server_waits(link: &mut Link, id: WebhookId, tries: i64, at: Ts, fault: &str) -> Result<(), Fault> {
    run!(link, "update webhooks set tries = $2, next_try_at = $3, fault = $4 where id = $1", id, tries, at, storable(fault),)?;
    Ok(())
}

/// It takes messages again.
pub async fn server_takes(link: &mut Link, id: WebhookId) -> Result<(), Fault> {
    run!(link, "update webhooks set tries = 0, next_try_at = created_at, fault = null where id = $1 and tries > 0", id)?;
    Ok(())
}

/// Whether there was such a message that waited: it does not any more.
pub async fn give_up(link: &mut Link, id: WebhookId, event: EventId) -> Result<bool, Fault> {
    let sql = "update webhook_messages set due_at = null, told_at = null
         where webhook_id = $1 and event_id = $2 and due_at is not null";
    Ok(run!(link, sql, id, event)? == 1)
}

/// Whether there is such a message: it is told, or told again, now.
pub async fn again(link: &mut Link, id: WebhookId, event: EventId, now: Ts) -> Result<bool, Fault> {
    let sql = "update webhook_messages set due_at = $3, tries = 0, told_at = null, over_at = null
         where webhook_id = $1 and event_id = $2";
    Ok(run!(link, sql, id, event, now)? == 1)
}

/// What became of one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub event: EventId,
    pub place: i64,
    pub kind: MessageKind,
    pub at: Ts,
    /// Not set: nothing is left to do.
    pub due_at: Option<Ts>,
    pub tries: i64,
    pub answer: Option<String>,
    pub told_at: Option<Ts>,
    /// Since then nobody needs the answer to this question any more.
    pub over_at: Option<Ts>,
}

/// Messages before a place in the chain, the newest first.
pub async fn messages(link: &mut Link, id: WebhookId, before: i64, limit: usize) -> Result<Vec<Message>, Fault> {
    type Row = (EventId, i64, String, Ts, Option<Ts>, i64, Option<String>, Option<Ts>, Option<Ts>);
    let rows: Vec<Row> = rows!(
        link,
        "select m.event_id, m.place, m.kind, e.at, m.due_at, m.tries, m.answer, m.told_at, m.over_at from webhook_messages m
         join events e on e.id = m.event_id where m.webhook_id = $1 and m.place < $2 order by m.place desc limit $3",
        id,
        before,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?;
    rows.into_iter()
        .map(|(event, place, kind, at, due_at, tries, answer, told_at, over_at)| {
            let kind = read_kind(event, &kind)?;
            Ok(Message { event, place, kind, at, due_at, tries, answer, told_at, over_at })
        })
        .collect()
}
