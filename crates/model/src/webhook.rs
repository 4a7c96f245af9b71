//! Webhooks: servers of others that are told what is given, changed and taken away, so that they can follow it.
//!
//! What is sent follows Standard Webhooks: a JSON object with `type`, `timestamp` and `data`, signed in its headers.

use crate::answering::Answering;
use crate::command::Secret;
use crate::{EventId, Ts, WebhookId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A webhook as it is set. Its secret is kept apart and shown once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    pub id: WebhookId,
    pub name: String,
    /// Where messages are sent.
    pub url: String,
    /// One that is asked gets questions, and nothing else.
    pub kinds: BTreeSet<MessageKind>,
    /// It is asked about requests and waited for, instead of being told of what happened.
    pub answering: Option<Answering>,
    pub enabled: bool,
    pub created_at: Ts,
    pub version: i64,
}

/// What a message tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    PackageGranted,
    PackageChanged,
    PackageRemoved,
    RoleGranted,
    RoleChanged,
    RoleRemoved,
    /// A request waits for its answer.
    AnswerWanted,
}

impl MessageKind {
    /// What can be chosen to be told.
    pub const TOLD: [Self; 6] = [
        Self::PackageGranted,
        Self::PackageChanged,
        Self::PackageRemoved,
        Self::RoleGranted,
        Self::RoleChanged,
        Self::RoleRemoved,
    ];

    /// The `type` of the message, in forms and columns too.
    pub fn key(self) -> &'static str {
        match self {
            Self::PackageGranted => "package_assignment.granted",
            Self::PackageChanged => "package_assignment.changed",
            Self::PackageRemoved => "package_assignment.removed",
            Self::RoleGranted => "role_assignment.granted",
            Self::RoleChanged => "role_assignment.changed",
            Self::RoleRemoved => "role_assignment.removed",
            Self::AnswerWanted => "request.answer_wanted",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::TOLD.into_iter().chain([Self::AnswerWanted]).find(|kind| kind.key() == key)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::PackageGranted => "Access package given",
            Self::PackageChanged => "Time of an access package changed",
            Self::PackageRemoved => "Access package ended",
            Self::RoleGranted => "Role, membership or ownership given",
            Self::RoleChanged => "Time of a role, membership or ownership changed",
            Self::RoleRemoved => "Role, membership or ownership ended",
            Self::AnswerWanted => "A request waits for an answer",
        }
    }
}

/// What is told once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Replayed {
    Message(EventId),
    Since(Ts),
}

/// A webhook as it is typed. `secret` is needed for a new one; later it is only set anew.
#[derive(Clone, Debug, PartialEq)]
pub struct SaveWebhook {
    pub webhook: Option<WebhookId>,
    pub version: i64,
    pub name: String,
    pub url: String,
    pub kinds: BTreeSet<MessageKind>,
    pub answering: Option<Answering>,
    pub secret: Option<Secret>,
}
