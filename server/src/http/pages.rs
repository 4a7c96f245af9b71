//! The pages of the portal, made on the server by the page library.

use super::door::Reach;
use super::session::Visitor;
use super::{Site, address, apology, cookies, headers};
use app::calls::asking::Prepared;
use app::door::Flash;
use app::parts::landing::is_outside;
use app::surroundings::{Proving, SignIn, Surroundings};
use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use engine::Who;
use leptos::nonce::use_nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{AxumRouteListing, ResponseOptions};
use std::sync::Arc;

/// Every page, as the page library knows it.
pub fn listings() -> Vec<AxumRouteListing> {
    let mut listings = leptos_axum::generate_route_list(app::MyAccess);
    listings.extend(leptos_axum::generate_route_list(app::MyRoles));
    listings.extend(leptos_axum::generate_route_list(app::Administration));
    listings
}

/// A page that was asked for.
pub async fn page(site: Site, request: Request) -> Response {
    let sign_in = SignIn {
        next: address::query(request.uri(), "next").as_deref().and_then(address::local).unwrap_or_default().to_owned(),
        setup_token: address::query(request.uri(), "token").unwrap_or_default(),
        ..SignIn::default()
    };
    // Who came by a link of a page without saying where from is led back to it.
    let next = address::query(request.uri(), "next").or_else(|| address::referring_page(&site, request.headers()));
    let next = next.as_deref().and_then(address::local).filter(|next| !is_outside(next)).unwrap_or(address::HOME).to_owned();
    let passkey = address::query(request.uri(), "by").as_deref() == Some(super::security::PASSKEY_ONLY);
    let proving = Proving { next, passkey, ..Proving::default() };
    render(site, Said { sign_in, proving }, request).await
}

/// What only this answer says.
#[derive(Default)]
pub struct Said {
    sign_in: SignIn,
    proving: Proving,
}

impl From<SignIn> for Said {
    fn from(sign_in: SignIn) -> Self {
        Self { sign_in, ..Self::default() }
    }
}

impl From<Proving> for Said {
    fn from(proving: Proving) -> Self {
        Self { proving, ..Self::default() }
    }
}

/// The page for an address at which there is nothing.
pub async fn not_found(site: Site, request: Request) -> Response {
    let mut response = render(site, Said::default(), request).await;
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

/// A page in answer to a refused form: the page at `address` with what it has to say.
pub async fn again(site: Site, parts: &Parts, address: &str, said: impl Into<Said>, status: StatusCode) -> Response {
    let mut get = Request::new(Body::empty());
    *get.method_mut() = Method::GET;
    *get.headers_mut() = parts.headers.clone();
    *get.extensions_mut() = parts.extensions.clone();
    if let Ok(uri) = address.parse() {
        *get.uri_mut() = uri;
    }
    let mut response = render(site, said.into(), get).await;
    *response.status_mut() = status;
    response
}

/// Leads `who` to the page at `address`, which says what the flash holds.
pub async fn go_saying(site: &Site, parts: &Parts, who: &Who, address: &str, flash: Flash) -> Response {
    match serde_json::to_string(&flash) {
        Ok(json) => {
            if let Err(fault) = site.engine.put_flash(who, json).await {
                return super::signin::broken(site, parts, &fault);
            }
        }
        // Not worth losing the page for; the log has the reason.
        Err(error) => tracing::error!("a flash cannot be written: {error}"),
    }
    Redirect::to(address).into_response()
}

/// A page is made until it finds everything that it looks for; one in which an answer leads to the next question is
/// made once more than others.
const MAKINGS_MAX: usize = 4;

async fn render(site: Site, said: Said, request: Request) -> Response {
    let visitor = request.extensions().get::<Visitor>().cloned().unwrap_or_default();
    let reach = Reach::of(&site, &visitor, apology::reference(request.extensions()));
    let prepared = Prepared::default();
    if !is_outside(request.uri().path()) {
        prepared.read_frame(reach.caller()).await;
    }
    let at_door = request.uri().path() == "/signin";
    let providers = match at_door {
        true => super::provider::buttons(&site, &said.sign_in.next, visitor.0.is_some()).await,
        false => Vec::new(),
    };
    let surroundings = Surroundings {
        providers,
        assets: Arc::clone(&site.shell),
        theme: cookies::theme(request.headers()),
        demo: site.demo.clone(),
        passkeys: site.engine.has_passkeys(),
        sign_in: said.sign_in,
        proving: said.proving,
    };
    let around = surroundings.clone();
    let shell = move || app::document::shell(around.clone());
    let found = prepared.clone();
    let provided = reach.clone();
    let context = move || {
        provide_context(surroundings.clone());
        provide_context(found.clone());
        provided.provide();
        if let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>())
            && let Ok(policy) = HeaderValue::from_str(&headers::page_policy(&nonce))
        {
            response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
    };
    let (parts, _) = request.into_parts();
    let mut making = 1;
    loop {
        let again = Request::from_parts(parts.clone(), Body::empty());
        let page = leptos_axum::render_app_async_with_context(context.clone(), shell.clone())(again).await;
        if making == MAKINGS_MAX || !(prepared.ask_missing(reach.caller()).await || prepared.leave_to_page()) {
            // Not before: a browser that gives up while the page is made comes again, and the form is still as it was typed.
            if let Some(caller) = reach.caller() {
                caller.0.forget_flash().await;
            }
            return page;
        }
        making += 1;
    }
}
