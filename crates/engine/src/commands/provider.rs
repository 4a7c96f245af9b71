//! Identity providers: setting them, letting people in from them, and ending that.

use super::user::{create_checked, known};
use super::{NAME, allowed, lock_out, taken};
use crate::Problem;
use crate::change::Change;
use crate::proof::{CHANGING, has_method};
use crate::provider::sealed;
use model::command::{Command, Done};
use model::event::Action;
use model::notice::Letter;
use model::proof::MethodChange;
use model::provider::{NewSecret, Newcomer, SaveProvider};
use model::{ProviderId, Refusal, UserId};
use rules::provider::{Before, Joins};
use rules::sign_in::were_open;
use store::providers::{self, Stored};
use store::{Saved, sessions, users};

const NO_PROVIDER: Refusal = Refusal::NotFound { what: "identity provider" };

pub async fn save(change: &mut Change<'_>, command: &Command, asked: &SaveProvider) -> Result<Done, Problem> {
    allowed(change, command)?;
    let all = providers::list(&mut change.link).await?;
    let before = match asked.provider {
        Some(id) => Some(all.iter().find(|stored| stored.provider.id == id).ok_or(NO_PROVIDER)?),
        None => None,
    };
    let facts =
        before.map(|Stored { provider, secret, people }| Before { provider, has_secret: secret.is_some(), people: *people });
    let there: Vec<_> = all.iter().map(|stored| stored.provider.clone()).collect();
    let saved = rules::provider::save(ProviderId(change.id()), facts, asked, &there, change.now)?;
    let Some((after, action)) = saved else {
        let (provider, name) = before.map(|stored| (stored.provider.id, stored.provider.name.clone())).unwrap_or_default();
        return Ok(Done::ProviderSaved { provider, name });
    };
    match before {
        None => taken(providers::insert(&mut change.link, &after, None).await, NAME, &after.name)?,
        Some(before) => {
            // What it vouches for may be what somebody has to prove.
            let came_in = lock_out::who_comes_in(change).await?;
            let saved = providers::update(&mut change.link, &after, before.provider.version).await;
            if taken(saved, NAME, &after.name)? == Saved::Stale {
                return Err(Refusal::Stale.into());
            }
            came_in.and_after(change).await?;
        }
    }
    match &asked.secret {
        NewSecret::Keep => {}
        NewSecret::Set(secret) => {
            let sealed = sealed(change.keys(), after.id, secret.0.trim())?;
            providers::set_secret(&mut change.link, after.id, Some(&sealed)).await?;
        }
        NewSecret::Without => providers::set_secret(&mut change.link, after.id, None).await?,
    }
    change.record(None, [action]);
    Ok(Done::ProviderSaved { provider: after.id, name: after.name })
}

/// Switched off, nobody signs in with it, and whoever did so is signed out; only whoever switches it off stays.
pub async fn set_enabled(change: &mut Change<'_>, command: &Command, id: ProviderId, enabled: bool) -> Result<Done, Problem> {
    allowed(change, command)?;
    let before = providers::get(&mut change.link, id).await?.ok_or(NO_PROVIDER)?.provider;
    let done = |sessions_ended| Done::ProviderEnabled { provider: id, name: before.name.clone(), enabled, sessions_ended };
    let Some((after, action)) = rules::provider::set_enabled(&before, enabled) else { return Ok(done(0)) };
    let came_in = lock_out::who_comes_in(change).await?;
    if providers::update(&mut change.link, &after, before.version).await? == Saved::Stale {
        return Err(Refusal::Stale.into());
    }
    came_in.and_after(change).await?;
    let mine = change.session.unwrap_or_default();
    let ended = if enabled { Vec::new() } else { sessions::end_vouched(&mut change.link, id, &mine).await? };
    change.record(None, [action]);
    Ok(done(were_open(&ended, change.now)))
}

pub async fn delete(change: &mut Change<'_>, command: &Command, id: ProviderId, seen: usize) -> Result<Done, Problem> {
    allowed(change, command)?;
    // First of all, as when it is switched off: otherwise each of the two could wait for the other.
    let came_in = lock_out::who_comes_in(change).await?;
    providers::guard(&mut change.link, id).await?;
    let Stored { provider, people, .. } = providers::get(&mut change.link, id).await?.ok_or(NO_PROVIDER)?;
    rules::provider::may_delete(&provider, people, seen)?;
    providers::delete(&mut change.link, id).await?;
    came_in.and_after(change).await?;
    change.record(None, [Action::ProviderDeleted { provider: id, name: provider.name.clone(), people }]);
    Ok(Done::ProviderDeleted { name: provider.name })
}

/// Somebody comes in for the first time. The provider is read again: it may have been changed while it was asked.
pub async fn join(change: &mut Change<'_>, command: &Command, id: ProviderId, newcomer: &Newcomer) -> Result<Done, Problem> {
    allowed(change, command)?;
    // Of two windows at once the later one waits: between a link that is not there yet and a name that is, it would take
    // the person for somebody else.
    providers::guard(&mut change.link, id).await?;
    let provider = providers::get(&mut change.link, id).await?.ok_or(Refusal::ProviderSignInOver)?.provider;
    rules::provider::may_sign_in(&provider)?;
    if let Some(user) = providers::linked(&mut change.link, id, &newcomer.subject).await? {
        // Two windows at once: the other one was faster.
        return Ok(Done::JoinedFromProvider { user });
    }
    let named = match rules::provider::user_name(&provider, newcomer) {
        Some(name) => users::by_name(&mut change.link, &name).await?.map(|(user, _)| user),
        None => None,
    };
    let named = match named {
        Some(user) => {
            let there = providers::of_user(&mut change.link, user.id).await?;
            let linked = there.iter().any(|account| account.provider_id == id);
            Some((user, linked))
        }
        None => None,
    };
    let joins = rules::provider::join(&provider, newcomer, named.as_ref().map(|(user, linked)| (user, *linked)))?;
    let (user, is_new) = match joins {
        Joins::As(user) => (user, false),
        Joins::New(fields) => (create_checked(change, rules::user::check(&fields)?).await?.0, true),
    };
    let called = newcomer.called();
    match providers::bind(&mut change.link, id, &newcomer.subject, user, &called, change.now).await {
        Err(fault) if fault.is_duplicate() => return Err(Refusal::Stale.into()),
        bound => bound?,
    }
    change.record(None, [Action::ProviderLinked { user, provider: id, name: provider.name.clone(), called: called.clone() }]);
    if !is_new {
        let letter = told(change, user, MethodChange::Linked { provider: provider.name, called });
        change.tell([letter]);
    }
    Ok(Done::JoinedFromProvider { user })
}

pub async fn unlink(change: &mut Change<'_>, command: &Command, id: ProviderId, user: UserId) -> Result<Done, Problem> {
    let mine = change.person() == Some(user);
    if mine {
        allowed(change, command)?;
        let demand = rules::proof::to_change_methods(has_method(&mut change.link, user).await?);
        rules::proof::require(&change.proofs, Some(demand), || CHANGING.to_owned(), change.now)?;
    } else {
        known(change, command, user).await?;
    }
    let there = providers::of_user(&mut change.link, user).await?;
    let account = there.into_iter().find(|account| account.provider_id == id).ok_or(Refusal::NotFound { what: "link" })?;
    let came_in = lock_out::who_comes_in(change).await?;
    // Whoever signs in with it at this moment is in before, and signed out below, or finds no link.
    users::guard(&mut change.link, user).await?;
    providers::unbind(&mut change.link, id, user).await?;
    if mine {
        lock_out::comes_in_still(change, user).await?;
    }
    came_in.and_after(change).await?;
    sessions::end_vouched_of(&mut change.link, id, user).await?;
    let (name, called) = (account.name, account.called);
    change.record(None, [Action::ProviderUnlinked { user, provider: id, name: name.clone(), called: called.clone() }]);
    let letter = told(change, user, MethodChange::Unlinked { provider: name.clone(), called });
    change.tell([letter]);
    Ok(Done::ProviderUnlinked { user, name, mine })
}

fn told(change: &Change<'_>, to: UserId, what: MethodChange) -> Letter {
    rules::notice::methods_changed(to, what, change.now)
}
