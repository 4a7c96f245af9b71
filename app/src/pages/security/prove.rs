//! `/my-security/prove`: somebody proves that it is them, and goes back to what they were doing.

use super::proving;
use crate::parts::passkey::PasskeyForm;
use crate::parts::prelude::*;
use crate::parts::shell::Brand;
use crate::surroundings::Proving;
use leptos::prelude::*;
use leptos_meta::Title;
use model::proof::Strength;
use model::query;
use model::view::security::{Security, Voucher};

#[component]
pub fn ProvePage() -> impl IntoView {
    let security = page_resource(|| Ok(query::Security {}));
    view! {
        <Title text="Additional verification"/>
        <span class="brand"><Brand/></span>
        <Loaded of=security view=|security| view! { <Whole security/> }.into_any()/>
    }
    .into_any()
}

#[component]
fn Whole(security: Security) -> impl IntoView {
    let Proving { refused, next, passkey: only_passkey, .. } = proving();
    let back = next.clone();
    let has_passkey = !security.passkeys.is_empty() && security.passkeys_possible;
    let has_app = security.authenticator.is_some() && !only_passkey;
    let needs = if only_passkey { Strength::Passkey } else { Strength::Multifactor };
    let vouchers: Vec<Voucher> = security.vouchers.into_iter().filter(|voucher| voucher.strength >= needs).collect();
    let nothing = !has_passkey && !has_app && vouchers.is_empty();
    let asked_by = security.asked_by;
    let held_back = !asked_by.is_empty();
    let roles = asked_by.iter().map(|name| ["“", name, "”"].concat()).collect::<Vec<_>>().join(", ");
    let why = held_back.then(|| {
        let text = ["You hold or can activate ", &roles, ", which asks for more than a password before you go on."].concat();
        view! { <p>{text}</p> }
    });
    let what = match (nothing, only_passkey) {
        (true, _) if held_back => {
            "You have nothing set up yet. An authenticator app on your telephone is set up in a minute; then you go on to \
             where you were going."
        }
        (false, _) if held_back => "Verify once, and you go on to where you were going.",
        (true, true) => "This needs a passkey, and you have none here yet. Add one under “Security”, then come back.",
        (true, false) => {
            "This needs more than your password, and you have nothing set up yet. An authenticator app on your telephone is \
             set up in a minute; then you come back, and what you typed is still there."
        }
        (false, _) => "What you are doing asks you to prove again that it is you. What you typed is kept.",
    };
    let (to_code, to_set_up, to_add) = (next.clone(), next.clone(), next.clone());
    let make = nothing && held_back && security.passkeys_possible;
    let code = has_app.then(|| {
        view! {
            <PlainForm id="prove" action="/my-security/prove" refused=refused.clone()>
                <Hidden name="next" value=to_code/>
                <TextField
                    name="code"
                    label="Code"
                    hint="Six digits of your authenticator app, or a recovery code."
                    autocomplete="one-time-code"
                />
                <SubmitButton label="Continue" kind="main-act wide"/>
            </PlainForm>
        }
    });
    let refused = refused.filter(|_| !has_app).map(|refused| view! { <RefusedBar refused first=true/> });
    let by_passkey = has_passkey.then(|| {
        view! {
            <PasskeyForm id="prove-passkey" action="/my-security/prove/passkey" begin="/my-security/prove/begin">
                <input type="hidden" name="next" value=next/>
                {only_passkey.then(|| view! { <input type="hidden" name="by" value="passkey"/> })}
                <button class=if has_app { "button wide" } else { "button main-act wide" } type="submit">"Use a passkey"</button>
            </PasskeyForm>
        }
    });
    let make = make.then(|| {
        view! {
            <PasskeyForm id="add-passkey" action="/my-security/passkey" begin="/my-security/passkey/begin" make=true>
                <input type="hidden" name="next" value=to_add/>
                <button class="button wide" type="submit">"Add a passkey"</button>
            </PasskeyForm>
        }
    });
    let class = if has_app || has_passkey { "button wide" } else { "button main-act wide" };
    let there = vouchers
        .into_iter()
        .map(|Voucher { provider, name, .. }| {
            let by = if only_passkey { "passkey" } else { "" };
            let href = address(&["/my-security/prove/with/", &provider.to_string()].concat(), &[("next", &back), ("by", by)]);
            view! { <p><a class=class href=href rel="external">"Verify with "{name}</a></p> }
        })
        .collect_view();
    let set_up = nothing.then(|| match only_passkey {
        true => view! { <a class="button main-act wide" href="/my-security" rel="external">"Open “Security”"</a> }.into_any(),
        false => view! {
            <form action="/my-security/authenticator" method="post">
                <input type="hidden" name="next" value=to_set_up/>
                <button class="button main-act wide" type="submit">"Set up an authenticator app"</button>
            </form>
        }
        .into_any(),
    });
    let leave = if held_back {
        view! {
            <p><a href="/my-security" rel="external">"Open “Security”"</a></p>
            <form action="/signout" method="post"><button class="button wide" type="submit">"Sign out"</button></form>
        }
        .into_any()
    } else {
        view! { <p><a href=back rel="external">"Back without it"</a></p> }.into_any()
    };
    view! {
        <section class="card" aria-labelledby="door-h">
            <div>
                <h1 id="door-h">"Additional verification"</h1>
                {why}
                <p class="quiet">{what}</p>
            </div>
            {refused}{code}{by_passkey}{there}{set_up}{make}
            {leave}
        </section>
    }
    .into_any()
}
