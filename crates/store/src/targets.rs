//! Targets, as they are set, and how they answered as a whole.

use crate::dialect::storable;
use crate::{Fault, Link, Saved};
use model::target::{Drift, Leavers, Target};
use model::{AnyId, ApplicationId, ApplicationRoleId, GroupId, TargetId, Ts};
use rules::user::folded;
use std::collections::BTreeMap;

#[derive(sqlx::FromRow)]
struct Row {
    id: TargetId,
    application_id: ApplicationId,
    application: String,
    name: String,
    base_url: String,
    kind: String,
    token: Vec<u8>,
    unknown_access: String,
    adopted_days: i64,
    leavers: String,
    creates_groups: bool,
    groups: String,
    per_second: i64,
    enabled: bool,
    created_at: Ts,
    version: i64,
    tries: i64,
    next_try_at: Ts,
    fault: Option<String>,
    reconcile_at: Ts,
    compares: bool,
    reconciled_at: Option<Ts>,
    uncompared: Option<String>,
}

/// A target as it is stored. It has no `Debug`: the token, though sealed, is shown nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Stored {
    pub target: Target,
    /// What its application is called.
    pub application: String,
    /// Sealed.
    pub token: Vec<u8>,
    pub tries: i64,
    pub next_try_at: Ts,
    /// Why it could not be asked last.
    pub fault: Option<String>,
    pub reconcile_at: Ts,
    /// The members there are compared once nobody is due any more.
    pub compares: bool,
    pub reconciled_at: Option<Ts>,
    /// Which groups could not be compared then, and why: sentences.
    pub uncompared: Option<String>,
}

impl Row {
    fn stored(self) -> Result<Stored, Fault> {
        let wrong = |what: String| Fault::impossible("targets", self.id, what);
        let target = Target {
            id: self.id,
            application: self.application_id,
            name: self.name,
            base_url: self.base_url,
            kind: serde_json::from_str(&self.kind).map_err(|error| wrong(error.to_string()))?,
            drift: Drift::from_key(&self.unknown_access)
                .ok_or_else(|| wrong(format!("unknown access {}", self.unknown_access)))?,
            adopted_days: u32::try_from(self.adopted_days).map_err(|_| wrong(format!("adopted days {}", self.adopted_days)))?,
            leavers: Leavers::from_key(&self.leavers).ok_or_else(|| wrong(format!("leavers {}", self.leavers)))?,
            creates_groups: self.creates_groups,
            groups: serde_json::from_str(&self.groups).map_err(|error| wrong(error.to_string()))?,
            per_second: u32::try_from(self.per_second).map_err(|_| wrong(format!("per second {}", self.per_second)))?,
            enabled: self.enabled,
            created_at: self.created_at,
            version: self.version,
        };
        Ok(Stored {
            target,
            application: self.application,
            token: self.token,
            tries: self.tries,
            next_try_at: self.next_try_at,
            fault: self.fault,
            reconcile_at: self.reconcile_at,
            compares: self.compares,
            reconciled_at: self.reconciled_at,
            uncompared: self.uncompared,
        })
    }
}

macro_rules! target_sql {
    ($rest:literal) => {
        concat!(
            "select t.id, t.application_id, a.name as application, t.name, t.base_url, t.kind, t.token, t.unknown_access, t.adopted_days, t.leavers,
                t.creates_groups, t.groups, t.per_second, t.enabled, t.created_at, t.version, t.tries, t.next_try_at, t.fault,
                t.reconcile_at, t.compares, t.reconciled_at, t.uncompared
             from targets t join applications a on a.id = t.application_id ",
            $rest
        )
    };
}

/// All of them, by name.
pub async fn list(link: &mut Link) -> Result<Vec<Stored>, Fault> {
    let rows: Vec<Row> = rows!(link, target_sql!("order by t.name_key, t.id"))?;
    rows.into_iter().map(Row::stored).collect()
}

pub async fn get(link: &mut Link, id: TargetId) -> Result<Option<Stored>, Fault> {
    let row: Option<Row> = row!(link, target_sql!("where t.id = $1"), id)?;
    row.map(Row::stored).transpose()
}

/// The targets at which something is due: a comparison, a mark, or somebody who is tried again.
pub async fn due(link: &mut Link, now: Ts) -> Result<Vec<TargetId>, Fault> {
    let rows: Vec<(TargetId,)> = rows!(
        link,
        "select t.id from targets t
         where t.enabled and t.next_try_at <= $1 and (t.compares or t.reconcile_at <= $1
            or (select min(m.due_at) from target_marks m where m.target_id = t.id) <= $1
            or (select min(p.due_at) from target_people p where p.target_id = t.id and p.due_at is not null) <= $1)
         order by t.name_key, t.id",
        now
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The enabled targets, and whose roles they are told.
pub async fn enabled(link: &mut Link) -> Result<BTreeMap<ApplicationId, TargetId>, Fault> {
    let rows: Vec<(ApplicationId, TargetId)> = rows!(link, "select application_id, id from targets where enabled")?;
    Ok(rows.into_iter().collect())
}

/// The roles of the applications of all targets.
pub async fn roles(link: &mut Link) -> Result<BTreeMap<TargetId, Vec<(ApplicationRoleId, String)>>, Fault> {
    let rows: Vec<(TargetId, ApplicationRoleId, String)> = rows!(
        link,
        "select t.id, r.id, r.name from targets t join application_roles r on r.application_id = t.application_id order by r.name"
    )?;
    let mut roles: BTreeMap<TargetId, Vec<(ApplicationRoleId, String)>> = BTreeMap::new();
    for (target, role, name) in rows {
        roles.entry(target).or_default().push((role, name));
    }
    Ok(roles)
}

/// The applications whose roles these groups have, or ever had.
pub async fn applications_of_groups(link: &mut Link, groups: &[GroupId]) -> Result<Vec<(GroupId, ApplicationId)>, Fault> {
    let ids: Vec<AnyId> = groups.iter().map(|group| group.0).collect();
    let sql = "select distinct a.principal_id, a.resource_id from role_assignments a
         where a.principal_id in ({ids}) and a.role = 'application_role'";
    crate::dialect::in_ids(link, sql, &ids).await
}

fn groups_column(target: &Target) -> Result<String, Fault> {
    serde_json::to_string(&target.groups).map_err(|error| Fault::new(format!("write the groups of a target: {error}")))
}

fn kind_column(target: &Target) -> Result<String, Fault> {
    serde_json::to_string(&target.kind).map_err(|error| Fault::new(format!("write the kind of a target: {error}")))
}

/// Adds one; everybody is looked at at once. A name that is there already is a fault of kind duplicate.
pub async fn insert(link: &mut Link, target: &Target, token: &[u8]) -> Result<(), Fault> {
    run!(
        link,
        "insert into targets (id, application_id, name, name_key, base_url, token, unknown_access, leavers, creates_groups, groups,
            per_second, enabled, created_at, version, kind, adopted_days, tries, next_try_at, reconcile_at, compares)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 0, $13, $13, false)",
        target.id,
        target.application,
        target.name.as_str(),
        folded(&target.name),
        target.base_url.as_str(),
        token,
        target.drift.key(),
        target.leavers.key(),
        target.creates_groups,
        groups_column(target)?,
        i64::from(target.per_second),
        target.enabled,
        target.created_at,
        target.version,
        kind_column(target)?,
        i64::from(target.adopted_days),
    )?;
    Ok(())
}

/// Saves everything but the token, if nobody else did since it had the version `before`. Everybody is looked at again.
pub async fn update(link: &mut Link, target: &Target, before: i64, now: Ts) -> Result<Saved, Fault> {
    let rows = run!(
        link,
        "update targets set name = $2, name_key = $3, base_url = $4, unknown_access = $5, leavers = $6, creates_groups = $7, groups = $8,
            per_second = $9, enabled = $10, version = $11, tries = 0, next_try_at = $13, fault = null, reconcile_at = $13, kind = $14,
            adopted_days = $15
         where id = $1 and version = $12",
        target.id,
        target.name.as_str(),
        folded(&target.name),
        target.base_url.as_str(),
        target.drift.key(),
        target.leavers.key(),
        target.creates_groups,
        groups_column(target)?,
        i64::from(target.per_second),
        target.enabled,
        target.version,
        before,
        now,
        kind_column(target)?,
        i64::from(target.adopted_days),
    )?;
    Ok(Saved::one(rows))
}

/// Nobody else changes which role has which group at which target before the transaction ends: two such changes, each right by
/// itself, could give one group to two roles.
pub async fn guard_groups(link: &mut Link) -> Result<(), Fault> {
    let _row: Option<(i64,)> = row_to_change!(link, "select id from target_groups_guard where id = 1")?;
    Ok(())
}

/// Nobody else changes it before the transaction ends; whether it is there. What only refers to it waits for nobody.
pub async fn guard(link: &mut Link, id: TargetId) -> Result<bool, Fault> {
    Ok(run!(link, "update targets set version = version where id = $1", id)? == 1)
}

/// Whether it is still set as it was with this version.
pub async fn has_version(link: &mut Link, id: TargetId, version: i64) -> Result<bool, Fault> {
    let row: Option<(i64,)> = row!(link, "select version from targets where id = $1", id)?;
    Ok(row == Some((version,)))
}

/// `token` is sealed.
pub async fn set_token(link: &mut Link, id: TargetId, token: &[u8]) -> Result<(), Fault> {
    run!(link, "update targets set token = $2 where id = $1", id, token)?;
    Ok(())
}

/// Forgets one, with everything that is known of it.
pub async fn delete(link: &mut Link, id: TargetId) -> Result<(), Fault> {
    run!(link, "delete from target_adoptions where target_id = $1", id)?;
    run!(link, "delete from target_findings where target_id = $1", id)?;
    run!(link, "delete from target_items where target_id = $1", id)?;
    run!(link, "delete from target_people where target_id = $1", id)?;
    run!(link, "delete from target_marks where target_id = $1", id)?;
    run!(link, "delete from target_groups where target_id = $1", id)?;
    run!(link, "delete from targets where id = $1", id)?;
    Ok(())
}

/// How the target answered as a whole: with a fault it is left alone until `next_try_at`.
pub async fn answered(link: &mut Link, id: TargetId, tries: i64, next_try_at: Ts, fault: Option<&str>) -> Result<(), Fault> {
    let fault = fault.map(storable);
    run!(link, "update targets set tries = $2, next_try_at = $3, fault = $4 where id = $1", id, tries, next_try_at, fault)?;
    Ok(())
}

/// It is asked again at once, whatever it answered.
pub async fn ask_again(link: &mut Link, id: TargetId, now: Ts) -> Result<(), Fault> {
    run!(link, "update targets set next_try_at = $2 where id = $1 and next_try_at > $2", id, now)?;
    Ok(())
}

/// Everybody is looked at again from `at` on.
pub async fn reconcile_at(link: &mut Link, id: TargetId, at: Ts, compares: bool) -> Result<(), Fault> {
    run!(link, "update targets set reconcile_at = $2, compares = $3 where id = $1", id, at, compares)?;
    Ok(())
}

/// Whether this server brings a target up to date from now on, and nobody else until then.
pub async fn claim(link: &mut Link, id: TargetId, run: AnyId, now: Ts, until: Ts) -> Result<bool, Fault> {
    let rows = run!(
        link,
        "update targets set run_id = $2, leased_until = $4
         where id = $1 and (run_id is null or run_id = $2 or leased_until <= $3)",
        id,
        run,
        now,
        until,
    )?;
    Ok(rows == 1)
}

/// It goes on; whether nobody else has it meanwhile.
pub async fn goes_on(link: &mut Link, id: TargetId, run: AnyId, until: Ts) -> Result<bool, Fault> {
    Ok(run!(link, "update targets set leased_until = $3 where id = $1 and run_id = $2", id, run, until)? == 1)
}

/// Nothing is left to do: whoever sees something next does it.
pub async fn release(link: &mut Link, id: TargetId, run: AnyId) -> Result<(), Fault> {
    run!(link, "update targets set run_id = null, leased_until = null where id = $1 and run_id = $2", id, run)?;
    Ok(())
}

/// The members there were compared, but for what is said.
pub async fn reconciled(link: &mut Link, id: TargetId, now: Ts, uncompared: Option<&str>) -> Result<(), Fault> {
    let said = uncompared.map(storable);
    let sql = "update targets set compares = $3, reconciled_at = $2, uncompared = $4 where id = $1";
    run!(link, sql, id, now, false, said)?;
    Ok(())
}

/// The ids of the groups there, as far as they were found.
pub async fn groups(link: &mut Link, id: TargetId) -> Result<BTreeMap<ApplicationRoleId, String>, Fault> {
    let rows: Vec<(ApplicationRoleId, String)> =
        rows!(link, "select application_role_id, remote_id from target_groups where target_id = $1", id)?;
    Ok(rows.into_iter().collect())
}

pub async fn set_group(link: &mut Link, id: TargetId, role: ApplicationRoleId, remote: &str) -> Result<(), Fault> {
    run!(
        link,
        "insert into target_groups (target_id, application_role_id, remote_id) values ($1, $2, $3)
         on conflict (target_id, application_role_id) do update set remote_id = excluded.remote_id",
        id,
        role,
        storable(remote),
    )?;
    Ok(())
}

/// A group is not where it was.
pub async fn forget_group(link: &mut Link, id: TargetId, role: ApplicationRoleId) -> Result<(), Fault> {
    run!(link, "delete from target_groups where target_id = $1 and application_role_id = $2", id, role)?;
    Ok(())
}
