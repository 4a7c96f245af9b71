//! What is changed of an instance that runs.

use super::Silence;
use crate::{GroupId, ReviewId, Ts, UserId};

/// What is set for the instance that runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditReview {
    pub review: ReviewId,
    /// What the form showed: of other settings, or another end, nothing is overwritten unseen.
    pub seen: String,
    /// When the open stage is over.
    pub until: Ts,
    /// Of the open stage and later ones; what is not named here stays as it is.
    pub stages: Vec<EditStage>,
    pub silence: Silence,
    pub auto_apply: bool,
    pub recommendations: bool,
    pub reason_on_approval: bool,
    pub reason_on_denial: bool,
    pub mails: bool,
    pub reminders: bool,
    pub extra: String,
}

/// Who is asked from now on in a stage of the instance that runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EditStage {
    /// The first is 0.
    pub stage: usize,
    /// Of no meaning where others than selected ones are asked.
    pub users: Vec<UserId>,
    pub groups: Vec<GroupId>,
    pub fallback: Vec<UserId>,
}
