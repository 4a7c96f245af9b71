//! Answers that no honest server gives, made at random: there is always an end, a sentence, and nothing that was secret.

use connect::ldap::{LdapServer, Scope, Session};
use connect::outgoing::{Allowed, Client};
use connect::provider::{Code, Metadata, Providers, Registration};
use connect::scim::{Can, Pace, Person, Scim};
use model::Ts;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use std::fmt::Display;
use std::time::Duration;
use testkit::slapd::{ADMIN, PASSWORD, PEOPLE};
use testkit::{Certificates, SaysPeer};

const TOKEN: &str = "a-token-of-the-target";
const CLIENT_SECRET: &str = "a secret of the client";
/// A server that begins something and hangs up costs nothing; one that promises more than it says costs this.
const PATIENCE: Duration = Duration::from_millis(300);

/// A seed to run again is given in `VESTIBULE_TEST_SEED`.
fn random() -> StdRng {
    let given = std::env::var("VESTIBULE_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed: u64 = given.unwrap_or_else(rand::random);
    println!("VESTIBULE_TEST_SEED={seed}");
    StdRng::seed_from_u64(seed)
}

fn client(roots: Option<&[u8]>) -> Client {
    Client::new(Allowed::parse(["127.0.0.1"]).unwrap(), roots).unwrap().within(PATIENCE)
}

/// Names that answers have, and some that they have not.
const NAMES: [&str; 18] = [
    "id",
    "userName",
    "externalId",
    "displayName",
    "members",
    "value",
    "Resources",
    "totalResults",
    "patch",
    "supported",
    "issuer",
    "token_endpoint",
    "authorization_endpoint",
    "jwks_uri",
    "id_token",
    "error",
    "detail",
    "keys",
];

fn text(random: &mut StdRng) -> String {
    match random.random_range(0..6) {
        0 => String::new(),
        1 => TOKEN.to_owned(),
        2 => "\u{0}\u{202e}\u{feff}\"\\</script>".to_owned(),
        3 => "https://evil.example/x?y#z".to_owned(),
        4 => "é".repeat(random.random_range(0..5_000)),
        _ => NAMES[random.random_range(0..NAMES.len())].to_owned(),
    }
}

fn value(random: &mut StdRng, depth: usize) -> Value {
    match random.random_range(0..if depth == 0 { 5 } else { 9 }) {
        0 => Value::Null,
        1 => json!(random.random_bool(0.5)),
        2 => json!(random.random_range(i64::MIN..i64::MAX)),
        3 => json!(1e308),
        4 => json!(text(random)),
        5 => Value::Array((0..random.random_range(0..6)).map(|_| value(random, depth - 1)).collect()),
        _ => {
            let fields = (0..random.random_range(0..8)).map(|_| {
                let name = NAMES[random.random_range(0..NAMES.len())];
                (name.to_owned(), value(random, depth - 1))
            });
            Value::Object(fields.collect())
        }
    }
}

/// A token in the words of an error, where it is cut off in the middle or has something between its letters.
fn echo(random: &mut StdRng) -> Vec<u8> {
    let before = "x".repeat(random.random_range(280..300));
    let token = if random.random() { TOKEN.to_owned() } else { TOKEN.replace("-of-", "-\u{1}of-") };
    json!({ "detail": format!("{before}{token}") }).to_string().into_bytes()
}

/// What stands where a body should.
fn body(random: &mut StdRng) -> Vec<u8> {
    match random.random_range(0..10) {
        0 => Vec::new(),
        1 => (0..random.random_range(1..400)).map(|_| random.random()).collect(),
        2 => b"\xff\xfe{\"id\":\"\xc3\x28\"}".to_vec(),
        // Deeper than any stack.
        3 => ["{\"members\":[".repeat(20_000), "[".repeat(20_000)].concat().into_bytes(),
        4 => b"<html>Sign in</html>".to_vec(),
        6 => echo(random),
        5 => json!({ "id": "g1", "members": vec![json!({ "value": "u", "display": TOKEN }); 20_000] }).to_string().into_bytes(),
        _ => value(random, 5).to_string().into_bytes(),
    }
}

fn http(random: &mut StdRng) -> Vec<u8> {
    if random.random_bool(0.05) {
        return (0..random.random_range(0..2_000)).map(|_| random.random()).collect();
    }
    let statuses = [100, 101, 200, 200, 200, 201, 204, 206, 301, 304, 307, 400, 401, 404, 409, 429, 500, 503, 599, 999];
    let status = statuses[random.random_range(0..statuses.len())];
    let kinds = ["application/scim+json", "application/json", "text/html", "application/json; charset=utf-16", "\u{1}", ""];
    let kind = kinds[random.random_range(0..kinds.len())];
    let more = [
        "",
        "retry-after: 99999999999999999999\r\n",
        "retry-after: -1\r\n",
        "location: http://127.0.0.1:1/\r\n",
        "transfer-encoding: chunked\r\n",
        "content-encoding: gzip\r\n",
    ];
    let more = more[random.random_range(0..more.len())];
    let body = body(random);
    let length = match random.random_range(0..12) {
        0 => "content-length: 18446744073709551616\r\n".to_owned(),
        1 => "content-length: -5\r\n".to_owned(),
        2 => String::new(),
        _ => format!("content-length: {}\r\n", body.len()),
    };
    let head = format!("HTTP/1.1 {status} Said\r\ncontent-type: {kind}\r\n{length}{more}connection: close\r\n\r\n");
    [head.into_bytes(), body].concat()
}

/// Whatever came of it, what is said of it can be shown.
fn is_fine<T>(secret: &str, asked: Result<T, impl Display>) {
    if let Err(fault) = asked {
        let said = fault.to_string();
        assert!(!said.contains(secret), "{said}");
        assert!(said.ends_with('.') && said.chars().count() < 2_000 && !said.contains('\u{0}'), "{said:?}");
    }
}

#[tokio::test]
async fn no_answer_of_a_target_breaks_anything() {
    let (mut random, client, pace) = (random(), client(None), Pace::new(1_000_000));
    let peer = SaysPeer::start(None).await;
    let base = format!("http://127.0.0.1:{}/scim/v2", peer.port);
    let scim = Scim::new(&client, &base, TOKEN, &pace);
    let person = Person {
        external_id: Some("x".into()),
        user_name: "alex".into(),
        display_name: "Alex".into(),
        mail: "alex@harbour.example".into(),
        active: true,
    };
    for round in 0..400 {
        peer.says(vec![http(&mut random)]);
        let can = Can { patch: random.random(), finds_members: random.random() };
        match round % 9 {
            0 => is_fine("a-token", scim.config().await),
            1 => is_fine("a-token", scim.count_users().await),
            2 => is_fine("a-token", scim.find_user("userName", "alex").await),
            3 => is_fine("a-token", scim.create_user(&person).await),
            4 => is_fine("a-token", scim.update_user("u1", &person, can).await),
            5 => is_fine("a-token", scim.delete_user("u1").await),
            6 => is_fine("a-token", scim.find_group("Agents").await),
            7 => is_fine("a-token", scim.members("g1").await),
            _ => is_fine("a-token", scim.change_members("g1", &["u1"], &["u2"], can).await),
        }
    }
}

#[tokio::test]
async fn no_answer_of_a_provider_breaks_anything_and_none_makes_it_another_one() {
    let mut random = random();
    let peer = SaysPeer::start(None).await;
    let issuer = format!("http://127.0.0.1:{}", peer.port);
    let now = Ts::parse(testkit::BEGINNING).unwrap();
    let address = |path: &str| format!("{issuer}{path}");
    let metadata: Metadata = serde_json::from_value(json!({
        "issuer": issuer, "authorization_endpoint": address("/a"), "token_endpoint": address("/t"), "jwks_uri": address("/k"),
        "userinfo_endpoint": address("/u"),
    }))
    .unwrap();
    let code = Code { code: "c-1", redirect: "https://vestibule.example/signin/callback", verifier: "v" };
    let registration = Registration { id: "vestibule", secret: Some(CLIENT_SECRET) };
    for round in 0..300 {
        peer.says(vec![http(&mut random)]);
        // Nothing is remembered from one answer to the next.
        let providers = Providers::new(client(None));
        match round % 4 {
            0 => {
                let found = providers.metadata(&issuer, now).await;
                assert!(found.as_ref().map_or(true, |found| found.issuer == issuer));
                is_fine(CLIENT_SECRET, found);
            }
            1 => is_fine(CLIENT_SECRET, providers.keys(&metadata, false, now).await),
            2 => is_fine(CLIENT_SECRET, providers.tokens(&metadata, registration, code).await.map(|_| ())),
            _ => drop(providers.look(&issuer).await),
        }
    }
}

/// A part of BER; a length that does not fit is made elsewhere.
fn part(kind: u8, content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    [&[kind, 0x84], &length[..], content].concat()
}

/// An entry of a search and its end, as an answer to this message; the attribute has these values.
fn found(message: u8, values: &[&[u8]]) -> Vec<u8> {
    let id = part(0x02, &[message]);
    let values: Vec<u8> = values.iter().flat_map(|value| part(0x04, value)).collect();
    let attribute = part(0x30, &[part(0x04, b"uid"), part(0x31, &values)].concat());
    let entry = [part(0x04, b"uid=alex,ou=people,dc=harbour,dc=example"), part(0x30, &attribute)].concat();
    let done = [part(0x0a, &[0]), part(0x04, b""), part(0x04, b"")].concat();
    [part(0x30, &[id.clone(), part(0x64, &entry)].concat()), part(0x30, &[id, part(0x65, &done)].concat())].concat()
}

/// Some of its bytes are others, are missing, or come twice.
fn spoiled(random: &mut StdRng, mut bytes: Vec<u8>) -> Vec<u8> {
    for _ in 0..random.random_range(1..6) {
        let at = random.random_range(0..bytes.len());
        match random.random_range(0..5) {
            0 => bytes[at] = random.random(),
            1 => bytes[at] ^= 1 << random.random_range(0..8),
            2 => bytes.truncate(at + 1),
            3 => bytes.insert(at, [0, 0x30, 0x80, 0x84, 0xff][random.random_range(0..5)]),
            _ => bytes.extend_from_within(at..),
        }
    }
    bytes
}

#[tokio::test]
async fn no_answer_of_a_directory_breaks_anything() {
    let mut random = random();
    let certificates = Certificates::make();
    let client = client(Some(&certificates.root));
    let peer = SaysPeer::start(Some(&certificates)).await;
    let url = format!("ldaps://127.0.0.1:{}", peer.port);
    let server = LdapServer { url: &url, bind_dn: ADMIN, password: PASSWORD };
    let bound = b"\x30\x0c\x02\x01\x01\x61\x07\x0a\x01\x00\x04\x00\x04\x00".to_vec();
    let ask = async || {
        let mut session = Session::open(&client, &server).await?;
        session.search("Looking", PEOPLE, Scope::Subtree, "(uid=*)", &["uid"], 10).await
    };
    // What is said well is understood, or nothing here would reach what it is about.
    peer.says(vec![bound.clone(), found(2, &[b"alex", b"\xff\xfe"])]);
    assert_eq!(ask().await.map(|found| found.len()), Ok(1));
    for round in 0..250 {
        let deep = 0x30_u8;
        let answer = match round % 5 {
            0 => (0..random.random_range(1..300)).map(|_| random.random()).collect(),
            1 => [deep, 0x80].repeat(random.random_range(1..3_000)),
            2 => (0..random.random_range(1..30)).fold(found(2, &[b"alex"]), |inner, _| part(deep, &inner)),
            _ => spoiled(&mut random, found(2, &[b"alex", &[b'a'; 300]])),
        };
        if round % 7 == 0 {
            peer.says(vec![spoiled(&mut random, bound.clone())]);
        } else {
            peer.says(vec![bound.clone(), answer]);
        }
        is_fine(PASSWORD, ask().await);
    }
}
