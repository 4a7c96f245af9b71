//! The HTML document around the pages. Nothing inline but one module script with the nonce.

use crate::parts;
use crate::surroundings::Surroundings;
use crate::{Administration, Area, MyAccess, MyRoles};
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;

/// The whole document. Without a built script the pages work as plain HTML.
pub fn shell(around: Surroundings) -> impl IntoView {
    let assets = around.assets.clone();
    let path = use_context::<axum::http::request::Parts>().map(|parts| parts.uri.path().to_owned()).unwrap_or_default();
    let area = Area::of(&path);
    let script = assets.script(area).clone();
    let theme = (!around.theme.is_empty()).then(|| around.theme.clone());
    let passkeys = around.passkeys;
    provide_context(around);
    let scripts = (!script.code.is_empty()).then(|| match parts::landing::is_plain(&path) {
        false => {
            let start = format!("import init from {:?}; init({{ module_or_path: {:?} }});", script.code, script.wasm);
            view! {
                <link rel="modulepreload" href=script.code.clone() nonce=use_nonce()/>
                <link rel="preload" href=script.wasm.clone() r#as="fetch" r#type="application/wasm" crossorigin=""/>
                <script type="module" nonce=use_nonce()>{start}</script>
            }
            .into_any()
        }
        // Plain forms need no script. It is fetched while the visitor types, and is there when the first page needs it.
        true => view! {
            <link rel="prefetch" href=script.code.clone() r#as="script"/>
            <link rel="prefetch" href=script.wasm.clone() r#as="fetch" crossorigin=""/>
        }
        .into_any(),
    });
    let passkeys = (parts::landing::is_plain(&path) && passkeys && !assets.passkey.is_empty())
        .then(|| view! { <script defer nonce=use_nonce() src=assets.passkey.clone()></script> });
    let body = match area {
        Area::MyAccess => MyAccess().into_any(),
        Area::MyRoles => MyRoles().into_any(),
        Area::Administration => Administration().into_any(),
    };
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme data-icons=assets.icons.clone()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="stylesheet" href=assets.style.clone()/>
                <link rel="icon" href="/icon.svg" type="image/svg+xml"/>
                <MetaTags/>
                {scripts}{passkeys}
            </head>
            <body>{body}</body>
        </html>
    }
}
