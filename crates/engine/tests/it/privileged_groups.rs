//! Groups under privileged access management: who is put in past the forms proves what the settings demand, what another system
//! feeds stays outside, and an owner stays.

use crate::privileged::{asks, finds, sets};
use crate::reviews_given::another_system_gives;
use model::access::AssignmentType;
use model::alert::AlertKind;
use model::command::Command;
use model::directory::{PortalRole, Principal};
use model::role_assignment::ChangeRoleAssignment;
use model::role_settings::Privileged;
use model::view::my_roles::Tab;
use model::{GroupId, Refusal, Span, query};
use testkit::{Person, World, both, refused};

fn enable(group: GroupId) -> Command {
    Command::SetPrivilegedAccess { group, enabled: true }
}

fn owns(group: GroupId, who: &Person) -> Command {
    Command::AddMember { group, principal: Principal::User(who.id), as_owner: true }
}

both! {
    async fn whoever_puts_somebody_in_past_the_assignments_proves_what_the_settings_demand_and_all_are_told(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, alex, lee] = world.people(["morgan", "alex", "lee"]).await;
        let group = world.makes_group("Help desk").await;
        morgan.submits(owns(group, &lee)).await.unwrap();
        morgan.submits(enable(group)).await.unwrap();
        sets(&morgan, Privileged::GroupMember(group), |settings| settings.assignment_multifactor = true).await.unwrap();
        world.settle().await;
        world.letters_are_thrown_away();
        assert_eq!(refused(lee.adds(group, &alex).await).code(), "proof_needed");
        assert_eq!(lee.sees_group(group).await.unwrap().members.len(), 0);
        lee.sets_up_app().await.unwrap();
        lee.adds(group, &alex).await.unwrap();
        world.settle().await;
        assert_eq!(world.subjects_to("alex").await, ["You are assigned"]);
        lee.removes(group, &alex).await.unwrap();
        world.settle().await;
        assert_eq!(world.subjects_to("alex").await.last().map(String::as_str), Some("Ended"));
        // To own it asks for nothing of the kind.
        morgan.submits(owns(group, &alex)).await.unwrap();
    }

    async fn a_group_that_another_system_feeds_is_not_brought_under_privileged_access_management(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, alex] = world.people(["morgan", "alex"]).await;
        let group = world.makes_group("Vault keys").await;
        another_system_gives(&world, group, &alex).await;
        let refusal = refused(morgan.submits(enable(group)).await);
        assert_eq!(refusal, Refusal::FedNeverPrivileged { group: "Vault keys".into() });
        let seen = morgan.asks(query::DiscoveredGroups { search: "Vault".into(), after: None }).await.unwrap().rows.remove(0);
        assert_eq!(seen.reason, Some(refusal.sentence_for_pages()), "it is greyed before anybody tries");
        let other = world.makes_group("Vault doors").await;
        morgan.submits(enable(other)).await.unwrap();
    }

    async fn a_privileged_group_lists_who_is_in_it_however_many_are_eligible(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, alex] = world.people(["morgan", "alex"]).await;
        let group = world.makes_group("Help desk").await;
        morgan.submits(enable(group)).await.unwrap();
        for number in 0..30 {
            let person = world.hires(&format!("person{number}")).await;
            for role in [Privileged::GroupMember(group), Privileged::GroupOwner(group)] {
                let asked = asks(role, Principal::User(person.id), AssignmentType::Eligible, None);
                morgan.submits(Command::AssignRole(asked)).await.unwrap();
            }
        }
        morgan.adds(group, &alex).await.unwrap();
        morgan.submits(owns(group, &alex)).await.unwrap();
        let page = morgan.sees_group(group).await.unwrap();
        let names = |rows: &[model::view::admin::MemberRow]| rows.iter().map(|row| row.name.clone()).collect::<Vec<_>>();
        assert_eq!((names(&page.members), names(&page.owners)), (vec!["Alex".to_owned()], vec!["Alex".to_owned()]));
        assert!(page.paging.next.is_none());
        assert_eq!(alex.sees_group(group).await.unwrap().members.len(), 1, "whoever owns it sees it");
    }

    async fn a_groups_page_says_what_its_members_may_activate_beside_what_they_have(test: TestDb) {
        let world = World::demo(test).await;
        let morgan = world.person("morgan").await;
        let group = world.makes_role_assignable("Desk").await;
        let of = |role: PortalRole, assignment_type, starts_at| {
            let asked = asks(Privileged::DirectoryRole(role.id()), Principal::Group(group), assignment_type, None);
            Command::AssignRole(model::role_assignment::AssignRole { starts_at, ..asked })
        };
        let later = Some(world.now() + Span::days(2));
        morgan.submits(of(PortalRole::SecurityReader, AssignmentType::Active, None)).await.unwrap();
        morgan.submits(of(PortalRole::UserAdministrator, AssignmentType::Eligible, None)).await.unwrap();
        morgan.submits(of(PortalRole::GlobalReader, AssignmentType::Active, later)).await.unwrap();
        let gives = morgan.sees_group(group).await.unwrap().gives;
        let mut said: Vec<(String, String, bool)> = gives.into_iter().map(|one| (one.name, one.badge.word, one.active)).collect();
        said.sort();
        let expected = [("Global Reader", "Starts later", false), ("Security Reader", "Active", true), ("User Administrator", "Eligible", false)];
        assert_eq!(said, expected.map(|(name, word, active)| (name.to_owned(), word.to_owned(), active)));
    }

    async fn who_may_not_change_a_group_is_not_offered_to_take_anybody_out_of_it(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, alex, lee] = world.people(["morgan", "alex", "lee"]).await;
        world.appoints(&lee, PortalRole::PrivilegedRoleAdministrator).await;
        let group = world.makes_group("Vault keepers").await;
        morgan.submits(enable(group)).await.unwrap();
        morgan.adds(group, &alex).await.unwrap();
        world.settle().await;
        let remedy = async |who: &Person| {
            let rows = who.asks(query::Alert { kind: AlertKind::AssignedOutside, after: None }).await.unwrap().rows;
            rows.into_iter().find(|row| row.name == "Alex").unwrap().remove
        };
        assert_eq!(remedy(&lee).await, None);
        let assignment = remedy(&morgan).await.unwrap();
        let end = Command::EndRoleAssignment { assignment, words: "Unknown.".into() };
        assert_eq!(refused(lee.submits(end.clone()).await).code(), "not_allowed", "as the command would answer");
        morgan.submits(end).await.unwrap();
    }

    async fn a_group_that_may_hold_roles_keeps_an_owner_by_whatever_door(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, alex, lee] = world.people(["morgan", "alex", "lee"]).await;
        let group = world.makes_role_assignable("Keepers").await;
        morgan.submits(owns(group, &alex)).await.unwrap();
        morgan.submits(enable(group)).await.unwrap();
        let role = Privileged::GroupOwner(group);
        let last = Refusal::LastOwner { group: "Keepers".into() };
        // Lee owns it for a day, which is no owner tomorrow.
        let day = asks(role, Principal::User(lee.id), AssignmentType::Active, Some(world.now() + Span::days(1)));
        morgan.submits(Command::AssignRole(day)).await.unwrap();
        let assignment = finds(&morgan, role, Tab::Active, &alex).await;
        let end = Command::EndRoleAssignment { assignment, words: "Moved on.".into() };
        assert_eq!(refused(morgan.submits(end.clone()).await), last);
        let remove = Command::RemoveMember { group, principal: Principal::User(alex.id), as_owner: true };
        assert_eq!(refused(morgan.submits(remove).await), last);
        let rows = crate::privileged::lists(&morgan, role, Tab::Active).await.unwrap().rows;
        let shown = rows.into_iter().find(|row| row.assignment == assignment).unwrap();
        let shorter = ChangeRoleAssignment {
            assignment,
            seen: (shown.starts, shown.ends_at),
            starts_at: None,
            ends_at: Some(world.now() + Span::days(30)),
            justification: "For a month.".into(),
        };
        assert_eq!(refused(morgan.submits(Command::ChangeRoleAssignment(shorter)).await), last);
        morgan.submits(Command::RemoveMember { group, principal: Principal::User(lee.id), as_owner: true }).await.unwrap();
        morgan.submits(owns(group, &lee)).await.unwrap();
        morgan.submits(end).await.unwrap();
    }
}
