//! Access packages that somebody is still describing.

use super::{Choice, Fact};
use crate::draft::{Document, Step};
use crate::review::PolicyReviews;
use crate::{DraftId, Ts};
use serde::{Deserialize, Serialize};

/// One draft in the list of those who keep it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftRow {
    pub draft: DraftId,
    pub name: String,
    /// Where it is to be made; nothing when its owner may not make packages there any more.
    pub catalog_name: Option<String>,
    /// Where it goes on.
    pub step: Step,
    pub changed_at: Ts,
}

/// One step of a draft with its form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    pub draft: DraftId,
    pub version: i64,
    pub catalog_name: String,
    pub step: Step,
    pub document: Document,
    /// Names of the people and groups in the policy: `user:…` or `group:…` with how the form writes it.
    pub names: Vec<(String, String)>,
    /// Webhooks that the policy can ask.
    pub askable: Vec<Choice>,
    /// Resource roles of the catalog, for the step that chooses among them.
    pub offered: Vec<Choice>,
    /// Of how many of its resources these are, when it has more.
    pub offered_of: Option<u32>,
    /// The reviews that the policy requires, or what they begin with when it shall.
    pub reviews: PolicyReviews,
    /// Everything in words, for the last step.
    pub review: Vec<Reviewed>,
    /// What stands in the way, or is allowed and yet not wise, as sentences.
    pub warnings: Vec<String>,
    /// Whether the policy may be one by which a rule assigns.
    pub may_automate: bool,
}

/// What one step says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reviewed {
    pub step: Step,
    pub facts: Vec<Fact>,
}
