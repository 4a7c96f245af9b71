//! One turn at a target: accounts, memberships and farewells.

use super::{Case, Stop, TOGETHER, Turn};
use connect::scim::Person;
use connect::target::TargetFault;
use model::target::Reach;
use model::{ApplicationRoleId, UserId};
use rules::delivery::{self as rule, Account, Farewell, Unanswered};
use std::collections::BTreeSet;
use store::delivery;
use store::targets;

impl Turn<'_> {
    /// Accounts first, then groups, then the accounts of those who have nothing left.
    pub(super) async fn all(&mut self, cases: &mut [Case]) -> Result<(), Stop> {
        for case in cases.iter_mut() {
            if self.remote.makes_accounts() {
                self.account(case).await?;
            } else {
                self.entry(case).await?;
            }
            self.through(case);
        }
        self.remember(cases).await?;
        let roles: BTreeSet<ApplicationRoleId> =
            cases.iter().flat_map(|case| case.plan.add.iter().chain(&case.plan.remove)).copied().collect();
        for role in roles {
            self.role(role, cases).await?;
        }
        for case in cases.iter_mut() {
            if case.refused.is_none() && !case.plan.stays {
                self.farewell(case).await?;
                self.through(case);
            }
            let settled = |roles: &[ApplicationRoleId], done: &[ApplicationRoleId]| roles.iter().all(|role| done.contains(role));
            case.finished =
                case.refused.is_none() && settled(&case.plan.add, &case.confirmed) && settled(&case.plan.remove, &case.gone);
        }
        Ok(())
    }

    /// What was answered about one person: what is about the target ends the turn, everything else stays theirs.
    pub(super) async fn theirs<T>(&mut self, case: &mut Case, answered: Result<T, TargetFault>) -> Result<Option<T>, Stop> {
        case.asked = true;
        match answered {
            Ok(answer) => Ok(Some(answer)),
            Err(fault) => {
                self.unanswered(&[case.due.user_id], &fault).await?;
                case.refuse_for(&fault);
                Ok(None)
            }
        }
    }

    /// The target answers when everything about one person was answered. Where nothing was asked, nothing is known.
    fn through(&mut self, case: &mut Case) {
        if std::mem::take(&mut case.asked) && case.refused.is_none() {
            self.answered();
        }
    }

    /// The target answers: what it did not answer before was about those alone.
    pub(super) fn answered(&mut self) {
        self.silences = 0;
        self.behind.clear();
    }

    /// The target did not do what it was asked for about these people, or about a group. It ends the turn when it is about the
    /// target; then these people come after everybody else.
    pub(super) async fn unanswered(&mut self, people: &[UserId], fault: &TargetFault) -> Result<(), Stop> {
        let reach = fault.reach();
        match reach {
            Reach::One => return Ok(()),
            Reach::Everybody => return Err(Stop::Target(fault.clone())),
            Reach::Silence | Reach::Doubtful => {}
        }
        self.behind.extend(people);
        self.silences += usize::from(reach == Reach::Silence);
        // It may have become another target than it was: what it can is asked anew.
        self.running.forget();
        let answers = match self.running.can(self.remote, self.target.version).await {
            Ok(can) => {
                self.can = can;
                true
            }
            Err(_) => false,
        };
        if rule::ends_turn(Unanswered { reach, answers, silences: self.silences }) {
            return Err(Stop::Target(fault.clone()));
        }
        Ok(())
    }

    /// Finds or makes the account of whoever needs one, and makes it say what is known here.
    async fn account(&mut self, case: &mut Case) -> Result<(), Stop> {
        if !case.plan.stays && (case.account.remote_id.is_some() || !case.account.made) {
            return Ok(());
        }
        if let Some(id) = case.account.remote_id.clone() {
            let person = person(case, true);
            let like = like(&person);
            if like == case.account.account {
                return Ok(());
            }
            match self.remote.update_account(&id, &person, self.can).await {
                // Somebody deleted it there: it is looked for, or made anew, with everything that it had.
                Err(fault) if fault.is_missing() => {
                    case.account = delivery::Account { made: true, ..delivery::Account::default() };
                    self.lost(case).await?;
                }
                answered => {
                    if self.theirs(case, answered).await?.is_some() {
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
                let made = self.remote.create_account(&person).await;
                let Some(made) = self.theirs(case, made).await? else { return Ok(()) };
                case.account = delivery::Account { remote_id: Some(made.id), made: true, account: like(&person) };
                return Ok(());
            }
        };
        case.account.remote_id = Some(id.clone());
        if case.plan.stays {
            let person = person(case, true);
            let answered = self.remote.update_account(&id, &person, self.can).await;
            if self.theirs(case, answered).await?.is_some() {
                case.account.account = like(&person);
            }
        }
        Ok(())
    }

    /// Whatever this person shall have has to be asked for again.
    pub(super) async fn lost(&self, case: &mut Case) -> Result<(), Stop> {
        let items: Vec<_> = case.desired.iter().map(|role| (case.due.user_id, *role)).collect();
        let mut link = self.engine.inner.db.begin().await?;
        delivery::ask(&mut link, self.target.id, &items).await?;
        link.commit().await?;
        case.plan.add = case.desired.iter().copied().collect();
        Ok(())
    }

    /// The account of somebody whose account is not known yet: nothing when it cannot be told.
    async fn found(&mut self, case: &mut Case) -> Result<Option<Option<String>>, Stop> {
        let user = case.due.user_id;
        let by_name = self.remote.find_account("userName", &case.due.user_name).await;
        let Some(by_name) = self.theirs(case, by_name).await? else { return Ok(None) };
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
        let by_id = self.remote.find_account("externalId", &user.to_string()).await;
        Ok(self.theirs(case, by_id).await?.map(|found| found.map(|account| account.id)))
    }

    /// Puts people into the group of a role, and takes others out.
    async fn role(&mut self, role: ApplicationRoleId, cases: &mut [Case]) -> Result<(), Stop> {
        let wanted = |case: &Case| case.refused.is_none() && case.plan.add.contains(&role) && case.remote().is_some();
        let over = |case: &Case| case.plan.remove.contains(&role);
        let adds = cases.iter().any(wanted);
        let group = match self.group(role, adds).await? {
            Ok(group) => group,
            Err(fault) => {
                let of_it = cases.iter().enumerate().filter(|(_, case)| wanted(case) || over(case));
                let of_it: Vec<usize> = of_it.map(|(at, _)| at).collect();
                return self.refuse(&of_it, cases, &fault).await;
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
        let nowhere = |case: &Case| over(case) && case.remote().is_none() && case.refused.is_none();
        for case in cases.iter_mut().filter(|case| nowhere(case)) {
            // Without an account nobody is in a group. One that could not be told may be there, and is asked for again.
            case.gone.push(role);
        }
        let at: Vec<usize> = cases
            .iter()
            .enumerate()
            .filter(|(_, case)| wanted(case) || (over(case) && case.remote().is_some()))
            .map(|(at, _)| at)
            .collect();
        let mut left = at.as_slice();
        while !left.is_empty() {
            let (some, rest) = left.split_at(left.len().min(TOGETHER));
            let fault = match self.change(role, &group, some, cases).await {
                Ok(()) => {
                    self.answered();
                    left = rest;
                    continue;
                }
                Err(fault) => fault,
            };
            if fault.is_missing() {
                self.forget(role).await?;
            }
            let apart = some.len() > 1 && !fault.is_missing() && matches!(fault.reach(), Reach::One | Reach::Doubtful);
            if !apart {
                // Where there is no answer, the rest of this group would get none either.
                let refused = if fault.reach() == Reach::One { some } else { left };
                self.refuse(refused, cases, &fault).await?;
                left = if refused.len() == left.len() { &[] } else { rest };
                continue;
            }
            // One of them is the reason; the others must not wait for it.
            for one in some {
                match self.change(role, &group, &[*one], cases).await {
                    Ok(()) => self.answered(),
                    Err(fault) => self.refuse(&[*one], cases, &fault).await?,
                }
            }
            left = rest;
        }
        Ok(())
    }

    /// Nothing came of what the target was asked about these.
    async fn refuse(&mut self, some: &[usize], cases: &mut [Case], fault: &TargetFault) -> Result<(), Stop> {
        let people: Vec<UserId> = some.iter().filter_map(|at| cases.get(*at)).map(|case| case.due.user_id).collect();
        self.unanswered(&people, fault).await?;
        for at in some {
            if let Some(case) = cases.get_mut(*at) {
                case.refuse_for(fault);
                if fault.reach() == Reach::One && self.remote.makes_accounts() && case.plan.stays {
                    // Perhaps their account is gone there: the next time it is looked at before anything else.
                    case.account.account.clear();
                }
            }
        }
        Ok(())
    }

    /// Changes the memberships of these in one group.
    async fn change(&self, role: ApplicationRoleId, group: &str, some: &[usize], cases: &mut [Case]) -> Result<(), TargetFault> {
        let of = |adds: bool| {
            let chosen = some.iter().filter_map(|at| cases.get(*at)).filter(move |case| case.plan.add.contains(&role) == adds);
            chosen.filter_map(Case::remote).collect::<Vec<&str>>()
        };
        let mut gone = of(false);
        gone.extend(some.iter().filter_map(|at| cases.get(*at)?.former.as_deref()));
        self.remote.change_members(group, &of(true), &gone, self.can).await?;
        for at in some {
            if let Some(case) = cases.get_mut(*at) {
                if case.plan.add.contains(&role) { case.confirmed.push(role) } else { case.gone.push(role) }
            }
        }
        Ok(())
    }

    /// The group of a role there; made when it is missing, wanted and allowed.
    pub(super) async fn group(
        &mut self,
        role: ApplicationRoleId,
        wanted: bool,
    ) -> Result<Result<Option<String>, TargetFault>, Stop> {
        if let Some(group) = self.groups.get(&role) {
            return Ok(Ok(Some(group.clone())));
        }
        let Some(name) = self.names.get(&role) else { return Ok(Ok(None)) };
        let name = self.target.group_of(role, name);
        let group = match self.remote.find_group(name).await {
            Ok(None) if wanted && self.target.creates_groups => self.remote.create_group(name).await,
            found => found,
        };
        if let Ok(Some(group)) = &group {
            let mut link = self.engine.inner.db.begin().await?;
            // Whoever comes later takes what stands there for the group that is set.
            if !self.engine.holds(&mut link, self.target, self.running).await? {
                return Err(Stop::Over);
            }
            targets::set_group(&mut link, self.target.id, role, group).await?;
            link.commit().await?;
            self.groups.insert(role, group.clone());
        }
        Ok(group)
    }

    /// A group is not where it was: it is looked for again.
    pub(super) async fn forget(&mut self, role: ApplicationRoleId) -> Result<(), Stop> {
        self.groups.remove(&role);
        let mut link = self.engine.inner.db.begin().await?;
        targets::forget_group(&mut link, self.target.id, role).await?;
        link.commit().await?;
        Ok(())
    }

    /// Somebody has nothing left: their account goes as it is set.
    async fn farewell(&mut self, case: &mut Case) -> Result<(), Stop> {
        if !self.remote.makes_accounts() {
            // Whoever they were there is looked up anew when they get something again.
            case.account = delivery::Account::default();
            return Ok(());
        }
        let Some(id) = case.account.remote_id.clone() else {
            return Ok(());
        };
        match rule::farewell(self.target.leavers, case.account.made) {
            Farewell::Keep => {}
            Farewell::Delete => {
                let deleted = self.remote.delete_account(&id).await;
                if self.theirs(case, deleted).await?.is_some() {
                    case.account = delivery::Account::default();
                }
            }
            Farewell::Deactivate => {
                let person = person(case, false);
                if like(&person) != case.account.account {
                    match self.remote.update_account(&id, &person, self.can).await {
                        Err(fault) if fault.is_missing() => case.account = delivery::Account::default(),
                        answered => {
                            if self.theirs(case, answered).await?.is_some() {
                                case.account.account = like(&person);
                            }
                        }
                    }
                }
            }
        }
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

/// Whether an account is known to be switched off there, from what was written down of it.
pub fn is_off(account: &str) -> bool {
    known(account).is_some_and(|(_, active)| !active)
}

/// What an account is called there and whether it is switched on, from what was written down of it.
pub(super) fn known(account: &str) -> Option<(String, bool)> {
    let known: Option<(String, String, String, bool)> = serde_json::from_str(account).ok();
    known.map(|(user_name, _, _, active)| (user_name, active))
}
