//! `/my-security/authenticator`: an authenticator app is set up, and `/my-security/codes`: recovery codes, shown once.

use super::proving;
use crate::parts::prelude::*;
use crate::parts::shell::Brand;
use crate::surroundings::{Enrolment, Proving};
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn AuthenticatorPage() -> impl IntoView {
    let Proving { refused, next, enrolment, .. } = proving();
    let title = "Set up an authenticator app";
    let again = refused.as_ref().is_some_and(|refused| refused.code == "sign_in_again");
    let to_here = address("/my-security/authenticator", &[("next", &next)]);
    let sign_in = again.then(|| {
        let href = address("/signin", &[("next", &to_here)]);
        view! { <a class="button main-act wide" href=href rel="external">"Sign in again"</a> }
    });
    let body = match enrolment {
        Some(enrolment) => view! { <Secret enrolment/><Confirm refused next=next.clone()/> }.into_any(),
        None => view! {
            {sign_in}
            {refused.map(|refused| view! { <RefusedBar refused first=true/> })}
            <form action="/my-security/authenticator" method="post">
                <input type="hidden" name="next" value=next.clone()/>
                <button class="button main-act wide" type="submit">"Begin"</button>
            </form>
        }
        .into_any(),
    };
    view! {
        <Title text=title/>
        <span class="brand"><Brand/></span>
        <section class="card" aria-labelledby="door-h">
            <h1 id="door-h">{title}</h1>
            {body}
            <p><a href=next rel="external">"Back without it"</a></p>
        </section>
    }
    .into_any()
}

#[component]
fn Secret(enrolment: Enrolment) -> impl IntoView {
    let Enrolment { secret, picture: (size, path) } = enrolment;
    // Cameras need light around the dots.
    let margin = 4;
    let around = size + 2 * margin;
    let view_box = ["-4 -4 ", &around.to_string(), " ", &around.to_string()].concat();
    view! {
        <ol class="steps-to-do">
            <li>"Open the authenticator app on your telephone and add an account."</li>
            <li>"Point its camera at this picture, or type the key below it."</li>
            <li>"Type the code that it shows."</li>
        </ol>
        <svg class="qr" viewBox=view_box role="img" aria-label="The key as a picture for the camera">
            <path class="light" d=format!("M-4 -4h{around}v{around}h-{around}z")></path>
            <path class="dark" d=path.0></path>
        </svg>
        <p>"Key: "<code class="key">{secret.0}</code></p>
    }
    .into_any()
}

#[component]
fn Confirm(refused: Option<model::Refused>, next: String) -> impl IntoView {
    view! {
        <PlainForm id="confirm" action="/my-security/authenticator/confirm" refused>
            <Hidden name="next" value=next/>
            <TextField name="code" label="Code" hint="Six digits, as the app shows them now." autocomplete="one-time-code"/>
            <SubmitButton label="Confirm" kind="main-act wide"/>
        </PlainForm>
    }
    .into_any()
}

#[component]
pub fn CodesPage() -> impl IntoView {
    let Proving { refused, next, codes, .. } = proving();
    let none = codes.is_empty();
    let codes = codes.into_iter().map(|code| view! { <li><code>{code.0}</code></li> }).collect_view();
    let body = if none {
        view! {
            {refused.map(|refused| view! { <RefusedBar refused first=true/> })}
            <p>"Recovery codes are shown once, when they are made."</p>
        }
        .into_any()
    } else {
        view! {
            <p>"Write these down or print them, and keep them where nobody else looks. Each works once in place of a code of your app. They are not shown again."</p>
            <ul class="recovery-codes">{codes}</ul>
        }
        .into_any()
    };
    view! {
        <Title text="Recovery codes"/>
        <span class="brand"><Brand/></span>
        <section class="card" aria-labelledby="door-h">
            <h1 id="door-h">"Recovery codes"</h1>
            {body}
            <a class="button main-act wide" href=next rel="external">{if none { "Back" } else { "I have kept them" }}</a>
        </section>
    }
    .into_any()
}
