//! Who is told what, when something happened to a request or to an assignment of a role.
//!
//! The file is long because every action is named here once, also those of which nobody is told.

mod roles;

pub use roles::*;

use model::access::EndReason;
use model::answering::{Said, Silence};
use model::approval::Verdict;
use model::ask_back::{AskedBack, Reply};
use model::event::Action;
use model::notice::{About, ByRule, Doer, Letter, Notice, Onward, Outcome, RoleNews, Told, Value, Why};
use model::proof::MethodChange;
use model::request::{Decision, PackageAssignment, Request, State, Undelivered};
use model::role_settings::Audience;
use model::{Ts, UserId};
use std::collections::BTreeSet;

/// The facts that letters need besides the request.
pub struct Telling<'a> {
    /// The request before the step.
    pub before: Option<&'a Request>,
    /// The request after it.
    pub request: &'a Request,
    /// Every decision so far, the step's own included.
    pub decisions: &'a [Decision],
    pub name: &'a (dyn Fn(UserId) -> String + Sync),
    /// The people who put right what failed.
    pub administrators: &'a [UserId],
    /// When it is about a role: what its settings say about mail.
    pub role: Option<&'a RoleMail<'a>>,
}

/// Whether administrators are told, too.
pub fn concerns_administrators(action: &Action) -> bool {
    match action {
        Action::DeliveryFailed { reason } => is_to_be_put_right(reason),
        action => matches!(action, Action::WebhookSilent { silence: Silence::GoesOn, .. }),
    }
}

/// What ended before targets confirmed it cannot be delivered any more: nobody has anything to do.
fn is_to_be_put_right(reason: &Value<Undelivered>) -> bool {
    !reason.is(Undelivered::EndedBeforeConfirmed)
}

/// The letters that follow from what happened, in order; nobody gets the same letter twice.
pub fn letters(telling: &Telling<'_>, actor: Option<UserId>, actions: &[Action]) -> Vec<Letter> {
    let request = telling.request;
    let about = about(request, telling.name);
    let stages = request.terms.stages.len();
    let mut letters: Vec<Letter> = Vec::new();
    let mut tell = |reader: Reader, to: UserId, notice: Notice| {
        let letter = Letter { to: to.into(), notice };
        if telling.role.is_none_or(|role| role.reaches(reader)) && !letters.contains(&letter) {
            letters.push(letter);
        }
    };
    let (asked_of, told_of) = (Reader::critical(Audience::Approvers), Reader::of(Audience::Approvers));
    let (asks, tells) = (Reader::critical(Audience::Holder), Reader::of(Audience::Holder));
    // No setting keeps these from anybody.
    let mut emergencies: Vec<Letter> = Vec::new();
    for action in actions {
        match action {
            Action::StageOpened { stage, asked, decide_by, .. } => {
                for to in asked {
                    tell(asked_of, *to, act(telling, &about, *stage, *decide_by, escalates(request)));
                }
            }
            Action::StageEscalated { stage, asked } => {
                for to in asked {
                    tell(asked_of, *to, act(telling, &about, *stage, decide_by(request), Onward::Escalated));
                }
            }
            Action::ApproversReminded { stage, asked } => {
                for to in asked {
                    let (about, decide_by, onward) = (about.clone(), decide_by(request), escalates(request));
                    let earlier = earlier(telling, *stage);
                    tell(asked_of, *to, Notice::Reminder { about, stage: stage + 1, stages, decide_by, earlier, onward });
                }
            }
            Action::StageDecided { stage, verdict, settles_stage: true, .. } => {
                let Some(decision) = telling.decisions.iter().rev().find(|decision| decision.stage == *stage) else { continue };
                let decision = told(decision, telling.name);
                let outcome = match verdict {
                    Verdict::Approve => Outcome::Approved { decision: decision.clone(), stages },
                    Verdict::Deny => Outcome::Denied { decision: decision.clone() },
                };
                // The last approval ends the request for those who decided earlier stages, as a denial does.
                let over = *verdict == Verdict::Deny || actions.contains(&Action::RequestApproved);
                for to in concerned(telling, over).into_iter().filter(|to| Some(*to) != actor) {
                    tell(told_of, to, Notice::Settled { about: about.clone(), outcome: outcome.clone() });
                }
                if *verdict == Verdict::Deny {
                    tell(tells, request.requestor, Notice::Denied { about: about.clone(), decision });
                }
            }
            Action::RequestAskedBack { words, proposed, pauses_until, .. } => {
                let Some(asked) = &request.asked_back else { continue };
                let (about, by) = (about.clone(), doer(asked.by, asked.stood_in_for, telling.name));
                let (words, proposed) = (words.clone(), proposed.map(Value::Typed));
                tell(asks, request.requestor, Notice::AskedBack { about, by, words, proposed, answer_by: *pauses_until });
            }
            Action::QuestionAnswered { words }
            | Action::ShorterTimeAccepted { words, .. }
            | Action::ShorterTimeDeclined { words } => {
                let Some(asked) = &request.asked_back else { continue };
                let Some(answer) = &asked.answer else { continue };
                for to in waiting_for_answer(telling, asked) {
                    let by = doer(asked.by, asked.stood_in_for, telling.name);
                    let notice = Notice::AnsweredBack {
                        about: about.clone(),
                        by,
                        asked: asked.words.clone(),
                        proposed: asked.proposed.map(Value::Typed),
                        reply: answer.reply,
                        words: words.clone(),
                        decide_by: decide_by(request),
                    };
                    tell(asked_of, to, notice);
                }
            }
            Action::StageExpired { stage } => {
                for to in concerned(telling, true) {
                    tell(told_of, to, Notice::Settled { about: about.clone(), outcome: Outcome::Expired { stage: stage + 1 } });
                }
                tell(tells, request.requestor, Notice::Expired { about: about.clone(), stage: stage + 1, stages });
            }
            Action::WebhookAnswered { name, said: Said::Deny, words, .. } => {
                let by = Doer::Name(name.clone());
                let decision = Told { stage: 1, by, verdict: Verdict::Deny, words: words.clone() };
                for to in concerned(telling, true) {
                    let outcome = Outcome::Denied { decision: decision.clone() };
                    tell(told_of, to, Notice::Settled { about: about.clone(), outcome });
                }
                tell(tells, request.requestor, Notice::Denied { about: about.clone(), decision });
            }
            Action::WebhookSilent { name, silence: Silence::Denies, .. } => {
                for to in concerned(telling, true) {
                    let outcome = Outcome::Unanswered { name: name.clone() };
                    tell(told_of, to, Notice::Settled { about: about.clone(), outcome });
                }
                tell(tells, request.requestor, Notice::Unanswered { about: about.clone(), name: name.clone() });
            }
            // What was to keep watch did not, so that somebody has to look at it.
            Action::WebhookSilent { name, silence: Silence::GoesOn, .. } => {
                for to in telling.administrators {
                    let notice = Notice::WentOn { about: about.clone(), name: name.clone() };
                    tell(Reader::critical(Audience::Administrators), *to, notice);
                }
            }
            Action::RequestCanceled { words } => {
                let by = actor.map(telling.name);
                for to in concerned(telling, true).into_iter().filter(|to| Some(*to) != actor) {
                    let outcome = Outcome::Canceled { by: by.clone(), words: words.clone() };
                    tell(told_of, to, Notice::Settled { about: about.clone(), outcome });
                }
                if actor != Some(request.requestor) {
                    tell(tells, request.requestor, Notice::Canceled { about: about.clone(), by, words: words.clone() });
                }
            }
            Action::RequestApproved if stages > 0 => {
                let decisions = telling.decisions.iter().map(|decision| told(decision, telling.name)).collect();
                tell(tells, request.requestor, Notice::Approved { about: about.clone(), decisions });
            }
            Action::RequestDelivered { ends_at, .. } => {
                let (about, ends_at) = (about.clone(), *ends_at);
                let granted = Notice::AccessGranted { about: about.clone(), ends_at };
                tell(
                    tells,
                    request.beneficiary,
                    if request.extends().is_some() { Notice::AccessExtended { about, ends_at } } else { granted },
                );
            }
            Action::RoleActivated { ends_at, .. } => {
                tell(tells, request.beneficiary, Notice::AccessGranted { about: about.clone(), ends_at: Some(*ends_at) });
            }
            Action::EmergencyUsed { used, told, instead, review_by, .. } => {
                // Whoever reviews it is the first, unless others do so instead.
                let reviewers = if instead.is_empty() { told.get(..1).unwrap_or_default() } else { instead };
                let reviewer = reviewers.first().copied().map(telling.name).unwrap_or_default();
                for to in told {
                    let (about, reviewer, mine) = (about.clone(), reviewer.clone(), reviewers.contains(to));
                    let notice = Notice::EmergencyUsed { about, used: *used, reviewer, mine, review_by: *review_by };
                    emergencies.push(Letter { to: (*to).into(), notice });
                }
            }
            Action::DeliveryFailed { reason } => {
                let notice = Notice::DeliveryFailed { about: about.clone(), reason: reason.clone() };
                // Whatever else is off: something is to be put right.
                tell(asks, request.requestor, notice.clone());
                for to in telling.administrators.iter().filter(|_| is_to_be_put_right(reason)) {
                    tell(Reader::critical(Audience::Administrators), *to, notice.clone());
                }
            }
            Action::RoleExtended { renews, ends_at, .. } => {
                let (about, ends_at) = (about.clone(), *ends_at);
                let granted = Notice::AccessGranted { about: about.clone(), ends_at };
                tell(tells, request.beneficiary, if *renews { granted } else { Notice::AccessExtended { about, ends_at } });
            }
            // What has no letter is named, so that a new event is a question the compiler asks.
            Action::WebhookAsked { .. }
            | Action::WebhookAnswered { .. }
            | Action::RequestSubmitted { .. }
            | Action::PackageAssigned { .. }
            | Action::StageDecided { settles_stage: false, .. }
            | Action::RequestApproved
            | Action::StageResumed { .. }
            | Action::RequestScheduled { .. }
            | Action::DeliveryStarted
            | Action::RequestReprocessed
            | Action::RequestPartlyDelivered
            | Action::PackageAssignmentEnded { .. }
            | Action::PackageAssignedByRule { .. }
            | Action::PackageAssignmentEndSet { .. }
            | Action::PackageAssignmentExtended { .. }
            | Action::AssignmentExtended { .. }
            | Action::AuditExported { .. }
            | model::review_actions!()
            | Action::AssignmentStarted { .. }
            | Action::AssignmentEnded { .. }
            | Action::AssignmentChanged { .. }
            | Action::EmergencyReviewed { .. }
            | Action::EmergencyUseAllowed { .. }
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
            // Whoever it concerns is told where it happens (`methods_changed`).
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
            // The page of the target lists it.
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
            | Action::SignedOutByProvider { .. } => {}
        }
    }
    if let Some(role) = telling.role {
        letters.extend(others(telling, role, &about, actor, actions));
    }
    letters.extend(emergencies);
    letters
}

/// The letters of a request about a role that go to others than those whom it asks and tells: the mail addresses that the
/// settings name, and whoever looks after the role.
fn others(telling: &Telling<'_>, role: &RoleMail<'_>, about: &About, actor: Option<UserId>, actions: &[Action]) -> Vec<Letter> {
    let mut letters = Vec::new();
    for action in actions {
        if let Action::StageOpened { stage, decide_by, .. } = action {
            let notice = act(telling, about, *stage, *decide_by, escalates(telling.request));
            letters.extend(role.besides(Audience::Approvers, true, &notice));
        }
        if let Action::RoleActivated { ends_at, .. } = action {
            let words = telling.request.terms.justification.clone();
            letters.extend(role.with_end(Some(*ends_at)).others(&RoleNews::Activated { words }, actor, &[]));
        }
        if let Action::RoleExtended { renews, ends_at, .. } = action {
            let decision = telling.decisions.last();
            let by = decision.map(|decision| (telling.name)(decision.approver));
            let words = decision.map(|decision| decision.words.clone()).unwrap_or_default();
            let news = if *renews { RoleNews::Assigned { by, words } } else { RoleNews::Changed { by, words } };
            // Who was asked is told by whom it was settled.
            let told: Vec<UserId> = concerned(telling, true).into_iter().collect();
            letters.extend(role.with_end(*ends_at).others(&news, actor, &told));
        }
    }
    letters
}

/// The letter to somebody whose package ends before long.
pub fn ends_soon(
    held: &PackageAssignment,
    request: &Request,
    name: &(dyn Fn(UserId) -> String + Sync),
    ends_at: Ts,
    extendable: bool,
) -> Letter {
    Letter { to: held.holder.into(), notice: Notice::EndsSoon { about: about(request, name), ends_at, extendable } }
}

/// The letter to somebody whose ways to prove themselves changed: if it was not them, they learn of it.
pub fn methods_changed(to: UserId, change: MethodChange, at: Ts) -> Letter {
    Letter { to: to.into(), notice: Notice::MethodsChanged { change, at } }
}

/// The letter to somebody whom a rule gives a package or takes it from.
pub fn by_rule(to: UserId, package: &str, what: ByRule) -> Letter {
    Letter { to: to.into(), notice: Notice::ByRule { package: package.to_owned(), what } }
}

/// The letter to somebody whose package has ended; nothing for who gave it back.
pub fn access_ended(
    held: &PackageAssignment,
    request: &Request,
    name: &(dyn Fn(UserId) -> String + Sync),
    ended: &Ended<'_>,
) -> Option<Letter> {
    let why = match (ended.reason, ended.by) {
        (EndReason::GivenBack, _) => return None,
        (EndReason::Revoked, by) => Why::Revoked { by: by.map(name), words: ended.words.to_owned() },
        (EndReason::Removed | EndReason::Reviewed, by) => Why::Removed { by: by.map(name), words: ended.words.to_owned() },
        (EndReason::Expired | EndReason::PackageEnded | EndReason::RuleNoLongerMatches | EndReason::EligibilityEnded, _) => {
            Why::TimeOver
        }
    };
    let notice = Notice::AccessEnded { about: about(request, name), at: ended.at, why: Value::Typed(why) };
    Some(Letter { to: held.holder.into(), notice })
}

/// How access ended.
#[derive(Clone, Copy, Debug)]
pub struct Ended<'a> {
    pub at: Ts,
    pub reason: EndReason,
    /// Who ended it before its time.
    pub by: Option<UserId>,
    pub words: &'a str,
}

/// Who was asked in the stage before the step and, when the request is over, who decided earlier ones.
fn concerned(telling: &Telling<'_>, over: bool) -> BTreeSet<UserId> {
    let mut people = BTreeSet::new();
    if let Some(State::PendingApproval { asked, .. }) = telling.before.map(|before| &before.state) {
        people.extend(asked);
    }
    if over {
        people.extend(telling.decisions.iter().flat_map(crate::delegation::used_up));
    }
    people.remove(&telling.request.requestor);
    people.remove(&telling.request.beneficiary);
    people
}

/// Who asked back, and whoever else is asked about the stage and has not decided.
fn waiting_for_answer(telling: &Telling<'_>, asked_back: &AskedBack) -> BTreeSet<UserId> {
    let mut people = BTreeSet::new();
    if let State::PendingApproval { asked, .. } = &telling.request.state {
        people.extend(asked);
    }
    for decided in telling.decisions.iter().flat_map(crate::delegation::used_up) {
        people.remove(&decided);
    }
    people.insert(asked_back.by);
    people.remove(&telling.request.requestor);
    people.remove(&telling.request.beneficiary);
    people
}

fn act(telling: &Telling<'_>, about: &About, stage: usize, decide_by: Ts, onward: Onward) -> Notice {
    let stages = telling.request.terms.stages.len();
    Notice::Act { about: about.clone(), stage: stage + 1, stages, decide_by, earlier: earlier(telling, stage), onward }
}

/// What those who are asked now are told of the escalation.
fn escalates(request: &Request) -> Onward {
    crate::request::escalates_at(request).map_or(Onward::Expires, Onward::Escalates)
}

fn earlier(telling: &Telling<'_>, stage: usize) -> Vec<Told> {
    telling.decisions.iter().filter(|decision| decision.stage < stage).map(|decision| told(decision, telling.name)).collect()
}

fn told(decision: &Decision, name: &(dyn Fn(UserId) -> String + Sync)) -> Told {
    Told {
        stage: decision.stage + 1,
        by: doer(decision.approver, decision.stood_in_for, name),
        verdict: decision.verdict,
        words: decision.words.clone(),
    }
}

/// Whoever did something, and in whose place.
fn doer(person: UserId, stood_in_for: Option<UserId>, name: &(dyn Fn(UserId) -> String + Sync)) -> Doer {
    match stood_in_for {
        Some(of) => Doer::InPlaceOf { name: name(person), of: name(of) },
        None => Doer::Name(name(person)),
    }
}

fn decide_by(request: &Request) -> Ts {
    match &request.state {
        State::PendingApproval { decide_by, .. } => *decide_by,
        State::Answering { .. }
        | State::TurnedDown { .. }
        | State::Scheduled { .. }
        | State::Delivering { .. }
        | State::Confirming { .. }
        | State::Delivered { .. }
        | State::DeliveryFailed { .. }
        | State::Denied { .. }
        | State::Expired { .. }
        | State::Canceled { .. } => request.submitted_at,
    }
}

/// An approver's question with its answer: whoever decides later reads it, too.
fn asked_back(request: &Request) -> Option<(String, String)> {
    let asked = request.asked_back.as_ref()?;
    let answer = asked.answer.as_ref().filter(|answer| answer.reply == Reply::Words)?;
    Some((asked.words.clone(), answer.words.clone()))
}

fn about(request: &Request, name: &(dyn Fn(UserId) -> String + Sync)) -> About {
    About {
        request: request.id,
        thing: request.terms.name.clone(),
        requestor: name(request.requestor),
        beneficiary: request.made_for_another().map(|_| name(request.beneficiary)),
        justification: request.terms.justification.clone(),
        answers: request
            .terms
            .answers
            .iter()
            .filter(|answered| !answered.answers.is_empty())
            .map(|answered| (answered.text.clone(), answered.answers.join(", ")))
            .collect(),
        asked_back: asked_back(request),
        lasts: Value::Typed(request.how_long()),
        submitted_at: request.submitted_at,
        is_role: request.role().is_some(),
    }
}

#[cfg(test)]
#[path = "notice_tests.rs"]
mod tests;
