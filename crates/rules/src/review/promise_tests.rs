//! What a review promises, whatever is said in it.

use super::*;
use model::access::Assignment;
use model::{AssignmentId, PackageAssignmentId};

fn decisions() -> impl Strategy<Value = Decision> {
    prop::sample::select(Decision::ALL.to_vec())
}

fn held(n: u128, source: Source, ended: bool) -> Assignment {
    Assignment {
        id: AssignmentId(AnyId::from_u128(n)),
        principal: Principal::User(id(3)),
        role: ResourceRole::GroupMember(GroupId::default()),
        assignment_type: AssignmentType::Active,
        source,
        starts_at: NOW - Span::days(9),
        ends_at: None,
        ended_at: ended.then_some(NOW - Span::days(1)),
    }
}

fn sources() -> impl Strategy<Value = Source> {
    prop_oneof![
        Just(Source::Direct),
        Just(Source::Import),
        Just(Source::Rule(GroupId::default())),
        Just(Source::Package(PackageAssignmentId::default())),
    ]
}

proptest! {
    /// What was decided in one stage goes on exactly when it was set so, with what it came with; the rest keeps its decision.
    #[test]
    fn only_rows_that_were_meant_go_on_and_every_row_keeps_what_was_said(
        said in prop::collection::vec(decisions(), 1..12),
        carried in prop::collection::btree_set(decisions(), 0..4),
        later in prop::collection::vec(prop::option::of(decisions()), 12),
    ) {
        let panel = BTreeSet::from([id(1)]);
        let stages = vec![selected(&[1]), selected(&[1])];
        let mut review = review(ReviewSettings { carried: carried.clone(), stages, reason_on_approval: false, ..base() });
        let mut rows = Vec::new();
        for (n, decision) in said.iter().enumerate() {
            let row = row_of(&mut review, &somebody(10 + n as u128), &panel);
            let asked = DecideRows { review: review.id, rows: vec![row.id], decision: *decision, reason: String::new(), confirmed: true };
            let (changed, counts) = decide(&review, (vec![row], &BTreeMap::new()), &reader(1, true), false, &asked, NOW).unwrap();
            review.counts = counts;
            rows.push(changed[0].row.clone());
        }
        // The stage ends: each row goes on or is closed.
        review.counts = stage_begins(review.counts);
        for row in &mut rows {
            *row = if goes_on(&review.settings, row) {
                comes_into(row.clone(), 1, None, &panel, &mut review.counts)
            } else {
                closes(row.clone())
            };
        }
        for (row, said) in rows.iter().zip(&said) {
            prop_assert_eq!(row.decision, *said, "nothing is lost between stages");
            prop_assert_eq!(row.open && row.stage == 1, carried.contains(said));
        }
        prop_assert_eq!(review.counts.in_stage, rows.iter().filter(|row| row.stage == 1).count() as u64);
        prop_assert_eq!(review.counts.open, review.counts.in_stage);
        // In the second stage the last decision counts, and taking it back leaves what the row came with.
        review.state = opened(&review.settings, 1, NOW);
        for (n, decision) in later.iter().enumerate().take(rows.len()) {
            let Some(decision) = decision else { continue };
            let asked = DecideRows { review: review.id, rows: vec![rows[n].id], decision: *decision, reason: String::new(), confirmed: true };
            match decide(&review, (vec![rows[n].clone()], &BTreeMap::new()), &reader(1, true), false, &asked, NOW) {
                Ok((changed, counts)) => {
                    prop_assert!(carried.contains(&said[n]));
                    let expected = if *decision == Decision::NotReviewed { said[n] } else { *decision };
                    prop_assert_eq!(changed[0].row.decision, expected);
                    (review.counts, rows[n]) = (counts, changed[0].row.clone());
                }
                Err(_) => prop_assert!(!carried.contains(&said[n]), "who did not go on is decided by nobody"),
            }
        }
        let count = |decision| rows.iter().filter(|row| row.decision == decision).count() as u64;
        let counts = review.counts;
        prop_assert_eq!([counts.approved, counts.denied, counts.dont_know], [Decision::Approve, Decision::Deny, Decision::DontKnow].map(count));
    }

    /// A reset leaves what a fresh instance has, and says once of each row that was decided that it was set back.
    #[test]
    fn after_a_reset_everything_is_as_at_the_beginning_and_each_decision_was_set_back_once(
        said in prop::collection::vec(prop::option::of(decisions()), 1..12),
    ) {
        let panel = BTreeSet::from([id(1)]);
        let mut review = review(ReviewSettings { reason_on_approval: false, ..base() });
        let fresh: Vec<ReviewRow> = (0..said.len()).map(|n| row_of(&mut review, &somebody(10 + n as u128), &panel)).collect();
        let (before, mut rows) = (review.counts, fresh.clone());
        for (row, decision) in rows.iter_mut().zip(&said) {
            let Some(decision) = *decision else { continue };
            let asked = DecideRows { review: review.id, rows: vec![row.id], decision, reason: String::new(), confirmed: true };
            let (changed, counts) = decide(&review, (vec![row.clone()], &BTreeMap::new()), &reader(1, true), false, &asked, NOW).unwrap();
            (review.counts, *row) = (counts, changed[0].row.clone());
        }
        for ((row, fresh), said) in rows.into_iter().zip(fresh).zip(said) {
            let decided = said.is_some_and(|decision| decision != Decision::NotReviewed);
            match taken_back(row, Some(id(7)), NOW, &mut review.counts) {
                Some((row, entry)) => {
                    let entry = entry.unwrap();
                    prop_assert!(decided && entry.how == How::Reset && entry.by == Some(id(7)));
                    prop_assert_eq!(row.decided.as_ref(), Some(&entry));
                    prop_assert_eq!(ReviewRow { decided: None, ..row.clone() }, fresh);
                    let mut counts = review.counts;
                    prop_assert_eq!(taken_back(row, Some(id(7)), NOW, &mut counts), None, "there is nothing left to set back");
                    prop_assert_eq!(counts, review.counts);
                }
                None => prop_assert!(!decided),
            }
        }
        prop_assert_eq!(review.counts, before);
    }

    /// Applying ends what is there, held directly and really held, and nothing else.
    #[test]
    fn only_what_is_held_directly_and_still_there_ends(
        source in sources(),
        through in any::<bool>(),
        control in any::<bool>(),
        ended in any::<bool>(),
        there in any::<bool>(),
        fed in any::<bool>(),
        cut in any::<bool>(),
        approved in any::<bool>(),
        anew in any::<bool>(),
    ) {
        let mut review = review(base());
        let mut row = row_of(&mut review, &somebody(3), &BTreeSet::from([id(1)]));
        row.through = through.then(GroupId::default);
        row.like = control.then(|| AnyId::from_u128(5));
        let held = held(5, source, ended);
        let feeds = fed.then(GroupId::default).into_iter().collect();
        let since = anew.then_some(NOW - Span::days(2));
        let meanwhile = Meanwhile { cut, anew: since, approved: approved.then_some((2, NOW)) };
        let fate = fate(&row, there.then_some(&held), &meanwhile, &feeds, |_| "Team".to_owned(), NOW);
        let direct = source == Source::Direct || source == Source::Import && !fed;
        let gone = !there || ended || cut;
        prop_assert_eq!(fate == Fate::End, !control && !gone && !approved && !through && direct);
        prop_assert_eq!(fate == Fate::AlreadyGone, !control && gone && !anew);
        prop_assert_eq!(fate == Fate::HeldAnew(NOW - Span::days(2)), !control && gone && anew);
        let mut counts = review.counts;
        let applied = applied(row.clone(), &fate, &mut counts, None, NOW);
        prop_assert_eq!(counts.removed + counts.not_removed, 1, "each is counted once");
        prop_assert_eq!((applied.decision, applied.held, applied.principal), (row.decision, row.held, row.principal));
    }
}

fn later(number: u32, decision: Decision, how: model::review::How) -> Later {
    Later { number, decision, how, at: NOW + Span::days(i64::from(number)) }
}

#[test]
fn of_later_instances_the_last_word_of_a_person_counts() {
    let yes = |number| later(number, Decision::Approve, How::Reviewer);
    let no = |number| later(number, Decision::Deny, How::Accepted);
    assert_eq!(approved_since(&[]), None);
    assert_eq!(approved_since(&[yes(2)]), Some((2, NOW + Span::days(2))));
    assert_eq!(approved_since(&[yes(2), no(3)]), None, "it was denied again");
    assert_eq!(approved_since(&[no(3), yes(4), yes(2)]), Some((4, NOW + Span::days(4))), "in whatever order they come");
    assert_eq!(approved_since(&[later(2, Decision::Approve, How::Silence)]), None, "nobody said so");
    assert_eq!(approved_since(&[yes(2), later(3, Decision::DontKnow, How::Reviewer)]), Some((2, NOW + Span::days(2))));
}

#[test]
fn a_group_gives_as_long_as_every_step_of_the_way_is_there() {
    let group = |n| GroupId(AnyId::from_u128(n));
    let step = |from: u128, to: u128, ended| {
        let role = ResourceRole::GroupMember(group(to));
        Assignment { principal: Principal::Group(group(from)), role, ..held(from * 100 + to, Source::Direct, ended) }
    };
    let of = Reviewed::Group(group(3));
    let reaches = |given: &[Assignment]| !given_through(of, group(1), given, NOW).is_empty();
    assert!(reaches(&[step(1, 2, false), step(2, 3, false)]));
    assert!(!reaches(&[step(1, 2, false), step(2, 3, true)]), "the last step is cut");
    assert!(!reaches(&[step(1, 2, true), step(2, 3, false)]), "the first step is cut");
    assert!(reaches(&[step(1, 2, true), step(1, 4, false), step(4, 3, false), step(2, 3, false)]), "by another way");
    assert!(!reaches(&[step(1, 2, false), step(2, 1, false)]), "a circle ends");
}

#[test]
fn what_could_not_be_removed_is_tried_again_and_counted_once() {
    let mut review = review(base());
    let row = row_of(&mut review, &somebody(3), &BTreeSet::from([id(1)]));
    let mut counts = review.counts;
    let no = applied(row.clone(), &Fate::Impossible("A rule gives it.".to_owned()), &mut counts, Some(id(1)), NOW);
    assert_eq!(no.applied_by, Some(id(1)));
    assert_eq!((counts.not_removed, counts.still_held()), (1, 1));
    review.state = ReviewState::Applied { at: NOW, by: None, stopped: None, ended: None };
    assert_eq!(tries_again(&review, Some(id(2)), NOW), Err(Refusal::NothingToTryAgain));
    let over = Review { counts, ..review.clone() };
    let trying = tries_again(&over, Some(id(2)), NOW + Span::days(1)).unwrap();
    assert_eq!((trying.by(), trying.ended().map(|ended| ended.at)), (Some(id(2)), Some(NOW)), "it was over when it was");
    let over = Review { state: trying, ..over };
    assert!(may_try_again(&over).is_err() && wakes_at(&over, NOW) == Some(NOW));
    let again = tried_anew(no, &mut counts).unwrap();
    assert_eq!((again.outcome, again.applied_at, counts.not_removed), (Outcome::New, None, 0));
    let gone = applied(again, &Fate::AlreadyGone, &mut counts, Some(id(2)), NOW);
    assert_eq!(gone.applied_by, Some(id(2)), "whoever had it tried again");
    assert_eq!((counts.not_removed, counts.gone, counts.still_held()), (1, 1, 0));
    assert_eq!(tried_anew(gone, &mut counts), None);
    let mut counts = review.counts;
    applied(row, &Fate::HeldAnew(NOW), &mut counts, None, NOW);
    assert_eq!((counts.still_held(), counts.not_applied()), (1, 0), "they have it, and there is nothing to try again");
}
