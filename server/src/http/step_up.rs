//! Whoever is signed in goes to an identity provider and comes back: to prove more, or to connect an account there.

use super::security::{PASSKEY_ONLY, PROVE, SECURITY};
use super::session::Visitor;
use super::signin::{broken, fields};
use super::{Site, address, cookies, pages};
use app::door::Flash;
use app::surroundings::{ProviderButton, Proving};
use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use engine::{Problem, Who};
use model::proof::Strength;
use model::{ProviderId, Refusal, Refused};
use serde::Deserialize;

/// The form of the security page that begins to connect an account.
const CONNECT: &str = "/my-security/connect";
const FORM: &str = "connect";
const NO_PROVIDER: Refusal = Refusal::NotFound { what: "identity provider" };

#[derive(Default, Deserialize)]
#[serde(default)]
struct There {
    next: String,
    /// `passkey` where nothing else counts.
    by: String,
}

fn visitor(parts: &Parts) -> Option<Who> {
    parts.extensions.get::<Visitor>().and_then(|visitor| visitor.0.clone())
}

/// `GET /my-security/prove/with/{id}`: the way to a provider, from the page that asks for a proof.
pub async fn begin_proof(State(site): State<Site>, Path(id): Path<String>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let There { next, by } = Query::try_from_uri(&parts.uri).map(|Query(there)| there).unwrap_or_default();
    let Some(who) = visitor(&parts) else { return Redirect::to("/signin").into_response() };
    let strength = if by == PASSKEY_ONLY { Strength::Passkey } else { Strength::Multifactor };
    let kept = cookies::read(&parts.headers, cookies::provider_name(&site));
    let next = address::local(&next).unwrap_or(SECURITY);
    let asked = match id.parse::<ProviderId>() {
        Ok(id) => site.engine.begin_proof_there(&who, id, kept.as_deref(), next, strength).await,
        Err(_) => Err(NO_PROVIDER.into()),
    };
    match asked {
        Ok(asked) => {
            let mut response = Redirect::to(&asked.go).into_response();
            cookies::set_provider(&site, &mut response, &asked.browser.0);
            response
        }
        Err(Problem::Broken(fault)) => broken(&site, &parts, &fault),
        Err(Problem::Refused(refusal)) => not_proved(&site, &parts, refusal, next, strength).await,
    }
}

/// The page that asks for a proof, saying why there is none yet.
pub async fn not_proved(site: &Site, parts: &Parts, refusal: Refusal, next: &str, strength: Strength) -> Response {
    tracing::info!(code = refusal.code(), "a proof at a provider was refused");
    if visitor(parts).is_none() {
        // The session ended meanwhile.
        return Redirect::to(&address::sign_in(next)).into_response();
    }
    let next = address::local(next).unwrap_or(SECURITY).to_owned();
    let (refused, passkey) = (Some(refusal.into()), strength == Strength::Passkey);
    let proving = Proving { refused, next, passkey, ..Proving::default() };
    pages::again(site.clone(), parts, PROVE, proving, StatusCode::UNPROCESSABLE_ENTITY).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Connects {
    provider: String,
}

/// `POST /my-security/connect`: the page that leads to the provider.
pub async fn begin_link(State(site): State<Site>, request: Request) -> Response {
    let (parts, Connects { provider }) = match fields::<Connects>(&site, request).await {
        Ok(read) => read,
        Err(response) => return response,
    };
    let Some(who) = visitor(&parts) else { return Redirect::to("/signin").into_response() };
    let kept = cookies::read(&parts.headers, cookies::provider_name(&site));
    let asked = match provider.parse::<ProviderId>() {
        Ok(id) => site.engine.begin_link(&who, id, kept.as_deref()).await,
        Err(_) => Err(NO_PROVIDER.into()),
    };
    match asked {
        Ok((name, asked)) => {
            let there = Some(ProviderButton { name, href: asked.go });
            let proving = Proving { there, ..Proving::default() };
            let mut response = pages::again(site.clone(), &parts, CONNECT, proving, StatusCode::OK).await;
            cookies::set_provider(&site, &mut response, &asked.browser.0);
            response
        }
        Err(Problem::Broken(fault)) => broken(&site, &parts, &fault),
        Err(Problem::Refused(refusal)) => not_linked(&site, &parts, refusal).await,
    }
}

/// Back to the page of one's security, which says that an account was connected.
pub async fn linked(site: &Site, parts: &Parts, name: &str) -> Response {
    let message = Some(format!("Your account at “{name}” was connected."));
    to_security(site, parts, Flash { message, ..Flash::default() }).await
}

/// Back to it, saying why none was.
pub async fn not_linked(site: &Site, parts: &Parts, refusal: Refusal) -> Response {
    tracing::info!(code = refusal.code(), "an account was not connected");
    let refused = Some(Refused::from(refusal));
    to_security(site, parts, Flash { form: FORM.to_owned(), refused, ..Flash::default() }).await
}

async fn to_security(site: &Site, parts: &Parts, flash: Flash) -> Response {
    match visitor(parts) {
        Some(who) => pages::go_saying(site, parts, &who, SECURITY, flash).await,
        None => Redirect::to(SECURITY).into_response(),
    }
}
