//! Secrets at rest: what has to be read again, such as the password for somebody else's server, is kept sealed with a key
//! that is not in the database. Whoever has the database alone, or a backup of it, has none of these secrets.
//!
//! Sealed is `version, key, nonce, text, tag`: ChaCha20-Poly1305 with a random nonce, and the place of the secret as
//! associated data, so that one that was copied into another row does not open there.

use crate::Fault;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::digest::{SHA256, digest};
use std::fmt;
use std::sync::Arc;

/// Bytes of a key.
const KEY_BYTES: usize = 32;
/// Bytes by which a sealed secret names its key.
const NAME_BYTES: usize = 4;
/// Another way of sealing gets another number.
const VERSION: u8 = 1;

/// What a database keeps to know its keys by.
const CHECKED: &[u8] = b"vestibule";
const CHECK: Place<'_> = Place { table: "facts", column: "value", row: b"secrets_check" };

/// Where a secret is kept.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    pub table: &'a str,
    pub column: &'a str,
    pub row: &'a [u8],
}

impl Place<'_> {
    fn associated(&self) -> Vec<u8> {
        [self.table.as_bytes(), self.column.as_bytes(), self.row].join(&0)
    }
}

/// The keys of a server: the first seals, and all of them open, so that a key can be replaced. Clones share them.
#[derive(Clone)]
pub struct Keys(Arc<Vec<Key>>);

struct Key {
    name: [u8; NAME_BYTES],
    key: LessSafeKey,
}

/// Why a secret was not sealed or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealFault {
    /// This process was given no key.
    NoKey,
    /// It was sealed with a key that is not here.
    UnknownKey,
    /// It is not what was sealed, or not of this place.
    Altered,
    /// The system gave no random bytes.
    Randomness,
}

impl fmt::Display for SealFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoKey => "there is no key for secrets here",
            Self::UnknownKey => "the secret was sealed with a key that is not here",
            Self::Altered => "the secret was altered, or moved from another place",
            Self::Randomness => "the system gave no random bytes",
        })
    }
}

impl std::error::Error for SealFault {}

impl Keys {
    /// For commands that touch no secret.
    pub fn none() -> Self {
        Self(Arc::new(Vec::new()))
    }

    /// Reads a key file: one key a line, in base64; blank lines and those that begin with `#` are remarks. The error is a
    /// sentence, and says nothing of what was read.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut keys = Vec::new();
        for (number, line) in text.lines().map(str::trim).enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let bytes = STANDARD.decode(line).ok().filter(|bytes| bytes.len() == KEY_BYTES);
            let key = bytes.and_then(|bytes| Key::of(&bytes));
            keys.push(key.ok_or_else(|| {
                format!("Line {} is no key: a key is {KEY_BYTES} bytes in base64, which is 44 characters.", number + 1)
            })?);
        }
        if keys.is_empty() { Err("There is no key in it.".to_owned()) } else { Ok(Self(Arc::new(keys))) }
    }

    /// A key that nobody has seen, as a line of a key file.
    pub fn new_line() -> Result<String, Fault> {
        let mut bytes = [0; KEY_BYTES];
        getrandom::fill(&mut bytes).map_err(|_| Fault::Randomness)?;
        Ok(STANDARD.encode(bytes))
    }

    /// Seals a secret for its place.
    pub fn seal(&self, secret: &[u8], place: Place<'_>) -> Result<Vec<u8>, SealFault> {
        let key = self.0.first().ok_or(SealFault::NoKey)?;
        let mut nonce = [0; NONCE_LEN];
        getrandom::fill(&mut nonce).map_err(|_| SealFault::Randomness)?;
        let mut text = secret.to_vec();
        key.key
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(place.associated()), &mut text)
            .map_err(|_| SealFault::Altered)?;
        Ok([&[VERSION], key.name.as_slice(), &nonce, &text].concat())
    }

    /// Opens what was sealed for this place.
    pub fn open(&self, sealed: &[u8], place: Place<'_>) -> Result<Vec<u8>, SealFault> {
        if self.0.is_empty() {
            return Err(SealFault::NoKey);
        }
        let (name, nonce, text) = taken_apart(sealed).ok_or(SealFault::Altered)?;
        let mut known = false;
        // The names of two keys may be the same, though hardly ever.
        for key in self.0.iter().filter(|key| key.name == name) {
            known = true;
            let mut text = text.to_vec();
            let nonce = Nonce::assume_unique_for_key(nonce);
            if let Ok(opened) = key.key.open_in_place(nonce, Aad::from(place.associated()), &mut text) {
                return Ok(opened.to_vec());
            }
        }
        Err(if known { SealFault::Altered } else { SealFault::UnknownKey })
    }

    /// A sealed text for a database to know its keys by.
    pub fn new_check(&self) -> Result<String, SealFault> {
        Ok(STANDARD.encode(self.seal(CHECKED, CHECK)?))
    }

    /// Whether one of these keys sealed it.
    pub fn opens_check(&self, check: &str) -> bool {
        STANDARD.decode(check).is_ok_and(|sealed| self.open(&sealed, CHECK).is_ok_and(|text| text == CHECKED))
    }

    /// Whether the key that seals now sealed it.
    pub fn is_current_check(&self, check: &str) -> bool {
        STANDARD.decode(check).is_ok_and(|sealed| self.is_current(&sealed))
    }

    /// Whether it was sealed with the key that seals now.
    pub fn is_current(&self, sealed: &[u8]) -> bool {
        matches!((taken_apart(sealed), self.0.first()), (Some((name, ..)), Some(key)) if key.name == name)
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({} hidden)", self.0.len())
    }
}

impl Key {
    fn of(bytes: &[u8]) -> Option<Self> {
        let key = LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, bytes).ok()?);
        // Of a hash, so that the name gives nothing of the key away.
        let hash = digest(&SHA256, &[b"vestibule key ", bytes].concat());
        let name = hash.as_ref().first_chunk().copied()?;
        Some(Self { name, key })
    }
}

fn taken_apart(sealed: &[u8]) -> Option<([u8; NAME_BYTES], [u8; NONCE_LEN], &[u8])> {
    let (version, rest) = sealed.split_first()?;
    let (name, rest) = rest.split_first_chunk()?;
    let (nonce, text) = rest.split_first_chunk()?;
    (*version == VERSION).then_some((*name, *nonce, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Place<'_> = Place { table: "providers", column: "secret", row: b"1" };

    fn keys(bytes: &[u8]) -> Keys {
        let lines: Vec<String> = bytes.iter().map(|byte| STANDARD.encode([*byte; KEY_BYTES])).collect();
        Keys::parse(&lines.join("\n")).unwrap()
    }

    #[test]
    fn a_sealed_secret_opens_with_its_key_at_its_place_as_it_was_sealed_and_not_otherwise() {
        let sealed = keys(&[1]).seal(b"hush", HERE).unwrap();
        assert_eq!(keys(&[2]).open(&sealed, HERE), Err(SealFault::UnknownKey));
        assert_eq!(Keys::none().open(&sealed, HERE), Err(SealFault::NoKey));
        for other in [
            Place { row: b"2", ..HERE },
            Place { table: "other", ..HERE },
            Place { column: "other", ..HERE },
            Place { table: "provider", column: "s\0secret", ..HERE },
        ] {
            assert_eq!(keys(&[1]).open(&sealed, other), Err(SealFault::Altered), "{other:?}");
        }
        for at in 5..sealed.len() {
            let mut altered = sealed.clone();
            altered[at] ^= 1;
            assert_eq!(keys(&[1]).open(&altered, HERE), Err(SealFault::Altered), "byte {at}");
        }
        for short in 0..sealed.len() {
            assert!(keys(&[1]).open(&sealed[..short], HERE).is_err(), "{short} bytes");
        }
        assert_eq!(keys(&[1]).open(&sealed, HERE).unwrap(), b"hush");
    }

    #[test]
    fn the_same_secret_never_looks_the_same_and_never_shows() {
        let (one, other) = (keys(&[1]).seal(b"hush", HERE).unwrap(), keys(&[1]).seal(b"hush", HERE).unwrap());
        assert_ne!(one, other);
        assert!(!one.windows(4).any(|four| four == b"hush"));
        assert_eq!(format!("{:?}", keys(&[1, 2])), "Keys(2 hidden)");
    }

    #[test]
    fn the_first_key_seals_and_the_others_still_open() {
        let old = keys(&[1]).seal(b"hush", HERE).unwrap();
        let both = keys(&[2, 1]);
        assert_eq!(both.open(&old, HERE).unwrap(), b"hush");
        assert!(!both.is_current(&old) && keys(&[1]).is_current(&old));
        let new = both.seal(b"hush", HERE).unwrap();
        assert!(both.is_current(&new));
        let check = keys(&[1]).new_check().unwrap();
        assert!(both.opens_check(&check) && !both.is_current_check(&check) && keys(&[1]).is_current_check(&check));
        for no in ["", "x", &check.to_lowercase()] {
            assert!(!keys(&[1]).opens_check(no), "{no}");
        }
        assert!(!keys(&[2]).opens_check(&check));
        assert_eq!(keys(&[1]).open(&new, HERE), Err(SealFault::UnknownKey));
    }

    #[test]
    fn a_file_without_a_whole_key_is_refused_with_its_line_and_without_its_text() {
        assert!(Keys::parse("").is_err() && Keys::parse("# nothing\n\n").is_err());
        let refused = Keys::parse("# remark\nc2hvcnQ=").unwrap_err();
        assert!(refused.starts_with("Line 2") && !refused.contains("c2hvcnQ"), "{refused}");
        let line = Keys::new_line().unwrap();
        assert_eq!(line.len(), 44);
        assert!(Keys::parse(&format!("# remark\n\n  {line}  \n")).is_ok());
        assert_ne!(line, Keys::new_line().unwrap());
    }
}
