//! What becomes of each person.

use super::Mapped;
use super::plan::{Found, Here, Linked, NamesAfter, Owner, Plan, counted};
use crate::lock_out::{asks_who_comes_in, comes_in};
use crate::provisioning::{may_change_person, may_touch};
use crate::user::{Holders, User, changes, folded, somebody_is_left};
use model::command::UserFields;
use model::directory::{Principal, Profile, UserKind};
use model::event::Change;
use model::import::{Existing, Leavers, Settings, Step, Wanted, What};
use model::{Refusal, UserId};
use std::collections::{BTreeMap, BTreeSet};

/// Somebody after the run.
#[derive(Clone, Debug)]
pub(super) struct Fate {
    /// Nothing: they are made in this run.
    pub user: Option<UserId>,
    pub enabled: bool,
    pub name: String,
}

/// Everybody of the import after the run, by their stable ids; and the entries by their distinguished and their user names.
#[derive(Debug, Default)]
pub(super) struct Fates {
    pub people: BTreeMap<String, Fate>,
    pub by_dn: BTreeMap<String, String>,
    /// User names that one entry has.
    pub by_name: BTreeMap<String, String>,
    /// User names that several entries have: nobody knows whom they mean.
    pub ambiguous: BTreeSet<String>,
}

/// The fields of somebody as the import has them from now on. What it does not take from the entry stays.
pub fn fields(before: Option<&User>, wanted: &Wanted) -> UserFields {
    let mut profile = before.map_or_else(Profile::default, |user| user.profile.clone());
    for (name, value) in &wanted.profile {
        if value.is_empty() {
            profile.attributes.remove(name);
        } else {
            profile.attributes.insert(name.clone(), value.clone());
        }
    }
    let mail = wanted.mail.clone().or_else(|| before.map(|user| user.mail.clone()));
    UserFields {
        user_name: wanted.user_name.clone(),
        display_name: wanted.display_name.clone(),
        mail: mail.unwrap_or_default(),
        kind: before.map_or(UserKind::Member, |user| user.kind),
        manager: before.and_then(|user| user.manager),
        sponsors: Vec::new(),
        profile,
    }
}

/// Whether somebody is enabled after the run. The import enables only whom it disabled itself: whoever was disabled here stays so.
pub fn enabled_after(wanted: bool, enabled: bool, disabled_by_import: bool) -> bool {
    wanted && (enabled || disabled_by_import)
}

/// Whether an import may take over an account that was made here: nobody's who holds roles, and none for emergencies.
pub fn may_take_over(user: &User, protected: bool, emergency: bool) -> Result<(), Refusal> {
    may_touch(user, emergency)?;
    if protected {
        let (name, what) = (user.display_name.clone(), "take over their account");
        return Err(Refusal::ProvisionedPersonProtected { name, what });
    }
    Ok(())
}

pub(super) struct Deciding<'a> {
    pub settings: &'a Settings,
    pub here: &'a Here,
    pub plan: &'a mut Plan,
    pub fates: Fates,
    names_after: NamesAfter<'a>,
    found: BTreeSet<&'a str>,
    disabled: BTreeSet<UserId>,
    taken_over: BTreeSet<UserId>,
    /// The line of a person, by their stable id.
    pub lines: BTreeMap<&'a str, usize>,
}

pub(super) fn plan(settings: &Settings, found: &Found, here: &Here, plan: &mut Plan) -> Fates {
    let ids = counted(found.people.iter().filter_map(|one| one.external_id.as_deref()));
    let named = found.people.iter().filter(|one| one.wrong.is_none() && one.external_id.is_some());
    let names = counted(named.clone().map(|one| folded(&one.wanted.user_name)));
    let alone = |id: &str, name: &String| ids.get(id) == Some(&1) && names.get(name) == Some(&1);
    let kept = |user: UserId| here.protected.contains(&user) || here.emergency.contains(&user);
    let names_after = named
        .filter_map(|one| Some((one.external_id.as_deref()?, folded(&one.wanted.user_name))))
        .filter(|(id, name)| alone(id, name) && !here.people.get(*id).is_some_and(|linked| kept(linked.user.id)));
    let owners = here.names.iter().map(|(name, (_, owner))| (name.as_str(), owner)).collect();
    let names_after = NamesAfter::new(&names_after.collect(), owners);
    // Whatever else is wrong with an entry: its name means it, too.
    let meant = counted(found.people.iter().map(|one| folded(&one.wanted.user_name)));
    let ambiguous: BTreeSet<String> = meant.into_iter().filter(|(_, many)| *many > 1).map(|(name, _)| name).collect();
    let mut deciding = Deciding {
        settings,
        here,
        plan,
        fates: Fates { ambiguous, ..Fates::default() },
        names_after,
        found: ids.keys().copied().collect(),
        disabled: BTreeSet::new(),
        taken_over: BTreeSet::new(),
        lines: BTreeMap::new(),
    };
    for one in &found.people {
        let Some(id) = one.external_id.as_deref() else {
            let why = format!("The entry has not exactly one “{}”, so that it would not be known again.", settings.people.id);
            deciding.refuse(one, why);
            continue;
        };
        if ids.get(id).is_some_and(|many| *many > 1) {
            let why = format!("Another entry has the same “{}”, so that it is not known who is who.", settings.people.id);
            deciding.refuse(one, why);
            continue;
        }
        deciding.fates.by_dn.insert(one.key.clone(), id.to_owned());
        let name = folded(&one.wanted.user_name);
        if !name.is_empty() && !deciding.fates.ambiguous.contains(&name) {
            deciding.fates.by_name.insert(name, id.to_owned());
        }
        let wrong = one.wrong.clone().or_else(|| {
            let several = names.get(&folded(&one.wanted.user_name)).is_some_and(|many| *many > 1);
            several.then(|| format!("Another entry has the user name “{}”, too.", one.wanted.user_name))
        });
        match here.people.get(id) {
            Some(linked) => deciding.known(id, one, linked, wrong),
            None => deciding.newcomer(id, one, wrong),
        }
    }
    deciding.left();
    deciding.managers(found);
    let Deciding { plan, names_after, fates, .. } = deciding;
    plan.people.sort_by_cached_key(|step| match step {
        Step::Person { external_id, wanted, .. } => names_after.waits(external_id, &folded(&wanted.user_name)),
        _ => 0,
    });
    fates
}

impl<'a> Deciding<'a> {
    pub(super) fn refuse(&mut self, one: &Mapped, why: impl Into<String>) {
        self.plan.line(What::Refuse, (one.called(), &one.dn), why);
    }

    fn person(&mut self, id: &str, user: &User) {
        let enabled = user.enabled && !self.disabled.contains(&user.id);
        let fate = Fate { user: Some(user.id), enabled, name: user.display_name.clone() };
        self.fates.people.insert(id.to_owned(), fate);
    }

    fn line_of(&mut self, id: &'a str) {
        self.lines.insert(id, self.plan.lines.len().saturating_sub(1));
    }

    /// Somebody who comes from this import.
    fn known(&mut self, id: &'a str, one: &'a Mapped, linked: &Linked, wrong: Option<String>) {
        let user = &linked.user;
        if let Some(why) = wrong.or_else(|| self.taken_name(id, one, Some(user.id))) {
            self.refuse(one, why);
            // However wrong the rest is: that somebody is disabled counts.
            if !one.wanted.enabled {
                self.disable(user, "Their entry is disabled.");
            }
            self.person(id, user);
            return;
        }
        self.left_out(one);
        let enabled = enabled_after(one.wanted.enabled, user.enabled, linked.disabled);
        if one.wanted.enabled && !enabled {
            self.refuse(one, "They were disabled here, and only somebody here enables them again.");
        }
        let changed = self.changed(user, &one.wanted);
        if changed.is_empty() && enabled == user.enabled {
            self.person(id, user);
            return;
        }
        let may = may_touch(user, self.here.emergency.contains(&user.id))
            .and_then(|()| may_change_person(user, self.here.protected.contains(&user.id), &one.wanted.user_name, enabled));
        if let Err(refusal) = may {
            self.refuse(one, refusal.sentence());
            if !enabled {
                self.disable(user, "Their entry is disabled.");
            }
            self.person(id, user);
            return;
        }
        let disables = user.enabled && !enabled;
        if disables && let Err(refusal) = self.may_disable(user) {
            self.refuse(one, refusal.sentence());
            self.person(id, user);
            return;
        }
        let step = Step::Person { external_id: id.to_owned(), user: Some(user.id), wanted: one.wanted.clone() };
        self.plan.people.push(step);
        let who = (user.display_name.as_str(), user.user_name.as_str());
        if disables {
            self.disabled.insert(user.id);
            self.plan.line(What::Disable, who, "Their entry is disabled.");
        } else if enabled != user.enabled {
            self.plan.line(What::Enable, who, "Their entry is found and enabled again.");
        }
        if !changed.is_empty() {
            self.plan.line(What::Change, who, "");
            self.line_of(id);
            self.changes_of_last(changed);
        }
        let fate = Fate { user: Some(user.id), enabled, name: one.wanted.display_name.clone() };
        self.fates.people.insert(id.to_owned(), fate);
    }

    /// Somebody who does not come from this import yet.
    fn newcomer(&mut self, id: &'a str, one: &'a Mapped, wrong: Option<String>) {
        if let Some(why) = wrong {
            return self.refuse(one, why);
        }
        let there = self.here.names.get(&folded(&one.wanted.user_name));
        if let Some((user, owner)) = there
            && !self.renamed_away(owner)
        {
            return self.existing(id, one, user, owner);
        }
        if !one.wanted.enabled {
            return self.refuse(one, "Their entry is disabled, so that nobody is created for it.");
        }
        self.left_out(one);
        self.plan.people.push(Step::Person { external_id: id.to_owned(), user: None, wanted: one.wanted.clone() });
        self.plan.line(What::Create, (one.called(), &one.wanted.user_name), "");
        self.line_of(id);
        let blank =
            |(field, after): (&str, &String)| Change { field: field.to_owned(), before: String::new(), after: after.clone() };
        let mail = one.wanted.mail.as_ref().map(|mail| ("E-mail", mail));
        let labels = model::directory::ATTRIBUTES.iter();
        let profile = labels.filter_map(|(name, label)| Some((*label, one.wanted.profile.get(*name)?)));
        let begun = mail.into_iter().chain(profile).filter(|(_, value)| !value.is_empty()).map(blank).collect();
        self.changes_of_last(begun);
        let fate = Fate { user: None, enabled: true, name: one.wanted.display_name.clone() };
        self.fates.people.insert(id.to_owned(), fate);
    }

    /// An account that is here under the name of a new entry.
    fn existing(&mut self, id: &'a str, one: &'a Mapped, user: &User, owner: &Owner) {
        let name = &user.user_name;
        let refused = match (owner, self.settings.existing) {
            (Owner::OtherImport, _) => Some(format!("“{name}” is here already and comes from another import.")),
            (Owner::Provider, _) => Some(format!("“{name}” is here already and comes from an identity provider (SCIM).")),
            // Taken over, it would belong to two entries: whoever has it and is still found keeps it.
            (Owner::ThisImport(of), _) if self.found.contains(of.as_str()) => Some(format!(
                "“{name}” is here already and belongs to another entry, which is still found and cannot be renamed yet."
            )),
            (Owner::ThisImport(_), Existing::Skip) => Some(format!(
                "“{name}” is here already and came from an entry that is no longer found. This may be somebody else of the same name."
            )),
            (Owner::Nobody, Existing::Skip) => Some(format!(
                "“{name}” is here already and does not come from this import. Imports can be set to take such accounts over."
            )),
            (Owner::ThisImport(_) | Owner::Nobody, Existing::TakeOver) => {
                let (protected, emergency) = (self.here.protected.contains(&user.id), self.here.emergency.contains(&user.id));
                may_take_over(user, protected, emergency).err().map(|refusal| refusal.sentence())
            }
        };
        if let Some(why) = refused {
            return self.refuse(one, why);
        }
        self.left_out(one);
        let enabled = enabled_after(one.wanted.enabled, user.enabled, false);
        if one.wanted.enabled && !enabled {
            self.refuse(one, "They were disabled here, and only somebody here enables them again.");
        }
        let changed = self.changed(user, &one.wanted);
        self.taken_over.insert(user.id);
        self.plan.people.push(Step::Person { external_id: id.to_owned(), user: Some(user.id), wanted: one.wanted.clone() });
        let who = (user.display_name.as_str(), user.user_name.as_str());
        if user.enabled && !enabled {
            self.disabled.insert(user.id);
            self.plan.line(What::Disable, who, "Their entry is disabled.");
        }
        self.plan.line(What::TakeOver, who, "The account is here already.");
        self.line_of(id);
        self.changes_of_last(changed);
        let fate = Fate { user: Some(user.id), enabled, name: one.wanted.display_name.clone() };
        self.fates.people.insert(id.to_owned(), fate);
    }

    /// Whoever has the name has another one after the run.
    fn renamed_away(&self, owner: &Owner) -> bool {
        matches!(owner, Owner::ThisImport(id) if self.names_after.leaves(id))
    }

    /// Why somebody cannot have the name that their entry has.
    fn taken_name(&self, id: &str, one: &Mapped, user: Option<UserId>) -> Option<String> {
        let (there, owner) = self.here.names.get(&folded(&one.wanted.user_name))?;
        if Some(there.id) == user || matches!(owner, Owner::ThisImport(of) if of == id) || self.renamed_away(owner) {
            return None;
        }
        Some(Refusal::NameTaken { field: "user_name", label: "User name", name: there.user_name.clone() }.sentence())
    }

    fn changed(&self, user: &User, wanted: &Wanted) -> Vec<Change> {
        let naming = |id: UserId| self.here.called(Principal::User(id));
        changes((user, &[]), &fields(Some(user), wanted), &naming)
    }

    pub(super) fn changes_of_last(&mut self, changed: Vec<Change>) {
        if let Some(line) = self.plan.lines.last_mut() {
            line.changes = changed;
        }
    }

    fn left_out(&mut self, one: &Mapped) {
        for why in &one.left_out {
            self.refuse(one, format!("The rest is taken. {why}"));
        }
    }

    /// In the order in which the run looks, so that both name the same reason. Whoever goes before in this run counts as gone.
    fn may_disable(&self, user: &User) -> Result<(), Refusal> {
        may_touch(user, self.here.emergency.contains(&user.id))?;
        let able =
            |holders: &Holders| -> BTreeSet<UserId> { holders.lasting.intersection(&self.here.come_in).copied().collect() };
        for (role, before) in &self.here.holders {
            let mut after = before.clone();
            after.active.retain(|id| *id != user.id && !self.disabled.contains(id));
            after.lasting.retain(|id| *id != user.id && !self.disabled.contains(id));
            if before.active.contains(&user.id) {
                somebody_is_left(*role, before, &after)?;
                if asks_who_comes_in(*role, before, &after) {
                    comes_in(*role, &able(before), &able(&after))?;
                }
            }
        }
        Ok(())
    }

    fn disable(&mut self, user: &User, why: &str) {
        if !user.enabled || self.disabled.contains(&user.id) {
            return;
        }
        let who = (user.display_name.as_str(), user.user_name.as_str());
        match self.may_disable(user) {
            Err(refusal) => {
                self.plan.line(What::Refuse, who, refusal.sentence());
            }
            Ok(()) => {
                self.disabled.insert(user.id);
                self.plan.people.push(Step::Disable { user: user.id });
                self.plan.line(What::Disable, who, why);
            }
        }
    }

    /// Whoever came from the import and is no longer found.
    fn left(&mut self) {
        if self.settings.leavers == Leavers::Keep {
            return;
        }
        let here = self.here;
        for (id, linked) in &here.people {
            if !self.found.contains(id.as_str()) && !self.taken_over.contains(&linked.user.id) {
                self.disable(&linked.user, "Their entry is no longer found.");
            }
        }
    }
}
