//! Targets: what may be set about them.

mod directory;
#[cfg(test)]
mod tests;

use crate::form::{is_web_address, malformed, text};
use crate::user::folded;
use model::event::{Action, Change};
use model::limits::{
    DN_MAX_CHARS, ISSUER_MAX_CHARS, NAME_MAX_CHARS, TARGET_ADOPTED_DAYS_MAX, TARGET_PER_SECOND_MAX, TARGET_TOKEN_MAX_CHARS,
    TARGETS_MAX,
};
use model::target::{Kind, Leavers, SaveTarget, Target};
use model::{ApplicationRoleId, Refusal, TargetId, Ts};

/// The applications that a target can be for: what they are called, and their roles.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    pub all: &'a [Target],
    /// Of the application that is asked for or was set: its roles by name; nothing when there is no such application.
    pub roles: Option<&'a [(ApplicationRoleId, String)]>,
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
    let groups = groups(&asked.groups, &kind, facts.roles.ok_or(Refusal::NotFound { what: "application" })?)?;
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

/// The lines of the form, from what is kept.
pub fn group_lines(target: &Target, roles: &[(ApplicationRoleId, String)]) -> String {
    let line = |(role, group): &(ApplicationRoleId, String)| {
        let (_, name) = roles.iter().find(|(id, _)| id == role)?;
        Some(format!("{name} = {group}"))
    };
    target.groups.iter().filter_map(line).collect::<Vec<_>>().join("\n")
}

fn changes(before: &Target, after: &Target, asked: &SaveTarget) -> Vec<Change> {
    let word = |yes: bool| if yes { "Yes" } else { "No" }.to_owned();
    let groups = |target: &Target| target.groups.iter().map(|(_, group)| group.as_str()).collect::<Vec<_>>().join(", ");
    let rows = [
        ("Name", before.name.clone(), after.name.clone()),
        ("Address", before.base_url.clone(), after.base_url.clone()),
        ("Unknown access", before.drift.name().to_owned(), after.drift.name().to_owned()),
        ("Days of adopted access", before.adopted_days.to_string(), after.adopted_days.to_string()),
        ("Accounts without access", before.leavers.name().to_owned(), after.leavers.name().to_owned()),
        ("Makes missing groups", word(before.creates_groups), word(after.creates_groups)),
        ("Groups with other names", groups(before), groups(after)),
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

/// Lines of `Role = Group`.
fn groups(typed: &str, kind: &Kind, roles: &[(ApplicationRoleId, String)]) -> Result<Vec<(ApplicationRoleId, String)>, Refusal> {
    let mut groups: Vec<(ApplicationRoleId, String)> = Vec::new();
    for line in typed.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (role, group) = line
            .split_once('=')
            .ok_or_else(|| malformed("groups", format!("Each line is “Role = Group”. “{line}” has no equals sign.")))?;
        let group = text("groups", "Groups", group, true, kind.directory().map_or(NAME_MAX_CHARS, |_| DN_MAX_CHARS))?;
        let (role, name) = (role.trim(), folded(role.trim()));
        let Some((id, _)) = roles.iter().find(|(_, known)| folded(known) == name) else {
            let known: Vec<&str> = roles.iter().map(|(_, name)| name.as_str()).collect();
            let message = format!("The application has no role “{role}”. It has: {}.", known.join(", "));
            return Err(malformed("groups", message));
        };
        if groups.iter().any(|(other, _)| other == id) {
            return Err(malformed("groups", format!("“{role}” stands there twice. One group belongs to each role.")));
        }
        groups.push((*id, group));
    }
    let called = |id: ApplicationRoleId, name: &str| {
        let group = groups.iter().find(|(of, _)| *of == id).map_or(name, |(_, group)| group);
        kind.directory().map_or_else(|| folded(group), |directory| directory::called(directory, group))
    };
    for (n, (id, name)) in roles.iter().enumerate() {
        // Two roles in one group: who lost one of them would lose both, or keep both.
        if let Some((_, other)) = roles.iter().skip(n + 1).find(|(other, of)| called(*other, of) == called(*id, name)) {
            return Err(malformed(
                "groups",
                format!("“{name}” and “{other}” would be one group. Each role has a group of its own."),
            ));
        }
    }
    Ok(groups)
}
