//! Servers that take a connection and keep us waiting: each question ends within its time, with a sentence, and lets go of
//! the connection.

use connect::ldap::{LdapFault, LdapServer, Scope, Session};
use connect::outgoing::{Allowed, Ask, Client, OutgoingFault};
use connect::provider::{Code, Metadata, ProviderFault, Providers, Registration};
use model::Ts;
use std::time::Duration;
use testkit::slapd::{ADMIN, PASSWORD, PEOPLE};
use testkit::{Certificates, Slow, SlowPeer};

/// How long is waited in these tests.
const PATIENCE: Duration = Duration::from_millis(200);
/// For what should take no time when everything is right.
const HANGS: Duration = Duration::from_secs(60);

fn client(roots: Option<&[u8]>) -> Client {
    Client::new(Allowed::parse(["127.0.0.1"]).unwrap(), roots).unwrap().within(PATIENCE)
}

fn too_long() -> OutgoingFault {
    OutgoingFault::TooLong { host: "127.0.0.1".to_owned(), limit: PATIENCE }
}

async fn is_left(peer: &SlowPeer) {
    assert!(tokio::time::timeout(HANGS, peer.is_left()).await.is_ok(), "the connection is still open");
}

#[tokio::test]
async fn a_server_that_is_silent_or_answers_byte_by_byte_is_given_up_in_time() {
    assert_eq!(too_long().to_string(), "127.0.0.1 did not answer within 0.2 seconds.");
    for slow in [Slow::Silent, Slow::DripsHead, Slow::DripsBody] {
        let peer = SlowPeer::start(slow).await;
        let asked = client(None).ask(Ask::get(&peer.at("http", "/"))).await;
        assert_eq!(asked.map(|answer| answer.status), Err(too_long()), "{slow:?}");
        is_left(&peer).await;
    }
    let peer = SlowPeer::start(Slow::Silent).await;
    let asked = client(None).ask(Ask::get(&peer.at("https", "/"))).await;
    assert_eq!(asked.map(|answer| answer.status), Err(too_long()), "a handshake counts, too");
    is_left(&peer).await;
}

#[tokio::test]
async fn a_directory_that_falls_silent_at_any_moment_is_given_up_in_time() {
    let certificates = Certificates::make();
    let client = client(Some(&certificates.root));
    let connecting = "Connecting to the directory";
    let moments = [
        ("ldap", Slow::Silent, false, connecting),
        ("ldap", Slow::Agrees, false, connecting),
        ("ldaps", Slow::Silent, false, connecting),
        ("ldaps", Slow::Secured, true, "Signing in"),
        ("ldaps", Slow::DripsBind, true, "Signing in"),
    ];
    for (scheme, slow, tls, what) in moments {
        let peer = if tls { SlowPeer::secured(slow, &certificates).await } else { SlowPeer::start(slow).await };
        let url = peer.at(scheme, "");
        let opened = Session::open(&client, &LdapServer { url: &url, bind_dn: ADMIN, password: PASSWORD }).await;
        let fault = opened.map(|_| ()).unwrap_err();
        assert_eq!(fault, LdapFault::TooLong { what }, "{scheme} {slow:?}");
        assert_eq!(fault.to_string(), format!("{what} took too long: the directory did not answer in time."));
        is_left(&peer).await;
    }
    let peer = SlowPeer::secured(Slow::Bound, &certificates).await;
    let url = peer.at("ldaps", "");
    let mut session = Session::open(&client, &LdapServer { url: &url, bind_dn: ADMIN, password: PASSWORD }).await.unwrap();
    let what = "Looking";
    let found = session.search(what, PEOPLE, Scope::Subtree, "(uid=*)", &["uid"], 10).await;
    assert_eq!(found.map(|_| ()), Err(LdapFault::TooLong { what }));
    assert_eq!(
        session.has(what, PEOPLE, "uid", "alex").await,
        Err(LdapFault::TooLong { what }),
        "each question has its own time"
    );
    drop(session);
    is_left(&peer).await;
}

#[tokio::test]
async fn a_provider_that_never_answers_is_given_up_whatever_it_is_asked() {
    for slow in [Slow::Silent, Slow::DripsBody] {
        let peer = SlowPeer::start(slow).await;
        let providers = Providers::new(client(None));
        let too_long = || Some(ProviderFault::Outgoing(too_long()));
        let now = Ts::parse(testkit::BEGINNING).unwrap();
        let issuer = peer.at("http", "");
        assert_eq!(providers.metadata(&issuer, now).await.err(), too_long(), "configuration");
        let (tried, found) = providers.look(&issuer).await;
        assert!(found.is_none() && tried.len() == 1 && !tried[0].good, "{tried:?}");
        assert_eq!(tried[0].said, "127.0.0.1 did not answer within 0.2 seconds.");
        let metadata: Metadata = serde_json::from_value(serde_json::json!({
            "issuer": issuer,
            "authorization_endpoint": peer.at("http", "/authorize"),
            "token_endpoint": peer.at("http", "/token"),
            "jwks_uri": peer.at("http", "/keys"),
        }))
        .unwrap();
        assert_eq!(providers.keys(&metadata, false, now).await.err(), too_long(), "keys");
        let code = Code { code: "c-1", redirect: "https://vestibule.example/signin/callback", verifier: "v" };
        let registration = Registration { id: "vestibule", secret: Some("a secret") };
        assert_eq!(providers.tokens(&metadata, registration, code).await.err(), too_long(), "token");
        is_left(&peer).await;
    }
}
