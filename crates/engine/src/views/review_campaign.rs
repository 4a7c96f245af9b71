//! The list of all access reviews, in which those that one form made are one entry, and that entry's own page.

use super::Asking;
use super::review::{NOT_FOUND, Subjects, lines, page_of, visible};
use super::review_form::standings;
use super::words::People;
use crate::Problem;
use model::review::{Campaign, Reviewed};
use model::view::Badge;
use model::view::review::{AllReviews, Campaign as CampaignView, CampaignListed, Listed};
use model::{CampaignId, UserId, query};
use rules::review::{Part, together};
use std::collections::BTreeMap;
use store::review_campaigns;
use store::review_campaigns::Member;
use store::review_lists::{Sought, Visible};
use store::search::Words;

/// Things that an entry names.
const NAMED: usize = 3;

pub async fn list(asking: &mut Asking<'_>, query: query::Reviews) -> Result<AllReviews, Problem> {
    let visible = visible(asking).await?;
    let may_create = rules::review::may_create_some(asking.visitor, standings(asking).await?.into_values());
    let words = Words::of(&query.search);
    let sought = Sought::All { words: &words, phase: query.phase };
    let (all, paging) = page_of(asking, visible, sought, query.after).await?;
    let ids: Vec<CampaignId> = all.iter().filter_map(|(series, _)| series.campaign).collect();
    let mut campaigns = campaigns(asking, visible, &ids).await?;
    let of: Vec<Option<CampaignId>> = all.iter().map(|(series, _)| series.campaign).collect();
    let alone: Vec<_> = all.into_iter().filter(|(series, _)| series.campaign.is_none()).collect();
    let mut alone = lines(asking, &alone).await?.into_iter();
    let row = |campaign: Option<CampaignId>| match campaign {
        Some(id) => campaigns.remove(&id).map(|(_, listed)| Listed::Campaign(Box::new(listed))),
        None => alone.next().map(|one| Listed::Review(Box::new(one))),
    };
    Ok(AllReviews { rows: of.into_iter().filter_map(row).collect(), paging, may_create })
}

pub async fn one(asking: &mut Asking<'_>, query: query::ReviewCampaign) -> Result<CampaignView, Problem> {
    let visible = visible(asking).await?;
    // Whoever sees none of its reviews sees no campaign.
    let (campaign, whole) = campaigns(asking, visible, &[query.campaign]).await?.remove(&query.campaign).ok_or(NOT_FOUND)?;
    let (all, paging) = page_of(asking, visible, Sought::In(campaign.id), query.after).await?;
    let rows = lines(asking, &all).await?;
    let owner = People::load(asking, &[campaign.owner]).await?.persona(campaign.owner);
    Ok(CampaignView { whole, owner, created_at: campaign.created_at, rows, paging })
}

/// Campaigns with what the reader sees of them; those of which that is nothing are left out.
async fn campaigns(
    asking: &mut Asking<'_>,
    visible: Visible,
    ids: &[CampaignId],
) -> Result<BTreeMap<CampaignId, (Campaign, CampaignListed)>, Problem> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let now = asking.now;
    let found = review_campaigns::several(&mut asking.link, ids).await?;
    let mut members: BTreeMap<CampaignId, Vec<Member>> = BTreeMap::new();
    for member in review_campaigns::members(&mut asking.link, visible, ids, now).await? {
        members.entry(member.campaign).or_default().push(member);
    }
    let named: Vec<Reviewed> = members.values().flatten().map(|one| one.of).collect();
    let subjects = Subjects::load(asking, named).await?;
    let owners: Vec<UserId> = found.values().map(|campaign| campaign.owner).collect();
    let people = People::load(asking, &owners).await?;
    let listed = found.into_iter().filter_map(|(id, campaign)| {
        let members = members.remove(&id)?;
        let mut things: Vec<String> = members.iter().map(|one| subjects.subject(one.of).name).collect();
        things.sort_by_key(|name| rules::user::folded(name));
        let other_things = things.len().saturating_sub(NAMED) as u64;
        things.truncate(NAMED);
        let part = |one: &Member| Part { frequency: one.frequency, next_at: one.next_at, last: one.last };
        let all = together(members.iter().map(part));
        let mut frequencies = all.frequencies.iter().map(|one| one.words());
        let frequency = match (frequencies.next(), frequencies.next()) {
            (Some(only), None) => only,
            _ => "Different",
        };
        let listed = CampaignListed {
            campaign: id,
            name: campaign.name.clone(),
            reviews: all.reviews,
            things,
            other_things,
            frequency: frequency.to_owned(),
            states: all.states.into_iter().map(|(phase, n)| (Badge::new(phase.words(), phase.tone()), n)).collect(),
            due_at: all.due_at,
            next_at: all.next_at,
            counts: all.counts,
            owner: people.name(campaign.owner),
        };
        Some((id, (campaign, listed)))
    });
    Ok(listed.collect())
}
