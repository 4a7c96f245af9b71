//! Imports: people and groups of another directory (LDAP) that are people and groups here, too. What runs are is in `import/run.rs`.

mod run;

pub use run::{Confirmed, Ended, Line, Numbers, Outcome, What};

use crate::command::Secret;
use crate::directory::Principal;
use crate::{GroupId, ImportId, Ts, UserId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// An import as it is set. Its password is kept apart and shown never again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    pub id: ImportId,
    pub name: String,
    pub settings: Settings,
    pub enabled: bool,
    pub created_at: Ts,
    pub version: i64,
}

/// Where people and groups come from, and what they become.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// `ldaps://host:port`, or `ldap://host:port`, which goes on with STARTTLS.
    pub address: String,
    /// As whom it is read.
    pub bind_dn: String,
    pub people: PeopleMapping,
    /// Nothing: no groups are taken.
    pub groups: Option<GroupsMapping>,
    pub every: Every,
    pub leavers: Leavers,
    pub existing: Existing,
    /// A run that would disable more of all people than so many percent asks first.
    pub percent: u32,
}

/// Names of attributes of an entry, of which the first that has a value counts.
pub type Attributes = Vec<String>;

/// Which entries are people, and what of them is which attribute of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleMapping {
    pub base: String,
    pub filter: String,
    /// Entries to which this applies, too, are disabled; empty: none is.
    pub disabled: String,
    /// What stays the same when somebody is renamed.
    pub id: String,
    pub user_name: Attributes,
    pub display_name: Attributes,
    /// Nothing is taken where there is no name; what is typed here stays then.
    pub mail: Attributes,
    /// Holds the distinguished name of another entry.
    pub manager: Attributes,
    /// Attributes of the profile.
    pub profile: BTreeMap<String, Attributes>,
}

/// Which entries are groups.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupsMapping {
    pub base: String,
    pub filter: String,
    pub id: String,
    pub name: Attributes,
    /// Distinguished names, or user names.
    pub member: String,
}

/// How often an import runs by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    Never,
    Hour,
    Day,
}

impl Every {
    pub const ALL: [Self; 3] = [Self::Never, Self::Hour, Self::Day];

    /// The word in forms and columns.
    pub fn key(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Hour => "hour",
            Self::Day => "day",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|every| every.key() == key)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Never => "Only when somebody runs it",
            Self::Hour => "Every hour",
            Self::Day => "Every day",
        }
    }
}

/// What becomes of people whose entry is no longer found. Nobody is ever deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Leavers {
    Disable,
    Keep,
}

impl Leavers {
    pub const ALL: [Self; 2] = [Self::Disable, Self::Keep];

    /// The word in forms and columns.
    pub fn key(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Keep => "keep",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|leavers| leavers.key() == key)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Disable => "Disable them",
            Self::Keep => "Leave them as they are",
        }
    }

    pub fn explained(self) -> &'static str {
        match self {
            Self::Disable => {
                "They are signed out and hold nothing any more; with their entry they come back. A group that is no longer \
                 found loses the members that came from it."
            }
            Self::Keep => "They keep what they hold until somebody here takes it away.",
        }
    }
}

/// What becomes of accounts and groups that are here already under the name of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Existing {
    Skip,
    TakeOver,
}

impl Existing {
    pub const ALL: [Self; 2] = [Self::Skip, Self::TakeOver];

    /// The word in forms and columns.
    pub fn key(self) -> &'static str {
        match self {
            Self::Skip => "skip",
            Self::TakeOver => "take_over",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|existing| existing.key() == key)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Skip => "Leave them alone",
            Self::TakeOver => "Take them over",
        }
    }

    pub fn explained(self) -> &'static str {
        match self {
            Self::Skip => "Such an entry is skipped, and the preview says so.",
            Self::TakeOver => {
                "From then on the entry says what the account or group is like. Whoever holds directory roles is never taken over."
            }
        }
    }
}

/// An import as the form has it. `version` is the one that the form showed; 0 for a new one.
#[derive(Clone, Debug, PartialEq)]
pub struct SaveImport {
    pub import: Option<ImportId>,
    pub version: i64,
    pub name: String,
    /// Nothing: it stays as it is.
    pub password: Option<Secret>,
    pub typed: Typed,
    pub takes_groups: bool,
    pub every: Every,
    pub leavers: Leavers,
    pub existing: Existing,
}

/// The fields of the form in which something is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Typed {
    pub address: String,
    pub bind_dn: String,
    pub people_base: String,
    pub people_filter: String,
    pub disabled_filter: String,
    pub id_attribute: String,
    pub user_name: String,
    pub display_name: String,
    pub mail: String,
    pub manager: String,
    /// Lines of `Job title = title`.
    pub profile: String,
    pub groups_base: String,
    pub groups_filter: String,
    pub group_name: String,
    pub member: String,
    pub percent: String,
}

/// An entry as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Its distinguished name.
    pub dn: String,
    /// By names in small letters.
    pub attributes: BTreeMap<String, Vec<String>>,
    /// Attributes that have other values than those above, in small letters: they came in parts, or have one that is no text.
    pub unread: BTreeSet<String>,
}

/// What a person shall be like, as far as the entry says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    pub user_name: String,
    pub display_name: String,
    /// Nothing: it is not taken from the entry.
    pub mail: Option<String>,
    /// Attributes of the profile that are taken from the entry; an empty one is taken away.
    pub profile: BTreeMap<String, String>,
    pub enabled: bool,
}

/// One thing that a run does. It is done wholly or not at all, and doing it again changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Somebody is made, changed or taken over.
    Person {
        external_id: String,
        user: Option<UserId>,
        wanted: Wanted,
    },
    /// Their entry is no longer found, or says nothing but that they are disabled.
    Disable {
        user: UserId,
    },
    Manager {
        user: UserId,
        manager: Option<UserId>,
    },
    /// A group is made, renamed or taken over.
    Group {
        external_id: String,
        group: Option<GroupId>,
        name: String,
    },
    /// Exactly these come from the import; people, and groups that belong to it already.
    Members {
        group: GroupId,
        wanted: BTreeSet<Principal>,
    },
    /// A group belongs to it from now on.
    Nest {
        group: GroupId,
        inner: GroupId,
    },
}
