//! Reviews that a policy of an access package requires of what is held under it.

use super::{Frequency, Reviewers, Silence};
use crate::{GroupId, Ts, UserId};
use serde::{Deserialize, Serialize};

/// How often, by whom and with what help it is asked whether access under a policy is still needed. Results apply when an
/// instance closes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyReviews {
    /// When the first instance starts.
    pub starts_at: Ts,
    /// Never once: what a policy requires recurs until the policy no longer does.
    pub frequency: Frequency,
    pub days: u32,
    pub reviewers: Reviewers,
    /// Asked where there is no manager or owner.
    pub fallback: Vec<UserId>,
    /// What becomes of rows that nobody decided; nobody keeps access by approval of nobody.
    pub silence: Silence,
    pub recommendations: bool,
    pub reason_on_approval: bool,
}

impl PolicyReviews {
    /// How often it may recur.
    pub const FREQUENCIES: [Frequency; 5] =
        [Frequency::Weekly, Frequency::Monthly, Frequency::Quarterly, Frequency::SemiAnnually, Frequency::Annually];
    pub const SILENCES: [Silence; 3] = [Silence::NoChange, Silence::Remove, Silence::Recommendation];

    /// Every user and every group that is named.
    pub fn named(&self) -> (Vec<UserId>, Vec<GroupId>) {
        let (mut people, teams) = match &self.reviewers {
            Reviewers::Selected { users, groups } => (users.clone(), groups.clone()),
            Reviewers::Members | Reviewers::Managers | Reviewers::Owners => (Vec::new(), Vec::new()),
        };
        people.extend(&self.fallback);
        (people, teams)
    }
}
