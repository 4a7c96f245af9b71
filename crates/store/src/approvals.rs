//! Approvers: who a stage's lists are now, and where one person stands.

use crate::dialect::{First, in_ids, in_ids_after};
use crate::{Fault, Link};
use model::access::ResourceRole;
use model::approval::{Approver, Stage};
use model::limits::MANAGER_LEVEL_MAX;
use model::package::PackageRole;
use model::request::PackageAssignment;
use model::{AnyId, GroupId, PackageId, Ts, UserId};
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
    let mut stages = lists(stages, &known);
    if thing != Thing::Nothing {
        for stage in &mut stages {
            let asked: BTreeSet<UserId> =
                stage.approvers.iter().chain(&stage.escalation).chain(&stage.fallback).copied().collect();
            stage.stand_ins = around.stand_ins.iter().filter(|(_, of)| asked.contains(of)).copied().collect();
        }
    }
    Ok((stages, around.names))
}

/// The people whom stages name, one by one or by their groups: nobody who depends on who asks, and at most `most` of each group.
/// For many policies at once, where it is enough to know whether there are as many as could ever be needed.
pub async fn named(link: &mut Link, stages: &[Stage], most: usize, now: Ts) -> Result<Vec<StagePeople>, Fault> {
    let (users, groups) = model::approval::named(stages);
    let ids: Vec<AnyId> = users.into_iter().map(|user| user.0).collect();
    let enabled: Vec<(UserId,)> = in_ids(link, "select id from users where enabled and id in ({ids})", &ids).await?;
    let mut known: BTreeMap<Approver, Vec<UserId>> = enabled.into_iter().map(|(id,)| (Approver::User { id }, vec![id])).collect();
    for id in groups {
        known.insert(Approver::Group { id }, crate::assignments::members(link, id, now, most).await?);
    }
    Ok(lists(stages, &known))
}

/// The lists of stages, of which it is known who stands behind each entry.
fn lists(stages: &[Stage], known: &BTreeMap<Approver, Vec<UserId>>) -> Vec<StagePeople> {
    let list =
        |approvers: &[Approver]| approvers.iter().flat_map(|approver| known.get(approver).cloned().unwrap_or_default()).collect();
    stages
        .iter()
        .map(|stage| StagePeople {
            approvers: list(&stage.approvers),
            escalation: stage.escalation.as_ref().map(|escalation| list(&escalation.approvers)).unwrap_or_default(),
            fallback: list(&stage.fallback),
            stand_ins: Vec::new(),
        })
        .collect()
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

/// Whether one of the approvals that led to what is held, or to holding it for longer, is this person's, given by
/// themselves or by a delegate in their place. Somebody who was disabled meanwhile has no say any more.
pub async fn approved(link: &mut Link, person: UserId, held: &PackageAssignment) -> Result<bool, Fault> {
    let found: Option<(i64,)> = row!(
        link,
        "select cast(1 as bigint) from requests r cross join decisions d
         where r.beneficiary_id = $1 and r.package_id = $2 and r.phase in ('delivering', 'partially_delivered', 'delivered') and (r.id = $3 or r.extends_id = $4)
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
