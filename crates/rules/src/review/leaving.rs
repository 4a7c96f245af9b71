//! Reviewers who cannot decide any more while a stage is open: what was theirs goes to others, as if they had not been found
//! when the stage began.

use super::counting::{enter, leave};
use super::{LastResort, Subject, panel, reviewer};
use model::review::{Counts, Decided, How, ReviewRow, ReviewStage};
use model::{Ts, UserId};
use std::collections::BTreeSet;

/// Those who share rows now. While somebody of them can sign in they go on; when nobody is left, the fallback reviewers do, or
/// whoever stands in for these. `enabled`: who of the sharing and the fallback reviewers can sign in.
pub fn sharing_now(
    stage: &ReviewStage,
    sharing: &BTreeSet<UserId>,
    enabled: &BTreeSet<UserId>,
    last: &LastResort,
) -> BTreeSet<UserId> {
    let left: BTreeSet<UserId> = sharing.intersection(enabled).copied().collect();
    if left.is_empty() { panel(stage, &BTreeSet::new(), enabled, last) } else { left }
}

/// A row of somebody who decides no more, for whoever is asked in their place. What was handed to them goes back to whoever gave
/// it; what they handed on stays with whom they gave it to, and somebody else answers for it besides. A row that is shared gets
/// somebody of its own where only its subject would be left to decide it. `subject`: nothing when whom it is about is not there.
pub fn passes_on(
    row: ReviewRow,
    gone: UserId,
    stage: &ReviewStage,
    (sharing, last): (&BTreeSet<UserId>, &LastResort),
    subject: Option<&Subject>,
    counts: &mut Counts,
) -> ReviewRow {
    leave(counts, &row);
    counts.shared = counts.shared.saturating_sub(u64::from(row.reviewer.is_none()));
    let stays = row.reviewer.filter(|one| *one != gone);
    let reviewer = stays.or_else(|| subject.and_then(|subject| reviewer(stage, sharing, subject, last)));
    let row = ReviewRow { reviewer, handed: row.handed.filter(|handed| handed.to != gone), ..row };
    counts.shared += u64::from(row.reviewer.is_none());
    enter(counts, &row);
    row
}

/// What the history of such a row keeps. `to`: nobody where others share it.
pub fn passed_on(gone: &str, to: Option<UserId>, now: Ts) -> Decided {
    let reason = format!("{gone} decides here no more.");
    Decided { by: None, other: to, how: How::PassedOn, at: now, waited: None, reason }
}

/// How many rows of the stage nobody can decide, after some have gone to others. `about`: how many shared ones are about the only
/// one who shares them.
pub fn left_undecidable(counts: Counts, sharing: &BTreeSet<UserId>, about: u64) -> u64 {
    match sharing.len() {
        0 => counts.shared,
        1 => about,
        _ => 0,
    }
}
