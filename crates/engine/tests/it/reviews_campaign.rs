//! Reviews that one form made of several things: one campaign, of which everybody sees what they may see.

use crate::reviews::{begins, role, says, sees, settings, team};
use model::command::{Command, Done};
use model::directory::PortalRole;
use model::review::{Decision, Frequency, Phase, Reviewed};
use model::view::review::{CampaignListed, Listed};
use model::{CampaignId, query};
use testkit::{Person, World, both, refused};

async fn listed(who: &Person) -> Vec<Listed> {
    let query = query::Reviews { search: String::new(), phase: None, after: None };
    who.asks(query).await.unwrap().rows
}

async fn campaign(who: &Person) -> CampaignListed {
    let all = listed(who).await;
    let found = all.into_iter().find_map(|one| match one {
        Listed::Campaign(one) => Some(*one),
        Listed::Review(_) => None,
    });
    found.unwrap()
}

/// Makes reviews of these together.
async fn makes(by: &Person, of: &[Reviewed], reviewer: &Person) -> CampaignId {
    let settings = settings(by, &[reviewer]).await;
    match by.submits(Command::CreateReviews { of: of.to_vec(), settings }).await.unwrap() {
        Done::ReviewsCreated { campaign: Some(campaign), .. } => campaign,
        other => panic!("{other:?}"),
    }
}

both! {
    async fn whoever_sees_none_of_its_reviews_sees_no_campaign_and_others_see_their_part(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan] = world.people(["alex", "lee", "miriam", "morgan"]).await;
        let group = team(&world, "Archive", &[&alex, &lee]).await;
        let things = [role(PortalRole::UserAdministrator), role(PortalRole::GlobalReader), Reviewed::Group(group)];
        let id = makes(&morgan, &things, &miriam).await;
        let page = || query::ReviewCampaign { campaign: id, after: None };
        assert_eq!(refused(alex.asks(page()).await).code(), "not_found");
        let unknown = query::ReviewCampaign { campaign: CampaignId::default(), after: None };
        assert_eq!(refused(morgan.asks(unknown).await).code(), "not_found");
        world.appoints(&lee, PortalRole::IdentityGovernanceAdministrator).await;
        let seen = lee.asks(page()).await.unwrap();
        assert_eq!((seen.whole.reviews, seen.whole.things, seen.rows.len()), (1, vec!["Archive".to_owned()], 1));
        assert_eq!(campaign(&lee).await.reviews, 1);
        let all = morgan.asks(page()).await.unwrap();
        assert_eq!((all.whole.reviews, all.rows.len(), all.owner.name.as_str()), (3, 3, "Morgan"));
        assert_eq!(all.whole.things, ["Archive", "Global Reader", "User Administrator"]);
    }

    async fn what_is_decided_in_its_reviews_adds_up_and_each_review_leads_back(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan] = world.people(["alex", "lee", "miriam", "morgan"]).await;
        let (one, other) = (team(&world, "One", &[&alex, &lee]).await, team(&world, "Other", &[&alex]).await);
        // A review of its own is no campaign.
        let (alone, _) = begins(&world, &morgan, Reviewed::Group(one), settings(&morgan, &[&miriam]).await).await;
        assert_eq!(sees(&morgan, alone).await.campaign, None);
        let id = makes(&morgan, &[Reviewed::Group(one), Reviewed::Group(other)], &miriam).await;
        let before = campaign(&morgan).await;
        assert!(before.counts.is_none() && before.next_at.is_some() && before.states[0].0.word == Phase::NotStarted.words(), "{before:?}");
        world.settle().await;
        let rows = morgan.asks(query::ReviewCampaign { campaign: id, after: None }).await.unwrap().rows;
        let series = rows.iter().find(|row| row.subject.name == "One").unwrap().series;
        let review = sees(&morgan, series).await;
        assert_eq!(review.campaign.map(|of| (of.campaign, of.name)), Some((id, "Who needs it".to_owned())));
        let instance = review.instance.unwrap().instance.review;
        says(&miriam, instance, &["Alex"], Decision::Deny, "Left.").await.unwrap();
        let now = campaign(&morgan).await;
        let counts = now.counts.unwrap();
        assert_eq!((counts.total, counts.denied, counts.not_reviewed()), (3, 1, 2));
        assert_eq!((now.reviews, now.states.len(), now.states[0].1, now.frequency.as_str()), (2, 1, 2, "One time"));
        morgan.submits(Command::StopReview { review: instance, stage_only: false }).await.unwrap();
        world.settle().await;
        let now = campaign(&morgan).await;
        assert_eq!(now.states.iter().map(|(badge, n)| (badge.word.as_str(), *n)).collect::<Vec<_>>(), [("In progress", 1), ("Completed", 1)]);
        // Each goes its own way: one is set otherwise, one is deleted.
        let mut otherwise = settings(&morgan, &[&miriam]).await;
        (otherwise.name, otherwise.frequency) = ("Archive, weekly".into(), Frequency::Weekly);
        otherwise.stages[0].days = 3;
        let version = sees(&morgan, series).await.version;
        morgan.submits(Command::EditReviewSeries { series, version, settings: otherwise }).await.unwrap();
        let now = campaign(&morgan).await;
        assert_eq!((now.name.as_str(), now.frequency.as_str()), ("Who needs it", "Different"));
        morgan.submits(Command::DeleteReviewSeries { series }).await.unwrap();
        assert_eq!(campaign(&morgan).await.reviews, 1);
        let last = morgan.asks(query::ReviewCampaign { campaign: id, after: None }).await.unwrap().rows[0].series;
        morgan.submits(Command::DeleteReviewSeries { series: last }).await.unwrap();
        let gone = query::ReviewCampaign { campaign: id, after: None };
        assert_eq!(refused(morgan.asks(gone).await).code(), "not_found");
        assert_eq!(listed(&morgan).await.len(), 1, "the one that was made alone");
    }
}
