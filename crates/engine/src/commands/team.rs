//! Asking for a package in place of somebody who reports to one.

use super::{allowed, answering, request};
use crate::Problem;
use crate::change::Change;
use model::command::{Command, Done, RequestForReport};
use model::request::PackageAssignment;
use model::{PolicyId, Refusal, RequestId, Ts, UserId};
use rules::request::{Wanted, holds};
use rules::team::NO_REPORT;
use rules::user::User;
use store::{Link, approvals, packages, requests, users};

pub async fn request(change: &mut Change<'_>, command: &Command, asked: &RequestForReport) -> Result<Done, Problem> {
    allowed(change, command)?;
    let by = change.person().ok_or(Refusal::SignInNeeded)?;
    let report = report(&mut change.link, by, asked.report).await?;
    let asker = request::asker(&mut change.link, report.id, change.now).await?;
    let package = request::known(&mut change.link, asked.asked.package).await?;
    // What the report has to do with it is not for whoever asks in their place.
    rules::request::catalog_open(package.catalog_enabled, &package.name, false)?;
    let policies = packages::policies(&mut change.link, package.id).await?;
    let held = packages::held(&mut change.link, report.id, package.id).await?;
    let open = request::open(change, report.id, package.id).await?;
    let taken = taken(&mut change.link, open, held.as_ref(), change.now).await?;
    let policy = rules::team::policy(&policies, (&asker, &report.display_name), taken, asked.asked.policy)?;
    let roles = request::roles(&mut change.link, package.id).await?;
    let (stages, about) = (&policy.settings.stages, (approvals::Thing::Package(package.id), roles.as_slice()));
    let people = approvals::people(&mut change.link, stages, report.id, about, change.now).await?;
    let of = (report.id, Some(report.display_name.as_str()));
    let in_the_way = request::in_the_way(change, (package.id, &package.name), of).await?;
    let (held, incompatible) = (held.as_ref(), in_the_way.as_ref());
    let asks = answering::to_ask(&mut change.link, policy.settings.asks).await?;
    let wanted = Wanted {
        package: package.id,
        name: &package.name,
        policy,
        people: &people,
        open,
        held,
        incompatible,
        asks: asks.as_ref(),
        languages: &change.languages,
    };
    let id = RequestId(change.id());
    let step = rules::team::request(id, by, (&asker, &report.display_name), &wanted, &asked.asked, change.now)?;
    request::insert(change, &step, &package.name).await?;
    let saved = request::follow(change, None, step, &[], &roles).await?;
    request::take_effect(change, saved).await?;
    Ok(Done::RequestSubmitted { request: id, name: package.name })
}

/// Somebody who reports to this person; for others there is nobody.
pub async fn report(link: &mut Link, by: UserId, report: UserId) -> Result<User, Problem> {
    let report = users::get(link, report).await?.ok_or(NO_REPORT)?;
    rules::team::leads(by, &report)?;
    Ok(report)
}

/// The policy under which somebody waits for a package or holds it.
pub async fn taken(
    link: &mut Link,
    open: Option<(RequestId, Ts)>,
    held: Option<&PackageAssignment>,
    now: Ts,
) -> Result<Option<PolicyId>, Problem> {
    if let Some((open, _)) = open {
        let request = requests::get(link, open).await?;
        return Ok(request.and_then(|request| request.policy()));
    }
    Ok(held.filter(|held| holds(held, now)).map(|held| held.policy))
}

/// Whether this person reports to somebody.
pub async fn leads(link: &mut Link, by: UserId, of: UserId) -> Result<bool, Problem> {
    Ok(users::get(link, of).await?.is_some_and(|of| rules::team::leads(by, &of).is_ok()))
}

/// Whether somebody sees and ends what this person gets under this policy, because they report to them.
pub async fn shown(link: &mut Link, by: UserId, of: UserId, under: PolicyId) -> Result<bool, Problem> {
    Ok(leads(link, by, of).await? && packages::policies_by_id(link, &[under]).await?.iter().any(rules::team::shows))
}
