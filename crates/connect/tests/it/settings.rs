//! Settings that cannot work are refused before anything is sent.

use connect::{Mail, Secret, SmtpSecurity, SmtpSettings};
use std::time::Duration;

fn settings() -> SmtpSettings {
    SmtpSettings {
        host: "mail.example.org".to_owned(),
        port: 587,
        security: SmtpSecurity::StartTls,
        user: Some("vestibule".to_owned()),
        password: Some(Secret::new("open sesame")),
        from: "Vestibule <vestibule@example.org>".to_owned(),
        timeout: Duration::from_secs(5),
        root_certificates_pem: None,
        guard: None,
    }
}

fn refused(settings: SmtpSettings) -> String {
    Mail::smtp(settings).unwrap_err().to_string()
}

#[test]
fn only_a_server_on_this_machine_is_reached_without_tls() {
    let plain = |host: &str| SmtpSettings { host: host.to_owned(), security: SmtpSecurity::Plain, ..settings() };
    for host in ["localhost", "LOCALHOST", "127.0.0.1", "127.8.9.10", "::1"] {
        assert!(Mail::smtp(plain(host)).is_ok(), "{host}");
    }
    for host in ["mail.example.org", "10.0.0.1", "localhost.example.org", "127.0.0.1.example.org", "0.0.0.0", "::"] {
        assert_eq!(
            refused(plain(host)),
            format!("Mail to {host} has to be encrypted: only a server on this machine may be reached without TLS.")
        );
    }
}

#[test]
fn encrypted_settings_work_for_any_host() {
    for security in [SmtpSecurity::Tls, SmtpSecurity::StartTls] {
        for host in ["mail.example.org", "10.0.0.1"] {
            assert!(Mail::smtp(SmtpSettings { security, host: host.to_owned(), ..settings() }).is_ok());
        }
    }
}

#[test]
fn one_way_of_sending_serves_all_tasks() {
    fn is_shared<T: Send + Sync + 'static>(_: &T) {}
    is_shared(&Mail::smtp(settings()).unwrap());
    is_shared(&Mail::folder("/nowhere", "vestibule@example.org").unwrap());
}

#[test]
fn half_of_the_credentials_is_none() {
    assert_eq!(refused(SmtpSettings { password: None, ..settings() }), "The mail server has a user but no password.");
    assert_eq!(refused(SmtpSettings { user: None, ..settings() }), "The mail server has a password but no user.");
}

#[test]
fn a_sender_has_an_address() {
    let said = refused(SmtpSettings { from: "Vestibule".to_owned(), ..settings() });
    assert!(said.starts_with("The sender “Vestibule” is no mail address: "), "{said}");
    assert!(Mail::smtp(SmtpSettings { from: "vestibule@example.org".to_owned(), ..settings() }).is_ok());
    assert!(Mail::folder("/nowhere", "Vestibule").is_err());
}

#[test]
fn a_host_a_timeout_and_certificates_have_to_make_sense() {
    for host in ["", "a b", "mail.example.org\r\n"] {
        assert!(Mail::smtp(SmtpSettings { host: host.to_owned(), ..settings() }).is_err(), "{host:?}");
    }
    assert!(Mail::smtp(SmtpSettings { timeout: Duration::ZERO, ..settings() }).is_err());
    let pem = b"-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n".to_vec();
    let said = refused(SmtpSettings { root_certificates_pem: Some(pem), ..settings() });
    assert!(said.starts_with("The mail server’s root certificates cannot be read"), "{said}");
}

#[test]
fn no_password_is_shown_when_settings_are_debugged() {
    let shown = format!("{:?} {:?}", settings(), Mail::smtp(settings()).unwrap());
    assert!(shown.contains("mail.example.org") && !shown.contains("sesame"), "{shown}");
}
