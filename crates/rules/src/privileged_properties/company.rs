//! Small companies, settings and proofs by chance, and what is asked of them, said once more in plain words.

use crate::approval::StagePeople;
use crate::authentication_context::required;
use crate::request::{Activation, Eligible, Outlived, Step, activate, outlived};
use crate::tests::{id, user};
use model::access::{Assignment, AssignmentType, ResourceRole, Source};
use model::approval::Stage;
use model::directory::Principal;
use model::proof::{Proofs, Strength};
use model::role_assignment::ActivateRole;
use model::role_settings::{Longest, Proof, RoleSettings, Ticket};
use model::{ApplicationId, ApplicationRoleId, AssignmentId, GroupId, Refusal, RequestId, RoleId, Span, Ts, UserId};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeSet;

pub const NOW: Ts = Ts(100_000_000_000);
pub const ME: u128 = 1;

/// Half an hour, so that random instants meet now and then.
pub fn slot(n: i64) -> Ts {
    NOW + Span::minutes(30 * n)
}

/// Whose access it is.
pub fn me() -> UserId {
    user(ME)
}

pub fn group(n: u128) -> GroupId {
    GroupId(id(100 + n))
}

pub fn principal() -> impl Strategy<Value = Principal> {
    prop_oneof![
        3 => Just(Principal::User(me())),
        1 => Just(Principal::User(user(2))),
        3 => (0u128..4).prop_map(|n| Principal::Group(group(n))),
    ]
}

pub fn role() -> impl Strategy<Value = ResourceRole> {
    let directory = (0u128..2).prop_map(|n| ResourceRole::DirectoryRole(RoleId(id(200 + n))));
    let application =
        (0u128..2).prop_map(|n| ResourceRole::ApplicationRole(ApplicationId(id(300)), ApplicationRoleId(id(310 + n))));
    prop_oneof![
        4 => (0u128..4).prop_map(|n| ResourceRole::GroupMember(group(n))),
        1 => (0u128..4).prop_map(|n| ResourceRole::GroupOwner(group(n))),
        3 => directory,
        1 => application,
    ]
}

/// Mostly there now, sometimes over, to come, or taken away.
pub fn window() -> impl Strategy<Value = (Ts, Option<Ts>, Option<Ts>)> {
    let start = prop_oneof![4 => -40i64..=0, 1 => 1i64..4].prop_map(slot);
    let end =
        prop_oneof![2 => Just(None), 4 => (1i64..20).prop_map(|n| Some(slot(n))), 1 => (-3i64..=0).prop_map(|n| Some(slot(n)))];
    let ended = prop_oneof![6 => Just(None), 1 => (-3i64..=0).prop_map(|n| Some(slot(n)))];
    (start, end, ended)
}

/// Assignments of a small company, numbered in their order.
pub fn company() -> impl Strategy<Value = Vec<Assignment>> {
    let one = (principal(), role(), any::<bool>(), window());
    vec(one, 0..10).prop_map(|all| {
        let made = |(at, (principal, role, is_eligible, (starts_at, ends_at, ended_at)))| {
            let assignment_type = if is_eligible { AssignmentType::Eligible } else { AssignmentType::Active };
            let id = AssignmentId(id(at as u128 + 1));
            Assignment { id, principal, role, assignment_type, source: Source::Direct, starts_at, ends_at, ended_at }
        };
        all.into_iter().enumerate().map(made).collect()
    })
}

/// Said once more, in other words: over is what has ended or will not have begun.
pub fn is_there(one: &Assignment, at: Ts) -> bool {
    let over = [one.ends_at, one.ended_at].into_iter().flatten().any(|end| end <= at);
    !over && one.starts_at <= at
}

pub fn is_active(one: &Assignment, at: Ts) -> bool {
    is_there(one, at) && one.assignment_type == AssignmentType::Active
}

/// What I have at an instant, without any paths: the groups I am in, again and again until there are no more, and what these have.
pub fn plainly_held(all: &[Assignment], at: Ts) -> BTreeSet<ResourceRole> {
    let of = |principal| all.iter().filter(move |one| one.principal == principal && is_active(one, at)).map(|one| one.role);
    let mine: BTreeSet<ResourceRole> = of(Principal::User(me())).collect();
    let mut everything = mine.clone();
    loop {
        let before = everything.len();
        for role in everything.clone() {
            let ResourceRole::GroupMember(inside) = role else { continue };
            everything.extend(of(Principal::Group(inside)).filter(|role| match role {
                ResourceRole::GroupMember(_) => true,
                ResourceRole::GroupOwner(_) => false,
                ResourceRole::DirectoryRole(_) | ResourceRole::ApplicationRole(..) => {
                    mine.contains(&ResourceRole::GroupMember(inside))
                }
            }));
        }
        if everything.len() == before {
            return everything;
        }
    }
}

pub fn asks(on: AssignmentId, minutes: u32, starts_at: Option<Ts>) -> ActivateRole {
    ActivateRole {
        eligible: on,
        minutes,
        starts_at,
        justification: "The incident.".into(),
        ticket: Ticket { system: "Desk".into(), number: "CHG0000007".into() },
        accepted: Vec::new(),
        emergency: false,
    }
}

pub fn activates(
    on: &Eligible<'_>,
    settings: &RoleSettings,
    (stages, people): (&[Stage], &[StagePeople]),
    proofs: Proofs,
    asked: &ActivateRole,
) -> Result<Step, Refusal> {
    let required = required(settings, &[])?;
    let facts = Activation {
        eligible: on.clone(),
        name: "Reader",
        settings,
        stages,
        people,
        asks: None,
        open: None,
        active: None,
        proofs,
        required: &required,
        terms: &[],
        emergency: None,
    };
    activate(RequestId(id(900)), me(), &facts, asked, NOW)
}

/// What is left when what has outlived its ground is taken away and shortened.
pub fn followed(all: &[Assignment], at: Ts) -> Vec<Assignment> {
    let mut left = all.to_vec();
    for gone in outlived(me(), true, all, at) {
        let (id, end) = match gone {
            Outlived::Ends(one) => (one.id, None),
            Outlived::EndsSooner(one, end) => (one.id, Some(end)),
        };
        let one = left.iter_mut().find(|one| one.id == id).unwrap();
        match end {
            None => one.ended_at = Some(at),
            Some(end) => one.ends_at = Some(end),
        }
    }
    left
}

pub fn proof() -> impl Strategy<Value = Proof> {
    let minutes = || select(vec![5u32, 15, 60]);
    prop_oneof![
        Just(Proof::Session),
        minutes().prop_map(|minutes| Proof::FreshSignIn { minutes }),
        minutes().prop_map(|minutes| Proof::Multifactor { minutes }),
        minutes().prop_map(|minutes| Proof::Passkey { minutes }),
    ]
}

pub fn bound() -> impl Strategy<Value = Longest> {
    (any::<bool>(), select(vec![15u32, 30, 90, 180, 365])).prop_map(|(permanent, days)| Longest { permanent, days })
}

pub fn settings() -> impl Strategy<Value = RoleSettings> {
    (1u32..=48, proof(), vec(any::<bool>(), 4), select(vec!["", "CHG[0-9]{7}", "INC.*"]), bound(), bound()).prop_map(
        |(steps, activation_proof, yes, pattern, eligible, active)| RoleSettings {
            activation_max_minutes: 30 * steps,
            activation_proof,
            activation_justification: yes[0],
            activation_ticket: yes[1],
            ticket_pattern: pattern.to_owned(),
            eligible,
            active,
            assignment_justification: yes[2],
            assignment_ticket: yes[3],
            ..RoleSettings::default()
        },
    )
}

pub fn stricter_bound(one: Longest, other: Longest) -> Longest {
    Longest { permanent: one.permanent && other.permanent, days: one.days.min(other.days) }
}

/// At least as strict as each of them in everything, as far as their proofs and patterns can be compared.
pub fn stricter(one: &RoleSettings, other: &RoleSettings) -> RoleSettings {
    let demand = |of: &RoleSettings| of.activation_proof.own_demand().map(|demand| (demand.strength, demand.minutes));
    let strongest = match (demand(one), demand(other)) {
        (None, _) => other.activation_proof,
        (_, None) => one.activation_proof,
        (Some((a, young)), Some((b, younger))) if a >= b && young <= younger => one.activation_proof,
        (Some((a, young)), Some((b, younger))) if b >= a && younger <= young => other.activation_proof,
        // The stronger one, as young as the younger.
        (Some((a, young)), Some((b, younger))) => match a.max(b) {
            Strength::SignIn => Proof::FreshSignIn { minutes: young.min(younger) },
            Strength::Multifactor => Proof::Multifactor { minutes: young.min(younger) },
            Strength::Passkey => Proof::Passkey { minutes: young.min(younger) },
        },
    };
    RoleSettings {
        activation_max_minutes: one.activation_max_minutes.min(other.activation_max_minutes),
        activation_proof: strongest,
        activation_justification: one.activation_justification || other.activation_justification,
        activation_ticket: one.activation_ticket || other.activation_ticket,
        // The other one's pattern is compared only where this one has none.
        ticket_pattern: if one.ticket_pattern.is_empty() { other.ticket_pattern.clone() } else { one.ticket_pattern.clone() },
        eligible: stricter_bound(one.eligible, other.eligible),
        active: stricter_bound(one.active, other.active),
        assignment_justification: one.assignment_justification || other.assignment_justification,
        assignment_ticket: one.assignment_ticket || other.assignment_ticket,
        ..RoleSettings::default()
    }
}

pub fn proofs() -> impl Strategy<Value = Proofs> {
    let ago = || option::of(select(vec![0i64, 5, 6, 15, 16, 60, 61]).prop_map(|minutes| NOW - Span::minutes(minutes)));
    (ago(), ago(), ago()).prop_map(|(signed_in_at, code_at, passkey_at)| Proofs {
        signed_in_at,
        code_at,
        passkey_at,
        ..Proofs::default()
    })
}

pub fn said_ticket() -> impl Strategy<Value = Ticket> {
    let number =
        select(vec!["", " ", "CHG0000007", " CHG0000007 ", "CHG00000071", "xCHG0000007", "CHG0000007\nCHG0000007", "INC-1"]);
    let system = select(vec!["", "Desk"]);
    (system, number).prop_map(|(system, number)| Ticket { system: system.to_owned(), number: number.to_owned() })
}

pub fn people() -> impl Strategy<Value = StagePeople> {
    let some = || vec((1u128..5).prop_map(user), 0..4);
    let stand_ins = vec(((1u128..5).prop_map(user), (1u128..5).prop_map(user)), 0..3);
    (some(), some(), some(), stand_ins).prop_map(|(approvers, escalation, fallback, stand_ins)| StagePeople {
        approvers,
        escalation,
        fallback,
        stand_ins,
    })
}

/// The only thing that I am eligible for.
pub fn alone(ends_at: Option<Ts>) -> Assignment {
    Assignment {
        id: AssignmentId(id(1)),
        principal: Principal::User(me()),
        role: ResourceRole::DirectoryRole(RoleId(id(200))),
        assignment_type: AssignmentType::Eligible,
        source: Source::Direct,
        starts_at: slot(-400),
        ends_at,
        ended_at: None,
    }
}
