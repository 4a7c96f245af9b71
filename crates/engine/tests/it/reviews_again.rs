//! Access reviews the second time: what changed, what colleagues hold, rows that nobody holds, and instances that ask nobody.

use crate::reviews::{begins, belongs, decides, row, says, sees, settings, shown, team};
use model::command::Command;
use model::event::Action;
use model::review::{Decision, Frequency, Phase, ReviewSettings, Reviewed, Reviewers, Silence};
use model::view::review::{ResultRow, RowFilter};
use model::{ReviewId, ReviewSeriesId, Span, query};
use testkit::{Person, World, both, refused};

/// Weekly, three days each, decided by this person.
async fn weekly(by: &Person, reviewer: &Person) -> ReviewSettings {
    let mut form = settings(by, &[reviewer]).await;
    (form.frequency, form.stages[0].days) = (Frequency::Weekly, 3);
    form.auto_apply = true;
    form
}

/// Lets the instance end and the next one begin.
async fn next(world: &World, by: &Person, series: ReviewSeriesId) -> ReviewId {
    world.passes(Span::days(4)).await;
    world.passes(Span::days(4)).await;
    shown(by, series).await.instance.review
}

async fn results(who: &Person, review: ReviewId) -> Vec<ResultRow> {
    let all = query::ReviewResults { review, filter: RowFilter::All, search: String::new(), after: None };
    who.asks(all).await.unwrap().rows
}

async fn skipped(world: &World, series: ReviewSeriesId) -> usize {
    let told = world.history_about(series.0).await;
    told.iter().filter(|event| matches!(&event.action, Action::ReviewSkipped { .. })).count()
}

both! {
    async fn the_second_time_each_row_says_what_changed_and_what_was_decided_then(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan] = world.people(["alex", "lee", "miriam", "morgan"]).await;
        let group = team(&world, "Archive", &[&alex]).await;
        let (series, review) = begins(&world, &morgan, Reviewed::Group(group), weekly(&morgan, &miriam).await).await;
        let first = row(&miriam, review, "Alex").await;
        assert!(first.since.is_empty() && first.then.is_none(), "there was no time before: {first:?}");
        says(&miriam, review, &["Alex"], Decision::Approve, "Works there.").await.unwrap();
        world.adds(group, &lee).await;
        let review = next(&world, &morgan, series).await;
        let alex_row = row(&miriam, review, "Alex").await;
        assert_eq!(alex_row.since, "As in the last review.");
        let then = alex_row.then.unwrap();
        assert_eq!((then.what.as_str(), then.by.as_str()), ("Approved", "Miriam"));
        let new = row(&miriam, review, "Lee").await;
        assert_eq!((new.since.as_str(), new.then), ("New since the last review.", None));
        for name in ["Alex", "Lee"] {
            says(&miriam, review, &[name], Decision::Approve, "Looked at.").await.unwrap();
        }
        // Taken out and put in again, and this time through another group.
        morgan.removes(group, &alex).await.unwrap();
        let inner = team(&world, "Inner", &[&alex]).await;
        world.adds(group, inner).await;
        let review = next(&world, &morgan, series).await;
        let since = row(&miriam, review, "Alex").await.since;
        assert!(since.contains("through the group “Inner” now, in the last review directly"), "{since}");
    }

    async fn colleagues_of_the_same_manager_or_department_are_counted_and_few_are_not(test: TestDb) {
        let world = World::demo(test).await;
        let [miriam, morgan] = world.people(["miriam", "morgan"]).await;
        let mut people = Vec::new();
        for n in 0..5 {
            people.push(world.hires(&format!("colleague-{n}")).await);
        }
        for person in &people {
            morgan.edits(person, |fields| fields.manager = Some(miriam.id)).await.unwrap();
        }
        let few = world.hires("outsider").await;
        let group = team(&world, "Archive", &[&people[0], &people[1], &few]).await;
        let (_, review) = begins(&world, &morgan, Reviewed::Group(group), settings(&morgan, &[&miriam]).await).await;
        let rows = decides(&miriam, review).await.unwrap().rows;
        let peers = |name: &str| rows.iter().find(|row| row.name.to_lowercase().contains(name)).unwrap().peers.clone();
        let said = peers("colleague-0");
        assert!(said.starts_with("1 of ") && said.ends_with("colleagues of the same manager holds it."), "{said}");
        assert_eq!(peers("outsider"), "", "nobody knows whose colleague they are");
    }

    async fn who_does_not_hold_it_is_shown_like_everybody_and_only_administrators_learn_who_was_caught(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan, tomas, yuki] = world.people(["alex", "lee", "miriam", "morgan", "tomas", "yuki"]).await;
        let inner = team(&world, "Inner", &[&yuki]).await;
        let group = team(&world, "Archive", &[&alex, &lee]).await;
        world.adds(group, inner).await;
        let mut form = settings(&morgan, &[&miriam]).await;
        form.auto_apply = true;
        (form.silence, form.silence_limit_percent) = (Silence::Remove, 100);
        form.controls = vec![tomas.id, yuki.id, alex.id];
        let own = ReviewSettings { stages: vec![model::review::ReviewStage { reviewers: Reviewers::Members, ..form.stages[0].clone() }], ..form.clone() };
        let makes = |settings| Command::CreateReviews { of: vec![Reviewed::Group(group)], settings };
        assert_eq!(refused(morgan.submits(makes(own)).await).field(), Some("controls[]"));
        let (series, review) = begins(&world, &morgan, Reviewed::Group(group), form).await;
        let seen = decides(&miriam, review).await.unwrap();
        assert_eq!(seen.rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["Alex", "Lee", "Tomas", "Yuki"]);
        assert_eq!((seen.done, seen.total), (0, 4), "it counts like every other row");
        let (real, control) = (row(&miriam, review, "Lee").await, row(&miriam, review, "Tomas").await);
        assert_eq!((&control.source, &control.source_under, &control.holds), (&real.source, &real.source_under, &real.holds));
        assert!(control.why.is_some() == real.why.is_some() && control.changed.is_none(), "{control:?}");
        let note = |notes: &[String]| notes.iter().find(|note| note.starts_with("Control rows")).cloned();
        let now = note(&shown(&morgan, series).await.notes).unwrap();
        assert!(now.contains("Control rows: 1. Caught: 0. Missed: 0. Left: 1. 2 of the 3 people named"), "{now}");
        // Whoever reads reviews without managing them learns nothing.
        world.appoints(&lee, model::directory::PortalRole::SecurityReader).await;
        let read = sees(&lee, series).await;
        assert!(read.settings.controls.is_empty() && !read.facts.iter().any(|fact| fact.name.contains("Control")));
        let read = read.instance.unwrap();
        assert!(read.settings.controls.is_empty() && note(&read.notes).is_none());
        assert_eq!(read.instance.counts.controls.total, 0);
        assert!(results(&lee, review).await.iter().all(|row| !row.control));
        let history = async |who: &Person| {
            let all = query::ReviewHistory { sought: Default::default(), after: None };
            let cell = |line: &[String], column: &str| {
                let place = model::view::review::HISTORY.iter().position(|one| *one == column).unwrap();
                line[place].clone()
            };
            let lines = who.asks(all).await.unwrap().rows;
            lines.iter().map(|line| (cell(line, "Principal"), cell(line, "Control row"))).collect::<Vec<_>>()
        };
        let marked = |lines: &[(String, String)]| lines.iter().filter(|(_, control)| control == "Yes").cloned().collect::<Vec<_>>();
        let (hers, theirs) = (history(&morgan).await, history(&lee).await);
        assert_eq!(marked(&hers), [("Tomas".to_owned(), "Yes".to_owned())]);
        assert!(theirs.len() + 1 == hers.len() && theirs.iter().all(|(name, _)| name != "Tomas"), "{theirs:?}");
        says(&miriam, review, &["Tomas"], Decision::Deny, "Never worked there.").await.unwrap();
        for name in ["Alex", "Yuki"] {
            says(&miriam, review, &[name], Decision::Approve, "Yes.").await.unwrap();
        }
        morgan.submits(Command::StopReview { review, stage_only: false }).await.unwrap();
        world.settle().await;
        let after = shown(&morgan, series).await;
        assert_eq!((after.phase, after.instance.counts.removed, after.instance.counts.not_removed), (Phase::Applied, 1, 0));
        assert!(note(&after.notes).unwrap().contains("Caught: 1. Missed: 0. Left: 0."), "{:?}", after.notes);
        assert!(belongs(&world, group, &alex).await && !belongs(&world, group, &lee).await, "silence took what is held");
        let rows = results(&morgan, review).await;
        let tomas = rows.iter().find(|row| row.row.name == "Tomas").unwrap();
        assert!(tomas.control && tomas.outcome.is_empty() && tomas.applied_at.is_none(), "{tomas:?}");
        let told = world.letters_to("tomas").await;
        assert!(told.is_empty(), "nobody takes anything from him: {told:?}");
    }

    async fn an_instance_in_which_nothing_changed_asks_nobody_once_and_then_asks_again(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan] = world.people(["alex", "lee", "miriam", "morgan"]).await;
        let group = team(&world, "Archive", &[&alex]).await;
        let mut form = weekly(&morgan, &miriam).await;
        (form.skip_unchanged, form.look_back_days) = (true, 700);
        alex.signs_in().await.unwrap();
        let (series, review) = begins(&world, &morgan, Reviewed::Group(group), form).await;
        says(&miriam, review, &["Alex"], Decision::Approve, "Works there.").await.unwrap();
        let second = next(&world, &morgan, series).await;
        let now = shown(&morgan, series).await;
        assert_eq!((now.phase, now.instance.number), (Phase::Skipped, 2), "{:?}", now.notes);
        assert_eq!(skipped(&world, series).await, 1);
        assert!(belongs(&world, group, &alex).await);
        assert!(world.subjects_to("morgan").await.iter().any(|subject| subject.starts_with("Review skipped")));
        assert_eq!(refused(decides(&miriam, second).await).code(), "not_found", "she was not asked");
        let lists = miriam.asks(query::MyReviews { past: true, after: None }).await.unwrap().rows;
        assert!(lists.iter().all(|one| one.review != second));
        // Never twice in a row.
        let third = next(&world, &morgan, series).await;
        assert_eq!(shown(&morgan, series).await.phase, Phase::InProgress);
        says(&miriam, third, &["Alex"], Decision::Approve, "Still.").await.unwrap();
        world.adds(group, &lee).await;
        next(&world, &morgan, series).await;
        assert_eq!(shown(&morgan, series).await.phase, Phase::InProgress, "somebody is new");
        assert_eq!(skipped(&world, series).await, 1);
    }

    async fn how_each_reviewer_decided_stands_with_the_results(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan] = world.people(["alex", "lee", "miriam", "morgan"]).await;
        lee.signs_in().await.unwrap();
        let group = team(&world, "Archive", &[&alex, &lee]).await;
        let (_, review) = begins(&world, &morgan, Reviewed::Group(group), settings(&morgan, &[&miriam]).await).await;
        world.passes(Span::hours(5)).await;
        says(&miriam, review, &["Alex"], Decision::Approve, "I know better.").await.unwrap();
        world.passes(Span::hours(2)).await;
        says(&miriam, review, &["Lee"], Decision::Approve, "Yes.").await.unwrap();
        let all = query::ReviewResults { review, filter: RowFilter::All, search: String::new(), after: None };
        let quality = morgan.asks(all).await.unwrap().quality;
        assert_eq!(quality.len(), 1, "{quality:?}");
        let one = &quality[0];
        assert_eq!((one.who.name.as_str(), one.decided, one.approved, one.against), ("Miriam", 2, 100, Some(50)));
        let median = one.median.unwrap();
        assert!(median >= Span::hours(6) && median < Span::hours(7), "{median:?}");
    }
}
