//! Changing role settings.

use super::lock_out;
use super::role_assignment::known;
use crate::Problem;
use crate::change::Change;
use model::approval::{Approver, Stage};
use model::command::{Command, Done};
use model::event::Action;
use model::role_settings::{Privileged, RoleSettings};
use model::{Refusal, RoleId, UserId};
use rules::role_settings::{check, overrides, stages};
use std::collections::BTreeMap;
use store::approvals::{self, Thing};
use store::{Saved, groups, resources, role_settings, users};

pub async fn edit(
    change: &mut Change<'_>,
    command: &Command,
    role: Privileged,
    version: i64,
    settings: &RoleSettings,
) -> Result<Done, Problem> {
    let (name, _) = known(change, command, role).await?;
    let before = role_settings::get(&mut change.link, role).await?;
    if before.version != version {
        return Err(Refusal::Stale.into());
    }
    let settings = check(role.kind(), settings)?;
    let names = approvers(change, before.settings.stages.iter().chain(&settings.stages)).await?;
    decidable(change, role, &settings, &names).await?;
    let whom = |stage: &Stage| {
        let names: Vec<String> = stage.named().map(|approver| names.get(&approver).cloned().unwrap_or_default()).collect();
        if names.is_empty() { "The default approvers".to_owned() } else { names.join(", ") }
    };
    let changes = rules::role_settings::changes(&before.settings, &settings, whom);
    if !changes.is_empty() {
        let kept = overrides(&before.template, &settings);
        let open = lock_out::before(change, role).await?;
        if role_settings::save(&mut change.link, role, &kept, version).await? == Saved::Stale {
            return Err(Refusal::Stale.into());
        }
        open.and_after(change).await?;
        change.record(None, [Action::RoleSettingsChanged { role, changes }]);
    }
    Ok(Done::RoleSettingsSaved { role, name })
}

/// Whether everybody whom the stages name is there, and somebody could decide.
async fn decidable(
    change: &mut Change<'_>,
    role: Privileged,
    settings: &RoleSettings,
    known: &BTreeMap<Approver, String>,
) -> Result<(), Problem> {
    let stages = stages(role.kind(), settings);
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
