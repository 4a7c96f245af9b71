//! The tab *Delegation*: who decides in the reader's place, and in whose place the reader decides.

use super::words::{People, both};
use super::{Asking, user};
use crate::Problem;
use model::delegation::{Delegated, Delegation};
use model::limits::DELEGATIONS_MAX;
use model::view::delegation::{Delegations, Row};
use model::view::{Badge, Choice};
use model::{PackageId, Refusal, Ts, UserId};
use std::collections::{BTreeMap, BTreeSet};
use store::{Link, delegations, inbox, packages, users};

/// Delegations that are shown; somebody for whom more people asked has them all in the inbox.
const SHOWN: usize = 100;
/// Requests that are looked through for the packages to choose from.
const LOOKED_THROUGH: usize = 200;

pub async fn list(asking: &mut Asking<'_>, person: &str) -> Result<Delegations, Problem> {
    let (me, now) = (asking.who.user, asking.now);
    let given = delegations::given(&mut asking.link, me, now, DELEGATIONS_MAX).await?;
    let received = delegations::received(&mut asking.link, me, now, SHOWN).await?;
    let choosable = choosable(&mut asking.link, me, now).await?;
    let mut named = choosable.clone();
    for delegation in given.iter().chain(&received) {
        if let Delegated::Packages(packages) = &delegation.delegated {
            named.extend(packages);
        }
    }
    let ids: Vec<PackageId> = named.into_iter().collect();
    let names: BTreeMap<PackageId, String> =
        packages::several(&mut asking.link, &ids).await?.into_iter().map(|package| (package.id, package.name)).collect();
    let ids: Vec<UserId> = given.iter().map(|one| one.to).chain(received.iter().map(|one| one.from)).chain([me]).collect();
    let people = People::load(asking, &ids).await?;
    let may = people.get(me).is_some_and(|user| rules::delegation::may_delegate(user.kind).is_ok());
    let rows = |all: &[Delegation], of: fn(&Delegation) -> UserId| {
        all.iter().map(|one| row(one, people.persona(of(one)), &names, now)).collect()
    };
    let (given, received) = (rows(&given, |one| one.to), rows(&received, |one| one.from));
    let mut packages: Vec<Choice> = names
        .iter()
        .filter(|(id, _)| choosable.contains(id))
        .map(|(id, name)| Choice { id: id.to_string(), name: name.clone(), under: String::new() })
        .collect();
    packages.sort_by(|one, other| one.name.cmp(&other.name));
    let people = if may { choices(asking, person).await? } else { Vec::new() };
    Ok(Delegations { given, received, people, packages, today: now.iso().chars().take(10).collect(), may_delegate: may })
}

fn row(delegation: &Delegation, who: model::view::Persona, names: &BTreeMap<PackageId, String>, now: Ts) -> Row {
    let what = match &delegation.delegated {
        Delegated::All => "All approvals".to_owned(),
        Delegated::Packages(packages) => {
            let mut names: Vec<String> = packages.iter().filter_map(|package| names.get(package).cloned()).collect();
            names.sort();
            both(&names)
        }
    };
    let in_force = rules::delegation::in_force(delegation, now);
    Row {
        delegation: delegation.id,
        who,
        what,
        starts_at: delegation.starts_at,
        ends_at: delegation.ends_at,
        badge: if in_force { Badge::new("In force", "good") } else { Badge::new("Starts later", "plain") },
    }
}

/// The packages that somebody may choose: those about which they decided lately, and whose requests wait for them.
/// Others might be none of their business.
pub async fn choosable(link: &mut Link, person: UserId, now: Ts) -> Result<BTreeSet<PackageId>, Problem> {
    let mut found: BTreeSet<PackageId> = delegations::decided_packages(link, person, LOOKED_THROUGH).await?.into_iter().collect();
    let waiting = inbox::waiting(link, person, &inbox::Sought::default(), None, LOOKED_THROUGH, now).await?;
    found.extend(waiting.iter().filter_map(|(_, request)| request.package()));
    Ok(found)
}

/// Members to choose from.
pub async fn delegates(asking: &mut Asking<'_>, search: &str) -> Result<Vec<Choice>, Problem> {
    let me = users::get(&mut asking.link, asking.who.user).await?.ok_or(Refusal::SignInNeeded)?;
    rules::delegation::may_delegate(me.kind)?;
    choices(asking, search).await
}

async fn choices(asking: &mut Asking<'_>, search: &str) -> Result<Vec<Choice>, Problem> {
    let me = asking.who.user.to_string();
    let found = user::members(asking, search).await?;
    Ok(found.into_iter().filter(|choice| choice.id != me).collect())
}
