//! Who is there. Read once per request; whoever is nobody gets nothing that is not on the list of public addresses.

use super::{Site, address, apology, calls, cookies, languages, live, rim};
use app::calls::{BY_ITSELF, CallError};
use axum::extract::{MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use engine::Who;

/// Who sent the request; nothing for a stranger.
#[derive(Clone, Debug, Default)]
pub struct Visitor(pub Option<Who>);

/// What strangers reach. An entry that ends with `*` stands for everything that begins like it.
/// Everything else is refused without looking at it, so a new route is closed until somebody opens it here.
pub const PUBLIC: &[&str] = &[
    "/signin",
    "/signin/with/*",
    "/signin/callback",
    "/signin/backchannel/*",
    "/signin/frontchannel/*",
    "/signin/passkey",
    "/signin/passkey/begin",
    "/setup",
    "/theme",
    "/healthz",
    "/readyz",
    "/pkg/*",
    "/robots.txt",
    "/favicon.*",
];
/// What strangers reach in addition on a demo server.
pub const PUBLIC_IN_DEMO: &[&str] = &["/demo/signin"];
/// What strangers reach in addition with `--test-hooks`.
pub const PUBLIC_WITH_HOOKS: &[&str] = &["/test/*"];

/// Addresses that never look at a session, and so never ask the database.
const SESSIONLESS: &[&str] = &["/healthz", "/readyz", "/pkg/*", "/test/*", "/signin/backchannel/*", "/signin/frontchannel/*"];

/// Finds the session, or turns strangers away.
pub async fn known(State(site): State<Site>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    if site.assets.has(&path) || listed(SESSIONLESS, &path) && is_public(&site, &path) {
        return next.run(request).await;
    }
    let token = cookies::read(request.headers(), cookies::session_name(&site));
    let by_itself = path == live::PATH || request.headers().contains_key(BY_ITSELF);
    let who = match &token {
        None => None,
        Some(token) => match who_has(&site, token, by_itself).await {
            Ok(who) => who.map(|who| Who { languages: languages::liked(request.headers()), ..who }),
            Err(fault) => {
                let reference = apology::reference(request.extensions());
                tracing::error!(reference, "{fault}");
                let as_page = !path.starts_with("/api/") || apology::wants_page(request.headers());
                return apology::broken(&site, as_page, &reference);
            }
        },
    };
    match &who {
        Some(who) => {
            tracing::Span::current().record("user", who.user_name.as_str());
            if let Some(way) = held_back(&site, who, &request) {
                return way;
            }
        }
        None if is_public(&site, &path) => {}
        None => {
            let (parts, body) = request.into_parts();
            let kept = match &token {
                Some(token) => calls::keeps_late(&site, token, &parts, body).await.unwrap_or_else(|fault| {
                    // Whoever sent it has to sign in all the same.
                    tracing::error!(
                        reference = apology::reference(&parts.extensions),
                        "a form that came too late is lost: {fault}"
                    );
                    false
                }),
                None => false,
            };
            let mut response = turn_away(&site, &parts);
            if by_itself {
                response.extensions_mut().insert(rim::Quiet);
            } else if token.is_some() && !kept {
                // The cookie leads to the form that is kept, once its owner has signed in. An open page sends its own by itself,
                // again and again, perhaps while somebody signs in beside it.
                cookies::clear_session(&site, &mut response);
            }
            return response;
        }
    }
    request.extensions_mut().insert(Visitor(who));
    next.run(request).await
}

/// What a page does by itself is no use of the session: nobody need be there.
async fn who_has(site: &Site, token: &str, by_itself: bool) -> Result<Option<Who>, engine::Fault> {
    if by_itself { site.engine.session_unused(token).await } else { site.engine.session(token).await }
}

/// Whether strangers reach this address on this server.
pub fn is_public(site: &Site, path: &str) -> bool {
    listed(PUBLIC, path) || site.is_demo() && listed(PUBLIC_IN_DEMO, path) || site.has_hooks() && listed(PUBLIC_WITH_HOOKS, path)
}

fn listed(list: &[&str], path: &str) -> bool {
    list.iter().any(|entry| match entry.strip_suffix('*') {
        Some(beginning) => path.starts_with(beginning),
        None => *entry == path,
    })
}

/// What a session reaches that is held back until more than a password is proved in it, beside what strangers reach. What is
/// not a page goes to the engine, which answers why not.
const TO_VERIFY: &[&str] = &["/my-security", "/my-security/*"];

/// The way of a session that is held back, if this page is not for it: to where it verifies, and back.
fn held_back(site: &Site, who: &Who, request: &Request) -> Option<Response> {
    let path = request.uri().path();
    let is_page = matches!(*request.method(), Method::GET | Method::HEAD);
    if who.asked_by.is_empty() || !is_page || listed(TO_VERIFY, path) || is_public(site, path) {
        return None;
    }
    if path == live::PATH {
        return Some(StatusCode::FORBIDDEN.into_response());
    }
    let next = request.uri().path_and_query().map_or(address::HOME, |next| next.as_str());
    Some(Redirect::to(&address::verify(next)).into_response())
}

/// The answer to a stranger: the way to the sign-in page, in the form that the sender understands.
fn turn_away(site: &Site, parts: &Parts) -> Response {
    let path = parts.uri.path();
    if parts.extensions.get::<MatchedPath>().is_none() {
        // There is nothing at this address, signed in or not; saying so gives nothing away.
        return apology::page(
            site,
            StatusCode::NOT_FOUND,
            "Page not found",
            "There is nothing at this address. Check it, or ask the person who gave it to you.",
        );
    }
    if path == live::PATH || path.starts_with("/api/") {
        return if path != live::PATH && apology::wants_page(&parts.headers) {
            let page = address::referring_page(site, &parts.headers);
            Redirect::to(&address::sign_in(page.as_deref().unwrap_or(address::HOME))).into_response()
        } else {
            apology::call_error(StatusCode::UNAUTHORIZED, &CallError::SignIn)
        };
    }
    let next = match parts.method {
        Method::GET | Method::HEAD => parts.uri.path_and_query().map_or(address::HOME, |next| next.as_str()),
        _ => address::HOME,
    };
    Redirect::to(&address::sign_in(next)).into_response()
}
