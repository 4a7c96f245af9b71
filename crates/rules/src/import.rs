//! Imports: what may be set about them, when they run, and how much a run may take away without asking.
//!
//! What a run does is decided in `import/plan.rs`.

mod groups;
mod managers;
mod mapping;
mod people;
mod plan;
#[cfg(test)]
mod tests;

pub use mapping::{Mapped, attributes_of_groups, attributes_of_people, map_group, map_person};
pub use people::{enabled_after, fields, may_take_over};
pub use plan::{Found, GroupHere, Here, Linked, Owner, Plan, Planned, PlannedGroup, PlannedPerson, plan};

use crate::form::{malformed, text};
use crate::retry::again_within;
use crate::user::folded;
use model::directory::ATTRIBUTES;
use model::event::{Action, Change};
use model::import::{
    Attributes, Confirmed, Ended, Every, GroupsMapping, Import, Numbers, PeopleMapping, SaveImport, Settings, Typed,
};
use model::limits::{
    IMPORT_ATTRIBUTES_MAX, IMPORT_FILTER_MAX_CHARS, IMPORT_PASSWORD_MAX_CHARS, IMPORT_PERCENT, IMPORT_REMOVED_UNASKED,
    IMPORT_RETRY_MAX_MINUTES, IMPORTS_MAX, ISSUER_MAX_CHARS, NAME_MAX_CHARS,
};
use model::{ImportId, Refusal, Span, Ts};
use std::collections::BTreeMap;

/// How a distinguished name is compared; what is none, as it is, folded.
pub fn dn_key(dn: &str) -> String {
    model::dn::normal(dn).unwrap_or_else(|| folded(dn))
}

/// What the form of a new import begins with: the words of most directories.
pub fn beginning() -> Typed {
    let text = str::to_owned;
    Typed {
        people_filter: text("(objectClass=inetOrgPerson)"),
        id_attribute: text("entryUUID"),
        user_name: text("uid"),
        display_name: text("cn"),
        mail: text("mail"),
        manager: text("manager"),
        profile: text(
            "First name = givenName\nLast name = sn\nJob title = title\nDepartment = departmentNumber, ou\n\
             Telephone = telephoneNumber\nEmployee number = employeeNumber",
        ),
        groups_filter: text("(objectClass=groupOfNames)"),
        group_name: text("cn"),
        member: text("member"),
        percent: IMPORT_PERCENT.to_string(),
        ..Typed::default()
    }
}

/// The fields of the form, from what is kept.
pub fn typed(settings: &Settings) -> Typed {
    let Settings { address, bind_dn, people, groups, percent, .. } = settings;
    let names = |names: &Attributes| names.join(", ");
    let line = |(attribute, theirs): (&String, &Attributes)| {
        let (_, label) = ATTRIBUTES.iter().find(|(known, _)| known == attribute)?;
        Some(format!("{label} = {}", theirs.join(", ")))
    };
    let defaults = beginning();
    let group = |field: &dyn Fn(&GroupsMapping) -> String, else_: String| groups.as_ref().map_or(else_, field);
    Typed {
        address: address.clone(),
        bind_dn: bind_dn.clone(),
        people_base: people.base.clone(),
        people_filter: people.filter.clone(),
        disabled_filter: people.disabled.clone(),
        id_attribute: people.id.clone(),
        user_name: names(&people.user_name),
        display_name: names(&people.display_name),
        mail: names(&people.mail),
        manager: names(&people.manager),
        profile: people.profile.iter().filter_map(line).collect::<Vec<_>>().join("\n"),
        groups_base: group(&|groups| groups.base.clone(), String::new()),
        groups_filter: group(&|groups| groups.filter.clone(), defaults.groups_filter),
        group_name: group(&|groups| groups.name.join(", "), defaults.group_name),
        member: group(&|groups| groups.member.clone(), defaults.member),
        percent: percent.to_string(),
    }
}

/// The import as it is from now on, with what is recorded of that; nothing when all stays as it was.
pub fn save(
    id: ImportId,
    before: Option<&Import>,
    all: &[Import],
    asked: &SaveImport,
    now: Ts,
) -> Result<Option<(Import, Action)>, Refusal> {
    let name = text("name", "Name", &asked.name, true, NAME_MAX_CHARS)?;
    let settings = settings(asked)?;
    if let Some(password) = &asked.password {
        text("secret", "Password", &password.0, true, IMPORT_PASSWORD_MAX_CHARS)?;
    }
    if let Some(other) = all.iter().find(|other| Some(other.id) != asked.import && folded(&other.name) == folded(&name)) {
        return Err(Refusal::NameTaken { field: "name", label: "Name", name: other.name.clone() });
    }
    let Some(before) = before else {
        if all.len() >= IMPORTS_MAX {
            return Err(malformed("name", format!("There can be {IMPORTS_MAX} imports. Delete one that is no longer needed.")));
        }
        if asked.password.is_none() {
            return Err(Refusal::Required { field: "secret".to_owned(), label: "Password".to_owned() });
        }
        let changes = changes(None, (&name, &settings), asked);
        let action = Action::ImportCreated { import: id, name: name.clone(), changes };
        return Ok(Some((Import { id, name, settings, enabled: true, created_at: now, version: 1 }, action)));
    };
    if before.version != asked.version {
        return Err(Refusal::Stale);
    }
    // Whoever may change the address must not learn the password by having it sent to themselves.
    if before.settings.address != settings.address && asked.password.is_none() {
        let message = "The address is another one now, so type the password again: the one that is kept is only sent to the \
                       server that it was typed for.";
        return Err(malformed("secret", message.to_owned()));
    }
    let changes = changes(Some((&before.name, &before.settings)), (&name, &settings), asked);
    if changes.is_empty() {
        return Ok(None);
    }
    let action = Action::ImportChanged { import: before.id, name: name.clone(), changes };
    Ok(Some((Import { name, settings, version: before.version + 1, ..before.clone() }, action)))
}

/// Switches an import on or off; nothing when it is so already.
pub fn set_enabled(before: &Import, enabled: bool) -> Option<(Import, Action)> {
    if before.enabled == enabled {
        return None;
    }
    let word = |enabled: bool| if enabled { "Yes" } else { "No" }.to_owned();
    let changes = vec![Change { field: "Enabled".to_owned(), before: word(before.enabled), after: word(enabled) }];
    let action = Action::ImportChanged { import: before.id, name: before.name.clone(), changes };
    Some((Import { enabled, version: before.version + 1, ..before.clone() }, action))
}

/// Whether an import may be forgotten. `seen` is how many people whoever deletes was shown.
pub fn may_delete(import: &Import, people: usize, seen: usize) -> Result<(), Refusal> {
    if people > seen { Err(Refusal::ImportHasPeople { name: import.name.clone(), people }) } else { Ok(()) }
}

/// When an import runs by itself after a run that ended so, for the `tries`th time in a row.
pub fn next_run(every: Every, ended: Ended, tries: i64, now: Ts) -> Option<Ts> {
    let span = match every {
        // Somebody asked for the run and sees that it failed.
        Every::Never => return None,
        Every::Hour => Span::hours(1),
        Every::Day => Span::hours(24),
    };
    match ended {
        Ended::Done | Ended::Asks => Some(now + span),
        Ended::Failed => Some(again_within(now, tries, IMPORT_RETRY_MAX_MINUTES * 60).min(now + span)),
    }
}

/// What a run asks before it takes so much away; nothing when it may. `people` are the enabled people of the import,
/// `members` the memberships that came from it.
pub fn asks(percent: u32, numbers: &Numbers, people: usize, members: usize, confirmed: Option<Confirmed>) -> Option<String> {
    let share = usize::try_from(percent).unwrap_or(usize::MAX);
    let too_many = |taken: usize, of: usize| taken.saturating_mul(100) > of.saturating_mul(share);
    let disables = too_many(numbers.disabled, people);
    let removes = numbers.removed > IMPORT_REMOVED_UNASKED && too_many(numbers.removed, members);
    // Whoever looked at it saw these numbers, and no larger ones.
    let seen = confirmed.is_some_and(|seen| numbers.disabled <= seen.disabled && numbers.removed <= seen.removed);
    if seen || !(disables || removes) {
        return None;
    }
    let mut what = Vec::new();
    if disables {
        what.push(format!("disable {} of {people} people", numbers.disabled));
    }
    if removes {
        what.push(format!("take away {} of {members} memberships", numbers.removed));
    }
    Some(format!(
        "It would {}, which is more than {percent} percent, so that nothing was done. Look at the preview, and run it if that is right.",
        what.join(" and ")
    ))
}

fn settings(asked: &SaveImport) -> Result<Settings, Refusal> {
    let typed = &asked.typed;
    let dn = |field: &'static str, label: &str, value: &str| text(field, label, value, true, IMPORT_FILTER_MAX_CHARS);
    let id = attribute("id_attribute", &typed.id_attribute)?;
    let people = PeopleMapping {
        base: dn("people_base", "Base DN of people", &typed.people_base)?,
        filter: filter("people_filter", "Filter of people", &typed.people_filter, true)?,
        disabled: filter("disabled_filter", "Filter of disabled people", &typed.disabled_filter, false)?,
        id: id.clone(),
        user_name: attributes("user_name", "User name", &typed.user_name, true)?,
        display_name: attributes("display_name", "Name", &typed.display_name, true)?,
        mail: attributes("mail", "E-mail", &typed.mail, false)?,
        manager: attributes("manager", "Manager", &typed.manager, false)?,
        profile: profile(&typed.profile)?,
    };
    let groups = GroupsMapping {
        base: text("groups_base", "Base DN of groups", &typed.groups_base, asked.takes_groups, IMPORT_FILTER_MAX_CHARS)?,
        filter: filter("groups_filter", "Filter of groups", &typed.groups_filter, asked.takes_groups)?,
        id,
        name: attributes("group_name", "Name of a group", &typed.group_name, asked.takes_groups)?,
        member: if asked.takes_groups { attribute("member", &typed.member)? } else { String::new() },
    };
    let percent = typed.percent.trim();
    let percent = percent.parse().ok().filter(|number: &u32| *number <= 100).ok_or_else(|| {
        malformed("percent", format!("A number from 0 to 100 is needed: 0 asks every time, 100 never. You wrote “{percent}”."))
    })?;
    Ok(Settings {
        address: address(&typed.address)?,
        bind_dn: dn("bind_dn", "Bind DN", &typed.bind_dn)?,
        people,
        groups: asked.takes_groups.then_some(groups),
        every: asked.every,
        leavers: asked.leavers,
        existing: asked.existing,
        percent,
    })
}

/// The name of an attribute: letters, digits, hyphens and options.
fn attribute(field: &'static str, typed: &str) -> Result<String, Refusal> {
    let typed = typed.trim();
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ';' | '_');
    if !typed.is_empty() && typed.len() <= NAME_MAX_CHARS && typed.chars().all(fits) {
        return Ok(typed.to_owned());
    }
    Err(malformed(field, format!("The name of an attribute is like entryUUID or telephoneNumber. You wrote “{typed}”.")))
}

/// Names with commas between them.
fn attributes(field: &'static str, label: &str, typed: &str, required: bool) -> Result<Attributes, Refusal> {
    let names = typed.split(',').map(str::trim).filter(|name| !name.is_empty());
    let names = names.map(|name| attribute(field, name)).collect::<Result<Attributes, _>>()?;
    if names.is_empty() && required {
        return Err(Refusal::Required { field: field.to_owned(), label: label.to_owned() });
    }
    if names.len() > IMPORT_ATTRIBUTES_MAX {
        return Err(malformed(field, format!("{IMPORT_ATTRIBUTES_MAX} attributes can be named. Name those that are there.")));
    }
    Ok(names)
}

/// Lines of `Job title = title`.
fn profile(typed: &str) -> Result<BTreeMap<String, Attributes>, Refusal> {
    let mut all = BTreeMap::new();
    for line in typed.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let wrong = |message: String| malformed("profile", message);
        let (ours, theirs) = line
            .split_once('=')
            .ok_or_else(|| wrong(format!("Each line is “Job title = title”. “{line}” has no equals sign.")))?;
        let name = folded(ours);
        let Some((known, label)) = ATTRIBUTES.iter().find(|(known, label)| folded(label) == name || folded(known) == name) else {
            let labels: Vec<&str> = ATTRIBUTES.iter().map(|(_, label)| *label).collect();
            return Err(wrong(format!("People have no attribute “{}”. They have: {}.", ours.trim(), labels.join(", "))));
        };
        if all.insert((*known).to_owned(), attributes("profile", label, theirs, true)?).is_some() {
            return Err(wrong(format!("“{label}” stands there twice. Name both attributes in one line, with a comma.")));
        }
    }
    Ok(all)
}

/// Only the shape is looked at; the test shows whether the directory understands it.
fn filter(field: &'static str, label: &str, typed: &str, required: bool) -> Result<String, Refusal> {
    let typed = text(field, label, typed, required, IMPORT_FILTER_MAX_CHARS)?;
    let mut depth = 0_i64;
    let mut closes_early = false;
    for (at, c) in typed.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        closes_early |= depth < 0 || (depth == 0 && at + c.len_utf8() < typed.len());
    }
    if typed.is_empty() || (typed.starts_with('(') && depth == 0 && !closes_early) {
        return Ok(typed);
    }
    Err(malformed(field, format!("A filter is like (objectClass=inetOrgPerson), in brackets that close. You wrote “{typed}”.")))
}

/// `ldaps://` or `ldap://`, a host, perhaps a port.
fn address(typed: &str) -> Result<String, Refusal> {
    let typed = text("address", "Address", typed, true, ISSUER_MAX_CHARS)?;
    let address = typed.trim_end_matches('/');
    let host = address.strip_prefix("ldaps://").or_else(|| address.strip_prefix("ldap://")).unwrap_or_default();
    let (name, port) = match host.rsplit_once(':') {
        // The colons of an address of IPv6 stand in brackets.
        Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
        _ => (host, None),
    };
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | ':' | '[' | ']');
    let is_port = |port: &str| port.parse::<u16>().is_ok_and(|port| port > 0);
    if !name.is_empty() && name.chars().all(fits) && port.is_none_or(is_port) {
        return Ok(address.to_owned());
    }
    Err(malformed(
        "address",
        format!(
            "An address is like ldaps://ldap.example.com, or ldap://ldap.example.com, where STARTTLS follows. You wrote “{typed}”."
        ),
    ))
}

fn changes(before: Option<(&String, &Settings)>, after: (&String, &Settings), asked: &SaveImport) -> Vec<Change> {
    let rows = |(name, settings): (&String, &Settings)| {
        let typed = typed(settings);
        let groups = |field: String| if settings.groups.is_some() { field } else { String::new() };
        vec![
            ("Name", name.clone()),
            ("Address", typed.address),
            ("Bind DN", typed.bind_dn),
            ("Base DN of people", typed.people_base),
            ("Filter of people", typed.people_filter),
            ("Filter of disabled people", typed.disabled_filter),
            ("Stable id", typed.id_attribute),
            ("User name", typed.user_name),
            ("Display name", typed.display_name),
            ("E-mail", typed.mail),
            ("Manager", typed.manager),
            ("Other attributes", typed.profile.replace('\n', "; ")),
            ("Takes groups", if settings.groups.is_some() { "Yes" } else { "No" }.to_owned()),
            ("Base DN of groups", groups(typed.groups_base)),
            ("Filter of groups", groups(typed.groups_filter)),
            ("Name of a group", groups(typed.group_name)),
            ("Members of a group", groups(typed.member)),
            ("Runs", settings.every.name().to_owned()),
            ("People who are no longer found", settings.leavers.name().to_owned()),
            ("Accounts that are here already", settings.existing.name().to_owned()),
            ("Asks above", format!("{} percent", settings.percent)),
        ]
    };
    let after = rows(after);
    let before = match before {
        Some(before) => rows(before),
        None => after.iter().map(|(field, _)| (*field, String::new())).collect(),
    };
    let pairs = before.into_iter().zip(after).filter(|((_, before), (_, after))| before != after);
    let change =
        |((field, before), (_, after)): ((&str, String), (&str, String))| Change { field: field.to_owned(), before, after };
    let mut changes: Vec<Change> = pairs.map(change).collect();
    if asked.password.is_some() {
        changes.push(Change { field: "Password".to_owned(), before: String::new(), after: "Changed".to_owned() });
    }
    changes
}
