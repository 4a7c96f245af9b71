//! Role assignments: every kind is saved and loaded, and the constraints hold when the rules are passed by.

use crate::given::{
    HOUR, NOW, assign, assignment, attempt, force, groups as given_groups, id, literal, membership, nesting, ownership, person,
    role, team, users as given_users,
};
use model::access::{Assignment, AssignmentType, EndReason, ResourceRole, Source};
use model::directory::{PortalRole, Principal};
use model::{ApplicationId, ApplicationRoleId, AssignmentId, PackageAssignmentId, ServicePrincipalId, Ts};
use store::{assignments, resources};
use testkit::both;

fn application(n: u128, role: u128) -> ResourceRole {
    ResourceRole::ApplicationRole(ApplicationId(id(n)), ApplicationRoleId(id(role)))
}

fn every_kind() -> Vec<Assignment> {
    let principals =
        [Principal::User(person(1)), Principal::Group(team(1)), Principal::ServicePrincipal(ServicePrincipalId(id(5)))];
    let roles = [
        ResourceRole::GroupMember(team(2)),
        ResourceRole::GroupOwner(team(2)),
        application(70, 71),
        ResourceRole::DirectoryRole(role(1)),
    ];
    let sources = [
        Source::Direct,
        Source::Activation(AssignmentId(id(80))),
        Source::Package(PackageAssignmentId(id(81))),
        Source::Rule(team(2)),
        Source::Import,
    ];
    let mut all = Vec::new();
    for principal in principals {
        for role in roles {
            for source in sources {
                for assignment_type in [AssignmentType::Eligible, AssignmentType::Active] {
                    let impossible =
                        matches!(principal, Principal::ServicePrincipal(_)) && assignment_type == AssignmentType::Eligible;
                    if impossible {
                        continue;
                    }
                    let n = all.len() as u128;
                    let ends_at = n.is_multiple_of(2).then_some(NOW + HOUR);
                    all.push(Assignment { assignment_type, source, ends_at, ..assignment(n, principal, role) });
                }
            }
        }
    }
    all
}

both! {
    async fn every_kind_of_assignment_is_loaded_as_it_was_saved(test: TestDb) {
        let all = every_kind();
        assign(&test.db, &all).await;
        let link = &mut test.db.read().await.unwrap();
        for saved in &all {
            assert_eq!(assignments::get(link, saved.id).await.unwrap().as_ref(), Some(saved));
        }
        assert_eq!(assignments::get(link, AssignmentId(id(1))).await.unwrap(), None);
    }

    async fn an_end_is_kept_and_comes_once(test: TestDb) {
        given_users(&test.db, 1).await;
        assign(&test.db, &[membership(1, 1, 1)]).await;
        let one = membership(1, 1, 1);
        attempt(&test.db, async |link| {
            for reason in [
                EndReason::Expired,
                EndReason::Removed,
                EndReason::PackageEnded,
                EndReason::RuleNoLongerMatches,
                EndReason::EligibilityEnded,
            ] {
                let ended = assignments::end(link, one.id, reason, NOW + HOUR).await?;
                assert_eq!(ended, reason == EndReason::Expired, "only the first end counts");
            }
            let ended = assignments::get(link, one.id).await?.unwrap();
            assert_eq!(ended, Assignment { ended_at: Some(NOW + HOUR), ..one.clone() });
            assert!(!assignments::end(link, AssignmentId(id(1)), EndReason::Removed, NOW).await?);
            assert!(assignments::reach(link, person(1), NOW).await?.is_empty());
            assert_eq!(assignments::direct(link, one.principal, one.role).await?, None);
            Ok(())
        })
        .await
        .unwrap();
    }

    async fn there_is_one_assignment_per_source_until_it_ends(test: TestDb) {
        given_users(&test.db, 1).await;
        assign(&test.db, &[membership(1, 1, 1)]).await;
        let again = membership(2, 1, 1);
        let fault = attempt(&test.db, async |link| assignments::insert(link, &again, NOW).await).await.unwrap_err();
        assert!(fault.is_duplicate(), "{fault}");
        let others = [
            Assignment { source: Source::Import, ..again.clone() },
            Assignment { source: Source::Package(PackageAssignmentId(id(1))), ..membership(3, 1, 1) },
            Assignment { source: Source::Package(PackageAssignmentId(id(2))), ..membership(4, 1, 1) },
            Assignment { assignment_type: AssignmentType::Eligible, ..membership(5, 1, 1) },
            ownership(6, 1, 1),
        ];
        assign(&test.db, &others).await;
        attempt(&test.db, async |link| {
            assignments::end(link, membership(1, 1, 1).id, EndReason::Removed, NOW).await?;
            assignments::insert(link, &membership(7, 1, 1), NOW).await
        })
        .await
        .unwrap();
    }

    async fn a_source_an_end_with_its_reason_and_known_words_are_enforced_below_the_rules(test: TestDb) {
        assign(&test.db, &[membership(1, 1, 1)]).await;
        let row = literal(&test.db, membership(1, 1, 1).id.0);
        for (change, constraint) in [
            ("source = ''", Some("every_assignment_has_a_source")),
            ("source = 'somewhere'", Some("every_assignment_has_a_source")),
            ("source = null", None),
            ("source_id = null", None),
            ("ended_at = 1", Some("every_end_has_a_reason")),
            ("end_reason = 'removed'", Some("every_end_has_a_reason")),
            ("principal_kind = 'ghost'", Some("principal_kind_is_known")),
            ("role = 'king'", Some("role_is_known")),
            ("assignment_type = 'dormant'", Some("assignment_type_is_known")),
            ("principal_kind = 'service_principal', assignment_type = 'eligible'", Some("service_principals_hold_active_assignments_only")),
        ] {
            let fault = force(&test.db, &format!("update role_assignments set {change} where id = {row}")).await;
            let fault = fault.expect_err(change).to_string();
            assert!(constraint.is_none_or(|name| fault.contains(name)), "{change}: {fault}");
        }
        let eligible = Assignment {
            principal: Principal::ServicePrincipal(ServicePrincipalId(id(5))),
            assignment_type: AssignmentType::Eligible,
            ..membership(2, 1, 1)
        };
        let fault = attempt(&test.db, async |link| assignments::insert(link, &eligible, NOW).await).await.unwrap_err();
        assert!(fault.to_string().contains("service_principals_hold_active_assignments_only"), "{fault}");
    }

    async fn what_came_from_a_source_is_found_by_it(test: TestDb) {
        let source = PackageAssignmentId(id(81));
        let mine = Assignment { source: Source::Package(source), ..membership(1, 1, 1) };
        let gone = Assignment { source: Source::Package(source), ended_at: Some(NOW), ..membership(2, 1, 2) };
        assign(&test.db, &[mine.clone(), gone, membership(3, 1, 1)]).await;
        let link = &mut test.db.read().await.unwrap();
        assert_eq!(assignments::of_source(link, source.0).await.unwrap(), [mine]);
        assert!(assignments::of_source(link, id(9)).await.unwrap().is_empty());
    }

    async fn pages_of_a_role_show_every_assignment_once_even_of_one_moment(test: TestDb) {
        let mut all: Vec<Assignment> = (1..=30).map(|n| membership(n, n, 1)).collect();
        all.push(nesting(40, 2, 1));
        all.push(Assignment { assignment_type: AssignmentType::Eligible, ..membership(41, 1, 1) });
        attempt(&test.db, async |link| {
            for (number, assignment) in all.iter().enumerate() {
                assignments::insert(link, assignment, NOW + model::Span((number % 3) as i64)).await?;
            }
            assignments::insert(link, &membership(50, 1, 2), NOW).await?;
            assignments::insert(link, &ownership(51, 1, 1), NOW).await
        })
        .await
        .unwrap();
        let link = &mut test.db.read().await.unwrap();
        for limit in [1, 4, 32, 100] {
            let mut found: Vec<(Ts, AssignmentId)> = Vec::new();
            loop {
                let role = ResourceRole::GroupMember(team(1));
                let page = assignments::of_role(link, role, found.last().copied(), limit).await.unwrap();
                found.extend(page.iter().map(|(assignment, at)| (*at, assignment.id)));
                if page.len() < limit {
                    break;
                }
            }
            assert!(found.is_sorted(), "in the order in which they were given");
            let mut ids: Vec<_> = found.into_iter().map(|(_, id)| id).collect();
            ids.sort();
            assert_eq!(ids, all.iter().map(|one| one.id).collect::<Vec<_>>(), "{limit} a page");
        }
        let count = assignments::count(link, ResourceRole::GroupMember(team(1)), NOW).await.unwrap();
        assert_eq!(count, 31, "who is only eligible is not counted");
    }

    async fn the_roles_of_one_application_are_kept_apart(test: TestDb) {
        let one = assignment(1, Principal::User(person(1)), application(70, 71));
        let two = assignment(2, Principal::User(person(2)), application(70, 72));
        assign(&test.db, &[one.clone(), two]).await;
        let link = &mut test.db.begin().await.unwrap();
        assert_eq!(assignments::of_role(link, one.role, None, 9).await.unwrap(), [(one.clone(), NOW)]);
        assert_eq!(assignments::count(link, one.role, NOW).await.unwrap(), 1);
        assert_eq!(assignments::direct(link, one.principal, application(70, 72)).await.unwrap(), None);
        assert_eq!(assignments::direct(link, one.principal, one.role).await.unwrap(), Some(one));
        let roles = [(ApplicationRoleId(id(71)), "Reader"), (ApplicationRoleId(id(72)), "Writer")];
        resources::insert_application(link, ApplicationId(id(70)), "Ledger", "", &roles, NOW).await.unwrap();
        let names = resources::application_role_names(link, &[roles[0].0, ApplicationRoleId(id(9))]).await.unwrap();
        assert_eq!(names.into_iter().collect::<Vec<_>>(), [(roles[0].0, ("Ledger".to_owned(), "Reader".to_owned()))]);
        let administrator = PortalRole::GlobalAdministrator;
        let names = resources::role_names(link, &[administrator.id(), role(1)]).await.unwrap();
        assert_eq!(names.into_iter().collect::<Vec<_>>(), [(administrator.id(), (administrator.name().to_owned(), true))]);
    }

    async fn only_the_direct_active_assignment_of_exactly_this_role_is_the_direct_one(test: TestDb) {
        let others = [
            Assignment { source: Source::Import, ..membership(1, 1, 1) },
            Assignment { assignment_type: AssignmentType::Eligible, ..membership(2, 1, 1) },
            ownership(3, 1, 1),
            membership(4, 2, 1),
            membership(5, 1, 2),
        ];
        assign(&test.db, &others).await;
        let link = &mut test.db.begin().await.unwrap();
        let one = membership(6, 1, 1);
        assert_eq!(assignments::direct(link, one.principal, one.role).await.unwrap(), None);
        assignments::insert(link, &one, NOW).await.unwrap();
        assert_eq!(assignments::direct(link, one.principal, one.role).await.unwrap(), Some(one));
    }

    async fn what_groups_give_is_found_for_many_groups_at_once(test: TestDb) {
        given_groups(&test.db, 2).await;
        let given = assignment(1, Principal::Group(team(1)), ResourceRole::DirectoryRole(role(1)));
        assign(&test.db, &[given.clone(), nesting(2, 2, 1), membership(3, 1, 1)]).await;
        let link = &mut test.db.read().await.unwrap();
        assert_eq!(assignments::of_groups(link, &[team(1), team(9)]).await.unwrap(), [given]);
        let many: Vec<_> = (1..=450).map(team).collect();
        assert_eq!(assignments::of_groups(link, &many).await.unwrap().len(), 2);
        assert!(assignments::of_groups(link, &[]).await.unwrap().is_empty());
    }

    async fn what_is_due_comes_oldest_first_and_packages_end_their_own(test: TestDb) {
        let ends = |n: u128, at: Ts| Assignment { ends_at: Some(at), ..membership(n, n, 1) };
        let of_package = Assignment { source: Source::Package(PackageAssignmentId(id(1))), ..ends(4, NOW) };
        let gone = Assignment { ended_at: Some(NOW), ..ends(5, NOW) };
        assign(&test.db, &[ends(1, NOW), ends(2, NOW - HOUR), ends(3, NOW + model::Span(1)), of_package, gone, membership(6, 6, 1)]).await;
        let link = &mut test.db.read().await.unwrap();
        assert_eq!(assignments::due(link, NOW, 9).await.unwrap(), [membership(2, 1, 1).id, membership(1, 1, 1).id]);
        assert_eq!(assignments::due(link, NOW, 1).await.unwrap(), [membership(2, 1, 1).id]);
        assert!(assignments::due(link, NOW - HOUR - HOUR, 9).await.unwrap().is_empty());
    }
}
