//! Standing access: who holds directory roles for good, and what would come of making that eligible or taking it away.

use super::group::Principals;
use super::words::{Named, People};
use super::{Asking, cursor, page, read_cursor};
use crate::{Engine, Problem};
use model::access::{Assignment, ResourceRole, Source};
use model::command::Command;
use model::directory::Principal;
use model::limits::{CHANGED_TOGETHER_MAX, PAGE_ROWS};
use model::role_assignment::MakeEligible;
use model::role_settings::{Privileged, Ticket};
use model::view::Icon;
use model::view::standing_access::{Act, Item, Row, StandingAccess, StandingChange};
use model::{AssignmentId, Refusal, Ts, UserId, query};
use std::collections::BTreeMap;
use store::standing_access::Standing;
use store::{assignments, groups, role_settings, standing_access};

pub async fn list(asking: &mut Asking<'_>, query: query::StandingAccess) -> Result<StandingAccess, Problem> {
    let after = read_cursor::<String, AssignmentId>(query.after.as_deref()).and_then(|(key, id)| {
        let (at, of) = key.split_once('.')?;
        Some((Ts(at.parse().ok()?), id, of.parse().ok()?))
    });
    let mut found = standing_access::list(&mut asking.link, after, PAGE_ROWS + 1, asking.now).await?;
    let paging = page(&mut found, PAGE_ROWS, after.is_some(), |one| {
        let (at, id, of) = one.place();
        cursor(format!("{}.{of}", at.0), id)
    });
    let principals: Vec<Principal> = found.iter().flat_map(|one| [one.assignment.principal, holder(one)]).collect();
    let people: Vec<UserId> = found.iter().filter_map(person).collect();
    let principals = Principals::load(asking, &principals).await?;
    let known = People::load(asking, &people).await?;
    let last = standing_access::last_activations(&mut asking.link, &people).await?;
    let named = Named::load(asking, found.iter().map(|one| one.assignment.role).collect()).await?;
    let may_change = rules::access::manages_roles(asking.visitor);
    // What is held through a group is changed where it begins, at membership of that group.
    let memberships: Vec<AssignmentId> = found.iter().filter_map(|one| Some(one.through?.0)).collect();
    let memberships: BTreeMap<AssignmentId, Assignment> =
        assignments::several(&mut asking.link, &memberships).await?.into_iter().map(|one| (one.id, one)).collect();
    let row = |one: &Standing| {
        let role = one.assignment.role;
        let (icon, name, under, href) = described(&principals, holder(one));
        let through = one.through.map(|_| {
            let (_, name, _, href) = described(&principals, one.assignment.principal);
            (href.unwrap_or_default(), name)
        });
        let own = one.through.map_or(Some(&one.assignment), |(membership, _)| memberships.get(&membership));
        let standing = may_change && own.is_some_and(|own| rules::standing_access::is_standing(own, asking.now));
        let machine = matches!(one.assignment.principal, Principal::ServicePrincipal(_));
        Row {
            assignment: own.map_or(one.assignment.id, |own| own.id),
            icon,
            person: person(one),
            href,
            name,
            under,
            role: named.said(role),
            role_href: format!("/admin/roles/{}/assignments?tab=active", role.resource().id()),
            privileged: named.privileged(role),
            how: source(one.assignment.source).to_owned(),
            through,
            since: one.since,
            last_sign_in: person(one).and_then(|id| known.get(id)).and_then(|user| user.last_sign_in_at),
            last_activation: person(one).and_then(|id| last.get(&id).copied()),
            makes_eligible: standing && !machine,
            removable: standing,
        }
    };
    Ok(StandingAccess { rows: found.iter().map(row).collect(), paging, may_change })
}

fn holder(one: &Standing) -> Principal {
    one.through.map_or(one.assignment.principal, |(_, user)| Principal::User(user))
}

fn person(one: &Standing) -> Option<UserId> {
    holder(one).user()
}

/// Picture, name, what stands under it, and where its page is.
pub fn described(principals: &Principals, principal: Principal) -> (Icon, String, String, Option<String>) {
    let (_, id, name, under) = principals.describe(principal);
    let (icon, href) = match principal {
        Principal::User(_) => (Icon::User, Some(format!("/admin/users/{id}"))),
        Principal::Group(_) => (Icon::Group, Some(format!("/admin/groups/{id}"))),
        Principal::ServicePrincipal(_) => (Icon::Application, None),
    };
    (icon, name, under, href)
}

/// How somebody came to an assignment.
pub fn source(source: Source) -> &'static str {
    match source {
        Source::Direct => "Direct",
        Source::Activation(_) => "Activation",
        Source::Package(_) => "Access package",
        Source::Rule(_) => "Rule",
        Source::Import => "Import",
    }
}

/// What would come of it: the commands themselves say so, in the order in which they would be done, and nothing is kept.
pub async fn change(engine: &Engine, asking: &mut Asking<'_>, query: query::StandingChange) -> Result<StandingChange, Problem> {
    let query::StandingChange { assignments: ids, act } = query;
    let none = Refusal::NotFound { what: "assignment" };
    if ids.len() > CHANGED_TOGETHER_MAX {
        let (one, limit) = ("assignment".to_owned(), CHANGED_TOGETHER_MAX);
        return Err(Refusal::TooManySelected { one, limit, selected: ids.len() }.into());
    }
    let mut all: Vec<Assignment> = Vec::new();
    for id in ids {
        let found = assignments::get(&mut asking.link, id).await?.ok_or_else(|| none.clone())?;
        // Whoever manages roles sees those of all, and the groups that may hold some; other groups are managed on their own pages.
        match found.role {
            ResourceRole::DirectoryRole(_) => {}
            ResourceRole::GroupMember(group) if !groups::role_assignable(&mut asking.link, &[group]).await?.is_empty() => {}
            ResourceRole::GroupMember(_) | ResourceRole::GroupOwner(_) | ResourceRole::ApplicationRole(..) => {
                return Err(none.into());
            }
        }
        if !all.contains(&found) {
            all.push(found);
        }
    }
    let roles: Vec<Privileged> = all.iter().filter_map(|one| Privileged::of(one.role)).collect();
    let settings = role_settings::several(&mut asking.link, &roles).await?;
    let (justification_required, ticket_required) = match act {
        Act::MakeEligible => (
            settings.values().any(|stored| stored.settings.assignment_justification),
            settings.values().any(|stored| stored.settings.assignment_ticket),
        ),
        Act::Remove => (true, false),
    };
    let outcomes = engine.tries(asking.who, all.iter().map(|one| command(one, act, &settings)).collect()).await?;
    let principals: Vec<Principal> = all.iter().map(|one| one.principal).collect();
    let principals = Principals::load(asking, &principals).await?;
    let named = Named::load(asking, all.iter().map(|one| one.role).collect()).await?;
    let mut items = Vec::new();
    for (one, outcome) in all.iter().zip(outcomes) {
        let (icon, name, _, _) = described(&principals, one.principal);
        let people = match one.principal {
            Principal::Group(id) => {
                let count = assignments::count(&mut asking.link, ResourceRole::GroupMember(id), asking.now).await?;
                Some(u32::try_from(count).unwrap_or(u32::MAX))
            }
            Principal::User(_) | Principal::ServicePrincipal(_) => None,
        };
        let keeps_by = match (one.principal, &outcome) {
            (Principal::User(user), Ok(_)) => other_way(asking, user, one).await?,
            _ => None,
        };
        // Whether a ticket is right is said when it was typed.
        let typed = |refusal: &Refusal| refusal.field().is_some_and(|field| field.starts_with("ticket"));
        let refused = outcome.err().filter(|refusal| !typed(refusal)).map(Into::into);
        items.push(Item { assignment: one.id, icon, name, role: named.said(one.role), people, keeps_by, refused });
    }
    Ok(StandingChange { act, items, justification_required, ticket_required })
}

/// The command that the form sends, with words that are long enough for every role.
fn command(one: &Assignment, act: Act, settings: &BTreeMap<Privileged, role_settings::Stored>) -> Command {
    let words = "Preview.".to_owned();
    match act {
        Act::Remove => Command::EndRoleAssignment { assignment: one.id, words },
        Act::MakeEligible => {
            let asks = Privileged::of(one.role).and_then(|role| settings.get(&role)).map(|stored| &stored.settings);
            let asked = asks.is_some_and(|asks| asks.assignment_ticket && asks.ticket_pattern.is_empty());
            let number = if asked { words.clone() } else { String::new() };
            let ticket = Ticket { system: number.clone(), number };
            Command::MakeEligible(MakeEligible { assignment: one.id, justification: words, ticket })
        }
    }
}

/// The group through which somebody holds the same role.
async fn other_way(asking: &mut Asking<'_>, user: UserId, one: &Assignment) -> Result<Option<String>, Problem> {
    let reach = assignments::reach(&mut asking.link, user, asking.now).await?;
    let held = rules::effective::held(user, true, &reach, asking.now);
    let through = held.iter().filter(|held| held.role == one.role).find_map(|held| match held.path.first()?.role {
        ResourceRole::GroupMember(group) => Some(group),
        ResourceRole::GroupOwner(_) | ResourceRole::ApplicationRole(..) | ResourceRole::DirectoryRole(_) => None,
    });
    let Some(group) = through else { return Ok(None) };
    Ok(store::groups::names(&mut asking.link, &[group]).await?.remove(&group))
}
