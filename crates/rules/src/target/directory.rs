//! Targets that are directories: what may be set about them.

use crate::form::{is_directory_address, malformed, text};
use model::limits::{DN_MAX_CHARS, ISSUER_MAX_CHARS, LDAP_ATTRIBUTE_MAX_CHARS};
use model::target::{Directory, MemberAttribute};
use model::{Refusal, dn};

pub fn address(typed: &str) -> Result<String, Refusal> {
    let typed = text("base_url", "Address", typed, true, ISSUER_MAX_CHARS)?;
    let address = typed.trim_end_matches('/');
    if is_directory_address(address) {
        return Ok(address.to_owned());
    }
    let message = format!(
        "The address of a directory is like ldaps://ldap.example.com, or ldap://ldap.example.com:389 for STARTTLS. You wrote “{typed}”."
    );
    Err(malformed("base_url", message))
}

/// What was typed, checked field by field.
pub fn settings(typed: &Directory) -> Result<Directory, Refusal> {
    let attribute = text("person_attribute", "Attribute of people", &typed.person_attribute, true, LDAP_ATTRIBUTE_MAX_CHARS)?;
    let first = attribute.starts_with(|c: char| c.is_ascii_alphabetic());
    if !first || !attribute.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        let message = format!("An attribute is like uid or mail: letters, digits and hyphens. You wrote “{attribute}”.");
        return Err(malformed("person_attribute", message));
    }
    Ok(Directory {
        bind_dn: entry("bind_dn", "Signs in as", &typed.bind_dn, true)?,
        people: entry("people", "Base of people", &typed.people, true)?,
        person_attribute: attribute,
        person_by: typed.person_by,
        groups: entry("groups_base", "Base of groups", &typed.groups, true)?,
        member_attribute: typed.member_attribute,
        placeholder: entry("placeholder", "Stands in empty groups", &typed.placeholder, false)?,
    })
}

fn entry(field: &str, label: &str, typed: &str, required: bool) -> Result<String, Refusal> {
    let typed = text(field, label, typed, required, DN_MAX_CHARS)?;
    if typed.is_empty() || dn::normal(&typed).is_some() {
        return Ok(typed);
    }
    let message = format!("The name of an entry is like ou=people,dc=example,dc=com. You wrote “{typed}”.");
    Err(malformed(field, message))
}

/// Groups with numbers are made by whoever gives the numbers out.
pub fn may_create(directory: &Directory, creates_groups: bool) -> Result<(), Refusal> {
    if creates_groups && directory.member_attribute == MemberAttribute::MemberUid {
        let message = "Groups with memberUid need a number, so they are not made from here. Make them in the directory.";
        return Err(malformed("creates_groups", message.to_owned()));
    }
    Ok(())
}

/// Members that were written into one attribute would stay there, unknown, if another one counted from now on.
pub fn may_follow(before: &Directory, after: &Directory) -> Result<(), Refusal> {
    if before.member_attribute == after.member_attribute {
        return Ok(());
    }
    let message = format!(
        "Members were written into {} so far, and would stay there. End the access, delete this target and set up a new one.",
        before.member_attribute.name()
    );
    Err(malformed("member_attribute", message))
}

/// Settings of which nothing was typed yet.
pub fn blank(directory: &Directory) -> Directory {
    let nothing = String::new;
    Directory {
        bind_dn: nothing(),
        people: nothing(),
        person_attribute: nothing(),
        groups: nothing(),
        placeholder: nothing(),
        ..directory.clone()
    }
}

/// The one form of a group's name, to see whether two are one.
pub fn called(directory: &Directory, group: &str) -> String {
    if dn::is_whole(group) { normal(group) } else { below_base(directory, group) }
}

/// The same of a group that is called so and is below the base of groups.
pub fn below_base(directory: &Directory, group: &str) -> String {
    normal(&format!("cn={},{}", escaped(group), directory.groups))
}

fn normal(whole: &str) -> String {
    dn::normal(whole).unwrap_or_else(|| whole.to_lowercase())
}

/// A value within a name (RFC 4514).
fn escaped(value: &str) -> String {
    let special = |c: char| matches!(c, '"' | '+' | ',' | ';' | '<' | '>' | '=' | '\\' | '#');
    value.chars().flat_map(|c| special(c).then_some('\\').into_iter().chain([c])).collect()
}

/// What is recorded when it changes.
pub fn rows(before: &Directory, after: &Directory) -> Vec<(&'static str, String, String)> {
    let row = |name, of: fn(&Directory) -> &str| (name, of(before).to_owned(), of(after).to_owned());
    vec![
        row("Signs in as", |directory| &directory.bind_dn),
        row("Base of people", |directory| &directory.people),
        row("Attribute of people", |directory| &directory.person_attribute),
        row("Compared with", |directory| directory.person_by.name()),
        row("Base of groups", |directory| &directory.groups),
        row("Attribute of members", |directory| directory.member_attribute.name()),
        row("Stands in empty groups", |directory| &directory.placeholder),
    ]
}
