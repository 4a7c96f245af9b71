//! Imports, as administrators set them and see how they ran.

use super::{Asking, cursor, page, read_time_cursor};
use crate::Problem;
use model::import::{Confirmed, Ended};
use model::provisioning::Provisioned;
use model::query;
use model::view::Badge;
use model::view::import::{Imports, OneImport, Row, Run};
use model::{ImportRunId, Refusal, Ts, UserId};
use store::imports::{self, Stored};
use store::{import_links, users};

/// Runs on one page.
const RUNS: usize = 20;

pub async fn list(asking: &mut Asking<'_>) -> Result<Imports, Problem> {
    let began = imports::last_runs(&mut asking.link).await?;
    let mut rows = Vec::new();
    // There are few imports, and their number is bounded.
    for stored in imports::list(&mut asking.link).await? {
        let ran = began.get(&stored.import.id).copied();
        rows.push(row(asking, &stored, ran).await?);
    }
    Ok(Imports { rows, may_change: rules::access::changes_settings(asking.visitor), typed: rules::import::beginning() })
}

async fn row(asking: &mut Asking<'_>, stored: &Stored, ran: Option<Ts>) -> Result<Row, Problem> {
    let people = import_links::count(&mut asking.link, stored.import.id, Provisioned::User).await?;
    let last = imports::runs(&mut asking.link, stored.import.id, None, 1).await?.pop();
    let badge = match last {
        _ if !stored.import.enabled => Badge::new("Disabled", "bad"),
        _ if is_running(stored, asking.now) => Badge::new("Running", "work"),
        None => Badge::new("Has not run yet", "plain"),
        Some(run) => ended(&run, false),
    };
    Ok(Row { import: stored.import.clone(), badge, people: u32::try_from(people).unwrap_or(u32::MAX), ran })
}

/// It runs, or will in a moment.
fn is_running(stored: &Stored, now: Ts) -> bool {
    // A run that was not heard of for long is gone on with by the next.
    stored.import.enabled && (stored.running.is_some() || stored.due_at.is_some_and(|due| due <= now))
}

fn ended(run: &imports::Run, goes_on: bool) -> Badge {
    match run.ended {
        None if goes_on => Badge::new("Running", "work"),
        None => Badge::new("Was interrupted", "warn"),
        Some(Ended::Done) => Badge::new("Done", "good"),
        Some(Ended::Failed) => Badge::new("Failed", "bad"),
        Some(Ended::Asks) => Badge::new("Asks first", "warn"),
    }
}

pub async fn one(asking: &mut Asking<'_>, query: query::Import) -> Result<OneImport, Problem> {
    let stored = imports::get(&mut asking.link, query.import).await?.ok_or(Refusal::NotFound { what: "import" })?;
    let after = read_time_cursor::<ImportRunId>(query.after.as_deref());
    let further = after.is_some();
    let mut all = imports::runs(&mut asking.link, query.import, after, RUNS + 1).await?;
    let paging = page(&mut all, RUNS, further, |run| cursor(run.began_at.0, run.id));
    let running = is_running(&stored, asking.now);
    let asks = all.first().filter(|run| run.ended == Some(Ended::Asks) && !further && !running && stored.import.enabled);
    let confirmed = |run: &imports::Run| Confirmed { disabled: run.numbers.disabled, removed: run.numbers.removed };
    let asks = asks.map(|run| (run.why.clone(), confirmed(run)));
    let who: Vec<UserId> = all.iter().filter_map(|run| run.asked_by).collect();
    let names = users::names(&mut asking.link, &who).await?;
    let goes_on = stored.running.filter(|(_, until)| *until > asking.now).map(|(run, _)| run);
    let run = |run: imports::Run| Run {
        id: run.id,
        began: run.began_at,
        by: run.asked_by.and_then(|by| names.get(&by).cloned()).unwrap_or_default(),
        badge: ended(&run, goes_on == Some(run.id)),
        numbers: run.numbers,
        why: run.why,
        lines: run.lines,
        more: u32::try_from(run.more).unwrap_or(u32::MAX),
    };
    let ran = all.first().map(|run| run.began_at);
    let runs = all.into_iter().map(run).collect();
    let groups = import_links::count(&mut asking.link, query.import, Provisioned::Group).await?;
    Ok(OneImport {
        row: row(asking, &stored, ran).await?,
        may_change: rules::access::changes_settings(asking.visitor),
        typed: rules::import::typed(&stored.import.settings),
        groups: u32::try_from(groups).unwrap_or(u32::MAX),
        running,
        next: stored.due_at.filter(|at| stored.import.enabled && *at > asking.now),
        asks,
        runs,
        paging,
    })
}
