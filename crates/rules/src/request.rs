//! The life of a request: submitted, decided in stages, delivered, or ended without.
//!
//! Every function takes the request and the facts, and returns a [`Step`]: the next state and what happened.
//! Nothing is read and nothing is written here.

use crate::approval::{
    StagePeople, already, approvals, asked_first, barred, can_be_decided, may_decide_as, needed_later, settled_refusal,
    with_stand_ins, without,
};
use crate::delegation::used_up;
use crate::form;
use crate::package::{Asker, Policy, choose, fitting, lets};
use model::access::{Assignment, EndReason, Source};
use model::approval::{Part, Stage, Verdict};
use model::command::{DecideRequest, SubmitRequest};
use model::directory::Principal;
use model::event::Action;
use model::limits::{ASKED_PEOPLE_MAX, EXTENSION_DAYS, START_MAX_DAYS, WARNING_DAYS};
use model::package::{Lasts, PackageRole, PolicySettings};
use model::request::{Decision, PackageAssignment, Request, State, Terms, Wish};
use model::{AssignmentId, PackageAssignmentId, PackageId, PolicyId, Refusal, RequestId, Span, Ts, UserId};
use std::collections::BTreeSet;

/// What follows from a command or from time passing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub request: Request,
    /// In the order in which they happened.
    pub actions: Vec<Action>,
    /// A decision to keep.
    pub decision: Option<Decision>,
}

/// The facts about a wish for a package.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    pub package: PackageId,
    pub name: &'a str,
    pub policy: &'a Policy,
    /// People of each stage of the policy.
    pub people: &'a [StagePeople],
    /// A request for the same that is still open.
    pub open: Option<(RequestId, Ts)>,
    /// The package, if it is held already.
    pub held: Option<&'a PackageAssignment>,
}

impl Wanted<'_> {
    /// What is held now and would be extended.
    fn extends(&self, now: Ts) -> Option<&PackageAssignment> {
        self.held.filter(|held| holds(held, now))
    }
}

/// The policies under which somebody asks: those that fit, or, when the package is held, the one it is held under, for
/// more of the same.
pub fn policies<'a>(policies: &'a [Policy], asker: &Asker, held: Option<&PackageAssignment>, now: Ts) -> Vec<&'a Policy> {
    match held.filter(|held| holds(held, now)) {
        Some(held) => policies.iter().filter(|policy| policy.id == held.policy && lets(policy, asker)).collect(),
        None => fitting(policies, asker),
    }
}

/// The policy a request is made under.
pub fn policy<'a>(
    all: &'a [Policy],
    asker: &Asker,
    held: Option<&PackageAssignment>,
    chosen: Option<PolicyId>,
    name: &str,
    now: Ts,
) -> Result<&'a Policy, Refusal> {
    match held.filter(|held| holds(held, now)) {
        Some(held) => policies(all, asker, Some(held), now).first().copied().ok_or_else(|| already_held(held, name)),
        None => choose(all, asker, chosen),
    }
}

/// Somebody asks for a package for themselves.
pub fn submit(id: RequestId, requestor: UserId, wanted: &Wanted<'_>, asked: &SubmitRequest, now: Ts) -> Result<Step, Refusal> {
    standing(wanted, now)?;
    let settings = &wanted.policy.settings;
    let justification =
        form::justification("justification", "Business justification", &asked.justification, settings.justification_required)?;
    let answers = form::answers(&settings.questions, &asked.answers)?;
    let stages = stages(wanted, now);
    can_be_decided(stages, wanted.people, &barred(requestor, requestor))?;
    let extends = wanted.extends(now).map(|held| held.id);
    let (starts_at, ends_at) = if extends.is_some() { (None, None) } else { timeline(settings, asked, now)? };
    let request = Request {
        id,
        requestor,
        beneficiary: requestor,
        wish: Wish::Package { package: wanted.package, policy: wanted.policy.id, extends },
        terms: Terms {
            name: wanted.name.to_owned(),
            policy_name: wanted.policy.name.clone(),
            justification,
            answers,
            stages: stages.to_vec(),
            lasts: settings.lasts,
            starts_at,
            ends_at,
        },
        submitted_at: now,
        state: State::Delivering { approved_at: now, tries: 0, next_try_at: now },
        version: 0,
    };
    let mut actions = vec![Action::RequestSubmitted { name: wanted.name.to_owned(), beneficiary: requestor }];
    let request = open_stage(request, 0, wanted.people.first(), &[], now, &mut actions);
    Ok(Step { request, actions, decision: None })
}

/// Why a package cannot be requested by its holder or asker now, apart from what is typed.
pub fn standing(wanted: &Wanted<'_>, now: Ts) -> Result<(), Refusal> {
    if let Some((request, since)) = wanted.open {
        return Err(Refusal::AlreadyRequested { request, package: wanted.name.to_owned(), since });
    }
    match wanted.extends(now) {
        Some(held) => may_extend(held, wanted.policy, wanted.name, now),
        None => Ok(()),
    }
}

/// The stages that a wish goes through: an extension may need none.
pub fn stages<'a>(wanted: &Wanted<'a>, now: Ts) -> &'a [Stage] {
    let settings = &wanted.policy.settings;
    if wanted.extends(now).is_some() && !settings.extension_needs_approval { &[] } else { &settings.stages }
}

fn already_held(held: &PackageAssignment, name: &str) -> Refusal {
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

/// The end of access that would end at `until`, after an extension: as long again, from that end on.
pub fn extended_to(until: Ts, lasts: Lasts) -> Option<Ts> {
    match lasts {
        Lasts::Forever => None,
        Lasts::Until { at } => Some(at),
        Lasts::For { minutes } => Some(until + Span::minutes(i64::from(minutes))),
    }
}

/// The start and end that a requestor names, where the policy lets them. Nothing is shortened in silence.
fn timeline(settings: &PolicySettings, asked: &SubmitRequest, now: Ts) -> Result<(Option<Ts>, Option<Ts>), Refusal> {
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

/// Whether a package is held at `now`. The end instant is outside.
pub fn holds(held: &PackageAssignment, now: Ts) -> bool {
    held.ended_at.is_none() && held.starts_at <= now && held.ends_at.is_none_or(|end| now < end)
}

/// Opens a stage, or goes on to delivery when there is none left.
fn open_stage(
    mut request: Request,
    stage: usize,
    people: Option<&StagePeople>,
    decisions: &[Decision],
    now: Ts,
    actions: &mut Vec<Action>,
) -> Request {
    let Some(settings) = request.terms.stages.get(stage) else {
        actions.push(Action::RequestApproved);
        request.state = match request.terms.starts_at.filter(|starts_at| now < *starts_at) {
            Some(starts_at) => {
                actions.push(Action::RequestScheduled { starts_at });
                State::Scheduled { approved_at: now, starts_at }
            }
            None => State::Delivering { approved_at: now, tries: 0, next_try_at: now },
        };
        return request;
    };
    let decide_by = now + settings.window();
    let nobody = StagePeople::default();
    let (people, excluded) = (people.unwrap_or(&nobody), excluded(&request, decisions));
    let (part, asked) = asked_first(settings, people, &excluded);
    let mut asked = with_stand_ins(asked, people, &excluded);
    // Everybody on the lists may decide; only so many are told.
    asked.truncate(ASKED_PEOPLE_MAX);
    actions.push(Action::StageOpened { stage, part, asked: asked.clone(), decide_by });
    request.state = State::PendingApproval {
        stage,
        opened_at: now,
        decide_by,
        asked,
        fallback: part == Part::Fallback,
        escalated_at: None,
        reminded_at: None,
    };
    request
}

/// Who is not asked: those whom the request is about, and those who decided a stage of it already.
fn excluded(request: &Request, decisions: &[Decision]) -> BTreeSet<UserId> {
    let mut excluded = barred(request.requestor, request.beneficiary);
    excluded.extend(decisions.iter().flat_map(used_up));
    excluded
}

/// Who is deciding, with the facts about them.
pub struct Decider<'a> {
    pub person: UserId,
    /// The people of the open stage.
    pub people: &'a StagePeople,
    pub name: &'a (dyn Fn(UserId) -> String + Sync),
}

/// Whether the decider may decide the open stage at this moment, and in whose place; the page that offers the buttons
/// asks the same.
pub fn may_decide_now(
    request: &Request,
    decisions: &[Decision],
    decider: &Decider<'_>,
    now: Ts,
) -> Result<(usize, Option<UserId>), Refusal> {
    if let Some(expired) = window_over(&request.state, now) {
        return Err(settled_refusal(&expired, decider.name));
    }
    let Decider { person, people, name } = decider;
    may_decide_as(request.requestor, request.beneficiary, &request.state, decisions, *person, people, name)
}

/// Somebody decides the open stage. `people` holds the people of every stage.
pub fn decide(
    request: &Request,
    decisions: &[Decision],
    decider: &Decider<'_>,
    asked: &DecideRequest,
    people: &[StagePeople],
    now: Ts,
) -> Result<Step, Refusal> {
    let may = may_decide_now(request, decisions, decider, now);
    if may == Err(Refusal::NotAnApprover)
        && let State::PendingApproval { stage, .. } = &request.state
        && let Some(settled) = decisions.iter().rev().find(|decision| decision.stage == asked.stage && decision.stage < *stage)
    {
        // The page showed an earlier stage, which somebody else has decided meanwhile.
        return Err(already(settled, decider.person, decider.name));
    }
    let (stage, stood_in_for) = may?;
    if stage != asked.stage {
        return Err(Refusal::StageMovedOn { stage: stage + 1 });
    }
    let settings = request.terms.stages.get(stage).ok_or(Refusal::Stale)?;
    let words = form::justification("words", "Justification", &asked.words, settings.justification_required)?;
    let decision =
        Decision { stage, approver: decider.person, stood_in_for, verdict: asked.verdict, words: words.clone(), at: now };
    let so_far = approvals(decisions, stage);
    if asked.verdict == Verdict::Approve {
        let barred = barred(request.requestor, request.beneficiary);
        let decided = decisions.iter().flat_map(used_up).collect();
        let person = decider.person;
        let needed = needed_later(&request.terms.stages, people, stage, so_far, &barred, &decided, person, stood_in_for);
        if let Some(later) = needed {
            return Err(Refusal::NeededLater { stage: stage + 1, later });
        }
    }
    let met = so_far + 1 >= settings.quorum as usize;
    let settles_stage = asked.verdict == Verdict::Deny || met;
    let mut actions =
        vec![Action::StageDecided { stage, verdict: asked.verdict, words: words.clone(), settles_stage, stood_in_for }];
    let mut request = request.clone();
    match asked.verdict {
        Verdict::Deny => request.state = State::Denied { stage, by: decider.person, at: now, words },
        Verdict::Approve if met => {
            let mut so_far = decisions.to_vec();
            so_far.push(decision.clone());
            request = open_stage(request, stage + 1, people.get(stage + 1), &so_far, now, &mut actions);
        }
        Verdict::Approve => {}
    }
    Ok(Step { request, actions, decision: Some(decision) })
}

/// Whether the decision window of a request is over, even if no worker has said so yet.
pub fn is_over(request: &Request, now: Ts) -> bool {
    window_over(&request.state, now).is_some()
}

/// The state of a request whose decision window is over, even if no worker has said so yet.
fn window_over(state: &State, now: Ts) -> Option<State> {
    match state {
        State::PendingApproval { stage, decide_by, .. } if now >= *decide_by => {
            Some(State::Expired { stage: *stage, at: *decide_by })
        }
        State::PendingApproval { .. }
        | State::Scheduled { .. }
        | State::Delivering { .. }
        | State::Delivered { .. }
        | State::DeliveryFailed { .. }
        | State::Denied { .. }
        | State::Expired { .. }
        | State::Canceled { .. } => None,
    }
}

/// Whether *Cancel request* is offered to this person.
pub fn may_cancel(request: &Request, person: UserId, administrates: bool, now: Ts) -> Result<(), Refusal> {
    if person != request.requestor && person != request.beneficiary && !administrates {
        return Err(Refusal::NotFound { what: "request" });
    }
    match window_over(&request.state, now).as_ref().unwrap_or(&request.state) {
        State::PendingApproval { .. } | State::Scheduled { .. } => Ok(()),
        state => Err(Refusal::NotOpen { outcome: state.phase().word() }),
    }
}

pub fn cancel(request: &Request, person: UserId, administrates: bool, words: &str, now: Ts) -> Result<Step, Refusal> {
    may_cancel(request, person, administrates, now)?;
    let words = form::justification("words", "Reason", words, false)?;
    let mut request = request.clone();
    request.state = State::Canceled { by: person, at: now, words: words.clone() };
    Ok(Step { request, actions: vec![Action::RequestCanceled { words }], decision: None })
}

/// Half of the window.
fn reminds_at(opened_at: Ts, decide_by: Ts) -> Ts {
    opened_at + decide_by.since(opened_at).half()
}

/// The next instant at which something happens to the request by itself.
pub fn wakes_at(request: &Request) -> Option<Ts> {
    match &request.state {
        State::PendingApproval { stage, opened_at, decide_by, escalated_at, reminded_at, .. } => {
            let settings = request.terms.stages.get(*stage);
            let reminder = reminded_at.is_none().then_some(reminds_at(*opened_at, *decide_by));
            let escalation = settings
                .and_then(|settings| settings.escalation.as_ref())
                .filter(|_| escalated_at.is_none())
                .map(|escalation| *opened_at + model::Span::minutes(i64::from(escalation.after_minutes)));
            [reminder, escalation, Some(*decide_by)].into_iter().flatten().min()
        }
        State::Scheduled { starts_at, .. } => Some(*starts_at),
        State::Delivering { next_try_at, .. } => Some(*next_try_at),
        State::Delivered { .. }
        | State::DeliveryFailed { .. }
        | State::Denied { .. }
        | State::Expired { .. }
        | State::Canceled { .. } => None,
    }
}

/// Time passed: the one thing that is due now, or nothing. Called until it answers nothing.
/// Delivery is due work too, but has its own function, [`deliver`].
pub fn due(request: &Request, people: &StagePeople, decisions: &[Decision], now: Ts) -> Option<Step> {
    wakes_at(request).filter(|at| *at <= now)?;
    let excluded = excluded(request, decisions);
    let mut request = request.clone();
    let mut actions = Vec::new();
    match &mut request.state {
        State::PendingApproval { stage, decide_by, .. } if now >= *decide_by => {
            actions.push(Action::StageExpired { stage: *stage });
            request.state = State::Expired { stage: *stage, at: *decide_by };
        }
        State::PendingApproval { stage, opened_at, decide_by, asked: told, fallback, escalated_at, reminded_at } => {
            let stage = *stage;
            // The reminder goes first: whoever is asked by the escalation just now needs none.
            if reminded_at.is_none() && reminds_at(*opened_at, *decide_by) <= now {
                *reminded_at = Some(now);
                let mut all = people.approvers.clone();
                // Approvers may have left since the stage opened; then the fallback approvers are asked now.
                let quorum = request.terms.stages.get(stage).map_or(1, |settings| settings.quorum as usize);
                let missing = quorum.saturating_sub(approvals(decisions, stage));
                *fallback |= without(&all, &excluded).len() < missing;
                if *fallback {
                    all.extend(&people.fallback);
                }
                if escalated_at.is_some() {
                    all.extend(&people.escalation);
                }
                let mut asked = with_stand_ins(without(&all, &excluded), people, &excluded);
                asked.truncate(ASKED_PEOPLE_MAX);
                told.extend(without(&asked, &told.iter().copied().collect()));
                actions.push(Action::ApproversReminded { stage, asked });
            } else {
                *escalated_at = Some(now);
                let further = with_stand_ins(without(&people.escalation, &excluded), people, &excluded);
                let mut asked: Vec<UserId> = further.into_iter().filter(|person| !told.contains(person)).collect();
                asked.truncate(ASKED_PEOPLE_MAX);
                told.extend(&asked);
                actions.push(Action::StageEscalated { stage, asked });
            }
        }
        State::Scheduled { approved_at, .. } => {
            request.state = State::Delivering { approved_at: *approved_at, tries: 0, next_try_at: now };
            actions.push(Action::DeliveryStarted);
        }
        State::Delivering { .. }
        | State::Delivered { .. }
        | State::DeliveryFailed { .. }
        | State::Denied { .. }
        | State::Expired { .. }
        | State::Canceled { .. } => return None,
    }
    Some(Step { request, actions, decision: None })
}

/// What delivery needs to know and the ids it may use.
pub struct Delivery<'a> {
    pub roles: &'a [PackageRole],
    /// The package, if the person holds it by now.
    pub held: Option<&'a PackageAssignment>,
    /// Whether the package still exists.
    pub exists: bool,
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
    let Wish::Package { package, policy, extends } = request.wish.clone();
    let fail = |reason: &str| {
        let mut request = request.clone();
        request.state = State::DeliveryFailed { at: now, reason: reason.to_owned() };
        let actions = vec![Action::DeliveryFailed { reason: reason.to_owned() }];
        let step = Step { request, actions, decision: None };
        Some(Delivered { step, held: None, assignments: Vec::new(), extended: None })
    };
    if !facts.exists {
        return fail("The package no longer exists.");
    }
    if let Some(extends) = extends {
        let Some(held) = facts.held.filter(|held| held.id == extends && holds(held, now)) else {
            return fail("The access had ended before it could be extended. Request it again.");
        };
        return Some(extend(request, held, facts.came_with_it, now));
    }
    if facts.held.is_some_and(|held| holds(held, now)) {
        return fail("The package was given by another way meanwhile.");
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
        return fail("The end of the access was over before it could start.");
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
    request.state = State::Delivered { at: now, assignment: facts.assignment };
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
    request.state = State::Delivered { at: now, assignment: held.id };
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
    }
}

/// The event of an assignment that ends.
pub fn ended(assignment: &Assignment, reason: EndReason) -> Action {
    Action::AssignmentEnded { assignment: assignment.id, principal: assignment.principal, role: assignment.role, reason }
}

/// Ends a package assignment whose time is over, with what came with it. Nothing when it is not due or has ended.
pub fn package_assignment_due(held: &PackageAssignment, assignments: &[Assignment], now: Ts) -> Option<Vec<Action>> {
    if held.ended_at.is_some() || held.ends_at.is_none_or(|end| now < end) {
        return None;
    }
    Some(ending(held, assignments, EndReason::Expired, String::new()))
}

/// Ends a package assignment before its time, with what came with it: why it ended, and what happened.
pub fn end_early(
    held: &PackageAssignment,
    assignments: &[Assignment],
    by: Ender,
    name: &str,
    words: &str,
    now: Ts,
) -> Result<(EndReason, Vec<Action>), Refusal> {
    let reason = if by.person == held.holder { EndReason::GivenBack } else { EndReason::Removed };
    if reason == EndReason::Removed && !by.administrates {
        return Err(Refusal::NotFound { what: "access" });
    }
    // What begins later can be given back before it begins.
    if held.ended_at.is_some() || held.ends_at.is_some_and(|end| end <= now) {
        return Err(Refusal::NotHeld { name: name.to_owned() });
    }
    let words = form::justification("words", "Reason", words, reason == EndReason::Removed)?;
    Ok((reason, ending(held, assignments, reason, words)))
}

/// Who ends somebody's access.
#[derive(Clone, Copy, Debug)]
pub struct Ender {
    pub person: UserId,
    /// May take away what others hold.
    pub administrates: bool,
}

fn ending(held: &PackageAssignment, assignments: &[Assignment], reason: EndReason, words: String) -> Vec<Action> {
    let mut actions: Vec<Action> = assignments
        .iter()
        .filter(|assignment| assignment.ended_at.is_none() && assignment.source == Source::Package(held.id))
        .map(|assignment| ended(assignment, EndReason::PackageEnded))
        .collect();
    actions.push(Action::PackageAssignmentEnded { assignment: held.id, package: held.package, reason, words });
    actions
}

#[cfg(test)]
#[path = "request_tests.rs"]
mod tests;
