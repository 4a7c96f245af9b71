//! `/admin/packages/new` and `/admin/packages/{id}/edit`. The catalog of a new package is chosen first, because it
//! decides what the package can give.

use super::{PACKAGES, below, parsed, read_id};
use crate::calls::admin_package::SavePackage;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::query;
use model::view::Choice;
use model::view::catalog::{NewPackage, Package};

const NEW: &str = "/admin/packages/new";

#[component]
pub fn NewPackagePage() -> impl IntoView {
    let chosen = query_value("catalog");
    let new = page_resource(move || {
        let chosen = chosen.get();
        let catalog = if chosen.is_empty() { None } else { Some(parsed(&chosen, "catalog")?) };
        Ok(query::NewPackage { catalog })
    });
    let view = |new: NewPackage| {
        let NewPackage { catalogs, catalog, offered } = new;
        let form = match catalog {
            Some(catalog) => {
                let catalog = catalog.to_string();
                let name = catalogs.iter().find(|choice| choice.id == catalog).map(|choice| choice.name.clone());
                view! { <Form catalog catalog_name=name.unwrap_or_default() offered/> }.into_any()
            }
            None => view! { <ChooseCatalog catalogs/> }.into_any(),
        };
        let crumbs = vec![(PACKAGES.to_owned(), "Access packages".to_owned())];
        view! { <Page title="New access package"><PageHeader title="New access package" crumbs/>{form}</Page> }.into_any()
    };
    view! { <Loaded of=new view/> }.into_any()
}

#[component]
fn ChooseCatalog(catalogs: Vec<Choice>) -> impl IntoView {
    if catalogs.is_empty() {
        let link = Some(("/admin/catalogs/new".to_owned(), "New catalog".to_owned()));
        return view! { <Empty title="No catalogs yet" text="A package belongs to a catalog. Make one first." link/> }.into_any();
    }
    let options = catalogs.into_iter().map(|Choice { id, name, .. }| view! { <option value=id>{name}</option> }).collect_view();
    view! {
        <form class="form" method="get" action=NEW>
            <div class="field">
                <label for="package-catalog">"Catalog"</label>
                <p class="hint" id="package-catalog-hint">"The package can give what is in its catalog, and stays there for good."</p>
                <select class="input" id="package-catalog" name="catalog" aria-describedby="package-catalog-hint">{options}</select>
            </div>
            <div class="form-acts">
                <button class="button main-act" type="submit">"Continue"</button>
                <a class="button bare" href=PACKAGES>"Cancel"</a>
            </div>
        </form>
    }
    .into_any()
}

#[component]
pub fn EditPackagePage() -> impl IntoView {
    let id = read_id();
    let package = page_resource(move || Ok(query::AdminPackage { package: parsed(&id.get(), "access package")? }));
    let view = |package: Package| {
        let title = ["Edit ", &package.name].concat();
        let path = below(PACKAGES, &package.package.to_string());
        let crumbs = vec![(PACKAGES.to_owned(), "Access packages".to_owned()), (path.clone(), package.name.clone())];
        let form = if package.may_edit {
            let (catalog, catalog_name) = (package.catalog.to_string(), package.catalog_name.clone());
            view! { <Form catalog catalog_name offered=Vec::new() package=Some(package)/> }.into_any()
        } else {
            let text = "You may see this package and change nothing of it. Owners and package managers of its catalog may.";
            view! { <MessageBar tone="warn" text link=(path, "Back to the package".to_owned())/> }.into_any()
        };
        view! { <Page title=title.clone()><PageHeader title crumbs/>{form}</Page> }.into_any()
    };
    view! { <Loaded of=package view/> }.into_any()
}

#[component]
fn Form(
    catalog: String,
    catalog_name: String,
    offered: Vec<Choice>,
    #[prop(default = None)] package: Option<Package>,
) -> impl IntoView {
    let back = package.as_ref().map_or_else(|| PACKAGES.to_owned(), |package| below(PACKAGES, &package.package.to_string()));
    let label = if package.is_some() { "Save" } else { "Create package" };
    let ids = package.as_ref().map(|package| {
        let (id, version) = (package.package.to_string(), package.version.to_string());
        view! { <Hidden name="package" value=id/><Hidden name="version" value=version/> }
    });
    let is_new = package.is_none();
    let hidden = package.as_ref().is_some_and(|package| package.hidden);
    let (name, description) = package.map_or_else(Default::default, |package| (package.name, package.description));
    let hint = "It is not listed. Whoever is in the scope of a policy can still request it through its link.";
    let none = offered.is_empty();
    view! {
        <PostForm call=SavePackage::PATH class="form">
            {ids}
            <Hidden name="catalog" value=catalog/>
            <p class="quiet">"Catalog: "<strong>{catalog_name}</strong></p>
            <TextField name="name" label="Name" value=name/>
            <TextArea name="description" label="Description" hint="What one can do with it. Requestors read this." value=description rows=3 optional=true/>
            <CheckBox name="hidden" label="Hidden" hint checked=hidden/>
            {match (is_new, none) {
                (false, _) => ().into_any(),
                (true, true) => {
                    let text = "The catalog has no resources yet. Roles can be added to the package later.";
                    view! { <MessageBar text/> }.into_any()
                }
                (true, false) => view! {
                    <CheckGroup name="roles[]" legend="Resource roles" hint="More can be added later." options=offered optional=true/>
                }
                .into_any(),
            }}
            <FormActs label back/>
        </PostForm>
    }
    .into_any()
}
