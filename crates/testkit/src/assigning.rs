//! Giving packages to people and taking them away, as administrators do.

use crate::{Person, World};
use engine::Problem;
use model::PackageAssignmentId;
use model::command::{AssignPackage, Command, Done, SubmitRequest};
use model::query;
use model::view::assignment::{Assignments, Filter};
use std::collections::BTreeMap;

impl World {
    /// The form of a direct assignment under this policy, with nothing but its justification.
    pub fn assignment(&self, package: &str, policy: &str, people: &[&Person]) -> AssignPackage {
        AssignPackage {
            people: people.iter().map(|person| person.id).collect(),
            asked: SubmitRequest {
                package: self.package(package),
                policy: Some(self.policy(package, policy)),
                justification: "New in the team.".to_owned(),
                answers: BTreeMap::new(),
                starts_at: None,
                ends_at: None,
            },
        }
    }
}

impl Person {
    /// Gives the package to these people under this policy.
    pub async fn assigns(&self, package: &str, policy: &str, people: &[&Person]) -> Result<Done, Problem> {
        self.submits(Command::AssignPackage(self.world.assignment(package, policy, people))).await
    }

    /// The tab *Assignments* of a package.
    pub async fn sees_assignments(&self, package: &str, search: &str, filter: Filter) -> Result<Assignments, Problem> {
        let package = self.world.package(package);
        self.asks(query::PackageAssignments { package, search: search.to_owned(), filter, after: None }).await
    }

    /// What somebody holds of a package now, as its administrators see it.
    pub async fn finds_assignment(&self, package: &str, of: &Person) -> PackageAssignmentId {
        let rows = self.sees_assignments(package, "", Filter::Active).await.unwrap().rows;
        let row = rows.iter().find(|row| row.who.id == of.id);
        row.unwrap_or_else(|| panic!("{} does not hold {package}", of.user_name)).assignment
    }

    pub async fn ends(&self, assignment: PackageAssignmentId, words: &str) -> Result<Done, Problem> {
        self.submits(Command::EndPackageAssignment { assignment, words: words.to_owned() }).await
    }
}
