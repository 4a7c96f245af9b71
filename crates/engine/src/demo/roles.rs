//! What people of the demo company are eligible for, and what activating it demands.

use super::{FIREWALLS, assign, group_id, people};
use crate::Problem;
use crate::change::Change;
use model::Refusal;
use model::access::AssignmentType;
use model::approval::Approver;
use model::directory::{PortalRole, Principal};
use model::role_settings::{Privileged, Proof, RoleSettings};
use rules::role_settings::{check, overrides};
use store::{Saved, role_settings};

const HOUR: u32 = 60;

pub async fn make(change: &mut Change<'_>) -> Result<(), Problem> {
    let applications = Privileged::DirectoryRole(PortalRole::ApplicationAdministrator.id());
    let decided = RoleSettings {
        activation_max_minutes: 4 * HOUR,
        activation_proof: Proof::FreshSignIn { minutes: 15 },
        activation_ticket: true,
        approval_required: true,
        stages: vec![RoleSettings::default_stage(vec![Approver::User { id: people::id("brandon") }])],
        ..RoleSettings::default()
    };
    set(change, applications, decided).await?;
    let firewalls = Privileged::GroupMember(group_id(FIREWALLS));
    set(change, firewalls, RoleSettings { activation_max_minutes: 2 * HOUR, ..RoleSettings::default() }).await?;

    let users = Privileged::DirectoryRole(PortalRole::UserAdministrator.id());
    let lee = Principal::User(people::id("lee"));
    for role in [users, applications, firewalls] {
        assign(change, lee, role.role(), AssignmentType::Eligible).await?;
    }
    Ok(())
}

async fn set(change: &mut Change<'_>, role: Privileged, settings: RoleSettings) -> Result<(), Problem> {
    let settings = check(role.kind(), &settings)?;
    let kept = overrides(&RoleSettings::default(), &settings);
    match role_settings::save(&mut change.link, role, &kept, 0).await? {
        Saved::Yes => Ok(()),
        Saved::Stale => Err(Refusal::Stale.into()),
    }
}
