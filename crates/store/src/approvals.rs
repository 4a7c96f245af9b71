//! Approvers: who a stage's lists are now, where one person stands, and what waits for them.

use crate::requests;
use crate::{Fault, Link};
use model::access::ResourceRole;
use model::approval::{Approver, Stage};
use model::limits::MANAGER_LEVEL_MAX;
use model::package::PackageRole;
use model::request::Request;
use model::{GroupId, RequestId, Ts, UserId};
use rules::approval::StagePeople;
use std::collections::BTreeMap;

/// The groups whose owners are meant by "owners of the requested resource".
pub(crate) fn owned(roles: &[PackageRole]) -> Vec<GroupId> {
    roles
        .iter()
        .filter_map(|given| match given.role {
            ResourceRole::GroupMember(group) | ResourceRole::GroupOwner(group) => Some(group),
            ResourceRole::ApplicationRole(..) | ResourceRole::DirectoryRole(_) => None,
        })
        .collect()
}

/// The people behind the lists of stages, as of now. Each list is read once, however often it is named.
pub async fn people(
    link: &mut Link,
    stages: &[Stage],
    beneficiary: UserId,
    roles: &[PackageRole],
    now: Ts,
) -> Result<Vec<StagePeople>, Fault> {
    let mut known: BTreeMap<Approver, Vec<UserId>> = BTreeMap::new();
    let mut managers: Option<Vec<(UserId, String, bool)>> = None;
    let mut named: Vec<Approver> = Vec::new();
    for stage in stages {
        named.extend(stage.approvers.iter().chain(&stage.fallback));
        named.extend(stage.escalation.iter().flat_map(|escalation| &escalation.approvers));
    }
    let mut users = Vec::new();
    for approver in &named {
        if known.contains_key(approver) {
            continue;
        }
        let people = match approver {
            Approver::User { id } => {
                users.push(*id);
                Vec::new()
            }
            Approver::Group { id } => crate::assignments::members(link, *id, now, usize::MAX).await?,
            Approver::Manager { level } => {
                if managers.is_none() {
                    managers = Some(crate::users::managers(link, beneficiary, i64::from(MANAGER_LEVEL_MAX)).await?);
                }
                let above = managers.as_ref().and_then(|chain| chain.get(usize::from(*level).saturating_sub(1)));
                above.filter(|(_, _, enabled)| *enabled).map(|(id, _, _)| *id).into_iter().collect()
            }
            Approver::Owners => {
                let mut owners = Vec::new();
                for group in owned(roles) {
                    owners.extend(crate::assignments::owners(link, group, now).await?);
                }
                owners
            }
            Approver::Sponsors => Vec::new(),
        };
        known.insert(*approver, people);
    }
    if !users.is_empty() {
        for user in crate::users::several(link, &users).await? {
            if user.enabled {
                known.insert(Approver::User { id: user.id }, vec![user.id]);
            }
        }
    }
    let list =
        |approvers: &[Approver]| approvers.iter().flat_map(|approver| known.get(approver).cloned().unwrap_or_default()).collect();
    Ok(stages
        .iter()
        .map(|stage| StagePeople {
            approvers: list(&stage.approvers),
            escalation: stage.escalation.as_ref().map(|escalation| list(&escalation.approvers)).unwrap_or_default(),
            fallback: list(&stage.fallback),
        })
        .collect())
}

/// The requests that ask a person now in their open stage, by every kind of approver, as one statement:
/// the person, the groups above, the people managed at each level, the groups owned. How far down the reports are
/// followed is bounded by the levels that open requests ask for: whoever leads everybody is not slowed by everybody.
macro_rules! asked_sql {
    ($select:literal, $rest:literal) => {
        concat!(
            "with recursive mine (id) as (
                select m.resource_id from role_assignments m
                where m.principal_id = $1 and m.role = 'group_member' and m.assignment_type = 'active' and m.ended_at is null
                    and m.starts_at <= $2 and (m.ends_at is null or m.ends_at > $2)
                union
                select n.resource_id from mine cross join role_assignments n
                where n.principal_id = mine.id and n.role = 'group_member' and n.assignment_type = 'active' and n.ended_at is null
                    and n.starts_at <= $2 and (n.ends_at is null or n.ends_at > $2)
            ), below (id, level) as (
                select u.id, cast(1 as bigint) from users u where u.manager_id = $1
                union
                select u.id, b.level + 1 from below b cross join users u
                where u.manager_id = b.id and b.level < (select coalesce(max(k.level), 0) from request_asks k where k.kind = 'manager')
            ), subjects (kind, id, level) as (
                select 'user', u.id, cast(0 as bigint) from users u where u.id = $1
                union all select 'group', mine.id, 0 from mine
                union all select 'owners', o.resource_id, 0 from role_assignments o
                    where o.principal_id = $1 and o.role = 'group_owner' and o.assignment_type = 'active' and o.ended_at is null
                        and o.starts_at <= $2 and (o.ends_at is null or o.ends_at > $2)
            ), asked (request_id, decide_by) as (
                select k.request_id, k.decide_by from subjects s cross join request_asks k
                    where k.subject_id = s.id and k.kind = s.kind and k.level = s.level
                union
                select k.request_id, k.decide_by from below b cross join request_asks k
                    where k.subject_id = b.id and k.kind = 'manager' and k.level = b.level
            )
            select ",
            $select,
            " from asked cross join requests r
            where r.id = asked.request_id and r.requestor_id <> $1 and r.beneficiary_id <> $1 and asked.decide_by > $2
                and not exists (select 1 from decisions d where d.request_id = r.id and d.approver_id = $1) ",
            $rest
        )
    };
}

/// How many requests wait for a person, counted up to `limit`.
pub async fn count_waiting(link: &mut Link, person: UserId, now: Ts, limit: usize) -> Result<i64, Fault> {
    let row: Option<(i64,)> = row!(
        link,
        concat!("select count(*) from (", asked_sql!("asked.request_id", "limit $3"), ") as waiting"),
        person,
        now,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?;
    Ok(row.map_or(0, |(count,)| count))
}

/// A page of the requests that wait for a person, the most urgent first.
pub async fn waiting(
    link: &mut Link,
    person: UserId,
    after: Option<(Ts, RequestId)>,
    limit: usize,
    now: Ts,
) -> Result<Vec<(Ts, Request)>, Fault> {
    let (at, id) = after.unwrap_or((Ts(i64::MIN), RequestId(uuid::Uuid::nil())));
    let rows: Vec<(RequestId, Ts)> = rows!(
        link,
        asked_sql!(
            "asked.request_id, asked.decide_by",
            "and (asked.decide_by, asked.request_id) > ($3, $4) order by asked.decide_by, asked.request_id limit $5"
        ),
        person,
        now,
        at,
        id,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?;
    let ids: Vec<_> = rows.iter().map(|(id, _)| *id).collect();
    let mut requests: BTreeMap<RequestId, Request> =
        requests::several(link, &ids).await?.into_iter().map(|request| (request.id, request)).collect();
    Ok(rows.into_iter().filter_map(|(id, decide_by)| requests.remove(&id).map(|request| (decide_by, request))).collect())
}

/// A page of the requests that a person decided, newest decision first, with the decision's stage, verdict and time.
pub async fn decided(
    link: &mut Link,
    person: UserId,
    before: Option<(Ts, RequestId)>,
    limit: usize,
) -> Result<Vec<(Ts, String, Request)>, Fault> {
    let (at, id) = before.unwrap_or((Ts(i64::MAX), RequestId(uuid::Uuid::max())));
    let rows: Vec<(RequestId, Ts, String)> = rows!(
        link,
        "select request_id, at, verdict from decisions where approver_id = $1 and (at, request_id) < ($2, $3)
         order by at desc, request_id desc limit $4",
        person,
        at,
        id,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?;
    let ids: Vec<_> = rows.iter().map(|(id, _, _)| *id).collect();
    let mut requests: BTreeMap<RequestId, Request> =
        requests::several(link, &ids).await?.into_iter().map(|request| (request.id, request)).collect();
    Ok(rows.into_iter().filter_map(|(id, at, verdict)| requests.remove(&id).map(|request| (at, verdict, request))).collect())
}
