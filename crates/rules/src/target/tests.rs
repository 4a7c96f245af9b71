//! What may be set about targets.

use super::*;
use crate::tests::id;
use model::ApplicationId;
use model::command::Secret;
use model::target::{Directory, Drift, MemberAttribute, PersonBy};

fn roles() -> Vec<(ApplicationRoleId, String)> {
    vec![(ApplicationRoleId(id(1)), "Agent".to_owned()), (ApplicationRoleId(id(2)), "Lead".to_owned())]
}

fn asked() -> SaveTarget {
    SaveTarget {
        target: None,
        version: 0,
        application: Some(ApplicationId(id(5))),
        name: "Ticketing".into(),
        base_url: "https://tickets.example/scim/v2/".into(),
        kind: Kind::Scim,
        token: Some(Secret("secret".into())),
        drift: Drift::Report,
        adopted_days: "90".into(),
        leavers: Leavers::Deactivate,
        creates_groups: true,
        groups: "lead = Team leads".into(),
        per_second: "50".into(),
    }
}

fn saved(asked: &SaveTarget, before: Option<&Target>, all: &[Target]) -> Result<Option<(Target, Action)>, Refusal> {
    let roles = roles();
    save(TargetId(id(9)), before, asked, Facts { all, roles: Some(&roles), others: &[], held: &BTreeSet::new() }, Ts(7))
}

fn target() -> Target {
    saved(&asked(), None, &[]).unwrap().unwrap().0
}

#[test]
fn what_is_no_target_is_refused_at_its_field() {
    let cases: Vec<(SaveTarget, &str)> = vec![
        (SaveTarget { name: " ".into(), ..asked() }, "name"),
        (SaveTarget { base_url: "ldap://x".into(), ..asked() }, "base_url"),
        (SaveTarget { base_url: "https://".into(), ..asked() }, "base_url"),
        (SaveTarget { base_url: "https://a.example/?x".into(), ..asked() }, "base_url"),
        (SaveTarget { token: None, ..asked() }, "secret"),
        (SaveTarget { token: Some(Secret("two words".into())), ..asked() }, "secret"),
        (SaveTarget { application: None, ..asked() }, "application"),
        (SaveTarget { per_second: "0".into(), ..asked() }, "per_second"),
        (SaveTarget { per_second: "1001".into(), ..asked() }, "per_second"),
        (SaveTarget { adopted_days: "0".into(), ..asked() }, "adopted_days"),
        (SaveTarget { adopted_days: "366".into(), ..asked() }, "adopted_days"),
        (SaveTarget { groups: "Agent".into(), ..asked() }, "groups"),
        (SaveTarget { groups: "Boss = X".into(), ..asked() }, "groups"),
        (SaveTarget { groups: "Agent = X\nagent = Y".into(), ..asked() }, "groups"),
        (SaveTarget { groups: "Agent = lead".into(), ..asked() }, "groups"),
    ];
    for (asked, field) in cases {
        assert_eq!(saved(&asked, None, &[]).unwrap_err().field(), Some(field), "{asked:?}");
    }
    let other = Target { id: TargetId(id(8)), ..target() };
    assert_eq!(saved(&SaveTarget { name: "Else".into(), ..asked() }, None, &[other]).unwrap_err().field(), Some("application"));
}

#[test]
fn another_address_needs_the_token_again_and_what_stays_records_nothing() {
    let before = target();
    let same = SaveTarget { target: Some(before.id), version: 1, token: None, ..asked() };
    assert_eq!(saved(&same, Some(&before), std::slice::from_ref(&before)), Ok(None));
    let moved = SaveTarget { base_url: "https://evil.example".into(), ..same.clone() };
    assert_eq!(saved(&moved, Some(&before), std::slice::from_ref(&before)).unwrap_err().field(), Some("secret"));
    let stale = SaveTarget { version: 0, ..same };
    assert_eq!(saved(&stale, Some(&before), std::slice::from_ref(&before)).unwrap_err(), Refusal::Stale);
}

#[test]
fn a_new_target_is_enabled_keeps_its_groups_and_never_tells_its_token() {
    let (target, action) = saved(&asked(), None, &[]).unwrap().unwrap();
    assert!(target.enabled && target.base_url == "https://tickets.example/scim/v2");
    assert_eq!(group_lines(&target, &roles()), "Lead = Team leads");
    assert_eq!(target.group_of(ApplicationRoleId(id(1)), "Agent"), "Agent");
    assert_eq!(target.group_of(ApplicationRoleId(id(2)), "Lead"), "Team leads");
    assert!(!format!("{action:?}").contains("secret"));
    assert_eq!(may_delete(&target, 3, 3), Ok(()));
    assert_eq!(may_delete(&target, 3, 2).unwrap_err().code(), "target_has_people");
    assert!(set_enabled(&target, true).is_none() && set_enabled(&target, false).is_some());
}

fn directory() -> Directory {
    Directory {
        bind_dn: "cn=vestibule,dc=example,dc=com".into(),
        people: "ou=people,dc=example,dc=com".into(),
        person_attribute: "uid".into(),
        person_by: PersonBy::UserName,
        groups: "ou=groups,dc=example,dc=com".into(),
        member_attribute: MemberAttribute::Member,
        placeholder: String::new(),
    }
}

fn asked_ldap(directory: Directory) -> SaveTarget {
    let base_url = "ldaps://ldap.example.com/".into();
    SaveTarget { base_url, kind: Kind::Ldap(directory), token: Some(Secret("zwei Wörter".into())), ..asked() }
}

#[test]
fn what_is_no_directory_is_refused_at_its_field() {
    let set = |change: fn(&mut Directory)| {
        let mut directory = directory();
        change(&mut directory);
        asked_ldap(directory)
    };
    let good = asked_ldap(directory());
    let cases: Vec<(SaveTarget, &str)> = vec![
        (SaveTarget { base_url: "https://ldap.example.com".into(), ..good.clone() }, "base_url"),
        (SaveTarget { base_url: "ldaps://".into(), ..good.clone() }, "base_url"),
        (SaveTarget { base_url: "ldaps://ldap.example.com/dc=x".into(), ..good.clone() }, "base_url"),
        (SaveTarget { base_url: "ldaps://me@ldap.example.com".into(), ..good.clone() }, "base_url"),
        (SaveTarget { base_url: "ldapi://socket".into(), ..good.clone() }, "base_url"),
        (SaveTarget { token: None, ..good.clone() }, "secret"),
        (SaveTarget { token: Some(Secret(" ".into())), ..good.clone() }, "secret"),
        (set(|directory| directory.bind_dn = " ".into()), "bind_dn"),
        (set(|directory| directory.bind_dn = "vestibule".into()), "bind_dn"),
        (set(|directory| directory.people = "people".into()), "people"),
        (set(|directory| directory.person_attribute = "uid=x)(".into()), "person_attribute"),
        (set(|directory| directory.person_attribute = String::new()), "person_attribute"),
        (set(|directory| directory.groups = String::new()), "groups_base"),
        (set(|directory| directory.placeholder = "nobody".into()), "placeholder"),
        (set(|directory| directory.member_attribute = MemberAttribute::MemberUid), "creates_groups"),
        // Two roles in one group, however the group is named.
        (SaveTarget { groups: "Agent = CN=lead, OU=groups,DC=example,DC=com".into(), ..good }, "groups"),
    ];
    for (asked, field) in cases {
        assert_eq!(saved(&asked, None, &[]).unwrap_err().field(), Some(field), "{asked:?}");
    }
}

#[test]
fn a_directory_stays_one_never_loses_people_and_wants_its_password_again_for_another_address() {
    let asked = SaveTarget { groups: "Agent = cn=agents,ou=apps,dc=example,dc=com".into(), ..asked_ldap(directory()) };
    let (target, action) = saved(&asked, None, &[]).unwrap().unwrap();
    assert_eq!((target.base_url.as_str(), target.leavers), ("ldaps://ldap.example.com", Leavers::Keep));
    assert_eq!(target.group_of(ApplicationRoleId(id(1)), "Agent"), "cn=agents,ou=apps,dc=example,dc=com");
    assert!(!format!("{action:?}").contains("zwei"));
    assert_eq!(directory().stand_in(), Some("cn=vestibule,dc=example,dc=com"));
    let same = SaveTarget { target: Some(target.id), version: 1, token: None, ..asked };
    let again = |asked: &SaveTarget| saved(asked, Some(&target), std::slice::from_ref(&target));
    assert_eq!(again(&same), Ok(None));
    let moved = SaveTarget { base_url: "ldaps://evil.example".into(), ..same.clone() };
    assert_eq!(again(&moved).unwrap_err().field(), Some("secret"));
    let scim = SaveTarget { base_url: "https://ldap.example.com".into(), kind: Kind::Scim, ..same.clone() };
    assert_eq!(again(&scim).unwrap_err().field(), Some("name"));
    let other = Directory { member_attribute: MemberAttribute::UniqueMember, ..directory() };
    assert_eq!(again(&SaveTarget { kind: Kind::Ldap(other), ..same.clone() }).unwrap_err().field(), Some("member_attribute"));
    let mail = Directory { person_by: PersonBy::Mail, person_attribute: "mail".into(), ..directory() };
    let (_, action) = again(&SaveTarget { kind: Kind::Ldap(mail), ..same }).unwrap().unwrap();
    let Action::TargetChanged { changes, .. } = action else { panic!("{action:?}") };
    assert_eq!(changes.iter().map(|change| change.field.as_str()).collect::<Vec<_>>(), ["Attribute of people", "Compared with"]);
}

fn others(asked: &SaveTarget) -> Vec<Told> {
    let roles = vec![(ApplicationRoleId(id(3)), "Owner".to_owned()), (ApplicationRoleId(id(4)), "Agent".to_owned())];
    vec![(Target { id: TargetId(id(8)), name: "Ledger".into(), ..saved(asked, None, &[]).unwrap().unwrap().0 }, roles)]
}

#[test]
fn a_group_belongs_to_one_role_also_beside_other_targets_at_the_same_address() {
    for asked in [asked(), asked_ldap(directory())] {
        let (target, _) = saved(&asked, None, &[]).unwrap().unwrap();
        let beside = others(&SaveTarget { groups: String::new(), ..asked.clone() });
        let said = apart(&target, &roles(), &beside).unwrap_err();
        assert!(said.contains("“Agent”") && said.contains("“Ledger”"), "{said}");
        let elsewhere: Vec<Told> = beside
            .iter()
            .map(|(other, roles)| (Target { base_url: "https://elsewhere.example".into(), ..other.clone() }, roles.clone()))
            .collect();
        assert_eq!(apart(&target, &roles(), &elsewhere), Ok(()));
        assert_eq!(apart(&target, &roles(), &[(target.clone(), roles())]), Ok(()), "a target is not beside itself");
    }
}

#[test]
fn what_a_role_is_called_reaches_no_entry_of_a_directory() {
    let (target, _) = saved(&asked_ldap(directory()), None, &[]).unwrap().unwrap();
    let admins = "cn=domain-admins,ou=it,dc=example,dc=com".to_owned();
    let named = vec![(ApplicationRoleId(id(1)), admins.clone())];
    assert!(apart(&target, &named, &[]).unwrap_err().contains(&admins));
    let lined = Target { groups: vec![(ApplicationRoleId(id(1)), admins)], ..target };
    assert_eq!(apart(&lined, &named, &[]), Ok(()), "whoever sets targets may name it");
}

#[test]
fn a_group_that_somebody_is_in_stays_the_group_of_its_role() {
    let held = BTreeSet::from([ApplicationRoleId(id(2))]);
    let (target, _) = saved(&asked_ldap(directory()), None, &[]).unwrap().unwrap();
    let follow = |asked: &SaveTarget, held: &BTreeSet<ApplicationRoleId>| {
        let roles = roles();
        let asked = SaveTarget { target: Some(target.id), version: 1, token: None, ..asked.clone() };
        save(target.id, Some(&target), &asked, Facts { all: &[], roles: Some(&roles), others: &[], held }, Ts(8)).map(|_| ())
    };
    let base = Directory { groups: "ou=elsewhere,dc=example,dc=com".into(), ..directory() };
    let renamed = SaveTarget { groups: "lead = Chiefs".into(), ..asked_ldap(directory()) };
    for asked in [asked_ldap(base), renamed] {
        let refused = follow(&asked, &held).unwrap_err();
        assert_eq!(refused.field(), Some("groups"));
        assert!(refused.sentence().contains("“Team leads”"), "{}", refused.sentence());
        assert_eq!(follow(&asked, &BTreeSet::new()), Ok(()), "where nobody is, nobody stays");
    }
    let written_otherwise = "Lead = CN=Team leads, OU=groups,DC=example,DC=com".to_owned();
    assert_eq!(follow(&SaveTarget { groups: written_otherwise, ..asked_ldap(directory()) }, &held), Ok(()));
    let another_role = "lead = Team leads\nagent = Staff".to_owned();
    assert_eq!(follow(&SaveTarget { groups: another_role, ..asked_ldap(directory()) }, &held), Ok(()));
}

#[test]
fn a_role_that_is_renamed_keeps_its_group_and_only_what_moved_is_looked_for_anew() {
    let target = target();
    let (agent, lead) = (ApplicationRoleId(id(1)), ApplicationRoleId(id(2)));
    assert_eq!(keeps_group(&target, lead, "Lead"), None, "its group has a name of its own");
    assert_eq!(keeps_group(&target, ApplicationRoleId(id(3)), ""), None, "it is new");
    let (kept, action) = keeps_group(&target, agent, "Agent").unwrap();
    assert_eq!((kept.group_of(agent, "Support"), kept.version, action.code()), ("Agent", 2, "target_changed"));
    assert_eq!(regrouped(&target, &kept, &roles()), []);
    let other = Target { groups: vec![(agent, "Staff".into())], ..target.clone() };
    assert_eq!(regrouped(&target, &other, &roles()), [agent, lead]);
    let elsewhere = Target { base_url: "https://elsewhere.example".into(), ..target.clone() };
    assert_eq!(regrouped(&target, &elsewhere, &roles()), [agent, lead]);
    assert_eq!(regrouped(&target, &Target { enabled: false, ..target.clone() }, &roles()), []);
}
