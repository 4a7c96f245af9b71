//! Imports, as they are set, and each time that they ran.

use crate::dialect::storable;
use crate::{Fault, Link, Saved};
use model::import::{Confirmed, Ended, Import, Line, Numbers};
use model::{ImportId, ImportRunId, Ts, UserId};
use rules::user::folded;
use std::collections::BTreeMap;

/// An import as it is stored. It has no `Debug`: the password, though sealed, is shown nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Stored {
    pub import: Import,
    /// Sealed.
    pub password: Vec<u8>,
    /// When the next run begins; what is said of it below is not about one that goes on.
    pub due_at: Option<Ts>,
    /// Who has it run, when it is somebody.
    pub asked_by: Option<UserId>,
    pub confirmed: Option<Confirmed>,
    /// Runs that failed, one after the other.
    pub tries: i64,
    /// The run that goes on, and until when it is believed to.
    pub running: Option<(ImportRunId, Ts)>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: ImportId,
    name: String,
    settings: String,
    password: Vec<u8>,
    enabled: bool,
    created_at: Ts,
    version: i64,
    due_at: Option<Ts>,
    asked_by: Option<UserId>,
    confirmed: Option<String>,
    tries: i64,
    run_id: Option<ImportRunId>,
    leased_until: Option<Ts>,
}

impl Row {
    fn stored(self) -> Result<Stored, Fault> {
        let Self { id, name, enabled, created_at, version, .. } = self;
        let wrong = |error: serde_json::Error| Fault::impossible("imports", id, error);
        let settings = serde_json::from_str(&self.settings).map_err(wrong)?;
        let confirmed = read_confirmed(self.confirmed.as_deref()).map_err(wrong)?;
        Ok(Stored {
            import: Import { id, name, settings, enabled, created_at, version },
            password: self.password,
            due_at: self.due_at,
            asked_by: self.asked_by,
            confirmed,
            tries: self.tries,
            running: self.run_id.zip(self.leased_until),
        })
    }
}

fn read_confirmed(kept: Option<&str>) -> Result<Option<Confirmed>, serde_json::Error> {
    kept.map(serde_json::from_str).transpose()
}

macro_rules! import_sql {
    ($rest:literal) => {
        concat!(
            "select id, name, settings, password, enabled, created_at, version, due_at, asked_by, confirmed, tries, run_id, leased_until
             from imports ",
            $rest
        )
    };
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|error| Fault::new(format!("write what an import is: {error}")))
}

/// All of them, by name.
pub async fn list(link: &mut Link) -> Result<Vec<Stored>, Fault> {
    let rows: Vec<Row> = rows!(link, import_sql!("order by name_key, id"))?;
    rows.into_iter().map(Row::stored).collect()
}

pub async fn get(link: &mut Link, id: ImportId) -> Result<Option<Stored>, Fault> {
    let row: Option<Row> = row!(link, import_sql!("where id = $1"), id)?;
    row.map(Row::stored).transpose()
}

/// What imports are called.
pub async fn names(link: &mut Link) -> Result<BTreeMap<ImportId, String>, Fault> {
    let rows: Vec<(ImportId, String)> = rows!(link, "select id, name from imports")?;
    Ok(rows.into_iter().collect())
}

/// When each began to run last.
pub async fn last_runs(link: &mut Link) -> Result<BTreeMap<ImportId, Ts>, Fault> {
    let rows: Vec<(ImportId, Option<Ts>)> =
        rows!(link, "select i.id, (select max(r.began_at) from import_runs r where r.import_id = i.id) from imports i")?;
    Ok(rows.into_iter().filter_map(|(id, at)| Some((id, at?))).collect())
}

/// Adds one. A name that is there already is a fault of kind duplicate.
pub async fn insert(link: &mut Link, import: &Import, password: &[u8], due_at: Option<Ts>) -> Result<(), Fault> {
    run!(
        link,
        "insert into imports (id, name, name_key, settings, password, enabled, created_at, version, due_at, tries)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0)",
        import.id,
        import.name.as_str(),
        folded(&import.name),
        json(&import.settings)?,
        password,
        import.enabled,
        import.created_at,
        import.version,
        due_at,
    )?;
    Ok(())
}

/// Saves everything but the password, if nobody else did since it had the version `before`. A run that goes on is over.
pub async fn update(link: &mut Link, import: &Import, before: i64, due_at: Option<Ts>) -> Result<Saved, Fault> {
    let rows = run!(
        link,
        "update imports set name = $2, name_key = $3, settings = $4, enabled = $5, version = $6, due_at = $7, asked_by = null,
            confirmed = null, tries = 0, run_id = null, leased_until = null
         where id = $1 and version = $8",
        import.id,
        import.name.as_str(),
        folded(&import.name),
        json(&import.settings)?,
        import.enabled,
        import.version,
        due_at,
        before,
    )?;
    Ok(Saved::one(rows))
}

/// `password` is sealed.
pub async fn set_password(link: &mut Link, id: ImportId, password: &[u8]) -> Result<(), Fault> {
    run!(link, "update imports set password = $2 where id = $1", id, password)?;
    Ok(())
}

/// Forgets one, with everything that is known of it.
pub async fn delete(link: &mut Link, id: ImportId) -> Result<(), Fault> {
    run!(link, "delete from import_links where import_id = $1", id)?;
    run!(link, "delete from import_runs where import_id = $1", id)?;
    run!(link, "delete from imports where id = $1", id)?;
    Ok(())
}

/// It runs as soon as possible; once more, when it runs now.
pub async fn ask(link: &mut Link, id: ImportId, by: UserId, confirmed: Option<Confirmed>, now: Ts) -> Result<(), Fault> {
    let confirmed = confirmed.as_ref().map(json).transpose()?;
    run!(link, "update imports set due_at = $2, asked_by = $3, confirmed = $4 where id = $1", id, now, by, confirmed)?;
    Ok(())
}

/// Those that are to run now and do not run, and those whose run was not heard of for long.
pub async fn due(link: &mut Link, now: Ts) -> Result<Vec<ImportId>, Fault> {
    let rows: Vec<(ImportId,)> = rows!(
        link,
        "select id from imports where enabled and (leased_until <= $1 or (leased_until is null and due_at <= $1))
         order by coalesce(due_at, leased_until), id",
        now,
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Takes an import for a run, with what was asked of it; not when another server was faster. An earlier run that was not heard of
/// is over, and what it was asked for is asked of this one.
pub async fn claim(link: &mut Link, id: ImportId, run: ImportRunId, now: Ts, until: Ts) -> Result<Option<Stored>, Fault> {
    let row: Option<Row> = if link.is_sqlite() {
        row!(link, import_sql!("where id = $1"), id)?
    } else {
        row!(link, import_sql!("where id = $1 for update"), id)?
    };
    let Some(before) = row.map(Row::stored).transpose()? else { return Ok(None) };
    let taken = run!(
        link,
        "update imports set run_id = $2, leased_until = $4, due_at = null, asked_by = null, confirmed = null
         where id = $1 and enabled and (leased_until <= $3 or (leased_until is null and due_at <= $3))",
        id,
        run,
        now,
        until,
    )?;
    if taken == 0 {
        return Ok(None);
    }
    let (asked_by, confirmed) = match before.running {
        Some((interrupted, _)) => asked_of(link, interrupted).await?,
        None => (None, None),
    };
    let (asked_by, confirmed) = (before.asked_by.or(asked_by), before.confirmed.or(confirmed));
    run!(
        link,
        "update import_runs set ended = 'failed', why = $2 where import_id = $1 and ended is null",
        id,
        "The server stopped while it ran. The next run goes on with what is left.",
    )?;
    run!(
        link,
        "insert into import_runs (id, import_id, began_at, asked_by, confirmed, numbers, why, lines, more)
         values ($1, $2, $3, $4, $5, $6, '', '[]', 0)",
        run,
        id,
        now,
        asked_by,
        confirmed.as_ref().map(json).transpose()?,
        json(&Numbers::default())?,
    )?;
    Ok(Some(Stored { asked_by, confirmed, running: Some((run, until)), ..before }))
}

/// Who had it run, when it was somebody, and how much it may take away because they looked at it.
pub async fn asked_of(link: &mut Link, run: ImportRunId) -> Result<(Option<UserId>, Option<Confirmed>), Fault> {
    let row: Option<(Option<UserId>, Option<String>)> =
        row!(link, "select asked_by, confirmed from import_runs where id = $1", run)?;
    let Some((asked_by, confirmed)) = row else { return Ok((None, None)) };
    let confirmed = read_confirmed(confirmed.as_deref()).map_err(|error| Fault::impossible("import_runs", run, error))?;
    Ok((asked_by, confirmed))
}

/// The run goes on; not when it is over. Nobody else takes it until the transaction ends.
pub async fn goes_on(link: &mut Link, id: ImportId, run: ImportRunId, until: Ts) -> Result<bool, Fault> {
    Ok(run!(link, "update imports set leased_until = $3 where id = $1 and run_id = $2", id, run, until)? == 1)
}

/// The run is over, and when the next one is due, unless somebody asked for it meanwhile. Whether it was still this one.
pub async fn release(link: &mut Link, id: ImportId, run: ImportRunId, tries: i64, due_at: Option<Ts>) -> Result<bool, Fault> {
    let over = run!(
        link,
        "update imports set run_id = null, leased_until = null, tries = $3, due_at = coalesce(due_at, $4)
         where id = $1 and run_id = $2",
        id,
        run,
        tries,
        due_at,
    )?;
    Ok(over == 1)
}

/// The run came to no end, because its server stops: what it was claimed for is due again.
pub async fn give_back(link: &mut Link, claimed: &Stored, run: ImportRunId, now: Ts) -> Result<(), Fault> {
    run!(
        link,
        "update imports set run_id = null, leased_until = null, due_at = coalesce(due_at, $3), asked_by = coalesce(asked_by, $4),
            confirmed = coalesce(confirmed, $5)
         where id = $1 and run_id = $2",
        claimed.import.id,
        run,
        claimed.due_at.unwrap_or(now),
        claimed.asked_by,
        claimed.confirmed.as_ref().map(json).transpose()?,
    )?;
    Ok(())
}

/// One time that it ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    pub id: ImportRunId,
    pub began_at: Ts,
    pub asked_by: Option<UserId>,
    /// Not set: it goes on, or its server stopped.
    pub ended: Option<Ended>,
    pub numbers: Numbers,
    pub why: String,
    pub lines: Vec<Line>,
    pub more: usize,
}

#[derive(sqlx::FromRow)]
struct RunRow {
    id: ImportRunId,
    began_at: Ts,
    asked_by: Option<UserId>,
    ended: Option<String>,
    numbers: String,
    why: String,
    lines: String,
    more: i64,
}

impl RunRow {
    fn run(self) -> Result<Run, Fault> {
        let wrong = |error: serde_json::Error| Fault::impossible("import_runs", self.id, error);
        let numbers = serde_json::from_str(&self.numbers).map_err(wrong)?;
        let lines = serde_json::from_str(&self.lines).map_err(wrong)?;
        let Self { id, began_at, asked_by, why, .. } = self;
        let ended = self.ended.as_deref().and_then(Ended::from_key);
        Ok(Run { id, began_at, asked_by, ended, numbers, why, lines, more: usize::try_from(self.more).unwrap_or(0) })
    }
}

/// How it ended; what was already said to have ended stays so.
pub async fn end_run(link: &mut Link, run: &Run) -> Result<(), Fault> {
    run!(
        link,
        "update import_runs set ended = $2, numbers = $3, why = $4, lines = $5, more = $6 where id = $1 and ended is null",
        run.id,
        run.ended.map(Ended::key),
        json(&run.numbers)?,
        storable(&run.why),
        storable(&json(&run.lines)?),
        i64::try_from(run.more).unwrap_or(i64::MAX),
    )?;
    Ok(())
}

/// The times that it ran, the last first.
pub async fn runs(link: &mut Link, id: ImportId, after: Option<(Ts, ImportRunId)>, limit: usize) -> Result<Vec<Run>, Fault> {
    let (at, run) = after.unwrap_or((Ts(i64::MAX), ImportRunId(model::AnyId::max())));
    let rows: Vec<RunRow> = rows!(
        link,
        "select id, began_at, asked_by, ended, numbers, why, lines, more from import_runs
         where import_id = $1 and (began_at, id) < ($2, $3) order by began_at desc, id desc limit $4",
        id,
        at,
        run,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?;
    rows.into_iter().map(RunRow::run).collect()
}
