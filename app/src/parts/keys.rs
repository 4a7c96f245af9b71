//! Keys for a list of decisions: `j` and `k` move between rows, `x` selects, `a` approves, `d` denies, `u` says that one does
//! not know, Enter opens.
//!
//! They press what is in the row, so that they can do nothing that the buttons cannot. After a decision the list is made anew:
//! whoever decided with something in a row is put back there, so that they go on where they were.

use leptos::prelude::*;

/// Listens as long as the list is there, and says which keys there are.
#[component]
pub fn DecisionKeys(
    /// One may also not know; then rows lead nowhere, and `Enter` presses what has the focus.
    #[prop(optional)]
    unknown: bool,
) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    browser::listen();
    let ends = if unknown {
        view! { " · "<kbd>"u"</kbd>" don’t know" }.into_any()
    } else {
        view! { " · "<kbd>"Enter"</kbd>" open" }.into_any()
    };
    view! {
        <p class="keys-hint quiet">
            <small>
                <kbd>"j"</kbd>" "<kbd>"k"</kbd>" move · "<kbd>"x"</kbd>" select · "<kbd>"a"</kbd>" approve · "<kbd>"d"</kbd>" deny"{ends}
            </small>
        </p>
    }
    .into_any()
}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::ev::{self, KeyboardEvent, MouseEvent};
    use leptos::prelude::*;
    use std::cell::RefCell;
    use wasm_bindgen::JsCast;
    use web_sys::{Element, HtmlElement};

    thread_local! {
        /// The row in which something was pressed last, by its `data-row`, and its place in the list.
        static LAST: RefCell<Option<(String, u32)>> = const { RefCell::new(None) };
    }

    pub fn listen() {
        let keys = window_event_listener(ev::keydown, on_key);
        let presses = window_event_listener(ev::click, on_press);
        on_cleanup(move || {
            keys.remove();
            presses.remove();
        });
        Effect::new(|_| request_animation_frame(go_back));
    }

    fn on_key(event: KeyboardEvent) {
        let held = event.ctrl_key() || event.meta_key() || event.alt_key();
        if held || event.default_prevented() || is_typing() {
            return;
        }
        let done = match event.key().as_str() {
            "j" => step(1),
            "k" => step(-1),
            "x" => select(),
            "a" => decide("approve"),
            "d" => decide("deny"),
            "u" => decide("dont_know"),
            _ => None,
        };
        if done.is_some() {
            event.prevent_default();
        }
    }

    fn on_press(event: MouseEvent) {
        let pressed = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let row = pressed.and_then(|pressed| pressed.closest("tbody tr[data-row]").ok().flatten());
        let last = row.and_then(|row| Some((row.get_attribute("data-row")?, place(&row)?)));
        LAST.set(last);
    }

    /// Puts the focus back into the row in which it was lost, or into the one that took its place.
    fn go_back() {
        let lost = document().active_element().is_none_or(|element| element.tag_name() == "BODY");
        let Some((id, place)) = LAST.with_borrow(Clone::clone).filter(|_| lost) else { return };
        let rows = rows();
        let same = rows.iter().find(|row| row.get_attribute("data-row").as_deref() == Some(id.as_str()));
        let there = same.or_else(|| rows.get(usize::try_from(place).unwrap_or(0))).or_else(|| rows.last());
        let _ = there.and_then(enter);
    }

    /// What is typed into a field is not for the list.
    fn is_typing() -> bool {
        let typing =
            |element: Element| element.matches("input:not([type=checkbox]), textarea, select, dialog *").unwrap_or(false);
        document().active_element().is_some_and(typing)
    }

    fn rows() -> Vec<Element> {
        let Ok(found) = document().query_selector_all("tbody tr:has(> th)") else { return Vec::new() };
        (0..found.length()).filter_map(|at| found.item(at)?.dyn_into().ok()).collect()
    }

    fn place(row: &Element) -> Option<u32> {
        rows().iter().position(|one| one == row).and_then(|place| u32::try_from(place).ok())
    }

    /// The row that holds the focus.
    fn row() -> Option<Element> {
        document().active_element()?.closest("tbody tr").ok()?
    }

    /// Puts the focus on the row's name, or on its box where the name leads nowhere.
    fn enter(row: &Element) -> Option<()> {
        let target = row.query_selector("th a").ok()?.or_else(|| row.query_selector("th .pick").ok()?);
        let target = target.or_else(|| row.query_selector("summary").ok()?)?;
        target.dyn_into::<HtmlElement>().ok()?.focus().ok()
    }

    fn step(by: i32) -> Option<()> {
        let rows = rows();
        let now = row().and_then(|here| rows.iter().position(|row| *row == here));
        let next = match (now, by) {
            (None, _) => 0,
            (Some(now), 1) => (now + 1).min(rows.len().saturating_sub(1)),
            (Some(now), _) => now.saturating_sub(1),
        };
        enter(rows.get(next)?)
    }

    /// Presses the row's box.
    fn select() -> Option<()> {
        let pick = row()?.query_selector(".pick").ok()??;
        pick.dyn_into::<HtmlElement>().ok()?.click();
        Some(())
    }

    /// Presses the row's button; where words are needed, what asks for them is opened instead.
    fn decide(verdict: &str) -> Option<()> {
        let row = row()?;
        let button = ["button[value=", verdict, "], a[data-decision=", verdict, "]"].concat();
        let press = match row.query_selector(&button).ok()? {
            Some(button) => button,
            // A row with an id of its own has everything in it; others lead to a page.
            None if row.has_attribute("data-row") => return None,
            None => row.query_selector("th a").ok()??,
        };
        press.dyn_into::<HtmlElement>().ok()?.click();
        Some(())
    }
}
