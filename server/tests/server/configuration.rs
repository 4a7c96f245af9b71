//! What the configuration file may say.

use model::Language;
use std::path::Path;
use vestibule::config::{BaseUrl, LogFormat, from_text};
use vestibule::failure::Failure;

fn complaint(text: &str) -> String {
    match from_text(text) {
        Err(Failure::Usage(sentence)) => sentence,
        other => panic!("{text} should be refused, and is {other:?}"),
    }
}

#[test]
fn an_empty_file_gives_the_defaults() {
    let settings = from_text("").unwrap();
    assert_eq!(settings.listen, "127.0.0.1:8080".parse().unwrap());
    assert_eq!(settings.data, Path::new("data"));
    assert_eq!(settings.log.format, LogFormat::Text);
    assert!(settings.database.0.is_none() && settings.base_url.is_none() && !settings.demo && !settings.test_hooks);
}

#[test]
fn every_section_is_read() {
    let settings = from_text(
        "listen = '0.0.0.0:80'\nbase_url = 'https://access.example.com/'\ndata = '/var/lib/vestibule'\n\
         [database]\nurl = 'postgres://db/vestibule'\n[http]\ntrusted_proxy = true\n\
         [log]\nformat = 'json'\nlevel = 'debug'\n[mail]\nhost = 'mail.example.com'\nsecurity = 'tls'\n",
    )
    .unwrap();
    assert_eq!(settings.base_url.unwrap().as_str(), "https://access.example.com");
    assert!(settings.trusted_proxy && settings.mail.host.is_some() && settings.log.format == LogFormat::Json);
    assert_eq!(settings.database.0.as_deref(), Some("postgres://db/vestibule"));
}

#[test]
fn an_unknown_key_names_the_nearest_known_one() {
    assert!(complaint("listem = '127.0.0.1:1'").contains("There is no key “listem”. Did you mean “listen”?"));
    assert!(complaint("[mail]\nhots = 'mail'").contains("There is no key “mail.hots”. Did you mean “mail.host”?"));
    assert!(complaint("[logs]\nformat = 'json'").contains("There is no key “logs”."));
    assert!(complaint("database_url = 'postgres://db'").contains("Did you mean “database.url”?"));
}

#[test]
fn a_wrong_value_is_refused_with_its_place() {
    assert!(complaint("listen = 'here'").contains("listen"));
    assert!(complaint("[http]\ntrusted_proxy = 'yes'").contains("trusted_proxy"));
    assert!(complaint("[database]\nurl = 'mysql://db'").contains("postgres://"));
    assert!(complaint("listen = ").contains("line 1"));
}

#[test]
fn letters_are_written_in_a_language_that_is_known_and_otherwise_in_english() {
    for wrong in ["fr", "DE", "de-AT", "german", ""] {
        let said = complaint(&format!("[mail]\nlanguage = '{wrong}'"));
        let expected = format!("“{wrong}” is no language that Vestibule knows; choose “en” (English) or “de” (German)");
        assert!(said.contains(&expected) && said.contains("line 2"), "{said}");
    }
    assert!(complaint("[mail]\nlanguage = 1").contains("line 2"));
    assert_eq!(from_text("[mail]\nlanguage = 'de'").unwrap().mail.language, Language::German);
    assert_eq!(from_text("[mail]\nlanguage = 'en'").unwrap().mail.language, Language::English);
    assert_eq!(from_text("").unwrap().mail.language, Language::English);
}

#[test]
fn a_base_url_is_scheme_and_server_only() {
    assert!(
        BaseUrl::parse("https://Access.Example.com")
            .is_ok_and(|url| url.as_str() == "https://access.example.com" && url.is_https())
    );
    assert!(BaseUrl::parse("http://localhost:8080/").is_ok_and(|url| url.as_str() == "http://localhost:8080" && !url.is_https()));
    for wrong in [
        "",
        "access.example.com",
        "ftp://a.example.com",
        "https://a.example.com/portal",
        "https://a.example.com/?x=1",
        "https://me@a.example.com",
    ] {
        assert!(BaseUrl::parse(wrong).is_err(), "{wrong} is no base URL");
    }
}

#[test]
fn secrets_of_the_settings_are_not_shown() {
    let settings = from_text("[database]\nurl = 'postgres://v:hunter2@db/v'\n[mail]\nhost='m'\npassword='hunter3'").unwrap();
    let shown = format!("{settings:?}");
    assert!(!shown.contains("hunter"), "{shown}");
}
