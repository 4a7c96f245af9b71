//! Due instants: each becomes a command of the system, through the same door as a click.

use super::Found;
use crate::{By, Engine, Fault, Problem};
use model::command::Command;
use model::review::Failure;
use model::{AssignmentId, PackageAssignmentId, ReviewId};

/// Due things that are looked up together.
const BATCH: usize = 200;

impl Engine {
    pub(super) async fn timer_step(&self) -> Result<Found, Fault> {
        let _turn = self.inner.turns.timer.lock().await;
        let now = self.inner.clock.now();
        let ends: Vec<PackageAssignmentId>;
        let over: Vec<AssignmentId>;
        let mut due: Vec<Command> = Vec::new();
        {
            let mut link = self.inner.db.read().await?;
            // Ends first: access that is over makes room for what is asked next.
            ends = store::packages::due(&mut link, now, BATCH).await?;
            let ending = store::packages::ending(&mut link, now, BATCH).await?;
            due.extend(ending.into_iter().map(|assignment| Command::PackageAssignmentEnding { assignment }));
            over = store::assignments::due(&mut link, now, BATCH).await?;
            let ending = store::role_assignments::ending(&mut link, now, BATCH).await?;
            due.extend(ending.into_iter().map(|assignment| Command::AssignmentEnding { assignment }));
            let groups = store::groups::due(&mut link, now, BATCH).await?;
            due.extend(groups.into_iter().map(|group| Command::GroupDue { group }));
            let policies = store::automatic::due(&mut link, now, BATCH).await?;
            due.extend(policies.into_iter().map(|policy| Command::PolicyDue { policy }));
            if crate::commands::role_digest::is_due(&mut link, now).await? {
                due.push(Command::DigestDue);
            }
            let mut reviews = store::reviews::due(&mut link, now, BATCH).await?;
            let left = store::review_leavers::due(&mut link, BATCH).await?;
            reviews.extend(left.into_iter().filter(|review| !reviews.contains(review)).collect::<Vec<_>>());
            due.extend(reviews.into_iter().map(|review| Command::ReviewDue { review }));
            let series = store::reviews::series_due(&mut link, now, BATCH).await?;
            due.extend(series.into_iter().map(|series| Command::ReviewSeriesDue { series }));
            let requests = store::requests::due(&mut link, now, BATCH).await?;
            due.extend(requests.into_iter().map(|request| Command::RequestDue { request }));
        }
        let mut failed = None;
        let mut done = 0;
        // What ends at one moment ends in one transaction, or the last of many thousands would last too long. One that
        // fails must not keep the others: then each goes alone.
        let package = |assignments| Command::PackageAssignmentsDue { assignments };
        let role = |assignments| Command::AssignmentsDue { assignments };
        let mut alone: Vec<Command> = Vec::new();
        alone.extend(self.together(ends, package, &mut done).await);
        alone.extend(self.together(over, role, &mut done).await);
        due.splice(0..0, alone);
        for command in due {
            let review = match &command {
                Command::ReviewDue { review } => Some(*review),
                _ => None,
            };
            match self.submit(&By::System, command).await {
                Ok(_) => done += 1,
                // Somebody clicked at the same moment; the next step looks again.
                Err(Problem::Refused(_)) => done += 1,
                // One thing that fails must not keep the others waiting.
                Err(Problem::Broken(fault)) => {
                    if let Some(review) = review {
                        self.apply_failed(review, &fault).await;
                    }
                    failed = Some(fault);
                }
            }
        }
        match (failed, done) {
            (Some(fault), 0) => Err(fault),
            (Some(fault), _) => {
                tracing::error!(%fault, "something due failed and is tried again");
                Ok(Found::Work)
            }
            (None, 0) => Ok(Found::Nothing),
            (None, _) => Ok(Found::Work),
        }
    }

    /// A step of a review failed. Where results are being applied, its rows wait; when not even that can be written down, the
    /// whole step is done again.
    async fn apply_failed(&self, review: ReviewId, fault: &Fault) {
        let cause = if fault.is_deadlock() { Failure::Busy } else { Failure::Fault };
        if let Err(problem) = self.submit(&By::System, Command::ReviewApplyFailed { review, cause }).await {
            tracing::error!(%review, %problem, "a review whose step failed is tried again as it was");
        }
    }

    /// Ends all of these with one command; when that is not possible, what ends each of them.
    async fn together<Id: Clone>(&self, ids: Vec<Id>, end: impl Fn(Vec<Id>) -> Command, done: &mut usize) -> Vec<Command> {
        if ids.is_empty() {
            return Vec::new();
        }
        match self.submit(&By::System, end(ids.clone())).await {
            Ok(_) => {
                *done += 1;
                Vec::new()
            }
            Err(_) => ids.into_iter().map(|id| end(vec![id])).collect(),
        }
    }
}
