//! Policies that are allowed and yet not wise: those of a package, and one that is not saved yet.

use super::Asking;
use super::admin_package::seen_package;
use super::policy::{names, warnings, writes};
use crate::Problem;
use model::approval::{Approver, Escalation, Stage};
use model::catalog::{PolicyOf, PolicySketch, Sketched, SketchedStage};
use model::package::{PolicySettings, Scope};
use model::query;
use model::view::catalog::{FlaggedPolicy, KnownNames, PolicyCheck};
use model::{PackageId, Refusal};
use std::collections::BTreeSet;
use store::packages;

/// The policies of a package under which requests get stuck or bother many. Nobody asks under one that is disabled.
pub async fn flagged(asking: &mut Asking<'_>, package: PackageId) -> Result<Vec<FlaggedPolicy>, Problem> {
    let (package, _) = seen_package(asking, package).await?;
    let mut found = Vec::new();
    for policy in packages::policies(&mut asking.link, package.id).await?.into_iter().filter(|policy| policy.enabled) {
        let warnings = warnings(asking, &policy.settings).await?;
        if !warnings.is_empty() {
            found.push(FlaggedPolicy { policy: policy.id, name: policy.name, warnings });
        }
    }
    Ok(found)
}

/// What is to be said about what somebody typed. What saving would refuse about it is said as saving would.
pub async fn typed(asking: &mut Asking<'_>, query: query::PolicyCheck) -> Result<PolicyCheck, Problem> {
    writes(asking, query.of).await?;
    let settings = match read(asking, query.of, query.sketch).await? {
        Ok(settings) => settings,
        Err(refusal) => return Ok(PolicyCheck { warnings: Vec::new(), refused: Some(refusal.into()) }),
    };
    Ok(PolicyCheck { warnings: warnings(asking, &settings).await?, refused: None })
}

/// Everybody whom one part of the form names.
fn parts(sketch: &PolicySketch) -> impl Iterator<Item = &Sketched> {
    let of_stages = sketch.stages.iter().flat_map(|stage| [&stage.approvers, &stage.further, &stage.fallback]);
    std::iter::once(&sketch.covered).chain(of_stages)
}

async fn read(asking: &mut Asking<'_>, of: PolicyOf, sketch: PolicySketch) -> Result<Result<PolicySettings, Refusal>, Problem> {
    let users: BTreeSet<String> = parts(&sketch).flat_map(|part| part.users.iter().cloned()).collect();
    let groups: BTreeSet<String> = parts(&sketch).flat_map(|part| part.groups.iter().cloned()).collect();
    let (users, groups): (Vec<String>, Vec<String>) = (users.into_iter().collect(), groups.into_iter().collect());
    if let Err(refusal) = KnownNames::check(&users, &groups) {
        return Ok(Err(refusal));
    }
    let found = names(asking, query::PolicyNames { of, users: users.clone(), groups: groups.clone() }).await?;
    Ok(settings(&KnownNames::new(users, groups, found), &sketch))
}

fn settings(known: &KnownNames, sketch: &PolicySketch) -> Result<PolicySettings, Refusal> {
    let scope = match sketch.scope.as_str() {
        "specific" => {
            let (mut users, mut groups) = (Vec::new(), Vec::new());
            for approver in approvers(known, &sketch.covered)? {
                match approver {
                    Approver::User { id } => users.push(id),
                    Approver::Group { id } => groups.push(id),
                    Approver::Manager { .. } | Approver::Owners | Approver::Sponsors | Approver::RoleHolders { .. } => {}
                }
            }
            Scope::Specific { users, groups }
        }
        "all_users" => Scope::AllUsers,
        "nobody" => Scope::Nobody,
        _ => Scope::AllMembers,
    };
    let stages: Vec<Stage> = sketch.stages.iter().map(|stage| stage_of(known, stage)).collect::<Result<_, _>>()?;
    rules::package::check_stages(&stages)?;
    Ok(PolicySettings { scope, stages, ..rules::draft::beginning() })
}

/// A stage with the times of a new one: they do not matter for who can decide.
fn stage_of(known: &KnownNames, sketch: &SketchedStage) -> Result<Stage, Refusal> {
    let further = approvers(known, &sketch.further)?;
    let escalation = (!further.is_empty()).then_some(Escalation { after_minutes: 1, approvers: further });
    Ok(Stage {
        approvers: approvers(known, &sketch.approvers)?,
        quorum: sketch.quorum,
        window_minutes: model::limits::STAGE_WINDOW_DEFAULT_MINUTES,
        justification_required: false,
        multifactor: false,
        escalation,
        fallback: approvers(known, &sketch.fallback)?,
    })
}

fn approvers(known: &KnownNames, named: &Sketched) -> Result<Vec<Approver>, Refusal> {
    let mut all: Vec<Approver> = named.manager.map(|level| Approver::Manager { level }).into_iter().collect();
    all.extend(named.sponsors.then_some(Approver::Sponsors));
    all.extend(named.owners.then_some(Approver::Owners));
    for name in &named.users {
        all.push(Approver::User { id: known.user("users", name)? });
    }
    for name in &named.groups {
        all.push(Approver::Group { id: known.group("groups", name)? });
    }
    Ok(all)
}
