//! `/admin/settings/imports/{id}/preview` and `/test`: what a run would do, and whether the directory answers. Nothing is done.

use super::settings_parts::{crumbs, tested};
use super::{below, parsed, read_id};
use crate::calls::import::IMPORTS;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::import::{Line, Numbers, What};
use model::query;
use model::time::{count, people};
use model::view::Badge;
use model::view::import::{ImportPreview, ImportTest, Sample};

#[component]
pub fn ImportTestPage() -> impl IntoView {
    let id = read_id();
    let test = page_resource(move || Ok(query::ImportTest { import: parsed(&id.get(), "import")? }));
    view! { <Loaded of=test view=|test| view! { <Tested test/> }.into_any()/> }.into_any()
}

#[component]
fn Tested(test: ImportTest) -> impl IntoView {
    let ImportTest { import, name, at, good, steps, people, groups } = test;
    let samples = view! {
        <Samples id="people" title="The first people, as they would be here" samples=people/>
        <Samples id="groups" title="The first groups, as they would be here" samples=groups/>
    };
    let path = below(IMPORTS, &import.to_string());
    tested(path, name, at, (good, steps), " Nothing was changed, here or there.", samples.into_any())
}

#[component]
fn Samples(id: &'static str, title: &'static str, samples: Vec<Sample>) -> impl IntoView {
    if samples.is_empty() {
        return ().into_any();
    }
    let heading = [id, "-h"].concat();
    let cards =
        samples.into_iter().map(|Sample { dn, facts }| view! { <h3 class="wraps">{dn}</h3><Facts facts/> }).collect_view();
    view! {
        <section class="stack" aria-labelledby=heading>
            <h2 id=[id, "-h"].concat()>{title}</h2>
            {cards}
        </section>
    }
    .into_any()
}

#[component]
pub fn ImportPreviewPage() -> impl IntoView {
    let (id, after, what) = (read_id(), query_after(), query_value("what"));
    let preview = page_resource(move || {
        Ok(query::ImportPreview { import: parsed(&id.get(), "import")?, what: what.get(), after: after.get() })
    });
    view! { <Loaded of=preview view=|preview| view! { <Previewed preview/> }.into_any()/> }.into_any()
}

/// How many lines of a kind there are.
fn many(numbers: &Numbers, what: What) -> usize {
    match what {
        What::Create => numbers.created,
        What::TakeOver => numbers.taken_over,
        What::Change => numbers.changed,
        What::Enable => numbers.enabled,
        What::Disable => numbers.disabled,
        What::CreateGroup => numbers.groups_created,
        What::ChangeGroup => numbers.groups_changed,
        What::Add => numbers.added,
        What::Remove => numbers.removed,
        What::Refuse => numbers.refused,
    }
}

#[component]
fn Previewed(preview: ImportPreview) -> impl IntoView {
    let ImportPreview { import, name, at, failed, numbers, asks, what, lines, paging } = preview;
    let path = below(IMPORTS, &import.to_string());
    let own = [&path, "/preview"].concat();
    let title = ["Preview of ", &name].concat();
    let badge = Some(match (&failed, numbers.is_nothing()) {
        (Some(_), _) => Badge::new("Does not work", "bad"),
        (None, true) => Badge::new("Nothing to do", "good"),
        (None, false) => Badge::new("Differs", "work"),
    });
    let read = match &failed {
        Some(_) => String::new(),
        None => [
            " It has ",
            &people(numbers.people),
            " and ",
            &count(i64::try_from(numbers.groups).unwrap_or(i64::MAX), "group"),
            ".",
        ]
        .concat(),
    };
    let works = failed.is_none();
    let failed = failed.map(|text| view! { <MessageBar tone="bad" text/> });
    let asks = asks.map(|text| view! { <MessageBar tone="warn" text/> });
    let all: usize = What::ALL.iter().map(|what| many(&numbers, *what)).sum();
    let link = |key: &'static str, word: &'static str, many: usize| {
        let href = address(&own, &[("what", key)]);
        let current = (what.map_or("", What::key) == key).then_some("true");
        view! { <a href=href aria-current=current>{[word, " (", &many.to_string(), ")"].concat()}</a> }
    };
    let kinds = What::ALL.iter().filter(|what| many(&numbers, **what) > 0);
    let links = kinds.map(|what| link(what.key(), what.word(), many(&numbers, *what))).collect_view();
    let kinds = (all > 0).then(|| view! { <nav class="kinds" aria-label="Kind of line">{link("", "All", all)}{links}</nav> });
    let list = match (works, lines.is_empty()) {
        (false, _) => ().into_any(),
        (true, true) => {
            let text = "Everybody is here as they are there.";
            view! { <Empty title="A run would do nothing" text/> }.into_any()
        }
        (true, false) => view! { <Lines lines/> }.into_any(),
    };
    let keep = what.map(|what| ("what", what.key().to_owned())).into_iter().collect::<Vec<_>>();
    let again = own.clone();
    let crumbs = crumbs(Some((path, name)));
    let acts = Some(view! { <a class="button" href=again rel="external">"Read again"</a> }.into_any());
    view! {
        <Page title=title.clone()>
            <PageHeader title crumbs badge acts/>
            <p>"Read on "<When at/>"."{read}" Nothing was done."</p>
            {failed}
            {asks}
            {kinds}
            {list}
            <Pager path=own paging keep/>
        </Page>
    }
    .into_any()
}

#[component]
fn Lines(lines: Vec<Line>) -> impl IntoView {
    let rows = lines
        .into_iter()
        .map(|Line { what, who, under, why, changes }| {
            let badge = Badge::new(what.word(), what.tone());
            let changes = (!changes.is_empty()).then(|| view! { <Changes changes/> });
            view! {
                <tr>
                    <th scope="row">{who}<small class="quiet wraps">" "{under}</small></th>
                    <td data-label="What would happen"><StateBadge badge/></td>
                    <td class="full" data-label="Details">{why}{changes}</td>
                </tr>
            }
        })
        .collect_view();
    let columns = vec!["Who", "What would happen", "Details"];
    view! { <Listing caption="What a run would do" columns dense=true>{rows}</Listing> }.into_any()
}
