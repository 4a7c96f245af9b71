//! Nobody locks everybody out. Ways to sign in are taken away only while somebody who administrates everything has another.
//!
//! A change of the settings or assignments of the roles that administrate all others, and whatever takes access from anybody
//! (`guarded.rs`), looks before and after, in its own transaction, whether anybody who is eligible could still activate them.
//! What nobody can refuse, because a rule or the clock does it, becomes an alert (`alert.rs`).

use crate::change::Change;
use crate::{Fault, Problem};
use model::answering::Silence;
use model::directory::PortalRole;
use model::provider::Provider;
use model::role_settings::{Privileged, RoleSettings};
use model::{AnyId, Refusal, RoleId, UserId};
use rules::authentication_context::required;
use rules::lock_out::{Hurdle, Way, can_be_proved, comes_in, counted_on, everybody, is_closed, only, reaches, stays_open};
use rules::user::GUARDED;
use std::collections::{BTreeMap, BTreeSet};
use store::approvals::{self, Thing};
use store::providers::Whom;
use store::{Link, assignments, providers, role_assignments, role_settings};

/// Who holds each of them for good.
pub type Lasting = BTreeMap<RoleId, BTreeSet<UserId>>;

/// How one could activate each of them before.
#[must_use = "what is not looked at afterwards is not guarded"]
pub struct Before(Vec<(PortalRole, Vec<Way>)>);

/// Looks at both, whatever is going to change: whoever administrates the one approves the other, and whoever leaves a group may
/// be the last who approves. `lasting` is who holds them for good now.
pub async fn before(change: &mut Change<'_>, lasting: &Lasting) -> Result<Before, Problem> {
    Ok(Before(ways(change, lasting).await?))
}

/// Keeps others from changing who holds the guarded roles until this change is over.
pub async fn keep(change: &mut Change<'_>) -> Result<(), Problem> {
    for role in GUARDED {
        assignments::guard(&mut change.link, role.id()).await?;
    }
    Ok(())
}

/// The same for whatever takes no role from anybody: settings, and new assignments. Keeps others from changing who holds the
/// guarded roles, as they keep this from being saved beside them.
pub async fn before_all(change: &mut Change<'_>) -> Result<Before, Problem> {
    keep(change).await?;
    let lasting = lasting(change).await?;
    before(change, &lasting).await
}

impl Before {
    /// Refuses what was done since when it closed the last way, or when the first who is eligible finds none.
    pub async fn and_after(self, change: &mut Change<'_>, lasting: &Lasting) -> Result<(), Problem> {
        let after = ways(change, lasting).await?;
        for ((role, before), (_, after)) in self.0.iter().zip(&after) {
            stays_open(*role, before, after)?;
        }
        Ok(())
    }

    /// The same for whatever takes no role from anybody.
    pub async fn and_after_all(self, change: &mut Change<'_>) -> Result<(), Problem> {
        let lasting = lasting(change).await?;
        self.and_after(change, &lasting).await
    }
}

/// The guarded roles that somebody is eligible for and nobody could activate.
pub async fn closed(change: &mut Change<'_>) -> Result<Vec<RoleId>, Problem> {
    let lasting = lasting(change).await?;
    let all = ways(change, &lasting).await?;
    Ok(all.iter().filter(|(_, ways)| is_closed(ways)).map(|(role, _)| role.id()).collect())
}

/// Who of those who hold the first of them for good could sign in before, and who of those who could activate each of them or
/// approve that.
#[must_use = "what is not looked at afterwards is not guarded"]
pub struct CameIn {
    holders: BTreeSet<UserId>,
    ways: Vec<(PortalRole, Vec<Way>)>,
    able: BTreeSet<UserId>,
}

/// Looks, before ways to sign in are taken away. Keeps others from doing the same meanwhile: two people cannot each take away
/// the other's.
pub async fn who_comes_in(change: &mut Change<'_>) -> Result<CameIn, Problem> {
    keep(change).await?;
    let role = PortalRole::GlobalAdministrator.id();
    let holders = assignments::lasting_role_holders(&mut change.link, role, change.now).await?;
    let holders = able(change, &holders).await?;
    let lasting = lasting(change).await?;
    let ways = ways(change, &lasting).await?;
    let able = able(change, &of_all(&ways)).await?;
    Ok(CameIn { holders, ways, able })
}

impl CameIn {
    /// Refuses what was done since when nobody of them is left.
    pub async fn and_after(self, change: &mut Change<'_>) -> Result<(), Problem> {
        let holders: Vec<UserId> = self.holders.iter().copied().collect();
        let after = able(change, &holders).await?;
        comes_in(PortalRole::GlobalAdministrator, &self.holders, &after)?;
        // What can be proved may have changed as well, where a provider vouches for it.
        let lasting = lasting(change).await?;
        let now = ways(change, &lasting).await?;
        let able = able(change, &of_all(&now)).await?;
        for ((role, before), (_, after)) in self.ways.iter().zip(&now) {
            reaches(*role, &only(before, &self.able), &only(after, &able))?;
        }
        Ok(())
    }
}

fn of_all(ways: &[(PortalRole, Vec<Way>)]) -> Vec<UserId> {
    let people: BTreeSet<UserId> = ways.iter().flat_map(|(_, ways)| everybody(ways)).collect();
    people.into_iter().collect()
}

/// Whether whoever took one of their own ways to sign in away has another one.
pub async fn comes_in_still(change: &mut Change<'_>, person: UserId) -> Result<(), Problem> {
    if able(change, &[person]).await?.is_empty() { Err(Refusal::LastWayIn.into()) } else { Ok(()) }
}

/// Those of them who can sign in.
async fn able(change: &mut Change<'_>, people: &[UserId]) -> Result<BTreeSet<UserId>, Problem> {
    coming_in(change, people.to_vec(), Whom::Enabled).await
}

async fn coming_in(change: &mut Change<'_>, people: Vec<UserId>, whom: Whom) -> Result<BTreeSet<UserId>, Problem> {
    let is_demo = change.is_demo();
    Ok(who_can_come_in(&mut change.link, is_demo, people, whom).await?)
}

/// Those of them who can sign in, also for whoever only looks. To the demo comes whoever wants.
pub async fn who_can_come_in(link: &mut Link, is_demo: bool, people: Vec<UserId>, whom: Whom) -> Result<BTreeSet<UserId>, Fault> {
    if is_demo {
        return Ok(people.into_iter().collect());
    }
    Ok(providers::who_can_sign_in(link, &people, whom).await?.into_iter().collect())
}

/// Refuses a change after which those who hold the first role for good cannot sign in, while some of those who did before could:
/// also whoever was disabled by it.
pub async fn holders_come_in(
    change: &mut Change<'_>,
    before: &BTreeSet<UserId>,
    after: &BTreeSet<UserId>,
) -> Result<(), Problem> {
    let came_in = coming_in(change, before.iter().copied().collect(), Whom::Anybody).await?;
    let come_in = coming_in(change, after.iter().copied().collect(), Whom::Enabled).await?;
    Ok(comes_in(PortalRole::GlobalAdministrator, &came_in, &come_in)?)
}

async fn lasting(change: &mut Change<'_>) -> Result<Lasting, Problem> {
    let mut lasting = Lasting::new();
    for role in GUARDED {
        let holders = assignments::lasting_role_holders(&mut change.link, role.id(), change.now).await?;
        lasting.insert(role.id(), holders.into_iter().collect());
    }
    Ok(lasting)
}

/// Whether anybody could give the proof that is demanded.
async fn proof_is_possible(change: &mut Change<'_>, settings: &RoleSettings) -> Result<bool, Problem> {
    let contexts = super::authentication_context::named(&mut change.link, &[settings]).await?;
    let Ok(required) = required(settings, &contexts) else { return Ok(false) };
    // Where browsers take passkeys for this address, providers change nothing.
    let known = if change.has_passkeys() { Vec::new() } else { providers::list(&mut change.link).await? };
    let known: Vec<Provider> = known.into_iter().map(|one| one.provider).collect();
    Ok(can_be_proved(required.demand, change.has_passkeys(), &known))
}

async fn ways(change: &mut Change<'_>, lasting: &Lasting) -> Result<Vec<(PortalRole, Vec<Way>)>, Problem> {
    let mut all = Vec::new();
    // The settings of a role occur in several ways.
    let mut known: BTreeMap<Privileged, Hurdle> = BTreeMap::new();
    for role in GUARDED {
        let mut eligible = Vec::new();
        for (turn, way) in role_assignments::ways_in(&mut change.link, role.id(), change.now).await? {
            let mut hurdles = Vec::with_capacity(turn.len());
            for by in turn {
                let hurdle = match known.get(&by) {
                    Some(hurdle) => hurdle.clone(),
                    None => hurdle(change, by, lasting).await?,
                };
                known.insert(by, hurdle.clone());
                hurdles.push(hurdle);
            }
            let role_assignments::WayIn { people, lasting } = way;
            eligible.push(Way { people, lasting, hurdles });
        }
        all.push((role, eligible));
    }
    Ok(all)
}

/// What it demands to activate this.
async fn hurdle(change: &mut Change<'_>, by: Privileged, lasting: &Lasting) -> Result<Hurdle, Problem> {
    let settings = role_settings::get(&mut change.link, by).await?.settings;
    let stages = counted_on(&rules::role_settings::stages(by.kind(), &settings), lasting);
    let nobody = UserId(AnyId::nil());
    let approvers = approvals::people(&mut change.link, &stages, nobody, (Thing::Nothing, &[]), change.now).await?;
    let asks = super::answering::to_ask(&mut change.link, settings.asks).await?;
    let rests_on_a_server = asks.is_some_and(|asks| asks.silence == Silence::Denies);
    let proof_impossible = !proof_is_possible(change, &settings).await?;
    Ok(Hurdle { stages, approvers, rests_on_a_server, proof_impossible })
}
