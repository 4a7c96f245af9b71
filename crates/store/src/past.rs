//! Who held what at a moment of the past, from the rows that are kept: those that ended later, too.
//!
//! The statements narrow by time; `rules::effective` with that instant says what was held and by which paths.

use crate::assignments::{Row, all, role_columns};
use crate::{Fault, Link};
use model::access::{Assignment, ResourceRole};
use model::event::Kind;
use model::{AnyId, AssignmentId, Ts, UserId};
use std::collections::BTreeSet;
use uuid::Uuid;

/// That a row was there and in force at `$2`. Nearly all rows are older than a moment that is asked about, so that no index by age
/// may be used: an expression has none.
macro_rules! then_sql {
    ($row:literal) => {
        concat!(
            $row,
            ".assignment_type = 'active' and ",
            $row,
            ".starts_at <= $2 and ",
            $row,
            ".created_at + 0 <= $2 and (",
            $row,
            ".ends_at is null or ",
            $row,
            ".ends_at > $2) and (",
            $row,
            ".ended_at is null or ",
            $row,
            ".ended_at > $2)"
        )
    };
}

/// Every assignment through which a user may have held something: the user's own and those of the groups above.
pub async fn reach(link: &mut Link, user: UserId, at: Ts) -> Result<Vec<Assignment>, Fault> {
    all(rows!(
        link,
        const_sql!(
            concat!(
                "with recursive mine (id) as (
                    select m.resource_id from role_assignments m where m.principal_id = $1 and m.role = 'group_member' and ",
                then_sql!("m"),
                " union
                    select n.resource_id from mine cross join role_assignments n
                    where n.principal_id = mine.id and n.role = 'group_member' and ",
                then_sql!("n"),
                ") select "
            ),
            " from role_assignments a
             where a.principal_id = $1 and a.created_at <= $2 and (a.ended_at is null or a.ended_at > $2)
             union all
             select ",
            " from mine cross join role_assignments a
             where a.principal_id = mine.id and a.created_at <= $2 and (a.ended_at is null or a.ended_at > $2)"
        ),
        user,
        at,
    )?)
}

/// The same of several people, level by level.
pub async fn reach_of(link: &mut Link, people: &[UserId], at: Ts) -> Result<Vec<Assignment>, Fault> {
    let mut next: Vec<AnyId> = people.iter().map(|person| person.0).collect();
    let (mut known, mut found) = (BTreeSet::new(), Vec::new());
    while !next.is_empty() {
        let sql = const_sql!(
            "select ",
            " from role_assignments a
             where a.principal_id in ({ids}) and a.created_at <= $1 and (a.ended_at is null or a.ended_at > $1)"
        );
        let level = all(crate::dialect::in_ids_at::<Row>(link, sql, at, &next).await?)?;
        next = rules::effective::groups_given(&level, at).filter(|group| known.insert(*group)).map(|group| group.0).collect();
        found.extend(level);
    }
    Ok(found)
}

/// Whom a resource role was assigned to, actively, in the order in which it began; now, too.
/// `after` is the start and id of the last row of the page before.
pub async fn of_role(
    link: &mut Link,
    role: ResourceRole,
    at: Ts,
    after: Option<(Ts, AssignmentId)>,
    limit: usize,
) -> Result<Vec<Assignment>, Fault> {
    let (role, resource, application_role) = role_columns(role);
    let (start, id) = after.unwrap_or((Ts(i64::MIN), AssignmentId(Uuid::nil())));
    all(rows!(
        link,
        const_sql!(
            "select ",
            concat!(
                " from role_assignments a
                 where a.resource_id = $1 and a.role = $3 and a.application_role_id = $4
                    and (a.starts_at, a.id) > ($5, $6) and ",
                then_sql!("a"),
                " order by a.starts_at, a.id limit $7"
            )
        ),
        resource,
        at,
        role,
        application_role,
        start,
        id,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?)
}

/// Somebody who may have held a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    pub id: UserId,
    pub name_key: String,
    /// Whether they were enabled then.
    pub enabled: bool,
}

/// A page of the people `u` whose ids are `holders.id`: who is enabled, or was until somebody disabled them later. What each
/// became first after the moment is looked up for the page alone. With `exists` PostgreSQL would gather everybody who was ever
/// disabled.
macro_rules! people_sql {
    ($holders:expr) => {
        concat!(
            $holders,
            " cross join users u where u.id = holders.id and (u.display_name_key, u.id) > ($3, $4)
                and (u.enabled or (
                    select e.id from event_targets t cross join events e
                    where t.target_id = u.id and t.at > $2 and e.id = t.event_id and e.action = 'user_disabled'
                    limit 1) is not null)
             order by u.display_name_key, u.id limit $5
            )
            select page.id, page.name_key, page.enabled, (
                select e.action from event_targets t cross join events e
                where t.target_id = page.id and t.at > $2 and e.id = t.event_id
                    and e.action in ('user_enabled', 'user_disabled')
                order by t.at, t.event_id limit 1)
            from page order by page.name_key, page.id"
        )
    };
}

const PEOPLE_OF_GROUP: &str = people_sql!(concat!(
    "with recursive beneath (id) as (
        select $1
        union
        select n.principal_id from beneath cross join role_assignments n
        where n.resource_id = beneath.id and n.role = 'group_member' and n.principal_kind = 'group' and ",
    then_sql!("n"),
    "), holders (id) as materialized (
        select distinct m.principal_id from beneath cross join role_assignments m
        where m.resource_id = beneath.id and m.role = 'group_member' and m.principal_kind = 'user' and ",
    then_sql!("m"),
    "), page (id, name_key, enabled) as materialized (
        select u.id, u.display_name_key, u.enabled from holders"
));

const PEOPLE_OF_ROLE: &str = people_sql!(concat!(
    "with holders (id) as materialized (
        select a.principal_id from role_assignments a
        where a.resource_id = $1 and a.role = $6 and a.principal_kind = 'user' and ",
    then_sql!("a"),
    " union
        select m.principal_id from role_assignments a cross join role_assignments m
        where a.resource_id = $1 and a.role = 'directory_role' and a.principal_kind = 'group' and ",
    then_sql!("a"),
    " and m.resource_id = a.principal_id and m.role = 'group_member' and m.principal_kind = 'user' and ",
    then_sql!("m"),
    "), page (id, name_key, enabled) as materialized (
        select u.id, u.display_name_key, u.enabled from holders"
));

/// The people who held a role, themselves or through groups, by name, with those who were disabled at that moment and enabled
/// since. `after` is the last of the page before.
pub async fn people_of(
    link: &mut Link,
    role: ResourceRole,
    after: Option<(String, UserId)>,
    limit: usize,
    at: Ts,
) -> Result<Vec<Holder>, Fault> {
    let (kind, resource, _) = role_columns(role);
    let (name, id) = crate::dialect::after_name(after);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let found: Vec<(UserId, String, bool, Option<String>)> = match role {
        ResourceRole::GroupMember(_) => rows!(link, PEOPLE_OF_GROUP, resource, at, name, id, limit)?,
        ResourceRole::GroupOwner(_) | ResourceRole::DirectoryRole(_) | ResourceRole::ApplicationRole(..) => {
            rows!(link, PEOPLE_OF_ROLE, resource, at, name, id, limit, kind)?
        }
    };
    let holder = |(id, name_key, now, next): (UserId, String, bool, Option<String>)| {
        let next = next.map(|action| action == Kind::UserEnabled.code());
        Holder { id, name_key, enabled: rules::effective::was_enabled(now, next) }
    };
    Ok(found.into_iter().map(holder).collect())
}
