//! Directory roles, applications and their roles.

use crate::search::{self, Words};
use crate::{Fault, Link};
use model::{AnyId, ApplicationId, ApplicationRoleId, GroupId, RoleId, ServicePrincipalId, Ts};
use rules::user::folded;
use std::collections::BTreeMap;

/// Names of directory roles, and whether they are highly privileged.
pub async fn role_names(link: &mut Link, ids: &[RoleId]) -> Result<BTreeMap<RoleId, (String, bool)>, Fault> {
    let ids: Vec<AnyId> = ids.iter().map(|id| id.0).collect();
    let sql = "select id, name, privileged from directory_roles where id in ({ids})";
    let rows: Vec<(RoleId, String, bool)> = crate::dialect::in_ids(link, sql, &ids).await?;
    Ok(rows.into_iter().map(|(id, name, privileged)| (id, (name, privileged))).collect())
}

/// Names of service principals; unknown ids are left out.
pub async fn service_principal_names(
    link: &mut Link,
    ids: &[ServicePrincipalId],
) -> Result<BTreeMap<ServicePrincipalId, String>, Fault> {
    let ids: Vec<AnyId> = ids.iter().map(|id| id.0).collect();
    let rows: Vec<(ServicePrincipalId, String)> =
        crate::dialect::in_ids(link, "select id, name from service_principals where id in ({ids})", &ids).await?;
    Ok(rows.into_iter().collect())
}

/// Adds a service principal.
pub async fn insert_service_principal(link: &mut Link, id: ServicePrincipalId, name: &str, now: Ts) -> Result<(), Fault> {
    run!(
        link,
        "insert into service_principals (id, name, application_id, enabled, created_at, version) values ($1, $2, null, $3, $4, 0)",
        id,
        name,
        true,
        now,
    )?;
    search::set(link, search::SERVICE_PRINCIPAL, id.0, &[name]).await
}

/// The name of a service principal, and whether it is enabled.
pub async fn service_principal(link: &mut Link, id: ServicePrincipalId) -> Result<Option<(String, bool)>, Fault> {
    row!(link, "select name, enabled from service_principals where id = $1", id)
}

/// Enabled service principals by the beginnings of words in their names; without words the first by name.
pub async fn service_principals(
    link: &mut Link,
    words: &Words,
    limit: usize,
) -> Result<Vec<(ServicePrincipalId, String)>, Fault> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let Some(first) = words.first() else {
        return rows!(link, "select id, name from service_principals where enabled order by name, id limit $1", limit);
    };
    let second = words.second();
    rows!(
        link,
        concat!(
            "select s.id, s.name from ",
            found_sql!("service_principal", "$1", "$2", "$3", "$4"),
            " cross join service_principals s where s.id = found.subject_id and s.enabled order by s.name, s.id limit $5"
        ),
        &first.0,
        &first.1,
        &second.0,
        &second.1,
        limit,
    )
}

/// The application's and the role's name of application roles.
pub async fn application_role_names(
    link: &mut Link,
    ids: &[ApplicationRoleId],
) -> Result<BTreeMap<ApplicationRoleId, (String, String)>, Fault> {
    let ids: Vec<AnyId> = ids.iter().map(|id| id.0).collect();
    let sql = "select r.id, a.name, r.name from application_roles r join applications a on a.id = r.application_id where r.id in ({ids})";
    let rows: Vec<(ApplicationRoleId, String, String)> = crate::dialect::in_ids(link, sql, &ids).await?;
    Ok(rows.into_iter().map(|(id, application, role)| (id, (application, role))).collect())
}

/// Adds an application with its roles.
pub async fn insert_application(
    link: &mut Link,
    id: ApplicationId,
    name: &str,
    description: &str,
    roles: &[(ApplicationRoleId, &str)],
    now: Ts,
) -> Result<(), Fault> {
    run!(
        link,
        "insert into applications (id, name, name_key, description, created_at, version) values ($1, $2, $3, $4, $5, 0)",
        id,
        name,
        folded(name),
        description,
        now,
    )?;
    for (role, name) in roles {
        run!(link, "insert into application_roles (id, application_id, name) values ($1, $2, $3)", *role, id, *name)?;
    }
    Ok(())
}

/// Applications by name.
pub async fn applications(link: &mut Link) -> Result<Vec<(ApplicationId, String)>, Fault> {
    rows!(link, "select id, name from applications order by name_key, id")
}

/// The roles of an application, by name; nothing when there is no such application.
pub async fn roles_of(link: &mut Link, application: ApplicationId) -> Result<Option<Vec<(ApplicationRoleId, String)>>, Fault> {
    let there: Option<(ApplicationId,)> = row!(link, "select id from applications where id = $1", application)?;
    if there.is_none() {
        return Ok(None);
    }
    Ok(Some(rows!(link, "select id, name from application_roles where application_id = $1 order by name, id", application)?))
}

/// A group as a resource.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct GroupResource {
    pub id: GroupId,
    pub name: String,
    /// A rule decides who is a member.
    pub dynamic: bool,
    pub role_assignable: bool,
    /// It is under privileged access management.
    pub privileged: bool,
}

/// Groups as resources.
pub async fn groups(link: &mut Link, ids: &[GroupId]) -> Result<BTreeMap<GroupId, GroupResource>, Fault> {
    let ids: Vec<AnyId> = ids.iter().map(|id| id.0).collect();
    let sql = "select id, name, rule is not null as dynamic, role_assignable, privileged from groups where id in ({ids})";
    let rows: Vec<GroupResource> = crate::dialect::in_ids(link, sql, &ids).await?;
    Ok(rows.into_iter().map(|group| (group.id, group)).collect())
}
