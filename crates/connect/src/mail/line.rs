//! The way to a mail server: its addresses, a connection, and TLS from the first byte, as lettre takes it.

use crate::outgoing::{Allowed, Client, OutgoingFault, look_up};
use lettre::transport::smtp::client::AsyncTokioStream;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

/// How a mail server is reached.
pub(super) struct Reach {
    client: Client,
    /// Whoever runs this server named the mail server, so every address may be reached.
    free: bool,
}

impl Reach {
    /// `guard` is the client whose rules count; without one everything may be reached. The error is a sentence.
    pub fn new(guard: Option<Client>, roots: Option<&[u8]>) -> Result<Self, String> {
        let free = guard.is_none();
        let client = guard.map_or_else(|| Client::new(Allowed::default(), roots), Ok)?;
        Ok(Self { client, free })
    }

    pub fn is_free(&self) -> bool {
        self.free
    }

    /// Certificates (PEM) that count besides the usual ones.
    pub fn roots(&self) -> Option<&[u8]> {
        self.client.roots()
    }

    /// The addresses of a mail server. A line that stays `plain` goes only where that was allowed.
    pub async fn find(&self, host: &str, port: u16, plain: bool) -> Result<Vec<SocketAddr>, OutgoingFault> {
        if self.free { look_up(host, port).await } else { self.client.find(host, port, plain).await }
    }

    /// TLS from the first byte.
    pub async fn secure(&self, host: &str, stream: TcpStream) -> Result<Box<dyn AsyncTokioStream>, OutgoingFault> {
        Ok(Box::new(Secured(self.client.secure(host, stream).await?)))
    }
}

/// A line that is encrypted. It only passes on.
#[derive(Debug)]
struct Secured(TlsStream<TcpStream>);

impl AsyncTokioStream for Secured {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.get_ref().0.peer_addr()
    }
}

impl AsyncRead for Secured {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl AsyncWrite for Secured {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
