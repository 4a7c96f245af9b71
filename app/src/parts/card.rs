//! A card, and the lines in it.

use leptos::prelude::*;

/// A card with a heading; `children` bring their own `body` or `lines`.
#[component]
pub fn Card(
    #[prop(into)] title: String,
    /// How many things wait; shown beside the heading when there are any.
    #[prop(optional)]
    count: usize,
    /// Address and words of a link at the end of the heading.
    #[prop(default = None, into)]
    link: Option<(String, String)>,
    children: Children,
) -> impl IntoView {
    let count = (count > 0).then(|| view! { " "<span class="count now">{count}</span> });
    view! {
        <section class="card">
            <header>
                <h2>{title}{count}</h2>
                {link.map(|(href, words)| view! { <a href=href>{words}</a> })}
            </header>
            {children()}
        </section>
    }
    .into_any()
}

/// One line of a card's `<ul class="lines">`: a picture, what it is, and what stands at its end.
#[component]
pub fn Line(
    picture: AnyView,
    #[prop(into)] name: String,
    /// Where the name leads to; empty for plain text.
    #[prop(optional, into)]
    href: String,
    /// Under the name.
    #[prop(default = None, into)]
    under: Option<AnyView>,
    #[prop(default = None, into)] ends: Option<AnyView>,
) -> impl IntoView {
    let name =
        if href.is_empty() { view! { <span>{name}</span> }.into_any() } else { view! { <a href=href>{name}</a> }.into_any() };
    view! {
        <li>
            {picture}
            <div class="what">{name}{under.map(|under| view! { <small>{under}</small> })}</div>
            {ends.map(|ends| view! { <div class="ends">{ends}</div> })}
        </li>
    }
    .into_any()
}
