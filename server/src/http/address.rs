//! Addresses: the visitor's, and those of our own pages.

use super::Site;
use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri, header};
use std::net::{IpAddr, SocketAddr};

/// Where a page goes on when nobody says otherwise.
pub const HOME: &str = "/my-access";

/// The visitor's network address, for throttling and for the history.
///
/// A header can be made up by anybody, so it only counts behind a proxy that we were told of, and there only its
/// last entry, which is the one that the proxy itself wrote.
pub fn visitor(site: &Site, parts: &Parts) -> String {
    if site.trusted_proxy
        && let Some(forwarded) = parts.headers.get_all("x-forwarded-for").iter().next_back()
        && let Ok(list) = forwarded.to_str()
        && let Some(Ok(address)) = list.rsplit(',').next().map(|last| last.trim().parse::<IpAddr>())
    {
        return address.to_canonical().to_string();
    }
    parts
        .extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or_else(|| "unknown".to_owned(), |ConnectInfo(peer)| peer.ip().to_canonical().to_string())
}

/// The address as one of our own pages, or nothing: an address that leads elsewhere would make every link to the
/// sign-in page a trap.
pub fn local(address: &str) -> Option<&str> {
    let is_local = address.starts_with('/')
        && !address.starts_with("//")
        && !address.contains('\\')
        && !address.chars().any(char::is_control)
        && address.is_ascii();
    is_local.then_some(address)
}

/// The page that sent a form, path and query only, when it is one of ours.
pub fn referring_page(site: &Site, headers: &HeaderMap) -> Option<String> {
    let referer: Uri = headers.get(header::REFERER)?.to_str().ok()?.parse().ok()?;
    let authority = referer.authority()?.as_str();
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let ours = host == Some(authority) || site.base_url.as_str().split_once("://").map(|(_, own)| own) == Some(authority);
    let page = referer.path_and_query()?.as_str();
    ours.then(|| local(page)).flatten().map(str::to_owned)
}

/// The sign-in page that leads on to `next`.
pub fn sign_in(next: &str) -> String {
    before("/signin", next)
}

/// The page on which somebody verifies, and that leads on to `next`.
pub fn verify(next: &str) -> String {
    before("/my-security/prove", next)
}

fn before(page: &str, next: &str) -> String {
    match local(next) {
        None | Some("/" | HOME) => page.to_owned(),
        Some(next) => {
            serde_urlencoded::to_string([("next", next)]).map_or_else(|_| page.to_owned(), |query| format!("{page}?{query}"))
        }
    }
}

/// The value of a name in the query of an address.
pub fn query(uri: &Uri, name: &str) -> Option<String> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(uri.query()?).ok()?;
    pairs.into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
}
