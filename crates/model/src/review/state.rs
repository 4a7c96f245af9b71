//! Where an instance of an access review stands: what is done by itself now, and how far that is.

use super::{Ended, Letters, Phase, Stopped};
use crate::{AnyId, GroupId, Ts, UserId};
use serde::{Deserialize, Serialize};

/// Where an instance stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum ReviewState {
    /// It is found out who holds what: first directly, then through each of these groups.
    Starting {
        groups: Vec<GroupId>,
        at: usize,
        after: Option<AnyId>,
        /// Something is not as it was approved in the instance before, as far as was looked.
        #[serde(default)]
        changed: bool,
    },
    /// Nothing had changed since the instance before, and nobody was asked.
    Skipped {
        at: Ts,
    },
    /// Rows that go on are given to the reviewers of a later stage.
    Opening {
        stage: usize,
        after: Option<AnyId>,
    },
    InProgress {
        stage: usize,
        since: Ts,
        until: Ts,
        remind_at: Option<Ts>,
        letters: Option<Letters>,
    },
    /// It was stopped, and is opened again: rows that were open are so again.
    Reopening {
        stopped: Stopped,
        after: Option<AnyId>,
    },
    /// Every decision is taken back, some at a time.
    Resetting {
        by: Option<UserId>,
        stage: Stopped,
        after: Option<AnyId>,
    },
    /// Rows that nobody decided are decided as the settings say.
    Completing {
        by: Option<UserId>,
        after: Option<AnyId>,
        #[serde(default)]
        stopped: Option<Stopped>,
    },
    /// `held_back`: silence alone would remove too much.
    Completed {
        at: Ts,
        by: Option<UserId>,
        held_back: bool,
        #[serde(default)]
        stopped: Option<Stopped>,
    },
    Applying {
        at: Ts,
        by: Option<UserId>,
        /// What is left failed, and is tried again then.
        #[serde(default)]
        again_at: Option<Ts>,
        /// When reviewers could decide no more.
        #[serde(default)]
        ended: Option<Ended>,
    },
    /// What could not be removed is made ready to be tried again, some rows at a time; then it is applied like the first time.
    TryingAgain {
        at: Ts,
        by: Option<UserId>,
        ended: Option<Ended>,
        after: Option<AnyId>,
    },
    Applied {
        at: Ts,
        by: Option<UserId>,
        /// Nothing was denied, so there was nothing to apply.
        #[serde(default)]
        stopped: Option<Stopped>,
        /// When reviewers could decide no more; nothing where that was at this very moment.
        #[serde(default)]
        ended: Option<Ended>,
    },
}

impl ReviewState {
    pub fn phase(&self) -> Phase {
        match self {
            Self::Starting { .. } => Phase::Starting,
            Self::Skipped { .. } => Phase::Skipped,
            Self::Opening { .. } | Self::InProgress { .. } | Self::Reopening { .. } | Self::Resetting { .. } => Phase::InProgress,
            Self::Completing { .. } => Phase::Completing,
            Self::Completed { .. } => Phase::Completed,
            Self::Applying { .. } | Self::TryingAgain { .. } => Phase::Applying,
            Self::Applied { .. } => Phase::Applied,
        }
    }

    /// The stage in which reviewers decide now.
    pub fn open_stage(&self) -> Option<usize> {
        match self {
            Self::InProgress { stage, .. } => Some(*stage),
            _ => None,
        }
    }
}
