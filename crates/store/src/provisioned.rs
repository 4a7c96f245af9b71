//! What identity providers say about people and groups, and the lists that they read.

use crate::dialect::{in_ids, in_ids_at, storable};
use crate::{Fault, Link};
use model::directory::Principal;
use model::provisioning::Provisioned;
use model::{AnyId, Ts};
use std::collections::BTreeMap;

/// What is kept of a resource beyond what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub external_id: Option<String>,
    /// The resource as it was said, as JSON.
    pub said: String,
    /// Since then it is no more, for whoever provisions it.
    pub removed_at: Option<Ts>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: AnyId,
    external_id: Option<String>,
    said: String,
    removed_at: Option<Ts>,
}

/// What is kept of these; those of which nothing was said are left out.
pub async fn several(link: &mut Link, ids: &[AnyId]) -> Result<BTreeMap<AnyId, Said>, Fault> {
    let rows: Vec<Row> =
        in_ids(link, "select id, external_id, said, removed_at from provisioned where id in ({ids})", ids).await?;
    let said = |row: Row| Said { external_id: row.external_id, said: row.said, removed_at: row.removed_at };
    Ok(rows.into_iter().map(|row| (row.id, said(row))).collect())
}

pub async fn get(link: &mut Link, id: AnyId) -> Result<Option<Said>, Fault> {
    Ok(several(link, &[id]).await?.remove(&id))
}

/// Keeps what was said last.
pub async fn set(link: &mut Link, kind: Provisioned, id: AnyId, said: &Said) -> Result<(), Fault> {
    run!(
        link,
        "insert into provisioned (id, kind, external_id, said, removed_at) values ($1, $2, $3, $4, $5)
         on conflict (id) do update set external_id = excluded.external_id, said = excluded.said, removed_at = excluded.removed_at",
        id,
        kind.key(),
        said.external_id.as_deref(),
        said.said.as_str(),
        said.removed_at,
    )?;
    Ok(())
}

fn ids(rows: Vec<(AnyId,)>) -> Vec<AnyId> {
    rows.into_iter().map(|(id,)| id).collect()
}

/// Those that a provider calls so.
pub async fn by_external_id(link: &mut Link, kind: Provisioned, external_id: &str) -> Result<Vec<AnyId>, Fault> {
    let external_id = storable(external_id);
    Ok(ids(rows!(link, "select id from provisioned where kind = $1 and external_id = $2", kind.key(), external_id.as_ref(),)?))
}

/// How many there are for whoever provisions them.
pub async fn count(link: &mut Link, kind: Provisioned) -> Result<usize, Fault> {
    let row: Option<(i64,)> = match kind {
        Provisioned::User => row!(
            link,
            "select (select count(*) from users) - (select count(*) from provisioned where kind = 'user' and removed_at is not null)"
        )?,
        Provisioned::Group => row!(
            link,
            "select (select count(*) from groups) - (select count(*) from provisioned where kind = 'group' and removed_at is not null)"
        )?,
    };
    Ok(row.and_then(|(count,)| usize::try_from(count).ok()).unwrap_or(0))
}

/// Ids of a page of the list, in their order, without those that were removed.
pub async fn page(link: &mut Link, kind: Provisioned, skip: usize, limit: usize) -> Result<Vec<AnyId>, Fault> {
    let (skip, limit) = (i64::try_from(skip).unwrap_or(i64::MAX), i64::try_from(limit).unwrap_or(i64::MAX));
    Ok(ids(match kind {
        Provisioned::User => rows!(
            link,
            "select u.id from users u where not exists (select 1 from provisioned p where p.kind = 'user' and p.id = u.id and p.removed_at is not null)
             order by u.id limit $1 offset $2",
            limit,
            skip,
        )?,
        Provisioned::Group => rows!(
            link,
            "select g.id from groups g where not exists (select 1 from provisioned p where p.kind = 'group' and p.id = g.id and p.removed_at is not null)
             order by g.id limit $1 offset $2",
            limit,
            skip,
        )?,
    }))
}

/// Who belongs to these groups directly now, for whatever reason, each once.
pub async fn members(link: &mut Link, groups: &[AnyId], now: Ts) -> Result<BTreeMap<AnyId, Vec<Principal>>, Fault> {
    let sql = "select distinct a.resource_id, a.principal_kind, a.principal_id from role_assignments a
         where a.resource_id in ({ids}) and a.role = 'group_member' and a.assignment_type = 'active' and a.ended_at is null
            and a.starts_at <= $1 and (a.ends_at is null or a.ends_at > $1)
         order by a.resource_id, a.principal_kind desc, a.principal_id";
    let rows: Vec<(AnyId, String, AnyId)> = in_ids_at(link, sql, now, groups).await?;
    let mut found: BTreeMap<AnyId, Vec<Principal>> = BTreeMap::new();
    for (group, kind, id) in rows {
        if let Some(principal) = Principal::of(&kind, id) {
            found.entry(group).or_default().push(principal);
        }
    }
    Ok(found)
}

/// Groups to which a principal belongs directly now.
pub async fn groups_of(link: &mut Link, principal: AnyId, now: Ts) -> Result<Vec<AnyId>, Fault> {
    Ok(ids(rows!(
        link,
        "select distinct a.resource_id from role_assignments a
         where a.principal_id = $1 and a.role = 'group_member' and a.assignment_type = 'active' and a.ended_at is null
            and a.starts_at <= $2 and (a.ends_at is null or a.ends_at > $2)",
        principal,
        now,
    )?))
}
