//! `/scim/v2`: identity providers provision people and groups (RFC 7644).
//!
//! Whoever comes here shows a token; cookies are not looked at, and so nothing can be forged with them. Every answer, also
//! that something is wrong, is one of SCIM.

mod answer;
mod bulk;
mod resource;

use super::{Beside, Site, address, apology};
use answer::{fault, found, json, refused, wrong};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::Response;
use axum::routing::any;
use engine::{Bearer, Problem};
use model::limits::SCIM_MAX_BYTES;
use model::provisioning::Provisioned;
use scim::{Listing, listing};
use serde_json::Value;

const BASE: &str = "/scim/v2";

/// What SCIM asks with. Others are answered, too, and by SCIM.
const METHODS: &[Method] = &[Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

/// The routes, to be put beside those for people.
pub fn routes() -> Vec<Beside> {
    let paths = [BASE, "/scim/v2/", "/scim/v2/{*path}"];
    paths.into_iter().map(|path| Beside { path, methods: METHODS, handler: any(handle) }).collect()
}

/// One request: whose it is, what came with it, and what it may use.
pub struct Asked {
    pub site: Site,
    pub bearer: Bearer,
    pub parts: Parts,
}

impl Asked {
    /// The beginning of all addresses.
    pub fn base(&self) -> String {
        format!("{}{BASE}", self.site.base_url.as_str())
    }

    /// A parameter of the address.
    pub fn query(&self, name: &str) -> Option<String> {
        let query = self.parts.uri.query().unwrap_or_default();
        let all: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
        all.into_iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The answer to a problem; what broke is logged under a reference.
    pub fn problem(&self, problem: Problem) -> Response {
        trouble(&self.parts, problem)
    }
}

fn trouble(parts: &Parts, problem: Problem) -> Response {
    match problem {
        Problem::Refused(refusal) => refused(&refusal),
        Problem::Broken(broken) => {
            let reference = apology::reference(&parts.extensions);
            tracing::error!(reference, "{broken}");
            fault(&reference)
        }
    }
}

async fn handle(State(site): State<Site>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let from = address::visitor(&site, &parts);
    let bearer = match token(&parts.headers) {
        None => return answer::unauthorized("This address asks for an access token, in the header “Authorization: Bearer …”."),
        Some(token) => match site.engine.bearer(token, &from).await {
            Ok(bearer) => bearer,
            Err(problem) => return trouble(&parts, problem),
        },
    };
    tracing::Span::current().record("user", format!("token {}", bearer.name).as_str());
    let asked = Asked { site, bearer, parts };
    let path = asked.parts.uri.path().strip_prefix(BASE).unwrap_or_default();
    let segments: Vec<String> = path.split('/').filter(|part| !part.is_empty()).map(decoded).collect();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    match segments.as_slice() {
        ["ServiceProviderConfig"] => discovery(&asked, |base| Some(scim::service_provider(base))),
        ["ResourceTypes"] => discovery(&asked, |base| Some(whole(scim::resource_types(base)))),
        ["ResourceTypes", id] => discovery(&asked, |base| scim::resource_type(id, base)),
        ["Schemas"] => discovery(&asked, |base| Some(whole(scim::schemas(base)))),
        ["Schemas", id] => discovery(&asked, |base| scim::schema(id, base)),
        ["Me"] => wrong(StatusCode::NOT_IMPLEMENTED, None, "A token stands for no person, so that there is no “Me”."),
        [".search"] => resource::search(&asked, None, body).await,
        ["Bulk"] => bulk::bulk(&asked, body).await,
        [place, rest @ ..] => match (kind(place), rest) {
            (Some(kind), []) => resource::all(&asked, kind, body).await,
            (Some(kind), [".search"]) => resource::search(&asked, Some(kind), body).await,
            (Some(kind), [id]) => resource::one(&asked, kind, id, body).await,
            _ => nothing(),
        },
        [] => nothing(),
    }
}

fn nothing() -> Response {
    wrong(StatusCode::NOT_FOUND, None, "There is nothing at this address.")
}

/// The kind of resource at an address.
pub fn kind(place: &str) -> Option<Provisioned> {
    match place {
        "Users" => Some(Provisioned::User),
        "Groups" => Some(Provisioned::Group),
        _ => None,
    }
}

fn token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// A part of an address as it is meant; what cannot be meant stays as it is, and nothing is found by it.
fn decoded(part: &str) -> String {
    let pair = format!("p={}", part.replace('+', "%2B"));
    let read: Result<Vec<(String, String)>, _> = serde_urlencoded::from_str(&pair);
    match read.ok().and_then(|all| all.into_iter().next()) {
        Some((_, value)) => value,
        None => part.to_owned(),
    }
}

fn whole(resources: Vec<Value>) -> Value {
    listing(Listing { total: resources.len(), start: 1, resources })
}

/// What the server announces of itself: the same for every token.
fn discovery(asked: &Asked, what: impl FnOnce(&str) -> Option<Value>) -> Response {
    if !matches!(asked.parts.method, Method::GET | Method::HEAD) {
        return answer::not_allowed("GET");
    }
    if asked.query("filter").is_some() {
        return wrong(StatusCode::FORBIDDEN, None, "What the server announces cannot be filtered.");
    }
    match what(&asked.base()) {
        Some(value) => found(StatusCode::OK, &value),
        None => nothing(),
    }
}

/// The message of a request.
pub async fn message(asked: &Asked, body: Body) -> Result<Value, Response> {
    let kind = asked.parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let is_json = kind.is_empty() || kind.eq_ignore_ascii_case("application/json") || kind.eq_ignore_ascii_case(json::TYPE);
    if !is_json {
        let detail = "A message is JSON, of the type application/scim+json.";
        return Err(wrong(StatusCode::UNSUPPORTED_MEDIA_TYPE, None, detail));
    }
    let Ok(bytes) = axum::body::to_bytes(body, SCIM_MAX_BYTES).await else {
        let detail = format!("A message has at most {SCIM_MAX_BYTES} bytes. Send several.");
        return Err(wrong(StatusCode::PAYLOAD_TOO_LARGE, None, &detail));
    };
    // The reader itself refuses what is nested more than 128 times.
    serde_json::from_slice(&bytes).map_err(|error| {
        let detail = format!("The message is not JSON: {error}.");
        wrong(StatusCode::BAD_REQUEST, Some("invalidSyntax"), &detail)
    })
}
