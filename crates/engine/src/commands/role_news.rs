//! Letters about assignments of roles: the facts that they hold, for many assignments at once.

use super::naming;
use crate::Problem;
use crate::change::Change;
use crate::views::words::Named;
use model::access::{Assignment, AssignmentType, ResourceRole, Source};
use model::directory::{PortalRole, Principal};
use model::notice::{AboutRole, RoleNews};
use model::role_settings::{Mails, Privileged, RoleEvent};
use model::{GroupId, Refusal, ServicePrincipalId, UserId};
use rules::notice::RoleMail;
use std::collections::{BTreeMap, BTreeSet};
use store::{Link, assignments, groups, resources, role_assignments, role_settings};

/// Something that happened to an assignment.
pub struct News {
    pub assignment: Assignment,
    pub news: RoleNews,
}

/// Whoever looks after roles and is told about them.
#[derive(Default)]
pub struct Lookers {
    /// Of directory roles: who manages them.
    managers: Vec<UserId>,
    /// And who watches what is activated.
    watchers: Vec<UserId>,
    /// Of groups, who owns them for good: others have other things to do than to read about each group.
    owners: BTreeMap<GroupId, Vec<UserId>>,
}

/// Who manages directory roles, and who is told besides when one is activated.
const MANAGERS: [PortalRole; 2] = [PortalRole::PrivilegedRoleAdministrator, PortalRole::GlobalAdministrator];
const WATCHERS: [PortalRole; 3] =
    [PortalRole::PrivilegedRoleAdministrator, PortalRole::GlobalAdministrator, PortalRole::SecurityAdministrator];

pub async fn holders(link: &mut Link, roles: &[PortalRole], now: model::Ts) -> Result<Vec<UserId>, Problem> {
    let mut all = BTreeSet::new();
    for role in roles {
        all.extend(assignments::role_holders(link, role.id(), now).await?);
    }
    Ok(all.into_iter().collect())
}

/// Those who are told of the roles that the news are about.
pub async fn watchers(link: &mut Link, now: model::Ts) -> Result<Vec<UserId>, Problem> {
    holders(link, &WATCHERS, now).await
}

impl Lookers {
    pub async fn load(change: &mut Change<'_>, of: &BTreeSet<(Privileged, RoleEvent)>) -> Result<Self, Problem> {
        let mut lookers = Self::default();
        let now = change.now;
        let directory = |(role, _): &&(Privileged, RoleEvent)| matches!(role, Privileged::DirectoryRole(_));
        if of.iter().filter(directory).any(|(_, event)| *event != RoleEvent::Activated) {
            lookers.managers = holders(&mut change.link, &MANAGERS, now).await?;
        }
        if of.iter().filter(directory).any(|(_, event)| *event == RoleEvent::Activated) {
            lookers.watchers = holders(&mut change.link, &WATCHERS, now).await?;
        }
        let groups: BTreeSet<GroupId> = of.iter().filter_map(|(role, _)| group(*role)).collect();
        if !groups.is_empty() {
            let groups: Vec<GroupId> = groups.into_iter().collect();
            for (group, owner) in role_assignments::lasting_owners(&mut change.link, &groups, now).await? {
                lookers.owners.entry(group).or_default().push(owner);
            }
        }
        Ok(lookers)
    }

    pub fn of(&self, role: Privileged, event: RoleEvent) -> &[UserId] {
        match (group(role), event) {
            (Some(group), _) => self.owners.get(&group).map_or(&[], Vec::as_slice),
            (None, RoleEvent::Activated) => &self.watchers,
            (None, RoleEvent::Eligible | RoleEvent::Active) => &self.managers,
        }
    }
}

fn group(role: Privileged) -> Option<GroupId> {
    match role {
        Privileged::DirectoryRole(_) => None,
        Privileged::GroupMember(id) | Privileged::GroupOwner(id) => Some(id),
    }
}

/// Which rows of the settings an assignment is about.
pub fn event(assignment: &Assignment) -> RoleEvent {
    match (assignment.source, assignment.assignment_type) {
        (Source::Activation(_), _) => RoleEvent::Activated,
        (_, AssignmentType::Eligible) => RoleEvent::Eligible,
        (_, AssignmentType::Active) => RoleEvent::Active,
    }
}

/// What the settings of these roles say about mail. What has no settings, as groups that are not under privileged access
/// management, is told to nobody.
async fn mails(change: &mut Change<'_>, of: &BTreeSet<Privileged>) -> Result<BTreeMap<Privileged, Mails>, Problem> {
    let mut of: BTreeSet<Privileged> = of.clone();
    let within: BTreeSet<GroupId> = of.iter().filter_map(|role| group(*role)).collect();
    for id in within {
        if !groups::get(&mut change.link, id).await?.is_some_and(|group| group.privileged) {
            of.retain(|role| group(*role) != Some(id));
        }
    }
    let of: Vec<Privileged> = of.into_iter().collect();
    let stored = role_settings::several(&mut change.link, &of).await?;
    Ok(stored.into_iter().map(|(role, stored)| (role, stored.settings.mails)).collect())
}

/// Tells whoever the settings of the roles say. Statements do not grow with the news, except for groups of different names.
pub async fn tell(change: &mut Change<'_>, all: Vec<News>) -> Result<(), Problem> {
    let known: BTreeSet<(Privileged, RoleEvent)> =
        all.iter().filter_map(|one| Some((Privileged::of(one.assignment.role)?, event(&one.assignment)))).collect();
    if known.is_empty() {
        return Ok(());
    }
    let mails = mails(change, &known.iter().map(|(role, _)| *role).collect()).await?;
    // Who looks after a role hears nothing of activations whose time is over.
    let heard = |one: &&News| one.news != RoleNews::Expired || event(&one.assignment) != RoleEvent::Activated;
    let heard: BTreeSet<(Privileged, RoleEvent)> = all
        .iter()
        .filter(heard)
        .filter_map(|one| Some((Privileged::of(one.assignment.role)?, event(&one.assignment))))
        .filter(|(role, _)| mails.contains_key(role))
        .collect();
    let lookers = Lookers::load(change, &heard).await?;
    let named = Named::of(&mut change.link, all.iter().map(|one| one.assignment.role).collect()).await?;
    let people = all.iter().filter_map(|one| one.assignment.principal.user());
    let names = change.names(people.chain(change.person())).await?.clone();
    let group_ids: Vec<GroupId> = all
        .iter()
        .filter_map(|one| match one.assignment.principal {
            Principal::Group(id) => Some(id),
            Principal::User(_) | Principal::ServicePrincipal(_) => None,
        })
        .collect();
    let machines: Vec<ServicePrincipalId> = all
        .iter()
        .filter_map(|one| match one.assignment.principal {
            Principal::ServicePrincipal(id) => Some(id),
            Principal::User(_) | Principal::Group(_) => None,
        })
        .collect();
    let machines = resources::service_principal_names(&mut change.link, &machines).await?;
    let group_names = if group_ids.is_empty() { BTreeMap::new() } else { groups::names(&mut change.link, &group_ids).await? };
    let actor = change.person();
    let name = naming(&names);
    let mut letters = Vec::new();
    for News { assignment, news } in all {
        let Some(role) = Privileged::of(assignment.role) else { continue };
        let Some(mails) = mails.get(&role) else { continue };
        let holder = match assignment.principal {
            Principal::User(id) => name(id),
            Principal::Group(id) => group_names.get(&id).cloned().unwrap_or_default(),
            Principal::ServicePrincipal(id) => machines.get(&id).cloned().unwrap_or_default(),
        };
        let event = event(&assignment);
        let about = AboutRole {
            role,
            name: named.said(assignment.role),
            holder,
            event,
            starts_at: assignment.starts_at,
            ends_at: assignment.ends_at,
        };
        let mail = RoleMail { mails, about, holder: assignment.principal.user(), administrators: lookers.of(role, event) };
        letters.extend(mail.letters(&by(news, actor.map(&name)), actor));
    }
    change.tell(letters);
    Ok(())
}

/// The news with who did it.
fn by(news: RoleNews, by: Option<String>) -> RoleNews {
    match news {
        RoleNews::Assigned { words, .. } => RoleNews::Assigned { by, words },
        RoleNews::Changed { words, .. } => RoleNews::Changed { by, words },
        RoleNews::Removed { words, .. } => RoleNews::Removed { by, words },
        RoleNews::Activated { .. }
        | RoleNews::EndsSoon { .. }
        | RoleNews::Deactivated
        | RoleNews::Expired
        | RoleNews::GroundEnded => news,
    }
}

/// What letters of a request about a role depend on, kept for as long as they are written.
pub struct OfRequest {
    mails: Mails,
    about: AboutRole,
    holder: UserId,
    administrators: Vec<UserId>,
}

impl OfRequest {
    pub fn mail(&self) -> RoleMail<'_> {
        RoleMail {
            mails: &self.mails,
            about: self.about.clone(),
            holder: Some(self.holder),
            administrators: &self.administrators,
        }
    }

    /// Of this role, as which somebody has or shall have it.
    pub async fn load(
        change: &mut Change<'_>,
        role: ResourceRole,
        event: RoleEvent,
        holder: UserId,
        name: &str,
    ) -> Result<Self, Problem> {
        let role = Privileged::of(role).ok_or(Refusal::NotFound { what: "role" })?;
        let mails = role_settings::get(&mut change.link, role).await?.settings.mails;
        let lookers = Lookers::load(change, &BTreeSet::from([(role, event)])).await?;
        let called = naming(change.names([holder]).await?)(holder);
        let about = AboutRole { role, name: name.to_owned(), holder: called, event, starts_at: change.now, ends_at: None };
        Ok(Self { mails, about, holder, administrators: lookers.of(role, event).to_vec() })
    }
}
