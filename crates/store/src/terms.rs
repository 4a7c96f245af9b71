//! Terms of use: every version of them, and who accepted which.

use crate::{Fault, Link, Saved};
use model::terms::TermsOfUse;
use model::{AnyId, TermsId, Ts, UserId};
use std::collections::BTreeMap;

#[derive(sqlx::FromRow)]
struct Row {
    id: TermsId,
    name: String,
    text: String,
    version: i64,
    at: Ts,
}

impl From<Row> for TermsOfUse {
    fn from(row: Row) -> Self {
        Self { id: row.id, name: row.name, text: row.text, version: row.version, since: row.at }
    }
}

/// All of them by name, as they are now.
pub async fn list(link: &mut Link) -> Result<Vec<TermsOfUse>, Fault> {
    let rows: Vec<Row> = rows!(
        link,
        "select t.id, t.name, v.text, t.version, v.at from terms_of_use t
         join terms_versions v on v.terms_id = t.id and v.version = t.version order by t.name_key, t.id",
    )?;
    Ok(rows.into_iter().map(TermsOfUse::from).collect())
}

/// Several by id, as they are now.
pub async fn several(link: &mut Link, ids: &[TermsId]) -> Result<Vec<TermsOfUse>, Fault> {
    let ids: Vec<AnyId> = ids.iter().map(|id| id.0).collect();
    let sql = "select t.id, t.name, v.text, t.version, v.at from terms_of_use t
         join terms_versions v on v.terms_id = t.id and v.version = t.version where t.id in ({ids})";
    let rows: Vec<Row> = crate::dialect::in_ids(link, sql, &ids).await?;
    Ok(rows.into_iter().map(TermsOfUse::from).collect())
}

/// Every version of one, the latest first.
pub async fn versions(link: &mut Link, id: TermsId) -> Result<Vec<(i64, Ts, String)>, Fault> {
    rows!(link, "select version, at, text from terms_versions where terms_id = $1 order by version desc", id)
}

/// Adds new terms.
pub async fn insert(link: &mut Link, terms: &TermsOfUse, by: UserId) -> Result<(), Fault> {
    run!(
        link,
        "insert into terms_of_use (id, name, name_key, version) values ($1, $2, $3, $4)",
        terms.id,
        terms.name.as_str(),
        rules::user::folded(&terms.name),
        terms.version,
    )?;
    add_version(link, terms, by).await
}

/// Saves another name or another version, if nobody else did since they were read with the version `before`.
pub async fn update(link: &mut Link, terms: &TermsOfUse, before: i64, by: UserId) -> Result<Saved, Fault> {
    let rows = run!(
        link,
        "update terms_of_use set name = $2, name_key = $3, version = $4 where id = $1 and version = $5",
        terms.id,
        terms.name.as_str(),
        rules::user::folded(&terms.name),
        terms.version,
        before,
    )?;
    if rows == 1 && terms.version != before {
        add_version(link, terms, by).await?;
    }
    Ok(Saved::one(rows))
}

async fn add_version(link: &mut Link, terms: &TermsOfUse, by: UserId) -> Result<(), Fault> {
    run!(
        link,
        "insert into terms_versions (terms_id, version, text, at, by_id) values ($1, $2, $3, $4, $5)",
        terms.id,
        terms.version,
        terms.text.as_str(),
        terms.since,
        by,
    )?;
    Ok(())
}

/// Which version of these somebody accepted last.
pub async fn accepted(link: &mut Link, user: UserId, ids: &[TermsId]) -> Result<BTreeMap<TermsId, i64>, Fault> {
    let mut found = BTreeMap::new();
    let rows: Vec<(TermsId, i64)> =
        rows!(link, "select terms_id, max(version) from terms_acceptances where user_id = $1 group by terms_id", user)?;
    found.extend(rows.into_iter().filter(|(id, _)| ids.contains(id)));
    Ok(found)
}

/// Somebody accepts a version.
pub async fn accept(link: &mut Link, user: UserId, id: TermsId, version: i64, at: Ts) -> Result<(), Fault> {
    run!(
        link,
        "insert into terms_acceptances (user_id, terms_id, version, at) values ($1, $2, $3, $4) on conflict do nothing",
        user,
        id,
        version,
        at,
    )?;
    Ok(())
}

/// How many people accepted the versions of now.
pub async fn acceptances(link: &mut Link) -> Result<BTreeMap<TermsId, i64>, Fault> {
    let rows: Vec<(TermsId, i64)> = rows!(
        link,
        "select t.id, (select count(*) from terms_acceptances a where a.terms_id = t.id and a.version = t.version) from terms_of_use t",
    )?;
    Ok(rows.into_iter().collect())
}
