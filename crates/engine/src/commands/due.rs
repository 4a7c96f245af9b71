//! Time passed. Workers submit these; doing one twice, or too early, does nothing.

use super::package_assignment::{Ending, save_ends};
use super::role_news::{self, News};
use super::subject::{self, Subject};
use super::{activation, allowed, answering, automatic, membership, request, separation};
use crate::Problem;
use crate::change::Change;
use crate::target;
use model::access::{Assignment, EndReason, Source};
use model::command::{Command, Done};
use model::directory::Principal;
use model::notice::RoleNews;
use model::package::PackageRole;
use model::request::{Decision, Given, PackageAssignment, Request, State, Wish};
use model::{AnyId, AssignmentId, GroupId, PackageAssignmentId, Refusal, RequestId};
use rules::approval::StagePeople;
use rules::request::{Delivery, Held};
use std::collections::BTreeMap;
use store::{Saved, approvals, assignments, groups, package_editing, packages, requests, users};

/// Reminds, escalates, expires, starts or delivers: one thing at a time.
pub async fn request(change: &mut Change<'_>, command: &Command, id: RequestId) -> Result<Done, Problem> {
    allowed(change, command)?;
    advance(change, id).await?;
    Ok(Done::Advanced)
}

/// Does the one thing that is due on a request; nothing when it is early or late.
pub async fn advance(change: &mut Change<'_>, id: RequestId) -> Result<(), Problem> {
    match requests::get_to_change(&mut change.link, id).await? {
        Some(before) => advance_saved(change, before).await,
        None => Ok(()),
    }
}

/// The same on a request that this transaction has to itself.
pub async fn advance_saved(change: &mut Change<'_>, before: Request) -> Result<(), Problem> {
    let id = before.id;
    if matches!((&before.state, &before.wish), (State::Delivering { .. }, Wish::Package { .. })) {
        return deliver(change, before).await;
    }
    let decisions = requests::decisions(&mut change.link, id).await?;
    if let State::Delivering { .. } = &before.state {
        return match before.wish {
            Wish::Activation { .. } => activation::deliver(change, before, &decisions).await,
            // It is given with the decision, in the same transaction.
            Wish::Extension { .. } | Wish::Package { .. } => Ok(()),
        };
    }
    if let State::Confirming { given: Given::Package(given), .. } = before.state {
        return confirm(change, before, given, &decisions).await;
    }
    let (subject, people) = at_hand(change, &before).await?;
    let step = match rules::request::asked(&before) {
        Some(asks) => answering::silent(change, &before, asks, (&people, &decisions)).await?,
        None => rules::request::due(&before, &people, &decisions, change.now),
    };
    if let Some(step) = step {
        request::save(change, &before, step, &decisions, &subject.roles).await?;
    }
    Ok(())
}

/// What a request is about, and the people of the stage at hand.
pub async fn at_hand(change: &mut Change<'_>, request: &Request) -> Result<(Subject, StagePeople), Problem> {
    let subject = subject::to_decide(&mut change.link, request).await?;
    let Some(stage) = rules::request::stage_at_hand(request) else { return Ok((subject, StagePeople::default())) };
    let (stages, of) = (&request.terms.stages, request.beneficiary);
    let all = approvals::people(&mut change.link, stages, of, subject.about(), change.now).await?;
    Ok((subject, all.into_iter().nth(stage).unwrap_or_default()))
}

/// Puts what was approved into effect: all of it, or nothing with the reason. Nobody is told who decided.
async fn deliver(change: &mut Change<'_>, before: Request) -> Result<(), Problem> {
    let Wish::Package { package, extends, .. } = before.wish else { return Ok(()) };
    // A role that is being added to the package right now must not pass this delivery by.
    let exists = package_editing::guard_what_it_gives(&mut change.link, package).await?;
    // What is delivered to the same person this very moment may exclude this.
    users::guard(&mut change.link, before.beneficiary).await?;
    let roles = request::roles(&mut change.link, package).await?;
    let held = packages::held(&mut change.link, before.beneficiary, package).await?;
    let assignment = PackageAssignmentId(change.id());
    let ids: Vec<AssignmentId> = roles.iter().map(|_| AssignmentId(change.id())).collect();
    let came_with_it = match extends {
        Some(extends) => assignments::of_source(&mut change.link, extends.0).await?,
        None => Vec::new(),
    };
    let (held_now, came_with_it) = (held.as_ref(), came_with_it.as_slice());
    let incompatible = !separation::conflicts(&mut change.link, package, before.beneficiary, change.now).await?.is_empty();
    let facts = Delivery { roles: &roles, held: held_now, exists, incompatible, assignment, assignments: &ids, came_with_it };
    let Some(delivered) = rules::request::deliver(&before, &facts, change.now) else { return Ok(()) };
    let over = held.filter(|held| !rules::request::holds(held, change.now));
    if let Some(held) = &over {
        // It ran out this very moment and no worker has said so yet.
        end_packages(change, vec![held.clone()]).await?;
    }
    if let Some(held) = &delivered.held {
        let warns_at = rules::request::warns_at(held.starts_at, held.ends_at, change.now);
        packages::insert_held(&mut change.link, held, warns_at).await?;
    }
    assignments::insert_all(&mut change.link, &delivered.assignments, change.now).await?;
    if let Some((held, ends_at)) = &delivered.extended {
        let warns_at = rules::request::warns_at(held.starts_at, *ends_at, change.now);
        if packages::extend_held(&mut change.link, held, *ends_at, warns_at).await? == Saved::Stale {
            return Err(Refusal::Stale.into());
        }
        assignments::extend_source(&mut change.link, held.id.0, *ends_at).await?;
    }
    let waits = if change.follows().await?.targets {
        target::at_targets(&mut change.link, before.beneficiary, &roles, change.now).await?
    } else {
        Vec::new()
    };
    let step = rules::request::awaiting(delivered.step, &target::standings(&waits), change.now);
    request::save(change, &before, step, &[], &roles).await?;
    if over.is_some() {
        automatic::came_free(change, &[(before.beneficiary, package)]).await?;
    }
    membership::changed(change, before.beneficiary).await
}

/// Targets may have confirmed what was delivered, or take too long.
async fn confirm(
    change: &mut Change<'_>,
    before: Request,
    given: PackageAssignmentId,
    decisions: &[Decision],
) -> Result<(), Problem> {
    let held = packages::get_held(&mut change.link, given).await?.filter(|held| rules::request::holds(held, change.now));
    let held = held.map_or(Held::Ended, |held| Held::Until(held.ends_at));
    let came_with_it = assignments::of_source(&mut change.link, given.0).await?;
    let roles: Vec<PackageRole> =
        came_with_it.into_iter().map(|one| PackageRole { role: one.role, assignment_type: one.assignment_type }).collect();
    let waits = target::at_targets(&mut change.link, before.beneficiary, &roles, change.now).await?;
    if let Some(step) = rules::request::confirm(&before, held, &target::standings(&waits), change.now) {
        request::save(change, &before, step, decisions, &roles).await?;
    }
    Ok(())
}

/// Ends package assignments with everything that came with them.
pub async fn package_assignments(
    change: &mut Change<'_>,
    command: &Command,
    ids: &[PackageAssignmentId],
) -> Result<Done, Problem> {
    allowed(change, command)?;
    let held = packages::several_held(&mut change.link, ids).await?;
    let freed: Vec<_> = held.iter().map(|held| (held.holder, held.package)).collect();
    end_packages(change, held).await?;
    automatic::came_free(change, &freed).await?;
    Ok(Done::Advanced)
}

/// What came with each.
pub async fn came_with(
    change: &mut Change<'_>,
    held: &[PackageAssignment],
) -> Result<BTreeMap<PackageAssignmentId, Vec<Assignment>>, Problem> {
    let sources: Vec<AnyId> = held.iter().map(|held| held.id.0).collect();
    let mut came_with: BTreeMap<PackageAssignmentId, Vec<Assignment>> = BTreeMap::new();
    for assignment in assignments::of_sources(&mut change.link, &sources).await? {
        if let Source::Package(package) = assignment.source {
            came_with.entry(package).or_default().push(assignment);
        }
    }
    Ok(came_with)
}

/// Ends those whose time is over.
pub async fn end_packages(change: &mut Change<'_>, held: Vec<PackageAssignment>) -> Result<(), Problem> {
    let mut came_with = came_with(change, &held).await?;
    let mut ending = Vec::new();
    for held in held {
        let came_with_it = came_with.remove(&held.id).unwrap_or_default();
        if let Some(actions) = rules::request::package_assignment_due(&held, &came_with_it, change.now) {
            ending.push(Ending {
                reason: rules::request::time_over(&held),
                at: held.ends_at.unwrap_or(change.now),
                held,
                actions,
            });
        }
    }
    if save_ends(change, ending, "").await? {
        return Ok(());
    }
    Err(Refusal::Stale.into())
}

/// Ends role assignments whose time is over. The number of statements does not grow with theirs, up to a few hundred.
pub async fn assignments(change: &mut Change<'_>, command: &Command, ids: &[AssignmentId]) -> Result<Done, Problem> {
    allowed(change, command)?;
    let mut over = assignments::several(&mut change.link, ids).await?;
    over.retain(|one| one.ended_at.is_none() && one.ends_at.is_some_and(|end| end <= change.now));
    let ids: Vec<AssignmentId> = over.iter().map(|one| one.id).collect();
    if ids.is_empty() {
        return Ok(Done::Advanced);
    }
    let ended = assignments::end_several(&mut change.link, &ids, EndReason::Expired, change.now).await?;
    if usize::try_from(ended) != Ok(ids.len()) {
        // Somebody ended one of them this very moment; the timer looks again.
        return Err(Refusal::Stale.into());
    }
    let mut holders = Vec::new();
    let mut news = Vec::with_capacity(over.len());
    for one in over {
        change.record(one.activated_by(), [rules::request::ended(&one, EndReason::Expired)]);
        if let Principal::User(user) = one.principal {
            holders.push(user);
        }
        news.push(News { assignment: one, news: RoleNews::Expired });
    }
    membership::all_changed(change, &holders).await?;
    role_news::tell(change, news).await?;
    Ok(Done::Advanced)
}

/// Asks a rule again that names the time.
pub async fn group(change: &mut Change<'_>, command: &Command, id: GroupId) -> Result<Done, Problem> {
    allowed(change, command)?;
    if let Some(group) = groups::get(&mut change.link, id).await? {
        membership::rule_changed(change, &group).await?;
    }
    Ok(Done::Advanced)
}
