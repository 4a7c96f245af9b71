//! Nothing here: what this is, and what to do.

use leptos::prelude::*;

#[component]
pub fn Empty(
    #[prop(into)] title: String,
    #[prop(into)] text: String,
    /// Address and words of what to do next.
    #[prop(default = None, into)]
    link: Option<(String, String)>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <svg viewBox="0 0 88 72" aria-hidden="true">
                <path d="M8 66h72M18 66V30a26 26 0 0 1 52 0v36M12 66V58h6M76 66V58h-6"></path>
                <path class="lit" d="M32 66V34a12 12 0 0 1 24 0v32z"></path>
                <path class="lit" d="M50 50v.01" stroke-width="3"></path>
            </svg>
            <h2>{title}</h2>
            <p>{text}</p>
            {link.map(|(href, words)| view! { <a class="button" href=href>{words}</a> })}
        </div>
    }
    .into_any()
}
