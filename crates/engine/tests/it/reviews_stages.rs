//! Access reviews of several stages: what an earlier stage decided is overturned by nobody who did not look at it, is of whoever
//! decided it, and survives handing on, stopping and a crash.

use crate::reviews::{begins, decides, row, says, settings, shown, team};
use model::command::Command;
use model::limits::CLAIM_SECONDS;
use model::review::{DecideRows, Decision, HandOnRows, Phase, ReviewSettings, ReviewStage, Reviewed, Reviewers};
use model::view::review::RowFilter;
use model::{ReviewId, ReviewSeriesId, Span, query};
use std::collections::BTreeSet;
use testkit::{Person, World, both, refused};

fn stage(people: &[&Person]) -> ReviewStage {
    let users = people.iter().map(|one| one.id).collect();
    ReviewStage { reviewers: Reviewers::Selected { users, groups: Vec::new() }, fallback: Vec::new(), days: 3 }
}

/// Stages of these people, after the first one; denied and undecided rows go on.
async fn form(by: &Person, first: &Person, then: &[&Person]) -> ReviewSettings {
    let mut form = settings(by, &[first]).await;
    form.stages.extend(then.iter().map(|one| stage(&[one])));
    form.carried = BTreeSet::from([Decision::Deny, Decision::NotReviewed]);
    form.earlier_shown = true;
    form
}

async fn next_stage(world: &World, by: &Person, review: ReviewId) {
    by.submits(Command::StopReview { review, stage_only: true }).await.unwrap();
    world.settle().await;
}

/// Somebody in a group was denied in the first stage, and somebody else was not decided about; the second one is open.
async fn in_second_stage(world: &World, shown: bool) -> (ReviewSeriesId, ReviewId) {
    let [alex, lee, miriam, morgan] = world.people(["alex", "lee", "miriam", "morgan"]).await;
    // What is recommended is to approve both.
    for one in [&alex, &lee] {
        one.signs_in().await.unwrap();
    }
    let group = team(world, "Archive", &[&alex, &lee]).await;
    let form = ReviewSettings { earlier_shown: shown, ..form(&morgan, &miriam, &[&morgan]).await };
    let (series, review) = begins(world, &morgan, Reviewed::Group(group), form).await;
    says(&miriam, review, &["Alex"], Decision::Deny, "Left.").await.unwrap();
    next_stage(world, &morgan, review).await;
    (series, review)
}

async fn filtered(who: &Person, review: ReviewId, filter: RowFilter) -> Vec<String> {
    let asked = query::Reviewing { review, filter, search: String::new(), after: None };
    who.asks(asked).await.unwrap().rows.into_iter().map(|row| row.name).collect()
}

both! {
    async fn accepting_recommendations_overturns_no_denial_of_an_earlier_stage(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan] = world.people(["morgan"]).await;
        let (series, review) = in_second_stage(&world, true).await;
        let seen = decides(&morgan, review).await.unwrap();
        assert_eq!(seen.acceptable, Some((1, 0)), "the denied row is not among those");
        morgan.submits(Command::AcceptRecommendations { review, confirmed: true }).await.unwrap();
        let (alex, lee) = (row(&morgan, review, "Alex").await, row(&morgan, review, "Lee").await);
        assert_eq!((alex.decision, alex.open, lee.decision), (Decision::Deny, true, Decision::Approve));
        let counts = shown(&morgan, series).await.instance.counts;
        assert_eq!((counts.denied, counts.approved), (1, 1));
        assert_eq!(refused(morgan.submits(Command::AcceptRecommendations { review, confirmed: true }).await).code(), "no_recommendations_left");
    }

    async fn whoever_was_asked_in_an_earlier_stage_reads_what_became_of_it_and_decides_no_more(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, tomas, miriam, morgan] = world.people(["alex", "lee", "tomas", "miriam", "morgan"]).await;
        let group = team(&world, "Archive", &[&alex, &lee, &miriam, &tomas]).await;
        let mut form = form(&morgan, &miriam, &[&morgan]).await;
        form.earlier_shown = false;
        let (_, review) = begins(&world, &morgan, Reviewed::Group(group), form).await;
        says(&miriam, review, &["Alex"], Decision::Deny, "Left.").await.unwrap();
        says(&miriam, review, &["Tomas"], Decision::Approve, "Needed.").await.unwrap();
        let about = row(&miriam, review, "Alex").await.row;
        next_stage(&world, &morgan, review).await;
        // Alex and Lee went on; Tomas stayed with what was decided.
        let seen = decides(&miriam, review).await.unwrap();
        assert_eq!(seen.rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["Alex", "Lee", "Tomas"], "not herself");
        assert!(!seen.open && seen.note.is_some_and(|note| note.contains("others decide now")));
        assert_eq!(seen.rows[0].decided.as_ref().unwrap().reason, "Left.", "her own words");
        assert_eq!(filtered(&miriam, review, RowFilter::Approved).await, ["Tomas"]);
        let late = DecideRows { review, rows: vec![about], decision: Decision::Approve, reason: "Late.".into(), confirmed: false };
        assert_eq!(refused(miriam.submits(Command::DecideRows(late)).await).code(), "not_found");
        says(&morgan, review, &["Alex"], Decision::Approve, "She came back.").await.unwrap();
        morgan.submits(Command::StopReview { review, stage_only: false }).await.unwrap();
        world.settle().await;
        let seen = decides(&miriam, review).await.unwrap();
        assert_eq!((seen.rows.len(), seen.open, seen.rows[0].decision), (3, false, Decision::Approve));
        assert!(seen.rows[0].earlier.iter().any(|said| said.reason == "Left."), "{:?}", seen.rows[0].earlier);
        let theirs: Vec<String> = decides(&morgan, review).await.unwrap().rows.into_iter().map(|row| row.name).collect();
        assert_eq!(theirs, ["Alex", "Lee", "Miriam"], "what never came to that stage is not theirs to read here");
    }

    async fn a_manager_who_decided_reads_what_became_of_it_after_every_row_went_on(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, yuki, miriam, morgan] = world.people(["alex", "lee", "yuki", "miriam", "morgan"]).await;
        let group = team(&world, "Archive", &[&alex, &lee]).await;
        for (person, manager) in [(&alex, &miriam), (&lee, &yuki)] {
            morgan.edits(person, |fields| fields.manager = Some(manager.id)).await.unwrap();
        }
        let mut form = form(&morgan, &miriam, &[&morgan]).await;
        form.stages[0] = ReviewStage { reviewers: Reviewers::Managers, fallback: vec![morgan.id], days: 3 };
        let (_, review) = begins(&world, &morgan, Reviewed::Group(group), form).await;
        let listed = async |who: &Person, past: bool| {
            let mine = who.asks(query::MyReviews { past, after: None }).await.unwrap().rows;
            mine.iter().any(|one| one.review == review)
        };
        says(&miriam, review, &["Alex"], Decision::Deny, "Left.").await.unwrap();
        next_stage(&world, &morgan, review).await;
        let seen = decides(&miriam, review).await.unwrap();
        assert_eq!(seen.rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["Alex"], "and nobody else’s");
        assert!(!seen.open && seen.note.is_some_and(|note| note.contains("others decide now")));
        assert!(listed(&miriam, false).await);
        // Whoever said nothing was asked, and nothing tells.
        assert_eq!(refused(decides(&yuki, review).await).code(), "not_found");
        assert!(!listed(&yuki, false).await);
        says(&morgan, review, &["Alex"], Decision::Approve, "She came back.").await.unwrap();
        morgan.submits(Command::StopReview { review, stage_only: false }).await.unwrap();
        world.settle().await;
        let seen = decides(&miriam, review).await.unwrap();
        assert_eq!((seen.rows.len(), seen.rows[0].decision), (1, Decision::Approve));
        assert!(listed(&miriam, true).await && !listed(&miriam, false).await);
    }

    async fn approving_together_what_an_earlier_stage_denied_is_confirmed(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan] = world.people(["morgan"]).await;
        let (_, review) = in_second_stage(&world, true).await;
        let rows = decides(&morgan, review).await.unwrap().rows.into_iter().map(|row| row.row).collect();
        let together = DecideRows { review, rows, decision: Decision::Approve, reason: "Both.".into(), confirmed: false };
        let said = refused(morgan.submits(Command::DecideRows(together.clone())).await);
        assert!(said.code() == "review_needs_confirmation" && said.sentence().contains("an earlier stage denied"), "{said:?}");
        morgan.submits(Command::DecideRows(DecideRows { confirmed: true, ..together })).await.unwrap();
    }

    async fn a_decision_that_is_taken_back_leaves_the_earlier_one_to_whoever_made_it(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan] = world.people(["morgan"]).await;
        let (_, review) = in_second_stage(&world, true).await;
        let before = row(&morgan, review, "Alex").await.decided.unwrap();
        assert_eq!((before.by.as_str(), before.reason.as_str()), ("Miriam", "Left."));
        world.time_goes_by(Span::hours(1));
        says(&morgan, review, &["Alex"], Decision::Approve, "No.").await.unwrap();
        assert_eq!(row(&morgan, review, "Alex").await.decided.unwrap().by, "Morgan");
        world.time_goes_by(Span::hours(1));
        says(&morgan, review, &["Alex"], Decision::NotReviewed, "").await.unwrap();
        let now = row(&morgan, review, "Alex").await;
        assert_eq!((now.open, now.decision), (true, Decision::Deny));
        assert_eq!(now.decided, Some(before), "it is Miriam’s, of then, with her reason");
    }

    async fn what_is_not_to_be_shown_of_an_earlier_stage_is_neither_shown_afterwards_nor_found(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan] = world.people(["morgan"]).await;
        let (_, review) = in_second_stage(&world, false).await;
        assert!(filtered(&morgan, review, RowFilter::Denied).await.is_empty(), "a filter tells nobody");
        says(&morgan, review, &["Alex"], Decision::Approve, "Works there.").await.unwrap();
        let now = row(&morgan, review, "Alex").await;
        assert!(now.earlier.is_empty() && now.decided.unwrap().by == "Morgan", "{:?}", now.earlier);
        says(&morgan, review, &["Lee"], Decision::Deny, "").await.unwrap();
        assert_eq!(filtered(&morgan, review, RowFilter::Denied).await, ["Lee"], "what they denied themselves is found");
    }

    async fn a_row_that_was_handed_on_and_denied_stays_denied_when_the_review_is_reopened(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, tomas, miriam, morgan, yuki] = world.people(["alex", "lee", "tomas", "miriam", "morgan", "yuki"]).await;
        let group = team(&world, "Archive", &[&alex, &lee, &tomas]).await;
        let (series, review) = begins(&world, &morgan, Reviewed::Group(group), settings(&morgan, &[&miriam]).await).await;
        let hands = async |who: &Person, to| {
            let rows = vec![row(who, review, "Alex").await.row];
            who.submits(Command::HandOnRows(HandOnRows { review, rows, to, words: "You know.".into() })).await
        };
        hands(&miriam, Some(yuki.id)).await.unwrap();
        world.time_goes_by(Span::minutes(1));
        says(&yuki, review, &["Alex"], Decision::Deny, "Left.").await.unwrap();
        world.time_goes_by(Span::minutes(1));
        hands(&miriam, None).await.unwrap();
        // Handed on, and nobody decided.
        let rows = vec![row(&miriam, review, "Lee").await.row];
        miriam.submits(Command::HandOnRows(HandOnRows { review, rows, to: Some(yuki.id), words: "Yours.".into() })).await.unwrap();
        let before = shown(&morgan, series).await.instance.counts;
        morgan.submits(Command::StopReview { review, stage_only: false }).await.unwrap();
        world.settle().await;
        morgan.submits(Command::ReopenReview { review }).await.unwrap();
        world.settle().await;
        let now = row(&miriam, review, "Alex").await;
        assert_eq!((now.decision, now.open), (Decision::Deny, false), "it is decided, and waits for nobody");
        assert!(row(&miriam, review, "Lee").await.open && row(&miriam, review, "Tomas").await.open);
        assert_eq!(shown(&morgan, series).await.instance.counts, before);
    }

    async fn in_three_stages_each_sees_what_goes_on_and_the_last_word_counts(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan, yuki] = world.people(["alex", "lee", "miriam", "morgan", "yuki"]).await;
        let group = team(&world, "Archive", &[&alex, &lee]).await;
        let mut form = form(&morgan, &miriam, &[&yuki, &morgan]).await;
        (form.carried, form.auto_apply) = (BTreeSet::from([Decision::Deny, Decision::DontKnow]), true);
        let (series, review) = begins(&world, &morgan, Reviewed::Group(group), form).await;
        says(&miriam, review, &["Alex"], Decision::Deny, "First.").await.unwrap();
        says(&miriam, review, &["Lee"], Decision::Approve, "Fine.").await.unwrap();
        next_stage(&world, &morgan, review).await;
        assert_eq!(filtered(&yuki, review, RowFilter::All).await, ["Alex"], "what was approved is done");
        says(&yuki, review, &["Alex"], Decision::DontKnow, "").await.unwrap();
        next_stage(&world, &morgan, review).await;
        assert_eq!(shown(&morgan, series).await.stage, "Stage 3 of 3");
        says(&morgan, review, &["Alex"], Decision::Approve, "He stays.").await.unwrap();
        says(&morgan, review, &["Alex"], Decision::NotReviewed, "").await.unwrap();
        let now = row(&morgan, review, "Alex").await;
        assert_eq!((now.decision, now.decided.unwrap().by), (Decision::DontKnow, "Yuki".to_owned()), "the stage before, and not the first");
        says(&morgan, review, &["Alex"], Decision::Deny, "Last.").await.unwrap();
        morgan.submits(Command::StopReview { review, stage_only: false }).await.unwrap();
        world.settle().await;
        let over = shown(&morgan, series).await;
        assert_eq!((over.phase, over.instance.counts.removed), (Phase::Applied, 1));
        assert!(!crate::reviews::belongs(&world, group, &alex).await && crate::reviews::belongs(&world, group, &lee).await);
    }

    async fn killed_anywhere_while_a_stage_opens_rows_pass_on_or_a_review_is_reopened_it_is_the_same(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan, yuki] = world.people(["alex", "lee", "miriam", "morgan", "yuki"]).await;
        let (mut statements, mut crashes) = (0, 0);
        loop {
            for who in [&miriam, &morgan, &yuki] {
                who.signs_in().await.unwrap();
            }
            let group = team(&world, &format!("Archive {statements}"), &[&alex, &lee]).await;
            let mut form = form(&morgan, &miriam, &[]).await;
            form.stages.push(stage(&[&yuki, &morgan]));
            let (series, review) = begins(&world, &morgan, Reviewed::Group(group), form).await;
            says(&miriam, review, &["Alex"], Decision::Deny, "Left.").await.unwrap();
            let mut crashed = false;
            // A stage opens; then whoever shares its rows leaves; then it is stopped and reopened.
            for step in 0..3 {
                match step {
                    0 => drop(morgan.submits(Command::StopReview { review, stage_only: true }).await.unwrap()),
                    1 => drop(morgan.disables(&yuki).await.unwrap()),
                    _ => {
                        morgan.submits(Command::StopReview { review, stage_only: false }).await.unwrap();
                        world.settle().await;
                        morgan.submits(Command::ReopenReview { review }).await.unwrap();
                    }
                }
                world.db().fail_after(Some(statements));
                crashed |= world.engine().settle().await.is_err();
                world.restart();
                world.passes(Span::seconds(CLAIM_SECONDS)).await;
            }
            let now = shown(&morgan, series).await;
            let counts = now.instance.counts;
            assert_eq!(
                (now.stage.as_str(), counts.total, counts.in_stage, counts.open, counts.shared_open, counts.denied, counts.undecidable),
                ("Stage 2 of 2", 2, 2, 2, 2, 1, 0),
                "killed after {statements} statements"
            );
            let rows = decides(&morgan, review).await.unwrap().rows;
            assert!(rows.len() == 2 && rows.iter().all(|row| row.open), "{rows:?}");
            morgan.enables(&yuki).await.unwrap();
            morgan.submits(Command::DeleteReviewSeries { series }).await.unwrap();
            if !crashed {
                break;
            }
            crashes += 1;
            statements += 5;
        }
        assert!(crashes > 2, "each step has several statements: {crashes}");
        world.history_is_sound().await;
    }
}
