//! Reviewers who cannot decide any more while a review waits for them. Whoever is disabled is marked in that very change, and the
//! worker right after it gives their rows to others, some at a time: somebody may have very many, and an import disables thousands
//! at once.

use super::review::save;
use super::review_facts::{Known, able, last_resort};
use super::review_letters;
use crate::Problem;
use crate::change::Change;
use model::UserId;
use model::event::Action;
use model::limits::REVIEW_STEP_ROWS;
use model::review::{Decision, Review, ReviewRow};
use rules::review::{left_undecidable, passes_on, sharing_now};
use std::collections::{BTreeMap, BTreeSet};
use store::{review_leavers, review_rows, reviews, users};

/// Marks the reviews that wait for whoever was disabled in this change: no command that disables somebody can forget it.
pub async fn follow(change: &mut Change<'_>) -> Result<(), Problem> {
    let disabled: BTreeSet<UserId> = change
        .recorded()
        .filter_map(|action| match action {
            Action::UserDisabled { user } => Some(*user),
            _ => None,
        })
        .collect();
    for user in disabled {
        review_leavers::disabled(&mut change.link, user).await?;
    }
    Ok(())
}

/// Gives some rows of somebody who left to others; says whether there was something to do.
pub async fn pass_on(change: &mut Change<'_>, review: &Review) -> Result<bool, Problem> {
    let Some(number) = review.state.open_stage() else { return Ok(false) };
    let Some(leaver) = review_leavers::first(&mut change.link, review.id).await? else { return Ok(false) };
    let gone = leaver.user_id;
    let back = users::several(&mut change.link, &[gone]).await?.iter().any(|user| user.enabled);
    let stage = review.settings.stages.get(number).cloned();
    let Some(mut stage) = stage.filter(|_| leaver.removed || !back) else {
        // They came back before: what is theirs stays so.
        review_leavers::went(&mut change.link, review.id, gone, None).await?;
        return Ok(true);
    };
    let before = reviews::panel(&mut change.link, review.id, number).await?;
    let last = last_resort(&mut change.link, review.of, review.owner, change.now).await?;
    let enabled = able(&mut change.link, &mut stage, &before).await?;
    let sharing = sharing_now(&stage, &before, &enabled, &last);
    let rows = review_rows::open_rows_of(&mut change.link, review.id, gone, leaver.after_id, REVIEW_STEP_ROWS).await?;
    let next = (rows.len() == REVIEW_STEP_ROWS).then(|| rows.last().map(|row| row.id.0)).flatten();
    let mut concerned: BTreeMap<_, ReviewRow> = rows.into_iter().map(|row| (row.id, row)).collect();
    let mut about = 0;
    if let (Some(only), 1) = (sharing.first(), sharing.len()) {
        for row in review_rows::shared_about(&mut change.link, review.id, *only, number).await? {
            if row.open {
                concerned.insert(row.id, row);
            } else {
                about += 1;
            }
        }
    }
    let known = Known::load(&mut change.link, concerned.values().map(|row| row.principal)).await?;
    let mut counts = review.counts;
    let mut shared = 0;
    let mut alone: BTreeMap<UserId, u64> = BTreeMap::new();
    let (mut changed, mut said) = (Vec::new(), Vec::new());
    let name = change.names([gone]).await?.get(&gone).cloned().unwrap_or_default();
    for was in concerned.into_values() {
        let subject = known.subject(was.principal).map(|(_, subject)| subject);
        let row = passes_on(was.clone(), gone, &stage, (&sharing, &last), subject.as_ref(), &mut counts);
        about += u64::from(row.reviewer.is_none() && row.principal.user() == sharing.first().copied());
        if row == was {
            continue;
        }
        let now = match (row.reviewer, was.handed.filter(|_| row.handed.is_none())) {
            (now, Some(handed)) if now == was.reviewer => Some(handed.by),
            (now, _) => now,
        };
        match now {
            Some(now) => *alone.entry(now).or_default() += 1,
            None => shared += u64::from(was.reviewer.is_some()),
        }
        let to = now.or_else(|| sharing.first().copied().filter(|_| sharing.len() == 1));
        said.push((change.id(), row.clone(), Decision::NotReviewed, rules::review::passed_on(&name, to, change.now)));
        changed.push(row);
    }
    counts.undecidable = left_undecidable(counts, &sharing, about);
    review_rows::update_all(&mut change.link, &changed).await?;
    review_rows::insert_decisions(&mut change.link, &said).await?;
    if counts.shared > 0 && !sharing.is_subset(&before) {
        // Whoever shared them comes back to them, should they come back.
        let all = before.union(&sharing).copied().collect();
        reviews::set_panel(&mut change.link, review, number, &all).await?;
    }
    review_leavers::went(&mut change.link, review.id, gone, next).await?;
    let review = Review { counts, ..review.clone() };
    save(change, &review).await?;
    if before.is_disjoint(&sharing) {
        // Nobody of those who shared them is left.
        shared = counts.shared_open;
    }
    let passed = shared + alone.values().sum::<u64>();
    let mut readers = alone;
    if shared > 0 {
        for user in &sharing {
            *readers.entry(*user).or_default() += shared;
        }
    }
    if passed > 0 {
        let (series, of, name) = (review.series, review.of, review.settings.name.clone());
        let to = readers.keys().copied().collect();
        change.record(None, [Action::ReviewRowsPassedOn { series, review: review.id, of, name, from: gone, to, rows: passed }]);
    }
    if review.settings.mails {
        review_letters::ask(change, &review, readers, &sharing, false).await?;
    }
    Ok(true)
}
