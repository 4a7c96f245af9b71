//! Catalogs: making and changing them, what is in them, and who may do what there.

use super::{NAME, taken};
use crate::Problem;
use crate::change::Change;
use model::catalog::{CatalogFields, CatalogRole, Holder};
use model::command::{Command, Done};
use model::directory::Resource;
use model::event::Action;
use model::{CatalogId, GroupId, PackageId, Refusal};
use rules::access::About;
use rules::catalog::{Catalog, Standing};
use std::collections::BTreeSet;
use store::{Link, Saved, catalogs, groups, packages, resources, users};

/// Packages that a refusal names.
const NAMED: usize = 3;

pub async fn create(change: &mut Change<'_>, command: &Command, fields: &CatalogFields) -> Result<Done, Problem> {
    super::allowed(change, command)?;
    let CatalogFields { name, description, enabled } = rules::catalog::check_catalog(fields)?;
    let id = CatalogId(change.id());
    let catalog = packages::Catalog { id, name: name.clone(), description, enabled, created_at: change.now };
    taken(packages::insert_catalog(&mut change.link, &catalog).await, NAME, &name)?;
    change.record(None, [Action::CatalogCreated { catalog: id, name: name.clone() }]);
    if let Some(person) = change.person().filter(|_| rules::catalog::owns_what_it_creates(&change.visitor)) {
        let (holder, role) = (Holder::User(person), CatalogRole::Owner);
        catalogs::insert_role(&mut change.link, id, holder, role, change.now).await?;
        change.record(None, [Action::CatalogRoleGiven { catalog: id, holder, role }]);
    }
    Ok(Done::CatalogSaved { catalog: id, name })
}

pub async fn edit(
    change: &mut Change<'_>,
    command: &Command,
    id: CatalogId,
    version: i64,
    fields: &CatalogFields,
) -> Result<Done, Problem> {
    let before = known(change, command, id, About::default()).await?;
    let fields = rules::catalog::check_catalog(fields)?;
    if before.version != version {
        return Err(Refusal::Stale.into());
    }
    let changes = rules::catalog::catalog_changes(&before, &fields);
    let catalog = Catalog { name: fields.name, description: fields.description, enabled: fields.enabled, ..before };
    if !changes.is_empty() {
        if taken(catalogs::update(&mut change.link, &catalog).await, NAME, &catalog.name)? == Saved::Stale {
            return Err(Refusal::Stale.into());
        }
        change.record(None, [Action::CatalogChanged { catalog: id, changes }]);
    }
    Ok(Done::CatalogSaved { catalog: id, name: catalog.name })
}

pub async fn add_resource(
    change: &mut Change<'_>,
    command: &Command,
    id: CatalogId,
    resource: Resource,
) -> Result<Done, Problem> {
    let about = match resource {
        Resource::Group(group) => super::group::about(change, group).await?.1,
        Resource::Application(_) | Resource::DirectoryRole(_) => About::default(),
    };
    let catalog = known(change, command, id, about).await?;
    let name = name_of(&mut change.link, resource).await?;
    let gives_roles = rules::catalog::gives_roles(resource, about.role_assignable_group);
    for (group, role_assignable, role) in catalogs::groups_with_roles(&mut change.link, id).await? {
        rules::catalog::may_hold(&catalog.name, gives_roles, (&group, role_assignable), role)?;
    }
    match catalogs::insert_resource(&mut change.link, id, resource, change.now).await {
        Ok(()) => {}
        Err(fault) if fault.is_duplicate() => {
            return Err(Refusal::AlreadyInCatalog { resource: name, catalog: catalog.name }.into());
        }
        Err(fault) => return Err(fault.into()),
    }
    change.record(None, [Action::CatalogResourceAdded { catalog: id, resource, name: name.clone() }]);
    Ok(Done::CatalogResourceAdded { catalog: id, name })
}

pub async fn delete(change: &mut Change<'_>, command: &Command, id: CatalogId) -> Result<Done, Problem> {
    let catalog = known(change, command, id, About::default()).await?;
    let (packages, count) = catalogs::packages_in(&mut change.link, id, NAMED).await?;
    rules::catalog::may_delete_catalog(&catalog, &packages, count)?;
    catalogs::delete(&mut change.link, id, change.now).await?;
    change.record(None, [Action::CatalogDeleted { catalog: id, name: catalog.name.clone() }]);
    let any_role = match change.person() {
        Some(person) => catalogs::any_role(&mut change.link, person, change.now).await?,
        None => false,
    };
    Ok(Done::CatalogDeleted { name: catalog.name, sees_list: rules::catalog::sees_list(&change.visitor, any_role) })
}

pub async fn remove_resource(
    change: &mut Change<'_>,
    command: &Command,
    id: CatalogId,
    resource: Resource,
) -> Result<Done, Problem> {
    known(change, command, id, About::default()).await?;
    if !catalogs::has_resource(&mut change.link, id, resource).await? {
        return Err(Refusal::NotFound { what: "resource" }.into());
    }
    let name = name_of(&mut change.link, resource).await?;
    let mut using = catalogs::packages_with(&mut change.link, id, resource).await?;
    let count = using.len();
    using.truncate(NAMED);
    rules::catalog::may_take_out(&name, &using, count)?;
    catalogs::delete_resource(&mut change.link, id, resource).await?;
    change.record(None, [Action::CatalogResourceRemoved { catalog: id, resource, name: name.clone() }]);
    Ok(Done::CatalogResourceRemoved { catalog: id, name })
}

pub async fn give_role(
    change: &mut Change<'_>,
    command: &Command,
    id: CatalogId,
    holder: Holder,
    role: CatalogRole,
) -> Result<Done, Problem> {
    let catalog = known(change, command, id, About::default()).await?;
    let name = match holder {
        Holder::User(user) => {
            let person = users::get(&mut change.link, user).await?.ok_or(Refusal::NotFound { what: "user" })?;
            if !person.enabled {
                return Err(Refusal::Disabled { name: person.display_name }.into());
            }
            person.display_name
        }
        Holder::Group { group } => {
            let name = named_group(change, id, group).await?;
            let role_assignable = !groups::role_assignable(&mut change.link, &[group]).await?.is_empty();
            let gives_roles = catalogs::gives_roles(&mut change.link, id).await?;
            rules::catalog::may_hold(&catalog.name, gives_roles, (&name, role_assignable), role)?;
            name
        }
    };
    match catalogs::insert_role(&mut change.link, id, holder, role, change.now).await {
        Ok(()) => {}
        Err(fault) if fault.is_duplicate() => return Err(Refusal::HasCatalogRole { name, role: role.name() }.into()),
        Err(fault) => return Err(fault.into()),
    }
    change.record(None, [Action::CatalogRoleGiven { catalog: id, holder, role }]);
    Ok(Done::CatalogRoleGiven { catalog: id, name, role })
}

/// The name of a group, if the acting person may name it here.
async fn named_group(change: &mut Change<'_>, catalog: CatalogId, group: GroupId) -> Result<String, Problem> {
    let (other, name) = super::separation::group(change, catalog, group).await?;
    rules::separation::may_name(&change.visitor, other)?;
    Ok(name.ok_or(Refusal::NotFound { what: "group" })?)
}

pub async fn take_role(
    change: &mut Change<'_>,
    command: &Command,
    id: CatalogId,
    holder: Holder,
    role: CatalogRole,
) -> Result<Done, Problem> {
    known(change, command, id, About::default()).await?;
    if !catalogs::delete_role(&mut change.link, id, holder, role).await? {
        return Err(Refusal::NotFound { what: "role" }.into());
    }
    let name = match holder {
        Holder::User(user) => change.names([user]).await?.get(&user).cloned(),
        Holder::Group { group } => groups::names(&mut change.link, &[group]).await?.remove(&group),
    }
    .unwrap_or_default();
    change.record(None, [Action::CatalogRoleTaken { catalog: id, holder, role }]);
    Ok(Done::CatalogRoleTaken { catalog: id, name, role })
}

/// What the acting person may do within a catalog.
pub async fn standing(change: &mut Change<'_>, catalog: CatalogId) -> Result<Standing, Problem> {
    Ok(match change.person() {
        Some(person) => catalogs::roles_of(&mut change.link, catalog, person, change.now).await?.into_iter().collect(),
        None => Standing::default(),
    })
}

/// What the acting person may do within the catalog of a package.
pub async fn standing_at(change: &mut Change<'_>, package: PackageId) -> Result<Standing, Problem> {
    Ok(match change.person() {
        Some(person) => catalogs::roles_at(&mut change.link, package, person, change.now).await?.into_iter().collect(),
        None => Standing::default(),
    })
}

/// The catalog, if this visitor may change it.
pub async fn known(change: &mut Change<'_>, command: &Command, id: CatalogId, about: About) -> Result<Catalog, Problem> {
    let catalog = standing(change, id).await?;
    rules::access::may_submit(&change.visitor, command, About { catalog, ..about })?;
    Ok(catalogs::get_to_change(&mut change.link, id).await?.ok_or(Refusal::NotFound { what: "catalog" })?)
}

/// The name of a resource that is there.
async fn name_of(link: &mut Link, resource: Resource) -> Result<String, Problem> {
    let name = match resource {
        Resource::Group(id) => groups::names(link, &[id]).await?.remove(&id),
        Resource::Application(id) => catalogs::applications(link, &[id]).await?.remove(&id),
        Resource::DirectoryRole(id) => resources::role_names(link, &[id]).await?.remove(&id).map(|(name, _)| name),
    };
    Ok(name.ok_or(Refusal::NotFound { what: "resource" })?)
}

/// The facts on which depends how packages can give these resources, with the name of each role.
pub async fn facts(link: &mut Link, all: &[Resource]) -> Result<Vec<rules::catalog::Facts>, Problem> {
    use rules::catalog::Facts;
    let (mut group_ids, mut application_ids, mut role_ids) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for resource in all {
        match resource {
            Resource::Group(id) => drop(group_ids.insert(*id)),
            Resource::Application(id) => drop(application_ids.insert(*id)),
            Resource::DirectoryRole(id) => drop(role_ids.insert(*id)),
        }
    }
    let groups = resources::groups(link, &group_ids.into_iter().collect::<Vec<_>>()).await?;
    let declared = catalogs::application_roles(link, &application_ids.into_iter().collect::<Vec<_>>()).await?;
    let roles = resources::role_names(link, &role_ids.into_iter().collect::<Vec<_>>()).await?;
    Ok(all
        .iter()
        .filter_map(|resource| match resource {
            Resource::Group(id) => {
                groups.get(id).map(|group| Facts::Group { id: *id, dynamic: group.dynamic, privileged: group.privileged })
            }
            Resource::Application(id) => {
                let roles = declared.iter().filter(|(of, _, _)| of == id).map(|(_, role, _)| *role).collect();
                Some(Facts::Application { id: *id, roles })
            }
            Resource::DirectoryRole(id) => {
                roles.get(id).map(|(_, privileged)| Facts::DirectoryRole { id: *id, privileged: *privileged })
            }
        })
        .collect())
}
