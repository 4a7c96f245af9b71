//! What somebody may not see does not exist for them: the answer is the one for a thing that never was.

use crate::given::{ADMIN, GROUP, TICKET, asks_for_admin, gets_admin};
use model::command::{Command, SubmitRequest};
use model::view::package::{Form, Tab};
use model::{GroupId, PackageId, Refusal, RequestId, UserId, query};
use std::collections::BTreeMap;
use testkit::{Offer, World, both, refused};

const NO_PAGE: Refusal = Refusal::NotFound { what: "page" };
const NO_REQUEST: Refusal = Refusal::NotFound { what: "request" };
const NO_PACKAGE: Refusal = Refusal::NotFound { what: "access package" };

both! {
    async fn a_package_does_not_exist_for_whom_it_is_not(test: TestDb) {
        let world = World::demo(test).await;
        let [nils, emma, alex] = world.people(["nils.partner", "emma", "alex"]).await;
        let nothing = PackageId(world.new_id());
        for outsider in [&nils, &emma] {
            let real = refused(outsider.sees_package(ADMIN).await);
            let unreal = refused(outsider.asks(query::Package { package: nothing, again: None }).await);
            assert_eq!((&real, &unreal), (&NO_PACKAGE, &NO_PACKAGE));
            let form = outsider.requests(ADMIN).because("Let me in.").answering(TICKET, "CHG1");
            assert_eq!(refused(form.await), NO_PACKAGE);
            let empty = SubmitRequest { package: nothing, policy: None, justification: String::new(), answers: BTreeMap::new(), starts_at: None, ends_at: None };
            assert_eq!(refused(outsider.submits(Command::SubmitRequest(empty)).await), NO_PACKAGE);
            assert_eq!(refused(outsider.requests(ADMIN).await), NO_PACKAGE, "an empty form says no more than a full one");
            assert!(outsider.packages(Tab::Available).await.iter().all(|row| row.name != ADMIN));
        }
        assert!(alex.packages(Tab::Available).await.iter().any(|row| row.name == ADMIN));
        let found = emma.asks(query::Packages { tab: Tab::Available, search: "global".into(), after: None }).await.unwrap();
        assert!(found.rows.is_empty(), "searching finds nothing more");
    }

    async fn a_hidden_package_is_not_listed_but_its_link_works(test: TestDb) {
        let world = World::demo(test).await;
        let emma = world.person("emma").await;
        let group = world.makes_group("Hidden").await;
        world.offers(Offer::new("Hidden", group, []).hidden()).await;
        assert!(emma.packages(Tab::Available).await.iter().all(|row| row.name != "Hidden"));
        assert!(matches!(emma.sees_package("Hidden").await.unwrap().form, Form::Open { .. }));
        emma.requests("Hidden").because("I have the link.").await.unwrap();
        world.settle().await;
        assert!(emma.holds("Hidden").await);
    }

    async fn a_request_does_not_exist_for_outsiders(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, miriam, emma, nils] = world.people(["alex", "miriam", "emma", "nils.partner"]).await;
        let request = asks_for_admin(&alex).await;
        let nothing = RequestId(world.new_id());
        for outsider in [&emma, &nils] {
            for id in [request, nothing] {
                assert_eq!(refused(outsider.sees_request(id).await), NO_REQUEST);
                assert_eq!(refused(outsider.sees_approval(id).await), NO_REQUEST);
                assert_eq!(refused(outsider.approves(id, "Guessed.").await), NO_REQUEST);
                assert_eq!(refused(outsider.denies(id, "Guessed.").await), NO_REQUEST);
                assert_eq!(refused(outsider.cancels(id, "Guessed.").await), NO_REQUEST);
            }
        }
        assert_eq!(refused(miriam.sees_request(request).await), NO_REQUEST, "approvers have a page of their own");
        assert!(miriam.sees_approval(request).await.is_ok());
        for reader in ["ingrid", "morgan"] {
            assert!(world.person(reader).await.sees_request(request).await.is_ok(), "{reader} reads every request");
        }
    }

    async fn administration_does_not_exist_for_people_without_a_role(test: TestDb) {
        let world = World::demo(test).await;
        let [emma, helga, lee] = world.people(["emma", "helga", "lee"]).await;
        let group = world.group(GROUP).await;
        for outsider in [&emma, &lee] {
            assert_eq!(
                refused(outsider.asks(query::Users { search: String::new(), filter: Default::default(), after: None }).await),
                NO_PAGE
            );
            assert_eq!(refused(outsider.asks(query::User { user: helga.id }).await), NO_PAGE);
            assert_eq!(refused(outsider.asks(query::User { user: UserId(world.new_id()) }).await), NO_PAGE);
            assert_eq!(
                refused(outsider.asks(query::Groups { search: String::new(), filter: Default::default(), after: None }).await),
                NO_PAGE
            );
            let real = refused(outsider.sees_group(group).await);
            let unreal = refused(outsider.sees_group(GroupId(world.new_id())).await);
            assert_eq!(real, unreal);
            assert_eq!(refused(outsider.asks(query::People { search: "a".into(), group: None, package: None }).await), NO_PAGE);
            assert_eq!(refused(outsider.asks(query::RulePreview { rule: "user.city -eq \"Oslo\"".into() }).await), NO_PAGE);
            let frame = outsider.asks(query::Frame {}).await.unwrap();
            assert!(!frame.sees_users && !frame.sees_groups && !frame.sees_roles && !frame.sees_requests);
        }
        assert!(helga.sees_group(world.group("Finance approvers").await).await.is_ok(), "owners see their own groups");
        assert!(helga.sees_group(group).await.is_err());
    }

    async fn owners_without_a_role_look_people_up_for_their_own_groups_alone(test: TestDb) {
        let world = World::demo(test).await;
        let [emma, helga, lee] = world.people(["emma", "helga", "lee"]).await;
        let (own, other) = (world.group("Finance approvers").await, world.group(GROUP).await);
        let search = |group| query::People { search: "lee".into(), group, package: None };
        assert_eq!(refused(helga.asks(search(None)).await), NO_PAGE);
        assert_eq!(refused(helga.asks(search(Some(other))).await), NO_PAGE);
        assert_eq!(refused(helga.asks(search(Some(GroupId(world.new_id())))).await), NO_PAGE);
        assert_eq!(refused(emma.asks(search(Some(own))).await), NO_PAGE);
        let found = helga.asks(search(Some(own))).await.unwrap();
        assert!(found.iter().any(|person| person.id == lee.id.to_string()));
        assert!(!helga.sees_group(own).await.unwrap().people.is_empty());
    }

    async fn groups_that_are_not_there_and_groups_that_may_not_be_changed_are_refused_alike(test: TestDb) {
        let world = World::demo(test).await;
        let emma = world.person("emma").await;
        let [real, role_assignable] = [world.group("Service desk operators").await, world.group(GROUP).await];
        let nothing = GroupId(world.new_id());
        let tried = async |group| refused(emma.adds(group, &emma).await).sentence();
        assert_eq!(tried(real).await, tried(nothing).await);
        assert_eq!(tried(role_assignable).await, tried(nothing).await, "a guessed id tells nothing about a group");
    }

    async fn the_role_of_an_activation_opens_the_pages_and_its_end_closes_them(test: TestDb) {
        let world = World::demo(test).await;
        let alex = world.person("alex").await;
        let users = || query::Users { search: String::new(), filter: Default::default(), after: None };
        assert_eq!(refused(alex.asks(users()).await), NO_PAGE);
        gets_admin(&world, &alex).await;
        assert!(alex.asks(users()).await.is_ok());
        assert!(alex.asks(query::Frame {}).await.unwrap().sees_users);
        world.time_goes_by(model::Span::hours(4));
        assert_eq!(refused(alex.asks(users()).await), NO_PAGE);
    }
}
