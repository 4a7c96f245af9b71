//! Who held what at a moment of the past, against an evaluation in memory over everything there is, in worlds made by chance.

use crate::effective_property::{paths, some_assignments};
use crate::given::{NOW, attempt, chance, force, groups as given_groups, id, person, role, team, user};
use model::access::{Assignment, EndReason, ResourceRole};
use model::event::{Action, Actor, Event};
use model::{EventId, Span, Ts, UserId};
use rand::Rng;
use rand::rngs::StdRng;
use std::collections::BTreeSet;
use store::{assignments, events, past, users};
use testkit::both;

const PEOPLE: u128 = 8;
const GROUPS: u128 = 6;

/// An instant around now: exactly now is the edge where mistakes are.
fn around(chance: &mut StdRng) -> Ts {
    NOW + Span(chance.random_range(-2..=2))
}

/// What somebody became, and when, in order; and what they are now.
fn life(chance: &mut StdRng) -> (bool, Vec<(Ts, bool)>) {
    let now = chance.random_bool(0.7);
    let mut times: Vec<Ts> = (0..chance.random_range(0..4)).map(|_| around(chance)).collect();
    times.sort();
    times.dedup();
    let count = times.len();
    // The last made them what they are, and each is the opposite of the one before.
    let became = times.into_iter().enumerate().map(|(n, at)| (at, now == ((count - n) % 2 == 1))).collect();
    (now, became)
}

fn was_enabled((now, became): &(bool, Vec<(Ts, bool)>), at: Ts) -> bool {
    let before = became.iter().rev().find(|(when, _)| *when <= at).map(|(_, became)| *became);
    before.or_else(|| became.first().map(|(_, became)| !became)).unwrap_or(*now)
}

both! {
    async fn everybody_who_held_a_role_then_is_found_once_with_every_path_of_then_and_nobody_else(test: TestDb) {
        let mut chance = chance();
        given_groups(&test.db, GROUPS).await;
        let lives: Vec<_> = (1..=PEOPLE).map(|_| life(&mut chance)).collect();
        attempt(&test.db, async |link| {
            let mut happened = Vec::new();
            for (n, (now, became)) in (1..).zip(&lives) {
                users::insert(link, &user(n), None).await?;
                users::set_enabled(link, person(n), *now).await?;
                for (at, enabled) in became {
                    let user = person(n);
                    let action = if *enabled { Action::UserEnabled { user } } else { Action::UserDisabled { user } };
                    let id = EventId(id(0xe000 + happened.len() as u128));
                    happened.push(Event { id, at: *at, actor: Actor::System, action, request: None, about: Vec::new() });
                }
            }
            events::insert(link, &happened).await
        })
        .await
        .unwrap();
        let mut roles: Vec<ResourceRole> = (1..3).map(|n| ResourceRole::DirectoryRole(role(n))).collect();
        for n in 1..=GROUPS {
            roles.extend([ResourceRole::GroupMember(team(n)), ResourceRole::GroupOwner(team(n))]);
        }
        let mut found_any = 0;
        for _ in 0..20 {
            force(&test.db, "delete from role_assignments").await.unwrap();
            let mut all: Vec<(Assignment, Ts)> = Vec::new();
            for mut one in some_assignments(&mut chance) {
                one.ended_at = chance.random_bool(0.3).then(|| around(&mut chance));
                all.push((one, if chance.random_bool(0.7) { Ts(0) } else { around(&mut chance) }));
            }
            attempt(&test.db, async |link| {
                for (one, made) in &all {
                    assignments::insert(link, one, *made).await?;
                    if let Some(at) = one.ended_at {
                        assignments::end(link, one.id, EndReason::Removed, at).await?;
                    }
                }
                Ok(())
            })
            .await
            .unwrap();
            let link = &mut test.db.read().await.unwrap();
            for at in (-2..=2).map(|n| NOW + Span(n)) {
                let there: Vec<Assignment> = all.iter().filter(|(_, made)| *made <= at).map(|(one, _)| one.clone()).collect();
                let everybody: Vec<UserId> = (1..=PEOPLE).map(person).collect();
                let reached = past::reach_of(link, &everybody, at).await.unwrap();
                for (n, life) in (1..).zip(&lives) {
                    assert_eq!(paths(person(n), &reached, at), paths(person(n), &there, at), "{n} at {at:?} of {all:#?}");
                    let alone = past::reach(link, person(n), at).await.unwrap();
                    assert_eq!(paths(person(n), &alone, at), paths(person(n), &there, at), "{n} at {at:?} of {all:#?}");
                    let next = store::audit::enabled_next(link, person(n), at).await.unwrap().map(|(became, _)| became);
                    assert_eq!(rules::effective::was_enabled(life.0, next), was_enabled(life, at));
                }
                for role in &roles {
                    let (mut found, mut after) = (Vec::new(), None);
                    loop {
                        let page = past::people_of(link, *role, after, 3, at).await.unwrap();
                        after = page.last().map(|last| (last.name_key.clone(), last.id));
                        let full = page.len() == 3;
                        found.extend(page);
                        if !full {
                            break;
                        }
                    }
                    let expected: Vec<UserId> = (1..=PEOPLE)
                        .filter(|n| was_enabled(&lives[*n as usize - 1], at))
                        .map(person)
                        .filter(|user| rules::effective::held(*user, true, &there, at).iter().any(|held| held.role == *role))
                        .collect();
                    let ids: BTreeSet<UserId> = found.iter().map(|one| one.id).collect();
                    assert_eq!(ids.len(), found.len(), "nobody comes twice");
                    let enabled: Vec<UserId> = found.iter().filter(|one| one.enabled).map(|one| one.id).collect();
                    assert_eq!(enabled, expected, "{role:?} at {at:?} of {all:#?} with {lives:?}");
                    found_any += enabled.len();
                }
            }
        }
        assert!(found_any > 100, "{found_any} were found");
    }
}
