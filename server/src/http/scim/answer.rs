//! Answers of SCIM: a resource, a list, or an error (RFC 7644, 3.12).

use super::super::signin::refused_at_sign_in;
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use model::Refusal;
use model::provisioning::ScimFault;
use serde_json::Value;

pub mod json {
    //! The type of all messages.

    pub const TYPE: &str = "application/scim+json";
}

/// A message with its status.
pub fn found(status: StatusCode, value: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, HeaderValue::from_static(json::TYPE))], value.to_string()).into_response()
}

/// An answer without a message.
pub fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// An error.
pub fn wrong(status: StatusCode, kind: Option<&str>, detail: &str) -> Response {
    found(status, &scim::error(status.as_u16(), kind, detail))
}

/// Nobody showed a token that counts.
pub fn unauthorized(detail: &str) -> Response {
    let mut response = wrong(StatusCode::UNAUTHORIZED, None, detail);
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"Vestibule\""));
    response
}

/// Another method is needed.
pub fn not_allowed(allow: &'static str) -> Response {
    let mut response = wrong(StatusCode::METHOD_NOT_ALLOWED, None, "This address does not take that method.");
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allow));
    response
}

/// Something failed that should not have.
pub fn fault(reference: &str) -> Response {
    let detail = format!("Something went wrong on our side. It was logged as {reference}.");
    wrong(StatusCode::INTERNAL_SERVER_ERROR, None, &detail)
}

/// What SCIM calls a refusal: its status, and its kind where it has one.
pub fn status(refusal: &Refusal) -> (StatusCode, Option<&'static str>) {
    match refusal {
        Refusal::TokenRefused => (StatusCode::UNAUTHORIZED, None),
        Refusal::NotFound { .. } => (StatusCode::NOT_FOUND, None),
        Refusal::NotAllowed { .. }
        | Refusal::ProvisionedPersonProtected { .. }
        | Refusal::ImportedPersonKept { .. }
        | Refusal::ProvisionedGroupProtected { .. }
        | Refusal::LastAdministrator { .. }
        | Refusal::NobodyCouldActivate { .. }
        | Refusal::NobodyCouldReach { .. }
        | Refusal::NobodyCouldSignIn { .. } => (StatusCode::FORBIDDEN, None),
        Refusal::NameTaken { .. } => (StatusCode::CONFLICT, Some("uniqueness")),
        Refusal::Stale => (StatusCode::PRECONDITION_FAILED, None),
        Refusal::DynamicMembership { .. } => (StatusCode::BAD_REQUEST, Some(ScimFault::Mutability.key())),
        Refusal::ScimWrong { fault, .. } => (StatusCode::BAD_REQUEST, Some(fault.key())),
        _ => (StatusCode::BAD_REQUEST, Some(ScimFault::InvalidValue.key())),
    }
}

/// The answer to a refusal.
pub fn refused(refusal: &Refusal) -> Response {
    let (status, kind) = status(refusal);
    let (status, wait) = refused_at_sign_in(refusal, status);
    tracing::info!(code = refusal.code(), "refused");
    let detail = refusal.sentence();
    if status == StatusCode::UNAUTHORIZED {
        return unauthorized(&detail);
    }
    let mut response = wrong(status, kind, &detail);
    if let Some(wait) = wait {
        response.headers_mut().insert(header::RETRY_AFTER, wait);
    }
    response
}
