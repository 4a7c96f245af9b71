//! What is reviewed goes away while reviewers decide.

use crate::privileged::{eligible, of};
use crate::reviews::{begins, decides, row, says, sees, settings, shown, team};
use model::application::SaveApplication;
use model::command::{Command, Done};
use model::directory::PortalRole;
use model::event::Action;
use model::review::{Decision, Frequency, Phase, Reviewed, Silence};
use model::view::package::Tab;
use model::view::review::{HISTORY, RowFilter};
use model::{ReviewId, Span, query};
use std::collections::BTreeSet;
use testkit::{Person, World, both, refused};

const ROOM: &str = "Partner document room";
const EVERYBODY: &str = "Everybody";

/// Who was decided how, and what became of it.
async fn results(who: &Person, review: ReviewId) -> Vec<String> {
    let all = query::ReviewResults { review, filter: RowFilter::All, search: String::new(), after: None };
    let rows = who.asks(all).await.unwrap().rows;
    rows.into_iter().map(|one| format!("{} {} {}", one.row.name, one.row.decision.words(), one.outcome)).collect()
}

both! {
    async fn a_package_that_is_deleted_ends_its_review_with_a_sentence_and_every_row_is_kept(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan] = world.people(["alex", "lee", "miriam", "morgan"]).await;
        let mut form = world.assignment(ROOM, EVERYBODY, &[&alex, &lee]);
        form.asked.ends_at = Some(world.now() + Span::days(3));
        morgan.submits(Command::AssignPackage(form)).await.unwrap();
        world.settle().await;
        let mut form = settings(&morgan, &[&miriam]).await;
        (form.silence, form.frequency, form.auto_apply) = (Silence::Remove, Frequency::Monthly, false);
        let package = world.package(ROOM);
        let (series, review) = begins(&world, &morgan, Reviewed::Package(package), form).await;
        says(&miriam, review, &["Alex"], Decision::Deny, "It is over.").await.unwrap();
        let delete = Command::DeletePackage { package };
        assert_eq!(refused(morgan.submits(delete.clone()).await).code(), "package_in_use", "while somebody holds it");
        world.passes(Span::days(4)).await;
        assert!(alex.packages(Tab::Active).await.is_empty());

        morgan.submits(delete).await.unwrap();
        world.settle().await;
        let over = sees(&morgan, series).await;
        let instance = over.instance.unwrap();
        assert_eq!(instance.phase, Phase::Applied);
        assert!(instance.notes[0].contains("was deleted, so nothing is left to decide"), "{:?}", instance.notes);
        assert!(over.scheduled.is_empty() && !instance.may_reopen && !instance.may_apply);
        assert_eq!(results(&morgan, review).await, ["Alex Denied Already gone", "Lee Not reviewed "], "silence says nothing any more");
        assert_eq!(refused(morgan.submits(Command::ReopenReview { review }).await).code(), "review_stays_closed");
        assert!(!decides(&miriam, review).await.unwrap().open);
        assert!(world.history_about(series.0).await.iter().any(|event| matches!(event.action, Action::ReviewCompleted { .. })));
        world.passes(Span::days(60)).await;
        assert_eq!(sees(&morgan, series).await.instances.len(), 1, "nothing starts again");
        let file = morgan.asks(query::ExportedReview { review, after: None }).await.unwrap();
        assert_eq!(file.rows.len(), 2);
    }

    async fn control_rows_of_what_was_deleted_stay_in_the_history_of_whoever_manages_packages(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, yuki, miriam, morgan] = world.people(["alex", "lee", "yuki", "miriam", "morgan"]).await;
        let mut form = world.assignment(ROOM, EVERYBODY, &[&alex]);
        form.asked.ends_at = Some(world.now() + Span::days(3));
        morgan.submits(Command::AssignPackage(form)).await.unwrap();
        world.settle().await;
        let mut form = settings(&morgan, &[&miriam]).await;
        form.controls = vec![yuki.id];
        let package = world.package(ROOM);
        let _ = begins(&world, &morgan, Reviewed::Package(package), form).await;
        world.appoints(&lee, PortalRole::SecurityReader).await;
        let names = async |who: &Person| {
            let place = HISTORY.iter().position(|column| *column == "Principal").unwrap();
            let lines = who.asks(query::ReviewHistory { sought: Default::default(), after: None }).await.unwrap().rows;
            lines.into_iter().map(|line| line[place].clone()).collect::<BTreeSet<_>>()
        };
        let (managed, read) = (names(&morgan).await, names(&lee).await);
        assert_eq!(managed, BTreeSet::from(["Alex".to_owned(), "Yuki".to_owned()]));
        assert_eq!(read, BTreeSet::from(["Alex".to_owned()]), "nobody else learns who does not hold it");
        world.passes(Span::days(4)).await;
        morgan.submits(Command::DeletePackage { package }).await.unwrap();
        world.settle().await;
        assert_eq!((names(&morgan).await, names(&lee).await), (managed, read), "and the same once it is gone");
    }

    async fn an_application_is_not_deleted_while_it_is_reviewed(test: TestDb) {
        let world = World::demo(test).await;
        let [miriam, morgan] = world.people(["miriam", "morgan"]).await;
        let save = SaveApplication { application: None, version: 0, name: "Ledger".into(), description: String::new() };
        let done = morgan.submits(Command::SaveApplication(save)).await.unwrap();
        let Done::ApplicationSaved { application, .. } = done else { panic!("{done:?}") };
        let _ = begins(&world, &morgan, Reviewed::Application(application), settings(&morgan, &[&miriam]).await).await;
        let refusal = refused(morgan.submits(Command::DeleteApplication { application }).await);
        assert_eq!(refusal.code(), "application_in_use");
        assert!(refusal.sentence().contains("access review"), "{}", refusal.sentence());
    }

    async fn a_group_whose_members_all_went_and_a_role_that_everybody_lost_are_reviewed_to_the_end(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan] = world.people(["alex", "lee", "miriam", "morgan"]).await;
        let group = team(&world, "Archive", &[&alex, &lee]).await;
        let mut form = settings(&morgan, &[&miriam]).await;
        form.auto_apply = true;
        let (series, review) = begins(&world, &morgan, Reviewed::Group(group), form.clone()).await;
        for person in [&alex, &lee] {
            morgan.removes(group, person).await.unwrap();
        }
        says(&miriam, review, &["Alex"], Decision::Deny, "").await.unwrap();
        assert!(row(&miriam, review, "Lee").await.changed.is_some_and(|said| said.contains("ended")));
        morgan.submits(Command::StopReview { review, stage_only: false }).await.unwrap();
        world.settle().await;
        assert_eq!(shown(&morgan, series).await.phase, Phase::Applied);
        assert_eq!(results(&morgan, review).await, ["Alex Denied Already gone", "Lee Not reviewed "]);

        let held = eligible(&morgan, &alex, of(PortalRole::UserAdministrator), None).await;
        let role = Reviewed::DirectoryRole(PortalRole::UserAdministrator.id());
        form.starts_at = world.now();
        let (series, review) = begins(&world, &morgan, role, form).await;
        says(&miriam, review, &["Alex"], Decision::Deny, "").await.unwrap();
        let end = Command::EndRoleAssignment { assignment: held, words: "Moved.".into() };
        morgan.submits(end).await.unwrap();
        morgan.submits(Command::StopReview { review, stage_only: false }).await.unwrap();
        world.settle().await;
        assert_eq!(shown(&morgan, series).await.phase, Phase::Applied);
        assert!(results(&morgan, review).await.contains(&"Alex Denied Already gone".to_owned()));
    }
}
