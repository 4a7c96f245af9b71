//! `/my-access`: what waits for me, what is active, what ends soon, what is under way.

use super::frame::COUNTED;
use super::words::{countdown, resources_of};
use super::{Asking, approvals as approval_rows, my_roles, request as request_rows};
use crate::Problem;
use model::view::overview::{Active, Overview};
use model::{PackageId, Span};
use std::collections::BTreeMap;
use store::{inbox, packages, requests};

/// Rows of each card; the full lists are one click away.
const ROWS: usize = 5;
/// What ends sooner is "ending soon" (`decisions.md` 3.3); something that lasts less than that only in its last quarter.
const SOON: Span = Span::days(14);

pub async fn overview(asking: &mut Asking<'_>) -> Result<Overview, Problem> {
    let me = asking.who.user;
    let now = asking.now;
    let waiting: Vec<_> = inbox::waiting(&mut asking.link, me, &inbox::Sought::default(), None, ROWS, now)
        .await?
        .into_iter()
        .map(|(_, r)| r)
        .collect();
    let waiting = approval_rows::waiting(asking, &waiting).await?;
    let waiting_count = inbox::count_waiting(&mut asking.link, me, now, COUNTED).await?;
    let held: Vec<_> =
        packages::held_by(&mut asking.link, me).await?.into_iter().filter(|held| rules::request::holds(held, now)).collect();
    let ids: Vec<PackageId> = held.iter().map(|held| held.package).collect();
    let names: BTreeMap<PackageId, String> =
        packages::several(&mut asking.link, &ids).await?.into_iter().map(|row| (row.id, row.name)).collect();
    let resources = resources_of(asking, &ids).await?;
    let extendable = super::packages::extendable(asking, &held).await?;
    let mut active: Vec<Active> = held
        .iter()
        .map(|held| Active {
            package: held.package,
            name: names.get(&held.package).cloned().unwrap_or_default(),
            resources: resources.get(&held.package).map(|(said, _)| said.clone()).unwrap_or_default(),
            since: held.starts_at,
            ends: countdown(held.starts_at, held.ends_at),
            held: super::packages::can_be_done(held, &extendable),
        })
        .collect();
    active.sort_by_key(|active| active.ends.map_or(i64::MAX, |ends| ends.until.0));
    let ending = active
        .iter()
        .filter(|active| {
            active.ends.is_some_and(|ends| {
                let left = ends.until.since(now);
                left <= SOON && Span(left.0.saturating_mul(4)) <= ends.until.since(ends.from)
            })
        })
        .cloned()
        .collect();
    let mut open = requests::concerning(&mut asking.link, me).await?;
    let mut questions = open.clone();
    questions.retain(|request| rules::request::may_answer(request, &[], me, &|_| String::new(), now).is_ok());
    // What somebody asked for in place of a report is the report's, and only its questions are theirs.
    open.retain(|request| request.beneficiary == me);
    let questions = request_rows::rows(asking, &questions).await?;
    open.truncate(ROWS);
    let open = request_rows::rows(asking, &open).await?;
    let first_name = asking.who.display_name.split(' ').next().unwrap_or_default().to_owned();
    let waiting_count = u32::try_from(waiting_count).unwrap_or(0);
    let roles = my_roles::activated(asking).await?;
    let emergencies = super::emergency::mine(asking).await?;
    let reviews = super::reviewing::to_decide(asking, ROWS).await?;
    Ok(Overview {
        greeting: format!("Hello {first_name}"),
        questions,
        waiting,
        waiting_count,
        emergencies,
        reviews,
        roles,
        active,
        ending,
        open,
    })
}
