//! Role settings: what activating or assigning one resource role demands.

use crate::access::ResourceRole;
use crate::answering::AskedWebhook;
use crate::approval::{Approver, Stage};
use crate::proof::{Demand, Strength};
use crate::time::count;
use crate::{AnyId, AuthenticationContextId, GroupId, RoleId, TermsId};
use serde::{Deserialize, Serialize};

/// A resource role that has settings of its own: every directory role, and member and owner of groups under privileged
/// access management.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum Privileged {
    DirectoryRole(RoleId),
    GroupMember(GroupId),
    GroupOwner(GroupId),
}

impl Privileged {
    /// Nothing for roles of applications: these are held as they are given.
    pub fn of(role: ResourceRole) -> Option<Self> {
        Some(match role {
            ResourceRole::DirectoryRole(id) => Self::DirectoryRole(id),
            ResourceRole::GroupMember(id) => Self::GroupMember(id),
            ResourceRole::GroupOwner(id) => Self::GroupOwner(id),
            ResourceRole::ApplicationRole(..) => return None,
        })
    }

    pub fn role(self) -> ResourceRole {
        match self {
            Self::DirectoryRole(id) => ResourceRole::DirectoryRole(id),
            Self::GroupMember(id) => ResourceRole::GroupMember(id),
            Self::GroupOwner(id) => ResourceRole::GroupOwner(id),
        }
    }

    pub fn kind(self) -> PrivilegedKind {
        match self {
            Self::DirectoryRole(_) => PrivilegedKind::DirectoryRole,
            Self::GroupMember(_) => PrivilegedKind::GroupMember,
            Self::GroupOwner(_) => PrivilegedKind::GroupOwner,
        }
    }

    pub fn resource(self) -> AnyId {
        match self {
            Self::DirectoryRole(id) => id.0,
            Self::GroupMember(id) | Self::GroupOwner(id) => id.0,
        }
    }
}

/// `directory_role:0197…`, as addresses and forms send it.
impl std::fmt::Display for Privileged {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.kind().key(), self.resource())
    }
}

impl std::str::FromStr for Privileged {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let (kind, id) = text.split_once(':').ok_or(())?;
        let id: AnyId = id.parse().map_err(drop)?;
        Ok(PrivilegedKind::from_key(kind).ok_or(())?.of(id))
    }
}

/// Each kind has a template, from which settings are inherited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrivilegedKind {
    DirectoryRole,
    GroupMember,
    GroupOwner,
}

impl PrivilegedKind {
    pub const ALL: [Self; 3] = [Self::DirectoryRole, Self::GroupMember, Self::GroupOwner];

    /// The word in addresses and columns.
    pub fn key(self) -> &'static str {
        match self {
            Self::DirectoryRole => "directory_role",
            Self::GroupMember => "group_member",
            Self::GroupOwner => "group_owner",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// The role of this kind of a resource.
    pub fn of(self, resource: AnyId) -> Privileged {
        match self {
            Self::DirectoryRole => Privileged::DirectoryRole(RoleId(resource)),
            Self::GroupMember => Privileged::GroupMember(GroupId(resource)),
            Self::GroupOwner => Privileged::GroupOwner(GroupId(resource)),
        }
    }

    /// As in “the template of …”.
    pub fn of_what(self) -> &'static str {
        match self {
            Self::DirectoryRole => "directory roles",
            Self::GroupMember => "members of groups",
            Self::GroupOwner => "owners of groups",
        }
    }
}

/// What must be proved to activate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Proof {
    /// Being signed in is enough.
    Session,
    /// Having signed in within so many minutes.
    FreshSignIn { minutes: u32 },
    /// A code of an authenticator app or a passkey within so many minutes.
    Multifactor { minutes: u32 },
    /// A passkey and nothing else within so many minutes.
    Passkey { minutes: u32 },
    /// Whatever an authentication context says at that moment.
    Context { context: AuthenticationContextId },
}

/// Minutes within which a proof counts, where nobody said otherwise.
pub const PROOF_MINUTES: u32 = 15;

impl Proof {
    /// The same with multifactor authentication, as fresh as it was asked for; a passkey stays, which is more.
    pub fn with_multifactor(self) -> Self {
        match self {
            Self::Passkey { .. } | Self::Multifactor { .. } => self,
            Self::FreshSignIn { minutes } => Self::Multifactor { minutes },
            Self::Session | Self::Context { .. } => Self::Multifactor { minutes: PROOF_MINUTES },
        }
    }

    /// What the settings demand themselves; what a context demands is known by that only.
    pub fn own_demand(self) -> Option<Demand> {
        match self {
            Self::Session | Self::Context { .. } => None,
            Self::FreshSignIn { minutes } => Some(Demand { strength: Strength::SignIn, minutes }),
            Self::Multifactor { minutes } => Some(Demand { strength: Strength::Multifactor, minutes }),
            Self::Passkey { minutes } => Some(Demand { strength: Strength::Passkey, minutes }),
        }
    }

    pub fn context(self) -> Option<AuthenticationContextId> {
        match self {
            Self::Context { context } => Some(context),
            Self::Session | Self::FreshSignIn { .. } | Self::Multifactor { .. } | Self::Passkey { .. } => None,
        }
    }
}

/// Who is told of one thing by mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// Those whom it concerns: administrators, whoever it is about, or approvers.
    pub default_recipients: bool,
    /// Addresses besides them, of nobody in particular.
    pub additional: Vec<String>,
    /// Only what somebody has to act upon.
    pub critical_only: bool,
}

impl Default for Mail {
    fn default() -> Self {
        Self { default_recipients: true, additional: Vec::new(), critical_only: false }
    }
}

/// What happens to a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoleEvent {
    /// Somebody is made eligible, or is so for longer, or no longer.
    Eligible,
    /// The same of what is assigned as active.
    Active,
    /// Somebody who is eligible activates it, or that ends.
    Activated,
}

/// Whom a row of the matrix is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Audience {
    Administrators,
    /// Who is assigned, or activates.
    Holder,
    /// Who decides.
    Approvers,
}

/// Three events with three kinds of recipients each.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mails {
    #[serde(default)]
    pub mail_eligible_alert: Mail,
    #[serde(default)]
    pub mail_eligible_assignee: Mail,
    #[serde(default)]
    pub mail_eligible_approver: Mail,
    #[serde(default)]
    pub mail_active_alert: Mail,
    #[serde(default)]
    pub mail_active_assignee: Mail,
    #[serde(default)]
    pub mail_active_approver: Mail,
    #[serde(default)]
    pub mail_activated_alert: Mail,
    #[serde(default)]
    pub mail_activated_requestor: Mail,
    #[serde(default)]
    pub mail_activated_approver: Mail,
}

impl Mails {
    /// The rows in the order of the form, by the names of their fields.
    pub fn rows(&self) -> [(&'static str, &Mail); 9] {
        [
            ("mail_eligible_alert", &self.mail_eligible_alert),
            ("mail_eligible_assignee", &self.mail_eligible_assignee),
            ("mail_eligible_approver", &self.mail_eligible_approver),
            ("mail_active_alert", &self.mail_active_alert),
            ("mail_active_assignee", &self.mail_active_assignee),
            ("mail_active_approver", &self.mail_active_approver),
            ("mail_activated_alert", &self.mail_activated_alert),
            ("mail_activated_requestor", &self.mail_activated_requestor),
            ("mail_activated_approver", &self.mail_activated_approver),
        ]
    }

    pub fn rows_mut(&mut self) -> [(&'static str, &mut Mail); 9] {
        [
            ("mail_eligible_alert", &mut self.mail_eligible_alert),
            ("mail_eligible_assignee", &mut self.mail_eligible_assignee),
            ("mail_eligible_approver", &mut self.mail_eligible_approver),
            ("mail_active_alert", &mut self.mail_active_alert),
            ("mail_active_assignee", &mut self.mail_active_assignee),
            ("mail_active_approver", &mut self.mail_active_approver),
            ("mail_activated_alert", &mut self.mail_activated_alert),
            ("mail_activated_requestor", &mut self.mail_activated_requestor),
            ("mail_activated_approver", &mut self.mail_activated_approver),
        ]
    }

    pub fn row(&self, event: RoleEvent, audience: Audience) -> &Mail {
        match (event, audience) {
            (RoleEvent::Eligible, Audience::Administrators) => &self.mail_eligible_alert,
            (RoleEvent::Eligible, Audience::Holder) => &self.mail_eligible_assignee,
            (RoleEvent::Eligible, Audience::Approvers) => &self.mail_eligible_approver,
            (RoleEvent::Active, Audience::Administrators) => &self.mail_active_alert,
            (RoleEvent::Active, Audience::Holder) => &self.mail_active_assignee,
            (RoleEvent::Active, Audience::Approvers) => &self.mail_active_approver,
            (RoleEvent::Activated, Audience::Administrators) => &self.mail_activated_alert,
            (RoleEvent::Activated, Audience::Holder) => &self.mail_activated_requestor,
            (RoleEvent::Activated, Audience::Approvers) => &self.mail_activated_approver,
        }
    }
}

/// The labels of the fields on the form, in its order.
pub const LABELS: [(&str, &str); 24] = [
    ("activation_max_minutes", "Activation maximum duration"),
    ("activation_proof", "On activation, require"),
    ("activation_justification", "Require justification on activation"),
    ("activation_ticket", "Require ticket information on activation"),
    ("ticket_pattern", "Ticket pattern"),
    ("terms", "Terms of use"),
    ("approval_required", "Require approval to activate"),
    ("stages", "Approval stages"),
    ("asks", "Webhook that is asked"),
    ("eligible", "Expire eligible assignments after"),
    ("active", "Expire active assignments after"),
    ("assignment_justification", "Require justification on assignment"),
    ("assignment_multifactor", "Require multifactor authentication on active assignment"),
    ("assignment_ticket", "Require ticket information on assignment"),
    ("holder_multifactor", "Ask whoever holds this role for additional verification at sign-in"),
    ("mail_eligible_alert", "Eligible: role assignment alert"),
    ("mail_eligible_assignee", "Eligible: notification to the assigned user"),
    ("mail_eligible_approver", "Eligible: request to approve an extension"),
    ("mail_active_alert", "Active: role assignment alert"),
    ("mail_active_assignee", "Active: notification to the assigned user"),
    ("mail_active_approver", "Active: request to approve an extension"),
    ("mail_activated_alert", "Role activation alert"),
    ("mail_activated_requestor", "Notification to activated user"),
    ("mail_activated_approver", "Request to approve an activation"),
];

/// What the form calls a setting; the settings of assignments say beside it whether they may be permanent.
pub fn label(field: &str) -> &'static str {
    LABELS.iter().find(|(name, _)| *name == field).map_or("", |(_, label)| *label)
}

/// The reference's names of the spans.
pub fn days_words(days: u32) -> String {
    match days {
        30 => "1 month".to_owned(),
        90 => "3 months".to_owned(),
        180 => "6 months".to_owned(),
        365 => "1 year".to_owned(),
        days => count(i64::from(days), "day"),
    }
}

/// How long assignments of one type may last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Longest {
    /// They may have no end.
    pub permanent: bool,
    /// What those with an end may last at most, and last when nothing else is said. Days.
    pub days: u32,
}

/// The settings of one resource role. The names of the fields are the names under which overrides are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleSettings {
    /// An activation lasts at most so many minutes.
    pub activation_max_minutes: u32,
    pub activation_proof: Proof,
    pub activation_justification: bool,
    pub activation_ticket: bool,
    /// A regular expression that a whole ticket number must match; empty: any number.
    pub ticket_pattern: String,
    /// Whoever activates has accepted these terms of use as they are now.
    #[serde(default)]
    pub terms: Option<TermsId>,
    pub approval_required: bool,
    /// Kept while no approval is required. A stage that names nobody asks the default approvers, which directory roles have
    /// and groups have not.
    pub stages: Vec<Stage>,
    /// The webhook that is asked about every activation, and waited for.
    #[serde(default)]
    pub asks: Option<AskedWebhook>,
    pub eligible: Longest,
    pub active: Longest,
    pub assignment_justification: bool,
    /// Asked of whoever makes somebody active: those who are made so need not do anything any more.
    #[serde(default)]
    pub assignment_multifactor: bool,
    pub assignment_ticket: bool,
    /// Of directory roles only: who holds the role or is eligible for it does nothing in a session before proving more than a
    /// password in it.
    #[serde(default)]
    pub holder_multifactor: bool,
    #[serde(flatten)]
    pub mails: Mails,
}

impl RoleSettings {
    /// The stages that an activation goes through: none when no approval is required.
    pub fn approval(&self) -> &[Stage] {
        if self.approval_required { &self.stages } else { &[] }
    }
}

/// The defaults of the reference, as far as they are published.
impl Default for RoleSettings {
    fn default() -> Self {
        Self {
            activation_max_minutes: 8 * 60,
            activation_proof: Proof::Session,
            activation_justification: true,
            activation_ticket: false,
            ticket_pattern: String::new(),
            terms: None,
            approval_required: false,
            stages: Vec::new(),
            asks: None,
            eligible: Longest { permanent: true, days: 365 },
            active: Longest { permanent: true, days: 180 },
            assignment_justification: true,
            assignment_multifactor: false,
            assignment_ticket: false,
            holder_multifactor: false,
            mails: Mails::default(),
        }
    }
}

/// A stage that asks the default approvers within a day, as activations do when nothing else is said.
impl RoleSettings {
    pub fn default_stage(approvers: Vec<Approver>) -> Stage {
        Stage {
            approvers,
            quorum: 1,
            window_minutes: 24 * 60,
            justification_required: true,
            multifactor: false,
            escalation: None,
            fallback: Vec::new(),
        }
    }
}

/// A ticket that explains an activation or assignment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    pub system: String,
    pub number: String,
}

impl Ticket {
    pub fn is_empty(&self) -> bool {
        self.system.is_empty() && self.number.is_empty()
    }
}
