//! Time that passes while a request waits.

use crate::given::{REPORTING, asks_for_admin, one_stage};
use model::{Refusal, Span};
use testkit::{Offer, Staged, World, both, refused, stage};

both! {
    async fn a_window_that_runs_out_expires_the_request_which_is_not_a_denial(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, miriam] = world.people(["alex", "miriam"]).await;
        let request = asks_for_admin(&alex).await;
        let decide_by = world.now() + Span::days(2);
        world.passes(Span(Span::days(2).0 - 1)).await;
        assert!(miriam.sees_in_inbox(request).await);
        world.passes(Span(1)).await;
        assert!(!miriam.sees_in_inbox(request).await);
        let page = alex.sees_request(request).await.unwrap();
        assert_eq!(page.badge.word, "Expired");
        assert!(page.summary.contains("not a denial") && page.again);
        assert_eq!(world.subjects_to("alex").await, ["Not decided in time"]);
        assert_eq!(world.subjects_to("miriam").await, ["Decide", "Reminder", "Expired"]);
        let late = refused(miriam.approves(request, "Late.").await);
        assert!(matches!(&late, Refusal::AlreadySettled { outcome: "Expired", by: None, at } if *at == decide_by), "{late:?}");
        assert_eq!(refused(alex.cancels(request, "Late.").await), Refusal::NotOpen { outcome: "Expired" });
        asks_for_admin(&alex).await;
        world.is_whole(&[&alex]).await;
    }

    async fn the_second_stage_has_a_window_of_its_own_and_may_run_out(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, miriam] = world.people(["alex", "miriam"]).await;
        let request = asks_for_admin(&alex).await;
        world.passes(Span::hours(47)).await;
        miriam.approves(request, "Nearly late.").await.unwrap();
        world.passes(Span::hours(47)).await;
        assert_eq!(alex.sees_request(request).await.unwrap().badge.word, "Pending approval");
        world.passes(Span::hours(1)).await;
        assert_eq!(alex.sees_request(request).await.unwrap().badge.word, "Expired");
        assert!(world.subjects_to("bianca").await.contains(&"Expired".to_owned()));
        assert!(
            world.subjects_to("miriam").await.contains(&"Expired".to_owned()),
            "who approved is told that it came to nothing"
        );
        assert!(!alex.holds(crate::given::ROLE).await);
        world.is_whole(&[&alex]).await;
    }

    async fn a_reminder_goes_at_half_of_the_window_to_those_who_have_not_decided(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, helga, omar, sofia] = world.people(["alex", "helga", "omar", "sofia"]).await;
        let group = world.makes_group("Two of three").await;
        let three = [(&helga).into(), (&omar).into(), (&sofia).into()];
        world.offers(Offer::new("Two of three", group, [stage(three).quorum(2)])).await;
        let request = alex.requests("Two of three").because("Remind them.").await.unwrap();
        helga.approves(request, "First.").await.unwrap();
        world.passes(Span(Span::days(1).0 - 1)).await;
        assert_eq!(world.subjects_to("omar").await, ["Decide"]);
        world.passes(Span(1)).await;
        world.passes(Span::hours(1)).await;
        assert_eq!(world.subjects_to("helga").await, ["Decide"]);
        for who in ["omar", "sofia"] {
            assert_eq!(world.subjects_to(who).await, ["Decide", "Reminder"], "once, to {who}");
        }
        let reminded = world.story_of(request).await.into_iter().filter(|code| *code == "approvers_reminded").count();
        assert_eq!(reminded, 1);
    }

    async fn a_server_that_slept_through_everything_does_the_latest_and_tells_no_old_news(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, helga, omar] = world.people(["alex", "helga", "omar"]).await;
        let group = world.makes_group("Asleep").await;
        world.offers(Offer::new("Asleep", group, [stage([(&helga).into()]).escalating(60, [(&omar).into()])])).await;
        let request = alex.requests("Asleep").because("Weekend.").await.unwrap();
        world.settle().await;
        world.passes(Span::days(30)).await;
        assert_eq!(world.story_of(request).await, ["request_submitted", "stage_opened", "stage_expired"]);
        assert_eq!(world.subjects_to("helga").await, ["Decide", "Expired"]);
        assert!(world.subjects_to("omar").await.is_empty(), "nobody is asked about what is over");
        world.is_whole(&[&alex]).await;
    }

    async fn a_denial_ends_the_request_and_everyone_concerned_is_told(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, miriam, bianca] = world.people(["alex", "miriam", "bianca"]).await;
        let request = asks_for_admin(&alex).await;
        miriam.approves(request, "Fine with me.").await.unwrap();
        bianca.denies(request, "Not during the audit.").await.unwrap();
        world.settle().await;
        let page = alex.sees_request(request).await.unwrap();
        assert_eq!(page.badge.word, "Denied");
        assert_eq!(page.summary, "Bianca denied stage 2 of 2.");
        let letters = world.letters_to("alex").await;
        assert!(letters[0].subject.starts_with("Denied") && letters[0].text.contains("Not during the audit."));
        assert_eq!(world.subjects_to("miriam").await, ["Decide", "Denied"]);
        assert_eq!(world.subjects_to("bianca").await, ["Decide"], "who decided needs no letter about it");
        assert!(!alex.holds(crate::given::ROLE).await);
        assert!(page.again);
        asks_for_admin(&alex).await;
        world.is_whole(&[&alex]).await;
    }

    async fn the_requestor_and_administrators_cancel_and_nobody_else(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, miriam, emma, ingrid] = world.people(["alex", "miriam", "emma", "ingrid"]).await;
        let request = asks_for_admin(&alex).await;
        assert_eq!(refused(emma.cancels(request, "Not mine.").await), Refusal::NotFound { what: "request" });
        assert_eq!(refused(miriam.cancels(request, "An approver denies.").await), Refusal::NotFound { what: "request" });
        alex.cancels(request, "Solved without.").await.unwrap();
        assert_eq!(refused(alex.cancels(request, "Twice.").await), Refusal::NotOpen { outcome: "Canceled" });
        assert!(!miriam.sees_in_inbox(request).await);
        world.settle().await;
        assert!(
            world
                .letters_to("miriam")
                .await
                .iter()
                .any(|letter| letter.subject.starts_with("Canceled") && letter.text.contains("Solved without."))
        );

        let second = asks_for_admin(&alex).await;
        ingrid.cancels(second, "The package is being replaced.").await.unwrap();
        assert_eq!(alex.sees_request(second).await.unwrap().summary, "Canceled by Ingrid.");
        world.is_whole(&[&alex]).await;
    }

    async fn canceling_and_approving_at_once_is_one_outcome(test: TestDb) {
        let world = World::demo(test).await;
        let [emma, helga] = world.people(["emma", "helga"]).await;
        one_stage(&world, "Contested", &[&helga]).await;
        for round in 0..5 {
            let request = emma.requests("Contested").because(&format!("Round {round}.")).await.unwrap();
            let cancel = {
                let emma = emma.clone();
                tokio::spawn(async move { emma.cancels(request, "No.").await })
            };
            let approve = {
                let helga = helga.clone();
                tokio::spawn(async move { helga.approves(request, "Yes.").await })
            };
            let (canceled, approved) = (cancel.await.unwrap().is_ok(), approve.await.unwrap().is_ok());
            assert!(canceled != approved, "exactly one of them happened");
            world.settle().await;
            assert_eq!(emma.holds("Contested group").await, approved);
            world.passes(Span::hours(5)).await;
        }
        let rows = emma.asks(model::query::Requests { phase: None, after: None }).await.unwrap().rows;
        assert_eq!(rows.len(), 5);
        assert!(emma.requests(REPORTING).because("Something else.").await.is_ok());
        world.is_whole(&[&emma]).await;
    }
}
