//! Waits for what a page shows, and says so when it cannot be shown.

use super::awaited::{Shows, awaited};
use super::landing::{FrameAnswer, PageResource, use_landing};
use super::message::MessageBar;
use super::page_header::{InPage, Page, PageHeader};
use super::why::{AT, MomentAgain};
use crate::calls::asking::Shown;
use crate::calls::{Call, CallError};
use crate::pages::not_found::NotFoundPage;
use leptos::prelude::*;
use model::view::frame::Frame;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// The code of the refusal that a verification of the whole session answers.
const VERIFICATION_NEEDED: &str = "verification_needed";

/// Shows `of` through `view` once it is there, after the frame.
#[component]
pub fn Loaded<V: 'static>(of: PageResource<V>, view: impl Fn(V) -> AnyView + Send + Sync + 'static) -> impl IntoView {
    let show = move |shown| of.open(shown).map(&view);
    loaded(Box::new(move || Box::pin(of.wait())), Arc::new(show))
}

/// How something is waited for.
type Wait = Box<dyn Fn() -> Pin<Box<dyn Future<Output = Call<Vec<Shown>>> + Send>> + Send + Sync>;

/// The same for all views, so that it exists once.
fn loaded(wait: Wait, view: Arc<dyn Fn(Call<Vec<Shown>>) -> Call<AnyView> + Send + Sync>) -> AnyView {
    let landing = use_landing();
    awaited(true, move || {
        let (frame, shown, view) = (landing.frame_once(), wait(), Arc::clone(&view));
        Box::pin(async move {
            let frame = frame.await;
            let shown = shown.await;
            let shows: Shows = Box::new(move || {
                landing.settle(&frame);
                show(&frame, view(shown))
            });
            shows
        })
    })
}

/// For pages that need nothing but the frame, such as empty forms.
#[component]
pub fn Landed(view: impl Fn() -> AnyView + Clone + Send + Sync + 'static) -> impl IntoView {
    view! { <Gate open=|_| true view/> }.into_any()
}

/// For pages that only some people see: for the others there is no such page, heading and all.
#[component]
pub fn Gate(
    /// Whether the frame says that this visitor sees the page.
    open: fn(&Frame) -> bool,
    view: impl Fn() -> AnyView + Clone + Send + Sync + 'static,
) -> impl IntoView {
    let landing = use_landing();
    awaited(true, move || {
        let (frame, view) = (landing.frame_once(), view.clone());
        Box::pin(async move {
            let frame = frame.await;
            let shows: Shows = Box::new(move || {
                landing.settle(&frame);
                let closed = matches!(&frame, Some(Ok((frame, _))) if !open(frame));
                if closed { NotFoundPage().into_any() } else { show(&frame, Ok(view())) }
            });
            shows
        })
    })
}

fn show(frame: &FrameAnswer, page: Call<AnyView>) -> AnyView {
    match (frame, page) {
        (Some(Err(CallError::SignIn)), _) => view! { <Failure error=CallError::SignIn/> }.into_any(),
        (_, Ok(page)) => page,
        (_, Err(error)) => view! { <Failure error/> }.into_any(),
    }
}

/// A page that cannot be shown: why, and what to do.
#[component]
pub fn Failure(error: CallError) -> impl IntoView {
    let landing = use_landing();
    let again = move |_| landing.again();
    let moment = matches!(&error, CallError::Refused(refused) if refused.field.as_deref() == Some(AT));
    let (title, code, link) = match &error {
        CallError::SignIn => {
            let address = sign_in_address();
            go_to(&address);
            ("Sign in again", "sign_in_needed".to_owned(), Some((address, "Sign in".to_owned())))
        }
        CallError::NotFound(refused) => ("Not found", refused.code.clone(), refused.link.clone()),
        CallError::Refused(refused) if moment => ("Choose another moment", refused.code.clone(), refused.link.clone()),
        CallError::Refused(refused) if refused.code == VERIFICATION_NEEDED => {
            let address = address_before("/my-security/prove");
            go_to(&address);
            ("Additional verification", refused.code.clone(), Some((address, "Verify".to_owned())))
        }
        CallError::Refused(refused) => ("Not for you", refused.code.clone(), refused.link.clone()),
        CallError::Broken { reference } => ("Something went wrong", ["reference ", reference].concat(), None),
        CallError::Unreachable(_) => ("No connection", "unreachable".to_owned(), None),
    };
    let retry = matches!(error, CallError::Broken { .. } | CallError::Unreachable(_));
    let link = link.or_else(|| (!retry && !moment).then(|| ("/my-access".to_owned(), "Go to the overview".to_owned())));
    let message = view! {
        <MessageBar tone=if retry { "bad" } else { "warn" } role="alert" text=error.to_string() code link/>
        {moment.then(|| view! { <MomentAgain/> })}
        {retry.then(|| view! {
            <div class="group"><button class="button" type="button" on:click=again>"Try again"</button></div>
        })}
    };
    if use_context::<InPage>().is_some() {
        // The page has its heading already, because only a part of it waited.
        return view! { <div class="stack">{message}</div> }.into_any();
    }
    view! { <Page title=title><PageHeader title=title/>{message}</Page> }.into_any()
}

/// The sign-in form, with the way back to this page.
pub fn sign_in_address() -> String {
    address_before("/signin")
}

/// A page that leads back here.
fn address_before(page: &str) -> String {
    let location = leptos_router::hooks::use_location();
    let path = location.pathname.get_untracked();
    let search = location.search.get_untracked();
    let next = if search.is_empty() { path } else { [path.as_str(), "?", &search].concat() };
    [page, "?next=", &leptos_router::location::Url::escape(&next)].concat()
}

/// Leaves for another page at once, such as the sign-in form: a redirect on the server, a full load in the browser.
pub fn go_to(address: &str) {
    #[cfg(feature = "ssr")]
    leptos_axum::redirect(address);
    #[cfg(not(feature = "ssr"))]
    drop(window().location().set_href(address));
}
