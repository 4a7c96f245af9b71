//! The page's frame inside `main`, and its heading.

use super::badge::StateBadge;
use super::sentence::Sentence;
use leptos::context::Provider;
use leptos::prelude::*;
use leptos_meta::Title;
use model::view::Badge;

/// What is inside of a page knows that there is a heading already.
#[derive(Clone, Copy)]
pub struct InPage;

/// A page: its title in the browser and everything on it.
#[component]
pub fn Page(#[prop(into)] title: String, children: Children) -> impl IntoView {
    view! {
        <Title text=title/>
        <div class="page"><Provider value=InPage>{children()}</Provider></div>
    }
    .into_any()
}

/// The one `h1` of a page, where the page belongs, what it is for, and what can be done with it.
#[component]
pub fn PageHeader(
    #[prop(into)] title: String,
    /// Addresses and names of the pages above this one.
    #[prop(optional)]
    crumbs: Vec<(String, String)>,
    #[prop(default = None, into)] badge: Option<Badge>,
    /// One sentence under the heading.
    #[prop(optional, into)]
    text: String,
    /// More than one sentence under the heading, such as one with links.
    #[prop(default = None, into)]
    under: Option<AnyView>,
    /// A face or an icon before the heading.
    #[prop(default = None, into)]
    picture: Option<AnyView>,
    #[prop(default = None, into)] acts: Option<AnyView>,
) -> impl IntoView {
    let crumbs = (!crumbs.is_empty()).then(|| {
        let links = crumbs.into_iter().map(|(href, name)| view! { <li><a href=href>{name}</a></li> }).collect_view();
        view! { <nav class="crumbs" aria-label="Breadcrumb"><ol>{links}</ol></nav> }
    });
    let heading = view! { <div class="title"><h1>{title}</h1>{badge.map(|badge| view! { <StateBadge badge/> })}</div> };
    let below = view! {
        {(!text.is_empty()).then(|| view! { <p><Sentence text/></p> })}
        {under.map(|under| view! { <p>{under}</p> })}
    };
    view! {
        <div class="head">
            <div>
                {crumbs}
                {match picture {
                    Some(picture) => view! { <div class="title">{picture}<div>{heading}{below}</div></div> }.into_any(),
                    None => view! { {heading}{below} }.into_any(),
                }}
            </div>
            {acts.map(|acts| view! { <div class="acts">{acts}</div> })}
        </div>
    }
    .into_any()
}
