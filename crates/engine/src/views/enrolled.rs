//! Whether those who are eligible could prove what is demanded, or what could be: under the settings of a role, under a
//! template, and under an authentication context.

use super::Asking;
use crate::Problem;
use crate::commands::authentication_context::demanding;
use crate::commands::role_template::with_its_proof;
use model::UserId;
use model::authentication_context::AuthenticationContext;
use model::limits::BREAKING_LOOKED_MAX;
use model::proof::Strength;
use model::role_settings::{Privileged, RoleSettings};
use model::view::role::Lacking;
use rules::enrolled::Enrolled;
use std::collections::BTreeMap;
use store::{providers, role_assignments, users};

/// Of one role under such settings. `contexts` are all that there are.
pub async fn of_role(
    asking: &mut Asking<'_>,
    role: Privileged,
    settings: &RoleSettings,
    contexts: &[AuthenticationContext],
) -> Result<Lacking, Problem> {
    // Whoever manages a group only need not know who is in another one that is eligible for it.
    let named = match role {
        Privileged::DirectoryRole(_) => true,
        Privileged::GroupMember(_) | Privileged::GroupOwner(_) => false,
    };
    let people = eligible(asking, (&[role], true), named).await?;
    Ok(people.under(settings, contexts))
}

/// Of all that have their proof from a template. `roles` are those that may, and whether these are all. Only whoever manages
/// roles asks, and may know everybody.
pub async fn of_template(
    asking: &mut Asking<'_>,
    (roles, all): (&[Privileged], bool),
    template: &RoleSettings,
    contexts: &[AuthenticationContext],
) -> Result<Lacking, Problem> {
    let roles = with_its_proof(&mut asking.link, roles).await?;
    let people = eligible(asking, (&roles, all), true).await?;
    Ok(people.under(template, contexts))
}

/// Of all that demand an authentication context. Only whoever manages roles asks.
pub async fn of_context(asking: &mut Asking<'_>, context: &AuthenticationContext) -> Result<Lacking, Problem> {
    let (roles, all) = demanding(&mut asking.link, context.id).await?;
    let people = eligible(asking, (&roles, all), true).await?;
    Ok(Lacking { now: people.lacking(context.demand.strength), ..people.of_more() })
}

/// Who is eligible, each with what they could prove at most.
struct Eligible {
    people: Vec<Enrolled>,
    /// There are more.
    more: bool,
}

impl Eligible {
    fn lacking(&self, demanded: Strength) -> Option<String> {
        rules::enrolled::lacking(&self.people, self.more, demanded)
    }

    /// Under settings as they are, or would be.
    fn under(&self, settings: &RoleSettings, contexts: &[AuthenticationContext]) -> Lacking {
        // A context that is gone demands nothing that could be counted: then nobody activates.
        let demanded = rules::authentication_context::required(settings, contexts).ok().and_then(|required| required.demand);
        let by_context =
            contexts.iter().filter_map(|context| Some((context.name.clone(), self.lacking(context.demand.strength)?)));
        Lacking {
            now: demanded.and_then(|demand| self.lacking(demand.strength)),
            contexts: by_context.collect(),
            ..self.of_more()
        }
    }

    /// If something else were demanded.
    fn of_more(&self) -> Lacking {
        Lacking {
            multifactor: self.lacking(Strength::Multifactor),
            passkey: self.lacking(Strength::Passkey),
            ..Lacking::default()
        }
    }
}

/// Loads who is eligible for one of these roles at least; `all` says whether there are no others.
async fn eligible(asking: &mut Asking<'_>, (roles, all): (&[Privileged], bool), named: bool) -> Result<Eligible, Problem> {
    let mut found = role_assignments::eligible_people(&mut asking.link, roles, BREAKING_LOOKED_MAX + 1, asking.now).await?;
    let more = !all || found.len() > BREAKING_LOOKED_MAX;
    found.truncate(BREAKING_LOOKED_MAX);
    let without: Vec<UserId> = found.iter().filter(|(_, _, passkey)| !passkey).map(|(user, ..)| *user).collect();
    let mut vouched: BTreeMap<UserId, Strength> = BTreeMap::new();
    for (user, strengths) in providers::strengths_of(&mut asking.link, &without).await? {
        let strength = rules::provider::vouches_for(&strengths);
        vouched.entry(user).and_modify(|most| *most = strength.max(*most)).or_insert(strength);
    }
    let named: Vec<UserId> = if named { found.iter().map(|(user, ..)| *user).collect() } else { Vec::new() };
    let mut names = users::names(&mut asking.link, &named).await?;
    let people = found.into_iter().map(|(user, app, passkey)| Enrolled {
        strongest: rules::enrolled::strongest(app, passkey, vouched.get(&user).copied()),
        name: names.remove(&user),
    });
    Ok(Eligible { people: people.collect(), more })
}
