//! Regression 21: the server may be killed anywhere. A change is there as a whole or not at all, and a restart
//! finishes what was begun.

use crate::given::{ADMIN, GROUP, ROLE, TICKET};
use crate::reviews::{begins, decides, says, settings, shown, team};
use crate::reviews_given::another_system_gives;
use engine::Problem;
use model::command::{Command, Done};
use model::directory::Principal;
use model::event::Action;
use model::limits::CLAIM_SECONDS;
use model::provisioning::Provisioned;
use model::review::{DecideRows, Decision, Silence};
use model::view::package::Tab;
use model::view::review::RowFilter;
use model::{Refusal, RequestId, ReviewSeriesId, Span, query};
use store::provisioned::Said;
use testkit::{Person, World, both};

/// Rounds after which a letter that still waits is left behind.
const ROUNDS_MOST: u32 = 1_000;

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

/// Does it on a server that is killed after so many statements, unless it is done before; whether it was killed. Another one has
/// started then.
async fn is_killed(world: &World, statements: u64, does: impl AsyncFnOnce() -> Result<(), Problem>) -> bool {
    world.db().fail_after(Some(statements));
    let crashed = match does().await {
        Ok(()) => false,
        Err(Problem::Broken(_)) => true,
        Err(Problem::Refused(refusal)) => panic!("after {statements} statements: {}", refusal.sentence()),
    };
    world.restart();
    crashed
}

/// What the dead server had begun, PostgreSQL takes back when its connection is looked after, which may be a moment later. Until
/// then its letters are locked, and whoever claims letters passes over those.
async fn comes_to_rest(world: &World) {
    for _ in 0..ROUNDS_MOST {
        world.settle().await;
        if !world.letters_wait().await {
            return;
        }
    }
    panic!("letters are left behind");
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

/// A review in which a reviewer decides and whose results are applied by themselves.
struct Reviewed<'a> {
    world: &'a World,
    morgan: &'a Person,
}

impl Reviewed<'_> {
    /// A group of these people with a review that nobody has begun.
    async fn begins(&self, name: &str, people: &[&Person]) -> ReviewSeriesId {
        let group = crate::reviews::team(self.world, name, people).await;
        let mut form = crate::reviews::settings(self.morgan, &[self.morgan]).await;
        (form.auto_apply, form.silence, form.silence_limit_percent) = (true, Silence::Remove, 100);
        let of = vec![model::review::Reviewed::Group(group)];
        match self.morgan.submits(Command::CreateReviews { of, settings: form }).await.unwrap() {
            Done::ReviewsCreated { first, .. } => first,
            other => panic!("{other:?}"),
        }
    }

    /// Does it from wherever it stands.
    async fn goes_on(&self, series: ReviewSeriesId) -> Result<(), Problem> {
        self.world.engine().settle().await?;
        let seen = self.morgan.asks(query::Review { series, review: None, before: None }).await?;
        let review = seen.instance.unwrap().instance.review;
        for (name, decision) in [("Alex", Decision::Deny), ("Lee", Decision::Approve)] {
            let page = query::Reviewing { review, filter: RowFilter::Open, search: String::new(), after: None };
            let page = self.morgan.asks(page).await?;
            if let Some(row) = page.rows.iter().find(|row| row.name == name && page.open) {
                let rows = vec![row.row];
                let reason = "Looked.".to_owned();
                let asked = DecideRows { review, rows, decision, reason, confirmed: false };
                self.morgan.submits(Command::DecideRows(asked)).await?;
            }
        }
        match self.morgan.submits(Command::StopReview { review, stage_only: false }).await {
            // It was stopped before the crash.
            Ok(_) | Err(Problem::Refused(Refusal::ReviewNotThen { .. })) => {}
            Err(other) => return Err(other),
        }
        self.world.engine().settle().await?;
        Ok(())
    }

    /// What was decided about each and what became of it.
    async fn outcome(&self, series: ReviewSeriesId) -> Vec<String> {
        let seen = self.morgan.asks(query::Review { series, review: None, before: None }).await.unwrap();
        let shown = seen.instance.unwrap();
        assert_eq!(shown.phase, model::review::Phase::Applied);
        let review = shown.instance.review;
        let all = query::ReviewResults { review, filter: RowFilter::All, search: String::new(), after: None };
        let rows = self.morgan.asks(all).await.unwrap().rows;
        rows.into_iter()
            .map(|one| {
                assert!(one.row.earlier.is_empty(), "nothing was decided twice");
                let outcome = if one.outcome.is_empty() { "Not applied".to_owned() } else { one.outcome };
                format!("{} {} {outcome}", one.row.name, one.row.decision.words())
            })
            .collect()
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

            let crashed = is_killed(&world, statements, async || cast.goes_on().await).await;
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
            comes_to_rest(&world).await;

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

    async fn a_review_that_is_killed_anywhere_ends_the_same(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan] = world.people(["alex", "lee", "miriam", "morgan"]).await;
        let people = [&alex, &lee, &miriam];
        let reviewed = Reviewed { world: &world, morgan: &morgan };
        let whole = reviewed.begins("Whole", &people).await;
        reviewed.goes_on(whole).await.unwrap();
        let expected = reviewed.outcome(whole).await;
        assert_eq!(expected, ["Alex Denied Removed", "Lee Approved Not applied", "Miriam Denied Removed"]);
        let (mut statements, mut crashes) = (1, 0);
        loop {
            morgan.signs_in().await.unwrap();
            let killed = reviewed.begins(&format!("Killed {statements}"), &people).await;
            let crashed = is_killed(&world, statements, async || reviewed.goes_on(killed).await).await;
            world.passes(Span::seconds(CLAIM_SECONDS)).await;
            if crashed {
                crashes += 1;
                reviewed.goes_on(killed).await.unwrap();
            }
            assert_eq!(reviewed.outcome(killed).await, expected, "killed after {statements} statements");
            if !crashed {
                break;
            }
            statements += 3;
        }
        assert!(crashes > 20, "a review has many statements: {crashes}");
        world.history_is_sound().await;
    }

    async fn a_review_that_is_killed_anywhere_while_it_is_reset_is_open_again_and_says_so_once(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan] = world.people(["alex", "lee", "miriam", "morgan"]).await;
        let (mut statements, mut crashes) = (1, 0);
        loop {
            morgan.signs_in().await.unwrap();
            let group = team(&world, &format!("Reset {statements}"), &[&alex, &lee, &miriam]).await;
            let form = settings(&morgan, &[&morgan]).await;
            let (series, review) = begins(&world, &morgan, model::review::Reviewed::Group(group), form).await;
            let fresh = shown(&morgan, series).await.instance.counts;
            says(&morgan, review, &["Alex"], Decision::Deny, "Left.").await.unwrap();
            says(&morgan, review, &["Lee"], Decision::Approve, "Stays.").await.unwrap();
            let resets = async || -> Result<(), Problem> {
                match morgan.submits(Command::ResetReview { review }).await {
                    // It was reset before the crash.
                    Ok(_) | Err(Problem::Refused(Refusal::NothingDecided)) => {}
                    Err(other) => return Err(other),
                }
                world.engine().settle().await?;
                Ok(())
            };
            let crashed = is_killed(&world, statements, resets).await;
            world.passes(Span::seconds(CLAIM_SECONDS)).await;
            if crashed {
                crashes += 1;
                resets().await.unwrap();
            }
            assert_eq!(shown(&morgan, series).await.instance.counts, fresh, "killed after {statements} statements");
            let rows = decides(&morgan, review).await.unwrap().rows;
            let said: Vec<(&str, usize)> = rows
                .iter()
                .map(|row| {
                    assert!(row.open, "killed after {statements} statements: {row:?}");
                    (row.name.as_str(), row.earlier.iter().filter(|one| one.how == "set back").count())
                })
                .collect();
            assert_eq!(said, [("Alex", 1), ("Lee", 1), ("Miriam", 0)], "killed after {statements} statements");
            morgan.submits(Command::DeleteReviewSeries { series }).await.unwrap();
            if !crashed {
                break;
            }
            statements += 3;
        }
        assert!(crashes > 5, "a reset has several statements: {crashes}");
        world.history_is_sound().await;
    }

    async fn removals_that_are_killed_anywhere_while_they_are_tried_again_are_each_done_once(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, tomas, yuki, morgan] = world.people(["alex", "lee", "tomas", "yuki", "morgan"]).await;
        let mut everybody = [&alex, &lee, &tomas, &yuki].map(|one| Principal::User(one.id));
        everybody.sort_unstable();
        let (mut statements, mut crashes) = (0, 0);
        loop {
            let when = format!("killed after {statements} statements");
            morgan.signs_in().await.unwrap();
            let group = team(&world, &format!("Again {statements}"), &[&lee]).await;
            for one in [&alex, &tomas, &yuki] {
                another_system_gives(&world, group, one).await;
            }
            let mut form = settings(&morgan, &[&morgan]).await;
            form.auto_apply = true;
            let (series, review) = begins(&world, &morgan, model::review::Reviewed::Group(group), form).await;
            says(&morgan, review, &["Alex", "Lee", "Tomas", "Yuki"], Decision::Deny, "Left.").await.unwrap();
            morgan.submits(Command::StopReview { review, stage_only: false }).await.unwrap();
            world.settle().await;
            let over = shown(&morgan, series).await;
            assert_eq!((over.phase, over.try_again), (model::review::Phase::Applied, Some(3)), "only Lee is gone");
            // The other system speaks of the group no longer, so that nothing is in the way of another try.
            let gone = Said { external_id: None, said: "{}".to_owned(), removed_at: Some(world.now()) };
            let mut link = world.db().begin().await.unwrap();
            store::provisioned::set(&mut link, Provisioned::Group, group.0, &gone).await.unwrap();
            link.commit().await.unwrap();
            // What is told from here on is newer than everything before, and comes first.
            let before = world.history_about(series.0).await.len();
            world.time_goes_by(Span::minutes(1));
            let tries = async || -> Result<(), Problem> {
                match morgan.submits(Command::TryReviewAgain { review }).await {
                    // They were tried again before the crash, and the restart finished it.
                    Ok(_) | Err(Problem::Refused(Refusal::NothingToTryAgain)) => {}
                    Err(other) => return Err(other),
                }
                world.engine().settle().await?;
                Ok(())
            };
            let crashed = is_killed(&world, statements, tries).await;
            world.passes(Span::seconds(CLAIM_SECONDS)).await;
            if crashed {
                crashes += 1;
                tries().await.unwrap();
            }
            let now = shown(&morgan, series).await;
            let counts = now.instance.counts;
            let stands = (now.phase, now.try_again, counts.total, counts.removed, counts.not_removed);
            assert_eq!(stands, (model::review::Phase::Applied, None, 4, 4, 0), "{when}");
            let all = query::ReviewResults { review, filter: RowFilter::All, search: String::new(), after: None };
            let rows = morgan.asks(all).await.unwrap().rows;
            let became: Vec<(&str, &str)> = rows.iter().map(|one| (one.row.name.as_str(), one.outcome.as_str())).collect();
            assert_eq!(became, ["Alex", "Lee", "Tomas", "Yuki"].map(|name| (name, "Removed")), "{when}");
            assert!(morgan.sees_group(group).await.unwrap().members.is_empty(), "{when}");
            let mut ended: Vec<Principal> = world
                .history_about(group.0)
                .await
                .iter()
                .filter_map(|event| match &event.action {
                    Action::AssignmentEnded { principal, .. } => Some(*principal),
                    _ => None,
                })
                .collect();
            ended.sort_unstable();
            assert_eq!(ended, everybody, "{when}");
            let history = world.history_about(series.0).await;
            let mut since: Vec<&str> = history.iter().take(history.len() - before).map(|event| event.action.code()).collect();
            since.sort_unstable();
            assert_eq!(since, ["review_applied", "review_sealed", "review_tried_again"], "{when}");
            if !crashed {
                break;
            }
            statements += 5;
        }
        assert!(crashes > 5, "another try has several statements: {crashes}");
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
