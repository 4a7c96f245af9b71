//! A message bar: stays until it is no longer true.

use super::icon::Icon;
use super::sentence::Sentence;
use leptos::prelude::*;
use model::Refused;

/// `tone` is empty, `work`, `good`, `warn` or `bad`. `role` is `status`, `alert`, or empty for what was there
/// from the start.
#[component]
pub fn MessageBar(
    #[prop(optional)] tone: &'static str,
    #[prop(optional)] role: &'static str,
    /// The main thing, in bold, before the rest.
    #[prop(optional, into)]
    strong: String,
    #[prop(into)] text: String,
    /// Small, for support: `already_decided`, `reference 7F3K-21`.
    #[prop(optional, into)]
    code: String,
    #[prop(default = None, into)] link: Option<(String, String)>,
    /// The link must not take the place of this page.
    #[prop(optional)]
    beside: bool,
    /// It is the news of a page that was just made: reading starts here, also without script.
    #[prop(optional)]
    first: bool,
) -> impl IntoView {
    let icon = match tone {
        "bad" | "warn" => "alert",
        "good" => "check",
        _ => "info",
    };
    let strong = (!strong.is_empty()).then(|| view! { <strong>{strong}</strong>" " });
    let code = (!code.is_empty()).then(|| view! { <p class="code">{code}</p> });
    let target = beside.then_some("_blank");
    let link = link.map(|(href, words)| view! { <p><a href=href target=target>{words}</a></p> });
    view! {
        <div
            class="message"
            role=(!role.is_empty()).then_some(role)
            data-tone=(!tone.is_empty()).then_some(tone)
            tabindex=(role == "alert").then_some("-1")
            autofocus=first
        >
            <Icon name=icon/>
            <div><p>{strong}<Sentence text/></p>{link}{code}</div>
        </div>
    }
    .into_any()
}

/// A refusal as it is shown everywhere: sentence, where to go on, code.
#[component]
pub fn RefusedBar(
    refused: Refused,
    #[prop(default = "bad")] tone: &'static str,
    #[prop(default = "alert")] role: &'static str,
    #[prop(optional)] first: bool,
) -> impl IntoView {
    let Refused { code, sentence, field: _, link } = refused;
    view! { <MessageBar tone role text=sentence code link first/> }.into_any()
}
