//! Who decides in whose place, what is handed on, rows that nobody holds, and instances that ask nobody.

use super::*;
use model::PackageAssignmentId;
use model::access::Assignment;
use model::review::{HandOnRows, Handed};

fn standing_in(me: u128, shares: bool, of: &[(u128, bool)]) -> Reader {
    Reader { stands_in: of.iter().map(|(of, shares)| (id(*of), *shares)).collect(), ..reader(me, shares) }
}

/// A review of one stage, and one open row about person 10 that the panel shares.
fn shared() -> (Review, ReviewRow) {
    let mut review = review(base());
    let row = row_of(&mut review, &somebody(10), &BTreeSet::from([id(1), id(2)]));
    (review, row)
}

fn asks(rows: &[ReviewRow], to: u128, words: &str) -> HandOnRows {
    HandOnRows {
        review: ReviewId::default(),
        rows: rows.iter().map(|row| row.id).collect(),
        to: Some(id(to)),
        words: words.to_owned(),
    }
}

fn hands(review: &Review, row: &ReviewRow, by: &Reader, to: u128, enabled: bool, shares: bool) -> Result<ReviewRow, Refusal> {
    let rows = vec![row.clone()];
    let asked = asks(&rows, to, "You know them.");
    let to = Other { user: id(to), name: "Omar", kind: UserKind::Member, enabled, shares };
    hand_on(review, rows, by, &to, &asked, NOW).map(|mut changed| changed.remove(0).row)
}

#[test]
fn a_row_is_handed_to_nobody_who_is_gone_about_whom_it_is_or_who_decides_it_anyway() {
    let (review, row) = shared();
    let me = reader(1, true);
    let code = |said: Result<ReviewRow, Refusal>| said.map_err(|refusal| refusal.code()).map(|_| ());
    assert_eq!(code(hands(&review, &row, &reader(7, false), 3, true, false)), Err("not_found"), "it is not theirs");
    assert_eq!(code(hands(&review, &row, &me, 1, true, true)), Err("malformed"), "to themselves");
    assert_eq!(code(hands(&review, &row, &me, 3, false, false)), Err("rows_not_handed_on"), "who cannot sign in");
    assert_eq!(code(hands(&review, &row, &me, 10, true, false)), Err("rows_not_handed_on"), "about themselves");
    assert_eq!(code(hands(&review, &row, &me, 2, true, true)), Err("rows_not_handed_on"), "they share it");
    let decided = ReviewRow { open: false, decision: Decision::Approve, ..row.clone() };
    assert_eq!(code(hands(&review, &decided, &me, 3, true, false)), Err("rows_not_handed_on"));
    let own = ReviewRow { reviewer: Some(id(10)), ..row.clone() };
    let everybody =
        Review { settings: ReviewSettings { stages: vec![stage(Reviewers::Members, &[])], ..base() }, ..review.clone() };
    assert_eq!(code(hands(&everybody, &own, &reader(10, false), 3, true, false)), Err("rows_not_handed_on"), "their own word");
    let silent = hand_on(
        &review,
        vec![row.clone()],
        &me,
        &Other { user: id(3), name: "Omar", kind: UserKind::Member, enabled: true, shares: false },
        &asks(std::slice::from_ref(&row), 3, " "),
        NOW,
    );
    assert_eq!(silent.unwrap_err().field(), Some("words"));
    let handed = hands(&review, &row, &me, 3, true, false).unwrap();
    assert_eq!(handed.handed, Some(Handed { to: id(3), by: id(1) }));
    let on = hands(&review, &handed, &reader(3, false), 4, true, false);
    assert_eq!(code(on), Err("rows_not_handed_on"), "one level deep");
    let over = Review { state: ReviewState::Applied { at: NOW, by: None, stopped: None, ended: None }, ..review };
    assert_eq!(code(hands(&over, &row, &me, 3, true, false)), Err("review_not_open"));
}

#[test]
fn both_names_are_kept_whoever_handed_it_on_may_still_decide_and_takes_it_back() {
    let (review, row) = shared();
    let handed = hands(&review, &row, &reader(1, true), 3, true, false).unwrap();
    let omar = reader(3, false);
    assert_eq!(asked_as(&review, &row, &omar), Asked::No);
    assert_eq!(asked_as(&review, &handed, &omar), Asked::InPlaceOf(id(1)));
    assert_eq!(asked_as(&review, &handed, &reader(1, true)), Asked::Themselves);
    let asked = DecideRows {
        review: review.id,
        rows: vec![handed.id],
        decision: Decision::Deny,
        reason: "Left.".into(),
        confirmed: false,
    };
    let (changed, _) =
        decide(&review, (vec![handed.clone()], &BTreeMap::new()), &omar, false, &asked, NOW + Span::days(2)).unwrap();
    let decided = changed[0].row.decided.clone().unwrap();
    assert_eq!((decided.by, decided.other, decided.waited), (Some(id(3)), Some(id(1)), Some(Span::days(2))));
    for by in [reader(1, true), omar.clone()] {
        let back = take_back(&review, vec![handed.clone()], &by, 1, NOW).unwrap();
        assert_eq!(back[0].row.handed, None);
        assert_eq!((back[0].decided.other, back[0].decided.how), (Some(id(3)), How::TakenBack));
    }
    assert_eq!(take_back(&review, vec![row], &reader(1, true), 1, NOW).unwrap_err().code(), "malformed");
    assert_eq!(take_back(&review, vec![handed], &reader(8, false), 1, NOW).unwrap_err().code(), "not_found");
}

#[test]
fn whoever_stands_in_decides_as_the_absent_one_would_and_never_about_either() {
    let (review, row) = shared();
    assert_eq!(asked_as(&review, &row, &standing_in(5, false, &[(1, true)])), Asked::InPlaceOf(id(1)));
    assert_eq!(asked_as(&review, &row, &standing_in(5, false, &[(7, false)])), Asked::No, "who is not asked either");
    assert_eq!(asked_as(&review, &row, &standing_in(10, false, &[(1, true)])), Asked::No, "about themselves");
    assert_eq!(asked_as(&review, &row, &standing_in(2, true, &[(1, true)])), Asked::Themselves, "in their own name first");
    let about_one = ReviewRow { principal: Principal::User(id(1)), ..row.clone() };
    assert_eq!(asked_as(&review, &about_one, &standing_in(5, false, &[(1, true)])), Asked::No, "about the absent one");
    assert_eq!(asked_as(&review, &about_one, &standing_in(5, false, &[(1, true), (2, true)])), Asked::InPlaceOf(id(2)));
    let own = ReviewRow { reviewer: Some(id(10)), ..row };
    let everybody = Review { settings: ReviewSettings { stages: vec![stage(Reviewers::Members, &[])], ..base() }, ..review };
    assert_eq!(asked_as(&everybody, &own, &reader(10, false)), Asked::Themselves);
    assert_eq!(asked_as(&everybody, &own, &standing_in(5, false, &[(10, false)])), Asked::No, "nobody needs it for another");
    assert_eq!(shared_but_about(&standing_in(5, false, &[(1, true)])), Some(id(1)));
    for reader in [standing_in(5, true, &[(1, true)]), standing_in(5, false, &[(1, true), (2, true)]), reader(5, false)] {
        assert_eq!(shared_but_about(&reader), None);
    }
}

#[test]
fn what_nobody_can_decide_is_counted_and_said() {
    let mut review = review(base());
    let alone = BTreeSet::from([id(1)]);
    let held = Holding {
        held: AnyId::from_u128(5),
        role: None,
        assignment_type: AssignmentType::Active,
        source: None,
        through: None,
        ends_at: None,
        last_active: None,
        like: None,
        given_again: false,
    };
    let nobody = LastResort { owner: Some(id(1)), ..LastResort::default() };
    let mine = row(ReviewRowId::default(), &review, (&alone, &nobody), &somebody(1), held.clone(), NOW);
    let other = row(ReviewRowId::default(), &review, (&alone, &nobody), &somebody(2), held, NOW);
    found(&mut review.counts, &mine, &alone);
    found(&mut review.counts, &other, &alone);
    assert_eq!((review.counts.undecidable, review.counts.total), (1, 2));
    assert_eq!(stage_begins(review.counts).undecidable, 0);
}

fn assignment(row: &ReviewRow) -> Assignment {
    Assignment {
        id: model::AssignmentId(row.held),
        principal: row.principal,
        role: ResourceRole::DirectoryRole(RoleId::default()),
        assignment_type: row.assignment_type,
        source: Source::Direct,
        starts_at: Ts(0),
        ends_at: None,
        ended_at: None,
    }
}

#[test]
fn what_differs_from_the_last_time_is_found_in_the_most_similar_row() {
    let (_, row) = shared();
    let was = |change: fn(&mut ReviewRow)| {
        let mut was = row.clone();
        change(&mut was);
        (was, None)
    };
    let since_then = |before: &[Seen]| match since((&row, None), before) {
        Since::New => vec![],
        Since::Same(_) => vec!["same"],
        Since::Different(_, what) => what
            .into_iter()
            .map(|one| match one {
                Difference::Type => "type",
                Difference::Path => "path",
                Difference::Policy => "policy",
                Difference::End => "end",
            })
            .collect(),
    };
    assert_eq!(since_then(&[]), Vec::<&str>::new());
    assert_eq!(since_then(&[was(|row| row.principal = Principal::User(id(11)))]), Vec::<&str>::new(), "somebody else");
    assert_eq!(since_then(&[was(|row| row.like = Some(AnyId::from_u128(1)))]), Vec::<&str>::new(), "nobody held that");
    assert_eq!(since_then(&[was(|_| {})]), ["same"]);
    assert_eq!(since_then(&[was(|row| row.ends_at = Some(NOW))]), ["end"]);
    assert_eq!(since_then(&[was(|row| row.through = Some(GroupId::default()))]), ["path"]);
    assert_eq!(since_then(&[was(|row| row.assignment_type = AssignmentType::Eligible), was(|_| {})]), ["same"], "the nearest");
    let policy = |n| Some(model::PolicyId(AnyId::from_u128(n)));
    let before = [(row.clone(), policy(1))];
    assert_eq!(since((&row, policy(2)), &before), Since::Different(&row, vec![Difference::Policy]));
    let package = Source::Package(PackageAssignmentId::default());
    assert!(matches!(since((&ReviewRow { source: Some(package), ..row.clone() }, None), &before), Since::Different(..)));
}

proptest! {
    /// Whatever is said about a control row, nothing is taken from anybody for it, and nobody's silence speaks about it.
    #[test]
    fn a_control_row_is_never_applied_and_silence_never_decides_it(
        silent in prop::sample::select(Silence::ALL.to_vec()),
        decision in prop::sample::select(Decision::ALL.to_vec()),
        last_sign_in in prop::option::of(0_i64..2_000_000_000_000),
        auto_apply in any::<bool>(),
    ) {
        let settings = ReviewSettings { silence: silent, auto_apply, silence_limit_percent: 0, ..base() };
        let mut review = review(settings);
        let panel = BTreeSet::from([id(1)]);
        let subject = Subject { last_sign_in: last_sign_in.map(Ts), ..somebody(10) };
        let mut row = row_of(&mut review, &subject, &panel);
        review.counts = Counts::default();
        row.like = Some(row.held);
        found(&mut review.counts, &row, &panel);
        let mut counts = review.counts;
        prop_assert_eq!(fall_silent(&review.settings, row.clone(), &mut counts, NOW), None);
        let asked = DecideRows { review: review.id, rows: vec![row.id], decision, reason: "So.".into(), confirmed: true };
        let (changed, counts) = decide(&review, (vec![row], &BTreeMap::new()), &reader(1, true), true, &asked, NOW).unwrap();
        let row = &changed[0].row;
        prop_assert!(fate(row, Some(&assignment(row)), &Meanwhile::default(), &BTreeSet::new(), |_| String::new(), NOW) != Fate::End);
        prop_assert!(fate_of_package(row, None, &Meanwhile::default(), None, NOW) != Fate::End);
        review.counts = counts;
        prop_assert_eq!(counts.held(), Counts { in_stage: 1, open: counts.open, shared: 1, shared_open: counts.shared_open, ..Counts::default() });
        prop_assert!(matches!(completed(&review, None, None, NOW), ReviewState::Applied { .. }), "there is nothing to apply");
        prop_assert!(!held_back(&review.settings, counts));
    }

    /// An instance is left out only when every condition holds: each of them alone keeps it.
    #[test]
    fn an_instance_is_left_out_only_when_all_of_it_was_approved_just_before_and_nothing_speaks_against_it(
        skip_unchanged in any::<bool>(),
        power in any::<bool>(),
        how in prop::sample::select(How::ALL.to_vec()),
        decision in prop::sample::select(Decision::ALL.to_vec()),
        idle in any::<bool>(),
        end_moved in any::<bool>(),
        held_again in any::<bool>(),
        number in 1_u32..5,
        reviewed in prop::option::of(0_u32..5),
        rows in 0_u64..3,
    ) {
        let settings = ReviewSettings { skip_unchanged, ..base() };
        let mut review = Review { number, ..review(settings) };
        let subject = Subject { last_sign_in: (!idle).then_some(NOW), ..somebody(10) };
        let row = row_of(&mut review, &subject, &BTreeSet::from([id(1)]));
        let mut was = ReviewRow { decision, ..row.clone() };
        was.decided = Some(Decided { by: Some(id(1)), other: None, how, at: NOW, waited: None, reason: String::new() });
        if end_moved {
            was.ends_at = Some(NOW);
        }
        if held_again {
            was.held = AnyId::from_u128(77);
        }
        let stays = stays_approved(&row, &[(was, None)], power);
        let spoken = matches!(how, How::Reviewer | How::Accepted);
        prop_assert_eq!(stays, !power && !idle && !end_moved && !held_again && spoken && decision == Decision::Approve);
        prop_assert!(!stays_approved(&row, &[], power), "who is new is asked about");
        let counts = Counts { total: rows, ..Counts::default() };
        let skipped = is_skipped(&review, reviewed, counts, !stays);
        prop_assert_eq!(skipped, skip_unchanged && stays && rows > 0 && reviewed == Some(number - 1));
    }
}
