//! Filters, paths and patches that nobody would write: whatever comes, there is an answer, and it comes soon.

use crate::{Filter, clean, patch};
use model::provisioning::Provisioned;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

/// A seed to run again is given in `VESTIBULE_TEST_SEED`.
fn random() -> StdRng {
    let given = std::env::var("VESTIBULE_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed: u64 = given.unwrap_or_else(rand::random);
    println!("VESTIBULE_TEST_SEED={seed}");
    StdRng::seed_from_u64(seed)
}

const PIECES: [&str; 44] = [
    "userName",
    "emails",
    "emails.value",
    "members",
    "name.givenName",
    "urn:ietf:params:scim:schemas:core:2.0:User:",
    "active",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
    ":manager",
    ".value",
    " eq ",
    " ne ",
    " co ",
    " pr",
    " gt ",
    " and ",
    " or ",
    "not ",
    "not (",
    "(",
    ")",
    "[",
    "]",
    "\"",
    "\"a\"",
    "\"\\\"\"",
    "\\",
    "true",
    "null",
    "1e308",
    "-",
    "7",
    " ",
    "\t",
    "\u{0}",
    "é",
    "🦆",
    "$ref",
    ":",
    ".",
    "type",
    "value",
    "displayName",
    "\"\\ud800\"",
];

/// What is nearly right is answered by more of the code than what is all wrong.
const RIGHT: [&str; 8] = [
    "userName eq \"alex\"",
    "displayName sw \"a\" and active eq true",
    "emails[type eq \"work\" and value co \"@x\"]",
    "emails[type eq \"work\"].value",
    "members[value eq \"17\"]",
    "not (title pr) or externalId eq \"7\"",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department ne null",
    "name.givenName",
];

/// Something of these with something put in, taken out, or doubled; or pieces in any order.
fn nearly(random: &mut StdRng, most: usize) -> String {
    if random.random_ratio(1, 3) {
        return text(random, most);
    }
    let mut text: Vec<char> = RIGHT[random.random_range(0..RIGHT.len())].chars().collect();
    for _ in 0..random.random_range(0..3) {
        let at = random.random_range(0..=text.len());
        match random.random_range(0..3) {
            0 if at < text.len() => drop(text.remove(at)),
            1 => {
                let piece = PIECES[random.random_range(0..PIECES.len())];
                text.splice(at..at, piece.chars());
            }
            _ => {
                let tail: Vec<char> = text[at..].to_vec();
                text.extend(tail);
            }
        }
    }
    text.into_iter().collect()
}

fn text(random: &mut StdRng, most: usize) -> String {
    let mut text = String::new();
    for _ in 0..random.random_range(0..most) {
        match random.random_range(0..20) {
            0 => text.push(char::from_u32(random.random_range(0..0x3000)).unwrap_or('x')),
            _ => text.push_str(PIECES[random.random_range(0..PIECES.len())]),
        }
    }
    text
}

fn value(random: &mut StdRng, depth: usize) -> Value {
    match random.random_range(0..if depth == 0 { 6 } else { 9 }) {
        0 => Value::Null,
        1 => json!(random.random::<bool>()),
        2 => json!(random.random::<i64>()),
        3 => json!(text(random, 3)),
        4 => json!("a@x.example"),
        5 => json!("17"),
        6 => Value::Array((0..random.random_range(0..4)).map(|_| value(random, depth - 1)).collect()),
        _ => {
            let names = ["value", "type", "primary", "givenName", "members", "emails", "userName", "active", "$ref", "manager"];
            let count = random.random_range(0..4);
            let fields = (0..count).map(|_| (names[random.random_range(0..names.len())].to_owned(), value(random, depth - 1)));
            Value::Object(fields.collect())
        }
    }
}

#[test]
fn every_filter_is_answered() {
    let mut random = random();
    let resource = json!({ "userName": "a", "emails": [{ "value": "a", "primary": true }, 7, null], "active": "x" });
    let (mut read, mut looked) = (0, 0);
    for _ in 0..20_000 {
        let text = nearly(&mut random, 14);
        for kind in [Provisioned::User, Provisioned::Group] {
            if let Ok(filter) = Filter::read(kind, &text) {
                read += 1;
                looked += usize::from(filter.look_up().is_some());
                filter.matches(&resource);
                filter.matches(&Value::Null);
            }
        }
    }
    assert!(read > 1_000 && looked > 100, "{read} of them are filters, and {looked} are looked up");
}

#[test]
fn every_patch_is_answered_and_leaves_what_can_be_kept() {
    let mut random = random();
    let mut done = 0;
    for _ in 0..10_000 {
        let kind = if random.random() { Provisioned::User } else { Provisioned::Group };
        let Ok(mut resource) = clean(kind, &value(&mut random, 4)) else { continue };
        let operations: Vec<Value> = (0..random.random_range(1..4))
            .map(|_| {
                let op = ["add", "replace", "remove", "Add", "x"][random.random_range(0..5)];
                let path = if random.random_ratio(1, 4) { Value::Null } else { json!(nearly(&mut random, 6)) };
                json!({ "op": op, "path": path, "value": value(&mut random, 3) })
            })
            .collect();
        if let Ok(after) = patch(kind, &resource, &Value::Array(operations)) {
            done += 1;
            resource = after;
            assert_eq!(clean(kind, &Value::Object(resource.clone())).as_ref(), Ok(&resource), "nothing else is left in it");
            crate::facts(&Value::Object(resource));
        }
    }
    assert!(done > 20, "{done} of them were done");
}

#[test]
fn what_is_very_long_or_very_deep_is_refused() {
    for piece in ["(", "[", "not (", "emails[", "\"", "a.", "userName eq \"a\" or ", "((", "urn:"] {
        let text = piece.repeat(200_000 / piece.len());
        assert!(Filter::read(Provisioned::User, &text).is_err(), "{piece}");
        let operations = json!([{ "op": "remove", "path": text }]);
        assert!(patch(Provisioned::User, &serde_json::Map::new(), &operations).is_err(), "{piece}");
    }
    let long = format!("{}userName pr", "not (userName pr) and ".repeat(150));
    assert!(Filter::read(Provisioned::User, &long).is_ok());
}
