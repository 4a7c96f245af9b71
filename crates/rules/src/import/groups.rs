//! What becomes of each group, and who belongs to it because of the import.

use super::people::Fates;
use super::plan::{Found, GroupHere, Here, NamesAfter, Owner, Plan, Planned, PlannedGroup, counted};
use super::{Mapped, dn_key};
use crate::group::Group;
use crate::provisioning::{may_change_group, may_have};
use crate::user::folded;
use model::Refusal;
use model::directory::Principal;
use model::event::Change;
use model::import::{Existing, Leavers, Settings, Step, What};
use std::collections::{BTreeMap, BTreeSet};

const UNREAD: &str = "Its members came in parts, or one of them is no text, so that it is not known who they are.";

/// A group of the import, as its members see it.
struct Taken<'a> {
    one: &'a Mapped,
    id: &'a str,
    /// Nothing: it is made in this run.
    here: Option<&'a GroupHere>,
}

struct Deciding<'a> {
    settings: &'a Settings,
    here: &'a Here,
    plan: &'a mut Plan,
    names_after: NamesAfter<'a>,
    found: BTreeSet<&'a str>,
    /// Groups that are taken over although their entry is another one now.
    taken_over: BTreeSet<model::GroupId>,
}

pub(super) fn plan<'a>(settings: &'a Settings, found: &'a Found, here: &'a Here, fates: &Fates, plan: &'a mut Plan) {
    let ids = counted(found.groups.iter().filter_map(|one| one.external_id.as_deref()));
    let named = found.groups.iter().filter(|one| one.wrong.is_none() && one.external_id.is_some());
    let names = counted(named.clone().map(|one| folded(&one.wanted.display_name)));
    let alone = |id: &str, name: &String| ids.get(id) == Some(&1) && names.get(name) == Some(&1);
    let kept = |group: &Group| group.membership.is_dynamic() || here.guarded.contains(&group.id);
    let names_after = named
        .filter_map(|one| Some((one.external_id.as_deref()?, folded(&one.wanted.display_name))))
        .filter(|(id, name)| alone(id, name) && !here.groups.get(*id).is_some_and(|known| kept(&known.group)));
    let owners = here.group_names.iter().map(|(name, (_, owner))| (name.as_str(), owner)).collect();
    let names_after = NamesAfter::new(&names_after.collect(), owners);
    let found_ids = ids.keys().copied().collect();
    let mut deciding = Deciding { settings, here, plan, names_after, found: found_ids, taken_over: BTreeSet::new() };
    let mut taken: Vec<Taken<'_>> = Vec::new();
    for one in &found.groups {
        let Some(id) = one.external_id.as_deref() else {
            let why = format!("The entry has not exactly one “{}”, so that it would not be known again.", settings.people.id);
            deciding.refuse(one, why);
            continue;
        };
        if ids.get(id).is_some_and(|many| *many > 1) {
            let why = format!("Another entry has the same “{}”, so that it is not known which is which.", settings.people.id);
            deciding.refuse(one, why);
            continue;
        }
        let several = names.get(&folded(&one.wanted.display_name)).is_some_and(|many| *many > 1);
        let twice = || several.then(|| format!("Another entry has the name “{}”, too.", one.wanted.display_name));
        let wrong = one.wrong.clone().or_else(twice);
        if let Some(group) = deciding.group(id, one, wrong) {
            taken.push(Taken { one, id, here: group });
        }
    }
    let by_dn: BTreeMap<&str, usize> = taken.iter().enumerate().map(|(at, group)| (group.one.key.as_str(), at)).collect();
    for group in &taken {
        deciding.members(group, &taken, &by_dn, fates);
    }
    deciding.left();
    let Deciding { plan, names_after, .. } = deciding;
    plan.groups.sort_by_cached_key(|step| match step {
        Step::Group { external_id, name, .. } => names_after.waits(external_id, &folded(name)),
        _ => 0,
    });
}

impl<'a> Deciding<'a> {
    fn refuse(&mut self, one: &Mapped, why: impl Into<String>) {
        self.plan.line(What::Refuse, (one.called(), &one.dn), why);
    }

    /// The group that an entry is, or becomes; nothing where it is left alone.
    fn group(&mut self, id: &'a str, one: &'a Mapped, wrong: Option<String>) -> Option<Option<&'a GroupHere>> {
        let here = self.here;
        let Some(known) = here.groups.get(id) else { return self.new_group(id, one, wrong) };
        if let Err(refusal) = self.may_change(&known.group) {
            self.refuse(one, refusal.sentence());
            return None;
        }
        let name = &one.wanted.display_name;
        // Whoever is no longer named as a member leaves, whatever is wrong with the name.
        match wrong.or_else(|| self.taken_name(id, one)) {
            Some(why) => self.refuse(one, why),
            None if *name == known.group.name => {}
            None => {
                self.plan.groups.push(Step::Group {
                    external_id: id.to_owned(),
                    group: Some(known.group.id),
                    name: name.clone(),
                });
                self.plan.line(What::ChangeGroup, (&known.group.name, &one.dn), "");
                let change = Change { field: "Name".to_owned(), before: known.group.name.clone(), after: name.clone() };
                if let Some(line) = self.plan.lines.last_mut() {
                    line.changes.push(change);
                }
            }
        }
        Some(Some(known))
    }

    fn new_group(&mut self, id: &'a str, one: &'a Mapped, wrong: Option<String>) -> Option<Option<&'a GroupHere>> {
        // An empty group would look as if nobody belonged to it.
        let unread = || one.members.is_none().then(|| format!("{UNREAD} The group is skipped until they can be read."));
        if let Some(why) = wrong.or_else(unread) {
            self.refuse(one, why);
            return None;
        }
        let (here, name) = (self.here, &one.wanted.display_name);
        let there = here.group_names.get(&folded(name)).filter(|(_, owner)| !self.renamed_away(owner));
        let Some((there, owner)) = there else {
            self.plan.groups.push(Step::Group { external_id: id.to_owned(), group: None, name: name.clone() });
            self.plan.line(What::CreateGroup, (name, &one.dn), "");
            return Some(None);
        };
        let refused = match (owner, self.settings.existing) {
            (Owner::OtherImport, _) => Some(format!("The group “{name}” is here already and comes from another import.")),
            (Owner::Provider, _) => {
                Some(format!("The group “{name}” is here already and comes from an identity provider (SCIM)."))
            }
            // Taken over, it would belong to two entries: which has it and is still found keeps it.
            (Owner::ThisImport(of), _) if self.found.contains(of.as_str()) => Some(format!(
                "The group “{name}” is here already and belongs to another entry, which is still found and cannot be renamed yet."
            )),
            (Owner::ThisImport(_) | Owner::Nobody, Existing::Skip) => Some(format!(
                "The group “{name}” is here already and does not come from this entry. Imports can be set to take such groups over."
            )),
            (Owner::ThisImport(_) | Owner::Nobody, Existing::TakeOver) => {
                self.may_change(&there.group).err().map(|refusal| refusal.sentence())
            }
        };
        if let Some(why) = refused {
            self.refuse(one, why);
            return None;
        }
        self.taken_over.insert(there.group.id);
        self.plan.groups.push(Step::Group { external_id: id.to_owned(), group: Some(there.group.id), name: name.clone() });
        self.plan.line(
            What::ChangeGroup,
            (name, &one.dn),
            "The group is here already and is taken over. Members whom others gave it stay.",
        );
        Some(Some(there))
    }

    fn may_change(&self, group: &Group) -> Result<(), Refusal> {
        let guarded = self.here.guarded.contains(&group.id);
        may_change_group(&Group { privileged: group.privileged || guarded, ..group.clone() }, &[])?;
        if group.membership.is_dynamic() {
            return Err(Refusal::DynamicMembership { group: group.name.clone() });
        }
        Ok(())
    }

    fn renamed_away(&self, owner: &Owner) -> bool {
        matches!(owner, Owner::ThisImport(id) if self.names_after.leaves(id))
    }

    fn taken_name(&self, id: &str, one: &Mapped) -> Option<String> {
        let (there, owner) = self.here.group_names.get(&folded(&one.wanted.display_name))?;
        if matches!(owner, Owner::ThisImport(of) if of == id) || self.renamed_away(owner) {
            return None;
        }
        Some(Refusal::NameTaken { field: "name", label: "Name", name: there.group.name.clone() }.sentence())
    }

    fn members(&mut self, of: &Taken<'a>, taken: &[Taken<'a>], by_dn: &BTreeMap<&str, usize>, fates: &Fates) {
        let Some(members) = &of.one.members else {
            return self.refuse(of.one, format!("{UNREAD} Whoever belongs to the group stays in it."));
        };
        let now: BTreeSet<Principal> = of.here.map(|group| group.members.clone()).unwrap_or_default();
        let mut wanted: BTreeSet<Planned> = BTreeSet::new();
        let mut nests: BTreeSet<Planned> = BTreeSet::new();
        let group = of.one.called();
        let mut added: Vec<(String, String)> = Vec::new();
        for value in members {
            let key = dn_key(value);
            if let Some(inner) = by_dn.get(key.as_str()).and_then(|at| taken.get(*at)) {
                if inner.id == of.id {
                    self.refuse(of.one, "The group is its own member, which means nothing.");
                    continue;
                }
                let planned = match inner.here {
                    Some(inner) => Planned::Here(Principal::Group(inner.group.id)),
                    None => Planned::NewGroup(inner.id.to_owned()),
                };
                let is_there = matches!(&planned, Planned::Here(principal) if now.contains(principal));
                let set = if is_there { &mut wanted } else { &mut nests };
                if set.insert(planned) && !is_there {
                    added.push((inner.one.called().to_owned(), inner.one.dn.clone()));
                }
                continue;
            }
            let name = folded(value);
            let id = fates.by_dn.get(&key).or_else(|| fates.by_name.get(&name));
            if id.is_none() && fates.ambiguous.contains(&name) {
                // Nobody comes in under it, and whoever has it here and belongs to the group is not taken out for it.
                let has_it = self.here.names.get(&name).map(|(user, _)| Principal::User(user.id));
                wanted.extend(has_it.filter(|who| now.contains(who)).map(Planned::Here));
                let why = format!(
                    "Several entries have this user name, so that it is not known who is a member of “{group}”. Whoever has it here stays as they are."
                );
                self.plan.line(What::Refuse, (value, ""), why);
                continue;
            }
            let Some((id, fate)) = id.and_then(|id| Some((id, fates.people.get(id)?))) else {
                let why = format!("It is said to be a member of “{group}”, and is nobody and no group of this import.");
                self.plan.line(What::Refuse, (value, ""), why);
                continue;
            };
            let (planned, is_there) = match fate.user {
                Some(user) => (Planned::Here(Principal::User(user)), now.contains(&Principal::User(user))),
                None => (Planned::NewPerson(id.clone()), false),
            };
            if !is_there && !fate.enabled {
                self.plan.line(What::Refuse, (&fate.name, value), format!("They are disabled, and are not added to “{group}”."));
                continue;
            }
            if wanted.insert(planned) && !is_there {
                added.push((fate.name.clone(), value.clone()));
            }
        }
        let is_there = |planned: &Planned| matches!(planned, Planned::Here(principal) if now.contains(principal));
        if !added.is_empty()
            && let Err(refusal) = may_have(wanted.len() + nests.len())
        {
            self.refuse(of.one, format!("{} Nobody is added to it; whoever is no longer named leaves.", refusal.sentence()));
            wanted.retain(is_there);
            nests.clear();
            added.clear();
        }
        let kept: BTreeSet<Principal> = wanted
            .iter()
            .filter_map(|planned| if let Planned::Here(principal) = planned { Some(*principal) } else { None })
            .collect();
        for (who, under) in added {
            self.plan.line(What::Add, (&who, &under), group);
        }
        let gone: Vec<Principal> = now.difference(&kept).copied().collect();
        for principal in &gone {
            let who = self.here.called(*principal);
            self.plan.line(What::Remove, (&who, ""), group);
        }
        if !wanted.iter().all(is_there) || !gone.is_empty() || !nests.is_empty() {
            self.plan.members.push(PlannedGroup { external_id: of.id.to_owned(), wanted, nests });
        }
    }

    /// Groups that are no longer found lose the members that came from them; they themselves stay.
    fn left(&mut self) {
        if self.settings.leavers == Leavers::Keep {
            return;
        }
        let here = self.here;
        for (id, known) in &here.groups {
            let found = self.found.contains(id.as_str());
            if found || known.members.is_empty() || self.taken_over.contains(&known.group.id) {
                continue;
            }
            if let Err(refusal) = self.may_change(&known.group) {
                self.plan.line(What::Refuse, (&known.group.name, ""), refusal.sentence());
                continue;
            }
            for principal in &known.members {
                let who = here.called(*principal);
                self.plan.line(What::Remove, (&who, ""), format!("{}, which is no longer found", known.group.name));
            }
            let (wanted, nests) = (BTreeSet::new(), BTreeSet::new());
            self.plan.members.push(PlannedGroup { external_id: id.clone(), wanted, nests });
        }
    }
}
