//! What an administrator does with one user: the buttons of the page, and the dialogs behind them.

use super::{USERS, below};
use crate::calls::proof::ResetMethods;
use crate::calls::user::{SetPassword, SetUserEnabled};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::limits::PASSWORD_MIN_CHARS;
use model::view::admin::User;

#[component]
pub fn UserActs(user: User) -> impl IntoView {
    let id = user.who.id.to_string();
    let name = user.who.name;
    let edit = [&below(USERS, &id), "/edit"].concat();
    let (class, verb) = if user.enabled { ("button danger", "Disable ") } else { ("button", "Enable ") };
    let label = [verb, &name].concat();
    let reset = user.may_reset.then(|| {
        let (id, name) = (id.clone(), name.clone());
        view! { <DialogButton id="methods">"Reset methods"</DialogButton><ResetDialog id name/> }
    });
    let edits = user.may_edit.then(|| {
        view! {
            <a class="button" href=edit>"Edit"</a>
            <DialogButton id="password">"Set password"</DialogButton>
            <DialogButton id="enabled" class>{label}</DialogButton>
            <PasswordDialog id=id.clone() name=name.clone()/>
            <EnabledDialog id name enabled=user.enabled held=user.held/>
        }
    });
    view! { {reset}{edits} }.into_any()
}

#[component]
fn ResetDialog(id: String, name: String) -> impl IntoView {
    let title = ["Reset what ", &name, " proves themselves with?"].concat();
    let text = "The authenticator app, the recovery codes and all passkeys are removed at once, and they are signed out everywhere. Until new ones are set up they sign in \
                with their password or at an identity provider, and not at all without either. Make sure that it is really this person who asks for it. They are told by letter.";
    view! {
        <DialogForm id="methods" title call=ResetMethods::PATH text label="Reset methods">
            <Hidden name="user" value=id/>
            <TextArea name="words" label="Reason" hint="It stays in the history, and in the letter."/>
        </DialogForm>
    }
    .into_any()
}

#[component]
fn PasswordDialog(id: String, name: String) -> impl IntoView {
    let title = ["Change how ", &name, " signs in"].concat();
    view! {
        <DialogForm id="password" title call=SetPassword::PATH text=[&name, " is signed out everywhere and signs in with the new password from then on. The old one ends at once."].concat() label="Set password" kind="main-act">
                <Hidden name="user" value=id/>
                <TextField
                    name="password"
                    label="Password"
                    hint=["At least ", &PASSWORD_MIN_CHARS.to_string(), " characters. Several words are easy to type and hard to guess."].concat()
                    kind="password"
                    autocomplete="new-password"
                />
</DialogForm>
    }
    .into_any()
}

#[component]
fn EnabledDialog(id: String, name: String, enabled: bool, held: usize) -> impl IntoView {
    let verb = if enabled { "Disable " } else { "Enable " };
    let held = i64::try_from(held).unwrap_or(i64::MAX);
    let effect = if enabled {
        let access = match held {
            0 => "holds nothing now, and nothing new comes into force".to_owned(),
            1 => "1 effective access stops at once".to_owned(),
            _ => [&held.to_string(), " effective accesses stop at once"].concat(),
        };
        view! {
            <p>{[&name, " cannot sign in and holds nothing while disabled. Enabling brings back what has not ended by then."].concat()}</p>
            <ul class="effect" data-tone="bad">
                <li>"every session ends"</li>
                <li>{access}</li>
                <li>"approvals pass to the other approvers"</li>
            </ul>
        }
        .into_any()
    } else {
        let text = [&name, " can sign in again, and holds again what was given and has not ended meanwhile."].concat();
        view! { <p>{text}</p> }.into_any()
    };
    let kind = if enabled { "danger main-act" } else { "main-act" };
    view! {
        <DialogForm id="enabled" title=[verb, &name, "?"].concat() call=SetUserEnabled::PATH label=[verb, &name].concat() kind>
{effect}
                <Hidden name="user" value=id/>
                <Hidden name="enabled" value=(!enabled).to_string()/>
</DialogForm>
    }
    .into_any()
}
