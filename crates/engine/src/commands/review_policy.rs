//! Access reviews that policies of packages require: the series follows what the policy says, in the same transaction.

use super::review_facts::in_words;
use super::review_named::everybody_is_there;
use super::review_series;
use crate::Problem;
use crate::change::Change;
use model::review::{PolicyReviews, Reviewed, Series};
use model::{PackageId, PolicyId, Refusal};
use rules::package::Policy;
use rules::review::of_policy;
use rules::review::settings::changes;
use store::{packages, reviews};

/// What the policy shall require, when it may. What is left as it was is not asked about again.
pub async fn checked(
    change: &mut Change<'_>,
    asked: Option<&PolicyReviews>,
    before: Option<&Policy>,
) -> Result<Option<PolicyReviews>, Problem> {
    let Some(asked) = asked else { return Ok(None) };
    let mut begun = false;
    if let Some(before) = before {
        if before.settings.reviews.as_ref() == Some(asked) {
            return Ok(Some(asked.clone()));
        }
        begun = reviews::of_policy(&mut change.link, before.id).await?.is_some_and(|series| series.started > 0);
    }
    Ok(Some(of_policy::check(asked, begun, change.now)?))
}

/// Makes, changes or ends the series, so that it is as the policy says. An instance that runs keeps what it began with.
pub async fn follow(change: &mut Change<'_>, package: PackageId, policy: &Policy) -> Result<(), Problem> {
    let series = reviews::of_policy(&mut change.link, policy.id).await?;
    match (series, &policy.settings.reviews) {
        (None, None) => Ok(()),
        (None, Some(asked)) => begin(change, package, policy, asked).await,
        (Some(series), None) => review_series::end(change, series).await,
        (Some(series), Some(asked)) => adapt(change, series, package, policy, asked).await,
    }
}

/// No further instance starts under a policy that is deleted.
pub async fn deleted(change: &mut Change<'_>, policy: PolicyId) -> Result<(), Problem> {
    match reviews::of_policy(&mut change.link, policy).await? {
        Some(series) => review_series::end(change, series).await,
        None => Ok(()),
    }
}

async fn begin(change: &mut Change<'_>, package: PackageId, policy: &Policy, asked: &PolicyReviews) -> Result<(), Problem> {
    let owner = change.person().ok_or(Refusal::SignInNeeded)?;
    let name = name(change, package, policy).await?;
    let settings = of_policy::settings(asked, name, owner, change.now);
    everybody_is_there(change, &settings, None).await.map_err(placed)?;
    review_series::begin(change, Reviewed::Package(package), (Some(policy.id), None), settings, owner).await?;
    Ok(())
}

async fn adapt(
    change: &mut Change<'_>,
    series: Series,
    package: PackageId,
    policy: &Policy,
    asked: &PolicyReviews,
) -> Result<(), Problem> {
    let name = name(change, package, policy).await?;
    let settings = of_policy::settings(asked, name, series.owner, change.now);
    if settings == series.settings {
        return Ok(());
    }
    everybody_is_there(change, &settings, Some(&series.settings)).await.map_err(placed)?;
    let before = in_words(&mut change.link, &series.settings).await?;
    let after = in_words(&mut change.link, &settings).await?;
    review_series::set(change, series, settings, changes(&before, &after)).await
}

/// At the field of the policy.
fn placed(problem: Problem) -> Problem {
    match problem {
        Problem::Refused(refusal) => Problem::Refused(of_policy::placed(refusal)),
        broken @ Problem::Broken(_) => broken,
    }
}

async fn name(change: &mut Change<'_>, package: PackageId, policy: &Policy) -> Result<String, Problem> {
    let found = packages::get(&mut change.link, package).await?.ok_or(Refusal::NotFound { what: "access package" })?;
    Ok(of_policy::name(&found.name, &policy.name))
}

/// What the next instance is called: as package and policy are called when it starts.
pub async fn name_now(change: &mut Change<'_>, series: &Series, package: &str) -> Result<Option<String>, Problem> {
    let Some(policy) = series.policy else { return Ok(None) };
    let found = packages::policies_by_id(&mut change.link, &[policy]).await?.pop();
    Ok(found.map(|policy| of_policy::name(package, &policy.name)))
}
