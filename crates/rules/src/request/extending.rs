//! Extending and renewing assignments of roles: the holder asks, and whoever manages the role decides and says what is given.

use super::{Step, open_stage};
use crate::approval::{StagePeople, barred, can_be_decided};
use crate::form::justification;
use crate::role_assignment::{Holder, Role, assign, change, ended, is_there, within};
use model::access::{Assignment, EndReason, Source};
use model::approval::Stage;
use model::directory::Principal;
use model::event::Action;
use model::limits::{EXTENSION_DAYS, RENEWAL_DAYS};
use model::package::Lasts;
use model::request::{Given, Request, State, Terms, Wish};
use model::role_assignment::{AssignRole, ChangeRoleAssignment, ExtendRole, RoleTerms};
use model::role_settings::{Privileged, RoleSettings, Ticket};
use model::{AssignmentId, Refusal, RequestId, Span, Ts, UserId};

/// A day in minutes.
const DAY: u32 = 24 * 60;

/// Whether the holder may ask now; then whether it is a renewal, because the assignment has ended.
pub fn may_extend_role(assignment: &Assignment, person: UserId, role: &str, now: Ts) -> Result<bool, Refusal> {
    let role = || role.to_owned();
    if assignment.principal != Principal::User(person) {
        return Err(Refusal::NotFound { what: "assignment" });
    }
    if assignment.source != Source::Direct {
        return Err(Refusal::RoleExtendedElsewhere { role: role() });
    }
    if is_there(assignment, now) {
        let Some(until) = assignment.ends_at else { return Err(Refusal::RoleWithoutEnd { role: role() }) };
        let from = until - Span::days(EXTENSION_DAYS);
        // What lasts shorter than that can be extended from its start on.
        return if now < from { Err(Refusal::RoleExtensionTooEarly { role: role(), until, from }) } else { Ok(false) };
    }
    let by_itself = assignment.ends_at.filter(|end| assignment.ended_at.is_none_or(|ended| *end <= ended));
    let Some(ended) = by_itself else { return Err(Refusal::RoleTakenAway { role: role() }) };
    if now >= ended + Span::days(RENEWAL_DAYS) {
        return Err(Refusal::RoleRenewalTooLate { role: role(), ended });
    }
    Ok(true)
}

/// The facts about a wish to extend or renew.
#[derive(Clone, Debug)]
pub struct Extension<'a> {
    pub assignment: &'a Assignment,
    pub name: &'a str,
    /// The name of whoever holds it.
    pub holder: &'a str,
    pub settings: &'a RoleSettings,
    pub stages: &'a [Stage],
    /// People of each stage.
    pub people: &'a [StagePeople],
    /// An ask for the same that is still open.
    pub open: Option<(RequestId, Ts)>,
    /// The assignment of this type that there is again.
    pub there: Option<&'a Assignment>,
}

/// Why the holder cannot ask now, apart from what is typed; else whether it is a renewal.
pub fn may_ask_to_extend(person: UserId, facts: &Extension<'_>, now: Ts) -> Result<bool, Refusal> {
    let renews = may_extend_role(facts.assignment, person, facts.name, now)?;
    if let Some((request, since)) = facts.open {
        return Err(Refusal::AlreadyRequested { request, package: facts.name.to_owned(), since });
    }
    if let Some(there) = facts.there.filter(|there| there.id != facts.assignment.id) {
        return Err(again(facts.holder, facts.name, there));
    }
    can_be_decided(facts.stages, facts.people, &barred(person, person))?;
    Ok(renews)
}

fn again(holder: &str, role: &str, there: &Assignment) -> Refusal {
    Refusal::AlreadyAssigned {
        holder: holder.to_owned(),
        role: role.to_owned(),
        eligible: there.assignment_type == model::access::AssignmentType::Eligible,
        until: there.ends_at,
    }
}

/// The holder asks.
pub fn ask_to_extend(id: RequestId, person: UserId, facts: &Extension<'_>, asked: &ExtendRole, now: Ts) -> Result<Step, Refusal> {
    let assignment = facts.assignment;
    let renews = may_ask_to_extend(person, facts, now)?;
    let lasts = match asked.days {
        None => Lasts::Forever,
        Some(days) => Lasts::For { minutes: days.saturating_mul(DAY) },
    };
    let until = end_of(lasts, now);
    let malformed = |message: &str| Refusal::Malformed { field: "days".to_owned(), message: message.to_owned() };
    if asked.days == Some(0) {
        return Err(malformed("An assignment lasts at least a day. Say for how many days you need it."));
    }
    // The field of the form is a number of days, not an end.
    within(facts.settings, assignment.assignment_type, now, until, now).map_err(|refusal| match refusal {
        Refusal::OutsideSettings { setting, limit, asked, .. } => {
            Refusal::OutsideSettings { field: "days", setting, limit, asked }
        }
        other => other,
    })?;
    if !renews && is_no_longer(assignment, until) {
        return Err(malformed("It lasts longer than that already. The days count from the approval, so ask for more."));
    }
    let words = justification("justification", "Reason", &asked.justification, true)?;
    let request = Request {
        id,
        requestor: person,
        beneficiary: person,
        by_manager: false,
        wish: Wish::Extension { assignment: assignment.id, role: assignment.role, renews },
        terms: Terms {
            name: facts.name.to_owned(),
            policy_name: String::new(),
            justification: words,
            answers: Vec::new(),
            stages: facts.stages.to_vec(),
            lasts,
            starts_at: None,
            ends_at: None,
            ticket: Ticket::default(),
            emergency: false,
            asks: None,
        },
        submitted_at: now,
        state: State::Delivering { approved_at: now, tries: 0, next_try_at: now },
        asked_back: None,
        version: 0,
    };
    let mut actions = vec![Action::RequestSubmitted { name: facts.name.to_owned(), beneficiary: person }];
    let request = open_stage(request, 0, facts.people.first(), &[], now, &mut actions);
    Ok(Step { request, actions, decision: None })
}

fn end_of(lasts: Lasts, now: Ts) -> Option<Ts> {
    match lasts {
        Lasts::Forever => None,
        Lasts::For { minutes } => Some(now + Span::minutes(i64::from(minutes))),
        Lasts::Until { at } => Some(at),
    }
}

fn is_no_longer(assignment: &Assignment, until: Option<Ts>) -> bool {
    until.is_some_and(|until| assignment.ends_at.is_none_or(|end| until <= end))
}

/// What the form of whoever decides begins with: what was asked for, and never less than has been given meanwhile.
pub fn offered(request: &Request, assignment: &Assignment, renews: bool, now: Ts) -> RoleTerms {
    let asked = as_asked(request, assignment, now);
    if !renews && is_no_longer(assignment, asked.ends_at) { RoleTerms { ends_at: assignment.ends_at, ..asked } } else { asked }
}

/// What is given when whoever decides says nothing else.
fn as_asked(request: &Request, assignment: &Assignment, now: Ts) -> RoleTerms {
    RoleTerms { assignment_type: assignment.assignment_type, starts_at: None, ends_at: end_of(request.terms.lasts, now) }
}

/// The facts about giving what was asked for.
#[derive(Clone, Debug)]
pub struct Giving<'a> {
    pub role: Role<'a>,
    pub holder: Holder<'a>,
    pub assignment: &'a Assignment,
    /// The direct assignment of the type that is given, if there is one.
    pub there: Option<&'a Assignment>,
    /// For an assignment that is made.
    pub id: AssignmentId,
    pub gives: Option<RoleTerms>,
    /// Whoever decides does so in somebody's place.
    pub stands_in: bool,
}

/// What approving makes of the assignments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extended {
    /// The assignment with its new start and end.
    pub changed: Option<Assignment>,
    /// Taken away, because it is given as another type.
    pub ended: Option<AssignmentId>,
    pub made: Option<Assignment>,
}

/// Gives what a decision has just approved; nothing while further approvals are needed. What cannot be given is refused, and
/// then it is not approved either.
pub fn extend_role(mut step: Step, facts: &Giving<'_>, words: &str, now: Ts) -> Result<(Step, Extended), Refusal> {
    let Wish::Extension { renews, role, .. } = step.request.wish else { return Ok((step, Extended::default())) };
    if !matches!(step.request.state, State::Delivering { .. }) {
        return Ok((step, Extended::default()));
    }
    if facts.stands_in && facts.gives.is_some() {
        return Err(Refusal::StandInGivesAsAsked);
    }
    let privileged = Privileged::of(role).ok_or(Refusal::NotFound { what: "role" })?;
    let before = facts.assignment;
    let gives = facts.gives.unwrap_or_else(|| as_asked(&step.request, before, now));
    // Somebody may have given more since it was asked for. Who means to give less says so.
    if !renews && facts.gives.is_none() && is_no_longer(before, gives.ends_at) {
        return Err(Refusal::LastsLonger { name: facts.role.name.to_owned(), until: before.ends_at });
    }
    // The ask has its reason; a ticket is what administrators give who assign by themselves.
    let settings = RoleSettings { assignment_ticket: false, ..facts.role.settings.clone() };
    let mut extended = Extended::default();
    let same = !renews && gives.assignment_type == before.assignment_type;
    if same && before.starts_at <= now && gives.starts_at.is_some_and(|at| at != before.starts_at) {
        let message = "It has begun, so its start stays. Choose another end only, or another type as well.".to_owned();
        return Err(Refusal::Malformed { field: "starts".to_owned(), message });
    }
    let given = if same {
        let asked = ChangeRoleAssignment {
            assignment: before.id,
            seen: (before.starts_at, before.ends_at),
            starts_at: gives.starts_at,
            ends_at: gives.ends_at,
            justification: words.to_owned(),
        };
        let (after, action) = change(before, &settings, &asked, now)?;
        step.actions.extend(action);
        extended.changed = Some(after.clone());
        after
    } else {
        let asked = AssignRole {
            role: privileged,
            holder: before.principal,
            assignment_type: gives.assignment_type,
            starts_at: gives.starts_at,
            ends_at: gives.ends_at,
            justification: words.to_owned(),
            ticket: Ticket::default(),
        };
        let role = Role { settings: &settings, ..facts.role };
        let (made, action) = assign(facts.id, role, facts.holder, facts.there, &asked, now)?;
        // What begins later leaves what there is until its own end.
        if is_there(before, now) && made.starts_at <= now {
            step.actions.push(ended(before, EndReason::Removed, words.to_owned()));
            extended.ended = Some(before.id);
        }
        step.actions.push(action);
        extended.made = Some(made.clone());
        made
    };
    let (assignment, assignment_type, ends_at) = (given.id, given.assignment_type, given.ends_at);
    step.actions.push(Action::RoleExtended { assignment, assignment_type, renews, ends_at });
    step.request.state = State::Delivered { at: now, given: Given::Role(given.id) };
    Ok((step, extended))
}

#[cfg(test)]
#[path = "extending_tests.rs"]
mod tests;
