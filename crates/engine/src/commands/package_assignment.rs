//! What somebody holds through a package, and ending it.

use super::{allowed, automatic, guarded, membership, naming};
use crate::Problem;
use crate::change::Change;
use model::access::EndReason;
use model::command::{Command, Done};
use model::event::Action;
use model::notice::ByRule;
use model::request::{PackageAssignment, Request};
use model::{AnyId, PackageAssignmentId, PackageId, Refusal, RequestId, Ts, UserId};
use rules::notice::Ended;
use rules::request::Ender;
use std::collections::{BTreeMap, BTreeSet};
use store::{Saved, approvals, assignments, packages, requests};

/// The holder gives it back, or who approved it, whom the holder reports to or an administrator takes it away.
pub async fn end(change: &mut Change<'_>, command: &Command, id: PackageAssignmentId, words: &str) -> Result<Done, Problem> {
    allowed(change, command)?;
    let person = change.person().ok_or(Refusal::SignInNeeded)?;
    let not_found = Refusal::NotFound { what: "access" };
    let held = packages::get_held(&mut change.link, id).await?.ok_or(not_found.clone())?;
    let package = packages::get(&mut change.link, held.package).await?.ok_or(not_found)?;
    let came_with_it = assignments::of_source(&mut change.link, held.id.0).await?;
    let standing = super::catalog::standing_at(change, held.package).await?;
    let administrates = rules::catalog::manages_assignments(&change.visitor, standing);
    let approved = approvals::approved(&mut change.link, person, &held).await?;
    let policies = packages::policies_by_id(&mut change.link, &[held.policy]).await?;
    let policy = policies.first();
    let leads = policy.is_some_and(rules::team::shows) && super::team::leads(&mut change.link, person, held.holder).await?;
    let by = Ender { person, administrates, approved, leads };
    let of = (package.name.as_str(), policy);
    let (reason, actions) = rules::request::end_early(&held, &came_with_it, by, of, words, change.now)?;
    let guarded = guarded::before(change).await?;
    let holder = held.holder;
    if !save_ends(change, vec![Ending { held, reason, at: change.now, actions }], words.trim()).await? {
        return Err(Refusal::Stale.into());
    }
    automatic::came_free(change, &[(holder, package.id)]).await?;
    guarded.and_after(change).await?;
    let names = change.names([holder]).await?.clone();
    let (mine, who) = (person == holder, holder);
    let holder = naming(&names)(holder);
    Ok(Done::PackageAssignmentEnded { package: package.id, name: package.name, who, holder, mine })
}

/// Tells the holder that the access ends before long.
pub async fn ending(change: &mut Change<'_>, command: &Command, id: PackageAssignmentId) -> Result<Done, Problem> {
    allowed(change, command)?;
    let Some(held) = packages::get_held(&mut change.link, id).await? else { return Ok(Done::Advanced) };
    let next = rules::request::warns_at(held.starts_at, held.ends_at, change.now);
    packages::set_warning(&mut change.link, id, next).await?;
    let Some(ends_at) = held.ends_at.filter(|_| rules::request::holds(&held, change.now)) else { return Ok(Done::Advanced) };
    let Some(request) = held.request else { return Ok(Done::Advanced) };
    let Some(request) = requests::get(&mut change.link, request).await? else { return Ok(Done::Advanced) };
    // Whoever has asked for an extension already needs no reminder to do so.
    let asked = requests::open(&mut change.link, held.holder, held.package).await?.is_some();
    let asker = super::request::asker(&mut change.link, held.holder, change.now).await?;
    let policies = packages::policies_by_id(&mut change.link, &[held.policy]).await?;
    let enabled = packages::get(&mut change.link, held.package).await?.is_some_and(|package| package.catalog_enabled);
    let assigned = request.is_assigned();
    let offers = |policy| rules::request::offers_extension(&held, policy, enabled, &asker, assigned, change.now);
    let extendable = policies.first().is_some_and(offers);
    let names = change.names([request.requestor, request.beneficiary]).await?.clone();
    change.tell([rules::notice::ends_soon(&held, &request, &naming(&names), ends_at, extendable && !asked)]);
    Ok(Done::Advanced)
}

/// A package assignment that ends.
pub struct Ending {
    pub held: PackageAssignment,
    pub reason: EndReason,
    /// When its time was over, for the letter.
    pub at: Ts,
    pub actions: Vec<Action>,
}

/// Saves the ends of package assignments with everything that came with them; whether all were as they were read.
/// If not, the change must not be saved. The number of statements does not grow with theirs, up to a few hundred.
pub async fn save_ends(change: &mut Change<'_>, ending: Vec<Ending>, words: &str) -> Result<bool, Problem> {
    if ending.is_empty() {
        return Ok(true);
    }
    let ends: Vec<(&PackageAssignment, EndReason)> = ending.iter().map(|ending| (&ending.held, ending.reason)).collect();
    if packages::end_all_held(&mut change.link, &ends, change.now).await? == Saved::Stale {
        return Ok(false);
    }
    let sources: Vec<AnyId> = ending.iter().map(|ending| ending.held.id.0).collect();
    assignments::end_of_sources(&mut change.link, &sources, EndReason::PackageEnded, change.now).await?;
    let ids: Vec<RequestId> = ending.iter().filter_map(|ending| ending.held.request).collect();
    let requests: BTreeMap<RequestId, Request> =
        requests::several(&mut change.link, &ids).await?.into_iter().map(|request| (request.id, request)).collect();
    let by = change.person();
    let named = requests.values().flat_map(|request| [request.requestor, request.beneficiary]);
    let names = change.names(by.into_iter().chain(named)).await?.clone();
    let holders: Vec<UserId> = ending.iter().map(|ending| ending.held.holder).collect();
    // Nobody asked for what a rule gave, so there is no request to tell about.
    let by_rule = |held: &PackageAssignment, reason| held.request.is_none() && reason != EndReason::GivenBack;
    let given: BTreeSet<PackageId> =
        ending.iter().filter(|ending| by_rule(&ending.held, ending.reason)).map(|ending| ending.held.package).collect();
    let given: Vec<PackageId> = given.into_iter().collect();
    let given: BTreeMap<PackageId, String> =
        packages::several(&mut change.link, &given).await?.into_iter().map(|package| (package.id, package.name)).collect();
    for Ending { held, reason, at, actions } in ending {
        if by_rule(&held, reason)
            && let Some(name) = given.get(&held.package)
        {
            change.tell([rules::notice::by_rule(held.holder, name, ByRule::Ended { at })]);
        }
        if let Some(request) = held.request.and_then(|id| requests.get(&id)) {
            let ended = Ended { at, reason, by, words };
            change.tell(rules::notice::access_ended(&held, request, &naming(&names), &ended));
        }
        change.record(held.request, actions);
    }
    membership::all_changed(change, &holders).await.map(|()| true)
}
