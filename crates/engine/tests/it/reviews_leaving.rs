//! Reviewers who are disabled in the middle of a stage: their rows are with others, and nobody waits for whoever left.

use crate::reviews::{begins, belongs, decides, row, says, settings, shown, team};
use model::command::{Command, Done};
use model::event::Action;
use model::review::{Decision, HandOnRows, Reviewed, Reviewers};
use model::{ReviewId, ReviewSeriesId, Span, UserId};
use testkit::{Person, World, both, refused};

async fn names(who: &Person, review: ReviewId) -> Vec<String> {
    decides(who, review).await.map(|seen| seen.rows.into_iter().map(|row| row.name).collect()).unwrap_or_default()
}

/// From whom, to whom and how many, each time.
async fn passed(world: &World, series: ReviewSeriesId) -> Vec<(UserId, Vec<UserId>, u64)> {
    let history = world.history_about(series.0).await;
    let told = history.into_iter().filter_map(|event| match event.action {
        Action::ReviewRowsPassedOn { from, to, rows, .. } => Some((from, to, rows)),
        _ => None,
    });
    told.collect()
}

async fn asked(world: &World, who: &str) -> usize {
    world.subjects_to(who).await.len()
}

async fn leaves(world: &World, who: &Person) {
    let [morgan] = world.people(["morgan"]).await;
    morgan.disables(who).await.unwrap();
    world.settle().await;
}

async fn comes_back(world: &World, who: &Person) {
    let [morgan] = world.people(["morgan"]).await;
    morgan.enables(who).await.unwrap();
    world.settle().await;
}

both! {
    async fn rows_of_a_manager_who_is_disabled_are_with_the_fallback_reviewers_at_once(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan, yuki] = world.people(["alex", "lee", "miriam", "morgan", "yuki"]).await;
        let group = team(&world, "Archive", &[&alex, &lee]).await;
        for person in [&alex, &lee] {
            morgan.edits(person, |fields| fields.manager = Some(miriam.id)).await.unwrap();
        }
        let mut form = settings(&morgan, &[]).await;
        form.stages[0].reviewers = Reviewers::Managers;
        form.stages[0].fallback = vec![yuki.id];
        form.auto_apply = true;
        let (series, review) = begins(&world, &morgan, Reviewed::Group(group), form).await;
        assert_eq!(names(&miriam, review).await, ["Alex", "Lee"]);
        assert_eq!(refused(decides(&yuki, review).await).code(), "not_found");
        says(&miriam, review, &["Alex"], Decision::Approve, "Stays.").await.unwrap();
        let before = asked(&world, "yuki").await;

        leaves(&world, &miriam).await;
        assert_eq!(names(&yuki, review).await, ["Lee"], "what was decided stays decided");
        let kept = row(&yuki, review, "Lee").await.earlier;
        assert!(kept.iter().any(|one| one.what == "Passed on to Yuki" && one.by == "The system" && one.reason.contains("Miriam")), "{kept:?}");
        assert_eq!(asked(&world, "yuki").await, before + 1);
        assert_eq!(passed(&world, series).await, [(miriam.id, vec![yuki.id], 1)]);

        comes_back(&world, &miriam).await;
        assert_eq!((names(&miriam, review).await, names(&yuki, review).await), (vec!["Alex".to_owned()], vec!["Lee".to_owned()]));
        assert_eq!((asked(&world, "yuki").await, passed(&world, series).await.len()), (before + 1, 1), "nothing is doubled");
        says(&yuki, review, &["Lee"], Decision::Deny, "").await.unwrap();
        morgan.submits(Command::StopReview { review, stage_only: false }).await.unwrap();
        world.settle().await;
        assert!(belongs(&world, group, &alex).await && !belongs(&world, group, &lee).await);
        assert_eq!(shown(&morgan, series).await.instance.counts.total, 2);
    }

    async fn whoever_cannot_sign_in_is_not_counted_among_those_who_are_reminded(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, miriam, morgan, yuki] = world.people(["alex", "miriam", "morgan", "yuki"]).await;
        let group = team(&world, "Archive", &[&alex]).await;
        let (_, review) = begins(&world, &morgan, Reviewed::Group(group), settings(&morgan, &[&miriam, &yuki]).await).await;
        for (expected, leaver) in [(2, Some(&miriam)), (1, None)] {
            let done = morgan.submits(Command::RemindReviewers { review }).await.unwrap();
            assert!(matches!(done, Done::ReviewersReminded { people, .. } if people == expected), "{done:?}");
            world.settle().await;
            if let Some(leaver) = leaver {
                leaves(&world, leaver).await;
            }
        }
    }

    async fn while_others_share_the_rows_nothing_moves_and_the_last_to_leave_is_followed(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan, yuki] = world.people(["alex", "lee", "miriam", "morgan", "yuki"]).await;
        let group = team(&world, "Archive", &[&alex, &yuki]).await;
        let mut form = settings(&morgan, &[&miriam, &yuki]).await;
        form.stages[0].fallback = vec![lee.id];
        let (series, review) = begins(&world, &morgan, Reviewed::Group(group), form).await;
        assert_eq!(names(&miriam, review).await, ["Alex", "Yuki"]);
        leaves(&world, &miriam).await;
        // Yuki goes on, but not about themselves.
        assert_eq!((names(&yuki, review).await, names(&lee, review).await), (vec!["Alex".to_owned()], vec!["Yuki".to_owned()]));
        assert_eq!(passed(&world, series).await, [(miriam.id, vec![lee.id], 1)]);
        leaves(&world, &yuki).await;
        assert_eq!(names(&lee, review).await, ["Alex", "Yuki"]);
        assert_eq!(passed(&world, series).await.len(), 2);
        // Nobody who was named is left: whoever made it decides.
        leaves(&world, &lee).await;
        assert_eq!(names(&morgan, review).await, ["Alex", "Yuki"]);
        let counts = shown(&morgan, series).await.instance.counts;
        assert_eq!((counts.total, counts.open, counts.undecidable), (2, 2, 0));
        comes_back(&world, &miriam).await;
        assert_eq!(names(&miriam, review).await, ["Alex", "Yuki"], "who comes back shares again");
        assert_eq!(shown(&morgan, series).await.instance.counts, counts);
        assert_eq!(passed(&world, series).await.len(), 3);
    }

    async fn what_was_handed_to_whoever_left_goes_back_and_what_they_handed_on_is_answered_for(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan, tomas, yuki] = world.people(["alex", "lee", "miriam", "morgan", "tomas", "yuki"]).await;
        let group = team(&world, "Archive", &[&alex, &lee]).await;
        for person in [&alex, &lee] {
            morgan.edits(person, |fields| fields.manager = Some(miriam.id)).await.unwrap();
        }
        let mut form = settings(&morgan, &[]).await;
        form.stages[0].reviewers = Reviewers::Managers;
        form.stages[0].fallback = vec![tomas.id];
        let (_, review) = begins(&world, &morgan, Reviewed::Group(group), form).await;
        let seen = decides(&miriam, review).await.unwrap().rows;
        let alexs = seen.iter().find(|row| row.name == "Alex").unwrap().row;
        let hand = HandOnRows { review, rows: vec![alexs], to: Some(yuki.id), words: "You know.".into() };
        miriam.submits(Command::HandOnRows(hand.clone())).await.unwrap();
        leaves(&world, &yuki).await;
        assert_eq!(names(&miriam, review).await, ["Alex", "Lee"]);
        assert!(decides(&miriam, review).await.unwrap().rows.iter().all(|row| row.open));
        comes_back(&world, &yuki).await;
        assert_eq!(refused(decides(&yuki, review).await).code(), "not_found");
        miriam.submits(Command::HandOnRows(hand)).await.unwrap();
        leaves(&world, &miriam).await;
        assert_eq!(names(&yuki, review).await, ["Alex"], "still asked");
        assert_eq!(names(&tomas, review).await, ["Alex", "Lee"]);
    }

    async fn who_left_after_deciding_is_not_waited_for_when_everything_is_open_again(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan, yuki] = world.people(["alex", "lee", "miriam", "morgan", "yuki"]).await;
        let group = team(&world, "Archive", &[&alex, &lee]).await;
        for person in [&alex, &lee] {
            morgan.edits(person, |fields| fields.manager = Some(miriam.id)).await.unwrap();
        }
        let mut form = settings(&morgan, &[]).await;
        form.stages[0].reviewers = Reviewers::Managers;
        form.stages[0].fallback = vec![yuki.id];
        let (series, review) = begins(&world, &morgan, Reviewed::Group(group), form).await;
        says(&miriam, review, &["Alex"], Decision::Deny, "").await.unwrap();
        says(&miriam, review, &["Lee"], Decision::Approve, "Stays.").await.unwrap();
        leaves(&world, &miriam).await;
        assert_eq!(passed(&world, series).await, []);
        morgan.submits(Command::ResetReview { review }).await.unwrap();
        world.settle().await;
        assert_eq!(names(&yuki, review).await, ["Alex", "Lee"]);
        // The same where it was stopped, and is opened again.
        comes_back(&world, &miriam).await;
        let done = morgan.submits(Command::StopReview { review, stage_only: false }).await.unwrap();
        assert!(matches!(done, Done::ReviewStopped { .. }));
        world.settle().await;
        leaves(&world, &yuki).await;
        morgan.submits(Command::ReopenReview { review }).await.unwrap();
        world.settle().await;
        assert_eq!(names(&morgan, review).await, ["Alex", "Lee"], "nobody else is left");
        world.passes(Span::days(20)).await;
        assert_eq!(shown(&morgan, series).await.instance.counts.total, 2);
    }
}
