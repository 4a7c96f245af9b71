//! Making an access token: a plain form that the server itself answers, because the token stands in this one answer and is
//! kept nowhere.

use super::session::Visitor;
use super::signin::{broken, fields};
use super::{Site, pages};
use app::door::Flash;
use app::surroundings::Proving;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use engine::{By, Problem};
use model::access_token::{MakeAccessToken, Scope};
use model::command::{Command, Done};
use model::{Refusal, Refused};
use serde::Deserialize;

const NEW: &str = "/admin/settings/tokens/new";
const SHOWN: &str = "/my-security/token";
/// The form of that page, as its flash names it.
const FORM: &str = "tokens";

#[derive(Default, Deserialize)]
#[serde(default)]
struct Fields {
    name: String,
    scope: String,
    days: String,
}

impl Fields {
    fn command(&self) -> Result<Command, Refusal> {
        let required = |field: &str, label: &str| Refusal::Required { field: field.to_owned(), label: label.to_owned() };
        let scope = Scope::from_key(&self.scope).ok_or_else(|| required("scope", "Scope"))?;
        let days = self.days.trim();
        if days.is_empty() {
            return Err(required("days", "Days"));
        }
        // What is no number is as wrong as one that is too large, and the rule says so.
        let days = days.parse().unwrap_or(0);
        Ok(Command::MakeAccessToken(MakeAccessToken { name: self.name.clone(), scope, days }))
    }
}

/// `POST /admin/settings/tokens`
pub async fn make(State(site): State<Site>, request: Request) -> Response {
    let (parts, fields) = match fields::<Fields>(&site, request).await {
        Ok(read) => read,
        Err(response) => return response,
    };
    let Some(Visitor(Some(who))) = parts.extensions.get::<Visitor>().cloned() else {
        return Redirect::to("/signin").into_response();
    };
    let made = match fields.command() {
        Ok(command) => site.engine.submit(&By::Session(who.clone()), command).await,
        Err(refusal) => Err(refusal.into()),
    };
    match made {
        Ok(Done::AccessTokenMade { name, secret, .. }) => {
            let proving = Proving { token: Some((name, secret)), ..Proving::default() };
            pages::again(site, &parts, SHOWN, proving, StatusCode::OK).await
        }
        Ok(_) => Redirect::to(NEW).into_response(),
        Err(Problem::Broken(fault)) => broken(&site, &parts, &fault),
        Err(Problem::Refused(refusal)) => {
            tracing::info!(code = refusal.code(), "an access token was refused");
            let typed = [("name", &fields.name), ("scope", &fields.scope), ("days", &fields.days)];
            let flash = Flash {
                form: FORM.to_owned(),
                refused: Some(Refused::from(refusal)),
                fields: typed.into_iter().map(|(name, value)| (name.to_owned(), value.clone())).collect(),
                ..Flash::default()
            };
            pages::go_saying(&site, &parts, &who, NEW, flash).await
        }
    }
}
