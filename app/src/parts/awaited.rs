//! The one place where a part of a page waits for what it shows.

use super::skeleton::Skeleton;
use leptos::prelude::*;
use leptos::tachys::reactive_graph::OwnedView;
use std::future::Future;
use std::pin::Pin;

/// How something is waited for, and how it is shown once it is there.
pub type Waiting = Pin<Box<dyn Future<Output = Shows> + Send>>;
pub type Shows = Box<dyn FnOnce() -> AnyView + Send>;

/// Shows what `wait` waits for, and shows it anew when that changes. Until it is there for the first time a skeleton stands
/// in for it where `skeleton` says so; later what was shown before.
pub fn awaited(skeleton: bool, wait: impl Fn() -> Waiting + Send + Sync + 'static) -> AnyView {
    erased(skeleton, Box::new(wait))
}

/// The same for all parts, so that it exists once.
fn erased(skeleton: bool, wait: Box<dyn Fn() -> Waiting + Send + Sync>) -> AnyView {
    let part = StoredValue::new(());
    let show = move || {
        let around = around();
        let waiting = wait();
        Suspend::new(async move {
            let shows = waiting.await;
            // What is shown owns what it is made of. Were that this closure's, it would be gone as soon as something new is
            // waited for, while all of it still stands in the page and reads it.
            let owner = around.map_or_else(Owner::new, |around| around.child());
            let view = if cfg!(feature = "hydrate") { late(part, shows) } else { owner.with(shows) };
            OwnedView::new_with_owner(view, owner)
        })
    };
    view! { <Transition fallback=move || skeleton.then(|| view! { <Skeleton/> })>{show}</Transition> }.into_any()
}

/// Made when it is put into the page, which is later than its answer arrives. If the part of the page that it is for was
/// made anew meanwhile, nobody sees it, and what it would read is gone.
fn late(part: StoredValue<()>, shows: Shows) -> AnyView {
    let mut shows = Some(shows);
    let view = move || match shows.take() {
        Some(shows) if !part.is_disposed() => untrack(shows),
        _ => ().into_any(),
    };
    view.into_any()
}

/// What outlives the closure that asks: in the browser each run of it has an owner of its own.
fn around() -> Option<Owner> {
    let owner = Owner::current()?;
    if cfg!(feature = "hydrate") { owner.parent() } else { Some(owner) }
}
