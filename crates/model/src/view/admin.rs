//! Administration of users and groups.

use super::provider::Linked;
use super::security::Passkey;
use super::{Badge, Choice, Countdown, Fact, Paging, Persona};
use crate::directory::Profile;
use crate::{GroupId, Ts, UserId};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserFilter {
    #[default]
    All,
    Members,
    Guests,
    Disabled,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Users {
    pub search: String,
    pub filter: UserFilter,
    pub rows: Vec<UserRow>,
    pub paging: Paging,
    /// *New user* is offered.
    pub may_create: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserRow {
    pub who: Persona,
    pub user_name: String,
    pub department: String,
    pub manager: String,
    pub badge: Badge,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub who: Persona,
    pub user_name: String,
    pub mail: String,
    pub guest: bool,
    pub enabled: bool,
    pub manager: Option<Persona>,
    pub sponsors: Vec<Persona>,
    pub profile: Profile,
    pub version: i64,
    pub facts: Vec<Fact>,
    /// Paths by which they hold something now.
    pub held: usize,
    /// *Edit*, *Disable* and *Set password* are offered.
    pub may_edit: bool,
    /// The tab *Audit* is there.
    pub sees_audit: bool,
    /// There is something to reset, and the reader may.
    pub may_reset: bool,
    /// What they sign in and prove themselves with, for whoever may take it away.
    pub methods: Option<Methods>,
    pub last_sign_in: Option<Ts>,
    /// Accounts at identity providers that sign them in.
    pub linked: Vec<Linked>,
}

/// What somebody signs in and proves themselves with, beside accounts at identity providers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Methods {
    pub password: bool,
    /// Since when there is an authenticator app.
    pub authenticator: Option<Ts>,
    pub codes_left: u32,
    pub passkeys: Vec<Passkey>,
    /// Nobody takes their own away here.
    pub may_remove: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupFilter {
    #[default]
    All,
    Assigned,
    Dynamic,
    RoleAssignable,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Groups {
    pub search: String,
    pub filter: GroupFilter,
    pub rows: Vec<GroupRow>,
    pub paging: Paging,
    pub may_create: bool,
    /// *Roles can be assigned to this group* is offered.
    pub may_create_role_assignable: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupRow {
    pub group: GroupId,
    pub name: String,
    pub description: String,
    /// `Assigned` or `Dynamic`
    pub membership: String,
    pub role_assignable: bool,
    pub members: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    pub group: GroupId,
    pub name: String,
    pub description: String,
    /// The rule of a dynamic group.
    pub rule: Option<String>,
    pub role_assignable: bool,
    pub version: i64,
    pub member_count: u32,
    pub members: Vec<MemberRow>,
    pub owners: Vec<MemberRow>,
    /// Roles and application roles that the group gives to its members.
    pub gives: Vec<Given>,
    pub paging: Paging,
    pub may_edit: bool,
    /// Make an access review of its members.
    pub may_review: bool,
    /// The tab *Audit* is there.
    pub sees_audit: bool,
    /// People to choose from, for somebody who may add members or owners.
    pub people: Vec<Choice>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberRow {
    /// `user` or `group`, with the id, as the form sends it back.
    pub kind: String,
    pub id: String,
    pub name: String,
    pub under: String,
    /// `Direct`, `Package …`, `Rule`
    pub source: String,
    pub since: Ts,
    pub ends: Option<Countdown>,
    /// *Remove* is offered: it was assigned directly.
    pub removable: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    pub name: String,
    pub kind: String,
    /// `Active`, `Eligible` or `Starts later`
    pub badge: Badge,
    /// Members have it now.
    pub active: bool,
    pub ends: Option<Countdown>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulePreview {
    pub matching: u32,
    /// The first few by name.
    pub people: Vec<Persona>,
}

/// A user id as a link.
pub fn user_address(id: UserId) -> String {
    format!("/admin/users/{id}")
}
