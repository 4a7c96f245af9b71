//! A plain HTTP/1.1 visitor on one kept connection: enough to time pages on loopback.

use crate::{Outcome, quantile};
use std::time::Instant;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

pub struct Visitor {
    stream: BufReader<TcpStream>,
    cookie: String,
}

/// An answer: status, bytes of the body as sent, and the body.
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Visitor {
    pub async fn new(address: &str, cookie: &str) -> Outcome<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream), cookie: cookie.to_owned() })
    }

    /// Fetches a path.
    pub async fn get(&mut self, path: &str, encoding: &str) -> Outcome<Answer> {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html,*/*\r\nAccept-Encoding: {encoding}\r\nCookie: {}\r\n\r\n",
            self.cookie
        );
        self.stream.get_mut().write_all(request.as_bytes()).await?;
        let mut line = String::new();
        self.stream.read_line(&mut line).await?;
        let status = line.split(' ').nth(1).and_then(|word| word.parse().ok()).ok_or("no status line")?;
        let (mut length, mut chunked) = (0_usize, false);
        loop {
            line.clear();
            self.stream.read_line(&mut line).await?;
            let header = line.trim_end().to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse()?;
            }
            chunked |= header.starts_with("transfer-encoding:") && header.contains("chunked");
        }
        let mut body = Vec::new();
        if chunked {
            loop {
                line.clear();
                self.stream.read_line(&mut line).await?;
                let size = usize::from_str_radix(line.trim(), 16)?;
                let mut chunk = vec![0; size + 2];
                self.stream.read_exact(&mut chunk).await?;
                chunk.truncate(size);
                if size == 0 {
                    break;
                }
                body.extend(chunk);
            }
        } else {
            body.resize(length, 0);
            self.stream.read_exact(&mut body).await?;
        }
        Ok(Answer { status, body })
    }

    /// How long a page takes over so many visits, in ms: the median, and the slowest but one in a hundred. The visits before
    /// these warm what every server has warm.
    pub async fn times(&mut self, path: &str, warming: usize, visits: usize) -> Outcome<(f64, f64)> {
        self.visits(path, warming).await?;
        Ok(quantiles(self.visits(path, visits).await?))
    }

    /// How long each of so many visits takes, in ms.
    pub async fn visits(&mut self, path: &str, visits: usize) -> Outcome<Vec<f64>> {
        let mut taken = Vec::with_capacity(visits);
        for _ in 0..visits {
            let begun = Instant::now();
            let answer = self.get(path, "br").await?;
            if answer.status != 200 {
                return Err(format!("{path} answered {}", answer.status).into());
            }
            taken.push(begun.elapsed().as_secs_f64() * 1000.0);
        }
        Ok(taken)
    }
}

/// The median, and the slowest but one in a hundred.
pub fn quantiles(mut taken: Vec<f64>) -> (f64, f64) {
    taken.sort_by(f64::total_cmp);
    (quantile(&taken, 0.5), quantile(&taken, 0.99))
}
