//! Access reviews as they run: silence, managers, stages, recurrence, packages, and what is gone by itself.

use crate::given::{ADMIN, gets_admin};
use crate::reviews::{begins, belongs, decides, row, says, sees, settings, shown, team};
use model::command::Command;
use model::event::Action;
use model::review::{Decision, Frequency, Phase, ReviewStage, Reviewed, Reviewers, SeriesEnd, Silence};
use model::view::review::RowFilter;
use model::{Span, query};
use std::collections::BTreeSet;
use testkit::{Person, World, both, refused};

both! {
    async fn silence_that_would_remove_too_much_waits_for_somebody(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan] = world.people(["alex", "lee", "miriam", "morgan"]).await;
        let group = team(&world, "Archive", &[&alex, &lee]).await;
        let mut form = settings(&morgan, &[&miriam]).await;
        (form.auto_apply, form.silence) = (true, Silence::Remove);
        let (series, review) = begins(&world, &morgan, Reviewed::Group(group), form.clone()).await;
        world.passes(Span::days(8)).await;
        assert!(world.subjects_to("miriam").await.iter().any(|subject| subject.starts_with("Reminder")), "at half time");
        world.passes(Span::days(7)).await;
        let waits = shown(&morgan, series).await;
        assert_eq!(waits.phase, Phase::Completed);
        assert!(waits.may_apply && waits.notes.iter().any(|note| note.contains("only because nobody decided")), "{:?}", waits.notes);
        assert!(belongs(&world, group, &alex).await);
        morgan.submits(Command::ApplyReview { review }).await.unwrap();
        world.settle().await;
        assert!(!belongs(&world, group, &alex).await && !belongs(&world, group, &lee).await);
        // Half of them is not too much.
        let group = team(&world, "Museum", &[&alex, &lee]).await;
        form.starts_at = world.now();
        let (series, review) = begins(&world, &morgan, Reviewed::Group(group), form).await;
        says(&miriam, review, &["Lee"], Decision::Approve, "Works there.").await.unwrap();
        world.passes(Span::days(15)).await;
        assert_eq!(shown(&morgan, series).await.phase, Phase::Applied);
        assert!(!belongs(&world, group, &alex).await && belongs(&world, group, &lee).await);
    }

    async fn managers_are_asked_and_others_where_there_is_none(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, morgan, miriam, lee] = world.people(["alex", "morgan", "miriam", "lee"]).await;
        let group = team(&world, "Archive", &[&alex, &lee]).await;
        morgan.edits(&alex, |fields| fields.manager = Some(miriam.id)).await.unwrap();
        morgan.edits(&lee, |fields| fields.manager = None).await.unwrap();
        let mut form = settings(&morgan, &[]).await;
        form.stages[0].reviewers = Reviewers::Managers;
        form.stages[0].fallback = vec![morgan.id];
        let (_, review) = begins(&world, &morgan, Reviewed::Group(group), form.clone()).await;
        let names = async |who: &Person| -> Vec<String> {
            decides(who, review).await.map(|seen| seen.rows.into_iter().map(|row| row.name).collect()).unwrap_or_default()
        };
        assert_eq!(names(&miriam).await, ["Alex"]);
        assert_eq!(names(&morgan).await, ["Lee"]);
        // A manager who left is nobody's manager.
        morgan.disables(&miriam).await.unwrap();
        let (_, review) = begins(&world, &morgan, Reviewed::Group(group), form).await;
        assert_eq!(decides(&morgan, review).await.unwrap().rows.len(), 2);
    }

    async fn everybody_says_whether_they_still_need_it(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, morgan] = world.people(["alex", "lee", "morgan"]).await;
        let group = team(&world, "Archive", &[&alex, &lee]).await;
        let mut form = settings(&morgan, &[]).await;
        form.stages[0].reviewers = Reviewers::Members;
        form.auto_apply = true;
        let (_, review) = begins(&world, &morgan, Reviewed::Group(group), form).await;
        let seen = decides(&alex, review).await.unwrap();
        assert!(seen.own && seen.rows.len() == 1 && seen.rows[0].name == "Alex", "{seen:?}");
        assert_eq!(refused(decides(&morgan, review).await).code(), "not_found");
        says(&alex, review, &["Alex"], Decision::Deny, "").await.unwrap();
        says(&lee, review, &["Lee"], Decision::Approve, "Every week.").await.unwrap();
        morgan.submits(Command::StopReview { review, stage_only: false }).await.unwrap();
        world.settle().await;
        assert!(!belongs(&world, group, &alex).await && belongs(&world, group, &lee).await);
    }

    async fn a_second_stage_looks_at_what_goes_on_and_keeps_the_rest(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan] = world.people(["alex", "lee", "miriam", "morgan"]).await;
        let group = team(&world, "Archive", &[&alex, &lee]).await;
        let mut form = settings(&morgan, &[&miriam]).await;
        let second = Reviewers::Selected { users: vec![morgan.id], groups: Vec::new() };
        form.stages.push(ReviewStage { reviewers: second, fallback: Vec::new(), days: 3 });
        form.carried = BTreeSet::from([Decision::Deny]);
        form.ends_when_decided = true;
        let (series, review) = begins(&world, &morgan, Reviewed::Group(group), form).await;
        assert_eq!(refused(decides(&morgan, review).await).code(), "not_found", "not yet");
        says(&miriam, review, &["Alex"], Decision::Deny, "").await.unwrap();
        assert_eq!(shown(&morgan, series).await.stage, "Stage 1 of 2");
        says(&miriam, review, &["Lee"], Decision::Approve, "Yes.").await.unwrap();
        world.settle().await;
        assert_eq!(shown(&morgan, series).await.stage, "Stage 2 of 2", "everything was decided");
        let rows = decides(&morgan, review).await.unwrap().rows;
        assert_eq!(rows.iter().map(|row| (row.name.as_str(), row.decision)).collect::<Vec<_>>(), [("Alex", Decision::NotReviewed)], "what came before is not shown");
        assert_eq!(refused(morgan.submits(Command::ResetReview { review }).await).code(), "review_not_then");
        // Nobody overrules it: what was decided before stands.
        world.passes(Span::days(4)).await;
        let after = shown(&morgan, series).await;
        assert_eq!((after.phase, after.instance.counts.denied, after.instance.counts.approved), (Phase::Completed, 1, 1));
    }

    async fn everything_is_set_back_and_recommendations_decide_what_is_open(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan] = world.people(["alex", "lee", "miriam", "morgan"]).await;
        lee.signs_in().await.unwrap();
        let group = team(&world, "Archive", &[&alex, &lee]).await;
        let (series, review) = begins(&world, &morgan, Reviewed::Group(group), settings(&morgan, &[&miriam]).await).await;
        assert_eq!(refused(morgan.submits(Command::ResetReview { review }).await).code(), "nothing_decided");
        says(&miriam, review, &["Alex"], Decision::Approve, "For now.").await.unwrap();
        morgan.submits(Command::ResetReview { review }).await.unwrap();
        // Until that is done nobody decides, resets or stops.
        let note = decides(&miriam, review).await.unwrap().note.unwrap();
        assert!(note.contains("It is being set back"), "{note}");
        let meanwhile = refused(says(&miriam, review, &["Lee"], Decision::Approve, "Now.").await);
        assert_eq!(meanwhile.code(), "review_not_open");
        assert!(meanwhile.sentence().contains("takes no decision about this now"), "{}", meanwhile.sentence());
        for command in [Command::ResetReview { review }, Command::StopReview { review, stage_only: false }] {
            let meanwhile = refused(morgan.submits(command).await);
            assert!(meanwhile.code() == "review_not_then" && meanwhile.sentence().contains("only while"), "{meanwhile:?}");
        }
        world.settle().await;
        assert_eq!(refused(decides(&morgan, review).await).code(), "not_found", "who sets it back is not asked");
        let seen = row(&miriam, review, "Alex").await;
        assert!(seen.open && seen.earlier.iter().any(|one| one.reason == "For now."), "{seen:?}");
        assert_eq!(shown(&morgan, series).await.instance.counts.not_reviewed(), 2);
        says(&miriam, review, &["Alex"], Decision::DontKnow, "").await.unwrap();
        miriam.submits(Command::AcceptRecommendations { review, confirmed: false }).await.unwrap();
        let (alex, lee) = (row(&miriam, review, "Alex").await, row(&miriam, review, "Lee").await);
        assert_eq!((alex.decision, lee.decision), (Decision::DontKnow, Decision::Approve), "what was decided stays");
        assert_eq!(refused(miriam.submits(Command::AcceptRecommendations { review, confirmed: false }).await).code(), "no_recommendations_left");
    }

    async fn a_package_is_reviewed_and_taken_away_with_everything_in_it(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, miriam, morgan] = world.people(["alex", "miriam", "morgan"]).await;
        gets_admin(&world, &alex).await;
        let mut form = settings(&morgan, &[&miriam]).await;
        form.auto_apply = true;
        let what = Reviewed::Package(world.package(ADMIN));
        let (series, review) = begins(&world, &morgan, what, form).await;
        let seen = row(&miriam, review, "Alex").await;
        let why = seen.why.unwrap();
        assert!(why.contains("mail flow") && why.contains("Approved by Miriam"), "{why}");
        assert!(alex.holds("Global Administrator").await);
        says(&miriam, review, &["Alex"], Decision::Deny, "It is over.").await.unwrap();
        morgan.submits(Command::StopReview { review, stage_only: false }).await.unwrap();
        world.settle().await;
        assert!(!alex.holds("Global Administrator").await);
        assert_eq!(shown(&morgan, series).await.phase, Phase::Applied);
        let told = world.letters_to("alex").await;
        assert!(told.iter().any(|letter| letter.text.contains("It is over.")), "{told:?}");
    }

    async fn a_series_goes_on_until_it_is_stopped_and_what_is_deleted_is_gone(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, miriam, morgan] = world.people(["alex", "miriam", "morgan"]).await;
        let group = team(&world, "Archive", &[&alex]).await;
        let mut form = settings(&morgan, &[&miriam]).await;
        (form.frequency, form.stages[0].days) = (Frequency::Weekly, 3);
        form.series_end = SeriesEnd::After { count: 3 };
        let (series, first) = begins(&world, &morgan, Reviewed::Group(group), form).await;
        assert_eq!(sees(&morgan, series).await.scheduled.len(), 2);
        world.passes(Span::days(8)).await;
        // The first was over long ago, but nobody had looked: the second waits until that is done.
        world.passes(Span::minutes(2)).await;
        let now = sees(&morgan, series).await;
        assert_eq!(now.instances.iter().map(|one| one.number).collect::<Vec<_>>(), [2, 1]);
        let second = now.instance.unwrap().instance.review;
        assert_ne!(first, second);
        assert_eq!(now.scheduled.len(), 1);
        morgan.submits(Command::StopReviewSeries { series }).await.unwrap();
        world.passes(Span::days(30)).await;
        let now = sees(&morgan, series).await;
        assert_eq!((now.instances.len(), now.scheduled.len()), (2, 0));
        assert_eq!(refused(morgan.submits(Command::StopReviewSeries { series }).await).code(), "review_not_then");
        morgan.submits(Command::DeleteReviewSeries { series }).await.unwrap();
        assert_eq!(refused(morgan.asks(query::Review { series, review: None, before: None }).await).code(), "not_found");
        assert_eq!(refused(decides(&miriam, second).await).code(), "not_found");
        assert!(morgan.asks(query::Reviews { search: String::new(), phase: None, after: None }).await.unwrap().rows.is_empty());
        let told = world.history_about(series.0).await;
        assert!(told.iter().any(|event| matches!(&event.action, Action::ReviewDeleted { .. })), "the history keeps it");
    }

    async fn what_is_gone_by_itself_is_said_to_be_gone(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan] = world.people(["alex", "lee", "miriam", "morgan"]).await;
        let group = team(&world, "Archive", &[&alex, &lee]).await;
        let mut form = settings(&morgan, &[&miriam]).await;
        form.auto_apply = true;
        let (_, review) = begins(&world, &morgan, Reviewed::Group(group), form).await;
        morgan.removes(group, &alex).await.unwrap();
        assert!(row(&miriam, review, "Alex").await.changed.is_some_and(|said| said.contains("ended")));
        says(&miriam, review, &["Alex"], Decision::Deny, "").await.unwrap();
        says(&miriam, review, &["Lee"], Decision::Approve, "Yes.").await.unwrap();
        morgan.submits(Command::StopReview { review, stage_only: false }).await.unwrap();
        world.settle().await;
        let results = query::ReviewResults { review, filter: RowFilter::Denied, search: String::new(), after: None };
        assert_eq!(morgan.asks(results).await.unwrap().rows[0].outcome, "Already gone");
    }

    async fn groups_are_told_at_the_end_with_the_members_that_they_have_then(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan] = world.people(["alex", "lee", "miriam", "morgan"]).await;
        let group = team(&world, "Archive", &[&alex]).await;
        let readers = team(&world, "Readers", &[&lee]).await;
        let mut form = settings(&morgan, &[&morgan]).await;
        form.notify_groups = vec![model::GroupId::default()];
        assert_eq!(refused(crate::reviews::makes(&morgan, Reviewed::Group(group), form.clone()).await).code(), "malformed");
        form.notify_groups = vec![readers];
        let (series, review) = begins(&world, &morgan, Reviewed::Group(group), form).await;
        let facts = sees(&morgan, series).await.facts;
        assert!(facts.iter().any(|fact| fact.name == "Told at the end" && fact.value == "Readers"), "{facts:?}");
        world.removes(readers, &lee).await;
        world.adds(readers, &miriam).await;
        morgan.submits(Command::StopReview { review, stage_only: false }).await.unwrap();
        world.settle().await;
        let told = async |name: &str| world.letters_to(name).await.iter().any(|letter| letter.subject.contains("Who needs it"));
        assert!(told("miriam").await && !told("lee").await && told("morgan").await);
    }
}
