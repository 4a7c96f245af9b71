//! Applying results when something fails: the row says so and is tried again, no other row waits for it, and it ends.

use crate::review_evidence::{claim, file, is_known};
use crate::reviews::{begins, belongs, says, settings, shown, team};
use model::command::Command;
use model::limits::REVIEW_APPLY_TRIES;
use model::review::{Decision, Phase, Reviewed};
use model::view::review::{EXPORTED, ResultRow, RowFilter};
use model::{AnyId, GroupId, ReviewId, ReviewSeriesId, Span, query};
use testkit::{Person, World, both};

/// The database refuses to end what one person holds of one group.
struct Broken;

impl Broken {
    async fn is(world: &World, group: GroupId, who: &Person) -> Self {
        let (principal, resource) = (said(world, who.id.0), said(world, group.0));
        let condition = format!("new.principal_id = {principal} and new.resource_id = {resource} and new.ended_at is not null");
        Self::breaks(world, "update on role_assignments", &condition).await;
        Self
    }

    /// It refuses to write down that something of one person ended: the whole step fails when it is saved.
    async fn events(world: &World) -> Self {
        Self::breaks(world, "insert on events", "new.document like '%broken by hand%'").await;
        Self
    }

    async fn breaks(world: &World, when: &str, condition: &str) {
        let sql = if world.db().is_sqlite() {
            format!("create trigger broken before {when} when {condition} begin select raise(abort, 'broken by hand'); end")
        } else {
            format!(
                "create function broken() returns trigger language plpgsql as $$ begin raise exception 'broken by hand'; end $$;
                 create trigger broken before {when} for each row when ({condition}) execute function broken()"
            )
        };
        forge(world, &sql).await;
    }

    async fn mends(self, world: &World, table: &str) {
        let sql = if world.db().is_sqlite() {
            "drop trigger broken".to_owned()
        } else {
            format!("drop trigger broken on {table}; drop function broken")
        };
        forge(world, &sql).await;
    }
}

fn said(world: &World, id: AnyId) -> String {
    if world.db().is_sqlite() { format!("x'{}'", id.simple()) } else { format!("'{id}'") }
}

async fn forge(world: &World, sql: &str) {
    let mut link = world.db().begin().await.unwrap();
    store::events::forge(&mut link, sql).await.unwrap();
    link.commit().await.unwrap();
}

/// Everybody in the group is denied; nothing is applied yet.
async fn denied(world: &World, name: &str, people: &[&Person]) -> (GroupId, ReviewSeriesId, ReviewId) {
    let [miriam, morgan] = world.people(["miriam", "morgan"]).await;
    let group = team(world, name, people).await;
    let (series, review) = begins(world, &morgan, Reviewed::Group(group), settings(&morgan, &[&miriam]).await).await;
    for (name, reason) in [("Alex", "Broken by hand."), ("Lee", "Gone."), ("Yuki", "Gone.")] {
        says(&miriam, review, &[name], Decision::Deny, &reason.to_lowercase()).await.unwrap();
    }
    morgan.submits(Command::StopReview { review, stage_only: false }).await.unwrap();
    world.settle().await;
    assert_eq!(shown(&morgan, series).await.phase, Phase::Completed);
    (group, series, review)
}

async fn outcome(who: &Person, review: ReviewId, name: &str) -> ResultRow {
    let all = query::ReviewResults { review, filter: RowFilter::All, search: String::new(), after: None };
    who.asks(all).await.unwrap().rows.into_iter().find(|one| one.row.name == name).unwrap()
}

async fn words(who: &Person, review: ReviewId, name: &str) -> (String, String) {
    let one = outcome(who, review, name).await;
    (one.outcome, model::time::spelled(&one.outcome_because))
}

/// A cell of somebody's line in the download.
async fn cell(who: &Person, review: ReviewId, name: &str, column: &str) -> String {
    let all = who.asks(query::ExportedReview { review, after: None }).await.unwrap().rows;
    let place = |column: &str| EXPORTED.iter().position(|one| *one == column).unwrap();
    let line = all.iter().find(|line| line[place("Principal")] == name).unwrap();
    line[place(column)].clone()
}

/// The workers go on, whatever fails, for so long.
async fn goes_on(world: &World, seconds: i64) {
    world.time_goes_by(Span::seconds(seconds));
    for _ in 0..4 {
        if world.engine().settle().await.is_ok() {
            return;
        }
    }
}

both! {
    async fn a_row_that_fails_says_so_is_tried_again_and_keeps_no_other_waiting(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, yuki, morgan] = world.people(["alex", "lee", "yuki", "morgan"]).await;
        let (group, series, review) = denied(&world, "Archive", &[&alex, &lee, &yuki]).await;
        let broken = Broken::is(&world, group, &alex).await;
        morgan.submits(Command::ApplyReview { review }).await.unwrap();
        world.settle().await;
        assert!(belongs(&world, group, &alex).await && !belongs(&world, group, &lee).await && !belongs(&world, group, &yuki).await);
        let (what, why) = words(&morgan, review, "Alex").await;
        assert_eq!(what, "Failed, tried again");
        assert!(why.starts_with("1 try failed, because of an error") && why.contains("Tried again on"), "{why}");
        assert_eq!(words(&morgan, review, "Lee").await, ("Removed".to_owned(), String::new()));
        let now = shown(&morgan, series).await;
        assert_eq!(now.phase, Phase::Applying);
        assert!(now.notes.iter().any(|note| note.starts_with("1 row failed and is tried again")), "{:?}", now.notes);
        world.passes(Span::seconds(5)).await;
        assert!(words(&morgan, review, "Alex").await.1.starts_with("2 tries failed, the last one because of an error"));
        assert_eq!(cell(&morgan, review, "Alex", "Failed tries").await, "2");
        assert_ne!(cell(&morgan, review, "Alex", "Tried again at").await, "");
        assert_eq!(cell(&morgan, review, "Lee", "Failed tries").await, "");

        broken.mends(&world, "role_assignments").await;
        world.passes(Span::seconds(10)).await;
        assert!(!belongs(&world, group, &alex).await);
        let (what, why) = words(&morgan, review, "Alex").await;
        assert_eq!(what, "Removed");
        assert!(why.starts_with("2 tries failed") && !why.contains("Tried again"), "{why}");
        let counts = shown(&morgan, series).await.instance.counts;
        assert_eq!((shown(&morgan, series).await.phase, counts.removed, counts.not_removed), (Phase::Applied, 3, 0));
        let lines = file(&morgan, review).await;
        let seen = lines.join("\n");
        assert_eq!(seen.matches("\"failed\":{\"tries\":2,\"cause\":\"fault\"}").count(), 1, "{seen}");
        assert!(is_known(&world, &claim(&lines).unwrap()).await);
        world.history_is_sound().await;
    }

    async fn what_fails_for_ever_ends_as_not_applied_with_its_cause(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, yuki, morgan] = world.people(["alex", "lee", "yuki", "morgan"]).await;
        let (group, series, review) = denied(&world, "Archive", &[&alex, &lee, &yuki]).await;
        let _broken = Broken::is(&world, group, &alex).await;
        morgan.submits(Command::ApplyReview { review }).await.unwrap();
        world.settle().await;
        for _ in 1..REVIEW_APPLY_TRIES {
            assert_eq!(shown(&morgan, series).await.phase, Phase::Applying);
            world.passes(Span::minutes(15)).await;
        }
        let now = shown(&morgan, series).await;
        assert_eq!((now.phase, now.instance.counts.removed, now.instance.counts.not_removed), (Phase::Applied, 2, 1));
        let (what, why) = words(&morgan, review, "Alex").await;
        assert_eq!(what, "Cannot be applied");
        assert!(why.starts_with("10 tries failed, the last one because of an error") && why.ends_with("Take it away by hand."), "{why}");
        assert!(belongs(&world, group, &alex).await);
        world.history_is_sound().await;
    }

    async fn a_step_that_cannot_be_saved_keeps_only_the_row_that_broke_it(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, yuki, morgan] = world.people(["alex", "lee", "yuki", "morgan"]).await;
        let (group, series, review) = denied(&world, "Archive", &[&alex, &lee, &yuki]).await;
        let broken = Broken::events(&world).await;
        morgan.submits(Command::ApplyReview { review }).await.unwrap();
        goes_on(&world, 0).await;
        assert_eq!(words(&morgan, review, "Lee").await.0, "Failed, tried again", "nobody knows yet because of whom");
        goes_on(&world, 5).await;
        goes_on(&world, 5).await;
        assert!(!belongs(&world, group, &lee).await && !belongs(&world, group, &yuki).await && belongs(&world, group, &alex).await);
        assert_eq!(words(&morgan, review, "Alex").await.0, "Failed, tried again");
        broken.mends(&world, "events").await;
        world.passes(Span::minutes(1)).await;
        let now = shown(&morgan, series).await;
        assert_eq!((now.phase, now.instance.counts.removed, now.instance.counts.not_removed), (Phase::Applied, 3, 0));
        world.history_is_sound().await;
    }

    async fn killed_anywhere_while_a_row_fails_the_results_are_the_same(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, yuki, miriam, morgan] = world.people(["alex", "lee", "yuki", "miriam", "morgan"]).await;
        let (mut statements, mut crashes) = (0, 0);
        loop {
            for who in [&miriam, &morgan] {
                who.signs_in().await.unwrap();
            }
            let (group, series, review) = denied(&world, &format!("Archive {statements}"), &[&alex, &lee, &yuki]).await;
            let broken = Broken::is(&world, group, &alex).await;
            morgan.submits(Command::ApplyReview { review }).await.unwrap();
            world.db().fail_after(Some(statements));
            let crashed = world.engine().settle().await.is_err();
            world.restart();
            world.passes(Span::seconds(model::limits::CLAIM_SECONDS)).await;
            broken.mends(&world, "role_assignments").await;
            world.passes(Span::minutes(15)).await;
            let now = shown(&morgan, series).await;
            assert_eq!(
                (now.phase, now.instance.counts.removed, now.instance.counts.not_removed),
                (Phase::Applied, 3, 0),
                "killed after {statements} statements"
            );
            if !crashed {
                break;
            }
            crashes += 1;
            statements += 4;
        }
        assert!(crashes > 5, "applying has several statements: {crashes}");
        world.history_is_sound().await;
    }

    async fn whichever_statement_fails_once_everything_is_removed_once(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, yuki, miriam, morgan] = world.people(["alex", "lee", "yuki", "miriam", "morgan"]).await;
        for statements in (0..60).step_by(3) {
            for who in [&miriam, &morgan] {
                who.signs_in().await.unwrap();
            }
            let (group, series, review) = denied(&world, &format!("Archive {statements}"), &[&alex, &lee, &yuki]).await;
            morgan.submits(Command::ApplyReview { review }).await.unwrap();
            world.db().fail_once_after(statements);
            goes_on(&world, 0).await;
            world.restart();
            world.passes(Span::minutes(15)).await;
            let now = shown(&morgan, series).await;
            let counts = now.instance.counts;
            assert_eq!((now.phase, counts.removed, counts.not_removed), (Phase::Applied, 3, 0), "after {statements} statements");
            assert!(!belongs(&world, group, &alex).await);
        }
        world.history_is_sound().await;
    }
}
