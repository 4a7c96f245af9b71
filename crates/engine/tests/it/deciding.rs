//! Deciding: who may, who may not, and what somebody hears who comes too late.

use crate::given::{ADMIN, APPROVERS, REPORTING, asks_for_admin, gets_admin, one_stage};
use model::approval::{Approver, Verdict};
use model::package::Lasts;
use model::view::approval::Offered;
use model::{Refusal, Span};
use testkit::{Offer, Person, Staged, World, both, manager, refused, stage};

/// The code and the sentence with which an approval page says that nothing is left to decide.
fn no(offered: Offered) -> (String, String) {
    match offered {
        Offered::No { why } => (why.code, why.sentence),
        Offered::Yes { hint, .. } => panic!("a decision is offered: {hint}"),
    }
}

both! {
    async fn regression_11_nobody_approves_their_own_request_by_any_route(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, miriam, helga] = world.people(["alex", "miriam", "helga"]).await;
        let request = asks_for_admin(&alex).await;
        assert_eq!(refused(alex.approves(request, "I trust myself.").await), Refusal::OwnRequest);
        assert_eq!(refused(alex.denies(request, "Or not.").await), Refusal::OwnRequest);
        assert_eq!(no(alex.sees_approval(request).await.unwrap().decision).0, "own_request");

        // By a group, by name, as escalation, as fallback.
        let finance = world.group(APPROVERS).await;
        let (helga_id, group) = (Approver::from(&helga), world.makes_group("Own").await);
        let routes = [
            ("By group", stage([Approver::Group { id: finance }])),
            ("By name", stage([helga_id, (&miriam).into()])),
            ("By escalation", stage([(&miriam).into()]).escalating(10, [helga_id])),
            ("By fallback", stage([(&miriam).into()]).quorum(2).fallback([helga_id, (&alex).into()])),
        ];
        for (name, stage) in routes {
            world.offers(Offer::new(name, group, [stage])).await;
            let own = helga.requests(name).because("Mine.").await.unwrap();
            world.passes(Span::minutes(11)).await;
            assert!(!helga.sees_in_inbox(own).await, "{name}");
            assert_eq!(refused(helga.approves(own, "Mine too.").await), Refusal::OwnRequest, "{name}");
        }
        assert!(world.subjects_to("helga").await.is_empty(), "nobody is asked about their own request");
    }

    async fn strangers_learn_nothing_and_later_approvers_wait_for_their_stage(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, bianca, emma] = world.people(["alex", "bianca", "emma"]).await;
        let request = asks_for_admin(&alex).await;
        assert_eq!(refused(emma.approves(request, "Why not.").await), Refusal::NotFound { what: "request" });
        assert_eq!(refused(bianca.approves(request, "Early.").await), Refusal::NotAnApprover);
        assert_eq!(no(bianca.sees_approval(request).await.unwrap().decision).0, "not_an_approver");
        assert_eq!(world.story_of(request).await, ["request_submitted", "stage_opened"]);
    }

    async fn regression_3_disabled_approvers_are_neither_mailed_nor_may_they_approve(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, emma, omar, sofia, helga] = world.people(["morgan", "emma", "omar", "sofia", "helga"]).await;
        morgan.disables(&omar).await.unwrap();
        let stale = sofia.who().await.unwrap();
        let request = emma.requests(REPORTING).because("Sales forecast.").await.unwrap();
        // Disabled after being asked, before the letter left.
        morgan.disables(&sofia).await.unwrap();
        world.settle().await;
        assert_eq!(world.subjects_to("omar").await.len() + world.subjects_to("sofia").await.len(), 0);
        assert_eq!(world.subjects_to("helga").await, ["Decide"]);
        assert!(!world.letters_wait().await, "a letter to somebody disabled is not kept for later");

        assert_eq!(refused(sofia.approves(request, "Still here?").await), Refusal::SignInFailed);
        let decide = model::command::DecideRequest { request, stage: 0, verdict: Verdict::Approve, words: "Old session.".into(), gives: None };
        let by = engine::By::Session(stale);
        let tried = world.engine().submit(&by, model::command::Command::DecideRequest(decide)).await;
        assert_eq!(refused(tried), Refusal::SignInNeeded, "not even with a page from before");
        helga.approves(request, "Fine.").await.unwrap();
        world.settle().await;
        assert!(world.letters_to("sofia").await.is_empty(), "nor told how it ended");

        let [alex, miriam] = world.people(["alex", "miriam"]).await;
        world.settle().await;
        morgan.disables(&miriam).await.unwrap();
        let fallback = asks_for_admin(&alex).await;
        assert!(morgan.sees_in_inbox(fallback).await, "the manager is disabled, so the fallback is asked");
        morgan.approves(fallback, "For Miriam.").await.unwrap();
    }

    async fn regression_2_the_approvers_are_the_union_of_all_lists(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, miriam, noor, helga, erik, emma] = world.people(["alex", "miriam", "noor", "helga", "erik", "emma"]).await;
        let (group, finance) = (world.makes_group("Union").await, world.group(APPROVERS).await);
        let desk = world.makes_group("Second group").await;
        world.adds(desk, &erik).await;
        world
            .console(model::command::Command::AddMember {
                group,
                principal: model::directory::Principal::User(emma.id),
                as_owner: true,
            })
            .await;
        let lists = [(&noor).into(), Approver::Group { id: finance }, Approver::Group { id: desk }, manager(), Approver::Owners];
        world.offers(Offer::new("Union", group, [stage(lists)])).await;
        for (number, approver) in [&noor, &helga, &erik, &miriam, &emma].into_iter().enumerate() {
            let asked = alex.requests("Union").because(&format!("Time {number}.")).await.unwrap();
            for anybody in [&noor, &helga, &erik, &miriam, &emma] {
                assert!(anybody.sees_in_inbox(asked).await, "{}", anybody.user_name);
            }
            approver.approves(asked, "On the list.").await.unwrap();
            world.settle().await;
            assert!(alex.holds("Union").await, "{}", approver.user_name);
            assert!(world.subjects_to(&approver.user_name).await.contains(&"Decide".to_owned()));
            world.passes(Span::hours(5)).await;
        }
        world.is_whole(&[&alex]).await;
    }

    async fn regression_6_an_approver_through_a_nested_group_approves(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, noor] = world.people(["alex", "noor"]).await;
        let [outer, middle, inner] =
            [world.makes_group("Outer").await, world.makes_group("Middle").await, world.makes_group("Inner").await];
        world.adds(outer, middle).await;
        world.adds(middle, inner).await;
        world.adds(inner, &noor).await;
        let group = world.makes_group("Nested").await;
        world.offers(Offer::new("Nested", group, [stage([Approver::Group { id: outer }])])).await;
        let request = alex.requests("Nested").because("Depth.").await.unwrap();
        assert!(noor.sees_in_inbox(request).await);
        assert!(matches!(noor.sees_approval(request).await.unwrap().decision, Offered::Yes { .. }));
        noor.approves(request, "Through three groups.").await.unwrap();
        world.settle().await;
        assert!(alex.holds("Nested").await);
        assert_eq!(world.subjects_to("noor").await, ["Decide"]);
    }

    async fn whoever_decided_any_stage_is_not_said_to_decide_too(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, helga, miriam, bianca, noor, omar] =
            world.people(["alex", "helga", "miriam", "bianca", "noor", "omar"]).await;
        let group = world.makes_group("Door").await;
        let first = stage([(&helga).into(), (&noor).into()]);
        let names = [&alex, &helga, &miriam, &bianca, &noor, &omar].map(Approver::from);
        world.offers(Offer::new("Door", group, [first, stage(names).quorum(2)])).await;
        let request = alex.requests("Door").because("The key broke.").await.unwrap();
        helga.approves(request, "Yes.").await.unwrap();
        let hint = async |who: &Person| match who.sees_approval(request).await.unwrap().decision {
            Offered::Yes { hint, .. } => hint,
            Offered::No { why } => panic!("{why:?}"),
        };
        let said = hint(&miriam).await;
        assert!(said.ends_with("2 approvals are needed; Bianca, Noor or one other can decide too."), "{said}");
        noor.approves(request, "Yes.").await.unwrap();
        let said = hint(&miriam).await;
        assert!(said.ends_with("1 of 2 approvals that are needed is there; Bianca or Omar can decide too."), "{said}");
    }

    async fn regression_7_an_old_link_shows_the_outcome_and_offers_no_decision(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, helga, omar, miriam] = world.people(["alex", "helga", "omar", "miriam"]).await;
        one_stage(&world, "Old link", &[&helga, &omar]).await;
        let approved = alex.requests("Old link").because("One.").await.unwrap();
        helga.approves(approved, "Yes.").await.unwrap();
        let at = world.now();
        for settled in [false, true] {
            if settled {
                world.passes(Span::minutes(1)).await;
            }
            let (code, sentence) = no(omar.sees_approval(approved).await.unwrap().decision);
            assert_eq!(code, "already_decided");
            assert!(sentence.contains("Helga") && sentence.contains(&at.in_sentence()), "{sentence}");
            let again = refused(omar.denies(approved, "Late.").await);
            assert!(matches!(again, Refusal::AlreadyDecided { mine: false, verdict: Verdict::Approve, .. }), "{again:?}");
            let mine = refused(helga.approves(approved, "Twice.").await);
            assert!(matches!(mine, Refusal::AlreadyDecided { mine: true, verdict: Verdict::Approve, .. }), "{mine:?}");
        }

        let denied = asks_for_admin(&alex).await;
        miriam.denies(denied, "No change is open.").await.unwrap();
        let (code, sentence) = no(miriam.sees_approval(denied).await.unwrap().decision);
        assert_eq!(code, "already_decided");
        assert!(sentence.contains("denied"), "{sentence}");
        let [bianca] = world.people(["bianca"]).await;
        let (code, sentence) = no(bianca.sees_approval(denied).await.unwrap().decision);
        assert_eq!(code, "already_settled");
        assert!(sentence.contains("Denied by Miriam"), "{sentence}");

        let canceled = asks_for_admin(&alex).await;
        alex.cancels(canceled, "Not needed.").await.unwrap();
        let (code, sentence) = no(miriam.sees_approval(canceled).await.unwrap().decision);
        assert_eq!(code, "already_settled");
        assert!(sentence.contains("Canceled by Alex"), "{sentence}");

        let expired = asks_for_admin(&alex).await;
        world.time_goes_by(Span::days(2));
        for settled in [false, true] {
            if settled {
                world.settle().await;
            }
            let (code, sentence) = no(miriam.sees_approval(expired).await.unwrap().decision);
            assert_eq!(code, "already_settled", "a worker that is late changes nothing");
            assert!(sentence.contains("Expired"), "{sentence}");
            let late = refused(miriam.approves(expired, "Late.").await);
            assert!(matches!(late, Refusal::AlreadySettled { outcome: "Expired", .. }), "{late:?}");
        }
        assert!(!alex.holds(crate::given::ROLE).await);
        world.is_whole(&[&alex]).await;
    }

    async fn a_page_of_an_earlier_stage_says_that_the_request_moved_on(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, bianca, helga, omar] = world.people(["alex", "bianca", "helga", "omar"]).await;
        let group = world.makes_group("Moves on").await;
        let first = stage([(&helga).into(), (&bianca).into(), (&omar).into()]);
        world.offers(Offer::new("Moves on", group, [first, stage([(&bianca).into()])])).await;
        let request = alex.requests("Moves on").because("Two stages.").await.unwrap();
        helga.approves(request, "First.").await.unwrap();
        let stale = refused(bianca.decides_stage(request, 0, Verdict::Approve, "From an old page.").await);
        assert_eq!(stale, Refusal::StageMovedOn { stage: 2 });
        let late = refused(omar.decides_stage(request, 0, Verdict::Deny, "From an old page.").await);
        assert!(matches!(&late, Refusal::AlreadyDecided { by, mine: false, stage: 1, .. } if by == "Helga"), "{late:?}");
        let again = refused(helga.decides_stage(request, 1, Verdict::Approve, "Both stages.").await);
        assert!(matches!(again, Refusal::AlreadyDecided { mine: true, stage: 1, .. }), "one person, one stage");
        let ahead = refused(bianca.decides_stage(request, 7, Verdict::Approve, "Nonsense.").await);
        assert_eq!(ahead, Refusal::StageMovedOn { stage: 2 });
        bianca.decides_stage(request, 1, Verdict::Approve, "Read it again.").await.unwrap();
        world.settle().await;
        assert!(alex.holds("Moves on").await);
        world.is_whole(&[&alex]).await;
    }

    async fn a_quorum_of_two_needs_two_different_people(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, helga, omar, sofia] = world.people(["alex", "helga", "omar", "sofia"]).await;
        let (group, finance) = (world.makes_group("Four eyes").await, world.group(APPROVERS).await);
        world.offers(Offer::new("Four eyes", group, [stage([Approver::Group { id: finance }]).quorum(2)])).await;
        let request = alex.requests("Four eyes").because("Both of you.").await.unwrap();
        helga.approves(request, "One.").await.unwrap();
        assert!(matches!(refused(helga.approves(request, "One more.").await), Refusal::AlreadyDecided { mine: true, .. }));
        world.settle().await;
        assert!(!alex.holds("Four eyes").await);
        let told = alex.sees_request(request).await.unwrap().timeline;
        assert!(told.iter().any(|entry| entry.title == "Stage 1 of 1: Helga approved, and others have to as well"), "{told:?}");
        assert!(sofia.sees_in_inbox(request).await && !helga.sees_in_inbox(request).await);
        omar.approves(request, "Two.").await.unwrap();
        world.settle().await;
        assert!(alex.holds("Four eyes").await);
        assert!(matches!(refused(sofia.approves(request, "Three.").await), Refusal::AlreadyDecided { mine: false, .. }));
        assert_eq!(world.subjects_to("sofia").await, ["Decide", "Approved"], "who was asked is told that it is settled");
        world.is_whole(&[&alex]).await;

        let denied = omar.requests("Four eyes").because("One no is enough.").await.unwrap();
        helga.approves(denied, "Yes.").await.unwrap();
        sofia.denies(denied, "No.").await.unwrap();
        assert_eq!(omar.sees_request(denied).await.unwrap().badge.word, "Denied");
        world.is_whole(&[&omar]).await;
    }

    async fn regression_1_two_approvals_within_thirty_seconds_are_both_delivered(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, helga] = world.people(["alex", "helga"]).await;
        one_stage(&world, "First wish", &[&helga]).await;
        one_stage(&world, "Second wish", &[&helga]).await;
        let one = alex.requests("First wish").because("One.").await.unwrap();
        let two = alex.requests("Second wish").because("Two.").await.unwrap();
        helga.approves(one, "Yes.").await.unwrap();
        world.time_goes_by(Span::seconds(12));
        helga.approves(two, "Yes.").await.unwrap();
        world.passes(Span::seconds(10)).await;
        assert!(alex.holds("First wish group").await && alex.holds("Second wish group").await);
        world.is_whole(&[&alex]).await;
    }

    async fn regression_9_decided_in_one_go_each_keeps_its_own_time(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, emma, helga] = world.people(["alex", "emma", "helga"]).await;
        let mut requests = Vec::new();
        for (name, hours) in [("Short", 1), ("Middle", 24), ("Long", 48)] {
            let group = world.makes_group(&format!("{name} group")).await;
            let offer = Offer::new(name, group, [stage([(&helga).into()])]);
            world.offers(offer.lasting(Lasts::For { minutes: hours * 60 })).await;
            for person in [&alex, &emma] {
                requests.push(person.requests(name).because("At once.").await.unwrap());
            }
        }
        for request in requests {
            helga.approves(request, "Yes to all.").await.unwrap();
        }
        world.settle().await;
        for (hours, left) in [(0, 3), (1, 2), (23, 1), (24, 0)] {
            world.passes(Span::hours(hours)).await;
            for person in [&alex, &emma] {
                let held = [person.holds("Short group").await, person.holds("Middle group").await, person.holds("Long group").await];
                assert_eq!(held, [left > 2, left > 1, left > 0], "after {hours} more hours");
            }
        }
    }

    async fn regression_22_ten_approvals_at_once_are_one_decision_and_the_others_are_told(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, emma] = world.people(["alex", "emma"]).await;
        let finance = world.group(APPROVERS).await;
        let mut approvers = Vec::new();
        for number in 0..10 {
            let approver = world.hires(&format!("approver{number}")).await;
            world.adds(finance, &approver).await;
            approver.who().await.unwrap();
            approvers.push(approver);
        }
        let of_ten = alex.requests(REPORTING).because("Ten people see it.").await.unwrap();
        let of_one = emma.requests(REPORTING).because("One person clicks ten times.").await.unwrap();
        for (request, all) in [(of_ten, approvers.clone()), (of_one, vec![approvers[0].clone(); 10])] {
            let tries: Vec<_> = all
                .into_iter()
                .map(|approver| {
                    tokio::spawn(async move { approver.decides_stage(request, 0, Verdict::Approve, "Me first.").await })
                })
                .collect();
            let (mut done, mut told) = (0, 0);
            for tried in tries {
                match tried.await.unwrap() {
                    Ok(()) => done += 1,
                    other => {
                        assert!(matches!(refused(other), Refusal::AlreadyDecided { verdict: Verdict::Approve, .. }));
                        told += 1;
                    }
                }
            }
            assert_eq!((done, told), (1, 9));
            let decided = world.story_of(request).await.into_iter().filter(|code| *code == "stage_decided").count();
            assert_eq!(decided, 1);
        }
        world.settle().await;
        assert!(alex.holds("Finance reporting readers").await && emma.holds("Finance reporting readers").await);
        world.is_whole(&[&alex, &emma]).await;
        world.history_is_sound().await;
    }

    async fn an_approval_and_a_denial_at_once_are_one_outcome(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, helga, omar] = world.people(["alex", "helga", "omar"]).await;
        one_stage(&world, "Contested", &[&helga, &omar]).await;
        for round in 0..5 {
            let request = alex.requests("Contested").because(&format!("Round {round}.")).await.unwrap();
            let yes = {
                let helga = helga.clone();
                tokio::spawn(async move { helga.decides_stage(request, 0, Verdict::Approve, "Yes.").await })
            };
            let no = {
                let omar = omar.clone();
                tokio::spawn(async move { omar.decides_stage(request, 0, Verdict::Deny, "No.").await })
            };
            let (yes, no) = (yes.await.unwrap().is_ok(), no.await.unwrap().is_ok());
            assert!(yes != no, "exactly one of them decided");
            world.settle().await;
            assert_eq!(alex.holds("Contested group").await, yes);
            world.passes(Span::hours(5)).await;
        }
        world.is_whole(&[&alex]).await;
    }

    async fn regression_14_the_request_stays_with_the_person_whatever_they_are_called(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, miriam, bianca] = world.people(["morgan", "miriam", "bianca"]).await;
        let mut alex = world.person("alex").await;
        let request = asks_for_admin(&alex).await;
        miriam.approves(request, "Yes.").await.unwrap();
        morgan
            .edits(&alex, |form| {
                form.user_name = "alexandra".into();
                form.display_name = "Alexandra".into();
                form.mail = "alexandra@harbour.example".into();
            })
            .await
            .unwrap();
        alex.user_name = "alexandra".into();
        // Somebody else gets the old name and the old address.
        let other = world.hires("alex").await;
        bianca.approves(request, "Yes.").await.unwrap();
        world.settle().await;
        assert!(alex.holds(crate::given::ROLE).await && !other.holds(crate::given::ROLE).await);
        assert_eq!(world.subjects_to("alexandra").await, ["Approved", "You now have access"]);
        assert!(world.subjects_to("alex").await.is_empty(), "the new owner of the old address hears nothing");
        assert_eq!(alex.sees_request(request).await.unwrap().name, ADMIN);
        assert_eq!(refused(other.sees_request(request).await).code(), "not_found");
    }

    async fn the_access_that_a_request_gives_lets_nobody_approve_the_next_one_of_their_own(test: TestDb) {
        let world = World::demo(test).await;
        let alex = world.person("alex").await;
        gets_admin(&world, &alex).await;
        one_stage(&world, "Next", &[&world.person("helga").await]).await;
        let next = alex.requests("Next").because("I am Global Administrator now.").await.unwrap();
        assert_eq!(refused(alex.approves(next, "So I may.").await), Refusal::OwnRequest);
        let emma = world.person("emma").await;
        let others = emma.requests("Next").because("Somebody else’s.").await.unwrap();
        assert_eq!(
            refused(alex.approves(others, "As an administrator.").await),
            Refusal::NotAnApprover,
            "seeing is not deciding"
        );
    }
}
