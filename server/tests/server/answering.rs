//! Answers of webhooks that were asked come from other servers: no session, no cookie, and plain words for machines.

use super::support::server;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use model::limits::ANSWER_BODY_MAX_BYTES;

const NOBODYS: &str = "/hooks/answers/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

#[tokio::test]
async fn what_answers_no_question_is_told_so_in_json_and_nothing_else_is_tried() {
    let server = server(|_| {}).await;
    let mut stranger = server.visitor();
    for (path, body, status, code) in [
        (NOBODYS, "{\"decision\":\"allow\"}".to_owned(), StatusCode::GONE, "not_found"),
        ("/hooks/answers/x", String::new(), StatusCode::GONE, "not_found"),
        (NOBODYS, "x".repeat(ANSWER_BODY_MAX_BYTES + 1), StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
    ] {
        let request = Request::post(path).header("webhook-id", "msg_1").body(Body::from(body)).unwrap();
        let answer = stranger.send(request).await;
        assert_eq!(answer.status, status, "{}", answer.text);
        assert_eq!(answer.header("cache-control"), "no-store");
        assert!(answer.text.contains(code), "{}", answer.text);
    }
    assert_eq!(stranger.get(NOBODYS).await.status, StatusCode::METHOD_NOT_ALLOWED);
    // Whoever answers is no browser: neither where it says it comes from nor a cookie counts.
    let mut elsewhere = server.visitor().says("sec-fetch-site", "cross-site").says("origin", "https://licences.example.com");
    let answer = elsewhere.json(NOBODYS, "{\"decision\":\"allow\"}").await;
    assert_eq!(answer.status, StatusCode::GONE, "{}", answer.text);
    assert!(answer.header("content-type").starts_with("application/json"));
}
