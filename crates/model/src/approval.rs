//! Stages, approvers, decisions: the words of the one approval engine.

use crate::{GroupId, RoleId, Span, UserId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Who is asked. Resolved against the directory when they decide, not when the request is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Approver {
    User {
        id: UserId,
    },
    /// All transitive members.
    Group {
        id: GroupId,
    },
    /// 1: the manager; 2: the manager's manager; …
    Manager {
        level: u8,
    },
    /// Owners of the requested groups.
    Owners,
    /// The person's sponsors.
    Sponsors,
    /// Whoever holds this directory role actively.
    RoleHolders {
        id: RoleId,
    },
}

/// Asking more people when the first do not answer. The first may still decide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalation {
    pub after_minutes: u32,
    pub approvers: Vec<Approver>,
}

/// One step of approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    pub approvers: Vec<Approver>,
    /// How many different people must approve.
    pub quorum: u32,
    pub window_minutes: u32,
    /// Whoever decides must say why.
    pub justification_required: bool,
    /// Whoever decides must have proved themselves with more than a password shortly before.
    #[serde(default)]
    pub multifactor: bool,
    pub escalation: Option<Escalation>,
    /// Asked when the approvers cannot meet the quorum.
    pub fallback: Vec<Approver>,
}

impl Stage {
    /// Everybody whom it names, in any of its lists.
    pub fn named(&self) -> impl Iterator<Item = Approver> {
        let escalation = self.escalation.iter().flat_map(|escalation| &escalation.approvers);
        self.approvers.iter().chain(&self.fallback).chain(escalation).copied()
    }

    pub fn window(&self) -> Span {
        Span::minutes(i64::from(self.window_minutes))
    }
}

/// Which list of a stage somebody was asked from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    Approvers,
    Escalation,
    Fallback,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Approve,
    Deny,
}

/// Every user and every group that stages name.
pub fn named(stages: &[Stage]) -> (BTreeSet<UserId>, BTreeSet<GroupId>) {
    let (mut users, mut groups) = (BTreeSet::new(), BTreeSet::new());
    for approver in stages.iter().flat_map(Stage::named) {
        match approver {
            Approver::User { id } => drop(users.insert(id)),
            Approver::Group { id } => drop(groups.insert(id)),
            Approver::Manager { .. } | Approver::Owners | Approver::Sponsors | Approver::RoleHolders { .. } => {}
        }
    }
    (users, groups)
}
