//! The door to the server, as pages see it. Only the server half has it.
//!
//! The binary puts a [`Caller`] into the context of every page and server function. It is bound to one
//! HTTP request and so to one session: pages cannot speak for anybody else.

use model::Refusal;
use model::command::{Command, Done};
use model::query::{Answer, Query};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// What comes back, later.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What can go wrong.
#[derive(Clone, Debug)]
pub enum Problem {
    /// Expected; said to the user as it is.
    Refused(Refusal),
    /// Unexpected; logged under this reference.
    Broken { reference: String },
}

/// One visitor's way to the engine.
pub trait Door: Send + Sync + 'static {
    fn submit(&self, command: Command) -> Later<'_, Result<Done, Problem>>;
    fn ask(&self, query: Query) -> Later<'_, Result<Answer, Problem>>;
    /// Keeps what the next page of this session shall show.
    fn put_flash(&self, flash: Flash) -> Later<'_, ()>;
    /// What was kept. It stays until [`Door::forget_flash`]: a browser that gives a page up before it is there asks again.
    fn flash(&self) -> Later<'_, Option<Flash>>;
    /// Forgets what [`Door::flash`] found, and nothing that was kept since.
    fn forget_flash(&self) -> Later<'_, ()>;
}

/// The door of this request.
#[derive(Clone)]
pub struct Caller(pub Arc<dyn Door>);

pub use crate::flash::Flash;

/// How the request was posted. Put into the context by the server, in front of every server function.
#[derive(Clone, Debug, Default)]
pub struct Posted {
    /// A plain form of a page without script: answered by a redirect.
    pub plain: bool,
    /// The address of the page with the form, path and query only.
    pub page: String,
    /// The fields as they came, in order.
    pub fields: Vec<(String, String)>,
}
