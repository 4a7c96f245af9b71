//! Two servers on one database, and workers that run beside people.

use crate::given::{GROUP, REPORTING, ROLE, asks_for_admin};
use model::Span;
use model::command::Command;
use model::limits::TARGET_LEASE_SECONDS;
use std::time::Duration;
use testkit::{World, both};
use tokio_util::sync::CancellationToken;

both! {
    async fn two_servers_that_work_at_the_same_moment_deliver_once_and_write_once(test: TestDb) {
        let world = World::demo(test).await;
        let second = world.second_server().await;
        let first = world.engine();
        let mut people = Vec::new();
        for number in 0..10 {
            let person = world.hires(&format!("person{number}")).await;
            person.requests("Partner document room").because("All at once.").await.unwrap();
            people.push(person);
        }
        for step in [Span::ZERO, Span::days(30)] {
            world.time_goes_by(step);
            let (one, two) = tokio::join!(
                tokio::spawn({
                    let first = first.clone();
                    async move { first.settle().await }
                }),
                tokio::spawn({
                    let second = second.clone();
                    async move { second.settle().await }
                })
            );
            one.unwrap().unwrap();
            two.unwrap().unwrap();
        }
        for person in &people {
            let subjects = world.subjects_to(&person.user_name).await;
            assert_eq!(subjects, ["You now have access", "Access has ended"], "{}", person.user_name);
        }
        let all: Vec<_> = people.iter().collect();
        world.is_whole(&all).await;
        world.history_is_sound().await;
    }

    async fn one_server_at_a_time_asks_a_target_and_another_goes_on_when_that_one_was_killed(test: TestDb) {
        let stage = crate::targets::Stage::new(test).await;
        stage.offers().await;
        let alone = stage.world.db().is_sqlite();
        let now = stage.world.now();
        let mut link = stage.world.db().begin().await.unwrap();
        let until = now + Span::seconds(TARGET_LEASE_SECONDS);
        store::targets::claim(&mut link, stage.target, stage.world.new_id(), now, until).await.unwrap();
        link.commit().await.unwrap();
        stage.gets("alex.new").await;
        assert_eq!(stage.there().is_empty(), !alone, "another server has the target for itself");
        stage.world.passes(Span::seconds(TARGET_LEASE_SECONDS)).await;
        assert_eq!(stage.there(), ["alex.new"]);
        let (first, second) = (stage.world.engine(), stage.world.second_server().await);
        for number in 0..20 {
            let person = stage.world.hires(&format!("person{number}")).await;
            person.requests("Ledger").because("All at once.").await.unwrap();
        }
        let one = tokio::spawn(async move { first.settle().await });
        let two = tokio::spawn(async move { second.settle().await });
        one.await.unwrap().unwrap();
        two.await.unwrap().unwrap();
        stage.world.settle().await;
        assert_eq!(stage.there().len(), 21);
        let made = stage.peer.inside().heard.iter().filter(|asked| *asked == "POST /Users").count();
        assert!(alone || made == 21, "each account is made by one of them: {made}");
        stage.world.passes(Span::hours(4)).await;
        assert!(stage.there().is_empty());
        stage.world.history_is_sound().await;
    }

    async fn a_turn_that_is_held_up_in_the_middle_of_a_change_goes_on_although_its_heartbeat_waits_for_it(test: TestDb) {
        let stage = crate::targets::Stage::new(test).await;
        stage.offers().await;
        let alex = stage.gets("alex.new").await;
        // What the turn takes over is kept by somebody else while it keeps the row of the target itself, and its heartbeat waits
        // for that row.
        stage.morgan.submits(Command::SetUserEnabled { user: alex.id, enabled: false }).await.unwrap();
        stage.morgan.submits(Command::ReconcileTarget { target: stage.target }).await.unwrap();
        let mut link = stage.world.db().begin().await.unwrap();
        let marks = store::delivery::marks(&mut link, stage.target, stage.world.now(), 10).await.unwrap();
        assert!(!marks.is_empty());
        let marks: Vec<_> = marks.into_iter().map(|(id, _)| id).collect();
        store::delivery::unmark(&mut link, &marks).await.unwrap();
        let server = stage.world.server_that_says_so_every(Duration::from_millis(1));
        let settling = tokio::spawn(async move { server.settle().await });
        // Time to get there; nothing is concluded from it.
        tokio::time::sleep(Duration::from_millis(500)).await;
        drop(link);
        let settled = tokio::time::timeout(Duration::from_secs(60), settling).await;
        assert!(settled.is_ok(), "the turn waits for its own heartbeat");
        settled.unwrap().unwrap().unwrap();
        assert!(stage.there().is_empty());
    }

    async fn one_server_sees_at_once_what_the_other_did(test: TestDb) {
        let world = World::demo(test).await;
        let second = world.second_server().await;
        let [alex, miriam] = world.people(["alex", "miriam"]).await;
        let request = asks_for_admin(&alex).await;
        let who = miriam.who().await.unwrap();
        let decide = model::command::DecideRequest {
            request,
            stage: 0,
            verdict: model::approval::Verdict::Approve,
            words: "On the other server.".into(),
            gives: None,
        };
        second.submit(&engine::By::Session(who), model::command::Command::DecideRequest(decide)).await.unwrap();
        assert!(world.person("bianca").await.sees_in_inbox(request).await);
        second.settle().await.unwrap();
        assert_eq!(world.subjects_to("bianca").await, ["Decide"]);
    }

    async fn running_workers_do_the_main_job_and_stop_when_they_are_told(test: TestDb) {
        let world = World::demo(test).await;
        let stop = CancellationToken::new();
        let workers = world.engine().run(stop.clone());
        let [alex, miriam, bianca] = world.people(["alex", "miriam", "bianca"]).await;
        let request = asks_for_admin(&alex).await;
        miriam.approves(request, "Yes.").await.unwrap();
        bianca.approves(request, "Yes.").await.unwrap();
        // `settle` waits for a worker that is in the middle of it, so nothing here depends on who was faster.
        world.settle().await;
        assert!(alex.holds(ROLE).await && alex.holds(GROUP).await);
        stop.cancel();
        workers.await.unwrap();
        world.is_whole(&[&alex]).await;
        world.settle().await;
        world.history_is_sound().await;
    }

    async fn people_and_workers_at_the_same_time_leave_everything_whole(test: TestDb) {
        let world = World::demo(test).await;
        let stop = CancellationToken::new();
        let workers = world.engine().run(stop.clone());
        let [helga, omar, sofia] = world.people(["helga", "omar", "sofia"]).await;
        let mut asked = Vec::new();
        for name in ["alex", "carla", "jonas", "yuki", "emma", "vera", "luca", "hugo"] {
            let person = world.person(name).await;
            asked.push(tokio::spawn(async move {
                let request = person.requests(REPORTING).because("Numbers.").await.unwrap();
                (person, request)
            }));
        }
        let mut deciding = Vec::new();
        let mut people = Vec::new();
        for (number, asked) in asked.into_iter().enumerate() {
            let (person, request) = asked.await.unwrap();
            people.push(person);
            for approver in [&helga, &omar, &sofia] {
                let approver = approver.clone();
                deciding.push(tokio::spawn(async move {
                    if number % 2 == 0 {
                        approver.approves(request, "Yes.").await.is_ok()
                    } else {
                        approver.denies(request, "No.").await.is_ok()
                    }
                }));
            }
        }
        let mut done = 0;
        for decided in deciding {
            done += usize::from(decided.await.unwrap());
        }
        assert_eq!(done, 8, "each request is decided once");
        stop.cancel();
        workers.await.unwrap();
        world.settle().await;
        for (number, person) in people.iter().enumerate() {
            assert_eq!(person.holds("Finance reporting readers").await, number % 2 == 0, "{}", person.user_name);
        }
        let all: Vec<_> = people.iter().collect();
        world.is_whole(&all).await;
        world.history_is_sound().await;
    }
}
