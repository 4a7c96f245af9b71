//! Activation: turning an eligible assignment into an active one for a while, with every check of the role's settings.

use super::answering::ask;
use super::{Step, open_stage};
use crate::approval::{StagePeople, asked_first, barred, can_be_decided, with_stand_ins};
use crate::authentication_context::Required;
use crate::effective::{held, in_window};
use crate::emergency::Standing;
use crate::form::justification;
use crate::role_assignment::{ended, start, ticket};
use crate::terms::Demanded;
use model::access::{Assignment, AssignmentType, EndReason, ResourceRole, Source};
use model::answering::{Moment, ToAsk};
use model::approval::Stage;
use model::directory::Principal;
use model::event::Action;
use model::limits::ACTIVATION_STEP_MINUTES;
use model::notice::Value;
use model::package::Lasts;
use model::proof::Proofs;
use model::request::{Given, Request, State, Terms, Undelivered, Wish};
use model::role_assignment::ActivateRole;
use model::role_settings::RoleSettings;
use model::{EmergencyUseId, Refusal, RequestId, Span, TermsId, Ts, UserId};
use std::collections::BTreeMap;

/// What somebody is eligible for now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Eligible<'a> {
    pub assignment: &'a Assignment,
    /// The membership through which it is theirs, when a group is eligible.
    pub through: Option<&'a Assignment>,
}

impl Eligible<'_> {
    /// Until when it is theirs: no activation outlives it.
    pub fn until(&self) -> Option<Ts> {
        [self.assignment.ends_at, self.through.and_then(|membership| membership.ends_at)].into_iter().flatten().min()
    }
}

/// What somebody is eligible for at `now`, directly and through the groups they are directly in. Of several memberships in
/// one group the one that lasts longest counts. `reach` is what they and the groups above them have.
pub fn eligible(user: UserId, enabled: bool, reach: &[Assignment], now: Ts) -> Vec<Eligible<'_>> {
    let held = held(user, enabled, reach, now);
    let membership = |group| {
        let direct = held.iter().filter(|held| held.role == ResourceRole::GroupMember(group) && held.path.len() == 1);
        direct
            .filter_map(|held| held.path.first().copied())
            .max_by_key(|membership| membership.ends_at.map_or(i64::MAX, |at| at.0))
    };
    let waiting = reach.iter().filter(|one| one.assignment_type == AssignmentType::Eligible && in_window(one, now));
    waiting
        .filter_map(|assignment| match assignment.principal {
            Principal::User(of) if of == user && enabled => Some(Eligible { assignment, through: None }),
            Principal::Group(group) => membership(group).map(|through| Eligible { assignment, through: Some(through) }),
            Principal::User(_) | Principal::ServicePrincipal(_) => None,
        })
        .collect()
}

/// The facts about a wish to activate.
#[derive(Clone, Debug)]
pub struct Activation<'a> {
    pub eligible: Eligible<'a>,
    pub name: &'a str,
    pub settings: &'a RoleSettings,
    pub stages: &'a [Stage],
    /// People of each stage.
    pub people: &'a [StagePeople],
    /// The webhook that the settings ask.
    pub asks: Option<&'a ToAsk>,
    /// An activation of the same that is still open.
    pub open: Option<(RequestId, Ts)>,
    /// The activation that is in force.
    pub active: Option<&'a Assignment>,
    pub proofs: Proofs,
    /// What the settings demand by now.
    pub required: &'a Required,
    /// The terms of use that these name, in their order.
    pub terms: &'a [Demanded],
    /// Whether they may go without approval, and the id of that use. Looked up when somebody asks for it.
    pub emergency: Option<(EmergencyUseId, &'a Standing)>,
}

/// Somebody activates what they are eligible for.
pub fn activate(id: RequestId, person: UserId, facts: &Activation<'_>, asked: &ActivateRole, now: Ts) -> Result<Step, Refusal> {
    let (settings, assignment) = (facts.settings, facts.eligible.assignment);
    let name = facts.name.to_owned();
    may_activate(facts)?;
    proved(facts, now)?;
    let minutes = duration(settings, asked.minutes)?;
    let later = asked.starts_at.map(|at| start(Some(at), now)).transpose()?.filter(|at| *at > now);
    let ends_at = later.unwrap_or(now) + Span::minutes(i64::from(minutes));
    if let Some(until) = facts.eligible.until().filter(|until| *until < ends_at) {
        return Err(Refusal::EligibilityEndsFirst { role: name, ends_at: until });
    }
    let mut actions = vec![Action::RequestSubmitted { name: name.clone(), beneficiary: person }];
    for terms in in_order(facts)? {
        actions.extend(crate::terms::accept(terms, &asked.accepted)?);
    }
    let emergency = asked.emergency && (!facts.stages.is_empty() || facts.asks.is_some());
    let (mut stages, mut people, mut asks) = (facts.stages, facts.people, facts.asks);
    if emergency {
        actions.push(without_approval(id, person, facts, later, now)?);
        // Nor does an emergency wait for another server.
        (stages, people, asks) = (&[], &[], None);
    }
    let required = emergency || settings.activation_justification;
    let justification = justification("justification", "Reason", &asked.justification, required)?;
    let ticket = ticket(&asked.ticket, settings.activation_ticket, &settings.ticket_pattern)?;
    can_be_decided(stages, people, &barred(person, person))?;
    let mut request = Request {
        id,
        requestor: person,
        beneficiary: person,
        by_manager: false,
        wish: Wish::Activation { eligible: assignment.id, role: assignment.role },
        terms: Terms {
            name,
            policy_name: String::new(),
            justification,
            answers: Vec::new(),
            stages: stages.to_vec(),
            lasts: Lasts::For { minutes },
            starts_at: later,
            ends_at: None,
            ticket,
            emergency,
            asks: asks.cloned(),
        },
        submitted_at: now,
        state: State::Delivering { approved_at: now, tries: 0, next_try_at: now },
        asked_back: None,
        version: 0,
    };
    if !ask(&mut request, Moment::Submitted, now, &mut actions) {
        request = open_stage(request, 0, people.first(), &[], now, &mut actions);
    }
    Ok(Step { request, actions, decision: None })
}

/// A break-glass account goes without approval: what is recorded of it. Everybody who would have been asked is told.
fn without_approval(
    request: RequestId,
    person: UserId,
    facts: &Activation<'_>,
    later: Option<Ts>,
    now: Ts,
) -> Result<Action, Refusal> {
    let missing = || Refusal::NoEmergencyAccount { role: facts.name.to_owned() };
    let (id, standing) = facts.emergency.ok_or_else(missing)?;
    let account = standing.may_use(facts.name, now)?;
    if later.is_some() {
        return Err(Refusal::Malformed {
            field: "starts".to_owned(),
            message: "An emergency does not wait: without approval it begins at once. Leave the start empty.".to_owned(),
        });
    }
    let barred = barred(person, person);
    let mut told = standing.instead.clone();
    for (stage, people) in facts.stages.iter().zip(facts.people) {
        let (_, asked) = asked_first(stage, people, &barred);
        for id in with_stand_ins(asked, people, &barred) {
            if !told.contains(&id) {
                told.push(id);
            }
        }
    }
    Ok(crate::emergency::used(id, request, account, (&told, &standing.instead), now).1)
}

/// Whether *Activate* is offered, apart from what is typed.
pub fn may_activate(facts: &Activation<'_>) -> Result<(), Refusal> {
    let name = || facts.name.to_owned();
    if let Some((request, since)) = facts.open {
        return Err(Refusal::AlreadyRequested { request, package: name(), since });
    }
    if let Some(active) = facts.active {
        return Err(Refusal::AlreadyActive { role: name(), until: active.ends_at });
    }
    Ok(())
}

/// Whether the session proves enough now. The form asks the same, to say it before anything is typed.
pub fn proved(facts: &Activation<'_>, now: Ts) -> Result<(), Refusal> {
    crate::proof::require(&facts.proofs, facts.required.demand, || facts.required.activating(facts.name), now)
}

/// Everything that is to be accepted. What is demanded and was not found is no reason to let somebody in.
fn in_order<'a>(facts: &Activation<'a>) -> Result<Vec<&'a Demanded>, Refusal> {
    let found = |id: &TermsId| facts.terms.iter().find(|demanded| demanded.terms.id == *id);
    facts.required.terms.iter().map(|id| found(id).ok_or(Refusal::NotFound { what: "terms of use" })).collect()
}

/// The length of an activation: the setting bounds it.
pub fn duration(settings: &RoleSettings, minutes: u32) -> Result<u32, Refusal> {
    let most = settings.activation_max_minutes;
    if minutes == 0 || !minutes.is_multiple_of(ACTIVATION_STEP_MINUTES) {
        return Err(Refusal::Malformed {
            field: "duration".to_owned(),
            message: "An activation lasts half an hour, or a multiple of it. Choose such a duration.".to_owned(),
        });
    }
    if minutes > most {
        let words = |minutes: u32| Span::minutes(i64::from(minutes)).words();
        return Err(Refusal::OutsideSettings {
            field: "duration",
            setting: "Activation maximum duration",
            limit: format!("{} at most", words(most)),
            asked: words(minutes),
        });
    }
    Ok(minutes)
}

/// The longest activation that a maximum allows and that does not outlive `until`; the shortest there is when nothing fits.
pub fn longest(most: u32, until: Option<Ts>, now: Ts) -> u32 {
    let left = until.map_or(i64::MAX, |until| until.since(now).0 / Span::minutes(1).0);
    let minutes = most.min(u32::try_from(left).unwrap_or(u32::MAX));
    (minutes - minutes % ACTIVATION_STEP_MINUTES).max(ACTIVATION_STEP_MINUTES)
}

/// What putting an approved activation into effect makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activated {
    pub step: Step,
    pub assignment: Option<Assignment>,
}

/// Puts an approved activation into effect. Its time starts here. `eligible` is what the person is eligible for by now.
pub fn put_into_effect(
    request: &Request,
    eligible: Option<&Eligible<'_>>,
    active: Option<&Assignment>,
    now: Ts,
) -> Option<Activated> {
    let State::Delivering { next_try_at, .. } = &request.state else { return None };
    let (Wish::Activation { eligible: wished, .. }, Lasts::For { minutes }) = (&request.wish, request.terms.lasts) else {
        return None;
    };
    if *next_try_at > now {
        return None;
    }
    let fail = |reason: Undelivered| {
        let mut request = request.clone();
        request.state = State::DeliveryFailed { at: now, reason: Value::Typed(reason) };
        let actions = vec![Action::DeliveryFailed { reason: Value::Typed(reason) }];
        Some(Activated { step: Step { request, actions, decision: None }, assignment: None })
    };
    let Some(eligible) = eligible.filter(|eligible| eligible.assignment.id == *wished) else {
        return fail(Undelivered::EligibilityEnded);
    };
    if active.is_some() {
        return fail(Undelivered::ActivatedMeanwhile);
    }
    // Approved late, it ends with what it rests on.
    let asked = now + Span::minutes(i64::from(minutes));
    let ends_at = eligible.until().map_or(asked, |until| until.min(asked));
    let id = Assignment::id_of_activation(request.id);
    let assignment = Assignment {
        id,
        principal: Principal::User(request.beneficiary),
        role: eligible.assignment.role,
        assignment_type: AssignmentType::Active,
        source: Source::Activation(eligible.assignment.id),
        starts_at: now,
        ends_at: Some(ends_at),
        ended_at: None,
    };
    let actions = vec![super::started(&assignment), Action::RoleActivated { assignment: id, ends_at }];
    let mut request = request.clone();
    request.state = State::Delivered { at: now, given: Given::Role(id) };
    Some(Activated { step: Step { request, actions, decision: None }, assignment: Some(assignment) })
}

/// The holder ends an activation before its time.
pub fn deactivate(assignment: &Assignment, person: UserId, name: &str, now: Ts) -> Result<Action, Refusal> {
    if assignment.principal != Principal::User(person) {
        return Err(Refusal::NotFound { what: "assignment" });
    }
    if !matches!(assignment.source, Source::Activation(_)) {
        return Err(Refusal::NotActivated { role: name.to_owned() });
    }
    if !crate::role_assignment::is_there(assignment, now) {
        return Err(Refusal::NotHeld { name: name.to_owned() });
    }
    Ok(ended(assignment, EndReason::GivenBack, String::new()))
}

/// The event of an activation that ends sooner, because what it rests on does.
pub fn ends_sooner(assignment: &Assignment, at: Ts) -> Action {
    Action::AssignmentChanged {
        assignment: assignment.id,
        principal: assignment.principal,
        role: assignment.role,
        from: (assignment.starts_at, assignment.ends_at),
        to: (assignment.starts_at, Some(at)),
        words: String::new(),
    }
}

/// What becomes of an activation whose ground changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outlived<'a> {
    /// What it rests on is gone.
    Ends(&'a Assignment),
    /// What it rests on ends sooner.
    EndsSooner(&'a Assignment, Ts),
}

/// The activations that would outlive what they rest on, by now. `reach` is what the person and the groups above them have.
pub fn outlived(user: UserId, enabled: bool, reach: &[Assignment], now: Ts) -> Vec<Outlived<'_>> {
    let mut left = reach.to_vec();
    let mut found: BTreeMap<usize, Option<Ts>> = BTreeMap::new();
    loop {
        let more = without_ground(user, enabled, &left, now);
        if more.is_empty() {
            break;
        }
        // What goes may be a membership through which something else was activated, so it is asked again.
        for (place, until) in more {
            if let Some(one) = left.get_mut(place) {
                match until {
                    None => one.ended_at = Some(now),
                    Some(until) => one.ends_at = Some(until),
                }
            }
            found.insert(place, until);
        }
    }
    let said = |(place, until): (usize, Option<Ts>)| {
        let one = reach.get(place)?;
        Some(until.map_or(Outlived::Ends(one), |until| Outlived::EndsSooner(one, until)))
    };
    found.into_iter().filter_map(said).collect()
}

/// The places of those that rest on nothing any more, and of those that rest on something that ends sooner, with when it does.
fn without_ground(user: UserId, enabled: bool, reach: &[Assignment], now: Ts) -> Vec<(usize, Option<Ts>)> {
    let eligible = eligible(user, enabled, reach, now);
    let mine = |one: &Assignment| one.principal == Principal::User(user) && crate::role_assignment::is_there(one, now);
    let all = reach.iter().enumerate().filter(|(_, one)| mine(one));
    all.filter_map(|(place, one)| {
        let Source::Activation(on) = one.source else { return None };
        match eligible.iter().find(|eligible| eligible.assignment.id == on) {
            None => Some((place, None)),
            Some(ground) => {
                let until = ground.until().filter(|until| one.ends_at.is_none_or(|end| *until < end))?;
                Some((place, Some(until)))
            }
        }
    })
    .collect()
}

#[cfg(test)]
#[path = "activating_tests.rs"]
mod tests;
