//! Letters over SMTP.
//!
//! The conversation is led step by step over lettre's connection rather than through its ready transport,
//! because what a refusal means depends on the step: a server that refuses *us* (sign-in, sender) will take
//! the letter once the settings are right, one that refuses the *address* never will.

use super::line::Reach;
use super::message::{message, sender};
use super::{Outgoing, SendFault, SettingsFault};
use crate::letter::{one_line, shorten};
use crate::outgoing::{Client, OutgoingFault, dial};
use lettre::message::Mailbox;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, AsyncTokioStream, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Noop, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use model::mail::Security;
use model::view::provider::Step as Tried;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

/// How long a line may lie unused and still be taken up again. Firewalls forget quiet lines without a word,
/// and asking a forgotten one costs the whole timeout.
const LINE_KEPT: Duration = Duration::from_secs(30);
/// A server's reply in a sentence: the first lines say it.
const REPLY_MAX_CHARS: usize = 300;

/// What one needs to know to reach a mail server.
#[derive(Clone, Debug)]
pub struct SmtpSettings {
    /// A name or an address; with TLS it is also what the certificate must be for.
    pub host: String,
    pub port: u16,
    pub security: SmtpSecurity,
    /// Both or neither of `user` and `password`.
    pub user: Option<String>,
    pub password: Option<Secret>,
    /// `Vestibule <vestibule@example.org>` or an address alone.
    pub from: String,
    /// For one letter from the first packet to the server's last word.
    pub timeout: Duration,
    /// Certificates in PEM that are trusted besides the public ones: the organization's own.
    pub root_certificates_pem: Option<Vec<u8>>,
    /// Whose rules say which addresses may be reached and which certificates count, where the settings were typed on a page.
    /// Without it everything may be reached, and without TLS only this machine.
    pub guard: Option<Client>,
}

/// How the line is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// TLS from the first byte (usually port 465).
    Tls,
    /// TLS after a greeting in the clear (usually port 587); without it nothing is sent.
    StartTls,
    /// No protection: only to this machine itself, or where that was allowed.
    Plain,
}

impl From<Security> for SmtpSecurity {
    fn from(security: Security) -> Self {
        match security {
            Security::Starttls => Self::StartTls,
            Security::Tls => Self::Tls,
            Security::None => Self::Plain,
        }
    }
}

/// A password that `Debug` does not show.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(hidden)")
    }
}

/// A mail server. One line to it is open at a time; letters wait for each other.
pub struct Smtp {
    host: String,
    port: u16,
    security: SmtpSecurity,
    reach: Reach,
    /// Set for STARTTLS.
    tls: Option<TlsParameters>,
    credentials: Option<Credentials>,
    from: Mailbox,
    timeout: Duration,
    line: Mutex<Option<(AsyncSmtpConnection, Instant)>>,
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Smtp")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("security", &self.security)
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

/// Where a conversation stopped.
#[derive(Clone, Copy)]
enum Step<'a> {
    Connect,
    Encrypt,
    SignIn,
    Sender,
    Address(&'a str),
    Letter,
}

impl Smtp {
    pub(super) fn new(settings: SmtpSettings) -> Result<Self, SettingsFault> {
        let SmtpSettings { host, port, security, user, password, from, timeout, root_certificates_pem, guard } = settings;
        let say = |sentence: &str| SettingsFault(sentence.to_owned());
        if host.is_empty() || host.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(say("The mail server needs a host name or an address."));
        }
        if timeout.is_zero() {
            return Err(say("The mail server needs a timeout above zero."));
        }
        let credentials = match (user, password) {
            (Some(user), Some(Secret(password))) => Some(Credentials::new(user, password)),
            (None, None) => None,
            (Some(_), None) => return Err(say("The mail server has a user but no password.")),
            (None, Some(_)) => return Err(say("The mail server has a password but no user.")),
        };
        let roots = root_certificates_pem.as_deref();
        let reach = Reach::new(guard, roots).map_err(|_| bad_roots())?;
        let tls = match security {
            SmtpSecurity::Tls => None,
            SmtpSecurity::StartTls => Some(tls(&host, reach.roots())?),
            SmtpSecurity::Plain if !reach.is_free() || is_loopback(&host) => None,
            SmtpSecurity::Plain => {
                return Err(SettingsFault(format!(
                    "Mail to {host} has to be encrypted: only a server on this machine may be reached without TLS."
                )));
            }
        };
        let from = sender(&from)?;
        Ok(Self { host, port, security, reach, tls, credentials, from, timeout, line: Mutex::new(None) })
    }

    pub(super) async fn send(&self, outgoing: &Outgoing) -> Result<(), SendFault> {
        let message = message(&self.from, outgoing)?;
        let bytes = message.formatted();
        let mut line = self.line.lock().await;
        // Taken out: if this conversation is broken off anywhere, nobody takes it up in the middle.
        let kept = line.take().filter(|(_, since)| since.elapsed() < LINE_KEPT);
        let begun = AtomicBool::new(false);
        let conversation = async {
            let alive = match kept {
                Some((mut connection, _)) => connection.test_connected().await.then_some(connection),
                None => None,
            };
            let mut connection = match alive {
                Some(connection) => connection,
                None => self.connect(&mut Vec::new()).await?,
            };
            match self.tell(&mut connection, message.envelope(), &bytes, &begun).await {
                Ok(()) => Ok(connection),
                Err(fault) => {
                    connection.abort().await;
                    Err(fault)
                }
            }
        };
        let connection = self.within(conversation, &begun).await?;
        *line = Some((connection, Instant::now()));
        Ok(())
    }

    pub(super) async fn check(&self) -> Result<(), SendFault> {
        let conversation = async {
            let mut connection = self.connect(&mut Vec::new()).await?;
            let answer = connection.command(Noop).await.map_err(|error| self.fault(Step::Connect, &error));
            connection.abort().await;
            answer.map(|_| ())
        };
        self.within(conversation, &AtomicBool::new(false)).await
    }

    /// `begun` says whether the server was told of a letter.
    async fn within<T>(&self, work: impl Future<Output = Result<T, SendFault>>, begun: &AtomicBool) -> Result<T, SendFault> {
        timeout(self.timeout, work).await.unwrap_or_else(|_| {
            let said = format!("The mail server {} did not answer within {} seconds.", self.name(), self.timeout.as_secs_f32());
            // The server that answers, and falls silent at one address or one letter, may take the next.
            Err(if begun.load(Ordering::Relaxed) { SendFault::Later(said) } else { SendFault::NoLine(said) })
        })
    }

    /// Sends a letter, if there is one, over a line of its own, and says step by step what was tried and what came back.
    pub(super) async fn try_out(&self, outgoing: Option<&Outgoing>, limit: Duration) -> Vec<Tried> {
        let mut told = Vec::new();
        let conversation = async {
            let mut connection = self.connect(&mut told).await?;
            let Some(outgoing) = outgoing else {
                connection.abort().await;
                return Ok(());
            };
            let taken = match message(&self.from, outgoing) {
                Ok(message) => {
                    self.tell(&mut connection, message.envelope(), &message.formatted(), &AtomicBool::new(false)).await
                }
                Err(fault) => Err(fault),
            };
            connection.abort().await;
            let what = format!("Sent a letter to {}", one_line(&outgoing.to.address));
            note(&mut told, what, taken, |()| "The server took it. Look whether it arrives.".to_owned())
        };
        // What went wrong stands in its step.
        let in_time: Result<Result<(), SendFault>, _> = timeout(limit, conversation).await;
        if in_time.is_err() {
            let said = format!("The mail server {} did not answer within {} seconds.", self.name(), limit.as_secs_f32());
            told.push(Tried { what: "Waited for the server".to_owned(), good: false, said });
        }
        told
    }

    /// A line that is protected and signed in. `told` gets what was done for it.
    async fn connect(&self, told: &mut Vec<Tried>) -> Result<AsyncSmtpConnection, SendFault> {
        let (host, hello) = (self.host.as_str(), ClientId::default());
        let found = self.reach.find(host, self.port, self.security == SmtpSecurity::Plain).await;
        let found = found.map_err(|fault| self.no_line(fault));
        let found = note(told, format!("Looked up {host}"), found, |found| format!("It leads to {}.", addresses(found)))?;
        let dialled = dial(host, &found).await.map_err(|fault| self.no_line(fault));
        let what = format!("Connected to {}", self.name());
        let (stream, _) = note(told, what, dialled, |(_, from)| format!("{from} answers."))?;
        let stream: Box<dyn AsyncTokioStream> = if self.security == SmtpSecurity::Tls {
            let secured = self.reach.secure(host, stream).await.map_err(|fault| self.no_line(fault));
            note(told, "Encrypted the line (TLS)".to_owned(), secured, |_| CERTIFIED.to_owned())?
        } else {
            Box::new(stream)
        };
        let greeted = AsyncSmtpConnection::connect_with_transport(stream, &hello).await;
        let greeted = greeted.map_err(|error| self.fault(Step::Connect, &error));
        let mut connection = note(told, "Greeted the server".to_owned(), greeted, |_| "It is a mail server.".to_owned())?;
        if let Some(tls) = self.tls.clone() {
            let secured = connection.starttls(tls, &hello).await.map_err(|error| self.fault(Step::Encrypt, &error));
            note(told, "Encrypted the line (STARTTLS)".to_owned(), secured, |()| CERTIFIED.to_owned())?;
        }
        if let Some(credentials) = &self.credentials {
            let signed_in = connection.auth(&[Mechanism::Plain, Mechanism::Login], credentials).await;
            let signed_in = signed_in.map_err(|error| self.fault(Step::SignIn, &error));
            note(told, "Signed in".to_owned(), signed_in, |_| "The server knows the user name and the password.".to_owned())?;
        }
        Ok(connection)
    }

    /// Tells the server one letter. `begun` is set as soon as the server answers that it takes one from us.
    async fn tell(
        &self,
        connection: &mut AsyncSmtpConnection,
        envelope: &lettre::address::Envelope,
        bytes: &[u8],
        begun: &AtomicBool,
    ) -> Result<(), SendFault> {
        let mut addresses = envelope.from().into_iter().chain(envelope.to());
        let beyond_ascii = addresses.any(|address| !AsRef::<str>::as_ref(address).is_ascii());
        if beyond_ascii && !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
            return Err(SendFault::Never(format!(
                "The mail server {} takes only addresses of plain letters and digits (it lacks SMTPUTF8).",
                self.name()
            )));
        }
        let options = if beyond_ascii { vec![MailParameter::SmtpUtfEight] } else { Vec::new() };
        let from = Mail::new(envelope.from().cloned(), options);
        connection.command(from).await.map_err(|error| self.fault(Step::Sender, &error))?;
        begun.store(true, Ordering::Relaxed);
        for to in envelope.to() {
            let recipient = Rcpt::new(to.clone(), Vec::new());
            connection.command(recipient).await.map_err(|error| self.fault(Step::Address(to.as_ref()), &error))?;
        }
        connection.command(Data).await.map_err(|error| self.fault(Step::Letter, &error))?;
        connection.message(bytes).await.map_err(|error| self.fault(Step::Letter, &error))?;
        Ok(())
    }

    /// `mail.example.org:587`, for sentences.
    fn name(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// Why there is no line; it says nothing about the letter.
    fn no_line(&self, fault: OutgoingFault) -> SendFault {
        let server = self.name();
        SendFault::NoLine(match fault {
            OutgoingFault::Unknown { host } => {
                format!("The mail server {server} cannot be reached: there is no {host}, the name leads nowhere.")
            }
            OutgoingFault::Unreachable { why, .. } => format!("The mail server {server} cannot be reached: {why}."),
            OutgoingFault::Tls { why, .. } => format!("The line to the mail server {server} could not be encrypted: {why}."),
            OutgoingFault::NotHttps { host } => format!(
                "Mail to {host} has to be encrypted. Whoever runs this server can allow it without TLS under outgoing.allow."
            ),
            other => other.to_string(),
        })
    }

    /// What a fault means, by the step it came in.
    fn fault(&self, step: Step<'_>, error: &Error) -> SendFault {
        let server = self.name();
        let why = shorten(&one_line(&error.to_string()), REPLY_MAX_CHARS);
        let answered = error.status().is_some();
        let sentence = match step {
            Step::Connect => format!("The mail server {server} cannot be reached: {why}."),
            Step::Encrypt => {
                format!("The line to the mail server {server} could not be encrypted: {why}.")
            }
            Step::SignIn => {
                format!("The mail server {server} did not let Vestibule sign in: {why}.")
            }
            Step::Sender if answered => format!("The mail server {server} refused the sender {}: {why}.", self.from),
            Step::Address(to) if answered => {
                format!("The mail server {server} refused the address {to}: {why}.")
            }
            Step::Letter if answered => {
                format!("The mail server {server} refused the letter: {why}.")
            }
            Step::Sender | Step::Address(_) | Step::Letter => {
                format!("The line to the mail server {server} was lost: {why}.")
            }
        };
        // Replies that ask us to sign in first are about the settings, wherever they come.
        let about_us = error.status().is_some_and(|code| matches!(u16::from(code), 530 | 534 | 535 | 538));
        match step {
            Step::Address(_) | Step::Letter if error.is_permanent() && !about_us => SendFault::Never(sentence),
            // The server that refuses one address or one letter for now may take the next.
            Step::Address(_) | Step::Letter if !about_us => SendFault::Later(sentence),
            Step::Connect | Step::Encrypt | Step::SignIn | Step::Sender | Step::Address(_) | Step::Letter => {
                SendFault::NoLine(sentence)
            }
        }
    }
}

/// What is said of TLS that was agreed on.
const CERTIFIED: &str = "Its certificate counts here, and is for this name.";

/// Writes down what came of a step.
fn note<T>(
    told: &mut Vec<Tried>,
    what: String,
    came: Result<T, SendFault>,
    said: impl FnOnce(&T) -> String,
) -> Result<T, SendFault> {
    let (good, said) = match &came {
        Ok(done) => (true, said(done)),
        Err(fault) => (false, fault.to_string()),
    };
    told.push(Tried { what, good, said });
    came
}

fn addresses(found: &[SocketAddr]) -> String {
    found.iter().map(|address| address.ip().to_string()).collect::<Vec<_>>().join(", ")
}

fn bad_roots() -> SettingsFault {
    SettingsFault("The mail server’s root certificates cannot be read.".to_owned())
}

fn tls(host: &str, roots: Option<&[u8]>) -> Result<TlsParameters, SettingsFault> {
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(pem) = roots {
        let bad = |error| SettingsFault(format!("The mail server’s root certificates cannot be read: {error}."));
        builder = builder.add_root_certificate(Certificate::from_pem(pem).map_err(bad)?);
    }
    builder.build_rustls().map_err(|error| SettingsFault(format!("TLS to the mail server cannot be set up: {error}.")))
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
