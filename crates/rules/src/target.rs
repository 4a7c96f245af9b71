//! Targets: what may be set about them.

use crate::form::{is_web_address, malformed, text};
use crate::user::folded;
use model::event::{Action, Change};
use model::limits::{ISSUER_MAX_CHARS, NAME_MAX_CHARS, TARGET_PER_SECOND_MAX, TARGET_TOKEN_MAX_CHARS, TARGETS_MAX};
use model::target::{SaveTarget, Target};
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
    let base_url = address(&asked.base_url)?;
    if let Some(token) = &asked.token {
        let token = text("secret", "Token", &token.0, true, TARGET_TOKEN_MAX_CHARS)?;
        if !token.chars().all(|c| c.is_ascii_graphic()) {
            return Err(malformed("secret", "A token has no blanks and no letters with accents. Copy it again.".to_owned()));
        }
    }
    let per_second = per_second(&asked.per_second)?;
    if let Some(other) = facts.all.iter().find(|other| Some(other.id) != asked.target && folded(&other.name) == folded(&name)) {
        return Err(Refusal::NameTaken { field: "name", label: "Name", name: other.name.clone() });
    }
    let missing = || Refusal::Required { field: "application".to_owned(), label: "Application".to_owned() };
    let application = before.map(|before| before.application).or(asked.application).ok_or_else(missing)?;
    let groups = groups(&asked.groups, facts.roles.ok_or(Refusal::NotFound { what: "application" })?)?;
    let (drift, leavers, creates_groups) = (asked.drift, asked.leavers, asked.creates_groups);
    let Some(before) = before else {
        if facts.all.len() >= TARGETS_MAX {
            return Err(malformed("name", format!("There can be {TARGETS_MAX} targets. Delete one that is no longer needed.")));
        }
        if let Some(other) = facts.all.iter().find(|other| other.application == application) {
            let message = format!("“{}” is the target of this application already. Change that one instead.", other.name);
            return Err(malformed("application", message));
        }
        if asked.token.is_none() {
            return Err(Refusal::Required { field: "secret".to_owned(), label: "Token".to_owned() });
        }
        let (enabled, created_at, version) = (true, now, 1);
        let target = Target {
            id,
            application,
            name,
            base_url,
            drift,
            leavers,
            creates_groups,
            groups,
            per_second,
            enabled,
            created_at,
            version,
        };
        let blank = Target { name: String::new(), base_url: String::new(), groups: Vec::new(), ..target.clone() };
        let (changes, name) = (changes(&blank, &target, asked), target.name.clone());
        return Ok(Some((target, Action::TargetCreated { target: id, name, changes })));
    };
    if before.version != asked.version {
        return Err(Refusal::Stale);
    }
    // Whoever may change the address must not learn the token by having it sent to themselves.
    if before.base_url != base_url && asked.token.is_none() {
        let message = "The address is another one now, so type the token again: the one that is kept is only sent to the server \
                       that it was typed for.";
        return Err(malformed("secret", message.to_owned()));
    }
    let after = Target { name, base_url, drift, leavers, creates_groups, groups, per_second, ..before.clone() };
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
        ("Accounts without access", before.leavers.name().to_owned(), after.leavers.name().to_owned()),
        ("Makes missing groups", word(before.creates_groups), word(after.creates_groups)),
        ("Groups with other names", groups(before), groups(after)),
        ("Requests a second", before.per_second.to_string(), after.per_second.to_string()),
    ];
    let mut changes: Vec<Change> = rows
        .into_iter()
        .filter(|(_, before, after)| before != after)
        .map(|(field, before, after)| Change { field: field.to_owned(), before, after })
        .collect();
    if asked.token.is_some() {
        changes.push(Change { field: "Token".to_owned(), before: String::new(), after: "Changed".to_owned() });
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

fn per_second(typed: &str) -> Result<u32, Refusal> {
    let number = typed.trim().parse().ok().filter(|number| (1..=TARGET_PER_SECOND_MAX).contains(number));
    number.ok_or_else(|| {
        malformed("per_second", format!("A number from 1 to {TARGET_PER_SECOND_MAX} is needed. You wrote “{}”.", typed.trim()))
    })
}

/// Lines of `Role = Group`.
fn groups(typed: &str, roles: &[(ApplicationRoleId, String)]) -> Result<Vec<(ApplicationRoleId, String)>, Refusal> {
    let mut groups: Vec<(ApplicationRoleId, String)> = Vec::new();
    for line in typed.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (role, group) = line
            .split_once('=')
            .ok_or_else(|| malformed("groups", format!("Each line is “Role = Group”. “{line}” has no equals sign.")))?;
        let group = text("groups", "Groups", group, true, NAME_MAX_CHARS)?;
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
    let called =
        |id: ApplicationRoleId, name: &str| folded(groups.iter().find(|(of, _)| *of == id).map_or(name, |(_, group)| group));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::id;
    use model::ApplicationId;
    use model::command::Secret;
    use model::target::{Drift, Leavers};

    fn roles() -> Vec<(ApplicationRoleId, String)> {
        vec![(ApplicationRoleId(id(1)), "Agent".to_owned()), (ApplicationRoleId(id(2)), "Lead".to_owned())]
    }

    fn asked() -> SaveTarget {
        SaveTarget {
            target: None,
            version: 0,
            application: Some(ApplicationId(id(5))),
            name: "Ticketing".into(),
            base_url: "https://tickets.example/scim/v2/".into(),
            token: Some(Secret("secret".into())),
            drift: Drift::Report,
            leavers: Leavers::Deactivate,
            creates_groups: true,
            groups: "lead = Team leads".into(),
            per_second: "50".into(),
        }
    }

    fn saved(asked: &SaveTarget, before: Option<&Target>, all: &[Target]) -> Result<Option<(Target, Action)>, Refusal> {
        let roles = roles();
        save(TargetId(id(9)), before, asked, Facts { all, roles: Some(&roles) }, Ts(7))
    }

    fn target() -> Target {
        saved(&asked(), None, &[]).unwrap().unwrap().0
    }

    #[test]
    fn what_is_no_target_is_refused_at_its_field() {
        let cases: Vec<(SaveTarget, &str)> = vec![
            (SaveTarget { name: " ".into(), ..asked() }, "name"),
            (SaveTarget { base_url: "ldap://x".into(), ..asked() }, "base_url"),
            (SaveTarget { base_url: "https://".into(), ..asked() }, "base_url"),
            (SaveTarget { base_url: "https://a.example/?x".into(), ..asked() }, "base_url"),
            (SaveTarget { token: None, ..asked() }, "secret"),
            (SaveTarget { token: Some(Secret("two words".into())), ..asked() }, "secret"),
            (SaveTarget { application: None, ..asked() }, "application"),
            (SaveTarget { per_second: "0".into(), ..asked() }, "per_second"),
            (SaveTarget { per_second: "1001".into(), ..asked() }, "per_second"),
            (SaveTarget { groups: "Agent".into(), ..asked() }, "groups"),
            (SaveTarget { groups: "Boss = X".into(), ..asked() }, "groups"),
            (SaveTarget { groups: "Agent = X\nagent = Y".into(), ..asked() }, "groups"),
            (SaveTarget { groups: "Agent = lead".into(), ..asked() }, "groups"),
        ];
        for (asked, field) in cases {
            assert_eq!(saved(&asked, None, &[]).unwrap_err().field(), Some(field), "{asked:?}");
        }
        let other = Target { id: TargetId(id(8)), ..target() };
        assert_eq!(
            saved(&SaveTarget { name: "Else".into(), ..asked() }, None, &[other]).unwrap_err().field(),
            Some("application")
        );
    }

    #[test]
    fn another_address_needs_the_token_again_and_what_stays_records_nothing() {
        let before = target();
        let same = SaveTarget { target: Some(before.id), version: 1, token: None, ..asked() };
        assert_eq!(saved(&same, Some(&before), std::slice::from_ref(&before)), Ok(None));
        let moved = SaveTarget { base_url: "https://evil.example".into(), ..same.clone() };
        assert_eq!(saved(&moved, Some(&before), std::slice::from_ref(&before)).unwrap_err().field(), Some("secret"));
        let stale = SaveTarget { version: 0, ..same };
        assert_eq!(saved(&stale, Some(&before), std::slice::from_ref(&before)).unwrap_err(), Refusal::Stale);
    }

    #[test]
    fn a_new_target_is_enabled_keeps_its_groups_and_never_tells_its_token() {
        let (target, action) = saved(&asked(), None, &[]).unwrap().unwrap();
        assert!(target.enabled && target.base_url == "https://tickets.example/scim/v2");
        assert_eq!(group_lines(&target, &roles()), "Lead = Team leads");
        assert_eq!(target.group_of(ApplicationRoleId(id(1)), "Agent"), "Agent");
        assert_eq!(target.group_of(ApplicationRoleId(id(2)), "Lead"), "Team leads");
        assert!(!format!("{action:?}").contains("secret"));
        assert_eq!(may_delete(&target, 3, 3), Ok(()));
        assert_eq!(may_delete(&target, 3, 2).unwrap_err().code(), "target_has_people");
        assert!(set_enabled(&target, true).is_none() && set_enabled(&target, false).is_some());
    }
}
