//! Events in words: a sentence with names that lead to their pages, why, and what was changed.
//!
//! The file is long because every action is told here, and a new one is told beside the others.

use super::names::{Names, Wanted};
use crate::views::words::both;
use model::access::{AssignmentType, EndReason, ResourceRole, Source};
use model::alert::Found;
use model::approval::Verdict;
use model::audit::{Filter, Place};
use model::catalog::Holder;
use model::delegation::Delegated;
use model::directory::{Principal, Resource};
use model::event::{Action, Actor, Change, Event};
use model::import::Ended;
use model::proof::{Method, ProvedBy, SignInMethod};
use model::role_settings::Ticket;
use model::separation::Incompatible;
use model::view::Fact;
use model::view::audit::{Part, Told};
use model::webhook::Replayed;
use model::{CatalogId, GroupId, PackageId, PolicyId, RequestId, Ts, UserId};

/// What the reader sees besides the events: what they may not see has no name, and what has a page for them leads there.
#[derive(Clone, Copy, Debug)]
pub struct Eyes {
    pub me: UserId,
    /// They read their own history.
    pub own: bool,
    pub directory: bool,
    pub roles: bool,
    /// Packages, policies, catalogs, and requests for them.
    pub packages: bool,
    /// The group whose history it is.
    pub group: Option<GroupId>,
}

/// Tells events. What it is asked to name and does not know it remembers, so that it can be loaded.
pub struct Teller<'a> {
    pub eyes: Eyes,
    pub names: &'a Names,
    pub wanted: Wanted,
}

pub fn text(text: impl Into<String>) -> Part {
    Part { text: text.into(), href: None }
}

pub fn link(text: impl Into<String>, href: Option<String>) -> Part {
    Part { text: text.into(), href }
}

pub fn fact(name: &str, value: impl Into<String>) -> Fact {
    Fact { name: name.to_owned(), value: value.into() }
}

/// A sentence from words and names.
macro_rules! say {
    ($told:ident: $($part:expr),+ $(,)?) => {{ $( let part: Vec<Part> = Said::from($part).0; $told.said.extend(part); )+ }};
}

/// Words, a name, or several of them.
struct Said(Vec<Part>);

impl From<&str> for Said {
    fn from(words: &str) -> Self {
        Self(vec![text(words)])
    }
}

impl From<String> for Said {
    fn from(words: String) -> Self {
        Self(vec![text(words)])
    }
}

impl From<Part> for Said {
    fn from(part: Part) -> Self {
        Self(vec![part])
    }
}

impl From<Vec<Part>> for Said {
    fn from(parts: Vec<Part>) -> Self {
        Self(parts)
    }
}

impl<'a> Teller<'a> {
    pub fn new(eyes: Eyes, names: &'a Names) -> Self {
        Self { eyes, names, wanted: Wanted::default() }
    }

    pub fn tell(&mut self, event: &Event) -> Told {
        let mut told = Told::default();
        let by = self.actor(event.actor);
        let name = by.text.clone();
        self.say(&mut told, event, by);
        // Whoever made it happen, when the sentence is about somebody or something else.
        if matches!(event.actor, Actor::User(_)) && told.said.first().is_some_and(|first| first.text != name) {
            told.facts.insert(0, fact("By", name));
        }
        told
    }

    fn say(&mut self, told: &mut Told, event: &Event, by: Part) {
        match &event.action {
            Action::RequestSubmitted { name, beneficiary } => {
                let (whom, wish) = (self.user(*beneficiary), self.wish(event, name));
                say!(told: by, " asked for ", wish);
                if event.actor != Actor::User(*beneficiary) {
                    say!(told: " for ", whom);
                }
                told.reason = self.justification(event);
            }
            Action::PackageAssigned { name, beneficiary } => {
                let (whom, wish) = (self.user(*beneficiary), self.wish(event, name));
                say!(told: by, " assigned ", wish, " to ", whom);
                told.reason = self.justification(event);
            }
            Action::StageOpened { stage, asked, decide_by, .. } => {
                say!(told: format!("Stage {} of ", stage + 1), self.request(event), " was opened");
                told.facts.push(fact("Asked", self.people(asked)));
                told.facts.push(fact("Decide by", decide_by.in_sentence()));
            }
            Action::StageEscalated { stage, asked } => {
                say!(told: format!("Stage {} of ", stage + 1), self.request(event), " was escalated");
                told.facts.push(fact("Asked as well", self.people(asked)));
            }
            Action::ApproversReminded { stage, asked } => {
                say!(told: format!("The approvers of stage {} of ", stage + 1), self.request(event), " were reminded");
                told.facts.push(fact("Reminded", self.people(asked)));
            }
            Action::StageDecided { stage, verdict, words, settles_stage: _, stood_in_for } => {
                let verb = match verdict {
                    Verdict::Approve => " approved ",
                    Verdict::Deny => " denied ",
                };
                say!(told: by, verb, self.request(event), format!(" in stage {}", stage + 1));
                self.in_place_of(told, *stood_in_for);
                told.reason.clone_from(words);
            }
            Action::RequestAskedBack { stage: _, words, proposed, pauses_until, stood_in_for } => {
                match proposed {
                    None => say!(told: by, " asked a question about ", self.request(event)),
                    Some(shorter) => {
                        say!(told: by, " proposed a shorter time for ", self.request(event));
                        told.facts.push(fact("Proposed", shorter.in_sentence()));
                    }
                }
                self.in_place_of(told, *stood_in_for);
                told.facts.push(fact("The time to decide stands still until", pauses_until.in_sentence()));
                told.reason.clone_from(words);
            }
            Action::QuestionAnswered { words } => {
                say!(told: by, " answered the question about ", self.request(event));
                told.reason.clone_from(words);
            }
            Action::ShorterTimeAccepted { before, after, words } => {
                say!(told: by, " accepted the shorter time for ", self.request(event));
                told.changes.push(Change {
                    field: "Asked for".to_owned(),
                    before: before.in_sentence(),
                    after: after.in_sentence(),
                });
                told.reason.clone_from(words);
            }
            Action::ShorterTimeDeclined { words } => {
                say!(told: by, " did not accept the shorter time for ", self.request(event));
                told.reason.clone_from(words);
            }
            Action::StageResumed { stage, decide_by } => {
                say!(told: format!("The time to decide stage {} of ", stage + 1), self.request(event), " went on");
                told.facts.push(fact("Decide by", decide_by.in_sentence()));
            }
            Action::StageExpired { stage } => {
                say!(told: self.request(event), " expired");
                told.reason = format!("Nobody decided stage {} in time.", stage + 1);
            }
            Action::WebhookAsked { name, answer_by, .. } => {
                say!(told: self.request(event), " began to wait for the answer of “", name.as_str(), "”");
                told.facts.push(fact("Answer by", answer_by.in_sentence()));
            }
            Action::WebhookAnswered { name, said, words, .. } => {
                say!(told: "“", name.as_str(), "” was asked about ", self.request(event), format!(" and {}", said.past()));
                told.reason.clone_from(words);
            }
            Action::WebhookSilent { name, silence, question, .. } => {
                say!(told: "“", name.as_str(), "” was to answer about ", self.request(event), format!(" and {}", question.past()));
                told.facts.push(fact("What follows", silence.words().to_owned()));
            }
            Action::RequestApproved => say!(told: self.request(event), " was approved"),
            Action::RequestScheduled { starts_at } => {
                say!(told: self.request(event), " was scheduled");
                told.facts.push(fact("Starts", starts_at.in_sentence()));
            }
            Action::RequestCanceled { words } => {
                say!(told: by, " canceled ", self.request(event));
                told.reason.clone_from(words);
            }
            Action::DeliveryStarted => say!(told: "Delivery of ", self.request(event), " began"),
            Action::DeliveryFailed { reason } => {
                say!(told: "Delivery of ", self.request(event), " failed");
                told.reason = reason.words();
            }
            Action::RequestPartlyDelivered => say!(told: "Some of ", self.request(event), " works, and the rest is overdue"),
            Action::RequestReprocessed => say!(told: by, " had ", self.request(event), " delivered again"),
            Action::RequestDelivered { ends_at, .. } => {
                say!(told: self.request(event), " was delivered");
                told.facts.push(fact("Ends", end(*ends_at)));
            }
            Action::PackageAssignmentEnded { package, holder, reason, words, .. } => {
                let (package, whom) = (self.package(*package), holder.map(|holder| self.user(holder)));
                let whom = whom.unwrap_or_else(|| text("somebody"));
                match reason {
                    EndReason::Removed => say!(told: by, " took ", package, " from ", whom),
                    EndReason::Revoked => say!(told: by, ", who had approved it, took ", package, " from ", whom),
                    EndReason::GivenBack => say!(told: whom, " gave ", package, " back"),
                    EndReason::Reviewed => say!(told: "An access review took ", package, " from ", whom),
                    EndReason::Expired
                    | EndReason::PackageEnded
                    | EndReason::RuleNoLongerMatches
                    | EndReason::EligibilityEnded => {
                        say!(told: whom, " no longer has ", package);
                        told.facts.push(fact("Because", because(*reason)));
                    }
                }
                told.reason.clone_from(words);
            }
            Action::PackageAssignedByRule { package, policy, holder, .. } => {
                let (policy, package, whom) = (self.policy(*policy), self.package(*package), self.user(*holder));
                say!(told: "The rule of ", policy, " assigned ", package, " to ", whom);
            }
            Action::PackageAssignmentEndSet { package, policy, holder, ends_at, .. } => {
                let (policy, package, whom) = (self.policy(*policy), self.package(*package), self.user(*holder));
                match ends_at {
                    Some(_) => {
                        say!(told: "The rule of ", policy, " no longer matches ", whom, ", so ", package, " ends for them")
                    }
                    None => say!(told: "The rule of ", policy, " matches ", whom, " again, so ", package, " stays"),
                }
                told.facts.push(fact("Ends", end(*ends_at)));
            }
            Action::PackageAssignmentExtended { package, from, to, .. } => {
                let package = self.package(*package);
                say!(told: "The assignment of ", package, " was extended");
                told.changes.push(change("End", end(*from), end(*to)));
            }
            Action::AssignmentExtended { principal, role, from, to, .. } => {
                let (whom, what) = (self.principal(*principal), self.role(*role));
                say!(told: whom, " has ", what, " for longer");
                told.changes.push(change("End", end(*from), end(*to)));
            }
            Action::AssignmentStarted { principal, role, assignment_type, source, starts_at, ends_at, words, ticket, .. } => {
                self.started(told, by, event, *principal, *role, (*assignment_type, *source));
                if *starts_at > event.at {
                    told.facts.push(fact("Starts", starts_at.in_sentence()));
                }
                told.facts.push(fact("Ends", end(*ends_at)));
                if !self.eyes.own || rules::audit::shows_reason(event, self.eyes.me) {
                    if !words.is_empty() {
                        told.reason.clone_from(words);
                    }
                    told.facts.extend(ticket_facts(ticket));
                }
            }
            Action::AssignmentChanged { principal, role, from, to, words, .. } => {
                let (whom, what) = (self.principal(*principal), self.role(*role));
                say!(told: by, " changed for how long ", whom, " has ", what);
                let starts = change("Start", from.0.in_sentence(), to.0.in_sentence());
                told.changes.extend([starts, change("End", end(from.1), end(to.1))].into_iter().filter(differs));
                if !self.eyes.own || rules::audit::shows_reason(event, self.eyes.me) {
                    told.reason.clone_from(words);
                }
            }
            Action::AssignmentEnded { principal, role, reason, words, .. } => {
                let (whom, what) = (self.principal(*principal), self.role(*role));
                match reason {
                    EndReason::Removed => say!(told: by, " took ", what, " from ", whom),
                    EndReason::Revoked => say!(told: by, ", who had approved it, took ", what, " from ", whom),
                    EndReason::GivenBack => say!(told: whom, " deactivated ", what),
                    EndReason::Reviewed => say!(told: "An access review took ", what, " from ", whom),
                    EndReason::Expired
                    | EndReason::PackageEnded
                    | EndReason::RuleNoLongerMatches
                    | EndReason::EligibilityEnded => {
                        say!(told: whom, " no longer has ", what);
                        told.facts.push(fact("Because", because(*reason)));
                    }
                }
                told.reason.clone_from(words);
            }
            Action::RoleActivated { ends_at, .. } => {
                say!(told: self.request(event), " took effect");
                told.facts.push(fact("Ends", ends_at.in_sentence()));
            }
            Action::RoleExtended { assignment_type, renews, ends_at, .. } => {
                let how = if *renews { " gave a role again" } else { " gave a role for longer" };
                say!(told: self.request(event), how);
                let kind = if *assignment_type == AssignmentType::Eligible { "Eligible" } else { "Active" };
                told.facts.push(fact("Type", kind));
                told.facts.push(fact("Ends", end(*ends_at)));
            }
            Action::EmergencyUsed { user, told: people, review_by, .. } => {
                let whom = self.user(*user);
                say!(told: whom, " activated without approval in an emergency: ", self.request(event));
                told.facts.push(fact("Told at once", self.people(people)));
                told.facts.push(fact("Review by", review_by.in_sentence()));
            }
            Action::EmergencyReviewed { user, words, .. } => {
                let whom = self.user(*user);
                say!(told: by, " reviewed the emergency access of ", whom);
                told.reason.clone_from(words);
            }
            Action::EmergencyUseAllowed { user, words, .. } => {
                let whom = self.user(*user);
                say!(told: by, " allowed ", whom, " one more emergency use before the review");
                told.reason.clone_from(words);
            }
            Action::EmergencyAccountMarked { user, reviewer } => {
                let (whom, reviewer) = (self.user(*user), self.user(*reviewer));
                say!(told: by, " made ", whom, " an emergency account that ", reviewer, " reviews");
            }
            Action::EmergencyAccountUnmarked { user } => {
                let whom = self.user(*user);
                say!(told: by, " made ", whom, " an ordinary account again");
            }
            Action::AlertTriggered { what, .. } => {
                say!(told: "An alert was triggered: ", what.kind().name());
                told.facts.extend(self.found(what));
            }
            Action::AlertResolved { what, .. } => {
                say!(told: "An alert was resolved: ", what.kind().name());
                told.facts.extend(self.found(what));
            }
            Action::AlertDismissed { what, words, .. } => {
                say!(told: by, " dismissed an alert: ", what.kind().name());
                told.facts.extend(self.found(what));
                told.reason.clone_from(words);
            }
            Action::AlertReopened { what, .. } => {
                say!(told: by, " reopened an alert: ", what.kind().name());
                told.facts.extend(self.found(what));
            }
            Action::AlertSettingChanged { kind, changes } => {
                say!(told: by, " changed what an alert looks for: ", kind.name());
                told.changes.clone_from(changes);
            }
            Action::TermsCreated { name, .. } => say!(told: by, " wrote the terms of use “", name.as_str(), "”"),
            Action::TermsChanged { name, version, .. } => {
                say!(told: by, " changed the terms of use “", name.as_str(), "”, version ", version.to_string().as_str());
            }
            Action::TermsAccepted { name, version, .. } => {
                say!(told: by, " accepted the terms of use “", name.as_str(), "”, version ", version.to_string().as_str());
            }
            Action::AuthenticationContextCreated { name, changes, .. } => {
                say!(told: by, " made the authentication context “", name.as_str(), "”");
                told.changes.clone_from(changes);
            }
            Action::AuthenticationContextChanged { name, changes, .. } => {
                say!(told: by, " changed the authentication context “", name.as_str(), "”");
                told.changes.clone_from(changes);
            }
            Action::AuthenticationContextDeleted { name, .. } => {
                say!(told: by, " deleted the authentication context “", name.as_str(), "”");
            }
            Action::RoleTemplateChanged { kind, changes } => {
                say!(told: by, " changed the template of ", kind.of_what());
                told.changes.clone_from(changes);
            }
            Action::RoleSettingsChanged { role, changes } => {
                let what = self.role(role.role());
                say!(told: by, " changed what ", what, " demands");
                told.changes.clone_from(changes);
            }
            Action::PrivilegedAccessEnabled { group } => {
                let group = self.group(*group);
                say!(told: by, " brought ", group, " under privileged access management");
            }
            Action::PrivilegedAccessDisabled { group } => {
                let group = self.group(*group);
                say!(told: by, " took ", group, " out of privileged access management");
            }
            Action::ApprovalsDelegated { from, to, starts_at, ends_at, delegated, .. } => {
                let (from, to) = (self.user(*from), self.user(*to));
                say!(told: by, " delegated the approvals of ", from, " to ", to);
                told.facts.push(fact("Starts", starts_at.in_sentence()));
                told.facts.push(fact("Ends", ends_at.in_sentence()));
                told.facts.push(fact("Which", self.delegated(delegated)));
            }
            Action::DelegationEnded { from, to, .. } => {
                let (from, to) = (self.user(*from), self.user(*to));
                say!(told: by, " ended the delegation of approvals from ", from, " to ", to);
            }
            Action::UserCreated { user, .. } => say!(told: by, " created ", self.user(*user)),
            Action::UserChanged { user, changes } => {
                say!(told: by, " changed ", self.user(*user));
                told.changes.clone_from(changes);
            }
            Action::UserDisabled { user } => say!(told: by, " disabled ", self.user(*user)),
            Action::UserEnabled { user } => say!(told: by, " enabled ", self.user(*user)),
            Action::PasswordChanged { user } => say!(told: by, " set the password of ", self.user(*user)),
            Action::ApplicationCreated { name, .. } => say!(told: by, " created the application “", name.as_str(), "”"),
            Action::ApplicationChanged { name, changes, .. } => {
                say!(told: by, " changed the application “", name.as_str(), "”");
                told.changes.extend(changes.iter().cloned());
            }
            Action::ApplicationDeleted { name, .. } => say!(told: by, " deleted the application “", name.as_str(), "”"),
            Action::GroupCreated { group, .. } => say!(told: by, " created the group ", self.group(*group)),
            Action::GroupChanged { group, changes } => {
                say!(told: by, " changed the group ", self.group(*group));
                told.changes.clone_from(changes);
            }
            Action::PackageCreated { package, .. } => say!(told: by, " created ", self.package(*package)),
            Action::PackageChanged { package, changes } => {
                say!(told: by, " changed ", self.package(*package));
                told.changes.clone_from(changes);
            }
            Action::PackageDeleted { package, .. } => say!(told: by, " deleted ", self.package(*package)),
            Action::PackageRoleAdded { package, role, assignment_type, people } => {
                let (what, package) = (self.role(*role), self.package(*package));
                say!(told: by, " added ", what, " to ", package);
                told.facts.push(fact("Given as", assignment_type.given_as()));
                told.facts.push(fact("People who got it at once", people.to_string()));
            }
            Action::PackageRoleRemoved { package, role, assignment_type, people } => {
                let (what, package) = (self.role(*role), self.package(*package));
                say!(told: by, " removed ", what, " from ", package);
                told.facts.push(fact("Given as", assignment_type.given_as()));
                told.facts.push(fact("People who lost it at once", people.to_string()));
            }
            Action::IncompatibilityAdded { package, with, .. } => {
                let (package, other) = (self.package(*package), self.incompatible(*with));
                say!(told: by, " made ", package, " and ", other, " incompatible");
            }
            Action::IncompatibilityRemoved { package, with, .. } => {
                let (package, other) = (self.package(*package), self.incompatible(*with));
                say!(told: by, " made ", package, " and ", other, " compatible again");
            }
            Action::PolicyCreated { package, policy, changes, .. } => {
                let (policy, package) = (self.policy(*policy), self.package(*package));
                say!(told: by, " created ", policy, " of ", package);
                told.changes.clone_from(changes);
            }
            Action::PolicyChanged { package, policy, changes } => {
                let (policy, package) = (self.policy(*policy), self.package(*package));
                say!(told: by, " changed ", policy, " of ", package);
                told.changes.clone_from(changes);
            }
            Action::PolicyDeleted { package, policy, .. } => {
                let (policy, package) = (self.policy(*policy), self.package(*package));
                say!(told: by, " deleted ", policy, " of ", package);
            }
            Action::CatalogCreated { catalog, .. } => say!(told: by, " created ", self.catalog(*catalog)),
            Action::CatalogChanged { catalog, changes } => {
                say!(told: by, " changed ", self.catalog(*catalog));
                told.changes.clone_from(changes);
            }
            Action::CatalogDeleted { catalog, .. } => say!(told: by, " deleted ", self.catalog(*catalog)),
            Action::CatalogResourceAdded { catalog, resource, name } => {
                let (what, catalog) = (self.resource(*resource, name), self.catalog(*catalog));
                say!(told: by, " added ", what, " to ", catalog);
            }
            Action::CatalogResourceRemoved { catalog, resource, name } => {
                let (what, catalog) = (self.resource(*resource, name), self.catalog(*catalog));
                say!(told: by, " removed ", what, " from ", catalog);
            }
            Action::CatalogRoleGiven { catalog, holder, role } => {
                let (whom, catalog) = (self.holder(*holder), self.catalog(*catalog));
                say!(told: by, " made ", whom, format!(" {} of ", role.name()), catalog);
            }
            Action::CatalogRoleTaken { catalog, holder, role } => {
                let (whom, catalog) = (self.holder(*holder), self.catalog(*catalog));
                say!(told: by, format!(" took the role {} of ", role.name()), catalog, " from ", whom);
            }
            Action::MethodAdded { user, method, name } => {
                say!(told: self.user(*user), format!(" added {}", method_words(*method)));
                told.facts.extend((!name.is_empty()).then(|| fact("Called", name.as_str())));
            }
            Action::MethodRemoved { user, method, name } => {
                say!(told: self.user(*user), format!(" removed {}", method_words(*method)));
                told.facts.extend((!name.is_empty()).then(|| fact("Called", name.as_str())));
            }
            Action::PasskeyRenamed { user, from, to } => {
                say!(told: self.user(*user), " renamed a passkey");
                told.changes.push(change("Name", from.clone(), to.clone()));
            }
            Action::RecoveryCodesMade { user } => say!(told: self.user(*user), " made new recovery codes"),
            Action::MethodTakenAway { user, method, name, words } => {
                let whom = self.user(*user);
                say!(told: by, format!(" took {} away from ", sign_in_words(*method)), whom);
                told.facts.extend((!name.is_empty()).then(|| fact("Called", name.as_str())));
                told.reason.clone_from(words);
            }
            Action::MethodsReset { user, words } => {
                let whom = self.user(*user);
                say!(told: by, " reset what ", whom, " proves themselves with");
                told.reason.clone_from(words);
            }
            Action::IdentityProved { user, by: proof, address } => {
                let with = match proof {
                    ProvedBy::Code => " proved themselves with a code of their authenticator app",
                    ProvedBy::RecoveryCode => " proved themselves with a recovery code",
                    ProvedBy::Passkey => " proved themselves with a passkey",
                    ProvedBy::Provider => " proved themselves at an identity provider",
                };
                say!(told: self.user(*user), with);
                told.facts.push(fact("Address", address.as_str()));
            }
            Action::ProofFailed { user, address } => {
                say!(told: self.user(*user), " could not prove themselves");
                told.facts.push(fact("Address", address.as_str()));
            }
            Action::TargetCreated { name, changes, .. } => {
                say!(told: by, " created the target “", name.as_str(), "”");
                told.changes.extend(changes.iter().cloned());
            }
            Action::TargetChanged { name, changes, .. } => {
                say!(told: by, " changed the target “", name.as_str(), "”");
                told.changes.extend(changes.iter().cloned());
            }
            Action::TargetDeleted { name, people, .. } => {
                say!(told: by, " deleted the target “", name.as_str(), "”");
                told.facts.push(fact("People who keep access there", people.to_string()));
            }
            Action::TargetConfirmed { name, user, given, taken, .. } => {
                say!(told: "“", name.as_str(), "” confirmed what ", self.user(*user), " has there");
                if !given.is_empty() {
                    told.facts.push(fact("Given", given.join(", ")));
                }
                if !taken.is_empty() {
                    told.facts.push(fact("Taken away", taken.join(", ")));
                }
            }
            Action::TargetDriftRemoved { name, called, group, .. } => {
                say!(told: by, " took “", called.as_str(), "” out of a group of “", name.as_str(), "”, whom nobody had given it");
                told.facts.push(fact("Group", group.as_str()));
            }
            Action::TargetAccessAdopted { name, user, role, called, group, ends_at, words, .. } => {
                say!(told: by, " adopted what ", self.user(*user), " had at “", name.as_str(), "”");
                told.facts.extend([
                    fact("Role", role.as_str()),
                    fact("Called there", called.as_str()),
                    fact("Group", group.as_str()),
                    fact("Ends", ends_at.in_sentence()),
                ]);
                told.reason.clone_from(words);
            }
            Action::TargetRemovalAsked { name, called, group, words, .. } => {
                say!(told: by, " wants “", called.as_str(), "” out of a group of “", name.as_str(), "”, whom nobody had given it");
                told.facts.push(fact("Group", group.as_str()));
                told.reason.clone_from(words);
            }
            Action::ProviderCreated { name, changes, .. } => {
                say!(told: by, " created the identity provider “", name.as_str(), "”");
                told.changes.extend(changes.iter().cloned());
            }
            Action::ProviderChanged { name, changes, .. } => {
                say!(told: by, " changed the identity provider “", name.as_str(), "”");
                told.changes.extend(changes.iter().cloned());
            }
            Action::ProviderDeleted { name, people, .. } => {
                say!(told: by, " deleted the identity provider “", name.as_str(), "”");
                told.facts.push(fact("People who were linked", people.to_string()));
            }
            Action::AccessTokenMade { name, scope, expires_at, .. } => {
                say!(told: by, " made the access token “", name.as_str(), "”");
                told.facts.push(fact("Scope", scope.name()));
                told.facts.push(fact("Good until", expires_at.in_sentence()));
            }
            Action::AccessTokenRevoked { name, .. } => say!(told: by, " revoked the access token “", name.as_str(), "”"),
            Action::ImportCreated { name, changes, .. } => {
                say!(told: by, " created the import “", name.as_str(), "”");
                told.changes.extend(changes.iter().cloned());
            }
            Action::ImportChanged { name, changes, .. } => {
                say!(told: by, " changed the import “", name.as_str(), "”");
                told.changes.extend(changes.iter().cloned());
            }
            Action::ImportDeleted { name, people, .. } => {
                say!(told: by, " deleted the import “", name.as_str(), "”");
                told.facts.push(fact("People who stay as they are", people.to_string()));
            }
            Action::ImportRan { name, ended, numbers, why, .. } => {
                let how = match ended {
                    Ended::Done => "” ran",
                    Ended::Failed => "” could not run",
                    Ended::Asks => "” asks before it goes on",
                };
                say!(told: "The import “", name.as_str(), how);
                if !why.is_empty() {
                    told.facts.push(fact("Why", why.as_str()));
                }
                told.facts.extend(numbers.said().into_iter().map(|(what, many)| fact(what, many.to_string())));
            }
            Action::MailChanged { changes } => {
                say!(told: by, " changed how letters leave");
                told.changes.extend(changes.iter().cloned());
            }
            Action::WebhookCreated { name, changes, .. } => {
                say!(told: by, " created the webhook “", name.as_str(), "”");
                told.changes.extend(changes.iter().cloned());
            }
            Action::WebhookChanged { name, changes, .. } => {
                say!(told: by, " changed the webhook “", name.as_str(), "”");
                told.changes.extend(changes.iter().cloned());
            }
            Action::WebhookDeleted { name, untold, .. } => {
                say!(told: by, " deleted the webhook “", name.as_str(), "”");
                told.facts.push(fact("Messages that were not told", untold.to_string()));
            }
            Action::WebhookReplayed { name, what, .. } => {
                say!(told: by, " had messages of the webhook “", name.as_str(), "” told again");
                told.facts.push(match what {
                    Replayed::Message(event) => fact("Message", event.to_string()),
                    Replayed::Since(at) => fact("Since", at.exact()),
                });
            }
            Action::MessageGivenUp { name, event, .. } => {
                say!(told: by, " gave up a message of the webhook “", name.as_str(), "”");
                told.facts.push(fact("Message", event.to_string()));
            }
            Action::ProviderLinked { user, name, called, .. } => {
                say!(told: self.user(*user), " was linked to an account at “", name.as_str(), "”");
                told.facts.push(fact("Account", called.as_str()));
            }
            Action::ProviderUnlinked { user, name, called, .. } => {
                say!(told: "The link of ", self.user(*user), " to an account at “", name.as_str(), "” was removed");
                told.facts.push(fact("Account", called.as_str()));
            }
            Action::SessionsEnded { user, count } => {
                say!(told: self.user(*user), " ended their other sessions");
                told.facts.push(fact("Sessions", count.to_string()));
            }
            Action::SignedIn { user, how, address } => {
                say!(told: self.user(*user), " signed in");
                told.facts.push(fact("With", how.as_str()));
                told.facts.push(fact("Address", address.as_str()));
            }
            Action::SignInFailed { user, address } => {
                say!(told: "Signing in as ", self.user(*user), " failed");
                told.facts.push(fact("Address", address.as_str()));
            }
            Action::SignedOut { user } => say!(told: self.user(*user), " signed out"),
            Action::SignedOutByProvider { user, name, sessions, .. } => {
                say!(told: self.user(*user), " was signed out by “", name.as_str(), "”");
                told.facts.push(fact("Sessions", sessions.to_string()));
            }
            model::review_actions!() => self.say_review(told, event, by),
            Action::AuditExported { place, format, filter } => {
                say!(told: by, " downloaded ", self.place(*place), format!(" as {}", format.words()));
                told.facts.extend(filter_facts(filter));
            }
        }
    }

    /// What an alert is about.
    fn found(&mut self, what: &Found) -> Vec<Fact> {
        let who = what.principal().map(|principal| fact("Who", self.principal(principal).text));
        let role = what.role().map(|role| {
            let parts = self.role(role);
            fact("Role", parts.into_iter().map(|part| part.text).collect::<String>())
        });
        let at = what.at_target().map(|(_, name, roles)| {
            let what = if roles.is_empty() { "An account".to_owned() } else { roles.join(", ") };
            [fact("Target", name), fact("What", what)]
        });
        let policy = match what {
            Found::NobodyApproves { package_name, policy_name, .. } => {
                vec![fact("Access package", package_name.as_str()), fact("Policy", policy_name.as_str())]
            }
            _ => Vec::new(),
        };
        who.into_iter().chain(role).chain(at.into_iter().flatten()).chain(policy).collect()
    }

    pub fn actor(&mut self, actor: Actor) -> Part {
        match actor {
            Actor::User(id) => self.user(id),
            Actor::System => text("The system"),
            Actor::Console => text("An administrator on the server"),
            Actor::Token(id) => {
                self.wanted.tokens.insert(id);
                let name = self.names.tokens.get(&id);
                text(name.map_or_else(|| "An access token".to_owned(), |name| format!("The access token “{name}”")))
            }
            Actor::Import(id) => {
                self.wanted.imports.insert(id);
                let name = self.names.imports.get(&id);
                text(name.map_or_else(|| "An import".to_owned(), |name| format!("The import “{name}”")))
            }
        }
    }

    pub fn user(&mut self, id: UserId) -> Part {
        self.wanted.users.insert(id);
        link(self.names.people.name(id), self.eyes.directory.then(|| format!("/admin/users/{id}")))
    }

    fn group(&mut self, id: GroupId) -> Part {
        self.wanted.roles.insert(ResourceRole::GroupMember(id));
        let (_, name, _) = self.names.named.describe(ResourceRole::GroupMember(id));
        let seen = self.eyes.directory || self.eyes.group == Some(id);
        link(name, seen.then(|| format!("/admin/groups/{id}")))
    }

    /// `membership of Oslo office`, `Global Administrator`
    pub fn role(&mut self, role: ResourceRole) -> Vec<Part> {
        self.wanted.roles.insert(role);
        match role {
            ResourceRole::GroupMember(id) => vec![text("membership of "), self.group(id)],
            ResourceRole::GroupOwner(id) => vec![text("ownership of "), self.group(id)],
            ResourceRole::DirectoryRole(id) => {
                let href = self.eyes.roles.then(|| format!("/admin/roles/{id}/assignments"));
                vec![link(self.names.named.said(role), href)]
            }
            ResourceRole::ApplicationRole(..) => vec![text(self.names.named.said(role))],
        }
    }

    pub fn principal(&mut self, principal: Principal) -> Part {
        match principal {
            Principal::User(id) => self.user(id),
            Principal::Group(id) => self.group(id),
            Principal::ServicePrincipal(_) => text("a service principal"),
        }
    }

    pub fn package(&mut self, id: PackageId) -> Part {
        if !self.eyes.packages {
            return text("an access package");
        }
        self.wanted.packages.insert(id);
        let name = self.names.packages.get(&id).cloned().unwrap_or_else(|| "an access package".to_owned());
        link(name, (!self.eyes.own).then(|| format!("/admin/packages/{id}")))
    }

    pub fn policy(&mut self, id: PolicyId) -> Part {
        if !self.eyes.packages {
            return text("a policy");
        }
        self.wanted.policies.insert(id);
        text(self.names.policies.get(&id).map_or_else(|| "a policy".to_owned(), |name| format!("the policy “{name}”")))
    }

    fn catalog(&mut self, id: CatalogId) -> Part {
        if !self.eyes.packages {
            return text("a catalog");
        }
        self.wanted.catalogs.insert(id);
        let name = self.names.catalogs.get(&id).map_or_else(|| "a catalog".to_owned(), |name| format!("the catalog “{name}”"));
        link(name, (!self.eyes.own).then(|| format!("/admin/catalogs/{id}")))
    }

    fn resource(&mut self, resource: Resource, name: &str) -> Vec<Part> {
        match resource {
            Resource::Group(id) => vec![self.group(id)],
            Resource::DirectoryRole(id) => self.role(ResourceRole::DirectoryRole(id)),
            Resource::Application(_) => vec![text(name)],
        }
    }

    fn holder(&mut self, holder: Holder) -> Part {
        match holder {
            Holder::User(id) => self.user(id),
            Holder::Group { group } => self.group(group),
        }
    }

    fn incompatible(&mut self, with: Incompatible) -> Part {
        match with {
            Incompatible::Package(id) => self.package(id),
            Incompatible::Group(id) => self.group(id),
        }
    }

    fn place(&mut self, place: Place) -> Vec<Part> {
        match place {
            Place::Everything | Place::Mine => vec![text("the audit log")],
            Place::User(id) => vec![text("the audit log of "), self.user(id)],
            Place::Group(id) => vec![text("the audit log of "), self.group(id)],
            Place::Role(id) => {
                let mut said = vec![text("the audit log of ")];
                said.extend(self.role(ResourceRole::DirectoryRole(id)));
                said
            }
        }
    }

    /// `Bianca, Brandon and 3 others`
    fn people(&mut self, ids: &[UserId]) -> String {
        let names: Vec<String> = ids.iter().map(|id| self.user(*id).text).collect();
        both(&names)
    }

    fn in_place_of(&mut self, told: &mut Told, of: Option<UserId>) {
        if let Some(of) = of {
            let of = self.user(of);
            told.said.extend([text(" in place of "), of]);
        }
    }

    fn delegated(&mut self, delegated: &Delegated) -> String {
        match delegated {
            Delegated::All => "All approvals".to_owned(),
            Delegated::Packages(ids) => {
                let names: Vec<String> = ids.iter().map(|id| self.package(*id).text).collect();
                both(&names)
            }
        }
    }

    /// Whether the reader sees requests for this, and where.
    fn request_href(&self, id: RequestId) -> Option<String> {
        let request = self.names.requests.get(&id)?;
        let me = self.eyes.me;
        if self.eyes.own {
            let mine = request.beneficiary == me || request.requestor == me;
            return Some(format!("/my-access/{}/{id}", if mine { "requests" } else { "approvals" }));
        }
        let seen = self.eyes.packages || request.package().is_none();
        seen.then(|| format!("/admin/requests/{id}"))
    }

    /// `the request of Lee for “Global Administrator”`
    fn request(&mut self, event: &Event) -> Vec<Part> {
        let Some(id) = event.request else { return vec![text("A request")] };
        self.wanted.requests.insert(id);
        let Some(request) = self.names.requests.get(&id) else { return vec![text("a request")] };
        let (name, beneficiary) = (request.terms.name.clone(), request.beneficiary);
        let hidden = request.package().is_some() && !self.eyes.packages;
        let whom = self.user(beneficiary);
        let mut said = vec![text("the "), link("request", self.request_href(id)), text(" of "), whom];
        if !hidden {
            said.push(text(format!(" for “{name}”")));
        }
        said
    }

    /// What somebody asks for, as a link to the request.
    fn wish(&mut self, event: &Event, name: &str) -> Part {
        let Some(id) = event.request else { return text(format!("“{name}”")) };
        self.wanted.requests.insert(id);
        let hidden = self.names.requests.get(&id).is_some_and(|request| request.package().is_some()) && !self.eyes.packages;
        if hidden { text("an access package") } else { link(format!("“{name}”"), self.request_href(id)) }
    }

    /// What the requestor said.
    fn justification(&self, event: &Event) -> String {
        let request = event.request.and_then(|id| self.names.requests.get(&id));
        request.map(|request| request.terms.justification.clone()).unwrap_or_default()
    }

    fn started(
        &mut self,
        told: &mut Told,
        by: Part,
        event: &Event,
        principal: Principal,
        role: ResourceRole,
        (assignment_type, source): (AssignmentType, Source),
    ) {
        let (whom, what) = (self.principal(principal), self.role(role));
        let eligible = assignment_type == AssignmentType::Eligible;
        match source {
            Source::Direct if eligible => say!(told: by, " made ", whom, " eligible for ", what),
            Source::Direct => match role {
                ResourceRole::GroupMember(group) => say!(told: by, " added ", whom, " to ", self.group(group)),
                ResourceRole::GroupOwner(group) => say!(told: by, " made ", whom, " an owner of ", self.group(group)),
                ResourceRole::ApplicationRole(..) | ResourceRole::DirectoryRole(_) => {
                    say!(told: by, " assigned ", what, " to ", whom);
                }
            },
            Source::Activation(_) => {
                say!(told: whom, " activated ", what);
                told.reason = self.justification(event);
                if let Some(id) = event.request {
                    self.wanted.requests.insert(id);
                }
            }
            Source::Package(_) => {
                let package = event.request.and_then(|id| self.names.requests.get(&id)).and_then(|request| request.package());
                if let Some(id) = event.request {
                    self.wanted.requests.insert(id);
                }
                let package = package.map_or_else(|| text("an access package"), |package| self.package(package));
                say!(told: whom, if eligible { " became eligible for " } else { " got " }, what, " through ", package);
            }
            Source::Rule(_) => say!(told: whom, " got ", what, " by its rule"),
            Source::Import => say!(told: whom, " has ", what, " from another system"),
        }
    }
}

fn change(field: &str, before: String, after: String) -> Change {
    Change { field: field.to_owned(), before, after }
}

fn differs(change: &Change) -> bool {
    change.before != change.after
}

fn method_words(method: Method) -> &'static str {
    match method {
        Method::Authenticator => "an authenticator app",
        Method::Passkey => "a passkey",
    }
}

fn sign_in_words(method: SignInMethod) -> &'static str {
    match method {
        SignInMethod::Authenticator => method_words(Method::Authenticator),
        SignInMethod::Passkey => method_words(Method::Passkey),
        SignInMethod::Password => "the password",
    }
}

pub fn end(at: Option<Ts>) -> String {
    at.map_or_else(|| "Permanent".to_owned(), Ts::in_sentence)
}

fn because(reason: EndReason) -> &'static str {
    match reason {
        EndReason::Expired => "Its time was over",
        EndReason::Removed => "It was taken away",
        EndReason::Revoked => "Whoever had approved it took that back",
        EndReason::GivenBack => "It was given back",
        EndReason::PackageEnded => "The access package that gave it ended",
        EndReason::RuleNoLongerMatches => "The rule no longer matches",
        EndReason::EligibilityEnded => "The eligible assignment on which it rested ended",
        EndReason::Reviewed => "An access review denied it",
    }
}

pub fn ticket_facts(ticket: &Ticket) -> Option<Fact> {
    let said = [ticket.system.as_str(), ticket.number.as_str()].join(" ");
    (!ticket.is_empty()).then(|| fact("Ticket", said.trim()))
}

/// What a filter lets through.
pub fn filter_facts(filter: &Filter) -> Vec<Fact> {
    let Filter { from, to, action, actor, target, outcome } = filter;
    let set = |name: &str, value: &str| (!value.is_empty()).then(|| fact(name, value));
    [
        from.map(|at| fact("From", at.in_sentence())),
        to.map(|at| fact("Until", at.in_sentence())),
        action.map(|kind| fact("Action", kind.words())),
        set("Actor", actor),
        set("Target", target),
        outcome.map(|outcome| fact("Result", outcome.words())),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Begins the sentence as sentences do; names stay as they are.
pub fn begin(told: &mut Told) {
    if let Some(first) =
        told.said.first_mut().filter(|first| ["the ", "a ", "an ", "somebody"].iter().any(|word| first.text.starts_with(word)))
    {
        let mut chars = first.text.chars();
        first.text = chars.next().map_or_else(String::new, |one| one.to_uppercase().collect::<String>() + chars.as_str());
    }
}
