//! A placeholder.

use crate::parts::page_header::{Page, PageHeader};
use leptos::prelude::*;

#[component]
pub fn SetupPage() -> impl IntoView {
    view! { <Page title="Set up Vestibule"><PageHeader title="Set up Vestibule"/></Page> }
}
