//! Proving who one is, and setting up what one proves it with: plain forms that the server itself answers, because what
//! they show stands in this one answer and is kept nowhere.

use super::session::Visitor;
use super::signin::{agent, broken, fields, refused_at_sign_in, welcome};
use super::{Site, address, cookies, pages};
use app::door::Flash;
use app::surroundings::{Enrolment, Proving};
use axum::Extension;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use engine::{Problem, Who};
use model::command::Secret;
use model::{Refusal, Refused};
use serde::Deserialize;

pub const SECURITY: &str = "/my-security";
pub const PROVE: &str = "/my-security/prove";
const AUTHENTICATOR: &str = "/my-security/authenticator";
const CODES: &str = "/my-security/codes";
/// What a page, its form and its address say when only a passkey counts.
pub const PASSKEY_ONLY: &str = "passkey";

#[derive(Default, Deserialize)]
#[serde(default)]
struct Fields {
    code: String,
    next: String,
    /// `passkey` where nothing else counts.
    by: String,
    name: String,
    /// Of the browser, about a passkey.
    answer: String,
    current_password: String,
    new_password: String,
}

/// A post of somebody who is signed in.
struct Post {
    site: Site,
    parts: Parts,
    fields: Fields,
    who: Who,
}

impl Post {
    async fn read(site: Site, request: Request) -> Result<Self, Response> {
        let (parts, fields) = self::fields::<Fields>(&site, request).await?;
        match parts.extensions.get::<Visitor>() {
            Some(Visitor(Some(who))) => Ok(Self { who: who.clone(), site, parts, fields }),
            _ => Err(Redirect::to("/signin").into_response()),
        }
    }

    fn from(&self) -> String {
        address::visitor(&self.site, &self.parts)
    }

    /// Where somebody goes on who proved themselves.
    fn next(&self) -> String {
        address::local(&self.fields.next).unwrap_or(SECURITY).to_owned()
    }

    /// The page at `address` in answer to this post.
    async fn page(self, address: &str, proving: Proving, status: StatusCode) -> Response {
        let next = self.next();
        let proving = Proving { next, passkey: self.fields.by == PASSKEY_ONLY, ..proving };
        pages::again(self.site, &self.parts, address, proving, status).await
    }

    /// A refused form on a page of its own.
    async fn refused(self, address: &str, problem: Problem, enrolment: Option<Enrolment>) -> Response {
        match problem {
            Problem::Broken(fault) => broken(&self.site, &self.parts, &fault),
            Problem::Refused(refusal) => {
                tracing::info!(code = refusal.code(), "a proof was refused");
                let (status, wait) = refused_at_sign_in(&refusal, StatusCode::UNPROCESSABLE_ENTITY);
                let proving = Proving { refused: Some(refusal.into()), enrolment, ..Proving::default() };
                let mut response = self.page(address, proving, status).await;
                if let Some(wait) = wait {
                    response.headers_mut().insert(header::RETRY_AFTER, wait);
                }
                response
            }
        }
    }

    /// Back to the page of one's security, with what it has to say.
    async fn goes_to_security(self, flash: Flash) -> Response {
        pages::go_saying(&self.site, &self.parts, &self.who, SECURITY, flash).await
    }

    /// A refused form of that page.
    async fn refused_there(self, form: &str, problem: Problem) -> Response {
        match problem {
            Problem::Broken(fault) => broken(&self.site, &self.parts, &fault),
            Problem::Refused(refusal) => {
                tracing::info!(code = refusal.code(), form, "refused");
                let refused = Some(Refused::from(refusal));
                self.goes_to_security(Flash { form: form.to_owned(), refused, ..Flash::default() }).await
            }
        }
    }

    async fn done_there(self, message: &str) -> Response {
        self.goes_to_security(Flash { message: Some(message.to_owned()), ..Flash::default() }).await
    }
}

fn shown(enrolment: engine::Enrolment) -> Enrolment {
    let (size, path) = enrolment.picture;
    Enrolment { secret: Secret(enrolment.text), picture: (size, Secret(path)) }
}

/// `POST /my-security/authenticator`: begins to set one up.
pub async fn begin_authenticator(State(site): State<Site>, request: Request) -> Response {
    let post = match Post::read(site, request).await {
        Ok(post) => post,
        Err(response) => return response,
    };
    match post.site.engine.begin_authenticator(&post.who).await {
        Ok(enrolment) => {
            let proving = Proving { enrolment: Some(shown(enrolment)), ..Proving::default() };
            post.page(AUTHENTICATOR, proving, StatusCode::OK).await
        }
        Err(problem) => post.refused(AUTHENTICATOR, problem, None).await,
    }
}

/// `POST /my-security/authenticator/confirm`: its first code. The recovery codes are shown in the answer.
pub async fn confirm_authenticator(State(site): State<Site>, request: Request) -> Response {
    let post = match Post::read(site, request).await {
        Ok(post) => post,
        Err(response) => return response,
    };
    match post.site.engine.confirm_authenticator(&post.who, &post.fields.code).await {
        Ok(codes) => post.codes(codes).await,
        Err(problem) => {
            let again = post.site.engine.enrolment(&post.who).await.ok().map(shown);
            post.refused(AUTHENTICATOR, problem, again).await
        }
    }
}

impl Post {
    async fn codes(self, codes: Vec<String>) -> Response {
        let codes = codes.into_iter().map(Secret).collect();
        self.page(CODES, Proving { codes, ..Proving::default() }, StatusCode::OK).await
    }
}

/// `POST /my-security/codes`: new recovery codes.
pub async fn renew_codes(State(site): State<Site>, request: Request) -> Response {
    let post = match Post::read(site, request).await {
        Ok(post) => post,
        Err(response) => return response,
    };
    match post.site.engine.renew_recovery_codes(&post.who).await {
        Ok(codes) => post.codes(codes).await,
        Err(problem) => post.refused_there("codes", problem).await,
    }
}

/// `POST /my-security/prove`: a code.
pub async fn prove(State(site): State<Site>, request: Request) -> Response {
    let post = match Post::read(site, request).await {
        Ok(post) => post,
        Err(response) => return response,
    };
    match post.site.engine.prove_with_code(&post.who, &post.fields.code, &post.from()).await {
        Ok(_) => Redirect::to(&post.next()).into_response(),
        Err(problem) => post.refused(PROVE, problem, None).await,
    }
}

/// `POST /my-security/password`
pub async fn change_password(State(site): State<Site>, request: Request) -> Response {
    let post = match Post::read(site, request).await {
        Ok(post) => post,
        Err(response) => return response,
    };
    let (current, new) = (Secret(post.fields.current_password.clone()), Secret(post.fields.new_password.clone()));
    match post.site.engine.change_password(&post.who, current, new, &post.from()).await {
        Ok(_) => post.done_there("Your password was changed. Everywhere else you are signed out.").await,
        Err(problem) => post.refused_there("password", problem).await,
    }
}

/// `POST /my-security/passkey/begin`: what the browser asks its owner for.
pub async fn begin_passkey(State(site): State<Site>, Extension(visitor): Extension<Visitor>) -> Response {
    match visitor.0 {
        Some(who) => asked(site.engine.begin_passkey(&who).await),
        None => StatusCode::UNAUTHORIZED.into_response(),
    }
}

/// `POST /my-security/prove/begin`
pub async fn begin_passkey_proof(State(site): State<Site>, Extension(visitor): Extension<Visitor>) -> Response {
    match visitor.0 {
        Some(who) => asked(site.engine.begin_passkey_proof(&who).await),
        None => StatusCode::UNAUTHORIZED.into_response(),
    }
}

/// The options as they are; why not is said in answer to the form itself, which the script sends all the same.
fn asked(options: Result<String, Problem>) -> Response {
    match options {
        Ok(options) => json(options),
        Err(Problem::Refused(refusal)) => {
            tracing::info!(code = refusal.code(), "a passkey was not asked for");
            StatusCode::CONFLICT.into_response()
        }
        Err(Problem::Broken(fault)) => {
            tracing::error!("{fault}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn json(text: String) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], text).into_response()
}

/// `POST /my-security/passkey`: the new one.
pub async fn add_passkey(State(site): State<Site>, request: Request) -> Response {
    let post = match Post::read(site, request).await {
        Ok(post) => post,
        Err(response) => return response,
    };
    let added = match post.fields.answer.as_str() {
        // It was not begun; this says why.
        "" => post.site.engine.begin_passkey(&post.who).await.and(Err(Refusal::CeremonyOver.into())),
        answer => post.site.engine.add_passkey(&post.who, &post.fields.name, answer).await,
    };
    match added {
        // Who was on the way somewhere goes on.
        Ok(_) if !post.fields.next.is_empty() => Redirect::to(&post.next()).into_response(),
        Ok(name) => post.done_there(&format!("The passkey “{name}” was added.")).await,
        Err(problem) => post.refused_there("passkey", problem).await,
    }
}

/// `POST /my-security/prove/passkey`
pub async fn prove_with_passkey(State(site): State<Site>, request: Request) -> Response {
    let post = match Post::read(site, request).await {
        Ok(post) => post,
        Err(response) => return response,
    };
    match post.site.engine.prove_with_passkey(&post.who, &post.fields.answer, &post.from()).await {
        Ok(()) => Redirect::to(&post.next()).into_response(),
        Err(problem) => post.refused(PROVE, problem, None).await,
    }
}

/// `POST /signin/passkey/begin`: what the browser asks whoever is there for. Its answer counts once, and only together with
/// the token in this browser's cookie.
pub async fn begin_passkey_sign_in(State(site): State<Site>) -> Response {
    match site.engine.begin_passkey_sign_in().await {
        Ok(begun) => {
            let mut response = json(begun.options);
            cookies::set_passkey(&site, &mut response, &begun.token.0);
            response
        }
        Err(problem) => asked(Err(problem)),
    }
}

/// `POST /signin/passkey`
pub async fn sign_in_with_passkey(State(site): State<Site>, request: Request) -> Response {
    let (parts, Fields { answer, next, .. }) = match fields::<Fields>(&site, request).await {
        Ok(read) => read,
        Err(response) => return response,
    };
    let token = cookies::read(&parts.headers, cookies::passkey_name(&site)).unwrap_or_default();
    let (from, browser) = (address::visitor(&site, &parts), agent(&parts.headers));
    let mut response = match site.engine.sign_in_with_passkey(&token, &answer, &from, &browser).await {
        Ok(signed_in) => welcome(&site, &parts, signed_in, &next).await,
        Err(Problem::Broken(fault)) => broken(&site, &parts, &fault),
        Err(Problem::Refused(refusal)) => super::signin::again(&site, &parts, refusal, String::new(), &next).await,
    };
    cookies::clear_passkey(&site, &mut response);
    response
}
