//! What can go wrong between us and the database.

use std::fmt;

/// A statement failed, or a row holds what cannot be.
#[derive(Debug)]
pub struct Fault {
    doing: String,
    cause: Option<sqlx::Error>,
}

impl Fault {
    pub(crate) fn sql(sql: &str, cause: sqlx::Error) -> Self {
        Self { doing: sql.split_whitespace().collect::<Vec<_>>().join(" "), cause: Some(cause) }
    }

    /// A stored value that no version of this program writes. Names table and row.
    pub(crate) fn impossible(table: &str, row: impl fmt::Display, what: impl fmt::Display) -> Self {
        Self { doing: format!("table {table}, row {row}: {what}"), cause: None }
    }

    pub(crate) fn new(doing: impl Into<String>) -> Self {
        Self { doing: doing.into(), cause: None }
    }

    /// A row with the same key is there already.
    pub fn is_duplicate(&self) -> bool {
        matches!(&self.cause, Some(sqlx::Error::Database(error)) if error.is_unique_violation())
    }

    /// Two transactions waited for each other, and PostgreSQL took this one back. Nothing of it happened, so doing it again
    /// is right.
    pub fn is_deadlock(&self) -> bool {
        matches!(&self.cause, Some(sqlx::Error::Database(error)) if error.code().as_deref() == Some("40P01"))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Some(cause) => write!(f, "{cause} [{}]", self.doing),
            None => f.write_str(&self.doing),
        }
    }
}

impl std::error::Error for Fault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_ref().map(|cause| cause as _)
    }
}

/// Whether a versioned update found the row as it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Saved {
    Yes,
    /// Somebody else was faster; nothing was written.
    Stale,
}

impl Saved {
    pub(crate) fn one(rows: u64) -> Self {
        if rows == 1 { Self::Yes } else { Self::Stale }
    }
}
