//! `/my-roles`: what one is eligible for, active in, and was, and the form that activates.

use super::terms::ToAccept;
use super::{Badge, Countdown, Icon, Paging, PlanStage};
use crate::{ActivationProfileId, AssignmentId, Refused, RequestId, Ts, UserId};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    #[default]
    DirectoryRoles,
    Groups,
}

impl Kind {
    pub const ALL: [Self; 2] = [Self::DirectoryRoles, Self::Groups];

    /// The word in addresses; none for what is shown at first.
    pub fn key(self) -> &'static str {
        match self {
            Self::DirectoryRoles => "",
            Self::Groups => "groups",
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::DirectoryRoles => "Directory roles",
            Self::Groups => "Groups",
        }
    }

    pub fn from_key(key: &str) -> Self {
        Self::ALL.into_iter().find(|kind| kind.key() == key).unwrap_or_default()
    }
}

/// The tabs of every list of role assignments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tab {
    #[default]
    Eligible,
    Active,
    Expired,
}

impl Tab {
    pub const ALL: [Self; 3] = [Self::Eligible, Self::Active, Self::Expired];

    /// The word in addresses; none for what is shown at first.
    pub fn key(self) -> &'static str {
        match self {
            Self::Eligible => "",
            Self::Active => "active",
            Self::Expired => "expired",
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::Eligible => "Eligible assignments",
            Self::Active => "Active assignments",
            Self::Expired => "Expired assignments",
        }
    }

    pub fn from_key(key: &str) -> Self {
        Self::ALL.into_iter().find(|tab| tab.key() == key).unwrap_or_default()
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyRoles {
    pub kind: Kind,
    pub tab: Tab,
    pub rows: Vec<Row>,
    /// Activations that wait.
    pub waiting: u32,
    /// Beside what one is eligible for.
    pub profiles: Vec<Profile>,
    /// Of what has ended.
    pub paging: Paging,
}

/// What one saved to activate together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    pub profile: ActivationProfileId,
    pub name: String,
    /// `User Administrator, and Oslo office, Member`
    pub roles: String,
    /// How many of them one is no longer eligible for.
    pub lost: u32,
    /// The others.
    pub assignments: Vec<AssignmentId>,
}

/// `/admin/users/{id}?tab=roles`: what somebody is eligible for, active in, or was, as administrators see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserRoles {
    pub user: UserId,
    pub tab: Tab,
    /// Each with where its page is, for whoever may see that.
    pub rows: Vec<(Row, Option<String>)>,
    /// Of what has ended.
    pub paging: Paging,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub assignment: AssignmentId,
    pub icon: Icon,
    pub name: String,
    /// `Member`, `Owner`; empty for directory roles.
    pub via: String,
    /// `Direct`, or the group through which it is held.
    pub membership: String,
    /// The path through that group, from the person to the role; empty when it is direct.
    pub path: String,
    /// `Eligible`, `Active`, `Pending approval`, `Assigned`, `Activated`, `Expired`, `Removed`, …
    pub badge: Badge,
    pub starts: Ts,
    /// It has not begun.
    pub later: bool,
    /// The applications that have not confirmed it yet, each in a sentence with the reason.
    pub waits: Vec<String>,
    /// Not set: permanent, or ended.
    pub ends: Option<Countdown>,
    pub ended: Option<Ts>,
    /// *Activate* is offered.
    pub activate: bool,
    /// The request that waits, or that activated it.
    pub request: Option<RequestId>,
    /// *Deactivate* is offered.
    pub deactivate: bool,
    /// Whether it can be extended or renewed; not set where that is never so.
    pub extend: Option<Extend>,
}

/// How asking for more time stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extend {
    /// *Extend* is offered.
    Extend,
    /// *Renew* is offered.
    Renew,
    /// *Extend* is offered from then on.
    From(Ts),
    /// It was asked for, and waits.
    Asked(RequestId),
}

/// The form that asks for more time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extending {
    pub assignment: AssignmentId,
    pub icon: Icon,
    pub name: String,
    pub via: String,
    /// `Eligible`, `Active`
    pub assigned: String,
    /// It has ended.
    pub renews: bool,
    pub ends_at: Option<Ts>,
    /// What the form begins with, in days.
    pub days: u32,
    /// `6 months at most`; empty when only the calendar bounds it.
    pub at_most: String,
    /// *Permanent* is offered.
    pub permanent: bool,
    /// Who will be asked.
    pub plan: Vec<PlanStage>,
    /// Why it cannot be asked for now.
    pub refused: Option<Refused>,
}

impl Extending {
    pub fn called(&self) -> String {
        called(&self.name, &self.via)
    }
}

/// The form for one or several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activating {
    pub items: Vec<Item>,
    /// The longest that all of them allow, in minutes.
    pub max_minutes: u32,
    /// What the form begins with: as long as they allow, and no longer than they are there.
    pub minutes: u32,
    /// Which of several is the strictest.
    pub strictest: Option<String>,
    pub justification_required: bool,
    pub ticket_required: bool,
    /// What is to be proved before anything is typed.
    pub proof: Option<Refused>,
    /// The terms of use that are accepted with the form.
    pub terms: Vec<ToAccept>,
    pub emergency: Emergency,
}

/// Whether the reader may activate without approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Emergency {
    /// Their account is not marked, or nobody has to approve.
    No,
    /// `reviewer` will look at it.
    Yes { reviewer: String },
    /// It is marked, and not now.
    NotNow(Refused),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    pub assignment: AssignmentId,
    pub icon: Icon,
    pub name: String,
    pub via: String,
    /// `8 hours at most`
    pub at_most: String,
    /// `Authentication context “Privileged work”: a passkey within 15 minutes`; empty when the session is enough.
    pub proof: String,
    pub until: Option<Ts>,
    /// Who will be asked; empty: it is active at once.
    pub plan: Vec<PlanStage>,
    /// Why it cannot be activated now.
    pub refused: Option<Refused>,
}

/// `User Administrator`, `Oslo office, Member`
fn called(name: &str, via: &str) -> String {
    if via.is_empty() { name.to_owned() } else { [name, ", ", via].concat() }
}

impl Row {
    pub fn called(&self) -> String {
        called(&self.name, &self.via)
    }
}

impl Item {
    pub fn called(&self) -> String {
        called(&self.name, &self.via)
    }
}
