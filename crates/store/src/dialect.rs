//! The few places where the two engines differ, and the memory of statements for the planner's test.
//!
//! Joins that start from a list made on the way are written `cross join … where`: to PostgreSQL that is any join, and
//! it keeps SQLite, which plans without statistics, from turning the join around and reading the whole table first.

use crate::link::Half;
use crate::{Db, Fault, Link};
use model::AnyId;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, FromRow};
use std::borrow::Cow;
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
    sql: &'static str,
    ids: &'a [AnyId],
) -> Pin<Box<dyn Future<Output = Result<Vec<T>, Fault>> + Send + 'a>>
where
    T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin + 'a,
{
    remember(link, sql);
    Box::pin(async move {
        let mut found = Vec::new();
        for chunk in ids.chunks(LIST_CHUNK) {
            let list = (1..=chunk.len()).map(|number| format!("${number}")).collect::<Vec<_>>().join(", ");
            let text = sql.replace("{ids}", &list);
            let rows = match link.half()? {
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

type Seen = Mutex<BTreeSet<(bool, &'static str)>>;

fn seen() -> &'static Seen {
    static SEEN: OnceLock<Seen> = OnceLock::new();
    SEEN.get_or_init(Mutex::default)
}

/// The statements that ran in this process on this engine, when debug assertions are on: the planner's test explains
/// each. `{ids}` stands for a list of ids.
pub fn statements(db: &Db) -> Vec<&'static str> {
    let seen = seen().lock().unwrap_or_else(PoisonError::into_inner);
    seen.iter().filter(|(sqlite, _)| *sqlite == db.is_sqlite()).map(|(_, sql)| *sql).collect()
}

pub(crate) fn remember(link: &Link, sql: &'static str) {
    if cfg!(debug_assertions) {
        seen().lock().unwrap_or_else(PoisonError::into_inner).insert((link.is_sqlite(), sql));
    }
}

/// Text that both engines can hold or look for. PostgreSQL refuses NUL, SQLite does not; forms refuse it with a
/// sentence, and what comes by other ways (addresses, headers, the words of a mail server) passes here.
pub(crate) fn storable(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', "\u{fffd}")) } else { Cow::Borrowed(text) }
}
