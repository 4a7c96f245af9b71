//! Requests and decisions: saved and loaded unchanged, one open at a time, nobody decides twice.

use crate::given::{
    HOUR, NOW, attempt, force, group, held, id, literal, membership, offer, packages as given_packages, pending, person, put,
    request, stage, users as given_users, wish,
};
use model::answering::Held;
use model::approval::{Approver, Verdict};
use model::ask_back::{Answer, AskedBack, AskedTime, Reply, ShorterTime};
use model::notice::{About, Letter, Notice, Value};
use model::package::Lasts;
use model::request::{Answered, Decision, Given, PackageAssignment, Phase, Request, State, Terms, Undelivered};
use model::role_settings::Ticket;
use model::{AssignmentId, LetterId, PackageAssignmentId, QuestionId, RequestId, Ts};
use store::{Saved, assignments, groups, letters, packages, requests};
use testkit::both;

fn every_state() -> Vec<State> {
    vec![
        pending(),
        State::PendingApproval {
            stage: 3,
            opened_at: NOW,
            decide_by: NOW + HOUR,
            asked: vec![person(1), person(2)],
            fallback: true,
            escalated_at: Some(NOW),
            reminded_at: Some(Ts(-1)),
        },
        State::Scheduled { approved_at: NOW, starts_at: NOW + HOUR },
        State::Delivering { approved_at: NOW, tries: u32::MAX, next_try_at: NOW },
        State::Delivered { at: NOW, given: Given::Package(PackageAssignmentId(id(1))) },
        State::Delivered { at: NOW, given: Given::Role(AssignmentId(id(1))) },
        State::Confirming { made_at: NOW, given: Given::Package(held(1, 1, 1).id), look_at: NOW, partly: true },
        State::DeliveryFailed { at: NOW, reason: Value::Typed(Undelivered::PackageGone) },
        State::DeliveryFailed { at: NOW, reason: "It’s “gone”.\n🦆".into() },
        State::Answering { asked_at: NOW, answer_by: NOW + HOUR, held: Some(Held { at: NOW, words: "Wait.".into() }) },
        State::TurnedDown { at: NOW, words: None },
        State::TurnedDown { at: NOW, words: Some("'".into()) },
        State::Denied { stage: 1, by: person(1), at: NOW, words: "'; drop table users; --".into() },
        State::Expired { stage: 0, at: NOW },
        State::Canceled { by: person(1), at: NOW, words: String::new() },
    ]
}

fn terms() -> Terms {
    Terms {
        name: "Nordhafen".into(),
        policy_name: "P".into(),
        justification: "Because\n“so”\\".into(),
        answers: vec![
            Answered { question: QuestionId(id(1)), text: "?".into(), answers: vec!["a".into(), "🦆".into()] },
            Answered { question: QuestionId(id(2)), text: String::new(), answers: Vec::new() },
        ],
        stages: vec![stage(vec![Approver::Owners, Approver::Manager { level: 1 }])],
        lasts: Lasts::Until { at: NOW },
        starts_at: Some(NOW),
        ends_at: Some(NOW + HOUR),
        ticket: Ticket { system: "Desk".into(), number: "CHG1".into() },
        emergency: false,
        asks: None,
    }
}

fn decision(n: u128, at: Ts) -> Decision {
    Decision {
        stage: n as usize,
        approver: person(n),
        stood_in_for: None,
        verdict: Verdict::Approve,
        words: format!("“{n}”"),
        at,
    }
}

both! {
    async fn a_request_in_any_state_is_loaded_as_it_was_saved(test: TestDb) {
        given_users(&test.db, 2).await;
        given_packages(&test.db, every_state().len() as u128).await;
        let all: Vec<Request> = (1..)
            .zip(every_state())
            .map(|(n, state)| Request { terms: terms(), beneficiary: person(2), ..request(n, 1, n, state) })
            .collect();
        attempt(&test.db, async |link| {
            for request in &all {
                assert_eq!(requests::insert(link, request, Some(NOW)).await?, Saved::Yes);
            }
            Ok(())
        })
        .await
        .unwrap();
        let link = &mut test.db.begin().await.unwrap();
        for saved in &all {
            assert_eq!(requests::get(link, saved.id).await.unwrap().as_ref(), Some(saved));
            assert_eq!(requests::get_to_change(link, saved.id).await.unwrap().as_ref(), Some(saved));
        }
        assert_eq!(requests::get(link, wish(99)).await.unwrap(), None);
        assert_eq!(requests::get_to_change(link, wish(99)).await.unwrap(), None);
        let ids: Vec<RequestId> = (1..=450).map(wish).collect();
        let mut several = requests::several(link, &ids).await.unwrap();
        several.sort_by_key(|request| request.id);
        assert_eq!(several, all);
    }

    async fn an_update_moves_the_state_and_a_stale_one_nothing(test: TestDb) {
        given_users(&test.db, 1).await;
        given_packages(&test.db, 1).await;
        put(&test.db, &request(1, 1, 1, pending())).await;
        attempt(&test.db, async |link| {
            for (version, state) in (0..).zip(every_state()) {
                let mine = Request { state, version, ..request(1, 1, 1, pending()) };
                assert_eq!(requests::update(link, &mine, None).await?, Saved::Yes);
                assert_eq!(requests::update(link, &mine, None).await?, Saved::Stale);
                assert_eq!(requests::get(link, mine.id).await?, Some(Request { version: version + 1, ..mine }));
            }
            Ok(())
        })
        .await
        .unwrap();
    }

    async fn what_was_asked_back_and_the_time_said_yes_to_are_kept_with_the_request(test: TestDb) {
        given_users(&test.db, 1).await;
        given_packages(&test.db, 1).await;
        put(&test.db, &request(1, 1, 1, pending())).await;
        let (at, words) = (NOW, "Which\n“ledger”\\?".to_owned());
        let asked = AskedBack {
            stage: 0,
            by: person(1),
            stood_in_for: Some(person(2)),
            at,
            words,
            time: AskedTime { lasts: Lasts::Forever, ends_at: Some(NOW) },
            proposed: Some(ShorterTime::Until { at: NOW + HOUR }),
            pauses_until: NOW + HOUR,
            resumed_at: None,
            answer: None,
        };
        let answer = Answer { at, reply: Reply::Accept, words: "🦆".into() };
        let answered = AskedBack { resumed_at: Some(NOW), answer: Some(answer), proposed: None, ..asked.clone() };
        attempt(&test.db, async |link| {
            for (version, asked_back) in (0..).zip([Some(asked), Some(answered), None]) {
                let terms = Terms { lasts: Lasts::For { minutes: 60 - version as u32 }, ..terms() };
                let mine = Request { asked_back, terms, version, ..request(1, 1, 1, pending()) };
                assert_eq!(requests::update(link, &mine, None).await?, Saved::Yes);
                assert_eq!(requests::get(link, mine.id).await?, Some(Request { version: version + 1, ..mine }));
            }
            Ok(())
        })
        .await
        .unwrap();
    }

    async fn one_request_per_person_and_package_is_open_at_a_time(test: TestDb) {
        given_users(&test.db, 2).await;
        given_packages(&test.db, 2).await;
        let open = |state: &State| state.phase().is_open();
        for first in every_state().iter().filter(|state| open(state)) {
            put(&test.db, &request(1, 1, 1, first.clone())).await;
            for second in every_state() {
                // Somebody else asks for the first person: still the same access.
                let twin = Request { requestor: person(2), ..request(2, 1, 1, second.clone()) };
                let added = attempt(&test.db, async |link| requests::insert(link, &twin, None).await).await;
                assert_eq!(added.unwrap() == Saved::Stale, open(&second), "{first:?} and {second:?}");
                force(&test.db, &format!("delete from requests where id = {}", literal(&test.db, twin.id.0))).await.unwrap();
            }
            force(&test.db, "delete from requests").await.unwrap();
        }
        attempt(&test.db, async |link| {
            assert_eq!(requests::insert(link, &request(1, 1, 1, pending()), None).await?, Saved::Yes);
            assert_eq!(requests::insert(link, &request(2, 1, 2, pending()), None).await?, Saved::Yes);
            assert_eq!(requests::insert(link, &request(3, 2, 1, pending()), None).await?, Saved::Yes);
            Ok(())
        })
        .await
        .unwrap();
    }

    async fn regression_10_and_22_of_many_equal_requests_at_once_one_is_kept(test: TestDb) {
        given_users(&test.db, 1).await;
        given_packages(&test.db, 1).await;
        let second = test.second().await;
        let mut asking = Vec::new();
        for n in 1..=20 {
            let db = if n % 2 == 0 { test.db.clone() } else { second.clone() };
            asking.push(tokio::spawn(async move {
                let mut link = db.begin().await.unwrap();
                let added = requests::insert(&mut link, &request(n, 1, 1, pending()), None).await;
                link.commit().await.unwrap();
                added.unwrap()
            }));
        }
        let mut kept = 0;
        for one in asking {
            kept += u32::from(one.await.unwrap() == Saved::Yes);
        }
        assert_eq!(kept, 1);
        second.close().await;
    }

    async fn whoever_reads_a_request_to_change_it_is_alone_with_it(test: TestDb) {
        given_users(&test.db, 1).await;
        given_packages(&test.db, 1).await;
        put(&test.db, &request(1, 1, 1, pending())).await;
        let second = test.second().await;
        let mut changing = Vec::new();
        for n in 0..20 {
            let db = if n % 2 == 0 { test.db.clone() } else { second.clone() };
            changing.push(tokio::spawn(async move {
                let mut link = db.begin().await.unwrap();
                let read = requests::get_to_change(&mut link, wish(1)).await.unwrap().unwrap();
                let saved = requests::update(&mut link, &read, None).await.unwrap();
                link.commit().await.unwrap();
                saved
            }));
        }
        for one in changing {
            assert_eq!(one.await.unwrap(), Saved::Yes, "who waited reads what the one before wrote");
        }
        let link = &mut test.db.read().await.unwrap();
        assert_eq!(requests::get(link, wish(1)).await.unwrap().unwrap().version, 20);
        second.close().await;
    }

    async fn the_open_request_is_found_by_person_and_package(test: TestDb) {
        given_users(&test.db, 2).await;
        given_packages(&test.db, 3).await;
        let settled = State::Expired { stage: 0, at: NOW };
        let on_behalf = Request { requestor: person(2), submitted_at: NOW + HOUR, ..request(2, 1, 2, pending()) };
        attempt(&test.db, async |link| {
            assert_eq!(requests::insert(link, &request(1, 1, 1, State::Scheduled { approved_at: NOW, starts_at: NOW }), None).await?, Saved::Yes);
            assert_eq!(requests::insert(link, &on_behalf, None).await?, Saved::Yes);
            assert_eq!(requests::insert(link, &request(3, 1, 3, settled), None).await?, Saved::Yes);
            Ok(())
        })
        .await
        .unwrap();
        let link = &mut test.db.read().await.unwrap();
        assert_eq!(requests::open(link, person(1), offer(1)).await.unwrap(), Some((wish(1), NOW)));
        assert_eq!(requests::open(link, person(1), offer(2)).await.unwrap(), Some((wish(2), NOW + HOUR)));
        assert_eq!(requests::open(link, person(1), offer(3)).await.unwrap(), None);
        assert_eq!(requests::open(link, person(2), offer(2)).await.unwrap(), None);
        let open: Vec<RequestId> = requests::open_of(link, person(1)).await.unwrap().into_iter().map(|request| request.id).collect();
        assert_eq!(open, [wish(2), wish(1)]);
        assert!(requests::open_of(link, person(2)).await.unwrap().is_empty());
    }

    async fn pages_of_somebodys_requests_show_each_once_newest_first(test: TestDb) {
        given_users(&test.db, 2).await;
        given_packages(&test.db, 25).await;
        attempt(&test.db, async |link| {
            for n in 1..=24 {
                let state = every_state()[n as usize % every_state().len()].clone();
                let submitted_at = NOW + model::Span(n as i64 / 5);
                assert_eq!(requests::insert(link, &Request { submitted_at, ..request(n, 1, n, state) }, None).await?, Saved::Yes);
            }
            assert_eq!(requests::insert(link, &request(25, 2, 25, pending()), None).await?, Saved::Yes);
            Ok(())
        })
        .await
        .unwrap();
        let link = &mut test.db.read().await.unwrap();
        for limit in [1, 4, 24, 50] {
            for phase in [None].into_iter().chain(Phase::ALL.map(Some)) {
                let mut found: Vec<(Ts, RequestId)> = Vec::new();
                loop {
                    let page = requests::of(link, person(1), phase, found.last().copied(), limit).await.unwrap();
                    assert!(page.iter().all(|request| phase.is_none_or(|phase| request.state.phase() == phase)));
                    found.extend(page.iter().map(|request| (request.submitted_at, request.id)));
                    if page.len() < limit {
                        break;
                    }
                }
                assert!(found.is_sorted_by(|a, b| a > b), "{found:?}");
                let states = every_state();
                let expected = (1..=24).filter(|n| phase.is_none_or(|phase| states[n % states.len()].phase() == phase)).count();
                assert_eq!(found.len(), expected, "{phase:?}, {limit} a page");
            }
        }
    }

    async fn what_is_due_is_found_and_the_next_due_instant_is_the_first_of_all(test: TestDb) {
        given_users(&test.db, 2).await;
        given_packages(&test.db, 3).await;
        let at = |minutes: i64| NOW + model::Span::minutes(minutes);
        attempt(&test.db, async |link| {
            assert_eq!(requests::next_due(link).await?, None);
            assert_eq!(requests::insert(link, &request(3, 1, 3, pending()), None).await?, Saved::Yes);
            assert_eq!(requests::next_due(link).await?, None);
            let about = About {
                request: wish(1),
                thing: String::new(),
                requestor: String::new(),
                beneficiary: None,
                justification: String::new(),
                answers: Vec::new(),
                asked_back: None,
                lasts: String::new().into(),
                submitted_at: NOW,
                is_role: false,
            };
            let letter = Letter { to: person(1).into(), notice: Notice::AccessGranted { about, ends_at: None } };
            letters::insert(link, &[(LetterId(id(1)), letter)], at(9)).await?;
            assert_eq!(requests::next_due(link).await?, None, "letters have a worker of their own");
            assert_eq!(letters::next_due(link).await?, Some(at(9)));
            groups::insert(link, &group(9)).await?;
            groups::set_evaluation(link, group(9).id, Some(at(9))).await?;
            assert_eq!(requests::next_due(link).await?, Some(at(9)));
            assert!(groups::due(link, at(8), 9).await?.is_empty());
            assert_eq!(groups::due(link, at(9), 9).await?, [group(9).id]);
            let ends = model::access::Assignment { ends_at: Some(at(8)), ..membership(1, 1, 1) };
            assignments::insert(link, &ends, NOW).await?;
            assert_eq!(requests::next_due(link).await?, Some(at(8)));
            let of_package = model::access::Assignment {
                ends_at: Some(at(1)),
                source: model::access::Source::Package(held(1, 1, 1).id),
                ..membership(2, 1, 1)
            };
            assignments::insert(link, &of_package, NOW).await?;
            assert_eq!(requests::next_due(link).await?, Some(at(8)), "what comes with a package ends with it");
            packages::insert_held(link, &PackageAssignment { ends_at: Some(at(7)), ..held(1, 1, 1) }, None).await?;
            assert_eq!(requests::next_due(link).await?, Some(at(7)));
            assert_eq!(requests::insert(link, &request(1, 1, 1, pending()), Some(at(6))).await?, Saved::Yes);
            assert_eq!(requests::insert(link, &request(2, 1, 2, pending()), Some(at(5))).await?, Saved::Yes);
            assert_eq!(requests::next_due(link).await?, Some(at(5)));
            assert_eq!(requests::due(link, at(5), 9).await?, [wish(2)]);
            assert_eq!(requests::due(link, at(6), 9).await?, [wish(2), wish(1)]);
            assert_eq!(requests::due(link, at(6), 1).await?, [wish(2)]);
            assert!(requests::due(link, at(4), 9).await?.is_empty());
            Ok(())
        })
        .await
        .unwrap();
    }

    async fn decisions_are_loaded_as_they_were_saved_and_nobody_decides_twice(test: TestDb) {
        given_users(&test.db, 3).await;
        given_packages(&test.db, 2).await;
        let deny = Decision { verdict: Verdict::Deny, words: String::new(), ..decision(2, NOW) };
        attempt(&test.db, async |link| {
            assert_eq!(requests::insert(link, &request(1, 1, 1, pending()), None).await?, Saved::Yes);
            assert_eq!(requests::insert(link, &request(2, 1, 2, pending()), None).await?, Saved::Yes);
            requests::insert_decision(link, wish(1), &decision(3, NOW + HOUR)).await?;
            requests::insert_decision(link, wish(1), &deny).await?;
            requests::insert_decision(link, wish(2), &deny).await
        })
        .await
        .unwrap();
        let link = &mut test.db.read().await.unwrap();
        assert_eq!(requests::decisions(link, wish(1)).await.unwrap(), [deny.clone(), decision(3, NOW + HOUR)]);
        assert!(requests::decisions(link, wish(9)).await.unwrap().is_empty());
        let again = Decision { stage: 1, verdict: Verdict::Approve, ..deny };
        let fault = attempt(&test.db, async |link| requests::insert_decision(link, wish(1), &again).await).await.unwrap_err();
        assert!(fault.is_duplicate(), "{fault}");
    }

    async fn a_row_that_no_program_writes_is_a_fault_that_names_it(test: TestDb) {
        given_users(&test.db, 1).await;
        given_packages(&test.db, 1).await;
        put(&test.db, &request(1, 1, 1, pending())).await;
        for (change, said) in [
            ("phase = 'denied'", "phase denied and state pending_approval"),
            ("state = '{}'", "requests.state"),
            ("state = 'nonsense'", "requests.state"),
            ("terms = '{}'", "requests.terms"),
        ] {
            let mut link = test.db.begin().await.unwrap();
            store::events::forge(&mut link, &format!("update requests set {change}")).await.unwrap();
            let fault = requests::get(&mut link, wish(1)).await.unwrap_err().to_string();
            assert!(fault.contains(said) && fault.contains(&wish(1).to_string()), "{fault}");
        }
    }
}
