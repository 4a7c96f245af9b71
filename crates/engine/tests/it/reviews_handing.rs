//! Rows of access reviews that somebody else decides: handed on, in place of whoever is absent, and where nobody is left.

use crate::reviews::{begins, decides, row, says, settings, shown, team};
use engine::Problem;
use model::command::{Command, Delegate, Done};
use model::delegation::Delegated;
use model::event::Action;
use model::review::{DecideRows, Decision, HandOnRows, Reviewed};
use model::{ReviewId, Span, UserId, query};
use testkit::{Person, World, both, refused};

async fn hands(who: &Person, review: ReviewId, names: &[&str], to: Option<UserId>, words: &str) -> Result<Done, Problem> {
    let mut rows = Vec::new();
    for name in names {
        rows.push(row(who, review, name).await.row);
    }
    who.submits(Command::HandOnRows(HandOnRows { review, rows, to, words: words.into() })).await
}

async fn names(who: &Person, review: ReviewId) -> Vec<String> {
    decides(who, review).await.map(|seen| seen.rows.into_iter().map(|row| row.name).collect()).unwrap_or_default()
}

/// How many of how many they have done, as their list says it.
async fn progress(who: &Person, review: ReviewId) -> (u64, u64) {
    let mine = who.asks(query::MyReviews { past: false, after: None }).await.unwrap().rows;
    mine.iter().find(|one| one.review == review).map_or((0, 0), |one| (one.done, one.total))
}

both! {
    async fn rows_are_handed_to_somebody_who_knows_better_and_both_names_are_kept(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan, tomas, yuki] = world.people(["alex", "lee", "miriam", "morgan", "tomas", "yuki"]).await;
        let group = team(&world, "Archive", &[&alex, &lee, &tomas]).await;
        let (series, review) = begins(&world, &morgan, Reviewed::Group(group), settings(&morgan, &[&miriam, &morgan]).await).await;
        let about = row(&miriam, review, "Alex").await.row;
        let stolen = HandOnRows { review, rows: vec![about], to: Some(yuki.id), words: "Mine.".into() };
        assert_eq!(refused(yuki.submits(Command::HandOnRows(stolen)).await).code(), "not_found", "who is not asked hands on nothing");
        assert_eq!(refused(hands(&miriam, review, &["Alex"], Some(alex.id), "You.").await).code(), "rows_not_handed_on", "about them");
        assert_eq!(refused(hands(&miriam, review, &["Alex"], Some(morgan.id), "You.").await).code(), "rows_not_handed_on", "they share it");
        assert_eq!(refused(hands(&miriam, review, &["Alex"], Some(yuki.id), " ").await).field(), Some("words"));
        assert_eq!(refused(hands(&miriam, review, &["Alex"], Some(UserId::default()), "You.").await).field(), Some("to"));
        morgan.disables(&tomas).await.unwrap();
        assert_eq!(refused(hands(&miriam, review, &["Alex"], Some(tomas.id), "You.").await).code(), "rows_not_handed_on", "disabled");
        assert_eq!(refused(decides(&yuki, review).await).code(), "not_found");
        let guest = world.hires("guest").await;
        morgan.edits(&guest, |fields| fields.kind = model::directory::UserKind::Guest).await.unwrap();
        let said = refused(hands(&miriam, review, &["Alex"], Some(guest.id), "You.").await);
        assert!(said.code() == "rows_not_handed_on" && said.sentence().contains("guest"), "{}", said.sentence());

        hands(&miriam, review, &["Alex", "Lee"], Some(yuki.id), "They work with you.").await.unwrap();
        world.settle().await;
        let told = world.letters_to("yuki").await;
        assert!(told.iter().any(|letter| letter.text.contains("They work with you.") && letter.text.contains("Miriam asks you")), "{told:?}");
        assert_eq!(names(&yuki, review).await, ["Alex", "Lee"], "these and no others");
        assert_eq!((progress(&yuki, review).await, progress(&miriam, review).await), ((0, 2), (0, 3)));
        let on = hands(&yuki, review, &["Alex"], Some(morgan.id), "No, you.").await;
        assert_eq!(refused(on).code(), "rows_not_handed_on");
        says(&yuki, review, &["Alex"], Decision::Deny, "Left us.").await.unwrap();
        let seen = row(&morgan, review, "Alex").await;
        assert_eq!(seen.decided.unwrap().by, "Yuki for Miriam");
        assert!(seen.earlier.iter().any(|one| one.what == "Handed to Yuki" && one.by == "Miriam" && one.reason == "They work with you."), "{:?}", seen.earlier);
        // Whoever handed it on decides all the same, or takes it back.
        says(&miriam, review, &["Alex"], Decision::Approve, "She is back.").await.unwrap();
        assert_eq!(row(&morgan, review, "Alex").await.decided.unwrap().by, "Miriam");
        hands(&miriam, review, &["Lee"], None, "").await.unwrap();
        assert_eq!(names(&yuki, review).await, ["Alex"]);
        assert_eq!(refused(hands(&miriam, review, &["Lee"], None, "").await).code(), "malformed");
        let history = world.history_about(series.0).await;
        let handed = history.iter().filter(|event| matches!(&event.action, Action::ReviewRowsHandedOn { .. })).count();
        assert_eq!(handed, 2);
    }

    async fn a_delegate_for_everything_decides_in_place_of_the_absent_reviewer_as_long_as_that_lasts(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan, yuki] = world.people(["alex", "lee", "miriam", "morgan", "yuki"]).await;
        let group = team(&world, "Archive", &[&alex, &lee, &miriam, &yuki]).await;
        let (_, review) = begins(&world, &morgan, Reviewed::Group(group), settings(&morgan, &[&miriam, &morgan]).await).await;
        assert_eq!(refused(decides(&yuki, review).await).code(), "not_found");
        let (starts_at, ends_at) = (world.now(), world.now() + Span::days(2));
        miriam.submits(Command::Delegate(Delegate { to: yuki.id, starts_at, ends_at, delegated: Delegated::All })).await.unwrap();
        assert_eq!(names(&yuki, review).await, ["Alex", "Lee"], "neither about herself nor about Miriam");
        assert_eq!(progress(&yuki, review).await, (0, 2));
        assert!(decides(&yuki, review).await.unwrap().in_place_of.contains("Miriam"));
        let hers = row(&morgan, review, "Miriam").await.row;
        let about_miriam = DecideRows { review, rows: vec![hers], decision: Decision::Approve, reason: "So.".into(), confirmed: true };
        assert_eq!(refused(yuki.submits(Command::DecideRows(about_miriam)).await).code(), "not_found");
        says(&yuki, review, &["Alex"], Decision::Approve, "He does.").await.unwrap();
        assert_eq!(row(&morgan, review, "Alex").await.decided.unwrap().by, "Yuki for Miriam");
        assert_eq!(progress(&yuki, review).await, (1, 2));
        assert!(yuki.asks(query::Overview {}).await.unwrap().reviews.iter().any(|one| one.review == review), "it waits for her");
        world.passes(Span::days(3)).await;
        assert_eq!(refused(decides(&yuki, review).await).code(), "not_found");
    }

    async fn what_only_its_subject_could_decide_goes_to_an_administrator(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, morgan] = world.people(["alex", "morgan"]).await;
        let bianca = world.hires("bianca-two").await;
        world.appoints(&bianca, model::directory::PortalRole::IdentityGovernanceAdministrator).await;
        let group = team(&world, "Archive", &[&alex, &morgan]).await;
        let (series, review) = begins(&world, &morgan, Reviewed::Group(group), settings(&morgan, &[&morgan]).await).await;
        assert_eq!(names(&morgan, review).await, ["Alex"]);
        let others: Vec<String> = shown(&morgan, series).await.reviewers.into_iter().map(|one| one.who.name).collect();
        assert_eq!(others.len(), 2, "an administrator decides about Morgan: {others:?}");
        let sole = shown(&morgan, series).await.reviewers.into_iter().find(|one| one.user == morgan.id).unwrap();
        assert!(!sole.shares && sole.open == 1, "nobody shares with the only one: {sole:?}");
    }
}
