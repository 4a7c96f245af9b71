//! What reviews would ask and take away, before they are made.

use super::Subject;
use crate::Ts;
use crate::view::Persona;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    pub of: Vec<PreviewOf>,
    /// When the first instances start, or the next ones of a series, at most five.
    pub instances: Vec<(Ts, Ts)>,
}

/// A review of one thing. Counts are of all rows; where there are too many to go through, a warning says of which.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewOf {
    pub subject: Subject,
    pub rows: u64,
    pub stages: Vec<PreviewStage>,
    /// What silence would take away.
    pub removed_by_silence: u64,
    /// What silence would deny besides, and applying cannot take away.
    pub denied_only: u64,
    /// What to think about before this is made: full sentences.
    pub warnings: Vec<String>,
    /// People who are named for control rows. They are among no other number.
    pub controls: u64,
    /// Who would be asked about whom: a few rows, first those without a reviewer of their own.
    pub lines: Vec<PreviewLine>,
    /// Rows that are counted and not among the lines.
    pub more: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewStage {
    /// `Managers of users`
    pub reviewers: String,
    pub days: u32,
    /// Who would be asked about how many rows; the most first, a few of them.
    pub asked: Vec<(Persona, u64)>,
    /// How many others would be asked.
    pub others: u64,
    /// Rows for which nobody is found who is asked in general, by who is asked instead.
    pub fallback: u64,
    pub owner: u64,
    pub administrators: u64,
    /// Rows that nobody can decide, because whoever would is whom they are about.
    pub undecidable: u64,
    /// Which rows come into a later stage; empty for the first.
    pub comes: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewLine {
    pub name: String,
    /// `Eligible`, `Active, through a group`; empty for a package.
    pub holds: String,
    /// Who is asked, a cell for each stage: `Miriam or Lee`, `Lee, as a fallback reviewer`.
    pub asked: Vec<String>,
    /// `Stays`, `Removed`
    pub silent: String,
}
