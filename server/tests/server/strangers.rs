//! Strangers get nothing. Every way in is written down here, with what a stranger is answered.

use super::support::{Server, server};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use leptos::server_fn::axum::server_fn_paths;
use std::collections::BTreeSet;
use vestibule::http::{Beside, beside, pages, routes};

/// What a stranger is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum To {
    /// 303 to the sign-in page.
    SignIn,
    /// 401 as JSON.
    Refused,
    /// It is for strangers.
    Open,
    /// 401 in the words of SCIM, which asks for a token and for no cookie.
    Token,
    /// 410 as JSON: there is no question at this address. Whoever answers one signs it.
    NoQuestion,
}

/// Adding a page, a server function or a route? Write down here who may reach it.
const WAYS_IN: &[(&str, &str, To)] = &[
    ("GET", "/", To::SignIn),
    ("GET", "/healthz", To::Open),
    ("GET", "/readyz", To::Open),
    ("GET", "/signin", To::Open),
    ("POST", "/signin", To::Open),
    ("POST", "/signout", To::SignIn),
    ("GET", "/setup", To::Open),
    ("POST", "/setup", To::Open),
    ("POST", "/theme", To::Open),
    ("GET", "/live", To::Refused),
    ("POST", "/demo/signin", To::Open),
    ("GET", "/demo/mail", To::SignIn),
    ("GET", "/demo/mail/{id}", To::SignIn),
    ("POST", "/test/clock", To::Open),
    ("POST", "/test/settle", To::Open),
    ("GET", "/test/mail", To::Open),
    ("POST", "/api/{*name}", To::Refused),
    ("GET", "/my-security", To::SignIn),
    ("GET", "/my-security/prove", To::SignIn),
    ("GET", "/my-security/authenticator", To::SignIn),
    ("GET", "/my-security/codes", To::SignIn),
    ("GET", "/my-security/connect", To::SignIn),
    ("POST", "/my-security/connect", To::SignIn),
    ("GET", "/my-security/prove/with/{id}", To::SignIn),
    ("POST", "/my-security/authenticator", To::SignIn),
    ("POST", "/my-security/authenticator/confirm", To::SignIn),
    ("POST", "/my-security/codes", To::SignIn),
    ("POST", "/my-security/password", To::SignIn),
    ("POST", "/my-security/passkey", To::SignIn),
    ("POST", "/my-security/passkey/begin", To::SignIn),
    ("POST", "/my-security/prove", To::SignIn),
    ("POST", "/my-security/prove/begin", To::SignIn),
    ("POST", "/my-security/prove/passkey", To::SignIn),
    ("GET", "/signin/with/{id}", To::Open),
    ("GET", "/signin/callback", To::Open),
    ("POST", "/signin/backchannel/{id}", To::Open),
    ("GET", "/signin/frontchannel/{id}", To::Open),
    ("POST", "/signin/passkey", To::Open),
    ("POST", "/signin/passkey/begin", To::Open),
    ("GET", "/my-access", To::SignIn),
    ("GET", "/my-access/packages", To::SignIn),
    ("GET", "/my-access/packages/{id}", To::SignIn),
    ("GET", "/my-access/requests", To::SignIn),
    ("GET", "/my-access/requests/{id}", To::SignIn),
    ("GET", "/my-access/approvals", To::SignIn),
    ("GET", "/my-access/approvals/{id}", To::SignIn),
    ("GET", "/my-access/reviews", To::SignIn),
    ("GET", "/my-access/reviews/{id}", To::SignIn),
    ("GET", "/my-access/emergency/{id}", To::SignIn),
    ("GET", "/my-roles", To::SignIn),
    ("GET", "/my-roles/activate", To::SignIn),
    ("GET", "/my-roles/extend", To::SignIn),
    ("GET", "/my-roles/requests", To::SignIn),
    ("GET", "/my-audit", To::SignIn),
    ("GET", "/my-team", To::SignIn),
    ("GET", "/my-team/{id}", To::SignIn),
    ("GET", "/my-team/{id}/packages", To::SignIn),
    ("GET", "/my-team/{id}/packages/{package}", To::SignIn),
    ("GET", "/admin/reviews", To::SignIn),
    ("GET", "/admin/reviews/new", To::SignIn),
    ("GET", "/admin/reviews/history", To::SignIn),
    ("GET", "/admin/reviews/history.csv", To::SignIn),
    ("GET", "/admin/reviews/campaigns/{id}", To::SignIn),
    ("GET", "/admin/reviews/{id}", To::SignIn),
    ("GET", "/admin/reviews/{series}/{review}/results.csv", To::SignIn),
    ("GET", "/admin/reviews/{series}/{review}/evidence.jsonl", To::SignIn),
    ("GET", "/admin/requests", To::SignIn),
    ("GET", "/admin/requests/{id}", To::SignIn),
    ("GET", "/admin/requests.csv", To::SignIn),
    ("GET", "/admin/users", To::SignIn),
    ("GET", "/admin/users/new", To::SignIn),
    ("GET", "/admin/users/{id}", To::SignIn),
    ("GET", "/admin/users/{id}/edit", To::SignIn),
    ("GET", "/admin/applications", To::SignIn),
    ("GET", "/admin/applications/new", To::SignIn),
    ("GET", "/admin/applications/{id}", To::SignIn),
    ("GET", "/admin/applications/{id}/edit", To::SignIn),
    ("GET", "/admin/groups", To::SignIn),
    ("GET", "/admin/groups/new", To::SignIn),
    ("GET", "/admin/groups/discover", To::SignIn),
    ("GET", "/admin/groups/{id}", To::SignIn),
    ("GET", "/admin/groups/{id}/edit", To::SignIn),
    ("GET", "/admin/groups/{id}/privileged", To::SignIn),
    ("GET", "/admin/groups/{id}/privileged/new", To::SignIn),
    ("GET", "/admin/groups/{id}/privileged/settings", To::SignIn),
    ("GET", "/admin/roles", To::SignIn),
    ("GET", "/admin/roles/emergency", To::SignIn),
    ("GET", "/admin/roles/contexts", To::SignIn),
    ("GET", "/admin/roles/contexts/new", To::SignIn),
    ("GET", "/admin/roles/contexts/{id}", To::SignIn),
    ("GET", "/admin/roles/terms", To::SignIn),
    ("GET", "/admin/roles/terms/new", To::SignIn),
    ("GET", "/admin/roles/terms/{id}", To::SignIn),
    ("GET", "/admin/roles/template", To::SignIn),
    ("GET", "/admin/roles/discovery", To::SignIn),
    ("GET", "/admin/roles/discovery/change", To::SignIn),
    ("GET", "/admin/roles/{id}/assignments", To::SignIn),
    ("GET", "/admin/roles/{id}/assignments/new", To::SignIn),
    ("GET", "/admin/roles/{id}/settings", To::SignIn),
    ("GET", "/admin/alerts", To::SignIn),
    ("GET", "/admin/alerts/{id}", To::SignIn),
    ("GET", "/admin/roles/{id}/audit", To::SignIn),
    ("GET", "/admin/roles/{id}/holders", To::SignIn),
    ("GET", "/admin/groups/{id}/holders", To::SignIn),
    ("GET", "/admin/settings", To::SignIn),
    ("GET", "/admin/settings/tokens", To::SignIn),
    ("POST", "/admin/settings/tokens", To::SignIn),
    ("GET", "/admin/settings/tokens/new", To::SignIn),
    ("GET", "/my-security/token", To::SignIn),
    ("POST", "/api/revoke_access_token", To::Refused),
    ("GET", "/admin/settings/imports/new", To::SignIn),
    ("GET", "/admin/settings/imports/{id}", To::SignIn),
    ("GET", "/admin/settings/imports/{id}/test", To::SignIn),
    ("GET", "/admin/settings/imports/{id}/preview", To::SignIn),
    ("GET", "/admin/settings/targets/new", To::SignIn),
    ("GET", "/admin/settings/targets/new-ldap", To::SignIn),
    ("GET", "/admin/settings/targets/{id}", To::SignIn),
    ("GET", "/admin/settings/targets/{id}/test", To::SignIn),
    ("GET", "/admin/settings/targets/{id}/trial", To::SignIn),
    ("GET", "/admin/settings/sign-in/new", To::SignIn),
    ("GET", "/admin/settings/sign-in/{id}", To::SignIn),
    ("GET", "/admin/settings/sign-in/{id}/test", To::SignIn),
    ("GET", "/admin/settings/mail", To::SignIn),
    ("GET", "/admin/settings/mail/test", To::SignIn),
    ("GET", "/admin/settings/webhooks/new", To::SignIn),
    ("GET", "/admin/settings/webhooks/{id}", To::SignIn),
    ("GET", "/admin/settings/webhooks/{id}/secret", To::SignIn),
    ("GET", "/admin/settings/webhooks/{id}/test", To::SignIn),
    ("GET", "/admin/audit", To::SignIn),
    ("GET", "/admin/audit.csv", To::SignIn),
    ("GET", "/admin/audit.jsonl", To::SignIn),
    ("GET", "/admin/catalogs", To::SignIn),
    ("GET", "/admin/catalogs/new", To::SignIn),
    ("GET", "/admin/catalogs/{id}", To::SignIn),
    ("GET", "/admin/catalogs/{id}/edit", To::SignIn),
    ("GET", "/admin/packages", To::SignIn),
    ("GET", "/admin/packages/new", To::SignIn),
    ("GET", "/admin/packages/new/{draft}/{step}", To::SignIn),
    ("GET", "/admin/packages/{id}", To::SignIn),
    ("GET", "/admin/packages/{id}/edit", To::SignIn),
    ("GET", "/admin/packages/{id}/assignments/new", To::SignIn),
    ("GET", "/admin/packages/{id}/assignments.csv", To::SignIn),
    ("GET", "/admin/packages/{id}/overlaps.csv", To::SignIn),
    ("GET", "/admin/packages/{id}/policies/new", To::SignIn),
    ("GET", "/admin/packages/{id}/policies/{policy}", To::SignIn),
    ("POST", "/api/accept_recommendations", To::Refused),
    ("POST", "/api/apply_review", To::Refused),
    ("POST", "/api/try_review_again", To::Refused),
    ("POST", "/api/create_reviews", To::Refused),
    ("POST", "/api/decide_row", To::Refused),
    ("POST", "/api/decide_rows", To::Refused),
    ("POST", "/api/hand_on_rows", To::Refused),
    ("POST", "/api/delete_review_series", To::Refused),
    ("POST", "/api/edit_review", To::Refused),
    ("POST", "/api/edit_review_series", To::Refused),
    ("POST", "/api/remind_reviewers", To::Refused),
    ("POST", "/api/reset_review", To::Refused),
    ("POST", "/api/reopen_review", To::Refused),
    ("POST", "/api/stop_review", To::Refused),
    ("POST", "/api/stop_review_series", To::Refused),
    ("POST", "/api/save_policy", To::Refused),
    ("POST", "/api/add_catalog_resource", To::Refused),
    ("POST", "/api/add_incompatible", To::Refused),
    ("POST", "/api/add_package_role", To::Refused),
    ("POST", "/api/create_drafted_package", To::Refused),
    ("POST", "/api/delete_catalog", To::Refused),
    ("POST", "/api/delete_package", To::Refused),
    ("POST", "/api/delete_package_draft", To::Refused),
    ("POST", "/api/save_draft_basics", To::Refused),
    ("POST", "/api/save_draft_lifecycle", To::Refused),
    ("POST", "/api/save_draft_questions", To::Refused),
    ("POST", "/api/save_draft_requests", To::Refused),
    ("POST", "/api/save_draft_roles", To::Refused),
    ("POST", "/api/delete_policy", To::Refused),
    ("POST", "/api/give_catalog_role", To::Refused),
    ("POST", "/api/remove_catalog_resource", To::Refused),
    ("POST", "/api/remove_incompatible", To::Refused),
    ("POST", "/api/remove_package_role", To::Refused),
    ("POST", "/api/save_catalog", To::Refused),
    ("POST", "/api/save_package", To::Refused),
    ("POST", "/api/take_catalog_role", To::Refused),
    ("POST", "/api/activate_roles", To::Refused),
    ("POST", "/api/save_activation_profile", To::Refused),
    ("POST", "/api/delete_activation_profile", To::Refused),
    ("POST", "/api/add_member", To::Refused),
    ("POST", "/api/allow_emergency_use", To::Refused),
    ("POST", "/api/close_emergency_review", To::Refused),
    ("POST", "/api/mark_emergency_account", To::Refused),
    ("POST", "/api/scan_alerts", To::Refused),
    ("POST", "/api/edit_alert", To::Refused),
    ("POST", "/api/dismiss_alert", To::Refused),
    ("POST", "/api/reopen_alert", To::Refused),
    ("POST", "/api/remove_alerted", To::Refused),
    ("POST", "/api/require_multifactor", To::Refused),
    ("POST", "/api/change_standing_access", To::Refused),
    ("POST", "/api/manage_groups", To::Refused),
    ("POST", "/api/unmark_emergency_account", To::Refused),
    ("POST", "/api/answer_back", To::Refused),
    ("POST", "/api/ask", To::Refused),
    ("POST", "/api/ask_back", To::Refused),
    ("POST", "/api/assign_package", To::Refused),
    ("POST", "/api/assign_role", To::Refused),
    ("POST", "/api/change_role_assignment", To::Refused),
    ("POST", "/api/end_role_assignment", To::Refused),
    ("POST", "/api/save_role_settings", To::Refused),
    ("POST", "/api/save_authentication_context", To::Refused),
    ("POST", "/api/delete_authentication_context", To::Refused),
    ("POST", "/api/save_terms", To::Refused),
    ("POST", "/api/set_privileged_access", To::Refused),
    ("POST", "/api/cancel_request", To::Refused),
    ("POST", "/api/decide_request", To::Refused),
    ("POST", "/api/end_package_assignment", To::Refused),
    ("POST", "/api/decide_requests", To::Refused),
    ("POST", "/api/end_package_assignments", To::Refused),
    ("POST", "/api/deactivate_role", To::Refused),
    ("POST", "/api/delegate_approvals", To::Refused),
    ("POST", "/api/end_delegation", To::Refused),
    ("POST", "/api/extend_role", To::Refused),
    ("POST", "/api/end_other_sessions", To::Refused),
    ("POST", "/api/prove_first", To::Refused),
    ("POST", "/api/remove_authenticator", To::Refused),
    ("POST", "/api/remove_passkey", To::Refused),
    ("POST", "/api/rename_passkey", To::Refused),
    ("POST", "/api/reset_methods", To::Refused),
    ("POST", "/api/take_method_away", To::Refused),
    ("POST", "/api/save_provider", To::Refused),
    ("POST", "/api/set_provider_enabled", To::Refused),
    ("POST", "/api/delete_provider", To::Refused),
    ("POST", "/api/unlink_provider", To::Refused),
    ("POST", "/api/save_import", To::Refused),
    ("POST", "/api/set_import_enabled", To::Refused),
    ("POST", "/api/delete_import", To::Refused),
    ("POST", "/api/run_import", To::Refused),
    ("POST", "/api/save_target", To::Refused),
    ("POST", "/api/set_target_enabled", To::Refused),
    ("POST", "/api/delete_target", To::Refused),
    ("POST", "/api/reconcile_target", To::Refused),
    ("POST", "/api/retry_target", To::Refused),
    ("POST", "/api/save_mail", To::Refused),
    ("POST", "/api/adopt_access", To::Refused),
    ("POST", "/api/remove_unknown_access", To::Refused),
    ("POST", "/api/end_application_assignment", To::Refused),
    ("POST", "/api/save_webhook", To::Refused),
    ("POST", "/api/set_webhook_enabled", To::Refused),
    ("POST", "/api/delete_webhook", To::Refused),
    ("POST", "/api/tell_message", To::Refused),
    ("POST", "/api/replay_webhook", To::Refused),
    ("POST", "/api/give_up_message", To::Refused),
    ("POST", "/api/read_frame", To::Refused),
    ("POST", "/api/remove_member", To::Refused),
    ("POST", "/api/reprocess_request", To::Refused),
    ("POST", "/api/request_for_report", To::Refused),
    ("POST", "/api/save_application", To::Refused),
    ("POST", "/api/delete_application", To::Refused),
    ("POST", "/api/save_application_role", To::Refused),
    ("POST", "/api/delete_application_role", To::Refused),
    ("POST", "/api/save_group", To::Refused),
    ("POST", "/api/save_user", To::Refused),
    ("POST", "/api/set_password", To::Refused),
    ("POST", "/api/set_user_enabled", To::Refused),
    ("POST", "/api/submit_request", To::Refused),
    ("GET", "/scim/v2", To::Token),
    ("POST", "/scim/v2", To::Token),
    ("PUT", "/scim/v2", To::Token),
    ("PATCH", "/scim/v2", To::Token),
    ("DELETE", "/scim/v2", To::Token),
    ("GET", "/scim/v2/", To::Token),
    ("POST", "/scim/v2/", To::Token),
    ("PUT", "/scim/v2/", To::Token),
    ("PATCH", "/scim/v2/", To::Token),
    ("DELETE", "/scim/v2/", To::Token),
    ("GET", "/scim/v2/{*path}", To::Token),
    ("POST", "/scim/v2/{*path}", To::Token),
    ("PUT", "/scim/v2/{*path}", To::Token),
    ("PATCH", "/scim/v2/{*path}", To::Token),
    ("DELETE", "/scim/v2/{*path}", To::Token),
    ("POST", "/hooks/answers/{token}", To::NoQuestion),
];

/// A server with everything that can be switched on.
async fn everything() -> Server {
    server(|settings| {
        settings.demo = true;
        settings.test_hooks = true;
    })
    .await
}

#[tokio::test]
async fn every_way_in_is_written_down() {
    let server = everything().await;
    let mut found: BTreeSet<(String, String)> = BTreeSet::new();
    found.extend(routes(&server.site).iter().map(|route| (route.method.to_string(), route.path.to_owned())));
    let beside = beside();
    let each = |one: &Beside| one.methods.iter().map(|method| (method.to_string(), one.path.to_owned())).collect::<Vec<_>>();
    found.extend(beside.iter().flat_map(each));
    found.extend(pages::listings().iter().map(|page| ("GET".to_owned(), page.path().to_owned())));
    found.extend(server_fn_paths().map(|(path, method)| (method.to_string(), path.to_owned())));
    let written: BTreeSet<(String, String)> =
        WAYS_IN.iter().map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned())).collect();
    let missing: Vec<_> = found.difference(&written).collect();
    let gone: Vec<_> = written.difference(&found).collect();
    assert!(missing.is_empty(), "not in WAYS_IN: {missing:#?}");
    assert!(gone.is_empty(), "in WAYS_IN and not on the server: {gone:#?}");
}

#[tokio::test]
async fn every_way_in_refuses_strangers() {
    let server = everything().await;
    for (method, path, to) in WAYS_IN {
        let address = path
            .replace("{id}", "0197a3d0-0000-7000-8000-000000000000")
            .replace("{policy}", "0197a3d0-0000-7000-8000-000000000000")
            .replace("{draft}", "0197a3d0-0000-7000-8000-000000000000")
            .replace("{step}", "basics")
            .replace("{package}", "0197a3d0-0000-7000-8000-000000000000")
            .replace("{*name}", "read_frame")
            .replace("{*path}", "Users")
            .replace("{token}", "a-question-that-nobody-asked");
        let method: Method = method.parse().unwrap();
        let accept = if address.starts_with("/api/") { "application/json" } else { "text/html" };
        let request = Request::builder()
            .method(method.clone())
            .uri(&address)
            .header(header::ACCEPT, accept)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::empty())
            .unwrap();
        let answer = server.visitor().send(request).await;
        let what = format!("{method} {address}: {} {}", answer.status, answer.goes_to());
        match to {
            To::SignIn => assert!(answer.status == StatusCode::SEE_OTHER && answer.goes_to().starts_with("/signin"), "{what}"),
            To::Refused => assert!(answer.status == StatusCode::UNAUTHORIZED && answer.text.contains("SignIn"), "{what}"),
            To::Token => {
                let is_scim = answer.header("content-type").starts_with("application/scim+json");
                assert!(answer.status == StatusCode::UNAUTHORIZED && is_scim && answer.text.contains("access token"), "{what}");
                assert!(answer.header("set-cookie").is_empty(), "{what}");
            }
            To::NoQuestion => {
                assert!(answer.status == StatusCode::GONE && answer.header("content-type") == "application/json", "{what}");
            }
            To::Open => assert!(answer.status != StatusCode::NOT_FOUND && !answer.goes_to().starts_with("/signin"), "{what}"),
        }
    }
}

#[tokio::test]
async fn every_page_is_whole_before_it_is_sent() {
    drop(everything().await);
    for page in pages::listings() {
        assert!(matches!(page.mode(), leptos_router::SsrMode::Async), "{} would be sent in pieces", page.path());
    }
}

#[tokio::test]
async fn every_server_function_is_a_post_below_api() {
    drop(everything().await);
    for (path, method) in server_fn_paths() {
        assert!(
            path.starts_with("/api/") && method == Method::POST,
            "{method} {path} would escape the forgery check or the session"
        );
    }
}
