//! `/admin/roles/terms`: what people accept before they activate a role, and every version of it.

use super::{ROLES, below, parsed, read_id};
use crate::calls::terms::{SaveTerms, TERMS};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::query;
use model::terms::TermsOfUse;
use model::view::terms::{AllTerms, Row, Terms};

const NEW: &str = "/admin/roles/terms/new";

#[component]
pub fn AllTermsPage() -> impl IntoView {
    let terms = page_resource(|| Ok(query::AllTerms {}));
    view! { <Loaded of=terms view=|terms| view! { <List terms/> }.into_any()/> }.into_any()
}

fn crumbs(below: bool) -> Vec<(String, String)> {
    let roles = (ROLES.to_owned(), "Roles".to_owned());
    if below { vec![roles, (TERMS.to_owned(), "Terms of use".to_owned())] } else { vec![roles] }
}

#[component]
fn List(terms: AllTerms) -> impl IntoView {
    let AllTerms { rows, may_write } = terms;
    let text = "What people accept before they activate a role. The settings of roles and groups say which of them.";
    let acts = may_write.then(|| view! { <a class="button main-act" href=NEW><Icon name="plus"/>"New terms"</a> }.into_any());
    let list = if rows.is_empty() {
        let text = "Write terms of use, and choose them in the settings of a role.";
        view! { <Empty title="There are no terms of use" text/> }.into_any()
    } else {
        let rows = rows.into_iter().map(|Row { terms: TermsOfUse { id, name, version, since, .. }, accepted }| {
            view! {
                <tr>
                    <th scope="row"><a class="name" href=below(TERMS, &id.to_string())>{name}</a></th>
                    <td class="num" data-label="Version">{version}</td>
                    <td data-label="Since"><When at=since/></td>
                    <td class="num" data-label="Accepted by">{accepted}</td>
                </tr>
            }
        });
        let rows = rows.collect_view();
        let columns = vec!["Name", "Version", "Since", "Accepted by"];
        view! { <Listing caption="Terms of use" columns numbers=&["Version", "Accepted by"] dense=true>{rows}</Listing> }
            .into_any()
    };
    view! {
        <Page title="Terms of use">
            <PageHeader title="Terms of use" crumbs=crumbs(false) text acts/>
            <div>{list}</div>
        </Page>
    }
    .into_any()
}

#[component]
pub fn NewTermsPage() -> impl IntoView {
    let terms = page_resource(|| Ok(query::AllTerms {}));
    let view = |terms: AllTerms| {
        let form = if terms.may_write { view! { <Form terms=None/> }.into_any() } else { readonly() };
        let title = "New terms of use";
        view! { <Page title><PageHeader title crumbs=crumbs(true)/>{form}</Page> }.into_any()
    };
    view! { <Loaded of=terms view/> }.into_any()
}

fn readonly() -> AnyView {
    let text = "You may see the terms and change nothing. Global Administrators and Privileged Role Administrators may.";
    view! { <MessageBar tone="warn" text/> }.into_any()
}

#[component]
pub fn TermsPage() -> impl IntoView {
    let id = read_id();
    let terms = page_resource(move || Ok(query::Terms { terms: parsed(&id.get(), "terms of use")? }));
    view! { <Loaded of=terms view=|terms| view! { <One terms/> }.into_any()/> }.into_any()
}

#[component]
fn One(terms: Terms) -> impl IntoView {
    let Terms { row: Row { terms, accepted }, earlier, may_write } = terms;
    let title = terms.name.clone();
    let people = model::time::people(accepted);
    let text = ["Version ", &terms.version.to_string(), ", accepted by ", &people, "."].concat();
    let earlier = (!earlier.is_empty()).then(|| {
        let versions = earlier.into_iter().map(|(version, at, text)| {
            view! {
                <details>
                    <summary>"Version "{version}", from "<When at/></summary>
                    <div class="rule-text">{text}</div>
                </details>
            }
        });
        view! { <section class="stack"><h2>"Earlier versions"</h2>{versions.collect_view()}</section> }
    });
    let form = if may_write {
        view! { <Form terms=Some(terms)/> }.into_any()
    } else {
        view! { {readonly()}<div class="rule-text">{terms.text}</div> }.into_any()
    };
    view! {
        <Page title=title.clone()>
            <PageHeader title crumbs=crumbs(true) text/>
            {form}
            {earlier}
        </Page>
    }
    .into_any()
}

#[component]
fn Form(#[prop(optional_no_strip)] terms: Option<TermsOfUse>) -> impl IntoView {
    let label = if terms.is_some() { "Save" } else { "Create terms" };
    let there = terms.as_ref().map(|terms| (terms.id.to_string(), terms.version.to_string()));
    let (name, text) = terms.map_or_else(Default::default, |terms| (terms.name, terms.text));
    let hint = "Another text is a new version: whoever activates is asked to accept it again.";
    view! {
        <PostForm call=SaveTerms::PATH>
            {there.map(|(id, version)| view! { <Hidden name="terms" value=id/><Seen name="version" value=version/> })}
            <TextField name="name" label="Name" value=name/>
            <TextArea name="text" label="Text" hint value=text rows=12/>
            <FormActs label back=TERMS/>
        </PostForm>
    }
    .into_any()
}
