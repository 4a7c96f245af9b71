//! The letters of a demo server, which are kept and not sent.

use super::Call;
use leptos::prelude::*;
use model::Ts;
use serde::{Deserialize, Serialize};

/// A kept letter, without its text: that is at `/demo/mail/{id}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoLetter {
    pub id: String,
    pub at: Ts,
    /// The address.
    pub to: String,
    /// The name beside the address; empty when there was none.
    pub to_name: String,
    pub subject: String,
}

/// The newest letters, newest first. Only a demo server has them.
#[server(prefix = "/api", endpoint = "list_demo_mail")]
pub async fn list_demo_mail() -> Call<Vec<DemoLetter>> {
    let Some(letters) = use_context::<crate::door::Letters>() else {
        if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
            response.set_status(axum::http::StatusCode::NOT_FOUND);
        }
        return Err(super::CallError::NotFound(model::Refusal::NotFound { what: "page" }.into()));
    };
    letters.0().await.map_err(super::CallError::from)
}
