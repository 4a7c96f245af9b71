//! Access reviews that were stopped too early, and are opened again.

use crate::reviews::{begins, belongs, decides, row, says, sees, settings, shown, team};
use engine::Problem;
use model::command::{Command, Done};
use model::event::Action;
use model::review::{Decision, Frequency, Phase, ReviewStage, Reviewed, Reviewers, Silence};
use model::{ReviewId, Span};
use std::collections::BTreeSet;
use testkit::{Person, World, both, refused};

async fn stops(world: &World, by: &Person, review: ReviewId) {
    by.submits(Command::StopReview { review, stage_only: false }).await.unwrap();
    world.settle().await;
}

async fn reopens(world: &World, by: &Person, review: ReviewId) -> Result<Done, Problem> {
    let done = by.submits(Command::ReopenReview { review }).await;
    world.settle().await;
    done
}

/// Why it stays closed.
async fn stays_closed(world: &World, by: &Person, review: ReviewId) -> String {
    let refusal = refused(reopens(world, by, review).await);
    assert_eq!(refusal.code(), "review_stays_closed");
    refusal.sentence()
}

both! {
    async fn what_is_not_stopped_or_applied_or_over_or_followed_stays_closed(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan] = world.people(["alex", "lee", "miriam", "morgan"]).await;
        let group = team(&world, "Archive", &[&alex, &lee]).await;
        let mut form = settings(&morgan, &[&miriam]).await;
        (form.frequency, form.stages[0].days) = (Frequency::Weekly, 6);
        let (series, review) = begins(&world, &morgan, Reviewed::Group(group), form.clone()).await;
        assert!(stays_closed(&world, &morgan, review).await.contains("Only a review that was stopped"));
        says(&miriam, review, &["Alex"], Decision::Deny, "").await.unwrap();
        stops(&world, &morgan, review).await;
        assert_eq!(refused(miriam.submits(Command::ReopenReview { review }).await).code(), "not_found", "a reviewer is no administrator");
        assert!(shown(&morgan, series).await.may_reopen);
        // The next one begins earlier than was planned.
        form.starts_at = world.now() + Span::days(1);
        let version = sees(&morgan, series).await.version;
        morgan.submits(Command::EditReviewSeries { series, version, settings: form.clone() }).await.unwrap();
        world.passes(Span::days(2)).await;
        assert!(stays_closed(&world, &morgan, review).await.contains("has begun"));
        // Its time is over.
        (form.frequency, form.starts_at) = (Frequency::Once, world.now());
        let (series, review) = begins(&world, &morgan, Reviewed::Group(group), form.clone()).await;
        says(&miriam, review, &["Alex"], Decision::Deny, "").await.unwrap();
        stops(&world, &morgan, review).await;
        world.passes(Span::days(7)).await;
        assert!(stays_closed(&world, &morgan, review).await.contains("is over") && !shown(&morgan, series).await.may_reopen);
        // What ended by itself was not stopped.
        form.starts_at = world.now();
        let (_, review) = begins(&world, &morgan, Reviewed::Group(group), form.clone()).await;
        says(&miriam, review, &["Alex"], Decision::Deny, "").await.unwrap();
        world.passes(Span::days(7)).await;
        assert!(stays_closed(&world, &morgan, review).await.contains("Only a review that was stopped"));
        // What was removed stays so.
        (form.starts_at, form.auto_apply) = (world.now(), true);
        let (series, review) = begins(&world, &morgan, Reviewed::Group(group), form).await;
        says(&miriam, review, &["Alex"], Decision::Deny, "").await.unwrap();
        stops(&world, &morgan, review).await;
        assert!(stays_closed(&world, &morgan, review).await.contains("applied"));
        assert!(!belongs(&world, group, &alex).await);
        morgan.submits(Command::DeleteReviewSeries { series }).await.unwrap();
        assert_eq!(refused(reopens(&world, &morgan, review).await).code(), "not_found");
    }

    async fn it_goes_on_where_it_was_and_silence_has_said_nothing(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan] = world.people(["alex", "lee", "miriam", "morgan"]).await;
        let group = team(&world, "Archive", &[&alex, &lee]).await;
        let mut form = settings(&morgan, &[&miriam]).await;
        form.silence = Silence::Remove;
        let (series, review) = begins(&world, &morgan, Reviewed::Group(group), form).await;
        let until = shown(&morgan, series).await.until;
        says(&miriam, review, &["Alex"], Decision::Deny, "Left.").await.unwrap();
        let before = shown(&morgan, series).await.instance.counts;
        world.passes(Span::days(1)).await;
        stops(&world, &morgan, review).await;
        let stopped = shown(&morgan, series).await;
        assert_eq!((stopped.phase, stopped.instance.counts.denied), (Phase::Completed, 2), "by silence");
        let letters = world.subjects_to("miriam").await.len();
        reopens(&world, &morgan, review).await.unwrap();
        let now = shown(&morgan, series).await;
        assert_eq!((now.phase, now.until, now.instance.counts), (Phase::InProgress, until, before));
        let (alexs, lees) = (row(&miriam, review, "Alex").await, row(&miriam, review, "Lee").await);
        assert_eq!((alexs.decision, alexs.open, lees.decision, lees.open), (Decision::Deny, false, Decision::NotReviewed, true));
        assert_eq!(world.subjects_to("miriam").await.len(), letters + 1, "she has an open row");
        assert!(world.history_about(series.0).await.iter().any(|event| matches!(event.action, Action::ReviewReopened { .. })));
        says(&miriam, review, &["Lee"], Decision::Approve, "Works there.").await.unwrap();
        world.passes(Span::days(14)).await;
        morgan.submits(Command::ApplyReview { review }).await.unwrap();
        world.settle().await;
        assert!(!belongs(&world, group, &alex).await && belongs(&world, group, &lee).await);
    }

    async fn one_in_which_nothing_was_denied_is_opened_again_too(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan] = world.people(["alex", "lee", "miriam", "morgan"]).await;
        let group = team(&world, "Archive", &[&alex, &lee]).await;
        let (series, review) = begins(&world, &morgan, Reviewed::Group(group), settings(&morgan, &[&miriam]).await).await;
        stops(&world, &morgan, review).await;
        assert_eq!(shown(&morgan, series).await.phase, Phase::Applied);
        reopens(&world, &morgan, review).await.unwrap();
        assert_eq!(decides(&miriam, review).await.unwrap().rows.iter().filter(|row| row.open).count(), 2);
    }

    async fn a_later_stage_is_opened_again_with_what_was_brought_and_decided_in_it(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan] = world.people(["alex", "lee", "miriam", "morgan"]).await;
        let group = team(&world, "Archive", &[&alex, &lee, &miriam]).await;
        let mut form = settings(&morgan, &[&miriam, &morgan]).await;
        let second = Reviewers::Selected { users: vec![morgan.id], groups: Vec::new() };
        form.stages.push(ReviewStage { reviewers: second, fallback: Vec::new(), days: 3 });
        (form.carried, form.earlier_shown) = (BTreeSet::from([Decision::Deny, Decision::Approve]), true);
        let (series, review) = begins(&world, &morgan, Reviewed::Group(group), form).await;
        says(&miriam, review, &["Alex"], Decision::Deny, "").await.unwrap();
        says(&miriam, review, &["Lee"], Decision::Approve, "Yes.").await.unwrap();
        morgan.submits(Command::StopReview { review, stage_only: true }).await.unwrap();
        world.settle().await;
        says(&morgan, review, &["Alex"], Decision::Deny, "Indeed.").await.unwrap();
        let before = shown(&morgan, series).await.instance.counts;
        stops(&world, &morgan, review).await;
        reopens(&world, &morgan, review).await.unwrap();
        let now = shown(&morgan, series).await;
        assert_eq!((now.stage.as_str(), now.instance.counts), ("Stage 2 of 2", before));
        let rows = decides(&morgan, review).await.unwrap().rows;
        let open: Vec<&str> = rows.iter().filter(|row| row.open).map(|row| row.name.as_str()).collect();
        assert_eq!((rows.len(), open), (2, vec!["Lee"]), "whoever was not reviewed did not come into this stage");
    }
}
