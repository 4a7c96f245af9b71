//! Applications, their roles, and where these are in use.

use crate::catalogs::Seen;
use crate::{Fault, Link, Saved};
use model::application::{Application, Names};
use model::view::application::TargetRow;
use model::{AnyId, ApplicationId, ApplicationRoleId, PackageId, TargetId, Ts};
use rules::application::{RoleUses, Uses};
use rules::user::folded;

/// Names that a refusal says.
const NAMED: usize = 3;

/// One of a list, with what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Listed {
    pub id: ApplicationId,
    pub name: String,
    pub description: String,
    pub roles: i64,
    pub assignments: i64,
    pub target: Option<String>,
}

/// A page of applications by name, of those in whose name this text stands.
pub async fn list(
    link: &mut Link,
    search: &str,
    after: Option<(String, ApplicationId)>,
    limit: usize,
) -> Result<Vec<Listed>, Fault> {
    let (name, id) = after.unwrap_or((String::new(), ApplicationId(AnyId::nil())));
    rows!(
        link,
        "select a.id, a.name, a.description,
            (select count(*) from application_roles r where r.application_id = a.id) as roles,
            (select count(*) from role_assignments m where m.resource_id = a.id and m.role = 'application_role'
                and m.ended_at is null) as assignments,
            (select t.name from targets t where t.application_id = a.id) as target
         from applications a where (a.name_key, a.id) > ($1, $2) and a.name_key like $3 escape '\\'
         order by a.name_key, a.id limit $4",
        name,
        id,
        containing(search),
        i64::try_from(limit).unwrap_or(i64::MAX),
    )
}

/// A pattern for names that contain a text.
fn containing(search: &str) -> String {
    let mut pattern = String::from("%");
    for c in folded(&crate::dialect::storable(search.trim())).chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

type Row = Option<(String, String, Ts, i64)>;

fn read(id: ApplicationId, row: Row) -> Option<Application> {
    row.map(|(name, description, created_at, version)| Application { id, name, description, created_at, version })
}

pub async fn get(link: &mut Link, id: ApplicationId) -> Result<Option<Application>, Fault> {
    let row: Row = row!(link, "select name, description, created_at, version from applications where id = $1", id)?;
    Ok(read(id, row))
}

/// The same, and nobody else changes it until the transaction ends.
pub async fn get_to_change(link: &mut Link, id: ApplicationId) -> Result<Option<Application>, Fault> {
    let row: Row = row_to_change!(link, "select name, description, created_at, version from applications where id = $1", id)?;
    Ok(read(id, row))
}

/// Saves one that was read with the version before. A name that is there already is a fault of kind duplicate.
pub async fn update(link: &mut Link, application: &Application) -> Result<Saved, Fault> {
    let rows = run!(
        link,
        "update applications set name = $2, name_key = $3, description = $4, version = $5 where id = $1 and version = $5 - 1",
        application.id,
        application.name.as_str(),
        folded(&application.name),
        application.description.as_str(),
        application.version,
    )?;
    Ok(Saved::one(rows))
}

/// Deletes one with its roles, of which nothing is in use, and forgets where their groups are at a target.
pub async fn delete(link: &mut Link, id: ApplicationId) -> Result<(), Fault> {
    run!(
        link,
        "delete from target_groups where application_role_id in (select id from application_roles where application_id = $1)",
        id
    )?;
    run!(
        link,
        "delete from target_findings where application_role_id in (select id from application_roles where application_id = $1)",
        id
    )?;
    run!(link, "delete from application_roles where application_id = $1", id)?;
    run!(link, "delete from applications where id = $1", id)?;
    Ok(())
}

pub async fn insert_role(link: &mut Link, of: ApplicationId, role: ApplicationRoleId, name: &str) -> Result<(), Fault> {
    run!(link, "insert into application_roles (id, application_id, name) values ($1, $2, $3)", role, of, name)?;
    Ok(())
}

pub async fn rename_role(link: &mut Link, role: ApplicationRoleId, name: &str) -> Result<(), Fault> {
    run!(link, "update application_roles set name = $2 where id = $1", role, name)?;
    Ok(())
}

/// Deletes a role that is not in use, and forgets where its group is at a target.
pub async fn delete_role(link: &mut Link, role: ApplicationRoleId) -> Result<(), Fault> {
    run!(link, "delete from target_groups where application_role_id = $1", role)?;
    run!(link, "delete from target_findings where application_role_id = $1", role)?;
    run!(link, "delete from application_roles where id = $1", role)?;
    Ok(())
}

/// Assignments of each role that have not ended.
pub async fn assignments(link: &mut Link, of: ApplicationId) -> Result<Vec<(ApplicationRoleId, i64)>, Fault> {
    rows!(
        link,
        "select application_role_id, count(*) from role_assignments
         where resource_id = $1 and role = 'application_role' and ended_at is null group by application_role_id",
        of,
    )
}

/// For whom names are read: which catalogs they see now.
pub type Reader = (Seen, Ts);

/// Where a role is in use; without one, where all roles of the application are.
pub async fn role_uses(
    link: &mut Link,
    of: ApplicationId,
    role: Option<ApplicationRoleId>,
    reader: Reader,
) -> Result<RoleUses, Fault> {
    let (first, last) = role.map_or((AnyId::nil(), AnyId::max()), |role| (role.0, role.0));
    let assignments: Option<(i64,)> = row!(
        link,
        "select count(*) from role_assignments
         where resource_id = $1 and role = 'application_role' and application_role_id >= $2 and application_role_id <= $3
            and ended_at is null",
        of,
        first,
        last,
    )?;
    let at_target: Option<(i64,)> = row!(
        link,
        "select count(*) from application_roles r cross join target_items i
         where r.application_id = $1 and r.id >= $2 and r.id <= $3 and i.application_role_id = r.id",
        of,
        first,
        last,
    )?;
    Ok(RoleUses {
        assignments: count(assignments),
        packages: packages(link, of, (first, last), reader).await?,
        at_target: count(at_target),
    })
}

fn count(row: Option<(i64,)>) -> u64 {
    row.map_or(0, |(count,)| count.unsigned_abs())
}

/// The packages that give these roles.
async fn packages(
    link: &mut Link,
    of: ApplicationId,
    (first, last): (AnyId, AnyId),
    (seen, now): Reader,
) -> Result<Names, Fault> {
    let all: Option<(i64,)> = row!(
        link,
        "select count(distinct p.id) from package_roles r cross join packages p
         where r.resource_id = $1 and r.application_role_id >= $2 and r.application_role_id <= $3 and p.id = r.package_id
            and p.deleted_at is null",
        of,
        first,
        last,
    )?;
    let (everything, user) = seen.columns();
    let named: Vec<(PackageId, String)> = rows!(
        link,
        concat!(
            standing_sql!(),
            "select distinct p.id, p.name from package_roles r cross join packages p
             where r.resource_id = $4 and r.application_role_id >= $5 and r.application_role_id <= $6 and p.id = r.package_id
                and p.deleted_at is null and ($3 or p.catalog_id in (select catalog_id from standing))
             order by p.name, p.id limit $7"
        ),
        user,
        now,
        everything,
        of,
        first,
        last,
        i64::try_from(NAMED).unwrap_or(i64::MAX),
    )?;
    Ok(Names::of(named.into_iter().map(|(_, name)| name).collect(), count(all)))
}

/// Where an application is in use. Whether its target has a name for the reader is for the caller to say.
pub async fn uses(link: &mut Link, of: ApplicationId, reader: Reader) -> Result<Uses, Fault> {
    let reviews: Option<(i64,)> = row!(
        link,
        "select count(*) from review_series where subject_id = $1 and subject_kind = 'application' and deleted_at is null",
        of
    )?;
    let machines: Option<(i64,)> = row!(link, "select count(*) from service_principals where application_id = $1", of)?;
    let target: Vec<String> = target(link, of).await?.into_iter().map(|target| target.name).collect();
    Ok(Uses {
        roles: role_uses(link, of, None, reader).await?,
        catalogs: catalogs(link, of, reader).await?,
        target: Names::of(target, 0),
        reviews: count(reviews),
        service_principals: count(machines),
    })
}

/// The catalogs that hold it.
pub async fn catalogs(link: &mut Link, of: ApplicationId, (seen, now): Reader) -> Result<Names, Fault> {
    let all: Option<(i64,)> = row!(
        link,
        "select count(*) from catalog_resources r cross join catalogs c
         where r.resource_id = $1 and c.id = r.catalog_id and c.deleted_at is null",
        of,
    )?;
    let (everything, user) = seen.columns();
    let named: Vec<(String,)> = rows!(
        link,
        concat!(
            standing_sql!(),
            "select c.name from catalog_resources r cross join catalogs c
             where r.resource_id = $4 and c.id = r.catalog_id and c.deleted_at is null
                and ($3 or c.id in (select catalog_id from standing)) order by c.name_key limit $5"
        ),
        user,
        now,
        everything,
        of,
        i64::try_from(NAMED).unwrap_or(i64::MAX),
    )?;
    Ok(Names::of(named.into_iter().map(|(name,)| name).collect(), count(all)))
}

/// The target that is told who holds the roles.
pub async fn target(link: &mut Link, of: ApplicationId) -> Result<Option<TargetRow>, Fault> {
    let row: Option<(TargetId, String, bool)> =
        row!(link, "select id, name, enabled from targets where application_id = $1", of)?;
    Ok(row.map(|(target, name, enabled)| TargetRow { target, name, enabled }))
}
