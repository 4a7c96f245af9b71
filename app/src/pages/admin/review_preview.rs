//! What a review would ask and take away, below its form: asked for with **Preview**, before anything is made or saved.

use crate::calls::CallError;
use crate::calls::review_form::{Fields, PREVIEW};
use crate::parts::form::{fields_around, use_form};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::time::count;
use model::view::review::{Preview, PreviewLine, PreviewOf, PreviewStage};
use model::view::{Fact, Persona};
use model::{Refused, ReviewSeriesId, query};

const ACT: &str = "act";

/// The question that was asked last, or why it cannot be.
pub type Asked = RwSignal<Option<Result<query::ReviewPreview, Refused>>>;

/// Inside of a form: without script its button sends the form, which comes back with the answer.
pub fn asked(series: Option<ReviewSeriesId>) -> Asked {
    let form = use_form();
    let again = form.typed(ACT).filter(|act| act == PREVIEW).and_then(|_| form.typed_fields());
    RwSignal::new(again.map(|fields| read(fields, series)))
}

#[component]
pub fn PreviewButton(
    asked: Asked,
    /// Whose later instances the form sets.
    series: Option<ReviewSeriesId>,
) -> impl IntoView {
    let on_preview = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        asked.set(Some(read(fields_around(&event), series)));
    };
    view! { <button class="button" type="submit" name=ACT value=PREVIEW on:click=on_preview>"Preview"</button> }.into_any()
}

/// Where the answer stands.
#[component]
pub fn PreviewPlace(asked: Asked) -> impl IntoView {
    let preview = move || asked.get().map(shown);
    view! { <div id="preview" class="stack" aria-live="polite">{preview}</div> }.into_any()
}

/// What to ask about a form with these fields, or why that cannot be asked.
fn read(fields: Vec<(String, String)>, series: Option<ReviewSeriesId>) -> Result<query::ReviewPreview, Refused> {
    let fields = Fields(&fields);
    let question = || {
        let of = if series.is_some() { Vec::new() } else { fields.reviewed()? };
        let mut settings = Box::new(fields.settings()?);
        // Whoever looks first may name it later.
        if settings.name.is_empty() {
            settings.name.push('–');
        }
        Ok(query::ReviewPreview { of, settings, series })
    };
    question().map_err(|refusal: model::Refusal| fields.placed(refusal.into()))
}

fn shown(question: Result<query::ReviewPreview, Refused>) -> AnyView {
    match question {
        Err(refused) => view! { <RefusedBar refused role=""/> }.into_any(),
        Ok(question) => {
            let made = question.series.is_none();
            let answer = page_resource(move || Ok(question.clone()));
            awaited(false, move || {
                let waited = answer.wait();
                Box::pin(async move {
                    let preview = answer.open(waited.await);
                    let shows: Shows = Box::new(move || match preview {
                        Ok(preview) => view! { <PreviewCards preview made/> }.into_any(),
                        // What the rules refuse is said here as it would be when the form is sent.
                        Err(CallError::Refused(refused) | CallError::NotFound(refused)) => {
                            page_is_fine();
                            view! { <RefusedBar refused role=""/> }.into_any()
                        }
                        Err(error) => view! { <MessageBar tone="bad" text=error.to_string()/> }.into_any(),
                    });
                    shows
                })
            })
        }
    }
}

/// Only the preview was refused: the form around it is there as it should be.
fn page_is_fine() {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(axum::http::StatusCode::OK);
    }
}

fn rows(n: u64) -> String {
    count(i64::try_from(n).unwrap_or(i64::MAX), "row")
}

#[component]
fn PreviewCards(
    preview: Preview,
    /// It is made, and not changed.
    made: bool,
) -> impl IntoView {
    let Preview { of, instances } = preview;
    let (strong, text, title) = match of.len() {
        _ if !made => (
            "This is what later instances would ask.".to_owned(),
            "Nothing was saved yet. It is counted as if the next one started now.",
            "Next instances",
        ),
        1 => ("This makes one access review.".to_owned(), NOTHING_MADE, "First instances"),
        n => (["This makes ", &n.to_string(), " access reviews."].concat(), NOTHING_MADE, "First instances"),
    };
    let cards = of.into_iter().map(|one| view! { <PreviewCard one/> }).collect_view();
    let instances =
        instances.into_iter().map(|(from, until)| view! { <li>"From "<When at=from/>" to "<When at=until/></li> }).collect_view();
    view! {
        <MessageBar strong text/>
        {cards}
        <Card title><div class="body"><ol class="stack">{instances}</ol></div></Card>
    }
    .into_any()
}

const NOTHING_MADE: &str = "Nothing was made yet: this is what it would ask if it started now.";

#[component]
fn PreviewCard(one: PreviewOf) -> impl IntoView {
    let PreviewOf { subject, rows: total, stages, removed_by_silence, denied_only, warnings, controls, lines, more } = one;
    let title = [&subject.kind, " ", &subject.name].concat();
    let said = [&rows(total), " to review"].concat();
    let mut facts = vec![Fact { name: "Removed if nobody responds".to_owned(), value: rows(removed_by_silence) }];
    if denied_only > 0 {
        let value = [&rows(denied_only), ", which come from groups, rules or packages"].concat();
        facts.push(Fact { name: "Denied then, and to be taken away elsewhere".to_owned(), value });
    }
    if controls > 0 {
        let value = [&rows(controls), " besides, for those named who do not hold it; never applied"].concat();
        facts.push(Fact { name: "Control rows".to_owned(), value });
    }
    let warnings = warnings.into_iter().map(|text| view! { <MessageBar tone="warn" text/> }).collect_view();
    let several = stages.len() > 1;
    let columns = stages.len();
    let stages = stages.into_iter().zip(1_u32..).map(|(stage, number)| asked_in(stage, several.then_some(number))).collect_view();
    view! {
        <Card title>
            <div class="body stack">
                <p><b>{said}</b></p>
                {warnings}
                <Facts facts/>
            </div>
            {stages}
            {table(lines, columns, more)}
        </Card>
    }
    .into_any()
}

/// Who is asked in a stage. `number` where there are several.
fn asked_in(stage: PreviewStage, number: Option<u32>) -> AnyView {
    let PreviewStage { reviewers, days, asked, others, fallback, owner, administrators, undecidable, comes } = stage;
    let title = match number {
        Some(number) => ["Stage ", &number.to_string(), ": ", &reviewers].concat(),
        None => reviewers,
    };
    let days = count(i64::from(days), "day");
    let people = asked
        .into_iter()
        .map(|(who, n): (Persona, u64)| view! { <li><Person who/><div class="ends">{rows(n)}</div></li> })
        .collect_view();
    let others = (others > 0)
        .then(|| view! { <li class="quiet">"and "{count(i64::try_from(others).unwrap_or(i64::MAX), "other reviewer")}</li> });
    let elsewhere = [
        ("To fallback reviewers", fallback),
        ("To whoever makes the review", owner),
        ("To an administrator", administrators),
        ("Decided by nobody", undecidable),
    ];
    let without = elsewhere.iter().map(|(_, n)| n).sum::<u64>();
    let facts = std::iter::once(("Without a reviewer of their own", without))
        .chain(elsewhere.into_iter().filter(|(_, n)| *n > 0))
        .map(|(name, n)| Fact { name: name.to_owned(), value: rows(n) })
        .collect::<Vec<_>>();
    let label = ["Reviewers: ", &title].concat();
    view! {
        <div class="body stack">
            <p><b>{title}</b>", "{days}</p>
            {(!comes.is_empty()).then(|| view! { <p class="quiet">{comes}</p> })}
            <Facts facts/>
        </div>
        <ul class="lines" aria-label=label>{people}{others}</ul>
    }
    .into_any()
}

/// Who would be asked about whom, a few rows, and how many others there are.
fn table(lines: Vec<PreviewLine>, stages: usize, more: u64) -> AnyView {
    if lines.is_empty() {
        return ().into_any();
    }
    let said = match more {
        0 => "These are all rows.".to_owned(),
        more => {
            let shown = rows(lines.len() as u64);
            let others = if more == 1 { "1 more is".to_owned() } else { [&more.to_string(), " more are"].concat() };
            [&shown, " shown, those without a reviewer of their own first; ", &others, " counted above and not listed."].concat()
        }
    };
    let columns = match stages {
        1 => vec!["Person", "Who is asked", "If nobody responds"],
        2 => vec!["Person", "Stage 1", "Stage 2", "If nobody responds"],
        _ => vec!["Person", "Stage 1", "Stage 2", "Stage 3", "If nobody responds"],
    };
    let one = stages == 1;
    let rows = lines
        .into_iter()
        .map(|PreviewLine { name, holds, asked, silent }| {
            let labels = if one { ["Who is asked", "", ""] } else { ["Stage 1", "Stage 2", "Stage 3"] };
            let asked = asked.into_iter().zip(labels).map(|(who, label)| view! { <td data-label=label>{who}</td> }).collect_view();
            let holds = (!holds.is_empty()).then(|| view! { <span class="under">{holds}</span> });
            view! { <tr><th scope="row"><span class="name">{name}</span>{holds}</th>{asked}<td data-label="If nobody responds">{silent}</td></tr> }
        })
        .collect_view();
    view! {
        <div class="body"><p class="quiet">{said}</p></div>
        <Listing caption="Who would be asked about whom" columns dense=true>{rows}</Listing>
    }
    .into_any()
}
