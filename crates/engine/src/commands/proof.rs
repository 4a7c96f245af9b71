//! What people prove themselves with: taking it away, naming it; and ending one's other sessions.

use super::user::known;
use super::{allowed, lock_out};
use crate::Problem;
use crate::change::Change;
use crate::proof::{CHANGING, has_method};
use model::command::{Command, Done};
use model::event::Action;
use model::limits::{JUSTIFICATION_MAX_CHARS, NAME_MAX_CHARS};
use model::proof::{Method, MethodChange, SignInMethod};
use model::{PasskeyId, Refusal, UserId};
use rules::form::text;
use rules::sign_in::were_open;
use store::{proofs, sessions, users};

const NO_PASSKEY: Refusal = Refusal::NotFound { what: "passkey" };

/// Who acts, when they proved enough to change what they prove themselves with.
async fn proved(change: &mut Change<'_>, command: &Command) -> Result<UserId, Problem> {
    allowed(change, command)?;
    let person = change.person().ok_or(Refusal::SignInNeeded)?;
    let demand = rules::proof::to_change_methods(has_method(&mut change.link, person).await?);
    rules::proof::require(&change.proofs, Some(demand), || CHANGING.to_owned(), change.now)?;
    Ok(person)
}

fn tell(change: &mut Change<'_>, to: UserId, what: MethodChange) {
    let letter = rules::notice::methods_changed(to, what, change.now);
    change.tell([letter]);
}

pub async fn remove_authenticator(change: &mut Change<'_>, command: &Command) -> Result<Done, Problem> {
    let person = proved(change, command).await?;
    if !proofs::delete_authenticator(&mut change.link, person).await? {
        return Err(Refusal::NoAuthenticator.into());
    }
    // They open what the app closed.
    proofs::set_recovery_codes(&mut change.link, person, &[]).await?;
    change.record(None, [Action::MethodRemoved { user: person, method: Method::Authenticator, name: String::new() }]);
    tell(change, person, MethodChange::Removed { method: Method::Authenticator, name: String::new() });
    Ok(Done::AuthenticatorRemoved)
}

pub async fn remove_passkey(change: &mut Change<'_>, command: &Command, id: PasskeyId) -> Result<Done, Problem> {
    let person = proved(change, command).await?;
    // Two that go at one moment would each leave the other.
    lock_out::keep(change).await?;
    let name = own(change, person, id).await?;
    if !proofs::delete_passkey(&mut change.link, person, id).await? {
        return Err(NO_PASSKEY.into());
    }
    lock_out::comes_in_still(change, person).await?;
    change.record(None, [Action::MethodRemoved { user: person, method: Method::Passkey, name: name.clone() }]);
    tell(change, person, MethodChange::Removed { method: Method::Passkey, name: name.clone() });
    Ok(Done::PasskeyRemoved { name })
}

pub async fn rename_passkey(change: &mut Change<'_>, command: &Command, id: PasskeyId, name: &str) -> Result<Done, Problem> {
    allowed(change, command)?;
    let person = change.person().ok_or(Refusal::SignInNeeded)?;
    let from = own(change, person, id).await?;
    let to = text("name", "Name", name, true, NAME_MAX_CHARS)?;
    if from != to {
        proofs::rename_passkey(&mut change.link, id, &to).await?;
        change.record(None, [Action::PasskeyRenamed { user: person, from, to: to.clone() }]);
    }
    Ok(Done::PasskeyRenamed { name: to })
}

/// What one's own passkey is called.
async fn own(change: &mut Change<'_>, person: UserId, id: PasskeyId) -> Result<String, Problem> {
    let mine = proofs::passkeys(&mut change.link, person).await?;
    Ok(mine.into_iter().find(|passkey| passkey.id == id).ok_or(NO_PASSKEY)?.name)
}

/// An administrator takes one thing away: a passkey of a lost device, a password that shall count no longer.
pub async fn take_away(
    change: &mut Change<'_>,
    command: &Command,
    id: UserId,
    (method, passkey): (SignInMethod, Option<PasskeyId>),
    words: &str,
) -> Result<Done, Problem> {
    let user = known(change, command, id).await?;
    rules::proof::may_reset(change.person(), id, &user.display_name, true)?;
    let words = text("words", "Reason", words, true, JUSTIFICATION_MAX_CHARS)?;
    let came_in = lock_out::who_comes_in(change).await?;
    // Whoever adds something in a session at this moment is through before, or finds that it ended.
    users::guard(&mut change.link, id).await?;
    let (found, name) = match method {
        SignInMethod::Authenticator => {
            let found = proofs::delete_authenticator(&mut change.link, id).await?;
            proofs::set_recovery_codes(&mut change.link, id, &[]).await?;
            (found, String::new())
        }
        SignInMethod::Passkey => {
            let passkey = passkey.ok_or(NO_PASSKEY)?;
            let name = own(change, id, passkey).await?;
            (proofs::delete_passkey(&mut change.link, id, passkey).await?, name)
        }
        SignInMethod::Password => (users::forget_password(&mut change.link, id).await?, String::new()),
    };
    if !found {
        return Err(Refusal::MethodGone { name: user.display_name }.into());
    }
    came_in.and_after(change).await?;
    // Whoever has what was lost may be in one of them, and could add something of their own.
    sessions::end_all(&mut change.link, id).await?;
    change.record(None, [Action::MethodTakenAway { user: id, method, name: name.clone(), words: words.clone() }]);
    let by = acting(change).await?;
    tell(change, id, MethodChange::TakenAway { method, name, by, words });
    Ok(Done::MethodTakenAway { user: id, name: user.display_name, method })
}

/// What whoever acts is called; empty for the console.
async fn acting(change: &mut Change<'_>) -> Result<String, Problem> {
    Ok(match change.person() {
        Some(person) => change.names([person]).await?.get(&person).cloned().unwrap_or_default(),
        None => String::new(),
    })
}

/// An administrator takes everything away, for somebody who lost it.
pub async fn reset(change: &mut Change<'_>, command: &Command, id: UserId, words: &str) -> Result<Done, Problem> {
    let user = known(change, command, id).await?;
    let has = has_method(&mut change.link, id).await?;
    rules::proof::may_reset(change.person(), id, &user.display_name, has)?;
    let words = text("words", "Reason", words, true, JUSTIFICATION_MAX_CHARS)?;
    let came_in = lock_out::who_comes_in(change).await?;
    // Whoever adds something in a session at this moment is through before, or finds that it ended.
    users::guard(&mut change.link, id).await?;
    proofs::delete_authenticator(&mut change.link, id).await?;
    proofs::set_recovery_codes(&mut change.link, id, &[]).await?;
    proofs::delete_passkeys(&mut change.link, id).await?;
    came_in.and_after(change).await?;
    // Whoever has what was lost may be in one of them, and could add something of their own.
    sessions::end_all(&mut change.link, id).await?;
    change.record(None, [Action::MethodsReset { user: id, words: words.clone() }]);
    let by = acting(change).await?;
    tell(change, id, MethodChange::Reset { by, words });
    Ok(Done::MethodsReset { user: id, name: user.display_name })
}

pub async fn end_other_sessions(change: &mut Change<'_>, command: &Command) -> Result<Done, Problem> {
    allowed(change, command)?;
    let person = change.person().ok_or(Refusal::SignInNeeded)?;
    let session = change.session.ok_or(Refusal::SignInNeeded)?;
    // What is being added in one of them is through before, or is not added.
    users::guard(&mut change.link, person).await?;
    let count = were_open(&sessions::end_others(&mut change.link, person, &session).await?, change.now);
    if count > 0 {
        change.record(None, [Action::SessionsEnded { user: person, count }]);
    }
    Ok(Done::SessionsEnded { count })
}
