//! Time passed. Workers submit these; doing one twice, or too early, does nothing.

use super::{allowed, membership, naming, request};
use crate::Problem;
use crate::change::Change;
use model::access::EndReason;
use model::command::{Command, Done};
use model::directory::Principal;
use model::request::State;
use model::{AssignmentId, GroupId, PackageAssignmentId, RequestId};
use rules::approval::StagePeople;
use rules::request::Delivery;
use store::{Saved, approvals, assignments, groups, packages, requests};

/// Reminds, escalates, expires, starts or delivers: one thing at a time.
pub async fn request(change: &mut Change<'_>, command: &Command, id: RequestId) -> Result<Done, Problem> {
    allowed(change, command)?;
    advance(change, id).await?;
    Ok(Done::Advanced)
}

/// Does the one thing that is due on a request; nothing when it is early or late.
pub async fn advance(change: &mut Change<'_>, id: RequestId) -> Result<(), Problem> {
    let Some(before) = requests::get_to_change(&mut change.link, id).await? else { return Ok(()) };
    let decisions = requests::decisions(&mut change.link, id).await?;
    let package = request::package_of(&before);
    let roles = request::roles(&mut change.link, package).await?;
    if let State::Delivering { .. } = &before.state {
        let held = packages::held(&mut change.link, before.beneficiary, package).await?;
        let exists = packages::get(&mut change.link, package).await?.is_some();
        let assignment = PackageAssignmentId(change.id());
        let ids: Vec<AssignmentId> = roles.iter().map(|_| AssignmentId(change.id())).collect();
        let facts = Delivery { roles: &roles, held: held.as_ref(), exists, assignment, assignments: &ids };
        let Some(delivered) = rules::request::deliver(&before, &facts, change.now) else { return Ok(()) };
        if let Some(held) = held.filter(|held| !rules::request::holds(held, change.now)) {
            // It ran out this very moment and no worker has said so yet.
            end_package(change, &held).await?;
        }
        if let Some(held) = &delivered.held {
            packages::insert_held(&mut change.link, held).await?;
        }
        assignments::insert_all(&mut change.link, &delivered.assignments, change.now).await?;
        request::save(change, &before, delivered.step, &decisions, &roles).await?;
        membership::changed(change, before.beneficiary).await?;
        return Ok(());
    }
    let people = match &before.state {
        State::PendingApproval { stage, .. } => {
            let all = approvals::people(
                &mut change.link,
                &before.terms.stages,
                before.beneficiary,
                (Some(package), &roles),
                change.now,
            )
            .await?;
            all.get(*stage).cloned().unwrap_or_default()
        }
        State::Scheduled { .. }
        | State::Delivering { .. }
        | State::Delivered { .. }
        | State::DeliveryFailed { .. }
        | State::Denied { .. }
        | State::Expired { .. }
        | State::Canceled { .. } => StagePeople::default(),
    };
    if let Some(step) = rules::request::due(&before, &people, &decisions, change.now) {
        request::save(change, &before, step, &decisions, &roles).await?;
    }
    Ok(())
}

/// Ends a package assignment with everything that came with it.
pub async fn package_assignment(change: &mut Change<'_>, command: &Command, id: PackageAssignmentId) -> Result<Done, Problem> {
    allowed(change, command)?;
    let Some(held) = packages::get_held(&mut change.link, id).await? else { return Ok(Done::Advanced) };
    end_package(change, &held).await?;
    Ok(Done::Advanced)
}

async fn end_package(change: &mut Change<'_>, held: &model::request::PackageAssignment) -> Result<(), Problem> {
    let came_with_it = assignments::of_source(&mut change.link, held.id.0).await?;
    let Some(actions) = rules::request::package_assignment_due(held, &came_with_it, change.now) else { return Ok(()) };
    if packages::end_held(&mut change.link, held, EndReason::Expired, change.now).await? == Saved::Stale {
        return Ok(());
    }
    for assignment in &came_with_it {
        assignments::end(&mut change.link, assignment.id, EndReason::PackageEnded, change.now).await?;
    }
    if let Some(id) = held.request
        && let Some(request) = requests::get(&mut change.link, id).await?
    {
        let names = change.names([request.requestor]).await?.clone();
        let letter = rules::notice::access_ended(held, &request, &naming(&names), held.ends_at.unwrap_or(change.now));
        change.tell([letter]);
    }
    change.record(held.request, actions);
    membership::changed(change, held.holder).await?;
    Ok(())
}

/// Ends a role assignment whose time is over.
pub async fn assignment(change: &mut Change<'_>, command: &Command, id: AssignmentId) -> Result<Done, Problem> {
    allowed(change, command)?;
    let Some(assignment) = assignments::get(&mut change.link, id).await? else { return Ok(Done::Advanced) };
    let over = assignment.ended_at.is_none() && assignment.ends_at.is_some_and(|end| end <= change.now);
    if over && assignments::end(&mut change.link, id, EndReason::Expired, change.now).await? {
        change.record(None, [rules::request::ended(&assignment, EndReason::Expired)]);
        if let Principal::User(user) = assignment.principal {
            membership::changed(change, user).await?;
        }
    }
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
