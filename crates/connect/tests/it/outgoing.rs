//! What is asked of other servers, and what is refused before anybody is asked.

use connect::outgoing::{ANSWER_MAX_BYTES, Allowed, Ask, Client, OutgoingFault, is_public};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

fn client(allowed: &[&str]) -> Client {
    Client::new(Allowed::parse(allowed.iter().copied()).unwrap(), None).unwrap()
}

/// A server on this machine that answers every request alike, and counts who came.
struct Peer {
    port: u16,
    came: Arc<AtomicUsize>,
    heard: Arc<std::sync::Mutex<String>>,
}

async fn peer(answer: impl Into<Vec<u8>>) -> Peer {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (came, heard) = (Arc::new(AtomicUsize::new(0)), Arc::new(std::sync::Mutex::new(String::new())));
    let (counts, hears, answer) = (Arc::clone(&came), Arc::clone(&heard), answer.into());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            counts.fetch_add(1, Ordering::SeqCst);
            let mut bytes = vec![0; 4096];
            let read = stream.read(&mut bytes).await.unwrap();
            *hears.lock().unwrap() = String::from_utf8_lossy(&bytes[..read]).into_owned();
            // Who does not read on hangs up; that is no trouble of this server.
            let _ = stream.write_all(&answer).await;
        }
    });
    Peer { port, came, heard }
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

impl Peer {
    fn at(&self, host: &str, path: &str) -> String {
        format!("http://{host}:{}{path}", self.port)
    }

    fn visits(&self) -> usize {
        self.came.load(Ordering::SeqCst)
    }
}

#[test]
fn only_addresses_of_the_public_internet_are_public() {
    let inside = [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.1.2.3",
        "::ffff:169.254.169.254",
        "64:ff9b::a00:1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:a00:1::",
        "3fff::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
        "4000::1",
    ];
    for address in inside {
        assert!(!is_public(address.parse().unwrap()), "{address}");
    }
    for address in [
        "1.1.1.1",
        "8.8.8.8",
        "100.63.255.255",
        "100.128.0.1",
        "172.15.0.1",
        "172.32.0.1",
        "192.167.255.255",
        "198.17.0.1",
        "198.20.0.1",
        "223.255.255.255",
        "2606:4700::1111",
        "2001:4860:4860::8888",
        "::ffff:1.1.1.1",
        "64:ff9b::101:101",
    ] {
        assert!(is_public(address.parse().unwrap()), "{address}");
    }
}

#[test]
fn what_is_allowed_is_what_is_listed_and_nothing_beside_it() {
    let allowed = Allowed::parse(["Id.Example.com", " 10.1.0.0/16", "192.168.7.7", "fd00::/8", "::ffff:172.16.0.1", ""]).unwrap();
    let has = |address: &str| allowed.has(address.parse::<IpAddr>().unwrap());
    assert!(allowed.names("id.example.com") && allowed.names("ID.EXAMPLE.COM."));
    assert!(!allowed.names("example.com") && !allowed.names("a.id.example.com") && !allowed.names("id.example.com.evil.test"));
    assert!(has("10.1.0.0") && has("10.1.255.255") && !has("10.2.0.0") && !has("10.0.255.255"));
    assert!(has("192.168.7.7") && !has("192.168.7.8"));
    assert!(has("fd12:3456::1") && !has("fe80::1") && !has("::1"));
    assert!(has("172.16.0.1") && has("::ffff:10.1.2.3"), "one address, however it is written");
    assert!(Allowed::parse(["0.0.0.0/0"]).unwrap().has("127.0.0.1".parse().unwrap()));
    for wrong in [
        "10.0.0.0/33",
        "10.0.0/8",
        "fd00::/129",
        "id.example.com/8",
        "https://id.example.com",
        "10.0.0.0/x",
        "a b",
        "*.example.com",
    ] {
        let said = Allowed::parse([wrong]).unwrap_err();
        assert!(said.contains(wrong), "{said}");
    }
}

#[tokio::test]
async fn nobody_inside_is_asked_however_the_address_is_written() {
    let peer = peer(ok("{}")).await;
    let client = client(&[]);
    for host in [
        "127.0.0.1",
        "localhost",
        "LOCALHOST",
        "127.1",
        "0x7f000001",
        "2130706433",
        "0177.0.0.1",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
    ] {
        for scheme in ["http", "https"] {
            let url = format!("{scheme}://{host}:{}/", peer.port);
            match client.ask(Ask::get(&url)).await.map(|answer| answer.status) {
                Err(OutgoingFault::Inside { address, .. }) => assert!(!is_public(address), "{url}"),
                other => panic!("{url}: {other:?}"),
            }
        }
    }
    for no in [
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "data:,x",
        "//127.0.0.1",
        "127.0.0.1",
        "https://",
        "https://a:b@127.0.0.1/",
        "",
    ] {
        assert_eq!(client.ask(Ask::get(no)).await.map(|answer| answer.status), Err(OutgoingFault::NotAnAddress), "{no}");
    }
    assert_eq!(peer.visits(), 0);
}

#[tokio::test]
async fn who_is_allowed_by_name_or_network_is_asked_and_gets_no_more_than_was_sent() {
    let peer = peer(ok("{\"a\":1}")).await;
    for (allowed, host) in [("127.0.0.1", "127.0.0.1"), ("127.0.0.0/8", "127.0.0.1"), ("localhost", "localhost")] {
        let answer = client(&[allowed, "::1"]).ask(Ask::get(&peer.at(host, "/keys?x=1"))).await;
        let answer = answer.map_err(|fault| fault.to_string()).unwrap();
        assert_eq!((answer.status, answer.body.as_slice(), answer.is_good()), (200, b"{\"a\":1}".as_slice(), true));
    }
    let heard = peer.heard.lock().unwrap().to_lowercase();
    assert!(
        heard.starts_with("get /keys?x=1 http/1.1\r\n") && heard.contains(&format!("host: localhost:{}", peer.port)),
        "{heard}"
    );
    assert!(!heard.contains("cookie") && !heard.contains("authorization"), "{heard}");
    let ask = Ask::post(&peer.at("127.0.0.1", "/token"), &[("code", "a b&c")]).authorized("Basic eDp5".to_owned());
    client(&["127.0.0.1"]).ask(ask).await.map_err(|fault| fault.to_string()).unwrap();
    let heard = peer.heard.lock().unwrap().clone();
    assert!(heard.contains("Basic eDp5") && heard.ends_with("code=a+b%26c"), "{heard}");
}

#[tokio::test]
async fn an_answer_that_leads_elsewhere_is_not_followed() {
    let inside = peer(ok("secret")).await;
    let leads =
        peer(format!("HTTP/1.1 302 Found\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n", inside.at("127.0.0.1", "/"))).await;
    let answer = client(&["127.0.0.1"]).ask(Ask::get(&leads.at("127.0.0.1", "/"))).await;
    let answer = answer.map_err(|fault| fault.to_string()).unwrap();
    assert!(answer.redirects() && !answer.is_good());
    assert_eq!((leads.visits(), inside.visits()), (1, 0));
}

#[tokio::test]
async fn no_proxy_of_the_environment_is_used_and_a_connection_that_is_refused_is_said() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let fault = client(&["127.0.0.1"]).ask(Ask::get(&format!("http://127.0.0.1:{port}/"))).await.map(|answer| answer.status);
    let said = fault.unwrap_err().to_string();
    assert_eq!(said, "127.0.0.1 cannot be reached: nothing listens there.");
}

#[tokio::test]
async fn endless_broken_and_foreign_answers_are_given_up() {
    let asks = async |answer: Vec<u8>| {
        let peer = peer(answer).await;
        let url = peer.at("127.0.0.1", "/");
        client(&["127.0.0.1"]).ask(Ask::get(&url)).await.map(|answer| answer.status).unwrap_err()
    };
    let host = "127.0.0.1".to_owned();
    let large = [b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".to_vec(), vec![b'a'; ANSWER_MAX_BYTES + 1]].concat();
    assert_eq!(asks(large).await, OutgoingFault::TooLarge { host: host.clone() });
    let promised = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", ANSWER_MAX_BYTES + 1);
    assert_eq!(asks(promised.into()).await, OutgoingFault::TooLarge { host: host.clone() });
    for broken in ["", "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 10\r\nconnection: close\r\n\r\nhalf"] {
        assert_eq!(asks(broken.as_bytes().to_vec()).await, OutgoingFault::Broken { host: host.clone() }, "{broken}");
    }
    let heads = format!("HTTP/1.1 200 OK\r\n{}\r\n", (0..200).map(|n| format!("x-{n}: y\r\n")).collect::<String>());
    assert_eq!(asks(heads.into_bytes()).await, OutgoingFault::Broken { host });
}

#[tokio::test]
async fn a_server_without_tls_is_not_taken_for_one_with_it() {
    let peer = peer(ok("{}")).await;
    let url = format!("https://127.0.0.1:{}/", peer.port);
    let fault = client(&["127.0.0.1"]).ask(Ask::get(&url)).await.map(|answer| answer.status);
    assert!(matches!(fault, Err(OutgoingFault::Tls { .. })), "{fault:?}");
    assert!(Client::new(Allowed::default(), Some(b"-----BEGIN CERTIFICATE-----\nxx\n-----END CERTIFICATE-----\n")).is_err());
}
