//! Workers: what time and the outside world make necessary. Each step does the same whether woken or timed,
//! takes no input, and can be interrupted anywhere: the next step finds what is left.

mod alerts;
mod delivery;
mod heartbeat;
mod imports;
mod letters;
mod seal;
mod shift;
mod timer;
mod webhooks;

pub use alerts::AlertWatch;
pub use delivery::is_off;

use crate::target::Running;
use crate::{Engine, Fault};
use model::TargetId;
use model::limits::RETRY_FIRST_SECONDS;
use shift::{Shift, caught};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long a worker sleeps at most: another server on the same PostgreSQL may have left work.
const NAP: Duration = Duration::from_secs(1);

/// How long letters and seals wait for more of them.
const GATHER: Duration = Duration::from_millis(20);

/// One at a time of each kind: `settle` waits for a step that runs in the background.
#[derive(Default)]
pub struct Turns {
    timer: Mutex<()>,
    letters: Mutex<()>,
    seal: Mutex<()>,
    alerts: Mutex<()>,
    /// Looking through what happened; each is sent to by itself.
    webhooks: Mutex<()>,
    sending: webhooks::Sending,
    /// The targets that are being brought up to date, each in a task of its own.
    targets: TaskTracker,
    imports: Mutex<()>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Worker {
    Timer,
    Letters,
    Seal,
    Alerts,
    Targets,
    Webhooks,
    Imports,
}

/// What a step found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    /// Work was done; there may be more.
    Work,
    Nothing,
}

/// A worker of an engine.
struct OfWorker {
    engine: Engine,
    worker: Worker,
    stop: CancellationToken,
    bell: watch::Receiver<u64>,
}

impl Shift for OfWorker {
    fn step(&self) -> impl Future<Output = Result<Found, Fault>> + Send + 'static {
        let (engine, worker, stop) = (self.engine.clone(), self.worker, self.stop.clone());
        async move { engine.step(worker, &stop).await }
    }

    async fn rest(&mut self, found: Result<Found, Fault>) {
        let Self { engine, worker, stop, bell } = self;
        let nap = match found {
            Ok(Found::Work) => None,
            Ok(Found::Nothing) => Some(engine.nap(*worker).await),
            Err(fault) => {
                tracing::error!(?worker, %fault, "a worker's step failed and is tried again");
                Some(Duration::from_secs(RETRY_FIRST_SECONDS.unsigned_abs()))
            }
        };
        match nap {
            None => engine.gather(*worker).await,
            Some(nap) => tokio::select! {
                () = stop.cancelled() => {}
                _ = bell.changed() => engine.gather(*worker).await,
                () = tokio::time::sleep(nap) => {}
            },
        }
        // Who rings while the step runs rings for the next.
        bell.mark_unchanged();
    }
}

impl Engine {
    /// Does everything that is due now, until nothing is left. Letters that cannot be sent are left for later.
    pub async fn settle(&self) -> Result<(), Fault> {
        loop {
            let mut found = self.timer_step().await?;
            if self.alert_step(false).await? == Found::Work {
                found = Found::Work;
            }
            if self.letter_step().await? == Found::Work {
                found = Found::Work;
            }
            if self.targets_step().await? == Found::Work {
                found = Found::Work;
            }
            if self.import_step(&CancellationToken::new()).await? == Found::Work {
                found = Found::Work;
            }
            if self.seal_step().await? == Found::Work {
                found = Found::Work;
            }
            if self.webhook_step(false).await? == Found::Work {
                found = Found::Work;
            }
            if found == Found::Nothing {
                return Ok(());
            }
        }
    }

    /// Wakes the workers, for whoever moved the clock.
    pub fn wake(&self) {
        self.inner.bell.send_modify(|rings| *rings = rings.wrapping_add(1));
    }

    /// Starts the workers. They end after `stop` is cancelled, each after its step.
    pub fn run(&self, stop: CancellationToken) -> JoinHandle<()> {
        let all =
            [Worker::Timer, Worker::Letters, Worker::Seal, Worker::Alerts, Worker::Targets, Worker::Webhooks, Worker::Imports];
        let workers: Vec<JoinHandle<()>> =
            all.into_iter().map(|worker| tokio::spawn(shift::work(self.shift(worker, &stop), stop.clone()))).collect();
        let tasks = self.inner.turns.targets.clone();
        tokio::spawn(async move {
            for worker in workers {
                if let Err(error) = worker.await {
                    tracing::error!(%error, "a worker ended badly");
                }
            }
            tasks.close();
            tasks.wait().await;
        })
    }

    fn shift(&self, worker: Worker, stop: &CancellationToken) -> OfWorker {
        OfWorker { engine: self.clone(), worker, stop: stop.clone(), bell: self.inner.bell.subscribe() }
    }

    async fn step(&self, worker: Worker, stop: &CancellationToken) -> Result<Found, Fault> {
        match worker {
            Worker::Timer => self.timer_step().await,
            Worker::Letters => self.letter_step().await,
            Worker::Seal => self.seal_step().await,
            Worker::Alerts => self.alert_step(true).await,
            Worker::Targets => self.start_targets(stop).await,
            Worker::Webhooks => self.webhook_step(true).await,
            Worker::Imports => self.import_step(stop).await,
        }
    }

    /// Begins with every target at which something is due. None waits for another.
    async fn start_targets(&self, stop: &CancellationToken) -> Result<Found, Fault> {
        for id in self.targets_due().await? {
            let running = self.inner.targets.of(id);
            // One that has its turn finds the rest by itself.
            let Ok(turn) = running.turn.clone().try_lock_owned() else { continue };
            let (engine, stop) = (self.clone(), stop.clone());
            self.inner.turns.targets.spawn(async move {
                let (turning, mine) = (engine.clone(), Arc::clone(&running));
                let turned = caught(async move { turning.turn_until_nothing(id, &mine, &stop).await }).await;
                engine.let_go(id, &running).await;
                drop(turn);
                match turned {
                    // What came in while the last turn ended is found at once.
                    Ok(()) => engine.wake(),
                    Err(fault) => tracing::error!(target = %id, %fault, "a target's turn failed and is tried again"),
                }
            });
        }
        Ok(Found::Nothing)
    }

    async fn turn_until_nothing(&self, id: TargetId, running: &Running, stop: &CancellationToken) -> Result<(), Fault> {
        while !stop.is_cancelled() && self.target_turn(id, running).await? == Found::Work {}
        Ok(())
    }

    /// What comes together is sent and sealed together; what is due is done at once.
    async fn gather(&self, worker: Worker) {
        if worker != Worker::Timer {
            tokio::time::sleep(GATHER).await;
        }
    }

    /// Until the next instant at which something is due, but no longer than a nap.
    async fn nap(&self, worker: Worker) -> Duration {
        let next = async {
            let mut link = self.inner.db.read().await?;
            match worker {
                Worker::Timer => store::requests::next_due(&mut link).await,
                Worker::Letters => store::letters::next_due(&mut link).await,
                Worker::Seal | Worker::Alerts | Worker::Targets | Worker::Webhooks | Worker::Imports => Ok(None),
            }
        };
        match next.await {
            Ok(Some(at)) => {
                let wait = at.since(self.inner.clock.now());
                Duration::from_millis(u64::try_from(wait.0).unwrap_or(0)).clamp(Duration::from_millis(1), NAP)
            }
            Ok(None) | Err(_) => NAP,
        }
    }
}
