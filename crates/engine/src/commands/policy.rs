//! Policies of packages.

use super::package::known;
use super::{answering, automatic, review_policy};
use crate::change::Change;
use crate::{Fault, Problem};
use model::catalog::PolicyFields;
use model::command::{Command, Done};
use model::event::{Action, Change as Difference};
use model::package::PolicySettings;
use model::{PackageId, PolicyId, QuestionId, Refusal, UserId};
use rules::package::Policy;
use std::collections::BTreeSet;
use store::approvals::Thing;
use store::{Saved, approvals, groups, package_editing, packages, policies, users};

pub async fn create(
    change: &mut Change<'_>,
    command: &Command,
    package: PackageId,
    fields: &PolicyFields,
) -> Result<Done, Problem> {
    known(change, command, package).await?;
    rules::catalog::may_write_scope(&change.visitor, &fields.settings.scope)?;
    let PolicyFields { name, enabled, settings, seen } = checked(change, fields, None).await?;
    let policy = Policy { id: PolicyId(change.id()), name: name.clone(), enabled, settings };
    package_editing::guard(&mut change.link, package).await?;
    let others = packages::policies(&mut change.link, package).await?;
    rules::automatic::only_one(package, &policy, &others)?;
    policies::insert(&mut change.link, package, &policy).await?;
    let changes = rules::catalog::differing(said(&policy)?.into_iter().map(|(field, after)| (field, String::new(), after)));
    change.record(None, [Action::PolicyCreated { package, policy: policy.id, name: name.clone(), changes }]);
    automatic::policy_saved(change, package, &policy, seen).await?;
    review_policy::follow(change, package, &policy).await?;
    Ok(Done::PolicySaved { package, policy: policy.id, name })
}

/// Requests that are open keep the settings they were made under.
pub async fn edit(
    change: &mut Change<'_>,
    command: &Command,
    package: PackageId,
    id: PolicyId,
    version: i64,
    fields: &PolicyFields,
) -> Result<Done, Problem> {
    known(change, command, package).await?;
    let (before, current) = there(change, package, id).await?;
    rules::catalog::may_write_scope(&change.visitor, &before.settings.scope)?;
    rules::catalog::may_write_scope(&change.visitor, &fields.settings.scope)?;
    let PolicyFields { name, enabled, settings, seen } = checked(change, fields, Some(&before)).await?;
    if current != version {
        return Err(Refusal::Stale.into());
    }
    let policy = Policy { id, name: name.clone(), enabled, settings };
    package_editing::guard(&mut change.link, package).await?;
    let others = packages::policies(&mut change.link, package).await?;
    rules::automatic::only_one(package, &policy, &others)?;
    let in_use = package_editing::in_use(&mut change.link, package, change.now).await?;
    let (held, open) = in_use.iter().find(|(of, _, _)| *of == id).map_or((0, 0), |(_, held, open)| (*held, *open));
    rules::automatic::keeps_kind(package, &before, &policy.settings, held, open)?;
    let pairs = said(&before)?.into_iter().zip(said(&policy)?);
    let changes: Vec<Difference> = rules::catalog::differing(pairs.map(|((field, before), (_, after))| (field, before, after)));
    if !changes.is_empty() || before.settings.reviews != policy.settings.reviews {
        if policies::update(&mut change.link, package, &policy, version).await? == Saved::Stale {
            return Err(Refusal::Stale.into());
        }
        // What else changed in the reviews is told with them.
        if !changes.is_empty() {
            change.record(None, [Action::PolicyChanged { package, policy: id, changes }]);
        }
        review_policy::follow(change, package, &policy).await?;
        automatic::policy_saved(change, package, &policy, seen).await?;
    }
    Ok(Done::PolicySaved { package, policy: id, name })
}

pub async fn delete(change: &mut Change<'_>, command: &Command, package: PackageId, id: PolicyId) -> Result<Done, Problem> {
    known(change, command, package).await?;
    let (policy, _) = there(change, package, id).await?;
    rules::catalog::may_write_scope(&change.visitor, &policy.settings.scope)?;
    package_editing::guard(&mut change.link, package).await?;
    let in_use = package_editing::in_use(&mut change.link, package, change.now).await?;
    let (held, open) = in_use.iter().find(|(of, _, _)| *of == id).map_or((0, 0), |(_, held, open)| (*held, *open));
    rules::catalog::may_delete_policy(package, &policy.name, held, open)?;
    review_policy::deleted(change, id).await?;
    policies::delete(&mut change.link, id, change.now).await?;
    change.record(None, [Action::PolicyDeleted { package, policy: id, name: policy.name.clone() }]);
    Ok(Done::PolicyDeleted { package, name: policy.name })
}

async fn there(change: &mut Change<'_>, package: PackageId, id: PolicyId) -> Result<(Policy, i64), Problem> {
    Ok(policies::get(&mut change.link, package, id).await?.ok_or(Refusal::NotFound { what: "policy" })?)
}

/// The form, cleaned, when it makes sense, names only what is there, and somebody could decide under it.
async fn checked(change: &mut Change<'_>, fields: &PolicyFields, before: Option<&Policy>) -> Result<PolicyFields, Problem> {
    let mut fields = rules::package::check_policy(fields, before, change.now)?;
    let mut known = BTreeSet::new();
    for question in &mut fields.settings.questions {
        // A new question has no id yet, and no two have the same.
        if question.id.0.is_nil() || !known.insert(question.id) {
            question.id = QuestionId(change.id());
            known.insert(question.id);
        }
    }
    decidable(change, &fields.settings).await?;
    fields.settings.reviews = review_policy::checked(change, fields.settings.reviews.as_ref(), before).await?;
    Ok(fields)
}

/// Whether everybody whom the settings name is there, and somebody could decide under them.
pub async fn decidable(change: &mut Change<'_>, settings: &PolicySettings) -> Result<(), Problem> {
    let (user_ids, group_ids) = settings.named();
    let all_there = users::names(&mut change.link, &user_ids).await?.len() == user_ids.len()
        && groups::names(&mut change.link, &group_ids).await?.len() == group_ids.len();
    if !all_there {
        let message = "Somebody or some group that the policy names is not there. Choose from the directory.".to_owned();
        return Err(Refusal::Malformed { field: "users".to_owned(), message }.into());
    }
    // Nobody asks here, so managers and owners stay open; the rule counts them as possible.
    let nobody = UserId(model::AnyId::nil());
    let people = approvals::people(&mut change.link, &settings.stages, nobody, (Thing::Nothing, &[]), change.now).await?;
    answering::checked(&mut change.link, settings.asks).await?;
    Ok(rules::package::can_ever_be_decided(&settings.stages, &people)?)
}

/// Every setting as the history keeps it.
fn said(policy: &Policy) -> Result<Vec<(&'static str, String)>, Problem> {
    let PolicySettings {
        scope,
        stages,
        justification_required,
        questions,
        lasts,
        extension_allowed,
        extension_needs_approval,
        timeline_allowed,
        managers_may_request,
        reviews,
        asks,
    } = &policy.settings;
    let written =
        |json: Result<String, serde_json::Error>| json.map_err(|error| Fault::new("writing a policy's settings", error));
    let yes_no = |yes: bool| if yes { "Yes" } else { "No" }.to_owned();
    Ok(vec![
        ("Name", policy.name.clone()),
        ("Enabled", yes_no(policy.enabled)),
        ("Who can request", written(serde_json::to_string(scope))?),
        ("Stages", written(serde_json::to_string(stages))?),
        ("Justification required", yes_no(*justification_required)),
        ("Questions", written(serde_json::to_string(questions))?),
        ("Lasts", lasts.words()),
        ("Extension allowed", yes_no(*extension_allowed)),
        ("Extension needs approval", yes_no(*extension_needs_approval)),
        ("Timeline allowed", yes_no(*timeline_allowed)),
        ("Managers may request", yes_no(*managers_may_request)),
        ("Access reviews required", reviews.as_ref().map_or_else(|| "No".to_owned(), |asked| asked.frequency.words().to_owned())),
        (
            "Webhook asked",
            asks.map_or_else(|| "None".to_owned(), |asked| format!("{} ({})", asked.webhook, asked.moment.words())),
        ),
    ])
}
