//! Policies whose rule assigns, and what is held through them. What concerns many people is written in few statements.

use crate::packages::HeldRow;
use crate::{Fault, Link};
use model::package::PolicySettings;
use model::request::PackageAssignment;
use model::{PackageId, PolicyId, Ts};
use rules::package::Policy;

/// A policy with the package that its rule assigns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assigning {
    pub package: PackageId,
    pub package_name: String,
    pub policy: Policy,
}

#[derive(sqlx::FromRow)]
struct Row {
    package_id: PackageId,
    package_name: String,
    id: PolicyId,
    name: String,
    enabled: bool,
    settings: String,
}

impl Row {
    fn assigning(self) -> Result<Assigning, Fault> {
        let settings: PolicySettings =
            serde_json::from_str(&self.settings).map_err(|error| Fault::impossible("policies", self.id, error))?;
        let policy = Policy { id: self.id, name: self.name, enabled: self.enabled, settings };
        Ok(Assigning { package: self.package_id, package_name: self.package_name, policy })
    }
}

macro_rules! assigning_sql {
    ($condition:literal) => {
        concat!(
            "select y.package_id, p.name as package_name, y.id, y.name, y.enabled, y.settings
             from policies y cross join packages p
             where p.id = y.package_id and p.deleted_at is null and y.deleted_at is null and y.automatic and ",
            $condition
        )
    };
}

/// Every policy whose rule assigns now. Each change of a user asks every rule, so the list is read often and is short.
pub async fn all(link: &mut Link) -> Result<Vec<Assigning>, Fault> {
    let rows: Vec<Row> = rows!(link, assigning_sql!("y.enabled order by y.package_id"))?;
    rows.into_iter().map(Row::assigning).collect()
}

/// One by id, also a disabled one.
pub async fn get(link: &mut Link, policy: PolicyId) -> Result<Option<Assigning>, Fault> {
    let row: Option<Row> = row!(link, assigning_sql!("y.id = $1"), policy)?;
    row.map(Row::assigning).transpose()
}

/// When the rule is asked again by itself.
pub async fn set_evaluation(link: &mut Link, policy: PolicyId, at: Option<Ts>) -> Result<(), Fault> {
    run!(link, "update policies set evaluate_at = $2 where id = $1", policy, at)?;
    Ok(())
}

/// Policies whose rule is to be asked again.
pub async fn due(link: &mut Link, now: Ts, limit: usize) -> Result<Vec<PolicyId>, Fault> {
    let rows: Vec<(PolicyId,)> = rows!(
        link,
        "select id from policies where evaluate_at is not null and evaluate_at <= $1 order by evaluate_at limit $2",
        now,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Every assignment of a package that has not ended, in whatever way it is held.
pub async fn holdings(link: &mut Link, package: PackageId) -> Result<Vec<PackageAssignment>, Fault> {
    let rows: Vec<HeldRow> = rows!(
        link,
        "select h.id, h.package_id, h.policy_id, h.holder_id, h.request_id, h.starts_at, h.ends_at, h.ended_at, h.version
         from package_assignments h where h.package_id = $1 and h.ended_at is null order by h.id",
        package
    )?;
    Ok(rows.into_iter().map(PackageAssignment::from).collect())
}

/// Adds package assignments without an end.
pub async fn give(link: &mut Link, held: &[PackageAssignment]) -> Result<(), Fault> {
    run_many!(
        link,
        "insert into package_assignments (id, package_id, policy_id, holder_id, starts_at, version) values ($1, $2, $3, $4, $5, 0)",
        held,
        |held| held.id,
        held.package,
        held.policy,
        held.holder,
        held.starts_at,
    )?;
    Ok(())
}

/// Moves the end of package assignments that were read with their versions, and of all that came with them; how many.
pub async fn set_ends(link: &mut Link, held: &[PackageAssignment], ends_at: Option<Ts>) -> Result<u64, Fault> {
    let changed = run_many!(
        link,
        "with moved (id, version, ends_at) as (values ($1, $2, $3))
         update package_assignments set ends_at = moved.ends_at, warn_at = null, version = package_assignments.version + 1
         from moved where package_assignments.id = moved.id and package_assignments.version = moved.version
            and package_assignments.ended_at is null",
        held,
        |held| held.id,
        held.version,
        ends_at,
    )?;
    run_many!(
        link,
        "with moved (id, ends_at) as (values ($1, $2))
         update role_assignments set ends_at = moved.ends_at
         from moved where role_assignments.source_id = moved.id and role_assignments.ended_at is null",
        held,
        |held| held.id,
        ends_at,
    )?;
    Ok(changed)
}
