//! Access packages: under which policy somebody may request, and what a policy may look like.

use model::directory::UserKind;
use model::limits::{STAGE_WINDOW_MAX_MINUTES, STAGES_MAX};
use model::package::{PolicySettings, Scope};
use model::{GroupId, PolicyId, Refusal, UserId};
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

/// The class of a scope that covers this person, best first; nothing when it does not.
fn class(scope: &Scope, asker: &Asker) -> Option<u8> {
    match scope {
        Scope::Specific { users, groups } => {
            (users.contains(&asker.user) || groups.iter().any(|group| asker.groups.contains(group))).then_some(0)
        }
        Scope::AllMembers => (asker.kind == UserKind::Member).then_some(1),
        Scope::AllUsers => Some(2),
        Scope::Nobody => None,
    }
}

/// Whether this policy lets this person request.
pub fn covers(policy: &Policy, asker: &Asker) -> bool {
    asker.enabled && policy.enabled && class(&policy.settings.scope, asker).is_some()
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

/// The policy a request is made under. Somebody outside every scope gets the answer for a package that does not exist.
pub fn choose<'a>(policies: &'a [Policy], asker: &Asker, chosen: Option<PolicyId>) -> Result<&'a Policy, Refusal> {
    let fitting = fitting(policies, asker);
    match (fitting.as_slice(), chosen) {
        ([], _) => Err(Refusal::NotFound { what: "access package" }),
        ([only], None) => Ok(only),
        (_, None) => Err(Refusal::PolicyChoiceNeeded),
        (some, Some(chosen)) => some.iter().find(|policy| policy.id == chosen).copied().ok_or(Refusal::PolicyChoiceNeeded),
    }
}

/// Whether settings make sense by themselves. Whether anybody could decide is asked of the directory besides.
pub fn check_settings(settings: &PolicySettings) -> Result<(), Refusal> {
    let malformed = |field: &str, message: String| Err(Refusal::Malformed { field: field.to_owned(), message });
    if settings.stages.len() > STAGES_MAX {
        return malformed("stages", format!("A policy may have {STAGES_MAX} stages and this one has {}.", settings.stages.len()));
    }
    for (number, stage) in settings.stages.iter().enumerate() {
        let number = number + 1;
        if stage.approvers.is_empty() {
            return malformed("stages", format!("Stage {number} names no approvers. Name at least one person or group."));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{id, stage, user};
    use model::approval::{Approver, Escalation};
    use model::package::Lasts;

    fn policy(n: u128, scope: Scope) -> Policy {
        let settings = PolicySettings {
            scope,
            stages: vec![stage(1)],
            justification_required: true,
            questions: Vec::new(),
            lasts: Lasts::Forever,
            extension_allowed: false,
            extension_needs_approval: false,
            timeline_allowed: false,
        };
        Policy { id: PolicyId(id(n)), name: format!("policy {n}"), enabled: true, settings }
    }

    fn asker(kind: UserKind, groups: &[u128]) -> Asker {
        Asker { user: user(1), kind, enabled: true, groups: groups.iter().map(|n| GroupId(id(*n))).collect() }
    }

    fn names(policies: &[Policy], asker: &Asker) -> Vec<String> {
        fitting(policies, asker).into_iter().map(|policy| policy.name.clone()).collect()
    }

    #[test]
    fn somebody_outside_every_scope_gets_the_answer_for_a_package_that_does_not_exist() {
        let policies = [policy(1, Scope::AllMembers), policy(2, Scope::Nobody)];
        let refused = choose(&policies, &asker(UserKind::Guest, &[]), Some(PolicyId(id(1))));
        assert_eq!(refused.err(), Some(Refusal::NotFound { what: "access package" }));
    }

    #[test]
    fn disabled_people_and_disabled_policies_fit_nothing() {
        let mut off = policy(1, Scope::AllUsers);
        off.enabled = false;
        assert!(names(&[off], &asker(UserKind::Member, &[])).is_empty());
        let mut gone = asker(UserKind::Member, &[]);
        gone.enabled = false;
        assert!(names(&[policy(1, Scope::AllUsers)], &gone).is_empty());
    }

    #[test]
    fn only_the_best_fitting_class_counts() {
        let specific = Scope::Specific { users: vec![], groups: vec![GroupId(id(7))] };
        let policies =
            [policy(1, Scope::AllUsers), policy(2, Scope::AllMembers), policy(3, specific.clone()), policy(4, specific)];
        assert_eq!(names(&policies, &asker(UserKind::Member, &[7])), ["policy 3", "policy 4"]);
        assert_eq!(names(&policies, &asker(UserKind::Member, &[])), ["policy 2"]);
        assert_eq!(names(&policies, &asker(UserKind::Guest, &[])), ["policy 1"]);
        let refused = choose(&policies, &asker(UserKind::Member, &[7]), None);
        assert_eq!(refused.err(), Some(Refusal::PolicyChoiceNeeded));
        assert_eq!(choose(&policies, &asker(UserKind::Member, &[7]), Some(PolicyId(id(4)))).unwrap().name, "policy 4");
        let wrong = choose(&policies, &asker(UserKind::Member, &[7]), Some(PolicyId(id(2))));
        assert_eq!(wrong.err(), Some(Refusal::PolicyChoiceNeeded), "a policy of a lower class cannot be picked");
    }

    #[test]
    fn regression_17_a_policy_that_makes_no_sense_is_refused_when_it_is_saved() {
        let mut nobody = policy(1, Scope::AllUsers).settings;
        nobody.stages[0].approvers.clear();
        assert!(check_settings(&nobody).is_err());
        let mut late = policy(1, Scope::AllUsers).settings;
        late.stages[0].escalation = Some(Escalation { after_minutes: 100, approvers: vec![Approver::User { id: user(3) }] });
        assert!(check_settings(&late).is_err());
        let mut many = policy(1, Scope::AllUsers).settings;
        many.stages = vec![stage(1); 11];
        assert!(check_settings(&many).is_err());
        assert_eq!(check_settings(&policy(1, Scope::AllUsers).settings), Ok(()));
    }
}
