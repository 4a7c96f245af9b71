//! Access reviews that one form made of several things, and how far they are together.

use crate::dialect::First;
use crate::review_lists::{Visible, seen_sql};
use crate::{Fault, Link};
use model::review::{Campaign, Counts, Frequency, Phase, Reviewed};
use model::{AnyId, CampaignId, ReviewSeriesId, Ts, UserId};
use serde::Deserialize;
use std::collections::BTreeMap;

pub async fn insert(link: &mut Link, campaign: &Campaign) -> Result<(), Fault> {
    run!(
        link,
        "insert into review_campaigns (id, name, owner_id, created_at) values ($1, $2, $3, $4)",
        campaign.id,
        campaign.name.as_str(),
        campaign.owner,
        campaign.created_at,
    )?;
    Ok(())
}

/// Campaigns by id.
pub async fn several(link: &mut Link, ids: &[CampaignId]) -> Result<BTreeMap<CampaignId, Campaign>, Fault> {
    let ids: Vec<AnyId> = ids.iter().map(|id| id.0).collect();
    let sql = "select id, name, owner_id, created_at from review_campaigns where id in ({ids})";
    let rows: Vec<(CampaignId, String, UserId, Ts)> = crate::dialect::in_ids(link, sql, &ids).await?;
    let campaign = |(id, name, owner, created_at)| (id, Campaign { id, name, owner, created_at });
    Ok(rows.into_iter().map(campaign).collect())
}

/// A review of a campaign, as far as the campaign shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub campaign: CampaignId,
    pub series: ReviewSeriesId,
    pub of: Reviewed,
    pub frequency: Frequency,
    pub next_at: Option<Ts>,
    /// The last time it ran: where that stands, what was decided, and when it is due.
    pub last: Option<(Phase, Counts, Ts)>,
}

#[derive(sqlx::FromRow)]
struct Row {
    campaign_id: CampaignId,
    id: ReviewSeriesId,
    subject_kind: String,
    subject_id: AnyId,
    settings: String,
    next_at: Option<Ts>,
    phase: Option<String>,
    counts: Option<String>,
    due_at: Option<Ts>,
}

/// What is read of the settings.
#[derive(Deserialize)]
struct Recurs {
    frequency: Frequency,
}

impl Row {
    fn member(self) -> Result<Member, Fault> {
        let wrong = |what: &str| Fault::impossible("review_series", self.id, what);
        let settings: Recurs = serde_json::from_str(&self.settings).map_err(|error| wrong(&error.to_string()))?;
        let last = match (self.phase, self.counts, self.due_at) {
            (Some(phase), Some(counts), Some(due_at)) => {
                let counts = serde_json::from_str(&counts).map_err(|error| wrong(&error.to_string()))?;
                Some((Phase::from_key(&phase).ok_or_else(|| wrong("phase"))?, counts, due_at))
            }
            _ => None,
        };
        Ok(Member {
            campaign: self.campaign_id,
            series: self.id,
            of: Reviewed::of(&self.subject_kind, self.subject_id).ok_or_else(|| wrong("subject"))?,
            frequency: settings.frequency,
            next_at: self.next_at,
            last,
        })
    }
}

/// The reviews of these campaigns that somebody sees.
pub async fn members(link: &mut Link, visible: Visible, campaigns: &[CampaignId], now: Ts) -> Result<Vec<Member>, Fault> {
    let ids: Vec<AnyId> = campaigns.iter().map(|id| id.0).collect();
    let Visible { me, roles, directory, packages } = visible;
    let yes = |yes: bool| First::Number(i64::from(yes));
    let before = vec![First::Id(me.0), First::Moment(now), yes(roles), yes(directory), yes(packages)];
    let sql = concat!(
        standing_sql!(),
        "select s.campaign_id, s.id, s.subject_kind, s.subject_id, s.settings, s.next_at, r.phase, r.counts, r.due_at
         from review_series s left join reviews r on r.series_id = s.id and r.number = s.started
         where s.campaign_id in ({ids}) and s.deleted_at is null and ",
        seen_sql!("s", "$3 = cast(1 as bigint)", "$4 = cast(1 as bigint)", "$5 = cast(1 as bigint)")
    );
    let rows: Vec<Row> = crate::dialect::in_ids_after(link, sql, before, &ids).await?;
    rows.into_iter().map(Row::member).collect()
}
