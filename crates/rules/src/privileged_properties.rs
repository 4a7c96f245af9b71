//! Random worlds of privileged access, and what holds in each of them: of activations, of settings, of extensions, of those who
//! may not go, and of what somebody has effectively. What fails is printed as small as it gets.

mod company;

use crate::approval::barred;
use crate::effective::held;
use crate::request::{Decider, Eligible, decide, eligible, longest, put_into_effect};
use crate::role_assignment::{Holder, Role, assign, ticket};
use crate::tests::{id, stage, user};
use crate::user::{Holders, somebody_is_left};
use company::*;
use model::access::{Assignment, AssignmentType, ResourceRole, Source};
use model::approval::Verdict;
use model::command::DecideRequest;
use model::directory::{PortalRole, Principal};
use model::limits::{EXTENSION_DAYS, RENEWAL_DAYS};
use model::proof::Proofs;
use model::request::State;
use model::role_assignment::{ActivateRole, AssignRole};
use model::role_settings::{Privileged, RoleSettings, Ticket};
use model::{AssignmentId, GroupId, RoleId, Span};
use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeSet;

proptest! {
    #[test]
    fn what_somebody_has_is_what_their_groups_have_at_that_instant(all in company(), at in -3i64..20) {
        let said: BTreeSet<ResourceRole> = held(me(), true, &all, slot(at)).into_iter().map(|held| held.role).collect();
        prop_assert_eq!(said, plainly_held(&all, slot(at)));
        for held in held(me(), true, &all, slot(at)) {
            // A path is in force as a whole until its first end, and not a moment longer.
            prop_assert!(held.path.iter().all(|one| is_active(one, slot(at))));
            prop_assert!(held.ends_at().is_none_or(|end| held.path.iter().any(|one| !is_active(one, end))));
        }
        prop_assert!(held(me(), false, &all, slot(at)).is_empty());
        prop_assert!(eligible(me(), false, &all, slot(at)).is_empty());
    }

    #[test]
    fn no_activation_is_longer_than_its_settings_or_outlives_its_ground(
        all in company(),
        most in 1u32..=48,
        minutes in 0u32..2000,
        later in option::of(-2i64..8),
        late in 0i64..6,
        changed in vec((0usize..10, window()), 0..4),
    ) {
        let settings = RoleSettings { activation_max_minutes: 30 * most, ..RoleSettings::default() };
        for on in eligible(me(), true, &all, NOW) {
            let step = activates(&on, &settings, (&[], &[]), Proofs::default(), &asks(on.assignment.id, minutes, later.map(slot)));
            let Ok(step) = step else { continue };
            prop_assert!(minutes > 0 && minutes % 30 == 0 && minutes <= settings.activation_max_minutes);
            let begins = later.map_or(NOW, |later| slot(later).max(NOW));
            let length = Span::minutes(i64::from(minutes));
            prop_assert!(on.until().is_none_or(|until| begins + length <= until), "it would outlive what it rests on");
            // Until it is due, and for a while afterwards, others change what it rests on.
            let mut then = all.clone();
            for (which, (starts_at, ends_at, ended_at)) in &changed {
                if let Some(one) = then.get_mut(*which) {
                    (one.starts_at, one.ends_at, one.ended_at) = (*starts_at, *ends_at, *ended_at);
                }
            }
            let at = begins + Span::minutes(30 * late);
            let request = match step.request.state {
                State::Scheduled { .. } => crate::request::due(&step.request, &crate::approval::StagePeople::default(), &[], at).map_or(step.request, |step| step.request),
                _ => step.request,
            };
            let ground = eligible(me(), true, &then, at).into_iter().find(|ground| ground.assignment.id == on.assignment.id);
            let Some(made) = put_into_effect(&request, ground.as_ref(), None, at) else { continue };
            let Some(made) = made.assignment else {
                prop_assert!(ground.is_none(), "what is there gives it");
                continue;
            };
            let (start, end) = (made.starts_at, made.ends_at.unwrap());
            prop_assert!(start == at && start >= begins && end <= start + length);
            let ground = ground.unwrap();
            prop_assert!(is_there(ground.assignment, at) && ground.assignment.ends_at.is_none_or(|until| end <= until));
            if let Some(membership) = ground.through {
                prop_assert!(is_active(membership, at) && membership.ends_at.is_none_or(|until| end <= until));
            }
        }
    }

    #[test]
    fn what_was_activated_goes_with_its_ground_however_long_the_chain(
        mut all in company(),
        activated in vec((0usize..10, 1i64..20), 1..6),
        changed in vec((0usize..16, window()), 0..4),
    ) {
        for (number, (on, end)) in activated.into_iter().enumerate() {
            let Some(on) = all.get(on).filter(|on| on.assignment_type == AssignmentType::Eligible).cloned() else { continue };
            let id = AssignmentId(id(500 + number as u128));
            let (source, assignment_type) = (Source::Activation(on.id), AssignmentType::Active);
            let principal = Principal::User(me());
            all.push(Assignment { id, principal, source, assignment_type, starts_at: slot(-1), ends_at: Some(slot(end)), ended_at: None, ..on });
        }
        for (which, (starts_at, ends_at, ended_at)) in changed {
            if let Some(one) = all.get_mut(which) {
                (one.starts_at, one.ends_at, one.ended_at) = (starts_at, ends_at.or(one.ends_at), ended_at);
            }
        }
        let after = followed(&all, NOW);
        for one in after.iter().filter(|one| is_there(one, NOW)) {
            let Source::Activation(on) = one.source else { continue };
            let ground = after.iter().find(|ground| ground.id == on).unwrap();
            prop_assert!(is_there(ground, NOW), "{one:?} is there without {ground:?}");
            prop_assert!(ground.ends_at.is_none_or(|until| one.ends_at.is_some_and(|end| end <= until)));
            if let Principal::Group(inside) = ground.principal {
                let lasts = after.iter().any(|membership| {
                    membership.principal == Principal::User(me())
                        && membership.role == ResourceRole::GroupMember(inside)
                        && is_active(membership, NOW)
                        && membership.ends_at.is_none_or(|until| one.ends_at.is_some_and(|end| end <= until))
                });
                prop_assert!(lasts, "{one:?} is there without a membership that lasts as long");
            }
        }
    }

    #[test]
    fn nobody_decides_about_their_own_activation_by_any_list(people in vec(people(), 1..3), quorum in 1u32..3) {
        let stages = vec![stage(quorum); people.len()];
        let ground = alone(None);
        let on = Eligible { assignment: &ground, through: None };
        let asked = activates(&on, &RoleSettings::default(), (&stages, &people), Proofs::default(), &asks(ground.id, 30, None));
        let Ok(step) = asked else { return Ok(()) };
        let State::PendingApproval { asked, .. } = &step.request.state else { panic!("{:?}", step.request.state) };
        prop_assert!(!asked.contains(&me()) && asked.len() >= quorum as usize);
        let name = |_| String::new();
        for verdict in [Verdict::Approve, Verdict::Deny] {
            let decider = Decider { person: me(), people: &people[0], name: &name, proofs: Proofs::default() };
            let decision = DecideRequest { request: step.request.id, stage: 0, verdict, words: "Mine.".into(), gives: None };
            prop_assert!(decide(&step.request, &[], &decider, &decision, &people, None, NOW + Span::minutes(1)).is_err());
        }
        prop_assert!(barred(me(), me()).contains(&me()));
    }

    #[test]
    fn stricter_settings_let_nothing_through_that_looser_ones_refuse(
        loose in settings(),
        other in settings(),
        proofs in proofs(),
        minutes in select(vec![0u32, 30, 45, 60, 480, 1440, 1470]),
        words in select(vec!["", " ", "The incident."]),
        ticket in said_ticket(),
        days in option::of(0i64..400),
        is_eligible in any::<bool>(),
    ) {
        let strict = stricter(&loose, &other);
        let ground = alone(None);
        let on = Eligible { assignment: &ground, through: None };
        let asked = ActivateRole { justification: words.into(), ticket: ticket.clone(), ..asks(ground.id, minutes, None) };
        let activated = |settings: &RoleSettings| activates(&on, settings, (&[], &[]), proofs, &asked).map(drop);
        if activated(&strict).is_ok() {
            prop_assert_eq!(activated(&loose), Ok(()));
        }
        let given = AssignRole {
            role: Privileged::DirectoryRole(RoleId(id(200))),
            holder: Principal::User(user(2)),
            assignment_type: if is_eligible { AssignmentType::Eligible } else { AssignmentType::Active },
            starts_at: None,
            ends_at: days.map(|days| NOW + Span::days(days)),
            justification: words.into(),
            ticket,
        };
        let holder = Holder { principal: given.holder, name: "Alex", enabled: true, group: None };
        let assigned = |settings: &RoleSettings| {
            assign(AssignmentId(id(9)), Role { name: "Reader", settings, group: None }, holder, None, &given, NOW).map(drop)
        };
        if assigned(&strict).is_ok() {
            prop_assert_eq!(assigned(&loose), Ok(()));
        }
    }

    #[test]
    fn a_ticket_matches_as_a_whole_or_not_at_all(before in "[A-Z0-9-]{0,2}", number in 0u32..10_000_000, after in "[A-Z0-9-]{0,2}", required in any::<bool>()) {
        let said = format!("{before}CHG{number:07}{after}");
        let given = Ticket { system: "Desk".into(), number: said.clone() };
        let is_one = said.len() == 10 && said.starts_with("CHG") && said[3..].bytes().all(|byte| byte.is_ascii_digit());
        prop_assert_eq!(ticket(&given, required, "CHG[0-9]{7}").is_ok(), is_one, "{}", said);
        prop_assert!(ticket(&given, required, "").is_ok());
        prop_assert_eq!(ticket(&Ticket::default(), required, "CHG[0-9]{7}").is_ok(), !required);
    }

    #[test]
    fn of_several_the_form_begins_with_what_all_of_them_allow(all in vec((1u32..=48, option::of(1i64..60)), 1..5)) {
        let most = all.iter().map(|(steps, _)| 30 * steps).min().unwrap();
        let until = all.iter().filter_map(|(_, until)| until.map(slot)).min();
        let minutes = longest(most, until, NOW);
        for (steps, until) in &all {
            let ground = alone(until.map(slot));
            let on = Eligible { assignment: &ground, through: None };
            let settings = RoleSettings { activation_max_minutes: 30 * steps, ..RoleSettings::default() };
            let asked = |minutes| activates(&on, &settings, (&[], &[]), Proofs::default(), &asks(ground.id, minutes, None)).map(drop);
            prop_assert_eq!(asked(minutes), Ok(()));
        }
        // A step more, and one of them at least would not do.
        let more = minutes + 30;
        let fits = |(steps, until): &(u32, Option<i64>)| {
            more <= 30 * steps && until.is_none_or(|until| NOW + Span::minutes(i64::from(more)) <= slot(until))
        };
        prop_assert!(!all.iter().all(fits));
    }

    #[test]
    fn a_holder_asks_in_the_last_fortnight_and_for_a_month_after_it_ended_by_itself(
        end in option::of(-40i64..40),
        ended in option::of(-40i64..=0),
        source in select(vec![Source::Direct, Source::Import, Source::Rule(GroupId(id(100)))]),
        mine in any::<bool>(),
        hours in 0i64..24,
    ) {
        let now = NOW + Span::hours(hours);
        let day = |days: i64| NOW + Span::days(days);
        let assignment = Assignment {
            principal: Principal::User(user(if mine { ME } else { 2 })),
            source,
            starts_at: day(-400),
            ended_at: ended.map(day),
            ..alone(end.map(day))
        };
        let said = crate::request::may_extend_role(&assignment, me(), "Reader", now);
        let by_itself = end.is_some_and(|end| ended.is_none_or(|ended| ended >= end));
        let expected = match end.map(day).filter(|_| mine && source == Source::Direct) {
            Some(end) if now < end && ended.is_none() => (end.since(now) <= Span::days(EXTENSION_DAYS)).then_some(false),
            Some(end) if now >= end && by_itself => (now.since(end) < Span::days(RENEWAL_DAYS)).then_some(true),
            _ => None,
        };
        prop_assert_eq!(said.ok(), expected);
    }

    #[test]
    fn however_many_go_one_administrator_for_good_stays(
        active in btree_set(1u128..6, 1..5),
        lasting in btree_set(1u128..6, 1..5),
        going in vec((1u128..6, any::<bool>()), 0..12),
    ) {
        let ids = |all: &BTreeSet<u128>| all.iter().map(|n| user(*n)).collect::<BTreeSet<_>>();
        let mut there = Holders { active: &ids(&active) | &ids(&lasting), lasting: ids(&lasting) };
        for (who, only_shortened) in going {
            let mut after = there.clone();
            after.lasting.remove(&user(who));
            if !only_shortened {
                after.active.remove(&user(who));
            }
            if somebody_is_left(PortalRole::GlobalAdministrator, &there, &after).is_ok() {
                there = after;
            }
            prop_assert!(!there.lasting.is_empty());
        }
    }
}
