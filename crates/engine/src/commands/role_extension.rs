//! Extending and renewing assignments of roles.

use super::role_assignment::{end_what_is_over, holder, moved};
use super::{allowed, guarded, request, said};
use crate::Problem;
use crate::change::Change;
use model::access::{Assignment, AssignmentType, EndReason, ResourceRole};
use model::approval::{Stage, Verdict};
use model::command::{Command, DecideRequest, Done};
use model::directory::Principal;
use model::package::PackageRole;
use model::request::Wish;
use model::role_assignment::ExtendRole;
use model::role_settings::Privileged;
use model::{AssignmentId, Refusal, RequestId, Ts};
use rules::request::{Extended, Extension, Giving, Step};
use rules::role_assignment::{Holder, Role};
use store::approvals::{self, Thing};
use store::{Link, assignments, groups, requests, role_assignments, role_settings, users};

const NO_ASSIGNMENT: Refusal = Refusal::NotFound { what: "assignment" };

/// The stages through which an ask about this assignment goes.
pub async fn stages(link: &mut Link, assignment: &Assignment, role: Privileged, now: Ts) -> Result<Vec<Stage>, Problem> {
    let role_assignable = match role {
        Privileged::DirectoryRole(_) => false,
        Privileged::GroupMember(id) | Privileged::GroupOwner(id) => {
            groups::get(link, id).await?.is_some_and(|group| group.role_assignable)
        }
    };
    let until = assignment.ends_at.filter(|_| rules::role_assignment::is_there(assignment, now));
    Ok(rules::role_settings::extension_stages(role, role_assignable, until, now))
}

/// What an extension of this role gives, for whoever asks who is asked about it.
pub fn gives(role: ResourceRole, assignment_type: AssignmentType) -> [PackageRole; 1] {
    [PackageRole { role, assignment_type }]
}

/// The direct assignment of this type that there is at this moment, and the one that is over without anybody having said so.
pub async fn there(
    link: &mut Link,
    principal: Principal,
    role: ResourceRole,
    assignment_type: AssignmentType,
    now: Ts,
) -> Result<(Option<Assignment>, Option<Assignment>), Problem> {
    let found = role_assignments::direct(link, principal, role, assignment_type).await?;
    Ok(match found {
        Some(found) if rules::role_assignment::is_there(&found, now) => (Some(found), None),
        over => (None, over),
    })
}

pub async fn ask(change: &mut Change<'_>, command: &Command, asked: &ExtendRole) -> Result<Done, Problem> {
    allowed(change, command)?;
    let person = change.person().ok_or(Refusal::SignInNeeded)?;
    let now = change.now;
    let assignment = assignments::get(&mut change.link, asked.assignment).await?.ok_or(NO_ASSIGNMENT)?;
    let role = Privileged::of(assignment.role).ok_or(NO_ASSIGNMENT)?;
    let holder = users::get(&mut change.link, person).await?.ok_or(Refusal::SignInNeeded)?.display_name;
    let name = said(&mut change.link, assignment.role).await?;
    let settings = role_settings::get(&mut change.link, role).await?.settings;
    let stages = stages(&mut change.link, &assignment, role, now).await?;
    let roles = gives(assignment.role, assignment.assignment_type);
    let people = approvals::people(&mut change.link, &stages, person, (Thing::Role, &roles), now).await?;
    let open = open(change, asked.assignment).await?;
    let (there, _) = there(&mut change.link, assignment.principal, assignment.role, assignment.assignment_type, now).await?;
    let facts = Extension {
        assignment: &assignment,
        name: &name,
        holder: &holder,
        settings: &settings,
        stages: &stages,
        people: &people,
        open,
        there: there.as_ref(),
    };
    let step = rules::request::ask_to_extend(RequestId(change.id()), person, &facts, asked, now)?;
    let request = step.request.id;
    let renews = matches!(step.request.wish, Wish::Extension { renews: true, .. });
    request::insert(change, &step, &name).await?;
    request::follow(change, None, step, &[], &roles).await?;
    Ok(Done::RoleExtensionAsked { request, name, renews })
}

/// The open ask about an assignment. One whose window is over is ended first, if no worker has done it yet.
async fn open(change: &mut Change<'_>, assignment: AssignmentId) -> Result<Option<(RequestId, Ts)>, Problem> {
    let Some((id, since)) = requests::open_extension(&mut change.link, assignment).await? else { return Ok(None) };
    if !request::end_when_over(change, id).await? {
        return Ok(Some((id, since)));
    }
    Ok(requests::open_extension(&mut change.link, assignment).await?)
}

/// What a decision about an extension makes, besides the decision.
pub struct Given {
    before: Assignment,
    extended: Extended,
    over: Option<Assignment>,
}

/// What an approval gives: whoever decides learns at once when it cannot be given.
pub async fn decided(change: &mut Change<'_>, step: Step, asked: &DecideRequest) -> Result<(Step, Option<Given>), Problem> {
    let Wish::Extension { assignment, role, .. } = step.request.wish else { return Ok((step, None)) };
    let Some(privileged) = Privileged::of(role) else { return Ok((step, None)) };
    let before = assignments::get(&mut change.link, assignment).await?.ok_or(NO_ASSIGNMENT)?;
    let settings = role_settings::get(&mut change.link, privileged).await?.settings;
    let name = step.request.terms.name.clone();
    let group = match privileged {
        Privileged::DirectoryRole(_) => None,
        Privileged::GroupMember(id) | Privileged::GroupOwner(id) => {
            // It is under privileged access management until this is over, or it is not now.
            groups::keep(&mut change.link, id).await?;
            groups::get(&mut change.link, id).await?
        }
    };
    let (called, enabled, inner) = holder(&mut change.link, before.principal).await?;
    let assignment_type = asked.gives.map_or(before.assignment_type, |gives| gives.assignment_type);
    if asked.verdict == Verdict::Approve {
        // To let somebody be active for longer is to assign it.
        rules::role_assignment::proved_to_assign(&name, &settings, assignment_type, &change.proofs, change.now)?;
    }
    let (there, over) = there(&mut change.link, before.principal, role, assignment_type, change.now).await?;
    let facts = Giving {
        role: Role { name: &name, settings: &settings, group: group.as_ref() },
        holder: Holder { principal: before.principal, name: &called, enabled, group: inner.as_ref() },
        assignment: &before,
        there: there.as_ref(),
        id: AssignmentId(change.id()),
        gives: asked.gives,
        stands_in: step.decision.as_ref().is_some_and(|decision| decision.stood_in_for.is_some()),
    };
    let words = step.decision.as_ref().map(|decision| decision.words.clone()).unwrap_or_default();
    let (step, extended) = rules::request::extend_role(step, &facts, &words, change.now)?;
    Ok((step, Some(Given { before, extended, over })))
}

/// Saves it.
pub async fn give(change: &mut Change<'_>, given: Option<Given>) -> Result<(), Problem> {
    let Some(Given { before, extended, over }) = given else { return Ok(()) };
    let Extended { changed, ended, made } = extended;
    if changed.is_none() && ended.is_none() && made.is_none() {
        return Ok(());
    }
    let guarded = guarded::before(change).await?;
    if let Some(after) = changed
        && !role_assignments::set_window(&mut change.link, &before, after.starts_at, after.ends_at, change.now).await?
    {
        return Err(Refusal::Stale.into());
    }
    if let Some(id) = ended
        && !assignments::end(&mut change.link, id, EndReason::Removed, change.now).await?
    {
        return Err(Refusal::Stale.into());
    }
    if let Some(made) = made {
        end_what_is_over(change, over.as_ref()).await?;
        match assignments::insert(&mut change.link, &made, change.now).await {
            Ok(()) => {}
            // Somebody assigned the same this very moment.
            Err(fault) if fault.is_duplicate() => return Err(Refusal::Stale.into()),
            Err(fault) => return Err(fault.into()),
        }
    }
    moved(change, &before).await?;
    super::follow_ends(change).await?;
    guarded.and_after(change).await
}
