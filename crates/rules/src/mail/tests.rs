//! What administrators may set about mail.

use super::*;
use model::mail::Security;

fn typed() -> TypedServer {
    TypedServer {
        host: "Mail.Harbour.example".into(),
        port: String::new(),
        security: Security::Starttls,
        user_name: "vestibule".into(),
        password: Some(Secret("open sesame".into())),
        sender: "Vestibule <vestibule@harbour.example>".into(),
    }
}

fn asked(typed: TypedServer) -> SaveMail {
    SaveMail { version: 0, server: Some(typed), into_files: None }
}

/// Somebody types something else.
type Typing = fn(&mut TypedServer);

/// What was saved first.
fn saved() -> Saved {
    save(None, &MailSettings::default(), false, &asked(typed())).unwrap().unwrap()
}

fn refused(before: &MailSettings, has_password: bool, change: impl FnOnce(&mut TypedServer)) -> Refusal {
    let mut server = typed();
    change(&mut server);
    save(None, before, has_password, &SaveMail { version: before.version, server: Some(server), into_files: None }).unwrap_err()
}

#[test]
fn what_the_configuration_or_a_demo_decides_is_not_set_on_a_page() {
    for fixed in [FixedMail::Configured, FixedMail::Demo] {
        let refused = save(Some(fixed), &MailSettings::default(), false, &asked(typed())).unwrap_err();
        assert_eq!(refused.code(), "mail_is_fixed");
        assert!(refused.sentence().contains(fixed.why()), "{refused:?}");
    }
}

#[test]
fn a_password_is_only_sent_to_the_server_that_it_was_typed_for() {
    let before = saved().settings;
    let moves: [Typing; 3] = [
        |server| server.host = "mail.evil.example".into(),
        |server| server.port = "2525".into(),
        |server| (server.security, server.port) = (Security::None, "587".into()),
    ];
    for moved in moves {
        let refused = refused(&before, true, |server| {
            server.password = None;
            moved(server);
        });
        assert_eq!(refused.field(), Some("password"));
        assert!(refused.sentence().contains("type the password again"), "{refused:?}");
    }
    // Another name of the same account's owner is a matter for the server.
    let renamed = TypedServer { password: None, user_name: "letters".into(), ..typed() };
    let kept = save(None, &before, true, &SaveMail { version: 1, server: Some(renamed), into_files: None }).unwrap().unwrap();
    assert_eq!(kept.password, Password::Keep);
}

#[test]
fn each_wrong_field_is_named_with_what_was_typed() {
    let wrong = |change: Typing| {
        let refused = refused(&MailSettings::default(), false, change);
        (refused.field().unwrap_or_default().to_owned(), refused.sentence())
    };
    let table: [(&str, Typing); 14] = [
        ("host", |server| server.host = "  ".into()),
        ("host", |server| server.host = "smtp://mail.example.com".into()),
        ("host", |server| server.host = "mail.example.com:25".into()),
        ("host", |server| server.host = "mail example".into()),
        ("host", |server| server.host = "postm\u{e4}ster.example".into()),
        ("port", |server| server.port = "0".into()),
        ("port", |server| server.port = "65536".into()),
        ("port", |server| server.port = "submission".into()),
        ("user_name", |server| server.user_name = String::new()),
        ("password", |server| server.password = None),
        ("password", |server| server.password = Some(Secret("x".repeat(501)))),
        ("sender", |server| server.sender = "Vestibule".into()),
        ("sender", |server| server.sender = "Vestibule <vestibule@example.com".into()),
        ("sender", |server| server.sender = "Eve\nBcc: all <eve@example.com>".into()),
    ];
    for (n, (field, change)) in table.into_iter().enumerate() {
        let (said_of, said) = wrong(change);
        assert_eq!(said_of, field, "{n}: {said}");
        assert!(!said.contains("sesame"), "{said}");
    }
}

#[test]
fn two_administrators_do_not_overwrite_each_other() {
    let before = saved().settings;
    let late = save(None, &before, true, &asked(TypedServer { port: "25".into(), ..typed() })).unwrap_err();
    assert_eq!(late, Refusal::Stale);
}

#[test]
fn the_history_has_everything_but_the_password() {
    let Saved { settings, password, action } = saved();
    let server = settings.server.clone().unwrap();
    assert_eq!((server.host.as_str(), server.port, settings.version), ("mail.harbour.example", 587, 1));
    assert_eq!(password, Password::Set(Secret("open sesame".into())));
    let Action::MailChanged { changes } = &action else { panic!("{action:?}") };
    let fields: Vec<_> = changes.iter().map(|change| (change.field.as_str(), change.after.as_str())).collect();
    assert_eq!(
        fields,
        [
            ("Letters", "Sent to a mail server"),
            ("Mail server", "mail.harbour.example"),
            ("Port", "587"),
            ("Protection", "STARTTLS"),
            ("User name", "vestibule"),
            ("Sender", "Vestibule <vestibule@harbour.example>"),
            ("Password", "Changed"),
        ]
    );
    // The same once more is no change.
    let same = TypedServer { password: None, ..typed() };
    assert_eq!(save(None, &settings, true, &SaveMail { version: 1, server: Some(same), into_files: None }), Ok(None));
    let kept = save(None, &settings, true, &SaveMail { version: 1, server: None, into_files: None }).unwrap().unwrap();
    assert_eq!((kept.settings, kept.password), (MailSettings { server: None, version: 2 }, Password::Forget));
    let Action::MailChanged { changes } = kept.action else { panic!("changed") };
    assert_eq!((changes[0].after.as_str(), changes.last().unwrap().after.as_str()), ("Kept as files", "Forgotten"));
}

#[test]
fn a_server_that_asks_nobody_needs_no_password() {
    let open = TypedServer { user_name: String::new(), password: None, port: " 2525 ".into(), ..typed() };
    let saved = save(None, &MailSettings::default(), false, &asked(open)).unwrap().unwrap();
    assert_eq!((saved.password, saved.settings.server.unwrap().port), (Password::Forget, 2525));
    for sender in ["vestibule@harbour.example", "V <v@[10.0.0.1]>", "\"Access, please\" <v@harbour.example>"] {
        let typed = TypedServer { sender: sender.into(), ..typed() };
        assert!(save(None, &MailSettings::default(), false, &asked(typed)).is_ok(), "{sender}");
    }
    for host in ["10.1.2.3", "fd00::25", "mailhost", "mx_1.harbour.example"] {
        let typed = TypedServer { host: host.into(), ..typed() };
        assert!(save(None, &MailSettings::default(), false, &asked(typed)).is_ok(), "{host}");
    }
}

#[test]
fn letters_that_wait_become_files_only_when_whoever_asks_has_seen_how_many() {
    let (sent, kept) = (saved().settings, MailSettings { server: None, version: 2 });
    let refused = |waiting, seen| may_keep_as_files(&sent, &kept, waiting, seen).err().map(|refusal| refusal.sentence());
    assert!(refused(1, None).unwrap().starts_with("1 letter waits for a mail server."));
    assert!(refused(3, Some(2)).unwrap().starts_with("3 letters wait"), "one more by now");
    assert!(refused(1_000, None).unwrap().starts_with("At least 1000 letters wait"));
    assert_eq!((refused(3, Some(3)), refused(0, None)), (None, None));
    assert_eq!(may_keep_as_files(&sent, &sent, 3, None), Ok(()), "they are sent");
    assert_eq!(may_keep_as_files(&kept, &kept, 3, None), Ok(()), "nothing changes");
}
