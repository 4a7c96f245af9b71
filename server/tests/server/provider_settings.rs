//! What administrators set about identity providers, and what is kept of it.

use super::peer::Peer;
use super::provider::{SECRET, fields, refused, stage};
use super::support::{PASSWORD, server_with_morgan};
use axum::http::StatusCode;
use model::command::Command;
use serde_json::json;

#[tokio::test]
async fn the_secret_is_shown_never_again_and_stands_nowhere_as_it_is() {
    let stage = stage("created").await;
    let mut morgan = stage.server.morgan().await;
    let path = format!("/admin/settings/sign-in/{}", stage.provider);
    let mut refused = fields(&stage.peer, "created");
    refused[1].1 = "https://elsewhere.example";
    let id = stage.provider.to_string();
    refused.extend([("provider", id.as_str()), ("version", "7")]);
    let again =
        morgan.clone().says("referer", &format!("http://127.0.0.1:8080{path}")).post("/api/save_provider", &refused).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
    for page in [path.as_str(), "/admin/settings", "/admin/audit", "/admin/audit.csv", "/admin/audit.jsonl"] {
        let answer = morgan.get(page).await;
        assert_eq!(answer.status, StatusCode::OK, "{page}");
        assert!(!answer.text.contains(SECRET), "{page}");
    }
    let mut link = stage.server.engine.db().read().await.unwrap();
    let stored = store::providers::get(&mut link, stage.provider).await.unwrap().unwrap();
    let sealed = stored.secret.unwrap();
    assert!(!sealed.windows(SECRET.len()).any(|bytes| bytes == SECRET.as_bytes()));
    let told = format!(
        "{:?}",
        Command::SaveProvider(model::provider::SaveProvider {
            provider: None,
            version: 0,
            name: String::new(),
            issuer: String::new(),
            client_id: String::new(),
            secret: model::provider::NewSecret::Set(model::command::Secret(SECRET.to_owned())),
            scopes: String::new(),
            joining: model::provider::Joining::Bound,
            multifactor: String::new(),
            passkey: String::new(),
        })
    );
    assert!(!told.contains(SECRET), "{told}");
}

#[tokio::test]
async fn the_test_says_what_was_tried_and_what_came_back() {
    let stage = stage("created").await;
    let mut morgan = stage.server.morgan().await;
    let path = format!("/admin/settings/sign-in/{}/test", stage.provider);
    let answer = morgan.get(&path).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    for said in ["Works", "/.well-known/openid-configuration", "1 key can sign", "It supports S256", "kept sealed"] {
        assert!(answer.text.contains(said), "“{said}” is missing in {}", answer.text);
    }
    stage.peer.says().about = json!({ "issuer": "https://evil.example" });
    let answer = morgan.get(&path).await;
    assert!(answer.text.contains("Does not work") && answer.text.contains("https://evil.example"), "{}", answer.text);
    let mut alex = stage.server.visitor();
    stage.peer.says().about = json!({});
    assert_eq!(stage.signs_in(&mut alex, "alex", |_| {}).await.status, StatusCode::SEE_OTHER);
    assert_eq!(alex.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(alex.get("/admin/settings").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn nobody_inside_is_asked_unless_the_configuration_allows_it() {
    let peer = Peer::start().await;
    let server = server_with_morgan(|_| {}).await;
    server.morgan().await.post("/api/save_provider", &fields(&peer, "created")).await;
    let provider = server.engine.sign_in_providers().await.unwrap()[0].0;
    let mut visitor = server.visitor();
    let answer = visitor.get(&format!("/signin/with/{provider}")).await;
    refused(&answer, &visitor, "which is not on the public internet");
    assert_eq!(visitor.post("/signin", &[("user_name", "morgan"), ("password", PASSWORD)]).await.status, StatusCode::SEE_OTHER);
}
