//! Administration: whether somebody could request a package. The same functions answer that make their form.

use super::admin_package::seen_standing;
use super::package::{For, openings};
use super::words::People;
use super::{Asking, user};
use crate::Problem;
use crate::commands::request::asker;
use model::query;
use model::view::Badge;
use model::view::who_could::{Could, PolicyStanding, WhoCould};
use model::{PackageId, Refusal, UserId};
use rules::package::Fit;
use store::packages;

pub async fn who_could(asking: &mut Asking<'_>, query: query::WhoCould) -> Result<WhoCould, Problem> {
    let (_, standing) = seen_standing(asking, query.package).await?;
    rules::catalog::may_ask_who_could(asking.visitor, standing)?;
    let people = if query.search.trim().is_empty() { Vec::new() } else { user::choices(asking, &query.search).await? };
    let could = match query.person {
        Some(person) => Some(could(asking, query.package, person).await?),
        None => None,
    };
    Ok(WhoCould { search: query.search, people, could })
}

async fn could(asking: &mut Asking<'_>, id: PackageId, person: UserId) -> Result<Could, Problem> {
    let known = People::load(asking, &[person]).await?;
    if known.get(person).is_none() {
        return Err(Refusal::NotFound { what: "user" }.into());
    }
    let name = known.name(person);
    let asker = asker(&mut asking.link, person, asking.now).await?;
    let policies = packages::policies(&mut asking.link, id).await?;
    let package = packages::get(&mut asking.link, id).await?.ok_or(Refusal::NotFound { what: "access package" })?;
    let (choices, told) = match openings(asking, &package, For::Themselves(person)).await? {
        Some(openings) => (openings.choices, openings.closed),
        None => (Vec::new(), Some(Refusal::NotFound { what: "access package" })),
    };
    let now = asking.now;
    let user = if policies.iter().any(|policy| policy.settings.is_automatic()) {
        store::users::get(&mut asking.link, person).await?
    } else {
        None
    };
    let choices = if asker.enabled { choices } else { Vec::new() };
    let mut given = None;
    let standings = rules::package::fits(&policies, &asker)
        .into_iter()
        .map(|(policy, fit)| {
            let choice = choices.iter().find(|choice| choice.policy == policy.id);
            let (badge, why) = match (choice, fit) {
                (Some(_), _) => (Badge::new("Applies", "good"), format!("{name} may request under it.")),
                (None, Fit::Applies) => (Badge::new("Closed now", "warn"), format!("It covers {name}, but cannot be used now.")),
                (None, Fit::Outranked) => (
                    Badge::new("Outranked", "plain"),
                    format!("It covers {name}, but another policy names {name} more closely, and only the closest count."),
                ),
                (None, Fit::Automatic) if !asker.enabled => {
                    (Badge::new("Does not apply", "plain"), format!("{name} is disabled, and so its rule gives {name} nothing."))
                }
                (None, Fit::Automatic) => {
                    let matches = rules::automatic::Automatic::of(policy)
                        .zip(user.as_ref())
                        .is_some_and(|(rule, user)| rule.matches(&store::users::person(user), now));
                    if matches {
                        given.get_or_insert_with(|| policy.name.clone());
                        (Badge::new("Given by rule", "good"), format!("Nobody asks under it: its rule gives {name} the package."))
                    } else {
                        (
                            Badge::new("Does not apply", "plain"),
                            format!("Nobody asks under it, and its rule does not match {name}."),
                        )
                    }
                }
                (None, Fit::Disabled) => (Badge::new("Disabled", "plain"), "Nobody can request under it.".to_owned()),
                (None, Fit::Outside) if !asker.enabled => (Badge::new("Does not apply", "plain"), format!("{name} is disabled.")),
                (None, Fit::Outside) => (Badge::new("Does not apply", "plain"), format!("It does not cover {name}.")),
            };
            let plan = choice.map(|choice| choice.plan.clone());
            PolicyStanding { policy: policy.id, name: policy.name.clone(), badge, why, plan }
        })
        .collect();
    let (badge, says) = match choices.as_slice() {
        [] if !asker.enabled => {
            (Badge::new("Disabled", "plain"), format!("{name} is disabled, and so cannot sign in or request anything."))
        }
        [] if given.is_some() => {
            let policy = given.as_deref().unwrap_or_default();
            (
                Badge::new("Given by rule", "good"),
                format!("{name} need not ask: the rule of “{policy}” gives {name} this package."),
            )
        }
        [] => (Badge::new("Cannot request", "bad"), format!("{name} cannot request this package now.")),
        [only] => (Badge::new("May request", "good"), format!("{name} may request this package under “{}”.", only.name)),
        several => {
            let names: Vec<String> = several.iter().map(|choice| format!("“{}”", choice.name)).collect();
            let text = format!("{name} may request this package and chooses between {}.", names.join(" and "));
            (Badge::new("May request", "good"), text)
        }
    };
    let told =
        told.filter(|_| choices.is_empty() && asker.enabled && given.is_none()).map(|refusal| refusal.sentence_for_pages());
    Ok(Could { who: known.persona(person), badge, says, told, policies: standings })
}
