//! Alerts: what about privileged roles, and about access at targets, should not be as it is. Facts in, incidents out.

use crate::approval::StagePeople;
use crate::authentication_context::required;
use crate::form::justification;
use crate::package::Policy;
use model::access::{Assignment, ResourceRole};
use model::alert::{AlertKind, AlertSettings, Found, Incident, Thresholds};
use model::authentication_context::AuthenticationContext;
use model::directory::PortalRole;
use model::emergency::{EmergencyUse, Word};
use model::event::{Action, Change};
use model::limits::{ALERT_INCIDENTS_MAX, TARGET_OVERDUE_MINUTES};
use model::notice::{Addressee, Letter, Notice};
use model::proof::Strength;
use model::request::{Decision, Request, State};
use model::role_settings::RoleSettings;
use model::time::count;
use model::{AlertIncidentId, AssignmentId, GroupId, PackageId, Refusal, RoleId, Span, TargetId, Ts, UserId};
use std::collections::{BTreeMap, BTreeSet};

/// One way in which somebody who is enabled has a directory role, be it only to activate it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    /// The person's own: of the role, or of membership in the group that holds it.
    pub assignment: AssignmentId,
    pub user: UserId,
    pub role: RoleId,
    pub through: Option<GroupId>,
    /// It has to be activated, here or in the group.
    pub eligible: bool,
    /// The role itself has to be activated, by whoever is in the group as well: its settings say how.
    pub role_eligible: bool,
    pub since: Ts,
    /// When the account was made.
    pub created_at: Ts,
    pub last_sign_in: Option<Ts>,
    /// When this person activated this role last.
    pub last_activation: Option<Ts>,
}

/// Somebody whose access at an enabled target differs from what they hold here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Differs {
    pub target: TargetId,
    /// What the target is called.
    pub name: String,
    pub user: UserId,
    pub since: Ts,
    /// Names of roles that they have or may have there and should not.
    pub keeps: Vec<String>,
    /// Names of roles that they should have there.
    pub lacks: Vec<String>,
    /// They hold nothing here any more, and an account of ours that still works there is to go.
    pub leaves: bool,
}

impl Differs {
    /// Somebody keeps there what they should not.
    pub fn keeps_something(&self) -> bool {
        self.leaves || !self.keeps.is_empty()
    }

    pub fn lacks_something(&self) -> bool {
        !self.lacks.is_empty()
    }
}

/// A policy with the people behind the lists of its stages. Whoever depends on who asks is not among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approved {
    pub package: PackageId,
    pub package_name: String,
    pub policy: Policy,
    pub people: Vec<StagePeople>,
}

/// Since when access differs that alerts are about from `now` on.
pub fn overdue_before(now: Ts) -> Ts {
    now - Span::minutes(TARGET_OVERDUE_MINUTES)
}

/// What a scan looks at.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Active assignments that came past the rules.
    pub outside: Vec<Assignment>,
    /// Uses of emergency access that nobody has reviewed, and whether their reviewer is disabled.
    pub unreviewed: Vec<(EmergencyUse, bool)>,
    /// Undecided requests with few who could decide: the people of the open stage, and what was decided so far.
    pub undecided: Vec<(Request, StagePeople, Vec<Decision>)>,
    /// Enabled policies that no rule uses, under which it is not plain that somebody could decide, with the people whom each of
    /// their stages names.
    pub policies: Vec<Approved>,
    pub holdings: Vec<Holding>,
    /// Who activated which role how often within the window.
    pub activations: Vec<(UserId, RoleId, u32)>,
    /// Of the roles that somebody is eligible for.
    pub settings: BTreeMap<RoleId, RoleSettings>,
    /// The contexts that these name.
    pub contexts: Vec<AuthenticationContext>,
    pub differs: Vec<Differs>,
    /// The roles that administrate all others which somebody is eligible for and nobody could activate (`lock_out`).
    pub closed: Vec<RoleId>,
}

pub type Settings = BTreeMap<AlertKind, AlertSettings>;

/// What is set for a kind: what somebody saved, or what it begins with.
pub fn settings(saved: &Settings, kind: AlertKind) -> AlertSettings {
    saved.get(&kind).copied().unwrap_or_else(|| kind.defaults())
}

/// The window in which activations are counted.
pub fn window(saved: &Settings) -> Span {
    match settings(saved, AlertKind::ActivatedTooOften).thresholds {
        Thresholds::Times { minutes, .. } => Span::minutes(i64::from(minutes)),
        Thresholds::None | Thresholds::Days { .. } | Thresholds::Administrators { .. } => Span::days(1),
    }
}

/// Everything that is not as it should be at `now`, each once; of one kind no more than are kept.
pub fn found(facts: &Facts, saved: &Settings, now: Ts) -> Vec<Found> {
    let mut all = Vec::new();
    for kind in AlertKind::ALL {
        let AlertSettings { enabled, thresholds, .. } = settings(saved, kind);
        if !enabled {
            continue;
        }
        let mut of_kind: BTreeMap<String, Found> = BTreeMap::new();
        for one in of(kind, thresholds, facts, now) {
            of_kind.entry(one.key()).or_insert(one);
        }
        all.extend(of_kind.into_values().take(ALERT_INCIDENTS_MAX));
    }
    all
}

fn of(kind: AlertKind, thresholds: Thresholds, facts: &Facts, now: Ts) -> Vec<Found> {
    match (kind, thresholds) {
        (AlertKind::AssignedOutside, _) => {
            let outside =
                |one: &Assignment| Found::AssignedOutside { assignment: one.id, principal: one.principal, role: one.role };
            facts.outside.iter().filter(|one| crate::effective::in_force(one, now)).map(outside).collect()
        }
        (AlertKind::EmergencyUnreviewed, _) => {
            let late = |(used, nobody): &&(EmergencyUse, bool)| used.closed.is_none() && (*nobody || used.review_by < now);
            let late = facts.unreviewed.iter().filter(late);
            late.map(|(used, _)| Found::Unreviewed { used: used.id, user: used.user, review_by: used.review_by }).collect()
        }
        (AlertKind::RemovalOverdue, _) => overdue(facts, now, |one| {
            let Differs { target, name, user, since, keeps, .. } = one.clone();
            let found = Found::RemovalOverdue { target, name, user, roles: keeps, since };
            one.keeps_something().then_some(found)
        }),
        (AlertKind::DeliveryOverdue, _) => overdue(facts, now, |one| {
            let Differs { target, name, user, since, lacks, .. } = one.clone();
            one.lacks_something().then_some(Found::DeliveryOverdue { target, name, user, roles: lacks, since })
        }),
        (AlertKind::LockedOut, _) => facts.closed.iter().map(|role| Found::LockedOut { role: *role }).collect(),
        (AlertKind::NobodyDecides, _) => facts
            .undecided
            .iter()
            .filter_map(|(request, people, decisions)| nobody_decides(request, people, decisions, now))
            .collect(),
        (AlertKind::NobodyApproves, _) => facts.policies.iter().filter_map(nobody_approves).collect(),
        (AlertKind::StaleAccounts, Thresholds::Days { days }) => stale(facts, days, now),
        (AlertKind::UnusedRoles, Thresholds::Days { days }) => unused(facts, days, now),
        (AlertKind::TooManyGlobalAdministrators, Thresholds::Administrators { count, percent }) => {
            too_many(facts, count, percent)
        }
        (AlertKind::ActivatedTooOften, Thresholds::Times { times, .. }) => {
            let often = facts.activations.iter().filter(|(_, _, n)| *n >= times);
            often.map(|(user, role, times)| Found::TooOften { user: *user, role: *role, times: *times }).collect()
        }
        (AlertKind::NoMultifactor, _) => {
            let weak = facts.settings.iter().filter(|(_, settings)| !is_strong(settings, &facts.contexts));
            weak.map(|(role, _)| Found::NoMultifactor { role: *role }).collect()
        }
        // Settings of another kind say nothing about this one.
        (
            AlertKind::StaleAccounts
            | AlertKind::UnusedRoles
            | AlertKind::TooManyGlobalAdministrators
            | AlertKind::ActivatedTooOften,
            _,
        ) => Vec::new(),
    }
}

/// Whether activating takes more than a session or a password that somebody may have stolen.
fn is_strong(settings: &RoleSettings, contexts: &[AuthenticationContext]) -> bool {
    let demand = required(settings, contexts).ok().and_then(|required| required.demand);
    demand.is_some_and(|demand| demand.strength >= Strength::Multifactor)
}

/// Under this policy nobody could decide any request, so that each is refused. Managers, sponsors and owners depend on who asks
/// for what and count as possible: whoever lacks one is told when they ask.
fn nobody_approves(of: &Approved) -> Option<Found> {
    let Approved { package, package_name, policy, people } = of;
    let refusal = crate::package::can_ever_be_decided(&policy.settings.stages, people).err()?;
    let Refusal::PolicyNeverDecided { stage, .. } = refusal else { return None };
    Some(Found::NobodyApproves {
        package: *package,
        policy: policy.id,
        package_name: package_name.clone(),
        policy_name: policy.name.clone(),
        stage: stage.saturating_sub(1),
    })
}

/// The open stage has fewer people who may decide it than approvals that it lacks, and too few who will be asked yet: fallback
/// approvers are asked at half of the window at the latest, and not after that.
fn nobody_decides(request: &Request, people: &StagePeople, decisions: &[Decision], now: Ts) -> Option<Found> {
    let State::PendingApproval { stage, decide_by, fallback, reminded_at, .. } = &request.state else { return None };
    let mut barred = crate::approval::barred(request.requestor, request.beneficiary);
    barred.extend(decisions.iter().flat_map(crate::delegation::used_up));
    let mut all = [people.approvers.as_slice(), &people.escalation].concat();
    if *fallback || reminded_at.is_none() {
        all.extend(&people.fallback);
    }
    let quorum = request.terms.stages.get(*stage).map_or(1, |stage| stage.quorum as usize);
    let missing = quorum.saturating_sub(crate::approval::approvals(decisions, *stage)).max(1);
    let left = crate::approval::without(&all, &barred).len();
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let found = Found::NobodyDecides {
        request: request.id,
        user: request.beneficiary,
        stage: *stage,
        decide_by: *decide_by,
        missing: count(missing),
        left: count(left),
    };
    (*decide_by > now && left < missing).then_some(found)
}

/// A single refusal is tried again within seconds, so that only what lasts is an incident.
fn overdue(facts: &Facts, now: Ts, found: impl Fn(&Differs) -> Option<Found>) -> Vec<Found> {
    facts.differs.iter().filter(|one| one.since <= overdue_before(now)).filter_map(found).collect()
}

fn stale(facts: &Facts, days: u32, now: Ts) -> Vec<Found> {
    let before = now - Span::days(i64::from(days));
    let unseen = facts.holdings.iter().filter(|one| one.last_sign_in.unwrap_or(one.created_at) < before);
    unseen
        .map(|one| Found::Stale {
            assignment: one.assignment,
            user: one.user,
            role: one.role,
            through: one.through,
            last_sign_in: one.last_sign_in,
        })
        .collect()
}

/// Roles that people could have activated for so long, and did not. What comes through a group is asked of the group.
fn unused(facts: &Facts, days: u32, now: Ts) -> Vec<Found> {
    let before = now - Span::days(i64::from(days));
    let idle = facts.holdings.iter().filter(|one| {
        one.eligible && one.through.is_none() && one.since <= before && one.last_activation.is_none_or(|at| at <= before)
    });
    idle.map(|one| Found::Unused { assignment: one.assignment, user: one.user, role: one.role, last: one.last_activation })
        .collect()
}

fn too_many(facts: &Facts, least: u32, least_percent: u32) -> Vec<Found> {
    let role = PortalRole::GlobalAdministrator.id();
    let people: BTreeSet<UserId> = facts.holdings.iter().map(|one| one.user).collect();
    let administrators: BTreeSet<UserId> = facts.holdings.iter().filter(|one| one.role == role).map(|one| one.user).collect();
    let (all, n) = (people.len().max(1), administrators.len());
    let percent = u32::try_from(n * 100 / all).unwrap_or(100);
    let n = u32::try_from(n).unwrap_or(u32::MAX);
    if n < least || percent < least_percent {
        return Vec::new();
    }
    let holding = facts.holdings.iter().filter(|one| one.role == role);
    holding
        .map(|one| Found::OneOfTooMany { assignment: one.assignment, user: one.user, through: one.through, count: n, percent })
        .collect()
}

/// What a scan changes about what is open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    pub new: Vec<Found>,
    /// It is the same, and something about it has changed.
    pub changed: Vec<(AlertIncidentId, Found)>,
    pub gone: Vec<(AlertIncidentId, Found)>,
}

/// Compares what was found now with what is open.
pub fn scan(open: &[Incident], found: Vec<Found>) -> Scan {
    let mut known: BTreeMap<(AlertKind, String), &Incident> =
        open.iter().map(|one| ((one.found.kind(), one.found.key()), one)).collect();
    let mut scan = Scan::default();
    for one in found {
        match known.remove(&(one.kind(), one.key())) {
            None => scan.new.push(one),
            Some(there) if there.found != one => scan.changed.push((there.id, one)),
            Some(_) => {}
        }
    }
    scan.gone.extend(known.into_values().map(|there| (there.id, there.found.clone())));
    scan
}

/// The letters about what is new: one of each kind of which letters are wanted, to everybody who looks after alerts.
pub fn letters(new: &[Found], saved: &Settings, names: impl Fn(AlertKind) -> Vec<String>, to: &[UserId]) -> Vec<Letter> {
    let mut letters = Vec::new();
    for kind in AlertKind::ALL {
        let count = new.iter().filter(|found| found.kind() == kind).count();
        if count == 0 || !settings(saved, kind).mail {
            continue;
        }
        let names = names(kind);
        letters.extend(
            to.iter()
                .map(|to| Letter { to: Addressee::User(*to), notice: Notice::AlertRaised { kind, count, names: names.clone() } }),
        );
    }
    letters
}

/// Whether what happened can make or end an incident: then it is looked again.
pub fn matters(action: &Action) -> bool {
    if let Action::AssignmentStarted { role, .. }
    | Action::AssignmentEnded { role, .. }
    | Action::AssignmentChanged { role, .. }
    | Action::AssignmentExtended { role, .. } = action
    {
        return !matches!(role, ResourceRole::ApplicationRole(..));
    }
    matches!(
        action,
        Action::RoleActivated { .. }
            | Action::RoleExtended { .. }
            | Action::RoleSettingsChanged { .. }
            | Action::RoleTemplateChanged { .. }
            | Action::AuthenticationContextChanged { .. }
            | Action::PrivilegedAccessEnabled { .. }
            | Action::PrivilegedAccessDisabled { .. }
            | Action::EmergencyUsed { .. }
            | Action::EmergencyReviewed { .. }
            | Action::EmergencyAccountMarked { .. }
            | Action::RequestCanceled { .. }
            | Action::StageExpired { .. }
            | Action::WebhookAnswered { .. }
            | Action::WebhookSilent { .. }
            | Action::UserDisabled { .. }
            | Action::UserEnabled { .. }
            | Action::AlertSettingChanged { .. }
            | Action::PolicyChanged { .. }
            | Action::PolicyDeleted { .. }
            // What is in a disabled catalog, or deleted, nobody could miss.
            | Action::CatalogChanged { .. }
            | Action::PackageDeleted { .. }
            // One of two approvals may leave nobody for the other.
            | Action::StageDecided { settles_stage: false, .. }
    )
}

/// The settings as they are kept.
pub fn check(kind: AlertKind, asked: &AlertSettings) -> Result<AlertSettings, Refusal> {
    let within = |field: &str, label: &str, n: u32, least: u32, most: u32| {
        if (least..=most).contains(&n) {
            return Ok(());
        }
        let message = format!("“{label}” is a number from {least} to {most}. You wrote {n}.");
        Err(Refusal::Malformed { field: field.to_owned(), message })
    };
    match (kind, asked.thresholds, kind.defaults().thresholds) {
        (AlertKind::StaleAccounts, Thresholds::Days { days }, _) => within("days", "Days without a sign-in", days, 1, 365)?,
        (AlertKind::UnusedRoles, Thresholds::Days { days }, _) => within("days", "Days without an activation", days, 0, 100)?,
        (AlertKind::TooManyGlobalAdministrators, Thresholds::Administrators { count, percent }, _) => {
            within("count", "Global Administrators", count, 2, 100)?;
            within("percent", "Share of all administrators", percent, 0, 100)?;
        }
        (AlertKind::ActivatedTooOften, Thresholds::Times { times, minutes }, _) => {
            within("times", "Activations", times, 2, 100)?;
            within("minutes", "Within", minutes, 1, 30 * 24 * 60)?;
        }
        (_, Thresholds::None, Thresholds::None) => {}
        (_, _, _) => {
            let message = "These are the settings of another alert. Open the page again.".to_owned();
            return Err(Refusal::Malformed { field: "kind".to_owned(), message });
        }
    }
    Ok(*asked)
}

/// What saving changes, for the history.
pub fn changes(before: &AlertSettings, after: &AlertSettings) -> Vec<Change> {
    let yes = |yes: bool| if yes { "Yes" } else { "No" }.to_owned();
    let said = |of: &AlertSettings| [yes(of.enabled), yes(of.mail), words(of.thresholds)];
    let labels = ["Look for this", "Send letters", "From when on"];
    let pairs = labels.into_iter().zip(said(before).into_iter().zip(said(after)));
    pairs
        .filter(|(_, (before, after))| before != after)
        .map(|(field, (before, after))| Change { field: field.to_owned(), before, after })
        .collect()
}

/// The thresholds in words.
pub fn words(thresholds: Thresholds) -> String {
    match thresholds {
        Thresholds::None => String::new(),
        Thresholds::Days { days } => count(i64::from(days), "day"),
        Thresholds::Administrators { count: least, percent } => {
            format!("{} and {percent} %", count(i64::from(least), "Global Administrator"))
        }
        Thresholds::Times { times, minutes } => {
            format!("{} within {}", count(i64::from(times), "activation"), Span::minutes(i64::from(minutes)).words())
        }
    }
}

/// Somebody says that an incident may be so. It stays dismissed as long as it is the same.
pub fn dismiss(incident: &Incident, by: UserId, words: &str, now: Ts) -> Result<(Word, Action), Refusal> {
    if let Some(dismissed) = &incident.dismissed {
        return Err(Refusal::AlertDismissed { at: dismissed.at });
    }
    let words = justification("words", "Reason", words, true)?;
    let action = Action::AlertDismissed { incident: incident.id, what: incident.found.clone(), words: words.clone() };
    Ok((Word { by, at: now, words }, action))
}

/// Takes a dismissal back.
pub fn reopen(incident: &Incident) -> Result<Action, Refusal> {
    if incident.dismissed.is_none() {
        return Err(Refusal::NotFound { what: "dismissed alert" });
    }
    Ok(Action::AlertReopened { incident: incident.id, what: incident.found.clone() })
}

#[cfg(test)]
#[path = "alert_tests.rs"]
mod tests;
