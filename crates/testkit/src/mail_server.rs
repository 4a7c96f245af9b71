//! A mail server process (`mail_server.py`, with PyPI's aiosmtpd) and how it is reached with TLS.

use crate::certificates::Certificates;
use connect::{Secret, SmtpSecurity, SmtpSettings};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout};

/// A running mail server; it ends with the test.
pub struct MailServer {
    process: Child,
    lines: Lines<BufReader<ChildStdout>>,
    pub port: u16,
}

impl MailServer {
    /// Starts a server and waits until it listens.
    pub async fn start(arguments: &[&str]) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/mail_server.py");
        let mut process = tokio::process::Command::new(python())
            .arg(script)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut server = Self { process, lines, port: 0 };
        server.port = server.next().await["port"].as_u64().unwrap().try_into().unwrap();
        server
    }

    /// Ends the server; when this returns, nobody listens any more.
    pub async fn stop(mut self) {
        self.process.kill().await.unwrap();
    }

    /// The next thing the server says: after its port, the letters it took.
    pub async fn next(&mut self) -> Value {
        let line = self.lines.next_line().await.unwrap().expect("the mail server ended; see its error above");
        serde_json::from_str(&line).unwrap()
    }

    /// Settings that reach it in the clear.
    pub fn plain(&self) -> SmtpSettings {
        SmtpSettings {
            host: "127.0.0.1".to_owned(),
            port: self.port,
            security: SmtpSecurity::Plain,
            user: None,
            password: None,
            from: "Vestibule <vestibule@example.org>".to_owned(),
            timeout: Duration::from_secs(20),
            root_certificates_pem: None,
            guard: None,
        }
    }

    /// Settings that reach it with TLS and sign in.
    pub fn encrypted(&self, security: SmtpSecurity, certificates: &Certificates) -> SmtpSettings {
        SmtpSettings {
            host: "localhost".to_owned(),
            security,
            user: Some("vestibule".to_owned()),
            password: Some(Secret::new("open sesame")),
            root_certificates_pem: Some(certificates.root.clone()),
            ..self.plain()
        }
    }
}

/// A Python that has aiosmtpd.
fn python() -> PathBuf {
    let usual = || Path::new(&std::env::var_os("HOME").unwrap_or_default()).join(".cache/vestibule/python/bin/python");
    let python = std::env::var_os("VESTIBULE_TEST_PYTHON").map_or_else(usual, PathBuf::from);
    let found = Command::new(&python).args(["-c", "import aiosmtpd"]).output();
    assert!(
        found.is_ok_and(|output| output.status.success()),
        "The SMTP tests need a Python with aiosmtpd, and {} is none. Make it with `python3 -m venv ~/.cache/vestibule/python` \
         and `~/.cache/vestibule/python/bin/pip install aiosmtpd==1.4.6`, or name another one in VESTIBULE_TEST_PYTHON.",
        python.display()
    );
    python
}

/// Starts a server that shows them and wants a sign-in. `tls` is `start` or `whole`.
pub async fn mail_server_with_tls(certificates: &Certificates, tls: &str) -> MailServer {
    let (certificate, key) = (certificates.path("leaf.pem"), certificates.path("leaf.key"));
    let sign_in = ["--user", "vestibule", "--password", "open sesame"];
    let arguments = [&["--tls", tls, "--certificate", &certificate, "--key", &key][..], &sign_in].concat();
    MailServer::start(&arguments).await
}
