//! What the store says somebody reaches, and which packages somebody may request, against an evaluation in memory
//! over everything there is, in worlds made by chance.

use crate::given::{
    HOUR, NOW, assign, attempt, catalog, chance, groups as given_groups, id, offer, package, person, policy, role, team, user,
};
use model::access::{Assignment, AssignmentType, ResourceRole, Source};
use model::directory::{Principal, UserKind};
use model::package::Scope;
use model::{ApplicationId, ApplicationRoleId, AssignmentId, PackageAssignmentId, PackageId, ServicePrincipalId, Ts, UserId};
use rand::Rng;
use rand::rngs::StdRng;
use rules::effective::held;
use rules::package::{Asker, fitting};
use std::collections::BTreeSet;
use store::search::Words;
use store::{assignments, packages, users};
use testkit::both;

const PEOPLE: u128 = 8;
const GROUPS: u128 = 6;

/// An instant around now: exactly now is the edge where mistakes are.
fn around(chance: &mut StdRng) -> Ts {
    NOW + model::Span(chance.random_range(-2..=2))
}

/// Assignments with every window and every kind of principal and role, so many that groups contain each other.
pub fn some_assignments(chance: &mut StdRng) -> Vec<Assignment> {
    let count = chance.random_range(10..45);
    let made = (0..count).map(|n| Assignment {
        id: AssignmentId(id(0xb000 + n)),
        principal: match chance.random_range(0..10) {
            0..6 => Principal::User(person(chance.random_range(1..=PEOPLE))),
            6..9 => Principal::Group(team(chance.random_range(1..=GROUPS))),
            _ => Principal::ServicePrincipal(ServicePrincipalId(id(0x5000))),
        },
        role: match chance.random_range(0..10) {
            0..6 => ResourceRole::GroupMember(team(chance.random_range(1..=GROUPS))),
            6 => ResourceRole::GroupOwner(team(chance.random_range(1..=GROUPS))),
            7 => ResourceRole::ApplicationRole(ApplicationId(id(70)), ApplicationRoleId(id(chance.random_range(71..73)))),
            _ => ResourceRole::DirectoryRole(role(chance.random_range(1..3))),
        },
        assignment_type: AssignmentType::Active,
        // Each from a source of its own, so that no two are the same.
        source: Source::Package(PackageAssignmentId(id(0xd000 + n))),
        starts_at: if chance.random_bool(0.7) { Ts(0) } else { around(chance) },
        ends_at: chance.random_bool(0.3).then(|| around(chance)),
        // Ends that were made are never in the future.
        ended_at: chance.random_bool(0.1).then_some(NOW - model::Span(1)),
    });
    let mut made: Vec<Assignment> = made.collect();
    for assignment in &mut made {
        if chance.random_bool(0.1) && !matches!(assignment.principal, Principal::ServicePrincipal(_)) {
            assignment.assignment_type = AssignmentType::Eligible;
        }
    }
    made
}

/// Everything held, as comparable paths of assignments.
pub fn paths(user: UserId, assignments: &[Assignment], now: Ts) -> BTreeSet<Vec<AssignmentId>> {
    held(user, true, assignments, now).into_iter().map(|held| held.path.iter().map(|step| step.id).collect()).collect()
}

both! {
    async fn what_is_reached_holds_exactly_what_all_assignments_together_give(test: TestDb) {
        let mut chance = chance();
        given_groups(&test.db, GROUPS).await;
        for _ in 0..25 {
            let all = some_assignments(&mut chance);
            crate::given::force(&test.db, "delete from role_assignments").await.unwrap();
            assign(&test.db, &all).await;
            let link = &mut test.db.read().await.unwrap();
            for n in 1..=PEOPLE {
                for now in [NOW - model::Span(1), NOW, NOW + model::Span(1), NOW + HOUR] {
                    let reached = assignments::reach(link, person(n), now).await.unwrap();
                    assert_eq!(paths(person(n), &reached, now), paths(person(n), &all, now), "{n} at {now:?} of {all:#?}");
                    let ids: BTreeSet<AssignmentId> = reached.iter().map(|one| one.id).collect();
                    assert_eq!(ids.len(), reached.len(), "nothing comes twice");
                }
            }
        }
    }

    async fn the_packages_on_offer_are_those_that_the_rules_let_somebody_request(test: TestDb) {
        let mut chance = chance();
        given_groups(&test.db, GROUPS).await;
        let mut asking = Vec::new();
        for n in 1..=PEOPLE {
            asking.push(rules::user::User { kind: if n % 3 == 0 { UserKind::Guest } else { UserKind::Member }, ..user(n) });
        }
        attempt(&test.db, async |link| {
            for user in &asking {
                users::insert(link, user, None).await?;
            }
            Ok(())
        })
        .await
        .unwrap();
        let all = some_assignments(&mut chance);
        assign(&test.db, &all).await;
        let mut catalogs = vec![catalog(1), catalog(2)];
        catalogs[1].enabled = false;
        let mut offered = Vec::new();
        attempt(&test.db, async |link| {
            for catalog in &catalogs {
                packages::insert_catalog(link, catalog).await?;
            }
            for n in 1..=30 {
                let inside = &catalogs[usize::from(chance.random_bool(0.1))];
                let package = packages::Package {
                    catalog_id: inside.id,
                    catalog: inside.name.clone(),
                    catalog_enabled: inside.enabled,
                    hidden: chance.random_bool(0.1),
                    ..package(n)
                };
                packages::insert(link, &package, &[]).await?;
                let mut policies = Vec::new();
                for number in 0..chance.random_range(0..3) {
                    let mut policy = policy(n * 10 + number, some_scope(&mut chance));
                    policy.enabled = chance.random_bool(0.9);
                    packages::insert_policy(link, package.id, number as i64, &policy).await?;
                    policies.push(policy);
                }
                offered.push((package, policies));
            }
            Ok(())
        })
        .await
        .unwrap();
        let link = &mut test.db.read().await.unwrap();
        for user in &asking {
            let groups = rules::effective::groups(user.id, true, &all, NOW);
            let asker = Asker { user: user.id, kind: user.kind, enabled: true, groups };
            let expected: BTreeSet<PackageId> = offered
                .iter()
                .filter(|(package, policies)| !package.hidden && package.catalog_enabled && !fitting(policies, &asker).is_empty())
                .map(|(package, _)| package.id)
                .collect();
            let mut found = Vec::new();
            loop {
                let after = found.last().map(|last: &packages::Listed| (last.name_key.clone(), last.id));
                let page = packages::available(link, user.id, user.kind, &Words::of(""), after, 7, NOW).await.unwrap();
                let full = page.len() == 7;
                found.extend(page);
                if !full {
                    break;
                }
            }
            let ids: BTreeSet<PackageId> = found.iter().map(|listed| listed.id).collect();
            assert_eq!(ids.len(), found.len());
            assert_eq!(ids, expected, "{user:?}");
            let searched = packages::available(link, user.id, user.kind, &Words::of("pack"), None, 99, NOW).await.unwrap();
            assert_eq!(searched, found, "a search that everything fits finds the same in the same order");
            assert!(found.iter().all(|listed| (1..=30).any(|n| listed.id == offer(n))));
        }
    }
}

fn some_scope(chance: &mut StdRng) -> Scope {
    match chance.random_range(0..8) {
        0 => Scope::AllMembers,
        1 => Scope::AllUsers,
        2 => Scope::Nobody,
        _ => Scope::Specific {
            users: if chance.random_bool(0.3) { vec![person(chance.random_range(1..=PEOPLE))] } else { Vec::new() },
            groups: if chance.random_bool(0.7) { vec![team(chance.random_range(1..=GROUPS))] } else { Vec::new() },
        },
    }
}
