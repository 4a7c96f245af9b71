//! Assigning directory roles and groups under privileged access management, and activating what one is eligible for.

use crate::access::AssignmentType;
use crate::directory::Principal;
use crate::role_settings::{Privileged, Ticket};
use crate::{AssignmentId, TermsId, Ts};

/// An administrator assigns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignRole {
    pub role: Privileged,
    pub holder: Principal,
    pub assignment_type: AssignmentType,
    /// Not set: at once.
    pub starts_at: Option<Ts>,
    /// Not set: permanent.
    pub ends_at: Option<Ts>,
    pub justification: String,
    pub ticket: Ticket,
}

/// An administrator sets another start and end. `seen` is what the form showed: somebody may have been faster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeRoleAssignment {
    pub assignment: AssignmentId,
    pub seen: (Ts, Option<Ts>),
    /// Not set: as it is.
    pub starts_at: Option<Ts>,
    /// Not set: permanent.
    pub ends_at: Option<Ts>,
    pub justification: String,
}

/// An administrator turns an active assignment into an eligible one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MakeEligible {
    pub assignment: AssignmentId,
    pub justification: String,
    pub ticket: Ticket,
}

/// A holder asks to keep an assignment for longer or, when it has ended, to have it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtendRole {
    pub assignment: AssignmentId,
    /// From the decision on; not set: permanent.
    pub days: Option<u32>,
    pub justification: String,
}

/// What whoever decides about that gives, when it is not what was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoleTerms {
    pub assignment_type: AssignmentType,
    /// Not set: at once, or as it is.
    pub starts_at: Option<Ts>,
    /// Not set: permanent.
    pub ends_at: Option<Ts>,
}

/// Whoever is eligible activates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivateRole {
    pub eligible: AssignmentId,
    pub minutes: u32,
    /// Not set: at once.
    pub starts_at: Option<Ts>,
    pub justification: String,
    pub ticket: Ticket,
    /// The terms of use that the form accepts, by their version.
    pub accepted: Vec<(TermsId, i64)>,
    /// Without approval, as a break-glass account; without meaning where nobody has to approve.
    pub emergency: bool,
}
