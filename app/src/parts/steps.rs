//! The steps of something long: where one is, what is done, and what is still to come.

use leptos::prelude::*;

/// One step. Without an address it cannot be gone to yet.
pub struct StepLink {
    pub name: &'static str,
    pub href: Option<String>,
    pub done: bool,
    pub current: bool,
}

/// Where it is narrow only the current step is in sight.
#[component]
pub fn Steps(label: &'static str, steps: Vec<StepLink>) -> impl IntoView {
    let all = steps.len().to_string();
    let items = steps
        .into_iter()
        .enumerate()
        .map(|(number, StepLink { name, href, done, current })| {
            let of = current.then(|| {
                let of = [", step ", &(number + 1).to_string(), " of ", &all].concat();
                view! { <span class="of">{of}</span> }
            });
            let item = match href {
                Some(href) => view! { <a href=href>{name}{of}</a> }.into_any(),
                None => view! { <span>{name}{of}</span> }.into_any(),
            };
            view! {
                <li data-state=(done && !current).then_some("done") aria-current=current.then_some("step")>{item}</li>
            }
        })
        .collect_view();
    view! { <nav aria-label=label><ol class="steps">{items}</ol></nav> }.into_any()
}
