//! Webhooks that are asked and waited for: a request stands still until another server lets it go on or denies it, or until
//! its time is over. Nobody is given anything by it: what goes on goes on as it would have without.

use crate::{Span, Ts, WebhookId};
use serde::{Deserialize, Serialize};

/// How a webhook is asked, as it is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answering {
    /// How long an answer is waited for.
    pub minutes: u32,
    pub silence: Silence,
}

/// What becomes of a request when no answer came in time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Silence {
    #[default]
    Denies,
    GoesOn,
}

impl Silence {
    pub const ALL: [Self; 2] = [Self::Denies, Self::GoesOn];

    /// In forms.
    pub fn key(self) -> &'static str {
        match self {
            Self::Denies => "denies",
            Self::GoesOn => "goes_on",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|silence| silence.key() == key)
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::Denies => "The request is denied",
            Self::GoesOn => "The request goes on as if it had been allowed",
        }
    }
}

/// What had become of the question when the time for the answer was over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// Its server took it, and no answer came. What was written before this was asked counts as this.
    #[default]
    Taken,
    /// Its server never took it: it was down, or the webhook was disabled.
    NotTaken,
    /// The webhook was deleted, or is one that is told and not asked.
    Gone,
}

impl Question {
    /// After the name of whoever was to answer: `did not answer in time`.
    pub fn past(self) -> &'static str {
        match self {
            Self::Taken => "did not answer in time",
            Self::NotTaken => "could not be asked in time",
            Self::Gone => "is no longer there to be asked",
        }
    }
}

/// When it is asked in the life of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// Before the first approver is asked.
    #[default]
    Submitted,
    /// After the last approval, before anything is delivered.
    Approved,
}

impl Moment {
    pub const ALL: [Self; 2] = [Self::Submitted, Self::Approved];

    /// In forms and messages.
    pub fn key(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Approved => "approved",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|moment| moment.key() == key)
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::Submitted => "Before the approvals begin",
            Self::Approved => "After the last approval, before it is delivered",
        }
    }
}

/// The webhook that a policy asks about each of its requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedWebhook {
    pub webhook: WebhookId,
    pub moment: Moment,
}

/// Whom a request asks, and how: copied when it is made, so that no later change of the webhook moves a limit or turns a
/// silence round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToAsk {
    pub webhook: WebhookId,
    /// Its name then.
    pub name: String,
    pub moment: Moment,
    pub minutes: u32,
    pub silence: Silence,
}

impl ToAsk {
    /// How long an answer is waited for.
    pub fn window(&self) -> Span {
        Span::minutes(i64::from(self.minutes))
    }
}

/// What the other server says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// The request goes on.
    Allow,
    Deny,
    /// It answers later; the time until when does not change.
    Hold,
}

impl Said {
    pub const ALL: [Self; 3] = [Self::Allow, Self::Deny, Self::Hold];

    /// The `decision` of an answer.
    pub fn key(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
            Self::Hold => "hold",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|said| said.key() == key)
    }

    /// After the name of whoever says it: `allowed it`.
    pub fn past(self) -> &'static str {
        match self {
            Self::Allow => "let it go on",
            Self::Deny => "denied it",
            Self::Hold => "holds it, and answers later",
        }
    }
}

/// An answer, as it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    pub said: Said,
    /// Why, in its own words; needed for a denial.
    pub words: String,
}

/// It said that it answers later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    pub at: Ts,
    pub words: String,
}
