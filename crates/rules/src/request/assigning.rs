//! Giving a package to people who did not ask for it. The policy counts as if they had: its scope, its questions, its
//! approval and how long access lasts.

use super::{Parties, Step, Wanted, already_held, make};
use crate::package::{Asker, Policy, covers_when_given};
use model::command::{AssignPackage, SubmitRequest};
use model::limits::ASSIGNED_TOGETHER_MAX;
use model::{PolicyId, Refusal, RequestId, Ts, UserId};

/// The policy under which a package is assigned, and to whom, each once, when the form makes sense as a whole.
pub fn assigned<'a>(policies: &'a [Policy], by: UserId, asked: &AssignPackage) -> Result<(&'a Policy, Vec<UserId>), Refusal> {
    let policy = under(policies, asked.asked.policy)?;
    let mut people: Vec<UserId> = Vec::new();
    for person in &asked.people {
        if !people.contains(person) {
            people.push(*person);
        }
    }
    match people.len() {
        0 => Err(Refusal::Required { field: "people".to_owned(), label: "People".to_owned() }),
        chosen if chosen > ASSIGNED_TOGETHER_MAX => Err(Refusal::TooManyPeople { limit: ASSIGNED_TOGETHER_MAX, chosen }),
        _ if people.contains(&by) => Err(Refusal::OwnAssignment),
        // Each of them would answer differently.
        n if n > 1 && !policy.settings.questions.is_empty() => Err(Refusal::OnePersonAtATime { policy: policy.name.clone() }),
        _ => Ok((policy, people)),
    }
}

fn under(policies: &[Policy], chosen: Option<PolicyId>) -> Result<&Policy, Refusal> {
    let chosen = chosen.ok_or(Refusal::PolicyChoiceNeeded)?;
    let policy = policies.iter().find(|policy| policy.id == chosen).ok_or(Refusal::PolicyChoiceNeeded)?;
    if policy.settings.is_automatic() {
        return Err(Refusal::PolicyChoiceNeeded);
    }
    if policy.enabled { Ok(policy) } else { Err(Refusal::PolicyDisabled { policy: policy.name.clone() }) }
}

/// One person is given the package. `wanted` are the facts as if this person had asked.
pub fn assign(
    id: RequestId,
    by: UserId,
    to: (&Asker, &str),
    wanted: &Wanted<'_>,
    asked: &SubmitRequest,
    now: Ts,
) -> Result<Step, Refusal> {
    let (asker, name) = to;
    if !asker.enabled {
        return Err(Refusal::Disabled { name: name.to_owned() });
    }
    if !covers_when_given(&wanted.policy.settings.scope, asker) {
        return Err(Refusal::OutOfScope { policy: wanted.policy.name.clone() });
    }
    // An extension is for the holder to ask for.
    if let (None, Some(held)) = (wanted.open, wanted.extends(now)) {
        return Err(already_held(held, wanted.name));
    }
    make(id, Parties { requestor: by, beneficiary: asker.user, by_manager: false }, wanted, asked, now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::approval::StagePeople;
    use crate::request::wakes_at;
    use crate::tests::{id, stage, user};
    use model::approval::Stage;
    use model::directory::UserKind;
    use model::event::Action;
    use model::package::{AnswerKind, Lasts, PolicySettings, Question, Scope};
    use model::request::{PackageAssignment, State};
    use model::{GroupId, PackageAssignmentId, PackageId, QuestionId};
    use std::collections::{BTreeMap, BTreeSet};

    const NOW: Ts = Ts(1_000_000);

    fn policy(scope: Scope, stages: Vec<Stage>) -> Policy {
        let settings = PolicySettings {
            scope,
            stages,
            justification_required: true,
            questions: Vec::new(),
            lasts: Lasts::For { minutes: 60 },
            extension_allowed: true,
            extension_needs_approval: false,
            timeline_allowed: false,
            managers_may_request: false,
            reviews: None,
            asks: None,
        };
        Policy { id: PolicyId(id(1)), name: "By hand".into(), enabled: true, settings }
    }

    fn form(people: &[u128], words: &str) -> AssignPackage {
        let asked = SubmitRequest {
            package: PackageId(id(3)),
            policy: Some(PolicyId(id(1))),
            justification: words.into(),
            answers: BTreeMap::new(),
            starts_at: None,
            ends_at: None,
        };
        AssignPackage { people: people.iter().map(|n| user(*n)).collect(), asked }
    }

    fn person(n: u128, kind: UserKind) -> Asker {
        Asker { user: user(n), kind, enabled: true, groups: BTreeSet::new() }
    }

    /// Person 1 gives it to this one.
    fn tried(policy: &Policy, to: &Asker, people: &[StagePeople], held: Option<&PackageAssignment>) -> Result<Step, Refusal> {
        let wanted = Wanted {
            package: PackageId(id(3)),
            name: "Payroll",
            policy,
            people,
            open: None,
            held,
            incompatible: None,
            asks: None,
            languages: &[],
        };
        assign(RequestId(id(4)), user(1), (to, "Emma"), &wanted, &form(&[2], "New here.").asked, NOW)
    }

    #[test]
    fn a_form_that_makes_no_sense_as_a_whole_is_refused() {
        let plain = policy(Scope::Nobody, vec![]);
        let code = |policies: &[Policy], form: &AssignPackage| {
            assigned(policies, user(1), form).map(|(_, people)| people.len()).map_err(|refusal| refusal.code())
        };
        let mut nameless = form(&[2], "");
        nameless.asked.policy = None;
        assert_eq!(code(std::slice::from_ref(&plain), &nameless), Err("policy_choice_needed"));
        assert_eq!(code(&[], &form(&[2], "")), Err("policy_choice_needed"), "a policy of another package");
        let off = Policy { enabled: false, ..plain.clone() };
        assert_eq!(code(&[off], &form(&[2], "")), Err("policy_disabled"));
        let plain = [plain];
        assert_eq!(code(&plain, &form(&[], "")), Err("required"));
        assert_eq!(code(&plain, &form(&[2, 1], "")), Err("own_assignment"), "nobody gives themselves anything");
        let many: Vec<u128> = (2..).take(ASSIGNED_TOGETHER_MAX + 1).collect();
        assert_eq!(code(&plain, &form(&many, "")), Err("too_many_people"));
        let mut asking = plain[0].clone();
        let answer = AnswerKind::YesNo;
        asking.settings.questions = vec![Question {
            id: QuestionId(id(9)),
            text: "Sure?".into(),
            hint: None,
            required: false,
            answer,
            translations: Vec::new(),
        }];
        assert_eq!(code(std::slice::from_ref(&asking), &form(&[2, 3], "")), Err("one_person_at_a_time"));
        assert_eq!(code(&[asking], &form(&[2], "")), Ok(1));
        assert_eq!(code(&plain, &form(&[2, 3, 2], "")), Ok(2), "who is named twice is meant once");
    }

    #[test]
    fn the_scope_of_the_policy_counts_and_a_policy_for_nobody_is_for_anybody() {
        let code = |scope, to: &Asker| tried(&policy(scope, vec![]), to, &[], None).map(|_| ()).map_err(|refusal| refusal.code());
        let (member, guest) = (person(2, UserKind::Member), person(2, UserKind::Guest));
        let disabled = Asker { enabled: false, ..member.clone() };
        assert_eq!(code(Scope::Nobody, &disabled), Err("disabled"));
        assert_eq!(code(Scope::AllMembers, &guest), Err("out_of_scope"));
        assert_eq!(code(Scope::Specific { users: vec![user(7)], groups: vec![GroupId(id(8))] }, &member), Err("out_of_scope"));
        for scope in [Scope::Nobody, Scope::AllUsers, Scope::Specific { users: vec![user(2)], groups: vec![] }] {
            assert_eq!(code(scope.clone(), &member), Ok(()), "{scope:?}");
        }
        assert_eq!(code(Scope::Nobody, &guest), Ok(()));
    }

    #[test]
    fn what_is_held_is_not_assigned_again_not_even_when_it_could_be_extended() {
        let held = PackageAssignment {
            id: PackageAssignmentId(id(5)),
            package: PackageId(id(3)),
            policy: PolicyId(id(1)),
            holder: user(2),
            request: None,
            starts_at: Ts(0),
            ends_at: Some(NOW + model::Span::hours(1)),
            ended_at: None,
            version: 0,
        };
        let (policy, member) = (policy(Scope::AllUsers, vec![]), person(2, UserKind::Member));
        let refused = tried(&policy, &member, &[], Some(&held)).unwrap_err();
        assert!(matches!(refused, Refusal::AlreadyHeld { until: Some(_), .. }), "{refused:?}");
        let over = PackageAssignment { ends_at: Some(NOW), ..held };
        assert!(tried(&policy, &member, &[], Some(&over)).is_ok(), "it ended this instant");
    }

    #[test]
    fn neither_who_assigns_nor_who_gets_it_is_asked_to_approve() {
        let policy = policy(Scope::AllUsers, vec![stage(1)]);
        let member = person(2, UserKind::Member);
        let people = |all: &[u128]| [StagePeople { approvers: all.iter().map(|n| user(*n)).collect(), ..StagePeople::default() }];
        assert_eq!(tried(&policy, &member, &people(&[1, 2]), None).unwrap_err().code(), "no_approver");
        let step = tried(&policy, &member, &people(&[1, 2, 3]), None).unwrap();
        let State::PendingApproval { asked, .. } = &step.request.state else { panic!("{:?}", step.request.state) };
        assert_eq!(asked, &[user(3)]);
        assert_eq!((step.request.requestor, step.request.beneficiary), (user(1), user(2)));
    }

    #[test]
    fn without_approval_it_is_delivered_at_once_and_the_history_says_that_it_was_assigned() {
        let step = tried(&policy(Scope::Nobody, vec![]), &person(2, UserKind::Member), &[], None).unwrap();
        assert_eq!(step.actions[0], Action::PackageAssigned { name: "Payroll".into(), beneficiary: user(2) });
        assert_eq!((step.request.state.phase().word(), wakes_at(&step.request)), ("Delivering", Some(NOW)));
        assert!(step.request.is_assigned());
    }
}
