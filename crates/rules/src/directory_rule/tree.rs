//! The syntax tree of a rule: only what makes sense can be written down in it.

use super::moment::Moment;
use super::property::{Flag, TextProperty};
use model::{GroupId, UserId};
use regex::{Regex, RegexBuilder};

/// A compiled expression may take this much memory. It is room for every sensible expression, and small enough that
/// nested repetitions are refused instead of filling the memory.
const REGEX_MAX_BYTES: usize = 2 << 20;

/// A whole rule: a condition, or one of the two special rules that stand alone.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Body {
    Condition(Tree<UserTest>),
    /// People whose manager this is.
    DirectReports(UserId),
    /// Direct members of any of these groups, each named once.
    MemberOf(Vec<GroupId>),
}

/// Tests joined by `-and`, `-or` and `-not`.
///
/// An `And` never holds an `And` directly, nor an `Or` an `Or`: brackets there change nothing.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Tree<T> {
    Test(T),
    Not(Box<Self>),
    And(Vec<Self>),
    Or(Vec<Self>),
}

/// One comparison of a user.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum UserTest {
    Text {
        property: TextProperty,
        test: TextTest,
    },
    Flag {
        property: Flag,
        negated: bool,
        value: bool,
    },
    HireDate(DateTest),
    /// A direct comparison with the collection: any item, or none of them when negated.
    OtherMails(TextTest),
    EachOtherMail {
        every: bool,
        condition: Tree<TextTest>,
    },
}

/// A comparison of one text, which may be null. Null passes no check but [`TextCheck::Null`].
#[derive(Clone, Debug, PartialEq)]
pub(super) struct TextTest {
    pub negated: bool,
    pub check: TextCheck,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum TextCheck {
    Null,
    Equals(Text),
    StartsWith(Text),
    EndsWith(Text),
    Contains(Text),
    Matches(Pattern),
    In(Vec<Text>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum DateTest {
    Null { negated: bool },
    Compare { comparison: DateComparison, moment: Moment },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DateComparison {
    Equal,
    NotEqual,
    AtMost,
    AtLeast,
}

/// A text as it was written, and folded for comparisons without case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Text {
    pub written: String,
    pub folded: String,
}

/// A regular expression that ignores case.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    pub written: String,
    pub regex: Regex,
}

impl<T> Tree<T> {
    /// `first -and rest`.
    pub fn and(first: Self, rest: Vec<Self>) -> Self {
        if rest.is_empty() {
            return first;
        }
        let flat = std::iter::once(first).chain(rest).flat_map(|part| match part {
            Self::And(parts) => parts,
            part => vec![part],
        });
        Self::And(flat.collect())
    }

    /// `first -or rest`.
    pub fn or(first: Self, rest: Vec<Self>) -> Self {
        if rest.is_empty() {
            return first;
        }
        let flat = std::iter::once(first).chain(rest).flat_map(|part| match part {
            Self::Or(parts) => parts,
            part => vec![part],
        });
        Self::Or(flat.collect())
    }

    /// The same tree over other tests; the first error wins.
    pub fn try_map<U, E>(self, change: &impl Fn(T) -> Result<U, E>) -> Result<Tree<U>, E> {
        let each = |parts: Vec<Self>| parts.into_iter().map(|part| part.try_map(change)).collect::<Result<_, E>>();
        Ok(match self {
            Self::Test(test) => Tree::Test(change(test)?),
            Self::Not(inner) => Tree::Not(Box::new(inner.try_map(change)?)),
            Self::And(parts) => Tree::And(each(parts)?),
            Self::Or(parts) => Tree::Or(each(parts)?),
        })
    }

    /// Whether any test of the tree has this quality.
    pub fn any_test(&self, quality: &impl Fn(&T) -> bool) -> bool {
        match self {
            Self::Test(test) => quality(test),
            Self::Not(inner) => inner.any_test(quality),
            Self::And(parts) | Self::Or(parts) => parts.iter().any(|part| part.any_test(quality)),
        }
    }
}

impl Text {
    pub fn new(written: impl Into<String>) -> Self {
        let written = written.into();
        Self { folded: fold(&written), written }
    }
}

/// The text without the differences of upper and lower case. Going through upper case unites letters with two small
/// forms, such as the two sigmas.
pub(super) fn fold(text: &str) -> String {
    text.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
}

impl Pattern {
    /// Compiles the expression, or says in a full sentence why it cannot be used.
    pub fn new(written: impl Into<String>) -> Result<Self, String> {
        let written = written.into();
        let built = RegexBuilder::new(&written).case_insensitive(true).size_limit(REGEX_MAX_BYTES).build();
        match built {
            Ok(regex) => Ok(Self { written, regex }),
            Err(regex::Error::CompiledTooBig(_)) => {
                Err("This regular expression becomes too large; use fewer or smaller repetitions such as {1,1000}.".to_owned())
            }
            Err(error) => {
                // The library draws a picture of several lines; its last line says what is wrong.
                let drawing = error.to_string();
                let reason = drawing.lines().last().unwrap_or_default().trim_start_matches("error: ");
                Err(format!("This is not a regular expression that can be used here: {reason}."))
            }
        }
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.written == other.written
    }
}
