//! Role assignments: who holds what.
//!
//! The file is long because every statement over the one table of access is read beside the others.

use crate::{Fault, Link};
use model::access::{Assignment, AssignmentType, EndReason, ResourceRole, Source};
use model::directory::Principal;
use model::{AnyId, ApplicationId, ApplicationRoleId, AssignmentId, GroupId, PackageAssignmentId, RoleId, Ts, UserId};
use std::collections::BTreeSet;
use uuid::Uuid;

#[derive(sqlx::FromRow)]
pub(crate) struct Row {
    id: AssignmentId,
    principal_kind: String,
    principal_id: Uuid,
    role: String,
    resource_id: Uuid,
    application_role_id: Uuid,
    assignment_type: String,
    source: String,
    source_id: Uuid,
    starts_at: Ts,
    ends_at: Option<Ts>,
    ended_at: Option<Ts>,
}

impl Row {
    pub(crate) fn assignment(self) -> Result<Assignment, Fault> {
        let wrong = |what: &str| Fault::impossible("role_assignments", self.id, what);
        Ok(Assignment {
            id: self.id,
            principal: Principal::of(&self.principal_kind, self.principal_id)
                .ok_or_else(|| wrong(&format!("principal kind {}", self.principal_kind)))?,
            role: resource_role(&self.role, self.resource_id, self.application_role_id).ok_or_else(|| wrong("role"))?,
            assignment_type: assignment_type(&self.assignment_type).ok_or_else(|| wrong("assignment type"))?,
            source: match self.source.as_str() {
                "direct" => Source::Direct,
                "activation" => Source::Activation(AssignmentId(self.source_id)),
                "package" => Source::Package(PackageAssignmentId(self.source_id)),
                "rule" => Source::Rule(GroupId(self.source_id)),
                "import" => Source::Import,
                other => return Err(wrong(&format!("source {other}"))),
            },
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            ended_at: self.ended_at,
        })
    }
}

pub(crate) fn all(rows: Vec<Row>) -> Result<Vec<Assignment>, Fault> {
    rows.into_iter().map(Row::assignment).collect()
}

pub(crate) fn resource_role(role: &str, resource: Uuid, application_role: Uuid) -> Option<ResourceRole> {
    Some(match role {
        "group_member" => ResourceRole::GroupMember(GroupId(resource)),
        "group_owner" => ResourceRole::GroupOwner(GroupId(resource)),
        "application_role" => ResourceRole::ApplicationRole(ApplicationId(resource), ApplicationRoleId(application_role)),
        "directory_role" => ResourceRole::DirectoryRole(RoleId(resource)),
        _ => return None,
    })
}

/// The role, its resource, and the application's role or the nil id.
pub(crate) fn role_columns(role: ResourceRole) -> (&'static str, Uuid, Uuid) {
    match role {
        ResourceRole::GroupMember(id) => ("group_member", id.0, Uuid::nil()),
        ResourceRole::GroupOwner(id) => ("group_owner", id.0, Uuid::nil()),
        ResourceRole::ApplicationRole(id, role) => ("application_role", id.0, role.0),
        ResourceRole::DirectoryRole(id) => ("directory_role", id.0, Uuid::nil()),
    }
}

pub(crate) fn assignment_type(text: &str) -> Option<AssignmentType> {
    match text {
        "eligible" => Some(AssignmentType::Eligible),
        "active" => Some(AssignmentType::Active),
        _ => None,
    }
}

pub(crate) fn type_column(assignment_type: AssignmentType) -> &'static str {
    match assignment_type {
        AssignmentType::Eligible => "eligible",
        AssignmentType::Active => "active",
    }
}

fn source_columns(source: Source) -> (&'static str, Uuid) {
    match source {
        Source::Direct => ("direct", Uuid::nil()),
        Source::Activation(id) => ("activation", id.0),
        Source::Package(id) => ("package", id.0),
        Source::Rule(id) => ("rule", id.0),
        Source::Import => ("import", Uuid::nil()),
    }
}

pub(crate) fn reason_column(reason: EndReason) -> &'static str {
    match reason {
        EndReason::Expired => "expired",
        EndReason::Removed => "removed",
        EndReason::Revoked => "revoked",
        EndReason::GivenBack => "given_back",
        EndReason::PackageEnded => "package_ended",
        EndReason::RuleNoLongerMatches => "rule_no_longer_matches",
        EndReason::EligibilityEnded => "eligibility_ended",
        EndReason::Reviewed => "reviewed",
    }
}

pub(crate) fn reason(text: &str) -> Option<EndReason> {
    Some(match text {
        "expired" => EndReason::Expired,
        "removed" => EndReason::Removed,
        "revoked" => EndReason::Revoked,
        "given_back" => EndReason::GivenBack,
        "package_ended" => EndReason::PackageEnded,
        "rule_no_longer_matches" => EndReason::RuleNoLongerMatches,
        "eligibility_ended" => EndReason::EligibilityEnded,
        "reviewed" => EndReason::Reviewed,
        _ => return None,
    })
}

/// Adds an assignment.
pub async fn insert(link: &mut Link, assignment: &Assignment, now: Ts) -> Result<(), Fault> {
    insert_all(link, std::slice::from_ref(assignment), now).await
}

/// Adds assignments.
pub async fn insert_all(link: &mut Link, assignments: &[Assignment], now: Ts) -> Result<(), Fault> {
    let rows: Vec<_> = assignments
        .iter()
        .map(|assignment| (assignment, role_columns(assignment.role), source_columns(assignment.source)))
        .collect();
    run_many!(
        link,
        "insert into role_assignments (id, principal_kind, principal_id, role, resource_id, application_role_id,
            assignment_type, source, source_id, starts_at, ends_at, created_at, warn_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        rows,
        |(assignment, role, source)| assignment.id,
        assignment.principal.kind(),
        assignment.principal.id(),
        role.0,
        role.1,
        role.2,
        type_column(assignment.assignment_type),
        source.0,
        source.1,
        assignment.starts_at,
        assignment.ends_at,
        now,
        rules::role_assignment::warns_at(assignment, now),
    )?;
    Ok(())
}

/// Ends these that have not ended; how many did.
pub async fn end_several(link: &mut Link, ids: &[AssignmentId], reason: EndReason, at: Ts) -> Result<u64, Fault> {
    run_many!(
        link,
        "with over (id, ended_at, reason) as (values ($1, $2, $3))
         update role_assignments as a set ended_at = over.ended_at, end_reason = over.reason
         from over where a.id = over.id and a.ended_at is null",
        ids,
        |id| *id,
        at,
        reason_column(reason),
    )
}

/// Ends an assignment that has not ended; whether there was one.
pub async fn end(link: &mut Link, id: AssignmentId, reason: EndReason, at: Ts) -> Result<bool, Fault> {
    let ended = run!(
        link,
        "update role_assignments set ended_at = $2, end_reason = $3 where id = $1 and ended_at is null",
        id,
        at,
        reason_column(reason),
    )?;
    Ok(ended == 1)
}

/// Ends all assignments of a source that have not ended; how many.
pub async fn end_of_source(link: &mut Link, source: AnyId, reason: EndReason, at: Ts) -> Result<u64, Fault> {
    end_of_sources(link, &[source], reason, at).await
}

/// Ends all assignments of these sources that have not ended; how many.
pub async fn end_of_sources(link: &mut Link, sources: &[AnyId], reason: EndReason, at: Ts) -> Result<u64, Fault> {
    run_many!(
        link,
        "with over (source_id, ended_at, reason) as (values ($1, $2, $3))
         update role_assignments as a set ended_at = over.ended_at, end_reason = over.reason
         from over where a.source_id = over.source_id and a.ended_at is null",
        sources,
        |source| *source,
        at,
        reason_column(reason),
    )
}

/// Moves the end of all assignments of a source that have not ended.
pub async fn extend_source(link: &mut Link, source: AnyId, ends_at: Option<Ts>) -> Result<(), Fault> {
    run!(link, "update role_assignments set ends_at = $2 where source_id = $1 and ended_at is null", source, ends_at)?;
    Ok(())
}

/// Every assignment through which a user may hold something now: the user's own and those of the groups above.
/// The statement narrows by time; `rules::effective` decides.
pub async fn reach(link: &mut Link, user: UserId, now: Ts) -> Result<Vec<Assignment>, Fault> {
    all(rows!(
        link,
        const_sql!(
            concat!(mine_sql!(), " select "),
            " from role_assignments a where a.ended_at is null and a.principal_id = $1
            union all
            select ",
            " from mine cross join role_assignments a where a.principal_id = mine.id and a.ended_at is null"
        ),
        user,
        now,
    )?)
}

/// Assignments by id, also those that have ended, in no order.
pub async fn several(link: &mut Link, ids: &[AssignmentId]) -> Result<Vec<Assignment>, Fault> {
    let ids: Vec<AnyId> = ids.iter().map(|id| id.0).collect();
    all(crate::dialect::in_ids(link, const_sql!("select ", " from role_assignments a where a.id in ({ids})"), &ids).await?)
}

/// All assignments of a source that have not ended.
pub async fn of_source(link: &mut Link, source: AnyId) -> Result<Vec<Assignment>, Fault> {
    all(rows!(link, const_sql!("select ", " from role_assignments a where a.source_id = $1 and a.ended_at is null"), source)?)
}

/// All assignments of these sources that have not ended, in no order.
pub async fn of_sources(link: &mut Link, sources: &[AnyId]) -> Result<Vec<Assignment>, Fault> {
    let sql = const_sql!("select ", " from role_assignments a where a.source_id in ({ids}) and a.ended_at is null");
    all(crate::dialect::in_ids(link, sql, sources).await?)
}

/// Those of these people who have activated something.
pub async fn who_activated(link: &mut Link, users: &[UserId]) -> Result<Vec<UserId>, Fault> {
    let ids: Vec<AnyId> = users.iter().map(|user| user.0).collect();
    let sql = "select distinct a.principal_id from role_assignments a
         where a.principal_id in ({ids}) and a.source = 'activation' and a.ended_at is null";
    let rows: Vec<(UserId,)> = crate::dialect::in_ids(link, sql, &ids).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// One assignment.
pub async fn get(link: &mut Link, id: AssignmentId) -> Result<Option<Assignment>, Fault> {
    let row: Option<Row> = row!(link, const_sql!("select ", " from role_assignments a where a.id = $1"), id)?;
    row.map(Row::assignment).transpose()
}

/// An assignment with when it was given.
#[derive(sqlx::FromRow)]
struct WithTime {
    #[sqlx(flatten)]
    row: Row,
    created_at: Ts,
}

impl WithTime {
    fn assignment(self) -> Result<(Assignment, Ts), Fault> {
        Ok((self.row.assignment()?, self.created_at))
    }
}

/// What principals hold of a resource role, not ended, in the order in which it was given.
/// `after` is the creation time and id of the last row of the page before.
pub async fn of_role(
    link: &mut Link,
    role: ResourceRole,
    after: Option<(Ts, AssignmentId)>,
    limit: usize,
) -> Result<Vec<(Assignment, Ts)>, Fault> {
    let (role, resource, application_role) = role_columns(role);
    let (at, id) = after.unwrap_or((Ts(i64::MIN), AssignmentId(Uuid::nil())));
    let rows: Vec<WithTime> = rows!(
        link,
        const_sql!(
            "select a.created_at, ",
            " from role_assignments a
             where a.resource_id = $1 and a.role = $2 and a.application_role_id = $6 and a.ended_at is null
                and (a.created_at, a.id) > ($3, $4) order by a.created_at, a.id limit $5"
        ),
        resource,
        role,
        at,
        id,
        i64::try_from(limit).unwrap_or(i64::MAX),
        application_role,
    )?;
    rows.into_iter().map(WithTime::assignment).collect()
}

/// The same for those who are active in it now.
pub async fn active_in(
    link: &mut Link,
    role: ResourceRole,
    after: Option<(Ts, AssignmentId)>,
    limit: usize,
    now: Ts,
) -> Result<Vec<(Assignment, Ts)>, Fault> {
    let (role, resource, application_role) = role_columns(role);
    let (at, id) = after.unwrap_or((Ts(i64::MIN), AssignmentId(Uuid::nil())));
    let rows: Vec<WithTime> = rows!(
        link,
        const_sql!(
            "select a.created_at, ",
            " from role_assignments a
             where a.resource_id = $1 and a.role = $2 and a.application_role_id = $6 and a.ended_at is null
                and a.assignment_type = 'active' and a.starts_at <= $7 and (a.ends_at is null or a.ends_at > $7)
                and (a.created_at, a.id) > ($3, $4) order by a.created_at, a.id limit $5"
        ),
        resource,
        role,
        at,
        id,
        i64::try_from(limit).unwrap_or(i64::MAX),
        application_role,
        now,
    )?;
    rows.into_iter().map(WithTime::assignment).collect()
}

/// How many principals are directly in a role now.
pub async fn count(link: &mut Link, role: ResourceRole, now: Ts) -> Result<i64, Fault> {
    let (role, resource, application_role) = role_columns(role);
    let count: Option<(i64,)> = row!(
        link,
        "select count(distinct a.principal_id) from role_assignments a
         where a.resource_id = $1 and a.role = $2 and a.application_role_id = $4 and a.ended_at is null
            and a.assignment_type = 'active' and a.starts_at <= $3 and (a.ends_at is null or a.ends_at > $3)",
        resource,
        role,
        now,
        application_role,
    )?;
    Ok(count.map_or(0, |(count,)| count))
}

/// Enabled users who hold a directory role actively now, directly or through a group.
pub async fn role_holders(link: &mut Link, role: RoleId, now: Ts) -> Result<Vec<UserId>, Fault> {
    holders(link, role, now, false).await
}

/// Those of them whose assignment has no end.
pub async fn lasting_role_holders(link: &mut Link, role: RoleId, now: Ts) -> Result<Vec<UserId>, Fault> {
    holders(link, role, now, true).await
}

async fn holders(link: &mut Link, role: RoleId, now: Ts, lasting: bool) -> Result<Vec<UserId>, Fault> {
    let rows: Vec<(UserId,)> = rows!(
        link,
        "select distinct u.id from (
            select a.principal_id as id from role_assignments a
            where a.resource_id = $1 and a.role = 'directory_role' and a.principal_kind = 'user' and a.assignment_type = 'active'
                and a.ended_at is null and a.starts_at <= $2 and (a.ends_at is null or (a.ends_at > $2 and not $3))
            union
            select m.principal_id from role_assignments a
            join role_assignments m on m.resource_id = a.principal_id and m.role = 'group_member' and m.principal_kind = 'user'
                and m.assignment_type = 'active' and m.ended_at is null and m.starts_at <= $2
                and (m.ends_at is null or (m.ends_at > $2 and not $3))
            where a.resource_id = $1 and a.role = 'directory_role' and a.principal_kind = 'group' and a.assignment_type = 'active'
                and a.ended_at is null and a.starts_at <= $2 and (a.ends_at is null or (a.ends_at > $2 and not $3))
         ) as holders join users u on u.id = holders.id where u.enabled order by u.id",
        role,
        now,
        lasting,
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Lets only one transaction at a time change who holds a role: two people cannot each take away the other's.
pub async fn guard(link: &mut Link, role: RoleId) -> Result<(), Fault> {
    let _: Option<(RoleId,)> = row_to_change!(link, "select id from directory_roles where id = $1", role)?;
    Ok(())
}

/// Lets nobody end an assignment, or give it another window, before this transaction is over: what is made on it meanwhile
/// must be seen by whoever ends it.
pub async fn keep(link: &mut Link, id: AssignmentId) -> Result<(), Fault> {
    if link.is_sqlite() {
        // There is one writer at a time anyway.
        return Ok(());
    }
    let _: Option<(AssignmentId,)> = row_to_keep!(link, "select id from role_assignments where id = $1", id)?;
    Ok(())
}

/// The direct assignment of a principal to a resource role, if there is one that has not ended.
pub async fn direct(link: &mut Link, principal: Principal, role: ResourceRole) -> Result<Option<Assignment>, Fault> {
    let (role, resource, application_role) = role_columns(role);
    let row: Option<Row> = row!(
        link,
        const_sql!(
            "select ",
            " from role_assignments a where a.principal_id = $1 and a.role = $2 and a.resource_id = $3 and a.application_role_id = $4
             and a.assignment_type = 'active' and a.source = 'direct' and a.ended_at is null"
        ),
        principal.id(),
        role,
        resource,
        application_role,
    )?;
    row.map(Row::assignment).transpose()
}

/// What came from another system of membership in a group, and has not ended.
pub async fn imported_members(link: &mut Link, group: GroupId) -> Result<Vec<Assignment>, Fault> {
    all(rows!(
        link,
        const_sql!(
            "select ",
            " from role_assignments a where a.resource_id = $1 and a.role = 'group_member' and a.source = 'import'
                and a.assignment_type = 'active' and a.ended_at is null"
        ),
        group,
    )?)
}

/// The same of several groups.
pub async fn imported_members_of(link: &mut Link, groups: &[GroupId]) -> Result<Vec<Assignment>, Fault> {
    let ids: Vec<AnyId> = groups.iter().map(|group| group.0).collect();
    let sql = const_sql!(
        "select ",
        " from role_assignments a where a.resource_id in ({ids}) and a.role = 'group_member' and a.source = 'import'
            and a.assignment_type = 'active' and a.ended_at is null"
    );
    all(crate::dialect::in_ids(link, sql, &ids).await?)
}

/// The memberships of somebody in groups that came from another system, and have not ended.
pub async fn imported_of(link: &mut Link, user: UserId) -> Result<Vec<Assignment>, Fault> {
    all(rows!(
        link,
        const_sql!(
            "select ",
            " from role_assignments a where a.principal_id = $1 and a.role = 'group_member' and a.source = 'import'
                and a.ended_at is null"
        ),
        user,
    )?)
}

/// Enabled users who are members of a group now, through nested groups too, at most `limit`.
pub async fn members(link: &mut Link, group: GroupId, now: Ts, limit: usize) -> Result<Vec<UserId>, Fault> {
    let rows: Vec<(UserId,)> = rows!(
        link,
        "with recursive below (id) as (
            select $1
            union
            select n.principal_id from below cross join role_assignments n
            where n.resource_id = below.id and n.role = 'group_member' and n.principal_kind = 'group' and n.assignment_type = 'active' and n.ended_at is null
                and n.starts_at <= $2 and (n.ends_at is null or n.ends_at > $2)
        ), inside (id) as materialized (
            select distinct m.principal_id from below cross join role_assignments m
            where m.resource_id = below.id and m.role = 'group_member' and m.principal_kind = 'user' and m.assignment_type = 'active'
                and m.ended_at is null and m.starts_at <= $2 and (m.ends_at is null or m.ends_at > $2)
        )
        select u.id from inside cross join users u where u.id = inside.id and u.enabled order by u.id limit $3",
        group,
        now,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Enabled users who own a group now.
pub async fn owners(link: &mut Link, group: GroupId, now: Ts) -> Result<Vec<UserId>, Fault> {
    let rows: Vec<(UserId,)> = rows!(
        link,
        "select distinct u.id from role_assignments a join users u on u.id = a.principal_id
         where a.resource_id = $1 and a.role = 'group_owner' and a.principal_kind = 'user' and a.assignment_type = 'active'
            and a.ended_at is null and a.starts_at <= $2 and (a.ends_at is null or a.ends_at > $2) and u.enabled order by u.id",
        group,
        now,
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The enabled people who hold a role now, themselves or through groups, by name: their ids and sortable names. `after` is the
/// last of the page before. The statement narrows by time and kind; `rules::effective` says by which paths.
pub async fn people_of(
    link: &mut Link,
    role: ResourceRole,
    after: Option<(String, UserId)>,
    limit: usize,
    now: Ts,
) -> Result<Vec<(UserId, String)>, Fault> {
    let (kind, resource, _) = role_columns(role);
    let (name, id) = crate::dialect::after_name(after);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    if let ResourceRole::GroupMember(_) = role {
        return rows!(
            link,
            "with recursive beneath (id) as (
                select $1
                union
                select n.principal_id from beneath cross join role_assignments n
                where n.resource_id = beneath.id and n.role = 'group_member' and n.principal_kind = 'group'
                    and n.assignment_type = 'active' and n.ended_at is null and n.starts_at <= $2 and (n.ends_at is null or n.ends_at > $2)
            ), inside (id) as materialized (
                select distinct m.principal_id from beneath cross join role_assignments m
                where m.resource_id = beneath.id and m.role = 'group_member' and m.principal_kind = 'user' and m.assignment_type = 'active'
                    and m.ended_at is null and m.starts_at <= $2 and (m.ends_at is null or m.ends_at > $2)
            )
            select u.id, u.display_name_key from inside cross join users u where u.id = inside.id and u.enabled
                and (u.display_name_key, u.id) > ($3, $4) order by u.display_name_key, u.id limit $5",
            resource,
            now,
            name,
            id,
            limit,
        );
    }
    rows!(
        link,
        "select u.id, u.display_name_key from (
            select a.principal_id as id from role_assignments a
            where a.resource_id = $1 and a.role = $6 and a.principal_kind = 'user' and a.assignment_type = 'active'
                and a.ended_at is null and a.starts_at <= $2 and (a.ends_at is null or a.ends_at > $2)
            union
            select m.principal_id from role_assignments a cross join role_assignments m
            where a.resource_id = $1 and a.role = 'directory_role' and a.principal_kind = 'group' and a.assignment_type = 'active'
                and a.ended_at is null and a.starts_at <= $2 and (a.ends_at is null or a.ends_at > $2)
                and m.resource_id = a.principal_id and m.role = 'group_member' and m.principal_kind = 'user'
                and m.assignment_type = 'active' and m.ended_at is null and m.starts_at <= $2 and (m.ends_at is null or m.ends_at > $2)
         ) holders cross join users u where u.id = holders.id and u.enabled
            and (u.display_name_key, u.id) > ($3, $4) order by u.display_name_key, u.id limit $5",
        resource,
        now,
        name,
        id,
        limit,
        kind,
    )
}

/// Everything through which these people may hold something now, theirs and that of the groups above them, level by level.
pub async fn reach_of(link: &mut Link, people: &[UserId], now: Ts) -> Result<Vec<Assignment>, Fault> {
    reach_from(link, people.iter().map(|person| person.0).collect(), BTreeSet::new(), now).await
}

/// What groups give to their members now, and the groups above them, level by level.
pub async fn reach_of_groups(link: &mut Link, groups: &BTreeSet<GroupId>, now: Ts) -> Result<Vec<Assignment>, Fault> {
    reach_from(link, groups.iter().map(|group| group.0).collect(), groups.clone(), now).await
}

async fn reach_from(
    link: &mut Link,
    mut next: Vec<AnyId>,
    mut known: BTreeSet<GroupId>,
    now: Ts,
) -> Result<Vec<Assignment>, Fault> {
    let mut found = Vec::new();
    while !next.is_empty() {
        let level = of_principals(link, &next).await?;
        next = rules::effective::groups_given(&level, now).filter(|group| known.insert(*group)).map(|group| group.0).collect();
        found.extend(level);
    }
    Ok(found)
}

/// What groups give to their members: the groups' own assignments that have not ended.
pub async fn of_groups(link: &mut Link, groups: &[GroupId]) -> Result<Vec<Assignment>, Fault> {
    let ids: Vec<AnyId> = groups.iter().map(|group| group.0).collect();
    of_principals(link, &ids).await
}

async fn of_principals(link: &mut Link, ids: &[AnyId]) -> Result<Vec<Assignment>, Fault> {
    let sql = const_sql!("select ", " from role_assignments a where a.ended_at is null and a.principal_id in ({ids})");
    all(crate::dialect::in_ids(link, sql, ids).await?)
}

/// Assignments whose end has come and that were not yet ended, oldest first. Those of packages end with their package.
pub async fn due(link: &mut Link, now: Ts, limit: usize) -> Result<Vec<AssignmentId>, Fault> {
    let rows: Vec<(AssignmentId,)> = rows!(
        link,
        "select id from role_assignments where ended_at is null and ends_at is not null and ends_at <= $1 and source <> 'package'
         order by ends_at limit $2",
        now,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
