//! Packages as administrators see and change them: what a package gives, who holds it, and what may go.

use crate::assignments::{self, role_columns, type_column};
use crate::catalogs::Seen;
use crate::dialect::after_name;
use crate::search::Words;
use crate::{Fault, Link, Saved, search};
use model::access::{Assignment, EndReason};
use model::package::PackageRole;
use model::{AnyId, CatalogId, GroupId, PackageAssignmentId, PackageId, PolicyId, Ts, UserId};
use rules::catalog::Package;
use rules::user::folded;

#[derive(sqlx::FromRow)]
struct Row {
    id: PackageId,
    catalog_id: CatalogId,
    catalog_name: String,
    name: String,
    description: String,
    hidden: bool,
    created_at: Ts,
    version: i64,
}

/// A package in an administrator's list.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Listed {
    pub id: PackageId,
    pub name: String,
    pub name_key: String,
    pub description: String,
    pub hidden: bool,
    pub catalog_id: CatalogId,
    pub catalog: String,
    pub roles: i64,
    pub holders: i64,
}

pub async fn get(link: &mut Link, id: PackageId) -> Result<Option<Package>, Fault> {
    let row: Option<Row> = row!(
        link,
        "select p.id, p.catalog_id, c.name as catalog_name, p.name, p.description, p.hidden, p.created_at, p.version
         from packages p join catalogs c on c.id = p.catalog_id where p.id = $1 and p.deleted_at is null",
        id,
    )?;
    Ok(row.map(|row| Package {
        id: row.id,
        catalog: row.catalog_id,
        catalog_name: row.catalog_name,
        name: row.name,
        description: row.description,
        hidden: row.hidden,
        created_at: row.created_at,
        version: row.version,
    }))
}

/// The packages that make people eligible for a group, by name.
pub async fn making_eligible(link: &mut Link, group: GroupId) -> Result<Vec<(PackageId, String)>, Fault> {
    Ok(rows!(
        link,
        "select distinct p.id, p.name from package_roles r cross join packages p
         where r.resource_id = $1 and r.assignment_type = 'eligible' and p.id = r.package_id and p.deleted_at is null
         order by p.name, p.id",
        group,
    )?)
}

/// Whether the catalog has a package of this name.
pub async fn has_name(link: &mut Link, catalog: CatalogId, name: &str) -> Result<bool, Fault> {
    let found: Option<(PackageId,)> = row!(
        link,
        "select id from packages where catalog_id = $1 and name_key = $2 and deleted_at is null",
        catalog,
        folded(&crate::dialect::storable(name)),
    )?;
    Ok(found.is_some())
}

/// Lets only one transaction at a time change what a package gives and who holds it: whoever gets the package while a
/// role is added must not miss the role. Whether the package exists.
pub async fn guard(link: &mut Link, package: PackageId) -> Result<bool, Fault> {
    let there: Option<(Option<Ts>,)> = row_to_change!(link, "select deleted_at from packages where id = $1", package)?;
    Ok(matches!(there, Some((None,))))
}

/// The same for whoever only gets it: as many as come at the same time, and nobody while it is changed.
pub async fn guard_what_it_gives(link: &mut Link, package: PackageId) -> Result<bool, Fault> {
    let there: Option<(Option<Ts>,)> = row_to_keep!(link, "select deleted_at from packages where id = $1", package)?;
    Ok(matches!(there, Some((None,))))
}

/// Saves a package that was read with its version. A duplicate name is a fault of kind duplicate.
pub async fn update(link: &mut Link, package: &Package) -> Result<Saved, Fault> {
    let rows = run!(
        link,
        "update packages set name = $3, name_key = $4, description = $5, hidden = $6, version = version + 1
         where id = $1 and version = $2 and deleted_at is null",
        package.id,
        package.version,
        &package.name,
        folded(&package.name),
        &package.description,
        package.hidden,
    )?;
    if rows == 1 {
        index(link, package.id).await?;
    }
    Ok(Saved::one(rows))
}

/// Nobody sees the package any more. The row stays for the history of whoever held it.
pub async fn delete(link: &mut Link, package: PackageId, now: Ts) -> Result<(), Fault> {
    run!(link, "update packages set deleted_at = $2, version = version + 1 where id = $1", package, now)?;
    run!(link, "delete from policy_scopes where package_id = $1", package)?;
    crate::separation::forget(link, package).await?;
    run!(link, "delete from search_words where subject_id = $1", package)?;
    Ok(())
}

/// Says anew by which words a package is found: those of its name, of the names of what it gives, of its description.
pub async fn index(link: &mut Link, package: PackageId) -> Result<(), Fault> {
    let found: Option<(String, String)> =
        row!(link, "select name, description from packages where id = $1 and deleted_at is null", package)?;
    let Some((name, description)) = found else { return Ok(()) };
    let given: Vec<(String,)> = rows!(
        link,
        "select g.name from package_roles r join groups g on g.id = r.resource_id where r.package_id = $1
         union select a.name from package_roles r join applications a on a.id = r.resource_id where r.package_id = $1
         union select d.name from package_roles r join directory_roles d on d.id = r.resource_id where r.package_id = $1",
        package,
    )?;
    let mut texts = vec![name.as_str()];
    texts.extend(given.iter().map(|(name,)| name.as_str()));
    texts.push(&description);
    search::set(link, search::PACKAGE, package.0, &texts).await
}

/// The same for all packages that give a resource, because its name changed.
pub async fn index_all_with(link: &mut Link, resource: AnyId) -> Result<(), Fault> {
    let packages: Vec<(PackageId,)> =
        rows!(link, "select distinct package_id from package_roles where resource_id = $1", resource)?;
    for (package,) in packages {
        index(link, package).await?;
    }
    Ok(())
}

macro_rules! listed_sql {
    ($from:expr, $condition:expr) => {
        concat!(
            standing_sql!(),
            "select p.id, p.name, p.name_key, p.description, p.hidden, p.catalog_id, c.name as catalog,
                (select count(*) from package_roles r where r.package_id = p.id) as roles,
                (select count(*) from package_assignments h where h.package_id = p.id and h.ended_at is null
                    and (h.ends_at is null or h.ends_at > $2)) as holders
             from ",
            $from,
            " join catalogs c on c.id = p.catalog_id
             where p.deleted_at is null and (p.name_key, p.id) > ($4, $5)
             and ($3 or p.catalog_id in (select catalog_id from standing))",
            $condition,
            " order by p.name_key, p.id limit $6"
        )
    };
}

/// A page of packages by name, over all catalogs that somebody sees.
pub async fn list(
    link: &mut Link,
    seen: Seen,
    words: &Words,
    after: Option<(String, PackageId)>,
    limit: usize,
    now: Ts,
) -> Result<Vec<Listed>, Fault> {
    let (name, id) = after_name(after);
    let (all, user) = seen.columns();
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let Some(reading) = search::reading(link, search::PACKAGE, words).await? else {
        return rows!(link, listed_sql!("packages p", ""), user, now, all, name, id, limit);
    };
    let sql = if reading.few {
        listed_sql!(
            concat!(found_sql!("package", "$7", "$8", "$9", "$10"), " cross join packages p"),
            " and p.id = found.subject_id"
        )
    } else {
        listed_sql!("packages p", both_begin_sql!("p.id", "package", "$7", "$8", "$9", "$10"))
    };
    let (first, second) = (&reading.first, &reading.second);
    rows!(link, sql, user, now, all, name, id, limit, &first.0, &first.1, &second.0, &second.1)
}

/// A page of the packages of one catalog by name.
pub async fn of_catalog(
    link: &mut Link,
    catalog: CatalogId,
    after: Option<(String, PackageId)>,
    limit: usize,
    now: Ts,
) -> Result<Vec<Listed>, Fault> {
    let (name, id) = after_name(after);
    rows!(
        link,
        "select p.id, p.name, p.name_key, p.description, p.hidden, p.catalog_id, c.name as catalog,
            (select count(*) from package_roles r where r.package_id = p.id) as roles,
            (select count(*) from package_assignments h where h.package_id = p.id and h.ended_at is null
                and (h.ends_at is null or h.ends_at > $4)) as holders
         from packages p join catalogs c on c.id = p.catalog_id
         where p.catalog_id = $1 and p.deleted_at is null and (p.name_key, p.id) > ($2, $3)
         order by p.name_key, p.id limit $5",
        catalog,
        name,
        id,
        now,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )
}

/// Adds a role at the end of what a package gives.
pub async fn insert_role(link: &mut Link, package: PackageId, given: PackageRole) -> Result<(), Fault> {
    let (role, resource, application_role) = role_columns(given.role);
    let last: Option<(i64,)> =
        row!(link, "select coalesce(max(position), -1) from package_roles where package_id = $1", package)?;
    run!(
        link,
        "insert into package_roles (package_id, position, role, resource_id, application_role_id, assignment_type)
         values ($1, $2, $3, $4, $5, $6)",
        package,
        last.map_or(0, |(last,)| last + 1),
        role,
        resource,
        application_role,
        type_column(given.assignment_type),
    )?;
    index(link, package).await
}

/// Takes a role out of what a package gives; whether it was in.
pub async fn delete_role(link: &mut Link, package: PackageId, given: PackageRole) -> Result<bool, Fault> {
    let (role, resource, application_role) = role_columns(given.role);
    let rows = run!(
        link,
        "delete from package_roles where package_id = $1 and role = $2 and resource_id = $3 and application_role_id = $4
            and assignment_type = $5",
        package,
        role,
        resource,
        application_role,
        type_column(given.assignment_type),
    )?;
    index(link, package).await?;
    Ok(rows == 1)
}

/// Who holds a package now or will: the assignment, the person, and from when until when.
pub async fn holders(
    link: &mut Link,
    package: PackageId,
    now: Ts,
) -> Result<Vec<(PackageAssignmentId, UserId, Ts, Option<Ts>)>, Fault> {
    Ok(rows!(
        link,
        "select h.id, h.holder_id, h.starts_at, h.ends_at from package_assignments h
         where h.package_id = $1 and h.ended_at is null and (h.ends_at is null or h.ends_at > $2) order by h.id",
        package,
        now,
    )?)
}

/// What everybody who holds a package has of one role from it.
pub async fn given(link: &mut Link, package: PackageId, given: PackageRole) -> Result<Vec<Assignment>, Fault> {
    let (role, resource, application_role) = role_columns(given.role);
    assignments::all(rows!(
        link,
        const_sql!(
            "select ",
            " from package_assignments h cross join role_assignments a
             where h.package_id = $1 and h.ended_at is null and a.source_id = h.id and a.source = 'package' and a.ended_at is null
                and a.role = $2 and a.resource_id = $3 and a.application_role_id = $4 and a.assignment_type = $5 order by a.id"
        ),
        package,
        role,
        resource,
        application_role,
        type_column(given.assignment_type),
    )?)
}

/// Ends all of that at once; how many there were.
pub async fn end_given(link: &mut Link, package: PackageId, given: PackageRole, at: Ts) -> Result<u64, Fault> {
    let (role, resource, application_role) = role_columns(given.role);
    run!(
        link,
        "update role_assignments set ended_at = $6, end_reason = $7
         where ended_at is null and source = 'package' and role = $2 and resource_id = $3 and application_role_id = $4
            and assignment_type = $5
            and source_id in (select h.id from package_assignments h where h.package_id = $1 and h.ended_at is null)",
        package,
        role,
        resource,
        application_role,
        type_column(given.assignment_type),
        at,
        assignments::reason_column(EndReason::Removed),
    )
}

/// How many people have one role from a package now, and how many of them from elsewhere too. It reads every holder, so only
/// somebody who is about to take the role away asks for it.
pub async fn given_count(link: &mut Link, package: PackageId, given: PackageRole, now: Ts) -> Result<(i64, i64), Fault> {
    let (role, resource, application_role) = role_columns(given.role);
    let counted: Option<(i64, i64)> = row!(
        link,
        "select count(*), cast(coalesce(sum(case when exists (
            select 1 from role_assignments o where o.principal_id = a.principal_id and o.role = a.role
                and o.resource_id = a.resource_id and o.application_role_id = a.application_role_id
                and o.assignment_type = a.assignment_type and o.ended_at is null and o.source_id <> a.source_id
                and (o.ends_at is null or o.ends_at > $2)
         ) then 1 else 0 end), 0) as bigint)
         from package_assignments h cross join role_assignments a
         where h.package_id = $1 and h.ended_at is null and a.source_id = h.id and a.source = 'package' and a.ended_at is null
            and (a.ends_at is null or a.ends_at > $2)
            and a.role = $3 and a.resource_id = $4 and a.application_role_id = $5 and a.assignment_type = $6",
        package,
        now,
        role,
        resource,
        application_role,
        type_column(given.assignment_type),
    )?;
    Ok(counted.unwrap_or_default())
}

/// For each policy of a package under which somebody holds it or waits for it: how many.
pub async fn in_use(link: &mut Link, package: PackageId, now: Ts) -> Result<Vec<(PolicyId, i64, i64)>, Fault> {
    Ok(rows!(
        link,
        "select used.policy_id, cast(sum(used.held) as bigint), cast(sum(used.open) as bigint) from (
            select h.policy_id, count(*) as held, 0 as open from package_assignments h
            where h.package_id = $1 and h.ended_at is null and (h.ends_at is null or h.ends_at > $2) group by h.policy_id
            union all
            select r.policy_id, 0, count(*) from requests r
            where r.package_id = $1 and r.phase in ('pending_approval', 'scheduled', 'delivering') group by r.policy_id
         ) as used group by used.policy_id",
        package,
        now,
    )?)
}
