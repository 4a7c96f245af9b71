//! `/admin/roles/{id}/holders` and `/admin/groups/{id}/holders`: who holds it, by which path and why, now or in the past.

use super::role_place::{Side, place};
use super::{GROUPS, ROLES, below, read_id};
use crate::calls::CallError;
use crate::parts::instant;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::role_settings::Privileged;
use model::view::audit::Picked;
use model::view::why::{Access, ByPaths, Everybody, Holder, Holders};
use model::view::{Icon as Symbol, Persona};
use model::{Refusal, Refused, Ts, query};

#[component]
pub fn RoleHoldersPage() -> impl IntoView {
    page(Side::Roles)
}

#[component]
pub fn GroupHoldersPage() -> impl IntoView {
    page(Side::Groups)
}

fn page(side: Side) -> AnyView {
    let (id, role, person, after) = (read_id(), query_value("role"), query_value("person"), query_after());
    let (at, list) = (moment(), query_value("list"));
    let asks_people = move || list.get() == PEOPLE;
    let holders = page_resource(move || {
        let role = side.read(&id.get(), &role.get())?;
        Ok(if asks_people() { None } else { Some(query::Holders { role, at: at()?, person: person.get(), after: after.get() }) })
    });
    let people = page_resource(move || {
        let role = side.read(&id.get(), &role.get())?;
        Ok(if asks_people() { Some(query::EverybodyHolding { role, at: at()?, after: after.get() }) } else { None })
    });
    let assigned = |holders: Option<Holders>| holders.map(|holders| view! { <Whole holders/> }).into_any();
    let every = |people: Option<Everybody>| people.map(|everybody| view! { <People everybody/> }).into_any();
    let list = move || {
        if asks_people() {
            view! { <Loaded of=people view=every/> }.into_any()
        } else {
            view! { <Loaded of=holders view=assigned/> }.into_any()
        }
    };
    list.into_any()
}

/// What the address says for the list of everybody, through groups too.
const PEOPLE: &str = "people";

/// The two lists as links: what is assigned, and who has it by that. Each of the same moment.
fn lists(role: Privileged, people: bool) -> AnyView {
    let links = [("", "Assigned to", !people), (PEOPLE, "Everybody, through groups too", people)].map(|(list, name, current)| {
        let mut query = kept_moment();
        query.extend(place_of(role, list));
        view! { <a href=with(&action_of(role), query) aria-current=current.then_some("true")>{name}</a> }
    });
    view! { <nav class="kinds" aria-label="List">{links.into_iter().collect_view()}</nav> }.into_any()
}

/// What the address says besides the moment.
fn place_of(role: Privileged, list: &str) -> Vec<(&'static str, String)> {
    let owner = if matches!(role, Privileged::GroupOwner(_)) { "owner" } else { "" };
    vec![("role", owner.to_owned()), ("list", list.to_owned())]
}

/// Where both lists are asked for.
fn action_of(role: Privileged) -> String {
    holders_path(role).split('?').next().unwrap_or_default().to_owned()
}

fn with(path: &str, query: Vec<(&'static str, String)>) -> String {
    let query: Vec<(&str, &str)> = query.iter().map(|(name, value)| (*name, value.as_str())).collect();
    address(path, &query)
}

/// The heading of both lists, and what is above them.
fn heading(role: Privileged, name: &str) -> (String, Vec<(String, String)>) {
    match role {
        Privileged::DirectoryRole(id) => (
            ["Who holds ", name].concat(),
            vec![
                (ROLES.to_owned(), "Roles".to_owned()),
                (below(ROLES, &[&id.to_string(), "/assignments"].concat()), name.to_owned()),
            ],
        ),
        Privileged::GroupMember(id) | Privileged::GroupOwner(id) => (
            ["Who is in ", name].concat(),
            vec![(GROUPS.to_owned(), "Groups".to_owned()), (below(GROUPS, &id.to_string()), name.to_owned())],
        ),
    }
}

#[component]
fn People(everybody: Everybody) -> impl IntoView {
    let Everybody { role, name, at, notes, rows, paging } = everybody;
    let (title, crumbs) = heading(role, &name);
    let text = "Everybody who holds it, themselves or through groups, with every path: now, or at a moment of the past.";
    let place_kept = place_of(role, PEOPLE);
    let mut keep = kept_moment();
    keep.extend(place_kept.clone());
    let path = action_of(role);
    let hidden = place_kept.iter().filter(|(_, value)| !value.is_empty());
    let hidden = hidden.map(|(name, value)| view! { <Hidden name=*name value=value.clone()/> }).collect_view();
    // Somebody who was disabled then is left out of a page that others follow.
    let list = if rows.is_empty() && paging.next.is_none() {
        let text =
            if at.is_some() { "Nobody who was enabled held it at that moment." } else { "Nobody who is enabled holds it now." };
        view! { <Empty title="Nobody" text/> }.into_any()
    } else {
        let rows = rows.into_iter().flat_map(|ByPaths { who, href, paths }| {
            let href = href.map(|href| with(&href, kept_moment())).unwrap_or_default();
            paths.into_iter().map(move |access| by_path(who.clone(), href.clone(), access))
        });
        let rows = rows.collect_view();
        let pager = view! { <Pager path=path.clone() paging keep/> }.into_any();
        let columns = vec!["Name", "Path", "State", "Ends"];
        view! { <Listing caption="Everybody who holds it" columns dense=true pager>{rows}</Listing> }.into_any()
    };
    view! {
        <Page title=title.clone()>
            <PageHeader title crumbs text/>
            {place(role, holders_path)}
            {lists(role, true)}
            <MomentBar at notes now=with(&path, place_kept)/>
            <div>
                <MomentForm action=path at>{hidden}</MomentForm>
                {list}
            </div>
        </Page>
    }
    .into_any()
}

/// One person by one path.
fn by_path(who: Persona, href: String, access: Access) -> AnyView {
    let Access { path, badge, ends, until, why, .. } = access;
    let of = who.name.clone();
    view! {
        <tr class="event">
            <th scope="row"><Person who href/></th>
            <td class="full" data-label="Path"><PathLine path/><Why of why/></td>
            <td data-label="State"><StateBadge badge/></td>
            <td data-label="Ends"><Ends left=ends until/></td>
        </tr>
    }
    .into_any()
}

/// The moment that the address names.
pub fn moment() -> impl Fn() -> Result<Option<Ts>, CallError> + Copy + Send + Sync + 'static {
    let (at, zone) = (query_value("at"), query_value("at_zone"));
    move || {
        instant::read(&at.get(), &zone.get()).map_err(|text| {
            let message = ["“", &text, "” is not a date with a time. Write it as 2026-01-31T08:00."].concat();
            CallError::Refused(Refused::from(Refusal::Malformed { field: "at".to_owned(), message }))
        })
    }
}

/// What the address says of the moment, to be kept in others.
pub fn kept_moment() -> Vec<(&'static str, String)> {
    let keep = [("at", query_value("at")), ("at_zone", query_value("at_zone"))];
    keep.map(|(name, value)| (name, value.get_untracked())).into()
}

/// Where it is said who has a role by which path and why.
pub fn holders_path(role: Privileged) -> String {
    match role {
        Privileged::DirectoryRole(id) => [ROLES, "/", &id.to_string(), "/holders"].concat(),
        Privileged::GroupMember(id) => [GROUPS, "/", &id.to_string(), "/holders"].concat(),
        Privileged::GroupOwner(id) => [GROUPS, "/", &id.to_string(), "/holders?role=owner"].concat(),
    }
}

#[component]
fn Whole(holders: Holders) -> impl IntoView {
    let Holders { role, name, at, notes, person, paths, rows, paging } = holders;
    let (title, crumbs) = heading(role, &name);
    let text = "Everybody to whom it is assigned, and why. Ask about one person to see every path, through groups too.";
    let action = action_of(role);
    let owner = matches!(role, Privileged::GroupOwner(_));
    let mut keep = kept_moment();
    keep.extend(place_of(role, ""));
    let pager = view! { <Pager path=action.clone() paging keep/> }.into_any();
    let asked = view! { <Asked name=name.clone() person=person.clone() paths at/> };
    let list = if rows.is_empty() {
        let text = if at.is_some() { "It was assigned to nobody at that moment." } else { "It is assigned to nobody now." };
        view! { <Empty title="Nobody" text/> }.into_any()
    } else {
        let rows = rows.into_iter().map(holder).collect_view();
        let columns = vec!["Name", "Why", "State", "Ends"];
        view! { <Listing caption="To whom it is assigned" columns dense=true pager>{rows}</Listing> }.into_any()
    };
    view! {
        <Page title=title.clone()>
            <PageHeader title crumbs text/>
            {place(role, holders_path)}
            {lists(role, false)}
            <MomentBar at notes now=holders_path(role)/>
            <div>
                <MomentForm action at>
                    {owner.then(|| view! { <Hidden name="role" value="owner"/> })}
                    <TextField name="person" label="Person" extra=true value=person.name kind="search" hint="A name or user name"/>
                </MomentForm>
                {asked}
                {list}
            </div>
        </Page>
    }
    .into_any()
}

/// The answer about one person.
#[component]
fn Asked(name: String, person: Picked, paths: Option<Vec<Access>>, at: Option<Ts>) -> impl IntoView {
    let Picked { name: who, open, choices } = person;
    let (holds, not) = if at.is_some() { (" held ", " did not hold ") } else { (" holds ", " does not hold ") };
    match paths {
        Some(paths) if !paths.is_empty() => {
            let title = [who.as_str(), holds, &name, if paths.len() == 1 { " by one path" } else { " by several paths" }].concat();
            let rows = paths.into_iter().map(|access| view! { <AccessRow access/> }).collect_view();
            view! {
                <section class="stack">
                    <h2>{title}</h2>
                    <Listing caption="Every path" columns=vec!["Access", "Path", "State", "Ends"] dense=true>{rows}</Listing>
                    <h2>"To whom it is assigned"</h2>
                </section>
            }
            .into_any()
        }
        Some(_) => view! { <MessageBar strong=[&who, not, &name, "."].concat() text="No path leads there, neither directly nor through groups."/> }.into_any(),
        None if !open => ().into_any(),
        None if choices.is_empty() => {
            view! { <MessageBar tone="warn" strong=["Nobody is called “", &who, "”."].concat() text="Try fewer or other letters."/> }.into_any()
        }
        None => {
            let keep = kept_moment();
            let rows = choices.into_iter().map(move |choice| {
                let mut query = keep.clone();
                query.push(("person", choice.id));
                view! { <li><span class="what"><a href=with("", query)>{choice.name}</a><small>{choice.under}</small></span></li> }
            });
            let rows = rows.collect_view();
            view! { <Card title=["Several are called “", &who, "”. Which one?"].concat()><ul class="lines">{rows}</ul></Card> }
                .into_any()
        }
    }
}

fn holder(row: Holder) -> impl IntoView {
    let Holder { icon, person, href, name, under, access } = row;
    // The same moment, there too.
    let link = href.map(|href| with(&href, kept_moment())).unwrap_or_default();
    let who = match (person, icon) {
        (Some(id), _) => view! { <Person who=Persona { id, name: name.clone(), under } href=link/> }.into_any(),
        (None, Symbol::Group) => view! { <Team name=name.clone() href=link under/> }.into_any(),
        (None, icon) => view! { <span class="picks"><IconBox name=icon.symbol()/>{name.clone()}</span> }.into_any(),
    };
    let Access { badge, ends, until, why, .. } = access;
    view! {
        <tr class="event">
            <th scope="row">{who}</th>
            <td class="full" data-label="Why"><Because why/></td>
            <td data-label="State"><StateBadge badge/></td>
            <td data-label="Ends"><Ends left=ends until/></td>
        </tr>
    }
    .into_any()
}
