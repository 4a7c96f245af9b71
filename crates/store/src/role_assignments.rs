//! Assignments of directory roles and of groups under privileged access management, as lists show them.

use crate::assignments::{self, Row, role_columns, type_column};
use crate::{Fault, Link};
use model::access::{Assignment, AssignmentType, ResourceRole};
use model::directory::Principal;
use model::limits::EXPIRED_SHOWN_DAYS;
use model::role_settings::Privileged;
use model::{AnyId, AssignmentId, GroupId, RoleId, Span, Ts, UserId};
use std::collections::{BTreeMap, BTreeSet};

/// Which assignments a list is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    Eligible,
    Active,
    /// Those of the last days; the history has the others.
    Expired,
}

/// A page of the assignments of a role: those that are there by when they begin, those that ended the latest first.
/// `after` is that time and the id of the last row of the page before.
pub async fn of_role(
    link: &mut Link,
    role: ResourceRole,
    tab: Tab,
    after: Option<(Ts, AssignmentId)>,
    limit: usize,
    now: Ts,
) -> Result<Vec<Assignment>, Fault> {
    let (role, resource, _) = role_columns(role);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let assignment_type = match tab {
        Tab::Eligible => type_column(AssignmentType::Eligible),
        Tab::Active => type_column(AssignmentType::Active),
        Tab::Expired => {
            let (at, id) = after.unwrap_or((Ts(i64::MAX), AssignmentId(AnyId::max())));
            return assignments::all(rows!(
                link,
                const_sql!(
                    "select ",
                    " from role_assignments a where a.resource_id = $1 and a.role = $2 and a.ended_at is not null
                        and (a.ended_at, a.id) < ($3, $4) and a.ended_at > $5 order by a.ended_at desc, a.id desc limit $6"
                ),
                resource,
                role,
                at,
                id,
                now - Span::days(EXPIRED_SHOWN_DAYS),
                limit,
            )?);
        }
    };
    let (at, id) = after.unwrap_or((Ts(i64::MIN), AssignmentId(AnyId::nil())));
    assignments::all(rows!(
        link,
        const_sql!(
            "select ",
            " from role_assignments a where a.resource_id = $1 and a.role = $2 and a.assignment_type = $3 and a.ended_at is null
                and (a.ends_at is null or a.ends_at > $4) and (a.starts_at, a.id) > ($5, $6) order by a.starts_at, a.id limit $7"
        ),
        resource,
        role,
        assignment_type,
        now,
        at,
        id,
        limit,
    )?)
}

/// What ended for a principal lately, the latest first.
pub async fn ended_of(link: &mut Link, principal: Principal, limit: usize, now: Ts) -> Result<Vec<Assignment>, Fault> {
    assignments::all(rows!(
        link,
        const_sql!(
            "select ",
            " from role_assignments a where a.principal_id = $1 and a.ended_at is not null and a.ended_at > $2
                and a.role in ('directory_role', 'group_member', 'group_owner')
             order by a.ended_at desc, a.id desc limit $3"
        ),
        assignments::principal_columns(principal).1,
        now - Span::days(EXPIRED_SHOWN_DAYS),
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?)
}

/// The direct assignment of this type that a principal has, if it has not ended.
pub async fn direct(
    link: &mut Link,
    principal: Principal,
    role: ResourceRole,
    assignment_type: AssignmentType,
) -> Result<Option<Assignment>, Fault> {
    let (role, resource, _) = role_columns(role);
    let rows: Vec<Row> = rows!(
        link,
        const_sql!(
            "select ",
            " from role_assignments a where a.principal_id = $1 and a.role = $2 and a.resource_id = $3
                and a.assignment_type = $4 and a.source = 'direct' and a.ended_at is null"
        ),
        assignments::principal_columns(principal).1,
        role,
        resource,
        type_column(assignment_type),
    )?;
    Ok(assignments::all(rows)?.pop())
}

/// How many are eligible for each directory role and active in it now.
pub async fn counts(link: &mut Link, now: Ts) -> Result<Vec<(RoleId, i64, i64)>, Fault> {
    Ok(rows!(
        link,
        "select d.id,
            (select count(*) from role_assignments a where a.resource_id = d.id and a.role = 'directory_role'
                and a.assignment_type = 'eligible' and a.ended_at is null and a.starts_at <= $1
                and (a.ends_at is null or a.ends_at > $1)),
            (select count(*) from role_assignments a where a.resource_id = d.id and a.role = 'directory_role'
                and a.assignment_type = 'active' and a.ended_at is null and a.starts_at <= $1
                and (a.ends_at is null or a.ends_at > $1))
         from directory_roles d",
        now,
    )?)
}

/// The people who are eligible for a directory role without an end, by whose settings decide about their activation: those of
/// the role, for themselves or as members of a group that is eligible, or those of a group that holds the role.
pub async fn ways_in(link: &mut Link, role: RoleId, now: Ts) -> Result<BTreeMap<Privileged, BTreeSet<UserId>>, Fault> {
    let rows: Vec<(AnyId, UserId)> = rows!(
        link,
        "select distinct ways.via, u.id from (
            select a.resource_id as via, a.principal_id as id from role_assignments a
            where a.resource_id = $1 and a.role = 'directory_role' and a.principal_kind = 'user' and a.assignment_type = 'eligible'
                and a.ended_at is null and a.starts_at <= $2 and a.ends_at is null
            union all
            select a.resource_id, m.principal_id from role_assignments a
            join role_assignments m on m.resource_id = a.principal_id and m.role = 'group_member' and m.principal_kind = 'user'
                and m.assignment_type = 'active' and m.ended_at is null and m.starts_at <= $2 and m.ends_at is null
            where a.resource_id = $1 and a.role = 'directory_role' and a.principal_kind = 'group' and a.assignment_type = 'eligible'
                and a.ended_at is null and a.starts_at <= $2 and a.ends_at is null
            union all
            select a.principal_id, m.principal_id from role_assignments a
            join role_assignments m on m.resource_id = a.principal_id and m.role = 'group_member' and m.principal_kind = 'user'
                and m.assignment_type = 'eligible' and m.ended_at is null and m.starts_at <= $2 and m.ends_at is null
            where a.resource_id = $1 and a.role = 'directory_role' and a.principal_kind = 'group' and a.assignment_type = 'active'
                and a.ended_at is null and a.starts_at <= $2 and a.ends_at is null
         ) as ways join users u on u.id = ways.id where u.enabled",
        role,
        now,
    )?;
    let mut ways: BTreeMap<Privileged, BTreeSet<UserId>> = BTreeMap::new();
    for (via, person) in rows {
        let by = if via == role.0 { Privileged::DirectoryRole(role) } else { Privileged::GroupMember(GroupId(via)) };
        ways.entry(by).or_default().insert(person);
    }
    Ok(ways)
}

/// How many eligible assignments a group has, for membership and ownership together.
pub async fn eligible_of_group(link: &mut Link, group: model::GroupId, now: Ts) -> Result<i64, Fault> {
    let found: Option<(i64,)> = row!(
        link,
        "select count(*) from role_assignments a where a.resource_id = $1 and a.role in ('group_member', 'group_owner')
            and a.assignment_type = 'eligible' and a.ended_at is null and (a.ends_at is null or a.ends_at > $2)",
        group,
        now,
    )?;
    Ok(found.map_or(0, |(count,)| count))
}

/// Sets another start and end of an assignment that is as it was read; whether it was.
pub async fn set_window(link: &mut Link, before: &Assignment, starts_at: Ts, ends_at: Option<Ts>) -> Result<bool, Fault> {
    let changed = run!(
        link,
        "update role_assignments set starts_at = $2, ends_at = $3
         where id = $1 and ended_at is null and starts_at = $4 and coalesce(ends_at, -1) = coalesce($5, -1)",
        before.id,
        starts_at,
        ends_at,
        before.starts_at,
        before.ends_at,
    )?;
    Ok(changed == 1)
}
