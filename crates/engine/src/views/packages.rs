//! `/my-access/packages`

use super::words::{countdown, resources_of};
use super::{Asking, cursor, page, read_cursor, read_time_cursor};
use crate::Problem;
use model::limits::PAGE_ROWS;
use model::query;
use model::request::{PackageAssignment, Request};
use model::view::package::{Held, Packages, Row, Standing, Tab};
use model::view::{Badge, Paging};
use model::{PackageAssignmentId, PackageId, PolicyId, Refusal, Ts};
use rules::package::Policy;
use std::collections::{BTreeMap, BTreeSet};
use store::packages::Listed;
use store::search::Words;
use store::{packages, requests, team, users};

pub async fn list(asking: &mut Asking<'_>, query: query::Packages) -> Result<Packages, Problem> {
    let me = asking.who.user;
    let (rows, paging) = match query.tab {
        Tab::Available => {
            let user = users::get(&mut asking.link, me).await?.ok_or(Refusal::SignInNeeded)?;
            let after = read_cursor::<String, PackageId>(query.after.as_deref());
            let words = Words::of(&query.search);
            let further = after.is_some();
            let mut found =
                packages::available(&mut asking.link, me, user.kind, &words, after, PAGE_ROWS + 1, asking.now).await?;
            let paging = page(&mut found, PAGE_ROWS, further, |row| cursor(&row.name_key, row.id));
            let held = packages::held_by(&mut asking.link, me).await?;
            let open = requests::open_of(&mut asking.link, me).await?;
            let now = asking.now;
            let none = BTreeSet::new();
            let standing = |package| standing(package, &held, &open, &none, now).unwrap_or(Standing::Open);
            let rows = rows(asking, found, standing).await?;
            (rows, paging)
        }
        Tab::Active => {
            let now = asking.now;
            let mut held = packages::held_found(&mut asking.link, me, &Words::of(&query.search)).await?;
            held.retain(|held| rules::request::holds(held, now));
            let ids: Vec<PackageId> = held.iter().map(|held| held.package).collect();
            let mut found = packages::several(&mut asking.link, &ids).await?;
            found.sort_by(|a, b| (&a.name_key, a.id).cmp(&(&b.name_key, b.id)));
            let extendable = extendable(asking, &held).await?;
            let open = requests::open_of(&mut asking.link, me).await?;
            let standing = |package| standing(package, &held, &open, &extendable, now).unwrap_or(Standing::Open);
            (rows(asking, found, standing).await?, Paging { next: None, further: false })
        }
        Tab::Expired => {
            let before = read_time_cursor::<PackageAssignmentId>(query.after.as_deref());
            let mut ended = packages::ended(&mut asking.link, me, &Words::of(&query.search), before, PAGE_ROWS + 1).await?;
            let paging = page(&mut ended, PAGE_ROWS, before.is_some(), |held| {
                held.ended_at.map_or_else(String::new, |at| cursor(at.0, held.id))
            });
            let ids: Vec<PackageId> = ended.iter().map(|held| held.package).collect();
            let known: BTreeMap<PackageId, Listed> =
                packages::several(&mut asking.link, &ids).await?.into_iter().map(|row| (row.id, row)).collect();
            let resources = resources_of(asking, &ids).await?;
            let requestable = requestable(asking, &ids).await?;
            let rows = ended
                .iter()
                .filter_map(|held| {
                    let row = known.get(&held.package)?;
                    let at = held.ended_at.unwrap_or(asking.now);
                    let over = held.ends_at.is_some_and(|end| end <= at);
                    let why = if over { "Its time was over." } else { "It was ended early." }.to_owned();
                    Some(self::row(row, &resources, Standing::Ended { at, why, again: requestable.contains(&held.package) }))
                })
                .collect();
            (rows, paging)
        }
    };
    Ok(Packages { tab: query.tab, search: query.search, rows, paging })
}

/// Those of these packages that the reader neither holds nor has asked for, and that a policy lets them ask for now.
async fn requestable(asking: &mut Asking<'_>, ids: &[PackageId]) -> Result<BTreeSet<PackageId>, Problem> {
    let (me, now) = (asking.who.user, asking.now);
    let free = packages::free(&mut asking.link, me, ids).await?;
    if free.is_empty() {
        return Ok(BTreeSet::new());
    }
    let mut policies: BTreeMap<PackageId, Vec<Policy>> = BTreeMap::new();
    for (package, policy) in team::policies(&mut asking.link, &free).await? {
        policies.entry(package).or_default().push(policy);
    }
    let asker = crate::commands::request::asker(&mut asking.link, me, now).await?;
    let offered = policies.into_iter().filter(|(_, policies)| rules::request::offered_again(policies, &asker, now));
    Ok(offered.map(|(package, _)| package).collect())
}

/// How somebody stands to a package, if at all.
pub fn standing(
    package: PackageId,
    held: &[PackageAssignment],
    open: &[Request],
    extendable: &BTreeSet<PackageAssignmentId>,
    now: Ts,
) -> Option<Standing> {
    if let Some(held) = held.iter().find(|held| held.package == package && rules::request::holds(held, now)) {
        // Given here, and perhaps not confirmed by the targets yet.
        let request = open.iter().find(|request| Some(request.id) == held.request);
        let badge = request.map_or_else(|| Badge::new("Delivered", "good"), |request| request.state.phase().into());
        let (since, what) = (held.starts_at, can_be_done(held, extendable));
        return Some(Standing::Held { since, ends: countdown(since, held.ends_at), badge, held: what });
    }
    let request = open.iter().find(|request| request.package() == Some(package))?;
    Some(Standing::Requested { request: request.id, badge: request.state.phase().into() })
}

/// What is offered to the holder.
pub fn can_be_done(held: &PackageAssignment, extendable: &BTreeSet<PackageAssignmentId>) -> Held {
    let removable = !rules::automatic::lasts_by_rule(held);
    Held { assignment: held.id, extendable: extendable.contains(&held.id), removable }
}

/// Which of what is held may be extended now.
pub async fn extendable(asking: &mut Asking<'_>, held: &[PackageAssignment]) -> Result<BTreeSet<PackageAssignmentId>, Problem> {
    let now = asking.now;
    let ids: Vec<PolicyId> = held.iter().filter(|held| held.ends_at.is_some()).map(|held| held.policy).collect();
    let policies = packages::policies_by_id(&mut asking.link, &ids).await?;
    let of = |held: &PackageAssignment| policies.iter().find(|policy| policy.id == held.policy);
    let could =
        |held: &&PackageAssignment| of(held).is_some_and(|policy| rules::request::may_extend(held, policy, "", now).is_ok());
    if !held.iter().any(|held| could(&held)) {
        // Who asks matters only when the time has come.
        return Ok(BTreeSet::new());
    }
    let asker = crate::commands::request::asker(&mut asking.link, asking.who.user, now).await?;
    let could: Vec<&PackageAssignment> = held.iter().filter(could).collect();
    let packages: Vec<PackageId> = could.iter().map(|held| held.package).collect();
    let enabled = packages::in_enabled_catalogs(&mut asking.link, &packages).await?;
    let assigned = crate::commands::request::assigned(&mut asking.link, &policies, &could).await?;
    let offers = |held: &&PackageAssignment| {
        let enabled = enabled.contains(&held.package);
        let assigned = held.request.is_some_and(|request| assigned.contains(&request));
        of(held).is_some_and(|policy| rules::request::offers_extension(held, policy, enabled, &asker, assigned, now))
    };
    Ok(held.iter().filter(offers).map(|held| held.id).collect())
}

pub async fn rows(
    asking: &mut Asking<'_>,
    found: Vec<Listed>,
    standing: impl Fn(PackageId) -> Standing,
) -> Result<Vec<Row>, Problem> {
    let ids: Vec<PackageId> = found.iter().map(|row| row.id).collect();
    let resources = resources_of(asking, &ids).await?;
    Ok(found.iter().map(|row| self::row(row, &resources, standing(row.id))).collect())
}

fn row(row: &Listed, resources: &BTreeMap<PackageId, (String, bool)>, standing: Standing) -> Row {
    let (resources, privileged) = resources.get(&row.id).cloned().unwrap_or_default();
    Row { package: row.id, name: row.name.clone(), description: row.description.clone(), resources, privileged, standing }
}
