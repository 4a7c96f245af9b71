//! Alerts about approvals that cannot be given: too few are left for an open request, or for any request under a policy.

use crate::catalogs::{sees, sees_package};
use model::alert::AlertKind;
use model::approval::Approver;
use model::catalog::{CatalogFields, PolicyFields};
use model::command::Command;
use model::directory::PortalRole;
use model::query;
use model::view::alert::Row;
use model::view::catalog::Tab;
use testkit::{Offer, Person, Staged, World, both, refused, stage};

async fn rows(who: &Person, kind: AlertKind) -> Vec<Row> {
    who.asks(query::Alert { kind, after: None }).await.unwrap().rows
}

both! {
    async fn a_stage_that_lacks_two_approvals_is_found_when_one_approver_is_left(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, alex, lee, miriam, bianca, emma] = world.people(["morgan", "alex", "lee", "miriam", "bianca", "emma"]).await;
        let kind = AlertKind::NobodyDecides;
        let (team, inner) = (world.makes_group("Deciders").await, world.makes_group("Night deciders").await);
        world.adds(team, inner).await;
        world.adds(inner, &miriam).await;
        world.adds(team, &bianca).await;
        for (name, approvers) in [
            ("By a group", vec![Approver::Group { id: team }]),
            // Twice the same person is one.
            ("By names", vec![Approver::Group { id: team }, (&miriam).into(), (&bianca).into()]),
        ] {
            let gives = world.makes_group(&format!("{name} door")).await;
            world.offers(Offer::new(name, gives, [stage(approvers).quorum(2)])).await;
        }
        alex.requests("By a group").because("Tonight.").await.unwrap();
        let second = lee.requests("By names").because("Tonight.").await.unwrap();
        world.settle().await;
        assert!(rows(&morgan, kind).await.is_empty(), "two are there for two approvals");
        bianca.approves(second, "Yes.").await.unwrap();
        world.settle().await;
        assert!(rows(&morgan, kind).await.is_empty(), "one is left for the one that is missing");
        morgan.disables(&bianca).await.unwrap();
        world.settle().await;
        let found = rows(&morgan, kind).await;
        assert_eq!(found.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["Alex"], "Lee has one of two already");
        assert!(found[0].what.contains("waits at stage 1 for 2 approvals, which only 1 person could give"), "{found:?}");
        world.adds(team, &emma).await;
        world.settle().await;
        assert!(rows(&morgan, kind).await.is_empty());
    }

    async fn a_policy_under_which_every_request_is_refused_is_found_until_it_is_put_right(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, alex, miriam, emma] = world.people(["morgan", "alex", "miriam", "emma"]).await;
        let kind = AlertKind::NobodyApproves;
        let gives = world.makes_group("Door").await;
        let offer = Offer::new("Door key", gives, [stage([(&miriam).into()])]);
        let package = world.offers(offer.and_policy("By the manager", |settings| {
            settings.stages = vec![stage([testkit::manager()])];
        })).await;
        world.settle().await;
        assert!(rows(&morgan, kind).await.iter().all(|row| row.name != "Door key"));
        morgan.disables(&miriam).await.unwrap();
        world.settle().await;
        assert_eq!(refused(alex.requests("Door key").because("Please.").under("Everybody").await).code(), "no_approver");
        let found: Vec<Row> = rows(&morgan, kind).await.into_iter().filter(|row| row.name == "Door key").collect();
        assert_eq!(found.len(), 1, "who the manager is depends on who asks: {found:?}");
        assert!(found[0].what.starts_with("Under the policy “Everybody” nobody could decide stage 1"), "{found:?}");
        let policy = world.policy("Door key", "Everybody");
        assert_eq!(found[0].open.as_ref().map(|(to, _)| to.clone()), Some(format!("/admin/packages/{package}/policies/{policy}")));
        world.appoints(&emma, PortalRole::PrivilegedRoleAdministrator).await;
        let unnamed = rows(&emma, kind).await;
        let is_unnamed = |row: &Row| row.name == "An access package" && row.open.is_none() && !row.what.contains("Everybody");
        assert!(!unnamed.is_empty() && unnamed.iter().all(is_unnamed), "she sees no packages: {unnamed:?}");
        let shown = morgan.asks(query::Policy { package, policy: Some(policy) }).await.unwrap();
        let mut settings = shown.settings;
        settings.stages[0].fallback = vec![(&emma).into()];
        let fields = PolicyFields { name: shown.name, enabled: true, settings, seen: None };
        morgan.submits(Command::EditPolicy { package, policy, version: shown.version, fields }).await.unwrap();
        world.settle().await;
        assert!(rows(&morgan, kind).await.iter().all(|row| row.name != "Door key"));
        world.history_is_sound().await;
    }

    async fn a_policy_of_a_disabled_catalog_or_of_a_deleted_package_is_missed_by_nobody(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, miriam] = world.people(["morgan", "miriam"]).await;
        let gives = world.makes_group("Door").await;
        let package = world.offers(Offer::new("Door key", gives, [stage([(&miriam).into()])])).await;
        morgan.disables(&miriam).await.unwrap();
        let catalog = sees_package(&morgan, package).await.unwrap().catalog;
        let enables = async |enabled| {
            let shown = sees(&morgan, catalog, Tab::Packages).await.unwrap();
            let fields = CatalogFields { name: shown.name, description: shown.description, enabled };
            morgan.submits(Command::EditCatalog { catalog, version: shown.version, fields }).await.unwrap();
        };
        let found = async || {
            world.settle().await;
            rows(&morgan, AlertKind::NobodyApproves).await.iter().filter(|row| row.name == "Door key").count()
        };
        assert_eq!(found().await, 1);
        enables(false).await;
        assert_eq!(found().await, 0);
        enables(true).await;
        assert_eq!(found().await, 1);
        morgan.submits(Command::DeletePackage { package }).await.unwrap();
        assert_eq!(found().await, 0);
    }
}
