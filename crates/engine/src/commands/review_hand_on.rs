//! A reviewer asks somebody else to decide some of their rows, or takes that back.

use super::allowed;
use super::review::keep;
use super::review_begin::about;
use super::review_facts::Asker;
use crate::Problem;
use crate::change::Change;
use model::command::{Command, Done};
use model::event::Action;
use model::notice::{Letter, Notice, ReviewNews};
use model::review::{Decision, HandOnRows, ReviewState};
use model::{Refusal, UserId};
use rules::review::Other;
use store::{review_rows, reviews, users};

pub async fn hand_on(change: &mut Change<'_>, command: &Command, given: &HandOnRows) -> Result<Done, Problem> {
    allowed(change, command)?;
    let by = change.person().ok_or(Refusal::SignInNeeded)?;
    let not_found = Refusal::NotFound { what: "access review" };
    let review = reviews::get_to_change(&mut change.link, given.review).await?.ok_or(not_found)?;
    let stage = review.state.open_stage();
    let reader = Asker::find(&mut change.link, review.id, by, change.now).await?.reader(stage);
    let mut asked = given.clone();
    asked.rows.sort();
    asked.rows.dedup();
    let rows = review_rows::by_id(&mut change.link, review.id, &asked.rows).await?;
    let (changed, to) = match asked.to {
        None => (rules::review::take_back(&review, rows, &reader, asked.rows.len(), change.now)?, None),
        Some(to) => {
            let missing = Refusal::Required { field: "to".to_owned(), label: "Who decides instead".to_owned() };
            let mut people = users::several(&mut change.link, &[by, to]).await?;
            // A guest neither delegates nor names others.
            if let Some(me) = people.iter().find(|user| user.id == by) {
                rules::delegation::may_delegate(me.kind)?;
            }
            people.retain(|user| user.id == to);
            let user = people.pop().ok_or(missing)?;
            let shares = reviews::panel(&mut change.link, review.id, stage.unwrap_or_default()).await?.contains(&to);
            let other = Other { user: to, name: &user.display_name, kind: user.kind, enabled: user.enabled, shares };
            let changed = rules::review::hand_on(&review, rows, &reader, &other, &asked, change.now)?;
            (changed, Some((to, user.display_name)))
        }
    };
    let count = changed.len();
    keep(change, &review, Decision::NotReviewed, &changed).await?;
    if let Some((to, _)) = &to {
        tell(change, &review, (by, *to), count, &asked.words).await?;
    }
    let (series, of, name) = (review.series, review.of, review.settings.name.clone());
    let (rows, words) = (count as u64, asked.words.trim().to_owned());
    let whom = to.as_ref().map(|(to, _)| *to);
    change.record(None, [Action::ReviewRowsHandedOn { series, review: review.id, of, name, to: whom, rows, words }]);
    Ok(Done::RowsHandedOn { review: review.id, rows: count, to: to.map(|(_, name)| name) })
}

async fn tell(
    change: &mut Change<'_>,
    review: &model::review::Review,
    (by, to): (UserId, UserId),
    rows: usize,
    words: &str,
) -> Result<(), Problem> {
    let until = match review.state {
        ReviewState::InProgress { until, .. } => until,
        _ => review.due_at,
    };
    let about = about(change, review, until).await?;
    let by = change.names([by]).await?.get(&by).cloned().unwrap_or_default();
    let news = ReviewNews::HandedOn { by, rows: rows as u64, words: words.trim().to_owned() };
    change.tell([Letter { to: to.into(), notice: Notice::Review { about, news } }]);
    Ok(())
}
