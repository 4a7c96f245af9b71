//! The letters of a demo server, which are kept and not sent.

use crate::Ts;
use serde::{Deserialize, Serialize};

/// A kept letter, without its text: that is at `/demo/mail/{id}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoLetter {
    pub id: String,
    pub at: Ts,
    /// The address.
    pub to: String,
    /// The name beside the address; empty when there was none.
    pub to_name: String,
    pub subject: String,
}
