//! The door of one request: the pages' way to the engine, bound to one session.

use app::door::{Door, Flash, Later, Problem};
use engine::{By, Engine, Who};
use model::command::{Command, Done};
use model::query::{Answer, Query};

/// Speaks to the engine for one session, within one request.
pub struct SessionDoor {
    engine: Engine,
    who: Who,
    /// What a person is told when something breaks; stands in the log beside the reason.
    reference: String,
}

impl SessionDoor {
    /// `reference` is the id of the request.
    pub fn new(engine: Engine, who: Who, reference: String) -> Self {
        Self { engine, who, reference }
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
