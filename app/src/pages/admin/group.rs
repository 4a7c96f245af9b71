//! A placeholder.

use crate::parts::page_header::{Page, PageHeader};
use leptos::prelude::*;

#[component]
pub fn GroupPage() -> impl IntoView {
    view! { <Page title="Group"><PageHeader title="Group"/></Page> }
}
