//! Search by the beginnings of words, with an index that both engines have.

use crate::{Fault, Link};
use model::AnyId;
use std::collections::BTreeSet;

pub const USER: &str = "user";
pub const GROUP: &str = "group";
pub const PACKAGE: &str = "package";
pub const CATALOG: &str = "catalog";
pub const SERVICE_PRINCIPAL: &str = "service_principal";

/// Up to so many things, a search looks each of them up and puts them in order. When more fit, the list is read in its own
/// order, and each of its rows is asked whether it fits: then enough of them do.
const FEW: i64 = 1_000;

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

/// How a list reads what somebody searches for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    /// The things that fit are looked up, see [`found_sql`]; otherwise the list's rows are asked, see [`begins_sql`].
    pub few: bool,
    /// The range of the word that fewer things have.
    pub first: (String, String),
    pub second: (String, String),
}

/// How the words are looked for among things of a kind; nothing without words.
pub(crate) async fn reading(link: &mut Link, kind: &'static str, words: &Words) -> Result<Option<Reading>, Fault> {
    let Some(first) = words.first().cloned() else { return Ok(None) };
    let second = words.second();
    let counted: Option<(i64, i64)> = row!(
        link,
        "select (select count(*) from (select 1 as one from search_words
                where kind = $1 and word >= $2 and word < $3 limit $6) as few),
            (select count(*) from (select 1 as one from search_words
                where kind = $1 and word >= $4 and word < $5 limit $6) as few)",
        kind,
        &first.0,
        &first.1,
        &second.0,
        &second.1,
        FEW + 1,
    )?;
    let (one, other) = counted.unwrap_or_default();
    let (first, second) = if other < one { (second, first) } else { (first, second) };
    let mut few = one.min(other) <= FEW;
    if !few && first != second {
        // Each of them is common, and both together may be rare.
        let both: Option<(i64,)> = row!(
            link,
            "select count(*) from (select 1 as one from search_words w where w.kind = $1 and w.word >= $2 and w.word < $3
                and exists (select 1 from search_words v where v.subject_id = w.subject_id and v.kind = $1
                    and v.word >= $4 and v.word < $5) limit $6) as few",
            kind,
            &first.0,
            &first.1,
            &second.0,
            &second.1,
            FEW + 1,
        )?;
        few = both.is_none_or(|(both,)| both <= FEW);
    }
    Ok(Some(Reading { few, first, second }))
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
