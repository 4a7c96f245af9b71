//! Reading the history: the newest events first, by whatever narrows them most.

use crate::events::read;
use crate::{Fault, Link};
use model::event::{Event, Kind, Outcome};
use model::{AnyId, CatalogId, EventId, PackageId, PolicyId, Ts, UserId};
use std::collections::BTreeMap;

/// What of the history. Whatever is not set lets everything through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sought {
    pub from: Option<Ts>,
    /// The first instant that is no longer asked for.
    pub to: Option<Ts>,
    pub action: Option<Kind>,
    pub outcome: Option<Outcome>,
    /// A person, or [`crate::events::SYSTEM`] and [`crate::events::CONSOLE`].
    pub actor: Option<AnyId>,
    pub target: Option<AnyId>,
    /// What this person did, and what is about them.
    pub own: Option<UserId>,
}

/// An event as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub event: Event,
    /// As the seal is over it.
    pub document: String,
    /// Its place in the chain, once it is sealed.
    pub number: Option<i64>,
}

/// What else is asked of an event `e`. In every statement `$1` and `$2` are where the page begins, `$3` is the first instant,
/// `$4` the action, `$5` the outcome, `$6` whether it is asked who acted, `$7` who, and `$8` how many.
macro_rules! narrowed {
    () => {
        " and ($4 = '' or e.action = $4) and ($5 = '' or e.outcome = $5) and (not $6 or e.actor_id = $7)"
    };
}

/// The newest first, of the events themselves.
macro_rules! events_sql {
    ($condition:literal) => {
        concat!(
            "select e.id, e.at, e.document, e.chain from events e where (e.at, e.id) < ($1, $2) and e.at >= $3",
            $condition,
            narrowed!(),
            " order by e.at desc, e.id desc limit $8"
        )
    };
}

/// The same of those about the thing `$9`.
macro_rules! about_sql {
    () => {
        concat!(
            "select e.id, e.at, e.document, e.chain from event_targets t cross join events e
             where t.target_id = $9 and (t.at, t.event_id) < ($1, $2) and t.at >= $3 and e.id = t.event_id",
            narrowed!(),
            " order by t.at desc, t.event_id desc limit $8"
        )
    };
}

const BY_TIME: &str = events_sql!("");
const BY_ACTION: &str = events_sql!(" and e.action = $4");
const BY_OUTCOME: &str = events_sql!(" and e.outcome <> 'success' and e.outcome = $5");
const BY_ACTOR: &str = events_sql!(" and e.actor_id = $7");
const BY_TARGET: &str = about_sql!();
/// Each of the two lists is as long as a page at most.
const OWN: &str = concat!(
    "select mine.id, mine.at, mine.document, mine.chain from (
        select * from (",
    events_sql!(" and e.actor_id = $9"),
    ") as did union select * from (",
    about_sql!(),
    ") as met) as mine order by mine.at desc, mine.id desc limit $8"
);

/// A page of the history, the newest first. `before` is the time and id of the last row of the page before.
pub async fn list(link: &mut Link, sought: Sought, before: Option<(Ts, EventId)>, limit: usize) -> Result<Vec<Found>, Fault> {
    let start = (sought.to.unwrap_or(Ts(i64::MAX)), EventId(if sought.to.is_some() { AnyId::nil() } else { AnyId::max() }));
    let (at, id) = before.map_or(start, |before| before.min(start));
    let from = sought.from.unwrap_or(Ts(i64::MIN));
    let action = sought.action.map_or("", Kind::code);
    let outcome = sought.outcome.map_or("", Outcome::key);
    let by = sought.actor.unwrap_or_default();
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let about = sought.own.map(|person| person.0).or(sought.target);
    let rows: Vec<(EventId, Ts, String, Option<i64>)> = match about {
        Some(about) => {
            let sql = if sought.own.is_some() { OWN } else { BY_TARGET };
            rows!(link, sql, at, id, from, action, outcome, sought.actor.is_some(), by, limit, about)?
        }
        None => {
            let sql = match sought {
                Sought { actor: Some(_), .. } => BY_ACTOR,
                Sought { outcome: Some(Outcome::Denied | Outcome::Failure), .. } => BY_OUTCOME,
                Sought { action: Some(_), .. } => BY_ACTION,
                _ => BY_TIME,
            };
            rows!(link, sql, at, id, from, action, outcome, sought.actor.is_some(), by, limit)?
        }
    };
    rows.into_iter().map(|(id, _, document, number)| Ok(Found { event: read(id, &document)?, document, number })).collect()
}

/// What happened about this thing last, the newest first.
pub async fn newest_about(link: &mut Link, target: AnyId, limit: usize) -> Result<Vec<EventId>, Fault> {
    let rows: Vec<(EventId,)> = rows!(
        link,
        "select t.event_id from event_targets t where t.target_id = $1 order by t.at desc, t.event_id desc limit $2",
        target,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Names of packages, of those too that are deleted.
pub async fn package_names(link: &mut Link, ids: &[PackageId]) -> Result<BTreeMap<PackageId, String>, Fault> {
    let ids: Vec<AnyId> = ids.iter().map(|id| id.0).collect();
    Ok(crate::dialect::in_ids(link, "select id, name from packages where id in ({ids})", &ids).await?.into_iter().collect())
}

/// The same of policies.
pub async fn policy_names(link: &mut Link, ids: &[PolicyId]) -> Result<BTreeMap<PolicyId, String>, Fault> {
    let ids: Vec<AnyId> = ids.iter().map(|id| id.0).collect();
    Ok(crate::dialect::in_ids(link, "select id, name from policies where id in ({ids})", &ids).await?.into_iter().collect())
}

/// The same of catalogs.
pub async fn catalog_names(link: &mut Link, ids: &[CatalogId]) -> Result<BTreeMap<CatalogId, String>, Fault> {
    let ids: Vec<AnyId> = ids.iter().map(|id| id.0).collect();
    Ok(crate::dialect::in_ids(link, "select id, name from catalogs where id in ({ids})", &ids).await?.into_iter().collect())
}

/// When somebody was enabled or disabled the next time after an instant, and which of the two it was: so it is known what
/// they were at it.
pub async fn enabled_next(link: &mut Link, user: UserId, after: Ts) -> Result<Option<(bool, Ts)>, Fault> {
    let row: Option<(String, Ts)> = row!(
        link,
        "select e.action, e.at from event_targets t cross join events e
         where t.target_id = $1 and t.at > $2 and e.id = t.event_id and e.action in ('user_enabled', 'user_disabled')
         order by t.at, t.event_id limit 1",
        user,
        after,
    )?;
    Ok(row.map(|(action, at)| (action == Kind::UserEnabled.code(), at)))
}

/// When the history begins; nothing while nothing has happened.
pub async fn begins(link: &mut Link) -> Result<Option<Ts>, Fault> {
    let row: Option<(Ts,)> = row!(link, "select e.at from events e order by e.at, e.id limit 1")?;
    Ok(row.map(|(at,)| at))
}
