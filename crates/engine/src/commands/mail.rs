//! How letters leave, as administrators set it.

use super::allowed;
use crate::change::Change;
use crate::mail::{sealed, way};
use crate::{Fault, Problem};
use model::Refusal;
use model::command::{Command, Done};
use model::mail::SaveMail;
use rules::mail::{Password, Saved};
use store::{letters, mail};

pub async fn save(change: &mut Change<'_>, command: &Command, asked: &SaveMail) -> Result<Done, Problem> {
    allowed(change, command)?;
    let before = mail::get(&mut change.link).await?;
    let fixed = change.mail_setup().fixed;
    let saved = rules::mail::save(fixed, &before.settings, before.password.is_some(), asked)?;
    let Some(Saved { settings, password, action }) = saved else {
        // Nothing is set otherwise, and what waits is sent at once all the same, as it is said.
        letters::try_now(&mut change.link, change.now).await?;
        return Ok(Done::MailSaved { sends: before.settings.server.is_some() });
    };
    let waiting = letters::held_up(&mut change.link).await?.map_or(0, |(letters, _)| letters);
    rules::mail::may_keep_as_files(&before.settings, &settings, waiting, asked.into_files)?;
    if let Some(server) = &settings.server {
        // What writes the letters has the last word on the sender.
        let of = (!server.user_name.is_empty()).then(|| model::command::Secret(String::new()));
        way(server, of, change.outgoing(), None)
            .map_err(|fault| Refusal::Malformed { field: "sender".to_owned(), message: fault.to_string() })?;
    }
    if mail::save(&mut change.link, &settings, before.settings.version).await? == store::Saved::Stale {
        return Err(Refusal::Stale.into());
    }
    let password = match password {
        Password::Keep => before.password,
        Password::Set(password) => Some(sealed(change.keys(), &password)?),
        Password::Forget => None,
    };
    mail::set_password(&mut change.link, password.as_deref()).await.map_err(Fault::from)?;
    letters::try_now(&mut change.link, change.now).await?;
    change.record(None, [action]);
    Ok(Done::MailSaved { sends: settings.server.is_some() })
}
