//! Identity providers, and who people are there.

use crate::dialect::storable;
use crate::{Fault, Link, Saved};
use model::provider::{Joining, Provider, Strengths};
use model::{AnyId, ProviderId, Ts, UserId};
use rules::user::folded;

#[derive(sqlx::FromRow)]
struct Row {
    id: ProviderId,
    name: String,
    issuer: String,
    client_id: String,
    scopes: String,
    joining: String,
    strengths: String,
    enabled: bool,
    created_at: Ts,
    version: i64,
    client_secret: Option<Vec<u8>>,
    people: i64,
}

/// A provider as it is stored. It has no `Debug`: the secret, though sealed, is shown nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Stored {
    pub provider: Provider,
    /// Sealed.
    pub secret: Option<Vec<u8>>,
    /// Who is linked.
    pub people: usize,
}

impl Row {
    fn stored(self) -> Result<Stored, Fault> {
        let wrong = |what: String| Fault::impossible("identity_providers", self.id, what);
        let joining = Joining::from_key(&self.joining).ok_or_else(|| wrong(format!("joining {}", self.joining)))?;
        let strengths = serde_json::from_str(&self.strengths).map_err(|error| wrong(error.to_string()))?;
        let provider = Provider {
            id: self.id,
            name: self.name,
            issuer: self.issuer,
            client_id: self.client_id,
            scopes: self.scopes,
            joining,
            strengths,
            enabled: self.enabled,
            created_at: self.created_at,
            version: self.version,
        };
        Ok(Stored { provider, secret: self.client_secret, people: usize::try_from(self.people).unwrap_or(0) })
    }
}

macro_rules! provider_sql {
    ($rest:literal) => {
        concat!(
            "select p.id, p.name, p.issuer, p.client_id, p.scopes, p.joining, p.strengths, p.enabled, p.created_at, p.version,
                p.client_secret, (select count(*) from provider_links l where l.provider_id = p.id) as people
             from identity_providers p ",
            $rest
        )
    };
}

/// All of them, by name.
pub async fn list(link: &mut Link) -> Result<Vec<Stored>, Fault> {
    let rows: Vec<Row> = rows!(link, provider_sql!("order by p.name_key, p.id"))?;
    rows.into_iter().map(Row::stored).collect()
}

/// Those with which people may sign in, by name.
pub async fn offered(link: &mut Link) -> Result<Vec<(ProviderId, String)>, Fault> {
    rows!(link, "select id, name from identity_providers where enabled order by name_key, id")
}

pub async fn get(link: &mut Link, id: ProviderId) -> Result<Option<Stored>, Fault> {
    let row: Option<Row> = row!(link, provider_sql!("where p.id = $1"), id)?;
    row.map(Row::stored).transpose()
}

/// Whoever signs in there keeps it as it is until they are in: whoever switches it off waits, and ends their session, too.
pub async fn keep(link: &mut Link, id: ProviderId) -> Result<(), Fault> {
    let _: Option<(ProviderId,)> = row_to_keep!(link, "select id from identity_providers where id = $1", id)?;
    Ok(())
}

/// Nobody signs in there until the transaction ends.
pub async fn guard(link: &mut Link, id: ProviderId) -> Result<(), Fault> {
    let _: Option<(ProviderId,)> = row_to_change!(link, "select id from identity_providers where id = $1", id)?;
    Ok(())
}

fn strengths_column(provider: &Provider) -> Result<String, Fault> {
    serde_json::to_string(&provider.strengths).map_err(|error| Fault::new(format!("write words of a provider: {error}")))
}

/// Adds one. A name or an issuer that is there already is a fault of kind duplicate.
pub async fn insert(link: &mut Link, provider: &Provider, secret: Option<&[u8]>) -> Result<(), Fault> {
    run!(
        link,
        "insert into identity_providers (id, name, name_key, issuer, client_id, client_secret, scopes, joining, strengths, enabled,
            created_at, version) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        provider.id,
        provider.name.as_str(),
        folded(&provider.name),
        provider.issuer.as_str(),
        provider.client_id.as_str(),
        secret,
        provider.scopes.as_str(),
        provider.joining.key(),
        strengths_column(provider)?,
        provider.enabled,
        provider.created_at,
        provider.version,
    )?;
    Ok(())
}

/// Saves everything but the secret, if nobody else did since it had the version `before`.
pub async fn update(link: &mut Link, provider: &Provider, before: i64) -> Result<Saved, Fault> {
    let rows = run!(
        link,
        "update identity_providers set name = $2, name_key = $3, issuer = $4, client_id = $5, scopes = $6, joining = $7,
            strengths = $8, enabled = $9, version = $10 where id = $1 and version = $11",
        provider.id,
        provider.name.as_str(),
        folded(&provider.name),
        provider.issuer.as_str(),
        provider.client_id.as_str(),
        provider.scopes.as_str(),
        provider.joining.key(),
        strengths_column(provider)?,
        provider.enabled,
        provider.version,
        before,
    )?;
    Ok(Saved::one(rows))
}

/// `secret` is sealed; nothing for a client that has none.
pub async fn set_secret(link: &mut Link, id: ProviderId, secret: Option<&[u8]>) -> Result<(), Fault> {
    run!(link, "update identity_providers set client_secret = $2 where id = $1", id, secret)?;
    Ok(())
}

/// Deletes one, with all links to it and all sessions that were begun with it.
pub async fn delete(link: &mut Link, id: ProviderId) -> Result<(), Fault> {
    run!(link, "delete from session_words where provider_id = $1", id)?;
    run!(link, "delete from sessions where provider_id = $1", id)?;
    run!(link, "delete from provider_links where provider_id = $1", id)?;
    run!(link, "delete from identity_providers where id = $1", id)?;
    Ok(())
}

/// Who somebody is at a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub provider_id: ProviderId,
    /// What the provider is called.
    pub name: String,
    pub enabled: bool,
    /// What the provider can vouch for.
    pub strengths: Strengths,
    pub called: String,
    pub linked_at: Ts,
    pub used_at: Option<Ts>,
}

#[derive(sqlx::FromRow)]
struct AccountRow {
    provider_id: ProviderId,
    name: String,
    enabled: bool,
    strengths: String,
    called: String,
    linked_at: Ts,
    used_at: Option<Ts>,
}

/// Links an account at a provider to a person. One that is linked, and a second one of the same person, is a fault of kind
/// duplicate.
pub async fn bind(link: &mut Link, id: ProviderId, subject: &str, user: UserId, called: &str, now: Ts) -> Result<(), Fault> {
    run!(
        link,
        "insert into provider_links (provider_id, subject, user_id, called, linked_at, used_at) values ($1, $2, $3, $4, $5, $6)",
        id,
        storable(subject),
        user,
        storable(called),
        now,
        None::<Ts>,
    )?;
    Ok(())
}

/// Who this account is linked to.
pub async fn linked(link: &mut Link, id: ProviderId, subject: &str) -> Result<Option<UserId>, Fault> {
    let sql = "select user_id from provider_links where provider_id = $1 and subject = $2";
    let found: Option<(UserId,)> = row!(link, sql, id, storable(subject))?;
    Ok(found.map(|(user,)| user))
}

/// The accounts of a person, by the provider's name.
pub async fn of_user(link: &mut Link, user: UserId) -> Result<Vec<Account>, Fault> {
    let rows: Vec<AccountRow> = rows!(
        link,
        "select l.provider_id, p.name, p.enabled, p.strengths, l.called, l.linked_at, l.used_at from provider_links l
         join identity_providers p on p.id = l.provider_id where l.user_id = $1 order by p.name_key, p.id",
        user
    )?;
    let account = |row: AccountRow| {
        let wrong = |error: serde_json::Error| Fault::impossible("identity_providers", row.provider_id, error.to_string());
        let strengths = serde_json::from_str(&row.strengths).map_err(wrong)?;
        let AccountRow { provider_id, name, enabled, called, linked_at, used_at, .. } = row;
        Ok(Account { provider_id, name, enabled, strengths, called, linked_at, used_at })
    };
    rows.into_iter().map(account).collect()
}

/// The accounts of a person, and the providers at which they could have one: enabled, and without an account of theirs.
pub async fn of_user_and_others(link: &mut Link, user: UserId) -> Result<(Vec<Account>, Vec<(ProviderId, String)>), Fault> {
    #[derive(sqlx::FromRow)]
    struct Row {
        id: ProviderId,
        name: String,
        enabled: bool,
        strengths: String,
        called: Option<String>,
        linked_at: Option<Ts>,
        used_at: Option<Ts>,
    }
    let rows: Vec<Row> = rows!(
        link,
        "select p.id, p.name, p.enabled, p.strengths, l.called, l.linked_at, l.used_at from identity_providers p
         left join provider_links l on l.provider_id = p.id and l.user_id = $1 order by p.name_key, p.id",
        user
    )?;
    let (mut mine, mut others) = (Vec::new(), Vec::new());
    for Row { id, name, enabled, strengths, called, linked_at, used_at } in rows {
        let wrong = |error: serde_json::Error| Fault::impossible("identity_providers", id, error.to_string());
        match (called, linked_at) {
            (Some(called), Some(linked_at)) => {
                let strengths = serde_json::from_str(&strengths).map_err(wrong)?;
                mine.push(Account { provider_id: id, name, enabled, strengths, called, linked_at, used_at });
            }
            _ if enabled => others.push((id, name)),
            _ => {}
        }
    }
    Ok((mine, others))
}

/// Of whom it is asked whether they can sign in.
#[derive(Clone, Copy, Debug)]
pub enum Whom {
    Enabled,
    /// Whoever is disabled could, were they not.
    Anybody,
}

/// Those of these people who can sign in: with a password, a passkey, or an account at a provider that is enabled.
pub async fn who_can_sign_in(link: &mut Link, people: &[UserId], whom: Whom) -> Result<Vec<UserId>, Fault> {
    macro_rules! with_a_way_in {
        ($also:literal) => {
            concat!(
                "select u.id from users u where u.id in ({ids}) and ",
                $also,
                "(u.password_hash is not null
                or exists (select 1 from passkeys k where k.user_id = u.id)
                or (select count(*) from provider_links l join identity_providers p on p.id = l.provider_id
                    where l.user_id = u.id and p.enabled) > 0)"
            )
        };
    }
    let sql = match whom {
        Whom::Enabled => with_a_way_in!("u.enabled and "),
        Whom::Anybody => with_a_way_in!(""),
    };
    let ids: Vec<AnyId> = people.iter().map(|user| user.0).collect();
    let rows: Vec<(UserId,)> = crate::dialect::in_ids(link, sql, &ids).await?;
    Ok(rows.into_iter().map(|(user,)| user).collect())
}

/// Where these people have accounts, at providers that are enabled: what each of these vouches for.
pub async fn strengths_of(link: &mut Link, people: &[UserId]) -> Result<Vec<(UserId, Strengths)>, Fault> {
    let ids: Vec<AnyId> = people.iter().map(|user| user.0).collect();
    let sql = "select l.user_id, p.strengths from provider_links l join identity_providers p on p.id = l.provider_id
        where l.user_id in ({ids}) and p.enabled";
    let rows: Vec<(UserId, String)> = crate::dialect::in_ids(link, sql, &ids).await?;
    let strengths = |(user, text): (UserId, String)| {
        let wrong = |error: serde_json::Error| Fault::impossible("identity_providers", "of a link", error);
        Ok((user, serde_json::from_str(&text).map_err(wrong)?))
    };
    rows.into_iter().map(strengths).collect()
}

pub async fn used(link: &mut Link, id: ProviderId, subject: &str, now: Ts) -> Result<(), Fault> {
    let sql = "update provider_links set used_at = $3 where provider_id = $1 and subject = $2";
    run!(link, sql, id, storable(subject), now)?;
    Ok(())
}

/// Removes the link of a person to a provider; whether there was one.
pub async fn unbind(link: &mut Link, id: ProviderId, user: UserId) -> Result<bool, Fault> {
    Ok(run!(link, "delete from provider_links where user_id = $2 and provider_id = $1", id, user)? == 1)
}
