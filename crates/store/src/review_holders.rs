//! Who holds what is reviewed, in pieces.

use crate::assignments::{self, role_columns};
use crate::{Fault, Link};
use model::access::{Assignment, ResourceRole};
use model::{AnyId, GroupId, PackageId, PolicyId, RequestId, Ts, UserId};
use std::collections::{BTreeMap, BTreeSet};

fn number(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// Assignments of a role that may be reviewed, in the order of ids: those that are there, without activations.
pub async fn assignments_of(
    link: &mut Link,
    role: ResourceRole,
    (eligible, active): (bool, bool),
    after: Option<AnyId>,
    now: Ts,
    limit: usize,
) -> Result<Vec<Assignment>, Fault> {
    let (role, resource, _) = role_columns(role);
    let rows: Vec<assignments::Row> = rows!(
        link,
        const_sql!(
            "select ",
            " from role_assignments a
             where a.resource_id = $1 and a.role = $2 and a.ended_at is null and a.id > $3 and a.source <> 'activation'
                and (a.ends_at is null or a.ends_at > $4)
                and (a.assignment_type = 'eligible' and $5 or a.assignment_type = 'active' and $6)
             order by a.ended_at, a.id limit $7"
        ),
        resource,
        role,
        after.unwrap_or_default(),
        now,
        eligible,
        active,
        number(limit),
    )?;
    assignments::all(rows)
}

/// An assignment of a package that is reviewed.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct HeldPackage {
    pub id: AnyId,
    pub holder_id: UserId,
    pub ends_at: Option<Ts>,
    pub policy_id: PolicyId,
    pub request_id: Option<RequestId>,
}

/// Assignments of a package that have begun and not ended, in the order of ids; those under one policy, or under any.
pub async fn package_assignments_of(
    link: &mut Link,
    (package, policy): (PackageId, Option<PolicyId>),
    after: Option<AnyId>,
    now: Ts,
    limit: usize,
) -> Result<Vec<HeldPackage>, Fault> {
    rows!(
        link,
        "select a.id, a.holder_id, a.ends_at, a.policy_id, a.request_id from package_assignments a
         where a.package_id = $1 and a.ended_at is null and a.id > $2 and (a.ends_at is null or a.ends_at > $3) and a.starts_at <= $3
            and (cast($5 as uuid) is null or a.policy_id = $5)
         order by a.id limit $4",
        package,
        after.unwrap_or_default(),
        now,
        number(limit),
        policy,
    )
}

/// When each of these people activated a membership or role of each resource last.
pub async fn last_activations(link: &mut Link, people: &[UserId]) -> Result<BTreeMap<(UserId, AnyId), Ts>, Fault> {
    let ids: Vec<AnyId> = people.iter().map(|id| id.0).collect();
    let sql = "select a.principal_id, a.resource_id, max(a.starts_at) from role_assignments a
        where a.principal_id in ({ids}) and a.source = 'activation' group by a.principal_id, a.resource_id";
    let rows: Vec<(UserId, AnyId, Ts)> = crate::dialect::in_ids(link, sql, &ids).await?;
    Ok(rows.into_iter().map(|(user, resource, at)| ((user, resource), at)).collect())
}

/// Which of these groups another system gives members to: a provider with SCIM, or an import. It changes nothing in a group under
/// privileged access management, and gives nothing there again.
pub async fn fed(link: &mut Link, groups: &[GroupId]) -> Result<BTreeSet<GroupId>, Fault> {
    let ids: Vec<AnyId> = groups.iter().map(|id| id.0).collect();
    let sql = "select l.id from import_links l where l.id in ({ids}) and not exists (select 1 from groups g where g.id = l.id and g.privileged)";
    let imported: Vec<(GroupId,)> = crate::dialect::in_ids(link, sql, &ids).await?;
    let sql = "select p.id from provisioned p where p.removed_at is null and p.id in ({ids})
        and not exists (select 1 from groups g where g.id = p.id and g.privileged)";
    let provisioned: Vec<(GroupId,)> = crate::dialect::in_ids(link, sql, &ids).await?;
    Ok(imported.into_iter().chain(provisioned).map(|(id,)| id).collect())
}
