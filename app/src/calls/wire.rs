//! How the browser posts: one function for every call and every form.

use super::{BY_ITSELF, Call, CallError};
use leptos::prelude::window;
use send_wrapper::SendWrapper;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, RequestInit, Response};

/// What is posted.
pub enum Body {
    Json(String),
    /// The same from a page of its own accord: nobody did anything, so it does not keep a session alive.
    ByItself(String),
    /// `name=value&…`
    Form(String),
}

/// Posts to a server function and reads its answer.
pub async fn post<T: DeserializeOwned>(path: &str, body: Body) -> Call<T> {
    let (fine, text) = SendWrapper::new(send(path, body)).await.map_err(|error| CallError::Unreachable(format!("{error:?}")))?;
    let broken = |error: serde_json::Error| CallError::Unreachable(error.to_string());
    if fine { serde_json::from_str(&text).map_err(broken) } else { Err(serde_json::from_str(&text).map_err(broken)?) }
}

/// Whether the server did what was asked, and what it said.
async fn send(path: &str, body: Body) -> Result<(bool, String), JsValue> {
    let headers = Headers::new()?;
    let (kind, body) = match body {
        Body::Json(text) => ("application/json", text),
        Body::ByItself(text) => {
            headers.set(BY_ITSELF, "1")?;
            ("application/json", text)
        }
        Body::Form(text) => ("application/x-www-form-urlencoded", text),
    };
    headers.set("content-type", kind)?;
    headers.set("accept", "application/json")?;
    let request = RequestInit::new();
    request.set_method("POST");
    request.set_headers(&headers);
    request.set_body(&JsValue::from_str(&body));
    let response: Response = JsFuture::from(window().fetch_with_str_and_init(path, &request)).await?.dyn_into()?;
    let text = JsFuture::from(response.text()?).await?;
    Ok((response.ok(), text.as_string().unwrap_or_default()))
}
