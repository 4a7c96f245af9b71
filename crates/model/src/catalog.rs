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
}
