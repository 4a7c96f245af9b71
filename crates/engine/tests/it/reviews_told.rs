//! Who is written to about rows of an access review: nobody who has nothing to decide, and everybody again after a reset.

use crate::reviews::{begins, row, says, settings, shown, team};
use model::command::{Command, Delegate, Done};
use model::delegation::Delegated;
use model::review::{Decision, Reviewed};
use model::{ReviewId, Span, query};
use testkit::{Person, World, both};

/// How many letters ask somebody to review, and how many remind them.
async fn asked(world: &World, who: &str) -> (usize, usize) {
    let all = world.subjects_to(who).await;
    let count = |kind: &str| all.iter().filter(|subject| *subject == kind).count();
    (count("Review"), count("Reminder"))
}

async fn resets(world: &World, by: &Person, review: ReviewId) {
    by.submits(Command::ResetReview { review }).await.unwrap();
    world.settle().await;
}

both! {
    async fn after_a_reset_reviewers_are_asked_again_and_reminded_at_half_of_what_is_left(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan] = world.people(["alex", "lee", "miriam", "morgan"]).await;
        let group = team(&world, "Archive", &[&alex, &lee]).await;
        let (series, review) = begins(&world, &morgan, Reviewed::Group(group), settings(&morgan, &[&miriam]).await).await;
        assert_eq!(asked(&world, "miriam").await, (1, 0));
        for name in ["Alex", "Lee"] {
            says(&miriam, review, &[name], Decision::Deny, "Gone.").await.unwrap();
        }
        world.passes(Span::days(10)).await;
        assert_eq!(asked(&world, "miriam").await, (1, 0), "who is done is not reminded");
        for who in [&miriam, &morgan] {
            who.signs_in().await.unwrap();
        }
        resets(&world, &morgan, review).await;
        assert_eq!(asked(&world, "miriam").await, (2, 0));
        let seen = row(&miriam, review, "Alex").await;
        assert!(seen.open && seen.earlier.iter().any(|one| one.how == "set back" && one.by == "Morgan"), "{:?}", seen.earlier);
        let evidence = morgan.asks(query::ReviewResults { review, filter: Default::default(), search: String::new(), after: None });
        assert!(evidence.await.unwrap().rows.iter().all(|one| one.row.earlier.len() == 2), "the history has both");
        world.passes(Span::hours(47)).await;
        assert_eq!(asked(&world, "miriam").await, (2, 0));
        world.passes(Span::hours(2)).await;
        assert_eq!(asked(&world, "miriam").await, (2, 1), "half of the four days that were left");
        assert_eq!(shown(&morgan, series).await.instance.counts.not_reviewed(), 2);
    }

    async fn nobody_is_told_of_a_reset_where_no_letters_are_set(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, miriam, morgan] = world.people(["alex", "miriam", "morgan"]).await;
        let group = team(&world, "Archive", &[&alex]).await;
        let mut form = settings(&morgan, &[&miriam]).await;
        (form.mails, form.reminders) = (false, false);
        let (_, review) = begins(&world, &morgan, Reviewed::Group(group), form).await;
        says(&miriam, review, &["Alex"], Decision::Deny, "Gone.").await.unwrap();
        resets(&world, &morgan, review).await;
        world.passes(Span::days(10)).await;
        assert_eq!(asked(&world, "miriam").await, (0, 0));
    }

    async fn whose_only_open_row_is_about_themselves_is_not_written_to(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, miriam, morgan, yuki] = world.people(["alex", "miriam", "morgan", "yuki"]).await;
        let group = team(&world, "Archive", &[&alex, &miriam]).await;
        let (_, review) = begins(&world, &morgan, Reviewed::Group(group), settings(&morgan, &[&miriam, &morgan]).await).await;
        assert_eq!((asked(&world, "miriam").await, asked(&world, "morgan").await), ((1, 0), (1, 0)));
        let (starts_at, ends_at) = (world.now(), world.now() + Span::days(13));
        miriam.submits(Command::Delegate(Delegate { to: yuki.id, starts_at, ends_at, delegated: Delegated::All })).await.unwrap();
        says(&miriam, review, &["Alex"], Decision::Approve, "Works there.").await.unwrap();
        // What is left is about Miriam: neither she nor who stands in for her decides it.
        let Done::ReviewersReminded { people, .. } = morgan.submits(Command::RemindReviewers { review }).await.unwrap() else {
            panic!("reminded")
        };
        assert_eq!(people, 1);
        world.passes(Span::days(8)).await;
        assert_eq!(asked(&world, "miriam").await, (1, 0));
        assert_eq!(asked(&world, "yuki").await, (0, 0));
        assert_eq!(asked(&world, "morgan").await.1, 2, "once by hand, and at half time");
    }
}
