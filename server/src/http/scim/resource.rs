//! People and groups: one by one, and in lists.

use super::answer::{empty, found, not_allowed, refused};
use super::{Asked, message};
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use engine::By;
use model::AnyId;
use model::command::{Command, Done};
use model::provisioning::{Provided, Provision, ProvisionAct, Provisioned};
use scim::{Listing, Part, Search, listing, part};
use serde_json::Value;

/// `/Users`, `/Groups`
pub async fn all(asked: &Asked, kind: Provisioned, body: Body) -> Response {
    match asked.parts.method {
        Method::GET | Method::HEAD => match Search::of(|name| asked.query(name)) {
            Ok(search) => page(asked, Some(kind), &search).await,
            Err(refusal) => refused(&refusal),
        },
        Method::POST => match message(asked, body).await {
            Ok(resource) => write(asked, kind, ProvisionAct::Create { resource }, StatusCode::CREATED).await,
            Err(response) => response,
        },
        _ => not_allowed("GET, POST"),
    }
}

/// `/.search`, `/Users/.search`, `/Groups/.search`
pub async fn search(asked: &Asked, kind: Option<Provisioned>, body: Body) -> Response {
    if asked.parts.method != Method::POST {
        return not_allowed("POST");
    }
    let message = match message(asked, body).await {
        Ok(message) => message,
        Err(response) => return response,
    };
    match scim::search(&message) {
        Ok(search) => page(asked, kind, &search).await,
        Err(refusal) => refused(&refusal),
    }
}

async fn page(asked: &Asked, kind: Option<Provisioned>, search: &Search) -> Response {
    match asked.site.engine.search_provided(&asked.bearer, kind, search).await {
        Ok(page) => {
            let resources = page.resources.into_iter().map(|one| partly(kind, one, &search.part)).collect();
            found(StatusCode::OK, &listing(Listing { total: page.total, start: search.start, resources }))
        }
        Err(problem) => asked.problem(problem),
    }
}

/// The part of a resource that is asked for.
fn partly(kind: Option<Provisioned>, provided: Provided, asked: &Part) -> Value {
    let is_group = provided.resource.pointer("/meta/resourceType").and_then(Value::as_str) == Some("Group");
    let of = if is_group { Provisioned::Group } else { Provisioned::User };
    part(kind.unwrap_or(of), provided.resource, asked)
}

/// `/Users/{id}`, `/Groups/{id}`
pub async fn one(asked: &Asked, kind: Provisioned, id: &str, body: Body) -> Response {
    let Ok(id) = id.parse::<AnyId>() else { return refused(&kind.nothing()) };
    let act = match asked.parts.method {
        Method::GET | Method::HEAD => return get(asked, kind, id).await,
        Method::DELETE => return write(asked, kind, ProvisionAct::Remove { id }, StatusCode::NO_CONTENT).await,
        Method::PUT | Method::PATCH => match message(asked, body).await {
            Ok(resource) if asked.parts.method == Method::PUT => ProvisionAct::Replace { id, resource },
            Ok(message) => ProvisionAct::Patch { id, operations: operations(&message) },
            Err(response) => return response,
        },
        _ => return not_allowed("GET, PUT, PATCH, DELETE"),
    };
    write(asked, kind, act, StatusCode::OK).await
}

/// `Operations` of a patch.
pub fn operations(message: &Value) -> Value {
    let all = message.as_object();
    let named = all.and_then(|all| all.iter().find(|(name, _)| name.eq_ignore_ascii_case("operations")));
    named.map_or(Value::Null, |(_, value)| value.clone())
}

async fn get(asked: &Asked, kind: Provisioned, id: AnyId) -> Response {
    let wanted = wanted(asked);
    match asked.site.engine.provided(&asked.bearer, kind, id, &wanted).await {
        Ok(provided) => {
            let known = versions(asked, header::IF_NONE_MATCH);
            if provided.version.as_ref().is_some_and(|version| known.iter().any(|one| one == version || one == "*")) {
                let mut response = empty(StatusCode::NOT_MODIFIED);
                put(&mut response, header::ETAG, provided.version.as_deref());
                return response;
            }
            shown(kind, provided, &wanted, StatusCode::OK)
        }
        Err(problem) => asked.problem(problem),
    }
}

fn wanted(asked: &Asked) -> Part {
    Part::read(asked.query("attributes").as_deref(), asked.query("excludedAttributes").as_deref())
}

/// Versions in a header, between commas.
fn versions(asked: &Asked, name: HeaderName) -> Vec<String> {
    let all = asked.parts.headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|text| text.split(',')).map(|one| one.trim().to_owned()).filter(|one| !one.is_empty()).collect()
}

fn put(response: &mut Response, name: HeaderName, value: Option<&str>) {
    if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
        response.headers_mut().insert(name, value);
    }
}

async fn write(asked: &Asked, kind: Provisioned, act: ProvisionAct, status: StatusCode) -> Response {
    let if_match = versions(asked, header::IF_MATCH);
    let command = Command::Provision(Provision { kind, act, if_match });
    match asked.site.engine.submit(&By::Token(asked.bearer.clone()), command).await {
        Ok(Done::Provisioned(provided)) => {
            let location = provided.resource.pointer("/meta/location").and_then(Value::as_str).map(str::to_owned);
            let mut response = shown(kind, provided, &wanted(asked), status);
            put(&mut response, header::LOCATION, location.as_deref());
            response
        }
        Ok(_) => empty(StatusCode::NO_CONTENT),
        Err(problem) => asked.problem(problem),
    }
}

fn shown(kind: Provisioned, provided: Provided, wanted: &Part, status: StatusCode) -> Response {
    let version = provided.version.clone();
    let mut response = found(status, &part(kind, provided.resource, wanted));
    put(&mut response, header::ETAG, version.as_deref());
    response
}
