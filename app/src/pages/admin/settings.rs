//! `/admin/settings`: how the server is set up for everybody; with which identity providers people sign in, from which directories
//! they come, which targets there are, and who is told of what happens.

use super::imports::ImportList;
use super::mail_settings::MailSummary;
use super::settings_parts::{Switches, crumbs, part, readonly, state, tested};
use super::targets::TargetList;
use super::webhooks::WebhookList;
use super::{below, parsed, read_id};
use crate::calls::access_token::TOKENS;
use crate::calls::provider::{DeleteProvider, SETTINGS, SIGN_IN, SaveProvider, SetProviderEnabled};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::provider::{Joining, Provider, SCOPES};
use model::query;
use model::time::people_or_nobody;
use model::view::import::Imports;
use model::view::mail::MailPage;
use model::view::provider::{Addresses, OneProvider, ProviderTest, Providers, Row};
use model::view::target::Targets;
use model::view::webhook::Webhooks;
use model::view::{Choice, Fact};

const NEW: &str = "/admin/settings/sign-in/new";
const SEES: &str = "how people sign in and change nothing of it";

/// `1 person is linked`
fn linked_words(count: u32) -> String {
    [people_or_nobody(count).as_str(), if count > 1 { " are linked" } else { " is linked" }].concat()
}

#[component]
pub fn SettingsPage() -> impl IntoView {
    let all = page_resource(|| {
        Ok((query::Providers {}, (query::Imports {}, (query::Targets {}, (query::Webhooks {}, query::Mail {})))))
    });
    let view = |(providers, (imports, (targets, (webhooks, mail))))| {
        view! { <List providers imports targets webhooks mail/> }.into_any()
    };
    view! { <Loaded of=all view/> }.into_any()
}

#[component]
fn List(providers: Providers, imports: Imports, targets: Targets, webhooks: Webhooks, mail: MailPage) -> impl IntoView {
    let Providers { rows, may_change, .. } = providers;
    let add = may_change.then(|| view! { <a class="button main-act" href=NEW><Icon name="plus"/>"New provider"</a> });
    let list = if rows.is_empty() {
        let text = "People sign in with a password or a passkey. With an identity provider they sign in as everywhere else.";
        view! { <Empty title="There are no identity providers" text/> }.into_any()
    } else {
        let rows = rows.into_iter().map(
            |Row { provider: Provider { id, name, issuer, enabled, joining, .. }, people: linked, .. }| {
                view! {
                    <tr>
                        <th scope="row"><a class="name" href=below(SIGN_IN, &id.to_string())>{name}</a></th>
                        <td data-label="Issuer">{issuer}</td>
                        <td data-label="Who may sign in">{joining.name()}</td>
                        <td data-label="Linked">{people_or_nobody(linked)}</td>
                        <td data-label="State"><StateBadge badge=state(enabled)/></td>
                    </tr>
                }
            },
        );
        let rows = rows.collect_view();
        let columns = vec!["Name", "Issuer", "Who may sign in", "Linked", "State"];
        view! { <Listing caption="Identity providers" columns dense=true>{rows}</Listing> }.into_any()
    };
    view! {
        <Page title="Settings">
            <PageHeader title="Settings"/>
            {part("sign-in-h", "Sign-in", add, list)}
            <ImportList imports/>
            <TargetList targets/>
            <WebhookList webhooks/>
            <MailSummary page=mail/>
            {may_change.then(|| {
                let all = view! { <a class="button" href=TOKENS>"Access tokens"</a> };
                let text = "With a token, an identity provider makes, changes and disables people, and puts them into groups (SCIM).";
                part("tokens-h", "Access tokens", all, view! { <p>{text}</p> })
            })}
        </Page>
    }
    .into_any()
}

#[component]
pub fn NewProviderPage() -> impl IntoView {
    let providers = page_resource(|| Ok(query::Providers {}));
    let view = |Providers { may_change, redirect, .. }: Providers| {
        let form =
            if may_change { view! { <Form facts=vec![redirect_uri(redirect)] row=None/> }.into_any() } else { readonly(SEES) };
        let title = "New identity provider";
        view! { <Page title><PageHeader title crumbs=crumbs(None)/>{form}</Page> }.into_any()
    };
    view! { <Loaded of=providers view/> }.into_any()
}

#[component]
pub fn ProviderPage() -> impl IntoView {
    let id = read_id();
    let provider = page_resource(move || Ok(query::Provider { provider: parsed(&id.get(), "identity provider")? }));
    view! { <Loaded of=provider view=|provider| view! { <One provider/> }.into_any()/> }.into_any()
}

#[component]
fn One(provider: OneProvider) -> impl IntoView {
    let OneProvider { row, may_change, addresses } = provider;
    let facts = address_facts(addresses);
    let title = row.provider.name.clone();
    let badge = Some(state(row.provider.enabled));
    let acts = may_change.then(|| view! { <Acts row=row.clone()/> }.into_any());
    let text = [&linked_words(row.people), "."].concat();
    let form = if may_change {
        view! { <Form facts row=Some(row)/> }.into_any()
    } else {
        view! { {readonly(SEES)}<Shown row facts/> }.into_any()
    };
    view! {
        <Page title=title.clone()>
            <PageHeader title crumbs=crumbs(None) badge text acts/>
            {form}
        </Page>
    }
    .into_any()
}

#[component]
fn Acts(row: Row) -> impl IntoView {
    let Row { provider: Provider { id, name, enabled, .. }, people: linked, .. } = row;
    let id = id.to_string();
    let test = [&below(SIGN_IN, &id), "/test"].concat();
    let effects = (
        "Nobody signs in with it any more, and whoever did so is signed out at once; you stay signed in. The links stay, for when it \
         is enabled again.",
        "Whoever is linked can sign in with it again, and others as its settings say.",
    );
    let links = match linked {
        0 => "",
        1 => " The link is removed too, and they sign in another way or not at all.",
        _ => " Their links are removed too, and they sign in another way or not at all.",
    };
    let gone = [&linked_words(linked), " to it.", links, " Whoever signed in with it is signed out at once, you too."].concat();
    let seen = linked.to_string();
    let (set_enabled, delete) = (SetProviderEnabled::PATH, DeleteProvider::PATH);
    view! {
        <a class="button" href=test>"Test"</a>
        <Switches about=("provider", id) name enabled effects set_enabled delete gone seen/>
    }
    .into_any()
}

/// The settings for those who may only read them.
#[component]
fn Shown(row: Row, facts: Vec<Fact>) -> impl IntoView {
    let Row { provider: Provider { issuer, client_id, scopes, joining, strengths, .. }, has_secret, .. } = row;
    let fact = |name: &str, value: String| Fact { name: name.to_owned(), value };
    let settings = vec![
        fact("Issuer", issuer),
        fact("Client ID", client_id),
        fact("Client secret", if has_secret { "Kept, and shown never again" } else { "None" }.to_owned()),
        fact("Scopes", scopes),
        fact("Who may sign in", joining.name().to_owned()),
        fact("Words for multifactor authentication", strengths.multifactor.join(", ")),
        fact("Words for a passkey", strengths.passkey.join(", ")),
    ];
    let facts: Vec<Fact> = facts.into_iter().chain(settings).collect();
    view! { <Facts facts/> }.into_any()
}

fn redirect_uri(value: String) -> Fact {
    Fact { name: "Redirect URI".to_owned(), value }
}

/// What is registered at the provider, by the names that the standards have for it.
fn address_facts(Addresses { redirect, signed_out, back_channel, front_channel }: Addresses) -> Vec<Fact> {
    let fact = |name: &str, value: String| Fact { name: name.to_owned(), value };
    vec![
        redirect_uri(redirect),
        fact("Post-logout redirect URI", signed_out),
        fact("Back-channel logout URI", back_channel),
        fact("Front-channel logout URI", front_channel),
    ]
}

#[component]
fn Form(facts: Vec<Fact>, #[prop(optional_no_strip)] row: Option<Row>) -> impl IntoView {
    let label = if row.is_some() { "Save" } else { "Create provider" };
    let has_secret = row.as_ref().is_some_and(|row| row.has_secret);
    let is_public = row.is_some() && !has_secret;
    let provider = row.map(|row| row.provider);
    let there = provider.as_ref().map(|provider| (provider.id.to_string(), provider.version.to_string()));
    let joining = provider.as_ref().map_or(Joining::Matched, |provider| provider.joining).key();
    let words = provider.as_ref().map(|provider| provider.strengths.clone()).unwrap_or_default();
    let (name, issuer, client_id, scopes) = provider.map_or_else(
        || (String::new(), String::new(), String::new(), SCOPES.to_owned()),
        |provider| (provider.name, provider.issuer, provider.client_id, provider.scopes),
    );
    let secret_hint = if has_secret {
        "One is kept, sealed, and is shown never again. Leave this empty to keep it."
    } else {
        "Kept sealed, and shown never again. Leave this empty if the client has none."
    };
    let options =
        Joining::ALL.into_iter().map(|joining| Choice::new(joining.key(), joining.name(), joining.explained())).collect();
    view! {
        <PostForm call=SaveProvider::PATH>
            <p>"Register Vestibule at the provider as a web application, with this address to come back to. Once the provider is saved there are also those for signing out:"</p>
            <Facts facts/>
            {there.map(|(id, version)| view! { <Hidden name="provider" value=id/><Seen name="version" value=version/> })}
            <TextField name="name" label="Name" hint="What the button on the sign-in page says." value=name/>
            <TextField name="issuer" label="Issuer" hint="Such as https://id.example.com, exactly as the provider calls itself." value=issuer/>
            <TextField name="client_id" label="Client ID" value=client_id/>
            <TextField name="client_secret" label="Client secret" hint=secret_hint kind="password" autocomplete="new-password" optional=true/>
            {has_secret.then(|| view! { <CheckBox name="without" label="The client has no secret: forget the one that is kept"/> })}
            {is_public.then(|| view! { <p class="quiet">"This client has no secret; the code is protected by PKCE alone."</p> })}
            <TextField name="scopes" label="Scopes" value=scopes optional=true/>
            <RadioGroup name="joining" legend="Who may sign in" value=joining options/>
            <TextField
                name="multifactor"
                label="Words for multifactor authentication"
                hint="Values of acr or amr with which the provider says that more than a password was asked for, such as mfa. Others count as a sign-in."
                value=words.multifactor.join(" ")
                optional=true
            />
            <TextField
                name="passkey"
                label="Words for a passkey"
                hint="Values that mean something which cannot be typed into another site, such as hwk."
                value=words.passkey.join(" ")
                optional=true
            />
            <FormActs label back=SETTINGS/>
        </PostForm>
    }
    .into_any()
}

#[component]
pub fn ProviderTestPage() -> impl IntoView {
    let id = read_id();
    let test = page_resource(move || Ok(query::ProviderTest { provider: parsed(&id.get(), "identity provider")? }));
    let view = |test: ProviderTest| {
        let ProviderTest { provider, name, at, good, steps } = test;
        tested(below(SIGN_IN, &provider.to_string()), name, at, (good, steps), "", ().into_any())
    };
    view! { <Loaded of=test view/> }.into_any()
}
