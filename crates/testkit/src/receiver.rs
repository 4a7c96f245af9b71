//! A server that is told things over HTTP: it keeps what it heard and answers as a test wants.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// One request.
#[derive(Clone, Debug)]
pub struct Heard {
    pub path: String,
    /// By their names in lower case.
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

/// What it answers to a request: a status, and more lines for the head.
pub type Answers = Box<dyn FnMut(&Heard) -> (u16, String) + Send>;

/// A running server on loopback; it ends with the test.
pub struct Receiver {
    pub url: String,
    heard: Arc<Mutex<Vec<Heard>>>,
    answers: Arc<Mutex<Answers>>,
    /// What it says with every answer.
    says: Arc<Mutex<String>>,
    task: JoinHandle<()>,
}

impl Receiver {
    /// One that takes everything.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let heard = Arc::new(Mutex::new(Vec::new()));
        let answers: Arc<Mutex<Answers>> = Arc::new(Mutex::new(Box::new(|_| (200, String::new()))));
        let words = Arc::new(Mutex::new(String::new()));
        let all = (Arc::clone(&heard), Arc::clone(&answers), Arc::clone(&words));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (keeps, answers, words) = all.clone();
                // Whoever hangs up in the middle is no longer there to be answered.
                tokio::spawn(async move { drop(one(stream, &keeps, &answers, &words).await) });
            }
        });
        Self { url, heard, answers, says: words, task }
    }

    /// From now on it answers so; status 0 hangs up without an answer.
    pub fn answers(&self, answers: impl FnMut(&Heard) -> (u16, String) + Send + 'static) {
        *self.answers.lock().unwrap() = Box::new(answers);
    }

    /// From now on this is the body of its answers.
    pub fn says(&self, body: &str) {
        body.clone_into(&mut self.says.lock().unwrap());
    }

    /// What it heard since it was last asked.
    pub fn heard(&self) -> Vec<Heard> {
        std::mem::take(&mut *self.heard.lock().unwrap())
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn one(
    stream: TcpStream,
    keeps: &Mutex<Vec<Heard>>,
    answers: &Mutex<Answers>,
    words: &Mutex<String>,
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut headers = BTreeMap::new();
    loop {
        line.clear();
        stream.read_line(&mut line).await?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let length: usize = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    let heard = Heard { path, headers, body: String::from_utf8_lossy(&body).into_owned() };
    let (status, more) = (answers.lock().unwrap())(&heard);
    keeps.lock().unwrap().push(heard);
    if status != 0 {
        let words = words.lock().unwrap().clone();
        let length = words.len();
        let answer = format!("HTTP/1.1 {status} Said\r\ncontent-length: {length}\r\nconnection: close\r\n{more}\r\n{words}");
        stream.get_mut().write_all(answer.as_bytes()).await?;
    }
    stream.get_mut().shutdown().await
}
