//! The account menu: who is signed in, the theme, signing out.

use super::icon::Icon;
use super::persona::{Face, Person};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use model::view::Persona;
use model::view::frame::Frame;

#[component]
pub fn AccountButton(frame: Frame) -> impl IntoView {
    let Persona { id, name, .. } = frame.me;
    view! {
        <button class="button bare only-icon" type="button" popovertarget="account">
            <Face name=name.clone() id/>
            <span class="sr">"Account of "{name}</span>
        </button>
    }
    .into_any()
}

#[component]
pub fn AccountMenu(frame: Frame) -> impl IntoView {
    let who = Persona { under: frame.user_name, ..frame.me };
    view! {
        <div class="line"><Person who size="big"/></div>
        <hr/>
        <a href="/my-audit"><Icon name="log"/>"My audit"</a>
        <a href="/my-security" rel="external"><Icon name="lock"/>"Security"</a>
        <hr/>
        <ThemeForm/>
        <hr/>
        <form action="/signout" method="post">
            <button type="submit"><Icon name="door"/>"Sign out"</button>
        </form>
    }
    .into_any()
}

const THEMES: [(&str, &str); 3] = [("system", "System"), ("light", "Light"), ("dark", "Dark")];

/// Switches at once by the style sheet; the server is told so that the next page has it from the start.
#[component]
fn ThemeForm() -> impl IntoView {
    let location = use_location();
    let page = move || {
        let search = location.search.get();
        let path = location.pathname.get();
        if search.is_empty() { path } else { [path.as_str(), "?", &search].concat() }
    };
    let chosen = current();
    let radios = THEMES
        .into_iter()
        .map(|(value, words)| {
            view! {
                <label>
                    <input class="sr" type="radio" name="theme" value=value checked=value == chosen on:change=move |_| keep(value)/>
                    {words}
                </label>
            }
        })
        .collect_view();
    view! {
        <form action="/theme" method="post">
            <input type="hidden" name="page" value=page/>
            <fieldset class="line">
                <legend class="sr">"Theme"</legend>
                <span aria-hidden="true">"Theme"</span>
                <span class="kinds">{radios}</span>
            </fieldset>
            <button class="no-script" type="submit"><Icon name="check"/>"Use this theme"</button>
        </form>
    }
    .into_any()
}

#[cfg(feature = "ssr")]
fn current() -> String {
    let theme = use_context::<crate::surroundings::Surroundings>().map(|around| around.theme).unwrap_or_default();
    if theme.is_empty() { "system".to_owned() } else { theme }
}

#[cfg(not(feature = "ssr"))]
fn current() -> String {
    document().document_element().and_then(|html| html.get_attribute("data-theme")).unwrap_or_else(|| "system".to_owned())
}

#[cfg(feature = "hydrate")]
fn keep(theme: &'static str) {
    if let Some(html) = document().document_element() {
        // What is not there cannot be removed, and what is refused changes nothing but the next page.
        drop(if theme == "system" { html.remove_attribute("data-theme") } else { html.set_attribute("data-theme", theme) });
    }
    let Ok(fields) = web_sys::UrlSearchParams::new() else { return };
    fields.append("theme", theme);
    fields.append("page", "/my-access");
    let post = web_sys::RequestInit::new();
    post.set_method("POST");
    post.set_body(&fields);
    drop(window().fetch_with_str_and_init("/theme", &post));
}

#[cfg(not(feature = "hydrate"))]
fn keep(_theme: &'static str) {}
