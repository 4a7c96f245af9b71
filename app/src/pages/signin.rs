//! A placeholder.

use crate::parts::page_header::{Page, PageHeader};
use leptos::prelude::*;

#[component]
pub fn SignInPage() -> impl IntoView {
    view! { <Page title="Sign in"><PageHeader title="Sign in"/></Page> }
}
