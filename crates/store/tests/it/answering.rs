//! Webhooks that are asked: where answers are sent, and which policies ask them.

use crate::given::{
    HOUR, NOW, attempt, id, offer, packages as given_packages, pending, put, request, users as given_users, wish,
};
use crate::webhooks::webhook;
use model::answering::{Answering, AskedWebhook, Moment, Silence, ToAsk};
use model::event::{Action, Actor, Event};
use model::limits::ALERT_SUSPECTS_MAX;
use model::request::{Request, State};
use model::role_settings::{PrivilegedKind, RoleSettings};
use model::webhook::{MessageKind, Webhook};
use model::{AnyId, EventId, Span, WebhookId};
use rules::role_settings::{Overrides, overrides};
use store::answering::{self, Address};
use store::webhooks::Planned;
use store::{Fault, Link, Saved, alert_facts, events, packages, policies, requests, role_settings, webhooks};
use testkit::both;

/// The n-th user's request for the first package, which waits for a webhook.
fn waits_for(webhook: WebhookId, n: u128) -> Request {
    let mut waits = request(n, n, 1, State::Answering { asked_at: NOW, answer_by: NOW + HOUR, held: None });
    let (moment, silence) = (Moment::Submitted, Silence::Denies);
    waits.terms.asks = Some(ToAsk { webhook, name: "Licences".to_owned(), moment, minutes: 60, silence });
    waits
}

/// Every function of the topic once, for a request that is there.
pub async fn answering(link: &mut Link) -> Result<(), Fault> {
    let (one, request) = (webhook(100_002), wish(100_001));
    webhooks::insert(link, &one, b"sealed", 0).await?;
    let address = Address { request, webhook: one.id, event: EventId(id(1)) };
    answering::insert(link, &[1; 32], address, NOW).await?;
    answering::was_taken(link, one.id, request).await?;
    answering::waiting(link, one.id).await?;
    assert_eq!(answering::get(link, &[1; 32]).await?, Some(address));
    assert_eq!(answering::get(link, &[2; 32]).await?, None);
    answering::asked_by(link, one.id, 3).await?;
    answering::forget_old(link, NOW - HOUR).await?;
    answering::asked_by_roles(link, one.id, 3).await?;
    answering::forget(link, one.id).await?;
    assert_eq!(answering::get(link, &[1; 32]).await?, None);
    webhooks::delete(link, one.id).await?;
    Ok(())
}

both! {
    async fn a_webhook_comes_back_as_it_is_asked_and_names_the_policies_that_ask_it(test: TestDb) {
        given_packages(&test.db, 1).await;
        attempt(&test.db, async |link| {
            let waits = Some(Answering { minutes: 90, silence: Silence::GoesOn });
            let one = Webhook { answering: waits, ..webhook(1) };
            webhooks::insert(link, &one, b"sealed", 0).await?;
            assert_eq!(webhooks::get(link, one.id).await?.unwrap().webhook, one);
            let told = Webhook { answering: None, version: 2, ..one.clone() };
            assert_eq!(webhooks::update(link, &told, 1).await?, Saved::Yes);
            assert_eq!(webhooks::get(link, one.id).await?.unwrap().webhook, told);
            let package = offer(1);
            let mut policy = packages::policies(link, package).await?.remove(0);
            policy.settings.asks = Some(AskedWebhook { webhook: one.id, moment: Moment::Approved });
            let (_, version) = policies::get(link, package, policy.id).await?.unwrap();
            assert_eq!(policies::update(link, package, &policy, version).await?, Saved::Yes);
            let (by, all) = answering::asked_by(link, one.id, 3).await?;
            assert_eq!((by.len(), by[0].1.as_str(), all), (1, policy.name.as_str(), 1));
            policies::delete(link, policy.id, NOW).await?;
            assert_eq!(answering::asked_by(link, one.id, 3).await?, (Vec::new(), 0));
            webhooks::delete(link, one.id).await?;
            Ok(())
        })
        .await
        .unwrap();
    }

    async fn requests_that_wait_for_a_webhook_are_counted_and_keep_no_other_from_the_alert_that_nobody_decides(test: TestDb) {
        let many = u128::try_from(ALERT_SUSPECTS_MAX).unwrap() + 1;
        given_users(&test.db, many + 1).await;
        given_packages(&test.db, 1).await;
        let asked = webhook(1).id;
        for n in 1..=many {
            put(&test.db, &waits_for(asked, n)).await;
        }
        let undecided = Request { submitted_at: NOW + HOUR, ..request(many + 1, many + 1, 1, pending()) };
        put(&test.db, &undecided).await;
        let mut link = test.db.read().await.unwrap();
        assert_eq!(alert_facts::undecided(&mut link, NOW + HOUR).await.unwrap(), [undecided.id]);
        assert_eq!(answering::waiting(&mut link, asked).await.unwrap(), ALERT_SUSPECTS_MAX as u64 + 1);
        assert_eq!(answering::waiting(&mut link, webhook(2).id).await.unwrap(), 0);
        drop(link);
        let over = Request { state: State::TurnedDown { at: NOW, words: None }, ..waits_for(asked, 1) };
        let saved = attempt(&test.db, async |link| requests::update(link, &over, None).await).await.unwrap();
        assert_eq!(saved, Saved::Yes);
        let mut link = test.db.read().await.unwrap();
        assert_eq!(answering::waiting(&mut link, asked).await.unwrap(), ALERT_SUSPECTS_MAX as u64, "one of them is over");
    }

    async fn an_address_is_forgotten_at_its_end_and_not_before(test: TestDb) {
        given_users(&test.db, 2).await;
        given_packages(&test.db, 1).await;
        let asked = webhook(1).id;
        for n in [1, 2] {
            put(&test.db, &waits_for(asked, n)).await;
        }
        attempt(&test.db, async |link| {
            let address = |n| Address { request: wish(n), webhook: asked, event: EventId(id(n)) };
            answering::insert(link, &[1; 32], address(1), NOW + HOUR).await?;
            answering::insert(link, &[2; 32], address(2), NOW + HOUR + HOUR).await?;
            assert_eq!(answering::forget_old(link, NOW + HOUR - Span(1)).await?, 0);
            assert_eq!(answering::get(link, &[1; 32]).await?, Some(address(1)));
            assert_eq!(answering::forget_old(link, NOW + HOUR).await?, 1);
            assert_eq!(answering::get(link, &[1; 32]).await?, None);
            assert_eq!(answering::get(link, &[2; 32]).await?, Some(address(2)));
            Ok(())
        })
        .await
        .unwrap();
    }

    async fn a_question_was_taken_when_it_was_told_or_its_answer_was_none_and_is_over_when_nobody_needs_the_answer(test: TestDb) {
        given_users(&test.db, 3).await;
        given_packages(&test.db, 1).await;
        let one = webhook(1);
        for n in 1..=3 {
            put(&test.db, &waits_for(one.id, n)).await;
        }
        attempt(&test.db, async |link| {
            webhooks::insert(link, &one, b"sealed", 0).await?;
            let event = |n| EventId(id(0xe000 + n));
            let asked = |n| Event {
                id: event(n),
                at: NOW,
                actor: Actor::System,
                about: Vec::new(),
                action: Action::WebhookAsked { webhook: one.id, name: one.name.clone(), answer_by: NOW + HOUR },
                request: Some(wish(n)),
            };
            events::insert(link, &(1..=3).map(asked).collect::<Vec<_>>()).await?;
            let question =
                |n: u128| Planned { event: event(n), place: n as i64, kind: MessageKind::AnswerWanted, object: wish(n).0 };
            webhooks::plan(link, one.id, &(1..=3).map(question).collect::<Vec<_>>(), NOW).await?;
            webhooks::claim(link, one.id, NOW, NOW + HOUR, 5).await?;
            webhooks::told(link, one.id, &[(event(1), "It answered 200.".to_owned())], NOW).await?;
            webhooks::waits(link, one.id, event(2), NOW, "It answered 503.", None).await?;
            webhooks::waits(link, one.id, event(3), NOW, "It answered 200. It is no answer.", Some(NOW)).await?;
            let mut taken = Vec::new();
            for n in 1..=3 {
                taken.push(answering::was_taken(link, one.id, wish(n)).await?);
            }
            assert_eq!(taken, [true, false, true]);
            assert!(!answering::was_taken(link, webhook(2).id, wish(1)).await?, "another was not asked");
            for n in 1..=3 {
                webhooks::over(link, one.id, event(n), NOW + HOUR).await?;
            }
            let over: Vec<_> = webhooks::messages(link, one.id, i64::MAX, 5).await?.iter().map(|one| (one.due_at, one.over_at)).collect();
            assert_eq!(over, [(None, Some(NOW + HOUR)), (None, Some(NOW + HOUR)), (None, None)], "what was told stays told");
            assert!(answering::was_taken(link, one.id, wish(3)).await?);
            assert!(webhooks::again(link, one.id, event(3), NOW).await? && webhooks::give_up(link, one.id, event(3)).await?);
            assert_eq!(webhooks::messages(link, one.id, i64::MAX, 1).await?[0].over_at, None, "it is given up");
            Ok(())
        })
        .await
        .unwrap();
    }

    async fn settings_of_roles_say_which_webhook_they_ask_until_they_ask_none(test: TestDb) {
        attempt(&test.db, async |link| {
            let one = Webhook { answering: Some(Answering { minutes: 90, silence: Silence::GoesOn }), ..webhook(1) };
            webhooks::insert(link, &one, b"sealed", 0).await?;
            let asks = Some(AskedWebhook { webhook: one.id, moment: Moment::Submitted });
            let template = RoleSettings { asks, ..RoleSettings::default() };
            let kept = overrides(&RoleSettings::default(), &template);
            assert_eq!(role_settings::save_template(link, PrivilegedKind::GroupOwner, &kept, 0).await?, Saved::Yes);
            let of_role = PrivilegedKind::DirectoryRole.of(id(7));
            assert_eq!(role_settings::save(link, of_role, &kept, 0).await?, Saved::Yes);
            // Whoever inherits it is no row of its own.
            let inherits = PrivilegedKind::GroupOwner.of(id(8));
            assert_eq!(role_settings::get(link, inherits).await?.settings.asks, asks);
            let (by, all) = answering::asked_by_roles(link, one.id, 3).await?;
            assert_eq!((by, all), (vec![PrivilegedKind::GroupOwner.of(AnyId::nil()), of_role], 2));
            assert_eq!(answering::asked_by_roles(link, one.id, 1).await?.0.len(), 1);
            assert_eq!(role_settings::save(link, of_role, &Overrides::new(), 1).await?, Saved::Yes);
            // An own *none* beats the template.
            let none = overrides(&template, &RoleSettings::default());
            assert_eq!(role_settings::save(link, inherits, &none, 0).await?, Saved::Yes);
            assert_eq!(role_settings::get(link, inherits).await?.settings.asks, None);
            assert_eq!(answering::asked_by_roles(link, one.id, 3).await?.1, 1);
            Ok(())
        })
        .await
        .unwrap();
    }
}
