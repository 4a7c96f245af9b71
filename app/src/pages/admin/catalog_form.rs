//! `/admin/catalogs/new` and `/admin/catalogs/{id}/edit`: one form for both.

use super::{CATALOGS, below, parsed, read_id};
use crate::calls::catalog::SaveCatalog;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::query;
use model::view::catalog::{Catalog, Catalogs, Tab};

#[component]
pub fn NewCatalogPage() -> impl IntoView {
    let catalogs = page_resource(|| Ok(query::Catalogs { search: String::new(), after: None }));
    let view = |catalogs: Catalogs| {
        let form = if catalogs.may_create {
            view! { <Form catalog=None/> }.into_any()
        } else {
            let text = "You may see catalogs and not create them. Ask an Identity Governance Administrator.";
            view! { <MessageBar tone="warn" text link=(CATALOGS.to_owned(), "Back to the catalogs".to_owned())/> }.into_any()
        };
        let crumbs = vec![(CATALOGS.to_owned(), "Catalogs".to_owned())];
        view! { <Page title="New catalog"><PageHeader title="New catalog" crumbs/>{form}</Page> }.into_any()
    };
    view! { <Loaded of=catalogs view/> }.into_any()
}

#[component]
pub fn EditCatalogPage() -> impl IntoView {
    let id = read_id();
    let catalog = page_resource(move || {
        let catalog = parsed(&id.get(), "catalog")?;
        Ok(query::Catalog { catalog, tab: Tab::Packages, search: String::new(), after: None })
    });
    let view = |catalog: Catalog| {
        let title = ["Edit ", &catalog.name].concat();
        let path = below(CATALOGS, &catalog.catalog.to_string());
        let crumbs = vec![(CATALOGS.to_owned(), "Catalogs".to_owned()), (path.clone(), catalog.name.clone())];
        let form = if catalog.may_manage {
            view! { <Form catalog=Some(catalog)/> }.into_any()
        } else {
            let text =
                "You may see this catalog and change nothing of it. Its owners and Identity Governance Administrators may.";
            view! { <MessageBar tone="warn" text link=(path, "Back to the catalog".to_owned())/> }.into_any()
        };
        view! { <Page title=title.clone()><PageHeader title crumbs/>{form}</Page> }.into_any()
    };
    view! { <Loaded of=catalog view/> }.into_any()
}

#[component]
fn Form(#[prop(optional_no_strip)] catalog: Option<Catalog>) -> impl IntoView {
    let back = catalog.as_ref().map_or_else(|| CATALOGS.to_owned(), |catalog| below(CATALOGS, &catalog.catalog.to_string()));
    let label = if catalog.is_some() { "Save" } else { "Create catalog" };
    let hidden = catalog.as_ref().map(|catalog| {
        let (id, version) = (catalog.catalog.to_string(), catalog.version.to_string());
        view! { <Hidden name="catalog" value=id/><Hidden name="version" value=version/> }
    });
    let enabled = catalog.as_ref().is_none_or(|catalog| catalog.enabled);
    let (name, description) = catalog.map_or_else(Default::default, |catalog| (catalog.name, catalog.description));
    let hint = "Without it nobody can request packages of this catalog. What people hold already stays.";
    view! {
        <PostForm call=SaveCatalog::PATH class="form">
            {hidden}
            <TextField name="name" label="Name" value=name/>
            <TextArea name="description" label="Description" value=description rows=2 optional=true/>
            <CheckBox name="enabled" label="Enabled" hint checked=enabled/>
            <FormActs label back/>
        </PostForm>
    }
    .into_any()
}
