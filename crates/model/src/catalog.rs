//! Administration of catalogs: the roles that are given within one, and the forms of catalogs, packages and policies.

use crate::CatalogId;
use crate::package::PolicySettings;
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyFields {
    pub name: String,
    pub enabled: bool,
    pub settings: PolicySettings,
    /// What whoever saves it was shown that it does, when a rule assigns.
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
        let people = |n: usize| if n == 1 { "1 person".to_owned() } else { format!("{n} people") };
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
