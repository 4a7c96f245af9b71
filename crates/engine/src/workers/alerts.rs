//! Alerts: looks again after changes that matter, and now and then for what only time brings.

use super::Found;
use crate::{By, Engine, Fault, Problem};
use model::command::Command;
use model::limits::{ALERT_EVERY_MINUTES, ALERT_PAUSE_SECONDS};
use model::{Span, Ts};
use std::sync::{Mutex, PoisonError};
use store::delivered;

/// Whether there is reason to look. It is kept in memory: a server that begins looks first of all.
#[derive(Default)]
pub struct AlertWatch(Mutex<Watch>);

#[derive(Clone, Copy, Default)]
struct Watch {
    changed: bool,
    scanned_at: Option<Ts>,
}

impl AlertWatch {
    pub fn something_changed(&self) {
        self.with(|watch| watch.changed = true);
    }

    fn with<T>(&self, of: impl FnOnce(&mut Watch) -> T) -> T {
        of(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Watch {
    /// Changes are gathered, so that a thousand deliveries a minute are a few looks.
    fn is_due(self, now: Ts, gathers: bool) -> bool {
        let Some(scanned_at) = self.scanned_at else { return true };
        let passed = now.since(scanned_at);
        (self.changed && (!gathers || passed >= Span::seconds(ALERT_PAUSE_SECONDS)))
            || passed >= Span::minutes(ALERT_EVERY_MINUTES)
    }
}

impl Engine {
    /// Whether access at a target is overdue since the last look: nothing happens at that instant that would say so.
    async fn became_overdue(&self, watch: Watch, now: Ts, gathers: bool) -> Result<bool, Fault> {
        let Some(scanned_at) = watch.scanned_at else { return Ok(true) };
        if gathers && now.since(scanned_at) < Span::seconds(ALERT_PAUSE_SECONDS) {
            return Ok(false);
        }
        let mut link = self.inner.db.read().await?;
        let overdue_before = rules::alert::overdue_before;
        Ok(delivered::is_overdue_since(&mut link, overdue_before(scanned_at), overdue_before(now)).await?)
    }

    /// `gathers`: what has just changed can wait for more.
    pub(super) async fn alert_step(&self, gathers: bool) -> Result<Found, Fault> {
        let _turn = self.inner.turns.alerts.lock().await;
        let now = self.inner.clock.now();
        let before = self.inner.alerts.with(|watch| *watch);
        if !before.is_due(now, gathers) && !self.became_overdue(before, now, gathers).await? {
            return Ok(Found::Nothing);
        }
        // What changes from now on is not in this look.
        self.inner.alerts.with(|watch| *watch = Watch { changed: false, scanned_at: Some(now) });
        match self.submit(&By::System, Command::ScanAlerts).await {
            Ok(_) | Err(Problem::Refused(_)) => Ok(Found::Work),
            Err(Problem::Broken(fault)) => {
                self.inner.alerts.with(|watch| *watch = Watch { changed: true, scanned_at: before.scanned_at });
                Err(fault)
            }
        }
    }
}
