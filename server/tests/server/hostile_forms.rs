//! Forms that no page of ours has: whatever is sent, there is an answer, and it is no apology.

use super::support::{Visitor, server_with_morgan};
use axum::body::Body;
use axum::http::{Request, header};
use leptos::server_fn::axum::server_fn_paths;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

const ROUNDS: usize = 5;
const NAMES: [&str; 28] = [
    "user", "group", "role", "package", "policy", "request", "version", "name", "words", "seen", "settings", "fields", "id",
    "stages", "provider", "target", "webhook", "import", "stage", "verdict", "starts", "ends", "enabled", "rows", "holder",
    "password", "next", "kind",
];
const VALUES: [&str; 24] = [
    "",
    "0",
    "-1",
    "9223372036854775807",
    "99999999999999999999999",
    "1e308",
    "true",
    "null",
    "00000000-0000-0000-0000-000000000000",
    "{}",
    "[[[[",
    "%00",
    "%",
    "%zz",
    "%ff%fe",
    "%F0%9F%A6%86",
    "%E2%80%AE",
    "..%2F..%2Fetc",
    "=HYPERLINK()",
    "2026-01-05T08:00",
    "9999-99-99T99:99",
    "%3Cscript%3E",
    "a+b%26c%3Dd",
    "(((((user.department+-eq",
];

/// A seed to run again is given in `VESTIBULE_TEST_SEED`.
fn random() -> StdRng {
    let given = std::env::var("VESTIBULE_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed: u64 = given.unwrap_or_else(rand::random);
    println!("VESTIBULE_TEST_SEED={seed}");
    StdRng::seed_from_u64(seed)
}

fn one<'a>(random: &mut StdRng, of: &[&'a str]) -> &'a str {
    of[random.random_range(0..of.len())]
}

fn name(random: &mut StdRng) -> String {
    let mut name = one(random, &NAMES).to_owned();
    for _ in 0..random.random_range(0..4) {
        match random.random_range(0..6) {
            0 => name.push_str("[]"),
            1 => name.push_str("[0]"),
            2 => name.push_str("[18446744073709551616]"),
            3 => name.push_str("[name]"),
            4 => name.push('['),
            _ => name.push_str("%5Bname%5D"),
        }
    }
    name
}

fn form(random: &mut StdRng) -> Vec<u8> {
    if random.random_bool(0.1) {
        return (0..random.random_range(0..300)).map(|_| random.random()).collect();
    }
    if random.random_bool(0.05) {
        return ["name", &"[a]".repeat(5_000), "=x"].concat().into_bytes();
    }
    let long = "x".repeat(random.random_range(0..20_000));
    let fields: Vec<String> = (0..random.random_range(0..12))
        .map(|_| {
            let value = if random.random_bool(0.1) { long.as_str() } else { one(random, &VALUES) };
            format!("{}={value}", name(random))
        })
        .collect();
    fields.join("&").into_bytes()
}

async fn posts(visitor: &mut Visitor, path: &str, kind: &'static str, body: Vec<u8>, accept: &'static str) {
    let told = String::from_utf8_lossy(&body).chars().take(500).collect::<String>();
    let request = Request::post(path).header(header::ACCEPT, accept).header(header::CONTENT_TYPE, kind).body(Body::from(body));
    let answer = visitor.send(request.unwrap()).await;
    assert!(answer.status.as_u16() < 500, "{path} answered {} to {told}: {}", answer.status, answer.text);
}

#[tokio::test]
async fn no_form_breaks_a_server_function() {
    let mut random = random();
    let server = server_with_morgan(|_| {}).await;
    let morgan = server.morgan().await;
    let paths: Vec<&str> = server_fn_paths().map(|(path, _)| path).collect();
    assert!(paths.len() > 50, "{paths:?}");
    for path in paths {
        for round in 0..ROUNDS {
            // Whoever signs out in one of them is in again for the next.
            let mut visitor = morgan.clone();
            let accept = if round % 2 == 0 { "text/html" } else { "application/json" };
            posts(&mut visitor, path, "application/x-www-form-urlencoded", form(&mut random), accept).await;
        }
        posts(&mut morgan.clone(), path, "application/json", b"{\"queries\":[[[[".to_vec(), "application/json").await;
        posts(&mut morgan.clone(), path, "multipart/form-data; boundary=x", b"--x\r\n\r\n".to_vec(), "text/html").await;
    }
}
