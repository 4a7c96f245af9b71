//! The door of one request: the pages' way to the engine, bound to one session.

use super::Site;
use super::session::Visitor;
use app::door::{Caller, Door, Flash, Later, Problem};
use connect::{Folder, Kept};
use engine::{By, Engine, Who};
use leptos::prelude::provide_context;
use model::Ts;
use model::command::{Command, Done};
use model::query::{Answer, Query};
use model::view::mail::DemoLetter;
use std::sync::{Arc, OnceLock};

/// The demo's mail page shows this many letters; nobody reads further back.
const LETTERS_MAX: usize = 100;

/// What pages and server functions find in their context. Strangers have no door.
#[derive(Clone)]
pub struct Reach(Option<Caller>);

impl Reach {
    /// `reference` is the id of the request.
    pub fn of(site: &Site, visitor: &Visitor, reference: String) -> Self {
        let letters = site.letters.clone().filter(|_| site.is_demo());
        let door = |who| SessionDoor { engine: site.engine.clone(), who, reference, letters, found_flash: OnceLock::new() };
        Self(visitor.0.clone().map(|who| Caller(Arc::new(door(who)))))
    }

    /// The door, unless it is a stranger's.
    pub fn caller(&self) -> Option<&Caller> {
        self.0.as_ref()
    }

    /// Puts it into the context.
    pub fn provide(&self) {
        if let Some(caller) = self.0.clone() {
            provide_context(caller);
        }
    }
}

fn shown(letter: Kept) -> DemoLetter {
    let Kept { id, at, to, to_name, subject, text: _, html: _, links: _ } = letter;
    DemoLetter { id, at, to, to_name, subject }
}

/// Speaks to the engine for one session, within one request.
struct SessionDoor {
    engine: Engine,
    who: Who,
    /// What a person is told when something breaks; stands in the log beside the reason.
    reference: String,
    /// Where a demo keeps its letters; nothing on any other server.
    letters: Option<Folder>,
    /// When what this request found from the page before was kept.
    found_flash: OnceLock<Ts>,
}

impl SessionDoor {
    /// The newest letters of a demo, newest first.
    async fn letters(&self, folder: &Folder) -> Result<Answer, Problem> {
        match folder.list(LETTERS_MAX).await {
            Ok(letters) => Ok(Answer::DemoMail(letters.into_iter().map(shown).collect())),
            Err(fault) => {
                tracing::error!(reference = self.reference, "{fault}");
                Err(Problem::Broken { reference: self.reference.clone() })
            }
        }
    }

    fn problem(&self, doing: &'static str, problem: engine::Problem) -> Problem {
        match problem {
            engine::Problem::Refused(refusal) => {
                tracing::info!(code = refusal.code(), doing, "refused");
                Problem::Refused(refusal)
            }
            engine::Problem::Broken(fault) => {
                tracing::error!(reference = self.reference, doing, "{fault}");
                Problem::Broken { reference: self.reference.clone() }
            }
        }
    }
}

impl Door for SessionDoor {
    fn submit(&self, command: Command) -> Later<'_, Result<Done, Problem>> {
        Box::pin(async move {
            let by = By::Session(self.who.clone());
            self.engine.submit(&by, command).await.map_err(|problem| self.problem("submit", problem))
        })
    }

    fn ask(&self, query: Query) -> Later<'_, Result<Answer, Problem>> {
        let name = query.name();
        if let (Query::DemoMail(_), Some(folder)) = (&query, &self.letters) {
            return Box::pin(self.letters(folder));
        }
        Box::pin(async move { self.engine.ask(&self.who, query).await.map_err(|problem| self.problem(name, problem)) })
    }

    fn put_flash(&self, flash: Flash) -> Later<'_, ()> {
        Box::pin(async move {
            // A message that is lost is not worth losing the page for; the log has the reason.
            match serde_json::to_string(&flash) {
                Ok(json) => {
                    if let Err(fault) = self.engine.put_flash(&self.who, json).await {
                        tracing::error!(reference = self.reference, "{fault}");
                    }
                }
                Err(error) => tracing::error!(reference = self.reference, "a flash cannot be written: {error}"),
            }
        })
    }

    fn flash(&self) -> Later<'_, Option<Flash>> {
        Box::pin(async move {
            let (json, at) = self.engine.flash(&self.who).await.unwrap_or_else(|fault| {
                tracing::error!(reference = self.reference, "{fault}");
                None
            })?;
            self.found_flash.get_or_init(|| at);
            // Kept by an older version, perhaps; then there is nothing to show.
            serde_json::from_str(&json).ok()
        })
    }

    fn forget_flash(&self) -> Later<'_, ()> {
        Box::pin(async move {
            if let Some(at) = self.found_flash.get()
                && let Err(fault) = self.engine.forget_flash(&self.who, *at).await
            {
                tracing::error!(reference = self.reference, "{fault}");
            }
        })
    }
}
