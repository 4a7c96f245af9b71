//! `/my-security/token`: an access token, shown once in the answer to the form that made it.

use super::proving;
use crate::calls::access_token::TOKENS;
use crate::parts::shell::Brand;
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn TokenPage() -> impl IntoView {
    let made = proving().token;
    let body = match made {
        None => view! { <p>"A token is shown once, when it is made."</p> }.into_any(),
        Some((name, secret)) => view! {
            <p>{["This is the token “", &name, "”. Copy it into the system that comes in with it. It is not shown again."].concat()}</p>
            <div class="field">
                <label for="token">"Token"</label>
                <input class="input" id="token" type="text" readonly=true autocomplete="off" spellcheck="false" value=secret.0/>
            </div>
        }
        .into_any(),
    };
    view! {
        <Title text="Access token"/>
        <span class="brand"><Brand/></span>
        <section class="card" aria-labelledby="door-h">
            <h1 id="door-h">"Access token"</h1>
            {body}
            <a class="button main-act wide" href=TOKENS rel="external">"To the access tokens"</a>
        </section>
    }
    .into_any()
}
