//! The process: start time, resident memory, and what the first page transfers.

use crate::http::Visitor;
use crate::{Outcome, quantile};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A server of ours; ended when dropped.
pub struct Server {
    child: Child,
    pub address: String,
    pub started_in: Duration,
}

impl Server {
    /// Starts the release binary named by `VESTIBULE_BIN` on a free port and waits until it is ready.
    pub async fn start(data: &Path, more: &[&str]) -> Outcome<Self> {
        let binary =
            std::env::var("VESTIBULE_BIN").map_err(|_| "VESTIBULE_BIN does not name the server; run cargo xtask bench")?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let address = format!("127.0.0.1:{port}");
        let begun = Instant::now();
        let child = Command::new(binary)
            .args(["serve", "--listen", &address, "--data"])
            .arg(data)
            .args(more)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mut server = Self { child, address, started_in: Duration::ZERO };
        while begun.elapsed() < Duration::from_secs(60) {
            if let Ok(mut visitor) = Visitor::new(&server.address, "").await
                && visitor.get("/readyz", "identity").await.is_ok_and(|answer| answer.status == 200)
            {
                server.started_in = begun.elapsed();
                return Ok(server);
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Err("the server was not ready within a minute".into())
    }

    /// Resident memory in MiB.
    pub fn resident(&self) -> Option<f64> {
        self.memory("VmRSS:")
    }

    /// What of it is the process's own, without the pages of the database's file, which every reader maps and the system keeps.
    pub fn own(&self) -> Option<f64> {
        self.memory("RssAnon:")
    }

    fn memory(&self, kind: &str) -> Option<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with(kind))?;
        line.split_whitespace().nth(1)?.parse::<f64>().ok().map(|kib| kib / 1024.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It is ours, and it may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub async fn measure() -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    drop(Server::start(folder.path(), &["--demo"]).await?);
    let mut starts = Vec::new();
    for _ in 0..5 {
        starts.push(Server::start(folder.path(), &["--demo"]).await?.started_in.as_secs_f64() * 1000.0);
    }
    starts.sort_by(f64::total_cmp);
    println!("process: start until ready   {:6.0} ms median of 5 (target 500)", quantile(&starts, 0.5));
    let server = Server::start(folder.path(), &["--demo"]).await?;
    let mut visitor = Visitor::new(&server.address, "").await?;
    let page = visitor.get("/signin", "br").await?;
    let html = String::from_utf8_lossy(&page.body).into_owned();
    let mut total = page.body.len();
    println!("process: first page, HTML    {:6.1} kB", page.body.len() as f64 / 1000.0);
    let mut seen = std::collections::BTreeSet::new();
    for part in html.split('"') {
        let file = part.starts_with("/pkg/") && [".js", ".wasm", ".css", ".svg"].iter().any(|end| part.contains(end));
        let path = part.split('#').next().unwrap_or(part);
        if file && seen.insert(path.to_owned()) {
            let answer = visitor.get(path, "br").await?;
            total += answer.body.len();
            println!("process: first page, {path:<32} {:6.1} kB", answer.body.len() as f64 / 1000.0);
        }
    }
    println!("process: first page in all   {:6.1} kB (target 400)", total as f64 / 1000.0);
    if let Some(resident) = server.resident() {
        println!("process: resident memory     {resident:6.1} MiB after the first page (target 80)");
    }
    Ok(())
}
