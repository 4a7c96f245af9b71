//! `/admin/groups/discover`: groups that can be brought under privileged access management.

use super::{GROUPS, below};
use crate::calls::standing_access::ManageGroups;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::query;
use model::view::standing_access::{DiscoveredGroups, GroupRow};

pub const PATH: &str = "/admin/groups/discover";
/// The form that gathers the selected rows, by its id.
const TOGETHER: &str = "manage_groups";

#[component]
pub fn GroupsDiscoverPage() -> impl IntoView {
    let (search, after) = (query_value("search"), query_after());
    let groups = page_resource(move || Ok(query::DiscoveredGroups { search: search.get(), after: after.get() }));
    let page = move || {
        let crumbs = vec![(GROUPS.to_owned(), "Groups".to_owned())];
        let text = "A group under privileged access management has eligible members and owners, who activate that when they need \
                    it. Who is in a group now stays in it.";
        view! {
            <Page title="Discover groups">
                <PageHeader title="Discover groups" crumbs text/>
                <UnfinishedBar form="manage_groups"/>
                <div>
                    <SearchTools path=PATH label="Search groups" value=search/>
                    <Loaded of=groups view=|groups| view! { <List groups/> }.into_any()/>
                </div>
            </Page>
        }
        .into_any()
    };
    view! { <Gate open=|frame| frame.sees_groups view=page/> }.into_any()
}

#[component]
fn List(groups: DiscoveredGroups) -> impl IntoView {
    let DiscoveredGroups { search, rows, paging } = groups;
    if rows.is_empty() {
        let text = if search.is_empty() {
            "There are no groups yet.".to_owned()
        } else {
            ["No group has “", &search, "” in its name. Try fewer or other letters."].concat()
        };
        let link = Some((PATH.to_owned(), "Show all groups".to_owned()));
        return view! { <Empty title="Nothing found" text link/> }.into_any();
    }
    let selectable = rows.iter().filter(|row| row.reason.is_none()).count();
    let selection = (selectable > 0).then(|| Selection::new(TOGETHER, "chosen[]"));
    let all = selection.map(|selection| view! { <SelectAll selection rows=selectable/> }.into_any());
    let bulk = selection.map(|selection| view! { <Together selection/> }.into_any());
    let rows = rows.into_iter().map(|row| view! { <Line row selection/> }).collect_view();
    let pager = view! { <Pager path=PATH paging keep=vec![("search", search)]/> }.into_any();
    view! { <Listing caption="Groups" columns=vec!["Name", "Members", "Kind", "State"] numbers=&["Members"] dense=true all bulk pager>{rows}</Listing> }
        .into_any()
}

#[component]
fn Line(row: GroupRow, selection: Option<Selection>) -> impl IntoView {
    let GroupRow { group, name, description, role_assignable, members, reason, managed } = row;
    let pick = selection.filter(|_| reason.is_none()).map(|selection| {
        view! { <SelectRow selection value=group.to_string() of=name.clone()/> }
    });
    let href =
        if managed { [&below(GROUPS, &group.to_string()), "/privileged"].concat() } else { below(GROUPS, &group.to_string()) };
    let state = match (managed, reason) {
        (true, _) => view! { <StateBadge badge=model::view::Badge::new("Managed", "good")/> }.into_any(),
        (false, Some(reason)) => view! { <span class="quiet">{reason}</span> }.into_any(),
        (false, None) => view! { <StateBadge badge=model::view::Badge::new("Can be managed", "plain")/> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row">
                <span class="picks">
                    {pick}
                    <IconBox name="team" tone=if role_assignable { "warn" } else { "" }/>
                    <span>
                        <a class="name" href=href>{name}</a>
                        {(!description.is_empty()).then(|| view! { <span class="under">{description}</span> })}
                    </span>
                </span>
            </th>
            <td class="num" data-label="Members">{members}</td>
            <td data-label="Kind">{role_assignable.then(|| view! { <KindBadge word="Roles can be assigned" tone="warn"/> })}</td>
            <td class="full" data-label="State">{state}</td>
        </tr>
    }
    .into_any()
}

#[component]
fn Together(selection: Selection) -> impl IntoView {
    view! {
        <div class="bulk" role="group" aria-label="Manage the selected groups">
            <PostForm call=ManageGroups::PATH class="bulk-form">
                <Selected selection/>
                <span class="group"><SubmitButton label="Manage groups"/></span>
            </PostForm>
        </div>
    }
    .into_any()
}
