//! Administration of directory roles, and of groups under privileged access management: who is assigned them, what
//! activating and assigning them demands.

use super::policy::StageForm;
use super::{Call, Reply};
use crate::parts::listing::address;
use leptos::prelude::*;
use model::role_settings::{Privileged, PrivilegedKind};
use model::view::my_roles::Tab;
use model::{AssignmentId, GroupId};
use std::collections::BTreeMap;

/// `/admin/roles/{id}/assignments`, or of a group `/admin/groups/{id}/privileged`.
pub fn assignments_path(role: Privileged, tab: Tab) -> String {
    match role {
        Privileged::DirectoryRole(_) => at(role, "/assignments", tab.key()),
        Privileged::GroupMember(_) | Privileged::GroupOwner(_) => at(role, "", tab.key()),
    }
}

/// The form of a new assignment.
pub fn assign_path(role: Privileged) -> String {
    match role {
        Privileged::DirectoryRole(_) => at(role, "/assignments/new", ""),
        Privileged::GroupMember(_) | Privileged::GroupOwner(_) => at(role, "/new", ""),
    }
}

/// What the form of the template says it is about, before the kind.
pub const TEMPLATE: &str = "template:";

/// The template of a kind.
pub fn template_path(kind: PrivilegedKind, tab: &str) -> String {
    address("/admin/roles/template", &[("of", kind.key()), ("tab", tab)])
}

pub fn settings_path(role: Privileged, tab: &str) -> String {
    at(role, "/settings", tab)
}

/// A page of one role: members and owners of a group have the same, and the address says which.
fn at(role: Privileged, below: &str, tab: &str) -> String {
    let id = role.resource().to_string();
    let (path, which) = match role {
        Privileged::DirectoryRole(_) => (["/admin/roles/", &id, below].concat(), ""),
        Privileged::GroupMember(_) => (["/admin/groups/", &id, "/privileged", below].concat(), ""),
        Privileged::GroupOwner(_) => (["/admin/groups/", &id, "/privileged", below].concat(), "owner"),
    };
    address(&path, &[("role", which), ("tab", tab)])
}

/// `role` is `directory_role:…`, `group_member:…` or `group_owner:…`, `holder` is `user:…`, `group:…` or
/// `service_principal:…`, `assignment_type` is `eligible` or `active`.
#[server(prefix = "/api", endpoint = "assign_role")]
pub async fn assign_role(
    role: String,
    #[server(default)] holder: String,
    #[server(default)] assignment_type: String,
    #[server(default)] starts: String,
    #[server(default)] starts_zone: String,
    #[server(default)] permanent: bool,
    #[server(default)] ends: String,
    #[server(default)] ends_zone: String,
    #[server(default)] justification: String,
    #[server(default)] ticket_system: String,
    #[server(default)] ticket_number: String,
) -> Call<Reply> {
    use model::command::{Command, Done};
    use model::role_assignment::AssignRole;
    use model::role_settings::Ticket;
    let command = || {
        Ok(Command::AssignRole(AssignRole {
            role: server::role(&role)?,
            holder: server::holder(&holder)?,
            assignment_type: server::assignment_type(&assignment_type)?,
            starts_at: super::instant_or_none("starts", &starts, &starts_zone)?,
            ends_at: server::end(permanent, &ends, &ends_zone)?,
            justification,
            ticket: Ticket { system: ticket_system, number: ticket_number },
        }))
    };
    super::reply("assign_role", command(), |done| match done {
        Done::RoleAssigned { role, name, holder, eligible } => {
            let (said, tab) = if eligible { ("is eligible for", Tab::Eligible) } else { ("is assigned", Tab::Active) };
            (format!("{holder} {said} “{name}”."), assignments_path(role, tab))
        }
        _ => super::elsewhere(),
    })
    .await
}

/// `seen_starts` and `seen_ends` are what the page showed, in milliseconds; no `seen_ends` is a permanent assignment. `tab` is
/// the list in which it stands.
#[server(prefix = "/api", endpoint = "change_role_assignment")]
pub async fn change_role_assignment(
    assignment: AssignmentId,
    seen_starts: i64,
    #[server(default)] seen_ends: Option<i64>,
    #[server(default)] starts: String,
    #[server(default)] starts_zone: String,
    #[server(default)] permanent: bool,
    #[server(default)] ends: String,
    #[server(default)] ends_zone: String,
    #[server(default)] justification: String,
    #[server(default)] tab: String,
) -> Call<Reply> {
    use model::Ts;
    use model::command::{Command, Done};
    use model::role_assignment::ChangeRoleAssignment;
    let seen = (Ts(seen_starts), seen_ends.map(Ts));
    let command = || {
        let starts_at = super::instant_or_none("starts", &starts, &starts_zone)?;
        Ok(Command::ChangeRoleAssignment(ChangeRoleAssignment {
            assignment,
            seen,
            starts_at: starts_at.map(|at| server::unless_the_same(at, Some(seen.0))),
            ends_at: server::end(permanent, &ends, &ends_zone)?.map(|at| server::unless_the_same(at, seen.1)),
            justification,
        }))
    };
    super::reply("change_role_assignment", command(), |done| match done {
        Done::RoleAssignmentChanged { role, name, holder } => {
            (format!("The assignment of “{name}” to {holder} was updated."), assignments_path(role, Tab::from_key(&tab)))
        }
        _ => super::elsewhere(),
    })
    .await
}

#[server(prefix = "/api", endpoint = "end_role_assignment")]
pub async fn end_role_assignment(
    assignment: AssignmentId,
    #[server(default)] words: String,
    #[server(default)] tab: String,
) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("end_role_assignment", Ok(Command::EndRoleAssignment { assignment, words }), |done| match done {
        Done::RoleAssignmentEnded { role, name, holder } => {
            (format!("The assignment of “{name}” to {holder} was removed."), assignments_path(role, Tab::from_key(&tab)))
        }
        _ => super::elsewhere(),
    })
    .await
}

/// One row of who is told by mail, as it was typed: addresses with semicolons or commas between them.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct MailForm {
    pub default: bool,
    pub additional: String,
    pub critical: bool,
}

/// All settings of a role at once, or with `template:directory_role` and the like those of the template, whichever tab is in
/// front. A button that adds or takes away a stage sends `act`: then
/// nothing is saved, and the form comes back with one more or one less.
#[server(prefix = "/api", endpoint = "save_role_settings")]
pub async fn save_role_settings(
    role: String,
    #[server(default)] version: i64,
    #[server(default)] activation_max: String,
    #[server(default)] proof: String,
    #[server(default)] fresh_minutes: String,
    #[server(default)] context: String,
    #[server(default)] activation_justification: bool,
    #[server(default)] activation_ticket: bool,
    #[server(default)] ticket_pattern: String,
    #[server(default)] terms: String,
    #[server(default)] approval_required: bool,
    #[server(default)] stages: BTreeMap<String, StageForm>,
    #[server(default)] asks: String,
    #[server(default)] asks_moment: String,
    #[server(default)] eligible_permanent: bool,
    #[server(default)] eligible_days: String,
    #[server(default)] active_permanent: bool,
    #[server(default)] active_days: String,
    #[server(default)] assignment_justification: bool,
    #[server(default)] assignment_multifactor: bool,
    #[server(default)] assignment_ticket: bool,
    #[server(default)] holder_multifactor: bool,
    #[server(default)] mails: BTreeMap<String, MailForm>,
    #[server(default)] seen_breaking: u32,
    #[server(default)] act: String,
) -> Call<Reply> {
    use super::policy::server::rework_with;
    use model::Refusal;
    use model::catalog::PolicyOf;
    use model::command::{Command, Done};
    use model::role_settings::{Longest, RoleSettings};
    if !act.is_empty() {
        return super::again("save_role_settings", |fields| rework_with(fields, &act, "1")).await;
    }
    let of = server::settings_of(&role);
    let stages = match &of {
        Ok(of) => server::stages(*of, stages).await?,
        Err(refusal) => Err(refusal.clone()),
    };
    let command = || {
        let settings = RoleSettings {
            activation_max_minutes: server::hours("activation_max", &activation_max)?,
            activation_proof: server::proof(&proof, &fresh_minutes, &context)?,
            activation_justification,
            activation_ticket,
            ticket_pattern,
            terms: super::id_or_none("terms", &terms)?,
            approval_required,
            stages: stages?,
            asks: super::policy::server::asks(&asks, &asks_moment)?,
            eligible: Longest {
                permanent: eligible_permanent,
                days: super::whole("eligible_days", "Expire eligible assignments after", &eligible_days)?,
            },
            active: Longest {
                permanent: active_permanent,
                days: super::whole("active_days", "Expire active assignments after", &active_days)?,
            },
            assignment_justification,
            assignment_multifactor,
            assignment_ticket,
            holder_multifactor,
            mails: server::mails(mails),
        };
        let settings = Box::new(settings);
        match of? {
            PolicyOf::Role(role) => Ok(Command::EditRoleSettings { role, version, settings, seen_breaking }),
            PolicyOf::Template(kind) => Ok(Command::EditRoleTemplate { kind, version, settings, seen_breaking }),
            PolicyOf::Package(_) | PolicyOf::Draft(_) => Err(Refusal::NotFound { what: "role" }),
        }
    };
    super::reply("save_role_settings", command(), |done| match done {
        Done::RoleSettingsSaved { role, name } => (format!("The settings of “{name}” were updated."), settings_path(role, "")),
        Done::RoleTemplateSaved { kind } => (format!("The template of {} was updated.", kind.of_what()), template_path(kind, "")),
        _ => super::elsewhere(),
    })
    .await
}

#[server(prefix = "/api", endpoint = "set_privileged_access")]
pub async fn set_privileged_access(group: GroupId, #[server(default)] enabled: bool) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("set_privileged_access", Ok(Command::SetPrivilegedAccess { group, enabled }), |done| match done {
        Done::PrivilegedAccessSet { group, name, enabled } => {
            let said = if enabled { "is under privileged access management now" } else { "is an ordinary group again" };
            (format!("“{name}” {said}."), assignments_path(Privileged::GroupMember(group), Tab::default()))
        }
        _ => super::elsewhere(),
    })
    .await
}

#[cfg(feature = "ssr")]
pub mod server {
    use super::MailForm;
    use crate::calls::Call;
    use crate::calls::policy::StageForm;
    use crate::calls::policy::server::{Requests, in_order};
    use model::access::AssignmentType;
    use model::approval::Stage;
    use model::catalog::{Holder, PolicyOf};
    use model::directory::Principal;
    use model::role_settings::{Mail, Mails, Privileged, PrivilegedKind, Proof};
    use model::{Refusal, Span, Ts};
    use std::collections::BTreeMap;

    /// The stages with the people and groups that are meant; nobody requests a role under them.
    pub async fn stages(of: PolicyOf, stages: BTreeMap<String, StageForm>) -> Call<Result<Vec<Stage>, Refusal>> {
        let stages = in_order(stages, 's');
        let requests = Requests { scope: "nobody".to_owned(), users: String::new(), groups: String::new(), stages };
        Ok(requests.read(of).await?.map(|(_, stages)| stages))
    }

    /// A row that the form did not have stays as it is for everybody.
    pub fn mails(mut rows: BTreeMap<String, MailForm>) -> Mails {
        let mut mails = Mails::default();
        for (field, mail) in mails.rows_mut() {
            if let Some(row) = rows.remove(field) {
                let additional = row.additional.split([';', ',', ' ', '\n']).map(str::trim).filter(|address| !address.is_empty());
                *mail = Mail {
                    default_recipients: row.default,
                    additional: additional.map(str::to_owned).collect(),
                    critical_only: row.critical,
                };
            }
        }
        mails
    }

    /// What settings are of.
    pub fn settings_of(text: &str) -> Result<PolicyOf, Refusal> {
        match text.strip_prefix(super::TEMPLATE).map(PrivilegedKind::from_key) {
            None => role(text).map(PolicyOf::Role),
            Some(kind) => kind.map(PolicyOf::Template).ok_or(Refusal::NotFound { what: "template" }),
        }
    }

    pub fn role(text: &str) -> Result<Privileged, Refusal> {
        text.parse().map_err(|()| Refusal::NotFound { what: "role" })
    }

    pub fn holder(text: &str) -> Result<Principal, Refusal> {
        let needed = || Refusal::Required { field: "holder".to_owned(), label: "Person or group".to_owned() };
        if let Some(id) = text.trim().strip_prefix("service_principal:") {
            return id.parse().map(Principal::ServicePrincipal).map_err(|_| needed());
        }
        match text.trim().parse().map_err(|()| needed())? {
            Holder::User(id) => Ok(Principal::User(id)),
            Holder::Group { group } => Ok(Principal::Group(group)),
        }
    }

    pub fn assignment_type(text: &str) -> Result<AssignmentType, Refusal> {
        match text {
            "eligible" => Ok(AssignmentType::Eligible),
            "active" => Ok(AssignmentType::Active),
            _ => Err(Refusal::Required { field: "assignment_type".to_owned(), label: "Assignment type".to_owned() }),
        }
    }

    /// Nothing for a permanent assignment; whoever says neither has forgotten something.
    pub fn end(permanent: bool, text: &str, zone: &str) -> Result<Option<Ts>, Refusal> {
        let malformed = |message: &str| Err(Refusal::Malformed { field: "ends".to_owned(), message: message.to_owned() });
        match (permanent, crate::calls::instant_or_none("ends", text, zone)?) {
            (true, None) => Ok(None),
            (false, Some(at)) => Ok(Some(at)),
            (true, Some(_)) => malformed("A permanent assignment has no end. Leave the end empty, or take “Permanent” out."),
            (false, None) => malformed("Say when the assignment ends, or choose “Permanent” where it is offered."),
        }
    }

    /// Fields have minutes; what was not touched keeps its seconds.
    pub fn unless_the_same(at: Ts, seen: Option<Ts>) -> Ts {
        seen.filter(|seen| *seen >= at && seen.since(at) < Span::minutes(1)).unwrap_or(at)
    }

    pub fn proof(kind: &str, minutes: &str, context: &str) -> Result<Proof, Refusal> {
        let minutes = || crate::calls::whole("fresh_minutes", "Proof not older than", minutes);
        match kind {
            "session" => Ok(Proof::Session),
            "fresh_sign_in" => Ok(Proof::FreshSignIn { minutes: minutes()? }),
            "passkey" => Ok(Proof::Passkey { minutes: minutes()? }),
            "multifactor" => Ok(Proof::Multifactor { minutes: minutes()? }),
            "context" => {
                let needed = || Refusal::Required { field: "context".to_owned(), label: "Authentication context".to_owned() };
                Ok(Proof::Context { context: crate::calls::id_or_none("context", context)?.ok_or_else(needed)? })
            }
            _ => Err(Refusal::Required { field: "proof".to_owned(), label: "On activation, require".to_owned() }),
        }
    }

    /// `1.5` hours are 90 minutes. What is no number of whole minutes is no length; the rule says which lengths there are.
    pub fn hours(field: &str, text: &str) -> Result<u32, Refusal> {
        let malformed = || Refusal::Malformed {
            field: field.to_owned(),
            message: format!("“{}” is not a number of hours in steps of half an hour. Write it as 8 or 1.5.", text.trim()),
        };
        let (whole, part) = text.trim().split_once(['.', ',']).unwrap_or((text.trim(), "0"));
        let whole: u32 = whole.parse().map_err(|_| malformed())?;
        let minutes = match part.trim_end_matches('0') {
            "" => 0,
            "5" => 30,
            "25" => 15,
            "75" => 45,
            _ => return Err(malformed()),
        };
        Ok(whole.saturating_mul(60).saturating_add(minutes))
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn hours_are_read_with_point_and_comma_and_nothing_is_rounded() {
            for text in ["", "x", "-1", "1.3", "1.", ".5", "1e3", "1.5.5", "1h"] {
                let read = hours("activation_max", text);
                assert!(read.is_err() || text == "1.", "{text}: {read:?}");
            }
            for (text, minutes) in [("8", 480), (" 1.5 ", 90), ("0,5", 30), ("1.50", 90), ("0.25", 15), ("2.0", 120)] {
                assert_eq!(hours("activation_max", text), Ok(minutes), "{text}");
            }
            assert_eq!(hours("activation_max", "4294967295"), Ok(u32::MAX), "too long, and not a short one");
        }

        #[test]
        fn addresses_are_told_apart_by_semicolons_and_commas_and_a_row_that_is_off_is_off() {
            let row = MailForm { default: false, additional: "a@b.example; c@d.example,\n e@f.example;".into(), critical: true };
            let read =
                mails(BTreeMap::from([("mail_active_alert".to_owned(), row), ("nonsense".to_owned(), MailForm::default())]));
            let alert = &read.mail_active_alert;
            assert_eq!(alert.additional, ["a@b.example", "c@d.example", "e@f.example"]);
            assert_eq!((alert.default_recipients, alert.critical_only), (false, true));
            assert_eq!(read.mail_active_assignee, Mail::default());
        }

        #[test]
        fn an_assignment_has_an_end_or_is_permanent_and_never_both_or_neither() {
            let end = |permanent, text| end(permanent, text, "").map_err(|refusal| refusal.field().map(str::to_owned));
            assert_eq!(end(true, "2026-01-05T08:00"), Err(Some("ends".to_owned())));
            assert_eq!(end(false, ""), Err(Some("ends".to_owned())));
            assert_eq!(end(true, " "), Ok(None));
            assert_eq!(end(false, "2026-01-05T08:00"), Ok(Ts::parse("2026-01-05T08:00:00Z")));
        }

        #[test]
        fn what_was_not_touched_keeps_its_seconds() {
            let (field, seen) = (Ts::parse("2026-01-05T08:00:00Z").unwrap(), Ts::parse("2026-01-05T08:00:59Z").unwrap());
            assert_eq!(unless_the_same(field, Some(seen)), seen);
            assert_eq!(unless_the_same(field, Some(field)), field);
            assert_eq!(unless_the_same(field, Some(seen + Span::minutes(1))), field);
            assert_eq!(unless_the_same(seen, Some(field)), seen);
            assert_eq!(unless_the_same(field, None), field);
        }
    }
}
