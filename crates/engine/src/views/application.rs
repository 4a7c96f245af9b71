//! Applications, as administrators see and change them.

use super::group::Principals;
use super::{Asking, cursor, page, read_cursor, read_time_cursor};
use crate::Problem;
use model::access::{ResourceRole, Source};
use model::application::Names;
use model::limits::PAGE_ROWS;
use model::query;
use model::view::application::{Applications, Holder, OneApplication, Role, Row};
use model::{ApplicationId, AssignmentId, Refusal};
use store::catalogs::Seen;
use store::{applications, assignments, resources};

const NO_APPLICATION: Refusal = Refusal::NotFound { what: "application" };

pub async fn list(asking: &mut Asking<'_>, query: query::Applications) -> Result<Applications, Problem> {
    let after = read_cursor::<String, ApplicationId>(query.after.as_deref());
    let further = after.is_some();
    let mut found = applications::list(&mut asking.link, &query.search, after, PAGE_ROWS + 1).await?;
    let paging = page(&mut found, PAGE_ROWS, further, |one| cursor(rules::user::folded(&one.name), one.id));
    let visitor = asking.visitor;
    let rows = found.into_iter().map(|one| Row {
        application: one.id,
        name: one.name,
        description: one.description,
        roles: one.roles.unsigned_abs(),
        assignments: one.assignments.unsigned_abs(),
        target: rules::application::target(visitor, Names::of(one.target.into_iter().collect(), 0)),
    });
    let may_change = rules::access::changes_applications(asking.visitor);
    Ok(Applications { search: query.search, rows: rows.collect(), paging, may_change })
}

pub async fn one(asking: &mut Asking<'_>, query: query::Application) -> Result<OneApplication, Problem> {
    let id = query.application;
    let application = applications::get(&mut asking.link, id).await?.ok_or(NO_APPLICATION)?;
    let named = resources::roles_of(&mut asking.link, id).await?.unwrap_or_default();
    let counts = applications::assignments(&mut asking.link, id).await?;
    let count = |role| counts.iter().find(|(of, _)| *of == role).map_or(0, |(_, count)| count.unsigned_abs());
    let roles: Vec<Role> = named.into_iter().map(|(role, name)| Role { role, name, assignments: count(role) }).collect();
    // The first that anybody holds, unless another one was chosen.
    let chosen = query.role.filter(|asked| roles.iter().any(|role| role.role == *asked));
    let held = roles.iter().find(|role| role.assignments > 0).or(roles.first()).map(|role| role.role);
    let chosen = chosen.or(held);
    let after = read_time_cursor::<AssignmentId>(query.after.as_deref());
    let mut found = match chosen {
        Some(role) => {
            let role = ResourceRole::ApplicationRole(id, role);
            assignments::of_role(&mut asking.link, role, after, PAGE_ROWS + 1).await?
        }
        None => Vec::new(),
    };
    let paging = page(&mut found, PAGE_ROWS, after.is_some(), |(assignment, at)| cursor(at.0, assignment.id));
    let principals: Vec<_> = found.iter().map(|(assignment, _)| assignment.principal).collect();
    let principals = Principals::load(asking, &principals).await?;
    let may_change = rules::access::changes_applications(asking.visitor);
    let holders = found.into_iter().map(|(assignment, _)| {
        let (kind, id, name, under) = principals.describe(assignment.principal);
        let source = match assignment.source {
            Source::Direct => "Direct",
            Source::Activation(_) => "Activated",
            Source::Package(_) => "Access package",
            Source::Rule(_) => "Rule",
            Source::Import => "Import",
        };
        let (starts, ends) = (assignment.starts_at, assignment.ends_at);
        let direct = may_change && matches!(assignment.source, Source::Direct | Source::Import);
        let end = direct.then_some(assignment.id);
        Holder { kind: kind.to_owned(), id, name, under, source: source.to_owned(), starts, ends, end }
    });
    let of = model::review::Reviewed::Application(id);
    let may_review = rules::review::manages(asking.visitor, of, rules::access::About::default());
    let target = applications::target(&mut asking.link, id).await?;
    let is_told = target.is_some();
    let seen = if rules::catalog::sees_all(asking.visitor) { Seen::All } else { Seen::By(asking.who.user) };
    Ok(OneApplication {
        application: id,
        version: application.version,
        name: application.name,
        description: application.description,
        chosen,
        holders: holders.collect(),
        roles,
        paging,
        target: target.filter(|_| rules::access::sees_settings(asking.visitor)),
        is_told,
        catalogs: applications::catalogs(&mut asking.link, id, (seen, asking.now)).await?,
        may_change,
        may_review,
    })
}
