//! Groups.

use crate::dialect::{after_name, in_ids, storable};
use crate::search::Words;
use crate::{Fault, Link, Saved, search};
use model::directory::Membership;
use model::{AnyId, GroupId, Ts, UserId};
use rules::group::Group;
use rules::user::folded;
use std::collections::{BTreeMap, BTreeSet};

#[derive(sqlx::FromRow)]
struct Row {
    id: GroupId,
    name: String,
    description: String,
    rule: Option<String>,
    role_assignable: bool,
    privileged: bool,
    created_at: Ts,
    version: i64,
}

impl From<Row> for Group {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            name: row.name,
            description: row.description,
            membership: row.rule.map_or(Membership::Assigned, |rule| Membership::Dynamic { rule }),
            role_assignable: row.role_assignable,
            privileged: row.privileged,
            created_at: row.created_at,
            version: row.version,
        }
    }
}

macro_rules! group_sql {
    ($rest:literal) => {
        concat!(
            "select g.id, g.name, g.description, g.rule, g.role_assignable, g.privileged, g.created_at, g.version from groups g ",
            $rest
        )
    };
}

fn rule_column(group: &Group) -> Option<&str> {
    match &group.membership {
        Membership::Assigned => None,
        Membership::Dynamic { rule } => Some(rule),
    }
}

/// Adds a group. A duplicate name is a fault of kind duplicate.
pub async fn insert(link: &mut Link, group: &Group) -> Result<(), Fault> {
    run!(
        link,
        "insert into groups (id, name, name_key, description, rule, role_assignable, privileged, created_at, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        group.id,
        &group.name,
        folded(&group.name),
        &group.description,
        rule_column(group),
        group.role_assignable,
        group.privileged,
        group.created_at,
        group.version,
    )?;
    search::set(link, search::GROUP, group.id.0, &[&group.name, &group.description]).await
}

pub async fn update(link: &mut Link, group: &Group) -> Result<Saved, Fault> {
    let rows = run!(
        link,
        "update groups set name = $3, name_key = $4, description = $5, rule = $6, version = version + 1 where id = $1 and version = $2",
        group.id,
        group.version,
        &group.name,
        folded(&group.name),
        &group.description,
        rule_column(group),
    )?;
    if rows == 1 {
        search::set(link, search::GROUP, group.id.0, &[&group.name, &group.description]).await?;
        crate::package_editing::index_all_with(link, group.id.0).await?;
    }
    Ok(Saved::one(rows))
}

pub async fn get(link: &mut Link, id: GroupId) -> Result<Option<Group>, Fault> {
    let row: Option<Row> = row!(link, group_sql!("where g.id = $1"), id)?;
    Ok(row.map(Group::from))
}

/// Lets nobody bring the group under privileged access management, or take it out, before this transaction is over.
pub async fn keep(link: &mut Link, id: GroupId) -> Result<(), Fault> {
    if link.is_sqlite() {
        // There is one writer at a time anyway.
        return Ok(());
    }
    let _: Option<(GroupId,)> = row_to_keep!(link, "select id from groups where id = $1", id)?;
    Ok(())
}

/// Lets nobody else keep or change it: what is counted now is so when it is changed.
pub async fn guard(link: &mut Link, id: GroupId) -> Result<(), Fault> {
    let _: Option<(GroupId,)> = row_to_change!(link, "select id from groups where id = $1", id)?;
    Ok(())
}

/// Several groups at once; unknown ids are left out.
pub async fn several(link: &mut Link, ids: &[GroupId]) -> Result<Vec<Group>, Fault> {
    let ids: Vec<AnyId> = ids.iter().map(|id| id.0).collect();
    let rows: Vec<Row> = in_ids(link, group_sql!("where g.id in ({ids})"), &ids).await?;
    Ok(rows.into_iter().map(Group::from).collect())
}

/// Brings a group that was read with its version under privileged access management, or takes it out.
pub async fn set_privileged(link: &mut Link, group: &Group, privileged: bool) -> Result<Saved, Fault> {
    let rows = run!(
        link,
        "update groups set privileged = $3, version = version + 1 where id = $1 and version = $2",
        group.id,
        group.version,
        privileged,
    )?;
    Ok(Saved::one(rows))
}

/// All groups with a rule. Each change of a user asks every rule, so the list is read often and is short.
pub async fn dynamic(link: &mut Link) -> Result<Vec<Group>, Fault> {
    let rows: Vec<Row> = rows!(link, group_sql!("where g.rule is not null order by g.id"))?;
    Ok(rows.into_iter().map(Group::from).collect())
}

/// Says when the group's rule is asked again by itself; never, when it does not name the time.
pub async fn set_evaluation(link: &mut Link, group: GroupId, at: Option<Ts>) -> Result<(), Fault> {
    run!(link, "update groups set evaluate_at = $2 where id = $1", group, at)?;
    Ok(())
}

/// Groups whose rule is to be asked again.
pub async fn due(link: &mut Link, now: Ts, limit: usize) -> Result<Vec<GroupId>, Fault> {
    let rows: Vec<(GroupId,)> = rows!(
        link,
        "select id from groups where evaluate_at is not null and evaluate_at <= $1 order by evaluate_at limit $2",
        now,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Those of the groups to which roles can be assigned.
pub async fn role_assignable(link: &mut Link, ids: &[GroupId]) -> Result<BTreeSet<GroupId>, Fault> {
    let ids: Vec<AnyId> = ids.iter().map(|id| id.0).collect();
    let sql = "select id from groups where role_assignable and id in ({ids})";
    let rows: Vec<(GroupId,)> = in_ids(link, sql, &ids).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Names; unknown ids are left out.
pub async fn names(link: &mut Link, ids: &[GroupId]) -> Result<BTreeMap<GroupId, String>, Fault> {
    let ids: Vec<AnyId> = ids.iter().map(|id| id.0).collect();
    let rows: Vec<(GroupId, String)> = in_ids(link, "select id, name from groups where id in ({ids})", &ids).await?;
    Ok(rows.into_iter().collect())
}

/// Which part of the list of groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    All,
    Assigned,
    Dynamic,
    RoleAssignable,
}

macro_rules! counted_sql {
    ($from:expr, $condition:expr) => {
        concat!(
            "select g.id, g.name, g.description, g.rule, g.role_assignable, g.privileged, g.created_at, g.version,
                (select count(distinct m.principal_id) from role_assignments m where m.resource_id = g.id and m.role = 'group_member'
                    and m.assignment_type = 'active' and m.ended_at is null and m.starts_at <= $6 and (m.ends_at is null or m.ends_at > $6)) as members
             from ",
            $from,
            " where (g.name_key, g.id) > ($1, $2) and (cast($3 as boolean) is null or (g.rule is not null) = $3)
             and (cast($4 as boolean) is null or g.role_assignable = $4)",
            $condition,
            " order by g.name_key, g.id limit $5"
        )
    };
}

/// A page of groups by name, each with the number of its direct members now.
pub async fn list(
    link: &mut Link,
    words: &Words,
    filter: Filter,
    after: Option<(String, GroupId)>,
    limit: usize,
    now: Ts,
) -> Result<Vec<(Group, i64)>, Fault> {
    #[derive(sqlx::FromRow)]
    struct Counted {
        #[sqlx(flatten)]
        row: Row,
        members: i64,
    }
    let (name, id) = after_name(after);
    let (dynamic, assignable) = match filter {
        Filter::All => (None, None),
        Filter::Assigned => (Some(false), None),
        Filter::Dynamic => (Some(true), None),
        Filter::RoleAssignable => (None, Some(true)),
    };
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let Some(reading) = search::reading(link, search::GROUP, words).await? else {
        let rows: Vec<Counted> = rows!(link, counted_sql!("groups g", ""), name, id, dynamic, assignable, limit, now)?;
        return Ok(rows.into_iter().map(|counted| (counted.row.into(), counted.members)).collect());
    };
    let sql = if reading.few {
        counted_sql!(
            concat!(found_sql!("group", "$7", "$8", "$9", "$10"), " cross join groups g"),
            " and g.id = found.subject_id"
        )
    } else {
        counted_sql!("groups g", both_begin_sql!("g.id", "group", "$7", "$8", "$9", "$10"))
    };
    let (first, second) = (&reading.first, &reading.second);
    let rows: Vec<Counted> =
        rows!(link, sql, name, id, dynamic, assignable, limit, now, &first.0, &first.1, &second.0, &second.1)?;
    Ok(rows.into_iter().map(|counted| (counted.row.into(), counted.members)).collect())
}

/// Groups of which somebody is a direct member now, those fed by a rule over other groups left to the caller.
pub async fn direct_of(link: &mut Link, user: UserId, now: Ts) -> Result<Vec<(GroupId, Option<String>)>, Fault> {
    Ok(rows!(
        link,
        "select distinct g.id, g.rule from role_assignments m join groups g on g.id = m.resource_id
         where m.principal_id = $1 and m.role = 'group_member' and m.assignment_type = 'active' and m.ended_at is null
            and m.starts_at <= $2 and (m.ends_at is null or m.ends_at > $2)",
        user,
        now,
    )?)
}

/// The groups above a group, itself included, with how many levels up they are.
pub async fn above(link: &mut Link, group: GroupId) -> Result<Vec<(GroupId, i64)>, Fault> {
    Ok(rows!(
        link,
        "with recursive above (id, level) as (
            select $1, cast(0 as bigint)
            union
            select n.resource_id, above.level + 1 from above cross join role_assignments n
            where n.principal_id = above.id and n.role = 'group_member' and n.ended_at is null and above.level < 50
         )
         select id, max(level) from above group by id",
        group,
    )?)
}

/// How many levels of groups are below a group.
pub async fn depth_below(link: &mut Link, group: GroupId) -> Result<i64, Fault> {
    let row: Option<(i64,)> = row!(
        link,
        "with recursive below (id, level) as (
            select $1, cast(0 as bigint)
            union
            select n.principal_id, below.level + 1 from below cross join role_assignments n
            where n.resource_id = below.id and n.role = 'group_member' and n.principal_kind = 'group' and n.ended_at is null and below.level < 50
         )
         select max(level) from below",
        group,
    )?;
    Ok(row.map_or(0, |(depth,)| depth))
}

/// The group of this name.
pub async fn called(link: &mut Link, name: &str) -> Result<Option<GroupId>, Fault> {
    let key = folded(&storable(name));
    let group: Option<(GroupId,)> = row!(link, "select id from groups where name_key = $1", key)?;
    Ok(group.map(|(group,)| group))
}

/// Those that have one of these names.
pub async fn named(link: &mut Link, names: &[String]) -> Result<Vec<Group>, Fault> {
    let keys: Vec<String> = names.iter().map(|name| folded(name)).collect();
    let rows: Vec<Row> = crate::dialect::in_texts(link, group_sql!("where g.name_key in ({ids})"), &keys).await?;
    Ok(rows.into_iter().map(Group::from).collect())
}

/// Groups under privileged access management, by id.
pub async fn privileged(link: &mut Link, limit: usize) -> Result<Vec<GroupId>, Fault> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows: Vec<(GroupId,)> = rows!(link, "select id from groups where privileged order by id limit $1", limit)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Every group that leads to roles: it can hold them, is under privileged access, or belongs to such a group.
pub async fn leading_to_roles(link: &mut Link) -> Result<BTreeSet<GroupId>, Fault> {
    let rows: Vec<(GroupId,)> = rows!(
        link,
        "with recursive below (id) as (
            select g.id from groups g where g.role_assignable or g.privileged
            union
            select n.principal_id from below cross join role_assignments n
            where n.resource_id = below.id and n.role = 'group_member' and n.principal_kind = 'group' and n.ended_at is null
         )
         select id from below"
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
