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
    /// Whoever of them holds one for good and can sign in.
    pub come_in: BTreeSet<UserId>,
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

/// Who of this import has another name after the run, by their stable ids, and how many have to leave theirs before.
#[derive(Debug, Default)]
pub(super) struct NamesAfter<'a> {
    owners: BTreeMap<&'a str, &'a Owner>,
    /// Nothing: they keep the name that they have.
    leaving: BTreeMap<&'a str, Option<usize>>,
}

impl<'a> NamesAfter<'a> {
    /// `after` is what they are called after the run, folded: only those that may be called so. `owners` have these names now.
    /// Everybody is looked at once.
    pub(super) fn new(after: &BTreeMap<&str, String>, owners: BTreeMap<&'a str, &'a Owner>) -> Self {
        let mut leaving: BTreeMap<&'a str, Option<usize>> = BTreeMap::new();
        for (first, owner) in &owners {
            let (mut path, mut name, mut owner): (Vec<&'a str>, &str, &'a Owner) = (Vec::new(), first, owner);
            let mut before = loop {
                // Somebody else keeps it.
                let Owner::ThisImport(id) = owner else { break None };
                if let Some(known) = leaving.get(id.as_str()) {
                    break known.map(|known| known + 1);
                }
                // Until it is known: where it goes round, nobody can be first.
                leaving.insert(id, None);
                path.push(id);
                let Some(next) = after.get(id.as_str()).filter(|next| *next != name) else { break None };
                let Some(has_it) = owners.get(next.as_str()) else { break Some(0) };
                (name, owner) = (next, has_it);
            };
            for id in path.into_iter().rev() {
                leaving.insert(id, before);
                before = before.map(|before| before + 1);
            }
        }
        Self { owners, leaving }
    }

    /// Whether whoever has a name now has another one after the run.
    pub(super) fn leaves(&self, id: &str) -> bool {
        self.leaving.get(id).copied().flatten().is_some()
    }

    /// How many have to be renamed before this one can have the name.
    pub(super) fn waits(&self, id: &str, name: &str) -> usize {
        match self.owners.get(name) {
            Some(Owner::ThisImport(of)) if of != id => {
                self.leaving.get(of.as_str()).copied().flatten().map_or(0, |many| many + 1)
            }
            _ => 0,
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// One after the other.
    fn followed(first: usize, after: &BTreeMap<usize, usize>, owners: &BTreeMap<usize, Option<usize>>) -> Option<usize> {
        let (mut seen, mut id, mut name, mut before) = (BTreeSet::from([first]), first, first, 0);
        loop {
            let next = *after.get(&id).filter(|next| **next != name)?;
            match owners.get(&next) {
                None => return Some(before),
                Some(Some(of)) if seen.insert(*of) => (id, name, before) = (*of, next, before + 1),
                Some(_) => return None,
            }
        }
    }

    proptest! {
        #[test]
        fn whoever_waits_for_a_name_waits_for_all_that_have_to_leave_before(
            wanted in proptest::collection::vec(0_usize..12, 9),
            local in 0_usize..12,
        ) {
            let ids: Vec<String> = (0..12).map(|n| format!("id{n}")).collect();
            let names: Vec<String> = (0..12).map(|n| format!("n{n}")).collect();
            // The first eight have the name of their number, and somebody who was made here has one, too.
            let own = |n: usize| (n, if n == local { None } else { Some(n) });
            let by_number: BTreeMap<usize, Option<usize>> = (0..8).chain([local]).map(own).collect();
            let kept: Vec<(usize, Owner)> =
                by_number.iter().map(|(n, of)| (*n, of.map_or(Owner::Nobody, |of| Owner::ThisImport(ids[of].clone())))).collect();
            let owners: BTreeMap<&str, &Owner> = kept.iter().map(|(n, owner)| (names[*n].as_str(), owner)).collect();
            // Some of them have no entry that counts.
            let after: BTreeMap<usize, usize> = wanted.iter().copied().enumerate().filter(|(at, _)| at % 4 != 3).collect();
            let by_name = after.iter().map(|(at, to)| (ids[*at].as_str(), names[*to].clone())).collect();
            let found = NamesAfter::new(&by_name, owners);
            for n in (0..8).filter(|n| *n != local) {
                let expected = followed(n, &after, &by_number);
                prop_assert_eq!(found.leaves(&ids[n]), expected.is_some());
                prop_assert_eq!(found.waits("another", &names[n]), expected.map_or(0, |many| many + 1));
            }
        }
    }
}
