//! `/admin/settings/tokens`: with which tokens other systems come in.

use crate::calls::access_token::{RevokeAccessToken, TOKENS};
use crate::calls::provider::SETTINGS;
use crate::parts::landing::use_landing;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::access_token::{AccessToken, Scope};
use model::limits::ACCESS_TOKEN_DAYS_MAX;
use model::query;
use model::view::access_token::{AccessTokens, Row};
use model::view::{Choice, Fact};

const NEW: &str = "/admin/settings/tokens/new";
/// The form that the server answers, as a refused one is named in the flash.
const FORM: &str = "tokens";
/// How long a token is good for when nobody says otherwise.
const DAYS: i64 = 180;

fn crumbs(here: bool) -> Vec<(String, String)> {
    let tokens = (!here).then(|| (TOKENS.to_owned(), "Access tokens".to_owned()));
    std::iter::once((SETTINGS.to_owned(), "Settings".to_owned())).chain(tokens).collect()
}

#[component]
pub fn AccessTokensPage() -> impl IntoView {
    let tokens = page_resource(|| Ok(query::AccessTokens {}));
    view! { <Loaded of=tokens view=|tokens| view! { <List tokens/> }.into_any()/> }.into_any()
}

#[component]
fn List(tokens: AccessTokens) -> impl IntoView {
    let AccessTokens { rows, may_change, address } = tokens;
    let acts = may_change.then(|| view! { <a class="button main-act" href=NEW><Icon name="plus"/>"New token"</a> }.into_any());
    let list = if rows.is_empty() {
        let text =
            "With a token, an identity provider makes, changes and disables people here, so that nobody has to do it twice.";
        view! { <Empty title="There are no access tokens" text/> }.into_any()
    } else {
        let rows = rows.into_iter().map(|row| view! { <One row may_change/> }).collect_view();
        let columns = vec!["Name", "Scope", "Expires", "Last used", "Made by", "State", "Actions"];
        view! { <Listing caption="Access tokens" columns dense=true>{rows}</Listing> }.into_any()
    };
    let facts = vec![Fact { name: "SCIM address".to_owned(), value: address }];
    let text = "Other systems come in with these: SCIM 2.0, with the token as a bearer token.";
    view! {
        <Page title="Access tokens">
            <PageHeader title="Access tokens" crumbs=crumbs(true) text acts/>
            <Facts facts/>
            {list}
        </Page>
    }
    .into_any()
}

#[component]
fn One(row: Row, may_change: bool) -> impl IntoView {
    let Row { token, made_by, state, good } = row;
    let AccessToken { id, name, scope, expires_at, last_used_at, .. } = token;
    let id = id.to_string();
    let dialog = ["revoke-", &id].concat();
    let label = ["Revoke ", &name].concat();
    let revoke = (good && may_change).then(|| {
        let (title, opener) = ([&label, "?"].concat(), label.clone());
        let text = "Whoever uses it is refused at once, and it cannot be brought back. What was done with it stays.";
        view! {
            <DialogButton id=dialog.clone() class="button danger">{opener}</DialogButton>
            <DialogForm id=dialog title call=RevokeAccessToken::PATH about=("token", id) text label/>
        }
    });
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td data-label="Scope">{scope.name()}</td>
            <td data-label="Expires"><When at=expires_at/></td>
            <td data-label="Last used">{match last_used_at {
                Some(at) => view! { <When at/> }.into_any(),
                None => "Never".into_any(),
            }}</td>
            <td data-label="Made by">{made_by}</td>
            <td data-label="State"><StateBadge badge=state/></td>
            <td data-label="Actions">{revoke}</td>
        </tr>
    }
    .into_any()
}

#[component]
pub fn NewAccessTokenPage() -> impl IntoView {
    let tokens = page_resource(|| Ok(query::AccessTokens {}));
    let view = |_: AccessTokens| view! { <New/> }.into_any();
    view! { <Loaded of=tokens view/> }.into_any()
}

#[component]
fn New() -> impl IntoView {
    let flash = use_landing().flash_for(FORM, |_| true);
    let (refused, typed) = flash.map(|flash| (flash.refused, flash.fields)).unwrap_or_default();
    let title = "New access token";
    let options = Scope::ALL.into_iter().map(|scope| Choice::new(scope.key(), scope.name(), scope.explained())).collect();
    let hint = ["How many days it is good for, at most ", &ACCESS_TOKEN_DAYS_MAX.to_string(), "."].concat();
    let text = "The token is shown once, on the next page.";
    view! {
        <Page title>
            <PageHeader title crumbs=crumbs(false) text/>
            <PlainForm id=FORM action=TOKENS refused=refused typed=typed>
                <TextField name="name" label="Name" hint="Which system has it. The history names it so."/>
                <RadioGroup name="scope" legend="Scope" value=Scope::Scim.key() options/>
                <TextField name="days" label="Days" hint value=DAYS.to_string()/>
                <FormActs label="Make token" back=TOKENS/>
            </PlainForm>
        </Page>
    }
    .into_any()
}
