//! Requests: a wish that waits for rules and people.
//!
//! The file is long because each match over the states names every state.

use crate::access::ResourceRole;
use crate::answering::{Held, ToAsk};
use crate::approval::{Stage, Verdict};
use crate::ask_back::AskedBack;
use crate::notice::Value;
use crate::package::{Lasts, PackageRole, Question};
use crate::role_settings::Ticket;
use crate::time::spelled;
use crate::{AnyId, AssignmentId, PackageAssignmentId, PackageId, PolicyId, QuestionId, RequestId, Span, Ts, UserId};
use serde::{Deserialize, Serialize};

/// What is wished.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Wish {
    /// To hold an access package; with `extends`, to hold it for longer.
    Package { package: PackageId, policy: PolicyId, extends: Option<PackageAssignmentId> },
    /// To be active for a while in a role that one is eligible for by this assignment.
    Activation { eligible: AssignmentId, role: ResourceRole },
    /// To keep this assignment of a role for longer or, with `renews`, to have again what has ended.
    Extension { assignment: AssignmentId, role: ResourceRole, renews: bool },
}

/// One answered question; the question is kept as it was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    pub question: QuestionId,
    pub text: String,
    /// One entry for text and single choice, several for multiple choice, none when left empty.
    pub answers: Vec<String>,
}

/// What a request was made under and with: copied once, never changed by later edits of the policy. Only the requestor
/// can shorten the time, by accepting what an approver proposes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The thing's name when it was asked for, for the history.
    pub name: String,
    pub policy_name: String,
    pub justification: String,
    pub answers: Vec<Answered>,
    pub stages: Vec<Stage>,
    pub lasts: Lasts,
    pub starts_at: Option<Ts>,
    pub ends_at: Option<Ts>,
    /// Of an activation.
    #[serde(default, skip_serializing_if = "Ticket::is_empty")]
    pub ticket: Ticket,
    /// Activated without approval, in an emergency.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub emergency: bool,
    /// The webhook that is asked and waited for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asks: Option<ToAsk>,
}

/// What a delivered request led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum Given {
    Package(PackageAssignmentId),
    Role(AssignmentId),
}

/// A request, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub id: RequestId,
    pub requestor: UserId,
    /// Who shall get the access: the requestor, unless their manager asks for them or an administrator assigns it.
    pub beneficiary: UserId,
    /// The requestor is whom the beneficiary reported to when it was made.
    pub by_manager: bool,
    pub wish: Wish,
    pub terms: Terms,
    pub submitted_at: Ts,
    pub state: State,
    /// The one thing that an approver asked back.
    pub asked_back: Option<AskedBack>,
    pub version: i64,
}

impl Request {
    /// The package it is about, if it is about one.
    pub fn package(&self) -> Option<PackageId> {
        match self.wish {
            Wish::Package { package, .. } => Some(package),
            Wish::Activation { .. } | Wish::Extension { .. } => None,
        }
    }

    /// Whom and what it is about: who made it, who gets it, and the package or the resource. It stays that for ever.
    pub fn about(&self) -> Vec<AnyId> {
        let of_wish = self.package().map(|package| package.0).or_else(|| self.role().map(|role| role.resource().id()));
        let mut about: Vec<AnyId> = [self.requestor.0, self.beneficiary.0].into_iter().chain(of_wish).collect();
        about.sort_unstable();
        about.dedup();
        about
    }

    /// The policy that it is asked under, if it is about a package.
    pub fn policy(&self) -> Option<PolicyId> {
        match self.wish {
            Wish::Package { policy, .. } => Some(policy),
            Wish::Activation { .. } | Wish::Extension { .. } => None,
        }
    }

    /// The package assignment that it gave, or that it let end later.
    pub fn package_given(&self) -> Option<PackageAssignmentId> {
        match self.state.given()? {
            Given::Package(id) => Some(id),
            Given::Role(_) => None,
        }
    }

    /// What is held already and shall be held for longer.
    pub fn extends(&self) -> Option<PackageAssignmentId> {
        match self.wish {
            Wish::Package { extends, .. } => extends,
            Wish::Activation { .. } | Wish::Extension { .. } => None,
        }
    }

    /// The role that it is about, if it is about one.
    pub fn role(&self) -> Option<ResourceRole> {
        match self.wish {
            Wish::Package { .. } => None,
            Wish::Activation { role, .. } | Wish::Extension { role, .. } => Some(role),
        }
    }

    /// An administrator assigned it: the requestor is not who gets the access.
    pub fn is_assigned(&self) -> bool {
        self.requestor != self.beneficiary && !self.by_manager
    }

    /// What the requestor did for somebody else, in words that a name follows; nothing when they asked for themselves.
    pub fn made_for_another(&self) -> Option<&'static str> {
        if self.requestor == self.beneficiary {
            return None;
        }
        Some(if self.by_manager { "Requested by" } else { "Assigned by" })
    }

    /// How long it gives access, in words: `4 hours from delivery`, `30 days longer`.
    pub fn lasts_words(&self) -> String {
        self.how_long().words()
    }

    /// How long it gives access.
    pub fn how_long(&self) -> HowLong {
        match (&self.wish, self.terms.lasts, self.terms.ends_at) {
            (Wish::Activation { .. }, Lasts::For { minutes }, _) => HowLong::For { minutes },
            (Wish::Package { extends: Some(_), .. }, Lasts::For { minutes }, _) => HowLong::Longer { minutes },
            (Wish::Extension { .. }, Lasts::For { minutes }, _) => HowLong::Approved { minutes },
            (_, _, Some(at)) => HowLong::Gives(Lasts::Until { at }),
            (_, lasts, None) => HowLong::Gives(lasts),
        }
    }
}

/// How long a request gives access, or how much longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HowLong {
    Gives(Lasts),
    Longer {
        minutes: u32,
    },
    /// From when it is activated.
    For {
        minutes: u32,
    },
    /// From when it is approved, whatever was left before.
    Approved {
        minutes: u32,
    },
}

impl HowLong {
    /// `4 hours from delivery`, `30 days longer`.
    pub fn words(self) -> String {
        spelled(&self.in_sentence())
    }

    /// The same with the instant that a page says in the reader's zone.
    pub fn in_sentence(self) -> String {
        match self {
            Self::Gives(lasts) => lasts.in_sentence(),
            Self::For { minutes } => Span::minutes(i64::from(minutes)).words(),
            Self::Longer { minutes } => format!("{} longer", Span::minutes(i64::from(minutes)).words()),
            Self::Approved { minutes } => format!("{} from approval", Span::minutes(i64::from(minutes)).words()),
        }
    }
}

/// Why approved access could not be put into effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Undelivered {
    PackageGone,
    /// With what stays unsaid: the reason is read by people whose business it is not.
    Incompatible,
    EndedBeforeExtension,
    LastsThatLong,
    GivenMeanwhile,
    OverBeforeStart,
    /// It was given, and ended before every target had confirmed it.
    EndedBeforeConfirmed,
    /// What was to be activated.
    EligibilityEnded,
    ActivatedMeanwhile,
}

impl Undelivered {
    pub fn words(self) -> &'static str {
        match self {
            Self::PackageGone => "The package no longer exists.",
            Self::Incompatible => "It is incompatible with something that is held by now.",
            Self::EndedBeforeExtension => "The access had ended before it could be extended. Request it again.",
            Self::LastsThatLong => "The access lasts that long already.",
            Self::GivenMeanwhile => "The package was given by another way meanwhile.",
            Self::OverBeforeStart => "The end of the access was over before it could start.",
            Self::EndedBeforeConfirmed => "The access ended before everything of it was confirmed.",
            Self::EligibilityEnded => "The eligible assignment had ended before it could be activated.",
            Self::ActivatedMeanwhile => "It was activated by another way meanwhile.",
        }
    }
}

impl Value<Undelivered> {
    /// Whether it is this reason, also where its words were kept.
    pub fn is(&self, reason: Undelivered) -> bool {
        match self {
            Self::Typed(typed) => *typed == reason,
            Self::Words(words) => words == reason.words(),
        }
    }

    /// As pages say it.
    pub fn words(&self) -> String {
        self.said(|reason| reason.words().to_owned())
    }
}

/// Where a request stands. Each variant holds what is true in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum State {
    /// Waits for a decision of this stage (counted from 0).
    PendingApproval {
        stage: usize,
        opened_at: Ts,
        decide_by: Ts,
        /// Who was asked so far, by letter too; being asked gives no right, the lists of the stage do.
        asked: Vec<UserId>,
        /// The fallback approvers were asked, because the first could not meet the quorum.
        fallback: bool,
        /// When the escalation approvers were asked.
        escalated_at: Option<Ts>,
        reminded_at: Option<Ts>,
    },
    /// Waits for the webhook that [`Terms::asks`] names.
    Answering {
        asked_at: Ts,
        answer_by: Ts,
        /// It said that it answers later.
        held: Option<Held>,
    },
    /// Approved; access starts later.
    Scheduled {
        approved_at: Ts,
        starts_at: Ts,
    },
    /// Approved; access is being put into effect.
    Delivering {
        approved_at: Ts,
        tries: u32,
        next_try_at: Ts,
    },
    /// The access is in force here, and targets have to confirm it.
    Confirming {
        made_at: Ts,
        given: Given,
        /// When it is looked whether they take too long.
        look_at: Ts,
        /// Some of it works, and the rest is overdue.
        partly: bool,
    },
    Delivered {
        at: Ts,
        given: Given,
    },
    /// Approved, but the rules no longer allow it, for example because the package was taken away meanwhile.
    DeliveryFailed {
        at: Ts,
        reason: Value<Undelivered>,
    },
    Denied {
        stage: usize,
        by: UserId,
        at: Ts,
        words: String,
    },
    /// The webhook that was asked denied it, or said nothing in time.
    TurnedDown {
        at: Ts,
        /// Its words; none when it said nothing.
        words: Option<String>,
    },
    Expired {
        stage: usize,
        at: Ts,
    },
    Canceled {
        by: UserId,
        at: Ts,
        words: String,
    },
}

/// The word of a state, as pages and filters show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    PendingApproval,
    Scheduled,
    Delivering,
    PartiallyDelivered,
    Delivered,
    DeliveryFailed,
    Denied,
    Expired,
    Canceled,
}

impl Phase {
    pub const ALL: [Self; 9] = [
        Self::PendingApproval,
        Self::Scheduled,
        Self::Delivering,
        Self::PartiallyDelivered,
        Self::Delivered,
        Self::DeliveryFailed,
        Self::Denied,
        Self::Expired,
        Self::Canceled,
    ];

    /// The word on a badge.
    pub fn word(self) -> &'static str {
        match self {
            Self::PendingApproval => "Pending approval",
            Self::Scheduled => "Scheduled",
            Self::Delivering => "Delivering",
            Self::PartiallyDelivered => "Partially delivered",
            Self::Delivered => "Delivered",
            Self::DeliveryFailed => "Delivery failed",
            Self::Denied => "Denied",
            Self::Expired => "Expired",
            Self::Canceled => "Canceled",
        }
    }

    /// The word in addresses and columns.
    pub fn key(self) -> &'static str {
        match self {
            Self::PendingApproval => "pending_approval",
            Self::Scheduled => "scheduled",
            Self::Delivering => "delivering",
            Self::PartiallyDelivered => "partially_delivered",
            Self::Delivered => "delivered",
            Self::DeliveryFailed => "delivery_failed",
            Self::Denied => "denied",
            Self::Expired => "expired",
            Self::Canceled => "canceled",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|phase| phase.key() == key)
    }

    /// The colour of the badge; see the table of tones in the mockups.
    pub fn tone(self) -> &'static str {
        match self {
            Self::PendingApproval | Self::PartiallyDelivered => "warn",
            Self::Scheduled | Self::Delivering => "work",
            Self::Delivered => "good",
            Self::DeliveryFailed | Self::Denied => "bad",
            Self::Expired | Self::Canceled => "plain",
        }
    }

    /// Still under way: while it is, the same is not asked for again. What is partially delivered is held, and may be extended.
    pub fn is_open(self) -> bool {
        matches!(self, Self::PendingApproval | Self::Scheduled | Self::Delivering)
    }
}

impl State {
    /// The stage that waits for decisions.
    pub fn open_stage(&self) -> Option<usize> {
        match self {
            Self::PendingApproval { stage, .. } => Some(*stage),
            Self::Answering { .. }
            | Self::TurnedDown { .. }
            | Self::Scheduled { .. }
            | Self::Delivering { .. }
            | Self::Confirming { .. }
            | Self::Delivered { .. }
            | Self::DeliveryFailed { .. }
            | Self::Denied { .. }
            | Self::Expired { .. }
            | Self::Canceled { .. } => None,
        }
    }

    /// What a delivered request led to.
    pub fn given(&self) -> Option<Given> {
        match self {
            Self::Confirming { given, .. } | Self::Delivered { given, .. } => Some(*given),
            Self::PendingApproval { .. }
            | Self::Answering { .. }
            | Self::TurnedDown { .. }
            | Self::Scheduled { .. }
            | Self::Delivering { .. }
            | Self::DeliveryFailed { .. }
            | Self::Denied { .. }
            | Self::Expired { .. }
            | Self::Canceled { .. } => None,
        }
    }

    pub fn phase(&self) -> Phase {
        match self {
            // For whoever asked, a server that may deny is one more that has to agree.
            Self::PendingApproval { .. } | Self::Answering { .. } => Phase::PendingApproval,
            Self::Scheduled { .. } => Phase::Scheduled,
            Self::Confirming { partly: true, .. } => Phase::PartiallyDelivered,
            Self::Delivering { .. } | Self::Confirming { partly: false, .. } => Phase::Delivering,
            Self::Delivered { .. } => Phase::Delivered,
            Self::DeliveryFailed { .. } => Phase::DeliveryFailed,
            Self::Denied { .. } | Self::TurnedDown { .. } => Phase::Denied,
            Self::Expired { .. } => Phase::Expired,
            Self::Canceled { .. } => Phase::Canceled,
        }
    }
}

/// Somebody's decision about one stage. Nobody decides twice in one request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    pub stage: usize,
    pub approver: UserId,
    /// In whose place, when it was a delegate: the approval counts for both.
    pub stood_in_for: Option<UserId>,
    pub verdict: Verdict,
    pub words: String,
    pub at: Ts,
}

/// Somebody holds a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageAssignment {
    pub id: PackageAssignmentId,
    pub package: PackageId,
    pub policy: PolicyId,
    pub holder: UserId,
    pub request: Option<RequestId>,
    pub starts_at: Ts,
    pub ends_at: Option<Ts>,
    pub ended_at: Option<Ts>,
    pub version: i64,
}

/// A package as a request needs it: what it gives under which name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub package: PackageId,
    pub name: String,
    pub roles: Vec<PackageRole>,
}

/// The questions of a policy that must be answered; an alias that reads well where forms are checked.
pub type Questions = [Question];
