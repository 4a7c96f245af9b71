//! Recovery codes: what opens an account whose authenticator app is lost. Each has 80 random bits, so that a fast hash
//! is enough, and is shown once.

use crate::Fault;
use sha2::{Digest, Sha256};

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// Letters of a code, of five bits each.
const LETTERS: usize = 16;

/// A new code, `ABCD-EFGH-IJKL-MNOP`.
pub fn new_recovery_code() -> Result<String, Fault> {
    let mut bytes = [0_u8; LETTERS];
    getrandom::fill(&mut bytes).map_err(|_| Fault::Randomness)?;
    let mut code = String::with_capacity(LETTERS + 3);
    for (number, byte) in bytes.iter().enumerate() {
        if number > 0 && number.is_multiple_of(4) {
            code.push('-');
        }
        let letter = ALPHABET.get(usize::from(byte % 32)).copied().unwrap_or(b'A');
        code.push(char::from(letter));
    }
    Ok(code)
}

/// What is stored of a code, and what it is found by. `account` keeps equal codes of two accounts apart.
pub fn hash_recovery_code(account: &[u8], code: &str) -> [u8; 32] {
    let letters: String = code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    Sha256::new().chain_update(b"recovery code\0").chain_update(account).chain_update(letters.as_bytes()).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_four_groups_of_letters_that_cannot_be_mistaken_and_never_the_same_twice() {
        let (one, two) = (new_recovery_code().unwrap(), new_recovery_code().unwrap());
        assert_ne!(one, two);
        assert_eq!(one.len(), 19);
        assert!(one.split('-').all(|four| four.len() == 4 && four.bytes().all(|letter| ALPHABET.contains(&letter))), "{one}");
    }

    #[test]
    fn a_hash_is_that_of_the_code_however_it_is_typed_and_of_one_account() {
        let hash = hash_recovery_code(b"alex", "ABCD-EFGH-IJKL-MNOP");
        assert_eq!(hash, hash_recovery_code(b"alex", "abcd efgh ijkl mnop"));
        assert_ne!(hash, hash_recovery_code(b"emma", "ABCD-EFGH-IJKL-MNOP"));
        assert_ne!(hash, hash_recovery_code(b"alex", "ABCD-EFGH-IJKL-MNOQ"));
    }
}
