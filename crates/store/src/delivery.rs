//! How people stand at targets: who changed, what the target was asked for, and what it confirmed.

use crate::dialect::storable;
use crate::{Fault, Link};
use model::{AnyId, ApplicationId, ApplicationRoleId, GroupId, RequestId, TargetId, Ts, UserId};
use rules::delivery::Asked;
use std::collections::BTreeMap;

/// Who is to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    User(UserId),
    /// Everybody in it.
    Group(GroupId),
}

/// Somebody is to be looked at from an instant on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    pub id: AnyId,
    pub target: TargetId,
    pub subject: Subject,
    pub due_at: Ts,
}

pub async fn mark(link: &mut Link, marks: &[Mark]) -> Result<(), Fault> {
    run_many!(
        link,
        "insert into target_marks (id, target_id, subject_kind, subject_id, due_at) values ($1, $2, $3, $4, $5)",
        marks,
        |mark| mark.id,
        mark.target,
        match mark.subject {
            Subject::User(_) => "user",
            Subject::Group(_) => "group",
        },
        match mark.subject {
            Subject::User(id) => id.0,
            Subject::Group(id) => id.0,
        },
        mark.due_at,
    )?;
    Ok(())
}

/// The first marks of a target that are due.
pub async fn marks(link: &mut Link, target: TargetId, now: Ts, limit: usize) -> Result<Vec<(AnyId, Subject)>, Fault> {
    let rows: Vec<(AnyId, String, AnyId)> = rows!(
        link,
        "select id, subject_kind, subject_id from target_marks where target_id = $1 and due_at <= $2 order by due_at, id limit $3",
        target,
        now,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?;
    let subject = |(id, kind, subject): (AnyId, String, AnyId)| match kind.as_str() {
        "user" => (id, Subject::User(UserId(subject))),
        _ => (id, Subject::Group(GroupId(subject))),
    };
    Ok(rows.into_iter().map(subject).collect())
}

/// Whom to look at comes from the middle. Who waits already goes on waiting since then.
macro_rules! look_sql {
    ($($who:expr),+) => {
        concat!(
            "insert into target_people (target_id, user_id, generation, due_at, since, tries, refused, made, account) ",
            $($who),+,
            " on conflict (target_id, user_id) do update set generation = target_people.generation + 1, due_at = excluded.due_at,
                since = coalesce(target_people.since, excluded.since)"
        )
    };
}

/// These people are looked at from now on.
pub async fn look_at(link: &mut Link, target: TargetId, people: &[UserId], now: Ts) -> Result<(), Fault> {
    run_many!(
        link,
        look_sql!("values ($1, $2, 1, $3, $4, 0, $5, $6, '')"),
        people,
        |user| target,
        *user,
        now,
        now,
        false,
        false,
    )?;
    Ok(())
}

/// Everybody in a group is looked at from now on.
pub async fn look_at_members(link: &mut Link, target: TargetId, group: GroupId, now: Ts) -> Result<(), Fault> {
    run!(
        link,
        look_sql!(
            "select $1, m.principal_id, 1, $3, $3, 0, $4, $4, '' from (
                select distinct a.principal_id from role_assignments a
                where a.resource_id = $2 and a.role = 'group_member' and a.principal_kind = 'user'
                    and a.assignment_type = 'active' and a.ended_at is null
             ) m where true"
        ),
        target,
        group,
        now,
        false,
    )?;
    Ok(())
}

/// Everybody is looked at from now on who may hold a role of the application, or is known at its target.
pub async fn look_at_all(link: &mut Link, target: TargetId, application: ApplicationId, now: Ts) -> Result<(), Fault> {
    run!(
        link,
        look_sql!("select $1, h.id, 1, $3, $3, 0, $4, $4, '' from (", concerned_sql!(), ") h where true"),
        target,
        application,
        now,
        false,
    )?;
    Ok(())
}

/// What these marks said was taken over.
pub async fn unmark(link: &mut Link, marks: &[AnyId]) -> Result<(), Fault> {
    run_many!(link, "with done (id) as (values ($1)) delete from target_marks where id in (select id from done)", marks, |id| {
        *id
    },)?;
    Ok(())
}

/// Somebody who is due, with what is known of them at the target and what they are like here.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Due {
    pub user_id: UserId,
    pub generation: i64,
    pub since: Option<Ts>,
    pub tries: i64,
    pub remote_id: Option<String>,
    pub made: bool,
    pub account: String,
    pub user_name: String,
    pub display_name: String,
    pub mail: String,
    pub enabled: bool,
}

/// The first people of a target who are due.
pub async fn due(link: &mut Link, target: TargetId, now: Ts, limit: usize) -> Result<Vec<Due>, Fault> {
    rows!(
        link,
        "select p.user_id, p.generation, p.since, p.tries, p.remote_id, p.made, p.account, u.user_name, u.display_name, u.mail,
            u.enabled
         from (select d.user_id from target_people d where d.target_id = $1 and d.due_at is not null and d.due_at <= $2
            order by d.due_at, d.user_id limit $3) f
         cross join target_people p cross join users u
         where p.target_id = $1 and p.user_id = f.user_id and u.id = f.user_id",
        target,
        now,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )
}

/// What a target was asked for about these people.
pub async fn asked(link: &mut Link, target: TargetId, people: &[UserId]) -> Result<BTreeMap<UserId, Asked>, Fault> {
    let ids: Vec<AnyId> = people.iter().map(|user| user.0).collect();
    let sql = "select i.user_id, i.application_role_id, i.confirmed_at from target_items i
         where i.target_id = $1 and i.user_id in ({ids})";
    let rows: Vec<(UserId, ApplicationRoleId, Option<Ts>)> = crate::dialect::in_ids_of(link, sql, Some(target.0), &ids).await?;
    let mut asked: BTreeMap<UserId, Asked> = BTreeMap::new();
    for (user, role, confirmed) in rows {
        asked.entry(user).or_default().insert(role, confirmed.is_some());
    }
    Ok(asked)
}

/// Everything that a target was asked for about a role, with the account of each person there.
pub async fn asked_about(
    link: &mut Link,
    target: TargetId,
    role: ApplicationRoleId,
) -> Result<Vec<(UserId, Option<String>, bool)>, Fault> {
    let rows: Vec<(UserId, Option<String>, Option<Ts>)> = rows!(
        link,
        "select i.user_id, p.remote_id, i.confirmed_at from target_items i
         join target_people p on p.target_id = i.target_id and p.user_id = i.user_id
         where i.target_id = $1 and i.application_role_id = $2",
        target,
        role,
    )?;
    Ok(rows.into_iter().map(|(user, remote, confirmed)| (user, remote, confirmed.is_some())).collect())
}

/// Somebody whose account at a target is known, with what it is like there.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Known {
    pub user_id: UserId,
    pub remote_id: String,
    pub account: String,
}

/// Everybody whose account at a target is known and is as it was written down.
pub async fn known(link: &mut Link, target: TargetId) -> Result<Vec<Known>, Fault> {
    rows!(
        link,
        "select user_id, remote_id, account from target_people where target_id = $1 and remote_id is not null and account <> ''
         order by user_id",
        target,
    )
}

/// What these accounts are like is no longer known: they are made to say what is known here before anything else.
pub async fn unlike(link: &mut Link, target: TargetId, people: &[UserId]) -> Result<(), Fault> {
    run_many!(
        link,
        "with unlike (target_id, user_id) as (values ($1, $2))
         update target_people as p set account = '' from unlike where p.target_id = unlike.target_id and p.user_id = unlike.user_id",
        people,
        |user| target,
        *user,
    )?;
    Ok(())
}

/// From here on these memberships may be there, or may not.
pub async fn ask(link: &mut Link, target: TargetId, items: &[(UserId, ApplicationRoleId)]) -> Result<(), Fault> {
    run_many!(
        link,
        "insert into target_items (target_id, user_id, application_role_id, confirmed_at) values ($1, $2, $3, null)
         on conflict (target_id, user_id, application_role_id) do update set confirmed_at = null",
        items,
        |(user, role)| target,
        *user,
        *role,
    )?;
    Ok(())
}

/// The target confirmed these memberships.
pub async fn confirm(link: &mut Link, target: TargetId, items: &[(UserId, ApplicationRoleId)], now: Ts) -> Result<(), Fault> {
    run_many!(
        link,
        "insert into target_items (target_id, user_id, application_role_id, confirmed_at) values ($1, $2, $3, $4)
         on conflict (target_id, user_id, application_role_id) do update set confirmed_at = excluded.confirmed_at",
        items,
        |(user, role)| target,
        *user,
        *role,
        now,
    )?;
    Ok(())
}

/// The target confirmed that these memberships are gone.
pub async fn gone(link: &mut Link, target: TargetId, items: &[(UserId, ApplicationRoleId)]) -> Result<(), Fault> {
    run_many!(
        link,
        "with gone (target_id, user_id, role_id) as (values ($1, $2, $3))
         delete from target_items where (target_id, user_id, application_role_id) in (select target_id, user_id, role_id from gone)",
        items,
        |(user, role)| target,
        *user,
        *role,
    )?;
    Ok(())
}

/// What is known of the account of somebody at a target.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    pub remote_id: Option<String>,
    /// We made it, or may have.
    pub made: bool,
    /// What it is like there.
    pub account: String,
}

/// From here on there may be accounts of ours for these people.
pub async fn making(link: &mut Link, target: TargetId, people: &[UserId]) -> Result<(), Fault> {
    run_many!(
        link,
        "with made (target_id, user_id, made) as (values ($1, $2, $3))
         update target_people as p set made = made.made from made where p.target_id = made.target_id and p.user_id = made.user_id",
        people,
        |user| target,
        *user,
        true,
    )?;
    Ok(())
}

/// These accounts are theirs: whatever is given to them is known by that, also when nobody learns what came of it.
pub async fn found(link: &mut Link, target: TargetId, people: &[(UserId, &str)]) -> Result<(), Fault> {
    run_many!(
        link,
        "with found (target_id, user_id, remote_id) as (values ($1, $2, $3))
         update target_people as p set remote_id = found.remote_id
         from found where p.target_id = found.target_id and p.user_id = found.user_id",
        people,
        |(user, remote)| target,
        *user,
        storable(remote),
    )?;
    Ok(())
}

/// This account is theirs, and whether we made it: whatever was about to be made of them before is not this one.
pub async fn adopted(link: &mut Link, target: TargetId, user: UserId, remote: &str, made: bool) -> Result<(), Fault> {
    run!(
        link,
        "update target_people set remote_id = $3, made = $4, account = '' where target_id = $1 and user_id = $2",
        target,
        user,
        storable(remote),
        made,
    )?;
    Ok(())
}

/// How looking at somebody came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub user: UserId,
    /// The state that was looked at.
    pub generation: i64,
    pub account: Account,
    /// Nothing: it agrees.
    pub later: Option<Later>,
}

/// It is tried again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Later {
    pub at: Ts,
    pub tries: i64,
    pub refused: bool,
    /// A sentence.
    pub fault: String,
}

/// Writes down how it came out. Whatever happened meanwhile stays due, and what somebody else settled meanwhile differs since now
/// when this outcome says that it does.
pub async fn settle(link: &mut Link, target: TargetId, outcomes: &[Outcome], now: Ts) -> Result<(), Fault> {
    run_many!(
        link,
        "with seen (target_id, user_id, generation, remote_id, made, account, due_at, tries, refused, fault, at) as
            (values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11))
         update target_people as p set remote_id = seen.remote_id, made = seen.made, account = seen.account, tries = seen.tries,
            refused = seen.refused, fault = seen.fault,
            due_at = case when p.generation = seen.generation then seen.due_at else p.due_at end,
            since = case when p.generation <> seen.generation then p.since
                when seen.due_at is null then null else coalesce(p.since, cast(seen.at as bigint)) end
         from seen where p.target_id = seen.target_id and p.user_id = seen.user_id",
        outcomes,
        |outcome| target,
        outcome.user,
        outcome.generation,
        outcome.account.remote_id.as_deref().map(storable),
        outcome.account.made,
        storable(&outcome.account.account),
        outcome.later.as_ref().map(|later| later.at),
        outcome.later.as_ref().map_or(0, |later| later.tries),
        outcome.later.as_ref().is_some_and(|later| later.refused),
        outcome.later.as_ref().map(|later| storable(&later.fault)),
        now,
    )?;
    Ok(())
}

/// Forgets those who have nothing there and never had.
pub async fn forget(link: &mut Link, target: TargetId, people: &[(UserId, i64)]) -> Result<(), Fault> {
    run_many!(
        link,
        "with gone (target_id, user_id, generation) as (values ($1, $2, $3))
         delete from target_people where (target_id, user_id, generation) in (select target_id, user_id, generation from gone)",
        people,
        |(user, generation)| target,
        *user,
        *generation,
    )?;
    Ok(())
}

/// Somebody is tried again at once.
pub async fn try_again(link: &mut Link, target: TargetId, user: UserId, now: Ts) -> Result<bool, Fault> {
    let rows = run!(
        link,
        "update target_people set due_at = $3, tries = 0, generation = generation + 1
         where target_id = $1 and user_id = $2 and due_at is not null",
        target,
        user,
        now,
    )?;
    Ok(rows == 1)
}

/// Requests of these people that wait for targets.
pub async fn requests_of(link: &mut Link, people: &[UserId]) -> Result<Vec<RequestId>, Fault> {
    let ids: Vec<AnyId> = people.iter().map(|user| user.0).collect();
    let sql = "select r.id from requests r
         where r.beneficiary_id in ({ids}) and r.phase in ('delivering', 'partially_delivered')";
    let rows: Vec<(RequestId,)> = crate::dialect::in_ids(link, sql, &ids).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
