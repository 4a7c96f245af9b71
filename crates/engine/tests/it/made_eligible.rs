//! Packages that make eligible for a group, who activates it with its own checks.

use crate::automatic::by_rule;
use model::access::{AssignmentType, ResourceRole};
use model::command::{Command, Done};
use model::directory::{Principal, Resource};
use model::package::PackageRole;
use model::role_assignment::ActivateRole;
use model::role_settings::Ticket;
use model::separation::Incompatible;
use model::view::my_roles::{Kind, Tab};
use model::{GroupId, PackageId, Refusal, query};
use testkit::{Offer, Person, World, both, refused};

/// The catalog of a package has the group.
async fn brings(by: &Person, package: PackageId, group: GroupId) {
    let mut link = by.world.db().read().await.unwrap();
    let catalog = store::package_editing::get(&mut link, package).await.unwrap().unwrap().catalog;
    drop(link);
    let resource = Resource::Group(group);
    by.submits(Command::AddCatalogResource { catalog, resource }).await.unwrap();
}

both! {
    async fn a_package_makes_eligible_for_a_group_which_stays_under_privileged_access_meanwhile(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, morgan, omar] = world.people(["alex", "morgan", "omar"]).await;
        let group = world.makes_group("Vault keys").await;
        let package = world.offers(Offer::new("Vault", group, [])).await;
        brings(&morgan, package, group).await;
        let given = |assignment_type| PackageRole { role: ResourceRole::GroupMember(group), assignment_type };
        let add = Command::AddPackageRole { package, role: given(AssignmentType::Eligible) };
        let enable = |enabled| Command::SetPrivilegedAccess { group, enabled };
        assert_eq!(refused(morgan.submits(add.clone()).await).code(), "role_not_offered", "nobody could activate it");
        morgan.submits(enable(true)).await.unwrap();
        morgan.submits(add).await.unwrap();
        morgan.submits(Command::RemovePackageRole { package, role: given(AssignmentType::Active) }).await.unwrap();
        let said = refused(morgan.submits(enable(false)).await);
        assert!(said.code() == "given_as_eligible" && said.sentence().contains("while “Vault” makes people eligible"), "{said:?}");
        morgan.submits(Command::AddMember { group, principal: Principal::User(omar.id), as_owner: true }).await.unwrap();
        let said = refused(omar.submits(enable(false)).await);
        assert!(said.sentence().contains("while 1 access package makes"), "its name is not for every owner: {said:?}");

        alex.requests("Vault").because("The yearly count.").await.unwrap();
        world.settle().await;
        assert!(!alex.holds("Vault keys").await, "eligible only");
        let rows = alex.asks(query::MyRoles { kind: Kind::Groups, tab: Tab::Eligible, after: None }).await.unwrap().rows;
        let eligible = rows[0].assignment;
        let activates = ActivateRole {
            eligible,
            minutes: 60,
            starts_at: None,
            justification: "Counting.".into(),
            ticket: Ticket::default(),
            accepted: Vec::new(),
            emergency: false,
        };
        alex.submits(Command::ActivateRole(activates)).await.unwrap();
        assert!(alex.holds("Vault keys").await);
        morgan.submits(Command::RemovePackageRole { package, role: given(AssignmentType::Eligible) }).await.unwrap();
        assert!(!alex.holds("Vault keys").await, "what was activated ends with it");
        morgan.submits(enable(false)).await.unwrap();
        world.history_is_sound().await;
    }

    async fn separation_of_duties_counts_who_may_activate_as_who_is_in_it(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, morgan] = world.people(["alex", "lee", "morgan"]).await;
        let (audits, keys) = (world.makes_group("Auditors").await, world.makes_group("Vault keys").await);
        let (audit, vault) = (world.offers(Offer::new("Audit", audits, [])).await, world.offers(Offer::new("Vault", audits, [])).await);
        morgan.submits(Command::SetPrivilegedAccess { group: keys, enabled: true }).await.unwrap();
        brings(&morgan, vault, keys).await;
        let eligible = PackageRole { role: ResourceRole::GroupMember(keys), assignment_type: AssignmentType::Eligible };
        morgan.submits(Command::AddPackageRole { package: vault, role: eligible }).await.unwrap();
        morgan.submits(Command::AddIncompatible { package: audit, with: Incompatible::Group(keys) }).await.unwrap();
        alex.requests("Audit").because("The audit.").await.unwrap();
        lee.requests("Vault").because("The count.").await.unwrap();
        world.settle().await;
        for asked in [alex.requests("Vault").because("The count.").await, lee.requests("Audit").because("The audit.").await] {
            assert_eq!(refused(asked).code(), "incompatible", "nobody may have both, one click away or not");
        }
    }

    async fn a_rule_gives_nobody_a_package_whose_group_something_else_that_they_hold_excludes(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, morgan] = world.people(["alex", "morgan"]).await;
        let (audits, keys) = (world.makes_group("Auditors").await, world.makes_group("Vault keys").await);
        let (audit, vault) = (world.offers(Offer::new("Audit", audits, [])).await, world.offers(Offer::new("Vault", keys, [])).await);
        morgan.submits(Command::AddIncompatible { package: audit, with: Incompatible::Group(keys) }).await.unwrap();
        alex.requests("Audit").because("The audit.").await.unwrap();
        world.settle().await;
        let make = |seen| Command::CreatePolicy { package: vault, fields: by_rule("user.displayName -eq \"Alex\"", 0, seen) };
        if let Err(problem) = morgan.submits(make(None)).await {
            let Refusal::PreviewNeeded { effect, .. } = refused(Err::<Done, _>(problem)) else { panic!("only a preview was missing") };
            morgan.submits(make(Some(effect))).await.unwrap();
        }
        world.settle().await;
        assert!(alex.holds("Auditors").await && !alex.holds("Vault keys").await);
    }
}
