//! What a template of role settings reaches: the roles and groups that inherit it, and what of theirs it would leave outside.

use super::role_settings::Breaks;
use crate::Problem;
use model::directory::BUILT_IN_ROLES;
use model::limits::{BREAKING_LOOKED_MAX, BREAKING_SHOWN, INHERITING_LOOKED_MAX};
use model::role_settings::{Privileged, PrivilegedKind};
use model::{AnyId, Ts};
use rules::role_settings::{Bounds, breaks, inherits_proof, under_template};
use std::collections::{BTreeMap, BTreeSet};
use store::{Link, groups, role_assignments, role_settings};

/// What another template would leave outside, over all that inherit it.
pub struct TemplateBreaks {
    pub breaks: Breaks,
    /// The roles or groups of which these are.
    pub roles: BTreeSet<Privileged>,
    /// There are so many roles or groups that only the first were looked at.
    pub all_roles_looked_at: bool,
}

/// The roles, or groups under privileged access management, that may inherit a template; and whether these are all.
pub async fn inheriting(link: &mut Link, kind: PrivilegedKind) -> Result<(Vec<Privileged>, bool), Problem> {
    if kind == PrivilegedKind::DirectoryRole {
        return Ok((BUILT_IN_ROLES.iter().map(|role| Privileged::DirectoryRole(role.id)).collect(), true));
    }
    let mut found = groups::privileged(link, INHERITING_LOOKED_MAX + 1).await?;
    let all = found.len() <= INHERITING_LOOKED_MAX;
    found.truncate(INHERITING_LOOKED_MAX);
    let of =
        |group| if kind == PrivilegedKind::GroupOwner { Privileged::GroupOwner(group) } else { Privileged::GroupMember(group) };
    Ok((found.into_iter().map(of).collect(), all))
}

/// Those of these roles that have what they demand of whoever activates from their template.
pub async fn with_its_proof(link: &mut Link, roles: &[Privileged]) -> Result<Vec<Privileged>, Problem> {
    let own = role_settings::own(link, roles).await?;
    Ok(roles.iter().copied().filter(|role| own.get(role).is_none_or(inherits_proof)).collect())
}

/// Looks through whatever has its bounds from the template; what says something else itself is left out by the rule.
pub async fn breaking(link: &mut Link, kind: PrivilegedKind, after: Bounds, now: Ts) -> Result<TemplateBreaks, Problem> {
    let mut found = TemplateBreaks {
        breaks: Breaks { count: 0, first: Vec::new(), all_looked_at: true },
        roles: BTreeSet::new(),
        all_roles_looked_at: true,
    };
    let (before, _) = role_settings::template(link, kind).await?;
    if Bounds::from(&before) == after {
        return Ok(found);
    }
    let (roles, all_roles) = inheriting(link, kind).await?;
    found.all_roles_looked_at = all_roles;
    let bounds: BTreeMap<AnyId, (Privileged, Bounds, Bounds)> = role_settings::several(link, &roles)
        .await?
        .into_iter()
        .map(|(role, stored)| (role, Bounds::from(&stored.settings), under_template(&stored.settings, &stored.overrides, after)))
        .filter(|(_, before, after)| before != after)
        .map(|(role, before, after)| (role.resource(), (role, before, after)))
        .collect();
    let ids: Vec<AnyId> = bounds.keys().copied().collect();
    let assignments = role_assignments::direct_of_several(link, kind, &ids, BREAKING_LOOKED_MAX).await?;
    found.breaks.all_looked_at = assignments.len() <= BREAKING_LOOKED_MAX;
    for one in assignments.into_iter().take(BREAKING_LOOKED_MAX) {
        let Some((role, before, after)) = bounds.get(&one.role.resource().id()) else { continue };
        if !rules::role_assignment::is_there(&one, now) || !breaks(*before, *after, &one) {
            continue;
        }
        found.breaks.count = found.breaks.count.saturating_add(1);
        found.roles.insert(*role);
        if found.breaks.first.len() < BREAKING_SHOWN {
            found.breaks.first.push(one);
        }
    }
    Ok(found)
}
