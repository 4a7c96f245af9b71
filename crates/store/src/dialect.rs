//! The few places where the two engines differ, and the memory of statements for the planner's test.
//!
//! Joins that start from a list made on the way are written `cross join … where`: to PostgreSQL that is any join, and
//! it keeps SQLite, which plans without statistics, from turning the join around and reading the whole table first.

use crate::link::Half;
use crate::{Db, Fault, Link};
use model::{AnyId, Ts};
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, FromRow};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::pin::Pin;
use std::sync::{Mutex, OnceLock, PoisonError};

/// Ids in one list; SQLite allows many more variables, but plans are cached per length.
const LIST_CHUNK: usize = 200;

/// Rows of one statement that writes many.
pub(crate) const ROWS_AT_ONCE: usize = 100;

/// A statement for one row, made one for `rows` of them: its list of values from `($1` on is repeated, counting on. For SQLite
/// without numbers: there every numbered parameter is looked for by name, among all of them.
pub(crate) fn repeated(sql: &str, rows: usize, sqlite: bool) -> String {
    let Some((before, rest)) = sql.split_once("($1") else { return sql.to_owned() };
    let Some((list, after)) = rest.split_once(')') else { return sql.to_owned() };
    let others: Vec<&str> = list.split(',').skip(1).map(str::trim).collect();
    let mut text = String::with_capacity(sql.len() + rows * (others.len() + 1) * 6);
    text.push_str(before);
    let mut number = 0;
    let mut push = |text: &mut String, value: &str| {
        if value.starts_with('$') {
            number += 1;
            push_parameter(text, number, sqlite);
        } else {
            text.push_str(value);
        }
    };
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        push(&mut text, "$1");
        for value in &others {
            text.push_str(", ");
            push(&mut text, value);
        }
        text.push(')');
    }
    text.push_str(after);
    text
}

fn push_parameter(text: &mut String, number: usize, sqlite: bool) {
    if sqlite {
        text.push('?');
    } else {
        text.push('$');
        text.push_str(&number.to_string());
    }
}

/// Rows whose id is in a list. `sql` holds `{ids}` where the list belongs; nothing else is put into the text.
pub(crate) fn in_ids<'a, T>(
    link: &'a mut Link,
    sql: &'static str,
    ids: &'a [AnyId],
) -> Pin<Box<dyn Future<Output = Result<Vec<T>, Fault>> + Send + 'a>>
where
    T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin + 'a,
{
    listed(link, sql, Vec::new(), List::Ids(ids))
}

/// The same of one thing, whose id is `$1`.
pub(crate) fn in_ids_of<'a, T>(
    link: &'a mut Link,
    sql: &'static str,
    of: Option<AnyId>,
    ids: &'a [AnyId],
) -> Pin<Box<dyn Future<Output = Result<Vec<T>, Fault>> + Send + 'a>>
where
    T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin + 'a,
{
    listed(link, sql, of.into_iter().map(First::Id).collect(), List::Ids(ids))
}

/// The same at a moment, which is `$1`.
pub(crate) fn in_ids_at<'a, T>(
    link: &'a mut Link,
    sql: &'static str,
    at: Ts,
    ids: &'a [AnyId],
) -> Pin<Box<dyn Future<Output = Result<Vec<T>, Fault>> + Send + 'a>>
where
    T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin + 'a,
{
    listed(link, sql, vec![First::Moment(at)], List::Ids(ids))
}

/// The same after these values, which are `$1`, `$2`, ….
pub(crate) fn in_ids_after<'a, T>(
    link: &'a mut Link,
    sql: &'static str,
    before: Vec<First>,
    ids: &'a [AnyId],
) -> Pin<Box<dyn Future<Output = Result<Vec<T>, Fault>> + Send + 'a>>
where
    T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin + 'a,
{
    listed(link, sql, before, List::Ids(ids))
}

/// Rows that have one of these texts.
pub(crate) fn in_texts<'a, T>(
    link: &'a mut Link,
    sql: &'static str,
    texts: &'a [String],
) -> Pin<Box<dyn Future<Output = Result<Vec<T>, Fault>> + Send + 'a>>
where
    T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin + 'a,
{
    listed(link, sql, Vec::new(), List::Texts(texts))
}

/// What is looked for.
#[derive(Clone, Copy)]
enum List<'a> {
    Ids(&'a [AnyId]),
    Texts(&'a [String]),
}

impl<'a> List<'a> {
    fn chunks(self) -> Vec<Self> {
        match self {
            Self::Ids(ids) => ids.chunks(LIST_CHUNK).map(Self::Ids).collect(),
            Self::Texts(texts) => texts.chunks(LIST_CHUNK).map(Self::Texts).collect(),
        }
    }

    fn len(self) -> usize {
        match self {
            Self::Ids(ids) => ids.len(),
            Self::Texts(texts) => texts.len(),
        }
    }
}

/// What stands in a statement before a list.
#[derive(Clone, Copy)]
pub(crate) enum First {
    Id(AnyId),
    /// Nothing is equal to one that is not there.
    MaybeId(Option<AnyId>),
    Moment(Ts),
    Number(i64),
}

/// The future is boxed: its bounds over every row lifetime are more than the compiler can see through in callers.
fn listed<'a, T>(
    link: &'a mut Link,
    sql: &'static str,
    before: Vec<First>,
    list: List<'a>,
) -> Pin<Box<dyn Future<Output = Result<Vec<T>, Fault>> + Send + 'a>>
where
    T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin + 'a,
{
    remember(link, sql);
    Box::pin(async move {
        let mut found = Vec::new();
        // A list that stands in the statement twice is bound once, by its numbers.
        let unnumbered = before.is_empty() && link.is_sqlite() && sql.matches("{ids}").count() == 1;
        for chunk in list.chunks() {
            let first = 1 + before.len();
            let mut numbers = String::with_capacity(chunk.len() * 6);
            for number in first..first + chunk.len() {
                numbers.push_str(if number == first { "" } else { ", " });
                push_parameter(&mut numbers, number, unnumbered);
            }
            let text = sql.replace("{ids}", &numbers);
            // Both drivers bind alike, and have no type in common.
            macro_rules! found {
                ($connection:ident) => {{
                    let mut query = sqlx::query_as(AssertSqlSafe(text));
                    for value in &before {
                        query = match *value {
                            First::Id(id) => query.bind(id),
                            First::MaybeId(id) => query.bind(id),
                            First::Moment(at) => query.bind(at),
                            First::Number(number) => query.bind(number),
                        };
                    }
                    match chunk {
                        List::Ids(ids) => {
                            for id in ids {
                                query = query.bind(*id);
                            }
                        }
                        List::Texts(texts) => {
                            for text in texts {
                                query = query.bind(storable(text).into_owned());
                            }
                        }
                    }
                    query.fetch_all($connection).await
                }};
            }
            let rows = match link.half()? {
                Half::Sqlite(connection) => found!(connection),
                Half::Postgres(connection) => found!(connection),
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

/// Where a list by name and id goes on; from its start without a cursor.
pub(crate) fn after_name<I: Default>(after: Option<(String, I)>) -> (String, I) {
    let (name, id) = after.unwrap_or_default();
    (storable(&name).into_owned(), id)
}

/// Text that both engines can hold or look for. PostgreSQL refuses NUL, SQLite does not; forms refuse it with a
/// sentence, and what comes by other ways (addresses, headers, the words of a mail server) passes here.
pub(crate) fn storable(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', "\u{fffd}")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::repeated;

    #[test]
    fn a_statement_for_one_row_becomes_one_for_many() {
        let one = "with v (id, n) as (values ($1, $2)) update t set n = v.n from v where t.id = v.id";
        assert_eq!(repeated(one, 1, false), one);
        let three = "with v (id, n) as (values ($1, $2), ($3, $4), ($5, $6)) update t set n = v.n from v where t.id = v.id";
        assert_eq!(repeated(one, 3, false), three);
        assert_eq!(repeated(one, 2, true), one.replace("($1, $2)", "(?, ?), (?, ?)"));
        assert_eq!(repeated("insert into t values ($1, $2, 0)", 2, false), "insert into t values ($1, $2, 0), ($3, $4, 0)");
    }
}
