//! The cookies: the session, the choice of colours, and who is signing in with a passkey or at an identity provider.

use super::Site;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use cookie::time::Duration;
use cookie::{Cookie, SameSite};
use model::limits::{CEREMONY_MINUTES, PROVIDER_SIGN_IN_MINUTES};

/// A year: whoever chose dark once does not want to choose again.
const THEME_DAYS: i64 = 365;

/// The session's cookie. Over TLS its name makes the browser insist on `Secure`, on no `Domain`, and on `Path=/`.
pub fn session_name(site: &Site) -> &'static str {
    if site.base_url.is_https() { "__Host-vestibule" } else { "vestibule" }
}

/// The cookie of this name, as the browser sent it.
pub fn read(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == name)
        .map(|cookie| cookie.value().to_owned())
}

/// Hands out a session. It lasts as long as the browser runs; the server ends it earlier when it must.
pub fn set_session(site: &Site, response: &mut Response, token: &str) {
    append(response, base(site, session_name(site), token));
}

/// Takes the session's cookie back.
pub fn clear_session(site: &Site, response: &mut Response) {
    let mut cookie = base(site, session_name(site), "");
    cookie.set_max_age(Duration::ZERO);
    append(response, cookie);
}

/// The cookie of whoever is signing in with a passkey, until the browser answers.
pub fn passkey_name(site: &Site) -> &'static str {
    if site.base_url.is_https() { "__Host-vestibule-passkey" } else { "vestibule-passkey" }
}

pub fn set_passkey(site: &Site, response: &mut Response, token: &str) {
    let mut cookie = base(site, passkey_name(site), token);
    cookie.set_max_age(Duration::minutes(CEREMONY_MINUTES));
    append(response, cookie);
}

pub fn clear_passkey(site: &Site, response: &mut Response) {
    let mut cookie = base(site, passkey_name(site), "");
    cookie.set_max_age(Duration::ZERO);
    append(response, cookie);
}

/// The cookie of whoever is signing in at an identity provider. It stays until its time is over, for other windows that are
/// on their way; a state counts once all the same.
pub fn provider_name(site: &Site) -> &'static str {
    if site.base_url.is_https() { "__Host-vestibule-provider" } else { "vestibule-provider" }
}

pub fn set_provider(site: &Site, response: &mut Response, token: &str) {
    let mut cookie = base(site, provider_name(site), token);
    cookie.set_max_age(Duration::minutes(PROVIDER_SIGN_IN_MINUTES));
    append(response, cookie);
}

/// `light`, `dark`, or empty for the system's choice.
pub fn theme(headers: &HeaderMap) -> String {
    read(headers, "theme").filter(|theme| matches!(theme.as_str(), "light" | "dark")).unwrap_or_default()
}

/// Keeps a choice of colours.
pub fn set_theme(site: &Site, response: &mut Response, theme: &str) {
    let mut cookie = base(site, "theme", theme);
    cookie.set_max_age(if theme.is_empty() { Duration::ZERO } else { Duration::days(THEME_DAYS) });
    append(response, cookie);
}

fn base<'a>(site: &Site, name: &'a str, value: &'a str) -> Cookie<'a> {
    Cookie::build((name, value)).path("/").http_only(true).same_site(SameSite::Lax).secure(site.base_url.is_https()).build()
}

fn append(response: &mut Response, cookie: Cookie<'_>) {
    if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}
