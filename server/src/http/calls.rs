//! Server functions: the endpoint behind every form and every list of the pages.

use super::door::Reach;
use super::session::Visitor;
use super::{Site, address, apology};
use app::calls::CallError;
use app::door::Posted;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use engine::Fault;
use leptos::prelude::provide_context;
use leptos::server_fn::axum::get_server_fn_service;
use leptos::server_fn::error::{FromServerFnError, SERVER_FN_ERROR_HEADER};
use model::limits::FORM_MAX_BYTES;

/// An error of a call is one sentence and a name.
const ERROR_MAX_BYTES: usize = 64 * 1024;

/// `POST /api/{name}`
pub async fn call(State(site): State<Site>, request: Request) -> Response {
    if get_server_fn_service(request.uri().path(), request.method().clone()).is_none() {
        return apology::page(&site, StatusCode::NOT_FOUND, "Page not found", "There is nothing at this address.");
    }
    let visitor = request.extensions().get::<Visitor>().cloned().unwrap_or_default();
    let reach = Reach::of(&site, &visitor, apology::reference(request.extensions()));
    let (mut parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, FORM_MAX_BYTES).await else {
        return apology::page(
            &site,
            StatusCode::PAYLOAD_TOO_LARGE,
            "That was too much",
            "The form is larger than the server takes. Shorten what you typed and submit again.",
        );
    };
    let posted = posted(&site, &parts.headers, &body);
    own_referer(&mut parts.headers, &posted);
    let page = posted.page.clone();
    let plain = posted.plain;
    let context = move || {
        reach.provide();
        provide_context(posted.clone());
    };
    let request = Request::from_parts(parts, Body::from(body));
    let answer = leptos_axum::handle_server_fns_with_context(context, request).await.into_response();
    if plain { for_a_person(&site, answer, &page).await } else { for_a_script(answer).await }
}

/// What a browser sent with the token of a session that is none any more. When the session ended by itself, a plain form is
/// kept until its owner has signed in again; whether one is.
pub async fn keeps_late(site: &Site, token: &str, parts: &Parts, body: Body) -> Result<bool, Fault> {
    let Some(ended) = site.engine.ended_session(token).await? else { return Ok(false) };
    let path = parts.uri.path();
    let is_form = apology::wants_page(&parts.headers) && get_server_fn_service(path, parts.method.clone()).is_some();
    let body = if is_form { axum::body::to_bytes(body, FORM_MAX_BYTES).await.ok() } else { None };
    let Some(body) = body else { return Ok(ended.keeps_a_form) };
    let form = app::calls::too_late(path, &posted(site, &parts.headers, &body));
    let json = serde_json::to_string(&form).map_err(|error| Fault::new("writing a form down", error))?;
    site.engine.keep_late(&ended, json).await?;
    Ok(true)
}

/// How the form came, and what was in it. A page with script asks for JSON.
fn posted(site: &Site, headers: &HeaderMap, body: &Bytes) -> Posted {
    let plain = apology::wants_page(headers);
    let page = address::referring_page(site, headers).unwrap_or_else(|| address::HOME.to_owned());
    // What pages ask by themselves is no form.
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_form = plain || kind.starts_with("application/x-www-form-urlencoded");
    let fields = if is_form { serde_urlencoded::from_bytes(body).unwrap_or_default() } else { Vec::new() };
    Posted { plain, page, fields }
}

/// The library redirects to the referrer. It only gets to see one that is a page of ours.
fn own_referer(headers: &mut HeaderMap, posted: &Posted) {
    if let Ok(page) = HeaderValue::from_str(&posted.page) {
        headers.insert(header::REFERER, page);
    }
}

/// A failed call of a page with script. The library takes every failure for one of the server; what was not understood is none.
async fn for_a_script(answer: Response) -> Response {
    if !answer.headers().contains_key(SERVER_FN_ERROR_HEADER) {
        return answer;
    }
    let (mut parts, body) = answer.into_parts();
    let bytes = axum::body::to_bytes(body, ERROR_MAX_BYTES).await.unwrap_or_default();
    if matches!(CallError::de(bytes.clone()), CallError::Unreachable(_)) {
        parts.status = StatusCode::BAD_REQUEST;
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// A failed call of a plain form. The library would put the error into an address, where it is shown to nobody.
async fn for_a_person(site: &Site, answer: Response, page: &str) -> Response {
    if !answer.headers().contains_key(SERVER_FN_ERROR_HEADER) {
        return answer;
    }
    let bytes = axum::body::to_bytes(answer.into_body(), ERROR_MAX_BYTES).await.unwrap_or_default();
    let (status, title, sentence) = match CallError::de(bytes) {
        CallError::SignIn => return Redirect::to(&address::sign_in(page)).into_response(),
        error @ CallError::Broken { .. } => {
            (StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong", model::time::spelled(&error.to_string()))
        }
        error @ CallError::NotFound(_) => (StatusCode::NOT_FOUND, "Not found", model::time::spelled(&error.to_string())),
        error @ CallError::Refused(_) => {
            (StatusCode::FORBIDDEN, "That is not possible", model::time::spelled(&error.to_string()))
        }
        CallError::Unreachable(why) => {
            tracing::info!("a form was not understood: {why}");
            (
                StatusCode::BAD_REQUEST,
                "The form was not understood",
                "Something in the form was missing or had the wrong shape. Go back, check it, and submit again.".to_owned(),
            )
        }
    };
    apology::page(site, status, title, &sentence)
}
