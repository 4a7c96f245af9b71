//! A placeholder.

use crate::parts::page_header::{Page, PageHeader};
use leptos::prelude::*;

#[component]
pub fn NewUserPage() -> impl IntoView {
    view! { <Page title="New user"><PageHeader title="New user"/></Page> }
}

#[component]
pub fn EditUserPage() -> impl IntoView {
    view! { <Page title="Edit user"><PageHeader title="Edit user"/></Page> }
}
