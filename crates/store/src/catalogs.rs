//! Catalogs as administrators see them: what was brought in, and who was given what within one.

use crate::dialect::after_name;
use crate::search::Words;
use crate::{Fault, Link, Saved, search};
use model::catalog::{CatalogRole, Holder};
use model::directory::Resource;
use model::{AnyId, ApplicationId, ApplicationRoleId, CatalogId, PackageId, RoleId, Ts, UserId};
use rules::catalog::Catalog;
use rules::user::folded;
use std::collections::BTreeMap;

#[derive(sqlx::FromRow)]
struct Row {
    id: CatalogId,
    name: String,
    description: String,
    enabled: bool,
    created_at: Ts,
    version: i64,
}

impl From<Row> for Catalog {
    fn from(Row { id, name, description, enabled, created_at, version }: Row) -> Self {
        Self { id, name, description, enabled, created_at, version }
    }
}

/// A catalog in a list.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Listed {
    pub id: CatalogId,
    pub name: String,
    pub name_key: String,
    pub description: String,
    pub enabled: bool,
    pub packages: i64,
    pub resources: i64,
}

/// Which catalogs somebody sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    All,
    /// Those in which this person has a role.
    By(UserId),
}

impl Seen {
    /// Whether all are seen, and by whom otherwise.
    pub(crate) fn columns(self) -> (bool, UserId) {
        match self {
            Self::All => (true, UserId(AnyId::nil())),
            Self::By(user) => (false, user),
        }
    }
}

pub async fn get(link: &mut Link, id: CatalogId) -> Result<Option<Catalog>, Fault> {
    let row: Option<Row> = row!(
        link,
        "select id, name, description, enabled, created_at, version from catalogs where id = $1 and deleted_at is null",
        id
    )?;
    Ok(row.map(Catalog::from))
}

/// The same for whoever changes it or what is in it: nobody else does until the transaction ends, so that nothing is put
/// into a catalog that is being deleted.
pub async fn get_to_change(link: &mut Link, id: CatalogId) -> Result<Option<Catalog>, Fault> {
    let row: Option<Row> = row_to_change!(
        link,
        "select id, name, description, enabled, created_at, version from catalogs where id = $1 and deleted_at is null",
        id
    )?;
    Ok(row.map(Catalog::from))
}

/// Nobody sees the catalog any more; its resources and roles are no longer there. The row stays for the history of its
/// packages.
pub async fn delete(link: &mut Link, id: CatalogId, now: Ts) -> Result<(), Fault> {
    run!(link, "update catalogs set deleted_at = $2, version = version + 1 where id = $1", id, now)?;
    run!(link, "delete from catalog_resources where catalog_id = $1", id)?;
    run!(link, "delete from catalog_roles where catalog_id = $1", id)?;
    run!(link, "delete from search_words where subject_id = $1", id)?;
    Ok(())
}

/// The first names of the packages in a catalog, and how many there are.
pub async fn packages_in(link: &mut Link, id: CatalogId, limit: usize) -> Result<(Vec<String>, usize), Fault> {
    let rows: Vec<(String, i64)> = rows!(
        link,
        "select name, count(*) over () from packages where catalog_id = $1 and deleted_at is null order by name_key, id limit $2",
        id,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?;
    let count = rows.first().map_or(0, |(_, count)| usize::try_from(*count).unwrap_or(usize::MAX));
    Ok((rows.into_iter().map(|(name, _)| name).collect(), count))
}

/// Saves a catalog that was read with its version. A duplicate name is a fault of kind duplicate.
pub async fn update(link: &mut Link, catalog: &Catalog) -> Result<Saved, Fault> {
    let rows = run!(
        link,
        "update catalogs set name = $3, name_key = $4, description = $5, enabled = $6, version = version + 1
         where id = $1 and version = $2 and deleted_at is null",
        catalog.id,
        catalog.version,
        &catalog.name,
        folded(&catalog.name),
        &catalog.description,
        catalog.enabled,
    )?;
    if rows == 1 {
        search::set(link, search::CATALOG, catalog.id.0, &[&catalog.name, &catalog.description]).await?;
    }
    Ok(Saved::one(rows))
}

macro_rules! listed_sql {
    ($condition:literal) => {
        concat!(
            standing_sql!(),
            "select c.id, c.name, c.name_key, c.description, c.enabled,
                (select count(*) from packages p where p.catalog_id = c.id and p.deleted_at is null) as packages,
                (select count(*) from catalog_resources r where r.catalog_id = c.id) as resources
             from catalogs c where c.deleted_at is null and (c.name_key, c.id) > ($4, $5)
             and ($3 or c.id in (select catalog_id from standing))",
            $condition,
            " order by c.name_key, c.id limit $6"
        )
    };
}

/// A page of catalogs by name.
pub async fn list(
    link: &mut Link,
    seen: Seen,
    words: &Words,
    after: Option<(String, CatalogId)>,
    limit: usize,
    now: Ts,
) -> Result<Vec<Listed>, Fault> {
    let (name, id) = after_name(after);
    let (all, user) = seen.columns();
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    match words.first() {
        None => rows!(link, listed_sql!(""), user, now, all, name, id, limit),
        Some(first) => rows!(
            link,
            listed_sql!(
                " and c.id in (select subject_id from search_words where kind = 'catalog' and word >= $7 and word < $8)
                  and c.id in (select subject_id from search_words where kind = 'catalog' and word >= $9 and word < $10)"
            ),
            user,
            now,
            all,
            name,
            id,
            limit,
            &first.0,
            &first.1,
            &words.second().0,
            &words.second().1,
        ),
    }
}

/// Whether somebody has a role within any catalog.
pub async fn any_role(link: &mut Link, user: UserId, now: Ts) -> Result<bool, Fault> {
    let found: Option<(i64,)> =
        row!(link, concat!(standing_sql!(), "select cast(1 as bigint) from standing limit 1"), user, now)?;
    Ok(found.is_some())
}

fn read_role(catalog: CatalogId, role: &str) -> Result<CatalogRole, Fault> {
    CatalogRole::from_key(role).ok_or_else(|| Fault::impossible("catalog_roles", catalog, format!("role {role}")))
}

/// The roles that one person has within a catalog, alone or as a member of a group.
pub async fn roles_of(link: &mut Link, catalog: CatalogId, user: UserId, now: Ts) -> Result<Vec<CatalogRole>, Fault> {
    let rows: Vec<(String,)> =
        rows!(link, concat!(standing_sql!(), "select role from standing where catalog_id = $3"), user, now, catalog)?;
    rows.into_iter().map(|(role,)| read_role(catalog, &role)).collect()
}

/// The roles of one person in every catalog where they have one.
pub async fn all_roles_of(link: &mut Link, user: UserId, now: Ts) -> Result<Vec<(CatalogId, CatalogRole)>, Fault> {
    let rows: Vec<(CatalogId, String)> =
        rows!(link, concat!(standing_sql!(), "select catalog_id, role from standing"), user, now)?;
    rows.into_iter().map(|(catalog, role)| Ok((catalog, read_role(catalog, &role)?))).collect()
}

/// The roles that one person has within the catalog of a package, also of a deleted one.
pub async fn roles_at(link: &mut Link, package: PackageId, user: UserId, now: Ts) -> Result<Vec<CatalogRole>, Fault> {
    let rows: Vec<(CatalogId, String)> = rows!(
        link,
        concat!(
            standing_sql!(),
            "select catalog_id, role from standing where catalog_id = (select p.catalog_id from packages p where p.id = $3)"
        ),
        user,
        now,
        package,
    )?;
    rows.into_iter().map(|(catalog, role)| read_role(catalog, &role)).collect()
}

/// Everybody's roles within a catalog, role by role in the order in which they were given.
pub async fn roles(link: &mut Link, catalog: CatalogId, limit: usize) -> Result<Vec<(Holder, CatalogRole, Ts)>, Fault> {
    let rows: Vec<(String, AnyId, String, Ts)> = rows!(
        link,
        "select holder_kind, holder_id, role, given_at from catalog_roles where catalog_id = $1
         order by role, given_at, holder_id limit $2",
        catalog,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?;
    rows.into_iter()
        .map(|(kind, id, role, at)| {
            let holder = Holder::of(&kind, id)
                .ok_or_else(|| Fault::impossible("catalog_roles", catalog, format!("holder kind {kind}")))?;
            Ok((holder, read_role(catalog, &role)?, at))
        })
        .collect()
}

/// Gives a role; a fault of kind duplicate when it is there already.
pub async fn insert_role(link: &mut Link, catalog: CatalogId, holder: Holder, role: CatalogRole, now: Ts) -> Result<(), Fault> {
    run!(
        link,
        "insert into catalog_roles (catalog_id, holder_kind, holder_id, role, given_at) values ($1, $2, $3, $4, $5)",
        catalog,
        holder.kind(),
        holder.id(),
        role.key(),
        now,
    )?;
    Ok(())
}

/// Takes a role; whether it was there.
pub async fn delete_role(link: &mut Link, catalog: CatalogId, holder: Holder, role: CatalogRole) -> Result<bool, Fault> {
    let sql = "delete from catalog_roles where catalog_id = $1 and holder_id = $2 and role = $3";
    let rows = run!(link, sql, catalog, holder.id(), role.key())?;
    Ok(rows == 1)
}

/// A resource of a catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Brought {
    pub resource: Resource,
    pub at: Ts,
}

/// A page of what was brought into a catalog, in the order in which it came.
pub async fn resources(
    link: &mut Link,
    catalog: CatalogId,
    after: Option<(Ts, AnyId)>,
    limit: usize,
) -> Result<Vec<Brought>, Fault> {
    let (at, id) = after.unwrap_or((Ts(i64::MIN), AnyId::nil()));
    let rows: Vec<(String, AnyId, Ts)> = rows!(
        link,
        "select c.kind, c.resource_id, c.added_at from catalog_resources c where c.catalog_id = $1 and (c.added_at, c.resource_id) > ($2, $3)
         order by c.added_at, c.resource_id limit $4",
        catalog,
        at,
        id,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?;
    rows.into_iter()
        .map(|(kind, id, at)| {
            let resource = Resource::of(&kind, id)
                .ok_or_else(|| Fault::impossible("catalog_resources", catalog, format!("resource kind {kind}")))?;
            Ok(Brought { resource, at })
        })
        .collect()
}

/// How many packages of a catalog give each of its resources. Read from its packages: one resource may be in very many
/// catalogs.
pub async fn packages_by_resource(link: &mut Link, catalog: CatalogId) -> Result<BTreeMap<AnyId, i64>, Fault> {
    let rows: Vec<(AnyId, i64)> = rows!(
        link,
        "select r.resource_id, count(distinct p.id) from packages p cross join package_roles r
         where p.catalog_id = $1 and p.deleted_at is null and r.package_id = p.id group by r.resource_id",
        catalog,
    )?;
    Ok(rows.into_iter().collect())
}

/// Whether a catalog holds a directory role, or a group to which they can be assigned.
pub async fn gives_roles(link: &mut Link, catalog: CatalogId) -> Result<bool, Fault> {
    let found: Option<(i64,)> = row!(
        link,
        "select cast(1 as bigint) from catalog_resources c where c.catalog_id = $1 and (c.kind = 'directory_role'
            or c.kind = 'group' and exists (select 1 from groups g where g.id = c.resource_id and g.role_assignable)) limit 1",
        catalog,
    )?;
    Ok(found.is_some())
}

/// The groups that have a role in a catalog, by name: whether roles can be assigned to them, and which role it is.
pub async fn groups_with_roles(link: &mut Link, catalog: CatalogId) -> Result<Vec<(String, bool, CatalogRole)>, Fault> {
    let rows: Vec<(String, bool, String)> = rows!(
        link,
        "select g.name, g.role_assignable, h.role from catalog_roles h cross join groups g
         where h.catalog_id = $1 and h.holder_kind = 'group' and g.id = h.holder_id order by g.name, h.role",
        catalog,
    )?;
    rows.into_iter().map(|(name, role_assignable, role)| Ok((name, role_assignable, read_role(catalog, &role)?))).collect()
}

/// Whether a resource was brought into a catalog. Nobody takes it out until the transaction ends.
pub async fn has_resource(link: &mut Link, catalog: CatalogId, resource: Resource) -> Result<bool, Fault> {
    let found: Option<(String,)> = row_to_change!(
        link,
        "select kind from catalog_resources where catalog_id = $1 and resource_id = $2",
        catalog,
        resource.id(),
    )?;
    Ok(found.is_some_and(|(kind,)| kind == resource.kind()))
}

/// Brings a resource in; a fault of kind duplicate when it is there already.
pub async fn insert_resource(link: &mut Link, catalog: CatalogId, resource: Resource, now: Ts) -> Result<(), Fault> {
    run!(
        link,
        "insert into catalog_resources (catalog_id, kind, resource_id, added_at) values ($1, $2, $3, $4)",
        catalog,
        resource.kind(),
        resource.id(),
        now,
    )?;
    Ok(())
}

/// Takes a resource out.
pub async fn delete_resource(link: &mut Link, catalog: CatalogId, resource: Resource) -> Result<(), Fault> {
    run!(link, "delete from catalog_resources where catalog_id = $1 and resource_id = $2", catalog, resource.id())?;
    Ok(())
}

/// The packages of a catalog that give a resource, by name.
pub async fn packages_with(link: &mut Link, catalog: CatalogId, resource: Resource) -> Result<Vec<(PackageId, String)>, Fault> {
    Ok(rows!(
        link,
        "select distinct p.id, p.name from package_roles r cross join packages p
         where r.resource_id = $2 and p.id = r.package_id and p.catalog_id = $1 and p.deleted_at is null order by p.name, p.id",
        catalog,
        resource.id(),
    )?)
}

/// Names of applications.
pub async fn applications(link: &mut Link, ids: &[ApplicationId]) -> Result<BTreeMap<ApplicationId, String>, Fault> {
    let ids: Vec<AnyId> = ids.iter().map(|id| id.0).collect();
    let sql = "select id, name from applications where id in ({ids})";
    let rows: Vec<(ApplicationId, String)> = crate::dialect::in_ids(link, sql, &ids).await?;
    Ok(rows.into_iter().collect())
}

/// The roles that applications declare, by name.
pub async fn application_roles(
    link: &mut Link,
    ids: &[ApplicationId],
) -> Result<Vec<(ApplicationId, ApplicationRoleId, String)>, Fault> {
    let ids: Vec<AnyId> = ids.iter().map(|id| id.0).collect();
    let sql = "select application_id, id, name from application_roles where application_id in ({ids}) order by name, id";
    crate::dialect::in_ids(link, sql, &ids).await
}

/// Applications whose name begins so, by name.
pub async fn applications_called(link: &mut Link, beginning: &str, limit: usize) -> Result<Vec<(ApplicationId, String)>, Fault> {
    let key = folded(&crate::dialect::storable(beginning));
    let end = format!("{key}\u{10ffff}");
    Ok(rows!(
        link,
        "select id, name from applications where name_key >= $1 and name_key < $2 order by name_key limit $3",
        key,
        end,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?)
}

/// All directory roles by name; there are some dozens.
pub async fn directory_roles(link: &mut Link) -> Result<Vec<(RoleId, String)>, Fault> {
    Ok(rows!(link, "select id, name from directory_roles order by name, id")?)
}
