//! Letters: sent after the change is durable, at least once, never twice the same, and never in anybody's way.

use crate::given::{ROLE, asks_for_admin, gets_admin};
use model::Span;
use model::limits::{CLAIM_SECONDS, RETRY_FIRST_SECONDS, RETRY_MAX_SECONDS};
use testkit::{World, both};

both! {
    async fn regression_13_mail_that_fails_leaves_delivered_what_is_delivered(test: TestDb) {
        let world = World::demo(test).await;
        let alex = world.person("alex").await;
        world.mail_fails();
        let request = gets_admin(&world, &alex).await;
        let page = alex.sees_request(request).await.unwrap();
        assert_eq!(page.badge.word, "Delivered");
        assert!(alex.holds(ROLE).await);
        assert!(world.letters_wait().await);
        world.is_whole(&[&alex]).await;
        world.passes(Span::hours(4)).await;
        assert!(!alex.holds(ROLE).await, "and ends what ends");
        world.mail_works();
        world.passes(Span::hours(1)).await;
        assert_eq!(world.subjects_to("alex").await, ["Approved", "You now have access", "Access has ended"]);
        assert!(!world.letters_wait().await);
    }

    async fn a_letter_is_tried_again_with_longer_and_longer_waits_until_it_is_sent(test: TestDb) {
        let world = World::demo(test).await;
        let alex = world.person("alex").await;
        world.mail_fails();
        let made_at = world.now();
        asks_for_admin(&alex).await;
        world.settle().await;
        // Tries at 0 s, 5 s, 15 s, 35 s, 75 s, …: each wait is twice the one before.
        let mut wait = RETRY_FIRST_SECONDS;
        for _ in 0..4 {
            world.passes(Span::seconds(wait)).await;
            wait *= 2;
        }
        world.mail_works();
        world.passes(Span(Span::seconds(wait).0 - 1)).await;
        assert!(world.letters_to("miriam").await.is_empty(), "its time has not come");
        world.passes(Span(1)).await;
        let letters = world.letters_to("miriam").await;
        assert_eq!(letters.len(), 1);
        assert_eq!(letters[0].at, made_at, "it bears the time at which it was made");
        world.passes(Span::days(1)).await;
        assert_eq!(world.letters_to("miriam").await.len(), 2, "the reminder came, the letter came once");
    }

    async fn the_wait_has_a_limit_and_there_is_no_last_try(test: TestDb) {
        let world = World::demo(test).await;
        let nils = world.person("nils.partner").await;
        world.mail_fails();
        nils.requests("Partner document room").because("Offer.").await.unwrap();
        world.settle().await;
        for _ in 0..60 {
            world.passes(Span::seconds(RETRY_MAX_SECONDS)).await;
        }
        assert!(world.letters_wait().await);
        world.mail_works();
        world.passes(Span::seconds(RETRY_MAX_SECONDS)).await;
        assert_eq!(world.subjects_to("nils.partner").await, ["You now have access"]);
    }

    async fn a_server_that_dies_between_sending_and_noting_sends_the_same_message_again(test: TestDb) {
        let world = World::demo(test).await;
        let alex = world.person("alex").await;
        asks_for_admin(&alex).await;
        // Let the worker's step run out of statements after n of them, until the letter is out but not noted.
        let mut statements = 1;
        let first = loop {
            world.db().fail_after(Some(statements));
            let died = world.engine().settle().await.is_err();
            world.restart();
            let letters = world.letters_to("miriam").await;
            if !letters.is_empty() {
                assert!(died && world.letters_wait().await, "it was sent and not noted");
                break letters;
            }
            world.time_goes_by(Span::seconds(CLAIM_SECONDS));
            statements += 1;
        };
        world.passes(Span::seconds(CLAIM_SECONDS)).await;
        assert_eq!(world.letters_to("miriam").await, first, "the same message, with the same id and time");
        assert!(!world.letters_wait().await);
    }

    async fn letters_go_to_the_address_of_the_moment_they_are_sent(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, alex, miriam] = world.people(["morgan", "alex", "miriam"]).await;
        asks_for_admin(&alex).await;
        morgan.edits(&miriam, |form| form.mail = "support.lead@harbour.example".into()).await.unwrap();
        world.settle().await;
        assert_eq!(world.subjects_to("support.lead").await, ["Decide"]);
        assert!(world.letters_to("miriam").await.is_empty());
    }

    async fn somebody_without_an_address_keeps_no_letter_waiting(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, alex, miriam] = world.people(["morgan", "alex", "miriam"]).await;
        morgan.edits(&miriam, |form| form.mail = String::new()).await.unwrap();
        let request = asks_for_admin(&alex).await;
        world.settle().await;
        assert!(!world.letters_wait().await);
        assert!(miriam.sees_in_inbox(request).await, "the page asks all the same");
    }

    async fn a_letter_that_cannot_be_read_is_refused_with_why_and_keeps_no_other_waiting(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, nils] = world.people(["alex", "nils.partner"]).await;
        nils.requests("Partner document room").because("Offer.").await.unwrap();
        world.time_goes_by(Span::seconds(1));
        asks_for_admin(&alex).await;
        world.a_letter_breaks().await;
        world.settle().await;
        assert_eq!(world.subjects_to("miriam").await, ["Decide"]);
        assert!(world.letters_to("nils.partner").await.is_empty());
        let refused = world.refused_letters().await;
        assert!(refused.len() == 1 && refused[0].contains("cannot read") && refused[0].contains("unheard_of"), "{refused:?}");
        assert!(!world.letters_wait().await);
    }
}
