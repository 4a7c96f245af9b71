//! `/admin/roles/discovery`: who holds directory roles for good, to be turned into what they activate when they need it.

use super::ROLES;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::query;
use model::view::standing_access::{Act, Row, StandingAccess};

pub const PATH: &str = "/admin/roles/discovery";
pub const CHANGE: &str = "/admin/roles/discovery/change";
/// The form that gathers the selected rows, by its id.
const TOGETHER: &str = "change-selected";

#[component]
pub fn DiscoveryPage() -> impl IntoView {
    let after = query_after();
    let list = page_resource(move || Ok(query::StandingAccess { after: after.get() }));
    let crumbs = vec![(ROLES.to_owned(), "Roles".to_owned())];
    let text = "Who holds a directory role all the time, for the longest first. Whoever is eligible instead activates it when they \
                need it, and has it for a while.";
    view! {
        <Page title="Standing access">
            <PageHeader title="Standing access" crumbs text/>
            <UnfinishedBar form="change_standing_access"/>
            <Loaded of=list view=|list| view! { <List list/> }.into_any()/>
        </Page>
    }
    .into_any()
}

#[component]
fn List(list: StandingAccess) -> impl IntoView {
    let StandingAccess { rows, paging, may_change } = list;
    if rows.is_empty() {
        let text = "Nobody holds a directory role all the time. Everybody activates what they need, when they need it.";
        let link = Some((ROLES.to_owned(), "Roles".to_owned()));
        return view! { <Empty title="No standing access" text link/> }.into_any();
    }
    let selectable = rows.iter().filter(|row| picked(row)).count();
    let selection = (selectable > 0).then(|| Selection::new(TOGETHER, "assignment"));
    let all = selection.map(|selection| view! { <SelectAll selection rows=selectable/> }.into_any());
    let bulk = selection.map(|selection| view! { <Together selection/> }.into_any());
    let rows = rows.into_iter().map(|row| view! { <Line row selection acts=may_change/> }).collect_view();
    let columns = vec!["Holder", "Role", "How", "Since", "Last sign-in", "Last activation"];
    let pager = view! { <Pager path=PATH paging/> }.into_any();
    view! { <Listing caption="Who holds directory roles for good" columns acts=may_change dense=true all bulk pager>{rows}</Listing> }
        .into_any()
}

/// One membership may give several roles, each in a row of its own: it is changed by itself.
fn picked(row: &Row) -> bool {
    row.removable && row.through.is_none()
}

#[component]
fn Line(row: Row, selection: Option<Selection>, acts: bool) -> impl IntoView {
    let Row { assignment, icon, person: is_person, href, name, under, role, role_href, privileged, how, through, .. } =
        row.clone();
    let of = [&name, ", ", &role].concat();
    let pick = selection.filter(|_| picked(&row)).map(|selection| {
        view! { <SelectRow selection value=assignment.to_string() of=of.clone()/> }
    });
    let name = match href {
        Some(href) => view! { <a class="name" href=href>{name}</a> }.into_any(),
        None => view! { <span class="name">{name}</span> }.into_any(),
    };
    let how = match through {
        Some((href, group)) => view! { "Through "<a href=href>{group}</a> }.into_any(),
        None => how.into_any(),
    };
    let last = |at: Option<model::Ts>| match (at, is_person.is_some()) {
        (Some(at), _) => view! { <When at/> }.into_any(),
        (None, true) => "Never".into_any(),
        (None, false) => "".into_any(),
    };
    let (sign_in, activation) = (last(row.last_sign_in), last(row.last_activation));
    let act = |act: Act| {
        let href = address(CHANGE, &[("assignment", &assignment.to_string()), ("act", act.key())]);
        let class = if act == Act::Remove { "button small bare danger" } else { "button small" };
        view! { <a class=class href=href>{act.word()}<span class="sr">" "{of.clone()}</span></a> }
    };
    let acts = acts.then(|| {
        let (eligible, remove) = (row.makes_eligible.then(|| act(Act::MakeEligible)), row.removable.then(|| act(Act::Remove)));
        view! { <td class="acts"><span class="group">{eligible}{remove}</span></td> }
    });
    let mark = privileged.then(|| view! { " "<KindBadge word="Privileged" tone="warn"/> });
    view! {
        <tr>
            <th scope="row">
                <span class="picks">
                    {pick}
                    <IconBox name=icon.symbol()/>
                    <span>{name}{(!under.is_empty()).then(|| view! { <span class="under">{under}</span> })}</span>
                </span>
            </th>
            <td data-label="Role"><a href=role_href>{role}</a>{mark}</td>
            <td data-label="How">{how}</td>
            <td data-label="Since"><When at=row.since/></td>
            <td data-label="Last sign-in">{sign_in}</td>
            <td data-label="Last activation">{activation}</td>
            {acts}
        </tr>
    }
    .into_any()
}

/// Goes on with the selected rows to what would come of it: an ordinary address, so that it needs no script.
#[component]
fn Together(selection: Selection) -> impl IntoView {
    view! {
        <div class="bulk" role="group" aria-label="Change the selected rows">
            <form id=TOGETHER class="bulk-form" action=CHANGE method="get">
                <Selected selection/>
                <span class="group">
                    <button class="button danger" type="submit" name="act" value=Act::Remove.key()>"Remove selected"</button>
                    <button class="button main-act" type="submit" name="act" value=Act::MakeEligible.key()>
                        "Make selected eligible"
                    </button>
                </span>
            </form>
        </div>
    }
    .into_any()
}
