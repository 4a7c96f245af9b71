//! Servers that take a connection and keep whoever asks waiting: they say nothing, or go on without an end.

use crate::Certificates;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ServerConfig, crypto};

/// How slow it is, and at which moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slow {
    /// Hears everything and says nothing.
    Silent,
    /// Answers the head of an HTTP answer without an end, a byte at a time.
    DripsHead,
    /// Answers a head of HTTP at once, and the body a byte at a time.
    DripsBody,
    /// A directory that agrees to TLS (`ldap://`) and never begins with it.
    Agrees,
    /// A directory (`ldaps://`) that answers nothing once the connection is secured.
    Secured,
    /// A directory that takes whoever signs in and then answers nothing.
    Bound,
    /// A directory that begins its answer to whoever signs in and goes on a byte at a time.
    DripsBind,
}

/// `BindResponse` to message 1 that says success.
const BOUND: &[u8] = b"\x30\x0c\x02\x01\x01\x61\x07\x0a\x01\x00\x04\x00\x04\x00";
/// `ExtendedResponse` to message 1 that says success.
const AGREED: &[u8] = b"\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00";
/// The beginning of a message of 64 KiB, whose end never comes.
const BEGUN: &[u8] = b"\x30\x83\x01\x00\x00\x02\x01\x01";
/// How long one byte takes: short beside the time that tests give, which is short, too.
const BYTE: Duration = Duration::from_millis(5);

/// A running server on loopback; it ends with the test.
#[derive(Debug)]
pub struct SlowPeer {
    pub port: u16,
    /// How many were heard, and how many of them hung up.
    counts: watch::Receiver<(usize, usize)>,
    taken: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl SlowPeer {
    /// One over TCP alone.
    pub async fn start(slow: Slow) -> Self {
        Self::with(slow, None).await
    }

    /// One that begins with TLS.
    pub async fn secured(slow: Slow, certificates: &Certificates) -> Self {
        Self::with(slow, Some(acceptor(certificates))).await
    }

    async fn with(slow: Slow, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (counts, seen) = watch::channel((0, 0));
        let (counts, taken) = (Arc::new(counts), Arc::new(AtomicUsize::new(0)));
        let count = Arc::clone(&taken);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                let (counts, tls) = (Arc::clone(&counts), tls.clone());
                tokio::spawn(async move {
                    serve(stream, tls, slow, &counts).await;
                    counts.send_modify(|(_, gone)| *gone += 1);
                });
            }
        });
        Self { port, counts: seen, taken, task }
    }

    /// An address of it, as `http://127.0.0.1:1/path`.
    pub fn at(&self, scheme: &str, path: &str) -> String {
        format!("{scheme}://127.0.0.1:{}{path}", self.port)
    }

    /// How many connections it took so far.
    pub fn taken(&self) -> usize {
        self.taken.load(Ordering::SeqCst)
    }

    /// Waits until it is asked something.
    pub async fn is_asked(&self) {
        self.counts.clone().wait_for(|(asked, _)| *asked > 0).await.unwrap();
    }

    /// Waits until everybody who asked has hung up.
    pub async fn is_left(&self) {
        self.counts.clone().wait_for(|(asked, gone)| asked <= gone).await.unwrap();
    }
}

impl Drop for SlowPeer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub(crate) fn acceptor(certificates: &Certificates) -> TlsAcceptor {
    let chain = CertificateDer::pem_file_iter(certificates.path("leaf.pem")).unwrap().map(Result::unwrap).collect();
    let key = PrivateKeyDer::from_pem_file(certificates.path("leaf.key")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

async fn serve(stream: TcpStream, tls: Option<TlsAcceptor>, slow: Slow, counts: &watch::Sender<(usize, usize)>) {
    match tls {
        None => talk(stream, slow, counts).await,
        Some(tls) => match tls.accept(stream).await {
            Ok(stream) => talk(stream, slow, counts).await,
            Err(_) => counts.send_modify(|(asked, _)| *asked += 1),
        },
    }
}

/// Hears and keeps waiting, until the other side hangs up.
async fn talk<S: AsyncRead + AsyncWrite>(stream: S, slow: Slow, counts: &watch::Sender<(usize, usize)>) {
    let (mut from, mut to) = tokio::io::split(stream);
    let mut bytes = [0; 4096];
    let heard = from.read(&mut bytes).await;
    counts.send_modify(|(asked, _)| *asked += 1);
    if !matches!(heard, Ok(1..)) {
        return;
    }
    let hears = async { while matches!(from.read(&mut bytes).await, Ok(1..)) {} };
    let says = async {
        // Who hung up is noticed by the other half.
        let _ = says(&mut to, slow).await;
        std::future::pending::<()>().await;
    };
    tokio::select! { () = hears => {}, () = says => {} }
}

async fn says<W: AsyncWrite + Unpin>(to: &mut W, slow: Slow) -> std::io::Result<()> {
    let (at_once, then): (&[u8], Option<u8>) = match slow {
        Slow::Silent | Slow::Secured => return Ok(()),
        Slow::Agrees => (AGREED, None),
        Slow::Bound => (BOUND, None),
        Slow::DripsHead => (b"HTTP/1.1 200 OK\r\nx-slow: ", Some(b'a')),
        Slow::DripsBody => (b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500000\r\n\r\n", Some(b' ')),
        Slow::DripsBind => (BEGUN, Some(0)),
    };
    to.write_all(at_once).await?;
    to.flush().await?;
    while let Some(byte) = then {
        tokio::time::sleep(BYTE).await;
        to.write_all(&[byte]).await?;
        to.flush().await?;
    }
    Ok(())
}
