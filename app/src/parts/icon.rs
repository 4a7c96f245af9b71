//! A stroke icon from `public/icons.svg`, and an icon in a tinted box.

use leptos::prelude::*;

/// The address of the built icon sheet, the same on server and browser.
#[derive(Clone)]
pub struct IconSheet(pub String);

/// Reads the sheet's address: from the surroundings on the server, from `<html data-icons>` in the browser.
pub fn provide_icons() {
    provide_context(IconSheet(address()));
}

#[cfg(feature = "ssr")]
fn address() -> String {
    use_context::<crate::surroundings::Surroundings>().map(|around| around.assets.icons.clone()).unwrap_or_default()
}

#[cfg(not(feature = "ssr"))]
fn address() -> String {
    document().document_element().and_then(|html| html.get_attribute("data-icons")).unwrap_or_default()
}

/// Decoration only: what it means is said in words beside it.
#[component]
pub fn Icon(
    /// The symbol's id in the sheet.
    name: &'static str,
) -> impl IntoView {
    let sheet = use_context::<IconSheet>().map(|sheet| sheet.0).unwrap_or_default();
    view! { <svg class="icon" aria-hidden="true"><use href=sheet + "#" + name></use></svg> }.into_any()
}

#[component]
pub fn IconBox(name: &'static str, #[prop(optional)] tone: &'static str) -> impl IntoView {
    view! { <span class="icon-box" data-tone=(!tone.is_empty()).then_some(tone)><Icon name/></span> }.into_any()
}
