//! Signing in at an identity provider (OpenID Connect): the code flow with PKCE.
//!
//! A browser is sent to the provider with a state, and comes back with that and a code. The state is known to the database,
//! belongs to one browser, and counts once. The code is exchanged for a token, the token is checked, and whoever it is about
//! is signed in. These are no commands, because what a browser brought back is used up whatever becomes of it; only what
//! changes the directory is one.
//!
//! Whoever is signed in already goes the same way to prove more (`step_up`).
//!
//! Asking the provider is the one place where somebody waits for a server of others. Nothing of the database is held while
//! it takes.

mod look;

use crate::session::{How, Present, SignedIn, There};
use crate::{By, Engine, Fault, Problem, Settings, Who, secrets};
use auth::Token;
use auth::id_token::{self, Claims, Expected, Wrong};
use auth::seal::{Keys, Place};
use connect::provider::{Code, Metadata, ProviderFault, Registration, Tokens, code_word};
use model::command::{Command, Done, Secret};
use model::event::{Action, Actor};
use model::limits::PROVIDER_SIGN_IN_MINUTES;
use model::proof::{Proofs, Strength};
use model::provider::{Newcomer, Provider};
use model::view::provider::Addresses;
use model::{ProviderId, Refusal, Span, Ts};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::providers::Stored;
use store::{Link, proofs, providers};

/// Where a browser is sent.
#[derive(Clone, Debug)]
pub struct ProviderAsked {
    /// For the browser to keep until it comes back.
    pub browser: Secret,
    pub go: String,
}

/// What a browser brought back.
#[derive(Clone, Default)]
pub struct ProviderAnswer {
    pub state: String,
    pub code: String,
    pub error: String,
    /// Who the provider says it is; nothing when it does not.
    pub issuer: Option<String>,
}

/// What waits for a browser that was sent to a provider. Found by the hash of the state.
#[derive(Serialize, Deserialize)]
pub(crate) struct Waiting {
    pub provider: ProviderId,
    /// Hash of what the browser keeps.
    browser: [u8; 32],
    nonce: String,
    /// Of PKCE.
    verifier: String,
    next: String,
    errand: Errand,
    /// When they were sent there.
    begun_at: Option<Ts>,
}

/// Why somebody is sent to a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Errand {
    /// To sign in; `fresh`: the provider has to ask for the proof anew.
    SignIn { fresh: bool },
    /// Whoever is signed in proves so much in this session.
    Proof { session: [u8; 32], strength: Strength },
    /// Whoever is signed in connects an account.
    Link { session: [u8; 32] },
}

impl Errand {
    /// The provider has to ask for the proof anew.
    fn is_fresh(self) -> bool {
        match self {
            Self::SignIn { fresh } => fresh,
            Self::Proof { .. } | Self::Link { .. } => true,
        }
    }
}

/// A browser that came back, and what became of it.
pub struct CameBack {
    pub errand: Errand,
    /// Where it wanted to go.
    pub next: String,
    pub done: Result<Came, Problem>,
}

/// What somebody got who came back from a provider.
pub enum Came {
    SignedIn(SignedIn),
    Proved,
    /// What the provider is called.
    Linked(String),
}

/// With what a provider can be asked more about whoever signs in.
pub(crate) struct More {
    metadata: Arc<Metadata>,
    tokens: Tokens,
}

/// What a state is kept as, beside passkeys and others.
const PROVIDER: &str = "provider";

impl Engine {
    /// The buttons of the sign-in page.
    pub async fn sign_in_providers(&self) -> Result<Vec<(ProviderId, String)>, Fault> {
        let mut link = self.inner.db.read().await?;
        Ok(providers::offered(&mut link).await?)
    }

    /// Begins to sign in at a provider. `browser` is what the browser kept from an earlier time: it stays the same, so that
    /// two windows do not get into each other's way. `fresh`: the provider has to ask for the proof anew.
    pub async fn begin_provider_sign_in(
        &self,
        id: ProviderId,
        browser: Option<&str>,
        next: &str,
        fresh: bool,
    ) -> Result<ProviderAsked, Problem> {
        let Stored { provider, .. } = self.stored(id).await?;
        rules::provider::may_sign_in(&provider)?;
        self.send_there(&provider, browser, next, Errand::SignIn { fresh }, None).await
    }

    /// Keeps what waits for the browser, and says where it goes. `hint` is what the provider calls whoever goes there.
    pub(crate) async fn send_there(
        &self,
        provider: &Provider,
        browser: Option<&str>,
        next: &str,
        errand: Errand,
        hint: Option<&str>,
    ) -> Result<ProviderAsked, Problem> {
        let now = self.inner.clock.now();
        let fails = |fault| fails(provider, &fault);
        let metadata = self.inner.providers.metadata(&provider.issuer, now).await.map_err(fails)?;
        let [state, nonce, verifier, anew] = [token()?, token()?, token()?, token()?];
        let browser = browser.and_then(Token::parse).unwrap_or(anew);
        let redirect = redirect(&self.inner.settings);
        let challenge = auth::pkce_challenge(verifier.expose());
        let mut fields = vec![
            ("response_type", "code"),
            ("client_id", provider.client_id.as_str()),
            ("redirect_uri", redirect.as_str()),
            ("scope", provider.scopes.as_str()),
            ("state", state.expose()),
            ("nonce", nonce.expose()),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ];
        if errand.is_fresh() {
            fields.extend([("max_age", "0"), ("prompt", "login")]);
        }
        let words = match errand {
            Errand::Proof { strength, .. } => {
                rules::provider::asks_for(&provider.strengths, strength, &metadata.acr_values_supported).join(" ")
            }
            Errand::SignIn { .. } | Errand::Link { .. } => String::new(),
        };
        if !words.is_empty() {
            fields.push(("acr_values", words.as_str()));
        }
        fields.extend(hint.map(|hint| ("login_hint", hint)));
        let go = metadata.sign_in_address(&fields).map_err(fails)?;
        let waiting = Waiting {
            provider: provider.id,
            browser: browser.hash(),
            nonce: nonce.expose().to_owned(),
            verifier: verifier.expose().to_owned(),
            next: next.to_owned(),
            errand,
            begun_at: Some(now),
        };
        let waiting = serde_json::to_vec(&waiting).map_err(|error| Fault::new("writing what waits", error))?;
        let mut link = self.inner.db.begin().await?;
        let until = now + Span::minutes(PROVIDER_SIGN_IN_MINUTES);
        proofs::begin(&mut link, &state.hash(), PROVIDER, &waiting, now, until).await?;
        link.commit().await?;
        Ok(ProviderAsked { browser: Secret(browser.expose().to_owned()), go })
    }

    /// A browser comes back; `who` is signed in there. Whatever becomes of it, the answer says where it wanted to go.
    pub async fn come_back(
        &self,
        answer: &ProviderAnswer,
        browser: &str,
        who: Option<&Who>,
        address: &str,
        agent: &str,
    ) -> CameBack {
        let waiting = match self.waiting(&answer.state, browser).await {
            Ok(waiting) => waiting,
            Err(problem) => {
                return CameBack { errand: Errand::SignIn { fresh: false }, next: String::new(), done: Err(problem) };
            }
        };
        // What was begun in a session is finished in it and in no other.
        let same = |session: [u8; 32]| who.filter(|who| auth::same(&who.session, &session)).ok_or(Refusal::ProviderSignInOver);
        let done = match waiting.errand {
            Errand::SignIn { .. } => self.come_in(answer, &waiting, address, agent).await.map(Came::SignedIn),
            Errand::Proof { session, strength } => match same(session) {
                Ok(who) => self.prove_there(answer, &waiting, who, strength, address).await.map(|()| Came::Proved),
                Err(over) => Err(over.into()),
            },
            Errand::Link { session } => match same(session) {
                Ok(who) => self.link_there(answer, &waiting, who).await.map(Came::Linked),
                Err(over) => Err(over.into()),
            },
        };
        CameBack { errand: waiting.errand, next: waiting.next, done }
    }

    /// What waits for this state and this browser, once.
    async fn waiting(&self, state: &str, browser: &str) -> Result<Waiting, Problem> {
        let over = || Problem::from(Refusal::ProviderSignInOver);
        let (state, browser) = Token::parse(state).zip(Token::parse(browser)).ok_or_else(over)?;
        let now = self.inner.clock.now();
        let mut link = self.inner.db.begin().await?;
        let begun = proofs::begun(&mut link, &state.hash(), PROVIDER, now).await?.ok_or_else(over)?;
        let waiting: Waiting = serde_json::from_slice(&begun).map_err(|error| Fault::new("reading what waits", error))?;
        // A state in the wrong browser is not used up: whoever planted it there shall not end somebody else's sign-in.
        if !auth::same(&waiting.browser, &browser.hash()) {
            return Err(over());
        }
        let mine = proofs::finish(&mut link, &state.hash(), PROVIDER).await?;
        link.commit().await?;
        if mine { Ok(waiting) } else { Err(over()) }
    }

    async fn come_in(&self, answer: &ProviderAnswer, waiting: &Waiting, address: &str, agent: &str) -> Result<SignedIn, Problem> {
        let stored = self.stored(waiting.provider).await?;
        rules::provider::may_sign_in(&stored.provider)?;
        let (claims, more) = self.asked(&stored, answer, waiting).await?;
        let id_token = more.tokens.id_token.clone();
        let provider = stored.provider;
        let known = {
            let mut link = self.inner.db.read().await?;
            providers::linked(&mut link, provider.id, &claims.subject).await?
        };
        let user = match known {
            Some(user) => user,
            None => {
                let command =
                    Command::JoinFromProvider { provider: provider.id, newcomer: self.newcomer(&provider, &claims, more).await? };
                match self.submit(&By::System, command).await? {
                    Done::JoinedFromProvider { user } => user,
                    done => return Err(Fault::new("letting somebody in", format!("{done:?}")).into()),
                }
            }
        };
        let now = self.inner.clock.now();
        let mut link = self.inner.db.begin().await?;
        // Everything again, in the transaction that opens the session: it took a while to ask. Whoever switches the provider
        // off, disables the person or removes the link at this moment waits, and then ends this session, too.
        providers::keep(&mut link, provider.id).await?;
        let present = Present::read(&mut link, user, None).await?;
        let stored = providers::get(&mut link, provider.id).await?.ok_or(Refusal::ProviderSignInOver)?;
        rules::provider::may_sign_in(&stored.provider)?;
        if providers::linked(&mut link, provider.id, &claims.subject).await? != Some(user) {
            return Err(Refusal::ProviderSignInOver.into());
        }
        let Some(present) = present else {
            let failed = Action::SignInFailed { user, address: address.to_owned() };
            self.note(&mut link, Actor::System, failed, now).await?;
            link.commit().await?;
            self.wake();
            return Err(Refusal::AccountDisabled.into());
        };
        providers::used(&mut link, provider.id, &claims.subject, now).await?;
        let (_, proofs) = word(&stored.provider, &claims, now);
        let there = There { provider: provider.id, proofs, sid: claims.session.as_deref(), id_token: &id_token };
        self.start_session(link, &present, How::Provider(&there), address, agent).await
    }

    /// Exchanges the code and checks the token.
    pub(crate) async fn asked(
        &self,
        stored: &Stored,
        answer: &ProviderAnswer,
        waiting: &Waiting,
    ) -> Result<(Claims, More), Problem> {
        let provider = &stored.provider;
        let wrong = |why: &str| wrong(provider, why);
        let fails = |fault| fails(provider, &fault);
        let now = self.inner.clock.now();
        let metadata = self.inner.providers.metadata(&provider.issuer, now).await.map_err(fails)?;
        // Whoever answers in place of the one that was asked wants the code of somebody else.
        match &answer.issuer {
            Some(issuer) if *issuer != provider.issuer => return Err(wrong("it comes from somebody else")),
            None if metadata.authorization_response_iss_parameter_supported => {
                return Err(wrong("it does not say from whom it comes"));
            }
            Some(_) | None => {}
        }
        if !answer.error.is_empty() {
            let why = code_word(&answer.error);
            return Err(Refusal::ProviderSaidNo { name: provider.name.clone(), why }.into());
        }
        if answer.code.is_empty() {
            return Err(wrong("there is no code in it"));
        }
        let secret = match &stored.secret {
            Some(sealed) => Some(opened(&self.inner.keys, provider.id, sealed)?),
            None => None,
        };
        let registration = Registration { id: &provider.client_id, secret: secret.as_ref().map(|secret| secret.0.as_str()) };
        let redirect = redirect(&self.inner.settings);
        let code = Code { code: &answer.code, redirect: &redirect, verifier: &waiting.verifier };
        let tokens = self.inner.providers.tokens(&metadata, registration, code).await.map_err(fails)?;
        let expected = Expected {
            issuer: &provider.issuer,
            client_id: &provider.client_id,
            nonce: &waiting.nonce,
            now: self.inner.clock.now().0 / 1000,
            // Whoever takes their time there proved themselves all the same, if it was since they were sent there.
            proved_since: waiting.errand.is_fresh().then_some(waiting.begun_at.unwrap_or(now).0 / 1000),
            access_token: tokens.access_token(),
        };
        let verified = match self.verified(&metadata, &tokens.id_token, &expected, false).await.map_err(fails)? {
            // The provider may have changed its keys since they were read, and need not give a new one another name.
            Err(Wrong::UnknownKey | Wrong::Signature) => {
                self.verified(&metadata, &tokens.id_token, &expected, true).await.map_err(fails)?
            }
            verified => verified,
        };
        let claims = verified.map_err(|why| {
            tracing::warn!(provider = provider.name, "the token of a provider was refused: {why}");
            wrong(&why.to_string())
        })?;
        Ok((claims, More { metadata, tokens }))
    }

    /// Who comes for the first time. Some providers say names and addresses only when they are asked for them once more.
    pub(crate) async fn newcomer(&self, provider: &Provider, claims: &Claims, more: More) -> Result<Newcomer, Problem> {
        let mut claims = claims.clone();
        if claims.verified_email.is_none() || claims.name.is_none() {
            let about =
                self.inner.providers.about(&more.metadata, &more.tokens).await.map_err(|fault| fails(provider, &fault))?;
            if let Some(about) = about {
                claims = claims.completed(&about).map_err(|why| wrong(provider, &why.to_string()))?;
            }
        }
        Ok(Newcomer {
            subject: claims.subject,
            verified_email: claims.verified_email,
            user_name: claims.preferred_username,
            name: claims.name,
            given_name: claims.given_name,
            family_name: claims.family_name,
        })
    }

    async fn verified(
        &self,
        metadata: &Metadata,
        token: &str,
        expected: &Expected<'_>,
        anew: bool,
    ) -> Result<Result<Claims, Wrong>, ProviderFault> {
        let keys = self.inner.providers.keys(metadata, anew, self.inner.clock.now()).await?;
        let keys = id_token::Keys::parse(&keys).ok_or(ProviderFault::Unreadable { what: "list of keys" })?;
        Ok(id_token::verify(token, &keys, expected))
    }

    pub(crate) async fn stored(&self, id: ProviderId) -> Result<Stored, Problem> {
        let mut link = self.inner.db.read().await?;
        Ok(providers::get(&mut link, id).await?.ok_or(Refusal::NotFound { what: "identity provider" })?)
    }
}

/// Where every provider sends people back to.
pub fn redirect(settings: &Settings) -> String {
    format!("{}/signin/callback", settings.base_url)
}

/// What a provider is told of us.
pub fn addresses(settings: &Settings, id: ProviderId) -> Addresses {
    let base = &settings.base_url;
    Addresses {
        redirect: redirect(settings),
        signed_out: crate::logout::signed_out(settings),
        back_channel: format!("{base}/signin/backchannel/{id}"),
        front_channel: format!("{base}/signin/frontchannel/{id}"),
    }
}

/// Seals a client secret for its row.
pub fn sealed(keys: &Keys, id: ProviderId, secret: &str) -> Result<Vec<u8>, Fault> {
    secrets::sealed(keys, place(&id), secret)
}

pub(crate) fn opened(keys: &Keys, id: ProviderId, sealed: &[u8]) -> Result<Secret, Fault> {
    secrets::opened(keys, place(&id), sealed)
}

fn place(id: &ProviderId) -> Place<'_> {
    Place { table: "identity_providers", column: "client_secret", row: id.0.as_bytes() }
}

/// Seals anew what was sealed with another key; how many secrets.
pub async fn seal_anew(link: &mut Link, keys: &Keys) -> Result<usize, Fault> {
    let mut count = 0;
    for Stored { provider: Provider { id, .. }, secret, .. } in providers::list(link).await? {
        if let Some(old) = secret.filter(|sealed| !keys.is_current(sealed)) {
            let secret = opened(keys, id, &old)?;
            providers::set_secret(link, id, Some(&sealed(keys, id, &secret.0)?)).await?;
            count += 1;
        }
    }
    Ok(count)
}

/// How strong a proof a provider says somebody gave there, and what that proves in a session.
pub(crate) fn word(provider: &Provider, claims: &Claims, now: Ts) -> (Strength, Proofs) {
    let strength = rules::provider::strength(&provider.strengths, claims.acr.as_deref(), &claims.amr);
    // A clock that is ahead does not make a proof last longer.
    let auth_time = claims.auth_time.map(|at| Ts(at.saturating_mul(1000)).min(now));
    (strength, rules::provider::vouched(strength, auth_time))
}

pub(crate) fn fails(provider: &Provider, fault: &ProviderFault) -> Problem {
    tracing::warn!(provider = provider.name, "a provider could not be asked: {fault}");
    Refusal::ProviderFails { name: provider.name.clone(), why: fault.to_string() }.into()
}

pub(crate) fn wrong(provider: &Provider, why: &str) -> Problem {
    Refusal::ProviderAnswerWrong { name: provider.name.clone(), why: why.to_owned() }.into()
}

fn token() -> Result<Token, Fault> {
    Token::new().map_err(|error| Fault::new("making a token", error))
}
