//! Who is left when whoever made a review has left, what gives power, and when an instance ends.

use super::*;
use crate::group::Group;
use model::directory::Membership;
use model::review::EditReview;

fn group_of(n: u128, role_assignable: bool) -> Group {
    Group {
        id: GroupId(AnyId::from_u128(n)),
        name: String::new(),
        description: String::new(),
        membership: Membership::Assigned,
        role_assignable,
        privileged: false,
        created_at: NOW,
        version: 0,
    }
}

#[test]
fn where_the_administrators_of_its_kind_are_nobody_or_whom_it_is_about_a_global_administrator_is_asked() {
    let gone = |administrators: &[u128], global: &[u128]| LastResort {
        owner: None,
        administrators: administrators.iter().copied().map(id).collect(),
        global: global.iter().copied().map(id).collect(),
    };
    let nobody = BTreeSet::new();
    let managers = stage(Reviewers::Managers, &[]);
    let of = |last: &LastResort| panel(&managers, &nobody, &nobody, last).into_iter().collect::<Vec<_>>();
    assert_eq!(of(&gone(&[], &[])), []);
    assert_eq!(of(&gone(&[], &[96, 97])), [id(96), id(97)]);
    assert_eq!(of(&gone(&[98], &[96])), [id(98)], "who administers its kind goes before");
    let alone = gone(&[1], &[96]);
    let sharing: BTreeSet<UserId> = of(&alone).into_iter().collect();
    assert_eq!(reviewer(&managers, &sharing, &somebody(1), &alone), Some(id(96)), "she does not decide about herself");
    assert_eq!(reviewer(&managers, &sharing, &somebody(2), &alone), None);
}

#[test]
fn the_maker_is_told_and_in_the_place_of_one_who_left_the_administrators() {
    let all = |last: &LastResort| told([id(5)], last).into_iter().collect::<Vec<_>>();
    assert_eq!(all(&last(OWNER)), [id(5), id(OWNER)]);
    assert_eq!(all(&LastResort { owner: None, ..last(OWNER) }), [id(5), id(ADMINISTRATOR)]);
    assert_eq!(all(&LastResort { owner: None, administrators: Vec::new(), global: vec![id(96)] }), [id(5), id(96)]);
}

#[test]
fn what_is_reviewed_gives_the_power_of_the_roles_in_it() {
    let groups = vec![group_of(1, false), group_of(2, true), Group { privileged: true, ..group_of(3, false) }];
    let role = |n| RoleId(AnyId::from_u128(n));
    let privileged = BTreeSet::from([role(7)]);
    let power = |given: &[ResourceRole]| gives_power(given, &privileged, &groups);
    let member = |n: usize| ResourceRole::GroupMember(groups[n].id);
    assert!(!power(&[]));
    assert!(!power(&[member(0), ResourceRole::DirectoryRole(role(8))]));
    assert!(power(&[member(0), member(1)]), "roles can be assigned to it");
    assert!(power(&[ResourceRole::GroupOwner(groups[1].id)]));
    assert!(power(&[member(2)]), "it is activated");
    assert!(power(&[ResourceRole::DirectoryRole(role(8)), ResourceRole::DirectoryRole(role(7))]));
    let application = ResourceRole::ApplicationRole(Default::default(), Default::default());
    assert!(!power(&[application]));
}

#[test]
fn several_that_give_power_are_neither_approved_nor_denied_together_unseen() {
    let mut review = review(base());
    let panel = BTreeSet::from([id(1)]);
    let rows: Vec<ReviewRow> = (10..12).map(|n| row_of(&mut review, &somebody(n), &panel)).collect();
    let said = |rows: &[ReviewRow], decision, privileged, confirmed| {
        let ids = rows.iter().map(|row| row.id).collect();
        let asked = DecideRows { review: review.id, rows: ids, decision, reason: "So.".into(), confirmed };
        let done = decide(&review, (rows.to_vec(), &BTreeMap::new()), &reader(1, true), privileged, &asked, NOW);
        done.map(|_| ()).map_err(|refusal| refusal.code())
    };
    for decision in [Decision::Approve, Decision::Deny] {
        assert_eq!(said(&rows, decision, true, false), Err("review_needs_confirmation"), "{decision:?}");
        assert_eq!(said(&rows, decision, true, true), Ok(()));
        assert_eq!(said(&rows[..1], decision, true, false), Ok(()), "one by one");
        assert_eq!(said(&rows, decision, false, false), Ok(()));
    }
    assert_eq!(said(&rows, Decision::DontKnow, true, false), Ok(()), "it takes and gives nothing");
    let idle: Vec<ReviewRow> = rows.iter().map(|row| ReviewRow { recommendation: Recommendation::Idle, ..row.clone() }).collect();
    assert_eq!(said(&idle, Decision::Approve, false, false), Err("review_needs_confirmation"));
    assert_eq!(said(&idle, Decision::Deny, false, false), Ok(()), "as recommended");
}

#[test]
fn an_end_that_is_not_moved_later_is_no_reason_to_refuse_what_is_set() {
    let review = review(base());
    let ReviewState::InProgress { until, .. } = review.state else { panic!("it runs") };
    let settings = &review.settings;
    let asked = |until| EditReview {
        review: review.id,
        seen: String::new(),
        until,
        stages: Vec::new(),
        silence: settings.silence,
        auto_apply: true,
        recommendations: settings.recommendations,
        reason_on_approval: settings.reason_on_approval,
        reason_on_denial: settings.reason_on_denial,
        mails: settings.mails,
        reminders: settings.reminders,
        extra: settings.extra.clone(),
    };
    let edit = |at, next| {
        let done = crate::review::settings::edit(&review, &asked(at), next, NOW);
        done.map(|(settings, _)| settings.auto_apply).map_err(|refusal| refusal.field().map(str::to_owned))
    };
    // The next one begins before the end that is set: it was put there afterwards.
    let next = Some(until - Span::days(1));
    assert_eq!(edit(until, next), Ok(true));
    assert_eq!(edit(until - Span::hours(1), next), Ok(true));
    assert_eq!(edit(until + Span(1), next), Err(Some("until".to_owned())));
    assert_eq!(edit(until + Span::hours(1), Some(until + Span::hours(1))), Ok(true));
    assert_eq!(edit(NOW, next), Err(Some("until".to_owned())), "it is over then");
}
