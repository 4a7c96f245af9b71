//! Letters to whoever has something to decide in an access review.

use super::review::save;
use super::review_begin::about;
use crate::Problem;
use crate::change::Change;
use model::UserId;
use model::notice::{Letter, Notice, ReviewNews};
use model::review::{Letters, Review, ReviewState, Reviewers, Telling};
use std::collections::{BTreeMap, BTreeSet};
use store::{review_rows, reviews, users};

/// Letters of one step.
const LETTERS: usize = 500;

/// Writes to some of those who have something to decide.
pub async fn write(change: &mut Change<'_>, mut review: Review, letters: Letters) -> Result<(), Problem> {
    let Some(stage) = review.state.open_stage() else { return Ok(()) };
    let sharing =
        if review.counts.shared_open > 0 { reviews::panel(&mut change.link, review.id, stage).await? } else { BTreeSet::new() };
    let page = review_rows::reviewers(&mut change.link, review.id, letters.after, LETTERS).await?;
    let next = (page.len() == LETTERS).then(|| page.last().map(|(user, _)| *user)).flatten();
    let mut readers: BTreeMap<UserId, u64> = page.into_iter().filter(|(user, _)| !sharing.contains(user)).collect();
    if letters.after.is_none() {
        // Whoever shares rows reads of those; their own stand on the same page.
        readers.extend(sharing.iter().map(|user| (*user, review.counts.shared_open)));
    }
    let again = letters.what == Telling::Reminder;
    ask(change, &review, readers, &sharing, again).await?;
    if let ReviewState::InProgress { letters, .. } = &mut review.state {
        *letters = next.map(|after| Letters { what: if again { Telling::Reminder } else { Telling::Start }, after: Some(after) });
    }
    save(change, &review).await
}

/// How many people letters about open rows go to: whoever has some and can sign in, and who decides in their place.
pub async fn written_to(change: &mut Change<'_>, review: &Review) -> Result<u64, Problem> {
    let ReviewState::InProgress { stage, .. } = review.state else { return Ok(0) };
    let shared = review.counts.shared_open > 0;
    let mut all = if shared { reviews::panel(&mut change.link, review.id, stage).await? } else { BTreeSet::new() };
    let mut after = None;
    loop {
        let page = review_rows::reviewers(&mut change.link, review.id, after, LETTERS).await?;
        after = (page.len() == LETTERS).then(|| page.last().map(|(user, _)| *user)).flatten();
        all.extend(page.into_iter().map(|(user, _)| user));
        if after.is_none() {
            break;
        }
    }
    if !themselves(review, stage) {
        let standing_in = store::delegations::stand_ins(&mut change.link, None, change.now).await?;
        let more: Vec<UserId> =
            standing_in.into_iter().filter(|(_, of)| all.contains(of)).map(|(delegate, _)| delegate).collect();
        all.extend(more);
    }
    let all: Vec<UserId> = all.into_iter().collect();
    Ok(users::several(&mut change.link, &all).await?.iter().filter(|user| user.enabled).count() as u64)
}

/// Whether everybody says for themselves whether they still need it; nobody does that in their place.
fn themselves(review: &Review, stage: usize) -> bool {
    review.settings.stages.get(stage).is_some_and(|stage| stage.reviewers == Reviewers::Members)
}

/// Asks these people, each about so many rows.
pub async fn ask(
    change: &mut Change<'_>,
    review: &Review,
    mut readers: BTreeMap<UserId, u64>,
    sharing: &BTreeSet<UserId>,
    again: bool,
) -> Result<(), Problem> {
    let ReviewState::InProgress { stage, until, .. } = review.state else { return Ok(()) };
    let own = themselves(review, stage);
    if !own {
        // Whoever decides in somebody's place reads what that person reads.
        for (delegate, of) in store::delegations::stand_ins(&mut change.link, None, change.now).await? {
            if let Some(rows) = readers.get(&of).copied() {
                readers.entry(delegate).or_insert(rows);
            }
        }
    }
    let about = about(change, review, until).await?;
    change.tell(readers.into_iter().map(|(to, rows)| {
        let news = ReviewNews::Asked { rows, own: own && !sharing.contains(&to), again };
        Letter { to: to.into(), notice: Notice::Review { about: about.clone(), news } }
    }));
    Ok(())
}
