//! A change of the settings or assignments of the roles that administrate all others looks before and after, in its own
//! transaction, whether anybody who is eligible could still activate them.

use crate::Problem;
use crate::change::Change;
use model::directory::PortalRole;
use model::role_settings::Privileged;
use model::{AnyId, RoleId, UserId};
use rules::lock_out::{Way, counted_on, stays_open};
use rules::user::GUARDED;
use std::collections::{BTreeMap, BTreeSet};
use store::approvals::{self, Thing};
use store::{assignments, role_assignments, role_settings};

/// How one could activate each of them before.
#[derive(Default)]
#[must_use = "what is not looked at afterwards is not guarded"]
pub struct Before(Vec<(PortalRole, Vec<Way>)>);

/// Looks at both, when it is one of them: whoever administrates the one approves the other.
pub async fn before(change: &mut Change<'_>, changed: Privileged) -> Result<Before, Problem> {
    let guarded = matches!(changed, Privileged::DirectoryRole(id) if GUARDED.iter().any(|role| role.id() == id));
    Ok(Before(if guarded { all(change).await? } else { Vec::new() }))
}

/// The same for what any role may inherit.
pub async fn before_all(change: &mut Change<'_>) -> Result<Before, Problem> {
    Ok(Before(all(change).await?))
}

impl Before {
    /// Refuses what was done since when it closed the last way.
    pub async fn and_after(self, change: &mut Change<'_>) -> Result<(), Problem> {
        if self.0.is_empty() {
            return Ok(());
        }
        let after = all(change).await?;
        for ((role, before), (_, after)) in self.0.iter().zip(&after) {
            stays_open(*role, before, after)?;
        }
        Ok(())
    }
}

async fn all(change: &mut Change<'_>) -> Result<Vec<(PortalRole, Vec<Way>)>, Problem> {
    let mut lasting: BTreeMap<RoleId, BTreeSet<UserId>> = BTreeMap::new();
    for role in GUARDED {
        let holders = assignments::lasting_role_holders(&mut change.link, role.id(), change.now).await?;
        lasting.insert(role.id(), holders.into_iter().collect());
    }
    let mut all = Vec::new();
    for role in GUARDED {
        let mut eligible = Vec::new();
        for (by, people) in role_assignments::ways_in(&mut change.link, role.id(), change.now).await? {
            let settings = role_settings::get(&mut change.link, by).await?.settings;
            let stages = counted_on(&rules::role_settings::stages(by.kind(), &settings), &lasting);
            let nobody = UserId(AnyId::nil());
            let approvers = approvals::people(&mut change.link, &stages, nobody, (Thing::Nothing, &[]), change.now).await?;
            eligible.push(Way { people, stages, approvers });
        }
        all.push((role, eligible));
    }
    Ok(all)
}
