//! Applications of others, whose roles are given here.

use crate::{ApplicationId, ApplicationRoleId, Ts};
use serde::{Deserialize, Serialize};

/// An application as it is kept. Its roles stand beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    pub id: ApplicationId,
    pub name: String,
    pub description: String,
    pub created_at: Ts,
    pub version: i64,
}

/// An application as it is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaveApplication {
    /// Not set: a new one.
    pub application: Option<ApplicationId>,
    pub version: i64,
    pub name: String,
    pub description: String,
}

/// A role of an application as it is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaveApplicationRole {
    pub application: ApplicationId,
    /// Not set: a new one.
    pub role: Option<ApplicationRoleId>,
    pub name: String,
}

/// Things by their names, as far as whoever reads them may know of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names {
    /// The first that the reader sees elsewhere, too.
    pub seen: Vec<String>,
    /// How many there are besides.
    pub others: u64,
}

impl Names {
    /// Of so many in all, with the names of these.
    pub fn of(seen: Vec<String>, all: u64) -> Self {
        let others = all.saturating_sub(u64::try_from(seen.len()).unwrap_or(u64::MAX));
        Self { seen, others }
    }

    pub fn is_empty(&self) -> bool {
        self.seen.is_empty() && self.others == 0
    }

    /// `Finance, Harbour, 2 more`, `2 catalogs`, `None`.
    pub fn words(&self, unit: &str) -> String {
        let mut words = self.seen.clone();
        match self.others {
            0 if words.is_empty() => words.push("None".to_owned()),
            0 => {}
            others if words.is_empty() => words.push(crate::time::count(i64::try_from(others).unwrap_or(i64::MAX), unit)),
            others => words.push(format!("{others} more")),
        }
        words.join(", ")
    }
}
