//! How letters leave: what administrators may set.

use crate::form::{malformed, text};
use model::Refusal;
use model::command::Secret;
use model::event::{Action, Change};
use model::limits::{HOST_MAX_CHARS, MAIL_PASSWORD_MAX_CHARS, MAIL_USER_NAME_MAX_CHARS, SENDER_MAX_CHARS};
use model::mail::{MailServer, MailSettings, SaveMail, TypedServer};
use model::view::mail::FixedMail;

/// What is saved.
#[derive(Clone, Debug, PartialEq)]
pub struct Saved {
    pub settings: MailSettings,
    pub password: Password,
    pub action: Action,
}

/// What becomes of the password.
#[derive(Clone, Debug, PartialEq)]
pub enum Password {
    Keep,
    Set(Secret),
    Forget,
}

/// The settings as they are from now on; nothing when all stays as it was. `fixed` is what decides it in place of
/// administrators.
pub fn save(
    fixed: Option<FixedMail>,
    before: &MailSettings,
    has_password: bool,
    asked: &SaveMail,
) -> Result<Option<Saved>, Refusal> {
    if let Some(fixed) = fixed {
        return Err(Refusal::MailIsFixed { why: fixed.why() });
    }
    let server = asked.server.as_ref().map(server).transpose()?;
    if before.version != asked.version {
        return Err(Refusal::Stale);
    }
    let typed = asked.server.as_ref().and_then(|typed| typed.password.as_ref());
    let password = match &server {
        Some(server) if !server.user_name.is_empty() => password(before.server.as_ref().filter(|_| has_password), server, typed)?,
        Some(_) if typed.is_some() => {
            let message = "A password belongs to a user name. Type the user name too, or leave the password empty.".to_owned();
            return Err(malformed("user_name", message));
        }
        Some(_) | None => Password::Forget,
    };
    let changes = changes(before.server.as_ref(), server.as_ref(), &password, has_password);
    if changes.is_empty() {
        return Ok(None);
    }
    let settings = MailSettings { server, version: before.version + 1 };
    Ok(Some(Saved { settings, password, action: Action::MailChanged { changes } }))
}

/// Whether letters may be kept as files from now on. Those that wait for a mail server would be written into files at once and count
/// as sent, so that whoever asks for it has to have seen how many they are.
pub fn may_keep_as_files(
    before: &MailSettings,
    after: &MailSettings,
    waiting: u64,
    into_files: Option<u64>,
) -> Result<(), Refusal> {
    let becomes_files = before.server.is_some() && after.server.is_none();
    if becomes_files && waiting > into_files.unwrap_or(0) { Err(Refusal::LettersWait { letters: waiting }) } else { Ok(()) }
}

fn server(typed: &TypedServer) -> Result<MailServer, Refusal> {
    let TypedServer { host, port, security, user_name, password, sender } = typed;
    let host = text("host", "Mail server", host, true, HOST_MAX_CHARS)?.to_lowercase();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
    let is_name = !host.contains(':') && !host.starts_with(['.', '-']);
    if !host.chars().all(plain) || !(is_name || host.parse::<std::net::IpAddr>().is_ok()) {
        let message =
            format!("A mail server is a name like mail.example.com, or an address, and nothing around it. You wrote “{host}”.");
        return Err(malformed("host", message));
    }
    let port = match port.trim() {
        "" => security.usual_port(),
        typed => {
            let port = typed.parse().ok().filter(|port| *port > 0);
            port.ok_or_else(|| malformed("port", format!("A port is a number from 1 to 65535. You wrote “{typed}”.")))?
        }
    };
    let user_name = text("user_name", "User name", user_name, false, MAIL_USER_NAME_MAX_CHARS)?;
    if let Some(password) = password {
        text("password", "Password", &password.0, true, MAIL_PASSWORD_MAX_CHARS)?;
    }
    Ok(MailServer { host, port, security: *security, user_name, sender: self::sender(sender)? })
}

/// `Vestibule <vestibule@example.com>`, or an address alone.
fn sender(typed: &str) -> Result<String, Refusal> {
    let typed = text("sender", "Sender", typed, true, SENDER_MAX_CHARS)?;
    let wrong = || {
        malformed(
            "sender",
            format!("A sender looks like Vestibule <vestibule@example.com>, or is an address alone. You wrote “{typed}”."),
        )
    };
    let address = match typed.split_once('<') {
        Some((_, rest)) => rest.strip_suffix('>').ok_or_else(wrong)?,
        None => typed.as_str(),
    };
    let one_line = !typed.contains(['\n', '\r', '\t']);
    if !one_line || address.is_empty() || crate::user::mail("sender", address).is_err() {
        return Err(wrong());
    }
    Ok(typed)
}

/// `before` is the server that the kept password was typed for.
fn password(before: Option<&MailServer>, after: &MailServer, typed: Option<&Secret>) -> Result<Password, Refusal> {
    if let Some(typed) = typed {
        return Ok(Password::Set(typed.clone()));
    }
    let Some(before) = before else {
        return Err(Refusal::Required { field: "password".to_owned(), label: "Password".to_owned() });
    };
    // Whoever may change the address must not learn the password by having it sent to themselves, or in the clear.
    if (&before.host, before.port, before.security) != (&after.host, after.port, after.security) {
        let message =
            "The mail server, its port or its protection is another one now, so type the password again: the one that is \
                       kept is only sent to the server that it was typed for."
                .to_owned();
        return Err(malformed("password", message));
    }
    Ok(Password::Keep)
}

/// What is different, for the history. Of the password only that it is another one, or none any more.
fn changes(before: Option<&MailServer>, after: Option<&MailServer>, password: &Password, had_password: bool) -> Vec<Change> {
    let of = |server: Option<&MailServer>, field: fn(&MailServer) -> String| server.map(field).unwrap_or_default();
    let way = |server: Option<&MailServer>| if server.is_some() { "Sent to a mail server" } else { "Kept as files" }.to_owned();
    let row = |name, field| (name, of(before, field), of(after, field));
    let mut rows = vec![
        ("Letters", way(before), way(after)),
        row("Mail server", |server| server.host.clone()),
        row("Port", |server| server.port.to_string()),
        row("Protection", |server| server.security.name().to_owned()),
        row("User name", |server| server.user_name.clone()),
        row("Sender", |server| server.sender.clone()),
    ];
    match password {
        Password::Set(_) => rows.push(("Password", String::new(), "Changed".to_owned())),
        Password::Forget if had_password => rows.push(("Password", String::new(), "Forgotten".to_owned())),
        Password::Forget | Password::Keep => {}
    }
    rows.into_iter()
        .filter(|(_, before, after)| before != after)
        .map(|(field, before, after)| Change { field: field.to_owned(), before, after })
        .collect()
}

#[cfg(test)]
mod tests;
