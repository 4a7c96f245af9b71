//! The history, as people read it and as they take it away: `/admin/audit`, `/my-audit`, and that of one person, role or group.

pub mod names;
pub mod picking;
pub mod telling;
mod telling_review;

use super::{Asking, cursor, page, read_time_cursor};
use crate::Problem;
use crate::commands::subject::manages_group;
use model::audit::{Filter, Place};
use model::directory::BUILT_IN_ROLES;
use model::event::{Actor, Event};
use model::limits::{EXPORT_ROWS, PAGE_ROWS};
use model::view::audit::{Audit, Exported, ExportedEvents, Named, Row, Told, Verified};
use model::{EventId, GroupId, Refusal, Ts, UserId, query};
use names::Names;
use picking::Picking;
use rules::access::Visitor;
use store::audit::{Found, Sought};
use store::{Link, audit, groups, sessions, users};
use telling::{Eyes, Teller};

/// Where the outcome of the last check of the chain is kept.
pub const VERIFIED: &str = "audit_verified";

pub async fn list(asking: &mut Asking<'_>, query: query::Audit) -> Result<Audit, Problem> {
    let query::Audit { place, filter, after } = query;
    let Seen { name, eyes, may_export } = seen(asking, place).await?;
    let before = read_time_cursor::<EventId>(after.as_deref());
    let (sought, actor, target) = sought(asking, place, &filter).await?;
    let (mut rows, mut paging) = (Vec::new(), model::view::Paging { next: None, further: false });
    if let Some(sought) = sought {
        let mut found = audit::list(&mut asking.link, sought, before, PAGE_ROWS + 1).await?;
        paging = page(&mut found, PAGE_ROWS, before.is_some(), |found| cursor(found.event.at.0, found.event.id));
        let events: Vec<&Event> = found.iter().map(|found| &found.event).collect();
        let (told, _) = tell(asking, eyes, &events).await?;
        rows = events
            .into_iter()
            .zip(told)
            .map(|(event, told)| Row {
                event: event.id,
                at: event.at,
                action: event.action.kind(),
                outcome: event.action.outcome(),
                told,
            })
            .collect();
    }
    let verified = if place == Place::Everything { verified(&mut asking.link).await? } else { None };
    Ok(Audit { place, name, filter, actor: actor.shown, target: target.shown, rows, paging, verified, may_export })
}

/// A piece of the download: the same events in the same order as the list.
pub async fn exported(asking: &mut Asking<'_>, query: query::ExportedAudit) -> Result<ExportedEvents, Problem> {
    let query::ExportedAudit { place, filter, after } = query;
    let Seen { eyes, may_export, .. } = seen(asking, place).await?;
    if !may_export {
        return Err(Refusal::NotFound { what: "page" }.into());
    }
    let before = read_time_cursor::<EventId>(after.as_deref());
    let (sought, _, _) = sought(asking, place, &filter).await?;
    // Nobody and nothing is called so: a file of everything would look like the answer.
    let sought = sought.ok_or(Refusal::NotFound { what: "page" })?;
    let mut found = audit::list(&mut asking.link, sought, before, EXPORT_ROWS + 1).await?;
    let paging = page(&mut found, EXPORT_ROWS, before.is_some(), |found| cursor(found.event.at.0, found.event.id));
    let events: Vec<&Event> = found.iter().map(|found| &found.event).collect();
    let (told, names) = tell(asking, eyes, &events).await?;
    let rows = found.into_iter().zip(told).map(|(found, told)| exported_row(found, told, &names)).collect();
    Ok(ExportedEvents { rows, next: paging.next })
}

fn exported_row(found: Found, told: Told, names: &Names) -> Exported {
    let Found { event, document, number } = found;
    let nobody = |kind: &str, name: &str| Named { kind: kind.to_owned(), id: String::new(), name: name.to_owned() };
    Exported {
        number,
        event: event.id,
        at: event.at,
        action: event.action.kind(),
        outcome: event.action.outcome(),
        actor: match event.actor {
            Actor::User(id) => Named { kind: "user".to_owned(), id: id.to_string(), name: names.people.name(id) },
            Actor::System => nobody("system", "The system"),
            Actor::Console => nobody("console", "An administrator on the server"),
            Actor::Token(id) => names.target(id.0),
            Actor::Import(id) => names.target(id.0),
        },
        targets: event.targets().into_iter().map(|id| names.target(id)).collect(),
        request: event.request,
        told,
        document,
    }
}

/// What the visitor may see of a part of the history, and whose it is.
struct Seen {
    name: String,
    eyes: Eyes,
    may_export: bool,
}

async fn seen(asking: &mut Asking<'_>, place: Place) -> Result<Seen, Problem> {
    let (me, now) = (asking.who.user, asking.now);
    let manages = may_read(&mut asking.link, asking.visitor, me, place, now).await?;
    let link = &mut asking.link;
    let (name, group) = match place {
        Place::Everything | Place::Mine => (String::new(), None),
        Place::User(id) => (users::get(link, id).await?.ok_or(Refusal::NotFound { what: "user" })?.display_name, None),
        Place::Role(id) => {
            let role = BUILT_IN_ROLES.iter().find(|role| role.id == id).ok_or(Refusal::NotFound { what: "role" })?;
            (role.name.to_owned(), None)
        }
        Place::Group(id) => (groups::get(link, id).await?.ok_or(Refusal::NotFound { what: "group" })?.name, Some(id)),
    };
    let visitor = asking.visitor;
    let own = place == Place::Mine;
    let eyes = Eyes {
        me,
        own,
        directory: !own && rules::access::sees_directory(visitor),
        roles: !own && rules::access::sees_roles(visitor),
        // What one did oneself and what happened to one is said by its name.
        packages: own || rules::catalog::sees_all(visitor) || rules::audit::sees_all(visitor),
        group,
    };
    Ok(Seen { name, eyes, may_export: rules::audit::may_export(visitor, place, manages) })
}

/// Refuses whoever may not read a part of the history; whether they manage the group that it is about.
pub async fn may_read(link: &mut Link, visitor: &Visitor, me: UserId, place: Place, now: Ts) -> Result<bool, Problem> {
    let what = match place {
        Place::Everything | Place::Mine => "page",
        Place::User(_) => "user",
        Place::Role(_) => "role",
        Place::Group(_) => "group",
    };
    let manages = match place {
        Place::Group(group) => manages(link, visitor, me, group, now).await?,
        Place::Everything | Place::Mine | Place::User(_) | Place::Role(_) => false,
    };
    if rules::audit::may_read(visitor, place, manages) { Ok(manages) } else { Err(Refusal::NotFound { what }.into()) }
}

async fn manages(link: &mut Link, visitor: &Visitor, me: UserId, group: GroupId, now: Ts) -> Result<bool, Problem> {
    manages_group(link, visitor, Some(me), group, now).await
}

/// What is looked for; nothing as long as it is open who or what is meant.
async fn sought(asking: &mut Asking<'_>, place: Place, filter: &Filter) -> Result<(Option<Sought>, Picking, Picking), Problem> {
    let Filter { from, to, action, actor, target, outcome } = filter;
    let own = place == Place::Mine;
    // Whoever reads their own history looks nobody up.
    let actor = if own { Picking::default() } else { picking::actor(asking, actor).await? };
    let target = if place == Place::Everything { picking::target(asking, target).await? } else { Picking::default() };
    let open = actor.shown.open || target.shown.open;
    let sought = Sought {
        from: *from,
        to: *to,
        action: *action,
        outcome: *outcome,
        actor: actor.id,
        target: place.target().or(target.id),
        own: own.then_some(asking.who.user),
    };
    Ok(((!open).then_some(sought), actor, target))
}

/// The events in words, with the names that they say.
async fn tell(asking: &mut Asking<'_>, eyes: Eyes, events: &[&Event]) -> Result<(Vec<Told>, Names), Problem> {
    let wanted = {
        let nothing = Names::default();
        let mut teller = Teller::new(eyes, &nothing);
        for event in events {
            teller.tell(event);
        }
        teller.wanted
    };
    let names = Names::load(asking, wanted).await?;
    let mut teller = Teller::new(eyes, &names);
    let told = events
        .iter()
        .map(|event| {
            let mut told = teller.tell(event);
            telling::begin(&mut told);
            told
        })
        .collect();
    Ok((told, names))
}

async fn verified(link: &mut Link) -> Result<Option<Verified>, Problem> {
    let kept = sessions::fact(link, VERIFIED).await?;
    // One that an older version kept is as good as none.
    Ok(kept.and_then(|json| serde_json::from_str(&json).ok()))
}
