//! What one page leaves for the next when there is no script.

use model::Refused;
use serde::{Deserialize, Serialize};

/// A message after success, or a refused form as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    /// For the `role="status"` region.
    pub message: Option<String>,
    /// The form that was refused, by its id.
    pub form: String,
    pub refused: Option<Refused>,
    /// What was typed, never secrets.
    pub fields: Vec<(String, String)>,
    /// What a form about several things left undone.
    #[serde(default)]
    pub unfinished: Option<Unfinished>,
    /// The form is on the page no more, perhaps with the thing that it was about: the page itself says what was refused.
    #[serde(default)]
    pub alone: bool,
}

/// Of several things some were not done: how many were, and each that was not with the reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unfinished {
    /// `You approved 2 of 3 requests.`
    pub message: String,
    pub left: Vec<Left>,
}

/// One thing that was not done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    /// `Alex, Finance reporting`
    pub what: String,
    pub why: Refused,
}
