//! What surrounds every page: bar on top, navigation at the start, one `main`, the status region.

use super::awaited::{Shows, awaited};
use super::icon::Icon;
use super::landing::{is_outside, use_landing};
use super::menu::{AccountButton, AccountMenu};
use super::message::RefusedBar;
use super::toast::Toasts;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use model::view::frame::Frame;

/// The frame around the routes. Pages where nobody is signed in stand in `main` alone.
#[component]
pub fn Shell(
    /// Another page is being loaded.
    routing: Signal<bool>,
    children: Children,
) -> impl IntoView {
    let path = use_location().pathname;
    let outside = Memo::new(move |_| path.with(|path| is_outside(path)));
    #[cfg(feature = "hydrate")]
    Effect::new(move |before: Option<String>| {
        let path = path.get();
        if before.is_some_and(|before| before != path) {
            arrive();
        }
        path
    });
    view! {
        <a class="skip" href="#content" rel="external">"Skip to content"</a>
        <div class=move || if outside.get() { "" } else { "shell" }>
            {move || (!outside.get()).then(|| view! { <Bar/><Navigation/> }.into_any())}
            <main
                class=move || if outside.get() { "door-page" } else { "main" }
                id="content"
                tabindex="-1"
                aria-busy=move || routing.get().then_some("true")
            >
                <RefusedAlone/>
                {children()}
            </main>
        </div>
        <Toasts/>
    }
    .into_any()
}

/// What was refused of a form that is on the page no more, as long as the page stays.
#[component]
fn RefusedAlone() -> impl IntoView {
    let (landing, path) = (use_landing(), use_location().pathname);
    let here = path.get_untracked();
    awaited(false, move || {
        let (frame, here) = (landing.frame_once(), here.clone());
        Box::pin(async move {
            let frame = frame.await;
            let shows: Shows = Box::new(move || {
                landing.settle(&frame);
                let refused = landing.refused_alone();
                let bar = move || {
                    let refused = refused.clone().filter(|_| path.with(|path| *path == here));
                    refused.map(|refused| view! { <RefusedBar refused first=true/> })
                };
                bar.into_any()
            });
            shows
        })
    })
}

#[component]
pub fn Brand() -> impl IntoView {
    view! {
        <svg viewBox="0 0 24 24" aria-hidden="true">
            <rect class="door" width="24" height="24" rx="6"></rect>
            <path class="light" d="M6.5 19.5V11a5.5 5.5 0 0 1 11 0v8.5h-3.2V11.2a2.3 2.3 0 0 0-4.6 0v8.3z"></path>
        </svg>
        "Vestibule"
    }
    .into_any()
}

#[component]
fn Bar() -> impl IntoView {
    view! {
        <header class="bar">
            <button class="button bare only-icon drawer" type="button" popovertarget="nav" aria-label="Navigation">
                <Icon name="menu"/>
            </button>
            <a class="brand" href="/my-access"><Brand/></a>
            <div class="ends"><WithFrame view=|frame| view! { <AccountButton frame/> }.into_any()/></div>
            <Account/>
        </header>
    }
    .into_any()
}

#[component]
fn Account() -> impl IntoView {
    view! {
        <div class="menu" id="account" popover="auto" role="group" aria-label="Account">
            <WithFrame view=|frame| view! { <AccountMenu frame/> }.into_any()/>
        </div>
    }
    .into_any()
}

#[component]
fn Navigation() -> impl IntoView {
    view! {
        <nav class="nav" id="nav" popover="auto" aria-label="Main">
            <button
                class="button bare only-icon drawer"
                type="button"
                popovertarget="nav"
                popovertargetaction="hide"
                aria-label="Close navigation"
            >
                <Icon name="x"/>
            </button>
            <WithFrame view=|frame| view! { <Entries frame/> }.into_any()/>
        </nav>
    }
    .into_any()
}

/// Only what this person may use.
#[component]
fn Entries(frame: Frame) -> impl IntoView {
    let administration = frame.sees_users || frame.sees_groups || frame.sees_roles || frame.sees_catalogs || frame.sees_requests;
    let administration = administration || frame.sees_audit || frame.sees_reviews || frame.sees_settings;
    view! {
        <h2 id="nav-my">"My Access"</h2>
        <ul aria-labelledby="nav-my">
            <Entry href="/my-access" icon="home" name="Overview" exact=true/>
            <Entry href="/my-access/packages" icon="box" name="Access packages"/>
            <Entry href="/my-access/requests" icon="history" name="Request history"/>
            <Entry href="/my-access/approvals" icon="inbox" name="Approvals" count=frame.approvals/>
            <Entry href="/my-access/reviews" icon="review" name="Access reviews" open=frame.reviews/>
            <Entry href="/my-roles" icon="key" name="My roles"/>
            {frame.has_reports.then(|| view! { <Entry href="/my-team" icon="team" name="My team"/> })}
        </ul>
        {administration.then(|| view! {
            <h2 id="nav-admin">"Administration"</h2>
            <ul aria-labelledby="nav-admin">
                {frame.sees_users.then(|| view! { <Entry href="/admin/users" icon="user" name="Users"/> })}
                {frame.sees_groups.then(|| view! { <Entry href="/admin/groups" icon="team" name="Groups"/> })}
                {frame.sees_groups.then(|| view! { <Entry href="/admin/applications" icon="app" name="Applications"/> })}
                {frame.sees_roles.then(|| view! { <Entry href="/admin/roles" icon="shield" name="Roles"/> })}
                {frame.sees_catalogs.then(|| view! {
                    <Entry href="/admin/catalogs" icon="folder" name="Catalogs"/>
                    <Entry href="/admin/packages" icon="box" name="Access packages"/>
                })}
                {frame.sees_reviews.then(|| view! { <Entry href="/admin/reviews" icon="review" name="Access reviews"/> })}
                {frame.sees_requests.then(|| view! { <Entry href="/admin/requests" icon="list" name="Requests"/> })}
                {frame.sees_roles.then(|| view! { <Entry href="/admin/alerts" icon="alert" name="Alerts" open=frame.alerts/> })}
                {frame.sees_audit.then(|| view! { <Entry href="/admin/audit" icon="log" name="Audit log"/> })}
                {frame.sees_settings.then(|| view! { <Entry href="/admin/settings" icon="gear" name="Settings"/> })}
            </ul>
        })}
        {frame.demo_mail.then(|| view! {
            <h2 id="nav-demo">"Demo"</h2>
            <ul aria-labelledby="nav-demo">
                <Entry href="/demo/mail" icon="send" name="Demo mail"/>
            </ul>
        })}
    }
    .into_any()
}

#[component]
fn Entry(
    href: &'static str,
    icon: &'static str,
    name: &'static str,
    /// What waits there, at first.
    #[prop(optional)]
    count: Option<u32>,
    /// How many are open there.
    #[prop(optional)]
    open: u32,
    /// Pages below this address have entries of their own.
    #[prop(optional)]
    exact: bool,
) -> impl IntoView {
    let path = use_location().pathname;
    let current = move || {
        path.with(|path| {
            let rest = path.strip_prefix(href);
            let here = rest.is_some_and(|rest| rest.is_empty() || (!exact && rest.starts_with('/')));
            here.then_some("page")
        })
    };
    let landing = use_landing();
    let count = count.map(|first| {
        move || {
            let count = landing.waiting(first);
            (count > 0).then(|| view! { " "<span class="count now">{count}<span class="sr">" waiting"</span></span> })
        }
    });
    let open = (open > 0).then(|| view! { " "<span class="count now">{open}<span class="sr">" open"</span></span> });
    view! { <li><a href=href aria-current=current><Icon name=icon/>{name}{count}{open}</a></li> }.into_any()
}

/// What needs the frame, once it is there; nothing when it cannot be read, for then the page says why.
#[component]
fn WithFrame(view: fn(Frame) -> AnyView) -> impl IntoView {
    let landing = use_landing();
    awaited(false, move || {
        let frame = landing.frame.into_future();
        Box::pin(async move {
            let frame = frame.await;
            let shows: Shows = Box::new(move || match frame {
                Some(Ok((frame, _))) => view(frame),
                Some(Err(_)) | None => ().into_any(),
            });
            shows
        })
    })
}

/// After going to another page: the drawer and the menu close, and reading starts with the page.
#[cfg(feature = "hydrate")]
fn arrive() {
    use wasm_bindgen::JsCast;
    let find = |id: &str| document().get_element_by_id(id)?.dyn_into::<web_sys::HtmlElement>().ok();
    for id in ["nav", "account"] {
        if let Some(menu) = find(id) {
            drop(menu.hide_popover());
        }
    }
    if let Some(main) = find("content") {
        drop(main.focus());
    }
}
