//! Webhooks that are asked: where answers are sent, and which policies ask them.

use crate::given::{NOW, attempt, id, offer, packages as given_packages, wish};
use crate::webhooks::webhook;
use model::answering::{Answering, AskedWebhook, Moment, Silence};
use model::role_settings::{PrivilegedKind, RoleSettings};
use model::webhook::Webhook;
use model::{AnyId, EventId};
use rules::role_settings::{Overrides, overrides};
use store::answering::{self, Address};
use store::{Fault, Link, Saved, packages, policies, role_settings, webhooks};
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
