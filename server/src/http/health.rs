//! For whoever watches the process: is it alive, can it work.

use super::Site;
use super::rim::Quiet;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

/// `GET /healthz`: the process answers.
pub async fn live() -> Response {
    (Extension(Quiet), "alive\n").into_response()
}

/// `GET /readyz`: the database answers as well. The reason is for the log; strangers see this page too.
pub async fn ready(State(site): State<Site>) -> Response {
    match site.db.ping().await {
        Ok(()) => (Extension(Quiet), "ready\n").into_response(),
        Err(fault) => {
            tracing::error!("the database does not answer: {fault}");
            (StatusCode::SERVICE_UNAVAILABLE, "The database does not answer; the log has the reason.\n").into_response()
        }
    }
}
