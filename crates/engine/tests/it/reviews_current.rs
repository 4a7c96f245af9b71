//! What is set for the instance that runs: who is asked, what they see and owe, and what becomes of what was asked of others.

use crate::reviews::{begins, decides, role, row, says, settings, shown, team};
use model::command::Command;
use model::directory::PortalRole;
use model::event::Action;
use model::review::{DecideRows, Decision, EditReview, EditStage, ReviewStage, Reviewed, Reviewers, Silence};
use model::{ReviewId, ReviewSeriesId, UserId};
use testkit::{Person, World, both, refused};

async fn names(who: &Person, review: ReviewId) -> Vec<String> {
    decides(who, review).await.map(|seen| seen.rows.into_iter().map(|row| row.name).collect()).unwrap_or_default()
}

/// What the page shows, as it is sent back when nothing is changed.
async fn current(by: &Person, series: ReviewSeriesId) -> EditReview {
    let now = shown(by, series).await;
    let stages = now.settings.stages.iter().enumerate().skip(now.open_stage);
    let stages = stages.map(|(stage, of)| match &of.reviewers {
        Reviewers::Selected { users, groups } => {
            EditStage { stage, users: users.clone(), groups: groups.clone(), fallback: of.fallback.clone() }
        }
        _ => EditStage { stage, fallback: of.fallback.clone(), ..EditStage::default() },
    });
    EditReview {
        review: now.instance.review,
        seen: now.seen.clone(),
        until: now.until.unwrap(),
        stages: stages.collect(),
        silence: now.settings.silence,
        auto_apply: now.settings.auto_apply,
        recommendations: now.settings.recommendations,
        reason_on_approval: now.settings.reason_on_approval,
        reason_on_denial: now.settings.reason_on_denial,
        mails: now.settings.mails,
        reminders: now.settings.reminders,
        extra: now.settings.extra,
    }
}

async fn changes(world: &World, series: ReviewSeriesId) -> Vec<(String, String, String)> {
    let mut last = world.history_about(series.0).await.into_iter().filter_map(|event| match event.action {
        Action::ReviewChanged { changes, .. } => Some(changes),
        _ => None,
    });
    last.next_back().unwrap_or_default().into_iter().map(|one| (one.field, one.before, one.after)).collect()
}

fn selected(users: &[&Person]) -> Reviewers {
    Reviewers::Selected { users: users.iter().map(|one| one.id).collect(), groups: Vec::new() }
}

both! {
    async fn fallback_reviewers_are_taken_out_and_added_and_their_rows_go_to_others(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan, yuki] = world.people(["alex", "lee", "miriam", "morgan", "yuki"]).await;
        let group = team(&world, "Archive", &[&alex, &lee]).await;
        morgan.edits(&alex, |fields| fields.manager = Some(miriam.id)).await.unwrap();
        morgan.edits(&lee, |fields| fields.manager = None).await.unwrap();
        let mut form = settings(&morgan, &[]).await;
        form.stages[0].reviewers = Reviewers::Managers;
        form.stages[0].fallback = vec![morgan.id];
        let (series, review) = begins(&world, &morgan, Reviewed::Group(group), form).await;
        assert_eq!((names(&miriam, review).await, names(&morgan, review).await), (vec!["Alex".to_owned()], vec!["Lee".to_owned()]));
        let mut edit = current(&morgan, series).await;
        edit.stages[0].fallback = Vec::new();
        assert_eq!(refused(morgan.submits(Command::EditReview(edit.clone())).await).field(), Some("stages[0][fallback]"));
        edit.stages[0].fallback = vec![UserId::default()];
        assert_eq!(refused(morgan.submits(Command::EditReview(edit.clone())).await).code(), "malformed", "nobody of the directory");
        edit.stages[0].fallback = vec![yuki.id];
        let letters = world.subjects_to("yuki").await.len();
        morgan.submits(Command::EditReview(edit.clone())).await.unwrap();
        assert_eq!(refused(morgan.submits(Command::EditReview(edit)).await).code(), "stale");
        world.settle().await;
        assert_eq!(names(&yuki, review).await, ["Lee"]);
        assert_eq!(refused(decides(&morgan, review).await).code(), "not_found");
        assert_eq!(world.subjects_to("yuki").await.len(), letters + 1);
        assert_eq!(changes(&world, series).await, [("Fallback reviewers".to_owned(), "Morgan".to_owned(), "Yuki".to_owned())]);
        assert_eq!(names(&miriam, review).await, ["Alex"], "a manager stays one");
    }

    async fn people_and_groups_are_asked_or_no_longer_asked_in_this_stage_and_later_ones(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan, yuki] = world.people(["alex", "lee", "miriam", "morgan", "yuki"]).await;
        let group = team(&world, "Archive", &[&alex, &lee, &yuki]).await;
        let keepers = team(&world, "Keepers", &[&yuki]).await;
        let mut form = settings(&morgan, &[&miriam]).await;
        form.stages.push(ReviewStage { reviewers: selected(&[&miriam]), fallback: Vec::new(), days: 3 });
        let (series, review) = begins(&world, &morgan, Reviewed::Group(group), form).await;
        let mut edit = current(&morgan, series).await;
        assert_eq!(edit.stages.len(), 2);
        edit.stages[0].users.clear();
        assert_eq!(refused(morgan.submits(Command::EditReview(edit.clone())).await).field(), Some("stages[0][users]"));
        (edit.stages[0].groups, edit.stages[1].users) = (vec![keepers], vec![morgan.id]);
        morgan.submits(Command::EditReview(edit)).await.unwrap();
        world.settle().await;
        assert_eq!(refused(decides(&miriam, review).await).code(), "not_found");
        assert_eq!(names(&yuki, review).await, ["Alex", "Lee"], "not about themselves");
        assert_eq!(names(&morgan, review).await, ["Yuki"], "whom the only one left cannot decide about");
        let said = changes(&world, series).await;
        assert_eq!(said[0], ("Reviewers, stage 1".to_owned(), "Miriam".to_owned(), "members of Keepers".to_owned()));
        assert_eq!(said[1], ("Reviewers, stage 2".to_owned(), "Miriam".to_owned(), "Morgan".to_owned()));
        morgan.submits(Command::StopReview { review, stage_only: true }).await.unwrap();
        world.settle().await;
        assert_eq!(names(&morgan, review).await, ["Alex", "Lee", "Yuki"]);
        let mut edit = current(&morgan, series).await;
        assert_eq!(edit.stages.iter().map(|one| one.stage).collect::<Vec<_>>(), [1]);
        // A stage that is over is history.
        edit.stages = vec![EditStage { stage: 0, users: vec![alex.id], ..EditStage::default() }];
        morgan.submits(Command::EditReview(edit)).await.unwrap();
        assert_eq!(shown(&morgan, series).await.settings.stages[0].reviewers, Reviewers::Selected { users: Vec::new(), groups: vec![keepers] });
    }

    async fn reasons_recommendations_and_letters_are_set_while_it_runs_and_count_at_once(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan] = world.people(["alex", "lee", "miriam", "morgan"]).await;
        let group = team(&world, "Archive", &[&alex, &lee]).await;
        let (series, review) = begins(&world, &morgan, Reviewed::Group(group), settings(&morgan, &[&miriam]).await).await;
        let mut edit = current(&morgan, series).await;
        (edit.recommendations, edit.reason_on_approval, edit.reason_on_denial) = (false, false, true);
        (edit.mails, edit.reminders, edit.silence) = (false, false, Silence::Approve);
        morgan.submits(Command::EditReview(edit)).await.unwrap();
        world.settle().await;
        assert!(row(&miriam, review, "Alex").await.recommendation.is_none());
        let accept = Command::AcceptRecommendations { review, confirmed: true };
        assert_eq!(refused(miriam.submits(accept).await).code(), "no_recommendations_left");
        assert_eq!(refused(says(&miriam, review, &["Alex"], Decision::Deny, "").await).field(), Some("reason"));
        says(&miriam, review, &["Alex"], Decision::Approve, "").await.unwrap();
        let said = changes(&world, series).await;
        let fields: Vec<&str> = said.iter().map(|(field, _, _)| field.as_str()).collect();
        for field in ["If reviewers don’t respond", "Show recommendations", "Require reason on approval", "Mail notifications", "Reminders"] {
            assert!(fields.contains(&field), "{field} in {fields:?}");
        }
        assert!(said.iter().all(|(_, before, after)| !before.is_empty() && before != after), "{said:?}");
        let letters = world.subjects_to("morgan").await.len();
        morgan.submits(Command::StopReview { review, stage_only: false }).await.unwrap();
        world.settle().await;
        assert_eq!(world.subjects_to("morgan").await.len(), letters, "no letter at the end");
    }

    async fn rows_that_nobody_could_decide_are_said_no_more_once_somebody_else_is_asked(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, ingrid, miriam, morgan] = world.people(["alex", "ingrid", "miriam", "morgan"]).await;
        morgan.disables(&ingrid).await.unwrap();
        let group = team(&world, "Archive", &[&alex, &morgan]).await;
        let (series, review) = begins(&world, &morgan, Reviewed::Group(group), settings(&morgan, &[&morgan]).await).await;
        let said = async || shown(&morgan, series).await.notes.iter().any(|note| note.contains("can be decided by nobody"));
        assert!(said().await, "she made it, and nobody else is there: {:?}", shown(&morgan, series).await.notes);
        let mut edit = current(&morgan, series).await;
        edit.extra = "Look well.".into();
        morgan.submits(Command::EditReview(edit)).await.unwrap();
        assert!(said().await, "nobody else is asked");
        let mut edit = current(&morgan, series).await;
        edit.stages[0].users.push(miriam.id);
        morgan.submits(Command::EditReview(edit)).await.unwrap();
        assert!(!said().await);
        says(&miriam, review, &["Morgan"], Decision::Approve, "Runs it.").await.unwrap();
        let mut edit = current(&morgan, series).await;
        edit.stages[0].users = vec![morgan.id];
        morgan.submits(Command::EditReview(edit)).await.unwrap();
        assert!(said().await, "and again when nobody else is left");
    }

    async fn it_is_saved_while_reviewers_decide_and_never_over_what_somebody_else_set(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan] = world.people(["alex", "lee", "miriam", "morgan"]).await;
        let group = team(&world, "Archive", &[&alex, &lee]).await;
        let (series, review) = begins(&world, &morgan, Reviewed::Group(group), settings(&morgan, &[&miriam]).await).await;
        let mut mine = current(&morgan, series).await;
        mine.extra = "Look well.".into();
        let mut theirs = current(&morgan, series).await;
        theirs.silence = Silence::Remove;
        // What happens by itself meanwhile is no other setting.
        says(&miriam, review, &["Alex"], Decision::Deny, "Left.").await.unwrap();
        morgan.submits(Command::RemindReviewers { review }).await.unwrap();
        world.settle().await;
        morgan.submits(Command::EditReview(mine.clone())).await.unwrap();
        assert_eq!(refused(morgan.submits(Command::EditReview(theirs)).await).code(), "stale", "they have not seen it");
        let now = shown(&morgan, series).await.settings;
        assert_eq!((now.extra.as_str(), now.silence), ("Look well.", Silence::NoChange));
        // Another end is another thing that was shown.
        let mut longer = current(&morgan, series).await;
        let stale = longer.clone();
        longer.until = longer.until + model::Span::days(1);
        morgan.submits(Command::EditReview(longer)).await.unwrap();
        assert_eq!(refused(morgan.submits(Command::EditReview(stale)).await).code(), "stale");
        assert_eq!(row(&miriam, review, "Alex").await.decision, Decision::Deny, "no decision is lost");
    }

    async fn what_gives_power_is_not_accepted_together_without_having_been_looked_at(test: TestDb) {
        let world = World::demo(test).await;
        let [lee, miriam, morgan] = world.people(["lee", "miriam", "morgan"]).await;
        lee.signs_in().await.unwrap();
        let (_, review) = begins(&world, &morgan, role(PortalRole::UserAdministrator), settings(&morgan, &[&miriam]).await).await;
        let rows = decides(&miriam, review).await.unwrap().rows;
        assert!(rows.len() > 1 && rows.iter().all(|row| row.privileged));
        let accept = |confirmed| Command::AcceptRecommendations { review, confirmed };
        assert_eq!(refused(miriam.submits(accept(false)).await).code(), "review_needs_confirmation");
        assert!(decides(&miriam, review).await.unwrap().rows.iter().all(|row| row.open), "nothing was decided");
        let ids = rows.iter().map(|row| row.row).collect();
        let together = DecideRows { review, rows: ids, decision: Decision::Approve, reason: "Both.".into(), confirmed: false };
        assert_eq!(refused(miriam.submits(Command::DecideRows(together)).await).code(), "review_needs_confirmation");
        miriam.submits(accept(true)).await.unwrap();
        assert!(decides(&miriam, review).await.unwrap().rows.iter().all(|row| !row.open));
        // What gives nobody power, and was used lately, goes without.
        let group = team(&world, "Archive", &[&lee]).await;
        let (_, review) = begins(&world, &morgan, Reviewed::Group(group), settings(&morgan, &[&miriam]).await).await;
        miriam.submits(Command::AcceptRecommendations { review, confirmed: false }).await.unwrap();
    }
}
