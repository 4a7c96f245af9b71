//! Signing in and out, the first administrator, and the choice of colours: plain forms that need no session.

use super::session::Visitor;
use super::{Site, address, apology, cookies, pages};
use app::surroundings::SignIn;
use axum::Form;
use axum::extract::{FromRequest, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use engine::{FirstAdministrator, Problem, SignedIn, SigningIn};
use model::Refusal;
use model::command::Secret;
use serde::Deserialize;

/// The browser's name for itself, as long as the list of sessions can show it.
const AGENT_MAX_CHARS: usize = 200;

#[derive(Deserialize)]
struct Credentials {
    #[serde(default)]
    user_name: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

/// `POST /signin`
pub async fn sign_in(State(site): State<Site>, request: Request) -> Response {
    let (parts, fields) = match fields::<Credentials>(&site, request).await {
        Ok(read) => read,
        Err(response) => return response,
    };
    let Credentials { user_name, password, next } = fields;
    let try_of = SigningIn {
        user_name: user_name.clone(),
        password: Secret(password),
        address: address::visitor(&site, &parts),
        agent: agent(&parts.headers),
    };
    match site.engine.sign_in(try_of).await {
        Ok(signed_in) => welcome(&site, &parts, signed_in, &next).await,
        Err(Problem::Broken(fault)) => broken(&site, &parts, &fault),
        Err(Problem::Refused(refusal)) => again(&site, &parts, refusal, user_name, &next).await,
    }
}

/// The sign-in page, saying why nobody was signed in.
pub async fn again(site: &Site, parts: &Parts, refusal: Refusal, user_name: String, next: &str) -> Response {
    let (status, wait) = refused_at_sign_in(&refusal, StatusCode::UNAUTHORIZED);
    tracing::info!(code = refusal.code(), "a sign-in was refused");
    let next = address::local(next).unwrap_or_default().to_owned();
    let said = SignIn { user_name, refused: Some(refusal.into()), next, ..SignIn::default() };
    let mut response = pages::again(site.clone(), parts, "/signin", said, status).await;
    if let Some(wait) = wait {
        response.headers_mut().insert(header::RETRY_AFTER, wait);
    }
    response
}

/// The status of a refused proof, and how long a browser has to wait, in seconds.
pub fn refused_at_sign_in(refusal: &Refusal, otherwise: StatusCode) -> (StatusCode, Option<HeaderValue>) {
    match refusal {
        Refusal::SignInMustWait { until, now } => {
            (StatusCode::TOO_MANY_REQUESTS, Some(HeaderValue::from(until.since(*now).0 / 1000 + 1)))
        }
        _ => (otherwise, None),
    }
}

/// `POST /signout`
pub async fn sign_out(State(site): State<Site>, request: Request) -> Response {
    let (mut parts, _) = request.into_parts();
    let left = match parts.extensions.remove::<Visitor>() {
        Some(Visitor(Some(who))) => match site.engine.sign_out(&who).await {
            Ok(left) => left,
            Err(fault) => return broken(&site, &parts, &fault),
        },
        Some(Visitor(None)) | None => None,
    };
    // Whoever came from a provider is still signed in there, and may not expect it.
    let there = match &left {
        Some(left) => site.engine.sign_out_there(left).await,
        None => None,
    };
    let mut response = match there {
        None => Redirect::to("/signin").into_response(),
        left => pages::again(site.clone(), &parts, "/signin", SignIn { left, ..SignIn::default() }, StatusCode::OK).await,
    };
    cookies::clear_session(&site, &mut response);
    response
}

#[derive(Deserialize)]
struct Setup {
    #[serde(default)]
    token: String,
    #[serde(default)]
    user_name: String,
    #[serde(default)]
    display_name: String,
    #[serde(default)]
    mail: String,
    #[serde(default)]
    password: String,
}

/// `POST /setup`: the one-time link makes the first administrator and signs them in.
pub async fn set_up(State(site): State<Site>, request: Request) -> Response {
    let (parts, fields) = match fields::<Setup>(&site, request).await {
        Ok(read) => read,
        Err(response) => return response,
    };
    let Setup { token, user_name, display_name, mail, password } = fields;
    let first = FirstAdministrator {
        token: Some(Secret(token.clone())),
        user_name: user_name.clone(),
        display_name: display_name.clone(),
        mail: mail.clone(),
        password: Secret(password.clone()),
    };
    match site.engine.create_first_administrator(first).await {
        Ok(_) => {}
        Err(Problem::Broken(fault)) => return broken(&site, &parts, &fault),
        Err(Problem::Refused(refusal)) => {
            tracing::info!(code = refusal.code(), "the set-up was refused");
            let (refused, setup_token) = (Some(refusal.into()), token);
            let said = SignIn { user_name, display_name, mail, refused, setup_token, ..SignIn::default() };
            return pages::again(site, &parts, "/setup", said, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    }
    tracing::info!("the first administrator was created");
    let try_of = SigningIn {
        user_name,
        password: Secret(password),
        address: address::visitor(&site, &parts),
        agent: agent(&parts.headers),
    };
    match site.engine.sign_in(try_of).await {
        Ok(signed_in) => welcome(&site, &parts, signed_in, address::HOME).await,
        // The account is there; whatever hinders signing in is said by the sign-in page.
        Err(_) => Redirect::to("/signin").into_response(),
    }
}

#[derive(Deserialize)]
struct Theme {
    #[serde(default)]
    theme: String,
    #[serde(default)]
    page: String,
}

/// `POST /theme`: keeps the choice of colours in this browser.
pub async fn theme(State(site): State<Site>, request: Request) -> Response {
    let (parts, fields) = match fields::<Theme>(&site, request).await {
        Ok(read) => read,
        Err(response) => return response,
    };
    let Theme { theme, page } = fields;
    let theme = if matches!(theme.as_str(), "light" | "dark") { theme } else { String::new() };
    let mut response = if apology::wants_page(&parts.headers) {
        let from = address::local(&page).map(str::to_owned).or_else(|| address::referring_page(&site, &parts.headers));
        Redirect::to(from.as_deref().unwrap_or(address::HOME)).into_response()
    } else {
        StatusCode::NO_CONTENT.into_response()
    };
    cookies::set_theme(&site, &mut response, &theme);
    response
}

/// Hands out the session and ends the one that the browser had: two people at one desk do not share one.
pub async fn welcome(site: &Site, parts: &Parts, signed_in: SignedIn, next: &str) -> Response {
    let known = match (parts.extensions.get::<Visitor>(), cookies::read(&parts.headers, cookies::session_name(site))) {
        (Some(Visitor(Some(before))), _) => site.engine.succeed(before, &signed_in).await,
        (_, Some(token)) => match site.engine.ended_session(&token).await {
            Ok(Some(ended)) => site.engine.succeed_ended(&ended, &signed_in).await,
            other => other.map(drop),
        },
        (_, None) => Ok(()),
    };
    if let Err(fault) = known {
        tracing::error!(reference = apology::reference(&parts.extensions), "{fault}");
    }
    let mut response = Redirect::to(address::local(next).unwrap_or(address::HOME)).into_response();
    cookies::set_session(site, &mut response, &signed_in.token.0);
    response
}

/// Logs a fault and apologises for it.
pub fn broken(site: &Site, parts: &Parts, fault: &engine::Fault) -> Response {
    let reference = apology::reference(&parts.extensions);
    tracing::error!(reference, "{fault}");
    apology::broken(site, true, &reference)
}

/// What the browser calls itself, cut to what anybody reads.
pub fn agent(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    agent.chars().take(AGENT_MAX_CHARS).collect()
}

/// The fields of a form, and the rest of the request. The error says what was wrong with the form.
pub async fn fields<T: serde::de::DeserializeOwned>(site: &Site, request: Request) -> Result<(Parts, T), Response> {
    let (parts, body) = request.into_parts();
    match Form::<T>::from_request(Request::from_parts(parts.clone(), body), &()).await {
        Ok(Form(fields)) => Ok((parts, fields)),
        Err(rejection) => Err(apology::page(
            site,
            rejection.status(),
            "The form was not understood",
            "Something in the form was missing or had the wrong shape. Go back, check it, and submit again.",
        )),
    }
}
