//! Access reviews that a policy of a package requires: they follow the policy, and look at what is held under it.

use crate::reviews::{decides, says, sees, settings, shown};
use engine::Problem;
use model::catalog::PolicyFields;
use model::command::{Command, Done};
use model::package::{Lasts, PolicySettings};
use model::review::{Decision, Frequency, Phase, PolicyReviews, ReviewSettings, Reviewed, Reviewers, Silence};
use model::view::assignment::Filter;
use model::view::review::ReviewListed;
use model::{ReviewId, ReviewSeriesId, Span, query};
use testkit::{Offer, Person, World, both, refused};

const TOOLS: &str = "Field tools";

/// A package with two policies, held by Alex under one and by Lee under the other.
async fn tools(world: &World, [alex, lee, morgan]: [&Person; 3]) {
    let group = world.makes_group("Field tools users").await;
    let offer = Offer::new(TOOLS, group, []).lasting(Lasts::Forever).and_policy("Contractors", |_| ());
    world.offers(offer).await;
    morgan.assigns(TOOLS, "Everybody", &[alex]).await.unwrap();
    morgan.assigns(TOOLS, "Contractors", &[lee]).await.unwrap();
    world.settle().await;
}

/// Every month for two weeks, from now on.
fn monthly(world: &World, by: &Person) -> PolicyReviews {
    PolicyReviews {
        starts_at: world.now(),
        frequency: Frequency::Monthly,
        days: 14,
        reviewers: Reviewers::Selected { users: vec![by.id], groups: Vec::new() },
        fallback: Vec::new(),
        silence: Silence::NoChange,
        recommendations: true,
        reason_on_approval: true,
    }
}

/// Saves the policy with these reviews.
async fn requires(world: &World, by: &Person, policy: &str, reviews: Option<PolicyReviews>) -> Result<Done, Problem> {
    let (package, policy) = (world.package(TOOLS), world.policy(TOOLS, policy));
    let [morgan] = world.people(["morgan"]).await;
    let seen = morgan.asks(query::Policy { package, policy: Some(policy) }).await.unwrap();
    let fields = PolicyFields {
        name: seen.name,
        enabled: seen.enabled,
        settings: PolicySettings { reviews, ..seen.settings },
        seen: None,
    };
    by.submits(Command::EditPolicy { package, policy, version: seen.version, fields }).await
}

async fn listed(world: &World, by: &Person) -> Vec<ReviewListed> {
    let of = Reviewed::Package(world.package(TOOLS));
    by.asks(query::ReviewsOf { of, after: None }).await.unwrap().rows
}

/// The one that a policy requires now, with its instance when it has begun.
async fn required(world: &World, by: &Person, policy: &str) -> (ReviewSeriesId, Option<ReviewId>) {
    let rows = listed(world, by).await;
    let found = rows.iter().find(|row| row.required_by.as_ref().is_some_and(|by| by.name == policy && by.now));
    let series = found.unwrap_or_else(|| panic!("{policy} requires none of {rows:?}")).series;
    (series, sees(by, series).await.instance.map(|shown| shown.instance.review))
}

async fn asked_about(who: &Person, review: ReviewId) -> Vec<String> {
    decides(who, review).await.unwrap().rows.into_iter().map(|row| row.name).collect()
}

async fn has(by: &Person, who: &Person) -> bool {
    !by.sees_assignments(TOOLS, &who.user_name, Filter::Active).await.unwrap().rows.is_empty()
}

both! {
    async fn what_a_policy_may_not_require_is_said_at_its_field_and_to_nobody_else(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan] = world.people(["alex", "lee", "miriam", "morgan"]).await;
        tools(&world, [&alex, &lee, &morgan]).await;
        let reviews = monthly(&world, &miriam);
        assert_eq!(refused(requires(&world, &alex, "Everybody", Some(reviews.clone())).await).code(), "not_found");
        let wrong = async |change: fn(&mut PolicyReviews)| {
            let mut reviews = reviews.clone();
            change(&mut reviews);
            refused(requires(&world, &morgan, "Everybody", Some(reviews)).await).field().map(str::to_owned)
        };
        assert_eq!(wrong(|asked| asked.frequency = Frequency::Once).await.as_deref(), Some("review_frequency"));
        assert_eq!(wrong(|asked| asked.days = 28).await.as_deref(), Some("review_days"));
        assert_eq!(wrong(|asked| asked.reviewers = Reviewers::Managers).await.as_deref(), Some("review_fallback"));
        assert_eq!(wrong(|asked| asked.starts_at = asked.starts_at - Span::days(2)).await.as_deref(), Some("review_starts"));
        assert!(listed(&world, &morgan).await.is_empty(), "nothing was made");
        assert_eq!(refused(alex.asks(query::ReviewsOf { of: Reviewed::Package(world.package(TOOLS)), after: None }).await).code(), "not_found");
    }

    async fn each_policy_has_its_own_review_of_what_is_held_under_it(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan] = world.people(["alex", "lee", "miriam", "morgan"]).await;
        tools(&world, [&alex, &lee, &morgan]).await;
        let reviews = monthly(&world, &miriam);
        requires(&world, &morgan, "Everybody", Some(reviews.clone())).await.unwrap();
        requires(&world, &morgan, "Contractors", Some(PolicyReviews { days: 7, ..reviews.clone() })).await.unwrap();
        world.settle().await;
        let (series, review) = required(&world, &morgan, "Everybody").await;
        let (other, others) = required(&world, &morgan, "Contractors").await;
        assert_ne!(series, other);
        assert_eq!(asked_about(&miriam, review.unwrap()).await, ["Alex"]);
        assert_eq!(asked_about(&miriam, others.unwrap()).await, ["Lee"]);
        let seen = sees(&morgan, series).await;
        assert_eq!(seen.name, "Field tools: Everybody");
        assert!(seen.settings.auto_apply && seen.settings.recommendations && seen.settings.reason_on_approval);
        says(&miriam, review.unwrap(), &["Alex"], Decision::Deny, "The round is over.").await.unwrap();
        world.passes(Span::days(15)).await;
        assert_eq!(shown(&morgan, series).await.phase, Phase::Applied);
        assert!(!has(&morgan, &alex).await && has(&morgan, &lee).await);
        // The next month there is nobody left under this policy.
        world.passes(Span::days(17)).await;
        let now = shown(&morgan, series).await;
        assert_eq!((now.instance.number, now.instance.counts.total), (2, 0));
    }

    async fn a_review_is_changed_and_ended_where_it_is_required_and_nowhere_else(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan] = world.people(["alex", "lee", "miriam", "morgan"]).await;
        tools(&world, [&alex, &lee, &morgan]).await;
        let reviews = monthly(&world, &miriam);
        requires(&world, &morgan, "Everybody", Some(reviews.clone())).await.unwrap();
        world.settle().await;
        let (series, review) = required(&world, &morgan, "Everybody").await;
        let seen = sees(&morgan, series).await;
        let elsewhere = ReviewSettings { name: "Mine".into(), ..settings(&morgan, &[&morgan]).await };
        for command in [
            Command::EditReviewSeries { series, version: seen.version, settings: elsewhere.clone() },
            Command::StopReviewSeries { series },
            Command::DeleteReviewSeries { series },
        ] {
            let refusal = refused(morgan.submits(command).await);
            assert_eq!(refusal.code(), "review_set_by_policy");
            assert!(refusal.link().is_some_and(|(href, _)| href.contains("/policies/")));
        }
        // A change counts for later instances; saving the same again is no change.
        let weekly = PolicyReviews { days: 7, ..reviews.clone() };
        requires(&world, &morgan, "Everybody", Some(weekly.clone())).await.unwrap();
        let told = world.history_about(series.0).await.len();
        requires(&world, &morgan, "Everybody", Some(weekly.clone())).await.unwrap();
        assert_eq!(world.history_about(series.0).await.len(), told);
        let seen = sees(&morgan, series).await;
        assert_eq!((seen.settings.stages[0].days, seen.instance.unwrap().settings.stages[0].days), (7, 14));
        // A policy that says no more ends the series; what runs goes on.
        requires(&world, &morgan, "Everybody", None).await.unwrap();
        let seen = sees(&morgan, series).await;
        assert_eq!((seen.scheduled.len(), seen.instance.unwrap().phase), (0, Phase::InProgress));
        assert!(seen.required_by.is_some_and(|by| !by.now && by.name == "Everybody"));
        says(&miriam, review.unwrap(), &["Alex"], Decision::Deny, "").await.unwrap();
        world.passes(Span::days(15)).await;
        assert!(!has(&morgan, &alex).await);
        let edit = Command::EditReviewSeries { series, version: sees(&morgan, series).await.version, settings: elsewhere };
        assert_eq!(refused(morgan.submits(edit).await).code(), "review_set_by_policy", "nobody revives it elsewhere");
        // Required again, it is a new one.
        requires(&world, &morgan, "Everybody", Some(monthly(&world, &miriam))).await.unwrap();
        assert_ne!(required(&world, &morgan, "Everybody").await.0, series);
        morgan.submits(Command::DeleteReviewSeries { series }).await.unwrap();
        assert_eq!(listed(&world, &morgan).await.len(), 1);
    }

    async fn a_policy_that_is_deleted_requires_nothing_and_one_that_is_disabled_still_does(test: TestDb) {
        let world = World::demo(test).await;
        let [miriam, morgan] = world.people(["miriam", "morgan"]).await;
        let group = world.makes_group("Field tools users").await;
        world.offers(Offer::new(TOOLS, group, []).and_policy("Contractors", |_| ())).await;
        let later = PolicyReviews { starts_at: world.now() + Span::days(3), ..monthly(&world, &miriam) };
        for policy in ["Everybody", "Contractors"] {
            requires(&world, &morgan, policy, Some(later.clone())).await.unwrap();
        }
        let (first, second) = (required(&world, &morgan, "Everybody").await.0, required(&world, &morgan, "Contractors").await.0);
        let (package, policy) = (world.package(TOOLS), world.policy(TOOLS, "Everybody"));
        let seen = morgan.asks(query::Policy { package, policy: Some(policy) }).await.unwrap();
        let off = PolicyFields { name: seen.name, enabled: false, settings: seen.settings, seen: None };
        morgan.submits(Command::EditPolicy { package, policy, version: seen.version, fields: off }).await.unwrap();
        assert_eq!(sees(&morgan, first).await.scheduled.len(), 5, "what is held stays held");
        morgan.submits(Command::DeletePolicy { package, policy }).await.unwrap();
        let seen = sees(&morgan, first).await;
        assert_eq!((seen.scheduled.len(), seen.required_by.unwrap().name.as_str()), (0, "a deleted policy"));
        morgan.submits(Command::DeletePackage { package }).await.unwrap();
        assert!(sees(&morgan, second).await.scheduled.is_empty());
        world.passes(Span::days(4)).await;
        assert!(sees(&morgan, second).await.instance.is_none());
    }
}
