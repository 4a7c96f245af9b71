//! Rules that decide who is a member of a dynamic group, or who is given a package automatically.
//!
//! The language is the reference system's (`docs/semantics.md` 1.4), for the attributes that Vestibule holds. A text is
//! cut into tokens (`token`), parsed and checked against the types of the properties (`parse`, `comparison`, `property`,
//! `moment`) into a tree (`tree`), which can be asked about a person (`evaluate`) and written out again (`print`).
//!
//! Where the reference leaves room, this is what we do:
//! - Two texts are equal when they differ only in upper and lower case, whatever the language.
//! - `-match` finds the expression anywhere in the text; `^` and `$` bind it to the ends.
//! - An attribute that is not set is null: a negative comparison holds for it, a positive one does not.
//! - A collection that is compared directly (`user.otherMails -endsWith "@x.example"`) means any of its items; the
//!   negative comparison means none of them. `-all` holds for an empty collection.
//! - The condition after `-any` and `-all` ends with its closing bracket. Written without brackets it takes in every
//!   `-and` and `-or` that follows, because `-any` and `-all` bind weakest.
//! - A date without a time is midnight UTC. Dates are compared as instants.

mod comparison;
mod evaluate;
mod moment;
mod parse;
mod print;
mod property;
mod token;
mod tree;

#[cfg(test)]
mod accepted;
#[cfg(test)]
mod plain;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod refused;
#[cfg(test)]
mod refused_names;
#[cfg(test)]
mod written;

use model::directory::Person;
use model::limits::RULE_MAX_CHARS;
use model::{GroupId, Ts};
use std::fmt;
use std::str::FromStr;
use tree::Body;

/// Source groups of one `memberOf` rule: the reference system's limit.
pub const SOURCE_GROUPS_MAX: usize = 50;

/// A membership rule that has been parsed and checked: its properties exist, its operators and values fit them, and
/// its regular expressions are compiled.
///
/// Its [`Display`](fmt::Display) is the canonical text: parsing that gives an equal rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    body: Body,
}

/// Why a text is not a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleError {
    /// Where, in characters from the start of the text, the first being 0.
    pub position: usize,
    /// Full sentences: what was found there, and what is expected.
    pub message: String,
}

impl Rule {
    /// Reads a rule of at most [`RULE_MAX_CHARS`] characters.
    pub fn parse(text: &str) -> Result<Self, RuleError> {
        if text.chars().nth(RULE_MAX_CHARS).is_some() {
            let message = format!("The rule is longer than {RULE_MAX_CHARS} characters, which is the limit.");
            return Err(RuleError::new(RULE_MAX_CHARS, message));
        }
        let rule = Self { body: parse::rule(text)? };
        // The canonical text has to be a rule itself, and it can be longer: hyphens and spaces are optional.
        let written = rule.to_string().chars().count();
        if written > RULE_MAX_CHARS {
            let message = format!(
                "With all hyphens and spaces written out the rule has {written} characters; the limit is {RULE_MAX_CHARS}."
            );
            return Err(RuleError::new(text.chars().count(), message));
        }
        Ok(rule)
    }

    /// Whether the rule makes this person a member. `now` is what `system.now` stands for.
    pub fn matches(&self, person: &Person, now: Ts) -> bool {
        self.body.holds(person, now)
    }

    /// The groups whose members a `memberOf` rule takes, in the order of the rule and each once; none for other rules.
    pub fn source_groups(&self) -> Vec<GroupId> {
        match &self.body {
            Body::MemberOf(groups) => groups.clone(),
            Body::Condition(_) | Body::DirectReports(_) => Vec::new(),
        }
    }

    /// Whether a change of somebody's manager can change who matches: true for a `Direct Reports` rule.
    pub fn reads_manager(&self) -> bool {
        matches!(self.body, Body::DirectReports(_))
    }

    /// Whether who matches can change by the passing of time alone, so that the rule has to be evaluated regularly.
    pub fn depends_on_time(&self) -> bool {
        self.body.depends_on_time()
    }
}

impl FromStr for Rule {
    type Err = RuleError;

    fn from_str(text: &str) -> Result<Self, RuleError> {
        Self::parse(text)
    }
}

impl RuleError {
    fn new(position: usize, message: impl Into<String>) -> Self {
        Self { position, message: message.into() }
    }
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for RuleError {}
