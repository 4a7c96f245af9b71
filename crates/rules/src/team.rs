//! What people may do for those who report to them: see what these hold and wait for, ask for packages in their place,
//! and end what they hold. The policy says whether, package by package.

use crate::package::{Asker, Policy, choose_among, fitting};
use crate::request::{Parties, Step, Wanted, make, standing};
use crate::user::User;
use model::command::SubmitRequest;
use model::{PolicyId, Refusal, RequestId, Ts, UserId};

/// Whether somebody reports to this person, directly. For others there is no such report.
pub fn leads(person: UserId, report: &User) -> Result<(), Refusal> {
    if report.manager == Some(person) { Ok(()) } else { Err(NO_REPORT) }
}

pub const NO_REPORT: Refusal = Refusal::NotFound { what: "person in your team" };

/// Whether managers see and end what their reports hold under this policy, and see the requests made under it.
pub fn shows(policy: &Policy) -> bool {
    policy.settings.managers_may_request
}

/// The policies under which a package can be asked for in place of a report: those that fit the report and let managers.
/// None when the report holds the package, or waits for it, under a policy that does not show it. `taken` is that policy.
pub fn policies<'a>(all: &'a [Policy], report: &Asker, taken: Option<PolicyId>) -> Vec<&'a Policy> {
    let hidden = taken.is_some_and(|taken| !all.iter().any(|policy| policy.id == taken && shows(policy)));
    if hidden {
        return Vec::new();
    }
    fitting(all, report).into_iter().filter(|policy| shows(policy)).collect()
}

/// The policy such a request is made under.
pub fn policy<'a>(
    all: &'a [Policy],
    report: (&Asker, &str),
    taken: Option<PolicyId>,
    chosen: Option<PolicyId>,
) -> Result<&'a Policy, Refusal> {
    let (report, name) = report;
    if !report.enabled {
        return Err(Refusal::Disabled { name: name.to_owned() });
    }
    choose_among(&policies(all, report, taken), chosen)
}

/// Why a package cannot be asked for in place of a report now, apart from what is typed.
pub fn may_ask(report: (UserId, &str), wanted: &Wanted<'_>, now: Ts) -> Result<(), Refusal> {
    // An extension is for the holder to ask for.
    if let (None, Some(held)) = (wanted.open, wanted.extends(now)) {
        let (report, name) = report;
        let (package, until) = (wanted.name.to_owned(), held.ends_at);
        return Err(Refusal::ReportHolds { report, name: name.to_owned(), package, until });
    }
    standing(wanted, now)
}

/// Somebody asks for a package in place of whoever reports to them. `wanted` are the facts as if the report had asked.
pub fn request(
    id: RequestId,
    by: UserId,
    report: (&Asker, &str),
    wanted: &Wanted<'_>,
    asked: &SubmitRequest,
    now: Ts,
) -> Result<Step, Refusal> {
    let (report, name) = report;
    may_ask((report.user, name), wanted, now)?;
    make(id, Parties { requestor: by, beneficiary: report.user, by_manager: true }, wanted, asked, now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::approval::StagePeople;
    use crate::tests::{id, stage, user};
    use model::directory::{Profile, UserKind};
    use model::event::Action;
    use model::package::{Lasts, PolicySettings, Scope};
    use model::request::{PackageAssignment, State};
    use model::{PackageAssignmentId, PackageId};
    use std::collections::{BTreeMap, BTreeSet};

    const NOW: Ts = Ts(1_000_000);

    fn policy_of(n: u128, scope: Scope, managers_may_request: bool) -> Policy {
        let settings = PolicySettings {
            scope,
            stages: vec![stage(1)],
            justification_required: true,
            questions: Vec::new(),
            lasts: Lasts::Forever,
            extension_allowed: true,
            extension_needs_approval: false,
            timeline_allowed: false,
            managers_may_request,
            reviews: None,
            asks: None,
        };
        Policy { id: PolicyId(id(n)), name: format!("policy {n}"), enabled: true, settings }
    }

    fn report(kind: UserKind) -> Asker {
        Asker { user: user(2), kind, enabled: true, groups: BTreeSet::new() }
    }

    fn form(words: &str) -> SubmitRequest {
        SubmitRequest {
            package: PackageId(id(3)),
            policy: None,
            justification: words.into(),
            answers: BTreeMap::new(),
            starts_at: None,
            ends_at: None,
        }
    }

    /// Person 1 asks for person 2.
    fn tried(policy: &Policy, people: &[u128], words: &str, held: Option<&PackageAssignment>) -> Result<Step, Refusal> {
        let people = [StagePeople { approvers: people.iter().map(|n| user(*n)).collect(), ..StagePeople::default() }];
        let wanted = Wanted {
            package: PackageId(id(3)),
            name: "Payroll",
            policy,
            people: &people,
            open: None,
            held,
            incompatible: None,
            asks: None,
            languages: &[],
        };
        request(RequestId(id(4)), user(1), (&report(UserKind::Member), "Emma"), &wanted, &form(words), NOW)
    }

    #[test]
    fn only_whom_somebody_reports_to_directly_leads_them() {
        let of = |manager: Option<u128>| User {
            id: user(2),
            user_name: "emma".into(),
            display_name: "Emma".into(),
            mail: String::new(),
            kind: UserKind::Member,
            manager: manager.map(user),
            enabled: true,
            profile: Profile::default(),
            created_at: Ts(0),
            last_sign_in_at: None,
            version: 0,
        };
        assert_eq!(leads(user(1), &of(None)), Err(NO_REPORT));
        assert_eq!(leads(user(1), &of(Some(7))), Err(NO_REPORT), "another manager, be it of the same manager");
        assert_eq!(leads(user(2), &of(Some(1))), Err(NO_REPORT), "nobody leads themselves");
        assert_eq!(leads(user(1), &of(Some(1))), Ok(()));
    }

    #[test]
    fn the_scope_is_judged_for_the_report_and_only_policies_that_let_managers_count() {
        let code = |all: &[Policy], report: &Asker, taken: Option<u128>, chosen: Option<u128>| {
            let policy = |n: u128| PolicyId(id(n));
            super::policy(all, (report, "Emma"), taken.map(policy), chosen.map(policy))
                .map(|policy| policy.name.clone())
                .map_err(|refusal| refusal.code())
        };
        let (member, guest) = (report(UserKind::Member), report(UserKind::Guest));
        let disabled = Asker { enabled: false, ..member.clone() };
        let (open, members) = (policy_of(1, Scope::AllUsers, true), policy_of(2, Scope::AllMembers, true));
        let silent = policy_of(3, Scope::AllMembers, false);
        let one = std::slice::from_ref(&open);
        assert_eq!(code(one, &disabled, None, None), Err("disabled"));
        assert_eq!(code(std::slice::from_ref(&members), &guest, None, None), Err("not_found"), "out of scope");
        assert_eq!(code(std::slice::from_ref(&silent), &member, None, None), Err("not_found"));
        assert_eq!(code(&[open.clone(), silent.clone()], &member, None, None), Err("not_found"), "only the closest count");
        assert_eq!(code(&[members.clone(), silent.clone()], &member, Some(3), None), Err("not_found"), "held without showing");
        assert_eq!(
            code(&[members.clone(), silent.clone()], &member, None, Some(3)),
            Err("policy_choice_needed"),
            "it lets no managers"
        );
        assert_eq!(code(&[open.clone(), silent], &guest, None, None), Ok("policy 1".to_owned()));
        assert_eq!(code(one, &member, Some(1), None), Ok("policy 1".to_owned()), "what is held is said, not hidden");
    }

    #[test]
    fn what_the_report_holds_is_not_asked_for_not_even_when_it_could_be_extended() {
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
        let policy = policy_of(1, Scope::AllUsers, true);
        assert_eq!(tried(&policy, &[3], "Payday.", Some(&held)).unwrap_err().code(), "report_holds");
        let over = PackageAssignment { ends_at: Some(NOW), ..held };
        assert!(tried(&policy, &[3], "Payday.", Some(&over)).is_ok(), "it ended this instant");
    }

    #[test]
    fn neither_who_asks_nor_who_gets_it_is_asked_to_approve_and_both_names_are_kept() {
        let policy = policy_of(1, Scope::AllUsers, true);
        assert_eq!(tried(&policy, &[1, 2], "Payday.", None).unwrap_err().code(), "no_approver");
        assert_eq!(tried(&policy, &[1, 3], " ", None).unwrap_err().code(), "required");
        let step = tried(&policy, &[1, 2, 3], "Payday.", None).unwrap();
        let State::PendingApproval { asked, .. } = &step.request.state else { panic!("{:?}", step.request.state) };
        assert_eq!(asked, &[user(3)]);
        assert_eq!((step.request.requestor, step.request.beneficiary), (user(1), user(2)));
        assert_eq!(step.actions[0], Action::RequestSubmitted { name: "Payroll".into(), beneficiary: user(2) });
        assert_eq!((step.request.is_assigned(), step.request.made_for_another()), (false, Some("Requested by")));
    }
}
