//! Who holds something now: members, owners, holders of directory roles.

use crate::given::{
    HOUR, NOW, assign, assignment, attempt, groups as given_groups, membership, nesting, ownership, person, team,
    users as given_users,
};
use model::access::{Assignment, AssignmentType, ResourceRole, Source};
use model::directory::{PortalRole, Principal};
use model::{RoleId, UserId};
use store::{assignments, users};
use testkit::both;

fn administrator() -> RoleId {
    PortalRole::GlobalAdministrator.id()
}

fn holds(n: u128, principal: Principal) -> Assignment {
    assignment(n, principal, ResourceRole::DirectoryRole(administrator()))
}

fn until_later(assignment: Assignment) -> Assignment {
    Assignment { ends_at: Some(NOW + HOUR), ..assignment }
}

both! {
    async fn holders_of_a_role_hold_it_now_themselves_or_through_a_group_they_are_in(test: TestDb) {
        given_users(&test.db, 12).await;
        given_groups(&test.db, 4).await;
        let user = |n: u128| Principal::User(person(n));
        assign(&test.db, &[
            holds(1, user(1)),
            until_later(holds(2, user(2))),
            Assignment { starts_at: NOW + HOUR, ..holds(3, user(3)) },
            Assignment { ends_at: Some(NOW), ..holds(4, user(4)) },
            Assignment { ended_at: Some(NOW), ..holds(5, user(5)) },
            Assignment { assignment_type: AssignmentType::Eligible, ..holds(6, user(6)) },
            // Through groups: one for ever, one for a while.
            holds(7, Principal::Group(team(1))),
            until_later(holds(8, Principal::Group(team(2)))),
            membership(9, 7, 1),
            until_later(membership(10, 8, 1)),
            membership(11, 9, 2),
            Assignment { starts_at: NOW + HOUR, ..membership(12, 10, 1) },
            // A group inside one of these gives the role to nobody; owners do not hold it either.
            nesting(13, 3, 1),
            membership(14, 11, 3),
            ownership(15, 11, 1),
            // Two ways at once.
            Assignment { source: Source::Import, ..holds(16, user(1)) },
            holds(17, user(12)),
        ])
        .await;
        attempt(&test.db, async |link| users::set_enabled(link, person(12), false).await).await.unwrap();
        let link = &mut test.db.read().await.unwrap();
        assert_eq!(assignments::role_holders(link, administrator(), NOW).await.unwrap(), [1, 2, 7, 8, 9].map(person));
        assert_eq!(assignments::lasting_role_holders(link, administrator(), NOW).await.unwrap(), [1, 7].map(person));
        let later = NOW + HOUR;
        assert_eq!(assignments::role_holders(link, administrator(), later).await.unwrap(), [1, 3, 7, 10].map(person));
        assert!(assignments::role_holders(link, PortalRole::GlobalReader.id(), NOW).await.unwrap().is_empty());
    }

    async fn a_guarded_role_is_changed_by_one_transaction_at_a_time(test: TestDb) {
        // Each of two administrators takes away the other, looking first whether one is left.
        given_users(&test.db, 2).await;
        assign(&test.db, &[holds(1, Principal::User(person(1))), holds(2, Principal::User(person(2)))]).await;
        let other = test.second().await;
        let take = async |db: store::Db, mine: u128| {
            attempt(&db, async |link| {
                assignments::guard(link, administrator()).await?;
                let left = assignments::role_holders(link, administrator(), NOW).await?;
                if left.iter().any(|holder| *holder != person(mine)) {
                    assignments::end(link, holds(mine, Principal::User(person(mine))).id, model::access::EndReason::Removed, NOW).await?;
                }
                Ok(())
            })
            .await
            .unwrap();
        };
        tokio::join!(take(test.db.clone(), 1), take(other.clone(), 2));
        let link = &mut test.db.read().await.unwrap();
        assert_eq!(assignments::role_holders(link, administrator(), NOW).await.unwrap().len(), 1);
        other.close().await;
    }

    async fn members_come_through_nested_groups_of_now_and_loops_come_to_an_end(test: TestDb) {
        given_users(&test.db, 9).await;
        given_groups(&test.db, 5).await;
        assign(&test.db, &[
            membership(1, 1, 1),
            nesting(2, 2, 1),
            membership(3, 2, 2),
            nesting(4, 3, 2),
            membership(5, 3, 3),
            nesting(6, 1, 3),
            // Somebody in twice, somebody later, somebody no more, somebody disabled, an owner.
            membership(7, 1, 3),
            Assignment { starts_at: NOW + HOUR, ..membership(8, 4, 1) },
            Assignment { ends_at: Some(NOW), ..membership(9, 5, 1) },
            membership(10, 6, 1),
            ownership(11, 7, 1),
            Assignment { assignment_type: AssignmentType::Eligible, ..membership(12, 8, 1) },
            // A group that will be inside later.
            Assignment { starts_at: NOW + HOUR, ..nesting(13, 4, 1) },
            membership(14, 9, 4),
        ])
        .await;
        attempt(&test.db, async |link| users::set_enabled(link, person(6), false).await).await.unwrap();
        let link = &mut test.db.read().await.unwrap();
        for group in [1, 2, 3] {
            assert_eq!(assignments::members(link, team(group), NOW, 99).await.unwrap(), [1, 2, 3].map(person), "{group}");
        }
        assert_eq!(assignments::members(link, team(1), NOW, 2).await.unwrap(), [1, 2].map(person));
        assert_eq!(assignments::members(link, team(1), NOW + HOUR, 99).await.unwrap(), [1, 2, 3, 4, 9].map(person));
        assert!(assignments::members(link, team(5), NOW, 99).await.unwrap().is_empty());
    }

    async fn owners_are_enabled_people_who_own_the_group_now(test: TestDb) {
        given_users(&test.db, 5).await;
        given_groups(&test.db, 2).await;
        assign(&test.db, &[
            ownership(1, 1, 1),
            Assignment { source: Source::Import, ..ownership(2, 1, 1) },
            Assignment { ends_at: Some(NOW), ..ownership(3, 2, 1) },
            ownership(4, 3, 1),
            membership(5, 4, 1),
            ownership(6, 5, 2),
        ])
        .await;
        attempt(&test.db, async |link| users::set_enabled(link, person(3), false).await).await.unwrap();
        let link = &mut test.db.read().await.unwrap();
        assert_eq!(assignments::owners(link, team(1), NOW).await.unwrap(), [UserId(person(1).0)]);
    }
}
