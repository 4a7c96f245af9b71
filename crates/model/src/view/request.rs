//! `/my-access/requests` and one request with its timeline.

use super::{Badge, Countdown, Fact, MadeBy, Paging, Path, Persona, ask_back};
use crate::request::Phase;
use crate::{PackageId, RequestId, Ts};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requests {
    pub phase: Option<Phase>,
    pub rows: Vec<Row>,
    pub paging: Paging,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub request: RequestId,
    pub name: String,
    /// `Access package`, `Extension`, `Direct assignment`
    pub kind: String,
    pub requested: Ts,
    pub badge: Badge,
    /// `Stage 2 of 2 waits for Bianca`; may be empty.
    pub note: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    pub request: RequestId,
    /// Not set: it is about a role.
    pub package: Option<PackageId>,
    pub name: String,
    /// Who gets it.
    pub requestor: Persona,
    /// Who asked for it in their place, or assigned it.
    pub made_by: Option<MadeBy>,
    /// The reader gets it.
    pub mine: bool,
    /// The reader is whom the one who gets it reports to, and sees what they hold.
    pub led: bool,
    /// The reader sees the list of everybody's requests.
    pub sees_all: bool,
    pub badge: Badge,
    /// One sentence that says where it stands.
    pub summary: String,
    /// What an approver asked the requestor.
    pub asked_back: Option<ask_back::AskedBack>,
    /// The reader answers it.
    pub answer: bool,
    pub timeline: Vec<Entry>,
    pub facts: Vec<Fact>,
    pub gives: Vec<Path>,
    /// How it stands at the applications that have to confirm it.
    pub targets: Vec<AtTarget>,
    /// What *Cancel request* would do; not set when it is not offered.
    pub cancel: Option<String>,
    /// *Request again* is offered.
    pub again: bool,
    /// *Reprocess* is offered.
    pub reprocess: bool,
}

/// Something that was given, at the application that has to confirm it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AtTarget {
    pub what: String,
    pub target: String,
    pub badge: Badge,
    /// Why it does not work yet; empty when it does.
    pub why: String,
}

/// `/admin/requests`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllRequests {
    pub package: Option<PackageId>,
    pub search: String,
    pub phase: Option<Phase>,
    pub rows: Vec<AnyRow>,
    pub paging: Paging,
}

/// Anybody's request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnyRow {
    /// Who gets it.
    pub requestor: Persona,
    pub row: Row,
}

/// A piece of `/admin/requests.csv`, and the cursor of the next one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportedRequests {
    pub rows: Vec<ExportedRow>,
    pub next: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportedRow {
    pub request: RequestId,
    /// Who gets it.
    pub requestor: String,
    pub user_name: String,
    /// An administrator, when nobody asked for it; may be empty.
    pub assigned_by: String,
    /// Their manager, when they did not ask themselves; may be empty.
    pub requested_by: String,
    pub name: String,
    pub policy: String,
    pub justification: String,
    pub phase: Phase,
    /// `2 of 3` while a stage is open; may be empty.
    pub stage: String,
    pub requested: Ts,
    /// Since when it is settled.
    pub settled: Option<Ts>,
}

/// One entry of a timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub kind: EntryKind,
    /// `done`, `note`, `now`, `next`
    pub state: String,
    pub tone: String,
    /// `Stage 1 of 2 approved by Miriam`
    pub title: String,
    pub at: Option<Ts>,
    /// For what waits: until when.
    pub countdown: Option<Countdown>,
    /// Said instead of a time for what is still to come.
    pub when: String,
    pub words: String,
    pub more: Vec<String>,
    /// Who is asked now.
    pub asked: Vec<Persona>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    Submitted,
    Approved,
    Denied,
    Asked,
    Answered,
    Told,
    Waiting,
    Delivering,
    Delivered,
    Ended,
    Expired,
    Canceled,
    Failed,
}

impl EntryKind {
    /// The symbol in `public/icons.svg`.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Submitted | Self::Answered => "send",
            Self::Approved => "check",
            Self::Denied | Self::Canceled => "x",
            Self::Asked => "question",
            Self::Told => "bell",
            Self::Waiting | Self::Expired => "clock",
            Self::Delivering => "truck",
            Self::Delivered => "key",
            Self::Ended => "door",
            Self::Failed => "alert",
        }
    }
}
