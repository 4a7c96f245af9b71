//! What goes out with every answer, and what never gets out.

use super::support::{reached_as, server, server_with_morgan};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use std::io::Write;
use std::sync::{Arc, Mutex};
use vestibule::http::rim;

/// What was written to a log.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(line)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn no_token_in_an_address_reaches_the_log() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).finish();
    tracing::subscriber::with_default(subscriber, || {
        for address in ["/hooks/answers/SECRET", "/hooks/answers//SECRET", "/hooks/SECRET", "/setup?token=SECRET", "/my-access"] {
            let request = Request::post(address).body(Body::empty()).unwrap();
            rim::span(&request).in_scope(|| tracing::info!("answered"));
        }
    });
    let said = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(said.contains("/hooks/…") && said.contains("/setup") && said.contains("/my-access"), "{said}");
    assert!(!said.contains("SECRET"), "{said}");
}

#[tokio::test]
async fn every_answer_has_the_headers() {
    let server = server_with_morgan(|_| {}).await;
    let mut morgan = server.morgan().await;
    let answers = [
        morgan.get("/my-access").await,
        morgan.get("/nowhere").await,
        morgan.call("/api/read_frame", &[]).await,
        server.visitor().get("/my-access").await,
        server.visitor().get("/signin").await,
        server.visitor().get("/healthz").await,
        server.visitor().says("sec-fetch-site", "cross-site").post("/signin", &[]).await,
    ];
    for answer in &answers {
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "same-origin");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert!(answer.header("permissions-policy").contains("camera=()"));
        assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"));
        assert_eq!(answer.header("strict-transport-security"), "", "without https there is nothing to insist on");
        assert_eq!(answer.header("x-request-id").len(), 14);
    }
}

#[tokio::test]
async fn the_policy_of_a_page_has_a_new_nonce_every_time_and_the_page_uses_it() {
    let server = server(|_| {}).await;
    let mut nonces = Vec::new();
    for _ in 0..2 {
        let page = server.visitor().get("/signin").await;
        let policy = page.header("content-security-policy");
        let nonce = policy.split_once("script-src 'nonce-").and_then(|(_, rest)| rest.split_once('\'')).unwrap().0.to_owned();
        assert!(policy.contains("'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self';"), "{policy}");
        assert!(!policy.contains("unsafe-inline"));
        for script in page.text.split("<script").skip(1) {
            let tag = script.split('>').next().unwrap();
            assert!(tag.contains(&format!("nonce=\"{nonce}\"")), "<script{tag}> has no nonce");
        }
        assert!(!page.text.contains(" style=\""), "an inline style would be blocked");
        nonces.push(nonce);
    }
    assert_ne!(nonces[0], nonces[1]);
}

#[tokio::test]
async fn over_https_browsers_are_told_to_stay_there() {
    let server = server(reached_as("https://access.example.com")).await;
    assert!(server.visitor().get("/signin").await.header("strict-transport-security").starts_with("max-age=63072000"));
}

#[tokio::test]
async fn an_id_that_a_visitor_sends_is_not_taken() {
    let server = server(|_| {}).await;
    let answer = server.visitor().says("x-request-id", "forged").get("/healthz").await;
    assert_ne!(answer.header("x-request-id"), "forged");
}

#[tokio::test]
async fn probes_answer_without_a_session() {
    let server = server(|_| {}).await;
    assert_eq!(server.visitor().get("/healthz").await.status, StatusCode::OK);
    assert_eq!(server.visitor().get("/readyz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_form_that_is_too_large_is_refused() {
    let server = server_with_morgan(|_| {}).await;
    let mut morgan = server.morgan().await;
    let much = "x".repeat(model::limits::FORM_MAX_BYTES + 1);
    assert_eq!(morgan.post("/api/cancel_request", &[("words", &much)]).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(server.visitor().post("/signin", &[("password", &much)]).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn nothing_at_an_address_is_said_with_404() {
    let server = server_with_morgan(|_| {}).await;
    let mut morgan = server.morgan().await;
    for path in ["/nowhere", "/my-access/nowhere", "/admin/nowhere"] {
        assert_eq!(morgan.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(server.visitor().get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(morgan.call("/api/nothing", &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_panic_becomes_an_apology_in_the_form_that_the_sender_understands() {
    let mut server = server(|_| {}).await;
    async fn boom() -> StatusCode {
        panic!("boom")
    }
    server.router = Router::new()
        .route("/boom", get(boom))
        .route("/api/boom", post(boom))
        .route("/hooks/boom", post(boom))
        .layer(from_fn_with_state(server.site.clone(), rim::guard))
        .with_state(());
    let page = server.visitor().get("/boom").await;
    assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(
        page.text.contains("Something went wrong on our side. It was logged as") && !page.text.contains("boom"),
        "{}",
        page.text
    );
    for json in [server.visitor().call("/api/boom", &[]).await, server.visitor().json("/hooks/boom", "{}").await] {
        assert_eq!((json.status, json.header("content-type")), (StatusCode::INTERNAL_SERVER_ERROR, "application/json"));
        assert!(json.text.contains("Broken"), "{}", json.text);
    }
}
