//! More catalogs than a form shows: a package is made in each of them all the same.

use crate::catalogs::{NO_CATALOG, gives, makes_catalog, makes_package, package_fields};
use model::catalog::CatalogRole;
use model::command::Command;
use model::{CatalogId, query};
use testkit::{World, both, refused};

both! {
    async fn a_package_is_made_in_a_catalog_that_the_list_does_not_show(test: TestDb) {
        let world = World::demo(test).await;
        let [ingrid, emma, felix] = world.people(["ingrid", "emma", "felix"]).await;
        let last = makes_catalog(&ingrid, "Zz the last of all").await;
        let ids: Vec<CatalogId> = {
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
        };
        let new = |catalog| query::NewPackage { catalog };
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
}
