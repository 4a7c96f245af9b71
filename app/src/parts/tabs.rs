//! Tabs: links, so that each has an address. The panel belongs to the chosen one.

use leptos::prelude::*;

/// One tab: its key, which the address carries, its name, and its address.
#[derive(Clone)]
pub struct Tab {
    pub key: &'static str,
    pub name: &'static str,
    pub href: String,
}

impl Tab {
    pub fn new(key: &'static str, name: &'static str, href: impl Into<String>) -> Self {
        Self { key, name, href: href.into() }
    }
}

/// The tabs named `label`, and under them their panel with `children`.
#[component]
pub fn Tabs(
    label: &'static str,
    tabs: Vec<Tab>,
    /// The chosen tab's key.
    #[prop(into)]
    chosen: Signal<String>,
    children: Children,
) -> impl IntoView {
    let tabs = tabs
        .into_iter()
        .map(|Tab { key, name, href }| {
            let is = move || chosen.with(|chosen| chosen == key);
            view! {
                <a
                    role="tab"
                    href=href
                    aria-selected=move || if is() { "true" } else { "false" }
                    id=move || is().then_some("tab-now")
                    aria-controls=move || is().then_some("panel")
                >
                    {name}
                </a>
            }
        })
        .collect_view();
    view! {
        <div class="tabs" role="tablist" aria-label=label>{tabs}</div>
        <div role="tabpanel" id="panel" aria-labelledby="tab-now">{children()}</div>
    }
    .into_any()
}
