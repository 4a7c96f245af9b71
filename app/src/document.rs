//! The HTML document around [`App`](crate::App). Nothing inline but one module script with the nonce.

use crate::App;
use crate::surroundings::Surroundings;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;

/// The whole document. Without a built script the pages work as plain HTML.
pub fn shell(around: Surroundings) -> impl IntoView {
    let assets = around.assets.clone();
    let theme = (!around.theme.is_empty()).then(|| around.theme.clone());
    provide_context(around);
    let scripts = (!assets.script.is_empty()).then(|| {
        let start = format!(
            "import init, {{ hydrate }} from {:?}; init({{ module_or_path: {:?} }}).then(() => hydrate());",
            assets.script, assets.wasm
        );
        view! {
            <link rel="modulepreload" href=assets.script.clone() nonce=use_nonce()/>
            <link rel="preload" href=assets.wasm.clone() r#as="fetch" r#type="application/wasm" crossorigin=""/>
            <script type="module" nonce=use_nonce()>{start}</script>
        }
    });
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
                {scripts}
            </head>
            <body><App/></body>
        </html>
    }
}
