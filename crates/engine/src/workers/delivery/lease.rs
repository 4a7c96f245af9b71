//! Of servers on one database one has a target for itself, and says meanwhile that it goes on.

use crate::target::Running;
use crate::workers::Found;
use crate::workers::heartbeat::heartbeat;
use crate::{Engine, Fault};
use model::limits::TARGET_LEASE_SECONDS;
use model::target::Target;
use model::{Span, TargetId};
use store::targets;

impl Engine {
    /// One turn, by whoever has the target for itself; nobody else's word about it comes in between.
    pub(in crate::workers) async fn target_turn(&self, id: TargetId, running: &Running) -> Result<Found, Fault> {
        if !self.takes(id, running).await? {
            return Ok(Found::Nothing);
        }
        let mut turn = Box::pin(self.turn_alone(id, running));
        let beats = heartbeat(self.inner.settings.heartbeat, || async {
            let mut link = self.inner.db.begin().await?;
            let ours = self.keeps(&mut link, id, running).await?;
            link.commit().await?;
            Ok(ours)
        });
        tokio::select! {
            turned = &mut turn => return turned,
            () = beats, if !self.inner.db.is_sqlite() => {}
        }
        // Somebody else has it by now. What this turn asked for is looked at again when it writes down what it heard.
        turn.await
    }

    /// Whether this server has the target for itself from now on. Nobody else is there on SQLite.
    async fn takes(&self, id: TargetId, running: &Running) -> Result<bool, Fault> {
        if self.inner.db.is_sqlite() || running.lease().is_some() {
            return Ok(true);
        }
        let now = self.inner.clock.now();
        let run = self.inner.ids.next(now);
        let mut link = self.inner.db.begin().await?;
        let ours = targets::claim(&mut link, id, run, now, now + Span::seconds(TARGET_LEASE_SECONDS)).await?;
        link.commit().await?;
        running.set_lease(ours.then_some(run));
        Ok(ours)
    }

    /// Whether this server still has the target for itself; then it has it for longer.
    pub(super) async fn keeps(&self, link: &mut store::Link, id: TargetId, running: &Running) -> Result<bool, Fault> {
        if self.inner.db.is_sqlite() {
            return Ok(true);
        }
        let Some(run) = running.lease() else { return Ok(false) };
        let until = self.inner.clock.now() + Span::seconds(TARGET_LEASE_SECONDS);
        let ours = targets::goes_on(link, id, run, until).await?;
        if !ours {
            running.set_lease(None);
        }
        Ok(ours)
    }

    /// Whether this server still has the target for itself, and it is still set as it was when the turn began. Neither changes
    /// before the transaction ends.
    pub(super) async fn holds(&self, link: &mut store::Link, target: &Target, running: &Running) -> Result<bool, Fault> {
        Ok(self.keeps(link, target.id, running).await? && targets::has_version(link, target.id, target.version).await?)
    }

    /// Nothing is left to do, or the server stops. What cannot be said ends by its time.
    pub(in crate::workers) async fn let_go(&self, id: TargetId, running: &Running) {
        let Some(run) = running.lease() else { return };
        running.set_lease(None);
        let released = async {
            let mut link = self.inner.db.begin().await?;
            targets::release(&mut link, id, run).await?;
            link.commit().await
        };
        if let Err(fault) = released.await {
            tracing::warn!(target = %id, %fault, "a target is held up until this server's time for it is over");
        }
    }
}
