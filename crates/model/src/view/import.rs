//! Imports, as administrators set them and see how they ran.

use super::provider::Step;
use super::{Badge, Fact, Paging};
use crate::import::{Confirmed, Import, Line, Numbers, Typed, What};
use crate::{ImportId, ImportRunId, Ts};
use serde::{Deserialize, Serialize};

/// `/admin/settings`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imports {
    pub rows: Vec<Row>,
    /// *New import* is offered.
    pub may_change: bool,
    /// What the form of a new one begins with.
    pub typed: Typed,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub import: Import,
    pub badge: Badge,
    /// People who come from it.
    pub people: u32,
    /// When it began to run last.
    pub ran: Option<Ts>,
}

/// `/admin/settings/imports/{id}`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OneImport {
    pub row: Row,
    pub may_change: bool,
    /// The settings as the form has them.
    pub typed: Typed,
    pub groups: u32,
    /// It runs now, or will in a moment.
    pub running: bool,
    /// When it runs next by itself.
    pub next: Option<Ts>,
    /// What the last run asks, and what whoever says yes to it allows.
    pub asks: Option<(String, Confirmed)>,
    pub runs: Vec<Run>,
    pub paging: Paging,
}

/// One time that it ran.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    pub id: ImportRunId,
    pub began: Ts,
    /// Who ran it; nothing: it was time.
    pub by: String,
    pub badge: Badge,
    pub numbers: Numbers,
    pub why: String,
    /// What was skipped or refused, as far as it was kept.
    pub lines: Vec<Line>,
    /// So many more.
    pub more: u32,
}

/// `/admin/settings/imports/{id}/test`: what was tried, and what came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportTest {
    pub import: ImportId,
    pub name: String,
    pub at: Ts,
    /// Everything was as it has to be.
    pub good: bool,
    pub steps: Vec<Step>,
    /// The first people, as they would be here.
    pub people: Vec<Sample>,
    pub groups: Vec<Sample>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    pub dn: String,
    pub facts: Vec<Fact>,
}

/// `/admin/settings/imports/{id}/preview`: what a run would do, and nothing was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportPreview {
    pub import: ImportId,
    pub name: String,
    pub at: Ts,
    /// Why nothing could be read.
    pub failed: Option<String>,
    pub numbers: Numbers,
    /// A run would ask first, and this is what it would say.
    pub asks: Option<String>,
    /// Only these lines.
    pub what: Option<What>,
    pub lines: Vec<Line>,
    pub paging: Paging,
}
