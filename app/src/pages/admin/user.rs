//! A placeholder.

use crate::parts::page_header::{Page, PageHeader};
use leptos::prelude::*;

#[component]
pub fn UserPage() -> impl IntoView {
    view! { <Page title="User"><PageHeader title="User"/></Page> }
}
