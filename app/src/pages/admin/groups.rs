//! `/admin/groups`: all groups and how they get their members.

use super::{GROUPS, Kinds, Offer, below};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::query;
use model::view::admin::{GroupFilter, GroupRow, Groups};

#[component]
pub fn GroupsPage() -> impl IntoView {
    let (search, filter, after) = (query_value("search"), query_value("filter"), query_after());
    let filter = Memo::new(move |_| filter.with(|filter| key(read_filter(filter)).to_owned()));
    let groups =
        page_resource(move || Ok(query::Groups { search: search.get(), filter: read_filter(&filter.get()), after: after.get() }));
    let keep = Signal::derive(move || vec![("filter", filter.get())]);
    let page = move || {
        let kinds = FILTERS.map(|filter| (key(filter), name(filter))).into();
        let more = view! { <Kinds label="Kinds of groups" path=GROUPS kinds chosen=filter search/> }.into_any();
        let offered = |groups: &Groups| groups.may_create;
        let acts = view! {
            <a class="button" href=super::groups_discover::PATH>"Discover groups"</a>
            <Offer of=groups offered href="/admin/groups/new" words="New group"/>
        }
        .into_any();
        view! {
            <Page title="Groups">
                <PageHeader title="Groups" text="People who get the same access: put together by hand, or by a rule over their attributes." acts/>
                <div>
                    <SearchTools path=GROUPS label="Search groups" value=search keep more/>
                    <Loaded of=groups view=|groups| view! { <List groups/> }.into_any()/>
                </div>
            </Page>
        }
        .into_any()
    };
    view! { <Gate open=|frame| frame.sees_groups view=page/> }.into_any()
}

#[component]
fn List(groups: Groups) -> impl IntoView {
    let Groups { search, filter, rows, paging, may_create, may_create_role_assignable: _ } = groups;
    if rows.is_empty() {
        return nothing(filter, &search, may_create);
    }
    let keep = vec![("filter", key(filter).to_owned()), ("search", search)];
    let rows = rows.into_iter().map(row).collect_view();
    view! {
        <Listing
            caption="Groups"
            columns=vec!["Name", "Membership", "Members", "Kind"]
            numbers=&["Members"]
            dense=true
            pager=view! { <Pager path=GROUPS paging keep/> }.into_any()
        >
            {rows}
        </Listing>
    }
    .into_any()
}

fn row(row: GroupRow) -> impl IntoView {
    let GroupRow { group, name, description, membership, role_assignable, members } = row;
    let tone = if role_assignable { "warn" } else { "" };
    view! {
        <tr>
            <NameCell icon="team" tone href=below(GROUPS, &group.to_string()) name under=description/>
            <td data-label="Membership">{membership}</td>
            <td class="num" data-label="Members">{members}</td>
            <td data-label="Kind">{role_assignable.then(|| view! { <KindBadge word="Roles can be assigned" tone="warn"/> })}</td>
        </tr>
    }
}

fn nothing(filter: GroupFilter, search: &str, may_create: bool) -> AnyView {
    let all = Some((GROUPS.to_owned(), "Show all groups".to_owned()));
    if !search.is_empty() {
        let among = if filter == GroupFilter::All { "No group has “" } else { "No group of this kind has “" };
        let text = [among, search, "” in its name. Try fewer or other letters."].concat();
        return view! { <Empty title="Nothing found" text link=all/> }.into_any();
    }
    let (title, text, link) = match filter {
        GroupFilter::All => (
            "No groups yet",
            "A group gives all its members the same access. Packages and roles can be given to it as a whole.",
            may_create.then(|| ("/admin/groups/new".to_owned(), "New group".to_owned())),
        ),
        GroupFilter::Assigned => ("No assigned groups", "Groups whose members are put in by people appear here.", all),
        GroupFilter::Dynamic => ("No dynamic groups", "Groups whose members are found by a rule appear here.", all),
        GroupFilter::RoleAssignable => (
            "No role-assignable groups",
            "Groups that may hold directory roles appear here. That is decided when a group is made.",
            all,
        ),
    };
    view! { <Empty title text link/> }.into_any()
}

const FILTERS: [GroupFilter; 4] = [GroupFilter::All, GroupFilter::Assigned, GroupFilter::Dynamic, GroupFilter::RoleAssignable];

/// How the address says it; everything needs no word.
fn key(filter: GroupFilter) -> &'static str {
    match filter {
        GroupFilter::All => "",
        GroupFilter::Assigned => "assigned",
        GroupFilter::Dynamic => "dynamic",
        GroupFilter::RoleAssignable => "role-assignable",
    }
}

fn name(filter: GroupFilter) -> &'static str {
    match filter {
        GroupFilter::All => "All",
        GroupFilter::Assigned => "Assigned",
        GroupFilter::Dynamic => "Dynamic",
        GroupFilter::RoleAssignable => "Role-assignable",
    }
}

fn read_filter(text: &str) -> GroupFilter {
    FILTERS.into_iter().find(|filter| key(*filter) == text).unwrap_or_default()
}
