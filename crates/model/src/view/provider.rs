//! Identity providers, as administrators set them and as people are linked to them.

use crate::provider::Provider;
use crate::{ProviderId, Ts};
use serde::{Deserialize, Serialize};

/// `/admin/settings/sign-in`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Providers {
    pub rows: Vec<Row>,
    /// *New provider* is offered.
    pub may_change: bool,
    /// What a provider has to be told: where people come back to.
    pub redirect: String,
}

/// What a provider is told of us.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addresses {
    /// Where people come back to.
    pub redirect: String,
    /// Where they come back to who signed out there.
    pub signed_out: String,
    /// Where it says itself that somebody signed out.
    pub back_channel: String,
    /// Where it has browsers say so.
    pub front_channel: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub provider: Provider,
    pub has_secret: bool,
    /// People who are linked.
    pub people: u32,
}

/// `/admin/settings/sign-in/{id}`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OneProvider {
    pub row: Row,
    pub may_change: bool,
    pub addresses: Addresses,
}

/// `/admin/settings/sign-in/{id}/test`: what was tried, and what came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderTest {
    pub provider: ProviderId,
    pub name: String,
    pub at: Ts,
    /// Everything was as it has to be.
    pub good: bool,
    pub steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub what: String,
    pub good: bool,
    pub said: String,
}

/// An account at a provider that somebody signs in with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Linked {
    pub provider: ProviderId,
    pub name: String,
    /// What the provider called them when they were linked.
    pub called: String,
    pub since: Ts,
    pub used: Option<Ts>,
    /// *Remove* is offered.
    pub may_remove: bool,
}
