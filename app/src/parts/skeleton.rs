//! What stands in for a page that is not there after 150 ms.

use super::page_header::InPage;
use leptos::prelude::*;
use leptos_meta::Title;

/// Of a whole page it has the heading and the title too, so that whoever hears the page knows where it is meanwhile.
#[component]
pub fn Skeleton() -> impl IntoView {
    let whole = use_context::<InPage>().is_none();
    view! {
        {whole.then(|| view! { <Title text="Loading"/><h1 class="sr">"Loading"</h1> })}
        <div class="skeleton" role="status">
            <span class="sr">"Loading"</span>
            <i></i><i></i><i></i><i></i><i></i><i></i>
        </div>
    }
    .into_any()
}
