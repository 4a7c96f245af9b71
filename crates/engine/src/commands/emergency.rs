//! Emergency access: marking accounts, and the review of each use.

use super::allowed;
use crate::Problem;
use crate::change::Change;
use model::command::{Command, Done};
use model::emergency::EmergencyUse;
use model::event::Action;
use model::{EmergencyUseId, Refusal, Ts, UserId};
use rules::emergency::{Named, Standing};
use rules::user::GUARDED;
use store::{Link, Saved, assignments, emergency, users};

const NO_USE: Refusal = Refusal::NotFound { what: "emergency use" };

/// Whether somebody may activate without approval.
pub async fn standing(link: &mut Link, user: UserId, now: Ts) -> Result<Standing, Problem> {
    let Some(account) = emergency::account(link, user).await? else { return Ok(Standing::default()) };
    let (open, used) = emergency::of_account(link, user).await?;
    let mut instead = Vec::new();
    if !users::get(link, account.reviewer).await?.is_some_and(|reviewer| reviewer.enabled) {
        for role in GUARDED {
            instead.extend(assignments::role_holders(link, role.id(), now).await?);
        }
        instead.sort();
        instead.dedup();
    }
    Ok(Standing { account: Some(account), open, used, instead })
}

pub async fn mark(change: &mut Change<'_>, command: &Command, user: UserId, reviewer: UserId) -> Result<Done, Problem> {
    allowed(change, command)?;
    let known = users::several(&mut change.link, &[user, reviewer]).await?;
    let named = |id: UserId, field: &str| {
        let found = known.iter().find(|known| known.id == id);
        let missing = || Refusal::Malformed {
            field: field.to_owned(),
            message: "There is nobody of this name. Choose a person from the list.".to_owned(),
        };
        found.map(|user| Named { user: user.id, name: &user.display_name, enabled: user.enabled }).ok_or_else(missing)
    };
    let (account, looks) = (named(user, "account")?, named(reviewer, "reviewer")?);
    let marked = rules::emergency::mark(change.person(), account, looks, change.now)?;
    let before = emergency::account(&mut change.link, user).await?;
    if before.is_none_or(|before| before.reviewer != reviewer) {
        emergency::mark(&mut change.link, &marked).await?;
        // Whoever looks from now on looks at what is open as well.
        emergency::hand_over(&mut change.link, user, reviewer).await?;
        change.record(None, [Action::EmergencyAccountMarked { user, reviewer }]);
    }
    Ok(Done::EmergencyAccountMarked { name: account.name.to_owned() })
}

pub async fn unmark(change: &mut Change<'_>, command: &Command, user: UserId) -> Result<Done, Problem> {
    allowed(change, command)?;
    if !emergency::unmark(&mut change.link, user).await? {
        return Err(Refusal::NotFound { what: "emergency account" }.into());
    }
    change.record(None, [Action::EmergencyAccountUnmarked { user }]);
    Ok(Done::EmergencyAccountUnmarked { name: name(change, user).await? })
}

async fn name(change: &mut Change<'_>, user: UserId) -> Result<String, Problem> {
    Ok(change.names([user]).await?.get(&user).cloned().unwrap_or_default())
}

async fn found(change: &mut Change<'_>, command: &Command, id: EmergencyUseId) -> Result<(EmergencyUse, UserId, bool), Problem> {
    allowed(change, command)?;
    let person = change.person().ok_or(Refusal::SignInNeeded)?;
    let used = emergency::get(&mut change.link, id).await?.ok_or(NO_USE)?;
    let administers = rules::access::manages_roles(&change.visitor);
    Ok((used, person, administers))
}

pub async fn close(change: &mut Change<'_>, command: &Command, id: EmergencyUseId, words: &str) -> Result<Done, Problem> {
    let (used, by, administers) = found(change, command, id).await?;
    let (after, action) = rules::emergency::close(&used, by, administers, words, change.now)?;
    if let Some(word) = &after.closed
        && emergency::close(&mut change.link, id, word).await? == Saved::Stale
    {
        return Err(Refusal::Stale.into());
    }
    change.record(Some(used.request), [action]);
    Ok(Done::EmergencyReviewClosed { name: name(change, used.user).await? })
}

pub async fn allow(change: &mut Change<'_>, command: &Command, id: EmergencyUseId, words: &str) -> Result<Done, Problem> {
    let (used, by, administers) = found(change, command, id).await?;
    let (after, action) = rules::emergency::allow(&used, by, administers, words, change.now)?;
    if let Some(word) = &after.allowed
        && emergency::allow(&mut change.link, id, word).await? == Saved::Stale
    {
        return Err(Refusal::Stale.into());
    }
    change.record(Some(used.request), [action]);
    Ok(Done::EmergencyUseAllowed { name: name(change, used.user).await? })
}
