//! `/signin`: the door. A plain form, because nobody is there yet.

use crate::parts::passkey::PasskeyForm;
use crate::parts::prelude::*;
use crate::parts::shell::Brand;
use crate::surroundings::{DemoAccount, ProviderButton, SignIn};
use leptos::prelude::*;
use leptos_meta::Title;

/// What the server knows when it makes the page.
pub fn door() -> (SignIn, Vec<DemoAccount>) {
    use_context::<crate::surroundings::Surroundings>().map(|around| (around.sign_in, around.demo)).unwrap_or_default()
}

#[component]
pub fn SignInPage() -> impl IntoView {
    let (SignIn { user_name, refused, next, left, .. }, demo) = door();
    let left = left.map(|(name, href)| {
        let text = ["You are signed out here. At “", &name, "” you may still be signed in."].concat();
        view! {
            <div role="status"><p>{text}</p></div>
            <p><a class="button wide" href=href rel="external">"Sign out at "{name}" too"</a></p>
        }
    });
    let typed = if user_name.is_empty() { Vec::new() } else { vec![("user_name".to_owned(), user_name)] };
    let accounts = (!demo.is_empty()).then(|| view! { <DemoAccounts demo next=next.clone()/> });
    let to = next.clone();
    let providers = use_context::<crate::surroundings::Surroundings>().map(|around| around.providers).unwrap_or_default();
    let providers = providers.into_iter().map(|ProviderButton { name, href }| {
        view! { <p><a class="button wide" href=href rel="external">"Sign in with "{name}</a></p> }
    });
    let providers = providers.collect_view();
    let passkeys = use_context::<crate::surroundings::Surroundings>().is_some_and(|around| around.passkeys);
    let passkey = passkeys.then(|| {
        view! {
            <PasskeyForm id="signin-passkey" action="/signin/passkey" begin="/signin/passkey/begin">
                <input type="hidden" name="next" value=to/>
                <p class="or">"or"</p>
                <button class="button wide" type="submit">"Sign in with a passkey"</button>
            </PasskeyForm>
        }
    });
    view! {
        <Title text="Sign in"/>
        <span class="brand"><Brand/></span>
        <section class="card" aria-labelledby="door-h">
            <h1 id="door-h">"Sign in"</h1>
            {left}
            <PlainForm id="signin" action="/signin" refused typed>
                <Hidden name="next" value=next/>
                <TextField name="user_name" label="User name" autocomplete="username"/>
                <TextField name="password" label="Password" kind="password" autocomplete="current-password"/>
                <SubmitButton label="Sign in" kind="main-act wide"/>
            </PlainForm>
            {passkey}
            {providers}
        </section>
        {accounts}
    }
    .into_any()
}

/// One button an account, with what the account is good for.
#[component]
fn DemoAccounts(demo: Vec<DemoAccount>, next: String) -> impl IntoView {
    let accounts = demo
        .into_iter()
        .zip((1..=6).cycle())
        .map(|(DemoAccount { user_name, name, does }, tint)| {
            let letter: String = name.chars().take(1).flat_map(char::to_uppercase).collect();
            let label = ["Continue as ", &name].concat();
            let does_id = ["does-", &user_name].concat();
            let described_by = does_id.clone();
            view! {
                <form action="/demo/signin" method="post">
                    <input type="hidden" name="next" value=next.clone()/>
                    <span class="face" data-tint=tint aria-hidden="true">{letter}</span>
                    <button type="submit" name="as" value=user_name aria-describedby=described_by>{label}</button>
                    <small class="quiet" id=does_id>{does}</small>
                </form>
            }
        })
        .collect_view();
    view! {
        <section class="stack" aria-labelledby="demo-h">
            <h2 id="demo-h">"Demo accounts"</h2>
            <div class="accounts">{accounts}</div>
        </section>
    }
    .into_any()
}
