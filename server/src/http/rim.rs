//! The rim around every request: an id, a line in the log, an end after a while, and no panic that gets out.

use super::{Site, apology};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt;
use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::time::Duration;
use tower_http::request_id::{MakeRequestId, RequestId};
use tracing::Span;

/// A page that takes longer helps nobody; the browser's user has long tried again.
pub const REQUEST_SECONDS: u64 = 30;

/// Makes the id of a request: short enough to be read out on the telephone.
#[derive(Clone, Copy, Debug, Default)]
pub struct ShortId;

impl MakeRequestId for ShortId {
    fn make_request_id<B>(&mut self, _request: &axum::http::Request<B>) -> Option<RequestId> {
        HeaderValue::from_str(&short_id()).ok().map(RequestId::new)
    }
}

/// Twelve hexadecimal digits, for instance `4f1c-9a02-77be`: with a thousand requests a second, two equal ones in
/// one day are unlikely, and the log has the time as well.
fn short_id() -> String {
    let text = uuid::Uuid::new_v4().simple().to_string();
    let part = |from: usize| text.get(from..from + 4).unwrap_or_default();
    format!("{}-{}-{}", part(0), part(4), part(8))
}

/// Ids are ours: one that a visitor sends could be anything.
pub async fn forget_foreign_id(mut request: Request, next: Next) -> Response {
    request.headers_mut().remove("x-request-id");
    next.run(request).await
}

/// The addresses of this server at which other servers answer, each with a token that leads to a question.
const HOOKS: &str = "/hooks/";

/// A path as the log may have it: without tokens.
fn shown(path: &str) -> &str {
    if path.starts_with(HOOKS) { "/hooks/…" } else { path }
}

/// The span of a request. Never the query: it may hold the token of a set-up link.
pub fn span(request: &Request) -> Span {
    tracing::info_span!(
        "request",
        id = %apology::reference(request.extensions()),
        method = %request.method(),
        path = shown(request.uri().path()),
        user = tracing::field::Empty,
    )
}

/// One line for every answered request. Files and probes are too many to be of interest.
pub fn answered(response: &Response, latency: Duration, _span: &Span) {
    let (status, took) = (response.status().as_u16(), u64::try_from(latency.as_millis()).unwrap_or(u64::MAX));
    if response.extensions().get::<Quiet>().is_some() {
        tracing::debug!(status, ms = took, "answered");
    } else {
        tracing::info!(status, ms = took, "answered");
    }
}

/// Marks an answer that is not worth a line in the log.
#[derive(Clone, Copy, Debug)]
pub struct Quiet;

/// Turns a panic into an apology and ends what takes too long.
pub async fn guard(State(site): State<Site>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let of_machines = ["/api/", "/scim/", HOOKS].iter().any(|begins| path.starts_with(begins));
    let as_page = !of_machines || apology::wants_page(request.headers());
    let reference = apology::reference(request.extensions());
    let answer = AssertUnwindSafe(next.run(request)).catch_unwind();
    match tokio::time::timeout(Duration::from_secs(REQUEST_SECONDS), answer).await {
        Ok(Ok(response)) => response,
        Ok(Err(panic)) => {
            tracing::error!(reference, "the request panicked: {}", words(panic.as_ref()));
            apology::broken(&site, as_page, &reference)
        }
        Err(_) => {
            tracing::error!(reference, "the request took longer than {REQUEST_SECONDS} seconds and was given up");
            let mut response = apology::broken(&site, as_page, &reference);
            *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
            response
        }
    }
}

/// What a panic said.
fn words(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&'static str>().copied())
        .unwrap_or("it did not say why")
}
