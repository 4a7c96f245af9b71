//! Notices: what people are told. A letter is one notice to one person.

use crate::approval::Verdict;
use crate::ask_back::Reply;
use crate::{RequestId, Ts, UserId};
use serde::{Deserialize, Serialize};

/// What every letter about a request may say. Names are those of the moment the notice was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    pub request: RequestId,
    /// The name of the package.
    pub thing: String,
    pub requestor: String,
    pub justification: String,
    /// Question and answer.
    pub answers: Vec<(String, String)>,
    /// `4 hours from delivery`.
    pub lasts: String,
    pub submitted_at: Ts,
}

/// A decision as letters tell it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Counted from 1.
    pub stage: usize,
    pub by: String,
    pub verdict: Verdict,
    pub words: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "notice")]
pub enum Notice {
    /// To an approver: decide until then.
    Act {
        about: About,
        stage: usize,
        stages: usize,
        decide_by: Ts,
        earlier: Vec<Told>,
        #[serde(default)]
        onward: Onward,
    },
    /// To an approver who has not decided at half of the window.
    Reminder {
        about: About,
        stage: usize,
        stages: usize,
        decide_by: Ts,
        earlier: Vec<Told>,
        #[serde(default)]
        onward: Onward,
    },
    /// To the requestor: an approver asks a question, or proposes a shorter time.
    AskedBack { about: About, by: String, words: String, proposed: Option<String>, answer_by: Ts },
    /// To the approver who asked back, and to the others of the stage: what the requestor said.
    AnsweredBack { about: About, by: String, asked: String, proposed: Option<String>, reply: Reply, words: String, decide_by: Ts },
    /// To everyone who was asked: nothing is left to decide, and why.
    Settled { about: About, outcome: Outcome },
    /// To the requestor: the last stage approved.
    Approved { about: About, decisions: Vec<Told> },
    /// To the requestor.
    Denied { about: About, decision: Told },
    /// To the requestor: somebody else canceled it.
    Canceled { about: About, by: String, words: String },
    /// To the requestor: nobody decided in time.
    Expired { about: About, stage: usize, stages: usize },
    /// To the person who got the access.
    AccessGranted { about: About, ends_at: Option<Ts> },
    /// To the person who keeps the access for longer.
    AccessExtended { about: About, ends_at: Option<Ts> },
    /// To the person who has the access: it ends before long, and whether it can be extended.
    EndsSoon { about: About, ends_at: Ts, extendable: bool },
    /// To the person who had the access.
    AccessEnded { about: About, at: Ts, why: String },
    /// To the requestor and the administrators: it was approved but could not be put into effect.
    DeliveryFailed { about: About, reason: String },
    /// To somebody whom the rule of a policy gives a package or takes it from.
    ByRule { package: String, what: ByRule },
    /// To somebody who decides in place of `from`. `packages` is empty when it is about all.
    Delegated { from: String, starts_at: Ts, ends_at: Ts, packages: Vec<String> },
}

/// What a rule did for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
pub enum ByRule {
    Given,
    /// They no longer match, and hold it until then.
    EndsAt {
        at: Ts,
    },
    /// They match again.
    Kept,
    Ended {
        at: Ts,
    },
}

/// What becomes of a stage that nobody decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Onward {
    /// The request expires with the window.
    #[default]
    Expires,
    /// Others are asked as well at this instant, before the window ends.
    Escalates(Ts),
    /// That has happened: the reader is one of those others.
    Escalated,
}

/// How a request ended, for those who were asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Outcome {
    /// This stage was approved and the next one asked, or all were.
    Approved {
        decision: Told,
        stages: usize,
    },
    Denied {
        decision: Told,
    },
    Expired {
        stage: usize,
    },
    Canceled {
        by: String,
        words: String,
    },
}

/// One notice to one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    pub to: UserId,
    pub notice: Notice,
}

impl Notice {
    /// The stable name of the letter; its templates have the same file name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Act { .. } => "act",
            Self::Reminder { .. } => "reminder",
            Self::AskedBack { .. } => "asked_back",
            Self::AnsweredBack { .. } => "answered_back",
            Self::Settled { .. } => "settled",
            Self::Approved { .. } => "approved",
            Self::Denied { .. } => "denied",
            Self::Canceled { .. } => "canceled",
            Self::Expired { .. } => "expired",
            Self::AccessGranted { .. } => "access_granted",
            Self::AccessExtended { .. } => "access_extended",
            Self::EndsSoon { .. } => "ends_soon",
            Self::AccessEnded { .. } => "access_ended",
            Self::DeliveryFailed { .. } => "delivery_failed",
            Self::ByRule { .. } => "by_rule",
            Self::Delegated { .. } => "delegated",
        }
    }
}
