//! Notices: what people are told. A letter is one notice to one person.

use crate::alert::AlertKind;
use crate::approval::Verdict;
use crate::ask_back::{Reply, ShorterTime};
use crate::proof::MethodChange;
use crate::request::{HowLong, Undelivered};
use crate::role_settings::{Privileged, RoleEvent};
use crate::{EmergencyUseId, RequestId, ReviewId, ReviewSeriesId, Ts, UserId};
use serde::{Deserialize, Serialize};

/// What whoever shows it puts into words, in their language. In what was stored before it had a type it is a sentence,
/// and is said as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value<T> {
    Typed(T),
    Words(String),
}

impl<T> Value<T> {
    /// In the words of this speaker.
    pub fn said(&self, speaker: impl FnOnce(&T) -> String) -> String {
        match self {
            Self::Typed(value) => speaker(value),
            Self::Words(words) => words.clone(),
        }
    }
}

impl<T> From<String> for Value<T> {
    fn from(words: String) -> Self {
        Self::Words(words)
    }
}

impl<T> From<&str> for Value<T> {
    fn from(words: &str) -> Self {
        Self::Words(words.to_owned())
    }
}

/// Who did something, by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Doer {
    /// A delegate, and in whose place.
    InPlaceOf {
        name: String,
        of: String,
    },
    Name(String),
}

impl From<String> for Doer {
    fn from(name: String) -> Self {
        Self::Name(name)
    }
}

impl From<&str> for Doer {
    fn from(name: &str) -> Self {
        Self::Name(name.to_owned())
    }
}

/// What every letter about a request may say. Names are those of the moment the notice was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    pub request: RequestId,
    /// The name of the package.
    pub thing: String,
    pub requestor: String,
    /// Who shall get the access, when it is not the requestor.
    #[serde(default)]
    pub beneficiary: Option<String>,
    pub justification: String,
    /// Question and answer.
    pub answers: Vec<(String, String)>,
    /// An approver's question with its answer.
    #[serde(default)]
    pub asked_back: Option<(String, String)>,
    pub lasts: Value<HowLong>,
    pub submitted_at: Ts,
    /// The thing is a role, and no package.
    #[serde(default)]
    pub is_role: bool,
}

/// What every letter about an assignment of a role may say. Names are those of the moment the notice was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AboutRole {
    /// Where its page is.
    pub role: Privileged,
    pub name: String,
    pub holder: String,
    pub event: RoleEvent,
    pub starts_at: Ts,
    /// Not set: permanent.
    pub ends_at: Option<Ts>,
}

/// What happened to an assignment of a role, or to an activation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
pub enum RoleNews {
    Assigned {
        by: Option<String>,
        words: String,
    },
    /// Another start or end.
    Changed {
        by: Option<String>,
        words: String,
    },
    Activated {
        words: String,
    },
    EndsSoon {
        at: Ts,
    },
    /// Taken away before its time.
    Removed {
        by: Option<String>,
        words: String,
    },
    /// By its holder.
    Deactivated,
    /// Its time was over.
    Expired,
    /// An activation: what it rested on ended.
    GroundEnded,
}

/// What happened to roles in a week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleWeek {
    pub from: Ts,
    pub to: Ts,
    /// People who activated something.
    pub activated: i64,
    /// Assignments without an end that were made.
    pub permanent: i64,
    /// Assignments that were made.
    pub assigned: i64,
    /// Assignments of roles and of privileged groups that came past privileged access management.
    #[serde(default)]
    pub outside: i64,
    /// The roles with the most permanent and eligible assignments, by name, with how many.
    pub top: Vec<(String, i64)>,
}

/// A decision as letters tell it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Counted from 1.
    pub stage: usize,
    pub by: Doer,
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
    AskedBack { about: About, by: Doer, words: String, proposed: Option<Value<ShorterTime>>, answer_by: Ts },
    /// To the approver who asked back, and to the others of the stage: what the requestor said.
    AnsweredBack {
        about: About,
        by: Doer,
        asked: String,
        proposed: Option<Value<ShorterTime>>,
        reply: Reply,
        words: String,
        decide_by: Ts,
    },
    /// To everyone who was asked: nothing is left to decide, and why.
    Settled { about: About, outcome: Outcome },
    /// To the requestor: the last stage approved.
    Approved { about: About, decisions: Vec<Told> },
    /// To the requestor.
    Denied { about: About, decision: Told },
    /// To the requestor: the webhook of this name was asked and did not answer in time, which denies it.
    Unanswered { about: About, name: String },
    /// To the administrators: the webhook of this name was to answer and did not in time, and the request went on without.
    WentOn { about: About, name: String },
    /// To the requestor: somebody else canceled it, or nobody in person.
    Canceled { about: About, by: Option<String>, words: String },
    /// To the requestor: nobody decided in time.
    Expired { about: About, stage: usize, stages: usize },
    /// To the person who got the access.
    AccessGranted { about: About, ends_at: Option<Ts> },
    /// To the person who keeps the access for longer.
    AccessExtended { about: About, ends_at: Option<Ts> },
    /// To the person who has the access: it ends before long, and whether it can be extended.
    EndsSoon { about: About, ends_at: Ts, extendable: bool },
    /// To the person who had the access.
    AccessEnded { about: About, at: Ts, why: Value<Why> },
    /// To the requestor and the administrators: it was approved but could not be put into effect.
    DeliveryFailed { about: About, reason: Value<Undelivered> },
    /// To whoever reviews it (`mine`), and to those who would have been asked: activated without approval.
    EmergencyUsed { about: About, used: EmergencyUseId, reviewer: String, mine: bool, review_by: Ts },
    /// To those who look after alerts: so many new incidents of a kind, with the names of the first.
    AlertRaised { kind: AlertKind, count: usize, names: Vec<String> },
    /// To somebody whom the rule of a policy gives a package or takes it from.
    ByRule { package: String, what: ByRule },
    /// About an assignment of a role or an activation: to its holder, or else to those who look after the role.
    Role { about: AboutRole, news: RoleNews, mine: bool },
    /// About an access review: to whoever decides in it, or to whoever manages it.
    Review { about: AboutReview, news: ReviewNews },
    /// To the administrators of roles.
    RoleDigest { week: RoleWeek },
    /// To somebody whose ways to prove themselves changed.
    MethodsChanged { change: MethodChange, at: Ts },
    /// To the administrator who tests how letters leave.
    MailTested { at: Ts },
    /// To somebody who decides in place of `from`. `packages` is empty when it is about all.
    Delegated { from: String, starts_at: Ts, ends_at: Ts, packages: Vec<String> },
}

/// What every letter about an access review may say. Names are those of the moment the notice was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AboutReview {
    pub series: ReviewSeriesId,
    pub review: ReviewId,
    pub name: String,
    /// What is reviewed.
    pub thing: String,
    /// When the stage is over.
    pub due_at: Ts,
    /// What whoever made the review wants to say.
    pub extra: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
pub enum ReviewNews {
    /// The reader has so many rows to decide. `own`: about themselves. `again`: it is a reminder.
    Asked { rows: u64, own: bool, again: bool },
    /// Another reviewer asks the reader to decide so many of their rows.
    HandedOn { by: String, rows: u64, words: String },
    /// Nothing had changed since the instance before: so many rows stay as they were approved.
    Skipped { rows: u64 },
    /// `held_back`: silence alone would remove too much. `waits`: somebody has to apply the results.
    Completed { approved: u64, denied: u64, not_reviewed: u64, held_back: bool, waits: bool },
    /// The results were applied, and so many denied rows are held all the same.
    NotRemoved { removed: u64, still_held: u64 },
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
    /// The webhook of this name did not answer in time, which denies it.
    Unanswered {
        name: String,
    },
    /// By nobody in person: by the system.
    Canceled {
        by: Option<String>,
        words: String,
    },
}

/// Why an access ended, for whoever had it. Names are missing where nobody knows who it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "why")]
pub enum Why {
    /// Whoever had approved it took it back.
    Revoked {
        by: Option<String>,
        words: String,
    },
    /// Somebody who manages it took it away.
    Removed {
        by: Option<String>,
        words: String,
    },
    TimeOver,
}

/// To whom a letter goes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Addressee {
    User(UserId),
    /// A mail address that is nobody's in the directory: role settings name such.
    Address(String),
}

impl From<UserId> for Addressee {
    fn from(user: UserId) -> Self {
        Self::User(user)
    }
}

impl Addressee {
    pub fn user(&self) -> Option<UserId> {
        match self {
            Self::User(user) => Some(*user),
            Self::Address(_) => None,
        }
    }
}

/// One notice to one reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub to: Addressee,
    pub notice: Notice,
}

impl Notice {
    /// The stable name of the letter.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Act { .. } => "act",
            Self::Reminder { .. } => "reminder",
            Self::AskedBack { .. } => "asked_back",
            Self::AnsweredBack { .. } => "answered_back",
            Self::Settled { .. } => "settled",
            Self::Approved { .. } => "approved",
            Self::Denied { .. } => "denied",
            Self::Unanswered { .. } => "unanswered",
            Self::WentOn { .. } => "went_on",
            Self::Canceled { .. } => "canceled",
            Self::Expired { .. } => "expired",
            Self::AccessGranted { .. } => "access_granted",
            Self::AccessExtended { .. } => "access_extended",
            Self::EndsSoon { .. } => "ends_soon",
            Self::AccessEnded { .. } => "access_ended",
            Self::DeliveryFailed { .. } => "delivery_failed",
            Self::EmergencyUsed { .. } => "emergency_used",
            Self::AlertRaised { .. } => "alert_raised",
            Self::ByRule { .. } => "by_rule",
            Self::Role { news, .. } => match news {
                RoleNews::Assigned { .. } => "role_assigned",
                RoleNews::Changed { .. } => "role_changed",
                RoleNews::Activated { .. } => "role_activated",
                RoleNews::EndsSoon { .. } => "role_ends_soon",
                RoleNews::Removed { .. } => "role_removed",
                RoleNews::Deactivated => "role_deactivated",
                RoleNews::Expired => "role_expired",
                RoleNews::GroundEnded => "role_ground_ended",
            },
            Self::Review { news, .. } => match news {
                ReviewNews::Asked { again: false, .. } => "review_asked",
                ReviewNews::Asked { again: true, .. } => "review_reminder",
                ReviewNews::HandedOn { .. } => "review_handed_on",
                ReviewNews::Skipped { .. } => "review_skipped",
                ReviewNews::Completed { .. } => "review_completed",
                ReviewNews::NotRemoved { .. } => "review_not_removed",
            },
            Self::RoleDigest { .. } => "role_digest",
            Self::MethodsChanged { .. } => "methods_changed",
            Self::MailTested { .. } => "mail_tested",
            Self::Delegated { .. } => "delegated",
        }
    }
}
