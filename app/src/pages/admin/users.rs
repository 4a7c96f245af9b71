//! A placeholder.

use crate::parts::page_header::{Page, PageHeader};
use leptos::prelude::*;

#[component]
pub fn UsersPage() -> impl IntoView {
    view! { <Page title="Users"><PageHeader title="Users"/></Page> }
}
