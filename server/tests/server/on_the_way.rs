//! What administrators do while somebody is at an identity provider counts when they come back.

use super::provider::{Stage, now, refused, stage};
use super::support::Visitor;
use axum::http::StatusCode;

/// Alex signed in once, and is at the provider again, in this browser and with this state.
async fn is_there(stage: &Stage) -> (Visitor, String) {
    let mut visitor = stage.server.visitor();
    let sent = stage.goes(&mut visitor, "").await;
    stage.peer.vouches("alex", now(), &sent["nonce"]);
    (visitor, sent["state"].clone())
}

async fn known(stage: &Stage) -> String {
    assert_eq!(stage.signs_in(&mut stage.server.visitor(), "alex", |_| {}).await.status, StatusCode::SEE_OTHER);
    let mut link = stage.server.engine.db().read().await.unwrap();
    store::users::by_name(&mut link, "alex@harbour.example").await.unwrap().unwrap().0.id.to_string()
}

async fn posts(stage: &Stage, path: &str, fields: &[(&str, &str)]) {
    let answer = stage.server.morgan().await.post(path, fields).await;
    assert!(answer.goes_to().starts_with("/admin/users/"), "{} {}", answer.goes_to(), answer.text);
}

#[tokio::test]
async fn whoever_is_disabled_while_they_are_at_the_provider_does_not_come_in() {
    let stage = stage("created").await;
    let alex = known(&stage).await;
    let (mut visitor, state) = is_there(&stage).await;
    posts(&stage, "/api/set_user_enabled", &[("user", &alex), ("enabled", "false")]).await;
    let answer = stage.comes_back(&mut visitor, &state).await;
    refused(&answer, &visitor, "Your account here is disabled");
}

#[tokio::test]
async fn whoever_loses_the_link_while_they_are_at_the_provider_does_not_come_in_by_it() {
    let stage = stage("created").await;
    let alex = known(&stage).await;
    let (mut visitor, state) = is_there(&stage).await;
    let provider = stage.provider.to_string();
    posts(&stage, "/api/unlink_provider", &[("provider", &provider), ("user", &alex)]).await;
    let answer = stage.comes_back(&mut visitor, &state).await;
    refused(&answer, &visitor, "There is already a person with the user name");
}

#[tokio::test]
async fn a_new_password_keeps_nobody_out_who_comes_back_from_the_provider() {
    let stage = stage("created").await;
    let alex = known(&stage).await;
    let (mut visitor, state) = is_there(&stage).await;
    posts(&stage, "/api/set_password", &[("user", &alex), ("password", "a quiet harbour at dawn")]).await;
    assert_eq!(stage.comes_back(&mut visitor, &state).await.status, StatusCode::SEE_OTHER);
    assert_eq!(visitor.get("/my-access").await.status, StatusCode::OK);
}
