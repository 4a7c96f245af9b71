//! Authentication contexts: what a proof has to be, said once by administrators and named by the settings of roles.

use crate::proof::{Demand, Strength};
use crate::role_settings::{Privileged, PrivilegedKind};
use crate::{AuthenticationContextId, TermsId};
use serde::{Deserialize, Serialize};

/// A context as it is now. What names it demands what it says at the moment of an activation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthenticationContext {
    pub id: AuthenticationContextId,
    pub name: String,
    pub description: String,
    pub demand: Demand,
    /// Terms of use that are accepted besides, in the version of now.
    pub terms: Option<TermsId>,
    /// Counts from 1.
    pub version: i64,
}

/// An administrator makes a context, or changes one. `version` is the one that the form showed; 0 for a new context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaveAuthenticationContext {
    pub context: Option<AuthenticationContextId>,
    pub version: i64,
    pub name: String,
    pub description: String,
    pub strength: Strength,
    pub minutes: u32,
    pub terms: Option<TermsId>,
}

/// What names a context.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "of", content = "what")]
pub enum ContextUse {
    /// The settings of one role.
    Settings(Privileged),
    /// What roles of a kind inherit that say nothing else.
    Template(PrivilegedKind),
}

impl ContextUse {
    /// The page on which another proof can be chosen.
    pub fn path(self) -> String {
        match self {
            Self::Settings(Privileged::DirectoryRole(id)) => format!("/admin/roles/{id}/settings"),
            Self::Settings(Privileged::GroupMember(id)) => format!("/admin/groups/{id}/privileged/settings"),
            Self::Settings(Privileged::GroupOwner(id)) => format!("/admin/groups/{id}/privileged/settings?role=owner"),
            Self::Template(kind) => format!("/admin/roles/template?of={}", kind.key()),
        }
    }
}
