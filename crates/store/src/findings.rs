//! What was found at targets and nobody was given here: who it may be, what is to become of it, and what was adopted.

use crate::dialect::{in_ids_of, storable};
use crate::{Fault, Link};
use model::{AnyId, ApplicationId, ApplicationRoleId, AssignmentId, TargetId, Ts, UserId};
use std::collections::{BTreeMap, BTreeSet};

/// Membership that was found at a target and that nobody was given here.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Finding {
    pub application_role_id: ApplicationRoleId,
    pub remote_id: String,
    pub called: String,
    pub found_at: Ts,
    /// Who it is here, without a doubt.
    pub user_id: Option<UserId>,
    /// Somebody may adopt it.
    pub adoptable: bool,
    /// Why it is not adopted by itself; a sentence, or nothing.
    pub why: String,
    /// Somebody wants it taken away there, and said why.
    pub unwanted: Option<String>,
    /// The account there carries our id of this person: we made it.
    pub ours: bool,
}

macro_rules! finding_sql {
    ($rest:literal) => {
        concat!(
            "select application_role_id, remote_id, called, found_at, user_id, adoptable, why, unwanted, ours
             from target_findings where target_id = $1 ",
            $rest
        )
    };
}

/// All of a target.
pub async fn of(link: &mut Link, target: TargetId) -> Result<Vec<Finding>, Fault> {
    rows!(link, finding_sql!("order by application_role_id, remote_id"), target)
}

pub async fn get(link: &mut Link, target: TargetId, role: ApplicationRoleId, remote: &str) -> Result<Option<Finding>, Fault> {
    row!(link, finding_sql!("and application_role_id = $2 and remote_id = $3"), target, role, storable(remote))
}

/// This is what was found, and nothing else. What somebody wants of what is listed already stays as it is.
pub async fn set(link: &mut Link, target: TargetId, findings: &[Finding]) -> Result<(), Fault> {
    let found: BTreeSet<_> = findings.iter().map(|one| (one.application_role_id, storable(&one.remote_id))).collect();
    let listed = of(link, target).await?;
    let gone = listed.iter().map(|one| (one.application_role_id, storable(&one.remote_id)));
    let gone: Vec<_> = gone.filter(|one| !found.contains(one)).collect();
    run_many!(
        link,
        "with gone (target_id, role_id, remote_id) as (values ($1, $2, $3))
         delete from target_findings where (target_id, application_role_id, remote_id) in (select target_id, role_id, remote_id from gone)",
        gone,
        |(role, remote)| target,
        *role,
        remote.as_ref(),
    )?;
    run_many!(
        link,
        "insert into target_findings (target_id, application_role_id, remote_id, called, found_at, user_id, adoptable, why, unwanted,
            ours) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (target_id, application_role_id, remote_id) do update set called = excluded.called, found_at = excluded.found_at,
            user_id = excluded.user_id, adoptable = excluded.adoptable, why = excluded.why, ours = excluded.ours",
        findings,
        |finding| target,
        finding.application_role_id,
        storable(&finding.remote_id),
        storable(&finding.called),
        finding.found_at,
        finding.user_id,
        finding.adoptable,
        storable(&finding.why),
        finding.unwanted.as_deref().map(storable),
        finding.ours,
    )?;
    Ok(())
}

/// Somebody wants it taken away there; whether it is listed still.
pub async fn set_unwanted(
    link: &mut Link,
    target: TargetId,
    role: ApplicationRoleId,
    remote: &str,
    words: &str,
) -> Result<bool, Fault> {
    let rows = run!(
        link,
        "update target_findings set unwanted = $4 where target_id = $1 and application_role_id = $2 and remote_id = $3",
        target,
        role,
        storable(remote),
        storable(words),
    )?;
    Ok(rows == 1)
}

/// It is no longer unknown.
pub async fn forget(link: &mut Link, target: TargetId, role: ApplicationRoleId, remote: &str) -> Result<(), Fault> {
    run!(
        link,
        "delete from target_findings where target_id = $1 and application_role_id = $2 and remote_id = $3",
        target,
        role,
        storable(remote),
    )?;
    Ok(())
}

/// Who is known at a target under this very id.
pub async fn known_as(link: &mut Link, target: TargetId, remote: &str) -> Result<Vec<UserId>, Fault> {
    let rows: Vec<(UserId,)> = rows!(
        link,
        "select user_id from target_people where target_id = $1 and remote_id = $2 and remote_id is not null",
        target,
        storable(remote),
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Under which id somebody is known at a target.
pub async fn known_at(link: &mut Link, target: TargetId, user: UserId) -> Result<Option<String>, Fault> {
    let row: Option<(Option<String>,)> =
        row!(link, "select remote_id from target_people where target_id = $1 and user_id = $2", target, user)?;
    Ok(row.and_then(|(remote,)| remote))
}

/// When each of these people had which role of an application last, alone or as a member of a group, as far as that ended.
pub async fn ended(
    link: &mut Link,
    application: ApplicationId,
    people: &[UserId],
) -> Result<BTreeMap<(UserId, ApplicationRoleId), Ts>, Fault> {
    let ids: Vec<AnyId> = people.iter().map(|user| user.0).collect();
    let own = "select a.principal_id, a.application_role_id, a.ended_at from role_assignments a
         where a.principal_id in ({ids}) and a.resource_id = $1 and a.role = 'application_role' and a.ended_at is not null";
    let by_groups = "select m.principal_id, g.application_role_id, coalesce(m.ended_at, g.ended_at)
         from role_assignments m cross join role_assignments g
         where m.principal_id in ({ids}) and m.role = 'group_member' and m.assignment_type = 'active'
            and g.principal_id = m.resource_id and g.resource_id = $1 and g.role = 'application_role'
            and (m.ended_at is not null or g.ended_at is not null)";
    let mut ended: BTreeMap<(UserId, ApplicationRoleId), Ts> = BTreeMap::new();
    for sql in [own, by_groups] {
        let rows: Vec<(UserId, ApplicationRoleId, Ts)> = in_ids_of(link, sql, Some(application.0), &ids).await?;
        for (user, role, at) in rows {
            let last = ended.entry((user, role)).or_insert(at);
            *last = at.max(*last);
        }
    }
    Ok(ended)
}

/// What was adopted from a target.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Adoption {
    pub assignment_id: AssignmentId,
    pub called: String,
    pub adopted_at: Ts,
    /// Not set: the target is set so.
    pub adopted_by: Option<UserId>,
    pub user_id: UserId,
    pub application_role_id: ApplicationRoleId,
    pub ends_at: Option<Ts>,
    pub ended_at: Option<Ts>,
}

/// The latest of a target.
pub async fn adoptions(link: &mut Link, target: TargetId, limit: usize) -> Result<Vec<Adoption>, Fault> {
    rows!(
        link,
        "select d.assignment_id, d.called, d.adopted_at, d.adopted_by, a.principal_id as user_id, a.application_role_id, a.ends_at,
            a.ended_at
         from (select * from target_adoptions where target_id = $1 order by adopted_at desc, assignment_id desc limit $2) d
         cross join role_assignments a where a.id = d.assignment_id order by d.adopted_at desc, d.assignment_id desc",
        target,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )
}

/// An assignment came from what was found at a target.
pub async fn adopted(
    link: &mut Link,
    target: TargetId,
    assignment: AssignmentId,
    called: &str,
    by: Option<UserId>,
    now: Ts,
) -> Result<(), Fault> {
    run!(
        link,
        "insert into target_adoptions (assignment_id, target_id, called, adopted_at, adopted_by) values ($1, $2, $3, $4, $5)",
        assignment,
        target,
        storable(called),
        now,
        by,
    )?;
    Ok(())
}
