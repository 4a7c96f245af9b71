//! Who holds a package, as administrators see it, and giving it to people.

use super::{Badge, Choice, Countdown, Fact, Paging, Persona};
use crate::package::Question;
use crate::{PackageAssignmentId, PackageId, PolicyId, RequestId, Ts};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Filter {
    #[default]
    Active,
    Ended,
}

impl Filter {
    pub const ALL: [Self; 2] = [Self::Active, Self::Ended];

    /// The word in addresses; none for what is shown at first.
    pub fn key(self) -> &'static str {
        match self {
            Self::Active => "",
            Self::Ended => "ended",
        }
    }

    /// The word on the filter and on badges.
    pub fn word(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Ended => "Ended",
        }
    }

    pub fn from_key(key: &str) -> Self {
        Self::ALL.into_iter().find(|filter| filter.key() == key).unwrap_or_default()
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignments {
    pub package: PackageId,
    pub package_name: String,
    pub search: String,
    pub filter: Filter,
    pub rows: Vec<Row>,
    pub paging: Paging,
    /// *New assignment* and *Remove* are offered.
    pub may_assign: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub assignment: PackageAssignmentId,
    pub who: Persona,
    pub policy: String,
    pub badge: Badge,
    pub starts: Ts,
    /// Not set: without an end, or ended.
    pub ends: Option<Countdown>,
    pub ended: Option<Ended>,
    /// `Requested`, `Assigned by Morgan`
    pub source: String,
    pub request: Option<RequestId>,
    /// *Remove* is offered.
    pub removable: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    pub at: Ts,
    /// `It was taken away`
    pub why: String,
}

/// A piece of the download, and the cursor of the next one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exported {
    pub rows: Vec<ExportedRow>,
    pub next: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportedRow {
    pub row: Row,
    pub user_name: String,
    pub ends: Option<Ts>,
}

/// The form of a direct assignment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewAssignment {
    pub package: PackageId,
    pub package_name: String,
    /// Under which it may be assigned.
    pub policies: Vec<Policy>,
    /// People to choose from.
    pub people: Vec<Choice>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    pub policy: PolicyId,
    pub name: String,
    /// For whom, approval, how long.
    pub terms: Vec<Fact>,
    pub justification_required: bool,
    pub questions: Vec<Question>,
    /// Start and end may be named.
    pub timeline_allowed: bool,
}
