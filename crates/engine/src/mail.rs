//! How letters leave: as the configuration says, or else as administrators set it; and **Test** of either.
//!
//! What is set is looked at before every batch of letters, so that a change counts at once on every server.

use crate::{Engine, Fault, Problem, Who, secrets};
use auth::seal::{Keys, Place};
use connect::outgoing::Client;
use connect::{Outgoing, Recipient, Site, SmtpSettings};
use model::command::Secret;
use model::limits::MAIL_TEST_SECONDS;
use model::mail::MailServer;
use model::notice::Notice;
use model::view::mail::{FixedMail, MailTest};
use model::view::provider::Step;
use model::{LetterId, Refusal, Ts};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use store::mail::Stored;
use store::{Link, users};

/// A mail server that needs longer for one letter is as good as down; the letter is tried again.
const LETTER_SECONDS: u64 = 30;

const PASSWORD: Place<'static> = Place { table: "mail_settings", column: "password", row: b"1" };

/// What the configuration says about mail.
#[derive(Clone, Debug, Default)]
pub struct MailSetup {
    /// What decides how letters leave in place of administrators.
    pub fixed: Option<FixedMail>,
    /// The mail server of the configuration, and whether it has a password.
    pub server: Option<MailServer>,
    pub has_password: bool,
    /// The sender that the form begins with.
    pub sender: String,
    /// How long one letter may take at a mail server that administrators set, where that is not as usual.
    pub patience: Option<Duration>,
}

/// The way that was made last of what administrators set, and the version that it was made of. Its line to the mail server
/// stays open from letter to letter.
#[derive(Default)]
pub(crate) struct Made(Mutex<Option<(i64, Arc<connect::Mail>)>>);

/// Seals the password of the mail server.
pub fn sealed(keys: &Keys, password: &Secret) -> Result<Vec<u8>, Fault> {
    secrets::sealed(keys, PASSWORD, password.0.trim())
}

fn opened(keys: &Keys, sealed: &[u8]) -> Result<Secret, Fault> {
    secrets::opened(keys, PASSWORD, sealed)
}

/// Seals anew what was sealed with another key; how many secrets.
pub async fn seal_anew(link: &mut Link, keys: &Keys) -> Result<usize, Fault> {
    let Some(before) = store::mail::get(link).await?.password.filter(|password| !keys.is_current(password)) else {
        return Ok(0);
    };
    // Without its key it is lost, and the test of mail says so: it is typed again there.
    let Ok(password) = opened(keys, &before) else {
        tracing::warn!("the password of the mail server cannot be opened with this server's keys");
        return Ok(0);
    };
    store::mail::set_password(link, Some(&sealed(keys, &password)?)).await?;
    Ok(1)
}

/// The way to a mail server that administrators set: only where the rules for everything outgoing let it go.
pub fn way(
    server: &MailServer,
    password: Option<Secret>,
    guard: &Client,
    patience: Option<Duration>,
) -> Result<connect::Mail, connect::SettingsFault> {
    connect::Mail::smtp(SmtpSettings {
        host: server.host.clone(),
        port: server.port,
        security: server.security.into(),
        user: Some(server.user_name.clone()).filter(|name| !name.is_empty()),
        password: password.map(|password| connect::Secret::new(password.0)),
        from: server.sender.clone(),
        timeout: patience.unwrap_or(Duration::from_secs(LETTER_SECONDS)),
        root_certificates_pem: None,
        guard: Some(guard.clone()),
    })
}

/// The way to the mail server that administrators set, with the password that is kept of it, or why there is none: a sentence.
fn made(
    stored: &Stored,
    server: &MailServer,
    keys: &Keys,
    guard: &Client,
    patience: Option<Duration>,
) -> Result<connect::Mail, String> {
    let password = stored.password.as_deref().map(|sealed| opened(keys, sealed)).transpose().map_err(|_| LOST.to_owned())?;
    way(server, password, guard, patience).map_err(|fault| fault.to_string())
}

/// Whether the mail server that administrators set, if there is one, answers: its name, or a sentence.
pub async fn check(db: &store::Db, keys: &Keys, guard: &Client) -> Result<Option<(String, Result<(), String>)>, Fault> {
    let stored = {
        let mut link = db.read().await?;
        store::mail::get(&mut link).await?
    };
    let Some(server) = &stored.settings.server else { return Ok(None) };
    let answers = match made(&stored, server, keys, guard, None) {
        Ok(way) => way.check().await.map_err(|fault| fault.to_string()),
        Err(why) => Err(why),
    };
    Ok(Some((format!("{}:{}", server.host, server.port), answers)))
}

impl Engine {
    /// How letters leave now, or why none can: a sentence.
    pub(crate) async fn way_of_letters(&self) -> Result<Result<Arc<connect::Mail>, String>, Fault> {
        if self.inner.settings.mail.fixed.is_some() {
            return Ok(Ok(Arc::clone(&self.inner.mail)));
        }
        let stored = {
            let mut link = self.inner.db.read().await?;
            store::mail::get(&mut link).await?
        };
        Ok(self.way_of(&stored))
    }

    /// The way that settings lead; the one that was made before when they are the same.
    fn way_of(&self, stored: &Stored) -> Result<Arc<connect::Mail>, String> {
        let Some(server) = &stored.settings.server else { return Ok(Arc::clone(&self.inner.mail)) };
        let version = stored.settings.version;
        let mut known = self.inner.made_mail.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, way)) = known.as_ref()
            && *of == version
        {
            return Ok(Arc::clone(way));
        }
        let patience = self.inner.settings.mail.patience;
        let way = Arc::new(made(stored, server, &self.inner.keys, &self.inner.outgoing, patience)?);
        *known = Some((version, Arc::clone(&way)));
        Ok(way)
    }

    /// Sends a letter to whoever asks, and says step by step what was tried and what came back. Who may do so was asked.
    pub(crate) async fn test_mail(&self, who: &Who) -> Result<MailTest, Problem> {
        let at = self.inner.clock.now();
        let fixed = self.inner.settings.mail.fixed.is_some();
        let (stored, user) = {
            let mut link = self.inner.db.read().await?;
            let user = users::get(&mut link, who.user).await?.ok_or(Refusal::NotFound { what: "user" })?;
            (store::mail::get(&mut link).await?, user)
        };
        let mut steps = Vec::new();
        if !fixed && stored.settings.server.is_some() && stored.password.is_some() {
            let good = !matches!(self.way_of(&stored), Err(why) if why == LOST);
            let said = if good { "It is kept sealed and can be opened." } else { LOST }.to_owned();
            steps.push(Step { what: "Opened the password".to_owned(), good, said });
        }
        let way = if fixed { Ok(Arc::clone(&self.inner.mail)) } else { self.way_of(&stored) };
        match way {
            Ok(way) => {
                let to = Recipient { name: user.display_name, address: user.mail };
                let letter = if to.address.is_empty() { None } else { Some(self.test_letter(to, at)?) };
                let has_letter = letter.is_some();
                steps.extend(way.try_out(letter.as_ref(), Duration::from_secs(MAIL_TEST_SECONDS)).await);
                if !has_letter {
                    let said =
                        "Your account has no email address, so that nothing was sent. Add one, then test again.".to_owned();
                    steps.push(Step { what: "Sent a letter to you".to_owned(), good: false, said });
                }
            }
            Err(why) if why != LOST => {
                steps.push(Step { what: "Read the settings".to_owned(), good: false, said: why });
            }
            Err(_) => {}
        }
        let good = steps.iter().all(|step| step.good);
        Ok(MailTest { at, good, steps })
    }

    fn test_letter(&self, to: Recipient, at: Ts) -> Result<Outgoing, Fault> {
        let site = Site::new(&self.inner.settings.base_url, self.inner.settings.language);
        let rendered = connect::render(&Notice::MailTested { at }, &to, &site)
            .map_err(|fault| Fault::new("writing a letter", fault.to_string()))?;
        let message_id = connect::message_id(LetterId(self.inner.ids.next(at)));
        Ok(Outgoing { message_id, to, rendered, at })
    }
}

/// What is said of a password that was sealed with a key that is not there.
const LOST: &str = "The password of the mail server cannot be opened with this server's key. Type it again under Settings.";
