//! Asking back: an approver's one question to the requestor, or a shorter time that the approver proposes.

use crate::package::Lasts;
use crate::{Span, Ts, UserId};
use serde::{Deserialize, Serialize};

/// How long a request gives access: what the policy gives, and the end that the requestor named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedTime {
    pub lasts: Lasts,
    pub ends_at: Option<Ts>,
}

impl AskedTime {
    /// The end that was named counts before what the policy gives.
    pub fn in_sentence(self) -> String {
        self.ends_at.map_or(self.lasts, |at| Lasts::Until { at }).in_sentence()
    }
}

/// A time that an approver proposes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum ShorterTime {
    For { minutes: u32 },
    Until { at: Ts },
}

impl ShorterTime {
    /// `2 hours`, `until 24 Nov 2026, 09:30 UTC`: in a letter.
    pub fn words(self) -> String {
        crate::time::spelled(&self.in_sentence())
    }

    /// The same in a sentence of a page.
    pub fn in_sentence(self) -> String {
        match self {
            Self::For { minutes } => Span::minutes(i64::from(minutes)).words(),
            Self::Until { at } => format!("until {}", at.in_sentence()),
        }
    }
}

/// What the requestor was asked. A request is asked back once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedBack {
    pub stage: usize,
    pub by: UserId,
    /// In whose place, when it was a delegate.
    pub stood_in_for: Option<UserId>,
    pub at: Ts,
    pub words: String,
    /// What the request asked for at that moment.
    pub time: AskedTime,
    /// The shorter time; without one it is a question.
    pub proposed: Option<ShorterTime>,
    /// The window of the stage stands still from `at` until then at the latest.
    pub pauses_until: Ts,
    /// When the window went on.
    pub resumed_at: Option<Ts>,
    pub answer: Option<Answer>,
}

/// What the requestor said to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub at: Ts,
    pub reply: Reply,
    pub words: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// To a question.
    Words,
    /// To a proposal: yes, the shorter time.
    Accept,
    /// To a proposal: no, it stays as it was asked.
    Keep,
}
