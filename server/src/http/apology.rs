//! Pages that are made without the page library, because something went wrong or nobody is known yet.

use super::Site;
use app::calls::CallError;
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use leptos::server_fn::error::FromServerFnError;
use tower_http::request_id::RequestId;

/// The sender is a plain form or an address line, not a script.
pub fn wants_page(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).is_some_and(|accept| accept.contains("text/html"))
}

/// The id of this request: what a person is told and what stands in the log.
pub fn reference(extensions: &Extensions) -> String {
    extensions
        .get::<RequestId>()
        .and_then(|id| id.header_value().to_str().ok())
        .map_or_else(|| "unnumbered".to_owned(), str::to_owned)
}

/// Something failed that should not have: a page or JSON, as the sender understands it.
pub fn broken(site: &Site, as_page: bool, reference: &str) -> Response {
    let error = CallError::Broken { reference: reference.to_owned() };
    if as_page {
        page(site, StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong", &error.to_string())
    } else {
        call_error(StatusCode::INTERNAL_SERVER_ERROR, &error)
    }
}

/// A call's error as the browser's half reads it.
pub fn call_error(status: StatusCode, error: &CallError) -> Response {
    (status, [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], error.ser()).into_response()
}

/// A page with one sentence and the way home.
pub fn page(site: &Site, status: StatusCode, title: &str, sentence: &str) -> Response {
    let style = match site.assets.shell().style.as_str() {
        "" => String::new(),
        style => format!(r#"<link rel="stylesheet" href="{}">"#, escape(style)),
    };
    let (title, sentence) = (escape(title), escape(sentence));
    let html = format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<title>{title} · Vestibule</title>
{style}
</head>
<body>
<main class="door-page">
<section class="card" aria-labelledby="what">
<h1 id="what">{title}</h1>
<p role="alert">{sentence}</p>
<p><a href="/my-access">Go to My Access</a></p>
</section>
</main>
</body>
</html>
"#
    );
    (status, Html(html)).into_response()
}

/// Text as it may stand in HTML.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
