//! Alerts: looking for what they are about, and what people do about it.

use super::{allowed, lock_out, subject};
use crate::Problem;
use crate::change::Change;
use crate::views::words::Named;
use model::access::{AssignmentType, ResourceRole};
use model::alert::{AlertKind, AlertSettings, Found, Incident, Thresholds};
use model::approval::Stage;
use model::command::{Command, Done};
use model::directory::{PortalRole, Principal};
use model::event::Action;
use model::limits::{ALERT_NAMES_MAX, ALERT_OVERDUE_MAX, QUORUM_MAX, STAGES_MAX};
use model::request::{Decision, Request};
use model::role_settings::{Privileged, RoleSettings};
use model::{AlertIncidentId, ApplicationRoleId, Refusal, TargetId, Ts, UserId};
use rules::alert::{Approved, Differs, Facts, Settings};
use rules::approval::StagePeople;
use std::collections::{BTreeMap, BTreeSet};
use store::delivered::{self, Overdue};
use store::{
    Link, Saved, alert_facts, alerts, approvals, assignments, delivery, groups, policies, requests, resources, role_settings,
    users,
};

/// People who are looked at together for whether their access differs.
const OVERDUE_PAGE: usize = 500;
/// Policies that are looked at together for whether anybody could decide.
const POLICIES_PAGE: usize = 200;
/// So many of a group decide whatever policies may ask for: more of them change nothing.
const MEMBERS_ENOUGH: usize = STAGES_MAX * QUORUM_MAX as usize;
const NO_INCIDENT: Refusal = Refusal::NotFound { what: "alert" };

/// Looks for everything, opens what is new, and resolves what is no longer so.
pub async fn scan(change: &mut Change<'_>, command: &Command) -> Result<Done, Problem> {
    allowed(change, command)?;
    let saved: Settings = alerts::settings(&mut change.link).await?.into_iter().map(|(kind, (set, _))| (kind, set)).collect();
    let facts = facts(change, &saved).await?;
    let found = rules::alert::found(&facts, &saved, change.now);
    let all = found.len();
    let open = alerts::open(&mut change.link).await?;
    let scan = rules::alert::scan(&open, found);
    let mut new = Vec::new();
    for found in scan.new {
        let id = AlertIncidentId(change.id());
        let incident = Incident { id, found, found_at: change.now, dismissed: None };
        // Another server may have looked at the same moment.
        if alerts::insert(&mut change.link, &incident).await? {
            change.record(None, [Action::AlertTriggered { incident: id, what: incident.found.clone() }]);
            new.push(incident.found);
        }
    }
    for (id, found) in &scan.changed {
        alerts::change(&mut change.link, *id, found).await?;
    }
    for (id, what) in scan.gone {
        if alerts::resolve(&mut change.link, id).await? {
            change.record(None, [Action::AlertResolved { incident: id, what }]);
        }
    }
    tell(change, &new, &saved).await?;
    alerts::set_scanned_at(&mut change.link, change.now).await?;
    Ok(Done::AlertsScanned { open: all, new: new.len() })
}

async fn facts(change: &mut Change<'_>, saved: &Settings) -> Result<Facts, Problem> {
    let looks = rules::alert::settings(saved, AlertKind::LockedOut).enabled;
    let closed = if looks { lock_out::closed(change).await? } else { Vec::new() };
    let (link, now) = (&mut change.link, change.now);
    let outside = alert_facts::outside(link, now).await?;
    let unreviewed = alert_facts::unreviewed(link, now).await?;
    let holdings = alert_facts::holdings(link, now).await?;
    let times = match rules::alert::settings(saved, AlertKind::ActivatedTooOften).thresholds {
        Thresholds::Times { times, .. } => times,
        Thresholds::None | Thresholds::Days { .. } | Thresholds::Administrators { .. } => u32::MAX,
    };
    let activations = alert_facts::activations(link, now - rules::alert::window(saved), now, times).await?;
    let roles: BTreeSet<_> = holdings.iter().filter(|one| one.role_eligible).map(|one| one.role).collect();
    let roles: Vec<Privileged> = roles.into_iter().map(Privileged::DirectoryRole).collect();
    let settings = role_settings::several(link, &roles).await?;
    let settings = settings.into_iter().filter_map(|(role, stored)| match role {
        Privileged::DirectoryRole(id) => Some((id, stored.settings)),
        Privileged::GroupMember(_) | Privileged::GroupOwner(_) => None,
    });
    let settings: BTreeMap<_, RoleSettings> = settings.collect();
    let contexts = super::authentication_context::named(link, &settings.values().collect::<Vec<_>>()).await?;
    let undecided = undecided(link, saved, now).await?;
    let policies = approved(link, saved, now).await?;
    let differs = differs(link, saved, now).await?;
    Ok(Facts { outside, unreviewed, undecided, policies, holdings, activations, settings, contexts, differs, closed })
}

/// Whose access at targets has differed for too long, with what they keep and what they lack.
async fn differs(link: &mut Link, saved: &Settings, now: Ts) -> Result<Vec<Differs>, Problem> {
    let looked_for = [AlertKind::RemovalOverdue, AlertKind::DeliveryOverdue];
    if !looked_for.iter().any(|kind| rules::alert::settings(saved, *kind).enabled) {
        return Ok(Vec::new());
    }
    // Everybody is looked at every hour: of those who wait for it while a target is down only few differ, so that these are counted.
    let (mut all, mut keep, mut lack, mut after) = (Vec::new(), 0, 0, None);
    loop {
        let page = delivered::overdue(link, rules::alert::overdue_before(now), after, OVERDUE_PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.place());
        for one in differing(link, page, now).await? {
            let (keeps, lacks) = (one.keeps_something(), one.lacks_something());
            if (keeps && keep < ALERT_OVERDUE_MAX) || (lacks && lack < ALERT_OVERDUE_MAX) {
                keep += usize::from(keeps);
                lack += usize::from(lacks);
                all.push(one);
            }
        }
        if keep >= ALERT_OVERDUE_MAX && lack >= ALERT_OVERDUE_MAX {
            break;
        }
    }
    Ok(all)
}

/// How these people differ, whether they do or not.
async fn differing(link: &mut Link, found: Vec<Overdue>, now: Ts) -> Result<Vec<Differs>, Problem> {
    let mut of_targets: BTreeMap<TargetId, Vec<Overdue>> = BTreeMap::new();
    for one in found {
        of_targets.entry(one.target_id).or_default().push(one);
    }
    let mut all = Vec::new();
    for (target, people) in of_targets {
        let Some(application) = people.first().map(|one| one.application_id) else { continue };
        let roles: BTreeMap<ApplicationRoleId, String> =
            resources::roles_of(link, application).await?.unwrap_or_default().into_iter().collect();
        let ids: Vec<UserId> = people.iter().map(|one| one.user_id).collect();
        let reach = assignments::reach_of(link, &ids, now).await?;
        let enabled: BTreeSet<UserId> =
            users::several(link, &ids).await?.into_iter().filter(|user| user.enabled).map(|user| user.id).collect();
        let mut asked = delivery::asked(link, target, &ids).await?;
        let named = |ids: Vec<ApplicationRoleId>| ids.iter().filter_map(|id| roles.get(id).cloned()).collect::<Vec<String>>();
        for one in people {
            let desired = rules::delivery::desired(one.user_id, enabled.contains(&one.user_id), &reach, application, now);
            let plan = rules::delivery::plan(&desired, &asked.remove(&one.user_id).unwrap_or_default());
            let off = crate::workers::is_off(&one.account);
            let leaves = rules::delivery::account_has_to_go(&plan, one.leavers()?, one.made, off);
            let (keeps, lacks) = (named(plan.remove), named(plan.add));
            all.push(Differs { target, name: one.name, user: one.user_id, since: one.since, keeps, lacks, leaves });
        }
    }
    Ok(all)
}

/// Undecided requests of which it is not plain that somebody can decide them, with everybody who is or will be asked.
async fn undecided(link: &mut Link, saved: &Settings, now: Ts) -> Result<Vec<(Request, StagePeople, Vec<Decision>)>, Problem> {
    let mut all = Vec::new();
    if !rules::alert::settings(saved, AlertKind::NobodyDecides).enabled {
        return Ok(all);
    }
    let ids = alert_facts::undecided(link, now).await?;
    for request in requests::several(link, &ids).await? {
        let Some(stage) = request.state.open_stage().and_then(|open| request.terms.stages.get(open)) else { continue };
        let subject = subject::to_decide(link, &request).await?;
        let people = approvals::people(link, std::slice::from_ref(stage), request.beneficiary, subject.about(), now).await?;
        let decisions = requests::decisions(link, request.id).await?;
        all.extend(people.into_iter().next().map(|people| (request, people, decisions)));
    }
    Ok(all)
}

/// The enabled policies that no rule uses, under which nobody could decide, with the people whom their stages name. Of a page of
/// policies each group is read once, and what is in order is not kept: there may be very many of them.
async fn approved(link: &mut Link, saved: &Settings, now: Ts) -> Result<Vec<Approved>, Problem> {
    let mut all = Vec::new();
    if !rules::alert::settings(saved, AlertKind::NobodyApproves).enabled {
        return Ok(all);
    }
    let mut after = None;
    loop {
        let page = policies::enabled(link, after, POLICIES_PAGE).await?;
        let Some((_, _, last)) = page.last() else { break };
        after = Some(last.id);
        let stages: Vec<Stage> = page.iter().flat_map(|(_, _, policy)| policy.settings.stages.clone()).collect();
        let mut people = approvals::named(link, &stages, MEMBERS_ENOUGH, now).await?.into_iter();
        for (package, package_name, policy) in page {
            let people: Vec<StagePeople> = people.by_ref().take(policy.settings.stages.len()).collect();
            if rules::package::can_ever_be_decided(&policy.settings.stages, &people).is_err() {
                all.push(Approved { package, package_name, policy, people });
            }
        }
    }
    Ok(all)
}

/// Letters about what is new, to those who look after alerts.
async fn tell(change: &mut Change<'_>, new: &[Found], saved: &Settings) -> Result<(), Problem> {
    if !new.iter().any(|found| rules::alert::settings(saved, found.kind()).mail) {
        return Ok(());
    }
    let mut to: BTreeSet<UserId> = BTreeSet::new();
    for role in rules::access::ALERT_KEEPERS {
        to.extend(assignments::role_holders(&mut change.link, PortalRole::id(*role), change.now).await?);
    }
    let to: Vec<UserId> = to.into_iter().collect();
    let mut names: BTreeMap<AlertKind, Vec<String>> = BTreeMap::new();
    for kind in AlertKind::ALL {
        let first: Vec<&Found> = new.iter().filter(|found| found.kind() == kind).take(ALERT_NAMES_MAX).collect();
        if !first.is_empty() {
            names.insert(kind, subjects(&mut change.link, &first).await?);
        }
    }
    let letters = rules::alert::letters(new, saved, |kind| names.get(&kind).cloned().unwrap_or_default(), &to);
    change.tell(letters);
    Ok(())
}

/// `Lee, User Administrator`
async fn subjects(link: &mut Link, all: &[&Found]) -> Result<Vec<String>, Problem> {
    let (mut people, mut of_groups, mut machines) = (Vec::new(), Vec::new(), Vec::new());
    for principal in all.iter().filter_map(|found| found.principal()) {
        match principal {
            Principal::User(id) => people.push(id),
            Principal::Group(id) => of_groups.push(id),
            Principal::ServicePrincipal(id) => machines.push(id),
        }
    }
    let people = users::names(link, &people).await?;
    let of_groups = groups::names(link, &of_groups).await?;
    let machines = resources::service_principal_names(link, &machines).await?;
    let roles: Vec<ResourceRole> = all.iter().filter_map(|found| found.role()).collect();
    let named = Named::of(link, roles).await?;
    let said = |found: &&Found| {
        let who = found.principal().and_then(|principal| match principal {
            Principal::User(id) => people.get(&id).cloned(),
            Principal::Group(id) => of_groups.get(&id).cloned(),
            Principal::ServicePrincipal(id) => machines.get(&id).cloned(),
        });
        let role = found.role().map(|role| named.said(role));
        let role = role.or_else(|| found.at_target().map(|(_, name, _)| name.to_owned()));
        [who, role].into_iter().flatten().collect::<Vec<_>>().join(", ")
    };
    // What a policy is called is not for everybody who looks after alerts.
    Ok(all.iter().map(said).filter(|said| !said.is_empty()).collect())
}

pub async fn edit(
    change: &mut Change<'_>,
    command: &Command,
    kind: AlertKind,
    version: i64,
    settings: &AlertSettings,
) -> Result<Done, Problem> {
    allowed(change, command)?;
    let saved = alerts::settings(&mut change.link).await?;
    let (before, there) = saved.get(&kind).copied().unwrap_or((kind.defaults(), 0));
    if there != version {
        return Err(Refusal::Stale.into());
    }
    let after = rules::alert::check(kind, settings)?;
    let changes = rules::alert::changes(&before, &after);
    if !changes.is_empty() {
        if alerts::set(&mut change.link, kind, &after, version).await? == Saved::Stale {
            return Err(Refusal::Stale.into());
        }
        change.record(None, [Action::AlertSettingChanged { kind, changes }]);
    }
    Ok(Done::AlertSaved { kind })
}

pub async fn dismiss(change: &mut Change<'_>, command: &Command, id: AlertIncidentId, words: &str) -> Result<Done, Problem> {
    allowed(change, command)?;
    let by = change.person().ok_or(Refusal::SignInNeeded)?;
    let incident = alerts::get(&mut change.link, id).await?.ok_or(NO_INCIDENT)?;
    let (word, action) = rules::alert::dismiss(&incident, by, words, change.now)?;
    if alerts::dismiss(&mut change.link, id, &word).await? == Saved::Stale {
        return Err(Refusal::Stale.into());
    }
    change.record(None, [action]);
    Ok(Done::AlertDismissed { kind: incident.found.kind() })
}

pub async fn reopen(change: &mut Change<'_>, command: &Command, id: AlertIncidentId) -> Result<Done, Problem> {
    allowed(change, command)?;
    let incident = alerts::get(&mut change.link, id).await?.ok_or(NO_INCIDENT)?;
    let action = rules::alert::reopen(&incident)?;
    if alerts::reopen(&mut change.link, id).await? == Saved::Stale {
        return Err(Refusal::Stale.into());
    }
    change.record(None, [action]);
    Ok(Done::AlertReopened { kind: incident.found.kind() })
}

/// Remembers who is put into a privileged group past its assignments.
pub async fn put_in(change: &mut Change<'_>, assignment: &model::access::Assignment) -> Result<(), Problem> {
    if assignment.assignment_type == AssignmentType::Active {
        alerts::remember_outside(&mut change.link, assignment.id).await?;
    }
    Ok(())
}
