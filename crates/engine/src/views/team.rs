//! `/my-team`: those who report to the reader. What their policies do not show is left out, as if it were not there.

use super::package::{For, openings, shown};
use super::words::{countdown, persona, resources_of};
use super::{Asking, cursor, packages as package_rows, page, read_cursor, request as request_rows};
use crate::Problem;
use crate::commands::request::{asker, known};
use crate::commands::team::report;
use model::limits::PAGE_ROWS;
use model::query;
use model::request::{PackageAssignment, Request};
use model::view::package::Standing;
use model::view::team::{Held, Report, ReportPackage, ReportPackages, Row, Team};
use model::view::{Badge, Paging};
use model::{PackageId, PolicyId, Refusal, UserId};
use rules::package::Policy;
use std::collections::{BTreeMap, BTreeSet};
use store::search::Words;
use store::{packages as packages_store, team};

pub async fn list(asking: &mut Asking<'_>, query: query::Team) -> Result<Team, Problem> {
    if !asking.who.has_reports {
        return Err(Refusal::NotFound { what: "page" }.into());
    }
    let after = read_cursor::<String, UserId>(query.after.as_deref());
    let further = after.is_some();
    let mut found = team::reports(&mut asking.link, asking.who.user, after, PAGE_ROWS + 1).await?;
    let paging = page(&mut found, PAGE_ROWS, further, |user| cursor(rules::user::folded(&user.display_name), user.id));
    let ids: Vec<UserId> = found.iter().map(|user| user.id).collect();
    let Seen { held, open, .. } = seen(asking, &ids).await?;
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let rows = found
        .iter()
        .map(|user| Row {
            who: persona(user),
            badge: (!user.enabled).then(|| Badge::new("Disabled", "bad")),
            holds: count(held.iter().filter(|held| held.holder == user.id).count()),
            open: count(open.iter().filter(|request| request.beneficiary == user.id).count()),
        })
        .collect();
    Ok(Team { rows, paging })
}

/// What these people hold and wait for under policies that show it to those they report to.
struct Seen {
    held: Vec<PackageAssignment>,
    open: Vec<Request>,
    policies: Vec<Policy>,
}

async fn seen(asking: &mut Asking<'_>, people: &[UserId]) -> Result<Seen, Problem> {
    let now = asking.now;
    let mut held = team::held(&mut asking.link, people).await?;
    held.retain(|held| rules::request::holds(held, now));
    let mut open = team::open(&mut asking.link, people).await?;
    open.sort_by_key(|request| std::cmp::Reverse((request.submitted_at, request.id)));
    let ids: BTreeSet<PolicyId> = held.iter().map(|held| held.policy).chain(open.iter().filter_map(Request::policy)).collect();
    let ids: Vec<PolicyId> = ids.into_iter().collect();
    let mut policies = packages_store::policies_by_id(&mut asking.link, &ids).await?;
    policies.retain(rules::team::shows);
    let shows = |id: PolicyId| policies.iter().any(|policy| policy.id == id);
    held.retain(|held| shows(held.policy));
    open.retain(|request| request.policy().is_some_and(shows));
    Ok(Seen { held, open, policies })
}

pub async fn one(asking: &mut Asking<'_>, id: UserId) -> Result<Report, Problem> {
    let user = report(&mut asking.link, asking.who.user, id).await?;
    let Seen { held, open, policies } = seen(asking, &[user.id]).await?;
    let ids: Vec<PackageId> = held.iter().map(|held| held.package).collect();
    let found = packages_store::several(&mut asking.link, &ids).await?;
    let names: BTreeMap<PackageId, String> = found.into_iter().map(|row| (row.id, row.name)).collect();
    let resources = resources_of(asking, &ids).await?;
    let policy = |id| policies.iter().find(|policy| policy.id == id).map(|policy| policy.name.clone()).unwrap_or_default();
    let mut held: Vec<Held> = held
        .iter()
        .map(|held| Held {
            assignment: held.id,
            name: names.get(&held.package).cloned().unwrap_or_default(),
            resources: resources.get(&held.package).map(|(said, _)| said.clone()).unwrap_or_default(),
            policy: policy(held.policy),
            since: held.starts_at,
            ends: countdown(held.starts_at, held.ends_at),
        })
        .collect();
    held.sort_by_key(|held| held.ends.map_or(i64::MAX, |ends| ends.until.0));
    let open = request_rows::rows(asking, &open).await?;
    Ok(Report { who: persona(&user), enabled: user.enabled, held, open })
}

/// The packages that may be asked for in place of the report.
pub async fn packages(asking: &mut Asking<'_>, query: query::ReportPackages) -> Result<ReportPackages, Problem> {
    let user = report(&mut asking.link, asking.who.user, query.report).await?;
    let (who, enabled, search) = (persona(&user), user.enabled, query.search);
    if !enabled {
        let paging = Paging { next: None, further: false };
        return Ok(ReportPackages { who, enabled, search, rows: Vec::new(), paging });
    }
    let (now, after) = (asking.now, read_cursor::<String, PackageId>(query.after.as_deref()));
    let further = after.is_some();
    let words = Words::of(&search);
    let mut found = team::available(&mut asking.link, (user.id, user.kind), &words, after, PAGE_ROWS + 1, now).await?;
    let paging = page(&mut found, PAGE_ROWS, further, |row| cursor(&row.name_key, row.id));
    let ids: Vec<PackageId> = found.iter().map(|row| row.id).collect();
    let all = team::policies(&mut asking.link, &ids).await?;
    let asker = asker(&mut asking.link, user.id, now).await?;
    let held = packages_store::held_by(&mut asking.link, user.id).await?;
    let open = store::requests::open_of(&mut asking.link, user.id).await?;
    // What is held or waits without being shown is no package here, and neither is one whose closer policy lets nobody.
    found.retain(|row| {
        let policies: Vec<Policy> = all.iter().filter(|(of, _)| *of == row.id).map(|(_, policy)| policy.clone()).collect();
        let waits = open.iter().find(|request| request.package() == Some(row.id)).and_then(Request::policy);
        let holds = held.iter().find(|held| held.package == row.id && rules::request::holds(held, now));
        !rules::team::policies(&policies, &asker, waits.or(holds.map(|held| held.policy))).is_empty()
    });
    let none = BTreeSet::new();
    let standing = |package| package_rows::standing(package, &held, &open, &none, now).unwrap_or(Standing::Open);
    let rows = package_rows::rows(asking, found, standing).await?;
    Ok(ReportPackages { who, enabled, search, rows, paging })
}

pub async fn package(asking: &mut Asking<'_>, query: query::ReportPackage) -> Result<ReportPackage, Problem> {
    let user = report(&mut asking.link, asking.who.user, query.report).await?;
    let package = known(&mut asking.link, query.package).await?;
    let by = For::Report { report: user.id, name: &user.display_name };
    let openings = openings(asking, &package, by).await?.ok_or(Refusal::NotFound { what: "access package" })?;
    Ok(ReportPackage { who: persona(&user), package: shown(package, openings, None)? })
}
