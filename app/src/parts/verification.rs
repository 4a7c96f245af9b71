//! What has to be proved before a form is sent: said before anything is typed, and again when the proof became too old
//! meanwhile. **Continue** leaves for where it is proved and leads back; what was typed waits on the server.

use super::form::use_form;
use super::icon::Icon;
use super::sentence::Sentence;
use crate::calls::proof::ProveFirst;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::Refused;

/// The codes of refusals that a proof answers.
pub const PROVABLE: [&str; 3] = ["sign_in_again", "proof_needed", "passkey_needed"];

#[component]
pub fn Verification(
    /// The name of the form around it.
    form: &'static str,
    /// What is known to be missing.
    #[prop(optional_no_strip)]
    proof: Option<Refused>,
) -> impl IntoView {
    let state = use_form();
    let proof = StoredValue::new(proof);
    move || {
        let known = proof.with_value(|proof| proof.as_ref().map(|proof| (proof.code.clone(), proof.sentence.clone())));
        let late = state.refusal().filter(|code| PROVABLE.contains(&code.as_str()));
        // What the form says already is not said twice.
        let why = late.map(|code| (code, String::new())).or(known);
        why.map(|(code, why)| {
            view! {
                <div class="message" data-tone="warn">
                    <Icon name="lock"/>
                    <div>
                        <p><strong>"Additional verification required"</strong>" "<Sentence text=why/></p>
                    </div>
                    <div class="acts">
                        <button class="button" type="submit" name="prove_first" value=[form, ":", &code].concat() formaction=ProveFirst::PATH>
                            "Continue"
                        </button>
                    </div>
                </div>
            }
        })
    }
}
