//! Asking for a package, and taking the wish back.

use super::role_news::OfRequest;
use super::separation::{self, Reader};
use super::{allowed, answering, naming, subject};
use crate::Problem;
use crate::change::Change;
use model::access::AssignmentType;
use model::approval::{Approver, Part};
use model::ask_back::AskedBack;
use model::command::{AnswerBack, Command, Done, SubmitRequest};
use model::event::Actor;
use model::package::PackageRole;
use model::request::{Decision, PackageAssignment, Request, State, Wish};
use model::role_settings::RoleEvent;
use model::{GroupId, PackageId, PolicyId, Refusal, RequestId, Ts, UserId};
use rules::notice::Telling;
use rules::package::{Asker, Policy};
use rules::request::{Step, Wanted, wakes_at};
use rules::user::User;
use std::collections::{BTreeMap, BTreeSet};
use store::approvals::Thing;
use store::{Link, Saved, approvals, assignments, packages, requests, users};

pub async fn submit(change: &mut Change<'_>, command: &Command, asked: &SubmitRequest) -> Result<Done, Problem> {
    allowed(change, command)?;
    let requestor = change.person().ok_or(Refusal::SignInNeeded)?;
    let package = known(&mut change.link, asked.package).await?;
    let held = packages::held(&mut change.link, requestor, package.id).await?;
    let open = open(change, requestor, package.id).await?;
    rules::request::catalog_open(package.catalog_enabled, &package.name, held.is_some() || open.is_some())?;
    let policies = packages::policies(&mut change.link, package.id).await?;
    let asker = asker_of(&mut change.link, requestor, &policies, change.now).await?;
    let held = held.as_ref();
    let assigned = is_assigned(&mut change.link, &policies, held).await?;
    let policy = rules::request::policy(&policies, &asker, held, assigned, asked.policy, &package.name, change.now)?;
    let stages = &policy.settings.stages;
    let roles = subject::roles_for(&mut change.link, package.id, stages).await?;
    let about = (Thing::Package(package.id), roles.as_slice());
    let besides = [requestor];
    let (people, names) = approvals::people_and_names(&mut change.link, stages, requestor, about, &besides, change.now).await?;
    change.know(names);
    let called = (requestor, None);
    let in_the_way = in_the_way(change, (package.id, &package.name), called).await?;
    let incompatible = in_the_way.as_ref();
    let name = package.name.as_str();
    let asks = answering::to_ask(&mut change.link, policy.settings.asks).await?;
    let wanted = Wanted {
        package: package.id,
        name,
        policy,
        people: &people,
        open,
        held,
        incompatible,
        asks: asks.as_ref(),
        languages: &change.languages,
    };
    let step = rules::request::submit(RequestId(change.id()), requestor, &wanted, asked, change.now)?;
    let request = step.request.id;
    insert(change, &step, &package.name).await?;
    let saved = follow(change, None, step, &[], &roles).await?;
    take_effect(change, saved).await?;
    Ok(Done::RequestSubmitted { request, name: package.name })
}

/// Puts into effect what waits for nobody any more: whoever asked has it when the last word is said, without waiting for a
/// worker. `saved` is the request as it stands in this transaction.
pub async fn take_effect(change: &mut Change<'_>, saved: Request) -> Result<(), Problem> {
    let given = matches!(saved.wish, Wish::Package { .. } | Wish::Activation { .. });
    if !given || !matches!(saved.state, State::Delivering { .. }) {
        return Ok(());
    }
    // Vestibule gives it, not the person who decided.
    let acting = std::mem::replace(&mut change.actor, Actor::System);
    let done = super::due::advance_saved(change, saved).await;
    change.actor = acting;
    done
}

/// Why the package is not for this person, in words for whoever acts. `of` is the person, with a name when it is not the
/// one who acts.
pub async fn in_the_way(
    change: &mut Change<'_>,
    package: (PackageId, &str),
    of: (UserId, Option<&str>),
) -> Result<Option<Refusal>, Problem> {
    let reader = Reader { visitor: &change.visitor, person: change.person() };
    separation::in_the_way(&mut change.link, reader, package, of, change.now).await
}

/// Saves a new request for the package or role of this name.
pub async fn insert(change: &mut Change<'_>, step: &Step, package: &str) -> Result<(), Problem> {
    if requests::insert(&mut change.link, &step.request, wakes_at(&step.request)).await? == Saved::Stale {
        // Two at the same moment: the constraint kept the other one, and this one is led to it.
        let beneficiary = step.request.beneficiary;
        let open = match step.request.wish {
            Wish::Package { package, .. } => requests::open(&mut change.link, beneficiary, package).await?,
            Wish::Activation { eligible, .. } => requests::open_activation(&mut change.link, beneficiary, eligible).await?,
            Wish::Extension { assignment, .. } => requests::open_extension(&mut change.link, assignment).await?,
        };
        let (request, since) = open.ok_or(Refusal::Stale)?;
        return Err(Refusal::AlreadyRequested { request, package: package.to_owned(), since }.into());
    }
    Ok(())
}

pub async fn cancel(change: &mut Change<'_>, command: &Command, id: RequestId, words: &str) -> Result<Done, Problem> {
    allowed(change, command)?;
    let person = change.person().ok_or(Refusal::SignInNeeded)?;
    let request = requests::get_to_change(&mut change.link, id).await?.ok_or(Refusal::NotFound { what: "request" })?;
    let decisions = requests::decisions(&mut change.link, id).await?;
    let administers = subject::administers(&mut change.link, &change.visitor, Some(person), &request, change.now).await?;
    let step = rules::request::cancel(&request, person, administers.manages, words, change.now)?;
    let name = request.terms.name.clone();
    save(change, &request, step, &decisions, &[]).await?;
    Ok(Done::RequestCanceled { request: id, name })
}

/// The requestor answers what an approver asked back.
pub async fn answer_back(change: &mut Change<'_>, command: &Command, asked: &AnswerBack) -> Result<Done, Problem> {
    allowed(change, command)?;
    let person = change.person().ok_or(Refusal::SignInNeeded)?;
    let not_found = Refusal::NotFound { what: "request" };
    let request = requests::get_to_change(&mut change.link, asked.request).await?.ok_or(not_found)?;
    let decisions = requests::decisions(&mut change.link, asked.request).await?;
    let mut ids: Vec<UserId> = decisions.iter().flat_map(rules::delegation::used_up).collect();
    if let State::Canceled { by, .. } | State::Denied { by, .. } = &request.state {
        ids.push(*by);
    }
    let names = change.names(ids).await?.clone();
    let step = rules::request::answer(&request, &decisions, person, asked, &naming(&names), change.now)?;
    let name = request.terms.name.clone();
    let roles = subject::to_decide(&mut change.link, &request).await?.roles;
    save(change, &request, step, &decisions, &roles).await?;
    Ok(Done::AnsweredBack { request: request.id, name, reply: asked.reply })
}

/// Who asked back, and in whose place.
pub fn askers(asked: &AskedBack) -> impl Iterator<Item = UserId> + use<> {
    [Some(asked.by), asked.stood_in_for].into_iter().flatten()
}

/// The open request of somebody for a package. One whose window is over is ended first, if no worker has done it yet.
pub async fn open(change: &mut Change<'_>, of: UserId, package: PackageId) -> Result<Option<(RequestId, Ts)>, Problem> {
    let Some((id, since)) = requests::open(&mut change.link, of, package).await? else { return Ok(None) };
    if !end_when_over(change, id).await? {
        return Ok(Some((id, since)));
    }
    Ok(requests::open(&mut change.link, of, package).await?)
}

/// Ends a request whose window is over, if no worker has done it yet; whether it was.
pub async fn end_when_over(change: &mut Change<'_>, id: RequestId) -> Result<bool, Problem> {
    let over = requests::get(&mut change.link, id).await?.is_some_and(|request| rules::request::is_over(&request, change.now));
    if over {
        // Time does this, not the person who asks again.
        let asking = std::mem::replace(&mut change.actor, Actor::System);
        super::due::advance(change, id).await?;
        change.actor = asking;
    }
    Ok(over)
}

/// The facts about somebody who asks.
pub async fn asker(link: &mut Link, user: UserId, now: model::Ts) -> Result<Asker, Problem> {
    let user = users::get(link, user).await?.ok_or(Refusal::SignInNeeded)?;
    let groups = groups_of(link, &user, now).await?;
    Ok(Asker { user: user.id, kind: user.kind, enabled: user.enabled, groups })
}

/// The same, as far as these policies look at it.
async fn asker_of(link: &mut Link, user: UserId, policies: &[Policy], now: Ts) -> Result<Asker, Problem> {
    let user = users::get(link, user).await?.ok_or(Refusal::SignInNeeded)?;
    let groups = if rules::package::look_at_groups(policies) { groups_of(link, &user, now).await? } else { BTreeSet::new() };
    Ok(Asker { user: user.id, kind: user.kind, enabled: user.enabled, groups })
}

async fn groups_of(link: &mut Link, user: &User, now: Ts) -> Result<BTreeSet<GroupId>, Problem> {
    let reach = assignments::reach(link, user.id, now).await?;
    Ok(rules::effective::groups(user.id, user.enabled, &reach, now))
}

/// Which of what somebody holds an administrator assigned to them, as far as the policies that it is held under look at that: the
/// requests that gave it.
pub async fn assigned(link: &mut Link, policies: &[Policy], held: &[&PackageAssignment]) -> Result<BTreeSet<RequestId>, Problem> {
    let looks = |id: PolicyId| policies.iter().any(|policy| policy.id == id && rules::package::looks_at_requests(policy));
    let ids: Vec<RequestId> = held.iter().filter(|held| looks(held.policy)).filter_map(|held| held.request).collect();
    let found = requests::several(link, &ids).await?;
    Ok(found.into_iter().filter(Request::is_assigned).map(|request| request.id).collect())
}

/// Whether an administrator assigned what somebody holds, as far as its policy looks at that.
pub async fn is_assigned(link: &mut Link, policies: &[Policy], held: Option<&PackageAssignment>) -> Result<bool, Problem> {
    let Some(held) = held else { return Ok(false) };
    let assigned = assigned(link, policies, &[held]).await?;
    Ok(held.request.is_some_and(|request| assigned.contains(&request)))
}

/// A package, also one of a disabled catalog.
pub async fn known(link: &mut Link, id: PackageId) -> Result<packages::Package, Problem> {
    Ok(packages::get(link, id).await?.ok_or(Refusal::NotFound { what: "access package" })?)
}

/// What one package gives.
pub async fn roles(link: &mut Link, package: PackageId) -> Result<Vec<PackageRole>, Problem> {
    Ok(packages::roles(link, &[package]).await?.into_iter().map(|(_, role)| role).collect())
}

/// Saves a step of an existing request, which is returned as it stands then.
pub async fn save(
    change: &mut Change<'_>,
    before: &Request,
    step: Step,
    decisions: &[Decision],
    roles: &[PackageRole],
) -> Result<Request, Problem> {
    if let Some(decision) = &step.decision {
        match requests::insert_decision(&mut change.link, before.id, decision).await {
            Ok(()) => {}
            Err(fault) if fault.is_duplicate() => return Err(Refusal::Stale.into()),
            Err(fault) => return Err(fault.into()),
        }
    }
    match requests::update(&mut change.link, &step.request, wakes_at(&step.request)).await {
        Ok(Saved::Yes) => {}
        Ok(Saved::Stale) => return Err(Refusal::Stale.into()),
        // It would be open again, and another one for the same was opened this very moment.
        Err(fault) if fault.is_duplicate() => return Err(Refusal::Stale.into()),
        Err(fault) => return Err(fault.into()),
    }
    let mut decisions = decisions.to_vec();
    decisions.extend(step.decision.clone());
    let saved = follow(change, Some(before), step, &decisions, roles).await?;
    Ok(Request { version: saved.version + 1, ..saved })
}

/// What follows from a saved step: who is asked now, who is told, and the events. The request is handed back.
pub async fn follow(
    change: &mut Change<'_>,
    before: Option<&Request>,
    step: Step,
    decisions: &[Decision],
    roles: &[PackageRole],
) -> Result<Request, Problem> {
    let request = &step.request;
    let asks = asks(request);
    if before.is_none_or(|before| self::asks(before) != asks || window(before) != window(request)) {
        if before.is_some() {
            requests::set_asks(&mut change.link, request, &asks, roles).await?;
        } else {
            requests::insert_asks(&mut change.link, request, &asks, roles).await?;
        }
    }
    let mut ids: BTreeSet<UserId> = decisions.iter().flat_map(rules::delegation::used_up).collect();
    ids.extend([request.requestor, request.beneficiary]);
    ids.extend(request.asked_back.iter().flat_map(askers));
    ids.extend(change.person());
    for action in &step.actions {
        if let model::event::Action::EmergencyUsed { told, instead, .. } = action {
            ids.extend(told.first().into_iter().chain(instead.first()));
        }
    }
    let names: BTreeMap<UserId, String> = change.names(ids).await?.clone();
    let fails = step.actions.iter().any(rules::notice::concerns_administrators);
    let administrators = if fails {
        assignments::role_holders(&mut change.link, model::directory::PortalRole::GlobalAdministrator.id(), change.now).await?
    } else {
        Vec::new()
    };
    let role = of_role(change, request, roles).await?;
    let mail = role.as_ref().map(OfRequest::mail);
    let name = naming(&names);
    let telling = Telling { before, request, decisions, name: &name, administrators: &administrators, role: mail.as_ref() };
    let letters = rules::notice::letters(&telling, change.person(), &step.actions);
    change.tell(letters);
    change.record_of(request, step.actions);
    Ok(step.request)
}

/// What its settings say about mail, when a request is about a role.
async fn of_role(change: &mut Change<'_>, request: &Request, roles: &[PackageRole]) -> Result<Option<OfRequest>, Problem> {
    let Some(role) = request.role() else { return Ok(None) };
    let event = match (&request.wish, roles.first().map(|given| given.assignment_type)) {
        (Wish::Extension { .. }, Some(AssignmentType::Active)) => RoleEvent::Active,
        (Wish::Extension { .. }, Some(AssignmentType::Eligible) | None) => RoleEvent::Eligible,
        (Wish::Activation { .. } | Wish::Package { .. }, _) => RoleEvent::Activated,
    };
    Ok(Some(OfRequest::load(change, role, event, request.beneficiary, &request.terms.name).await?))
}

/// The open stage, and until when it is decided: the inbox sorts by that.
fn window(request: &Request) -> Option<(usize, Ts)> {
    match &request.state {
        State::PendingApproval { stage, decide_by, .. } => Some((*stage, *decide_by)),
        State::Answering { .. }
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

/// The lists of the open stage that may decide now.
fn asks(request: &Request) -> Vec<(Part, Approver)> {
    let State::PendingApproval { stage, fallback, escalated_at, .. } = &request.state else { return Vec::new() };
    let Some(settings) = request.terms.stages.get(*stage) else { return Vec::new() };
    let mut asks: Vec<(Part, Approver)> = settings.approvers.iter().map(|approver| (Part::Approvers, *approver)).collect();
    if *fallback {
        asks.extend(settings.fallback.iter().map(|approver| (Part::Fallback, *approver)));
    }
    if let Some(escalation) = settings.escalation.as_ref().filter(|_| escalated_at.is_some()) {
        asks.extend(escalation.approvers.iter().map(|approver| (Part::Escalation, *approver)));
    }
    asks
}
