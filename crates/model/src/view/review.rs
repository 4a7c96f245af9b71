//! Access reviews: what reviewers see (`/my-access/reviews`) and what administrators see (`/admin/reviews`).

mod campaign;
mod files;
mod preview;

pub use campaign::*;
pub use files::*;
pub use preview::*;

use super::{Badge, Choice, Fact, Icon, Paging, Persona};
use crate::review::{Counts, Decision, Frequency, Phase, ReviewSettings, Reviewed};
use crate::{ReviewId, ReviewRowId, ReviewSeriesId, Span, Ts, UserId};
use serde::{Deserialize, Serialize};

/// Which rows a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowFilter {
    #[default]
    All,
    /// Still to be decided.
    Open,
    Approved,
    Denied,
    DontKnow,
}

impl RowFilter {
    pub const ALL: [Self; 5] = [Self::All, Self::Open, Self::Approved, Self::Denied, Self::DontKnow];

    /// The word in addresses.
    pub fn key(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Open => "open",
            Self::Approved => "approved",
            Self::Denied => "denied",
            Self::DontKnow => "dont_know",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.key() == key)
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::All => "All decisions",
            Self::Open => "Not decided",
            Self::Approved => "Approved",
            Self::Denied => "Denied",
            Self::DontKnow => "Don’t know",
        }
    }

    /// The decision that rows must have; nothing when that does not matter.
    pub fn decision(self) -> Option<Decision> {
        match self {
            Self::All | Self::Open => None,
            Self::Approved => Some(Decision::Approve),
            Self::Denied => Some(Decision::Deny),
            Self::DontKnow => Some(Decision::DontKnow),
        }
    }
}

/// What is reviewed, as pages show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    pub of: Reviewed,
    pub icon: Icon,
    pub name: String,
    /// `Directory role`, `Group`, `Application`, `Access package`
    pub kind: String,
    /// Its page in the administration, where the reader may go.
    pub href: Option<String>,
}

/// The reviews in which the reader is asked, or was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyReviews {
    pub rows: Vec<MyReview>,
    pub paging: Paging,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyReview {
    pub review: ReviewId,
    pub name: String,
    pub subject: Subject,
    /// When the stage that the reader decides is over.
    pub due_at: Ts,
    pub done: u64,
    pub total: u64,
    pub badge: Badge,
}

/// One review as whoever decides sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reviewing {
    pub review: ReviewId,
    pub name: String,
    pub description: String,
    pub subject: Subject,
    pub badge: Badge,
    /// `Do these people still need to be members? Rows without an answer are removed.`
    pub question: String,
    /// `Stage 1 of 2`; empty when there is one stage.
    pub stage: String,
    pub due_at: Ts,
    /// Decisions can be made and changed now.
    pub open: bool,
    /// Why not, otherwise.
    pub note: Option<String>,
    /// `You decide in place of Helga.`; empty where the reader decides for themselves alone.
    #[serde(default)]
    pub in_place_of: String,
    pub done: u64,
    pub total: u64,
    /// The reader decides about themselves: the words on the buttons are others.
    pub own: bool,
    pub recommendations: bool,
    pub reason_on_approval: bool,
    pub reason_on_denial: bool,
    /// What accepting the recommendations would decide now: so many approved, so many denied. Rows of which nothing is
    /// recommended stay open.
    pub acceptable: Option<(u64, u64)>,
    pub rows: Vec<Row>,
    pub paging: Paging,
    pub filter: RowFilter,
    pub search: String,
}

/// One thing that somebody holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub row: ReviewRowId,
    pub icon: Icon,
    /// When it is a person.
    #[serde(default)]
    pub person: Option<UserId>,
    pub name: String,
    /// Job title, `guest`, `disabled`.
    pub under: String,
    /// `Eligible`, `Active`, or the role of an application; empty where everybody holds the same.
    pub holds: String,
    pub last_sign_in: Option<Ts>,
    /// When they activated it last; nothing where there is nothing to activate.
    pub last_active: Option<Ts>,
    /// `Direct`, `Package`, `Rule`, `Group`, `Another system`
    pub source: String,
    /// `by Morgan`, the name of the package or group.
    pub source_under: String,
    /// Why they got it: the words of the request or of whoever assigned it, and who approved.
    pub why: Option<String>,
    pub ends_at: Option<Ts>,
    /// Not set when nothing is recommended, or nothing shall be shown.
    pub recommendation: Option<Decision>,
    /// `No sign-in for 30 days`
    pub recommended_because: String,
    /// Gives power over others: decided singly, or confirmed.
    pub privileged: bool,
    pub decision: Decision,
    /// Still to be decided in this stage.
    pub open: bool,
    /// Who decided, when and with what words; nothing while nobody did.
    pub decided: Option<Decided>,
    /// Decisions before the last one, the latest first.
    pub earlier: Vec<Decided>,
    /// It is held differently than when the review began: `Ended on …`, `Ends …`.
    pub changed: Option<String>,
    /// What is different from the instance before: `New since the last review.`; empty where there was none.
    #[serde(default)]
    pub since: String,
    /// What was decided about it in the instance before.
    #[serde(default)]
    pub then: Option<Decided>,
    /// `4 of 6 colleagues of the same manager hold it.`; empty where too few are known.
    #[serde(default)]
    pub peers: String,
    /// `Handed to Omar by Helga.`; empty where it was not.
    #[serde(default)]
    pub handed: String,
    /// The reader may ask somebody else to decide it, or take that back.
    #[serde(default)]
    pub may_hand_on: bool,
    #[serde(default)]
    pub may_take_back: bool,
    /// The page of who it is, where the reader may go.
    pub href: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    pub decision: Decision,
    /// `Approved`, `Handed to Omar`
    pub what: String,
    /// `Morgan`, `Omar for Helga`, `nobody decided in time`
    pub by: String,
    pub at: Ts,
    pub reason: String,
    /// `as recommended`; may be empty.
    pub how: String,
}

/// Reviews that the reader may see: of one thing, or of one campaign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reviews {
    pub rows: Vec<ReviewListed>,
    pub paging: Paging,
    pub may_create: bool,
}

/// The policy of a package that requires a review, in which it is set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequiredBy {
    pub name: String,
    /// The form of the policy, where there is one still.
    pub href: Option<String>,
    /// It is required still, and so neither changed nor ended elsewhere.
    pub now: bool,
}

/// A review in the list: its series with the latest instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewListed {
    pub series: ReviewSeriesId,
    pub name: String,
    pub subject: Subject,
    pub required_by: Option<RequiredBy>,
    /// With which others it was made, by one form.
    pub campaign: Option<InCampaign>,
    pub frequency: String,
    pub badge: Badge,
    /// When the running instance is due, or the next one starts.
    pub due_at: Option<Ts>,
    pub next_at: Option<Ts>,
    pub counts: Option<Counts>,
    pub owner: String,
}

/// The form of a new review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewReview {
    /// What is chosen already.
    pub chosen: Vec<Choice>,
    /// What else may be reviewed, at the beginning of the list.
    pub offered: Vec<Choice>,
    pub settings: ReviewSettings,
    /// How many days an instance may last at most, by how often it recurs.
    pub bounds: Vec<(Frequency, u32)>,
}

/// One review in the administration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    pub series: ReviewSeriesId,
    pub version: i64,
    pub name: String,
    pub description: String,
    pub subject: Subject,
    pub required_by: Option<RequiredBy>,
    /// With which others it was made, by one form.
    pub campaign: Option<InCampaign>,
    pub owner: Persona,
    /// What speaks against how it is set.
    pub warning: Option<String>,
    /// How many days an instance may last at most, by how often it recurs.
    pub bounds: Vec<(Frequency, u32)>,
    pub settings: ReviewSettings,
    /// The same in words.
    pub facts: Vec<Fact>,
    /// Names of everybody whom the settings name, as the form writes them.
    pub people: Vec<Choice>,
    pub groups: Vec<Choice>,
    pub recurs: bool,
    /// When the next instances start, at most five.
    pub scheduled: Vec<(Ts, Ts)>,
    /// The latest first, at most twenty.
    pub instances: Vec<Instance>,
    /// Whether these are not the latest, and before which number older ones are.
    #[serde(default)]
    pub further: bool,
    #[serde(default)]
    pub older: Option<u32>,
    /// The one that is shown; nothing while none has started.
    pub instance: Option<Shown>,
    pub may_change: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instance {
    pub review: ReviewId,
    pub number: u32,
    pub badge: Badge,
    pub started_at: Ts,
    pub due_at: Ts,
    pub counts: Counts,
}

/// One instance with everything that can be done with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    pub instance: Instance,
    /// What the form of the current settings shows, to tell whether that is still so.
    pub seen: String,
    pub phase: Phase,
    pub settings: ReviewSettings,
    /// `Stage 1 of 2`; empty when there is one stage or none is open.
    pub stage: String,
    pub stages: usize,
    /// The one that is open, counted from 0; the first while none is.
    #[serde(default)]
    pub open_stage: usize,
    /// When the open stage is over.
    pub until: Option<Ts>,
    /// What happened to it, in sentences: stopped by whom, held back why.
    pub notes: Vec<String>,
    /// Who is asked in the open stage, the first of them, with how many of their rows are open.
    pub reviewers: Vec<Reviewer>,
    /// There are others besides.
    pub more_reviewers: bool,
    pub may_stop: bool,
    pub may_stop_stage: bool,
    pub may_reopen: bool,
    pub may_reset: bool,
    pub may_apply: bool,
    pub may_remind: bool,
    /// What could not be removed may be tried again: so many rows at most.
    #[serde(default)]
    pub try_again: Option<u64>,
    /// What **Apply** would take away.
    pub to_remove: u64,
    /// Of these, what a later instance approved and stays.
    #[serde(default)]
    pub approved_later: u64,
    /// What was found is sealed, and can be taken away as evidence.
    pub sealed: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reviewer {
    pub who: Persona,
    pub user: UserId,
    /// Rows that they alone are still to decide.
    pub open: u64,
    /// With others.
    pub shares: bool,
}

/// The tab *Results*.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Results {
    /// How each reviewer decided; on the first page only.
    #[serde(default)]
    pub quality: Vec<Quality>,
    /// Those who decided most are shown, and others are not.
    #[serde(default)]
    pub more_quality: bool,
    pub rows: Vec<ResultRow>,
    pub paging: Paging,
    pub filter: RowFilter,
    pub search: String,
}

/// How one reviewer decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quality {
    pub who: Persona,
    pub decided: u64,
    /// Half of the rows were decided sooner after their stage began.
    pub median: Option<Span>,
    /// Per cent of what was decided.
    pub approved: u64,
    /// Per cent of what was decided where something was recommended; nothing where nothing was.
    pub against: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultRow {
    pub row: Row,
    /// Nobody holds it; said to administrators of the review only.
    #[serde(default)]
    pub control: bool,
    /// What became of it: `Removed`, `Already gone`, `Cannot be applied`; empty before that.
    pub outcome: String,
    pub tone: String,
    /// Why it could not be applied, and what to do instead.
    pub outcome_because: String,
    pub applied_at: Option<Ts>,
}
