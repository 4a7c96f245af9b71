//! What an approver asked back, on the pages of the request and of its approval.

use super::{Badge, Persona};
use crate::Ts;
use crate::package::Lasts;
use serde::{Deserialize, Serialize};

/// What was asked back, and what was said to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedBack {
    pub by: Persona,
    pub at: Ts,
    pub words: String,
    pub proposed: Option<Proposed>,
    /// *Waiting for an answer*, *Answered*, *Not answered*
    pub badge: Badge,
    /// What waits now, in a sentence; may be empty.
    pub standing: String,
    pub answer: Option<Answered>,
}

/// A shorter time, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposed {
    /// `4 hours from delivery`
    pub asked: String,
    /// `2 hours`
    pub shorter: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    pub by: Persona,
    pub at: Ts,
    pub words: String,
}

/// How a shorter time can be proposed for a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shortening {
    /// `4 hours from delivery`
    pub asked: String,
    /// As a length, as an end, or as either.
    pub length: bool,
    pub end: bool,
    /// What was asked for, where the form begins.
    pub lasts: Lasts,
}

/// The form *Ask back*.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    pub shortening: Shortening,
    /// How long the window would stand still at most: `2 days`.
    pub pause: String,
}
