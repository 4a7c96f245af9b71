//! Administration of catalogs, access packages and policies.

use super::{Choice, Fact, Icon, Paging, Persona};
use crate::access::AssignmentType;
use crate::catalog::{CatalogRole, Effect, Holder};
use crate::limits::POLICY_SUBJECTS_MAX;
use crate::package::PolicySettings;
use crate::review::PolicyReviews;
use crate::{CatalogId, GroupId, PackageId, PolicyId, Refusal, Refused, Ts, UserId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalogs {
    pub search: String,
    pub rows: Vec<CatalogRow>,
    pub paging: Paging,
    /// *New catalog* is offered.
    pub may_create: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogRow {
    pub catalog: CatalogId,
    pub name: String,
    pub description: String,
    pub enabled: bool,
    pub packages: u32,
    pub resources: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tab {
    #[default]
    Packages,
    Resources,
    Roles,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalog {
    pub catalog: CatalogId,
    pub name: String,
    pub description: String,
    pub enabled: bool,
    pub version: i64,
    /// *Edit*, *Add resource* and the roles are offered.
    pub may_manage: bool,
    /// *New access package* is offered.
    pub may_make_packages: bool,
    pub shown: Shown,
}

/// What the chosen tab shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    Packages {
        rows: Vec<PackageRow>,
        paging: Paging,
    },
    Resources {
        rows: Vec<ResourceRow>,
        paging: Paging,
        /// What could be added, found by the search.
        offered: Vec<Choice>,
    },
    Roles {
        rows: Vec<RoleRow>,
        /// People and groups to choose from.
        offered: Vec<Choice>,
        /// How many are shown, when there are more.
        cut: Option<u32>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageRow {
    pub package: PackageId,
    pub name: String,
    pub description: String,
    pub catalog: CatalogId,
    pub catalog_name: String,
    pub hidden: bool,
    pub roles: u32,
    pub holders: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceRow {
    /// As the form sends it back.
    pub key: String,
    pub icon: Icon,
    pub name: String,
    /// `Group`, `Application`, `Directory role`
    pub kind: String,
    /// Packages of the catalog that give it.
    pub packages: u32,
    pub since: Ts,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleRow {
    pub holder: Holder,
    pub name: String,
    /// `Support engineer`, `All its members, through other groups too`
    pub under: String,
    pub role: CatalogRole,
    pub since: Ts,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packages {
    pub search: String,
    pub rows: Vec<PackageRow>,
    pub paging: Paging,
    /// *New access package* is offered.
    pub may_create: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Package {
    pub package: PackageId,
    pub name: String,
    pub description: String,
    pub hidden: bool,
    pub catalog: CatalogId,
    pub catalog_name: String,
    pub version: i64,
    pub facts: Vec<Fact>,
    /// The *My Access link*, whole.
    pub link: String,
    /// People who hold the package now.
    pub holders: u32,
    pub roles: Vec<GivenRole>,
    /// Roles that could be added.
    pub offered: Vec<Choice>,
    /// Of how many of the catalog's resources these are, when it has more.
    pub offered_of: Option<u32>,
    pub policies: Vec<PolicyRow>,
    /// Everything on the page may be changed.
    pub may_edit: bool,
    /// Whether *Who could?* is there.
    pub who_could: bool,
}

/// A role that the package gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenRole {
    /// As the form sends it back.
    pub key: String,
    pub icon: Icon,
    pub name: String,
    /// `Member`, `Owner`, the role of an application; may be empty.
    pub via: String,
    pub kind: String,
    pub assignment_type: AssignmentType,
    /// What *Remove* takes out: its name, and how it is given where it could be in two ways.
    pub called: String,
    pub privileged: bool,
}

/// What taking a role out of a package does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleRemoval {
    /// As the form sends it back.
    pub key: String,
    pub name: String,
    /// People who have it from this package now, and how many of them have it from elsewhere too.
    pub people: u32,
    pub keep: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyRow {
    pub policy: PolicyId,
    pub name: String,
    pub enabled: bool,
    pub whom: String,
    /// For whom it is among the others: `Whoever it covers, unless “Level 3 engineers” covers them too.`
    pub place: String,
    /// `2 stages`, `No approval`
    pub approval: String,
    pub lasts: String,
    /// People who hold the package under it.
    pub held: u32,
    /// Open requests under it.
    pub open: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPackage {
    pub search: String,
    /// Catalogs in which the visitor may make packages, or those of them that were searched for.
    pub catalogs: Vec<Choice>,
    /// The one that was asked for.
    pub catalog: Option<CatalogId>,
    /// There are more than are shown here.
    pub more: bool,
}

/// A policy and its form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    pub package: PackageId,
    pub package_name: String,
    /// Not set: a new one.
    pub policy: Option<PolicyId>,
    pub version: i64,
    pub name: String,
    pub enabled: bool,
    pub settings: PolicySettings,
    /// Names of the people and groups in the settings: `user:…` or `group:…` with how the form writes it.
    pub names: Vec<(String, String)>,
    /// Webhooks that it can ask.
    pub askable: Vec<super::Choice>,
    /// What is allowed and yet not wise, as sentences.
    pub warnings: Vec<String>,
    /// For whom it is among the other policies of the package; empty for a new one.
    pub place: String,
    /// The reviews that it requires, or what they begin with when it shall.
    pub reviews: PolicyReviews,
    pub open: u32,
    pub held: u32,
    pub may_edit: bool,
    /// Whether the form offers that a rule assigns.
    pub may_automate: bool,
    /// Whether *Who could?* is there.
    pub who_could: bool,
}

/// A policy under which requests may get stuck, or bother many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlaggedPolicy {
    pub policy: PolicyId,
    pub name: String,
    pub warnings: Vec<String>,
}

/// What is to be said about whom a form of a policy names, before it is saved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyCheck {
    pub warnings: Vec<String>,
    /// Why it would not be saved; nothing else is known then.
    pub refused: Option<Refused>,
}

/// Whom saving a policy with a rule would give the package, and from whom it would take it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyPreview {
    pub matching: usize,
    pub effect: Effect,
    /// Some of each, by name.
    pub gain: Vec<Persona>,
    pub lose: Vec<Persona>,
    /// Why it would not be saved; nothing else is known then.
    pub refused: Option<Refused>,
}

/// For each name who is meant; nothing when nobody or more than one is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyNames {
    pub users: Vec<Option<UserId>>,
    pub groups: Vec<Option<GroupId>>,
}

/// Names as somebody wrote them into a form, with whom they mean.
pub struct KnownNames {
    users: BTreeMap<String, Option<UserId>>,
    groups: BTreeMap<String, Option<GroupId>>,
}

impl KnownNames {
    /// Refuses more names than a policy may have; they are without doubles.
    pub fn check(users: &[String], groups: &[String]) -> Result<(), Refusal> {
        if users.len() + groups.len() <= POLICY_SUBJECTS_MAX {
            return Ok(());
        }
        let message = format!("A policy may name {POLICY_SUBJECTS_MAX} people and groups. Use a group instead of its members.");
        Err(Refusal::Malformed { field: "users".to_owned(), message })
    }

    /// `found` is in the order of the names.
    pub fn new(users: Vec<String>, groups: Vec<String>, found: PolicyNames) -> Self {
        Self { users: users.into_iter().zip(found.users).collect(), groups: groups.into_iter().zip(found.groups).collect() }
    }

    /// Whom a name means that stands in this field of the form.
    pub fn user(&self, field: &str, name: &str) -> Result<UserId, Refusal> {
        self.users.get(name).copied().flatten().ok_or_else(|| Refusal::Malformed {
            field: field.to_owned(),
            message: format!(
                "“{name}” is nobody’s user name, and not the full name of exactly one person. Choose the person from the list, or \
                 write the user name, one a line."
            ),
        })
    }

    pub fn group(&self, field: &str, name: &str) -> Result<GroupId, Refusal> {
        self.groups.get(name).copied().flatten().ok_or_else(|| Refusal::Malformed {
            field: field.to_owned(),
            message: format!("There is no group “{name}”. Choose it from the list, or write its whole name, one group a line."),
        })
    }
}
