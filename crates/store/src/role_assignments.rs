//! Assignments of directory roles and of groups under privileged access management, as lists show them.

use crate::assignments::{self, Row, role_columns, type_column};
use crate::dialect::First;
use crate::{Fault, Link};
use model::access::{Assignment, AssignmentType, ResourceRole};
use model::directory::Principal;
use model::limits::EXPIRED_SHOWN_DAYS;
use model::role_settings::{Privileged, PrivilegedKind};
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

/// What was assigned directly, and has not ended, in these roles of a kind: more than `limit` where there is more.
pub async fn direct_of_several(
    link: &mut Link,
    kind: PrivilegedKind,
    roles: &[AnyId],
    limit: usize,
) -> Result<Vec<Assignment>, Fault> {
    let sql = match kind {
        PrivilegedKind::DirectoryRole => const_sql!(
            "select ",
            " from role_assignments a where a.resource_id in ({ids}) and a.role = 'directory_role' and a.source = 'direct'
                and a.ended_at is null order by a.starts_at, a.id"
        ),
        PrivilegedKind::GroupMember => const_sql!(
            "select ",
            " from role_assignments a where a.resource_id in ({ids}) and a.role = 'group_member' and a.source = 'direct'
                and a.ended_at is null order by a.starts_at, a.id"
        ),
        PrivilegedKind::GroupOwner => const_sql!(
            "select ",
            " from role_assignments a where a.resource_id in ({ids}) and a.role = 'group_owner' and a.source = 'direct'
                and a.ended_at is null order by a.starts_at, a.id"
        ),
    };
    let mut found = Vec::new();
    // A few roles at a time, so that no more is read than is looked at.
    for some in roles.chunks(ROLES_AT_ONCE) {
        found.extend(assignments::all(crate::dialect::in_ids(link, sql, some).await?)?);
        if found.len() > limit {
            break;
        }
    }
    Ok(found)
}

/// Roles of which the assignments are read at once.
const ROLES_AT_ONCE: usize = 100;

/// What ended for a principal lately, the latest first: directory roles, membership and ownership of groups, or both. `before` is
/// when the last row of the page before ended, and its id.
pub async fn ended_of(
    link: &mut Link,
    principal: Principal,
    (directory_roles, groups): (bool, bool),
    before: Option<(Ts, AssignmentId)>,
    limit: usize,
    now: Ts,
) -> Result<Vec<Assignment>, Fault> {
    let (at, id) = before.unwrap_or((Ts(i64::MAX), AssignmentId(AnyId::nil())));
    assignments::all(rows!(
        link,
        const_sql!(
            "select ",
            " from role_assignments a where a.principal_id = $1 and a.ended_at is not null and a.ended_at > $2
                and ((a.role = 'directory_role' and $3) or (a.role in ('group_member', 'group_owner') and $4))
                and (a.ended_at, a.id) < ($5, $6)
             order by a.ended_at desc, a.id desc limit $7"
        ),
        principal.id(),
        now - Span::days(EXPIRED_SHOWN_DAYS),
        directory_roles,
        groups,
        at,
        id,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?)
}

/// What a principal was assigned directly and lost lately, the latest first: what may be renewed.
pub async fn ended_assignments(link: &mut Link, principal: Principal, now: Ts) -> Result<Vec<Assignment>, Fault> {
    assignments::all(rows!(
        link,
        const_sql!(
            "select ",
            " from role_assignments a where a.principal_id = $1 and a.ended_at is not null and a.ended_at > $2
                and a.source = 'direct' and a.role in ('directory_role', 'group_member', 'group_owner')
             order by a.ended_at desc, a.id desc"
        ),
        principal.id(),
        now - Span::days(EXPIRED_SHOWN_DAYS),
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
        principal.id(),
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

/// People who are eligible now, and those of them who are so without an end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WayIn {
    pub people: BTreeSet<UserId>,
    pub lasting: BTreeSet<UserId>,
}

/// The people who are eligible for a directory role, by what they activate in turn, and whose settings decide about it: the
/// role, for themselves or as members of a group that is eligible; membership of a group that holds the role; or membership of
/// a group that is eligible, and then the role. Eligibility for membership of a group that is in such a group is not followed.
pub async fn ways_in(link: &mut Link, role: RoleId, now: Ts) -> Result<BTreeMap<Vec<Privileged>, WayIn>, Fault> {
    type Row = (Option<AnyId>, AnyId, UserId, Option<Ts>, Option<Ts>);
    let rows: Vec<Row> = rows!(
        link,
        "select ways.first, ways.via, u.id, ways.until, ways.ends_at from (
            select cast(null as uuid) as first, a.resource_id as via, a.principal_id as id, a.ends_at as until, a.ends_at
            from role_assignments a
            where a.resource_id = $1 and a.role = 'directory_role' and a.principal_kind = 'user' and a.assignment_type = 'eligible'
                and a.ended_at is null and a.starts_at <= $2 and (a.ends_at is null or a.ends_at > $2)
            union all
            select case when m.assignment_type = 'eligible' then m.resource_id end, a.resource_id, m.principal_id, a.ends_at,
                m.ends_at
            from role_assignments a
            join role_assignments m on m.resource_id = a.principal_id and m.role = 'group_member' and m.principal_kind = 'user'
                and m.ended_at is null and m.starts_at <= $2
                and (m.ends_at is null or m.ends_at > $2)
            where a.resource_id = $1 and a.role = 'directory_role' and a.principal_kind = 'group' and a.assignment_type = 'eligible'
                and a.ended_at is null and a.starts_at <= $2 and (a.ends_at is null or a.ends_at > $2)
            union all
            select null, a.principal_id, m.principal_id, a.ends_at, m.ends_at from role_assignments a
            join role_assignments m on m.resource_id = a.principal_id and m.role = 'group_member' and m.principal_kind = 'user'
                and m.assignment_type = 'eligible' and m.ended_at is null and m.starts_at <= $2
                and (m.ends_at is null or m.ends_at > $2)
            where a.resource_id = $1 and a.role = 'directory_role' and a.principal_kind = 'group' and a.assignment_type = 'active'
                and a.ended_at is null and a.starts_at <= $2 and (a.ends_at is null or a.ends_at > $2)
         ) as ways join users u on u.id = ways.id where u.enabled",
        role,
        now,
    )?;
    let mut ways: BTreeMap<Vec<Privileged>, WayIn> = BTreeMap::new();
    for (first, via, person, until, ends_at) in rows {
        let member = |group| Privileged::GroupMember(GroupId(group));
        let last = if via == role.0 { Privileged::DirectoryRole(role) } else { member(via) };
        let way = ways.entry(first.map(member).into_iter().chain([last]).collect()).or_default();
        way.people.insert(person);
        if until.is_none() && ends_at.is_none() {
            way.lasting.insert(person);
        }
    }
    Ok(ways)
}

/// Whoever is eligible for one of these roles at least, themselves or through a group that they are directly in or eligible to
/// be in: the first of them by id, each once, with whether they have an authenticator app, and a passkey.
pub async fn eligible_people(
    link: &mut Link,
    roles: &[Privileged],
    limit: usize,
    now: Ts,
) -> Result<Vec<(UserId, bool, bool)>, Fault> {
    let mut people: BTreeSet<AnyId> = BTreeSet::new();
    for kind in PrivilegedKind::ALL {
        let ids: Vec<AnyId> = roles.iter().filter(|role| role.kind() == kind).map(|role| role.resource()).collect();
        let sql = match kind {
            PrivilegedKind::DirectoryRole => eligible_sql!("directory_role"),
            PrivilegedKind::GroupMember => eligible_sql!("group_member"),
            PrivilegedKind::GroupOwner => eligible_sql!("group_owner"),
        };
        let before = vec![First::Moment(now), First::Number(i64::try_from(limit).unwrap_or(i64::MAX))];
        let found: Vec<(AnyId,)> = crate::dialect::in_ids_after(link, sql, before, &ids).await?;
        people.extend(found.into_iter().map(|(id,)| id));
    }
    let ids: Vec<AnyId> = people.into_iter().take(limit).collect();
    let sql = "select u.id, (select count(*) from authenticators x where x.user_id = u.id) > 0 as app,
            (select count(*) from passkeys k where k.user_id = u.id) > 0 as passkey
         from users u where u.id in ({ids}) and u.enabled";
    crate::dialect::in_ids(link, sql, &ids).await
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
pub async fn set_window(
    link: &mut Link,
    before: &Assignment,
    starts_at: Ts,
    ends_at: Option<Ts>,
    now: Ts,
) -> Result<bool, Fault> {
    let after = Assignment { starts_at, ends_at, ..before.clone() };
    let changed = run!(
        link,
        "update role_assignments set starts_at = $2, ends_at = $3, warn_at = $6
         where id = $1 and ended_at is null and starts_at = $4 and coalesce(ends_at, -1) = coalesce($5, -1)",
        before.id,
        starts_at,
        ends_at,
        before.starts_at,
        before.ends_at,
        rules::role_assignment::warns_at(&after, now),
    )?;
    Ok(changed == 1)
}

/// Assignments whose holders are to be told that they end, the most urgent first.
pub async fn ending(link: &mut Link, now: Ts, limit: usize) -> Result<Vec<AssignmentId>, Fault> {
    let rows: Vec<(AssignmentId,)> = rows!(
        link,
        "select id from role_assignments where ended_at is null and warn_at is not null and warn_at <= $1 order by warn_at limit $2",
        now,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// When they are told next.
pub async fn set_warning(link: &mut Link, id: AssignmentId, at: Option<Ts>) -> Result<(), Fault> {
    run!(link, "update role_assignments set warn_at = $2 where id = $1", id, at)?;
    Ok(())
}

/// Of groups, the enabled people who own them for good, in no order.
pub async fn lasting_owners(link: &mut Link, groups: &[GroupId], now: Ts) -> Result<Vec<(GroupId, UserId)>, Fault> {
    let ids: Vec<AnyId> = groups.iter().map(|group| group.0).collect();
    let rows: Vec<(GroupId, UserId, Ts)> = crate::dialect::in_ids(
        link,
        "select a.resource_id, u.id, a.starts_at from role_assignments a join users u on u.id = a.principal_id
         where a.resource_id in ({ids}) and a.role = 'group_owner' and a.principal_kind = 'user' and a.assignment_type = 'active'
            and a.ended_at is null and a.ends_at is null and u.enabled order by u.id",
        &ids,
    )
    .await?;
    Ok(rows.into_iter().filter(|(_, _, starts_at)| *starts_at <= now).map(|(group, owner, _)| (group, owner)).collect())
}

/// How many permanent and eligible assignments each directory role has, those with the most first.
pub async fn standing(link: &mut Link, now: Ts, limit: usize) -> Result<Vec<(RoleId, i64)>, Fault> {
    rows!(
        link,
        "select d.id, (select count(*) from role_assignments a where a.resource_id = d.id and a.role = 'directory_role'
                and a.ended_at is null and a.starts_at <= $1
                and (a.ends_at is null or (a.assignment_type = 'eligible' and a.ends_at > $1))) as standing
         from directory_roles d order by standing desc, d.id limit $2",
        now,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )
}

/// How many active assignments of directory roles and of privileged groups were made in that time that came from another
/// system, or past the assignments of a privileged group: what `alert_facts::outside` finds, whether it is there still or not.
pub async fn made_outside(link: &mut Link, from: Ts, to: Ts) -> Result<i64, Fault> {
    let found: Option<(i64,)> = row!(
        link,
        "select count(*) from role_assignments a where a.created_at >= $1 and a.created_at < $2 and a.assignment_type = 'active'
            and (a.source = 'import' and a.role = 'directory_role'
                or a.source = 'import' and a.role in ('group_member', 'group_owner')
                    and exists (select 1 from groups g where g.id = a.resource_id and g.privileged)
                or exists (select 1 from outside_assignments o where o.assignment_id = a.id))",
        from,
        to,
    )?;
    Ok(found.map_or(0, |(count,)| count))
}

/// What happened to directory roles from `from` on, before `to`: people who activated, assignments without an end, assignments.
pub async fn made_within(link: &mut Link, from: Ts, to: Ts) -> Result<(i64, i64, i64), Fault> {
    let found: Option<(i64, i64, i64)> = row!(
        link,
        "select count(distinct case when a.source = 'activation' then a.principal_id end),
            count(case when a.source = 'direct' and a.ends_at is null then 1 end),
            count(case when a.source = 'direct' then 1 end)
         from role_assignments a where a.created_at >= $1 and a.created_at < $2 and a.role = 'directory_role'",
        from,
        to,
    )?;
    Ok(found.unwrap_or_default())
}
