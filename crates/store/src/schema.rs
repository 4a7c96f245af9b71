//! Migrations: numbered files, applied once, in order, each in one transaction.

use crate::link::Half;
use crate::{Db, Fault, Link};
use model::RoleId;
use model::directory::BUILT_IN_ROLES;
use sqlx::AssertSqlSafe;
use std::fmt;

/// The migrations that this program knows.
const MIGRATIONS: &[(i64, &str)] = &[
    (1, include_str!("../migrations/0001_foundation.sql")),
    (2, include_str!("../migrations/0002_review_look_ups.sql")),
    (3, include_str!("../migrations/0003_authentication_contexts.sql")),
    (4, include_str!("../migrations/0004_verification_of_holders.sql")),
    (5, include_str!("../migrations/0005_identity_providers.sql")),
    (6, include_str!("../migrations/0006_provisioning.sql")),
    (7, include_str!("../migrations/0007_targets.sql")),
    (8, include_str!("../migrations/0008_step_up_and_logout.sql")),
    (9, include_str!("../migrations/0009_webhooks.sql")),
    (10, include_str!("../migrations/0010_ldap_targets.sql")),
    (11, include_str!("../migrations/0011_imports.sql")),
    (12, include_str!("../migrations/0012_answering.sql")),
    (13, include_str!("../migrations/0013_adopting.sql")),
    (14, include_str!("../migrations/0014_mail_and_asking_roles.sql")),
    (15, include_str!("../migrations/0015_answers_in_time.sql")),
    (16, include_str!("../migrations/0016_runs_of_imports.sql")),
    (17, include_str!("../migrations/0017_uncompared_groups.sql")),
    (18, include_str!("../migrations/0018_targets_put_right.sql")),
    (19, include_str!("../migrations/0019_leaving_reviewers.sql")),
    (20, include_str!("../migrations/0020_review_campaigns.sql")),
    (21, include_str!("../migrations/0021_rows_that_failed.sql")),
    (22, include_str!("../migrations/0022_known_places.sql")),
    (23, include_str!("../migrations/0023_approvals_that_are_needed.sql")),
    (24, include_str!("../migrations/0024_words_by_sign_in.sql")),
    (25, include_str!("../migrations/0025_who_applied_a_row.sql")),
];

/// With this migration the addresses of people who were there before are folded as all others are. SQL folds only English letters.
const FOLDS_MAILS: i64 = 18;

/// With this migration rows that were applied before say who had them applied, as their instance does.
const KEEPS_WHO_APPLIED: i64 = 25;

/// The migrations by number, for tests that make databases ahead of time.
#[doc(hidden)]
pub fn migrations() -> &'static [(i64, &'static str)] {
    MIGRATIONS
}

/// Two servers that start together take turns (PostgreSQL's advisory lock; any fixed number serves).
const LOCK: &str = "select pg_advisory_xact_lock(7301947)";

/// Where a database stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaState {
    Empty,
    Behind {
        found: i64,
        known: i64,
    },
    Current,
    /// A newer program was here.
    Newer {
        found: i64,
        known: i64,
    },
}

/// Why a database was not brought up to date.
#[derive(Debug)]
pub enum MigrateProblem {
    NewerSchema { found: i64, known: i64 },
    Fault(Fault),
}

impl fmt::Display for MigrateProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NewerSchema { found, known } => write!(
                f,
                "The database has schema {found} and this program knows schema {known}: a newer Vestibule was here. Start that version, or restore a backup from before the update."
            ),
            Self::Fault(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for MigrateProblem {}

impl From<Fault> for MigrateProblem {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl Db {
    /// Compares the database with what this program knows.
    pub async fn schema(&self) -> Result<SchemaState, Fault> {
        let mut link = self.read().await?;
        let known = MIGRATIONS.last().map_or(0, |(number, _)| *number);
        Ok(match applied(&mut link).await? {
            None | Some(0) => SchemaState::Empty,
            Some(found) if found > known => SchemaState::Newer { found, known },
            Some(found) if found < known => SchemaState::Behind { found, known },
            Some(_) => SchemaState::Current,
        })
    }

    /// Applies what is missing.
    pub async fn migrate(&self) -> Result<(), MigrateProblem> {
        self.migrate_until(i64::MAX).await
    }

    /// Applies what is missing up to a number: a database as an older program left it, for tests.
    #[doc(hidden)]
    pub async fn migrate_until(&self, newest: i64) -> Result<(), MigrateProblem> {
        match self.schema().await? {
            SchemaState::Newer { found, known } => return Err(MigrateProblem::NewerSchema { found, known }),
            SchemaState::Current if roles_are_current(&mut self.read().await?).await? => return Ok(()),
            SchemaState::Empty | SchemaState::Behind { .. } | SchemaState::Current => {}
        }
        let mut link = self.begin().await?;
        if !link.is_sqlite() {
            script(&mut link, LOCK).await?;
        }
        if applied(&mut link).await?.is_none() {
            script(&mut link, "create table migrations (number bigint not null primary key) strict;").await?;
        }
        let done = applied(&mut link).await?.unwrap_or(0);
        let known = MIGRATIONS.last().map_or(0, |(number, _)| *number);
        if done > known {
            // Somebody newer was faster, between the look above and the lock.
            return Err(MigrateProblem::NewerSchema { found: done, known });
        }
        for (number, text) in MIGRATIONS.iter().filter(|(number, _)| *number > done && *number <= newest) {
            script(&mut link, text).await?;
            if *number == FOLDS_MAILS {
                crate::users::fold_mails(&mut link).await?;
            }
            if *number == KEEPS_WHO_APPLIED {
                crate::review_help::keep_who_applied(&mut link).await?;
            }
            run!(link, "insert into migrations (number) values ($1)", *number)?;
        }
        for role in BUILT_IN_ROLES {
            run!(
                link,
                "insert into directory_roles (id, name, description, privileged) values ($1, $2, $3, $4)
                 on conflict (id) do update set name = excluded.name, description = excluded.description, privileged = excluded.privileged",
                role.id,
                role.name,
                role.description,
                role.privileged,
            )?;
        }
        link.commit().await?;
        Ok(())
    }
}

/// Whether the built-in roles are there as this program knows them: they change without a migration.
async fn roles_are_current(link: &mut Link) -> Result<bool, Fault> {
    let found: Vec<(RoleId, String, String, bool)> =
        rows!(link, "select id, name, description, privileged from directory_roles")?;
    Ok(BUILT_IN_ROLES.iter().all(|role| {
        found.iter().any(|(id, name, description, privileged)| {
            (*id, name.as_str(), description.as_str(), *privileged) == (role.id, role.name, role.description, role.privileged)
        })
    }))
}

/// The newest applied migration; nothing when the table is not there.
async fn applied(link: &mut Link) -> Result<Option<i64>, Fault> {
    let there: Option<(i64,)> = if link.is_sqlite() {
        row!(link, "select cast(1 as bigint) from sqlite_master where type = 'table' and name = 'migrations'")?
    } else {
        row!(
            link,
            "select cast(1 as bigint) from information_schema.tables where table_schema = current_schema() and table_name = 'migrations'"
        )?
    };
    if there.is_none() {
        return Ok(None);
    }
    let newest: Option<(i64,)> = row!(link, "select coalesce(max(number), 0) from migrations")?;
    Ok(newest.map(|(number,)| number))
}

/// Runs a script of several statements, translated for the engine.
async fn script(link: &mut Link, text: &str) -> Result<(), Fault> {
    let done = match link.half()? {
        Half::Sqlite(connection) => sqlx::raw_sql(AssertSqlSafe(for_sqlite(text))).execute(connection).await.map(|_| ()),
        Half::Postgres(connection) => sqlx::raw_sql(AssertSqlSafe(for_postgres(text))).execute(connection).await.map(|_| ()),
    };
    done.map_err(|error| Fault::sql("apply a migration", error))
}

fn for_postgres(text: &str) -> String {
    text.replace(") strict;", ");")
}

/// Replaces the types, word by word and outside of comments. SQLite sorts by bytes anyway.
fn for_sqlite(text: &str) -> String {
    text.replace(" collate \"C\"", "")
        .lines()
        .map(|line| {
            let (code, comment) = line.find("--").map_or((line, ""), |at| line.split_at(at));
            let words = code.split(' ').map(|word| match word {
                "uuid" | "bytea" => "blob",
                "bigint" | "boolean" => "integer",
                "uuid," | "bytea," => "blob,",
                "uuid;" | "bytea;" => "blob;",
                "bigint," | "boolean," => "integer,",
                "bigint;" | "boolean;" => "integer;",
                other => other,
            });
            words.collect::<Vec<_>>().join(" ") + comment
        })
        .collect::<Vec<_>>()
        .join("\n")
}
