//! Webhooks that are asked: where answers are sent, and which policies ask them.

use crate::given::{NOW, attempt, id, offer, packages as given_packages, wish};
use crate::webhooks::webhook;
use model::EventId;
use model::answering::{Answering, AskedWebhook, Moment, Silence};
use model::webhook::Webhook;
use store::answering::{self, Address};
use store::{Fault, Link, Saved, packages, policies, webhooks};
use testkit::both;

/// Every function of the topic once, for a request that is there.
pub async fn answering(link: &mut Link) -> Result<(), Fault> {
    let (one, request) = (webhook(100_002), wish(100_001));
    webhooks::insert(link, &one, b"sealed", 0).await?;
    let address = Address { request, webhook: one.id, event: EventId(id(1)) };
    answering::insert(link, &[([1; 32], address)]).await?;
    assert_eq!(answering::get(link, &[1; 32]).await?, Some(address));
    assert_eq!(answering::get(link, &[2; 32]).await?, None);
    answering::asked_by(link, one.id, 3).await?;
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
}
