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
}
