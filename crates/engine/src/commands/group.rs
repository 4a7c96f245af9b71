//! Groups: making, changing, and who is in.

use super::role_news::{self, News};
use super::{NAME, guarded, lock_out, membership, taken};
use crate::Problem;
use crate::change::Change;
use model::access::{Assignment, AssignmentType, EndReason, ResourceRole, Source};
use model::command::{Command, Done, GroupFields};
use model::directory::{Membership, Principal};
use model::event::Action;
use model::notice::RoleNews;
use model::role_settings::Privileged;
use model::{AssignmentId, GroupId, Refusal};
use rules::access::About;
use rules::group::{Adding, Group};
use store::{Saved, assignments, groups, role_assignments, role_settings, users};

pub async fn create(change: &mut Change<'_>, command: &Command, fields: &GroupFields) -> Result<Done, Problem> {
    super::allowed(change, command)?;
    let group = insert(change, rules::group::check_new(fields)?).await?;
    Ok(Done::GroupCreated { group: group.id, name: group.name })
}

/// Adds a group; its fields were checked, and so was that it may be added.
pub async fn insert(change: &mut Change<'_>, fields: GroupFields) -> Result<Group, Problem> {
    let group = Group {
        id: GroupId(change.id()),
        name: fields.name,
        description: fields.description,
        membership: fields.membership,
        role_assignable: fields.role_assignable,
        privileged: false,
        created_at: change.now,
        version: 0,
    };
    taken(groups::insert(&mut change.link, &group).await, NAME, &group.name)?;
    change.record(None, [Action::GroupCreated { group: group.id, name: group.name.clone() }]);
    membership::rule_changed(change, &group).await?;
    Ok(group)
}

pub async fn edit(
    change: &mut Change<'_>,
    command: &Command,
    id: GroupId,
    version: i64,
    fields: &GroupFields,
) -> Result<Done, Problem> {
    let before = known(change, command, id).await?;
    let fields = rules::group::check_edit(&before, fields)?;
    if before.version != version {
        return Err(Refusal::Stale.into());
    }
    save(change, before, fields).await
}

/// Saves the fields of a group; they were checked, and so was that they may be saved.
pub async fn save(change: &mut Change<'_>, before: Group, fields: GroupFields) -> Result<Done, Problem> {
    let id = before.id;
    let changes = rules::group::changes(&before, &fields);
    let rule_changed = before.membership != fields.membership;
    let group = Group { name: fields.name, description: fields.description, membership: fields.membership, ..before };
    if !changes.is_empty() {
        if taken(groups::update(&mut change.link, &group).await, NAME, &group.name)? == Saved::Stale {
            return Err(Refusal::Stale.into());
        }
        change.record(None, [Action::GroupChanged { group: id, changes }]);
    }
    if rule_changed {
        // Whoever writes a rule says who is in as well as whoever takes somebody out: it may be the last who approves.
        let guarded = guarded::before(change).await?;
        if let Membership::Dynamic { .. } = &group.membership {
            end_assigned(change, id).await?;
        }
        membership::rule_changed(change, &group).await?;
        guarded.and_after(change).await?;
    }
    let members = assignments::count(&mut change.link, ResourceRole::GroupMember(id), change.now).await?;
    Ok(Done::GroupChanged { group: id, name: group.name, members: usize::try_from(members).unwrap_or(0) })
}

/// A group that becomes dynamic loses the members that people put in: from now on its rule alone decides.
async fn end_assigned(change: &mut Change<'_>, id: GroupId) -> Result<(), Problem> {
    let all = assignments::of_role(&mut change.link, ResourceRole::GroupMember(id), None, usize::MAX).await?;
    for (assignment, _) in &all {
        if assignment.source == Source::Direct {
            end(change, assignment).await?;
        }
    }
    Ok(())
}

pub async fn add(
    change: &mut Change<'_>,
    command: &Command,
    id: GroupId,
    principal: Principal,
    as_owner: bool,
) -> Result<Done, Problem> {
    let group = known(change, command, id).await?;
    let role = role(id, as_owner);
    let (name, enabled) = describe(change, principal).await?;
    let there = direct(change, principal, role).await?.is_some();
    let adding = adding(change, id, principal, Adding { name: name.clone(), enabled, there, ..Adding::default() }).await?;
    rules::group::may_add(&group, principal, as_owner, &adding)?;
    if let Some(privileged) = Privileged::of(role).filter(|_| group.privileged) {
        // Whoever is put in here is active in it for good, which the settings may not let anybody be, or not without a proof.
        let settings = role_settings::get(&mut change.link, privileged).await?.settings;
        let active = AssignmentType::Active;
        rules::role_assignment::proved_to_assign(&group.name, &settings, active, &change.proofs, change.now)?;
        rules::role_assignment::within(&settings, active, change.now, None, change.now)?;
    }
    let assignment = Assignment {
        id: AssignmentId(change.id()),
        principal,
        role,
        assignment_type: AssignmentType::Active,
        source: Source::Direct,
        starts_at: change.now,
        ends_at: None,
        ended_at: None,
    };
    // A group that may hold roles may make its first member eligible.
    let open = if group.role_assignable { Some(lock_out::before_all(change).await?) } else { None };
    assignments::insert(&mut change.link, &assignment, change.now).await?;
    change.record(None, [rules::request::started(&assignment)]);
    if let Some(open) = open {
        open.and_after_all(change).await?;
    }
    if group.privileged {
        super::alert::put_in(change, &assignment).await?;
        let news = RoleNews::Assigned { by: None, words: String::new() };
        role_news::tell(change, vec![News { assignment: assignment.clone(), news }]).await?;
    }
    if let Principal::User(user) = principal {
        membership::changed(change, user).await?;
    }
    Ok(Done::MemberAdded { group: id, name })
}

/// The facts about adding a principal, with those about nesting.
pub async fn adding(change: &mut Change<'_>, id: GroupId, principal: Principal, known: Adding) -> Result<Adding, Problem> {
    let Principal::Group(inner) = principal else { return Ok(known) };
    let above = groups::above(&mut change.link, id).await?;
    let below = groups::depth_below(&mut change.link, inner).await?;
    let up = above.iter().map(|(_, level)| *level).max().unwrap_or(0);
    let depth = usize::try_from(up + below + 1).unwrap_or(usize::MAX);
    Ok(Adding { above: above.into_iter().map(|(id, _)| id).collect(), depth, ..known })
}

pub async fn remove(
    change: &mut Change<'_>,
    command: &Command,
    id: GroupId,
    principal: Principal,
    as_owner: bool,
) -> Result<Done, Problem> {
    let group = known(change, command, id).await?;
    let role = role(id, as_owner);
    let (name, _) = describe(change, principal).await?;
    rules::group::may_remove(&group, as_owner)?;
    let assignment = direct(change, principal, role).await?.ok_or(Refusal::NotFound { what: "member" })?;
    let guarded = guarded::before(change).await?;
    let owned = Owned::before(change, role).await?;
    end(change, &assignment).await?;
    owned.and_after(change).await?;
    if let Principal::User(user) = principal {
        membership::changed(change, user).await?;
    }
    guarded.and_after(change).await?;
    if group.privileged {
        let news = RoleNews::Removed { by: None, words: String::new() };
        role_news::tell(change, vec![News { assignment, news }]).await?;
    }
    Ok(Done::MemberRemoved { group: id, name })
}

/// Who owns a group without an end, before one of them is taken away.
#[must_use = "what is not looked at afterwards is not guarded"]
pub struct Owned(Option<(Group, usize)>);

impl Owned {
    /// Nothing when it is no ownership.
    pub async fn before(change: &mut Change<'_>, role: ResourceRole) -> Result<Self, Problem> {
        let ResourceRole::GroupOwner(id) = role else { return Ok(Self(None)) };
        let Some(group) = groups::get(&mut change.link, id).await? else { return Ok(Self(None)) };
        let owners = role_assignments::lasting_owners(&mut change.link, &[id], change.now).await?;
        Ok(Self(Some((group, owners.len()))))
    }

    /// Refuses what was done since when it took the last of them.
    pub async fn and_after(self, change: &mut Change<'_>) -> Result<(), Problem> {
        let Some((group, before)) = self.0 else { return Ok(()) };
        let after = role_assignments::lasting_owners(&mut change.link, &[group.id], change.now).await?;
        Ok(rules::group::keeps_an_owner(&group, before, after.len())?)
    }
}

/// Ends a membership that somebody takes away.
pub async fn end(change: &mut Change<'_>, assignment: &Assignment) -> Result<(), Problem> {
    if assignments::end(&mut change.link, assignment.id, EndReason::Removed, change.now).await? {
        change.record(None, [rules::request::ended(assignment, EndReason::Removed)]);
    }
    Ok(())
}

fn role(group: GroupId, as_owner: bool) -> ResourceRole {
    if as_owner { ResourceRole::GroupOwner(group) } else { ResourceRole::GroupMember(group) }
}

async fn direct(change: &mut Change<'_>, principal: Principal, role: ResourceRole) -> Result<Option<Assignment>, Problem> {
    Ok(assignments::direct(&mut change.link, principal, role).await?)
}

/// The principal's name, and whether it is enabled.
async fn describe(change: &mut Change<'_>, principal: Principal) -> Result<(String, bool), Problem> {
    Ok(match principal {
        Principal::User(id) => {
            let user = users::get(&mut change.link, id).await?.ok_or(Refusal::NotFound { what: "user" })?;
            (user.display_name, user.enabled)
        }
        Principal::Group(id) => {
            let group = groups::get(&mut change.link, id).await?.ok_or(Refusal::NotFound { what: "group" })?;
            (group.name, true)
        }
        Principal::ServicePrincipal(_) => return Err(Refusal::NotFound { what: "service principal" }.into()),
    })
}

/// The group, if this visitor may change it.
async fn known(change: &mut Change<'_>, command: &Command, id: GroupId) -> Result<Group, Problem> {
    let (group, about) = about(change, id).await?;
    rules::access::may_submit(&change.visitor, command, about)?;
    Ok(group.ok_or(Refusal::NotFound { what: "group" })?)
}

/// The group, if there is one, with the facts on which depends who may change it.
pub async fn about(change: &mut Change<'_>, id: GroupId) -> Result<(Option<Group>, About), Problem> {
    let group = groups::get(&mut change.link, id).await?;
    let owns_group = match change.person() {
        Some(person) => assignments::owners(&mut change.link, id, change.now).await?.contains(&person),
        None => false,
    };
    let role_assignable_group = group.as_ref().is_some_and(|group| group.role_assignable);
    Ok((group, About { role_assignable_group, owns_group, ..About::default() }))
}
