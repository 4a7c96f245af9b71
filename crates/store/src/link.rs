//! Connections, transactions, and the macros that expand a statement for both drivers.

use crate::Fault;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgConnection, Postgres, Sqlite, SqliteConnection, Transaction};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

/// Where the data is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// A file; made when it is missing.
    Sqlite(PathBuf),
    /// A `postgres://` address.
    Postgres(String),
}

/// A database. Clones share its connections.
#[derive(Clone, Debug)]
pub struct Db {
    pools: Pools,
    statements: Arc<AtomicU64>,
    fuse: Fuse,
}

/// A crash on order: when it has burnt down, everything that goes to the database fails, or below zero one thing only. Only tests
/// light it.
#[derive(Clone, Debug)]
struct Fuse(Arc<AtomicI64>);

impl Fuse {
    const UNLIT: i64 = i64::MAX;

    fn burn(&self) -> Result<(), Fault> {
        let left = self.0.try_update(Ordering::SeqCst, Ordering::SeqCst, |left| match left {
            Self::UNLIT | 0 => None,
            -1 => Some(Self::UNLIT),
            left => Some(left - left.signum()),
        });
        if matches!(left, Err(0) | Ok(-1)) { Err(Fault::new("the fuse that a test lit has burnt down")) } else { Ok(()) }
    }
}

#[derive(Clone, Debug)]
enum Pools {
    /// One connection writes, several read: SQLite has one writer at a time, and waiting in a queue of ours is
    /// fair while waiting in SQLite's is not.
    Sqlite {
        read: SqlitePool,
        write: SqlitePool,
    },
    Postgres(PgPool),
}

/// A transaction or a connection for reading.
#[derive(Debug)]
pub struct Link {
    inner: Inner,
    statements: Arc<AtomicU64>,
    fuse: Fuse,
}

#[derive(Debug)]
enum Inner {
    SqliteTx(Transaction<'static, Sqlite>),
    SqliteRead(PoolConnection<Sqlite>),
    PostgresTx(Transaction<'static, Postgres>),
    PostgresRead(PoolConnection<Postgres>),
}

/// The driver's own connection.
pub(crate) enum Half<'a> {
    Sqlite(&'a mut SqliteConnection),
    Postgres(&'a mut PgConnection),
}

/// Readers of SQLite: two cores serve, and each reader is a thread.
const SQLITE_READERS: u32 = 4;
/// Connections of one server process to PostgreSQL.
const POSTGRES_CONNECTIONS: u32 = 16;
/// A pool that has no connection for this long is a fault, not a queue.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(20);

impl Db {
    /// Connects. The schema is looked at by [`Db::schema`] and brought up to date by [`Db::migrate`].
    pub async fn open(location: &Location) -> Result<Self, Fault> {
        let pools = match location {
            Location::Sqlite(path) => {
                let options = SqliteConnectOptions::new()
                    .filename(path)
                    .create_if_missing(true)
                    .journal_mode(SqliteJournalMode::Wal)
                    // Every commit is on the disk when it returns: this is an audit log.
                    .synchronous(SqliteSynchronous::Full)
                    .foreign_keys(true)
                    .busy_timeout(Duration::from_secs(10))
                    .statement_cache_capacity(500)
                    .pragma("temp_store", "memory")
                    .pragma("mmap_size", "268435456")
                    .pragma("journal_size_limit", "67108864");
                let write = SqlitePoolOptions::new()
                    .max_connections(1)
                    .acquire_timeout(ACQUIRE_TIMEOUT)
                    .test_before_acquire(false)
                    // What many rows change is kept together until it is written.
                    .connect_with(options.clone().pragma("cache_size", "-16000"))
                    .await;
                let write = write.map_err(|error| Fault::sql("open the SQLite file", error))?;
                let read = SqlitePoolOptions::new()
                    .max_connections(SQLITE_READERS)
                    .acquire_timeout(ACQUIRE_TIMEOUT)
                    .test_before_acquire(false)
                    .connect_lazy_with(options);
                Pools::Sqlite { read, write }
            }
            Location::Postgres(address) => {
                let options = PgConnectOptions::from_str(address)
                    .map_err(|error| Fault::sql("read the PostgreSQL address", error))?
                    .statement_cache_capacity(500);
                let pool = PgPoolOptions::new()
                    .max_connections(POSTGRES_CONNECTIONS)
                    .acquire_timeout(ACQUIRE_TIMEOUT)
                    .test_before_acquire(false)
                    .connect_with(options)
                    .await;
                Pools::Postgres(pool.map_err(|error| Fault::sql("connect to PostgreSQL", error))?)
            }
        };
        Ok(Self { pools, statements: Arc::default(), fuse: Fuse(Arc::new(AtomicI64::new(Fuse::UNLIT))) })
    }

    /// Begins a transaction that writes. On SQLite it is the only one.
    pub async fn begin(&self) -> Result<Link, Fault> {
        self.fuse.burn()?;
        let inner = match &self.pools {
            Pools::Sqlite { write, .. } => write.begin_with("begin immediate").await.map(Inner::SqliteTx),
            Pools::Postgres(pool) => pool.begin().await.map(Inner::PostgresTx),
        };
        Ok(self.link(inner.map_err(|error| Fault::sql("begin", error))?))
    }

    /// A connection for reading. Statements see the newest committed data, each for itself.
    pub async fn read(&self) -> Result<Link, Fault> {
        self.fuse.burn()?;
        let inner = match &self.pools {
            Pools::Sqlite { read, .. } => read.acquire().await.map(Inner::SqliteRead),
            Pools::Postgres(pool) => pool.acquire().await.map(Inner::PostgresRead),
        };
        Ok(self.link(inner.map_err(|error| Fault::sql("take a connection", error))?))
    }

    fn link(&self, inner: Inner) -> Link {
        Link { inner, statements: self.statements.clone(), fuse: self.fuse.clone() }
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), Fault> {
        let mut link = self.read().await?;
        let _: Vec<(i64,)> = rows!(link, "select cast(1 as bigint)")?;
        Ok(())
    }

    /// Closes all connections; what runs is finished.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }

    /// Statements run so far, for tests that bound what a page may cost.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// After so many statements, beginnings and commits, everything fails, as if the process had been killed there.
    /// Only tests do this, to see what a restart finds.
    pub fn fail_after(&self, statements: Option<u64>) {
        let left = statements.map_or(Fuse::UNLIT, |n| i64::try_from(n).unwrap_or(Fuse::UNLIT));
        self.fuse.0.store(left, Ordering::SeqCst);
    }

    /// After so many statements, beginnings and commits, one of them fails, and those after it do not. Only tests do this.
    pub fn fail_once_after(&self, statements: u32) {
        self.fuse.0.store(-1 - i64::from(statements), Ordering::SeqCst);
    }

    /// It is a file of this server alone.
    pub fn is_sqlite(&self) -> bool {
        matches!(self.pools, Pools::Sqlite { .. })
    }

    /// `SQLite` or `PostgreSQL`, for people.
    pub fn engine(&self) -> &'static str {
        match self.pools {
            Pools::Sqlite { .. } => "SQLite",
            Pools::Postgres(_) => "PostgreSQL",
        }
    }
}

impl Link {
    /// Makes everything since `begin` durable, or nothing of it.
    pub async fn commit(self) -> Result<(), Fault> {
        self.fuse.burn()?;
        match self.inner {
            Inner::SqliteTx(tx) => tx.commit().await,
            Inner::PostgresTx(tx) => tx.commit().await,
            Inner::SqliteRead(_) | Inner::PostgresRead(_) => Ok(()),
        }
        .map_err(|error| Fault::sql("commit", error))
    }

    /// Begins something that may be taken back without the rest of the transaction.
    pub async fn mark(&mut self) -> Result<(), Fault> {
        run!(self, "savepoint tried")?;
        Ok(())
    }

    /// Takes back everything since [`Link::mark`].
    pub async fn take_back(&mut self) -> Result<(), Fault> {
        run!(self, "rollback to savepoint tried")?;
        Ok(())
    }

    /// The driver's connection for one statement.
    pub(crate) fn half(&mut self) -> Result<Half<'_>, Fault> {
        self.fuse.burn()?;
        self.statements.fetch_add(1, Ordering::Relaxed);
        Ok(match &mut self.inner {
            Inner::SqliteTx(tx) => Half::Sqlite(tx),
            Inner::SqliteRead(connection) => Half::Sqlite(connection),
            Inner::PostgresTx(tx) => Half::Postgres(tx),
            Inner::PostgresRead(connection) => Half::Postgres(connection),
        })
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self.inner, Inner::SqliteTx(_) | Inner::SqliteRead(_))
    }
}
