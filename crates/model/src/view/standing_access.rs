//! Standing access: who holds directory roles for good, what making that eligible would do; and which groups can be brought
//! under privileged access management.

use super::{Icon, Paging};
use crate::{AssignmentId, GroupId, Refused, Ts, UserId};
use serde::{Deserialize, Serialize};

/// `/admin/roles/discovery`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandingAccess {
    pub rows: Vec<Row>,
    pub paging: Paging,
    /// *Make eligible* and *Remove* are offered.
    pub may_change: bool,
}

/// One who holds a role for good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// What *Make eligible* and *Remove* are about: their own, of the role or, where it is held through a group, of membership.
    pub assignment: AssignmentId,
    pub icon: Icon,
    /// Set when it is a person.
    pub person: Option<UserId>,
    pub href: Option<String>,
    pub name: String,
    pub under: String,
    pub role: String,
    pub role_href: String,
    /// The role is highly privileged.
    pub privileged: bool,
    /// `Direct`, `Import`, `Access package`
    pub how: String,
    /// Address and name of the group through which it is held.
    pub through: Option<(String, String)>,
    pub since: Ts,
    pub last_sign_in: Option<Ts>,
    /// When the person activated something last.
    pub last_activation: Option<Ts>,
    pub makes_eligible: bool,
    pub removable: bool,
}

/// What is done about standing access.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    #[default]
    MakeEligible,
    Remove,
}

impl Act {
    /// The word in addresses and forms.
    pub fn key(self) -> &'static str {
        match self {
            Self::MakeEligible => "eligible",
            Self::Remove => "remove",
        }
    }

    pub fn from_key(key: &str) -> Self {
        if key == Self::Remove.key() { Self::Remove } else { Self::MakeEligible }
    }

    /// The button.
    pub fn word(self) -> &'static str {
        match self {
            Self::MakeEligible => "Make eligible",
            Self::Remove => "Remove",
        }
    }
}

/// `/admin/roles/discovery/change`: what would come of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandingChange {
    pub act: Act,
    pub items: Vec<Item>,
    /// What the settings of the roles demand of new assignments.
    pub justification_required: bool,
    pub ticket_required: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    pub assignment: AssignmentId,
    pub icon: Icon,
    pub name: String,
    pub role: String,
    /// The people of a group, when it is one.
    pub people: Option<u32>,
    /// They hold the same role by another way, too, and keep it by that.
    pub keeps_by: Option<String>,
    /// Why it stays as it is.
    pub refused: Option<Refused>,
}

/// `/admin/groups/discover`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiscoveredGroups {
    pub search: String,
    pub rows: Vec<GroupRow>,
    pub paging: Paging,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupRow {
    pub group: GroupId,
    pub name: String,
    pub description: String,
    pub role_assignable: bool,
    pub members: u32,
    /// Why it is not one that the visitor can bring under privileged access management now.
    pub reason: Option<String>,
    /// It is under it already.
    pub managed: bool,
}
