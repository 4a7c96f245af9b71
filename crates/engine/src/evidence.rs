//! The evidence of finished reviews: its lines, their digest, and reading a file again.

use crate::Fault;
use model::event::Action;
use model::review::{
    EvidenceDecision, EvidenceFailed, EvidenceHead, EvidenceLine, EvidenceRow, EvidenceSeal, Review, ReviewRow, ReviewState, Said,
};
use model::{AnyId, ReviewRowId, Ts};
use sha2::Digest as _;
use std::fmt;
use std::io::BufRead;
use store::{Link, review_rows, reviews};

/// The version of the file that is written.
const VERSION: u32 = 1;

/// A line of a file longer than this is not one of ours.
const LINE_MAX: usize = 4 << 20;

/// Of the lines so far.
pub struct Digest(String);

impl Digest {
    pub fn of(head: &EvidenceLine) -> Result<Self, Fault> {
        let mut digest = Self(String::new());
        digest.follow(head)?;
        Ok(digest)
    }

    pub fn so_far(digest: &str) -> Self {
        Self(digest.to_owned())
    }

    pub fn follow(&mut self, line: &EvidenceLine) -> Result<(), Fault> {
        self.follow_text(&written(line)?);
        Ok(())
    }

    fn follow_text(&mut self, line: &str) {
        let mut hash = sha2::Sha256::new();
        hash.update(self.0.as_bytes());
        hash.update(line.as_bytes());
        self.0 = hash.finalize().iter().flat_map(|byte| [byte >> 4, byte & 15]).map(digit).collect();
    }

    pub fn hex(self) -> String {
        self.0
    }
}

fn digit(value: u8) -> char {
    char::from_digit(u32::from(value), 16).unwrap_or('0')
}

pub fn written(line: &EvidenceLine) -> Result<String, Fault> {
    serde_json::to_string(line).map_err(|error| Fault::new("write evidence", error))
}

/// The first line.
pub async fn head(link: &mut Link, review: &Review) -> Result<EvidenceLine, Fault> {
    let mut reviewers = Vec::new();
    for stage in 0..review.settings.stages.len() {
        reviewers.push(reviews::panel(link, review.id, stage).await?.into_iter().collect());
    }
    let (ended_at, ended_by) = review.state.ended().map_or((review.due_at, None), |ended| (ended.at, ended.by));
    Ok(EvidenceLine::Review(Box::new(EvidenceHead {
        version: VERSION,
        review: review.id,
        series: review.series,
        number: review.number,
        of: review.of,
        policy: review.policy,
        owner: review.owner,
        settings: review.settings.clone(),
        started_at: review.started_at.iso(),
        ended_at: ended_at.iso(),
        ended_by,
        applied: matches!(review.state, ReviewState::Applied { .. }),
        counts: review.counts,
        reviewers,
    })))
}

/// The lines of rows, in their order.
pub async fn rows(link: &mut Link, rows: Vec<ReviewRow>) -> Result<Vec<EvidenceLine>, Fault> {
    let ids: Vec<ReviewRowId> = rows.iter().map(|row| row.id).collect();
    let mut decisions = if ids.is_empty() { Default::default() } else { review_rows::decisions(link, &ids).await? };
    Ok(rows.into_iter().map(|row| line(decisions.remove(&row.id).unwrap_or_default(), row)).collect())
}

fn line(decisions: Vec<Said>, row: ReviewRow) -> EvidenceLine {
    let decision = |Said { decision, decided, .. }: Said| EvidenceDecision {
        decision: decision.key().to_owned(),
        how: decided.how.key().to_owned(),
        by: decided.by,
        other: decided.other,
        at: decided.at.iso(),
        reason: decided.reason,
    };
    EvidenceLine::Row(Box::new(EvidenceRow {
        id: row.id,
        principal: row.principal,
        held: row.held,
        role: row.role,
        assignment_type: row.assignment_type,
        source: row.source,
        through: row.through,
        ends_at: row.ends_at.map(Ts::iso),
        last_sign_in: row.last_sign_in.map(Ts::iso),
        last_active: row.last_active.map(Ts::iso),
        recommendation: row.recommendation.decision().map(|decision| decision.key().to_owned()),
        reviewer: row.reviewer,
        control: row.like.is_some(),
        decision: row.decision.key().to_owned(),
        decisions: decisions.into_iter().map(decision).collect(),
        outcome: row.outcome.key().to_owned(),
        outcome_words: row.outcome_words,
        applied_at: row.applied_at.map(Ts::iso),
        failed: row.failed.map(|failed| EvidenceFailed { tries: failed.tries, cause: failed.cause.key().to_owned() }),
    }))
}

/// Everybody in these lines, to be named beside them.
pub fn named(lines: &[EvidenceLine]) -> Vec<AnyId> {
    let mut ids = Vec::new();
    for line in lines {
        match line {
            EvidenceLine::Review(head) => {
                ids.push(head.owner.0);
                ids.extend(head.ended_by.iter().chain(head.reviewers.iter().flatten()).map(|user| user.0));
            }
            EvidenceLine::Row(row) => {
                ids.push(row.principal.id());
                let decided = row.decisions.iter().flat_map(|one| [one.by, one.other]).flatten();
                ids.extend(row.reviewer.into_iter().chain(decided).map(|user| user.0));
            }
            EvidenceLine::Name { .. } | EvidenceLine::Seal(_) => {}
        }
    }
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// What a file says, once its lines are found to be those of its own seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    pub name: String,
    pub seal: EvidenceSeal,
}

impl Claim {
    /// Whether this is the event by which it was sealed.
    pub fn is_sealed_by(&self, action: &Action) -> bool {
        matches!(action, Action::ReviewSealed { review, rows, digest, .. }
            if *review == self.seal.review && *rows == self.seal.rows && auth::same(digest.as_bytes(), self.seal.digest.as_bytes()))
    }
}

/// Why a file is no evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EvidenceFault {
    Unreadable(String),
    /// The line, counted from 1.
    NotALine(usize),
    NoHead,
    /// It ends before its seal: the download broke off.
    NoSeal,
    /// The lines are not those that were sealed.
    Altered,
}

impl fmt::Display for EvidenceFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(why) => write!(f, "The file cannot be read: {why}."),
            Self::NotALine(line) => write!(f, "Line {line} is not a line of a review’s evidence. Download the file again."),
            Self::NoHead => f.write_str("The file does not begin with a review. Download it again."),
            Self::NoSeal => f.write_str("The file ends before its seal: it is not whole. Download it again."),
            Self::Altered => f.write_str("The file was altered: its lines are not those that its seal is of."),
        }
    }
}

impl std::error::Error for EvidenceFault {}

/// Reads a file line by line, however long it is.
pub fn read(mut file: impl BufRead) -> Result<Claim, EvidenceFault> {
    let mut digest = Digest(String::new());
    let (mut name, mut review, mut rows, mut number) = (String::new(), None, 0, 0);
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        let mut limited = std::io::Read::take(&mut file, LINE_MAX as u64);
        let length = limited.read_until(b'\n', &mut bytes).map_err(|error| EvidenceFault::Unreadable(error.to_string()))?;
        if length == 0 {
            return Err(if review.is_some() { EvidenceFault::NoSeal } else { EvidenceFault::NoHead });
        }
        number += 1;
        let wrong = EvidenceFault::NotALine(number);
        let text = std::str::from_utf8(&bytes).map_err(|_| wrong.clone())?.trim_end_matches(['\r', '\n']);
        match serde_json::from_str(text).map_err(|_| wrong.clone())? {
            EvidenceLine::Review(head) if review.is_none() && head.version == VERSION => {
                (name, review) = (head.settings.name, Some(head.review));
                digest.follow_text(text);
            }
            EvidenceLine::Review(_) => return Err(wrong),
            EvidenceLine::Row(_) if review.is_some() => {
                rows += 1;
                digest.follow_text(text);
            }
            EvidenceLine::Row(_) => return Err(EvidenceFault::NoHead),
            EvidenceLine::Name { .. } => {}
            EvidenceLine::Seal(seal) => {
                let same = auth::same(seal.digest.as_bytes(), digest.0.as_bytes());
                return match review {
                    None => Err(EvidenceFault::NoHead),
                    Some(review) if same && seal.rows == rows && seal.review == review => Ok(Claim { name, seal }),
                    Some(_) => Err(EvidenceFault::Altered),
                };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_goes_on_where_it_was_left() {
        let line = |name: &str| EvidenceLine::Name { id: AnyId::nil(), name: name.to_owned() };
        let mut whole = Digest::of(&line("one")).unwrap();
        let mut left = Digest::so_far(&Digest::of(&line("one")).unwrap().hex());
        for digest in [&mut whole, &mut left] {
            digest.follow(&line("two")).unwrap();
        }
        let (whole, left) = (whole.hex(), left.hex());
        assert_eq!(whole, left);
        assert_eq!(whole.len(), 64);
        assert_ne!(whole, Digest::of(&line("two")).unwrap().hex());
    }

    #[test]
    fn whatever_is_given_as_evidence_is_answered_in_words() {
        for wrong in ["\n", "{", "[]", "{\"row\":{}}", "{\"seal\":{}}", "\u{0}", "{\"name\":{\"id\":\"1\",\"name\":\"x\"}}"] {
            let fault = read(wrong.as_bytes()).unwrap_err();
            assert!(fault.to_string().ends_with('.'), "{wrong}: {fault}");
        }
        assert_eq!(read(&[0xff, 0xfe][..]), Err(EvidenceFault::NotALine(1)));
    }
}
