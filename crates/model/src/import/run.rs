//! What a run of an import does, in numbers and lines, and how it ends.

use crate::event::Change;
use crate::{ImportId, ImportRunId};
use serde::{Deserialize, Serialize};

/// How many of each; what a run did, or would do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Numbers {
    /// Entries that were read.
    pub people: usize,
    pub groups: usize,
    pub created: usize,
    pub taken_over: usize,
    pub changed: usize,
    pub enabled: usize,
    pub disabled: usize,
    pub groups_created: usize,
    pub groups_changed: usize,
    pub added: usize,
    pub removed: usize,
    pub refused: usize,
}

impl Numbers {
    /// In the words of a list; what there is none of is left out.
    pub fn said(&self) -> Vec<(&'static str, usize)> {
        [
            ("People created", self.created),
            ("People taken over", self.taken_over),
            ("People changed", self.changed),
            ("People enabled", self.enabled),
            ("People disabled", self.disabled),
            ("Groups created", self.groups_created),
            ("Groups changed", self.groups_changed),
            ("Members added", self.added),
            ("Members removed", self.removed),
            ("Skipped or refused", self.refused),
        ]
        .into_iter()
        .filter(|(_, many)| *many > 0)
        .collect()
    }

    /// Whether nothing is to be done.
    pub fn is_nothing(&self) -> bool {
        let Self { created, taken_over, changed, enabled, disabled, groups_created, groups_changed, added, removed, .. } = self;
        [created, taken_over, changed, enabled, disabled, groups_created, groups_changed, added, removed]
            .into_iter()
            .all(|many| *many == 0)
    }
}

/// What a line of a preview, or of a run, tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    Create,
    TakeOver,
    Change,
    Enable,
    Disable,
    CreateGroup,
    ChangeGroup,
    Add,
    Remove,
    /// It is not done; the line says why.
    Refuse,
}

impl What {
    pub const ALL: [Self; 10] = [
        Self::Create,
        Self::TakeOver,
        Self::Change,
        Self::Enable,
        Self::Disable,
        Self::CreateGroup,
        Self::ChangeGroup,
        Self::Add,
        Self::Remove,
        Self::Refuse,
    ];

    /// The word in addresses.
    pub fn key(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::TakeOver => "take_over",
            Self::Change => "change",
            Self::Enable => "enable",
            Self::Disable => "disable",
            Self::CreateGroup => "create_group",
            Self::ChangeGroup => "change_group",
            Self::Add => "add",
            Self::Remove => "remove",
            Self::Refuse => "refuse",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.key() == key)
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::Create => "Create",
            Self::TakeOver => "Take over",
            Self::Change => "Change",
            Self::Enable => "Enable",
            Self::Disable => "Disable",
            Self::CreateGroup => "Create group",
            Self::ChangeGroup => "Change group",
            Self::Add => "Add",
            Self::Remove => "Remove",
            Self::Refuse => "Skip",
        }
    }

    pub fn tone(self) -> &'static str {
        match self {
            Self::Create | Self::CreateGroup | Self::Add | Self::Enable => "good",
            Self::Change | Self::ChangeGroup | Self::TakeOver => "work",
            Self::Disable | Self::Remove => "bad",
            Self::Refuse => "warn",
        }
    }
}

/// One line of a preview, or of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub what: What,
    /// The person or group, and what tells it apart from others.
    pub who: String,
    pub under: String,
    /// Why it is so, or where somebody is added or removed.
    pub why: String,
    pub changes: Vec<Change>,
}

/// How much a run may take away because somebody looked at it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmed {
    pub disabled: usize,
    pub removed: usize,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    Done,
    /// The directory could not be read, or the server stopped.
    Failed,
    /// It would have taken away more than it may without asking, and did nothing.
    Asks,
}

impl Ended {
    pub const ALL: [Self; 3] = [Self::Done, Self::Failed, Self::Asks];

    /// The word in columns.
    pub fn key(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Asks => "asks",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ended| ended.key() == key)
    }
}

/// What a run came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub import: ImportId,
    pub run: ImportRunId,
    pub ended: Ended,
    pub numbers: Numbers,
    /// Why it failed or asks.
    pub why: String,
    /// What was skipped or refused.
    pub lines: Vec<Line>,
}
