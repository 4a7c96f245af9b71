//! The tab *Role assignments* of a person: what they are eligible for, active in, and were.

use super::{USERS, below};
use crate::pages::my_roles::comes_from;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::view::my_roles::{Row, Tab as Shown, UserRoles};

/// The tab's key in the address.
pub const KEY: &str = "roles";

#[component]
pub fn RolesOf(roles: UserRoles) -> impl IntoView {
    let UserRoles { user, tab, rows, paging } = roles;
    let path = below(USERS, &user.to_string());
    let kinds = Shown::ALL.map(|one| {
        let href = address(&path, &[("tab", KEY), ("state", one.key())]);
        view! { <a href=href aria-current=(one == tab).then_some("true")>{one.word()}</a> }
    });
    let keep = vec![("tab", KEY.to_owned()), ("state", tab.key().to_owned())];
    let pager = view! { <Pager path paging keep/> }.into_any();
    let list = if rows.is_empty() { nothing(tab) } else { list(tab, rows, pager) };
    view! { <nav class="kinds" aria-label="State">{kinds.into_iter().collect_view()}</nav>{list} }.into_any()
}

fn nothing(tab: Shown) -> AnyView {
    let (title, text) = match tab {
        Shown::Eligible => ("Eligible for nothing", "Roles and groups that this person may activate appear here."),
        Shown::Active => ("Active in nothing", "Roles and groups that this person has now appear here, assigned or activated."),
        Shown::Expired => ("Nothing has expired", "Assignments that ended appear here for 30 days. The history keeps them."),
    };
    view! { <Empty title text/> }.into_any()
}

fn list(tab: Shown, rows: Vec<(Row, Option<String>)>, pager: AnyView) -> AnyView {
    let end = match tab {
        Shown::Eligible => "Eligible until",
        Shown::Active => "Ends",
        Shown::Expired => "Ended",
    };
    let rows = rows.into_iter().map(|(row, href)| {
        let Row { icon, name, via, membership, path, badge, starts, ends, ended, .. } = row;
        let name = match href {
            Some(href) => view! { <a class="name" href=href>{name}</a> }.into_any(),
            None => view! { <span class="name">{name}</span> }.into_any(),
        };
        let via = (!via.is_empty()).then(|| view! { <span class="under">{via}</span> });
        let at = match (ended, ends) {
            (Some(at), _) => view! { <When at/> }.into_any(),
            (None, Some(of)) => view! { <TimeLeft of quiet=true/> }.into_any(),
            (None, None) => "Permanent".into_any(),
        };
        view! {
            <tr>
                <th scope="row"><span class="picks"><IconBox name=icon.symbol()/><span>{name}{via}</span></span></th>
                <td data-label="State"><StateBadge badge/></td>
                <td data-label="Comes from">{comes_from(membership, path)}</td>
                <td data-label="Start"><When at=starts/></td>
                <td data-label=end>{at}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <Listing caption=tab.word() columns=vec!["Name", "State", "Comes from", "Start", end] dense=true pager>{rows}</Listing>
    }
    .into_any()
}
