//! Activation profiles: what somebody activates together again and again, such as the set for an incident.

use crate::role_settings::Privileged;
use crate::{ActivationProfileId, AssignmentId, UserId};

/// A saved set. It names roles and not assignments: whoever is made eligible anew finds their profile as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivationProfile {
    pub id: ActivationProfileId,
    pub owner: UserId,
    pub name: String,
    /// Each once, in the order in which they were chosen.
    pub roles: Vec<Privileged>,
}

/// What the form says: a name, and eligible assignments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaveActivationProfile {
    pub name: String,
    pub eligible: Vec<AssignmentId>,
}
