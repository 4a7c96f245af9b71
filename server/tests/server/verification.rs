//! Who holds a role that asks for more than a password goes nowhere before verifying.

use super::support::{Visitor, server};
use axum::http::StatusCode;
use engine::By;
use model::command::Command;
use model::directory::PortalRole;
use model::role_settings::{Privileged, RoleSettings};

/// A demo in which *User Administrator* asks, and Lee, who could activate it, signed in.
async fn held_back() -> (super::support::Server, Visitor) {
    let server = server(|settings| settings.demo = true).await;
    let role = Privileged::DirectoryRole(PortalRole::UserAdministrator.id());
    let settings = Box::new(RoleSettings { holder_multifactor: true, ..RoleSettings::default() });
    let command = Command::EditRoleSettings { role, version: 0, settings, seen_breaking: 0 };
    server.engine.submit(&By::Console, command).await.unwrap();
    let mut lee = server.visitor();
    let answer = lee.post("/demo/signin", &[("as", "lee")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    (server, lee)
}

#[tokio::test]
async fn every_page_leads_to_the_one_that_verifies_and_from_there_back() {
    let (_server, mut lee) = held_back().await;
    for (path, to) in [
        ("/my-access/requests?phase=denied", "/my-security/prove?next=%2Fmy-access%2Frequests%3Fphase%3Ddenied"),
        ("/admin/users", "/my-security/prove?next=%2Fadmin%2Fusers"),
        ("/my-roles", "/my-security/prove?next=%2Fmy-roles"),
        ("/admin/audit.csv", "/my-security/prove?next=%2Fadmin%2Faudit.csv"),
        ("/demo/mail", "/my-security/prove?next=%2Fdemo%2Fmail"),
        ("/my-access", "/my-security/prove"),
        ("/", "/my-security/prove"),
    ] {
        let answer = lee.get(path).await;
        assert_eq!((answer.status, answer.goes_to()), (StatusCode::SEE_OTHER, to), "{path}");
    }
    let page = lee.get("/my-security/prove?next=%2Fadmin%2Fusers").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("“User Administrator”") && page.text.contains("Set up an authenticator app"), "{}", page.text);
    assert!(page.text.contains("value=\"/admin/users\""), "{}", page.text);
    assert_eq!(lee.get("/my-security").await.status, StatusCode::OK);
    let answer = lee.call("/api/save_terms", &[("name", "Mine"), ("text", "Mine.")]).await;
    assert!(answer.text.contains("verification_needed"), "{}", answer.text);
    let answer = lee.post("/signout", &[]).await;
    assert_eq!((answer.status, answer.goes_to()), (StatusCode::SEE_OTHER, "/signin"));
}
