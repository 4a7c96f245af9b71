//! What an identity provider changes about groups, and who belongs to them because of it.

use super::provisioning::{forget, keep};
use super::{group, guarded, membership};
use crate::Problem;
use crate::change::Change;
use model::access::{Assignment, AssignmentType, ResourceRole, Source};
use model::command::GroupFields;
use model::directory::{Membership, Principal};
use model::provisioning::{Provisioned, ScimFault};
use model::{AnyId, AssignmentId, GroupId, Refusal, UserId};
use rules::group::{Adding, Group};
use scim::{GroupAsked, read_group};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use store::{assignments, groups, provisioned, users};

pub async fn create(change: &mut Change<'_>, resource: &Value) -> Result<AnyId, Problem> {
    let said = scim::clean(Provisioned::Group, resource)?;
    let asked = read_group(&said, true)?;
    let there = groups::called(&mut change.link, &asked.name).await?;
    let group = match there {
        Some(id) => {
            let before = provisioned::get(&mut change.link, id.0).await?;
            if before.is_none_or(|before| before.removed_at.is_none()) {
                let name = asked.name;
                return Err(Refusal::NameTaken { field: "displayName", label: "Name", name }.into());
            }
            known(change, id.0).await?
        }
        None => {
            let fields = GroupFields {
                name: asked.name.clone(),
                description: String::new(),
                membership: Membership::Assigned,
                role_assignable: false,
            };
            group::insert(change, rules::group::check_new(&fields)?).await?
        }
    };
    update(change, group, said, asked).await
}

pub async fn replace(change: &mut Change<'_>, id: AnyId, resource: &Value) -> Result<AnyId, Problem> {
    let group = known(change, id).await?;
    let says_members = resource.as_object().is_some_and(|all| all.keys().any(|name| name.eq_ignore_ascii_case("members")));
    let said = scim::clean(Provisioned::Group, resource)?;
    let asked = read_group(&said, says_members)?;
    update(change, group, said, asked).await
}

/// A patch is about what came from the provider: it takes away nothing that others gave, and what it adds comes from it,
/// too, where somebody belongs to the group already.
pub async fn patch(change: &mut Change<'_>, id: AnyId, operations: &Value) -> Result<AnyId, Problem> {
    let group = known(change, id).await?;
    let imported = assignments::imported_members(&mut change.link, group.id).await?;
    let members: Vec<Value> = imported.iter().map(|one| member(one.principal)).collect();
    let external_id = provisioned::get(&mut change.link, id).await?.and_then(|said| said.external_id);
    let mut now = Map::new();
    now.insert("displayName".to_owned(), json!(group.name));
    if !members.is_empty() {
        now.insert("members".to_owned(), Value::Array(members));
    }
    if let Some(external_id) = external_id {
        now.insert("externalId".to_owned(), json!(external_id));
    }
    let said = scim::patch(Provisioned::Group, &now, operations)?;
    let asked = read_group(&said, true)?;
    update(change, group, said, asked).await
}

fn member(principal: Principal) -> Value {
    let kind = match principal {
        Principal::Group(_) => "Group",
        Principal::User(_) | Principal::ServicePrincipal(_) => "User",
    };
    json!({ "value": principal.id().to_string(), "type": kind })
}

/// A group stays with what others gave; what came from the provider ends, and for the provider it is no more.
pub async fn remove(change: &mut Change<'_>, id: AnyId) -> Result<(), Problem> {
    let group = known(change, id).await?;
    set_members(change, &group, BTreeSet::new()).await?;
    forget(change, Provisioned::Group, id).await
}

/// The group, if another system may change it.
pub async fn known(change: &mut Change<'_>, id: AnyId) -> Result<Group, Problem> {
    let found = groups::get(&mut change.link, GroupId(id)).await?.ok_or(Provisioned::Group.nothing())?;
    let above: Vec<GroupId> = groups::above(&mut change.link, found.id).await?.into_iter().map(|(id, _)| id).collect();
    let above = groups::several(&mut change.link, &above).await?;
    rules::provisioning::may_change_group(&found, &above)?;
    Ok(found)
}

async fn update(change: &mut Change<'_>, before: Group, said: Map<String, Value>, asked: GroupAsked) -> Result<AnyId, Problem> {
    let fields = GroupFields {
        name: asked.name,
        description: before.description.clone(),
        membership: before.membership.clone(),
        role_assignable: before.role_assignable,
    };
    let fields = rules::group::check_edit(&before, &fields)?;
    if fields.name != before.name {
        group::save(change, before.clone(), fields).await?;
    }
    if let Some(members) = asked.members {
        let wanted = principals(change, members).await?;
        set_members(change, &before, wanted).await?;
    }
    let external_id: Map<String, Value> = said.into_iter().filter(|(name, _)| name == "externalId").collect();
    keep(change, Provisioned::Group, before.id.0, external_id).await?;
    Ok(before.id.0)
}

/// Whom the ids mean.
async fn principals(change: &mut Change<'_>, members: Vec<AnyId>) -> Result<BTreeSet<Principal>, Problem> {
    let people: Vec<UserId> = members.iter().copied().map(UserId).collect();
    let people = users::names(&mut change.link, &people).await?;
    let all: Vec<GroupId> = members.iter().copied().map(GroupId).filter(|id| !people.contains_key(&UserId(id.0))).collect();
    let inner = groups::names(&mut change.link, &all).await?;
    let mut wanted = BTreeSet::new();
    for id in members {
        let principal = if people.contains_key(&UserId(id)) {
            Principal::User(UserId(id))
        } else if inner.contains_key(&GroupId(id)) {
            Principal::Group(GroupId(id))
        } else {
            let message =
                format!("“{id}” is the id of nobody here, so that it cannot be a member. Send the person or group first.");
            return Err(Refusal::ScimWrong { fault: ScimFault::InvalidValue, message }.into());
        };
        wanted.insert(principal);
    }
    Ok(wanted)
}

/// Makes exactly these come from another system.
pub async fn set_members(change: &mut Change<'_>, group: &Group, wanted: BTreeSet<Principal>) -> Result<(), Problem> {
    let there = assignments::imported_members(&mut change.link, group.id).await?;
    let imported: BTreeSet<Principal> = there.iter().map(|one| one.principal).collect();
    let (give, take) = rules::provisioning::members(group, &wanted, &imported)?;
    let mut moved: BTreeSet<UserId> = BTreeSet::new();
    let mut guarded = None;
    if !take.is_empty() {
        guarded = Some(guarded::before(change).await?);
        let take: BTreeSet<Principal> = take.into_iter().collect();
        for assignment in there.iter().filter(|one| take.contains(&one.principal)) {
            group::end(change, assignment).await?;
            moved.extend(assignment.principal.user());
        }
    }
    moved.extend(add(change, group, give).await?);
    let moved: Vec<UserId> = moved.into_iter().collect();
    membership::all_changed(change, &moved).await?;
    // Who left this group may have left others by their rules.
    match guarded {
        Some(guarded) => guarded.and_after(change).await,
        None => Ok(()),
    }
}

/// Adds members that come from another system; the people among them.
pub async fn add(change: &mut Change<'_>, group: &Group, give: Vec<Principal>) -> Result<Vec<UserId>, Problem> {
    let people: Vec<UserId> = give.iter().filter_map(|one| one.user()).collect();
    let found = users::several(&mut change.link, &people).await?;
    let found: BTreeMap<UserId, (String, bool)> =
        found.into_iter().map(|user| (user.id, (user.display_name, user.enabled))).collect();
    let mut started = Vec::with_capacity(give.len());
    for principal in give {
        let (name, enabled) = match principal {
            Principal::User(id) => found.get(&id).cloned().unwrap_or_default(),
            Principal::Group(_) | Principal::ServicePrincipal(_) => (String::new(), true),
        };
        let known = Adding { name, enabled, ..Adding::default() };
        let adding = group::adding(change, group.id, principal, known).await?;
        rules::group::may_add(group, principal, false, &adding)?;
        let assignment = Assignment {
            id: AssignmentId(change.id()),
            principal,
            role: ResourceRole::GroupMember(group.id),
            assignment_type: AssignmentType::Active,
            source: Source::Import,
            starts_at: change.now,
            ends_at: None,
            ended_at: None,
        };
        // One by one: a group that is added counts for the nesting of the next.
        assignments::insert(&mut change.link, &assignment, change.now).await?;
        started.push(rules::request::started(&assignment));
    }
    change.record(None, started);
    Ok(people)
}
