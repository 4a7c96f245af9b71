//! Templates of role settings, and what saving one would leave outside.

use super::group::Principals;
use super::role::{breaking_row, offered_contexts, offered_terms};
use super::words::Named;
use super::{Asking, enrolled};
use crate::Problem;
use crate::commands::role_template::{breaking, inheriting};
use model::access::ResourceRole;
use model::limits::BREAKING_SHOWN;
use model::role_settings::{Privileged, PrivilegedKind, RoleSettings};
use model::view::role::{Breaking, Lacking, Template};
use model::{AnyId, Refusal, query};
use rules::role_settings::Bounds;
use store::{authentication_contexts, requests, role_settings};

/// What roles and groups of a kind inherit.
pub async fn template(asking: &mut Asking<'_>, kind: PrivilegedKind) -> Result<Template, Problem> {
    let (settings, version) = role_settings::template(&mut asking.link, kind).await?;
    let names = super::policy::stage_names(asking, &settings.stages).await?;
    let own = rules::role_settings::overrides(&RoleSettings::default(), &settings);
    let labels = model::role_settings::LABELS;
    let changed = labels.iter().filter(|(field, _)| own.contains_key(*field)).map(|(_, label)| (*label).to_owned()).collect();
    let may_edit = rules::access::manages_roles(asking.visitor);
    let terms = offered_terms(asking).await?;
    let contexts = authentication_contexts::list(&mut asking.link).await?;
    let askable = super::answering::askable(&mut asking.link).await?;
    let (roles, all) = inheriting(&mut asking.link, kind).await?;
    let lacking =
        if may_edit { enrolled::of_template(asking, (&roles, all), &settings, &contexts).await? } else { Lacking::default() };
    let ids: Vec<AnyId> = roles.iter().map(|role| role.resource()).collect();
    let found = requests::open_of_roles(&mut asking.link, kind, &ids).await?;
    let open = found.iter().map(|(_, count)| *count).sum::<i64>();
    let of: Vec<ResourceRole> =
        roles.iter().filter(|role| found.iter().any(|(id, _)| *id == role.resource())).map(|role| role.role()).collect();
    let open_of_all = of.len();
    let named = Named::load(asking, of.iter().take(OPEN_NAMED).copied().collect()).await?;
    let open_of = of.iter().take(OPEN_NAMED).map(|role| named.describe(*role).1).collect();
    let (open, open_of_all) = (u32::try_from(open).unwrap_or(u32::MAX), u32::try_from(open_of_all).unwrap_or(u32::MAX));
    let contexts = offered_contexts(&contexts);
    Ok(Template {
        kind,
        settings,
        names,
        terms,
        contexts,
        askable,
        lacking,
        changed,
        version,
        open,
        open_of,
        open_of_all,
        may_edit,
    })
}

/// Roles or groups with open requests that are named.
const OPEN_NAMED: usize = 5;

/// Which assignments would be outside of such a template: what saving it asks, before it is saved.
pub async fn effect(asking: &mut Asking<'_>, query: query::RoleTemplateEffect) -> Result<Breaking, Problem> {
    if !rules::access::manages_roles(asking.visitor) {
        return Err(Refusal::NotFound { what: "page" }.into());
    }
    let after = Bounds { eligible: query.eligible, active: query.active };
    let found = breaking(&mut asking.link, query.kind, after, asking.now).await?;
    let principals: Vec<_> = found.breaks.first.iter().map(|one| one.principal).collect();
    let principals = Principals::load(asking, &principals).await?;
    let roles: Vec<ResourceRole> = found.breaks.first.iter().map(|one| one.role).collect();
    let named = Named::load(asking, roles).await?;
    let rows = found.breaks.first.iter().map(|one| {
        let page = Privileged::of(one.role).map(|role| match role {
            Privileged::DirectoryRole(id) => format!("/admin/roles/{id}/assignments"),
            Privileged::GroupMember(id) => format!("/admin/groups/{id}/privileged"),
            Privileged::GroupOwner(id) => format!("/admin/groups/{id}/privileged?role=owner"),
        });
        breaking_row(one, &principals, page.map(|href| (named.describe(one.role).1, href)))
    });
    debug_assert!(rows.len() <= BREAKING_SHOWN, "no more is kept than is shown");
    Ok(Breaking {
        count: found.breaks.count,
        all_looked_at: found.breaks.all_looked_at,
        roles: u32::try_from(found.roles.len()).unwrap_or(u32::MAX),
        all_roles_looked_at: found.all_roles_looked_at,
        rows: rows.collect(),
    })
}
