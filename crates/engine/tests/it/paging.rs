//! Lists: paged, complete, without doubles, and in an order that stays.

use crate::given::one_stage;
use model::query;
use model::view::package::Tab;
use std::collections::BTreeSet;
use testkit::{Offer, World, both};

both! {
    async fn regression_15_every_page_together_is_everything_once(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, emma, helga] = world.people(["morgan", "emma", "helga"]).await;
        let group = world.makes_group("Much").await;
        for number in 0..60 {
            let name = format!("Package {number:02}");
            world.offers(Offer::new(&name, group, [testkit::stage([(&helga).into()])])).await;
        }
        let (mut users, mut after) = (Vec::new(), None);
        loop {
            let page = morgan.asks(query::Users { search: String::new(), filter: Default::default(), after }).await.unwrap();
            users.extend(page.rows.iter().map(|row| row.user_name.clone()));
            after = page.paging.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!((users.len(), users.iter().collect::<BTreeSet<_>>().len()), (60, 60));

        let (mut packages, mut after) = (Vec::new(), None);
        loop {
            let page = emma.asks(query::Packages { tab: Tab::Available, search: String::new(), after }).await.unwrap();
            packages.extend(page.rows.iter().map(|row| row.name.clone()));
            after = page.paging.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(packages.iter().collect::<BTreeSet<_>>().len(), packages.len());
        assert_eq!(packages.iter().filter(|name| name.starts_with("Package")).count(), 60);

        // All at the same instant: the cursor does not lean on time alone.
        let mut asked = BTreeSet::new();
        for number in 0..60 {
            asked.insert(emma.requests(&format!("Package {number:02}")).because("All of them.").await.unwrap());
        }
        let (mut requests, mut after) = (Vec::new(), None);
        loop {
            let page = emma.asks(query::Requests { phase: None, after }).await.unwrap();
            requests.extend(page.rows.iter().map(|row| row.request));
            after = page.paging.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!((requests.len(), requests.into_iter().collect::<BTreeSet<_>>()), (60, asked.clone()));
        let inbox: Vec<_> = helga.inbox().await.into_iter().map(|row| row.request).collect();
        assert_eq!((inbox.len(), inbox.into_iter().collect::<BTreeSet<_>>()), (60, asked.clone()));
        assert_eq!(helga.asks(query::Frame {}).await.unwrap().approvals, 60);

        for request in &asked {
            helga.approves(*request, "Yes.").await.unwrap();
        }
        let (mut history, mut after) = (Vec::new(), None);
        loop {
            let page = helga.asks(query::Approvals { tab: model::view::approval::Tab::History, filter: Default::default(), after }).await.unwrap();
            history.extend(page.rows.iter().map(|row| row.request));
            after = page.paging.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!((history.len(), history.into_iter().collect::<BTreeSet<_>>()), (60, asked));
        world.settle().await;
        assert_eq!(emma.packages(Tab::Active).await.len(), 60);
        world.passes(model::Span::hours(4)).await;
        let (mut expired, mut after) = (Vec::new(), None);
        loop {
            let page = emma.asks(query::Packages { tab: Tab::Expired, search: String::new(), after }).await.unwrap();
            expired.extend(page.rows.iter().map(|row| row.name.clone()));
            after = page.paging.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(expired.into_iter().collect::<BTreeSet<_>>().len(), 60, "all ended at the same instant");
    }

    async fn the_members_of_a_large_group_are_paged(test: TestDb) {
        let world = World::demo(test).await;
        let morgan = world.person("morgan").await;
        let group = world.group("Oslo office").await;
        let (mut members, mut after) = (Vec::new(), None);
        let count = loop {
            let page = morgan.asks(query::Group { group, after, person: String::new() }).await.unwrap();
            members.extend(page.members.iter().map(|row| row.id.clone()));
            after = page.paging.next;
            if after.is_none() {
                break page.member_count as usize;
            }
        };
        assert!(count > 25, "more than a page");
        assert_eq!((members.len(), members.iter().collect::<BTreeSet<_>>().len()), (count, count));
    }

    async fn the_inbox_shows_the_most_urgent_first(test: TestDb) {
        let world = World::demo(test).await;
        let [emma, vera, helga] = world.people(["emma", "vera", "helga"]).await;
        one_stage(&world, "Two days", &[&helga]).await;
        let later = emma.requests("Finance reporting").because("Fourteen days.").await.unwrap();
        let sooner = vera.requests("Two days").because("Two days.").await.unwrap();
        let rows: Vec<_> = helga.inbox().await.into_iter().map(|row| row.request).collect();
        assert_eq!(rows, [sooner, later]);
    }
}
