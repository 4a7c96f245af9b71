//! Webhooks, and what they are told.

use crate::given::{HOUR, NOW, attempt, id, person};
use model::event::{Action, Actor, Event};
use model::webhook::{MessageKind, Webhook};
use model::{EventId, WebhookId};
use std::collections::BTreeSet;
use store::webhooks::Planned;
use store::{Fault, Link, Saved, events, webhooks};
use testkit::both;

pub fn webhook(n: u128) -> Webhook {
    Webhook {
        id: WebhookId(id(800_000 + n)),
        name: format!("Hook {n}"),
        url: "https://hooks.example.com".to_owned(),
        kinds: BTreeSet::from([MessageKind::RoleGranted]),
        answering: None,
        enabled: true,
        created_at: NOW,
        version: 1,
    }
}

fn event(n: u128) -> EventId {
    EventId(id(810_000 + n))
}

/// The n-th event is about the n-th object of three.
fn planned(n: u128) -> Planned {
    let place = i64::try_from(n).unwrap();
    Planned { event: event(n), place, kind: MessageKind::RoleGranted, object: id(820_000 + n % 3) }
}

async fn happened(link: &mut Link, all: impl Iterator<Item = u128>) -> Result<(), Fault> {
    let event = |n| Event {
        id: event(n),
        at: NOW,
        actor: Actor::System,
        about: Vec::new(),
        action: Action::SignedOut { user: person(100_001) },
        request: None,
    };
    events::insert(link, &all.map(event).collect::<Vec<_>>()).await
}

/// Every function of the topic once.
pub async fn webhooks(link: &mut Link) -> Result<(), Fault> {
    let one = webhook(100_001);
    happened(link, 100_001..100_003).await?;
    events::several(link, &[event(100_001).0]).await?;
    webhooks::insert(link, &one, b"sealed", 0).await?;
    webhooks::list(link).await?;
    webhooks::get(link, one.id).await?;
    webhooks::waiting(link).await?;
    assert_eq!(webhooks::update(link, &one, 1).await?, Saved::Yes);
    webhooks::set_secret(link, one.id, b"new", Some((b"sealed", NOW))).await?;
    webhooks::to_do(link, NOW).await?;
    webhooks::place(link, one.id).await?;
    webhooks::place_before(link, NOW).await?;
    webhooks::set_place(link, one.id, 7).await?;
    webhooks::plan(link, one.id, &[planned(100_001), planned(100_002)], NOW).await?;
    webhooks::claim(link, one.id, NOW, NOW + HOUR, 5).await?;
    webhooks::release(link, one.id, event(100_001), NOW).await?;
    webhooks::waits(link, one.id, event(100_001), NOW, "It answered 400.", None).await?;
    webhooks::over(link, one.id, event(100_002), NOW).await?;
    webhooks::told(link, one.id, &[(event(100_001), "It answered 200.".to_owned())], NOW).await?;
    webhooks::server_waits(link, one.id, 1, NOW, "It is down.").await?;
    webhooks::server_takes(link, one.id).await?;
    webhooks::give_up(link, one.id, event(100_002)).await?;
    webhooks::again(link, one.id, event(100_002), NOW).await?;
    webhooks::messages(link, one.id, i64::MAX, 5).await?;
    webhooks::delete(link, one.id).await?;
    Ok(())
}

both! {
    async fn of_each_object_the_first_message_is_taken_and_the_next_when_that_one_was_told(test: TestDb) {
        attempt(&test.db, async |link| {
            let one = webhook(1).id;
            happened(link, 1..8).await?;
            webhooks::insert(link, &webhook(1), b"sealed", 0).await?;
            webhooks::plan(link, one, &(1..8).map(planned).collect::<Vec<_>>(), NOW).await?;
            assert_eq!(webhooks::to_do(link, NOW).await?, [(one, false, true)]);
            let mut taken = webhooks::claim(link, one, NOW, NOW + HOUR, 50).await?;
            taken.sort_by_key(|one| one.event);
            assert_eq!(taken.iter().map(|one| (one.event, one.tries)).collect::<Vec<_>>(), [(event(1), 1), (event(2), 1), (event(3), 1)]);
            assert!(webhooks::claim(link, one, NOW, NOW + HOUR, 50).await?.is_empty(), "they are taken, and the others wait for them");
            webhooks::told(link, one, &[(event(2), "It answered 200.".to_owned())], NOW).await?;
            webhooks::waits(link, one, event(1), NOW + HOUR, "It answered 400.", None).await?;
            let taken = webhooks::claim(link, one, NOW, NOW + HOUR, 50).await?;
            assert_eq!(taken.iter().map(|one| one.event).collect::<Vec<_>>(), [event(5)], "only what the told one was in front of");
            assert!(webhooks::give_up(link, one, event(1)).await?);
            assert!(!webhooks::give_up(link, one, event(1)).await?, "it does not wait any more");
            let taken = webhooks::claim(link, one, NOW, NOW + HOUR, 50).await?;
            assert_eq!(taken.iter().map(|one| one.event).collect::<Vec<_>>(), [event(4)]);
            let mut late = webhooks::claim(link, one, NOW + HOUR, NOW + HOUR + HOUR, 50).await?;
            late.sort_by_key(|one| one.event);
            let late: Vec<_> = late.iter().map(|one| (one.event, one.tries)).collect();
            assert_eq!(late, [(event(3), 2), (event(4), 2), (event(5), 2)], "whoever took them vanished");
            Ok(())
        })
        .await
        .unwrap();
    }

    async fn what_was_told_or_given_up_waits_again_when_it_is_planned_again_and_what_waits_stays(test: TestDb) {
        attempt(&test.db, async |link| {
            let one = webhook(1).id;
            happened(link, 1..4).await?;
            webhooks::insert(link, &webhook(1), b"sealed", 0).await?;
            let all: Vec<Planned> = (1..4).map(planned).collect();
            webhooks::plan(link, one, &all, NOW).await?;
            webhooks::claim(link, one, NOW, NOW + HOUR, 50).await?;
            webhooks::told(link, one, &[(event(1), "It answered 200.".to_owned())], NOW).await?;
            webhooks::give_up(link, one, event(2)).await?;
            assert_eq!(webhooks::waiting(link).await?, [(one, 1)].into());
            webhooks::plan(link, one, &all, NOW).await?;
            let found = webhooks::messages(link, one, i64::MAX, 50).await?;
            let states: Vec<_> = found.iter().map(|message| (message.place, message.due_at, message.tries)).collect();
            assert_eq!(states, [(3, Some(NOW + HOUR), 1), (2, Some(NOW), 0), (1, Some(NOW), 0)]);
            assert!(found.iter().all(|message| message.told_at.is_none()));
            assert_eq!(webhooks::messages(link, one, 3, 1).await?.len(), 1, "page by page");
            assert_eq!(webhooks::delete(link, one).await?, 3);
            Ok(())
        })
        .await
        .unwrap();
    }

    async fn a_server_that_is_down_has_nothing_due_until_it_is_asked_again(test: TestDb) {
        attempt(&test.db, async |link| {
            let one = webhook(1).id;
            happened(link, 1..2).await?;
            webhooks::insert(link, &webhook(1), b"sealed", 0).await?;
            webhooks::plan(link, one, &[planned(1)], NOW).await?;
            webhooks::server_waits(link, one, 3, NOW + HOUR, "It is down.").await?;
            assert_eq!(webhooks::to_do(link, NOW).await?, [(one, false, false)]);
            assert_eq!(webhooks::to_do(link, NOW + HOUR).await?, [(one, false, true)]);
            let off = Webhook { enabled: false, version: 2, ..webhook(1) };
            assert_eq!(webhooks::update(link, &off, 5).await?, Saved::Stale);
            assert_eq!(webhooks::update(link, &off, 1).await?, Saved::Yes);
            assert!(webhooks::to_do(link, NOW + HOUR).await?.is_empty() && webhooks::place(link, one).await?.is_none());
            let stored = webhooks::get(link, one).await?.unwrap();
            assert!(stored.webhook == off && stored.tries == 0 && stored.fault.is_none() && stored.secret == b"sealed");
            Ok(())
        })
        .await
        .unwrap();
    }
}
