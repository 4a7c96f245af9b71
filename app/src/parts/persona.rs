//! A person: face, name, and what stands under it.

use super::icon::Icon;
use leptos::prelude::*;
use model::UserId;
use model::view::Persona;

/// The first letter on one of six tints, picked from the id: the same person looks the same everywhere.
#[component]
pub fn Face(
    name: String,
    id: UserId,
    /// Empty, `big` or `huge`.
    #[prop(optional)]
    size: &'static str,
) -> impl IntoView {
    let letter = name.chars().next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let class = if size.is_empty() { "face".to_owned() } else { ["face ", size].concat() };
    view! { <span class=class data-tint=tint(id) aria-hidden="true">{letter}</span> }.into_any()
}

#[component]
pub fn Person(
    who: Persona,
    #[prop(optional)] size: &'static str,
    /// Where the name leads to.
    #[prop(optional, into)]
    href: String,
) -> impl IntoView {
    let Persona { id, name, under } = who;
    let named =
        if href.is_empty() { name.clone().into_any() } else { view! { <a class="name" href=href>{name.clone()}</a> }.into_any() };
    view! {
        <span class="persona">
            <Face name id size/>
            <span>{named} {(!under.is_empty()).then(|| view! { <small>{under}</small> })}</span>
        </span>
    }
    .into_any()
}

/// The picture of a group, where others have their letter.
#[component]
pub fn GroupFace() -> impl IntoView {
    view! { <span class="face group-face" aria-hidden="true"><Icon name="team"/></span> }.into_any()
}

/// A group: its picture, its name, which leads to its page, and what stands under it.
#[component]
pub fn Team(name: String, #[prop(into)] href: String, under: String) -> impl IntoView {
    view! {
        <span class="persona">
            <GroupFace/>
            <span><a class="name" href=href>{name}</a> <small>{under}</small></span>
        </span>
    }
    .into_any()
}

fn tint(id: UserId) -> String {
    let sum: u32 = id.0.as_bytes().iter().map(|byte| u32::from(*byte)).sum();
    (sum % 6 + 1).to_string()
}
