//! Packages that make eligible for a group, who activates it with its own checks.

use model::access::{AssignmentType, ResourceRole};
use model::command::Command;
use model::directory::Principal;
use model::package::PackageRole;
use model::query;
use model::role_assignment::ActivateRole;
use model::role_settings::Ticket;
use model::view::my_roles::{Kind, Tab};
use testkit::{Offer, World, both, refused};

both! {
    async fn a_package_makes_eligible_for_a_group_which_stays_under_privileged_access_meanwhile(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, morgan, omar] = world.people(["alex", "morgan", "omar"]).await;
        let group = world.makes_group("Vault keys").await;
        let package = world.offers(Offer::new("Vault", group, [])).await;
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
}
