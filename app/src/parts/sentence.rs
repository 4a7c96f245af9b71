//! A sentence of the server, with its instants said as all instants of a page are.

use super::when::When;
use leptos::prelude::*;
use model::time::{Piece, pieces};

#[component]
pub fn Sentence(#[prop(into)] text: String) -> impl IntoView {
    let pieces = pieces(&text).map(|piece| match piece {
        Piece::Text(text) => text.to_owned().into_any(),
        Piece::Instant(at) => view! { <When at/> }.into_any(),
    });
    pieces.collect_view().into_any()
}
