//! Access reviews and their rows.

use crate::given::{HOUR, NOW, attempt, catalog, held, id, offer, package, person, policy, role, team, users as given_users};
use model::access::{AssignmentType, ResourceRole, Source};
use model::delegation::{Delegated, Delegation};
use model::directory::{PortalRole, Principal};
use model::package::Scope;
use model::request::PackageAssignment;
use model::review::{
    Counts, Decided, Decision, Failed, Failure, Handed, How, Outcome, Phase, Recommendation, Review, ReviewRow, ReviewState,
    Reviewed, Said, Series,
};
use model::view::review::RowFilter;
use model::{GroupId, ReviewId, ReviewRowId, ReviewSeriesId, Span};
use std::collections::BTreeSet;
use store::review_lists::{Sought, Visible};
use store::review_rows::{Mine, Progress};
use store::search::Words;
use store::{Fault, Link, Saved, delegations, packages, review_help, review_holders, review_lists, review_rows, reviews, users};
use testkit::both;

pub const SERIES: u128 = 300_001;

pub fn series(n: u128, owner: u128, of: Reviewed) -> Series {
    let mut settings = rules::review::settings::defaults(person(owner), NOW);
    settings.name = format!("Quarterly look {n}");
    Series {
        id: ReviewSeriesId(id(n)),
        of,
        policy: None,
        campaign: None,
        settings,
        owner: person(owner),
        created_at: NOW + Span(n as i64 % 1_000),
        started: 0,
        next_at: Some(NOW),
        version: 0,
    }
}

/// The first time that it runs.
pub fn review(series: &Series) -> Review {
    Review {
        id: ReviewId(series.id.0),
        series: series.id,
        number: 1,
        of: series.of,
        policy: series.policy,
        owner: series.owner,
        settings: series.settings.clone(),
        state: rules::review::opened(&series.settings, 0, NOW),
        started_at: series.created_at,
        due_at: NOW + HOUR,
        counts: Counts { total: 3, ..Counts::default() },
        evidence: None,
        version: 0,
    }
}

/// What somebody holds. An even number is theirs alone who has the one before.
pub fn row(n: u128, of: u128) -> ReviewRow {
    ReviewRow {
        id: ReviewRowId(id(n)),
        principal: Principal::User(person(of)),
        held: id(n),
        role: Some(ResourceRole::DirectoryRole(PortalRole::UserAdministrator.id())),
        assignment_type: AssignmentType::Eligible,
        source: Some(Source::Direct),
        through: None,
        ends_at: Some(NOW + HOUR),
        last_sign_in: Some(NOW),
        last_active: None,
        recommendation: Recommendation::SignedIn,
        stage: 0,
        reviewer: n.is_multiple_of(2).then(|| person(of - 1)),
        handed: None,
        like: None,
        open: true,
        brought: Decision::NotReviewed,
        decision: Decision::NotReviewed,
        decided: None,
        outcome: Outcome::New,
        outcome_words: String::new(),
        applied_at: None,
        applied_by: None,
        failed: None,
    }
}

/// Every function of these topics once; `me` and the next one are people that are there.
pub async fn reviews(link: &mut Link, me: u128) -> Result<(), Fault> {
    let made = series(SERIES, me, Reviewed::DirectoryRole(role(1)));
    reviews::insert_series(link, &made).await?;
    assert_eq!(reviews::series(link, made.id).await?, Some(made.clone()));
    assert_eq!(reviews::series_due(link, NOW, 25).await?, [made.id]);
    let started = Series { started: 1, next_at: None, ..made.clone() };
    assert_eq!(reviews::update_series(link, &started).await?, Saved::Yes);
    assert_eq!(reviews::update_series(link, &started).await?, Saved::Stale, "somebody was faster");
    assert_eq!(reviews::series_due(link, NOW, 25).await?, []);

    let mut runs = review(&started);
    reviews::insert(link, &runs, Some(NOW)).await?;
    assert_eq!(reviews::get(link, runs.id).await?, Some(runs.clone()));
    assert_eq!(reviews::get_to_change(link, runs.id).await?, Some(runs.clone()));
    assert_eq!(reviews::due(link, NOW, 25).await?, [runs.id]);
    runs.counts.denied = 1;
    assert_eq!(reviews::update(link, &runs, None).await?, Saved::Yes);
    assert_eq!(reviews::update(link, &runs, None).await?, Saved::Stale);
    assert_eq!(reviews::due(link, NOW, 25).await?, []);
    assert_eq!(reviews::instances(link, made.id, 25).await?.iter().map(|one| one.counts.denied).collect::<Vec<_>>(), [1]);
    let visible = Visible { me: person(me), roles: true, directory: false, packages: false };
    let words = Words::default();
    let any = Sought::All { words: &words, phase: None };
    for (words, phase) in [("", None), ("", Some(Phase::InProgress)), ("quarterly look", None)] {
        let all = review_lists::list(link, visible, Sought::All { words: &Words::of(words), phase }, None, NOW, 25).await?;
        assert!(all.iter().any(|(one, last)| one.id == made.id && last.as_ref().is_some_and(|last| last.id == runs.id)));
    }
    let blind = Visible { roles: false, ..visible };
    assert!(review_lists::list(link, blind, any, None, NOW, 25).await?.is_empty());
    let none =
        review_lists::list(link, visible, Sought::All { words: &words, phase: Some(Phase::Applied) }, None, NOW, 25).await?;
    assert!(none.iter().all(|(one, _)| one.id != made.id));
    for (of, found) in [(made.of, true), (Reviewed::DirectoryRole(role(2)), false)] {
        let all = review_lists::list(link, visible, Sought::Of(of), None, NOW, 25).await?;
        assert_eq!(all.iter().any(|(one, _)| one.id == made.id), found);
    }
    required(link, me).await?;
    crate::review_later::ran(link, visible, &runs).await?;

    reviews::set_panel(link, &runs, 0, &BTreeSet::from([person(me), person(me + 1)])).await?;
    reviews::set_panel(link, &runs, 0, &BTreeSet::from([person(me)])).await?;
    assert_eq!(reviews::panel(link, runs.id, 0).await?, BTreeSet::from([person(me)]));
    assert_eq!(reviews::sharing(link, runs.id, person(me), NOW).await?, BTreeSet::from([(0, person(me))]));
    assert!(reviews::sharing(link, runs.id, person(me + 1), NOW).await?.is_empty());
    assert_eq!(reviews::reviewed_before(link, made.id, 2).await?, None, "it is not over");

    rows(link, me, &runs).await?;
    crate::review_leavers::leavers(link, me, &runs, made.of).await?;

    assert_eq!(reviews::waiting(link, person(me), NOW, 9).await?, 1);
    assert_eq!(reviews::waiting(link, person(me + 1), NOW, 9).await?, 0);
    assert_eq!(reviews::of_reviewer(link, person(me), false, None, NOW, 25).await?.len(), 1);
    assert_eq!(reviews::of_reviewer(link, person(me), true, None, NOW, 25).await?.len(), 0);
    runs = reviews::get(link, runs.id).await?.unwrap();
    runs.state = ReviewState::Applied { at: NOW, by: None, stopped: None, ended: None };
    let _ = reviews::update(link, &runs, None).await?;
    assert_eq!(reviews::of_reviewer(link, person(me), true, None, NOW, 25).await?.len(), 1);
    assert_eq!(reviews::reviewed_before(link, made.id, 2).await?.map(|one| one.id), Some(runs.id));
    assert_eq!(reviews::reviewed_before(link, made.id, 1).await?, None);
    reviews::put_to_rest(link, made.id).await?;
    let kept = reviews::series(link, made.id).await?.unwrap();
    assert_eq!(reviews::delete_series(link, &kept, NOW).await?, Saved::Yes);
    assert_eq!(reviews::series(link, made.id).await?, None);
    assert_eq!(reviews::get(link, runs.id).await?, None, "it went with its series");
    assert_eq!(reviews::of_reviewer(link, person(me), true, None, NOW, 25).await?.len(), 0);
    Ok(())
}

async fn rows(link: &mut Link, me: u128, runs: &Review) -> Result<(), Fault> {
    // Somebody else's alone, shared, and shared about the reader.
    let (mut alone, shared, own) = (row(300_010, 5), row(300_011, 3), row(300_013, me));
    alone.reviewer = Some(person(me));
    let all = [(alone.clone(), "Berta".to_owned()), (shared.clone(), "Änne".to_owned()), (own.clone(), "Carla".to_owned())];
    review_rows::insert_all(link, runs.id, &all).await?;
    let ids = [alone.id, shared.id, own.id];
    let found = review_rows::by_id(link, runs.id, &ids).await?;
    assert!(found.len() == 3 && found.contains(&alone) && found.contains(&shared), "{found:?}");
    assert!(review_rows::by_id(link, ReviewId(id(1)), &ids).await?.is_empty(), "of another review");
    assert_eq!(review_rows::places(link, &ids).await?.len(), 3);
    let words = Words::default();
    let mine = Mine {
        hides_earlier: false,
        review: runs.id,
        stage: 0,
        me: person(me),
        shares: true,
        not_about: None,
        now: NOW,
        filter: RowFilter::All,
        words: &words,
    };
    let names = |rows: Vec<ReviewRow>| rows.into_iter().map(|row| row.id).collect::<Vec<_>>();
    let first = review_rows::of_reviewer(link, &mine, None, 1).await?;
    let place = (review_rows::places(link, &[first[0].id]).await?[&first[0].id].clone(), first[0].id);
    let second = review_rows::of_reviewer(link, &mine, Some(place), 25).await?;
    assert_eq!([names(first), names(second)].concat(), [alone.id, shared.id], "not about the reader");
    let alone_only = Mine { shares: false, ..mine.clone() };
    assert_eq!(names(review_rows::of_reviewer(link, &alone_only, None, 25).await?), [alone.id]);
    for filter in RowFilter::ALL {
        let some = review_rows::of_reviewer(link, &Mine { filter, ..mine.clone() }, None, 25).await?;
        assert_eq!(some.len(), if matches!(filter, RowFilter::All | RowFilter::Open) { 2 } else { 0 }, "{filter:?}");
        review_rows::list(link, runs.id, filter, &words, None, 25).await?;
    }
    let search = Words::of("user");
    review_rows::of_reviewer(link, &Mine { words: &search, ..mine.clone() }, None, 25).await?;
    review_rows::list(link, runs.id, RowFilter::All, &search, None, 25).await?;
    crate::review_asked::asked(link, runs.id, me, [alone.id, shared.id]).await?;
    let progress = review_rows::progress(link, person(me), NOW).await?;
    let about = [(person(me), (1, 1))].into();
    let expected = Progress { own: (1, 1), sharing: vec![person(me)], about, ..Progress::default() };
    assert_eq!(progress.get(&(runs.id, 0)), Some(&expected));
    assert_eq!(review_rows::recommended(link, &mine, 10).await?, [(Recommendation::SignedIn, 2)]);
    assert_eq!(review_rows::open_of(link, &mine, 25).await?.len(), 2);
    assert!(review_rows::is_reviewer(link, runs.id, person(me), NOW).await?);
    assert!(!review_rows::is_reviewer(link, runs.id, person(me + 1), NOW).await?);
    assert_eq!(review_rows::reviewers(link, runs.id, None, 25).await?, [(person(me), 1)]);

    handed(link, me, runs, &shared, &mine).await?;

    let mut decided = Decided {
        by: Some(person(me)),
        other: Some(person(me + 1)),
        how: How::Reviewer,
        at: NOW,
        waited: Some(HOUR),
        reason: "Gone.".into(),
    };
    let said = ReviewRow { open: false, decision: Decision::Deny, decided: Some(decided.clone()), ..alone.clone() };
    review_rows::update_all(link, std::slice::from_ref(&said)).await?;
    review_rows::insert_decisions(link, &[(id(300_020), said.clone(), Decision::Deny, decided.clone())]).await?;
    assert_eq!(review_rows::by_id(link, runs.id, &[alone.id]).await?, std::slice::from_ref(&said));
    decided.waited = None;
    let entry = Said { stage: 0, decision: Decision::Deny, decided };
    assert_eq!(review_rows::decisions(link, &[alone.id]).await?[&alone.id], [entry]);
    let denied = Mine { filter: RowFilter::Denied, ..mine.clone() };
    assert_eq!(names(review_rows::of_reviewer(link, &denied, None, 25).await?), [alone.id]);
    let hidden = Mine { hides_earlier: true, ..denied.clone() };
    assert_eq!(names(review_rows::of_reviewer(link, &hidden, None, 25).await?), [alone.id], "it was decided in this stage");
    let brought = ReviewRow { open: true, ..said.clone() };
    review_rows::update_all(link, std::slice::from_ref(&brought)).await?;
    assert!(review_rows::of_reviewer(link, &hidden, None, 25).await?.is_empty(), "what is hidden is not found");
    assert_eq!(names(review_rows::of_reviewer(link, &denied, None, 25).await?), [alone.id]);
    assert!(!names(review_rows::open_of(link, &mine, 25).await?).contains(&alone.id), "what was denied is not to be accepted");
    review_rows::update_all(link, std::slice::from_ref(&said)).await?;
    assert_eq!(review_rows::of_reviews(link, &[runs.id]).await?.len(), review_rows::step(link, runs.id, None, 25).await?.0.len());
    let said = ReviewRow { decided: said.decided.clone(), ..said };
    let quality = review_help::decided(link, runs.id, 25).await?;
    assert_eq!(quality, [(person(me), Decision::Deny, Recommendation::SignedIn, 1)]);
    assert_eq!(review_help::medians(link, runs.id, 25).await?, [(person(me), HOUR)].into());
    let here = review_rows::about(link, runs.id, &[person(5).0]).await?;
    assert_eq!(names(here), [alone.id]);
    assert_eq!(names(review_rows::to_apply(link, runs.id, 25).await?), [alone.id]);
    let (first, next) = review_rows::step(link, runs.id, None, 2).await?;
    assert_eq!((first.len(), next), (2, first.last().map(|row| row.id.0)));
    let (rest, next) = review_rows::step(link, runs.id, Some(shared.id.0), 25).await?;
    assert_eq!((rest.len(), next), (1, None));
    let failing = Failed { tries: 1, cause: Failure::Busy, again_at: Some(NOW + HOUR) };
    let failed = ReviewRow { outcome: Outcome::Failed, failed: Some(failing), ..said.clone() };
    review_rows::update_all(link, std::slice::from_ref(&failed)).await?;
    assert_eq!(review_rows::failing(link, runs.id).await?, (1, Some(NOW + HOUR)));
    assert!(review_rows::to_try_again(link, runs.id, NOW, 1).await?.is_empty(), "it is not time yet");
    assert_eq!(review_rows::to_try_again(link, runs.id, NOW + HOUR, 1).await?, [failed]);
    let gone =
        ReviewRow { outcome: Outcome::CannotApply, outcome_words: "A rule gives it.".into(), applied_at: Some(NOW), ..said };
    review_rows::update_all(link, std::slice::from_ref(&gone)).await?;
    assert_eq!(review_rows::not_applied(link, runs.id, None, 25).await?, (vec![gone], None));
    crate::review_later::later(link, runs, person(me)).await?;
    assert!(review_rows::to_apply(link, runs.id, 25).await?.is_empty());
    review_rows::update_all(link, std::slice::from_ref(&alone)).await?;

    let of = ResourceRole::DirectoryRole(role(1));
    review_holders::assignments_of(link, of, (true, true), None, NOW, 25).await?;
    review_holders::package_assignments_of(link, (offer(1), None), None, NOW, 25).await?;
    review_holders::last_activations(link, &[person(me)]).await?;
    assert!(review_holders::fed(link, &[GroupId(id(1))]).await?.is_empty());
    Ok(())
}

/// A policy requires one series at a time, which looks at what is held under it.
async fn required(link: &mut Link, me: u128) -> Result<(), Fault> {
    let n = SERIES + me;
    let policies = [policy(n, Scope::Nobody), policy(n + 1, Scope::Nobody)];
    packages::insert_catalog(link, &catalog(n)).await?;
    packages::insert(link, &packages::Package { catalog_id: catalog(n).id, ..package(n) }, &[]).await?;
    for (place, policy) in (0..).zip(&policies) {
        packages::insert_policy(link, offer(n), place, policy).await?;
    }
    let of = Reviewed::Package(offer(n));
    let made = Series { policy: Some(policies[0].id), ..series(n, me, of) };
    assert_eq!(reviews::of_policy(link, policies[0].id).await?, None);
    reviews::insert_series(link, &made).await?;
    assert_eq!(reviews::of_policy(link, policies[0].id).await?, Some(made.clone()));
    assert_eq!(reviews::of_policy(link, policies[1].id).await?, None);
    assert_eq!(reviews::update_series(link, &Series { next_at: None, ..made }).await?, Saved::Yes);
    assert_eq!(reviews::of_policy(link, policies[0].id).await?, None, "it has ended");
    let one = PackageAssignment { policy: policies[0].id, ends_at: None, ..held(n, me, n) };
    packages::insert_held(link, &one, None).await?;
    let of = async |link: &mut Link, policy, now| {
        review_holders::package_assignments_of(link, (offer(n), policy), None, now, 25).await.map(|all| all.len())
    };
    assert_eq!(of(link, None, NOW).await?, 1);
    assert_eq!(of(link, Some(policies[0].id), NOW).await?, 1);
    assert_eq!(of(link, Some(policies[1].id), NOW).await?, 0, "it is held under the other");
    assert_eq!(of(link, None, one.starts_at - Span(1)).await?, 0, "it has not begun");
    Ok(())
}

/// A row that is handed on is the delegate's too, and counted once; a row that nobody holds is never applied.
async fn handed(link: &mut Link, me: u128, runs: &Review, shared: &ReviewRow, mine: &Mine<'_>) -> Result<(), Fault> {
    let other = person(me + 1);
    let given = ReviewRow { handed: Some(Handed { to: other, by: person(me) }), ..shared.clone() };
    review_rows::update_all(link, std::slice::from_ref(&given)).await?;
    assert_eq!(review_rows::by_id(link, runs.id, &[given.id]).await?, std::slice::from_ref(&given));
    let theirs = Mine { me: other, shares: false, ..mine.clone() };
    assert_eq!(review_rows::of_reviewer(link, &theirs, None, 25).await?, std::slice::from_ref(&given));
    let sharing = Mine { shares: true, ..theirs };
    let all = review_rows::of_reviewer(link, &sharing, None, 25).await?;
    assert_eq!(all.iter().filter(|row| row.id == given.id).count(), 1, "once, though they share it");
    assert!(review_rows::is_reviewer(link, runs.id, other, NOW).await?);
    assert_eq!(reviews::of_reviewer(link, other, false, None, NOW, 25).await?.len(), 1);
    assert_eq!(reviews::waiting(link, other, NOW, 9).await?, 1);
    let progress = review_rows::progress(link, other, NOW).await?;
    let expected = Progress { handed: (1, 1), handed_shared: (1, 1), ..Progress::default() };
    assert_eq!(progress.get(&(runs.id, 0)), Some(&expected));
    assert_eq!(review_rows::reviewers(link, runs.id, None, 25).await?, [(person(me), 1), (other, 1)]);
    review_rows::update_all(link, std::slice::from_ref(shared)).await?;
    assert!(review_rows::of_reviewer(link, &Mine { me: other, shares: false, ..mine.clone() }, None, 25).await?.is_empty());

    // Whoever stands in sees what the absent person sees, while they do.
    let standing_in = Delegation {
        id: model::DelegationId(id(300_030)),
        from: person(me),
        to: person(me + 1),
        starts_at: NOW,
        ends_at: NOW + HOUR,
        delegated: Delegated::All,
        ended_at: None,
    };
    delegations::insert(link, &standing_in).await?;
    assert_eq!(delegations::stands_in_for(link, other, NOW).await?, [person(me)]);
    assert_eq!(delegations::stands_in_for(link, other, NOW + HOUR).await?, []);
    let in_place = Mine { me: other, shares: true, not_about: Some(person(me)), ..mine.clone() };
    assert_eq!(review_rows::of_reviewer(link, &in_place, None, 25).await?.len(), 2, "the absent one's own and the shared");
    assert_eq!(review_rows::of_reviewer(link, &Mine { now: NOW + HOUR, shares: false, ..in_place }, None, 25).await?.len(), 0);
    assert_eq!(delegations::end(link, standing_in.id, NOW).await?, Saved::Yes);

    let nobodys = ReviewRow { like: Some(id(300_010)), reviewer: None, decision: Decision::Deny, ..row(300_040, me + 1) };
    review_rows::insert_all(link, runs.id, &[(nobodys.clone(), "Zora".to_owned())]).await?;
    assert_eq!(review_rows::controls(link, runs.id).await?, std::slice::from_ref(&nobodys));
    assert!(review_rows::to_apply(link, runs.id, 25).await?.is_empty(), "it is denied, and nobody's");
    assert!(review_rows::about(link, runs.id, &[other.0]).await?.is_empty());
    review_rows::delete(link, nobodys.id).await?;
    assert!(review_rows::controls(link, runs.id).await?.is_empty());
    review_help::colleagues(link, runs.id, &[person(me)]).await?;
    review_help::departments(link, runs.id, &[person(me)]).await?;
    review_help::direct_holders(link, role(1).0, &[person(me)]).await?;
    review_help::package_holders(link, offer(1), &[person(me)]).await?;
    Ok(())
}

both! {
    async fn colleagues_are_counted_by_manager_and_department_and_medians_by_order(test: TestDb) {
        test.db.migrate().await.unwrap();
        given_users(&test.db, 9).await;
        attempt(&test.db, async |link| {
            // 1 manages 2 to 6; of the department are 4 to 9, and 9 is disabled.
            for n in 2..=9 {
                let mut user = users::get(link, person(n)).await?.unwrap();
                user.manager = (n <= 6).then(|| person(1));
                if n >= 4 {
                    user.profile.attributes.insert("department".into(), if n == 4 { " SALES ".into() } else { "Sales".into() });
                }
                assert_eq!(users::update(link, &user).await?, Saved::Yes);
            }
            users::set_enabled(link, person(9), false).await?;
            let made = Series { started: 1, next_at: None, ..series(SERIES, 1, Reviewed::DirectoryRole(role(1))) };
            reviews::insert_series(link, &made).await?;
            let runs = review(&made);
            reviews::insert(link, &runs, None).await?;
            let decided = |n: u128, after: i64| ReviewRow {
                open: false,
                decision: Decision::Approve,
                decided: Some(Decided {
                    by: Some(person(1)),
                    other: None,
                    how: How::Reviewer,
                    at: NOW,
                    waited: Some(Span(after)),
                    reason: String::new(),
                }),
                ..row(500_000 + n, n)
            };
            let rows: Vec<ReviewRow> = [(2, 50), (3, 10), (4, 40), (5, 20)].map(|(n, after)| decided(n, after)).into();
            let named: Vec<_> = rows.iter().map(|row| (row.clone(), "Somebody".to_owned())).collect();
            review_rows::insert_all(link, runs.id, &named).await?;
            review_rows::update_all(link, &rows).await?;
            let nobodys = ReviewRow { like: Some(id(1)), ..row(500_009, 6) };
            review_rows::insert_all(link, runs.id, &[(nobodys, "Nobody".to_owned())]).await?;
            assert_eq!(review_help::colleagues(link, runs.id, &[person(1), person(2)]).await?, [(person(1), (5, 4))].into());
            let by_department = review_help::departments(link, runs.id, &[person(2), person(5), person(9)]).await?;
            assert_eq!(by_department, [("sales".to_owned(), (5, 2))].into());
            assert_eq!(review_help::medians(link, runs.id, 9).await?, [(person(1), Span(30))].into(), "between 20 and 40");
            let three: Vec<ReviewRow> = rows[..1].iter().map(|row| ReviewRow { decision: Decision::NotReviewed, ..row.clone() }).collect();
            review_rows::update_all(link, &three).await?;
            assert_eq!(review_help::medians(link, runs.id, 9).await?, [(person(1), Span(20))].into());
            review_rows::close_all(link, runs.id).await?;
            Ok(())
        })
        .await
        .unwrap();
    }

    async fn a_review_and_its_rows_come_back_as_they_went(test: TestDb) {
        test.db.migrate().await.unwrap();
        given_users(&test.db, 5).await;
        attempt(&test.db, async |link| reviews(link, 1).await).await.unwrap();
    }

    async fn who_holds_it_is_found_in_pieces_and_once(test: TestDb) {
        use crate::given::{assignment, groups as given_groups, membership};
        use store::assignments;
        test.db.migrate().await.unwrap();
        given_users(&test.db, 9).await;
        given_groups(&test.db, 2).await;
        let (eligible, active) = attempt(&test.db, async |link| {
            for n in 1..=7 {
                let mut one = membership(400_000 + n, n, 1);
                one.source = if n == 7 { Source::Activation(model::AssignmentId(id(1))) } else { Source::Direct };
                one.assignment_type = if n.is_multiple_of(2) { AssignmentType::Eligible } else { AssignmentType::Active };
                one.ends_at = (n == 5).then_some(NOW);
                assignments::insert(link, &one, NOW).await?;
            }
            let other = assignment(400_010, Principal::User(person(8)), ResourceRole::GroupOwner(team(1)));
            assignments::insert(link, &other, NOW).await?;
            let role = ResourceRole::GroupMember(team(1));
            let now = NOW + Span(1);
            let first = review_holders::assignments_of(link, role, (true, true), None, now, 2).await?;
            let rest = review_holders::assignments_of(link, role, (true, true), first.last().map(|one| one.id.0), now, 25).await?;
            let all: BTreeSet<_> = first.iter().chain(&rest).map(|one| one.principal).collect();
            let people: BTreeSet<_> = [1, 2, 3, 4, 6].map(|n| Principal::User(person(n))).into();
            assert_eq!(all, people, "not who owns it, not who activated, not what is over");
            assert_eq!(first.len() + rest.len(), 5);
            Ok((
                review_holders::assignments_of(link, role, (true, false), None, now, 25).await?.len(),
                review_holders::assignments_of(link, role, (false, true), None, now, 25).await?.len(),
            ))
        })
        .await
        .unwrap();
        assert_eq!((eligible, active), (3, 2));
    }
}
