//! `/my-roles`: what one is eligible for, active in, and was.

use super::profiles::Profiles;
use super::{Deactivate, DeactivateButton};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::query;
use model::view::my_roles::{self, Extend, Kind, MyRoles, Row};

const PATH: &str = "/my-roles";
/// The form that gathers the selected rows, by its id.
const TOGETHER: &str = "activate-selected";

#[component]
pub fn MyRolesPage() -> impl IntoView {
    let (kind, tab, after) = (query_value("kind"), query_value("tab"), query_after());
    let kind = Memo::new(move |_| kind.with(|kind| Kind::from_key(kind)));
    let chosen = Memo::new(move |_| tab.with(|tab| my_roles::Tab::from_key(tab).key().to_owned()));
    let roles = page_resource(move || {
        Ok(query::MyRoles { kind: kind.get(), tab: my_roles::Tab::from_key(&chosen.get()), after: after.get() })
    });
    let kinds = Kind::ALL.map(|of| {
        let current = move || (kind.get() == of).then_some("true");
        let href = move || chosen.with(|tab| address(PATH, &[("kind", of.key()), ("tab", tab)]));
        view! { <a href=href aria-current=current>{of.word()}</a> }
    });
    let tabs = move || {
        let kind = kind.get().key();
        let tabs = my_roles::Tab::ALL;
        let tabs = tabs.map(|tab| Tab::new(tab.key(), tab.word(), address(PATH, &[("kind", kind), ("tab", tab.key())])));
        let list = view! { <Loaded of=roles view=|roles| view! { <List roles/> }.into_any()/> };
        view! { <Tabs label="My roles" tabs=tabs.into() chosen>{list}</Tabs> }
    };
    let acts = view! { <a class="button" href="/my-roles/requests">"My requests"</a> }.into_any();
    view! {
        <Page title="My roles">
            <PageHeader title="My roles" text="Activate a role when you need it. It ends by itself." acts/>
            <nav class="kinds" aria-label="Kind">{kinds}</nav>
            {tabs}
        </Page>
    }
    .into_any()
}

#[component]
fn List(roles: MyRoles) -> impl IntoView {
    let MyRoles { kind, tab, rows, waiting: _, profiles, paging } = roles;
    if rows.is_empty() {
        return view! { {nothing(kind, tab)}<Profiles profiles/> }.into_any();
    }
    let (caption, time) = match tab {
        my_roles::Tab::Eligible => ("What you may activate", "Eligible until"),
        my_roles::Tab::Active => ("What you hold now", "Ends"),
        my_roles::Tab::Expired => ("What has ended", "Ended"),
    };
    let groups = kind == Kind::Groups;
    let columns = ["Name", "As", "Comes from", time, "State"].into_iter().filter(|name| groups || *name != "As").collect();
    let selectable = rows.iter().filter(|row| row.activate).count();
    let selection = (selectable > 1).then(|| Selection::new(TOGETHER, "assignment"));
    let all = selection.map(|selection| view! { <SelectAll selection rows=selectable/> }.into_any());
    let bulk = selection.map(|selection| view! { <Together selection/> }.into_any());
    let at = kind.key();
    let deactivated = rows.iter().filter(|row| row.deactivate);
    let dialogs = deactivated.map(|row| view! { <Deactivate assignment=row.assignment name=row.called() at/> }).collect_view();
    let acts = tab != my_roles::Tab::Expired || rows.iter().any(|row| row.extend.is_some());
    let rows = rows.into_iter().map(|row| view! { <RoleRow row acts groups selection time/> }).collect_view();
    let keep = vec![("kind", at.to_owned()), ("tab", tab.key().to_owned())];
    let pager = view! { <Pager path=PATH paging keep/> }.into_any();
    view! { <Listing caption columns acts all bulk pager>{rows}</Listing><Profiles profiles/>{dialogs} }.into_any()
}

#[component]
fn RoleRow(row: Row, acts: bool, groups: bool, selection: Option<Selection>, time: &'static str) -> impl IntoView {
    let called = row.called();
    let Row {
        assignment,
        icon,
        name,
        via,
        membership,
        path,
        badge,
        waits,
        starts,
        later,
        ends,
        ended,
        activate,
        request,
        deactivate,
        extend,
    } = row;
    let pick = selection.filter(|_| activate).map(|selection| {
        view! { <SelectRow selection value=assignment.to_string() of=called.clone()/> }
    });
    let at = match (ended, ends) {
        (Some(at), _) => view! { <When at/> }.into_any(),
        (None, Some(of)) => view! { <TimeLeft of/> }.into_any(),
        (None, None) => "Permanent".into_any(),
    };
    let begins = later.then(|| view! { <span class="under">"From "<When at=starts/></span> });
    let later = match extend {
        Some(Extend::From(at)) => Some(view! { <span class="under">"Extend from "<When at/></span> }),
        Some(Extend::Extend | Extend::Renew | Extend::Asked(_)) | None => None,
    };
    let more = extend.map(|extend| more_time(assignment, extend, called.clone()));
    let of = called.clone();
    let act = if activate {
        let href = ["/my-roles/activate?assignment=", &assignment.to_string()].concat();
        view! { <a class="button small" href=href>"Activate"<span class="sr">" "{of}</span></a> }.into_any()
    } else if deactivate {
        view! { <DeactivateButton assignment name=of/> }.into_any()
    } else if let Some(request) = request {
        let href = ["/my-access/requests/", &request.to_string()].concat();
        view! { <a class="button small bare" href=href>"View request"<span class="sr">" "{of}</span></a> }.into_any()
    } else {
        ().into_any()
    };
    let state = badge;
    let waits = waits.into_iter().map(|line| view! { <span class="under"><Sentence text=line/></span> }).collect_view();
    view! {
        <tr>
            <th scope="row">
                <span class="picks">{pick}<IconBox name=icon.symbol() tone="work"/><span class="name">{name}</span></span>
            </th>
            {groups.then(|| view! { <td data-label="As">{via}</td> })}
            <td data-label="Comes from">{comes_from(membership, path)}</td>
            <td data-label=time>{at}{later}</td>
            <td data-label="State"><StateBadge badge=state/>{begins}{waits}</td>
            {acts.then(|| view! { <td class="acts"><span class="group">{act}{more}</span></td> })}
        </tr>
    }
    .into_any()
}

/// `Direct`, or the group with the path through it.
pub fn comes_from(membership: String, path: String) -> AnyView {
    if path.is_empty() {
        return membership.into_any();
    }
    let group = ["Group ", &membership].concat();
    view! { {group}<span class="under">{path}</span> }.into_any()
}

/// *Extend* in the last days, and before that when it will be; *Renew* of what has ended.
fn more_time(assignment: model::AssignmentId, extend: Extend, of: String) -> AnyView {
    let href = ["/my-roles/extend?assignment=", &assignment.to_string()].concat();
    let link = |word: &'static str| view! { <a class="button small" href=href>{word}<span class="sr">" "{of.clone()}</span></a> };
    match extend {
        Extend::Extend => link("Extend").into_any(),
        Extend::Renew => link("Renew").into_any(),
        Extend::From(at) => {
            let sooner = [" ", &of, ", not before ", &at.in_sentence()].concat();
            view! { <button class="button small" type="button" disabled=true>"Extend"<span class="sr">{sooner}</span></button> }
                .into_any()
        }
        Extend::Asked(request) => {
            let href = ["/my-access/requests/", &request.to_string()].concat();
            view! { <a class="button small bare" href=href>"More time is asked for"<span class="sr">": "{of}</span></a> }
                .into_any()
        }
    }
}

/// Goes on with the selected rows: an ordinary address, so that it needs no script.
#[component]
fn Together(selection: Selection) -> impl IntoView {
    view! {
        <div class="bulk" role="group" aria-label="Activate the selected rows">
            <form id=TOGETHER class="bulk-form" action="/my-roles/activate" method="get">
                <Selected selection/>
                <span class="group"><button class="button main-act" type="submit">"Activate selected"</button></span>
            </form>
        </div>
    }
    .into_any()
}

fn nothing(kind: Kind, tab: my_roles::Tab) -> AnyView {
    let (title, text) = match (tab, kind) {
        (my_roles::Tab::Eligible, Kind::DirectoryRoles) => (
            "No directory role to activate",
            "Roles that administrators make you eligible for appear here. You activate them when a task needs them.",
        ),
        (my_roles::Tab::Eligible, Kind::Groups) => {
            ("No group to activate", "Groups that you may become a member or owner of for a while appear here.")
        }
        (my_roles::Tab::Active, Kind::DirectoryRoles) => {
            ("No role is active", "What you activate appears here, with the time it ends.")
        }
        (my_roles::Tab::Active, Kind::Groups) => {
            ("You are in no group", "Groups that you are in appear here, with the time that ends.")
        }
        (my_roles::Tab::Expired, _) => ("Nothing has ended", "What ended stays here for a while, and in the history for ever."),
    };
    let to_eligible = tab == my_roles::Tab::Active;
    let link = to_eligible.then(|| (address(PATH, &[("kind", kind.key())]), "Eligible assignments".to_owned()));
    view! { <Empty title text link/> }.into_any()
}
