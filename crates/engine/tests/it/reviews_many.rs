//! More rows than fit anywhere at once: every one is asked about, listed, taken away with a file, and applied.

use crate::reviews::{begins, decides, settings, shown};
use model::access::{Assignment, AssignmentType, ResourceRole, Source};
use model::command::Command;
use model::directory::{Principal, UserKind};
use model::review::{Phase, Reviewed, Silence};
use model::view::review::RowFilter;
use model::{AssignmentId, UserId, query};
use rules::user::User;
use std::collections::BTreeSet;
use testkit::{World, both};

/// Where another product cut the list off, and some more.
const PEOPLE: usize = 10_050;

both! {
    async fn regression_15_more_than_ten_thousand_rows_are_listed_exported_and_applied_whole(test: TestDb) {
        let world = World::demo(test).await;
        let [miriam, morgan] = world.people(["miriam", "morgan"]).await;
        let group = world.makes_group("Everybody").await;
        let now = world.now();
        let mut link = world.db().begin().await.unwrap();
        let mut members = Vec::new();
        for n in 0..PEOPLE {
            let id = UserId(world.new_id());
            let user = User {
                id,
                user_name: format!("many{n:05}"),
                display_name: format!("Many {n:05}"),
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
                source: Source::Direct,
                starts_at: now,
                ends_at: None,
                ended_at: None,
            });
        }
        store::assignments::insert_all(&mut link, &members, now).await.unwrap();
        link.commit().await.unwrap();

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
}
