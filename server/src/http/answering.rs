//! `POST /hooks/answers/{token}`: a webhook that was asked about a request answers. Nobody is signed in then and no cookie
//! counts: the address leads to the question, and the signature proves who answers.

use super::{Beside, Site, apology};
use axum::Json;
use axum::body::to_bytes;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use engine::Problem;
use engine::answering::Signed;
use model::Refusal;
use model::limits::ANSWER_BODY_MAX_BYTES;
use serde_json::{Value, json};

const METHODS: &[Method] = &[Method::POST];

/// The route, to be put beside those for people.
pub fn route() -> Beside {
    Beside { path: "/hooks/answers/{token}", methods: METHODS, handler: post(answer) }
}

async fn answer(State(site): State<Site>, Path(token): Path<String>, request: Request) -> Response {
    let reference = apology::reference(request.extensions());
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, ANSWER_BODY_MAX_BYTES).await else {
        let message = "An answer is a few words, and this is more.";
        return said(StatusCode::PAYLOAD_TOO_LARGE, json!({ "code": "too_large", "message": message }));
    };
    let header = |name| text(&parts.headers, name);
    let signed =
        Signed { id: header("webhook-id"), timestamp: header("webhook-timestamp"), signatures: header("webhook-signature") };
    match site.engine.answer_question(&token, signed, &body).await {
        Ok(answered) => said(StatusCode::OK, json!({ "taken": answered.said.key() })),
        Err(Problem::Refused(refusal)) => {
            tracing::info!(code = refusal.code(), "an answer of a webhook was refused");
            let status = match &refusal {
                // The address leads nowhere any more, or never did.
                Refusal::NotFound { .. } => StatusCode::GONE,
                Refusal::AnswerNotSigned { .. } => StatusCode::UNAUTHORIZED,
                Refusal::Malformed { .. } | Refusal::TooLong { .. } => StatusCode::BAD_REQUEST,
                _ => StatusCode::CONFLICT,
            };
            said(status, json!({ "code": refusal.code(), "message": refusal.sentence() }))
        }
        Err(Problem::Broken(fault)) => {
            tracing::error!(reference, "{fault}");
            let message = format!("Something broke here. Try again later; the reference is {reference}.");
            said(StatusCode::INTERNAL_SERVER_ERROR, json!({ "code": "broken", "message": message }))
        }
    }
}

/// The value of a header that is there once; nothing of one that is not.
fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(only), None) => only.to_str().unwrap_or_default(),
        _ => "",
    }
}

fn said(status: StatusCode, body: Value) -> Response {
    let mut response = (status, Json(body)).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
