//! Deciding in somebody's place: who may, for how long, about what, and whose approval it is.

use crate::given::{ADMIN, REPORTING, asks_for_admin, one_stage};
use engine::Problem;
use model::approval::Verdict;
use model::command::{Command, Delegate, Done};
use model::delegation::Delegated;
use model::query;
use model::view::approval::{Offered, Standing};
use model::view::package::Form;
use model::{DelegationId, PackageId, Refusal, Span};
use testkit::{Offer, Person, Staged, World, both, refused, stage};

/// Names a delegate for so many hours from now on.
async fn delegates(from: &Person, to: &Person, hours: i64, delegated: Delegated) -> Result<DelegationId, Problem> {
    let starts_at = from.world.now();
    let asked = Delegate { to: to.id, starts_at, ends_at: starts_at + Span::hours(hours), delegated };
    assert!(matches!(from.submits(Command::Delegate(asked)).await?, Done::Delegated { .. }));
    let given = from.asks(query::Delegations { person: String::new() }).await?.given;
    Ok(given.last().unwrap().delegation)
}

async fn ends(from: &Person, delegation: DelegationId) -> Result<(), Problem> {
    from.submits(Command::EndDelegation { delegation }).await.map(|_| ())
}

async fn waits_for(person: &Person) -> (usize, u32) {
    (person.inbox().await.len(), person.asks(query::Frame {}).await.unwrap().approvals)
}

both! {
    async fn nobody_decides_their_own_request_as_a_delegate_nor_the_one_of_whom_they_stand_in_for(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, miriam, helga, lena] = world.people(["alex", "miriam", "helga", "lena"]).await;
        delegates(&miriam, &alex, 48, Delegated::All).await.unwrap();
        let request = asks_for_admin(&alex).await;
        assert_eq!(refused(alex.approves(request, "In Miriam’s place.").await), Refusal::OwnRequest);
        assert!(!alex.sees_in_inbox(request).await);
        assert!(!world.subjects_to("alex").await.iter().any(|subject| subject == "Decide"));

        delegates(&helga, &lena, 48, Delegated::All).await.unwrap();
        let own = helga.requests(REPORTING).because("Mine.").await.unwrap();
        assert_eq!(refused(lena.approves(own, "In Helga’s place.").await).code(), "not_found");
        assert!(!lena.sees_in_inbox(own).await);
    }

    async fn a_delegate_decides_only_while_it_is_in_force_about_the_chosen_packages_and_one_level_deep(test: TestDb) {
        let world = World::demo(test).await;
        let [emma, helga, lena, noor, omar] = world.people(["emma", "helga", "lena", "noor", "omar"]).await;
        one_stage(&world, "Ledger", &[&helga]).await;
        let reporting = emma.requests(REPORTING).because("Sales forecast.").await.unwrap();
        let ledger = emma.requests("Ledger").because("Costs.").await.unwrap();
        assert_eq!(waits_for(&lena).await, (0, 0));

        // Only what somebody has to do with can be chosen.
        let foreign = Delegated::Packages(vec![world.package(ADMIN)]);
        assert_eq!(refused(delegates(&helga, &lena, 2, foreign).await), Refusal::NotFound { what: "access package" });
        let chosen = Delegated::Packages(vec![world.package("Ledger")]);
        let delegation = delegates(&helga, &lena, 2, chosen).await.unwrap();
        assert_eq!(waits_for(&lena).await, (1, 1));
        assert!(lena.sees_in_inbox(ledger).await);
        assert_eq!(refused(lena.approves(reporting, "Not mine.").await).code(), "not_found");
        // One level: who stands in for Lena stands in for Lena alone.
        delegates(&lena, &noor, 48, Delegated::All).await.unwrap();
        assert_eq!(waits_for(&noor).await, (0, 0));
        assert_eq!(refused(noor.approves(ledger, "Further down.").await).code(), "not_found");

        world.time_goes_by(Span(Span::hours(2).0 - 1));
        assert!(lena.sees_in_inbox(ledger).await);
        world.time_goes_by(Span(1));
        assert_eq!(waits_for(&lena).await, (0, 0));
        assert_eq!(refused(lena.approves(ledger, "Too late.").await).code(), "not_found");
        assert_eq!(refused(ends(&helga, delegation).await), Refusal::DelegationOver);

        let again = delegates(&helga, &lena, 48, Delegated::All).await.unwrap();
        assert_eq!(waits_for(&lena).await, (2, 2), "all of Helga’s");
        assert_eq!(refused(ends(&omar, again).await), Refusal::NotFound { what: "delegation" });
        assert_eq!(refused(ends(&lena, again).await), Refusal::NotFound { what: "delegation" }, "nor the delegate");
        ends(&helga, again).await.unwrap();
        assert_eq!(waits_for(&lena).await, (0, 0));
        assert_eq!(refused(ends(&helga, again).await), Refusal::DelegationOver);
        assert!(helga.sees_in_inbox(ledger).await, "the person keeps the right");
    }

    async fn disabled_people_neither_delegate_nor_stand_in(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, emma, helga, lena, omar, noor] =
            world.people(["morgan", "emma", "helga", "lena", "omar", "noor"]).await;
        delegates(&helga, &lena, 48, Delegated::All).await.unwrap();
        delegates(&omar, &noor, 48, Delegated::All).await.unwrap();
        morgan.disables(&helga).await.unwrap();
        morgan.disables(&noor).await.unwrap();
        let request = emma.requests(REPORTING).because("Sales forecast.").await.unwrap();
        world.settle().await;
        assert_eq!(waits_for(&lena).await, (0, 0));
        assert_eq!(refused(lena.approves(request, "For Helga.").await).code(), "not_found");
        assert!(!world.subjects_to("noor").await.iter().any(|subject| subject == "Decide"));
    }

    async fn a_delegation_is_to_another_enabled_member_for_ninety_days_at_most(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, helga, omar, tim, lena] = world.people(["morgan", "helga", "omar", "tim.audit", "lena"]).await;
        assert_eq!(refused(delegates(&helga, &helga, 5, Delegated::All).await), Refusal::OwnDelegate);
        assert_eq!(refused(delegates(&helga, &tim, 5, Delegated::All).await).code(), "no_delegate");
        assert_eq!(refused(delegates(&tim, &helga, 5, Delegated::All).await).code(), "not_allowed");
        assert_eq!(refused(tim.asks(query::Delegates { search: "o".into() }).await).code(), "not_allowed");
        assert!(!tim.asks(query::Delegations { person: String::new() }).await.unwrap().may_delegate);
        morgan.disables(&lena).await.unwrap();
        assert_eq!(refused(delegates(&helga, &lena, 5, Delegated::All).await).code(), "no_delegate");
        assert_eq!(refused(delegates(&helga, &omar, 91 * 24, Delegated::All).await).code(), "delegation_too_long");
        assert_eq!(refused(delegates(&helga, &omar, 0, Delegated::All).await).code(), "malformed");
        assert_eq!(refused(delegates(&helga, &omar, 5, Delegated::Packages(Vec::new())).await).code(), "required");
        let nothing = Delegated::Packages(vec![PackageId(world.new_id())]);
        assert_eq!(refused(delegates(&helga, &omar, 5, nothing).await).code(), "not_found");
        let found = helga.asks(query::Delegates { search: "om".into() }).await.unwrap();
        assert!(found.iter().any(|choice| choice.name == "Omar"));
        delegates(&helga, &omar, 90 * 24, Delegated::All).await.unwrap();
        let letters = world.letters_to("omar").await;
        world.settle().await;
        let told = world.letters_to("omar").await;
        assert_eq!(told.len(), letters.len() + 1);
        assert!(told.last().unwrap().subject.starts_with("Decide for Helga until "), "{}", told.last().unwrap().subject);
    }

    async fn the_plan_names_few_delegates_and_counts_the_others_and_of_a_crowd_it_names_nobody(test: TestDb) {
        let world = World::demo(test).await;
        let [emma, helga, lena, noor, omar, bianca, miriam, zoe] =
            world.people(["emma", "helga", "lena", "noor", "omar", "bianca", "miriam", "zoe"]).await;
        one_stage(&world, "By one", &[&helga]).await;
        one_stage(&world, "By many", &[&helga, &world.person("alex").await, &lena, &noor, &omar, &bianca]).await;
        let hint = async |package: &str| {
            let Form::Open { policies, .. } = emma.sees_package(package).await.unwrap().form else { panic!("{package}") };
            policies[0].plan[0].hint.clone()
        };
        for delegate in [&lena, &noor, &omar, &bianca, &miriam] {
            delegates(&helga, delegate, 48, Delegated::All).await.unwrap();
        }
        let said = hint("By one").await;
        assert_eq!(said.matches(" for Helga.").count(), 5, "{said}");
        assert!(said.ends_with(" for Helga."), "{said}");
        delegates(&helga, &zoe, 48, Delegated::All).await.unwrap();
        let said = hint("By one").await;
        assert_eq!(said.matches(" for Helga.").count(), 5, "{said}");
        assert!(said.ends_with(" And 1 more delegation."), "{said}");
        let said = hint("By many").await;
        assert!(!said.contains("Helga") && !said.contains("delegation"), "{said}");
    }

    async fn a_decision_in_somebodys_place_names_both_and_is_the_one_approval_of_both(test: TestDb) {
        let world = World::demo(test).await;
        let [emma, helga, lena, bianca] = world.people(["emma", "helga", "lena", "bianca"]).await;
        let group = world.makes_group("Two").await;
        let both_of = stage([(&helga).into(), (&bianca).into()]).quorum(2);
        let last = stage([(&lena).into(), (&helga).into(), (&bianca).into(), (&emma).into()]).fallback([(&world.person("omar").await).into()]);
        world.offers(Offer::new("Two stages", group, [both_of, last])).await;
        delegates(&helga, &lena, 48, Delegated::All).await.unwrap();
        let Form::Open { policies, .. } = emma.sees_package("Two stages").await.unwrap().form else { panic!() };
        assert!(policies[0].plan[0].hint.ends_with("Helga, or Lena for Helga."), "{:?}", policies[0].plan);
        let request = emma.requests("Two stages").because("Both.").await.unwrap();
        world.settle().await;
        assert!(world.subjects_to("lena").await.iter().any(|subject| subject == "Decide"), "the delegate is asked by mail too");

        let page = lena.sees_approval(request).await.unwrap();
        let Offered::Yes { hint, .. } = page.decision else { panic!("{:?}", page.decision) };
        assert!(hint.contains("in place of Helga"), "{hint}");
        lena.approves(request, "Helga is away.").await.unwrap();
        // Both are used up, in this stage and in the next.
        assert_eq!(refused(lena.approves(request, "Twice.").await).code(), "already_decided");
        let late = refused(helga.decides_stage(request, 0, Verdict::Approve, "Myself.").await);
        assert!(late.sentence().contains("Lena for Helga already approved stage 1"), "{}", late.sentence());
        assert_eq!((waits_for(&lena).await.0, waits_for(&helga).await.0), (0, 0));
        world.passes(Span::minutes(1)).await;
        bianca.approves(request, "Second.").await.unwrap();
        assert_eq!((waits_for(&lena).await.0, waits_for(&helga).await.0), (0, 0));
        let omar = world.person("omar").await;
        assert!(omar.sees_in_inbox(request).await, "the fallback, because everybody else has decided or asks");

        let page = omar.sees_approval(request).await.unwrap();
        assert_eq!(page.earlier[0].by.name, "Lena");
        assert_eq!(page.earlier[0].by.under, "approved stage 1 for Helga");
        let seen = emma.sees_request(request).await.unwrap();
        assert!(seen.timeline.iter().any(|entry| entry.title == "Stage 1 of 2: Lena for Helga approved, and others have to as well"), "{:?}", seen.timeline);
        assert!(lena.asks(query::Approvals { tab: model::view::approval::Tab::History, filter: Default::default(), after: None }).await.unwrap().rows.len() == 1);
        let history = query::Approvals { tab: model::view::approval::Tab::History, filter: Default::default(), after: None };
        let hers = helga.asks(history).await.unwrap().rows;
        let Standing::Decided { by, .. } = &hers[0].standing else { panic!("{hers:?}") };
        assert_eq!((hers.len(), hers[0].request, by.as_deref()), (1, request, Some("Lena")), "her approval is in her history");
        omar.approves(request, "Last.").await.unwrap();
        world.settle().await;
        let told = world.letters_to("emma").await;
        assert!(told.iter().any(|letter| letter.text.contains("Lena for Helga approved")), "the letter names both");
        world.request_is_whole(request).await;
        world.history_is_sound().await;
    }
}
