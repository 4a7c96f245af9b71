//! Directory objects: users, groups, directory roles, applications, service principals.

use crate::{AnyId, ApplicationId, GroupId, RoleId, ServicePrincipalId, UserId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What kind of user: guests are left out by "all members (excluding guests)".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserKind {
    Member,
    Guest,
}

/// The attributes of a person that rules may read and administrators edit. Empty text means not set.
///
/// Keys of `attributes` are the documented names of single-valued text attributes ([`ATTRIBUTES`]).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    pub attributes: BTreeMap<String, String>,
    pub other_mails: Vec<String>,
}

/// The text attributes of a profile: documented name, label on the form.
pub const ATTRIBUTES: &[(&str, &str)] = &[
    ("givenName", "First name"),
    ("surname", "Last name"),
    ("jobTitle", "Job title"),
    ("department", "Department"),
    ("companyName", "Company"),
    ("physicalDeliveryOfficeName", "Office"),
    ("city", "City"),
    ("state", "State"),
    ("country", "Country"),
    ("postalCode", "Postal code"),
    ("streetAddress", "Street"),
    ("usageLocation", "Usage location"),
    ("preferredLanguage", "Language"),
    ("telephoneNumber", "Telephone"),
    ("mobile", "Mobile"),
    ("employeeId", "Employee number"),
    ("employeeHireDate", "Hire date"),
    ("extensionAttribute1", "Extension 1"),
    ("extensionAttribute2", "Extension 2"),
    ("extensionAttribute3", "Extension 3"),
    ("extensionAttribute4", "Extension 4"),
    ("extensionAttribute5", "Extension 5"),
    ("extensionAttribute6", "Extension 6"),
    ("extensionAttribute7", "Extension 7"),
    ("extensionAttribute8", "Extension 8"),
    ("extensionAttribute9", "Extension 9"),
    ("extensionAttribute10", "Extension 10"),
    ("extensionAttribute11", "Extension 11"),
    ("extensionAttribute12", "Extension 12"),
    ("extensionAttribute13", "Extension 13"),
    ("extensionAttribute14", "Extension 14"),
    ("extensionAttribute15", "Extension 15"),
];

impl Profile {
    /// The attribute, or nothing when it is not set.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str).filter(|text| !text.is_empty())
    }
}

/// Everything about a person that a membership rule may look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: UserId,
    pub user_name: String,
    pub display_name: String,
    pub mail: Option<String>,
    pub kind: UserKind,
    pub enabled: bool,
    pub manager: Option<UserId>,
    pub profile: Profile,
    /// Groups of which the person is a direct member now, those with a `memberOf` rule left out.
    pub member_of: Vec<GroupId>,
}

/// How a group gets its members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Membership {
    /// People put members in.
    Assigned,
    /// A rule over attributes puts users in; nobody else can.
    Dynamic { rule: String },
}

impl Membership {
    pub fn is_dynamic(&self) -> bool {
        matches!(self, Self::Dynamic { .. })
    }
}

/// Whoever can hold a resource role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum Principal {
    User(UserId),
    Group(GroupId),
    ServicePrincipal(ServicePrincipalId),
}

impl Principal {
    /// The word in columns and files.
    pub fn kind(self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Group(_) => "group",
            Self::ServicePrincipal(_) => "service_principal",
        }
    }

    pub fn id(self) -> AnyId {
        match self {
            Self::User(id) => id.0,
            Self::Group(id) => id.0,
            Self::ServicePrincipal(id) => id.0,
        }
    }

    /// Reads kind and id; nothing when the kind is unknown.
    pub fn of(kind: &str, id: AnyId) -> Option<Self> {
        Some(match kind {
            "user" => Self::User(UserId(id)),
            "group" => Self::Group(GroupId(id)),
            "service_principal" => Self::ServicePrincipal(ServicePrincipalId(id)),
            _ => return None,
        })
    }

    /// The person, where it is one.
    pub fn user(self) -> Option<UserId> {
        match self {
            Self::User(id) => Some(id),
            Self::Group(_) | Self::ServicePrincipal(_) => None,
        }
    }
}

/// What can be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum Resource {
    Group(GroupId),
    Application(ApplicationId),
    DirectoryRole(RoleId),
}

impl Resource {
    pub fn id(self) -> crate::AnyId {
        match self {
            Self::Group(id) => id.0,
            Self::Application(id) => id.0,
            Self::DirectoryRole(id) => id.0,
        }
    }

    /// The word in forms and columns.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Group(_) => "group",
            Self::Application(_) => "application",
            Self::DirectoryRole(_) => "directory_role",
        }
    }

    /// Reads kind and id; nothing when the kind is unknown.
    pub fn of(kind: &str, id: crate::AnyId) -> Option<Self> {
        Some(match kind {
            "group" => Self::Group(GroupId(id)),
            "application" => Self::Application(ApplicationId(id)),
            "directory_role" => Self::DirectoryRole(RoleId(id)),
            _ => return None,
        })
    }
}

/// `group:0197…`, as forms send it.
impl std::fmt::Display for Resource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.kind(), self.id())
    }
}

impl std::str::FromStr for Resource {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let (kind, id) = text.split_once(':').ok_or(())?;
        Self::of(kind, id.parse().map_err(drop)?).ok_or(())
    }
}

/// Built-in directory roles that Vestibule itself obeys. Their ids are fixed and the same on every server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum PortalRole {
    GlobalAdministrator,
    PrivilegedRoleAdministrator,
    IdentityGovernanceAdministrator,
    UserAdministrator,
    GroupsAdministrator,
    ApplicationAdministrator,
    SecurityAdministrator,
    GlobalReader,
    SecurityReader,
    CatalogCreator,
}

impl PortalRole {
    pub const ALL: [Self; 10] = [
        Self::GlobalAdministrator,
        Self::PrivilegedRoleAdministrator,
        Self::IdentityGovernanceAdministrator,
        Self::UserAdministrator,
        Self::GroupsAdministrator,
        Self::ApplicationAdministrator,
        Self::SecurityAdministrator,
        Self::GlobalReader,
        Self::SecurityReader,
        Self::CatalogCreator,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::GlobalAdministrator => "Global Administrator",
            Self::PrivilegedRoleAdministrator => "Privileged Role Administrator",
            Self::IdentityGovernanceAdministrator => "Identity Governance Administrator",
            Self::UserAdministrator => "User Administrator",
            Self::GroupsAdministrator => "Groups Administrator",
            Self::ApplicationAdministrator => "Application Administrator",
            Self::SecurityAdministrator => "Security Administrator",
            Self::GlobalReader => "Global Reader",
            Self::SecurityReader => "Security Reader",
            Self::CatalogCreator => "Catalog Creator",
        }
    }

    /// The role's row in the directory.
    pub fn id(self) -> RoleId {
        crate::directory::built_in(self.name()).map_or(RoleId(uuid::Uuid::nil()), |role| role.id)
    }

    /// Which portal role a directory role is, if any.
    pub fn of(id: RoleId) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.id() == id)
    }
}

/// A directory role that exists on every server.
#[derive(Clone, Copy, Debug)]
pub struct BuiltInRole {
    pub id: RoleId,
    pub name: &'static str,
    pub description: &'static str,
    /// Marked as highly privileged: packages may offer it only as eligible.
    pub privileged: bool,
}

macro_rules! built_in_roles {
    ($($number:literal $privileged:literal $name:literal $description:literal;)+) => {
        /// The built-in list. Numbers are part of the fixed ids and never reused.
        pub const BUILT_IN_ROLES: &[BuiltInRole] = &[$(BuiltInRole {
            id: RoleId(uuid::Uuid::from_u128(0x0d1e_0000_0000_7000_8000_0000_0000_0000 + $number)),
            name: $name, description: $description, privileged: $privileged,
        }),+];
    };
}

built_in_roles! {
    1 true "Global Administrator" "Can manage everything.";
    2 true "Privileged Role Administrator" "Can manage role assignments, role settings and role-assignable groups.";
    3 false "Identity Governance Administrator" "Can manage catalogs, access packages, policies and reviews.";
    4 true "User Administrator" "Can manage users, and groups that are not role-assignable.";
    5 false "Groups Administrator" "Can manage groups that are not role-assignable.";
    6 true "Application Administrator" "Can manage applications and their roles.";
    7 true "Security Administrator" "Can manage alerts and read roles and the audit log.";
    8 false "Global Reader" "Can read everything and change nothing.";
    9 false "Security Reader" "Can read alerts, roles and the audit log.";
    10 true "Authentication Administrator" "Can view and reset sign-in methods of people without administrator roles.";
    11 false "Authentication Policy Administrator" "Can manage the policies of sign-in methods.";
    12 true "Cloud Application Administrator" "Can manage applications except the application proxy.";
    13 true "Cloud Device Administrator" "Can enable, disable and delete devices.";
    14 false "Compliance Administrator" "Can read and manage compliance settings and reports.";
    15 true "Conditional Access Administrator" "Can manage conditional access.";
    16 false "Directory Readers" "Can read basic directory information.";
    17 true "Directory Writers" "Can read and write basic directory information.";
    18 false "Exchange Administrator" "Can manage mail.";
    19 false "Guest Inviter" "Can invite guests.";
    20 true "Helpdesk Administrator" "Can reset passwords of people without administrator roles.";
    21 true "Hybrid Identity Administrator" "Can manage synchronisation and federation.";
    22 true "Intune Administrator" "Can manage devices and the applications on them.";
    23 false "License Administrator" "Can manage licences.";
    24 false "Message Center Reader" "Can read service messages.";
    25 false "Network Administrator" "Can manage network locations.";
    26 true "Password Administrator" "Can reset passwords of people without administrator roles.";
    27 true "Privileged Authentication Administrator" "Can view and reset sign-in methods of everybody.";
    28 false "Reports Reader" "Can read sign-in and audit reports.";
    29 false "Security Operator" "Can manage security events.";
    30 false "Service Support Administrator" "Can read service health and open support tickets.";
    31 false "SharePoint Administrator" "Can manage sites.";
    32 false "Teams Administrator" "Can manage teams.";
    33 false "Usage Summary Reports Reader" "Can read usage summaries.";
    34 true "Domain Name Administrator" "Can manage domain names.";
    35 true "External Identity Provider Administrator" "Can configure identity providers for external users.";
    36 false "Billing Administrator" "Can manage purchases and subscriptions.";
    37 false "Attribute Definition Administrator" "Can define custom attributes.";
    38 false "Attribute Assignment Administrator" "Can assign values of custom attributes.";
    39 false "Lifecycle Workflows Administrator" "Can manage lifecycle workflows.";
    40 true "Application Developer" "Can register applications.";
    41 false "Catalog Creator" "Can create catalogs and own those, and sees no others.";
}

/// The built-in role of this name.
pub fn built_in(name: &str) -> Option<&'static BuiltInRole> {
    BUILT_IN_ROLES.iter().find(|role| role.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_portal_role_is_a_built_in_directory_role_with_an_id_of_its_own() {
        for role in PortalRole::ALL {
            assert_eq!(PortalRole::of(role.id()), Some(role), "{} is missing from the list", role.name());
        }
        let mut ids: Vec<_> = BUILT_IN_ROLES.iter().map(|role| role.id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), BUILT_IN_ROLES.len());
    }
}
