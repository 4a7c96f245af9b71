//! Separation of duties: what a package is incompatible with, and who has both, as a list and as a download.

use super::admin_package::seen_package;
use super::words::People;
use super::{Asking, cursor, page, read_cursor};
use crate::Problem;
use crate::commands::separation::Knowing;
use model::limits::{EXPORT_ROWS, PAGE_ROWS};
use model::query;
use model::separation::Incompatible;
use model::view::separation::{Exported, ExportedOverlap, Overlap, Row, Separation, Thing};
use model::view::{Choice, Icon, Paging};
use model::{AnyId, PackageAssignmentId, PackageId, Ts, UserId};
use rules::catalog::Package;
use rules::separation::{Other, may_name, may_take_away, names};
use std::collections::BTreeMap;
use store::search::Words;
use store::separation::Pair;
use store::{package_editing, separation};

/// Packages, and groups, that are offered; whoever misses one searches.
const OFFERED: usize = 20;

pub async fn one(asking: &mut Asking<'_>, query: query::Separation) -> Result<Separation, Problem> {
    let (package, may_edit) = seen_package(asking, query.package).await?;
    let (pairs, knowing) = pairs(asking, package.id).await?;
    let rows = pairs.iter().map(|pair| {
        let other = other(&knowing, pair);
        Row {
            key: pair.with.to_string(),
            what: thing(asking, pair, other),
            set: if pair.set_here { "Here" } else { "On the other package" }.to_owned(),
            since: pair.since,
            removable: may_edit && may_take_away(asking.visitor, other).is_ok(),
        }
    });
    let rows = rows.collect();
    let offered = if may_edit { offered(asking, &package, &query.search, &pairs, &knowing).await? } else { Vec::new() };
    let people = separation::count_overlapping(&mut asking.link, package.id, asking.now).await?;
    let (found, paging) = overlapping(asking, package.id, query.after.as_deref(), PAGE_ROWS).await?;
    let overlaps = overlaps(asking, &found, &pairs, &knowing).await?.into_iter().map(|row| row.overlap).collect();
    Ok(Separation {
        package: package.id,
        package_name: package.name,
        rows,
        may_edit,
        search: query.search,
        offered,
        people: u32::try_from(people).unwrap_or(0),
        overlaps,
        paging,
    })
}

/// A piece of the download: the same in the same order as the list.
pub async fn exported(asking: &mut Asking<'_>, query: query::ExportedOverlaps) -> Result<Exported, Problem> {
    let (package, _) = seen_package(asking, query.package).await?;
    let (pairs, knowing) = pairs(asking, package.id).await?;
    let (found, paging) = overlapping(asking, package.id, query.after.as_deref(), EXPORT_ROWS).await?;
    Ok(Exported { rows: overlaps(asking, &found, &pairs, &knowing).await?, next: paging.next })
}

async fn pairs(asking: &mut Asking<'_>, package: PackageId) -> Result<(Vec<Pair>, Knowing), Problem> {
    let pairs = separation::of(&mut asking.link, package).await?;
    let knowing = Knowing::load(&mut asking.link, asking.visitor, asking.who.user, asking.now).await?;
    Ok((pairs, knowing))
}

fn other(knowing: &Knowing, pair: &Pair) -> Other {
    match pair.with {
        Incompatible::Package(_) => knowing.package(pair.catalog),
        Incompatible::Group(group) => knowing.group(group, pair.in_catalog),
    }
}

fn kind(with: Incompatible) -> &'static str {
    match with {
        Incompatible::Package(_) => "Access package",
        Incompatible::Group(_) => "Group",
    }
}

/// The other side as far as the reader may know it.
fn thing(asking: &Asking<'_>, pair: &Pair, other: Other) -> Thing {
    let known = names(asking.visitor, other);
    let (icon, unnamed, href) = match pair.with {
        Incompatible::Package(id) => {
            (Icon::Package, "A package of another catalog", Some(format!("/admin/packages/{id}?tab=separation")))
        }
        Incompatible::Group(id) => {
            let owns = matches!(other, Other::Group { owns: true, .. });
            let opens = owns || rules::access::sees_directory(asking.visitor);
            (Icon::Group, "A group of the directory", opens.then(|| format!("/admin/groups/{id}")))
        }
    };
    let name = if known { pair.name.clone() } else { unnamed.to_owned() };
    Thing { icon, name, kind: kind(pair.with).to_owned(), href: href.filter(|_| known) }
}

async fn overlapping(
    asking: &mut Asking<'_>,
    package: PackageId,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<separation::Overlap>, Paging), Problem> {
    let before = read_cursor::<i64, String>(after).and_then(|(at, ids)| {
        let (held, other) = ids.split_once('.')?;
        Some((Ts(at), held.parse::<PackageAssignmentId>().ok()?, other.parse::<AnyId>().ok()?))
    });
    let mut found = separation::overlaps(&mut asking.link, package, before, limit + 1, asking.now).await?;
    let paging =
        page(&mut found, limit, before.is_some(), |row| cursor(row.since.0, format_args!("{}.{}", row.held, row.with.id())));
    Ok((found, paging))
}

async fn overlaps(
    asking: &mut Asking<'_>,
    found: &[separation::Overlap],
    pairs: &[Pair],
    knowing: &Knowing,
) -> Result<Vec<ExportedOverlap>, Problem> {
    let ids: Vec<UserId> = found.iter().map(|row| row.holder).collect();
    let people = People::load(asking, &ids).await?;
    let pairs: BTreeMap<Incompatible, &Pair> = pairs.iter().map(|pair| (pair.with, pair)).collect();
    // A pair that was added between the two looks is shown with the next one.
    let shown = found.iter().filter_map(|row| pairs.get(&row.with).map(|pair| (row, *pair)));
    Ok(shown
        .map(|(row, pair)| {
            let with = thing(asking, pair, other(knowing, pair));
            let overlap = Overlap { who: people.persona(row.holder), with, since: row.since };
            let user_name = people.get(row.holder).map(|user| user.user_name.clone()).unwrap_or_default();
            ExportedOverlap { overlap, user_name }
        })
        .collect())
}

/// Packages and groups by name that this person may add and that are not there.
async fn offered(
    asking: &mut Asking<'_>,
    package: &Package,
    search: &str,
    pairs: &[Pair],
    knowing: &Knowing,
) -> Result<Vec<Choice>, Problem> {
    let (words, now) = (Words::of(search), asking.now);
    let mut choices: Vec<Choice> = Vec::new();
    let visitor = asking.visitor;
    let mut offer = |with: Incompatible, name: String, of: Option<&str>, other: Other| {
        let there = with == Incompatible::Package(package.id) || pairs.iter().any(|pair| pair.with == with);
        let id = with.to_string();
        if !there && may_name(visitor, other).is_ok() && choices.iter().all(|choice| choice.id != id) {
            let under = of.map_or_else(|| kind(with).to_owned(), |catalog| format!("{} of {catalog}", kind(with)));
            choices.push(Choice { id, name, under });
        }
    };
    let seen = super::catalog::seen(asking).await?;
    for row in package_editing::list(&mut asking.link, seen, &words, None, OFFERED + 1, now).await? {
        offer(Incompatible::Package(row.id), row.name, Some(&row.catalog), knowing.package(Some(row.catalog_id)));
    }
    for (group, name, in_catalog) in super::catalog::groups_called(asking, Some(package.catalog), knowing.owned(), search).await?
    {
        offer(Incompatible::Group(group), name, None, knowing.group(group, in_catalog));
    }
    Ok(choices)
}
