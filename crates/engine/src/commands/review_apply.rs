//! What was denied in an access review is taken away, some rows at a time. A row that may not go says why; one that fails is
//! tried again, and keeps no other waiting.

use super::given_again::{GivenAgain, Held};
use super::package_assignment::{Ending, save_ends};
use super::review::{managed, save};
use super::review_begin::{about, told};
use super::role_news::{self, News};
use super::separation::Looks;
use super::{allowed, automatic, due, guarded, membership, review_later};
use crate::Problem;
use crate::change::Change;
use model::access::{Assignment, EndReason, ResourceRole, Source};
use model::command::{Command, Done};
use model::directory::Principal;
use model::event::Action;
use model::limits::{REVIEW_APPLY_ROWS, REVIEW_STEP_ROWS};
use model::notice::{Letter, Notice, ReviewNews, RoleNews};
use model::review::{Counts, Failure, Review, ReviewRow, ReviewState, Reviewed};
use model::role_settings::Privileged;
use model::{AssignmentId, GroupId, PackageAssignmentId, PackageId, Refusal, ReviewId, ReviewRowId, UserId};
use rules::review::{Fate, Meanwhile};
use std::collections::{BTreeMap, BTreeSet};
use store::{assignments, groups, packages, review_holders, review_rows, reviews};

/// Takes away what was denied, some at a time.
pub async fn apply(change: &mut Change<'_>, mut review: Review) -> Result<(), Problem> {
    let ReviewState::Applying { at, by, ended, .. } = review.state else { return Ok(()) };
    let rows = next(change, review.id).await?;
    if rows.is_empty() {
        if let (_, again_at @ Some(_)) = review_rows::failing(&mut change.link, review.id).await? {
            review.state = ReviewState::Applying { at, by, again_at, ended };
            return save(change, &review).await;
        }
        let state = ReviewState::Applied { at: change.now, by, stopped: None, ended };
        let review = rules::review::goes_to(review, state);
        let (series, of, name) = (review.series, review.of, review.settings.name.clone());
        let Counts { removed, not_removed, .. } = review.counts;
        change.record(None, [Action::ReviewApplied { series, review: review.id, of, name, removed, not_removed }]);
        tell_what_stayed(change, &review).await?;
        return save(change, &review).await;
    }
    let fates = fates(change, &review, &rows).await?;
    became(change, review, rows, &fates).await
}

/// Whoever is told of results reads that not everything was removed.
async fn tell_what_stayed(change: &mut Change<'_>, review: &Review) -> Result<(), Problem> {
    let (removed, still_held) = (review.counts.removed, review.counts.still_held());
    if still_held == 0 || !review.settings.mails {
        return Ok(());
    }
    let about = about(change, review, change.now).await?;
    let to = told(change, review).await?;
    let news = ReviewNews::NotRemoved { removed, still_held };
    let letter = |to: UserId| Letter { to: to.into(), notice: Notice::Review { about: about.clone(), news: news.clone() } };
    change.tell(to.into_iter().map(letter));
    Ok(())
}

/// Begins to try again to take away what could not be removed.
pub async fn try_again(change: &mut Change<'_>, command: &Command, id: ReviewId) -> Result<Done, Problem> {
    let (review, _) = managed(change, command, id).await?;
    let state = rules::review::tries_again(&review, change.person(), change.now)?;
    let rows = review.counts.not_applied();
    let review = rules::review::goes_to(review, state);
    save(change, &review).await?;
    let (series, of, name) = (review.series, review.of, review.settings.name.clone());
    change.record(None, [Action::ReviewTriedAgain { series, review: id, of, name: name.clone(), rows }]);
    Ok(Done::ReviewApplying { review: id, name })
}

/// Makes some rows that could not be removed ready to be tried again. When all of them are, they are applied like the first time.
pub async fn try_anew(change: &mut Change<'_>, mut review: Review) -> Result<(), Problem> {
    let ReviewState::TryingAgain { at, by, ended, after } = review.state else { return Ok(()) };
    let (page, next) = review_rows::not_applied(&mut change.link, review.id, after, REVIEW_STEP_ROWS).await?;
    let rows: Vec<ReviewRow> = page.into_iter().filter_map(|row| rules::review::tried_anew(row, &mut review.counts)).collect();
    review_rows::update_all(&mut change.link, &rows).await?;
    let state = match next {
        Some(next) => ReviewState::TryingAgain { at, by, ended, after: Some(next) },
        None => ReviewState::Applying { at, by, again_at: None, ended },
    };
    save(change, &rules::review::goes_to(review, state)).await
}

/// Applying the next rows failed, and nothing of it was kept. Each of them is tried again alone, so that the one because of
/// which it failed keeps no other waiting.
pub async fn failed(change: &mut Change<'_>, command: &Command, id: ReviewId, cause: Failure) -> Result<Done, Problem> {
    allowed(change, command)?;
    let Some(review) = reviews::get_to_change(&mut change.link, id).await? else { return Ok(Done::Advanced) };
    if matches!(review.state, ReviewState::Applying { .. }) {
        let rows = next(change, id).await?;
        let fates = vec![Fate::Failed(cause); rows.len()];
        became(change, review, rows, &fates).await?;
    }
    Ok(Done::Advanced)
}

/// The next rows: many of which nothing has become yet, or one that failed and is due.
async fn next(change: &mut Change<'_>, review: ReviewId) -> Result<Vec<ReviewRow>, Problem> {
    let rows = review_rows::to_apply(&mut change.link, review, REVIEW_APPLY_ROWS).await?;
    if !rows.is_empty() {
        return Ok(rows);
    }
    Ok(review_rows::to_try_again(&mut change.link, review, change.now, 1).await?)
}

/// Keeps what became of rows. The next step looks for more.
async fn became(change: &mut Change<'_>, mut review: Review, rows: Vec<ReviewRow>, fates: &[Fate]) -> Result<(), Problem> {
    let by = review.state.by();
    let rows: Vec<ReviewRow> = rows
        .into_iter()
        .zip(fates)
        .map(|(row, fate)| rules::review::applied(row, fate, &mut review.counts, by, change.now))
        .collect();
    review_rows::update_all(&mut change.link, &rows).await?;
    if let ReviewState::Applying { again_at, .. } = &mut review.state {
        *again_at = None;
    }
    save(change, &review).await
}

/// Ends all of these together, or where that cannot be one by one: each alone says why not.
async fn fates(change: &mut Change<'_>, review: &Review, rows: &[ReviewRow]) -> Result<Vec<Fate>, Problem> {
    let whole = match attempt(change, review, rows).await? {
        Ok(fates) => return Ok(fates),
        Err(problem) => problem,
    };
    if rows.len() == 1 {
        return Ok(vec![without(whole, review)]);
    }
    let mut fates = Vec::new();
    for row in rows {
        match attempt(change, review, std::slice::from_ref(row)).await? {
            Ok(mut fate) => fates.append(&mut fate),
            Err(problem) => fates.push(without(problem, review)),
        }
    }
    Ok(fates)
}

/// Ends these, or leaves everything as it was.
async fn attempt(change: &mut Change<'_>, review: &Review, rows: &[ReviewRow]) -> Result<Result<Vec<Fate>, Problem>, Problem> {
    let tried = change.try_on().await?;
    match take_away(change, review, rows).await {
        // The whole step is done again at once.
        Err(Problem::Broken(fault)) if fault.is_deadlock() => Err(fault.into()),
        Err(problem) => {
            change.take_back(tried).await?;
            Ok(Err(problem))
        }
        done => Ok(done),
    }
}

/// What becomes of a row that was not ended. A refusal is an answer; everything else is tried again.
fn without(problem: Problem, review: &Review) -> Fate {
    match problem {
        Problem::Refused(Refusal::Stale) => Fate::Failed(Failure::Changed),
        Problem::Refused(refusal) => Fate::Impossible(model::time::spelled(&refusal.sentence())),
        Problem::Broken(fault) => {
            tracing::error!(review = %review.id, %fault, "applying a row of an access review failed and is tried again");
            Fate::Failed(Failure::Fault)
        }
    }
}

/// Ends what these rows are about, as it is now, and says what became of each.
async fn take_away(change: &mut Change<'_>, review: &Review, rows: &[ReviewRow]) -> Result<Vec<Fate>, Problem> {
    let words = |row: &ReviewRow| {
        let reason = row.decided.as_ref().map(|decided| decided.reason.as_str()).filter(|reason| !reason.is_empty());
        match reason {
            Some(reason) => format!("{}: {reason}", review.settings.name),
            None => review.settings.name.clone(),
        }
    };
    let meanwhile = review_later::meanwhile(change, review, rows).await?;
    if let Reviewed::Package(package) = review.of {
        return end_packages(change, package, rows, &meanwhile, words).await;
    }
    let ids: Vec<AssignmentId> = rows.iter().map(|row| AssignmentId(row.held)).collect();
    let held: BTreeMap<AssignmentId, Assignment> =
        assignments::several(&mut change.link, &ids).await?.into_iter().map(|one| (one.id, one)).collect();
    let given: BTreeSet<GroupId> = held
        .values()
        .filter_map(|one| match (one.source, one.role) {
            (Source::Import, ResourceRole::GroupMember(group)) => Some(group),
            _ => None,
        })
        .collect();
    let given: Vec<GroupId> = given.into_iter().collect();
    let fed = review_holders::fed(&mut change.link, &given).await?;
    let mut teams: BTreeSet<GroupId> = rows.iter().filter_map(|row| row.through).chain(given).collect();
    teams.extend(held.values().filter_map(|one| match one.source {
        Source::Rule(group) => Some(group),
        _ => None,
    }));
    let teams: Vec<GroupId> = teams.into_iter().collect();
    let called = if teams.is_empty() { BTreeMap::new() } else { groups::names(&mut change.link, &teams).await? };
    let named = |group: GroupId| called.get(&group).cloned().unwrap_or_else(|| "a deleted group".to_owned());
    let fate = |row: &ReviewRow| {
        let meanwhile = meanwhile.get(&row.id).copied().unwrap_or_default();
        rules::review::fate(row, held.get(&AssignmentId(row.held)), &meanwhile, &fed, named, change.now)
    };
    let fates: Vec<Fate> = rows.iter().map(fate).collect();
    let ending: Vec<(&Assignment, String)> = rows
        .iter()
        .zip(&fates)
        .filter(|(_, fate)| **fate == Fate::End)
        .filter_map(|(row, _)| Some((held.get(&AssignmentId(row.held))?, words(row))))
        .collect();
    if ending.is_empty() {
        return Ok(fates);
    }
    let guarded = guarded::before(change).await?;
    let ids: Vec<AssignmentId> = ending.iter().map(|(one, _)| one.id).collect();
    let ended = assignments::end_several(&mut change.link, &ids, EndReason::Reviewed, change.now).await?;
    if usize::try_from(ended) != Ok(ids.len()) {
        // Somebody ended one of them this very moment; it is looked at again.
        return Err(Refusal::Stale.into());
    }
    let (mut people, mut news) = (Vec::new(), Vec::new());
    for (one, words) in ending {
        change.record(None, [rules::role_assignment::ended(one, EndReason::Reviewed, words.clone())]);
        if let Principal::User(user) = one.principal {
            people.push(user);
        }
        if Privileged::of(one.role).is_some() {
            news.push(News { assignment: one.clone(), news: RoleNews::Removed { by: None, words } });
        }
    }
    membership::all_changed(change, &people).await?;
    super::follow_ends(change).await?;
    guarded.and_after(change).await?;
    role_news::tell(change, news).await?;
    Ok(fates)
}

async fn end_packages(
    change: &mut Change<'_>,
    package: PackageId,
    rows: &[ReviewRow],
    meanwhile: &BTreeMap<ReviewRowId, Meanwhile>,
    words: impl Fn(&ReviewRow) -> String,
) -> Result<Vec<Fate>, Problem> {
    let ids: Vec<PackageAssignmentId> = rows.iter().map(|row| PackageAssignmentId(row.held)).collect();
    let held: BTreeMap<PackageAssignmentId, _> =
        packages::several_held(&mut change.link, &ids).await?.into_iter().map(|held| (held.id, held)).collect();
    let policies = packages::policies(&mut change.link, package).await?;
    let all: Vec<_> = held.values().cloned().collect();
    let mut came_with = due::came_with(change, &all).await?;
    let (mut fates, mut freed) = (Vec::new(), Vec::new());
    // What was said about several in the same words ends together.
    let mut ending: BTreeMap<String, Vec<Ending>> = BTreeMap::new();
    let guarded = guarded::before(change).await?;
    let all: Vec<Held> = all.iter().map(Held::from).collect();
    let again = GivenAgain::of(&mut change.link, package, &policies, &all, change.now, Looks::ToAct).await?;
    for row in rows {
        let one = held.get(&PackageAssignmentId(row.held));
        let again = one.and_then(|one| again.by(&Held::from(one)));
        let meanwhile = meanwhile.get(&row.id).copied().unwrap_or_default();
        let fate = rules::review::fate_of_package(row, one, &meanwhile, again, change.now);
        if let (Fate::End, Some(one)) = (&fate, one) {
            let words = words(row);
            let came_with_it = came_with.remove(&one.id).unwrap_or_default();
            let actions = rules::request::end_by_review(one, &came_with_it, &words);
            let end = Ending { held: one.clone(), reason: EndReason::Reviewed, at: change.now, actions };
            ending.entry(words).or_default().push(end);
            freed.push((one.holder, one.package));
        }
        fates.push(fate);
    }
    for (words, ending) in ending {
        if !save_ends(change, ending, &words).await? {
            return Err(Refusal::Stale.into());
        }
    }
    automatic::came_free(change, &freed).await?;
    super::follow_ends(change).await?;
    guarded.and_after(change).await?;
    Ok(fates)
}
