//! A placeholder.

use crate::parts::page_header::{Page, PageHeader};
use leptos::prelude::*;

#[component]
pub fn NewGroupPage() -> impl IntoView {
    view! { <Page title="New group"><PageHeader title="New group"/></Page> }
}

#[component]
pub fn EditGroupPage() -> impl IntoView {
    view! { <Page title="Edit group"><PageHeader title="Edit group"/></Page> }
}
