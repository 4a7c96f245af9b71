//! Access reviews: whether what people hold is still needed. A review is a series with its settings; each time it runs there
//! is one instance, with one row for each thing that somebody holds.

mod edit;
mod evidence;
mod of_policy;
mod rows;
mod state;
mod stopped;
mod words;

pub use edit::*;
pub use evidence::*;
pub use of_policy::*;
pub use rows::*;
pub use state::*;
pub use stopped::*;
pub use words::*;

use crate::{AnyId, ApplicationId, CampaignId, GroupId, PackageId, PolicyId, ReviewId, ReviewSeriesId, RoleId, Ts, UserId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What is reviewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum Reviewed {
    DirectoryRole(RoleId),
    /// Its members.
    Group(GroupId),
    /// Every role of it.
    Application(ApplicationId),
    Package(PackageId),
}

impl Reviewed {
    pub fn which(self) -> ReviewedKind {
        match self {
            Self::DirectoryRole(_) => ReviewedKind::DirectoryRole,
            Self::Group(_) => ReviewedKind::Group,
            Self::Application(_) => ReviewedKind::Application,
            Self::Package(_) => ReviewedKind::Package,
        }
    }

    /// The word in forms and columns.
    pub fn kind(self) -> &'static str {
        self.which().key()
    }

    /// The word on pages.
    pub fn words(self) -> &'static str {
        self.which().words()
    }

    pub fn id(self) -> AnyId {
        match self {
            Self::DirectoryRole(id) => id.0,
            Self::Group(id) => id.0,
            Self::Application(id) => id.0,
            Self::Package(id) => id.0,
        }
    }

    /// Reads kind and id; nothing when the kind is unknown.
    pub fn of(kind: &str, id: AnyId) -> Option<Self> {
        Some(match ReviewedKind::from_key(kind)? {
            ReviewedKind::DirectoryRole => Self::DirectoryRole(RoleId(id)),
            ReviewedKind::Group => Self::Group(GroupId(id)),
            ReviewedKind::Application => Self::Application(ApplicationId(id)),
            ReviewedKind::Package => Self::Package(PackageId(id)),
        })
    }
}

/// `group:0197…`, as forms send it.
impl std::fmt::Display for Reviewed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.kind(), self.id())
    }
}

impl std::str::FromStr for Reviewed {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let (kind, id) = text.split_once(':').ok_or(())?;
        Self::of(kind, id.parse().map_err(drop)?).ok_or(())
    }
}

/// Who is asked in a stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Reviewers {
    /// These, and whoever is a member of these groups when the stage begins.
    Selected {
        users: Vec<UserId>,
        groups: Vec<GroupId>,
    },
    /// Everybody about themselves.
    Members,
    Managers,
    /// Of a group, and of the catalog of a package.
    Owners,
}

impl Reviewers {
    /// The word in forms.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Selected { .. } => "selected",
            Self::Members => "members",
            Self::Managers => "managers",
            Self::Owners => "owners",
        }
    }

    pub fn words(&self) -> &'static str {
        match self {
            Self::Selected { .. } => "Selected users or groups",
            Self::Members => "Users review their own access",
            Self::Managers => "Managers of users",
            Self::Owners => "Owners of the resource",
        }
    }
}

/// One stage of a review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewStage {
    pub reviewers: Reviewers,
    /// Asked where there is no manager or owner.
    pub fallback: Vec<UserId>,
    pub days: u32,
}

/// When a series ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum SeriesEnd {
    Never,
    /// No instance starts after this instant.
    On {
        at: Ts,
    },
    After {
        count: u32,
    },
}

/// Everything that is set for a review. An instance copies them when it starts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewSettings {
    pub name: String,
    pub description: String,
    pub scope: Scope,
    pub types: Types,
    /// Only people who have not signed in for so many days.
    pub inactive_days: Option<u32>,
    pub stages: Vec<ReviewStage>,
    /// Which rows go on to the next stage.
    pub carried: BTreeSet<Decision>,
    pub starts_at: Ts,
    pub frequency: Frequency,
    pub series_end: SeriesEnd,
    pub silence: Silence,
    pub auto_apply: bool,
    pub recommendations: bool,
    /// How old the last sign-in may be where access is recommended, days.
    pub look_back_days: u32,
    pub reason_on_approval: bool,
    pub reason_on_denial: bool,
    /// Letters at the start and at the end.
    pub mails: bool,
    /// At half time, to reviewers with open rows.
    pub reminders: bool,
    /// Stands in letters to reviewers.
    pub extra: String,
    /// Told when it is completed, besides whoever made it.
    pub notify: Vec<UserId>,
    /// And the members of these groups then. Not written where there is none: what was sealed before stays as it was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notify_groups: Vec<GroupId>,
    /// A stage ends when every row is decided, and not only when its time is over.
    pub ends_when_decided: bool,
    /// Later reviewers see what earlier ones decided.
    pub earlier_shown: bool,
    /// What silence alone would remove waits for an administrator when it is more than so many per cent of all rows.
    pub silence_limit_percent: u32,
    /// People who do not hold it and are shown as if they did: whether reviewers look.
    #[serde(default)]
    pub controls: Vec<UserId>,
    /// An instance ends at its start when everything is as it was approved in the one before.
    #[serde(default)]
    pub skip_unchanged: bool,
}

/// Reviews that one form made of several things, one of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Campaign {
    pub id: CampaignId,
    /// What the reviews were called when they were made; each may be renamed.
    pub name: String,
    pub owner: UserId,
    pub created_at: Ts,
}

/// A review: what recurs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    pub id: ReviewSeriesId,
    pub of: Reviewed,
    /// The policy of a package that requires it: only what is held under that is reviewed, and it is set there.
    pub policy: Option<PolicyId>,
    /// With which others it was made, by one form.
    pub campaign: Option<CampaignId>,
    pub settings: ReviewSettings,
    /// Who made it.
    pub owner: UserId,
    pub created_at: Ts,
    /// Instances that were started.
    pub started: u32,
    /// When the next one starts.
    pub next_at: Option<Ts>,
    pub version: i64,
}

/// What reviewers are written about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Telling {
    Start,
    Reminder,
}

/// Letters that are still to be written, to the reviewers after this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letters {
    pub what: Telling,
    pub after: Option<UserId>,
}

/// How many rows there are of which kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub total: u64,
    pub approved: u64,
    pub denied: u64,
    pub dont_know: u64,
    /// Rows of the stage that is open, and those of them that are still to be decided.
    pub in_stage: u64,
    pub open: u64,
    /// Those of both that are not somebody's alone.
    pub shared: u64,
    pub shared_open: u64,
    /// Denied because nobody decided.
    pub denied_by_silence: u64,
    /// What became of the denied ones.
    pub removed: u64,
    pub not_removed: u64,
    /// Those of the rows that were not removed that nobody holds any more. Not written where there are none: what was sealed
    /// before stays as it was.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub gone: u64,
    /// And those that are held anew, by what was not reviewed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub anew: u64,
    /// Rows of the stage that nobody can decide: whoever would is whom they are about.
    #[serde(default)]
    pub undecidable: u64,
    /// Those of all rows that nobody holds. Only administrators of the review learn of them.
    #[serde(default)]
    pub controls: Controls,
}

/// As serde asks, by reference.
fn is_zero<T: Default + PartialEq>(n: &T) -> bool {
    *n == T::default()
}

impl Counts {
    pub fn not_reviewed(&self) -> u64 {
        self.total.saturating_sub(self.approved + self.denied + self.dont_know)
    }

    /// Without the rows that nobody holds.
    #[must_use]
    pub fn held(self) -> Self {
        let Controls { total, approved, denied, dont_know } = self.controls;
        Self {
            total: self.total.saturating_sub(total),
            approved: self.approved.saturating_sub(approved),
            denied: self.denied.saturating_sub(denied),
            dont_know: self.dont_know.saturating_sub(dont_know),
            controls: Controls::default(),
            ..self
        }
    }

    /// What gives nobody away who is shown without holding it.
    #[must_use]
    pub fn without_controls(self) -> Self {
        Self { controls: Controls::default(), ..self }
    }
}

/// One time that a review runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    pub id: ReviewId,
    pub series: ReviewSeriesId,
    /// The first is 1.
    pub number: u32,
    pub of: Reviewed,
    /// Only what is held under this policy is reviewed.
    pub policy: Option<PolicyId>,
    pub owner: UserId,
    pub settings: ReviewSettings,
    pub state: ReviewState,
    pub started_at: Ts,
    /// When the last stage is over, if each takes its whole time.
    pub due_at: Ts,
    pub counts: Counts,
    /// Of what was found, once it is completed.
    pub evidence: Option<Evidence>,
    pub version: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_reviewed_survives_a_form() {
        let id = AnyId::from_u128(7);
        for kind in ["directory_role", "group", "application", "package"] {
            let of = Reviewed::of(kind, id).unwrap();
            assert_eq!(of.to_string().parse(), Ok(of));
        }
        for wrong in ["", "group", "user:00000000-0000-0000-0000-000000000007", "group:seven"] {
            assert_eq!(wrong.parse::<Reviewed>(), Err(()), "{wrong}");
        }
    }

    #[test]
    fn every_word_is_found_by_its_key() {
        assert!(Decision::ALL.iter().all(|one| Decision::from_key(one.key()) == Some(*one)));
        assert!(Phase::ALL.iter().all(|one| Phase::from_key(one.key()) == Some(*one)));
        assert!(Recommendation::ALL.iter().all(|one| Recommendation::from_key(one.key()) == Some(*one)));
        assert_eq!(Silence::from_key("perhaps"), None);
    }
}
