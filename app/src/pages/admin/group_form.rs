//! `/admin/groups/new` and `/admin/groups/{id}/edit`: one form for both.

use super::preview::RuleEditor;
use super::{GROUPS, below, parsed, read_id};
use crate::calls::group::SaveGroup;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::query;
use model::view::Choice;
use model::view::admin::{Group, GroupFilter, Groups};

#[component]
pub fn NewGroupPage() -> impl IntoView {
    // What is offered beside the list of groups is what may be made here.
    let groups = page_resource(|| Ok(query::Groups { search: String::new(), filter: GroupFilter::All, after: None }));
    let view = |groups: Groups| {
        let form = if groups.may_create {
            view! { <Form group=None may_be_role_assignable=groups.may_create_role_assignable/> }.into_any()
        } else {
            let text = "You may see groups and not create them. Ask a Groups Administrator or a User Administrator.";
            view! { <MessageBar tone="warn" text link=(GROUPS.to_owned(), "Back to the groups".to_owned())/> }.into_any()
        };
        view! {
            <Page title="New group">
                <PageHeader title="New group" crumbs=vec![(GROUPS.to_owned(), "Groups".to_owned())]/>
                {form}
            </Page>
        }
        .into_any()
    };
    view! { <Loaded of=groups view/> }.into_any()
}

#[component]
pub fn EditGroupPage() -> impl IntoView {
    let id = read_id();
    let group =
        page_resource(move || Ok(query::Group { group: parsed(&id.get(), "group")?, after: None, person: String::new() }));
    let view = |group: Group| {
        let title = ["Edit ", &group.name].concat();
        let path = below(GROUPS, &group.group.to_string());
        let crumbs = vec![(GROUPS.to_owned(), "Groups".to_owned()), (path.clone(), group.name.clone())];
        let form = if group.may_edit {
            view! { <Form group=Some(group) may_be_role_assignable=false/> }.into_any()
        } else {
            let text = "You may see this group and change nothing. Its owners and administrators of groups may.";
            view! { <MessageBar tone="warn" text link=(path, "Back to the group".to_owned())/> }.into_any()
        };
        view! { <Page title=title.clone()><PageHeader title crumbs/>{form}</Page> }.into_any()
    };
    view! { <Loaded of=group view/> }.into_any()
}

#[component]
fn Form(#[prop(optional_no_strip)] group: Option<Group>, may_be_role_assignable: bool) -> impl IntoView {
    let back = group.as_ref().map_or_else(|| GROUPS.to_owned(), |group| below(GROUPS, &group.group.to_string()));
    let label = if group.is_some() { "Save" } else { "Create group" };
    let hidden = group.as_ref().map(|group| {
        let (id, version) = (group.group.to_string(), group.version.to_string());
        view! { <Hidden name="group" value=id/><Hidden name="version" value=version/> }
    });
    let role_assignable = group.as_ref().is_some_and(|group| group.role_assignable);
    let edited = group.is_some();
    let (name, description, rule) = group.map_or_else(Default::default, |group| (group.name, group.description, group.rule));
    view! {
        <PostForm call=SaveGroup::PATH class="form group-form">
            {hidden}
            <TextField name="name" label="Name" value=name/>
            <TextArea name="description" label="Description" hint="Whom it gathers and what for." value=description rows=2 optional=true/>
            {if role_assignable {
                view! { <NeverDynamic/> }.into_any()
            } else {
                view! { <MembershipFields rule edited/> }.into_any()
            }}
            {may_be_role_assignable.then(|| view! { <RolesField/> })}
            <FormActs label back/>
        </PostForm>
    }
    .into_any()
}

#[component]
fn NeverDynamic() -> impl IntoView {
    let text = "Roles can be assigned to this group. That never changes, and so its members are always put in by people.";
    view! { <Hidden name="membership" value="assigned"/><MessageBar text/> }.into_any()
}

#[component]
fn RolesField() -> impl IntoView {
    let hint = "This can never be changed later. Such a group holds people only, has assigned membership, and is changed by its \
                owners, Global Administrators and Privileged Role Administrators alone.";
    view! { <CheckBox name="role_assignable" label="Roles can be assigned to this group" hint/> }.into_any()
}

/// How the group gets its members. The rule is shown for *Dynamic* only, by the style sheet.
#[component]
fn MembershipFields(#[prop(optional_no_strip)] rule: Option<String>, edited: bool) -> impl IntoView {
    let dynamic = if edited {
        "A rule over attributes decides. Whom people put in by hand is taken out."
    } else {
        "A rule over attributes decides, at once and at every change."
    };
    let options = vec![
        Choice::new("assigned", "Assigned", "People put members in and take them out."),
        Choice::new("dynamic", "Dynamic", dynamic),
    ];
    let value = if rule.is_some() { "dynamic" } else { "assigned" };
    view! {
        <RadioGroup name="membership" legend="Membership" value options shape="choice-cards"/>
        <RuleEditor rule=rule.unwrap_or_default()/>
    }
    .into_any()
}
