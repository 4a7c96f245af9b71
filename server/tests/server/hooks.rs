//! The hooks for automated tests.

use super::deciding_many::asks;
use super::support::server;
use axum::http::StatusCode;
use model::Language;
use serde_json::Value;

#[tokio::test]
async fn without_the_flag_there_are_no_hooks() {
    let server = server(|_| {}).await;
    assert_eq!(server.visitor().get("/test/mail").await.status, StatusCode::NOT_FOUND);
    assert_eq!(server.visitor().json("/test/clock", r#"{"advance_seconds":1}"#).await.status, StatusCode::NOT_FOUND);
    assert_eq!(server.visitor().json("/test/settle", "").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_clock_is_moved_and_set() {
    let server = server(|settings| settings.test_hooks = true).await;
    let mut visitor = server.visitor();
    let now = |text: &str| serde_json::from_str::<Value>(text).unwrap()["now"].as_str().unwrap().to_owned();
    let moved = visitor.json("/test/clock", r#"{"advance_seconds": 3600}"#).await;
    assert_eq!((moved.status, now(&moved.text).as_str()), (StatusCode::OK, "2026-01-05T09:00:00Z"));
    let set = visitor.json("/test/clock", r#"{"set": "2026-02-01T00:00:00Z"}"#).await;
    assert_eq!(now(&set.text), "2026-02-01T00:00:00Z");
    for wrong in [
        "",
        "{}",
        r#"{"advance_seconds":-1}"#,
        r#"{"set":"tomorrow"}"#,
        r#"{"advance_seconds":1,"set":"2026-02-01T00:00:00Z"}"#,
        r#"{"advance":1}"#,
    ] {
        assert_eq!(visitor.json("/test/clock", wrong).await.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
}

#[tokio::test]
async fn hooks_need_neither_a_session_nor_an_origin() {
    let server = server(|settings| settings.test_hooks = true).await;
    let mut visitor = server.visitor().says("origin", "https://tests.example");
    assert_eq!(visitor.json("/test/settle", "").await.status, StatusCode::OK);
    let mail = visitor.get("/test/mail").await;
    assert_eq!((mail.status, mail.text.as_str()), (StatusCode::OK, "[]"));
}

#[tokio::test]
async fn letters_leave_in_the_language_of_the_settings() {
    for (language, subject, tag) in [(Language::English, "Decide by", "en"), (Language::German, "Entscheidung bis", "de")] {
        let server = server(|settings| {
            (settings.demo, settings.test_hooks, settings.mail.language) = (true, true, language);
        })
        .await;
        asks(&server, "alex").await;
        let mut visitor = server.visitor();
        assert_eq!(visitor.json("/test/settle", "").await.status, StatusCode::OK);
        let letters: Value = serde_json::from_str(&visitor.get("/test/mail").await.text).unwrap();
        let letters = letters.as_array().unwrap();
        let text = |letter: &Value, key: &str| letter[key].as_str().unwrap().to_owned();
        assert!(letters.iter().any(|letter| text(letter, "subject").starts_with(subject)), "{letters:?}");
        assert!(letters.iter().all(|letter| text(letter, "html").contains(&format!("<html lang=\"{tag}\">"))));
    }
}
