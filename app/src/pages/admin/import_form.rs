//! The form of an import: where people and groups come from, and what they become.

use crate::calls::import::SaveImport;
use crate::calls::provider::SETTINGS;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::import::{Every, Existing, Import, Leavers, Typed};
use model::view::Choice;

#[component]
pub fn Form(#[prop(optional_no_strip)] of: Option<Import>, typed: Typed) -> impl IntoView {
    let label = if of.is_some() { "Save" } else { "Create import" };
    let is_new = of.is_none();
    let there = of.as_ref().map(|import| (import.id.to_string(), import.version.to_string()));
    let name = of.as_ref().map(|import| import.name.clone()).unwrap_or_default();
    let takes_groups = of.as_ref().is_none_or(|import| import.settings.groups.is_some());
    let every = of.as_ref().map_or(Every::Never, |import| import.settings.every).key();
    let leavers = of.as_ref().map_or(Leavers::Disable, |import| import.settings.leavers).key();
    let existing = of.as_ref().map_or(Existing::Skip, |import| import.settings.existing).key();
    let hint = if is_new {
        "Of the account that reads. It needs to change nothing there. Kept sealed, and shown never again."
    } else {
        "One is kept, sealed, and is shown never again. Leave this empty to keep it."
    };
    let often = Every::ALL.into_iter().map(|every| Choice::new(every.key(), every.name(), "")).collect();
    let leaving =
        Leavers::ALL.into_iter().map(|leavers| Choice::new(leavers.key(), leavers.name(), leavers.explained())).collect();
    let here =
        Existing::ALL.into_iter().map(|existing| Choice::new(existing.key(), existing.name(), existing.explained())).collect();
    let address =
        "Such as ldaps://ldap.example.com, or ldap://ldap.example.com, where STARTTLS follows. Nothing is read without TLS.";
    let several = "Of several names with commas between them, the first that has a value counts.";
    let stable = "What stays the same when somebody is renamed: entryUUID, in Active Directory a text that is never given twice.";
    view! {
        <PostForm call=SaveImport::PATH class="form import-form">
            {there.map(|(id, version)| view! { <Hidden name="import" value=id/><Seen name="version" value=version/> })}
            <TextField name="name" label="Name" value=name/>
            <TextField name="address" label="Address" hint=address value=typed.address/>
            <TextField name="bind_dn" label="Bind DN" value=typed.bind_dn/>
            <TextField name="secret" label="Password" hint kind="password" autocomplete="new-password" optional=!is_new/>
            <fieldset class="stage-editor">
                <legend>"People"</legend>
                <TextField name="people_base" label="Base DN of people" value=typed.people_base/>
                <TextField name="people_filter" label="Filter of people" value=typed.people_filter/>
                <TextField
                    name="disabled_filter"
                    label="Filter of disabled people"
                    hint="Whoever it finds among them is disabled here, such as (pwdAccountLockedTime=*)."
                    value=typed.disabled_filter
                    optional=true
                />
                <TextField name="id_attribute" label="Stable id" hint=stable value=typed.id_attribute/>
                <TextField name="user_name" label="User name" hint=several value=typed.user_name/>
                <TextField name="display_name" label="Display name" value=typed.display_name/>
                <TextField name="mail" label="E-mail" value=typed.mail optional=true/>
                <TextField
                    name="manager"
                    label="Manager"
                    hint="Holds the distinguished name of another person."
                    value=typed.manager
                    optional=true
                />
                <TextArea
                    name="profile"
                    label="Other attributes"
                    hint="A line “Job title = title” for each. What is not named here is changed by people here, and stays."
                    rows=6
                    value=typed.profile
                    optional=true
                />
            </fieldset>
            <fieldset class="stage-editor">
                <legend>"Groups"</legend>
                <CheckBox name="takes_groups" label="Take groups and their members" checked=takes_groups/>
                <div class="stack only-groups">
                    <TextField name="groups_base" label="Base DN of groups" value=typed.groups_base extra=true/>
                    <TextField name="groups_filter" label="Filter of groups" value=typed.groups_filter extra=true/>
                    <TextField name="group_name" label="Name of a group" value=typed.group_name extra=true/>
                    <TextField
                        name="member"
                        label="Members of a group"
                        hint="Holds distinguished names (member) or user names (memberUid)."
                        value=typed.member
                        extra=true
                    />
                </div>
            </fieldset>
            <RadioGroup name="every" legend="Runs" value=every options=often/>
            <RadioGroup name="existing" legend="Accounts and groups that are here already" value=existing options=here/>
            <RadioGroup name="leavers" legend="People who are no longer found" value=leavers options=leaving/>
            <TextField
                name="percent"
                label="Ask above, in percent"
                hint="A run that would disable a larger share of the people, or take a larger share of the memberships away, does nothing and asks."
                value=typed.percent
            />
            <FormActs label back=SETTINGS/>
        </PostForm>
    }
    .into_any()
}
