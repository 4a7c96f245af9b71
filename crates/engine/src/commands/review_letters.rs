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
    let shared = sharers(change, &review, &sharing).await?;
    let page = review_rows::reviewers(&mut change.link, review.id, letters.after, LETTERS).await?;
    let next = (page.len() == LETTERS).then(|| page.last().map(|(user, _)| *user)).flatten();
    let mut readers: BTreeMap<UserId, u64> = page.into_iter().filter(|(user, _)| !shared.contains_key(user)).collect();
    if letters.after.is_none() {
        // Whoever shares rows reads of those; their own stand on the same page.
        readers.extend(shared);
    }
    let again = letters.what == Telling::Reminder;
    ask(change, &review, readers, &sharing, again).await?;
    if let ReviewState::InProgress { letters, .. } = &mut review.state {
        *letters = next.map(|after| Letters { what: if again { Telling::Reminder } else { Telling::Start }, after: Some(after) });
    }
    save(change, &review).await
}

/// Those of these who share open rows that are not about themselves, with how many.
pub async fn sharers(
    change: &mut Change<'_>,
    review: &Review,
    sharing: &BTreeSet<UserId>,
) -> Result<BTreeMap<UserId, u64>, Problem> {
    let about = review_rows::open_about(&mut change.link, review.id, None, sharing).await?;
    let left = |user: &UserId| review.counts.shared_open.saturating_sub(about.get(user).copied().unwrap_or_default());
    Ok(sharing.iter().map(|user| (*user, left(user))).filter(|(_, rows)| *rows > 0).collect())
}

/// How many people letters about open rows go to: whoever has some and can sign in, and who decides in their place.
pub async fn written_to(change: &mut Change<'_>, review: &Review) -> Result<u64, Problem> {
    let ReviewState::InProgress { stage, .. } = review.state else { return Ok(0) };
    let shared = review.counts.shared_open > 0;
    let sharing = if shared { reviews::panel(&mut change.link, review.id, stage).await? } else { BTreeSet::new() };
    let mut all = sharers(change, review, &sharing).await?;
    let mut after = None;
    loop {
        let page = review_rows::reviewers(&mut change.link, review.id, after, LETTERS).await?;
        after = (page.len() == LETTERS).then(|| page.last().map(|(user, _)| *user)).flatten();
        for (user, rows) in page {
            all.entry(user).or_insert(rows);
        }
        if after.is_none() {
            break;
        }
    }
    let all: Vec<UserId> = and_stand_ins(change, review, all, &sharing).await?.into_keys().collect();
    Ok(users::several(&mut change.link, &all).await?.iter().filter(|user| user.enabled).count() as u64)
}

/// With whoever decides in somebody's place, as far as rows are left that are about neither of the two.
async fn and_stand_ins(
    change: &mut Change<'_>,
    review: &Review,
    mut readers: BTreeMap<UserId, u64>,
    sharing: &BTreeSet<UserId>,
) -> Result<BTreeMap<UserId, u64>, Problem> {
    if review.state.open_stage().is_none_or(|stage| themselves(review, stage)) {
        return Ok(readers);
    }
    for (delegate, of) in store::delegations::stand_ins(&mut change.link, None, change.now).await? {
        let Some(rows) = readers.get(&of).copied().filter(|_| !readers.contains_key(&delegate)) else { continue };
        let whose = (!sharing.contains(&of)).then_some(of);
        let about = review_rows::open_about(&mut change.link, review.id, whose, &BTreeSet::from([delegate])).await?;
        let left = rows.saturating_sub(about.get(&delegate).copied().unwrap_or_default());
        if left > 0 {
            readers.insert(delegate, left);
        }
    }
    Ok(readers)
}

/// Whether everybody says for themselves whether they still need it; nobody does that in their place.
fn themselves(review: &Review, stage: usize) -> bool {
    review.settings.stages.get(stage).is_some_and(|stage| stage.reviewers == Reviewers::Members)
}

/// Asks these people, each about so many rows.
pub async fn ask(
    change: &mut Change<'_>,
    review: &Review,
    readers: BTreeMap<UserId, u64>,
    sharing: &BTreeSet<UserId>,
    again: bool,
) -> Result<(), Problem> {
    let ReviewState::InProgress { stage, until, .. } = review.state else { return Ok(()) };
    let own = themselves(review, stage);
    // Whoever decides in somebody's place reads what that person reads.
    let readers = and_stand_ins(change, review, readers, sharing).await?;
    let about = about(change, review, until).await?;
    change.tell(readers.into_iter().map(|(to, rows)| {
        let news = ReviewNews::Asked { rows, own: own && !sharing.contains(&to), again };
        Letter { to: to.into(), notice: Notice::Review { about: about.clone(), news } }
    }));
    Ok(())
}
