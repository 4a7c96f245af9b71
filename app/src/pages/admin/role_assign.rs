//! `/admin/roles/{id}/assignments/new` and `/admin/groups/{id}/privileged/new`: somebody becomes eligible, or is assigned.

use super::role_place::{Side, place};
use super::{GROUPS, ROLES, below, read_id};
use crate::calls::role::{AssignRole, assign_path, assignments_path};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::query;
use model::role_settings::{Privileged, days_words};
use model::view::Choice;
use model::view::my_roles::Tab;
use model::view::role::{Assignments, Defaults};

#[component]
pub fn AssignRolePage() -> impl IntoView {
    page(Side::Roles)
}

#[component]
pub fn AssignGroupPage() -> impl IntoView {
    page(Side::Groups)
}

fn page(side: Side) -> AnyView {
    let (id, role, person) = (read_id(), query_value("role"), query_value("person"));
    let form = page_resource(move || {
        let role = side.read(&id.get(), &role.get())?;
        Ok(query::RoleAssignments { role, tab: Tab::default(), person: person.get(), after: None })
    });
    let view = move |form| view! { <Whole form person=person.get_untracked()/> }.into_any();
    view! { <Loaded of=form view/> }.into_any()
}

#[component]
fn Whole(form: Assignments, person: String) -> impl IntoView {
    let Assignments { role, name, enabled, may_assign, defaults, holders, .. } = form;
    let back = assignments_path(role, Tab::default());
    let (above, owner) = match role {
        Privileged::DirectoryRole(_) => ((ROLES.to_owned(), "Roles".to_owned()), ""),
        Privileged::GroupMember(id) => ((below(GROUPS, &id.to_string()), name.clone()), "member"),
        Privileged::GroupOwner(id) => ((below(GROUPS, &id.to_string()), name.clone()), "owner"),
    };
    let on = match role {
        Privileged::DirectoryRole(_) => name.clone(),
        Privileged::GroupMember(_) | Privileged::GroupOwner(_) => "Privileged access".to_owned(),
    };
    let crumbs = vec![above, (back.clone(), on)];
    let title = "Add assignments";
    if !(enabled && may_assign) {
        let text = if may_assign {
            "The group is not under privileged access management. Enable it first."
        } else {
            "You may see who is assigned, and assign nobody."
        };
        let link = Some((back, "Open the assignments".to_owned()));
        return view! { <Page title=title><PageHeader title crumbs/><Empty title="Nothing to assign here" text link/></Page> }
            .into_any();
    }
    let text = match role {
        Privileged::DirectoryRole(_) => ["To the role ", &name, "."].concat(),
        Privileged::GroupMember(_) | Privileged::GroupOwner(_) => ["As ", owner, " of ", &name, "."].concat(),
    };
    let path = assign_path(role).split('?').next().unwrap_or_default().to_owned();
    let keep = if owner == "owner" { vec![("role", "owner".to_owned())] } else { Vec::new() };
    let count = holders.len();
    view! {
        <Page title=title>
            <PageHeader title crumbs text/>
            {place(role, assign_path)}
            <div>
                <PersonSearch path label="Search people and groups" value=person count keep/>
                <Fields role defaults holders back/>
            </div>
        </Page>
    }
    .into_any()
}

#[component]
fn Fields(role: Privileged, defaults: Defaults, holders: Vec<Choice>, back: String) -> impl IntoView {
    let types = vec![
        Choice::new("eligible", "Eligible", "They activate it when they need it, and have it for a while."),
        Choice::new("active", "Active", "They have it all the time, without activating it."),
    ];
    let Defaults { eligible_permanent, eligible_days, active_permanent, active_days, justification_required, ticket_required } =
        defaults;
    let bounds = [("Eligible", eligible_permanent, eligible_days), ("Active", active_permanent, active_days)];
    let bounded = bounds.iter().filter(|(_, permanent, _)| !permanent);
    let hint: Vec<String> =
        bounded.map(|(kind, _, days)| [kind, " assignments last ", &days_words(*days), " at most."].concat()).collect();
    let permanent = match (eligible_permanent, active_permanent) {
        (true, true) => Some("It has no end, until somebody removes it."),
        (true, false) => Some("For eligible assignments only."),
        (false, true) => Some("For active assignments only."),
        (false, false) => None,
    };
    view! {
        <PostForm call=AssignRole::PATH>
            <Verification form="assign_role"/>
            <Hidden name="role" value=role.to_string()/>
            <PersonPicker name="holder" label="Person or group" hint="Service principals are found by name too. They are assigned as active only." people=holders among=Among::ForRole(role)/>
            <RadioGroup name="assignment_type" legend="Assignment type" value="eligible" options=types shape="choice-cards"/>
            {permanent.map(|hint| view! { <CheckBox name="permanent" label="Permanent" hint/> })}
            <div class="row-of-fields">
                <InstantField name="starts" label="Start" hint="Leave it empty to start at once."/>
                <InstantField name="ends" label="End" hint=hint.join(" ") optional=permanent.is_some()/>
            </div>
            <TextArea
                name="justification"
                label="Justification"
                hint="The people themselves read it. It stays in the history."
                optional=!justification_required
            />
            {ticket_required.then(|| view! { <TicketFields/> })}
            <FormActs label="Assign" back/>
        </PostForm>
    }
    .into_any()
}
