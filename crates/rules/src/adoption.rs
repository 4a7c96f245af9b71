//! Adopting: what was found at a target and nobody was given here becomes an assignment, or it is said why not.
//!
//! It becomes one only for a person about whom there is no doubt, always with an end, and never again for what ended here:
//! access that somebody took away must not come back because a target still had it, or has it anew.

use crate::form::justification;
use crate::user::{User, folded};
use model::access::{Assignment, AssignmentType, ResourceRole, Source};
use model::directory::{Principal, UserKind};
use model::event::Action;
use model::role_settings::Ticket;
use model::target::{Claim, Drift, NotAdopted, PersonBy, Target};
use model::{ApplicationRoleId, AssignmentId, Refusal, Span, Ts, UserId};
use std::collections::BTreeSet;

/// Who a member is here. `candidates` are people whom the values may mean, `known` those who are known under this very id there,
/// and `elsewhere` those who are known there under another one.
pub fn whose(claim: &Claim, candidates: &[User], known: &[UserId], elsewhere: &[UserId]) -> Result<UserId, NotAdopted> {
    let values: BTreeSet<String> = claim.values.iter().map(|value| folded(value)).filter(|value| !value.is_empty()).collect();
    let Some(called) = claim.values.iter().find(|value| !value.trim().is_empty()) else { return Err(NotAdopted::Unsaid) };
    let means = |user: &&User| {
        let name = match claim.by {
            PersonBy::UserName => &user.user_name,
            PersonBy::Mail => &user.mail,
        };
        values.contains(&folded(name))
    };
    let meant: BTreeSet<UserId> = candidates.iter().filter(means).map(|user| user.id).collect();
    let Some(one) = meant.first() else { return Err(NotAdopted::Nobody(called.clone())) };
    if meant.len() > 1 || known.iter().any(|other| other != one) || elsewhere.contains(one) {
        return Err(NotAdopted::Several(called.clone()));
    }
    match claim.external_id.as_deref() {
        Some(id) if !id.is_empty() && id != one.to_string() => Err(NotAdopted::Anothers),
        Some(_) | None => Ok(*one),
    }
}

/// Whether a member may be one of these people: by the name that the target tells, or by the id that we gave to it.
pub fn may_be(claim: &Claim, people: &[User]) -> bool {
    let values: BTreeSet<String> = claim.values.iter().map(|value| folded(value)).filter(|value| !value.is_empty()).collect();
    people.iter().any(|user| {
        let name = match claim.by {
            PersonBy::UserName => &user.user_name,
            PersonBy::Mail => &user.mail,
        };
        values.contains(&folded(name)) || claim.external_id.as_deref() == Some(user.id.to_string().as_str())
    })
}

/// Of the unknown members of one group only so many are listed: in which order they are taken. What somebody wants taken away is
/// never forgotten. Where members are adopted, those come next who were not looked at the last time, so that everybody's turn
/// comes; otherwise the list stays the same.
pub fn listed(unwanted: bool, adopts: bool, seen: bool) -> u8 {
    match (unwanted, adopts) {
        (true, _) => 0,
        (false, true) => 1 + u8::from(seen),
        (false, false) => 1 + u8::from(!seen),
    }
}

/// What decides whether somebody may hold what was found.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    pub user: &'a User,
    /// The account is for emergencies.
    pub emergency: bool,
    /// They have the role here, by whatever path, or will have it.
    pub holds: bool,
    /// When they had it last here, if that is over.
    pub ended: Option<Ts>,
}

/// Whether anybody may make it theirs.
pub fn may_hold(facts: &Facts<'_>) -> Result<(), NotAdopted> {
    match facts {
        Facts { user, .. } if !user.enabled => Err(NotAdopted::Disabled),
        Facts { emergency: true, .. } => Err(NotAdopted::Emergency),
        Facts { holds: true, .. } => Err(NotAdopted::Holds),
        Facts { .. } => Ok(()),
    }
}

/// Whether it becomes theirs because the target is set so, without anybody looking.
pub fn by_itself(facts: &Facts<'_>) -> Result<(), NotAdopted> {
    may_hold(facts)?;
    match (facts.user.kind, facts.ended) {
        (UserKind::Guest, _) => Err(NotAdopted::Guest),
        (UserKind::Member, Some(at)) => Err(NotAdopted::Ended(at)),
        (UserKind::Member, None) => Ok(()),
    }
}

/// Whether somebody may make it theirs who looked at it.
pub fn by_hand(facts: &Facts<'_>, by: UserId) -> Result<(), NotAdopted> {
    may_hold(facts)?;
    if facts.user.id == by { Err(NotAdopted::OwnAccess) } else { Ok(()) }
}

/// What was found, as it is recorded.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    pub target: &'a Target,
    pub role: ApplicationRoleId,
    /// What the role is called.
    pub name: &'a str,
    /// Who it is there.
    pub called: &'a str,
}

impl Found<'_> {
    fn group(&self) -> String {
        self.target.group_of(self.role, self.name).to_owned()
    }
}

/// Makes it an assignment that lasts as long as the target says. `by` is whoever looked at it; nothing when the target is set so.
pub fn adopt(
    id: AssignmentId,
    found: &Found<'_>,
    facts: &Facts<'_>,
    by: Option<UserId>,
    words: &str,
    now: Ts,
) -> Result<(Assignment, [Action; 2]), Refusal> {
    let target = found.target;
    let may = match by {
        Some(by) => by_hand(facts, by),
        None if target.drift == Drift::Adopt => by_itself(facts),
        // It was set otherwise meanwhile.
        None => return Err(Refusal::NotFound { what: "finding" }),
    };
    may.map_err(|why| Refusal::NotAdopted { name: facts.user.display_name.clone(), why })?;
    let words = justification("words", "Reason", words, by.is_some())?;
    let (user, group) = (facts.user.id, found.group());
    let ends_at = now + Span::days(i64::from(target.adopted_days));
    let assignment = Assignment {
        id,
        principal: Principal::User(user),
        role: ResourceRole::ApplicationRole(target.application, found.role),
        assignment_type: AssignmentType::Active,
        source: Source::Direct,
        starts_at: now,
        ends_at: Some(ends_at),
        ended_at: None,
    };
    let why = format!("Found in “{group}” at the target “{}”. {words}", target.name);
    let started = Action::AssignmentStarted {
        assignment: id,
        principal: assignment.principal,
        role: assignment.role,
        assignment_type: assignment.assignment_type,
        source: assignment.source,
        starts_at: now,
        ends_at: assignment.ends_at,
        words: why.trim().to_owned(),
        ticket: Ticket::default(),
    };
    let adopted = Action::TargetAccessAdopted {
        target: target.id,
        name: target.name.clone(),
        user,
        assignment: id,
        role: found.name.to_owned(),
        called: found.called.to_owned(),
        group,
        ends_at,
        words,
    };
    Ok((assignment, [started, adopted]))
}

/// Somebody wants it taken away there, with the reason as it is kept.
pub fn remove(found: &Found<'_>, words: &str) -> Result<(String, Action), Refusal> {
    let words = justification("words", "Reason", words, true)?;
    let action = Action::TargetRemovalAsked {
        target: found.target.id,
        name: found.target.name.clone(),
        called: found.called.to_owned(),
        group: found.group(),
        words: words.clone(),
    };
    Ok((words, action))
}

#[cfg(test)]
#[path = "adoption_tests.rs"]
mod tests;
