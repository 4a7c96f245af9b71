//! Standing access: turning what somebody holds for good into what they activate when they need it.

use super::guarded;
use super::role_assignment::{NO_ASSIGNMENT, end_what_is_over, holder, managed, moved};
use super::role_news::{self, News};
use crate::Problem;
use crate::change::Change;
use model::access::{AssignmentType, EndReason};
use model::command::{Command, Done};
use model::notice::RoleNews;
use model::role_assignment::MakeEligible;
use model::{AssignmentId, Refusal};
use rules::role_assignment::{Holder, Role, is_there};
use store::{assignments, role_assignments, role_settings};

pub async fn make_eligible(change: &mut Change<'_>, command: &Command, asked: &MakeEligible) -> Result<Done, Problem> {
    let (active, role, name, called) = managed(change, command, asked.assignment).await?;
    let (_, enabled, inner) = holder(&mut change.link, active.principal).await?;
    let group = super::role_assignment::group_of(&mut change.link, role).await?;
    let settings = role_settings::get(&mut change.link, role).await?.settings;
    let there = role_assignments::direct(&mut change.link, active.principal, active.role, AssignmentType::Eligible).await?;
    let (there, over): (Vec<_>, Vec<_>) = there.into_iter().partition(|there| is_there(there, change.now));
    let of = Role { name: &name, settings: &settings, group: group.as_ref() };
    let to = Holder { principal: active.principal, name: &called, enabled, group: inner.as_ref() };
    let id = AssignmentId(change.id());
    let (eligible, actions) =
        rules::standing_access::make_eligible(id, &active, (role, of), to, there.first(), asked, change.now)?;
    let guarded = guarded::before(change).await?;
    end_what_is_over(change, over.first()).await?;
    if !assignments::end(&mut change.link, active.id, EndReason::Removed, change.now).await? {
        return Err(NO_ASSIGNMENT.into());
    }
    if let Some(eligible) = &eligible {
        match assignments::insert(&mut change.link, eligible, change.now).await {
            Ok(()) => {}
            // Somebody assigned the same this very moment.
            Err(fault) if fault.is_duplicate() => return Err(Refusal::Stale.into()),
            Err(fault) => return Err(fault.into()),
        }
    }
    change.record(None, actions);
    moved(change, &active).await?;
    // What was activated on it ends in this change too, and is looked at with it.
    super::follow_ends(change).await?;
    guarded.and_after(change).await?;
    let words = asked.justification.trim().to_owned();
    let mut news = vec![News { assignment: active, news: RoleNews::Removed { by: None, words: words.clone() } }];
    news.extend(eligible.map(|assignment| News { assignment, news: RoleNews::Assigned { by: None, words } }));
    role_news::tell(change, news).await?;
    Ok(Done::MadeEligible { name, holder: called })
}
