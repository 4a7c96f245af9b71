//! Imports: what is due is read, compared and carried out, a part at a time. Whoever is killed in between has done whole steps;
//! the next run finds what is left, because every step asks what is here.

use super::Found;
use super::heartbeat::heartbeat;
use crate::{By, Engine, Fault, Problem};
use model::command::{Command, Done};
use model::directory::Principal;
use model::import::{Ended, Line, Numbers, Outcome, Step, What};
use model::limits::{IMPORT_LEASE_SECONDS, IMPORT_STEP_TRIES, IMPORT_STEPS};
use model::provisioning::Provisioned;
use model::{GroupId, ImportId, ImportRunId, Refusal, Span, UserId};
use rules::import::{Plan, Planned};
use std::collections::{BTreeMap, BTreeSet};
use store::import_links;
use store::imports::{self, Stored};
use tokio_util::sync::CancellationToken;

/// A step with the name of whom it is about, for the sentence when it is refused.
type Named = (Step, String);

/// What has been done so far.
#[derive(Default)]
struct Progress {
    numbers: Numbers,
    lines: Vec<Line>,
}

impl Engine {
    /// Runs every import that is due.
    pub(super) async fn import_step(&self, stop: &CancellationToken) -> Result<Found, Fault> {
        let _turn = self.inner.turns.imports.lock().await;
        let due = {
            let mut link = self.inner.db.read().await?;
            imports::due(&mut link, self.inner.clock.now()).await?
        };
        let (mut found, mut broken) = (Found::Nothing, None);
        for id in due {
            if stop.is_cancelled() {
                break;
            }
            match self.run_import(id, stop).await {
                Ok(true) => found = Found::Work,
                Ok(false) => {}
                // The others run all the same.
                Err(fault) => {
                    if let Some(earlier) = broken.replace(fault) {
                        tracing::error!(fault = %earlier, "a run of an import could not begin or end");
                    }
                }
            }
        }
        broken.map_or(Ok(found), Err)
    }

    /// Whether it was ours to run.
    async fn run_import(&self, id: ImportId, stop: &CancellationToken) -> Result<bool, Fault> {
        let now = self.inner.clock.now();
        let run = ImportRunId(self.inner.ids.next(now));
        let mut link = self.inner.db.begin().await?;
        let claimed = imports::claim(&mut link, id, run, now, now + Span::seconds(IMPORT_LEASE_SECONDS)).await?;
        link.commit().await?;
        let Some(stored) = claimed else { return Ok(false) };
        let Some(outcome) = self.outcome(&stored, run, stop).await else {
            // The server stops: the next one begins anew at once.
            let mut link = self.inner.db.begin().await?;
            imports::give_back(&mut link, &stored, run, self.inner.clock.now()).await?;
            link.commit().await?;
            return Ok(true);
        };
        if outcome.ended == Ended::Failed {
            tracing::warn!(import = stored.import.name, why = outcome.why, "an import failed");
        }
        let ended = Command::ImportEnded(Box::new(outcome));
        self.submit(&By::System, ended).await.map_err(|problem| problem.into_fault("ending a run of an import"))?;
        Ok(true)
    }

    /// What the run came to; nothing when the server stops.
    async fn outcome(&self, stored: &Stored, run: ImportRunId, stop: &CancellationToken) -> Option<Outcome> {
        let import = stored.import.id;
        let outcome = |ended, numbers, why: String, lines| Some(Outcome { import, run, ended, numbers, why, lines });
        let failed = |why| outcome(Ended::Failed, Numbers::default(), why, Vec::new());
        let planning = async {
            let read = self.read_directory(stored).await?;
            self.plan_import(&stored.import, read).await.map_err(|fault| apology(run, &fault))
        };
        // While a directory is read and the run is planned, others are told that it goes on.
        let planned = tokio::select! {
            planned = planning => planned,
            () = stop.cancelled() => return None,
            () = heartbeat(self.inner.settings.heartbeat, || self.goes_on(import, run)) => {
                return failed(Refusal::ImportRunOver { name: stored.import.name.clone() }.sentence());
            }
        };
        let plan = match planned {
            Ok(plan) => plan,
            Err(why) => return failed(why),
        };
        if let Some(why) = crate::import::asks(stored, &plan) {
            return outcome(Ended::Asks, plan.numbers, why, Vec::new());
        }
        let mut done = Progress::default();
        (done.numbers.people, done.numbers.groups) = (plan.numbers.people, plan.numbers.groups);
        done.lines = plan.lines.iter().filter(|line| line.what == What::Refuse).cloned().collect();
        let carried = self.carry_out(import, run, plan, &mut done, stop).await;
        done.numbers.refused = done.lines.len();
        let why = match carried {
            Ok(true) => return outcome(Ended::Done, done.numbers, String::new(), done.lines),
            Ok(false) => return None,
            Err(Problem::Refused(refusal)) => refusal.sentence(),
            Err(Problem::Broken(fault)) => apology(run, &fault),
        };
        outcome(Ended::Failed, done.numbers, why, done.lines)
    }

    /// Says that the run goes on; not when it is over.
    async fn goes_on(&self, import: ImportId, run: ImportRunId) -> Result<bool, Fault> {
        let until = self.inner.clock.now() + Span::seconds(IMPORT_LEASE_SECONDS);
        let mut link = self.inner.db.begin().await?;
        let goes_on = imports::goes_on(&mut link, import, run, until).await?;
        link.commit().await?;
        Ok(goes_on)
    }

    /// Whether it came to its end; the server may stop before that.
    async fn carry_out(
        &self,
        import: ImportId,
        run: ImportRunId,
        plan: Plan,
        done: &mut Progress,
        stop: &CancellationToken,
    ) -> Result<bool, Problem> {
        let Plan { people, managers, groups, members, .. } = plan;
        let touched: BTreeSet<String> = people
            .iter()
            .filter_map(|step| if let Step::Person { external_id, .. } = step { Some(external_id.clone()) } else { None })
            .collect();
        if !self.steps(import, run, people.into_iter().map(named).collect(), done, stop).await? {
            return Ok(false);
        }
        let ids = self.linked(import, Provisioned::User).await?;
        let user = |id: &String| ids.get(id).map(|id| UserId(*id));
        let (mut steps, mut anew) = (Vec::new(), 0);
        for planned in managers {
            // Whoever could not be made is nobody's manager.
            let manager = planned.manager.as_ref().map(user);
            if let (Some(user), Some(manager)) = (user(&planned.external_id), manager.map_or(Some(None), |id| id.map(Some))) {
                anew += usize::from(touched.contains(&planned.external_id));
                steps.push(named(Step::Manager { user, manager }));
            }
        }
        if !self.steps(import, run, steps, done, stop).await? {
            return Ok(false);
        }
        // Who was made or changed before is counted once.
        done.numbers.changed = done.numbers.changed.saturating_sub(anew);
        if !self.steps(import, run, groups.into_iter().map(named).collect(), done, stop).await? {
            return Ok(false);
        }
        let group_ids = self.linked(import, Provisioned::Group).await?;
        let principal = |planned: &Planned| match planned {
            Planned::Here(principal) => Some(*principal),
            Planned::NewPerson(id) => user(id).map(Principal::User),
            Planned::NewGroup(id) => group_ids.get(id).map(|id| Principal::Group(GroupId(*id))),
        };
        let (mut steps, mut nests) = (Vec::new(), Vec::new());
        for planned in members {
            let Some(group) = group_ids.get(&planned.external_id).map(|id| GroupId(*id)) else { continue };
            steps.push(named(Step::Members { group, wanted: planned.wanted.iter().filter_map(principal).collect() }));
            for inner in planned.nests.iter().filter_map(principal) {
                if let Principal::Group(inner) = inner {
                    nests.push(named(Step::Nest { group, inner }));
                }
            }
        }
        Ok(self.steps(import, run, steps, done, stop).await? && self.steps(import, run, nests, done, stop).await?)
    }

    async fn linked(&self, import: ImportId, kind: Provisioned) -> Result<BTreeMap<String, model::AnyId>, Fault> {
        let mut link = self.inner.db.read().await?;
        let all = import_links::of_import(&mut link, import, kind).await?;
        Ok(all.into_iter().map(|linked| (linked.external_id, linked.id)).collect())
    }

    /// Does these; what is refused is tried again as long as others were done, because a name may be free by then.
    async fn steps(
        &self,
        import: ImportId,
        run: ImportRunId,
        mut left: Vec<Named>,
        done: &mut Progress,
        stop: &CancellationToken,
    ) -> Result<bool, Problem> {
        let mut tries = 0;
        loop {
            let many = left.len();
            let mut refused: Vec<(Named, String)> = Vec::new();
            for part in parts(left) {
                if stop.is_cancelled() {
                    return Ok(false);
                }
                self.part(import, run, part, done, &mut refused).await?;
            }
            tries += 1;
            if refused.is_empty() || refused.len() == many || tries == IMPORT_STEP_TRIES {
                for ((_, who), why) in refused {
                    done.lines.push(Line { what: What::Refuse, who, under: String::new(), why, changes: Vec::new() });
                }
                return Ok(true);
            }
            left = refused.into_iter().map(|(step, _)| step).collect();
        }
    }

    async fn part(
        &self,
        import: ImportId,
        run: ImportRunId,
        part: Vec<Named>,
        done: &mut Progress,
        refused: &mut Vec<(Named, String)>,
    ) -> Result<(), Problem> {
        let carried = self.submit(&By::Import(import), carry(import, run, &part)).await;
        match carried {
            Ok(Done::ImportCarriedOut { refused: places, numbers }) => {
                add(&mut done.numbers, &numbers);
                let mut places: BTreeMap<usize, String> = places.into_iter().collect();
                let refusals = part.into_iter().enumerate().filter_map(|(at, step)| Some((step, places.remove(&at)?)));
                refused.extend(refusals);
                Ok(())
            }
            // Somebody else took the run over, or changed the import.
            Err(Problem::Refused(over @ Refusal::ImportRunOver { .. })) => Err(over.into()),
            // What follows from one of them is not possible: each is tried by itself.
            Err(Problem::Refused(_)) if part.len() > 1 => {
                for step in part {
                    Box::pin(self.part(import, run, vec![step], done, refused)).await?;
                }
                Ok(())
            }
            Err(Problem::Refused(refusal)) => {
                refused.extend(part.into_iter().map(|step| (step, refusal.sentence())));
                Ok(())
            }
            Err(broken @ Problem::Broken(_)) => Err(broken),
            Ok(_) => Err(Fault::new("running an import", "the steps had another answer").into()),
        }
    }
}

/// What is said of a fault; the log has the rest under its reference.
fn apology(run: ImportRunId, fault: &Fault) -> String {
    tracing::error!(reference = %run, %fault, "a run of an import broke off");
    format!("Something went wrong on our side. It was logged as {run}. What was done before stays, and the next run goes on.")
}

fn carry(import: ImportId, run: ImportRunId, part: &[Named]) -> Command {
    Command::CarryOutImport { import, run, steps: part.iter().map(|(step, _)| step.clone()).collect() }
}

/// As many together as one transaction takes; a group with many members is one by itself.
fn parts(steps: Vec<Named>) -> Vec<Vec<Named>> {
    let (mut parts, mut weight) = (vec![Vec::new()], 0);
    for step in steps {
        let heavy = if let Step::Members { wanted, .. } = &step.0 { wanted.len().max(1) } else { 1 };
        if weight + heavy > IMPORT_STEPS && weight > 0 {
            parts.push(Vec::new());
            weight = 0;
        }
        weight += heavy;
        if let Some(part) = parts.last_mut() {
            part.push(step);
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

fn named(step: Step) -> Named {
    let name = match &step {
        Step::Person { wanted, .. } => wanted.user_name.clone(),
        Step::Group { name, .. } => name.clone(),
        Step::Disable { user } | Step::Manager { user, .. } => user.to_string(),
        Step::Members { group, .. } | Step::Nest { group, .. } => group.to_string(),
    };
    (step, name)
}

fn add(to: &mut Numbers, more: &Numbers) {
    to.created += more.created;
    to.taken_over += more.taken_over;
    to.changed += more.changed;
    to.enabled += more.enabled;
    to.disabled += more.disabled;
    to.groups_created += more.groups_created;
    to.groups_changed += more.groups_changed;
    to.added += more.added;
    to.removed += more.removed;
}
