//! What helps whoever decides a row of an access review: what is different from the last time, what was decided then, and how
//! many colleagues hold the same. One statement each for the whole page.

use super::Asking;
use super::review_rows::decided_by;
use crate::Problem;
use model::access::{AssignmentType, Source};
use model::directory::Principal;
use model::request::PackageAssignment;
use model::review::{Decision, Review, ReviewRow, Reviewed};
use model::view::review::Decided as DecidedView;
use model::{AnyId, GroupId, PackageAssignmentId, PolicyId, UserId};
use rules::review::{Difference, Peers, Seen, Share, Since, peers, rows_tell_who_holds_it, since};
use rules::user::{User, department_key};
use std::collections::{BTreeMap, BTreeSet};
use store::{groups, packages, review_help, review_rows, reviews, users};

#[derive(Default)]
pub struct Help {
    /// There was an instance before.
    again: bool,
    before: BTreeMap<Principal, Vec<Seen>>,
    /// Under which policy the packages of this page came.
    policies: BTreeMap<PackageAssignmentId, PolicyId>,
    policy_names: BTreeMap<PolicyId, String>,
    groups: BTreeMap<GroupId, String>,
    people: BTreeMap<UserId, String>,
    peers: BTreeMap<UserId, (Peers, Share)>,
}

impl Help {
    pub async fn load(
        asking: &mut Asking<'_>,
        review: &Review,
        rows: &[ReviewRow],
        held: &BTreeMap<PackageAssignmentId, PackageAssignment>,
        people: &BTreeMap<UserId, User>,
    ) -> Result<Self, Problem> {
        let mut help = Self::default();
        if let Some(last) = reviews::reviewed_before(&mut asking.link, review.series, review.number).await? {
            help.again = true;
            help.look_back(asking, &last, rows, held).await?;
        }
        if rows_tell_who_holds_it(&review.settings) {
            help.look_around(asking, review, rows, people).await?;
        }
        Ok(help)
    }

    async fn look_back(
        &mut self,
        asking: &mut Asking<'_>,
        last: &Review,
        rows: &[ReviewRow],
        held: &BTreeMap<PackageAssignmentId, PackageAssignment>,
    ) -> Result<(), Problem> {
        let link = &mut asking.link;
        let ids: BTreeSet<AnyId> = rows.iter().map(|row| row.principal.id()).collect();
        let before = review_rows::about(link, last.id, &ids.into_iter().collect::<Vec<_>>()).await?;
        if let Reviewed::Package(_) = last.of {
            self.policies.extend(held.values().map(|one| (one.id, one.policy)));
            let then: Vec<PackageAssignmentId> = before.iter().map(|row| PackageAssignmentId(row.held)).collect();
            self.policies.extend(packages::several_held(link, &then).await?.into_iter().map(|one| (one.id, one.policy)));
            let ids: BTreeSet<PolicyId> = self.policies.values().copied().collect();
            let named = packages::policies_by_id(link, &ids.into_iter().collect::<Vec<_>>()).await?;
            self.policy_names = named.into_iter().map(|policy| (policy.id, policy.name)).collect();
        }
        let teams: BTreeSet<GroupId> = before.iter().chain(rows).filter_map(|row| row.through).collect();
        if !teams.is_empty() {
            self.groups = groups::names(link, &teams.into_iter().collect::<Vec<_>>()).await?;
        }
        let said = before.iter().filter_map(|row| row.decided.as_ref());
        let said: BTreeSet<UserId> = said.flat_map(|decided| [decided.by, decided.other]).flatten().collect();
        self.people = users::names(link, &said.into_iter().collect::<Vec<_>>()).await?;
        for row in before {
            let policy = self.policies.get(&PackageAssignmentId(row.held)).copied();
            self.before.entry(row.principal).or_default().push((row, policy));
        }
        Ok(())
    }

    async fn look_around(
        &mut self,
        asking: &mut Asking<'_>,
        review: &Review,
        rows: &[ReviewRow],
        people: &BTreeMap<UserId, User>,
    ) -> Result<(), Problem> {
        let here: BTreeMap<UserId, bool> =
            rows.iter().filter_map(|row| Some((row.principal.user()?, row.like.is_none()))).collect();
        let managers: BTreeSet<UserId> = here.keys().filter_map(|id| people.get(id)?.manager).collect();
        let managers: Vec<UserId> = managers.into_iter().collect();
        let by_manager = review_help::colleagues(&mut asking.link, review.id, &managers).await?;
        let others = |person: &User, found: Option<&(u64, u64)>| {
            let holds = here.get(&person.id).copied().unwrap_or_default();
            found.map(|(all, holding)| Share { all: *all, holding: *holding }.without(person.enabled, holds))
        };
        // A department can be large, and is looked at only for whom the manager says too little.
        let mut left: Vec<&User> = Vec::new();
        for person in here.keys().filter_map(|id| people.get(id)) {
            let share = person.manager.and_then(|manager| others(person, by_manager.get(&manager)));
            match peers(share, None) {
                Some(said) => drop(self.peers.insert(person.id, said)),
                None => left.push(person),
            }
        }
        if left.is_empty() {
            return Ok(());
        }
        let ids: Vec<UserId> = left.iter().map(|person| person.id).collect();
        let by_department = review_help::departments(&mut asking.link, review.id, &ids).await?;
        for person in left {
            let share = department_key(&person.profile).and_then(|name| others(person, by_department.get(&name)));
            if let Some(said) = peers(None, share) {
                self.peers.insert(person.id, said);
            }
        }
        Ok(())
    }

    fn compared<'a>(&'a self, row: &ReviewRow) -> Since<'a> {
        let policy = self.policies.get(&PackageAssignmentId(row.held)).copied();
        since((row, policy), self.before.get(&row.principal).map(Vec::as_slice).unwrap_or_default())
    }

    /// What is different from the last time; nothing where there was none.
    pub fn since(&self, row: &ReviewRow) -> String {
        if !self.again {
            return String::new();
        }
        match self.compared(row) {
            Since::New => "New since the last review.".to_owned(),
            Since::Same(_) => "As in the last review.".to_owned(),
            Since::Different(was, what) => {
                let all: Vec<String> = what.into_iter().map(|one| self.differs(row, was, one)).collect();
                all.join(" ")
            }
        }
    }

    fn differs(&self, row: &ReviewRow, was: &ReviewRow, what: Difference) -> String {
        match what {
            Difference::Type => format!("{} now, in the last review {}.", kind(row), kind(was).to_lowercase()),
            Difference::Path => match (self.path(row), self.path(was)) {
                (now, then) if now == then => "Given anew since the last review.".to_owned(),
                (now, then) => format!("Held {now} now, in the last review {then}."),
            },
            Difference::Policy => {
                let policy = |row: &ReviewRow| {
                    let id = self.policies.get(&PackageAssignmentId(row.held));
                    id.and_then(|id| self.policy_names.get(id))
                        .map_or("a policy that is gone".to_owned(), |name| format!("“{name}”"))
                };
                format!("Under {} now, in the last review under {}.", policy(row), policy(was))
            }
            Difference::End => {
                let then = was.ends_at.map_or("permanent".to_owned(), |at| format!("until {}", at.in_sentence()));
                match row.ends_at {
                    None => format!("Permanent now, in the last review {then}."),
                    Some(at) => format!("Until {} now, in the last review {then}.", at.in_sentence()),
                }
            }
        }
    }

    fn path(&self, row: &ReviewRow) -> String {
        if let Some(group) = row.through {
            let name = self.groups.get(&group).cloned().unwrap_or_else(|| "a deleted group".to_owned());
            return format!("through the group “{name}”");
        }
        match row.source {
            Some(Source::Package(_)) => "with an access package".to_owned(),
            Some(Source::Rule(_)) => "by a rule".to_owned(),
            Some(Source::Import) => "from another system".to_owned(),
            Some(Source::Direct | Source::Activation(_)) | None => "directly".to_owned(),
        }
    }

    /// What was decided about it the last time.
    pub fn then(&self, row: &ReviewRow) -> Option<DecidedView> {
        let was = match self.compared(row) {
            Since::New => return None,
            Since::Same(was) | Since::Different(was, _) => was,
        };
        let decided = was.decided.as_ref().filter(|_| was.decision != Decision::NotReviewed)?;
        let name = |id: UserId| self.people.get(&id).cloned().unwrap_or_else(|| "somebody who is no longer here".to_owned());
        Some(decided_by(was.decision, decided, &name))
    }

    /// How many colleagues hold it.
    pub fn peers(&self, row: &ReviewRow) -> String {
        let Some((of, Share { all, holding })) = row.principal.user().and_then(|id| self.peers.get(&id)).copied() else {
            return String::new();
        };
        let of = match of {
            Peers::Manager => "of the same manager",
            Peers::Department => "in the same department",
        };
        let hold = if holding == 1 { "holds" } else { "hold" };
        match holding {
            0 => format!("None of {all} colleagues {of} holds it."),
            n if n == all => format!("All {all} colleagues {of} hold it."),
            n => format!("{n} of {all} colleagues {of} {hold} it."),
        }
    }
}

fn kind(row: &ReviewRow) -> &'static str {
    match row.assignment_type {
        AssignmentType::Eligible => "Eligible",
        AssignmentType::Active => "Active",
    }
}
