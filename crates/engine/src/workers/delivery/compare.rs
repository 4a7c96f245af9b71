//! The comparison with what is there: who is missing is asked for again, and who is unknown is listed, taken away or adopted.

use super::{Stop, Turn};
use crate::commands::adoption::Known;
use crate::{By, Problem};
use model::command::Command;
use model::event::{Action, Actor};
use model::limits::{TARGET_LINES_MAX, TARGET_LOOKS_MAX};
use model::target::{NotAdopted, PersonBy, Unknown};
use model::time::count;
use model::{ApplicationRoleId, UserId};
use rules::adoption;
use rules::delivery::{self as rule, Member, Sighting};
use rules::user::User;
use std::collections::{BTreeMap, BTreeSet};
use store::findings::{self, Finding};
use store::{delivery, targets, users};

/// A member who stays in a group, be it for now.
struct Met {
    role: ApplicationRoleId,
    member: connect::scim::Member,
    /// The target is set so that it is adopted.
    adopts: bool,
}

/// What a comparison has come upon.
#[derive(Default)]
struct Seen {
    met: Vec<Met>,
    /// Who was asked to be a member and whose account there is not known yet.
    nameless: BTreeSet<(ApplicationRoleId, UserId)>,
    /// What is about one group alone keeps no other from being compared: sentences.
    uncompared: Vec<String>,
    /// How many members were looked for one by one.
    looks: usize,
}

impl Turn<'_> {
    /// Who else is in the groups, and who is not that should be.
    pub(super) async fn compare(&mut self) -> Result<(), Stop> {
        let before = {
            let mut link = self.engine.inner.db.read().await?;
            self.listed(&mut link).await?
        };
        let mut seen = Seen::default();
        let (mut found, mut adopted) = (Vec::new(), Vec::new());
        self.look_again(&mut seen.uncompared).await?;
        let roles: Vec<ApplicationRoleId> = self.names.keys().copied().collect();
        for role in roles {
            match self.compare_role(role, &before, &mut seen).await {
                Ok(()) => self.answered(),
                Err(Stop::Target(fault)) => {
                    seen.uncompared.push(format!("“{}” was not compared. {fault}", self.group_name(role)));
                    self.unanswered(&[], &fault).await?;
                    // What was found there the last time may be there still.
                    found.extend(before.values().filter(|found| found.application_role_id == role).cloned());
                }
                Err(stop) => return Err(stop),
            }
        }
        let Seen { met, nameless, mut uncompared, looks: _ } = seen;
        for Met { role, member, adopts } in met {
            let earlier = before.get(&(role, self.remote.key(&member.id)));
            let called = if member.display.is_empty() { member.id.clone() } else { member.display.clone() };
            let one = self.finding(role, member.id, called, earlier, &mut uncompared).await?;
            let doubtful = one.user_id.is_some_and(|user| nameless.contains(&(role, user)));
            if adopts && one.adoptable && one.why.is_empty() && !doubtful {
                adopted.push(Unknown { target: self.target.id, role, remote_id: one.remote_id.clone() });
            }
            found.push(one);
        }
        let mut link = self.engine.inner.db.begin().await?;
        if !self.engine.holds(&mut link, self.target, self.running).await? {
            return Err(Stop::Over);
        }
        let now = self.listed(&mut link).await?;
        // What was listed when this began and is no longer was adopted meanwhile, and what somebody said since then counts.
        let mut still = BTreeMap::new();
        for mut one in found {
            let of = (one.application_role_id, self.remote.key(&one.remote_id));
            match now.get(&of) {
                Some(listed) => one.unwanted.clone_from(&listed.unwanted),
                None if before.contains_key(&of) => continue,
                None => {}
            }
            still.insert(of, one);
        }
        let still: Vec<Finding> = still.into_values().collect();
        findings::set(&mut link, self.target.id, &still).await?;
        targets::reconciled(&mut link, self.target.id, self.now, rule::uncompared(&uncompared).as_deref()).await?;
        link.commit().await?;
        for found in adopted {
            self.adopt(found).await?;
        }
        Ok(())
    }

    /// What was found earlier and is listed.
    async fn listed(&self, link: &mut store::Link) -> Result<BTreeMap<(ApplicationRoleId, String), Finding>, Stop> {
        let all = findings::of(link, self.target.id).await?;
        Ok(all.into_iter().map(|found| ((found.application_role_id, self.remote.key(&found.remote_id)), found)).collect())
    }

    /// Nothing more is asked for by a turn whose time is over.
    pub(super) async fn goes_on(&self) -> Result<(), Stop> {
        let mut link = self.engine.inner.db.begin().await?;
        let holds = self.engine.holds(&mut link, self.target, self.running).await?;
        link.commit().await?;
        if holds { Ok(()) } else { Err(Stop::Over) }
    }

    async fn compare_role(
        &mut self,
        role: ApplicationRoleId,
        before: &BTreeMap<(ApplicationRoleId, String), Finding>,
        seen: &mut Seen,
    ) -> Result<(), Stop> {
        self.goes_on().await?;
        let members = match self.group(role, false).await? {
            Ok(Some(group)) => match self.remote.members(&group).await {
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
        let key = |id: &str| self.remote.key(id);
        let there: BTreeSet<String> = members.iter().flatten().map(|member| key(&member.id)).collect();
        let missing = asked
            .iter()
            .filter(|(_, remote, confirmed)| *confirmed && !remote.as_deref().is_some_and(|id| there.contains(&key(id))))
            .map(|(user, remote, _)| (*user, remote.as_deref()))
            .collect();
        let missing = match &members {
            None if !group.is_empty() && self.can.finds_members => self.not_found_in(role, &group, missing, seen).await?,
            Some(_) | None => missing,
        };
        let missing: Vec<UserId> = missing.into_iter().map(|(user, _)| user).collect();
        if !missing.is_empty() {
            let mut link = self.engine.inner.db.begin().await?;
            if !self.engine.holds(&mut link, self.target, self.running).await? {
                return Err(Stop::Over);
            }
            let items: Vec<_> = missing.iter().map(|user| (*user, role)).collect();
            delivery::ask(&mut link, self.target.id, &items).await?;
            if self.remote.makes_accounts() {
                // Perhaps they are out of the group because their account is gone: it is looked at first.
                delivery::unlike(&mut link, self.target.id, &missing).await?;
            }
            delivery::look_at(&mut link, self.target.id, &missing, self.now).await?;
            link.commit().await?;
        }
        // Somebody of ours whose account is not known yet could be among those who look unknown. Where people have to be there
        // already, nobody was given anything before they were known.
        let nameless = self.remote.makes_accounts().then_some(&asked).into_iter().flatten();
        let nameless: Vec<UserId> = nameless.filter(|(_, remote, _)| remote.is_none()).map(|(user, ..)| *user).collect();
        seen.nameless.extend(nameless.iter().map(|user| (role, *user)));
        let mut link = self.engine.inner.db.read().await?;
        let nameless = users::several(&mut link, &nameless).await?;
        drop(link);
        let known: BTreeSet<String> = asked.iter().filter_map(|(_, remote, _)| remote.as_deref()).map(key).collect();
        let mut mine: Vec<(u8, Met)> = Vec::new();
        for member in members.into_iter().flatten() {
            let earlier = before.get(&(role, self.remote.key(&member.id)));
            let unwanted = earlier.is_some_and(|found| found.unwanted.is_some());
            let mut sighting = Sighting { asked: known.contains(&self.remote.key(&member.id)), doubtful: false, unwanted };
            if !nameless.is_empty() && rule::member(sighting, self.target.drift) == Member::Remove {
                sighting.doubtful = self.may_be_one_of(&member, &nameless).await?;
            }
            let adopts = match rule::member(sighting, self.target.drift) {
                Member::Known => continue,
                Member::Remove => match self.take_out(role, &group, &member).await {
                    Ok(()) => continue,
                    Err(Stop::Target(fault)) => {
                        seen.uncompared.push(format!(
                            "“{}” was not taken out of “{}”. {fault}",
                            member.display,
                            self.group_name(role)
                        ));
                        self.unanswered(&[], &fault).await?;
                        false
                    }
                    Err(stop) => return Err(stop),
                },
                Member::Report => false,
                Member::Adopt => true,
            };
            mine.push((adoption::listed(unwanted, adopts, earlier.is_some()), Met { role, member, adopts }));
        }
        mine.sort_by_key(|(place, _)| *place);
        let more = mine.len().saturating_sub(TARGET_LINES_MAX);
        if more > 0 {
            let members = count(i64::try_from(more).unwrap_or(i64::MAX), "unknown member");
            let are = if more == 1 { "is" } else { "are" };
            // It is said first, so that no other sentence crowds it out.
            seen.uncompared.insert(0, format!("{members} of “{}” more {are} not listed.", self.group_name(role)));
        }
        seen.met.extend(mine.into_iter().take(TARGET_LINES_MAX).map(|(_, met)| met));
        Ok(())
    }

    /// Those of our people by whom a group is not found that names no members. No members and an empty list are the same
    /// (RFC 7643, 2.5), so that each is asked about alone; where they are too many, each time others come first.
    async fn not_found_in<'m>(
        &self,
        role: ApplicationRoleId,
        group: &str,
        mut people: Vec<(UserId, Option<&'m str>)>,
        seen: &mut Seen,
    ) -> Result<Vec<(UserId, Option<&'m str>)>, Stop> {
        let left = TARGET_LOOKS_MAX.saturating_sub(seen.looks);
        if people.len() > left && left > 0 {
            let first = super::look::turn_of(self.now).wrapping_mul(left) % people.len();
            people.rotate_left(first);
        }
        let (mut out, mut names_nobody) = (Vec::new(), false);
        for (user, remote) in people {
            let is_in = match remote {
                None => false,
                // Whoever is beyond what one comparison asks is left alone this time.
                Some(_) if seen.looks >= TARGET_LOOKS_MAX => true,
                Some(id) => {
                    seen.looks += 1;
                    let is_in = self.remote.has_member(group, id).await.map_err(Stop::Target)?;
                    names_nobody |= is_in;
                    is_in
                }
            };
            if !is_in {
                out.push((user, remote));
            }
        }
        if names_nobody {
            let group = self.group_name(role);
            seen.uncompared
                .push(format!("“{group}” names no members: ours were looked up one by one, and who else is in it is unknown."));
        }
        Ok(out)
    }

    /// Whether a member may be one of these people, as far as the target tells who it is.
    async fn may_be_one_of(&mut self, member: &connect::scim::Member, people: &[User]) -> Result<bool, Stop> {
        match self.remote.claim(&member.id).await {
            Ok(claim) => Ok(claim.is_some_and(|claim| adoption::may_be(&claim, people))),
            // That it could not be told is said where the member is listed.
            Err(fault) => self.unanswered(&[], &fault).await.map(|()| true),
        }
    }

    /// What the group of a role is called there.
    fn group_name(&self, role: ApplicationRoleId) -> &str {
        self.target.group_of(role, self.names.get(&role).map_or("", String::as_str))
    }

    async fn take_out(&self, role: ApplicationRoleId, group: &str, member: &connect::scim::Member) -> Result<(), Stop> {
        self.goes_on().await?;
        self.remote.change_members(group, &[], &[&member.id], self.can).await.map_err(Stop::Target)?;
        let called = if member.display.is_empty() { member.id.clone() } else { member.display.clone() };
        let group = self.group_name(role).to_owned();
        let (target, name) = (self.target.id, self.target.name.clone());
        let action = Action::TargetDriftRemoved { target, name, called, group };
        let mut link = self.engine.inner.db.begin().await?;
        self.engine.note_all(&mut link, Actor::System, vec![action], self.now).await?;
        link.commit().await?;
        Ok(())
    }

    /// A member who is listed, with who it is here and what may become of it.
    async fn finding(
        &mut self,
        role: ApplicationRoleId,
        remote_id: String,
        called: String,
        earlier: Option<&Finding>,
        uncompared: &mut Vec<String>,
    ) -> Result<Finding, Stop> {
        let mut found = Finding {
            application_role_id: role,
            remote_id,
            called,
            found_at: earlier.map_or(self.now, |earlier| earlier.found_at),
            user_id: None,
            adoptable: false,
            why: String::new(),
            unwanted: earlier.and_then(|earlier| earlier.unwanted.clone()),
            ours: false,
        };
        match self.whose(&found, uncompared).await? {
            Err(why) => found.why = why.words(&found.called),
            Ok((user, ours)) => {
                found.ours = ours;
                let mut link = self.engine.inner.db.read().await?;
                let facts = Known::of(&mut link, self.target.application, role, user, self.now).await?;
                found.user_id = Some(facts.user.id);
                found.adoptable = adoption::may_hold(&facts.facts()).is_ok();
                if let Err(why) = adoption::by_itself(&facts.facts()) {
                    found.why = why.words(&facts.user.display_name);
                }
            }
        }
        Ok(found)
    }

    /// Who a member is here, if there is no doubt, and whether the account carries our id of them.
    async fn whose(&mut self, found: &Finding, uncompared: &mut Vec<String>) -> Result<Result<(User, bool), NotAdopted>, Stop> {
        let remote_id = found.remote_id.as_str();
        let claim = match self.remote.claim(remote_id).await {
            Ok(Some(claim)) => claim,
            Ok(None) => return Ok(Err(NotAdopted::Unsaid)),
            // What is about this one member says nothing about who it is, and nothing about the others.
            Err(fault) => {
                let group = self.group_name(found.application_role_id);
                uncompared.push(format!("Who “{}” in “{group}” is could not be told. {fault}", found.called));
                self.unanswered(&[], &fault).await?;
                return Ok(Err(NotAdopted::Unsaid));
            }
        };
        let mut link = self.engine.inner.db.read().await?;
        let candidates = match claim.by {
            PersonBy::UserName => users::of_names(&mut link, &claim.values).await?,
            PersonBy::Mail => users::of_mails(&mut link, &claim.values).await?,
        };
        let known = findings::known_as(&mut link, self.target.id, remote_id).await?;
        let mut elsewhere = Vec::new();
        for user in &candidates {
            let there = findings::known_at(&mut link, self.target.id, user.id).await?;
            if there.is_some_and(|id| self.remote.key(&id) != self.remote.key(remote_id)) {
                elsewhere.push(user.id);
            }
        }
        let whose = adoption::whose(&claim, &candidates, &known, &elsewhere);
        let user = whose.and_then(|id| candidates.into_iter().find(|user| user.id == id).ok_or(NotAdopted::Unsaid));
        Ok(user.map(|user| {
            let external_id = claim.external_id.as_deref().filter(|id| !id.is_empty());
            let ours = external_id.is_some() && rule::account(external_id, user.id) == rule::Account::Ours;
            (user, ours)
        }))
    }

    /// The target is set so: it is one change, through the door through which all go.
    async fn adopt(&self, found: Unknown) -> Result<(), Stop> {
        match self.engine.submit(&By::System, Command::AdoptAccess { found, words: String::new() }).await {
            // What was refused stays listed, and is looked at again.
            Ok(_) | Err(Problem::Refused(_)) => Ok(()),
            Err(Problem::Broken(fault)) => Err(Stop::Fault(fault)),
        }
    }
}
