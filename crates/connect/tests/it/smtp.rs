//! Letters over SMTP, to a server that is really there.

use crate::given::{about, at, dana, outgoing, site};
use connect::outgoing::{Allowed, Client};
use connect::{Mail, Outgoing, Secret, SendFault, SmtpSecurity, SmtpSettings, render};
use mail_parser::MessageParser;
use model::notice::{Notice, Onward};
use model::view::provider::Step;
use std::time::Duration;
use testkit::{Certificates, MailServer as Server, mail_server_with_tls as with_tls};
use tokio::net::TcpListener;

fn letter(to: &str) -> Outgoing {
    let notice = Notice::Act {
        about: about(),
        stage: 1,
        stages: 1,
        decide_by: at("2026-11-24T09:30:00Z"),
        earlier: Vec::new(),
        onward: Onward::Expires,
    };
    let mut sent = outgoing(7, dana(), render(&notice, &dana(), &site()).unwrap());
    sent.to.address = to.to_owned();
    sent
}

async fn never(mail: &Mail, to: &str) -> String {
    match mail.send(&letter(to)).await {
        Err(SendFault::Never(sentence)) => sentence,
        other => panic!("{to}: {other:?}"),
    }
}

async fn later(mail: &Mail, to: &str) -> String {
    match mail.send(&letter(to)).await {
        Err(SendFault::Later(sentence)) => sentence,
        other => panic!("{to}: {other:?}"),
    }
}

/// Not about this letter: no line, or no letter of ours is taken.
async fn no_line(mail: &Mail, to: &str) -> String {
    match mail.send(&letter(to)).await {
        Err(SendFault::NoLine(sentence)) => sentence,
        other => panic!("{to}: {other:?}"),
    }
}

#[tokio::test]
async fn a_letter_arrives_as_it_was_written() {
    let mut server = Server::start(&[]).await;
    let mail = Mail::smtp(server.plain()).unwrap();
    let mut sent = letter("dana@example.org");
    sent.rendered.text.push_str(".\n..hidden dots\n");
    mail.send(&sent).await.unwrap();
    let taken = server.next().await;
    assert_eq!(taken["sender"], "vestibule@example.org");
    assert_eq!(taken["to"][0], "dana@example.org");
    let content = taken["content"].as_str().unwrap();
    let message = MessageParser::default().parse(content).unwrap();
    assert_eq!(message.message_id(), Some("00000000-0000-0000-0000-000000000007@vestibule"));
    assert_eq!(message.subject(), Some(sent.rendered.subject.as_str()));
    assert_eq!(message.date().unwrap().to_rfc3339(), "2026-11-24T09:30:00Z");
    assert_eq!(message.header("Auto-Submitted").unwrap().as_text(), Some("auto-generated"));
    assert_eq!(message.body_text(0).unwrap().replace("\r\n", "\n"), sent.rendered.text);
    assert_eq!(message.body_html(0).unwrap().replace("\r\n", "\n"), sent.rendered.html);
}

#[tokio::test]
async fn one_line_carries_many_letters_and_a_refusal_does_not_spoil_it() {
    let mut server = Server::start(&[]).await;
    let mail = Mail::smtp(server.plain()).unwrap();
    let mut sessions = Vec::new();
    for _ in 0..2 {
        mail.send(&letter("dana@example.org")).await.unwrap();
        sessions.push(server.next().await["session"].as_u64().unwrap());
    }
    never(&mail, "refused@example.org").await;
    mail.send(&letter("dana@example.org")).await.unwrap();
    sessions.push(server.next().await["session"].as_u64().unwrap());
    assert_eq!(sessions, [0, 0, 1]);
}

#[tokio::test]
async fn a_server_that_went_away_and_came_back_is_found_again() {
    let mut first = Server::start(&[]).await;
    let port = first.port.to_string();
    let mail = Mail::smtp(first.plain()).unwrap();
    mail.send(&letter("dana@example.org")).await.unwrap();
    first.next().await;
    first.stop().await;
    // The line that was kept is dead and nobody listens: no reason to give the letter up.
    let said = no_line(&mail, "dana@example.org").await;
    assert!(said.contains("cannot be reached"), "{said}");
    let mut second = Server::start(&["--port", &port]).await;
    mail.send(&letter("dana@example.org")).await.unwrap();
    second.next().await;
    // The kept line dies once more, but this time somebody listens: the letter does not even notice.
    second.stop().await;
    let mut third = Server::start(&["--port", &port]).await;
    mail.send(&letter("dana@example.org")).await.unwrap();
    third.next().await;
}

#[tokio::test]
async fn an_address_that_is_refused_is_never_tried_again() {
    let server = Server::start(&[]).await;
    let mail = Mail::smtp(server.plain()).unwrap();
    let said = never(&mail, "refused@example.org").await;
    assert!(said.contains("refused the address refused@example.org"), "{said}");
    assert!(said.contains("550") && !said.chars().any(char::is_control), "{said:?}");
    let said = never(&mail, "spam@example.org").await;
    assert!(said.contains("refused the letter") && said.contains("looks like spam"), "{said}");
}

#[tokio::test]
async fn what_may_pass_is_tried_later() {
    let server = Server::start(&[]).await;
    let mail = Mail::smtp(server.plain()).unwrap();
    assert!(later(&mail, "busy@example.org").await.contains("Greylisted"));
    assert!(later(&mail, "full@example.org").await.contains("No room"));
    later(&mail, "drop@example.org").await;
    // A reply about us, not about the address.
    assert!(no_line(&mail, "signin@example.org").await.contains("Authentication required"));
}

#[tokio::test]
async fn a_refused_sender_is_a_matter_of_settings() {
    let server = Server::start(&[]).await;
    let settings = SmtpSettings { from: "refused-sender@example.org".to_owned(), ..server.plain() };
    let said = no_line(&Mail::smtp(settings).unwrap(), "dana@example.org").await;
    assert!(said.contains("refused the sender refused-sender@example.org"), "{said}");
}

#[tokio::test]
async fn a_server_that_falls_silent_costs_no_more_than_the_timeout() {
    let server = Server::start(&[]).await;
    let settings = SmtpSettings { timeout: Duration::from_millis(500), ..server.plain() };
    let said = later(&Mail::smtp(settings.clone()).unwrap(), "silent@example.org").await;
    assert!(said.ends_with("did not answer within 0.5 seconds."), "{said}");
    // One that does not even greet takes no letter at all.
    let mute = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let settings = SmtpSettings { port: mute.local_addr().unwrap().port(), ..settings };
    let said = no_line(&Mail::smtp(settings).unwrap(), "dana@example.org").await;
    assert!(said.ends_with("did not answer within 0.5 seconds."), "{said}");
}

#[tokio::test]
async fn addresses_beyond_ascii_need_a_server_that_takes_them() {
    let server = Server::start(&[]).await;
    let said = never(&Mail::smtp(server.plain()).unwrap(), "dána@example.org").await;
    assert!(said.contains("SMTPUTF8"), "{said}");
    let mut server = Server::start(&["--smtputf8"]).await;
    Mail::smtp(server.plain()).unwrap().send(&letter("dána@example.org")).await.unwrap();
    let taken = server.next().await;
    assert_eq!((&taken["to"][0], &taken["options"][0]), (&"dána@example.org".into(), &"SMTPUTF8".into()));
}

#[tokio::test]
async fn letters_go_encrypted_and_signed_in() {
    let certificates = Certificates::make();
    for (kind, security) in [("start", SmtpSecurity::StartTls), ("whole", SmtpSecurity::Tls)] {
        let mut server = with_tls(&certificates, kind).await;
        let mail = Mail::smtp(server.encrypted(security, &certificates)).unwrap();
        mail.check().await.unwrap();
        mail.send(&letter("dana@example.org")).await.unwrap();
        let taken = server.next().await;
        assert_eq!((&taken["tls"], &taken["user"]), (&true.into(), &"vestibule".into()), "{kind}");
    }
}

#[tokio::test]
async fn a_certificate_nobody_vouches_for_stops_the_letter() {
    let certificates = Certificates::of("DNS:localhost");
    let server = with_tls(&certificates, "start").await;
    let good = server.encrypted(SmtpSecurity::StartTls, &certificates);
    let unknown = SmtpSettings { root_certificates_pem: None, ..good.clone() };
    let other_name = SmtpSettings { host: "127.0.0.1".to_owned(), ..good };
    for settings in [unknown, other_name] {
        let said = no_line(&Mail::smtp(settings).unwrap(), "dana@example.org").await;
        assert!(said.contains("could not be encrypted") && said.contains("certificate"), "{said}");
    }
}

#[tokio::test]
async fn a_server_without_starttls_gets_neither_password_nor_letter() {
    let server = Server::start(&["--user", "vestibule", "--password", "open sesame"]).await;
    let certificates = Certificates::make();
    let settings = server.encrypted(SmtpSecurity::StartTls, &certificates);
    let said = no_line(&Mail::smtp(settings).unwrap(), "dana@example.org").await;
    assert!(said.contains("could not be encrypted"), "{said}");
}

#[tokio::test]
async fn a_wrong_password_is_a_matter_of_settings_and_is_not_told() {
    let server = Server::start(&["--user", "vestibule", "--password", "open sesame"]).await;
    let signed_in = |password: &str| SmtpSettings {
        user: Some("vestibule".to_owned()),
        password: Some(Secret::new(password)),
        ..server.plain()
    };
    Mail::smtp(signed_in("open sesame")).unwrap().check().await.unwrap();
    let wrong = Mail::smtp(signed_in("swordfish")).unwrap();
    for fault in [wrong.check().await.unwrap_err(), wrong.send(&letter("dana@example.org")).await.unwrap_err()] {
        let SendFault::NoLine(said) = fault else { panic!("{fault:?}") };
        assert!(said.contains("did not let Vestibule sign in") && said.contains("535"), "{said}");
        assert!(!said.contains("swordfish"), "{said}");
    }
}

#[tokio::test]
async fn checking_asks_the_server() {
    let server = Server::start(&[]).await;
    Mail::smtp(server.plain()).unwrap().check().await.unwrap();
    // A port that was free a moment ago.
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let fault = Mail::smtp(SmtpSettings { port, ..server.plain() }).unwrap().check().await.unwrap_err();
    assert!(matches!(&fault, SendFault::NoLine(said) if said.contains("cannot be reached")), "{fault:?}");
}

/// The way that settings from a page lead: only where it was allowed.
fn guarded(server: &Server, allowed: &[&str]) -> Mail {
    let guard = Client::new(Allowed::parse(allowed.iter().copied()).unwrap(), None).unwrap();
    Mail::smtp(SmtpSettings { guard: Some(guard), ..server.plain() }).unwrap()
}

/// What was tried: good or not, and what was said of the last of it.
fn told(steps: &[Step]) -> (Vec<(&str, bool)>, &str) {
    (steps.iter().map(|step| (step.what.as_str(), step.good)).collect(), &steps.last().unwrap().said)
}

const LIMIT: Duration = Duration::from_secs(20);

#[tokio::test]
async fn settings_from_a_page_reach_no_inside_address_that_was_not_allowed() {
    let server = Server::start(&[]).await;
    let closed = guarded(&server, &["10.0.0.0/8", "mail.example.org"]);
    let said = no_line(&closed, "dana@example.org").await;
    assert_eq!(
        said,
        "127.0.0.1 leads to 127.0.0.1, which is not on the public internet. Whoever runs this server can allow it under outgoing.allow."
    );
    let steps = closed.try_out(Some(&letter("dana@example.org")), LIMIT).await;
    assert_eq!(told(&steps), (vec![("Looked up 127.0.0.1", false)], said.as_str()));
    guarded(&server, &["127.0.0.0/8"]).send(&letter("dana@example.org")).await.unwrap();
}

#[tokio::test]
async fn trying_out_says_each_step_until_the_letter_was_taken() {
    let certificates = Certificates::make();
    for (kind, security, encrypted) in [
        ("start", SmtpSecurity::StartTls, "Encrypted the line (STARTTLS)"),
        ("whole", SmtpSecurity::Tls, "Encrypted the line (TLS)"),
    ] {
        let mut server = with_tls(&certificates, kind).await;
        let guard = Client::new(Allowed::parse(["localhost"]).unwrap(), Some(&certificates.root)).unwrap();
        let settings =
            SmtpSettings { root_certificates_pem: None, guard: Some(guard), ..server.encrypted(security, &certificates) };
        let steps = Mail::smtp(settings).unwrap().try_out(Some(&letter("dana@example.org")), LIMIT).await;
        assert!(steps.iter().all(|step| step.good), "{kind}: {steps:?}");
        let what: Vec<&str> = steps.iter().map(|step| step.what.as_str()).collect();
        let connected = format!("Connected to localhost:{}", server.port);
        let mut expected = vec!["Looked up localhost", connected.as_str(), "Greeted the server"];
        expected.insert(if kind == "start" { 3 } else { 2 }, encrypted);
        expected.extend(["Signed in", "Sent a letter to dana@example.org"]);
        assert_eq!(what, expected, "{kind}");
        assert_eq!(server.next().await["user"], "vestibule");
    }
}

#[tokio::test]
async fn trying_out_stops_at_the_step_that_failed_and_says_what_came_back() {
    let server = Server::start(&["--user", "vestibule", "--password", "open sesame"]).await;
    let wrong = SmtpSettings { user: Some("vestibule".to_owned()), password: Some(Secret::new("swordfish")), ..server.plain() };
    let steps = Mail::smtp(wrong).unwrap().try_out(Some(&letter("dana@example.org")), LIMIT).await;
    let (tried, said) = told(&steps);
    assert_eq!(tried.last(), Some(&("Signed in", false)));
    assert!(said.contains("535") && !format!("{steps:?}").contains("swordfish"), "{steps:?}");

    let open = Server::start(&[]).await;
    let steps = Mail::smtp(open.plain()).unwrap().try_out(Some(&letter("refused@example.org")), LIMIT).await;
    assert!(told(&steps).1.contains("550") && !steps.last().unwrap().good, "{steps:?}");
    let steps = Mail::smtp(open.plain()).unwrap().try_out(Some(&letter("silent@example.org")), Duration::from_millis(500)).await;
    assert_eq!(told(&steps).0.last(), Some(&("Waited for the server", false)));
    // Nobody to write to: everything but the letter is tried.
    let steps = Mail::smtp(open.plain()).unwrap().try_out(None, LIMIT).await;
    assert_eq!(told(&steps).0.last(), Some(&("Greeted the server", true)));

    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let steps = Mail::smtp(SmtpSettings { port, ..open.plain() }).unwrap().try_out(None, LIMIT).await;
    let (tried, said) = told(&steps);
    assert_eq!(tried[0], ("Looked up 127.0.0.1", true));
    assert!(!tried[1].1 && said.contains("nothing listens there"), "{said}");
    let nowhere = SmtpSettings { host: "mail.invalid".to_owned(), security: SmtpSecurity::Tls, ..open.plain() };
    let steps = Mail::smtp(nowhere).unwrap().try_out(None, LIMIT).await;
    assert!(told(&steps).1.contains("the name leads nowhere"), "{steps:?}");
}
