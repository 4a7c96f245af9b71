//! Applications, as administrators see and change them.

use super::Paging;
use crate::application::Names;
use crate::{ApplicationId, ApplicationRoleId, TargetId};
use serde::{Deserialize, Serialize};

/// `/admin/applications`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applications {
    pub search: String,
    pub rows: Vec<Row>,
    pub paging: Paging,
    /// *New application* is offered.
    pub may_change: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub application: ApplicationId,
    pub name: String,
    pub description: String,
    pub roles: u64,
    /// Assignments of its roles, each of them.
    pub assignments: u64,
    /// Its target, with a name for those who see the settings.
    pub target: Names,
}

/// `/admin/applications/{id}`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OneApplication {
    pub application: ApplicationId,
    pub version: i64,
    pub name: String,
    pub description: String,
    pub roles: Vec<Role>,
    /// Whose holders are listed.
    pub chosen: Option<ApplicationRoleId>,
    pub holders: Vec<Holder>,
    pub paging: Paging,
    /// For those who see the settings.
    pub target: Option<TargetRow>,
    /// A target is told who holds the roles.
    pub is_told: bool,
    /// The catalogs that hold it.
    pub catalogs: Names,
    pub may_change: bool,
    /// The reader may make an access review of it.
    #[serde(default)]
    pub may_review: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    pub role: ApplicationRoleId,
    pub name: String,
    pub assignments: u64,
}

/// The target that is told who holds the roles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetRow {
    pub target: TargetId,
    pub name: String,
    pub enabled: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// `user`, `group` or `service_principal`
    pub kind: String,
    pub id: String,
    pub name: String,
    pub under: String,
    /// `Direct`, `Access package`
    pub source: String,
    pub starts: crate::Ts,
    pub ends: Option<crate::Ts>,
    /// *Remove* is offered: it was given directly.
    pub end: Option<crate::AssignmentId>,
}
