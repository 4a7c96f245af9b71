//! `/admin/packages`: packages over all catalogs that one may see.

use super::drafts::Drafts;
use super::{CATALOGS, Offer, PACKAGES, below};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::query;
use model::view::Paging;
use model::view::catalog::{PackageRow, Packages};

#[component]
pub fn AdminPackagesPage() -> impl IntoView {
    let (search, after) = (query_value("search"), query_after());
    let packages = page_resource(move || Ok(query::AdminPackages { search: search.get(), after: after.get() }));
    let page = move || {
        let offered = |packages: &Packages| packages.may_create;
        let acts = view! { <Offer of=packages offered href="/admin/packages/new" words="New access package"/> }.into_any();
        let view = |packages: Packages| {
            if packages.rows.is_empty() && !packages.search.is_empty() {
                let text = ["No package has “", &packages.search, "” in its name or in what it gives."].concat();
                let link = Some((PACKAGES.to_owned(), "Show all packages".to_owned()));
                return view! { <Empty title="Nothing found" text link/> }.into_any();
            }
            let Packages { search, rows, paging, may_create: _ } = packages;
            view! { <PackageList rows paging path=PACKAGES.to_owned() search in_catalog=false/> }.into_any()
        };
        view! {
            <Page title="Access packages">
                <PageHeader title="Access packages" text="What people can request together, under which policy, and who holds it." acts/>
                <Drafts/>
                <div>
                    <SearchTools path=PACKAGES label="Search packages" value=search/>
                    <Loaded of=packages view/>
                </div>
            </Page>
        }
        .into_any()
    };
    view! { <Gate open=|frame| frame.sees_catalogs view=page/> }.into_any()
}

/// Packages of one catalog or of all.
#[component]
pub fn PackageList(
    rows: Vec<PackageRow>,
    paging: Paging,
    path: String,
    #[prop(optional)] search: String,
    in_catalog: bool,
) -> impl IntoView {
    if rows.is_empty() {
        let text = "A package gives several resource roles together, and its policies say who may request it.";
        return view! { <Empty title="No access packages yet" text/> }.into_any();
    }
    let columns = if in_catalog {
        vec!["Name", "Resource roles", "Held by", "Listed"]
    } else {
        vec!["Name", "Catalog", "Resource roles", "Held by", "Listed"]
    };
    let lines = rows
        .into_iter()
        .map(|PackageRow { package, name, description, catalog, catalog_name, hidden, roles, holders }| {
            let catalog = (!in_catalog).then(|| {
                let href = below(CATALOGS, &catalog.to_string());
                view! { <td data-label="Catalog"><a href=href>{catalog_name}</a></td> }
            });
            view! {
                <tr>
                    <NameCell icon="box" href=below(PACKAGES, &package.to_string()) name under=description/>
                    {catalog}
                    <td data-label="Resource roles">{roles}</td>
                    <td data-label="Held by">{holders}</td>
                    <td data-label="Listed">{if hidden { "Hidden" } else { "Yes" }}</td>
                </tr>
            }
        })
        .collect_view();
    let pager = view! { <Pager path paging keep=vec![("search", search)]/> }.into_any();
    view! { <Listing caption="Access packages" columns dense=true pager>{lines}</Listing> }.into_any()
}
