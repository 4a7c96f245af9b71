//! What everybody sees: what one may ask for, what one asked for, and what waits for one's decision.

pub mod approval;
pub mod approvals;
mod ask_back;
mod delegation;
pub mod emergency;
mod give_back;
pub mod overview;
pub mod package;
pub mod packages;
pub mod report;
pub mod report_packages;
pub mod request;
pub mod requests;
pub mod review;
mod review_rows;
pub mod reviews;
mod taking_back;
pub mod team;

use crate::calls::CallError;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::Refused;
use std::str::FromStr;

/// The `:id` of the address.
pub fn read_id() -> Memo<String> {
    let params = use_params_map();
    Memo::new(move |_| params.with(|params| params.get_str("id").unwrap_or_default().to_owned()))
}

/// An id that cannot be one is an id of nothing.
pub fn parsed<T: FromStr>(id: &str, what: &'static str) -> Result<T, CallError> {
    id.parse().map_err(|_| {
        #[cfg(feature = "ssr")]
        if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
            response.set_status(axum::http::StatusCode::NOT_FOUND);
        }
        CallError::NotFound(Refused::not_found(what))
    })
}
