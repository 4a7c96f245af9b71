//! Tokens: what a browser keeps in its cookie, and what a one-time link holds.

use crate::Fault;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use std::fmt;

/// Random bytes of a token: 256 bits cannot be guessed.
const BYTES: usize = 32;
/// Characters of a token in base64url without padding.
const CHARS: usize = 43;

/// A secret of 256 random bits, as base64url text. Whoever has it is taken for its owner, so only its
/// [`hash`](Token::hash) is stored, `Debug` hides it, and it cannot be compared or printed by accident.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// A token nobody has seen, from the system's randomness.
    pub fn new() -> Result<Self, Fault> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes).map_err(|_| Fault::Randomness)?;
        Ok(Self::from_bytes(bytes))
    }

    /// The token of these bytes, for callers that bring their own randomness.
    pub fn from_bytes(bytes: [u8; BYTES]) -> Self {
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Reads a token from a cookie or an address: exactly 43 characters of base64url, or nothing.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != CHARS {
            return None;
        }
        let bytes: [u8; BYTES] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        Some(Self::from_bytes(bytes))
    }

    /// The SHA-256 of the text: what the database stores and finds the token by. A fast hash is enough for
    /// what cannot be guessed.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }

    /// The text itself, for the cookie or the link, and for nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(hidden)")
    }
}

/// What PKCE shows first of a verifier (RFC 7636, S256).
pub fn pkce_challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_survives_its_cookie() {
        let token = Token::new().unwrap();
        assert_eq!(token.expose().len(), CHARS);
        let read = Token::parse(token.expose()).unwrap();
        assert_eq!(read.expose(), token.expose());
        assert_eq!(read.hash(), token.hash());
    }

    #[test]
    fn a_challenge_is_that_of_the_standard() {
        // RFC 7636, appendix B.
        let challenge = pkce_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn no_two_tokens_are_alike() {
        assert_ne!(Token::new().unwrap().expose(), Token::new().unwrap().expose());
        assert_ne!(Token::new().unwrap().hash(), Token::new().unwrap().hash());
    }

    #[test]
    fn the_same_bytes_make_the_same_token() {
        let token = Token::from_bytes([0xfb; BYTES]);
        assert_eq!(token.expose(), "-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_s");
        assert_eq!(token.hash(), Token::from_bytes([0xfb; BYTES]).hash());
    }

    #[test]
    fn what_is_no_token_is_not_read() {
        let token = Token::from_bytes([7; BYTES]);
        let text = token.expose();
        let padded = format!("{text}=");
        let spaced = format!(" {}", &text[1..]);
        let plus = format!("+{}", &text[1..]);
        // The last character carries four bits only; the others must be zero, or one token would have four texts.
        let loose = format!("{}d", &text[..CHARS - 1]);
        for text in ["", "a", &text[1..], &padded, &spaced, &plus, &loose, &"é".repeat(21), &"a".repeat(10_000)] {
            assert!(Token::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_token_hides_when_debugged() {
        let token = Token::new().unwrap();
        let shown = format!("{token:?} {:#?}", Some(&token));
        assert!(!shown.contains(token.expose()) && !shown.contains(&token.expose()[..8]), "{shown}");
    }
}
