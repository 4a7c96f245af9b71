//! The main job: a Level 3 engineer gets Global Administrator for four hours, through two approvals, and loses it on time.

use crate::given::{ADMIN, GROUP, ROLE, TICKET, asks_for_admin, gets_admin};
use model::Span;
use model::query;
use model::view::approval::Offered;
use model::view::package::{Form, Standing, Tab};
use testkit::{World, both, refused};

both! {
    async fn alex_asks_miriam_and_bianca_approve_and_access_lasts_four_hours_to_the_instant(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, miriam, bianca] = world.people(["alex", "miriam", "bianca"]).await;

        let page = alex.sees_package(ADMIN).await.unwrap();
        let Form::Open { policies, .. } = page.form else { panic!("the form is offered") };
        let names: Vec<&str> =
            policies[0].plan.iter().flat_map(|stage| &stage.people).map(|person| person.name.as_str()).collect();
        assert_eq!(names, ["Miriam", "Bianca"], "the plan names who will be asked");

        let request = asks_for_admin(&alex).await;
        assert!(miriam.sees_in_inbox(request).await);
        assert!(!bianca.sees_in_inbox(request).await, "the second stage is not open");
        world.settle().await;
        assert_eq!(world.subjects_to("miriam").await, ["Decide"]);
        assert_eq!(world.subjects_to("bianca").await, [""; 0]);

        world.passes(Span::minutes(20)).await;
        miriam.approves(request, "Known change.").await.unwrap();
        assert!(!miriam.sees_in_inbox(request).await);
        assert!(bianca.sees_in_inbox(request).await);
        assert!(!alex.holds(ROLE).await, "one of two approvals gives nothing");
        world.settle().await;
        assert_eq!(world.subjects_to("bianca").await, ["Decide"]);

        world.passes(Span::minutes(10)).await;
        bianca.approves(request, "In the calendar.").await.unwrap();
        world.settle().await;
        assert!(alex.holds(GROUP).await);
        assert!(alex.holds(ROLE).await, "through the group");
        let who = alex.who().await.unwrap();
        assert!(who.roles.contains(&model::directory::PortalRole::GlobalAdministrator), "in the running session");
        let path: Vec<String> = alex
            .access()
            .await
            .iter()
            .find(|access| access.name == ROLE)
            .unwrap()
            .path
            .iter()
            .map(|stop| stop.name.clone())
            .collect();
        assert_eq!(path, ["Alex", ADMIN, GROUP, ROLE]);
        assert_eq!(world.subjects_to("alex").await, ["Approved", "You now have access"]);

        let delivered = world.now();
        let rows = alex.packages(Tab::Active).await;
        assert!(matches!(rows[0].standing, Standing::Held { ends: Some(ends), .. } if ends.until == delivered + Span::hours(4)));

        // One millisecond before the end everything is there; at the end nothing is, and no worker has run.
        world.time_goes_by(Span(Span::hours(4).0 - 1));
        assert!(alex.holds(GROUP).await && alex.holds(ROLE).await);
        world.time_goes_by(Span(1));
        assert!(!alex.holds(ROLE).await && !alex.holds(GROUP).await);
        assert!(alex.who().await.unwrap().roles.is_empty());
        assert!(alex.packages(Tab::Active).await.is_empty());
        let emma = world.person("emma").await;
        assert_eq!(refused(alex.disables(&emma).await).code(), "not_found");

        world.settle().await;
        let story = world.story_of(request).await;
        assert_eq!(
            story,
            [
                "request_submitted",
                "stage_opened",
                "stage_decided",
                "stage_opened",
                "stage_decided",
                "request_approved",
                "assignment_started",
                "request_delivered",
                "assignment_ended",
                "package_assignment_ended",
            ]
        );
        assert_eq!(world.subjects_to("alex").await, ["Approved", "You now have access", "Access has ended"]);
        let page = alex.sees_request(request).await.unwrap();
        assert_eq!(page.badge.word, "Access ended");
        assert!(page.again, "it can be asked for again");
        assert_eq!(alex.packages(Tab::Expired).await.len(), 1);
        world.is_whole(&[&alex]).await;
        world.history_is_sound().await;
    }

    async fn the_clock_of_the_access_starts_when_it_is_delivered(test: TestDb) {
        let world = World::demo(test).await;
        let alex = world.person("alex").await;
        let submitted = world.now();
        let request = asks_for_admin(&alex).await;
        world.passes(Span::hours(30)).await;
        world.person("miriam").await.approves(request, "Yes.").await.unwrap();
        world.passes(Span::hours(30)).await;
        world.person("bianca").await.approves(request, "Yes.").await.unwrap();
        // No worker runs for a while: what was approved is there all the same, and its time began with the last approval.
        assert!(alex.holds(ROLE).await, "it is there when the click returns");
        world.time_goes_by(Span::minutes(7));
        world.settle().await;
        let ends = alex.access().await.iter().find(|access| access.name == ROLE).unwrap().ends.unwrap();
        assert_eq!(ends.until, submitted + Span::hours(60) + Span::hours(4));
    }

    async fn what_was_typed_is_kept_and_shown_to_both_approvers(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, miriam, bianca] = world.people(["alex", "miriam", "bianca"]).await;
        let request = asks_for_admin(&alex).await;
        miriam.approves(request, "Known change.").await.unwrap();
        for approver in [&miriam, &bianca] {
            let page = approver.sees_approval(request).await.unwrap();
            assert_eq!(page.justification, "Restore the tenant’s mail flow.");
            assert_eq!(
                page.answers.iter().map(|fact| (fact.name.as_str(), fact.value.as_str())).collect::<Vec<_>>(),
                [(TICKET, "CHG0012345")]
            );
        }
        let page = bianca.sees_approval(request).await.unwrap();
        assert_eq!((page.earlier[0].by.name.as_str(), page.earlier[0].words.as_str()), ("Miriam", "Known change."));
        assert!(matches!(page.decision, Offered::Yes { stage: 1, words_required: true, .. }));
        let letters = {
            world.settle().await;
            world.letters_to("bianca").await
        };
        assert!(letters[0].text.contains("Known change.") && letters[0].text.contains("CHG0012345"));
        assert_eq!(letters[0].links, [format!("{}/my-access/approvals/{request}", testkit::BASE_URL)]);
    }

    async fn alex_does_it_again_the_next_day(test: TestDb) {
        let world = World::demo(test).await;
        let alex = world.person("alex").await;
        for _ in 0..3 {
            gets_admin(&world, &alex).await;
            assert!(alex.holds(ROLE).await);
            world.passes(Span::days(1)).await;
            assert!(!alex.holds(ROLE).await);
        }
        assert_eq!(alex.packages(Tab::Expired).await.len(), 3);
        world.is_whole(&[&alex]).await;
        world.history_is_sound().await;
    }

    async fn asking_again_the_instant_it_ends_needs_no_worker(test: TestDb) {
        let world = World::demo(test).await;
        let alex = world.person("alex").await;
        gets_admin(&world, &alex).await;
        world.time_goes_by(Span::hours(4));
        gets_admin(&world, &alex).await;
        assert!(alex.holds(ROLE).await);
        assert_eq!(alex.packages(Tab::Active).await.len(), 1);
        let letters = world.subjects_to("alex").await;
        assert_eq!(letters.iter().filter(|subject| *subject == "Access has ended").count(), 1);
        world.is_whole(&[&alex]).await;
        world.history_is_sound().await;
    }

    async fn regression_5_access_without_approval_is_in_lists_and_history_all_the_same(test: TestDb) {
        let world = World::demo(test).await;
        let nils = world.person("nils.partner").await;
        let request = nils.requests("Partner document room").because("The joint offer.").await.unwrap();
        world.settle().await;
        assert!(nils.holds("Partner document room").await);
        assert_eq!(
            world.story_of(request).await,
            ["request_submitted", "request_approved", "assignment_started", "request_delivered",]
        );
        let morgan = world.person("morgan").await;
        let group = morgan.sees_group(world.group("Partner document room").await).await.unwrap();
        assert_eq!((group.member_count, group.members[0].name.as_str()), (1, "Nils (Nordlicht)"));
        let page = morgan.asks(query::Request { request }).await.unwrap();
        assert_eq!(page.badge.word, "Delivered");
        assert!(!world.history_about(nils.id.0).await.is_empty());
        assert_eq!(world.subjects_to("nils.partner").await, ["You now have access"]);
    }
}
