//! How letters leave, as administrators set it.

use crate::{Fault, Link, Saved};
use model::mail::MailSettings;

/// The settings as they are stored. It has no `Debug`: its password, though sealed, is shown nowhere.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Stored {
    pub settings: MailSettings,
    /// Sealed.
    pub password: Option<Vec<u8>>,
}

/// What is set; version 0 before anybody did.
pub async fn get(link: &mut Link) -> Result<Stored, Fault> {
    let row: Option<(Option<String>, Option<Vec<u8>>, i64)> =
        row!(link, "select server, password, version from mail_settings where id = 1")?;
    let Some((server, password, version)) = row else { return Ok(Stored::default()) };
    let server = server.as_deref().map(serde_json::from_str).transpose();
    let server = server.map_err(|error| Fault::impossible("mail_settings", "1", error))?;
    Ok(Stored { settings: MailSettings { server, version }, password })
}

/// Saves everything but the password, if nobody else did since it had the version `before`.
pub async fn save(link: &mut Link, settings: &MailSettings, before: i64) -> Result<Saved, Fault> {
    let written = settings.server.as_ref().map(serde_json::to_string).transpose();
    let server = written.map_err(|error| Fault::new(format!("write a mail server: {error}")))?;
    let rows = run!(
        link,
        "insert into mail_settings (id, server, version) values (1, $1, $2)
         on conflict (id) do update set server = excluded.server, version = excluded.version where mail_settings.version = $3",
        server,
        settings.version,
        before,
    )?;
    Ok(Saved::one(rows))
}

/// The password is sealed.
pub async fn set_password(link: &mut Link, password: Option<&[u8]>) -> Result<(), Fault> {
    run!(link, "update mail_settings set password = $1 where id = 1", password)?;
    Ok(())
}
