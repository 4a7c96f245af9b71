//! The one door. [`Engine::submit`] is how anything changes, [`Engine::ask`] how anything is read.
//!
//! A use case loads the facts, lets `rules` decide, and saves state, events and letters in one transaction;
//! workers do what time and the outside world make necessary, through the same door.

mod access_token;
pub mod answering;
pub mod audit;
mod authenticator;
mod change;
pub mod clock;
mod commands;
mod demo;
pub mod evidence;
mod fault;
mod hashing;
mod ids;
mod import;
pub mod logout;
pub mod mail;
mod news;
pub mod proof;
pub mod provider;
mod provisioning;
pub mod secrets;
pub mod session;
mod setup;
pub mod step_up;
mod target;
mod tries;
mod views;
mod webhook;
mod workers;

pub use access_token::Bearer;
pub use audit::AuditReport;
pub use authenticator::Enrolment;
pub use clock::Clock;
pub use fault::{Fault, Problem};
pub use logout::LeftBehind;
pub use news::News;
pub use proof::PasskeyAsked;
pub use provider::{Came, CameBack, Errand, ProviderAnswer, ProviderAsked};
pub use session::{EndedSession, Proven, SignedIn, SigningIn, Who};
pub use setup::FirstAdministrator;

use change::Change;
use model::command::{Command, Done};
use model::query::{Answer, Query};
use model::{Language, Refusal};
use rules::access::Visitor;
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::sync::watch;

/// How often a change is begun that PostgreSQL takes back because it and another wait for each other. The other one goes on
/// meanwhile, so the second try nearly always gets through.
const DEADLOCK_TRIES: u32 = 5;

/// What an engine needs to know about its surroundings.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `https://host`, without a slash at the end: where letters lead.
    pub base_url: String,
    /// What letters are written in.
    pub language: Language,
    /// The demo company lives here.
    pub demo: bool,
    /// Letters are kept in a folder that a page shows.
    pub demo_mail: bool,
    pub mail: mail::MailSetup,
    /// While something is done that only one server does at a time, others are told this often that it goes on.
    pub heartbeat: std::time::Duration,
}

/// What an engine needs to deal with what is outside of it.
#[derive(Clone, Debug)]
pub struct Outside {
    /// Seal what is kept of others' secrets.
    pub keys: secrets::Keys,
    pub outgoing: connect::outgoing::Client,
}

/// On whose behalf something happens.
#[derive(Clone, Debug)]
pub enum By {
    Session(Who),
    /// Somebody on the server's own command line.
    Console,
    /// Time, or a worker.
    System,
    /// Another system with an access token.
    Token(Bearer),
    /// What a run of an import found in another directory.
    Import(model::ImportId),
}

impl By {
    fn visitor(&self) -> Visitor {
        match self {
            // Who is held back has no role yet: what surrounds the page that verifies shows nothing of theirs.
            Self::Session(who) => {
                let roles = if who.asked_by.is_empty() { who.roles.clone() } else { BTreeSet::new() };
                Visitor::User { id: who.user, roles }
            }
            Self::Console => Visitor::Console,
            Self::System => Visitor::System,
            Self::Token(bearer) => Visitor::Token { id: bearer.id, scope: bearer.scope },
            Self::Import(id) => Visitor::Import(*id),
        }
    }
}

/// The engine. Clones share everything.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

struct Inner {
    db: store::Db,
    clock: Clock,
    /// How letters leave where administrators set no mail server.
    mail: Arc<connect::Mail>,
    made_mail: mail::Made,
    settings: Settings,
    ids: ids::Ids,
    /// Rung after every change: workers look what is due.
    bell: watch::Sender<u64>,
    turns: workers::Turns,
    alerts: workers::AlertWatch,
    /// Nothing where this server's address allows none.
    passkeys: Option<auth::passkey::Passkeys>,
    keys: secrets::Keys,
    providers: connect::provider::Providers,
    outgoing: connect::outgoing::Client,
    targets: target::Targets,
    hashing: hashing::Hashing,
    heard: news::Heard,
}

impl Engine {
    /// Joins the parts. Nothing runs until [`Engine::run`].
    pub fn new(db: store::Db, clock: Clock, mail: connect::Mail, outside: Outside, settings: Settings) -> Self {
        let (bell, _) = watch::channel(0);
        let (ids, turns, alerts) = (ids::Ids::default(), workers::Turns::default(), workers::AlertWatch::default());
        let passkeys = auth::passkey::Passkeys::at(&settings.base_url);
        let Outside { keys, outgoing } = outside;
        let providers = connect::provider::Providers::new(outgoing.clone());
        let (targets, hashing) = (target::Targets::default(), hashing::Hashing::default());
        let (mail, made_mail) = (Arc::new(mail), mail::Made::default());
        let inner = Inner {
            db,
            clock,
            mail,
            made_mail,
            settings,
            ids,
            bell,
            turns,
            alerts,
            passkeys,
            keys,
            providers,
            outgoing,
            targets,
            hashing,
            heard: news::Heard::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    pub fn db(&self) -> &store::Db {
        &self.inner.db
    }

    /// No password is hashed or checked while what this gives is kept: for tests of what must not need it.
    #[doc(hidden)]
    pub async fn stop_hashing(&self) -> Result<tokio::sync::OwnedSemaphorePermit, Fault> {
        self.inner.hashing.stop().await
    }

    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// Does what is asked, wholly or not at all. When it returns, the change, its events and its letters are durable.
    pub async fn submit(&self, by: &By, command: Command) -> Result<Done, Problem> {
        if let By::Session(who) = by {
            rules::proof::may_submit(&who.asked_by, &command)?;
        }
        let command = commands::prepare(self, command).await?;
        let mut tries = 1;
        loop {
            match self.change(by, &command).await {
                Err(Problem::Broken(fault)) if fault.is_deadlock() && tries < DEADLOCK_TRIES => tries += 1,
                done => {
                    self.wake();
                    return done;
                }
            }
        }
    }

    async fn change(&self, by: &By, command: &commands::Prepared) -> Result<Done, Problem> {
        let mut change = Change::begin(self, by).await?;
        // On the heap: it has room for the largest of all commands, and whoever submits may be deep in a stack.
        let done = Box::pin(commands::run(&mut change, command)).await?;
        commands::follow_ends(&mut change).await?;
        commands::target::follow(&mut change).await?;
        commands::review_gone::follow(&mut change).await?;
        commands::review_leaving::follow(&mut change).await?;
        let matters = change.recorded().any(rules::alert::matters);
        change.save().await?;
        if matters {
            self.inner.alerts.something_changed();
        }
        Ok(done)
    }

    /// What would come of these commands, one after the other: the same code decides, and nothing of it is kept.
    async fn tries(&self, who: &Who, all: Vec<Command>) -> Result<Vec<Result<Done, Refusal>>, Problem> {
        let mut change = Change::begin(self, &By::Session(who.clone())).await?;
        let mut outcomes = Vec::new();
        for command in all {
            let command = commands::prepare(self, command).await?;
            let tried = change.try_on().await?;
            let mut outcome = Box::pin(commands::run(&mut change, &command)).await;
            if outcome.is_ok()
                && let Err(problem) = commands::follow_ends(&mut change).await
            {
                outcome = Err(problem);
            }
            outcomes.push(match outcome {
                Ok(done) => Ok(done),
                Err(Problem::Refused(refusal)) => {
                    change.take_back(tried).await?;
                    Err(refusal)
                }
                Err(broken @ Problem::Broken(_)) => return Err(broken),
            });
        }
        Ok(outcomes)
    }

    /// Answers a query for somebody who is signed in.
    pub async fn ask(&self, who: &Who, query: Query) -> Result<Answer, Problem> {
        rules::proof::may_ask(&who.asked_by, &query)?;
        let visitor = By::Session(who.clone()).visitor();
        rules::access::may_ask(&visitor, &query)?;
        if let Query::ProviderTest(query) = query {
            return Ok(Answer::ProviderTest(self.test_provider(query.provider).await?));
        }
        if let Query::TargetTest(query) = query {
            return Ok(Answer::TargetTest(self.test_target(query.target).await?));
        }
        if let Query::TargetTrial(query) = query {
            return Ok(Answer::TargetTrial(self.try_target(query.target).await?));
        }
        if let Query::ImportTest(query) = query {
            return Ok(Answer::ImportTest(self.test_import(query.import).await?));
        }
        if let Query::ImportPreview(query) = query {
            return Ok(Answer::ImportPreview(self.preview_import(query).await?));
        }
        if let Query::WebhookTest(query) = query {
            return Ok(Answer::WebhookTest(self.test_webhook(query.webhook).await?));
        }
        if let Query::MailTest(_) = query {
            return Ok(Answer::MailTest(self.test_mail(who).await?));
        }
        Box::pin(views::answer(self, who, &visitor, query)).await
    }
}
