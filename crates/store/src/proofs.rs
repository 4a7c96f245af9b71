//! What people prove themselves with: authenticator apps, recovery codes, passkeys; and what is remembered while one of
//! these is set up or used.

use crate::dialect::storable;
use crate::{Fault, Link};
use model::{PasskeyId, Ts, UserId};

/// The secret of somebody's authenticator app. It has no `Debug`: it must be seen nowhere.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Authenticator {
    /// Sealed, unless an older program kept it and no start has sealed it yet.
    pub secret: Vec<u8>,
    pub sealed: bool,
    pub created_at: Ts,
    /// The step of time whose code was used last.
    pub last_step: i64,
}

/// Keeps the secret of an authenticator app, sealed.
pub async fn insert_authenticator(link: &mut Link, user: UserId, secret: &[u8], step: i64, now: Ts) -> Result<(), Fault> {
    run!(
        link,
        "insert into authenticators (user_id, secret, last_step, created_at, sealed) values ($1, $2, $3, $4, $5)",
        user,
        secret,
        step,
        now,
        true,
    )?;
    Ok(())
}

pub async fn authenticator(link: &mut Link, user: UserId) -> Result<Option<Authenticator>, Fault> {
    row!(link, "select secret, sealed, created_at, last_step from authenticators where user_id = $1", user)
}

/// Whose app it is, its secret, and whether that is sealed.
pub type Kept = (UserId, Vec<u8>, bool);

/// All of them by person, a page at a time: those after `after`.
pub async fn authenticators(link: &mut Link, after: UserId, limit: usize) -> Result<Vec<Kept>, Fault> {
    rows!(
        link,
        "select user_id, secret, sealed from authenticators where user_id > $1 order by user_id limit $2",
        after,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )
}

/// Keeps the secret of an app that is there, in place of how it was kept before.
pub async fn keep_authenticator(link: &mut Link, user: UserId, secret: &[u8], sealed: bool) -> Result<(), Fault> {
    run!(link, "update authenticators set secret = $2, sealed = $3 where user_id = $1", user, secret, sealed)?;
    Ok(())
}

/// Uses a step of time up; whether it was after the last one that was used. The row decides, so that of two posts with
/// one code at the same moment one is refused.
pub async fn use_step(link: &mut Link, user: UserId, step: i64) -> Result<bool, Fault> {
    let rows = run!(link, "update authenticators set last_step = $2 where user_id = $1 and last_step < $2", user, step)?;
    Ok(rows == 1)
}

/// Whether there was one.
pub async fn delete_authenticator(link: &mut Link, user: UserId) -> Result<bool, Fault> {
    Ok(run!(link, "delete from authenticators where user_id = $1", user)? == 1)
}

/// Makes these the only recovery codes of somebody.
pub async fn set_recovery_codes(link: &mut Link, user: UserId, hashes: &[[u8; 32]]) -> Result<(), Fault> {
    run!(link, "delete from recovery_codes where user_id = $1", user)?;
    for hash in hashes {
        run!(link, "insert into recovery_codes (user_id, hash) values ($1, $2)", user, hash.as_slice())?;
    }
    Ok(())
}

/// Uses a recovery code up: whether it was there, and not used.
pub async fn use_recovery_code(link: &mut Link, user: UserId, hash: &[u8], now: Ts) -> Result<bool, Fault> {
    let sql = "update recovery_codes set used_at = $3 where user_id = $1 and hash = $2 and used_at is null";
    Ok(run!(link, sql, user, hash, now)? == 1)
}

/// Whether somebody has, or had, this recovery code.
pub async fn is_recovery_code(link: &mut Link, user: UserId, hash: &[u8]) -> Result<bool, Fault> {
    let found: Option<(i64,)> =
        row!(link, "select cast(1 as bigint) from recovery_codes where user_id = $1 and hash = $2", user, hash)?;
    Ok(found.is_some())
}

/// Recovery codes that were not used.
pub async fn recovery_codes_left(link: &mut Link, user: UserId) -> Result<i64, Fault> {
    let row: Option<(i64,)> = row!(link, "select count(*) from recovery_codes where user_id = $1 and used_at is null", user)?;
    Ok(row.map_or(0, |(count,)| count))
}

/// What somebody signs in and proves themselves with, beside passkeys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Methods {
    /// 1 when there is one.
    pub password: i64,
    /// Since when there is an authenticator app.
    pub authenticator: Option<Ts>,
    pub codes_left: i64,
}

pub async fn methods(link: &mut Link, user: UserId) -> Result<Option<Methods>, Fault> {
    row!(
        link,
        "select cast(case when u.password_hash is null then 0 else 1 end as bigint) as password, a.created_at as authenticator,
            (select count(*) from recovery_codes r where r.user_id = u.id and r.used_at is null) as codes_left
         from users u left join authenticators a on a.user_id = u.id where u.id = $1",
        user
    )
}

/// A passkey as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Passkey {
    pub id: PasskeyId,
    pub user_id: UserId,
    /// What its device knows it by.
    pub credential_id: Vec<u8>,
    pub stored: String,
    pub name: String,
    pub created_at: Ts,
    pub used_at: Option<Ts>,
}

/// Adds a passkey. One that is there already, anybody's, is a fault of kind duplicate.
pub async fn insert_passkey(link: &mut Link, passkey: &Passkey) -> Result<(), Fault> {
    run!(
        link,
        "insert into passkeys (id, user_id, credential_id, stored, name, created_at, used_at) values ($1, $2, $3, $4, $5, $6, $7)",
        passkey.id,
        passkey.user_id,
        passkey.credential_id.as_slice(),
        &passkey.stored,
        storable(&passkey.name),
        passkey.created_at,
        passkey.used_at,
    )?;
    Ok(())
}

/// The passkeys of somebody, the oldest first.
pub async fn passkeys(link: &mut Link, user: UserId) -> Result<Vec<Passkey>, Fault> {
    rows!(
        link,
        "select id, user_id, credential_id, stored, name, created_at, used_at from passkeys where user_id = $1
         order by created_at, id",
        user
    )
}

/// The passkey that a device knows by this, kept from others until the transaction ends.
pub async fn passkey_to_change(link: &mut Link, credential_id: &[u8]) -> Result<Option<Passkey>, Fault> {
    row_to_change!(
        link,
        "select id, user_id, credential_id, stored, name, created_at, used_at from passkeys where credential_id = $1",
        credential_id
    )
}

pub async fn passkey_used(link: &mut Link, id: PasskeyId, stored: &str, now: Ts) -> Result<(), Fault> {
    run!(link, "update passkeys set stored = $2, used_at = $3 where id = $1", id, stored, now)?;
    Ok(())
}

pub async fn rename_passkey(link: &mut Link, id: PasskeyId, name: &str) -> Result<(), Fault> {
    run!(link, "update passkeys set name = $2 where id = $1", id, storable(name))?;
    Ok(())
}

pub async fn delete_passkey(link: &mut Link, user: UserId, id: PasskeyId) -> Result<bool, Fault> {
    Ok(run!(link, "delete from passkeys where user_id = $1 and id = $2", user, id)? == 1)
}

pub async fn delete_passkeys(link: &mut Link, user: UserId) -> Result<u64, Fault> {
    run!(link, "delete from passkeys where user_id = $1", user)
}

/// Whether somebody has an authenticator app or a passkey.
pub async fn has_method(link: &mut Link, user: UserId) -> Result<bool, Fault> {
    let found: Option<(i64,)> = row!(
        link,
        "select cast(1 as bigint) from users u where u.id = $1 and (exists (select 1 from authenticators a where a.user_id = $1)
            or exists (select 1 from passkeys p where p.user_id = $1))",
        user
    )?;
    Ok(found.is_some())
}

/// Remembers what was begun in a session, or at the sign-in page by whoever holds a token, in place of what was begun there
/// before. What is too old goes by the way.
pub async fn begin(link: &mut Link, holder: &[u8], what: &str, remembered: &[u8], now: Ts, until: Ts) -> Result<(), Fault> {
    run!(link, "delete from ceremonies where ends_at <= $1", now)?;
    run!(
        link,
        "insert into ceremonies (holder, what, remembered, ends_at) values ($1, $2, $3, $4)
         on conflict (holder, what) do update set remembered = excluded.remembered, ends_at = excluded.ends_at",
        holder,
        what,
        remembered,
        until,
    )?;
    Ok(())
}

/// What was begun there, if it is not too late.
pub async fn begun(link: &mut Link, holder: &[u8], what: &str, now: Ts) -> Result<Option<Vec<u8>>, Fault> {
    let sql = "select remembered from ceremonies where holder = $1 and what = $2 and ends_at > $3";
    let found: Option<(Vec<u8>,)> = row!(link, sql, holder, what, now)?;
    Ok(found.map(|(remembered,)| remembered))
}

/// Uses up what was begun; whether this was who did. Of two at the same moment it is one.
pub async fn finish(link: &mut Link, holder: &[u8], what: &str) -> Result<bool, Fault> {
    Ok(run!(link, "delete from ceremonies where holder = $1 and what = $2", holder, what)? == 1)
}
