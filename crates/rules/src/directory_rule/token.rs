//! Cuts the text of a rule into tokens, one at a time, so that the first error of the text is the one reported.

use super::RuleError;
use std::iter::{Enumerate, Peekable};
use std::str::Chars;

/// A token and where it starts, in characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub at: usize,
    pub kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name, a keyword, an operator or a bare value. Operators may have a hyphen before them.
    Word {
        hyphen: bool,
        word: String,
    },
    /// A quoted text, its escapes undone.
    Text(String),
    Open,
    Close,
    ListOpen,
    ListClose,
    Comma,
    End,
}

impl Kind {
    /// The token in words, for "Found …".
    pub fn describe(&self) -> String {
        match self {
            Self::Word { hyphen: true, word } => format!("the operator -{}", shortened(word)),
            Self::Word { hyphen: false, word } => format!("the word {}", shortened(word)),
            Self::Text(text) => format!("the text \"{}\"", shortened(text)),
            Self::Open => "an opening bracket".to_owned(),
            Self::Close => "a closing bracket".to_owned(),
            Self::ListOpen => "the start of a list, [".to_owned(),
            Self::ListClose => "the end of a list, ]".to_owned(),
            Self::Comma => "a comma".to_owned(),
            Self::End => "the end of the rule".to_owned(),
        }
    }

    /// The word, with or without a hyphen before it.
    pub fn word(&self) -> Option<&str> {
        match self {
            Self::Word { word, .. } => Some(word),
            _ => None,
        }
    }

    /// Whether this is the given keyword, in any case and written without a hyphen.
    pub fn is_keyword(&self, keyword: &str) -> bool {
        matches!(self, Self::Word { hyphen: false, word } if word.eq_ignore_ascii_case(keyword))
    }

    /// Whether this is the given operator, in any case and with or without its hyphen.
    pub fn is_operator(&self, name: &str) -> bool {
        self.word().is_some_and(|word| word.eq_ignore_ascii_case(name))
    }

    /// Whether this is the bare word for "not set". `$null` comes from the reference system's command line.
    pub fn is_null(&self) -> bool {
        self.is_keyword("null") || self.is_keyword("$null")
    }
}

/// Enough of a text to recognise it in a message.
pub(super) fn shortened(text: &str) -> String {
    const SHOWN_CHARS: usize = 40;
    if text.chars().nth(SHOWN_CHARS).is_none() {
        return text.to_owned();
    }
    text.chars().take(SHOWN_CHARS).chain(['…']).collect()
}

/// The tokens of a text. After the last one it gives [`Kind::End`] for ever.
pub(super) struct Tokens<'a> {
    chars: Peekable<Enumerate<Chars<'a>>>,
    length: usize,
}

impl<'a> Tokens<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { chars: text.chars().enumerate().peekable(), length: text.chars().count() }
    }

    pub fn next(&mut self) -> Result<Token, RuleError> {
        while self.take_if(char::is_whitespace).is_some() {}
        let Some((at, first)) = self.chars.next() else {
            return Ok(Token { at: self.length, kind: Kind::End });
        };
        let kind = match first {
            '(' => Kind::Open,
            ')' => Kind::Close,
            '[' => Kind::ListOpen,
            ']' => Kind::ListClose,
            ',' => Kind::Comma,
            '"' => self.double_quoted(at)?,
            '\'' => self.single_quoted(at)?,
            hyphen if is_hyphen(hyphen) => self.operator(at)?,
            first if is_word(first) => Kind::Word { hyphen: false, word: self.word(first) },
            '“' | '”' | '„' | '‘' | '’' | '«' | '»' => {
                let message = format!("Found {first}, a printed quotation mark; rules use the plain ones, \" or '.");
                return Err(RuleError::new(at, message));
            }
            '=' | '!' | '<' | '>' | '&' | '|' => {
                let message =
                    format!("Found the character {first}, but operators are words here, such as -eq, -ne, -le, -and or -or.");
                return Err(RuleError::new(at, message));
            }
            other => {
                let message = format!(
                    "Found the character {}, which has no meaning outside quotation marks; expected a property, an operator, a value or a bracket.",
                    other.escape_debug()
                );
                return Err(RuleError::new(at, message));
            }
        };
        Ok(Token { at, kind })
    }

    fn take_if(&mut self, wanted: impl Fn(char) -> bool) -> Option<char> {
        self.chars.next_if(|(_, c)| wanted(*c)).map(|(_, c)| c)
    }

    fn word(&mut self, first: char) -> String {
        // A bare date such as 2026-01-05T08:00:00+01:00 has characters that would end any other word.
        let date = first.is_ascii_digit();
        let mut word = String::from(first);
        while let Some(c) = self.take_if(|c| is_word(c) || c == '.' || (date && matches!(c, '-' | ':' | '+'))) {
            word.push(c);
        }
        word
    }

    fn operator(&mut self, at: usize) -> Result<Kind, RuleError> {
        match self.take_if(char::is_alphabetic) {
            Some(first) => Ok(Kind::Word { hyphen: true, word: self.word(first) }),
            None => {
                Err(RuleError::new(at, "Found a hyphen alone; expected the name of an operator directly after it, such as -eq."))
            }
        }
    }

    /// Inside double quotes, a backtick before a double quote makes it part of the text.
    fn double_quoted(&mut self, at: usize) -> Result<Kind, RuleError> {
        let mut text = String::new();
        while let Some((_, c)) = self.chars.next() {
            match c {
                '"' => return Ok(Kind::Text(text)),
                '`' => text.push(self.take_if(|next| next == '"').unwrap_or('`')),
                '\'' => {
                    self.take_if(|next| next == '\'');
                    text.push('\'');
                }
                other => text.push(other),
            }
        }
        Err(RuleError::new(at, "This text is not closed; expected a double quotation mark, \", at its end."))
    }

    /// In both kinds of text two single quotes stand for one, as the reference system asks for. A lone one between
    /// double quotes is itself, because people write "O'Brien".
    fn single_quoted(&mut self, at: usize) -> Result<Kind, RuleError> {
        let mut text = String::new();
        while let Some((_, c)) = self.chars.next() {
            if c == '\'' && self.take_if(|next| next == '\'').is_none() {
                return Ok(Kind::Text(text));
            }
            text.push(c);
        }
        Err(RuleError::new(at, "This text is not closed; expected a single quotation mark, ', at its end."))
    }
}

/// The hyphen, and the dashes that word processors and the reference system's own pages put in its place.
fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '–' | '—' | '−')
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$')
}
