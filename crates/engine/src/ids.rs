//! New ids: UUIDs of version 7, so that rows made later sort later, also within a millisecond.

use model::Ts;
use std::sync::Mutex;
use uuid::{ContextV7, Timestamp, Uuid};

/// Makes ids. The time comes from the engine's clock.
#[derive(Default)]
pub struct Ids(Mutex<ContextV7>);

impl Ids {
    pub fn next(&self, now: Ts) -> Uuid {
        let context = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let millis = u64::try_from(now.0).unwrap_or(0);
        let nanos = u32::try_from(millis % 1000).unwrap_or(0) * 1_000_000;
        Uuid::new_v7(Timestamp::from_unix(&*context, millis / 1000, nanos))
    }
}
