//! Says what was done, and goes.

use super::awaited::{Shows, awaited};
use super::icon::Icon;
use super::landing::use_landing;
use super::sentence::Sentence;
use leptos::prelude::*;

/// The status region: what the page before left to say, then what this page does.
#[component]
pub fn Toasts() -> impl IntoView {
    let landing = use_landing();
    let said = awaited(false, move || {
        let frame = landing.frame.into_future();
        Box::pin(async move {
            let frame = frame.await;
            let shows: Shows = Box::new(move || {
                landing.settle(&frame);
                let left = landing.flash().and_then(|flash| flash.message);
                (move || landing.said(left.clone()).map(|message| view! { <Toast message/> })).into_any()
            });
            shows
        })
    });
    view! { <div class="toasts" role="status" aria-live="polite">{said}</div> }.into_any()
}

#[component]
fn Toast(message: String) -> impl IntoView {
    let landing = use_landing();
    view! {
        <div class="toast">
            <Icon name="check"/>
            <span><Sentence text=message/></span>
            <button
                class="button small bare only-icon"
                type="button"
                aria-label="Close message"
                on:click=move |_| landing.hush()
            >
                <Icon name="x"/>
            </button>
        </div>
    }
    .into_any()
}
