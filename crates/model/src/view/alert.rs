//! Alerts: `/admin/alerts`, and what one of them found.

use super::{Icon, Paging};
use crate::alert::{AlertKind, AlertSettings};
use crate::{AlertIncidentId, AssignmentId, RoleId, Ts};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alerts {
    /// Not set: nobody has looked yet.
    pub scanned_at: Option<Ts>,
    /// The gravest first.
    pub kinds: Vec<Summary>,
    pub may_scan: bool,
    pub may: May,
}

/// What the visitor may do about incidents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct May {
    pub dismiss: bool,
    /// Assignments and settings of roles.
    pub remedy: bool,
}

/// One kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    pub kind: AlertKind,
    pub enabled: bool,
    pub open: u32,
    pub dismissed: u32,
    /// The latest of those that are open.
    pub incidents: Vec<Row>,
}

/// One kind with everything that it found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    pub kind: AlertKind,
    pub settings: AlertSettings,
    pub version: i64,
    pub open: u32,
    pub dismissed: u32,
    pub rows: Vec<Row>,
    pub paging: Paging,
    pub may_edit: bool,
    pub may: May,
}

/// One incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub incident: AlertIncidentId,
    pub icon: Icon,
    pub name: String,
    pub href: Option<String>,
    /// What is so, in a sentence or a few words.
    pub what: String,
    /// Where it came from, when that was found.
    pub origin: Option<String>,
    pub found_at: Ts,
    pub dismissed: Option<Dismissed>,
    /// *Remove assignment*
    pub remove: Option<AssignmentId>,
    /// *Make eligible*
    pub make_eligible: Option<AssignmentId>,
    /// Another remedy: address and words.
    pub open: Option<(String, String)>,
    /// *Require multifactor*, where its preview fits: on the page of the kind.
    pub multifactor: Option<Multifactor>,
}

/// What demanding multifactor authentication changes about a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Multifactor {
    pub role: RoleId,
    /// Of the settings that the preview is about.
    pub version: i64,
    /// What becomes different, and who could not prove it, each a sentence.
    pub says: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dismissed {
    pub by: String,
    pub at: Ts,
    pub words: String,
}
