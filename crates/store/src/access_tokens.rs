//! Access tokens. Only their hashes are here.

use crate::{Fault, Link};
use model::access_token::{AccessToken, Scope};
use model::{AccessTokenId, AnyId, Ts, UserId};
use std::collections::BTreeMap;

#[derive(sqlx::FromRow)]
struct Row {
    id: AccessTokenId,
    name: String,
    scope: String,
    created_by: UserId,
    created_at: Ts,
    expires_at: Ts,
    last_used_at: Option<Ts>,
    revoked_at: Option<Ts>,
}

impl Row {
    fn token(self) -> Result<AccessToken, Fault> {
        let scope = Scope::from_key(&self.scope)
            .ok_or_else(|| Fault::impossible("access_tokens", self.id, format!("scope {}", self.scope)))?;
        Ok(AccessToken {
            id: self.id,
            name: self.name,
            scope,
            created_by: self.created_by,
            created_at: self.created_at,
            expires_at: self.expires_at,
            last_used_at: self.last_used_at,
            revoked_at: self.revoked_at,
        })
    }
}

macro_rules! token_sql {
    ($rest:literal) => {
        concat!(
            "select t.id, t.name, t.scope, t.created_by, t.created_at, t.expires_at, t.last_used_at, t.revoked_at from access_tokens t ",
            $rest
        )
    };
}

/// Those that are good, and the newest of the others, at most `limit`.
pub async fn list(link: &mut Link, now: Ts, limit: usize) -> Result<Vec<AccessToken>, Fault> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows: Vec<Row> = rows!(
        link,
        token_sql!(
            "order by case when t.revoked_at is null and t.expires_at > $1 then 0 else 1 end, t.created_at desc, t.id desc limit $2"
        ),
        now,
        limit
    )?;
    rows.into_iter().map(Row::token).collect()
}

pub async fn get(link: &mut Link, id: AccessTokenId) -> Result<Option<AccessToken>, Fault> {
    let row: Option<Row> = row!(link, token_sql!("where t.id = $1"), id)?;
    row.map(Row::token).transpose()
}

/// The token with this hash.
pub async fn by_hash(link: &mut Link, hash: &[u8]) -> Result<Option<AccessToken>, Fault> {
    let row: Option<Row> = row!(link, token_sql!("where t.hash = $1"), hash)?;
    row.map(Row::token).transpose()
}

/// Names; unknown ids are left out.
pub async fn names(link: &mut Link, ids: &[AccessTokenId]) -> Result<BTreeMap<AccessTokenId, String>, Fault> {
    let ids: Vec<AnyId> = ids.iter().map(|id| id.0).collect();
    let rows: Vec<(AccessTokenId, String)> =
        crate::dialect::in_ids(link, "select id, name from access_tokens where id in ({ids})", &ids).await?;
    Ok(rows.into_iter().collect())
}

pub async fn insert(link: &mut Link, token: &AccessToken, hash: &[u8]) -> Result<(), Fault> {
    run!(
        link,
        "insert into access_tokens (id, name, hash, scope, created_by, created_at, expires_at, last_used_at, revoked_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        token.id,
        token.name.as_str(),
        hash,
        token.scope.key(),
        token.created_by,
        token.created_at,
        token.expires_at,
        token.last_used_at,
        token.revoked_at,
    )?;
    Ok(())
}

/// Revokes one that was not; whether there was one.
pub async fn revoke(link: &mut Link, id: AccessTokenId, at: Ts) -> Result<bool, Fault> {
    let rows = run!(link, "update access_tokens set revoked_at = $2 where id = $1 and revoked_at is null", id, at)?;
    Ok(rows == 1)
}

pub async fn used(link: &mut Link, id: AccessTokenId, at: Ts) -> Result<(), Fault> {
    run!(link, "update access_tokens set last_used_at = $2 where id = $1", id, at)?;
    Ok(())
}
