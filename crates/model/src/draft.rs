//! An access package that somebody is still describing, step by step. It is theirs alone until it is made.

use crate::Refused;
use crate::answering::AskedWebhook;
use crate::approval::Stage;
use crate::catalog::PolicyFields;
use crate::package::{Lasts, PackageRole, Question, Scope};
use crate::review::PolicyReviews;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The steps, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    Basics,
    Roles,
    Requests,
    Questions,
    Lifecycle,
    Review,
}

impl Step {
    pub const ALL: [Self; 6] = [Self::Basics, Self::Roles, Self::Requests, Self::Questions, Self::Lifecycle, Self::Review];

    /// The word in addresses.
    pub fn key(self) -> &'static str {
        match self {
            Self::Basics => "basics",
            Self::Roles => "resource-roles",
            Self::Requests => "requests",
            Self::Questions => "requestor-information",
            Self::Lifecycle => "lifecycle",
            Self::Review => "review",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.key() == key)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Basics => "Basics",
            Self::Roles => "Resource roles",
            Self::Requests => "Requests",
            Self::Questions => "Requestor information",
            Self::Lifecycle => "Lifecycle",
            Self::Review => "Review + create",
        }
    }

    /// The one behind it; the last one stays.
    pub fn next(self) -> Self {
        Self::ALL.into_iter().find(|step| *step > self).unwrap_or(Self::Review)
    }

    /// The one before it; the first one stays.
    pub fn before(self) -> Self {
        Self::ALL.into_iter().rev().find(|step| *step < self).unwrap_or(Self::Basics)
    }
}

/// What is known of the package so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    pub name: String,
    pub description: String,
    pub hidden: bool,
    pub roles: Vec<PackageRole>,
    /// The first policy.
    pub policy: PolicyFields,
    /// Steps that were filled in.
    pub done: BTreeSet<Step>,
    /// Steps that were left for the one before although something in them is wrong, as they were typed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub typed: BTreeMap<Step, Typed>,
}

/// A form that could not be saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Typed {
    /// Name and value of each field, in their order.
    pub fields: Vec<(String, String)>,
    pub why: Refused,
}

impl Document {
    /// Whether the step says anything: where a rule assigns, nobody is asked, and access lasts as the rule says.
    pub fn applies(&self, step: Step) -> bool {
        !self.policy.settings.is_automatic() || !matches!(step, Step::Questions | Step::Lifecycle)
    }

    /// Steps that are still to be filled in.
    pub fn missing(&self) -> Vec<Step> {
        let open = |step: &Step| *step != Step::Review && self.applies(*step) && !self.done.contains(step);
        Step::ALL.into_iter().filter(open).collect()
    }

    /// Where it goes on.
    pub fn goes_on(&self) -> Step {
        self.missing().first().copied().unwrap_or(Step::Review)
    }
}

/// One step as its form has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filled {
    Basics {
        name: String,
        description: String,
        hidden: bool,
    },
    Roles(Vec<PackageRole>),
    /// With the name of the policy.
    Requests {
        name: String,
        enabled: bool,
        scope: Scope,
        managers_may_request: bool,
        stages: Vec<Stage>,
        asks: Option<AskedWebhook>,
    },
    Questions {
        justification_required: bool,
        questions: Vec<Question>,
    },
    Lifecycle {
        lasts: Lasts,
        extension_allowed: bool,
        extension_needs_approval: bool,
        timeline_allowed: bool,
        reviews: Option<PolicyReviews>,
    },
}

impl Filled {
    pub fn step(&self) -> Step {
        match self {
            Self::Basics { .. } => Step::Basics,
            Self::Roles(_) => Step::Roles,
            Self::Requests { .. } => Step::Requests,
            Self::Questions { .. } => Step::Questions,
            Self::Lifecycle { .. } => Step::Lifecycle,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Step;

    #[test]
    fn steps_lead_from_the_first_to_the_last_and_back_and_no_further() {
        assert_eq!((Step::Basics.before(), Step::Review.next()), (Step::Basics, Step::Review));
        for pair in Step::ALL.windows(2) {
            assert_eq!((pair[0].next(), pair[1].before()), (pair[1], pair[0]));
        }
        for step in Step::ALL {
            assert_eq!(Step::from_key(step.key()), Some(step));
        }
    }
}
