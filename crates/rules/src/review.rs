//! Access reviews: who may make them, who is asked about whom, what is recommended, and what follows from decisions and from
//! silence. When instances begin is in `review/time.rs`, what a form may set in `review/settings.rs`.

mod applying;
mod asked;
mod campaign;
mod counting;
mod dry_run;
mod handing;
mod leaving;
mod newly;
pub mod of_policy;
mod peers;
mod quality;
mod running;
mod said;
pub mod settings;
mod since;
pub mod time;
mod who;

pub use applying::{
    Fate, Later, Meanwhile, applied, approved_since, fate, fate_of_package, given_through, is_given_again, tried_anew,
};
pub use asked::*;
pub use campaign::*;
pub use counting::*;
pub use dry_run::*;
pub use handing::*;
pub use leaving::*;
pub use newly::*;
pub use peers::*;
pub use quality::Quality;
pub use running::*;
pub use since::*;
pub use who::*;

use crate::form::justification;
use crate::group::Group;
use model::access::{AssignmentType, ResourceRole, Source};
use model::directory::{Principal, UserKind};
use model::limits::REVIEW_DECIDED_TOGETHER_MAX;
use model::review::{
    Counts, DecideRows, Decided, Decision, How, Outcome, Recommendation, Review, ReviewRow, ReviewSettings, ReviewStage,
    ReviewState, Reviewed, Reviewers, Said, Scope, Silence,
};
use model::{AnyId, GroupId, Refusal, ReviewRowId, RoleId, Span, Ts, UserId};
use std::collections::{BTreeMap, BTreeSet};

/// What is known of whoever holds something.
#[derive(Clone, Copy, Debug)]
pub struct Subject {
    pub principal: Principal,
    /// Of a person; others are nobody's guest.
    pub kind: UserKind,
    pub enabled: bool,
    pub created_at: Ts,
    pub last_sign_in: Option<Ts>,
    /// An enabled manager.
    pub manager: Option<UserId>,
}

/// Whether this is looked at in a review.
pub fn takes_part(of: Reviewed, settings: &ReviewSettings, subject: &Subject, now: Ts) -> bool {
    let person = matches!(subject.principal, Principal::User(_));
    let machine = matches!(subject.principal, Principal::ServicePrincipal(_));
    let in_scope = match settings.scope {
        Scope::Everyone => !machine,
        Scope::Guests => person && subject.kind == UserKind::Guest,
        Scope::ServicePrincipals => machine,
    };
    // A group is one row where it holds a directory role; elsewhere its members are the rows. It cannot review itself.
    let by_itself = person
        || machine
        || matches!(of, Reviewed::DirectoryRole(_)) && !settings.stages.iter().any(|stage| stage.reviewers == Reviewers::Members);
    let inactive = match settings.inactive_days {
        None => true,
        Some(_) if !person => false,
        Some(days) => {
            let since = now - Span::days(i64::from(days));
            // Whoever was made within that time has had no chance yet.
            subject.created_at <= since && subject.last_sign_in.is_none_or(|at| at <= since)
        }
    };
    in_scope && by_itself && inactive
}

/// What is recommended about somebody.
pub fn recommend(subject: &Subject, look_back_days: u32, now: Ts) -> Recommendation {
    if !matches!(subject.principal, Principal::User(_)) {
        return Recommendation::NoInformation;
    }
    if !subject.enabled {
        return Recommendation::Disabled;
    }
    match subject.last_sign_in {
        Some(at) if at + Span::days(i64::from(look_back_days)) >= now => Recommendation::SignedIn,
        Some(_) => Recommendation::Idle,
        None => Recommendation::NeverSignedIn,
    }
}

/// Who decides where nobody else is left: whoever made the review while they can sign in, and the administrators of its kind.
#[derive(Clone, Debug, Default)]
pub struct LastResort {
    pub owner: Option<UserId>,
    pub administrators: Vec<UserId>,
    /// Global Administrators, where the administrators of the kind are nobody, or one who may be whom it is about.
    pub global: Vec<UserId>,
}

impl LastResort {
    fn other_than(&self, user: UserId) -> Option<UserId> {
        self.owner.iter().chain(&self.administrators).chain(&self.global).copied().find(|one| *one != user)
    }

    /// Those who answer for a review whose maker has left.
    pub fn in_charge(&self) -> &[UserId] {
        if self.administrators.is_empty() { &self.global } else { &self.administrators }
    }
}

/// Who is told how a review ended: whoever made it, and in the place of a maker who has left the administrators, besides those
/// who are `named`.
pub fn told(named: impl IntoIterator<Item = UserId>, last: &LastResort) -> BTreeSet<UserId> {
    let in_charge = match &last.owner {
        Some(owner) => std::slice::from_ref(owner),
        None => last.in_charge(),
    };
    named.into_iter().chain(in_charge.iter().copied()).collect()
}

/// Those who share the rows that are nobody's alone: who was found, without those who cannot sign in. Nobody found:
/// the fallback reviewers; none of these either: whoever made the review, and when they are gone the administrators.
pub fn panel(stage: &ReviewStage, found: &BTreeSet<UserId>, enabled: &BTreeSet<UserId>, last: &LastResort) -> BTreeSet<UserId> {
    panel_of(stage, found, enabled, last).0
}

/// The same, with as what they are asked.
pub fn panel_of(
    stage: &ReviewStage,
    found: &BTreeSet<UserId>,
    enabled: &BTreeSet<UserId>,
    last: &LastResort,
) -> (BTreeSet<UserId>, Hands) {
    let chosen: BTreeSet<UserId> = match stage.reviewers {
        Reviewers::Selected { .. } | Reviewers::Owners => found.intersection(enabled).copied().collect(),
        Reviewers::Members | Reviewers::Managers => BTreeSet::new(),
    };
    if !chosen.is_empty() {
        return (chosen, Hands::Asked);
    }
    let fallback: BTreeSet<UserId> = stage.fallback.iter().copied().filter(|id| enabled.contains(id)).collect();
    match last.owner {
        _ if !fallback.is_empty() => (fallback, Hands::Fallback),
        Some(owner) => (BTreeSet::from([owner]), Hands::Owner),
        None => (last.in_charge().iter().copied().collect(), Hands::Administrators),
    }
}

/// Whose row it is alone; nothing when the panel shares it. Nobody is asked about themselves but where everybody is.
pub fn reviewer(stage: &ReviewStage, panel: &BTreeSet<UserId>, subject: &Subject, last: &LastResort) -> Option<UserId> {
    let Principal::User(user) = subject.principal else { return None };
    match stage.reviewers {
        Reviewers::Members if subject.enabled => return Some(user),
        Reviewers::Managers => {
            if let Some(manager) = subject.manager.filter(|manager| *manager != user) {
                return Some(manager);
            }
        }
        Reviewers::Members | Reviewers::Selected { .. } | Reviewers::Owners => {}
    }
    if panel.iter().any(|one| *one != user) {
        return None;
    }
    // They would be the only one to decide about themselves.
    let other = stage.fallback.iter().copied().find(|one| *one != user).filter(|_| !panel.is_empty());
    other.or_else(|| last.other_than(user))
}

/// Whether nobody can decide it: whoever shares it is whom it is about.
pub fn undecidable(row: &ReviewRow, panel: &BTreeSet<UserId>) -> bool {
    row.reviewer.is_none() && panel.iter().all(|one| row.principal == Principal::User(*one))
}

/// A row whose decision changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    pub row: ReviewRow,
    pub decided: Decided,
}

/// Whether deciding this is more than a routine. Approving it is also where that overturns a denial: one that is recommended,
/// or of an earlier stage.
pub fn is_delicate(row: &ReviewRow, denied: bool, privileged: bool) -> bool {
    let overturns = row.recommendation.decision() == Some(Decision::Deny) || row.brought == Decision::Deny;
    privileged || !denied && overturns
}

/// Several are decided together only when nothing in them is delicate, or when somebody says that they looked at each: decided
/// by hand, or accepted as recommended. `denied`: all of them are denied by hand.
fn looked_at<'a>(
    rows: impl ExactSizeIterator<Item = &'a ReviewRow>,
    denied: bool,
    privileged: bool,
    confirmed: bool,
) -> Result<(), Refusal> {
    let of = rows.len();
    let delicate = rows.filter(|row| is_delicate(row, denied, privileged)).count();
    if of > 1 && delicate > 0 && !confirmed {
        return Err(Refusal::ReviewNeedsConfirmation { rows: delicate, of });
    }
    Ok(())
}

/// A reviewer decides rows. `rows` are those that were found of what was asked, with what was said about them so far where
/// decisions are taken back; `privileged`: it gives power over others.
pub fn decide(
    review: &Review,
    (rows, said): (Vec<ReviewRow>, &BTreeMap<ReviewRowId, Vec<Said>>),
    by: &Reader,
    privileged: bool,
    asked: &DecideRows,
    now: Ts,
) -> Result<(Vec<Changed>, Counts), Refusal> {
    let rows = selected(review, rows, asked.rows.len(), by)?;
    let required = match asked.decision {
        Decision::Approve => review.settings.reason_on_approval,
        Decision::Deny => review.settings.reason_on_denial,
        Decision::NotReviewed | Decision::DontKnow => false,
    };
    let reason = justification("reason", "Reason", &asked.reason, required)?;
    if matches!(asked.decision, Decision::Approve | Decision::Deny) {
        let denied = asked.decision == Decision::Deny;
        looked_at(rows.iter().map(|(row, _)| row), denied, privileged, asked.confirmed)?;
    }
    let mut counts = review.counts;
    let decided = Decided { by: Some(by.me), other: None, how: How::Reviewer, at: now, waited: waited(review, now), reason };
    let changed = rows
        .into_iter()
        .map(|(row, other)| {
            let so_far = said.get(&row.id).map(Vec::as_slice).unwrap_or_default();
            change(row, asked.decision, Decided { other, ..decided.clone() }, so_far, &mut counts)
        })
        .collect();
    Ok((changed, counts))
}

/// The rows that somebody selected, each with whom they decide it for. `wanted`: so many were selected.
fn selected(
    review: &Review,
    rows: Vec<ReviewRow>,
    wanted: usize,
    by: &Reader,
) -> Result<Vec<(ReviewRow, Option<UserId>)>, Refusal> {
    if wanted == 0 {
        let message = "Nobody is selected. Select those about whom you decide.".to_owned();
        return Err(Refusal::Malformed { field: "rows".to_owned(), message });
    }
    if wanted > REVIEW_DECIDED_TOGETHER_MAX {
        let message = format!("Up to {REVIEW_DECIDED_TOGETHER_MAX} rows are decided together. Select fewer.");
        return Err(Refusal::Malformed { field: "rows".to_owned(), message });
    }
    if rows.len() != wanted || rows.iter().any(|row| !knows(review, row, by)) {
        return Err(Refusal::NotFound { what: "row" });
    }
    let closed = || Refusal::ReviewNotOpen { name: review.settings.name.clone(), phase: review.state.phase() };
    rows.into_iter()
        .map(|row| match asked_as(review, &row, by) {
            Asked::No => Err(closed()),
            Asked::Themselves => Ok((row, None)),
            Asked::InPlaceOf(other) => Ok((row, Some(other))),
        })
        .collect()
}

/// How long after its stage began something is decided.
fn waited(review: &Review, now: Ts) -> Option<Span> {
    match review.state {
        ReviewState::InProgress { since, .. } => Some(now.since(since)),
        _ => None,
    }
}

/// Decides as recommended whatever is still open and has a recommendation.
/// `privileged`: it gives power over others; `confirmed`: they looked at each that is delicate.
pub fn accept(
    review: &Review,
    rows: Vec<ReviewRow>,
    by: &Reader,
    (privileged, confirmed): (bool, bool),
    now: Ts,
) -> Result<(Vec<Changed>, Counts), Refusal> {
    if review.state.open_stage().is_none() {
        return Err(Refusal::ReviewNotOpen { name: review.settings.name.clone(), phase: review.state.phase() });
    }
    if !review.settings.recommendations {
        return Err(Refusal::NoRecommendationsLeft);
    }
    let mut counts = review.counts;
    let mut changed = Vec::new();
    for row in rows {
        let Some(decision) = row.recommendation.decision() else { continue };
        let other = match asked_as(review, &row, by) {
            Asked::No => continue,
            Asked::Themselves => None,
            Asked::InPlaceOf(other) => Some(other),
        };
        // What an earlier stage decided is nobody's to overturn without looking at it.
        if !row.open || row.decision != Decision::NotReviewed {
            continue;
        }
        let reason = row.recommendation.words().to_owned();
        let waited = waited(review, now);
        let decided = Decided { by: Some(by.me), other, how: How::Accepted, at: now, waited, reason };
        changed.push(change(row, decision, decided, &[], &mut counts));
    }
    if changed.is_empty() {
        return Err(Refusal::NoRecommendationsLeft);
    }
    looked_at(changed.iter().map(|one| &one.row), false, privileged, confirmed)?;
    Ok((changed, counts))
}

/// The last decision counts. Taking one back leaves what the row came with into the stage, of whoever decided that.
fn change(mut row: ReviewRow, decision: Decision, decided: Decided, said: &[Said], counts: &mut Counts) -> Changed {
    leave(counts, &row);
    row.open = decision == Decision::NotReviewed;
    row.decision = if row.open { row.brought } else { decision };
    let stands = if row.open && row.brought != Decision::NotReviewed { said::brought_by(said, row.stage) } else { None };
    row.decided = Some(stands.unwrap_or(&decided).clone());
    enter(counts, &row);
    Changed { row, decided }
}

/// What becomes of a row that nobody decided, by its recommendation; nothing when it stays as it is.
pub fn silence(settings: &ReviewSettings, recommendation: Recommendation) -> Option<Decision> {
    match settings.silence {
        Silence::NoChange => None,
        Silence::Remove => Some(Decision::Deny),
        Silence::Approve => Some(Decision::Approve),
        Silence::Recommendation => recommendation.decision(),
    }
}

/// Decides a row because nobody did; nothing when it stays as it is.
pub fn fall_silent(settings: &ReviewSettings, row: ReviewRow, counts: &mut Counts, now: Ts) -> Option<Changed> {
    // Nobody holds a control row: it is there for what people say about it.
    if row.decision != Decision::NotReviewed || row.like.is_some() {
        return None;
    }
    let decision = silence(settings, row.recommendation)?;
    let reason = match settings.silence {
        Silence::Recommendation => row.recommendation.words().to_owned(),
        Silence::NoChange | Silence::Remove | Silence::Approve => String::new(),
    };
    let decided = Decided { by: None, other: None, how: How::Silence, at: now, waited: None, reason };
    Some(change(row, decision, decided, &[], counts))
}

/// Whether silence alone would remove more than the settings let it.
pub fn held_back(settings: &ReviewSettings, counts: Counts) -> bool {
    counts.denied_by_silence > 0
        && u128::from(counts.denied_by_silence) * 100
            > u128::from(counts.held().total) * u128::from(settings.silence_limit_percent)
}

/// Whether holding these gives power over others, so that deciding about it is more than a routine: a highly privileged
/// directory role, or a group through which roles are held. A package gives what its roles do. `privileged`: directory roles
/// that are marked so; `groups`: those that the roles are of.
pub fn gives_power(roles: &[ResourceRole], privileged: &BTreeSet<RoleId>, groups: &[Group]) -> bool {
    let powerful = |id: GroupId| groups.iter().any(|group| group.id == id && (group.role_assignable || group.privileged));
    roles.iter().any(|role| match *role {
        ResourceRole::DirectoryRole(role) => privileged.contains(&role),
        ResourceRole::GroupMember(group) | ResourceRole::GroupOwner(group) => powerful(group),
        ResourceRole::ApplicationRole(..) => false,
    })
}

/// What somebody holds, as it is when the instance starts.
#[derive(Clone, Debug)]
pub struct Holding {
    pub held: AnyId,
    /// Nothing for a package.
    pub role: Option<ResourceRole>,
    pub assignment_type: AssignmentType,
    pub source: Option<Source>,
    pub through: Option<GroupId>,
    pub ends_at: Option<Ts>,
    pub last_active: Option<Ts>,
    /// Nobody holds it: it is shown as this is.
    pub like: Option<AnyId>,
    /// Whoever loses it gets it again by itself: by the rule of a policy, or from another system.
    pub given_again: bool,
}

/// The row of what somebody holds, in the first stage.
pub fn row(
    id: ReviewRowId,
    review: &Review,
    (panel, last): (&BTreeSet<UserId>, &LastResort),
    subject: &Subject,
    holding: Holding,
    now: Ts,
) -> ReviewRow {
    let settings = &review.settings;
    let first = settings.stages.first();
    ReviewRow {
        id,
        principal: subject.principal,
        held: holding.held,
        role: holding.role,
        assignment_type: holding.assignment_type,
        source: holding.source,
        through: holding.through,
        ends_at: holding.ends_at,
        last_sign_in: subject.last_sign_in,
        last_active: holding.last_active,
        recommendation: recommend(subject, settings.look_back_days, now),
        stage: 0,
        reviewer: first.and_then(|stage| reviewer(stage, panel, subject, last)),
        handed: None,
        like: holding.like,
        open: true,
        brought: Decision::NotReviewed,
        decision: Decision::NotReviewed,
        decided: None,
        outcome: Outcome::New,
        outcome_words: String::new(),
        applied_at: None,
        applied_by: None,
        failed: None,
    }
}

#[cfg(test)]
#[path = "review_tests.rs"]
mod tests;
