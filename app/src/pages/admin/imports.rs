//! `/admin/settings/imports`: other directories (LDAP) whose people and groups are known here, and how they were read.

use super::import_form::Form;
use super::settings_parts::{Switches, crumbs, part, readonly};
use super::{below, parsed, read_id};
use crate::calls::import::{DeleteImport, IMPORTS, RunImport, SetImportEnabled};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::import::{Confirmed, Import, Line, Numbers};
use model::query;
use model::time::{people, people_or_nobody};
use model::view::Fact;
use model::view::import::{Imports, OneImport, Row, Run};

const NEW: &str = "/admin/settings/imports/new";
const SEES: &str = "imports and change nothing of them";

/// The part of `/admin/settings`.
#[component]
pub fn ImportList(imports: Imports) -> impl IntoView {
    let Imports { rows, may_change, .. } = imports;
    let add = may_change.then(|| view! { <a class="button main-act" href=NEW><Icon name="plus"/>"New import"</a> });
    let list = if rows.is_empty() {
        let text =
            "With an import, people and groups of an LDAP directory are people and groups here, and stay as they are there.";
        view! { <Empty title="There are no imports" text/> }.into_any()
    } else {
        let rows = rows.into_iter().map(|Row { import, badge, people, ran }| {
            let ran = ran.map_or_else(|| "Never".into_any(), |at| view! { <When at/> }.into_any());
            view! {
                <tr>
                    <th scope="row"><a class="name" href=below(IMPORTS, &import.id.to_string())>{import.name}</a></th>
                    <td data-label="Address">{import.settings.address}</td>
                    <td data-label="Runs">{import.settings.every.name()}</td>
                    <td data-label="People">{people_or_nobody(people)}</td>
                    <td data-label="Ran last">{ran}</td>
                    <td data-label="State"><StateBadge badge/></td>
                </tr>
            }
        });
        let rows = rows.collect_view();
        let columns = vec!["Name", "Address", "Runs", "People", "Ran last", "State"];
        view! { <Listing caption="Imports" columns dense=true>{rows}</Listing> }.into_any()
    };
    part("imports-h", "LDAP import", add, list)
}

#[component]
pub fn NewImportPage() -> impl IntoView {
    let imports = page_resource(|| Ok(query::Imports {}));
    let view = |Imports { may_change, typed, .. }: Imports| {
        let form = if may_change { view! { <Form of=None typed/> }.into_any() } else { readonly(SEES) };
        let title = "New LDAP import";
        view! { <Page title><PageHeader title crumbs=crumbs(None)/>{form}</Page> }.into_any()
    };
    view! { <Loaded of=imports view/> }.into_any()
}

#[component]
pub fn ImportPage() -> impl IntoView {
    let (id, after) = (read_id(), query_after());
    let import = page_resource(move || Ok(query::Import { import: parsed(&id.get(), "import")?, after: after.get() }));
    view! { <Loaded of=import view=|import| view! { <One import/> }.into_any()/> }.into_any()
}

#[component]
fn One(import: OneImport) -> impl IntoView {
    let OneImport { row, may_change, typed, groups, running, next, asks, runs, paging } = import;
    let Row { import, badge, people, .. } = row;
    let path = below(IMPORTS, &import.id.to_string());
    let title = import.name.clone();
    let acts = may_change.then(|| view! { <Acts import=import.clone() people running/> }.into_any());
    let comes = if people > 1 { " come from it" } else { " comes from it" };
    let groups = match groups {
        0 => ".".to_owned(),
        1 => ", and 1 group.".to_owned(),
        groups => [", and ", &groups.to_string(), " groups."].concat(),
    };
    let text = [people_or_nobody(people).as_str(), comes, &groups].concat();
    let running = running.then(|| {
        let link = Some((path.clone(), "Look again".to_owned()));
        view! { <MessageBar text="It runs now. What it does is shown as soon as it is through." link/> }
    });
    let asks = asks.map(|(why, confirmed)| {
        let act = may_change.then(|| view! { <Confirm import=import.clone() confirmed/> }.into_any());
        view! { <MessageBar tone="warn" text=why/>{act} }
    });
    let next = next.map(|at| view! { <p class="quiet">"It runs next on "<When at/>"."</p> });
    let settings = if may_change {
        view! { <Form of=Some(import.clone()) typed/> }.into_any()
    } else {
        view! { {readonly(SEES)}<Shown import=import.clone()/> }.into_any()
    };
    view! {
        <Page title=title.clone()>
            <PageHeader title crumbs=crumbs(None) badge=Some(badge) text acts/>
            {running}
            {asks}
            <section class="stack" aria-labelledby="runs-h">
                <h2 id="runs-h">"Runs"</h2>
                {next}
                <Runs runs/>
                <Pager path paging/>
            </section>
            <section class="stack" aria-labelledby="settings-h">
                <h2 id="settings-h">"Settings"</h2>
                {settings}
            </section>
        </Page>
    }
    .into_any()
}

/// `3 people created, 1 group created`
fn said(numbers: &Numbers) -> String {
    let words: Vec<String> = numbers.said().into_iter().map(|(what, many)| [what, ": ", &many.to_string()].concat()).collect();
    if words.is_empty() { "Nothing was to be done.".to_owned() } else { words.join(", ") }
}

#[component]
fn Runs(runs: Vec<Run>) -> impl IntoView {
    if runs.is_empty() {
        let text = "Look at the preview: it says what a run would do, and does nothing.";
        return view! { <Empty title="It has not run yet" text/> }.into_any();
    }
    let rows = runs
        .into_iter()
        .map(|Run { began, by, badge, numbers, why, lines, more, .. }| {
            let read = [&people(numbers.people), ", groups: ", &numbers.groups.to_string()].concat();
            let by = if by.is_empty() { "Its time had come".to_owned() } else { by };
            let result = if why.is_empty() { said(&numbers) } else { why };
            view! {
                <tr>
                    <th scope="row"><When at=began/></th>
                    <td data-label="State"><StateBadge badge/></td>
                    <td data-label="Because of">{by}</td>
                    <td data-label="Read">{read}</td>
                    <td class="full" data-label="Result">{result}<Problems lines more/></td>
                </tr>
            }
        })
        .collect_view();
    let columns = vec!["Began", "State", "Because of", "Read", "Result"];
    view! { <Listing caption="Runs of the import" columns dense=true>{rows}</Listing> }.into_any()
}

/// What a run did not do.
#[component]
fn Problems(lines: Vec<Line>, more: u32) -> impl IntoView {
    if lines.is_empty() {
        return ().into_any();
    }
    let items = lines.into_iter().map(|Line { who, why, .. }| view! { <li><strong>{who}</strong>": "{why}</li> }).collect_view();
    let more = (more > 0).then(|| view! { <li>{["And ", &more.to_string(), " more, which the preview names."].concat()}</li> });
    view! { <details><summary>"What was skipped or refused"</summary><ul>{items}{more}</ul></details> }.into_any()
}

#[component]
fn Acts(import: Import, people: u32, running: bool) -> impl IntoView {
    let Import { id, name, enabled, .. } = import;
    let id = id.to_string();
    let test = [&below(IMPORTS, &id), "/test"].concat();
    let preview = [&below(IMPORTS, &id), "/preview"].concat();
    let effects = (
        "Nothing is read any more. Whoever came from it stays as they are here, also when they leave there.",
        "It runs again as it is set.",
    );
    let gone = match people {
        0 => "Nobody came from it.".to_owned(),
        1 => "1 person came from it, stays as they are, and is changed here from then on.".to_owned(),
        many => [&many.to_string(), " people came from it, stay as they are, and are changed here from then on."].concat(),
    };
    let (now, seen) = (id.clone(), people.to_string());
    let (set_enabled, delete) = (SetImportEnabled::PATH, DeleteImport::PATH);
    let runs = enabled && !running;
    view! {
        <a class="button" href=test>"Test"</a>
        <a class="button" href=preview>"Preview"</a>
        {runs.then(|| view! {
            <PostForm call=RunImport::PATH class="">
                <Hidden name="import" value=now/>
                <SubmitButton label="Run now" kind=""/>
            </PostForm>
        })}
        <Switches about=("import", id) name enabled effects set_enabled delete gone seen/>
    }
    .into_any()
}

/// A run asked, and somebody looked at the preview.
#[component]
fn Confirm(import: Import, confirmed: Confirmed) -> impl IntoView {
    let Confirmed { disabled, removed } = confirmed;
    let text = [
        "So many people are disabled at most: ",
        &disabled.to_string(),
        ". So many memberships are taken away at most: ",
        &removed.to_string(),
        ". If it has become more meanwhile, it asks again.",
    ]
    .concat();
    view! {
        <div class="group">
            <DialogButton id="confirm" class="button danger">"Run it all the same"</DialogButton>
        </div>
        <DialogForm id="confirm" title=["Run ", &import.name, "?"].concat() call=RunImport::PATH text label="Run it all the same">
            <Hidden name="import" value=import.id.to_string()/>
            <Hidden name="confirmed" value="true"/>
            <Hidden name="disabled" value=disabled.to_string()/>
            <Hidden name="removed" value=removed.to_string()/>
        </DialogForm>
    }
    .into_any()
}

/// The settings for those who may only read them.
#[component]
fn Shown(import: Import) -> impl IntoView {
    let settings = import.settings;
    let fact = |name: &str, value: &str| Fact { name: name.to_owned(), value: value.to_owned() };
    let groups = settings.groups.as_ref().map_or("Are not taken", |groups| groups.base.as_str());
    let facts = vec![
        fact("Address", &settings.address),
        fact("Bind DN", &settings.bind_dn),
        fact("Password", "Kept, and shown never again"),
        fact("People", &settings.people.base),
        fact("Groups", groups),
        fact("Runs", settings.every.name()),
        fact("People who are no longer found", settings.leavers.name()),
        fact("Accounts that are here already", settings.existing.name()),
        fact("Asks above", &[&settings.percent.to_string(), " percent"].concat()),
    ];
    view! { <Facts facts/> }.into_any()
}
