//! What recurs, as an administrator or a policy of a package makes, changes and ends it.

use crate::Problem;
use crate::change::Change;
use model::event::{Action, Change as Changed};
use model::review::{ReviewSettings, Reviewed, Series, SeriesEnd};
use model::{CampaignId, PolicyId, Refusal, ReviewSeriesId, UserId};
use rules::review::time;
use store::{Saved, reviews};

pub async fn begin(
    change: &mut Change<'_>,
    of: Reviewed,
    (policy, campaign): (Option<PolicyId>, Option<CampaignId>),
    settings: ReviewSettings,
    owner: UserId,
) -> Result<ReviewSeriesId, Problem> {
    let id = ReviewSeriesId(change.id());
    let name = settings.name.clone();
    let next_at = Some(time::first(&settings, change.now));
    let series = Series { id, of, policy, campaign, settings, owner, created_at: change.now, started: 0, next_at, version: 0 };
    reviews::insert_series(&mut change.link, &series).await?;
    change.record(None, [Action::ReviewCreated { series: id, of, name }]);
    Ok(id)
}

/// Other settings for what starts from now on. `changes` are what is different, in words.
pub async fn set(
    change: &mut Change<'_>,
    series: Series,
    settings: ReviewSettings,
    changes: Vec<Changed>,
) -> Result<(), Problem> {
    let (id, of, name) = (series.id, series.of, settings.name.clone());
    let next_at = time::after_change(&series, &settings, change.now);
    update(change, &Series { settings, next_at, ..series }).await?;
    change.record(None, [Action::ReviewChanged { series: id, of, name, changes }]);
    Ok(())
}

/// No further instance starts.
pub async fn end(change: &mut Change<'_>, mut series: Series) -> Result<(), Problem> {
    series.next_at = None;
    series.settings.series_end = SeriesEnd::On { at: change.now };
    update(change, &series).await?;
    let (of, name) = (series.of, series.settings.name);
    change.record(None, [Action::ReviewSeriesStopped { series: series.id, of, name }]);
    Ok(())
}

/// Saves it, if nobody else did since it was read.
pub async fn update(change: &mut Change<'_>, series: &Series) -> Result<(), Problem> {
    match reviews::update_series(&mut change.link, series).await? {
        Saved::Yes => Ok(()),
        Saved::Stale => Err(Refusal::Stale.into()),
    }
}
