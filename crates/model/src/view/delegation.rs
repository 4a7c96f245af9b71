//! The tab *Delegation* of `/my-access/approvals`.

use super::{Badge, Choice, Persona};
use crate::{DelegationId, Ts};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delegations {
    /// By the reader to others.
    pub given: Vec<Row>,
    /// By others to the reader.
    pub received: Vec<Row>,
    /// Whom to choose as delegate.
    pub people: Vec<Choice>,
    /// Packages about which the reader decided, or whose requests wait for them.
    pub packages: Vec<Choice>,
    /// The form is offered.
    pub may_delegate: bool,
    /// `2026-11-24`: the first day that can be chosen.
    pub today: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub delegation: DelegationId,
    /// The delegate of a given one, the giver of a received one.
    pub who: Persona,
    /// `All approvals`, or the names of packages.
    pub what: String,
    pub starts_at: Ts,
    pub ends_at: Ts,
    /// `In force` or `Starts later`
    pub badge: Badge,
}
