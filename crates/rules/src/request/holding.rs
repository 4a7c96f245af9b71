//! What is held through a package: when it begins and ends, holding it for longer, and its end.

use super::{Step, catalog_open, holds, is_longer};
use crate::form;
use crate::package::{Asker, Policy, lets_extend};
use model::access::{Assignment, EndReason, Source};
use model::command::SubmitRequest;
use model::directory::Principal;
use model::event::Action;
use model::limits::{EXTENSION_DAYS, START_MAX_DAYS, WARNING_DAYS};
use model::notice::Value;
use model::package::{Lasts, PackageRole, PolicySettings};
use model::request::{Given, PackageAssignment, Request, State, Undelivered, Wish};
use model::role_settings::Ticket;
use model::{AssignmentId, PackageAssignmentId, Refusal, Span, Ts, UserId};

pub(super) fn already_held(held: &PackageAssignment, name: &str) -> Refusal {
    Refusal::AlreadyHeld { assignment: held.id, package: name.to_owned(), until: held.ends_at }
}

/// When the holder is told next that the access ends; access that is shorter than the warning needs none.
pub fn warns_at(starts_at: Ts, ends_at: Option<Ts>, now: Ts) -> Option<Ts> {
    let end = ends_at?;
    let warnings = WARNING_DAYS.into_iter().map(|days| end - Span::days(days));
    warnings.filter(|at| *at > starts_at && *at > now).min()
}

/// Whether what is held may be held for longer, now.
pub fn may_extend(held: &PackageAssignment, policy: &Policy, name: &str, now: Ts) -> Result<(), Refusal> {
    let settings = &policy.settings;
    let Some(until) = held.ends_at.filter(|_| settings.extension_allowed) else { return Err(already_held(held, name)) };
    if extended_to(until, settings.lasts).is_some_and(|to| to <= until) {
        // The policy has an end of its own, and this is it.
        return Err(already_held(held, name));
    }
    let from = until - Span::days(EXTENSION_DAYS);
    if now < from {
        return Err(Refusal::ExtensionTooEarly { package: name.to_owned(), until, from });
    }
    Ok(())
}

/// Whether the holder is offered to ask for it, and would be heard. `assigned`: an administrator gave it to them.
pub fn offers_extension(
    held: &PackageAssignment,
    policy: &Policy,
    catalog_enabled: bool,
    asker: &Asker,
    assigned: bool,
    now: Ts,
) -> bool {
    let open = catalog_open(catalog_enabled, "", true).is_ok();
    open && lets_extend(policy, asker, assigned) && may_extend(held, policy, "", now).is_ok()
}

/// The end of access that would end at `until`, after an extension: as long again, from that end on.
pub fn extended_to(until: Ts, lasts: Lasts) -> Option<Ts> {
    match lasts {
        Lasts::Forever => None,
        Lasts::Until { at } => Some(at),
        Lasts::For { minutes } => Some(until + Span::minutes(i64::from(minutes))),
    }
}

/// The start and end that a requestor names, where the policy lets them. Nothing is shortened in silence.
pub(super) fn timeline(settings: &PolicySettings, asked: &SubmitRequest, now: Ts) -> Result<(Option<Ts>, Option<Ts>), Refusal> {
    let malformed = |field: &str, message: String| Err(Refusal::Malformed { field: field.to_owned(), message });
    let (start, end) = (asked.starts_at, asked.ends_at);
    if !settings.timeline_allowed {
        return match (start, end) {
            (None, None) => Ok((None, None)),
            (Some(_), _) => malformed("starts_at", "This policy lets nobody choose the start. Leave it empty.".to_owned()),
            (None, Some(_)) => malformed("ends_at", "This policy lets nobody choose the end. Leave it empty.".to_owned()),
        };
    }
    if start.is_some_and(|start| start < now - Span::hours(1)) {
        return malformed("starts_at", "The start is over. Choose a later one, or leave it empty to start at once.".to_owned());
    }
    if start.is_some_and(|start| start > now + Span::days(START_MAX_DAYS)) {
        return malformed("starts_at", format!("The start may be at most {START_MAX_DAYS} days ahead. Choose an earlier one."));
    }
    let start = start.filter(|start| *start > now);
    if let (Some(start), Lasts::Until { at }) = (start, settings.lasts)
        && start >= at
    {
        let message =
            format!("Access under this policy ends on {}, before it would start. Choose an earlier start.", at.in_sentence());
        return malformed("starts_at", message);
    }
    let Some(end) = end else { return Ok((start, None)) };
    let begins = start.unwrap_or(now);
    if end <= begins {
        return malformed("ends_at", "The end has to be later than the start. Choose a later end.".to_owned());
    }
    match settings.lasts {
        Lasts::For { minutes } if end > begins + Span::minutes(i64::from(minutes)) => malformed(
            "ends_at",
            format!(
                "This policy gives access for at most {}, and you asked for {}. Choose an earlier end.",
                Span::minutes(i64::from(minutes)).words(),
                end.since(begins).words()
            ),
        ),
        Lasts::Until { at } if end > at => malformed(
            "ends_at",
            format!("Access under this policy ends on {} at the latest. Choose an earlier end.", at.in_sentence()),
        ),
        Lasts::For { .. } | Lasts::Until { .. } | Lasts::Forever => Ok((start, Some(end))),
    }
}

/// What delivery needs to know and the ids it may use.
pub struct Delivery<'a> {
    pub roles: &'a [PackageRole],
    /// The package, if the person holds it by now.
    pub held: Option<&'a PackageAssignment>,
    /// Whether the package still exists.
    pub exists: bool,
    /// Whether the person has something by now that nobody may have together with it.
    pub incompatible: bool,
    pub assignment: PackageAssignmentId,
    /// One for each role.
    pub assignments: &'a [AssignmentId],
    /// What came with the package that is held; for an extension.
    pub came_with_it: &'a [Assignment],
}

/// What delivery makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    pub step: Step,
    pub held: Option<PackageAssignment>,
    pub assignments: Vec<Assignment>,
    /// What is held for longer, with the new end.
    pub extended: Option<(PackageAssignment, Option<Ts>)>,
}

/// Puts approved access into effect. The clock of the access starts here.
pub fn deliver(request: &Request, facts: &Delivery<'_>, now: Ts) -> Option<Delivered> {
    let State::Delivering { next_try_at, .. } = &request.state else { return None };
    if *next_try_at > now {
        return None;
    }
    let Wish::Package { package, policy, extends } = request.wish.clone() else { return None };
    let fail = |reason: Undelivered| {
        let mut request = request.clone();
        request.state = State::DeliveryFailed { at: now, reason: Value::Typed(reason) };
        let actions = vec![Action::DeliveryFailed { reason: Value::Typed(reason) }];
        let step = Step { request, actions, decision: None };
        Some(Delivered { step, held: None, assignments: Vec::new(), extended: None })
    };
    if !facts.exists {
        return fail(Undelivered::PackageGone);
    }
    if facts.incompatible {
        return fail(Undelivered::Incompatible);
    }
    if let Some(extends) = extends {
        let Some(held) = facts.held.filter(|held| held.id == extends && holds(held, now)) else {
            return fail(Undelivered::EndedBeforeExtension);
        };
        if !is_longer(held.ends_at, request.terms.lasts) {
            return fail(Undelivered::LastsThatLong);
        }
        return Some(extend(request, held, facts.came_with_it, now));
    }
    if facts.held.is_some_and(|held| holds(held, now)) {
        return fail(Undelivered::GivenMeanwhile);
    }
    let starts_at = request.terms.starts_at.map_or(now, |starts_at| starts_at.max(now));
    let by_policy = match request.terms.lasts {
        Lasts::Forever => None,
        Lasts::Until { at } => Some(at),
        Lasts::For { minutes } => Some(starts_at + model::Span::minutes(i64::from(minutes))),
    };
    let ends_at = match (by_policy, request.terms.ends_at) {
        (Some(policy), Some(asked)) => Some(policy.min(asked)),
        (Some(one), None) | (None, Some(one)) => Some(one),
        (None, None) => None,
    };
    if ends_at.is_some_and(|end| end <= starts_at) {
        return fail(Undelivered::OverBeforeStart);
    }
    let held = PackageAssignment {
        id: facts.assignment,
        package,
        policy,
        holder: request.beneficiary,
        request: Some(request.id),
        starts_at,
        ends_at,
        ended_at: None,
        version: 0,
    };
    let assignments: Vec<Assignment> = facts
        .roles
        .iter()
        .zip(facts.assignments)
        .map(|(role, id)| Assignment {
            id: *id,
            principal: Principal::User(request.beneficiary),
            role: role.role,
            assignment_type: role.assignment_type,
            source: Source::Package(facts.assignment),
            starts_at,
            ends_at,
            ended_at: None,
        })
        .collect();
    let mut actions: Vec<Action> = assignments.iter().map(started).collect();
    actions.push(Action::RequestDelivered { assignment: facts.assignment, ends_at });
    let mut request = request.clone();
    request.state = State::Delivered { at: now, given: Given::Package(facts.assignment) };
    let step = Step { request, actions, decision: None };
    Some(Delivered { step, held: Some(held), assignments, extended: None })
}

/// Lets access that is held end later, with everything that came with it. It is not interrupted.
fn extend(request: &Request, held: &PackageAssignment, came_with_it: &[Assignment], now: Ts) -> Delivered {
    let to = held.ends_at.and_then(|until| extended_to(until, request.terms.lasts));
    let mut actions: Vec<Action> = came_with_it
        .iter()
        .filter(|assignment| assignment.ended_at.is_none() && assignment.source == Source::Package(held.id))
        .map(|assignment| Action::AssignmentExtended {
            assignment: assignment.id,
            principal: assignment.principal,
            role: assignment.role,
            from: assignment.ends_at,
            to,
        })
        .collect();
    actions.push(Action::PackageAssignmentExtended { assignment: held.id, package: held.package, from: held.ends_at, to });
    actions.push(Action::RequestDelivered { assignment: held.id, ends_at: to });
    let mut request = request.clone();
    request.state = State::Delivered { at: now, given: Given::Package(held.id) };
    let step = Step { request, actions, decision: None };
    Delivered { step, held: None, assignments: Vec::new(), extended: Some((held.clone(), to)) }
}

/// The event of an assignment that starts.
pub fn started(assignment: &Assignment) -> Action {
    Action::AssignmentStarted {
        assignment: assignment.id,
        principal: assignment.principal,
        role: assignment.role,
        assignment_type: assignment.assignment_type,
        source: assignment.source,
        starts_at: assignment.starts_at,
        ends_at: assignment.ends_at,
        words: String::new(),
        ticket: Ticket::default(),
    }
}

/// The event of an assignment that ends with something else.
pub fn ended(assignment: &Assignment, reason: EndReason) -> Action {
    crate::role_assignment::ended(assignment, reason, String::new())
}

/// Ends a package assignment whose time is over, with what came with it. Nothing when it is not due or has ended.
pub fn package_assignment_due(held: &PackageAssignment, assignments: &[Assignment], now: Ts) -> Option<Vec<Action>> {
    if held.ended_at.is_some() || held.ends_at.is_none_or(|end| now < end) {
        return None;
    }
    Some(ending(held, assignments, time_over(held), String::new()))
}

/// Why something ends whose time is over: what nobody asked for has an end only since its rule no longer matches.
pub fn time_over(held: &PackageAssignment) -> EndReason {
    if held.request.is_some() { EndReason::Expired } else { EndReason::RuleNoLongerMatches }
}

/// Ends a package assignment because the rule that gave it no longer matches, with what came with it.
pub fn end_by_rule(held: &PackageAssignment, assignments: &[Assignment]) -> Vec<Action> {
    ending(held, assignments, EndReason::RuleNoLongerMatches, String::new())
}

/// Who ends somebody's access.
#[derive(Clone, Copy, Debug)]
pub struct Ender {
    pub person: UserId,
    /// May take away what others hold.
    pub administrates: bool,
    /// Gave one of the approvals that led to it, or a delegate did in this person's place.
    pub approved: bool,
    /// Is whom the holder reports to, and the policy lets managers.
    pub leads: bool,
}

/// Whether somebody may end this access now, and as what: its holder, who approved it, whom the
/// holder reports to, or an administrator.
pub fn may_end(held: &PackageAssignment, by: Ender, name: &str, now: Ts) -> Result<EndReason, Refusal> {
    let reason = match by {
        by if by.person == held.holder => EndReason::GivenBack,
        Ender { approved: true, .. } => EndReason::Revoked,
        Ender { administrates: true, .. } | Ender { leads: true, .. } => EndReason::Removed,
        Ender { .. } => return Err(Refusal::NotFound { what: "access" }),
    };
    // What begins later can be given back before it begins.
    if held.ended_at.is_some() || held.ends_at.is_some_and(|end| end <= now) {
        return Err(Refusal::NotHeld { name: name.to_owned() });
    }
    Ok(reason)
}

/// Ends a package assignment before its time, with what came with it: why it ended, and what happened. `name` is the
/// package's, `policy` the one that it is held under.
pub fn end_early(
    held: &PackageAssignment,
    assignments: &[Assignment],
    by: Ender,
    (name, policy): (&str, Option<&Policy>),
    words: &str,
    now: Ts,
) -> Result<(EndReason, Vec<Action>), Refusal> {
    let reason = may_end(held, by, name, now)?;
    if let Some(policy) = policy {
        crate::automatic::may_end(held, policy, name, now)?;
    }
    let words = form::justification("words", "Reason", words, reason != EndReason::GivenBack)?;
    Ok((reason, ending(held, assignments, reason, words)))
}

/// What happens when an access review takes it away.
pub fn end_by_review(held: &PackageAssignment, assignments: &[Assignment], words: &str) -> Vec<Action> {
    ending(held, assignments, EndReason::Reviewed, words.to_owned())
}

fn ending(held: &PackageAssignment, assignments: &[Assignment], reason: EndReason, words: String) -> Vec<Action> {
    let mut actions: Vec<Action> = assignments
        .iter()
        .filter(|assignment| assignment.ended_at.is_none() && assignment.source == Source::Package(held.id))
        .map(|assignment| ended(assignment, EndReason::PackageEnded))
        .collect();
    let (assignment, package, holder) = (held.id, held.package, Some(held.holder));
    actions.push(Action::PackageAssignmentEnded { assignment, package, holder, reason, words });
    actions
}
