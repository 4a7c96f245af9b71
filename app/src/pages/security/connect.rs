//! `/my-security/connect`: on the way to an identity provider at which somebody has an account. A link leads there, because a
//! form may only lead to our own pages.

use super::proving;
use crate::parts::shell::Brand;
use crate::surroundings::{ProviderButton, Proving};
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn ConnectPage() -> impl IntoView {
    let Proving { there, .. } = proving();
    let title = match &there {
        Some(ProviderButton { name, .. }) => ["Connect ", name].concat(),
        None => "Connect an account".to_owned(),
    };
    let body = match there {
        Some(ProviderButton { name, href }) => {
            let text = [
                "Sign in at “",
                &name,
                "” with the account that is yours. Whoever signs in there with it is signed in here as you from then on.",
            ]
            .concat();
            view! {
                <p>{text}</p>
                <p><a class="button main-act wide" href=href rel="external">"Go on to "{name}</a></p>
            }
            .into_any()
        }
        None => view! { <p>"Choose an identity provider under “Security”, and you are led there from here."</p> }.into_any(),
    };
    view! {
        <Title text=title.clone()/>
        <span class="brand"><Brand/></span>
        <section class="card" aria-labelledby="door-h">
            <h1 id="door-h">{title}</h1>
            {body}
            <p><a href="/my-security" rel="external">"Back to “Security”"</a></p>
        </section>
    }
    .into_any()
}
