//! Delegations: somebody decides in place of somebody else for a while.

use crate::{DelegationId, PackageId, Ts, UserId};
use serde::{Deserialize, Serialize};

/// Which approvals are delegated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "packages")]
pub enum Delegated {
    All,
    /// Requests for these packages only.
    Packages(Vec<PackageId>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delegation {
    pub id: DelegationId,
    /// Whose approvals they are.
    pub from: UserId,
    /// Who stands in.
    pub to: UserId,
    pub starts_at: Ts,
    /// The first instant at which it is over.
    pub ends_at: Ts,
    pub delegated: Delegated,
    /// When it was ended before its time.
    pub ended_at: Option<Ts>,
}
