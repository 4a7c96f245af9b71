//! The end of access, and what stays ended.

use crate::given::{GROUP, ROLE, gets_admin};
use engine::By;
use model::command::Command;
use model::package::Lasts;
use model::view::package::Tab;
use model::{PackageAssignmentId, Span};
use testkit::{Offer, World, both, refused};

both! {
    async fn regression_12_what_has_ended_is_never_taken_up_again(test: TestDb) {
        let world = World::demo(test).await;
        let alex = world.person("alex").await;
        let request = gets_admin(&world, &alex).await;
        world.passes(Span::hours(4)).await;
        for _ in 0..3 {
            world.restart();
            world.settle().await;
            world.passes(Span::days(1)).await;
            assert!(!alex.holds(GROUP).await && !alex.holds(ROLE).await);
        }
        let ended = world.story_of(request).await.into_iter().filter(|code| *code == "package_assignment_ended").count();
        assert_eq!(ended, 1, "it ends once");
        assert_eq!(world.subjects_to("alex").await.iter().filter(|subject| *subject == "Access has ended").count(), 1);
    }

    async fn access_that_came_another_way_stays_when_the_package_ends(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, alex] = world.people(["morgan", "alex"]).await;
        let group = world.group(GROUP).await;
        gets_admin(&world, &alex).await;
        morgan.adds(group, &alex).await.unwrap();
        let paths = alex.access().await.iter().filter(|access| access.name == ROLE).count();
        assert_eq!(paths, 2, "the same thing by two paths is two rows");
        world.passes(Span::hours(4)).await;
        assert!(alex.holds(GROUP).await && alex.holds(ROLE).await, "only what came with the package went");
        assert!(alex.packages(Tab::Active).await.is_empty());
        morgan.removes(group, &alex).await.unwrap();
        assert!(!alex.holds(ROLE).await);
    }

    async fn what_a_package_gave_cannot_be_taken_out_of_the_group_by_hand(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, alex] = world.people(["morgan", "alex"]).await;
        gets_admin(&world, &alex).await;
        let group = world.group(GROUP).await;
        assert_eq!(refused(morgan.removes(group, &alex).await).code(), "not_found");
        let page = morgan.sees_group(group).await.unwrap();
        assert!(!page.members[0].removable, "and the page does not offer it");
        assert!(alex.holds(ROLE).await);
    }

    async fn a_disabled_person_holds_nothing_and_the_package_ends_on_time_without_a_letter(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, alex] = world.people(["morgan", "alex"]).await;
        gets_admin(&world, &alex).await;
        let before = world.letters_to("alex").await.len();
        morgan.disables(&alex).await.unwrap();
        assert!(alex.access().await.is_empty());
        world.passes(Span::hours(4)).await;
        assert_eq!(world.letters_to("alex").await.len(), before, "nothing is mailed to a disabled user");
        morgan.enables(&alex).await.unwrap();
        assert!(!alex.holds(ROLE).await, "what ended meanwhile does not come back");
        world.is_whole(&[&alex]).await;
    }

    async fn a_person_who_is_enabled_again_in_time_has_the_rest_of_the_window(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, alex] = world.people(["morgan", "alex"]).await;
        gets_admin(&world, &alex).await;
        morgan.disables(&alex).await.unwrap();
        world.passes(Span::hours(1)).await;
        morgan.enables(&alex).await.unwrap();
        assert!(alex.holds(ROLE).await);
        world.time_goes_by(Span::hours(3));
        assert!(!alex.holds(ROLE).await);
    }

    async fn access_without_an_end_has_none(test: TestDb) {
        let world = World::demo(test).await;
        let emma = world.person("emma").await;
        let group = world.makes_group("For good").await;
        world.offers(Offer::new("For good", group, []).lasting(Lasts::Forever)).await;
        emma.requests("For good").because("Always.").await.unwrap();
        world.settle().await;
        world.passes(Span::days(4000)).await;
        assert!(emma.holds("For good").await);
        let refusal = refused(emma.requests("For good").because("Twice.").await);
        assert!(refusal.sentence().contains("without an end date"), "{}", refusal.sentence());
    }

    async fn many_ends_at_one_instant_are_all_there(test: TestDb) {
        let world = World::demo(test).await;
        let mut people = Vec::new();
        for number in 0..30 {
            let person = world.hires(&format!("person{number}")).await;
            person.requests("Partner document room").because("All together.").await.unwrap();
            people.push(person);
        }
        world.settle().await;
        for person in &people {
            assert!(person.holds("Partner document room").await);
        }
        world.time_goes_by(Span::days(30));
        for person in &people {
            assert!(!person.holds("Partner document room").await);
        }
        world.settle().await;
        let all: Vec<_> = people.iter().collect();
        world.is_whole(&all).await;
        world.history_is_sound().await;
        assert_eq!(world.letters().await.iter().filter(|letter| letter.subject.starts_with("Access has ended")).count(), 30);
    }

    async fn all_that_end_at_one_moment_end_in_few_statements_each_with_its_history_and_letter(test: TestDb) {
        let world = World::demo(test).await;
        let group = world.makes_group("Room group").await;
        world.offers(Offer::new("Room", group, [])).await;
        let mut people = Vec::new();
        let mut requests = Vec::new();
        for number in 0..40 {
            let person = world.hires(&format!("guest{number}")).await;
            requests.push(person.requests("Room").because("The meeting.").await.unwrap());
            people.push(person);
        }
        world.settle().await;
        let package = world.package("Room");
        let mut assignments = Vec::new();
        for person in &people {
            let mut link = world.db().read().await.unwrap();
            assignments.push(store::packages::held(&mut link, person.id, package).await.unwrap().unwrap().id);
        }
        // Too early, somebody else’s id, and nobody’s: nothing happens, and nothing is in the way of the others.
        assignments.push(PackageAssignmentId(world.new_id()));
        let due = Command::PackageAssignmentsDue { assignments };
        world.engine().submit(&By::System, due.clone()).await.unwrap();
        assert!(people[0].holds("Room group").await);

        world.time_goes_by(Span::hours(4));
        for person in &people {
            assert!(!person.holds("Room group").await, "over at once, whatever the worker does");
        }
        let before = world.db().statements();
        world.engine().submit(&By::System, due.clone()).await.unwrap();
        let cost = world.db().statements() - before;
        assert!(cost <= 16, "{cost} statements");
        world.engine().submit(&By::System, due).await.unwrap();
        world.settle().await;
        for (person, request) in people.iter().zip(requests) {
            let ended = world.story_of(request).await.into_iter().filter(|code| *code == "package_assignment_ended").count();
            assert_eq!(ended, 1, "it ends once");
            assert_eq!(world.subjects_to(&person.user_name).await.iter().filter(|subject| *subject == "Access has ended").count(), 1);
        }
        world.history_is_sound().await;
    }
}
