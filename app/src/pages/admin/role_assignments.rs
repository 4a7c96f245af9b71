//! `/admin/roles/{id}/assignments` and `/admin/groups/{id}/privileged`: who is eligible for a role, who has it, and who had it.

use super::holders::holders_path;
use super::role_place::{Side, place};
use super::{GROUPS, NewReview, ROLES, below, read_id};
use crate::calls::role::{
    AssignRole, ChangeRoleAssignment, EndRoleAssignment, SetPrivilegedAccess, assign_path, assignments_path, settings_path,
};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::access::AssignmentType;
use model::query;
use model::review::Reviewed;
use model::role_settings::{Privileged, days_words};
use model::view::my_roles::Tab as Shown;
use model::view::role::{Assignments, Defaults, Row};
use model::view::{Choice, Icon as Symbol, Persona};

#[component]
pub fn RoleAssignmentsPage() -> impl IntoView {
    page(Side::Roles)
}

#[component]
pub fn GroupAssignmentsPage() -> impl IntoView {
    page(Side::Groups)
}

fn page(side: Side) -> AnyView {
    let (id, role, tab, after) = (read_id(), query_value("role"), query_value("tab"), query_after());
    let assignments = page_resource(move || {
        let (tab, person) = (Shown::from_key(&tab.get()), String::new());
        Ok(query::RoleAssignments { role: side.read(&id.get(), &role.get())?, tab, person, after: after.get() })
    });
    view! { <Loaded of=assignments view=|assignments| view! { <Whole assignments/> }.into_any()/> }.into_any()
}

#[component]
fn Whole(assignments: Assignments) -> impl IntoView {
    let role = assignments.role;
    let name = assignments.name.clone();
    let (title, crumbs, text) = match role {
        Privileged::DirectoryRole(_) => {
            (name.clone(), vec![(ROLES.to_owned(), "Roles".to_owned())], assignments.description.clone())
        }
        Privileged::GroupMember(id) | Privileged::GroupOwner(id) => (
            ["Privileged access to ", &name].concat(),
            vec![(GROUPS.to_owned(), "Groups".to_owned()), (below(GROUPS, &id.to_string()), name.clone())],
            "Whoever is eligible becomes a member or an owner for a while, when they need it.".to_owned(),
        ),
    };
    if !assignments.enabled {
        let text = match (&assignments.never, assignments.may_assign) {
            (Some(never), _) => never.clone(),
            (None, true) => "Enable it, and people can be made eligible. Who is in the group now stays in it.".to_owned(),
            (None, false) => "Its owners and administrators of groups can enable it.".to_owned(),
        };
        let enable = (assignments.never.is_none() && assignments.may_assign).then(|| {
            let group = role.resource().to_string();
            view! { <Enable group/> }.into_any()
        });
        let nothing = "Not under privileged access management";
        return view! { <Page title=title.clone()><PageHeader title crumbs acts=enable/><Empty title=nothing text/></Page> }
            .into_any();
    }
    let out = match role {
        Privileged::GroupMember(id) | Privileged::GroupOwner(id) if assignments.may_assign => Some(id),
        _ => None,
    };
    let acts = view! {
        {out.map(|_| view! { <DialogButton id=TAKE_OUT class="button bare danger">"Take out"</DialogButton> })}
        <a class="button" href=holders_path(role)>"Who and why"</a>
        <a class="button" href=audit_path(role)>"Audit"</a>
        <a class="button" href=settings_path(role, "")>"Settings"</a>
        {assignments.may_assign.then(|| match role {
            Privileged::DirectoryRole(id) => Some(view! { <NewReview of=Reviewed::DirectoryRole(id)/> }),
            Privileged::GroupMember(_) | Privileged::GroupOwner(_) => None,
        })}
        {assignments.may_assign.then(|| view! {
            <a class="button main-act" href=assign_path(role)><Icon name="plus"/>"Add assignments"</a>
        })}
    };
    let dialog = out.map(|group| {
        let label = ["Take out ", &name].concat();
        let text = [
            "“",
            &name,
            "” is an ordinary group again. Who is a member or an owner now stays so, and its settings are kept. It is refused as long as somebody is eligible, or an access package makes people eligible.",
        ]
        .concat();
        view! {
            <DialogForm id=TAKE_OUT title=[&label, "?"].concat() call=SetPrivilegedAccess::PATH text label>
                <Hidden name="group" value=group.to_string()/>
                <Hidden name="enabled" value="false"/>
            </DialogForm>
        }
    });
    let tabs = Shown::ALL.map(|tab| Tab::new(tab.key(), tab.word(), assignments_path(role, tab))).into();
    let chosen = Signal::stored(assignments.tab.key().to_owned());
    view! {
        <Page title=title.clone()>
            <PageHeader title crumbs text acts=acts.into_any()/>
            {place(role, |role| assignments_path(role, Shown::Eligible))}
            <div><Tabs label="Assignments" tabs chosen><List assignments/></Tabs></div>
            {dialog}
        </Page>
    }
    .into_any()
}

/// Where what happened to the role is told.
fn audit_path(role: Privileged) -> String {
    match role {
        Privileged::DirectoryRole(id) => [ROLES, "/", &id.to_string(), "/audit"].concat(),
        Privileged::GroupMember(id) | Privileged::GroupOwner(id) => address(&below(GROUPS, &id.to_string()), &[("tab", "audit")]),
    }
}

const TAKE_OUT: &str = "take-out";
/// What is somebody's own, and comes through no group.
const DIRECT: &str = "Direct";

/// Makes an ordinary group one whose members and owners can be eligible.
#[component]
fn Enable(group: String) -> impl IntoView {
    view! {
        <PostForm call=SetPrivilegedAccess::PATH class="">
            <Hidden name="group" value=group/>
            <Hidden name="enabled" value="true"/>
            <SubmitButton label="Enable"/>
        </PostForm>
    }
    .into_any()
}

#[component]
fn List(assignments: Assignments) -> impl IntoView {
    let Assignments { role, name, tab, rows, paging, defaults, .. } = assignments;
    if rows.is_empty() {
        return nothing(tab);
    }
    let acts = rows.iter().any(|row| row.changeable || row.removable || row.renew.is_some());
    // A closure, so that other rows get dialogs of their own: what was typed about one person must not stand in the dialog of
    // another, when the list is read again or another tab is chosen.
    let about = rows.clone();
    let dialogs = move || about.iter().map(|row| dialogs(row, (role, &name), tab, &defaults)).collect_view();
    let rows = rows.into_iter().map(|row| view! { <Line row acts over={tab == Shown::Expired}/> }).collect_view();
    let path = assignments_path(role, Shown::default()).split('?').next().unwrap_or_default().to_owned();
    let owner = if matches!(role, Privileged::GroupOwner(_)) { "owner" } else { "" };
    let keep = vec![("role", owner.to_owned()), ("tab", tab.key().to_owned())];
    let pager = view! { <Pager path paging keep/> }.into_any();
    let end = if tab == Shown::Expired { "Ended" } else { "End" };
    view! {
        <Listing caption=tab.word() columns=vec!["Name", "State", "Comes from", "Start", end] acts dense=true pager>{rows}</Listing>
        {dialogs}
    }
    .into_any()
}

/// What can be done with one assignment.
fn dialogs(row: &Row, (of, role): (Privileged, &str), tab: Shown, defaults: &Defaults) -> AnyView {
    let role = role.to_owned();
    let renew = row.renew.clone().map(|(holder, was)| {
        let (row, role, defaults) = (row.clone(), role.clone(), defaults.clone());
        view! { <RenewDialog row of role holder was defaults/> }
    });
    let change = row.changeable.then(|| {
        let (row, role, defaults) = (row.clone(), role.clone(), defaults.clone());
        view! { <ChangeDialog row role tab defaults/> }
    });
    let remove = row.removable.then(|| view! { <RemoveDialog row=row.clone() role tab/> });
    view! { {change}{remove}{renew} }.into_any()
}

fn nothing(tab: Shown) -> AnyView {
    let (title, text) = match tab {
        Shown::Eligible => (
            "Nobody is eligible",
            "Whoever is made eligible appears here: they have the role when they activate it, and only for a while.",
        ),
        Shown::Active => ("Nobody has it now", "Whoever is assigned the role, or has activated it, appears here."),
        Shown::Expired => ("Nothing has expired", "Assignments that ended appear here for 30 days. The history keeps them."),
    };
    view! { <Empty title text/> }.into_any()
}

#[component]
fn Line(row: Row, acts: bool, over: bool) -> impl IntoView {
    let Row {
        assignment,
        icon,
        person,
        href,
        name,
        under,
        badge,
        source,
        through,
        starts,
        ends,
        ended,
        changeable,
        removable,
        renew,
        ..
    } = row;
    let href = href.unwrap_or_default();
    let who = match (person, icon) {
        (Some(id), _) => view! { <Person who=Persona { id, name: name.clone(), under } href/> }.into_any(),
        (None, Symbol::Group) => view! { <Team name=name.clone() href under/> }.into_any(),
        (None, icon) => view! { <span class="picks"><IconBox name=icon.symbol()/>{name.clone()}</span> }.into_any(),
    };
    let from = match through {
        Some((group, href)) => {
            let path = [&name, " → ", &group, " → this role"].concat();
            view! { "Group "<a href=href>{group}</a><span class="under">{path}</span> }.into_any()
        }
        None if source == DIRECT => source.into_any(),
        // What a person has of their own is direct, whatever gave it.
        None => view! { {DIRECT}<span class="under">{source}</span> }.into_any(),
    };
    let label = if over { "Ended" } else { "End" };
    let end = match (ended, ends) {
        (Some(at), _) => view! { <td data-label=label><When at/></td> }.into_any(),
        (None, Some(of)) => view! { <td data-label=label><TimeLeft of quiet=true/></td> }.into_any(),
        (None, None) => view! { <td data-label=label>"Permanent"</td> }.into_any(),
    };
    let button = |kind: &str, class: &'static str, words: &'static str| {
        let (id, of) = (dialog_id(kind, &assignment.to_string()), name.clone());
        view! { <DialogButton id class>{words}<span class="sr">" "{of}</span></DialogButton> }
    };
    let change = changeable.then(|| button("change", "button small bare", "Update"));
    let renew = renew.map(|_| button("renew", "button small bare", "Renew"));
    let remove = removable.then(|| button("remove", "button small bare danger", "Remove"));
    view! {
        <tr>
            <th scope="row">{who}</th>
            <td data-label="State"><StateBadge badge/></td>
            <td data-label="Comes from">{from}</td>
            <td data-label="Start"><When at=starts/></td>
            {end}
            {acts.then(|| view! { <td class="acts"><span class="group">{change}{renew}{remove}</span></td> })}
        </tr>
    }
    .into_any()
}

fn dialog_id(kind: &str, assignment: &str) -> String {
    [kind, "-", assignment].concat()
}

#[component]
fn ChangeDialog(row: Row, role: String, tab: Shown, defaults: Defaults) -> impl IntoView {
    let assignment = row.assignment.to_string();
    let id = dialog_id("change", &assignment);
    let (permanent, days) = match tab {
        Shown::Active => (defaults.active_permanent, defaults.active_days),
        Shown::Eligible | Shown::Expired => (defaults.eligible_permanent, defaults.eligible_days),
    };
    let hint = if permanent { String::new() } else { [&days_words(days), " from now at most."].concat() };
    let text = ["Sets when the assignment of “", &role, "” to ", &row.name, " begins and ends."].concat();
    let about = ("assignment", assignment);
    let Row { name, starts, starts_later, ends_at, .. } = row;
    let label = ["Update ", &name].concat();
    let justification = !defaults.justification_required;
    view! {
        <DialogForm id title=label call=ChangeRoleAssignment::PATH about text label="Update" kind="main-act">
            <Verification form="change_role_assignment"/>
            <Seen name="seen_starts" value=starts.0.to_string()/>
            {ends_at.map(|at| view! { <Seen name="seen_ends" value=at.0.to_string()/> })}
            <Hidden name="tab" value=tab.key()/>
            {starts_later.then(|| view! { <InstantField name="starts" label="Start" value=Some(starts)/> })}
            {permanent.then(|| view! { <CheckBox name="permanent" label="Permanent" checked=ends_at.is_none()/> })}
            <InstantField name="ends" label="End" hint optional=permanent value=ends_at/>
            <TextArea name="justification" label="Justification" rows=2 optional=justification/>
        </DialogForm>
    }
    .into_any()
}

/// Assigns again what has ended, with its end to be said.
#[component]
fn RenewDialog(row: Row, of: Privileged, role: String, holder: String, was: AssignmentType, defaults: Defaults) -> impl IntoView {
    let assignment = row.assignment.to_string();
    let id = dialog_id("renew", &assignment);
    // Nobody reads it: it tells the dialogs of several rows apart, which all assign.
    let about = ("renews", assignment);
    let label = ["Renew ", &row.name].concat();
    let text = ["Assigns “", &role, "” to ", &row.name, " again. Say until when."].concat();
    let (chosen, permanent, days) = match was {
        AssignmentType::Eligible => ("eligible", defaults.eligible_permanent, defaults.eligible_days),
        AssignmentType::Active => ("active", defaults.active_permanent, defaults.active_days),
    };
    let hint = if permanent { String::new() } else { [&days_words(days), " from its start at most."].concat() };
    let types = vec![Choice::new("eligible", "Eligible", ""), Choice::new("active", "Active", "")];
    let permanent = defaults.eligible_permanent || defaults.active_permanent;
    view! {
        <DialogForm id title=label call=AssignRole::PATH about text label="Renew" kind="main-act">
            <Verification form="assign_role"/>
            <Hidden name="role" value=of.to_string()/>
            <Hidden name="holder" value=holder/>
            <RadioGroup name="assignment_type" legend="Assignment type" value=chosen options=types shape="group"/>
            {permanent.then(|| view! { <CheckBox name="permanent" label="Permanent"/> })}
            <InstantField name="starts" label="Start" hint="Leave it empty to start at once."/>
            <InstantField name="ends" label="End" hint optional=permanent/>
            <TextArea name="justification" label="Justification" rows=2 optional=!defaults.justification_required/>
            {defaults.ticket_required.then(|| view! { <TicketFields/> })}
        </DialogForm>
    }
    .into_any()
}

#[component]
fn RemoveDialog(row: Row, role: String, tab: Shown) -> impl IntoView {
    let assignment = row.assignment.to_string();
    let id = dialog_id("remove", &assignment);
    let label = ["Remove ", &row.name].concat();
    let effect = match tab {
        Shown::Eligible => "” any more, and what is activated on it ends at once. They are told so with your reason.",
        Shown::Active | Shown::Expired => "” at once, and is told so with your reason. What they hold by other ways stays.",
    };
    let what = if tab == Shown::Eligible { " is not eligible for “" } else { " loses “" };
    let text = [&row.name, what, &role, effect].concat();
    let about = ("assignment", assignment);
    view! {
        <DialogForm id title=[&label, "?"].concat() call=EndRoleAssignment::PATH about text keep="Keep it" label>
            <Hidden name="tab" value=tab.key()/>
            <TextArea name="words" label="Reason" hint="It stays in the history." rows=2/>
        </DialogForm>
    }
    .into_any()
}
