//! Activating what one is eligible for, and ending it.

use super::role_news::{self, News};
use super::{allowed, emergency, membership, request, said, subject};
use crate::Problem;
use crate::change::Change;
use model::access::{Assignment, EndReason, Source};
use model::command::{Command, Done};
use model::directory::Principal;
use model::event::Action;
use model::notice::RoleNews;
use model::request::{Decision, Request, State, Wish};
use model::role_assignment::ActivateRole;
use model::role_settings::Privileged;
use model::{AssignmentId, EmergencyUseId, Refusal, RequestId, Ts, UserId};
use rules::authentication_context::required;
use rules::emergency::Standing;
use rules::request::{Activation, Eligible, Outlived, eligible, put_into_effect};
use std::collections::BTreeSet;
use store::{Link, approvals, assignments, requests, role_assignments, role_settings, users};

const NOT_ELIGIBLE: Refusal = Refusal::NotFound { what: "eligible assignment" };

/// Everything that leads from a person, with whether they are enabled.
pub async fn reach(link: &mut Link, person: UserId, now: Ts) -> Result<(bool, Vec<Assignment>), Problem> {
    let enabled = users::get(link, person).await?.is_some_and(|user| user.enabled);
    Ok((enabled, assignments::reach(link, person, now).await?))
}

/// The activation of one eligible assignment that is in force.
pub fn active(reach: &[Assignment], person: UserId, on: AssignmentId, now: Ts) -> Option<&Assignment> {
    reach.iter().find(|one| {
        one.principal == Principal::User(person) && one.source == Source::Activation(on) && rules::effective::in_force(one, now)
    })
}

pub async fn activate(change: &mut Change<'_>, command: &Command, asked: &ActivateRole) -> Result<Done, Problem> {
    allowed(change, command)?;
    let person = change.person().ok_or(Refusal::SignInNeeded)?;
    let now = change.now;
    let (enabled, reach) = reach(&mut change.link, person, now).await?;
    let all = eligible(person, enabled, &reach, now);
    let found = all.into_iter().find(|eligible| eligible.assignment.id == asked.eligible).ok_or(NOT_ELIGIBLE)?;
    let role = found.assignment.role;
    let privileged = Privileged::of(role).ok_or(NOT_ELIGIBLE)?;
    let settings = role_settings::get(&mut change.link, privileged).await?.settings;
    let stages = rules::role_settings::stages(privileged.kind(), &settings);
    let roles = [model::package::PackageRole { role, assignment_type: model::access::AssignmentType::Active }];
    let about = (approvals::Thing::Role, roles.as_slice());
    let people = approvals::people(&mut change.link, &stages, person, about, now).await?;
    let open = open(change, person, asked.eligible).await?;
    let name = said(&mut change.link, role).await?;
    // Nobody may use the account twice in one moment.
    let standing = if asked.emergency {
        users::guard(&mut change.link, person).await?;
        Some((EmergencyUseId(change.id()), emergency::standing(&mut change.link, person, now).await?))
    } else {
        None
    };
    let contexts = super::authentication_context::named(&mut change.link, &[&settings]).await?;
    let required = required(&settings, &contexts)?;
    let terms = super::terms::demanded(&mut change.link, person, &required.terms).await?;
    let asks = super::answering::to_ask(&mut change.link, settings.asks).await?;
    let facts = Activation {
        asks: asks.as_ref(),
        required: &required,
        terms: &terms,
        active: active(&reach, person, asked.eligible, now),
        eligible: found,
        name: &name,
        settings: &settings,
        stages: &stages,
        people: &people,
        open,
        proofs: change.proofs,
        emergency: standing.as_ref().map(|(id, standing)| (*id, standing)),
    };
    let step = rules::request::activate(RequestId(change.id()), person, &facts, asked, now)?;
    for action in &step.actions {
        if let Action::TermsAccepted { terms, version, .. } = action {
            store::terms::accept(&mut change.link, person, *terms, *version, now).await?;
        }
    }
    request::insert(change, &step, &name).await?;
    if let Some((id, Standing { account: Some(account), .. })) = standing.filter(|_| step.request.terms.emergency) {
        let (used, _) = rules::emergency::used(id, step.request.id, &account, (&[], &[]), now);
        store::emergency::insert(&mut change.link, &used).await?;
    }
    let made = request::follow(change, None, step, &[], &roles).await?;
    let (request, mut active) = (made.id, None);
    if matches!(made.state, State::Delivering { .. }) {
        // In force when the call returns.
        super::due::advance_saved(change, made).await?;
        let given = assignments::get(&mut change.link, Assignment::id_of_activation(request)).await?;
        active = given.and_then(|given| given.ends_at);
    }
    Ok(Done::RoleActivated { request, name, active })
}

/// The open activation of somebody. One whose window is over is ended first, if no worker has done it yet.
async fn open(change: &mut Change<'_>, of: UserId, eligible: AssignmentId) -> Result<Option<(RequestId, Ts)>, Problem> {
    let Some((id, since)) = requests::open_activation(&mut change.link, of, eligible).await? else { return Ok(None) };
    if !request::end_when_over(change, id).await? {
        return Ok(Some((id, since)));
    }
    Ok(requests::open_activation(&mut change.link, of, eligible).await?)
}

/// Puts an approved activation into effect.
pub async fn deliver(change: &mut Change<'_>, before: Request, decisions: &[Decision]) -> Result<(), Problem> {
    let Wish::Activation { eligible: on, .. } = before.wish else { return Ok(()) };
    let (person, now) = (before.beneficiary, change.now);
    // Another server may put another one into effect this very moment.
    users::guard(&mut change.link, person).await?;
    // And what it rests on must not end unseen between this look and the commit.
    assignments::keep(&mut change.link, on).await?;
    let (mut enabled, mut reach) = reach(&mut change.link, person, now).await?;
    let mut kept = None;
    while let Some(through) = membership_of(on, person, enabled, &reach, now).filter(|through| kept != Some(*through)) {
        assignments::keep(&mut change.link, through).await?;
        (enabled, reach) = self::reach(&mut change.link, person, now).await?;
        kept = Some(through);
    }
    let all = eligible(person, enabled, &reach, now);
    let found: Option<&Eligible<'_>> = all.iter().find(|eligible| eligible.assignment.id == on);
    let Some(activated) = put_into_effect(&before, found, active(&reach, person, on, now), now) else { return Ok(()) };
    if let Some(assignment) = &activated.assignment {
        // One on the same ground whose time is over, and of which no worker has said so yet, must not stand in the way.
        let over = reach.iter().find(|one| {
            (one.principal, one.source) == (assignment.principal, assignment.source)
                && !rules::role_assignment::is_there(one, now)
        });
        super::role_assignment::end_what_is_over(change, over).await?;
        assignments::insert(&mut change.link, assignment, now).await?;
    }
    let roles = subject::of(&mut change.link, &before).await?.roles;
    request::save(change, &before, activated.step, decisions, &roles).await?;
    membership::changed(change, person).await
}

/// The membership through which an eligible assignment is somebody's, if it is through one.
fn membership_of(on: AssignmentId, person: UserId, enabled: bool, reach: &[Assignment], now: Ts) -> Option<AssignmentId> {
    let found = eligible(person, enabled, reach, now).into_iter().find(|eligible| eligible.assignment.id == on)?;
    found.through.map(|membership| membership.id)
}

pub async fn deactivate(change: &mut Change<'_>, command: &Command, id: AssignmentId) -> Result<Done, Problem> {
    allowed(change, command)?;
    let person = change.person().ok_or(Refusal::SignInNeeded)?;
    let assignment = assignments::get(&mut change.link, id).await?.ok_or(Refusal::NotFound { what: "assignment" })?;
    let name = said(&mut change.link, assignment.role).await?;
    let action = rules::request::deactivate(&assignment, person, &name, change.now)?;
    if !assignments::end(&mut change.link, id, EndReason::GivenBack, change.now).await? {
        return Err(Refusal::NotHeld { name }.into());
    }
    change.record(assignment.activated_by(), [action]);
    // Rules over groups are asked anew, as when its time is over.
    membership::changed(change, person).await?;
    role_news::tell(change, vec![News { assignment, news: RoleNews::Deactivated }]).await?;
    Ok(Done::RoleDeactivated { name })
}

/// Whatever ended in this change, or ends sooner, takes with it what was activated on it. Every change ends here, so nothing
/// that ends an assignment can forget it.
pub async fn follow_ends(change: &mut Change<'_>) -> Result<(), Problem> {
    // Who leaves a group may leave others by their rules, and something else may have been activated on these.
    let mut looked_at = 0;
    loop {
        let all = change.recorded().count();
        if looked_at == all {
            return Ok(());
        }
        follow_ends_since(change, looked_at).await?;
        looked_at = all;
    }
}

/// The same for what was recorded after so many.
async fn follow_ends_since(change: &mut Change<'_>, looked_at: usize) -> Result<(), Problem> {
    // What was somebody's own, or their membership; and what a group was eligible for.
    let (mut people, mut of_groups) = (BTreeSet::new(), BTreeSet::new());
    for action in change.recorded().skip(looked_at) {
        if let Action::AssignmentEnded { assignment, principal, .. } | Action::AssignmentChanged { assignment, principal, .. } =
            action
        {
            match principal {
                Principal::User(user) => drop(people.insert(*user)),
                Principal::Group(_) => drop(of_groups.insert(assignment.0)),
                Principal::ServicePrincipal(_) => {}
            }
        }
        // Whoever was disabled activates anew when they are back, with whatever that demands then.
        if let Action::PackageAssignmentEndSet { holder: user, .. } | Action::UserDisabled { user } = action {
            people.insert(*user);
        }
    }
    let people: Vec<UserId> = people.into_iter().collect();
    let mut concerned: BTreeSet<UserId> = assignments::who_activated(&mut change.link, &people).await?.into_iter().collect();
    let of_groups: Vec<_> = of_groups.into_iter().collect();
    for assignment in assignments::of_sources(&mut change.link, &of_groups).await? {
        if let (Source::Activation(_), Principal::User(user)) = (assignment.source, assignment.principal) {
            concerned.insert(user);
        }
    }
    let mut news = Vec::new();
    for user in concerned {
        let (enabled, reach) = reach(&mut change.link, user, change.now).await?;
        let mut any = false;
        for outlived in rules::request::outlived(user, enabled, &reach, change.now) {
            let (one, action) = match outlived {
                Outlived::Ends(one) => {
                    if !assignments::end(&mut change.link, one.id, EndReason::EligibilityEnded, change.now).await? {
                        return Err(Refusal::Stale.into());
                    }
                    news.push(News { assignment: one.clone(), news: RoleNews::GroundEnded });
                    (one, rules::request::ended(one, EndReason::EligibilityEnded))
                }
                Outlived::EndsSooner(one, at) => {
                    // Somebody else shortened it meanwhile: what is left is looked at anew.
                    if !role_assignments::set_window(&mut change.link, one, one.starts_at, Some(at), change.now).await? {
                        return Err(Refusal::Stale.into());
                    }
                    let assignment = Assignment { ends_at: Some(at), ..one.clone() };
                    news.push(News { assignment, news: RoleNews::Changed { by: None, words: String::new() } });
                    (one, rules::request::ends_sooner(one, at))
                }
            };
            change.record(one.activated_by(), [action]);
            any = true;
        }
        if any {
            membership::changed(change, user).await?;
        }
    }
    role_news::tell(change, news).await
}
