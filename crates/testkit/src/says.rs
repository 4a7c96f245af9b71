//! A server that says in turn what a test wants, byte for byte, whatever it is asked.

use crate::Certificates;
use crate::slow::acceptor;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A running server on loopback; it ends with the test.
#[derive(Debug)]
pub struct SaysPeer {
    pub port: u16,
    words: Arc<Mutex<Vec<Vec<u8>>>>,
    task: JoinHandle<()>,
}

impl SaysPeer {
    /// Over TLS when it has certificates.
    pub async fn start(certificates: Option<&Certificates>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let words = Arc::new(Mutex::new(Vec::new()));
        let (tls, all) = (certificates.map(acceptor), Arc::clone(&words));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (tls, words) = (tls.clone(), all.lock().unwrap().clone());
                tokio::spawn(async move {
                    // Who is said such things hangs up when they like.
                    match tls {
                        None => drop(talk(stream, words).await),
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                drop(talk(stream, words).await);
                            }
                        }
                    }
                });
            }
        });
        Self { port, words, task }
    }

    /// On every connection from now on the first question is answered with the first of these, and so on; then it hangs up.
    pub fn says(&self, words: Vec<Vec<u8>>) {
        *self.words.lock().unwrap() = words;
    }
}

impl Drop for SaysPeer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn talk<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, words: Vec<Vec<u8>>) -> std::io::Result<()> {
    let mut bytes = vec![0; 64 * 1024];
    for answer in words {
        if stream.read(&mut bytes).await? == 0 {
            return Ok(());
        }
        stream.write_all(&answer).await?;
        stream.flush().await?;
    }
    stream.shutdown().await
}
