//! Policies that are allowed and yet not wise: those of a package, and one that is not saved yet.

use super::Asking;
use super::admin_package::seen_package;
use super::policy::{names, warnings, writes};
use crate::Problem;
use model::approval::{Approver, Escalation, Stage};
use model::catalog::{PolicyOf, PolicySketch, Sketched, SketchedStage};
use model::limits::{POLICY_SUBJECTS_MAX, STAGES_MAX};
use model::package::{PolicySettings, Scope};
use model::query;
use model::view::catalog::{FlaggedPolicy, PolicyCheck};
use model::{GroupId, PackageId, Refusal, UserId};
use std::collections::{BTreeMap, BTreeSet};
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
    let too_many = |field: &str, message: String| Ok(Err(Refusal::Malformed { field: field.to_owned(), message }));
    if users.len() + groups.len() > POLICY_SUBJECTS_MAX {
        let message = format!("A policy may name {POLICY_SUBJECTS_MAX} people and groups. Use a group instead of its members.");
        return too_many("users", message);
    }
    if sketch.stages.len() > STAGES_MAX {
        return too_many("stages", format!("There may be {STAGES_MAX} stages and here are {}.", sketch.stages.len()));
    }
    let (users, groups): (Vec<String>, Vec<String>) = (users.into_iter().collect(), groups.into_iter().collect());
    let found = names(asking, query::PolicyNames { of, users: users.clone(), groups: groups.clone() }).await?;
    let known =
        Known { users: users.into_iter().zip(found.users).collect(), groups: groups.into_iter().zip(found.groups).collect() };
    Ok(known.settings(&sketch))
}

/// Names with whom they mean.
struct Known {
    users: BTreeMap<String, Option<UserId>>,
    groups: BTreeMap<String, Option<GroupId>>,
}

impl Known {
    fn settings(&self, sketch: &PolicySketch) -> Result<PolicySettings, Refusal> {
        let scope = match sketch.scope.as_str() {
            "specific" => {
                let (mut users, mut groups) = (Vec::new(), Vec::new());
                for approver in self.approvers(&sketch.covered)? {
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
        let stages: Vec<Stage> = sketch.stages.iter().map(|stage| self.stage(stage)).collect::<Result<_, _>>()?;
        rules::package::check_stages(&stages)?;
        Ok(PolicySettings { scope, stages, ..rules::draft::beginning() })
    }

    /// A stage with the times of a new one: they do not matter for who can decide.
    fn stage(&self, sketch: &SketchedStage) -> Result<Stage, Refusal> {
        let further = self.approvers(&sketch.further)?;
        let escalation = (!further.is_empty()).then_some(Escalation { after_minutes: 1, approvers: further });
        Ok(Stage {
            approvers: self.approvers(&sketch.approvers)?,
            quorum: sketch.quorum,
            window_minutes: model::limits::STAGE_WINDOW_DEFAULT_MINUTES,
            justification_required: false,
            multifactor: false,
            escalation,
            fallback: self.approvers(&sketch.fallback)?,
        })
    }

    fn approvers(&self, named: &Sketched) -> Result<Vec<Approver>, Refusal> {
        let unknown = |field: &str, message: String| Refusal::Malformed { field: field.to_owned(), message };
        let mut all: Vec<Approver> = named.manager.map(|level| Approver::Manager { level }).into_iter().collect();
        all.extend(named.sponsors.then_some(Approver::Sponsors));
        all.extend(named.owners.then_some(Approver::Owners));
        for name in &named.users {
            let id = self.users.get(name).copied().flatten().ok_or_else(|| {
                unknown("users", format!("“{name}” is nobody’s user name, and not the full name of exactly one person. Choose the person from the list, or write the user name, one a line."))
            })?;
            all.push(Approver::User { id });
        }
        for name in &named.groups {
            let id = self.groups.get(name).copied().flatten().ok_or_else(|| {
                unknown(
                    "groups",
                    format!("There is no group “{name}”. Choose it from the list, or write its whole name, one group a line."),
                )
            })?;
            all.push(Approver::Group { id });
        }
        Ok(all)
    }
}
