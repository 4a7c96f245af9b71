//! The binary: what it says and how it ends.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_vestibule");

pub fn command(folder: &Path) -> Command {
    let mut command = Command::new(BINARY);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("VESTIBULE_")) {
        command.env_remove(name);
    }
    command.current_dir(folder).stdin(Stdio::null());
    command
}

pub fn run(folder: &Path, arguments: &[&str]) -> Output {
    command(folder).args(arguments).output().unwrap()
}

/// It ended with this code, said this, and did not panic.
pub fn ends(output: &Output, code: i32, said: &str) {
    let text = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(code), "{text}");
    assert!(text.contains(said), "“{said}” is missing in {text}");
    assert!(!text.contains("panicked"), "{text}");
}

/// A running server on a free port.
pub struct Running {
    child: Child,
    log: Option<BufReader<std::process::ChildStderr>>,
    address: String,
    /// The log up to the line with the address.
    pub early: String,
}

pub fn start(folder: &Path, arguments: &[&str]) -> Running {
    start_with(command(folder), arguments)
}

fn start_with(mut serve: Command, arguments: &[&str]) -> Running {
    serve.args(["serve", "--listen", "127.0.0.1:0", "--data", "data"]).args(arguments).stderr(Stdio::piped());
    let mut running = Running { child: serve.spawn().unwrap(), log: None, address: String::new(), early: String::new() };
    running.log = running.child.stderr.take().map(BufReader::new);
    while running.address.is_empty() {
        let line = running.line();
        assert!(!line.is_empty(), "the server ended: {}", running.early);
        running.early.push_str(&line);
        if let Some((_, rest)) = line.split_once("listens on http://") {
            running.address = rest.split_whitespace().next().unwrap().to_owned();
        }
    }
    running
}

impl Running {
    /// The next line of the log; empty at its end.
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.log.as_mut().unwrap().read_line(&mut line).unwrap();
        line
    }

    /// The status line of a page.
    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: {}\r\naccept: text/html\r\nconnection: close\r\n\r\n", self.address)
            .unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    }

    /// Asks it to stop, and returns the rest of the log.
    pub fn stop(mut self) -> String {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(asked.success());
        let mut rest = String::new();
        self.log.as_mut().unwrap().read_to_string(&mut rest).unwrap();
        assert_eq!(self.child.wait().unwrap().code(), Some(0), "{rest}");
        rest
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Only a test that failed leaves it running.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_server_starts_says_how_to_begin_answers_and_stops() {
    let folder = TempDir::new().unwrap();
    let mut server = start(folder.path(), &[]);
    let line = server.line();
    assert!(line.contains("/setup?token="), "the log shows the one-time link: {line}");
    assert!(server.get("/healthz").starts_with("HTTP/1.1 200"));
    assert!(server.get("/readyz").starts_with("HTTP/1.1 200"));
    assert!(server.get("/my-access").contains("location: /signin"));
    assert!(server.get("/test/mail").starts_with("HTTP/1.1 404"));
    let token = line.split_once("token=").unwrap().1.trim().to_owned();
    assert!(server.get(&format!("/setup?token={token}")).starts_with("HTTP/1.1 200"));
    let rest = server.stop();
    assert!(rest.contains("Stopped") && !rest.contains(&token), "queries are not logged: {rest}");
}

#[test]
fn a_used_port_is_said() {
    let folder = TempDir::new().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    ends(&run(folder.path(), &["serve", "--listen", &address, "--data", "data"]), 1, "Something already listens on");
    assert!(!folder.path().join("data").exists(), "the database was left alone");
}

#[test]
fn a_folder_that_cannot_be_made_is_said() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("file"), "").unwrap();
    ends(&run(folder.path(), &["serve", "--listen", "127.0.0.1:0", "--data", "file/data"]), 1, "cannot be made");
}

#[test]
fn test_hooks_only_listen_on_this_machine() {
    let folder = TempDir::new().unwrap();
    ends(&run(folder.path(), &["serve", "--listen", "0.0.0.0:0", "--test-hooks"]), 2, "only listens on this machine");
    let server = start(folder.path(), &["--test-hooks"]);
    assert!(server.early.contains("TEST HOOKS ARE ON"), "{}", server.early);
    assert!(server.get("/test/mail").starts_with("HTTP/1.1 200"));
    server.stop();
}

#[test]
fn file_environment_and_flags_are_read_in_this_order() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("vestibule.toml"), "data = 'from-file'").unwrap();
    let migrate = |environment: Option<&str>, flags: &[&str]| {
        let mut command = command(folder.path());
        command.args(["migrate", "--config", "vestibule.toml"]).args(flags);
        if let Some(data) = environment {
            command.env("VESTIBULE_DATA", data);
        }
        ends(&command.output().unwrap(), 0, "up to date");
    };
    let made = |name: &str| folder.path().join(name).join("vestibule.sqlite").exists();
    migrate(None, &[]);
    assert!(made("from-file"));
    migrate(Some("from-environment"), &[]);
    assert!(made("from-environment"));
    migrate(Some("unused"), &["--data", "from-flag"]);
    assert!(made("from-flag") && !made("unused"));
}

#[test]
fn wrong_settings_end_with_2_and_a_sentence() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("wrong.toml"), "listem = '127.0.0.1:1'").unwrap();
    ends(&run(folder.path(), &["serve", "--config", "wrong.toml"]), 2, "Did you mean “listen”?");
    ends(&run(folder.path(), &["serve", "--config", "absent.toml"]), 2, "cannot be read");
    ends(&run(folder.path(), &["serve", "--base-url", "example.com"]), 2, "cannot be the base URL");
    ends(&run(folder.path(), &["migrate", "--database-url", "mysql://db"]), 2, "postgres://");
    ends(&run(folder.path(), &["serve", "--lisen", "127.0.0.1:1"]), 2, "--listen");
    let odd = command(folder.path()).args(["check"]).env("VESTIBULE_LISTEN", "here").output().unwrap();
    ends(&odd, 2, "VESTIBULE_LISTEN");
    let foreign = command(folder.path()).args(["check"]).env("VESTIBULE_MAIL_LANGUAGE", "fr").output().unwrap();
    ends(&foreign, 2, "choose “en” (English) or “de” (German)");
    let unread = command(folder.path()).args(["migrate"]).env("VESTIBULE_LISTEM", "127.0.0.1:1").output().unwrap();
    ends(&unread, 0, "VESTIBULE_LISTEN");
}

#[test]
fn check_names_everything_that_is_wrong() {
    let folder = TempDir::new().unwrap();
    let before = run(folder.path(), &["check", "--data", "data"]);
    ends(&before, 1, "There is no database");
    assert!(!folder.path().join("data").exists(), "a check changes nothing");
    ends(&run(folder.path(), &["migrate", "--data", "data"]), 0, "up to date");
    ends(&run(folder.path(), &["check", "--data", "data"]), 1, "good   The SQLite database answers");
    ends(&run(folder.path(), &["check", "--data", "data"]), 1, "good   Letters are written in English (mail.language = \"en\").");
    std::fs::write(folder.path().join("german.toml"), "[mail]\nlanguage = 'de'").unwrap();
    let german = run(folder.path(), &["check", "--config", "german.toml", "--data", "data"]);
    ends(&german, 1, "good   Letters are written in German (mail.language = \"de\").");
}

#[test]
fn the_first_administrator_is_made_on_the_console_with_a_password_of_their_own() {
    let folder = TempDir::new().unwrap();
    let who = ["admin", "create", "--data", "data", "--user-name", "morgan", "--display-name", "Morgan Reed"];
    ends(&run(folder.path(), &who), 2, "The password is empty");
    std::fs::write(folder.path().join("short"), "short\n").unwrap();
    ends(&run(folder.path(), &[&who[..], &["--password-file", "short"]].concat()), 1, "at least 15 characters");
    let mut child =
        command(folder.path()).args(who).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"a quiet harbour at dawn\n").unwrap();
    ends(&child.wait_with_output().unwrap(), 0, "is a Global Administrator");
    let verified = run(folder.path(), &["audit", "verify", "--data", "data"]);
    ends(&verified, 0, "");
    let said = String::from_utf8(verified.stdout).unwrap();
    let anchor = said.lines().find_map(|line| line.strip_prefix("Anchor: ")).unwrap_or_else(|| panic!("{said}"));
    let against = |anchor: &str| run(folder.path(), &["audit", "verify", "--data", "data", "--anchor", anchor]);
    ends(&against(anchor), 0, "");
    ends(&against("99:".to_owned().as_str()), 2, "is not an anchor");
    ends(&against(&format!("99:{}", "0".repeat(64))), 1, "does not hold the anchor at event number 99");
    let server = start(folder.path(), &[]);
    assert!(!server.stop().contains("/setup?token="), "there is an administrator already");
}

#[test]
fn there_is_no_history_to_verify_without_a_database() {
    let folder = TempDir::new().unwrap();
    ends(&run(folder.path(), &["audit", "verify", "--data", "data"]), 1, "There is no database");
    assert!(!folder.path().join("data").exists());
}

#[test]
fn a_newer_schema_is_left_alone() {
    let folder = TempDir::new().unwrap();
    ends(&run(folder.path(), &["migrate", "--data", "data"]), 0, "up to date");
    let file = format!("sqlite://{}", folder.path().join("data/vestibule.sqlite").display());
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let pool = sqlx::SqlitePool::connect(&file).await.unwrap();
        sqlx::query("insert into migrations (number) values (9999)").execute(&pool).await.unwrap();
        pool.close().await;
    });
    for arguments in [&["serve", "--listen", "127.0.0.1:0"][..], &["migrate"], &["check"], &["audit", "verify"]] {
        ends(&run(folder.path(), &[arguments, &["--data", "data"]].concat()), 1, "a newer Vestibule was here");
    }
}

#[test]
fn a_demo_is_refused_where_there_are_people_and_goes_on_where_it_was() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("password"), "a quiet harbour at dawn\n").unwrap();
    let who = ["admin", "create", "--data", "data", "--user-name", "morgan", "--display-name", "Morgan Reed"];
    ends(&run(folder.path(), &[&who[..], &["--password-file", "password"]].concat()), 0, "is a Global Administrator");
    let serve = ["serve", "--listen", "127.0.0.1:0", "--data", "data", "--demo"];
    let refused = run(folder.path(), &serve);
    ends(&refused, 2, "this database has people who are not of the demo company");
    assert!(!String::from_utf8_lossy(&refused.stderr).contains("listens on"), "nobody could come in meanwhile");
    assert!(start(folder.path(), &[]).get("/signin").contains("HTTP/1.1 200"), "without it the server starts");
    // A demo whose visitors made people of their own is still one.
    let demo = TempDir::new().unwrap();
    start(demo.path(), &["--demo"]).stop();
    std::fs::copy(folder.path().join("password"), demo.path().join("password")).unwrap();
    let visitor = ["admin", "create", "--data", "data", "--user-name", "visitor", "--display-name", "Visitor"];
    ends(&run(demo.path(), &[&visitor[..], &["--password-file", "password"]].concat()), 0, "is a Global Administrator");
    start(demo.path(), &["--demo"]).stop();
}

#[test]
fn a_proxy_that_hides_visitors_is_said_by_check_and_at_the_start() {
    let folder = TempDir::new().unwrap();
    ends(&run(folder.path(), &["migrate", "--data", "data"]), 0, "up to date");
    let https = ["--base-url", "https://access.example.com"];
    let trusted = [&https[..], &["--trusted-proxy"]].concat();
    let said = "http.trusted_proxy is not set";
    let check = |flags: &[&str]| {
        let output = run(folder.path(), &[&["check", "--data", "data"][..], flags].concat());
        String::from_utf8_lossy(&output.stdout).contains("note   People reach this server over https through a proxy")
            && String::from_utf8_lossy(&output.stdout).contains(said)
    };
    assert!(check(&https) && !check(&trusted) && !check(&[]));
    let starts = |flags: &[&str]| {
        let server = start(folder.path(), flags);
        let early = server.early.clone();
        server.stop();
        early.contains(said)
    };
    assert!(starts(&https) && !starts(&trusted) && !starts(&[]));
}

#[test]
fn the_help_of_serve_lists_every_setting_with_its_default() {
    let folder = TempDir::new().unwrap();
    let help = run(folder.path(), &["serve", "--help"]);
    for said in ["[http]", "VESTIBULE_HTTP_TRUSTED_PROXY", "trusted_proxy = false", "listen = \"127.0.0.1:8080\"", "[outgoing]"] {
        ends(&help, 0, said);
    }
}

#[test]
fn check_asks_the_mail_server_that_administrators_set() {
    let folder = TempDir::new().unwrap();
    ends(&run(folder.path(), &["migrate", "--data", "data"]), 0, "up to date");
    let before = run(folder.path(), &["check", "--data", "data"]);
    assert!(!String::from_utf8_lossy(&before.stdout).contains("set by administrators"));
    // A port on which nobody listened a moment ago, and one on which somebody does who says what a mail server says.
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let there = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = there.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let (stream, _) = there.accept().unwrap();
        let mut lines = BufReader::new(stream.try_clone().unwrap());
        let mut stream = stream;
        stream.write_all(b"220 mail.harbour.example\r\n").unwrap();
        let mut line = String::new();
        while lines.read_line(&mut line).is_ok_and(|read| read > 0) {
            line.clear();
            if stream.write_all(b"250 mail.harbour.example\r\n").is_err() {
                break;
            }
        }
    });
    let check = |port: u16| {
        let file = format!("sqlite://{}", folder.path().join("data/vestibule.sqlite").display());
        let server = serde_json::json!({
            "host": "127.0.0.1", "port": port, "security": "none", "user_name": "", "sender": "vestibule@harbour.example"
        });
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let pool = sqlx::SqlitePool::connect(&file).await.unwrap();
            let sql =
                "insert into mail_settings (id, server, version) values (1, $1, 1) on conflict (id) do update set server = $1";
            sqlx::query(sql).bind(server.to_string()).execute(&pool).await.unwrap();
            pool.close().await;
        });
        command(folder.path()).args(["check", "--data", "data"]).env("VESTIBULE_OUTGOING_ALLOW", "127.0.0.1").output().unwrap()
    };
    ends(&check(gone), 1, "wrong  Letters cannot be sent as administrators set it under Settings");
    ends(&check(port), 1, &format!("good   The mail server 127.0.0.1:{port}, set by administrators, answers."));
}

#[test]
fn the_log_can_be_read_by_machines() {
    let folder = TempDir::new().unwrap();
    let mut serve = command(folder.path());
    serve.env("VESTIBULE_LOG_FORMAT", "json");
    let server = start_with(serve, &[]);
    server.get("/my-access");
    let early = server.early.clone();
    let log = early + &server.stop();
    for line in log.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert!(line["timestamp"].is_string() && line["level"].is_string(), "{line}");
    }
    assert!(log.contains("\"path\":\"/my-access\""), "{log}");
}

#[test]
fn a_server_starts_again_where_it_stopped() {
    let folder = TempDir::new().unwrap();
    for _ in 0..2 {
        let server = start(folder.path(), &["--demo"]);
        assert!(server.get("/signin").contains("Continue as Alex"));
        server.stop();
    }
}
