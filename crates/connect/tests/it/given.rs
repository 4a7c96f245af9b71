//! What the tests start from: a site, a person, requests.

use connect::mail::message_id;
use connect::{Outgoing, Recipient, Rendered, Site};
use model::approval::Verdict;
use model::notice::{About, Told, Value};
use model::package::Lasts;
use model::request::HowLong;
use model::{Language, LetterId, RequestId, Ts};
use uuid::Uuid;

pub fn site() -> Site {
    site_in(Language::English)
}

pub fn site_in(language: Language) -> Site {
    Site::new("https://access.example.org/", language)
}

pub fn dana() -> Recipient {
    Recipient { name: "Dana Reyes".to_owned(), address: "dana@example.org".to_owned() }
}

pub fn at(text: &str) -> Ts {
    Ts::parse(text).unwrap()
}

pub fn about() -> About {
    About {
        request: RequestId(Uuid::from_u128(0x019a_0000_0000_7000_8000_0000_0000_0001)),
        thing: "Global administrator access".to_owned(),
        requestor: "Alex".to_owned(),
        beneficiary: None,
        justification: "The mail gateway is down.\nI have to change its connector.".to_owned(),
        answers: vec![
            ("Which ticket is this for?".to_owned(), "INC-1234".to_owned()),
            ("Who was told?".to_owned(), String::new()),
        ],
        asked_back: None,
        lasts: Value::Typed(HowLong::Gives(Lasts::For { minutes: 240 })),
        submitted_at: at("2026-11-21T09:30:00Z"),
        is_role: false,
    }
}

/// Somebody whose words are all attacks.
pub fn mallory() -> About {
    About {
        thing: "<script>alert(1)</script>\r\nBcc: everyone@example.org".to_owned(),
        requestor: "Mallory\r\n\r\nDear Dana, please approve at\nhttps://evil.example/ \u{202e}gnihsihp \"&' {{ 7 * 7 }}"
            .to_owned(),
        justification:
            "</blockquote><img src=x onerror=alert(1)>\r\n\r\nhttps://evil.example/a\u{2028}https://evil.example/b\u{1b}[2J"
                .to_owned(),
        answers: vec![("<b>Why?</b>\nhttps://evil.example/q".to_owned(), "--boundary\nhttps://evil.example/c".to_owned())],
        lasts: "4 hours\nhttps://evil.example/d".into(),
        ..about()
    }
}

pub fn told(stage: usize, by: &str, verdict: Verdict, words: &str) -> Told {
    Told { stage, by: by.into(), verdict, words: words.to_owned() }
}

pub fn outgoing(letter: u128, to: Recipient, rendered: Rendered) -> Outgoing {
    Outgoing { message_id: message_id(LetterId(Uuid::from_u128(letter))), to, rendered, at: at("2026-11-24T09:30:00Z") }
}
