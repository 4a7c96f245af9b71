//! Evidence: everything that a finished review found, one JSON document a line, sealed by the history. The lines of the
//! review and of its rows are what is sealed; names stand beside them for whoever reads the file.

use super::{Counts, ReviewSettings, Reviewed};
use crate::access::{AssignmentType, ResourceRole, Source};
use crate::directory::Principal;
use crate::{AnyId, GroupId, PolicyId, ReviewId, ReviewRowId, ReviewSeriesId, Ts, UserId};
use serde::{Deserialize, Serialize};

/// How far the sealing of what was found has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "evidence")]
pub enum Evidence {
    /// The digest of the lines so far; empty before the first.
    Sealing { after: Option<AnyId>, rows: u64, digest: String },
    /// The history says so many rows and this digest.
    Sealed { at: Ts, rows: u64, digest: String },
}

impl Evidence {
    /// Nothing is sealed yet.
    pub fn begun() -> Self {
        Self::Sealing { after: None, rows: 0, digest: String::new() }
    }
}

/// One line of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceLine {
    /// The first.
    Review(Box<EvidenceHead>),
    Row(Box<EvidenceRow>),
    /// What something in the rows above is called now. Not sealed, and said again where it comes again.
    Name {
        id: AnyId,
        name: String,
    },
    /// The last.
    Seal(EvidenceSeal),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceHead {
    /// Of the file, 1 so far.
    pub version: u32,
    pub review: ReviewId,
    pub series: ReviewSeriesId,
    pub number: u32,
    pub of: Reviewed,
    /// Only what is held under this policy of the package.
    pub policy: Option<PolicyId>,
    pub owner: UserId,
    pub settings: ReviewSettings,
    pub started_at: String,
    /// When it was completed or applied, and who ended it, if somebody did.
    pub ended_at: String,
    pub ended_by: Option<UserId>,
    pub applied: bool,
    pub counts: Counts,
    /// Who shared rows, a list for each stage.
    pub reviewers: Vec<Vec<UserId>>,
}

/// Instants are as in RFC 3339.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceRow {
    pub id: ReviewRowId,
    pub principal: Principal,
    pub held: AnyId,
    pub role: Option<ResourceRole>,
    pub assignment_type: AssignmentType,
    pub source: Option<Source>,
    pub through: Option<GroupId>,
    pub ends_at: Option<String>,
    pub last_sign_in: Option<String>,
    pub last_active: Option<String>,
    /// Nothing where there was too little to go by.
    pub recommendation: Option<String>,
    pub reviewer: Option<UserId>,
    /// Nobody held it: it was there to see whether reviewers look.
    pub control: bool,
    pub decision: String,
    /// Everything that was decided, the latest first.
    pub decisions: Vec<EvidenceDecision>,
    pub outcome: String,
    pub outcome_words: String,
    pub applied_at: Option<String>,
    /// Not written where nothing failed: what was sealed before stays as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<EvidenceFailed>,
}

/// Applying it failed before it was known what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceFailed {
    pub tries: u32,
    /// Of the last time.
    pub cause: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceDecision {
    pub decision: String,
    pub how: String,
    pub by: Option<UserId>,
    /// In whose place; or to or from whom it was handed.
    pub other: Option<UserId>,
    pub at: String,
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceSeal {
    pub review: ReviewId,
    pub rows: u64,
    /// SHA-256 in hexadecimal: of the first line, then of what it was before followed by each row's line.
    pub digest: String,
}
