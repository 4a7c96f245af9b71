use super::*;
use crate::tests::{assignment, id, user};
use model::directory::Membership;
use model::{GroupId, RoleId, ServicePrincipalId};

const NOW: Ts = Ts(1_000_000_000);
const ROLE: Privileged = Privileged::DirectoryRole(RoleId(model::AnyId::nil()));

fn group(n: u128, role_assignable: bool, privileged: bool) -> Group {
    Group {
        id: GroupId(id(n)),
        name: format!("Group {n}"),
        description: String::new(),
        membership: Membership::Assigned,
        role_assignable,
        privileged,
        created_at: Ts(0),
        version: 0,
    }
}

fn asked(role: Privileged, holder: Principal, assignment_type: AssignmentType) -> AssignRole {
    AssignRole {
        role,
        holder,
        assignment_type,
        starts_at: None,
        ends_at: None,
        justification: "On call.".into(),
        ticket: Ticket::default(),
    }
}

struct Case<'a> {
    asked: AssignRole,
    settings: RoleSettings,
    of: Option<&'a Group>,
    holder: Option<&'a Group>,
    enabled: bool,
}

impl<'a> Case<'a> {
    fn user(assignment_type: AssignmentType) -> Self {
        let asked = asked(ROLE, Principal::User(user(1)), assignment_type);
        Self { asked, settings: RoleSettings::default(), of: None, holder: None, enabled: true }
    }

    fn group(role: Privileged, of: Option<&'a Group>, holder: &'a Group, assignment_type: AssignmentType) -> Self {
        let asked = asked(role, Principal::Group(holder.id), assignment_type);
        Self { asked, settings: RoleSettings::default(), of, holder: Some(holder), enabled: true }
    }

    fn assigns(&self) -> Result<Assignment, &'static str> {
        let role = Role { name: "Global Administrator", settings: &self.settings, group: self.of };
        let holder = Holder { principal: self.asked.holder, name: "Alex", enabled: self.enabled, group: self.holder };
        assign(AssignmentId(id(9)), role, holder, None, &self.asked, NOW).map(|(made, _)| made).map_err(|no| no.code())
    }
}

use AssignmentType::{Active, Eligible};

#[test]
fn whoever_makes_somebody_active_proves_more_than_a_password_where_the_settings_say_so() {
    let settings = RoleSettings { assignment_multifactor: true, ..RoleSettings::default() };
    let proofs = |code_at| model::proof::Proofs { signed_in_at: Some(NOW), code_at, ..model::proof::Proofs::default() };
    let may = |settings: &RoleSettings, assignment_type, code_at| {
        proved_to_assign("Reader", settings, assignment_type, &proofs(code_at), NOW).map_err(|no| no.code())
    };
    assert_eq!(may(&settings, Active, None), Err("proof_needed"));
    assert_eq!(may(&settings, Active, Some(NOW - Span::minutes(16))), Err("proof_needed"));
    assert_eq!(may(&settings, Active, Some(NOW - Span::minutes(15))), Ok(()));
    assert_eq!(may(&settings, Eligible, None), Ok(()), "whoever is eligible proves themselves when activating");
    assert_eq!(may(&RoleSettings::default(), Active, None), Ok(()));
}

#[test]
fn what_is_outside_the_settings_is_refused_and_never_shortened() {
    let mut case = Case::user(Eligible);
    case.settings.eligible = Longest { permanent: false, days: 90 };
    assert_eq!(case.assigns(), Err("outside_settings"), "permanent");
    case.asked.ends_at = Some(NOW + Span::days(92));
    assert_eq!(case.assigns(), Err("outside_settings"));
    case.asked.ends_at = Some(NOW + Span::days(90));
    assert_eq!(case.assigns().unwrap().ends_at, Some(NOW + Span::days(90)));
    case.asked.assignment_type = Active;
    case.asked.ends_at = None;
    assert!(case.assigns().is_ok(), "the bound of the other type does not count");
    let role = Role { name: "Reader", settings: &case.settings, group: None };
    let holder = Holder { principal: Principal::User(user(1)), name: "Alex", enabled: true, group: None };
    let year = AssignRole { ends_at: Some(NOW + Span::days(365)), ..asked(ROLE, holder.principal, Eligible) };
    let said = assign(AssignmentId(id(9)), role, holder, None, &year, NOW).unwrap_err().sentence();
    assert!(
        said.contains("“Expire eligible assignments after”") && said.contains("3 months") && said.contains("365 days"),
        "{said}"
    );
}

#[test]
fn starts_in_the_past_and_windows_that_are_none_are_refused() {
    let mut case = Case::user(Active);
    case.asked.starts_at = Some(NOW - Span::hours(1));
    assert_eq!(case.assigns(), Err("malformed"));
    case.asked.starts_at = Some(NOW - Span::minutes(1));
    assert_eq!(case.assigns().unwrap().starts_at, NOW, "the minute in which the form was opened");
    case.asked.starts_at = Some(NOW + Span::days(3));
    case.asked.ends_at = Some(NOW + Span::days(3) + Span::minutes(4));
    assert_eq!(case.assigns(), Err("malformed"));
    case.asked.ends_at = Some(NOW + Span::days(4));
    assert_eq!(case.assigns().unwrap().starts_at, NOW + Span::days(3));
}

#[test]
fn who_cannot_hold_it_is_refused_by_kind() {
    let (plain, assignable) = (group(1, false, false), group(2, true, false));
    assert_eq!(Case::group(ROLE, None, &plain, Active).assigns(), Err("not_role_assignable"));
    assert!(Case::group(ROLE, None, &assignable, Active).assigns().is_ok());
    assert!(Case::group(ROLE, None, &assignable, Eligible).assigns().is_ok());
    let mut case = Case::user(Eligible);
    case.asked.holder = Principal::ServicePrincipal(ServicePrincipalId(id(3)));
    assert_eq!(case.assigns(), Err("only_active"));
    case.asked.assignment_type = Active;
    assert!(case.assigns().is_ok());
    let mut case = Case::user(Active);
    case.enabled = false;
    assert_eq!(case.assigns(), Err("disabled"));
}

#[test]
fn groups_are_eligible_for_groups_under_privileged_access_and_never_active_in_them() {
    let (plain, pim) = (group(1, false, false), group(2, true, true));
    let member = Privileged::GroupMember(pim.id);
    let mut person = Case::user(Eligible);
    person.asked.role = Privileged::GroupMember(plain.id);
    person.of = Some(&plain);
    assert_eq!(person.assigns(), Err("not_privileged"));
    assert_eq!(Case::group(member, Some(&pim), &plain, Active).assigns(), Err("role_assignable_holds_no_groups"));
    assert_eq!(Case::group(member, Some(&pim), &pim, Eligible).assigns(), Err("nesting_loop"));
    assert_eq!(
        Case::group(Privileged::GroupOwner(pim.id), Some(&pim), &plain, Eligible).assigns(),
        Err("role_assignable_holds_no_groups")
    );
    assert_eq!(
        Case::group(member, Some(&pim), &plain, Eligible).assigns(),
        Err("not_role_assignable"),
        "whoever manages the inner group could take the roles of the outer one"
    );
    assert!(Case::group(member, Some(&pim), &group(3, true, false), Eligible).assigns().is_ok());
    let open = group(4, false, true);
    assert!(Case::group(Privileged::GroupMember(open.id), Some(&open), &plain, Eligible).assigns().is_ok());
}

#[test]
fn reason_and_ticket_are_demanded_as_the_settings_say() {
    let mut case = Case::user(Active);
    case.asked.justification = " ".into();
    assert_eq!(case.assigns(), Err("required"));
    case.settings.assignment_justification = false;
    case.settings.assignment_ticket = true;
    case.settings.ticket_pattern = "CHG[0-9]+".into();
    assert_eq!(case.assigns(), Err("required"));
    case.asked.ticket = Ticket { system: "Desk".into(), number: "INC7".into() };
    assert_eq!(case.assigns(), Err("malformed"));
    case.asked.ticket.number = "CHG7".into();
    assert!(case.assigns().is_ok());
}

#[test]
fn an_assignment_that_is_there_is_named_with_its_end() {
    let there = Assignment { ends_at: Some(NOW + Span::days(1)), ..assignment(1, Principal::User(user(1)), ROLE.role()) };
    let settings = RoleSettings::default();
    let role = Role { name: "Reader", settings: &settings, group: None };
    let holder = Holder { principal: Principal::User(user(1)), name: "Alex", enabled: true, group: None };
    let again = asked(ROLE, holder.principal, Active);
    let refused = assign(AssignmentId(id(9)), role, holder, Some(&there), &again, NOW).unwrap_err();
    assert!(matches!(refused, Refusal::AlreadyAssigned { until: Some(_), .. }));
}

#[test]
fn a_change_keeps_what_has_begun_and_notices_whoever_was_faster() {
    let held = assignment(1, Principal::User(user(1)), ROLE.role());
    let settings = RoleSettings { active: Longest { permanent: false, days: 30 }, ..RoleSettings::default() };
    let to = |ends_at, seen| ChangeRoleAssignment {
        assignment: held.id,
        seen,
        starts_at: Some(NOW + Span::days(9)),
        ends_at,
        justification: "Longer.".into(),
    };
    let stale = to(Some(NOW + Span::days(9)), (Ts(0), Some(NOW)));
    assert_eq!(change(&held, &settings, &stale, NOW), Err(Refusal::Stale));
    let seen = (Ts(0), None);
    assert!(matches!(change(&held, &settings, &to(None, seen), NOW), Err(Refusal::OutsideSettings { .. })));
    let (changed, action) = change(&held, &settings, &to(Some(NOW + Span::days(30)), seen), NOW).unwrap();
    assert_eq!((changed.starts_at, changed.ends_at), (Ts(0), Some(NOW + Span::days(30))));
    assert!(matches!(action, Some(Action::AssignmentChanged { .. })));
    let over = Assignment { ended_at: Some(NOW), ..held.clone() };
    assert_eq!(change(&over, &settings, &to(None, seen), NOW), Err(Refusal::NotFound { what: "assignment" }));
}

#[test]
fn what_came_with_a_package_is_not_ended_here_and_an_end_needs_a_reason() {
    let held = assignment(1, Principal::User(user(1)), ROLE.role());
    let by_package = Assignment { source: Source::Package(model::PackageAssignmentId(id(4))), ..held.clone() };
    assert_eq!(end(&by_package, "No.", NOW), Err(Refusal::NotFound { what: "assignment" }));
    assert!(matches!(end(&held, "  ", NOW), Err(Refusal::Required { .. })));
    assert!(matches!(end(&held, "Left the team.", NOW), Ok(Action::AssignmentEnded { reason: EndReason::Removed, .. })));
}
