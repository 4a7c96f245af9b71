//! What only a demo server has: its accounts, and the letters that it does not send.

use super::{Site, apology, signin};
use app::surroundings::DemoAccount;
use axum::extract::{Path, Request, State};
use axum::http::{Extensions, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use engine::Problem;
use serde::Deserialize;

/// The people that `engine::make_demo` makes and that a visitor may be: user name, first name, what they do.
const ACCOUNTS: [(&str, &str, &str); 6] = [
    ("alex", "Alex", "requests access"),
    ("miriam", "Miriam", "first approver"),
    ("bianca", "Bianca", "second approver"),
    ("lee", "Lee", "eligible for roles"),
    ("brandon", "Brandon", "approves activations"),
    ("morgan", "Morgan", "administrator"),
];

/// A letter is shown as a mail program would: its own colours, and nothing that runs or loads.
const LETTER_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox allow-top-navigation-by-user-activation";

/// The buttons of the sign-in page.
pub fn accounts() -> Vec<DemoAccount> {
    ACCOUNTS
        .iter()
        .map(|(user_name, name, does)| DemoAccount {
            user_name: (*user_name).to_owned(),
            name: (*name).to_owned(),
            does: (*does).to_owned(),
        })
        .collect()
}

#[derive(Deserialize)]
struct Choice {
    #[serde(rename = "as", default)]
    user_name: String,
    #[serde(default)]
    next: String,
}

/// `POST /demo/signin`: be one of the listed people, without a password.
pub async fn sign_in(State(site): State<Site>, request: Request) -> Response {
    let (parts, Choice { user_name, next }) = match signin::fields::<Choice>(&site, request).await {
        Ok(read) => read,
        Err(response) => return response,
    };
    if !site.demo.iter().any(|account| account.user_name == user_name) {
        return apology::page(&site, StatusCode::BAD_REQUEST, "No such account", "This demo has no account of that name.");
    }
    let address = super::address::visitor(&site, &parts);
    match site.engine.sign_in_as(&user_name, &address, &signin::agent(&parts.headers)).await {
        Ok(signed_in) => signin::welcome(&site, &parts, signed_in, &next).await,
        Err(Problem::Broken(fault)) => signin::broken(&site, &parts, &fault),
        Err(Problem::Refused(refusal)) => {
            apology::page(&site, StatusCode::FORBIDDEN, "That is not possible", &refusal.sentence())
        }
    }
}

/// `GET /demo/mail/{id}`: the HTML of one letter, for a frame of the page that lists them.
pub async fn letter(State(site): State<Site>, Path(id): Path<String>, extensions: Extensions) -> Response {
    let Some(folder) = &site.letters else {
        return nothing(&site);
    };
    match folder.all().await {
        Ok(letters) => match letters.into_iter().find(|letter| letter.id == id) {
            Some(letter) => {
                // Its links lead out of the frame: no page of ours lets itself be framed.
                let html = letter.html.replacen("<head>", r#"<head><base target="_top">"#, 1);
                let headers = [(header::CONTENT_SECURITY_POLICY, LETTER_POLICY), (header::X_FRAME_OPTIONS, "SAMEORIGIN")];
                (headers, Html(html)).into_response()
            }
            None => nothing(&site),
        },
        Err(fault) => {
            let reference = apology::reference(&extensions);
            tracing::error!(reference, "{fault}");
            apology::broken(&site, true, &reference)
        }
    }
}

fn nothing(site: &Site) -> Response {
    apology::page(site, StatusCode::NOT_FOUND, "No such letter", "There is no such letter. Check the address.")
}
