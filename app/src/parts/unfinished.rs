//! What a form about several things left undone, and why: above the list that was read again since.

use super::icon::Icon;
use super::landing::use_landing;
use super::sentence::Sentence;
use crate::flash::{Left, Unfinished};
use leptos::prelude::*;

/// Nothing, unless the form named `form` was sent just now and was not wholly done.
#[component]
pub fn UnfinishedBar(form: &'static str) -> impl IntoView {
    let flash = use_landing().flash_for(form, |_| true);
    flash.and_then(|flash| flash.unfinished).map(bar)
}

fn bar(unfinished: Unfinished) -> AnyView {
    let Unfinished { message, left } = unfinished;
    let bar = NodeRef::<leptos::html::Div>::new();
    // The form that was pressed is made anew with the list, so reading goes on here.
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        if let Some(bar) = bar.get() {
            drop(bar.focus());
        }
    });
    let left = left
        .into_iter()
        .map(|Left { what, why }| view! { <li><strong>{what}</strong>": "<Sentence text=why.sentence/></li> })
        .collect_view();
    view! {
        <div class="message" role="alert" data-tone="warn" tabindex="-1" autofocus=true node_ref=bar>
            <Icon name="alert"/>
            <div><p>{message}</p><ul>{left}</ul></div>
        </div>
    }
    .into_any()
}
