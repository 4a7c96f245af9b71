use super::*;
use crate::authentication_context::required;
use crate::tests::{assignment, id, stage, user};
use model::WebhookId;
use model::answering::Silence;
use model::authentication_context::AuthenticationContext;
use model::emergency::EmergencyAccount;
use model::proof::{Demand, Strength};
use model::role_settings::{Proof, Ticket};
use model::terms::TermsOfUse;
use model::{AssignmentId, GroupId, RoleId};

const NOW: Ts = Ts(1_000_000_000);
const ROLE: ResourceRole = ResourceRole::DirectoryRole(RoleId(model::AnyId::nil()));

fn waits(n: u128, principal: Principal) -> Assignment {
    Assignment { assignment_type: AssignmentType::Eligible, ..assignment(n, principal, ROLE) }
}

fn member(n: u128, group: u128, ends_at: Option<Ts>) -> Assignment {
    Assignment { ends_at, ..assignment(n, Principal::User(user(1)), ResourceRole::GroupMember(GroupId(id(group)))) }
}

struct Case {
    reach: Vec<Assignment>,
    settings: RoleSettings,
    stages: Vec<Stage>,
    people: Vec<StagePeople>,
    asks: Option<ToAsk>,
    emergency: Option<Standing>,
    open: Option<(RequestId, Ts)>,
    active: Option<Assignment>,
    proofs: Proofs,
    contexts: Vec<AuthenticationContext>,
    terms: Vec<Demanded>,
    asked: ActivateRole,
}

impl Case {
    fn new() -> Self {
        let asked = ActivateRole {
            eligible: AssignmentId(id(1)),
            minutes: 120,
            starts_at: None,
            justification: "The incident.".into(),
            ticket: Ticket::default(),
            accepted: Vec::new(),
            emergency: false,
        };
        Self {
            reach: vec![waits(1, Principal::User(user(1)))],
            settings: RoleSettings::default(),
            stages: Vec::new(),
            people: Vec::new(),
            asks: None,
            emergency: None,
            open: None,
            active: None,
            proofs: Proofs { signed_in_at: Some(NOW), ..Proofs::default() },
            contexts: Vec::new(),
            terms: Vec::new(),
            asked,
        }
    }

    fn activates(&self) -> Result<Step, Refusal> {
        let eligible = eligible(user(1), true, &self.reach, NOW).into_iter().next().ok_or(Refusal::Stale)?;
        let required = required(&self.settings, &self.contexts)?;
        let facts = Activation {
            eligible,
            name: "Reader",
            settings: &self.settings,
            stages: &self.stages,
            people: &self.people,
            asks: self.asks.as_ref(),
            open: self.open,
            active: self.active.as_ref(),
            proofs: self.proofs,
            required: &required,
            terms: &self.terms,
            emergency: self.emergency.as_ref().map(|standing| (EmergencyUseId::default(), standing)),
        };
        activate(RequestId(id(7)), user(1), &facts, &self.asked, NOW)
    }

    fn code(&self) -> &'static str {
        self.activates().err().map_or("", |refusal| refusal.code())
    }
}

#[test]
fn a_duration_above_the_setting_is_refused_with_setting_limit_and_what_was_asked() {
    let mut case = Case::new();
    case.settings.activation_max_minutes = 60;
    let said = case.activates().unwrap_err().sentence();
    assert!(said.contains("Activation maximum duration") && said.contains("1 hour") && said.contains("2 hours"), "{said}");
    case.asked.minutes = 0;
    assert_eq!(case.code(), "malformed");
    case.asked.minutes = 45;
    assert_eq!(case.code(), "malformed");
    case.asked.minutes = 60;
    assert_eq!(case.code(), "");
}

#[test]
fn no_activation_is_asked_for_that_would_outlive_what_it_rests_on() {
    let mut case = Case::new();
    case.reach[0].ends_at = Some(NOW + Span::hours(2) - Span(1));
    assert_eq!(case.code(), "eligibility_ends_first");
    case.reach[0].ends_at = Some(NOW + Span::hours(2));
    assert_eq!(case.code(), "");
    case.asked.starts_at = Some(NOW + Span::minutes(1));
    assert_eq!(case.code(), "eligibility_ends_first", "a later start ends later");
    // Eligible through a group until the membership ends.
    let mut case = Case::new();
    case.reach = vec![waits(1, Principal::Group(GroupId(id(4)))), member(2, 4, Some(NOW + Span::hours(1)))];
    assert_eq!(case.code(), "eligibility_ends_first");
    case.reach.push(Assignment { id: AssignmentId(id(3)), ends_at: None, ..member(3, 4, None) });
    assert_eq!(case.code(), "", "the membership that lasts longest counts");
}

#[test]
fn who_is_not_eligible_now_has_nothing_to_activate() {
    let mut case = Case::new();
    case.reach = vec![waits(1, Principal::Group(GroupId(id(4))))];
    assert_eq!(case.code(), "stale", "not in the group");
    case.reach = vec![Assignment { starts_at: NOW + Span(1), ..waits(1, Principal::User(user(1))) }];
    assert_eq!(case.code(), "stale", "not yet");
    case.reach = vec![Assignment { ends_at: Some(NOW), ..waits(1, Principal::User(user(1))) }];
    assert_eq!(case.code(), "stale", "no longer");
    assert!(eligible(user(1), false, &Case::new().reach, NOW).is_empty(), "disabled");
}

#[test]
fn a_stale_sign_in_a_missing_reason_and_a_ticket_that_does_not_fit_are_refused() {
    let mut case = Case::new();
    case.settings.activation_proof = Proof::FreshSignIn { minutes: 15 };
    case.proofs.signed_in_at = Some(NOW - Span::minutes(15) - Span(1));
    assert_eq!(case.code(), "sign_in_again");
    case.proofs.signed_in_at = Some(NOW - Span::minutes(15));
    case.asked.justification = " ".into();
    assert_eq!(case.code(), "required");
    case.asked.justification = "The incident.".into();
    case.settings.activation_ticket = true;
    assert_eq!(case.code(), "required");
    case.settings.ticket_pattern = "CHG[0-9]{7}".into();
    case.asked.ticket = Ticket { system: "Desk".into(), number: "CHG12".into() };
    assert_eq!(case.code(), "malformed");
    case.asked.ticket.number = "CHG0012345".into();
    assert_eq!(case.activates().unwrap().request.terms.ticket.number, "CHG0012345");
}

#[test]
fn a_password_alone_an_old_code_and_one_of_the_future_setting_are_no_multifactor_proof() {
    let mut case = Case::new();
    case.settings.activation_proof = Proof::Multifactor { minutes: 15 };
    assert_eq!(case.code(), "proof_needed");
    case.proofs.code_at = Some(NOW - Span::minutes(15) - Span(1));
    assert_eq!(case.code(), "proof_needed");
    case.proofs.code_at = Some(NOW - Span::minutes(15));
    assert!(case.activates().is_ok());
    case.settings.activation_proof = Proof::Multifactor { minutes: 5 };
    assert_eq!(case.code(), "proof_needed", "the settings say how old it may be");
    case.settings.activation_proof = Proof::Passkey { minutes: 15 };
    assert_eq!(case.code(), "passkey_needed", "a code is no passkey");
    case.proofs.passkey_at = Some(NOW - Span::minutes(4));
    assert!(case.activates().is_ok());
}

#[test]
fn a_context_demands_what_it_says_by_now_and_its_terms_besides_those_of_the_role() {
    let mut case = Case::new();
    let context = model::AuthenticationContextId(id(20));
    case.settings.activation_proof = Proof::Context { context };
    assert_eq!(case.code(), "not_found", "nobody gets in because it is gone");
    case.contexts = vec![AuthenticationContext {
        id: context,
        name: "Privileged work".into(),
        description: String::new(),
        demand: Demand { strength: Strength::Passkey, minutes: 5 },
        terms: Some(model::TermsId(id(21))),
        version: 1,
    }];
    case.proofs.code_at = Some(NOW);
    let said = case.activates().unwrap_err();
    assert_eq!(said.code(), "passkey_needed");
    assert!(said.sentence().contains("“Privileged work”"), "{}", said.sentence());
    case.proofs.passkey_at = Some(NOW - Span::minutes(6));
    assert_eq!(case.code(), "passkey_needed", "too long ago");
    case.contexts[0].demand = Demand { strength: Strength::Multifactor, minutes: 5 };
    assert_eq!(case.code(), "not_found", "its terms are not there");

    case.settings.terms = Some(model::TermsId(id(22)));
    let terms = |n, name: &str| Demanded {
        terms: TermsOfUse { id: model::TermsId(id(n)), name: name.into(), text: "Mind it.".into(), version: 2, since: NOW },
        accepted: None,
    };
    case.terms = vec![terms(21, "House rules"), terms(22, "Role rules")];
    assert!(case.activates().unwrap_err().sentence().contains("“Role rules”"), "the role's first");
    case.asked.accepted = vec![(model::TermsId(id(22)), 2)];
    assert!(case.activates().unwrap_err().sentence().contains("“House rules”"), "and those of the context");
    case.asked.accepted.push((model::TermsId(id(21)), 2));
    let accepted = case.activates().unwrap().actions;
    assert_eq!(accepted.iter().filter(|action| matches!(action, Action::TermsAccepted { .. })).count(), 2);
}

#[test]
fn one_activation_at_a_time_and_the_one_there_is_named() {
    let mut case = Case::new();
    case.open = Some((RequestId(id(8)), NOW));
    assert_eq!(case.code(), "already_requested");
    case.open = None;
    case.active = Some(assignment(5, Principal::User(user(1)), ROLE));
    assert_eq!(case.code(), "already_active");
}

#[test]
fn regression_11_nobody_approves_their_own_activation() {
    let mut case = Case::new();
    case.stages = vec![stage(1)];
    case.people = vec![StagePeople { approvers: vec![user(1)], ..StagePeople::default() }];
    assert_eq!(case.code(), "no_approver");
    case.people[0].approvers.push(user(2));
    let step = case.activates().unwrap();
    let State::PendingApproval { asked, .. } = &step.request.state else { panic!("{:?}", step.request.state) };
    assert_eq!(asked, &[user(2)]);
}

#[test]
fn without_approval_it_is_put_into_effect_at_once_and_with_a_later_start_then() {
    let case = Case::new();
    let step = case.activates().unwrap();
    let eligible = &eligible(user(1), true, &case.reach, NOW)[0];
    let made = put_into_effect(&step.request, Some(eligible), None, NOW).unwrap();
    let active = made.assignment.unwrap();
    assert_eq!((active.starts_at, active.ends_at), (NOW, Some(NOW + Span::hours(2))));
    assert_eq!(active.source, Source::Activation(AssignmentId(id(1))));
    assert_eq!(active.activated_by(), Some(step.request.id), "its end belongs to the request that activated it");
    assert_eq!(made.step.request.state, State::Delivered { at: NOW, given: Given::Role(active.id) });

    let mut later = Case::new();
    later.asked.starts_at = Some(NOW + Span::hours(5));
    let step = later.activates().unwrap();
    assert!(matches!(step.request.state, State::Scheduled { starts_at, .. } if starts_at == NOW + Span::hours(5)));
    assert_eq!(put_into_effect(&step.request, Some(eligible), None, NOW), None, "not due");
}

#[test]
fn approved_late_it_ends_with_what_it_rests_on_and_never_begins_without_it() {
    let case = Case::new();
    let request = case.activates().unwrap().request;
    let shorter = Assignment { ends_at: Some(NOW + Span::minutes(20)), ..case.reach[0].clone() };
    let rest = Eligible { assignment: &shorter, through: None };
    let made = put_into_effect(&request, Some(&rest), None, NOW).unwrap();
    assert_eq!(made.assignment.unwrap().ends_at, Some(NOW + Span::minutes(20)));
    for (rest, active) in [(None, None), (Some(&rest), Some(&shorter))] {
        let made = put_into_effect(&request, rest, active, NOW).unwrap();
        assert!(made.assignment.is_none());
        assert!(matches!(made.step.request.state, State::DeliveryFailed { .. }));
    }
}

#[test]
fn what_rests_on_an_assignment_or_membership_that_is_gone_has_outlived_it() {
    let group = GroupId(id(4));
    let on = |n: u128, on: u128| Assignment {
        source: Source::Activation(AssignmentId(id(on))),
        ends_at: Some(NOW + Span::hours(1)),
        ..assignment(n, Principal::User(user(1)), ROLE)
    };
    let mut reach =
        vec![waits(1, Principal::User(user(1))), waits(2, Principal::Group(group)), member(3, 4, None), on(10, 1), on(11, 2)];
    let ids = |reach: &[Assignment]| {
        let gone = |one: &Outlived<'_>| match one {
            Outlived::Ends(one) => one.id,
            Outlived::EndsSooner(one, at) => panic!("{one:?} ends at {at:?}"),
        };
        outlived(user(1), true, reach, NOW).iter().map(gone).collect::<Vec<_>>()
    };
    assert!(ids(&reach).is_empty());
    reach[2].ends_at = Some(NOW);
    assert_eq!(ids(&reach), [AssignmentId(id(11))], "the membership ended");
    reach[0].ended_at = Some(NOW);
    assert_eq!(ids(&reach).len(), 2);
}

#[test]
fn what_was_activated_through_an_activated_membership_goes_with_what_that_rests_on() {
    let (group, me) = (GroupId(id(4)), Principal::User(user(1)));
    let on = |one: Assignment, on: u128| Assignment {
        source: Source::Activation(AssignmentId(id(on))),
        ends_at: Some(NOW + Span::hours(4)),
        ..one
    };
    // Eligible for the group, active in it by that, and active in the role for which the group is eligible.
    let mut reach = vec![
        Assignment { role: ResourceRole::GroupMember(group), ..waits(1, me) },
        waits(2, Principal::Group(group)),
        on(member(10, 4, None), 1),
        on(assignment(11, me, ROLE), 2),
    ];
    assert!(outlived(user(1), true, &reach, NOW).is_empty());
    let hour = NOW + Span::hours(1);
    reach[0].ends_at = Some(hour);
    assert_eq!(
        outlived(user(1), true, &reach, NOW),
        [Outlived::EndsSooner(&reach[2], hour), Outlived::EndsSooner(&reach[3], hour)]
    );
    reach[0].ended_at = Some(NOW);
    assert_eq!(outlived(user(1), true, &reach, NOW), [Outlived::Ends(&reach[2]), Outlived::Ends(&reach[3])]);
}

#[test]
fn only_the_holder_deactivates_and_only_what_was_activated() {
    let own = Assignment { source: Source::Activation(AssignmentId(id(1))), ..assignment(5, Principal::User(user(1)), ROLE) };
    assert_eq!(deactivate(&own, user(2), "Reader", NOW), Err(Refusal::NotFound { what: "assignment" }));
    let given = Assignment { source: Source::Direct, ..own.clone() };
    assert!(matches!(deactivate(&given, user(1), "Reader", NOW), Err(Refusal::NotActivated { .. })));
    let over = Assignment { ended_at: Some(NOW), ..own.clone() };
    assert!(matches!(deactivate(&over, user(1), "Reader", NOW), Err(Refusal::NotHeld { .. })));
    assert!(matches!(deactivate(&own, user(1), "Reader", NOW), Ok(Action::AssignmentEnded { reason: EndReason::GivenBack, .. })));
}

#[test]
fn a_form_begins_with_the_longest_that_fits() {
    let until = |minutes: i64| Some(NOW + Span::minutes(minutes));
    for (most, until, expected) in [
        (480, None, 480),
        (480, until(1_000), 480),
        (480, until(100), 90),
        (480, until(30), 30),
        (480, until(10), 30),
        (30, until(-10), 30),
    ] {
        assert_eq!(longest(most, until, NOW), expected, "{most} {until:?}");
    }
}

#[test]
fn what_rests_on_something_that_ends_sooner_by_now_ends_with_it() {
    let hour = NOW + Span::hours(1);
    let on = Assignment {
        source: Source::Activation(AssignmentId(id(1))),
        ends_at: Some(hour),
        ..assignment(10, Principal::User(user(1)), ROLE)
    };
    let mut reach = vec![waits(1, Principal::User(user(1))), on.clone()];
    reach[0].ends_at = Some(hour);
    assert!(outlived(user(1), true, &reach, NOW).is_empty());
    reach[0].ends_at = Some(hour - Span(1));
    assert_eq!(outlived(user(1), true, &reach, NOW), [Outlived::EndsSooner(&on, hour - Span(1))]);
}

#[test]
fn an_activation_waits_for_the_webhook_that_the_settings_ask_and_an_emergency_does_not() {
    let mut case = Case::new();
    let asks = |moment| ToAsk { webhook: WebhookId(id(9)), name: "Duty".into(), moment, minutes: 30, silence: Silence::Denies };
    for moment in Moment::ALL {
        case.asks = Some(asks(moment));
        let step = case.activates().unwrap();
        assert!(matches!(step.request.state, State::Answering { answer_by, .. } if answer_by == NOW + Span::minutes(30)));
        assert_eq!(step.request.terms.asks, case.asks);
    }
    // With people to approve, the one that is asked last is not asked yet.
    (case.stages, case.people) = (vec![stage(1)], vec![StagePeople { approvers: vec![user(2)], ..StagePeople::default() }]);
    assert!(matches!(case.activates().unwrap().request.state, State::PendingApproval { .. }));
    case.asks = Some(asks(Moment::Submitted));
    assert!(matches!(case.activates().unwrap().request.state, State::Answering { .. }));
    case.asked.emergency = true;
    assert_eq!(case.code(), "no_emergency_account");
    let account = EmergencyAccount { user: user(1), reviewer: user(3), since: Ts(0) };
    case.emergency = Some(Standing { account: Some(account), open: Vec::new(), used: Vec::new(), instead: Vec::new() });
    (case.stages, case.people) = (Vec::new(), Vec::new());
    let step = case.activates().unwrap();
    assert!(matches!(step.request.state, State::Delivering { .. }), "another server does not keep an emergency waiting");
    assert!(step.actions.iter().any(|action| matches!(action, Action::EmergencyUsed { .. })), "and it is reviewed as ever");
}
