//! How far something is: a bar, and the same in words.

use leptos::prelude::*;

#[component]
pub fn Progress(
    /// Of what, read aloud.
    label: &'static str,
    done: u64,
    total: u64,
) -> impl IntoView {
    let words = [&done.to_string(), " of ", &total.to_string()].concat();
    view! {
        <span class="progress">
            <progress max=total.max(1).to_string() value=done.to_string() aria-label=label></progress>
            {words}
        </span>
    }
    .into_any()
}
