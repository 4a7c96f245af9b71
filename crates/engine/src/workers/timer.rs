//! Due instants: each becomes a command of the system, through the same door as a click.

use super::Found;
use crate::{By, Engine, Fault, Problem};
use model::command::Command;
use model::review::Failure;
use model::{AssignmentId, PackageAssignmentId, ReviewId, Ts};
use store::Link;

/// Due things that are looked up together.
const BATCH: usize = 200;

/// What is due. What ends is done together, and before all else: access that is over makes room for what is asked next.
#[derive(Default)]
struct Due {
    ends: Vec<PackageAssignmentId>,
    over: Vec<AssignmentId>,
    others: Vec<Command>,
}

/// Every change wakes the timer, and mostly nothing is due: one look at the first instant says so for all lists.
async fn due(link: &mut Link, now: Ts) -> Result<Due, store::Fault> {
    let mut due = Due::default();
    let mut reviews = Vec::new();
    if store::requests::next_due(link).await?.is_some_and(|at| at <= now) {
        due.ends = store::packages::due(link, now, BATCH).await?;
        due.over = store::assignments::due(link, now, BATCH).await?;
        let ending = store::packages::ending(link, now, BATCH).await?;
        due.others.extend(ending.into_iter().map(|assignment| Command::PackageAssignmentEnding { assignment }));
        let ending = store::role_assignments::ending(link, now, BATCH).await?;
        due.others.extend(ending.into_iter().map(|assignment| Command::AssignmentEnding { assignment }));
        let groups = store::groups::due(link, now, BATCH).await?;
        due.others.extend(groups.into_iter().map(|group| Command::GroupDue { group }));
        let policies = store::automatic::due(link, now, BATCH).await?;
        due.others.extend(policies.into_iter().map(|policy| Command::PolicyDue { policy }));
        let series = store::reviews::series_due(link, now, BATCH).await?;
        due.others.extend(series.into_iter().map(|series| Command::ReviewSeriesDue { series }));
        let requests = store::requests::due(link, now, BATCH).await?;
        due.others.extend(requests.into_iter().map(|request| Command::RequestDue { request }));
        reviews = store::reviews::due(link, now, BATCH).await?;
    }
    if crate::commands::role_digest::is_due(link, now).await? {
        due.others.push(Command::DigestDue);
    }
    // Whoever leaves a review is found at once, whenever that review wakes.
    let left = store::review_leavers::due(link, BATCH).await?;
    reviews.extend(left.into_iter().filter(|review| !reviews.contains(review)).collect::<Vec<_>>());
    due.others.extend(reviews.into_iter().map(|review| Command::ReviewDue { review }));
    Ok(due)
}

impl Engine {
    pub(super) async fn timer_step(&self) -> Result<Found, Fault> {
        let _turn = self.inner.turns.timer.lock().await;
        let now = self.inner.clock.now();
        let Due { ends, over, others: mut due } = {
            let mut link = self.inner.db.read().await?;
            due(&mut link, now).await?
        };
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
