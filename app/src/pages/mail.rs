//! A placeholder.

use crate::parts::page_header::{Page, PageHeader};
use leptos::prelude::*;

#[component]
pub fn MailPage() -> impl IntoView {
    view! { <Page title="Demo mail"><PageHeader title="Demo mail"/></Page> }
}
