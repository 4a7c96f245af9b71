//! Who could not prove what is demanded: on the settings of a role, on a template and on an authentication context.

use crate::parts::prelude::*;
use leptos::prelude::*;
use model::view::role::Lacking;

/// Under what is demanded now: before the form.
pub fn lacking_now(lacking: &Lacking) -> Option<AnyView> {
    lacking.now.clone().map(|text| view! { <MessageBar tone="warn" text/> }.into_any())
}

/// Under each of what could be chosen: beside the choice, and all of them, so that they are there without script.
pub fn lacking_if_chosen(lacking: Lacking) -> AnyView {
    let Lacking { multifactor, passkey, contexts, .. } = lacking;
    let of_contexts = contexts.into_iter().map(|(name, text)| (["Authentication context “", &name, "”: "].concat(), text));
    [("Multifactor authentication: ", multifactor), ("A passkey: ", passkey)]
        .into_iter()
        .filter_map(|(of, text)| Some((of.to_owned(), text?)))
        .chain(of_contexts)
        .map(|(of, text)| view! { <p class="hint">{of}{text}</p> })
        .collect_view()
        .into_any()
}
