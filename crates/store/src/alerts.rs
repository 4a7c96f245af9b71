//! Alerts: what is set, what is open, and what was assigned past the rules.

use crate::{Fault, Link, Saved};
use model::alert::{AlertKind, AlertSettings, Found, Incident};
use model::emergency::Word;
use model::event::Event;
use model::{AlertIncidentId, AnyId, AssignmentId, EventId, Ts, UserId};
use std::collections::BTreeMap;

fn written<T: serde::Serialize>(what: &T) -> Result<String, Fault> {
    serde_json::to_string(what).map_err(|error| Fault::new(format!("write an alert: {error}")))
}

/// What somebody has set, with its version; kinds of which nobody has set anything are left out.
pub async fn settings(link: &mut Link) -> Result<BTreeMap<AlertKind, (AlertSettings, i64)>, Fault> {
    let rows: Vec<(String, String, i64)> = rows!(link, "select kind, document, version from alert_settings")?;
    let mut all = BTreeMap::new();
    for (key, document, version) in rows {
        let wrong = |what: &dyn std::fmt::Display| Fault::impossible("alert_settings", &key, what);
        let kind = AlertKind::from_key(&key).ok_or_else(|| wrong(&"kind"))?;
        all.insert(kind, (serde_json::from_str(&document).map_err(|error| wrong(&error))?, version));
    }
    Ok(all)
}

/// Saves what is set for a kind, if nobody else did since it was read with this version; 0 while nothing is set.
pub async fn set(link: &mut Link, kind: AlertKind, settings: &AlertSettings, version: i64) -> Result<Saved, Fault> {
    let rows = run!(
        link,
        "insert into alert_settings as s (kind, document, version) values ($1, $2, $3)
         on conflict (kind) do update set document = excluded.document, version = excluded.version where s.version = $4",
        kind.key(),
        written(settings)?,
        version + 1,
        version,
    )?;
    Ok(Saved::one(rows))
}

#[derive(sqlx::FromRow)]
struct Row {
    id: AlertIncidentId,
    document: String,
    found_at: Ts,
    dismissed_at: Option<Ts>,
    dismissed_by: Option<UserId>,
    dismissed_words: String,
}

impl Row {
    fn incident(self) -> Result<Incident, Fault> {
        let found = serde_json::from_str(&self.document).map_err(|error| Fault::impossible("alert_incidents", self.id, error))?;
        let dismissed = match (self.dismissed_by, self.dismissed_at) {
            (Some(by), Some(at)) => Some(Word { by, at, words: self.dismissed_words }),
            _ => None,
        };
        Ok(Incident { id: self.id, found, found_at: self.found_at, dismissed })
    }
}

fn all(rows: Vec<Row>) -> Result<Vec<Incident>, Fault> {
    rows.into_iter().map(Row::incident).collect()
}

macro_rules! incident_sql {
    ($rest:literal) => {
        concat!(
            "select i.id, i.document, i.found_at, i.dismissed_at, i.dismissed_by, i.dismissed_words from alert_incidents i ",
            $rest
        )
    };
}

/// Everything that is open, dismissed or not.
pub async fn open(link: &mut Link) -> Result<Vec<Incident>, Fault> {
    all(rows!(link, incident_sql!("order by i.id"))?)
}

/// One that is open.
pub async fn get(link: &mut Link, id: AlertIncidentId) -> Result<Option<Incident>, Fault> {
    let row: Option<Row> = row!(link, incident_sql!("where i.id = $1"), id)?;
    row.map(Row::incident).transpose()
}

/// A page of what a kind found, the latest first. `after` is the last row of the page before.
pub async fn list(
    link: &mut Link,
    kind: AlertKind,
    after: Option<(Ts, AlertIncidentId)>,
    limit: usize,
) -> Result<Vec<Incident>, Fault> {
    let (at, id) = after.unwrap_or((Ts(i64::MAX), AlertIncidentId(AnyId::max())));
    all(rows!(
        link,
        incident_sql!(
            "where i.kind = $1 and (i.found_at, i.id) < ($2, $3)
             order by i.found_at desc, i.id desc limit $4"
        ),
        kind.key(),
        at,
        id,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?)
}

/// The latest of each kind that nobody has dismissed.
pub async fn latest(link: &mut Link, of_each: usize) -> Result<Vec<Incident>, Fault> {
    all(rows!(
        link,
        "select i.id, i.document, i.found_at, i.dismissed_at, i.dismissed_by, i.dismissed_words from (
            select o.*, row_number() over (partition by o.kind order by o.found_at desc, o.id desc) as place
            from alert_incidents o where o.dismissed_at is null
         ) i where i.place <= $1 order by i.kind, i.place",
        i64::try_from(of_each).unwrap_or(i64::MAX),
    )?)
}

/// How many of each kind are open and not dismissed, and how many are dismissed.
pub async fn counts(link: &mut Link) -> Result<BTreeMap<AlertKind, (i64, i64)>, Fault> {
    let rows: Vec<(String, i64, i64)> =
        rows!(link, "select kind, count(*) - count(dismissed_at), count(dismissed_at) from alert_incidents group by kind",)?;
    Ok(rows.into_iter().filter_map(|(key, open, dismissed)| Some((AlertKind::from_key(&key)?, (open, dismissed)))).collect())
}

/// How many are open and not dismissed.
pub async fn count(link: &mut Link) -> Result<i64, Fault> {
    let row: Option<(i64,)> = row!(link, "select count(*) from alert_incidents where dismissed_at is null")?;
    Ok(row.map_or(0, |(count,)| count))
}

/// Adds an incident; whether it was not there already.
pub async fn insert(link: &mut Link, incident: &Incident) -> Result<bool, Fault> {
    let rows = run!(
        link,
        "insert into alert_incidents (id, kind, incident_key, document, found_at, dismissed_words) values ($1, $2, $3, $4, $5, '')
         on conflict do nothing",
        incident.id,
        incident.found.kind().key(),
        incident.found.key(),
        written(&incident.found)?,
        incident.found_at,
    )?;
    Ok(rows == 1)
}

/// Something about it has changed.
pub async fn change(link: &mut Link, id: AlertIncidentId, found: &Found) -> Result<(), Fault> {
    run!(link, "update alert_incidents set document = $2 where id = $1", id, written(found)?)?;
    Ok(())
}

/// It is no longer so; whether it was open.
pub async fn resolve(link: &mut Link, id: AlertIncidentId) -> Result<bool, Fault> {
    Ok(run!(link, "delete from alert_incidents where id = $1", id)? == 1)
}

/// Dismisses an open incident.
pub async fn dismiss(link: &mut Link, id: AlertIncidentId, word: &Word) -> Result<Saved, Fault> {
    let rows = run!(
        link,
        "update alert_incidents set dismissed_at = $2, dismissed_by = $3, dismissed_words = $4
         where id = $1 and dismissed_at is null",
        id,
        word.at,
        word.by,
        word.words.as_str(),
    )?;
    Ok(Saved::one(rows))
}

/// Takes a dismissal back.
pub async fn reopen(link: &mut Link, id: AlertIncidentId) -> Result<Saved, Fault> {
    let rows = run!(
        link,
        "update alert_incidents set dismissed_at = null, dismissed_by = null, dismissed_words = ''
         where id = $1 and dismissed_at is not null",
        id,
    )?;
    Ok(Saved::one(rows))
}

/// When it was looked last.
pub async fn scanned_at(link: &mut Link) -> Result<Option<Ts>, Fault> {
    let row: Option<(Ts,)> = row!(link, "select scanned_at from alert_scans where one = 1")?;
    Ok(row.map(|(at,)| at))
}

pub async fn set_scanned_at(link: &mut Link, at: Ts) -> Result<(), Fault> {
    run!(
        link,
        "insert into alert_scans (one, scanned_at) values (1, $1) on conflict (one) do update set scanned_at = excluded.scanned_at",
        at,
    )?;
    Ok(())
}

/// Remembers that somebody was put into a privileged group past its assignments.
pub async fn remember_outside(link: &mut Link, assignment: AssignmentId) -> Result<(), Fault> {
    run!(link, "insert into outside_assignments (assignment_id) values ($1)", assignment)?;
    Ok(())
}

/// The events with which these assignments began; imported ones may have none.
pub async fn origins(link: &mut Link, assignments: &[AssignmentId]) -> Result<BTreeMap<AssignmentId, Event>, Fault> {
    let ids: Vec<AnyId> = assignments.iter().map(|id| id.0).collect();
    let sql = "select a.id, e.id, e.document from role_assignments a
        join event_targets t on t.target_id = a.principal_id and t.at = a.created_at
        join events e on e.id = t.event_id where a.id in ({ids}) and e.action = 'assignment_started'";
    let rows: Vec<(AssignmentId, EventId, String)> = crate::dialect::in_ids(link, sql, &ids).await?;
    let mut origins = BTreeMap::new();
    for (assignment, id, document) in rows {
        let event = crate::events::read(id, &document)?;
        // Several may begin for somebody at one moment.
        if matches!(&event.action, model::event::Action::AssignmentStarted { assignment: of, .. } if *of == assignment) {
            origins.insert(assignment, event);
        }
    }
    Ok(origins)
}
