//! The inbox: what waits for whom, by every way of being asked.

use crate::given::{
    HOUR, NOW, TestDb, assign, attempt, gives, groups as given_groups, membership, nesting, ownership,
    packages as given_packages, pending, person, request, role, stage, team, user, users as given_users, wish,
};
use model::access::{Assignment, ResourceRole};
use model::approval::{Approver, Escalation, Part, Stage, Verdict};
use model::package::PackageRole;
use model::request::{Decision, Request, State};
use model::view::approval::Kind;
use model::{RequestId, Ts, UserId};
use rules::approval::StagePeople;
use rules::user::User;
use store::{Db, Saved, approvals, inbox, requests, users};
use testkit::both;

/// An open request of user 1 that asks these approvers; the number is that of the package too.
async fn asks(db: &Db, n: u128, approvers: &[Approver], roles: &[PackageRole]) {
    open(db, request(n, 1, n, pending()), approvers, roles).await;
}

async fn open(db: &Db, request: Request, approvers: &[Approver], roles: &[PackageRole]) {
    let asked: Vec<(Part, Approver)> = approvers.iter().map(|approver| (Part::Approvers, *approver)).collect();
    let added = attempt(db, async |link| {
        assert_eq!(requests::insert(link, &request, None).await?, Saved::Yes);
        requests::set_asks(link, &request, &asked, roles).await
    });
    added.await.unwrap();
}

/// What waits for somebody, counted too.
async fn waits(db: &Db, person: UserId, now: Ts) -> Vec<RequestId> {
    let link = &mut db.read().await.unwrap();
    let found = inbox::waiting(link, person, &inbox::Sought::default(), None, 100, now).await.unwrap();
    let count = inbox::count_waiting(link, person, now, 100).await.unwrap();
    assert_eq!(count, found.len() as i64, "the number beside the menu is that of the list");
    found.into_iter().map(|(_, request)| request.id).collect()
}

async fn a_company(test: &TestDb) {
    given_users(&test.db, 9).await;
    given_groups(&test.db, 3).await;
    given_packages(&test.db, 9).await;
}

both! {
    async fn each_kind_of_approver_finds_what_waits_for_them(test: TestDb) {
        a_company(&test).await;
        // 1 reports to 2, 2 to 3, 3 to 4, 4 to 5.
        attempt(&test.db, async |link| {
            for n in 1..=4 {
                let _ = users::update(link, &User { manager: Some(person(n + 1)), ..user(n) }).await?;
            }
            Ok(())
        })
        .await
        .unwrap();
        let mut over = membership(3, 8, 1);
        over.ends_at = Some(NOW);
        assign(&test.db, &[membership(1, 6, 1), nesting(2, 2, 1), over, membership(4, 7, 2), ownership(5, 8, 3)]).await;
        let owned = [gives(ResourceRole::GroupMember(team(3))), gives(ResourceRole::DirectoryRole(role(1)))];
        asks(&test.db, 1, &[Approver::User { id: person(9) }], &[]).await;
        asks(&test.db, 2, &[Approver::Group { id: team(1) }], &[]).await;
        for level in 1..=4 {
            asks(&test.db, 2 + u128::from(level), &[Approver::Manager { level }], &[]).await;
        }
        asks(&test.db, 7, &[Approver::Owners], &owned).await;
        attempt(&test.db, async |link| store::sponsors::set(link, person(1), &[person(9), person(8)]).await).await.unwrap();
        asks(&test.db, 8, &[Approver::Sponsors], &owned).await;
        let expected: [(u128, &[u128]); 9] =
            [(1, &[]), (2, &[3]), (3, &[4]), (4, &[5]), (5, &[6]), (6, &[2]), (7, &[2]), (8, &[7, 8]), (9, &[1, 8])];
        for (who, what) in expected {
            assert_eq!(waits(&test.db, person(who), NOW).await, what.iter().map(|n| wish(*n)).collect::<Vec<_>>(), "for {who}");
        }
        // Who joins is asked, who leaves is not.
        assign(&test.db, &[membership(6, 9, 2)]).await;
        attempt(&test.db, async |link| {
            store::assignments::end(link, membership(4, 7, 2).id, model::access::EndReason::Removed, NOW).await?;
            let _ = users::update(link, &User { manager: Some(person(3)), version: 1, ..user(1) }).await?;
            Ok(())
        })
        .await
        .unwrap();
        assert_eq!(waits(&test.db, person(9), NOW).await, [wish(1), wish(2), wish(8)]);
        assert_eq!(waits(&test.db, person(7), NOW).await, []);
        assert_eq!(waits(&test.db, person(2), NOW).await, []);
        assert_eq!(waits(&test.db, person(3), NOW).await, [wish(3)]);
    }

    async fn regression_2_who_is_asked_in_several_ways_finds_the_request_once(test: TestDb) {
        a_company(&test).await;
        assign(&test.db, &[membership(1, 2, 1), membership(2, 2, 2), ownership(3, 2, 3)]).await;
        let all = [
            Approver::User { id: person(2) },
            Approver::Group { id: team(1) },
            Approver::Group { id: team(2) },
            Approver::User { id: person(2) },
            Approver::Owners,
        ];
        asks(&test.db, 1, &all, &[gives(ResourceRole::GroupMember(team(3))), gives(ResourceRole::GroupOwner(team(3)))]).await;
        assert_eq!(waits(&test.db, person(2), NOW).await, [wish(1)]);
    }

    async fn nobody_is_asked_about_their_own_request(test: TestDb) {
        a_company(&test).await;
        let everybody: Vec<Approver> = (1..=3).map(|n| Approver::User { id: person(n) }).collect();
        asks(&test.db, 1, &everybody, &[]).await;
        open(&test.db, Request { beneficiary: person(2), ..request(2, 1, 2, pending()) }, &everybody, &[]).await;
        assert_eq!(waits(&test.db, person(1), NOW).await, []);
        assert_eq!(waits(&test.db, person(2), NOW).await, [wish(1)]);
        assert_eq!(waits(&test.db, person(3), NOW).await, [wish(1), wish(2)]);
    }

    async fn nothing_waits_once_its_time_is_over_or_it_is_settled_or_decided(test: TestDb) {
        a_company(&test).await;
        let asked = [Approver::User { id: person(2) }, Approver::User { id: person(3) }];
        asks(&test.db, 1, &asked, &[]).await;
        let before = NOW + HOUR - model::Span(1);
        assert_eq!(waits(&test.db, person(2), before).await, [wish(1)]);
        assert_eq!(waits(&test.db, person(2), NOW + HOUR).await, [], "the window ends at this instant");
        let decision = Decision { stage: 0, approver: person(2), stood_in_for: None, verdict: Verdict::Approve, words: String::new(), at: NOW };
        attempt(&test.db, async |link| requests::insert_decision(link, wish(1), &decision).await).await.unwrap();
        assert_eq!(waits(&test.db, person(2), NOW).await, []);
        assert_eq!(waits(&test.db, person(3), NOW).await, [wish(1)]);
        let settled = request(1, 1, 1, State::Canceled { by: person(1), at: NOW, words: String::new() });
        attempt(&test.db, async |link| {
            assert_eq!(requests::update(link, &settled, None).await?, Saved::Yes);
            requests::set_asks(link, &settled, &[(Part::Approvers, asked[1])], &[]).await
        })
        .await
        .unwrap();
        assert_eq!(waits(&test.db, person(3), NOW).await, [], "who is asked about a settled request is nobody");
    }

    async fn the_most_urgent_comes_first_and_pages_show_each_once(test: TestDb) {
        given_users(&test.db, 3).await;
        given_packages(&test.db, 20).await;
        for n in 1..=20 {
            let decide_by = NOW + model::Span(1 + (20 - n as i64) / 4);
            let State::PendingApproval { stage, opened_at, asked, fallback, escalated_at, reminded_at, .. } = pending() else { unreachable!() };
            let state = State::PendingApproval { stage, opened_at, decide_by, asked, fallback, escalated_at, reminded_at };
            open(&test.db, request(n, 1, n, state), &[Approver::User { id: person(2) }], &[]).await;
        }
        let link = &mut test.db.read().await.unwrap();
        for limit in [1, 3, 20, 50] {
            let mut found: Vec<(Ts, RequestId)> = Vec::new();
            loop {
                let page = inbox::waiting(link, person(2), &inbox::Sought::default(), found.last().copied(), limit, NOW).await.unwrap();
                found.extend(page.iter().map(|(at, request)| (*at, request.id)));
                if page.len() < limit {
                    break;
                }
            }
            assert!(found.is_sorted(), "{found:?}");
            assert_eq!(found.len(), 20, "{limit} a page");
            found.dedup();
            assert_eq!(found.len(), 20);
        }
        assert_eq!(inbox::count_waiting(link, person(2), NOW, 7).await.unwrap(), 7, "counted no further than asked");
    }

    async fn filters_narrow_before_pages_are_cut_so_that_no_page_is_short(test: TestDb) {
        given_users(&test.db, 3).await;
        given_packages(&test.db, 9).await;
        for n in 1..=9 {
            let State::PendingApproval { stage, opened_at, asked, fallback, escalated_at, reminded_at, .. } = pending() else { unreachable!() };
            let decide_by = NOW + HOUR + model::Span(i64::try_from(n).unwrap());
            let state = State::PendingApproval { stage, opened_at, decide_by, asked, fallback, escalated_at, reminded_at };
            open(&test.db, request(n, 1, n, state), &[Approver::User { id: person(2) }], &[]).await;
        }
        let link = &mut test.db.read().await.unwrap();
        for (kind, due, count) in [
            (Some(Kind::DirectoryRole), 9, 0),
            (Some(Kind::Group), 9, 0),
            (Some(Kind::Package), 0, 0),
            (Some(Kind::Package), 5, 5),
            (None, 5, 5),
            (None, 9, 9),
        ] {
            let sought = inbox::Sought { kind, due_by: Some(NOW + HOUR + model::Span(due)), ..inbox::Sought::default() };
            let mut found: Vec<(Ts, RequestId)> = Vec::new();
            loop {
                let page = inbox::waiting(link, person(2), &sought, found.last().copied(), 2, NOW).await.unwrap();
                found.extend(page.iter().map(|(at, request)| (*at, request.id)));
                if page.len() < 2 {
                    break;
                }
            }
            assert_eq!(found.len(), count, "{kind:?}, due after {due}");
            assert!(found.is_sorted());
        }
    }

    async fn decided_requests_come_newest_first_each_once(test: TestDb) {
        given_users(&test.db, 2).await;
        given_packages(&test.db, 12).await;
        attempt(&test.db, async |link| {
            for n in 1..=12 {
                assert_eq!(requests::insert(link, &request(n, 1, n, pending()), None).await?, Saved::Yes);
                let verdict = if n % 2 == 0 { Verdict::Approve } else { Verdict::Deny };
                let at = NOW + model::Span(n as i64 / 5);
                let decision = Decision { stage: 0, approver: person(2), stood_in_for: None, verdict, words: String::new(), at };
                requests::insert_decision(link, wish(n), &decision).await?;
            }
            Ok(())
        })
        .await
        .unwrap();
        let link = &mut test.db.read().await.unwrap();
        let mut found: Vec<(Ts, RequestId)> = Vec::new();
        loop {
            let page = inbox::decided(link, person(2), &inbox::Sought::default(), found.last().copied(), 5).await.unwrap();
            assert!(page.iter().all(|one| (one.verdict == "approve") == (one.request.id.0.as_u128() % 2 == 0)));
            assert!(page.iter().all(|one| one.by.is_none()));
            found.extend(page.iter().map(|one| (one.at, one.request.id)));
            if page.len() < 5 {
                break;
            }
        }
        assert!(found.is_sorted_by(|a, b| a > b), "{found:?}");
        assert_eq!(found.len(), 12);
        assert!(inbox::decided(link, person(1), &inbox::Sought::default(), None, 5).await.unwrap().is_empty());
    }

    async fn what_a_delegate_decided_is_among_the_decisions_of_both_in_the_order_of_time(test: TestDb) {
        given_users(&test.db, 3).await;
        given_packages(&test.db, 6).await;
        attempt(&test.db, async |link| {
            for n in 1..=6 {
                assert_eq!(requests::insert(link, &request(n, 1, n, pending()), None).await?, Saved::Yes);
                // Person 3 decides every other in the place of person 2.
                let (approver, stood_in_for) = if n % 2 == 0 { (person(3), Some(person(2))) } else { (person(2), None) };
                let at = NOW + model::Span(n as i64);
                let decision = Decision { stage: 0, approver, stood_in_for, verdict: Verdict::Approve, words: String::new(), at };
                requests::insert_decision(link, wish(n), &decision).await?;
            }
            Ok(())
        })
        .await
        .unwrap();
        let link = &mut test.db.read().await.unwrap();
        let kind = Some(Kind::Package);
        for sought in [inbox::Sought::default(), inbox::Sought { kind, ..inbox::Sought::default() }] {
            let (mut found, mut after) = (Vec::new(), None);
            loop {
                let page = inbox::decided(link, person(2), &sought, after, 2).await.unwrap();
                found.extend(page.iter().map(|one| (one.request.id, one.by)));
                after = page.last().map(|one| (one.at, one.request.id));
                if page.len() < 2 {
                    break;
                }
            }
            let expected: Vec<_> = (1..=6).rev().map(|n| (wish(n), (n % 2 == 0).then_some(person(3)))).collect();
            assert_eq!(found, expected);
            assert_eq!(inbox::decided(link, person(3), &sought, None, 9).await.unwrap().len(), 3);
        }
    }

    async fn regression_3_the_people_behind_a_stage_are_enabled_and_each_list_is_its_own(test: TestDb) {
        a_company(&test).await;
        attempt(&test.db, async |link| {
            let _ = users::update(link, &User { manager: Some(person(2)), ..user(1) }).await?;
            let _ = users::update(link, &User { manager: Some(person(3)), ..user(2) }).await?;
            users::set_enabled(link, person(2), false).await?;
            users::set_enabled(link, person(5), false).await
        })
        .await
        .unwrap();
        assign(&test.db, &[
            membership(1, 4, 1),
            membership(2, 5, 1),
            ownership(3, 6, 2),
            Assignment { ends_at: Some(NOW), ..ownership(4, 7, 2) },
        ])
        .await;
        let stages = [
            stage(vec![Approver::Manager { level: 1 }, Approver::User { id: person(5) }]),
            Stage {
                escalation: Some(Escalation { after_minutes: 1, approvers: vec![Approver::Manager { level: 2 }] }),
                fallback: vec![Approver::User { id: person(9) }, Approver::Owners],
                ..stage(vec![Approver::Group { id: team(1) }, Approver::Sponsors, Approver::Manager { level: 7 }])
            },
        ];
        let roles = [gives(ResourceRole::GroupMember(team(2)))];
        let link = &mut test.db.read().await.unwrap();
        let people = approvals::people(link, &stages, person(1), (approvals::Thing::Package(crate::given::offer(1)), &roles), NOW).await.unwrap();
        assert!(people[0].approvers.is_empty(), "a disabled manager and a disabled person are nobody");
        assert_eq!(people[1].approvers, [person(4)]);
        assert_eq!(people[1].escalation, [person(3)], "the disabled manager still has a manager");
        assert_eq!(people[1].fallback, [person(9), person(6)]);

        let named = approvals::named(link, &stages, 9, NOW).await.unwrap();
        assert_eq!(named[0], StagePeople::default(), "a manager depends on who asks");
        assert_eq!((named[1].approvers.as_slice(), named[1].fallback.as_slice()), ([person(4)].as_slice(), [person(9)].as_slice()));
        let nobody = approvals::named(link, &stages, 0, NOW).await.unwrap();
        assert!(nobody[1].approvers.is_empty() && nobody[1].fallback == [person(9)], "so many of a group at most");
    }
}
