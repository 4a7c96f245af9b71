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
        Ok(asks_people().then(|| query::EverybodyHolding { role, after: after.get() }))
    });
    let assigned = |holders: Option<Holders>| holders.map(|holders| view! { <Whole holders/> }).into_any();
    let every = |people: Option<Everybody>| people.map(|everybody| view! { <People everybody/> }).into_any();
    view! {
        <Loaded of=holders view=assigned/>
        <Loaded of=people view=every/>
    }
    .into_any()
}

/// What the address says for the list of everybody, through groups too.
const PEOPLE: &str = "people";

/// The two lists as links: what is assigned, and who has it by that.
fn lists(role: Privileged, people: bool) -> AnyView {
    let path = holders_path(role);
    let everybody = [path.as_str(), if path.contains('?') { "&list=" } else { "?list=" }, PEOPLE].concat();
    let links =
        [(path, "Assigned to", !people), (everybody, "Everybody, through groups too", people)].map(|(href, name, current)| {
            view! { <a href=href aria-current=current.then_some("true")>{name}</a> }
        });
    view! { <nav class="kinds" aria-label="List">{links.into_iter().collect_view()}</nav> }.into_any()
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
    let Everybody { role, name, rows, paging } = everybody;
    let (title, crumbs) = heading(role, &name);
    let text = "Everybody who holds it now, themselves or through groups, with every path.";
    let owner = if matches!(role, Privileged::GroupOwner(_)) { "owner" } else { "" };
    let keep = vec![("role", owner.to_owned()), ("list", PEOPLE.to_owned())];
    let path = holders_path(role).split('?').next().unwrap_or_default().to_owned();
    let list = if rows.is_empty() {
        view! { <Empty title="Nobody" text="Nobody who is enabled holds it now."/> }.into_any()
    } else {
        let rows = rows.into_iter().flat_map(|ByPaths { who, href, paths }| {
            let href = href.unwrap_or_default();
            paths.into_iter().map(move |access| by_path(who.clone(), href.clone(), access))
        });
        let rows = rows.collect_view();
        let pager = view! { <Pager path paging keep/> }.into_any();
        let columns = vec!["Name", "Path", "State", "Ends"];
        view! { <Listing caption="Everybody who holds it" columns dense=true pager>{rows}</Listing> }.into_any()
    };
    view! {
        <Page title=title.clone()>
            <PageHeader title crumbs text/>
            {place(role, holders_path)}
            {lists(role, true)}
            <div>{list}</div>
        </Page>
    }
    .into_any()
}

/// One person by one path.
fn by_path(who: Persona, href: String, access: Access) -> AnyView {
    let Access { path, badge, ends, why, .. } = access;
    let of = who.name.clone();
    let ends = match ends {
        Some(of) => view! { <TimeLeft of quiet=true/> }.into_any(),
        None => "Permanent".into_any(),
    };
    view! {
        <tr class="event">
            <th scope="row"><Person who href/></th>
            <td class="full" data-label="Path"><PathLine path/><Why of why/></td>
            <td data-label="State"><StateBadge badge/></td>
            <td data-label="Ends">{ends}</td>
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
    let action = holders_path(role).split('?').next().unwrap_or_default().to_owned();
    let owner = matches!(role, Privileged::GroupOwner(_));
    let mut keep = kept_moment();
    keep.push(("role", if owner { "owner".to_owned() } else { String::new() }));
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
                let mut query: Vec<(&str, &str)> = keep.iter().map(|(name, value)| (*name, value.as_str())).collect();
                query.push(("person", &choice.id));
                view! { <li><span class="what"><a href=address("", &query)>{choice.name}</a><small>{choice.under}</small></span></li> }
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
    let href = href.map(|href| {
        let keep = kept_moment();
        let query: Vec<(&str, &str)> = keep.iter().map(|(name, value)| (*name, value.as_str())).collect();
        address(&href, &query)
    });
    let link = href.unwrap_or_default();
    let who = match (person, icon) {
        (Some(id), _) => view! { <Person who=Persona { id, name: name.clone(), under } href=link/> }.into_any(),
        (None, Symbol::Group) => view! { <Team name=name.clone() href=link under/> }.into_any(),
        (None, icon) => view! { <span class="picks"><IconBox name=icon.symbol()/>{name.clone()}</span> }.into_any(),
    };
    let Access { badge, ends, until, why, .. } = access;
    let ends = match (ends, until) {
        (Some(of), _) => view! { <TimeLeft of quiet=true/> }.into_any(),
        (None, Some(at)) => view! { <When at/> }.into_any(),
        (None, None) => "Permanent".into_any(),
    };
    view! {
        <tr class="event">
            <th scope="row">{who}</th>
            <td class="full" data-label="Why"><Because why/></td>
            <td data-label="State"><StateBadge badge/></td>
            <td data-label="Ends">{ends}</td>
        </tr>
    }
    .into_any()
}
