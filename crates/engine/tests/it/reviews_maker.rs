//! Access reviews whose maker has left: somebody is told of what waits, and somebody decides.

use crate::reviews::{begins, decides, settings, shown, team};
use model::command::Command;
use model::directory::PortalRole;
use model::review::{Phase, ReviewSettings, Reviewed, Silence};
use model::{ReviewId, ReviewSeriesId, Span};
use testkit::{Person, World, both};

/// A review by somebody who may make it and is disabled while it runs, in which silence removes more than it may.
async fn waits(world: &World, change: impl FnOnce(&mut ReviewSettings)) -> (Person, ReviewSeriesId, ReviewId) {
    let [alex, miriam, morgan] = world.people(["alex", "miriam", "morgan"]).await;
    let maker = world.hires("one").await;
    world.appoints(&maker, PortalRole::UserAdministrator).await;
    let group = team(world, "Archive", &[&alex]).await;
    let mut form = settings(&maker, &[&miriam]).await;
    (form.silence, form.silence_limit_percent, form.auto_apply) = (Silence::Remove, 0, true);
    change(&mut form);
    let (series, review) = begins(world, &maker, Reviewed::Group(group), form).await;
    morgan.disables(&maker).await.unwrap();
    world.settle().await;
    (maker, series, review)
}

async fn told(world: &World, who: &str) -> usize {
    let letters = world.letters_to(who).await;
    letters
        .iter()
        .filter(|letter| letter.subject.contains("Who needs it") && letter.text.contains("So much would be removed"))
        .count()
}

both! {
    async fn what_waits_for_an_administrator_is_said_to_one_also_where_no_letters_are_set(test: TestDb) {
        let world = World::demo(test).await;
        let [ingrid, morgan] = world.people(["ingrid", "morgan"]).await;
        let (_, series, _) = waits(&world, |form| (form.mails, form.reminders) = (false, false)).await;
        world.passes(Span::days(15)).await;
        morgan.signs_in().await.unwrap();
        assert_eq!(shown(&morgan, series).await.phase, Phase::Completed);
        assert_eq!((told(&world, "ingrid").await, told(&world, "morgan").await), (1, 0), "{:?}", world.letters_to("ingrid").await);
        assert_eq!(told(&world, "one").await, 0, "who has left reads no letters");
        // Where nobody governs identities, Global Administrators answer for what its maker left.
        morgan.disables(&ingrid).await.unwrap();
        let group = team(&world, "Depot", &[&world.person("alex").await]).await;
        let maker = world.hires("two").await;
        world.appoints(&maker, PortalRole::UserAdministrator).await;
        let mut form = settings(&maker, &[&morgan]).await;
        (form.silence, form.silence_limit_percent) = (Silence::Remove, 0);
        begins(&world, &maker, Reviewed::Group(group), form).await;
        morgan.disables(&maker).await.unwrap();
        world.passes(Span::days(15)).await;
        assert_eq!((told(&world, "ingrid").await, told(&world, "morgan").await), (1, 1));
    }

    async fn a_maker_who_is_there_is_told_alone_and_of_nothing_else_where_no_letters_are_set(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, miriam] = world.people(["alex", "miriam"]).await;
        let maker = world.hires("one").await;
        world.appoints(&maker, PortalRole::UserAdministrator).await;
        let group = team(&world, "Archive", &[&alex]).await;
        let mut form = settings(&maker, &[&miriam]).await;
        (form.mails, form.reminders, form.silence) = (false, false, Silence::Remove);
        let (_, kept) = begins(&world, &maker, Reviewed::Group(group), ReviewSettings { silence_limit_percent: 100, ..form.clone() }).await;
        maker.submits(Command::StopReview { review: kept, stage_only: false }).await.unwrap();
        world.settle().await;
        assert_eq!(told(&world, "one").await, 0, "it waits for nobody but its maker, who set no letters");
        let (_, back) = begins(&world, &maker, Reviewed::Group(group), ReviewSettings { silence_limit_percent: 0, ..form }).await;
        maker.submits(Command::StopReview { review: back, stage_only: false }).await.unwrap();
        world.settle().await;
        assert_eq!((told(&world, "one").await, told(&world, "ingrid").await), (1, 0));
    }

    async fn rows_of_a_review_that_nobody_is_left_to_decide_go_to_global_administrators(test: TestDb) {
        let world = World::demo(test).await;
        let [ingrid, miriam, morgan] = world.people(["ingrid", "miriam", "morgan"]).await;
        let (_, _, review) = waits(&world, |_| ()).await;
        morgan.disables(&ingrid).await.unwrap();
        morgan.disables(&miriam).await.unwrap();
        world.settle().await;
        let rows = decides(&morgan, review).await.unwrap().rows;
        assert_eq!(rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["Alex"]);
    }
}
