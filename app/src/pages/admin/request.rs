//! `/admin/requests/{id}`: anybody's request, with what an administrator may do about it.

use super::{parsed, read_id};
use crate::pages::my_access::request::WholeRequest;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::query;

#[component]
pub fn AnyRequestPage() -> impl IntoView {
    let id = read_id();
    let request = page_resource(move || Ok(query::AnyRequest { request: parsed(&id.get(), "request")? }));
    view! { <Loaded of=request view=|request| view! { <WholeRequest request administration=true/> }.into_any()/> }.into_any()
}
