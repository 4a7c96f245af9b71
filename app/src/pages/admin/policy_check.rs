//! The part of a policy's form that says before saving who could not decide, or would be bothered. The button posts the form
//! without script; with script it asks in place.

use crate::parts::form::{fields_around, use_form};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::catalog::{PolicyOf, PolicySketch, Sketched, SketchedStage};
use model::query;
use model::view::catalog::PolicyCheck;

/// What the fields of a form say about who may request and who decides. Stages that were taken out leave gaps in the numbers.
fn sketch(fields: &[(String, String)]) -> PolicySketch {
    let field = |name: &str| fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str()).unwrap_or_default();
    // With script there is a field for each name, without it one field with a name a line.
    let lines = |name: &str| -> Vec<String> {
        let of_name = fields.iter().filter(|(field, _)| field == name);
        of_name.flat_map(|(_, value)| value.lines()).map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    };
    let named = |users: &str, groups: &str| Sketched { users: lines(users), groups: lines(groups), ..Sketched::default() };
    let mut numbers: Vec<u32> =
        fields.iter().filter_map(|(name, _)| name.strip_prefix("stages[s")?.split(']').next()?.parse().ok()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let stages = numbers.into_iter().map(|number| {
        let of = |part: &str| ["stages[s", &number.to_string(), "][", part, "]"].concat();
        let level = |part: &str| field(&of(part)).trim().parse().ok();
        let said = |part: &str| fields.iter().any(|(name, _)| *name == of(part));
        // Each list of a stage has the same fields, with its word before their names.
        let list = |before: &str| {
            let part = |field: &str| [before, field].concat();
            Sketched {
                manager: level(&part("manager")),
                sponsors: said(&part("sponsors")),
                owners: said(&part("owners")),
                ..named(&of(&part("users")), &of(&part("groups")))
            }
        };
        SketchedStage {
            approvers: list(""),
            further: list("escalate_"),
            fallback: list("fallback_"),
            quorum: field(&of("quorum")).trim().parse().unwrap_or(0),
        }
    });
    PolicySketch { scope: field("scope").to_owned(), covered: named("users", "groups"), stages: stages.collect() }
}

#[component]
pub fn CheckPolicy(of: PolicyOf) -> impl IntoView {
    let form = use_form();
    let typed = form.typed_fields().filter(|fields| fields.iter().any(|(name, value)| name == "act" && value == "check"));
    let asked = RwSignal::new(typed.map(|fields| sketch(&fields)));
    let on_check = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        asked.set(Some(sketch(&fields_around(&event))));
    };
    let found = move || {
        asked.get().map(|sketch| {
            let answer = page_resource(move || Ok(query::PolicyCheck { of, sketch: sketch.clone() }));
            view! { <Loaded of=answer view=|answer| view! { <Found answer/> }.into_any()/> }
        })
    };
    view! {
        <div class="stack">
            <p class="hint">"Find out before saving whether somebody can decide every request, and how many people are bothered."</p>
            <div class="group">
                <button class="button" type="submit" name="act" value="check" on:click=on_check>"Check approvers"</button>
            </div>
            <div id="check" class="stack" aria-live="polite">{found}</div>
        </div>
    }
    .into_any()
}

#[component]
fn Found(answer: PolicyCheck) -> impl IntoView {
    let PolicyCheck { warnings, refused } = answer;
    if let Some(refused) = refused {
        return view! { <RefusedBar refused role=""/> }.into_any();
    }
    if warnings.is_empty() {
        let text = "Every stage has somebody who can decide, nobody has to wait for themselves, and no crowd is asked.";
        return view! { <MessageBar tone="good" text/> }.into_any();
    }
    warnings.into_iter().map(|text| view! { <MessageBar tone="warn" text/> }).collect_view().into_any()
}
