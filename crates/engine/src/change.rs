//! One change: a transaction, and what happened in it so far. Saved as a whole or dropped as a whole.

use crate::{By, Engine, Fault, Problem};
use model::event::{Action, Actor, Event};
use model::notice::Letter;
use model::proof::Proofs;
use model::request::Request;
use model::{AnyId, EventId, LetterId, RequestId, Ts, UserId};
use rules::access::Visitor;
use std::collections::{BTreeMap, BTreeSet};
use store::Link;
use store::follows::Follows;

pub struct Change<'e> {
    engine: &'e Engine,
    pub link: Link,
    pub now: Ts,
    pub visitor: Visitor,
    pub actor: Actor,
    /// What was proved in the session in which it is asked.
    pub proofs: Proofs,
    /// The session in which it is asked.
    pub session: Option<[u8; 32]>,
    /// What the person who acts reads, the best liked first.
    pub languages: Vec<String>,
    events: Vec<Event>,
    letters: Vec<Letter>,
    names: BTreeMap<UserId, String>,
    /// Whom and what requests are about, as far as they were at hand.
    about: BTreeMap<RequestId, Vec<AnyId>>,
    follows: Option<Follows>,
}

/// How far a change was when something was tried on.
pub struct Tried {
    events: usize,
    letters: usize,
}

impl<'e> Change<'e> {
    /// Refuses whoever's session or token ended since it was read.
    pub async fn begin(engine: &'e Engine, by: &By) -> Result<Self, Problem> {
        let mut link = engine.inner.db.begin().await?;
        // The clock is read after the transaction began: whoever waited in the queue acts later, not earlier.
        let now = engine.inner.clock.now();
        match by {
            By::Session(who) => crate::session::is_in(&mut link, who).await?,
            By::Token(bearer) => crate::access_token::is_good_still(&mut link, bearer, now).await?,
            By::Console | By::System | By::Import(_) => {}
        }
        let actor = match by {
            By::Session(who) => Actor::User(who.user),
            By::Console => Actor::Console,
            By::System => Actor::System,
            By::Token(bearer) => Actor::Token(bearer.id),
            By::Import(id) => Actor::Import(*id),
        };
        let languages = match by {
            By::Session(who) => who.languages.clone(),
            By::Console | By::System | By::Token(_) | By::Import(_) => Vec::new(),
        };
        let mut visitor = by.visitor();
        if let Visitor::User { id, roles } = &mut visitor
            && !roles.is_empty()
        {
            // A role may have ended since the session was read; one that has begun counts with the next click.
            let held = crate::session::roles(&mut link, *id, now).await?;
            roles.retain(|role| held.contains(role));
        }
        let proofs = match by {
            By::Session(who) => who.proofs,
            // A shell on the server proves more than any code.
            By::Console | By::System => {
                Proofs { signed_in_at: Some(now), code_at: Some(now), passkey_at: Some(now), ..Proofs::default() }
            }
            By::Token(_) | By::Import(_) => Proofs::default(),
        };
        let session = match by {
            By::Session(who) => Some(who.session),
            By::Console | By::System | By::Token(_) | By::Import(_) => None,
        };
        let (events, letters, names, about) = (Vec::new(), Vec::new(), BTreeMap::new(), BTreeMap::new());
        let follows = None;
        Ok(Self { engine, link, now, visitor, actor, proofs, session, languages, events, letters, names, about, follows })
    }

    /// A new id of this moment.
    pub fn id(&self) -> AnyId {
        self.engine.inner.ids.next(self.now)
    }

    /// The beginning of the addresses at which identity providers reach people and groups.
    pub fn scim_base(&self) -> String {
        crate::provisioning::base(self.engine.settings())
    }

    /// What seals secrets.
    pub fn keys(&self) -> &crate::secrets::Keys {
        &self.engine.inner.keys
    }

    /// What the configuration says about mail.
    pub fn mail_setup(&self) -> &crate::mail::MailSetup {
        &self.engine.inner.settings.mail
    }

    /// The rules for everything that goes to other servers.
    pub fn outgoing(&self) -> &connect::outgoing::Client {
        &self.engine.inner.outgoing
    }

    /// Passkeys can be used with this server's address.
    pub fn has_passkeys(&self) -> bool {
        self.engine.has_passkeys()
    }

    /// The demo company lives here.
    pub fn is_demo(&self) -> bool {
        self.engine.inner.settings.demo
    }

    /// The person who acts, if it is one.
    pub fn person(&self) -> Option<UserId> {
        match self.actor {
            Actor::User(user) => Some(user),
            Actor::System | Actor::Console | Actor::Token(_) | Actor::Import(_) => None,
        }
    }

    /// Display names, each read once a change; unknown ids are left out.
    pub async fn names(&mut self, ids: impl IntoIterator<Item = UserId>) -> Result<&BTreeMap<UserId, String>, Fault> {
        let missing: BTreeSet<UserId> = ids.into_iter().filter(|id| !self.names.contains_key(id)).collect();
        if !missing.is_empty() {
            let missing: Vec<UserId> = missing.into_iter().collect();
            let found = store::users::names(&mut self.link, &missing).await?;
            self.names.extend(found);
        }
        Ok(&self.names)
    }

    /// Display names that were read on the way.
    pub fn know(&mut self, names: BTreeMap<UserId, String>) {
        self.names.extend(names);
    }

    /// What may follow from somebody getting or losing something, asked once a change.
    pub async fn follows(&mut self) -> Result<Follows, Fault> {
        match self.follows {
            Some(follows) => Ok(follows),
            None => {
                let follows = store::follows::follows(&mut self.link).await?;
                self.follows = Some(follows);
                Ok(follows)
            }
        }
    }

    /// Something happened about a request that is at hand.
    pub fn record_of(&mut self, request: &Request, actions: impl IntoIterator<Item = Action>) {
        self.about.entry(request.id).or_insert_with(|| request.about());
        self.record(Some(request.id), actions);
    }

    /// Something happened.
    pub fn record(&mut self, request: Option<RequestId>, actions: impl IntoIterator<Item = Action>) {
        for action in actions {
            let makes = matches!(
                action,
                Action::GroupCreated { .. }
                    | Action::GroupChanged { .. }
                    | Action::TargetCreated { .. }
                    | Action::TargetChanged { .. }
            );
            if makes {
                self.follows = None;
            }
            let id = EventId(self.id());
            // Whom and what a request is about is added when everything is saved.
            self.events.push(Event { id, at: self.now, actor: self.actor, request, about: Vec::new(), action });
        }
    }

    /// What happened so far.
    pub fn recorded(&self) -> impl Iterator<Item = &Action> {
        self.events.iter().map(|event| &event.action)
    }

    /// Begins something that may be taken back.
    pub async fn try_on(&mut self) -> Result<Tried, Fault> {
        self.link.mark().await?;
        Ok(Tried { events: self.events.len(), letters: self.letters.len() })
    }

    /// Takes back what was done since.
    pub async fn take_back(&mut self, tried: Tried) -> Result<(), Fault> {
        self.events.truncate(tried.events);
        self.letters.truncate(tried.letters);
        Ok(self.link.take_back().await?)
    }

    /// Somebody is to be told.
    pub fn tell(&mut self, letters: impl IntoIterator<Item = Letter>) {
        self.letters.extend(letters);
    }

    /// Makes it durable. Nothing outside happens before this.
    pub async fn save(mut self) -> Result<(), Fault> {
        let requests: BTreeSet<RequestId> = self.events.iter().filter_map(|event| event.request).collect();
        let unknown: Vec<RequestId> = requests.into_iter().filter(|request| !self.about.contains_key(request)).collect();
        if !unknown.is_empty() {
            let found = store::requests::about(&mut self.link, &unknown).await?;
            self.about.extend(found);
        }
        for event in &mut self.events {
            event.about = event.request.and_then(|request| self.about.get(&request).cloned()).unwrap_or_default();
        }
        store::events::insert(&mut self.link, &self.events).await?;
        let letters: Vec<(LetterId, Letter)> =
            std::mem::take(&mut self.letters).into_iter().map(|letter| (LetterId(self.id()), letter)).collect();
        store::letters::insert(&mut self.link, &letters, self.now).await?;
        self.link.commit().await?;
        Ok(())
    }
}
