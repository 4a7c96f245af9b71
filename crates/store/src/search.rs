//! Search by the beginnings of words, with an index that both engines have.

use crate::{Fault, Link};
use model::AnyId;
use std::collections::BTreeSet;

pub const USER: &str = "user";
pub const GROUP: &str = "group";
pub const PACKAGE: &str = "package";
pub const CATALOG: &str = "catalog";

/// Words of one thing that are indexed: those of its name, and as many of the description as there is room for.
const WORDS_PER_SUBJECT: usize = 60;
/// Characters of a word that are compared.
const WORD_CHARS: usize = 40;

/// What somebody searches for: up to two words, each as a range of the index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words(Vec<(String, String)>);

impl Words {
    /// Takes a search text apart. The longest words narrow most, so they come first.
    pub fn of(text: &str) -> Self {
        let mut words: Vec<String> = split(text).collect::<BTreeSet<_>>().into_iter().collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
        Self(words.into_iter().map(|word| (word.clone(), format!("{word}\u{10ffff}"))).collect())
    }

    pub(crate) fn first(&self) -> Option<&(String, String)> {
        self.0.first()
    }

    /// The second word, or the first again.
    pub(crate) fn second(&self) -> (String, String) {
        self.0.get(1).or(self.0.first()).cloned().unwrap_or_default()
    }
}

/// The words of a text, folded. The Greek sigma has two small forms, by its place in the word: whoever types only the
/// beginning of a word would get the other one.
fn split(text: &str) -> impl Iterator<Item = String> {
    let folded = text.to_lowercase().replace('ς', "σ");
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| word.chars().take(WORD_CHARS).collect()).collect::<Vec<String>>().into_iter()
}

/// Replaces the words by which something is found.
pub async fn set(link: &mut Link, kind: &'static str, subject: AnyId, texts: &[&str]) -> Result<(), Fault> {
    run!(link, "delete from search_words where subject_id = $1", subject)?;
    let mut words = BTreeSet::new();
    // In the order of the texts: the words of a name never give way to those of a description.
    for word in texts.iter().flat_map(|text| split(text)) {
        if words.len() == WORDS_PER_SUBJECT {
            break;
        }
        words.insert(word);
    }
    let words: Vec<String> = words.into_iter().collect();
    run_many!(link, "insert into search_words (kind, word, subject_id) values ($1, $2, $3)", words, |word| kind, word, subject)?;
    Ok(())
}
