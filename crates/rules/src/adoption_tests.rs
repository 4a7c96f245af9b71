use super::*;
use crate::tests::{id, user};
use model::directory::Profile;
use model::target::{Kind, Leavers};
use model::{ApplicationId, TargetId};

const NOW: Ts = Ts(1_000_000_000);

fn person(n: u128, user_name: &str) -> User {
    User {
        id: user(n),
        user_name: user_name.into(),
        display_name: format!("Person {n}"),
        mail: format!("{user_name}@harbour.example"),
        kind: UserKind::Member,
        manager: None,
        enabled: true,
        profile: Profile::default(),
        created_at: Ts(0),
        last_sign_in_at: None,
        version: 0,
    }
}

fn claim(values: &[&str]) -> Claim {
    Claim { by: PersonBy::UserName, values: values.iter().map(|value| (*value).to_owned()).collect(), external_id: None }
}

fn facts(user: &User) -> Facts<'_> {
    Facts { user, emergency: false, holds: false, ended: None }
}

fn target(drift: Drift) -> Target {
    Target {
        id: TargetId(id(70)),
        application: ApplicationId(id(71)),
        name: "Ledger".into(),
        base_url: "https://ledger.example".into(),
        kind: Kind::Scim,
        drift,
        adopted_days: 30,
        leavers: Leavers::Keep,
        creates_groups: true,
        groups: vec![(ApplicationRoleId(id(72)), "Agents".into())],
        per_second: 50,
        enabled: true,
        created_at: Ts(0),
        version: 1,
    }
}

fn adopted(drift: Drift, facts: &Facts<'_>, by: Option<UserId>, words: &str) -> Result<(Assignment, [Action; 2]), Refusal> {
    let target = target(drift);
    let found = Found { target: &target, role: ApplicationRoleId(id(72)), name: "Agent", called: "lee" };
    adopt(AssignmentId(id(9)), &found, facts, by, words, NOW)
}

fn code<T>(result: Result<T, Refusal>) -> &'static str {
    result.map_or_else(|refusal| refusal.code(), |_| "done")
}

#[test]
fn a_member_may_be_who_is_called_so_or_whose_id_it_carries_and_nobody_else() {
    let people = [person(1, "lee"), person(2, "other")];
    let carrying = |id: UserId| Claim { external_id: Some(id.to_string()), ..claim(&["stranger"]) };
    assert!(may_be(&claim(&["LEE"]), &people) && may_be(&carrying(user(2)), &people));
    assert!(!may_be(&claim(&["stranger"]), &people) && !may_be(&carrying(user(3)), &people));
    assert!(!may_be(&claim(&["lee"]), &[]) && !may_be(&claim(&[""]), &people));
    let by_mail = Claim { by: PersonBy::Mail, ..claim(&["lee@harbour.example"]) };
    assert!(may_be(&by_mail, &people) && !may_be(&by_mail, &people[1..]));
}

#[test]
fn a_member_is_somebody_here_only_when_there_is_no_doubt_who() {
    let (lee, other) = (person(1, "lee"), person(2, "other"));
    let people = [lee.clone(), other.clone()];
    assert_eq!(whose(&claim(&[]), &people, &[], &[]), Err(NotAdopted::Unsaid));
    assert_eq!(whose(&claim(&[" "]), &people, &[], &[]), Err(NotAdopted::Unsaid));
    assert_eq!(whose(&claim(&["stranger"]), &people, &[], &[]), Err(NotAdopted::Nobody("stranger".into())));
    assert_eq!(whose(&claim(&["lee", "other"]), &people, &[], &[]), Err(NotAdopted::Several("lee".into())));
    assert_eq!(
        whose(&claim(&["lee"]), &people, &[other.id], &[]),
        Err(NotAdopted::Several("lee".into())),
        "it is another's there"
    );
    let twice = [lee.clone(), User { id: user(3), ..lee.clone() }];
    assert_eq!(whose(&claim(&["lee"]), &twice, &[], &[]), Err(NotAdopted::Several("lee".into())));
    let anothers = Claim { external_id: Some(other.id.to_string()), ..claim(&["lee"]) };
    assert_eq!(whose(&anothers, &people, &[], &[]), Err(NotAdopted::Anothers));
    let own = Claim { external_id: Some(lee.id.to_string()), ..claim(&[" LEE "]) };
    assert_eq!(whose(&own, &people, &[lee.id], &[]), Ok(lee.id));
    let by_mail = Claim { by: PersonBy::Mail, ..claim(&["Lee@harbour.example"]) };
    assert_eq!(whose(&by_mail, &people, &[], &[]), Ok(lee.id));
    assert_eq!(whose(&own, &people, &[], &[lee.id]), Err(NotAdopted::Several(" LEE ".into())), "she has another account there");
    let nameless = Claim { by: PersonBy::Mail, ..claim(&["lee"]) };
    assert_eq!(whose(&nameless, &people, &[], &[]), Err(NotAdopted::Nobody("lee".into())), "a name is no address");
}

#[test]
fn who_may_hold_nothing_is_given_nothing_by_anybody() {
    let (lee, by) = (person(1, "lee"), user(5));
    let disabled = User { enabled: false, ..lee.clone() };
    for (facts, why) in [
        (facts(&disabled), NotAdopted::Disabled),
        (Facts { emergency: true, ..facts(&lee) }, NotAdopted::Emergency),
        (Facts { holds: true, ..facts(&lee) }, NotAdopted::Holds),
    ] {
        assert_eq!(by_itself(&facts), Err(why.clone()));
        assert_eq!(by_hand(&facts, by), Err(why));
    }
    assert_eq!(by_hand(&facts(&lee), lee.id), Err(NotAdopted::OwnAccess));
}

#[test]
fn guests_and_what_ended_here_are_adopted_by_somebody_who_looked_and_never_by_themselves() {
    let (lee, by) = (person(1, "lee"), user(5));
    let guest = User { kind: UserKind::Guest, ..lee.clone() };
    let ended = Facts { ended: Some(Ts(7)), ..facts(&lee) };
    assert_eq!(by_itself(&facts(&guest)), Err(NotAdopted::Guest));
    assert_eq!(by_itself(&ended), Err(NotAdopted::Ended(Ts(7))));
    assert_eq!(code(adopted(Drift::Adopt, &ended, None, "")), "not_adopted");
    assert_eq!((by_hand(&facts(&guest), by), by_hand(&ended, by)), (Ok(()), Ok(())));
    assert_eq!(by_itself(&facts(&lee)), Ok(()));
}

#[test]
fn nothing_is_adopted_where_it_is_not_set_and_nobody_asks_for_it_with_a_reason() {
    let lee = person(1, "lee");
    for drift in [Drift::Report, Drift::Remove] {
        assert_eq!(code(adopted(drift, &facts(&lee), None, "")), "not_found");
        assert_eq!(code(adopted(drift, &facts(&lee), Some(user(5)), " ")), "required");
        assert_eq!(code(adopted(drift, &facts(&lee), Some(user(5)), "She needs it.")), "done");
    }
}

#[test]
fn what_is_adopted_is_a_direct_assignment_with_an_end_and_says_where_it_came_from() {
    let lee = person(1, "lee");
    let (assignment, [started, adopted]) = adopted(Drift::Adopt, &facts(&lee), None, "").unwrap();
    assert_eq!((assignment.source, assignment.starts_at, assignment.ends_at), (Source::Direct, NOW, Some(NOW + Span::days(30))));
    let Action::AssignmentStarted { words, .. } = started else { panic!("{started:?}") };
    assert_eq!(words, "Found in “Agents” at the target “Ledger”.");
    assert_eq!(adopted.targets().len(), 2);
}

#[test]
fn a_removal_needs_a_reason_and_names_the_group() {
    let target = target(Drift::Report);
    let found = Found { target: &target, role: ApplicationRoleId(id(72)), name: "Agent", called: "stranger" };
    assert_eq!(code(remove(&found, " ")), "required");
    let (words, action) = remove(&found, " Nobody knows them. ").unwrap();
    assert_eq!(words, "Nobody knows them.");
    let Action::TargetRemovalAsked { group, .. } = action else { panic!("{action:?}") };
    assert_eq!(group, "Agents");
}

#[test]
fn whoever_is_unwanted_is_always_listed_and_where_members_are_adopted_everybodys_turn_comes() {
    assert!(listed(true, false, false) < listed(false, false, true) && listed(true, true, true) < listed(false, true, false));
    assert!(listed(false, true, false) < listed(false, true, true), "those who were not looked at yet");
    assert!(listed(false, false, true) < listed(false, false, false), "the list stays the same");
}
