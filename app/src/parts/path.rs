//! How somebody comes to hold something.

use super::icon::Icon;
use leptos::prelude::*;
use model::view::{Path, Stop};

#[component]
pub fn PathLine(path: Path) -> impl IntoView {
    let stops = path
        .into_iter()
        .map(|Stop { icon, name, via }| {
            let via = (!via.is_empty()).then(|| view! { " "<span class="via">{via}</span> });
            view! { <li><span class="stop"><Icon name=icon.symbol()/>{name}{via}</span></li> }
        })
        .collect_view();
    view! { <ol class="path">{stops}</ol> }.into_any()
}
