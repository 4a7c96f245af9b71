//! A form that the browser's passkeys fill in. `public/passkey.js` does it: it asks the server what to ask for, has the
//! browser make or use a passkey, and sends the form with its answer. Until that script says that this browser can, the
//! form is not there.

use leptos::prelude::*;

#[component]
pub fn PasskeyForm(
    id: &'static str,
    action: &'static str,
    /// Where the server says what to ask for.
    begin: &'static str,
    /// A new passkey is made; otherwise one that is there is used.
    #[prop(optional)]
    make: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <form
            id=id
            class="form"
            hidden
            action=action
            method="post"
            novalidate
            data-begin=begin
            data-passkey=if make { "create" } else { "get" }
        >
            <input type="hidden" name="answer" value=""/>
            {children()}
            <p class="error" role="alert" hidden data-said></p>
        </form>
    }
    .into_any()
}
