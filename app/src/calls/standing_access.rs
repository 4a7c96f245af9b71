//! Standing access: making it eligible, taking it away; and bringing groups under privileged access management.

use super::{Call, Reply};
use leptos::prelude::*;

/// The form below the preview. Each of `chosen` is an active assignment; each is a change of its own, with the same words.
/// `act` is `eligible` or `remove`.
#[server(prefix = "/api", endpoint = "change_standing_access")]
pub async fn change_standing_access(
    #[server(default)] chosen: Vec<String>,
    #[server(default)] act: String,
    #[server(default)] justification: String,
    #[server(default)] ticket_system: String,
    #[server(default)] ticket_number: String,
) -> Call<Reply> {
    use super::together::{Together, each, selected};
    use model::AssignmentId;
    use model::command::Command;
    use model::role_assignment::MakeEligible;
    use model::role_settings::Ticket;
    use model::view::standing_access::Act;
    let caller = super::caller()?;
    let act = Act::from_key(&act);
    let chosen = selected(&chosen, "assignment", |text| text.parse::<AssignmentId>().ok());
    let did = match act {
        Act::MakeEligible => "made eligible",
        Act::Remove => "removed",
    };
    let go = "/admin/roles/discovery".to_owned();
    let words = Together { form: "change_standing_access", one: "assignment", did, undone: "changed", go };
    let command = |assignment: &AssignmentId| {
        let assignment = *assignment;
        match act {
            Act::MakeEligible => Command::MakeEligible(MakeEligible {
                assignment,
                justification: justification.clone(),
                ticket: Ticket { system: ticket_system.clone(), number: ticket_number.clone() },
            }),
            Act::Remove => Command::EndRoleAssignment { assignment, words: justification.clone() },
        }
    };
    each(&caller, words, chosen, command, |id| server::named(&caller, act, id)).await
}

/// Brings the selected groups under privileged access management, each for itself.
#[server(prefix = "/api", endpoint = "manage_groups")]
pub async fn manage_groups(#[server(default)] chosen: Vec<String>) -> Call<Reply> {
    use super::together::{Together, each, selected};
    use model::GroupId;
    use model::command::Command;
    let caller = super::caller()?;
    let chosen = selected(&chosen, "group", |text| text.parse::<GroupId>().ok());
    let go = "/admin/groups/discover".to_owned();
    let words = Together {
        form: "manage_groups",
        one: "group",
        did: "brought under privileged access management",
        undone: "managed",
        go,
    };
    let command = |group: &GroupId| Command::SetPrivilegedAccess { group: *group, enabled: true };
    each(&caller, words, chosen, command, |id| server::group_named(&caller, id)).await
}

#[cfg(feature = "ssr")]
mod server {
    use crate::door::Caller;
    use model::query::{self, Question};
    use model::view::standing_access::Act;
    use model::{AssignmentId, GroupId};

    /// Whose assignment of what it is, as far as the caller may know it.
    pub async fn named(caller: &Caller, act: Act, id: AssignmentId) -> String {
        let query = query::StandingChange { assignments: vec![id], act };
        let answer = crate::calls::ask_as(caller, query.into()).await.ok();
        let item = answer.and_then(query::StandingChange::view).and_then(|change| change.items.into_iter().next());
        item.map_or_else(|| "An assignment that is not there".to_owned(), |item| format!("{}, {}", item.name, item.role))
    }

    pub async fn group_named(caller: &Caller, id: GroupId) -> String {
        let query = query::Group { group: id, after: None, person: String::new() };
        let answer = crate::calls::ask_as(caller, query.into()).await.ok();
        answer.and_then(query::Group::view).map_or_else(|| "A group that is not there".to_owned(), |group| group.name)
    }
}
