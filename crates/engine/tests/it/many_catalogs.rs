//! More catalogs than a form shows: a package is made in each of them all the same.

use crate::catalogs::{NO_CATALOG, NO_PAGE, gives, makes_catalog, makes_package, package_fields};
use model::catalog::{CatalogRole, Holder};
use model::command::Command;
use model::view::catalog::NewPackage;
use model::{CatalogId, query};
use testkit::{World, both, refused};

/// Makes as many catalogs as the form lists.
async fn makes_many(world: &World) -> Vec<CatalogId> {
    let mut link = world.db().begin().await.unwrap();
    let mut ids = Vec::new();
    for number in 0..500 {
        let id = CatalogId(world.new_id());
        let name = format!("Many {number:03}");
        let catalog = store::packages::Catalog { id, name, description: String::new(), enabled: true, created_at: world.now() };
        store::packages::insert_catalog(&mut link, &catalog).await.unwrap();
        ids.push(id);
    }
    link.commit().await.unwrap();
    ids
}

fn finds(search: &str) -> query::NewPackage {
    query::NewPackage { catalog: None, search: search.into() }
}

fn names(form: &NewPackage) -> Vec<&str> {
    form.catalogs.iter().map(|choice| choice.name.as_str()).collect()
}

both! {
    async fn a_package_is_made_in_a_catalog_that_the_list_does_not_show(test: TestDb) {
        let world = World::demo(test).await;
        let [ingrid, emma, felix] = world.people(["ingrid", "emma", "felix"]).await;
        let last = makes_catalog(&ingrid, "Zz the last of all").await;
        let ids = makes_many(&world).await;
        let new = |catalog| query::NewPackage { catalog, search: String::new() };
        let all = ingrid.asks(new(None)).await.unwrap();
        assert!(all.more && all.catalogs.iter().all(|choice| choice.id != last.to_string()), "it is beyond the list");
        let chosen = ingrid.asks(new(Some(last))).await.unwrap();
        assert_eq!((chosen.catalog, chosen.catalogs[0].id.as_str()), (Some(last), last.to_string().as_str()), "first of all");
        ingrid.submits(Command::StartPackageDraft(package_fields(last, "Tools"))).await.unwrap();
        let drafts = ingrid.asks(query::PackageDrafts {}).await.unwrap();
        assert_eq!(drafts[0].catalog_name.as_deref(), Some("Zz the last of all"));
        makes_package(&ingrid, last, "More tools", Vec::new()).await;
        // Whoever has a role in one chooses that one, and no other.
        gives(&ingrid, last, &emma, CatalogRole::PackageManager).await;
        gives(&ingrid, last, &felix, CatalogRole::Reader).await;
        let hers = emma.asks(new(Some(last))).await.unwrap();
        assert_eq!((hers.catalogs.len(), hers.more), (1, false));
        assert_eq!(refused(emma.asks(new(Some(ids[0]))).await), NO_CATALOG);
        assert_eq!(refused(ingrid.asks(new(Some(CatalogId(world.new_id())))).await), NO_CATALOG);
        assert_eq!(refused(felix.asks(new(Some(last))).await).code(), "not_found");
    }

    async fn a_catalog_that_the_list_does_not_show_is_found_by_its_name_by_whoever_makes_packages_in_it(test: TestDb) {
        let world = World::demo(test).await;
        let [ingrid, emma, felix] = world.people(["ingrid", "emma", "felix"]).await;
        let last = makes_catalog(&ingrid, "Zz of many").await;
        makes_catalog(&ingrid, "Zz of others").await;
        let ids = makes_many(&world).await;
        gives(&ingrid, last, &felix, CatalogRole::Reader).await;
        assert_eq!(refused(felix.asks(finds("zz")).await), NO_PAGE, "a reader makes no packages");

        // Five hundred are all listed.
        let mut link = world.db().begin().await.unwrap();
        for id in ids {
            store::catalogs::insert_role(&mut link, id, Holder::User(emma.id), CatalogRole::PackageManager, world.now()).await.unwrap();
        }
        link.commit().await.unwrap();
        let all = emma.asks(finds("")).await.unwrap();
        assert_eq!((all.catalogs.len(), all.more), (500, false));
        let none = emma.asks(finds("zz")).await.unwrap();
        assert_eq!((names(&none), none.more), (Vec::new(), false), "those of others do not exist for her");

        // With one more, some are offered, and the page says that there are others.
        gives(&ingrid, last, &emma, CatalogRole::Owner).await;
        let some = emma.asks(finds(" ")).await.unwrap();
        assert_eq!((some.catalogs.len(), some.more), (20, true));
        assert!(!names(&some).contains(&"Zz of many"));
        let found = emma.asks(finds("MANY zz")).await.unwrap();
        assert_eq!((found.search.as_str(), names(&found), found.more), ("MANY zz", vec!["Zz of many"], false));
        assert_eq!(names(&emma.asks(finds("zz")).await.unwrap()), ["Zz of many"], "and no other one");
        assert_eq!(names(&ingrid.asks(finds("zz")).await.unwrap()), ["Zz of many", "Zz of others"]);

        // More than a picker shows are cut as well; the one whose name begins so is among them.
        makes_catalog(&ingrid, "A house of many").await;
        let cut = ingrid.asks(finds("many")).await.unwrap();
        assert_eq!((cut.catalogs.len(), cut.more, names(&cut)[0]), (20, true, "Many 000"));
        let chosen = ingrid.asks(query::NewPackage { catalog: Some(last), search: "others".into() }).await.unwrap();
        assert_eq!((chosen.catalog, names(&chosen)), (Some(last), vec!["Zz of many", "Zz of others"]));
    }
}
