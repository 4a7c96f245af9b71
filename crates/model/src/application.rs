//! Applications of others, whose roles are given here.

use crate::{ApplicationId, ApplicationRoleId, Ts};
use serde::{Deserialize, Serialize};

/// An application as it is kept. Its roles stand beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    pub id: ApplicationId,
    pub name: String,
    pub description: String,
    pub created_at: Ts,
    pub version: i64,
}

/// An application as it is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaveApplication {
    /// Not set: a new one.
    pub application: Option<ApplicationId>,
    pub version: i64,
    pub name: String,
    pub description: String,
}

/// A role of an application as it is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaveApplicationRole {
    pub application: ApplicationId,
    /// Not set: a new one.
    pub role: Option<ApplicationRoleId>,
    pub name: String,
}
