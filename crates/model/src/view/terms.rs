//! Terms of use, as administrators write them and as people accept them.

use crate::terms::TermsOfUse;
use crate::{TermsId, Ts};
use serde::{Deserialize, Serialize};

/// `/admin/roles/terms`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllTerms {
    pub rows: Vec<Row>,
    /// *New terms* is offered.
    pub may_write: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub terms: TermsOfUse,
    /// People who accepted the version of now.
    pub accepted: u32,
}

/// `/admin/roles/terms/{id}`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    pub row: Row,
    /// The versions before, the latest first: number, since when, text.
    pub earlier: Vec<(i64, Ts, String)>,
    pub may_write: bool,
}

/// What the form of an activation asks to accept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToAccept {
    pub terms: TermsId,
    pub name: String,
    pub version: i64,
    pub text: String,
    /// An earlier version was accepted.
    pub again: bool,
}
