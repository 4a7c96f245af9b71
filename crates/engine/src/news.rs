//! Waiting until something may have changed.

use crate::{Engine, Fault};
use std::time::Duration;
use tokio::sync::{Mutex, watch};
use tokio::time::Instant;

/// What happens in one moment is looked at once.
const GATHER: Duration = Duration::from_millis(200);

/// One who waits looks no more often than that, however much happens.
const APART: Duration = Duration::from_secs(1);

/// What only time brings, such as a delegation that begins, rings no bell either.
const ANYWAY: Duration = Duration::from_secs(30);

/// Another server on the same PostgreSQL rings no bell here, so it is looked whether the history grew.
const LOOK: Duration = Duration::from_millis(500);

/// How long the history was when it was looked last. All who wait share one look.
#[derive(Default)]
pub struct Heard(Mutex<Option<(Instant, i64)>>);

/// The bell of an engine, for one who waits.
pub struct News {
    engine: Engine,
    bell: watch::Receiver<u64>,
    /// How long the history was when this one heard of it; nothing at first.
    length: Option<i64>,
    /// When this one was told last.
    told: Option<Instant>,
}

impl Engine {
    pub fn news(&self) -> News {
        News { engine: self.clone(), bell: self.inner.bell.subscribe(), length: None, told: None }
    }

    /// How long the sealed history is, as far as is known: what any server did is sealed within moments.
    async fn history_length(&self) -> Result<i64, Fault> {
        let mut heard = self.inner.heard.0.lock().await;
        let now = Instant::now();
        match *heard {
            Some((at, length)) if now.duration_since(at) < LOOK / 2 => Ok(length),
            _ => {
                let mut link = self.inner.db.read().await?;
                let length = store::events::head_now(&mut link).await?.map_or(0, |(length, _)| length);
                *heard = Some((now, length));
                Ok(length)
            }
        }
    }
}

impl News {
    /// Returns when something may have changed since it was called last.
    pub async fn next(&mut self) -> Result<(), Fault> {
        let alone = self.engine.inner.db.is_sqlite();
        let anyway = Instant::now() + ANYWAY;
        loop {
            tokio::select! {
                // The engine is held, and with it the other end of this.
                _ = self.bell.changed() => break,
                () = tokio::time::sleep_until(anyway) => break,
                () = tokio::time::sleep(LOOK), if !alone => {
                    let length = Some(self.engine.history_length().await?);
                    if std::mem::replace(&mut self.length, length) != length {
                        break;
                    }
                }
            }
        }
        let gathered = Instant::now() + GATHER;
        tokio::time::sleep_until(self.told.map_or(gathered, |told| gathered.max(told + APART))).await;
        self.told = Some(Instant::now());
        self.bell.mark_unchanged();
        Ok(())
    }
}
