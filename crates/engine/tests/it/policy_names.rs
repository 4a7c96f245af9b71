//! Whom the form of a policy can name.

use crate::catalogs::{gives, makes_catalog, makes_package};
use model::catalog::{CatalogRole, PolicyOf};
use model::command::Command;
use model::directory::Resource;
use model::query;
use testkit::{Person, World, both};

both! {
    async fn whoever_writes_a_policy_finds_people_by_name_and_address_and_of_groups_those_that_are_their_business(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, ingrid, emma] = world.people(["morgan", "ingrid", "emma"]).await;
        let catalog = makes_catalog(&ingrid, "Own").await;
        gives(&ingrid, catalog, &emma, CatalogRole::PackageManager).await;
        let package = makes_package(&ingrid, catalog, "Tools", Vec::new()).await;
        let (near, far) = (world.makes_group("Sales near").await, world.makes_group("Sales far").await);
        morgan.submits(Command::AddCatalogResource { catalog, resource: Resource::Group(near) }).await.unwrap();
        let of = PolicyOf::Package(package);
        let finds = async |by: &Person, groups, search: &str| {
            by.asks(query::PolicySubjects { of, groups, search: search.into() }).await.unwrap()
        };
        let called = async |by, search| finds(by, true, search).await.into_iter().map(|one| one.name).collect::<Vec<_>>();
        assert_eq!(called(&emma, "sales").await, ["Sales near"], "Emma does not see the directory");
        assert_eq!(called(&morgan, "sales").await, ["Sales near", "Sales far"]);
        assert_eq!(called(&morgan, "no such group").await, [""; 0]);
        let helga = world.person("helga").await;
        let (_, form) = world.form_of(helga.id).await;
        for search in ["helga", form.mail.as_str()] {
            let found = finds(&emma, false, search).await;
            let names = query::PolicyNames { of, users: vec![found[0].id.clone()], groups: vec!["Sales far".into()] };
            let read = emma.asks(names).await.unwrap();
            assert_eq!((read.users, read.groups), (vec![Some(helga.id)], vec![Some(far)]), "what is offered is read again");
        }
        morgan.disables(&helga).await.unwrap();
        assert!(finds(&emma, false, "helga").await.is_empty(), "nobody who is disabled decides");
    }
}
