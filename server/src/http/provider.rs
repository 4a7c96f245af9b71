//! Signing in at an identity provider: the way there and the way back.
//!
//! Both are links and no forms: a form may only lead to our own pages, and a browser comes back from the provider by a link.

use super::session::Visitor;
use super::signin::{again, agent, broken, welcome};
use super::{Site, address, cookies, step_up};
use app::surroundings::ProviderButton;
use axum::extract::{Path, Query, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use engine::{Came, CameBack, Errand, Problem, ProviderAnswer};
use model::{ProviderId, Refusal};
use serde::Deserialize;

#[derive(Default, Deserialize)]
#[serde(default)]
struct There {
    next: String,
    /// The proof has to be given anew.
    fresh: bool,
}

/// `GET /signin/with/{id}`
pub async fn begin(State(site): State<Site>, Path(id): Path<String>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let There { next, fresh } = Query::try_from_uri(&parts.uri).map(|Query(there)| there).unwrap_or_default();
    let next = address::local(&next).unwrap_or_default();
    let kept = cookies::read(&parts.headers, cookies::provider_name(&site));
    let asked = match id.parse::<ProviderId>() {
        Ok(id) => site.engine.begin_provider_sign_in(id, kept.as_deref(), next, fresh).await,
        Err(_) => Err(Refusal::NotFound { what: "identity provider" }.into()),
    };
    match asked {
        Ok(asked) => {
            let mut response = Redirect::to(&asked.go).into_response();
            cookies::set_provider(&site, &mut response, &asked.browser.0);
            response
        }
        Err(Problem::Broken(fault)) => broken(&site, &parts, &fault),
        Err(Problem::Refused(refusal)) => again(&site, &parts, refusal, String::new(), next).await,
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Back {
    state: String,
    code: String,
    error: String,
    iss: Option<String>,
}

/// `GET /signin/callback`
pub async fn finish(State(site): State<Site>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let Back { state, code, error, iss } = Query::try_from_uri(&parts.uri).map(|Query(back)| back).unwrap_or_default();
    let answer = ProviderAnswer { state, code, error, issuer: iss };
    let browser = cookies::read(&parts.headers, cookies::provider_name(&site)).unwrap_or_default();
    let (from, browser_says) = (address::visitor(&site, &parts), agent(&parts.headers));
    let who = parts.extensions.get::<Visitor>().and_then(|visitor| visitor.0.as_ref());
    let CameBack { errand, next, done } = site.engine.come_back(&answer, &browser, who, &from, &browser_says).await;
    match (errand, done) {
        (_, Err(Problem::Broken(fault))) => broken(&site, &parts, &fault),
        (_, Ok(Came::SignedIn(signed_in))) => welcome(&site, &parts, signed_in, &next).await,
        (_, Ok(Came::Proved)) => Redirect::to(address::local(&next).unwrap_or(address::HOME)).into_response(),
        (_, Ok(Came::Linked(name))) => step_up::linked(&site, &parts, &name).await,
        (Errand::SignIn { .. }, Err(Problem::Refused(refusal))) => again(&site, &parts, refusal, String::new(), &next).await,
        (Errand::Proof { strength, .. }, Err(Problem::Refused(refusal))) => {
            step_up::not_proved(&site, &parts, refusal, &next, strength).await
        }
        (Errand::Link { .. }, Err(Problem::Refused(refusal))) => step_up::not_linked(&site, &parts, refusal).await,
    }
}

/// The buttons of the sign-in page. Whoever is signed in and comes to it has to prove themselves anew.
pub async fn buttons(site: &Site, next: &str, fresh: bool) -> Vec<ProviderButton> {
    let offered = site.engine.sign_in_providers().await.unwrap_or_else(|fault| {
        // The page has other ways in.
        tracing::error!("{fault}");
        Vec::new()
    });
    let query = [("next", next), ("fresh", if fresh { "true" } else { "" })];
    let query: Vec<(&str, &str)> = query.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let query = serde_urlencoded::to_string(query).unwrap_or_default();
    let mark = if query.is_empty() { "" } else { "?" };
    offered.into_iter().map(|(id, name)| ProviderButton { name, href: format!("/signin/with/{id}{mark}{query}") }).collect()
}
