//! `/my-security`: what one proves oneself with, and where one is signed in. Made on the server alone: its forms need no
//! script, and secrets are best shown where none runs.

pub mod authenticator;
pub mod connect;
pub mod prove;
pub mod token;

use crate::calls::proof::{EndOtherSessions, RemoveAuthenticator, RemovePasskey, RenamePasskey};
use crate::calls::provider::UnlinkProvider;
use crate::parts::passkey::PasskeyForm;
use crate::parts::prelude::*;
use crate::surroundings::{Proving, Surroundings};
use leptos::prelude::*;
use model::limits::{NAME_MAX_CHARS, PASSWORD_MIN_CHARS};
use model::query;
use model::time::count;
use model::view::provider::Linked;
use model::view::security::{Passkey, Security, Session};
use model::{ProviderId, UserId};

/// What the answer to a form shows on its page.
pub fn proving() -> Proving {
    use_context::<Surroundings>().map(|around| around.proving).unwrap_or_default()
}

#[component]
pub fn SecurityPage() -> impl IntoView {
    let security = page_resource(|| Ok(query::Security {}));
    view! { <Loaded of=security view=|security| view! { <Whole security/> }.into_any()/> }.into_any()
}

#[component]
fn Whole(security: Security) -> impl IntoView {
    let has_method = security.has_method();
    let Security {
        me,
        password,
        asked_by: _,
        authenticator,
        codes_left,
        passkeys,
        passkeys_possible,
        linked,
        vouchers: _,
        connectable,
        sessions,
    } = security;
    let text = "Nobody but you sees this page. You get a letter whenever something of it changes.";
    view! {
        <Page title="Security">
            <PageHeader title="Security" text/>
            <div class="cards">
                <Authenticator since=authenticator codes_left/>
                {passkeys_possible.then(|| view! { <Passkeys passkeys has_method/> })}
                {password.then(|| view! { <Password/> })}
                {(!linked.is_empty() || !connectable.is_empty()).then(|| view! { <Accounts me linked connectable/> })}
                <Sessions sessions/>
            </div>
        </Page>
    }
    .into_any()
}

#[component]
fn Authenticator(since: Option<model::Ts>, codes_left: u32) -> impl IntoView {
    let Some(since) = since else {
        return view! {
            <Card title="Authenticator app">
                <div class="body stack">
                    <p>"An app on your telephone shows a new code every 30 seconds. With it you prove that it is you, where a password is not enough."</p>
                    <form action="/my-security/authenticator" method="post">
                        <input type="hidden" name="next" value="/my-security"/>
                        <button class="button main-act" type="submit">"Set up an authenticator app"</button>
                    </form>
                </div>
            </Card>
        }
        .into_any();
    };
    let left = match codes_left {
        0 => "No recovery code is left.".to_owned(),
        left => [count(i64::from(left), "recovery code").as_str(), if left == 1 { " is left." } else { " are left." }].concat(),
    };
    let few = codes_left < 3;
    view! {
        <Card title="Authenticator app">
            <div class="body stack">
                <p>"Set up "<When at=since/>"."</p>
                {few.then(|| view! { <MessageBar tone="warn" text="Make new recovery codes soon: without one, a lost telephone locks you out."/> })}
                <p>{left}" Each works once, in place of a code of the app."</p>
                <PostForm call="/my-security/codes">
                    <Verification form="codes"/>
                    <button class="button" type="submit">"Make new recovery codes"</button>
                </PostForm>
                <PostForm call=RemoveAuthenticator::PATH>
                    <Verification form="remove_authenticator"/>
                    <button class="button danger" type="submit">"Remove the authenticator app"</button>
                </PostForm>
            </div>
        </Card>
    }
    .into_any()
}

#[component]
fn Passkeys(passkeys: Vec<Passkey>, has_method: bool) -> impl IntoView {
    let rows = passkeys.into_iter().map(|passkey| view! { <OnePasskey passkey/> }).collect_view();
    let needs = if has_method { "" } else { " The first one needs that you signed in within the last 15 minutes." };
    view! {
        <Card title="Passkeys">
            <div class="body stack">
                <p>"A passkey is kept by your telephone, your computer or a security key, and asks for your finger, face or PIN. It signs you in without a password, and cannot be used on another site."{needs}</p>
                {rows}
                // What the form below was refused for.
                <PostForm call="/my-security/passkey"><Verification form="passkey"/></PostForm>
                <PasskeyForm id="add-passkey" action="/my-security/passkey" begin="/my-security/passkey/begin" make=true>
                    <div class="field">
                        <label for="passkey-name">"Name of the new passkey"<span class="opt">" (optional)"</span></label>
                        <input class="input" id="passkey-name" name="name" autocomplete="off" maxlength=NAME_MAX_CHARS.to_string()/>
                    </div>
                    <button class="button" type="submit">"Add a passkey"</button>
                </PasskeyForm>
                <noscript><p class="quiet">"Adding and using passkeys needs JavaScript."</p></noscript>
            </div>
        </Card>
    }
    .into_any()
}

#[component]
fn OnePasskey(passkey: Passkey) -> impl IntoView {
    let Passkey { id, name, added, used } = passkey;
    let used = match used {
        Some(at) => view! { "used "<When at/> }.into_any(),
        None => "not used yet".into_any(),
    };
    let (rename, remove, called) = (id.to_string(), id.to_string(), name.clone());
    let label = ["Remove ", &name].concat();
    view! {
        <section class="card pad stack" aria-label=called.clone()>
            <p><strong>{called.clone()}</strong><br/><small class="quiet">"Added "<When at=added/>", "{used}</small></p>
            <PostForm call=RenamePasskey::PATH about=("passkey", rename)>
                <TextField name="name" label="Name" value=name/>
                <button class="button" type="submit">"Rename"</button>
            </PostForm>
            <PostForm call=RemovePasskey::PATH about=("passkey", remove)>
                <Verification form="remove_passkey"/>
                <button class="button danger" type="submit">{label}</button>
            </PostForm>
        </section>
    }
    .into_any()
}

/// Accounts elsewhere that sign in here.
#[component]
fn Accounts(me: UserId, linked: Vec<Linked>, connectable: Vec<(ProviderId, String)>) -> impl IntoView {
    let rows = linked.into_iter().map(move |Linked { provider, name, called, since, used, .. }| {
        let used = match used {
            Some(at) => view! { "used "<When at/> }.into_any(),
            None => "not used yet".into_any(),
        };
        let label = ["Remove ", &name].concat();
        let id = provider.to_string();
        view! {
            <section class="card pad stack" aria-label=name.clone()>
                <p><strong>{name.clone()}</strong>" · "{called}<br/><small class="quiet">"Linked "<When at=since/>", "{used}</small></p>
                <PostForm call=UnlinkProvider::PATH about=("provider", id)>
                    <Hidden name="user" value=me.to_string()/>
                    <Verification form="unlink_provider"/>
                    <button class="button danger" type="submit">{label}</button>
                </PostForm>
            </section>
        }
    });
    view! {
        <Card title="Accounts at identity providers">
            <div class="body stack">
                <p>"Whoever signs in there with one of these accounts is signed in here as you."</p>
                {rows.collect_view()}
                {(!connectable.is_empty()).then(|| view! { <Connect connectable/> })}
            </div>
        </Card>
    }
    .into_any()
}

/// Providers at which an account of one's own can be connected.
#[component]
fn Connect(connectable: Vec<(ProviderId, String)>) -> impl IntoView {
    view! {
        <PostForm call="/my-security/connect">
            <Verification form="connect"/>
            {connectable
                .into_iter()
                .map(|(id, name)| {
                    view! { <button class="button" type="submit" name="provider" value=id.to_string()>"Connect "{name}</button> }
                })
                .collect_view()}
        </PostForm>
    }
    .into_any()
}

#[component]
fn Password() -> impl IntoView {
    let least = PASSWORD_MIN_CHARS.to_string();
    let hint = ["At least ", &least, " characters. Several words are easy to type and hard to guess."].concat();
    view! {
        <Card title="Password">
            <div class="body stack">
                <PostForm call="/my-security/password">
                    <TextField name="current_password" label="Present password" kind="password" autocomplete="current-password"/>
                    <TextField name="new_password" label="New password" hint kind="password" autocomplete="new-password"/>
                    <button class="button" type="submit">"Change the password"</button>
                </PostForm>
                <p class="quiet">"Everywhere else you have to sign in again then."</p>
            </div>
        </Card>
    }
    .into_any()
}

#[component]
fn Sessions(sessions: Vec<Session>) -> impl IntoView {
    let others = sessions.iter().any(|session| !session.here);
    let rows = sessions
        .into_iter()
        .map(|Session { here, since, seen, address, agent }| {
            let under = view! { "Signed in "<When at=since/>" from "{address}", used "<When at=seen/> }.into_any();
            let ends = here.then(|| view! { <KindBadge word="This one"/> }.into_any());
            view! { <Line picture=view! { <IconBox name="user" tone="work"/> }.into_any() name=agent under ends/> }
        })
        .collect_view();
    let elsewhere = others.then(|| {
        view! {
            <div class="body">
                <PostForm call=EndOtherSessions::PATH>
                    <button class="button" type="submit">"Sign out everywhere else"</button>
                </PostForm>
            </div>
        }
    });
    view! {
        <Card title="Sessions">
            <ul class="lines">{rows}</ul>
            {elsewhere}
        </Card>
    }
    .into_any()
}
