//! The door of one request: the pages' way to the engine, bound to one session.

use super::Site;
use super::session::Visitor;
use app::door::{Caller, DemoLetter, Door, Flash, Later, Letters, Problem};
use connect::Kept;
use engine::{By, Engine, Who};
use leptos::prelude::provide_context;
use model::command::{Command, Done};
use model::query::{Answer, Query};
use std::sync::Arc;

/// The demo's mail page shows this many letters; nobody reads further back.
const LETTERS_MAX: usize = 100;

/// What pages and server functions find in their context. Strangers have no door.
#[derive(Clone)]
pub struct Reach {
    caller: Option<Caller>,
    letters: Option<Letters>,
}

impl Reach {
    /// `reference` is the id of the request.
    pub fn of(site: &Site, visitor: &Visitor, reference: String) -> Self {
        let Some(who) = visitor.0.clone() else {
            return Self { caller: None, letters: None };
        };
        let letters = letters(site, reference.clone());
        let caller = Caller(Arc::new(SessionDoor { engine: site.engine.clone(), who, reference }));
        Self { caller: Some(caller), letters }
    }

    /// Puts it into the context.
    pub fn provide(&self) {
        let Self { caller, letters } = self.clone();
        if let Some(caller) = caller {
            provide_context(caller);
        }
        if let Some(letters) = letters {
            provide_context(letters);
        }
    }
}

/// How the kept letters of a demo are read; nothing on any other server.
fn letters(site: &Site, reference: String) -> Option<Letters> {
    let folder = site.letters.clone().filter(|_| site.is_demo())?;
    Some(Letters(Arc::new(move || {
        let (folder, reference) = (folder.clone(), reference.clone());
        Box::pin(async move {
            match folder.list(LETTERS_MAX).await {
                Ok(letters) => Ok(letters.into_iter().map(shown).collect()),
                Err(fault) => {
                    tracing::error!(reference, "{fault}");
                    Err(Problem::Broken { reference })
                }
            }
        })
    })))
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
}

impl SessionDoor {
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

    fn take_flash(&self) -> Later<'_, Option<Flash>> {
        Box::pin(async move {
            let json = self.engine.take_flash(&self.who).await.unwrap_or_else(|fault| {
                tracing::error!(reference = self.reference, "{fault}");
                None
            })?;
            // Kept by an older version, perhaps; then there is nothing to show.
            serde_json::from_str(&json).ok()
        })
    }
}
