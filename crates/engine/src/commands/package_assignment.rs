//! What somebody holds through a package, and ending it.

use super::{allowed, automatic, guarded, membership, naming};
use crate::Problem;
use crate::change::Change;
use model::access::EndReason;
use model::command::{Command, Done};
use model::event::Action;
use model::notice::ByRule;
use model::request::PackageAssignment;
use model::{PackageAssignmentId, Refusal, Ts};
use rules::notice::Ended;
use rules::request::Ender;
use store::{Saved, approvals, assignments, packages, requests};

/// The holder gives it back, or who approved it or an administrator takes it away.
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
    let by = Ender { person, administrates, approved };
    rules::request::may_end(&held, by, &package.name, change.now)?;
    let policies = packages::policies_by_id(&mut change.link, &[held.policy]).await?;
    if let Some(policy) = policies.first() {
        rules::automatic::may_end(&held, policy, &package.name, change.now)?;
    }
    let (reason, actions) = rules::request::end_early(&held, &came_with_it, by, &package.name, words, change.now)?;
    let guarded = guarded::before(change).await?;
    if !save_end(change, &held, reason, words.trim(), change.now, actions).await? {
        return Err(Refusal::Stale.into());
    }
    automatic::came_free(change, held.holder, held.package).await?;
    guarded.and_after(change).await?;
    let names = change.names([held.holder]).await?.clone();
    let mine = person == held.holder;
    Ok(Done::PackageAssignmentEnded { package: package.id, name: package.name, holder: naming(&names)(held.holder), mine })
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
    let extendable = policies.first().is_some_and(|policy| rules::request::offers_extension(&held, policy, &asker, change.now));
    let names = change.names([request.requestor, request.beneficiary]).await?.clone();
    change.tell([rules::notice::ends_soon(&held, &request, &naming(&names), ends_at, extendable && !asked)]);
    Ok(Done::Advanced)
}

/// Saves the end of a package assignment with everything that came with it; whether it had not ended before.
/// `at` is when its time was over, for the letter.
pub async fn save_end(
    change: &mut Change<'_>,
    held: &PackageAssignment,
    reason: EndReason,
    words: &str,
    at: Ts,
    actions: Vec<Action>,
) -> Result<bool, Problem> {
    if packages::end_held(&mut change.link, held, reason, change.now).await? == Saved::Stale {
        return Ok(false);
    }
    assignments::end_of_source(&mut change.link, held.id.0, EndReason::PackageEnded, change.now).await?;
    if let Some(id) = held.request
        && let Some(request) = requests::get(&mut change.link, id).await?
    {
        let by = change.person();
        let names = change.names(by.into_iter().chain([request.requestor, request.beneficiary])).await?.clone();
        let ended = Ended { at, reason, by, words };
        change.tell(rules::notice::access_ended(held, &request, &naming(&names), &ended));
    }
    if held.request.is_none()
        && reason != EndReason::GivenBack
        && let Some(package) = packages::get(&mut change.link, held.package).await?
    {
        change.tell([rules::notice::by_rule(held.holder, &package.name, ByRule::Ended { at })]);
    }
    change.record(held.request, actions);
    membership::changed(change, held.holder).await.map(|()| true)
}
