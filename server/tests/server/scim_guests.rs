//! What somebody is stays what it is until a provider says otherwise.

use super::scim::Provider;
use super::support::server_with_morgan;
use axum::http::{Method, StatusCode};
use model::directory::UserKind;
use serde_json::{Value, json};

#[tokio::test]
async fn a_guest_stays_one_until_a_provider_says_otherwise() {
    let server = server_with_morgan(|_| {}).await;
    let provider = Provider::of(&server, "scim", "Entra").await;
    let whole = |kind: Option<&str>, display_name: &str| {
        let mut whole = json!({ "userName": "nils@x.example", "displayName": display_name, "active": true });
        if let Some(kind) = kind {
            whole["userType"] = json!(kind);
        }
        whole
    };
    let made = provider.asks(Method::POST, "/Users", &[], Some(&whole(Some("Guest"), "Nils"))).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let id = serde_json::from_str::<Value>(&made.text).unwrap()["id"].as_str().unwrap().to_owned();
    for (kind, expected) in [
        (None, UserKind::Guest),
        (Some(""), UserKind::Guest),
        (Some("Contractor"), UserKind::Member),
        (None, UserKind::Member),
        (Some("guest"), UserKind::Guest),
    ] {
        let answer = provider.asks(Method::PUT, &format!("/Users/{id}"), &[], Some(&whole(kind, "Nils Moor"))).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let mut link = server.engine.db().read().await.unwrap();
        let user = store::users::get(&mut link, id.parse().unwrap()).await.unwrap().unwrap();
        assert_eq!(user.kind, expected, "{kind:?}");
        let shown = serde_json::from_str::<Value>(&answer.text).unwrap();
        let is_guest = shown["userType"].as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("guest"));
        assert_eq!(is_guest, expected == UserKind::Guest, "{shown}");
    }
    // To take the word away is to say something.
    let takes = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{ "op": "remove", "path": "userType" }],
    });
    let answer = provider.asks(Method::PATCH, &format!("/Users/{id}"), &[], Some(&takes)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let mut link = server.engine.db().read().await.unwrap();
    let user = store::users::get(&mut link, id.parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(user.kind, UserKind::Member);
    assert!(serde_json::from_str::<Value>(&answer.text).unwrap().get("userType").is_none(), "{}", answer.text);
}
