//! When access reviews are over, and those that somebody stopped before their time.

use super::ReviewState;
use crate::{Ts, UserId};
use serde::{Deserialize, Serialize};

/// The stage that was open when somebody stopped the instance before its time, or reset it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stopped {
    pub stage: usize,
    pub since: Ts,
    /// When it would have been over, or will be.
    pub until: Ts,
}

/// When an instance was over, and who stopped it before its time: applying its results comes later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    pub at: Ts,
    pub by: Option<UserId>,
}

impl ReviewState {
    /// Who ended it before its time, or had it applied.
    pub fn by(&self) -> Option<UserId> {
        match self {
            Self::Completing { by, .. }
            | Self::Completed { by, .. }
            | Self::Applying { by, .. }
            | Self::TryingAgain { by, .. }
            | Self::Applied { by, .. } => *by,
            Self::Starting { .. }
            | Self::Opening { .. }
            | Self::Reopening { .. }
            | Self::Resetting { .. }
            | Self::InProgress { .. }
            | Self::Skipped { .. } => None,
        }
    }

    /// When reviewers could decide no more, and who stopped it before its time; nothing while it runs.
    pub fn ended(&self) -> Option<Ended> {
        match self {
            Self::Completed { at, by, .. } => Some(Ended { at: *at, by: *by }),
            Self::Applying { at, by, ended, .. }
            | Self::TryingAgain { at, by, ended, .. }
            | Self::Applied { at, by, ended, .. } => Some(ended.unwrap_or(Ended { at: *at, by: *by })),
            Self::Starting { .. }
            | Self::Skipped { .. }
            | Self::Opening { .. }
            | Self::InProgress { .. }
            | Self::Reopening { .. }
            | Self::Resetting { .. }
            | Self::Completing { .. } => None,
        }
    }
}

/// Why an instance cannot be opened again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StaysClosed {
    /// Nobody stopped it: it runs, or its time was over.
    NotStopped,
    /// What was denied is being taken away, or was.
    Applied,
    /// The time is over at which the stage would have ended by itself.
    Over,
    /// The next instance of the series has begun.
    NextBegan,
    /// What it is about was deleted.
    Gone,
}

impl StaysClosed {
    pub fn sentence(self) -> &'static str {
        match self {
            Self::NotStopped => {
                "Only a review that was stopped in the middle of a stage can be opened again. Open the review again to see where it stands."
            }
            Self::Applied => {
                "The results of this review are being applied or were, and what was removed stays so. Make a new review to ask again."
            }
            Self::Over => {
                "The time in which reviewers could have decided is over, so there is nothing to open again. Make a new review to ask again."
            }
            Self::NextBegan => "The next review of this series has begun, and two never run at once. Use that one to ask again.",
            Self::Gone => {
                "What it is about is no longer there, so nothing is left to decide. Its results say what was decided until then."
            }
        }
    }
}
