//! The tab *Separation of duties* of a package.

use super::{Choice, Icon, Paging, Persona};
use crate::{PackageId, Ts};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Separation {
    pub package: PackageId,
    pub package_name: String,
    pub rows: Vec<Row>,
    /// *Add* and *Remove* are offered.
    pub may_edit: bool,
    pub search: String,
    /// What could be added, found by the search.
    pub offered: Vec<Choice>,
    /// How many people have both now, each counted once.
    pub people: u32,
    pub overlaps: Vec<Overlap>,
    pub paging: Paging,
}

/// Something that the package is incompatible with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// As the form sends it back.
    pub key: String,
    pub what: Thing,
    /// Where it was set: `Here`, `On the other package`
    pub set: String,
    pub since: Ts,
    /// *Remove* is offered.
    pub removable: bool,
}

/// The package or group on the other side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thing {
    pub icon: Icon,
    /// What the reader may know of it.
    pub name: String,
    /// `Access package`, `Group`
    pub kind: String,
    /// Its page, for whom it has one.
    pub href: Option<String>,
}

/// Somebody who has both now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overlap {
    pub who: Persona,
    pub with: Thing,
    /// Since when they hold the package of this page.
    pub since: Ts,
}

/// A piece of the download, and the cursor of the next one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exported {
    pub rows: Vec<ExportedOverlap>,
    pub next: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportedOverlap {
    pub overlap: Overlap,
    pub user_name: String,
}
