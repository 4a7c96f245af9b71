//! Webhooks, as administrators set them and see what came of their messages.

use super::Paging;
use super::provider::Step;
use crate::webhook::{MessageKind, Webhook};
use crate::{EventId, Ts, WebhookId};
use serde::{Deserialize, Serialize};

/// `/admin/settings/webhooks`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhooks {
    pub rows: Vec<Row>,
    /// *New webhook* is offered.
    pub may_change: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// For those who may not change it, without what stands after `?` in its address.
    pub webhook: Webhook,
    /// Messages that are not told yet.
    pub waiting: u64,
    /// Its server does not take messages: why, and when it is asked again.
    pub fault: Option<(String, Ts)>,
    /// Until when the secret before the one of now signs too.
    pub earlier_until: Option<Ts>,
}

/// `/admin/settings/webhooks/new`, and where a webhook gets another secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferedSecret {
    /// Made for this answer and kept nowhere.
    pub secret: String,
}

/// `/admin/settings/webhooks/{id}`, with its messages, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OneWebhook {
    pub row: Row,
    /// Requests that wait for its answer.
    pub requests: u64,
    pub may_change: bool,
    pub messages: Vec<Message>,
    pub paging: Paging,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its id at the receiver too.
    pub event: EventId,
    pub kind: MessageKind,
    /// When it happened.
    pub at: Ts,
    pub state: MessageState,
    /// What came back last.
    pub answer: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageState {
    Told {
        at: Ts,
    },
    /// After so many tries.
    Waiting {
        tries: u32,
        again_at: Ts,
    },
    GivenUp,
    /// A question of which nobody needs the answer any more.
    Over {
        at: Ts,
    },
}

/// `/admin/settings/webhooks/{id}/test`: what was tried, and what came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookTest {
    pub webhook: WebhookId,
    pub name: String,
    pub at: Ts,
    pub good: bool,
    pub steps: Vec<Step>,
}
