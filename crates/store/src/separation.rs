//! What excludes what, and who has both. A pair is stored once, at the package where it was set, and read from both sides.

use crate::{Fault, Link};
use model::separation::Incompatible;
use model::{AnyId, CatalogId, GroupId, PackageAssignmentId, PackageId, Ts, UserId};
use rules::separation::Against;

/// Something that a package is incompatible with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    pub with: Incompatible,
    pub name: String,
    /// That of the other package.
    pub catalog: Option<CatalogId>,
    /// A group that was brought into the catalog of the package.
    pub in_catalog: bool,
    /// It was set at this package and not at the other one.
    pub set_here: bool,
    pub since: Ts,
}

/// Somebody who has both now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overlap {
    pub holder: UserId,
    pub held: PackageAssignmentId,
    /// Since when they hold the package that was asked about.
    pub since: Ts,
    pub with: Incompatible,
}

fn read(kind: &str, id: AnyId) -> Result<Incompatible, Fault> {
    Incompatible::from_parts(kind, id).ok_or_else(|| Fault::impossible("package_incompatibilities", id, format!("kind {kind}")))
}

type PairRow = (String, AnyId, String, String, Option<CatalogId>, bool, bool, Ts);

/// Everything that a package is incompatible with, by name.
pub async fn of(link: &mut Link, package: PackageId) -> Result<Vec<Pair>, Fault> {
    let rows: Vec<PairRow> = rows!(
        link,
        "select i.kind, i.other_id, p.name, p.name_key, p.catalog_id, false, true, i.added_at
         from package_incompatibilities i join packages p on p.id = i.other_id
         where i.package_id = $1 and i.kind = 'package' and p.deleted_at is null
         union all
         select 'package', i.package_id, p.name, p.name_key, p.catalog_id, false, false, i.added_at
         from package_incompatibilities i join packages p on p.id = i.package_id
         where i.other_id = $1 and p.deleted_at is null
         union all
         select i.kind, i.other_id, g.name, g.name_key, null, (select count(*) from catalog_resources c where c.catalog_id = p.catalog_id and c.resource_id = i.other_id) > 0, true, i.added_at
         from package_incompatibilities i join packages p on p.id = i.package_id join groups g on g.id = i.other_id
         where i.package_id = $1 and i.kind = 'group'
         order by 4, 2",
        package,
    )?;
    let pair = |(kind, id, name, _, catalog, in_catalog, set_here, since): PairRow| {
        Ok(Pair { with: read(&kind, id)?, name, catalog, in_catalog, set_here, since })
    };
    rows.into_iter().map(pair).collect()
}

/// Sets it at a package. A fault of kind duplicate when it is there.
pub async fn insert(link: &mut Link, package: PackageId, with: Incompatible, now: Ts) -> Result<(), Fault> {
    run!(
        link,
        "insert into package_incompatibilities (package_id, kind, other_id, added_at) values ($1, $2, $3, $4)",
        package,
        with.kind(),
        with.id(),
        now,
    )?;
    Ok(())
}

/// Takes it away, wherever it was set; whether it was there.
pub async fn delete(link: &mut Link, package: PackageId, with: Incompatible) -> Result<bool, Fault> {
    let rows = run!(
        link,
        "delete from package_incompatibilities where (package_id = $1 and other_id = $2) or (package_id = $2 and other_id = $1)",
        package,
        with.id(),
    )?;
    Ok(rows > 0)
}

/// Takes away everything about a package that is deleted.
pub async fn forget(link: &mut Link, package: PackageId) -> Result<(), Fault> {
    run!(link, "delete from package_incompatibilities where package_id = $1 or other_id = $1", package)?;
    Ok(())
}

/// The groups of which a package makes its holders members, or lets them become so, through other groups too: `$1` is the package,
/// `$2` now.
macro_rules! gained_sql {
    ($rest:literal) => {
        concat!(
            "with recursive gained (id) as (
                select r.resource_id from package_roles r
                where r.package_id = $1 and r.role = 'group_member'
                union
                select n.resource_id from gained cross join role_assignments n
                where n.principal_id = gained.id and n.role = 'group_member' and n.assignment_type = 'active' and n.ended_at is null
                    and n.starts_at <= $2 and (n.ends_at is null or n.ends_at > $2)
            ) ",
            $rest
        )
    };
}

type AgainstRow = (String, AnyId, String, Option<CatalogId>, Option<Ts>);

/// What excludes a package for one person: the packages that they were given, and all the groups. A package that excludes
/// a group excludes every package that makes people members of it, too.
pub async fn against(link: &mut Link, package: PackageId, holder: UserId, now: Ts) -> Result<Vec<Against>, Fault> {
    let rows: Vec<AgainstRow> = rows!(
        link,
        gained_sql!(
            ", others (kind, id) as (
                select i.kind, i.other_id from package_incompatibilities i where i.package_id = $1
                union
                select 'package', i.package_id from package_incompatibilities i where i.other_id = $1
                union
                select 'package', i.package_id from gained cross join package_incompatibilities i
                where i.other_id = gained.id and i.package_id <> $1
             )
             select o.kind, o.id, p.name, p.catalog_id, h.ends_at from others o cross join package_assignments h cross join packages p
             where o.kind = 'package' and h.holder_id = $3 and h.package_id = o.id and h.ended_at is null and p.id = o.id
             union all
             select o.kind, o.id, g.name, null, null from others o cross join groups g where o.kind = 'group' and g.id = o.id
             order by 3, 2"
        ),
        package,
        now,
        holder,
    )?;
    rows.into_iter()
        .map(|(kind, id, name, catalog, until): AgainstRow| Ok(Against { with: read(&kind, id)?, name, catalog, until }))
        .collect()
}

/// Whether anything is incompatible with a package, be it for a group of which it makes its holders members.
pub async fn has_any(link: &mut Link, package: PackageId, now: Ts) -> Result<bool, Fault> {
    let found: Option<(i64,)> = row!(
        link,
        gained_sql!(
            "select cast(1 as bigint) from (
                select i.other_id from package_incompatibilities i where i.package_id = $1
                union all
                select i.package_id from package_incompatibilities i where i.other_id = $1
                union all
                select i.package_id from gained cross join package_incompatibilities i where i.other_id = gained.id
             ) as pairs limit 1"
        ),
        package,
        now
    )?;
    Ok(found.is_some())
}

/// The groups that somebody may be in whenever they want, because a package makes them eligible.
pub async fn eligible_by_package(link: &mut Link, holder: UserId, now: Ts) -> Result<Vec<GroupId>, Fault> {
    let rows: Vec<(GroupId,)> = rows!(
        link,
        "select a.resource_id from role_assignments a
         where a.principal_id = $1 and a.role = 'group_member' and a.assignment_type = 'eligible' and a.source = 'package'
            and a.ended_at is null and a.starts_at <= $2 and (a.ends_at is null or a.ends_at > $2)",
        holder,
        now,
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Whether a package makes its holders members of a group, through other groups too.
pub async fn gives(link: &mut Link, package: PackageId, group: GroupId, now: Ts) -> Result<bool, Fault> {
    let found: Option<(i64,)> =
        row!(link, gained_sql!("select cast(1 as bigint) from gained where id = $3 limit 1"), package, now, group)?;
    Ok(found.is_some())
}

/// Holders of the package `$1` with what else they have at `$2` of what is incompatible with it.
macro_rules! overlaps_sql {
    ($columns:literal, $rest:literal) => {
        concat!(
            "with recursive others (kind, id) as (
                select i.kind, i.other_id from package_incompatibilities i where i.package_id = $1
                union
                select 'package', i.package_id from package_incompatibilities i where i.other_id = $1
             ), below (root, id) as (
                select o.id, o.id from others o where o.kind = 'group'
                union
                select below.root, n.principal_id from below cross join role_assignments n
                where n.resource_id = below.id and n.role = 'group_member' and n.principal_kind = 'group' and n.assignment_type = 'active'
                    and n.ended_at is null and n.starts_at <= $2 and (n.ends_at is null or n.ends_at > $2)
             )
             select ",
            $columns,
            " from package_assignments h cross join others o cross join users u
             where h.package_id = $1 and h.ended_at is null and h.starts_at <= $2 and (h.ends_at is null or h.ends_at > $2)
                and u.id = h.holder_id and u.enabled
                and ((o.kind = 'package' and exists (
                    select 1 from package_assignments a where a.holder_id = h.holder_id and a.package_id = o.id and a.ended_at is null
                        and a.starts_at <= $2 and (a.ends_at is null or a.ends_at > $2)
                )) or (o.kind = 'group' and exists (
                    select 1 from below cross join role_assignments m where below.root = o.id and m.principal_id = h.holder_id
                        and m.role = 'group_member' and m.resource_id = below.id and m.assignment_type = 'active' and m.ended_at is null
                        and m.starts_at <= $2 and (m.ends_at is null or m.ends_at > $2)
                )))",
            $rest
        )
    };
}

/// A page of the people who have a package and something incompatible with it, the newest holders first. `before` is the
/// start and id of the package assignment, and the id on the other side, of the last row of the page before.
pub async fn overlaps(
    link: &mut Link,
    package: PackageId,
    before: Option<(Ts, PackageAssignmentId, AnyId)>,
    limit: usize,
    now: Ts,
) -> Result<Vec<Overlap>, Fault> {
    let (at, held, other) = before.unwrap_or((Ts(i64::MAX), PackageAssignmentId(AnyId::max()), AnyId::max()));
    let rows: Vec<(UserId, PackageAssignmentId, Ts, String, AnyId)> = rows!(
        link,
        overlaps_sql!(
            "h.holder_id, h.id, h.starts_at, o.kind, o.id",
            " and (h.starts_at, h.id, o.id) < ($3, $4, $5) order by h.starts_at desc, h.id desc, o.id desc limit $6"
        ),
        package,
        now,
        at,
        held,
        other,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?;
    rows.into_iter().map(|(holder, held, since, kind, id)| Ok(Overlap { holder, held, since, with: read(&kind, id)? })).collect()
}

/// How many people that are, each counted once.
pub async fn count_overlapping(link: &mut Link, package: PackageId, now: Ts) -> Result<i64, Fault> {
    let count: Option<(i64,)> = row!(link, overlaps_sql!("count(distinct h.holder_id)", ""), package, now)?;
    Ok(count.map_or(0, |(count,)| count))
}
