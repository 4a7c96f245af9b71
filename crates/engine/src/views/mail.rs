//! How letters leave, as administrators set it.

use super::Asking;
use crate::Problem;
use model::view::mail::MailPage;

pub async fn page(asking: &mut Asking<'_>) -> Result<MailPage, Problem> {
    let stored = store::mail::get(&mut asking.link).await?;
    let setup = &asking.settings.mail;
    let (server, has_password) = match setup.fixed {
        Some(_) => (setup.server.clone(), setup.has_password),
        None => (stored.settings.server, stored.password.is_some()),
    };
    Ok(MailPage {
        fixed: setup.fixed,
        sender: server.as_ref().map_or_else(|| setup.sender.clone(), |server| server.sender.clone()),
        server,
        has_password,
        version: stored.settings.version,
        may_change: rules::access::changes_settings(asking.visitor),
        held_up: store::letters::held_up(&mut asking.link).await?,
    })
}
