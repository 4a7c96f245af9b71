//! Events: the history. Written in the transaction of the change they tell about, never changed, never deleted.
//!
//! The stored form is the JSON of [`Event`]; the sealing worker hashes exactly that text.
//!
//! The file is long because everything that can happen stands in one enum, with its code and its targets beside it.

use crate::access::{AssignmentType, EndReason, ResourceRole, Source};
use crate::alert::{AlertKind, Found};
use crate::approval::{Part, Verdict};
use crate::ask_back::{AskedTime, ShorterTime};
use crate::catalog::{CatalogRole, Holder};
use crate::delegation::Delegated;
use crate::directory::{Principal, Resource};
use crate::notice::Value;
use crate::request::Undelivered;
use crate::role_settings::{Privileged, Ticket};
use crate::separation::Incompatible;
use crate::{
    AlertIncidentId, AnyId, AssignmentId, CatalogId, DelegationId, EmergencyUseId, EventId, GroupId, PackageAssignmentId,
    PackageId, PolicyId, RequestId, Ts, UserId,
};
use serde::{Deserialize, Serialize};

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum Actor {
    User(UserId),
    /// Time passed, or delivery went on: nobody clicked.
    System,
    /// Somebody on the server's own command line.
    Console,
}

/// One attribute, before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub field: String,
    pub before: String,
    pub after: String,
}

/// What happened. Names are past: the thing is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "action")]
pub enum Action {
    RequestSubmitted {
        name: String,
        beneficiary: UserId,
    },
    /// An administrator gives it to somebody who did not ask.
    PackageAssigned {
        name: String,
        beneficiary: UserId,
    },
    StageOpened {
        stage: usize,
        part: Part,
        asked: Vec<UserId>,
        decide_by: Ts,
    },
    StageEscalated {
        stage: usize,
        asked: Vec<UserId>,
    },
    ApproversReminded {
        stage: usize,
        asked: Vec<UserId>,
    },
    StageDecided {
        stage: usize,
        verdict: Verdict,
        words: String,
        settles_stage: bool,
        /// In whose place, when it was a delegate.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stood_in_for: Option<UserId>,
    },
    /// An approver asked the requestor; the window stands still.
    RequestAskedBack {
        stage: usize,
        words: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        proposed: Option<ShorterTime>,
        pauses_until: Ts,
        /// In whose place, when it was a delegate.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stood_in_for: Option<UserId>,
    },
    QuestionAnswered {
        words: String,
    },
    /// The requestor asks for less now.
    ShorterTimeAccepted {
        before: AskedTime,
        after: AskedTime,
        words: String,
    },
    ShorterTimeDeclined {
        words: String,
    },
    /// Nobody answered in time: the window goes on, until `decide_by`.
    StageResumed {
        stage: usize,
        decide_by: Ts,
    },
    StageExpired {
        stage: usize,
    },
    RequestApproved,
    RequestScheduled {
        starts_at: Ts,
    },
    RequestCanceled {
        words: String,
    },
    DeliveryStarted,
    DeliveryFailed {
        reason: Value<Undelivered>,
    },
    RequestReprocessed,
    RequestDelivered {
        assignment: PackageAssignmentId,
        ends_at: Option<Ts>,
    },
    PackageAssignmentEnded {
        assignment: PackageAssignmentId,
        package: PackageId,
        #[serde(default)]
        holder: Option<UserId>,
        reason: EndReason,
        /// What whoever ended it before its time said.
        #[serde(default)]
        words: String,
    },
    /// The rule of a policy gave the package to somebody who did not ask.
    PackageAssignedByRule {
        assignment: PackageAssignmentId,
        package: PackageId,
        policy: PolicyId,
        holder: UserId,
    },
    /// The rule no longer matches, and it is held until then; without an end, it matches again.
    PackageAssignmentEndSet {
        assignment: PackageAssignmentId,
        package: PackageId,
        policy: PolicyId,
        holder: UserId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ends_at: Option<Ts>,
    },
    /// It ends later than it would have.
    PackageAssignmentExtended {
        assignment: PackageAssignmentId,
        package: PackageId,
        from: Option<Ts>,
        to: Option<Ts>,
    },
    AssignmentExtended {
        assignment: AssignmentId,
        principal: Principal,
        role: ResourceRole,
        from: Option<Ts>,
        to: Option<Ts>,
    },
    AssignmentStarted {
        assignment: AssignmentId,
        principal: Principal,
        role: ResourceRole,
        assignment_type: AssignmentType,
        source: Source,
        starts_at: Ts,
        ends_at: Option<Ts>,
        /// What whoever assigned it said.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        words: String,
        #[serde(default, skip_serializing_if = "Ticket::is_empty")]
        ticket: Ticket,
    },
    /// Somebody set another start or end.
    AssignmentChanged {
        assignment: AssignmentId,
        principal: Principal,
        role: ResourceRole,
        from: (Ts, Option<Ts>),
        to: (Ts, Option<Ts>),
        words: String,
    },
    AssignmentEnded {
        assignment: AssignmentId,
        principal: Principal,
        role: ResourceRole,
        reason: EndReason,
        /// What whoever ended it before its time said.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        words: String,
    },
    /// An activation was put into effect.
    RoleActivated {
        assignment: AssignmentId,
        ends_at: Ts,
    },
    /// Activated without approval. `told` learned of it at once, whoever reviews it first.
    EmergencyUsed {
        used: EmergencyUseId,
        user: UserId,
        told: Vec<UserId>,
        review_by: Ts,
    },
    EmergencyReviewed {
        used: EmergencyUseId,
        user: UserId,
        words: String,
    },
    /// The account may be used once more before its use was reviewed.
    EmergencyUseAllowed {
        used: EmergencyUseId,
        user: UserId,
        words: String,
    },
    EmergencyAccountMarked {
        user: UserId,
        reviewer: UserId,
    },
    EmergencyAccountUnmarked {
        user: UserId,
    },
    AlertTriggered {
        incident: AlertIncidentId,
        what: Found,
    },
    /// It is no longer so.
    AlertResolved {
        incident: AlertIncidentId,
        what: Found,
    },
    AlertDismissed {
        incident: AlertIncidentId,
        what: Found,
        words: String,
    },
    AlertReopened {
        incident: AlertIncidentId,
        what: Found,
    },
    AlertSettingChanged {
        kind: AlertKind,
        changes: Vec<Change>,
    },
    /// What was asked for was given: an assignment lasts longer or, with `renews`, is there again.
    RoleExtended {
        assignment: AssignmentId,
        assignment_type: AssignmentType,
        renews: bool,
        ends_at: Option<Ts>,
    },
    RoleSettingsChanged {
        role: Privileged,
        changes: Vec<Change>,
    },
    /// Membership and ownership of a group can be eligible from now on.
    PrivilegedAccessEnabled {
        group: GroupId,
    },
    PrivilegedAccessDisabled {
        group: GroupId,
    },
    ApprovalsDelegated {
        delegation: DelegationId,
        from: UserId,
        to: UserId,
        starts_at: Ts,
        ends_at: Ts,
        delegated: Delegated,
    },
    DelegationEnded {
        delegation: DelegationId,
        from: UserId,
        to: UserId,
    },
    UserCreated {
        user: UserId,
        name: String,
    },
    UserChanged {
        user: UserId,
        changes: Vec<Change>,
    },
    UserDisabled {
        user: UserId,
    },
    UserEnabled {
        user: UserId,
    },
    PasswordChanged {
        user: UserId,
    },
    GroupCreated {
        group: GroupId,
        name: String,
    },
    GroupChanged {
        group: GroupId,
        changes: Vec<Change>,
    },
    PackageCreated {
        package: PackageId,
        name: String,
    },
    CatalogCreated {
        catalog: CatalogId,
        name: String,
    },
    CatalogChanged {
        catalog: CatalogId,
        changes: Vec<Change>,
    },
    CatalogDeleted {
        catalog: CatalogId,
        name: String,
    },
    CatalogResourceAdded {
        catalog: CatalogId,
        resource: Resource,
        name: String,
    },
    CatalogResourceRemoved {
        catalog: CatalogId,
        resource: Resource,
        name: String,
    },
    CatalogRoleGiven {
        catalog: CatalogId,
        #[serde(alias = "user")]
        holder: Holder,
        role: CatalogRole,
    },
    CatalogRoleTaken {
        catalog: CatalogId,
        #[serde(alias = "user")]
        holder: Holder,
        role: CatalogRole,
    },
    PackageChanged {
        package: PackageId,
        changes: Vec<Change>,
    },
    PackageDeleted {
        package: PackageId,
        name: String,
    },
    /// `people` got it in the same moment, each with an event of their own.
    PackageRoleAdded {
        package: PackageId,
        role: ResourceRole,
        assignment_type: AssignmentType,
        people: usize,
    },
    /// `people` lost it in the same moment, each with an event of their own.
    PackageRoleRemoved {
        package: PackageId,
        role: ResourceRole,
        assignment_type: AssignmentType,
        people: usize,
    },
    /// The package and this exclude each other from now on.
    IncompatibilityAdded {
        package: PackageId,
        with: Incompatible,
        name: String,
    },
    IncompatibilityRemoved {
        package: PackageId,
        with: Incompatible,
        name: String,
    },
    /// `changes` holds every setting that the policy began with.
    PolicyCreated {
        package: PackageId,
        policy: PolicyId,
        name: String,
        changes: Vec<Change>,
    },
    PolicyChanged {
        package: PackageId,
        policy: PolicyId,
        changes: Vec<Change>,
    },
    PolicyDeleted {
        package: PackageId,
        policy: PolicyId,
        name: String,
    },
    SignedIn {
        user: UserId,
        how: String,
        address: String,
    },
    SignInFailed {
        user: UserId,
        address: String,
    },
    SignedOut {
        user: UserId,
    },
}

/// A thing that an event is about; events are found by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Target(pub AnyId);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    pub id: EventId,
    pub at: Ts,
    pub actor: Actor,
    pub request: Option<RequestId>,
    #[serde(flatten)]
    pub action: Action,
}

impl Action {
    /// The stable name of the action, as filters and exports show it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::RequestSubmitted { .. } => "request_submitted",
            Self::PackageAssigned { .. } => "package_assigned",
            Self::StageOpened { .. } => "stage_opened",
            Self::StageEscalated { .. } => "stage_escalated",
            Self::ApproversReminded { .. } => "approvers_reminded",
            Self::StageDecided { .. } => "stage_decided",
            Self::RequestAskedBack { .. } => "request_asked_back",
            Self::QuestionAnswered { .. } => "question_answered",
            Self::ShorterTimeAccepted { .. } => "shorter_time_accepted",
            Self::ShorterTimeDeclined { .. } => "shorter_time_declined",
            Self::StageResumed { .. } => "stage_resumed",
            Self::StageExpired { .. } => "stage_expired",
            Self::RequestApproved => "request_approved",
            Self::RequestScheduled { .. } => "request_scheduled",
            Self::RequestCanceled { .. } => "request_canceled",
            Self::DeliveryStarted => "delivery_started",
            Self::DeliveryFailed { .. } => "delivery_failed",
            Self::RequestReprocessed => "request_reprocessed",
            Self::RequestDelivered { .. } => "request_delivered",
            Self::PackageAssignmentEnded { .. } => "package_assignment_ended",
            Self::PackageAssignedByRule { .. } => "package_assigned_by_rule",
            Self::PackageAssignmentEndSet { .. } => "package_assignment_end_set",
            Self::PackageAssignmentExtended { .. } => "package_assignment_extended",
            Self::AssignmentExtended { .. } => "assignment_extended",
            Self::AssignmentStarted { .. } => "assignment_started",
            Self::AssignmentChanged { .. } => "assignment_changed",
            Self::AssignmentEnded { .. } => "assignment_ended",
            Self::RoleActivated { .. } => "role_activated",
            Self::EmergencyUsed { .. } => "emergency_used",
            Self::EmergencyReviewed { .. } => "emergency_reviewed",
            Self::EmergencyUseAllowed { .. } => "emergency_use_allowed",
            Self::EmergencyAccountMarked { .. } => "emergency_account_marked",
            Self::EmergencyAccountUnmarked { .. } => "emergency_account_unmarked",
            Self::AlertTriggered { .. } => "alert_triggered",
            Self::AlertResolved { .. } => "alert_resolved",
            Self::AlertDismissed { .. } => "alert_dismissed",
            Self::AlertReopened { .. } => "alert_reopened",
            Self::AlertSettingChanged { .. } => "alert_setting_changed",
            Self::RoleExtended { renews: false, .. } => "role_extended",
            Self::RoleExtended { renews: true, .. } => "role_renewed",
            Self::RoleSettingsChanged { .. } => "role_settings_changed",
            Self::PrivilegedAccessEnabled { .. } => "privileged_access_enabled",
            Self::PrivilegedAccessDisabled { .. } => "privileged_access_disabled",
            Self::ApprovalsDelegated { .. } => "approvals_delegated",
            Self::DelegationEnded { .. } => "delegation_ended",
            Self::UserCreated { .. } => "user_created",
            Self::UserChanged { .. } => "user_changed",
            Self::UserDisabled { .. } => "user_disabled",
            Self::UserEnabled { .. } => "user_enabled",
            Self::PasswordChanged { .. } => "password_changed",
            Self::GroupCreated { .. } => "group_created",
            Self::GroupChanged { .. } => "group_changed",
            Self::PackageCreated { .. } => "package_created",
            Self::CatalogCreated { .. } => "catalog_created",
            Self::CatalogChanged { .. } => "catalog_changed",
            Self::CatalogDeleted { .. } => "catalog_deleted",
            Self::CatalogResourceAdded { .. } => "catalog_resource_added",
            Self::CatalogResourceRemoved { .. } => "catalog_resource_removed",
            Self::CatalogRoleGiven { .. } => "catalog_role_given",
            Self::CatalogRoleTaken { .. } => "catalog_role_taken",
            Self::PackageChanged { .. } => "package_changed",
            Self::PackageDeleted { .. } => "package_deleted",
            Self::PackageRoleAdded { .. } => "package_role_added",
            Self::PackageRoleRemoved { .. } => "package_role_removed",
            Self::IncompatibilityAdded { .. } => "incompatibility_added",
            Self::IncompatibilityRemoved { .. } => "incompatibility_removed",
            Self::PolicyCreated { .. } => "policy_created",
            Self::PolicyChanged { .. } => "policy_changed",
            Self::PolicyDeleted { .. } => "policy_deleted",
            Self::SignedIn { .. } => "signed_in",
            Self::SignInFailed { .. } => "sign_in_failed",
            Self::SignedOut { .. } => "signed_out",
        }
    }

    /// The things the event is about, the request itself left out (it has a column of its own).
    pub fn targets(&self) -> Vec<Target> {
        let principal = |principal: &Principal| match principal {
            Principal::User(id) => id.0,
            Principal::Group(id) => id.0,
            Principal::ServicePrincipal(id) => id.0,
        };
        let role = |role: &ResourceRole| match role {
            ResourceRole::GroupMember(id) | ResourceRole::GroupOwner(id) => id.0,
            ResourceRole::ApplicationRole(id, _) => id.0,
            ResourceRole::DirectoryRole(id) => id.0,
        };
        let ids: Vec<AnyId> = match self {
            Self::RequestSubmitted { beneficiary, .. } | Self::PackageAssigned { beneficiary, .. } => vec![beneficiary.0],
            Self::PackageAssignmentEnded { package, holder, .. } => {
                std::iter::once(package.0).chain(holder.map(|holder| holder.0)).collect()
            }
            Self::PackageAssignedByRule { package, policy, holder, .. }
            | Self::PackageAssignmentEndSet { package, policy, holder, .. } => vec![package.0, policy.0, holder.0],
            Self::PackageAssignmentExtended { package, .. } => vec![package.0],
            Self::AssignmentStarted { principal: p, role: r, .. }
            | Self::AssignmentExtended { principal: p, role: r, .. }
            | Self::AssignmentChanged { principal: p, role: r, .. }
            | Self::AssignmentEnded { principal: p, role: r, .. } => vec![principal(p), role(r)],
            Self::ApprovalsDelegated { from, to, .. } | Self::DelegationEnded { from, to, .. } => vec![from.0, to.0],
            Self::UserCreated { user, .. }
            | Self::UserChanged { user, .. }
            | Self::UserDisabled { user }
            | Self::UserEnabled { user }
            | Self::PasswordChanged { user }
            | Self::SignedIn { user, .. }
            | Self::SignInFailed { user, .. }
            | Self::SignedOut { user } => vec![user.0],
            Self::EmergencyUsed { user, .. }
            | Self::EmergencyReviewed { user, .. }
            | Self::EmergencyUseAllowed { user, .. }
            | Self::EmergencyAccountUnmarked { user } => vec![user.0],
            Self::EmergencyAccountMarked { user, reviewer } => vec![user.0, reviewer.0],
            Self::AlertTriggered { what, .. }
            | Self::AlertResolved { what, .. }
            | Self::AlertDismissed { what, .. }
            | Self::AlertReopened { what, .. } => {
                what.principal().iter().map(principal).chain(what.role().iter().map(role)).collect()
            }
            Self::AlertSettingChanged { .. } => Vec::new(),
            Self::RoleSettingsChanged { role, .. } => vec![role.resource()],
            Self::GroupCreated { group, .. }
            | Self::GroupChanged { group, .. }
            | Self::PrivilegedAccessEnabled { group }
            | Self::PrivilegedAccessDisabled { group } => vec![group.0],
            Self::PackageCreated { package, .. }
            | Self::PackageChanged { package, .. }
            | Self::PackageDeleted { package, .. } => {
                vec![package.0]
            }
            Self::CatalogCreated { catalog, .. }
            | Self::CatalogChanged { catalog, .. }
            | Self::CatalogDeleted { catalog, .. } => {
                vec![catalog.0]
            }
            Self::CatalogResourceAdded { catalog, resource, .. } | Self::CatalogResourceRemoved { catalog, resource, .. } => {
                vec![catalog.0, resource.id()]
            }
            Self::CatalogRoleGiven { catalog, holder, .. } | Self::CatalogRoleTaken { catalog, holder, .. } => {
                vec![catalog.0, holder.id()]
            }
            Self::PackageRoleAdded { package, role: r, .. } | Self::PackageRoleRemoved { package, role: r, .. } => {
                vec![package.0, role(r)]
            }
            Self::IncompatibilityAdded { package, with, .. } | Self::IncompatibilityRemoved { package, with, .. } => {
                vec![package.0, with.id()]
            }
            Self::PolicyCreated { package, policy, .. }
            | Self::PolicyChanged { package, policy, .. }
            | Self::PolicyDeleted { package, policy, .. } => vec![package.0, policy.0],
            Self::StageOpened { .. }
            | Self::StageEscalated { .. }
            | Self::ApproversReminded { .. }
            | Self::StageDecided { .. }
            | Self::RequestAskedBack { .. }
            | Self::QuestionAnswered { .. }
            | Self::ShorterTimeAccepted { .. }
            | Self::ShorterTimeDeclined { .. }
            | Self::StageResumed { .. }
            | Self::StageExpired { .. }
            | Self::RequestApproved
            | Self::RequestScheduled { .. }
            | Self::RequestCanceled { .. }
            | Self::DeliveryStarted
            | Self::DeliveryFailed { .. }
            | Self::RequestReprocessed
            | Self::RequestDelivered { .. }
            | Self::RoleActivated { .. }
            | Self::RoleExtended { .. } => Vec::new(),
        };
        ids.into_iter().map(Target).collect()
    }
}
