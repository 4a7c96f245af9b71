//! `/setup`: the one-time link of a new server leads here and makes the first administrator.

use super::signin::door;
use crate::parts::prelude::*;
use crate::parts::shell::Brand;
use crate::surroundings::SignIn;
use leptos::prelude::*;
use leptos_meta::Title;
use model::limits::PASSWORD_MIN_CHARS;

#[component]
pub fn SetupPage() -> impl IntoView {
    let (SignIn { user_name, display_name, mail, refused, setup_token, .. }, _) = door();
    let form = if setup_token.is_empty() {
        let text = "The link to this page is printed by the server when it starts without an administrator. Open the whole link; \
                    if there is an administrator already, sign in.";
        view! {
            <MessageBar tone="warn" strong="This page needs its link." text/>
            <a class="button wide" href="/signin" rel="external">"Sign in"</a>
        }
        .into_any()
    } else {
        let typed = match refused {
            None => Vec::new(),
            Some(_) => [("user_name", user_name), ("display_name", display_name), ("mail", mail)]
                .map(|(name, value)| (name.to_owned(), value))
                .to_vec(),
        };
        view! {
            <PlainForm id="setup" action="/setup" refused typed>
                <Hidden name="token" value=setup_token/>
                <TextField name="user_name" label="User name" hint="For signing in; without blanks." autocomplete="username"/>
                <TextField name="display_name" label="Name" hint="As pages and letters call you." autocomplete="name"/>
                <TextField name="mail" label="E-mail" kind="email" autocomplete="email" optional=true/>
                <TextField
                    name="password"
                    label="Password"
                    hint=["At least ", &PASSWORD_MIN_CHARS.to_string(), " characters. Several words are easy to type and hard to guess."].concat()
                    kind="password"
                    autocomplete="new-password"
                />
                <SubmitButton label="Create administrator" kind="main-act wide"/>
            </PlainForm>
        }
        .into_any()
    };
    view! {
        <Title text="Create the first administrator"/>
        <span class="brand"><Brand/></span>
        <section class="card" aria-labelledby="door-h">
            <div>
                <h1 id="door-h">"Create the first administrator"</h1>
                <p class="quiet">"This account holds the role Global Administrator and makes all others."</p>
            </div>
            {form}
        </section>
    }
    .into_any()
}
