//! Administration: packages that somebody is still describing. Each is seen by its owner alone.

use super::Asking;
use super::admin_package::{makes, offered};
use super::answering::askable;
use super::catalog::standing;
use super::policy::{names_of, warnings};
use crate::Problem;
use model::approval::{Approver, Stage};
use model::draft::{Document, Step};
use model::limits::PACKAGE_DRAFTS_MAX;
use model::package::{AnswerKind, Lasts, PolicySettings, Scope};
use model::review::{PolicyReviews, Reviewers};
use model::view::draft::{Draft, DraftRow, Reviewed};
use model::view::{Choice, Fact};
use model::{CatalogId, DraftId, Refusal, Span};
use rules::review::of_policy;
use std::collections::BTreeMap;
use store::catalogs::Seen;
use store::{catalog_choice, catalogs, drafts};

const NO_DRAFT: Refusal = Refusal::NotFound { what: "draft" };

pub async fn list(asking: &mut Asking<'_>) -> Result<Vec<DraftRow>, Problem> {
    let kept = drafts::of(&mut asking.link, asking.who.user, PACKAGE_DRAFTS_MAX).await?;
    if kept.is_empty() {
        return Ok(Vec::new());
    }
    let seen = makes(asking).unwrap_or(Seen::By(asking.who.user));
    let ids: Vec<CatalogId> = kept.iter().map(|draft| draft.catalog).collect();
    let catalogs = catalog_choice::for_packages_among(&mut asking.link, seen, &ids, asking.now).await?;
    let row = |draft: rules::draft::Draft| DraftRow {
        draft: draft.id,
        catalog_name: catalogs.get(&draft.catalog).cloned(),
        step: draft.document.goes_on(),
        name: draft.document.name,
        changed_at: draft.changed_at,
    };
    Ok(kept.into_iter().map(row).collect())
}

/// The visitor's own draft of a package that they may make.
pub async fn own(asking: &mut Asking<'_>, id: DraftId) -> Result<rules::draft::Draft, Problem> {
    let draft = drafts::get(&mut asking.link, id).await?.filter(|draft| draft.owner == asking.who.user).ok_or(NO_DRAFT)?;
    let standing = standing(asking, draft.catalog).await?;
    if rules::catalog::manages_packages(asking.visitor, standing) { Ok(draft) } else { Err(NO_DRAFT.into()) }
}

pub async fn one(asking: &mut Asking<'_>, id: DraftId, step: Step) -> Result<Draft, Problem> {
    let draft = own(asking, id).await?;
    let catalog = catalogs::get(&mut asking.link, draft.catalog).await?.ok_or(NO_DRAFT)?;
    let document = draft.document;
    let names = match step {
        Step::Requests | Step::Lifecycle | Step::Review => names_of(asking, &document.policy.settings).await?,
        _ => Vec::new(),
    };
    let (mut offered, offered_of) = match step {
        Step::Roles | Step::Review => offered(asking, draft.catalog, &[]).await?,
        _ => (Vec::new(), None),
    };
    let askable = match step {
        Step::Requests | Step::Review => askable(&mut asking.link).await?,
        _ => Vec::new(),
    };
    let (mut review, mut warned) = (Vec::new(), Vec::new());
    if step == Step::Review {
        let chosen = |choice: &Choice| document.roles.iter().any(|role| role.to_string() == choice.id);
        offered.retain(chosen);
        review = words(&document, &catalog.name, &offered, (&names, &askable));
        warned = warnings(asking, &document.policy.settings).await?;
        let gone = document.roles.len() - offered.len();
        if gone > 0 {
            let roles = model::time::count(i64::try_from(gone).unwrap_or(i64::MAX), "resource role");
            warned
                .push(format!("{roles} of those chosen cannot be given by this catalog any more. Save “Resource roles” again."));
        }
        if document.applies(Step::Lifecycle) && matches!(document.policy.settings.lasts, Lasts::Until { at } if at <= asking.now)
        {
            warned.push("The date until which access lasts is over. Choose a later one under “Lifecycle”.".to_owned());
        }
        let asked = document.policy.settings.reviews.as_ref().filter(|_| document.applies(Step::Lifecycle));
        if let Some(refusal) = asked.and_then(|asked| of_policy::check(asked, false, asking.now).err()) {
            warned.push(format!("{} It stands under “Lifecycle”.", refusal.sentence_for_pages()));
        }
    }
    Ok(Draft {
        draft: id,
        version: draft.version,
        catalog_name: catalog.name,
        step,
        reviews: document.policy.settings.reviews.clone().unwrap_or_else(|| of_policy::beginning(asking.now)),
        document,
        names,
        askable,
        offered,
        offered_of,
        review,
        warnings: warned,
        may_automate: rules::catalog::writes_rules(asking.visitor),
    })
}

fn fact(name: impl Into<String>, value: impl Into<String>) -> Fact {
    Fact { name: name.into(), value: value.into() }
}

fn yes_no(yes: bool) -> &'static str {
    if yes { "Yes" } else { "No" }
}

/// Everything that was filled in, step by step.
fn words(
    document: &Document,
    catalog: &str,
    roles: &[Choice],
    (names, askable): (&[(String, String)], &[Choice]),
) -> Vec<Reviewed> {
    let Document { name, description, hidden, roles: _, policy, done: _, typed: _ } = document;
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
        asks: _,
    } = &policy.settings;
    let basics = vec![
        fact("Name", name),
        fact("Description", if description.is_empty() { "None" } else { description }),
        fact("Catalog", catalog),
        fact("Hidden", yes_no(*hidden)),
    ];
    let given: Vec<Fact> = match roles {
        [] => vec![fact("Resource roles", "None yet. Roles can be added to the package later.")],
        roles => roles.iter().map(|role| fact(&role.under, &role.name)).collect(),
    };
    let mut requests = vec![fact("Policy", &policy.name), fact("Enabled", yes_no(policy.enabled))];
    if let Scope::Automatic { rule, grace_minutes } = scope {
        let grace = if *grace_minutes == 0 { "None".to_owned() } else { Span::minutes(i64::from(*grace_minutes)).words() };
        requests.extend([fact("Assigned by the rule", rule), fact("Grace period", grace)]);
        return reviewed([(Step::Basics, basics), (Step::Roles, given), (Step::Requests, requests)]);
    }
    requests.push(fact("Who can request", whom(scope, names)));
    requests.push(fact("Managers can request for their reports", yes_no(*managers_may_request)));
    if stages.is_empty() {
        requests.push(fact("Approval", "None: every request is approved at once."));
    }
    requests.extend(stages.iter().enumerate().map(|(number, one)| fact(format!("Stage {}", number + 1), stage(one, names))));
    if !askable.is_empty() {
        requests.push(fact("Webhook that is asked", super::answering::words(&policy.settings, askable)));
    }
    let mut information = vec![fact("Justification required", yes_no(*justification_required))];
    information.extend(questions.iter().enumerate().map(|(number, question)| {
        let kind = match &question.answer {
            AnswerKind::ShortText { .. } => "Short text".to_owned(),
            AnswerKind::LongText { .. } => "Long text".to_owned(),
            AnswerKind::SingleChoice { choices } => format!("One of: {}", choices.join(", ")),
            AnswerKind::MultipleChoice { choices } => format!("Some of: {}", choices.join(", ")),
            AnswerKind::YesNo => "Yes or no".to_owned(),
        };
        let need = if question.required { "required" } else { "optional" };
        fact(format!("Question {}", number + 1), format!("{} ({kind}; {need})", question.text))
    }));
    let ends = match lasts {
        Lasts::Until { at } => format!("Until {}", at.in_sentence()),
        other => other.words(),
    };
    let mut lifecycle = vec![
        fact("Access lasts", ends),
        fact("Holders can extend", yes_no(*extension_allowed)),
        fact("Extending needs approval", yes_no(*extension_needs_approval)),
        fact("Requestors choose start and end", yes_no(*timeline_allowed)),
        fact("Access reviews", reviews.as_ref().map_or_else(|| "Not required".to_owned(), |asked| reviewing(asked, names))),
    ];
    if let Some(asked) = reviews {
        lifecycle.push(fact("If reviewers don’t respond", asked.silence.words()));
    }
    reviewed([
        (Step::Basics, basics),
        (Step::Roles, given),
        (Step::Requests, requests),
        (Step::Questions, information),
        (Step::Lifecycle, lifecycle),
    ])
}

fn reviewed<const N: usize>(parts: [(Step, Vec<Fact>); N]) -> Vec<Reviewed> {
    parts.into_iter().map(|(step, facts)| Reviewed { step, facts }).collect()
}

fn named(names: &[(String, String)], key: &str) -> String {
    let found = names.iter().find(|(known, _)| known == key);
    found.map_or_else(|| "somebody who is no longer here".to_owned(), |(_, words)| words.clone())
}

fn whom(scope: &Scope, names: &[(String, String)]) -> String {
    match scope {
        Scope::Specific { users, groups } => {
            let users = users.iter().map(|id| named(names, &format!("user:{id}")));
            users.chain(groups.iter().map(|id| named(names, &format!("group:{id}")))).collect::<Vec<_>>().join(", ")
        }
        other => super::words::whom(other, &BTreeMap::new()),
    }
}

fn approvers(all: &[Approver], names: &[(String, String)]) -> String {
    let one = |approver: &Approver| match approver {
        Approver::User { id } => named(names, &format!("user:{id}")),
        Approver::Group { id } => format!("members of {}", named(names, &format!("group:{id}"))),
        Approver::Manager { level: 1 } => "the requestor’s manager".to_owned(),
        Approver::Manager { level } => format!("the manager at level {level}"),
        Approver::Owners => "owners of the groups in the package".to_owned(),
        Approver::Sponsors => "sponsors".to_owned(),
        Approver::RoleHolders { id } => {
            format!("whoever is {}", model::directory::PortalRole::of(*id).map_or("an administrator", |role| role.name()))
        }
    };
    all.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// `Quarterly from 24 Nov 2026, 09:30 UTC, 14 days each, by …`
fn reviewing(asked: &PolicyReviews, names: &[(String, String)]) -> String {
    let list = |all: &[model::UserId]| all.iter().map(|id| named(names, &format!("user:{id}"))).collect::<Vec<_>>().join(", ");
    let by = match &asked.reviewers {
        Reviewers::Selected { users, groups } => {
            let teams = groups.iter().map(|id| format!("members of {}", named(names, &format!("group:{id}"))));
            users.iter().map(|id| named(names, &format!("user:{id}"))).chain(teams).collect::<Vec<_>>().join(", ")
        }
        Reviewers::Members => "everybody about themselves".to_owned(),
        Reviewers::Managers => format!("managers, or {}", list(&asked.fallback)),
        Reviewers::Owners => format!("the owners of the catalog, or {}", list(&asked.fallback)),
    };
    let days = model::time::count(i64::from(asked.days), "day");
    format!("{} from {}, {days} each, by {by}", asked.frequency.words(), asked.starts_at.in_sentence())
}

fn stage(stage: &Stage, names: &[(String, String)]) -> String {
    let Stage { approvers: asked, quorum, window_minutes, justification_required, multifactor, escalation, fallback } = stage;
    let span = |minutes: u32| Span::minutes(i64::from(minutes)).words();
    let needed = model::time::count(i64::from(*quorum), "approval");
    let mut said = format!("{needed} within {} by {}", span(*window_minutes), approvers(asked, names));
    if let Some(escalation) = escalation {
        said.push_str(&format!("; after {} also {}", span(escalation.after_minutes), approvers(&escalation.approvers, names)));
    }
    if !fallback.is_empty() {
        said.push_str(&format!("; when they cannot decide {}", approvers(fallback, names)));
    }
    if *multifactor {
        said.push_str("; with multifactor authentication");
    }
    said.push_str(if *justification_required { "; with a justification" } else { "; without a justification" });
    said
}
