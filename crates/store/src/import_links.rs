//! Who and what comes from an import.

use crate::dialect::{in_ids, storable};
use crate::{Fault, Link};
use model::provisioning::Provisioned;
use model::{AnyId, ImportId};
use std::collections::BTreeMap;

/// Somebody or something, and the stable id of its entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linked {
    pub import: ImportId,
    pub external_id: String,
    pub id: AnyId,
    /// The import disabled them, and nobody changed that since.
    pub disabled: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    import_id: ImportId,
    external_id: String,
    id: AnyId,
    disabled: bool,
}

impl From<Row> for Linked {
    fn from(row: Row) -> Self {
        Self { import: row.import_id, external_id: row.external_id, id: row.id, disabled: row.disabled }
    }
}

/// All of an import.
pub async fn of_import(link: &mut Link, import: ImportId, kind: Provisioned) -> Result<Vec<Linked>, Fault> {
    let rows: Vec<Row> = rows!(
        link,
        "select import_id, external_id, id, disabled from import_links where import_id = $1 and kind = $2",
        import,
        kind.key(),
    )?;
    Ok(rows.into_iter().map(Linked::from).collect())
}

/// Those of these that come from an import.
pub async fn several(link: &mut Link, ids: &[AnyId]) -> Result<BTreeMap<AnyId, Linked>, Fault> {
    let sql = "select import_id, external_id, id, disabled from import_links where id in ({ids})";
    let rows: Vec<Row> = in_ids(link, sql, ids).await?;
    Ok(rows.into_iter().map(|row| (row.id, Linked::from(row))).collect())
}

/// What an entry is here.
pub async fn get(link: &mut Link, import: ImportId, kind: Provisioned, external_id: &str) -> Result<Option<Linked>, Fault> {
    let row: Option<Row> = row!(
        link,
        "select import_id, external_id, id, disabled from import_links where import_id = $1 and kind = $2 and external_id = $3",
        import,
        kind.key(),
        storable(external_id),
    )?;
    Ok(row.map(Linked::from))
}

/// How many of each kind come from an import.
pub async fn count(link: &mut Link, import: ImportId, kind: Provisioned) -> Result<usize, Fault> {
    let row: Option<(i64,)> =
        row!(link, "select count(*) from import_links where import_id = $1 and kind = $2", import, kind.key())?;
    Ok(row.and_then(|(count,)| usize::try_from(count).ok()).unwrap_or(0))
}

/// From now on it comes from this entry, and from no other. One that comes from another import already is a fault of kind
/// duplicate.
pub async fn bind(link: &mut Link, import: ImportId, kind: Provisioned, external_id: &str, id: AnyId) -> Result<(), Fault> {
    run!(link, "delete from import_links where id = $1 and import_id = $2", id, import)?;
    run!(
        link,
        "insert into import_links (import_id, kind, external_id, id, disabled) values ($1, $2, $3, $4, $5)",
        import,
        kind.key(),
        storable(external_id),
        id,
        false,
    )?;
    Ok(())
}

/// Somebody was disabled by their import, or was enabled or disabled by somebody else.
pub async fn switched(link: &mut Link, id: AnyId, by_import: bool) -> Result<(), Fault> {
    run!(link, "update import_links set disabled = $2 where id = $1", id, by_import)?;
    Ok(())
}
