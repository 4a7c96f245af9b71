//! Catalogs, packages, policies, and who holds packages.

use crate::given::{
    HOUR, NOW, attempt, catalog, force, gives, held, id, literal, offer, package, packages as given_packages, person, policy,
    role, stage, team, users as given_users,
};
use model::access::{AssignmentType, EndReason, ResourceRole};
use model::approval::{Approver, Escalation, Stage};
use model::directory::UserKind;
use model::package::{AnswerKind, Lasts, PackageRole, Pattern, PolicySettings, Question, Scope};
use model::request::PackageAssignment;
use model::{ApplicationId, ApplicationRoleId, PackageAssignmentId, QuestionId, RequestId, Ts};
use rules::package::Policy;
use store::packages::{Catalog, Listed, Package};
use store::search::Words;
use store::{Saved, packages};
use testkit::both;

fn question(n: u128, answer: AnswerKind) -> Question {
    Question {
        translations: Vec::new(),
        id: QuestionId(id(n)),
        text: "Why “that”?".into(),
        hint: (n == 1).then(|| "…".into()),
        required: n == 2,
        answer,
    }
}

fn settings() -> PolicySettings {
    let pattern = Some(Pattern { expression: "\\d+\\s'\"".into(), message: "digits".into() });
    PolicySettings {
        scope: Scope::AllMembers,
        stages: vec![Stage {
            quorum: 2,
            justification_required: true,
            multifactor: false,
            escalation: Some(Escalation { after_minutes: 7, approvers: vec![Approver::Owners, Approver::Sponsors] }),
            fallback: vec![Approver::User { id: person(1) }],
            ..stage(vec![Approver::Manager { level: 2 }, Approver::Group { id: team(1) }])
        }],
        justification_required: true,
        questions: vec![
            question(1, AnswerKind::ShortText { pattern: pattern.clone() }),
            question(2, AnswerKind::LongText { pattern: None }),
            question(3, AnswerKind::SingleChoice { choices: vec!["🦆".into(), String::new()] }),
            question(4, AnswerKind::MultipleChoice { choices: Vec::new() }),
            question(5, AnswerKind::YesNo),
        ],
        lasts: Lasts::For { minutes: u32::MAX },
        extension_allowed: true,
        extension_needs_approval: true,
        timeline_allowed: true,
        managers_may_request: false,
        reviews: None,
        asks: None,
    }
}

both! {
    async fn a_saved_package_is_loaded_with_all_it_gives(test: TestDb) {
        let inside = Catalog { enabled: false, description: "d".into(), ..catalog(2) };
        let saved = Package {
            catalog_id: inside.id,
            catalog: inside.name.clone(),
            catalog_enabled: false,
            hidden: true,
            description: "Everything for the “north”.".into(),
            ..package(1)
        };
        let roles = [
            gives(ResourceRole::GroupOwner(team(1))),
            PackageRole { assignment_type: AssignmentType::Eligible, ..gives(ResourceRole::DirectoryRole(role(1))) },
            gives(ResourceRole::ApplicationRole(ApplicationId(id(70)), ApplicationRoleId(id(71)))),
            gives(ResourceRole::GroupMember(team(1))),
        ];
        attempt(&test.db, async |link| {
            packages::insert_catalog(link, &catalog(1)).await?;
            packages::insert_catalog(link, &inside).await?;
            packages::insert(link, &saved, &roles).await?;
            packages::insert(link, &package(2), &roles[..1]).await?;
            packages::insert(link, &package(3), &[]).await
        })
        .await
        .unwrap();
        let link = &mut test.db.read().await.unwrap();
        assert_eq!(packages::get(link, offer(1)).await.unwrap(), Some(saved.clone()));
        assert_eq!(packages::get(link, offer(2)).await.unwrap(), Some(package(2)));
        assert_eq!(packages::get(link, offer(9)).await.unwrap(), None);
        let given = packages::roles(link, &[offer(1), offer(2), offer(3)]).await.unwrap();
        let expected = roles.iter().map(|role| (offer(1), *role)).chain([(offer(2), roles[0])]);
        assert_eq!(given, expected.collect::<Vec<_>>());
        let Package { id, name, description, .. } = saved;
        let listed = Listed { id, name_key: name.to_lowercase(), name, description };
        assert_eq!(packages::several(link, &[offer(1), offer(9)]).await.unwrap(), [listed]);
    }

    async fn policies_are_loaded_as_they_were_saved_in_their_order(test: TestDb) {
        given_packages(&test.db, 1).await;
        let scopes = [
            Scope::Specific { users: vec![person(1), person(2)], groups: vec![team(1)] },
            Scope::Specific { users: Vec::new(), groups: Vec::new() },
            Scope::AllMembers,
            Scope::AllUsers,
            Scope::Nobody,
        ];
        let lasts = [Lasts::Forever, Lasts::Until { at: Ts(i64::MAX) }, Lasts::For { minutes: 1 }, Lasts::For { minutes: u32::MAX }, Lasts::Forever];
        let all: Vec<Policy> = (10..)
            .zip(scopes.into_iter().zip(lasts))
            .map(|(n, (scope, lasts))| Policy {
                enabled: n % 2 == 0,
                settings: PolicySettings { scope, lasts, ..settings() },
                ..policy(n, Scope::Nobody)
            })
            .collect();
        attempt(&test.db, async |link| {
            for (position, policy) in (1..).zip(&all).collect::<Vec<_>>().into_iter().rev() {
                packages::insert_policy(link, offer(1), position, policy).await?;
            }
            Ok(())
        })
        .await
        .unwrap();
        let link = &mut test.db.read().await.unwrap();
        let found = packages::policies(link, offer(1)).await.unwrap();
        assert_eq!(found, [&[policy(1, Scope::AllUsers)], all.as_slice()].concat());
        assert!(packages::policies(link, offer(9)).await.unwrap().is_empty());
        // Page by page, each enabled one once.
        let (mut enabled, mut after) = (Vec::new(), None);
        while let Some((package, name, policy)) = store::policies::enabled(link, after, 1).await.unwrap().pop() {
            assert_eq!((package, name), (offer(1), crate::given::package(1).name));
            after = Some(policy.id);
            enabled.push(policy);
        }
        let expected: Vec<Policy> = found.into_iter().filter(|policy| policy.enabled).collect();
        assert_eq!(enabled, expected);
    }

    async fn names_of_packages_are_unique_in_their_catalog_only(test: TestDb) {
        given_packages(&test.db, 1).await;
        let twin = Package { name: " package 1".into(), ..package(2) };
        assert!(attempt(&test.db, async |link| packages::insert(link, &twin, &[]).await).await.unwrap_err().is_duplicate());
        let named = Catalog { name: "CATALOG 1".into(), ..catalog(2) };
        assert!(attempt(&test.db, async |link| packages::insert_catalog(link, &named).await).await.unwrap_err().is_duplicate());
        attempt(&test.db, async |link| {
            packages::insert_catalog(link, &catalog(2)).await?;
            packages::insert(link, &Package { catalog_id: catalog(2).id, ..twin }, &[]).await
        })
        .await
        .unwrap();
    }

    async fn pages_of_what_is_on_offer_show_equal_names_once_each(test: TestDb) {
        given_users(&test.db, 1).await;
        attempt(&test.db, async |link| {
            for n in 1..=12 {
                packages::insert_catalog(link, &catalog(n)).await?;
                let name = if n % 2 == 0 { "Ölhafen".to_owned() } else { "Dock".to_owned() };
                packages::insert(link, &Package { catalog_id: catalog(n).id, name, ..package(n) }, &[]).await?;
                packages::insert_policy(link, offer(n), 0, &policy(n, Scope::AllMembers)).await?;
                packages::insert_policy(link, offer(n), 1, &policy(20 + n, Scope::AllUsers)).await?;
            }
            Ok(())
        })
        .await
        .unwrap();
        let link = &mut test.db.read().await.unwrap();
        for (search, limit, expected) in [("", 1, 12), ("", 5, 12), ("öl", 2, 6), ("dock", 12, 6), ("quay", 5, 0)] {
            let mut found: Vec<(String, model::PackageId)> = Vec::new();
            loop {
                let words = Words::of(search);
                let page = packages::available(link, person(1), UserKind::Member, &words, found.last().cloned(), limit, NOW).await.unwrap();
                let last = page.len() < limit;
                found.extend(page.into_iter().map(|listed| (listed.name_key, listed.id)));
                if last {
                    break;
                }
            }
            assert!(found.is_sorted());
            found.dedup();
            assert_eq!(found.len(), expected, "{search} {limit}");
        }
    }

    async fn a_held_package_is_loaded_as_it_was_saved_and_ends_once(test: TestDb) {
        given_users(&test.db, 2).await;
        given_packages(&test.db, 2).await;
        let rich = PackageAssignment { request: Some(RequestId(id(5))), ends_at: Some(NOW + HOUR), starts_at: NOW - HOUR, ..held(1, 1, 1) };
        attempt(&test.db, async |link| {
            packages::insert_held(link, &rich, None).await?;
            packages::insert_held(link, &held(2, 1, 2), None).await?;
            packages::insert_held(link, &held(3, 2, 1), None).await
        })
        .await
        .unwrap();
        let link = &mut test.db.begin().await.unwrap();
        assert_eq!(packages::get_held(link, rich.id).await.unwrap(), Some(rich.clone()));
        assert_eq!(packages::get_held(link, PackageAssignmentId(id(9))).await.unwrap(), None);
        assert_eq!(packages::held(link, person(1), offer(1)).await.unwrap(), Some(rich.clone()));
        assert_eq!(packages::held(link, person(2), offer(2)).await.unwrap(), None);
        assert_eq!(packages::held_by(link, person(1)).await.unwrap(), [rich.clone(), held(2, 1, 2)]);
        assert_eq!(packages::end_held(link, &rich, EndReason::Expired, NOW).await.unwrap(), Saved::Yes);
        assert_eq!(packages::end_held(link, &rich, EndReason::Removed, NOW).await.unwrap(), Saved::Stale);
        let again = PackageAssignment { version: 1, ..rich.clone() };
        assert_eq!(packages::end_held(link, &again, EndReason::Removed, NOW).await.unwrap(), Saved::Stale, "ended is ended");
        let ended = PackageAssignment { ended_at: Some(NOW), ..again };
        assert_eq!(packages::get_held(link, rich.id).await.unwrap(), Some(ended.clone()));
        assert_eq!(packages::held(link, person(1), offer(1)).await.unwrap(), None);
        assert_eq!(packages::ended(link, person(1), &Words::default(), None, 9).await.unwrap(), [ended]);
    }

    async fn a_person_holds_a_package_once_at_a_time_and_an_end_has_a_reason(test: TestDb) {
        given_users(&test.db, 1).await;
        given_packages(&test.db, 1).await;
        attempt(&test.db, async |link| packages::insert_held(link, &held(1, 1, 1), None).await).await.unwrap();
        let fault = attempt(&test.db, async |link| packages::insert_held(link, &held(2, 1, 1), None).await).await.unwrap_err();
        assert!(fault.is_duplicate(), "{fault}");
        let row = literal(&test.db, held(1, 1, 1).id.0);
        for change in ["ended_at = 1", "end_reason = 'expired'"] {
            let fault = force(&test.db, &format!("update package_assignments set {change} where id = {row}")).await.unwrap_err();
            assert!(fault.to_string().contains("every_package_end_has_a_reason"), "{fault}");
        }
        attempt(&test.db, async |link| {
            assert_eq!(packages::end_held(link, &held(1, 1, 1), EndReason::Removed, NOW).await?, Saved::Yes);
            packages::insert_held(link, &held(2, 1, 1), None).await
        })
        .await
        .unwrap();
    }

    async fn pages_of_ended_packages_show_those_that_ended_together_once_each(test: TestDb) {
        given_users(&test.db, 1).await;
        given_packages(&test.db, 11).await;
        attempt(&test.db, async |link| {
            for n in 1..=11 {
                packages::insert_held(link, &held(n, 1, n), None).await?;
                // Several end at the same instant, as they do when they came by one request.
                let at = NOW + model::Span(n as i64 / 4);
                assert_eq!(packages::end_held(link, &held(n, 1, n), EndReason::Expired, at).await?, Saved::Yes);
            }
            Ok(())
        })
        .await
        .unwrap();
        let link = &mut test.db.read().await.unwrap();
        for limit in [1, 2, 5, 11, 50] {
            let mut found: Vec<(Ts, PackageAssignmentId)> = Vec::new();
            loop {
                let page = packages::ended(link, person(1), &Words::default(), found.last().copied(), limit).await.unwrap();
                found.extend(page.iter().map(|held| (held.ended_at.unwrap(), held.id)));
                if page.len() < limit {
                    break;
                }
            }
            assert!(found.is_sorted_by(|a, b| a > b), "newest first: {found:?}");
            assert_eq!(found.len(), 11, "{limit} a page");
        }
    }

    async fn packages_whose_end_has_come_are_due_oldest_first(test: TestDb) {
        given_users(&test.db, 4).await;
        given_packages(&test.db, 1).await;
        attempt(&test.db, async |link| {
            for (n, ends_at) in [(1, Some(NOW)), (2, Some(NOW - HOUR)), (3, Some(NOW + model::Span(1))), (4, None)] {
                packages::insert_held(link, &PackageAssignment { ends_at, ..held(n, n, 1) }, None).await?;
            }
            Ok(())
        })
        .await
        .unwrap();
        let link = &mut test.db.begin().await.unwrap();
        assert_eq!(packages::due(link, NOW, 9).await.unwrap(), [held(2, 2, 1).id, held(1, 1, 1).id]);
        assert_eq!(packages::due(link, NOW, 1).await.unwrap(), [held(2, 2, 1).id]);
        assert_eq!(packages::end_held(link, &held(2, 2, 1), EndReason::Expired, NOW).await.unwrap(), Saved::Yes);
        assert_eq!(packages::due(link, NOW, 9).await.unwrap(), [held(1, 1, 1).id]);
    }
}
