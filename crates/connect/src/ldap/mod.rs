//! Directories of others (LDAP v3, RFC 4511), over the one client that cannot be turned against the inside.
//!
//! There is no way without TLS: `ldaps://` begins with it, `ldap://` with STARTTLS before anything else is said. The address
//! is checked, and so is the certificate, exactly as for other outgoing requests. The library that speaks LDAP never has the
//! connection itself: it has one end of a pair of sockets, and what comes in is measured and looked at before it is passed
//! on ([`wire`]), because it takes whatever it is told. Referrals are not followed. Each answer has its time and its size, and
//! so has a session.

mod directory;
mod entry;
mod fault;
mod wire;

pub use directory::Groups;
pub use entry::Entry;
pub use fault::LdapFault;

use crate::outgoing::{Client, Ends};
use entry::Kept;
pub use ldap3::Scope;
use ldap3::controls::{Control, ControlType, PagedResults};
use ldap3::{Ldap, LdapConnAsync, LdapConnSettings, LdapResult, Mod, SearchEntry, StdStream};
use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::UnixStream;
use tokio::time::Instant;
use url::{Host, Url};
use wire::Budget;

/// A session may take so long, whatever is asked in it.
const SESSION_SECONDS: u64 = 600;
/// Entries that are asked for at once.
const PAGE: i32 = 500;

/// A server, and as whom it is asked.
#[derive(Clone, Copy)]
pub struct LdapServer<'a> {
    /// `ldaps://host[:port]`, or `ldap://host[:port]` with STARTTLS.
    pub url: &'a str,
    pub bind_dn: &'a str,
    pub password: &'a str,
}

/// One value that comes to an attribute, or goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Add { attribute: String, value: String },
    Delete { attribute: String, value: String },
}

/// A connection to a directory that knows who asks. It ends when it is dropped.
pub struct Session {
    ldap: Ldap,
    budget: Arc<Budget>,
    /// It is not repeated, whatever the server says.
    password: String,
    until: Instant,
    /// How long one operation may take.
    limit: Duration,
    _driver: Ends<()>,
    _relay: Ends<()>,
}

/// How an attribute's value is written in a filter (RFC 4515).
pub fn in_filter(value: &str) -> Cow<'_, str> {
    ldap3::ldap_escape(value)
}

/// How an attribute's value is written in a distinguished name (RFC 4514).
pub fn in_dn(value: &str) -> Cow<'_, str> {
    ldap3::dn_escape(value)
}

impl Session {
    /// Connects, secures the connection, and says who asks.
    pub async fn open(client: &Client, server: &LdapServer<'_>) -> Result<Self, LdapFault> {
        let address = Address::parse(server.url)?;
        // Without a password a directory takes whoever asks for nobody, and says that all is well.
        if server.bind_dn.trim().is_empty() || server.password.is_empty() {
            return Err(LdapFault::NoPassword);
        }
        let opened = tokio::time::timeout(client.limit(), Self::connect(client, &address, server)).await;
        let mut session = opened.map_err(|_| LdapFault::TooLong { what: "Connecting to the directory" })??;
        session.bind(server.bind_dn).await?;
        Ok(session)
    }

    async fn connect(client: &Client, address: &Address, server: &LdapServer<'_>) -> Result<Self, LdapFault> {
        let (mut stream, _) = client.reach(&address.host, address.port, false).await?;
        if !address.tls_first {
            wire::start_tls(&mut stream, &address.host).await?;
        }
        let secured = client.secure(&address.host, stream).await?;
        let broken = |_| LdapFault::Broken { what: "Connecting to the directory" };
        let (ours, theirs) = UnixStream::pair().map_err(broken)?;
        let theirs = theirs.into_std().map_err(broken)?;
        let settings = LdapConnSettings::new().set_std_stream(StdStream::Unix(theirs));
        let (connection, ldap) = LdapConnAsync::with_settings(settings, "ldapi:///")
            .await
            .map_err(|_| LdapFault::Broken { what: "Connecting to the directory" })?;
        let budget = Arc::new(Budget::default());
        let relay = Ends(tokio::spawn(wire::relay(secured, ours, Arc::clone(&budget))));
        let driver = Ends(tokio::spawn(async move {
            // Whoever waits for an answer hears of it.
            let _ = connection.drive().await;
        }));
        let until = Instant::now() + Duration::from_secs(SESSION_SECONDS);
        let (password, limit) = (server.password.to_owned(), client.limit());
        Ok(Self { ldap, budget, password, until, limit, _driver: driver, _relay: relay })
    }

    async fn bind(&mut self, dn: &str) -> Result<(), LdapFault> {
        let (what, dn, password) = ("Signing in", dn.to_owned(), self.password.clone());
        let answered = self.run(what, |mut ldap| async move { ldap.simple_bind(&dn, &password).await }).await?;
        self.good(what, answered)
    }

    /// The entries below a base that fit. More than `most` are refused, and none is answered.
    pub async fn search(
        &mut self,
        what: &'static str,
        base: &str,
        scope: Scope,
        filter: &str,
        attributes: &[&str],
        most: usize,
    ) -> Result<Vec<Entry>, LdapFault> {
        let (mut kept, mut cookie) = (Kept::default(), Vec::new());
        loop {
            let (base, filter) = (base.to_owned(), filter.to_owned());
            let attributes: Vec<String> = attributes.iter().map(|name| (*name).to_owned()).collect();
            let paged = PagedResults { size: PAGE, cookie };
            let page = self.run(what, move |mut ldap| async move {
                let answered = ldap.with_controls(paged).search(&base, scope, &filter, attributes).await?;
                let next = answered.1.ctrls.iter().find_map(|control| match control {
                    Control(Some(ControlType::PagedResults), raw) => Some(raw.parse::<PagedResults>().cookie),
                    Control(..) => None,
                });
                let entries: Vec<Entry> = answered.0.into_iter().map(SearchEntry::construct).map(Entry::from).collect();
                Ok((entries, answered.1, next.unwrap_or_default()))
            });
            let (page, result, next) = page.await?;
            self.good(what, result)?;
            kept.take(what, page, most)?;
            if next.is_empty() {
                return Ok(kept.entries);
            }
            cookie = next;
        }
    }

    /// One entry by its name; nothing when there is none.
    pub async fn read(&mut self, what: &'static str, dn: &str, attributes: &[&str]) -> Result<Option<Entry>, LdapFault> {
        match self.search(what, dn, Scope::Base, "(objectClass=*)", attributes, 1).await {
            Err(fault) if fault.is_missing() => Ok(None),
            found => Ok(found?.pop()),
        }
    }

    /// Whether an attribute of an entry has a value, as the directory compares.
    pub async fn has(&mut self, what: &'static str, dn: &str, attribute: &str, value: &str) -> Result<bool, LdapFault> {
        let (dn, attribute, value) = (dn.to_owned(), attribute.to_owned(), value.to_owned());
        let answered = self.run(what, |mut ldap| async move { Ok(ldap.compare(&dn, &attribute, value).await?.0) }).await?;
        match answered.rc {
            fault::COMPARE_TRUE => Ok(true),
            fault::COMPARE_FALSE | fault::NO_SUCH_ATTRIBUTE => Ok(false),
            _ => Err(LdapFault::refused(what, &answered, &self.password)),
        }
    }

    /// Changes single values of an entry, all of them or none.
    pub async fn modify(&mut self, what: &'static str, dn: &str, changes: &[Change]) -> Result<(), LdapFault> {
        let dn = dn.to_owned();
        let one = |value: &String| HashSet::from([value.clone()]);
        let changes: Vec<Mod<String>> = changes
            .iter()
            .map(|change| match change {
                Change::Add { attribute, value } => Mod::Add(attribute.clone(), one(value)),
                Change::Delete { attribute, value } => Mod::Delete(attribute.clone(), one(value)),
            })
            .collect();
        let answered = self.run(what, |mut ldap| async move { ldap.modify(&dn, changes).await }).await?;
        self.good(what, answered)
    }

    /// Makes an entry.
    pub async fn add(&mut self, what: &'static str, dn: &str, attributes: &[(&str, &[&str])]) -> Result<(), LdapFault> {
        let dn = dn.to_owned();
        let text = |value: &&str| (*value).to_owned();
        let attributes: Vec<(String, HashSet<String>)> =
            attributes.iter().map(|(name, values)| (text(name), values.iter().map(text).collect())).collect();
        let answered = self.run(what, |mut ldap| async move { ldap.add(&dn, attributes).await }).await?;
        self.good(what, answered)
    }

    /// Deletes an entry that has none below it.
    pub async fn delete(&mut self, what: &'static str, dn: &str) -> Result<(), LdapFault> {
        let dn = dn.to_owned();
        let answered = self.run(what, |mut ldap| async move { ldap.delete(&dn).await }).await?;
        self.good(what, answered)
    }

    /// One operation, within its time and its bytes. What the library cannot bear ends its task, not ours.
    async fn run<T, F>(&mut self, what: &'static str, operation: impl FnOnce(Ldap) -> F) -> Result<T, LdapFault>
    where
        T: Send + 'static,
        F: Future<Output = ldap3::result::Result<T>> + Send + 'static,
    {
        self.budget.begins();
        let until = self.until.min(Instant::now() + self.limit);
        let mut task = Ends(tokio::spawn(operation(self.ldap.clone())));
        match tokio::time::timeout_at(until, &mut task.0).await {
            Ok(Ok(Ok(answer))) => Ok(answer),
            Ok(_) if self.budget.is_over() => Err(LdapFault::TooLarge { what }),
            Ok(_) => Err(LdapFault::Broken { what }),
            Err(_) => Err(LdapFault::TooLong { what }),
        }
    }

    fn good(&self, what: &'static str, answered: LdapResult) -> Result<(), LdapFault> {
        if answered.rc == 0 { Ok(()) } else { Err(LdapFault::refused(what, &answered, &self.password)) }
    }
}

/// Where a directory is.
struct Address {
    /// TLS comes before everything else; otherwise it is asked for first.
    tls_first: bool,
    host: String,
    port: u16,
}

impl Address {
    fn parse(text: &str) -> Result<Self, LdapFault> {
        let url = Url::parse(text).map_err(|_| LdapFault::NotAnAddress)?;
        let (tls_first, usual) = match url.scheme() {
            "ldaps" => (true, 636),
            "ldap" => (false, 389),
            _ => return Err(LdapFault::NotAnAddress),
        };
        let more = !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some();
        if more || !matches!(url.path(), "" | "/") {
            return Err(LdapFault::NotAnAddress);
        }
        // Every way to write an address is read as an address.
        let host = match Host::parse(url.host_str().unwrap_or_default()).map_err(|_| LdapFault::NotAnAddress)? {
            Host::Domain(name) => name,
            Host::Ipv4(address) => address.to_string(),
            Host::Ipv6(address) => address.to_string(),
        };
        Ok(Self { tls_first, host, port: url.port().unwrap_or(usual) })
    }
}
