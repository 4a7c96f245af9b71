//! Terms of use: what people accept before they activate a role, version by version.

use crate::{TermsId, Ts};
use serde::{Deserialize, Serialize};

/// Terms as they are now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermsOfUse {
    pub id: TermsId,
    pub name: String,
    pub text: String,
    /// Counts from 1; whoever accepted an earlier one is asked again.
    pub version: i64,
    /// Since when it is so.
    pub since: Ts,
}

/// An administrator writes terms, or changes them. `version` is the one that the form showed; 0 for new terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaveTerms {
    pub terms: Option<TermsId>,
    pub version: i64,
    pub name: String,
    pub text: String,
}
