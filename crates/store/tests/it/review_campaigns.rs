//! Access reviews that one form made: in lists one of them stands for all.

use crate::given::{HOUR, NOW, attempt, id, offer, person, role, team, users as given_users};
use crate::reviews::{review, series};
use model::review::{Campaign, Counts, Phase, Reviewed, Series};
use model::{CampaignId, ReviewId, ReviewSeriesId, Span};
use std::collections::BTreeSet;
use store::review_lists::{Sought, Visible};
use store::search::Words;
use store::{Fault, Link, Saved, review_campaigns, review_lists, reviews};
use testkit::both;

const FIRST: u128 = 700_001;

/// Every function of this topic once; `me` is somebody who is there.
pub async fn campaigns(link: &mut Link, me: u128) -> Result<(), Fault> {
    let campaign = Campaign { id: CampaignId(id(FIRST)), name: "Everything".into(), owner: person(me), created_at: NOW };
    review_campaigns::insert(link, &campaign).await?;
    let found = review_campaigns::several(link, &[campaign.id, CampaignId(id(FIRST + 1))]).await?;
    assert_eq!(found, [(campaign.id, campaign.clone())].into());
    let things = [Reviewed::DirectoryRole(role(1)), Reviewed::Group(team(1)), Reviewed::Package(offer(1))];
    for (n, of) in (FIRST..).zip(things) {
        let made = Series { campaign: Some(campaign.id), created_at: NOW, started: 1, ..series(n, me, of) };
        reviews::insert_series(link, &made).await?;
        assert_eq!(reviews::series(link, made.id).await?, Some(made.clone()));
        if n == FIRST {
            let mut runs = review(&made);
            runs.counts = Counts { total: 3, denied: 1, ..Counts::default() };
            runs.due_at = NOW + HOUR;
            reviews::insert(link, &runs, None).await?;
        }
    }
    let whole = Visible { me: person(me), roles: true, directory: true, packages: true };
    let some = Visible { packages: false, ..whole };
    for (visible, seen) in [(whole, 3), (some, 2), (Visible { directory: false, ..some }, 1)] {
        let members = review_campaigns::members(link, visible, &[campaign.id], NOW).await?;
        assert_eq!(members.len(), seen);
        let first = members.iter().find(|one| one.series == ReviewSeriesId(id(FIRST))).map(|one| one.last);
        let counts = Counts { total: 3, denied: 1, ..Counts::default() };
        assert_eq!(first, Some(Some((Phase::InProgress, counts, NOW + HOUR))));
    }
    Ok(())
}

both! {
    async fn a_campaign_is_listed_once_however_much_of_it_somebody_sees_and_seeks(test: TestDb) {
        test.db.migrate().await.unwrap();
        given_users(&test.db, 5).await;
        attempt(&test.db, async |link| {
            campaigns(link, 1).await?;
            // One before, and one after.
            for n in [FIRST - 1, FIRST + 900] {
                let created_at = if n < FIRST { NOW } else { NOW + Span(1) };
                let alone = Series { created_at, ..series(n, 1, Reviewed::DirectoryRole(role(2))) };
                reviews::insert_series(link, &alone).await?;
            }
            let whole = Visible { me: person(1), roles: true, directory: true, packages: true };
            let listed = async |link: &mut Link, visible, sought: Sought<'_>| -> Result<Vec<u128>, Fault> {
                let (mut all, mut before) = (Vec::new(), None);
                loop {
                    // One a page: what stands for a campaign is the same on every page.
                    let Some((one, _)) = review_lists::list(link, visible, sought, before, NOW, 1).await?.pop() else { break };
                    before = Some((one.created_at, one.id));
                    all.push(one.id.0.as_u128());
                }
                Ok(all)
            };
            let none = Words::default();
            let all = Sought::All { words: &none, phase: None };
            assert_eq!(listed(link, whole, all).await?, [FIRST + 900, FIRST + 2, FIRST - 1]);
            let roles = Visible { directory: false, packages: false, ..whole };
            assert_eq!(listed(link, roles, all).await?, [FIRST + 900, FIRST, FIRST - 1], "what one does not see stands for nothing");
            let runs = Sought::All { words: &none, phase: Some(Phase::InProgress) };
            assert_eq!(listed(link, whole, runs).await?, [FIRST]);
            let words = Words::of(&format!("look {}", FIRST + 1));
            assert_eq!(listed(link, whole, Sought::All { words: &words, phase: None }).await?, [FIRST + 1]);
            let campaign = CampaignId(id(FIRST));
            assert_eq!(listed(link, whole, Sought::In(campaign)).await?, [FIRST + 2, FIRST + 1, FIRST]);
            assert_eq!(listed(link, roles, Sought::In(campaign)).await?, [FIRST]);
            assert_eq!(listed(link, whole, Sought::Of(Reviewed::Group(team(1)))).await?, [FIRST + 1]);
            let gone = reviews::series(link, ReviewSeriesId(id(FIRST + 2))).await?.unwrap();
            assert_eq!(reviews::delete_series(link, &gone, NOW).await?, Saved::Yes);
            assert_eq!(listed(link, whole, all).await?, [FIRST + 900, FIRST + 1, FIRST - 1], "another one stands for it");
            let ran = review_lists::history(link, whole, &[], (NOW, ReviewId::default()), NOW + HOUR, NOW, 25).await?;
            let campaigns: BTreeSet<_> = ran.into_iter().map(|(_, _, _, campaign)| campaign).collect();
            assert_eq!(campaigns, [Some(campaign)].into());
            Ok(())
        })
        .await
        .unwrap();
    }
}
