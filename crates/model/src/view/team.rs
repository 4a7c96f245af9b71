//! `/my-team`: who reports to the reader, what they hold and wait for where its policy lets managers see it, and asking
//! for them.

use super::{Badge, Countdown, Paging, Persona, package, request};
use crate::{PackageAssignmentId, Ts};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    pub rows: Vec<Row>,
    pub paging: Paging,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub who: Persona,
    /// Set when the account is not as usual.
    pub badge: Option<Badge>,
    /// Packages held.
    pub holds: u32,
    /// Requests under way.
    pub open: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    pub who: Persona,
    pub enabled: bool,
    pub held: Vec<Held>,
    pub open: Vec<request::Row>,
}

/// A package that the report holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    pub assignment: PackageAssignmentId,
    pub name: String,
    /// `2 groups, 1 application`
    pub resources: String,
    pub policy: String,
    pub since: Ts,
    /// Not set: no end.
    pub ends: Option<Countdown>,
}

/// What can be asked for in place of the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportPackages {
    pub who: Persona,
    pub enabled: bool,
    pub search: String,
    pub rows: Vec<package::Row>,
    pub paging: Paging,
}

/// One package with the form that asks for it in place of the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportPackage {
    pub who: Persona,
    pub package: package::Package,
}
