//! The life of a request: submitted, decided in stages, delivered, or ended without.
//!
//! Every function takes the request and the facts, and returns a [`Step`]: the next state and what happened.
//! Nothing is read and nothing is written here. The file is long because each step names every state.

mod activating;
mod answering;
mod ask_back;
mod assigning;
mod confirming;
mod extending;
mod holding;

pub use activating::*;
pub use answering::*;
pub use ask_back::*;
pub use assigning::*;
pub use confirming::*;
pub use extending::*;
pub use holding::*;

use crate::approval::{
    StagePeople, already, approvals, asked_first, barred, can_be_decided, may_decide_as, needed_later, settled_refusal,
    with_stand_ins, without,
};
use crate::delegation::used_up;
use crate::form;
use crate::package::{Asker, Policy, choose, fitting, lets_extend};
use model::answering::{Moment, Silence, ToAsk};
use model::approval::{Part, Stage, Verdict};
use model::command::{DecideRequest, SubmitRequest};
use model::event::Action;
use model::limits::ASKED_PEOPLE_MAX;
use model::package::Lasts;
use model::proof::Proofs;
use model::request::{Decision, PackageAssignment, Request, State, Terms, Wish};
use model::role_settings::Ticket;
use model::{PackageId, PolicyId, Refusal, RequestId, Ts, UserId};
use std::collections::BTreeSet;

/// What follows from a command or from time passing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub request: Request,
    /// In the order in which they happened.
    pub actions: Vec<Action>,
    /// A decision to keep.
    pub decision: Option<Decision>,
}

/// The facts about a wish for a package.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    pub package: PackageId,
    pub name: &'a str,
    pub policy: &'a Policy,
    /// People of each stage of the policy.
    pub people: &'a [StagePeople],
    /// A request for the same that is still open.
    pub open: Option<(RequestId, Ts)>,
    /// The package, if it is held already.
    pub held: Option<&'a PackageAssignment>,
    /// Why it is not for somebody who has what they have: separation of duties.
    pub incompatible: Option<&'a Refusal>,
    /// The webhook that the policy asks.
    pub asks: Option<&'a ToAsk>,
    /// What whoever fills in the form reads, the best liked first: what is wrong with an answer is said so.
    pub languages: &'a [String],
}

impl Wanted<'_> {
    /// What is held now and would be extended.
    pub(crate) fn extends(&self, now: Ts) -> Option<&PackageAssignment> {
        self.held.filter(|held| holds(held, now))
    }
}

/// The policies under which somebody asks: those that fit, or, when the package is held, the one it is held under, for
/// more of the same. `assigned`: an administrator gave them what they hold.
pub fn policies<'a>(
    policies: &'a [Policy],
    asker: &Asker,
    held: Option<&PackageAssignment>,
    assigned: bool,
    now: Ts,
) -> Vec<&'a Policy> {
    match held.filter(|held| holds(held, now)) {
        Some(held) => policies.iter().filter(|policy| policy.id == held.policy && lets_extend(policy, asker, assigned)).collect(),
        None => fitting(policies, asker),
    }
}

/// The policy a request is made under.
pub fn policy<'a>(
    all: &'a [Policy],
    asker: &Asker,
    held: Option<&PackageAssignment>,
    assigned: bool,
    chosen: Option<PolicyId>,
    name: &str,
    now: Ts,
) -> Result<&'a Policy, Refusal> {
    match held.filter(|held| holds(held, now)) {
        Some(held) => policies(all, asker, Some(held), assigned, now).first().copied().ok_or_else(|| already_held(held, name)),
        None => choose(all, asker, chosen),
    }
}

/// Somebody asks for a package for themselves.
pub fn submit(id: RequestId, requestor: UserId, wanted: &Wanted<'_>, asked: &SubmitRequest, now: Ts) -> Result<Step, Refusal> {
    make(id, Parties { requestor, beneficiary: requestor, by_manager: false }, wanted, asked, now)
}

/// Who makes a request, and for whom.
#[derive(Clone, Copy)]
pub(crate) struct Parties {
    pub requestor: UserId,
    pub beneficiary: UserId,
    pub by_manager: bool,
}

/// A request with everything that a policy demands of it: for the requestor, or for somebody else.
pub(crate) fn make(
    id: RequestId,
    parties: Parties,
    wanted: &Wanted<'_>,
    asked: &SubmitRequest,
    now: Ts,
) -> Result<Step, Refusal> {
    let Parties { requestor, beneficiary, by_manager } = parties;
    standing(wanted, now)?;
    let settings = &wanted.policy.settings;
    let justification =
        form::justification("justification", "Business justification", &asked.justification, settings.justification_required)?;
    let answers = form::answers(&settings.questions, wanted.languages, &asked.answers)?;
    let stages = stages(wanted, now);
    can_be_decided(stages, wanted.people, &barred(requestor, beneficiary))?;
    let extends = wanted.extends(now).map(|held| held.id);
    let (starts_at, ends_at) = if extends.is_some() { (None, None) } else { timeline(settings, asked, now)? };
    let mut request = Request {
        id,
        requestor,
        beneficiary,
        by_manager,
        wish: Wish::Package { package: wanted.package, policy: wanted.policy.id, extends },
        terms: Terms {
            name: wanted.name.to_owned(),
            policy_name: wanted.policy.name.clone(),
            justification,
            answers,
            stages: stages.to_vec(),
            lasts: settings.lasts,
            starts_at,
            ends_at,
            ticket: Ticket::default(),
            emergency: false,
            asks: wanted.asks.cloned(),
        },
        submitted_at: now,
        state: State::Delivering { approved_at: now, tries: 0, next_try_at: now },
        asked_back: None,
        version: 0,
    };
    let name = wanted.name.to_owned();
    let mut actions = vec![if request.is_assigned() {
        Action::PackageAssigned { name, beneficiary }
    } else {
        Action::RequestSubmitted { name, beneficiary }
    }];
    if !ask(&mut request, Moment::Submitted, now, &mut actions) {
        request = open_stage(request, 0, wanted.people.first(), &[], now, &mut actions);
    }
    Ok(Step { request, actions, decision: None })
}

/// Why a package cannot be requested by its holder or asker now, apart from what is typed.
pub fn standing(wanted: &Wanted<'_>, now: Ts) -> Result<(), Refusal> {
    if let Some((request, since)) = wanted.open {
        return Err(Refusal::AlreadyRequested { request, package: wanted.name.to_owned(), since });
    }
    match wanted.extends(now) {
        Some(held) => may_extend(held, wanted.policy, wanted.name, now)?,
        None => still_gives(wanted.policy, now)?,
    }
    wanted.incompatible.cloned().map_or(Ok(()), Err)
}

/// Whether anything can be given under a policy: not when the end that it gives all its access is over.
pub fn still_gives(policy: &Policy, now: Ts) -> Result<(), Refusal> {
    match policy.settings.lasts {
        Lasts::Until { at } if at <= now => Err(Refusal::PolicyOver { policy: policy.name.clone(), at }),
        Lasts::Until { .. } | Lasts::For { .. } | Lasts::Forever => Ok(()),
    }
}

/// Whether a list offers to ask for what somebody neither holds nor asked for: a policy lets them. What stands in the way of
/// one package, and who could decide, the form says.
pub fn offered_again(policies: &[Policy], asker: &Asker, now: Ts) -> bool {
    fitting(policies, asker).into_iter().any(|policy| still_gives(policy, now).is_ok())
}

/// Whether anything is given from the catalog of a package. Whoever has to do with the package, because they hold it or asked for
/// it, reads that the catalog is disabled; for others there is no such package then.
pub fn catalog_open(enabled: bool, package: &str, has_to_do_with_it: bool) -> Result<(), Refusal> {
    match (enabled, has_to_do_with_it) {
        (true, _) => Ok(()),
        (false, true) => Err(Refusal::CatalogDisabled { package: package.to_owned() }),
        (false, false) => Err(Refusal::NotFound { what: "access package" }),
    }
}

/// Whether this is about one policy, so that another one of the same package may help.
pub fn concerns_one_policy(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::PolicyOver { .. })
}

/// The stages that a wish goes through: an extension may need none.
pub fn stages<'a>(wanted: &Wanted<'a>, now: Ts) -> &'a [Stage] {
    let settings = &wanted.policy.settings;
    if wanted.extends(now).is_some() && !settings.extension_needs_approval { &[] } else { &settings.stages }
}

/// Whether a package is held at `now`. The end instant is outside.
pub fn holds(held: &PackageAssignment, now: Ts) -> bool {
    held.ended_at.is_none() && held.starts_at <= now && held.ends_at.is_none_or(|end| now < end)
}

/// What every approval was given for goes on to delivery.
fn approved(mut request: Request, now: Ts, actions: &mut Vec<Action>) -> Request {
    actions.push(Action::RequestApproved);
    request.state = match request.terms.starts_at.filter(|starts_at| now < *starts_at) {
        Some(starts_at) => {
            actions.push(Action::RequestScheduled { starts_at });
            State::Scheduled { approved_at: now, starts_at }
        }
        None => State::Delivering { approved_at: now, tries: 0, next_try_at: now },
    };
    request
}

/// Opens a stage; when there is none left, asks the webhook that is asked then, or goes on to delivery.
fn open_stage(
    mut request: Request,
    stage: usize,
    people: Option<&StagePeople>,
    decisions: &[Decision],
    now: Ts,
    actions: &mut Vec<Action>,
) -> Request {
    let Some(settings) = request.terms.stages.get(stage) else {
        return if ask(&mut request, Moment::Approved, now, actions) { request } else { approved(request, now, actions) };
    };
    let decide_by = now + settings.window();
    let nobody = StagePeople::default();
    let (people, excluded) = (people.unwrap_or(&nobody), excluded(&request, decisions));
    let (part, asked) = asked_first(settings, people, &excluded);
    let mut asked = with_stand_ins(asked, people, &excluded);
    // Everybody on the lists may decide; only so many are told.
    asked.truncate(ASKED_PEOPLE_MAX);
    actions.push(Action::StageOpened { stage, part, asked: asked.clone(), decide_by });
    request.state = State::PendingApproval {
        stage,
        opened_at: now,
        decide_by,
        asked,
        fallback: part == Part::Fallback,
        escalated_at: None,
        reminded_at: None,
    };
    request
}

/// Who is not asked and does not decide: those whom the request is about, and those who decided a stage of it already.
pub fn excluded(request: &Request, decisions: &[Decision]) -> BTreeSet<UserId> {
    let mut excluded = barred(request.requestor, request.beneficiary);
    excluded.extend(decisions.iter().flat_map(used_up));
    excluded
}

/// Who is deciding, with the facts about them.
pub struct Decider<'a> {
    pub person: UserId,
    /// The people of the open stage.
    pub people: &'a StagePeople,
    pub name: &'a (dyn Fn(UserId) -> String + Sync),
    /// What the session proved in which it is decided.
    pub proofs: Proofs,
}

/// Whether the decider may decide the open stage now, and in whose place; the page that offers the buttons asks the same.
pub fn may_decide_now(
    request: &Request,
    decisions: &[Decision],
    decider: &Decider<'_>,
    now: Ts,
) -> Result<(usize, Option<UserId>), Refusal> {
    if let Some(expired) = window_over(&request.state, request.terms.asks.as_ref(), now) {
        return Err(settled_refusal(&expired, decider.name));
    }
    let Decider { person, people, name, .. } = decider;
    may_decide_as(request.requestor, request.beneficiary, &request.state, decisions, *person, people, name)
}

/// Somebody decides the open stage. `people` holds the people of every stage; `incompatible` is why nobody may approve now.
pub fn decide(
    request: &Request,
    decisions: &[Decision],
    decider: &Decider<'_>,
    asked: &DecideRequest,
    people: &[StagePeople],
    incompatible: Option<&Refusal>,
    now: Ts,
) -> Result<Step, Refusal> {
    let may = may_decide_now(request, decisions, decider, now);
    if may == Err(Refusal::NotAnApprover)
        && let State::PendingApproval { stage, .. } = &request.state
        && let Some(settled) = decisions.iter().rev().find(|decision| decision.stage == asked.stage && decision.stage < *stage)
    {
        // The page showed an earlier stage, which somebody else has decided meanwhile.
        return Err(already(settled, decider.person, decider.name));
    }
    let (stage, stood_in_for) = may?;
    if stage != asked.stage {
        return Err(Refusal::StageMovedOn { stage: stage + 1 });
    }
    let settings = request.terms.stages.get(stage).ok_or(Refusal::Stale)?;
    crate::proof::to_decide(request, &decider.proofs, stage, now)?;
    let words = form::justification("words", "Justification", &asked.words, settings.justification_required)?;
    let decision =
        Decision { stage, approver: decider.person, stood_in_for, verdict: asked.verdict, words: words.clone(), at: now };
    let so_far = approvals(decisions, stage);
    if asked.verdict == Verdict::Approve {
        if let Some(refusal) = incompatible {
            return Err(refusal.clone());
        }
        let barred = barred(request.requestor, request.beneficiary);
        let decided = decisions.iter().flat_map(used_up).collect();
        let person = decider.person;
        let needed = needed_later(&request.terms.stages, people, stage, so_far, &barred, &decided, person, stood_in_for);
        if let Some(later) = needed {
            return Err(Refusal::NeededLater { stage: stage + 1, later });
        }
    }
    let met = so_far + 1 >= settings.quorum as usize;
    let settles_stage = asked.verdict == Verdict::Deny || met;
    let mut actions =
        vec![Action::StageDecided { stage, verdict: asked.verdict, words: words.clone(), settles_stage, stood_in_for }];
    let mut request = request.clone();
    // A decision waits for no answer.
    resume(&mut request, now);
    match asked.verdict {
        Verdict::Deny => request.state = State::Denied { stage, by: decider.person, at: now, words },
        Verdict::Approve if met => {
            let mut so_far = decisions.to_vec();
            so_far.push(decision.clone());
            request = open_stage(request, stage + 1, people.get(stage + 1), &so_far, now, &mut actions);
        }
        Verdict::Approve => {}
    }
    Ok(Step { request, actions, decision: Some(decision) })
}

/// Whether the decision window of a request is over, even if no worker has said so yet.
pub fn is_over(request: &Request, now: Ts) -> bool {
    window_over(&request.state, request.terms.asks.as_ref(), now).is_some()
}

/// The state of a request whose decision window is over, even if no worker has said so yet.
fn window_over(state: &State, asks: Option<&ToAsk>, now: Ts) -> Option<State> {
    match state {
        State::PendingApproval { stage, decide_by, .. } if now >= *decide_by => {
            Some(State::Expired { stage: *stage, at: *decide_by })
        }
        State::Answering { answer_by, .. } if now >= *answer_by && asks.is_none_or(|asks| asks.silence == Silence::Denies) => {
            Some(State::TurnedDown { at: *answer_by, words: None })
        }
        State::PendingApproval { .. }
        | State::Answering { .. }
        | State::TurnedDown { .. }
        | State::Scheduled { .. }
        | State::Delivering { .. }
        | State::Confirming { .. }
        | State::Delivered { .. }
        | State::DeliveryFailed { .. }
        | State::Denied { .. }
        | State::Expired { .. }
        | State::Canceled { .. } => None,
    }
}

/// Whether *Cancel request* is offered to this person.
pub fn may_cancel(request: &Request, person: UserId, administrates: bool, now: Ts) -> Result<(), Refusal> {
    if person != request.requestor && person != request.beneficiary && !administrates {
        return Err(Refusal::NotFound { what: "request" });
    }
    match window_over(&request.state, request.terms.asks.as_ref(), now).as_ref().unwrap_or(&request.state) {
        State::PendingApproval { .. } | State::Answering { .. } | State::Scheduled { .. } => Ok(()),
        state => Err(Refusal::NotOpen { outcome: state.phase().word() }),
    }
}

pub fn cancel(request: &Request, person: UserId, administrates: bool, words: &str, now: Ts) -> Result<Step, Refusal> {
    may_cancel(request, person, administrates, now)?;
    let words = form::justification("words", "Reason", words, false)?;
    let mut request = request.clone();
    request.state = State::Canceled { by: person, at: now, words: words.clone() };
    Ok(Step { request, actions: vec![Action::RequestCanceled { words }], decision: None })
}

/// Half of the window of the open stage. Time in which it stood still does not count.
fn reminds_at(request: &Request) -> Option<Ts> {
    let State::PendingApproval { opened_at, decide_by, .. } = &request.state else { return None };
    let still = stood_still(request);
    Some(*opened_at + still + (*decide_by - still).since(*opened_at).half())
}

/// When others are asked as well, as long as they have not been.
pub fn escalates_at(request: &Request) -> Option<Ts> {
    let State::PendingApproval { stage, opened_at, escalated_at: None, .. } = &request.state else { return None };
    let escalation = request.terms.stages.get(*stage)?.escalation.as_ref()?;
    Some(*opened_at + stood_still(request) + model::Span::minutes(i64::from(escalation.after_minutes)))
}

/// The next instant at which something happens to the request by itself.
pub fn wakes_at(request: &Request) -> Option<Ts> {
    match &request.state {
        State::PendingApproval { .. } if resumes_at(request).is_some() => resumes_at(request),
        State::PendingApproval { decide_by, reminded_at, .. } => {
            let reminder = reminds_at(request).filter(|_| reminded_at.is_none());
            [reminder, escalates_at(request), Some(*decide_by)].into_iter().flatten().min()
        }
        State::Answering { answer_by, .. } => Some(*answer_by),
        State::Scheduled { starts_at, .. } => Some(*starts_at),
        State::Delivering { next_try_at, .. } => Some(*next_try_at),
        State::Confirming { look_at, .. } => Some(*look_at),
        State::Delivered { .. }
        | State::DeliveryFailed { .. }
        | State::Denied { .. }
        | State::TurnedDown { .. }
        | State::Expired { .. }
        | State::Canceled { .. } => None,
    }
}

/// Time passed: the one thing that is due now, or nothing. Called until it answers nothing. `people` are those of the stage
/// at hand.
/// Delivery is due work too, but has its own function, [`deliver`].
pub fn due(request: &Request, people: &StagePeople, decisions: &[Decision], now: Ts) -> Option<Step> {
    wakes_at(request).filter(|at| *at <= now)?;
    let excluded = excluded(request, decisions);
    let reminds = reminds_at(request).is_some_and(|at| at <= now);
    let mut actions = Vec::new();
    let mut request = request.clone();
    if resumes_at(&request).is_some() {
        resume(&mut request, now);
        if let State::PendingApproval { stage, decide_by, .. } = &request.state {
            actions.push(Action::StageResumed { stage: *stage, decide_by: *decide_by });
            if now < *decide_by {
                return Some(Step { request, actions, decision: None });
            }
        }
    }
    match &mut request.state {
        State::PendingApproval { stage, decide_by, .. } if now >= *decide_by => {
            actions.push(Action::StageExpired { stage: *stage });
            request.state = State::Expired { stage: *stage, at: *decide_by };
        }
        State::PendingApproval { stage, asked: told, fallback, escalated_at, reminded_at, .. } => {
            let stage = *stage;
            // The reminder goes first: whoever is asked by the escalation just now needs none.
            if reminded_at.is_none() && reminds {
                *reminded_at = Some(now);
                let mut all = people.approvers.clone();
                // Approvers may have left since the stage opened; then the fallback approvers are asked now.
                let quorum = request.terms.stages.get(stage).map_or(1, |settings| settings.quorum as usize);
                let missing = quorum.saturating_sub(approvals(decisions, stage));
                *fallback |= without(&all, &excluded).len() < missing;
                if *fallback {
                    all.extend(&people.fallback);
                }
                if escalated_at.is_some() {
                    all.extend(&people.escalation);
                }
                let mut asked = with_stand_ins(without(&all, &excluded), people, &excluded);
                asked.truncate(ASKED_PEOPLE_MAX);
                told.extend(without(&asked, &told.iter().copied().collect()));
                actions.push(Action::ApproversReminded { stage, asked });
            } else {
                *escalated_at = Some(now);
                let further = with_stand_ins(without(&people.escalation, &excluded), people, &excluded);
                let mut asked: Vec<UserId> = further.into_iter().filter(|person| !told.contains(person)).collect();
                asked.truncate(ASKED_PEOPLE_MAX);
                told.extend(&asked);
                actions.push(Action::StageEscalated { stage, asked });
            }
        }
        State::Scheduled { approved_at, .. } => {
            request.state = State::Delivering { approved_at: *approved_at, tries: 0, next_try_at: now };
            actions.push(Action::DeliveryStarted);
        }
        // What silence means asks for more facts (`silent`).
        State::Answering { .. }
        | State::TurnedDown { .. }
        | State::Delivering { .. }
        | State::Confirming { .. }
        | State::Delivered { .. }
        | State::DeliveryFailed { .. }
        | State::Denied { .. }
        | State::Expired { .. }
        | State::Canceled { .. } => return None,
    }
    Some(Step { request, actions, decision: None })
}

#[cfg(test)]
#[path = "request_tests.rs"]
mod tests;
