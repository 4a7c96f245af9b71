//! The one clock. Everything else is handed the time.

use model::{Span, Ts};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Tells the time. Clones share it.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Kind>);

#[derive(Debug)]
enum Kind {
    /// The system's clock, moved by this many milliseconds; the offset is zero unless test hooks move it.
    Running { offset: AtomicI64 },
    /// Stands still until it is moved.
    Frozen { at: AtomicI64 },
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self(Arc::new(Kind::Running { offset: AtomicI64::new(0) }))
    }

    /// A clock that stands at `at` until it is moved.
    pub fn frozen(at: Ts) -> Self {
        Self(Arc::new(Kind::Frozen { at: AtomicI64::new(at.0) }))
    }

    pub fn now(&self) -> Ts {
        match &*self.0 {
            Kind::Running { offset } => Ts(wall().saturating_add(offset.load(Ordering::SeqCst))),
            Kind::Frozen { at } => Ts(at.load(Ordering::SeqCst)),
        }
    }

    /// Moves the clock on. Only tests and test hooks do.
    pub fn advance(&self, span: Span) {
        match &*self.0 {
            Kind::Running { offset } => offset.fetch_add(span.0, Ordering::SeqCst),
            Kind::Frozen { at } => at.fetch_add(span.0, Ordering::SeqCst),
        };
    }

    /// Sets the clock. Only tests and test hooks do.
    pub fn set(&self, to: Ts) {
        match &*self.0 {
            Kind::Running { offset } => offset.store(to.0.saturating_sub(wall()), Ordering::SeqCst),
            Kind::Frozen { at } => at.store(to.0, Ordering::SeqCst),
        }
    }
}

/// The only place that reads the wall clock.
#[expect(clippy::disallowed_methods, reason = "this is the clock that everything else is handed")]
fn wall() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
