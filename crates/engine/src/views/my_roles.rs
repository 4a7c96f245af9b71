//! My roles: what one is eligible for, active in, and was.

use super::words::{Named, both, countdown};
use super::{Asking, cursor, page, read_time_cursor, request as request_rows};
use crate::Problem;
use crate::commands::activation::{active, reach};
use crate::target::{AtTarget, at_targets};
use model::access::{Assignment, AssignmentType, ResourceRole, Source};
use model::activation_profile::ActivationProfile;
use model::directory::Principal;
use model::limits::PAGE_ROWS;
use model::package::PackageRole;
use model::request::{Request, Wish};
use model::role_settings::{Privileged, PrivilegedKind};
use model::view::my_roles::{Extend, Kind, MyRoles, Profile, Row, Tab, UserRoles};
use model::view::request::Row as RequestRow;
use model::view::{Badge, Paging};
use model::{AssignmentId, Refusal, UserId, query};
use rules::effective::{Held, held, is_to_come};
use rules::request::{Eligible, eligible};
use store::{activation_profiles, assignments, requests, role_assignments, users};

fn is_of(kind: Kind, role: ResourceRole) -> bool {
    match Privileged::of(role).map(Privileged::kind) {
        Some(PrivilegedKind::DirectoryRole) => kind == Kind::DirectoryRoles,
        Some(PrivilegedKind::GroupMember | PrivilegedKind::GroupOwner) => kind == Kind::Groups,
        None => false,
    }
}

/// Requests of one's own about roles that wait.
pub async fn waiting(asking: &mut Asking<'_>) -> Result<Vec<Request>, Problem> {
    let mut open = requests::open_of(&mut asking.link, asking.who.user).await?;
    open.retain(|request| request.role().is_some() && !rules::request::is_over(request, asking.now));
    Ok(open)
}

pub async fn list(asking: &mut Asking<'_>, query: query::MyRoles) -> Result<MyRoles, Problem> {
    let (me, now) = (asking.who.user, asking.now);
    let (enabled, reach) = reach(&mut asking.link, me, now).await?;
    let waiting = waiting(asking).await?;
    let of_kind = |role: ResourceRole| is_of(query.kind, role);
    let (mut rows, mut saved, mut paging) = (Vec::new(), Vec::new(), Paging::default());
    match query.tab {
        Tab::Eligible => {
            let mut all: Vec<Eligible<'_>> = eligible(me, enabled, &reach, now);
            let profiles = activation_profiles::of(&mut asking.link, me).await?;
            let mut roles = roles_of(all.iter().map(|one| (one.assignment, one.through)));
            roles.extend(profiles.iter().flat_map(|profile| profile.roles.iter().map(|role| role.role())));
            let named = Named::load(asking, roles).await?;
            saved.extend(profiles.iter().map(|one| profile(one, &all, &named)));
            all.retain(|one| of_kind(one.assignment.role));
            let activated = all.iter().filter(|one| active(&reach, me, one.assignment.id, now).is_some());
            let at = waits(asking, activated.map(|one| one.assignment.role).collect()).await?;
            rows.extend(all.iter().map(|one| {
                let mut row = eligible_row(one, &reach, &waiting, &named, asking);
                if active(&reach, me, one.assignment.id, now).is_some() {
                    row.waits = lines(&at, one.assignment.role, asking);
                }
                row
            }));
        }
        Tab::Active => {
            let all = held(me, enabled, &reach, now);
            // Membership of a group that comes through another group is none that somebody was given.
            let all: Vec<_> = all
                .iter()
                .filter(|held| {
                    of_kind(held.role) && (held.path.len() == 1 || matches!(held.role, ResourceRole::DirectoryRole(_)))
                })
                .collect();
            let steps = all.iter().flat_map(|held| held.path.iter().copied());
            let named = Named::load(asking, steps.map(|step| step.role).collect()).await?;
            let at = waits(asking, all.iter().map(|held| held.role).collect()).await?;
            rows.extend(all.iter().filter_map(|held| {
                let mut row = active_row(held, &named, me)?;
                row.waits = lines(&at, held.role, asking);
                row.extend = held.path.first().filter(|_| held.path.len() == 1).and_then(|one| extend(one, &waiting, asking));
                Some(row)
            }));
            // What one can end comes first.
            rows.sort_by_key(|row| !row.deactivate);
        }
        Tab::Expired => {
            let ended;
            let kinds = (query.kind == Kind::DirectoryRoles, query.kind == Kind::Groups);
            (ended, paging) = ended_of(asking, me, kinds, query.after.as_deref()).await?;
            let assigned = if ended.iter().any(|one| one.source == Source::Direct) {
                role_assignments::ended_assignments(&mut asking.link, Principal::User(me), now).await?
            } else {
                Vec::new()
            };
            let named = Named::load(asking, ended.iter().map(|one| one.role).collect()).await?;
            let again = |one: &Assignment| {
                let same = |other: &&Assignment| {
                    let of = |of: &Assignment| (of.principal, of.role, of.source, of.assignment_type);
                    of(other) == of(one)
                };
                // Of several that ended, the last is renewed.
                let later = assigned.iter().find(same);
                reach.iter().any(|other| same(&other)) || later.is_some_and(|other| other.id != one.id)
            };
            rows.extend(ended.iter().map(|one| {
                let mut row = row(one, None, &named);
                row.badge = over(one);
                row.ended = one.ended_at;
                row.ends = None;
                row.extend = if again(one) { None } else { extend(one, &waiting, asking) };
                row
            }));
        }
    }
    rows.extend(to_come(asking, me, query.tab, &reach).await?.into_iter().filter(|row| of_kind(row.1)).map(|row| row.0));
    let waiting = u32::try_from(waiting.len()).unwrap_or(u32::MAX);
    Ok(MyRoles { kind: query.kind, tab: query.tab, rows, waiting, profiles: saved, paging })
}

/// What somebody was given that begins later and will stand on this tab, with what it is of.
async fn to_come(
    asking: &mut Asking<'_>,
    user: UserId,
    tab: Tab,
    reach: &[Assignment],
) -> Result<Vec<(Row, ResourceRole)>, Problem> {
    let assignment_type = match tab {
        Tab::Eligible => AssignmentType::Eligible,
        Tab::Active => AssignmentType::Active,
        Tab::Expired => return Ok(Vec::new()),
    };
    let of = |one: &&Assignment| {
        one.principal == Principal::User(user)
            && one.assignment_type == assignment_type
            && Privileged::of(one.role).is_some()
            && is_to_come(one, asking.now)
    };
    let all: Vec<&Assignment> = reach.iter().filter(of).collect();
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let named = Named::load(asking, all.iter().map(|one| one.role).collect()).await?;
    let later = |one: &&Assignment| {
        let ends = countdown(one.starts_at, one.ends_at);
        (Row { badge: Badge::new("Starts later", "plain"), later: true, ends, ..row(one, None, &named) }, one.role)
    };
    Ok(all.iter().map(later).collect())
}

/// A page of what ended for somebody lately, the latest first.
async fn ended_of(
    asking: &mut Asking<'_>,
    user: UserId,
    kinds: (bool, bool),
    after: Option<&str>,
) -> Result<(Vec<Assignment>, Paging), Problem> {
    let before = read_time_cursor::<AssignmentId>(after);
    let link = &mut asking.link;
    let mut found = role_assignments::ended_of(link, Principal::User(user), kinds, before, PAGE_ROWS + 1, asking.now).await?;
    let paging = page(&mut found, PAGE_ROWS, before.is_some(), |one| cursor(one.ended_at.unwrap_or_default().0, one.id));
    Ok((found, paging))
}

/// The targets that have not confirmed what these give; one statement, where groups are among them.
async fn waits(asking: &mut Asking<'_>, roles: Vec<ResourceRole>) -> Result<Vec<AtTarget>, Problem> {
    let assignment_type = AssignmentType::Active;
    let roles: Vec<PackageRole> = roles.into_iter().map(|role| PackageRole { role, assignment_type }).collect();
    at_targets(&mut asking.link, asking.who.user, &roles, asking.now).await
}

fn lines(at: &[AtTarget], role: ResourceRole, asking: &Asking<'_>) -> Vec<String> {
    let sees_settings = rules::access::sees_settings(asking.visitor);
    at.iter().filter(|at| at.waits(role)).map(|at| at.line(sees_settings)).collect()
}

/// What somebody else is eligible for, active in, or was: as they see it themselves, with nothing to be done about it.
pub async fn of_user(asking: &mut Asking<'_>, query: query::UserRoles) -> Result<UserRoles, Problem> {
    let query::UserRoles { user, tab, after } = query;
    let now = asking.now;
    if users::get(&mut asking.link, user).await?.is_none() {
        return Err(Refusal::NotFound { what: "user" }.into());
    }
    let (enabled, reach) = reach(&mut asking.link, user, now).await?;
    let sees_roles = rules::access::sees_roles(asking.visitor);
    let href = |role: ResourceRole| match Privileged::of(role)? {
        Privileged::DirectoryRole(id) => sees_roles.then(|| format!("/admin/roles/{id}/assignments")),
        Privileged::GroupMember(id) | Privileged::GroupOwner(id) => Some(format!("/admin/groups/{id}")),
    };
    let (mut rows, mut paging): (Vec<(Row, Option<String>)>, _) = (Vec::new(), Paging::default());
    match tab {
        Tab::Eligible => {
            let all = eligible(user, enabled, &reach, now);
            let named = Named::load(asking, roles_of(all.iter().map(|one| (one.assignment, one.through)))).await?;
            rows.extend(all.iter().map(|one| {
                let mut row = row(one.assignment, one.through, &named);
                row.ends = countdown(one.assignment.starts_at, one.until());
                if active(&reach, user, one.assignment.id, now).is_some() {
                    row.badge = Badge::new("Active", "good");
                }
                (row, href(one.assignment.role))
            }));
        }
        Tab::Active => {
            let mut all = held(user, enabled, &reach, now);
            all.retain(|held| {
                Privileged::of(held.role).is_some()
                    && (held.path.len() == 1 || matches!(held.role, ResourceRole::DirectoryRole(_)))
            });
            let steps = all.iter().flat_map(|held| held.path.iter().copied());
            let named = Named::load(asking, steps.map(|step| step.role).collect()).await?;
            rows.extend(all.iter().filter_map(|held| {
                let row = active_row(held, &named, user)?;
                Some((Row { deactivate: false, request: None, ..row }, href(held.role)))
            }));
        }
        Tab::Expired => {
            let all;
            (all, paging) = ended_of(asking, user, (true, true), after.as_deref()).await?;
            let named = Named::load(asking, all.iter().map(|one| one.role).collect()).await?;
            rows.extend(all.iter().map(|one| {
                let row = row(one, None, &named);
                (Row { badge: over(one), ended: one.ended_at, ends: None, ..row }, href(one.role))
            }));
        }
    }
    rows.extend(to_come(asking, user, tab, &reach).await?.into_iter().map(|(row, role)| (row, href(role))));
    Ok(UserRoles { user, tab, rows, paging })
}

/// A saved set, as far as one is still eligible for it.
fn profile(profile: &ActivationProfile, all: &[Eligible<'_>], named: &Named) -> Profile {
    let eligible = |role: &Privileged| {
        let on = all.iter().find(|one| one.assignment.role == role.role())?;
        Some((on.assignment.id, named.said(role.role())))
    };
    let (assignments, names): (Vec<AssignmentId>, Vec<String>) = profile.roles.iter().filter_map(eligible).unzip();
    let lost = profile.roles.len() - assignments.len();
    Profile {
        profile: profile.id,
        name: profile.name.clone(),
        roles: both(&names),
        lost: u32::try_from(lost).unwrap_or(u32::MAX),
        assignments,
    }
}

/// What one activated oneself and is active in now, of every kind; what ends first comes first.
pub async fn activated(asking: &mut Asking<'_>) -> Result<Vec<Row>, Problem> {
    let (me, now) = (asking.who.user, asking.now);
    // Whoever reads their overview is enabled.
    let reach = assignments::reach(&mut asking.link, me, now).await?;
    let mut all = held(me, true, &reach, now);
    all.retain(|held| matches!(held.path.as_slice(), [only] if only.activated_by().is_some()));
    all.sort_by_key(Held::ends_at);
    let named = Named::load(asking, all.iter().map(|held| held.role).collect()).await?;
    let at = waits(asking, all.iter().map(|held| held.role).collect()).await?;
    let row = |held: &Held<'_>| active_row(held, &named, me).map(|row| Row { waits: lines(&at, held.role, asking), ..row });
    Ok(all.iter().filter_map(row).collect())
}

fn active_row(held: &Held<'_>, named: &Named, me: UserId) -> Option<Row> {
    let (first, last) = (held.path.first().copied()?, held.path.last().copied()?);
    let through = (held.path.len() > 1).then_some(first);
    let mut row = row(last, through, named);
    let activated = last.activated_by().is_some();
    row.badge = if activated { Badge::new("Activated", "good") } else { Badge::new("Assigned", "plain") };
    row.ends = countdown(last.starts_at, held.ends_at());
    row.request = last.activated_by().filter(|_| last.principal == Principal::User(me));
    row.deactivate = row.request.is_some();
    Some(row)
}

/// What an assignment that is over was, in a word.
pub fn over(one: &Assignment) -> Badge {
    let by_itself = one.ends_at.zip(one.ended_at).is_some_and(|(end, ended)| end <= ended);
    let word = match (one.assignment_type, one.source, by_itself) {
        (_, Source::Activation(_), false) => "Deactivated",
        (_, _, true) => "Expired",
        (_, _, false) => "Removed",
    };
    Badge::new(word, "plain")
}

fn roles_of<'a>(all: impl Iterator<Item = (&'a Assignment, Option<&'a Assignment>)>) -> Vec<ResourceRole> {
    all.flat_map(|(one, through)| std::iter::once(one.role).chain(through.map(|through| through.role))).collect()
}

fn row(one: &Assignment, through: Option<&Assignment>, named: &Named) -> Row {
    let (icon, name, via) = named.describe(one.role);
    Row {
        assignment: one.id,
        icon,
        name,
        via,
        membership: through.map_or_else(|| "Direct".to_owned(), |through| named.describe(through.role).1),
        path: through.map_or_else(String::new, |through| path(through, one, named)),
        badge: Badge::new("Eligible", "plain"),
        waits: Vec::new(),
        starts: one.starts_at,
        later: false,
        ends: None,
        ended: None,
        activate: false,
        request: None,
        deactivate: false,
        extend: None,
    }
}

/// `Activated member of On call → User Administrator`
fn path(through: &Assignment, one: &Assignment, named: &Named) -> String {
    let (_, group, _) = named.describe(through.role);
    let how = match through.source {
        Source::Direct => "Member",
        Source::Activation(_) => "Activated member",
        Source::Package(_) => "Member with an access package",
        Source::Rule(_) => "Member by rule",
        Source::Import => "Imported member",
    };
    [how, " of ", &group, " → ", &named.said(one.role)].concat()
}

/// How asking for more time stands: as the rule answers whoever asks.
fn extend(one: &Assignment, waiting: &[Request], asking: &Asking<'_>) -> Option<Extend> {
    let asked = |request: &&Request| matches!(request.wish, Wish::Extension { assignment, .. } if assignment == one.id);
    if let Some(request) = waiting.iter().find(asked) {
        return Some(Extend::Asked(request.id));
    }
    match rules::request::may_extend_role(one, asking.who.user, "", asking.now) {
        Ok(true) => Some(Extend::Renew),
        Ok(false) => Some(Extend::Extend),
        Err(Refusal::RoleExtensionTooEarly { from, .. }) => Some(Extend::From(from)),
        Err(_) => None,
    }
}

fn eligible_row(one: &Eligible<'_>, reach: &[Assignment], waiting: &[Request], named: &Named, asking: &Asking<'_>) -> Row {
    let mut row = row(one.assignment, one.through, named);
    row.ends = countdown(one.assignment.starts_at, one.until());
    let on = one.assignment.id;
    let open = waiting.iter().find(|request| matches!(request.wish, Wish::Activation { eligible, .. } if eligible == on));
    if one.through.is_none() {
        row.extend = extend(one.assignment, waiting, asking);
    }
    if let Some(request) = open {
        row.badge = request.state.phase().into();
        row.request = Some(request.id);
    } else if active(reach, asking.who.user, on, asking.now).is_some() {
        row.badge = Badge::new("Active", "good");
    } else {
        row.activate = true;
    }
    row
}

/// One's own requests about roles that wait.
pub async fn mine_waiting(asking: &mut Asking<'_>) -> Result<Vec<RequestRow>, Problem> {
    let open = waiting(asking).await?;
    request_rows::rows(asking, &open).await
}
