//! The tab *Who could?* of `/admin/packages/{id}`: whether somebody may request, under which policy, and who is asked.

use super::{Badge, Choice, Persona, PlanStage};
use crate::PolicyId;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhoCould {
    pub search: String,
    /// Whom the search found.
    pub people: Vec<Choice>,
    /// The answer about the chosen person.
    pub could: Option<Could>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Could {
    pub who: Persona,
    pub badge: Badge,
    /// Whether they may, in a sentence.
    pub says: String,
    /// What they are told when they may not, word for word.
    pub told: Option<String>,
    pub policies: Vec<PolicyStanding>,
}

/// How one policy stands to the person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyStanding {
    pub policy: PolicyId,
    pub name: String,
    pub badge: Badge,
    pub why: String,
    /// Who would be asked, when they may request under it.
    pub plan: Option<Vec<PlanStage>>,
}
