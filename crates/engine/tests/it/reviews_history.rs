//! The history of all access reviews as a file: complete, and of those alone that the reader may see.

use crate::privileged::{eligible, of};
use crate::reviews::{begins, role, says, settings, team};
use model::command::Command;
use model::directory::{PortalRole, Principal};
use model::review::{Counts, Decision, Outcome, Recommendation, Review, ReviewRow, ReviewState, Reviewed, ReviewedKind, Series};
use model::view::review::{HISTORY, HistorySought, RowFilter};
use model::{AnyId, GroupId, ReviewId, ReviewRowId, ReviewSeriesId, Span, query};
use std::collections::BTreeSet;
use testkit::{Person, World, both, refused};

/// Every line, and in how many pieces they came.
async fn history(who: &Person, sought: &HistorySought) -> (Vec<Vec<String>>, usize) {
    let (mut lines, mut after, mut pieces) = (Vec::new(), None, 0);
    loop {
        let piece = who.asks(query::ReviewHistory { sought: sought.clone(), after }).await.unwrap();
        lines.extend(piece.rows);
        pieces += 1;
        after = piece.next;
        if after.is_none() {
            return (lines, pieces);
        }
    }
}

fn cell<'a>(line: &'a [String], column: &str) -> &'a str {
    &line[HISTORY.iter().position(|one| *one == column).unwrap()]
}

both! {
    async fn every_row_of_every_review_is_in_it_once_with_what_was_decided(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan] = world.people(["alex", "lee", "miriam", "morgan"]).await;
        let stranger = query::ReviewHistory { sought: HistorySought::default(), after: None };
        assert_eq!(refused(alex.asks(stranger).await).code(), "not_found");
        eligible(&morgan, &alex, of(PortalRole::UserAdministrator), None).await;
        let group = team(&world, "Archive", &[&alex, &lee]).await;
        let start = world.now();
        let (_, first) = begins(&world, &morgan, Reviewed::Group(group), settings(&morgan, &[&miriam]).await).await;
        world.passes(Span::days(1)).await;
        let mut form = settings(&morgan, &[&miriam]).await;
        form.starts_at = world.now();
        let (_, second) = begins(&world, &morgan, role(PortalRole::UserAdministrator), form).await;
        says(&miriam, first, &["Alex"], Decision::Deny, "Left.").await.unwrap();
        says(&miriam, second, &["Alex"], Decision::Approve, "Needed.").await.unwrap();
        let mut expected = BTreeSet::new();
        for review in [first, second] {
            let results = query::ReviewResults { review, filter: RowFilter::All, search: String::new(), after: None };
            for one in morgan.asks(results).await.unwrap().rows {
                let reason = one.row.decided.map(|decided| decided.reason).unwrap_or_default();
                expected.insert([review.to_string(), one.row.name, one.row.decision.words().to_owned(), reason]);
            }
        }
        let (lines, _) = history(&morgan, &HistorySought::default()).await;
        let found: BTreeSet<[String; 4]> = lines
            .iter()
            .map(|line| ["Review", "Principal", "Result", "Reason"].map(|column| cell(line, column).to_owned()))
            .collect();
        assert_eq!((found, lines.len()), (expected.clone(), expected.len()));
        let denied = lines.iter().find(|line| cell(line, "Result") == "Denied").unwrap();
        assert_eq!((cell(denied, "Reviewer"), cell(denied, "Reviewer user name"), cell(denied, "Resource")), ("Miriam", "miriam", "Archive"));
        assert_eq!(cell(denied, "Campaign"), "", "it was made alone");
        // What is sought narrows it down.
        let only = async |sought: HistorySought| {
            let (lines, _) = history(&morgan, &sought).await;
            lines.iter().map(|line| cell(line, "Review").to_owned()).collect::<BTreeSet<_>>()
        };
        let (one, two) = (BTreeSet::from([first.to_string()]), BTreeSet::from([second.to_string()]));
        assert_eq!(only(HistorySought { decisions: vec![Decision::Deny], ..Default::default() }).await, one);
        assert_eq!(only(HistorySought { kinds: vec![ReviewedKind::DirectoryRole], ..Default::default() }).await, two);
        assert_eq!(only(HistorySought { from: Some(start + Span::hours(12)), ..Default::default() }).await, two);
        assert_eq!(only(HistorySought { until: Some(start + Span::hours(12)), ..Default::default() }).await, one);
        // Whoever administers users sees the reviews of groups and roles, readers of nothing none.
        world.appoints(&lee, PortalRole::UserAdministrator).await;
        assert_eq!(history(&lee, &HistorySought::default()).await.0.len(), lines.len());
    }

    async fn what_one_form_made_carries_the_name_of_its_campaign(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, miriam, morgan] = world.people(["alex", "miriam", "morgan"]).await;
        let (one, other) = (team(&world, "One", &[&alex]).await, team(&world, "Other", &[&alex]).await);
        let of = vec![Reviewed::Group(one), Reviewed::Group(other)];
        let settings = settings(&morgan, &[&miriam]).await;
        morgan.submits(Command::CreateReviews { of, settings }).await.unwrap();
        world.settle().await;
        let (lines, _) = history(&morgan, &HistorySought::default()).await;
        let campaigns: BTreeSet<(&str, &str)> = lines.iter().map(|line| (cell(line, "Campaign id"), cell(line, "Campaign"))).collect();
        assert!(lines.len() == 2 && campaigns.len() == 1 && campaigns.iter().all(|(id, name)| !id.is_empty() && *name == "Who needs it"), "{campaigns:?}");
    }

    async fn it_is_whole_however_many_reviews_there_are_and_however_long_one_is(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, morgan] = world.people(["alex", "morgan"]).await;
        let group: GroupId = team(&world, "Archive", &[&alex]).await;
        let mut link = world.db().begin().await.unwrap();
        let mut rows_in_all = 0;
        for number in 0..70_u32 {
            let count = if number == 33 { 1_200 } else { number % 4 };
            rows_in_all += count;
            let (id, of) = (world.new_id(), Reviewed::Group(group));
            let settings = rules::review::settings::defaults(morgan.id, world.now());
            let series = Series {
                id: ReviewSeriesId(id),
                of,
                policy: None,
                campaign: None,
                settings: settings.clone(),
                owner: morgan.id,
                created_at: world.now(),
                started: 1,
                next_at: None,
                version: 0,
            };
            store::reviews::insert_series(&mut link, &series).await.unwrap();
            let review = Review {
                id: ReviewId(id),
                series: series.id,
                number: 1,
                of,
                policy: None,
                owner: morgan.id,
                state: ReviewState::Applied { at: world.now(), by: None, stopped: None, ended: None },
                settings,
                started_at: world.now() + Span::minutes(i64::from(number / 3)),
                due_at: world.now(),
                counts: Counts { total: u64::from(count), ..Counts::default() },
                evidence: None,
                version: 0,
            };
            store::reviews::insert(&mut link, &review, None).await.unwrap();
            let rows: Vec<(ReviewRow, String)> = (0..count).map(|_| (row(&alex, world.new_id(), world.new_id()), "Alex".to_owned())).collect();
            store::review_rows::insert_all(&mut link, review.id, &rows).await.unwrap();
        }
        link.commit().await.unwrap();
        let (lines, pieces) = history(&morgan, &HistorySought::default()).await;
        let unique: BTreeSet<&str> = lines.iter().map(|line| cell(line, "Row")).collect();
        assert_eq!((lines.len(), unique.len()), (rows_in_all as usize, rows_in_all as usize));
        assert!(lines.iter().all(|line| line.len() == HISTORY.len()) && (4..20).contains(&pieces), "{pieces} pieces");
        let starts: Vec<&str> = lines.iter().map(|line| cell(line, "Started")).collect();
        assert!(starts.is_sorted(), "in the order in which they started");
        let none = HistorySought { decisions: vec![Decision::Deny], ..Default::default() };
        assert!(history(&morgan, &none).await.0.is_empty());
    }
}

fn row(of: &Person, id: AnyId, held: AnyId) -> ReviewRow {
    ReviewRow {
        id: ReviewRowId(id),
        principal: Principal::User(of.id),
        held,
        role: None,
        assignment_type: model::access::AssignmentType::Active,
        source: None,
        through: None,
        ends_at: None,
        last_sign_in: None,
        last_active: None,
        recommendation: Recommendation::NoInformation,
        stage: 0,
        reviewer: None,
        handed: None,
        like: None,
        open: false,
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
