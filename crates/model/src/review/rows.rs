//! What is reviewed in an instance: one row for each thing that somebody holds, and what is decided about it.

use super::{Counts, Decision, Failure, How, Outcome, Recommendation};
use crate::access::{AssignmentType, ResourceRole, Source};
use crate::directory::Principal;
use crate::{AnyId, GroupId, ReviewId, ReviewRowId, Span, Ts, UserId};
use serde::{Deserialize, Serialize};

/// One thing that somebody holds, in one instance: as it was when that started, and what was decided about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewRow {
    pub id: ReviewRowId,
    pub principal: Principal,
    /// The role assignment, or the package assignment.
    pub held: AnyId,
    /// Nothing for a package.
    pub role: Option<ResourceRole>,
    pub assignment_type: AssignmentType,
    /// Nothing for a package.
    pub source: Option<Source>,
    /// It is held as a member of this group.
    pub through: Option<GroupId>,
    pub ends_at: Option<Ts>,
    pub last_sign_in: Option<Ts>,
    /// When it was activated last.
    pub last_active: Option<Ts>,
    pub recommendation: Recommendation,
    /// The last stage that it came to.
    pub stage: usize,
    /// Whose it is alone; nothing while the reviewers of the stage share it.
    pub reviewer: Option<UserId>,
    /// To whom a reviewer of the stage handed it.
    pub handed: Option<Handed>,
    /// Nobody holds it: it is shown as this assignment is, to see whether reviewers look.
    pub like: Option<AnyId>,
    /// To be decided in the stage that is open.
    pub open: bool,
    /// With what it came into the stage.
    pub brought: Decision,
    pub decision: Decision,
    pub decided: Option<Decided>,
    pub outcome: Outcome,
    /// Why it could not be applied, and what to do instead.
    pub outcome_words: String,
    pub applied_at: Option<Ts>,
    /// Who had the results applied, or removals tried again, when that became of it; nobody when it went by itself.
    pub applied_by: Option<UserId>,
    /// Applying it failed, whatever became of it afterwards.
    pub failed: Option<Failed>,
}

/// Applying a row failed, which is no answer: it is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failed {
    /// How often.
    pub tries: u32,
    /// Why it failed the last time.
    pub cause: Failure,
    /// When it is tried again; nothing once it is known what became of it.
    pub again_at: Option<Ts>,
}

impl Failed {
    /// `2 tries failed, the last one because somebody changed the same at that very moment`
    pub fn words(self) -> String {
        let because = self.cause.words();
        match self.tries {
            1 => format!("1 try failed, because {because}"),
            tries => format!("{tries} tries failed, the last one because {because}"),
        }
    }
}

/// Who decided, how and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// Nobody in person: by silence.
    pub by: Option<UserId>,
    /// In whose place; or, when a row was handed on or taken back, to or from whom.
    pub other: Option<UserId>,
    pub how: How,
    pub at: Ts,
    /// How long after its stage began; nothing by silence.
    pub waited: Option<Span>,
    pub reason: String,
}

/// One entry of what was said about a row, or done with it. It is kept for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The stage in which it was.
    pub stage: usize,
    pub decision: Decision,
    pub decided: Decided,
}

/// A row that a reviewer handed to somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handed {
    pub to: UserId,
    pub by: UserId,
}

/// A reviewer hands rows to somebody else, or takes back what was handed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandOnRows {
    pub review: ReviewId,
    pub rows: Vec<ReviewRowId>,
    /// Nobody: they are taken back.
    pub to: Option<UserId>,
    pub words: String,
}

/// Rows that nobody holds, and what reviewers said about them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Controls {
    pub total: u64,
    pub approved: u64,
    pub denied: u64,
    pub dont_know: u64,
}

impl Controls {
    /// Those about which nobody said yes or no.
    pub fn left(&self) -> u64 {
        self.total.saturating_sub(self.approved + self.denied)
    }
}

impl Counts {
    /// Denied rows that were to be removed and are held all the same.
    pub fn still_held(&self) -> u64 {
        self.not_removed.saturating_sub(self.gone)
    }

    /// Those of them that could not be applied.
    pub fn not_applied(&self) -> u64 {
        self.still_held().saturating_sub(self.anew)
    }
}

/// Reviewers decide about rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecideRows {
    pub review: ReviewId,
    pub rows: Vec<ReviewRowId>,
    pub decision: Decision,
    pub reason: String,
    /// They looked at each, and mean it for all.
    pub confirmed: bool,
}
