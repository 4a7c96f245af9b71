//! A native dialog. It opens without script through `command`; with script also where that is not known.

use super::button::SubmitButton;
use super::form::{PostForm, form_name};
use super::landing::use_landing;
use super::sentence::Sentence;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// The button that opens the dialog `id`.
#[component]
pub fn DialogButton(
    #[prop(into)] id: String,
    #[prop(default = "button")] class: &'static str,
    children: Children,
) -> impl IntoView {
    let opens = id.clone();
    view! {
        <button class=class type="button" command="show-modal" commandfor=id on:click=move |_| open(opens.clone())>
            {children()}
        </button>
    }
    .into_any()
}

/// A question before something is done: what happens, and the form that does it. The dialog stands open when its form came
/// back: refused without script, or left for a proof and returned to.
#[component]
pub fn DialogForm(
    #[prop(into)] id: String,
    #[prop(into)] title: String,
    call: &'static str,
    /// As of the form, when several dialogs of the page hold one with the same call.
    #[prop(default = None, into)]
    about: Option<(&'static str, String)>,
    /// What happens, in full sentences.
    #[prop(optional, into)]
    text: String,
    /// The button that sends it.
    #[prop(into)]
    label: String,
    #[prop(default = "danger main-act")] kind: &'static str,
    /// The button that changes nothing.
    #[prop(default = "Cancel")]
    keep: &'static str,
    /// The address asks for it, so it stands open; closing it leads to this address.
    #[prop(optional, into)]
    back: Option<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let heading = [&id, "-t"].concat();
    let labelled_by = heading.clone();
    let closes = id.clone();
    let came_back = use_landing().flash().is_some_and(|flash| {
        let is_about = |(name, value): &(&str, String)| flash.fields.iter().any(|(n, v)| n == name && v == value);
        flash.form == form_name(call) && about.as_ref().is_none_or(is_about)
    });
    let shown = came_back || back.is_some();
    if shown {
        let id = id.clone();
        Effect::new(move |_| make_modal(id.clone()));
    }
    let leave = match back {
        Some(back) => {
            let (navigate, to) = (use_navigate(), back.clone());
            let on_close = move |_| navigate(&to, NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
            Some((back, on_close))
        }
        None => None,
    };
    let closer = match &leave {
        Some((back, _)) => view! { <a class="button" href=back.clone()>{keep}</a> }.into_any(),
        None => view! { <DialogClose id=closes>{keep}</DialogClose> }.into_any(),
    };
    let on_close = move |event| {
        if let Some((_, leave)) = &leave {
            leave(event);
        }
    };
    view! {
        <dialog class="dialog" id=id aria-labelledby=labelled_by open=shown on:close=on_close>
            <div class="inner">
                <h2 id=heading>{title}</h2>
                {(!text.is_empty()).then(|| view! { <p><Sentence text/></p> })}
                <PostForm call class="stack" about>
                    {children.map(|children| children())}
                    <div class="group">
                        {closer}
                        <SubmitButton label kind/>
                    </div>
                </PostForm>
            </div>
        </dialog>
    }
    .into_any()
}

/// The button that closes the dialog `id` and changes nothing.
#[component]
fn DialogClose(id: String, children: Children) -> impl IntoView {
    let closes = id.clone();
    view! {
        <button class="button" type="button" command="close" commandfor=id on:click=move |_| close(&closes)>
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
fn open(id: String) {
    // The command runs after the click's listeners, so this waits for it.
    request_animation_frame(move || {
        if let Some(dialog) = find(&id).filter(|dialog| !dialog.open()) {
            drop(dialog.show_modal());
        }
    });
}

/// Puts one that stands open in front of everything else.
#[cfg(feature = "hydrate")]
fn make_modal(id: String) {
    request_animation_frame(move || {
        if let Some(dialog) = find(&id) {
            // Without its attribute it is closed, and says nothing about that.
            dialog.set_open(false);
            drop(dialog.show_modal());
        }
    });
}

/// Closes it where the browser did not by itself.
#[cfg(feature = "hydrate")]
fn close(id: &str) {
    let id = id.to_owned();
    request_animation_frame(move || {
        if let Some(dialog) = find(&id).filter(|dialog| dialog.open()) {
            dialog.close();
        }
    });
}

#[cfg(not(feature = "hydrate"))]
fn open(_id: String) {}
#[cfg(not(feature = "hydrate"))]
fn close(_id: &str) {}
#[cfg(not(feature = "hydrate"))]
fn make_modal(_id: String) {}
