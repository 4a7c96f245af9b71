//! What is known about assignments besides themselves: who made them, which requests they come from, and who decided those.

use crate::Problem;
use crate::views::history::telling::Eyes;
use model::access::{Assignment, ResourceRole, Source};
use model::event::{Action, Event};
use model::request::{Decision, PackageAssignment, Request, Wish};
use model::{AnyId, AssignmentId, PackageAssignmentId, PackageId, RequestId};
use std::collections::{BTreeMap, BTreeSet};
use store::{Link, assignments, events, packages, requests};

#[derive(Default)]
pub struct Gathered {
    /// What somebody did about assignments that somebody made.
    pub events: BTreeMap<AssignmentId, Vec<Event>>,
    pub held: BTreeMap<PackageAssignmentId, PackageAssignment>,
    /// The eligible assignments on which activations rest.
    pub grounds: BTreeMap<AssignmentId, Assignment>,
    pub requests: BTreeMap<RequestId, Request>,
    pub decisions: BTreeMap<RequestId, Vec<Decision>>,
}

impl Gathered {
    /// One statement for each kind that occurs. Of what the reader may not see nothing is loaded but the packages, which are
    /// part of the path.
    pub async fn load(link: &mut Link, eyes: Eyes, steps: &[&Assignment]) -> Result<Self, Problem> {
        let grounds: BTreeSet<AssignmentId> = steps.iter().filter_map(|step| ground(step)).collect();
        let grounds: Vec<AssignmentId> = grounds.into_iter().collect();
        let grounds = assignments::several(link, &grounds).await?;
        let packages: BTreeSet<PackageAssignmentId> =
            steps.iter().copied().chain(&grounds).filter_map(package_assignment).collect();
        let packages: Vec<PackageAssignmentId> = packages.into_iter().collect();
        let held = packages::several_held(link, &packages).await?;
        let direct: BTreeSet<AnyId> = steps
            .iter()
            .copied()
            .chain(&grounds)
            .filter(|step| step.source == Source::Direct && open(eyes, step.role))
            .map(|step| step.id.0)
            .collect();
        let direct: Vec<AnyId> = direct.into_iter().collect();
        let mut found: BTreeMap<AssignmentId, Vec<Event>> = BTreeMap::new();
        for event in events::of_things(link, &direct).await? {
            if let Action::AssignmentStarted { assignment, .. } | Action::AssignmentChanged { assignment, .. } = &event.action {
                found.entry(*assignment).or_default().push(event);
            }
        }
        // What was extended or renewed was asked for, and somebody decided that.
        let extended = found.values().flatten().filter_map(|event| event.request);
        let wanted: BTreeSet<RequestId> = steps
            .iter()
            .filter_map(|step| step.activated_by())
            .chain(held.iter().filter_map(|held| held.request))
            .chain(extended)
            .collect();
        let wanted: Vec<RequestId> = wanted.into_iter().collect();
        let requests: BTreeMap<RequestId, Request> = requests::several(link, &wanted)
            .await?
            .into_iter()
            .filter(|request| sees(eyes, request))
            .map(|request| (request.id, request))
            .collect();
        let seen: Vec<RequestId> = requests.keys().copied().collect();
        let mut decisions: BTreeMap<RequestId, Vec<Decision>> = BTreeMap::new();
        for (request, decision) in requests::decisions_of(link, &seen).await? {
            decisions.entry(request).or_default().push(decision);
        }
        Ok(Self {
            events: found,
            held: held.into_iter().map(|held| (held.id, held)).collect(),
            grounds: grounds.into_iter().map(|ground| (ground.id, ground)).collect(),
            requests,
            decisions,
        })
    }

    /// Adds the requests from which packages came, and who decided those.
    pub async fn add_requests(&mut self, link: &mut Link, held: impl Iterator<Item = &PackageAssignment>) -> Result<(), Problem> {
        let wanted: BTreeSet<RequestId> = held.filter_map(|held| held.request).collect();
        let wanted: Vec<RequestId> = wanted.into_iter().collect();
        let requests = requests::several(link, &wanted).await?;
        self.requests.extend(requests.into_iter().map(|request| (request.id, request)));
        for (request, decision) in requests::decisions_of(link, &wanted).await? {
            self.decisions.entry(request).or_default().push(decision);
        }
        Ok(())
    }

    /// The package through which an assignment came.
    pub fn package(&self, step: &Assignment) -> Option<PackageId> {
        self.held.get(&package_assignment(step)?).map(|held| held.package)
    }
}

fn package_assignment(step: &Assignment) -> Option<PackageAssignmentId> {
    match step.source {
        Source::Package(id) => Some(id),
        Source::Direct | Source::Activation(_) | Source::Rule(_) | Source::Import => None,
    }
}

fn ground(step: &Assignment) -> Option<AssignmentId> {
    match step.source {
        Source::Activation(id) => Some(id),
        Source::Direct | Source::Package(_) | Source::Rule(_) | Source::Import => None,
    }
}

/// Whether the reader sees who assigned a role and why.
pub fn open(eyes: Eyes, role: ResourceRole) -> bool {
    match role {
        ResourceRole::DirectoryRole(_) => eyes.roles,
        ResourceRole::GroupMember(group) | ResourceRole::GroupOwner(group) => eyes.directory || eyes.group == Some(group),
        ResourceRole::ApplicationRole(..) => eyes.directory,
    }
}

/// Whether the reader sees a request.
fn sees(eyes: Eyes, request: &Request) -> bool {
    match request.wish {
        Wish::Package { .. } => eyes.packages,
        Wish::Activation { role, .. } | Wish::Extension { role, .. } => eyes.packages || open(eyes, role),
    }
}
