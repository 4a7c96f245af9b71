//! A session with a real directory: how it is reached, what is refused, and what its answers may cost.

use connect::ldap::{Change, LdapFault, LdapServer, Scope, Session, in_dn, in_filter};
use connect::outgoing::{Allowed, Client, OutgoingFault};
use testkit::slapd::{ADMIN, GROUPS, PASSWORD, PEOPLE};
use testkit::{Certificates, Slapd};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const WHAT: &str = "Looking";

fn client(allowed: &[&str], roots: Option<&[u8]>) -> Client {
    Client::new(Allowed::parse(allowed.iter().copied()).unwrap(), roots).unwrap()
}

fn server(url: &str) -> LdapServer<'_> {
    LdapServer { url, bind_dn: ADMIN, password: PASSWORD }
}

async fn refused(client: &Client, server: &LdapServer<'_>) -> LdapFault {
    match Session::open(client, server).await {
        Ok(_) => panic!("it opened"),
        Err(fault) => fault,
    }
}

async fn session(slapd: &Slapd) -> Session {
    let client = client(&["127.0.0.1"], Some(&slapd.certificates.root));
    Session::open(&client, &server(&slapd.url())).await.unwrap()
}

#[tokio::test]
async fn nobody_is_asked_at_an_address_that_is_none_or_without_a_name_and_a_password() {
    let client = client(&["127.0.0.1"], None);
    for url in [
        "",
        "ldap",
        "http://127.0.0.1",
        "ldapi:///",
        "ldaps://",
        "ldaps://a.example/dc=x",
        "ldaps://a:b@c.example",
        "ldaps://a.example?x",
    ] {
        assert_eq!(refused(&client, &server(url)).await, LdapFault::NotAnAddress, "{url}");
    }
    let url = "ldaps://127.0.0.1:1";
    let nobody = [LdapServer { url, bind_dn: " ", password: PASSWORD }, LdapServer { url, bind_dn: ADMIN, password: "" }];
    for server in nobody {
        assert_eq!(refused(&client, &server).await, LdapFault::NoPassword);
    }
}

#[tokio::test]
async fn an_address_inside_is_refused_unless_it_was_allowed() {
    let slapd = Slapd::start();
    let client = client(&[], Some(&slapd.certificates.root));
    for url in [slapd.url(), slapd.plain_url()] {
        let fault = refused(&client, &server(&url)).await;
        assert!(matches!(fault, LdapFault::Outgoing(OutgoingFault::Inside { .. })), "{fault:?}");
    }
}

#[tokio::test]
async fn a_foreign_certificate_is_refused_and_hears_no_password() {
    let slapd = Slapd::start();
    let foreign = Certificates::make();
    for roots in [None, Some(foreign.root.as_slice())] {
        for url in [slapd.url(), slapd.plain_url()] {
            let fault = refused(&client(&["127.0.0.1"], roots), &server(&url)).await;
            assert!(matches!(fault, LdapFault::Outgoing(OutgoingFault::Tls { .. })), "{fault:?}");
        }
    }
    let other = Slapd::with(Certificates::of("DNS:ldap.elsewhere.example"));
    let fault = refused(&client(&["127.0.0.1"], Some(&other.certificates.root)), &server(&other.url())).await;
    assert!(matches!(fault, LdapFault::Outgoing(OutgoingFault::Tls { .. })), "{fault:?}");
}

#[tokio::test]
async fn a_server_that_secures_nothing_hears_no_password() {
    // Refuses STARTTLS, says nothing that is LDAP, or agrees and goes on without TLS.
    let refuses: &[u8] = b"\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x34\x04\x00\x04\x00";
    let agrees: &[u8] = b"\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00";
    for (answer, hopes) in [(refuses, false), (b"220 hello\r\n".as_slice(), false), (&agrees.repeat(2), true)] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (url, answer) = (format!("ldap://127.0.0.1:{}", listener.local_addr().unwrap().port()), answer.to_vec());
        let heard = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut heard = vec![0; 31];
            stream.read_exact(&mut heard).await.unwrap();
            stream.write_all(&answer).await.unwrap();
            let _ = stream.read_to_end(&mut heard).await;
            heard
        });
        let fault = refused(&client(&["127.0.0.1"], None), &server(&url)).await;
        if hopes {
            assert!(matches!(fault, LdapFault::Outgoing(OutgoingFault::Tls { .. })), "{fault:?}");
        } else {
            assert!(matches!(fault, LdapFault::NoStartTls { .. }), "{fault:?}");
        }
        let heard = heard.await.unwrap();
        assert!(!heard.windows(8).any(|part| part == &PASSWORD.as_bytes()[..8]));
    }
}

#[tokio::test]
async fn a_wrong_password_is_said_as_one_and_not_told() {
    let slapd = Slapd::start();
    let client = client(&["127.0.0.1"], Some(&slapd.certificates.root));
    let url = slapd.url();
    let fault = refused(&client, &LdapServer { password: "swordfish", ..server(&url) }).await;
    assert_eq!(fault.to_string(), "Signing in was refused: the directory does not take the name and password (code 49).");
    assert_eq!(fault.reach(), model::target::Reach::Everybody);
}

#[tokio::test]
async fn what_is_there_is_found_over_both_ways_and_what_is_not_is_said() {
    let slapd = Slapd::start();
    let alex = slapd.person("alex", "alex@harbour.example");
    let client = client(&["127.0.0.1"], Some(&slapd.certificates.root));
    for url in [slapd.url(), slapd.plain_url()] {
        let mut session = Session::open(&client, &server(&url)).await.unwrap();
        let found = session.search(WHAT, PEOPLE, Scope::Subtree, "(uid=ALEX)", &["MAIL", "uid"], 2).await.unwrap();
        assert_eq!(found.iter().map(|entry| entry.dn.as_str()).collect::<Vec<_>>(), [alex.as_str()]);
        assert_eq!(found[0].first("Mail"), Some("alex@harbour.example"));
        assert!(session.search(WHAT, PEOPLE, Scope::Subtree, "(uid=nobody)", &["uid"], 2).await.unwrap().is_empty());
        let fault = session.search(WHAT, "ou=none,dc=harbour,dc=example", Scope::Subtree, "(uid=*)", &[], 2).await.unwrap_err();
        assert!(fault.is_missing() && fault.to_string().contains("there is no entry of this name"), "{fault}");
        assert!(session.read(WHAT, "cn=none,dc=harbour,dc=example", &[]).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn many_entries_come_in_pages_and_too_many_are_refused() {
    let slapd = Slapd::start();
    let many: String = (0..1203)
        .map(|n| format!("dn: uid=p{n},{PEOPLE}\nchangetype: add\nobjectClass: inetOrgPerson\nuid: p{n}\ncn: p{n}\nsn: p{n}\n\n"))
        .collect();
    slapd.changes(&many);
    let mut session = session(&slapd).await;
    let found = session.search(WHAT, PEOPLE, Scope::OneLevel, "(uid=p*)", &["uid"], 1203).await.unwrap();
    assert_eq!(found.len(), 1203);
    let fault = session.search(WHAT, PEOPLE, Scope::OneLevel, "(uid=p*)", &["uid"], 1202).await.unwrap_err();
    assert_eq!(fault, LdapFault::TooMany { what: WHAT, most: 1202 });
}

#[tokio::test]
async fn single_values_come_and_go_and_what_is_so_already_is_refused() {
    let slapd = Slapd::start();
    let (alex, maria) = (slapd.person("alex", "a@harbour.example"), slapd.person("maria", "m@harbour.example"));
    let group = slapd.group("Agents", &[&alex]);
    let mut session = session(&slapd).await;
    let value = |dn: &str| (String::from("member"), dn.to_owned());
    let add = |dn: &str| [value(dn)].map(|(attribute, value)| Change::Add { attribute, value });
    let delete = |dn: &str| [value(dn)].map(|(attribute, value)| Change::Delete { attribute, value });
    session.modify(WHAT, &group, &add(&maria)).await.unwrap();
    let again = session.modify(WHAT, &group, &add(&maria)).await.unwrap_err();
    assert!(matches!(again, LdapFault::Refused { code: 20, .. }), "{again:?}");
    assert!(session.has(WHAT, &group, "member", &maria.to_uppercase()).await.unwrap());
    session.modify(WHAT, &group, &delete(&alex)).await.unwrap();
    let again = session.modify(WHAT, &group, &delete(&alex)).await.unwrap_err();
    assert!(matches!(again, LdapFault::Refused { code: 16, .. }), "{again:?}");
    assert!(!session.has(WHAT, &group, "member", &alex).await.unwrap());
    assert!(session.modify(WHAT, &group, &delete(&maria)).await.unwrap_err().breaks_class());
    assert_eq!(slapd.values(&group, "member").unwrap(), [maria]);
    session.delete(WHAT, &group).await.unwrap();
    assert_eq!(slapd.values(&group, "member"), None);
}

#[tokio::test]
async fn words_of_people_cannot_leave_their_place_in_filters_and_names() {
    let slapd = Slapd::start();
    let odd = "A*(b)\\, c+d=\"e\";<f>#";
    let dn = format!("cn={},{GROUPS}", in_dn(odd));
    let mut session = session(&slapd).await;
    session.add(WHAT, &dn, &[("objectClass", &["groupOfNames"]), ("cn", &[odd]), ("member", &[ADMIN])]).await.unwrap();
    let filter = format!("(cn={})", in_filter(odd));
    let found = session.search(WHAT, GROUPS, Scope::Subtree, &filter, &["cn"], 1).await.unwrap();
    assert_eq!(found[0].first("cn"), Some(odd));
    assert!(model::dn::same(&found[0].dn, &dn), "{} and {dn}", found[0].dn);
}

#[tokio::test]
async fn a_directory_that_goes_away_ends_the_session_with_a_sentence() {
    let mut slapd = Slapd::start();
    let mut session = session(&slapd).await;
    slapd.stop();
    let fault = session.read(WHAT, PEOPLE, &[]).await.unwrap_err();
    assert_eq!(fault, LdapFault::Broken { what: WHAT });
    let client = client(&["127.0.0.1"], Some(&slapd.certificates.root));
    let fault = refused(&client, &server(&slapd.url())).await;
    assert!(matches!(fault, LdapFault::Outgoing(OutgoingFault::Unreachable { .. })), "{fault:?}");
    slapd.start_again();
    Session::open(&client, &server(&slapd.url())).await.unwrap().read(WHAT, PEOPLE, &[]).await.unwrap().unwrap();
}
