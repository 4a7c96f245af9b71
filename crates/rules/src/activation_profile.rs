//! Activation profiles: what may be saved under which name.

use crate::form::text;
use model::activation_profile::ActivationProfile;
use model::limits::{ACTIVATED_TOGETHER_MAX, ACTIVATION_PROFILES_MAX, NAME_MAX_CHARS};
use model::role_settings::Privileged;
use model::{ActivationProfileId, Refusal, UserId};

/// Somebody saves what they are eligible for as a set. `mine` are the profiles they have; one of the same name is replaced.
pub fn save(
    id: ActivationProfileId,
    owner: UserId,
    name: &str,
    roles: &[Privileged],
    mine: &[ActivationProfile],
) -> Result<ActivationProfile, Refusal> {
    let name = text("profile", "Profile name", name, true, NAME_MAX_CHARS)?;
    let mut once: Vec<Privileged> = Vec::new();
    for role in roles {
        if !once.contains(role) {
            once.push(*role);
        }
    }
    if once.is_empty() {
        return Err(Refusal::NothingSelected { one: "role".to_owned() });
    }
    if once.len() > ACTIVATED_TOGETHER_MAX {
        return Err(Refusal::TooManySelected { one: "role".to_owned(), limit: ACTIVATED_TOGETHER_MAX, selected: once.len() });
    }
    let same = mine.iter().find(|profile| crate::user::folded(&profile.name) == crate::user::folded(&name));
    if same.is_none() && mine.len() >= ACTIVATION_PROFILES_MAX {
        return Err(Refusal::TooManyProfiles { limit: ACTIVATION_PROFILES_MAX });
    }
    Ok(ActivationProfile { id: same.map_or(id, |same| same.id), owner, name, roles: once })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{id, user};
    use model::{GroupId, RoleId};

    const NEW: fn() -> ActivationProfileId = || ActivationProfileId(id(900));

    fn mine(count: u128) -> Vec<ActivationProfile> {
        let one = |n: u128| ActivationProfile {
            id: ActivationProfileId(id(n)),
            owner: user(1),
            name: format!("Set {n}"),
            roles: vec![Privileged::DirectoryRole(RoleId(id(n)))],
        };
        (0..count).map(one).collect()
    }

    #[test]
    fn a_profile_has_a_name_and_something_in_it_and_nobody_hoards_them() {
        let role = Privileged::GroupMember(GroupId(id(1)));
        let code = |name: &str, roles: &[Privileged], mine: &[ActivationProfile]| {
            save(NEW(), user(1), name, roles, mine).err().map(|refusal| refusal.code())
        };
        assert_eq!(code(" ", &[role], &[]), Some("required"));
        assert_eq!(code("Incident", &[], &[]), Some("nothing_selected"));
        assert_eq!(code("Incident", &[role], &mine(ACTIVATION_PROFILES_MAX as u128)), Some("too_many_profiles"));
        assert_eq!(code("set 3", &[role], &mine(ACTIVATION_PROFILES_MAX as u128)), None, "that one is replaced");
    }

    #[test]
    fn one_of_the_same_name_is_replaced_and_each_role_stands_once() {
        let role = Privileged::GroupMember(GroupId(id(1)));
        let saved = save(NEW(), user(1), " SET 2 ", &[role, role], &mine(4)).unwrap();
        assert_eq!((saved.id, saved.name.as_str(), saved.roles), (ActivationProfileId(id(2)), "SET 2", vec![role]));
        assert_eq!(save(NEW(), user(1), "Incident", &[role], &mine(4)).unwrap().id, NEW());
    }
}
