//! Alerts: what was found, where it came from, and what can be done about it.

use super::group::Principals;
use super::standing_access::described;
use super::words::{Named, both};
use super::{Asking, cursor, enrolled, page, read_time_cursor};
use crate::Problem;
use model::access::{ResourceRole, Source};
use model::alert::{AlertKind, Found, Incident};
use model::directory::{Principal, Resource};
use model::event::{Action, Actor, Event};
use model::limits::PAGE_ROWS;
use model::role_settings::{Privileged, RoleSettings};
use model::time::count;
use model::view::Icon;
use model::view::alert::{Alert, Alerts, Dismissed, May, Multifactor, Row, Summary};
use model::{AlertIncidentId, AssignmentId, GroupId, RequestId, query};
use std::collections::{BTreeMap, BTreeSet};
use store::{alerts, authentication_contexts, groups, requests, role_settings};

/// Incidents of each kind on the page of all.
const SHOWN: usize = 5;

fn may(asking: &Asking<'_>) -> May {
    May { dismiss: rules::access::keeps_alerts(asking.visitor), remedy: rules::access::manages_roles(asking.visitor) }
}

fn n(count: i64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

pub async fn list(asking: &mut Asking<'_>) -> Result<Alerts, Problem> {
    let scanned_at = alerts::scanned_at(&mut asking.link).await?;
    let saved = alerts::settings(&mut asking.link).await?;
    let counts = alerts::counts(&mut asking.link).await?;
    let latest = alerts::latest(&mut asking.link, SHOWN).await?;
    let mut rows = rows(asking, &latest).await?;
    let kinds = AlertKind::ALL
        .into_iter()
        .map(|kind| {
            let (open, dismissed) = counts.get(&kind).copied().unwrap_or_default();
            let enabled = saved.get(&kind).map_or_else(|| kind.defaults().enabled, |(set, _)| set.enabled);
            let incidents = rows.remove(&kind).unwrap_or_default();
            Summary { kind, enabled, open: n(open), dismissed: n(dismissed), incidents }
        })
        .collect();
    Ok(Alerts { scanned_at, kinds, may_scan: rules::access::keeps_alerts(asking.visitor), may: may(asking) })
}

pub async fn one(asking: &mut Asking<'_>, query: query::Alert) -> Result<Alert, Problem> {
    let kind = query.kind;
    let saved = alerts::settings(&mut asking.link).await?;
    let (settings, version) = saved.get(&kind).copied().unwrap_or((kind.defaults(), 0));
    let (open, dismissed) = alerts::counts(&mut asking.link).await?.remove(&kind).unwrap_or_default();
    let after = read_time_cursor::<AlertIncidentId>(query.after.as_deref());
    let mut found = alerts::list(&mut asking.link, kind, after, PAGE_ROWS + 1).await?;
    let paging = page(&mut found, PAGE_ROWS, after.is_some(), |one| cursor(one.found_at.0, one.id));
    let mut rows = rows(asking, &found).await?.remove(&kind).unwrap_or_default();
    if kind == AlertKind::NoMultifactor && may(asking).remedy {
        multifactor(asking, &found, &mut rows).await?;
    }
    Ok(Alert {
        kind,
        settings,
        version,
        open: n(open),
        dismissed: n(dismissed),
        rows,
        paging,
        may_edit: rules::access::manages_roles(asking.visitor),
        may: may(asking),
    })
}

/// What demanding multifactor authentication would change about each role, as its own settings page would say it.
async fn multifactor(asking: &mut Asking<'_>, found: &[Incident], rows: &mut [Row]) -> Result<(), Problem> {
    let of = |found: &Found| match found {
        Found::NoMultifactor { role } => Some(*role),
        _ => None,
    };
    let roles: Vec<Privileged> = found.iter().filter_map(|one| of(&one.found)).map(Privileged::DirectoryRole).collect();
    if roles.is_empty() {
        return Ok(());
    }
    let stored = role_settings::several(&mut asking.link, &roles).await?;
    let contexts = authentication_contexts::list(&mut asking.link).await?;
    for (one, row) in found.iter().zip(rows) {
        let Some(role) = of(&one.found) else { continue };
        let Some(there) = stored.get(&Privileged::DirectoryRole(role)) else { continue };
        let context = |id| contexts.iter().find(|one| one.id == id).map(|one| one.name.clone()).unwrap_or_default();
        let (before, after) = (there.settings.activation_proof, there.settings.activation_proof.with_multifactor());
        let words = |proof| rules::role_settings::proof_words(proof, context);
        let mut says =
            vec![format!("Whoever activates “{}” proves it: {}. Until now: {}.", row.name, words(after), words(before))];
        says.push("What is active stays so, and open requests go on as they were made.".to_owned());
        let settings = RoleSettings { activation_proof: after, ..there.settings.clone() };
        says.extend(enrolled::of_role(asking, Privileged::DirectoryRole(role), &settings, &contexts).await?.now);
        row.multifactor = Some(Multifactor { role, version: there.seen(), says });
    }
    Ok(())
}

/// Names of whatever incidents are about.
struct Names {
    principals: Principals,
    named: Named,
    origins: BTreeMap<AssignmentId, Event>,
    /// What is asked for, where the reader sees the request.
    requests: BTreeMap<RequestId, String>,
    /// The reader sees the pages of targets.
    sees_settings: bool,
    /// The reader sees every catalog.
    sees_packages: bool,
    /// The groups that the reader may not change.
    out_of_reach: BTreeSet<GroupId>,
}

impl Names {
    fn out_of_reach(&self, role: ResourceRole) -> bool {
        matches!(role.resource(), Resource::Group(group) if self.out_of_reach.contains(&group))
    }
}

/// The groups among these of which the reader may take nobody out.
async fn out_of_reach(asking: &mut Asking<'_>, roles: &[ResourceRole]) -> Result<BTreeSet<GroupId>, Problem> {
    let groups: BTreeSet<GroupId> = roles
        .iter()
        .filter_map(|role| match role.resource() {
            Resource::Group(group) => Some(group),
            Resource::Application(_) | Resource::DirectoryRole(_) => None,
        })
        .collect();
    let visitor = asking.visitor;
    if [true, false].iter().all(|assignable| rules::access::may_change_group(visitor, *assignable, false)) {
        return Ok(BTreeSet::new());
    }
    let all: Vec<GroupId> = groups.iter().copied().collect();
    let assignable = groups::role_assignable(&mut asking.link, &all).await?;
    let may = |group: &GroupId| rules::access::may_change_group(visitor, assignable.contains(group), false);
    Ok(groups.into_iter().filter(|group| !may(group)).collect())
}

/// Readers of alerts see the requests for roles, and those for packages when they see all requests.
async fn requested(asking: &mut Asking<'_>, all: &[Incident]) -> Result<BTreeMap<RequestId, String>, Problem> {
    let ids: Vec<RequestId> = all
        .iter()
        .filter_map(|one| match one.found {
            Found::NobodyDecides { request, .. } => Some(request),
            _ => None,
        })
        .collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let sees_all = rules::access::sees_all_requests(asking.visitor);
    let found = requests::several(&mut asking.link, &ids).await?;
    Ok(found.into_iter().filter(|one| sees_all || one.package().is_none()).map(|one| (one.id, one.terms.name)).collect())
}

async fn rows(asking: &mut Asking<'_>, all: &[Incident]) -> Result<BTreeMap<AlertKind, Vec<Row>>, Problem> {
    if all.is_empty() {
        return Ok(BTreeMap::new());
    }
    let roles: Vec<ResourceRole> = all.iter().filter_map(|one| one.found.role()).collect();
    let outside: Vec<AssignmentId> = all
        .iter()
        .filter(|one| one.found.kind() == AlertKind::AssignedOutside)
        .filter_map(|one| one.found.assignment())
        .collect();
    let origins = alerts::origins(&mut asking.link, &outside).await?;
    // Whom it is about, through which group, who dismissed it, and who did it.
    let mut principals: Vec<Principal> = Vec::new();
    for one in all {
        principals.extend(one.found.principal());
        principals.extend(through(&one.found).map(Principal::Group));
        principals.extend(one.dismissed.as_ref().map(|word| Principal::User(word.by)));
    }
    principals.extend(origins.values().filter_map(|event| match event.actor {
        Actor::User(id) => Some(Principal::User(id)),
        Actor::System | Actor::Console | Actor::Token(_) | Actor::Import(_) => None,
    }));
    let requests = requested(asking, all).await?;
    let principals = Principals::load(asking, &principals).await?;
    let sees_settings = rules::access::sees_settings(asking.visitor);
    let sees_packages = rules::catalog::sees_all(asking.visitor);
    let out_of_reach = out_of_reach(asking, &roles).await?;
    let named = Named::load(asking, roles).await?;
    let names = Names { principals, named, origins, requests, sees_settings, sees_packages, out_of_reach };
    let may = may(asking);
    let mut rows: BTreeMap<AlertKind, Vec<Row>> = BTreeMap::new();
    for one in all {
        rows.entry(one.found.kind()).or_default().push(row(one, &names, may));
    }
    Ok(rows)
}

fn through(found: &Found) -> Option<GroupId> {
    match found {
        Found::Stale { through, .. } | Found::OneOfTooMany { through, .. } => *through,
        Found::AssignedOutside { .. }
        | Found::Unreviewed { .. }
        | Found::LockedOut { .. }
        | Found::NobodyDecides { .. }
        | Found::NobodyApproves { .. }
        | Found::RemovalOverdue { .. }
        | Found::DeliveryOverdue { .. }
        | Found::Unused { .. }
        | Found::TooOften { .. }
        | Found::NoMultifactor { .. } => None,
    }
}

fn row(incident: &Incident, names: &Names, may: May) -> Row {
    let found = &incident.found;
    let role = found.role().map(|role| names.named.said(role)).unwrap_or_default();
    let settings = found.role().map(|role| format!("/admin/roles/{}/settings", role.resource().id()));
    let (icon, name, _, href) = match found.principal() {
        Some(principal) => described(&names.principals, principal),
        None => match found {
            Found::NobodyApproves { package, package_name, .. } if names.sees_packages => {
                (Icon::Package, package_name.clone(), String::new(), Some(format!("/admin/packages/{package}")))
            }
            Found::NobodyApproves { .. } => (Icon::Package, "An access package".to_owned(), String::new(), None),
            _ => (Icon::Role, role.clone(), String::new(), settings.clone()),
        },
    };
    let group = through(found).map(|group| names.principals.name(Principal::Group(group)));
    let by = group.map(|group| format!(", through “{group}”")).unwrap_or_default();
    let what = match found {
        Found::AssignedOutside { .. } => format!("{role}, active"),
        Found::Unreviewed { review_by, .. } => format!("The review was to be closed by {}.", review_by.in_sentence()),
        Found::NobodyDecides { request, stage, decide_by, missing, left, .. } => {
            let what =
                names.requests.get(request).map_or_else(|| "A request".to_owned(), |name| format!("The request for “{name}”"));
            let whom = match left {
                0 => "nobody".to_owned(),
                left => format!(
                    "{}, which only {} could give",
                    count(i64::from(*missing), "approval"),
                    model::time::people(i64::from(*left))
                ),
            };
            format!("{what} waits at stage {} for {whom}, and runs out on {}.", stage + 1, decide_by.in_sentence())
        }
        Found::NobodyApproves { policy_name, stage, .. } if names.sees_packages => {
            format!("Under the policy “{policy_name}” nobody could decide stage {}, so every request is refused.", stage + 1)
        }
        Found::NobodyApproves { stage, .. } => {
            format!("Under one of its policies nobody could decide stage {}, so every request is refused.", stage + 1)
        }
        Found::RemovalOverdue { name, roles, since, .. } if roles.is_empty() => {
            format!("Holds nothing at “{name}” any more, and their account there was to go since {}.", since.in_sentence())
        }
        Found::RemovalOverdue { name, roles, since, .. } => {
            format!("Still has {} at “{name}”, which was to go since {}.", both(roles), since.in_sentence())
        }
        Found::DeliveryOverdue { name, roles, since, .. } => {
            format!("Waits for {} at “{name}” since {}.", both(roles), since.in_sentence())
        }
        Found::Stale { last_sign_in: Some(at), .. } => format!("{role}{by}. Signed in last on {}.", at.in_sentence()),
        Found::Stale { last_sign_in: None, .. } => format!("{role}{by}. Never signed in."),
        Found::Unused { last: Some(at), .. } => format!("{role}. Activated last on {}.", at.in_sentence()),
        Found::Unused { last: None, .. } => format!("{role}. Never activated."),
        Found::OneOfTooMany { count: all, percent, .. } => {
            format!("{role}{by}. One of {all}, which are {percent} % of all administrators.")
        }
        Found::TooOften { times, .. } => format!("{role}. {} in the time that is set.", count(i64::from(*times), "activation")),
        Found::LockedOut { .. } => "Nobody who is eligible could activate it.".to_owned(),
        Found::NoMultifactor { .. } => "Neither a code nor a passkey is asked for.".to_owned(),
    };
    let open = match found {
        Found::Unreviewed { used, .. } => Some((format!("/my-access/emergency/{used}"), "Review the use".to_owned())),
        Found::NobodyDecides { request, .. } => {
            let seen = names.requests.contains_key(request);
            seen.then(|| (format!("/admin/requests/{request}"), "Open the request".to_owned()))
        }
        Found::NobodyApproves { package, policy, .. } => {
            names.sees_packages.then(|| (format!("/admin/packages/{package}/policies/{policy}"), "Open the policy".to_owned()))
        }
        Found::RemovalOverdue { target, .. } | Found::DeliveryOverdue { target, .. } => {
            names.sees_settings.then(|| (format!("/admin/settings/targets/{target}"), "Open the target".to_owned()))
        }
        Found::NoMultifactor { .. } | Found::LockedOut { .. } | Found::TooOften { .. } => {
            settings.map(|href| (href, "Open settings".to_owned()))
        }
        Found::AssignedOutside { .. } | Found::Stale { .. } | Found::Unused { .. } | Found::OneOfTooMany { .. } => None,
    };
    let eligible = match found {
        // Only people and groups can be eligible.
        Found::AssignedOutside { principal, role: ResourceRole::DirectoryRole(_), assignment } => {
            Some(*assignment).filter(|_| !matches!(principal, Principal::ServicePrincipal(_)))
        }
        _ => None,
    };
    Row {
        incident: incident.id,
        icon,
        name,
        href,
        what,
        origin: origin(found, names),
        found_at: incident.found_at,
        dismissed: incident.dismissed.as_ref().map(|word| Dismissed {
            by: names.principals.name(Principal::User(word.by)),
            at: word.at,
            words: word.words.clone(),
        }),
        remove: found.assignment().filter(|_| may.remedy && !found.role().is_some_and(|role| names.out_of_reach(role))),
        make_eligible: eligible.filter(|_| may.remedy),
        open,
        multifactor: None,
    }
}

/// Who assigned it, when and how, as far as the history knows.
fn origin(found: &Found, names: &Names) -> Option<String> {
    let Found::AssignedOutside { assignment, .. } = found else { return None };
    let Some(event) = names.origins.get(assignment) else {
        return Some("It came from another system; nobody assigned it here.".to_owned());
    };
    let by = match event.actor {
        Actor::User(id) => names.principals.name(Principal::User(id)),
        Actor::System => "the system".to_owned(),
        Actor::Console => "somebody on the server’s command line".to_owned(),
        Actor::Token(_) => "an identity provider".to_owned(),
        Actor::Import(_) => "an import".to_owned(),
    };
    let how = match &event.action {
        Action::AssignmentStarted { source: Source::Import, .. } => "Imported",
        _ => "Added as a member or owner, past the assignments,",
    };
    Some(format!("{how} by {by} on {}.", event.at.in_sentence()))
}
