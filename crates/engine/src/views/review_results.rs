//! Results of access reviews: on the page, and as a file.

use super::review::{NOT_FOUND, Subjects, seen_instance};
use super::review_rows::{self as told, Shown};
use super::reviewing::due;
use super::words::People;
use super::{Asking, cursor, page, read_cursor};
use crate::Problem;
use model::limits::{EXPORT_ROWS, REVIEW_PAGE_ROWS, REVIEW_QUALITY_ROWS};
use model::review::{Decision, Outcome, Review, ReviewRow, Series};
use model::view::review::{Exported, Quality, ResultRow, Results, RowFilter, Subject};
use model::{ReviewRowId, Ts, UserId, query};
use std::collections::BTreeMap;
use store::search::Words;
use store::{review_help, review_rows, reviews};

pub async fn results(asking: &mut Asking<'_>, query: query::ReviewResults) -> Result<Results, Problem> {
    let (review, may_change) = seen_instance(asking, query.review).await?;
    let after = read_cursor::<String, ReviewRowId>(query.after.as_deref());
    let words = Words::of(&query.search);
    let further = after.is_some();
    let mut found = review_rows::list(&mut asking.link, review.id, query.filter, &words, after, REVIEW_PAGE_ROWS + 1).await?;
    let paging = page(&mut found, REVIEW_PAGE_ROWS, further, |(_, (name, id))| cursor(name, id));
    let rows = result_rows(asking, &review, found.into_iter().map(|(row, _)| row).collect(), may_change).await?;
    let (quality, more_quality) = if further { (Vec::new(), false) } else { quality(asking, &review).await? };
    Ok(Results { quality, more_quality, rows, paging, filter: query.filter, search: query.search })
}

/// How each reviewer decided, and whether there are more than those who decided most.
async fn quality(asking: &mut Asking<'_>, review: &Review) -> Result<(Vec<Quality>, bool), Problem> {
    let decided = review_help::decided(&mut asking.link, review.id, REVIEW_QUALITY_ROWS + 1).await?;
    if decided.is_empty() {
        return Ok((Vec::new(), false));
    }
    let medians = review_help::medians(&mut asking.link, review.id, REVIEW_QUALITY_ROWS).await?;
    let mut all: BTreeMap<UserId, rules::review::Quality> = BTreeMap::new();
    for (user, decision, recommendation, rows) in decided {
        all.entry(user).or_default().add(decision, recommendation, rows);
    }
    let ids: Vec<UserId> = all.keys().copied().collect();
    let people = People::load(asking, &ids).await?;
    let row = |(user, of): (UserId, rules::review::Quality)| Quality {
        who: people.persona(user),
        decided: of.decided,
        median: medians.get(&user).copied(),
        approved: of.approved_percent(),
        against: of.against_percent(),
    };
    let mut rows: Vec<Quality> = all.into_iter().map(row).collect();
    rows.sort_by(|one, other| other.decided.cmp(&one.decided).then_with(|| one.who.name.cmp(&other.who.name)));
    let more = rows.len() > REVIEW_QUALITY_ROWS;
    rows.truncate(REVIEW_QUALITY_ROWS);
    Ok((rows, more))
}

/// `may_change`: whoever reads it manages the review, and learns which rows nobody holds.
async fn result_rows(
    asking: &mut Asking<'_>,
    review: &Review,
    rows: Vec<ReviewRow>,
    may_change: bool,
) -> Result<Vec<ResultRow>, Problem> {
    let outcomes: Vec<(Outcome, String, Option<Ts>, bool)> =
        rows.iter().map(|row| (row.outcome, because(row), row.applied_at, row.like.is_some())).collect();
    let shown = Shown { recommendations: true, earlier: true, own: None, power: false };
    let rows = told::told(asking, review, rows, shown, None).await?;
    Ok(rows
        .into_iter()
        .zip(outcomes)
        .map(|(row, (outcome, outcome_because, applied_at, control))| {
            let (word, tone) = match outcome {
                Outcome::New => ("", "plain"),
                Outcome::Applied => (outcome.words(), "good"),
                Outcome::AlreadyGone => (outcome.words(), "plain"),
                Outcome::CannotApply => (outcome.words(), "bad"),
                Outcome::Failed => (outcome.words(), "warn"),
            };
            ResultRow {
                row,
                control: control && may_change,
                outcome: word.to_owned(),
                tone: tone.to_owned(),
                outcome_because,
                applied_at,
            }
        })
        .collect())
}

/// Why the outcome is what it is.
fn because(row: &ReviewRow) -> String {
    let Some(failed) = row.failed else { return row.outcome_words.clone() };
    match (failed.again_at, row.outcome_words.is_empty()) {
        (Some(at), _) => format!("{}. Tried again on {}.", failed.words(), at.in_sentence()),
        (None, true) => format!("{}.", failed.words()),
        (None, false) => row.outcome_words.clone(),
    }
}

/// The last cells of a line about a row: what failed.
pub fn failures(row: &ReviewRow) -> [String; 3] {
    row.failed.map_or_else(Default::default, |failed| {
        let again_at = failed.again_at.map(Ts::iso).unwrap_or_default();
        [failed.tries.to_string(), failed.cause.words().to_owned(), again_at]
    })
}

pub async fn exported(asking: &mut Asking<'_>, query: query::ExportedReview) -> Result<Exported, Problem> {
    let (review, may_change) = seen_instance(asking, query.review).await?;
    let series = reviews::series(&mut asking.link, review.series).await?.ok_or(NOT_FOUND)?;
    let after = read_cursor::<String, ReviewRowId>(query.after.as_deref());
    let words = Words::default();
    let mut found = review_rows::list(&mut asking.link, review.id, RowFilter::All, &words, after, EXPORT_ROWS + 1).await?;
    let next = page(&mut found, EXPORT_ROWS, false, |(_, (name, id))| cursor(name, id)).next;
    let found: Vec<ReviewRow> = found.into_iter().map(|(row, _)| row).collect();
    let mut ids: Vec<UserId> = vec![review.owner];
    ids.extend(found.iter().filter_map(|row| row.applied_by));
    ids.extend(found.iter().filter_map(|row| row.principal.user()));
    ids.extend(found.iter().filter_map(|row| row.decided.as_ref()).flat_map(|decided| [decided.by, decided.other]).flatten());
    let people = People::load(asking, &ids).await?;
    let subject = Subjects::load(asking, [review.of]).await?.subject(review.of);
    let whole = Whole { review: &review, series: &series, subject: &subject, people: &people };
    let rows = result_rows(asking, &review, found.clone(), may_change).await?;
    let rows = found.iter().zip(rows).map(|(row, told)| whole.line(row, told)).collect();
    Ok(Exported { name: review.settings.name.clone(), rows, next })
}

/// What every line of a download says, with the names in it.
struct Whole<'a> {
    review: &'a Review,
    series: &'a Series,
    subject: &'a Subject,
    people: &'a People,
}

impl Whole<'_> {
    fn user_name(&self, id: UserId) -> String {
        self.people.get(id).map(|user| user.user_name.clone()).unwrap_or_default()
    }

    /// The cells in the order of [`model::view::review::EXPORTED`].
    fn line(&self, row: &ReviewRow, told: ResultRow) -> Vec<String> {
        let Self { review, series, subject, people } = self;
        let iso = |at: Option<Ts>| at.map(Ts::iso).unwrap_or_default();
        let decided = row.decided.as_ref().filter(|_| row.decision != Decision::NotReviewed);
        let reviewer = decided.and_then(|decided| decided.by);
        let source = if told.row.source_under.is_empty() {
            told.row.source
        } else {
            format!("{}, {}", told.row.source, told.row.source_under)
        };
        let [tries, cause, again_at] = failures(row);
        vec![
            review.id.to_string(),
            review.series.to_string(),
            subject.kind.clone(),
            subject.name.clone(),
            review.of.id().to_string(),
            review.settings.name.clone(),
            iso(Some(series.created_at)),
            iso(Some(review.started_at)),
            iso(Some(due(review))),
            review.state.phase().words().to_owned(),
            review.owner.to_string(),
            people.name(review.owner),
            self.user_name(review.owner),
            row.principal.id().to_string(),
            told.row.name,
            told.row.person.map(|id| self.user_name(id)).unwrap_or_default(),
            row.principal.kind().to_owned(),
            told.row.holds,
            source,
            iso(row.ends_at),
            iso(row.last_sign_in),
            iso(row.last_active),
            iso(decided.map(|decided| decided.at)),
            row.decision.words().to_owned(),
            decided.map(|decided| decided.reason.clone()).unwrap_or_default(),
            reviewer.map(|id| id.to_string()).unwrap_or_default(),
            reviewer.map(|id| people.name(id)).unwrap_or_default(),
            reviewer.map(|id| self.user_name(id)).unwrap_or_default(),
            decided.and_then(|decided| decided.other).map(|id| people.name(id)).unwrap_or_default(),
            decided.map(|decided| decided.how.words().to_owned()).unwrap_or_default(),
            recommended(row).to_owned(),
            row.outcome.words().to_owned(),
            row.outcome_words.clone(),
            row.applied_by.map(|id| people.name(id)).unwrap_or_default(),
            iso(row.applied_at),
            if told.control { "Yes".to_owned() } else { String::new() },
            tries,
            cause,
            again_at,
        ]
    }
}

/// What was recommended, in the words of a file.
pub fn recommended(row: &ReviewRow) -> &'static str {
    match row.recommendation.decision() {
        Some(Decision::Approve) => "Approve",
        Some(Decision::Deny) => "Deny",
        _ => "No information",
    }
}
