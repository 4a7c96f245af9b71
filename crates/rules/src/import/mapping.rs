//! What an entry means: the attributes of a person or a group, as the settings say.

use super::dn_key;
use crate::form::text;
use crate::user::check;
use model::command::UserFields;
use model::directory::{Profile, UserKind};
use model::import::{Attributes, Entry, GroupsMapping, PeopleMapping, Wanted};
use model::limits::{IMPORT_ID_MAX_CHARS, NAME_MAX_CHARS};
use std::collections::{BTreeMap, BTreeSet};

/// An entry in our words. Of groups only the name is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapped {
    pub dn: String,
    /// By which it is compared with others' references to it.
    pub key: String,
    /// What stays the same; nothing where the entry has none, or several.
    pub external_id: Option<String>,
    pub wanted: Wanted,
    /// Why it cannot be a person or a group here.
    pub wrong: Option<String>,
    /// What of it cannot be taken.
    pub left_out: Vec<String>,
    /// The distinguished name of the manager.
    pub manager: Option<String>,
    /// Who their manager is cannot be read: theirs stays as it is.
    pub keeps_manager: bool,
    /// Distinguished names, or user names; nothing where not all of them can be read.
    pub members: Option<Vec<String>>,
}

impl Mapped {
    /// What it is called in a list.
    pub fn called(&self) -> &str {
        [&self.wanted.display_name, &self.wanted.user_name].into_iter().find(|name| !name.is_empty()).unwrap_or(&self.dn)
    }
}

/// The attributes that are read of people.
pub fn attributes_of_people(people: &PeopleMapping) -> Vec<String> {
    let PeopleMapping { id, user_name, display_name, mail, manager, profile, .. } = people;
    let several = [user_name, display_name, mail, manager].into_iter().chain(profile.values());
    names(std::iter::once(id).chain(several.flatten()))
}

/// The attributes that are read of groups.
pub fn attributes_of_groups(groups: &GroupsMapping) -> Vec<String> {
    names([&groups.id, &groups.member].into_iter().chain(&groups.name))
}

fn names<'a>(all: impl Iterator<Item = &'a String>) -> Vec<String> {
    all.cloned().collect::<BTreeSet<String>>().into_iter().collect()
}

/// The values of the first attribute that has any, or why they are not known: an attribute that cannot be read is not skipped
/// as if it had none.
fn values<'e>(entry: &'e Entry, attributes: &Attributes) -> Result<Vec<&'e str>, String> {
    for name in attributes {
        let key = name.to_lowercase();
        if entry.unread.contains(&key) {
            return Err(format!("“{name}” has a value that is no text, or came in parts, so that it cannot be read."));
        }
        let found = entry.attributes.get(&key).into_iter().flatten();
        let found: Vec<&str> = found.map(|value| value.trim()).filter(|value| !value.is_empty()).collect();
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

fn first(entry: &Entry, attributes: &Attributes) -> Result<String, String> {
    Ok(values(entry, attributes)?.first().copied().unwrap_or_default().to_owned())
}

fn external_id(entry: &Entry, attribute: &str) -> Option<String> {
    let found = values(entry, &vec![attribute.to_owned()]).ok()?;
    let [one] = found.as_slice() else { return None };
    text("id", "Stable id", one, true, IMPORT_ID_MAX_CHARS).ok()
}

/// A person; `disabled` says that the filter of disabled people applies.
pub fn map_person(people: &PeopleMapping, entry: &Entry, disabled: bool) -> Mapped {
    let mut left_out = Vec::new();
    let mut taken = |attributes: &Attributes, check: &dyn Fn(&str) -> Result<(), String>| {
        // What cannot be taken keeps nobody from being taken; it counts as if it were not there.
        let read = first(entry, attributes).and_then(|value| check(&value).map(|()| value));
        read.unwrap_or_else(|why| {
            left_out.push(why);
            String::new()
        })
    };
    let (user_name, unread) = match first(entry, &people.user_name) {
        Ok(user_name) => (user_name, None),
        Err(why) => (String::new(), Some(why)),
    };
    let display_name = Some(taken(&people.display_name, &|_| Ok(()))).filter(|name| !name.is_empty());
    let mut wanted = Wanted {
        display_name: display_name.unwrap_or_else(|| user_name.clone()),
        user_name,
        enabled: !disabled,
        ..Wanted::default()
    };
    let wrong = if unread.is_some() {
        unread
    } else if wanted.user_name.is_empty() {
        Some(format!("The entry has no user name: there is nothing in “{}”.", people.user_name.join(", ")))
    } else {
        checked(&wanted, String::new(), BTreeMap::new()).err()
    };
    if !people.mail.is_empty() {
        wanted.mail = Some(taken(&people.mail, &|mail| checked(&valid(), mail.to_owned(), BTreeMap::new())));
    }
    for (ours, theirs) in &people.profile {
        let fits = |value: &str| checked(&valid(), String::new(), BTreeMap::from([(ours.clone(), value.to_owned())]));
        wanted.profile.insert(ours.clone(), taken(theirs, &fits));
    }
    let manager = first(entry, &people.manager);
    let keeps_manager = manager.is_err();
    left_out.extend(manager.as_ref().err().cloned());
    let manager = manager.ok().filter(|dn| !dn.is_empty());
    let (dn, key) = (entry.dn.clone(), dn_key(&entry.dn));
    let external_id = external_id(entry, &people.id);
    Mapped { dn, key, external_id, wanted, wrong, left_out, manager, keeps_manager, members: None }
}

/// Somebody about whom nothing is wrong.
fn valid() -> Wanted {
    Wanted { user_name: "x".to_owned(), display_name: "x".to_owned(), ..Wanted::default() }
}

fn checked(wanted: &Wanted, mail: String, attributes: BTreeMap<String, String>) -> Result<(), String> {
    let fields = UserFields {
        user_name: wanted.user_name.clone(),
        display_name: wanted.display_name.clone(),
        mail,
        kind: UserKind::Member,
        manager: None,
        sponsors: Vec::new(),
        profile: Profile { attributes, other_mails: Vec::new() },
    };
    check(&fields).map(|_| ()).map_err(|refusal| refusal.sentence())
}

pub fn map_group(groups: &GroupsMapping, entry: &Entry) -> Mapped {
    let (name, wrong) = match first(entry, &groups.name) {
        Err(why) => (String::new(), Some(why)),
        Ok(name) if name.is_empty() => {
            (name, Some(format!("The entry has no name: there is nothing in “{}”.", groups.name.join(", "))))
        }
        Ok(name) => {
            let wrong = text("name", "Name", &name, true, NAME_MAX_CHARS).err().map(|refusal| refusal.sentence());
            (name, wrong)
        }
    };
    let wanted = Wanted { display_name: name, enabled: true, ..Wanted::default() };
    let members = values(entry, &vec![groups.member.clone()]).ok();
    let members = members.map(|members| members.into_iter().map(str::to_owned).collect());
    let (dn, key) = (entry.dn.clone(), dn_key(&entry.dn));
    let external_id = external_id(entry, &groups.id);
    Mapped { dn, key, external_id, wanted, wrong, members, ..Mapped::default() }
}
