//! Selecting rows of a list for one form. The boxes belong to the form by its id, because the rows have forms of
//! their own; without script they are sent all the same.

use super::landing::use_landing;
use leptos::prelude::*;

/// How many rows are selected. Made by the list, once.
#[derive(Clone, Copy)]
pub struct Selection {
    /// The id of the form that the boxes belong to.
    form: &'static str,
    name: &'static str,
    count: RwSignal<usize>,
}

impl Selection {
    /// For the form with this id; each selected row sends its value as `name`.
    pub fn new(form: &'static str, name: &'static str) -> Self {
        let selection = Self { form, name, count: RwSignal::new(0) };
        // What was ticked before there was script counts too, and so does what a refused form had kept: those boxes are
        // in the page only after the list was read again.
        Effect::new(move |_| {
            selection.recount();
            request_animation_frame(move || selection.recount());
        });
        selection
    }

    fn recount(self) {
        // The list may have left the page meanwhile.
        let _ = self.count.try_set(browser::ticked());
    }
}

/// The box of one row. `of` says which, read aloud.
#[component]
pub fn SelectRow(selection: Selection, #[prop(into)] value: String, #[prop(into)] of: String) -> impl IntoView {
    let Selection { form, name, .. } = selection;
    let flash = use_landing().flash_for(form, |_| true);
    let checked = flash.is_some_and(|flash| flash.fields.iter().any(|(field, kept)| field == name && *kept == value));
    view! {
        <input
            class="tick pick"
            type="checkbox"
            form=form
            name=name
            value=value
            aria-label=["Select ", &of].concat()
            checked=checked
            on:change=move |_| selection.recount()
        />
    }
    .into_any()
}

/// The box that selects every row of the page. It needs script.
#[component]
pub fn SelectAll(selection: Selection, rows: usize) -> impl IntoView {
    let on_change = move |event| {
        browser::tick_all(event_target_checked(&event));
        selection.recount();
    };
    let all = move || selection.count.get() == rows && rows > 0;
    view! { <input class="tick with-script" type="checkbox" aria-label="Select all" prop:checked=all on:change=on_change/> }
        .into_any()
}

/// How many are selected, in words.
#[component]
pub fn Selected(selection: Selection) -> impl IntoView {
    let words = move || match selection.count.get() {
        0 => "Selected rows".to_owned(),
        n => [&n.to_string(), " selected"].concat(),
    };
    view! { <strong class="num" aria-live="polite">{words}</strong> }.into_any()
}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::prelude::*;
    use wasm_bindgen::JsCast;
    use web_sys::HtmlInputElement;

    fn boxes() -> Vec<HtmlInputElement> {
        let Ok(found) = document().query_selector_all("tbody .pick") else { return Vec::new() };
        (0..found.length()).filter_map(|at| found.item(at)?.dyn_into().ok()).collect()
    }

    pub fn ticked() -> usize {
        boxes().iter().filter(|one| one.checked()).count()
    }

    pub fn tick_all(checked: bool) {
        for one in boxes() {
            one.set_checked(checked);
        }
    }
}

#[cfg(not(feature = "hydrate"))]
mod browser {
    pub fn ticked() -> usize {
        0
    }
    pub fn tick_all(_checked: bool) {}
}
