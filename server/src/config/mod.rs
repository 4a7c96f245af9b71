//! The settings of a deployment: one TOML file, then the environment, then flags; what comes later wins.

mod keys;

use crate::failure::Failure;
use clap::Args;
use confique::{Config, Layer};
use model::Language;
use model::mail::Security;
use serde::Deserialize;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// What the file and the environment may say. Every key has a comment that says what it is for.
#[derive(Config)]
struct Written {
    /// Address and port to listen on.
    #[config(env = "VESTIBULE_LISTEN", default = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The address that people type, without a path. Links in letters start with it; with https, cookies are
    /// only sent over TLS.
    #[config(env = "VESTIBULE_BASE_URL")]
    base_url: Option<String>,
    /// The folder for everything the server keeps.
    #[config(env = "VESTIBULE_DATA", default = "data")]
    data: PathBuf,
    /// The folder with the built pages; not needed when they are part of the binary.
    #[config(env = "VESTIBULE_SITE")]
    site: Option<PathBuf>,
    #[config(nested)]
    database: Database,
    #[config(nested)]
    http: Http,
    #[config(nested)]
    log: Log,
    #[config(nested)]
    mail: Mail,
    #[config(nested)]
    secrets: Secrets,
    #[config(nested)]
    outgoing: Outgoing,
}

#[derive(Config)]
struct Database {
    /// `postgres://…`; without it SQLite in the data folder.
    #[config(env = "VESTIBULE_DATABASE_URL")]
    url: Option<String>,
}

#[derive(Config)]
struct Http {
    /// The server is only reachable through a proxy that sets `X-Forwarded-For`.
    #[config(env = "VESTIBULE_HTTP_TRUSTED_PROXY", default = false)]
    trusted_proxy: bool,
}

/// How to log.
#[derive(Config, Clone, Debug)]
pub struct Log {
    /// `text` or `json`.
    #[config(env = "VESTIBULE_LOG_FORMAT", default = "text")]
    pub format: LogFormat,
    /// `error`, `warn`, `info`, `debug`, `trace`, or a list such as `info,engine=debug`.
    #[config(env = "VESTIBULE_LOG_LEVEL", default = "info")]
    pub level: String,
}

/// For people or for machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    Text,
    Json,
}

/// How letters leave.
#[derive(Config, Clone)]
pub struct Mail {
    /// The mail server's name. Without it administrators set one under Settings, and until then letters are kept as files
    /// in the data folder.
    #[config(env = "VESTIBULE_MAIL_HOST")]
    pub host: Option<String>,
    /// The mail server's port; by default 465 for tls, 587 for starttls, 25 for none.
    #[config(env = "VESTIBULE_MAIL_PORT")]
    pub port: Option<u16>,
    /// `starttls`, `tls` or `none`.
    #[config(env = "VESTIBULE_MAIL_SECURITY", default = "starttls")]
    pub security: Security,
    /// For mail servers that ask who is sending.
    #[config(env = "VESTIBULE_MAIL_USER_NAME")]
    pub user_name: Option<String>,
    /// The password for it; better in a file of its own.
    #[config(env = "VESTIBULE_MAIL_PASSWORD")]
    pub password: Option<String>,
    /// A file with the password.
    #[config(env = "VESTIBULE_MAIL_PASSWORD_FILE")]
    pub password_file: Option<PathBuf>,
    /// The sender of every letter.
    #[config(env = "VESTIBULE_MAIL_FROM", default = "Vestibule <vestibule@localhost>")]
    pub from: String,
    /// The language of every letter: `en` or `de`.
    #[config(env = "VESTIBULE_MAIL_LANGUAGE", default = "en")]
    pub language: Language,
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail").field("host", &self.host).field("port", &self.port).finish_non_exhaustive()
    }
}

/// The key that seals secrets in the database.
#[derive(Config, Clone)]
pub struct Secrets {
    /// A file with the key; by default `vestibule.key` in the data folder, which the first start makes.
    #[config(env = "VESTIBULE_SECRETS_KEY_FILE")]
    pub key_file: Option<PathBuf>,
    /// The key itself; better in a file.
    #[config(env = "VESTIBULE_SECRETS_KEY")]
    pub key: Option<String>,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secrets").field("key_file", &self.key_file).finish_non_exhaustive()
    }
}

/// What other servers may be asked.
#[derive(Config, Clone, Debug)]
pub struct Outgoing {
    /// Names, addresses and networks that may be asked although they are not on the public internet, such as
    /// `id.example.com` or `10.0.0.0/8`; these may be asked without TLS, too. In the environment separated by commas.
    #[config(env = "VESTIBULE_OUTGOING_ALLOW", parse_env = confique::env::parse::list_by_comma, default = [])]
    pub allow: Vec<String>,
    /// A file with the certificates (PEM) of authorities that count besides the usual ones.
    #[config(env = "VESTIBULE_OUTGOING_ROOT_CERTIFICATES")]
    pub root_certificates: Option<PathBuf>,
}

/// Flags of every subcommand.
#[derive(Args, Clone, Debug, Default)]
pub struct Deployment {
    /// The configuration file (TOML)
    #[arg(long, value_name = "FILE", env = "VESTIBULE_CONFIG")]
    pub config: Option<PathBuf>,
    /// The folder for everything the server keeps
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// A PostgreSQL database; without it SQLite in the data folder
    #[arg(long, value_name = "URL")]
    pub database_url: Option<String>,
    /// The address that people type, without a path
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// The server is only reachable through a proxy that sets `X-Forwarded-For`
    #[arg(long)]
    pub trusted_proxy: bool,
}

/// Flags of `serve` alone.
#[derive(Args, Clone, Debug, Default)]
pub struct Serving {
    /// Address and port to listen on
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<SocketAddr>,
    /// The folder with the built pages
    #[arg(long, value_name = "DIR")]
    pub site: Option<PathBuf>,
    /// Make a believable company to try things with
    #[arg(long)]
    pub demo: bool,
    /// For automated tests: let anybody move the clock and read all letters
    #[arg(long)]
    pub test_hooks: bool,
}

/// The settings in force.
#[derive(Clone, Debug)]
pub struct Settings {
    pub listen: SocketAddr,
    /// Nothing: derived from the address that the server really listens on.
    pub base_url: Option<BaseUrl>,
    pub data: PathBuf,
    pub site: Option<PathBuf>,
    pub database: DatabaseUrl,
    pub trusted_proxy: bool,
    pub log: Log,
    pub mail: Mail,
    pub secrets: Secrets,
    pub outgoing: Outgoing,
    pub demo: bool,
    pub test_hooks: bool,
    /// Things to say once logging works.
    pub warnings: Vec<String>,
}

/// A PostgreSQL address with its password, or nothing for SQLite. Never shown as it is.
#[derive(Clone)]
pub struct DatabaseUrl(pub Option<String>);

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "PostgreSQL" } else { "SQLite" })
    }
}

/// Where the server is reached: scheme and authority, no path, no slash at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    text: String,
    https: bool,
}

impl BaseUrl {
    /// Reads `https://access.example.com`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = |why: &str| Err(format!("“{text}” cannot be the base URL: {why}. Write it like https://access.example.com."));
        let Ok(uri) = text.parse::<axum::http::Uri>() else { return wrong("it is not an address") };
        let https = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return wrong("it does not start with https:// or http://"),
        };
        let Some(authority) = uri.authority() else { return wrong("it names no server") };
        if authority.as_str().contains('@') {
            return wrong("it must not hold a user name");
        }
        if uri.path() != "/" || uri.query().is_some() {
            return wrong("it must not have a path");
        }
        let scheme = if https { "https" } else { "http" };
        Ok(Self { text: format!("{scheme}://{}", authority.as_str().to_lowercase()), https })
    }

    /// The address of a server that was not told its name.
    pub fn of(listen: SocketAddr) -> Self {
        let host = match listen {
            any if any.ip().is_unspecified() => format!("localhost:{}", listen.port()),
            some => some.to_string(),
        };
        Self { text: format!("http://{host}"), https: false }
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub fn is_https(&self) -> bool {
        self.https
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Every setting with what it is for, its variable and its default, as a configuration file.
pub fn template() -> String {
    let file = confique::toml::template::<Written>(confique::toml::FormatOptions::default());
    format!("Every setting, as a configuration file with the defaults; flags and the environment come before it:\n\n{file}")
}

/// Reads file, environment and flags.
pub fn load(deployment: &Deployment, serving: &Serving) -> Result<Settings, Failure> {
    let file = match &deployment.config {
        Some(path) => read(path)?,
        None => <Written as Config>::Layer::empty(),
    };
    let environment = <Written as Config>::Layer::from_env().map_err(|error| Failure::Usage(chain(&error)))?;
    let layers = environment.with_fallback(file).with_fallback(<Written as Config>::Layer::default_values());
    let written = Written::from_layer(layers).map_err(|error| Failure::Usage(chain(&error)))?;
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let warnings = keys::unread_variables(&Written::META, names)
        .into_iter()
        .map(|(name, near)| format!("The environment has {name}, which nothing reads; the nearest setting is {near}"))
        .collect();
    settle(written, deployment, serving, warnings)
}

/// Reads one file; unknown keys are errors.
fn read(path: &Path) -> Result<<Written as Config>::Layer, Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::Usage(format!("The configuration file {} cannot be read: {error}.", path.display())))?;
    parse(&text).map_err(|why| Failure::Usage(format!("The configuration file {} is not right. {why}", path.display())))
}

/// Reads the text of a file. The error is for the reader of that file.
fn parse(text: &str) -> Result<<Written as Config>::Layer, String> {
    let table: toml::Table = toml::from_str(text).map_err(|error| error.to_string())?;
    if let Some(unknown) = keys::unknown(&table, &Written::META) {
        return Err(unknown);
    }
    toml::from_str(text).map_err(|error| error.to_string())
}

/// Puts flags on top and turns words into values. Taken apart without `..`, so that a new key cannot be forgotten.
fn settle(written: Written, deployment: &Deployment, serving: &Serving, warnings: Vec<String>) -> Result<Settings, Failure> {
    let Written { listen, base_url, data, site, database: Database { url }, http, log, mail, secrets, outgoing } = written;
    let Http { trusted_proxy } = http;
    let Deployment { config: _, data: data_flag, database_url, base_url: base_url_flag, trusted_proxy: through_proxy } =
        deployment.clone();
    let Serving { listen: listen_flag, site: site_flag, demo, test_hooks } = serving.clone();

    let base_url = match base_url_flag.or(base_url) {
        Some(text) => Some(BaseUrl::parse(&text).map_err(Failure::Usage)?),
        None => None,
    };
    let url = database_url.or(url).filter(|url| !url.is_empty());
    if url.as_ref().is_some_and(|url| !(url.starts_with("postgres://") || url.starts_with("postgresql://"))) {
        return Err(Failure::Usage(
            "The database address must start with postgres://; leave it out for SQLite in the data folder.".to_owned(),
        ));
    }
    if secrets.key.is_some() && secrets.key_file.is_some() {
        return Err(Failure::Usage("Both secrets.key and secrets.key_file are set. Leave one of them out.".to_owned()));
    }
    let settings = Settings {
        listen: listen_flag.unwrap_or(listen),
        base_url,
        data: data_flag.unwrap_or(data),
        site: site_flag.or(site),
        database: DatabaseUrl(url),
        trusted_proxy: trusted_proxy || through_proxy,
        log,
        mail,
        secrets,
        outgoing,
        demo,
        test_hooks,
        warnings,
    };
    if settings.test_hooks && !settings.listen.ip().is_loopback() {
        return Err(Failure::Usage(format!(
            "With --test-hooks anybody who reaches the server can move its clock and read all letters, so it only listens on this machine. Use --listen 127.0.0.1:{} or leave --test-hooks out.",
            settings.listen.port()
        )));
    }
    Ok(settings)
}

/// An error with everything that led to it, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    format!("The configuration is not right: {text}.")
}

/// Reads settings from the text of a file alone, without environment and flags. For tests.
pub fn from_text(text: &str) -> Result<Settings, Failure> {
    let layer = parse(text).map_err(Failure::Usage)?.with_fallback(<Written as Config>::Layer::default_values());
    let written = Written::from_layer(layer).map_err(|error| Failure::Usage(chain(&error)))?;
    settle(written, &Deployment::default(), &Serving::default(), Vec::new())
}
