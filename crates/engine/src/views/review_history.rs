//! What was decided in all access reviews that the reader sees, as a file.

use super::review::{Subjects, visible};
use super::review_results::{failures, recommended};
use super::reviewing::due;
use super::words::People;
use super::{Asking, cursor};
use crate::Problem;
use crate::commands::review_facts::Known;
use crate::commands::review_of::Of;
use model::limits::EXPORT_ROWS;
use model::review::{Campaign, Decision, Review, ReviewRow, Reviewed};
use model::view::review::{ExportedHistory, HistorySought};
use model::{AnyId, CampaignId, PolicyId, ReviewId, Ts, UserId, query};
use std::collections::{BTreeMap, BTreeSet};
use store::{packages, review_campaigns, review_lists, review_rows};

/// Instances that a piece looks at.
const INSTANCES: usize = 50;

/// Where a piece begins: with an instance, behind a row of it or at its beginning.
struct Place {
    at: Ts,
    review: ReviewId,
    behind: Option<AnyId>,
}

impl Place {
    /// One that does not read begins at the start.
    fn read(text: Option<&str>, from: Option<Ts>) -> Self {
        let read = || {
            let (review, rest) = text?.split_once(' ')?;
            let (at, row) = rest.split_once(' ')?;
            let behind = if row.is_empty() { None } else { Some(row.parse().ok()?) };
            Some(Self { at: Ts(at.parse().ok()?), review: review.parse().ok()?, behind })
        };
        let start = Self { at: from.unwrap_or(Ts(i64::MIN)), review: ReviewId(AnyId::nil()), behind: None };
        // Nobody reads more by writing a place of their own.
        read().filter(|place| place.at >= start.at).unwrap_or(start)
    }

    fn written((review, at): (ReviewId, Ts), behind: Option<AnyId>) -> String {
        let behind = behind.map(|row| row.to_string()).unwrap_or_default();
        cursor(format!("{} {behind}", at.0), review)
    }
}

/// A piece holds several small instances whole, or a part of a large one.
pub async fn exported(asking: &mut Asking<'_>, query: query::ReviewHistory) -> Result<ExportedHistory, Problem> {
    let query::ReviewHistory { sought, after } = query;
    let HistorySought { from, until, decisions, kinds } = sought;
    let visible = visible(asking).await?;
    let place = Place::read(after.as_deref(), from);
    let (until, now) = (until.unwrap_or(Ts(i64::MAX)), asking.now);
    let start = (place.at, place.review);
    let ran = review_lists::history(&mut asking.link, visible, &kinds, start, until, now, INSTANCES + 1).await?;
    let ids: Vec<ReviewId> = ran.iter().take(INSTANCES).map(|(id, ..)| *id).collect();
    let reviews = review_lists::instances(&mut asking.link, &ids).await?;
    let mut room = EXPORT_ROWS as u64;
    let mut whole: Vec<ReviewId> = Vec::new();
    for id in &ids {
        let Some(review) = reviews.get(id) else { break };
        let part = *id == place.review && place.behind.is_some();
        if part || review.counts.total > room {
            break;
        }
        room -= review.counts.total;
        whole.push(*id);
    }
    let place_of = |number: usize| ran.get(number).map(|(id, at, ..)| (*id, *at));
    let (mut rows, next) = match (whole.as_slice(), place_of(0)) {
        ([], Some(large)) => {
            let behind = place.behind.filter(|_| large.0 == place.review);
            let (mut rows, _) = review_rows::step(&mut asking.link, large.0, behind, EXPORT_ROWS + 1).await?;
            let more = rows.len() > EXPORT_ROWS;
            rows.truncate(EXPORT_ROWS);
            let next = if more {
                Some(Place::written(large, rows.last().map(|row| row.id.0)))
            } else {
                place_of(1).map(|next| Place::written(next, None))
            };
            (rows.into_iter().map(|row| (large.0, row)).collect(), next)
        }
        (some, _) => {
            let rows = review_rows::of_reviews(&mut asking.link, some).await?;
            (rows, place_of(some.len()).map(|next| Place::written(next, None)))
        }
    };
    rows.retain(|(_, row)| decisions.is_empty() || decisions.contains(&row.decision));
    // Rows that nobody holds are for whoever manages the review.
    let managed = managed(asking, &reviews, &rows).await?;
    rows.retain(|(review, row)| row.like.is_none() || managed.contains(review));
    let order: BTreeMap<ReviewId, usize> = ids.iter().enumerate().map(|(number, id)| (*id, number)).collect();
    rows.sort_by_key(|(review, row)| (order.get(review).copied(), row.id));
    let made: BTreeMap<ReviewId, Made> = ran.iter().map(|(id, _, made, campaign)| (*id, (*made, *campaign))).collect();
    let campaigns: BTreeSet<CampaignId> = made.values().filter_map(|(_, campaign)| *campaign).collect();
    let told = Told::load(asking, &reviews, &rows, campaigns).await?;
    let lines = rows.iter().filter_map(|(id, row)| {
        let review = reviews.get(id)?;
        Some(told.line(review, made.get(id).copied()?, row))
    });
    Ok(ExportedHistory { rows: lines.collect(), next })
}

/// Those reviews with rows that nobody holds that the reader manages.
async fn managed(
    asking: &mut Asking<'_>,
    reviews: &BTreeMap<ReviewId, Review>,
    rows: &[(ReviewId, ReviewRow)],
) -> Result<BTreeSet<ReviewId>, Problem> {
    let controlled: BTreeSet<ReviewId> = rows.iter().filter(|(_, row)| row.like.is_some()).map(|(review, _)| *review).collect();
    let mut all: BTreeMap<Reviewed, BTreeSet<ReviewId>> = BTreeMap::new();
    for review in controlled.iter().filter_map(|id| reviews.get(id)) {
        all.entry(review.of).or_default().insert(review.id);
    }
    let mut managed = BTreeSet::new();
    for (of, ids) in all {
        let found = Of::or_gone(&mut asking.link, of, Some(asking.who.user), asking.now).await?;
        if rules::review::manages(asking.visitor, of, found.about) {
            managed.extend(ids);
        }
    }
    Ok(managed)
}

/// When a series was made, and in which campaign.
type Made = (Ts, Option<CampaignId>);

/// The names in a piece.
struct Told {
    subjects: Subjects,
    people: People,
    known: Known,
    policies: BTreeMap<PolicyId, String>,
    campaigns: BTreeMap<CampaignId, Campaign>,
}

impl Told {
    async fn load(
        asking: &mut Asking<'_>,
        reviews: &BTreeMap<ReviewId, Review>,
        rows: &[(ReviewId, ReviewRow)],
        campaigns: BTreeSet<CampaignId>,
    ) -> Result<Self, Problem> {
        let mut people: BTreeSet<UserId> = BTreeSet::new();
        for review in reviews.values() {
            people.insert(review.owner);
        }
        people.extend(rows.iter().filter_map(|(_, row)| row.principal.user()));
        people.extend(rows.iter().filter_map(|(_, row)| row.decided.as_ref().and_then(|decided| decided.by)));
        people.extend(rows.iter().filter_map(|(_, row)| row.applied_by));
        let policies: BTreeSet<PolicyId> = reviews.values().filter_map(|review| review.policy).collect();
        let policies: Vec<PolicyId> = policies.into_iter().collect();
        let policies =
            if policies.is_empty() { Vec::new() } else { packages::policies_by_id(&mut asking.link, &policies).await? };
        let campaigns: Vec<CampaignId> = campaigns.into_iter().collect();
        let campaigns =
            if campaigns.is_empty() { BTreeMap::new() } else { review_campaigns::several(&mut asking.link, &campaigns).await? };
        let others = rows.iter().map(|(_, row)| row.principal).filter(|principal| principal.user().is_none());
        Ok(Self {
            subjects: Subjects::load(asking, reviews.values().map(|review| review.of)).await?,
            people: People::load(asking, &people.into_iter().collect::<Vec<_>>()).await?,
            known: Known::load(&mut asking.link, others).await?,
            policies: policies.into_iter().map(|policy| (policy.id, policy.name)).collect(),
            campaigns,
        })
    }

    /// Name, user name and address.
    fn person(&self, id: Option<UserId>) -> [String; 3] {
        let Some(id) = id else { return Default::default() };
        let of = self.people.get(id);
        let user_name = of.map(|user| user.user_name.clone()).unwrap_or_default();
        let mail = of.map(|user| user.mail.clone()).unwrap_or_default();
        [self.people.name(id), user_name, mail]
    }

    /// The cells in the order of [`model::view::review::HISTORY`].
    fn line(&self, review: &Review, (made, campaign): Made, row: &ReviewRow) -> Vec<String> {
        let iso = |at: Option<Ts>| at.map(Ts::iso).unwrap_or_default();
        let [mut name, user_name, _] = self.person(row.principal.user());
        if row.principal.user().is_none() {
            let known = self.known.subject(row.principal);
            name = known.map_or_else(|| "what is no longer there".to_owned(), |(name, _)| name);
        }
        let decided = row.decided.as_ref().filter(|_| row.decision != Decision::NotReviewed);
        let reviewer = decided.and_then(|decided| decided.by);
        let [reviewer_name, reviewer_user_name, reviewer_mail] = self.person(reviewer);
        let [owner, owner_user_name, _] = self.person(Some(review.owner));
        let [applied_by, applied_user_name, applied_mail] = self.person(row.applied_by);
        let subject = self.subjects.subject(review.of);
        let policy = review.policy.map(|id| self.policies.get(&id).cloned().unwrap_or_else(|| "a deleted policy".to_owned()));
        let [tries, cause, again_at] = failures(row);
        vec![
            review.id.to_string(),
            review.series.to_string(),
            campaign.map(|id| id.to_string()).unwrap_or_default(),
            campaign.and_then(|id| self.campaigns.get(&id)).map(|one| one.name.clone()).unwrap_or_default(),
            subject.kind,
            subject.name,
            review.of.id().to_string(),
            policy.unwrap_or_default(),
            review.settings.name.clone(),
            iso(Some(made)),
            iso(Some(review.started_at)),
            iso(Some(due(review))),
            review.state.phase().words().to_owned(),
            review.owner.to_string(),
            owner,
            owner_user_name,
            row.principal.id().to_string(),
            name,
            user_name,
            row.principal.kind().to_owned(),
            iso(decided.map(|decided| decided.at)),
            row.decision.words().to_owned(),
            decided.map(|decided| decided.reason.clone()).unwrap_or_default(),
            reviewer.map(|id| id.to_string()).unwrap_or_default(),
            reviewer_name,
            reviewer_user_name,
            reviewer_mail,
            decided.map(|decided| decided.how.words().to_owned()).unwrap_or_default(),
            recommended(row).to_owned(),
            row.outcome.words().to_owned(),
            row.outcome_words.clone(),
            applied_by,
            applied_user_name,
            applied_mail,
            iso(row.applied_at),
            row.id.to_string(),
            tries,
            cause,
            again_at,
            if row.like.is_some() { "Yes".to_owned() } else { String::new() },
        ]
    }
}
