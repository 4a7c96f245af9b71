//! Regression 21: the server may be killed anywhere. A change is there as a whole or not at all, and a restart
//! finishes what was begun.

use crate::given::{ADMIN, GROUP, ROLE, TICKET};
use engine::Problem;
use model::command::Command;
use model::limits::CLAIM_SECONDS;
use model::view::package::Tab;
use model::{Refusal, RequestId, Span};
use testkit::{Person, World, both};

/// The people of the main job.
struct Cast {
    world: World,
    alex: Person,
    miriam: Person,
    bianca: Person,
}

impl Cast {
    /// Does the main job from wherever it stands. An error is the crash; what is refused was done before it.
    async fn goes_on(&self) -> Result<(), Problem> {
        let submitted = self.alex.requests(ADMIN).because("Mail flow.").answering(TICKET, "CHG1").await;
        let request = match submitted {
            Ok(request) => request,
            Err(Problem::Refused(Refusal::AlreadyRequested { request, .. })) => request,
            // It was delivered before the crash; what is left to do is up to the clock.
            Err(Problem::Refused(Refusal::AlreadyHeld { .. })) => return self.ends().await,
            Err(other) => return Err(other),
        };
        decided(self.miriam.approves(request, "Known change.").await)?;
        self.world.engine().settle().await?;
        decided(self.bianca.approves(request, "In the calendar.").await)?;
        self.world.engine().settle().await?;
        self.ends().await
    }

    /// The four hours pass, once.
    async fn ends(&self) -> Result<(), Problem> {
        let active = self.alex.packages_or(Tab::Active).await?;
        if let Some(row) = active.first() {
            let model::view::package::Standing::Held { ends: Some(ends), .. } = row.standing else { panic!("{row:?}") };
            self.world.time_goes_by(ends.until.since(self.world.now()));
        }
        self.world.engine().settle().await?;
        Ok(())
    }

    async fn newest(&self) -> Option<RequestId> {
        let rows = self.alex.asks(model::query::Requests { phase: None, after: None }).await.unwrap().rows;
        rows.first().map(|row| row.request)
    }
}

fn decided(result: Result<(), Problem>) -> Result<(), Problem> {
    match result {
        Err(Problem::Refused(Refusal::AlreadyDecided { mine: true, .. })) => Ok(()),
        other => other,
    }
}

trait Asks {
    async fn packages_or(&self, tab: Tab) -> Result<Vec<model::view::package::Row>, Problem>;
}

impl Asks for Person {
    async fn packages_or(&self, tab: Tab) -> Result<Vec<model::view::package::Row>, Problem> {
        Ok(self.asks(model::query::Packages { tab, search: String::new(), after: None }).await?.rows)
    }
}

both! {
    async fn regression_21_killed_after_any_statement_the_main_job_is_whole_and_a_restart_finishes_it(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, miriam, bianca] = world.people(["alex", "miriam", "bianca"]).await;
        let cast = Cast { world: world.clone(), alex, miriam, bianca };

        // An undisturbed run shows what the story and the post are.
        cast.goes_on().await.unwrap();
        let story = world.story_of(cast.newest().await.unwrap()).await;
        let post = world.post().await;
        assert_eq!((story.len(), post.len()), (10, 6));

        let (mut statements, mut crashes) = (1, 0);
        loop {
            world.letters_are_thrown_away();
            world.time_goes_by(Span::hours(12));
            for person in [&cast.alex, &cast.miriam, &cast.bianca] {
                person.signs_in().await.unwrap();
            }
            world.settle().await;
            let before = cast.newest().await;

            world.db().fail_after(Some(statements));
            let crashed = match cast.goes_on().await {
                Ok(()) => false,
                Err(Problem::Broken(_)) => true,
                Err(Problem::Refused(refusal)) => panic!("after {statements} statements: {}", refusal.sentence()),
            };
            world.restart();
            if let Some(newest) = cast.newest().await {
                world.request_is_whole(newest).await;
            }
            if crashed {
                crashes += 1;
                // What was claimed by the dead server is free again after a while.
                world.passes(Span::seconds(CLAIM_SECONDS)).await;
                let done = cast.newest().await.filter(|newest| Some(*newest) != before);
                let over = match done {
                    Some(request) => world.story_of(request).await.contains(&"package_assignment_ended"),
                    None => false,
                };
                if !over {
                    cast.goes_on().await.unwrap();
                }
            }
            world.settle().await;

            let request = cast.newest().await.unwrap();
            assert_eq!(world.story_of(request).await, story, "killed after {statements} statements");
            assert_eq!(world.post().await, post, "killed after {statements} statements");
            assert!(!world.letters_wait().await, "no letter is left behind");
            assert!(!cast.alex.holds(ROLE).await && !cast.alex.holds(GROUP).await);
            world.request_is_whole(request).await;
            if !crashed {
                break;
            }
            statements += 1;
        }
        assert!(crashes > 100, "the job has many statements: {crashes}");
        eprintln!("killed {crashes} times");
        world.is_whole(&[&cast.alex]).await;
        world.history_is_sound().await;
    }

    async fn a_change_that_could_not_be_saved_left_nothing(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, jonas] = world.people(["morgan", "jonas"]).await;
        morgan.who().await.unwrap();
        let (version, before) = world.form_of(jonas.id).await;
        let mut fields = before.clone();
        fields.profile.attributes.insert("jobTitle".into(), "Level 3 IT support engineer".into());
        let mut statements = 1;
        loop {
            world.db().fail_after(Some(statements));
            let saved = morgan.submits(Command::EditUser { user: jonas.id, version, fields: fields.clone() }).await;
            world.restart();
            match saved {
                Ok(_) => break,
                Err(Problem::Broken(_)) => {
                    assert_eq!(world.form_of(jonas.id).await, (version, before.clone()));
                    assert!(!jonas.holds("Level 3 IT Support").await);
                    assert!(world.history_about(jonas.id.0).await.len() <= 2);
                }
                Err(Problem::Refused(refusal)) => panic!("{}", refusal.sentence()),
            }
            statements += 1;
        }
        assert!(jonas.holds("Level 3 IT Support").await, "attribute and membership came together");
        world.settle().await;
        world.history_is_sound().await;
    }
}
