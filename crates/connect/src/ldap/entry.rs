//! Entries of a directory, and what of them cannot be relied on.

use super::LdapFault;
use ldap3::SearchEntry;
use std::collections::{BTreeMap, BTreeSet};

/// What one search may keep: three million members of about a hundred bytes.
const SEARCH_MAX_BYTES: usize = 512 * 1024 * 1024;
/// What a text takes besides its letters.
const TEXT_BYTES: usize = 64;

/// An entry of a directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    pub dn: String,
    /// By the name in lower case. Values that are no text are left out.
    pub attributes: BTreeMap<String, Vec<String>>,
    /// Attributes that have other values than those above, in lower case: they come in parts, or have one that is no text.
    pub unread: BTreeSet<String>,
}

impl Entry {
    /// The values of an attribute, however its name is written.
    pub fn values(&self, attribute: &str) -> &[String] {
        self.attributes.get(&attribute.to_lowercase()).map_or(&[], Vec::as_slice)
    }

    pub fn first(&self, attribute: &str) -> Option<&str> {
        self.values(attribute).first().map(String::as_str)
    }

    /// The values of an attribute, where they are all that it has.
    pub(super) fn whole(&self, what: &'static str, attribute: &str) -> Result<&[String], LdapFault> {
        let attribute = attribute.to_lowercase();
        if self.attributes.keys().any(|name| in_parts(name).as_ref() == Some(&attribute)) {
            return Err(LdapFault::InParts { what });
        }
        // One of them that is no text would hide all others.
        if self.unread.contains(&attribute) { Err(LdapFault::NoText { what }) } else { Ok(self.values(&attribute)) }
    }
}

/// The entries of a search so far. A page has its own bound on the wire; all of them together have one here.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) entries: Vec<Entry>,
    /// What may still come in.
    left_bytes: usize,
}

impl Default for Kept {
    fn default() -> Self {
        Self { entries: Vec::new(), left_bytes: SEARCH_MAX_BYTES }
    }
}

impl Kept {
    /// Takes a page in; not when it is too much.
    pub(super) fn take(&mut self, what: &'static str, page: Vec<Entry>, most: usize) -> Result<(), LdapFault> {
        let page_bytes = page.iter().map(weight).fold(0, usize::saturating_add);
        self.left_bytes = self.left_bytes.checked_sub(page_bytes).ok_or(LdapFault::TooLarge { what })?;
        self.entries.extend(page);
        if self.entries.len() > most { Err(LdapFault::TooMany { what, most }) } else { Ok(()) }
    }
}

/// About what an entry takes in memory.
fn weight(entry: &Entry) -> usize {
    let texts = std::iter::once(&entry.dn).chain(&entry.unread);
    let texts = texts.chain(entry.attributes.keys()).chain(entry.attributes.values().flatten());
    texts.map(|text| text.len() + TEXT_BYTES).sum()
}

/// An entry as the library has it; of an attribute that has any value that is no text, it keeps none as text.
impl From<SearchEntry> for Entry {
    fn from(found: SearchEntry) -> Self {
        let mut unread: BTreeSet<String> = found.bin_attrs.into_keys().map(|name| name.to_lowercase()).collect();
        let mut attributes: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, values) in found.attrs {
            let name = name.to_lowercase();
            unread.extend(in_parts(&name));
            attributes.entry(name).or_default().extend(values);
        }
        Self { dn: found.dn, attributes, unread }
    }
}

/// The attribute of which this is a part: Active Directory answers a long `member` with `member;range=0-1499` instead.
fn in_parts(name: &str) -> Option<String> {
    let is_part = |option: &&str| option.starts_with("range=");
    name.split(';').skip(1).any(|option| is_part(&option)).then(|| {
        let whole: Vec<&str> = name.split(';').filter(|option| !is_part(option)).collect();
        whole.join(";")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    fn entry(text: &[(&str, &[&str])], binary: &[&str]) -> Entry {
        let texts = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
        let attrs = text.iter().map(|(name, values)| ((*name).to_owned(), texts(values))).collect();
        let bin_attrs: HashMap<String, Vec<Vec<u8>>> =
            binary.iter().map(|name| ((*name).to_owned(), vec![vec![0xe9], b"anna".to_vec()])).collect();
        Entry::from(SearchEntry { dn: "cn=all".to_owned(), attrs, bin_attrs })
    }

    #[test]
    fn a_directory_that_hands_out_one_large_page_after_the_other_is_stopped() {
        // One large value, and many small ones, which take memory as well.
        for values in [vec!["x".repeat(5_000)], vec![String::new(); 100]] {
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            let page = || vec![entry(&[("description", &values)], &[])];
            let mut kept = Kept { left_bytes: 50_000, ..Kept::default() };
            let pages = (0..100).take_while(|_| kept.take("Looking", page(), 1000).is_ok()).count();
            assert!((5..10).contains(&pages), "{pages}");
            assert_eq!(kept.take("Looking", page(), 1000), Err(LdapFault::TooLarge { what: "Looking" }));
        }
        let mut kept = Kept::default();
        assert_eq!(kept.take("Looking", vec![Entry::default(); 3], 2), Err(LdapFault::TooMany { what: "Looking", most: 2 }));
    }

    #[test]
    fn members_that_come_in_parts_or_are_no_text_are_not_taken_for_none() {
        let whole = |entry: &Entry, attribute: &str| entry.whole("Reading", attribute).map(<[String]>::to_vec);
        let (in_parts, no_text) = (Err(LdapFault::InParts { what: "Reading" }), Err(LdapFault::NoText { what: "Reading" }));
        let parts = entry(&[("cn", &["All"]), ("member", &[]), ("Member;Range=0-1499", &["uid=a"])], &[]);
        assert_eq!((whole(&parts, "member"), whole(&parts, "Member")), (in_parts.clone(), in_parts.clone()));
        assert_eq!((whole(&parts, "cn"), parts.unread), (Ok(vec!["All".to_owned()]), ["member".to_owned()].into()));
        let last = entry(&[("cn;lang-de;range=0-*", &["Alle"])], &[]);
        assert_eq!((whole(&last, "cn;lang-de"), whole(&last, "cn")), (in_parts, Ok(Vec::new())));
        let odd = entry(&[("cn", &["All"])], &["memberUid"]);
        assert_eq!((whole(&odd, "memberUid"), odd.unread), (no_text, ["memberuid".to_owned()].into()));
        assert!(entry(&[("member", &["uid=a"]), ("range=x", &["b"])], &[]).unread.is_empty());
    }
}
