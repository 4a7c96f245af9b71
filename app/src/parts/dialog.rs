//! A native dialog. It opens without script through `command`; with script also where that is not known.

use super::landing::use_landing;
use leptos::prelude::*;

/// The button that opens the dialog `id`.
#[component]
pub fn DialogButton(
    id: &'static str,
    #[prop(default = "button")] class: &'static str,
    children: Children,
) -> impl IntoView {
    view! {
        <button class=class type="button" command="show-modal" commandfor=id on:click=move |_| open(id)>
            {children()}
        </button>
    }
    .into_any()
}

/// A dialog with a heading; `children` are a form. It stands open when its form `form` was refused without script.
#[component]
pub fn Dialog(
    id: &'static str,
    #[prop(into)] title: String,
    #[prop(optional)] form: &'static str,
    children: Children,
) -> impl IntoView {
    let heading = [id, "-t"].concat();
    let labelled_by = heading.clone();
    let refused = !form.is_empty()
        && use_landing().flash().is_some_and(|flash| flash.form == form && flash.refused.is_some());
    view! {
        <dialog class="dialog" id=id aria-labelledby=labelled_by open=refused>
            <div class="inner">
                <h2 id=heading>{title}</h2>
                {children()}
            </div>
        </dialog>
    }
    .into_any()
}

/// The button that closes the dialog `id` and changes nothing.
#[component]
pub fn DialogClose(id: &'static str, children: Children) -> impl IntoView {
    view! {
        <button class="button" type="button" command="close" commandfor=id on:click=move |_| close(id)>
            {children()}
        </button>
    }
    .into_any()
}

#[cfg(feature = "hydrate")]
fn find(id: &str) -> Option<web_sys::HtmlDialogElement> {
    use wasm_bindgen::JsCast;
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Opens it where the browser did not by itself.
#[cfg(feature = "hydrate")]
fn open(id: &'static str) {
    // The command runs after the click's listeners, so this waits for it.
    request_animation_frame(move || {
        if let Some(dialog) = find(id).filter(|dialog| !dialog.open()) {
            drop(dialog.show_modal());
        }
    });
}

#[cfg(feature = "hydrate")]
fn close(id: &'static str) {
    if let Some(dialog) = find(id) {
        dialog.close();
    }
}

#[cfg(not(feature = "hydrate"))]
fn open(_id: &'static str) {}
#[cfg(not(feature = "hydrate"))]
fn close(_id: &'static str) {}
