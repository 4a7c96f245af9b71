//! Webhooks: servers of others follow what is given, changed and taken away, whatever happens to them or to us.

use crate::given::{ADMIN, gets_admin};
use model::command::{Command, Done, Secret};
use model::directory::Principal;
use model::view::webhook::MessageState;
use model::webhook::{MessageKind, Replayed, SaveWebhook};
use model::{GroupId, Span, UserId, WebhookId, query};
use std::collections::BTreeMap;
use testkit::{Heard, Receiver, World, both, refused};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn asked(url: &str) -> SaveWebhook {
    SaveWebhook {
        webhook: None,
        version: 0,
        name: "Clean-up".to_owned(),
        url: url.to_owned(),
        kinds: MessageKind::TOLD.into(),
        answering: None,
        secret: Some(Secret(SECRET.to_owned())),
    }
}

async fn made(world: &World, receiver: &Receiver) -> WebhookId {
    match world.console(Command::SaveWebhook(asked(&receiver.url))).await {
        Done::WebhookSaved { webhook, .. } => webhook,
        done => panic!("{done:?}"),
    }
}

/// The kinds of the messages, in their order.
fn kinds(heard: &[Heard]) -> Vec<String> {
    heard.iter().map(|one| text(one, "\"type\":\"")).collect()
}

/// What stands in a body after these characters, up to the next quotation mark.
fn text(heard: &Heard, after: &str) -> String {
    let (_, rest) = heard.body.split_once(after).unwrap_or_else(|| panic!("{after} is not in {}", heard.body));
    rest.split('"').next().unwrap().to_owned()
}

async fn adds(world: &World, group: GroupId, user: UserId) {
    world.console(Command::AddMember { group, principal: Principal::User(user), as_owner: false }).await;
}

async fn removes(world: &World, group: GroupId, user: UserId) {
    world.console(Command::RemoveMember { group, principal: Principal::User(user), as_owner: false }).await;
}

/// How many messages wait, and why nothing is told.
async fn waiting(world: &World, webhook: WebhookId) -> (u64, Option<String>) {
    let morgan = world.person("morgan").await;
    let row = morgan.asks(query::Webhook { webhook, after: None }).await.unwrap().row;
    (row.waiting, row.fault.map(|(why, _)| why))
}

both! {
    async fn only_global_administrators_say_who_is_told_and_nobody_reads_the_secret(test: TestDb) {
        let world = World::demo(test).await;
        let receiver = Receiver::start().await;
        let [alex, tomas, morgan] = world.people(["alex", "tomas", "morgan"]).await;
        for nobody in [&alex, &tomas] {
            assert_eq!(refused(nobody.submits(Command::SaveWebhook(asked(&receiver.url))).await).code(), "not_found");
            assert_eq!(refused(nobody.asks(query::Webhooks {}).await).code(), "not_found");
            assert_eq!(refused(nobody.asks(query::OfferedSecret {}).await).code(), "not_found");
        }
        let Done::WebhookSaved { webhook, .. } = morgan.submits(Command::SaveWebhook(asked(&receiver.url))).await.unwrap() else {
            panic!("it was saved")
        };
        assert_eq!(refused(morgan.submits(Command::WebhookGone { webhook }).await).code(), "not_found", "only its server says so");
        for command in [
            Command::SetWebhookEnabled { webhook, enabled: false },
            Command::DeleteWebhook { webhook, seen: 9 },
            Command::ReplayWebhook { webhook, what: Replayed::Since(world.now()) },
        ] {
            assert_eq!(refused(tomas.submits(command).await).code(), "not_found");
        }
        assert_eq!(refused(tomas.asks(query::WebhookTest { webhook }).await).code(), "not_found");
        let one = morgan.asks(query::Webhook { webhook, after: None }).await.unwrap();
        assert!(!format!("{one:?}").contains(SECRET) && one.may_change && one.messages.is_empty());
        let history = format!("{:?}", world.history_about(webhook.0).await);
        assert!(history.contains("webhook") && !history.contains(SECRET), "{history}");
        let test = morgan.asks(query::WebhookTest { webhook }).await.unwrap();
        assert!(test.good && test.steps.len() == 2, "{test:?}");
        assert_eq!(kinds(&receiver.heard()), ["test"]);
    }

    async fn a_package_is_told_when_it_is_given_and_when_it_ends_with_everything_that_came_with_it(test: TestDb) {
        let world = World::demo(test).await;
        let receiver = Receiver::start().await;
        let webhook = made(&world, &receiver).await;
        let alex = world.person("alex").await;
        gets_admin(&world, &alex).await;
        let mut given = receiver.heard();
        // They are about two things, so either may be first.
        given.sort_by_key(|one| std::cmp::Reverse(text(one, "\"type\":\"")));
        assert_eq!(kinds(&given), ["role_assignment.granted", "package_assignment.granted"]);
        for (one, names) in [(&given[0], "Global Admins JIT"), (&given[1], ADMIN)] {
            for said in [names, "\"display_name\":\"Alex", "\"ended_at\":null", &alex.id.to_string()] {
                assert!(one.body.contains(said), "“{said}” is missing in {}", one.body);
            }
            assert!(!one.body.contains("mail flow"), "what people wrote is for whoever decides: {}", one.body);
            let (id, time) = (&one.headers["webhook-id"], &one.headers["webhook-timestamp"]);
            assert_eq!(one.headers["webhook-signature"], auth::webhook::signature(&[SECRET], id, time.parse().unwrap(), &one.body).unwrap());
            assert_eq!(time, &(world.now().0 / 1_000).to_string());
        }
        world.passes(Span::hours(4)).await;
        let ended = receiver.heard();
        let mut told = kinds(&ended);
        told.sort();
        assert_eq!(told, ["package_assignment.removed", "role_assignment.removed"]);
        for one in &ended {
            assert_eq!(text(one, "\"reason\":\""), if one.body.contains("package_assignment") { "expired" } else { "package_ended" });
            assert!(given.iter().any(|given| text(given, "\"assignment\":\"") == text(one, "\"assignment\":\"")));
        }
        world.passes(Span::hours(1)).await;
        assert!(receiver.heard().is_empty(), "everything was told once");
        assert_eq!(waiting(&world, webhook).await, (0, None));
    }

    async fn a_server_that_is_down_misses_nothing_and_gets_it_in_order(test: TestDb) {
        let world = World::demo(test).await;
        let receiver = Receiver::start().await;
        let webhook = made(&world, &receiver).await;
        let [alex, bianca] = world.people(["alex", "bianca"]).await;
        let desk = world.makes_group("Night desk").await;
        receiver.answers(|_| (503, "retry-after: 60\r\n".to_owned()));
        for user in [alex.id, bianca.id] {
            adds(&world, desk, user).await;
        }
        world.settle().await;
        assert_eq!(receiver.heard().len(), 2, "both were on their way");
        assert_eq!(waiting(&world, webhook).await, (2, Some("It answered 503.".to_owned())));
        removes(&world, desk, alex.id).await;
        world.settle().await;
        assert!(receiver.heard().is_empty(), "it asked to be left alone");
        world.passes(Span::seconds(61)).await;
        assert_eq!(receiver.heard().len(), 2, "what follows waits for what is before it");
        // It hangs up without an answer, and then it is back.
        receiver.answers(|_| (0, String::new()));
        world.passes(Span::minutes(2)).await;
        assert!(waiting(&world, webhook).await.1.unwrap().contains("broke its answer off"));
        receiver.heard();
        receiver.answers(|_| (204, String::new()));
        world.passes(Span::minutes(15)).await;
        let told = receiver.heard();
        assert_eq!(told.len(), 3);
        let mut of_alex = told.iter().filter(|one| one.body.contains(&alex.id.to_string()));
        assert!(of_alex.next().unwrap().body.contains("role_assignment.granted"));
        assert!(of_alex.next().unwrap().body.contains("role_assignment.removed"));
        assert_eq!(waiting(&world, webhook).await, (0, None));
    }

    async fn a_message_that_is_not_taken_holds_up_only_what_is_about_the_same_thing_until_it_is_given_up(test: TestDb) {
        let world = World::demo(test).await;
        let receiver = Receiver::start().await;
        let webhook = made(&world, &receiver).await;
        let [alex, bianca, morgan] = world.people(["alex", "bianca", "morgan"]).await;
        let desk = world.makes_group("Night desk").await;
        let poison = alex.id.to_string();
        receiver.answers(move |heard| if heard.body.contains(&poison) && heard.body.contains("granted") { (400, String::new()) } else { (200, String::new()) });
        for user in [alex.id, bianca.id] {
            adds(&world, desk, user).await;
        }
        world.settle().await;
        for user in [alex.id, bianca.id] {
            removes(&world, desk, user).await;
        }
        world.settle().await;
        let (mut of_alex, mut of_bianca) = (0, 0);
        for one in receiver.heard() {
            of_alex += usize::from(one.body.contains(&alex.id.to_string()));
            of_bianca += usize::from(one.body.contains(&bianca.id.to_string()));
        }
        assert_eq!((of_alex, of_bianca), (1, 2));
        assert_eq!(waiting(&world, webhook).await, (2, None), "the server itself is well");
        let delete = |seen| Command::DeleteWebhook { webhook, seen };
        assert_eq!(refused(morgan.submits(delete(1)).await).code(), "webhook_has_messages");
        let all = morgan.asks(query::Webhook { webhook, after: None }).await.unwrap().messages;
        let stuck = all.iter().find(|one| matches!(one.state, MessageState::Waiting { tries: 1, .. })).unwrap();
        assert_eq!(stuck.answer.as_deref(), Some("It answered 400."));
        let give_up = Command::GiveUpMessage { webhook, event: stuck.event };
        morgan.submits(give_up.clone()).await.unwrap();
        assert_eq!(refused(morgan.submits(give_up).await).code(), "not_found");
        world.settle().await;
        assert_eq!(kinds(&receiver.heard()), ["role_assignment.removed"]);
        morgan.submits(Command::ReplayWebhook { webhook, what: Replayed::Message(stuck.event) }).await.unwrap();
        world.settle().await;
        assert_eq!(kinds(&receiver.heard()), ["role_assignment.granted"], "told again on demand");
        morgan.submits(delete(1)).await.unwrap();
        assert_eq!(refused(morgan.asks(query::Webhook { webhook, after: None }).await).code(), "not_found");
    }

    async fn a_server_that_wants_no_more_is_switched_off_and_told_everything_when_it_is_switched_on_again(test: TestDb) {
        let world = World::demo(test).await;
        let receiver = Receiver::start().await;
        let webhook = made(&world, &receiver).await;
        let [alex, bianca, morgan] = world.people(["alex", "bianca", "morgan"]).await;
        let desk = world.makes_group("Night desk").await;
        receiver.answers(|_| (410, String::new()));
        adds(&world, desk, alex.id).await;
        world.settle().await;
        assert!(!morgan.asks(query::Webhooks {}).await.unwrap().rows[0].webhook.enabled);
        adds(&world, desk, bianca.id).await;
        world.passes(Span::hours(1)).await;
        assert_eq!(receiver.heard().len(), 1);
        receiver.answers(|_| (200, String::new()));
        morgan.submits(Command::SetWebhookEnabled { webhook, enabled: true }).await.unwrap();
        world.settle().await;
        assert_eq!(receiver.heard().len(), 2);
        let codes: Vec<_> = world.history_about(webhook.0).await.iter().map(|event| event.action.code()).collect();
        assert_eq!(codes, ["webhook_changed", "webhook_changed", "webhook_created"]);
    }

    async fn what_happened_since_a_moment_is_told_again_with_the_same_ids_and_a_new_secret_signs_beside_the_old(test: TestDb) {
        let world = World::demo(test).await;
        let receiver = Receiver::start().await;
        let [alex, bianca, morgan] = world.people(["alex", "bianca", "morgan"]).await;
        let desk = world.makes_group("Night desk").await;
        adds(&world, desk, alex.id).await;
        world.passes(Span::hours(1)).await;
        let since = world.now();
        let webhook = made(&world, &receiver).await;
        adds(&world, desk, bianca.id).await;
        world.settle().await;
        let first = receiver.heard();
        assert_eq!(first.len(), 1, "from when it was made");
        let replay = |since| Command::ReplayWebhook { webhook, what: Replayed::Since(since) };
        assert_eq!(refused(morgan.submits(replay(since + Span::hours(9))).await).code(), "malformed");
        morgan.submits(replay(since)).await.unwrap();
        world.settle().await;
        let again = receiver.heard();
        assert_eq!(again.iter().map(|one| &one.headers["webhook-id"]).collect::<Vec<_>>(), [&first[0].headers["webhook-id"]]);
        morgan.submits(replay(since - Span::hours(2))).await.unwrap();
        world.settle().await;
        assert!(receiver.heard().len() > 1, "what was before it was made, too");

        let other = format!("whsec_{}", "QUJD".repeat(11));
        let version = morgan.asks(query::Webhook { webhook, after: None }).await.unwrap().row.webhook.version;
        let secret = Some(Secret(other.clone()));
        let anew = SaveWebhook { webhook: Some(webhook), version, secret, ..asked(&receiver.url) };
        morgan.submits(Command::SaveWebhook(anew)).await.unwrap();
        for (wait, secrets) in [(Span::hours(23), vec![other.as_str(), SECRET]), (Span::hours(2), vec![other.as_str()])] {
            world.passes(wait).await;
            morgan.asks(query::WebhookTest { webhook }).await.unwrap();
            let heard = receiver.heard();
            let one = heard.last().unwrap();
            let (id, time) = (&one.headers["webhook-id"], one.headers["webhook-timestamp"].parse().unwrap());
            assert_eq!(one.headers["webhook-signature"], auth::webhook::signature(&secrets, id, time, &one.body).unwrap());
        }
    }

    async fn a_server_of_ours_that_vanishes_in_the_middle_loses_no_message_and_two_tell_none_twice(test: TestDb) {
        let world = World::demo(test).await;
        let receiver = Receiver::start().await;
        let webhook = made(&world, &receiver).await;
        let alex = world.person("alex").await;
        let desk = world.makes_group("Night desk").await;
        adds(&world, desk, alex.id).await;
        // Another server took it, and is gone before it could say what came of it.
        let vanished = world.second_server().await;
        vanished.settle().await.unwrap();
        let told = receiver.heard();
        assert_eq!(told.len(), 1);
        world.settle().await;
        assert!(receiver.heard().is_empty(), "it was told already");
        let mut link = world.db().begin().await.unwrap();
        let event = store::webhooks::messages(&mut link, webhook, i64::MAX, 1).await.unwrap()[0].event;
        store::webhooks::again(&mut link, webhook, event, world.now()).await.unwrap();
        let claimed = store::webhooks::claim(&mut link, webhook, world.now(), world.now() + Span::seconds(60), 5).await.unwrap();
        assert_eq!(claimed.len(), 1);
        link.commit().await.unwrap();
        world.restart();
        world.settle().await;
        assert!(receiver.heard().is_empty(), "somebody else has it");
        world.passes(Span::seconds(61)).await;
        let ids: BTreeMap<String, usize> = receiver.heard().iter().map(|one| (one.headers["webhook-id"].clone(), 1)).collect();
        assert_eq!(ids.into_keys().collect::<Vec<_>>(), [told[0].headers["webhook-id"].clone()]);
    }

    async fn a_message_that_cannot_be_written_waits_with_why_and_keeps_no_other_waiting(test: TestDb) {
        let world = World::demo(test).await;
        let receiver = Receiver::start().await;
        let webhook = made(&world, &receiver).await;
        let [alex, bianca, morgan] = world.people(["alex", "bianca", "morgan"]).await;
        let desk = world.makes_group("Night desk").await;
        receiver.answers(|_| (503, String::new()));
        adds(&world, desk, alex.id).await;
        world.settle().await;
        assert_eq!(receiver.heard().len(), 1);
        let mut link = world.db().begin().await.unwrap();
        let sql = "update events set document = '{}' where id in (select event_id from webhook_messages where due_at is not null)";
        store::events::forge(&mut link, sql).await.unwrap();
        link.commit().await.unwrap();
        receiver.answers(|_| (200, String::new()));
        // It is alone in its batch, and then one of many.
        world.passes(Span::minutes(15)).await;
        assert!(receiver.heard().is_empty());
        let only = morgan.asks(query::Webhook { webhook, after: None }).await.unwrap().messages.remove(0);
        assert!(matches!(only.state, MessageState::Waiting { .. }), "{only:?}");
        assert_eq!(only.answer.as_deref(), Some("It was not sent, because something broke here."));
        assert_eq!(waiting(&world, webhook).await, (1, None), "the server itself is well");
        adds(&world, desk, bianca.id).await;
        world.passes(Span::minutes(15)).await;
        assert_eq!(receiver.heard().len(), 1);
        morgan.submits(Command::GiveUpMessage { webhook, event: only.event }).await.unwrap();
        assert_eq!(waiting(&world, webhook).await, (0, None));
    }
}
