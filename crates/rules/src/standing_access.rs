//! Standing access: what somebody holds for good is turned into what they activate when they need it.

use crate::role_assignment::{Holder, Role, assign, ended, is_there};
use model::access::{Assignment, AssignmentType, EndReason, Source};
use model::event::Action;
use model::role_assignment::{AssignRole, MakeEligible};
use model::role_settings::Privileged;
use model::{AssignmentId, Refusal, Span, Ts};

/// Whether an assignment is one that can be made eligible: active, and given by somebody or by another system. What came
/// with a package or a rule ends where it came from, and what was activated ends by itself.
pub fn is_standing(assignment: &Assignment, now: Ts) -> bool {
    is_there(assignment, now)
        && assignment.assignment_type == AssignmentType::Active
        && matches!(assignment.source, Source::Direct | Source::Import)
}

/// Ends an active assignment and makes an eligible one instead, as the settings let those be: without an end, or for as long
/// as they may last. `there` is the eligible assignment that the holder has already: then only the active one ends.
pub fn make_eligible(
    id: AssignmentId,
    active: &Assignment,
    role: (Privileged, Role<'_>),
    holder: Holder<'_>,
    there: Option<&Assignment>,
    asked: &MakeEligible,
    now: Ts,
) -> Result<(Option<Assignment>, Vec<Action>), Refusal> {
    if !is_standing(active, now) {
        return Err(Refusal::NotFound { what: "assignment" });
    }
    let (privileged, role) = role;
    let longest = role.settings.eligible;
    let wanted = AssignRole {
        role: privileged,
        holder: holder.principal,
        assignment_type: AssignmentType::Eligible,
        starts_at: None,
        ends_at: (!longest.permanent).then(|| now + Span::days(i64::from(longest.days))),
        justification: asked.justification.clone(),
        ticket: asked.ticket.clone(),
    };
    let begun = there.is_some_and(|there| there.starts_at <= now);
    let (eligible, started) = assign(id, role, holder, there.filter(|_| !begun), &wanted, now)?;
    let mut actions = vec![ended(active, EndReason::Removed, asked.justification.trim().to_owned())];
    if begun {
        return Ok((None, actions));
    }
    actions.push(started);
    Ok((Some(eligible), actions))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{id, user};
    use model::directory::{PortalRole, Principal};
    use model::role_settings::{Longest, RoleSettings, Ticket};
    use model::{PackageAssignmentId, ServicePrincipalId};

    const NOW: Ts = Ts(1_000_000_000);

    fn role() -> Privileged {
        Privileged::DirectoryRole(PortalRole::SecurityReader.id())
    }

    fn assignment(assignment_type: AssignmentType, source: Source) -> Assignment {
        Assignment {
            id: AssignmentId(id(1)),
            principal: Principal::User(user(1)),
            role: role().role(),
            assignment_type,
            source,
            starts_at: Ts(0),
            ends_at: None,
            ended_at: None,
        }
    }

    fn made(
        active: &Assignment,
        there: Option<&Assignment>,
        settings: &RoleSettings,
        words: &str,
    ) -> Result<(Option<Assignment>, Vec<Action>), Refusal> {
        let asked = MakeEligible { assignment: active.id, justification: words.into(), ticket: Ticket::default() };
        let of = Role { name: "Security Reader", settings, group: None };
        let holder = Holder { principal: active.principal, name: "Ada", enabled: true, group: None };
        make_eligible(AssignmentId(id(2)), active, (role(), of), holder, there, &asked, NOW)
    }

    #[test]
    fn what_came_another_way_is_eligible_already_or_belongs_to_no_person_is_refused() {
        let settings = RoleSettings::default();
        let code = |active: &Assignment, words: &str| made(active, None, &settings, words).map_err(|refusal| refusal.code());
        let active = assignment(AssignmentType::Active, Source::Direct);
        let of_package = assignment(AssignmentType::Active, Source::Package(PackageAssignmentId(id(3))));
        assert_eq!(code(&of_package, "Less."), Err("not_found"));
        assert_eq!(code(&assignment(AssignmentType::Active, Source::Activation(AssignmentId(id(3)))), "Less."), Err("not_found"));
        assert_eq!(code(&assignment(AssignmentType::Eligible, Source::Direct), "Less."), Err("not_found"));
        assert_eq!(code(&Assignment { ended_at: Some(NOW), ..active.clone() }, "Less."), Err("not_found"));
        let machine = Principal::ServicePrincipal(ServicePrincipalId(id(4)));
        assert_eq!(code(&Assignment { principal: machine, ..active.clone() }, "Less."), Err("only_active"));
        assert_eq!(code(&active, " "), Err("required"));
        let later = Assignment { starts_at: NOW + Span::days(1), ..assignment(AssignmentType::Eligible, Source::Direct) };
        assert_eq!(made(&active, Some(&later), &settings, "Less.").unwrap_err().code(), "already_assigned");
    }

    #[test]
    fn the_active_one_ends_and_the_eligible_one_lasts_as_the_settings_let_it() {
        let active = assignment(AssignmentType::Active, Source::Import);
        let (eligible, actions) = made(&active, None, &RoleSettings::default(), "Less.").unwrap();
        let eligible = eligible.unwrap();
        assert_eq!(
            (eligible.assignment_type, eligible.source, eligible.ends_at),
            (AssignmentType::Eligible, Source::Direct, None)
        );
        assert!(matches!(actions.as_slice(), [Action::AssignmentEnded { .. }, Action::AssignmentStarted { .. }]));
        let bounded = RoleSettings { eligible: Longest { permanent: false, days: 90 }, ..RoleSettings::default() };
        let (eligible, _) = made(&active, None, &bounded, "Less.").unwrap();
        assert_eq!(eligible.unwrap().ends_at, Some(NOW + Span::days(90)));
    }

    #[test]
    fn whoever_is_eligible_already_only_loses_the_active_one() {
        let (active, there) =
            (assignment(AssignmentType::Active, Source::Direct), assignment(AssignmentType::Eligible, Source::Direct));
        let (eligible, actions) = made(&active, Some(&there), &RoleSettings::default(), "Less.").unwrap();
        assert_eq!(eligible, None);
        assert!(matches!(actions.as_slice(), [Action::AssignmentEnded { .. }]));
    }
}
