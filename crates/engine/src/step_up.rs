//! Whoever is signed in goes to an identity provider: to prove more than they did in their session, or to connect an account
//! there. Nobody is signed in by it, and nobody becomes somebody else.

use crate::provider::{Errand, ProviderAnswer, ProviderAsked, Waiting, word};
use crate::session::still_in;
use crate::{Engine, Fault, Problem, Who};
use model::event::{Action, Actor};
use model::proof::{MethodChange, Proofs, ProvedBy, Strength, Vouched};
use model::{ProviderId, Refusal, UserId};
use store::providers::Stored;
use store::sessions::Word;
use store::{Link, providers, sessions};

impl Engine {
    /// Sends whoever is signed in to a provider that vouches for them, for a proof so strong. `browser` is what the browser
    /// kept from an earlier time.
    pub async fn begin_proof_there(
        &self,
        who: &Who,
        id: ProviderId,
        browser: Option<&str>,
        next: &str,
        strength: Strength,
    ) -> Result<ProviderAsked, Problem> {
        let Stored { provider, .. } = self.stored(id).await?;
        rules::provider::may_ask_for(&provider, strength)?;
        let mine = {
            let mut link = self.inner.db.read().await?;
            providers::of_user(&mut link, who.user).await?
        };
        let mine = mine.into_iter().find(|account| account.provider_id == id).ok_or(Refusal::NotFound { what: "link" })?;
        let errand = Errand::Proof { session: who.session, strength };
        self.send_there(&provider, browser, next, errand, Some(&mine.called)).await
    }

    /// Sends whoever is signed in to a provider, to connect the account that they have there. It takes what adding a passkey
    /// does: whoever has the account signs in here as them from then on.
    pub async fn begin_link(&self, who: &Who, id: ProviderId, browser: Option<&str>) -> Result<(String, ProviderAsked), Problem> {
        let now = self.inner.clock.now();
        let Stored { provider, .. } = self.stored(id).await?;
        let mine = {
            let mut link = self.inner.db.read().await?;
            crate::proof::may_change_methods(&mut link, who, now).await?;
            has_account(&mut link, id, who.user).await?
        };
        rules::provider::may_link(&provider, mine, who.user, (None, ""))?;
        let asked = self.send_there(&provider, browser, "", Errand::Link { session: who.session }, None).await?;
        Ok((provider.name, asked))
    }

    /// They come back with the provider's word, which has to be about them, as strong as was asked for, and fresh.
    pub(crate) async fn prove_there(
        &self,
        answer: &ProviderAnswer,
        waiting: &Waiting,
        who: &Who,
        asked: Strength,
        address: &str,
    ) -> Result<(), Problem> {
        let stored = self.stored(waiting.provider).await?;
        rules::provider::may_sign_in(&stored.provider)?;
        let (claims, _) = self.asked(&stored, answer, waiting).await?;
        let now = self.inner.clock.now();
        let mut link = self.inner.db.begin().await?;
        // Everything again, in the transaction that notes it: it took a while to ask.
        let provider = self.still_there(&mut link, waiting.provider, who).await?;
        let linked = providers::linked(&mut link, provider.id, &claims.subject).await?;
        let called = claims.verified_email.as_ref().or(claims.preferred_username.as_ref()).unwrap_or(&claims.subject);
        let (said, word) = word(&provider, &claims, now);
        let suffices = rules::provider::may_ask_for(&provider, asked)
            .and_then(|()| rules::provider::proves(&provider, who.user, (linked, called), (asked, said)));
        if let Err(refusal) = suffices {
            // Whoever it was, they did not show that they are this person.
            let failed = Action::ProofFailed { user: who.user, address: address.to_owned() };
            self.note(&mut link, Actor::System, failed, now).await?;
            link.commit().await?;
            self.wake();
            return Err(refusal.into());
        }
        let before = sessions::word_to_change(&mut link, &who.session, provider.id).await?.unwrap_or_default();
        let sid = claims.session.clone();
        let after = rules::proof::with_word_of(proofs(&before), before.provider_sid.as_deref(), word, sid.as_deref());
        let after = stored_word(after, sid);
        sessions::set_word(&mut link, &who.session, provider.id, after).await?;
        sessions::refresh_flash(&mut link, &who.session, now).await?;
        providers::used(&mut link, provider.id, &claims.subject, now).await?;
        let proved = Action::IdentityProved { user: who.user, by: ProvedBy::Provider, address: address.to_owned() };
        self.note(&mut link, Actor::User(who.user), proved, now).await?;
        link.commit().await?;
        self.wake();
        Ok(())
    }

    /// They come back with an account that is theirs from now on; what the provider is called.
    pub(crate) async fn link_there(&self, answer: &ProviderAnswer, waiting: &Waiting, who: &Who) -> Result<String, Problem> {
        let stored = self.stored(waiting.provider).await?;
        rules::provider::may_sign_in(&stored.provider)?;
        let (claims, more) = self.asked(&stored, answer, waiting).await?;
        let called = self.newcomer(&stored.provider, &claims, more).await?.called();
        let now = self.inner.clock.now();
        let mut link = self.inner.db.begin().await?;
        let provider = self.still_there(&mut link, waiting.provider, who).await?;
        let linked = providers::linked(&mut link, provider.id, &claims.subject).await?;
        let mine = has_account(&mut link, provider.id, who.user).await?;
        rules::provider::may_link(&provider, mine, who.user, (linked, &called))?;
        match providers::bind(&mut link, provider.id, &claims.subject, who.user, &called, now).await {
            // Somebody else was faster.
            Err(fault) if fault.is_duplicate() => return Err(Refusal::Stale.into()),
            bound => bound?,
        }
        let (id, name) = (provider.id, provider.name.clone());
        let bound = Action::ProviderLinked { user: who.user, provider: id, name: name.clone(), called: called.clone() };
        self.note(&mut link, Actor::User(who.user), bound, now).await?;
        self.tell(&mut link, who.user, MethodChange::Linked { provider: name.clone(), called }, now).await?;
        link.commit().await?;
        self.wake();
        Ok(name)
    }

    /// The provider as it is now, when the session is one still. Nobody else changes what this person proved meanwhile, and
    /// whoever switches the provider off waits, and then takes back what is noted of it.
    async fn still_there(&self, link: &mut Link, id: ProviderId, who: &Who) -> Result<model::provider::Provider, Problem> {
        providers::keep(link, id).await?;
        still_in(link, who).await?;
        Ok(providers::get(link, id).await?.ok_or(Refusal::ProviderSignInOver)?.provider)
    }
}

async fn has_account(link: &mut Link, id: ProviderId, user: UserId) -> Result<bool, Fault> {
    Ok(providers::of_user(link, user).await?.iter().any(|account| account.provider_id == id))
}

fn proofs(word: &Word) -> Proofs {
    let vouched = Vouched { multifactor_at: word.multifactor_at, passkey_at: word.passkey_at };
    Proofs { signed_in_at: word.signed_in_at, vouched, ..Proofs::default() }
}

fn stored_word(proofs: Proofs, provider_sid: Option<String>) -> Word {
    let Proofs { signed_in_at, vouched: Vouched { multifactor_at, passkey_at }, .. } = proofs;
    Word { signed_in_at, multifactor_at, passkey_at, provider_sid }
}
