//! Packages through which roles are held: a review of one asks as much of whoever decides as a review of the roles themselves.

use crate::reviews::{begins, makes, row, says, sees, settings};
use model::command::Command;
use model::directory::PortalRole;
use model::package::Lasts;
use model::review::{DecideRows, Decision, Frequency, Phase, ReviewSettings, Reviewed, Reviewers};
use model::{ReviewId, Span, query};
use testkit::{Offer, Person, World, both, refused};

const VAULT: &str = "Vault";

/// A package of a group to which roles can be assigned, held by these.
async fn vault(world: &World, holders: &[&Person]) -> Reviewed {
    let keepers = world.makes_role_assignable("Vault keepers").await;
    let package = world.offers(Offer::new(VAULT, keepers, []).lasting(Lasts::Forever)).await;
    world.person("morgan").await.assigns(VAULT, "Everybody", holders).await.unwrap();
    world.settle().await;
    Reviewed::Package(package)
}

async fn confirmed(who: &Person, review: ReviewId, names: &[&str], decision: Decision) {
    let mut rows = Vec::new();
    for name in names {
        rows.push(row(who, review, name).await.row);
    }
    let together = DecideRows { review, rows, decision, reason: "I looked.".into(), confirmed: true };
    who.submits(Command::DecideRows(together)).await.unwrap();
}

fn themselves(form: &ReviewSettings) -> ReviewSettings {
    let mut form = form.clone();
    form.stages[0].reviewers = Reviewers::Members;
    form
}

both! {
    async fn several_rows_of_a_package_that_gives_power_are_decided_one_by_one_or_confirmed(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan] = world.people(["alex", "lee", "miriam", "morgan"]).await;
        let of = vault(&world, &[&alex, &lee]).await;
        let (_, review) = begins(&world, &morgan, of, settings(&morgan, &[&miriam]).await).await;
        assert!(row(&miriam, review, "Alex").await.privileged);
        for decision in [Decision::Approve, Decision::Deny] {
            let said = refused(says(&miriam, review, &["Alex", "Lee"], decision, "All.").await);
            assert_eq!(said.code(), "review_needs_confirmation", "{decision:?}: {said:?}");
        }
        says(&miriam, review, &["Alex", "Lee"], Decision::DontKnow, "").await.unwrap();
        confirmed(&miriam, review, &["Alex", "Lee"], Decision::Deny).await;
        says(&miriam, review, &["Alex"], Decision::Approve, "Keeps the vault.").await.unwrap();
        // What gives no power is decided together.
        let archive = world.makes_group("Archive").await;
        let package = world.offers(Offer::new("Archive", archive, []).lasting(Lasts::Forever)).await;
        morgan.assigns("Archive", "Everybody", &[&alex, &lee]).await.unwrap();
        world.settle().await;
        let (_, review) = begins(&world, &morgan, Reviewed::Package(package), settings(&morgan, &[&miriam]).await).await;
        assert!(!row(&miriam, review, "Alex").await.privileged);
        says(&miriam, review, &["Alex", "Lee"], Decision::Deny, "").await.unwrap();
    }

    async fn an_instance_of_a_package_that_gives_power_is_never_left_out(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, miriam, morgan] = world.people(["alex", "miriam", "morgan"]).await;
        alex.signs_in().await.unwrap();
        let of = vault(&world, &[&alex]).await;
        let mut form = settings(&morgan, &[&miriam]).await;
        (form.frequency, form.stages[0].days, form.skip_unchanged, form.look_back_days) = (Frequency::Weekly, 3, true, 700);
        let (series, review) = begins(&world, &morgan, of, form).await;
        says(&miriam, review, &["Alex"], Decision::Approve, "Keeps the vault.").await.unwrap();
        world.passes(Span::days(4)).await;
        world.passes(Span::days(4)).await;
        let now = sees(&morgan, series).await.instance.unwrap();
        assert_eq!((now.instance.number, now.phase), (2, Phase::InProgress));
    }

    async fn whoever_sets_that_people_keep_power_by_their_own_word_reads_what_speaks_against_it(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, miriam, morgan] = world.people(["alex", "miriam", "morgan"]).await;
        let of = vault(&world, &[&alex]).await;
        let form = settings(&morgan, &[&miriam]).await;
        let preview = query::ReviewPreview { of: vec![of], settings: Box::new(themselves(&form)), series: None };
        let warnings = morgan.asks(preview).await.unwrap().of.remove(0).warnings;
        assert!(warnings.iter().any(|one| one.starts_with("It gives power over others")), "{warnings:?}");
        for (of, form, warned) in [
            (of, themselves(&form), true),
            (of, form.clone(), false),
            (Reviewed::DirectoryRole(PortalRole::GlobalAdministrator.id()), themselves(&form), true),
            (Reviewed::Group(world.makes_group("Archive").await), themselves(&form), false),
        ] {
            let series = makes(&morgan, of, form).await.unwrap();
            let warning = sees(&morgan, series).await.warning;
            assert_eq!(warning.is_some_and(|text| text.starts_with("It gives power over others")), warned, "{of:?}");
        }
    }
}
