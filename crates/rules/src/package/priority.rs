//! Which of several policies applies to whom, said for policies rather than for somebody: the same order as in [`super::fitting`].

use super::{Policy, rank};
use model::PolicyId;
use model::package::Scope;

/// For whom a policy is among the policies of its package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Nobody requests under it while it is disabled.
    Disabled,
    /// Its rule assigns; nobody asks.
    Automatic,
    /// Administrators assign under it; nobody asks.
    Assigned,
    /// Everybody whom it covers requests under it, but for those whom one of `before` covers: these are more specific. Whoever
    /// one of `beside` covers as well chooses between them.
    Asked { before: Vec<PolicyId>, beside: Vec<PolicyId> },
}

/// The place of each policy, in their order.
pub fn places(policies: &[Policy]) -> Vec<(&Policy, Place)> {
    let asked = |policy: &Policy| rank(&policy.settings.scope).filter(|_| policy.enabled);
    let place = |policy: &Policy| match (&policy.settings.scope, asked(policy)) {
        _ if !policy.enabled => Place::Disabled,
        (Scope::Automatic { .. }, _) => Place::Automatic,
        (Scope::Nobody, _) | (_, None) => Place::Assigned,
        (Scope::Specific { .. } | Scope::AllMembers | Scope::AllUsers, Some(mine)) => {
            let with = |fits: &dyn Fn(u8) -> bool| {
                let others = policies.iter().filter(|other| other.id != policy.id && asked(other).is_some_and(fits));
                others.map(|other| other.id).collect()
            };
            Place::Asked { before: with(&|other| other < mine), beside: with(&|other| other == mine) }
        }
    };
    policies.iter().map(|policy| (policy, place(policy))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package::{Asker, covers, fitting};
    use crate::tests::{id, user};
    use model::GroupId;
    use model::directory::UserKind;
    use model::package::PolicySettings;

    fn policy(n: u128, scope: Scope, enabled: bool) -> Policy {
        let settings = PolicySettings { scope, ..crate::draft::beginning() };
        Policy { id: PolicyId(id(n)), name: n.to_string(), enabled, settings }
    }

    fn team(n: u128) -> GroupId {
        GroupId(id(n))
    }

    /// Every kind of scope, twice.
    fn scopes() -> Vec<Scope> {
        vec![
            Scope::AllUsers,
            Scope::AllMembers,
            Scope::Specific { users: vec![user(1)], groups: Vec::new() },
            Scope::Specific { users: Vec::new(), groups: vec![team(7)] },
            Scope::Nobody,
            Scope::Automatic { rule: "user.city -eq \"Oslo\"".to_owned(), grace_minutes: 0 },
            Scope::AllMembers,
            Scope::AllUsers,
        ]
    }

    #[test]
    fn what_is_said_about_the_places_is_what_decides_under_which_policies_anybody_may_request() {
        let all = scopes();
        let people = [(1, UserKind::Member), (1, UserKind::Guest), (2, UserKind::Member), (2, UserKind::Guest)];
        // Every choice of which policies are enabled.
        for enabled in 0..(1_u32 << all.len()) {
            let on = |n: usize| enabled & (1 << n) != 0;
            let policies: Vec<Policy> =
                all.iter().enumerate().map(|(n, scope)| policy(n as u128 + 1, scope.clone(), on(n))).collect();
            for (user_number, kind) in people {
                for groups in [Vec::new(), vec![team(7)]] {
                    let asker = Asker { user: user(user_number), kind, enabled: true, groups: groups.into_iter().collect() };
                    let covered =
                        |id: &PolicyId| policies.iter().any(|policy| policy.id == *id && covers(&policy.settings.scope, &asker));
                    let said: Vec<PolicyId> = places(&policies)
                        .into_iter()
                        .filter(|(policy, place)| match place {
                            Place::Disabled | Place::Automatic | Place::Assigned => false,
                            Place::Asked { before, .. } => covered(&policy.id) && !before.iter().any(covered),
                        })
                        .map(|(policy, _)| policy.id)
                        .collect();
                    let fits: Vec<PolicyId> = fitting(&policies, &asker).iter().map(|policy| policy.id).collect();
                    assert_eq!(said, fits, "{policies:?} for {asker:?}");
                }
            }
        }
    }

    #[test]
    fn disabled_policies_those_for_nobody_and_rules_are_neither_before_nor_beside_others() {
        let policies = [
            policy(1, Scope::Specific { users: vec![user(1)], groups: Vec::new() }, false),
            policy(2, Scope::Nobody, true),
            policy(3, Scope::Automatic { rule: String::new(), grace_minutes: 0 }, true),
            policy(4, Scope::AllUsers, true),
            policy(5, Scope::AllMembers, true),
            policy(6, Scope::AllUsers, true),
        ];
        let places: Vec<Place> = places(&policies).into_iter().map(|(_, place)| place).collect();
        let of = |n: u128| vec![PolicyId(id(n))];
        let expected = [
            Place::Disabled,
            Place::Assigned,
            Place::Automatic,
            Place::Asked { before: of(5), beside: of(6) },
            Place::Asked { before: Vec::new(), beside: Vec::new() },
            Place::Asked { before: of(5), beside: of(4) },
        ];
        assert_eq!(places, expected);
    }
}
