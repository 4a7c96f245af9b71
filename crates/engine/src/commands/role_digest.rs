//! The weekly letter to those who look after directory roles.

use super::{allowed, role_news};
use crate::Problem;
use crate::change::Change;
use model::Ts;
use model::command::{Command, Done};
use model::limits::DIGEST_ROLES;
use model::notice::RoleWeek;
use store::{Link, resources, role_assignments, sessions};

/// The fact that says when the next one is due.
const NEXT: &str = "role_digest_at";

async fn next(link: &mut Link) -> Result<Option<Ts>, store::Fault> {
    Ok(sessions::fact(link, NEXT).await?.and_then(|text| text.parse().ok()).map(Ts))
}

/// Whether one is due, or nobody has said yet when the first one is.
pub async fn is_due(link: &mut Link, now: Ts) -> Result<bool, store::Fault> {
    Ok(next(link).await?.is_none_or(|at| at <= now))
}

pub async fn due(change: &mut Change<'_>, command: &Command) -> Result<Done, Problem> {
    allowed(change, command)?;
    let now = change.now;
    let at = next(&mut change.link).await?;
    if at.is_some_and(|at| now < at) {
        return Ok(Done::Advanced);
    }
    let after = rules::notice::next_digest(now);
    sessions::set_fact(&mut change.link, NEXT, &after.0.to_string()).await?;
    // A server that was just made has no week behind it.
    if at.is_none() {
        return Ok(Done::Advanced);
    }
    // A server that stood still for longer tells of its last week.
    let (from, to) = rules::notice::digest_week(now);
    let (activated, permanent, assigned) = role_assignments::made_within(&mut change.link, from, to).await?;
    let outside = role_assignments::made_outside(&mut change.link, from, to).await?;
    let mut standing = role_assignments::standing(&mut change.link, now, DIGEST_ROLES).await?;
    standing.retain(|(_, count)| *count > 0);
    let ids: Vec<_> = standing.iter().map(|(role, _)| *role).collect();
    let names = resources::role_names(&mut change.link, &ids).await?;
    let top = standing.into_iter().filter_map(|(role, count)| names.get(&role).map(|(name, _)| (name.clone(), count)));
    let week = RoleWeek { from, to, activated, permanent, assigned, outside, top: top.collect() };
    let to = role_news::watchers(&mut change.link, now).await?;
    change.tell(rules::notice::role_digest(&week, &to));
    Ok(Done::Advanced)
}
