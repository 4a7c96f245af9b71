//! What a language has to say: nothing else in a letter is in any language.
//!
//! A language is one folder that implements [`Speech`]. The compiler asks it for every letter and every word.

use super::words::{one_line, shorten};
use model::approval::Verdict;
use model::ask_back::ShorterTime;
use model::notice::{About, Doer, Notice, Value, Why};
use model::request::{HowLong, Undelivered};
use model::{Language, Ts};

/// A name in a subject: more would push the rest of the line out of sight.
const SUBJECT_NAME_MAX_CHARS: usize = 80;

/// The words of a language.
pub(super) fn speech(language: Language) -> &'static dyn Speech {
    match language {
        Language::English => &super::english::English,
        Language::German => &super::german::German,
    }
}

/// One language. Names come as they were typed: [`super::sheet`] makes every sentence one line, whatever is in it.
pub(super) trait Speech {
    fn labels(&self) -> &'static Labels;
    /// What the letter says in sentences of its own.
    fn say(&self, notice: &Notice, product: &str) -> Said;

    /// `24 Nov 2026, 09:30 UTC`
    fn instant(&self, at: Ts) -> String;
    /// `4 hours from delivery`
    fn how_long(&self, how_long: HowLong) -> String;
    /// `2 hours`
    fn shorter(&self, shorter: ShorterTime) -> String;
    /// `2 of 3`
    fn stage_of(&self, stage: usize, stages: usize) -> String;
    /// `Stage 1: Robin approved.`
    fn decided(&self, stage: usize, by: &str, verdict: Verdict) -> String;
    /// `Robin for Sam`
    fn in_place_of(&self, name: &str, of: &str) -> String;
    /// `Kim (for Alex)`
    fn for_another(&self, requestor: &str, beneficiary: &str) -> String;
    /// `Robin wrote`
    fn wrote(&self, name: &str) -> String;
    /// `Asked back: Which mailbox?`
    fn asked_back(&self, question: &str) -> String;
    fn no_justification(&self, requestor: &str) -> String;
    fn why_ended(&self, why: &Why) -> String;
    fn undelivered(&self, reason: Undelivered) -> String;
    /// `Vestibule sent this letter to Dana Reyes.`
    fn sent(&self, product: &str, recipient: &str) -> String;

    fn doer(&self, doer: &Doer) -> String {
        match doer {
            Doer::InPlaceOf { name, of } => self.in_place_of(name, of),
            Doer::Name(name) => name.clone(),
        }
    }
    /// Whoever asked, and for whom.
    fn requestor(&self, about: &About) -> String {
        match &about.beneficiary {
            Some(beneficiary) => self.for_another(&about.requestor, beneficiary),
            None => about.requestor.clone(),
        }
    }
    /// What an approver proposes.
    fn proposed(&self, proposed: &Value<ShorterTime>) -> String {
        proposed.said(|shorter| self.shorter(*shorter))
    }
}

/// A letter's own sentences.
pub(super) struct Said {
    pub subject: String,
    /// What happened, in one sentence.
    pub headline: String,
    /// What follows from it: the sentences of one paragraph, or none.
    pub says: Vec<String>,
    pub way: &'static Way,
}

/// Where the letter leads, and why somebody gets it.
pub(super) struct Way {
    /// Before the link of the text.
    pub look: &'static str,
    /// On the button of the page.
    pub open: &'static str,
    pub because: &'static str,
}

/// The words that letters share.
pub(super) struct Labels {
    pub facts: Facts,
    pub all_requests: &'static str,
    pub answers: &'static str,
    pub decided_so_far: &'static str,
    pub decisions: &'static str,
    pub everything: &'static str,
    pub justification: &'static str,
    pub most_standing: &'static str,
    pub no_answer: &'static str,
    pub no_reason: &'static str,
    pub question: &'static str,
    pub reason: &'static str,
    pub permanent: &'static str,
    pub replies: &'static str,
    pub requests_for: &'static str,
    pub said_about_it: &'static str,
}

/// The names of facts.
pub(super) struct Facts {
    pub about: &'static str,
    pub decide_by: &'static str,
    pub ended: &'static str,
    pub from: &'static str,
    pub how_long: &'static str,
    pub package: &'static str,
    pub person: &'static str,
    pub proposed: &'static str,
    pub requested_by: &'static str,
    pub review: &'static str,
    pub reviewed: &'static str,
    pub role: &'static str,
    pub stage: &'static str,
    pub submitted: &'static str,
    pub until: &'static str,
    pub why: &'static str,
    pub you_asked: &'static str,
}

impl Facts {
    /// The column in which a text lines up what the facts are: behind the longest name, its colon and a space.
    pub fn column(&self) -> usize {
        let Self {
            about,
            decide_by,
            ended,
            from,
            how_long,
            package,
            person,
            proposed,
            requested_by,
            review,
            reviewed,
            role,
            stage,
            submitted,
            until,
            why,
            you_asked,
        } = self;
        let names = [
            about,
            decide_by,
            ended,
            from,
            how_long,
            package,
            person,
            proposed,
            requested_by,
            review,
            reviewed,
            role,
            stage,
            submitted,
            until,
            why,
            you_asked,
        ];
        names.map(|name| name.chars().count()).into_iter().max().unwrap_or_default() + 2
    }
}

/// A name as subjects have it.
pub(super) fn short(name: &str) -> String {
    shorten(&one_line(name), SUBJECT_NAME_MAX_CHARS)
}
