//! Authentication contexts, and which settings name them.

use crate::{Fault, Link, Saved};
use model::authentication_context::{AuthenticationContext, ContextUse};
use model::proof::{Demand, Strength};
use model::role_settings::PrivilegedKind;
use model::{AnyId, AuthenticationContextId, TermsId};
use std::collections::BTreeMap;

#[derive(sqlx::FromRow)]
struct Row {
    id: AuthenticationContextId,
    name: String,
    description: String,
    strength: String,
    minutes: i64,
    terms_id: Option<TermsId>,
    version: i64,
}

impl Row {
    fn read(self) -> Result<AuthenticationContext, Fault> {
        let wrong = |what: &str| Fault::impossible("authentication_contexts", self.id, what);
        let strength = Strength::from_key(&self.strength).ok_or_else(|| wrong("an unknown strength"))?;
        let minutes = u32::try_from(self.minutes).map_err(|_| wrong("minutes that are none"))?;
        Ok(AuthenticationContext {
            id: self.id,
            name: self.name,
            description: self.description,
            demand: Demand { strength, minutes },
            terms: self.terms_id,
            version: self.version,
        })
    }
}

macro_rules! context_sql {
    ($rest:literal) => {
        concat!("select id, name, description, strength, minutes, terms_id, version from authentication_contexts ", $rest)
    };
}

/// All of them by name.
pub async fn list(link: &mut Link) -> Result<Vec<AuthenticationContext>, Fault> {
    let rows: Vec<Row> = rows!(link, context_sql!("order by name_key, id"))?;
    rows.into_iter().map(Row::read).collect()
}

/// Several by id.
pub async fn several(link: &mut Link, ids: &[AuthenticationContextId]) -> Result<Vec<AuthenticationContext>, Fault> {
    let ids: Vec<AnyId> = ids.iter().map(|id| id.0).collect();
    let rows: Vec<Row> = crate::dialect::in_ids(link, context_sql!("where id in ({ids})"), &ids).await?;
    rows.into_iter().map(Row::read).collect()
}

/// One that is about to be named, changed or deleted: kept from others until the transaction ends.
pub async fn get_to_change(link: &mut Link, id: AuthenticationContextId) -> Result<Option<AuthenticationContext>, Fault> {
    let row: Option<Row> = row_to_change!(
        link,
        "select id, name, description, strength, minutes, terms_id, version from authentication_contexts where id = $1",
        id
    )?;
    row.map(Row::read).transpose()
}

/// Adds a new one.
pub async fn insert(link: &mut Link, context: &AuthenticationContext) -> Result<(), Fault> {
    run!(
        link,
        "insert into authentication_contexts (id, name, name_key, description, strength, minutes, terms_id, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        context.id,
        context.name.as_str(),
        rules::user::folded(&context.name),
        context.description.as_str(),
        context.demand.strength.key(),
        i64::from(context.demand.minutes),
        context.terms,
        context.version,
    )?;
    Ok(())
}

/// Saves it, if nobody else did since it was read with the version `before`.
pub async fn update(link: &mut Link, context: &AuthenticationContext, before: i64) -> Result<Saved, Fault> {
    let rows = run!(
        link,
        "update authentication_contexts set name = $2, name_key = $3, description = $4, strength = $5, minutes = $6,
            terms_id = $7, version = $8 where id = $1 and version = $9",
        context.id,
        context.name.as_str(),
        rules::user::folded(&context.name),
        context.description.as_str(),
        context.demand.strength.key(),
        i64::from(context.demand.minutes),
        context.terms,
        context.version,
        before,
    )?;
    Ok(Saved::one(rows))
}

/// Deletes one that nothing names.
pub async fn delete(link: &mut Link, id: AuthenticationContextId) -> Result<(), Fault> {
    run!(link, "delete from authentication_contexts where id = $1", id)?;
    Ok(())
}

/// What names one: templates first, then the settings of directory roles and groups.
pub async fn uses(link: &mut Link, id: AuthenticationContextId, limit: usize) -> Result<Vec<ContextUse>, Fault> {
    let rows: Vec<(String, AnyId)> = rows!(
        link,
        "select role, resource_id from role_settings where context_id = $1
         order by case when resource_id = $2 then 0 else 1 end, role, resource_id limit $3",
        id,
        AnyId::nil(),
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?;
    rows.into_iter()
        .map(|(kind, resource)| {
            let known = PrivilegedKind::from_key(&kind);
            let kind = known.ok_or_else(|| Fault::impossible("role_settings", resource, "an unknown kind"))?;
            Ok(if resource == AnyId::nil() { ContextUse::Template(kind) } else { ContextUse::Settings(kind.of(resource)) })
        })
        .collect()
}

/// How many settings and templates name each.
pub async fn counts(link: &mut Link) -> Result<BTreeMap<AuthenticationContextId, i64>, Fault> {
    let rows: Vec<(AuthenticationContextId, i64)> =
        rows!(link, "select context_id, count(*) from role_settings where context_id is not null group by context_id",)?;
    Ok(rows.into_iter().collect())
}
