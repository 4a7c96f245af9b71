//! What becomes of denied rows when the results are applied.

use crate::package::Policy;
use crate::retry::again_at;
use crate::role_assignment::is_there;
use model::access::{Assignment, ResourceRole, Source};
use model::limits::REVIEW_APPLY_TRIES;
use model::request::PackageAssignment;
use model::review::{Counts, Failed, Failure, Outcome, ReviewRow};
use model::{GroupId, Ts};
use std::collections::BTreeSet;

/// What applying a denied row does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    End,
    AlreadyGone,
    /// With what to do instead.
    Impossible(String),
    /// Nothing speaks against it, and yet it was not done.
    Failed(Failure),
}

/// What becomes of a denied role assignment, as it is now. `fed`: groups whose members another system gives; `named` says what a
/// group is called.
pub fn fate(
    row: &ReviewRow,
    held: Option<&Assignment>,
    fed: &BTreeSet<GroupId>,
    named: impl Fn(GroupId) -> String,
    now: Ts,
) -> Fate {
    if row.like.is_some() {
        return nobody_holds_it();
    }
    let Some(held) = held.filter(|held| is_there(held, now)) else { return Fate::AlreadyGone };
    if let Some(group) = row.through {
        let group = named(group);
        return Fate::Impossible(format!(
            "It is held as a member of “{group}”. Take the person out of that group, or that group out of this."
        ));
    }
    match held.source {
        Source::Import if is_given_again(held, fed) => {
            let group = match held.role {
                ResourceRole::GroupMember(group) | ResourceRole::GroupOwner(group) => named(group),
                _ => String::new(),
            };
            Fate::Impossible(format!(
                "Another system gives it, and would give it again. Take the person out of “{group}” over there."
            ))
        }
        Source::Direct | Source::Import | Source::Activation(_) => Fate::End,
        Source::Rule(group) => {
            Fate::Impossible(format!("The rule of “{}” gives it. Change the rule, or what the rule looks at.", named(group)))
        }
        Source::Package(_) => {
            Fate::Impossible("It came with an access package. Remove the assignment of that package instead.".to_owned())
        }
    }
}

/// Whether another system would give a membership again that is ended here.
pub fn is_given_again(held: &Assignment, fed: &BTreeSet<GroupId>) -> bool {
    held.source == Source::Import && matches!(held.role, ResourceRole::GroupMember(group) if fed.contains(&group))
}

/// A control row: whatever was said about it, there is nothing that could end.
fn nobody_holds_it() -> Fate {
    Fate::Impossible("Nobody holds it: the row was there to see whether reviewers look.".to_owned())
}

/// The same for a package.
pub fn fate_of_package(row: &ReviewRow, held: Option<&PackageAssignment>, policy: Option<&Policy>, now: Ts) -> Fate {
    match held {
        _ if row.like.is_some() => nobody_holds_it(),
        Some(held) if crate::request::holds(held, now) || held.ended_at.is_none() && held.starts_at > now => {
            match policy.filter(|policy| crate::automatic::may_end(held, policy, &policy.name, now).is_err()) {
                Some(policy) => Fate::Impossible(format!(
                    "The rule of “{}” gives it. Change the rule, or what the rule looks at.",
                    policy.name
                )),
                None => Fate::End,
            }
        }
        _ => Fate::AlreadyGone,
    }
}

/// What became of the row, kept with it.
pub fn applied(mut row: ReviewRow, fate: &Fate, counts: &mut Counts, now: Ts) -> ReviewRow {
    (row.outcome, row.outcome_words) = match fate {
        Fate::End => (Outcome::Applied, String::new()),
        Fate::AlreadyGone => (Outcome::AlreadyGone, String::new()),
        Fate::Impossible(words) => (Outcome::CannotApply, words.clone()),
        Fate::Failed(cause) => {
            let tries = row.failed.map_or(0, |failed| failed.tries).saturating_add(1);
            let failed = Failed { tries, cause: *cause, again_at: None };
            if tries < REVIEW_APPLY_TRIES {
                let again_at = Some(again_at(now, i64::from(tries)));
                return ReviewRow { outcome: Outcome::Failed, failed: Some(Failed { again_at, ..failed }), ..row };
            }
            row.failed = Some(failed);
            (Outcome::CannotApply, format!("{}. Take it away by hand.", failed.words()))
        }
    };
    row.failed = row.failed.map(|failed| Failed { again_at: None, ..failed });
    row.applied_at = Some(now);
    if row.outcome == Outcome::Applied {
        counts.removed += 1;
    } else {
        counts.not_removed += 1;
    }
    row
}
