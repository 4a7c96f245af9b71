//! An event of the history: its sentence, and under it why and what was changed.

use super::sentence::Sentence;
use leptos::prelude::*;
use model::event::Change;
use model::view::audit::{Part, Told};

/// A sentence whose names lead to their pages.
#[component]
pub fn Spoken(said: Vec<Part>) -> impl IntoView {
    said.into_iter()
        .map(|Part { text, href }| match href {
            // The page may belong to the other half.
            Some(href) => {
                // A file is no page, and is fetched.
                let rel = href.ends_with(".jsonl").then_some("external");
                view! { <a href=href rel=rel>{text}</a> }.into_any()
            }
            None => view! { <Sentence text/> }.into_any(),
        })
        .collect_view()
        .into_any()
}

/// Why, how, and every field that was changed, before and after side by side.
#[component]
pub fn Details(told: Told) -> impl IntoView {
    let Told { said: _, reason, facts, changes } = told;
    let reason = (!reason.is_empty()).then(|| view! { <blockquote class="words">{reason}</blockquote> });
    let facts = (!facts.is_empty()).then(|| {
        let facts = facts.into_iter().map(|fact| view! { <div><dt>{fact.name}</dt><dd><Sentence text=fact.value/></dd></div> });
        view! { <dl class="event-facts">{facts.collect_view()}</dl> }
    });
    let many = changes.len() > FEW;
    let summary = ["What was changed: ", &model::time::count(i64::try_from(changes.len()).unwrap_or(i64::MAX), "field")].concat();
    let changes = (!changes.is_empty()).then(|| view! { <Changes changes/> }.into_any());
    let changes = if many {
        view! { <details class="fold-changes"><summary>{summary}</summary>{changes}</details> }.into_any()
    } else {
        changes.into_any()
    };
    view! { {reason}{facts}{changes} }.into_any()
}

/// So many fields stand open; more are folded.
const FEW: usize = 3;

/// Fields, before and after side by side.
#[component]
pub fn Changes(changes: Vec<Change>) -> impl IntoView {
    let value = |text: String| if text.is_empty() { "nothing".into_any() } else { view! { <Sentence text/> }.into_any() };
    let rows = changes.into_iter().map(|Change { field, before, after }| {
        view! {
            <div>
                <dt>{field}</dt>
                <dd><span class="sr">"Before: "</span><del>{value(before)}</del></dd>
                <dd><span class="sr">"After: "</span><ins>{value(after)}</ins></dd>
            </div>
        }
    });
    view! { <dl class="changes">{rows.collect_view()}</dl> }.into_any()
}
