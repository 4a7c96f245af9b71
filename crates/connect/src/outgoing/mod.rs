//! Requests to servers of others, over one client that cannot be turned against the inside.
//!
//! A name is looked up once; every address that it has is checked, and the connection goes to the very address that was
//! checked, so that a name that changes its mind in between gains nothing. Nothing is followed, no proxy of the
//! environment is used, and neither time nor size is without end.

mod address;

pub use address::{Allowed, is_public};

use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
pub use hyper::Method;
use hyper::Request;
use hyper::body::{Body, Bytes};
use hyper::header::{ACCEPT, CONTENT_TYPE, ETAG, HOST, HeaderValue, RETRY_AFTER, USER_AGENT};
use hyper_util::rt::TokioIo;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};
use url::{Host, Url};

/// One request usually may take so long, from looking the name up to the last byte. A sign-in makes up to four in a row, and a
/// browser is not kept waiting for longer than half a minute.
pub const OUTGOING_SECONDS: u64 = 7;
/// A longer answer is none that we asked for.
pub const ANSWER_MAX_BYTES: usize = 1024 * 1024;
/// Words of a server that are repeated.
const WORDS_MAX_CHARS: usize = 300;
/// Of an answer's head.
const HEADERS_MAX: usize = 64;

/// What a server said, as it may be shown: the secret that it was sent is not repeated, whatever the server says.
pub(crate) fn repeated(said: &str, secret: &str) -> String {
    let shown: String = said.trim().chars().filter(|c| !c.is_control()).collect();
    let shown = if secret.is_empty() { shown } else { shown.replace(secret, "…") };
    shown.chars().take(WORDS_MAX_CHARS).collect()
}

/// The one client. Clones share it.
#[derive(Clone)]
pub struct Client {
    allowed: Arc<Allowed>,
    tls: TlsConnector,
    limit: Duration,
    /// Certificates (PEM) that count besides the usual ones.
    roots: Option<Arc<[u8]>>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("allowed", &self.allowed).finish_non_exhaustive()
    }
}

/// What is asked.
#[derive(Clone)]
pub struct Ask {
    method: Method,
    url: String,
    accept: &'static str,
    /// With its type.
    body: Option<(&'static str, String)>,
    authorization: Option<String>,
    /// A longer answer is refused.
    most: usize,
    headers: Vec<(&'static str, String)>,
}

/// What was answered, whatever its status.
#[derive(Clone)]
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
    /// For so many seconds it wants not to be asked (`Retry-After`).
    pub wait: Option<u64>,
    /// Which version of what was asked for this is (`ETag`).
    pub version: Option<String>,
    pub took: Duration,
    /// The address that answered.
    pub from: SocketAddr,
}

impl Answer {
    pub fn is_good(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub fn redirects(&self) -> bool {
        (300..400).contains(&self.status)
    }
}

/// Why there is no answer. `Display` says it as a sentence that may be shown: it has no query, no body and no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutgoingFault {
    NotAnAddress,
    /// Without TLS only what was allowed is reached.
    NotHttps {
        host: String,
    },
    Unknown {
        host: String,
    },
    /// The name leads to an address that is not public.
    Inside {
        host: String,
        address: IpAddr,
    },
    Unreachable {
        host: String,
        why: String,
    },
    Tls {
        host: String,
        why: String,
    },
    TooLong {
        host: String,
        limit: Duration,
    },
    TooLarge {
        host: String,
    },
    Broken {
        host: String,
    },
}

impl fmt::Display for OutgoingFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnAddress => write!(f, "What should be asked is no address of a web server."),
            Self::NotHttps { host } => write!(f, "{host} is asked over https only, so that nobody in between listens."),
            Self::Unknown { host } => write!(f, "There is no {host}: the name leads nowhere."),
            Self::Inside { host, address } => write!(
                f,
                "{host} leads to {address}, which is not on the public internet. Whoever runs this server can allow it under outgoing.allow."
            ),
            Self::Unreachable { host, why } => write!(f, "{host} cannot be reached: {why}."),
            Self::Tls { host, why } => write!(f, "{host} has no certificate that counts here: {why}."),
            Self::TooLong { host, limit } => write!(f, "{host} did not answer within {} seconds.", limit.as_secs_f32()),
            Self::TooLarge { host } => write!(f, "{host} answered more than is taken in."),
            Self::Broken { host } => write!(f, "{host} broke its answer off, or answered nothing that a web server says."),
        }
    }
}

impl std::error::Error for OutgoingFault {}

impl Ask {
    pub fn get(url: &str) -> Self {
        let accept = "application/json";
        let (body, authorization, headers) = (None, None, Vec::new());
        Self { method: Method::GET, url: url.to_owned(), accept, body, authorization, headers, most: ANSWER_MAX_BYTES }
    }

    /// JSON of this type, to be taken with this method.
    pub fn json(method: Method, url: &str, kind: &'static str, body: impl ToString) -> Self {
        Self { method, accept: kind, body: Some((kind, body.to_string())), ..Self::get(url) }
    }

    pub fn delete(url: &str) -> Self {
        Self { method: Method::DELETE, ..Self::get(url) }
    }

    /// The answer may have so many bytes.
    pub fn at_most(self, most: usize) -> Self {
        Self { most, ..self }
    }

    /// A form.
    pub fn post(url: &str, fields: &[(&str, &str)]) -> Self {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let body = Some(("application/x-www-form-urlencoded", body));
        Self { method: Method::POST, body, ..Self::get(url) }
    }

    /// A JSON text, as it is.
    pub fn post_json(url: &str, body: &str) -> Self {
        Self::json(Method::POST, url, "application/json", body)
    }

    /// One more header, by its name in lower case.
    pub fn header(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The value of `Authorization`.
    pub fn authorized(self, by: String) -> Self {
        Self { authorization: Some(by), ..self }
    }
}

impl Client {
    /// `roots` are certificates (PEM) that count besides the usual ones, for authorities inside a company. The error is a
    /// sentence.
    pub fn new(allowed: Allowed, roots: Option<&[u8]>) -> Result<Self, String> {
        let mut store = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        if let Some(pem) = roots {
            for certificate in CertificateDer::pem_slice_iter(pem) {
                let added = certificate
                    .map_err(|error| error.to_string())
                    .and_then(|one| store.add(one).map_err(|error| error.to_string()));
                added.map_err(|error| format!("The root certificates cannot be read: {error}."))?;
            }
        }
        let config = ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| format!("TLS cannot be used here: {error}."))?
            .with_root_certificates(store)
            .with_no_client_auth();
        let limit = Duration::from_secs(OUTGOING_SECONDS);
        Ok(Self { allowed: Arc::new(allowed), tls: TlsConnector::from(Arc::new(config)), limit, roots: roots.map(Arc::from) })
    }

    /// The same with another time for each request than usual.
    pub fn within(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }

    /// How long one request may take.
    pub(crate) fn limit(&self) -> Duration {
        self.limit
    }

    /// Asks, and waits for the whole answer.
    pub async fn ask(&self, ask: Ask) -> Result<Answer, OutgoingFault> {
        let started = Instant::now();
        let url = Url::parse(&ask.url).map_err(|_| OutgoingFault::NotAnAddress)?;
        let host = host_of(&url)?;
        let limit = self.limit;
        let answer = tokio::time::timeout(limit, self.exchange(&url, &host, ask)).await;
        let mut answer = answer.map_err(|_| OutgoingFault::TooLong { host, limit })??;
        answer.took = started.elapsed();
        Ok(answer)
    }

    async fn exchange(&self, url: &Url, host: &str, ask: Ask) -> Result<Answer, OutgoingFault> {
        let port = url.port_or_known_default().ok_or(OutgoingFault::NotAnAddress)?;
        let (stream, from) = self.reach(host, port, url.scheme() != "https").await?;
        if url.scheme() == "http" {
            return speak(stream, from, url, host, ask).await;
        }
        speak(self.secure(host, stream).await?, from, url, host, ask).await
    }

    /// A connection to an address that was checked, and to no other. One that stays `plain` goes only where that was allowed.
    pub(crate) async fn reach(&self, host: &str, port: u16, plain: bool) -> Result<(TcpStream, SocketAddr), OutgoingFault> {
        dial(host, &self.find(host, port, plain).await?).await
    }

    /// The addresses of a host, all of them checked.
    pub(crate) async fn find(&self, host: &str, port: u16, plain: bool) -> Result<Vec<SocketAddr>, OutgoingFault> {
        let by_name = self.allowed.names(host);
        let found = look_up(host, port).await?;
        let allowed = |address: IpAddr| by_name || self.allowed.has(address);
        // One inside address among others is reason enough: names that lead to both are made for getting past checks.
        if let Some(inside) = found.iter().map(SocketAddr::ip).find(|address| !is_public(*address) && !allowed(*address)) {
            return Err(OutgoingFault::Inside { host: host.to_owned(), address: inside });
        }
        if plain && !found.iter().all(|address| allowed(address.ip())) {
            return Err(OutgoingFault::NotHttps { host: host.to_owned() });
        }
        Ok(found)
    }

    /// Certificates (PEM) that count besides the usual ones.
    pub(crate) fn roots(&self) -> Option<&[u8]> {
        self.roots.as_deref()
    }

    /// TLS over a connection, with a certificate that counts here and is of this host.
    pub(crate) async fn secure(&self, host: &str, stream: TcpStream) -> Result<TlsStream<TcpStream>, OutgoingFault> {
        let name = ServerName::try_from(host.to_owned()).map_err(|_| OutgoingFault::NotAnAddress)?;
        let secured = self.tls.connect(name, stream).await;
        secured.map_err(|error| OutgoingFault::Tls { host: host.to_owned(), why: error.to_string() })
    }
}

/// Every address of a host, not checked.
pub(crate) async fn look_up(host: &str, port: u16) -> Result<Vec<SocketAddr>, OutgoingFault> {
    let found = lookup_host((host, port)).await.map_err(|_| OutgoingFault::Unknown { host: host.to_owned() })?;
    Ok(found.collect())
}

/// A connection to the first of these addresses that answers.
pub(crate) async fn dial(host: &str, found: &[SocketAddr]) -> Result<(TcpStream, SocketAddr), OutgoingFault> {
    let mut why = "it has no address".to_owned();
    for address in found {
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok((stream, *address)),
            Err(error) => why = words(&error),
        }
    }
    Err(OutgoingFault::Unreachable { host: host.to_owned(), why })
}

/// What a failed connection is called, without the numbers of the system.
fn words(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::ConnectionRefused => "nothing listens there".to_owned(),
        kind => kind.to_string(),
    }
}

fn host_of(url: &Url) -> Result<String, OutgoingFault> {
    let known = matches!(url.scheme(), "https" | "http") && url.username().is_empty() && url.password().is_none();
    match url.host() {
        Some(Host::Domain(name)) if known => Ok(name.to_owned()),
        // Every way to write an address was read as an address by now.
        Some(Host::Ipv4(address)) if known => Ok(address.to_string()),
        Some(Host::Ipv6(address)) if known => Ok(address.to_string()),
        _ => Err(OutgoingFault::NotAnAddress),
    }
}

/// One request and its answer over a connection.
async fn speak<S>(stream: S, from: SocketAddr, url: &Url, host: &str, ask: Ask) -> Result<Answer, OutgoingFault>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let broken = || OutgoingFault::Broken { host: host.to_owned() };
    let (mut sender, connection) = hyper::client::conn::http1::Builder::new()
        .max_headers(HEADERS_MAX)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|_| broken())?;
    // Dropped with the answer, whatever becomes of it.
    let driver = Ends(tokio::spawn(async move {
        let _ = connection.await;
    }));
    let most = ask.most;
    let too_large = || OutgoingFault::TooLarge { host: host.to_owned() };
    let request = request(url, ask).ok_or(OutgoingFault::NotAnAddress)?;
    let response = sender.send_request(request).await.map_err(|_| broken())?;
    let status = response.status().as_u16();
    let wait = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let version = response.headers().get(ETAG).and_then(|value| Some(value.to_str().ok()?.to_owned()));
    if response.body().size_hint().lower() > most as u64 {
        return Err(too_large());
    }
    let body = Limited::new(response.into_body(), most)
        .collect()
        .await
        .map_err(|error| if error.is::<LengthLimitError>() { too_large() } else { broken() })?;
    drop(driver);
    Ok(Answer { status, body: body.to_bytes().to_vec(), wait, version, took: Duration::ZERO, from })
}

/// A task that ends with what waits for it.
pub(crate) struct Ends<T>(pub(crate) tokio::task::JoinHandle<T>);

impl<T> Drop for Ends<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn request(url: &Url, ask: Ask) -> Option<Request<Full<Bytes>>> {
    let host = url.host_str()?;
    let host = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let path = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    let mut request = Request::builder()
        .method(ask.method)
        .uri(path)
        .header(HOST, host)
        .header(USER_AGENT, "Vestibule")
        .header(ACCEPT, ask.accept);
    if let Some(by) = ask.authorization {
        let mut value = HeaderValue::from_str(&by).ok()?;
        value.set_sensitive(true);
        request = request.header(hyper::header::AUTHORIZATION, value);
    }
    for (name, value) in ask.headers {
        request = request.header(name, value);
    }
    let (kind, body) = ask.body.unzip();
    if let Some(kind) = kind {
        request = request.header(CONTENT_TYPE, kind);
    }
    request.body(Full::new(Bytes::from(body.unwrap_or_default()))).ok()
}
