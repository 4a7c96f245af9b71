//! Imports: setting them, and how a run begins and ends. What a run does is in `import_steps.rs`.

use super::{NAME, allowed, taken};
use crate::Problem;
use crate::change::Change;
use crate::import::sealed;
use model::command::{Command, Done};
use model::event::{Action, Actor};
use model::import::{Confirmed, Ended, Import, Outcome, SaveImport};
use model::limits::IMPORT_LINES_KEPT;
use model::provisioning::Provisioned;
use model::{ImportId, Refusal};
use store::imports::{self, Run, Stored};
use store::{Saved, import_links};

const NO_IMPORT: Refusal = Refusal::NotFound { what: "import" };

pub async fn save(change: &mut Change<'_>, command: &Command, asked: &SaveImport) -> Result<Done, Problem> {
    allowed(change, command)?;
    let all: Vec<Import> = imports::list(&mut change.link).await?.into_iter().map(|stored| stored.import).collect();
    let before = match asked.import {
        Some(id) => Some(all.iter().find(|import| import.id == id).ok_or(NO_IMPORT)?),
        None => None,
    };
    let Some((after, action)) = rules::import::save(ImportId(change.id()), before, &all, asked, change.now)? else {
        let (import, name) = before.map(|import| (import.id, import.name.clone())).unwrap_or_default();
        return Ok(Done::ImportSaved { import, name });
    };
    let password = match &asked.password {
        Some(password) => Some(sealed(change.keys(), after.id, password.0.trim())?),
        None => None,
    };
    // The preview is looked at before anything runs by itself.
    let due = rules::import::next_run(after.settings.every, Ended::Done, 0, change.now);
    match (before, password) {
        (None, Some(password)) => taken(imports::insert(&mut change.link, &after, &password, due).await, NAME, &after.name)?,
        (None, None) => return Err(Refusal::Required { field: "secret".to_owned(), label: "Password".to_owned() }.into()),
        (Some(before), password) => {
            let saved = imports::update(&mut change.link, &after, before.version, due).await;
            if taken(saved, NAME, &after.name)? == Saved::Stale {
                return Err(Refusal::Stale.into());
            }
            if let Some(password) = password {
                imports::set_password(&mut change.link, after.id, &password).await?;
            }
        }
    }
    change.record(None, [action]);
    Ok(Done::ImportSaved { import: after.id, name: after.name })
}

pub async fn set_enabled(change: &mut Change<'_>, command: &Command, id: ImportId, enabled: bool) -> Result<Done, Problem> {
    allowed(change, command)?;
    let before = known(change, id).await?.import;
    let done = Done::ImportEnabled { import: id, name: before.name.clone(), enabled };
    let Some((after, action)) = rules::import::set_enabled(&before, enabled) else { return Ok(done) };
    let due = rules::import::next_run(after.settings.every, Ended::Done, 0, change.now);
    if imports::update(&mut change.link, &after, before.version, due).await? == Saved::Stale {
        return Err(Refusal::Stale.into());
    }
    change.record(None, [action]);
    Ok(done)
}

/// Whoever came from it stays as they are, and belongs to nobody.
pub async fn delete(change: &mut Change<'_>, command: &Command, id: ImportId, seen: usize) -> Result<Done, Problem> {
    allowed(change, command)?;
    let import = known(change, id).await?.import;
    let people = import_links::count(&mut change.link, id, Provisioned::User).await?;
    rules::import::may_delete(&import, people, seen)?;
    imports::delete(&mut change.link, id).await?;
    change.record(None, [Action::ImportDeleted { import: id, name: import.name.clone(), people }]);
    Ok(Done::ImportDeleted { name: import.name })
}

pub async fn run(
    change: &mut Change<'_>,
    command: &Command,
    id: ImportId,
    confirmed: Option<Confirmed>,
) -> Result<Done, Problem> {
    allowed(change, command)?;
    let import = known(change, id).await?.import;
    if !import.enabled {
        return Err(Refusal::ImportDisabled { name: import.name }.into());
    }
    let Actor::User(by) = change.actor else { return Err(Refusal::SignInNeeded.into()) };
    imports::ask(&mut change.link, id, by, confirmed, change.now).await?;
    Ok(Done::ImportAsked { import: id, name: import.name })
}

/// A run came to its end, or to none. What it kept of an import that was changed meanwhile counts no more.
pub async fn ended(change: &mut Change<'_>, command: &Command, outcome: &Outcome) -> Result<Done, Problem> {
    allowed(change, command)?;
    let Outcome { import: id, run, ended, numbers, why, lines } = outcome;
    let Some(stored) = imports::get(&mut change.link, *id).await? else { return Ok(Done::ImportEnded) };
    let tries = if *ended == Ended::Failed { stored.tries.saturating_add(1) } else { 0 };
    let due = rules::import::next_run(stored.import.settings.every, *ended, tries, change.now);
    let (asked_by, _) = imports::asked_of(&mut change.link, *run).await?;
    let own = imports::release(&mut change.link, *id, *run, tries, due).await?;
    let kept = lines.iter().take(IMPORT_LINES_KEPT).cloned().collect();
    let more = lines.len().saturating_sub(IMPORT_LINES_KEPT);
    let over = Run {
        id: *run,
        began_at: change.now,
        asked_by: None,
        ended: Some(*ended),
        numbers: *numbers,
        why: why.clone(),
        lines: kept,
        more,
    };
    imports::end_run(&mut change.link, &over).await?;
    // What became of an import that another run has, or that was changed, is told by others. And a run that found nothing to do is
    // not worth remembering for ever; the page lists it.
    if own && (*ended != Ended::Done || !numbers.is_nothing() || asked_by.is_some()) {
        let name = stored.import.name;
        change.record(None, [Action::ImportRan { import: *id, name, ended: *ended, numbers: *numbers, why: why.clone() }]);
    }
    Ok(Done::ImportEnded)
}

async fn known(change: &mut Change<'_>, id: ImportId) -> Result<Stored, Problem> {
    Ok(imports::get(&mut change.link, id).await?.ok_or(NO_IMPORT)?)
}
