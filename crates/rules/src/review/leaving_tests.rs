use super::*;
use model::review::Handed;

fn people(all: &[u128]) -> BTreeSet<UserId> {
    all.iter().copied().map(id).collect()
}

/// A review with this stage and these people as rows, and who shares what is nobody's alone.
fn begun(stage: ReviewStage, found: &[u128], subjects: &[Subject]) -> (Review, Vec<ReviewRow>, BTreeSet<UserId>) {
    let everybody: BTreeSet<UserId> = (1..60).map(id).collect();
    let sharing = panel(&stage, &people(found), &everybody, &last(OWNER));
    let mut review = review(ReviewSettings { stages: vec![stage], ..base() });
    let rows = subjects.iter().map(|subject| row_of(&mut review, subject, &sharing)).collect();
    (review, rows, sharing)
}

#[test]
fn who_still_can_goes_on_alone_and_others_come_only_when_nobody_can() {
    let with = stage(Reviewers::Selected { users: vec![id(1), id(2)], groups: Vec::new() }, &[7]);
    let both = people(&[1, 2]);
    assert_eq!(sharing_now(&with, &both, &people(&[2, 7]), &last(OWNER)), people(&[2]));
    assert_eq!(sharing_now(&with, &both, &people(&[7]), &last(OWNER)), people(&[7]), "the fallback reviewer");
    assert_eq!(sharing_now(&with, &both, &people(&[]), &last(OWNER)), people(&[OWNER]), "then whoever made it");
    let gone = LastResort { owner: None, ..last(OWNER) };
    assert_eq!(sharing_now(&with, &both, &people(&[]), &gone), people(&[ADMINISTRATOR]), "then an administrator");
    assert_eq!(sharing_now(&with, &both, &both, &last(OWNER)), both, "who came back shares again, and nobody else does");
}

#[test]
fn rows_of_a_manager_who_left_go_to_the_new_one_or_the_fallback_reviewers() {
    let managed = |manager: Option<u128>| Subject { manager: manager.map(id), ..somebody(1) };
    let (review, rows, sharing) = begun(stage(Reviewers::Managers, &[7]), &[], &[managed(Some(20))]);
    let row = rows[0].clone();
    assert_eq!(row.reviewer, Some(id(20)));
    let goes = |subject: &Subject, counts: &mut Counts| {
        passes_on(row.clone(), id(20), &review.settings.stages[0], (&sharing, &last(OWNER)), Some(subject), counts)
    };
    let mut counts = review.counts;
    let shared = goes(&managed(None), &mut counts);
    assert_eq!((shared.reviewer, counts.shared, counts.shared_open, counts.open), (None, 1, 1, 1));
    let mut counts = review.counts;
    assert_eq!(goes(&managed(Some(21)), &mut counts).reviewer, Some(id(21)));
    assert_eq!(counts, review.counts);
}

#[test]
fn what_was_handed_to_whoever_left_goes_back_and_what_they_handed_on_stays() {
    let (review, rows, sharing) =
        begun(stage(Reviewers::Managers, &[7]), &[], &[Subject { manager: Some(id(20)), ..somebody(1) }]);
    let handed = |to: u128, by: u128| ReviewRow { handed: Some(Handed { to: id(to), by: id(by) }), ..rows[0].clone() };
    let subject = somebody(1);
    let goes = |row: ReviewRow| {
        passes_on(row, id(20), &review.settings.stages[0], (&sharing, &last(OWNER)), Some(&subject), &mut review.counts.clone())
    };
    let stays = goes(handed(30, 20));
    assert_eq!((stays.reviewer, stays.handed.map(|handed| handed.to)), (None, Some(id(30))));
    let back = goes(ReviewRow { reviewer: Some(id(21)), ..handed(20, 21) });
    assert_eq!((back.reviewer, back.handed), (Some(id(21)), None));
}

fn kinds() -> impl Strategy<Value = (ReviewStage, Vec<u128>)> {
    prop_oneof![
        Just((stage(Reviewers::Selected { users: vec![id(1), id(20), id(21)], groups: Vec::new() }, &[22]), vec![1, 20, 21])),
        Just((stage(Reviewers::Selected { users: vec![id(1)], groups: Vec::new() }, &[2, 22]), vec![1])),
        Just((stage(Reviewers::Managers, &[1, 22]), Vec::new())),
        Just((stage(Reviewers::Owners, &[2]), vec![1, 20])),
    ]
}

proptest! {
    /// Whoever leaves, in whichever order: every open row has somebody who can sign in and is not whom it is about, and the
    /// counts say what the rows say.
    #[test]
    fn somebody_who_can_sign_in_is_left_for_every_row(
        (stage, found) in kinds(),
        managers in prop::collection::vec(prop::option::of(prop_oneof![Just(20u128), Just(21), Just(1)]), 1..6),
        leaving in prop::collection::vec(prop_oneof![Just(1u128), Just(2), Just(20), Just(21), Just(22)], 0..6),
    ) {
        let subjects: Vec<Subject> =
            managers.iter().zip(1u128..).map(|(manager, n)| Subject { manager: manager.map(id), ..somebody(n) }).collect();
        let (review, mut rows, mut sharing) = begun(stage, &found, &subjects);
        let mut counts = review.counts;
        let mut enabled: BTreeSet<UserId> = (1..60).map(id).collect();
        for gone in leaving.into_iter().map(id) {
            enabled.remove(&gone);
            let mut stage = review.settings.stages[0].clone();
            stage.fallback.retain(|one| enabled.contains(one));
            let now = sharing_now(&stage, &sharing, &enabled, &last(OWNER));
            for (row, subject) in rows.iter_mut().zip(&subjects) {
                let only = row.reviewer.is_none() && now.len() == 1 && now.first().copied() == row.principal.user();
                if row.reviewer == Some(gone) || only {
                    let subject = Subject { manager: subject.manager.filter(|one| enabled.contains(one)), ..*subject };
                    *row = passes_on(row.clone(), gone, &stage, (&now, &last(OWNER)), Some(&subject), &mut counts);
                }
            }
            sharing = sharing.union(&now).copied().collect();
        }
        let able: BTreeSet<UserId> = sharing_now(&review.settings.stages[0], &sharing, &enabled, &last(OWNER));
        for row in &rows {
            let asked: Vec<UserId> = row.reviewer.map_or_else(|| able.iter().copied().collect(), |one| vec![one]);
            prop_assert!(
                asked.iter().any(|one| (enabled.contains(one) || [id(OWNER), id(ADMINISTRATOR)].contains(one))
                    && row.principal != Principal::User(*one)),
                "{row:?}"
            );
        }
        let mut fresh = Counts::default();
        for row in &rows {
            super::found(&mut fresh, row, &able);
        }
        counts.undecidable = fresh.undecidable;
        prop_assert_eq!(counts, fresh);
    }
}
