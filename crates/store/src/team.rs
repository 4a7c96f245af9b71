//! Those who report to somebody, what they hold and wait for, and what can be asked for in their place.

use crate::dialect::{after_name, in_ids};
use crate::packages::{HeldRow, Listed, policy};
use crate::search::Words;
use crate::{Fault, Link, requests, search, users};
use model::directory::UserKind;
use model::request::{PackageAssignment, Request};
use model::{AnyId, PackageId, PolicyId, Ts, UserId};
use rules::package::Policy;
use rules::user::User;

/// A page of those who report to somebody, by name. `after` is the folded name and id of the last row of the page before.
pub async fn reports(
    link: &mut Link,
    manager: UserId,
    after: Option<(String, UserId)>,
    limit: usize,
) -> Result<Vec<User>, Fault> {
    let (name, id) = after_name(after);
    let rows: Vec<users::Row> = rows!(
        link,
        "select u.id, u.user_name, u.display_name, u.mail, u.kind, u.manager_id, u.enabled, u.profile, u.created_at,
            u.last_sign_in_at, u.version from users u
         where u.manager_id = $1 and (u.display_name_key, u.id) > ($2, $3) order by u.display_name_key, u.id limit $4",
        manager,
        name,
        id,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?;
    rows.into_iter().map(users::Row::user).collect()
}

/// Everything that these people hold through packages and that has not ended. The clock is not asked here.
pub async fn held(link: &mut Link, holders: &[UserId]) -> Result<Vec<PackageAssignment>, Fault> {
    let ids: Vec<AnyId> = holders.iter().map(|holder| holder.0).collect();
    let sql = "select h.id, h.package_id, h.policy_id, h.holder_id, h.request_id, h.starts_at, h.ends_at, h.ended_at, h.version
         from package_assignments h where h.ended_at is null and h.holder_id in ({ids}) order by h.starts_at, h.id";
    let rows: Vec<HeldRow> = in_ids(link, sql, &ids).await?;
    Ok(rows.into_iter().map(PackageAssignment::from).collect())
}

/// All open requests that give something to these people.
pub async fn open(link: &mut Link, beneficiaries: &[UserId]) -> Result<Vec<Request>, Fault> {
    let ids: Vec<AnyId> = beneficiaries.iter().map(|person| person.0).collect();
    let sql = "select r.id from requests r
         where r.phase in ('pending_approval', 'scheduled', 'delivering') and r.beneficiary_id in ({ids})";
    let found: Vec<(model::RequestId,)> = in_ids(link, sql, &ids).await?;
    let found: Vec<_> = found.into_iter().map(|(id,)| id).collect();
    requests::several(link, &found).await
}

/// A page of the packages for which some policy that covers a person lets managers ask, by name. Whether one of these
/// policies counts is for the rules to say. Each package is looked at by itself: few policies let managers, and a
/// planner who knows that would read all scopes for them.
pub async fn available(
    link: &mut Link,
    report: (UserId, UserKind),
    words: &Words,
    after: Option<(String, PackageId)>,
    limit: usize,
    now: Ts,
) -> Result<Vec<Listed>, Fault> {
    let (report, kind) = report;
    let (name, id) = after_name(after);
    let members = kind == UserKind::Member;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let Some(reading) = search::reading(link, search::PACKAGE, words).await? else {
        let sql = available_sql!("packages p", "1 = (select 1", " and s.managers limit 1)", "");
        return rows!(link, sql, report, now, members, name, id, limit);
    };
    let sql = if reading.few {
        available_sql!(
            concat!(found_sql!("package", "$7", "$8", "$9", "$10"), " cross join packages p"),
            "1 = (select 1",
            " and s.managers limit 1)",
            " and p.id = found.subject_id"
        )
    } else {
        available_sql!(
            "packages p",
            "1 = (select 1",
            " and s.managers limit 1)",
            both_begin_sql!("p.id", "package", "$7", "$8", "$9", "$10")
        )
    };
    let (first, second) = (&reading.first, &reading.second);
    rows!(link, sql, report, now, members, name, id, limit, &first.0, &first.1, &second.0, &second.1)
}

/// The policies of packages, each with its package, in no order.
pub async fn policies(link: &mut Link, packages: &[PackageId]) -> Result<Vec<(PackageId, Policy)>, Fault> {
    let ids: Vec<AnyId> = packages.iter().map(|package| package.0).collect();
    let sql = "select package_id, id, name, enabled, settings from policies where deleted_at is null and package_id in ({ids})";
    let rows: Vec<(PackageId, PolicyId, String, bool, String)> = in_ids(link, sql, &ids).await?;
    rows.into_iter().map(|(package, id, name, enabled, settings)| Ok((package, policy((id, name, enabled, settings))?))).collect()
}
