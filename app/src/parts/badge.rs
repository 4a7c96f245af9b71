//! A state: a mark, a word, a colour.

use leptos::prelude::*;
use model::view::Badge;

#[component]
pub fn StateBadge(badge: Badge) -> impl IntoView {
    let tone = (badge.tone != "plain" && !badge.tone.is_empty()).then_some(badge.tone);
    view! { <span class="badge" data-tone=tone>{badge.word}</span> }.into_any()
}

/// A kind rather than a state: no mark.
#[component]
pub fn KindBadge(#[prop(into)] word: String, #[prop(optional)] tone: &'static str) -> impl IntoView {
    view! { <span class="badge kind" data-tone=(!tone.is_empty()).then_some(tone)>{word}</span> }.into_any()
}
