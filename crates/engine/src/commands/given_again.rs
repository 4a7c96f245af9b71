//! Which policy gives a package again to whoever loses it: the one under whose rule they hold it, or another one whose rule matches
//! them, unless something that they have excludes the package.

use super::separation::{self, Looks};
use crate::Problem;
use model::directory::Person;
use model::request::PackageAssignment;
use model::{PackageId, PolicyId, RequestId, Ts, UserId};
use rules::automatic::Again;
use rules::package::Policy;
use std::collections::{BTreeMap, BTreeSet};
use store::{Link, package_editing, users};

/// How somebody holds the package.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    pub holder: UserId,
    pub policy: PolicyId,
    pub request: Option<RequestId>,
    pub ends_at: Option<Ts>,
}

impl From<&PackageAssignment> for Held {
    fn from(held: &PackageAssignment) -> Self {
        Self { holder: held.holder, policy: held.policy, request: held.request, ends_at: held.ends_at }
    }
}

/// The rules of a package, with what those are like who hold it.
pub struct GivenAgain<'a> {
    again: Again<'a>,
    /// Without those who have something that nobody may have together with the package.
    people: BTreeMap<UserId, Person>,
    now: Ts,
}

impl<'a> GivenAgain<'a> {
    /// `policies`: all of the package.
    pub async fn of(
        link: &mut Link,
        package: PackageId,
        policies: &'a [Policy],
        held: &[Held],
        now: Ts,
        looks: Looks,
    ) -> Result<Self, Problem> {
        let (mut given, asked) = Self::without_separation(link, policies, held, now).await?;
        if looks == Looks::ToAct && !asked.is_empty() {
            // First the package and then the people, as whoever gives it does.
            package_editing::guard(link, package).await?;
        }
        let free = separation::without_conflict(link, package, asked.clone(), now, looks).await?;
        given.only(&asked, &free);
        Ok(given)
    }

    /// And of whom something else that they have may keep them from getting it again, in one order.
    async fn without_separation(
        link: &mut Link,
        policies: &'a [Policy],
        held: &[Held],
        now: Ts,
    ) -> Result<(Self, Vec<UserId>), Problem> {
        let mut given = Self { again: Again::of(policies), people: BTreeMap::new(), now };
        if given.again.asks_people() {
            let ids: BTreeSet<UserId> = held.iter().map(|held| held.holder).collect();
            let found = users::several(link, &ids.into_iter().collect::<Vec<_>>()).await?;
            given.people = found.into_iter().map(|user| (user.id, users::person(&user))).collect();
        }
        let by_another = |held: &&Held| given.under(held).is_none() && given.by(held).is_some();
        let asked: BTreeSet<UserId> = held.iter().filter(by_another).map(|held| held.holder).collect();
        Ok((given, asked.into_iter().collect()))
    }

    /// Of those who were asked about, only these.
    fn only(&mut self, asked: &[UserId], free: &[UserId]) {
        let free: BTreeSet<&UserId> = free.iter().collect();
        for user in asked.iter().filter(|user| !free.contains(user)) {
            self.people.remove(user);
        }
    }

    /// The policy under whose rule it is held.
    fn under(&self, held: &Held) -> Option<&'a Policy> {
        self.again.by(held.policy, (held.request, held.ends_at), None, self.now)
    }

    /// The policy that gives it again at once; nothing when it stays away.
    pub fn by(&self, held: &Held) -> Option<&'a Policy> {
        self.again.by(held.policy, (held.request, held.ends_at), self.people.get(&held.holder), self.now)
    }
}
