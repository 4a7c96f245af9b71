//! `/admin/users`: everybody in the directory.

use super::{Kinds, Offer, USERS, below};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::query;
use model::view::admin::{UserFilter, UserRow, Users};

#[component]
pub fn UsersPage() -> impl IntoView {
    let (search, filter, after) = (query_value("search"), query_value("filter"), query_after());
    let filter = Memo::new(move |_| filter.with(|filter| key(read_filter(filter)).to_owned()));
    let users =
        page_resource(move || Ok(query::Users { search: search.get(), filter: read_filter(&filter.get()), after: after.get() }));
    let keep = Signal::derive(move || vec![("filter", filter.get())]);
    let page = move || {
        let kinds = FILTERS.map(|filter| (key(filter), name(filter))).into();
        let more = view! { <Kinds label="Kinds of users" path=USERS kinds chosen=filter search/> }.into_any();
        let acts = view! { <Offer of=users offered=|users: &Users| users.may_create href="/admin/users/new" words="New user"/> }
            .into_any();
        view! {
            <Page title="Users">
                <PageHeader title="Users" text="Everybody who can sign in, hold access, or decide about it." acts/>
                <div>
                    <SearchTools path=USERS label="Search users" value=search keep more/>
                    <Loaded of=users view=|users| view! { <List users/> }.into_any()/>
                </div>
            </Page>
        }
        .into_any()
    };
    view! { <Gate open=|frame| frame.sees_users view=page/> }.into_any()
}

#[component]
fn List(users: Users) -> impl IntoView {
    let Users { search, filter, rows, paging, may_create } = users;
    if rows.is_empty() {
        return nothing(filter, &search, may_create);
    }
    let keep = vec![("filter", key(filter).to_owned()), ("search", search)];
    let rows = rows.into_iter().map(row).collect_view();
    view! {
        <Listing
            caption="Users"
            columns=vec!["Name", "User name", "Department", "Manager", "State"]
            dense=true
            pager=view! { <Pager path=USERS paging keep/> }.into_any()
        >
            {rows}
        </Listing>
    }
    .into_any()
}

fn row(row: UserRow) -> impl IntoView {
    let UserRow { who, user_name, department, manager, badge } = row;
    let href = below(USERS, &who.id.to_string());
    view! {
        <tr>
            <th scope="row"><Person who href/></th>
            <td data-label="User name">{user_name}</td>
            <td data-label="Department">{department}</td>
            <td data-label="Manager">{manager}</td>
            <td data-label="State"><StateBadge badge/></td>
        </tr>
    }
}

fn nothing(filter: UserFilter, search: &str, may_create: bool) -> AnyView {
    let everybody = Some((USERS.to_owned(), "Show all users".to_owned()));
    if !search.is_empty() {
        let among = if filter == UserFilter::All { "" } else { " among these" };
        let text =
            ["Nobody", among, " has “", search, "” in the name, user name or e-mail. Try fewer or other letters."].concat();
        return view! { <Empty title="Nobody found" text link=everybody/> }.into_any();
    }
    let (title, text, link) = match filter {
        UserFilter::All => (
            "No users yet",
            "People who request, hold or approve access appear here.",
            may_create.then(|| ("/admin/users/new".to_owned(), "New user".to_owned())),
        ),
        UserFilter::Members => ("No members", "Users of your own organization appear here.", everybody),
        UserFilter::Guests => ("No guests", "Users from elsewhere appear here. Policies can leave them out.", everybody),
        UserFilter::Disabled => ("Nobody is disabled", "Users who can no longer sign in appear here.", everybody),
    };
    view! { <Empty title text link/> }.into_any()
}

const FILTERS: [UserFilter; 4] = [UserFilter::All, UserFilter::Members, UserFilter::Guests, UserFilter::Disabled];

/// How the address says it; everything needs no word.
fn key(filter: UserFilter) -> &'static str {
    match filter {
        UserFilter::All => "",
        UserFilter::Members => "members",
        UserFilter::Guests => "guests",
        UserFilter::Disabled => "disabled",
    }
}

fn name(filter: UserFilter) -> &'static str {
    match filter {
        UserFilter::All => "All",
        UserFilter::Members => "Members",
        UserFilter::Guests => "Guests",
        UserFilter::Disabled => "Disabled",
    }
}

fn read_filter(text: &str) -> UserFilter {
    FILTERS.into_iter().find(|filter| key(*filter) == text).unwrap_or_default()
}
