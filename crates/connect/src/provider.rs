//! Identity providers, as OpenID Connect lets one ask them: where they are found, what they publish, and their answer to
//! the code that a browser brought back.
//!
//! What a provider publishes is kept for a while. Nothing here decides whether an answer counts.

use crate::outgoing::{Answer, Ask, Client, OutgoingFault};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::{Span, Ts};
use serde::Deserialize;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// What a provider publishes is asked for again after this.
const KEPT_MINUTES: i64 = 60;
/// Tokens with unknown keys make us ask for newer keys, but not more often than this.
const ANEW_SECONDS: i64 = 60;
/// A provider that could not be asked is left alone for so long: strangers at the sign-in page must not make us ask it
/// without end.
const FAILED_SECONDS: i64 = 10;

/// What a provider says about itself (OpenID Connect Discovery).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Metadata {
    pub issuer: String,
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    pub jwks_uri: String,
    #[serde(default)]
    pub userinfo_endpoint: Option<String>,
    #[serde(default)]
    pub end_session_endpoint: Option<String>,
    #[serde(default)]
    pub token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    pub code_challenge_methods_supported: Vec<String>,
    #[serde(default)]
    pub scopes_supported: Vec<String>,
    #[serde(default)]
    pub acr_values_supported: Vec<String>,
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
}

/// Why a provider could not be asked. `Display` completes “It could not be asked: …” with a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProviderFault {
    Outgoing(OutgoingFault),
    /// What was asked, and the status of the answer.
    Status {
        what: &'static str,
        status: u16,
    },
    Redirects {
        what: &'static str,
    },
    Unreadable {
        what: &'static str,
    },
    /// It calls itself otherwise.
    Issuer {
        said: String,
    },
    /// An address that it names is none of the web.
    Endpoint {
        what: &'static str,
    },
    /// It did not take the code; the name of why, as the standard has it.
    Code {
        error: String,
    },
}

impl fmt::Display for ProviderFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Outgoing(fault) => fault.fmt(f),
            Self::Status { what, status } => write!(f, "Its {what} answered with status {status}."),
            Self::Redirects { what } => write!(f, "Its {what} leads to another address, and that is not followed."),
            Self::Unreadable { what } => write!(f, "Its {what} answered something that is not what the standard asks for."),
            Self::Issuer { said } => write!(f, "It calls itself “{said}”, which is not the issuer that is set here."),
            Self::Endpoint { what } => write!(f, "Its {what} is no address of a web server."),
            Self::Code { error } => match error.as_str() {
                "invalid_client" => f.write_str("It does not know this client, or its secret is another one."),
                "invalid_grant" => f.write_str("It did not take the code: it was used before, or is too old."),
                other => write!(f, "It did not take the code and said “{other}”."),
            },
        }
    }
}

impl std::error::Error for ProviderFault {}

impl From<OutgoingFault> for ProviderFault {
    fn from(fault: OutgoingFault) -> Self {
        Self::Outgoing(fault)
    }
}

/// Who we are at a provider.
#[derive(Clone, Copy)]
pub struct Registration<'a> {
    pub id: &'a str,
    /// Nothing for a client that has none.
    pub secret: Option<&'a str>,
}

/// What a browser brought back, and what was sent along with it.
#[derive(Clone, Copy)]
pub struct Code<'a> {
    pub code: &'a str,
    pub redirect: &'a str,
    /// Of PKCE: only whoever began knows it.
    pub verifier: &'a str,
}

/// What a code is exchanged for. It has no `Debug`: whoever has the access token is taken for whoever signs in.
#[derive(Clone, Deserialize)]
pub struct Tokens {
    pub id_token: String,
    #[serde(default)]
    access_token: Option<String>,
}

impl Tokens {
    pub fn access_token(&self) -> Option<&str> {
        self.access_token.as_deref()
    }
}

/// One thing that was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    pub what: String,
    pub good: bool,
    pub said: String,
}

/// Providers that were asked, with what they publish. Clones share it.
#[derive(Clone)]
pub struct Providers {
    outgoing: Client,
    kept: Arc<Mutex<HashMap<String, Kept>>>,
}

#[derive(Clone, Default)]
struct Kept {
    metadata: Option<(Ts, Arc<Metadata>)>,
    keys: Option<(Ts, Arc<str>)>,
    failed: Option<(Ts, ProviderFault)>,
}

impl fmt::Debug for Providers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Providers").field("outgoing", &self.outgoing).finish_non_exhaustive()
    }
}

const DISCOVERY: &str = "configuration (/.well-known/openid-configuration)";
const KEYS: &str = "list of keys";
const TOKEN: &str = "token endpoint";
const ABOUT: &str = "user info";
const END: &str = "sign-out page";

impl Providers {
    pub fn new(outgoing: Client) -> Self {
        Self { outgoing, kept: Arc::default() }
    }

    /// What the provider says about itself.
    pub async fn metadata(&self, issuer: &str, now: Ts) -> Result<Arc<Metadata>, ProviderFault> {
        let kept = self.kept(issuer);
        if let Some((at, metadata)) = kept.metadata
            && is_kept(at, now)
        {
            return Ok(metadata);
        }
        if let Some((at, fault)) = kept.failed
            && (0..FAILED_SECONDS * 1000).contains(&now.since(at).0)
        {
            return Err(fault);
        }
        let (metadata, _) = match self.discover(issuer).await {
            Ok(found) => found,
            Err(fault) => {
                self.keep(issuer, |kept| kept.failed = Some((now, fault.clone())));
                return Err(fault);
            }
        };
        let metadata = Arc::new(metadata);
        self.keep(issuer, |kept| kept.metadata = Some((now, Arc::clone(&metadata))));
        Ok(metadata)
    }

    /// The keys that it publishes. `anew`: those that are kept did not have the one that was looked for.
    pub async fn keys(&self, metadata: &Metadata, anew: bool, now: Ts) -> Result<Arc<str>, ProviderFault> {
        if let Some((at, keys)) = self.kept(&metadata.issuer).keys {
            let recent = now.since(at) < Span::seconds(ANEW_SECONDS);
            if is_kept(at, now) && (!anew || recent) {
                return Ok(keys);
            }
        }
        let answer = self.outgoing.ask(Ask::get(&metadata.jwks_uri)).await?;
        let keys: Arc<str> = text(&answer, KEYS)?.into();
        self.keep(&metadata.issuer, |kept| kept.keys = Some((now, Arc::clone(&keys))));
        Ok(keys)
    }

    /// Gives the code, and gets the tokens of whoever signs in.
    pub async fn tokens(&self, metadata: &Metadata, client: Registration<'_>, code: Code<'_>) -> Result<Tokens, ProviderFault> {
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code.code),
            ("redirect_uri", code.redirect),
            ("code_verifier", code.verifier),
        ];
        let post = |way: &String| way == "client_secret_post";
        let basic = |way: &String| way == "client_secret_basic";
        let ways = metadata.token_endpoint_auth_methods_supported.as_deref();
        // Without a word about it, the standard means the header.
        let in_form = ways.is_some_and(|ways| ways.iter().any(post) && !ways.iter().any(basic));
        let mut header = None;
        match client.secret {
            None => fields.push(("client_id", client.id)),
            Some(secret) if in_form => fields.extend([("client_id", client.id), ("client_secret", secret)]),
            Some(secret) => header = Some(format!("Basic {}", STANDARD.encode(format!("{}:{}", form(client.id), form(secret))))),
        }
        let mut ask = Ask::post(&metadata.token_endpoint, &fields);
        if let Some(header) = header {
            ask = ask.authorized(header);
        }
        let answer = self.outgoing.ask(ask).await?;
        #[derive(Deserialize)]
        struct Refused {
            error: String,
        }
        if (400..500).contains(&answer.status)
            && let Ok(Refused { error }) = serde_json::from_slice(&answer.body)
        {
            return Err(ProviderFault::Code { error: code_word(&error) });
        }
        read(&answer, TOKEN)
    }

    /// What it says of whoever signs in beside the token; nothing where it says nothing there.
    pub async fn about(&self, metadata: &Metadata, tokens: &Tokens) -> Result<Option<String>, ProviderFault> {
        let (Some(address), Some(access)) = (&metadata.userinfo_endpoint, &tokens.access_token) else { return Ok(None) };
        let answer = self.outgoing.ask(Ask::get(address).authorized(format!("Bearer {access}"))).await?;
        text(&answer, ABOUT).map(Some)
    }

    /// Asks for everything anew and says what was tried and what came back; and the keys, if it came so far.
    pub async fn look(&self, issuer: &str) -> (Vec<Tried>, Option<(Metadata, String)>) {
        let address = discovery_address(issuer);
        let mut tried = Vec::new();
        let mut note = |what: String, said: Result<String, String>| {
            let good = said.is_ok();
            tried.push(Tried { what, good, said: said.unwrap_or_else(|why| why) });
        };
        let asked = format!("Asked {address}");
        let metadata = match self.discover(issuer).await {
            Ok((metadata, answer)) => {
                note(asked, Ok(came(&answer)));
                metadata
            }
            Err(fault) => {
                note(asked, Err(fault.to_string()));
                return (tried, None);
            }
        };
        note("Compared the issuer".to_owned(), Ok("It calls itself as is set here.".to_owned()));
        let pkce = metadata.code_challenge_methods_supported.iter().any(|method| method == "S256");
        let said = match (pkce, metadata.code_challenge_methods_supported.is_empty()) {
            (true, _) => "It supports S256.",
            (false, true) => "It does not say so; it is used all the same.",
            (false, false) => "It supports other methods only; signing in may not work.",
        };
        note("Looked for PKCE".to_owned(), Ok(said.to_owned()));
        let asked = format!("Asked {}", metadata.jwks_uri);
        match self.outgoing.ask(Ask::get(&metadata.jwks_uri)).await {
            Ok(answer) => match text(&answer, KEYS) {
                Ok(keys) => {
                    note(asked, Ok(came(&answer)));
                    (tried, Some((metadata, keys)))
                }
                Err(fault) => {
                    note(asked, Err(fault.to_string()));
                    (tried, None)
                }
            },
            Err(fault) => {
                note(asked, Err(fault.to_string()));
                (tried, None)
            }
        }
    }

    async fn discover(&self, issuer: &str) -> Result<(Metadata, Answer), ProviderFault> {
        let answer = self.outgoing.ask(Ask::get(&discovery_address(issuer))).await?;
        let metadata: Metadata = read(&answer, DISCOVERY)?;
        if metadata.issuer != issuer {
            let said = metadata.issuer.chars().filter(|c| !c.is_control()).take(200).collect();
            return Err(ProviderFault::Issuer { said });
        }
        let endpoints =
            [("sign-in page", &metadata.authorization_endpoint), (TOKEN, &metadata.token_endpoint), (KEYS, &metadata.jwks_uri)];
        let about = metadata.userinfo_endpoint.as_ref().map(|address| (ABOUT, address));
        for (what, address) in endpoints.into_iter().chain(about) {
            if !is_of(issuer, address) {
                return Err(ProviderFault::Endpoint { what });
            }
        }
        Ok((metadata, answer))
    }

    fn kept(&self, issuer: &str) -> Kept {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(issuer).cloned().unwrap_or_default()
    }

    fn keep(&self, issuer: &str, change: impl FnOnce(&mut Kept)) {
        change(self.kept.lock().unwrap_or_else(PoisonError::into_inner).entry(issuer.to_owned()).or_default());
    }
}

impl Metadata {
    /// Where a browser is sent. `fields` are added to what the provider's own address has.
    pub fn sign_in_address(&self, fields: &[(&str, &str)]) -> Result<String, ProviderFault> {
        with_fields("sign-in page", &self.authorization_endpoint, fields)
    }

    /// Where a browser is sent to sign out there, too; nothing when the provider has no such page.
    pub fn sign_out_address(&self, fields: &[(&str, &str)]) -> Option<String> {
        let address = self.end_session_endpoint.as_ref().filter(|address| is_of(&self.issuer, address))?;
        with_fields(END, address, fields).ok()
    }
}

/// Whether it is an address of the web. A provider that is asked over TLS has no business elsewhere.
fn is_of(issuer: &str, address: &str) -> bool {
    let of_web = url::Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "https" | "http") && url.has_host());
    of_web && (!issuer.starts_with("https:") || address.starts_with("https:"))
}

fn with_fields(what: &'static str, address: &str, fields: &[(&str, &str)]) -> Result<String, ProviderFault> {
    let mut url = url::Url::parse(address).map_err(|_| ProviderFault::Endpoint { what })?;
    url.query_pairs_mut().extend_pairs(fields);
    Ok(url.into())
}

fn discovery_address(issuer: &str) -> String {
    format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'))
}

fn is_kept(at: Ts, now: Ts) -> bool {
    let age = now.since(at);
    age >= Span::seconds(0) && age < Span::minutes(KEPT_MINUTES)
}

fn came(answer: &Answer) -> String {
    format!("{} answered {} bytes after {} ms.", answer.from.ip(), answer.body.len(), answer.took.as_millis())
}

fn text(answer: &Answer, what: &'static str) -> Result<String, ProviderFault> {
    if answer.redirects() {
        return Err(ProviderFault::Redirects { what });
    }
    if !answer.is_good() {
        return Err(ProviderFault::Status { what, status: answer.status });
    }
    String::from_utf8(answer.body.clone()).map_err(|_| ProviderFault::Unreadable { what })
}

fn read<T: serde::de::DeserializeOwned>(answer: &Answer, what: &'static str) -> Result<T, ProviderFault> {
    serde_json::from_str(&text(answer, what)?).map_err(|_| ProviderFault::Unreadable { what })
}

/// What stands before and after the colon is written as in a form.
fn form(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// A word of the standard; whatever else somebody sends is not repeated.
pub fn code_word(error: &str) -> String {
    let plain = !error.is_empty() && error.len() <= 60 && error.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    if plain { error.to_owned() } else { "something else".to_owned() }
}
