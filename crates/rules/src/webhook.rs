//! Webhooks: what may be set, which events are told as what, and what follows from an answer.

use crate::form::{is_web_address, malformed, text};
use crate::retry::again_at;
use crate::user::folded;
use model::event::{Action, Change};
use model::limits::{NAME_MAX_CHARS, WEBHOOK_URL_MAX_CHARS, WEBHOOKS_MAX};
use model::webhook::{MessageKind, Replayed, SaveWebhook, Webhook};
use model::{AnyId, Refusal, Span, Ts, WebhookId};
use std::collections::BTreeSet;

/// What every secret begins with (Standard Webhooks).
pub const SECRET_PREFIX: &str = "whsec_";
/// Characters of base64 after it: 24 to 64 bytes.
const SECRET_CHARS: std::ops::RangeInclusive<usize> = 32..=88;
/// A server may ask for a longer wait than ours, but not for ever.
const WAIT_MAX: Span = Span::hours(24);
/// Of the time that an answer has, no wait takes more than one of so many parts: a server that is up again is asked in time.
const WAITS_OF_WINDOW: i64 = 4;

/// The webhook as it is from now on, with what is recorded of that; nothing when all stays as it was. `all` is every webhook
/// there is.
pub fn save(
    id: WebhookId,
    before: Option<&Webhook>,
    asked: &SaveWebhook,
    all: &[Webhook],
    now: Ts,
) -> Result<Option<(Webhook, Action)>, Refusal> {
    let name = text("name", "Name", &asked.name, true, NAME_MAX_CHARS)?;
    let url = url(&asked.url)?;
    let answering = asked.answering.as_ref().map(crate::request::check).transpose()?;
    let kinds = if answering.is_some() { BTreeSet::from([MessageKind::AnswerWanted]) } else { asked.kinds.clone() };
    if kinds.is_empty() {
        return Err(malformed("kinds[]", "Choose at least one kind of message. Without one, nothing would be told.".to_owned()));
    }
    if answering.is_none() && kinds.contains(&MessageKind::AnswerWanted) {
        return Err(malformed("kinds[]", "Questions go to webhooks that ask and wait. Choose that kind of webhook.".to_owned()));
    }
    if let Some(secret) = &asked.secret {
        check_secret(&secret.0)?;
    }
    if let Some(other) = all.iter().find(|other| Some(other.id) != asked.webhook && folded(&other.name) == folded(&name)) {
        return Err(Refusal::NameTaken { field: "name", label: "Name", name: other.name.clone() });
    }
    let Some(before) = before else {
        if all.len() >= WEBHOOKS_MAX {
            let message = format!("There can be {WEBHOOKS_MAX} webhooks. Delete one that is no longer needed.");
            return Err(malformed("name", message));
        }
        if asked.secret.is_none() {
            return Err(Refusal::Required { field: "secret".to_owned(), label: "Signing secret".to_owned() });
        }
        let webhook = Webhook { id, name, url, kinds, answering, enabled: true, created_at: now, version: 1 };
        let blank =
            Webhook { name: String::new(), url: String::new(), kinds: Default::default(), answering: None, ..webhook.clone() };
        let action = Action::WebhookCreated {
            webhook: id,
            name: webhook.name.clone(),
            changes: changes(&blank, &webhook, asked.secret.is_some()),
        };
        return Ok(Some((webhook, action)));
    };
    if before.version != asked.version {
        return Err(Refusal::Stale);
    }
    // Messages are signed and not sealed: whoever changes the address may read them anyway, so the secret may stay.
    let after = Webhook { name, url, kinds, answering, version: before.version + 1, ..before.clone() };
    let changes = changes(before, &after, asked.secret.is_some());
    if changes.is_empty() {
        return Ok(None);
    }
    let action = Action::WebhookChanged { webhook: before.id, name: after.name.clone(), changes };
    Ok(Some((after, action)))
}

/// Switches a webhook on or off; nothing when it is so already. `why` is said when it was not somebody who clicked.
pub fn set_enabled(before: &Webhook, enabled: bool, why: &str) -> Option<(Webhook, Action)> {
    if before.enabled == enabled {
        return None;
    }
    let word = |enabled: bool| if enabled { "Yes" } else { "No" }.to_owned();
    let mut changes = vec![Change { field: "Enabled".to_owned(), before: word(before.enabled), after: word(enabled) }];
    if !why.is_empty() {
        changes.push(Change { field: "Why".to_owned(), before: String::new(), after: why.to_owned() });
    }
    let action = Action::WebhookChanged { webhook: before.id, name: before.name.clone(), changes };
    Some((Webhook { enabled, version: before.version + 1, ..before.clone() }, action))
}

/// Whether a webhook may be deleted with the messages that wait. `seen` is how many of them whoever deletes was shown.
pub fn may_delete(webhook: &Webhook, waiting: u64, seen: u64) -> Result<(), Refusal> {
    if waiting > seen { Err(Refusal::WebhookHasMessages { name: webhook.name.clone(), waiting }) } else { Ok(()) }
}

/// What is told again is told by its id, so the past that is asked for has to be one.
pub fn may_replay(what: Replayed, now: Ts) -> Result<(), Refusal> {
    match what {
        Replayed::Since(at) if at > now => {
            Err(malformed("since", "Choose a moment that has passed: what is still to come is told when it happens.".to_owned()))
        }
        Replayed::Since(_) | Replayed::Message(_) => Ok(()),
    }
}

/// What is different, for the history. Of the secret only that it is another one; of the address not what stands after `?`,
/// where some servers want a password.
fn changes(before: &Webhook, after: &Webhook, secret: bool) -> Vec<Change> {
    let kinds = |webhook: &Webhook| webhook.kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", ");
    let waits =
        |webhook: &Webhook| webhook.answering.map_or_else(String::new, |asked| Span::minutes(i64::from(asked.minutes)).words());
    let silence = |webhook: &Webhook| webhook.answering.map_or_else(String::new, |asked| asked.silence.words().to_owned());
    let mut rows = vec![
        ("Name", before.name.clone(), after.name.clone()),
        ("Address", shown(&before.url).to_owned(), shown(&after.url).to_owned()),
        ("Messages", kinds(before), kinds(after)),
        ("Waits for an answer", waits(before), waits(after)),
        ("Without an answer", silence(before), silence(after)),
    ];
    if before.url != after.url && shown(&before.url) == shown(&after.url) {
        rows.push(("Address, after ?", String::new(), "Changed".to_owned()));
    }
    if secret {
        rows.push(("Signing secret", String::new(), "Changed".to_owned()));
    }
    rows.into_iter()
        .filter(|(_, before, after)| before != after)
        .map(|(field, before, after)| Change { field: field.to_owned(), before, after })
        .collect()
}

/// An address without what stands after `?`.
pub fn shown(url: &str) -> &str {
    url.split_once('?').map_or(url, |(shown, _)| shown)
}

fn url(typed: &str) -> Result<String, Refusal> {
    let url = text("url", "Address", typed, true, WEBHOOK_URL_MAX_CHARS)?;
    let names_a_server = !url.contains("://?") && !url.contains("://:");
    if names_a_server && is_web_address(&url, &[]) {
        return Ok(url);
    }
    let message =
        format!("Messages are sent to an address like https://hooks.example.com/access, without # and @. You wrote “{url}”.");
    Err(malformed("url", message))
}

/// Whether it is a secret as Standard Webhooks writes them.
pub fn check_secret(typed: &str) -> Result<&str, Refusal> {
    let typed = typed.trim();
    let fits = typed.strip_prefix(SECRET_PREFIX).is_some_and(|key| {
        let digits = key.trim_end_matches('=');
        SECRET_CHARS.contains(&key.len())
            && key.len() % 4 == 0
            && key.len() - digits.len() <= 2
            && digits.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
    });
    if fits {
        return Ok(typed);
    }
    let message = "A signing secret begins with whsec_ and goes on with 24 to 64 bytes in base64. Copy the one that is offered.";
    Err(malformed("secret", message.to_owned()))
}

/// As what an event is told, and about which object: messages about one object keep their order. Nothing for what is told to
/// nobody. `extends` says of a delivered request that it made what was there last longer.
pub fn told(action: &Action, extends: bool) -> Option<(MessageKind, AnyId)> {
    match action {
        Action::RequestDelivered { assignment, .. } if !extends => Some((MessageKind::PackageGranted, assignment.0)),
        Action::PackageAssignedByRule { assignment, .. } => Some((MessageKind::PackageGranted, assignment.0)),
        Action::PackageAssignmentEndSet { assignment, .. } | Action::PackageAssignmentExtended { assignment, .. } => {
            Some((MessageKind::PackageChanged, assignment.0))
        }
        Action::PackageAssignmentEnded { assignment, .. } => Some((MessageKind::PackageRemoved, assignment.0)),
        Action::AssignmentStarted { assignment, .. } => Some((MessageKind::RoleGranted, assignment.0)),
        Action::AssignmentChanged { assignment, .. } | Action::AssignmentExtended { assignment, .. } => {
            Some((MessageKind::RoleChanged, assignment.0))
        }
        Action::AssignmentEnded { assignment, .. } => Some((MessageKind::RoleRemoved, assignment.0)),
        _ => None,
    }
}

/// Whether this event is the question that this webhook is asked.
pub fn asks(action: &Action, webhook: WebhookId) -> bool {
    matches!(action, Action::WebhookAsked { webhook: asked, .. } if *asked == webhook)
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Came {
    /// An answer with this status; how long it asks to wait, in seconds.
    Status(u16, Option<u64>),
    /// None: a sentence that says why.
    Nothing(String),
    /// The server took the question, and what it said of a decision cannot be taken: a sentence that says why.
    Unclear(String),
    /// Something broke here before anything came of it: a sentence that says so.
    Broken(String),
}

impl Came {
    /// Whether the server took it.
    pub fn is_good(&self) -> bool {
        matches!(self, Self::Status(200..=299, _))
    }

    /// Whether the server took a question, be it that its answer is none.
    pub fn took_question(&self) -> bool {
        self.is_good() || matches!(self, Self::Unclear(_))
    }

    /// For people: `It answered 503.`
    pub fn words(&self) -> String {
        match self {
            Self::Status(status, _) => format!("It answered {status}."),
            Self::Nothing(why) | Self::Unclear(why) | Self::Broken(why) => why.clone(),
        }
    }
}

/// What follows from what came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    Told,
    /// It does not want this message, or cannot read it: only this object waits.
    MessageWaits(Ts),
    /// It cannot take messages now: all of them wait.
    ServerWaits(Ts),
    /// It wants no messages any more.
    Gone,
}

/// How long anything waits at most until this webhook is tried again. One that is asked has to answer before long.
pub fn longest_wait(webhook: &Webhook) -> Span {
    match webhook.answering {
        Some(asked) => WAIT_MAX.min(Span::seconds(i64::from(asked.minutes) * 60 / WAITS_OF_WINDOW)),
        None => WAIT_MAX,
    }
}

/// `message` and `server` count the tries in a row, this one too, of this message and of any. Nothing waits longer than
/// `longest`.
pub fn after(came: &Came, message: i64, server: i64, longest: Span, now: Ts) -> Next {
    let until = |at: Ts| at.min(now + longest);
    match came {
        came if came.is_good() => Next::Told,
        Came::Status(410, _) => Next::Gone,
        Came::Status(429 | 500..=599, wait) => {
            let ours = again_at(now, server);
            let theirs =
                wait.map(|seconds| now + Span::seconds(i64::try_from(seconds).unwrap_or(i64::MAX / 1_000)).min(WAIT_MAX));
            Next::ServerWaits(until(theirs.map_or(ours, |theirs| theirs.max(ours))))
        }
        Came::Status(..) | Came::Unclear(_) | Came::Broken(_) => Next::MessageWaits(until(again_at(now, message))),
        Came::Nothing(_) => Next::ServerWaits(until(again_at(now, server))),
    }
}

#[cfg(test)]
mod tests;
