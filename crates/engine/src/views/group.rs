//! Administration: groups, who is in, and whom a rule would match.

use super::words::{Named, People, countdown, kind, persona};
use super::{Asking, cursor, page, read_cursor, read_time_cursor};
use crate::Problem;
use model::access::{ResourceRole, Source};
use model::audit::Place;
use model::directory::{Membership, Principal};
use model::limits::PAGE_ROWS;
use model::query;
use model::view::Badge;
use model::view::admin::{Given, Group, GroupFilter, GroupRow, Groups, MemberRow, RulePreview};
use model::view::standing_access::{DiscoveredGroups, GroupRow as DiscoveredGroup};
use model::{AssignmentId, GroupId, Refusal, ServicePrincipalId, UserId};
use store::groups::Filter;
use store::search::Words;
use store::{assignments, groups, resources, review_holders, users};

/// People that a preview names.
const PREVIEWED: usize = 10;
/// People that are evaluated together.
const PAGE: usize = 500;

pub async fn list(asking: &mut Asking<'_>, query: query::Groups) -> Result<Groups, Problem> {
    let filter = match query.filter {
        GroupFilter::All => Filter::All,
        GroupFilter::Assigned => Filter::Assigned,
        GroupFilter::Dynamic => Filter::Dynamic,
        GroupFilter::RoleAssignable => Filter::RoleAssignable,
    };
    let after = read_cursor::<String, GroupId>(query.after.as_deref());
    let further = after.is_some();
    let mut found = groups::list(&mut asking.link, &Words::of(&query.search), filter, after, PAGE_ROWS + 1, asking.now).await?;
    let paging = page(&mut found, PAGE_ROWS, further, |(group, _)| cursor(rules::user::folded(&group.name), group.id));
    let rows = found
        .into_iter()
        .map(|(group, members)| GroupRow {
            group: group.id,
            membership: if group.membership.is_dynamic() { "Dynamic" } else { "Assigned" }.to_owned(),
            name: group.name,
            description: group.description,
            role_assignable: group.role_assignable,
            members: u32::try_from(members).unwrap_or(0),
        })
        .collect();
    Ok(Groups {
        search: query.search,
        filter: query.filter,
        rows,
        paging,
        may_create: rules::access::may_create_groups(asking.visitor, false),
        may_create_role_assignable: rules::access::may_create_groups(asking.visitor, true),
    })
}

/// All groups, with those that can be brought under privileged access management, and why others cannot.
pub async fn discover(asking: &mut Asking<'_>, query: query::DiscoveredGroups) -> Result<DiscoveredGroups, Problem> {
    let after = read_cursor::<String, GroupId>(query.after.as_deref());
    let further = after.is_some();
    let words = Words::of(&query.search);
    let mut found = groups::list(&mut asking.link, &words, Filter::All, after, PAGE_ROWS + 1, asking.now).await?;
    let paging = page(&mut found, PAGE_ROWS, further, |(group, _)| cursor(rules::user::folded(&group.name), group.id));
    let ids: Vec<GroupId> = found.iter().map(|(group, _)| group.id).collect();
    let fed = review_holders::fed(&mut asking.link, &ids).await?;
    let rows = found
        .into_iter()
        .map(|(group, members)| {
            let may = rules::access::may_change_group(asking.visitor, group.role_assignable, false);
            let reason = match rules::role_assignment::may_enable(&group, fed.contains(&group.id)) {
                _ if group.privileged => Some("It is under privileged access management already.".to_owned()),
                Err(refusal) => Some(refusal.sentence_for_pages()),
                Ok(()) if !may => Some("Its owners and administrators of groups like this one can do that.".to_owned()),
                Ok(()) => None,
            };
            DiscoveredGroup {
                group: group.id,
                name: group.name,
                description: group.description,
                role_assignable: group.role_assignable,
                members: u32::try_from(members).unwrap_or(0),
                reason,
                managed: group.privileged,
            }
        })
        .collect();
    Ok(DiscoveredGroups { search: query.search, rows, paging })
}

/// Owners on the page of a group.
const OWNERS_SHOWN: usize = PAGE_ROWS * 4;

pub async fn one(asking: &mut Asking<'_>, query: query::Group) -> Result<Group, Problem> {
    let not_found = Refusal::NotFound { what: "group" };
    let group = groups::get(&mut asking.link, query.group).await?.ok_or(not_found.clone())?;
    let now = asking.now;
    let (owner, member) = (ResourceRole::GroupOwner(group.id), ResourceRole::GroupMember(group.id));
    let owners = assignments::active_in(&mut asking.link, owner, None, OWNERS_SHOWN, now).await?;
    let me = asking.who.user;
    let owns = owners.iter().any(|(owner, _)| owner.principal == Principal::User(me))
        || owners.len() == OWNERS_SHOWN && assignments::owners(&mut asking.link, group.id, now).await?.contains(&me);
    if !owns && !rules::access::sees_directory(asking.visitor) {
        return Err(not_found.into());
    }
    let after = read_time_cursor::<AssignmentId>(query.after.as_deref());
    let mut members = assignments::active_in(&mut asking.link, member, after, PAGE_ROWS + 1, now).await?;
    let paging = page(&mut members, PAGE_ROWS, after.is_some(), |(assignment, at)| cursor(at.0, assignment.id));
    let count = assignments::count(&mut asking.link, member, now).await?;
    let given = assignments::of_groups(&mut asking.link, &[group.id]).await?;
    let named = Named::load(asking, given.iter().map(|assignment| assignment.role).collect()).await?;
    let may_edit = rules::access::may_change_group(asking.visitor, group.role_assignable, owns);
    let about = rules::access::About { role_assignable_group: group.role_assignable, ..Default::default() };
    let may_review = rules::review::manages(asking.visitor, model::review::Reviewed::Group(group.id), about);
    let everyone: Vec<_> = members.iter().chain(&owners).map(|(assignment, _)| assignment.principal).collect();
    let principals = Principals::load(asking, &everyone).await?;
    let rows = |list: &[(model::access::Assignment, model::Ts)]| -> Vec<MemberRow> {
        list.iter()
            .map(|(assignment, _)| {
                let (kind, id, name, under) = principals.describe(assignment.principal);
                let (source, direct) = match assignment.source {
                    Source::Direct => ("Direct", true),
                    Source::Activation(_) => ("Activated", false),
                    Source::Package(_) => ("Access package", false),
                    Source::Rule(_) => ("Rule", false),
                    Source::Import => ("Import", false),
                };
                MemberRow {
                    kind: kind.to_owned(),
                    id,
                    name,
                    under,
                    source: source.to_owned(),
                    since: assignment.starts_at,
                    ends: countdown(assignment.starts_at, assignment.ends_at),
                    removable: direct && may_edit,
                }
            })
            .collect()
    };
    let rule = match &group.membership {
        Membership::Dynamic { rule } => Some(rule.clone()),
        Membership::Assigned => None,
    };
    let people = if may_edit { super::user::choices(asking, &query.person).await? } else { Vec::new() };
    Ok(Group {
        group: group.id,
        members: rows(&members),
        owners: rows(&owners),
        gives: given
            .iter()
            .map(|one| (one, rules::effective::is_to_come(one, now)))
            .filter(|(one, to_come)| *to_come || rules::effective::in_window(one, now))
            .map(|(assignment, to_come)| {
                let (_, name, via) = named.describe(assignment.role);
                let active = rules::effective::in_force(assignment, now);
                let badge = match (active, to_come) {
                    (_, true) => Badge::new("Starts later", "plain"),
                    (true, false) => Badge::new("Active", "good"),
                    (false, false) => Badge::new("Eligible", "plain"),
                };
                Given {
                    name: if via.is_empty() { name } else { format!("{name}, {via}") },
                    kind: kind(assignment.role).to_owned(),
                    badge,
                    active,
                    ends: countdown(assignment.starts_at, assignment.ends_at),
                }
            })
            .collect(),
        name: group.name,
        description: group.description,
        rule,
        role_assignable: group.role_assignable,
        version: group.version,
        member_count: u32::try_from(count).unwrap_or(0),
        paging,
        may_edit,
        may_review,
        sees_audit: rules::audit::may_read(asking.visitor, Place::Group(group.id), may_edit),
        people,
    })
}

/// Whether the visitor may change a group, which may be none.
pub async fn is_changed_by(asking: &mut Asking<'_>, group: GroupId) -> Result<bool, Problem> {
    let Some(group) = groups::get(&mut asking.link, group).await? else { return Ok(false) };
    let owners = assignments::owners(&mut asking.link, group.id, asking.now).await?;
    Ok(rules::access::may_change_group(asking.visitor, group.role_assignable, owners.contains(&asking.who.user)))
}

/// Names of users and groups that are in a group.
pub struct Principals {
    people: People,
    groups: std::collections::BTreeMap<GroupId, String>,
    machines: std::collections::BTreeMap<ServicePrincipalId, String>,
}

impl Principals {
    pub async fn load(asking: &mut Asking<'_>, principals: &[Principal]) -> Result<Self, Problem> {
        let (mut user_ids, mut group_ids, mut machine_ids) = (Vec::new(), Vec::new(), Vec::new());
        for principal in principals {
            match principal {
                Principal::User(id) => user_ids.push(*id),
                Principal::Group(id) => group_ids.push(*id),
                Principal::ServicePrincipal(id) => machine_ids.push(*id),
            }
        }
        let people = People::load(asking, &user_ids).await?;
        let groups = groups::names(&mut asking.link, &group_ids).await?;
        Ok(Self { people, groups, machines: resources::service_principal_names(&mut asking.link, &machine_ids).await? })
    }

    pub fn name(&self, principal: Principal) -> String {
        self.describe(principal).2
    }

    pub fn describe(&self, principal: Principal) -> (&'static str, String, String, String) {
        match principal {
            Principal::User(id) => {
                let persona = self.people.persona(id);
                ("user", id.to_string(), persona.name, persona.under)
            }
            Principal::Group(id) => {
                let name = self.groups.get(&id).cloned().unwrap_or_else(|| "a deleted group".to_owned());
                ("group", id.to_string(), name, "Group".to_owned())
            }
            Principal::ServicePrincipal(id) => {
                let name = self.machines.get(&id).cloned().unwrap_or_else(|| "a service principal".to_owned());
                ("service_principal", id.to_string(), name, "Service principal".to_owned())
            }
        }
    }
}

/// Whom a rule would match, before it is saved.
pub async fn preview(asking: &mut Asking<'_>, text: &str) -> Result<RulePreview, Problem> {
    let rule = rules::group::rule(text)?;
    let over_groups = !rule.source_groups().is_empty();
    let (mut matching, mut people, mut after) = (0_u32, Vec::new(), UserId(model::AnyId::nil()));
    loop {
        let page = users::page_by_id(&mut asking.link, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.id;
        for user in &page {
            let mut person = users::person(user);
            if over_groups {
                let direct = groups::direct_of(&mut asking.link, user.id, asking.now).await?;
                person.member_of = direct.into_iter().map(|(group, _)| group).collect();
            }
            if rule.matches(&person, asking.now) {
                matching += 1;
                if people.len() < PREVIEWED {
                    people.push(persona(user));
                }
            }
        }
    }
    Ok(RulePreview { matching, people })
}
