//! Administration: catalogs, what is in them, and who may do what there.

use super::words::People;
use super::{Asking, cursor, page, read_cursor, read_time_cursor};
use crate::Problem;
use model::catalog::{CatalogRole, Holder};
use model::directory::Resource;
use model::limits::PAGE_ROWS;
use model::query;
use model::view::catalog::{Catalog, CatalogRow, Catalogs, PackageRow, ResourceRow, RoleRow, Shown, Tab};
use model::view::{Choice, Icon};
use model::{AnyId, ApplicationId, CatalogId, GroupId, PackageId, Refusal, RoleId, Ts};
use rules::catalog::Standing;
use std::collections::BTreeMap;
use store::catalogs::Seen;
use store::search::Words;
use store::{catalogs, groups, package_editing, resources};

/// Roles of one catalog that are listed; who needs more gives them to a group.
const ROLES_SHOWN: usize = 500;
/// Resources of a catalog that are looked through for groups.
const RESOURCES: usize = 500;
/// Resources of each kind that are offered; whoever misses one searches.
const OFFERED: usize = 20;

const NO_CATALOG: Refusal = Refusal::NotFound { what: "catalog" };

/// Whether there is a list of catalogs for this person.
pub async fn sees_list(asking: &mut Asking<'_>) -> Result<bool, Problem> {
    if rules::catalog::sees_list(asking.visitor, false) {
        return Ok(true);
    }
    let any_role = catalogs::any_role(&mut asking.link, asking.who.user, asking.now).await?;
    Ok(rules::catalog::sees_list(asking.visitor, any_role))
}

/// Which catalogs this person sees; where there is no list of them there is no such page.
pub async fn seen(asking: &mut Asking<'_>) -> Result<Seen, Problem> {
    if rules::catalog::sees_all(asking.visitor) {
        return Ok(Seen::All);
    }
    if sees_list(asking).await? {
        return Ok(Seen::By(asking.who.user));
    }
    Err(Refusal::NotFound { what: "page" }.into())
}

/// What this person may do within a catalog.
pub async fn standing(asking: &mut Asking<'_>, catalog: CatalogId) -> Result<Standing, Problem> {
    Ok(catalogs::roles_of(&mut asking.link, catalog, asking.who.user, asking.now).await?.into_iter().collect())
}

/// What this person may do within the catalog of a package.
pub async fn standing_at(asking: &mut Asking<'_>, package: PackageId) -> Result<Standing, Problem> {
    Ok(catalogs::roles_at(&mut asking.link, package, asking.who.user, asking.now).await?.into_iter().collect())
}

pub async fn list(asking: &mut Asking<'_>, query: query::Catalogs) -> Result<Catalogs, Problem> {
    let seen = seen(asking).await?;
    let after = read_cursor::<String, CatalogId>(query.after.as_deref());
    let further = after.is_some();
    let mut found = catalogs::list(&mut asking.link, seen, &Words::of(&query.search), after, PAGE_ROWS + 1, asking.now).await?;
    let paging = page(&mut found, PAGE_ROWS, further, |row| cursor(&row.name_key, row.id));
    let rows = found
        .into_iter()
        .map(|row| CatalogRow {
            catalog: row.id,
            name: row.name,
            description: row.description,
            enabled: row.enabled,
            packages: u32::try_from(row.packages).unwrap_or(0),
            resources: u32::try_from(row.resources).unwrap_or(0),
        })
        .collect();
    Ok(Catalogs { search: query.search, rows, paging, may_create: rules::catalog::may_create(asking.visitor) })
}

pub async fn one(asking: &mut Asking<'_>, query: query::Catalog) -> Result<Catalog, Problem> {
    let catalog = catalogs::get(&mut asking.link, query.catalog).await?.ok_or(NO_CATALOG)?;
    let standing = standing(asking, catalog.id).await?;
    if !rules::catalog::sees(asking.visitor, standing) {
        return Err(NO_CATALOG.into());
    }
    let may_manage = rules::catalog::manages(asking.visitor, standing);
    let shown = match query.tab {
        Tab::Packages => packages(asking, catalog.id, query.after.as_deref()).await?,
        Tab::Resources => {
            let (rows, paging) = brought(asking, catalog.id, query.after.as_deref()).await?;
            let offered = if may_manage { offered(asking, &query.search).await? } else { Vec::new() };
            Shown::Resources { rows, paging, offered }
        }
        Tab::Roles => {
            let mut given = catalogs::roles(&mut asking.link, catalog.id, ROLES_SHOWN + 1).await?;
            let cut = (given.len() > ROLES_SHOWN).then_some(ROLES_SHOWN).and_then(|shown| u32::try_from(shown).ok());
            given.truncate(ROLES_SHOWN);
            let rows = role_rows(asking, given).await?;
            let offered = if may_manage { holders_called(asking, catalog.id, &query.search).await? } else { Vec::new() };
            Shown::Roles { rows, offered, cut }
        }
    };
    Ok(Catalog {
        catalog: catalog.id,
        name: catalog.name,
        description: catalog.description,
        enabled: catalog.enabled,
        version: catalog.version,
        may_manage,
        may_make_packages: rules::catalog::manages_packages(asking.visitor, standing),
        shown,
    })
}

async fn role_rows(asking: &mut Asking<'_>, given: Vec<(Holder, CatalogRole, Ts)>) -> Result<Vec<RoleRow>, Problem> {
    let (mut user_ids, mut group_ids) = (Vec::new(), Vec::new());
    for (holder, _, _) in &given {
        match holder {
            Holder::User(user) => user_ids.push(*user),
            Holder::Group { group } => group_ids.push(*group),
        }
    }
    let people = People::load(asking, &user_ids).await?;
    let groups = groups::names(&mut asking.link, &group_ids).await?;
    let row = |(holder, role, since)| {
        let (name, under) = match holder {
            Holder::User(user) => {
                let persona = people.persona(user);
                (persona.name, persona.under)
            }
            Holder::Group { group } => {
                let name = groups.get(&group).cloned().unwrap_or_else(|| "a group that is no longer there".to_owned());
                (name, "All its members, through other groups too".to_owned())
            }
        };
        RoleRow { holder, name, under, role, since }
    };
    Ok(given.into_iter().map(row).collect())
}

/// People and groups by name to whom this person may give a role within a catalog.
pub async fn holders(asking: &mut Asking<'_>, query: query::CatalogHolders) -> Result<Vec<Choice>, Problem> {
    catalogs::get(&mut asking.link, query.catalog).await?.ok_or(NO_CATALOG)?;
    let standing = standing(asking, query.catalog).await?;
    if !rules::catalog::manages(asking.visitor, standing) {
        return Err(NO_CATALOG.into());
    }
    holders_called(asking, query.catalog, &query.search).await
}

async fn holders_called(asking: &mut Asking<'_>, catalog: CatalogId, search: &str) -> Result<Vec<Choice>, Problem> {
    let found = offered_groups(asking, Some(catalog), search).await?;
    let groups = found.into_iter().map(|(group, name)| Choice {
        id: Holder::Group { group }.to_string(),
        name,
        under: "Group".to_owned(),
    });
    let people = super::user::choices(asking, search).await?;
    Ok(people.into_iter().map(|choice| Choice { id: ["user:", &choice.id].concat(), ..choice }).chain(groups).collect())
}

/// Groups by name that a picker offers to somebody who names them about a catalog.
pub async fn offered_groups(
    asking: &mut Asking<'_>,
    catalog: Option<CatalogId>,
    search: &str,
) -> Result<Vec<(GroupId, String)>, Problem> {
    let owned = crate::commands::separation::owned(&mut asking.link, asking.visitor, asking.who.user, asking.now).await?;
    let found = groups_called(asking, catalog, owned.into_iter(), search).await?;
    Ok(found.into_iter().take(OFFERED).map(|(group, name, _)| (group, name)).collect())
}

/// Groups by name that may be named about a catalog, or about something outside of all, and whether they are among its resources: those that are somebody's
/// own business, before those that are everybody's who sees the directory.
pub async fn groups_called(
    asking: &mut Asking<'_>,
    catalog: Option<CatalogId>,
    owned: impl Iterator<Item = GroupId>,
    search: &str,
) -> Result<Vec<(GroupId, String, bool)>, Problem> {
    let brought = match catalog {
        Some(catalog) => catalogs::resources(&mut asking.link, catalog, None, RESOURCES).await?,
        None => Vec::new(),
    };
    let in_catalog: Vec<GroupId> = brought
        .iter()
        .filter_map(|brought| match brought.resource {
            Resource::Group(group) => Some(group),
            Resource::Application(_) | Resource::DirectoryRole(_) => None,
        })
        .collect();
    let near: Vec<GroupId> = in_catalog.iter().copied().chain(owned).collect();
    let wanted = search.trim().to_lowercase();
    let mut found: Vec<(GroupId, String)> = groups::names(&mut asking.link, &near).await?.into_iter().collect();
    found.retain(|(_, name)| name.to_lowercase().contains(&wanted));
    if rules::access::sees_directory(asking.visitor) {
        let listed = groups::list(&mut asking.link, &Words::of(search), groups::Filter::All, None, OFFERED, asking.now).await?;
        let more: Vec<_> = listed.into_iter().map(|(group, _)| (group.id, group.name)).collect();
        found.extend(more.into_iter().filter(|(group, _)| !near.contains(group)));
    }
    Ok(found.into_iter().map(|(group, name)| (group, name, in_catalog.contains(&group))).collect())
}

async fn packages(asking: &mut Asking<'_>, catalog: CatalogId, after: Option<&str>) -> Result<Shown, Problem> {
    let after = read_cursor::<String, PackageId>(after);
    let further = after.is_some();
    let now = asking.now;
    let mut found = package_editing::of_catalog(&mut asking.link, catalog, after, PAGE_ROWS + 1, now).await?;
    let paging = page(&mut found, PAGE_ROWS, further, |row| cursor(&row.name_key, row.id));
    Ok(Shown::Packages { rows: found.into_iter().map(package_row).collect(), paging })
}

/// A package as administrators list it.
pub fn package_row(row: package_editing::Listed) -> PackageRow {
    PackageRow {
        package: row.id,
        name: row.name,
        description: row.description,
        catalog: row.catalog_id,
        catalog_name: row.catalog,
        hidden: row.hidden,
        roles: u32::try_from(row.roles).unwrap_or(0),
        holders: u32::try_from(row.holders).unwrap_or(0),
    }
}

async fn brought(
    asking: &mut Asking<'_>,
    catalog: CatalogId,
    after: Option<&str>,
) -> Result<(Vec<ResourceRow>, model::view::Paging), Problem> {
    let after = read_time_cursor::<AnyId>(after);
    let mut found = catalogs::resources(&mut asking.link, catalog, after, PAGE_ROWS + 1).await?;
    let paging = page(&mut found, PAGE_ROWS, after.is_some(), |row| cursor(row.at.0, row.resource.id()));
    let names = Names::load(asking, &found.iter().map(|row| row.resource).collect::<Vec<_>>()).await?;
    let giving = catalogs::packages_by_resource(&mut asking.link, catalog).await?;
    let rows = found
        .into_iter()
        .map(|row| ResourceRow {
            key: row.resource.to_string(),
            icon: icon(row.resource),
            name: names.name(row.resource),
            kind: kind(row.resource).to_owned(),
            packages: giving.get(&row.resource.id()).map_or(0, |count| u32::try_from(*count).unwrap_or(0)),
            since: row.at,
        })
        .collect();
    Ok((rows, paging))
}

/// Resources by name which this person could hand out, each kind by its own look-up.
async fn offered(asking: &mut Asking<'_>, search: &str) -> Result<Vec<Choice>, Problem> {
    let now = asking.now;
    let (search, me) = (search.trim(), asking.who.user);
    let found = groups::list(&mut asking.link, &Words::of(search), groups::Filter::All, None, OFFERED, now).await?;
    let own: Vec<GroupId> = store::assignments::reach(&mut asking.link, me, now)
        .await?
        .into_iter()
        .filter(|assignment| rules::effective::in_force(assignment, now))
        .filter_map(|assignment| match assignment.role {
            model::access::ResourceRole::GroupOwner(group) => Some(group),
            model::access::ResourceRole::GroupMember(_)
            | model::access::ResourceRole::ApplicationRole(..)
            | model::access::ResourceRole::DirectoryRole(_) => None,
        })
        .collect();
    let mut choices = Vec::new();
    let mut offer = |resource: Resource, name: String, role_assignable: bool, owns: bool| {
        if rules::catalog::may_bring_in(asking.visitor, resource, role_assignable, owns).is_ok()
            && choices.iter().all(|choice: &Choice| choice.id != resource.to_string())
        {
            choices.push(Choice { id: resource.to_string(), name, under: kind(resource).to_owned() });
        }
    };
    let wanted = search.to_lowercase();
    let mine = resources::groups(&mut asking.link, &own).await?;
    for (id, group) in mine {
        if group.name.to_lowercase().contains(&wanted) {
            offer(Resource::Group(id), group.name, group.role_assignable, true);
        }
    }
    for (group, _) in found {
        let owns = own.contains(&group.id);
        offer(Resource::Group(group.id), group.name, group.role_assignable, owns);
    }
    for (application, name) in catalogs::applications_called(&mut asking.link, search, OFFERED).await? {
        offer(Resource::Application(application), name, false, false);
    }
    for (role, name) in catalogs::directory_roles(&mut asking.link).await? {
        if name.to_lowercase().contains(&wanted) {
            offer(Resource::DirectoryRole(role), name, false, false);
        }
    }
    Ok(choices)
}

fn icon(resource: Resource) -> Icon {
    match resource {
        Resource::Group(_) => Icon::Group,
        Resource::Application(_) => Icon::Application,
        Resource::DirectoryRole(_) => Icon::Role,
    }
}

fn kind(resource: Resource) -> &'static str {
    match resource {
        Resource::Group(_) => "Group",
        Resource::Application(_) => "Application",
        Resource::DirectoryRole(_) => "Directory role",
    }
}

/// Names of resources, loaded together.
struct Names {
    groups: BTreeMap<GroupId, String>,
    applications: BTreeMap<ApplicationId, String>,
    roles: BTreeMap<RoleId, (String, bool)>,
}

impl Names {
    async fn load(asking: &mut Asking<'_>, all: &[Resource]) -> Result<Self, Problem> {
        let (mut group_ids, mut application_ids, mut role_ids) = (Vec::new(), Vec::new(), Vec::new());
        for resource in all {
            match resource {
                Resource::Group(id) => group_ids.push(*id),
                Resource::Application(id) => application_ids.push(*id),
                Resource::DirectoryRole(id) => role_ids.push(*id),
            }
        }
        Ok(Self {
            groups: groups::names(&mut asking.link, &group_ids).await?,
            applications: catalogs::applications(&mut asking.link, &application_ids).await?,
            roles: resources::role_names(&mut asking.link, &role_ids).await?,
        })
    }

    fn name(&self, resource: Resource) -> String {
        match resource {
            Resource::Group(id) => self.groups.get(&id).cloned(),
            Resource::Application(id) => self.applications.get(&id).cloned(),
            Resource::DirectoryRole(id) => self.roles.get(&id).map(|(name, _)| name.clone()),
        }
        .unwrap_or_else(|| "something that is no longer there".to_owned())
    }
}
