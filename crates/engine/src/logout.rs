//! Signing out at identity providers: whoever signs out here is led there, too; and whoever signs out there is signed out here
//! (OpenID Connect RP-Initiated, Back-Channel and Front-Channel Logout).

use crate::provider::{fails, wrong};
use crate::{Engine, Fault, Problem, Settings};
use auth::id_token::{self, Wrong};
use auth::logout_token::{self, KEPT_SECONDS, Logout};
use auth::seal::{Keys, Place};
use connect::provider::{Metadata, ProviderFault};
use model::command::Secret;
use model::event::{Action, Actor};
use model::provider::Provider;
use model::{ProviderId, Span, Ts, UserId};
use rules::sign_in::were_open;
use std::collections::BTreeMap;
use store::{Link, providers, sessions};

/// A longer token does not fit into an address, and is not kept.
const ID_TOKEN_MAX_CHARS: usize = 4000;

/// Where a session that ended came from.
#[derive(Clone)]
pub struct LeftBehind {
    provider: ProviderId,
    /// The token with which it was begun: the provider knows by it which of its sessions is meant.
    id_token: Option<Secret>,
}

impl LeftBehind {
    pub(crate) fn new(keys: &Keys, provider: ProviderId, session: &[u8], sealed: Option<Vec<u8>>) -> Self {
        // It is a hint: one that was sealed with a key that is gone is not missed.
        let opened = sealed.and_then(|sealed| keys.open(&sealed, place(session)).ok());
        let id_token = opened.and_then(|opened| String::from_utf8(opened).ok()).map(Secret);
        Self { provider, id_token }
    }
}

/// The token with which a session was begun, sealed for it; nothing when it is not kept.
pub(crate) fn kept(keys: &Keys, session: &[u8], id_token: &str) -> Option<Vec<u8>> {
    if id_token.len() > ID_TOKEN_MAX_CHARS {
        return None;
    }
    keys.seal(id_token.as_bytes(), place(session)).ok()
}

fn place(session: &[u8]) -> Place<'_> {
    Place { table: "sessions", column: "id_token", row: session }
}

/// Where providers send people who signed out there.
pub(crate) fn signed_out(settings: &Settings) -> String {
    format!("{}/signin", settings.base_url)
}

impl Engine {
    /// Where whoever signed out here may sign out, too: what the provider is called, and its address. Nothing when it has no
    /// such page, or cannot be asked.
    pub async fn sign_out_there(&self, left: &LeftBehind) -> Option<(String, String)> {
        let provider = self.stored(left.provider).await.ok()?.provider;
        let metadata = self.inner.providers.metadata(&provider.issuer, self.inner.clock.now()).await.ok()?;
        let back = signed_out(&self.inner.settings);
        let mut fields = vec![("client_id", provider.client_id.as_str()), ("post_logout_redirect_uri", back.as_str())];
        fields.extend(left.id_token.as_ref().map(|token| ("id_token_hint", token.0.as_str())));
        let address = metadata.sign_out_address(&fields)?;
        Some((provider.name, address))
    }

    /// A provider says that somebody signed out there. Ends what they began with it here; how many sessions.
    pub async fn signed_out_there(&self, id: ProviderId, token: &str) -> Result<u64, Problem> {
        let provider = self.stored(id).await?.provider;
        rules::provider::may_sign_in(&provider)?;
        let fails = |fault| fails(&provider, &fault);
        let now = self.inner.clock.now();
        let metadata = self.inner.providers.metadata(&provider.issuer, now).await.map_err(fails)?;
        let verified = match self.logout(&metadata, &provider, token, false).await.map_err(fails)? {
            // The provider may have changed its keys since they were read, and need not give a new one another name.
            Err(Wrong::UnknownKey | Wrong::Signature) => self.logout(&metadata, &provider, token, true).await.map_err(fails)?,
            verified => verified,
        };
        let Logout { subject, session, id: hash } = verified.map_err(|why| {
            tracing::warn!(provider = provider.name, "what a provider said about a sign-out was refused: {why}");
            wrong(&provider, &why.to_string())
        })?;
        let now = self.inner.clock.now();
        let mut link = self.inner.db.begin().await?;
        let until = now + Span::seconds(2 * KEPT_SECONDS);
        if !sessions::use_logout_token(&mut link, &hash, now, until).await? {
            return Err(wrong(&provider, "its token was used already"));
        }
        let ended = self.end_there(&mut link, &provider, subject.as_deref(), session.as_deref(), now).await?;
        link.commit().await?;
        self.wake();
        Ok(ended)
    }

    /// A browser says so on behalf of a provider, which named the sign-in. What does not fit is passed over: whoever asks
    /// learns nothing.
    pub async fn signed_out_in_front(&self, id: ProviderId, issuer: &str, sid: &str) -> Result<(), Problem> {
        let provider = self.stored(id).await?.provider;
        if provider.issuer != issuer || sid.is_empty() {
            return Ok(());
        }
        let mut link = self.inner.db.begin().await?;
        self.end_there(&mut link, &provider, None, Some(sid), self.inner.clock.now()).await?;
        link.commit().await?;
        self.wake();
        Ok(())
    }

    async fn logout(
        &self,
        metadata: &Metadata,
        provider: &Provider,
        token: &str,
        anew: bool,
    ) -> Result<Result<Logout, Wrong>, ProviderFault> {
        let now = self.inner.clock.now();
        let keys = self.inner.providers.keys(metadata, anew, now).await?;
        let keys = id_token::Keys::parse(&keys).ok_or(ProviderFault::Unreadable { what: "list of keys" })?;
        Ok(logout_token::verify(token, &keys, &provider.issuer, &provider.client_id, now.0 / 1000))
    }

    /// Ends the sessions of this sign-in; without one all of this account. Sessions of the account whose sign-in has no name
    /// end with any. What the provider vouched for in other sessions of these people counts no longer.
    async fn end_there(
        &self,
        link: &mut Link,
        provider: &Provider,
        subject: Option<&str>,
        sid: Option<&str>,
        now: Ts,
    ) -> Result<u64, Fault> {
        let mut ended: BTreeMap<UserId, u64> = BTreeMap::new();
        if let Some(sid) = sid {
            for (user, lived) in sessions::of_sid(link, provider.id, sid).await? {
                let open = were_open(&[lived], now);
                if open > 0 {
                    *ended.entry(user).or_default() += open;
                }
            }
            // Also in sessions that were begun otherwise, and in which this sign-in proved more.
            sessions::take_words_back(link, provider.id, sid).await?;
            sessions::end_sid(link, provider.id, sid).await?;
        }
        let of_account = match subject {
            Some(subject) => providers::linked(link, provider.id, subject).await?,
            None => None,
        };
        if let Some(user) = of_account {
            let lived = match sid {
                Some(_) => sessions::end_nameless_of(link, provider.id, user).await?,
                None => sessions::end_vouched_of(link, provider.id, user).await?,
            };
            *ended.entry(user).or_default() += were_open(&lived, now);
        }
        for (user, count) in &ended {
            sessions::take_word_back(link, provider.id, *user).await?;
            if *count > 0 {
                let (name, sessions) = (provider.name.clone(), *count);
                let over = Action::SignedOutByProvider { user: *user, provider: provider.id, name, sessions };
                self.note(link, Actor::System, over, now).await?;
            }
        }
        Ok(ended.values().sum())
    }
}
