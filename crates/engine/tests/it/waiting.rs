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
        world.settle().await;
        let told = world.letters_to("alex").await;
        let letter = told.iter().find(|letter| letter.subject.starts_with("Canceled")).unwrap();
        assert!(letter.text.contains("Ingrid canceled") && letter.text.contains("The package is being replaced."));
        world.is_whole(&[&alex]).await;
    }

    async fn a_request_whose_window_is_over_does_not_stand_in_the_way_of_the_next(test: TestDb) {
        let world = World::demo(test).await;
        let [emma, helga] = world.people(["emma", "helga"]).await;
        one_stage(&world, "Slow", &[&helga]).await;
        let first = emma.requests("Slow").because("Please.").await.unwrap();
        assert!(matches!(refused(emma.requests("Slow").because("Again.").await), Refusal::AlreadyRequested { .. }));
        // No worker runs here: nobody has said yet that it expired.
        world.time_goes_by(model::Span::hours(24 * 30));
        let second = emma.requests("Slow").because("Again.").await.unwrap();
        assert_ne!(first, second);
        assert_eq!(emma.sees_request(first).await.unwrap().badge.word, "Expired");
        let expired = world.history_of(first).await;
        assert!(expired.iter().any(|event| event.action.code() == "stage_expired" && event.actor == model::event::Actor::System));
        world.is_whole(&[&emma]).await;
    }

    async fn fallback_approvers_are_asked_when_the_approvers_left_meanwhile(test: TestDb) {
        let world = World::demo(test).await;
        let [emma, helga, lee, morgan] = world.people(["emma", "helga", "lee", "morgan"]).await;
        let group = world.makes_group("Fallen back").await;
        let one = model::approval::Stage { fallback: vec![(&lee).into()], ..stage([(&helga).into()]) };
        world.offers(Offer::new("Fallen back", group, [one])).await;
        let request = emma.requests("Fallen back").because("Please.").await.unwrap();
        assert!(lee.approves(request, "Not asked.").await.is_err());
        morgan.disables(&helga).await.unwrap();
        world.passes(model::Span::hours(25)).await;
        assert!(lee.sees_in_inbox(request).await, "at half of the window the fallback approvers are asked");
        lee.approves(request, "Instead of Helga.").await.unwrap();
        world.settle().await;
        assert_eq!(emma.sees_request(request).await.unwrap().badge.word, "Delivered");
        world.is_whole(&[&emma]).await;
    }

    async fn who_alone_can_decide_a_later_stage_is_kept_for_it(test: TestDb) {
        let world = World::demo(test).await;
        let [emma, helga, lee] = world.people(["emma", "helga", "lee"]).await;
        let group = world.makes_group("Kept").await;
        world.offers(Offer::new("Kept", group, [stage([(&helga).into(), (&lee).into()]), stage([(&helga).into()])])).await;
        let request = emma.requests("Kept").because("Please.").await.unwrap();
        assert_eq!(refused(helga.approves(request, "Gladly.").await), Refusal::NeededLater { stage: 1, later: 2 });
        lee.approves(request, "Yes.").await.unwrap();
        helga.approves(request, "Yes.").await.unwrap();
        world.settle().await;
        assert_eq!(emma.sees_request(request).await.unwrap().badge.word, "Delivered");
        let clara = world.person("clara").await;
        let second = clara.requests("Kept").because("Please.").await.unwrap();
        helga.denies(second, "Denying needs nobody later.").await.unwrap();
        assert_eq!(clara.sees_request(second).await.unwrap().badge.word, "Denied");
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
