//! Saving what one activates together, and forgetting it.

use super::{activation, allowed};
use crate::Problem;
use crate::change::Change;
use model::activation_profile::SaveActivationProfile;
use model::command::{Command, Done};
use model::role_settings::Privileged;
use model::{ActivationProfileId, Refusal};
use rules::request::eligible;
use store::{activation_profiles, users};

pub async fn save(change: &mut Change<'_>, command: &Command, asked: &SaveActivationProfile) -> Result<Done, Problem> {
    allowed(change, command)?;
    let person = change.person().ok_or(Refusal::SignInNeeded)?;
    // Two saved in one moment count each other.
    users::guard(&mut change.link, person).await?;
    let (enabled, reach) = activation::reach(&mut change.link, person, change.now).await?;
    let all = eligible(person, enabled, &reach, change.now);
    let role = |id| all.iter().find(|one| one.assignment.id == id).and_then(|one| Privileged::of(one.assignment.role));
    let roles: Option<Vec<Privileged>> = asked.eligible.iter().map(|id| role(*id)).collect();
    let roles = roles.ok_or(Refusal::NotFound { what: "eligible assignment" })?;
    let mine = activation_profiles::of(&mut change.link, person).await?;
    let id = ActivationProfileId(change.id());
    let profile = rules::activation_profile::save(id, person, &asked.name, &roles, &mine)?;
    activation_profiles::save(&mut change.link, &profile).await?;
    Ok(Done::ActivationProfileSaved { name: profile.name })
}

pub async fn delete(change: &mut Change<'_>, command: &Command, id: ActivationProfileId) -> Result<Done, Problem> {
    allowed(change, command)?;
    let person = change.person().ok_or(Refusal::SignInNeeded)?;
    let mine = activation_profiles::of(&mut change.link, person).await?;
    let found = mine.into_iter().find(|profile| profile.id == id).ok_or(Refusal::NotFound { what: "activation profile" })?;
    activation_profiles::delete(&mut change.link, person, id).await?;
    Ok(Done::ActivationProfileDeleted { name: found.name })
}
