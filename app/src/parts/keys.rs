//! Keys for a list of decisions: `j` and `k` move between rows, `x` selects, `a` approves, `d` denies, Enter opens.
//!
//! They press what is in the row, so that they can do nothing that the buttons cannot.

use leptos::prelude::*;

/// Listens as long as the list is there, and says which keys there are.
#[component]
pub fn DecisionKeys() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    browser::listen();
    view! {
        <p class="keys-hint quiet">
            <small>
                <kbd>"j"</kbd>" "<kbd>"k"</kbd>" move · "<kbd>"x"</kbd>" select · "<kbd>"a"</kbd>" approve · "<kbd>"d"</kbd>" deny · "<kbd>"Enter"</kbd>" open"
            </small>
        </p>
    }
    .into_any()
}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::ev::{self, KeyboardEvent};
    use leptos::prelude::*;
    use wasm_bindgen::JsCast;
    use web_sys::{Element, HtmlElement};

    pub fn listen() {
        let listener = window_event_listener(ev::keydown, on_key);
        on_cleanup(move || listener.remove());
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
            _ => None,
        };
        if done.is_some() {
            event.prevent_default();
        }
    }

    /// What is typed into a field is not for the list.
    fn is_typing() -> bool {
        let typing =
            |element: Element| element.matches("input:not([type=checkbox]), textarea, select, dialog *").unwrap_or(false);
        document().active_element().is_some_and(typing)
    }

    /// The row that holds the focus.
    fn row() -> Option<Element> {
        document().active_element()?.closest("tbody tr").ok()?
    }

    fn step(by: i32) -> Option<()> {
        let links = document().query_selector_all("tbody th a").ok()?;
        let here = row();
        let now = (0..links.length())
            .find(|i| links.item(*i).is_some_and(|link| here.as_ref().is_some_and(|row| row.contains(Some(&link)))));
        let next = match (now, by) {
            (None, _) => 0,
            (Some(now), 1) => (now + 1).min(links.length().saturating_sub(1)),
            (Some(now), _) => now.saturating_sub(1),
        };
        links.item(next)?.dyn_into::<HtmlElement>().ok()?.focus().ok()
    }

    /// Presses the row's box.
    fn select() -> Option<()> {
        let pick = row()?.query_selector(".pick").ok()??;
        pick.dyn_into::<HtmlElement>().ok()?.click();
        Some(())
    }

    /// Presses the row's button; where words are needed, the request's page is opened instead.
    fn decide(verdict: &str) -> Option<()> {
        let row = row()?;
        let button = row.query_selector(&["button[value=", verdict, "]"].concat()).ok()?;
        let press = match button {
            Some(button) => button,
            None => row.query_selector("th a").ok()??,
        };
        press.dyn_into::<HtmlElement>().ok()?.click();
        Some(())
    }
}
