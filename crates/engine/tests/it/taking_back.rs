//! Whoever approved access takes it back later, with a reason.

use crate::given::{ADMIN, REPORTING, ROLE, gets_admin, one_stage};
use model::command::{Command, Delegate};
use model::delegation::Delegated;
use model::event::{Action, Actor};
use model::view::approval::{Standing, Tab};
use model::{PackageAssignmentId, Refusal, Span, query};
use testkit::{Person, World, both, refused};

/// What the history of one's approvals offers to take back.
async fn offered(who: &Person) -> Vec<(String, Option<PackageAssignmentId>)> {
    let rows = who.asks(query::Approvals { tab: Tab::History, filter: Default::default(), after: None }).await.unwrap().rows;
    let offered = |standing: &Standing| match standing {
        Standing::Decided { removable, .. } => *removable,
        Standing::Waiting { .. } => None,
    };
    rows.iter().map(|row| (row.name.clone(), offered(&row.standing))).collect()
}

both! {
    async fn nobody_takes_back_what_others_approved_or_what_they_denied(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, carla, miriam, brandon, helga] = world.people(["alex", "carla", "miriam", "brandon", "helga"]).await;
        let request = gets_admin(&world, &alex).await;
        let held = offered(&miriam).await[0].1.unwrap();
        // Brandon would have been asked, had Bianca not been enough; Carla holds nothing; Helga approves elsewhere.
        for outsider in [&brandon, &carla, &helga] {
            assert_eq!(refused(outsider.ends(held, "Mine to say.").await), Refusal::NotFound { what: "access" });
        }
        one_stage(&world, "Other", &[&miriam]).await;
        let denied = carla.requests("Other").because("Please.").await.unwrap();
        miriam.denies(denied, "No.").await.unwrap();
        assert_eq!(offered(&miriam).await[0], ("Other".to_owned(), None));
        assert!(miriam.sees_approval(denied).await.unwrap().removable.is_none());
        assert_eq!(refused(miriam.ends(held, "  ").await).field(), Some("words"), "not without a reason");
        assert!(alex.holds(ROLE).await);
        assert!(alex.sees_approval(request).await.unwrap().removable.is_none(), "giving back is done elsewhere");
    }

    async fn who_approved_any_stage_takes_it_back_and_the_holder_is_told_why(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, miriam, bianca] = world.people(["alex", "miriam", "bianca"]).await;
        let request = gets_admin(&world, &alex).await;
        assert_eq!(miriam.sees_approval(request).await.unwrap().removable, offered(&bianca).await[0].1);
        let held = offered(&miriam).await[0].1.unwrap();
        miriam.ends(held, "The incident was a false alarm.").await.unwrap();
        assert!(!alex.holds(ROLE).await, "at once, though Bianca approved it too");
        assert_eq!(refused(bianca.ends(held, "Me too.").await).code(), "not_held");
        assert_eq!(offered(&bianca).await[0].1, None, "there is nothing left to take back");
        world.settle().await;
        let letters = world.letters_to("alex").await;
        let ended = letters.iter().find(|letter| letter.subject.starts_with("Access has ended")).unwrap();
        assert!(ended.text.contains("Miriam, who had approved it, ended it. The incident was a false alarm."), "{}", ended.text);
        let page = alex.sees_request(request).await.unwrap();
        let entry = page.timeline.last().unwrap();
        assert_eq!(entry.more, ["Ended by Miriam, who had approved it"]);
        let history = world.history_about(alex.id.0).await;
        let event = history.iter().find(|event| event.action.code() == "package_assignment_ended").unwrap();
        let Action::PackageAssignmentEnded { holder, .. } = &event.action else { panic!("{event:?}") };
        assert_eq!((event.actor, *holder), (Actor::User(miriam.id), Some(alex.id)), "it names both");
        let seen = world.person("morgan").await.sees_assignments(ADMIN, "", model::view::assignment::Filter::Ended).await.unwrap();
        assert_eq!(seen.rows[0].ended.as_ref().unwrap().why, "Its approval was taken back.");
        world.is_whole(&[&alex]).await;
        world.history_is_sound().await;
    }

    async fn a_delegate_and_whom_they_stood_in_for_take_it_back_and_so_does_who_approved_the_extension(test: TestDb) {
        let world = World::demo(test).await;
        let [emma, omar, helga, sofia] = world.people(["emma", "omar", "helga", "sofia"]).await;
        one_stage(&world, "Delegated", &[&helga]).await;
        let (starts_at, ends_at) = (world.now(), world.now() + Span::days(3));
        let delegate = Delegate { to: sofia.id, starts_at, ends_at, delegated: Delegated::All };
        helga.submits(Command::Delegate(delegate)).await.unwrap();
        let request = emma.requests("Delegated").because("While she is away.").await.unwrap();
        sofia.approves(request, "For Helga.").await.unwrap();
        world.settle().await;
        let held = offered(&sofia).await[0].1.unwrap();
        assert_eq!(helga.sees_approval(request).await.unwrap().removable, Some(held), "it was hers to give");
        assert_eq!(refused(omar.ends(held, "No.").await).code(), "not_found");
        helga.ends(held, "I am back.").await.unwrap();
        assert!(!emma.holds("Delegated group").await);

        let request = emma.requests(REPORTING).because("Forecast.").await.unwrap();
        let [first, second] = if omar.sees_in_inbox(request).await { [&omar, &sofia] } else { [&sofia, &omar] };
        first.approves(request, "Yes.").await.unwrap();
        world.settle().await;
        world.passes(Span::days(80)).await;
        let extension = emma.requests(REPORTING).because("Once more.").await.unwrap();
        assert!(offered(second).await.iter().all(|(_, held)| held.is_none()));
        second.approves(extension, "Once more.").await.unwrap();
        world.settle().await;
        let held = offered(second).await[0].1.unwrap();
        assert_eq!(offered(first).await[0].1, Some(held), "both let her hold it");
        second.ends(held, "Not after all.").await.unwrap();
        assert!(emma.packages(model::view::package::Tab::Active).await.is_empty());
    }

    async fn an_approver_who_was_disabled_meanwhile_takes_nothing_back(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, alex, miriam] = world.people(["morgan", "alex", "miriam"]).await;
        gets_admin(&world, &alex).await;
        let held = offered(&miriam).await[0].1.unwrap();
        let session = miriam.who().await.unwrap();
        morgan.disables(&miriam).await.unwrap();
        let end = Command::EndPackageAssignment { assignment: held, words: "Still me.".into() };
        let tried = world.engine().submit(&engine::By::Session(session), end).await;
        assert_eq!(refused(tried).code(), "sign_in_needed");
        assert!(alex.holds(ROLE).await);
    }
}
