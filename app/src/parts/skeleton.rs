//! What stands in for a page that is not there after 150 ms.

use leptos::prelude::*;

#[component]
pub fn Skeleton() -> impl IntoView {
    view! {
        <div class="skeleton" role="status">
            <span class="sr">"Loading"</span>
            <i></i><i></i><i></i><i></i><i></i><i></i>
        </div>
    }
    .into_any()
}
