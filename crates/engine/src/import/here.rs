//! What is here, as far as a run has to know it: a fixed number of statements for each hundreds of people.

use crate::Fault;
use crate::commands::lock_out;
use model::access::{Assignment, ResourceRole};
use model::directory::Principal;
use model::import::Import;
use model::provisioning::Provisioned;
use model::{AnyId, GroupId, Ts, UserId};
use rules::group::Group;
use rules::import::{Found, GroupHere, Here, Linked, Owner};
use rules::user::{GUARDED, Holders, User, folded, is_protected};
use std::collections::{BTreeMap, BTreeSet};
use store::import_links::{self, Linked as Bound};
use store::providers::Whom;
use store::provisioned::{self, Said};
use store::{Link, assignments, emergency, groups, users};

/// People whose assignments are looked at together.
const TOGETHER: usize = 200;

pub async fn load(link: &mut Link, is_demo: bool, import: &Import, found: &Found, now: Ts) -> Result<Here, Fault> {
    let mut here = Here::default();
    people(link, import, found, &mut here).await?;
    protected(link, found, now, &mut here).await?;
    here.emergency = emergency::accounts(link).await?.into_iter().map(|account| account.user).collect();
    for role in GUARDED {
        let active = assignments::role_holders(link, role.id(), now).await?.into_iter().collect();
        let lasting = assignments::lasting_role_holders(link, role.id(), now).await?.into_iter().collect();
        here.holders.push((role, Holders { active, lasting }));
    }
    let lasting: BTreeSet<UserId> = here.holders.iter().flat_map(|(_, holders)| &holders.lasting).copied().collect();
    here.come_in = lock_out::who_can_come_in(link, is_demo, lasting.into_iter().collect(), Whom::Enabled).await?;
    if import.settings.groups.is_some() {
        all_groups(link, import, found, &mut here).await?;
    }
    called(link, &mut here).await?;
    Ok(here)
}

fn owner(import: &Import, bound: Option<&Bound>, said: Option<&Said>) -> Owner {
    match bound {
        Some(bound) if bound.import == import.id => Owner::ThisImport(bound.external_id.clone()),
        Some(_) => Owner::OtherImport,
        None if said.is_some_and(|said| said.removed_at.is_none()) => Owner::Provider,
        None => Owner::Nobody,
    }
}

async fn people(link: &mut Link, import: &Import, found: &Found, here: &mut Here) -> Result<(), Fault> {
    let bound = import_links::of_import(link, import.id, Provisioned::User).await?;
    let ids: Vec<UserId> = bound.iter().map(|bound| UserId(bound.id)).collect();
    let mut known: BTreeMap<UserId, User> = users::several(link, &ids).await?.into_iter().map(|user| (user.id, user)).collect();
    let names: BTreeSet<String> = found.people.iter().map(|one| folded(&one.wanted.user_name)).collect();
    let names: Vec<String> = names.into_iter().filter(|name| !name.is_empty()).collect();
    let named = users::of_names(link, &names).await?;
    let ids: Vec<AnyId> = named.iter().map(|user| user.id.0).collect();
    let (owners, said) = (import_links::several(link, &ids).await?, provisioned::several(link, &ids).await?);
    for user in named {
        let owner = owner(import, owners.get(&user.id.0), said.get(&user.id.0));
        here.names.insert(folded(&user.user_name), (user, owner));
    }
    for bound in bound {
        if let Some(user) = known.remove(&UserId(bound.id)) {
            here.people.insert(bound.external_id, Linked { user, disabled: bound.disabled });
        }
    }
    Ok(())
}

/// Who would give roles to whoever signs in in their place; asked only of those about whom it may matter.
async fn protected(link: &mut Link, found: &Found, now: Ts, here: &mut Here) -> Result<(), Fault> {
    let mut asked: BTreeSet<UserId> = BTreeSet::new();
    for one in &found.people {
        match one.external_id.as_ref().and_then(|id| here.people.get(id)) {
            Some(Linked { user, .. }) if user.enabled && folded(&user.user_name) == folded(&one.wanted.user_name) => {}
            Some(Linked { user, .. }) => {
                asked.insert(user.id);
            }
            None => asked.extend(here.names.get(&folded(&one.wanted.user_name)).map(|(user, _)| user.id)),
        }
    }
    let asked: Vec<UserId> = asked.into_iter().collect();
    for some in asked.chunks(TOGETHER) {
        let all = assignments::reach_of(link, some, now).await?;
        let in_groups: BTreeSet<GroupId> = all
            .iter()
            .filter_map(|one| match one.role {
                ResourceRole::GroupMember(group) | ResourceRole::GroupOwner(group) => Some(group),
                ResourceRole::DirectoryRole(_) | ResourceRole::ApplicationRole(..) => None,
            })
            .collect();
        let in_groups: Vec<GroupId> = in_groups.into_iter().collect();
        let role_assignable = groups::role_assignable(link, &in_groups).await?;
        for user in some {
            if is_protected(&of_person(*user, &all, now), &role_assignable, now) {
                here.protected.insert(*user);
            }
        }
    }
    Ok(())
}

/// Everything that leads from one of them.
fn of_person(user: UserId, all: &[Assignment], now: Ts) -> Vec<Assignment> {
    let (mut mine, mut known) = (Vec::new(), BTreeSet::new());
    let mut next = vec![Principal::User(user)];
    while let Some(principal) = next.pop() {
        let level: Vec<Assignment> = all.iter().filter(|one| one.principal == principal).cloned().collect();
        for group in rules::effective::groups_given(&level, now) {
            if known.insert(group) {
                next.push(Principal::Group(group));
            }
        }
        mine.extend(level);
    }
    mine
}

async fn all_groups(link: &mut Link, import: &Import, found: &Found, here: &mut Here) -> Result<(), Fault> {
    here.guarded = groups::leading_to_roles(link).await?;
    let bound = import_links::of_import(link, import.id, Provisioned::Group).await?;
    let ids: Vec<GroupId> = bound.iter().map(|bound| GroupId(bound.id)).collect();
    let known = groups::several(link, &ids).await?;
    let names: BTreeSet<String> = found.groups.iter().map(|one| folded(&one.wanted.display_name)).collect();
    let names: Vec<String> = names.into_iter().filter(|name| !name.is_empty()).collect();
    let named = groups::named(link, &names).await?;
    let ids: Vec<AnyId> = named.iter().map(|group| group.id.0).collect();
    let (owners, said) = (import_links::several(link, &ids).await?, provisioned::several(link, &ids).await?);
    let both: BTreeSet<GroupId> = known.iter().chain(&named).map(|group| group.id).collect();
    let both: Vec<GroupId> = both.into_iter().collect();
    let mut members: BTreeMap<GroupId, BTreeSet<Principal>> = BTreeMap::new();
    for one in assignments::imported_members_of(link, &both).await? {
        if let ResourceRole::GroupMember(group) = one.role {
            members.entry(group).or_default().insert(one.principal);
        }
    }
    let with_members = |group: Group| {
        let members = members.get(&group.id).cloned().unwrap_or_default();
        GroupHere { group, members }
    };
    for group in named {
        let owner = owner(import, owners.get(&group.id.0), said.get(&group.id.0));
        here.group_names.insert(folded(&group.name), (with_members(group), owner));
    }
    let mut known: BTreeMap<GroupId, Group> = known.into_iter().map(|group| (group.id, group)).collect();
    for bound in bound {
        if let Some(group) = known.remove(&GroupId(bound.id)) {
            here.groups.insert(bound.external_id, with_members(group));
        }
    }
    Ok(())
}

async fn called(link: &mut Link, here: &mut Here) -> Result<(), Fault> {
    let of_groups = here.groups.values().chain(here.group_names.values().map(|(group, _)| group));
    let members: BTreeSet<Principal> = of_groups.flat_map(|group| group.members.iter().copied()).collect();
    let people = here.people.values().map(|linked| &linked.user).chain(here.names.values().map(|(user, _)| user));
    let mut named: BTreeSet<UserId> = people.filter_map(|user| user.manager).collect();
    named.extend(members.iter().filter_map(|member| member.user()));
    let named: Vec<UserId> = named.into_iter().collect();
    let inner: Vec<GroupId> =
        members.iter().filter_map(|member| if let Principal::Group(id) = member { Some(*id) } else { None }).collect();
    for (id, name) in users::names(link, &named).await? {
        here.called.insert(Principal::User(id), name);
    }
    for (id, name) in groups::names(link, &inner).await? {
        here.called.insert(Principal::Group(id), name);
    }
    Ok(())
}
