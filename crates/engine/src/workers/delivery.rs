//! Targets: what people shall have there is computed anew, compared with what the target confirmed, asked for, and written
//! down with what the target answered.
//!
//! Each target has its own turn, so that one that is slow or down costs the others nothing. Whatever may be there was written
//! down before it was asked for; killed anywhere, the next turn finds it.

use super::Found;
use crate::target::Running;
use crate::{By, Engine, Fault, Problem};
use connect::scim::{Can, Person, Scim, ScimFault};
use model::command::Command;
use model::event::{Action, Actor};
use model::limits::{TARGET_BATCH, TARGET_LINES_MAX, TARGET_RECONCILE_MINUTES};
use model::target::{Drift, Target};
use model::{ApplicationRoleId, Span, TargetId, Ts, UserId};
use rules::delivery::{self as rule, Account, Farewell, Member, Plan};
use std::collections::{BTreeMap, BTreeSet};
use store::delivered::{self, Finding};
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
    Target(ScimFault),
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
    confirmed: Vec<ApplicationRoleId>,
    gone: Vec<ApplicationRoleId>,
    /// Why it cannot be done now, about this person alone.
    refused: Option<String>,
    finished: bool,
}

impl Case {
    fn refuse(&mut self, why: impl ToString) {
        self.refused.get_or_insert_with(|| why.to_string());
    }

    fn remote(&self) -> Option<&str> {
        self.account.remote_id.as_deref()
    }
}

/// A turn's surroundings.
struct Turn<'a> {
    engine: &'a Engine,
    scim: &'a Scim<'a>,
    target: &'a Target,
    can: Can,
    /// Of the application, by id.
    names: BTreeMap<ApplicationRoleId, String>,
    groups: BTreeMap<ApplicationRoleId, String>,
    now: Ts,
}

impl Engine {
    /// One turn of every target; with none left to do at any.
    pub(super) async fn targets_step(&self) -> Result<Found, Fault> {
        let mut found = Found::Nothing;
        for id in self.targets_due().await? {
            if self.target_turn(id).await? == Found::Work {
                found = Found::Work;
            }
        }
        Ok(found)
    }

    /// The targets at which something is due now.
    pub(super) async fn targets_due(&self) -> Result<Vec<TargetId>, Fault> {
        let now = self.inner.clock.now();
        let mut link = self.inner.db.read().await?;
        let mut due = Vec::new();
        for stored in targets::list(&mut link).await? {
            if !stored.target.enabled || stored.next_try_at > now {
                continue;
            }
            let next = delivery::next_due(&mut link, stored.target.id).await?;
            if stored.compares || stored.reconcile_at <= now || next.is_some_and(|next| next <= now) {
                due.push(stored.target.id);
            }
        }
        Ok(due)
    }

    /// Takes over what changed, and brings as many people as go together to the target.
    pub(super) async fn target_turn(&self, id: TargetId) -> Result<Found, Fault> {
        let stored = {
            let mut link = self.inner.db.read().await?;
            targets::get(&mut link, id).await?
        };
        let Some(stored) = stored else { return Ok(Found::Nothing) };
        let running = self.inner.targets.of(&stored.target);
        let _turn = running.turn.lock().await;
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
        let done = self.bring(&stored, &running, due, now).await;
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
                let tries = stored.tries.saturating_add(1);
                let at = rule::target_again_at(now, tries, fault.retry_after());
                targets::answered(&mut link, id, tries, at, Some(&fault.to_string())).await?;
                Found::Nothing
            }
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
        let token = self.token(stored)?;
        let pace = running.pace(target.per_second);
        let scim = Scim::new(&self.inner.outgoing, &target.base_url, &token.0, &pace);
        let (mut cases, names, groups) = {
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
                    case(due, desired, plan)
                })
                .collect();
            (cases, roles.into_iter().collect(), targets::groups(&mut link, target.id).await?)
        };
        if !cases.is_empty() {
            self.write_ahead(target, &cases).await?;
        }
        let stopped = match running.can(&scim, target.version).await {
            Err(fault) => Err(Stop::Target(fault)),
            Ok(can) => {
                let mut turn = Turn { engine: self, scim: &scim, target, can, names, groups, now };
                let mut done = turn.all(&mut cases).await;
                // Only when everything that is known is written down, or our own would be taken for unknown.
                if done.is_ok() && cases.is_empty() {
                    done = turn.compare().await;
                }
                done
            }
        };
        let why = match &stopped {
            Err(Stop::Target(fault)) => Some(fault.to_string()),
            Ok(()) | Err(Stop::Fault(_)) => None,
        };
        self.write_down(target, &cases, why.as_deref(), now).await?;
        stopped
    }

    /// From here on everything that is about to be asked for may be there.
    async fn write_ahead(&self, target: &Target, cases: &[Case]) -> Result<(), Fault> {
        let items: Vec<(UserId, ApplicationRoleId)> = cases
            .iter()
            .flat_map(|case| case.plan.add.iter().chain(&case.plan.remove).map(|role| (case.due.user_id, *role)))
            .collect();
        let making: Vec<UserId> = cases
            .iter()
            .filter(|case| case.plan.stays && case.due.remote_id.is_none() && !case.due.made)
            .map(|case| case.due.user_id)
            .collect();
        if items.is_empty() && making.is_empty() {
            return Ok(());
        }
        let mut link = self.inner.db.begin().await?;
        delivery::ask(&mut link, target.id, &items).await?;
        delivery::making(&mut link, target.id, &making).await?;
        link.commit().await?;
        Ok(())
    }

    /// What the target answered; then requests that waited for it look again.
    async fn write_down(&self, target: &Target, cases: &[Case], why: Option<&str>, now: Ts) -> Result<(), Fault> {
        let (mut confirmed, mut gone, mut outcomes, mut strangers) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for case in cases {
            let user = case.due.user_id;
            confirmed.extend(case.confirmed.iter().map(|role| (user, *role)));
            gone.extend(case.gone.iter().map(|role| (user, *role)));
            let later = match (&case.refused, case.finished) {
                (Some(fault), _) => {
                    let tries = case.due.tries.saturating_add(1);
                    let at = rule::person_again_at(now, tries);
                    Some(Later { at, tries, refused: true, fault: fault.clone() })
                }
                (None, true) => None,
                (None, false) => {
                    let fault = why.unwrap_or("It has not been asked for yet.").to_owned();
                    Some(Later { at: now, tries: case.due.tries, refused: false, fault })
                }
            };
            if later.is_none() && case.account == delivery::Account::default() && !case.plan.stays {
                strangers.push((user, case.due.generation));
            }
            outcomes.push(Outcome { user, generation: case.due.generation, account: case.account.clone(), later });
        }
        let people: Vec<UserId> = cases.iter().map(|case| case.due.user_id).collect();
        let waiting = {
            let mut link = self.inner.db.begin().await?;
            delivery::confirm(&mut link, target.id, &confirmed, now).await?;
            delivery::gone(&mut link, target.id, &gone).await?;
            delivery::settle(&mut link, target.id, &outcomes).await?;
            delivery::forget(&mut link, target.id, &strangers).await?;
            self.tell_of(&mut link, target, cases, now).await?;
            let waiting = delivery::requests_of(&mut link, &people).await?;
            link.commit().await?;
            waiting
        };
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

    async fn tell_of(&self, link: &mut store::Link, target: &Target, cases: &[Case], now: Ts) -> Result<(), Fault> {
        let told = cases.iter().filter(|case| !case.confirmed.is_empty() || !case.gone.is_empty());
        let roles = resources::roles_of(link, target.application).await?.unwrap_or_default();
        let named = |ids: &[ApplicationRoleId]| {
            let name = |id: &ApplicationRoleId| roles.iter().find(|(role, _)| role == id).map(|(_, name)| name.clone());
            ids.iter().filter_map(name).collect::<Vec<String>>()
        };
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

fn case(due: Due, desired: BTreeSet<ApplicationRoleId>, plan: Plan) -> Case {
    let mut account = delivery::Account { remote_id: due.remote_id.clone(), made: due.made, account: due.account.clone() };
    // Whoever has no account yet gets one of ours, unless one is found.
    account.made |= plan.stays && account.remote_id.is_none();
    Case { due, desired, plan, account, confirmed: Vec::new(), gone: Vec::new(), refused: None, finished: false }
}

impl Turn<'_> {
    /// Accounts first, then groups, then the accounts of those who have nothing left.
    async fn all(&mut self, cases: &mut [Case]) -> Result<(), Stop> {
        for case in cases.iter_mut() {
            self.account(case).await?;
        }
        let roles: BTreeSet<ApplicationRoleId> =
            cases.iter().flat_map(|case| case.plan.add.iter().chain(&case.plan.remove)).copied().collect();
        for role in roles {
            self.role(role, cases).await?;
        }
        for case in cases.iter_mut() {
            if case.refused.is_none() && !case.plan.stays {
                self.farewell(case).await?;
            }
            let settled = |roles: &[ApplicationRoleId], done: &[ApplicationRoleId]| roles.iter().all(|role| done.contains(role));
            case.finished =
                case.refused.is_none() && settled(&case.plan.add, &case.confirmed) && settled(&case.plan.remove, &case.gone);
        }
        Ok(())
    }

    /// What was answered about one person: what is about the target ends the turn, everything else stays theirs.
    fn theirs<T>(case: &mut Case, answered: Result<T, ScimFault>) -> Result<Option<T>, Stop> {
        match answered {
            Ok(answer) => Ok(Some(answer)),
            Err(fault) if fault.is_of_target() => Err(Stop::Target(fault)),
            Err(fault) => {
                case.refuse(fault);
                Ok(None)
            }
        }
    }

    /// Finds or makes the account of whoever needs one, and makes it say what is known here.
    async fn account(&self, case: &mut Case) -> Result<(), Stop> {
        if !case.plan.stays && (case.account.remote_id.is_some() || !case.account.made) {
            return Ok(());
        }
        if let Some(id) = case.account.remote_id.clone() {
            let person = person(case, true);
            let like = like(&person);
            if like == case.account.account {
                return Ok(());
            }
            match self.scim.update_user(&id, &person, self.can).await {
                // Somebody deleted it there: it is looked for, or made anew, with everything that it had.
                Err(fault) if fault.is_missing() => {
                    case.account = delivery::Account { made: true, ..delivery::Account::default() };
                    self.lost(case).await?;
                }
                answered => {
                    if Self::theirs(case, answered)?.is_some() {
                        case.account.account = like;
                    }
                    return Ok(());
                }
            }
        }
        let Some(found) = self.found(case).await? else { return Ok(()) };
        let id = match found {
            Some(id) => id,
            None if !case.plan.stays => {
                // It was never made, or is gone.
                case.account = delivery::Account::default();
                return Ok(());
            }
            None => {
                let person = person(case, true);
                let made = self.scim.create_user(&person).await;
                let Some(made) = Self::theirs(case, made)? else { return Ok(()) };
                case.account = delivery::Account { remote_id: Some(made.id), made: true, account: like(&person) };
                return Ok(());
            }
        };
        case.account.remote_id = Some(id.clone());
        if case.plan.stays {
            let person = person(case, true);
            let answered = self.scim.update_user(&id, &person, self.can).await;
            if Self::theirs(case, answered)?.is_some() {
                case.account.account = like(&person);
            }
        }
        Ok(())
    }

    /// Whatever this person shall have has to be asked for again.
    async fn lost(&self, case: &mut Case) -> Result<(), Stop> {
        let items: Vec<_> = case.desired.iter().map(|role| (case.due.user_id, *role)).collect();
        let mut link = self.engine.inner.db.begin().await?;
        delivery::ask(&mut link, self.target.id, &items).await?;
        link.commit().await?;
        case.plan.add = case.desired.iter().copied().collect();
        Ok(())
    }

    /// The account of somebody whose account is not known yet: nothing when it cannot be told.
    async fn found(&self, case: &mut Case) -> Result<Option<Option<String>>, Stop> {
        let user = case.due.user_id;
        let by_name = self.scim.find_user("userName", &case.due.user_name).await;
        let Some(by_name) = Self::theirs(case, by_name)? else { return Ok(None) };
        if let Some(account) = by_name {
            return Ok(match rule::account(account.external_id.as_deref(), user) {
                Account::Ours => Some(Some(account.id)),
                Account::Adopted => {
                    case.account.made = false;
                    Some(Some(account.id))
                }
                Account::Anothers => {
                    case.refuse(format!(
                        "The account “{}” there carries the id of somebody else. Remove its external id, or rename it.",
                        case.due.user_name
                    ));
                    None
                }
            });
        }
        if !case.due.made {
            return Ok(Some(None));
        }
        // It may have been made under another name.
        let by_id = self.scim.find_user("externalId", &user.to_string()).await;
        Ok(Self::theirs(case, by_id)?.map(|found| found.map(|account| account.id)))
    }

    /// Puts people into the group of a role, and takes others out.
    async fn role(&mut self, role: ApplicationRoleId, cases: &mut [Case]) -> Result<(), Stop> {
        let wanted = |case: &Case| case.refused.is_none() && case.plan.add.contains(&role) && case.remote().is_some();
        let over = |case: &Case| case.plan.remove.contains(&role);
        let adds = cases.iter().any(wanted);
        let group = match self.group(role, adds).await? {
            Ok(group) => group,
            Err(fault) => {
                cases.iter_mut().filter(|case| wanted(case) || over(case)).for_each(|case| case.refuse(&fault));
                return Ok(());
            }
        };
        let Some(group) = group else {
            for case in cases.iter_mut() {
                if over(case) {
                    // Where there is no group, nobody is in it.
                    case.gone.push(role);
                }
                if wanted(case) {
                    let name = self.target.group_of(role, self.names.get(&role).map_or("", String::as_str));
                    case.refuse(format!("There is no group “{name}”. Make it at the target, or let Vestibule make it."));
                }
            }
            return Ok(());
        };
        for case in cases.iter_mut().filter(|case| over(case) && case.remote().is_none()) {
            // Without an account nobody is in a group.
            case.gone.push(role);
        }
        let at: Vec<usize> = cases
            .iter()
            .enumerate()
            .filter(|(_, case)| wanted(case) || (over(case) && case.remote().is_some()))
            .map(|(at, _)| at)
            .collect();
        for some in at.chunks(TOGETHER) {
            let together = self.change(role, &group, some, cases).await;
            match together {
                Ok(()) => {}
                Err(fault) if fault.is_of_target() => return Err(Stop::Target(fault)),
                Err(fault) if fault.is_missing() || some.len() == 1 => {
                    if fault.is_missing() {
                        self.forget(role).await?;
                    }
                    self.refuse(some, cases, &fault);
                }
                // One of them is the reason; the others must not wait for it.
                Err(_) => {
                    for one in some {
                        match self.change(role, &group, &[*one], cases).await {
                            Ok(()) => {}
                            Err(fault) if fault.is_of_target() => return Err(Stop::Target(fault)),
                            Err(fault) => self.refuse(&[*one], cases, &fault),
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn refuse(&self, some: &[usize], cases: &mut [Case], fault: &ScimFault) {
        for at in some {
            if let Some(case) = cases.get_mut(*at) {
                case.refuse(fault);
            }
        }
    }

    /// Changes the memberships of these in one group.
    async fn change(&self, role: ApplicationRoleId, group: &str, some: &[usize], cases: &mut [Case]) -> Result<(), ScimFault> {
        let of = |adds: bool| {
            let chosen = some.iter().filter_map(|at| cases.get(*at)).filter(move |case| case.plan.add.contains(&role) == adds);
            chosen.filter_map(Case::remote).collect::<Vec<&str>>()
        };
        self.scim.change_members(group, &of(true), &of(false), self.can).await?;
        for at in some {
            if let Some(case) = cases.get_mut(*at) {
                if case.plan.add.contains(&role) { case.confirmed.push(role) } else { case.gone.push(role) }
            }
        }
        Ok(())
    }

    /// The group of a role there; made when it is missing, wanted and allowed.
    async fn group(&mut self, role: ApplicationRoleId, wanted: bool) -> Result<Result<Option<String>, ScimFault>, Stop> {
        if let Some(group) = self.groups.get(&role) {
            return Ok(Ok(Some(group.clone())));
        }
        let Some(name) = self.names.get(&role) else { return Ok(Ok(None)) };
        let name = self.target.group_of(role, name);
        let group = match self.scim.find_group(name).await {
            Ok(None) if wanted && self.target.creates_groups => self.scim.create_group(name).await.map(Some),
            found => found,
        };
        if let Ok(Some(group)) = &group {
            let mut link = self.engine.inner.db.begin().await?;
            targets::set_group(&mut link, self.target.id, role, group).await?;
            link.commit().await?;
            self.groups.insert(role, group.clone());
        }
        match group {
            Err(fault) if fault.is_of_target() => Err(Stop::Target(fault)),
            group => Ok(group),
        }
    }

    /// A group is not where it was: it is looked for again.
    async fn forget(&mut self, role: ApplicationRoleId) -> Result<(), Stop> {
        self.groups.remove(&role);
        let mut link = self.engine.inner.db.begin().await?;
        targets::forget_group(&mut link, self.target.id, role).await?;
        link.commit().await?;
        Ok(())
    }

    /// Somebody has nothing left: their account goes as it is set.
    async fn farewell(&self, case: &mut Case) -> Result<(), Stop> {
        let Some(id) = case.account.remote_id.clone() else {
            return Ok(());
        };
        match rule::farewell(self.target.leavers, case.account.made) {
            Farewell::Keep => {}
            Farewell::Delete => {
                let deleted = self.scim.delete_user(&id).await;
                if Self::theirs(case, deleted)?.is_some() {
                    case.account = delivery::Account::default();
                }
            }
            Farewell::Deactivate => {
                let person = person(case, false);
                if like(&person) != case.account.account {
                    match self.scim.update_user(&id, &person, self.can).await {
                        Err(fault) if fault.is_missing() => case.account = delivery::Account::default(),
                        answered => {
                            if Self::theirs(case, answered)?.is_some() {
                                case.account.account = like(&person);
                            }
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// Who else is in the groups, and who is not that should be.
    async fn compare(&mut self) -> Result<(), Stop> {
        let mut findings: Vec<Finding> = Vec::new();
        let roles: Vec<ApplicationRoleId> = self.names.keys().copied().collect();
        for role in roles {
            let members = match self.group(role, false).await? {
                Ok(Some(group)) => match self.scim.members(&group).await {
                    Ok(members) => Some((group, members)),
                    Err(fault) if fault.is_missing() => {
                        self.forget(role).await?;
                        None
                    }
                    Err(fault) => return Err(Stop::Target(fault)),
                },
                Ok(None) => None,
                Err(fault) => return Err(Stop::Target(fault)),
            };
            let (group, members) = members.unwrap_or_default();
            let mut link = self.engine.inner.db.read().await?;
            let asked = delivery::asked_about(&mut link, self.target.id, role).await?;
            drop(link);
            let there: BTreeSet<&str> = members.iter().map(|member| member.id.as_str()).collect();
            let missing: Vec<UserId> = asked
                .iter()
                .filter(|(_, remote, confirmed)| *confirmed && !remote.as_deref().is_some_and(|id| there.contains(id)))
                .map(|(user, ..)| *user)
                .collect();
            if !missing.is_empty() {
                let mut link = self.engine.inner.db.begin().await?;
                let items: Vec<_> = missing.iter().map(|user| (*user, role)).collect();
                delivery::ask(&mut link, self.target.id, &items).await?;
                delivery::look_at(&mut link, self.target.id, &missing, self.now).await?;
                link.commit().await?;
            }
            // Somebody of ours whose account is not known yet could be among those who look unknown.
            let drift = if asked.iter().any(|(_, remote, _)| remote.is_none()) { Drift::Report } else { self.target.drift };
            let known: BTreeSet<&str> = asked.iter().filter_map(|(_, remote, _)| remote.as_deref()).collect();
            let name = self.target.group_of(role, self.names.get(&role).map_or("", String::as_str)).to_owned();
            for member in &members {
                let called = if member.display.is_empty() { member.id.clone() } else { member.display.clone() };
                match rule::member(known.contains(member.id.as_str()), drift) {
                    Member::Known => {}
                    Member::Remove => {
                        let removed = self.scim.change_members(&group, &[], &[&member.id], self.can).await;
                        removed.map_err(Stop::Target)?;
                        let (target, of) = (self.target.id, self.target.name.clone());
                        let action = Action::TargetDriftRemoved { target, name: of, called, group: name.clone() };
                        let mut link = self.engine.inner.db.begin().await?;
                        self.engine.note_all(&mut link, Actor::System, vec![action], self.now).await?;
                        link.commit().await?;
                    }
                    Member::Report => {
                        if findings.len() < TARGET_LINES_MAX {
                            let (remote_id, found_at) = (member.id.clone(), self.now);
                            findings.push(Finding { application_role_id: role, remote_id, called, found_at });
                        }
                    }
                }
            }
        }
        let mut link = self.engine.inner.db.begin().await?;
        delivered::set_findings(&mut link, self.target.id, &findings).await?;
        targets::reconciled(&mut link, self.target.id, self.now).await?;
        link.commit().await?;
        Ok(())
    }
}

fn person(case: &Case, active: bool) -> Person {
    Person {
        external_id: case.account.made.then(|| case.due.user_id.to_string()),
        user_name: case.due.user_name.clone(),
        display_name: case.due.display_name.clone(),
        mail: case.due.mail.clone(),
        active,
    }
}

/// What an account is like, to see whether it changed.
fn like(person: &Person) -> String {
    let Person { user_name, display_name, mail, active, .. } = person;
    serde_json::json!([user_name, display_name, mail, active]).to_string()
}
