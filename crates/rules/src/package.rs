//! Access packages: under which policy somebody may request, and what a policy may look like.

use crate::approval::{StagePeople, can_be_decided};
use crate::form::text;
use model::approval::{Approver, Stage};
use model::catalog::PolicyFields;
use model::directory::UserKind;
use model::limits::{
    CHOICES_MAX, LASTS_MAX_MINUTES, NAME_MAX_CHARS, NOTIFIED_PEOPLE_FLAGGED, PATTERN_MAX_CHARS, POLICY_MANAGER_LEVEL_MAX,
    POLICY_SUBJECTS_MAX, QUESTION_MAX_CHARS, QUESTIONS_MAX, QUORUM_MAX, SPONSORS_MAX, STAGE_WINDOW_MAX_MINUTES, STAGES_MAX,
};
use model::package::{AnswerKind, Lasts, Pattern, PolicySettings, Question, Scope};
use model::{AnyId, GroupId, PolicyId, Refusal, Ts, UserId};
use std::collections::BTreeSet;

/// A policy as a choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    pub id: PolicyId,
    pub name: String,
    pub enabled: bool,
    pub settings: PolicySettings,
}

/// The facts about a person on which a scope depends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asker {
    pub user: UserId,
    pub kind: UserKind,
    pub enabled: bool,
    /// Direct and nested.
    pub groups: BTreeSet<GroupId>,
}

/// How close a scope is to those whom it covers, closest first; nothing when nobody requests under it.
fn rank(scope: &Scope) -> Option<u8> {
    match scope {
        Scope::Specific { .. } => Some(0),
        Scope::AllMembers => Some(1),
        Scope::AllUsers => Some(2),
        Scope::Nobody | Scope::Automatic { .. } => None,
    }
}

/// The class of a scope that covers this person, best first; nothing when it does not.
fn class(scope: &Scope, asker: &Asker) -> Option<u8> {
    let covers = match scope {
        Scope::Specific { users, groups } => {
            users.contains(&asker.user) || groups.iter().any(|group| asker.groups.contains(group))
        }
        Scope::AllMembers => asker.kind == UserKind::Member,
        Scope::AllUsers => true,
        Scope::Nobody | Scope::Automatic { .. } => false,
    };
    rank(scope).filter(|_| covers)
}

/// Whether it depends on groups who may request under one of these policies.
pub fn look_at_groups(policies: &[Policy]) -> bool {
    let by_groups = |policy: &Policy| matches!(&policy.settings.scope, Scope::Specific { groups, .. } if !groups.is_empty());
    policies.iter().any(|policy| policy.enabled && by_groups(policy))
}

/// Whether this policy lets somebody who holds the package under it ask for longer. `assigned`: an administrator gave it to them,
/// and whom the policy covers then it covers still. Whoever asked themselves has to be covered as whoever asks anew.
pub fn lets_extend(policy: &Policy, asker: &Asker, assigned: bool) -> bool {
    let scope = &policy.settings.scope;
    policy.enabled && if assigned { covers_when_given(scope, asker) } else { covers(scope, asker) }
}

/// Whether it matters for an extension who asked for what is held under this policy.
pub fn looks_at_requests(policy: &Policy) -> bool {
    policy.settings.scope == Scope::Nobody
}

/// The policies under which this person may request: those of the best fitting class only, in their order.
pub fn fitting<'a>(policies: &'a [Policy], asker: &Asker) -> Vec<&'a Policy> {
    if !asker.enabled {
        return Vec::new();
    }
    let classed: Vec<(u8, &Policy)> = policies
        .iter()
        .filter(|policy| policy.enabled)
        .filter_map(|policy| class(&policy.settings.scope, asker).map(|class| (class, policy)))
        .collect();
    let best = classed.iter().map(|(class, _)| *class).min();
    classed.into_iter().filter(|(class, _)| Some(*class) == best).map(|(_, policy)| policy).collect()
}

/// How a policy stands to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// They may request under it.
    Applies,
    /// It covers them, but another one names them more closely, and only those count.
    Outranked,
    /// It does not cover them.
    Outside,
    /// Nobody asks under it: its rule assigns.
    Automatic,
    Disabled,
}

/// How each policy stands to somebody, in their order: the same answer as [`fitting`], with the reason.
pub fn fits<'a>(policies: &'a [Policy], asker: &Asker) -> Vec<(&'a Policy, Fit)> {
    let fitting = fitting(policies, asker);
    let fit = |policy: &Policy| match class(&policy.settings.scope, asker) {
        _ if fitting.iter().any(|fits| fits.id == policy.id) => Fit::Applies,
        _ if !policy.enabled => Fit::Disabled,
        _ if policy.settings.is_automatic() => Fit::Automatic,
        Some(_) if asker.enabled => Fit::Outranked,
        Some(_) | None => Fit::Outside,
    };
    policies.iter().map(|policy| (policy, fit(policy))).collect()
}

/// The policy a request is made under. Somebody outside every scope gets the answer for a package that does not exist.
pub fn choose<'a>(policies: &'a [Policy], asker: &Asker, chosen: Option<PolicyId>) -> Result<&'a Policy, Refusal> {
    choose_among(&fitting(policies, asker), chosen)
}

/// The one of these policies that a request is made under.
pub(crate) fn choose_among<'a>(fitting: &[&'a Policy], chosen: Option<PolicyId>) -> Result<&'a Policy, Refusal> {
    match (fitting, chosen) {
        ([], _) => Err(Refusal::NotFound { what: "access package" }),
        ([only], None) => Ok(only),
        (_, None) => Err(Refusal::PolicyChoiceNeeded),
        (some, Some(chosen)) => some.iter().find(|policy| policy.id == chosen).copied().ok_or(Refusal::PolicyChoiceNeeded),
    }
}

/// Whether settings make sense by themselves. Whether anybody could decide is asked of the directory besides.
pub fn check_settings(settings: &PolicySettings) -> Result<(), Refusal> {
    check_stages(&settings.stages)
}

/// Whether stages make sense by themselves.
pub fn check_stages(stages: &[Stage]) -> Result<(), Refusal> {
    let malformed = |field: &str, message: String| Err(Refusal::Malformed { field: field.to_owned(), message });
    if stages.len() > STAGES_MAX {
        return malformed("stages", format!("There may be {STAGES_MAX} stages and here are {}.", stages.len()));
    }
    for (number, stage) in stages.iter().enumerate() {
        let number = number + 1;
        if stage.approvers.is_empty() {
            return malformed("stages", format!("Stage {number} names no approvers. Name at least one person or group."));
        }
        if stage.quorum > QUORUM_MAX {
            return malformed("stages", format!("Stage {number} may need {QUORUM_MAX} approvals at most."));
        }
        for approver in stage.named() {
            if matches!(approver, Approver::Manager { level } if level == 0 || level > POLICY_MANAGER_LEVEL_MAX) {
                return malformed(
                    "stages",
                    format!(
                        "Stage {number} asks a manager at a level that is not known. Levels go from 1, the manager, to {POLICY_MANAGER_LEVEL_MAX}."
                    ),
                );
            }
        }
        if stage.escalation.as_ref().is_some_and(|escalation| escalation.after_minutes == 0 || escalation.approvers.is_empty()) {
            return malformed(
                "stages",
                format!(
                    "Stage {number} asks further people, so it needs to know whom and after how long. Fill in both, or neither."
                ),
            );
        }
        if stage.quorum == 0 {
            return malformed("stages", format!("Stage {number} needs at least one approval."));
        }
        if stage.window_minutes == 0 || stage.window_minutes > STAGE_WINDOW_MAX_MINUTES {
            return malformed("stages", format!("The decision window of stage {number} is between a minute and a year."));
        }
        if stage.escalation.as_ref().is_some_and(|escalation| escalation.after_minutes >= stage.window_minutes) {
            return malformed(
                "stages",
                format!("Stage {number} asks further people only after its window is over. Shorten the wait."),
            );
        }
    }
    Ok(())
}

/// Checks and cleans the form of a policy. `before` is the policy as it was, when there was one.
pub fn check_policy(fields: &PolicyFields, before: Option<&Policy>, now: Ts) -> Result<PolicyFields, Refusal> {
    let malformed = |field: &str, message: String| Err(Refusal::Malformed { field: field.to_owned(), message });
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
    } = fields.settings.clone();
    let name = text("name", "Name", &fields.name, true, NAME_MAX_CHARS)?;
    if let Scope::Specific { users, groups } = &scope {
        match users.len() + groups.len() {
            0 => return malformed("users", "Say who may request: at least one person or group.".to_owned()),
            n if n > POLICY_SUBJECTS_MAX => {
                return malformed(
                    "users",
                    format!("A policy may name {POLICY_SUBJECTS_MAX} people and groups and this one names {n}. Use a group."),
                );
            }
            _ => {}
        }
    }
    if let Scope::Automatic { rule, grace_minutes } = &scope {
        let settings = crate::automatic::check(rule, *grace_minutes)?;
        return Ok(PolicyFields { name, enabled: fields.enabled, settings, seen: fields.seen });
    }
    if questions.len() > QUESTIONS_MAX {
        return malformed(
            "questions",
            format!("A policy may ask {QUESTIONS_MAX} questions and this one asks {}.", questions.len()),
        );
    }
    let questions =
        questions.iter().enumerate().map(|(number, question)| check_question(number + 1, question)).collect::<Result<_, _>>()?;
    match lasts {
        Lasts::For { minutes } if minutes == 0 || minutes > LASTS_MAX_MINUTES => {
            return malformed("lasts_length", "Access lasts at least one hour and at most 3,660 days.".to_owned());
        }
        // What is over may stand as it is in a policy that is disabled: otherwise it could not be disabled.
        Lasts::Until { at } if at <= now && (fields.enabled || before.is_none_or(|before| before.settings.lasts != lasts)) => {
            return malformed("lasts_until", "That date is over, so nobody could get any access. Choose a later one.".to_owned());
        }
        Lasts::For { .. } | Lasts::Until { .. } | Lasts::Forever => {}
    }
    let settings = PolicySettings {
        scope,
        stages,
        justification_required,
        questions,
        lasts,
        extension_allowed,
        extension_needs_approval: extension_allowed && extension_needs_approval,
        timeline_allowed,
        managers_may_request,
        // Asked of the series besides, which knows whether it has begun.
        reviews,
        asks,
    };
    check_settings(&settings)?;
    Ok(PolicyFields { name, enabled: fields.enabled, settings, seen: fields.seen })
}

fn check_question(number: usize, question: &Question) -> Result<Question, Refusal> {
    let malformed = |message: String| Refusal::Malformed { field: "questions".to_owned(), message };
    let words =
        |label: &str, value: &str, required| text("questions", &format!("{label} {number}"), value, required, QUESTION_MAX_CHARS);
    let pattern = |pattern: &Option<Pattern>| -> Result<Option<Pattern>, Refusal> {
        let Some(Pattern { expression, message }) = pattern else { return Ok(None) };
        let expression = text("questions", &format!("Pattern of question {number}"), expression, true, PATTERN_MAX_CHARS)?;
        if let Err(error) = crate::form::pattern(&expression) {
            return Err(malformed(format!("The pattern of question {number} is not a regular expression: {error}")));
        }
        Ok(Some(Pattern { expression, message: words("Message for answers that do not fit question", message, true)? }))
    };
    let choices = |all: &[String]| -> Result<Vec<String>, Refusal> {
        let mut kept: Vec<String> = Vec::new();
        for choice in all {
            let choice = words("A choice of question", choice, false)?;
            if !choice.is_empty() && !kept.contains(&choice) {
                kept.push(choice);
            }
        }
        match kept.len() {
            0 | 1 => Err(malformed(format!("Question {number} needs at least two choices, one a line."))),
            n if n > CHOICES_MAX => Err(malformed(format!("Question {number} may have {CHOICES_MAX} choices and has {n}."))),
            _ => Ok(kept),
        }
    };
    let hint = question.hint.as_deref().map(|hint| words("Hint of question", hint, false)).transpose()?;
    let answer = match &question.answer {
        AnswerKind::ShortText { pattern: one } => AnswerKind::ShortText { pattern: pattern(one)? },
        AnswerKind::LongText { pattern: one } => AnswerKind::LongText { pattern: pattern(one)? },
        AnswerKind::SingleChoice { choices: all } => AnswerKind::SingleChoice { choices: choices(all)? },
        AnswerKind::MultipleChoice { choices: all } => AnswerKind::MultipleChoice { choices: choices(all)? },
        AnswerKind::YesNo => AnswerKind::YesNo,
    };
    Ok(Question {
        id: question.id,
        text: words("Question", &question.text, true)?,
        hint: hint.filter(|hint| !hint.is_empty()),
        required: question.required,
        translations: crate::translation::check(number, &question.translations, &answer)?,
        answer,
    })
}

/// Whether anybody could ever decide under these stages. `people` are the people behind the named users and groups;
/// managers, sponsors and owners depend on who asks for what, so they count as possible.
pub fn can_ever_be_decided(stages: &[Stage], people: &[StagePeople]) -> Result<(), Refusal> {
    let mut possible = Vec::new();
    for (number, stage) in stages.iter().enumerate() {
        let mut all = people.get(number).cloned().unwrap_or_default();
        all.approvers.extend(stand_ins(number, stage.quorum, &stage.approvers));
        all.fallback.extend(stand_ins(number, stage.quorum, &stage.fallback));
        possible.push(all);
    }
    can_be_decided(stages, &possible, &BTreeSet::new()).map_err(|refusal| match refusal {
        Refusal::NoApprover { stage, needed, found } => Refusal::PolicyNeverDecided { stage, needed, found },
        other => other,
    })
}

/// Ids of nobody: a manager of one level is one person in all stages, owners may be as many as are needed.
fn stand_ins(stage: usize, quorum: u32, approvers: &[Approver]) -> Vec<UserId> {
    let nobody = |number: u128| UserId(AnyId::from_u128(number));
    let of = |approver: &Approver| match approver {
        Approver::Manager { level } => vec![nobody(u128::from(*level))],
        // As many as there may be.
        Approver::Owners | Approver::RoleHolders { .. } => {
            (0..u128::from(quorum.min(QUORUM_MAX))).map(|owner| nobody(((stage as u128 + 1) << 64) + owner)).collect()
        }
        // The same few people in every stage, numbered beyond all managers.
        Approver::Sponsors => (0..SPONSORS_MAX as u128).map(|sponsor| nobody((1 << 32) + sponsor)).collect(),
        Approver::User { .. } | Approver::Group { .. } => Vec::new(),
    };
    approvers.iter().flat_map(of).collect()
}

/// The one person who could decide a stage and may request too: their own request would wait for somebody else.
/// Nothing when there are several, when managers or owners may be asked, or when one alone never suffices: that is said
/// otherwise.
pub fn lonely_approver(stage: &Stage, people: &StagePeople, in_scope: impl Fn(UserId) -> bool) -> Option<UserId> {
    let depends = |approver: &Approver| match approver {
        Approver::Manager { .. } | Approver::Owners | Approver::Sponsors | Approver::RoleHolders { .. } => true,
        Approver::User { .. } | Approver::Group { .. } => false,
    };
    if stage.quorum > 1 || stage.approvers.iter().chain(&stage.fallback).any(depends) {
        return None;
    }
    let mut all = people.approvers.iter().chain(&people.fallback).copied().collect::<BTreeSet<_>>().into_iter();
    match (all.next(), all.next()) {
        (Some(only), None) if in_scope(only) => Some(only),
        _ => None,
    }
}

/// How many get a letter at once about one request in this stage, when that is more than anybody wants.
pub fn crowd(people: &StagePeople) -> Option<usize> {
    let together: BTreeSet<UserId> = people.approvers.iter().chain(&people.fallback).copied().collect();
    let further: BTreeSet<UserId> = people.escalation.iter().copied().collect();
    Some(together.len().max(further.len())).filter(|count| *count > NOTIFIED_PEOPLE_FLAGGED)
}

/// Whether a scope covers this person.
pub fn covers(scope: &Scope, asker: &Asker) -> bool {
    asker.enabled && class(scope, asker).is_some()
}

/// Whether a scope covers this person when an administrator gives them the package: what nobody may request is there to be
/// assigned, to anybody.
pub fn covers_when_given(scope: &Scope, asker: &Asker) -> bool {
    asker.enabled && (*scope == Scope::Nobody || covers(scope, asker))
}

pub mod priority;
#[cfg(test)]
mod tests;
