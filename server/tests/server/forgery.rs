//! What other sites may not do with a visitor's cookies.

use super::support::{PASSWORD, server_with_morgan};
use axum::http::StatusCode;

#[tokio::test]
async fn a_form_of_another_site_is_refused() {
    let server = server_with_morgan(|_| {}).await;
    let morgan = server.morgan().await;
    let forged = [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
    ];
    for (name, value) in forged {
        let mut visitor = morgan.clone().says(name, value);
        for path in ["/signin", "/signout", "/theme", "/setup", "/api/cancel_request", "/api/save_user"] {
            let plain = visitor.post(path, &[]).await;
            assert_eq!(plain.status, StatusCode::FORBIDDEN, "{name}: {value} to {path}");
            assert!(plain.text.contains("came from another site"));
            assert_eq!(visitor.call(path, &[]).await.status, StatusCode::FORBIDDEN, "{name}: {value} to {path}");
        }
    }
}

#[tokio::test]
async fn forms_of_our_own_pages_are_taken() {
    let server = server_with_morgan(|_| {}).await;
    for (name, value) in [("sec-fetch-site", "same-origin"), ("origin", "http://127.0.0.1:8080")] {
        let mut visitor = server.visitor().says(name, value);
        let answer = visitor.post("/signin", &[("user_name", "morgan"), ("password", PASSWORD)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{name}: {value}");
    }
}

#[tokio::test]
async fn a_link_from_another_site_opens_the_page() {
    let server = server_with_morgan(|_| {}).await;
    let mut morgan = server.morgan().await.says("sec-fetch-site", "cross-site");
    assert_eq!(morgan.get("/my-access").await.status, StatusCode::OK);
}
