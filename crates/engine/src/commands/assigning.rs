//! Giving a package to people who did not ask for it: everybody who was named gets it, or nobody does.

use super::{answering, catalog, naming, request};
use crate::Problem;
use crate::change::Change;
use model::answering::ToAsk;
use model::command::{AssignPackage, Command, Done};
use model::package::PackageRole;
use model::{Refusal, RequestId, UserId};
use rules::access::About;
use rules::package::Policy;
use rules::request::{Step, Wanted};
use store::approvals::Thing;
use store::{approvals, packages};

/// People that a refusal names with why.
const NAMED: usize = 5;

pub async fn assign(change: &mut Change<'_>, command: &Command, asked: &AssignPackage) -> Result<Done, Problem> {
    let catalog = catalog::standing_at(change, asked.asked.package).await?;
    rules::access::may_submit(&change.visitor, command, About { catalog, ..About::default() })?;
    let by = change.person().ok_or(Refusal::SignInNeeded)?;
    let not_found = Refusal::NotFound { what: "access package" };
    let package = packages::get(&mut change.link, asked.asked.package).await?.ok_or(not_found)?;
    let policies = packages::policies(&mut change.link, package.id).await?;
    let (policy, people) = rules::request::assigned(&policies, by, asked)?;
    let names = change.names(people.iter().copied()).await?.clone();
    if people.iter().any(|person| !names.contains_key(person)) {
        let message = "Somebody who was chosen is not in the directory. Choose people from the list.".to_owned();
        return Err(Refusal::Malformed { field: "people".to_owned(), message }.into());
    }
    let name = naming(&names);
    let roles = request::roles(&mut change.link, package.id).await?;
    let asks = answering::to_ask(&mut change.link, policy.settings.asks).await?;
    let giving = Giving { by, package: &package, policy, roles: &roles, asks: asks.as_ref(), asked };
    let (mut steps, mut refused) = (Vec::new(), Vec::new());
    for person in &people {
        match giving.to(change, *person, &name(*person)).await {
            Ok(step) => steps.push(step),
            // What is wrong with the form is wrong for everybody; the rest is about this person.
            Err(Problem::Refused(refusal)) if refusal.field().is_none() => refused.push((name(*person), refusal)),
            Err(problem) => return Err(problem),
        }
    }
    if !refused.is_empty() {
        let count = refused.len();
        refused.truncate(NAMED);
        return Err(Refusal::NotAssigned { package: package.name, people: refused, count }.into());
    }
    let waits = steps.iter().find_map(|step| rules::request::awaits(&step.request));
    for step in steps {
        request::follow(change, None, step, &[], &roles).await?;
    }
    let people = people.iter().map(|person| name(*person)).collect();
    Ok(Done::PackageAssigned { package: package.id, name: package.name, people, waits })
}

/// What is the same for all who get it.
struct Giving<'a> {
    by: UserId,
    package: &'a packages::Package,
    policy: &'a Policy,
    roles: &'a [PackageRole],
    asks: Option<&'a ToAsk>,
    asked: &'a AssignPackage,
}

impl Giving<'_> {
    async fn to(&self, change: &mut Change<'_>, person: UserId, name: &str) -> Result<Step, Problem> {
        let Self { by, package, policy, roles, asks, asked } = *self;
        let asker = request::asker(&mut change.link, person, change.now).await?;
        let held = packages::held(&mut change.link, person, package.id).await?;
        let stages = &policy.settings.stages;
        let people = approvals::people(&mut change.link, stages, person, (Thing::Package(package.id), roles), change.now).await?;
        let open = request::open(change, person, package.id).await?;
        let in_the_way = request::in_the_way(change, (package.id, &package.name), (person, Some(name))).await?;
        let (held, incompatible) = (held.as_ref(), in_the_way.as_ref());
        // The form for assigning asks in the questions' own words.
        let (name, languages) = (package.name.as_str(), [].as_slice());
        let wanted = Wanted { package: package.id, name, policy, people: &people, open, held, incompatible, asks, languages };
        let id = RequestId(change.id());
        let step = rules::request::assign(id, by, (&asker, name), &wanted, &asked.asked, change.now)?;
        request::insert(change, &step, &package.name).await?;
        Ok(step)
    }
}
