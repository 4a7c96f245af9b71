//! `/admin/packages/{id}/edit`, and the fields that the first step of a new package has too.

use super::{PACKAGES, below, parsed, read_id};
use crate::calls::admin_package::SavePackage;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::query;
use model::view::catalog::Package;

#[component]
pub fn EditPackagePage() -> impl IntoView {
    let id = read_id();
    let package = page_resource(move || Ok(query::AdminPackage { package: parsed(&id.get(), "access package")? }));
    let view = |package: Package| {
        let title = ["Edit ", &package.name].concat();
        let path = below(PACKAGES, &package.package.to_string());
        let crumbs = vec![(PACKAGES.to_owned(), "Access packages".to_owned()), (path.clone(), package.name.clone())];
        let form = if package.may_edit {
            view! { <Form package/> }.into_any()
        } else {
            let text = "You may see this package and change nothing of it. Owners and package managers of its catalog may.";
            view! { <MessageBar tone="warn" text link=(path, "Back to the package".to_owned())/> }.into_any()
        };
        view! { <Page title=title.clone()><PageHeader title crumbs/>{form}</Page> }.into_any()
    };
    view! { <Loaded of=package view/> }.into_any()
}

#[component]
fn Form(package: Package) -> impl IntoView {
    let Package { package: id, version, catalog, catalog_name, name, description, hidden, .. } = package;
    let back = below(PACKAGES, &id.to_string());
    view! {
        <PostForm call=SavePackage::PATH class="form">
            <Hidden name="package" value=id.to_string()/>
            <Hidden name="version" value=version.to_string()/>
            <Hidden name="catalog" value=catalog.to_string()/>
            <p class="quiet">"Catalog: "<strong>{catalog_name}</strong></p>
            <Basics name description hidden/>
            <FormActs label="Save" back/>
        </PostForm>
    }
    .into_any()
}

/// What a package is called and for whom it is listed.
#[component]
pub fn Basics(name: String, description: String, hidden: bool) -> impl IntoView {
    let hint = "It is not listed. Whoever is in the scope of a policy can still request it through its link.";
    view! {
        <TextField name="name" label="Name" value=name/>
        <TextArea name="description" label="Description" hint="What one can do with it. Requestors read this." value=description rows=3 optional=true/>
        <CheckBox name="hidden" label="Hidden" hint checked=hidden/>
    }
    .into_any()
}
