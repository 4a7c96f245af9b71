//! One letter as a message of RFC 5322.

use super::{SendFault, SettingsFault};
use crate::letter::{Recipient, Rendered, one_line};
use lettre::Address;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};
use model::{LetterId, Ts};
use std::time::{Duration, UNIX_EPOCH};

/// A letter that is ready to go.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// The same for every try of the same letter; see [`message_id`].
    pub message_id: String,
    pub to: Recipient,
    pub rendered: Rendered,
    /// When the letter was made, the same for every try: the `Date` it bears.
    pub at: Ts,
}

/// The `Message-ID` of a letter, `<…@vestibule>`: stable, so that mail programs drop a second copy.
pub fn message_id(letter: LetterId) -> String {
    format!("<{letter}@vestibule>")
}

impl Outgoing {
    /// The letter's own part of the message id, safe in file names; nothing when it has another shape.
    pub(super) fn letter(&self) -> Result<&str, SendFault> {
        self.message_id
            .strip_prefix('<')
            .and_then(|rest| rest.strip_suffix('>'))
            .and_then(|id| id.split_once('@'))
            .filter(|(id, host)| {
                let plain = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
                plain(id) && plain(host)
            })
            .map(|(id, _)| id)
            .ok_or_else(|| SendFault::Never("The letter has no usable message id.".to_owned()))
    }
}

/// The sender from the settings: `Vestibule <vestibule@example.org>` or an address alone.
pub(super) fn sender(from: &str) -> Result<Mailbox, SettingsFault> {
    from.parse::<Mailbox>()
        .map_err(|error| SettingsFault(format!("The sender “{}” is no mail address: {error}.", one_line(from))))
}

/// The whole message. The boundary between the parts comes from the letter, so that the same letter is the
/// same bytes at every try.
pub(super) fn message(from: &Mailbox, outgoing: &Outgoing) -> Result<Message, SendFault> {
    let Outgoing { message_id, to, rendered, at } = outgoing;
    let Rendered { subject, text, html, links: _, language } = rendered;
    let boundary = format!("=_vestibule_{}", outgoing.letter()?);
    Message::builder()
        .from(from.clone())
        .to(mailbox(to)?)
        .subject(one_line(subject))
        .message_id(Some(message_id.clone()))
        .date(UNIX_EPOCH + Duration::from_millis(shown_as_date(*at)))
        .header(AutoSubmitted)
        .header(ContentLanguage(language.tag().to_owned()))
        .multipart(
            MultiPart::builder()
                .kind(lettre::message::MultiPartKind::Alternative)
                .boundary(boundary)
                .singlepart(part(ContentType::TEXT_PLAIN, text))
                .singlepart(part(ContentType::TEXT_HTML, html)),
        )
        .map_err(|error| SendFault::Never(format!("The letter could not be put together: {error}.")))
}

fn part(kind: ContentType, body: &str) -> SinglePart {
    SinglePart::builder().header(kind).body(body.to_owned())
}

fn mailbox(to: &Recipient) -> Result<Mailbox, SendFault> {
    let Recipient { name, address } = to;
    let address = address
        .parse::<Address>()
        .map_err(|error| SendFault::Never(format!("“{}” is no mail address: {error}.", one_line(address))))?;
    let name = one_line(name);
    Ok(Mailbox::new((!name.is_empty()).then_some(name), address))
}

/// Milliseconds that the `Date` header can show: the years 1970 to 9999.
fn shown_as_date(at: Ts) -> u64 {
    const END_OF_9999_MS: u64 = 253_402_300_799_000;
    u64::try_from(at.0).unwrap_or(0).min(END_OF_9999_MS)
}

/// `Auto-Submitted: auto-generated` (RFC 3834): nobody's absence note answers.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// `Content-Language: de` (RFC 3282): programs that read letters aloud do so in their language.
#[derive(Clone)]
struct ContentLanguage(String);

impl Header for ContentLanguage {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Content-Language")
    }

    fn parse(tag: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(tag.to_owned()))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.clone())
    }
}
