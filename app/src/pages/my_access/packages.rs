//! `/my-access/packages`: what one may ask for, what one holds, what one held.

use super::give_back::{GiveBack, GiveBackButton};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::query;
use model::view::package::{self, Packages, Row, Standing};

const PATH: &str = "/my-access/packages";

#[component]
pub fn PackagesPage() -> impl IntoView {
    let (tab, search, after) = (query_value("tab"), query_value("search"), query_after());
    let tab = Memo::new(move |_| tab.with(|tab| key(read_tab(tab)).to_owned()));
    let packages =
        page_resource(move || Ok(query::Packages { tab: read_tab(&tab.get()), search: search.get(), after: after.get() }));
    let keep = Signal::derive(move || kept_tab(&tab.get()));
    let tabs = ["available", "active", "expired"]
        .map(|key| Tab::new(key, name(read_tab(key)), address(PATH, &[("tab", if key == "available" { "" } else { key })])));
    view! {
        <Page title="Access packages">
            <PageHeader title="Access packages" text="A package gives you everything a task needs, for as long as it needs it."/>
            <Tabs label="Access packages" tabs=tabs.into() chosen=tab>
                <SearchTools path=PATH label="Search access packages" value=search keep/>
                <Loaded of=packages view=|packages| view! { <List packages/> }.into_any()/>
                <details class="fold">
                    <summary>"Looking for something that is not here?"</summary>
                    <p class="quiet">
                        "Some packages are not listed and are reached by their link only. Ask your manager, or the owner of what you need."
                    </p>
                </details>
            </Tabs>
        </Page>
    }
    .into_any()
}

#[component]
fn List(packages: Packages) -> impl IntoView {
    let Packages { tab, search, rows, paging } = packages;
    if rows.is_empty() {
        return nothing(tab, &search);
    }
    let (caption, column) = match tab {
        package::Tab::Available => ("Access packages you may request", None),
        package::Tab::Active => ("Access packages you hold", Some("Ends")),
        package::Tab::Expired => ("Access packages you held", Some("Ended")),
    };
    let columns = ["Name", "Resources"].into_iter().chain(column).collect();
    let keep = kept_tab(key(tab)).into_iter().chain([("search", search)]).collect();
    // What is held is given back where it is listed as held.
    let removable = tab == package::Tab::Active;
    let dialogs: Vec<AnyView> = if removable { rows.iter().filter_map(give_back).collect() } else { Vec::new() };
    let rows = rows.into_iter().map(|row| view! { <PackageRow row column removable/> }).collect_view();
    view! {
        <Listing caption columns acts=true pager=view! { <Pager path=PATH paging keep/> }.into_any()>{rows}</Listing>
        {dialogs}
    }
    .into_any()
}

#[component]
fn PackageRow(row: Row, column: Option<&'static str>, removable: bool) -> impl IntoView {
    let Row { package, name, description, resources, privileged, standing } = row;
    let href = [PATH, "/", &package.to_string()].concat();
    let (icon, tone) = if privileged { ("shield", "warn") } else { ("box", "work") };
    let time = column.map(|label| view! { <td data-label=label><Time standing=standing.clone()/></td> });
    view! {
        <tr>
            <th scope="row">
                <span class="picks">
                    <IconBox name=icon tone/>
                    <span><a class="name" href=href.clone()>{name.clone()}</a><span class="under">{description}</span></span>
                </span>
            </th>
            <td data-label="Resources">{resources}</td>
            {time}
            <td class="acts"><Acts standing href name removable/></td>
        </tr>
    }
    .into_any()
}

#[component]
fn Time(standing: Standing) -> impl IntoView {
    match standing {
        Standing::Held { ends: Some(of), .. } => view! { <TimeLeft of/> }.into_any(),
        Standing::Held { ends: None, .. } => "No end".into_any(),
        Standing::Ended { at, why, .. } => view! { <When at/><span class="under">{why}</span> }.into_any(),
        Standing::Open | Standing::Requested { .. } => ().into_any(),
    }
}

#[component]
fn Acts(standing: Standing, href: String, name: String, removable: bool) -> impl IntoView {
    let named = name.clone();
    let of = move || view! { <span class="sr">" "{named.clone()}</span> };
    match standing {
        Standing::Open => view! { <a class="button small" href=href>"Request"{of()}</a> }.into_any(),
        Standing::Requested { request, badge } => view! {
            <span class="group">
                <StateBadge badge/>
                <a class="button small bare" href=["/my-access/requests/", &request.to_string()].concat()>"View"{of()}</a>
            </span>
        }
        .into_any(),
        Standing::Held { badge, held, .. } => view! {
            <span class="group">
                <StateBadge badge/>
                {held.extendable.then(|| view! { <a class="button small" href=href>"Extend"{of.clone()()}</a> })}
                {(removable && held.removable).then(|| view! { <GiveBackButton assignment=held.assignment name=name.clone()/> })}
            </span>
        }
        .into_any(),
        Standing::Ended { again: true, .. } => view! { <a class="button small" href=href>"Request"{of()}</a> }.into_any(),
        Standing::Ended { again: false, .. } => ().into_any(),
    }
}

/// The question before access is given back.
fn give_back(row: &Row) -> Option<AnyView> {
    let Row { name, resources, standing: Standing::Held { held, .. }, .. } = row else { return None };
    held.removable
        .then(|| view! { <GiveBack assignment=held.assignment name=name.clone() resources=resources.clone()/> }.into_any())
}

fn nothing(tab: package::Tab, search: &str) -> AnyView {
    if !search.is_empty() {
        let text =
            ["No access package has “", search, "” in its name, its description or what it contains. Try fewer or other words."]
                .concat();
        return view! { <Empty title="Nothing found" text/> }.into_any();
    }
    let (title, text) = match tab {
        package::Tab::Available => {
            ("Nothing to request", "Packages that you may request appear here. Ask your manager if you expected one.")
        }
        package::Tab::Active => ("You hold no package", "What you request and get appears here, with the time it ends."),
        package::Tab::Expired => ("Nothing has ended", "Packages that you held appear here after they ended."),
    };
    let link = (tab == package::Tab::Active).then(|| (PATH.to_owned(), "Browse access packages".to_owned()));
    view! { <Empty title text link/> }.into_any()
}

fn key(tab: package::Tab) -> &'static str {
    match tab {
        package::Tab::Available => "available",
        package::Tab::Active => "active",
        package::Tab::Expired => "expired",
    }
}

fn name(tab: package::Tab) -> &'static str {
    match tab {
        package::Tab::Available => "Available",
        package::Tab::Active => "Active",
        package::Tab::Expired => "Expired",
    }
}

fn read_tab(text: &str) -> package::Tab {
    match text {
        "active" => package::Tab::Active,
        "expired" => package::Tab::Expired,
        _ => package::Tab::Available,
    }
}

/// The first tab has the plain address.
fn kept_tab(key: &str) -> Vec<(&'static str, String)> {
    vec![("tab", if key == "available" { String::new() } else { key.to_owned() })]
}
