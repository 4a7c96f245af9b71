//! What the page of an access review says about it in sentences.

use super::Asking;
use super::review_form::find;
use super::words::People;
use crate::Problem;
use model::Ts;
use model::review::{Phase, Review, ReviewState, Series};

/// What is said where what was reviewed is deleted.
pub const GONE: &str =
    "What it is about was deleted, so nothing is left to decide or to remove. The results keep what was decided until then.";

/// What happened to an instance, and what waits for somebody.
pub fn notes(review: &Review, people: &People, may_change: bool) -> Vec<String> {
    let counts = review.counts.held();
    let mut notes = Vec::new();
    match &review.state {
        ReviewState::Starting { .. } => notes.push("It is being found out who holds it.".to_owned()),
        ReviewState::Opening { stage, .. } => notes.push(format!("Stage {} is about to begin.", stage + 1)),
        ReviewState::Reopening { .. } => notes.push("It is being opened again.".to_owned()),
        ReviewState::Resetting { .. } => notes.push("It is being set back.".to_owned()),
        ReviewState::Skipped { at } => notes.push(format!(
            "Nothing had changed since the instance before, in which everything was approved. Nobody was asked, and everything stayed as it was on {}.",
            at.in_sentence()
        )),
        ReviewState::InProgress { .. } if counts.undecidable > 0 => notes.push(nobody_decides(counts.undecidable)),
        ReviewState::InProgress { .. } => {}
        ReviewState::Completing { by, .. } => notes.push(match by {
            Some(by) => format!("{} stopped it. What nobody decided is being dealt with.", people.name(*by)),
            None => "Its time is over. What nobody decided is being dealt with.".to_owned(),
        }),
        ReviewState::Completed { by, held_back, .. } => {
            if let Some(by) = by {
                notes.push(format!("{} stopped it before its time.", people.name(*by)));
            }
            notes.push(if *held_back {
                format!(
                    "{} of {} rows would be removed only because nobody decided, which is more than {} %. Look at the results, and apply them if they are right.",
                    counts.denied_by_silence, counts.total, review.settings.silence_limit_percent
                )
            } else {
                "Nothing was removed yet. Look at the results, and apply them.".to_owned()
            });
        }
        ReviewState::Applying { .. } => notes.push("What was denied is being removed.".to_owned()),
        // What is counted changes with each step, and means nothing before all are made ready.
        ReviewState::TryingAgain { .. } => {
            notes.push("What could not be removed is made ready to be tried again.".to_owned());
            return notes;
        }
        ReviewState::Applied { at, by, .. } => {
            let who = by.map_or_else(String::new, |by| format!(" by {}", people.name(by)));
            notes.push(if counts.denied == 0 {
                format!("It was over on {}, and nothing was denied.", at.in_sentence())
            } else {
                format!("The results were applied{who} on {}.", at.in_sentence())
            });
        }
    }
    if counts.removed + counts.not_removed > 0 {
        notes.push(match (counts.gone, counts.still_held()) {
            (gone, 0) => format!("Removed: {}. Gone already: {gone}.", counts.removed),
            (gone, held) => format!(
                "Removed: {}. Gone already: {gone}. Not removed and still held: {held}. The results say why.",
                counts.removed
            ),
        });
    }
    let controls = review.counts.controls;
    if may_change && !review.settings.controls.is_empty() && !matches!(review.state, ReviewState::Starting { .. }) {
        let named = review.settings.controls.len() as u64;
        let out = match named.saturating_sub(controls.total) {
            0 => String::new(),
            n => format!(" {n} of the {named} people named hold it or take no part, and were left out."),
        };
        notes.push(format!(
            "Control rows: {}. Caught: {}. Missed: {}. Left: {}.{out} They are never applied.",
            controls.total,
            controls.denied,
            controls.approved,
            controls.left()
        ));
    }
    notes
}

/// What is said about rows that could not be removed so far.
pub fn still_failing(rows: u64, at: Ts) -> String {
    let rows = if rows == 1 { "1 row failed and is".to_owned() } else { format!("{rows} rows failed and are") };
    format!("{rows} tried again, the next one on {}. The results say why.", at.in_sentence())
}

/// What is said where everybody would say for themselves whether they keep power over others.
pub const ONLY_THEMSELVES: &str = "It gives power over others, and everybody would say for themselves whether they keep it, with nobody to look at it. Choose other reviewers, or add a stage with others.";

/// Whether nobody else would look at what people say about power that they hold: where reviewers decide now, or will.
pub async fn only_themselves(asking: &mut Asking<'_>, series: &Series, shown: Option<&Review>) -> Result<bool, Problem> {
    let runs = shown.filter(|review| review.state.phase() == Phase::InProgress).map(|review| &review.settings);
    let asks = series.next_at.map(|_| &series.settings);
    if !runs.into_iter().chain(asks).any(rules::review::only_themselves) {
        return Ok(false);
    }
    match find(asking, series.of).await? {
        Some(of) => of.gives_power(&mut asking.link).await,
        None => Ok(false),
    }
}

/// What is said about rows that nobody can decide.
pub fn nobody_decides(rows: u64) -> String {
    let (rows, it) = if rows == 1 { ("1 row".to_owned(), "it is") } else { (format!("{rows} rows"), "they are") };
    format!(
        "{rows} can be decided by nobody, because {it} about the only person who would be asked. Add another reviewer in the settings."
    )
}
