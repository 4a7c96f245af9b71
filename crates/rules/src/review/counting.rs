//! How many rows there are of which kind: kept by adding and taking away, so that nobody has to count them.

use super::undecidable;
use model::review::{Counts, Decided, Decision, How, ReviewRow, ReviewSettings};
use model::{Ts, UserId};
use std::collections::BTreeSet;

/// Takes a row out of the counts.
pub(super) fn leave(counts: &mut Counts, row: &ReviewRow) {
    tally(counts, row, u64::saturating_sub);
}

/// Puts a row into the counts.
pub(super) fn enter(counts: &mut Counts, row: &ReviewRow) {
    tally(counts, row, u64::saturating_add);
}

fn tally(counts: &mut Counts, row: &ReviewRow, step: fn(u64, u64) -> u64) {
    let tell = |n: &mut u64, yes: bool| *n = step(*n, u64::from(yes));
    let by_silence = row.decided.as_ref().is_some_and(|decided| decided.how == How::Silence);
    let control = row.like.is_some();
    match row.decision {
        Decision::NotReviewed => {}
        Decision::Approve => {
            tell(&mut counts.approved, true);
            tell(&mut counts.controls.approved, control);
        }
        Decision::Deny => {
            tell(&mut counts.denied, true);
            tell(&mut counts.controls.denied, control);
            tell(&mut counts.denied_by_silence, by_silence);
        }
        Decision::DontKnow => {
            tell(&mut counts.dont_know, true);
            tell(&mut counts.controls.dont_know, control);
        }
    }
    tell(&mut counts.open, row.open);
    tell(&mut counts.shared_open, row.open && row.reviewer.is_none());
}

/// A row that was found when the instance started. `panel`: those who share what is nobody's alone.
pub fn found(counts: &mut Counts, row: &ReviewRow, panel: &BTreeSet<UserId>) {
    counts.total += 1;
    counts.controls.total += u64::from(row.like.is_some());
    stands_in_stage(counts, row, panel);
    enter(counts, row);
}

/// Takes out a control row again: whom it names holds it after all.
pub fn withdrawn(counts: &mut Counts, row: &ReviewRow, panel: &BTreeSet<UserId>) {
    leave(counts, row);
    let less = |n: &mut u64, yes: bool| *n = n.saturating_sub(u64::from(yes));
    less(&mut counts.total, true);
    less(&mut counts.controls.total, true);
    less(&mut counts.in_stage, true);
    less(&mut counts.shared, row.reviewer.is_none());
    less(&mut counts.undecidable, undecidable(row, panel));
}

/// Counts a row of the stage that is open.
pub(super) fn stands_in_stage(counts: &mut Counts, row: &ReviewRow, panel: &BTreeSet<UserId>) {
    counts.in_stage += 1;
    counts.shared += u64::from(row.reviewer.is_none());
    counts.undecidable += u64::from(undecidable(row, panel));
}

/// Whether a row goes on to the next stage.
pub fn goes_on(settings: &ReviewSettings, row: &ReviewRow) -> bool {
    settings.carried.contains(&row.decision)
}

/// Counts of a stage that begins: nothing is in it yet.
pub fn stage_begins(counts: Counts) -> Counts {
    Counts { in_stage: 0, open: 0, shared: 0, shared_open: 0, undecidable: 0, ..counts }
}

/// A row that does not go on, or is over: nobody decides it any more.
pub fn closes(row: ReviewRow) -> ReviewRow {
    ReviewRow { open: false, ..row }
}

/// A row comes into a later stage, with what was decided so far. It was counted with that already, and not as open.
pub fn comes_into(
    row: ReviewRow,
    stage: usize,
    reviewer: Option<UserId>,
    panel: &BTreeSet<UserId>,
    counts: &mut Counts,
) -> ReviewRow {
    leave(counts, &closes(row.clone()));
    let row = ReviewRow { stage, reviewer, handed: None, open: true, brought: row.decision, ..row };
    stands_in_stage(counts, &row, panel);
    enter(counts, &row);
    row
}

/// A row whose decision is taken back because somebody resets the instance, with what its history keeps of that; nothing for a row
/// that is open and undecided anyway. It stays in its stage, and whose it is.
pub fn taken_back(mut row: ReviewRow, by: Option<UserId>, now: Ts, counts: &mut Counts) -> Option<(ReviewRow, Option<Decided>)> {
    let was_decided = row.decision != Decision::NotReviewed;
    if row.open && !was_decided {
        return None;
    }
    leave(counts, &row);
    let decided = Decided { by, other: None, how: How::Reset, at: now, waited: None, reason: String::new() };
    (row.decision, row.brought, row.open) = (Decision::NotReviewed, Decision::NotReviewed, true);
    row.decided = Some(decided.clone());
    enter(counts, &row);
    Some((row, was_decided.then_some(decided)))
}

/// How much of what somebody decides in the open stage is done, of how much. `own`, `about`: all and open ones that are theirs
/// alone, and that are among the shared ones but not theirs to decide.
pub fn progress(counts: Counts, own: (u64, u64), shares: bool, about: (u64, u64)) -> (u64, u64) {
    let (mut total, mut open) = own;
    if shares {
        total += counts.shared.saturating_sub(about.0);
        open += counts.shared_open.saturating_sub(about.1);
    }
    (total.saturating_sub(open), total)
}
