//! Asking for a package: what is refused, and what a second wish meets.

use crate::given::{ADMIN, REPORTING, TICKET, asks_for_admin, gets_admin, one_stage};
use model::catalog::PolicyFields;
use model::command::Command;
use model::package::{Lasts, Scope};
use model::view::package::{Form, Standing, Tab};
use model::{Refusal, Span, Ts, query};
use testkit::{Offer, World, both, manager, refused, stage};

both! {
    async fn regression_4_no_request_is_made_with_empty_fields(test: TestDb) {
        let world = World::demo(test).await;
        let alex = world.person("alex").await;
        let field = |refusal: Refusal| (refusal.code(), refusal.field().unwrap().to_owned());
        let answers = format!("answers[{}][]", world.question(ADMIN, TICKET));

        let nothing = refused(alex.requests(ADMIN).await);
        assert_eq!(field(nothing), ("required", "justification".to_owned()));
        let blank = refused(alex.requests(ADMIN).because(" \n\t ").answering(TICKET, "CHG1").await);
        assert_eq!(field(blank), ("required", "justification".to_owned()));
        let unanswered = refused(alex.requests(ADMIN).because("Mail flow.").await);
        assert_eq!(field(unanswered), ("required", answers.clone()));
        let blank = refused(alex.requests(ADMIN).because("Mail flow.").answering(TICKET, "   ").await);
        assert_eq!(field(blank), ("required", answers.clone()));
        let two = refused(alex.requests(ADMIN).because("Mail flow.").answering(TICKET, "CHG1").answering(TICKET, "CHG2").await);
        assert_eq!(field(two), ("malformed", answers));
        let long = "x".repeat(model::limits::JUSTIFICATION_MAX_CHARS + 1);
        assert_eq!(refused(alex.requests(ADMIN).because(&long).answering(TICKET, "CHG1").await).code(), "too_long");

        let mip = "APP – MIP Client (requires approval)";
        let other =
            refused(alex.requests(mip).because("Labels.").answering("What will you use it for?", "Nothing on the list").await);
        assert_eq!(other.code(), "malformed");

        world.settle().await;
        assert!(world.letters().await.is_empty(), "nobody heard of what was refused");
        assert!(alex.asks(model::query::Requests { phase: None, after: None }).await.unwrap().rows.is_empty());
    }

    async fn a_decision_without_words_is_refused_where_words_are_asked_for(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, miriam] = world.people(["alex", "miriam"]).await;
        let request = asks_for_admin(&alex).await;
        let silent = refused(miriam.approves(request, "  ").await);
        assert_eq!((silent.code(), silent.field()), ("required", Some("words")));
        assert_eq!(refused(miriam.denies(request, "").await).code(), "required");
        assert!(miriam.sees_in_inbox(request).await);
        let group = world.makes_group("Quiet").await;
        world
            .offers(Offer::new(
                "Quiet",
                group,
                [model::approval::Stage { justification_required: false, ..stage([(&miriam).into()]) }],
            ))
            .await;
        let quiet = alex.requests("Quiet").because("Please.").await.unwrap();
        miriam.approves(quiet, "").await.unwrap();
    }

    async fn asking_for_what_nobody_can_decide_is_refused_with_the_stage(test: TestDb) {
        let world = World::demo(test).await;
        let [brandon, ingrid, miriam] = world.people(["brandon", "ingrid", "miriam"]).await;
        let mip = "APP – MIP Client (requires approval)";
        let form = brandon.requests(mip).because("My own laptop.").answering("What will you use it for?", "Classify documents");
        assert_eq!(refused(form.await), Refusal::NoApprover { stage: 1, needed: 1, found: 0 }, "the only approver asks");
        let Form::Closed { why } = brandon.sees_package(mip).await.unwrap().form else { panic!("the form is closed") };
        assert_eq!(why.code, "no_approver", "the page says it before anything is typed");

        let group = world.makes_group("Two stages").await;
        world.offers(Offer::new("Two stages", group, [stage([(&miriam).into()]), stage([manager()])])).await;
        let refusal = refused(ingrid.requests("Two stages").because("I have no manager.").await);
        assert_eq!(refusal, Refusal::NoApprover { stage: 2, needed: 1, found: 0 });
        assert!(refusal.sentence().contains("stage 2"), "{}", refusal.sentence());

        world.offers(Offer::new("Same person twice", group, [stage([(&miriam).into()]), stage([(&miriam).into()])])).await;
        let refusal = refused(ingrid.requests("Same person twice").because("One person, one stage.").await);
        assert_eq!(refusal, Refusal::NoApprover { stage: 2, needed: 1, found: 0 });
    }

    async fn regression_8_asking_again_while_held_is_refused_with_the_end(test: TestDb) {
        let world = World::demo(test).await;
        let alex = world.person("alex").await;
        gets_admin(&world, &alex).await;
        let until = world.now() + Span::hours(4);
        world.passes(Span::hours(1)).await;
        let refusal = refused(alex.requests(ADMIN).because("Longer.").answering(TICKET, "CHG1").await);
        assert!(matches!(&refusal, Refusal::AlreadyHeld { until: Some(end), .. } if *end == until), "{refusal:?}");
        assert!(refusal.sentence().contains(&until.words()), "{}", refusal.sentence());
        let Form::Closed { why } = alex.sees_package(ADMIN).await.unwrap().form else { panic!("the form is closed") };
        assert_eq!(why.sentence, refusal.sentence_for_pages());
    }

    async fn asking_again_while_a_request_is_open_leads_to_that_request(test: TestDb) {
        let world = World::demo(test).await;
        let alex = world.person("alex").await;
        let first = asks_for_admin(&alex).await;
        let since = world.now();
        world.passes(Span::minutes(5)).await;
        let refusal = refused(alex.requests(ADMIN).because("Again.").answering(TICKET, "CHG1").await);
        assert!(matches!(&refusal, Refusal::AlreadyRequested { request, since: at, .. } if *request == first && *at == since));
        let rows = alex.packages(Tab::Available).await;
        let row = rows.iter().find(|row| row.name == ADMIN).unwrap();
        assert!(matches!(row.standing, Standing::Requested { request, .. } if request == first));
    }

    async fn regression_10_twenty_at_the_same_moment_leave_exactly_one_request(test: TestDb) {
        let world = World::demo(test).await;
        let alex = world.person("alex").await;
        alex.who().await.unwrap();
        let tries: Vec<_> = (0..20)
            .map(|number| {
                let alex = alex.clone();
                tokio::spawn(
                    async move { alex.requests(ADMIN).because(&format!("Try {number}.")).answering(TICKET, "CHG1").await },
                )
            })
            .collect();
        let (mut made, mut told) = (Vec::new(), Vec::new());
        for tried in tries {
            match tried.await.unwrap() {
                Ok(request) => made.push(request),
                refused_one => told.push(refused(refused_one)),
            }
        }
        assert_eq!((made.len(), told.len()), (1, 19));
        for refusal in told {
            let Refusal::AlreadyRequested { request, .. } = refusal else { panic!("{refusal:?}") };
            assert_eq!(request, made[0], "everybody else is led to the one that is there");
        }
        let rows = alex.asks(model::query::Requests { phase: None, after: None }).await.unwrap().rows;
        assert_eq!(rows.len(), 1);
        world.settle().await;
        assert_eq!(world.subjects_to("miriam").await, ["Decide"], "asked once");
        world.is_whole(&[&alex]).await;
        world.history_is_sound().await;
    }

    async fn the_best_fitting_policy_counts_and_among_equals_the_person_chooses(test: TestDb) {
        let world = World::demo(test).await;
        let [emma, noor, alex] = world.people(["emma", "noor", "alex"]).await;
        let group = world.makes_group("Choice").await;
        let (noor_id, alex_id) = (noor.id, alex.id);
        let offer = Offer::new("Choice", group, [])
            .and_policy("Noor", move |settings| settings.scope = Scope::Specific { users: vec![noor_id], groups: Vec::new() })
            .and_policy("Noor and Alex", move |settings| {
                settings.scope = Scope::Specific { users: vec![noor_id, alex_id], groups: Vec::new() }
            });
        world.offers(offer).await;
        assert_eq!(refused(noor.requests("Choice").because("Which?").await), Refusal::PolicyChoiceNeeded);
        assert_eq!(
            refused(noor.requests("Choice").because("Lower class.").under("Everybody").await),
            Refusal::PolicyChoiceNeeded
        );
        noor.requests("Choice").because("This one.").under("Noor").await.unwrap();
        alex.requests("Choice").because("Only one fits.").await.unwrap();
        emma.requests("Choice").because("As everybody.").await.unwrap();
    }

    async fn regression_18_of_two_policies_the_longest_time_is_that_of_the_chosen_one_and_is_said(test: TestDb) {
        let world = World::demo(test).await;
        let noor = world.person("noor").await;
        let group = world.makes_group("Choice").await;
        let offer = Offer::new("Choice", group, []).with(|settings| settings.timeline_allowed = true);
        world.offers(offer.and_policy("A week", |settings| settings.lasts = Lasts::For { minutes: 7 * 24 * 60 })).await;
        let end = world.now() + Span::days(6);
        let asks = |policy: &'static str, until| noor.requests("Choice").because("Some days.").under(policy).until(Some(until));
        let Refusal::Malformed { field, message } = refused(asks("Everybody", end).await) else { panic!() };
        assert_eq!(field, "ends_at");
        assert_eq!(message, "This policy gives access for at most 4 hours, and you asked for 6 days. Choose an earlier end.");
        let Refusal::Malformed { message, .. } = refused(asks("A week", end + Span::days(2)).await) else { panic!() };
        assert!(message.contains("at most 7 days, and you asked for 8 days"), "{message}");
        let Form::Open { policies, .. } = noor.sees_package("Choice").await.unwrap().form else { panic!() };
        let said: Vec<String> = policies.iter().flat_map(|policy| &policy.terms).map(|fact| fact.value.clone()).collect();
        assert!(["4 hours", "7 days"].iter().all(|time| said.iter().any(|fact| fact.contains(time))), "{said:?}");
        asks("A week", end).await.unwrap();
        world.settle().await;
        let Standing::Held { ends: Some(ends), .. } = noor.packages(Tab::Active).await.remove(0).standing else { panic!() };
        assert_eq!(ends.until, end, "not the longest, but what was asked for");
    }

    async fn a_package_whose_end_date_is_over_is_not_delivered_and_everybody_hears_of_it(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, miriam] = world.people(["alex", "miriam"]).await;
        let group = world.makes_group("Until Tuesday").await;
        let at = Ts(world.now().0 + Span::days(1).0);
        world.offers(Offer::new("Until Tuesday", group, [stage([(&miriam).into()])]).lasting(Lasts::Until { at })).await;
        let request = alex.requests("Until Tuesday").because("Soon.").await.unwrap();
        world.passes(Span::days(1)).await;
        miriam.approves(request, "Late.").await.unwrap();
        world.settle().await;
        let page = alex.sees_request(request).await.unwrap();
        assert_eq!(page.badge.word, "Delivery failed");
        assert!(page.summary.contains("over before it could start"), "{}", page.summary);
        assert!(!alex.holds("Until Tuesday").await);
        assert!(world.subjects_to("alex").await.contains(&"Not delivered".to_owned()));
        assert!(world.subjects_to("morgan").await.contains(&"Not delivered".to_owned()), "the administrators too");
        world.is_whole(&[&alex]).await;
    }

    async fn a_policy_whose_end_is_over_is_neither_offered_nor_asked_under_and_can_be_disabled(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, alex, miriam] = world.people(["morgan", "alex", "miriam"]).await;
        let group = world.makes_group("Until Tuesday").await;
        let at = world.now() + Span::days(10);
        let offer = Offer::new("Until Tuesday", group, [stage([(&miriam).into()])]).lasting(Lasts::Until { at });
        world.offers(offer.with(|settings| settings.timeline_allowed = true)).await;
        for late in [at, at + Span::days(1)] {
            let refusal = refused(alex.requests("Until Tuesday").because("Late.").from(Some(late)).await);
            assert_eq!(refusal.field(), Some("starts_at"), "nothing would be left of it");
        }
        let Form::Open { .. } = alex.sees_package("Until Tuesday").await.unwrap().form else { panic!("it is not over") };
        world.passes(Span::days(10)).await;
        let Form::Closed { why } = alex.sees_package("Until Tuesday").await.unwrap().form else { panic!("it is over") };
        assert_eq!(why.code, "policy_over");
        assert_eq!(refused(alex.requests("Until Tuesday").because("Soon.").await).code(), "policy_over");
        let assigned = refused(morgan.assigns("Until Tuesday", "Everybody", &[&alex]).await);
        assert!(assigned.sentence().contains("nothing left to give"), "{}", assigned.sentence());

        let (package, id) = (world.package("Until Tuesday"), world.policy("Until Tuesday", "Everybody"));
        let shown = morgan.asks(query::Policy { package, policy: Some(id) }).await.unwrap();
        let fields = |name: &str, enabled| PolicyFields { name: name.into(), enabled, settings: shown.settings.clone(), seen: None };
        let edit = |version, fields| Command::EditPolicy { package, policy: id, version, fields };
        let stays = refused(morgan.submits(edit(shown.version, fields("Still", true))).await);
        assert_eq!(stays.field(), Some("lasts_until"), "enabled it gives nobody anything");
        morgan.submits(edit(shown.version, fields("Over", false))).await.unwrap();
        let mut earlier = fields("Over", false);
        earlier.settings.lasts = Lasts::Until { at: at - Span::days(1) };
        assert_eq!(refused(morgan.submits(edit(shown.version + 1, earlier)).await).field(), Some("lasts_until"));
    }

    async fn another_policy_of_the_package_helps_where_the_end_of_one_is_over(test: TestDb) {
        let world = World::demo(test).await;
        let alex = world.person("alex").await;
        let group = world.makes_group("Choice").await;
        let at = world.now() + Span::days(1);
        let offer = Offer::new("Choice", group, []).lasting(Lasts::Until { at });
        world.offers(offer.and_policy("A week", |settings| settings.lasts = Lasts::For { minutes: 7 * 24 * 60 })).await;
        world.passes(Span::days(1)).await;
        let Form::Open { policies, .. } = alex.sees_package("Choice").await.unwrap().form else { panic!("one is left") };
        assert_eq!(policies.iter().map(|policy| policy.name.as_str()).collect::<Vec<_>>(), ["A week"]);
        assert_eq!(refused(alex.requests("Choice").because("Old page.").under("Everybody").await).code(), "policy_over");
        alex.requests("Choice").because("A week of it.").under("A week").await.unwrap();
    }

    async fn requests_of_different_people_do_not_stand_in_each_others_way(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, carla, helga, omar] = world.people(["alex", "carla", "helga", "omar"]).await;
        one_stage(&world, "Shared", &[&helga, &omar]).await;
        let one = alex.requests("Shared").because("Alex.").await.unwrap();
        let two = carla.requests("Shared").because("Carla.").await.unwrap();
        assert_ne!(one, two);
        let third = alex.requests(REPORTING).because("Another package.").await.unwrap();
        helga.approves(one, "Yes.").await.unwrap();
        omar.denies(two, "No.").await.unwrap();
        world.settle().await;
        assert!(alex.holds("Shared group").await && !carla.holds("Shared group").await);
        assert!(helga.sees_in_inbox(third).await);
        world.is_whole(&[&alex, &carla]).await;
    }
}
