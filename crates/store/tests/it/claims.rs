//! The outbox: each letter is claimed by one worker at a time, and by another when that one vanished.

use crate::given::{HOUR, NOW, attempt, id, person, users as given_users, wish};
use model::approval::Verdict;
use model::notice::{About, Letter, Notice, Onward, Outcome, Told, Value, Why};
use model::request::{HowLong, Undelivered};
use model::{LetterId, Ts};
use std::collections::BTreeSet;
use store::letters::Due;
use store::{Db, letters, users};
use testkit::both;

fn about() -> About {
    About {
        request: wish(1),
        thing: "Nordhafen “🦆”".into(),
        requestor: "Alex".into(),
        beneficiary: None,
        justification: "Because".into(),
        answers: vec![("Why?".into(), "So\n".into())],
        asked_back: None,
        lasts: Value::Typed(HowLong::Longer { minutes: 240 }),
        submitted_at: NOW,
        is_role: false,
    }
}

fn told() -> Told {
    Told { stage: 1, by: "Miriam".into(), verdict: Verdict::Deny, words: "No.".into() }
}

fn every_notice() -> Vec<Notice> {
    let outcomes = [
        Outcome::Approved { decision: told(), stages: 2 },
        Outcome::Denied { decision: told() },
        Outcome::Expired { stage: 1 },
        Outcome::Canceled { by: Some("Alex".into()), words: String::new() },
    ];
    let mut all = vec![
        Notice::Act { about: about(), stage: 1, stages: 2, decide_by: NOW, earlier: vec![told()], onward: Onward::Expires },
        Notice::Reminder { about: about(), stage: 1, stages: 2, decide_by: NOW, earlier: Vec::new(), onward: Onward::Expires },
        Notice::Approved { about: about(), decisions: vec![told()] },
        Notice::Denied { about: about(), decision: told() },
        Notice::Expired { about: about(), stage: 1, stages: 1 },
        Notice::AccessGranted { about: about(), ends_at: Some(NOW) },
        Notice::AccessEnded { about: about(), at: NOW, why: Value::Typed(Why::TimeOver) },
        Notice::DeliveryFailed { about: about(), reason: Value::Typed(Undelivered::PackageGone) },
        Notice::DeliveryFailed { about: about(), reason: "gone".into() },
    ];
    all.extend(outcomes.map(|outcome| Notice::Settled { about: about(), outcome }));
    all
}

async fn put(db: &Db, n: u128, made_at: Ts) {
    let letter = Letter { to: person(1).into(), notice: Notice::AccessGranted { about: about(), ends_at: None } };
    attempt(db, async |link| letters::insert(link, &[(LetterId(id(n)), letter)], made_at).await).await.unwrap();
}

async fn claim(db: &Db, now: Ts, limit: usize) -> Vec<Due> {
    attempt(db, async |link| letters::claim(link, now, now + HOUR, limit).await).await.unwrap()
}

fn ids(due: &[Due]) -> Vec<u128> {
    due.iter().map(|letter| letter.id.0.as_u128()).collect()
}

both! {
    async fn every_letter_is_claimed_as_it_was_put_in_with_its_recipient(test: TestDb) {
        given_users(&test.db, 2).await;
        let all: Vec<(LetterId, Letter)> = (1..)
            .zip(every_notice())
            .map(|(n, notice)| (LetterId(id(n)), Letter { to: person(1 + n % 2).into(), notice }))
            .collect();
        attempt(&test.db, async |link| {
            letters::insert(link, &all, NOW).await?;
            users::set_enabled(link, person(2), false).await
        })
        .await
        .unwrap();
        let claimed = claim(&test.db, NOW, 99).await;
        let expected = all.into_iter().map(|(id, letter)| {
            let n = letter.to.user().unwrap().0.as_u128();
            Due {
                id,
                to: letter.to,
                to_name: format!("User {n}"),
                address: format!("user{n}@harbour.example"),
                enabled: n == 1,
                notice: Ok(letter.notice),
                made_at: NOW,
                tries: 1,
            }
        });
        assert_eq!(claimed, expected.collect::<Vec<_>>());
    }

    async fn a_claim_holds_until_its_end_and_then_the_letter_is_taken_again(test: TestDb) {
        given_users(&test.db, 1).await;
        for n in 1..=3 {
            put(&test.db, n, NOW + model::Span(n as i64)).await;
        }
        let link = &mut test.db.read().await.unwrap();
        assert!(!letters::any_due(link, NOW).await.unwrap());
        assert!(letters::any_due(link, NOW + model::Span(1)).await.unwrap());
        assert!(claim(&test.db, NOW, 9).await.is_empty());
        let now = NOW + model::Span(3);
        assert_eq!(ids(&claim(&test.db, now, 2).await), [1, 2], "the oldest first");
        assert_eq!(ids(&claim(&test.db, now, 9).await), [3]);
        assert!(claim(&test.db, now, 9).await.is_empty());
        assert!(!letters::any_due(link, now + HOUR - model::Span(1)).await.unwrap());
        let again = claim(&test.db, now + HOUR, 9).await;
        assert_eq!(ids(&again), [1, 2, 3], "a worker that vanished lost its claim");
        assert!(again.iter().all(|letter| letter.tries == 2));
    }

    async fn a_settled_letter_is_never_due_again(test: TestDb) {
        given_users(&test.db, 1).await;
        for n in 1..=3 {
            put(&test.db, n, NOW).await;
        }
        claim(&test.db, NOW, 9).await;
        attempt(&test.db, async |link| {
            letters::settle(link, &[(LetterId(id(1)), "sent", None)]).await?;
            letters::settle(link, &[(LetterId(id(2)), "refused", Some("550 no “such” person".to_owned()))]).await?;
            letters::again(link, LetterId(id(3)), NOW + model::Span(5), "451 later").await?;
            // A slow worker comes back after its letter was settled by another.
            letters::again(link, LetterId(id(1)), NOW, "timed out").await
        })
        .await
        .unwrap();
        assert!(claim(&test.db, NOW, 9).await.is_empty());
        assert_eq!(ids(&claim(&test.db, NOW + model::Span(5), 9).await), [3]);
        assert_eq!(ids(&claim(&test.db, NOW + HOUR + HOUR, 9).await), [3]);
    }

    async fn workers_that_claim_at_the_same_time_never_get_the_same_letter(test: TestDb) {
        const LETTERS: u128 = 300;
        given_users(&test.db, 1).await;
        attempt(&test.db, async |link| {
            let letter = Letter { to: person(1).into(), notice: Notice::AccessGranted { about: about(), ends_at: None } };
            let all: Vec<_> = (1..=LETTERS).map(|n| (LetterId(id(n)), letter.clone())).collect();
            letters::insert(link, &all, NOW).await
        })
        .await
        .unwrap();
        let second = test.second().await;
        let mut workers = Vec::new();
        for n in 0..6 {
            let db = if n % 2 == 0 { test.db.clone() } else { second.clone() };
            workers.push(tokio::spawn(async move {
                let mut mine = Vec::new();
                loop {
                    let claimed = claim(&db, NOW, 7).await;
                    assert!(claimed.len() <= 7, "no more than asked for");
                    if claimed.is_empty() {
                        // Others may hold the rest in transactions that are still open; what they drop comes again.
                        let link = &mut db.read().await.unwrap();
                        if !letters::any_due(link, NOW).await.unwrap() {
                            return mine;
                        }
                    }
                    mine.extend(ids(&claimed));
                }
            }));
        }
        let mut all = Vec::new();
        for worker in workers {
            all.extend(worker.await.unwrap());
        }
        assert_eq!(all.len() as u128, LETTERS);
        assert_eq!(all.into_iter().collect::<BTreeSet<_>>().len() as u128, LETTERS, "each letter once");
        second.close().await;
    }

    async fn a_claim_that_was_never_made_durable_is_none(test: TestDb) {
        given_users(&test.db, 1).await;
        put(&test.db, 1, NOW).await;
        {
            let mut link = test.db.begin().await.unwrap();
            assert_eq!(letters::claim(&mut link, NOW, NOW + HOUR, 9).await.unwrap().len(), 1);
            // The worker dies here.
        }
        // PostgreSQL hears of it when the connection is given back, which nobody waits for.
        let mut again = claim(&test.db, NOW, 9).await;
        while again.is_empty() {
            tokio::task::yield_now().await;
            again = claim(&test.db, NOW, 9).await;
        }
        assert_eq!((ids(&again), again[0].tries), (vec![1], 1));
    }
}
