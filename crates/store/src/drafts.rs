//! Packages that somebody is still describing.

use crate::{Fault, Link, Saved};
use model::{CatalogId, DraftId, Ts, UserId};
use rules::draft::Draft;

#[derive(sqlx::FromRow)]
struct Row {
    id: DraftId,
    owner_id: UserId,
    catalog_id: CatalogId,
    document: String,
    changed_at: Ts,
    version: i64,
}

impl Row {
    fn read(self) -> Result<Draft, Fault> {
        let Self { id, owner_id: owner, catalog_id: catalog, document, changed_at, version } = self;
        let document = serde_json::from_str(&document).map_err(|error| Fault::impossible("package_drafts", id, error))?;
        Ok(Draft { id, owner, catalog, document, changed_at, version })
    }
}

fn written(draft: &Draft) -> Result<String, Fault> {
    serde_json::to_string(&draft.document).map_err(|error| Fault::new(format!("write a draft: {error}")))
}

pub async fn insert(link: &mut Link, draft: &Draft) -> Result<(), Fault> {
    run!(
        link,
        "insert into package_drafts (id, owner_id, catalog_id, document, changed_at, version) values ($1, $2, $3, $4, $5, $6)",
        draft.id,
        draft.owner,
        draft.catalog,
        written(draft)?,
        draft.changed_at,
        draft.version,
    )?;
    Ok(())
}

pub async fn get(link: &mut Link, id: DraftId) -> Result<Option<Draft>, Fault> {
    let row: Option<Row> =
        row!(link, "select id, owner_id, catalog_id, document, changed_at, version from package_drafts where id = $1", id)?;
    row.map(Row::read).transpose()
}

/// What somebody keeps, changed last first.
pub async fn of(link: &mut Link, owner: UserId, limit: usize) -> Result<Vec<Draft>, Fault> {
    let rows: Vec<Row> = rows!(
        link,
        "select id, owner_id, catalog_id, document, changed_at, version from package_drafts
         where owner_id = $1 order by changed_at desc, id desc limit $2",
        owner,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?;
    rows.into_iter().map(Row::read).collect()
}

/// Saves a draft that was read with its version.
pub async fn update(link: &mut Link, draft: &Draft) -> Result<Saved, Fault> {
    let rows = run!(
        link,
        "update package_drafts set document = $3, changed_at = $4, version = version + 1 where id = $1 and version = $2",
        draft.id,
        draft.version,
        written(draft)?,
        draft.changed_at,
    )?;
    Ok(Saved::one(rows))
}

/// Deletes a draft that was read with its version.
pub async fn delete(link: &mut Link, draft: &Draft) -> Result<Saved, Fault> {
    let rows = run!(link, "delete from package_drafts where id = $1 and version = $2", draft.id, draft.version)?;
    Ok(Saved::one(rows))
}
