//! How people stand at targets, as pages and requests ask it; and what was found there that nobody was given here.

use crate::dialect::storable;
use crate::{Fault, Link};
use model::{ApplicationId, ApplicationRoleId, TargetId, Ts, UserId};
use std::collections::{BTreeMap, BTreeSet};

/// Somebody at a target, for its page.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Shown {
    pub user_id: UserId,
    pub display_name: String,
    pub display_name_key: String,
    pub user_name: String,
    pub due_at: Option<Ts>,
    pub since: Option<Ts>,
    pub refused: bool,
    pub fault: Option<String>,
}

/// Those whose access there is not as it should be, the longest waiting first.
pub async fn waiting(link: &mut Link, target: TargetId, limit: usize) -> Result<Vec<Shown>, Fault> {
    rows!(
        link,
        "select p.user_id, u.display_name, u.display_name_key, u.user_name, p.due_at, p.since, p.refused, p.fault
         from (select d.user_id from target_people d where d.target_id = $1 and d.due_at is not null
            order by d.due_at, d.user_id limit $2) f
         cross join target_people p cross join users u
         where p.target_id = $1 and p.user_id = f.user_id and u.id = f.user_id order by p.since, p.user_id",
        target,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )
}

/// Those who have there what they should, by name.
pub async fn working(
    link: &mut Link,
    target: TargetId,
    after: Option<(String, UserId)>,
    limit: usize,
) -> Result<Vec<Shown>, Fault> {
    let (name, id) = crate::dialect::after_name(after);
    rows!(
        link,
        "select p.user_id, u.display_name, u.display_name_key, u.user_name, p.due_at, p.since, p.refused, p.fault
         from target_people p cross join users u
         where p.target_id = $1 and p.due_at is null and u.id = p.user_id and (u.display_name_key, u.id) > ($2, $3)
            and exists (select 1 from target_items i where i.target_id = p.target_id and i.user_id = p.user_id)
         order by u.display_name_key, u.id limit $4",
        target,
        name,
        id,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )
}

/// The roles in whose groups at a target somebody is, or may be.
pub async fn roles_there(link: &mut Link, target: TargetId) -> Result<BTreeSet<ApplicationRoleId>, Fault> {
    let sql = "select distinct application_role_id from target_items where target_id = $1";
    let rows: Vec<(ApplicationRoleId,)> = rows!(link, sql, target)?;
    Ok(rows.into_iter().map(|(role,)| role).collect())
}

/// For each target: how many people have, or may have, something there, and how many are not as they should be.
pub async fn counts(link: &mut Link) -> Result<BTreeMap<TargetId, (usize, usize)>, Fault> {
    let there: Vec<(TargetId, i64)> = rows!(
        link,
        "select t.id, (select count(distinct i.user_id) from target_items i where i.target_id = t.id) from targets t"
    )?;
    let waiting: Vec<(TargetId, i64)> = rows!(
        link,
        "select t.id, (select count(*) from target_people p where p.target_id = t.id and p.due_at is not null) from targets t"
    )?;
    let number = |count: i64| usize::try_from(count).unwrap_or(0);
    let mut counts: BTreeMap<TargetId, (usize, usize)> = there.into_iter().map(|(id, count)| (id, (number(count), 0))).collect();
    for (id, count) in waiting {
        counts.entry(id).or_default().1 = number(count);
    }
    Ok(counts)
}

/// How somebody stands at the targets: since when it differs, whether it was refused, and why.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Stands {
    pub target_id: TargetId,
    pub since: Option<Ts>,
    pub refused: bool,
    pub fault: Option<String>,
}

pub async fn stands(link: &mut Link, user: UserId) -> Result<Vec<Stands>, Fault> {
    rows!(link, "select target_id, since, refused, fault from target_people where user_id = $1", user)
}

/// What targets confirmed of somebody.
pub async fn confirmed(link: &mut Link, user: UserId) -> Result<Vec<(TargetId, ApplicationRoleId)>, Fault> {
    rows!(link, "select target_id, application_role_id from target_items where user_id = $1 and confirmed_at is not null", user)
}

/// Membership that was found at a target and that nobody was given here.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Finding {
    pub application_role_id: ApplicationRoleId,
    pub remote_id: String,
    pub called: String,
    pub found_at: Ts,
}

pub async fn findings(link: &mut Link, target: TargetId) -> Result<Vec<Finding>, Fault> {
    rows!(
        link,
        "select application_role_id, remote_id, called, found_at from target_findings where target_id = $1
         order by application_role_id, remote_id",
        target
    )
}

/// Replaces what was found.
pub async fn set_findings(link: &mut Link, target: TargetId, findings: &[Finding]) -> Result<(), Fault> {
    run!(link, "delete from target_findings where target_id = $1", target)?;
    run_many!(
        link,
        "insert into target_findings (target_id, application_role_id, remote_id, called, found_at) values ($1, $2, $3, $4, $5)",
        findings,
        |finding| target,
        finding.application_role_id,
        storable(&finding.remote_id),
        storable(&finding.called),
        finding.found_at,
    )?;
    Ok(())
}

/// Everybody who may hold a role of the application, or is known at its target, with the account there.
pub async fn accounts(
    link: &mut Link,
    target: TargetId,
    application: ApplicationId,
) -> Result<Vec<(UserId, Option<String>)>, Fault> {
    rows!(
        link,
        concat!(
            "select h.id, p.remote_id from (",
            concerned_sql!(),
            ") h left join target_people p on p.target_id = $1 and p.user_id = h.id order by h.id"
        ),
        target,
        application,
    )
}
