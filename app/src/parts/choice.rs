//! Radio buttons and check boxes.

use super::field::{FieldError, Hint, Ids, Optional, aria_invalid, is_refused};
use super::form::use_form;
use leptos::prelude::*;
use model::view::Choice;

/// One of several, all in sight. A choice's `under` is its hint.
#[component]
pub fn RadioGroup(
    #[prop(into)] name: String,
    #[prop(into)] legend: String,
    #[prop(optional, into)] hint: String,
    /// The chosen entry's id.
    #[prop(optional, into)]
    value: String,
    options: Vec<Choice>,
    #[prop(optional)] optional: bool,
    /// `choices` under each other, `group` beside each other, `choice-cards` for choices with hints.
    #[prop(default = "choices")]
    shape: &'static str,
) -> impl IntoView {
    let form = use_form();
    let chosen = form.typed(&name).unwrap_or(value);
    view! { <Group name legend hint options optional shape kind="radio" chosen=vec![chosen]/> }.into_any()
}

/// Several of several.
#[component]
pub fn CheckGroup(
    #[prop(into)] name: String,
    #[prop(into)] legend: String,
    #[prop(optional, into)] hint: String,
    #[prop(optional)] values: Vec<String>,
    options: Vec<Choice>,
    #[prop(optional)] optional: bool,
) -> impl IntoView {
    let form = use_form();
    let chosen = form.typed_all(&name).unwrap_or(values);
    view! { <Group name legend hint options optional shape="choices" kind="checkbox" chosen/> }.into_any()
}

#[component]
fn Group(
    name: String,
    legend: String,
    hint: String,
    options: Vec<Choice>,
    optional: bool,
    shape: &'static str,
    kind: &'static str,
    chosen: Vec<String>,
) -> impl IntoView {
    let form = use_form();
    let ids = Ids::new(form, &name, &hint);
    let refused = is_refused(form, &name);
    let choices = options
        .into_iter()
        .map(|Choice { id, name: words, under }| {
            let checked = chosen.contains(&id);
            let hint = (!under.is_empty()).then(|| view! { <span class="hint">{under}</span> });
            view! {
                <label class="choice">
                    <input class="tick" type=kind name=name.clone() value=id checked=checked/>
                    <span>{words}</span>
                    {hint}
                </label>
            }
        })
        .collect_view();
    let id = ids.control.clone();
    let described_by = ids.described_by(refused);
    view! {
        <fieldset class="question" id=id tabindex="-1" aria-describedby=described_by>
            <legend>{legend}<Optional optional/></legend>
            <Hint ids=ids.clone() text=hint/>
            <div class=shape>{choices}</div>
            <FieldError ids form name=name.clone()/>
        </fieldset>
    }
    .into_any()
}

/// Yes when ticked; sent as `true`.
#[component]
pub fn CheckBox(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: String,
    #[prop(optional)] checked: bool,
) -> impl IntoView {
    let form = use_form();
    let ids = Ids::new(form, &name, &hint);
    let checked = form.typed_all(&name).map_or(checked, |typed| !typed.is_empty());
    let refused = is_refused(form, &name);
    let hint_id = ids.hint.clone();
    view! {
        <div class="field">
            <label class="choice">
                <input
                    class="tick"
                    type="checkbox"
                    id=ids.control.clone()
                    name=name.clone()
                    value="true"
                    checked=checked
                    aria-invalid=aria_invalid(refused)
                    aria-describedby=ids.described_by(refused)
                />
                <span>{label}</span>
            </label>
            {(!hint.is_empty()).then(|| view! { <p class="hint" id=hint_id>{hint}</p> })}
            <FieldError ids form name/>
        </div>
    }
    .into_any()
}
