use super::*;
use crate::review::settings::{check, defaults};
use model::review::{Controls, Frequency, ReviewState, StaysClosed, Stopped, Types};
use model::{GroupId, ReviewId, ReviewSeriesId, RoleId};
use proptest::prelude::*;

const NOW: Ts = Ts(1_800_000_000_000);

fn id(n: u128) -> UserId {
    UserId(AnyId::from_u128(n))
}

fn somebody(n: u128) -> Subject {
    Subject {
        principal: Principal::User(id(n)),
        kind: UserKind::Member,
        enabled: true,
        created_at: Ts(0),
        last_sign_in: Some(NOW - Span::days(1)),
        manager: None,
    }
}

fn stage(reviewers: Reviewers, fallback: &[u128]) -> ReviewStage {
    ReviewStage { reviewers, fallback: fallback.iter().copied().map(id).collect(), days: 10 }
}

fn selected(users: &[u128]) -> ReviewStage {
    stage(Reviewers::Selected { users: users.iter().copied().map(id).collect(), groups: Vec::new() }, &[])
}

const OWNER: u128 = 99;
const ADMINISTRATOR: u128 = 98;

fn last(owner: u128) -> LastResort {
    LastResort { owner: Some(id(owner)), administrators: vec![id(ADMINISTRATOR)], global: Vec::new() }
}

fn reader(me: u128, shares: bool) -> Reader {
    Reader { me: id(me), shares, stands_in: Vec::new() }
}

#[path = "review/asked_tests.rs"]
mod asked;
#[path = "review/last_tests.rs"]
mod last_resort;
#[path = "review/leaving_tests.rs"]
mod leaving;
#[path = "review/promise_tests.rs"]
mod promise;

/// A review in its first stage, with these rows: who is reviewed and what is decided about them.
fn review(settings: ReviewSettings) -> Review {
    let state = opened(&settings, 0, NOW);
    Review {
        id: ReviewId::default(),
        series: ReviewSeriesId::default(),
        number: 1,
        of: Reviewed::DirectoryRole(RoleId::default()),
        policy: None,
        owner: id(OWNER),
        settings,
        state,
        started_at: NOW,
        due_at: NOW,
        counts: Counts::default(),
        evidence: None,
        version: 0,
    }
}

fn base() -> ReviewSettings {
    ReviewSettings { name: "Who needs it".into(), stages: vec![selected(&[1])], ..defaults(id(1), NOW) }
}

fn row_of(review: &mut Review, subject: &Subject, panel: &BTreeSet<UserId>) -> ReviewRow {
    let holding = Holding {
        held: AnyId::from_u128(5),
        role: None,
        assignment_type: AssignmentType::Active,
        source: Some(Source::Direct),
        through: None,
        ends_at: None,
        last_active: None,
        like: None,
        given_again: false,
    };
    let made =
        row(ReviewRowId(AnyId::from_u128(review.counts.total.into())), review, (panel, &last(OWNER)), subject, holding, NOW);
    found(&mut review.counts, &made, panel);
    made
}

#[test]
fn nobody_reviews_themselves_unless_everybody_does() {
    let (me, other) = (somebody(1), somebody(2));
    let both = BTreeSet::from([id(1), id(2)]);
    let alone = BTreeSet::from([id(1)]);
    assert_eq!(reviewer(&selected(&[1, 2]), &both, &me, &last(OWNER)), None, "others share it");
    assert_eq!(reviewer(&selected(&[1]), &alone, &me, &last(OWNER)), Some(id(OWNER)), "nobody else is there");
    assert_eq!(reviewer(&selected(&[1]), &alone, &other, &last(OWNER)), None);
    let with_fallback = stage(Reviewers::Selected { users: vec![id(1)], groups: Vec::new() }, &[7]);
    assert_eq!(reviewer(&with_fallback, &alone, &me, &last(OWNER)), Some(id(7)));
    let managers = stage(Reviewers::Managers, &[7]);
    let fallback = BTreeSet::from([id(7)]);
    assert_eq!(reviewer(&managers, &fallback, &Subject { manager: Some(id(3)), ..me }, &last(OWNER)), Some(id(3)));
    assert_eq!(reviewer(&managers, &fallback, &Subject { manager: Some(id(1)), ..me }, &last(OWNER)), None, "their own manager");
    let members = stage(Reviewers::Members, &[7]);
    assert_eq!(reviewer(&members, &fallback, &me, &last(OWNER)), Some(id(1)));
    assert_eq!(
        reviewer(&members, &fallback, &Subject { enabled: false, ..me }, &last(OWNER)),
        None,
        "who cannot sign in says nothing"
    );
    // Whoever made it and is the only one there is not asked about themselves either: an administrator is.
    assert_eq!(reviewer(&selected(&[1]), &alone, &me, &last(1)), Some(id(ADMINISTRATOR)));
    let nobody_else = LastResort { owner: Some(id(1)), administrators: vec![id(1)], global: Vec::new() };
    assert_eq!(reviewer(&selected(&[1]), &alone, &me, &nobody_else), None);
}

#[test]
fn who_left_is_not_asked_and_somebody_always_is() {
    let found = BTreeSet::from([id(1), id(2)]);
    let enabled = |users: &[u128]| users.iter().copied().map(id).collect::<BTreeSet<_>>();
    let with = stage(Reviewers::Selected { users: vec![id(1), id(2)], groups: Vec::new() }, &[7, 8]);
    assert_eq!(panel(&with, &found, &enabled(&[2, 7]), &last(OWNER)), enabled(&[2]));
    assert_eq!(panel(&with, &found, &enabled(&[7]), &last(OWNER)), enabled(&[7]));
    assert_eq!(panel(&with, &found, &enabled(&[]), &last(OWNER)), enabled(&[OWNER]));
    let gone = LastResort { owner: None, ..last(OWNER) };
    assert_eq!(panel(&with, &found, &enabled(&[]), &gone), enabled(&[ADMINISTRATOR]), "whoever made it has left");
    assert_eq!(panel(&stage(Reviewers::Managers, &[7]), &found, &enabled(&[1, 7]), &last(OWNER)), enabled(&[7]));
}

#[test]
fn what_is_recommended_follows_the_last_sign_in() {
    let with = |last_sign_in, enabled| recommend(&Subject { last_sign_in, enabled, ..somebody(1) }, 30, NOW);
    assert_eq!(with(Some(NOW - Span::days(30)), true), Recommendation::SignedIn);
    assert_eq!(with(Some(NOW - Span::days(31)), true), Recommendation::Idle);
    assert_eq!(with(None, true), Recommendation::NeverSignedIn);
    assert_eq!(with(Some(NOW), false), Recommendation::Disabled);
    let group = Subject { principal: Principal::Group(GroupId::default()), ..somebody(1) };
    assert_eq!(recommend(&group, 30, NOW).decision(), None);
}

#[test]
fn scope_and_inactivity_choose_who_is_looked_at() {
    let role = Reviewed::DirectoryRole(RoleId::default());
    let team = Reviewed::Group(GroupId::default());
    let group = Subject { principal: Principal::Group(GroupId::default()), ..somebody(1) };
    let guest = Subject { kind: UserKind::Guest, ..somebody(2) };
    let all = base();
    assert!(takes_part(role, &all, &group, NOW), "one row for the group");
    assert!(!takes_part(team, &all, &group, NOW), "its members are the rows");
    let own = ReviewSettings { stages: vec![stage(Reviewers::Members, &[7])], ..base() };
    assert!(!takes_part(role, &own, &group, NOW), "a group says nothing about itself");
    let guests = ReviewSettings { scope: Scope::Guests, ..base() };
    assert!(takes_part(team, &guests, &guest, NOW) && !takes_part(team, &guests, &somebody(1), NOW));
    let idle = ReviewSettings { inactive_days: Some(60), ..base() };
    let last = |days| Subject { last_sign_in: Some(NOW - Span::days(days)), ..somebody(1) };
    assert!(takes_part(team, &idle, &last(61), NOW) && !takes_part(team, &idle, &last(59), NOW));
    let new = Subject { created_at: NOW - Span::days(5), last_sign_in: None, ..somebody(1) };
    assert!(!takes_part(team, &idle, &new, NOW), "they have had no chance yet");
}

#[test]
fn what_silence_does_is_as_it_was_set() {
    let with = |silence_is| ReviewSettings { silence: silence_is, ..base() };
    assert_eq!(silence(&with(Silence::NoChange), Recommendation::Idle), None);
    assert_eq!(silence(&with(Silence::Remove), Recommendation::SignedIn), Some(Decision::Deny));
    assert_eq!(silence(&with(Silence::Approve), Recommendation::Idle), Some(Decision::Approve));
    assert_eq!(silence(&with(Silence::Recommendation), Recommendation::Idle), Some(Decision::Deny));
    assert_eq!(silence(&with(Silence::Recommendation), Recommendation::NoInformation), None);
    let limit = ReviewSettings { silence_limit_percent: 50, ..base() };
    let counts = |denied_by_silence| Counts { total: 10, denied: 7, denied_by_silence, ..Counts::default() };
    assert!(!held_back(&limit, counts(5)) && held_back(&limit, counts(6)));
    assert!(!held_back(&ReviewSettings { silence_limit_percent: 0, ..base() }, counts(0)), "a word was said about each");
}

#[test]
fn it_is_stopped_reset_and_applied_only_at_its_time() {
    let mut one = review(base());
    row_of(&mut one, &somebody(3), &BTreeSet::from([id(1)]));
    assert_eq!(may_reset(&one), Err(Refusal::NothingDecided));
    assert!(may_apply(&one).is_err() && stop(&one, true, None).is_err(), "there is no other stage");
    assert!(matches!(stop(&one, false, Some(id(1))), Ok(ReviewState::Completing { by: Some(_), .. })));
    one.counts.approved = 1;
    assert_eq!(may_reset(&one), Ok(()));
    let resetting = resets(&one, Some(id(1))).unwrap();
    let ReviewState::Resetting { stage, after: None, .. } = resetting else { panic!("{resetting:?}") };
    assert!(matches!(decides_anew(&one.settings, stage, NOW), ReviewState::InProgress { stage: 0, since: NOW, .. }));
    let meanwhile = Review { state: resetting, ..one.clone() };
    assert_eq!(wakes_at(&meanwhile, NOW), Some(NOW));
    assert!(may_reset(&meanwhile).is_err() && stop(&meanwhile, false, Some(id(1))).is_err(), "one after the other");
    assert!(matches!(ends_with_its_thing(&meanwhile), Some(ReviewState::Completing { .. })));
    one.state = ReviewState::Completed { at: NOW, by: None, held_back: false, stopped: None };
    assert!(stop(&one, false, None).is_err() && may_reset(&one).is_err());
    assert_eq!(may_apply(&one), Ok(()));
    one.settings.auto_apply = true;
    assert_eq!(may_apply(&one), Err(Refusal::ReviewAppliesItself));
    one.state = ReviewState::Completed { at: NOW, by: None, held_back: true, stopped: None };
    assert_eq!(may_apply(&one), Ok(()), "it was held back");
    one.state = ReviewState::Applied { at: NOW, by: None, stopped: None, ended: None };
    assert!(may_apply(&one).is_err());
}

#[test]
fn a_review_of_what_has_no_owners_or_no_eligible_ones_is_refused() {
    let wrong = |change: fn(&mut ReviewSettings), of| {
        let mut settings = base();
        change(&mut settings);
        check(&settings, of, false, NOW).unwrap_err().field().unwrap_or_default().to_owned()
    };
    let package = Reviewed::Package(Default::default());
    let role = Reviewed::DirectoryRole(RoleId::default());
    assert_eq!(wrong(|s| s.types = Types::Eligible, package), "types");
    assert_eq!(wrong(|s| s.scope = Scope::ServicePrincipals, package), "scope");
    assert_eq!(wrong(|s| s.stages = vec![stage(Reviewers::Owners, &[7])], role), "stages[0][reviewers]");
    assert_eq!(
        wrong(|s| (s.scope, s.stages) = (Scope::ServicePrincipals, vec![stage(Reviewers::Members, &[])]), role),
        "stages[0][reviewers]"
    );
    assert_eq!(
        wrong(|s| (s.frequency, s.stages) = (Frequency::Weekly, vec![selected(&[1]), selected(&[2])]), role),
        "stages[0][days]"
    );
    assert_eq!(wrong(|s| (s.stages, s.carried) = (vec![selected(&[1]), selected(&[2])], BTreeSet::new()), role), "carried");
    assert!(check(&base(), role, false, NOW).is_ok());
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Decide(usize, Decision),
    Accept,
    Reset,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let decision = prop::sample::select(Decision::ALL.to_vec());
    let one = prop_oneof![
        6 => (0_usize..6, decision).prop_map(|(row, decision)| Step::Decide(row, decision)),
        1 => Just(Step::Accept),
        1 => Just(Step::Reset),
    ];
    prop::collection::vec(one, 0..40)
}

proptest! {
    /// Counts are kept by adding and taking away; they must be what one would count.
    #[test]
    fn counts_are_what_the_rows_are_the_last_decision_wins_and_silence_speaks_only_for_the_rest(
        steps in steps(),
        silent in prop::sample::select(Silence::ALL.to_vec()),
    ) {
        let settings = ReviewSettings { silence: silent, reason_on_approval: false, ..base() };
        let mut review = review(settings);
        let panel = BTreeSet::from([id(1)]);
        let mut rows: Vec<ReviewRow> = Vec::new();
        for n in 0..6_u128 {
            let last_sign_in = (n % 2 == 0).then_some(NOW);
            rows.push(row_of(&mut review, &Subject { last_sign_in, ..somebody(10 + n) }, &panel));
        }
        // The last one is a control row.
        rows[5].like = Some(AnyId::from_u128(5));
        review.counts.controls.total = 1;
        let mut last: Vec<Decision> = vec![Decision::NotReviewed; 6];
        for step in steps {
            match step {
                Step::Decide(n, decision) => {
                    let asked = DecideRows { review: review.id, rows: vec![rows[n].id], decision, reason: String::new(), confirmed: false };
                    let (changed, counts) = decide(&review, (vec![rows[n].clone()], &BTreeMap::new()), &reader(1, true), true, &asked, NOW).unwrap();
                    rows[n] = changed[0].row.clone();
                    review.counts = counts;
                    last[n] = decision;
                }
                Step::Accept => {
                    if let Ok((changed, counts)) = accept(&review, rows.clone(), &reader(1, true), (false, true), NOW) {
                        for one in changed {
                            let n = rows.iter().position(|row| row.id == one.row.id).unwrap();
                            prop_assert!(rows[n].open, "what was decided stays");
                            last[n] = one.row.decision;
                            rows[n] = one.row;
                        }
                        review.counts = counts;
                    }
                }
                Step::Reset => {
                    for (row, last) in rows.iter_mut().zip(&mut last) {
                        if let Some((back, _)) = taken_back(row.clone(), Some(id(1)), NOW, &mut review.counts) {
                            *row = back;
                        }
                        *last = Decision::NotReviewed;
                    }
                }
            }
            let count = |decision| rows.iter().filter(|row| row.decision == decision).count() as u64;
            prop_assert_eq!(review.counts.approved, count(Decision::Approve));
            prop_assert_eq!(review.counts.denied, count(Decision::Deny));
            prop_assert_eq!(review.counts.dont_know, count(Decision::DontKnow));
            let control = |decision| u64::from(rows[5].decision == decision);
            let Controls { approved, denied, dont_know, .. } = review.counts.controls;
            let said = [control(Decision::Approve), control(Decision::Deny), control(Decision::DontKnow)];
            prop_assert_eq!([approved, denied, dont_know], said);
            prop_assert_eq!(review.counts.held().total, 5);
            prop_assert_eq!(review.counts.open, rows.iter().filter(|row| row.open).count() as u64);
            prop_assert_eq!(review.counts.shared_open, review.counts.open);
        }
        prop_assert_eq!(rows.iter().map(|row| row.decision).collect::<Vec<_>>(), last.clone());
        for (row, last) in rows.iter().zip(last) {
            let mut counts = review.counts;
            match fall_silent(&review.settings, row.clone(), &mut counts, NOW) {
                Some(changed) => {
                    prop_assert_eq!(last, Decision::NotReviewed);
                    prop_assert_eq!(Some(changed.row.decision), silence(&review.settings, row.recommendation));
                }
                None => prop_assert!(row.like.is_some() || last != Decision::NotReviewed || silence(&review.settings, row.recommendation).is_none()),
            }
        }
    }
}

#[test]
fn it_is_opened_again_only_when_somebody_stopped_it_and_nothing_came_of_it() {
    let until = NOW + Span::days(14);
    let stage = Stopped { stage: 0, since: NOW, until };
    let stopped = Some(stage);
    let mut one = review(base());
    one.counts.denied = 1;
    let mut why = |state, later, now| {
        one.state = state;
        match reopen(&one, later, now) {
            Err(Refusal::ReviewStaysClosed { why }) => Some(why),
            other => other.map(|_| None).unwrap(),
        }
    };
    let by = Some(id(1));
    let completed = |stopped| ReviewState::Completed { at: NOW, by, held_back: false, stopped };
    assert_eq!(why(opened(&base(), 0, NOW), false, NOW), Some(StaysClosed::NotStopped));
    assert_eq!(why(completed(None), false, NOW), Some(StaysClosed::NotStopped), "its time was over");
    assert_eq!(why(ReviewState::Completing { by, after: None, stopped }, false, NOW), Some(StaysClosed::NotStopped));
    let resetting = ReviewState::Resetting { by, stage, after: None };
    assert_eq!(why(resetting, false, NOW), Some(StaysClosed::NotStopped));
    assert_eq!(why(ReviewState::Applying { at: NOW, by, again_at: None, ended: None }, false, NOW), Some(StaysClosed::Applied));
    let again = ReviewState::TryingAgain { at: NOW, by, ended: None, after: None };
    assert_eq!(why(again, false, NOW), Some(StaysClosed::Applied));
    assert_eq!(
        why(ReviewState::Applied { at: NOW, by, stopped, ended: None }, false, NOW),
        Some(StaysClosed::Applied),
        "something was denied"
    );
    assert_eq!(why(completed(stopped), false, until), Some(StaysClosed::Over));
    assert_eq!(why(completed(stopped), true, NOW), Some(StaysClosed::NextBegan));
    assert_eq!(why(completed(stopped), false, until - Span(1)), None);
    one.counts.denied = 0;
    one.state = ReviewState::Applied { at: NOW, by, stopped, ended: None };
    assert!(reopen(&one, false, NOW).is_ok(), "there was nothing to apply");
    one.counts = Counts { total: 2, denied: 1, controls: Controls { total: 1, denied: 1, ..Controls::default() }, ..one.counts };
    assert!(reopen(&one, false, NOW).is_ok(), "a row that nobody holds is never applied");
    one.counts = Counts { denied: 2, ..one.counts };
    assert!(reopen(&one, false, NOW).is_err());
    one.counts = Counts::default();
    one.state = ReviewState::Applied { at: NOW, by: None, stopped: None, ended: None };
    assert!(reopen(&one, false, NOW).is_err());
}

#[test]
fn who_was_reminded_is_reminded_no_more_and_the_time_stays() {
    let stopped = Stopped { stage: 1, since: NOW, until: NOW + Span::days(14) };
    let half = NOW + Span::days(7);
    let at = |now| match reopened(&base(), stopped, now) {
        ReviewState::InProgress { stage: 1, since: NOW, until, remind_at, letters: Some(_) } => (until, remind_at),
        other => panic!("{other:?}"),
    };
    assert_eq!(at(NOW + Span::days(1)), (stopped.until, Some(half)));
    assert_eq!(at(half), (stopped.until, None));
}
