//! Assigning directory roles, and groups under privileged access management.

use super::group::Owned;
use super::role_news::{self, News};
use super::{allowed, group, guarded, lock_out, membership, said};
use crate::Problem;
use crate::change::Change;
use model::access::{Assignment, AssignmentType, EndReason, ResourceRole};
use model::command::{Command, Done};
use model::directory::Principal;
use model::event::Action;
use model::notice::RoleNews;
use model::role_assignment::{AssignRole, ChangeRoleAssignment};
use model::role_settings::Privileged;
use model::{AssignmentId, GroupId, Refusal};
use rules::access::About;
use rules::group::Group;
use rules::role_assignment::{Holder, Role};
use store::{
    Link, Saved, assignments, groups, package_editing, resources, review_holders, role_assignments, role_settings, users,
};

/// Packages that are named in a refusal.
const NAMED: usize = 3;

pub const NO_ASSIGNMENT: Refusal = Refusal::NotFound { what: "assignment" };

/// The role, if this visitor may manage it: its name, and the group when it is about one.
pub async fn known(change: &mut Change<'_>, command: &Command, role: Privileged) -> Result<(String, Option<Group>), Problem> {
    let (group, about) = match role {
        Privileged::DirectoryRole(_) => (None, About { directory_role: true, ..About::default() }),
        Privileged::GroupMember(id) | Privileged::GroupOwner(id) => group::about(change, id).await?,
    };
    rules::access::may_submit(&change.visitor, command, about)?;
    match role {
        Privileged::DirectoryRole(id) => {
            let mut names = resources::role_names(&mut change.link, &[id]).await?;
            let (name, _) = names.remove(&id).ok_or(Refusal::NotFound { what: "role" })?;
            Ok((name, None))
        }
        Privileged::GroupMember(_) | Privileged::GroupOwner(_) => {
            let group = group.ok_or(Refusal::NotFound { what: "group" })?;
            Ok((said(&mut change.link, role.role()).await?, Some(group)))
        }
    }
}

/// Whoever holds or shall hold something: name, whether enabled, and the group when it is one.
pub async fn holder(link: &mut Link, principal: Principal) -> Result<(String, bool, Option<Group>), Problem> {
    let nobody = || Refusal::Malformed {
        field: "holder".to_owned(),
        message: "There is nobody of this name. Choose a person or a group from the list.".to_owned(),
    };
    Ok(match principal {
        Principal::User(id) => {
            let user = users::get(link, id).await?.ok_or_else(nobody)?;
            (user.display_name, user.enabled, None)
        }
        Principal::Group(id) => {
            let group = groups::get(link, id).await?.ok_or_else(nobody)?;
            (group.name.clone(), true, Some(group))
        }
        Principal::ServicePrincipal(id) => {
            let (name, enabled) = resources::service_principal(link, id).await?.ok_or_else(nobody)?;
            (name, enabled, None)
        }
    })
}

/// The group, when the role is membership or ownership of one.
pub async fn group_of(link: &mut Link, role: Privileged) -> Result<Option<Group>, Problem> {
    Ok(match role {
        Privileged::DirectoryRole(_) => None,
        Privileged::GroupMember(id) | Privileged::GroupOwner(id) => groups::get(link, id).await?,
    })
}

pub async fn assign(change: &mut Change<'_>, command: &Command, asked: &AssignRole) -> Result<Done, Problem> {
    if let Privileged::GroupMember(id) | Privileged::GroupOwner(id) = asked.role {
        groups::keep(&mut change.link, id).await?;
    }
    let (name, group) = known(change, command, asked.role).await?;
    let (called, enabled, inner) = holder(&mut change.link, asked.holder).await?;
    let settings = role_settings::get(&mut change.link, asked.role).await?.settings;
    rules::role_assignment::proved_to_assign(&name, &settings, asked.assignment_type, &change.proofs, change.now)?;
    let role = asked.role.role();
    let there = role_assignments::direct(&mut change.link, asked.holder, role, asked.assignment_type).await?;
    let (there, over): (Vec<_>, Vec<_>) =
        there.into_iter().partition(|there| rules::role_assignment::is_there(there, change.now));
    let of = Role { name: &name, settings: &settings, group: group.as_ref() };
    let to = Holder { principal: asked.holder, name: &called, enabled, group: inner.as_ref() };
    let id = AssignmentId(change.id());
    let (assignment, action) = rules::role_assignment::assign(id, of, to, there.first(), asked, change.now)?;
    let eligible = asked.assignment_type == AssignmentType::Eligible;
    // Whoever is eligible first must find somebody who approves; a group may lead to a guarded role.
    let open = if eligible { Some(lock_out::before_all(change).await?) } else { None };
    end_what_is_over(change, over.first()).await?;
    match assignments::insert(&mut change.link, &assignment, change.now).await {
        Ok(()) => {}
        // Somebody assigned the same this very moment.
        Err(fault) if fault.is_duplicate() => return Err(Refusal::Stale.into()),
        Err(fault) => return Err(fault.into()),
    }
    change.record(None, [action]);
    moved(change, &assignment).await?;
    if let Some(open) = open {
        open.and_after_all(change).await?;
    }
    let words = asked.justification.trim().to_owned();
    role_news::tell(change, vec![News { assignment, news: RoleNews::Assigned { by: None, words } }]).await?;
    Ok(Done::RoleAssigned { role: asked.role, name, holder: called, eligible })
}

/// One whose time is over and of which no worker has said so yet must not stand in the way.
pub async fn end_what_is_over(change: &mut Change<'_>, over: Option<&Assignment>) -> Result<(), Problem> {
    let Some(over) = over else { return Ok(()) };
    if assignments::end(&mut change.link, over.id, EndReason::Expired, change.now).await? {
        change.record(over.activated_by(), [rules::request::ended(over, EndReason::Expired)]);
    }
    Ok(())
}

/// Rules over groups are asked anew about somebody who came into a group or left one.
pub async fn moved(change: &mut Change<'_>, assignment: &Assignment) -> Result<(), Problem> {
    match (assignment.principal, assignment.role) {
        (Principal::User(user), ResourceRole::GroupMember(_)) => membership::changed(change, user).await,
        _ => Ok(()),
    }
}

/// The assignment with its role, its name and the name of its holder, if this visitor may manage it.
pub async fn managed(
    change: &mut Change<'_>,
    command: &Command,
    id: AssignmentId,
) -> Result<(Assignment, Privileged, String, String), Problem> {
    let assignment = assignments::get(&mut change.link, id).await?;
    // Whoever may see no role learns nothing about what there is.
    let Some(assignment) = assignment else {
        rules::access::may_submit(&change.visitor, command, About { directory_role: true, ..About::default() })?;
        return Err(NO_ASSIGNMENT.into());
    };
    let role = Privileged::of(assignment.role).ok_or(NO_ASSIGNMENT)?;
    let (name, _) = known(change, command, role).await?;
    let (called, _, _) = holder(&mut change.link, assignment.principal).await?;
    Ok((assignment, role, name, called))
}

pub async fn alter(change: &mut Change<'_>, command: &Command, asked: &ChangeRoleAssignment) -> Result<Done, Problem> {
    let (assignment, role, name, called) = managed(change, command, asked.assignment).await?;
    let settings = role_settings::get(&mut change.link, role).await?.settings;
    let (kind, proofs) = (assignment.assignment_type, &change.proofs);
    rules::role_assignment::proved_to_assign(&name, &settings, kind, proofs, change.now)?;
    let (after, action) = rules::role_assignment::change(&assignment, &settings, asked, change.now)?;
    if let Some(action) = action {
        let guarded = guarded::before(change).await?;
        let owned = Owned::before(change, assignment.role).await?;
        if !role_assignments::set_window(&mut change.link, &assignment, after.starts_at, after.ends_at, change.now).await? {
            return Err(Refusal::Stale.into());
        }
        owned.and_after(change).await?;
        change.record(None, [action]);
        moved(change, &after).await?;
        guarded.and_after(change).await?;
        let words = asked.justification.trim().to_owned();
        role_news::tell(change, vec![News { assignment: after, news: RoleNews::Changed { by: None, words } }]).await?;
    }
    Ok(Done::RoleAssignmentChanged { role, name, holder: called })
}

pub async fn end(change: &mut Change<'_>, command: &Command, id: AssignmentId, words: &str) -> Result<Done, Problem> {
    let (assignment, role, name, called) = managed(change, command, id).await?;
    let action = rules::role_assignment::end(&assignment, words, change.now)?;
    let guarded = guarded::before(change).await?;
    let owned = Owned::before(change, assignment.role).await?;
    if !assignments::end(&mut change.link, id, EndReason::Removed, change.now).await? {
        return Err(NO_ASSIGNMENT.into());
    }
    owned.and_after(change).await?;
    change.record(assignment.activated_by(), [action]);
    moved(change, &assignment).await?;
    // What was activated on it ends in this change too, and is looked at with it.
    super::follow_ends(change).await?;
    guarded.and_after(change).await?;
    let news = RoleNews::Removed { by: None, words: words.trim().to_owned() };
    role_news::tell(change, vec![News { assignment, news }]).await?;
    Ok(Done::RoleAssignmentEnded { role, name, holder: called })
}

/// Tells the holder, and whoever looks after the role, that the assignment ends before long.
pub async fn ending(change: &mut Change<'_>, command: &Command, id: AssignmentId) -> Result<Done, Problem> {
    allowed(change, command)?;
    let Some(assignment) = assignments::get(&mut change.link, id).await? else { return Ok(Done::Advanced) };
    let next = rules::role_assignment::warns_at(&assignment, change.now);
    role_assignments::set_warning(&mut change.link, id, next).await?;
    if let Some(at) = assignment.ends_at.filter(|_| rules::role_assignment::is_there(&assignment, change.now)) {
        role_news::tell(change, vec![News { assignment, news: RoleNews::EndsSoon { at } }]).await?;
    }
    Ok(Done::Advanced)
}

/// Brings a group under privileged access management, or takes it out.
pub async fn set_privileged(change: &mut Change<'_>, command: &Command, id: GroupId, enabled: bool) -> Result<Done, Problem> {
    groups::guard(&mut change.link, id).await?;
    let (_, group) = known(change, command, Privileged::GroupMember(id)).await?;
    let group = group.ok_or(Refusal::NotFound { what: "group" })?;
    if enabled {
        let fed = review_holders::fed(&mut change.link, &[id]).await?.contains(&id);
        rules::role_assignment::may_enable(&group, fed)?;
    } else {
        let eligible = role_assignments::eligible_of_group(&mut change.link, id, change.now).await?;
        let mut packages = package_editing::making_eligible(&mut change.link, id).await?;
        let count = packages.len();
        // An owner of the group learns how many; which they are is not for everybody.
        packages.truncate(if rules::catalog::sees_all(&change.visitor) { NAMED } else { 0 });
        rules::role_assignment::may_disable(&group, eligible, (&packages, count))?;
    }
    if group.privileged != enabled {
        if groups::set_privileged(&mut change.link, &group, enabled).await? == Saved::Stale {
            return Err(Refusal::Stale.into());
        }
        let action =
            if enabled { Action::PrivilegedAccessEnabled { group: id } } else { Action::PrivilegedAccessDisabled { group: id } };
        change.record(None, [action]);
    }
    Ok(Done::PrivilegedAccessSet { group: id, name: group.name, enabled })
}
