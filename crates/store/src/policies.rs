//! Policies as administrators see and change them.

use crate::{Fault, Link, Saved, packages};
use model::package::PolicySettings;
use model::{AnyId, PackageId, PolicyId, Ts, UserId};
use rules::package::Policy;
use rules::user::folded;

/// A policy of a package with its version.
pub async fn get(link: &mut Link, package: PackageId, id: PolicyId) -> Result<Option<(Policy, i64)>, Fault> {
    let row: Option<(String, bool, String, i64)> = row!(
        link,
        "select name, enabled, settings, version from policies where id = $1 and package_id = $2 and deleted_at is null",
        id,
        package,
    )?;
    let Some((name, enabled, settings, version)) = row else { return Ok(None) };
    let settings: PolicySettings = serde_json::from_str(&settings).map_err(|error| Fault::impossible("policies", id, error))?;
    Ok(Some((Policy { id, name, enabled, settings }, version)))
}

/// A page of the enabled policies that no rule uses, of packages in enabled catalogs, with their packages, by id. `after` is the
/// last of the page before.
pub async fn enabled(link: &mut Link, after: Option<PolicyId>, limit: usize) -> Result<Vec<(PackageId, String, Policy)>, Fault> {
    let rows: Vec<(PackageId, String, PolicyId, String, bool, String)> = rows!(
        link,
        "select p.id, p.name, o.id, o.name, o.enabled, o.settings from policies o cross join packages p cross join catalogs c
         where o.enabled and not o.automatic and o.deleted_at is null and p.id = o.package_id and p.deleted_at is null
            and c.id = p.catalog_id and c.enabled and o.id > $1 order by o.id limit $2",
        after.unwrap_or(PolicyId(AnyId::nil())),
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?;
    let one =
        |(package, name, id, policy, enabled, settings)| Ok((package, name, packages::policy((id, policy, enabled, settings))?));
    rows.into_iter().map(one).collect()
}

/// Adds a policy behind the others.
pub async fn insert(link: &mut Link, package: PackageId, policy: &Policy) -> Result<(), Fault> {
    let last: Option<(i64,)> = row!(link, "select coalesce(max(position), -1) from policies where package_id = $1", package)?;
    packages::insert_policy(link, package, last.map_or(0, |(last,)| last + 1), policy).await
}

/// Saves a policy that was read with this version.
pub async fn update(link: &mut Link, package: PackageId, policy: &Policy, version: i64) -> Result<Saved, Fault> {
    let settings = serde_json::to_string(&policy.settings).map_err(|error| Fault::new(format!("write a policy: {error}")))?;
    let rows = run!(
        link,
        "update policies set name = $3, enabled = $4, settings = $5, automatic = $6, asks_id = $7, version = version + 1
         where id = $1 and version = $2 and deleted_at is null",
        policy.id,
        version,
        &policy.name,
        policy.enabled,
        settings,
        policy.settings.is_automatic(),
        policy.settings.asks.map(|asked| asked.webhook),
    )?;
    if rows == 1 {
        packages::set_scope(link, package, policy).await?;
    }
    Ok(Saved::one(rows))
}

/// Nobody can request under the policy any more, and nobody sees it. The row stays for the requests made under it.
pub async fn delete(link: &mut Link, policy: PolicyId, now: Ts) -> Result<(), Fault> {
    run!(link, "update policies set deleted_at = $2, evaluate_at = null, version = version + 1 where id = $1", policy, now)?;
    run!(link, "delete from policy_scopes where policy_id = $1", policy)?;
    Ok(())
}

/// The user of this user name, or the one user of this display name.
pub async fn user_called(link: &mut Link, name: &str) -> Result<Option<UserId>, Fault> {
    let key = folded(&crate::dialect::storable(name));
    let user: Option<(UserId,)> = row!(link, "select id from users where user_name_key = $1", key.clone())?;
    if let Some((user,)) = user {
        return Ok(Some(user));
    }
    let users: Vec<(UserId,)> = rows!(link, "select id from users where display_name_key = $1 limit 2", key)?;
    Ok(match users.as_slice() {
        [(only,)] => Some(*only),
        _ => None,
    })
}
