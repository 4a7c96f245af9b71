//! The tab *Separation of duties* of a package: what nobody may have together with it, and who has both now.

use super::{PACKAGES, below};
use crate::calls::separation::{AddIncompatible, RemoveIncompatible};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::view::separation::{Overlap, Row, Separation, Thing};
use model::view::{Choice, Paging};
use model::{PackageId, query};

const TAB: (&str, &str) = ("tab", "separation");

#[component]
pub fn SeparationTab(package: PackageId) -> impl IntoView {
    let (search, after) = (query_value("search"), query_after());
    let separation = page_resource(move || Ok(query::Separation { package, search: search.get(), after: after.get() }));
    view! {
        <p class="quiet">
            "Nobody gets this package who has something on this list, and nobody who holds this package gets what is on it: not by a request, not by an assignment, not when it is delivered. Who has both already keeps both."
        </p>
        <Loaded of=separation view=|separation| view! { <Whole separation/> }.into_any()/>
    }
    .into_any()
}

#[component]
fn Whole(separation: Separation) -> impl IntoView {
    let Separation { package, package_name, rows, may_edit, search, offered, people, overlaps, paging } = separation;
    let (id, path) = (package.to_string(), below(PACKAGES, &package.to_string()));
    let add = may_edit.then(|| view! { <Add id=id.clone() path=path.clone() offered search=search.clone()/> });
    let some = !rows.is_empty();
    let overlaps = some.then(|| view! { <Overlaps path people overlaps paging search/> });
    view! {
        {add}
        <Incompatibles id package_name rows/>
        {overlaps}
    }
    .into_any()
}

#[component]
fn Add(id: String, path: String, offered: Vec<Choice>, search: String) -> impl IntoView {
    let mut options = vec![(String::new(), "Choose a package or a group".to_owned())];
    let nothing = offered.is_empty();
    options.extend(offered.into_iter().map(|Choice { id, name, under }| (id, [name, under].join(" · "))));
    let hint = if nothing {
        "Nothing that you may add has this name."
    } else {
        "Packages that you manage, and groups that you see. It holds in both directions."
    };
    view! {
        <div class="stack">
            <form class="tools" method="get" action=path role="search">
                <input type="hidden" name=TAB.0 value=TAB.1/>
                <div class="search">
                    <Icon name="search"/>
                    <label class="sr" for="incompatible-search">"Search packages and groups to add"</label>
                    <input class="input" id="incompatible-search" type="search" name="search" prop:value=search.clone() value=search placeholder="Search packages and groups to add" autocomplete="off"/>
                </div>
                <button class="button" type="submit">"Search"</button>
            </form>
            <PostForm call=AddIncompatible::PATH class="add-line">
                <Hidden name="package" value=id/>
                <Pick name="with" label="Package or group" hint options/>
                <SubmitButton label="Add" kind="" icon="plus"/>
            </PostForm>
        </div>
    }
    .into_any()
}

#[component]
fn Incompatibles(id: String, package_name: String, rows: Vec<Row>) -> impl IntoView {
    if rows.is_empty() {
        let text =
            "Name packages and groups that nobody may have together with this package: who orders and who pays, for example.";
        return view! { <Empty title="Nothing is incompatible" text/> }.into_any();
    }
    let acts = rows.iter().any(|row| row.removable);
    let dialogs = rows
        .iter()
        .filter(|row| row.removable)
        .map(|row| view! { <RemoveDialog id=id.clone() package_name=package_name.clone() row=row.clone()/> })
        .collect_view();
    let lines = rows
        .into_iter()
        .map(|Row { key, what, set, since, removable }| {
            let (kind, name) = (what.kind.clone(), what.name.clone());
            let remove = removable.then(|| {
                view! {
                    <DialogButton id=dialog_id(&key) class="button small bare danger">"Remove"<span class="sr">" "{name}</span></DialogButton>
                }
            });
            view! {
                <tr>
                    <th scope="row"><What what/></th>
                    <td data-label="Kind">{kind}</td>
                    <td data-label="Set">{set}</td>
                    <td data-label="Since"><When at=since/></td>
                    {acts.then(|| view! { <td class="acts">{remove}</td> })}
                </tr>
            }
        })
        .collect_view();
    view! {
        <Listing caption="Incompatible with this package" columns=vec!["Incompatible", "Kind", "Set", "Since"] acts dense=true>{lines}</Listing>
        {dialogs}
    }
    .into_any()
}

/// The other side: its picture, and its name as far as the reader may know it.
#[component]
fn What(what: Thing) -> impl IntoView {
    let Thing { icon, name, kind: _, href } = what;
    let name = match href {
        Some(href) => view! { <a class="name" href=href>{name}</a> }.into_any(),
        None => view! { <span class="name">{name}</span> }.into_any(),
    };
    view! { <span class="picks"><IconBox name=icon.symbol()/>{name}</span> }.into_any()
}

fn dialog_id(key: &str) -> String {
    ["remove-", &key.replace(':', "-")].concat()
}

#[component]
fn RemoveDialog(id: String, package_name: String, row: Row) -> impl IntoView {
    let Row { key, what, .. } = row;
    let dialog = dialog_id(&key);
    let label = ["Remove ", &what.name].concat();
    let text =
        ["People may have it and “", &package_name, "” together again, from this moment on. Nobody gets or loses anything."];
    let about = ("with", key);
    view! {
        <DialogForm id=dialog title=[&label, "?"].concat() call=RemoveIncompatible::PATH about text=text.concat() keep="Keep it" label>
            <Hidden name="package" value=id/>
        </DialogForm>
    }
    .into_any()
}

#[component]
fn Overlaps(path: String, people: u32, overlaps: Vec<Overlap>, paging: Paging, search: String) -> impl IntoView {
    let count = match people {
        0 => "Nobody has both now.".to_owned(),
        1 => "1 person has both now.".to_owned(),
        n => [&n.to_string(), " people have both now."].concat(),
    };
    let csv = (people > 0).then(|| {
        let href = [&path, "/overlaps.csv"].concat();
        view! { <a class="button" href=href download="overlaps.csv" rel="external">"Download CSV"</a> }
    });
    let rows = (!overlaps.is_empty()).then(|| {
        let rows = overlaps
            .into_iter()
            .map(|Overlap { who, with, since }| {
                view! {
                    <tr>
                        <th scope="row"><Person who/></th>
                        <td data-label="Has also"><What what=with/></td>
                        <td data-label="Holds the package since"><When at=since/></td>
                    </tr>
                }
            })
            .collect_view();
        let keep = vec![(TAB.0, TAB.1.to_owned()), ("search", search)];
        let pager = view! { <Pager path paging keep/> }.into_any();
        let columns = vec!["Name", "Has also", "Holds the package since"];
        view! { <Listing caption="People who have both" columns dense=true pager>{rows}</Listing> }
    });
    view! {
        <section class="stack" aria-labelledby="overlaps-h">
            <h2 id="overlaps-h">"Present overlaps"</h2>
            <div class="tools"><p>{count}</p><span class="ends">{csv}</span></div>
            {rows}
        </section>
    }
    .into_any()
}
