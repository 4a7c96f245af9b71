//! Where something is measured: SQLite in one file, or a PostgreSQL database that is made for it and dropped afterwards.
//! Rows by the million are made by the database itself, with the few expressions that differ.

use crate::Outcome;
use crate::process::Server;
use model::AnyId;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row, SqliteConnection};
use std::path::{Path, PathBuf};
use store::{Db, Location};
use tempfile::TempDir;

pub struct Place {
    folder: TempDir,
    at: At,
}

enum At {
    Sqlite(PathBuf),
    /// The address of the cluster's own database, and that of ours.
    Postgres {
        cluster: String,
        name: String,
    },
}

impl Place {
    pub async fn new(postgres: bool) -> Outcome<Self> {
        if postgres { Self::postgres().await } else { Self::sqlite() }
    }

    fn sqlite() -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("vestibule.sqlite");
        Ok(Self { folder, at: At::Sqlite(file) })
    }

    /// A new database in the cluster that `VESTIBULE_TEST_POSTGRES` names.
    async fn postgres() -> Outcome<Self> {
        let cluster = std::env::var("VESTIBULE_TEST_POSTGRES")
            .map_err(|_| "VESTIBULE_TEST_POSTGRES does not name a cluster; run cargo xtask bench")?;
        let folder = tempfile::tempdir()?;
        let name = format!("bench_{}", uuid::Uuid::now_v7().simple());
        let mut raw = PgConnection::connect(&cluster).await?;
        sqlx::query(AssertSqlSafe(format!("create database {name} template template0"))).execute(&mut raw).await?;
        raw.close().await?;
        Ok(Self { folder, at: At::Postgres { cluster, name } })
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn location(&self) -> Location {
        match &self.at {
            At::Sqlite(file) => Location::Sqlite(file.clone()),
            At::Postgres { cluster, name } => Location::Postgres(address(cluster, name)),
        }
    }

    /// The database, brought up to date.
    pub async fn open(&self) -> Outcome<Db> {
        let db = Db::open(&self.location()).await?;
        db.migrate().await?;
        Ok(db)
    }

    /// A server on it.
    pub async fn serve(&self) -> Outcome<Server> {
        match &self.at {
            At::Sqlite(_) => Server::start(self.folder(), &[]).await,
            At::Postgres { cluster, name } => Server::start(self.folder(), &["--database-url", &address(cluster, name)]).await,
        }
    }

    /// The expression for [`crate::scale::id`] of a number that the statement knows.
    pub fn made(&self, kind: u32, number: &str) -> String {
        match self.at {
            At::Sqlite(_) => format!("unhex(printf('0be00000000070008000%02x%010x', {kind}, {number}))"),
            At::Postgres { .. } => {
                format!(
                    "('0be00000000070008000' || lpad(to_hex({kind}), 2, '0') || lpad(to_hex(({number})::bigint), 10, '0'))::uuid"
                )
            }
        }
    }

    /// The expression for an id that is known.
    pub fn known(&self, id: AnyId) -> String {
        match self.at {
            At::Sqlite(_) => format!("unhex('{}')", id.simple()),
            At::Postgres { .. } => format!("'{}'::uuid", id.simple()),
        }
    }

    /// The expression for an id in another range than that of `id`.
    pub fn moved(&self, id: &str) -> String {
        match self.at {
            At::Sqlite(_) => format!("unhex(replace(hex({id}), '0BE00000', '0BE00001'))"),
            At::Postgres { .. } => format!("replace({id}::text, '0be00000', '0be00001')::uuid"),
        }
    }

    pub async fn run(&self, statement: String) -> Outcome<()> {
        let statement = AssertSqlSafe(statement);
        match &self.at {
            At::Sqlite(file) => {
                let mut raw = SqliteConnection::connect(&format!("sqlite:{}", file.display())).await?;
                sqlx::query(statement).execute(&mut raw).await?;
                raw.close().await?;
            }
            At::Postgres { cluster, name } => {
                let mut raw = PgConnection::connect(&address(cluster, name)).await?;
                sqlx::query(statement).execute(&mut raw).await?;
                raw.close().await?;
            }
        }
        Ok(())
    }

    /// After rows by the million the planner is told of them, as the cluster would do by itself before long.
    pub async fn settled(&self) -> Outcome<()> {
        match self.at {
            At::Sqlite(_) => Ok(()),
            At::Postgres { .. } => self.run("vacuum analyze".to_owned()).await,
        }
    }

    /// The numbers of one row.
    pub async fn numbers(&self, statement: &str) -> Outcome<Vec<i64>> {
        let statement = AssertSqlSafe(statement.to_owned());
        match &self.at {
            At::Sqlite(file) => {
                let mut raw = SqliteConnection::connect(&format!("sqlite:{}?mode=ro", file.display())).await?;
                let row = sqlx::query(statement).fetch_one(&mut raw).await?;
                raw.close().await?;
                (0..row.len()).map(|at| Ok(row.try_get(at)?)).collect()
            }
            At::Postgres { cluster, name } => {
                let mut raw = PgConnection::connect(&address(cluster, name)).await?;
                let row = sqlx::query(statement).fetch_one(&mut raw).await?;
                raw.close().await?;
                (0..row.len()).map(|at| Ok(row.try_get(at)?)).collect()
            }
        }
    }

    /// Ends it; whoever forgets leaves a database in a cluster that is thrown away itself.
    pub async fn drop_it(self) -> Outcome<()> {
        if let At::Postgres { cluster, name } = &self.at {
            let mut raw = PgConnection::connect(cluster).await?;
            sqlx::query(AssertSqlSafe(format!("drop database {name} with (force)"))).execute(&mut raw).await?;
            raw.close().await?;
        }
        Ok(())
    }
}

/// The cluster's address with another database.
fn address(cluster: &str, name: &str) -> String {
    let (before, query) = cluster.split_once('?').map_or((cluster, None), |(before, query)| (before, Some(query)));
    let server = before.rsplit_once('/').map_or(before, |(server, _)| server);
    match query {
        Some(query) => format!("{server}/{name}?{query}"),
        None => format!("{server}/{name}"),
    }
}
