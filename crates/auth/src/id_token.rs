//! ID tokens of identity providers (OpenID Connect): whose signature they carry, and whether they were made for us, for
//! this sign-in, and now.
//!
//! Signatures are checked by `ring`, which is here for TLS. What kind of key belongs to which algorithm is decided by the
//! key and not by the token, so that a token cannot choose an algorithm for a key of another kind; `none` and the
//! algorithms of shared secrets have no kind of key at all.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, SHA384, SHA512, digest};
use ring::signature::{
    self, ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RsaParameters,
    RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::Deserialize;
use serde_json::Value;
use std::fmt;

/// Two clocks may be so far apart.
pub const SKEW_SECONDS: i64 = 60;
/// A longer token is no ID token.
const TOKEN_MAX_CHARS: usize = 32 * 1024;
/// A provider with more keys than this has something else in mind.
const KEYS_MAX: usize = 100;

/// What a token has to be.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    pub issuer: &'a str,
    pub client_id: &'a str,
    /// What was sent along with this sign-in.
    pub nonce: &'a str,
    /// Seconds since the epoch.
    pub now: i64,
    /// Whoever signs in has to have proved themselves at the provider since then, however long they took to come back.
    pub proved_since: Option<i64>,
    /// What came along with the token, to which it may be bound.
    pub access_token: Option<&'a str>,
}

/// What a token says of whoever signs in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    pub subject: String,
    /// What the provider calls this sign-in.
    pub session: Option<String>,
    /// When they proved themselves there, in seconds since the epoch.
    pub auth_time: Option<i64>,
    pub acr: Option<String>,
    pub amr: Vec<String>,
    /// Only one that the provider says it has verified.
    pub verified_email: Option<String>,
    pub preferred_username: Option<String>,
    pub name: Option<String>,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
}

/// Why a token does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    Malformed,
    Algorithm(String),
    /// None of the provider's keys is the one that it names; newer ones may be.
    UnknownKey,
    Signature,
    Issuer,
    Audience,
    AuthorizedParty,
    Expired,
    NotYet,
    Nonce,
    Subject,
    AuthTime,
    /// It was made for another access token.
    AccessToken,
    /// It does not say that somebody signed out.
    Event,
    /// It has no name of its own, so that it could count twice.
    TokenId,
    /// What it says beside the token cannot be read, or is about somebody else.
    About,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "its token cannot be read",
            Self::Algorithm(name) => return write!(f, "its token is signed with “{name}”, which is not accepted"),
            Self::UnknownKey => "its token is signed with a key that it does not publish",
            Self::Signature => "the signature of its token is not right",
            Self::Issuer => "its token was issued by somebody else",
            Self::Audience => "its token was made for another application",
            Self::AuthorizedParty => "its token was given to another application",
            Self::Expired => "its token has expired",
            Self::NotYet => "its token is not valid yet; the clocks may differ",
            Self::Nonce => "its token belongs to another sign-in",
            Self::Subject => "its token does not say who it is about",
            Self::AuthTime => "it did not ask for the proof anew",
            Self::AccessToken => "its token belongs to another access token",
            Self::Event => "its token does not say that somebody signed out",
            Self::TokenId => "its token has no name of its own",
            Self::About => "what it says beside its token is about somebody else, or cannot be read",
        })
    }
}

impl std::error::Error for Wrong {}

/// The keys that a provider publishes, as far as they can sign tokens.
#[derive(Clone)]
pub struct Keys(Vec<Key>);

#[derive(Clone)]
struct Key {
    id: Option<String>,
    /// Of the key itself, when it says so.
    algorithm: Option<String>,
    public: Public,
}

#[derive(Clone)]
enum Public {
    Rsa { n: Vec<u8>, e: Vec<u8> },
    P256(Vec<u8>),
    P384(Vec<u8>),
    Ed25519(Vec<u8>),
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({})", self.0.len())
    }
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Jwk {
    kty: String,
    #[serde(rename = "use")]
    used_for: Option<String>,
    kid: Option<String>,
    alg: Option<String>,
    crv: String,
    n: String,
    e: String,
    x: String,
    y: String,
}

impl Keys {
    /// Reads a published key set. Keys of kinds that are not known are passed over; nothing when it is no key set.
    pub fn parse(json: &str) -> Option<Self> {
        let set: KeySet = serde_json::from_str(json).ok()?;
        let known = set.keys.into_iter().take(KEYS_MAX).filter_map(|key| Key::of(serde_json::from_value(key).ok()?));
        Some(Self(known.collect()))
    }

    /// How many of them can be used.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Key {
    fn of(jwk: Jwk) -> Option<Self> {
        let Jwk { kty, used_for, kid: id, alg: algorithm, crv, n, e, x, y } = jwk;
        if used_for.is_some_and(|used_for| used_for != "sig") {
            return None;
        }
        let point = |bytes: usize| {
            let (x, y) = (decoded(&x)?, decoded(&y)?);
            (x.len() == bytes && y.len() == bytes).then(|| [&[4], x.as_slice(), &y].concat())
        };
        let public = match (kty.as_str(), crv.as_str()) {
            ("RSA", _) => Public::Rsa { n: decoded(&n)?, e: decoded(&e)? },
            ("EC", "P-256") => Public::P256(point(32)?),
            ("EC", "P-384") => Public::P384(point(48)?),
            ("OKP", "Ed25519") => Public::Ed25519(decoded(&x).filter(|x| x.len() == 32)?),
            _ => return None,
        };
        Some(Self { id, algorithm, public })
    }

    /// Whether this key made the signature; nothing when it cannot make signatures of this algorithm.
    fn signed(&self, algorithm: &str, message: &[u8], signature: &[u8]) -> Option<bool> {
        if self.algorithm.as_ref().is_some_and(|own| own != algorithm) {
            return None;
        }
        let by = |with: &'static dyn signature::VerificationAlgorithm, key: &[u8]| {
            UnparsedPublicKey::new(with, key).verify(message, signature).is_ok()
        };
        match (&self.public, algorithm) {
            (Public::Rsa { n, e }, _) => {
                let with = rsa(algorithm)?;
                Some(RsaPublicKeyComponents { n, e }.verify(with, message, signature).is_ok())
            }
            (Public::P256(key), "ES256") => Some(by(&ECDSA_P256_SHA256_FIXED, key)),
            (Public::P384(key), "ES384") => Some(by(&ECDSA_P384_SHA384_FIXED, key)),
            (Public::Ed25519(key), "EdDSA" | "Ed25519") => Some(by(&ED25519, key)),
            (Public::P256(_) | Public::P384(_) | Public::Ed25519(_), _) => None,
        }
    }
}

fn rsa(algorithm: &str) -> Option<&'static RsaParameters> {
    Some(match algorithm {
        "RS256" => &RSA_PKCS1_2048_8192_SHA256,
        "RS384" => &RSA_PKCS1_2048_8192_SHA384,
        "RS512" => &RSA_PKCS1_2048_8192_SHA512,
        "PS256" => &RSA_PSS_2048_8192_SHA256,
        "PS384" => &RSA_PSS_2048_8192_SHA384,
        "PS512" => &RSA_PSS_2048_8192_SHA512,
        _ => return None,
    })
}

/// What tokens may be signed with. Whatever is not here is refused: no signature at all, and those that are made with the
/// client's own secret.
const ALGORITHMS: [&str; 10] = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA", "Ed25519"];

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    /// What a reader must understand; we understand nothing of the kind.
    crit: Option<Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    pub(crate) fn all(self) -> Vec<String> {
        match self {
            Self::One(one) => vec![one],
            Self::Many(many) => many,
        }
    }
}

#[derive(Deserialize)]
struct Payload {
    iss: String,
    sub: String,
    aud: OneOrMany,
    azp: Option<String>,
    sid: Option<String>,
    at_hash: Option<String>,
    exp: f64,
    iat: f64,
    nbf: Option<f64>,
    nonce: Option<String>,
    auth_time: Option<f64>,
    acr: Option<String>,
    #[serde(default)]
    amr: Option<Vec<String>>,
    #[serde(flatten)]
    person: Person,
}

/// What a provider says of a person, in the token and beside it.
#[derive(Deserialize)]
struct Person {
    email: Option<String>,
    email_verified: Option<Value>,
    preferred_username: Option<String>,
    name: Option<String>,
    given_name: Option<String>,
    family_name: Option<String>,
}

impl Person {
    /// Fills in what is not known yet. An address counts when the provider says that it has verified it.
    fn completes(self, claims: Claims) -> Claims {
        let verified = is_true(self.email_verified.as_ref());
        Claims {
            verified_email: claims.verified_email.or(self.email.filter(|email| verified && !email.trim().is_empty())),
            preferred_username: claims.preferred_username.or(self.preferred_username),
            name: claims.name.or(self.name),
            given_name: claims.given_name.or(self.given_name),
            family_name: claims.family_name.or(self.family_name),
            ..claims
        }
    }
}

/// Reads a token that has to be as expected.
pub fn verify(token: &str, keys: &Keys, expected: &Expected<'_>) -> Result<Claims, Wrong> {
    let (payload, algorithm): (Payload, String) = signed(token, keys)?;
    let (at_hash, claims) = (payload.at_hash.clone(), check(payload, expected)?);
    let bound = at_hash.zip(expected.access_token);
    if bound.is_some_and(|(at_hash, access)| !crate::same(at_hash.as_bytes(), half_hash(&algorithm, access).as_bytes())) {
        return Err(Wrong::AccessToken);
    }
    Ok(claims)
}

/// The left half of a hash, by which a token names the access token that came with it.
fn half_hash(algorithm: &str, access_token: &str) -> String {
    let with = match algorithm {
        "RS256" | "PS256" | "ES256" => &SHA256,
        "RS384" | "PS384" | "ES384" => &SHA384,
        _ => &SHA512,
    };
    let hash = digest(with, access_token.as_bytes());
    let half = hash.as_ref().get(..hash.as_ref().len() / 2).unwrap_or_default();
    URL_SAFE_NO_PAD.encode(half)
}

/// What a token says that one of these keys signed, and the algorithm. Nothing of it is checked yet but the signature.
pub(crate) fn signed<T: serde::de::DeserializeOwned>(token: &str, keys: &Keys) -> Result<(T, String), Wrong> {
    if token.len() > TOKEN_MAX_CHARS {
        return Err(Wrong::Malformed);
    }
    let mut parts = token.split('.');
    let (Some(header), Some(payload), Some(signature), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err(Wrong::Malformed);
    };
    let message = token.get(..header.len() + 1 + payload.len()).ok_or(Wrong::Malformed)?;
    let algorithm = check_signature(header, message.as_bytes(), signature, keys)?;
    Ok((read(payload).ok_or(Wrong::Malformed)?, algorithm))
}

fn check_signature(header: &str, message: &[u8], signature: &str, keys: &Keys) -> Result<String, Wrong> {
    let Header { alg, kid, crit } = read(header).ok_or(Wrong::Malformed)?;
    if !ALGORITHMS.contains(&alg.as_str()) {
        let shown = alg.chars().filter(char::is_ascii_alphanumeric).take(20).collect();
        return Err(Wrong::Algorithm(shown));
    }
    if crit.is_some() {
        return Err(Wrong::Malformed);
    }
    let signature = decoded(signature).ok_or(Wrong::Malformed)?;
    // A token that names no key may be signed with any of them.
    let named = keys.0.iter().filter(|key| kid.is_none() || key.id == kid);
    let tried: Vec<bool> = named.filter_map(|key| key.signed(&alg, message, &signature)).collect();
    match (tried.is_empty(), tried.contains(&true)) {
        (true, _) => Err(Wrong::UnknownKey),
        (false, false) => Err(Wrong::Signature),
        (false, true) => Ok(alg),
    }
}

fn check(payload: Payload, expected: &Expected<'_>) -> Result<Claims, Wrong> {
    if payload.iss != expected.issuer {
        return Err(Wrong::Issuer);
    }
    let audience = payload.aud.all();
    if !audience.iter().any(|one| one == expected.client_id) {
        return Err(Wrong::Audience);
    }
    // With others who may read it, it has to say for whom it was made.
    if payload.azp.as_deref().map_or(audience.len() > 1, |party| party != expected.client_id) {
        return Err(Wrong::AuthorizedParty);
    }
    let (exp, iat) = (seconds(payload.exp)?, seconds(payload.iat)?);
    if expected.now >= exp.saturating_add(SKEW_SECONDS) {
        return Err(Wrong::Expired);
    }
    let begins = payload.nbf.map(seconds).transpose()?.unwrap_or(iat).max(iat);
    if expected.now.saturating_add(SKEW_SECONDS) < begins {
        return Err(Wrong::NotYet);
    }
    if !payload.nonce.is_some_and(|nonce| crate::same(nonce.as_bytes(), expected.nonce.as_bytes())) {
        return Err(Wrong::Nonce);
    }
    if !is_name(&payload.sub) {
        return Err(Wrong::Subject);
    }
    let auth_time = payload.auth_time.map(seconds).transpose()?;
    if auth_time.is_some_and(|at| at > expected.now.saturating_add(SKEW_SECONDS)) {
        return Err(Wrong::NotYet);
    }
    if let Some(since) = expected.proved_since
        && auth_time.is_none_or(|at| at < since.saturating_sub(SKEW_SECONDS))
    {
        return Err(Wrong::AuthTime);
    }
    let amr = payload.amr.unwrap_or_default();
    let session = payload.sid.filter(|sid| is_name(sid));
    let claims = Claims { subject: payload.sub, session, auth_time, acr: payload.acr, amr, ..Claims::default() };
    Ok(payload.person.completes(claims))
}

/// Whether it can be the name of an account, by the standard's limit.
pub(crate) fn is_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= 255 && name.is_ascii()
}

impl Claims {
    /// Fills in what the token leaves out from what the provider says beside it (UserInfo), if that is about the same person.
    pub fn completed(self, about: &str) -> Result<Self, Wrong> {
        #[derive(Deserialize)]
        struct About {
            sub: String,
            #[serde(flatten)]
            person: Person,
        }
        let about: About = serde_json::from_str(about).map_err(|_| Wrong::About)?;
        if about.sub != self.subject {
            return Err(Wrong::About);
        }
        Ok(about.person.completes(self))
    }
}

/// Some write it as text.
fn is_true(value: Option<&Value>) -> bool {
    value.is_some_and(|value| value.as_bool() == Some(true) || value.as_str() == Some("true"))
}

/// Some write seconds with a fraction.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked first")]
pub(crate) fn seconds(at: f64) -> Result<i64, Wrong> {
    if at.is_finite() && (0.0..1e12).contains(&at) { Ok(at as i64) } else { Err(Wrong::Malformed) }
}

fn read<T: serde::de::DeserializeOwned>(part: &str) -> Option<T> {
    serde_json::from_slice(&decoded(part)?).ok()
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

#[cfg(test)]
pub(crate) mod tests;
