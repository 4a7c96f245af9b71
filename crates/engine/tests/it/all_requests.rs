//! Everybody's requests: who sees them, how they are found, and delivering again what failed.

use crate::given::{ADMIN, REPORTING, asks_for_admin};
use model::access::EndReason;
use model::command::Command;
use model::directory::PortalRole;
use model::query;
use model::request::{PackageAssignment, Phase};
use model::view::request::EntryKind;
use model::{PackageAssignmentId, Refusal, RequestId, Span};
use std::collections::BTreeSet;
use testkit::{Person, World, both, refused};

const ROOM: &str = "Partner document room";

fn all(search: &str, phase: Option<Phase>) -> query::AllRequests {
    query::AllRequests { package: None, search: search.into(), phase, after: None }
}

/// What a search finds: requestor and package.
async fn found(who: &Person, search: &str, phase: Option<Phase>) -> Vec<(String, String)> {
    let rows = who.asks(all(search, phase)).await.unwrap().rows;
    rows.into_iter().map(|row| (row.requestor.name, row.row.name)).collect()
}

/// A request of the room whose delivery fails, because the person was given it by another way meanwhile.
async fn fails(world: &World, who: &Person) -> (RequestId, PackageAssignment) {
    // What nobody decides is given at once: only what begins later can meet something in its way.
    let start = world.now() + Span::minutes(1);
    let request = who.requests(ROOM).because("Reading along.").from(Some(start)).await.unwrap();
    let held = PackageAssignment {
        id: PackageAssignmentId(world.new_id()),
        package: world.package(ROOM),
        policy: world.policy(ROOM, "Everybody"),
        holder: who.id,
        request: None,
        starts_at: world.now(),
        ends_at: None,
        ended_at: None,
        version: 0,
    };
    let mut link = world.db().begin().await.unwrap();
    store::packages::insert_held(&mut link, &held, None).await.unwrap();
    link.commit().await.unwrap();
    world.passes(Span::minutes(1)).await;
    (request, held)
}

async fn takes_away(world: &World, held: &PackageAssignment) {
    let mut link = world.db().begin().await.unwrap();
    assert_eq!(store::packages::end_held(&mut link, held, EndReason::Removed, world.now()).await.unwrap(), store::Saved::Yes);
    link.commit().await.unwrap();
}

both! {
    async fn for_people_without_a_role_there_is_no_such_page(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, miriam, tomas] = world.people(["alex", "miriam", "tomas"]).await;
        let request = asks_for_admin(&alex).await;
        let no_page = Refusal::NotFound { what: "page" };
        for outsider in [&alex, &miriam, &tomas] {
            assert_eq!(refused(outsider.asks(all("", None)).await), no_page);
            let download = query::ExportedRequests { package: None, search: String::new(), phase: None, after: None };
            assert_eq!(refused(outsider.asks(download).await), no_page);
            assert_eq!(refused(outsider.asks(query::AnyRequest { request }).await), Refusal::NotFound { what: "request" });
            assert!(!outsider.asks(query::Frame {}).await.unwrap().sees_requests);
            let reprocess = Command::ReprocessRequest { request };
            assert_eq!(refused(outsider.submits(reprocess).await), Refusal::NotFound { what: "request" });
        }
        world.appoints(&miriam, PortalRole::GlobalReader).await;
        assert!(miriam.asks(query::AnyRequest { request }).await.is_ok(), "readers see everything");
        assert!(miriam.asks(query::Frame {}).await.unwrap().sees_requests);
    }

    async fn requests_are_found_by_state_and_by_words_of_requestor_and_package(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, alex, emma, miriam] = world.people(["morgan", "alex", "emma", "miriam"]).await;
        let first = asks_for_admin(&alex).await;
        world.passes(Span::minutes(1)).await;
        emma.requests(REPORTING).because("Sales forecast.").await.unwrap();
        world.passes(Span::minutes(1)).await;
        alex.requests(REPORTING).because("Costs of IT.").await.unwrap();
        miriam.denies(first, "Not today.").await.unwrap();
        let (admin, emmas, costs) =
            (("Alex".into(), ADMIN.into()), ("Emma".into(), REPORTING.into()), ("Alex".into(), REPORTING.to_owned()));
        let waits = Some(Phase::PendingApproval);
        assert_eq!(found(&morgan, "", None).await, [costs.clone(), Clone::clone(&emmas), Clone::clone(&admin)], "the newest first");
        assert_eq!(found(&morgan, "", waits).await, [costs.clone(), Clone::clone(&emmas)]);
        assert_eq!(found(&morgan, "", Some(Phase::Denied)).await, [Clone::clone(&admin)]);
        assert_eq!(found(&morgan, "ALE", None).await, [costs.clone(), Clone::clone(&admin)]);
        assert_eq!(found(&morgan, "alex", waits).await, std::slice::from_ref(&costs));
        assert_eq!(found(&morgan, "finance", None).await, [costs.clone(), Clone::clone(&emmas)]);
        assert_eq!(found(&morgan, "report alex", None).await, std::slice::from_ref(&costs), "one word each");
        assert_eq!(found(&morgan, "emma alex", None).await, []);
        assert_eq!(found(&morgan, "nobody", None).await, []);
    }

    async fn a_word_that_many_names_have_finds_the_same(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, alex, emma] = world.people(["morgan", "alex", "emma"]).await;
        for number in 0..210 {
            world.hires(&format!("almost{number}")).await;
        }
        asks_for_admin(&alex).await;
        emma.requests(REPORTING).because("Sales forecast.").await.unwrap();
        let almost = world.person("almost7").await;
        almost.requests(REPORTING).because("Mine.").await.unwrap();
        let names: BTreeSet<String> = found(&morgan, "al", None).await.into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, BTreeSet::from(["Alex".into(), "almost7".into()]));
        assert_eq!(found(&morgan, "al finance", Some(Phase::PendingApproval)).await.len(), 1);
        assert_eq!(found(&morgan, "al finance", Some(Phase::Denied)).await, []);
    }

    async fn all_pages_together_are_everything_once_and_so_is_the_download(test: TestDb) {
        let world = World::demo(test).await;
        let morgan = world.person("morgan").await;
        let mut made = BTreeSet::new();
        for number in 0..60 {
            let person = world.hires(&format!("new{number}")).await;
            made.insert(person.requests(REPORTING).because("All at one instant.").await.unwrap());
        }
        for (search, phase) in [("", None), ("", Some(Phase::PendingApproval)), ("finance", None), ("new", None)] {
            let (mut seen, mut after) = (Vec::new(), None);
            loop {
                let query = query::AllRequests { package: None, search: search.into(), phase, after };
                let page = morgan.asks(query).await.unwrap();
                seen.extend(page.rows.iter().map(|row| row.row.request));
                after = page.paging.next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(seen.len(), 60, "{search}");
            assert_eq!(seen.iter().copied().collect::<BTreeSet<_>>(), made, "{search}");
            let download = query::ExportedRequests { package: None, search: search.into(), phase, after: None };
            let file = morgan.asks(download).await.unwrap();
            assert_eq!(file.rows.iter().map(|row| row.request).collect::<Vec<_>>(), seen, "in the same order");
            assert_eq!((file.next, file.rows[0].stage.as_str()), (None, "1 of 1"));
        }
    }

    async fn only_administrators_of_requests_reprocess_and_only_what_failed(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, emma, noor, hugo] = world.people(["morgan", "emma", "noor", "hugo"]).await;
        world.appoints(&noor, PortalRole::GlobalReader).await;
        let (request, held) = fails(&world, &emma).await;
        let again = || Command::ReprocessRequest { request };
        assert_eq!(refused(emma.submits(again()).await), Refusal::NotFound { what: "request" }, "nor the requestor");
        assert_eq!(refused(noor.submits(again()).await).code(), "not_allowed");
        assert!(!noor.asks(query::AnyRequest { request }).await.unwrap().reprocess);
        assert!(!emma.sees_request(request).await.unwrap().reprocess);
        assert_eq!(refused(morgan.submits(again()).await).code(), "already_held");
        takes_away(&world, &held).await;

        let later = world.now() + Span::hours(1);
        let other = emma.requests(ROOM).because("Then anew.").from(Some(later)).await.unwrap();
        assert_eq!(refused(morgan.submits(again()).await).code(), "already_requested");
        assert_eq!(refused(morgan.submits(Command::ReprocessRequest { request: other }).await).code(), "not_failed");
        let nothing = RequestId(world.new_id());
        assert_eq!(refused(morgan.submits(Command::ReprocessRequest { request: nothing }).await).code(), "not_found");
        assert_eq!(refused(hugo.submits(again()).await).code(), "not_found");
    }

    async fn regression_20_what_failed_is_delivered_again_and_the_timeline_says_by_whom(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, emma] = world.people(["morgan", "emma"]).await;
        let (request, held) = fails(&world, &emma).await;
        takes_away(&world, &held).await;
        world.passes(Span::hours(2)).await;
        assert_eq!(found(&morgan, "", Some(Phase::DeliveryFailed)).await.len(), 1, "it is not tried by itself");
        assert!(morgan.asks(query::AnyRequest { request }).await.unwrap().reprocess);
        morgan.submits(Command::ReprocessRequest { request }).await.unwrap();
        let page = morgan.asks(query::AnyRequest { request }).await.unwrap();
        assert_eq!((page.badge.word.as_str(), page.reprocess), ("Delivering", false));
        assert_eq!(refused(morgan.submits(Command::ReprocessRequest { request }).await).code(), "not_failed", "pressed twice");

        world.settle().await;
        let page = emma.sees_request(request).await.unwrap();
        assert_eq!(page.badge.word, "Delivered");
        let titles: Vec<&str> = page.timeline.iter().map(|entry| entry.title.as_str()).collect();
        let at = titles.iter().position(|title| *title == "Reprocessed by Morgan").unwrap();
        assert_eq!(page.timeline[at - 1].kind, EntryKind::Failed, "{titles:?}");
        assert!(page.timeline[at..].iter().any(|entry| entry.kind == EntryKind::Delivered), "{titles:?}");
        let story = world.story_of(request).await;
        assert!(story.contains(&"request_reprocessed"), "{story:?}");
        assert!(emma.packages(model::view::package::Tab::Active).await.iter().any(|row| row.name == ROOM));
    }
}
