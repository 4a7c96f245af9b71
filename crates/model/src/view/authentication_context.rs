//! Authentication contexts, as administrators make them.

use super::role::Lacking;
use crate::authentication_context::AuthenticationContext;
use serde::{Deserialize, Serialize};

/// `/admin/roles/contexts`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthenticationContexts {
    pub rows: Vec<Row>,
    /// *New context* is offered.
    pub may_write: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub context: AuthenticationContext,
    /// `A passkey within 15 minutes`
    pub demands: String,
    /// The name of the terms of use; empty for none.
    pub terms: String,
    /// Settings and templates that name it.
    pub used: u32,
}

/// `/admin/roles/contexts/{id}`, and the form of a new one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct One {
    /// Nothing for a new one.
    pub row: Option<Row>,
    /// What names it, as far as it is shown.
    pub uses: Vec<Use>,
    /// Ids and names of the terms of use to choose from.
    pub terms: Vec<(String, String)>,
    /// Of whoever is eligible for what demands this context, as it is and with another strength.
    pub lacking: Lacking,
    pub may_write: bool,
}

/// Settings or a template that name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Use {
    pub name: String,
    pub href: String,
}
