//! Who may do what within catalogs: groups that hold a role, and people who make catalogs of their own.

use crate::automatic::by_rule;
use crate::catalogs::{
    NO_CATALOG, NO_PAGE, fields, gives, makes_catalog, makes_package, makes_policy, package_fields, policy, sees, sees_package,
    settings,
};
use crate::drafts::requests_by_rule;
use model::catalog::{CatalogRole, Holder, PolicyFields, PolicyOf};
use model::command::{Command, Done};
use model::directory::{Principal, Resource};
use model::draft::Step;
use model::event::Action;
use model::view::catalog::{Shown, Tab};
use model::{CatalogId, GroupId, query};
use testkit::{World, both, refused};

both! {
    async fn no_group_that_anybody_manages_gets_power_over_directory_roles_through_a_catalog(test: TestDb) {
        let world = World::demo(test).await;
        let morgan = world.person("morgan").await;
        let (first, second) = (makes_catalog(&morgan, "First").await, makes_catalog(&morgan, "Second").await);
        let (open, closed) = (world.makes_group("Open").await, world.makes_role_assignable("Closed").await);
        let role = Resource::DirectoryRole(model::directory::PortalRole::UserAdministrator.id());
        let give = |catalog, group, role| Command::GiveCatalogRole { catalog, holder: Holder::Group { group }, role };
        let bring = |catalog, resource| Command::AddCatalogResource { catalog, resource };
        morgan.submits(bring(first, role)).await.unwrap();
        for role in [CatalogRole::Owner, CatalogRole::PackageManager, CatalogRole::AssignmentManager] {
            assert_eq!(refused(morgan.submits(give(first, open, role)).await).code(), "catalog_gives_roles");
        }
        morgan.submits(give(first, open, CatalogRole::Reader)).await.unwrap();
        morgan.submits(give(first, closed, CatalogRole::Owner)).await.unwrap();
        // The other way round: what comes later.
        morgan.submits(give(second, open, CatalogRole::PackageManager)).await.unwrap();
        for resource in [role, Resource::Group(closed)] {
            assert_eq!(refused(morgan.submits(bring(second, resource)).await).code(), "catalog_gives_roles");
        }
        morgan.submits(bring(second, Resource::Group(open))).await.unwrap();
    }

    async fn what_a_rule_assigns_is_for_administrators_and_not_for_delegates(test: TestDb) {
        let world = World::demo(test).await;
        let [ingrid, emma, helga] = world.people(["ingrid", "emma", "helga"]).await;
        let own = makes_catalog(&ingrid, "Own").await;
        let package = makes_package(&ingrid, own, "Own tools", Vec::new()).await;
        gives(&ingrid, own, &emma, CatalogRole::Owner).await;
        gives(&ingrid, own, &helga, CatalogRole::PackageManager).await;
        let rule = "user.city -eq \"Atlantis\"";
        let of = |package| query::PolicyPreview { of: PolicyOf::Package(package), policy: None, enabled: true, rule: rule.into() };
        let make = || Command::CreatePolicy { package, fields: by_rule(rule, 0, None) };
        for delegate in [&emma, &helga] {
            let asked = makes_policy(delegate, package, policy(&delegate.user_name, settings(Vec::new()))).await;
            let shown = delegate.asks(query::Policy { package, policy: Some(asked) }).await.unwrap();
            assert_eq!((shown.may_edit, shown.may_automate), (true, false), "nor does the form offer it");
            assert_eq!(refused(delegate.submits(make()).await).code(), "not_allowed");
            let turn = Command::EditPolicy { package, policy: asked, version: shown.version, fields: by_rule(rule, 0, None) };
            assert_eq!(refused(delegate.submits(turn).await).code(), "not_allowed", "nor of one that is there");
            let refusal = refused(delegate.asks(of(package)).await);
            assert_eq!(refusal.code(), "not_allowed", "a preview tells everybody’s attributes");
            assert!(refusal.sentence().contains("Identity Governance Administrators"), "{}", refusal.sentence());
            let start = Command::StartPackageDraft(package_fields(own, &format!("By {}", delegate.user_name)));
            let Done::PackageDraftSaved { draft, .. } = delegate.submits(start).await.unwrap() else { panic!() };
            let version = delegate.asks(query::PackageDraft { draft, step: Step::Requests }).await.unwrap();
            assert!(!version.may_automate);
            let filled = requests_by_rule(rule);
            let save = Command::SavePackageDraft { draft, version: version.version, filled };
            assert_eq!(refused(delegate.submits(save).await).code(), "not_allowed");
        }
        // What an administrator has made is shown, and stays as it is.
        let made = makes_policy(&ingrid, package, by_rule(rule, 0, None)).await;
        let shown = emma.asks(query::Policy { package, policy: Some(made) }).await.unwrap();
        assert!(!shown.may_edit && shown.settings.is_automatic());
        let off = PolicyFields { enabled: false, ..by_rule(rule, 0, None) };
        let edit = Command::EditPolicy { package, policy: made, version: shown.version, fields: off };
        assert_eq!(refused(emma.submits(edit).await).code(), "not_allowed");
        let asked = Command::EditPolicy { package, policy: made, version: shown.version, fields: policy("Asked", settings(Vec::new())) };
        assert_eq!(refused(emma.submits(asked).await).code(), "not_allowed");
        assert_eq!(refused(emma.submits(Command::DeletePolicy { package, policy: made }).await).code(), "not_allowed");
        assert!(ingrid.asks(query::Policy { package, policy: Some(made) }).await.unwrap().may_edit);
        ingrid.submits(Command::DeletePolicy { package, policy: made }).await.unwrap();
    }

    async fn a_group_holds_a_role_for_all_its_members_now(test: TestDb) {
        let world = World::demo(test).await;
        let [ingrid, emma, helga, felix, tomas] = world.people(["ingrid", "emma", "helga", "felix", "tomas"]).await;
        let (own, other) = (makes_catalog(&ingrid, "Own").await, makes_catalog(&ingrid, "Other").await);
        let package = makes_package(&ingrid, own, "Own tools", Vec::new()).await;
        let [outer, inner] = [world.makes_group("Managers").await, world.makes_group("Managers north").await];
        let give = |group, role| Command::GiveCatalogRole { catalog: own, holder: Holder::Group { group }, role };
        let take = |group, role| Command::TakeCatalogRole { catalog: own, holder: Holder::Group { group }, role };

        // An owner who does not see the directory names the groups of their own and those of the catalog.
        gives(&ingrid, own, &emma, CatalogRole::Owner).await;
        let unreal = GroupId(world.new_id());
        let not_hers = refused(emma.submits(give(outer, CatalogRole::Reader)).await);
        assert_eq!(not_hers, refused(emma.submits(give(unreal, CatalogRole::Reader)).await), "a guessed id tells nothing");
        assert_eq!(not_hers.code(), "not_found");
        assert_eq!(refused(ingrid.submits(give(unreal, CatalogRole::Reader)).await).code(), "not_found");
        let search = query::CatalogHolders { catalog: own, search: "managers".into() };
        assert_eq!(emma.asks(search.clone()).await.unwrap(), [], "nor does the picker");
        for outsider in [&helga, &felix] {
            assert_eq!(refused(outsider.asks(search.clone()).await), NO_CATALOG);
            assert_eq!(refused(outsider.submits(give(outer, CatalogRole::Owner)).await), NO_CATALOG);
        }
        let owns = Command::AddMember { group: outer, principal: Principal::User(emma.id), as_owner: true };
        tomas.submits(owns).await.unwrap();
        let found: Vec<String> = emma.asks(search).await.unwrap().into_iter().map(|choice| choice.id).collect();
        assert_eq!(found, [Holder::Group { group: outer }.to_string()]);
        assert_eq!(refused(emma.submits(take(outer, CatalogRole::PackageManager)).await).code(), "not_found");

        emma.submits(give(outer, CatalogRole::PackageManager)).await.unwrap();
        assert_eq!(refused(emma.submits(give(outer, CatalogRole::PackageManager)).await).code(), "has_catalog_role");
        let Shown::Roles { rows, .. } = sees(&emma, own, Tab::Roles).await.unwrap().shown else { panic!() };
        let row = rows.iter().find(|row| row.holder == Holder::Group { group: outer }).unwrap();
        assert_eq!((row.name.as_str(), row.role), ("Managers", CatalogRole::PackageManager));

        // Nobody is in it yet; then somebody is, and somebody through another group.
        assert_eq!(refused(sees(&helga, own, Tab::Packages).await), NO_CATALOG);
        world.adds(outer, &helga).await;
        world.adds(inner, &felix).await;
        world.adds(outer, inner).await;
        for member in [&helga, &felix] {
            assert!(member.asks(query::Frame {}).await.unwrap().sees_catalogs, "{}", member.user_name);
            let page = sees(member, own, Tab::Packages).await.unwrap();
            assert_eq!((page.may_manage, page.may_make_packages), (false, true));
            assert_eq!(refused(sees(member, other, Tab::Packages).await), NO_CATALOG, "and nothing elsewhere");
            let listed = member.asks(query::Catalogs { search: "own".into(), after: None }).await.unwrap();
            assert_eq!(listed.rows.len(), 1);
            let packages = member.asks(query::AdminPackages { search: String::new(), after: None }).await.unwrap();
            assert_eq!((packages.rows.len(), packages.may_create), (1, true));
            assert_eq!(member.asks(query::NewPackage { catalog: None, search: String::new() }).await.unwrap().catalogs.len(), 1);
            let version = sees_package(member, package).await.unwrap().version;
            let fields = package_fields(own, "Own tools");
            member.submits(Command::EditPackage { package, version, fields }).await.unwrap();
            assert_eq!(refused(member.submits(give(outer, CatalogRole::Owner)).await).code(), "not_allowed");
        }
        // What somebody has alone and as a member adds up, and each part goes by itself.
        gives(&ingrid, own, &helga, CatalogRole::Owner).await;
        assert!(sees(&helga, own, Tab::Roles).await.unwrap().may_manage);
        emma.submits(take(outer, CatalogRole::PackageManager)).await.unwrap();
        assert_eq!(refused(sees(&felix, own, Tab::Packages).await), NO_CATALOG, "gone with the role");
        assert!(!felix.asks(query::Frame {}).await.unwrap().sees_catalogs);
        assert!(sees(&helga, own, Tab::Roles).await.unwrap().may_manage, "hers stays");

        // Whoever leaves the group has it no longer, from that moment.
        emma.submits(give(outer, CatalogRole::Reader)).await.unwrap();
        assert!(sees(&felix, own, Tab::Packages).await.is_ok());
        world.removes(inner, &felix).await;
        assert_eq!(refused(sees(&felix, own, Tab::Packages).await), NO_CATALOG);
        let about = world.history_about(outer.0).await;
        assert!(about.iter().any(|event| event.action.code() == "catalog_role_given"), "the group's history names it");
        world.history_is_sound().await;
    }

    async fn a_catalog_creator_makes_catalogs_owns_those_and_sees_no_others(test: TestDb) {
        let world = World::demo(test).await;
        let [ingrid, emma, amara] = world.people(["ingrid", "emma", "amara"]).await;
        let other = makes_catalog(&ingrid, "Other").await;
        let package = makes_package(&ingrid, other, "Other tools", Vec::new()).await;
        let refusal = refused(emma.submits(Command::CreateCatalog(fields("Mine"))).await);
        assert_eq!(refusal.code(), "not_allowed");
        assert!(refusal.sentence().contains("Catalog Creators"), "{}", refusal.sentence());

        let all = query::Catalogs { search: String::new(), after: None };
        let empty = amara.asks(all.clone()).await.unwrap();
        assert_eq!((empty.rows, empty.may_create), (Vec::new(), true));
        let frame = amara.asks(query::Frame {}).await.unwrap();
        assert!(frame.sees_catalogs && !frame.sees_users && !frame.sees_groups && !frame.sees_requests);
        assert_eq!(refused(sees(&amara, other, Tab::Packages).await), NO_CATALOG);
        assert_eq!(refused(sees_package(&amara, package).await).code(), "not_found");
        let edit = Command::EditCatalog { catalog: other, version: 0, fields: fields("Mine") };
        assert_eq!(refused(amara.submits(edit).await), NO_CATALOG);
        let mine = Command::GiveCatalogRole { catalog: other, holder: Holder::User(amara.id), role: CatalogRole::Owner };
        assert_eq!(refused(amara.submits(mine).await), NO_CATALOG);
        assert_eq!(refused(amara.asks(query::NewPackage { catalog: None, search: String::new() }).await), NO_PAGE, "there is none to make it in");
        assert_eq!(refused(amara.asks(query::Users { search: String::new(), filter: Default::default(), after: None }).await), NO_PAGE);

        let own = makes_catalog(&amara, "Own").await;
        let page = sees(&amara, own, Tab::Roles).await.unwrap();
        assert!(page.may_manage && page.may_make_packages);
        let Shown::Roles { rows, .. } = page.shown else { panic!() };
        let given: Vec<_> = rows.iter().map(|row| (row.holder, row.role)).collect();
        assert_eq!(given, [(Holder::User(amara.id), CatalogRole::Owner)]);
        let names: Vec<String> = amara.asks(all.clone()).await.unwrap().rows.into_iter().map(|row| row.name).collect();
        assert_eq!(names, ["Own"]);
        // What she could not hand out herself, she cannot bring in either.
        let resource = Resource::Group(world.group("Oslo office").await);
        assert_eq!(refused(amara.submits(Command::AddCatalogResource { catalog: own, resource }).await).code(), "not_found");
        gives(&amara, own, &emma, CatalogRole::PackageManager).await;
        makes_package(&emma, own, "Own tools", Vec::new()).await;
        // Whoever manages every catalog needs no role in one.
        let Shown::Roles { rows, .. } = sees(&ingrid, other, Tab::Roles).await.unwrap().shown else { panic!() };
        assert!(rows.is_empty());
        let told: Vec<&str> = world.history_about(own.0).await.iter().map(|event| event.action.code()).collect();
        assert_eq!(told.iter().filter(|code| **code == "catalog_role_given").count(), 2);
        world.history_is_sound().await;
    }

    async fn a_catalog_is_deleted_when_nothing_is_in_it_and_does_not_exist_then(test: TestDb) {
        let world = World::demo(test).await;
        let [ingrid, emma, helga, felix, tomas] = world.people(["ingrid", "emma", "helga", "felix", "tomas"]).await;
        let own = makes_catalog(&ingrid, "Own").await;
        let unreal = CatalogId(world.new_id());
        gives(&ingrid, own, &emma, CatalogRole::Owner).await;
        gives(&ingrid, own, &helga, CatalogRole::PackageManager).await;
        let delete = |catalog| Command::DeleteCatalog { catalog };
        for outsider in [&felix, &tomas] {
            for catalog in [own, unreal] {
                assert_eq!(refused(outsider.submits(delete(catalog)).await), NO_CATALOG);
            }
        }
        assert_eq!(refused(helga.submits(delete(own)).await).code(), "not_allowed");
        assert_eq!(refused(ingrid.submits(delete(unreal)).await), NO_CATALOG);

        let names = ["Desk", "Files", "Maps", "Phone"];
        let mut packages = Vec::new();
        for name in names {
            packages.push(makes_package(&helga, own, name, Vec::new()).await);
        }
        let refusal = refused(emma.submits(delete(own)).await);
        assert_eq!(refusal.code(), "catalog_in_use");
        assert!(refusal.sentence().contains("“Desk”, “Files”, “Maps” and 1 more"), "{}", refusal.sentence());
        assert_eq!(refusal.link().unwrap().0, format!("/admin/catalogs/{own}"));
        assert!(sees(&helga, own, Tab::Packages).await.is_ok(), "nothing changed");
        for package in packages.iter().copied() {
            helga.submits(Command::DeletePackage { package }).await.unwrap();
        }
        let group = world.makes_group("Sales").await;
        let resource = Resource::Group(group);
        tomas.submits(Command::AddCatalogResource { catalog: own, resource }).await.unwrap_err();
        let morgan = world.person("morgan").await;
        morgan.submits(Command::AddCatalogResource { catalog: own, resource }).await.unwrap();

        let version = sees(&emma, own, Tab::Packages).await.unwrap().version;
        let done = emma.submits(delete(own)).await.unwrap();
        assert!(matches!(done, Done::CatalogDeleted { sees_list: false, .. }), "{done:?}");
        assert_eq!(refused(emma.submits(delete(own)).await), NO_CATALOG, "not twice");
        assert_eq!(refused(morgan.submits(Command::AddCatalogResource { catalog: own, resource }).await), NO_CATALOG);
        let all = |search: &str| query::Catalogs { search: search.into(), after: None };
        for somebody in [&ingrid, &emma, &helga] {
            for tab in [Tab::Packages, Tab::Resources, Tab::Roles] {
                assert_eq!(refused(sees(somebody, own, tab).await), NO_CATALOG);
            }
            let holders = query::CatalogHolders { catalog: own, search: String::new() };
            assert_eq!(refused(somebody.asks(holders).await), NO_CATALOG);
            let edit = Command::EditCatalog { catalog: own, version, fields: fields("Again") };
            assert_eq!(refused(somebody.submits(edit).await), NO_CATALOG);
            let give = Command::GiveCatalogRole { catalog: own, holder: Holder::User(felix.id), role: CatalogRole::Owner };
            assert_eq!(refused(somebody.submits(give).await), NO_CATALOG);
            let make = Command::CreatePackage { fields: package_fields(own, "Late"), roles: Vec::new() };
            assert_eq!(refused(somebody.submits(make).await), NO_CATALOG);
        }
        assert!(!emma.asks(query::Frame {}).await.unwrap().sees_catalogs, "her role went with it");
        assert_eq!(refused(emma.asks(all("")).await), NO_PAGE);
        for search in ["", "own"] {
            assert!(ingrid.asks(all(search)).await.unwrap().rows.iter().all(|row| row.catalog != own));
        }
        let offered = ingrid.asks(query::NewPackage { catalog: None, search: String::new() }).await.unwrap().catalogs;
        assert!(offered.iter().all(|choice| choice.id != own.to_string()));
        let again = makes_catalog(&ingrid, "Own").await;
        assert_ne!(again, own, "the name is free");
        let done = ingrid.submits(delete(again)).await.unwrap();
        assert!(matches!(done, Done::CatalogDeleted { sees_list: true, .. }), "{done:?}");

        let events = world.history_about(own.0).await;
        let told = events.iter().any(|event| matches!(&event.action, Action::CatalogDeleted { name, .. } if name == "Own"));
        assert!(told, "the history stays and names it");
        world.history_is_sound().await;
    }
}
