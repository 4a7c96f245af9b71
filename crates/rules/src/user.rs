//! Users: what a profile may look like, and what changes when it is saved.

use crate::form::text;
use model::access::{Assignment, ResourceRole};
use model::command::UserFields;
use model::directory::{ATTRIBUTES, PortalRole, Profile, UserKind};
use model::event::Change;
use model::limits::{
    ATTRIBUTE_MAX_CHARS, MAIL_MAX_CHARS, NAME_MAX_CHARS, PASSWORD_MAX_CHARS, PASSWORD_MIN_CHARS, SPONSORS_MAX,
    USER_NAME_MAX_CHARS,
};
use model::{GroupId, Refusal, Ts, UserId};
use std::collections::{BTreeMap, BTreeSet};

/// A user as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub id: UserId,
    pub user_name: String,
    pub display_name: String,
    pub mail: String,
    pub kind: UserKind,
    pub manager: Option<UserId>,
    pub enabled: bool,
    pub profile: Profile,
    pub created_at: Ts,
    pub last_sign_in_at: Option<Ts>,
    pub version: i64,
}

/// How names are compared: without regard to case and surrounding blanks.
pub fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}

/// By what colleagues of a department are found; nothing where none is known.
pub fn department_key(profile: &Profile) -> Option<String> {
    profile.attributes.get("department").map(|name| folded(name)).filter(|name| !name.is_empty())
}

/// Checks and cleans the form. Whether the name is taken and the manager fits is asked of the directory.
pub fn check(fields: &UserFields) -> Result<UserFields, Refusal> {
    let user_name = text("user_name", "User name", &fields.user_name, true, USER_NAME_MAX_CHARS)?;
    if user_name.chars().any(char::is_whitespace) {
        return Err(Refusal::Malformed {
            field: "user_name".into(),
            message: format!("A user name has no blanks. You wrote “{user_name}”."),
        });
    }
    let mail = mail("mail", &fields.mail)?;
    let mut attributes = BTreeMap::new();
    for (name, value) in &fields.profile.attributes {
        let Some((_, label)) = ATTRIBUTES.iter().find(|(known, _)| known == name) else {
            return Err(Refusal::Malformed {
                field: format!("attributes[{name}]"),
                message: format!("There is no attribute “{name}”. Use one of the fields of the form."),
            });
        };
        let value = text(&format!("attributes[{name}]"), label, value, false, ATTRIBUTE_MAX_CHARS)?;
        if name == "employeeHireDate" && !value.is_empty() && chrono::NaiveDate::parse_from_str(&value, "%Y-%m-%d").is_err() {
            return Err(Refusal::Malformed {
                field: "attributes[employeeHireDate]".into(),
                message: format!("A hire date is written as 2026-01-31. You wrote “{value}”."),
            });
        }
        if !value.is_empty() {
            attributes.insert(name.clone(), value);
        }
    }
    let other_mails =
        fields.profile.other_mails.iter().map(|address| self::mail("other_mails", address)).collect::<Result<_, _>>()?;
    Ok(UserFields {
        user_name,
        display_name: text("display_name", "Name", &fields.display_name, true, NAME_MAX_CHARS)?,
        mail,
        kind: fields.kind,
        manager: fields.manager,
        sponsors: fields.sponsors.iter().copied().collect::<BTreeSet<_>>().into_iter().collect(),
        profile: Profile { attributes, other_mails },
    })
}

/// An address is checked for its shape only; whether it exists shows when a letter is sent.
pub fn mail(field: &str, address: &str) -> Result<String, Refusal> {
    let address = text(field, "E-mail", address, false, MAIL_MAX_CHARS)?;
    let plausible = address.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty()
            && !host.is_empty()
            && !host.contains('@')
            && !address.chars().any(|c| c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';'))
    });
    if address.is_empty() || plausible {
        Ok(address)
    } else {
        let message = format!("An e-mail address looks like name@example.com. You wrote “{address}”.");
        Err(Refusal::Malformed { field: field.to_owned(), message })
    }
}

/// A new password.
pub fn check_password(password: &str) -> Result<(), Refusal> {
    let length = password.chars().count();
    let (field, label) = ("password".to_owned(), "Password".to_owned());
    if length < PASSWORD_MIN_CHARS {
        return Err(Refusal::TooShort { field, label, limit: PASSWORD_MIN_CHARS, length });
    }
    if length > PASSWORD_MAX_CHARS {
        return Err(Refusal::TooLong { field, label, limit: PASSWORD_MAX_CHARS, length });
    }
    Ok(())
}

/// A manager must not report to the person, directly or further down. `chain` is the manager and everybody above.
pub fn check_manager(user: UserId, chain: &[(UserId, String)]) -> Result<(), Refusal> {
    match chain.iter().any(|(above, _)| *above == user) {
        true => Err(Refusal::ManagerLoop { name: chain.first().map(|(_, name)| name.clone()).unwrap_or_default() }),
        false => Ok(()),
    }
}

/// Sponsors are others, and few. `known` are those of them whom the directory has.
pub fn check_sponsors(user: UserId, sponsors: &[UserId], known: &BTreeMap<UserId, String>) -> Result<(), Refusal> {
    let malformed = |message: String| Err(Refusal::Malformed { field: "sponsors".to_owned(), message });
    if sponsors.contains(&user) {
        return malformed("Nobody is their own sponsor. Choose other people, or leave it empty.".to_owned());
    }
    if sponsors.len() > SPONSORS_MAX {
        let many = sponsors.len();
        return malformed(format!("Somebody may have {SPONSORS_MAX} sponsors, and {many} were chosen. Choose fewer."));
    }
    if sponsors.iter().any(|sponsor| !known.contains_key(sponsor)) {
        return malformed("Somebody who was chosen is not in the directory. Choose people from the list.".to_owned());
    }
    Ok(())
}

/// Disabling somebody: not oneself. That somebody is left who could undo it, [`somebody_is_left`] says.
pub fn may_disable(actor: Option<UserId>, user: UserId) -> Result<(), Refusal> {
    if actor == Some(user) { Err(Refusal::OwnAccount) } else { Ok(()) }
}

/// Roles whose last holder cannot go.
pub const GUARDED: [PortalRole; 2] = [PortalRole::GlobalAdministrator, PortalRole::PrivilegedRoleAdministrator];

/// The enabled people who hold a guarded role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holders {
    pub active: BTreeSet<UserId>,
    /// Those of them who hold it without an end.
    pub lasting: BTreeSet<UserId>,
}

/// Whether what somebody takes away deliberately leaves a holder of a guarded role, given who held it before and who
/// holds it after. Whoever still holds it by another way has lost nothing.
pub fn somebody_is_left(role: PortalRole, before: &Holders, after: &Holders) -> Result<(), Refusal> {
    let lost = !before.active.is_subset(&after.active) || !before.lasting.is_subset(&after.lasting);
    // Somebody whose role runs out tonight cannot undo it tomorrow.
    if lost && after.lasting.is_empty() { Err(Refusal::LastAdministrator { role: role.name() }) } else { Ok(()) }
}

/// Whether taking over this account would give roles: it holds one, be it only eligible, or belongs to a group that
/// can hold one. `reach` is everything that leads from the person, `role_assignable` the groups of it that can.
pub fn is_protected(reach: &[Assignment], role_assignable: &BTreeSet<GroupId>, now: Ts) -> bool {
    reach.iter().filter(|assignment| assignment.ends_at.is_none_or(|end| now < end)).any(|assignment| match assignment.role {
        ResourceRole::DirectoryRole(_) => true,
        ResourceRole::GroupMember(group) | ResourceRole::GroupOwner(group) => role_assignable.contains(&group),
        ResourceRole::ApplicationRole(..) => false,
    })
}

/// What saving the form changes, for the history.
pub fn changes(
    (before, sponsors): (&User, &[UserId]),
    after: &UserFields,
    name: &(dyn Fn(UserId) -> String + Sync),
) -> Vec<Change> {
    let names = |people: &[UserId]| {
        let mut names: Vec<String> = people.iter().map(|id| name(*id)).collect();
        names.sort();
        names.join(", ")
    };
    let manager = |id: Option<UserId>| id.map(name).unwrap_or_default();
    let kind = |kind: UserKind| match kind {
        UserKind::Member => "Member".to_owned(),
        UserKind::Guest => "Guest".to_owned(),
    };
    let mut rows = vec![
        ("User name", before.user_name.clone(), after.user_name.clone()),
        ("Name", before.display_name.clone(), after.display_name.clone()),
        ("E-mail", before.mail.clone(), after.mail.clone()),
        ("Kind", kind(before.kind), kind(after.kind)),
        ("Manager", manager(before.manager), manager(after.manager)),
        ("Sponsors", names(sponsors), names(&after.sponsors)),
        ("Other e-mail addresses", before.profile.other_mails.join(", "), after.profile.other_mails.join(", ")),
    ];
    for (attribute, label) in ATTRIBUTES {
        let get = |profile: &Profile| profile.get(attribute).unwrap_or_default().to_owned();
        rows.push((label, get(&before.profile), get(&after.profile)));
    }
    rows.into_iter()
        .filter(|(_, before, after)| before != after)
        .map(|(field, before, after)| Change { field: field.to_owned(), before, after })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::user;

    fn fields() -> UserFields {
        UserFields {
            user_name: " Alex ".into(),
            display_name: "Alex".into(),
            mail: "alex@harbour.example".into(),
            kind: UserKind::Member,
            manager: None,
            sponsors: Vec::new(),
            profile: Profile::default(),
        }
    }

    #[test]
    fn names_addresses_and_dates_that_cannot_be_are_refused_with_their_field() {
        let refused = |change: &dyn Fn(&mut UserFields)| {
            let mut fields = fields();
            change(&mut fields);
            check(&fields).err().and_then(|refusal| refusal.field().map(str::to_owned))
        };
        assert_eq!(refused(&|f| f.user_name = "two words".into()).as_deref(), Some("user_name"));
        assert_eq!(refused(&|f| f.display_name = " ".into()).as_deref(), Some("display_name"));
        assert_eq!(refused(&|f| f.mail = "nobody".into()).as_deref(), Some("mail"));
        assert_eq!(refused(&|f| f.mail = "a@b@c".into()).as_deref(), Some("mail"));
        let hired = |f: &mut UserFields| drop(f.profile.attributes.insert("employeeHireDate".into(), "yesterday".into()));
        assert_eq!(refused(&hired).as_deref(), Some("attributes[employeeHireDate]"));
        let unknown = |f: &mut UserFields| drop(f.profile.attributes.insert("shoeSize".into(), "43".into()));
        assert_eq!(refused(&unknown).as_deref(), Some("attributes[shoeSize]"));
        assert_eq!(check(&fields()).unwrap().user_name, "Alex");
    }

    #[test]
    fn nobody_disables_themselves() {
        assert_eq!(may_disable(Some(user(1)), user(1)), Err(Refusal::OwnAccount));
        assert_eq!(may_disable(Some(user(2)), user(1)), Ok(()));
        assert_eq!(may_disable(None, user(1)), Ok(()));
    }

    #[test]
    fn somebody_who_could_undo_it_is_left() {
        let holders = |active: &[u128], lasting: &[u128]| Holders {
            active: active.iter().map(|n| user(*n)).collect(),
            lasting: lasting.iter().map(|n| user(*n)).collect(),
        };
        let left = |before, after| somebody_is_left(PortalRole::GlobalAdministrator, &before, &after).is_ok();
        assert!(!left(holders(&[1], &[1]), holders(&[], &[])), "the last one");
        assert!(!left(holders(&[1, 2], &[1]), holders(&[2], &[])), "only somebody for a while is left");
        assert!(!left(holders(&[1], &[1]), holders(&[1], &[])), "it would run out by itself from now on");
        assert!(!left(holders(&[1, 2], &[]), holders(&[1], &[])), "both hold it for a while, and one would be gone");
        assert!(left(holders(&[1, 2], &[1, 2]), holders(&[2], &[2])));
        assert!(left(holders(&[1, 2], &[2]), holders(&[2], &[2])), "somebody for a while goes");
        assert!(left(holders(&[1], &[1]), holders(&[1], &[1])), "by another way");
        assert!(left(holders(&[1], &[]), holders(&[1], &[])), "nothing was taken away");
        assert!(left(holders(&[], &[]), holders(&[1], &[])));
    }

    #[test]
    fn a_manager_who_reports_to_the_person_is_refused() {
        let chain = [(user(3), "Miriam".to_owned()), (user(1), "Alex".to_owned())];
        assert_eq!(check_manager(user(1), &chain), Err(Refusal::ManagerLoop { name: "Miriam".into() }));
        assert_eq!(check_manager(user(9), &chain), Ok(()));
    }
}
