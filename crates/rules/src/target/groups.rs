//! Which group at a target belongs to which role. Each role has one of its own, because whoever lost one of two roles in one group
//! would lose both, or keep both.

use super::directory;
use crate::form::{malformed, text};
use crate::user::folded;
use model::event::{Action, Change};
use model::limits::{DN_MAX_CHARS, NAME_MAX_CHARS};
use model::target::{Kind, Target};
use model::{ApplicationRoleId, Refusal, dn};
use std::collections::BTreeSet;

type Roles = [(ApplicationRoleId, String)];
/// A target, with the roles of its application.
pub type Told = (Target, Vec<(ApplicationRoleId, String)>);

/// Lines of `Role = Group`.
pub fn read(typed: &str, kind: &Kind, roles: &Roles) -> Result<Vec<(ApplicationRoleId, String)>, Refusal> {
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
    Ok(groups)
}

/// The lines of the form, from what is kept.
pub fn lines(target: &Target, roles: &Roles) -> String {
    let line = |(role, group): &(ApplicationRoleId, String)| {
        let (_, name) = roles.iter().find(|(id, _)| id == role)?;
        Some(format!("{name} = {group}"))
    };
    target.groups.iter().filter_map(line).collect::<Vec<_>>().join("\n")
}

/// The groups with other names, as they are recorded.
pub fn named(target: &Target) -> String {
    target.groups.iter().map(|(_, group)| group.as_str()).collect::<Vec<_>>().join(", ")
}

/// The one form of the name of a role's group, to see whether two are one. What a role is called never names an entry of a
/// directory: whoever names roles could reach any group there.
fn called(target: &Target, role: ApplicationRoleId, name: &str) -> String {
    let line = target.groups.iter().find(|(of, _)| *of == role).map(|(_, group)| group.as_str());
    match (target.kind.directory(), line) {
        (None, line) => folded(line.unwrap_or(name)),
        (Some(directory), Some(line)) => directory::called(directory, line),
        (Some(directory), None) => directory::below_base(directory, name),
    }
}

/// Whether each role has a group of its own, here and beside the other targets at the same address; else why not.
pub fn apart(target: &Target, roles: &Roles, others: &[Told]) -> Result<(), String> {
    let of = |target: &Target, roles: &Roles| {
        roles.iter().map(|(id, name)| (called(target, *id, name), name.clone())).collect::<Vec<(String, String)>>()
    };
    let has_line = |role: &ApplicationRoleId| target.groups.iter().any(|(of, _)| of == role);
    if target.kind.directory().is_some()
        && let Some((_, name)) = roles.iter().find(|(id, name)| dn::is_whole(name) && !has_line(id))
    {
        return Err(format!("The role “{name}” is called like an entry of a directory. Name its group in a line of its own."));
    }
    let own = of(target, roles);
    for (n, (group, name)) in own.iter().enumerate() {
        if let Some((_, other)) = own.iter().skip(n + 1).find(|(of, _)| of == group) {
            return Err(format!("“{name}” and “{other}” would be one group. Each role has a group of its own."));
        }
    }
    let beside = others.iter().filter(|(other, _)| other.id != target.id && other.base_url == target.base_url);
    for (other, theirs) in beside {
        let theirs = of(other, theirs);
        if let Some((_, name)) = own.iter().find(|(group, _)| theirs.iter().any(|(of, _)| of == group)) {
            return Err(format!(
                "The group of “{name}” is one of the target “{}” already, which is at the same address. Each role has a group of its own.",
                other.name
            ));
        }
    }
    Ok(())
}

/// Whoever is in a group would stay in it, unknown, if another one counted from now on.
pub fn may_follow(before: &Target, after: &Target, roles: &Roles, held: &BTreeSet<ApplicationRoleId>) -> Result<(), Refusal> {
    let other = |(role, name): &&(ApplicationRoleId, String)| called(before, *role, name) != called(after, *role, name);
    let Some((role, name)) = roles.iter().filter(|(role, _)| held.contains(role)).find(other) else { return Ok(()) };
    let message = format!(
        "People are in the group “{}” because of the role “{name}”, and would stay there. End their access first. If the group was \
         renamed there, delete this target and set up a new one: whoever is in its groups is found.",
        before.group_of(*role, name)
    );
    Err(malformed("groups", message))
}

/// The roles whose groups have to be looked for anew.
pub fn regrouped(before: &Target, after: &Target, roles: &Roles) -> Vec<ApplicationRoleId> {
    let elsewhere = before.base_url != after.base_url;
    let moved = roles.iter().filter(|(role, name)| elsewhere || called(before, *role, name) != called(after, *role, name));
    moved.map(|(role, _)| *role).collect()
}

/// A role that is called otherwise from now on keeps its group, by the name that it had; nothing when that name stands there already.
pub fn keeps_group(target: &Target, role: ApplicationRoleId, before: &str) -> Option<(Target, Action)> {
    if before.is_empty() || target.groups.iter().any(|(of, _)| *of == role) {
        return None;
    }
    let mut after = Target { version: target.version + 1, ..target.clone() };
    after.groups.push((role, before.to_owned()));
    let changes = vec![Change { field: "Groups with other names".to_owned(), before: named(target), after: named(&after) }];
    let action = Action::TargetChanged { target: target.id, name: target.name.clone(), changes };
    Some((after, action))
}
