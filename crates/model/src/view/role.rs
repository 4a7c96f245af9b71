//! Directory roles, and groups under privileged access management, as administrators see them.

use super::my_roles::Tab;
use super::{Badge, Choice, Countdown, Icon, Paging};
use crate::access::AssignmentType;
use crate::role_settings::{Privileged, PrivilegedKind, RoleSettings};
use crate::{AssignmentId, GroupId, RoleId, Ts, UserId};
use serde::{Deserialize, Serialize};

/// `/admin/roles`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roles {
    pub search: String,
    pub rows: Vec<RoleRow>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleRow {
    pub role: RoleId,
    pub name: String,
    pub description: String,
    pub privileged: bool,
    /// Assignments now, whoever holds them.
    pub eligible: u32,
    pub active: u32,
}

/// The assignments of one role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignments {
    pub role: Privileged,
    /// `Global Administrator`, or the group.
    pub name: String,
    pub description: String,
    /// The group may be under privileged access management or not; directory roles always are.
    pub enabled: bool,
    /// Why a group never can be.
    pub never: Option<String>,
    pub tab: Tab,
    pub rows: Vec<Row>,
    pub paging: Paging,
    /// *Add assignments*, *Update*, *Remove* and settings are offered.
    pub may_assign: bool,
    /// What the form of a new assignment starts with.
    pub defaults: Defaults,
    /// People and groups to choose from.
    pub holders: Vec<Choice>,
}

/// What the settings say about new assignments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Defaults {
    pub eligible_permanent: bool,
    pub eligible_days: u32,
    pub active_permanent: bool,
    pub active_days: u32,
    pub justification_required: bool,
    pub ticket_required: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub assignment: AssignmentId,
    pub icon: Icon,
    /// Set when it is a person.
    pub person: Option<UserId>,
    /// Where its page is; nothing for service principals.
    pub href: Option<String>,
    pub name: String,
    pub under: String,
    /// `Eligible`, `Assigned`, `Activated`, `Expired`, `Removed`, …
    pub badge: Badge,
    /// `Direct`, `Access package`
    pub source: String,
    /// The group through which it is theirs, where a group is eligible and they activated that: its name, and its page.
    pub through: Option<(String, String)>,
    pub starts: Ts,
    /// It has not begun, so its start can still be set.
    pub starts_later: bool,
    pub ends_at: Option<Ts>,
    /// Not set: permanent, or ended.
    pub ends: Option<Countdown>,
    pub ended: Option<Ts>,
    /// *Update* is offered.
    pub changeable: bool,
    /// *Remove* is offered.
    pub removable: bool,
    /// *Renew* is offered: the holder, as the form of a new assignment writes it, and what it was.
    pub renew: Option<(String, AssignmentType)>,
}

/// Assignments that would be outside of other settings, and are not outside of those of now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breaking {
    /// How many there are; of very many assignments only the first are looked at.
    pub count: u32,
    pub all_looked_at: bool,
    /// Of a template: how many roles or groups these are of, and whether there were too many of them to look at each.
    pub roles: u32,
    pub all_roles_looked_at: bool,
    /// Some of them.
    pub rows: Vec<BreakingRow>,
}

impl Breaking {
    /// How many there are besides those that are shown.
    pub fn more(&self) -> Option<usize> {
        let more = usize::try_from(self.count).unwrap_or(usize::MAX).saturating_sub(self.rows.len());
        (more > 0).then_some(more)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BreakingRow {
    pub icon: Icon,
    pub name: String,
    pub under: String,
    pub href: Option<String>,
    /// Of a template: the role or group that inherits it, and where its assignments are.
    pub of: Option<(String, String)>,
    /// `Eligible`, `Assigned`
    pub badge: Badge,
    pub starts: Ts,
    pub ends: Option<Ts>,
}

/// What roles and groups of a kind inherit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    pub kind: PrivilegedKind,
    pub settings: RoleSettings,
    /// As in [`Settings`].
    pub names: Vec<(String, String)>,
    /// Ids and names of the terms of use to choose from.
    pub terms: Vec<(String, String)>,
    /// Ids and names of the authentication contexts to choose from.
    pub contexts: Vec<(String, String)>,
    /// Webhooks that can be asked about activations.
    pub askable: Vec<Choice>,
    /// Of whoever is eligible for what has its proof from this template.
    pub lacking: Lacking,
    /// The labels of the settings that differ from what Vestibule begins with.
    pub changed: Vec<String>,
    pub version: i64,
    /// Requests about roles or groups of the kind that go on under what was set when they were made.
    pub open: u32,
    /// The names of the first of these roles or groups, and how many they are in all.
    pub open_of: Vec<String>,
    pub open_of_all: u32,
    pub may_edit: bool,
}

/// How many of those who are eligible could not prove what is demanded, each as a sentence; nothing where all could.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lacking {
    /// Under the settings as they are.
    pub now: Option<String>,
    /// If multifactor authentication were demanded.
    pub multifactor: Option<String>,
    /// If a passkey were.
    pub passkey: Option<String>,
    /// If one of these authentication contexts were, by their names.
    pub contexts: Vec<(String, String)>,
}

/// The settings of one role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    pub role: Privileged,
    pub name: String,
    /// Of the group, when it is one.
    pub group: Option<GroupId>,
    pub settings: RoleSettings,
    /// Names of the people and groups in the stages, by `user:…` and `group:…`, as the form writes them.
    pub names: Vec<(String, String)>,
    /// Ids and names of the terms of use to choose from.
    pub terms: Vec<(String, String)>,
    /// Ids and names of the authentication contexts to choose from.
    pub contexts: Vec<(String, String)>,
    /// Webhooks that can be asked about activations.
    pub askable: Vec<Choice>,
    pub lacking: Lacking,
    /// The labels of the settings that differ from the template.
    pub overridden: Vec<String>,
    pub version: i64,
    /// Requests that go on under what was set when they were made.
    pub open: u32,
    pub may_edit: bool,
}
