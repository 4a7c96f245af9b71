//! Why somebody holds something: every path, and for each of its steps where it comes from, who decided it, and until when.

use super::audit::{Part, Picked, Told};
use super::{Badge, Countdown, Icon, Paging, Path, Persona};
use crate::role_settings::Privileged;
use crate::{Ts, UserId};
use serde::{Deserialize, Serialize};

/// Everything that somebody holds at a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The past moment that was asked about; not set: now.
    pub at: Option<Ts>,
    /// What has to be known about an answer about the past.
    pub notes: Vec<String>,
    pub access: Vec<Access>,
}

/// Something held, by one path. The same thing held twice is two of these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    pub name: String,
    /// `Directory role`, `Group`, `Application role`
    pub kind: String,
    pub path: Path,
    pub badge: Badge,
    /// Not set: permanent, or it is about the past.
    pub ends: Option<Countdown>,
    /// When it ended, or would have; for the past.
    pub until: Option<Ts>,
    pub privileged: bool,
    pub why: Vec<Step>,
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// `Alex: membership of Tier 0 operators`
    pub said: Vec<Part>,
    /// Where it comes from, what was said about it, who decided, until when.
    pub because: Vec<Told>,
}

/// Who holds one role, or belongs to one group, at a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holders {
    pub role: Privileged,
    pub name: String,
    pub at: Option<Ts>,
    pub notes: Vec<String>,
    /// About whom it is asked in particular.
    pub person: Picked,
    /// Every path by which they hold it; nothing when nobody is asked about.
    pub paths: Option<Vec<Access>>,
    /// Whom it is assigned to.
    pub rows: Vec<Holder>,
    pub paging: Paging,
}

/// Everybody who holds one role at a moment, themselves or through groups, by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Everybody {
    pub role: Privileged,
    pub name: String,
    /// The past moment that was asked about; not set: now.
    pub at: Option<Ts>,
    pub notes: Vec<String>,
    pub rows: Vec<ByPaths>,
    pub paging: Paging,
}

/// Somebody with every path by which they hold it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByPaths {
    pub who: Persona,
    /// Where it is said what they hold, at the same moment, for whoever sees the directory.
    pub href: Option<String>,
    pub paths: Vec<Access>,
}

/// Somebody to whom it is assigned: a person, or a group with all its members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    pub icon: Icon,
    /// Set when it is a person.
    pub person: Option<UserId>,
    /// Where it is said what they hold, or who is in the group, at the same moment.
    pub href: Option<String>,
    pub name: String,
    pub under: String,
    pub access: Access,
}
