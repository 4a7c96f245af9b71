//! Users.

use crate::dialect::{after_name, storable};
use crate::search::Words;
use crate::{Fault, Link, Saved, search};
use model::directory::{Person, Profile, UserKind};
use model::{AnyId, Ts, UserId};
use rules::user::{User, folded};
use std::collections::BTreeMap;

#[derive(sqlx::FromRow)]
pub(crate) struct Row {
    id: UserId,
    user_name: String,
    display_name: String,
    mail: String,
    kind: String,
    manager_id: Option<UserId>,
    enabled: bool,
    profile: String,
    created_at: Ts,
    last_sign_in_at: Option<Ts>,
    version: i64,
}

impl Row {
    pub(crate) fn user(self) -> Result<User, Fault> {
        let wrong = |what: String| Fault::impossible("users", self.id, what);
        Ok(User {
            kind: match self.kind.as_str() {
                "member" => UserKind::Member,
                "guest" => UserKind::Guest,
                other => return Err(wrong(format!("kind {other}"))),
            },
            profile: serde_json::from_str(&self.profile).map_err(|error| wrong(error.to_string()))?,
            id: self.id,
            user_name: self.user_name,
            display_name: self.display_name,
            mail: self.mail,
            manager: self.manager_id,
            enabled: self.enabled,
            created_at: self.created_at,
            last_sign_in_at: self.last_sign_in_at,
            version: self.version,
        })
    }
}

fn kind_column(kind: UserKind) -> &'static str {
    match kind {
        UserKind::Member => "member",
        UserKind::Guest => "guest",
    }
}

fn profile_column(profile: &Profile) -> Result<String, Fault> {
    serde_json::to_string(profile).map_err(|error| Fault::new(format!("write a profile: {error}")))
}

macro_rules! user_sql {
    ($rest:literal) => {
        user_sql!("users u", $rest)
    };
    // `$from` is where the users `u` come from.
    ($from:expr, $rest:expr) => {
        concat!(
            "select u.id, u.user_name, u.display_name, u.mail, u.kind, u.manager_id, u.enabled, u.profile, u.created_at, \
             u.last_sign_in_at, u.version from ",
            $from,
            " ",
            $rest
        )
    };
}

/// Adds a user. A duplicate user name is a fault of kind duplicate.
pub async fn insert(link: &mut Link, user: &User, password_hash: Option<&str>) -> Result<(), Fault> {
    run!(
        link,
        "insert into users (id, user_name, user_name_key, display_name, display_name_key, mail, kind, manager_id, enabled, profile,
            password_hash, created_at, last_sign_in_at, version, department_key, mail_key)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        user.id,
        &user.user_name,
        folded(&user.user_name),
        &user.display_name,
        folded(&user.display_name),
        &user.mail,
        kind_column(user.kind),
        user.manager,
        user.enabled,
        profile_column(&user.profile)?,
        password_hash,
        user.created_at,
        user.last_sign_in_at,
        user.version,
        rules::user::department_key(&user.profile),
        folded(&user.mail),
    )?;
    search::set(link, search::USER, user.id.0, &[&user.display_name, &user.user_name, &user.mail]).await
}

/// Saves everything but the password and whether the user is enabled, if nobody else did meanwhile.
pub async fn update(link: &mut Link, user: &User) -> Result<Saved, Fault> {
    let rows = run!(
        link,
        "update users set user_name = $3, user_name_key = $4, display_name = $5, display_name_key = $6, mail = $7, kind = $8,
            manager_id = $9, profile = $10, department_key = $11, mail_key = $12, version = version + 1
         where id = $1 and version = $2",
        user.id,
        user.version,
        &user.user_name,
        folded(&user.user_name),
        &user.display_name,
        folded(&user.display_name),
        &user.mail,
        kind_column(user.kind),
        user.manager,
        profile_column(&user.profile)?,
        rules::user::department_key(&user.profile),
        folded(&user.mail),
    )?;
    if rows == 1 {
        search::set(link, search::USER, user.id.0, &[&user.display_name, &user.user_name, &user.mail]).await?;
    }
    Ok(Saved::one(rows))
}

pub async fn set_enabled(link: &mut Link, user: UserId, enabled: bool) -> Result<(), Fault> {
    run!(link, "update users set enabled = $2, version = version + 1 where id = $1", user, enabled)?;
    Ok(())
}

pub async fn set_password_hash(link: &mut Link, user: UserId, hash: &str) -> Result<(), Fault> {
    run!(link, "update users set password_hash = $2 where id = $1", user, hash)?;
    Ok(())
}

/// Whoever signed in with a password does not any more; whether there was one.
pub async fn forget_password(link: &mut Link, user: UserId) -> Result<bool, Fault> {
    let rows = run!(link, "update users set password_hash = null where id = $1 and password_hash is not null", user)?;
    Ok(rows == 1)
}

pub async fn signed_in(link: &mut Link, user: UserId, at: Ts) -> Result<(), Fault> {
    run!(link, "update users set last_sign_in_at = $2 where id = $1", user, at)?;
    Ok(())
}

/// Folds the addresses of all people, as the look-up by address does.
pub async fn fold_mails(link: &mut Link) -> Result<(), Fault> {
    let mut after = UserId(AnyId::nil());
    loop {
        let sql = "select id, mail, mail_key from users where id > $1 order by id limit 1000";
        let page: Vec<(UserId, String, String)> = rows!(link, sql, after)?;
        let Some((last, ..)) = page.last() else { return Ok(()) };
        after = *last;
        for (id, mail, key) in page {
            if folded(&mail) != key {
                run!(link, "update users set mail_key = $2 where id = $1", id, folded(&mail))?;
            }
        }
    }
}

/// Lets only one transaction at a time give something to a person: two deliveries must not each miss the other's. Written
/// as a change that changes nothing, because a lock for that would also hold up everything that only names the person.
pub async fn guard(link: &mut Link, user: UserId) -> Result<(), Fault> {
    if link.is_sqlite() {
        // There is one writer at a time anyway.
        return Ok(());
    }
    run!(link, "update users set version = version where id = $1", user)?;
    Ok(())
}

pub async fn get(link: &mut Link, id: UserId) -> Result<Option<User>, Fault> {
    let row: Option<Row> = row!(link, user_sql!("where u.id = $1"), id)?;
    row.map(Row::user).transpose()
}

/// A user with the password's hash as they are until the transaction ends: whoever disables them, or sets a password, waits.
pub async fn guarded(link: &mut Link, id: UserId) -> Result<Option<(User, Option<String>)>, Fault> {
    guard(link, id).await?;
    let Some(user) = get(link, id).await? else { return Ok(None) };
    Ok(Some((user, password_hash(link, id).await?)))
}

async fn password_hash(link: &mut Link, id: UserId) -> Result<Option<String>, Fault> {
    let hash: Option<(Option<String>,)> = row!(link, "select password_hash from users where id = $1", id)?;
    Ok(hash.and_then(|(hash,)| hash))
}

/// The user of this name with the password's hash, for sign-in.
pub async fn by_name(link: &mut Link, user_name: &str) -> Result<Option<(User, Option<String>)>, Fault> {
    let row: Option<Row> = row!(link, user_sql!("where u.user_name_key = $1"), folded(&storable(user_name)))?;
    let Some(user) = row.map(Row::user).transpose()? else { return Ok(None) };
    let hash = password_hash(link, user.id).await?;
    Ok(Some((user, hash)))
}

/// Display names; unknown ids are left out.
pub async fn names(link: &mut Link, ids: &[UserId]) -> Result<BTreeMap<UserId, String>, Fault> {
    let ids: Vec<AnyId> = ids.iter().map(|id| id.0).collect();
    let rows: Vec<(UserId, String)> =
        crate::dialect::in_ids(link, "select id, display_name from users where id in ({ids})", &ids).await?;
    Ok(rows.into_iter().collect())
}

/// Several users at once; unknown ids are left out.
pub async fn several(link: &mut Link, ids: &[UserId]) -> Result<Vec<User>, Fault> {
    let ids: Vec<AnyId> = ids.iter().map(|id| id.0).collect();
    let rows: Vec<Row> = crate::dialect::in_ids(link, user_sql!("where u.id in ({ids})"), &ids).await?;
    rows.into_iter().map(Row::user).collect()
}

/// Everybody who has one of these user names.
pub async fn of_names(link: &mut Link, names: &[String]) -> Result<Vec<User>, Fault> {
    let keys: Vec<String> = names.iter().map(|name| folded(&storable(name))).collect();
    let rows: Vec<Row> = crate::dialect::in_texts(link, user_sql!("where u.user_name_key in ({ids})"), &keys).await?;
    rows.into_iter().map(Row::user).collect()
}

/// Everybody who has one of these mail addresses.
pub async fn of_mails(link: &mut Link, mails: &[String]) -> Result<Vec<User>, Fault> {
    let keys: Vec<String> = mails.iter().map(|mail| folded(&storable(mail))).collect();
    let rows: Vec<Row> = crate::dialect::in_texts(link, user_sql!("where u.mail_key in ({ids})"), &keys).await?;
    rows.into_iter().map(Row::user).collect()
}

/// The manager, the manager's manager, … with their names and whether they are enabled; at most `levels`.
pub async fn managers(link: &mut Link, user: UserId, levels: i64) -> Result<Vec<(UserId, String, bool)>, Fault> {
    Ok(rows!(
        link,
        "with recursive chain (id, level) as (
            select manager_id, cast(1 as bigint) from users where id = $1 and manager_id is not null
            union
            select u.manager_id, chain.level + 1 from chain cross join users u
            where u.id = chain.id and u.manager_id is not null and chain.level < $2
         )
         select u.id, u.display_name, u.enabled from chain cross join users u where u.id = chain.id order by chain.level",
        user,
        levels,
    )?)
}

/// Which part of the list of users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    All,
    Members,
    Guests,
    Disabled,
}

/// A page of users by name. `after` is the folded name and id of the last row of the page before.
pub async fn list(
    link: &mut Link,
    words: &Words,
    filter: Filter,
    after: Option<(String, UserId)>,
    limit: usize,
) -> Result<Vec<User>, Fault> {
    let (name, id) = after_name(after);
    let (kind, enabled) = match filter {
        Filter::All => (None, None),
        Filter::Members => (Some("member"), Some(true)),
        Filter::Guests => (Some("guest"), Some(true)),
        Filter::Disabled => (None, Some(false)),
    };
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let Some(reading) = search::reading(link, search::USER, words).await? else {
        let rows: Vec<Row> = rows!(
            link,
            user_sql!(
                "where (u.display_name_key, u.id) > ($1, $2) and (cast($3 as text) is null or u.kind = $3)
                 and (cast($4 as boolean) is null or u.enabled = $4) order by u.display_name_key, u.id limit $5"
            ),
            name,
            id,
            kind,
            enabled,
            limit,
        )?;
        return rows.into_iter().map(Row::user).collect();
    };
    // Every word has to begin a word of the name.
    let sql = if reading.few {
        user_sql!(
            concat!(found_sql!("user", "$6", "$7", "$8", "$9"), " cross join users u"),
            "where u.id = found.subject_id
             and (u.display_name_key, u.id) > ($1, $2) and (cast($3 as text) is null or u.kind = $3)
             and (cast($4 as boolean) is null or u.enabled = $4) order by u.display_name_key, u.id limit $5"
        )
    } else {
        user_sql!(
            "users u",
            concat!(
                "where (u.display_name_key, u.id) > ($1, $2) and (cast($3 as text) is null or u.kind = $3)
                 and (cast($4 as boolean) is null or u.enabled = $4)",
                both_begin_sql!("u.id", "user", "$6", "$7", "$8", "$9"),
                " order by u.display_name_key, u.id limit $5"
            )
        )
    };
    let (first, second) = (&reading.first, &reading.second);
    let rows: Vec<Row> = rows!(link, sql, name, id, kind, enabled, limit, &first.0, &first.1, &second.0, &second.1)?;
    rows.into_iter().map(Row::user).collect()
}

/// A user as a membership rule sees it. `member_of` is left empty; see [`crate::groups::direct_of`].
pub fn person(user: &User) -> Person {
    Person {
        id: user.id,
        user_name: user.user_name.clone(),
        display_name: user.display_name.clone(),
        mail: (!user.mail.is_empty()).then(|| user.mail.clone()),
        kind: user.kind,
        enabled: user.enabled,
        manager: user.manager,
        profile: user.profile.clone(),
        member_of: Vec::new(),
    }
}

/// Users in the order of their ids, for evaluating a rule over everybody in pages.
pub async fn page_by_id(link: &mut Link, after: UserId, limit: usize) -> Result<Vec<User>, Fault> {
    let rows: Vec<Row> =
        rows!(link, user_sql!("where u.id > $1 order by u.id limit $2"), after, i64::try_from(limit).unwrap_or(i64::MAX))?;
    rows.into_iter().map(Row::user).collect()
}

/// Whether there is any user.
pub async fn any(link: &mut Link) -> Result<bool, Fault> {
    let row: Option<(i64,)> = row!(link, "select cast(1 as bigint) from users limit 1")?;
    Ok(row.is_some())
}
