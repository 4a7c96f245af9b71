//! Who is asked follows the directory, not the moment of the request.

use crate::given::{APPROVERS, REPORTING, asks_for_admin};
use model::approval::Approver;
use model::view::approval::Offered;
use model::{Refusal, Span};
use testkit::{Offer, Staged, World, both, manager, refused, stage};

both! {
    async fn who_left_the_group_can_no_longer_approve_and_who_joined_can(test: TestDb) {
        let world = World::demo(test).await;
        let [emma, helga, omar, noor] = world.people(["emma", "helga", "omar", "noor"]).await;
        let request = emma.requests(REPORTING).because("Forecast.").await.unwrap();
        assert!(omar.sees_in_inbox(request).await && !noor.sees_in_inbox(request).await);
        let finance = world.group(APPROVERS).await;
        helga.removes(finance, &omar).await.unwrap();
        helga.adds(finance, &noor).await.unwrap();
        assert!(!omar.sees_in_inbox(request).await && noor.sees_in_inbox(request).await);
        assert_eq!(refused(omar.approves(request, "Still?").await), Refusal::NotAnApprover);
        assert!(matches!(omar.sees_approval(request).await.unwrap().decision, Offered::No { .. }));
        noor.approves(request, "New here.").await.unwrap();
        world.settle().await;
        assert!(emma.holds("Finance reporting readers").await);
        assert!(world.subjects_to("omar").await.contains(&"Approved".to_owned()), "who was asked is told");
    }

    async fn when_the_manager_changes_the_new_manager_decides(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, morgan, miriam, erik, bianca] = world.people(["alex", "morgan", "miriam", "erik", "bianca"]).await;
        let request = asks_for_admin(&alex).await;
        morgan.edits(&alex, |form| form.manager = Some(erik.id)).await.unwrap();
        assert!(!miriam.sees_in_inbox(request).await && erik.sees_in_inbox(request).await);
        assert_eq!(refused(miriam.approves(request, "Mine once.").await), Refusal::NotAnApprover);
        erik.approves(request, "Mine now.").await.unwrap();
        bianca.approves(request, "Yes.").await.unwrap();
        world.settle().await;
        assert!(alex.holds(crate::given::ROLE).await);
        world.is_whole(&[&alex]).await;
    }

    async fn the_managers_manager_is_a_level_of_its_own(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, miriam, morgan, ingrid] = world.people(["alex", "miriam", "morgan", "ingrid"]).await;
        let group = world.makes_group("Two up").await;
        world.offers(Offer::new("Two up", group, [stage([Approver::Manager { level: 2 }])])).await;
        world.offers(Offer::new("Three up", group, [stage([Approver::Manager { level: 3 }])])).await;
        let two = alex.requests("Two up").because("Level 2.").await.unwrap();
        let three = alex.requests("Three up").because("Level 3.").await.unwrap();
        let sees = async |request| {
            [miriam.sees_in_inbox(request).await, morgan.sees_in_inbox(request).await, ingrid.sees_in_inbox(request).await]
        };
        assert_eq!((sees(two).await, sees(three).await), ([false, true, false], [false, false, true]));
        assert_eq!(refused(miriam.approves(two, "One too low.").await), Refusal::NotFound { what: "request" });
        morgan.approves(two, "Yes.").await.unwrap();
        ingrid.approves(three, "Yes.").await.unwrap();
    }

    async fn the_fallback_is_asked_when_the_approvers_cannot_decide(test: TestDb) {
        let world = World::demo(test).await;
        let [ingrid, tomas, alex] = world.people(["ingrid", "tomas", "alex"]).await;
        let request = ingrid.requests("Service desk tools").because("I have no manager.").await.unwrap();
        assert!(tomas.sees_in_inbox(request).await);
        world.settle().await;
        assert_eq!(world.subjects_to("tomas").await, ["Decide"]);
        tomas.approves(request, "As the fallback.").await.unwrap();
        let direct = alex.requests("Service desk tools").because("I have one.").await.unwrap();
        assert!(!tomas.sees_in_inbox(direct).await);
        assert_eq!(refused(tomas.approves(direct, "Not asked.").await), Refusal::NotAnApprover);
        world.settle().await;
        assert!(ingrid.holds("Service desk operators").await);
        assert!(ingrid.holds("Ticketing, Agent").await, "everything that the package gives");
        world.is_whole(&[&ingrid, &alex]).await;
    }

    async fn the_escalation_is_asked_in_time_and_the_first_may_still_decide(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, emma, helga, omar, miriam] = world.people(["alex", "emma", "helga", "omar", "miriam"]).await;
        let group = world.makes_group("Urgent").await;
        world.offers(Offer::new("Urgent", group, [stage([(&helga).into()]).escalating(60, [(&omar).into(), manager()])])).await;
        let one = alex.requests("Urgent").because("One.").await.unwrap();
        let two = emma.requests("Urgent").because("Two.").await.unwrap();
        world.passes(Span::minutes(59)).await;
        assert!(!omar.sees_in_inbox(one).await && !miriam.sees_in_inbox(one).await);
        assert_eq!(refused(omar.approves(one, "Too early.").await), Refusal::NotAnApprover);
        world.passes(Span::minutes(1)).await;
        assert!(omar.sees_in_inbox(one).await && miriam.sees_in_inbox(one).await && helga.sees_in_inbox(one).await);
        assert_eq!(world.subjects_to("omar").await, ["Forwarded to you", "Forwarded to you"]);
        assert_eq!(world.subjects_to("helga").await, ["Decide", "Decide"], "the first are not asked again");
        assert_eq!(world.story_of(one).await, ["request_submitted", "stage_opened", "stage_escalated"]);
        miriam.approves(one, "As asked later.").await.unwrap();
        helga.approves(two, "As asked first.").await.unwrap();
        world.settle().await;
        assert!(alex.holds("Urgent").await && emma.holds("Urgent").await);
        assert!(world.subjects_to("omar").await.ends_with(&["Approved".to_owned(), "Approved".to_owned()]));
        world.is_whole(&[&alex, &emma]).await;
    }

    async fn several_managers_people_do_not_get_mixed_up(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, erik] = world.people(["alex", "lee", "miriam", "erik"]).await;
        let group = world.makes_group("By manager").await;
        world.offers(Offer::new("By manager", group, [stage([manager()])])).await;
        let of_alex = alex.requests("By manager").because("Alex.").await.unwrap();
        let of_lee = lee.requests("By manager").because("Lee.").await.unwrap();
        let seen = async |who: &testkit::Person| who.inbox().await.iter().map(|row| row.request).collect::<Vec<_>>();
        assert_eq!(seen(&miriam).await, [of_alex]);
        assert_eq!(seen(&erik).await, [of_lee]);
        assert_eq!(refused(erik.approves(of_alex, "Not my report.").await), Refusal::NotFound { what: "request" });
    }

    async fn an_open_request_keeps_the_stages_it_was_made_under(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, helga, omar] = world.people(["alex", "helga", "omar"]).await;
        let group = world.makes_group("Settings").await;
        world.offers(Offer::new("Settings", group, [stage([(&helga).into()])])).await;
        let request = alex.requests("Settings").because("Under the first settings.").await.unwrap();
        // There is no command for it yet, so the policy is changed where it is stored.
        let mut link = world.db().begin().await.unwrap();
        let (from, to) = (helga.id.to_string(), omar.id.to_string());
        let sql = format!("update policies set settings = replace(settings, '{from}', '{to}')");
        store::events::forge(&mut link, &sql).await.unwrap();
        link.commit().await.unwrap();
        assert_eq!(refused(omar.approves(request, "New settings.").await), Refusal::NotFound { what: "request" });
        helga.approves(request, "Old settings.").await.unwrap();
        let next = alex.requests("Settings").because("Delivered with the approval.").await;
        assert_eq!(refused(next).code(), "already_held");
    }
}
