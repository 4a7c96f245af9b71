//! Targets: what may be set about them.

mod directory;
mod groups;
#[cfg(test)]
mod tests;

pub use groups::{Told, apart, keeps_group, lines as group_lines, regrouped};

use crate::form::{is_web_address, malformed, text};
use crate::user::folded;
use model::event::{Action, Change};
use model::limits::{
    ISSUER_MAX_CHARS, NAME_MAX_CHARS, TARGET_ADOPTED_DAYS_MAX, TARGET_PER_SECOND_MAX, TARGET_TOKEN_MAX_CHARS, TARGETS_MAX,
};
use model::target::{Kind, Leavers, SaveTarget, Target};
use model::{ApplicationRoleId, Refusal, TargetId, Ts};
use std::collections::BTreeSet;

/// The applications that a target can be for: what they are called, and their roles.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    pub all: &'a [Target],
    /// Of the application that is asked for or was set: its roles by name; nothing when there is no such application.
    pub roles: Option<&'a [(ApplicationRoleId, String)]>,
    /// The other targets, each with the roles of its application.
    pub others: &'a [Told],
    /// Roles in whose groups there somebody is, or may be.
    pub held: &'a BTreeSet<ApplicationRoleId>,
}

/// The target as it is from now on, with what is recorded of that; nothing when all stays as it was.
pub fn save(
    id: TargetId,
    before: Option<&Target>,
    asked: &SaveTarget,
    facts: Facts<'_>,
    now: Ts,
) -> Result<Option<(Target, Action)>, Refusal> {
    let name = text("name", "Name", &asked.name, true, NAME_MAX_CHARS)?;
    let (base_url, kind) = match &asked.kind {
        Kind::Scim => (address(&asked.base_url)?, Kind::Scim),
        Kind::Ldap(typed) => (directory::address(&asked.base_url)?, Kind::Ldap(directory::settings(typed)?)),
    };
    if let Some(token) = &asked.token {
        let token = text("secret", kind.secret(), &token.0, true, TARGET_TOKEN_MAX_CHARS)?;
        if kind == Kind::Scim && !token.chars().all(|c| c.is_ascii_graphic()) {
            return Err(malformed("secret", "A token has no blanks and no letters with accents. Copy it again.".to_owned()));
        }
    }
    let per_second = number("per_second", &asked.per_second, TARGET_PER_SECOND_MAX)?;
    let adopted_days = number("adopted_days", &asked.adopted_days, TARGET_ADOPTED_DAYS_MAX)?;
    if let Some(other) = facts.all.iter().find(|other| Some(other.id) != asked.target && folded(&other.name) == folded(&name)) {
        return Err(Refusal::NameTaken { field: "name", label: "Name", name: other.name.clone() });
    }
    let missing = || Refusal::Required { field: "application".to_owned(), label: "Application".to_owned() };
    let application = before.map(|before| before.application).or(asked.application).ok_or_else(missing)?;
    let roles = facts.roles.ok_or(Refusal::NotFound { what: "application" })?;
    let groups = groups::read(&asked.groups, &kind, roles)?;
    let (drift, creates_groups) = (asked.drift, asked.creates_groups);
    let leavers = match &kind {
        Kind::Scim => asked.leavers,
        Kind::Ldap(directory) => {
            directory::may_create(directory, creates_groups)?;
            // Nobody's entry is ever touched.
            Leavers::Keep
        }
    };
    let Some(before) = before else {
        if facts.all.len() >= TARGETS_MAX {
            return Err(malformed("name", format!("There can be {TARGETS_MAX} targets. Delete one that is no longer needed.")));
        }
        if let Some(other) = facts.all.iter().find(|other| other.application == application) {
            let message = format!("“{}” is the target of this application already. Change that one instead.", other.name);
            return Err(malformed("application", message));
        }
        if asked.token.is_none() {
            return Err(Refusal::Required { field: "secret".to_owned(), label: kind.secret().to_owned() });
        }
        let (enabled, created_at, version) = (true, now, 1);
        let target = Target {
            id,
            application,
            name,
            base_url,
            kind,
            drift,
            adopted_days,
            leavers,
            creates_groups,
            groups,
            per_second,
            enabled,
            created_at,
            version,
        };
        apart(&target, roles, facts.others).map_err(|message| malformed("groups", message))?;
        let kind = match &target.kind {
            Kind::Scim => Kind::Scim,
            Kind::Ldap(directory) => Kind::Ldap(directory::blank(directory)),
        };
        let blank = Target { name: String::new(), base_url: String::new(), kind, groups: Vec::new(), ..target.clone() };
        let (changes, name) = (changes(&blank, &target, asked), target.name.clone());
        return Ok(Some((target, Action::TargetCreated { target: id, name, changes })));
    };
    if before.version != asked.version {
        return Err(Refusal::Stale);
    }
    if before.kind.name() != kind.name() {
        let message = format!("This target speaks {}. For another way, delete it and set up a new one.", before.kind.name());
        return Err(malformed("name", message));
    }
    if let (Some(before), Some(after)) = (before.kind.directory(), kind.directory()) {
        directory::may_follow(before, after)?;
    }
    // Whoever may change the address must not learn the token by having it sent to themselves.
    if before.base_url != base_url && asked.token.is_none() {
        let secret = kind.secret().to_lowercase();
        let message = format!(
            "The address is another one now, so type the {secret} again: the one that is kept is only sent to the server that it was \
             typed for."
        );
        return Err(malformed("secret", message));
    }
    let after =
        Target { name, base_url, kind, drift, adopted_days, leavers, creates_groups, groups, per_second, ..before.clone() };
    apart(&after, roles, facts.others).map_err(|message| malformed("groups", message))?;
    groups::may_follow(before, &after, roles, facts.held)?;
    let changes = changes(before, &after, asked);
    if changes.is_empty() {
        return Ok(None);
    }
    let action = Action::TargetChanged { target: before.id, name: after.name.clone(), changes };
    Ok(Some((Target { version: before.version + 1, ..after }, action)))
}

/// Switches a target on or off; nothing when it is so already.
pub fn set_enabled(before: &Target, enabled: bool) -> Option<(Target, Action)> {
    if before.enabled == enabled {
        return None;
    }
    let word = |enabled: bool| if enabled { "Yes" } else { "No" }.to_owned();
    let changes = vec![Change { field: "Enabled".to_owned(), before: word(before.enabled), after: word(enabled) }];
    let action = Action::TargetChanged { target: before.id, name: before.name.clone(), changes };
    Some((Target { enabled, version: before.version + 1, ..before.clone() }, action))
}

/// Whether a target may be forgotten, with what people have there. `seen` is how many of them whoever deletes was shown.
pub fn may_delete(target: &Target, people: usize, seen: usize) -> Result<(), Refusal> {
    if people > seen { Err(Refusal::TargetHasPeople { name: target.name.clone(), people }) } else { Ok(()) }
}

fn changes(before: &Target, after: &Target, asked: &SaveTarget) -> Vec<Change> {
    let word = |yes: bool| if yes { "Yes" } else { "No" }.to_owned();
    let rows = [
        ("Name", before.name.clone(), after.name.clone()),
        ("Address", before.base_url.clone(), after.base_url.clone()),
        ("Unknown access", before.drift.name().to_owned(), after.drift.name().to_owned()),
        ("Days of adopted access", before.adopted_days.to_string(), after.adopted_days.to_string()),
        ("Accounts without access", before.leavers.name().to_owned(), after.leavers.name().to_owned()),
        ("Makes missing groups", word(before.creates_groups), word(after.creates_groups)),
        ("Groups with other names", groups::named(before), groups::named(after)),
        ("Requests a second", before.per_second.to_string(), after.per_second.to_string()),
    ];
    let of_kind = match (&before.kind, &after.kind) {
        (Kind::Ldap(before), Kind::Ldap(after)) => directory::rows(before, after),
        _ => Vec::new(),
    };
    let mut changes: Vec<Change> = rows
        .into_iter()
        .chain(of_kind)
        .filter(|(_, before, after)| before != after)
        .map(|(field, before, after)| Change { field: field.to_owned(), before, after })
        .collect();
    if asked.token.is_some() {
        changes.push(Change { field: after.kind.secret().to_owned(), before: String::new(), after: "Changed".to_owned() });
    }
    changes
}

fn address(typed: &str) -> Result<String, Refusal> {
    let typed = text("base_url", "Address", typed, true, ISSUER_MAX_CHARS)?;
    let address = typed.trim_end_matches('/');
    if is_web_address(address, &['?']) {
        return Ok(address.to_owned());
    }
    Err(malformed(
        "base_url",
        format!("An address is like https://app.example.com/scim/v2, without ? and #. You wrote “{typed}”."),
    ))
}

fn number(field: &str, typed: &str, most: u32) -> Result<u32, Refusal> {
    let number = typed.trim().parse().ok().filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| malformed(field, format!("A number from 1 to {most} is needed. You wrote “{}”.", typed.trim())))
}
