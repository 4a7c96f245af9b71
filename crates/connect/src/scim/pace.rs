//! How fast a server is asked.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Requests that may follow each other at once before the rate counts.
const BURST: u32 = 10;

/// Lets no more than so many requests through within a second.
#[derive(Debug)]
pub struct Pace {
    every: Duration,
    next: Mutex<Instant>,
}

impl Pace {
    pub fn new(per_second: u32) -> Self {
        Self { every: Duration::from_secs(1) / per_second.max(1), next: Mutex::new(Instant::now()) }
    }

    pub(crate) async fn wait(&self) {
        let now = Instant::now();
        let at = {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let at = now.checked_sub(self.every * BURST).map_or(*next, |earliest| earliest.max(*next));
            *next = at + self.every;
            at
        };
        if let Some(wait) = at.checked_duration_since(now) {
            tokio::time::sleep(wait).await;
        }
    }
}
