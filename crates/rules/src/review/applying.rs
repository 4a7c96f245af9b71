//! What becomes of denied rows when the results are applied.

use crate::package::Policy;
use crate::retry::again_at;
use crate::role_assignment::is_there;
use model::access::{Assignment, ResourceRole, Source};
use model::directory::Principal;
use model::limits::REVIEW_APPLY_TRIES;
use model::request::PackageAssignment;
use model::review::{Counts, Decision, Failed, Failure, How, Outcome, ReviewRow, Reviewed};
use model::{GroupId, Ts, UserId};
use std::collections::BTreeSet;

/// What applying a denied row does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    End,
    AlreadyGone,
    /// It is gone, and they hold the same by what nobody looked at here: since then.
    HeldAnew(Ts),
    /// With what to do instead.
    Impossible(String),
    /// Nothing speaks against it, and yet it was not done.
    Failed(Failure),
}

/// What happened besides since the instance began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Meanwhile {
    /// The group through which it was held no longer gives it.
    pub cut: bool,
    /// Since when they hold the same by another assignment, of which the instance has no row.
    pub anew: Option<Ts>,
    /// The later instance in which somebody approved the same, and when.
    pub approved: Option<(u32, Ts)>,
}

/// What a later instance of the series says about the same assignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Later {
    pub number: u32,
    pub decision: Decision,
    pub how: How,
    pub at: Ts,
}

/// In which later instance a person approved the same, and when, if no still later one denied it again. What is due to silence
/// takes nothing back that somebody said.
pub fn approved_since(later: &[Later]) -> Option<(u32, Ts)> {
    let by_a_person = |one: &&Later| match (one.decision, one.how) {
        (Decision::Approve | Decision::Deny, How::Reviewer | How::Accepted) => true,
        (Decision::Approve | Decision::Deny | Decision::NotReviewed | Decision::DontKnow, _) => false,
    };
    let last = later.iter().filter(by_a_person).max_by_key(|one| one.number)?;
    (last.decision == Decision::Approve).then_some((last.number, last.at))
}

/// What stands where a later instance approved it.
fn approved_later((number, at): (u32, Ts)) -> Fate {
    Fate::Impossible(model::time::spelled(&format!(
        "It was approved on {} in instance {number}, which is newer. If it has to go, deny it in the next one or take it away by hand.",
        at.in_sentence()
    )))
}

/// The roles of what is reviewed that a group gives, by itself or through groups above it. `given`: what these hold.
pub fn given_through(of: Reviewed, from: GroupId, given: &[Assignment], now: Ts) -> BTreeSet<ResourceRole> {
    let is_of = |role: ResourceRole| match (of, role) {
        (Reviewed::Group(of), ResourceRole::GroupMember(group)) => of == group,
        (Reviewed::Application(of), ResourceRole::ApplicationRole(application, _)) => of == application,
        (Reviewed::DirectoryRole(of), ResourceRole::DirectoryRole(role)) => of == role,
        (Reviewed::Group(_) | Reviewed::Application(_) | Reviewed::DirectoryRole(_) | Reviewed::Package(_), _) => false,
    };
    let (mut next, mut known, mut found) = (vec![from], BTreeSet::from([from]), BTreeSet::new());
    while let Some(group) = next.pop() {
        for one in given.iter().filter(|one| one.principal == Principal::Group(group) && is_there(one, now)) {
            match one.role {
                role if is_of(role) => drop(found.insert(role)),
                ResourceRole::GroupMember(above) if known.insert(above) => next.push(above),
                _ => {}
            }
        }
    }
    found
}

/// What is gone already.
fn gone(meanwhile: &Meanwhile) -> Fate {
    meanwhile.anew.map_or(Fate::AlreadyGone, Fate::HeldAnew)
}

/// What becomes of a denied role assignment, as it is now. `fed`: groups whose members another system gives; `named` says what a
/// group is called.
pub fn fate(
    row: &ReviewRow,
    held: Option<&Assignment>,
    meanwhile: &Meanwhile,
    fed: &BTreeSet<GroupId>,
    named: impl Fn(GroupId) -> String,
    now: Ts,
) -> Fate {
    if row.like.is_some() {
        return nobody_holds_it();
    }
    let Some(held) = held.filter(|held| is_there(held, now) && !meanwhile.cut) else { return gone(meanwhile) };
    if let Some(approved) = meanwhile.approved {
        return approved_later(approved);
    }
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

/// The same for a package. `again`: the policy whose rule would give it again at once.
pub fn fate_of_package(
    row: &ReviewRow,
    held: Option<&PackageAssignment>,
    meanwhile: &Meanwhile,
    again: Option<&Policy>,
    now: Ts,
) -> Fate {
    match held {
        _ if row.like.is_some() => nobody_holds_it(),
        Some(held) if crate::request::holds(held, now) || held.ended_at.is_none() && held.starts_at > now => {
            if let Some(approved) = meanwhile.approved {
                return approved_later(approved);
            }
            match again {
                Some(policy) => Fate::Impossible(format!(
                    "The rule of “{}” gives it. Change the rule, or what the rule looks at.",
                    policy.name
                )),
                None => Fate::End,
            }
        }
        _ => gone(meanwhile),
    }
}

fn held_anew(since: Ts) -> String {
    model::time::spelled(&format!(
        "It is held anew since {}, which was not reviewed here. Review it again, or take it away by hand.",
        since.in_sentence()
    ))
}

/// A row that could not be applied is tried again from the beginning; nothing for others.
pub fn tried_anew(row: ReviewRow, counts: &mut Counts) -> Option<ReviewRow> {
    if row.outcome != Outcome::CannotApply {
        return None;
    }
    counts.not_removed = counts.not_removed.saturating_sub(1);
    Some(ReviewRow {
        outcome: Outcome::New,
        outcome_words: String::new(),
        applied_at: None,
        applied_by: None,
        failed: None,
        ..row
    })
}

/// What became of the row, kept with it. `by`: whoever had it applied.
pub fn applied(mut row: ReviewRow, fate: &Fate, counts: &mut Counts, by: Option<UserId>, now: Ts) -> ReviewRow {
    (row.outcome, row.outcome_words) = match fate {
        Fate::End => (Outcome::Applied, String::new()),
        Fate::AlreadyGone => (Outcome::AlreadyGone, String::new()),
        Fate::HeldAnew(since) => (Outcome::AlreadyGone, held_anew(*since)),
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
    (row.applied_at, row.applied_by) = (Some(now), by);
    if row.outcome == Outcome::Applied {
        counts.removed += 1;
    } else {
        counts.not_removed += 1;
        counts.gone += u64::from(*fate == Fate::AlreadyGone);
        counts.anew += u64::from(matches!(fate, Fate::HeldAnew(_)));
    }
    row
}
