//! What belongs to the beginning of an instance besides finding who holds it: rows that nobody holds, and whether there is
//! anything to ask.

use super::review::save;
use super::review_facts::{Found, Known, last_resort};
use super::review_of::Of;
use crate::Problem;
use crate::change::Change;
use model::access::AssignmentType;
use model::directory::Principal;
use model::event::Action;
use model::limits::REVIEW_PANEL_MAX;
use model::notice::{AboutReview, Letter, Notice, ReviewNews};
use model::review::{Letters, Review, ReviewRow, ReviewState, Reviewed, Telling, Types};
use model::{AnyId, UserId};
use rules::review::{Holding, Seen};
use std::collections::{BTreeMap, BTreeSet};
use store::{assignments, review_help, review_rows, reviews};

/// People who are shown as if they held it, each as somebody of those who do. Whoever holds it after all, or would take no part
/// in such a review, is left out.
pub async fn controls(change: &mut Change<'_>, review: &Review, found: &[Found]) -> Result<Vec<Found>, Problem> {
    let people = &review.settings.controls;
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let mut holding = match review.of {
        Reviewed::Package(package) => review_help::package_holders(&mut change.link, package, people).await?,
        of => review_help::direct_holders(&mut change.link, of.id(), people).await?,
    };
    holding.extend(found.iter().filter_map(|one| one.subject.principal.user()));
    let known = Known::load(&mut change.link, people.iter().map(|id| Principal::User(*id))).await?;
    let patterns: Vec<&Found> = found.iter().filter(|one| one.holding.through.is_none()).collect();
    let mut more = Vec::new();
    for (number, person) in people.iter().filter(|person| !holding.contains(person)).enumerate() {
        let Some((name, subject)) = known.subject(Principal::User(*person)) else { continue };
        if !rules::review::takes_part(review.of, &review.settings, &subject, change.now) {
            continue;
        }
        // Not the first ones in order: two that follow each other would be alike.
        let pattern = patterns.get((number * 7 + 3).checked_rem(patterns.len()).unwrap_or_default());
        let like = pattern.map_or_else(AnyId::default, |pattern| pattern.holding.held);
        let holding = match pattern {
            Some(pattern) => Holding { held: change.id(), last_active: None, like: Some(like), ..pattern.holding.clone() },
            None => {
                let eligible = review.settings.types == Types::Eligible;
                let assignment_type = if eligible { AssignmentType::Eligible } else { AssignmentType::Active };
                let (held, like) = (change.id(), Some(like));
                let (role, source, through, ends_at, last_active) = Default::default();
                Holding { held, role, assignment_type, source, through, ends_at, last_active, like, given_again: false }
            }
        };
        more.push(Found { name, subject, holding });
    }
    Ok(more)
}

/// Takes out the rows of whom is found to hold it through a group.
pub async fn still_unheld(
    change: &mut Change<'_>,
    review: &mut Review,
    found: &[Found],
    panel: &BTreeSet<UserId>,
) -> Result<(), Problem> {
    if review.settings.controls.is_empty() {
        return Ok(());
    }
    let holding: BTreeSet<Principal> = found.iter().map(|one| one.subject.principal).collect();
    for row in review_rows::controls(&mut change.link, review.id).await? {
        if holding.contains(&row.principal) {
            review_rows::delete(&mut change.link, row.id).await?;
            rules::review::withdrawn(&mut review.counts, &row, panel);
        }
    }
    Ok(())
}

/// Whether all these rows are as they were approved in the instance before, where that is of interest.
pub async fn nothing_changed(
    change: &mut Change<'_>,
    review: &Review,
    rows: impl Iterator<Item = &ReviewRow>,
) -> Result<bool, Problem> {
    if !review.settings.skip_unchanged {
        return Ok(false);
    }
    let Some(last) = reviews::reviewed_before(&mut change.link, review.series, review.number).await? else { return Ok(false) };
    let power = match Of::find(&mut change.link, review.of, None, change.now).await? {
        Some(of) => of.gives_power(&mut change.link).await?,
        None => true,
    };
    let rows: Vec<&ReviewRow> = rows.collect();
    let mut before: BTreeMap<Principal, Vec<Seen>> = BTreeMap::new();
    let ids: BTreeSet<AnyId> = rows.iter().map(|row| row.principal.id()).collect();
    let ids: Vec<AnyId> = ids.into_iter().collect();
    for row in review_rows::about(&mut change.link, last.id, &ids).await? {
        before.entry(row.principal).or_default().push((row, None));
    }
    let none: Vec<Seen> = Vec::new();
    Ok(rows.iter().all(|row| rules::review::stays_approved(row, before.get(&row.principal).unwrap_or(&none), power)))
}

/// Ends an instance in which there is nothing to ask. The access stays, and its owner hears of it.
pub async fn skip(change: &mut Change<'_>, review: Review) -> Result<(), Problem> {
    review_rows::close_all(&mut change.link, review.id).await?;
    reviews::set_panel(&mut change.link, &review, 0, &BTreeSet::new()).await?;
    let rows = review.counts.held().total;
    let (series, of, name) = (review.series, review.of, review.settings.name.clone());
    change.record(None, [Action::ReviewSkipped { series, review: review.id, of, name, rows }]);
    let about = about(change, &review, change.now).await?;
    let to = told(change, &review).await?;
    let letter = |to: UserId| Letter {
        to: to.into(),
        notice: Notice::Review { about: about.clone(), news: ReviewNews::Skipped { rows } },
    };
    change.tell(to.into_iter().map(letter));
    let counts = rules::review::stage_begins(review.counts);
    let state = ReviewState::Skipped { at: change.now };
    save(change, &Review { state, counts, ..review }).await
}

/// Where every row is somebody's alone, nobody else is asked.
pub async fn nobody_shares_nothing(change: &mut Change<'_>, review: &Review, stage: usize) -> Result<(), Problem> {
    if review.counts.shared == 0 {
        reviews::set_panel(&mut change.link, review, stage, &BTreeSet::new()).await?;
    }
    Ok(())
}

/// Who is told when it is over, with the members of groups as they are then.
pub async fn told(change: &mut Change<'_>, review: &Review) -> Result<BTreeSet<UserId>, Problem> {
    let mut named = review.settings.notify.clone();
    for group in &review.settings.notify_groups {
        named.extend(assignments::members(&mut change.link, *group, change.now, REVIEW_PANEL_MAX).await?);
    }
    let last = last_resort(&mut change.link, review.of, review.owner, change.now).await?;
    Ok(rules::review::told(named, &last))
}

/// What every letter about it says.
pub async fn about(change: &mut Change<'_>, review: &Review, due_at: model::Ts) -> Result<AboutReview, Problem> {
    let of = Of::find(&mut change.link, review.of, None, change.now).await?;
    Ok(AboutReview {
        series: review.series,
        review: review.id,
        name: review.settings.name.clone(),
        thing: of.map_or_else(|| "what is no longer there".to_owned(), |of| of.name),
        due_at,
        extra: review.settings.extra.clone(),
    })
}

/// Half time: reviewers with open rows are written to.
pub async fn remind(change: &mut Change<'_>, mut review: Review) -> Result<(), Problem> {
    if let ReviewState::InProgress { remind_at, letters, .. } = &mut review.state {
        *remind_at = None;
        *letters = Some(Letters { what: Telling::Reminder, after: None });
    }
    save(change, &review).await
}
