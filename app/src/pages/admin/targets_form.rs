//! The form of a target, of either kind.

use crate::calls::provider::SETTINGS;
use crate::calls::target::{LDAP, SaveTarget};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::limits::{TARGET_ADOPTED_DAYS, TARGET_ADOPTED_DAYS_MAX, TARGET_PER_SECOND, TARGET_PER_SECOND_MAX};
use model::target::{Directory, Drift, Leavers, MemberAttribute, PersonBy, Target};
use model::view::Choice;

#[component]
pub fn Form(
    applications: Vec<Choice>,
    #[prop(optional_no_strip)] of: Option<Target>,
    is_ldap: bool,
    groups: String,
) -> impl IntoView {
    let label = if of.is_some() { "Save" } else { "Create target" };
    let is_new = of.is_none();
    let there = of.as_ref().map(|target| (target.id.to_string(), target.version.to_string()));
    let drift = of.as_ref().map_or(Drift::Report, |target| target.drift).key();
    let leavers = of.as_ref().map_or(Leavers::Deactivate, |target| target.leavers).key();
    let creates = of.as_ref().is_none_or(|target| target.creates_groups);
    let adopted_days = of.as_ref().map_or(TARGET_ADOPTED_DAYS, |target| target.adopted_days).to_string();
    let per_second = of.as_ref().map_or(TARGET_PER_SECOND, |target| target.per_second).to_string();
    let directory = of.as_ref().and_then(|target| target.kind.directory().cloned());
    let (name, base_url) = of.map(|target| (target.name, target.base_url)).unwrap_or_default();
    let drifts = Drift::ALL.into_iter().map(|drift| Choice::new(drift.key(), drift.name(), drift.explained())).collect();
    let leaving =
        Leavers::ALL.into_iter().map(|leavers| Choice::new(leavers.key(), leavers.name(), leavers.explained())).collect();
    let applications: Vec<(String, String)> = applications.into_iter().map(|choice| (choice.id, choice.name)).collect();
    // Made within the form, from which fields know what was typed.
    let reached = move || {
        if is_ldap {
            view! { <DirectoryFields base_url directory is_new/> }.into_any()
        } else {
            view! { <ScimFields base_url is_new/> }.into_any()
        }
    };
    let group_hint = if is_ldap {
        "A line “Role = Group” for each role whose group is not called like the role. A group is named by its cn, or by its whole name \
         such as cn=agents,ou=apps,dc=example,dc=com."
    } else {
        "A line “Role = Group” for each role whose group is not called like the role."
    };
    let pace = pace();
    let lasts = ["From 1 to ", &TARGET_ADOPTED_DAYS_MAX.to_string(), ". It ends then, and a review can end it before."].concat();
    view! {
        <PostForm call=SaveTarget::PATH>
            {there.map(|(id, version)| view! { <Hidden name="target" value=id/><Seen name="version" value=version/> })}
            {is_new.then(|| view! { <Pick name="application" label="Application" options=applications/> })}
            <TextField name="name" label="Name" value=name/>
            {reached()}
            <CheckBox name="creates_groups" label="Make groups that are missing there" checked=creates/>
            <TextArea name="groups" label="Groups with other names" hint=group_hint value=groups optional=true/>
            <RadioGroup name="drift" legend="Unknown access" value=drift options=drifts/>
            <TextField name="adopted_days" label="Adopted access lasts, in days" hint=lasts kind="number" value=adopted_days/>
            {(!is_ldap).then(|| view! { <RadioGroup name="leavers" legend="Accounts without access" value=leavers options=leaving/> })}
            <TextField name="per_second" label="Requests a second, at most" hint=pace value=per_second/>
            <FormActs label back=SETTINGS/>
        </PostForm>
    }
    .into_any()
}

/// How long it takes at which pace.
fn pace() -> String {
    let seconds = 2 * 10_000 / TARGET_PER_SECOND;
    [
        "From 1 to ",
        &TARGET_PER_SECOND_MAX.to_string(),
        ". A new account takes two: 10,000 of them take ",
        &seconds.to_string(),
        " seconds at ",
        &TARGET_PER_SECOND.to_string(),
        ".",
    ]
    .concat()
}

#[component]
fn ScimFields(base_url: String, is_new: bool) -> impl IntoView {
    let hint = if is_new {
        "What the target asks for as a bearer token. Kept sealed, and shown never again."
    } else {
        "One is kept, sealed, and is shown never again. Leave this empty to keep it."
    };
    let where_hint = "Where SCIM 2.0 begins, such as https://app.example.com/scim/v2.";
    view! {
        <TextField name="base_url" label="Address" hint=where_hint value=base_url/>
        <TextField name="secret" label="Token" hint kind="password" autocomplete="new-password" optional=!is_new/>
    }
    .into_any()
}

#[component]
fn DirectoryFields(base_url: String, #[prop(optional_no_strip)] directory: Option<Directory>, is_new: bool) -> impl IntoView {
    let hint = if is_new {
        "Kept sealed, and shown never again. It is only sent over TLS."
    } else {
        "One is kept, sealed, and is shown never again. Leave this empty to keep it."
    };
    let directory = directory.unwrap_or_else(|| Directory {
        bind_dn: String::new(),
        people: String::new(),
        person_attribute: "uid".to_owned(),
        person_by: PersonBy::UserName,
        groups: String::new(),
        member_attribute: MemberAttribute::Member,
        placeholder: String::new(),
    });
    let Directory { bind_dn, people, person_attribute, person_by, groups, member_attribute, placeholder } = directory;
    let by = PersonBy::ALL.into_iter().map(|by| Choice::new(by.key(), by.name(), "")).collect();
    let members = MemberAttribute::ALL
        .into_iter()
        .map(|attribute| Choice::new(attribute.key(), attribute.name(), attribute.explained()))
        .collect();
    let where_hint = "ldaps://ldap.example.com, or ldap://ldap.example.com, which begins with STARTTLS.";
    let stand_in_hint = "Who is put into a group that has lost its last member, because these groups must have one; taken out again \
                         when somebody comes. Choose an entry that has no power. If empty, the account that signs in stands there.";
    view! {
        <Hidden name="kind" value=LDAP.to_owned()/>
        <TextField name="base_url" label="Address" hint=where_hint value=base_url/>
        <TextField name="bind_dn" label="Signs in as" hint="Such as cn=vestibule,ou=services,dc=example,dc=com." value=bind_dn/>
        <TextField name="secret" label="Password" hint kind="password" autocomplete="new-password" optional=!is_new/>
        <TextField name="people" label="Base of people" hint="Such as ou=people,dc=example,dc=com. Nobody is made there." value=people/>
        <TextField name="person_attribute" label="Attribute of people" hint="By which a person is found, such as uid or mail." value=person_attribute/>
        <RadioGroup name="person_by" legend="Compared with" value=person_by.key() options=by/>
        <TextField name="groups_base" label="Base of groups" hint="Such as ou=groups,dc=example,dc=com." value=groups/>
        <RadioGroup name="member_attribute" legend="Attribute of members" value=member_attribute.key() options=members/>
        <TextField name="placeholder" label="Stands in empty groups" hint=stand_in_hint value=placeholder optional=true/>
    }
    .into_any()
}
