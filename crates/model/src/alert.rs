//! Alerts: what about privileged roles, and about access at targets, should not be as it is, found by looking.

use crate::access::ResourceRole;
use crate::directory::Principal;
use crate::emergency::Word;
use crate::{
    AlertIncidentId, AssignmentId, EmergencyUseId, GroupId, PackageId, PolicyId, RequestId, RoleId, TargetId, Ts, UserId,
};
use serde::{Deserialize, Serialize};

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertKind {
    AssignedOutside,
    EmergencyUnreviewed,
    /// Somebody keeps at a target what has ended here.
    RemovalOverdue,
    /// Somebody is eligible for a role that administrates all others, and nobody could activate it.
    LockedOut,
    NobodyDecides,
    /// A policy has a stage that nobody is left to approve.
    NobodyApproves,
    StaleAccounts,
    /// Somebody waits at a target for what they hold here.
    DeliveryOverdue,
    UnusedRoles,
    TooManyGlobalAdministrators,
    ActivatedTooOften,
    NoMultifactor,
}

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Act now.
    High,
    /// It may be wrong.
    Medium,
    /// It could be better.
    Low,
}

impl Severity {
    pub fn word(self) -> &'static str {
        match self {
            Self::High => "High",
            Self::Medium => "Medium",
            Self::Low => "Low",
        }
    }

    pub fn tone(self) -> &'static str {
        match self {
            Self::High => "bad",
            Self::Medium => "warn",
            Self::Low => "plain",
        }
    }
}

impl AlertKind {
    /// The gravest first.
    pub const ALL: [Self; 12] = [
        Self::AssignedOutside,
        Self::EmergencyUnreviewed,
        Self::RemovalOverdue,
        Self::LockedOut,
        Self::NobodyDecides,
        Self::NobodyApproves,
        Self::StaleAccounts,
        Self::DeliveryOverdue,
        Self::UnusedRoles,
        Self::TooManyGlobalAdministrators,
        Self::ActivatedTooOften,
        Self::NoMultifactor,
    ];

    /// The word in addresses and columns.
    pub fn key(self) -> &'static str {
        match self {
            Self::AssignedOutside => "assigned_outside",
            Self::EmergencyUnreviewed => "emergency_unreviewed",
            Self::RemovalOverdue => "removal_overdue",
            Self::LockedOut => "locked_out",
            Self::NobodyDecides => "nobody_decides",
            Self::NobodyApproves => "nobody_approves",
            Self::StaleAccounts => "stale_accounts",
            Self::DeliveryOverdue => "delivery_overdue",
            Self::UnusedRoles => "unused_roles",
            Self::TooManyGlobalAdministrators => "too_many_global_administrators",
            Self::ActivatedTooOften => "activated_too_often",
            Self::NoMultifactor => "no_multifactor",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::AssignedOutside => "Roles are being assigned outside of privileged access management",
            Self::EmergencyUnreviewed => "A use of emergency access was not reviewed in time",
            Self::RemovalOverdue => "Access that has ended is still there at a target",
            Self::LockedOut => "A role that administrates all others can be activated by nobody",
            Self::NobodyDecides => "Requests that nobody can decide",
            Self::NobodyApproves => "Policies under which nobody can approve",
            Self::StaleAccounts => "Potential stale accounts in a privileged role",
            Self::DeliveryOverdue => "Access that was given is not there at a target",
            Self::UnusedRoles => "Administrators aren't using their privileged roles",
            Self::TooManyGlobalAdministrators => "Too many Global Administrators",
            Self::ActivatedTooOften => "Roles activated too frequently",
            Self::NoMultifactor => "Roles don't require multifactor authentication for activation",
        }
    }

    pub fn severity(self) -> Severity {
        match self {
            Self::AssignedOutside | Self::EmergencyUnreviewed | Self::RemovalOverdue | Self::LockedOut => Severity::High,
            Self::NobodyDecides | Self::NobodyApproves | Self::StaleAccounts | Self::DeliveryOverdue => Severity::Medium,
            Self::UnusedRoles | Self::TooManyGlobalAdministrators | Self::ActivatedTooOften | Self::NoMultifactor => {
                Severity::Low
            }
        }
    }

    /// Why it matters, and what to do about it.
    pub fn why(self) -> &'static str {
        match self {
            Self::AssignedOutside => {
                "Whoever was given a role past the rules of privileged access management holds it without a request, a limit or a justification. Remove what nobody can explain; make the rest eligible."
            }
            Self::EmergencyUnreviewed => {
                "Somebody activated a role without approval, and nobody has looked at it in the time there was for that. Review the use."
            }
            Self::RemovalOverdue => {
                "Somebody keeps power that they should not have: their access ended here, and the application has not confirmed that it is gone there. It is tried again without end; look at the target to see why, or take the access away there by hand."
            }
            Self::DeliveryOverdue => {
                "Somebody was given access and waits for it: the application has not confirmed it. It is tried again without end; look at the target to see why."
            }
            Self::LockedOut => {
                "Somebody is eligible for the role, and nobody besides themselves is left to approve, without needing such a role first: the rule of a group, or time, took the last. If those who hold the role for good leave too, nobody comes back. Name other approvers in the settings, or bring one back."
            }
            Self::NobodyDecides => {
                "Everybody who was to decide, or all but too few for the approvals that are needed, is disabled, has left the group, or has decided before, so the request runs out and whoever made it waits in vain. Bring an approver back, or cancel the request and name fallback approvers before it is made again."
            }
            Self::NobodyApproves => {
                "Too few of those whom the policy names are left, whoever asks: every request under it is refused when it is made, and nobody gets the package. Name other approvers or fallback approvers in the policy, or disable it."
            }
            Self::StaleAccounts => {
                "An account that nobody uses is one that nobody misses when it is stolen. Remove its roles, or disable it."
            }
            Self::UnusedRoles => "Who does not activate a role does not need it. Remove the assignment.",
            Self::TooManyGlobalAdministrators => {
                "Each Global Administrator can do everything. Give narrower roles to those who do not need that."
            }
            Self::ActivatedTooOften => {
                "Many activations in a short time may be somebody else's, or a duration that is too short for the work. Ask the person, or allow longer activations."
            }
            Self::NoMultifactor => {
                "A stolen session or password suffices to activate the role. Demand multifactor authentication or a passkey."
            }
        }
    }

    pub fn defaults(self) -> AlertSettings {
        let thresholds = match self {
            Self::AssignedOutside
            | Self::EmergencyUnreviewed
            | Self::RemovalOverdue
            | Self::LockedOut
            | Self::NobodyDecides
            | Self::NobodyApproves
            | Self::DeliveryOverdue
            | Self::NoMultifactor => Thresholds::None,
            Self::StaleAccounts => Thresholds::Days { days: 90 },
            Self::UnusedRoles => Thresholds::Days { days: 30 },
            Self::TooManyGlobalAdministrators => Thresholds::Administrators { count: 5, percent: 10 },
            Self::ActivatedTooOften => Thresholds::Times { times: 5, minutes: 24 * 60 },
        };
        AlertSettings { enabled: true, mail: self.severity() == Severity::High, thresholds }
    }
}

/// From where on something is an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "by")]
pub enum Thresholds {
    None,
    Days {
        days: u32,
    },
    /// Both are reached.
    Administrators {
        count: u32,
        percent: u32,
    },
    /// So often within so many minutes.
    Times {
        times: u32,
        minutes: u32,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertSettings {
    pub enabled: bool,
    /// Administrators get a letter when there is something new.
    pub mail: bool,
    pub thresholds: Thresholds,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "found")]
pub enum Found {
    AssignedOutside {
        assignment: AssignmentId,
        principal: Principal,
        role: ResourceRole,
    },
    Unreviewed {
        used: EmergencyUseId,
        user: UserId,
        review_by: Ts,
    },
    LockedOut {
        role: RoleId,
    },
    /// The open stage of somebody's request has too few people left, or nobody.
    NobodyDecides {
        request: RequestId,
        user: UserId,
        stage: usize,
        decide_by: Ts,
        /// Approvals that it still needs.
        #[serde(default)]
        missing: u32,
        /// How many could still decide it.
        #[serde(default)]
        left: u32,
    },
    /// A stage of an enabled policy has too few people, whoever asks.
    NobodyApproves {
        package: PackageId,
        policy: PolicyId,
        /// What both are called.
        package_name: String,
        policy_name: String,
        stage: usize,
    },
    /// A target has not confirmed that somebody's access there is gone: the names of the roles; none, when only their account is left.
    RemovalOverdue {
        target: TargetId,
        name: String,
        user: UserId,
        roles: Vec<String>,
        since: Ts,
    },
    /// A target has not confirmed somebody's access.
    DeliveryOverdue {
        target: TargetId,
        name: String,
        user: UserId,
        roles: Vec<String>,
        since: Ts,
    },
    /// `assignment` is the person's own, be it of the role or of membership in the group that holds it.
    Stale {
        assignment: AssignmentId,
        user: UserId,
        role: RoleId,
        through: Option<GroupId>,
        last_sign_in: Option<Ts>,
    },
    Unused {
        assignment: AssignmentId,
        user: UserId,
        role: RoleId,
        last: Option<Ts>,
    },
    OneOfTooMany {
        assignment: AssignmentId,
        user: UserId,
        through: Option<GroupId>,
        count: u32,
        percent: u32,
    },
    TooOften {
        user: UserId,
        role: RoleId,
        times: u32,
    },
    NoMultifactor {
        role: RoleId,
    },
}

impl Found {
    pub fn kind(&self) -> AlertKind {
        match self {
            Self::AssignedOutside { .. } => AlertKind::AssignedOutside,
            Self::Unreviewed { .. } => AlertKind::EmergencyUnreviewed,
            Self::RemovalOverdue { .. } => AlertKind::RemovalOverdue,
            Self::LockedOut { .. } => AlertKind::LockedOut,
            Self::NobodyDecides { .. } => AlertKind::NobodyDecides,
            Self::NobodyApproves { .. } => AlertKind::NobodyApproves,
            Self::DeliveryOverdue { .. } => AlertKind::DeliveryOverdue,
            Self::Stale { .. } => AlertKind::StaleAccounts,
            Self::Unused { .. } => AlertKind::UnusedRoles,
            Self::OneOfTooMany { .. } => AlertKind::TooManyGlobalAdministrators,
            Self::TooOften { .. } => AlertKind::ActivatedTooOften,
            Self::NoMultifactor { .. } => AlertKind::NoMultifactor,
        }
    }

    /// What makes it the same incident at the next look, whatever has changed of it since.
    pub fn key(&self) -> String {
        match self {
            Self::AssignedOutside { assignment, .. }
            | Self::Unused { assignment, .. }
            | Self::OneOfTooMany { assignment, .. } => assignment.to_string(),
            // One membership can lead to several roles.
            Self::Stale { assignment, role, .. } => format!("{assignment} {role}"),
            Self::Unreviewed { used, .. } => used.to_string(),
            Self::NobodyDecides { request, .. } => request.to_string(),
            Self::NobodyApproves { policy, .. } => policy.to_string(),
            Self::TooOften { user, role, .. } => format!("{user} {role}"),
            Self::RemovalOverdue { target, user, .. } | Self::DeliveryOverdue { target, user, .. } => format!("{target} {user}"),
            Self::NoMultifactor { role } | Self::LockedOut { role } => role.to_string(),
        }
    }

    /// Whom it is about.
    pub fn principal(&self) -> Option<Principal> {
        match self {
            Self::AssignedOutside { principal, .. } => Some(*principal),
            Self::Unreviewed { user, .. }
            | Self::NobodyDecides { user, .. }
            | Self::RemovalOverdue { user, .. }
            | Self::DeliveryOverdue { user, .. }
            | Self::Stale { user, .. }
            | Self::Unused { user, .. }
            | Self::OneOfTooMany { user, .. }
            | Self::TooOften { user, .. } => Some(Principal::User(*user)),
            Self::NobodyApproves { .. } | Self::NoMultifactor { .. } | Self::LockedOut { .. } => None,
        }
    }

    /// The role it is about.
    pub fn role(&self) -> Option<ResourceRole> {
        match self {
            Self::AssignedOutside { role, .. } => Some(*role),
            Self::Stale { role, .. }
            | Self::Unused { role, .. }
            | Self::TooOften { role, .. }
            | Self::NoMultifactor { role }
            | Self::LockedOut { role } => Some(ResourceRole::DirectoryRole(*role)),
            Self::OneOfTooMany { .. } => {
                Some(ResourceRole::DirectoryRole(crate::directory::PortalRole::GlobalAdministrator.id()))
            }
            Self::Unreviewed { .. }
            | Self::NobodyDecides { .. }
            | Self::NobodyApproves { .. }
            | Self::RemovalOverdue { .. }
            | Self::DeliveryOverdue { .. } => None,
        }
    }

    /// The target that it is about, what that is called, and the roles there.
    pub fn at_target(&self) -> Option<(TargetId, &str, &[String])> {
        match self {
            Self::RemovalOverdue { target, name, roles, .. } | Self::DeliveryOverdue { target, name, roles, .. } => {
                Some((*target, name, roles))
            }
            Self::AssignedOutside { .. }
            | Self::Unreviewed { .. }
            | Self::LockedOut { .. }
            | Self::NobodyDecides { .. }
            | Self::NobodyApproves { .. }
            | Self::Stale { .. }
            | Self::Unused { .. }
            | Self::OneOfTooMany { .. }
            | Self::TooOften { .. }
            | Self::NoMultifactor { .. } => None,
        }
    }

    /// The policy that it is about, and its package.
    pub fn policy(&self) -> Option<(PackageId, PolicyId)> {
        match self {
            Self::NobodyApproves { package, policy, .. } => Some((*package, *policy)),
            Self::AssignedOutside { .. }
            | Self::Unreviewed { .. }
            | Self::LockedOut { .. }
            | Self::NobodyDecides { .. }
            | Self::RemovalOverdue { .. }
            | Self::DeliveryOverdue { .. }
            | Self::Stale { .. }
            | Self::Unused { .. }
            | Self::OneOfTooMany { .. }
            | Self::TooOften { .. }
            | Self::NoMultifactor { .. } => None,
        }
    }

    /// The assignment that could be removed.
    pub fn assignment(&self) -> Option<AssignmentId> {
        match self {
            Self::AssignedOutside { assignment, .. }
            | Self::Stale { assignment, .. }
            | Self::Unused { assignment, .. }
            | Self::OneOfTooMany { assignment, .. } => Some(*assignment),
            Self::Unreviewed { .. }
            | Self::LockedOut { .. }
            | Self::NobodyDecides { .. }
            | Self::NobodyApproves { .. }
            | Self::RemovalOverdue { .. }
            | Self::DeliveryOverdue { .. }
            | Self::TooOften { .. }
            | Self::NoMultifactor { .. } => None,
        }
    }
}

/// Something that was found and is so still.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    pub id: AlertIncidentId,
    pub found: Found,
    pub found_at: Ts,
    /// Somebody has said that it may be so.
    pub dismissed: Option<Word>,
}
