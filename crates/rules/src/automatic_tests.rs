use super::*;
use crate::tests::{id, user};
use model::directory::{Profile, UserKind};
use model::{PackageAssignmentId, RequestId, UserId};

const NOW: Ts = Ts(1_000_000);
const MINE: u128 = 1;

fn policy(grace_minutes: u32, enabled: bool) -> Policy {
    let settings = check("user.department -eq \"IT\"", grace_minutes).unwrap();
    Policy { id: PolicyId(id(MINE)), name: "IT".into(), enabled, settings }
}

fn rule(grace_minutes: u32) -> Automatic {
    Automatic::of(&policy(grace_minutes, true)).unwrap()
}

fn held(under: u128, request: Option<u128>, ends_at: Option<Ts>) -> PackageAssignment {
    PackageAssignment {
        id: PackageAssignmentId(id(9)),
        package: PackageId(id(8)),
        policy: PolicyId(id(under)),
        holder: user(1),
        request: request.map(|n| RequestId(id(n))),
        starts_at: Ts(0),
        ends_at,
        ended_at: None,
        version: 0,
    }
}

fn person(department: &str, enabled: bool) -> Person {
    Person {
        id: UserId(id(1)),
        user_name: "alex".into(),
        display_name: "Alex".into(),
        mail: None,
        kind: UserKind::Member,
        enabled,
        manager: None,
        profile: Profile { attributes: [("department".into(), department.into())].into(), ..Profile::default() },
        member_of: Vec::new(),
    }
}

#[test]
fn disabled_people_and_disabled_policies_match_nothing() {
    assert!(!rule(0).matches(&person("IT", false), NOW));
    assert!(!Automatic::of(&policy(0, false)).unwrap().matches(&person("IT", true), NOW));
    assert!(!rule(0).matches(&person("Sales", true), NOW));
    assert!(rule(0).matches(&person("IT", true), NOW));
}

/// Who matches, what they hold, and what follows.
#[test]
fn what_follows_for_somebody() {
    let (later, past) = (Some(NOW + Span(1)), Some(NOW));
    let leaves = Act::LeaveAt(NOW + Span::minutes(60));
    let table: [(bool, Option<PackageAssignment>, Option<Act>); 11] = [
        (false, None, None),
        (false, Some(held(MINE, Some(5), None)), None),
        (false, Some(held(2, None, None)), None),
        (false, Some(held(MINE, None, later)), None),
        (false, Some(held(MINE, None, None)), Some(leaves)),
        (true, Some(held(2, Some(5), later)), None),
        (true, Some(held(MINE, None, None)), None),
        (true, Some(held(MINE, None, later)), Some(Act::Keep)),
        (true, Some(held(MINE, None, past)), Some(Act::GiveAnew)),
        (true, Some(held(2, Some(5), past)), Some(Act::GiveAnew)),
        (true, None, Some(Act::Give)),
    ];
    for (matches, held, follows) in table {
        assert_eq!(rule(60).act(matches, held.as_ref(), NOW), follows, "{matches} {held:?}");
    }
    assert_eq!(rule(0).act(false, Some(&held(MINE, None, None)), NOW), Some(Act::End), "without a grace period at once");
}

#[test]
fn what_a_rule_gives_is_ended_by_the_rule_alone_except_in_the_grace_period() {
    let by_rule = held(MINE, None, None);
    assert!(matches!(may_end(&by_rule, &policy(0, true), "Desk", NOW), Err(Refusal::GivenByRule { .. })));
    assert_eq!(may_end(&held(MINE, None, Some(NOW + Span(1))), &policy(0, true), "Desk", NOW), Ok(()));
    assert_eq!(may_end(&held(MINE, Some(5), None), &policy(0, true), "Desk", NOW), Ok(()), "it was asked for");
}

#[test]
fn saving_is_refused_until_who_saves_was_shown_what_it_does() {
    let effect = effect([Act::Give, Act::Give, Act::Keep, Act::End, Act::LeaveAt(NOW)]);
    assert_eq!(effect, Effect { gain: 2, lose: 2 });
    assert_eq!(may_save(15_001, effect, Some(effect)), Err(Refusal::TooManyMatch { limit: 15_000, matching: 15_001 }));
    assert_eq!(may_save(2, effect, None), Err(Refusal::PreviewNeeded { effect, seen: None }));
    assert!(may_save(2, effect, Some(Effect { gain: 1, lose: 2 })).is_err(), "somebody changed meanwhile");
    assert_eq!(may_save(2, effect, Some(effect)), Ok(()));
    assert_eq!(may_save(2, Effect::default(), None), Ok(()));
}

#[test]
fn one_rule_assigns_a_package_and_a_policy_in_use_keeps_its_kind() {
    let package = PackageId(id(8));
    let other = Policy { id: PolicyId(id(2)), ..policy(0, true) };
    assert!(matches!(
        only_one(package, &policy(0, true), std::slice::from_ref(&other)),
        Err(Refusal::SecondAutomaticPolicy { .. })
    ));
    assert_eq!(only_one(package, &policy(0, false), &[other]), Ok(()));
    assert_eq!(only_one(package, &policy(0, true), &[policy(0, true)]), Ok(()), "itself");
    let asked = PolicySettings { scope: Scope::Nobody, ..policy(0, true).settings };
    assert!(matches!(keeps_kind(package, &policy(0, true), &asked, 1, 0), Err(Refusal::PolicyKeepsKind { .. })));
    assert_eq!(keeps_kind(package, &policy(0, true), &asked, 0, 0), Ok(()));
}

#[test]
fn a_rule_that_does_not_read_or_looks_at_groups_is_refused() {
    assert!(matches!(check("user.departmnt -eq \"IT\"", 0), Err(Refusal::RuleInvalid { .. })));
    assert!(check("", 0).is_err());
    assert!(check("user.department -eq \"IT\"", GRACE_MAX_MINUTES + 1).is_err());
}

#[test]
fn what_is_denied_comes_back_by_the_rule_that_gave_it_or_by_another_that_matches() {
    let mine = policy(0, true);
    let asked = Policy {
        id: PolicyId(id(2)),
        name: "Everybody".into(),
        enabled: true,
        settings: PolicySettings { scope: Scope::AllUsers, ..mine.settings.clone() },
    };
    let off = Policy { id: PolicyId(id(3)), enabled: false, ..mine.clone() };
    let policies = [asked.clone(), off.clone(), mine.clone()];
    let again = Again::of(&policies);
    let (inside, outside) = (person("IT", true), person("Sales", true));
    let by = |under: &Policy, request: Option<u128>, ends_at, person: Option<&Person>| {
        again.by(under.id, (request.map(|n| RequestId(id(n))), ends_at), person, NOW).map(|policy| policy.name.clone())
    };
    let name = || Some("IT".to_owned());
    assert_eq!(by(&mine, None, None, None), name(), "the rule gave it");
    assert_eq!(by(&mine, None, Some(NOW + Span::days(1)), Some(&outside)), None, "the grace period runs");
    assert_eq!(by(&asked, Some(1), None, Some(&inside)), name(), "it was asked for, and another rule matches");
    assert_eq!(by(&asked, Some(1), None, Some(&outside)), None);
    assert_eq!(by(&asked, Some(1), None, Some(&person("IT", false))), None, "nobody who is disabled is given anything");
    assert!(again.asks_people() && !Again::of(&[asked.clone(), off.clone()]).asks_people());
    assert_eq!(
        Again::of(&[asked, off.clone()]).by(off.id, (None, None), Some(&inside), NOW),
        None,
        "a disabled one gives nothing"
    );
}
