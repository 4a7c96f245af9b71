//! Who holds a package, as a list and as a download, and the form that gives it to people.

use super::admin_package::{NO_PACKAGE, policy_rows};
use super::catalog::standing;
use super::words::{People, countdown};
use super::{Asking, cursor, page, read_time_cursor};
use crate::Problem;
use model::access::EndReason;
use model::limits::{EXPORT_ROWS, PAGE_ROWS};
use model::query;
use model::view::assignment::{Assignments, Ended, Exported, ExportedRow, Filter, NewAssignment, Policy, Row};
use model::view::{Badge, Fact, Paging};
use model::{PackageAssignmentId, PackageId, UserId};
use rules::catalog::Package;
use store::package_holders::{self, Listed};
use store::search::Words;
use store::{package_editing, packages};

/// The package, if this visitor sees it, and whether they may assign it.
async fn seen(asking: &mut Asking<'_>, id: PackageId) -> Result<(Package, bool), Problem> {
    let package = package_editing::get(&mut asking.link, id).await?.ok_or(NO_PACKAGE)?;
    let standing = standing(asking, package.catalog).await?;
    if !rules::catalog::sees(asking.visitor, standing) {
        return Err(NO_PACKAGE.into());
    }
    Ok((package, rules::catalog::manages_assignments(asking.visitor, standing)))
}

pub async fn list(asking: &mut Asking<'_>, query: query::PackageAssignments) -> Result<Assignments, Problem> {
    let query::PackageAssignments { package, search, filter, after } = query;
    let (package, may_assign) = seen(asking, package).await?;
    let (found, paging) = found(asking, package.id, &search, filter, after.as_deref(), PAGE_ROWS).await?;
    let people = people(asking, &found).await?;
    let rows = found.iter().map(|listed| row(asking, listed, &people, may_assign)).collect();
    let (package_name, package) = (package.name, package.id);
    Ok(Assignments { package, package_name, search, filter, rows, paging, may_assign })
}

/// A piece of the download: the same in the same order as the list.
pub async fn exported(asking: &mut Asking<'_>, query: query::ExportedAssignments) -> Result<Exported, Problem> {
    let query::ExportedAssignments { package, search, filter, after } = query;
    let (package, _) = seen(asking, package).await?;
    let (found, paging) = found(asking, package.id, &search, filter, after.as_deref(), EXPORT_ROWS).await?;
    let people = people(asking, &found).await?;
    let rows = found.iter().map(|listed| ExportedRow {
        row: row(asking, listed, &people, false),
        user_name: people.get(listed.held.holder).map(|user| user.user_name.clone()).unwrap_or_default(),
        ends: listed.held.ends_at,
    });
    Ok(Exported { rows: rows.collect(), next: paging.next })
}

async fn found(
    asking: &mut Asking<'_>,
    package: PackageId,
    search: &str,
    filter: Filter,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<Listed>, Paging), Problem> {
    let before = read_time_cursor::<PackageAssignmentId>(after);
    let (words, further) = (Words::of(search), before.is_some());
    let link = &mut asking.link;
    let mut found = match filter {
        Filter::Active => package_holders::active(link, package, &words, before, limit + 1, asking.now).await?,
        Filter::Ended => package_holders::ended(link, package, &words, before, limit + 1).await?,
    };
    let paging = page(&mut found, limit, further, |listed| {
        let held = &listed.held;
        let at = match filter {
            Filter::Active => held.starts_at,
            Filter::Ended => held.ended_at.unwrap_or(held.starts_at),
        };
        cursor(at.0, held.id)
    });
    Ok((found, paging))
}

async fn people(asking: &mut Asking<'_>, found: &[Listed]) -> Result<People, Problem> {
    let ids: Vec<UserId> = found.iter().flat_map(|listed| [Some(listed.held.holder), listed.requestor]).flatten().collect();
    People::load(asking, &ids).await
}

fn row(asking: &Asking<'_>, listed: &Listed, people: &People, may_assign: bool) -> Row {
    let Listed { held, reason, policy, automatic, requestor, by_manager } = listed;
    let by_rule = *automatic && held.request.is_none();
    let now = asking.now;
    let open = held.ended_at.is_none() && held.ends_at.is_none_or(|end| now < end);
    let badge = match (open, rules::request::holds(held, now)) {
        (_, true) => Badge::new(Filter::Active.word(), "good"),
        (true, false) => Badge::new("Scheduled", "work"),
        (false, false) => Badge::new(Filter::Ended.word(), "plain"),
    };
    let why = match reason {
        Some(EndReason::Removed) => "It was taken away.",
        Some(EndReason::Revoked) => "Its approval was taken back.",
        Some(EndReason::GivenBack) => "It was given back.",
        Some(EndReason::Reviewed) => "An access review denied it.",
        Some(EndReason::RuleNoLongerMatches) => "The rule no longer matches.",
        Some(EndReason::Expired | EndReason::PackageEnded | EndReason::EligibilityEnded) | None => "Its time was over.",
    };
    let ended_at = held.ended_at.or(held.ends_at.filter(|_| !open));
    let source = match requestor.filter(|requestor| *requestor != held.holder) {
        Some(by) if *by_manager => format!("Requested by {}", people.name(by)),
        Some(by) => format!("Assigned by {}", people.name(by)),
        None if by_rule => "Automatic".to_owned(),
        None => "Requested".to_owned(),
    };
    Row {
        assignment: held.id,
        who: people.persona(held.holder),
        policy: policy.clone(),
        badge,
        starts: held.starts_at,
        ends: countdown(held.starts_at, held.ends_at.filter(|_| open)),
        ended: ended_at.map(|at| Ended { at, why: why.to_owned() }),
        source,
        request: held.request,
        removable: open && may_assign && !rules::automatic::lasts_by_rule(held),
    }
}

pub async fn new(asking: &mut Asking<'_>, query: query::NewAssignment) -> Result<NewAssignment, Problem> {
    let (package, may_assign) = seen(asking, query.package).await?;
    if !may_assign {
        return Err(NO_PACKAGE.into());
    }
    let all = packages::policies(&mut asking.link, package.id).await?;
    let rows = policy_rows(asking, &all, &[]).await?;
    let fact = |name: &str, value: String| Fact { name: name.to_owned(), value };
    let policies =
        all.into_iter().zip(rows).filter(|(policy, _)| policy.enabled && !policy.settings.is_automatic()).map(|(policy, row)| {
            Policy {
                policy: policy.id,
                name: policy.name,
                terms: vec![fact("For", row.whom), fact("Approval", row.approval), fact("Lasts", row.lasts)],
                justification_required: policy.settings.justification_required,
                questions: policy.settings.questions,
                timeline_allowed: policy.settings.timeline_allowed,
            }
        });
    let policies = policies.collect();
    let people = super::user::choices(asking, &query.person).await?;
    Ok(NewAssignment { package: package.id, package_name: package.name, policies, people })
}
