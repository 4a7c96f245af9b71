//! The sealed history, and checking it.

use crate::evidence::Claim;
use crate::views::history::VERIFIED;
use crate::{Engine, Fault};
use model::Ts;
use model::event::Event;
use model::view::audit::Verified;
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;
use store::Link;
use store::events::Unsealed;

/// The seal before the first event.
pub const GENESIS: [u8; 32] = [0; 32];

/// Events that are checked together.
const BATCH: usize = 1_000;

/// The seal of an event: over the seal before it, its place, and everything that is stored of it.
pub fn seal(before: &[u8], place: i64, event: &Unsealed) -> Vec<u8> {
    let mut hash = Sha256::new();
    let mut field = |bytes: &[u8]| {
        // Each field with its length, so that no two events read the same.
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    };
    field(before);
    field(&place.to_be_bytes());
    field(event.id.0.as_bytes());
    field(&event.at.0.to_be_bytes());
    field(event.actor_id.as_bytes());
    field(event.action.as_bytes());
    field(event.request_id.map(|id| *id.0.as_bytes()).as_ref().map_or(&[], |id| id.as_slice()));
    field(event.document.as_bytes());
    hash.finalize().to_vec()
}

/// What checking the history found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditReport {
    /// Sealed events that were read and are as they were written.
    pub sound: i64,
    /// Events that wait for their seal.
    pub unsealed: usize,
    /// The first thing that is wrong.
    pub fault: Option<AuditFault>,
    /// How far it is sound, for whoever keeps it elsewhere.
    pub anchor: Anchor,
}

/// A place in the chain with the seal that it had there. Whoever can write to the database can cut the end of the chain off
/// and seal a shorter one; an anchor that is kept elsewhere finds that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    pub length: i64,
    pub seal: Vec<u8>,
}

/// `1204:9f86…`
impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.length)?;
        self.seal.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Anchor {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("“{text}” is not an anchor. It is written as “vestibule audit verify” prints it: LENGTH:SEAL");
        let (length, seal) = text.trim().split_once(':').ok_or_else(wrong)?;
        let length: i64 = length.parse().ok().filter(|length| *length >= 0).ok_or_else(wrong)?;
        let digits: Vec<u8> =
            seal.chars().map(|digit| digit.to_digit(16)?.try_into().ok()).collect::<Option<_>>().ok_or_else(wrong)?;
        let seal: Vec<u8> = digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect();
        if digits.len() == GENESIS.len() * 2 { Ok(Self { length, seal }) } else { Err(wrong()) }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditFault {
    /// The place in the chain where the event should be.
    Missing { place: i64 },
    /// The event is there, but not as it was sealed, or not at its place.
    Altered { place: i64, event: String },
    /// The chain's end does not fit its last event.
    HeadAltered { length: i64 },
    /// The index by which the events about a thing are found says something else than the events.
    IndexAltered,
    /// The chain ends before the place of the anchor, or has another seal there.
    AnchorLost { length: i64 },
}

fn wrong(sound: i64, seal: &[u8], fault: AuditFault) -> AuditReport {
    AuditReport { sound, unsealed: 0, fault: Some(fault), anchor: Anchor { length: sound, seal: seal.to_vec() } }
}

impl AuditReport {
    pub fn is_sound(&self) -> bool {
        self.fault.is_none()
    }
}

impl fmt::Display for AuditReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.fault {
            None => {
                write!(f, "The history is sound: {} sealed events are as they were written", self.sound)?;
                match self.unsealed {
                    0 => f.write_str("."),
                    waiting => write!(f, ", {waiting} newer ones wait for their seal."),
                }
            }
            Some(fault) => {
                write!(f, "The history was tampered with. {fault} The {} events before are sound.", self.sound)
            }
        }
    }
}

impl fmt::Display for AuditFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { place } => write!(f, "Event number {place} is missing."),
            Self::Altered { place, event } => write!(f, "Event number {place} ({event}) was altered or moved."),
            Self::IndexAltered => f.write_str("The index of what the events are about was altered."),
            Self::AnchorLost { length } => {
                write!(
                    f,
                    "The chain does not hold the anchor at event number {length}: its end was cut off, or it was sealed anew."
                )
            }
            Self::HeadAltered { length } => write!(f, "The end of the chain, at event number {length}, was altered."),
        }
    }
}

impl Engine {
    /// Reads the whole chain and checks every seal.
    pub async fn verify_audit(&self) -> Result<AuditReport, Fault> {
        self.verify_audit_from(None).await
    }

    /// Keeps what a check found, for the page that shows the history.
    pub async fn keep_audit_report(&self, report: &AuditReport) -> Result<(), Fault> {
        let fault = report.fault.as_ref().map(ToString::to_string);
        let verified = Verified { at: self.inner.clock.now(), sound: report.sound, fault };
        let json = serde_json::to_string(&verified).map_err(|error| Fault::new("write the outcome of a check", error))?;
        let mut link = self.inner.db.begin().await?;
        store::sessions::set_fact(&mut link, VERIFIED, &json).await?;
        Ok(link.commit().await?)
    }

    /// The same, and whether the chain still holds an anchor that was kept elsewhere.
    pub async fn verify_audit_from(&self, anchor: Option<&Anchor>) -> Result<AuditReport, Fault> {
        Ok(self.verify_audit_with(anchor, None).await?.0)
    }

    /// The same, and which event sealed the evidence of a review: its place in the chain, and when it was.
    pub async fn verify_audit_with(
        &self,
        anchor: Option<&Anchor>,
        claim: Option<&Claim>,
    ) -> Result<(AuditReport, Option<(i64, Ts)>), Fault> {
        let mut sealed = None;
        let mut look = |place, event: &Event| {
            if claim.is_some_and(|claim| claim.is_sealed_by(&event.action)) {
                sealed = Some((place, event.at));
            }
        };
        let report = self.walk_audit(anchor, &mut look).await?;
        Ok((report, sealed))
    }

    /// Checks the chain, and shows each event that is as it was sealed.
    async fn walk_audit(
        &self,
        anchor: Option<&Anchor>,
        look: &mut (dyn FnMut(i64, &Event) + Send),
    ) -> Result<AuditReport, Fault> {
        let mut link = self.inner.db.read().await?;
        let (length, end) = store::events::head_now(&mut link).await?.unwrap_or((0, GENESIS.to_vec()));
        let mut place = 0;
        let mut last = GENESIS.to_vec();
        let mut targets = 0;
        let lost =
            |place: i64, seal: &[u8]| anchor.is_some_and(|anchor| anchor.length == place && !auth::same(&anchor.seal, seal));
        if lost(0, &last) {
            return Ok(wrong(0, &last, AuditFault::AnchorLost { length: 0 }));
        }
        loop {
            let page = store::events::chain(&mut link, place, BATCH).await?;
            if page.is_empty() {
                break;
            }
            for event in page {
                let next = place + 1;
                if event.chain != next {
                    return Ok(wrong(place, &last, AuditFault::Missing { place: next }));
                }
                let expected = seal(&last, next, &event.content());
                if !auth::same(&expected, &event.seal) {
                    return Ok(wrong(place, &last, AuditFault::Altered { place: next, event: event.id.to_string() }));
                }
                let read = store::events::read(event.id, &event.document)?;
                // What the column says is derived from the document, which is sealed.
                if read.action.outcome().key() != event.outcome {
                    return Ok(wrong(place, &last, AuditFault::Altered { place: next, event: event.id.to_string() }));
                }
                if lost(next, &expected) {
                    return Ok(wrong(place, &last, AuditFault::AnchorLost { length: next }));
                }
                last = expected;
                place = next;
                targets += read.targets().len();
                look(place, &read);
                if place == length && !auth::same(&end, &last) {
                    return Ok(wrong(place, &last, AuditFault::HeadAltered { length }));
                }
            }
        }
        // Sealing goes on while we read, so the chain may be longer than its end was before, and never longer than
        // its end is now.
        let now = store::events::head_now(&mut link).await?.map_or(0, |(length, _)| length);
        if place < length {
            return Ok(wrong(place, &last, AuditFault::Missing { place: place + 1 }));
        }
        if let Some(anchor) = anchor.filter(|anchor| anchor.length > place) {
            return Ok(wrong(place, &last, AuditFault::AnchorLost { length: anchor.length }));
        }
        if now < place {
            return Ok(wrong(place, &last, AuditFault::HeadAltered { length: now }));
        }
        if !self.index_is_sound(&mut link, place, targets).await? {
            return Ok(wrong(place, &last, AuditFault::IndexAltered));
        }
        let unsealed = store::events::unsealed(&mut link, BATCH).await?.len();
        Ok(AuditReport { sound: place, unsealed, fault: None, anchor: Anchor { length: place, seal: last } })
    }

    /// The index is not sealed, because it says nothing of its own: each of its rows has to be in the event it is of,
    /// and there have to be as many as the sealed events have targets.
    async fn index_is_sound(&self, link: &mut Link, length: i64, expected: usize) -> Result<bool, Fault> {
        let mut found = 0;
        let mut after = None;
        loop {
            let page = store::events::indexed(link, after.as_ref(), BATCH).await?;
            for row in page.iter().filter(|row| row.chain.is_some_and(|chain| chain <= length)) {
                let event = store::events::read(row.event_id, &row.document)?;
                if event.at != row.at || !event.targets().contains(&row.target_id) {
                    return Ok(false);
                }
                found += 1;
            }
            match page.into_iter().last() {
                Some(last) => after = Some(last),
                None => return Ok(found == expected),
            }
        }
    }
}
