//! More rows than fit anywhere at once: every one is asked about, listed, taken away with a file, and applied.

use crate::reviews::{begins, decides, settings, shown};
use model::access::{Assignment, AssignmentType, ResourceRole, Source};
use model::command::Command;
use model::directory::{Principal, UserKind};
use model::limits::REVIEW_DECIDED_TOGETHER_MAX;
use model::review::{DecideRows, Decision, Phase, Reviewed, Silence};
use model::view::review::RowFilter;
use model::{AssignmentId, GroupId, UserId, query};
use rules::user::User;
use std::collections::BTreeSet;
use testkit::{Person, World, both};

/// Where another product cut the list off, and some more.
const PEOPLE: usize = 10_050;

/// A group with so many members, past the forms.
async fn everybody(world: &World, name: &str, people: usize, source: fn(GroupId) -> Source) -> GroupId {
    let group = world.makes_group(name).await;
    let now = world.now();
    let mut link = world.db().begin().await.unwrap();
    let mut members = Vec::new();
    for n in 0..people {
        let id = UserId(world.new_id());
        let user = User {
            id,
            user_name: format!("{}{n:05}", name.to_lowercase()),
            display_name: format!("{name} {n:05}"),
            mail: String::new(),
            kind: UserKind::Member,
            manager: None,
            enabled: true,
            profile: Default::default(),
            created_at: now,
            last_sign_in_at: None,
            version: 0,
        };
        store::users::insert(&mut link, &user, None).await.unwrap();
        members.push(Assignment {
            id: AssignmentId(world.new_id()),
            principal: Principal::User(id),
            role: ResourceRole::GroupMember(group),
            assignment_type: AssignmentType::Active,
            source: source(group),
            starts_at: now,
            ends_at: None,
            ended_at: None,
        });
    }
    store::assignments::insert_all(&mut link, &members, now).await.unwrap();
    link.commit().await.unwrap();
    group
}

/// How many statements a click costs.
async fn cost(world: &World, by: &Person, command: Command) -> u64 {
    let before = world.db().statements();
    by.submits(command).await.unwrap();
    world.db().statements() - before
}

both! {
    async fn regression_15_more_than_ten_thousand_rows_are_listed_exported_and_applied_whole(test: TestDb) {
        let world = World::demo(test).await;
        let [miriam, morgan] = world.people(["miriam", "morgan"]).await;
        let group = everybody(&world, "Many", PEOPLE, |_| Source::Direct).await;

        let mut form = settings(&morgan, &[&miriam]).await;
        (form.silence, form.silence_limit_percent, form.auto_apply) = (Silence::Remove, 100, true);
        let (series, review) = begins(&world, &morgan, Reviewed::Group(group), form).await;
        let counts = shown(&morgan, series).await.instance.counts;
        assert_eq!((counts.total, counts.open), (PEOPLE as u64, PEOPLE as u64));
        assert_eq!(decides(&miriam, review).await.unwrap().total, PEOPLE as u64);

        // Every page of whoever decides, and every piece of the file: nobody is missing, nobody comes twice.
        let (mut pages, mut after) = (BTreeSet::new(), None);
        loop {
            let page = query::Reviewing { review, filter: RowFilter::All, search: String::new(), after };
            let page = miriam.asks(page).await.unwrap();
            assert!(page.rows.into_iter().all(|row| pages.insert(row.name)));
            after = page.paging.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(pages.len(), PEOPLE);
        let (mut file, mut after) = (0, None);
        loop {
            let piece = morgan.asks(query::ExportedReview { review, after }).await.unwrap();
            file += piece.rows.len();
            after = piece.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(file, PEOPLE);

        morgan.submits(Command::StopReview { review, stage_only: false }).await.unwrap();
        world.settle().await;
        let over = shown(&morgan, series).await;
        assert_eq!((over.phase, over.instance.counts.removed), (Phase::Applied, PEOPLE as u64));
        assert!(morgan.sees_group(group).await.unwrap().members.is_empty());
    }

    async fn a_reset_and_removals_that_are_tried_again_cost_a_click_the_same_however_many_rows_there_are(test: TestDb) {
        let world = World::demo(test).await;
        let [miriam, morgan] = world.people(["miriam", "morgan"]).await;
        let mut costs = Vec::new();
        for (name, people) in [("Few", 2), ("Many", PEOPLE)] {
            // The rule would give it again, so that nothing can be removed.
            let group = everybody(&world, name, people, Source::Rule).await;
            let mut form = settings(&morgan, &[&miriam]).await;
            (form.silence, form.silence_limit_percent, form.auto_apply) = (Silence::Remove, 100, true);
            let (series, review) = begins(&world, &morgan, Reviewed::Group(group), form).await;
            let (rows, mut after) = (people as u64, None);
            loop {
                let mut link = world.db().read().await.unwrap();
                let (page, next) = store::review_rows::step(&mut link, review, after, REVIEW_DECIDED_TOGETHER_MAX).await.unwrap();
                drop(link);
                let rows = page.iter().map(|row| row.id).collect();
                let deny = DecideRows { review, rows, decision: Decision::Deny, reason: "Left.".into(), confirmed: true };
                miriam.submits(Command::DecideRows(deny)).await.unwrap();
                after = next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(shown(&morgan, series).await.instance.counts.denied, rows);
            let reset = cost(&world, &morgan, Command::ResetReview { review }).await;
            world.settle().await;
            let now = shown(&morgan, series).await;
            let counts = now.instance.counts;
            assert_eq!((now.phase, counts.total, counts.open, counts.not_reviewed()), (Phase::InProgress, rows, rows, rows));
            assert_eq!(counts.shared_open, rows, "Miriam has all of them again");

            morgan.submits(Command::StopReview { review, stage_only: false }).await.unwrap();
            world.settle().await;
            let over = shown(&morgan, series).await;
            assert_eq!((over.phase, over.try_again), (Phase::Applied, Some(rows)));
            let again = cost(&world, &morgan, Command::TryReviewAgain { review }).await;
            assert_eq!(shown(&morgan, series).await.phase, Phase::Applying);
            world.settle().await;
            let over = shown(&morgan, series).await;
            assert_eq!((over.phase, over.try_again), (Phase::Applied, Some(rows)), "each was tried once more");
            costs.push((reset, again));
        }
        assert_eq!(costs[0], costs[1], "what a reset and another try cost");
    }
}
