//! `/admin/catalogs`: the catalogs that one may see.

use super::{CATALOGS, Offer, below};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::query;
use model::view::Badge;
use model::view::catalog::{CatalogRow, Catalogs};

#[component]
pub fn CatalogsPage() -> impl IntoView {
    let (search, after) = (query_value("search"), query_after());
    let catalogs = page_resource(move || Ok(query::Catalogs { search: search.get(), after: after.get() }));
    let page = move || {
        let offered = |catalogs: &Catalogs| catalogs.may_create;
        let acts = view! { <Offer of=catalogs offered href="/admin/catalogs/new" words="New catalog"/> }.into_any();
        view! {
            <Page title="Catalogs">
                <PageHeader title="Catalogs" text="Each holds resources and the packages that give them, and has administrators of its own." acts/>
                <div>
                    <SearchTools path=CATALOGS label="Search catalogs" value=search/>
                    <Loaded of=catalogs view=|catalogs| view! { <List catalogs/> }.into_any()/>
                </div>
            </Page>
        }
        .into_any()
    };
    view! { <Gate open=|frame| frame.sees_catalogs view=page/> }.into_any()
}

#[component]
fn List(catalogs: Catalogs) -> impl IntoView {
    let Catalogs { search, rows, paging, may_create } = catalogs;
    if rows.is_empty() {
        return if search.is_empty() {
            let text = "A catalog gathers groups, applications and roles, and the packages that give them.";
            let link = may_create.then(|| ("/admin/catalogs/new".to_owned(), "New catalog".to_owned()));
            view! { <Empty title="No catalogs yet" text link/> }.into_any()
        } else {
            let text = ["No catalog has “", &search, "” in its name. Try fewer or other letters."].concat();
            let link = Some((CATALOGS.to_owned(), "Show all catalogs".to_owned()));
            view! { <Empty title="Nothing found" text link/> }.into_any()
        };
    }
    let keep = vec![("search", search)];
    let rows = rows.into_iter().map(row).collect_view();
    view! {
        <Listing
            caption="Catalogs"
            columns=vec!["Name", "Access packages", "Resources", "State"]
            numbers=&["Access packages", "Resources"]
            dense=true
            pager=view! { <Pager path=CATALOGS paging keep/> }.into_any()
        >
            {rows}
        </Listing>
    }
    .into_any()
}

fn row(row: CatalogRow) -> impl IntoView {
    let CatalogRow { catalog, name, description, enabled, packages, resources } = row;
    view! {
        <tr>
            <NameCell icon="folder" href=below(CATALOGS, &catalog.to_string()) name under=description/>
            <td class="num" data-label="Access packages">{packages}</td>
            <td class="num" data-label="Resources">{resources}</td>
            <td data-label="State"><StateBadge badge=state(enabled)/></td>
        </tr>
    }
}

/// The state of a catalog or a policy.
pub fn state(enabled: bool) -> Badge {
    if enabled { Badge::new("Enabled", "good") } else { Badge::new("Disabled", "plain") }
}
