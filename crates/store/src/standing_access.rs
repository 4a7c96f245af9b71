//! Standing access: who holds directory roles for good, and when people activated something last.

use crate::assignments::{self, Row};
use crate::{Fault, Link};
use model::access::Assignment;
use model::{AnyId, AssignmentId, Ts, UserId};
use std::collections::BTreeMap;

/// One who holds a directory role for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// By what the role is held: of the holder, or of a group.
    pub assignment: Assignment,
    /// Membership of the group, when it is held through one, and whose that is.
    pub through: Option<(AssignmentId, UserId)>,
    pub since: Ts,
}

impl Standing {
    /// Where the next page goes on.
    pub fn place(&self) -> (Ts, AssignmentId, AssignmentId) {
        (self.since, self.through.map_or(self.assignment.id, |(id, _)| id), self.assignment.id)
    }
}

/// A page of those who hold directory roles actively and without an end, not by activation, for the longest time first; with
/// the people who hold one through a group. `after` is the place of the last row of the page before.
pub async fn list(
    link: &mut Link,
    after: Option<(Ts, AssignmentId, AssignmentId)>,
    limit: usize,
    now: Ts,
) -> Result<Vec<Standing>, Fault> {
    #[derive(sqlx::FromRow)]
    struct Held {
        #[sqlx(flatten)]
        row: Row,
        held_by: AssignmentId,
        member: Option<UserId>,
        since: Ts,
    }
    let (at, id, of) = after.unwrap_or((Ts(i64::MIN), AssignmentId(AnyId::nil()), AssignmentId(AnyId::nil())));
    let rows: Vec<Held> = rows!(
        link,
        const_sql!(
            "select held.held_by, held.member, held.since, ",
            " from (
                select s.id as held_by, s.id as assignment_id, cast(null as uuid) as member, s.starts_at as since
                from directory_roles d cross join role_assignments s
                where s.resource_id = d.id and s.role = 'directory_role' and s.assignment_type = 'active' and s.ended_at is null
                    and s.starts_at <= $1 and s.ends_at is null and s.source <> 'activation'
                union all
                select m.id, s.id, m.principal_id, case when m.starts_at > s.starts_at then m.starts_at else s.starts_at end
                from directory_roles d cross join role_assignments s cross join role_assignments m
                where s.resource_id = d.id and s.role = 'directory_role' and s.assignment_type = 'active' and s.ended_at is null
                    and s.starts_at <= $1 and s.ends_at is null and s.principal_kind = 'group'
                    and m.resource_id = s.principal_id and m.role = 'group_member' and m.principal_kind = 'user'
                    and m.assignment_type = 'active' and m.ended_at is null and m.starts_at <= $1 and m.ends_at is null
             ) held cross join role_assignments a
             where a.id = held.assignment_id and (held.since, held.held_by, held.assignment_id) > ($2, $3, $4)
             order by held.since, held.held_by, held.assignment_id limit $5"
        ),
        now,
        at,
        id,
        of,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?;
    rows.into_iter()
        .map(|held| {
            let (held_by, member, since) = (held.held_by, held.member, held.since);
            let assignment = assignments::all(vec![held.row])?.pop().ok_or_else(|| Fault::new("an assignment went missing"))?;
            Ok(Standing { assignment, through: member.map(|member| (held_by, member)), since })
        })
        .collect()
}

/// When these people activated something last.
pub async fn last_activations(link: &mut Link, people: &[UserId]) -> Result<BTreeMap<UserId, Ts>, Fault> {
    let ids: Vec<AnyId> = people.iter().map(|id| id.0).collect();
    let sql = "select a.principal_id, max(a.starts_at) from role_assignments a
        where a.principal_id in ({ids}) and a.source = 'activation' group by a.principal_id";
    let rows: Vec<(UserId, Ts)> = crate::dialect::in_ids(link, sql, &ids).await?;
    Ok(rows.into_iter().collect())
}
