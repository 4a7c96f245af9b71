//! The button that sends a form. It shows that it is busy and keeps its place.

use super::form::FormState;
use super::icon::Icon;
use leptos::prelude::*;

#[component]
pub fn SubmitButton(
    #[prop(into)] label: String,
    /// `main-act`, `danger`, `danger main-act`, `small`, …
    #[prop(default = "main-act")]
    kind: &'static str,
    #[prop(optional)] icon: &'static str,
    /// What the button itself sends.
    #[prop(optional)]
    name: &'static str,
    #[prop(optional)] value: &'static str,
    /// Read aloud after the label: which thing, in a list of equal buttons.
    #[prop(optional, into)]
    of: String,
) -> impl IntoView {
    let state = use_context::<FormState>();
    let busy = move || state.and_then(|state| state.is_busy(value).then_some("true"));
    let icon = (!icon.is_empty()).then(|| view! { <Icon name=icon/> });
    let of = (!of.is_empty()).then(|| view! { <span class="sr">" "{of}</span> });
    view! {
        <button
            class=["button ", kind].concat()
            type="submit"
            name=(!name.is_empty()).then_some(name)
            value=(!name.is_empty()).then_some(value)
            aria-busy=busy
        >
            {icon}{label}{of}
        </button>
    }
    .into_any()
}

/// The end of a form that is a page: the button that sends it, and the way back that changes nothing.
#[component]
pub fn FormActs(#[prop(into)] label: String, #[prop(into)] back: String) -> impl IntoView {
    view! {
        <div class="form-acts">
            <SubmitButton label/>
            <a class="button bare" href=back>"Cancel"</a>
        </div>
    }
    .into_any()
}
