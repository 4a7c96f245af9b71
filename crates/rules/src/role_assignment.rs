//! Assigning directory roles and groups: eligible or active, within the role's settings. Nothing that is outside of them is
//! shortened; it is refused, with the setting, the limit and what was asked.

use crate::form::{justification, text};
use crate::group::Group;
use crate::role_settings::TooLong;
use model::access::{Assignment, AssignmentType, EndReason, Source};
use model::directory::Principal;
use model::event::Action;
use model::limits::{ASSIGNMENT_MIN_MINUTES, PROOF_MINUTES, START_MAX_DAYS, TICKET_MAX_CHARS};
use model::proof::{Demand, Proofs, Strength};
use model::role_assignment::{AssignRole, ChangeRoleAssignment};
use model::role_settings::{Longest, Privileged, RoleSettings, Ticket, days_words};
use model::{AssignmentId, PackageId, Refusal, Span, Ts};

/// The role that is assigned, with what its rules depend on.
#[derive(Clone, Copy, Debug)]
pub struct Role<'a> {
    pub name: &'a str,
    pub settings: &'a RoleSettings,
    /// The group, when it is membership or ownership of one.
    pub group: Option<&'a Group>,
}

/// Whoever shall hold it.
#[derive(Clone, Copy, Debug)]
pub struct Holder<'a> {
    pub principal: Principal,
    pub name: &'a str,
    pub enabled: bool,
    /// The group, when it is one.
    pub group: Option<&'a Group>,
}

/// Whether a group can be brought under privileged access management. `fed`: another system gives it members; once it leads to
/// privileged access that system could not take them out any more.
pub fn may_enable(group: &Group, fed: bool) -> Result<(), Refusal> {
    if group.membership.is_dynamic() {
        return Err(Refusal::NeverPrivileged { group: group.name.clone() });
    }
    if fed && !group.privileged {
        return Err(Refusal::FedNeverPrivileged { group: group.name.clone() });
    }
    Ok(())
}

/// Whether it can be taken out again: eligible assignments, and packages that make eligible, would mean nothing then. `packages`
/// are some of so many.
pub fn may_disable(group: &Group, eligible: i64, (packages, count): (&[(PackageId, String)], usize)) -> Result<(), Refusal> {
    if count > 0 {
        let (name, packages) = (group.name.clone(), packages.to_vec());
        return Err(Refusal::GivenAsEligible { name, packages, count });
    }
    if eligible > 0 {
        return Err(Refusal::StillEligible { group: group.id, name: group.name.clone(), count: eligible });
    }
    Ok(())
}

/// Whether whoever makes somebody active, or leaves them so for longer, proved enough. Whoever is active need not prove
/// anything any more, so whoever makes them so does.
pub fn proved_to_assign(
    name: &str,
    settings: &RoleSettings,
    assignment_type: AssignmentType,
    proofs: &Proofs,
    now: Ts,
) -> Result<(), Refusal> {
    let demanded = settings.assignment_multifactor && assignment_type == AssignmentType::Active;
    let demand = demanded.then_some(Demand { strength: Strength::Multifactor, minutes: PROOF_MINUTES });
    crate::proof::require(proofs, demand, || format!("Assigning “{name}” as active"), now)
}

/// An administrator assigns. `there` is the direct assignment of this type that the holder has already.
pub fn assign(
    id: AssignmentId,
    role: Role<'_>,
    holder: Holder<'_>,
    there: Option<&Assignment>,
    asked: &AssignRole,
    now: Ts,
) -> Result<(Assignment, Action), Refusal> {
    let eligible = asked.assignment_type == AssignmentType::Eligible;
    may_hold(asked.role, role, holder, eligible)?;
    if let Some(there) = there {
        return Err(Refusal::AlreadyAssigned {
            holder: holder.name.to_owned(),
            role: role.name.to_owned(),
            eligible,
            until: there.ends_at,
        });
    }
    let starts_at = start(asked.starts_at, now)?;
    within(role.settings, asked.assignment_type, starts_at, asked.ends_at, now)?;
    let words = justification("justification", "Justification", &asked.justification, role.settings.assignment_justification)?;
    let ticket = ticket(&asked.ticket, role.settings.assignment_ticket, &role.settings.ticket_pattern)?;
    let assignment = Assignment {
        id,
        principal: holder.principal,
        role: asked.role.role(),
        assignment_type: asked.assignment_type,
        source: Source::Direct,
        starts_at,
        ends_at: asked.ends_at,
        ended_at: None,
    };
    let action = Action::AssignmentStarted {
        assignment: id,
        principal: assignment.principal,
        role: assignment.role,
        assignment_type: assignment.assignment_type,
        source: assignment.source,
        starts_at,
        ends_at: assignment.ends_at,
        words,
        ticket,
    };
    Ok((assignment, action))
}

/// Whether this principal may hold this role at all, in this way.
fn may_hold(asked: Privileged, role: Role<'_>, holder: Holder<'_>, eligible: bool) -> Result<(), Refusal> {
    if let Some(group) = role.group {
        let owner = matches!(asked, Privileged::GroupOwner(_));
        if group.membership.is_dynamic() && !owner {
            return Err(Refusal::DynamicMembership { group: group.name.clone() });
        }
        if !group.privileged {
            return Err(Refusal::NotPrivileged { group: group.id, name: group.name.clone() });
        }
    }
    match holder.principal {
        Principal::User(_) if !holder.enabled => Err(Refusal::Disabled { name: holder.name.to_owned() }),
        Principal::User(_) => Ok(()),
        Principal::ServicePrincipal(_) if eligible => Err(Refusal::OnlyActive { name: holder.name.to_owned() }),
        Principal::ServicePrincipal(_) if !holder.enabled => Err(Refusal::Disabled { name: holder.name.to_owned() }),
        Principal::ServicePrincipal(_) => Ok(()),
        Principal::Group(_) => match (asked, holder.group, role.group) {
            (Privileged::DirectoryRole(_), Some(group), _) if group.role_assignable => Ok(()),
            (Privileged::DirectoryRole(_), ..) => Err(Refusal::NotRoleAssignable { group: holder.name.to_owned() }),
            // Whoever manages the inner group decides who may activate, so it is as well guarded as the outer one.
            (Privileged::GroupMember(_), Some(inner), Some(group))
                if eligible && group.role_assignable && !inner.role_assignable =>
            {
                Err(Refusal::NotRoleAssignable { group: holder.name.to_owned() })
            }
            // Whoever is in the one activates for themselves only; as an active member it would bring in everybody.
            (Privileged::GroupMember(_), Some(inner), Some(group)) if eligible && inner.id != group.id => Ok(()),
            (Privileged::GroupMember(_), Some(inner), Some(group)) if inner.id == group.id => {
                Err(Refusal::NestingLoop { group: group.name.clone() })
            }
            (Privileged::GroupMember(_) | Privileged::GroupOwner(_), _, group) => Err(Refusal::RoleAssignableHoldsNoGroups {
                group: group.map_or_else(|| role.name.to_owned(), |group| group.name.clone()),
            }),
        },
    }
}

/// When something begins: now, or later, and not in the past.
pub fn start(asked: Option<Ts>, now: Ts) -> Result<Ts, Refusal> {
    let malformed = |message: String| Err(Refusal::Malformed { field: "starts".to_owned(), message });
    match asked {
        // A form is filled in for a while; the minute it was opened is not the past.
        Some(at) if at + Span::minutes(ASSIGNMENT_MIN_MINUTES) < now => {
            malformed("The start is in the past. Choose a later one, or leave it empty to start at once.".to_owned())
        }
        Some(at) if at > now + Span::days(START_MAX_DAYS) => {
            malformed(format!("The start may be {START_MAX_DAYS} days ahead at most. Choose an earlier one."))
        }
        Some(at) => Ok(at.max(now)),
        None => Ok(now),
    }
}

/// The settings that bound assignments of a type, with their labels.
fn bounds(settings: &RoleSettings, assignment_type: AssignmentType) -> (Longest, &'static str, &'static str) {
    match assignment_type {
        AssignmentType::Eligible => {
            (settings.eligible, "Allow permanent eligible assignment", "Expire eligible assignments after")
        }
        AssignmentType::Active => (settings.active, "Allow permanent active assignment", "Expire active assignments after"),
    }
}

/// Whether the window is one that the settings let assignments of this type have.
pub fn within(
    settings: &RoleSettings,
    assignment_type: AssignmentType,
    starts_at: Ts,
    ends_at: Option<Ts>,
    now: Ts,
) -> Result<(), Refusal> {
    let (longest, permanent, limit) = bounds(settings, assignment_type);
    if let Some(end) = ends_at
        && end < starts_at.max(now) + Span::minutes(ASSIGNMENT_MIN_MINUTES)
    {
        return Err(Refusal::Malformed {
            field: "ends".to_owned(),
            message: format!("The end has to be at least {ASSIGNMENT_MIN_MINUTES} minutes after the start. Choose a later one."),
        });
    }
    match crate::role_settings::too_long(longest, starts_at, ends_at) {
        None => Ok(()),
        Some(TooLong::Permanent) => Err(Refusal::OutsideSettings {
            field: "ends",
            setting: permanent,
            limit: format!("no permanent assignment, {} at most", days_words(longest.days)),
            asked: "one without an end".to_owned(),
        }),
        Some(TooLong::Lasts(lasts)) => Err(Refusal::OutsideSettings {
            field: "ends",
            setting: limit,
            limit: format!("{} at most", days_words(longest.days)),
            asked: lasts.words(),
        }),
    }
}

/// The ticket as it is kept.
pub fn ticket(asked: &Ticket, required: bool, pattern: &str) -> Result<Ticket, Refusal> {
    let system = text("ticket_system", "Ticket system", &asked.system, required, TICKET_MAX_CHARS)?;
    let number = text("ticket_number", "Ticket number", &asked.number, required, TICKET_MAX_CHARS)?;
    if !number.is_empty()
        && !pattern.is_empty()
        && !crate::form::pattern(pattern).is_ok_and(|expression| expression.is_match(&number))
    {
        return Err(Refusal::Malformed {
            field: "ticket_number".to_owned(),
            message: format!("“{number}” is no ticket number of the form that this role asks for: {pattern}"),
        });
    }
    Ok(Ticket { system, number })
}

/// An administrator sets another start or end of a direct assignment.
pub fn change(
    assignment: &Assignment,
    settings: &RoleSettings,
    asked: &ChangeRoleAssignment,
    now: Ts,
) -> Result<(Assignment, Option<Action>), Refusal> {
    let from = (assignment.starts_at, assignment.ends_at);
    if !is_there(assignment, now) || assignment.source != Source::Direct {
        return Err(Refusal::NotFound { what: "assignment" });
    }
    if from != asked.seen {
        return Err(Refusal::Stale);
    }
    let begun = assignment.starts_at <= now;
    let starts_at = match asked.starts_at {
        Some(at) if !begun => start(Some(at), now)?,
        // What has begun has begun.
        Some(_) | None => assignment.starts_at,
    };
    // What it may last is counted from now, as for a new one: an extension is one of those.
    within(settings, assignment.assignment_type, starts_at.max(now), asked.ends_at, now)?;
    let words = justification("justification", "Justification", &asked.justification, settings.assignment_justification)?;
    let changed = Assignment { starts_at, ends_at: asked.ends_at, ..assignment.clone() };
    let to = (starts_at, asked.ends_at);
    let action = (from != to).then_some(Action::AssignmentChanged {
        assignment: assignment.id,
        principal: assignment.principal,
        role: assignment.role,
        from,
        to,
        words,
    });
    Ok((changed, action))
}

/// An administrator ends a direct assignment or an activation before its time. What came another way ends where it came from.
pub fn end(assignment: &Assignment, words: &str, now: Ts) -> Result<Action, Refusal> {
    if !is_there(assignment, now) {
        return Err(Refusal::NotFound { what: "assignment" });
    }
    match assignment.source {
        Source::Direct | Source::Activation(_) | Source::Import => {}
        Source::Package(_) | Source::Rule(_) => return Err(Refusal::NotFound { what: "assignment" }),
    }
    let words = justification("words", "Reason", words, true)?;
    Ok(ended(assignment, EndReason::Removed, words))
}

/// The event of an assignment that ends.
pub fn ended(assignment: &Assignment, reason: EndReason, words: String) -> Action {
    Action::AssignmentEnded { assignment: assignment.id, principal: assignment.principal, role: assignment.role, reason, words }
}

/// When its holder and whoever looks after the role are told next that it ends. What came with something else ends with that.
pub fn warns_at(assignment: &Assignment, now: Ts) -> Option<Ts> {
    if assignment.source != Source::Direct || Privileged::of(assignment.role).is_none() {
        return None;
    }
    crate::request::warns_at(assignment.starts_at, assignment.ends_at, now)
}

/// Not over at `now`; it may begin later.
pub fn is_there(assignment: &Assignment, now: Ts) -> bool {
    assignment.ended_at.is_none() && assignment.ends_at.is_none_or(|end| now < end)
}

#[cfg(test)]
#[path = "role_assignment_tests.rs"]
mod tests;
