//! What comes in from a directory, before the library sees it. It trusts what it reads: a message is passed on only when it
//! is whole, of a bounded size and depth, and built as its lengths say.

use super::LdapFault;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpStream, UnixStream};
use tokio_rustls::client::TlsStream;

/// What one operation may be answered with: the largest group that is looked at, with a member of about a hundred bytes.
const OPERATION_MAX_BYTES: usize = 16 * 1024 * 1024;
/// Parts within parts; an entry of a search has six.
const DEPTH_MAX: usize = 12;
/// What every message is.
const SEQUENCE: u8 = 0x30;
/// The first words of a directory are short.
const START_TLS_MAX_BYTES: usize = 4096;

/// `ExtendedRequest` of RFC 4511 with the name of STARTTLS, as message 1.
const START_TLS: &[u8] = b"\x30\x1d\x02\x01\x01\x77\x18\x80\x161.3.6.1.4.1.1466.20037";

/// How much may still come in for the operation that runs.
#[derive(Default)]
pub struct Budget {
    used: AtomicUsize,
    over: AtomicBool,
}

impl Budget {
    pub fn begins(&self) {
        self.used.store(0, Ordering::Relaxed);
    }

    /// The connection ended because of it.
    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    fn takes(&self, bytes: usize) -> io::Result<()> {
        if self.used.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes) > OPERATION_MAX_BYTES {
            self.over.store(true, Ordering::Relaxed);
            return Err(wrong("too much"));
        }
        Ok(())
    }
}

/// Passes on what is said, both ways, until either side ends.
pub async fn relay(secured: TlsStream<TcpStream>, local: UnixStream, budget: Arc<Budget>) {
    let (from, mut to) = tokio::io::split(secured);
    let (mut asked, mut answered) = local.into_split();
    let mut from = BufReader::new(from);
    let up = async {
        let copied = tokio::io::copy(&mut asked, &mut to).await;
        to.shutdown().await?;
        copied.map(|_| ())
    };
    let down = async {
        loop {
            let message = message(&mut from, |bytes| budget.takes(bytes)).await?;
            answered.write_all(&message).await?;
        }
    };
    // Whoever waits for an answer notices that the socket is closed.
    let _: io::Result<()> = tokio::select! { ended = up => ended, ended = down => ended };
}

/// Asks for TLS. Nothing that was said before counts, and nothing is read beyond the answer.
pub async fn start_tls(stream: &mut TcpStream, host: &str) -> Result<(), LdapFault> {
    let refused = || LdapFault::NoStartTls { host: host.to_owned() };
    stream.write_all(START_TLS).await.map_err(|_| refused())?;
    let small = |bytes| if bytes > START_TLS_MAX_BYTES { Err(wrong("too much")) } else { Ok(()) };
    let answer = message(stream, small).await.map_err(|_| refused())?;
    if agrees(&answer).unwrap_or(false) { Ok(()) } else { Err(refused()) }
}

/// Whether this is an `ExtendedResponse` to message 1 that says success.
fn agrees(message: &[u8]) -> Option<bool> {
    let (_, content, _) = part(message)?;
    let (id, number, rest) = part(content)?;
    let (kind, response, _) = part(rest)?;
    let (code, result, _) = part(response)?;
    Some(id == 0x02 && number == [1] && kind == 0x78 && code == 0x0a && result == [0])
}

/// One message, whole and sound. `takes` is asked before anything is kept.
async fn message<R: AsyncRead + Unpin>(from: &mut R, takes: impl Fn(usize) -> io::Result<()>) -> io::Result<Vec<u8>> {
    let kind = from.read_u8().await?;
    if kind != SEQUENCE {
        return Err(wrong("not LDAP"));
    }
    let mut message = vec![kind, from.read_u8().await?];
    let first = message.last().copied().unwrap_or_default();
    let mut length = usize::from(first);
    if first >= 0x80 {
        // How many bytes the length has. An open end is not allowed in LDAP.
        length = 0;
        for _ in 0..bytes_of_length(first).ok_or_else(|| wrong("a length"))? {
            let byte = from.read_u8().await?;
            message.push(byte);
            length = length << 8 | usize::from(byte);
        }
    }
    takes(message.len().saturating_add(length))?;
    let head = message.len();
    message.resize(head + length, 0);
    from.read_exact(message.get_mut(head..).unwrap_or_default()).await?;
    if !is_sound(&message) {
        return Err(wrong("not LDAP"));
    }
    Ok(message)
}

fn bytes_of_length(first: u8) -> Option<u8> {
    Some(first & 0x7f).filter(|count| (1..=4).contains(count))
}

/// Whether every part ends within the one around it, and none lies too deep.
fn is_sound(message: &[u8]) -> bool {
    // What is left to look at, and how deep it lies.
    let mut open: Vec<(usize, &[u8])> = vec![(1, message)];
    while let Some((depth, rest)) = open.pop() {
        if rest.is_empty() {
            continue;
        }
        let Some((kind, content, after)) = part(rest) else { return false };
        open.push((depth, after));
        if kind & 0x20 != 0 {
            if depth == DEPTH_MAX {
                return false;
            }
            open.push((depth + 1, content));
        }
    }
    true
}

/// The first part: its tag, what is in it, and what comes after it.
fn part(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (kind, rest) = bytes.split_first()?;
    let (first, mut rest) = rest.split_first()?;
    // Tags of more than one byte do not occur.
    if kind & 0x1f == 0x1f {
        return None;
    }
    let mut length = usize::from(*first);
    if *first >= 0x80 {
        let (digits, after) = rest.split_at_checked(usize::from(bytes_of_length(*first)?))?;
        length = digits.iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
        rest = after;
    }
    let (content, after) = rest.split_at_checked(length)?;
    Some((*kind, content, after))
}

fn wrong(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}
