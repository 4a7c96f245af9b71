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
    let scripts = (!assets.script.is_empty()).then(|| match needs_script() {
        true => {
            let start = format!(
                "import init, {{ hydrate }} from {:?}; init({{ module_or_path: {:?} }}).then(() => hydrate());",
                assets.script, assets.wasm
            );
            view! {
                <link rel="modulepreload" href=assets.script.clone() nonce=use_nonce()/>
                <link rel="preload" href=assets.wasm.clone() r#as="fetch" r#type="application/wasm" crossorigin=""/>
                <script type="module" nonce=use_nonce()>{start}</script>
            }
            .into_any()
        }
        // It is fetched while the visitor types the password, and is there when the first page needs it.
        false => view! {
            <link rel="prefetch" href=assets.script.clone() r#as="script"/>
            <link rel="prefetch" href=assets.wasm.clone() r#as="fetch" crossorigin=""/>
        }
        .into_any(),
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

/// The pages where nobody is signed in are plain forms: they need no script, and so they are there at once.
fn needs_script() -> bool {
    let path = use_context::<axum::http::request::Parts>().map(|parts| parts.uri.path().to_owned());
    !path.is_some_and(|path| crate::parts::landing::is_outside(&path))
}
