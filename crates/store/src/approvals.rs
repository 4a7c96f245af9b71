//! Approvers: who a stage's lists are now, where one person stands, and what waits for them.

use crate::dialect::{First, in_ids_after};
use crate::requests;
use crate::search::Words;
use crate::{Fault, Link};
use model::access::ResourceRole;
use model::approval::{Approver, Stage};
use model::limits::MANAGER_LEVEL_MAX;
use model::package::PackageRole;
use model::request::{PackageAssignment, Request};
use model::{AnyId, GroupId, PackageId, RequestId, Ts, UserId};
use rules::approval::StagePeople;
use std::collections::{BTreeMap, BTreeSet};

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

/// What a request with stages is about, as far as delegations tell it apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    Package(PackageId),
    /// Activating a role: those stand in who do for everything.
    Role,
    /// Nothing yet: a policy is looked at, and nobody stands in.
    Nothing,
}

/// The people behind the lists of stages, as of now. Each list is read once, however often it is named.
pub async fn people(
    link: &mut Link,
    stages: &[Stage],
    beneficiary: UserId,
    about: (Thing, &[PackageRole]),
    now: Ts,
) -> Result<Vec<StagePeople>, Fault> {
    Ok(people_and_names(link, stages, beneficiary, about, &[], now).await?.0)
}

/// The same with display names: of these people besides, and of whoever was read on the way.
pub async fn people_and_names(
    link: &mut Link,
    stages: &[Stage],
    beneficiary: UserId,
    (thing, roles): (Thing, &[PackageRole]),
    besides: &[UserId],
    now: Ts,
) -> Result<(Vec<StagePeople>, BTreeMap<UserId, String>), Fault> {
    let package = match thing {
        Thing::Package(package) => Some(package),
        Thing::Role | Thing::Nothing => None,
    };
    let around = around(link, stages, beneficiary, package, besides, now).await?;
    let mut known: BTreeMap<Approver, Vec<UserId>> = BTreeMap::new();
    for approver in stages.iter().flat_map(Stage::named) {
        if known.contains_key(&approver) {
            continue;
        }
        let people = match approver {
            Approver::User { id } => around.enabled.get(&id).filter(|enabled| **enabled).map(|_| id).into_iter().collect(),
            Approver::Group { id } => crate::assignments::members(link, id, now, usize::MAX).await?,
            Approver::Manager { level } => {
                let above = around.managers.get(&i64::from(level).max(1));
                above.filter(|(_, enabled)| *enabled).map(|(id, _)| *id).into_iter().collect()
            }
            Approver::Owners => {
                let mut owners = Vec::new();
                for group in owned(roles) {
                    owners.extend(crate::assignments::owners(link, group, now).await?);
                }
                owners
            }
            Approver::Sponsors => crate::sponsors::enabled(link, beneficiary).await?,
            Approver::RoleHolders { id } => crate::assignments::role_holders(link, id, now).await?,
        };
        known.insert(approver, people);
    }
    let list =
        |approvers: &[Approver]| approvers.iter().flat_map(|approver| known.get(approver).cloned().unwrap_or_default()).collect();
    let mut stages: Vec<StagePeople> = stages
        .iter()
        .map(|stage| StagePeople {
            approvers: list(&stage.approvers),
            escalation: stage.escalation.as_ref().map(|escalation| list(&escalation.approvers)).unwrap_or_default(),
            fallback: list(&stage.fallback),
            stand_ins: Vec::new(),
        })
        .collect();
    if thing != Thing::Nothing {
        for stage in &mut stages {
            let asked: BTreeSet<UserId> =
                stage.approvers.iter().chain(&stage.escalation).chain(&stage.fallback).copied().collect();
            stage.stand_ins = around.stand_ins.iter().filter(|(_, of)| asked.contains(of)).copied().collect();
        }
    }
    Ok((stages, around.names))
}

/// Whoever may have to do with an approval, but for those whom a list only names.
#[derive(Default)]
struct Around {
    /// By level: who it is, and whether they are enabled.
    managers: BTreeMap<i64, (UserId, bool)>,
    /// Of the people who are named one by one.
    enabled: BTreeMap<UserId, bool>,
    /// Who stands in for whom now, as delegate and person, sorted.
    stand_ins: BTreeSet<(UserId, UserId)>,
    names: BTreeMap<UserId, String>,
}

/// One statement, because this is read with every step of every request.
async fn around(
    link: &mut Link,
    stages: &[Stage],
    beneficiary: UserId,
    package: Option<PackageId>,
    besides: &[UserId],
    now: Ts,
) -> Result<Around, Fault> {
    let mut around = Around::default();
    if stages.is_empty() && besides.is_empty() {
        return Ok(around);
    }
    let named = || stages.iter().flat_map(Stage::named);
    let managed = named().any(|approver| matches!(approver, Approver::Manager { .. })).then_some(beneficiary.0);
    let mut ids: BTreeSet<AnyId> = besides.iter().map(|user| user.0).collect();
    ids.extend(named().filter_map(|approver| match approver {
        Approver::User { id } => Some(id.0),
        Approver::Group { .. }
        | Approver::Manager { .. }
        | Approver::Owners
        | Approver::Sponsors
        | Approver::RoleHolders { .. } => None,
    }));
    // A list has to have somebody.
    ids.insert(beneficiary.0);
    let ids: Vec<AnyId> = ids.into_iter().collect();
    let before = vec![
        First::MaybeId(managed),
        First::MaybeId(package.map(|package| package.0)),
        First::Moment(now),
        First::Number(i64::from(MANAGER_LEVEL_MAX)),
    ];
    let sql = "with recursive chain (id, level) as (
            select manager_id, cast(1 as bigint) from users where id = $1 and manager_id is not null
            union
            select u.manager_id, chain.level + 1 from chain cross join users u
            where u.id = chain.id and u.manager_id is not null and chain.level < $4
         )
         select 'manager', u.id, u.display_name, u.enabled, chain.level, u.id from chain cross join users u where u.id = chain.id
         union all
         select 'person', u.id, u.display_name, u.enabled, cast(0 as bigint), u.id from users u where u.id in ({ids})
         union all
         select 'stand_in', d.to_id, u.display_name, u.enabled, cast(0 as bigint), d.from_id from delegations d cross join users u
         where d.ended_at is null and d.ends_at > $3 and d.starts_at <= $3 and u.id = d.to_id and u.enabled
            and (d.all_packages or exists (
                select 1 from delegation_packages p where p.package_id = $2 and p.delegation_id = d.id))";
    let rows: Vec<(String, UserId, String, bool, i64, UserId)> = in_ids_after(link, sql, before, &ids).await?;
    for (what, id, name, enabled, level, of) in rows {
        match what.as_str() {
            "manager" => {
                around.managers.insert(level, (id, enabled));
            }
            "person" => {
                around.enabled.insert(id, enabled);
            }
            _ => {
                around.stand_ins.insert((id, of));
            }
        }
        around.names.insert(id, name);
    }
    Ok(around)
}

/// The requests that ask a person now in their open stage, by every kind of approver, as one statement: the people
/// whose approvals they may give (themselves, and those for whom they stand in), the groups above these, the people
/// managed at each level, those they vouch for, the groups owned. How far down the reports are followed is bounded by the
/// levels that open requests ask for: whoever leads everybody is not slowed by everybody.
macro_rules! asked_sql {
    ($select:literal, $rest:literal) => {
        concat!(
            "with recursive who (id) as (
                select u.id from users u where u.id = $1
                union
                select d.from_id from delegations d cross join users u
                where d.to_id = $1 and d.ended_at is null and d.ends_at > $2 and d.starts_at <= $2 and u.id = d.from_id and u.enabled
            ), mine (who, id) as (
                select w.id, m.resource_id from who w cross join role_assignments m
                where m.principal_id = w.id and m.role = 'group_member' and m.assignment_type = 'active' and m.ended_at is null
                    and m.starts_at <= $2 and (m.ends_at is null or m.ends_at > $2)
                union
                select mine.who, n.resource_id from mine cross join role_assignments n
                where n.principal_id = mine.id and n.role = 'group_member' and n.assignment_type = 'active' and n.ended_at is null
                    and n.starts_at <= $2 and (n.ends_at is null or n.ends_at > $2)
            ), below (who, id, level) as (
                select w.id, u.id, cast(1 as bigint) from who w cross join users u where u.manager_id = w.id
                union
                select b.who, u.id, b.level + 1 from below b cross join users u
                where u.manager_id = b.id and b.level < (select coalesce(max(k.level), 0) from request_asks k where k.kind = 'manager')
            ), subjects (who, kind, id, level) as (
                select w.id, 'user', w.id, cast(0 as bigint) from who w
                union all select mine.who, 'group', mine.id, 0 from mine
                union all select w.id, 'sponsors', f.user_id, 0 from who w cross join user_sponsors f where f.sponsor_id = w.id
                union all select w.id, 'owners', o.resource_id, 0 from who w cross join role_assignments o
                    where o.principal_id = w.id and o.role = 'group_owner' and o.assignment_type = 'active' and o.ended_at is null
                        and o.starts_at <= $2 and (o.ends_at is null or o.ends_at > $2)
                union all select w.id, 'role', o.resource_id, 0 from who w cross join role_assignments o
                    where o.principal_id = w.id and o.role = 'directory_role' and o.assignment_type = 'active' and o.ended_at is null
                        and o.starts_at <= $2 and (o.ends_at is null or o.ends_at > $2)
                union all select w.id, 'role', o.resource_id, 0 from who w cross join role_assignments m cross join role_assignments o
                    where m.principal_id = w.id and m.role = 'group_member' and m.assignment_type = 'active' and m.ended_at is null
                        and m.starts_at <= $2 and (m.ends_at is null or m.ends_at > $2)
                        and o.principal_id = m.resource_id and o.role = 'directory_role' and o.assignment_type = 'active'
                        and o.ended_at is null and o.starts_at <= $2 and (o.ends_at is null or o.ends_at > $2)
            ), asked (who, request_id, decide_by) as (
                select s.who, k.request_id, k.decide_by from subjects s cross join request_asks k
                    where k.subject_id = s.id and k.kind = s.kind and k.level = s.level
                union
                select b.who, k.request_id, k.decide_by from below b cross join request_asks k
                    where k.subject_id = b.id and k.kind = 'manager' and k.level = b.level
            )
            select distinct ",
            $select,
            " from asked cross join requests r
            where r.id = asked.request_id and asked.decide_by > $2
                and r.requestor_id <> $1 and r.beneficiary_id <> $1
                and r.requestor_id <> asked.who and r.beneficiary_id <> asked.who
                and not exists (select 1 from decisions d where d.request_id = r.id
                    and (d.approver_id = $1 or d.approver_id = asked.who or d.stood_in_for = $1 or d.stood_in_for = asked.who))
                and (asked.who = $1 or exists (select 1 from delegations g
                    where g.to_id = $1 and g.from_id = asked.who and g.ended_at is null and g.ends_at > $2 and g.starts_at <= $2
                        and (g.all_packages or exists (select 1 from delegation_packages p
                            where p.delegation_id = g.id and p.package_id = r.package_id)))) ",
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

/// A request `r` whose holder-to-be or package begins with both words, whose ranges are `$3` to `$6`.
macro_rules! named_sql {
    () => {
        concat!(
            " and (",
            begins_sql!("r.beneficiary_id", "user", "$3", "$4"),
            " or ",
            begins_sql!("r.package_id", "package", "$3", "$4"),
            ") and (",
            begins_sql!("r.beneficiary_id", "user", "$5", "$6"),
            " or ",
            begins_sql!("r.package_id", "package", "$5", "$6"),
            ") "
        )
    };
}

/// A page of the requests that wait for a person, the most urgent first.
pub async fn waiting(
    link: &mut Link,
    person: UserId,
    words: &Words,
    after: Option<(Ts, RequestId)>,
    limit: usize,
    now: Ts,
) -> Result<Vec<(Ts, Request)>, Fault> {
    let (at, id) = after.unwrap_or((Ts(i64::MIN), RequestId(uuid::Uuid::nil())));
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows: Vec<(RequestId, Ts)> = match words.first() {
        None => rows!(
            link,
            asked_sql!(
                "asked.request_id, asked.decide_by",
                "and (asked.decide_by, asked.request_id) > ($3, $4) order by asked.decide_by, asked.request_id limit $5"
            ),
            person,
            now,
            at,
            id,
            limit,
        )?,
        Some(first) => rows!(
            link,
            concat!(
                asked_sql!("asked.request_id, asked.decide_by", "and (asked.decide_by, asked.request_id) > ($7, $8)"),
                named_sql!(),
                "order by asked.decide_by, asked.request_id limit $9"
            ),
            person,
            now,
            &first.0,
            &first.1,
            &words.second().0,
            &words.second().1,
            at,
            id,
            limit,
        )?,
    };
    let mut requests = by_id(link, rows.iter().map(|(id, _)| *id)).await?;
    Ok(rows.into_iter().filter_map(|(id, decide_by)| requests.remove(&id).map(|request| (decide_by, request))).collect())
}

/// A page of the requests that a person decided, newest decision first, with the decision's stage, verdict and time.
pub async fn decided(
    link: &mut Link,
    person: UserId,
    words: &Words,
    before: Option<(Ts, RequestId)>,
    limit: usize,
) -> Result<Vec<(Ts, String, Request)>, Fault> {
    let (at, id) = before.unwrap_or((Ts(i64::MAX), RequestId(uuid::Uuid::max())));
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows: Vec<(RequestId, Ts, String)> = match words.first() {
        None => rows!(
            link,
            "select request_id, at, verdict from decisions where approver_id = $1 and (at, request_id) < ($2, $3)
             order by at desc, request_id desc limit $4",
            person,
            at,
            id,
            limit,
        )?,
        Some(first) => rows!(
            link,
            concat!(
                "select d.request_id, d.at, d.verdict from decisions d cross join requests r
                 where r.id = d.request_id and d.approver_id = $1 and (d.at, d.request_id) < ($2, $7)",
                named_sql!(),
                "order by d.at desc, d.request_id desc limit $8"
            ),
            person,
            at,
            &first.0,
            &first.1,
            &words.second().0,
            &words.second().1,
            id,
            limit,
        )?,
    };
    let mut requests = by_id(link, rows.iter().map(|(id, _, _)| *id)).await?;
    Ok(rows.into_iter().filter_map(|(id, at, verdict)| requests.remove(&id).map(|request| (at, verdict, request))).collect())
}

async fn by_id(link: &mut Link, ids: impl Iterator<Item = RequestId>) -> Result<BTreeMap<RequestId, Request>, Fault> {
    let ids: Vec<RequestId> = ids.collect();
    Ok(requests::several(link, &ids).await?.into_iter().map(|request| (request.id, request)).collect())
}

/// Whether one of the approvals that led to what is held, or to holding it for longer, is this person's, given by
/// themselves or by a delegate in their place. Somebody who was disabled meanwhile has no say any more.
pub async fn approved(link: &mut Link, person: UserId, held: &PackageAssignment) -> Result<bool, Fault> {
    let found: Option<(i64,)> = row!(
        link,
        "select cast(1 as bigint) from requests r cross join decisions d
         where r.beneficiary_id = $1 and r.package_id = $2 and r.phase = 'delivered' and (r.id = $3 or r.extends_id = $4)
            and d.request_id = r.id and d.verdict = 'approve' and (d.approver_id = $5 or d.stood_in_for = $5)
            and exists (select 1 from users u where u.id = $5 and u.enabled) limit 1",
        held.holder,
        held.package,
        held.request,
        held.id,
        person,
    )?;
    Ok(found.is_some())
}
