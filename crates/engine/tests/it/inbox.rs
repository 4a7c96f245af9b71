//! The inbox, searched: for whom or what, and nothing but one's own.

use crate::activation::{activates, asks};
use crate::given::{REPORTING, one_stage};
use crate::privileged::{finds as assignment_of, of, sets};
use model::Span;
use model::approval::Stage;
use model::directory::PortalRole;
use model::query;
use model::view::approval::{Due, Filter, Kind, Tab};
use model::view::my_roles::Tab as ListTab;
use testkit::{Person, World, both, stage};

/// For whom and what the requests are that a search finds.
async fn finds(person: &Person, tab: Tab, search: &str) -> Vec<(String, String)> {
    narrowed(person, tab, Filter { search: search.to_owned(), ..Filter::default() }).await
}

/// The same with any filter.
async fn narrowed(person: &Person, tab: Tab, filter: Filter) -> Vec<(String, String)> {
    let page = person.asks(query::Approvals { tab, filter: filter.clone(), after: None }).await.unwrap();
    assert_eq!(page.filter, filter, "the page shows what was searched for");
    page.rows.into_iter().map(|row| (row.requestor.name, row.name)).collect()
}

both! {
    async fn filters_leave_what_is_of_another_kind_or_due_later_out_and_roles_are_found_by_name(test: TestDb) {
        let world = World::demo(test).await;
        let [emma, helga, lee, morgan] = world.people(["emma", "helga", "lee", "morgan"]).await;
        let role = of(PortalRole::UserAdministrator);
        let eight_days = Stage { window_minutes: 8 * 24 * 60, justification_required: false, ..stage([(&helga).into()]) };
        sets(&morgan, role, |settings| {
            settings.approval_required = true;
            settings.stages = vec![eight_days];
        })
        .await
        .unwrap();
        let eligible = assignment_of(&morgan, role, ListTab::Eligible, &lee).await;
        activates(&lee, asks(eligible, 60)).await.unwrap();
        one_stage(&world, "Ledger", &[&helga]).await;
        let ledger = emma.requests("Ledger").because("Costs.").await.unwrap();
        let [books, users] = [("Emma".to_owned(), "Ledger".to_owned()), ("Lee".to_owned(), "User Administrator".to_owned())];
        let of_kind = |kind| Filter { kind: Some(kind), ..Filter::default() };

        assert!(narrowed(&helga, Tab::Pending, of_kind(Kind::Group)).await.is_empty(), "no group is asked for");
        let other = Filter { search: "ledger".into(), ..of_kind(Kind::DirectoryRole) };
        assert!(narrowed(&helga, Tab::Pending, other).await.is_empty(), "kind and words count together");
        assert_eq!(narrowed(&helga, Tab::Pending, of_kind(Kind::DirectoryRole)).await, std::slice::from_ref(&users));
        assert_eq!(narrowed(&helga, Tab::Pending, of_kind(Kind::Package)).await, std::slice::from_ref(&books));
        assert_eq!(finds(&helga, Tab::Pending, "user admin").await, std::slice::from_ref(&users), "roles have names, too");

        let due = |due| Filter { due: Some(due), ..Filter::default() };
        assert!(narrowed(&helga, Tab::Pending, due(Due::Day)).await.is_empty(), "both have more than a day");
        assert_eq!(narrowed(&helga, Tab::Pending, due(Due::Week)).await, std::slice::from_ref(&books), "the role has eight days");
        world.passes(Span::days(1)).await;
        assert_eq!(narrowed(&helga, Tab::Pending, due(Due::Day)).await, std::slice::from_ref(&books), "the last moment counts");
        assert_eq!(narrowed(&helga, Tab::Pending, due(Due::Week)).await, [books.clone(), users.clone()], "the most urgent first");
        helga.approves(ledger, "Yes.").await.unwrap();
        assert_eq!(narrowed(&helga, Tab::History, of_kind(Kind::Package)).await, [books]);
        assert!(narrowed(&helga, Tab::History, of_kind(Kind::DirectoryRole)).await.is_empty());
    }

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
