//! The inbox, searched: for whom or what, and nothing but one's own.

use crate::given::{REPORTING, one_stage};
use model::query;
use model::view::approval::Tab;
use testkit::{Person, World, both};

/// For whom and what the requests are that a search finds.
async fn finds(person: &Person, tab: Tab, search: &str) -> Vec<(String, String)> {
    let page = person.asks(query::Approvals { tab, search: search.to_owned(), after: None }).await.unwrap();
    assert_eq!(page.search, search, "the page shows what was searched for");
    page.rows.into_iter().map(|row| (row.requestor.name, row.name)).collect()
}

both! {
    async fn a_search_finds_whom_and_what_in_what_waits_and_in_what_was_decided_and_nothing_of_others(test: TestDb) {
        let world = World::demo(test).await;
        let [emma, noor, helga, miriam] = world.people(["emma", "noor", "helga", "miriam"]).await;
        one_stage(&world, "Ledger", &[&helga]).await;
        let reporting = emma.requests(REPORTING).because("Sales forecast.").await.unwrap();
        let ledger = noor.requests("Ledger").because("Costs.").await.unwrap();
        let [reports, books] = [("Emma".to_owned(), REPORTING.to_owned()), ("Noor".to_owned(), "Ledger".to_owned())];

        for tab in [Tab::Pending, Tab::History] {
            assert!(finds(&miriam, tab, "emma").await.is_empty(), "nobody is asked but Helga");
            assert!(finds(&helga, tab, "nobody").await.is_empty());
            assert!(finds(&helga, tab, "emma ledger").await.is_empty(), "both words count, on the same request");
            let quoted = finds(&helga, tab, "%_'\"\\ ").await;
            assert!(quoted.len() == finds(&helga, tab, "").await.len(), "what has no letters narrows nothing: {quoted:?}");
            assert_eq!(finds(&helga, tab, "emm").await, std::slice::from_ref(&reports));
            assert_eq!(finds(&helga, tab, "LED").await, std::slice::from_ref(&books));
            assert_eq!(finds(&helga, tab, "reporting emma").await, std::slice::from_ref(&reports));
            assert_eq!(finds(&helga, tab, "").await.len(), 2);
            if tab == Tab::Pending {
                helga.approves(reporting, "Yes.").await.unwrap();
                helga.denies(ledger, "No.").await.unwrap();
                assert!(finds(&helga, Tab::Pending, "emma").await.is_empty());
            }
        }
    }
}
