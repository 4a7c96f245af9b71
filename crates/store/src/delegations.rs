//! Delegations: who decides in whose place.

use crate::{Fault, Link, Saved};
use model::delegation::{Delegated, Delegation};
use model::{AnyId, DelegationId, PackageId, Ts, UserId};
use std::collections::BTreeMap;

#[derive(sqlx::FromRow)]
struct Row {
    id: DelegationId,
    from_id: UserId,
    to_id: UserId,
    starts_at: Ts,
    ends_at: Ts,
    ended_at: Option<Ts>,
    all_packages: bool,
}

pub async fn insert(link: &mut Link, delegation: &Delegation) -> Result<(), Fault> {
    let Delegation { id, from, to, starts_at, ends_at, delegated, ended_at } = delegation;
    let packages: &[PackageId] = match delegated {
        Delegated::All => &[],
        Delegated::Packages(packages) => packages,
    };
    run!(
        link,
        "insert into delegations (id, from_id, to_id, starts_at, ends_at, ended_at, all_packages) values ($1, $2, $3, $4, $5, $6, $7)",
        *id,
        *from,
        *to,
        *starts_at,
        *ends_at,
        *ended_at,
        *delegated == Delegated::All,
    )?;
    run_many!(
        link,
        "insert into delegation_packages (delegation_id, package_id) values ($1, $2)",
        packages,
        |package| *id,
        *package,
    )?;
    Ok(())
}

/// One delegation, kept from others until the transaction ends.
pub async fn get_to_change(link: &mut Link, id: DelegationId) -> Result<Option<Delegation>, Fault> {
    let row: Option<Row> = row_to_change!(
        link,
        "select d.id, d.from_id, d.to_id, d.starts_at, d.ends_at, d.ended_at, d.all_packages from delegations d where d.id = $1",
        id
    )?;
    let rows: Vec<Row> = row.into_iter().collect();
    Ok(whole(link, rows).await?.pop())
}

/// Ends it, unless it was ended before.
pub async fn end(link: &mut Link, id: DelegationId, at: Ts) -> Result<Saved, Fault> {
    let rows = run!(link, "update delegations set ended_at = $2 where id = $1 and ended_at is null", id, at)?;
    Ok(Saved::one(rows))
}

/// What somebody gave that is not over, in order of its start.
pub async fn given(link: &mut Link, from: UserId, now: Ts, limit: usize) -> Result<Vec<Delegation>, Fault> {
    let rows: Vec<Row> = rows!(
        link,
        "select d.id, d.from_id, d.to_id, d.starts_at, d.ends_at, d.ended_at, d.all_packages from delegations d
         where d.from_id = $1 and d.ended_at is null and d.ends_at > $2 order by d.starts_at, d.id limit $3",
        from,
        now,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?;
    whole(link, rows).await
}

/// What somebody received that is not over, in order of its start.
pub async fn received(link: &mut Link, to: UserId, now: Ts, limit: usize) -> Result<Vec<Delegation>, Fault> {
    let rows: Vec<Row> = rows!(
        link,
        "select d.id, d.from_id, d.to_id, d.starts_at, d.ends_at, d.ended_at, d.all_packages from delegations d
         where d.to_id = $1 and d.ended_at is null and d.ends_at > $2 order by d.starts_at, d.id limit $3",
        to,
        now,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?;
    whole(link, rows).await
}

/// Adds the packages.
async fn whole(link: &mut Link, rows: Vec<Row>) -> Result<Vec<Delegation>, Fault> {
    let ids: Vec<AnyId> = rows.iter().filter(|row| !row.all_packages).map(|row| row.id.0).collect();
    let mut packages: BTreeMap<DelegationId, Vec<PackageId>> = BTreeMap::new();
    if !ids.is_empty() {
        let found: Vec<(DelegationId, PackageId)> = crate::dialect::in_ids(
            link,
            "select delegation_id, package_id from delegation_packages where delegation_id in ({ids}) order by delegation_id, package_id",
            &ids,
        )
        .await?;
        for (delegation, package) in found {
            packages.entry(delegation).or_default().push(package);
        }
    }
    let delegations = rows.into_iter().map(|row| Delegation {
        id: row.id,
        from: row.from_id,
        to: row.to_id,
        starts_at: row.starts_at,
        ends_at: row.ends_at,
        delegated: if row.all_packages {
            Delegated::All
        } else {
            Delegated::Packages(packages.remove(&row.id).unwrap_or_default())
        },
        ended_at: row.ended_at,
    });
    Ok(delegations.collect())
}

/// Who stands in for whom now about one package, or, without one, about everything, as delegate and person; disabled
/// delegates do not. However many are
/// asked, this is one statement over what is in force, which is never much.
pub async fn stand_ins(link: &mut Link, package: Option<PackageId>, now: Ts) -> Result<Vec<(UserId, UserId)>, Fault> {
    let mut pairs: Vec<(UserId, UserId)> = rows!(
        link,
        "select d.to_id, d.from_id from delegations d cross join users u
         where d.ended_at is null and d.ends_at > $2 and d.starts_at <= $2 and u.id = d.to_id and u.enabled
            and (d.all_packages or exists (
                select 1 from delegation_packages p where p.package_id = $1 and p.delegation_id = d.id))",
        package,
        now,
    )?;
    // Sorted here: in the order of an index a planner would read the whole of it.
    pairs.sort_unstable_by_key(|(to, from)| (*from, *to));
    pairs.dedup();
    Ok(pairs)
}

/// In whose place somebody decides everything now.
pub async fn stands_in_for(link: &mut Link, to: UserId, now: Ts) -> Result<Vec<UserId>, Fault> {
    let rows: Vec<(UserId,)> = rows!(
        link,
        concat!("select whose.id from ", whose_sql!("$1", "$2"), " where whose.id <> $1 order by whose.id"),
        to,
        now,
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Packages about which somebody decided, newest decision first: some of them may occur twice.
pub async fn decided_packages(link: &mut Link, person: UserId, limit: usize) -> Result<Vec<PackageId>, Fault> {
    let rows: Vec<(PackageId,)> = rows!(
        link,
        "select r.package_id from (
            select d.request_id, d.at from decisions d where d.approver_id = $1 order by d.at desc limit $2
         ) as mine cross join requests r where r.id = mine.request_id and r.package_id is not null",
        person,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?;
    Ok(rows.into_iter().map(|(package,)| package).collect())
}
