//! Changing role settings.

use super::role_assignment::known;
use super::{allowed, answering, lock_out, role_template};
use crate::Problem;
use crate::change::Change;
use model::access::{Assignment, AssignmentType};
use model::approval::{Approver, Stage};
use model::authentication_context::AuthenticationContext;
use model::command::{Command, Done};
use model::event::Action;
use model::limits::{BREAKING_LOOKED_MAX, BREAKING_SHOWN};
use model::role_settings::{Privileged, PrivilegedKind, RoleSettings};
use model::{Refusal, RoleId, TermsId, Ts, UserId, WebhookId};
use rules::role_settings::{Bounds, check, overrides, overrides_anew, stages};
use std::collections::BTreeMap;
use store::approvals::{self, Thing};
use store::role_assignments::{self, Tab};
use store::{Link, Saved, groups, resources, role_settings, terms, users};

pub async fn edit(
    change: &mut Change<'_>,
    command: &Command,
    (role, version): (Privileged, i64),
    settings: &RoleSettings,
    seen_breaking: u32,
) -> Result<Done, Problem> {
    let (name, _) = known(change, command, role).await?;
    // First, so that what is inherited does not change meanwhile: templates are saved behind the same guard.
    let open = lock_out::before_all(change).await?;
    let before = role_settings::get(&mut change.link, role).await?;
    if before.seen() != version {
        return Err(Refusal::Stale.into());
    }
    let settings = check(role.kind(), settings)?;
    let changes = changes(change, role.kind(), &before.settings, &settings).await?;
    let found = breaking(&mut change.link, role, (&before.settings).into(), (&settings).into(), change.now).await?;
    rules::role_settings::may_save(found.count, seen_breaking)?;
    if !changes.is_empty() {
        let kept = overrides_anew(&before.overrides, &before.template, &settings);
        if role_settings::save(&mut change.link, role, &kept, before.version).await? == Saved::Stale {
            return Err(Refusal::Stale.into());
        }
        open.and_after_all(change).await?;
        change.record(None, [Action::RoleSettingsChanged { role, changes }]);
    }
    Ok(Done::RoleSettingsSaved { role, name })
}

/// What roles and groups of a kind inherit. What is assigned already stays as it is.
pub async fn edit_template(
    change: &mut Change<'_>,
    command: &Command,
    (kind, version): (PrivilegedKind, i64),
    settings: &RoleSettings,
    seen_breaking: u32,
) -> Result<Done, Problem> {
    allowed(change, command)?;
    let (before, there) = role_settings::template(&mut change.link, kind).await?;
    if there != version {
        return Err(Refusal::Stale.into());
    }
    let settings = check(kind, settings)?;
    let changes = changes(change, kind, &before, &settings).await?;
    let found = role_template::breaking(&mut change.link, kind, (&settings).into(), change.now).await?;
    rules::role_settings::may_save(found.breaks.count, seen_breaking)?;
    if !changes.is_empty() {
        let kept = overrides(&RoleSettings::default(), &settings);
        let open = lock_out::before_all(change).await?;
        if role_settings::save_template(&mut change.link, kind, &kept, version).await? == Saved::Stale {
            return Err(Refusal::Stale.into());
        }
        open.and_after_all(change).await?;
        change.record(None, [Action::RoleTemplateChanged { kind, changes }]);
    }
    Ok(Done::RoleTemplateSaved { kind })
}

/// Assignments that other bounds would leave outside.
pub struct Breaks {
    pub count: u32,
    pub first: Vec<Assignment>,
    /// There are so many assignments that only the first were looked at.
    pub all_looked_at: bool,
}

/// Looks for them page by page: what they are compared by is a rule, and no statement's business.
pub async fn breaking(link: &mut Link, role: Privileged, before: Bounds, after: Bounds, now: Ts) -> Result<Breaks, Problem> {
    let mut found = Breaks { count: 0, first: Vec::new(), all_looked_at: true };
    for (kind, tab) in [(AssignmentType::Eligible, Tab::Eligible), (AssignmentType::Active, Tab::Active)] {
        if before.of(kind) == after.of(kind) {
            continue;
        }
        let (mut looked, mut last) = (0, None);
        loop {
            let page = role_assignments::of_role(link, role.role(), tab, last, LOOKED_AT_ONCE, now).await?;
            let Some(end) = page.last().map(|one| (one.starts_at, one.id)) else { break };
            last = Some(end);
            looked += page.len();
            let whole = page.len() == LOOKED_AT_ONCE;
            for one in page.into_iter().filter(|one| rules::role_settings::breaks(before, after, one)) {
                found.count = found.count.saturating_add(1);
                if found.first.len() < BREAKING_SHOWN {
                    found.first.push(one);
                }
            }
            if !whole {
                break;
            }
            if looked >= BREAKING_LOOKED_MAX {
                found.all_looked_at = false;
                break;
            }
        }
    }
    Ok(found)
}

/// Assignments that one statement reads.
const LOOKED_AT_ONCE: usize = 500;

/// What becomes different, in words, if everybody whom the stages name is there and could decide.
async fn changes(
    change: &mut Change<'_>,
    kind: PrivilegedKind,
    before: &RoleSettings,
    after: &RoleSettings,
) -> Result<Vec<model::event::Change>, Problem> {
    let names = approvers(change, before.stages.iter().chain(&after.stages)).await?;
    decidable(change, kind, after, &names).await?;
    let whom = |stage: &Stage| {
        let names: Vec<String> = stage.named().map(|approver| names.get(&approver).cloned().unwrap_or_default()).collect();
        if names.is_empty() { "The default approvers".to_owned() } else { names.join(", ") }
    };
    let asked: Vec<TermsId> = [before.terms, after.terms].into_iter().flatten().collect();
    let called = terms::several(&mut change.link, &asked).await?;
    let called = |id: TermsId| called.iter().find(|one| one.id == id).map(|one| one.name.clone());
    if after.terms.is_some_and(|id| called(id).is_none()) {
        let message = "There are no such terms of use. Choose them from the list.".to_owned();
        return Err(Refusal::Malformed { field: "terms".to_owned(), message }.into());
    }
    let contexts = contexts(change, before, after).await?;
    let context = |id| contexts.iter().find(|one| one.id == id).map(|one| one.name.clone()).unwrap_or_default();
    let webhooks = webhooks(change, before, after).await?;
    let webhook = |id: WebhookId| webhooks.get(&id).cloned().unwrap_or_else(|| "One that is gone".to_owned());
    Ok(rules::role_settings::changes(before, after, whom, |id| called(id).unwrap_or_default(), context, webhook))
}

/// The authentication contexts that settings name and named. The one that they name from now on is there, and stays until
/// they are saved.
async fn contexts(
    change: &mut Change<'_>,
    before: &RoleSettings,
    after: &RoleSettings,
) -> Result<Vec<AuthenticationContext>, Problem> {
    let mut contexts = super::authentication_context::named(&mut change.link, &[before]).await?;
    if let Some(id) = after.activation_proof.context() {
        let found = store::authentication_contexts::get_to_change(&mut change.link, id).await?;
        let Some(found) = found else {
            let message = "There is no such authentication context. Choose one from the list.".to_owned();
            return Err(Refusal::Malformed { field: "context".to_owned(), message }.into());
        };
        contexts.push(found);
    }
    Ok(contexts)
}

/// What the webhooks are called that settings name and named. The one that they name from now on is one that is asked.
async fn webhooks(
    change: &mut Change<'_>,
    before: &RoleSettings,
    after: &RoleSettings,
) -> Result<BTreeMap<WebhookId, String>, Problem> {
    if before.asks.is_none() && after.asks.is_none() {
        return Ok(BTreeMap::new());
    }
    if before.asks != after.asks {
        answering::checked(&mut change.link, after.asks).await?;
    }
    let all = store::webhooks::list(&mut change.link).await?;
    Ok(all.into_iter().map(|stored| (stored.webhook.id, stored.webhook.name)).collect())
}

/// Whether everybody whom the stages name is there, and somebody could decide.
async fn decidable(
    change: &mut Change<'_>,
    kind: PrivilegedKind,
    settings: &RoleSettings,
    known: &BTreeMap<Approver, String>,
) -> Result<(), Problem> {
    let stages = stages(kind, settings);
    if settings.stages.iter().flat_map(Stage::named).any(|approver| !known.contains_key(&approver)) {
        let message = "Somebody or some group that a stage names is not there. Choose from the directory.".to_owned();
        return Err(Refusal::Malformed { field: "stages".to_owned(), message }.into());
    }
    let nobody = UserId(model::AnyId::nil());
    let people = approvals::people(&mut change.link, &stages, nobody, (Thing::Nothing, &[]), change.now).await?;
    Ok(rules::package::can_ever_be_decided(&stages, &people)?)
}

/// What the approvers of stages are called; those who are not there are left out.
async fn approvers<'s>(
    change: &mut Change<'_>,
    stages: impl Iterator<Item = &'s Stage>,
) -> Result<BTreeMap<Approver, String>, Problem> {
    let (mut user_ids, mut group_ids, mut role_ids) = (Vec::new(), Vec::new(), Vec::<RoleId>::new());
    let mut named = BTreeMap::new();
    for approver in stages.flat_map(Stage::named) {
        match approver {
            Approver::User { id } => user_ids.push(id),
            Approver::Group { id } => group_ids.push(id),
            Approver::RoleHolders { id } => role_ids.push(id),
            Approver::Manager { level } => drop(named.insert(approver, format!("the manager at level {level}"))),
            Approver::Owners => drop(named.insert(approver, "the owners of the group".to_owned())),
            Approver::Sponsors => drop(named.insert(approver, "the sponsors".to_owned())),
        }
    }
    let users = users::names(&mut change.link, &user_ids).await?;
    named.extend(users.into_iter().map(|(id, name)| (Approver::User { id }, name)));
    let groups = groups::names(&mut change.link, &group_ids).await?;
    named.extend(groups.into_iter().map(|(id, name)| (Approver::Group { id }, name)));
    let roles = resources::role_names(&mut change.link, &role_ids).await?;
    named.extend(roles.into_iter().map(|(id, (name, _))| (Approver::RoleHolders { id }, format!("whoever is {name}"))));
    Ok(named)
}
