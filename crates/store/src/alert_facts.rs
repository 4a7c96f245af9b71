//! What alerts look at. Directory roles are held by few, and each statement begins with them.

use crate::assignments::{self, Row};
use crate::{Fault, Link};
use model::access::Assignment;
use model::emergency::EmergencyUse;
use model::limits::{ALERT_INCIDENTS_MAX, ALERT_REQUESTS_MAX, ALERT_SUSPECTS_MAX};
use model::{RequestId, RoleId, Ts, UserId};
use rules::alert::Holding;

/// Every way in which somebody who is enabled has a directory role now, be it only to activate it. What was activated is left
/// out: the eligible assignment behind it is there.
pub async fn holdings(link: &mut Link, now: Ts) -> Result<Vec<Holding>, Fault> {
    #[derive(sqlx::FromRow)]
    struct Held {
        assignment_id: model::AssignmentId,
        user_id: UserId,
        role_id: RoleId,
        through: Option<model::GroupId>,
        eligible: bool,
        role_eligible: bool,
        since: Ts,
        created_at: Ts,
        last_sign_in_at: Option<Ts>,
        last_activation: Option<Ts>,
    }
    let rows: Vec<Held> = rows!(
        link,
        "select held.assignment_id, held.user_id, held.role_id, held.through, held.eligible, held.role_eligible, held.since, u.created_at,
            u.last_sign_in_at, (select max(v.starts_at) from role_assignments v where v.principal_id = held.user_id
                and v.resource_id = held.role_id and v.source = 'activation') as last_activation
         from (
            select a.id as assignment_id, a.principal_id as user_id, d.id as role_id, cast(null as uuid) as through,
                a.assignment_type = 'eligible' as eligible, a.assignment_type = 'eligible' as role_eligible, a.starts_at as since
            from directory_roles d cross join role_assignments a
            where a.resource_id = d.id and a.role = 'directory_role' and a.principal_kind = 'user' and a.ended_at is null
                and a.source <> 'activation' and a.starts_at <= $1 and (a.ends_at is null or a.ends_at > $1)
            union all
            select m.id, m.principal_id, d.id, a.principal_id,
                a.assignment_type = 'eligible' or m.assignment_type = 'eligible', a.assignment_type = 'eligible', m.starts_at
            from directory_roles d cross join role_assignments a cross join role_assignments m
            where a.resource_id = d.id and a.role = 'directory_role' and a.principal_kind = 'group' and a.ended_at is null
                and a.starts_at <= $1 and (a.ends_at is null or a.ends_at > $1)
                and m.resource_id = a.principal_id and m.role = 'group_member' and m.principal_kind = 'user' and m.ended_at is null
                and m.source <> 'activation' and m.starts_at <= $1 and (m.ends_at is null or m.ends_at > $1)
         ) held cross join users u where u.id = held.user_id and u.enabled",
        now,
    )?;
    let holding = |held: Held| Holding {
        assignment: held.assignment_id,
        user: held.user_id,
        role: held.role_id,
        through: held.through,
        eligible: held.eligible,
        role_eligible: held.role_eligible,
        since: held.since,
        created_at: held.created_at,
        last_sign_in: held.last_sign_in_at,
        last_activation: held.last_activation,
    };
    Ok(rows.into_iter().map(holding).collect())
}

/// Active assignments of directory roles and of privileged groups that came from another system, or past the assignments of
/// a privileged group; a few more than are kept.
pub async fn outside(link: &mut Link, now: Ts) -> Result<Vec<Assignment>, Fault> {
    let limit = i64::try_from(ALERT_INCIDENTS_MAX + 1).unwrap_or(i64::MAX);
    let mut all = assignments::all(rows!(
        link,
        const_sql!(
            "select ",
            " from directory_roles d cross join role_assignments a
             where a.resource_id = d.id and a.role = 'directory_role' and a.source = 'import' and a.assignment_type = 'active'
                and a.ended_at is null and a.starts_at <= $1 and (a.ends_at is null or a.ends_at > $1) limit $2"
        ),
        now,
        limit,
    )?)?;
    let of_groups: Vec<Row> = rows!(
        link,
        const_sql!(
            "select ",
            " from groups g cross join role_assignments a
             where g.privileged and a.resource_id = g.id and a.role in ('group_member', 'group_owner') and a.source = 'import'
                and a.assignment_type = 'active' and a.ended_at is null and a.starts_at <= $1
                and (a.ends_at is null or a.ends_at > $1) limit $2"
        ),
        now,
        limit,
    )?;
    all.extend(assignments::all(of_groups)?);
    let added: Vec<Row> = rows!(
        link,
        const_sql!(
            "select ",
            " from outside_assignments o cross join role_assignments a cross join groups g
             where a.id = o.assignment_id and a.ended_at is null and g.id = a.resource_id and g.privileged limit $1"
        ),
        limit,
    )?;
    all.extend(assignments::all(added)?);
    Ok(all)
}

/// Who activated which directory role at least so often since then.
pub async fn activations(link: &mut Link, since: Ts, now: Ts, times: u32) -> Result<Vec<(UserId, RoleId, u32)>, Fault> {
    let rows: Vec<(UserId, RoleId, i64)> = rows!(
        link,
        // By itself: otherwise a planner may read all that was ever activated, because that is in the order of the groups.
        "with recent as materialized (select a.principal_id, a.resource_id from role_assignments a
            where a.source = 'activation' and a.role = 'directory_role' and a.starts_at > $1 and a.starts_at <= $2)
         select principal_id, resource_id, count(*) from recent group by principal_id, resource_id having count(*) >= $3",
        since,
        now,
        i64::from(times),
    )?;
    Ok(rows.into_iter().map(|(user, role, n)| (user, role, u32::try_from(n).unwrap_or(u32::MAX))).collect())
}

/// Somebody who may decide request `r`, as `u`.
macro_rules! decides_sql {
    () => {
        "u.enabled and u.id <> r.requestor_id and u.id <> r.beneficiary_id and not exists (select 1 from decisions d
            where d.request_id = r.id and (d.approver_id = u.id or d.stood_in_for = u.id))"
    };
}

/// An assignment `a` that is active now.
macro_rules! now_sql {
    () => {
        "a.assignment_type = 'active' and a.ended_at is null and a.starts_at <= $1 and (a.ends_at is null or a.ends_at > $1)"
    };
}

/// The oldest requests that wait for approval, `$2` of them.
macro_rules! waiting_sql {
    () => {
        "select id, requestor_id, beneficiary_id, submitted_at, open_stage, quorum from requests
         where phase >= 'pending_approval' and phase <= 'pending_approval' and waits_for_id is null order by phase, submitted_at, id limit $2"
    };
}

/// How many who are asked about request `r` may decide it. Only where several approvals are needed: where one is enough, finding
/// somebody is faster.
macro_rules! count_sql {
    () => {
        concat!(
            "select count(distinct u.id) from users u where ",
            decides_sql!(),
            " and u.id in (
                select k.subject_id from request_asks k where k.request_id = r.id and k.kind = 'user'
                union all
                select a.principal_id from request_asks k cross join role_assignments a
                where k.request_id = r.id and k.kind in ('group', 'owners', 'role') and a.resource_id = k.subject_id
                    and a.principal_kind = 'user'
                    and a.role = case k.kind when 'group' then 'group_member' when 'owners' then 'group_owner' else 'directory_role' end
                    and ",
            now_sql!(),
            "   union all
                select a.principal_id from request_asks k cross join role_assignments g cross join role_assignments a
                where k.request_id = r.id and k.kind in ('group', 'role') and g.resource_id = k.subject_id and g.principal_kind = 'group'
                    and g.role = case k.kind when 'group' then 'group_member' else 'directory_role' end
                    and g.assignment_type = 'active' and g.ended_at is null and g.starts_at <= $1 and (g.ends_at is null or g.ends_at > $1)
                    and a.resource_id = g.principal_id and a.role = 'group_member' and a.principal_kind = 'user' and ",
            now_sql!(),
            "   union all
                select s.sponsor_id from request_asks k cross join user_sponsors s
                where k.request_id = r.id and k.kind = 'sponsors' and s.user_id = k.subject_id
                union all
                select case k.level when 1 then m1.id when 2 then m2.id when 3 then m3.id when 4 then m3.manager_id end
                from request_asks k join users b on b.id = k.subject_id left join users m1 on m1.id = b.manager_id
                    left join users m2 on m2.id = m1.manager_id left join users m3 on m3.id = m2.manager_id
                where k.request_id = r.id and k.kind = 'manager')"
        )
    };
}

/// Undecided requests of which this statement alone does not find as many who are asked and may decide as approvals are missing. It looks at people,
/// groups and groups within these, holders of roles and owners, sponsors, and managers as far up as policies name them; who is
/// asked in other ways has to be looked for. The phase is written as a range because the order then needs the index of phases,
/// and not that of all requests there ever were. Those that wait for a webhook have nobody to decide them yet. The oldest `ALERT_REQUESTS_MAX` are looked at, and as many answered as can be
/// looked for.
pub async fn undecided(link: &mut Link, now: Ts) -> Result<Vec<RequestId>, Fault> {
    let rows: Vec<(RequestId,)> = rows!(
        link,
        concat!(
            "select found.id from (select r.id, r.submitted_at from (",
            waiting_sql!(),
            ") r where not exists (select 1 from request_asks k where k.request_id = r.id and (
                (k.kind = 'user' and exists (select 1 from users u where u.id = k.subject_id and ",
            decides_sql!(),
            "))
                or (k.kind in ('group', 'owners', 'role') and exists (select 1 from role_assignments a cross join users u
                    where a.resource_id = k.subject_id and a.principal_kind = 'user'
                        and a.role = case k.kind when 'group' then 'group_member' when 'owners' then 'group_owner' else 'directory_role' end
                        and u.id = a.principal_id and ",
            now_sql!(),
            " and ",
            decides_sql!(),
            "))
                or (k.kind in ('group', 'role') and exists (select 1 from role_assignments g cross join role_assignments a cross join users u
                    where g.resource_id = k.subject_id and g.principal_kind = 'group'
                        and g.role = case k.kind when 'group' then 'group_member' else 'directory_role' end
                        and g.assignment_type = 'active' and g.ended_at is null and g.starts_at <= $1 and (g.ends_at is null or g.ends_at > $1)
                        and a.resource_id = g.principal_id and a.role = 'group_member' and a.principal_kind = 'user'
                        and u.id = a.principal_id and ",
            now_sql!(),
            " and ",
            decides_sql!(),
            "))
                or (k.kind = 'sponsors' and exists (select 1 from user_sponsors s cross join users u
                    where s.user_id = k.subject_id and u.id = s.sponsor_id and ",
            decides_sql!(),
            "))
                or (k.kind = 'manager' and exists (select 1 from users b left join users m1 on m1.id = b.manager_id
                    left join users m2 on m2.id = m1.manager_id left join users m3 on m3.id = m2.manager_id
                    join users u on u.id = case k.level when 1 then m1.id when 2 then m2.id when 3 then m3.id when 4 then m3.manager_id end
                    where b.id = k.subject_id and ",
            decides_sql!(),
            "))
             )) union select r.id, r.submitted_at from (",
            waiting_sql!(),
            ") r where r.quorum > 1 and (",
            count_sql!(),
            ") < r.quorum - (select count(*) from decisions d
                where d.request_id = r.id and d.stage = r.open_stage and d.verdict = 'approve')
             ) found order by found.submitted_at, found.id limit $3"
        ),
        now,
        i64::try_from(ALERT_REQUESTS_MAX).unwrap_or(i64::MAX),
        i64::try_from(ALERT_SUSPECTS_MAX).unwrap_or(i64::MAX),
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Uses of emergency access whose review is late, or whose reviewer is disabled; whether it is that.
pub async fn unreviewed(link: &mut Link, now: Ts) -> Result<Vec<(EmergencyUse, bool)>, Fault> {
    #[derive(sqlx::FromRow)]
    struct Found {
        #[sqlx(flatten)]
        row: crate::emergency::Row,
        nobody: bool,
    }
    let rows: Vec<Found> = rows!(
        link,
        "select e.*, not u.enabled as nobody from emergency_uses e cross join users u
         where u.id = e.reviewer_id and e.closed_at is null and (e.review_by < $1 or not u.enabled) order by e.review_by limit $2",
        now,
        i64::try_from(ALERT_INCIDENTS_MAX + 1).unwrap_or(i64::MAX),
    )?;
    Ok(rows.into_iter().map(|found| (found.row.into(), found.nobody)).collect())
}
