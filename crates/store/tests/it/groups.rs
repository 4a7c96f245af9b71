//! Groups, and how they contain each other.

use crate::given::{
    HOUR, NOW, assign, attempt, group, groups as given_groups, membership, nesting, person, team, users as given_users,
};
use model::directory::Membership;
use model::{AssignmentId, GroupId};
use rules::group::Group;
use rules::user::folded;
use std::collections::BTreeMap;
use store::groups::Filter;
use store::search::Words;
use store::{Db, Saved, assignments, groups};
use testkit::both;

fn dynamic(n: u128) -> Group {
    Group { membership: Membership::Dynamic { rule: "user.department -eq \"R&D \\\"north\\\"\"".into() }, ..group(n) }
}

both! {
    async fn a_saved_group_is_loaded_unchanged(test: TestDb) {
        let assignable = Group { description: "It’s “theirs”.\n🦆".into(), role_assignable: true, version: 3, ..group(2) };
        attempt(&test.db, async |link| {
            groups::insert(link, &dynamic(1)).await?;
            groups::insert(link, &assignable).await
        })
        .await
        .unwrap();
        let link = &mut test.db.read().await.unwrap();
        assert_eq!(groups::get(link, team(1)).await.unwrap(), Some(dynamic(1)));
        assert_eq!(groups::get(link, team(2)).await.unwrap(), Some(assignable));
        assert_eq!(groups::get(link, team(3)).await.unwrap(), None);
        assert_eq!(groups::dynamic(link).await.unwrap(), [dynamic(1)]);
        let assignable = groups::role_assignable(link, &[team(1), team(2), team(3)]).await.unwrap();
        assert_eq!(assignable.into_iter().collect::<Vec<_>>(), [team(2)]);
        let names = groups::names(link, &[team(1), team(3)]).await.unwrap();
        assert_eq!(names, BTreeMap::from([(team(1), "Group 1".to_owned())]));
    }

    async fn an_update_saves_everything_but_what_never_changes_and_a_stale_one_nothing(test: TestDb) {
        attempt(&test.db, async |link| {
            groups::insert(link, &group(1)).await?;
            let renamed = Group { name: "Pilots".into(), role_assignable: true, ..dynamic(1) };
            assert_eq!(groups::update(link, &renamed).await?, Saved::Yes);
            let saved = groups::get(link, team(1)).await?.unwrap();
            assert_eq!(saved, Group { role_assignable: false, version: 1, ..renamed.clone() });
            assert_eq!(groups::update(link, &Group { name: "Late".into(), ..renamed }).await?, Saved::Stale);
            assert_eq!(groups::get(link, team(1)).await?.unwrap(), saved);
            Ok(())
        })
        .await
        .unwrap();
    }

    async fn regression_19_renaming_a_group_keeps_its_members(test: TestDb) {
        given_users(&test.db, 3).await;
        given_groups(&test.db, 2).await;
        assign(&test.db, &[membership(1, 1, 1), membership(2, 2, 1), nesting(3, 1, 2)]).await;
        let _ = attempt(&test.db, async |link| groups::update(link, &Group { name: "Quite other".into(), ..group(1) }).await).await.unwrap();
        let link = &mut test.db.read().await.unwrap();
        assert_eq!(assignments::members(link, team(1), NOW, 9).await.unwrap(), [person(1), person(2)]);
        assert_eq!(assignments::members(link, team(2), NOW, 9).await.unwrap(), [person(1), person(2)]);
        let found = groups::list(link, &Words::of("other"), Filter::All, None, 9, NOW).await.unwrap();
        assert_eq!(found.into_iter().map(|(group, members)| (group.id, members)).collect::<Vec<_>>(), [(team(1), 2)]);
    }

    async fn group_names_are_unique(test: TestDb) {
        given_groups(&test.db, 2).await;
        let twin = Group { name: "GROUP 1 ".into(), ..group(3) };
        assert!(attempt(&test.db, async |link| groups::insert(link, &twin).await).await.unwrap_err().is_duplicate());
        let renamed = Group { name: twin.name, ..group(2) };
        assert!(attempt(&test.db, async |link| groups::update(link, &renamed).await).await.unwrap_err().is_duplicate());
    }

    async fn role_assignable_groups_are_assigned(test: TestDb) {
        let wrong = Group { role_assignable: true, ..dynamic(1) };
        let fault = attempt(&test.db, async |link| groups::insert(link, &wrong).await).await.unwrap_err();
        assert!(fault.to_string().contains("role_assignable_groups_are_assigned"), "{fault}");
        attempt(&test.db, async |link| groups::insert(link, &Group { role_assignable: true, ..group(1) }).await).await.unwrap();
        let fault = attempt(&test.db, async |link| groups::update(link, &dynamic(1)).await).await.unwrap_err();
        assert!(fault.to_string().contains("role_assignable_groups_are_assigned"), "{fault}");
    }

    async fn pages_show_every_group_once_with_its_members_of_now(test: TestDb) {
        given_users(&test.db, 3).await;
        attempt(&test.db, async |link| {
            for n in 1..=20 {
                let name = format!("{} {n}", if n % 2 == 0 { "Über" } else { "über" });
                let base = if n % 3 == 0 { dynamic(n) } else { group(n) };
                groups::insert(link, &Group { name, role_assignable: n % 3 == 1, ..base }).await?;
            }
            Ok(())
        })
        .await
        .unwrap();
        let mut over = membership(4, 3, 5);
        over.ends_at = Some(NOW);
        let mut later = membership(5, 3, 5);
        later.starts_at = NOW + HOUR;
        later.source = model::access::Source::Import;
        let mut twice = membership(6, 1, 5);
        twice.source = model::access::Source::Import;
        assign(&test.db, &[membership(1, 1, 5), membership(2, 2, 5), nesting(3, 1, 5), over, later, twice, membership(7, 1, 6)]).await;
        let all: Vec<u128> = (1..=20).collect();
        let only = |keep: &dyn Fn(u128) -> bool| all.iter().copied().filter(|n| keep(*n)).map(team).collect::<Vec<_>>();
        for (search, limit) in [("", 1), ("", 6), ("ÜBER", 3), ("", 100)] {
            assert_eq!(walk(&test.db, search, Filter::All, limit).await, only(&|_| true), "{search} {limit}");
        }
        assert_eq!(walk(&test.db, "", Filter::Dynamic, 2).await, only(&|n| n % 3 == 0));
        assert_eq!(walk(&test.db, "üb", Filter::Assigned, 2).await, only(&|n| n % 3 != 0));
        assert_eq!(walk(&test.db, "", Filter::RoleAssignable, 2).await, only(&|n| n % 3 == 1));
        let link = &mut test.db.read().await.unwrap();
        for words in ["", "über"] {
            let list = groups::list(link, &Words::of(words), Filter::All, None, 50, NOW).await.unwrap();
            let members: BTreeMap<GroupId, i64> = list.into_iter().map(|(group, members)| (group.id, members)).collect();
            assert_eq!((members[&team(5)], members[&team(6)], members[&team(7)]), (3, 1, 0), "two people and a group");
        }
    }

    async fn direct_membership_is_of_now_and_not_through_groups(test: TestDb) {
        given_users(&test.db, 1).await;
        attempt(&test.db, async |link| groups::insert(link, &dynamic(9)).await).await.unwrap();
        given_groups(&test.db, 4).await;
        let mut over = membership(3, 1, 3);
        over.ends_at = Some(NOW);
        let mut taken = membership(4, 1, 4);
        taken.ended_at = Some(NOW);
        assign(&test.db, &[membership(1, 1, 1), nesting(2, 1, 2), over, taken, membership(5, 1, 9)]).await;
        let link = &mut test.db.read().await.unwrap();
        let mut found = groups::direct_of(link, person(1), NOW).await.unwrap();
        found.sort();
        let Membership::Dynamic { rule } = dynamic(9).membership else { unreachable!() };
        assert_eq!(found, [(team(1), None), (team(9), Some(rule))]);
    }

    async fn what_is_above_and_below_a_group_is_found_even_in_loops(test: TestDb) {
        given_groups(&test.db, 6).await;
        // 1 in 2 in 3 in 4; 1 in 3 too. 5 and 6 contain each other, and 5 itself.
        let edges = [nesting(1, 1, 2), nesting(2, 2, 3), nesting(3, 3, 4), nesting(4, 1, 3), nesting(5, 5, 6), nesting(6, 6, 5), nesting(7, 5, 5)];
        assign(&test.db, &edges).await;
        let link = &mut test.db.begin().await.unwrap();
        let above: BTreeMap<GroupId, i64> = groups::above(link, team(1)).await.unwrap().into_iter().collect();
        assert_eq!(above, BTreeMap::from([(team(1), 0), (team(2), 1), (team(3), 2), (team(4), 3)]), "the longest way counts");
        let above: Vec<GroupId> = groups::above(link, team(5)).await.unwrap().into_iter().map(|(id, _)| id).collect();
        assert_eq!(above.len(), 2, "{above:?}");
        assert_eq!(groups::depth_below(link, team(4)).await.unwrap(), 3);
        assert_eq!(groups::depth_below(link, team(1)).await.unwrap(), 0);
        assert!(groups::depth_below(link, team(6)).await.unwrap() >= 2, "and comes to an end");
        let out = AssignmentId(edges[2].id.0);
        assignments::end(link, out, model::access::EndReason::Removed, NOW).await.unwrap();
        assert_eq!(groups::depth_below(link, team(4)).await.unwrap(), 0);
    }
}

/// The ids of all pages in the order of ids; the order of names is checked.
async fn walk(db: &Db, search: &str, filter: Filter, limit: usize) -> Vec<GroupId> {
    let link = &mut db.read().await.unwrap();
    let mut found: Vec<(String, GroupId)> = Vec::new();
    loop {
        let page = groups::list(link, &Words::of(search), filter, found.last().cloned(), limit, NOW).await.unwrap();
        let last = page.len() < limit;
        found.extend(page.iter().map(|(group, _)| (folded(&group.name), group.id)));
        if last {
            break;
        }
    }
    assert!(found.is_sorted(), "{found:?}");
    let mut ids: Vec<_> = found.into_iter().map(|(_, id)| id).collect();
    ids.sort();
    ids
}
