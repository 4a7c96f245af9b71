//! Administration of catalogs: the roles that are given within one, and the forms of catalogs, packages and policies.

use crate::package::PolicySettings;
use crate::role_settings::{Privileged, PrivilegedKind};
use crate::time::people;
use crate::{AnyId, CatalogId, DraftId, GroupId, PackageId, UserId};
use serde::{Deserialize, Serialize};

/// What somebody may do within one catalog, given by those who manage it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CatalogRole {
    Owner,
    Reader,
    PackageManager,
    AssignmentManager,
}

impl CatalogRole {
    pub const ALL: [Self; 4] = [Self::Owner, Self::Reader, Self::PackageManager, Self::AssignmentManager];

    pub fn name(self) -> &'static str {
        match self {
            Self::Owner => "Catalog owner",
            Self::Reader => "Catalog reader",
            Self::PackageManager => "Access package manager",
            Self::AssignmentManager => "Access package assignment manager",
        }
    }

    /// What the role is for, under its name.
    pub fn description(self) -> &'static str {
        match self {
            Self::Owner => "Edits the catalog, its resources, packages and policies, and gives these roles.",
            Self::Reader => "Sees everything in the catalog and changes nothing.",
            Self::PackageManager => "Makes and edits packages and policies, with the resources that are in the catalog.",
            Self::AssignmentManager => "Assigns packages to people and takes them away.",
        }
    }

    /// The word in forms and columns.
    pub fn key(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Reader => "reader",
            Self::PackageManager => "package_manager",
            Self::AssignmentManager => "assignment_manager",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.key() == key)
    }
}

/// Who has a role within a catalog. A group stands for all its members, through other groups too, as it is at the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Holder {
    /// The id alone: the history had nothing but people here once.
    User(UserId),
    Group {
        group: GroupId,
    },
}

impl Holder {
    /// The word in forms and columns.
    pub fn kind(self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Group { .. } => "group",
        }
    }

    pub fn id(self) -> AnyId {
        match self {
            Self::User(id) => id.0,
            Self::Group { group } => group.0,
        }
    }

    /// Reads kind and id; nothing when the kind is unknown.
    pub fn of(kind: &str, id: AnyId) -> Option<Self> {
        match kind {
            "user" => Some(Self::User(UserId(id))),
            "group" => Some(Self::Group { group: GroupId(id) }),
            _ => None,
        }
    }
}

/// `group:0197…`, as forms send it.
impl std::fmt::Display for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.kind(), self.id())
    }
}

impl std::str::FromStr for Holder {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let (kind, id) = text.split_once(':').ok_or(())?;
        Self::of(kind, id.parse().map_err(drop)?).ok_or(())
    }
}

/// A catalog as the form has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogFields {
    pub name: String,
    pub description: String,
    /// Packages of a catalog that is not enabled cannot be requested.
    pub enabled: bool,
}

/// A package as the form has it. The catalog is chosen when the package is made and never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageFields {
    pub catalog: CatalogId,
    pub name: String,
    pub description: String,
    pub hidden: bool,
}

/// A policy as the form has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyFields {
    pub name: String,
    pub enabled: bool,
    pub settings: PolicySettings,
    /// What whoever saves it was shown that it does, when a rule assigns.
    #[serde(skip)]
    pub seen: Option<Effect>,
}

/// What saving a policy does at once: how many people gain the package by its rule, and how many lose it, now or after
/// the grace period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    pub gain: usize,
    pub lose: usize,
}

impl Effect {
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }

    /// `3 people gain the package and 1 person loses it`
    pub fn words(self) -> String {
        let gain = |n| if n == 1 { "gains" } else { "gain" };
        let lose = |n| if n == 1 { "loses" } else { "lose" };
        match (self.gain, self.lose) {
            (0, 0) => "nobody gains or loses the package".to_owned(),
            (n, 0) => format!("{} {} the package, and nobody loses it", people(n), gain(n)),
            (0, n) => format!("{} {} the package, and nobody gains it", people(n), lose(n)),
            (more, less) => format!("{} {} the package, and {} {} it", people(more), gain(more), people(less), lose(less)),
        }
    }
}

/// What a policy that is being written belongs to; its stages are also those of role settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PolicyOf {
    Package(PackageId),
    Draft(DraftId),
    Role(Privileged),
    /// What roles or groups of a kind inherit.
    Template(PrivilegedKind),
}

impl PolicyOf {
    /// The kind of role that is activated under it; nothing where packages are requested.
    pub fn role_kind(self) -> Option<PrivilegedKind> {
        match self {
            Self::Package(_) | Self::Draft(_) => None,
            Self::Role(role) => Some(role.kind()),
            Self::Template(kind) => Some(kind),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_history_says_of_people_alone_still_reads_as_a_person() {
        let id = AnyId::from_u128(7);
        let (user, group) = (Holder::User(UserId(id)), Holder::Group { group: GroupId(id) });
        assert_eq!(serde_json::to_string(&user).unwrap(), format!("\"{id}\""));
        for holder in [user, group] {
            let text = serde_json::to_string(&holder).unwrap();
            assert_eq!(serde_json::from_str::<Holder>(&text).unwrap(), holder, "{text}");
            assert_eq!(holder.to_string().parse(), Ok(holder));
        }
        for wrong in ["", "user", "role:00000000-0000-0000-0000-000000000007", "user:seven"] {
            assert_eq!(wrong.parse::<Holder>(), Err(()), "{wrong}");
        }
    }
}

/// What the form of a policy says about who may request and who decides: names as they were typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicySketch {
    /// The key of the scope: `specific`, `all_members`, `all_users`, `nobody`.
    pub scope: String,
    /// Whom a specific scope names.
    pub covered: Sketched,
    pub stages: Vec<SketchedStage>,
}

/// One stage of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SketchedStage {
    pub approvers: Sketched,
    /// Whom else is asked later.
    pub further: Sketched,
    pub fallback: Sketched,
    pub quorum: u32,
}

/// People named one by one, by their groups, and by what they are to whoever asks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sketched {
    pub users: Vec<String>,
    pub groups: Vec<String>,
    /// The level of the manager.
    pub manager: Option<u8>,
    pub sponsors: bool,
    pub owners: bool,
}
