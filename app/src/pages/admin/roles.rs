//! `/admin/roles`: the directory roles, and how many hold each.

use super::ROLES;
use crate::calls::authentication_context::CONTEXTS;
use crate::calls::role::{assignments_path, template_path};
use crate::calls::terms::TERMS;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::query;
use model::role_settings::{Privileged, PrivilegedKind};
use model::view::my_roles::Tab;
use model::view::role::{RoleRow, Roles};

#[component]
pub fn RolesPage() -> impl IntoView {
    let search = query_value("search");
    let roles = page_resource(move || Ok(query::Roles { search: search.get() }));
    let page = move || {
        let text = "What administrators may do. Whoever is eligible activates a role when they need it, and has it for a while.";
        let acts = view! {
            <a class="button" href=template_path(PrivilegedKind::DirectoryRole, "")><Icon name="gear"/>"Template"</a>
            <a class="button" href=TERMS>"Terms of use"</a>
            <a class="button" href=CONTEXTS>"Authentication contexts"</a>
            <a class="button" href=super::discovery::PATH><Icon name="search"/>"Standing access"</a>
            <a class="button" href=super::emergency::PATH><Icon name="alert"/>"Emergency access"</a>
        }
        .into_any();
        view! {
            <Page title="Roles">
                <PageHeader title="Roles" text acts/>
                <div>
                    <SearchTools path=ROLES label="Search roles" value=search/>
                    <Loaded of=roles view=|roles| view! { <List roles/> }.into_any()/>
                </div>
            </Page>
        }
        .into_any()
    };
    view! { <Gate open=|frame| frame.sees_roles view=page/> }.into_any()
}

#[component]
fn List(roles: Roles) -> impl IntoView {
    let Roles { search, rows } = roles;
    if rows.is_empty() {
        let text = ["No role has “", &search, "” in its name or description. Try fewer or other letters."].concat();
        let link = Some((ROLES.to_owned(), "Show all roles".to_owned()));
        return view! { <Empty title="Nothing found" text link/> }.into_any();
    }
    let rows = rows.into_iter().map(row).collect_view();
    view! {
        <Listing caption="Directory roles" columns=vec!["Name", "Description", "Eligible", "Active"] numbers=&["Eligible", "Active"] dense=true>{rows}</Listing>
    }
    .into_any()
}

fn row(row: RoleRow) -> impl IntoView {
    let RoleRow { role, name, description, privileged, eligible, active } = row;
    let role = Privileged::DirectoryRole(role);
    let tone = if privileged { "warn" } else { "" };
    let mark = privileged.then(|| view! { " "<KindBadge word="Privileged" tone="warn"/> });
    view! {
        <tr>
            <th scope="row">
                <span class="picks">
                    <IconBox name="shield" tone/>
                    <span><a class="name" href=assignments_path(role, Tab::Eligible)>{name}</a>{mark}</span>
                </span>
            </th>
            <td data-label="Description">{description}</td>
            <td class="num" data-label="Eligible">{eligible}</td>
            <td class="num" data-label="Active">{active}</td>
        </tr>
    }
}
