//! Directory roles, and groups under privileged access management, as administrators see them.

use super::group::Principals;
use super::my_roles::over;
use super::standing_access::{described, source};
use super::words::countdown;
use super::{Asking, cursor, enrolled, page, read_time_cursor};
use crate::Problem;
use crate::commands::role_settings::breaking;
use crate::commands::subject::manages_group;
use model::access::{Assignment, AssignmentType, Source};
use model::authentication_context::AuthenticationContext;
use model::directory::{BUILT_IN_ROLES, Principal};
use model::limits::PAGE_ROWS;
use model::role_settings::Privileged;
use model::view::my_roles::Tab;
use model::view::role::{Assignments, Breaking, BreakingRow, Defaults, Lacking, RoleRow, Roles, Row, Settings};
use model::view::{Badge, Choice};
use model::{AssignmentId, GroupId, Refusal, RoleId, query};
use rules::group::Group;
use rules::role_settings::Bounds;
use std::collections::BTreeMap;
use store::search::Words;
use store::{assignments, authentication_contexts, groups, requests, resources, review_holders, role_assignments, role_settings};

/// Groups, and service principals, that a picker offers at once.
const OFFERED: usize = 10;

/// What the visitor may do with one role, and what it is.
pub struct Seen {
    pub name: String,
    pub description: String,
    pub group: Option<Group>,
    pub manages: bool,
}

pub async fn seen(asking: &mut Asking<'_>, role: Privileged) -> Result<Seen, Problem> {
    match role {
        Privileged::DirectoryRole(id) => {
            if !rules::access::sees_roles(asking.visitor) {
                return Err(Refusal::NotFound { what: "role" }.into());
            }
            let found = BUILT_IN_ROLES.iter().find(|role| role.id == id).ok_or(Refusal::NotFound { what: "role" })?;
            let manages = rules::access::manages_roles(asking.visitor);
            Ok(Seen { name: found.name.to_owned(), description: found.description.to_owned(), group: None, manages })
        }
        Privileged::GroupMember(id) | Privileged::GroupOwner(id) => {
            let group = groups::get(&mut asking.link, id).await?;
            let me = Some(asking.who.user);
            let manages = manages_group(&mut asking.link, asking.visitor, me, id, asking.now).await?;
            let group = group.filter(|_| manages || rules::access::sees_directory(asking.visitor));
            let group = group.ok_or(Refusal::NotFound { what: "group" })?;
            Ok(Seen { name: group.name.clone(), description: group.description.clone(), group: Some(group), manages })
        }
    }
}

pub async fn list(asking: &mut Asking<'_>, query: query::Roles) -> Result<Roles, Problem> {
    let counts = role_assignments::counts(&mut asking.link, asking.now).await?;
    let of = |role: RoleId| {
        let count = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
        counts.iter().find(|(id, _, _)| *id == role).map_or((0, 0), |(_, eligible, active)| (count(*eligible), count(*active)))
    };
    let words: Vec<String> = query.search.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let fits = |text: &str| words.iter().all(|word| text.to_lowercase().contains(word.as_str()));
    let mut rows: Vec<RoleRow> = BUILT_IN_ROLES
        .iter()
        .filter(|role| fits(role.name) || fits(role.description))
        .map(|role| RoleRow {
            role: role.id,
            name: role.name.to_owned(),
            description: role.description.to_owned(),
            privileged: role.privileged,
            eligible: of(role.id).0,
            active: of(role.id).1,
        })
        .collect();
    rows.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(Roles { search: query.search, rows })
}

pub async fn assignments_of(asking: &mut Asking<'_>, query: query::RoleAssignments) -> Result<Assignments, Problem> {
    let Seen { name, description, group, manages } = seen(asking, query.role).await?;
    let enabled = group.as_ref().is_none_or(|group| group.privileged);
    let never = match group.as_ref().filter(|group| !group.privileged) {
        Some(group) => {
            let fed = review_holders::fed(&mut asking.link, &[group.id]).await?.contains(&group.id);
            rules::role_assignment::may_enable(group, fed).err()
        }
        None => None,
    };
    let tab = match query.tab {
        Tab::Eligible => role_assignments::Tab::Eligible,
        Tab::Active => role_assignments::Tab::Active,
        Tab::Expired => role_assignments::Tab::Expired,
    };
    let after = read_time_cursor::<AssignmentId>(query.after.as_deref());
    let (role, now) = (query.role.role(), asking.now);
    let mut found = role_assignments::of_role(&mut asking.link, role, tab, after, PAGE_ROWS + 1, now).await?;
    let paging = page(&mut found, PAGE_ROWS, after.is_some(), |one| {
        cursor(one.ended_at.filter(|_| query.tab == Tab::Expired).unwrap_or(one.starts_at).0, one.id)
    });
    let principals: Vec<_> = found.iter().map(|one| one.principal).collect();
    let principals = Principals::load(asking, &principals).await?;
    let may_assign = manages && enabled;
    let through = through(asking, &found).await?;
    let rows = found.iter().map(|one| row(one, &principals, through.get(&one.id), may_assign, asking)).collect();
    let settings = role_settings::get(&mut asking.link, query.role).await?.settings;
    let holders = if may_assign { choices(asking, &query.person).await? } else { Vec::new() };
    Ok(Assignments {
        role: query.role,
        name,
        description,
        enabled,
        never: never.map(|refusal| refusal.sentence_for_pages()),
        tab: query.tab,
        rows,
        paging,
        may_assign: manages,
        defaults: Defaults {
            eligible_permanent: settings.eligible.permanent,
            eligible_days: settings.eligible.days,
            active_permanent: settings.active.permanent,
            active_days: settings.active.days,
            justification_required: settings.assignment_justification,
            ticket_required: settings.assignment_ticket,
        },
        holders,
    })
}

/// The groups through which people activated what a group is eligible for: by the activation, the name and the page.
async fn through(asking: &mut Asking<'_>, found: &[Assignment]) -> Result<BTreeMap<AssignmentId, (String, String)>, Problem> {
    let rests_on = |one: &Assignment| match one.source {
        Source::Activation(on) => Some(on),
        Source::Direct | Source::Package(_) | Source::Rule(_) | Source::Import => None,
    };
    let grounds: Vec<AssignmentId> = found.iter().filter_map(rests_on).collect();
    if grounds.is_empty() {
        return Ok(BTreeMap::new());
    }
    let grounds = assignments::several(&mut asking.link, &grounds).await?;
    let groups_of: BTreeMap<AssignmentId, GroupId> = grounds
        .iter()
        .filter_map(|one| match one.principal {
            Principal::Group(id) => Some((one.id, id)),
            Principal::User(_) | Principal::ServicePrincipal(_) => None,
        })
        .collect();
    if groups_of.is_empty() {
        return Ok(BTreeMap::new());
    }
    let ids: Vec<GroupId> = groups_of.values().copied().collect();
    let names = groups::names(&mut asking.link, &ids).await?;
    let said = |one: &Assignment| {
        let group = groups_of.get(&rests_on(one)?)?;
        let name = names.get(group).cloned().unwrap_or_else(|| "a deleted group".to_owned());
        Some((one.id, (name, format!("/admin/groups/{group}"))))
    };
    Ok(found.iter().filter_map(said).collect())
}

fn row(
    one: &Assignment,
    principals: &Principals,
    through: Option<&(String, String)>,
    may_assign: bool,
    asking: &Asking<'_>,
) -> Row {
    let (icon, name, under, href) = described(principals, one.principal);
    let there = rules::role_assignment::is_there(one, asking.now);
    let badge = match (there, one.assignment_type, one.source) {
        (false, ..) => over(one),
        (true, _, _) if one.starts_at > asking.now => Badge::new("Starts later", "plain"),
        (true, AssignmentType::Eligible, _) => Badge::new("Eligible", "plain"),
        (true, AssignmentType::Active, Source::Activation(_)) => Badge::new("Activated", "good"),
        (true, AssignmentType::Active, _) => Badge::new("Assigned", "plain"),
    };
    let direct = there && may_assign && one.source == Source::Direct;
    Row {
        assignment: one.id,
        icon,
        person: one.principal.user(),
        href,
        name,
        under,
        badge,
        source: source(one.source).to_owned(),
        through: through.cloned(),
        starts: one.starts_at,
        starts_later: one.starts_at > asking.now,
        ends_at: one.ends_at,
        ends: countdown(one.starts_at, one.ends_at).filter(|_| there),
        ended: one.ended_at.or(one.ends_at.filter(|_| !there)),
        changeable: direct,
        renew: renewable(one, asking.now).filter(|_| may_assign),
        removable: direct || (there && may_assign && matches!(one.source, Source::Activation(_) | Source::Import)),
    }
}

/// What ended by itself can be given again, to whomever had it.
fn renewable(one: &Assignment, now: model::Ts) -> Option<(String, AssignmentType)> {
    let ended = one.source == Source::Direct && !rules::role_assignment::is_there(one, now);
    if !ended || one.ended_at.zip(one.ends_at).is_none_or(|(ended, end)| ended < end) {
        return None;
    }
    let holder = match one.principal {
        Principal::User(id) => format!("user:{id}"),
        Principal::Group(id) => format!("group:{id}"),
        Principal::ServicePrincipal(id) => format!("service_principal:{id}"),
    };
    Some((holder, one.assignment_type))
}

/// People, groups and service principals by name to whom the role could be assigned.
pub async fn holders(asking: &mut Asking<'_>, role: Privileged, search: &str) -> Result<Vec<Choice>, Problem> {
    managed(asking, role).await?;
    choices(asking, search).await
}

/// For others there is nothing to look for.
pub async fn managed(asking: &mut Asking<'_>, role: Privileged) -> Result<(), Problem> {
    if seen(asking, role).await?.manages { Ok(()) } else { Err(Refusal::NotFound { what: "page" }.into()) }
}

async fn choices(asking: &mut Asking<'_>, search: &str) -> Result<Vec<Choice>, Problem> {
    let people = super::user::choices(asking, search).await?;
    let people = people.into_iter().map(|choice| Choice { id: ["user:", &choice.id].concat(), ..choice });
    // Owners manage their group, and see no other.
    if !rules::access::sees_directory(asking.visitor) {
        return Ok(people.collect());
    }
    let found = groups::list(&mut asking.link, &Words::of(search), groups::Filter::All, None, OFFERED, asking.now).await?;
    let groups = found.into_iter().map(|(group, _)| Choice {
        id: format!("group:{}", group.id),
        name: group.name,
        under: "Group".to_owned(),
    });
    let machines = resources::service_principals(&mut asking.link, &Words::of(search), OFFERED).await?;
    let machines = machines.into_iter().map(|(id, name)| Choice {
        id: format!("service_principal:{id}"),
        name,
        under: "Service principal".to_owned(),
    });
    Ok(people.chain(groups).chain(machines).collect())
}

pub async fn settings(asking: &mut Asking<'_>, role: Privileged) -> Result<Settings, Problem> {
    let Seen { name, group, manages, .. } = seen(asking, role).await?;
    let stored = role_settings::get(&mut asking.link, role).await?;
    let version = stored.seen();
    let names = super::policy::stage_names(asking, &stored.settings.stages).await?;
    let labels = model::role_settings::LABELS;
    let overridden =
        labels.iter().filter(|(field, _)| stored.overrides.contains_key(*field)).map(|(_, label)| (*label).to_owned());
    let terms = offered_terms(asking).await?;
    let contexts = authentication_contexts::list(&mut asking.link).await?;
    let askable = super::answering::askable(&mut asking.link).await?;
    let lacking = if manages { enrolled::of_role(asking, role, &stored.settings, &contexts).await? } else { Lacking::default() };
    let open = requests::open_of_role(&mut asking.link, role.role()).await?;
    Ok(Settings {
        role,
        name,
        group: group.map(|group| group.id),
        overridden: overridden.collect(),
        names,
        terms,
        contexts: offered_contexts(&contexts),
        askable,
        lacking,
        settings: stored.settings,
        version,
        open: u32::try_from(open).unwrap_or(u32::MAX),
        may_edit: manages,
    })
}

/// Which assignments would be outside of such settings: what saving them asks, before it is saved.
pub async fn settings_effect(asking: &mut Asking<'_>, query: query::RoleSettingsEffect) -> Result<Breaking, Problem> {
    managed(asking, query.role).await?;
    let before = role_settings::get(&mut asking.link, query.role).await?.settings;
    let after = Bounds { eligible: query.eligible, active: query.active };
    let found = breaking(&mut asking.link, query.role, (&before).into(), after, asking.now).await?;
    let principals: Vec<_> = found.first.iter().map(|one| one.principal).collect();
    let principals = Principals::load(asking, &principals).await?;
    let rows = found.first.iter().map(|one| breaking_row(one, &principals, None)).collect();
    let (count, all_looked_at) = (found.count, found.all_looked_at);
    Ok(Breaking { count, all_looked_at, roles: 1, all_roles_looked_at: true, rows })
}

/// An assignment that would be outside; `of` is what it is of, where that is not plain.
pub fn breaking_row(one: &Assignment, principals: &Principals, of: Option<(String, String)>) -> BreakingRow {
    let (icon, name, under, href) = described(principals, one.principal);
    let word = if one.assignment_type == AssignmentType::Eligible { "Eligible" } else { "Assigned" };
    BreakingRow { icon, name, under, href, of, badge: Badge::new(word, "plain"), starts: one.starts_at, ends: one.ends_at }
}

/// The terms of use that settings can demand.
pub async fn offered_terms(asking: &mut Asking<'_>) -> Result<Vec<(String, String)>, Problem> {
    let all = store::terms::list(&mut asking.link).await?;
    Ok(all.into_iter().map(|terms| (terms.id.to_string(), terms.name)).collect())
}

/// The authentication contexts that settings can name, of all that there are.
pub fn offered_contexts(all: &[AuthenticationContext]) -> Vec<(String, String)> {
    all.iter().map(|context| (context.id.to_string(), context.name.clone())).collect()
}
