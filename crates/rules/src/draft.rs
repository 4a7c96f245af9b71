//! Packages that somebody is still describing: what each step may say, and when the whole is ready.

use crate::package::check_policy;
use model::approval::{Approver, Stage};
use model::catalog::{PackageFields, PolicyFields};
use model::draft::{Document, Filled, Step, Typed};
use model::limits::{PACKAGE_DRAFTS_MAX, STAGE_WINDOW_DEFAULT_MINUTES};
use model::package::{Lasts, PackageRole, PolicySettings, Scope};
use model::{CatalogId, DraftId, Refusal, Ts, UserId};
use std::collections::{BTreeMap, BTreeSet};

/// A draft as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub id: DraftId,
    pub owner: UserId,
    pub catalog: CatalogId,
    pub document: Document,
    pub changed_at: Ts,
    pub version: i64,
}

/// What a new policy begins with, as in the reference system: the manager decides within two weeks.
pub fn beginning() -> PolicySettings {
    let stage = Stage {
        approvers: vec![Approver::Manager { level: 1 }],
        quorum: 1,
        window_minutes: STAGE_WINDOW_DEFAULT_MINUTES,
        justification_required: true,
        multifactor: false,
        escalation: None,
        fallback: Vec::new(),
    };
    PolicySettings {
        scope: Scope::AllMembers,
        stages: vec![stage],
        justification_required: true,
        questions: Vec::new(),
        lasts: Lasts::For { minutes: 365 * 24 * 60 },
        extension_allowed: true,
        extension_needs_approval: false,
        timeline_allowed: false,
        managers_may_request: false,
        reviews: None,
        asks: None,
    }
}

/// What a draft begins with, when its owner keeps `kept` others.
pub fn start(fields: &PackageFields, kept: usize) -> Result<Document, Refusal> {
    let PackageFields { catalog: _, name, description, hidden } = crate::catalog::check_package(fields)?;
    if kept >= PACKAGE_DRAFTS_MAX {
        return Err(Refusal::TooManyDrafts { limit: PACKAGE_DRAFTS_MAX });
    }
    let policy = PolicyFields { name: "Initial policy".to_owned(), enabled: true, settings: beginning(), seen: None };
    Ok(Document {
        name,
        description,
        hidden,
        roles: Vec::new(),
        policy,
        done: BTreeSet::from([Step::Basics]),
        typed: BTreeMap::new(),
    })
}

/// The draft with one step filled in. The step is checked by itself, so that nobody is stopped by what another step says;
/// the whole is checked when the package is made.
pub fn fill(draft: &Draft, filled: &Filled, now: Ts) -> Result<Document, Refusal> {
    let mut document = draft.document.clone();
    match filled {
        Filled::Basics { name, description, hidden } => {
            let (name, description) = (name.clone(), description.clone());
            let fields = PackageFields { catalog: draft.catalog, name, description, hidden: *hidden };
            let PackageFields { catalog: _, name, description, hidden } = crate::catalog::check_package(&fields)?;
            document = Document { name, description, hidden, ..document };
        }
        Filled::Roles(roles) => {
            let mut once: Vec<PackageRole> = Vec::new();
            for role in roles {
                if !once.contains(role) {
                    once.push(*role);
                }
            }
            document.roles = once;
        }
        Filled::Requests { .. } | Filled::Questions { .. } | Filled::Lifecycle { .. } => {
            let alone = check_policy(&policy_of(neutral(), filled), None, now)?;
            let settings = alone.settings;
            let checked = match filled {
                Filled::Questions { .. } => {
                    let (justification_required, questions) = (settings.justification_required, settings.questions);
                    Filled::Questions { justification_required, questions }
                }
                Filled::Lifecycle { .. } => Filled::Lifecycle {
                    lasts: settings.lasts,
                    extension_allowed: settings.extension_allowed,
                    extension_needs_approval: settings.extension_needs_approval,
                    timeline_allowed: settings.timeline_allowed,
                    reviews: match &settings.reviews {
                        Some(asked) => Some(crate::review::of_policy::check(asked, false, now)?),
                        None => None,
                    },
                },
                _ => Filled::Requests {
                    name: alone.name,
                    enabled: alone.enabled,
                    scope: settings.scope,
                    managers_may_request: settings.managers_may_request,
                    stages: settings.stages,
                    asks: settings.asks,
                },
            };
            document.policy = policy_of(document.policy, &checked);
        }
    }
    document.done.insert(filled.step());
    document.typed.remove(&filled.step());
    Ok(document)
}

/// The draft with one step as it was typed, because something in it is wrong. It counts as not filled in, whatever it said
/// before: nobody makes a package of what they no longer see.
pub fn keep(draft: &Draft, step: Step, typed: &Typed) -> Document {
    let mut document = draft.document.clone();
    document.done.remove(&step);
    document.typed.insert(step, typed.clone());
    document
}

/// A policy about which nothing can be refused.
fn neutral() -> PolicyFields {
    let settings = PolicySettings { scope: Scope::Nobody, stages: Vec::new(), lasts: Lasts::Forever, ..beginning() };
    PolicyFields { name: "Policy".to_owned(), enabled: true, settings, seen: None }
}

/// The policy with what a step says about it.
fn policy_of(before: PolicyFields, filled: &Filled) -> PolicyFields {
    let PolicyFields { name, enabled, settings, seen } = before;
    match filled.clone() {
        Filled::Basics { .. } | Filled::Roles(_) => PolicyFields { name, enabled, settings, seen },
        Filled::Requests { name, enabled, scope, managers_may_request, stages, asks } => {
            let settings = PolicySettings { scope, managers_may_request, stages, asks, ..settings };
            PolicyFields { name, enabled, settings, seen }
        }
        Filled::Questions { justification_required, questions } => {
            let settings = PolicySettings { justification_required, questions, ..settings };
            PolicyFields { name, enabled, settings, seen }
        }
        Filled::Lifecycle { lasts, extension_allowed, extension_needs_approval, timeline_allowed, reviews } => {
            let settings =
                PolicySettings { lasts, extension_allowed, extension_needs_approval, timeline_allowed, reviews, ..settings };
            PolicyFields { name, enabled, settings, seen }
        }
    }
}

/// The package with its roles and its first policy, when every step was filled in.
pub fn ready(draft: &Draft) -> Result<(PackageFields, Vec<PackageRole>, PolicyFields), Refusal> {
    let missing = draft.document.missing();
    if !missing.is_empty() {
        return Err(Refusal::DraftUnfinished { draft: draft.id, missing });
    }
    let Document { name, description, hidden, roles, policy, done: _, typed: _ } = draft.document.clone();
    Ok((PackageFields { catalog: draft.catalog, name, description, hidden }, roles, policy))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{id, user};
    use model::access::{AssignmentType, ResourceRole};
    use model::{GroupId, Span};

    const NOW: Ts = Ts(1_700_000_000_000);

    fn fields(name: &str) -> PackageFields {
        PackageFields { catalog: CatalogId(id(1)), name: name.into(), description: " For a test ".into(), hidden: false }
    }

    fn draft() -> Draft {
        let document = start(&fields("Tools"), 0).unwrap();
        Draft { id: DraftId(id(9)), owner: user(1), catalog: CatalogId(id(1)), document, changed_at: NOW, version: 0 }
    }

    fn requests(scope: Scope) -> Filled {
        Filled::Requests {
            name: " Everybody ".into(),
            enabled: true,
            scope,
            managers_may_request: true,
            stages: Vec::new(),
            asks: None,
        }
    }

    fn lasts(lasts: Lasts) -> Filled {
        Filled::Lifecycle {
            lasts,
            extension_allowed: false,
            extension_needs_approval: true,
            timeline_allowed: true,
            reviews: None,
        }
    }

    #[test]
    fn a_draft_without_a_name_and_one_too_many_are_not_begun() {
        assert_eq!(start(&fields(" "), 0).unwrap_err().code(), "required");
        assert_eq!(start(&fields("Tools"), PACKAGE_DRAFTS_MAX), Err(Refusal::TooManyDrafts { limit: PACKAGE_DRAFTS_MAX }));
        let document = start(&fields("Tools"), PACKAGE_DRAFTS_MAX - 1).unwrap();
        assert_eq!((document.description.as_str(), document.goes_on()), ("For a test", Step::Roles));
    }

    #[test]
    fn each_step_is_refused_for_what_it_says_and_not_for_what_another_says() {
        let nobody = Scope::Specific { users: Vec::new(), groups: Vec::new() };
        assert_eq!(fill(&draft(), &requests(nobody), NOW).unwrap_err().code(), "malformed");
        let nameless = Filled::Basics { name: String::new(), description: String::new(), hidden: false };
        assert_eq!(fill(&draft(), &nameless, NOW).unwrap_err().code(), "required");
        let over = lasts(Lasts::Until { at: NOW - Span::minutes(1) });
        assert_eq!(fill(&draft(), &over, NOW).unwrap_err().code(), "malformed");
        // The end of the lifecycle passes while the draft lies; the other steps can be filled in all the same.
        let soon = lasts(Lasts::Until { at: NOW + Span::minutes(1) });
        let document = fill(&draft(), &soon, NOW).unwrap();
        assert!(!document.policy.settings.extension_needs_approval, "what is not allowed needs no approval");
        let later = Draft { document, ..draft() };
        let document = fill(&later, &requests(Scope::AllUsers), NOW + Span::minutes(5)).unwrap();
        assert_eq!(document.policy.settings.lasts, Lasts::Until { at: NOW + Span::minutes(1) });
        assert_eq!((document.policy.name.as_str(), &document.policy.settings.scope), ("Everybody", &Scope::AllUsers));
    }

    #[test]
    fn where_a_rule_assigns_nothing_is_asked_and_what_was_said_about_asking_comes_back_with_it() {
        let by_rule = |rule: &str| requests(Scope::Automatic { rule: rule.into(), grace_minutes: 60 });
        assert_eq!(fill(&draft(), &by_rule(" "), NOW).unwrap_err().code(), "required");
        let refused = fill(&draft(), &by_rule("user.departmnt -eq \"Sales\""), NOW).unwrap_err();
        assert_eq!(refused.field(), Some("rule"));
        let mut draft = draft();
        draft.document = fill(&draft, &lasts(Lasts::For { minutes: 240 }), NOW).unwrap();
        draft.document = fill(&draft, &Filled::Roles(Vec::new()), NOW).unwrap();
        draft.document = fill(&draft, &by_rule(" user.department -eq \"Sales\" "), NOW).unwrap();
        assert_eq!((draft.document.missing(), draft.document.goes_on()), (Vec::new(), Step::Review));
        let (_, _, policy) = ready(&draft).unwrap();
        assert_eq!(
            check_policy(&policy, None, NOW).unwrap().settings,
            PolicySettings::automatic("user.department -eq \"Sales\"".into(), 60)
        );
        assert!(!policy.settings.managers_may_request && policy.settings.stages.is_empty());
        draft.document = fill(&draft, &requests(Scope::AllMembers), NOW).unwrap();
        assert_eq!(draft.document.missing(), [Step::Questions], "the lifecycle was said before");
        assert_eq!(draft.document.policy.settings.lasts, Lasts::For { minutes: 240 });
    }

    #[test]
    fn a_step_that_is_kept_as_typed_is_missing_until_it_is_right_and_what_it_said_before_stays() {
        let mut draft = draft();
        draft.document = fill(&draft, &lasts(Lasts::For { minutes: 240 }), NOW).unwrap();
        let why = Refusal::Malformed { field: "lasts_length".into(), message: "Not a number.".into() };
        let typed = Typed { fields: vec![("lasts_length".into(), "many".into())], why: why.into() };
        draft.document = keep(&draft, Step::Lifecycle, &typed);
        assert!(draft.document.missing().contains(&Step::Lifecycle));
        assert_eq!(draft.document.typed[&Step::Lifecycle], typed);
        assert_eq!(draft.document.policy.settings.lasts, Lasts::For { minutes: 240 });
        let read: Document = serde_json::from_str(&serde_json::to_string(&draft.document).unwrap()).unwrap();
        assert_eq!(read, draft.document);
        draft.document = fill(&draft, &lasts(Lasts::Forever), NOW).unwrap();
        assert!(draft.document.typed.is_empty() && !draft.document.missing().contains(&Step::Lifecycle));
    }

    #[test]
    fn a_draft_is_ready_when_every_step_was_filled_in_in_whatever_order() {
        let mut draft = draft();
        let missing = vec![Step::Roles, Step::Requests, Step::Questions, Step::Lifecycle];
        assert_eq!(ready(&draft), Err(Refusal::DraftUnfinished { draft: draft.id, missing }));
        let role = PackageRole { role: ResourceRole::GroupMember(GroupId(id(3))), assignment_type: AssignmentType::Active };
        for filled in [
            lasts(Lasts::Forever),
            Filled::Questions { justification_required: false, questions: Vec::new() },
            Filled::Roles(vec![role, role]),
        ] {
            draft.document = fill(&draft, &filled, NOW).unwrap();
            assert_eq!(ready(&draft).unwrap_err().code(), "draft_unfinished");
        }
        draft.document = fill(&draft, &requests(Scope::AllMembers), NOW).unwrap();
        let (package, roles, policy) = ready(&draft).unwrap();
        assert_eq!((package.name.as_str(), roles, policy.name.as_str()), ("Tools", vec![role], "Everybody"));
        assert!(!policy.settings.justification_required && policy.settings.managers_may_request);
        assert_eq!(draft.document.goes_on(), Step::Review);
    }
}
