//! Results that are applied late: a newer instance has the last word, what is cut or held anew is said, whoever is told of results
//! learns that not everything was removed, and it is tried again.

use crate::reviews::{begins, belongs, decides, row, says, settings, shown, team};
use model::command::Command;
use model::event::Action;
use model::review::{Decision, Frequency, Phase, ReviewSettings, Reviewed};
use model::view::review::{EXPORTED, RowFilter};
use model::{GroupId, ReviewId, ReviewSeriesId, Span, query};
use testkit::{Person, World, both, refused};

async fn outcome(who: &Person, review: ReviewId, name: &str) -> (String, String) {
    let all = query::ReviewResults { review, filter: RowFilter::All, search: String::new(), after: None };
    let one = who.asks(all).await.unwrap().rows.into_iter().find(|one| one.row.name == name).unwrap();
    (one.outcome, model::time::spelled(&one.outcome_because))
}

async fn stops(world: &World, by: &Person, review: ReviewId) {
    by.submits(Command::StopReview { review, stage_only: false }).await.unwrap();
    world.settle().await;
}

/// Weekly, applied by hand.
async fn weekly(by: &Person, reviewer: &Person) -> ReviewSettings {
    let mut form = settings(by, &[reviewer]).await;
    (form.frequency, form.stages[0].days) = (Frequency::Weekly, 3);
    form
}

async fn next(world: &World, by: &Person, series: ReviewSeriesId) -> ReviewId {
    world.passes(Span::days(8)).await;
    world.passes(Span::minutes(2)).await;
    shown(by, series).await.instance.review
}

async fn at(who: &Person, series: ReviewSeriesId, review: ReviewId) -> model::view::review::Shown {
    who.asks(query::Review { series, review: Some(review), before: None }).await.unwrap().instance.unwrap()
}

async fn applies(world: &World, by: &Person, review: ReviewId) {
    by.submits(Command::ApplyReview { review }).await.unwrap();
    world.settle().await;
}

both! {
    async fn an_old_instance_takes_nothing_away_that_a_newer_one_approved(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, tomas, miriam, morgan] = world.people(["alex", "lee", "tomas", "miriam", "morgan"]).await;
        let group = team(&world, "Archive", &[&alex, &lee, &tomas]).await;
        let (series, old) = begins(&world, &morgan, Reviewed::Group(group), weekly(&morgan, &miriam).await).await;
        for name in ["Alex", "Lee", "Tomas"] {
            says(&miriam, old, &[name], Decision::Deny, "Then.").await.unwrap();
        }
        let new = next(&world, &morgan, series).await;
        assert_ne!(old, new);
        says(&miriam, new, &["Alex"], Decision::Approve, "Back.").await.unwrap();
        says(&miriam, new, &["Lee"], Decision::Deny, "Still.").await.unwrap();
        let before = at(&morgan, series, old).await;
        assert_eq!((before.may_apply, before.to_remove, before.approved_later), (true, 3, 1), "the dialog says so");
        applies(&world, &morgan, old).await;
        assert!(belongs(&world, group, &alex).await && !belongs(&world, group, &lee).await && !belongs(&world, group, &tomas).await);
        let (what, why) = outcome(&morgan, old, "Alex").await;
        assert_eq!(what, "Cannot be applied");
        assert!(why.starts_with("It was approved on ") && why.contains("in instance 2"), "{why}");
        assert_eq!(outcome(&morgan, old, "Lee").await.0, "Removed", "it was denied again");
        assert_eq!(outcome(&morgan, old, "Tomas").await.0, "Removed", "nobody said anything newer");
    }

    async fn what_was_cut_is_gone_and_what_is_held_anew_is_said(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, tomas, miriam, morgan] = world.people(["alex", "lee", "tomas", "miriam", "morgan"]).await;
        let group = team(&world, "Archive", &[&lee]).await;
        let inner = team(&world, "Inner", &[&alex]).await;
        let kept = team(&world, "Kept", &[&tomas]).await;
        world.adds(group, inner).await;
        world.adds(group, kept).await;
        let (_, review) = begins(&world, &morgan, Reviewed::Group(group), settings(&morgan, &[&miriam]).await).await;
        for name in ["Alex", "Lee", "Tomas"] {
            says(&miriam, review, &[name], Decision::Deny, "No.").await.unwrap();
        }
        assert_eq!(row(&miriam, review, "Alex").await.changed, None);
        world.time_goes_by(Span::hours(1));
        world.removes(group, inner).await;
        morgan.removes(group, &lee).await.unwrap();
        world.time_goes_by(Span::hours(1));
        world.adds(group, &lee).await;
        let said = row(&miriam, review, "Alex").await.changed.unwrap();
        assert!(said.contains("no longer gives it"), "{said}");
        assert_eq!(row(&miriam, review, "Tomas").await.changed, None);
        stops(&world, &morgan, review).await;
        applies(&world, &morgan, review).await;
        assert_eq!(outcome(&morgan, review, "Alex").await, ("Already gone".to_owned(), String::new()));
        assert_eq!(outcome(&morgan, review, "Tomas").await.0, "Cannot be applied");
        let (what, why) = outcome(&morgan, review, "Lee").await;
        assert!(what == "Already gone" && why.contains("held anew since"), "{what}: {why}");
        assert!(belongs(&world, group, &lee).await);
    }

    async fn who_is_told_of_results_learns_what_stayed_and_it_is_tried_again(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan, tomas] = world.people(["alex", "lee", "miriam", "morgan", "tomas"]).await;
        let group = team(&world, "Archive", &[&lee]).await;
        let inner = team(&world, "Inner", &[&alex]).await;
        world.adds(group, inner).await;
        let (series, review) = begins(&world, &morgan, Reviewed::Group(group), settings(&morgan, &[&miriam]).await).await;
        let again = Command::TryReviewAgain { review };
        assert_eq!(refused(morgan.submits(again.clone()).await).code(), "review_not_then");
        for name in ["Alex", "Lee"] {
            says(&miriam, review, &[name], Decision::Deny, "No.").await.unwrap();
        }
        stops(&world, &morgan, review).await;
        let over = shown(&morgan, series).await.instance.due_at;
        world.passes(Span::days(2)).await;
        world.letters_are_thrown_away();
        applies(&world, &morgan, review).await;
        let told = world.letters_to("morgan").await;
        assert!(told.iter().any(|letter| letter.subject.starts_with("Not everything was removed") && letter.text.contains("Removed: 1. Still held: 1.")), "{told:?}");
        let note = decides(&miriam, review).await.unwrap().note.unwrap();
        assert!(note.contains("except for 1 row"), "{note}");
        let now = shown(&morgan, series).await;
        assert_eq!((now.phase, now.try_again, now.instance.due_at), (Phase::Applied, Some(1), over), "it was over when it was stopped");
        let file = morgan.asks(query::ExportedReview { review, after: None }).await.unwrap().rows;
        let place = EXPORTED.iter().position(|name| *name == "Due").unwrap();
        assert!(file.iter().all(|line| line[place] == over.iso()), "{file:?}");
        let evidence = crate::review_evidence::file(&morgan, review).await.join("\n");
        assert!(evidence.contains(&format!("\"ended_at\":\"{}\"", over.iso())), "{evidence}");
        // Nothing is different: it stays, and is said again. Nobody else may try.
        assert_eq!(refused(miriam.submits(again.clone()).await).code(), "not_found");
        world.removes(group, inner).await;
        world.letters_are_thrown_away();
        tomas.submits(again.clone()).await.unwrap();
        world.settle().await;
        let file = morgan.asks(query::ExportedReview { review, after: None }).await.unwrap().rows;
        let cell = |line: &[String], column: &str| line[EXPORTED.iter().position(|name| *name == column).unwrap()].clone();
        let by: Vec<_> = file.iter().map(|line| (cell(line, "Principal"), cell(line, "Applied by"))).collect();
        let by: Vec<(&str, &str)> = by.iter().map(|(who, by)| (who.as_str(), by.as_str())).collect();
        assert_eq!(by, [("Alex", "Tomas"), ("Lee", "Morgan")], "each by whoever had that row applied");
        let now = shown(&morgan, series).await;
        let counts = now.instance.counts;
        assert_eq!((now.phase, counts.removed, counts.not_removed, counts.gone, now.try_again), (Phase::Applied, 1, 1, 1, None));
        assert!(!world.subjects_to("morgan").await.iter().any(|subject| subject.starts_with("Not everything")));
        let note = decides(&miriam, review).await.unwrap().note.unwrap();
        assert_eq!(note, "The review is over, and what was denied is gone.");
        assert_eq!(refused(morgan.submits(again).await).code(), "nothing_to_try_again");
        let history = world.history_about(series.0).await;
        assert!(history.iter().any(|event| matches!(event.action, Action::ReviewTriedAgain { rows: 1, .. })));
        assert!(crate::review_evidence::is_known(&world, &crate::review_evidence::claim(&crate::review_evidence::file(&morgan, review).await).unwrap()).await);
        world.history_is_sound().await;
    }

    async fn a_membership_of_a_privileged_group_is_taken_away_whoever_once_gave_it(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan] = world.people(["alex", "lee", "miriam", "morgan"]).await;
        let group: GroupId = team(&world, "Archive", &[&lee]).await;
        morgan.submits(Command::SetPrivilegedAccess { group, enabled: true }).await.unwrap();
        // Given before that was so.
        crate::reviews_given::another_system_gives(&world, group, &alex).await;
        let (_, review) = begins(&world, &morgan, Reviewed::Group(group), settings(&morgan, &[&miriam]).await).await;
        says(&miriam, review, &["Alex"], Decision::Deny, "No.").await.unwrap();
        stops(&world, &morgan, review).await;
        applies(&world, &morgan, review).await;
        assert_eq!(outcome(&morgan, review, "Alex").await.0, "Removed", "a provider changes nothing there");
        assert!(!belongs(&world, group, &alex).await);
    }

    async fn a_control_row_that_was_denied_keeps_nothing_from_being_reopened(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, yuki, miriam, morgan] = world.people(["alex", "yuki", "miriam", "morgan"]).await;
        let group = team(&world, "Archive", &[&alex]).await;
        let mut form = settings(&morgan, &[&miriam]).await;
        form.controls = vec![yuki.id];
        let (series, review) = begins(&world, &morgan, Reviewed::Group(group), form).await;
        says(&miriam, review, &["Yuki"], Decision::Deny, "Never.").await.unwrap();
        stops(&world, &morgan, review).await;
        assert!(shown(&morgan, series).await.may_reopen);
        morgan.submits(Command::ReopenReview { review }).await.unwrap();
    }

    async fn older_instances_are_reached_from_page_to_page(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, miriam, morgan] = world.people(["alex", "miriam", "morgan"]).await;
        let group = team(&world, "Archive", &[&alex]).await;
        let (series, first) = begins(&world, &morgan, Reviewed::Group(group), weekly(&morgan, &miriam).await).await;
        for _ in 0..21 {
            morgan.signs_in().await.unwrap();
            next(&world, &morgan, series).await;
        }
        morgan.signs_in().await.unwrap();
        let page = async |before| morgan.asks(query::Review { series, review: None, before }).await.unwrap();
        let latest = page(None).await;
        assert!(latest.instances.len() == 20 && !latest.further);
        let last = latest.instances[0].review;
        let older = page(latest.older).await;
        assert!(older.further && older.older.is_none(), "{:?}", older.older);
        assert_eq!(older.instances.last().unwrap().review, first);
        assert_eq!(older.instance.unwrap().instance.review, last, "the latest is still the one that is shown");
        assert_eq!(at(&morgan, series, first).await.instance.review, first);
    }
}
