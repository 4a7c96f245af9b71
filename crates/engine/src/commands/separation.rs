//! Separation of duties: setting what excludes a package, and what of it somebody has.

use super::{package, request};
use crate::Problem;
use crate::change::Change;
use model::access::ResourceRole;
use model::command::{Command, Done};
use model::directory::Resource;
use model::event::Action;
use model::separation::Incompatible;
use model::{CatalogId, GroupId, PackageId, Refusal, Ts, UserId};
use rules::access::Visitor;
use rules::catalog::{Package, Standing};
use rules::separation::{Against, Other};
use std::collections::{BTreeMap, BTreeSet};
use store::{Link, assignments, catalogs, groups, package_editing, packages, separation, users};

pub async fn add(change: &mut Change<'_>, command: &Command, id: PackageId, with: Incompatible) -> Result<Done, Problem> {
    let package = package::known(change, command, id).await?;
    if with == Incompatible::Package(id) {
        return Err(Refusal::OwnIncompatible.into());
    }
    let (other, name) = other(change, &package, with).await?;
    rules::separation::may_name(&change.visitor, other)?;
    let name = name.ok_or(Refusal::NotFound { what: with.kind_words() })?;
    guard(change, id, with).await?;
    let there = separation::of(&mut change.link, id).await?;
    let on_the_other_side = match with {
        Incompatible::Package(other) => separation::of(&mut change.link, other).await?.len(),
        Incompatible::Group(group) => {
            if separation::gives(&mut change.link, id, group, change.now).await? {
                return Err(rules::separation::gives_itself("with", &package.name, &name).into());
            }
            0
        }
    };
    let already = there.iter().any(|pair| pair.with == with);
    rules::separation::may_add((&package.name, there.len()), (&name, on_the_other_side), already)?;
    separation::insert(&mut change.link, id, with, change.now).await?;
    change.record(None, [Action::IncompatibilityAdded { package: id, with, name: name.clone() }]);
    Ok(Done::IncompatibleAdded { package: id, name })
}

pub async fn remove(change: &mut Change<'_>, command: &Command, id: PackageId, with: Incompatible) -> Result<Done, Problem> {
    let package = package::known(change, command, id).await?;
    let (other, name) = other(change, &package, with).await?;
    rules::separation::may_take_away(&change.visitor, other)?;
    guard(change, id, with).await?;
    if !separation::delete(&mut change.link, id, with).await? {
        return Err(Refusal::NotFound { what: "incompatibility" }.into());
    }
    let name = name.unwrap_or_default();
    change.record(None, [Action::IncompatibilityRemoved { package: id, with, name: name.clone() }]);
    let name = if rules::separation::names(&change.visitor, other) { name } else { String::new() };
    Ok(Done::IncompatibleRemoved { package: id, name })
}

/// A package that keeps a group apart does not make anybody a member of it.
pub async fn check_role(change: &mut Change<'_>, package: (PackageId, &str), role: ResourceRole) -> Result<(), Problem> {
    let ResourceRole::GroupMember(group) = role else { return Ok(()) };
    let above: BTreeSet<GroupId> = groups::above(&mut change.link, group).await?.into_iter().map(|(id, _)| id).collect();
    let apart = separation::of(&mut change.link, package.0).await?;
    match apart.iter().find(|pair| matches!(pair.with, Incompatible::Group(id) if id == group || above.contains(&id))) {
        Some(pair) => Err(rules::separation::gives_itself("role", package.1, &pair.name).into()),
        None => Ok(()),
    }
}

/// Both sides stay as they are until the transaction ends, locked in one order: two who name each other at the same
/// moment must not make two of one pair.
async fn guard(change: &mut Change<'_>, id: PackageId, with: Incompatible) -> Result<(), Problem> {
    let mut sides = BTreeSet::from([id]);
    if let Incompatible::Package(other) = with {
        sides.insert(other);
    }
    for side in sides {
        package_editing::guard(&mut change.link, side).await?;
    }
    Ok(())
}

/// The other side with the facts about the visitor there, and its name when it exists.
async fn other(change: &mut Change<'_>, package: &Package, with: Incompatible) -> Result<(Other, Option<String>), Problem> {
    Ok(match with {
        Incompatible::Package(id) => {
            let standing = super::catalog::standing_at(change, id).await?;
            (Other::Package { standing }, package_editing::get(&mut change.link, id).await?.map(|other| other.name))
        }
        Incompatible::Group(id) => group(change, package.catalog, id).await?,
    })
}

/// A group with the facts about the visitor there, as somebody names it about a catalog, and its name when it exists.
pub async fn group(change: &mut Change<'_>, catalog: CatalogId, id: GroupId) -> Result<(Other, Option<String>), Problem> {
    let owns = match change.person() {
        Some(person) => assignments::owners(&mut change.link, id, change.now).await?.contains(&person),
        None => false,
    };
    let in_catalog = catalogs::has_resource(&mut change.link, catalog, Resource::Group(id)).await?;
    Ok((Other::Group { owns, in_catalog }, groups::names(&mut change.link, &[id]).await?.remove(&id)))
}

/// What somebody has that nobody may have together with the package.
pub async fn conflicts(link: &mut Link, package: PackageId, holder: UserId, now: Ts) -> Result<Vec<Against>, Problem> {
    let against = separation::against(link, package, holder, now).await?;
    let groups = if against.iter().any(|against| matches!(against.with, Incompatible::Group(_))) {
        let mut groups = request::asker(link, holder, now).await?.groups;
        groups.extend(separation::eligible_by_package(link, holder, now).await?);
        groups
    } else {
        BTreeSet::new()
    };
    Ok(rules::separation::conflicts(&against, &groups, now))
}

/// Why it is looked what people have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looks {
    /// What is found stays so until the transaction ends.
    ToAct,
    /// Nobody is kept from getting something else meanwhile.
    ToShow,
}

/// Those of these people who have nothing that nobody may have together with the package.
pub async fn without_conflict(
    link: &mut Link,
    package: PackageId,
    people: Vec<UserId>,
    now: Ts,
    looks: Looks,
) -> Result<Vec<UserId>, Problem> {
    if people.is_empty() || !separation::has_any(link, package, now).await? {
        return Ok(people);
    }
    let mut free = Vec::with_capacity(people.len());
    for person in people {
        if looks == Looks::ToAct {
            // What is delivered to the same person this very moment may exclude this.
            users::guard(link, person).await?;
        }
        if conflicts(link, package, person, now).await?.is_empty() {
            free.push(person);
        }
    }
    Ok(free)
}

/// Whoever reads a sentence about what somebody has.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    pub visitor: &'a Visitor,
    pub person: Option<UserId>,
}

/// Why the package is not for this person now, in words that say only what the reader may know. `called` is the person's
/// name, when the sentence is not for them.
pub async fn in_the_way(
    link: &mut Link,
    reader: Reader<'_>,
    (package, name): (PackageId, &str),
    (holder, called): (UserId, Option<&str>),
    now: Ts,
) -> Result<Option<Refusal>, Problem> {
    let found = conflicts(link, package, holder, now).await?;
    if found.is_empty() {
        return Ok(None);
    }
    let known = known(link, reader, holder, &found, now).await?;
    Ok(rules::separation::refusal(name, &found, |against| known.contains(&against.with), called))
}

/// Those of them that the reader has too, could ask for, or administrates.
async fn known(
    link: &mut Link,
    reader: Reader<'_>,
    holder: UserId,
    found: &[Against],
    now: Ts,
) -> Result<BTreeSet<Incompatible>, Problem> {
    let all = || found.iter().map(|against| against.with);
    let Some(person) = reader.person else { return Ok(all().collect()) };
    if person == holder {
        return Ok(all().collect());
    }
    let knowing = Knowing::load(link, reader.visitor, person, now).await?;
    let asker = request::asker(link, person, now).await?;
    let mine: BTreeSet<PackageId> = packages::held_by(link, person)
        .await?
        .into_iter()
        .filter(|held| rules::request::holds(held, now))
        .map(|held| held.package)
        .collect();
    let mut known = BTreeSet::new();
    // More than these are not named anyway.
    for against in found.iter().take(rules::separation::NAMED) {
        let knows = match against.with {
            Incompatible::Group(group) => asker.groups.contains(&group) || knowing.names_group(reader.visitor, group, false),
            Incompatible::Package(package) => {
                mine.contains(&package)
                    || knowing.names_package(reader.visitor, against.catalog)
                    || is_listed_for(link, package, &asker).await?
            }
        };
        if knows {
            known.insert(against.with);
        }
    }
    Ok(known)
}

/// Whether a package is among those that somebody finds when they look for one to request.
async fn is_listed_for(link: &mut Link, package: PackageId, asker: &rules::package::Asker) -> Result<bool, Problem> {
    let listed = packages::get(link, package).await?.is_some_and(|package| !package.hidden && package.catalog_enabled);
    Ok(listed && !rules::package::fitting(&packages::policies(link, package).await?, asker).is_empty())
}

/// The groups that a person may name because of owning them. Whoever sees the directory may name every group.
pub async fn owned(link: &mut Link, visitor: &Visitor, person: UserId, now: Ts) -> Result<BTreeSet<GroupId>, Problem> {
    if rules::access::sees_directory(visitor) {
        return Ok(BTreeSet::new());
    }
    let reach = assignments::reach(link, person, now).await?;
    let in_force = reach.iter().filter(|assignment| rules::effective::in_force(assignment, now));
    let owned = in_force.filter_map(|assignment| match assignment.role {
        ResourceRole::GroupOwner(group) => Some(group),
        ResourceRole::GroupMember(_) | ResourceRole::ApplicationRole(..) | ResourceRole::DirectoryRole(_) => None,
    });
    Ok(owned.collect())
}

/// What one person may know of the other side of a pair.
pub struct Knowing {
    standings: BTreeMap<CatalogId, Standing>,
    owned: BTreeSet<GroupId>,
}

impl Knowing {
    pub async fn load(link: &mut Link, visitor: &Visitor, person: UserId, now: Ts) -> Result<Self, Problem> {
        let mut roles: BTreeMap<CatalogId, Vec<_>> = BTreeMap::new();
        for (catalog, role) in catalogs::all_roles_of(link, person, now).await? {
            roles.entry(catalog).or_default().push(role);
        }
        let standings = roles.into_iter().map(|(catalog, roles)| (catalog, roles.into_iter().collect())).collect();
        Ok(Self { standings, owned: owned(link, visitor, person, now).await? })
    }

    pub fn package(&self, catalog: Option<CatalogId>) -> Other {
        let standing = catalog.and_then(|catalog| self.standings.get(&catalog)).copied().unwrap_or_default();
        Other::Package { standing }
    }

    pub fn group(&self, group: GroupId, in_catalog: bool) -> Other {
        Other::Group { owns: self.owned.contains(&group), in_catalog }
    }

    fn names_package(&self, visitor: &Visitor, catalog: Option<CatalogId>) -> bool {
        rules::separation::names(visitor, self.package(catalog))
    }

    fn names_group(&self, visitor: &Visitor, group: GroupId, in_catalog: bool) -> bool {
        rules::separation::names(visitor, self.group(group, in_catalog))
    }

    pub fn owned(&self) -> impl Iterator<Item = GroupId> + '_ {
        self.owned.iter().copied()
    }
}
