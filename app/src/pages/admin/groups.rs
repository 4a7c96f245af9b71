//! A placeholder.

use crate::parts::page_header::{Page, PageHeader};
use leptos::prelude::*;

#[component]
pub fn GroupsPage() -> impl IntoView {
    view! { <Page title="Groups"><PageHeader title="Groups"/></Page> }
}
