//! What is taken away of access reviews as files: the columns, and the pieces in which they are read.

use crate::Ts;
use crate::review::{Decision, ReviewedKind};
use serde::{Deserialize, Serialize};

/// The columns of the download; each of its rows has as many cells.
pub const EXPORTED: [&str; 39] = [
    "Review",
    "Series",
    "Kind",
    "Resource",
    "Resource id",
    "Review name",
    "Created",
    "Started",
    "Due",
    "Status",
    "Owner id",
    "Owner",
    "Owner user name",
    "Principal id",
    "Principal",
    "Principal user name",
    "Principal kind",
    "Holds",
    "Source",
    "Ends",
    "Last sign-in",
    "Last active",
    "Reviewed at",
    "Result",
    "Reason",
    "Reviewer id",
    "Reviewer",
    "Reviewer user name",
    "In place of",
    "How",
    "Recommendation",
    "Outcome",
    "Why not applied",
    "Applied by",
    "Applied at",
    "Control row",
    "Failed tries",
    "Why the last try failed",
    "Tried again at",
];

/// A piece of the evidence of a finished review, line by line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportedEvidence {
    pub lines: Vec<String>,
    /// The last row of the piece, where more follow.
    pub next: Option<crate::AnyId>,
}

/// A piece of the download.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exported {
    pub name: String,
    pub rows: Vec<Vec<String>>,
    pub next: Option<String>,
}

/// Which part of the history of reviews is taken away. An empty list is no condition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistorySought {
    /// Instances that started from here on, and before the end.
    pub from: Option<Ts>,
    pub until: Option<Ts>,
    pub decisions: Vec<Decision>,
    pub kinds: Vec<ReviewedKind>,
}

/// The columns of the history of all reviews; each of its rows has as many cells.
pub const HISTORY: [&str; 40] = [
    "Review",
    "Series",
    "Campaign id",
    "Campaign",
    "Kind",
    "Resource",
    "Resource id",
    "Policy",
    "Review name",
    "Created",
    "Started",
    "Due",
    "Status",
    "Owner id",
    "Owner",
    "Owner user name",
    "Principal id",
    "Principal",
    "Principal user name",
    "Principal kind",
    "Reviewed at",
    "Result",
    "Reason",
    "Reviewer id",
    "Reviewer",
    "Reviewer user name",
    "Reviewer email",
    "How",
    "Recommendation",
    "Outcome",
    "Why not applied",
    "Applied by",
    "Applied by user name",
    "Applied by email",
    "Applied at",
    "Row",
    "Failed tries",
    "Why the last try failed",
    "Tried again at",
    "Control row",
];

/// A piece of the history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportedHistory {
    pub rows: Vec<Vec<String>>,
    pub next: Option<String>,
}
