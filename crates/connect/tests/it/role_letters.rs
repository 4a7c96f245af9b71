//! The words of the letters about assignments of roles.

use crate::given::at;
use crate::letters::keep;
use model::notice::{AboutRole, Notice, RoleNews, RoleWeek};
use model::role_settings::{Privileged, RoleEvent};
use model::{AnyId, GroupId, RoleId};

const ROLE: &str = "019a0000-0000-7000-8000-000000000009";
const ID: AnyId = AnyId::from_u128(0x019a_0000_0000_7000_8000_0000_0000_0009);

fn about(event: RoleEvent) -> AboutRole {
    AboutRole {
        role: Privileged::DirectoryRole(RoleId(ID)),
        name: "User Administrator".to_owned(),
        holder: "Alex".to_owned(),
        event,
        starts_at: at("2026-11-21T09:30:00Z"),
        ends_at: Some(at("2026-12-21T09:30:00Z")),
    }
}

/// The letter to the holder and the one to whoever looks after the role.
fn keeps(name: &str, about: &AboutRole, news: &RoleNews, mine: &str) {
    let site = "https://access.example.org";
    let notice = |mine| Notice::Role { about: about.clone(), news: news.clone(), mine };
    keep(name, &notice(true), &format!("{site}/{mine}"));
    keep(&format!("{name}_others"), &notice(false), &format!("{site}/admin/roles/{ROLE}/assignments"));
}

#[test]
fn assigned_says_by_whom_as_what_and_until_when() {
    let assigned = || RoleNews::Assigned { by: Some("Morgan".to_owned()), words: "On call.\nUntil spring.".to_owned() };
    keeps("role_assigned_eligible", &about(RoleEvent::Eligible), &assigned(), "my-roles");
    let permanent = AboutRole { ends_at: None, ..about(RoleEvent::Active) };
    keeps("role_assigned_active", &permanent, &assigned(), "my-roles?tab=active");
    let changed = RoleNews::Changed { by: Some("Morgan".to_owned()), words: String::new() };
    keeps("role_changed", &about(RoleEvent::Eligible), &changed, "my-roles");
}

#[test]
fn activated_is_told_to_others_with_the_reason() {
    let about = AboutRole { ends_at: Some(at("2026-11-21T13:30:00Z")), ..about(RoleEvent::Activated) };
    let activated = RoleNews::Activated { words: "Somebody leaked a key.".to_owned() };
    keeps("role_activated", &about, &activated, "my-roles?tab=active");
    keeps("role_deactivated", &about, &RoleNews::Deactivated, "my-roles?tab=expired");
    keeps("role_activation_over", &about, &RoleNews::Expired, "my-roles?tab=expired");
    keeps("role_ground_ended", &about, &RoleNews::GroundEnded, "my-roles?tab=expired");
}

#[test]
fn an_end_is_told_before_and_when_it_comes_with_what_can_be_done() {
    let eligible = about(RoleEvent::Eligible);
    keeps("role_ends_soon", &eligible, &RoleNews::EndsSoon { at: at("2026-12-21T09:30:00Z") }, "my-roles");
    keeps("role_expired", &about(RoleEvent::Active), &RoleNews::Expired, "my-roles?tab=expired");
    let removed = RoleNews::Removed { by: Some("Morgan".to_owned()), words: "Not on call any more.".to_owned() };
    keeps("role_removed", &eligible, &removed, "my-roles?tab=expired");
}

#[test]
fn letters_about_groups_lead_to_the_groups() {
    let group = GroupId(ID);
    let of = |role| AboutRole { role, name: "Firewall operators, Owner".to_owned(), ..about(RoleEvent::Eligible) };
    let assigned = || RoleNews::Assigned { by: None, words: String::new() };
    let leads = |role, mine| {
        let notice = Notice::Role { about: of(role), news: assigned(), mine };
        let site = crate::given::site_in(model::Language::English);
        connect::render(&notice, &crate::given::dana(), &site).unwrap().links.remove(0)
    };
    let site = "https://access.example.org";
    assert_eq!(leads(Privileged::GroupMember(group), true), format!("{site}/my-roles?kind=groups"));
    assert_eq!(leads(Privileged::GroupMember(group), false), format!("{site}/admin/groups/{ROLE}/privileged"));
    assert_eq!(leads(Privileged::GroupOwner(group), false), format!("{site}/admin/groups/{ROLE}/privileged?role=owner"));
}

#[test]
fn the_digest_counts_a_week_and_names_the_roles_that_most_people_hold() {
    let week = RoleWeek {
        from: at("2026-11-16T06:00:00Z"),
        to: at("2026-11-23T06:00:00Z"),
        activated: 3,
        permanent: 1,
        assigned: 5,
        outside: 2,
        top: vec![("Global Administrator".to_owned(), 4), ("User Administrator".to_owned(), 2)],
    };
    let link = "https://access.example.org/admin/roles";
    keep("role_digest", &Notice::RoleDigest { week: week.clone() }, link);
    let quiet = RoleWeek { activated: 1, permanent: 0, assigned: 1, outside: 0, top: Vec::new(), ..week };
    keep("role_digest_of_one", &Notice::RoleDigest { week: quiet }, link);
}
