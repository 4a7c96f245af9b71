//! Proving who one is: one-time codes, recovery codes, passkeys, and setting these up.
//!
//! These are no commands, because a refused try has to count: what a command does is undone when it is refused.

use crate::authenticator::{Enrolment, app, being_set_up, enrolment, kept_of, opened, sealed};
use crate::session::{How, Present, SignedIn, is_in, still_in};
use crate::{Engine, Fault, Problem, Who};
use auth::passkey::{Kept, No, Passkeys};
use auth::seal::Keys;
use auth::{Token, hash_recovery_code, new_recovery_code};
use model::command::Secret;
use model::event::{Action, Actor};
use model::limits::{CEREMONY_MINUTES, NAME_MAX_CHARS, RECOVERY_CODES};
use model::proof::{Method, MethodChange, ProvedBy};
use model::{LetterId, PasskeyId, Refusal, Span, Ts, UserId};
use rules::proof::Typed;
use rules::sign_in::were_open;
use store::{Link, letters, proofs, sessions, users};

/// What the sign-in page's passkey button gets: a token for the browser to keep, and the options.
#[derive(Clone)]
pub struct PasskeyAsked {
    pub token: Secret,
    pub options: String,
}

/// What is begun in a session.
const AUTHENTICATOR: &str = "authenticator";
const REGISTER: &str = "register";
const PROVE: &str = "prove";
/// What is begun at the sign-in page.
const SIGN_IN: &str = "sign_in";

/// What a passkey is called when nobody says otherwise.
const PASSKEY: &str = "Passkey";

impl Engine {
    /// Begins to set an authenticator app up. What was begun before in this session is forgotten.
    pub async fn begin_authenticator(&self, who: &Who) -> Result<Enrolment, Problem> {
        let secret = auth::totp::new_secret().map_err(|error| Fault::new("making a secret", error))?;
        let now = self.inner.clock.now();
        let mut link = self.inner.db.begin().await?;
        may_change_methods(&mut link, who, now).await?;
        if proofs::authenticator(&mut link, who.user).await?.is_some() {
            return Err(Refusal::HasAuthenticator.into());
        }
        let sealed = sealed(&self.inner.keys, &secret, being_set_up(&who.session))?;
        begin(&mut link, &who.session, AUTHENTICATOR, &sealed, now).await?;
        link.commit().await?;
        enrolment(&secret, &who.user_name)
    }

    /// What was begun in this session, to be shown again.
    pub async fn enrolment(&self, who: &Who) -> Result<Enrolment, Problem> {
        let mut link = self.inner.db.read().await?;
        let secret = proofs::begun(&mut link, &who.session, AUTHENTICATOR, self.inner.clock.now()).await?;
        let secret = opened(&self.inner.keys, &secret.ok_or(Refusal::CeremonyOver)?, being_set_up(&who.session))?;
        enrolment(&secret, &who.user_name)
    }

    /// The app shows codes of the secret: from now on it counts. The recovery codes are shown once.
    pub async fn confirm_authenticator(&self, who: &Who, code: &str) -> Result<Vec<String>, Problem> {
        let now = self.inner.clock.now();
        let mut link = self.inner.db.begin().await?;
        still_in(&mut link, who).await?;
        let secret = proofs::begun(&mut link, &who.session, AUTHENTICATOR, now).await?.ok_or(Refusal::CeremonyOver)?;
        let secret = opened(&self.inner.keys, &secret, being_set_up(&who.session))?;
        let Some(Typed::Code(code)) = rules::proof::read_code(code) else { return Err(Refusal::CodeWrong.into()) };
        let step = app(&secret, &who.user_name)?.check(&code, seconds(now)).ok_or(Refusal::CodeWrong)?;
        if !proofs::finish(&mut link, &who.session, AUTHENTICATOR).await? {
            return Err(Refusal::CeremonyOver.into());
        }
        // Its step is used up: the code that was just shown does not prove anything once more.
        let sealed = sealed(&self.inner.keys, &secret, kept_of(&who.user))?;
        match proofs::insert_authenticator(&mut link, who.user, &sealed, stored_step(step), now).await {
            Err(fault) if fault.is_duplicate() => return Err(Refusal::HasAuthenticator.into()),
            saved => saved?,
        }
        let codes = make_recovery_codes(&mut link, who.user).await?;
        sessions::proved_by_code(&mut link, &who.session, now).await?;
        sessions::refresh_flash(&mut link, &who.session, now).await?;
        let added = Action::MethodAdded { user: who.user, method: Method::Authenticator, name: String::new() };
        self.note(&mut link, Actor::User(who.user), added, now).await?;
        let change = MethodChange::Added { method: Method::Authenticator, name: String::new() };
        self.tell(&mut link, who.user, change, now).await?;
        link.commit().await?;
        self.wake();
        Ok(codes)
    }

    /// New recovery codes; the old ones no longer work.
    pub async fn renew_recovery_codes(&self, who: &Who) -> Result<Vec<String>, Problem> {
        let now = self.inner.clock.now();
        let mut link = self.inner.db.begin().await?;
        still_in(&mut link, who).await?;
        if proofs::authenticator(&mut link, who.user).await?.is_none() {
            return Err(Refusal::NoAuthenticator.into());
        }
        may_change_methods(&mut link, who, now).await?;
        let codes = make_recovery_codes(&mut link, who.user).await?;
        self.note(&mut link, Actor::User(who.user), Action::RecoveryCodesMade { user: who.user }, now).await?;
        self.tell(&mut link, who.user, MethodChange::RecoveryCodesMade, now).await?;
        link.commit().await?;
        self.wake();
        Ok(codes)
    }

    /// Somebody types a code of their app, or a recovery code.
    pub async fn prove_with_code(&self, who: &Who, typed: &str, address: &str) -> Result<ProvedBy, Problem> {
        let Some(typed) = rules::proof::read_code(typed) else { return Err(Refusal::CodeWrong.into()) };
        let tried = self.begin_proof_try(who.user, address).await?;
        let now = self.inner.clock.now();
        let mut link = self.inner.db.begin().await?;
        still_in(&mut link, who).await?;
        let by = match check(&mut link, &self.inner.keys, who, &typed, now).await {
            Ok(by) => by,
            Err(Problem::Refused(refusal)) => {
                drop(link);
                self.proof_failed(who.user, address).await?;
                return Err(refusal.into());
            }
            Err(broken) => return Err(broken),
        };
        self.forgive(&mut link, &tried).await?;
        sessions::proved_by_code(&mut link, &who.session, now).await?;
        sessions::refresh_flash(&mut link, &who.session, now).await?;
        let proved = Action::IdentityProved { user: who.user, by, address: address.to_owned() };
        self.note(&mut link, Actor::User(who.user), proved, now).await?;
        if by == ProvedBy::RecoveryCode {
            let left = codes_left(&mut link, who.user).await?;
            self.tell(&mut link, who.user, MethodChange::RecoveryCodeUsed { left }, now).await?;
        }
        link.commit().await?;
        self.wake();
        Ok(by)
    }

    /// Somebody changes their own password. Everywhere but here they have to sign in again.
    pub async fn change_password(&self, who: &Who, current: Secret, new: Secret, address: &str) -> Result<u64, Problem> {
        rules::user::check_password(&new.0).map_err(for_new_password)?;
        let tried = self.begin_account_try(&who.user_name, address).await?;
        let known = {
            let mut link = self.inner.db.read().await?;
            users::by_name(&mut link, &who.user_name).await?.and_then(|(_, hash)| hash)
        };
        let right = self.inner.hashing.verify(current, known.clone()).await?;
        if !right {
            self.proof_failed(who.user, address).await?;
            return Err(Refusal::PasswordWrong.into());
        }
        let hash = self.inner.hashing.hash(new).await?;
        let now = self.inner.clock.now();
        let mut link = self.inner.db.begin().await?;
        // It took a while: meanwhile an administrator may have set another one, which ended this session.
        Present::read(&mut link, who.user, known.as_deref()).await?.ok_or(Refusal::SignInNeeded)?;
        is_in(&mut link, who).await?;
        self.forgive(&mut link, &tried).await?;
        users::set_password_hash(&mut link, who.user, &hash).await?;
        let ended = were_open(&sessions::end_others(&mut link, who.user, &who.session).await?, now);
        self.note(&mut link, Actor::User(who.user), Action::PasswordChanged { user: who.user }, now).await?;
        self.tell(&mut link, who.user, MethodChange::PasswordChanged, now).await?;
        link.commit().await?;
        self.wake();
        Ok(ended)
    }

    /// The options for a browser that makes a passkey.
    pub async fn begin_passkey(&self, who: &Who) -> Result<String, Problem> {
        let now = self.inner.clock.now();
        let mut link = self.inner.db.begin().await?;
        let server = self.passkeys()?;
        may_change_methods(&mut link, who, now).await?;
        let there = proofs::passkeys(&mut link, who.user).await?;
        rules::proof::may_add_passkey(there.len())?;
        let there: Vec<String> = there.into_iter().map(|passkey| passkey.stored).collect();
        let challenge = server
            .register(who.user.0, &who.user_name, &who.display_name, &there)
            .map_err(|error| Fault::new("beginning to add a passkey", error))?;
        begin(&mut link, &who.session, REGISTER, challenge.remembered.as_bytes(), now).await?;
        link.commit().await?;
        Ok(challenge.options)
    }

    /// The passkey that the browser made. `name` is what its owner calls it.
    pub async fn add_passkey(&self, who: &Who, name: &str, answer: &str) -> Result<String, Problem> {
        let name = rules::form::text("name", "Name", name, false, NAME_MAX_CHARS)?;
        let name = if name.is_empty() { PASSKEY.to_owned() } else { name };
        let remembered = self.take(&who.session, REGISTER).await?;
        let kept = self.passkeys()?.registered(answer, &remembered).map_err(no)?;
        let now = self.inner.clock.now();
        let mut link = self.inner.db.begin().await?;
        still_in(&mut link, who).await?;
        rules::proof::may_add_passkey(proofs::passkeys(&mut link, who.user).await?.len())?;
        let passkey = proofs::Passkey {
            id: PasskeyId(self.inner.ids.next(now)),
            user_id: who.user,
            credential_id: kept.id,
            stored: kept.stored,
            name: name.clone(),
            created_at: now,
            used_at: None,
        };
        match proofs::insert_passkey(&mut link, &passkey).await {
            Err(fault) if fault.is_duplicate() => return Err(Refusal::PasskeyRefused.into()),
            saved => saved?,
        }
        // Whoever made it just showed their finger, face or PIN.
        sessions::proved_by_passkey(&mut link, &who.session, now).await?;
        sessions::refresh_flash(&mut link, &who.session, now).await?;
        let added = Action::MethodAdded { user: who.user, method: Method::Passkey, name: name.clone() };
        self.note(&mut link, Actor::User(who.user), added, now).await?;
        self.tell(&mut link, who.user, MethodChange::Added { method: Method::Passkey, name: name.clone() }, now).await?;
        link.commit().await?;
        self.wake();
        Ok(name)
    }

    /// The options for a browser that uses a passkey of whoever is signed in.
    pub async fn begin_passkey_proof(&self, who: &Who) -> Result<String, Problem> {
        let now = self.inner.clock.now();
        let mut link = self.inner.db.begin().await?;
        let there: Vec<String> = proofs::passkeys(&mut link, who.user).await?.into_iter().map(|passkey| passkey.stored).collect();
        if there.is_empty() {
            return Err(Refusal::NotFound { what: "passkey" }.into());
        }
        let challenge = self.passkeys()?.prove(&there).map_err(|error| Fault::new("asking for a passkey", error))?;
        begin(&mut link, &who.session, PROVE, challenge.remembered.as_bytes(), now).await?;
        link.commit().await?;
        Ok(challenge.options)
    }

    /// The browser's answer.
    pub async fn prove_with_passkey(&self, who: &Who, answer: &str, address: &str) -> Result<(), Problem> {
        let remembered = self.take(&who.session, PROVE).await?;
        let server = self.passkeys()?;
        let now = self.inner.clock.now();
        let mut link = self.inner.db.begin().await?;
        still_in(&mut link, who).await?;
        let there = proofs::passkeys(&mut link, who.user).await?;
        let kept: Vec<Kept> = there.iter().map(kept).collect();
        let used = match server.proved(answer, &remembered, &kept) {
            Ok(used) => used,
            Err(why) => {
                drop(link);
                self.proof_failed(who.user, address).await?;
                return Err(no(why));
            }
        };
        let one = there.iter().find(|one| one.credential_id == used.id).ok_or(Refusal::PasskeyRefused)?;
        proofs::passkey_used(&mut link, one.id, &used.stored, now).await?;
        sessions::proved_by_passkey(&mut link, &who.session, now).await?;
        sessions::refresh_flash(&mut link, &who.session, now).await?;
        let proved = Action::IdentityProved { user: who.user, by: ProvedBy::Passkey, address: address.to_owned() };
        self.note(&mut link, Actor::User(who.user), proved, now).await?;
        link.commit().await?;
        self.wake();
        Ok(())
    }

    /// The options for a browser that signs somebody in with a passkey.
    pub async fn begin_passkey_sign_in(&self) -> Result<PasskeyAsked, Problem> {
        let challenge = self.passkeys()?.sign_in().map_err(|error| Fault::new("asking for a passkey", error))?;
        let token = Token::new().map_err(|error| Fault::new("making a token", error))?;
        let now = self.inner.clock.now();
        let mut link = self.inner.db.begin().await?;
        begin(&mut link, &token.hash(), SIGN_IN, challenge.remembered.as_bytes(), now).await?;
        link.commit().await?;
        Ok(PasskeyAsked { token: Secret(token.expose().to_owned()), options: challenge.options })
    }

    /// The browser's answer. Unknown keys, keys of disabled accounts and wrong answers get one sentence.
    pub async fn sign_in_with_passkey(&self, token: &str, answer: &str, address: &str, agent: &str) -> Result<SignedIn, Problem> {
        let token = Token::parse(token).ok_or(Refusal::CeremonyOver)?;
        let remembered = self.take(&token.hash(), SIGN_IN).await?;
        let server = self.passkeys()?;
        let tried = self.begin_nameless_try(address).await?;
        let now = self.inner.clock.now();
        let mut link = self.inner.db.begin().await?;
        let Some((of, id)) = server.claims(answer) else { return Err(Refusal::PasskeyRefused.into()) };
        // First of all: whoever is disabled or loses the passkey at this moment does not come in any more.
        let present = Present::read(&mut link, UserId(of), None).await?.ok_or(Refusal::PasskeyRefused)?;
        let one = proofs::passkey_to_change(&mut link, &id).await?.filter(|one| one.user_id.0 == of);
        let one = one.ok_or(Refusal::PasskeyRefused)?;
        let used = match server.signed_in(answer, &remembered, &kept(&one)) {
            Ok(used) => used,
            Err(why) => {
                drop(link);
                self.proof_failed(one.user_id, address).await?;
                return Err(no(why));
            }
        };
        proofs::passkey_used(&mut link, one.id, &used.stored, now).await?;
        self.forgive(&mut link, &tried).await?;
        self.start_session(link, &present, How::Passkey, address, agent).await
    }

    fn passkeys(&self) -> Result<&Passkeys, Refusal> {
        self.inner.passkeys.as_ref().ok_or(Refusal::PasskeysImpossible)
    }

    /// Passkeys can be used with this server's address.
    pub fn has_passkeys(&self) -> bool {
        self.inner.passkeys.is_some()
    }

    /// Takes what was begun, once. It is gone whatever becomes of the answer.
    async fn take(&self, holder: &[u8], what: &str) -> Result<String, Problem> {
        let mut link = self.inner.db.begin().await?;
        let begun = proofs::begun(&mut link, holder, what, self.inner.clock.now()).await?;
        let mine = proofs::finish(&mut link, holder, what).await?;
        link.commit().await?;
        let remembered = begun.filter(|_| mine).ok_or(Refusal::CeremonyOver)?;
        String::from_utf8(remembered).map_err(|error| Fault::new("reading what was begun", error).into())
    }

    /// A try was wrong. It has been counted.
    async fn proof_failed(&self, user: UserId, address: &str) -> Result<(), Problem> {
        let now = self.inner.clock.now();
        let mut link = self.inner.db.begin().await?;
        let failed = Action::ProofFailed { user, address: address.to_owned() };
        // Whoever it was, they did not show that they are this person.
        self.note(&mut link, Actor::System, failed, now).await?;
        link.commit().await?;
        self.wake();
        Ok(())
    }

    /// Whoever it concerns is told by letter.
    pub(crate) async fn tell(&self, link: &mut Link, to: UserId, change: MethodChange, now: Ts) -> Result<(), Fault> {
        let letter = rules::notice::methods_changed(to, change, now);
        Ok(letters::insert(link, &[(LetterId(self.inner.ids.next(now)), letter)], now).await?)
    }
}

/// Whether somebody has anything to prove themselves with, beside the password.
pub async fn has_method(link: &mut Link, user: UserId) -> Result<bool, Fault> {
    Ok(proofs::has_method(link, user).await?)
}

pub(crate) async fn may_change_methods(link: &mut Link, who: &Who, now: Ts) -> Result<(), Problem> {
    let demand = rules::proof::to_change_methods(has_method(link, who.user).await?);
    Ok(rules::proof::require(&who.proofs, Some(demand), || CHANGING.to_owned(), now)?)
}

/// What a refusal calls it.
pub const CHANGING: &str = "Changing what you prove yourself with";

/// Whether the code is right and counts. It is used up when it does.
async fn check(link: &mut Link, keys: &Keys, who: &Who, typed: &Typed, now: Ts) -> Result<ProvedBy, Problem> {
    match typed {
        Typed::Code(code) => {
            let Some(there) = proofs::authenticator(link, who.user).await? else { return Err(Refusal::CodeWrong.into()) };
            let secret = if there.sealed { opened(keys, &there.secret, kept_of(&who.user))? } else { there.secret };
            let step = app(&secret, &who.user_name)?.check(code, seconds(now)).ok_or(Refusal::CodeWrong)?;
            let step = rules::proof::counts_once(step, u64::try_from(there.last_step).ok())?;
            if proofs::use_step(link, who.user, stored_step(step)).await? {
                Ok(ProvedBy::Code)
            } else {
                // Somebody else gave it this very moment.
                Err(Refusal::CodeUsed.into())
            }
        }
        Typed::Recovery(code) => {
            let hash = hash_recovery_code(who.user.0.as_bytes(), code);
            if proofs::use_recovery_code(link, who.user, &hash, now).await? {
                return Ok(ProvedBy::RecoveryCode);
            }
            if proofs::is_recovery_code(link, who.user, &hash).await? {
                return Err(Refusal::RecoveryCodeUsed { left: codes_left(link, who.user).await? }.into());
            }
            Err(Refusal::CodeWrong.into())
        }
    }
}

async fn make_recovery_codes(link: &mut Link, user: UserId) -> Result<Vec<String>, Fault> {
    let codes: Result<Vec<String>, _> = (0..RECOVERY_CODES).map(|_| new_recovery_code()).collect();
    let codes = codes.map_err(|error| Fault::new("making recovery codes", error))?;
    let hashes: Vec<[u8; 32]> = codes.iter().map(|code| hash_recovery_code(user.0.as_bytes(), code)).collect();
    proofs::set_recovery_codes(link, user, &hashes).await?;
    Ok(codes)
}

async fn codes_left(link: &mut Link, user: UserId) -> Result<u32, Fault> {
    Ok(u32::try_from(proofs::recovery_codes_left(link, user).await?).unwrap_or(0))
}

async fn begin(link: &mut Link, holder: &[u8], what: &str, remembered: &[u8], now: Ts) -> Result<(), Fault> {
    Ok(proofs::begin(link, holder, what, remembered, now, now + Span::minutes(CEREMONY_MINUTES)).await?)
}

fn kept(passkey: &proofs::Passkey) -> Kept {
    Kept { id: passkey.credential_id.clone(), stored: passkey.stored.clone() }
}

fn no(why: No) -> Problem {
    match why {
        No::Refused => Refusal::PasskeyRefused.into(),
        No::Stored => Fault::new("using a passkey", "what is stored of it does not read").into(),
    }
}

/// The form has two passwords; what is wrong with the new one is said there.
fn for_new_password(refusal: Refusal) -> Refusal {
    let field = "new_password".to_owned();
    match refusal {
        Refusal::TooShort { label, limit, length, .. } => Refusal::TooShort { field, label, limit, length },
        Refusal::TooLong { label, limit, length, .. } => Refusal::TooLong { field, label, limit, length },
        other => other,
    }
}

fn seconds(now: Ts) -> u64 {
    u64::try_from(now.0 / 1000).unwrap_or(0)
}

fn stored_step(step: u64) -> i64 {
    i64::try_from(step).unwrap_or(i64::MAX)
}
