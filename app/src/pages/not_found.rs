//! No page has this address.

use crate::parts::prelude::*;
use leptos::prelude::*;

#[component]
pub fn NotFoundPage() -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(axum::http::StatusCode::NOT_FOUND);
    }
    view! {
        <Page title="Not found">
            <PageHeader title="Not found" text="There is no page at this address. Check it, or start at the overview."/>
            <div class="group"><a class="button" href="/my-access">"Go to the overview"</a></div>
        </Page>
    }
}
