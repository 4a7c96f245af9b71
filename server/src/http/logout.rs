//! Identity providers say that somebody signed out there. Nobody is signed in when they do, and no cookie counts: what they
//! name is looked up. The answers tell nothing about who is signed in here.

use super::Site;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use engine::Problem;
use model::limits::FORM_MAX_BYTES;
use model::{ProviderId, Refusal};
use serde::Deserialize;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Said {
    logout_token: String,
}

/// `POST /signin/backchannel/{id}`: from the provider itself, with a token that it signed.
pub async fn back_channel(State(site): State<Site>, Path(id): Path<String>, request: Request) -> Response {
    let body = to_bytes(request.into_body(), FORM_MAX_BYTES).await.unwrap_or_default();
    let Said { logout_token } = serde_urlencoded::from_bytes(&body).unwrap_or_default();
    let ended = match id.parse::<ProviderId>() {
        Ok(id) => site.engine.signed_out_there(id, &logout_token).await,
        Err(_) => Err(Refusal::NotFound { what: "identity provider" }.into()),
    };
    match ended {
        Ok(sessions) => {
            tracing::info!(sessions, "a provider said that somebody signed out there");
            answer(StatusCode::OK, "")
        }
        Err(Problem::Refused(refusal)) => {
            tracing::info!(code = refusal.code(), "what a provider said about a sign-out was refused");
            answer(StatusCode::BAD_REQUEST, "{\"error\":\"invalid_request\"}")
        }
        Err(Problem::Broken(fault)) => {
            tracing::error!("{fault}");
            answer(StatusCode::BAD_REQUEST, "{\"error\":\"server_error\"}")
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Named {
    iss: String,
    sid: String,
}

/// `GET /signin/frontchannel/{id}`: from a browser, in a frame of the provider's page. The answer is always the same.
pub async fn front_channel(State(site): State<Site>, Path(id): Path<String>, request: Request) -> Response {
    let Named { iss, sid } = Query::try_from_uri(request.uri()).map(|Query(named)| named).unwrap_or_default();
    if let Ok(id) = id.parse::<ProviderId>()
        && let Err(Problem::Broken(fault)) = site.engine.signed_out_in_front(id, &iss, &sid).await
    {
        tracing::error!("{fault}");
    }
    answer(StatusCode::OK, "")
}

fn answer(status: StatusCode, json: &'static str) -> Response {
    let mut response = (status, Body::from(json)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if !json.is_empty() {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    response
}
