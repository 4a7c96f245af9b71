//! The languages in which Vestibule speaks to people.

use serde::Deserialize;
use std::str::FromStr;

/// A language that letters are written in. A variant is a whole language: the compiler asks for all its words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Language {
    #[default]
    English,
    German,
}

impl Language {
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// As in BCP 47: `de`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// In English: `German`.
    pub fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "German",
        }
    }
}

impl FromStr for Language {
    type Err = String;

    fn from_str(tag: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|language| language.tag() == tag).ok_or_else(|| {
            let known: Vec<String> =
                Self::ALL.iter().map(|language| format!("“{}” ({})", language.tag(), language.name())).collect();
            format!("“{tag}” is no language that Vestibule knows; choose {}", known.join(" or "))
        })
    }
}

impl TryFrom<String> for Language {
    type Error = String;

    fn try_from(tag: String) -> Result<Self, String> {
        tag.parse()
    }
}
