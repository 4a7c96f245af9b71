//! Packages: making and changing them, and what they give.

use super::catalog::{facts, standing};
use super::{NAME, catalog, guarded, membership, said, taken};
use crate::Problem;
use crate::change::Change;
use model::access::{Assignment, AssignmentType, EndReason, ResourceRole, Source};
use model::catalog::PackageFields;
use model::command::{Command, Done};
use model::directory::{Principal, Resource};
use model::event::Action;
use model::package::PackageRole;
use model::{AssignmentId, PackageId, Refusal, UserId};
use rules::access::About;
use rules::catalog::{Catalog, Package};
use store::{Saved, assignments, catalogs, groups, package_editing, packages};

pub async fn create(
    change: &mut Change<'_>,
    command: &Command,
    fields: &PackageFields,
    roles: &[PackageRole],
) -> Result<Done, Problem> {
    let catalog = catalog::known(change, command, fields.catalog, About::default()).await?;
    let PackageFields { catalog: catalog_id, name, description, hidden } = rules::catalog::check_package(fields)?;
    let given = checked_roles(change, roles, &name, &catalog).await?;
    let package = packages::Package {
        id: PackageId(change.id()),
        catalog_id,
        catalog: catalog.name,
        catalog_enabled: catalog.enabled,
        name: name.clone(),
        description,
        hidden,
        created_at: change.now,
    };
    taken(packages::insert(&mut change.link, &package, &given).await, NAME, &name)?;
    change.record(None, [Action::PackageCreated { package: package.id, name: name.clone() }]);
    let added = |role: &PackageRole| Action::PackageRoleAdded {
        package: package.id,
        role: role.role,
        assignment_type: role.assignment_type,
        people: 0,
    };
    change.record(None, given.iter().map(added));
    Ok(Done::PackageSaved { package: package.id, name })
}

pub async fn edit(
    change: &mut Change<'_>,
    command: &Command,
    id: PackageId,
    version: i64,
    fields: &PackageFields,
) -> Result<Done, Problem> {
    let before = known(change, command, id).await?;
    let fields = rules::catalog::check_package(fields)?;
    if before.version != version {
        return Err(Refusal::Stale.into());
    }
    let changes = rules::catalog::package_changes(&before, &fields);
    let package = Package { name: fields.name, description: fields.description, hidden: fields.hidden, ..before };
    if !changes.is_empty() {
        if taken(package_editing::update(&mut change.link, &package).await, NAME, &package.name)? == Saved::Stale {
            return Err(Refusal::Stale.into());
        }
        change.record(None, [Action::PackageChanged { package: id, changes }]);
    }
    Ok(Done::PackageSaved { package: id, name: package.name })
}

pub async fn delete(change: &mut Change<'_>, command: &Command, id: PackageId) -> Result<Done, Problem> {
    let package = known(change, command, id).await?;
    package_editing::guard(&mut change.link, id).await?;
    let in_use = package_editing::in_use(&mut change.link, id, change.now).await?;
    let (held, open) = in_use.iter().fold((0, 0), |(held, open), (_, more_held, more_open)| (held + more_held, open + more_open));
    rules::catalog::may_delete(&package, held, open)?;
    for policy in packages::policies(&mut change.link, id).await? {
        super::review_policy::deleted(change, policy.id).await?;
    }
    package_editing::delete(&mut change.link, id, change.now).await?;
    change.record(None, [Action::PackageDeleted { package: id, name: package.name.clone() }]);
    Ok(Done::PackageDeleted { catalog: package.catalog, name: package.name })
}

/// Whoever holds the package gets the role in the same moment, until the package ends for them.
pub async fn add_role(change: &mut Change<'_>, command: &Command, id: PackageId, role: PackageRole) -> Result<Done, Problem> {
    let package = known(change, command, id).await?;
    package_editing::guard(&mut change.link, id).await?;
    let there = super::request::roles(&mut change.link, id).await?;
    let catalog = catalogs::get(&mut change.link, package.catalog).await?.ok_or(Refusal::NotFound { what: "catalog" })?;
    let name = check_role(change, role, &there, &package.name, &catalog).await?;
    super::separation::check_role(change, (id, &package.name), role.role).await?;
    package_editing::insert_role(&mut change.link, id, role).await?;
    let holders = package_editing::holders(&mut change.link, id, change.now).await?;
    let assignments: Vec<Assignment> = holders
        .iter()
        .map(|(held, holder, starts_at, ends_at)| Assignment {
            id: AssignmentId(change.id()),
            principal: Principal::User(*holder),
            role: role.role,
            assignment_type: role.assignment_type,
            source: Source::Package(*held),
            starts_at: (*starts_at).max(change.now),
            ends_at: *ends_at,
            ended_at: None,
        })
        .collect();
    assignments::insert_all(&mut change.link, &assignments, change.now).await?;
    let (role_of, assignment_type, people) = (role.role, role.assignment_type, assignments.len());
    change.record(None, [Action::PackageRoleAdded { package: id, role: role_of, assignment_type, people }]);
    change.record(None, assignments.iter().map(rules::request::started));
    memberships_changed(change, role.role, &assignments).await?;
    Ok(Done::PackageRoleAdded { package: id, name, people })
}

/// Whoever has the role from the package loses it in the same moment; what comes from elsewhere stays.
pub async fn remove_role(change: &mut Change<'_>, command: &Command, id: PackageId, role: PackageRole) -> Result<Done, Problem> {
    known(change, command, id).await?;
    package_editing::guard(&mut change.link, id).await?;
    let guarded = guarded::before(change).await?;
    let name = role.called(said(&mut change.link, role.role).await?);
    if !package_editing::delete_role(&mut change.link, id, role).await? {
        return Err(Refusal::NotFound { what: "resource role" }.into());
    }
    let assignments = package_editing::given(&mut change.link, id, role).await?;
    package_editing::end_given(&mut change.link, id, role, change.now).await?;
    let (role_of, assignment_type, people) = (role.role, role.assignment_type, assignments.len());
    change.record(None, [Action::PackageRoleRemoved { package: id, role: role_of, assignment_type, people }]);
    change.record(None, assignments.iter().map(|assignment| rules::request::ended(assignment, EndReason::Removed)));
    memberships_changed(change, role.role, &assignments).await?;
    guarded.and_after(change).await?;
    Ok(Done::PackageRoleRemoved { package: id, name, people })
}

/// Rules over other groups are asked anew about everybody who came in or went out.
async fn memberships_changed(change: &mut Change<'_>, role: ResourceRole, assignments: &[Assignment]) -> Result<(), Problem> {
    let ResourceRole::GroupMember(_) = role else { return Ok(()) };
    let people: Vec<UserId> = assignments.iter().filter_map(|assignment| assignment.principal.user()).collect();
    membership::all_changed(change, &people).await
}

/// The roles, each once, when a new package may give them.
pub async fn checked_roles(
    change: &mut Change<'_>,
    roles: &[PackageRole],
    package: &str,
    catalog: &Catalog,
) -> Result<Vec<PackageRole>, Problem> {
    let mut given: Vec<PackageRole> = Vec::new();
    for role in roles {
        if !given.contains(role) {
            check_role(change, *role, &given, package, catalog).await?;
            given.push(*role);
        }
    }
    Ok(given)
}

/// Whether the package may give the role, and how the role is called.
async fn check_role(
    change: &mut Change<'_>,
    role: PackageRole,
    there: &[PackageRole],
    package: &str,
    catalog: &Catalog,
) -> Result<String, Problem> {
    let resource = role.role.resource();
    if let (Resource::Group(group), AssignmentType::Eligible) = (resource, role.assignment_type) {
        // It stays under privileged access management until this is over.
        groups::keep(&mut change.link, group).await?;
    }
    let offered = if catalogs::has_resource(&mut change.link, catalog.id, resource).await? {
        facts(&mut change.link, &[resource]).await?.iter().flat_map(rules::catalog::ways).collect()
    } else {
        Vec::new()
    };
    // A role of something that the catalog does not have is not named: it may be nobody's business here.
    let name = if offered.is_empty() { "That role".to_owned() } else { said(&mut change.link, role.role).await? };
    let name = role.called(name);
    rules::catalog::may_give(role, there, &offered, &name, package, &catalog.name)?;
    Ok(name)
}

/// The package, if this visitor may change it.
pub async fn known(change: &mut Change<'_>, command: &Command, id: PackageId) -> Result<Package, Problem> {
    let package = package_editing::get(&mut change.link, id).await?;
    let catalog = match &package {
        Some(package) => standing(change, package.catalog).await?,
        None => rules::catalog::Standing::default(),
    };
    rules::access::may_submit(&change.visitor, command, About { catalog, ..About::default() })?;
    Ok(package.ok_or(Refusal::NotFound { what: "access package" })?)
}
