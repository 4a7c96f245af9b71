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
    /// Distinguished names, or user names.
    pub members: Vec<String>,
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

/// The values of the first attribute that has any.
fn values<'e>(entry: &'e Entry, attributes: &Attributes) -> Vec<&'e str> {
    let of = |name: &String| -> Vec<&'e str> {
        let found = entry.attributes.get(&name.to_lowercase()).into_iter().flatten();
        found.map(|value| value.trim()).filter(|value| !value.is_empty()).collect()
    };
    attributes.iter().map(of).find(|found| !found.is_empty()).unwrap_or_default()
}

fn first(entry: &Entry, attributes: &Attributes) -> String {
    values(entry, attributes).first().copied().unwrap_or_default().to_owned()
}

fn external_id(entry: &Entry, attribute: &str) -> Option<String> {
    let found = values(entry, &vec![attribute.to_owned()]);
    let [one] = found.as_slice() else { return None };
    text("id", "Stable id", one, true, IMPORT_ID_MAX_CHARS).ok()
}

/// A person; `disabled` says that the filter of disabled people applies.
pub fn map_person(people: &PeopleMapping, entry: &Entry, disabled: bool) -> Mapped {
    let mut left_out = Vec::new();
    let user_name = first(entry, &people.user_name);
    let display_name = Some(first(entry, &people.display_name)).filter(|name| !name.is_empty());
    let mut wanted = Wanted {
        display_name: display_name.unwrap_or_else(|| user_name.clone()),
        user_name,
        enabled: !disabled,
        ..Wanted::default()
    };
    let wrong = if wanted.user_name.is_empty() {
        Some(format!("The entry has no user name: there is nothing in “{}”.", people.user_name.join(", ")))
    } else {
        checked(&wanted, String::new(), BTreeMap::new()).err()
    };
    // What cannot be taken of the rest keeps nobody from being taken; it counts as if it were not there.
    if !people.mail.is_empty() {
        let mut mail = first(entry, &people.mail);
        if let Err(why) = checked(&valid(), mail.clone(), BTreeMap::new()) {
            left_out.push(why);
            mail.clear();
        }
        wanted.mail = Some(mail);
    }
    for (ours, theirs) in &people.profile {
        let mut value = first(entry, theirs);
        if let Err(why) = checked(&valid(), String::new(), BTreeMap::from([(ours.clone(), value.clone())])) {
            left_out.push(why);
            value.clear();
        }
        wanted.profile.insert(ours.clone(), value);
    }
    let manager = Some(first(entry, &people.manager)).filter(|dn| !dn.is_empty());
    let (dn, key) = (entry.dn.clone(), dn_key(&entry.dn));
    let external_id = external_id(entry, &people.id);
    Mapped { dn, key, external_id, wanted, wrong, left_out, manager, members: Vec::new() }
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
    let name = first(entry, &groups.name);
    let wrong = if name.is_empty() {
        Some(format!("The entry has no name: there is nothing in “{}”.", groups.name.join(", ")))
    } else {
        text("name", "Name", &name, true, NAME_MAX_CHARS).err().map(|refusal| refusal.sentence())
    };
    let wanted = Wanted { display_name: name, enabled: true, ..Wanted::default() };
    let members = values(entry, &vec![groups.member.clone()]).into_iter().map(str::to_owned).collect();
    let (dn, key) = (entry.dn.clone(), dn_key(&entry.dn));
    let external_id = external_id(entry, &groups.id);
    Mapped { dn, key, external_id, wanted, wrong, members, ..Mapped::default() }
}
