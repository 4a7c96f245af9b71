//! Resource roles and assignments: who holds what, for how long, and why.

use crate::directory::{Principal, Resource};
use crate::{ApplicationId, ApplicationRoleId, AssignmentId, GroupId, PackageAssignmentId, RequestId, RoleId, Ts};
use serde::{Deserialize, Serialize};

/// One way to hold a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum ResourceRole {
    GroupMember(GroupId),
    GroupOwner(GroupId),
    ApplicationRole(ApplicationId, ApplicationRoleId),
    DirectoryRole(RoleId),
}

impl ResourceRole {
    pub fn resource(self) -> Resource {
        match self {
            Self::GroupMember(id) | Self::GroupOwner(id) => Resource::Group(id),
            Self::ApplicationRole(id, _) => Resource::Application(id),
            Self::DirectoryRole(id) => Resource::DirectoryRole(id),
        }
    }
}

/// Eligible gives nothing until it is activated; active is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssignmentType {
    Eligible,
    Active,
}

impl AssignmentType {
    /// How a package gives something.
    pub fn given_as(self) -> &'static str {
        match self {
            Self::Eligible => "Eligible, to be activated",
            Self::Active => "Active",
        }
    }
}

/// Why an assignment exists. Losing one source takes away only its own rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum Source {
    /// An administrator or owner assigned it.
    Direct,
    /// The holder activated this eligible assignment.
    Activation(AssignmentId),
    /// It came with a package.
    Package(PackageAssignmentId),
    /// The rule of this dynamic group.
    Rule(GroupId),
    /// It came from another system.
    Import,
}

/// A principal holds a resource role for a window, from one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    pub id: AssignmentId,
    pub principal: Principal,
    pub role: ResourceRole,
    pub assignment_type: AssignmentType,
    pub source: Source,
    pub starts_at: Ts,
    /// Not set: permanent.
    pub ends_at: Option<Ts>,
    /// Set once it was taken away or ran out; never cleared.
    pub ended_at: Option<Ts>,
}

impl Assignment {
    /// The id of what an activation gives: that of its request, which gives one thing once.
    pub fn id_of_activation(request: RequestId) -> AssignmentId {
        AssignmentId(request.0)
    }

    /// The request that activated it; nothing for what was assigned.
    pub fn activated_by(&self) -> Option<RequestId> {
        matches!(self.source, Source::Activation(_)).then_some(RequestId(self.id.0))
    }
}

/// Why an assignment is no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// Its time was over.
    Expired,
    /// Somebody took it away.
    Removed,
    /// Somebody who had approved it took that back.
    Revoked,
    /// Its holder gave it back.
    GivenBack,
    /// The package it came with ended.
    PackageEnded,
    /// The rule no longer matches.
    RuleNoLongerMatches,
    /// The eligible assignment behind the activation ended.
    EligibilityEnded,
    /// An access review denied it.
    Reviewed,
}
