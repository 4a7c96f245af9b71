//! What alerts look at. Directory roles are held by few, and each statement begins with them.

use crate::assignments::{self, Row};
use crate::{Fault, Link};
use model::access::Assignment;
use model::emergency::EmergencyUse;
use model::limits::ALERT_INCIDENTS_MAX;
use model::{RoleId, Ts, UserId};
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
        since: Ts,
        created_at: Ts,
        last_sign_in_at: Option<Ts>,
        last_activation: Option<Ts>,
    }
    let rows: Vec<Held> = rows!(
        link,
        "select held.assignment_id, held.user_id, held.role_id, held.through, held.eligible, held.since, u.created_at,
            u.last_sign_in_at, (select max(v.starts_at) from role_assignments v where v.principal_id = held.user_id
                and v.resource_id = held.role_id and v.source = 'activation') as last_activation
         from (
            select a.id as assignment_id, a.principal_id as user_id, d.id as role_id, cast(null as uuid) as through,
                a.assignment_type = 'eligible' as eligible, a.starts_at as since
            from directory_roles d cross join role_assignments a
            where a.resource_id = d.id and a.role = 'directory_role' and a.principal_kind = 'user' and a.ended_at is null
                and a.source <> 'activation' and a.starts_at <= $1 and (a.ends_at is null or a.ends_at > $1)
            union all
            select m.id, m.principal_id, d.id, a.principal_id,
                a.assignment_type = 'eligible' or m.assignment_type = 'eligible', m.starts_at
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
        "select a.principal_id, a.resource_id, count(*) from role_assignments a
         where a.source = 'activation' and a.role = 'directory_role' and a.starts_at > $1 and a.starts_at <= $2
         group by a.principal_id, a.resource_id having count(*) >= $3",
        since,
        now,
        i64::from(times),
    )?;
    Ok(rows.into_iter().map(|(user, role, n)| (user, role, u32::try_from(n).unwrap_or(u32::MAX))).collect())
}

/// Uses of emergency access whose review is late.
pub async fn unreviewed(link: &mut Link, now: Ts) -> Result<Vec<EmergencyUse>, Fault> {
    let rows: Vec<crate::emergency::Row> = rows!(
        link,
        "select * from emergency_uses where closed_at is null and review_by < $1 order by review_by limit $2",
        now,
        i64::try_from(ALERT_INCIDENTS_MAX + 1).unwrap_or(i64::MAX),
    )?;
    Ok(crate::emergency::all(rows))
}
