//! Asking to extend or renew an assignment of a role, and the fields of the decision about it.

use super::words::Named;
use super::{Asking, plan};
use crate::Problem;
use crate::commands::role_extension::{gives, stages, there};
use model::access::AssignmentType;
use model::request::{Request, Wish};
use model::role_settings::{Longest, Privileged, days_words};
use model::view::approval::GivesRole;
use model::view::my_roles::Extending;
use model::{AssignmentId, Refusal};
use rules::approval::barred;
use rules::request::{Extension, may_ask_to_extend, offered};
use store::approvals::{self, Thing};
use store::{assignments, requests, role_settings, users};

/// The form that asks.
pub async fn asking_form(asking: &mut Asking<'_>, id: AssignmentId) -> Result<Extending, Problem> {
    let (me, now) = (asking.who.user, asking.now);
    let not_found = Refusal::NotFound { what: "assignment" };
    let assignment = assignments::get(&mut asking.link, id).await?.ok_or(not_found.clone())?;
    let role = Privileged::of(assignment.role).ok_or(not_found.clone())?;
    // What is somebody else's does not exist.
    if assignment.principal != model::directory::Principal::User(me) {
        return Err(not_found.into());
    }
    let named = Named::load(asking, vec![assignment.role]).await?;
    let (icon, name, via) = named.describe(assignment.role);
    let said = named.said(assignment.role);
    let holder = users::names(&mut asking.link, &[me]).await?.remove(&me).unwrap_or_default();
    let settings = role_settings::get(&mut asking.link, role).await?.settings;
    let stages = stages(&mut asking.link, &assignment, role, now).await?;
    let roles = gives(assignment.role, assignment.assignment_type);
    let people = approvals::people(&mut asking.link, &stages, me, (Thing::Role, &roles), now).await?;
    let mut open = None;
    if let Some((request, since)) = requests::open_extension(&mut asking.link, id).await? {
        let request = requests::get(&mut asking.link, request).await?;
        open = request.filter(|request| !rules::request::is_over(request, now)).map(|request| (request.id, since));
    }
    let (there, _) = there(&mut asking.link, assignment.principal, assignment.role, assignment.assignment_type, now).await?;
    let facts = Extension {
        assignment: &assignment,
        name: &said,
        holder: &holder,
        settings: &settings,
        stages: &stages,
        people: &people,
        open,
        there: there.as_ref(),
    };
    let may = may_ask_to_extend(me, &facts, now);
    let (longest, assigned) = match assignment.assignment_type {
        AssignmentType::Eligible => (settings.eligible, "Eligible"),
        AssignmentType::Active => (settings.active, "Active"),
    };
    Ok(Extending {
        assignment: id,
        icon,
        name,
        via,
        assigned: assigned.to_owned(),
        renews: !rules::role_assignment::is_there(&assignment, now),
        ends_at: assignment.ends_at,
        days: longest.days,
        at_most: at_most(longest),
        permanent: longest.permanent,
        plan: plan::plan(asking, &stages, &people, &barred(me, me), &[]).await?,
        refused: may.err().map(Into::into),
    })
}

fn at_most(longest: Longest) -> String {
    if longest.permanent { String::new() } else { format!("{} at most", days_words(longest.days)) }
}

/// What whoever decides may set, as it was asked for.
pub async fn gives_form(asking: &mut Asking<'_>, request: &Request) -> Result<Option<GivesRole>, Problem> {
    let Wish::Extension { assignment, role, renews } = request.wish else { return Ok(None) };
    let Some(role) = Privileged::of(role) else { return Ok(None) };
    let Some(assignment) = assignments::get(&mut asking.link, assignment).await? else { return Ok(None) };
    let settings = role_settings::get(&mut asking.link, role).await?.settings;
    let offered = offered(request, &assignment, renews, asking.now);
    let bounds = [("Eligible", settings.eligible), ("Active", settings.active)];
    let bounds = bounds.iter().filter(|(_, longest)| !longest.permanent);
    let hint: Vec<String> = bounds.map(|(kind, longest)| format!("{kind} assignments last {}.", at_most(*longest))).collect();
    Ok(Some(GivesRole {
        assignment_type: offered.assignment_type,
        starts_at: (!renews).then_some(assignment.starts_at),
        ends_at: offered.ends_at,
        permanent: settings.eligible.permanent || settings.active.permanent,
        hint: hint.join(" "),
    }))
}
