//! Sessions, failed sign-ins, set-up tokens, and small facts.

use crate::dialect::storable;
use crate::{Fault, Link};
use model::{ProviderId, Ts, UserId};
use rules::user::folded;

/// A session as read with its user.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Session {
    pub user_id: UserId,
    pub user_name: String,
    pub display_name: String,
    pub enabled: bool,
    pub created_at: Ts,
    pub seen_at: Ts,
    pub code_at: Option<Ts>,
    pub passkey_at: Option<Ts>,
    /// The identity provider with which it was begun.
    pub provider_id: Option<ProviderId>,
    /// When somebody signed in there, and when they proved more there.
    pub vouched_at: Option<Ts>,
    pub vouched_multifactor_at: Option<Ts>,
    pub vouched_passkey_at: Option<Ts>,
    /// The same of what providers vouched for in it later on.
    pub word_signed_in_at: Option<Ts>,
    pub word_multifactor_at: Option<Ts>,
    pub word_passkey_at: Option<Ts>,
    /// There are people who report to this one.
    pub has_reports: bool,
    /// Some role, or the template of all, asks its holders for more than a password.
    pub holders_asked: bool,
}

pub async fn insert(
    link: &mut Link,
    id: &[u8],
    user: UserId,
    how: &str,
    address: &str,
    agent: &str,
    now: Ts,
) -> Result<(), Fault> {
    run!(
        link,
        "insert into sessions (id, user_id, how, created_at, seen_at, address, agent) values ($1, $2, $3, $4, $4, $5, $6)",
        id,
        user,
        how,
        now,
        storable(address),
        storable(agent),
    )?;
    Ok(())
}

pub async fn get(link: &mut Link, id: &[u8]) -> Result<Option<Session>, Fault> {
    row!(
        link,
        "select s.user_id, u.user_name, u.display_name, u.enabled, s.created_at, s.seen_at, s.code_at, s.passkey_at,
            s.provider_id, s.vouched_at, s.vouched_multifactor_at, s.vouched_passkey_at,
            (select max(w.signed_in_at) from session_words w where w.session_id = s.id) as word_signed_in_at,
            (select max(w.multifactor_at) from session_words w where w.session_id = s.id) as word_multifactor_at,
            (select max(w.passkey_at) from session_words w where w.session_id = s.id) as word_passkey_at,
            exists (select 1 from users r where r.manager_id = u.id) as has_reports,
            exists (select 1 from role_settings where asks_holders) as holders_asked
         from sessions s join users u on u.id = s.user_id where s.id = $1",
        id
    )
}

/// Whether a session is one of this person still, who is enabled.
pub async fn is_of(link: &mut Link, id: &[u8], user: UserId) -> Result<bool, Fault> {
    let sql = "select cast(1 as bigint) from sessions s join users u on u.id = s.user_id
         where s.id = $1 and s.user_id = $2 and u.enabled";
    let row: Option<(i64,)> = row!(link, sql, id, user)?;
    Ok(row.is_some())
}

/// Notes that the session is in use.
pub async fn seen(link: &mut Link, id: &[u8], at: Ts) -> Result<(), Fault> {
    run!(link, "update sessions set seen_at = $2 where id = $1 and seen_at < $2", id, at)?;
    Ok(())
}

pub async fn end(link: &mut Link, id: &[u8]) -> Result<u64, Fault> {
    run!(link, "delete from sessions where id = $1", id)
}

/// Notes that a code was given in the session.
pub async fn proved_by_code(link: &mut Link, id: &[u8], at: Ts) -> Result<(), Fault> {
    run!(link, "update sessions set code_at = $2 where id = $1", id, at)?;
    Ok(())
}

/// Notes that a passkey was used in the session.
pub async fn proved_by_passkey(link: &mut Link, id: &[u8], at: Ts) -> Result<(), Fault> {
    run!(link, "update sessions set passkey_at = $2 where id = $1", id, at)?;
    Ok(())
}

/// Notes that the session was begun with an identity provider, and what that vouched for.
pub async fn vouched(
    link: &mut Link,
    id: &[u8],
    provider: ProviderId,
    at: Option<Ts>,
    multifactor_at: Option<Ts>,
    passkey_at: Option<Ts>,
) -> Result<(), Fault> {
    run!(
        link,
        "update sessions set provider_id = $2, vouched_at = $3, vouched_multifactor_at = $4, vouched_passkey_at = $5 where id = $1",
        id,
        provider,
        at,
        multifactor_at,
        passkey_at,
    )?;
    Ok(())
}

/// What a provider vouched for in a session beside its beginning: when somebody signed in there, when they proved more than a
/// password there, and when as much as a passkey.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Word {
    pub signed_in_at: Option<Ts>,
    pub multifactor_at: Option<Ts>,
    pub passkey_at: Option<Ts>,
    /// What the provider calls the sign-in, for when it says that it is over.
    pub provider_sid: Option<String>,
}

/// What a provider vouched for in a session before, kept from others until the transaction ends.
pub async fn word_to_change(link: &mut Link, id: &[u8], provider: ProviderId) -> Result<Option<Word>, Fault> {
    row_to_change!(
        link,
        "select signed_in_at, multifactor_at, passkey_at, provider_sid from session_words
         where session_id = $1 and provider_id = $2",
        id,
        provider
    )
}

/// Notes what a provider vouched for in a session, in place of what it did before.
pub async fn set_word(link: &mut Link, id: &[u8], provider: ProviderId, word: Word) -> Result<(), Fault> {
    run!(
        link,
        "insert into session_words (session_id, provider_id, signed_in_at, multifactor_at, passkey_at, provider_sid)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (session_id, provider_id) do update set signed_in_at = excluded.signed_in_at,
            multifactor_at = excluded.multifactor_at, passkey_at = excluded.passkey_at, provider_sid = excluded.provider_sid",
        id,
        provider,
        word.signed_in_at,
        word.multifactor_at,
        word.passkey_at,
        word.provider_sid.as_deref().map(storable),
    )?;
    Ok(())
}

/// Notes what the provider calls the sign-in with which the session was begun, and its token, sealed.
pub async fn set_there(link: &mut Link, id: &[u8], sid: Option<&str>, id_token: Option<&[u8]>) -> Result<(), Fault> {
    run!(link, "update sessions set provider_sid = $2, id_token = $3 where id = $1", id, sid.map(storable), id_token)?;
    Ok(())
}

/// The sealed token of the provider with which the session was begun.
pub async fn id_token(link: &mut Link, id: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
    let row: Option<(Option<Vec<u8>>,)> = row!(link, "select id_token from sessions where id = $1", id)?;
    Ok(row.and_then(|(token,)| token))
}

/// When a session was begun and last used: some that are found, or ended, are over by themselves.
pub type Lived = (Ts, Ts);

/// Whose sessions were begun with this sign-in at a provider, one row each session.
pub async fn of_sid(link: &mut Link, provider: ProviderId, sid: &str) -> Result<Vec<(UserId, Lived)>, Fault> {
    let sql = "select user_id, created_at, seen_at from sessions where provider_id = $1 and provider_sid = $2";
    let rows: Vec<(UserId, Ts, Ts)> = rows!(link, sql, provider, storable(sid))?;
    Ok(rows.into_iter().map(|(user, created, seen)| (user, (created, seen))).collect())
}

/// Ends the sessions that were begun with this sign-in at a provider.
pub async fn end_sid(link: &mut Link, provider: ProviderId, sid: &str) -> Result<u64, Fault> {
    run!(link, "delete from sessions where provider_id = $1 and provider_sid = $2", provider, storable(sid))
}

/// Ends the sessions of one person that were begun with a provider which did not say what it calls the sign-in.
pub async fn end_nameless_of(link: &mut Link, provider: ProviderId, user: UserId) -> Result<Vec<Lived>, Fault> {
    let sql =
        "delete from sessions where user_id = $2 and provider_id = $1 and provider_sid is null returning created_at, seen_at";
    rows!(link, sql, provider, user)
}

/// Takes back what a provider vouched for in sessions of one person that were begun otherwise.
pub async fn take_word_back(link: &mut Link, provider: ProviderId, user: UserId) -> Result<u64, Fault> {
    let sql = "delete from session_words where provider_id = $1 and session_id in (select id from sessions where user_id = $2)";
    run!(link, sql, provider, user)
}

/// Takes back what a provider vouched for with this sign-in in sessions that were begun otherwise.
pub async fn take_words_back(link: &mut Link, provider: ProviderId, sid: &str) -> Result<u64, Fault> {
    run!(link, "delete from session_words where provider_id = $1 and provider_sid = $2", provider, storable(sid))
}

/// Uses up what a provider said about the end of sessions; whether it was not used before. What is too old goes by the way.
pub async fn use_logout_token(link: &mut Link, hash: &[u8], now: Ts, until: Ts) -> Result<bool, Fault> {
    run!(link, "delete from logout_tokens where ends_at <= $1", now)?;
    let sql = "insert into logout_tokens (hash, ends_at) values ($1, $2) on conflict (hash) do nothing";
    Ok(run!(link, sql, hash, until)? == 1)
}

/// Ends all sessions but one that were begun with a provider, and takes back what it vouched for in others.
pub async fn end_vouched(link: &mut Link, provider: ProviderId, but: &[u8]) -> Result<Vec<Lived>, Fault> {
    run!(link, "delete from session_words where provider_id = $1", provider)?;
    rows!(link, "delete from sessions where provider_id = $1 and id <> $2 returning created_at, seen_at", provider, but)
}

/// Ends the sessions of one person that were begun with a provider, and takes back what it vouched for in their others.
pub async fn end_vouched_of(link: &mut Link, provider: ProviderId, user: UserId) -> Result<Vec<Lived>, Fault> {
    take_word_back(link, provider, user).await?;
    rows!(link, "delete from sessions where user_id = $2 and provider_id = $1 returning created_at, seen_at", provider, user)
}

/// A session as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Row {
    pub id: Vec<u8>,
    pub created_at: Ts,
    pub seen_at: Ts,
    pub address: String,
    pub agent: String,
}

/// The sessions of a user that were used since and begun after, the newest first.
pub async fn list(link: &mut Link, user: UserId, used_since: Ts, begun_after: Ts, limit: usize) -> Result<Vec<Row>, Fault> {
    rows!(
        link,
        "select id, created_at, seen_at, address, agent from sessions where user_id = $1 and seen_at > $2 and created_at > $3
         order by created_at desc, id limit $4",
        user,
        used_since,
        begun_after,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )
}

/// Ends all sessions of a user but one.
pub async fn end_others(link: &mut Link, user: UserId, but: &[u8]) -> Result<Vec<Lived>, Fault> {
    rows!(link, "delete from sessions where user_id = $1 and id <> $2 returning created_at, seen_at", user, but)
}

/// What a page left for the next is as fresh as if it were left now: its owner was busy proving who they are.
pub async fn refresh_flash(link: &mut Link, id: &[u8], at: Ts) -> Result<(), Fault> {
    run!(link, "update sessions set flash_at = $2 where id = $1 and flash is not null", id, at)?;
    Ok(())
}

/// Ends all sessions of a user.
pub async fn end_all(link: &mut Link, user: UserId) -> Result<Vec<Lived>, Fault> {
    rows!(link, "delete from sessions where user_id = $1 returning created_at, seen_at", user)
}

/// Forgets sessions that nobody used since.
pub async fn forget(link: &mut Link, unused_since: Ts) -> Result<u64, Fault> {
    run!(link, "delete from sessions where seen_at < $1", unused_since)
}

pub async fn put_flash(link: &mut Link, id: &[u8], flash: &str, at: Ts) -> Result<(), Fault> {
    run!(link, "update sessions set flash = $2, flash_at = $3 where id = $1", id, storable(flash), at)?;
    Ok(())
}

/// What the page before left, with the time at which it did.
pub async fn flash(link: &mut Link, id: &[u8]) -> Result<Option<(String, Ts)>, Fault> {
    row!(link, "select flash, flash_at from sessions where id = $1 and flash is not null and flash_at is not null", id)
}

/// Gives what one session keeps for its next page to another, as fresh as if it were left now: its owner was busy signing in.
pub async fn hand_flash_on(link: &mut Link, from: &[u8], to: &[u8], at: Ts) -> Result<(), Fault> {
    if let Some((flash, _)) = flash(link, from).await? {
        put_flash(link, to, &flash, at).await?;
    }
    Ok(())
}

/// Forgets what was left at `at`, and nothing that was left since.
pub async fn clear_flash(link: &mut Link, id: &[u8], at: Ts) -> Result<(), Fault> {
    run!(link, "update sessions set flash = null, flash_at = null where id = $1 and flash_at = $2", id, at)?;
    Ok(())
}

/// Failed sign-ins of an account or address, and when the last was. Kept from others until the transaction ends, also
/// when there were none: a row that is not there cannot be kept, so it is made. It goes with those that count no longer.
pub async fn failures_to_change(link: &mut Link, subject: &str) -> Result<Option<(i64, i64)>, Fault> {
    run!(
        link,
        "insert into sign_in_failures (subject, count, last_at) values ($1, 0, 0) on conflict (subject) do nothing",
        storable(subject)
    )?;
    let found: Option<(i64, i64)> =
        row_to_change!(link, "select count, last_at from sign_in_failures where subject = $1", storable(subject))?;
    Ok(found.filter(|(count, _)| *count > 0))
}

pub async fn set_failures(link: &mut Link, subject: &str, count: i64, last_at: i64) -> Result<(), Fault> {
    run!(
        link,
        "insert into sign_in_failures (subject, count, last_at) values ($1, $2, $3)
         on conflict (subject) do update set count = excluded.count, last_at = excluded.last_at",
        storable(subject),
        count,
        last_at,
    )?;
    Ok(())
}

/// Forgets failures that no longer count.
pub async fn forget_failures(link: &mut Link, before: Ts) -> Result<u64, Fault> {
    run!(link, "delete from sign_in_failures where last_at < $1", before)
}

pub async fn clear_failures(link: &mut Link, subject: &str) -> Result<(), Fault> {
    run!(link, "update sign_in_failures set count = 0, last_at = 0 where subject = $1", storable(subject))?;
    Ok(())
}

/// Somebody signed in from there.
pub async fn signed_in_from(link: &mut Link, user: UserId, address: &str, at: Ts) -> Result<(), Fault> {
    run!(
        link,
        "insert into sign_in_places (user_id, address, signed_in_at) values ($1, $2, $3)
         on conflict (user_id, address) do update set signed_in_at = excluded.signed_in_at",
        user,
        storable(address),
        at,
    )?;
    Ok(())
}

/// When whoever has this user name signed in from there the last time.
pub async fn last_from(link: &mut Link, user_name: &str, address: &str) -> Result<Option<Ts>, Fault> {
    let sql = "select p.signed_in_at from sign_in_places p where p.address = $2
         and p.user_id = (select u.id from users u where u.user_name_key = $1)";
    let row: Option<(Ts,)> = row!(link, sql, folded(&storable(user_name)), storable(address))?;
    Ok(row.map(|(at,)| at))
}

/// Forgets from where people signed in before.
pub async fn forget_places(link: &mut Link, before: Ts) -> Result<u64, Fault> {
    run!(link, "delete from sign_in_places where signed_in_at < $1", before)
}

/// Makes this the only valid set-up token.
pub async fn put_setup_token(link: &mut Link, hash: &[u8], expires_at: Ts) -> Result<(), Fault> {
    run!(link, "delete from setup_tokens")?;
    run!(link, "insert into setup_tokens (hash, expires_at) values ($1, $2)", hash, expires_at)?;
    Ok(())
}

/// Whether a set-up token is valid; it stays so.
pub async fn is_setup_token(link: &mut Link, hash: &[u8], now: Ts) -> Result<bool, Fault> {
    let row: Option<(i64,)> =
        row!(link, "select cast(1 as bigint) from setup_tokens where hash = $1 and expires_at > $2", hash, now)?;
    Ok(row.is_some())
}

/// Uses a set-up token up; whether it was valid.
pub async fn use_setup_token(link: &mut Link, hash: &[u8], now: Ts) -> Result<bool, Fault> {
    Ok(run!(link, "delete from setup_tokens where hash = $1 and expires_at > $2", hash, now)? == 1)
}

/// A small fact about this database, such as that the demo data were made.
pub async fn fact(link: &mut Link, name: &str) -> Result<Option<String>, Fault> {
    let row: Option<(String,)> = row!(link, "select value from facts where name = $1", name)?;
    Ok(row.map(|(value,)| value))
}

/// Sets a fact that nobody set before.
pub async fn first_fact(link: &mut Link, name: &str, value: &str) -> Result<(), Fault> {
    run!(link, "insert into facts (name, value) values ($1, $2) on conflict (name) do nothing", name, value)?;
    Ok(())
}

pub async fn set_fact(link: &mut Link, name: &str, value: &str) -> Result<(), Fault> {
    run!(
        link,
        "insert into facts (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value",
        name,
        value,
    )?;
    Ok(())
}
