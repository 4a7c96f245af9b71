//! `/my-access/approvals` and one approval.

use super::{Badge, Countdown, Fact, MadeBy, Paging, Path, Persona, PlanStage, ask_back};
use crate::access::AssignmentType;
use crate::{PackageAssignmentId, Refused, RequestId, Ts};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tab {
    #[default]
    Pending,
    History,
}

/// What a request is for, as the inbox tells requests apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Package,
    DirectoryRole,
    Group,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Package, Self::DirectoryRole, Self::Group];

    /// The words in a list of choices.
    pub fn word(self) -> &'static str {
        match self {
            Self::Package => "Access packages",
            Self::DirectoryRole => "Directory roles",
            Self::Group => "Groups",
        }
    }

    /// The word in addresses and statements.
    pub fn key(self) -> &'static str {
        match self {
            Self::Package => "package",
            Self::DirectoryRole => "directory_role",
            Self::Group => "group",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }
}

/// How soon a decision is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Due {
    Day,
    ThreeDays,
    Week,
}

impl Due {
    pub const ALL: [Self; 3] = [Self::Day, Self::ThreeDays, Self::Week];

    /// The words in a list of choices.
    pub fn word(self) -> &'static str {
        match self {
            Self::Day => "Due within 24 hours",
            Self::ThreeDays => "Due within 3 days",
            Self::Week => "Due within 7 days",
        }
    }

    /// The word in addresses.
    pub fn key(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::ThreeDays => "three_days",
            Self::Week => "week",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|due| due.key() == key)
    }
}

/// What narrows the inbox down.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// For whom, or what: beginnings of words of the holder-to-be and of the package, role or group.
    pub search: String,
    pub kind: Option<Kind>,
    /// What was decided is due no more: only for what waits.
    pub due: Option<Due>,
}

impl Filter {
    /// As it stands in an address, beside the tab.
    pub fn query(&self) -> [(&'static str, String); 3] {
        let kind = self.kind.map(Kind::key).unwrap_or_default();
        let due = self.due.map(Due::key).unwrap_or_default();
        [("search", self.search.clone()), ("kind", kind.to_owned()), ("due", due.to_owned())]
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approvals {
    pub tab: Tab,
    pub filter: Filter,
    pub rows: Vec<Row>,
    pub paging: Paging,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub request: RequestId,
    /// Who gets it.
    pub requestor: Persona,
    pub name: String,
    /// `Package · 4 hours · stage 2 of 2`
    pub under: String,
    pub submitted: Ts,
    pub standing: Standing,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// The stage counted from 0, as the form sends it back.
    /// The window has no end while it stands still. `asked_back` says how the question to the requestor stands.
    Waiting { stage: usize, decide_by: Option<Countdown>, words_required: bool, asked_back: Option<Badge> },
    /// What this person decided, when, and how the request stands now.
    /// `by` decided it in their place; `removable`: *Remove access* is offered.
    Decided { mine: Badge, at: Ts, by: Option<String>, now: Badge, removable: Option<PackageAssignmentId> },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    pub request: RequestId,
    pub name: String,
    /// `Access package · 4 hours from delivery · submitted 24 Nov 2026, 09:30 UTC`
    pub summary: String,
    pub badge: Badge,
    /// Who gets it.
    pub requestor: Persona,
    /// Who asked for it in their place, or assigned it.
    pub made_by: Option<MadeBy>,
    pub requestor_facts: Vec<Fact>,
    pub submitted: Ts,
    pub justification: String,
    pub answers: Vec<Fact>,
    pub earlier: Vec<Earlier>,
    pub gives: Vec<Path>,
    pub plan: Vec<PlanStage>,
    pub asked_back: Option<ask_back::AskedBack>,
    /// What stands in the way of approving, as a sentence.
    pub in_the_way: Option<String>,
    pub decision: Offered,
    /// What whoever decides about the extension or renewal of a role may set.
    pub gives_role: Option<GivesRole>,
    /// *Remove access* is offered.
    pub removable: Option<PackageAssignmentId>,
}

/// The fields of a decision about the extension or renewal of a role, filled in as it was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivesRole {
    pub assignment_type: AssignmentType,
    /// Of what is extended; a renewal begins at once when nothing is said.
    pub starts_at: Option<Ts>,
    /// Not set: permanent.
    pub ends_at: Option<Ts>,
    /// `Permanent` is offered: the settings let one of the types have no end.
    pub permanent: bool,
    /// `Eligible assignments last 6 months at most.`
    pub hint: String,
}

/// What an earlier stage said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earlier {
    pub by: Persona,
    pub at: Ts,
    pub words: String,
}

/// Whether the reader may decide now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Offered {
    /// `hint`: `You decide for stage 2. One approval is enough; Brandon is asked as well.`
    /// The window has no end while it stands still; `ask_back` is not set when it is not offered.
    Yes {
        stage: usize,
        decide_by: Option<Countdown>,
        words_required: bool,
        hint: String,
        ask_back: Option<ask_back::Form>,
        /// What is to be proved before it is decided.
        proof: Option<Refused>,
    },
    /// The outcome, in a sentence: an old link never asks for a decision again.
    No { why: Refused },
}
