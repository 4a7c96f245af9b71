//! The history, and the chain that seals it.

use crate::link::Half;
use crate::{Fault, Link};
use model::event::{Actor, Event};
use model::{AnyId, EventId, RequestId, Ts};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Who acted, when it was nobody and when it was somebody on the server's own command line.
pub const SYSTEM: AnyId = Uuid::nil();
pub const CONSOLE: AnyId = Uuid::max();

/// Adds events, in order. Their text is what the chain seals.
pub async fn insert(link: &mut Link, events: &[Event]) -> Result<(), Fault> {
    let mut rows = Vec::with_capacity(events.len());
    let mut targets = BTreeSet::new();
    for event in events {
        let document = serde_json::to_string(event).map_err(|error| Fault::new(format!("write an event: {error}")))?;
        let actor = match event.actor {
            Actor::User(id) => id.0,
            Actor::System => SYSTEM,
            Actor::Console => CONSOLE,
            Actor::Token(id) => id.0,
            Actor::Import(id) => id.0,
        };
        rows.push((event, actor, document));
        targets.extend(event.targets().into_iter().map(|target| (target, event.at, event.id)));
    }
    run_many!(
        link,
        "insert into events (id, at, actor_id, action, outcome, request_id, document) values ($1, $2, $3, $4, $5, $6, $7)",
        rows,
        |(event, actor, document)| event.id,
        event.at,
        *actor,
        event.action.code(),
        event.action.outcome().key(),
        event.request,
        document,
    )?;
    let targets: Vec<(AnyId, Ts, EventId)> = targets.into_iter().collect();
    run_many!(
        link,
        "insert into event_targets (target_id, at, event_id) values ($1, $2, $3)",
        targets,
        |(target, at, event)| *target,
        *at,
        *event,
    )?;
    Ok(())
}

fn parse(id: EventId, document: &str) -> Result<Event, Fault> {
    serde_json::from_str(document).map_err(|error| Fault::impossible("events", id, error))
}

fn all(rows: Vec<(EventId, String)>) -> Result<Vec<Event>, Fault> {
    rows.into_iter().map(|(id, document)| parse(id, &document)).collect()
}

/// The events of a request, oldest first.
pub async fn of_request(link: &mut Link, request: RequestId) -> Result<Vec<Event>, Fault> {
    all(rows!(link, "select id, document from events where request_id = $1 order by at, id", request)?)
}

/// These events, oldest first.
pub async fn several(link: &mut Link, ids: &[AnyId]) -> Result<Vec<Event>, Fault> {
    all(crate::dialect::in_ids(link, "select id, document from events where id in ({ids}) order by at, id", ids).await?)
}

/// What happened to these things, oldest first. Each is one to which little happens, such as an assignment.
pub async fn of_things(link: &mut Link, things: &[AnyId]) -> Result<Vec<Event>, Fault> {
    let sql = "select e.id, e.document from event_targets t cross join events e
         where t.target_id in ({ids}) and e.id = t.event_id order by e.at, e.id";
    all(crate::dialect::in_ids(link, sql, things).await?)
}

/// One stored event with its place in the chain.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Sealed {
    pub id: EventId,
    pub at: Ts,
    pub actor_id: Uuid,
    pub action: String,
    pub outcome: String,
    pub request_id: Option<RequestId>,
    pub document: String,
    pub chain: i64,
    pub seal: Vec<u8>,
}

impl Sealed {
    /// What the seal is over.
    pub fn content(&self) -> Unsealed {
        Unsealed {
            id: self.id,
            at: self.at,
            actor_id: self.actor_id,
            action: self.action.clone(),
            request_id: self.request_id,
            document: self.document.clone(),
        }
    }
}

/// The end of the chain: its length and last seal. Kept from others until the transaction ends.
pub async fn head(link: &mut Link) -> Result<Option<(i64, Vec<u8>)>, Fault> {
    row_to_change!(link, "select length, seal from chain_head where one = 1")
}

/// The end of the chain, for reading.
pub async fn head_now(link: &mut Link) -> Result<Option<(i64, Vec<u8>)>, Fault> {
    row!(link, "select length, seal from chain_head where one = 1")
}

/// Makes the chain's head when there is none.
pub async fn start_chain(link: &mut Link, seal: &[u8]) -> Result<(), Fault> {
    run!(link, "insert into chain_head (one, length, seal) values (1, 0, $1) on conflict do nothing", seal)?;
    Ok(())
}

/// Events that no seal covers yet, oldest first.
pub async fn unsealed(link: &mut Link, limit: usize) -> Result<Vec<Unsealed>, Fault> {
    rows!(
        link,
        "select id, at, actor_id, action, request_id, document from events where chain is null order by at, id limit $1",
        i64::try_from(limit).unwrap_or(i64::MAX),
    )
}

/// An event without a seal.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Unsealed {
    pub id: EventId,
    pub at: Ts,
    pub actor_id: Uuid,
    pub action: String,
    pub request_id: Option<RequestId>,
    pub document: String,
}

/// An event's id, its place in the chain and its seal.
pub type Seal = (EventId, i64, Vec<u8>);

/// Seals events that have no seal yet.
pub async fn seal(link: &mut Link, seals: &[Seal]) -> Result<(), Fault> {
    run_many!(
        link,
        "with sealed (id, chain, seal) as (values ($1, $2, $3))
         update events set chain = sealed.chain, seal = sealed.seal from sealed where events.id = sealed.id and events.chain is null",
        seals,
        |(id, chain, seal)| *id,
        *chain,
        seal,
    )?;
    Ok(())
}

/// Moves the end of the chain.
pub async fn set_head(link: &mut Link, length: i64, seal: &[u8]) -> Result<(), Fault> {
    run!(link, "update chain_head set length = $1, seal = $2 where one = 1", length, seal)?;
    Ok(())
}

/// Sealed events by their place in the chain.
pub async fn chain(link: &mut Link, after: i64, limit: usize) -> Result<Vec<Sealed>, Fault> {
    rows!(
        link,
        "select id, at, actor_id, action, outcome, request_id, document, chain, seal from events
         where chain is not null and chain > $1 order by chain limit $2",
        after,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )
}

/// A target as the index of events has it, with the event's document and place in the chain.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Indexed {
    pub target_id: AnyId,
    pub at: Ts,
    pub event_id: EventId,
    pub document: String,
    pub chain: Option<i64>,
}

/// The index of events about things, in its own order, for checking it.
pub async fn indexed(link: &mut Link, after: Option<&Indexed>, limit: usize) -> Result<Vec<Indexed>, Fault> {
    let after = after.map_or((AnyId::nil(), Ts(i64::MIN), EventId(AnyId::nil())), |row| (row.target_id, row.at, row.event_id));
    rows!(
        link,
        "select t.target_id, t.at, t.event_id, e.document, e.chain from event_targets t join events e on e.id = t.event_id
         where (t.target_id, t.at, t.event_id) > ($1, $2, $3) order by t.target_id, t.at, t.event_id limit $4",
        after.0,
        after.1,
        after.2,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )
}

/// The text of an event as it was, for those who check it.
pub fn read(event: EventId, document: &str) -> Result<Event, Fault> {
    parse(event, document)
}

/// Runs a statement as somebody with access to the database could. Only tests do, to forge the history.
pub async fn forge(link: &mut Link, sql: &str) -> Result<(), Fault> {
    let sql = sqlx::AssertSqlSafe(sql.to_owned());
    match link.half()? {
        Half::Sqlite(connection) => sqlx::raw_sql(sql).execute(connection).await.map(|_| ()),
        Half::Postgres(connection) => sqlx::raw_sql(sql).execute(connection).await.map(|_| ()),
    }
    .map_err(|error| Fault::sql("forge", error))
}
