//! Catalogs, access packages, policies, and who holds packages.
//!
//! The file is long because each statement about them stands here once.

use crate::assignments::{assignment_type, reason_column, resource_role, role_columns, type_column};
use crate::dialect::{after_name, in_ids_of};
use crate::search::Words;
use crate::{Fault, Link, Saved, search};
use model::access::EndReason;
use model::directory::UserKind;
use model::package::{PackageRole, PolicySettings, Scope};
use model::request::PackageAssignment;
use model::{AnyId, CatalogId, PackageAssignmentId, PackageId, PolicyId, RequestId, Ts, UserId};
use rules::package::Policy;
use rules::user::folded;
use std::collections::BTreeSet;
use uuid::Uuid;

/// A catalog as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalog {
    pub id: CatalogId,
    pub name: String,
    pub description: String,
    pub enabled: bool,
    pub created_at: Ts,
}

/// A package as stored, without roles and policies.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Package {
    pub id: PackageId,
    pub catalog_id: CatalogId,
    pub catalog: String,
    pub catalog_enabled: bool,
    pub name: String,
    pub description: String,
    pub hidden: bool,
    pub created_at: Ts,
}

/// A package in a list.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Listed {
    pub id: PackageId,
    pub name: String,
    pub name_key: String,
    pub description: String,
}

macro_rules! package_sql {
    ($rest:literal) => {
        concat!(
            "select p.id, p.catalog_id, c.name as catalog, c.enabled as catalog_enabled, p.name, p.description, p.hidden, p.created_at \
             from packages p join catalogs c on c.id = p.catalog_id ",
            $rest
        )
    };
}

pub async fn insert_catalog(link: &mut Link, catalog: &Catalog) -> Result<(), Fault> {
    run!(
        link,
        "insert into catalogs (id, name, name_key, description, enabled, created_at, version) values ($1, $2, $3, $4, $5, $6, 0)",
        catalog.id,
        &catalog.name,
        folded(&catalog.name),
        &catalog.description,
        catalog.enabled,
        catalog.created_at,
    )?;
    search::set(link, search::CATALOG, catalog.id.0, &[&catalog.name, &catalog.description]).await
}

/// Adds a package with what it gives.
pub async fn insert(link: &mut Link, package: &Package, roles: &[PackageRole]) -> Result<(), Fault> {
    run!(
        link,
        "insert into packages (id, catalog_id, name, name_key, description, hidden, created_at, version)
         values ($1, $2, $3, $4, $5, $6, $7, 0)",
        package.id,
        package.catalog_id,
        &package.name,
        folded(&package.name),
        &package.description,
        package.hidden,
        package.created_at,
    )?;
    let rows: Vec<(usize, &PackageRole)> = roles.iter().enumerate().collect();
    run_many!(
        link,
        "insert into package_roles (package_id, position, role, resource_id, application_role_id, assignment_type)
         values ($1, $2, $3, $4, $5, $6)",
        rows,
        |(position, given)| package.id,
        i64::try_from(*position).unwrap_or(i64::MAX),
        role_columns(given.role).0,
        role_columns(given.role).1,
        role_columns(given.role).2,
        type_column(given.assignment_type),
    )?;
    crate::package_editing::index(link, package.id).await
}

/// Adds a policy and takes its scope apart for look-ups.
pub async fn insert_policy(link: &mut Link, package: PackageId, position: i64, policy: &Policy) -> Result<(), Fault> {
    let settings = serde_json::to_string(&policy.settings).map_err(|error| Fault::new(format!("write a policy: {error}")))?;
    run!(
        link,
        "insert into policies (id, package_id, name, enabled, position, settings, automatic, version, asks_id)
         values ($1, $2, $3, $4, $5, $6, $7, 0, $8)",
        policy.id,
        package,
        &policy.name,
        policy.enabled,
        position,
        settings,
        policy.settings.is_automatic(),
        policy.settings.asks.map(|asked| asked.webhook),
    )?;
    set_scope(link, package, policy).await
}

/// Takes the scope of a policy apart for look-ups, in place of what was there.
pub(crate) async fn set_scope(link: &mut Link, package: PackageId, policy: &Policy) -> Result<(), Fault> {
    run!(link, "delete from policy_scopes where policy_id = $1", policy.id)?;
    let subjects: Vec<(&'static str, AnyId)> = match &policy.settings.scope {
        Scope::Specific { users, groups } => {
            users.iter().map(|user| ("user", user.0)).chain(groups.iter().map(|group| ("group", group.0))).collect()
        }
        Scope::AllMembers => vec![("members", Uuid::nil())],
        Scope::AllUsers => vec![("everyone", Uuid::nil())],
        Scope::Nobody | Scope::Automatic { .. } => Vec::new(),
    };
    run_many!(
        link,
        "insert into policy_scopes (policy_id, kind, subject_id, package_id, managers) values ($1, $2, $3, $4, $5)",
        subjects,
        |(kind, subject)| policy.id,
        *kind,
        *subject,
        package,
        policy.settings.managers_may_request,
    )?;
    Ok(())
}

pub async fn get(link: &mut Link, id: PackageId) -> Result<Option<Package>, Fault> {
    row!(link, package_sql!("where p.id = $1 and p.deleted_at is null"), id)
}

/// What packages give, package by package in their order.
pub async fn roles(link: &mut Link, packages: &[PackageId]) -> Result<Vec<(PackageId, PackageRole)>, Fault> {
    let ids: Vec<AnyId> = packages.iter().map(|package| package.0).collect();
    let rows: Vec<(PackageId, String, Uuid, Uuid, String)> = crate::dialect::in_ids(
        link,
        "select package_id, role, resource_id, application_role_id, assignment_type from package_roles
         where package_id in ({ids}) order by package_id, position",
        &ids,
    )
    .await?;
    rows.into_iter()
        .map(|(package, role, resource, application_role, kind)| {
            let role = resource_role(&role, resource, application_role);
            match (role, assignment_type(&kind)) {
                (Some(role), Some(assignment_type)) => Ok((package, PackageRole { role, assignment_type })),
                _ => Err(Fault::impossible("package_roles", package, "role or assignment type")),
            }
        })
        .collect()
}

/// All policies of a package in their order.
pub async fn policies(link: &mut Link, package: PackageId) -> Result<Vec<Policy>, Fault> {
    let rows: Vec<(PolicyId, String, bool, String)> = rows!(
        link,
        "select id, name, enabled, settings from policies where package_id = $1 and deleted_at is null order by position, id",
        package
    )?;
    rows.into_iter().map(policy).collect()
}

pub(crate) fn policy((id, name, enabled, settings): (PolicyId, String, bool, String)) -> Result<Policy, Fault> {
    let settings: PolicySettings = serde_json::from_str(&settings).map_err(|error| Fault::impossible("policies", id, error))?;
    Ok(Policy { id, name, enabled, settings })
}

/// Policies by id, in no order.
pub async fn policies_by_id(link: &mut Link, ids: &[PolicyId]) -> Result<Vec<Policy>, Fault> {
    let ids: Vec<AnyId> = ids.iter().map(|id| id.0).collect();
    let sql = "select id, name, enabled, settings from policies where deleted_at is null and id in ({ids})";
    crate::dialect::in_ids(link, sql, &ids).await?.into_iter().map(policy).collect()
}

/// A page of the packages that somebody may request, by name: in an enabled catalog, not hidden, with an enabled
/// policy whose scope covers the person.
pub async fn available(
    link: &mut Link,
    user: UserId,
    kind: UserKind,
    words: &Words,
    after: Option<(String, PackageId)>,
    limit: usize,
    now: Ts,
) -> Result<Vec<Listed>, Fault> {
    let (name, id) = after_name(after);
    let members = kind == UserKind::Member;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let Some(reading) = search::reading(link, search::PACKAGE, words).await? else {
        return rows!(link, available_sql!("packages p", "exists (select 1", ")", ""), user, now, members, name, id, limit);
    };
    let sql = if reading.few {
        available_sql!(
            concat!(found_sql!("package", "$7", "$8", "$9", "$10"), " cross join packages p"),
            "exists (select 1",
            ")",
            " and p.id = found.subject_id"
        )
    } else {
        available_sql!("packages p", "exists (select 1", ")", both_begin_sql!("p.id", "package", "$7", "$8", "$9", "$10"))
    };
    let (first, second) = (&reading.first, &reading.second);
    rows!(link, sql, user, now, members, name, id, limit, &first.0, &first.1, &second.0, &second.1)
}

/// Packages by id, in no order.
pub async fn several(link: &mut Link, ids: &[PackageId]) -> Result<Vec<Listed>, Fault> {
    let ids: Vec<AnyId> = ids.iter().map(|id| id.0).collect();
    crate::dialect::in_ids(link, "select id, name, name_key, description from packages where id in ({ids})", &ids).await
}

/// Those of these packages that are there, in a catalog that is enabled.
pub async fn in_enabled_catalogs(link: &mut Link, ids: &[PackageId]) -> Result<BTreeSet<PackageId>, Fault> {
    let ids: Vec<AnyId> = ids.iter().map(|id| id.0).collect();
    let sql = "select p.id from packages p cross join catalogs c
         where c.id = p.catalog_id and c.enabled and p.deleted_at is null and p.id in ({ids})";
    let rows: Vec<(PackageId,)> = crate::dialect::in_ids(link, sql, &ids).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Those of these packages, in a catalog that is enabled, that somebody neither holds nor has asked for. Whether a policy lets them
/// ask is for the rules to say.
pub async fn free(link: &mut Link, user: UserId, ids: &[PackageId]) -> Result<Vec<PackageId>, Fault> {
    let ids: Vec<AnyId> = ids.iter().map(|id| id.0).collect();
    let sql = "select p.id from packages p cross join catalogs c
         where c.id = p.catalog_id and c.enabled and p.deleted_at is null and p.id in ({ids})
            and not exists (select 1 from package_assignments h
                where h.holder_id = $1 and h.package_id = p.id and h.ended_at is null)
            and not exists (select 1 from requests r where r.beneficiary_id = $1 and r.package_id = p.id
                and r.phase in ('pending_approval', 'scheduled', 'delivering'))";
    let rows: Vec<(PackageId,)> = in_ids_of(link, sql, Some(user.0), &ids).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The names of those of these packages that are in lists.
pub async fn shown_names(link: &mut Link, ids: &[PackageId]) -> Result<Vec<String>, Fault> {
    let ids: Vec<AnyId> = ids.iter().map(|id| id.0).collect();
    let sql = "select name from packages where not hidden and id in ({ids})";
    let names: Vec<(String,)> = crate::dialect::in_ids(link, sql, &ids).await?;
    Ok(names.into_iter().map(|(name,)| name).collect())
}

#[derive(sqlx::FromRow)]
pub(crate) struct HeldRow {
    id: PackageAssignmentId,
    package_id: PackageId,
    policy_id: PolicyId,
    holder_id: UserId,
    request_id: Option<RequestId>,
    starts_at: Ts,
    ends_at: Option<Ts>,
    ended_at: Option<Ts>,
    version: i64,
}

impl From<HeldRow> for PackageAssignment {
    fn from(row: HeldRow) -> Self {
        Self {
            id: row.id,
            package: row.package_id,
            policy: row.policy_id,
            holder: row.holder_id,
            request: row.request_id,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            ended_at: row.ended_at,
            version: row.version,
        }
    }
}

macro_rules! held_sql {
    ($($rest:expr),+) => {
        concat!(
            "select h.id, h.package_id, h.policy_id, h.holder_id, h.request_id, h.starts_at, h.ends_at, h.ended_at, h.version \
             from package_assignments h ",
            $($rest),+
        )
    };
}

/// Adds a package assignment. `warn_at` is when its holder is told that it ends.
pub async fn insert_held(link: &mut Link, held: &PackageAssignment, warn_at: Option<Ts>) -> Result<(), Fault> {
    run!(
        link,
        "insert into package_assignments (id, package_id, policy_id, holder_id, request_id, starts_at, ends_at, warn_at, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, 0)",
        held.id,
        held.package,
        held.policy,
        held.holder,
        held.request,
        held.starts_at,
        held.ends_at,
        warn_at,
    )?;
    Ok(())
}

/// The package assignment of one person that has not ended, if there is one. The clock is not asked here.
pub async fn held(link: &mut Link, holder: UserId, package: PackageId) -> Result<Option<PackageAssignment>, Fault> {
    let row: Option<HeldRow> =
        row!(link, held_sql!("where h.holder_id = $1 and h.package_id = $2 and h.ended_at is null"), holder, package)?;
    Ok(row.map(PackageAssignment::from))
}

/// All package assignments of one person that have not ended: what is decided by them must not miss one.
pub async fn held_by(link: &mut Link, holder: UserId) -> Result<Vec<PackageAssignment>, Fault> {
    let rows: Vec<HeldRow> =
        rows!(link, held_sql!("where h.holder_id = $1 and h.ended_at is null order by h.starts_at, h.id"), holder)?;
    Ok(rows.into_iter().map(PackageAssignment::from).collect())
}

/// The same of packages in whose name, description or resources somebody finds what they search for.
pub async fn held_found(link: &mut Link, holder: UserId, words: &Words) -> Result<Vec<PackageAssignment>, Fault> {
    let Some(first) = words.first() else { return held_by(link, holder).await };
    let second = words.second();
    let rows: Vec<HeldRow> = rows!(
        link,
        held_sql!(
            "where h.holder_id = $1 and h.ended_at is null",
            both_begin_sql!("h.package_id", "package", "$2", "$3", "$4", "$5")
        ),
        holder,
        &first.0,
        &first.1,
        &second.0,
        &second.1,
    )?;
    Ok(rows.into_iter().map(PackageAssignment::from).collect())
}

/// A page of the ended package assignments of one person, newest end first, of packages in which they find what they search for.
/// `before` is the end and id of the last row of the page before.
pub async fn ended(
    link: &mut Link,
    holder: UserId,
    words: &Words,
    before: Option<(Ts, PackageAssignmentId)>,
    limit: usize,
) -> Result<Vec<PackageAssignment>, Fault> {
    let (at, id) = before.unwrap_or((Ts(i64::MAX), PackageAssignmentId(Uuid::max())));
    let (first, second) = (words.first().cloned().unwrap_or_default(), words.second());
    let rows: Vec<HeldRow> = rows!(
        link,
        held_sql!(
            "where h.holder_id = $1 and h.ended_at is not null and (h.ended_at, h.id) < ($2, $3) and ($5 = '' or (",
            begins_sql!("h.package_id", "package", "$5", "$6"),
            " and ",
            begins_sql!("h.package_id", "package", "$7", "$8"),
            ")) order by h.ended_at desc, h.id desc limit $4"
        ),
        holder,
        at,
        id,
        i64::try_from(limit).unwrap_or(i64::MAX),
        &first.0,
        &first.1,
        &second.0,
        &second.1,
    )?;
    Ok(rows.into_iter().map(PackageAssignment::from).collect())
}

/// Package assignments by id, in no order.
pub async fn several_held(link: &mut Link, ids: &[PackageAssignmentId]) -> Result<Vec<PackageAssignment>, Fault> {
    let ids: Vec<AnyId> = ids.iter().map(|id| id.0).collect();
    let rows: Vec<HeldRow> = crate::dialect::in_ids(link, held_sql!("where h.id in ({ids})"), &ids).await?;
    Ok(rows.into_iter().map(PackageAssignment::from).collect())
}

pub async fn get_held(link: &mut Link, id: PackageAssignmentId) -> Result<Option<PackageAssignment>, Fault> {
    let row: Option<HeldRow> = row_to_change!(
        link,
        "select h.id, h.package_id, h.policy_id, h.holder_id, h.request_id, h.starts_at, h.ends_at, h.ended_at, h.version
         from package_assignments h where h.id = $1",
        id
    )?;
    Ok(row.map(PackageAssignment::from))
}

/// Ends a package assignment that was read with this version.
pub async fn end_held(link: &mut Link, held: &PackageAssignment, reason: EndReason, at: Ts) -> Result<Saved, Fault> {
    end_all_held(link, &[(held, reason)], at).await
}

/// Ends package assignments that were read with these versions. When one of them is not as it was read, the caller has to
/// drop the transaction: the others are ended in it.
pub async fn end_all_held(link: &mut Link, held: &[(&PackageAssignment, EndReason)], at: Ts) -> Result<Saved, Fault> {
    let rows = run_many!(
        link,
        "with over (id, version, ended_at, reason) as (values ($1, $2, $3, $4))
         update package_assignments as h set ended_at = over.ended_at, end_reason = over.reason, version = h.version + 1
         from over where h.id = over.id and h.version = over.version and h.ended_at is null",
        held,
        |(held, reason)| held.id,
        held.version,
        at,
        reason_column(*reason),
    )?;
    Ok(if rows == held.len() as u64 { Saved::Yes } else { Saved::Stale })
}

/// Moves the end of a package assignment that was read with this version.
pub async fn extend_held(
    link: &mut Link,
    held: &PackageAssignment,
    ends_at: Option<Ts>,
    warn_at: Option<Ts>,
) -> Result<Saved, Fault> {
    let rows = run!(
        link,
        "update package_assignments set ends_at = $3, warn_at = $4, version = version + 1
         where id = $1 and version = $2 and ended_at is null",
        held.id,
        held.version,
        ends_at,
        warn_at,
    )?;
    Ok(Saved::one(rows))
}

/// When the holder is told next that it ends.
pub async fn set_warning(link: &mut Link, held: PackageAssignmentId, at: Option<Ts>) -> Result<(), Fault> {
    run!(link, "update package_assignments set warn_at = $2 where id = $1", held, at)?;
    Ok(())
}

/// Package assignments whose holders are to be told that they end.
pub async fn ending(link: &mut Link, now: Ts, limit: usize) -> Result<Vec<PackageAssignmentId>, Fault> {
    let rows: Vec<(PackageAssignmentId,)> = rows!(
        link,
        "select id from package_assignments where ended_at is null and warn_at is not null and warn_at <= $1 order by warn_at limit $2",
        now,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Package assignments whose end has come, oldest first.
pub async fn due(link: &mut Link, now: Ts, limit: usize) -> Result<Vec<PackageAssignmentId>, Fault> {
    let rows: Vec<(PackageAssignmentId,)> = rows!(
        link,
        "select id from package_assignments where ended_at is null and ends_at is not null and ends_at <= $1 order by ends_at limit $2",
        now,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
