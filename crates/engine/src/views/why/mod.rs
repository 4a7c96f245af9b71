//! Why somebody holds something, now or at a moment of the past.
//!
//! Who holds what is decided by `rules::effective` at either moment, from the rows that are kept: an answer about the past is
//! the same function with another instant. What is said beside it, about sources, requests and decisions, is looked up.

pub mod gathered;
mod telling;

use super::group::Principals;
use super::history::names::Names;
use super::history::picking;
use super::history::telling::{Eyes, Teller};
use super::words::{Named, People, countdown, kind};
use super::{Asking, cursor, page, read_cursor, read_time_cursor, role};
use crate::Problem;
use gathered::Gathered;
use model::access::{Assignment, ResourceRole, Source};
use model::directory::Principal;
use model::limits::PAGE_ROWS;
use model::role_settings::Privileged;
use model::view::why::{Access, ByPaths, Everybody, Held, Holder, Holders};
use model::view::{Badge, Icon, Paging, Stop};
use model::{AssignmentId, PackageId, Refusal, Ts, UserId, query};
use rules::user::User;
use store::{assignments, audit, past, users};

/// A path with its ends, however it was found.
struct Path<'a> {
    role: ResourceRole,
    steps: Vec<&'a Assignment>,
}

pub async fn held(asking: &mut Asking<'_>, query: query::Held) -> Result<Held, Problem> {
    let user = users::get(&mut asking.link, query.user).await?.ok_or(Refusal::NotFound { what: "user" })?;
    let at = rules::effective::moment(query.at, None, asking.now)?;
    let (reach, enabled) = reach(asking, &user, at).await?;
    let found = rules::effective::held(user.id, enabled, &reach, at.unwrap_or(asking.now));
    let paths: Vec<Path<'_>> = found.into_iter().map(|held| Path { role: held.role, steps: held.path }).collect();
    let eyes = eyes(asking, None);
    let mut access = told(asking, eyes, &user.display_name, &paths, at).await?;
    access.sort_by(|a, b| (!a.privileged, &a.kind, &a.name).cmp(&(!b.privileged, &b.kind, &b.name)));
    Ok(Held { at, notes: notes(at, Some((&user, enabled))), access })
}

pub async fn holders(asking: &mut Asking<'_>, query: query::Holders) -> Result<Holders, Problem> {
    let (seen, at) = asked(asking, query.role, query.at).await?;
    let role::Seen { name, group, .. } = seen;
    let moment = at.unwrap_or(asking.now);
    let after = read_time_cursor::<AssignmentId>(query.after.as_deref());
    let role = query.role.role();
    let mut found = past::of_role(&mut asking.link, role, moment, after, PAGE_ROWS + 1).await?;
    let paging = page(&mut found, PAGE_ROWS, after.is_some(), |one| cursor(one.starts_at.0, one.id));
    // The statement narrows; whether it is in force is one rule.
    found.retain(|one| rules::effective::in_force(one, moment));
    let eyes = eyes(asking, group.map(|group| group.id));
    let paths: Vec<Path<'_>> = found.iter().map(|one| Path { role, steps: vec![one] }).collect();
    let access = told(asking, eyes, "", &paths, at).await?;
    let principals: Vec<Principal> = found.iter().map(|one| one.principal).collect();
    let principals = Principals::load(asking, &principals).await?;
    let rows = found.iter().zip(access).map(|(one, access)| holder(one, access, &principals, eyes)).collect();
    let sought = picking::actor(asking, &query.person).await?;
    let (paths, mut person) = match sought.id.map(UserId) {
        Some(id) => (of_person(asking, id, role, at, eyes).await?, sought.shown),
        None => (None, sought.shown),
    };
    // Neither the system nor the console holds anything.
    person.open |= paths.is_none() && !query.person.trim().is_empty();
    Ok(Holders { role: query.role, name, at, notes: notes(at, None), person, paths, rows, paging })
}

/// Everybody who holds a role, or held it at a moment of the past, themselves or through groups, with every path. Statements do
/// not grow with the people.
pub async fn everybody(asking: &mut Asking<'_>, query: query::EverybodyHolding) -> Result<Everybody, Problem> {
    let (seen, at) = asked(asking, query.role, query.at).await?;
    let role::Seen { name, group, .. } = seen;
    let (role, moment) = (query.role.role(), at.unwrap_or(asking.now));
    let (ids, paging) = people(asking, role, at, query.after.as_deref()).await?;
    let reach = match at {
        Some(at) => past::reach_of(&mut asking.link, &ids, at).await?,
        None => assignments::reach_of(&mut asking.link, &ids, moment).await?,
    };
    let people = People::load(asking, &ids).await?;
    let mut paths: Vec<Path<'_>> = Vec::new();
    let mut of: Vec<(UserId, usize)> = Vec::new();
    for id in ids {
        let mine = rules::effective::held(id, true, &reach, moment).into_iter().filter(|held| held.role == role);
        let before = paths.len();
        paths.extend(mine.map(|held| Path { role: held.role, steps: held.path }));
        of.push((id, paths.len() - before));
    }
    let eyes = eyes(asking, group.map(|group| group.id));
    let mut told = told(asking, eyes, "", &paths, at).await?.into_iter();
    let rows = of.into_iter().map(|(id, count)| {
        let who = people.persona(id);
        let mut paths: Vec<Access> = told.by_ref().take(count).collect();
        for first in paths.iter_mut().filter_map(|access| access.path.first_mut()) {
            first.name.clone_from(&who.name);
        }
        ByPaths { href: eyes.directory.then(|| format!("/admin/users/{id}")), who, paths }
    });
    let rows = rows.collect();
    Ok(Everybody { role: query.role, name, at, notes: notes(at, None), rows, paging })
}

/// A page of the people who hold a role and are enabled, or held it at a moment of the past and were enabled then.
async fn people(
    asking: &mut Asking<'_>,
    role: ResourceRole,
    at: Option<Ts>,
    after: Option<&str>,
) -> Result<(Vec<UserId>, Paging), Problem> {
    let after = read_cursor::<String, UserId>(after);
    let further = after.is_some();
    let link = &mut asking.link;
    let mut found = match at {
        Some(at) => past::people_of(link, role, after, PAGE_ROWS + 1, at).await?,
        None => {
            let found = assignments::people_of(link, role, after, PAGE_ROWS + 1, asking.now).await?;
            found.into_iter().map(|(id, name_key)| past::Holder { id, name_key, enabled: true }).collect()
        }
    };
    let paging = page(&mut found, PAGE_ROWS, further, |one| cursor(&one.name_key, one.id));
    Ok((found.into_iter().filter(|one| one.enabled).map(|one| one.id).collect(), paging))
}

/// What is asked about, and the moment of the past, if any. A group is not older than its history; of roles, which are always
/// there, it begins with the first thing that happened.
async fn asked(asking: &mut Asking<'_>, role: Privileged, at: Option<Ts>) -> Result<(role::Seen, Option<Ts>), Problem> {
    let seen = role::seen(asking, role).await?;
    let since = match (&seen.group, at) {
        (_, None) => None,
        (Some(group), Some(_)) => Some(group.created_at),
        (None, Some(_)) => audit::begins(&mut asking.link).await?,
    };
    let at = rules::effective::moment(at, since.map(|since| (since, seen.name.as_str())), asking.now)?;
    Ok((seen, at))
}

/// Every path by which one person holds a role; nothing when there is no such person.
async fn of_person(
    asking: &mut Asking<'_>,
    id: UserId,
    role: ResourceRole,
    at: Option<Ts>,
    eyes: Eyes,
) -> Result<Option<Vec<Access>>, Problem> {
    let Some(user) = users::get(&mut asking.link, id).await? else { return Ok(None) };
    let (reach, enabled) = reach(asking, &user, at).await?;
    let held = rules::effective::held(user.id, enabled, &reach, at.unwrap_or(asking.now));
    let paths = held.into_iter().filter(|held| held.role == role).map(|held| Path { role: held.role, steps: held.path });
    let paths: Vec<Path<'_>> = paths.collect();
    told(asking, eyes, &user.display_name, &paths, at).await.map(Some)
}

/// The assignments through which somebody may hold something at the moment, and whether they were enabled at it.
async fn reach(asking: &mut Asking<'_>, user: &User, at: Option<Ts>) -> Result<(Vec<Assignment>, bool), Problem> {
    let link = &mut asking.link;
    let Some(at) = at else { return Ok((assignments::reach(link, user.id, asking.now).await?, user.enabled)) };
    let next = audit::enabled_next(link, user.id, at).await?.map(|(became, _)| became);
    Ok((past::reach(link, user.id, at).await?, rules::effective::was_enabled(user.enabled, next)))
}

fn eyes(asking: &Asking<'_>, group: Option<model::GroupId>) -> Eyes {
    let visitor = asking.visitor;
    Eyes {
        me: asking.who.user,
        own: false,
        directory: rules::access::sees_directory(visitor),
        roles: rules::access::sees_roles(visitor),
        packages: rules::access::sees_all_requests(visitor),
        group,
    }
}

/// What has to be known about an answer.
fn notes(at: Option<Ts>, who: Option<(&User, bool)>) -> Vec<String> {
    let Some(at) = at else { return Vec::new() };
    let mut notes = Vec::new();
    if let Some((user, enabled)) = who {
        if at < user.created_at {
            let since = user.created_at.in_sentence();
            notes.push(format!("The history does not reach back to this moment: the account was made on {since}."));
        } else if !enabled {
            notes.push("The account was disabled at this moment, so nothing was in force.".to_owned());
        }
    }
    notes.push(
        "It is told from the assignments that Vestibule keeps: what was held elsewhere, or before it was brought in here, is \
         not in it. Names are those of today."
            .to_owned(),
    );
    notes
}

/// The paths in words. `person` is whose they are; without one each begins with whoever is in its first step.
async fn told(
    asking: &mut Asking<'_>,
    eyes: Eyes,
    person: &str,
    paths: &[Path<'_>],
    at: Option<Ts>,
) -> Result<Vec<Access>, Problem> {
    let steps: Vec<&Assignment> = paths.iter().flat_map(|path| path.steps.iter().copied()).collect();
    let gathered = Gathered::load(&mut asking.link, eyes, &steps).await?;
    let nothing = Names::default();
    let mut teller = Teller::new(eyes, &nothing);
    for path in paths {
        telling::steps(&mut teller, &gathered, &path.steps, at);
    }
    let mut wanted = teller.wanted;
    wanted.roles.extend(steps.iter().map(|step| step.role));
    wanted.packages.extend(steps.iter().filter_map(|step| gathered.package(step)));
    let names = Names::load(asking, wanted).await?;
    let mut teller = Teller::new(eyes, &names);
    let moment = at.unwrap_or(asking.now);
    Ok(paths.iter().map(|path| access(&mut teller, &gathered, &names, person, path, (at, moment))).collect())
}

fn access(
    teller: &mut Teller<'_>,
    gathered: &Gathered,
    names: &Names,
    person: &str,
    path: &Path<'_>,
    (at, moment): (Option<Ts>, Ts),
) -> Access {
    let named: &Named = &names.named;
    // Owners of a group see who is in it, and not through which package.
    let seen = teller.eyes.directory || teller.eyes.packages;
    let package = |id: Option<PackageId>| {
        id.filter(|_| seen).and_then(|id| names.packages.get(&id).cloned()).unwrap_or_else(|| "an access package".to_owned())
    };
    let mut stops = vec![Stop { icon: Icon::User, name: person.to_owned(), via: String::new() }];
    for (number, step) in path.steps.iter().enumerate() {
        if let Source::Package(_) = step.source {
            stops.push(Stop { icon: Icon::Package, name: package(gathered.package(step)), via: String::new() });
        }
        let mut stop = named.stop(step.role);
        if let Source::Rule(_) = step.source {
            stop.via = "by rule".to_owned();
        } else if number == 0 && path.steps.len() == 1 && step.source == Source::Direct && stop.via.is_empty() {
            stop.via = "direct".to_owned();
        }
        stops.push(stop);
    }
    let activated = path.steps.iter().any(|step| matches!(step.source, Source::Activation(_)));
    let starts = path.steps.iter().map(|step| step.starts_at).max().unwrap_or(moment);
    let ends = path.steps.iter().filter_map(|step| ended(step)).min();
    let (_, name, via) = named.describe(path.role);
    Access {
        name: if via.is_empty() || via == "Member" { name } else { format!("{name}, {via}") },
        kind: kind(path.role).to_owned(),
        path: stops,
        badge: if activated { Badge::new("Activated", "good") } else { Badge::new("Assigned", "plain") },
        ends: if at.is_none() { countdown(starts, ends) } else { None },
        until: at.and(ends),
        privileged: named.privileged(path.role),
        why: telling::steps(teller, gathered, &path.steps, at),
    }
}

/// When a step ends, or ended.
fn ended(step: &Assignment) -> Option<Ts> {
    step.ended_at.into_iter().chain(step.ends_at).min()
}

fn holder(one: &Assignment, access: Access, principals: &Principals, eyes: Eyes) -> Holder {
    let (kind, id, name, under) = principals.describe(one.principal);
    let (icon, person, href) = match one.principal {
        Principal::User(user) => (Icon::User, Some(user), eyes.directory.then(|| format!("/admin/users/{id}"))),
        Principal::Group(_) => (Icon::Group, None, eyes.directory.then(|| format!("/admin/groups/{id}/holders"))),
        Principal::ServicePrincipal(_) => (Icon::Application, None, None),
    };
    let under = if kind == "group" { "Group: everybody in it".to_owned() } else { under };
    Holder { icon, person, href, name, under, access }
}
