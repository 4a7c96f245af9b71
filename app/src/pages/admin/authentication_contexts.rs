//! `/admin/roles/contexts`: authentication contexts, what each demands, and what uses it.

use super::lacking::{lacking_if_chosen, lacking_now};
use super::{ROLES, below, parsed, read_id};
use crate::calls::authentication_context::{CONTEXTS, DeleteAuthenticationContext, SaveAuthenticationContext};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::authentication_context::AuthenticationContext;
use model::proof::{Demand, Strength};
use model::query;
use model::view::Choice;
use model::view::authentication_context::{AuthenticationContexts, One, Row, Use};
use model::view::role::Lacking;

const NEW: &str = "/admin/roles/contexts/new";
/// What a new one begins with.
const FRESH_MINUTES: u32 = 15;

#[component]
pub fn AuthenticationContextsPage() -> impl IntoView {
    let contexts = page_resource(|| Ok(query::AuthenticationContexts {}));
    view! { <Loaded of=contexts view=|contexts| view! { <List contexts/> }.into_any()/> }.into_any()
}

fn crumbs(below: bool) -> Vec<(String, String)> {
    let roles = (ROLES.to_owned(), "Roles".to_owned());
    if below { vec![roles, (CONTEXTS.to_owned(), "Authentication contexts".to_owned())] } else { vec![roles] }
}

#[component]
fn List(contexts: AuthenticationContexts) -> impl IntoView {
    let AuthenticationContexts { rows, may_write } = contexts;
    let text =
        "What a proof has to be, said once. The settings of roles and groups name one of them, and demand what it says now.";
    let acts = may_write.then(|| view! { <a class="button main-act" href=NEW><Icon name="plus"/>"New context"</a> }.into_any());
    let list = if rows.is_empty() {
        let text = "Make one, and choose it in the settings of a role.";
        view! { <Empty title="There are no authentication contexts" text/> }.into_any()
    } else {
        let rows = rows.into_iter().map(|Row { context, demands, terms, used }| {
            let AuthenticationContext { id, name, description, .. } = context;
            let terms = if terms.is_empty() { "None".to_owned() } else { terms };
            view! {
                <tr>
                    <th scope="row">
                        <a class="name" href=below(CONTEXTS, &id.to_string())>{name}</a>
                        <span class="under">{description}</span>
                    </th>
                    <td data-label="Demands">{demands}</td>
                    <td data-label="Terms of use">{terms}</td>
                    <td data-label="Used by">{used}</td>
                </tr>
            }
        });
        let rows = rows.collect_view();
        let columns = vec!["Name", "Demands", "Terms of use", "Used by"];
        view! { <Listing caption="Authentication contexts" columns dense=true>{rows}</Listing> }.into_any()
    };
    view! {
        <Page title="Authentication contexts">
            <PageHeader title="Authentication contexts" crumbs=crumbs(false) text acts/>
            <div>{list}</div>
        </Page>
    }
    .into_any()
}

#[component]
pub fn NewAuthenticationContextPage() -> impl IntoView {
    let one = page_resource(|| Ok(query::AuthenticationContext { context: None }));
    let view = |one: One| {
        let One { terms, lacking, may_write, .. } = one;
        let form = if may_write { view! { <Form context=None terms lacking/> }.into_any() } else { readonly() };
        let title = "New authentication context";
        view! { <Page title><PageHeader title crumbs=crumbs(true)/>{form}</Page> }.into_any()
    };
    view! { <Loaded of=one view/> }.into_any()
}

fn readonly() -> AnyView {
    let text = "You may see the contexts and change nothing. Global Administrators and Privileged Role Administrators may.";
    view! { <MessageBar tone="warn" text/> }.into_any()
}

#[component]
pub fn AuthenticationContextPage() -> impl IntoView {
    let id = read_id();
    let one =
        page_resource(move || Ok(query::AuthenticationContext { context: Some(parsed(&id.get(), "authentication context")?) }));
    view! { <Loaded of=one view=|one| whole(one)/> }.into_any()
}

fn whole(one: One) -> AnyView {
    let One { row, uses, terms, lacking, may_write } = one;
    let Some(Row { context, demands, terms: called, used }) = row else { return ().into_any() };
    let title = context.name.clone();
    let delete = may_write.then(|| {
        let label = ["Delete ", &title].concat();
        let text = "The history keeps what it demanded. It can be deleted only when no settings name it.".to_owned();
        let id = context.id.to_string();
        view! {
            <DialogForm
                id="delete-context"
                title=[&label, "?"].concat()
                call=DeleteAuthenticationContext::PATH
                text
                label
            >
                <Hidden name="context" value=id/>
            </DialogForm>
        }
    });
    let button = view! { <DialogButton id="delete-context" class="button bare danger">"Delete"</DialogButton> };
    let acts = may_write.then(|| button.into_any());
    let text =
        if called.is_empty() { [&demands, "."].concat() } else { [&demands, ", and “", &called, "” accepted."].concat() };
    let short = lacking_now(&lacking);
    let form = if may_write { view! { <Form context=Some(context) terms lacking/> }.into_any() } else { readonly() };
    view! {
        <Page title=title.clone()>
            <PageHeader title crumbs=crumbs(true) text acts/>
            {short}
            <Uses uses used/>
            {form}
            {delete}
        </Page>
    }
    .into_any()
}

/// What a change would reach: it stands before the form.
#[component]
fn Uses(uses: Vec<Use>, used: u32) -> impl IntoView {
    if uses.is_empty() {
        let text = "Nothing uses it yet. Choose it in the settings of a role or a group.";
        return view! { <MessageBar text/> }.into_any();
    }
    let more = usize::try_from(used).unwrap_or(usize::MAX).saturating_sub(uses.len());
    let more = (more > 0).then(|| view! { <p class="hint">{["and ", &more.to_string(), " more"].concat()}</p> });
    let rows = uses.into_iter().map(|Use { name, href }| {
        view! { <tr><th scope="row"><a class="name" href=href rel="external">{name}</a></th></tr> }
    });
    let rows = rows.collect_view();
    view! {
        <section class="stack">
            <h2>"Used by"</h2>
            <p class="hint">"What you change counts for all of these at once."</p>
            <Listing caption="Used by" columns=vec!["Settings"] dense=true>{rows}</Listing>
            {more}
        </section>
    }
    .into_any()
}

#[component]
fn Form(
    #[prop(optional_no_strip)] context: Option<AuthenticationContext>,
    /// Ids and names.
    terms: Vec<(String, String)>,
    /// Who could not prove what may be chosen.
    lacking: Lacking,
) -> impl IntoView {
    let label = if context.is_some() { "Save" } else { "Create context" };
    let there = context.as_ref().map(|context| (context.id.to_string(), context.version.to_string()));
    let demand = Demand { strength: Strength::Multifactor, minutes: FRESH_MINUTES };
    let (name, description, demand, demanded) = context.map_or_else(
        || (String::new(), String::new(), demand, None),
        |context| (context.name, context.description, context.demand, context.terms),
    );
    let choice = |strength: Strength, under: &str| Choice::new(strength.key(), strength.name(), under);
    let strengths = vec![
        choice(Strength::SignIn, "Who signed in longer ago signs in again."),
        choice(Strength::Multifactor, "A code of an authenticator app, or a passkey."),
        choice(Strength::Passkey, "Nothing else counts: it cannot be given to another site by mistake."),
    ];
    let demanded = demanded.map(|id| id.to_string()).unwrap_or_default();
    let offered: Vec<(String, String)> = std::iter::once((String::new(), "None".to_owned())).chain(terms).collect();
    let terms_hint = "Accepted in the version of now, besides those that a role names itself.";
    view! {
        <PostForm call=SaveAuthenticationContext::PATH>
            {there.map(|(id, version)| view! { <Hidden name="context" value=id/><Seen name="version" value=version/> })}
            <TextField name="name" label="Name" value=name/>
            <TextArea name="description" label="Description" value=description optional=true/>
            <RadioGroup name="strength" legend="Strength" value=demand.strength.key() options=strengths/>
            {lacking_if_chosen(lacking)}
            <TextField name="minutes" label="Not older than (minutes)" kind="number" value=demand.minutes.to_string()/>
            <Pick name="terms" label="Terms of use" hint=terms_hint value=demanded options=offered/>
            <FormActs label back=CONTEXTS/>
        </PostForm>
    }
    .into_any()
}
