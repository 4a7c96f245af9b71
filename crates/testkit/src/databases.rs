//! Databases for tests: a new, empty one for every test, on each engine, gone when the test ends.
//!
//! PostgreSQL databases are copies of one migrated template, made once for each content of the migrations. They sort
//! by a language, as many real ones do, so that nothing can lean on a database that sorts by bytes.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::hash::{BuildHasher, DefaultHasher, Hash, Hasher, RandomState};
use store::{Db, Location};
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// The cluster that test databases are made on.
pub const VARIABLE: &str = "VESTIBULE_TEST_POSTGRES";

/// Only one process at a time makes the template (any fixed number serves).
const TEMPLATE_LOCK: &str = "select pg_advisory_lock(7301948)";

/// A database of one test.
#[derive(Debug)]
pub struct TestDb {
    pub db: Db,
    /// `SQLite` or `PostgreSQL`.
    pub engine: &'static str,
    /// For a second set of connections, as a second server process has.
    pub location: Location,
    _kept: Kept,
}

impl TestDb {
    async fn open(location: Location, kept: Kept) -> Self {
        let db = Db::open(&location).await.unwrap_or_else(|fault| panic!("the test database does not open: {fault}"));
        Self { engine: db.engine(), db, location, _kept: kept }
    }

    /// A second server process on the same database.
    pub async fn second(&self) -> Db {
        Db::open(&self.location).await.unwrap_or_else(|fault| panic!("the test database does not open twice: {fault}"))
    }
}

/// Ends the database when dropped.
#[derive(Debug)]
enum Kept {
    Folder(#[expect(dead_code, reason = "removes the folder when dropped")] TempDir),
    Database { cluster: String, name: String },
}

impl Drop for Kept {
    fn drop(&mut self) {
        let Self::Database { cluster, name } = self else { return };
        let (cluster, name) = (cluster.clone(), name.clone());
        // Dropping cannot wait inside a runtime, so it has one of its own. Best effort: the cluster goes away too.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let mut link = PgConnection::connect(&cluster).await.map_err(std::io::Error::other)?;
                let drop = format!("drop database if exists {name} with (force)");
                link.execute(AssertSqlSafe(drop)).await.map_err(std::io::Error::other)
            })
        });
        if let Ok(Err(error)) = dropping.join() {
            eprintln!("A test database stays behind: {error}");
        }
    }
}

/// A migrated SQLite file.
pub async fn sqlite() -> TestDb {
    migrated(empty_sqlite().await).await
}

/// A migrated PostgreSQL database.
pub async fn postgres() -> TestDb {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    let cluster = cluster();
    let mut link = connect(&cluster).await;
    let template = TEMPLATE.get_or_init(|| template(&cluster)).await;
    let name = unique();
    run(&mut link, format!("create database {name} template {template}")).await;
    TestDb::open(location(&cluster, &name), Kept::Database { cluster, name }).await
}

/// A SQLite file without any table.
pub async fn empty_sqlite() -> TestDb {
    let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("there is no temporary folder: {error}"));
    let location = Location::Sqlite(folder.path().join("vestibule.db"));
    TestDb::open(location, Kept::Folder(folder)).await
}

/// A PostgreSQL database without any table.
pub async fn empty_postgres() -> TestDb {
    let cluster = cluster();
    let name = unique();
    create(&mut connect(&cluster).await, &name).await;
    TestDb::open(location(&cluster, &name), Kept::Database { cluster, name }).await
}

async fn migrated(empty: TestDb) -> TestDb {
    empty.db.migrate().await.unwrap_or_else(|problem| panic!("the test database cannot be migrated: {problem}"));
    empty
}

/// The name of a migrated database that nobody connects to, so that it can be copied.
async fn template(cluster: &str) -> String {
    let mut hash = DefaultHasher::new();
    store::migrations().hash(&mut hash);
    format!("{:?}", model::directory::BUILT_IN_ROLES).hash(&mut hash);
    let name = format!("vestibule_template_{:016x}", hash.finish());
    let mut link = connect(cluster).await;
    run(&mut link, TEMPLATE_LOCK.to_owned()).await;
    let there = sqlx::query("select 1 from pg_database where datname = $1").bind(&name).fetch_optional(&mut link).await;
    if there.unwrap_or_else(|error| panic!("the cluster does not answer: {error}")).is_none() {
        // Made under another name: one that is half made is never copied.
        let half = format!("{name}_half");
        run(&mut link, format!("drop database if exists {half} with (force)")).await;
        create(&mut link, &half).await;
        let made = location(cluster, &half);
        let db = Db::open(&made).await.unwrap_or_else(|fault| panic!("the template does not open: {fault}"));
        db.migrate().await.unwrap_or_else(|problem| panic!("the template cannot be migrated: {problem}"));
        db.close().await;
        run(&mut link, format!("alter database {half} rename to {name}")).await;
    }
    name
}

async fn create(link: &mut PgConnection, name: &str) {
    let by_language = format!("create database {name} template template0 encoding 'UTF8' locale_provider icu icu_locale 'en-US'");
    if link.execute(AssertSqlSafe(by_language)).await.is_err() {
        run(link, format!("create database {name} template template0 encoding 'UTF8'")).await;
    }
}

fn cluster() -> String {
    std::env::var(VARIABLE).unwrap_or_else(|_| {
        panic!(
            "{VARIABLE} is not set, so there is no PostgreSQL to test on. Run `cargo xtask test store`, which starts one, \
             or set it to the address of a cluster, such as postgres://user@127.0.0.1:5432/postgres."
        )
    })
}

async fn connect(cluster: &str) -> PgConnection {
    PgConnection::connect(cluster).await.unwrap_or_else(|error| panic!("{VARIABLE} does not lead to a cluster: {error}"))
}

async fn run(link: &mut PgConnection, sql: String) {
    if let Err(error) = link.execute(AssertSqlSafe(sql.as_str())).await {
        panic!("`{sql}` failed: {error}");
    }
}

/// The address of another database of the cluster.
fn location(cluster: &str, name: &str) -> Location {
    let (address, settings) = cluster.split_once('?').map_or((cluster, String::new()), |(a, s)| (a, format!("?{s}")));
    let server = address.rsplit_once('/').map_or(address, |(server, _)| server);
    Location::Postgres(format!("{server}/{name}{settings}"))
}

/// A name that no other test has: each hasher starts from its own random number.
fn unique() -> String {
    format!("t_{:016x}_{}", RandomState::new().build_hasher().finish(), std::process::id())
}

/// Runs one story to its end, with real threads, so that what happens at the same time does.
pub fn tell(story: impl Future<Output = ()>) {
    let mut threads = tokio::runtime::Builder::new_multi_thread();
    let runtime = threads.worker_threads(4).enable_all().build();
    runtime.unwrap_or_else(|error| panic!("there is no runtime: {error}")).block_on(story);
}

/// One story, told on each engine: a module of its name with the tests `sqlite` and `postgres`. It is told about a
/// `TestDb`, which is migrated, or an `EmptyDb`, which has no table.
///
/// ```ignore
/// testkit::both! {
///     async fn a_saved_user_is_loaded_unchanged(test: TestDb) { … }
/// }
/// ```
#[macro_export]
macro_rules! both {
    ($($(#[$meta:meta])* async fn $name:ident($test:ident: $kind:ident) $story:block)+) => { $(
        $(#[$meta])*
        mod $name {
            use super::*;

            async fn story($test: $crate::databases::TestDb) $story

            #[test]
            fn sqlite() {
                $crate::databases::tell(async { story($crate::both!(@sqlite $kind).await).await });
            }

            #[test]
            fn postgres() {
                $crate::databases::tell(async { story($crate::both!(@postgres $kind).await).await });
            }
        }
    )+ };
    (@sqlite TestDb) => { $crate::databases::sqlite() };
    (@sqlite EmptyDb) => { $crate::databases::empty_sqlite() };
    (@postgres TestDb) => { $crate::databases::postgres() };
    (@postgres EmptyDb) => { $crate::databases::empty_postgres() };
}
