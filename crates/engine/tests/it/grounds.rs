//! What is activated on something that was activated itself: it goes with it, at once and in whichever way that goes.

use crate::activation::{activates, asks};
use crate::privileged::{asks as assigns, eligible, lists, of};
use model::access::{Assignment, AssignmentType, Source};
use model::command::Command;
use model::directory::{PortalRole, Principal};
use model::role_assignment::ChangeRoleAssignment;
use model::role_settings::Privileged;
use model::view::my_roles::{Kind, Tab};
use model::{AssignmentId, GroupId, Span, query};
use testkit::{Offer, Person, World, both, refused};

const USERS: &str = "User Administrator";

/// What somebody is eligible for, as *My roles* lists it.
async fn offered(who: &Person, kind: Kind, name: &str) -> AssignmentId {
    let rows = who.asks(query::MyRoles { kind, tab: Tab::Eligible, after: None }).await.unwrap().rows;
    rows.iter().find(|row| row.name.starts_with(name)).unwrap_or_else(|| panic!("{name}: {rows:?}")).assignment
}

/// A group whose members are eligible for *User Administrator*.
async fn rota(world: &World, morgan: &Person) -> GroupId {
    let group = world.makes_role_assignable("Rota").await;
    morgan.submits(Command::SetPrivilegedAccess { group, enabled: true }).await.unwrap();
    let asked = assigns(of(PortalRole::UserAdministrator), Principal::Group(group), AssignmentType::Eligible, None);
    morgan.submits(Command::AssignRole(asked)).await.unwrap();
    group
}

/// Activations that have neither ended nor run out.
async fn in_force(world: &World, who: &Person) -> Vec<Assignment> {
    let mut link = world.db().read().await.unwrap();
    let all = store::assignments::reach(&mut link, who.id, world.now()).await.unwrap();
    let mine = all.into_iter().filter(|one| one.principal == Principal::User(who.id));
    mine.filter(|one| matches!(one.source, Source::Activation(_)) && rules::effective::in_force(one, world.now())).collect()
}

both! {
    async fn a_role_that_was_activated_through_an_activated_membership_is_no_longer_than_that(test: TestDb) {
        let world = World::demo(test).await;
        let [emma, morgan] = world.people(["emma", "morgan"]).await;
        let group = rota(&world, &morgan).await;
        let membership = eligible(&morgan, &emma, Privileged::GroupMember(group), None).await;
        activates(&emma, asks(membership, 240)).await.unwrap();
        activates(&emma, asks(offered(&emma, Kind::DirectoryRoles, USERS).await, 210)).await.unwrap();
        // The membership is hers for an hour only: with it goes the activated one, and with that the role.
        let shown = lists(&morgan, Privileged::GroupMember(group), Tab::Eligible).await.unwrap().rows.remove(0);
        let sooner = ChangeRoleAssignment {
            assignment: membership,
            seen: (shown.starts, shown.ends_at),
            starts_at: None,
            ends_at: Some(world.now() + Span::hours(1)),
            justification: "Sooner.".into(),
        };
        morgan.submits(Command::ChangeRoleAssignment(sooner)).await.unwrap();
        assert!(emma.holds(USERS).await);
        world.time_goes_by(Span::hours(1));
        assert!(!emma.holds(USERS).await, "no worker ran");
        world.settle().await;
        world.is_whole(&[&emma]).await;
    }

    async fn a_package_that_ends_takes_everything_with_it_that_was_activated_on_what_it_gave(test: TestDb) {
        let world = World::demo(test).await;
        let [emma, morgan] = world.people(["emma", "morgan"]).await;
        let group = rota(&world, &morgan).await;
        // The package gives a membership, that makes eligible for another one, and that for the role.
        let desk = world.makes_role_assignable("Night desk").await;
        world.offers(Offer::new("Night shift", desk, [])).await;
        let asked = assigns(Privileged::GroupMember(group), Principal::Group(desk), AssignmentType::Eligible, None);
        morgan.submits(Command::AssignRole(asked)).await.unwrap();
        emma.requests("Night shift").because("Tonight.").await.unwrap();
        world.settle().await;
        activates(&emma, asks(offered(&emma, Kind::Groups, "Rota").await, 240)).await.unwrap();
        activates(&emma, asks(offered(&emma, Kind::DirectoryRoles, USERS).await, 210)).await.unwrap();
        assert!(emma.holds(USERS).await);
        let held = morgan.finds_assignment("Night shift", &emma).await;
        morgan.ends(held, "Enough.").await.unwrap();
        assert!(!emma.holds(USERS).await && in_force(&world, &emma).await.is_empty(), "no worker ran");
        world.settle().await;
        world.is_whole(&[&emma]).await;
        world.history_is_sound().await;
    }

    async fn deactivating_a_membership_takes_what_was_activated_through_it(test: TestDb) {
        let world = World::demo(test).await;
        let [emma, morgan] = world.people(["emma", "morgan"]).await;
        let group = rota(&world, &morgan).await;
        let membership = eligible(&morgan, &emma, Privileged::GroupMember(group), None).await;
        let (request, _) = activates(&emma, asks(membership, 240)).await.unwrap();
        activates(&emma, asks(offered(&emma, Kind::DirectoryRoles, USERS).await, 60)).await.unwrap();
        let assignment = Assignment::id_of_activation(request);
        emma.submits(Command::DeactivateRole { assignment }).await.unwrap();
        assert!(!emma.holds(USERS).await && in_force(&world, &emma).await.is_empty(), "no worker ran");
        world.is_whole(&[&emma]).await;
    }

    async fn whoever_activates_in_the_moment_in_which_it_is_taken_away_keeps_nothing(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, morgan] = world.people(["alex", "morgan"]).await;
        let role = of(PortalRole::SecurityReader);
        for round in 0..10 {
            let on = eligible(&morgan, &alex, role, None).await;
            let activating = {
                let alex = alex.clone();
                tokio::spawn(async move { activates(&alex, asks(on, 30)).await.map(drop) })
            };
            let ending = {
                let morgan = morgan.clone();
                tokio::spawn(async move { morgan.submits(Command::EndRoleAssignment { assignment: on, words: "No.".into() }).await })
            };
            let (activated, ended) = (activating.await.unwrap(), ending.await.unwrap());
            ended.unwrap();
            assert!(in_force(&world, &alex).await.is_empty(), "round {round}, activated: {activated:?}");
            assert!(!alex.holds("Security Reader").await);
        }
        world.settle().await;
        world.is_whole(&[&alex]).await;
    }

    async fn a_group_under_privileged_access_management_gets_no_rule(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, morgan] = world.people(["alex", "morgan"]).await;
        let group = world.makes_group("Vault keys").await;
        morgan.submits(Command::SetPrivilegedAccess { group, enabled: true }).await.unwrap();
        let membership = eligible(&morgan, &alex, Privileged::GroupMember(group), None).await;
        let rule = || model::directory::Membership::Dynamic { rule: "user.city -eq \"Nowhere\"".into() };
        let refusal = refused(morgan.edits_group(group, |form| form.membership = rule()).await);
        assert_eq!(refusal.code(), "privileged_must_be_assigned");
        activates(&alex, asks(membership, 30)).await.unwrap();
        // Taken out of it, it may have one.
        morgan.submits(Command::EndRoleAssignment { assignment: membership, words: "Over.".into() }).await.unwrap();
        morgan.submits(Command::SetPrivilegedAccess { group, enabled: false }).await.unwrap();
        morgan.edits_group(group, |form| form.membership = rule()).await.unwrap();
    }
}
