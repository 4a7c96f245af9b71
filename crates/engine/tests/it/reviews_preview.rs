//! What a review would ask and take away is said before it is made, and then it is what happens.

use crate::privileged::{eligible, of};
use crate::reviews::{begins, role, says, sees, settings, shown, team};
use engine::Problem;
use model::access::{Assignment, AssignmentType, ResourceRole, Source};
use model::directory::{PortalRole, Principal};
use model::limits::REVIEW_STEP_ROWS;
use model::review::{Decision, Frequency, ReviewSettings, ReviewStage, Reviewed, Reviewers, Silence};
use model::view::review::{Preview, PreviewOf};
use model::{AssignmentId, ReviewSeriesId, UserId, query};
use testkit::{Person, World, both, refused};

async fn preview(by: &Person, of: Reviewed, form: &ReviewSettings) -> PreviewOf {
    let question = query::ReviewPreview { of: vec![of], settings: Box::new(form.clone()), series: None };
    by.asks(question).await.unwrap().of.remove(0)
}

async fn of_series(by: &Person, series: ReviewSeriesId, form: &ReviewSettings) -> Result<Preview, Problem> {
    by.asks(query::ReviewPreview { of: Vec::new(), settings: Box::new(form.clone()), series: Some(series) }).await
}

both! {
    async fn the_counts_are_of_everybody_and_what_is_listed_says_how_many_more(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, miriam, morgan] = world.people(["alex", "miriam", "morgan"]).await;
        let group = team(&world, "Everybody", &[&alex]).await;
        let many = REVIEW_STEP_ROWS + 30;
        let mut link = world.db().begin().await.unwrap();
        let somebody = store::users::get(&mut link, alex.id).await.unwrap().unwrap();
        for number in 0..many {
            let id = UserId(world.new_id());
            let user_name = format!("many-{number}");
            let user = rules::user::User { id, user_name: user_name.clone(), mail: format!("{user_name}@example.org"), ..somebody.clone() };
            store::users::insert(&mut link, &user, None).await.unwrap();
            let one = Assignment {
                id: AssignmentId(world.new_id()),
                principal: Principal::User(id),
                role: ResourceRole::GroupMember(group),
                assignment_type: AssignmentType::Active,
                source: Source::Direct,
                starts_at: world.now(),
                ends_at: None,
                ended_at: None,
            };
            store::assignments::insert(&mut link, &one, world.now()).await.unwrap();
        }
        link.commit().await.unwrap();
        let mut form = settings(&morgan, &[&miriam]).await;
        form.silence = Silence::Remove;
        let seen = preview(&morgan, Reviewed::Group(group), &form).await;
        let all = many as u64 + 1;
        assert_eq!((seen.rows, seen.removed_by_silence, seen.stages[0].asked[0].1), (all, all, all));
        assert_eq!((seen.lines.len() as u64 + seen.more, seen.lines.len()), (all, 20));
        assert!(seen.lines.iter().all(|line| line.asked == ["Miriam"] && line.silent == "Removed"), "{:?}", seen.lines);
    }

    async fn in_whose_hands_each_row_would_be_is_said_for_every_stage_and_is_so(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan, yuki] = world.people(["alex", "lee", "miriam", "morgan", "yuki"]).await;
        let inner = team(&world, "Inner", &[&yuki]).await;
        let group = team(&world, "Archive", &[&alex, &morgan, &lee]).await;
        world.adds(group, inner).await;
        morgan.edits(&miriam, |fields| fields.manager = None).await.unwrap();
        for person in [&alex, &morgan, &lee, &yuki] {
            morgan.edits(person, |fields| fields.manager = Some(miriam.id)).await.unwrap();
        }
        let mut form = settings(&morgan, &[&morgan]).await;
        let selected = Reviewers::Selected { users: vec![lee.id], groups: Vec::new() };
        form.stages = vec![
            ReviewStage { reviewers: Reviewers::Managers, fallback: vec![miriam.id], days: 3 },
            ReviewStage { reviewers: selected, fallback: Vec::new(), days: 4 },
        ];
        (form.silence, form.silence_limit_percent, form.auto_apply) = (Silence::Remove, 100, true);
        let seen = preview(&morgan, Reviewed::Group(group), &form).await;
        let [first, second] = seen.stages.as_slice() else { panic!("{seen:?}") };
        // What comes through another group is denied and cannot be applied.
        assert_eq!((seen.rows, seen.removed_by_silence, seen.denied_only, seen.more), (4, 3, 1, 0));
        assert_eq!((first.reviewers.as_str(), first.days, first.comes.as_str()), ("Managers of users", 3, ""));
        let by_managers = first.asked.iter().map(|(_, n)| n).sum::<u64>();
        assert_eq!(by_managers, 4, "{first:?}");
        // Lee does not decide about herself: whoever makes the review does.
        assert_eq!((second.fallback, second.owner, second.undecidable), (0, 1, 0), "{second:?}");
        assert!(second.comes.contains("that is every row"), "{}", second.comes);
        let line = |name: &str| seen.lines.iter().find(|line| line.name == name).unwrap().clone();
        assert_eq!(line("Lee").asked[1], "Morgan, who makes the review");
        assert_eq!((line("Alex").asked[1].as_str(), line("Alex").silent.as_str()), ("Lee", "Removed"));
        assert_eq!(line("Yuki").silent, "Denied, and has to be taken away elsewhere");
        assert_eq!(seen.lines[0].name, "Lee", "what is nobody's comes first");
        // And then it is so.
        let (series, _) = begins(&world, &morgan, Reviewed::Group(group), form).await;
        assert_eq!(shown(&morgan, series).await.instance.counts.total, seen.rows);
        // One stage after the other takes its time.
        world.passes(model::Span::days(4)).await;
        world.passes(model::Span::days(5)).await;
        let done = shown(&morgan, series).await.instance.counts;
        assert_eq!((done.removed, done.not_removed), (seen.removed_by_silence, seen.denied_only));
    }

    async fn power_that_everybody_would_confirm_for_themselves_is_warned_of(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, miriam, morgan] = world.people(["alex", "miriam", "morgan"]).await;
        let power = crate::reviews::role(model::directory::PortalRole::UserAdministrator);
        let mut form = settings(&morgan, &[]).await;
        form.stages[0] = ReviewStage { reviewers: Reviewers::Members, fallback: vec![miriam.id], days: 3 };
        let warned = async |of, form: &ReviewSettings| {
            let seen = preview(&morgan, of, form).await;
            seen.warnings.iter().any(|text| text.contains("say for themselves whether they keep it"))
        };
        assert!(warned(power, &form).await);
        let group = team(&world, "Archive", &[&alex]).await;
        assert!(!warned(Reviewed::Group(group), &form).await, "it gives no power");
        let users = vec![miriam.id];
        form.stages.push(ReviewStage { reviewers: Reviewers::Selected { users, groups: Vec::new() }, fallback: Vec::new(), days: 3 });
        assert!(!warned(power, &form).await, "somebody else looks at it afterwards");
    }

    async fn nobody_without_a_manager_is_forgotten_and_a_maker_alone_is_warned(test: TestDb) {
        let world = World::demo(test).await;
        let [miriam, morgan] = world.people(["miriam", "morgan"]).await;
        let stranger = world.hires("stranger").await;
        let group = team(&world, "Archive", &[&stranger, &miriam]).await;
        let of = Reviewed::Group(group);
        let mut form = settings(&morgan, &[&morgan]).await;
        let alone = preview(&morgan, of, &form).await;
        assert!(alone.warnings.iter().any(|text| text.contains("alone would decide 2 of 2 rows")), "{:?}", alone.warnings);
        form.stages[0] = ReviewStage { reviewers: Reviewers::Managers, fallback: vec![miriam.id], days: 3 };
        let seen = preview(&morgan, of, &form).await;
        let line = seen.lines.iter().find(|line| line.asked[0] == "Miriam, as a fallback reviewer");
        assert!(seen.stages[0].fallback >= 1 && line.is_some(), "{seen:?}");
        form.stages[0].reviewers = Reviewers::Members;
        let seen = preview(&morgan, of, &form).await;
        assert!(seen.lines.iter().all(|line| line.asked == ["Themselves"]), "{:?}", seen.lines);
    }

    async fn what_is_set_for_later_instances_is_tried_before_it_is_saved(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan] = world.people(["alex", "lee", "miriam", "morgan"]).await;
        eligible(&morgan, &alex, of(PortalRole::UserAdministrator), None).await;
        let mut form = settings(&morgan, &[&miriam]).await;
        (form.frequency, form.stages[0].days) = (Frequency::Weekly, 3);
        let (series, review) = begins(&world, &morgan, role(PortalRole::UserAdministrator), form.clone()).await;
        world.passes(model::Span::days(2)).await;
        assert_eq!(refused(of_series(&alex, series, &form).await).code(), "not_found");
        world.appoints(&lee, PortalRole::SecurityReader).await;
        assert_eq!(refused(of_series(&lee, series, &form).await).code(), "not_found", "who may change nothing tries nothing");
        let begun = sees(&morgan, series).await;
        let mut other = begun.settings.clone();
        other.stages[0].days = 7;
        assert_eq!(refused(of_series(&morgan, series, &other).await).field(), Some("stages[0][days]"));
        other.stages[0].days = 6;
        let seen = of_series(&morgan, series, &other).await.unwrap();
        let starts: Vec<_> = seen.instances.iter().map(|(from, _)| *from).collect();
        assert_eq!(starts, begun.scheduled.iter().map(|(from, _)| *from).collect::<Vec<_>>(), "it began before, and goes on");
        assert_eq!(seen.instances[0].1, seen.instances[0].0 + model::Span::days(6));
        assert!(seen.of.len() == 1 && seen.of[0].stages[0].asked[0].0.name == "Miriam", "{seen:?}");
        assert_eq!(sees(&morgan, series).await.settings, begun.settings, "nothing was saved");
        says(&miriam, review, &["Alex"], Decision::Approve, "Needed.").await.unwrap();
    }
}
