//! Activating what one is eligible for, and ending it.

use super::{Call, Reply};
use leptos::prelude::*;
use model::AssignmentId;
use std::collections::BTreeMap;

/// The form that activates. Each of `chosen` is an eligible assignment; they are activated one by one, for the same time
/// and with the same words. `kind` is the list from which it came.
#[server(prefix = "/api", endpoint = "activate_roles")]
pub async fn activate_roles(
    #[server(default)] chosen: Vec<String>,
    #[server(default)] kind: String,
    #[server(default)] duration: String,
    #[server(default)] justification: String,
    #[server(default)] ticket_system: String,
    #[server(default)] ticket_number: String,
    #[server(default)] starts: String,
    #[server(default)] starts_zone: String,
    #[server(default)] accepted: BTreeMap<String, String>,
    #[server(default)] emergency: String,
    #[server(default)] emergency_known: String,
) -> Call<Reply> {
    use super::together::{done_for_each, selected};
    use crate::flash::Unfinished;
    use model::command::{Command, Done};
    use model::role_assignment::ActivateRole;
    use model::role_settings::Ticket;
    const FORM: &str = "activate_roles";
    let caller = super::caller()?;
    let chosen = selected(&chosen, "role", |text| text.parse::<AssignmentId>().ok());
    let typed = chosen.and_then(|chosen| {
        let minutes = server::half_hours(&duration)?;
        if !emergency.is_empty() && emergency_known.is_empty() {
            return Err(model::Refusal::Malformed {
                field: "emergency_known".to_owned(),
                message: "Say that this is an emergency, or ask for approval.".to_owned(),
            });
        }
        Ok((chosen, minutes, super::instant_or_none("starts", &starts, &starts_zone)?))
    });
    let (chosen, minutes, starts_at) = match typed {
        Ok(typed) => typed,
        Err(refusal) => return super::answered(&caller, FORM, Reply::Refused(refusal.into())).await,
    };
    let all = chosen.len();
    let activate = |eligible: &AssignmentId| {
        Command::ActivateRole(ActivateRole {
            eligible: *eligible,
            minutes,
            starts_at,
            justification: justification.clone(),
            ticket: Ticket { system: ticket_system.clone(), number: ticket_number.clone() },
            accepted: accepted.keys().filter_map(|text| server::accepted(text)).collect(),
            emergency: !emergency.is_empty(),
        })
    };
    let (done, left) = done_for_each(&caller, chosen, activate, |id| server::named(&caller, id)).await?;
    let mut active = Vec::new();
    let mut waiting = Vec::new();
    for done in done {
        match done {
            Done::RoleActivated { name, active: Some(_), .. } => active.push(name),
            Done::RoleActivated { name, request, active: None } => waiting.push((name, request)),
            _ => {}
        }
    }
    // What all of them met is said once, where the form says it.
    if active.is_empty()
        && waiting.is_empty()
        && let Some(first) = left.first()
        && left.iter().all(|other| other.why.code == first.why.code && other.why.field == first.why.field)
        && (all == 1 || first.why.field.is_some() || crate::parts::verification::PROVABLE.contains(&first.why.code.as_str()))
    {
        return super::answered(&caller, FORM, Reply::Refused(first.why.clone())).await;
    }
    let mut said = Vec::new();
    match active.as_slice() {
        [] => {}
        [name] => said.push(format!("“{name}” is active.")),
        names => said.push(format!("{} roles are active.", names.len())),
    }
    match waiting.as_slice() {
        [] => {}
        [(name, _)] => said.push(format!("Your activation of “{name}” was submitted.")),
        several => said.push(format!("{} activations were submitted.", several.len())),
    }
    let reply = if left.is_empty() {
        let go = match (active.is_empty(), waiting.as_slice()) {
            (true, [(_, request)]) => format!("/my-access/requests/{request}"),
            (true, _) => "/my-roles/requests".to_owned(),
            (false, _) => server::active_tab(&kind),
        };
        Reply::Done { message: said.join(" "), go }
    } else {
        said.push(if said.is_empty() {
            "None of them was activated:".to_owned()
        } else {
            "These were not activated:".to_owned()
        });
        Reply::Unfinished(Unfinished { message: said.join(" "), left })
    };
    super::answered(&caller, FORM, reply).await
}

/// Asks to keep an assignment for longer, or to have it again.
#[server(prefix = "/api", endpoint = "extend_role")]
pub async fn extend_role(
    assignment: AssignmentId,
    #[server(default)] days: String,
    #[server(default)] permanent: bool,
    #[server(default)] justification: String,
) -> Call<Reply> {
    use model::command::{Command, Done};
    use model::role_assignment::ExtendRole;
    let command = || {
        let days = server::wanted_days(permanent, &days)?;
        Ok(Command::ExtendRole(ExtendRole { assignment, days, justification }))
    };
    super::reply("extend_role", command(), |done| match done {
        Done::RoleExtensionAsked { request, name, renews } => {
            let what = if renews { "renewal" } else { "extension" };
            (format!("Your {what} of “{name}” was submitted."), format!("/my-access/requests/{request}"))
        }
        _ => super::elsewhere(),
    })
    .await
}

/// `at` says on which page the button was: the overview, or the list of this kind.
#[server(prefix = "/api", endpoint = "deactivate_role")]
pub async fn deactivate_role(assignment: AssignmentId, #[server(default)] at: String) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("deactivate_role", Ok(Command::DeactivateRole { assignment }), |done| match done {
        Done::RoleDeactivated { name } => {
            let go = if at == "overview" { "/my-access".to_owned() } else { server::active_tab(&at) };
            (format!("“{name}” is no longer active."), go)
        }
        _ => super::elsewhere(),
    })
    .await
}

#[cfg(feature = "ssr")]
mod server {
    use crate::door::Caller;
    use crate::parts::listing::address;
    use model::query::{self, Question};
    use model::{AssignmentId, Refusal, TermsId};

    /// The list of what is active, of the kind with this key.
    pub fn active_tab(kind: &str) -> String {
        let kind = model::view::my_roles::Kind::from_key(kind);
        address("/my-roles", &[("kind", kind.key()), ("tab", "active")])
    }

    /// `t…:3`: terms of use in a version. What says nothing accepts nothing.
    pub fn accepted(text: &str) -> Option<(TermsId, i64)> {
        let (terms, version) = text.strip_prefix('t')?.split_once(':')?;
        Some((terms.parse().ok()?, version.parse().ok()?))
    }

    /// What an eligible assignment is called, as far as it is one's own.
    pub async fn named(caller: &Caller, id: AssignmentId) -> String {
        let answer = crate::calls::ask_as(caller, query::Activating { assignments: vec![id] }.into()).await.ok();
        let item = answer.and_then(query::Activating::view).and_then(|form| form.items.into_iter().next());
        item.map_or_else(|| "A role that you are not eligible for".to_owned(), |item| item.called())
    }

    /// Nothing for a permanent assignment; whoever says neither or both is told so.
    pub fn wanted_days(permanent: bool, text: &str) -> Result<Option<u32>, Refusal> {
        let malformed = |message: &str| Err(Refusal::Malformed { field: "days".to_owned(), message: message.to_owned() });
        match (permanent, text.trim()) {
            (true, "") => Ok(None),
            (true, _) => {
                malformed("A permanent assignment has no number of days. Leave the days empty, or take “Permanent” out.")
            }
            (false, "") => malformed("Say for how many days you need it, or choose “Permanent” where it is offered."),
            (false, days) => crate::calls::whole("days", "Days", days).map(Some),
        }
    }

    /// Hours as people write them, `2`, `1.5` or `1,5`, in minutes.
    pub fn half_hours(text: &str) -> Result<u32, Refusal> {
        let (hours, parts) = text.trim().split_once(['.', ',']).unwrap_or((text.trim(), "0"));
        let minutes = || {
            let digits = |text: &str| text.bytes().all(|digit| digit.is_ascii_digit());
            if !digits(hours) || !digits(parts) || parts.is_empty() {
                return None;
            }
            let hours: u32 = if hours.is_empty() && !text.trim().is_empty() { 0 } else { hours.parse().ok()? };
            let parts = match parts.trim_end_matches('0') {
                "" => 0,
                "5" => 30,
                // The rule refuses whatever is no half hour, and names the steps.
                _ => 1,
            };
            hours.checked_mul(60)?.checked_add(parts)
        };
        minutes().ok_or_else(|| Refusal::Malformed {
            field: "duration".to_owned(),
            message: "The duration is a number of hours, such as 2 or 1.5. Write it in that way.".to_owned(),
        })
    }

    #[cfg(test)]
    mod tests {
        use super::{half_hours, wanted_days};

        #[test]
        fn more_time_is_a_number_of_days_or_permanent_and_never_both_or_neither() {
            for (permanent, text) in [(true, "30"), (false, ""), (false, " "), (false, "a month"), (false, "-3"), (false, "1.5")]
            {
                let field = wanted_days(permanent, text).err().and_then(|refusal| refusal.field().map(str::to_owned));
                assert_eq!(field.as_deref(), Some("days"), "{permanent} {text}");
            }
            assert_eq!(wanted_days(true, " "), Ok(None));
            assert_eq!(wanted_days(false, " 30 "), Ok(Some(30)));
        }

        #[test]
        fn hours_are_read_with_a_point_or_a_comma_and_nothing_else_is() {
            for wrong in ["", "two", "-1", "+1", "1:30", "1.5.5", "1.x", "1.", "99999999999", "4294967295"] {
                assert!(half_hours(wrong).is_err(), "{wrong}");
            }
            for (text, minutes) in [("2", 120), ("0.5", 30), (".5", 30), ("1,5", 90), (" 1.50 ", 90), ("2.0", 120), ("0", 0)] {
                assert_eq!(half_hours(text), Ok(minutes), "{text}");
            }
            for no_half in ["1.25", "1.05", "0.1"] {
                assert_ne!(half_hours(no_half).unwrap_or(30) % 30, 0, "{no_half} is no multiple of half an hour");
            }
        }
    }
}
