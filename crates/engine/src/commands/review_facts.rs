//! What commands and views of access reviews look up: who holds what is reviewed, and who is asked. What that is and by whom it may
//! be managed is in `review_of.rs`.

use super::given_again::{GivenAgain, Held};
use super::naming;
use super::separation::Looks;
use crate::Problem;
use model::access::{Assignment, ResourceRole};
use model::catalog::{CatalogRole, Holder};
use model::directory::{PortalRole, Principal, UserKind};
use model::limits::REVIEW_PANEL_MAX;
use model::review::{ReviewRow, ReviewSettings, ReviewStage, Reviewed, Reviewers, Types};
use model::view::review::RowFilter;
use model::{AnyId, ApplicationRoleId, GroupId, PolicyId, Refusal, ReviewId, Ts, UserId};
use rules::review::settings::{described, named};
use rules::review::{Hands, Holding, LastResort, Reader, Subject, is_given_again};
use rules::user::User;
use std::collections::{BTreeMap, BTreeSet};
use store::review_holders::HeldPackage;
use store::review_rows::Mine;
use store::search::Words;
use store::{Link, assignments, catalogs, groups, packages, resources, review_holders, review_rows, users};

/// Somebody or something that holds what is reviewed.
pub struct Found {
    pub name: String,
    pub subject: Subject,
    pub holding: Holding,
}

/// A part of those who hold it.
pub struct Page {
    pub found: Vec<Found>,
    /// Groups that hold it, whose members do so through them.
    pub groups: Vec<GroupId>,
    /// Where the next part goes on; nothing when this was the last of the place.
    pub next: Option<AnyId>,
}

/// Where holders are looked for: who holds it directly, or who is a member of a group that does.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub of: Reviewed,
    /// Of a package: only what is held under this policy.
    pub policy: Option<PolicyId>,
    pub through: Option<GroupId>,
    pub after: Option<AnyId>,
}

pub async fn holders(link: &mut Link, place: Place, settings: &ReviewSettings, now: Ts, limit: usize) -> Result<Page, Problem> {
    let types = match settings.types {
        Types::Both => (true, true),
        Types::Eligible => (true, false),
        Types::Active => (false, true),
    };
    let (role, types) = match (place.through, place.of) {
        (Some(group), _) => (ResourceRole::GroupMember(group), (false, true)),
        (None, Reviewed::DirectoryRole(id)) => (ResourceRole::DirectoryRole(id), types),
        (None, Reviewed::Group(id)) => (ResourceRole::GroupMember(id), types),
        // All roles of it: the second id is not looked at.
        (None, Reviewed::Application(id)) => (ResourceRole::ApplicationRole(id, ApplicationRoleId::default()), types),
        (None, Reviewed::Package(id)) => {
            let held = review_holders::package_assignments_of(link, (id, place.policy), place.after, now, limit).await?;
            let next = (held.len() == limit).then(|| held.last().map(|one| one.id)).flatten();
            let policies = packages::policies(link, id).await?;
            let as_held = |one: &HeldPackage| Held {
                holder: one.holder_id,
                policy: one.policy_id,
                request: one.request_id,
                ends_at: one.ends_at,
            };
            let all: Vec<Held> = held.iter().map(as_held).collect();
            let again = GivenAgain::of(link, id, &policies, &all, now, Looks::ToShow).await?;
            let all = held.into_iter().map(|one| {
                let given_again = again.by(&as_held(&one)).is_some();
                (Principal::User(one.holder_id), of_package(one.id, one.ends_at, given_again))
            });
            let found = subjects(link, all.collect(), place, settings, now).await?;
            return Ok(Page { found, groups: Vec::new(), next });
        }
    };
    let held = review_holders::assignments_of(link, role, types, place.after, now, limit).await?;
    let next = (held.len() == limit).then(|| held.last().map(|one| one.id.0)).flatten();
    let (mut inner, mut all) = (Vec::new(), Vec::new());
    let fed = match role {
        ResourceRole::GroupMember(group) => review_holders::fed(link, &[group]).await?,
        _ => BTreeSet::new(),
    };
    for one in held {
        if let (Principal::Group(group), false) = (one.principal, matches!(place.of, Reviewed::DirectoryRole(_))) {
            inner.push(group);
        }
        all.push((one.principal, of_role(&one, place.through, is_given_again(&one, &fed))));
    }
    let found = subjects(link, all, place, settings, now).await?;
    Ok(Page { found, groups: inner, next })
}

fn of_package(held: AnyId, ends_at: Option<Ts>, given_again: bool) -> Holding {
    let assignment_type = model::access::AssignmentType::Active;
    let (role, source, through, last_active, like) = Default::default();
    Holding { held, role, assignment_type, source, through, ends_at, last_active, like, given_again }
}

fn of_role(one: &Assignment, through: Option<GroupId>, given_again: bool) -> Holding {
    Holding {
        held: one.id.0,
        role: Some(one.role),
        assignment_type: one.assignment_type,
        source: Some(one.source),
        through,
        ends_at: one.ends_at,
        last_active: None,
        like: None,
        given_again,
    }
}

/// Adds what is known of the holders, and leaves out who takes no part.
async fn subjects(
    link: &mut Link,
    all: Vec<(Principal, Holding)>,
    place: Place,
    settings: &ReviewSettings,
    now: Ts,
) -> Result<Vec<Found>, Problem> {
    let known = Known::load(link, all.iter().map(|(principal, _)| *principal)).await?;
    let mut found = Vec::new();
    for (principal, holding) in all {
        let Some((name, subject)) = known.subject(principal) else { continue };
        if rules::review::takes_part(place.of, settings, &subject, now) {
            found.push(Found { name, subject, holding });
        }
    }
    let eligible: Vec<UserId> = found
        .iter()
        .filter(|one| one.holding.assignment_type == model::access::AssignmentType::Eligible)
        .filter_map(|one| one.subject.principal.user())
        .collect();
    if !eligible.is_empty() {
        let last = review_holders::last_activations(link, &eligible).await?;
        for one in &mut found {
            if let Some(user) = one.subject.principal.user() {
                one.holding.last_active = last.get(&(user, place.of.id())).copied();
            }
        }
    }
    Ok(found)
}

/// What is known of those who hold something.
pub struct Known {
    users: BTreeMap<UserId, User>,
    enabled: BTreeSet<UserId>,
    groups: BTreeMap<GroupId, String>,
    machines: BTreeMap<model::ServicePrincipalId, String>,
}

impl Known {
    pub async fn load(link: &mut Link, all: impl Iterator<Item = Principal>) -> Result<Self, Problem> {
        let (mut ids, mut teams, mut machines) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for principal in all {
            match principal {
                Principal::User(id) => drop(ids.insert(id)),
                Principal::Group(id) => drop(teams.insert(id)),
                Principal::ServicePrincipal(id) => drop(machines.insert(id)),
            }
        }
        let list = |ids: &BTreeSet<UserId>| ids.iter().copied().collect::<Vec<_>>();
        let found: BTreeMap<UserId, User> =
            users::several(link, &list(&ids)).await?.into_iter().map(|user| (user.id, user)).collect();
        let managers: BTreeSet<UserId> =
            found.values().filter_map(|user| user.manager).filter(|manager| !found.contains_key(manager)).collect();
        let others = if managers.is_empty() { Vec::new() } else { users::several(link, &list(&managers)).await? };
        let enabled = found.values().chain(&others).filter(|user| user.enabled).map(|user| user.id).collect();
        let teams: Vec<GroupId> = teams.into_iter().collect();
        let groups = if teams.is_empty() { BTreeMap::new() } else { groups::names(link, &teams).await? };
        let machines: Vec<_> = machines.into_iter().collect();
        let machines =
            if machines.is_empty() { BTreeMap::new() } else { resources::service_principal_names(link, &machines).await? };
        Ok(Self { users: found, enabled, groups, machines })
    }

    /// Name and facts; nothing for who is no longer there.
    pub fn subject(&self, principal: Principal) -> Option<(String, Subject)> {
        let other = |name: &String| {
            let subject = Subject {
                principal,
                kind: UserKind::Member,
                enabled: true,
                created_at: Ts(0),
                last_sign_in: None,
                manager: None,
            };
            (name.clone(), subject)
        };
        match principal {
            Principal::User(id) => self.users.get(&id).map(|user| {
                let subject = Subject {
                    principal,
                    kind: user.kind,
                    enabled: user.enabled,
                    created_at: user.created_at,
                    last_sign_in: user.last_sign_in_at,
                    manager: user.manager.filter(|manager| self.enabled.contains(manager)),
                };
                (user.display_name.clone(), subject)
            }),
            Principal::Group(id) => self.groups.get(&id).map(other),
            Principal::ServicePrincipal(id) => self.machines.get(&id).map(other),
        }
    }
}

/// Who shares the rows of a stage that are nobody's alone.
pub async fn panel(
    link: &mut Link,
    of: Reviewed,
    stage: &ReviewStage,
    last: &LastResort,
    now: Ts,
) -> Result<BTreeSet<UserId>, Problem> {
    Ok(panel_of(link, of, stage, last, now).await?.0)
}

/// The same, with as what they are asked.
pub async fn panel_of(
    link: &mut Link,
    of: Reviewed,
    stage: &ReviewStage,
    last: &LastResort,
    now: Ts,
) -> Result<(BTreeSet<UserId>, Hands), Problem> {
    let mut found: BTreeSet<UserId> = BTreeSet::new();
    match &stage.reviewers {
        Reviewers::Selected { users, groups } => {
            found.extend(users);
            for group in groups {
                found.extend(assignments::members(link, *group, now, REVIEW_PANEL_MAX).await?);
            }
        }
        Reviewers::Owners => match of {
            Reviewed::Group(id) => found.extend(assignments::owners(link, id, now).await?),
            Reviewed::Package(id) => {
                if let Some(package) = packages::get(link, id).await? {
                    for (holder, role, _) in catalogs::roles(link, package.catalog_id, REVIEW_PANEL_MAX).await? {
                        match holder {
                            _ if role != CatalogRole::Owner => {}
                            Holder::User(user) => drop(found.insert(user)),
                            Holder::Group { group } => {
                                found.extend(assignments::members(link, group, now, REVIEW_PANEL_MAX).await?);
                            }
                        }
                    }
                }
            }
            Reviewed::DirectoryRole(_) | Reviewed::Application(_) => {}
        },
        Reviewers::Members | Reviewers::Managers => {}
    }
    let asked: Vec<UserId> = found.iter().chain(&stage.fallback).copied().collect::<BTreeSet<_>>().into_iter().collect();
    let enabled = users::several(link, &asked).await?.into_iter().filter(|user| user.enabled).map(|user| user.id).collect();
    Ok(rules::review::panel_of(stage, &found, &enabled, last))
}

/// Leaves out fallback reviewers who cannot sign in, and says who of these others can.
pub async fn able(link: &mut Link, stage: &mut ReviewStage, others: &BTreeSet<UserId>) -> Result<BTreeSet<UserId>, Problem> {
    let all: BTreeSet<UserId> = stage.fallback.iter().chain(others).copied().collect();
    let all: Vec<UserId> = all.into_iter().collect();
    let enabled: BTreeSet<UserId> =
        users::several(link, &all).await?.into_iter().filter(|user| user.enabled).map(|user| user.id).collect();
    stage.fallback.retain(|user| enabled.contains(user));
    Ok(enabled)
}

/// Who decides where nobody else is left.
pub async fn last_resort(link: &mut Link, of: Reviewed, owner: UserId, now: Ts) -> Result<LastResort, Problem> {
    let enabled = users::several(link, &[owner]).await?.iter().any(|user| user.enabled);
    let role = rules::review::last_administrators(of);
    let administrators = assignments::role_holders(link, role.id(), now).await?;
    let global = match administrators.as_slice() {
        [] | [_] => assignments::role_holders(link, PortalRole::GlobalAdministrator.id(), now).await?,
        _ => Vec::new(),
    };
    Ok(LastResort { owner: Some(owner).filter(|_| enabled), administrators, global })
}

/// What is set, in words.
pub async fn in_words(link: &mut Link, settings: &ReviewSettings) -> Result<Vec<(String, String)>, Problem> {
    let (people, teams) = named(settings);
    let people = users::names(link, &people).await?;
    let teams = groups::names(link, &teams).await?;
    let group = |id: GroupId| teams.get(&id).cloned().unwrap_or_else(|| "a deleted group".to_owned());
    Ok(described(settings, &naming(&people), &group))
}

/// Somebody who is or was asked in a review, by themselves or in somebody's place.
pub struct Asker {
    me: UserId,
    sharing: BTreeSet<(usize, UserId)>,
    stands_in: Vec<UserId>,
}

impl Asker {
    /// For whoever is not asked there is no such review.
    pub async fn find(link: &mut Link, review: ReviewId, me: UserId, now: Ts) -> Result<Self, Problem> {
        let sharing = store::reviews::sharing(link, review, me, now).await?;
        if sharing.is_empty() && !review_rows::is_reviewer(link, review, me, now).await? {
            return Err(Refusal::NotFound { what: "access review" }.into());
        }
        let stands_in = store::delegations::stands_in_for(link, me, now).await?;
        Ok(Self { me, sharing, stands_in })
    }

    /// The stages whose rows they shared in their own name.
    pub fn shared(&self) -> impl Iterator<Item = usize> {
        self.sharing.iter().filter(|(_, user)| *user == self.me).map(|(stage, _)| *stage)
    }

    /// As they decide in a stage; in no stage, as they ever did.
    pub fn reader(&self, stage: Option<usize>) -> Reader {
        let shares = |user: UserId| match stage {
            Some(stage) => self.sharing.contains(&(stage, user)),
            None => self.sharing.iter().any(|(_, sharing)| *sharing == user),
        };
        let stands_in = self.stands_in.iter().map(|of| (*of, shares(*of))).collect();
        Reader { me: self.me, shares: shares(self.me), stands_in }
    }
}

/// What a reader decides in a stage of a review.
pub fn mine<'a>(review: ReviewId, stage: usize, reader: &Reader, now: Ts, filter: RowFilter, words: &'a Words) -> Mine<'a> {
    let (shares, not_about) = (rules::review::has_shared(reader), rules::review::shared_but_about(reader));
    Mine { review, stage, me: reader.me, shares, not_about, now, filter, hides_earlier: false, words }
}

/// What a row's principals are called.
pub async fn names(link: &mut Link, rows: &[ReviewRow]) -> Result<BTreeMap<Principal, String>, Problem> {
    let known = Known::load(link, rows.iter().map(|row| row.principal)).await?;
    Ok(rows.iter().filter_map(|row| Some((row.principal, known.subject(row.principal)?.0))).collect())
}
