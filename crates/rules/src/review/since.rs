//! What changed since the last time: for whoever decides, and for an instance that has nothing to ask.

use model::PolicyId;
use model::review::{Counts, Decision, How, Review, ReviewRow};

/// A row, and under which policy the package came that it is about.
pub type Seen = (ReviewRow, Option<PolicyId>);

/// In what a row differs from the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// Eligible or active.
    Type,
    /// Directly, through another group, or from another source.
    Path,
    Policy,
    End,
}

/// What became of a row since the instance before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Since<'a> {
    /// They did not hold it then.
    New,
    Same(&'a ReviewRow),
    Different(&'a ReviewRow, Vec<Difference>),
}

/// Compares a row with those that the same instance before had about the same person; the most similar one counts.
pub fn since<'a>((row, policy): (&ReviewRow, Option<PolicyId>), before: &'a [Seen]) -> Since<'a> {
    // Whoever holds it through a group holds membership of that group; it is about the same thing all the same.
    let same = |was: &ReviewRow| was.role == row.role || was.through.is_some() || row.through.is_some();
    let about_it = |(was, _): &&Seen| was.principal == row.principal && same(was) && was.like.is_none();
    let likeness = |(was, _): &&Seen| {
        (
            was.held == row.held,
            was.role == row.role,
            was.through == row.through,
            was.source == row.source,
            was.assignment_type == row.assignment_type,
        )
    };
    let Some((was, policy_then)) = before.iter().filter(about_it).max_by_key(likeness) else { return Since::New };
    let differences: Vec<Difference> = [
        (was.assignment_type != row.assignment_type, Difference::Type),
        (was.through != row.through || was.source != row.source, Difference::Path),
        (*policy_then != policy && policy_then.is_some() && policy.is_some(), Difference::Policy),
        (was.ends_at != row.ends_at, Difference::End),
    ]
    .into_iter()
    .filter_map(|(differs, what)| differs.then_some(what))
    .collect();
    if differences.is_empty() { Since::Same(was) } else { Since::Different(was, differences) }
}

/// Whether nobody has to be asked about a row: it is the very same as in the instance before, somebody approved it then, and
/// it is of no risk: it gives no power over others, and nothing speaks against it.
pub fn stays_approved(row: &ReviewRow, before: &[Seen], power: bool) -> bool {
    if row.like.is_some() {
        return true;
    }
    let risk = power || row.recommendation.decision() == Some(Decision::Deny);
    match since((row, None), before) {
        Since::Same(was) => {
            let by_somebody = was.decided.as_ref().is_some_and(|decided| matches!(decided.how, How::Reviewer | How::Accepted));
            !risk && was.held == row.held && was.decision == Decision::Approve && by_somebody
        }
        Since::New | Since::Different(..) => false,
    }
}

/// Whether an instance ends at its start. `reviewed`: the number of the last instance that was decided; at most one instance
/// is left out between two that are. `changed`: some row does not stay as it was approved.
pub fn is_skipped(review: &Review, reviewed: Option<u32>, counts: Counts, changed: bool) -> bool {
    let just_before = reviewed.is_some_and(|number| number.checked_add(1) == Some(review.number));
    review.settings.skip_unchanged && just_before && !changed && counts.held().total > 0
}
