//! The few places where the two engines differ, and the memory of statements for the planner's test.

use crate::link::Half;
use crate::{Fault, Link};
use model::AnyId;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, FromRow};
use std::collections::BTreeSet;
use std::pin::Pin;
use std::sync::{Mutex, OnceLock, PoisonError};

/// Ids in one list; SQLite allows many more variables, but plans are cached per length.
const LIST_CHUNK: usize = 200;

/// Rows whose id is in a list. `sql` holds `{ids}` where the list belongs; nothing else is put into the text.
///
/// The future is boxed: its bounds over every row lifetime are more than the compiler can see through in callers.
pub(crate) fn in_ids<'a, T>(
    link: &'a mut Link,
    sql: &'a str,
    ids: &'a [AnyId],
) -> Pin<Box<dyn Future<Output = Result<Vec<T>, Fault>> + Send + 'a>>
where
    T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin + 'a,
{
    Box::pin(async move {
    let mut found = Vec::new();
    for chunk in ids.chunks(LIST_CHUNK) {
        let list = (1..=chunk.len()).map(|number| format!("${number}")).collect::<Vec<_>>().join(", ");
        let text = sql.replace("{ids}", &list);
        let rows = match link.half() {
            Half::Sqlite(connection) => {
                let mut query = sqlx::query_as(AssertSqlSafe(text));
                for id in chunk {
                    query = query.bind(*id);
                }
                query.fetch_all(connection).await
            }
            Half::Postgres(connection) => {
                let mut query = sqlx::query_as(AssertSqlSafe(text));
                for id in chunk {
                    query = query.bind(*id);
                }
                query.fetch_all(connection).await
            }
        };
        found.extend(rows.map_err(|error| Fault::sql(sql, error))?);
    }
    Ok(found)
    })
}

/// The statements that ran in this process, when debug assertions are on: the planner's test explains each.
pub fn statements() -> &'static Mutex<BTreeSet<&'static str>> {
    static SEEN: OnceLock<Mutex<BTreeSet<&'static str>>> = OnceLock::new();
    SEEN.get_or_init(Mutex::default)
}

pub(crate) fn remember(sql: &'static str) {
    if cfg!(debug_assertions) {
        statements().lock().unwrap_or_else(PoisonError::into_inner).insert(sql);
    }
}
