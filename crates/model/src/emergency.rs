//! Emergency access: break-glass accounts, which activate what they are eligible for without approval, and the review that
//! follows each use.

use crate::{EmergencyUseId, RequestId, Ts, UserId};

/// An account that may activate without approval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmergencyAccount {
    pub user: UserId,
    /// Who looks at each use afterwards.
    pub reviewer: UserId,
    pub since: Ts,
}

/// One activation without approval, and what became of its review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmergencyUse {
    pub id: EmergencyUseId,
    /// The activation.
    pub request: RequestId,
    pub user: UserId,
    pub reviewer: UserId,
    pub used_at: Ts,
    /// Until when the review is to be closed.
    pub review_by: Ts,
    pub closed: Option<Word>,
    /// Somebody let the account be used once more before this is closed.
    pub allowed: Option<Word>,
}

/// What somebody said about a use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    pub by: UserId,
    pub at: Ts,
    pub words: String,
}
