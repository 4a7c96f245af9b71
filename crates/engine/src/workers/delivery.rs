//! Targets: what people shall have there is computed anew, compared with what the target confirmed, asked for, and written
//! down with what the target answered.
//!
//! Each target has its own turn, so that one that is slow or down costs the others nothing. Whatever may be there was written
//! down before it was asked for; killed anywhere, the next turn finds it.

mod compare;
mod entry;
mod lease;
mod look;
mod turn;

pub use turn::is_off;

use super::Found;
use crate::target::Running;
use crate::{By, Engine, Fault, Problem};
use connect::scim::Can;
use connect::target::{Remote, TargetFault};
use model::command::Command;
use model::event::{Action, Actor};
use model::limits::{TARGET_BATCH, TARGET_RECONCILE_MINUTES};
use model::target::{Reach, Target};
use model::{ApplicationRoleId, Span, TargetId, Ts, UserId};
use rules::delivery::{self as rule, Plan};
use std::collections::{BTreeMap, BTreeSet};
use store::delivery::{self, Due, Later, Outcome, Subject};
use store::targets::{self, Stored};
use store::{assignments, resources};

/// Marks that are taken over together.
const MARKS: usize = 500;
/// Memberships that are changed with one request.
const TOGETHER: usize = 100;

/// Why a turn ends early.
enum Stop {
    /// The target does not answer as it should: nobody else is asked about.
    Target(TargetFault),
    /// It is set otherwise meanwhile, or another server has it: what this turn knows counts no longer.
    Over,
    Fault(Fault),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<store::Fault> for Stop {
    fn from(fault: store::Fault) -> Self {
        Self::Fault(fault.into())
    }
}

/// Somebody who is being looked at.
struct Case {
    due: Due,
    desired: BTreeSet<ApplicationRoleId>,
    plan: Plan,
    account: delivery::Account,
    /// Under which name groups may still have them who are called otherwise now.
    former: Option<String>,
    confirmed: Vec<ApplicationRoleId>,
    gone: Vec<ApplicationRoleId>,
    /// Why it cannot be done now, about this person alone.
    refused: Option<String>,
    /// The target was asked about them since this was looked at last.
    asked: bool,
    /// What refused them may be about the target.
    doubtful: bool,
    finished: bool,
}

impl Case {
    fn refuse(&mut self, why: impl ToString) {
        self.refused.get_or_insert_with(|| why.to_string());
    }

    /// The same by an answer of the target.
    fn refuse_for(&mut self, fault: &TargetFault) {
        self.refuse(fault);
        self.doubtful |= fault.reach() != Reach::One;
    }

    fn remote(&self) -> Option<&str> {
        self.account.remote_id.as_deref()
    }
}

/// How a turn ended early at its target.
struct Ended {
    /// A sentence.
    why: String,
    /// When the target is asked again.
    again: Ts,
    /// Who comes after everybody else.
    behind: Vec<UserId>,
}

/// A turn's surroundings.
struct Turn<'a> {
    engine: &'a Engine,
    remote: &'a Remote<'a>,
    target: &'a Target,
    running: &'a Running,
    can: Can,
    /// Of the application, by id.
    names: &'a BTreeMap<ApplicationRoleId, String>,
    groups: BTreeMap<ApplicationRoleId, String>,
    /// Questions in a row without any answer.
    silences: usize,
    /// The people since the last answer whom the target did not do what it was asked for about.
    behind: Vec<UserId>,
    now: Ts,
}

impl Engine {
    /// One turn of every target; with none left to do at any.
    pub(super) async fn targets_step(&self) -> Result<Found, Fault> {
        let mut found = Found::Nothing;
        for id in self.targets_due().await? {
            let running = self.inner.targets.of(id);
            let _turn = running.turn.lock().await;
            let turned = self.target_turn(id, &running).await;
            self.let_go(id, &running).await;
            if turned? == Found::Work {
                found = Found::Work;
            }
        }
        Ok(found)
    }

    /// The targets at which something is due now.
    pub(super) async fn targets_due(&self) -> Result<Vec<TargetId>, Fault> {
        let mut link = self.inner.db.read().await?;
        Ok(targets::due(&mut link, self.inner.clock.now()).await?)
    }

    /// Takes over what changed, and brings as many people as go together to the target, by whoever has its turn.
    async fn turn_alone(&self, id: TargetId, running: &Running) -> Result<Found, Fault> {
        let now = self.inner.clock.now();
        // Whoever had the turn before may have changed it.
        let stored = {
            let mut link = self.inner.db.read().await?;
            targets::get(&mut link, id).await?
        };
        let Some(stored) = stored.filter(|stored| stored.target.enabled && stored.next_try_at <= now) else {
            return Ok(Found::Nothing);
        };
        self.take_over(&stored, now).await?;
        let due = {
            let mut link = self.inner.db.read().await?;
            delivery::due(&mut link, id, now, TARGET_BATCH).await?
        };
        let compares = stored.compares || stored.reconcile_at <= now;
        if due.is_empty() && !compares {
            return Ok(Found::Nothing);
        }
        let done = self.bring(&stored, running, due, now).await;
        let mut link = self.inner.db.begin().await?;
        let found = match done {
            Ok(()) => {
                if stored.tries > 0 || stored.fault.is_some() {
                    targets::answered(&mut link, id, 0, now, None).await?;
                }
                Found::Work
            }
            Err(Stop::Target(fault)) => {
                running.forget();
                tracing::warn!(target = stored.target.name, %fault, "a target does not answer as it should and is asked again");
                let (tries, at) = asked_again(&stored, &fault, now);
                targets::answered(&mut link, id, tries, at, Some(&fault.to_string())).await?;
                Found::Nothing
            }
            // The next turn begins with what is so by now.
            Err(Stop::Over) => Found::Work,
            Err(Stop::Fault(fault)) => return Err(fault),
        };
        link.commit().await?;
        Ok(found)
    }

    /// Marks become people who are due.
    async fn take_over(&self, stored: &Stored, now: Ts) -> Result<(), Fault> {
        let target = &stored.target;
        let marks = {
            let mut link = self.inner.db.read().await?;
            delivery::marks(&mut link, target.id, now, MARKS).await?
        };
        let all = stored.reconcile_at <= now;
        if marks.is_empty() && !all {
            return Ok(());
        }
        let mut link = self.inner.db.begin().await?;
        let people: BTreeSet<UserId> = marks
            .iter()
            .filter_map(|(_, subject)| match subject {
                Subject::User(user) => Some(*user),
                Subject::Group(_) => None,
            })
            .collect();
        let people: Vec<UserId> = people.into_iter().collect();
        delivery::look_at(&mut link, target.id, &people, now).await?;
        let groups: BTreeSet<_> = marks
            .iter()
            .filter_map(|(_, subject)| match subject {
                Subject::Group(group) => Some(*group),
                Subject::User(_) => None,
            })
            .collect();
        for group in groups {
            delivery::look_at_members(&mut link, target.id, group, now).await?;
        }
        if all {
            delivery::look_at_all(&mut link, target.id, target.application, now).await?;
            let next = now + Span::minutes(TARGET_RECONCILE_MINUTES);
            targets::reconcile_at(&mut link, target.id, next, true).await?;
        }
        let ids: Vec<_> = marks.into_iter().map(|(id, _)| id).collect();
        delivery::unmark(&mut link, &ids).await?;
        link.commit().await?;
        Ok(())
    }

    async fn bring(&self, stored: &Stored, running: &Running, due: Vec<Due>, now: Ts) -> Result<(), Stop> {
        let target = &stored.target;
        // Until somebody types it again, the target is asked nothing.
        let sealed = |_| Stop::Target(TargetFault::Sealed(target.kind.secret()));
        let token = self.token(stored).map_err(sealed)?;
        let pace = running.pace(target.per_second);
        let remote = Remote::new(&self.inner.outgoing, target, &token.0, &pace);
        let (mut cases, names, groups): (Vec<Case>, BTreeMap<ApplicationRoleId, String>, _) = {
            let mut link = self.inner.db.read().await?;
            let ids: Vec<UserId> = due.iter().map(|due| due.user_id).collect();
            let reach = assignments::reach_of(&mut link, &ids, now).await?;
            let mut asked = delivery::asked(&mut link, target.id, &ids).await?;
            let roles = resources::roles_of(&mut link, target.application).await?.unwrap_or_default();
            let cases: Vec<Case> = due
                .into_iter()
                .map(|due| {
                    let desired = rule::desired(due.user_id, due.enabled, &reach, target.application, now);
                    let plan = rule::plan(&desired, &asked.remove(&due.user_id).unwrap_or_default());
                    case(due, desired, plan, remote.makes_accounts())
                })
                .collect();
            (cases, roles.into_iter().collect(), targets::groups(&mut link, target.id).await?)
        };
        if !cases.is_empty() {
            self.write_ahead((target, running), &cases).await?;
        }
        let mut behind = Vec::new();
        let stopped = match running.can(&remote, target.version).await {
            Err(fault) => Err(Stop::Target(fault)),
            Ok(can) => {
                let mut turn = Turn {
                    engine: self,
                    remote: &remote,
                    target,
                    running,
                    can,
                    names: &names,
                    groups,
                    silences: 0,
                    behind: Vec::new(),
                    now,
                };
                let mut done = turn.all(&mut cases).await;
                // Only when everything that is known is written down, or our own would be taken for unknown.
                if done.is_ok() && cases.is_empty() {
                    done = turn.compare().await;
                }
                behind = turn.behind;
                done
            }
        };
        let ended = match &stopped {
            Err(Stop::Target(fault)) => {
                let (_, again) = asked_again(stored, fault, now);
                Some(Ended { why: fault.to_string(), again, behind })
            }
            Ok(()) | Err(Stop::Over | Stop::Fault(_)) => None,
        };
        self.write_down((target, running), &names, &cases, ended.as_ref(), now).await?;
        stopped
    }

    /// From here on everything that is about to be asked for may be there. In groups that are set otherwise by now nobody would
    /// look for it.
    async fn write_ahead(&self, (target, running): (&Target, &Running), cases: &[Case]) -> Result<(), Stop> {
        let items: Vec<(UserId, ApplicationRoleId)> = cases
            .iter()
            .flat_map(|case| case.plan.add.iter().chain(&case.plan.remove).map(|role| (case.due.user_id, *role)))
            .collect();
        let making: Vec<UserId> = cases
            .iter()
            .filter(|case| case.account.made && case.plan.stays && case.due.remote_id.is_none() && !case.due.made)
            .map(|case| case.due.user_id)
            .collect();
        if items.is_empty() && making.is_empty() {
            return Ok(());
        }
        let mut link = self.inner.db.begin().await?;
        if !self.holds(&mut link, target, running).await? {
            return Err(Stop::Over);
        }
        delivery::ask(&mut link, target.id, &items).await?;
        delivery::making(&mut link, target.id, &making).await?;
        link.commit().await?;
        Ok(())
    }

    /// What the target answered; then requests that waited for it look again.
    async fn write_down(
        &self,
        (target, running): (&Target, &Running),
        names: &BTreeMap<ApplicationRoleId, String>,
        cases: &[Case],
        ended: Option<&Ended>,
        now: Ts,
    ) -> Result<(), Fault> {
        let (mut confirmed, mut gone, mut outcomes, mut strangers) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for case in cases {
            let user = case.due.user_id;
            confirmed.extend(case.confirmed.iter().map(|role| (user, *role)));
            gone.extend(case.gone.iter().map(|role| (user, *role)));
            let behind = ended.filter(|ended| ended.behind.contains(&user));
            let more = case.due.tries.saturating_add(1);
            let later = match (behind, &case.refused, case.finished) {
                (Some(ended), ..) => {
                    let fault = case.refused.as_ref().unwrap_or(&ended.why).clone();
                    Some(Later { at: rule::behind_at(ended.again, more), tries: more, refused: false, fault })
                }
                (None, Some(fault), _) => {
                    let at = rule::person_again_at(now, more, case.doubtful);
                    Some(Later { at, tries: more, refused: true, fault: fault.clone() })
                }
                (None, None, true) => None,
                (None, None, false) => {
                    let fault = ended.map_or("It has not been asked for yet.", |ended| &ended.why).to_owned();
                    Some(Later { at: now, tries: case.due.tries, refused: false, fault })
                }
            };
            if later.is_none() && case.account == delivery::Account::default() && !case.plan.stays {
                strangers.push((user, case.due.generation));
            }
            let mut account = case.account.clone();
            if later.is_some() && case.former.is_some() {
                // The name under which they may still be there is not forgotten before that is over.
                account.remote_id = case.former.clone();
            }
            outcomes.push(Outcome { user, generation: case.due.generation, account, later });
        }
        let people: Vec<UserId> = cases.iter().map(|case| case.due.user_id).collect();
        let waiting = {
            let mut link = self.inner.db.begin().await?;
            if !self.keeps(&mut link, target.id, running).await? {
                // Somebody else has asked the target meanwhile: what it holds now is looked at again, and believed from nobody.
                let items: Vec<_> = confirmed.into_iter().chain(gone).collect();
                delivery::ask(&mut link, target.id, &items).await?;
                delivery::look_at(&mut link, target.id, &people, now).await?;
                link.commit().await?;
                return Ok(());
            }
            delivery::confirm(&mut link, target.id, &confirmed, now).await?;
            delivery::gone(&mut link, target.id, &gone).await?;
            delivery::settle(&mut link, target.id, &outcomes, now).await?;
            delivery::forget(&mut link, target.id, &strangers).await?;
            self.tell_of(&mut link, target, names, cases, now).await?;
            let waiting = delivery::requests_of(&mut link, &people).await?;
            link.commit().await?;
            waiting
        };
        // What alerts were raised about is over.
        let overdue_before = rules::alert::overdue_before(now);
        if cases.iter().any(|case| case.finished && case.due.since.is_some_and(|since| since <= overdue_before)) {
            self.inner.alerts.something_changed();
        }
        for request in waiting {
            match self.submit(&By::System, Command::RequestDue { request }).await {
                Ok(_) | Err(Problem::Refused(_)) => {}
                Err(Problem::Broken(fault)) => {
                    tracing::error!(%fault, "a request did not learn what a target confirmed; it looks again")
                }
            }
        }
        Ok(())
    }

    async fn tell_of(
        &self,
        link: &mut store::Link,
        target: &Target,
        names: &BTreeMap<ApplicationRoleId, String>,
        cases: &[Case],
        now: Ts,
    ) -> Result<(), Fault> {
        let told = cases.iter().filter(|case| !case.confirmed.is_empty() || !case.gone.is_empty());
        let named = |ids: &[ApplicationRoleId]| ids.iter().filter_map(|id| names.get(id).cloned()).collect::<Vec<String>>();
        let actions: Vec<Action> = told
            .map(|case| Action::TargetConfirmed {
                target: target.id,
                name: target.name.clone(),
                user: case.due.user_id,
                given: named(&case.confirmed),
                taken: named(&case.gone),
            })
            .collect();
        self.note_all(link, Actor::System, actions, now).await
    }
}

/// How often a target did not answer as it should by then, and when it is asked again.
fn asked_again(stored: &Stored, fault: &TargetFault, now: Ts) -> (i64, Ts) {
    let tries = stored.tries.saturating_add(1);
    (tries, rule::target_again_at(now, tries, fault.retry_after()))
}

/// `makes` is whether the target gets accounts from us.
fn case(due: Due, desired: BTreeSet<ApplicationRoleId>, plan: Plan, makes: bool) -> Case {
    let mut account = delivery::Account { remote_id: due.remote_id.clone(), made: due.made, account: due.account.clone() };
    // Whoever has no account yet gets one of ours, unless one is found.
    account.made |= makes && plan.stays && account.remote_id.is_none();
    let (confirmed, gone) = (Vec::new(), Vec::new());
    let (refused, asked, doubtful, finished) = (None, false, false, false);
    Case { due, desired, plan, account, former: None, confirmed, gone, refused, asked, doubtful, finished }
}
