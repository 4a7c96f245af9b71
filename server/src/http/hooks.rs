//! For automated tests, with `--test-hooks` only: move the clock, read all letters, wait until nothing is due.

use super::{Site, apology};
use axum::Json;
use axum::extract::{Request, State};
use axum::http::{Extensions, StatusCode};
use axum::response::{IntoResponse, Response};
use model::{Span, Ts};
use serde::Deserialize;
use serde_json::{Value, json};

/// A test's instruction is a line.
const INSTRUCTION_MAX_BYTES: usize = 4 * 1024;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    advance_seconds: Option<i64>,
    set: Option<String>,
}

/// `POST /test/clock` with `{"advance_seconds": n}` or `{"set": "2026-01-05T08:00:00Z"}`. Answers after
/// everything that became due has been done.
pub async fn clock(State(site): State<Site>, request: Request) -> Response {
    let reference = apology::reference(request.extensions());
    let body = axum::body::to_bytes(request.into_body(), INSTRUCTION_MAX_BYTES).await.unwrap_or_default();
    let wrong = |why: &str| (StatusCode::BAD_REQUEST, Json(json!({ "error": why }))).into_response();
    let asked: Move = match serde_json::from_slice(&body) {
        Ok(asked) => asked,
        Err(error) => return wrong(&error.to_string()),
    };
    match (asked.advance_seconds, asked.set.as_deref().map(Ts::parse)) {
        (Some(seconds), None) if seconds >= 0 => site.engine.clock().advance(Span::seconds(seconds)),
        (None, Some(Some(to))) => site.engine.clock().set(to),
        (None, Some(None)) => return wrong("`set` wants an instant such as 2026-01-05T08:00:00Z"),
        _ => return wrong("send either `advance_seconds`, zero or more, or `set`"),
    }
    settled(&site, &reference).await
}

/// `POST /test/settle`: answers when outbox and timers are idle.
pub async fn settle(State(site): State<Site>, extensions: Extensions) -> Response {
    settled(&site, &apology::reference(&extensions)).await
}

/// `GET /test/mail`: all letters so far, oldest first.
pub async fn mail(State(site): State<Site>, extensions: Extensions) -> Response {
    let letters = match &site.letters {
        Some(folder) => folder.all().await,
        None => Ok(Vec::new()),
    };
    match letters {
        Ok(letters) => {
            let letters: Vec<Value> = letters
                .into_iter()
                .map(|letter| {
                    json!({
                        "to": letter.to,
                        "subject": letter.subject,
                        "text": letter.text,
                        "html": letter.html,
                        "links": letter.links,
                    })
                })
                .collect();
            Json(letters).into_response()
        }
        Err(fault) => failed(&apology::reference(&extensions), &fault),
    }
}

async fn settled(site: &Site, reference: &str) -> Response {
    match site.engine.settle().await {
        Ok(()) => Json(json!({ "now": site.engine.clock().now().iso() })).into_response(),
        Err(fault) => failed(reference, &fault),
    }
}

fn failed(reference: &str, fault: &dyn std::fmt::Display) -> Response {
    tracing::error!(reference, "{fault}");
    (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({ "error": fault.to_string() }))).into_response()
}
