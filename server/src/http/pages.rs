//! The pages of the portal, made on the server by the page library.

use super::door::Reach;
use super::session::Visitor;
use super::{Site, address, apology, cookies, headers};
use app::surroundings::{SignIn, Surroundings};
use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use leptos::nonce::use_nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{AxumRouteListing, ResponseOptions};
use leptos_router::SsrMode;
use std::sync::Arc;

/// Every page, as the page library knows it.
pub fn listings() -> Vec<AxumRouteListing> {
    leptos_axum::generate_route_list(app::App)
}

/// A page that was asked for.
pub async fn page(site: Site, mode: SsrMode, request: Request) -> Response {
    let sign_in = SignIn {
        next: address::query(request.uri(), "next").as_deref().and_then(address::local).unwrap_or_default().to_owned(),
        setup_token: address::query(request.uri(), "token").unwrap_or_default(),
        ..SignIn::default()
    };
    render(site, &mode, sign_in, request).await
}

/// The page for an address at which there is nothing.
pub async fn not_found(site: Site, request: Request) -> Response {
    let mut response = render(site, &SsrMode::Async, SignIn::default(), request).await;
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

/// A page in answer to a refused form: the page at `address` with what it has to say.
pub async fn again(site: Site, parts: &Parts, address: &str, sign_in: SignIn, status: StatusCode) -> Response {
    let mut get = Request::new(Body::empty());
    *get.method_mut() = Method::GET;
    *get.headers_mut() = parts.headers.clone();
    *get.extensions_mut() = parts.extensions.clone();
    if let Ok(uri) = address.parse() {
        *get.uri_mut() = uri;
    }
    let mut response = render(site, &SsrMode::Async, sign_in, get).await;
    *response.status_mut() = status;
    response
}

/// A rendering takes milliseconds; one that takes this long hangs, or the database does.
const RENDER_PATIENCE: std::time::Duration = std::time::Duration::from_secs(3);
/// Renderings that are given up before the last one.
const RENDER_TRIES: usize = 2;

async fn render(site: Site, mode: &SsrMode, sign_in: SignIn, request: Request) -> Response {
    let visitor = request.extensions().get::<Visitor>().cloned().unwrap_or_default();
    let reach = Reach::of(&site, &visitor, apology::reference(request.extensions()));
    let surroundings = Surroundings {
        assets: Arc::clone(&site.shell),
        theme: cookies::theme(request.headers()),
        demo: site.demo.clone(),
        sign_in,
    };
    let around = surroundings.clone();
    let shell = move || app::document::shell(around.clone());
    let context = move || {
        provide_context(surroundings.clone());
        reach.provide();
        if let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>())
            && let Ok(policy) = HeaderValue::from_str(&headers::page_policy(&nonce))
        {
            response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
    };
    match mode {
        SsrMode::Async => {
            let (parts, _) = request.into_parts();
            let again = |parts| Request::from_parts(parts, axum::body::Body::empty());
            // Very rarely a rendering waits for itself and never ends (two boundaries that await one resource). A page
            // is only read, so it is begun anew; the guard around all requests ends what hangs even then.
            for _ in 0..RENDER_TRIES {
                let page = leptos_axum::render_app_async_with_context(context.clone(), shell.clone())(again(parts.clone()));
                match tokio::time::timeout(RENDER_PATIENCE, page).await {
                    Ok(page) => return page,
                    Err(_) => tracing::warn!(path = parts.uri.path(), "a page was not rendered in time and is begun anew"),
                }
            }
            leptos_axum::render_app_async_with_context(context, shell)(again(parts)).await
        }
        SsrMode::InOrder => leptos_axum::render_app_to_stream_in_order_with_context(context, shell)(request).await,
        SsrMode::PartiallyBlocked => {
            leptos_axum::render_app_to_stream_with_context_and_replace_blocks(context, shell, true)(request).await
        }
        // No page of ours is the same for everybody, so none is static.
        SsrMode::OutOfOrder | SsrMode::Static(_) => leptos_axum::render_app_to_stream_with_context(context, shell)(request).await,
    }
}
