//! What a run does: from the settings, what was found in the directory, and what is here. People are decided in
//! `people.rs`, groups in `groups.rs`.

use super::Mapped;
use super::people::Fates;
use crate::group::Group;
use crate::user::{Holders, User};
use model::directory::{PortalRole, Principal};
use model::import::{Line, Numbers, Settings, Step, What};
use model::{GroupId, UserId};
use std::collections::{BTreeMap, BTreeSet};

/// What was read.
#[derive(Clone, Debug, Default)]
pub struct Found {
    pub people: Vec<Mapped>,
    pub groups: Vec<Mapped>,
}

/// Somebody who comes from this import.
#[derive(Clone, Debug)]
pub struct Linked {
    pub user: User,
    /// It was the import that disabled them, and nobody changed that since.
    pub disabled: bool,
}

/// A group with its members that came from another system.
#[derive(Clone, Debug)]
pub struct GroupHere {
    pub group: Group,
    pub members: BTreeSet<Principal>,
}

/// Where an account or a group comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// It was made here.
    Nobody,
    /// It has this stable id.
    ThisImport(String),
    OtherImport,
    /// A system that provisions with a token.
    Provider,
}

/// What is here, as far as it matters.
#[derive(Clone, Debug, Default)]
pub struct Here {
    /// By their stable ids.
    pub people: BTreeMap<String, Linked>,
    /// Whoever has a user name that an entry has, by it, folded.
    pub names: BTreeMap<String, (User, Owner)>,
    /// Of those above, whoever holds directory roles, be it by being a member of a group that can.
    pub protected: BTreeSet<UserId>,
    /// Accounts for emergencies.
    pub emergency: BTreeSet<UserId>,
    /// Who holds the roles whose last holder cannot go.
    pub holders: Vec<(PortalRole, Holders)>,
    /// By their stable ids.
    pub groups: BTreeMap<String, GroupHere>,
    /// Groups that have a name that an entry has, by it, folded.
    pub group_names: BTreeMap<String, (GroupHere, Owner)>,
    /// Groups that lead to roles, be it through a group above.
    pub guarded: BTreeSet<GroupId>,
    /// What managers and members are called.
    pub called: BTreeMap<Principal, String>,
}

impl Here {
    pub(super) fn called(&self, principal: Principal) -> String {
        self.called.get(&principal).cloned().unwrap_or_else(|| "somebody who is no longer here".to_owned())
    }
}

/// A member that a group shall have. Who is made in this very run has no id yet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Planned {
    Here(Principal),
    NewPerson(String),
    NewGroup(String),
}

/// Somebody's manager, both by their stable ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedPerson {
    pub external_id: String,
    pub manager: Option<String>,
}

/// Who belongs to a group because of the import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedGroup {
    pub external_id: String,
    pub wanted: BTreeSet<Planned>,
    /// Groups that it does not have yet.
    pub nests: BTreeSet<Planned>,
}

/// What a run does, in this order, and in words.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    pub people: Vec<Step>,
    /// From the top down: nobody's new manager reports to them meanwhile.
    pub managers: Vec<PlannedPerson>,
    pub groups: Vec<Step>,
    pub members: Vec<PlannedGroup>,
    pub lines: Vec<Line>,
    pub numbers: Numbers,
    /// Enabled people who come from the import, and memberships that do.
    pub enabled_people: usize,
    pub memberships: usize,
}

impl Plan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.people.is_empty() && self.managers.is_empty() && self.groups.is_empty() && self.members.is_empty()
    }

    pub(super) fn line(&mut self, what: What, (who, under): (&str, &str), why: impl Into<String>) -> &mut Self {
        let numbers = &mut self.numbers;
        match what {
            What::Create => numbers.created += 1,
            What::TakeOver => numbers.taken_over += 1,
            What::Change => numbers.changed += 1,
            What::Enable => numbers.enabled += 1,
            What::Disable => numbers.disabled += 1,
            What::CreateGroup => numbers.groups_created += 1,
            What::ChangeGroup => numbers.groups_changed += 1,
            What::Add => numbers.added += 1,
            What::Remove => numbers.removed += 1,
            What::Refuse => numbers.refused += 1,
        }
        let (who, under, why) = (who.to_owned(), under.to_owned(), why.into());
        self.lines.push(Line { what, who, under, why, changes: Vec::new() });
        self
    }
}

/// Decides everything that a run does.
pub fn plan(settings: &Settings, found: &Found, here: &Here) -> Plan {
    let mut plan = Plan::default();
    (plan.numbers.people, plan.numbers.groups) = (found.people.len(), found.groups.len());
    plan.enabled_people = here.people.values().filter(|linked| linked.user.enabled).count();
    plan.memberships = here.groups.values().map(|group| group.members.len()).sum();
    let fates: Fates = super::people::plan(settings, found, here, &mut plan);
    if settings.groups.is_some() {
        super::groups::plan(settings, found, here, &fates, &mut plan);
    }
    plan
}

/// What those of this import are called after the run, folded, by their stable ids: only those that may be called so.
#[derive(Debug, Default)]
pub(super) struct NamesAfter<'a>(pub BTreeMap<&'a str, String>);

impl NamesAfter<'_> {
    /// Whether `id`, which has this name, has another one after the run. Whoever has that one has to have another one, too;
    /// where it goes round, nobody can be first.
    pub(super) fn leaves<'o>(&self, id: &'o str, name: &str, owner: &dyn Fn(&str) -> Option<&'o Owner>) -> bool {
        let (mut seen, mut id, mut name) = (BTreeSet::from([id]), id, name);
        loop {
            let Some(after) = self.0.get(id).filter(|after| *after != name) else { return false };
            match owner(after) {
                None => return true,
                Some(Owner::ThisImport(of)) if seen.insert(of) => (id, name) = (of.as_str(), after),
                Some(_) => return false,
            }
        }
    }
}

/// How many there are by each key.
pub(super) fn counted<K: Ord>(keys: impl Iterator<Item = K>) -> BTreeMap<K, usize> {
    let mut counts = BTreeMap::new();
    for key in keys {
        *counts.entry(key).or_insert(0) += 1;
    }
    counts
}
