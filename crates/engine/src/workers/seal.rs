//! Sealing: events are chained in order, each seal over the one before. Altering any sealed event breaks the chain.

use super::Found;
use crate::audit::{GENESIS, seal};
use crate::{Engine, Fault};

/// Events that are sealed in one transaction.
const BATCH: usize = 500;

impl Engine {
    pub(super) async fn seal_step(&self) -> Result<Found, Fault> {
        let _turn = self.inner.turns.seal.lock().await;
        {
            let mut link = self.inner.db.read().await?;
            if store::events::unsealed(&mut link, 1).await?.is_empty() {
                return Ok(Found::Nothing);
            }
        }
        let mut link = self.inner.db.begin().await?;
        let (mut length, mut last) = match store::events::head(&mut link).await? {
            Some(head) => head,
            None => {
                store::events::start_chain(&mut link, &GENESIS).await?;
                store::events::head(&mut link).await?.unwrap_or((0, GENESIS.to_vec()))
            }
        };
        let events = store::events::unsealed(&mut link, BATCH).await?;
        let mut seals = Vec::with_capacity(events.len());
        for event in &events {
            length += 1;
            last = seal(&last, length, event);
            seals.push((event.id, length, last.clone()));
        }
        store::events::seal(&mut link, &seals).await?;
        store::events::set_head(&mut link, length, &last).await?;
        link.commit().await?;
        Ok(if events.is_empty() { Found::Nothing } else { Found::Work })
    }
}
