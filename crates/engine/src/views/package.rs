//! One package with its request form.

use super::words::{Contents, contents, either, kind, whom};
use super::{Asking, plan};
use crate::Problem;
use crate::commands::answering::to_ask;
use crate::commands::request::{asker, is_assigned, known};
use crate::commands::separation::{self, Reader};
use crate::commands::team::taken;
use model::access::{AssignmentType, ResourceRole};
use model::package::Scope;
use model::query;
use model::view::Fact;
use model::view::package::{Contained, Extends, Filled, Form, Package, PolicyChoice};
use model::{PackageId, Refusal, RequestId, UserId};
use rules::package::Policy;
use rules::request::{Wanted, standing};
use std::collections::BTreeMap;
use store::approvals::Thing;
use store::{approvals, groups, packages, requests};

/// What a package offers to one person: the policies to request it under with their plans, or why there are none.
pub struct Openings {
    pub choices: Vec<PolicyChoice>,
    pub closed: Option<Refusal>,
    pub extends: Option<Extends>,
    pub contents: Contents,
}

/// Who would get the package that is asked for.
#[derive(Clone, Copy)]
pub enum For<'a> {
    Themselves(UserId),
    /// Somebody who reports to the reader, who would be the requestor.
    Report {
        report: UserId,
        name: &'a str,
    },
}

impl For<'_> {
    /// How sentences call who gets it, when it is not the reader.
    fn called(&self) -> Option<&str> {
        match self {
            Self::Themselves(_) => None,
            Self::Report { name, .. } => Some(name),
        }
    }

    fn beneficiary(self) -> UserId {
        match self {
            Self::Themselves(person) => person,
            Self::Report { report, .. } => report,
        }
    }
}

/// Nothing when the person is outside of every policy, and neither holds the package nor has asked for it: for them there
/// is no such package.
pub async fn openings(asking: &mut Asking<'_>, package: &packages::Package, of: For<'_>) -> Result<Option<Openings>, Problem> {
    let (by, of) = (of, of.beneficiary());
    let requestor = if matches!(by, For::Report { .. }) { asking.who.user } else { of };
    let asker = asker(&mut asking.link, of, asking.now).await?;
    let policies = packages::policies(&mut asking.link, package.id).await?;
    let held = packages::held(&mut asking.link, of, package.id).await?;
    let open = requests::open(&mut asking.link, of, package.id).await?;
    // What a report has to do with it is not for whoever asks in their place.
    let theirs = matches!(by, For::Themselves(_)) && (held.is_some() || open.is_some());
    let disabled = rules::request::catalog_open(package.catalog_enabled, &package.name, theirs).err();
    let fits: Vec<&Policy> = match by {
        _ if disabled.is_some() => Vec::new(),
        For::Themselves(_) => {
            let assigned = is_assigned(&mut asking.link, &policies, held.as_ref()).await?;
            rules::request::policies(&policies, &asker, held.as_ref(), assigned, asking.now)
        }
        For::Report { .. } => {
            let taken = taken(&mut asking.link, open, held.as_ref(), asking.now).await?;
            rules::team::policies(&policies, &asker, taken)
        }
    };
    if fits.is_empty() && !theirs {
        return Ok(None);
    }
    let contents = contents(asking, package.id).await?;
    let barred = rules::approval::barred(requestor, of);
    let extends = fits.first().zip(held.as_ref()).and_then(|(policy, held)| {
        let until = held.ends_at.filter(|_| rules::request::holds(held, asking.now))?;
        Some(Extends { until, to: rules::request::extended_to(until, policy.settings.lasts) })
    });
    let reader = Reader { visitor: asking.visitor, person: Some(asking.who.user) };
    let named = (package.id, package.name.as_str());
    let in_the_way = separation::in_the_way(&mut asking.link, reader, named, (of, by.called()), asking.now).await?;
    let languages = asking.who.languages.clone();
    let spoken = |asked| rules::translation::spoken(asked, &languages);
    let mut choices = Vec::new();
    let no_policy = Refusal::NotFound { what: "policy under which you could request this package" };
    let mut closed = fits.is_empty().then(|| disabled.unwrap_or(no_policy));
    for policy in &fits {
        let people = approvals::people(
            &mut asking.link,
            &policy.settings.stages,
            of,
            (Thing::Package(package.id), &contents.direct),
            asking.now,
        )
        .await?;
        let (held, incompatible) = (held.as_ref(), in_the_way.as_ref());
        let wanted = Wanted {
            package: package.id,
            name: &package.name,
            policy,
            people: &people,
            open,
            held,
            incompatible,
            asks: None,
            languages: &languages,
        };
        let may = match by {
            For::Themselves(_) => standing(&wanted, asking.now),
            For::Report { name, .. } => rules::team::may_ask((of, name), &wanted, asking.now),
        };
        if let Err(refusal) = may {
            if rules::request::concerns_one_policy(&refusal) {
                closed.get_or_insert(refusal);
                continue;
            }
            // It is about the package, so no other policy helps.
            choices.clear();
            closed = Some(refusal);
            break;
        }
        let stages = rules::request::stages(&wanted, asking.now);
        if let Err(refusal) = rules::approval::can_be_decided(stages, &people, &barred) {
            closed.get_or_insert(refusal);
            continue;
        }
        let mut plan = plan::plan(asking, stages, &people, &barred, &[]).await?;
        plan::add_webhook(&mut plan, to_ask(&mut asking.link, policy.settings.asks).await?.as_ref());
        let terms = terms(asking, policy, &package.catalog).await?;
        choices.push(PolicyChoice {
            policy: policy.id,
            name: policy.name.clone(),
            justification_required: policy.settings.justification_required,
            questions: policy.settings.questions.iter().map(spoken).collect(),
            plan,
            timeline_allowed: policy.settings.timeline_allowed && extends.is_none(),
            terms,
        });
    }
    Ok(Some(Openings { closed: closed.filter(|_| choices.is_empty()), choices, extends, contents }))
}

pub async fn one(asking: &mut Asking<'_>, query: query::Package) -> Result<Package, Problem> {
    let id = query.package;
    let package = known(&mut asking.link, id).await?;
    let openings = openings(asking, &package, For::Themselves(asking.who.user)).await?;
    let filled = filled(asking, query.again, id).await?;
    shown(package, openings.ok_or(Refusal::NotFound { what: "access package" })?, filled)
}

/// A package with its form, ready to show.
pub fn shown(package: packages::Package, openings: Openings, filled: Option<Filled>) -> Result<Package, Problem> {
    let Openings { choices, closed, extends, contents } = openings;
    let form = match closed {
        Some(why) => Form::Closed { why: why.into() },
        None => {
            let several = choices.len() > 1;
            let facts: Vec<Vec<Fact>> = choices.iter().filter(|_| several).map(side_by_side).collect();
            Form::Open { policies: choices, compared: rules::comparison::compared(&facts), extends, filled }
        }
    };
    let mut contains = Vec::new();
    for given in &contents.direct {
        let (icon, name, via) = contents.named.describe(given.role);
        let eligible = given.assignment_type == AssignmentType::Eligible;
        let words = [via.as_str(), if eligible { "to be activated" } else { "" }];
        let under = [kind(given.role)].into_iter().chain(words).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" · ");
        contains.push(Contained { icon, name, under, privileged: contents.named.privileged(given.role) });
        if let ResourceRole::GroupMember(group) = given.role {
            for (_, role) in contents.through.iter().filter(|(through, _)| *through == group) {
                let (icon, name, _) = contents.named.describe(*role);
                let under =
                    format!("{} · through the group{}", kind(*role), if eligible { ", once it is activated" } else { "" });
                contains.push(Contained { icon, name, under, privileged: contents.named.privileged(*role) });
            }
        }
    }
    Ok(Package {
        package: package.id,
        name: package.name,
        description: package.description,
        catalog: package.catalog,
        contains,
        form,
    })
}

/// What a choice says beside others: the same facts as the form and its terms have.
fn side_by_side(choice: &PolicyChoice) -> Vec<Fact> {
    let fact = |name: &str, value: String| Fact { name: name.to_owned(), value };
    // All policies of a package are in one catalog.
    let mut facts: Vec<Fact> = choice.terms.iter().filter(|fact| fact.name != "Catalog").cloned().collect();
    let mut approval = Vec::new();
    for stage in &choice.plan {
        let names: Vec<String> = stage.people.iter().map(|person| person.name.clone()).collect();
        let who = stage.crowd.clone().or_else(|| stage.webhook.clone()).unwrap_or_else(|| either(&names));
        approval.push(format!("{}: {who}. {}", stage.title, stage.hint));
    }
    let approval = if approval.is_empty() { "Nobody has to approve".to_owned() } else { approval.join(" ") };
    facts.push(fact("Approval", approval));
    let optional = |text: &str, required: bool| if required { text.to_owned() } else { format!("{text} (optional)") };
    let justification = optional("Business justification", choice.justification_required);
    let questions = choice.questions.iter().map(|question| optional(&question.text, question.required));
    facts.push(fact("To answer", std::iter::once(justification).chain(questions).collect::<Vec<_>>().join("; ")));
    let timeline = if choice.timeline_allowed { "May be chosen" } else { "Cannot be chosen" };
    facts.push(fact("Start and end", timeline.to_owned()));
    facts
}

/// What an earlier request of the same person for the same package said.
async fn filled(asking: &mut Asking<'_>, again: Option<RequestId>, package: PackageId) -> Result<Option<Filled>, Problem> {
    let Some(again) = again else { return Ok(None) };
    let request = requests::get(&mut asking.link, again).await?;
    let me = asking.who.user;
    Ok(request.filter(|request| request.requestor == me && request.package() == Some(package)).map(|request| Filled {
        justification: request.terms.justification,
        answers: request.terms.answers.into_iter().map(|answered| (answered.question, answered.answers)).collect(),
    }))
}

async fn terms(asking: &mut Asking<'_>, policy: &Policy, catalog: &str) -> Result<Vec<Fact>, Problem> {
    let settings = &policy.settings;
    let whom = match &settings.scope {
        Scope::Specific { groups: ids, .. } => whom(&settings.scope, &groups::names(&mut asking.link, ids).await?),
        Scope::AllMembers | Scope::AllUsers | Scope::Nobody | Scope::Automatic { .. } => whom(&settings.scope, &BTreeMap::new()),
    };
    let extension = match (settings.extension_allowed, settings.extension_needs_approval) {
        (false, _) => "Not possible",
        (true, false) => "Possible, without approval",
        (true, true) => "Possible, with approval",
    };
    let fact = |name: &str, value: String| Fact { name: name.to_owned(), value };
    Ok(vec![
        fact("For", whom),
        fact("Lasts", settings.lasts.in_sentence()),
        fact("Extension", extension.to_owned()),
        fact("Catalog", catalog.to_owned()),
    ])
}
