//! The timeline of a request, drawn from its events: what happened, what waits, what comes next.
//!
//! The file is long because every action is asked here whether it stands on the timeline.

use super::answering;
use super::words::{People, both};
use model::access::{AssignmentType, EndReason};
use model::answering::Moment;
use model::approval::{Part, Verdict};
use model::event::{Action, Event};
use model::package::Lasts;
use model::request::{Request, State, Wish};
use model::view::request::{Entry, EntryKind};
use model::view::{Countdown, Persona};
use model::{Ts, UserId};

/// What the timeline needs besides the events.
pub struct Telling<'a> {
    pub request: &'a Request,
    pub events: &'a [Event],
    pub people: &'a People,
    /// Who could decide the open stage now.
    pub asked: &'a [UserId],
    /// `Tier 0 operators · Member, and through it Global Administrator`
    pub gives: &'a str,
    pub ends_at: Option<Ts>,
    pub now: Ts,
}

impl Telling<'_> {
    fn is_extension(&self) -> bool {
        self.request.extends().is_some()
    }

    /// Whether it is about an assignment that lasts longer or, then, is there again.
    fn renews(&self) -> Option<bool> {
        match self.request.wish {
            Wish::Extension { renews, .. } => Some(renews),
            Wish::Package { .. } | Wish::Activation { .. } => None,
        }
    }

    fn is_activation(&self) -> bool {
        matches!(self.request.wish, Wish::Activation { .. })
    }
}

pub(super) fn entry(kind: EntryKind, state: &str, tone: &str, title: String, at: Option<Ts>) -> Entry {
    Entry {
        kind,
        state: state.to_owned(),
        tone: tone.to_owned(),
        title,
        at,
        countdown: None,
        when: String::new(),
        words: String::new(),
        more: Vec::new(),
        asked: Vec::new(),
    }
}

pub fn timeline(telling: &Telling<'_>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = telling.events.iter().filter_map(|event| past(telling, event)).collect();
    entries.extend(now_and_next(telling));
    entries
}

/// What an event looks like; those that say nothing to a reader are left out.
fn past(telling: &Telling<'_>, event: &Event) -> Option<Entry> {
    let name = |id: UserId| telling.people.name(id);
    let stages = telling.request.terms.stages.len();
    let at = Some(event.at);
    let actor = match event.actor {
        model::event::Actor::User(id) => name(id),
        model::event::Actor::System => "the system".to_owned(),
        model::event::Actor::Console => "an administrator on the server".to_owned(),
        model::event::Actor::Token(_) => "an identity provider".to_owned(),
        model::event::Actor::Import(_) => "an import".to_owned(),
    };
    let told = |asked: &[UserId], how: &str| {
        let names: Vec<String> = asked.iter().map(|id| name(*id)).collect();
        let verb = if names.len() == 1 { "was" } else { "were" };
        let title = if names.is_empty() { "Nobody could be asked".to_owned() } else { format!("{} {verb} {how}", both(&names)) };
        entry(EntryKind::Told, "note", "plain", title, at)
    };
    Some(match &event.action {
        Action::RequestSubmitted { .. } => {
            let title = if telling.request.by_manager {
                format!("Submitted for {} by {actor}", name(telling.request.beneficiary))
            } else {
                format!("Submitted by {actor}")
            };
            let mut submitted = entry(EntryKind::Submitted, "done", "plain", title, at);
            submitted.words.clone_from(&telling.request.terms.justification);
            submitted
        }
        Action::PackageAssigned { beneficiary, .. } => {
            let title = format!("Assigned to {} by {actor}", name(*beneficiary));
            let mut assigned = entry(EntryKind::Submitted, "done", "plain", title, at);
            assigned.words.clone_from(&telling.request.terms.justification);
            assigned
        }
        Action::StageOpened { asked, part, .. } => told(
            asked,
            match part {
                // Whether by mail too is what the settings of the role say.
                _ if telling.request.role().is_some() => "asked",
                Part::Fallback => "asked by mail, because the approvers alone do not suffice",
                Part::Approvers | Part::Escalation => "told by mail",
            },
        ),
        Action::StageEscalated { asked, .. } => told(asked, "asked as well, because nobody had decided yet"),
        Action::ApproversReminded { asked, .. } => {
            told(asked, if telling.request.role().is_some() { "reminded" } else { "reminded by mail" })
        }
        Action::StageDecided { stage, verdict, words, settles_stage, stood_in_for } => {
            let (kind, tone, verb) = match verdict {
                Verdict::Approve => (EntryKind::Approved, "good", "approved"),
                Verdict::Deny => (EntryKind::Denied, "bad", "denied"),
            };
            let place = stood_in_for.map(|of| format!(" for {}", name(of))).unwrap_or_default();
            let stage = format!("Stage {} of {stages}", stage + 1);
            let title = if *settles_stage {
                format!("{stage} {verb} by {actor}{place}")
            } else {
                format!("{stage}: {actor}{place} approved, and others have to as well")
            };
            let mut decided = entry(kind, "done", tone, title, at);
            decided.words.clone_from(words);
            decided
        }
        Action::RequestAskedBack { stage: _, words, proposed, pauses_until: _, stood_in_for } => {
            let place = stood_in_for.map(|of| format!(" for {}", name(of))).unwrap_or_default();
            let title = match proposed {
                None => format!("{actor}{place} asked a question"),
                Some(shorter) => format!("{actor}{place} proposed a shorter time: {}", shorter.in_sentence()),
            };
            let mut asked = entry(EntryKind::Asked, "done", "work", title, at);
            asked.words.clone_from(words);
            asked
        }
        Action::QuestionAnswered { words } => {
            let mut answered = entry(EntryKind::Answered, "done", "plain", format!("{actor} answered"), at);
            answered.words.clone_from(words);
            answered
        }
        Action::ShorterTimeAccepted { before, after, words } => {
            let mut accepted = entry(EntryKind::Answered, "done", "good", format!("{actor} accepted the shorter time"), at);
            accepted.more.push(format!("Before: {}. Now: {}.", before.in_sentence(), lower_first(&after.in_sentence())));
            accepted.words.clone_from(words);
            accepted
        }
        Action::ShorterTimeDeclined { words } => {
            let title = format!("{actor} did not accept the shorter time");
            let mut kept = entry(EntryKind::Answered, "done", "plain", title, at);
            kept.more.push("What was asked for stays".to_owned());
            kept.words.clone_from(words);
            kept
        }
        Action::StageResumed { stage: _, decide_by } => {
            let title = format!("Not answered in time: the time to decide goes on until {}", decide_by.in_sentence());
            entry(EntryKind::Told, "note", "plain", title, at)
        }
        Action::StageExpired { stage } => {
            let title = format!("Expired: nobody decided stage {} of {stages} in time", stage + 1);
            let mut expired = entry(EntryKind::Expired, "done", "plain", title, at);
            expired.more.push("This is not a denial. You can request again.".to_owned());
            expired
        }
        Action::WebhookAsked { name, answer_by, .. } => {
            let title = format!("{name} was to answer until {}", answer_by.in_sentence());
            entry(EntryKind::Told, "note", "plain", title, at)
        }
        Action::WebhookAnswered { name, said, words, .. } => answering::answered(name, *said, words, at),
        Action::WebhookSilent { name, silence, question, .. } => answering::silent(name, *silence, *question, at),
        // Nothing lies between the approval of an activation and its beginning.
        Action::RequestApproved if telling.is_activation() || telling.renews().is_some() => return None,
        Action::RequestApproved => {
            // Delivery begins with the last approval, unless the start is later; while it goes on it is said below.
            let later = telling.events.iter().any(|event| matches!(event.action, Action::RequestScheduled { .. }));
            let failed = telling.events.iter().any(|event| matches!(event.action, Action::DeliveryFailed { .. }));
            let under_way = matches!(telling.request.state, State::Delivering { .. } | State::Confirming { .. });
            if later || !failed && under_way {
                return None;
            }
            entry(EntryKind::Delivering, "done", "work", "Delivering".to_owned(), at)
        }
        Action::RequestPartlyDelivered => entry(EntryKind::Delivering, "done", "warn", "Partially delivered".to_owned(), at),
        Action::RequestReprocessed => {
            let mut again = entry(EntryKind::Delivering, "done", "work", format!("Reprocessed by {actor}"), at);
            again.more.push("Delivery is tried again".to_owned());
            again
        }
        Action::RequestScheduled { starts_at } => {
            entry(EntryKind::Approved, "done", "work", format!("Scheduled to start on {}", starts_at.in_sentence()), at)
        }
        Action::RequestCanceled { words } => {
            let mut canceled = entry(EntryKind::Canceled, "done", "plain", format!("Canceled by {actor}"), at);
            canceled.words.clone_from(words);
            canceled
        }
        Action::DeliveryStarted => entry(EntryKind::Delivering, "done", "work", "Delivering".to_owned(), at),
        Action::DeliveryFailed { reason } => {
            let mut failed = entry(EntryKind::Failed, "done", "bad", "Delivery failed".to_owned(), at);
            failed.more.push(reason.words());
            failed
        }
        Action::RequestDelivered { ends_at, .. } => {
            let extension = telling.is_extension();
            let title = if extension { "Access extended" } else { "Delivered" };
            let mut delivered = entry(EntryKind::Delivered, "done", "good", title.to_owned(), at);
            if !extension {
                delivered.more.push(telling.gives.to_owned());
            }
            delivered.more.push(match ends_at {
                Some(end) => format!("Access ends by itself on {}", end.in_sentence()),
                None => "Access has no end date".to_owned(),
            });
            delivered
        }
        Action::RoleActivated { ends_at, .. } => {
            let mut active = entry(EntryKind::Delivered, "done", "good", "Activated".to_owned(), at);
            active.more.push(telling.gives.to_owned());
            active.more.push(format!("It ends by itself on {}", ends_at.in_sentence()));
            active
        }
        Action::EmergencyUsed { told, .. } => {
            let mut used = entry(EntryKind::Approved, "done", "warn", "Without approval, in an emergency".to_owned(), at);
            let names: Vec<String> = told.iter().map(|id| name(*id)).collect();
            used.more.push(format!("Told at once: {}", both(&names)));
            used
        }
        Action::EmergencyReviewed { words, .. } => {
            let mut reviewed = entry(EntryKind::Told, "done", "plain", format!("The use was reviewed by {actor}"), at);
            reviewed.words.clone_from(words);
            reviewed
        }
        Action::EmergencyUseAllowed { words, .. } => {
            let mut allowed =
                entry(EntryKind::Told, "done", "plain", format!("{actor} allowed one more use before the review"), at);
            allowed.words.clone_from(words);
            allowed
        }
        Action::RoleExtended { assignment_type, renews, ends_at, .. } => {
            let title = if *renews { "Renewed" } else { "Extended" };
            let mut extended = entry(EntryKind::Delivered, "done", "good", title.to_owned(), at);
            let how = match assignment_type {
                AssignmentType::Eligible => "Eligible",
                AssignmentType::Active => "Active",
            };
            extended.more.push(format!("{} · {how}", telling.gives));
            extended.more.push(match ends_at {
                Some(end) => format!("It ends by itself on {}", end.in_sentence()),
                None => "It has no end date".to_owned(),
            });
            extended
        }
        Action::PackageAssignmentEnded { reason, words, .. } => ended(telling, *reason, words, &actor, at),
        Action::AssignmentEnded { reason, words, .. } if telling.is_activation() => ended(telling, *reason, words, &actor, at),
        Action::AssignmentChanged { to: (_, Some(ends_at)), .. } if telling.is_activation() => {
            let title = format!("Ends sooner: on {}", ends_at.in_sentence());
            let mut sooner = entry(EntryKind::Told, "note", "plain", title, at);
            sooner.more.push("The eligible assignment on which it rests ends then".to_owned());
            sooner
        }
        // It is said with the delivery of the extension.
        Action::PackageAssignedByRule { .. }
        | Action::PackageAssignmentEndSet { .. }
        | Action::PackageAssignmentExtended { .. }
        | Action::AssignmentExtended { .. }
        | Action::AssignmentStarted { .. }
        | Action::AssignmentEnded { .. }
        | Action::AssignmentChanged { .. }
        | Action::EmergencyAccountMarked { .. }
        | Action::EmergencyAccountUnmarked { .. }
        | Action::AlertTriggered { .. }
        | Action::AlertResolved { .. }
        | Action::AlertDismissed { .. }
        | Action::AlertReopened { .. }
        | Action::AlertSettingChanged { .. }
        | Action::RoleSettingsChanged { .. }
        | Action::RoleTemplateChanged { .. }
        | Action::AuthenticationContextCreated { .. }
        | Action::AuthenticationContextChanged { .. }
        | Action::AuthenticationContextDeleted { .. }
        | Action::TermsCreated { .. }
        | Action::TermsChanged { .. }
        | Action::TermsAccepted { .. }
        | Action::PrivilegedAccessEnabled { .. }
        | Action::PrivilegedAccessDisabled { .. }
        | Action::ApprovalsDelegated { .. }
        | Action::DelegationEnded { .. }
        | Action::UserCreated { .. }
        | Action::UserChanged { .. }
        | Action::UserDisabled { .. }
        | Action::UserEnabled { .. }
        | Action::PasswordChanged { .. }
        | Action::MethodAdded { .. }
        | Action::MethodRemoved { .. }
        | Action::PasskeyRenamed { .. }
        | Action::RecoveryCodesMade { .. }
        | Action::MethodTakenAway { .. }
        | Action::MethodsReset { .. }
        | Action::IdentityProved { .. }
        | Action::ProofFailed { .. }
        | Action::SessionsEnded { .. }
        | Action::ProviderCreated { .. }
        | Action::ProviderChanged { .. }
        | Action::ProviderDeleted { .. }
        | Action::ProviderLinked { .. }
        | Action::ProviderUnlinked { .. }
        | Action::AccessTokenMade { .. }
        | Action::AccessTokenRevoked { .. }
        | Action::TargetCreated { .. }
        | Action::TargetChanged { .. }
        | Action::TargetDeleted { .. }
        | Action::TargetConfirmed { .. }
        | Action::TargetDriftRemoved { .. }
        | Action::TargetAccessAdopted { .. }
        | Action::TargetRemovalAsked { .. }
        | Action::ImportCreated { .. }
        | Action::ImportChanged { .. }
        | Action::ImportDeleted { .. }
        | Action::ImportRan { .. }
        | Action::MailChanged { .. }
        | Action::WebhookCreated { .. }
        | Action::WebhookChanged { .. }
        | Action::WebhookDeleted { .. }
        | Action::WebhookReplayed { .. }
        | Action::MessageGivenUp { .. }
        | Action::ApplicationCreated { .. }
        | Action::ApplicationChanged { .. }
        | Action::ApplicationDeleted { .. }
        | Action::GroupCreated { .. }
        | Action::GroupChanged { .. }
        | Action::PackageCreated { .. }
        | Action::CatalogCreated { .. }
        | Action::CatalogChanged { .. }
        | Action::CatalogDeleted { .. }
        | Action::CatalogResourceAdded { .. }
        | Action::CatalogResourceRemoved { .. }
        | Action::CatalogRoleGiven { .. }
        | Action::CatalogRoleTaken { .. }
        | Action::PackageChanged { .. }
        | Action::PackageDeleted { .. }
        | Action::PackageRoleAdded { .. }
        | Action::PackageRoleRemoved { .. }
        | Action::IncompatibilityAdded { .. }
        | Action::IncompatibilityRemoved { .. }
        | Action::PolicyCreated { .. }
        | Action::PolicyChanged { .. }
        | Action::PolicyDeleted { .. }
        | Action::SignedIn { .. }
        | Action::SignInFailed { .. }
        | Action::SignedOut { .. }
        | Action::SignedOutByProvider { .. }
        | model::review_actions!()
        | Action::AuditExported { .. } => return None,
    })
}

fn ended(telling: &Telling<'_>, reason: EndReason, words: &str, actor: &str, at: Option<Ts>) -> Entry {
    let mut ended = entry(EntryKind::Ended, "done", "plain", "Access ended".to_owned(), at);
    ended.more.push(match reason {
        EndReason::GivenBack if telling.is_activation() => format!("Deactivated by {actor}"),
        EndReason::GivenBack => format!("Given back by {actor}"),
        EndReason::Removed => format!("Ended by {actor}"),
        EndReason::Revoked => format!("Ended by {actor}, who had approved it"),
        EndReason::Reviewed => "By an access review".to_owned(),
        EndReason::EligibilityEnded => "By itself, because the eligible assignment ended on which it rested".to_owned(),
        EndReason::Expired | EndReason::PackageEnded | EndReason::RuleNoLongerMatches => {
            "By itself, because its time was over".to_owned()
        }
    });
    ended.words = words.to_owned();
    ended
}

fn now_and_next(telling: &Telling<'_>) -> Vec<Entry> {
    let request = telling.request;
    let stages = request.terms.stages.len();
    let mut entries = Vec::new();
    let next = |kind, title: String, more: &str| {
        let mut next = entry(kind, "next", "plain", title, None);
        if !more.is_empty() {
            next.more.push(more.to_owned());
        }
        next
    };
    let lasts = request.how_long().in_sentence();
    let ending = |entries: &mut Vec<Entry>| {
        if !matches!(request.terms.lasts, Lasts::Forever) {
            let when = if telling.is_activation() || telling.renews().is_some() { ", after" } else { ":" };
            entries.push(next(EntryKind::Ended, "Access ended".to_owned(), &format!("By itself{when} {}", lower_first(&lasts))));
        }
    };
    match &request.state {
        State::PendingApproval { stage, opened_at, decide_by, .. } => {
            let still = rules::request::standing_still(request, telling.now);
            let title = match still {
                None => format!("Stage {} of {stages} is waiting for a decision", stage + 1),
                Some(_) => format!("Stage {} of {stages} is waiting for an answer", stage + 1),
            };
            let mut waiting = entry(EntryKind::Waiting, "now", "warn", title, None);
            waiting.countdown = Some(match still {
                None => Countdown { from: *opened_at, until: *decide_by },
                Some(asked) => Countdown { from: asked.at, until: asked.pauses_until },
            });
            waiting.asked = telling.asked.iter().map(|id| telling.people.persona(*id)).collect::<Vec<Persona>>();
            waiting.more.push(match still {
                None => format!(
                    "Until {}. If nobody decides by then, the request expires; that is not a denial.",
                    decide_by.in_sentence()
                ),
                Some(asked) => format!(
                    "The time to decide stands still until {} answers, at the latest until {}. Then {} are left.",
                    telling.people.name(request.requestor),
                    asked.pauses_until.in_sentence(),
                    rules::request::left(request).words()
                ),
            });
            entries.push(waiting);
            for later in stage + 1..stages {
                entries.push(next(EntryKind::Waiting, format!("Stage {} of {stages}", later + 1), ""));
            }
            if let Some(asks) = request.terms.asks.as_ref().filter(|asks| asks.moment == Moment::Approved) {
                entries.push(next(EntryKind::Waiting, format!("{} is asked", asks.name), "Its answer is waited for"));
            }
            if let Some(renews) = telling.renews() {
                let title = if renews { "Renewed" } else { "Extended" };
                entries.push(next(EntryKind::Delivered, title.to_owned(), telling.gives));
            } else if telling.is_activation() {
                let mut activated = next(EntryKind::Delivered, "Activated".to_owned(), telling.gives);
                if let Some(starts_at) = request.terms.starts_at.filter(|at| *at > telling.now) {
                    activated.when = starts_at.in_sentence();
                }
                entries.push(activated);
            } else {
                entries.push(next(EntryKind::Delivering, "Delivering".to_owned(), telling.gives));
                entries.push(next(EntryKind::Delivered, "Delivered".to_owned(), "Access starts, and with it its time"));
            }
            ending(&mut entries);
        }
        State::Answering { asked_at, answer_by, held } => {
            entries.push(answering::waiting(request, Countdown { from: *asked_at, until: *answer_by }, held.is_some()));
            if telling.request.terms.asks.as_ref().is_some_and(|asks| asks.moment == Moment::Submitted) {
                for later in 0..stages {
                    entries.push(next(EntryKind::Waiting, format!("Stage {} of {stages}", later + 1), ""));
                }
            }
            entries.push(next(EntryKind::Delivering, "Delivering".to_owned(), telling.gives));
            ending(&mut entries);
        }
        State::Scheduled { starts_at, .. } => {
            let (kind, title) =
                if telling.is_activation() { (EntryKind::Delivered, "Activated") } else { (EntryKind::Delivering, "Delivering") };
            let mut begins = next(kind, title.to_owned(), telling.gives);
            begins.when = starts_at.in_sentence();
            entries.push(begins);
            ending(&mut entries);
        }
        State::Delivering { .. } | State::Confirming { .. } => {
            let mut now = entry(EntryKind::Delivering, "now", "work", "Delivering".to_owned(), None);
            now.more.push(telling.gives.to_owned());
            entries.push(now);
            ending(&mut entries);
        }
        State::Delivered { .. } => {
            let over = telling.events.iter().any(|event| match event.action {
                Action::PackageAssignmentEnded { .. } => true,
                Action::AssignmentEnded { .. } => telling.is_activation(),
                _ => false,
            });
            if let (false, Some(end)) = (over, telling.ends_at) {
                let mut ended = next(EntryKind::Ended, "Access ended".to_owned(), "By itself");
                ended.when = end.in_sentence();
                entries.push(ended);
            }
        }
        State::DeliveryFailed { .. }
        | State::Denied { .. }
        | State::TurnedDown { .. }
        | State::Expired { .. }
        | State::Canceled { .. } => {}
    }
    entries
}

/// `4 hours from delivery` inside a sentence.
pub fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().collect::<String>() + chars.as_str())
}
