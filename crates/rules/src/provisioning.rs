//! Provisioning: what another system may change with its token, and what it may not.
//!
//! A token stands for no person, and whoever gets hold of it can use it from anywhere. So it reaches ordinary people and
//! ordinary groups; whatever leads to a directory role stays with administrators.

use crate::group::Group;
use crate::user::{User, folded};
use model::Refusal;
use model::directory::Principal;
use model::limits::SCIM_MEMBERS_MAX;
use model::provisioning::ScimFault;
use std::collections::BTreeSet;

/// Whether another system may change an account at all. One for emergencies has to be there when that system is not.
pub fn may_touch(user: &User, emergency: bool) -> Result<(), Refusal> {
    if emergency { Err(Refusal::ImportedPersonKept { name: user.display_name.clone() }) } else { Ok(()) }
}

/// Whether a token may change a person so. `protected` says that whoever takes this account over would get directory roles.
///
/// A user name is what identity providers match people by: with another one, somebody else signs in as this person. And
/// whoever was disabled here holds their roles again once they are enabled. To take access away is always allowed; who is
/// the last that holds a role is looked after elsewhere.
pub fn may_change_person(before: &User, protected: bool, user_name: &str, enabled: bool) -> Result<(), Refusal> {
    let refused = |what| Err(Refusal::ProvisionedPersonProtected { name: before.display_name.clone(), what });
    if !protected {
        Ok(())
    } else if folded(&before.user_name) != folded(user_name) {
        refused("change their user name")
    } else if enabled && !before.enabled {
        refused("enable them")
    } else {
        Ok(())
    }
}

/// Whether a token may change a group. `above` are the groups that it belongs to, also through others: whoever comes into
/// this one comes into those, too.
pub fn may_change_group(group: &Group, above: &[Group]) -> Result<(), Refusal> {
    let guarded = |group: &Group| group.role_assignable || group.privileged;
    if guarded(group) || above.iter().any(guarded) {
        return Err(Refusal::ProvisionedGroupProtected { group: group.name.clone() });
    }
    Ok(())
}

/// What has to be given and what has to be taken, so that exactly `wanted` come from the other system. What others gave is
/// not touched: whoever belongs to the group for another reason stays.
pub fn members(
    group: &Group,
    wanted: &BTreeSet<Principal>,
    imported: &BTreeSet<Principal>,
) -> Result<(Vec<Principal>, Vec<Principal>), Refusal> {
    let give: Vec<Principal> = wanted.difference(imported).copied().collect();
    let take: Vec<Principal> = imported.difference(wanted).copied().collect();
    // However many are left: who is taken out is taken out.
    if !give.is_empty() {
        may_have(wanted.len())?;
    }
    if group.membership.is_dynamic() && !(give.is_empty() && take.is_empty()) {
        return Err(Refusal::DynamicMembership { group: group.name.clone() });
    }
    Ok((give, take))
}

/// Whether another system may give so many members to a group.
pub fn may_have(members: usize) -> Result<(), Refusal> {
    if members > SCIM_MEMBERS_MAX {
        let message = format!("A group can be given {SCIM_MEMBERS_MAX} members, and these are more. Divide the group.");
        return Err(Refusal::ScimWrong { fault: ScimFault::InvalidValue, message });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{id, user};
    use model::directory::{Membership, Profile, UserKind};
    use model::{GroupId, Ts};

    fn person(enabled: bool) -> User {
        User {
            id: user(1),
            user_name: "morgan@harbour.example".into(),
            display_name: "Morgan".into(),
            mail: String::new(),
            kind: UserKind::Member,
            manager: None,
            enabled,
            profile: Profile::default(),
            created_at: Ts(0),
            last_sign_in_at: None,
            version: 0,
        }
    }

    fn group(role_assignable: bool, privileged: bool) -> Group {
        Group {
            id: GroupId(id(1)),
            name: "Operators".into(),
            description: String::new(),
            membership: Membership::Assigned,
            role_assignable,
            privileged,
            created_at: Ts(0),
            version: 0,
        }
    }

    #[test]
    fn a_token_makes_nobody_else_sign_in_as_an_administrator() {
        let named = |name: &str, protected| may_change_person(&person(true), protected, name, true);
        assert!(matches!(named("mallory@evil.example", true), Err(Refusal::ProvisionedPersonProtected { .. })));
        assert_eq!(named("MORGAN@harbour.example ", true), Ok(()), "the same name");
        assert_eq!(named("mallory@evil.example", false), Ok(()), "ordinary people are the provider's");
    }

    #[test]
    fn a_token_gives_no_administrator_their_roles_back_but_takes_them_away() {
        let enabled = |before, after| may_change_person(&person(before), true, "morgan@harbour.example", after);
        assert!(matches!(enabled(false, true), Err(Refusal::ProvisionedPersonProtected { .. })));
        assert_eq!(enabled(true, false), Ok(()));
        assert_eq!(enabled(false, false), Ok(()));
        assert_eq!(may_change_person(&person(false), false, "morgan@harbour.example", true), Ok(()));
    }

    #[test]
    fn no_way_leads_through_a_token_into_a_group_that_gives_roles() {
        let plain = group(false, false);
        for guarded in [group(true, false), group(false, true)] {
            let refused = Err(Refusal::ProvisionedGroupProtected { group: "Operators".into() });
            assert_eq!(may_change_group(&guarded, &[]), refused);
            assert_eq!(may_change_group(&plain, &[plain.clone(), guarded]), refused, "through a group above");
        }
        assert_eq!(may_change_group(&plain, std::slice::from_ref(&plain)), Ok(()));
    }

    #[test]
    fn a_group_with_too_many_members_is_given_nobody_and_loses_whoever_left() {
        let all: BTreeSet<Principal> = (0..=SCIM_MEMBERS_MAX as u128 + 1).map(|n| Principal::User(user(n))).collect();
        let (last, left) = (Principal::User(user(SCIM_MEMBERS_MAX as u128 + 1)), Principal::User(user(7)));
        let without = |one: Principal| all.iter().copied().filter(|other| *other != one).collect::<BTreeSet<_>>();
        let plain = group(false, false);
        assert!(matches!(members(&plain, &all, &without(last)), Err(Refusal::ScimWrong { .. })));
        assert_eq!(members(&plain, &without(left), &all), Ok((Vec::new(), vec![left])));
    }

    #[test]
    fn only_what_came_from_there_is_taken_and_a_rule_is_left_alone() {
        let [anna, ben, carl] = [1, 2, 3].map(|n| Principal::User(user(n)));
        let plain = group(false, false);
        let (give, take) = members(&plain, &BTreeSet::from([anna, ben]), &BTreeSet::from([ben, carl])).unwrap();
        assert_eq!((give, take), (vec![anna], vec![carl]));
        let dynamic = Group { membership: Membership::Dynamic { rule: "user.department -eq \"IT\"".into() }, ..plain };
        assert!(matches!(members(&dynamic, &BTreeSet::from([anna]), &BTreeSet::new()), Err(Refusal::DynamicMembership { .. })));
        assert_eq!(members(&dynamic, &BTreeSet::new(), &BTreeSet::new()), Ok((Vec::new(), Vec::new())));
    }
}
